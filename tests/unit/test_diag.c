/* Findings: each row is what is reported, and the bytes that are printed. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/diag.h"

/* What the findings that these tests report are to say, see gettext() below. */
#define UTF8 "not UTF-8; save the file as UTF-8"
#define WIDE "full-width digit; write it as 0-9: "
#define UNUSED "no rule uses the measure 'tax'; remove it, or use it"
#define OVERLAP "'a' and 'b' can hold together; let one exclude the other"
#define NO_BOOK "there is no book.rec here; name the book's folder with -C"
#define LEFT_OUT(count) "not shown: " count " more; mend these first"

#define N_(text) (text)
static const char *const english[] = {
#define FINDING(id, severity, code, text) [id] = text,
#include "base/findings.h"
#undef FINDING
};

/*
 * What stands in for gettext: a language whose texts are known here, so that
 * those of the table can be reworded without a change to these tests.
 */
static const char *language[FINDING_COUNT] = {
	[D_UTF8] = UTF8,
	[D_WIDE_DIGIT] = "full-width digit; write it as 0-9: {1}",
	[D_WARN_UNUSED] =
	    "no rule uses the measure '{1}'; remove it, or use it",
	[D_LINT_OVERLAP] =
	    "'{1}' and '{2}' can hold together; let one exclude the other",
	[D_NOT_A_BOOK] = NO_BOOK,
	[D_LEFT_OUT] = "not shown: {1} more; mend these first",
};
static const char *word_for_error = "error";

char *(gettext)(const char *text);
char *(dgettext)(const char *domain, const char *text);
char *(dcgettext)(const char *domain, const char *text, int category);

char *(gettext)(const char *text)
{
	union {
		const char *in;
		char *out;
	} found = { text };

	if (strcmp(text, "error") == 0)
		found.in = word_for_error;
	for (size_t i = 0; i < LENGTH(english); i++)
		if (language[i] != NULL && strcmp(english[i], text) == 0)
			found.in = language[i];
	return found.out;
}

char *(dgettext)(const char *domain, const char *text)
{
	(void)domain;
	return (gettext)(text);
}

char *(dcgettext)(const char *domain, const char *text, int category)
{
	(void)domain;
	(void)category;
	return (gettext)(text);
}

#define TSV_HEADER "path\tline\tcolumn\tseverity\tcode\tmessage\n"

/* What is printed; free() it. */
static char *
print(struct diag *diag, struct diag_print how)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	diag_print(diag, &how, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), size);
	return text;
}

static void
assert_prints(struct diag *diag, struct diag_print how, const char *want)
{
	char *text = print(diag, how);

	assert_string_equal(text, want);
	free(text);
}

/* Where a byte stands: the line is named by its first bytes. */
static struct place_row {
	const char *name;
	struct str text;
	size_t at, size;
	unsigned line, column, span;
	const char *source;
} place_rows[] = {
	{ "place: the first byte", STR_INIT("ab\ncd\n"), 0, 1, 1, 1, 1, "ab" },
	{ "place: the end of a line", STR_INIT("ab\ncd\n"), 2, 1, 1, 3, 0,
	    "ab" },
	{ "place: the start of the second", STR_INIT("ab\ncd\n"), 3, 2, 2, 1, 2,
	    "cd" },
	{ "place: the fourth line", STR_INIT("ab\ncd\n\nefg\nh"), 9, 1, 4, 3, 1,
	    "efg" },
	{ "place: a line without a newline", STR_INIT("ab\ncd"), 4, 1, 2, 2, 1,
	    "cd" },
	{ "place: after the last newline", STR_INIT("ab\n"), 3, 0, 2, 1, 0,
	    "" },
	{ "place: an empty line", STR_INIT("a\n\nb"), 2, 0, 2, 1, 0, "" },
	{ "place: past the end", STR_INIT("ab"), 9, 1, 1, 3, 0, "ab" },
	{ "place: an empty text", STR_INIT(""), 0, 1, 1, 1, 0, "" },
	{ "place: characters are counted", STR_INIT("数据\t１２"), 7, 6, 1, 4,
	    2, "数据\t１２" },
	{ "place: inside a character", STR_INIT("a数x"), 2, 1, 1, 2, 0,
	    "a数x" },
	{ "place: inside the first character", STR_INIT("数x"), 1, 1, 1, 1, 0,
	    "数x" },
	{ "place: inside a character of four bytes", STR_INIT("𠀀x"), 3, 2, 1,
	    1, 2, "𠀀x" },
	{ "place: a malformed byte is a character",
	    STR_INIT("\xff\xfe"
		     "ab"),
	    2, 1, 1, 3, 1,
	    "\xff\xfe"
	    "ab" },
	{ "place: malformed bytes are marked one by one",
	    STR_INIT("a\xe5\x8e"
		     "b"),
	    1, 2, 1, 2, 2,
	    "a\xe5\x8e"
	    "b" },
	{ "place: no further than the line", STR_INIT("abc\ndef"), 1, 6, 1, 2,
	    2, "abc" },
	{ "place: any size is bounded", STR_INIT("abc"), 1, SIZE_MAX, 1, 2, 2,
	    "abc" },
	{ "place: long lines count the same",
	    STR_INIT("abcdefghijklmnopqrs县tuvwxyzabcdefghijkl"), 24, 8, 1, 23,
	    8, "abcdefghijklmnopqrs县tuvwxyzabcdefghijkl" },
};

