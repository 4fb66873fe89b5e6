/* Slices and the buffer: each row is a text, and what is found in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"

#define NOWHERE ((size_t)-1)

static void
assert_str(struct str s, const char *want)
{
	if (!str_equal(s, str_from(want)))
		fail_msg("'" STR_FMT "' instead of '%s'", STR_ARG(s), want);
}

/* A copy without a byte around it, so that a sanitizer sees a step too far. */
static struct str
bare(struct str s)
{
	char *copy = malloc(s.size > 0 ? s.size : 1);

	assert_non_null(copy);
	if (s.size > 0)
		memcpy(copy, s.data, s.size);
	return (struct str){ copy, s.size };
}

static void
bare_free(struct str s)
{
	union {
		const char *in;
		char *out;
	} borrowed = { s.data };

	free(borrowed.out);
}

/* Texts of many copies of one piece. */
static struct buffer
repeat(const char *piece, size_t count)
{
	struct buffer buffer = { 0 };

	while (count-- > 0)
		buffer_add(&buffer, str_from(piece));
	return buffer;
}

static struct glob_row {
	const char *name, *pattern, *text;
	bool want;
} glob_rows[] = {
	{ "glob: the same", "total", "total", true },
	{ "glob: another", "total", "totals", false },
	{ "glob: the text is longer", "ab", "abc", false },
	{ "glob: the pattern is longer", "abc", "ab", false },
	{ "glob: nothing matches nothing", "", "", true },
	{ "glob: nothing does not match something", "", "a", false },
	{ "glob: a star matches nothing", "*", "", true },
	{ "glob: a star matches all", "*", "甲县", true },
	{ "glob: a star at the end", "economy.*", "economy.tax.growth", true },
	{ "glob: a star in the middle", "a*c", "abbbc", true },
	{ "glob: a star takes as much as it must", "a*bc", "abcbc", true },
	{ "glob: stars in a row", "a***", "a", true },
	{ "glob: the last star is gone back to", "*a*b", "abab", true },
	{ "glob: and cannot help always", "*a*b", "abac", false },
	{ "glob: one character", "a?c", "abc", true },
	{ "glob: one character of three bytes", "?县", "甲县", true },
	{ "glob: one character, not two", "?", "甲县", false },
	{ "glob: one character, not none", "a?", "a", false },
	{ "glob: a set", "[abc]1", "b1", true },
	{ "glob: not of the set", "[abc]1", "d1", false },
	{ "glob: a range", "E[0-9]", "E7", true },
	{ "glob: outside the range", "E[0-9]", "EA", false },
	{ "glob: a range by code points", "[一-龥]县", "甲县", true },
	{ "glob: the ends belong to it", "[b-d][b-d]", "bd", true },
	{ "glob: an inverted set", "[!x]", "y", true },
	{ "glob: an inverted set refuses", "[!x]", "x", false },
	{ "glob: an inverted range", "[!0-9]", "甲", true },
	{ "glob: a bracket in a set", "[]a]", "]", true },
	{ "glob: a bracket in an inverted set", "[!]]", "]", false },
	{ "glob: a dash at the end of a set", "[a-]", "-", true },
	{ "glob: not at its start", "[a-]", "b", false },
	{ "glob: a dash at the start of a set", "[-a]", "-", true },
	{ "glob: an open bracket is itself", "[a", "[a", true },
	{ "glob: and matches no letter", "[a", "a", false },
	{ "glob: an empty set is no set", "[]", "[]", true },
	{ "glob: a star in a set is itself", "[*]", "a", false },
	{ "glob: a set after a star", "*[0-9]", "item7", true },
	{ "glob: case counts", "A*", "abc", false },
	{ "glob: a malformed byte is one character", "a?b",
	    "a\xff"
	    "b",
	    true },
	{ "glob: malformed bytes differ", "\xff", "\xfe", false },
	{ "glob: and equal themselves", "\xff", "\xff", true },
};

static void
check_glob(void **state)
{
	const struct glob_row *row = *state;
	struct str pattern = bare(str_from(row->pattern));
	struct str text = bare(str_from(row->text));

	assert_int_equal(str_glob(pattern, text), row->want);
	bare_free(pattern);
	bare_free(text);
}

/* Patterns over which a naive matcher would think for years. */
static void
hostile_globs_end_soon(void **state)
{
	struct buffer text = repeat("a", 20000), stars = repeat("*a", 40);
	struct buffer brackets = repeat("*[", 200), opens = repeat("[", 20000);

	(void)state;
	buffer_add_byte(&stars, 'b');
	assert_false(str_glob(buffer_str(&stars), buffer_str(&text)));
	assert_false(str_glob(buffer_str(&brackets), buffer_str(&text)));
	assert_true(str_glob(buffer_str(&opens), buffer_str(&opens)));
	buffer_free(&text);
	buffer_free(&stars);
	buffer_free(&brackets);
	buffer_free(&opens);
}

static struct utf8_row {
	const char *name;
	struct str text;
	size_t bad; /* NOWHERE where it is UTF-8 */
} utf8_rows[] = {
	{ "utf-8: nothing", STR_INIT(""), NOWHERE },
	{ "utf-8: ASCII", STR_INIT("measure\tunit\tvalue\n"), NOWHERE },
	{ "utf-8: a NUL is a byte like any other", STR_INIT("a\0b"), NOWHERE },
	{ "utf-8: two, three and four bytes", STR_INIT("é县𠀀"), NOWHERE },
	{ "utf-8: the first of two bytes", STR_INIT("\xc2\x80"), NOWHERE },
	{ "utf-8: the last of two bytes", STR_INIT("\xdf\xbf"), NOWHERE },
	{ "utf-8: the first of three bytes", STR_INIT("\xe0\xa0\x80"),
	    NOWHERE },
	{ "utf-8: before the surrogates", STR_INIT("\xed\x9f\xbf"), NOWHERE },
	{ "utf-8: after the surrogates", STR_INIT("\xee\x80\x80"), NOWHERE },
	{ "utf-8: the last of three bytes", STR_INIT("\xef\xbf\xbf"), NOWHERE },
	{ "utf-8: the first of four bytes", STR_INIT("\xf0\x90\x80\x80"),
	    NOWHERE },
	{ "utf-8: the last of all", STR_INIT("\xf4\x8f\xbf\xbf"), NOWHERE },
	{ "utf-8: beyond the last of all", STR_INIT("\xf4\x90\x80\x80"), 0 },
	{ "utf-8: the first surrogate", STR_INIT("x\xed\xa0\x80"), 1 },
	{ "utf-8: the last surrogate", STR_INIT("\xed\xbf\xbf"), 0 },
	{ "utf-8: NUL of two bytes", STR_INIT("ab\xc0\x80"), 2 },
	{ "utf-8: overlong, two bytes", STR_INIT("\xc1\xbf"), 0 },
	{ "utf-8: overlong, three bytes", STR_INIT("\xe0\x9f\xbf"), 0 },
	{ "utf-8: overlong, four bytes", STR_INIT("\xf0\x8f\xbf\xbf"), 0 },
	{ "utf-8: five bytes", STR_INIT("\xf8\x88\x80\x80\x80"), 0 },
	{ "utf-8: a byte that never occurs", STR_INIT("a\xff"), 1 },
	{ "utf-8: a continuation alone", STR_INIT("\x80"), 0 },
	{ "utf-8: cut after one of two", STR_INIT("a\xc3"), 1 },
	{ "utf-8: cut after two of three", STR_INIT("县\xe5\x8e"), 3 },
	{ "utf-8: cut after three of four", STR_INIT("\xf0\xa0\x80"), 0 },
	{ "utf-8: a letter where more is due",
	    STR_INIT("\xe5\x8e"
		     "a"),
	    0 },
	{ "utf-8: after eight of ASCII", STR_INIT("abcdefgh\xff"), 8 },
	{ "utf-8: the last of eight", STR_INIT("abcdefg\xff"), 7 },
	{ "utf-8: after sixteen and more",
	    STR_INIT("abcdefghijklmnop县\xe5xxxxxxxxxxxx"), 19 },
	{ "utf-8: GBK", STR_INIT("\xcf\xd8"), 0 },
};

static void
check_utf8(void **state)
{
	const struct utf8_row *row = *state;
	struct str text = bare(row->text);
	size_t bad = NOWHERE;

	assert_int_equal(str_is_utf8(text, &bad), row->bad == NOWHERE);
	assert_int_equal(bad, row->bad);
	bare_free(text);
}