static void
check_place(void **state)
{
	const struct place_row *row = *state;
	struct place place = place_in("f", row->text, row->at, row->size);

	assert_string_equal(place.path, "f");
	assert_int_equal(place.line, row->line);
	assert_int_equal(place.column, row->column);
	assert_int_equal(place.span, row->span);
	assert_true(str_equal(place.source, str_from(row->source)));
}

/* A place made by hand. */
static struct place
at(const char *path, unsigned line, unsigned column, unsigned span,
    struct str source)
{
	return (struct place){ path, line, column, span, source };
}

/* The first line of a finding, for a place without a line to show. */
static struct heading_row {
	const char *name;
	struct place place;
	const char *prefix, *want;
} heading_rows[] = {
	{ "heading: line and column", { "a.rec", 14, 22, 0, { 0 } }, NULL,
	    "a.rec:14:22: error: " UTF8 " [utf-8]\n" },
	{ "heading: a line", { "a.rec", 14, 0, 0, { 0 } }, NULL,
	    "a.rec:14: error: " UTF8 " [utf-8]\n" },
	{ "heading: a file", { "a.rec", 0, 0, 0, { 0 } }, NULL,
	    "a.rec: error: " UTF8 " [utf-8]\n" },
	{ "heading: no column without a line", { "a.rec", 0, 5, 0, { 0 } },
	    NULL, "a.rec: error: " UTF8 " [utf-8]\n" },
	{ "heading: a prefix", { "a.rec", 1, 0, 0, { 0 } },
	    "HEAD:", "HEAD:a.rec:1: error: " UTF8 " [utf-8]\n" },
	{ "heading: a path drives no terminal",
	    { "甲\033[2J\xff\n", 1, 0, 0, { 0 } }, "\a",
	    "\\x07甲\\x1B[2J\\xFF\\x0A:1: error: " UTF8 " [utf-8]\n" },
};

static void
check_heading(void **state)
{
	const struct heading_row *row = *state;
	struct diag *diag = diag_new(0);

	diag_at(diag, row->place, D_UTF8);
	assert_prints(diag, (struct diag_print){ .prefix = row->prefix },
	    row->want);
	diag_free(diag);
}

#define TEN "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN
#define WIDE_NINE "一二三四五六七八九"
#define WIDE_TEN WIDE_NINE "十"
#define TEN_MARKS "~~~~~~~~~~"
#define TEN_BLANKS "          "
#define FIFTY_BLANKS TEN_BLANKS TEN_BLANKS TEN_BLANKS TEN_BLANKS TEN_BLANKS
#define SIXTY_BLANKS FIFTY_BLANKS TEN_BLANKS

/* What is shown of the line, and the marks under it. */
static struct source_row {
	const char *name;
	struct str text;
	size_t at, size;
	const char *want;
} source_rows[] = {
	{ "source: one character", STR_INIT("abc"), 1, 1, "abc\n ^\n" },
	{ "source: a span", STR_INIT("a bcd e"), 2, 3, "a bcd e\n  ^~~\n" },
	{ "source: no span marks one", STR_INIT("abc"), 1, 0, "abc\n ^\n" },
	{ "source: the end of the line", STR_INIT("abc\nx"), 3, 1,
	    "abc\n   ^\n" },
	{ "source: only its own line", STR_INIT("x\nabc\ny"), 2, 1,
	    "abc\n^\n" },
	{ "source: an empty line is not shown", STR_INIT("a\n\nb"), 2, 0, "" },
	{ "source: wide characters before", STR_INIT("甲县a"), 6, 1,
	    "甲县a\n    ^\n" },
	{ "source: wide characters marked", STR_INIT("a１２b"), 1, 6,
	    "a１２b\n ^~~~\n" },
	{ "source: one wide character", STR_INIT("a１b"), 1, 3, "a１b\n ^~\n" },
	{ "source: combining characters take no room", STR_INIT("e\xcc\x81x"),
	    3, 1, "e\xcc\x81x\n ^\n" },
	{ "source: tabs stay tabs", STR_INIT("a\t县\t１２"), 6, 6,
	    "a\t县\t１２\n \t  \t^~~~\n" },
	{ "source: a marked tab reaches to its stop", STR_INIT("abc\tx"), 2, 3,
	    "abc\tx\n  ^~~~~~~\n" },
	{ "source: control characters are shown", STR_INIT("\033[1mx\x7fy"), 4,
	    1, "\\x1B[1mx\\x7Fy\n       ^\n" },
	{ "source: and marked as they are shown", STR_INIT("a\033b"), 1, 1,
	    "a\\x1Bb\n ^~~~\n" },
	{ "source: a carriage return", STR_INIT("ab\r\n"), 2, 1,
	    "ab\\x0D\n  ^~~~\n" },
	{ "source: a NUL", STR_INIT("a\0b"), 2, 1, "a\\x00b\n     ^\n" },
	{ "source: controls beyond ASCII",
	    STR_INIT("\xc2\x9b"
		     "31m"),
	    2, 1, "\\xC2\\x9B31m\n        ^\n" },
	{ "source: a hard space is none of them", STR_INIT("a\xc2\xa0x"), 3, 1,
	    "a\xc2\xa0x\n  ^\n" },
	{ "source: bytes that are no UTF-8",
	    STR_INIT("\xe5\x8e"
		     "a"),
	    2, 1, "\\xE5\\x8Ea\n        ^\n" },
	{ "source: other separators of lines", STR_INIT("\xe2\x80\xa8x"), 3, 1,
	    "\\xE2\\x80\\xA8x\n            ^\n" },
	{ "source: 120 columns are shown whole", STR_INIT(FIFTY FIFTY TEN TEN),
	    119, 1,
	    FIFTY FIFTY TEN TEN "\n" SIXTY_BLANKS FIFTY_BLANKS "         ^\n" },
	{ "source: more are cut behind", STR_INIT(FIFTY FIFTY TEN TEN "x"), 0,
	    1, FIFTY FIFTY TEN TEN "…\n^\n" },
	{ "source: and before", STR_INIT("x" FIFTY FIFTY TEN TEN), 120, 1,
	    "…" FIFTY FIFTY TEN TEN "\n " SIXTY_BLANKS FIFTY_BLANKS
	    "         ^\n" },
	{ "source: and on both sides", STR_INIT(FIFTY FIFTY FIFTY FIFTY), 100,
	    3, "…" FIFTY TEN FIFTY TEN "…\n " SIXTY_BLANKS "^~~\n" },
	{ "source: wide characters are cut whole",
	    STR_INIT(WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN
		    WIDE_TEN WIDE_TEN "x" WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN),
	    240, 1,
	    "…" WIDE_TEN WIDE_TEN WIDE_TEN "x" WIDE_TEN WIDE_TEN WIDE_NINE
	    "…\n " SIXTY_BLANKS "^\n" },
	{ "source: no half of a wide character before the mark",
	    STR_INIT(WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN
		"y" WIDE_TEN WIDE_TEN WIDE_NINE
		"x" WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN),
	    238, 1,
	    "…y" WIDE_TEN WIDE_TEN WIDE_NINE "x" WIDE_TEN WIDE_TEN WIDE_TEN
	    "…\n" SIXTY_BLANKS "^\n" },
	{ "source: nor at the end of the line",
	    STR_INIT(WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN
		"y" WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_NINE),
	    298, 1,
	    "…y" WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_TEN WIDE_NINE
	    "\n" SIXTY_BLANKS SIXTY_BLANKS "^\n" },
	{ "source: marks end with what is shown",
	    STR_INIT(FIFTY FIFTY FIFTY FIFTY), 100, 100,
	    "…" FIFTY TEN FIFTY TEN "…\n " SIXTY_BLANKS
	    "^~~~~~~~~~" TEN_MARKS TEN_MARKS TEN_MARKS TEN_MARKS TEN_MARKS
	    "\n" },
};