static struct point_row {
	const char *name;
	struct str text;
	size_t at, size; /* size 0: malformed */
	int32_t point;	 /* of str_step() */
} point_rows[] = {
	{ "point: ASCII", STR_INIT("ab"), 1, 1, 'b' },
	{ "point: NUL", STR_INIT("\0"), 0, 1, 0 },
	{ "point: two bytes", STR_INIT("é"), 0, 2, 0xe9 },
	{ "point: three bytes", STR_INIT("a县"), 1, 3, 0x53bf },
	{ "point: four bytes", STR_INIT("𠀀x"), 0, 4, 0x20000 },
	{ "point: inside a character", STR_INIT("县"), 1, 0, 0x11008e },
	{ "point: surrogate", STR_INIT("\xed\xa0\x80"), 0, 0, 0x1100ed },
	{ "point: overlong", STR_INIT("\xc0\xaf"), 0, 0, 0x1100c0 },
	{ "point: cut short", STR_INIT("\xe5\x8e"), 0, 0, 0x1100e5 },
};

static void
check_point(void **state)
{
	const struct point_row *row = *state;
	struct str text = bare(row->text);
	int32_t point;

	assert_int_equal(str_code_point(text, row->at, &point), row->size);
	if (row->size > 0)
		assert_int_equal(point, row->point);
	assert_int_equal(str_step(text, row->at, &point),
	    row->size > 0 ? row->size : 1);
	assert_int_equal(point, row->point);
	bare_free(text);
}

static void
past_the_end_is_no_code_point(void **state)
{
	int32_t point;

	(void)state;
	assert_int_equal(str_code_point(STR("a"), 1, &point), 0);
	assert_int_equal(str_code_point((struct str){ 0 }, 0, &point), 0);
}

static struct width_row {
	const char *name, *text;
	size_t want;
} width_rows[] = {
	{ "width: nothing", "", 0 },
	{ "width: ASCII", "812.35", 6 },
	{ "width: wide", "甲县", 4 },
	{ "width: full-width digits", "１２", 4 },
	{ "width: half-width forms", "ｱ", 1 },
	{ "width: wide beyond the first plane", "𠀀", 2 },
	{ "width: ambiguous counts as one", "…±é", 3 },
	{ "width: combining takes none", "e\xcc\x81", 1 },
	{ "width: malformed bytes take one each", "\xff\xe5\x8e", 3 },
};

static void
check_width(void **state)
{
	const struct width_row *row = *state;
	struct str text = bare(str_from(row->text));

	assert_int_equal(str_width(text), row->want);
	bare_free(text);
}

static struct nearest_row {
	const char *name, *word, *offered, *want; /* offered: parted by '|' */
} nearest_rows[] = {
	{ "nearest: nothing offered", "Digits", NULL, "" },
	{ "nearest: a letter is missing", "Digts", "Id|Name|Digits", "Digits" },
	{ "nearest: a letter too many", "Unitt", "Id|Unit|Kind", "Unit" },
	{ "nearest: another letter", "Nane", "Id|Name", "Name" },
	{ "nearest: the nearer one", "revenue", "revenge|revenues2|revenue1",
	    "revenge" },
	{ "nearest: letters too many count each", "revenue",
	    "revenueXX|revenueX", "revenueX" },
	{ "nearest: letters too few count each", "revenue", "reven|revenu",
	    "revenu" },
	{ "nearest: a shift is two edits", "abcdef", "bcdefX", "bcdefX" },
	{ "nearest: a shift by two is four", "abcdefghi", "XYabcdefg", "" },
	{ "nearest: to the left as well", "abcdefghi", "cdefghiXY", "" },
	{ "nearest: the first letter is missing", "nit", "unit", "unit" },
	{ "nearest: the last letter is missing", "uni", "unit", "unit" },
	{ "nearest: the first of equals", "cat", "bat|hat", "bat" },
	{ "nearest: not itself", "unit", "unit|units", "units" },
	{ "nearest: two letters exchanged", "socre", "stare|score", "score" },
	{ "nearest: two letters exchanged are one edit", "socre",
	    "scores|score", "score" },
	{ "nearest: two of six", "abcdef", "abcdXY", "abcdXY" },
	{ "nearest: three of six are too many", "abcdef", "abcXYZ", "" },
	{ "nearest: two of five are too many", "abcde", "abcXY", "" },
	{ "nearest: one of two", "甲县", "乙县", "乙县" },
	{ "nearest: never the whole word", "甲", "乙", "" },
	{ "nearest: nor nothing for it", "a", "", "" },
	{ "nearest: characters count, not bytes", "固定资产", "固定资本",
	    "固定资本" },
	{ "nearest: much longer", "tax", "taxation", "" },
	{ "nearest: much shorter", "taxation", "tax", "" },
	{ "nearest: changed places are two edits", "untis.rec", "units.rec",
	    "units.rec" },
	{ "nearest: malformed bytes are characters", "\xff\xfe\xfd",
	    "\xff\xfe\xfc", "\xff\xfe\xfc" },
};

static void
check_nearest(void **state)
{
	const struct nearest_row *row = *state;
	struct str rest = str_from(row->offered), candidate;
	struct str_nearest nearest;
	bool more = row->offered != NULL;

	str_nearest_start(&nearest, str_from(row->word));
	while (more) {
		more = str_cut(&rest, '|', &candidate);
		str_nearest_offer(&nearest, candidate);
	}
	assert_str(str_nearest_best(&nearest), row->want);
}

static void
very_long_words_are_near_nothing(void **state)
{
	struct buffer sixty_four = repeat("县", 64), longer = repeat("县", 65);
	struct buffer sixty_three = repeat("县", 63);
	struct str_nearest nearest;

	(void)state;
	str_nearest_start(&nearest, buffer_str(&sixty_four));
	str_nearest_offer(&nearest, buffer_str(&longer));
	assert_int_equal(str_nearest_best(&nearest).size, 0);
	str_nearest_offer(&nearest, buffer_str(&sixty_three));
	assert_int_equal(str_nearest_best(&nearest).size, sixty_three.size);
	str_nearest_start(&nearest, buffer_str(&longer));
	str_nearest_offer(&nearest, buffer_str(&sixty_four));
	assert_int_equal(str_nearest_best(&nearest).size, 0);
	buffer_free(&sixty_three);
	buffer_free(&sixty_four);
	buffer_free(&longer);
}

static struct order_row {
	const char *name;
	struct str a, b;
	int want;
} order_rows[] = {
	{ "order: equal", STR_INIT("a"), STR_INIT("a"), 0 },
	{ "order: both empty", STR_INIT(""), STR_INIT(""), 0 },
	{ "order: the shorter first", STR_INIT("ab"), STR_INIT("abc"), -1 },
	{ "order: nothing first", STR_INIT(""), STR_INIT("a"), -1 },
	{ "order: bytes before length", STR_INIT("b"), STR_INIT("ab"), 1 },
	{ "order: bytes have no sign", STR_INIT("z"), STR_INIT("县"), -1 },
	{ "order: as code points go", STR_INIT("\xef\xbf\xbd"), STR_INIT("𠀀"),
	    -1 },
	{ "order: a NUL counts", STR_INIT("a\0b"), STR_INIT("a\0c"), -1 },
};

static void
check_order(void **state)
{
	const struct order_row *row = *state;
	int order = str_compare(row->a, row->b);
	int turned = str_compare(row->b, row->a);

	assert_int_equal((order > 0) - (order < 0), row->want);
	assert_int_equal((turned > 0) - (turned < 0), -row->want);
	assert_int_equal(str_equal(row->a, row->b), row->want == 0);
}

static struct trim_row {
	const char *name, *text, *want;
} trim_rows[] = {
	{ "trim: nothing to do", "a b", "a b" },
	{ "trim: both ends", " \t a b\t ", "a b" },
	{ "trim: nothing left", " \t ", "" },
	{ "trim: nothing there", "", "" },
	{ "trim: line ends stay", " a\r\n", "a\r\n" },
	{ "trim: the ideographic space stays", "　a", "　a" },
};

static void
check_trim(void **state)
{
	const struct trim_row *row = *state;

	assert_str(str_trim(str_from(row->text)), row->want);
}