static void
check_source(void **state)
{
	const struct source_row *row = *state;
	struct diag *diag = diag_new(0);
	char *text, *shown;

	diag_at(diag, place_in("f", row->text, row->at, row->size), D_UTF8);
	text = print(diag, (struct diag_print){ 0 });
	shown = strchr(text, '\n');
	assert_non_null(shown);
	assert_string_equal(shown + 1, row->want);
	free(text);
	diag_free(diag);
}

/* A place made by hand: the line is shown where the column is not known. */
static void
a_line_as_a_whole_has_no_marks(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	diag_at(diag, at("f", 3, 0, 0, STR("measure\tunit")), D_UTF8);
	assert_prints(diag, (struct diag_print){ 0 },
	    "f:3: error: " UTF8 " [utf-8]\nmeasure\tunit\n");
	diag_free(diag);
}

/* Such characters show a line in another order than it is read in. */
static void
what_turns_the_direction_is_escaped(void **state)
{
	static const char line[] = { '\xe2', '\x80', '\xae', 'a', '\xe2',
		'\x81', '\xa9', 'b' };
	struct diag *diag = diag_new(0);

	(void)state;
	diag_at(diag, place_in("f", (struct str){ line, sizeof(line) }, 3, 1),
	    D_WIDE_DIGIT, ((struct str){ line, 3 }));
	assert_prints(diag, (struct diag_print){ 0 },
	    "f:1:2: error: " WIDE "\\xE2\\x80\\xAE [wide-digit]\n"
	    "\\xE2\\x80\\xAEa\\xE2\\x81\\xA9b\n            ^\n");
	diag_free(diag);
}

static void
a_column_past_the_line_marks_its_end(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	diag_at(diag, at("f", 3, 99, 4, STR("ab")), D_UTF8);
	assert_prints(diag, (struct diag_print){ 0 },
	    "f:3:99: error: " UTF8 " [utf-8]\nab\n  ^\n");
	diag_free(diag);
}

/*
 * Every column of a line of ten million bytes: the finding shows its
 * neighbours, wherever it stands, and holds no more than these.
 */
static void
a_very_long_line_is_shown_around_the_column(void **state)
{
	enum { SIZE = 10 * 1000 * 1000 };
	static const size_t places[] = { 0, 1, 59, 60, 61, 199, 200, 201, 350,
		399, 400, 401, 5000000, SIZE - 401, SIZE - 200, SIZE - 100,
		SIZE - 2 };
	char *line = malloc(SIZE);

	(void)state;
	assert_non_null(line);
	memset(line, 'a', SIZE);
	for (size_t i = 0; i < LENGTH(places); i++) {
		struct diag *diag = diag_new(0);
		char *text, *mark, *shown;

		line[places[i]] = '!';
		diag_at(diag,
		    place_in("f", (struct str){ line, SIZE }, places[i], 1),
		    D_UTF8);
		line[places[i]] = 'a';
		text = print(diag, (struct diag_print){ 0 });
		assert_true(strlen(text) < 400);
		mark = strchr(text, '^');
		assert_non_null(mark);
		shown = strchr(text, '\n') + 1;
		/* The ellipsis has three bytes and one column. */
		assert_ptr_equal(strchr(shown, '!') - shown,
		    mark - strchr(shown, '\n') - 1 +
			(*shown == 'a' || *shown == '!' ? 0 : 2));
		assert_int_equal(strcspn(shown, "\n"),
		    120 + (places[i] > 60 ? 3 : 0) +
			(places[i] < SIZE - 61 ? 3 : 0));
		free(text);
		diag_free(diag);
	}
	free(line);
}

/* Whatever stands in a long line, its mark stands under its column. */
static void
long_lines_of_all_kinds_are_cut(void **state)
{
	static const char *const pieces[] = { "\xff", "\xe5\x8e", "县", "𠀀",
		"e\xcc\x81", "\xcc\x81", "\t", "\033", "\x80\x80\x80\x80\xf0" };
	struct diag *diag = diag_new(0);

	(void)state;
	for (size_t i = 0; i < LENGTH(pieces); i++) {
		struct buffer line = { 0 };

		while (line.size < 1500)
			buffer_add(&line, str_from(pieces[i]));
		for (size_t at = 0; at <= line.size; at += 7)
			diag_at(diag, place_in("f", buffer_str(&line), at, 50),
			    D_UTF8);
		buffer_free(&line);
	}
	for (int format = DIAG_TEXT; format <= DIAG_TSV; format++) {
		char *text = print(diag,
		    (struct diag_print){ .format = (enum diag_format)format });
		size_t bad;

		assert_true(str_is_utf8(str_from(text), &bad));
		free(text);
	}
	diag_free(diag);
}

static struct detail_row {
	const char *name;
	struct str detail;
	const char *want;
} detail_rows[] = {
	{ "detail: as it is", STR_INIT("１２"), WIDE "１２" },
	{ "detail: empty", STR_INIT(""), WIDE },
	{ "detail: no slot in a detail", STR_INIT("{1}{2}"), WIDE "{1}{2}" },
	{ "detail: drives no terminal", STR_INIT("a\n\033b\0\xff"),
	    WIDE "a\\x0A\\x1Bb\\x00\\xFF" },
	{ "detail: 500 bytes",
	    STR_INIT(
		FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY),
	    WIDE FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY },
	{ "detail: more are cut",
	    STR_INIT(FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY TEN
		    TEN TEN TEN "abcdefgh县a"),
	    WIDE FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY TEN TEN
		TEN TEN "abcdefgh…" },
};

static void
check_detail(void **state)
{
	const struct detail_row *row = *state;
	struct diag *diag = diag_new(0);
	char want[2048];

	diag_at(diag, place_file("f"), D_WIDE_DIGIT, row->detail);
	snprintf(want, sizeof(want), "f: error: %s [wide-digit]\n", row->want);
	assert_prints(diag, (struct diag_print){ 0 }, want);
	diag_free(diag);
}

static void
details_fill_their_slots(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	language[D_FIELD_NEAR] = "1 {1} 2 {2} 3 {3}.";
	diag_at(diag, place_file("f"), D_FIELD_NEAR, STR("Unit"), STR("Nane"),
	    STR("Name"));
	assert_prints(diag, (struct diag_print){ 0 },
	    "f: error: 1 Unit 2 Nane 3 Name. [unknown-field]\n");
	language[D_FIELD_NEAR] = NULL;
	diag_free(diag);
}

/* They are filled in any order, twice or never; what is no slot stays. */
static void
a_translation_may_move_its_slots(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	word_for_error = "错误";
	language[D_FIELD_NEAR] = "{3} ({3}), {1} {4} {0} {x} (1} {1) {";
	diag_at(diag, place_file("a"), D_FIELD_NEAR, STR("Unit"), STR("Nane"),
	    STR("Name"));
	language[D_FIELD_NEAR] = "有错";
	diag_at(diag, place_file("b"), D_FIELD_NEAR, STR("Unit"), STR("Nane"),
	    STR("Name"));
	language[D_FIELD_NEAR] = NULL;
	assert_prints(diag, (struct diag_print){ 0 },
	    "a: 错误: Name (Name), Unit {4} {0} {x} (1} {1) { [unknown-field]\n"
	    "b: 错误: 有错 [unknown-field]\n");
	assert_prints(diag,
	    (struct diag_print){ .format = DIAG_TSV, .most = 1 },
	    TSV_HEADER "a\t\t\terror\tunknown-field\tName (Name), Unit {4} {0} "
		       "{x} (1} {1) {\n"
		       "\t\t\tnote\tleft-out\t" LEFT_OUT("1") "\n");
	word_for_error = "error";
	diag_free(diag);
}

/* Copies: what was reported may be gone when it is printed. */
static void
all_is_copied(void **state)
{
	char path[] = "f", line[] = "a\xff", detail[] = "１", also[] = "here";
	struct diag *diag = diag_new(0);

	(void)state;
	diag_at(diag, place_in(path, str_from(line), 1, 1), D_WIDE_DIGIT,
	    str_from(detail));
	diag_also(diag, place_in(path, str_from(line), 0, 1), also);
	memset(path, 'x', 1);
	memset(line, 'x', 2);
	memset(detail, 'x', 3);
	memset(also, 'x', 4);
	assert_prints(diag, (struct diag_print){ 0 },
	    "f:1:2: error: " WIDE "１ [wide-digit]\na\\xFF\n ^~~~\n"
	    "f:1:1: note: here\n");
	diag_free(diag);
}