static void
no_text_is_an_empty_slice(void **state)
{
	struct str none = str_from(NULL), head;

	(void)state;
	assert_int_equal(none.size, 0);
	assert_true(str_equal(none, STR("")));
	assert_int_equal(str_compare(none, STR("")), 0);
	assert_int_equal(str_trim(none).size, 0);
	assert_int_equal(str_from_byte(none, 3).size, 0);
	assert_int_equal(str_head(none, 3).size, 0);
	assert_int_equal(str_find(none, 'a'), NOWHERE);
	assert_int_equal(str_find_last(none, 'a'), NOWHERE);
	assert_int_equal(str_width(none), 0);
	assert_int_equal(str_hash(none), str_hash(STR("")));
	assert_true(str_glob(none, none));
	assert_false(str_cut(&none, ',', &head));
	assert_false(str_next_line(&none, &head));
}

static void
starts_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts(STR("schemes/2022.rec"), STR("schemes/")));
	assert_true(str_starts(STR("a"), STR("a")));
	assert_true(str_starts(STR("a"), STR("")));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_false(str_starts(STR("ab"), STR("b")));
	assert_true(str_ends(STR("schemes/2022.rec"), STR(".rec")));
	assert_true(str_ends(STR("a"), STR("")));
	assert_false(str_ends(STR("rec"), STR(".rec")));
	assert_false(str_ends(STR("ab"), STR("a")));
}

static void
parts_stay_inside(void **state)
{
	(void)state;
	assert_str(str_from_byte(STR("abc"), 1), "bc");
	assert_str(str_from_byte(STR("abc"), 3), "");
	assert_str(str_from_byte(STR("abc"), 9), "");
	assert_str(str_head(STR("abc"), 2), "ab");
	assert_str(str_head(STR("abc"), 0), "");
	assert_str(str_head(STR("abc"), 9), "abc");
}

static void
bytes_are_found(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("a.b.c"), '.'), 1);
	assert_int_equal(str_find_last(STR("a.b.c"), '.'), 3);
	assert_int_equal(str_find(STR("abc"), '.'), NOWHERE);
	assert_int_equal(str_find_last(STR("abc"), '.'), NOWHERE);
	assert_int_equal(str_find(STR("a\0b"), '\0'), 1);
	assert_int_equal(str_find_last(STR(".abc"), '.'), 0);
}

static void
a_row_is_cut_into_cells(void **state)
{
	struct str rest = STR("a\t\tb\t"), head;

	(void)state;
	assert_true(str_cut(&rest, '\t', &head));
	assert_str(head, "a");
	assert_str(rest, "\tb\t");
	assert_true(str_cut(&rest, '\t', &head));
	assert_str(head, "");
	assert_true(str_cut(&rest, '\t', &head));
	assert_str(head, "b");
	assert_str(rest, "");
	assert_false(str_cut(&rest, '\t', &head));
	assert_str(head, "");
	rest = STR("last");
	assert_false(str_cut(&rest, '\t', &head));
	assert_str(head, "last");
	assert_str(rest, "");
}

static void
lines_come_one_by_one(void **state)
{
	struct str text = STR("one\n\nthree\r\nlast"), line;

	(void)state;
	assert_true(str_next_line(&text, &line));
	assert_str(line, "one");
	assert_true(str_next_line(&text, &line));
	assert_str(line, "");
	assert_true(str_next_line(&text, &line));
	assert_str(line, "three\r");
	assert_true(str_next_line(&text, &line));
	assert_str(line, "last");
	assert_false(str_next_line(&text, &line));
	text = STR("one\n");
	assert_true(str_next_line(&text, &line));
	assert_false(str_next_line(&text, &line));
}

static void
each_byte_changes_the_hash(void **state)
{
	char bytes[41];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	for (size_t size = 1; size <= sizeof(bytes); size++) {
		uint64_t hash = str_hash((struct str){ bytes, size });

		assert_true(hash != str_hash((struct str){ bytes, size - 1 }));
		for (size_t i = 0; i < size; i++) {
			bytes[i] ^= 1;
			assert_true(hash !=
				    str_hash((struct str){ bytes, size }));
			bytes[i] ^= 1;
		}
		assert_true(hash == str_hash((struct str){ bytes, size }));
	}
	assert_true(str_hash(STR("\0")) != str_hash(STR("")));
	assert_true(str_hash(STR("\0\0")) != str_hash(STR("\0")));
}

/*
 * A hundred thousand Ids that begin alike, in 65,536 slots: chance fills 78 in
 * 100 of these, whichever bits are taken.
 */
static void
hashes_spread(void **state)
{
	enum { SLOTS = 65536, IDS = 100000 };
	static const unsigned shifts[] = { 0, 24, 48 };
	unsigned char *taken = calloc(SLOTS, 1);
	size_t count;

	(void)state;
	assert_non_null(taken);
	for (size_t j = 0; j < LENGTH(shifts); j++) {
		memset(taken, 0, SLOTS);
		count = 0;
		for (int i = 0; i < IDS; i++) {
			char id[48];
			int size = snprintf(id, sizeof(id),
			    "a-prefix-shared-by-all.item%d", i);
			size_t slot =
			    (str_hash((struct str){ id, (size_t)size }) >>
				shifts[j]) %
			    SLOTS;

			count += !taken[slot];
			taken[slot] = 1;
		}
		assert_in_range(count, 50900, 51900);
	}
	free(taken);
}

static void
hashes_do_not_depend_on_where(void **state)
{
	struct str id = STR("economy.revenue");
	char bytes[32];

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		memcpy(bytes + i, id.data, id.size);
		assert_true(str_hash((struct str){ bytes + i, id.size }) ==
			    str_hash(id));
	}
}

static void
a_buffer_grows(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	assert_str(buffer_str(&buffer), "");
	buffer_add(&buffer, (struct str){ 0 });
	for (int i = 0; i < 10000; i++) {
		buffer_add(&buffer, STR("ab"));
		buffer_add_byte(&buffer, '\0');
	}
	assert_int_equal(buffer.size, 30000);
	for (size_t i = 0; i < buffer.size; i++)
		assert_int_equal(buffer.data[i], "ab"[i % 3]);
	assert_true(buffer.capacity >= buffer.size);
	buffer_clear(&buffer);
	assert_int_equal(buffer_str(&buffer).size, 0);
	buffer_add_byte(&buffer, 'x');
	assert_str(buffer_str(&buffer), "x");
	buffer_free(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.capacity, 0);
	buffer_free(&buffer);
}

static void
a_buffer_takes_formats(void **state)
{
	struct buffer buffer = { 0 };
	struct buffer wide = repeat("县", 400);

	(void)state;
	buffer_format(&buffer, "%s=%d;", "a", -7);
	buffer_format(&buffer, "%s", "");
	buffer_format(&buffer, STR_FMT "|", STR_ARG(buffer_str(&wide)));
	buffer_add_byte(&buffer, '.');
	assert_int_equal(buffer.size, 5 + 1200 + 2);
	assert_true(str_starts(buffer_str(&buffer), STR("a=-7;县")));
	assert_true(str_ends(buffer_str(&buffer), STR("县|.")));
	buffer_free(&buffer);
	buffer_free(&wide);
}

static void
room_that_is_reserved_stays(void **state)
{
	struct buffer buffer = { 0 };
	const char *data;

	(void)state;
	buffer_reserve(&buffer, 0);
	buffer_add_byte(&buffer, 'a');
	buffer_reserve(&buffer, 5000);
	data = buffer.data;
	for (int i = 0; i < 5000; i++)
		buffer_add_byte(&buffer, 'b');
	assert_ptr_equal(buffer.data, data);
	assert_int_equal(buffer.size, 5001);
	assert_int_equal(buffer.data[0], 'a');
	buffer_free(&buffer);
}

static struct safe_row {
	const char *name, *text, *want;
} safe_rows[] = {
	{ "any script is safe", "粮食 é a", "粮食 é a" },
	{ "controls are not", "a\tb\x1b[31m\x7f", "a\\x09b\\x1B[31m\\x7F" },
	{ "nor those of two bytes", "\xc2\x85", "\\xC2\\x85" },
	{ "nor bytes that are no UTF-8", "\xff\xe7z", "\\xFF\\xE7z" },
	{ "nor what turns the direction",
	    /* NOLINTNEXTLINE(misc-misleading-bidirectional): it is the case. */
	    "a\xe2\x80\xae"
	    "b",
	    "a\\xE2\\x80\\xAE"
	    "b" },
	{ "a backslash is", "\\x41", "\\x41" },
	{ "nothing is added for nothing", "", "" },
};