/* Findings in disorder, with all that a format must write or escape. */
static struct diag *
sample(void)
{
	struct diag *diag = diag_new(0);

	diag_at(diag, at("b.rec", 2, 1, 1, STR("x")), D_UTF8);
	diag_at(diag, at("b.rec", 2, 1, 1, STR("")), D_WIDE_DIGIT,
	    STR("\"１\\\t\xff\""));
	diag_also(diag, at("z.rec", 7, 1, 1, STR("y")), "first\nhere");
	diag_also(diag, place_file("a\"b"), "and there");
	diag_at(diag, place_file("b.rec"), D_NOT_A_BOOK);
	diag_at(diag, at("b.rec", 10, 1, 1, STR("")), D_UTF8);
	diag_at(diag, at("b.rec", 2, 0, 0, STR("")), D_LINT_OVERLAP, STR("a"),
	    STR("b"));
	diag_at(diag, at("a.rec", 99, 9, 1, STR("")), D_WARN_UNUSED,
	    STR("tax"));
	diag_at(diag, place_file("甲.rec"), D_UTF8);
	diag_at(diag, place_file("B.rec"), D_UTF8);
	return diag;
}

#define JSON_START(path, line, column, severity, code, message)                \
	"{\"path\":\"" path "\",\"line\":" line ",\"column\":" column          \
	",\"severity\":\"" severity "\",\"code\":\"" code                      \
	"\",\"message\":\"" message "\""
#define JSON(path, line, column, severity, code, message)                      \
	JSON_START(path, line, column, severity, code, message) "}"
#define JSON_B(path) JSON(path, "null", "null", "error", "utf-8", UTF8)
#define JSON_UNUSED JSON("r:a.rec", "99", "9", "note", "unused", UNUSED)
#define JSON_NO_BOOK                                                           \
	JSON("r:b.rec", "null", "null", "error", "not-a-book", NO_BOOK)
#define JSON_OVERLAP                                                           \
	JSON("r:b.rec", "2", "null", "warning", "band-overlap", OVERLAP)
#define JSON_UTF8(line) JSON("r:b.rec", line, "1", "error", "utf-8", UTF8)
#define JSON_WIDE                                                              \
	JSON_START("r:b.rec", "2", "1", "error", "wide-digit",                 \
	    WIDE "\\\"１\\\\\\u0009\xef\xbf\xbd\\\"")                          \
	",\"also\":[{\"path\":\"r:z.rec\",\"line\":7,\"column\":1,"            \
	"\"message\":\"first\\u000ahere\"},{\"path\":\"r:a\\\"b\","            \
	"\"line\":null,\"column\":null,\"message\":\"and there\"}]}"
#define JSON_NOWHERE(severity, code, message)                                  \
	"{\"path\":null,\"line\":null,\"column\":null,\"severity\":"           \
	"\"" severity "\",\"code\":\"" code "\",\"message\":\"" message "\"}"
#define JSON_LEFT_OUT(count) JSON_NOWHERE("note", "left-out", LEFT_OUT(count))

static struct format_row {
	const char *name;
	struct diag_print how;
	const char *want;
} format_rows[] = {
	{ "text", { .summary = true },
	    "B.rec: error: " UTF8 " [utf-8]\n"
	    "a.rec:99:9: note: " UNUSED " [unused]\n"
	    "b.rec: error: " NO_BOOK " [not-a-book]\n"
	    "b.rec:2: warning: " OVERLAP " [band-overlap]\n"
	    "b.rec:2:1: error: " UTF8 " [utf-8]\nx\n^\n"
	    "b.rec:2:1: error: " WIDE "\"１\\\\x09\\xFF\" [wide-digit]\n"
	    "z.rec:7:1: note: first\\x0Ahere\n"
	    "a\"b: note: and there\n"
	    "b.rec:10:1: error: " UTF8 " [utf-8]\n"
	    "甲.rec: error: " UTF8 " [utf-8]\n"
	    "6 errors, 1 warning, 1 note\n" },
	{ "text: the first ones",
	    { .summary = true, .most = 2, .prefix = "HEAD:" },
	    "HEAD:B.rec: error: " UTF8 " [utf-8]\n"
	    "HEAD:a.rec:99:9: note: " UNUSED
	    " [unused]\n" LEFT_OUT("6") "\n"
					"6 errors, 1 warning, 1 note\n" },
	{ "text: without notes",
	    { .summary = true, .most = 3, .least = SEVERITY_WARNING },
	    "B.rec: error: " UTF8 " [utf-8]\n"
	    "b.rec: error: " NO_BOOK " [not-a-book]\n"
	    "b.rec:2: warning: " OVERLAP
	    " [band-overlap]\n" LEFT_OUT("4") "\n"
					      "6 errors, 1 warning\n" },
	{ "text: errors only, as many as there are",
	    { .summary = true, .most = 6, .least = SEVERITY_ERROR },
	    "B.rec: error: " UTF8 " [utf-8]\n"
	    "b.rec: error: " NO_BOOK " [not-a-book]\n"
	    "b.rec:2:1: error: " UTF8 " [utf-8]\nx\n^\n"
	    "b.rec:2:1: error: " WIDE "\"１\\\\x09\\xFF\" [wide-digit]\n"
	    "z.rec:7:1: note: first\\x0Ahere\n"
	    "a\"b: note: and there\n"
	    "b.rec:10:1: error: " UTF8 " [utf-8]\n"
	    "甲.rec: error: " UTF8 " [utf-8]\n"
	    "6 errors\n" },
	{ "text: trouble only",
	    { .least = SEVERITY_TROUBLE, .format = DIAG_TEXT },
	    "b.rec: error: " NO_BOOK " [not-a-book]\n" },
	{ "tsv", { .format = DIAG_TSV, .prefix = "r:", .summary = true },
	    TSV_HEADER "r:B.rec\t\t\terror\tutf-8\t" UTF8 "\n"
		       "r:a.rec\t99\t9\tnote\tunused\t" UNUSED "\n"
		       "r:b.rec\t\t\terror\tnot-a-book\t" NO_BOOK "\n"
		       "r:b.rec\t2\t\twarning\tband-overlap\t" OVERLAP "\n"
		       "r:b.rec\t2\t1\terror\tutf-8\t" UTF8 "\n"
		       "r:b.rec\t2\t1\terror\twide-digit\t" WIDE
		       "\"１\\\\\\t\\xFF\"\n"
		       "r:z.rec\t7\t1\tnote\twide-digit\tfirst\\nhere\n"
		       "r:a\"b\t\t\tnote\twide-digit\tand there\n"
		       "r:b.rec\t10\t1\terror\tutf-8\t" UTF8 "\n"
		       "r:甲.rec\t\t\terror\tutf-8\t" UTF8 "\n" },
	{ "tsv: the first one", { .format = DIAG_TSV, .most = 1 },
	    TSV_HEADER "B.rec\t\t\terror\tutf-8\t" UTF8 "\n"
		       "\t\t\tnote\tleft-out\t" LEFT_OUT("7") "\n" },
	{ "json",
	    { .format = DIAG_JSON,
		.prefix = "r:",
		.summary = true,
		.least = SEVERITY_WARNING },
	    "[\n" JSON_B(
		"r:B.rec") ",\n" JSON_NO_BOOK ",\n" JSON_OVERLAP
			   ",\n" JSON_UTF8("2") ",\n" JSON_WIDE ",\n" JSON_UTF8(
			       "10") ",\n" JSON_B("r:甲.rec") "\n]\n" },
	{ "json: the first one", { .format = DIAG_JSON, .most = 1 },
	    "[\n" JSON_B("B.rec") ",\n" JSON_LEFT_OUT("7") "\n]\n" },
	{ "jsonl", { .format = DIAG_JSONL, .prefix = "r:", .summary = true },
	    JSON_B("r:B.rec") "\n" JSON_UNUSED "\n" JSON_NO_BOOK
			      "\n" JSON_OVERLAP
			      "\n" JSON_UTF8("2") "\n" JSON_WIDE "\n" JSON_UTF8(
				  "10") "\n" JSON_B("r:甲.rec") "\n" },
	{ "jsonl: the first one", { .format = DIAG_JSONL, .most = 1 },
	    JSON_B("B.rec") "\n" JSON_LEFT_OUT("7") "\n" },
};

static void
check_format(void **state)
{
	const struct format_row *row = *state;
	struct diag *diag = sample();

	assert_prints(diag, row->how, row->want);
	/* Printing again gives the same. */
	assert_prints(diag, row->how, row->want);
	diag_free(diag);
}

static struct nothing_row {
	const char *name;
	enum diag_format format;
	const char *want;
} nothing_rows[] = {
	{ "nothing: text", DIAG_TEXT, "" },
	{ "nothing: tsv", DIAG_TSV, TSV_HEADER },
	{ "nothing: json", DIAG_JSON, "[]\n" },
	{ "nothing: jsonl", DIAG_JSONL, "" },
};

/* No finding, and none that was asked for, come to the same. */
static void
check_nothing(void **state)
{
	const struct nothing_row *row = *state;
	struct diag_print how = { .format = row->format,
		.least = SEVERITY_ERROR,
		.most = 1,
		.summary = true };
	struct diag *diag = diag_new(0);

	diag_also(diag, place_file("f"), "no finding is before this");
	assert_prints(diag, how, row->want);
	diag_at(diag, place_file("f"), D_WARN_UNUSED, STR("tax"));
	assert_prints(diag, how, row->want);
	diag_free(diag);
}

static struct summary_row {
	const char *name;
	int errors, warnings, notes;
	const char *want;
} summary_rows[] = {
	{ "summary: one of each", 1, 1, 1, "1 error, 1 warning, 1 note\n" },
	{ "summary: some of each", 2, 3, 4, "2 errors, 3 warnings, 4 notes\n" },
	{ "summary: errors", 3, 0, 0, "3 errors\n" },
	{ "summary: a warning", 0, 1, 0, "1 warning\n" },
	{ "summary: notes", 0, 0, 2, "2 notes\n" },
	{ "summary: errors and notes", 3, 0, 1, "3 errors, 1 note\n" },
	{ "summary: warnings and notes", 0, 2, 2, "2 warnings, 2 notes\n" },
};