static void
check_safe(void **state)
{
	const struct safe_row *row = *state;
	struct buffer shown = { 0 };

	buffer_add_safe(&shown, str_from(row->text));
	assert_int_equal(shown.size, strlen(row->want));
	assert_true(str_equal(buffer_str(&shown), str_from(row->want)));
	buffer_free(&shown);
}

static struct words_row {
	const char *name, *text;
	const char *want[STR_WORDS_MAX]; /* up to a NULL */
	bool fits;
} words_rows[] = {
	{ "spaces part words", "day 3", { "day", "3" }, true },
	{ "however many", "  a   b  ", { "a", "b" }, true },
	{ "nothing has none", "", { NULL }, true },
	{ "nor have spaces", "   ", { NULL }, true },
	{ "tabs belong to a word", "a\tb", { "a\tb" }, true },
	{ "ten fit", "1 2 3 4 5 6 7 8 9 10",
	    { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10" }, true },
	{ "eleven do not", "1 2 3 4 5 6 7 8 9 10 11", { "1" }, false },
};

static void
check_words(void **state)
{
	const struct words_row *row = *state;
	struct str_words words = { .count = 7 };
	size_t count = 0;

	assert_int_equal(str_words(&words, str_from(row->text)), row->fits);
	for (; count < STR_WORDS_MAX && row->want[count] != NULL; count++)
		assert_true(str_word_is(&words, count, row->want[count]));
	if (row->fits)
		assert_int_equal(words.count, count);
	assert_false(str_word_is(&words, words.count, ""));
}

/* What the buffer held before is gone; no byte of the stream is, not a NUL. */
static void
a_buffer_takes_a_stream(void **state)
{
	struct buffer_stream stream;
	struct buffer buffer = { 0 };

	(void)state;
	buffer_add(&buffer, STR("before"));
	buffer_stream_open(&stream);
	for (int i = 0; i < 10000; i++)
		fprintf(stream.file, "%04d", i);
	fputc('\0', stream.file);
	buffer_stream_close(&stream, &buffer);
	assert_int_equal(buffer.size, 40001);
	assert_memory_equal(buffer.data, "00000001", 8);
	assert_memory_equal(buffer.data + 39996, "9999", 5);
	buffer_stream_open(&stream);
	buffer_stream_close(&stream, &buffer);
	assert_int_equal(buffer.size, 0);
	buffer_free(&buffer);
}

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(hostile_globs_end_soon),
		cmocka_unit_test(past_the_end_is_no_code_point),
		cmocka_unit_test(very_long_words_are_near_nothing),
		cmocka_unit_test(no_text_is_an_empty_slice),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(parts_stay_inside),
		cmocka_unit_test(bytes_are_found),
		cmocka_unit_test(a_row_is_cut_into_cells),
		cmocka_unit_test(lines_come_one_by_one),
		cmocka_unit_test(each_byte_changes_the_hash),
		cmocka_unit_test(hashes_spread),
		cmocka_unit_test(hashes_do_not_depend_on_where),
		cmocka_unit_test(a_buffer_grows),
		cmocka_unit_test(a_buffer_takes_formats),
		cmocka_unit_test(room_that_is_reserved_stays),
		cmocka_unit_test(a_buffer_takes_a_stream),
	};
	struct CMUnitTest tests[LENGTH(glob_rows) + LENGTH(utf8_rows) +
				LENGTH(point_rows) + LENGTH(width_rows) +
				LENGTH(nearest_rows) + LENGTH(order_rows) +
				LENGTH(trim_rows) + LENGTH(safe_rows) +
				LENGTH(words_rows) + LENGTH(others)];
	size_t count = 0;

	ADD(glob_rows, check_glob);
	ADD(utf8_rows, check_utf8);
	ADD(point_rows, check_point);
	ADD(width_rows, check_width);
	ADD(nearest_rows, check_nearest);
	ADD(order_rows, check_order);
	ADD(trim_rows, check_trim);
	ADD(safe_rows, check_safe);
	ADD(words_rows, check_words);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