static void
check_summary(void **state)
{
	const struct summary_row *row = *state;
	struct diag *diag = diag_new(0);
	char *text;

	for (int i = 0; i < row->errors; i++)
		diag_at(diag, place_file("f"), D_UTF8);
	for (int i = 0; i < row->warnings; i++)
		diag_at(diag, place_file("f"), D_LINT_OVERLAP, STR("a"),
		    STR("b"));
	for (int i = 0; i < row->notes; i++)
		diag_at(diag, place_file("f"), D_WARN_UNUSED, STR("a"));
	assert_int_equal(diag_count(diag, SEVERITY_ERROR), row->errors);
	assert_int_equal(diag_count(diag, SEVERITY_WARNING), row->warnings);
	assert_int_equal(diag_count(diag, SEVERITY_NOTE), row->notes);
	assert_int_equal(diag_count(diag, SEVERITY_TROUBLE), 0);
	assert_int_equal(diag_has_errors(diag), row->errors > 0);
	text = print(diag, (struct diag_print){ .summary = true });
	assert_true(str_ends(str_from(text), str_from(row->want)));
	assert_true(str_ends(str_head(str_from(text),
				 strlen(text) - strlen(row->want)),
	    STR("]\n")));
	free(text);
	diag_free(diag);
}

/* What is wrong with a request is said by the program, before all records. */
static struct spoken_row {
	const char *name;
	struct diag_print how;
	const char *want;
} spoken_rows[] = {
	{ "spoken: text", { .program = "shiji-x", .prefix = "HEAD:" },
	    "shiji-x: " NO_BOOK "\n"
	    "shiji-x: warning: " OVERLAP "\n"
	    "shiji-x: " UNUSED "\n"
	    "HEAD:a.rec: error: " UTF8 " [utf-8]\n" },
	{ "spoken: by nobody", { .most = 1 }, NO_BOOK "\n" LEFT_OUT("3") "\n" },
	{ "spoken: not counted among the records",
	    { .program = "shiji-x", .summary = true, .least = SEVERITY_ERROR },
	    "shiji-x: " NO_BOOK "\n"
	    "a.rec: error: " UTF8 " [utf-8]\n1 error\n" },
	{ "spoken: tsv",
	    { .format = DIAG_TSV,
		.program = "shiji-x",
		.prefix = "HEAD:",
		.least = SEVERITY_TROUBLE },
	    TSV_HEADER "\t\t\terror\tnot-a-book\t" NO_BOOK "\n" },
	{ "spoken: jsonl",
	    { .format = DIAG_JSONL,
		.prefix = "HEAD:",
		.least = SEVERITY_TROUBLE },
	    JSON_NOWHERE("error", "not-a-book", NO_BOOK) "\n" },
};

static void
check_spoken(void **state)
{
	const struct spoken_row *row = *state;
	struct diag *diag = diag_new(0);
	struct arena arena = { 0 };

	diag_at(diag, place_file("a.rec"), D_UTF8);
	diag_at(diag, place_none(), D_NOT_A_BOOK);
	diag_at(diag, place_none(), D_LINT_OVERLAP, STR("a"), STR("b"));
	diag_at(diag, place_none(), D_WARN_UNUSED, STR("tax"));
	assert_prints(diag, row->how, row->want);
	assert_true(str_equal(diag_first(diag, &arena),
	    STR(NO_BOOK " [not-a-book]")));
	arena_free(&arena);
	diag_free(diag);
}

static void
trouble_is_an_error_too(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	assert_false(diag_has_errors(diag));
	diag_at(diag, place_file("f"), D_NOT_A_BOOK);
	assert_true(diag_has_errors(diag));
	assert_int_equal(diag_count(diag, SEVERITY_TROUBLE), 1);
	assert_int_equal(diag_count(diag, SEVERITY_ERROR), 0);
	assert_prints(diag, (struct diag_print){ .summary = true },
	    "f: error: " NO_BOOK " [not-a-book]\n1 error\n");
	diag_free(diag);
}

/* Findings that are not held are counted, and so is a note after errors. */
static void
only_so_many_are_held(void **state)
{
	struct diag *diag = diag_new(2);

	(void)state;
	for (int i = 0; i < 5; i++) {
		diag_at(diag, place_file("f"), D_WARN_UNUSED, STR("tax"));
		diag_also(diag, place_file("g"), "of a note");
	}
	diag_at(diag, place_file("f"), D_UTF8);
	assert_int_equal(diag_count(diag, SEVERITY_NOTE), 5);
	assert_prints(diag, (struct diag_print){ .summary = true },
	    "f: note: " UNUSED " [unused]\ng: note: of a note\n"
	    "f: note: " UNUSED " [unused]\ng: note: of a note\n"
	    "f: error: " UTF8 " [utf-8]\n" LEFT_OUT("3") "\n"
							 "1 error, 5 notes\n");
	assert_prints(diag, (struct diag_print){ .least = SEVERITY_ERROR },
	    "f: error: " UTF8 " [utf-8]\n");
	diag_free(diag);
}

static void
ten_thousand_are_held_unless_said(void **state)
{
	struct diag *diag = diag_new(0);
	char *text;

	(void)state;
	for (unsigned i = 1; i <= 10001; i++)
		diag_at(diag, at("f", i, 0, 0, STR("")), D_UTF8);
	text = print(diag, (struct diag_print){ .summary = true });
	assert_non_null(strstr(text, "f:10000: error: "));
	assert_null(strstr(text, "f:10001: error: "));
	assert_true(str_ends(str_from(text),
	    STR(LEFT_OUT("1") "\n10001 errors\n")));
	free(text);
	diag_free(diag);
}

/* Those reported after printing take their places. */
static void
printing_is_not_the_end(void **state)
{
	struct diag *diag = diag_new(0);

	(void)state;
	diag_at(diag, place_file("b"), D_UTF8);
	assert_prints(diag, (struct diag_print){ 0 },
	    "b: error: " UTF8 " [utf-8]\n");
	diag_at(diag, place_file("a"), D_UTF8);
	assert_prints(diag, (struct diag_print){ 0 },
	    "a: error: " UTF8 " [utf-8]\nb: error: " UTF8 " [utf-8]\n");
	diag_also(diag, place_file("c"), "of a");
	assert_prints(diag, (struct diag_print){ 0 },
	    "a: error: " UTF8 " [utf-8]\nc: note: of a\n"
	    "b: error: " UTF8 " [utf-8]\n");
	diag_free(diag);
}

static void
nothing_is_freed_as_well(void **state)
{
	(void)state;
	diag_free(NULL);
	diag_free(diag_new(1));
}

#ifndef NDEBUG
static void
report_too_few(struct diag *diag)
{
	diag_at(diag, place_file("f"), D_WIDE_DIGIT);
}

static void
report_too_many(struct diag *diag)
{
	diag_at(diag, place_file("f"), D_UTF8, STR("x"));
}

static void
report_far_too_many(struct diag *diag)
{
	diag_at(diag, place_file("f"), D_UTF8, STR("1"), STR("2"), STR("3"),
	    STR("4"), STR("5"), STR("6"), STR("7"), STR("8"), STR("9"),
	    STR("10"));
}

/* A program that reports so is wrong, and ends at once. */
static void
the_number_of_details_is_asserted(void **state)
{
	static void (*const reports[])(struct diag *) = { report_too_few,
		report_too_many, report_far_too_many };

	(void)state;
	for (size_t i = 0; i < LENGTH(reports); i++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			signal(SIGABRT, SIG_DFL);
			if (freopen("/dev/null", "w", stderr) != NULL)
				reports[i](diag_new(0));
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}
#endif

static bool
is_code(const char *code)
{
	return *code != '\0' &&
	       strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
		   strlen(code);
}

/* What a manual and its readers rely on, of every row of the table. */
static void
the_table_is_sound(void **state)
{
	(void)state;
	for (int i = 0; i < FINDING_COUNT; i++) {
		enum finding finding = (enum finding)i;
		const char *text = english[i];
		size_t bad;

		assert_true(is_code(finding_code(finding)));
		assert_string_equal(finding_text(finding),
		    language[i] != NULL ? language[i] : text);
		assert_true(str_is_utf8(str_from(text), &bad));
		assert_null(strchr(text, '\n'));
		assert_in_range(strlen(text), 10, 250);
		assert_false(str_ends(str_from(text), STR(".")));
		assert_true(finding_severity(finding) >= SEVERITY_NOTE &&
			    finding_severity(finding) <= SEVERITY_TROUBLE);
		/* Slots are numbered from 1 without a gap. */
		for (char slot[] = "{9}"; slot[1] > '1'; slot[1]--) {
			char before[] = { '{', (char)(slot[1] - 1), '}', 0 };

			if (strstr(text, slot) != NULL)
				assert_non_null(strstr(text, before));
		}
	}
	assert_null(finding_code(FINDING_COUNT));
	assert_null(finding_text(FINDING_COUNT));
}

static void
severities_are_words(void **state)
{
	(void)state;
	assert_string_equal(severity_text(SEVERITY_NOTE), "note");
	assert_string_equal(severity_text(SEVERITY_WARNING), "warning");
	assert_string_equal(severity_text(SEVERITY_ERROR), "error");
	assert_string_equal(severity_text(SEVERITY_TROUBLE), "error");
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
		cmocka_unit_test(a_line_as_a_whole_has_no_marks),
		cmocka_unit_test(what_turns_the_direction_is_escaped),
		cmocka_unit_test(a_column_past_the_line_marks_its_end),
		cmocka_unit_test(a_very_long_line_is_shown_around_the_column),
		cmocka_unit_test(long_lines_of_all_kinds_are_cut),
		cmocka_unit_test(details_fill_their_slots),
		cmocka_unit_test(a_translation_may_move_its_slots),
		cmocka_unit_test(all_is_copied),
		cmocka_unit_test(trouble_is_an_error_too),
		cmocka_unit_test(only_so_many_are_held),
		cmocka_unit_test(ten_thousand_are_held_unless_said),
		cmocka_unit_test(printing_is_not_the_end),
		cmocka_unit_test(nothing_is_freed_as_well),
#ifndef NDEBUG
		cmocka_unit_test(the_number_of_details_is_asserted),
#endif
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(severities_are_words),
	};
	struct CMUnitTest tests[LENGTH(place_rows) + LENGTH(heading_rows) +
				LENGTH(source_rows) + LENGTH(detail_rows) +
				LENGTH(format_rows) + LENGTH(nothing_rows) +
				LENGTH(summary_rows) + LENGTH(spoken_rows) +
				LENGTH(others)];
	size_t count = 0;

	ADD(place_rows, check_place);
	ADD(heading_rows, check_heading);
	ADD(source_rows, check_source);
	ADD(detail_rows, check_detail);
	ADD(format_rows, check_format);
	ADD(nothing_rows, check_nothing);
	ADD(summary_rows, check_summary);
	ADD(spoken_rows, check_spoken);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
