/*
 * test_data_patch: another text of a file taken over line by line gives what
 * reading the folder anew does: values, findings, and which cells changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "book/data_patch.h"
#include "sampling.h"
#include "support.h"

enum { UNITS = 4, MEASURES = 4, EDITS = 400, LINES_MAX = 12 };

static struct test_book walking, anew;

#define PATH "data/2022-03/o.tsv"
#define HEADER "measure\tunit\tvalue\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nAlias: 甲\n\nId: B\n\nId: C\n\nId: old\nTo: 2022-01\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\nMax: 50\n\nId: y\n\nId: many\nEntries: many\n\nId: theirs\nSource: p\n" },
	{ NULL, NULL },
};

/*
 * Two texts of a file. `marks` are the cells that changed, in the order of
 * measures and units, where it can be taken over line by line; NULL: it cannot.
 */
static struct row {
	const char *name, *from, *to, *marks;
} rows[] = {
	{ "nothing", HEADER "x\tA\t1\n", HEADER "x\tA\t1\n", "" },
	{ "a value", HEADER "x\tA\t1\nx\tB\t2\n", HEADER "x\tA\t1\nx\tB\t3\n", "x:B" },
	{ "the same value written otherwise", HEADER "x\tA\t1\n", HEADER "x\tA\t1.0\n", "x:A" },
	{ "a longer value, and lines behind it", HEADER "y\tA\t1\nx\tB\t2\nx\tA\t3\n", HEADER "y\tA\t12345678901234567890\nx\tB\t2\nx\tA\t3\n", "y:A" },
	{ "a line more", HEADER "x\tA\t1\n", HEADER "x\tA\t1\nx\tB\t2\n", "x:B" },
	{ "a line less", HEADER "x\tA\t1\nx\tB\t2\n", HEADER "x\tB\t2\n", "x:A" },
	{ "the last line less", HEADER "x\tA\t1\n", HEADER, "x:A" },
	{ "the first line more", HEADER, HEADER "x\tA\t1\n", "x:A" },
	{ "lines in another order", HEADER "x\tA\t1\nx\tB\t2\ny\tC\t3\n", HEADER "y\tC\t3\nx\tB\t2\nx\tA\t1\n", "" },
	{ "values exchanged", HEADER "x\tA\t1\nx\tB\t2\n", HEADER "x\tA\t2\nx\tB\t1\n", "x:A x:B" },
	{ "a value to nothing", HEADER "x\tA\t1\n", HEADER "x\tA\t\n", "x:A" },
	{ "nothing to n/a", HEADER "x\tA\t\n", HEADER "x\tA\tn/a\n", "x:A" },
	{ "a unit by another name", HEADER "x\tA\t1\n", HEADER "x\t甲\t1\n", "" },
	{ "a value far away from another", HEADER "x\tA\t1\nx\tB\t2\nx\tC\t3\ny\tA\t4\ny\tB\t5\n",
	    HEADER "x\tA\t9\nx\tB\t2\nx\tC\t3\ny\tA\t4\ny\tB\t8\n", "x:A y:B" },
	{ "the end of the last line", HEADER "x\tA\t1\n", HEADER "x\tA\t1", "x:A" },
	{ "a header with more columns", HEADER "x\tA\t1\n", "measure\tunit\tvalue\tnote\nx\tA\t1\n", NULL },
	{ "no header any more", HEADER "x\tA\t1\n", "x\tA\t1\n", NULL },
	{ "no text any more", HEADER "x\tA\t1\n", "", NULL },
	{ "a text where there was none", "", HEADER "x\tA\t1\n", NULL },
	{ "entries that add up", HEADER "many\tA\t1\nmany\tA\t2\n", HEADER "many\tA\t1\nmany\tA\t3\n", NULL },
	{ "the first entry", HEADER "x\tA\t1\n", HEADER "x\tA\t1\nmany\tA\t3\n", NULL },
	{ "an entry less", HEADER "x\tA\t1\nmany\tA\t1\nmany\tA\t2\n", HEADER "x\tA\t1\nmany\tA\t1\n", NULL },
	{ "an entry beside others that stay", HEADER "many\tA\t1\nx\tB\t2\n", HEADER "many\tA\t1\nx\tB\t3\n", "x:B" },
};
/* clang-format on */

/* Made room for and cleared, as those who patch do. */
static struct data_marks
no_marks(void)
{
	static uint8_t measures[MEASURES], cells[MEASURES * UNITS];

	memset(measures, 0, sizeof(measures));
	memset(cells, 0, sizeof(cells));
	return (struct data_marks){ measures, cells };
}

static const struct data_folder *
folder(const struct test_book *test)
{
	return book_folder(test->book, test_period("2022-03"));
}

static bool
patch(const char *text, const struct data_marks *marks)
{
	return data_patch(engine_data(walking.engine), folder(&walking),
	    STR("o.tsv"), str_from(text), marks);
}

static void
start(const char *text)
{
	test_book_write(&walking, PATH, text);
	test_book_open(&walking);
	data_keep(engine_data(walking.engine));
	data_load(engine_data(walking.engine), folder(&walking));
}

static void
read_anew(const char *text)
{
	memcpy(anew.folder, walking.folder, sizeof(anew.folder));
	test_book_write(&walking, PATH, text);
	test_book_open(&anew);
	data_load(engine_data(anew.engine), folder(&anew));
}

static void
values_of(struct test_book *test, struct num values[MEASURES][UNITS])
{
	for (uint32_t i = 0; i < MEASURES; i++)
		data_values(engine_data(test->engine), i,
		    test_period("2022-03"), values[i]);
}

static bool
same(struct num a, struct num b)
{
	if (num_is_number(a) && num_is_number(b))
		return num_compare(a, b) == 0;
	return !num_is_number(a) && a.d == b.d;
}

/* What was taken over is what is read anew, and marked wherever it moved. */
static void
expect_same(const struct data_marks *marks, struct num before[MEASURES][UNITS])
{
	struct num now[MEASURES][UNITS], want[MEASURES][UNITS];

	values_of(&walking, now);
	values_of(&anew, want);
	for (size_t i = 0; i < MEASURES; i++)
		for (size_t j = 0; j < UNITS; j++) {
			assert_true(same(now[i][j], want[i][j]));
			if (!same(now[i][j], before[i][j])) {
				assert_int_equal(marks->measures[i], 1);
				assert_int_equal(marks->cells[i * UNITS + j],
				    1);
			}
		}
}

static void
print_marks(struct buffer *out, const struct data_marks *marks)
{
	const struct book *book = walking.book;

	for (size_t i = 0; i < MEASURES; i++)
		for (size_t j = 0; j < UNITS; j++)
			if (marks->cells[i * UNITS + j] != 0)
				buffer_format(out, "%s" STR_FMT ":" STR_FMT,
				    out->size > 0 ? " " : "",
				    STR_ARG(book->measures[i].id),
				    STR_ARG(book->units[j].id));
	buffer_add_byte(out, '\0');
}

static void
check_texts(void **state)
{
	const struct row *row = *state;
	struct data_marks marks = no_marks();
	struct num before[MEASURES][UNITS];
	struct buffer text = { 0 };
	bool done;

	start(row->from);
	values_of(&walking, before);
	done = patch(row->to, &marks);
	if (row->marks == NULL) {
		assert_false(done);
		return;
	}
	assert_true(done);
	read_anew(row->to);
	expect_same(&marks, before);
	print_marks(&text, &marks);
	assert_string_equal(text.data, row->marks);
	buffer_free(&text);
}

static void
add_line(struct buffer *text, struct sampler *sampler)
{
	static const char *const measures[] = { "x", "y", "y", "x", "z",
		"theirs", "many" };
	static const char *const units[] = { "A", "B", "C", "甲", "old", "Q" };
	static const char *const values[] = { "1", "2.5", "", "n/a", "-3", "51",
		"12345678901234567890", "many", "7", "0.10" };
	/* Faults are rare, or hardly any text were sound. */
	size_t odd = sample_below(sampler, 12) == 0;

	buffer_format(text, "%s\t%s\t%s\n",
	    measures[sample_below(sampler, odd ? 7 : 4)],
	    units[sample_below(sampler, odd ? 6 : 3)],
	    values[sample_below(sampler, odd ? 10 : 5)]);
}

/* Some lines of a text, each kept, left out, or followed by another. */
static void
edit(struct buffer *text, struct sampler *sampler)
{
	struct buffer old = *text;
	struct str rest = buffer_str(&old), line;
	size_t lines = 0;

	*text = (struct buffer){ 0 };
	buffer_add(text, STR(HEADER));
	str_next_line(&rest, &line);
	while (str_next_line(&rest, &line) && lines++ < LINES_MAX) {
		size_t what = sample_below(sampler, 12);

		if (what > 1) {
			buffer_add(text, line);
			buffer_add_byte(text, '\n');
		}
		if (what == 1 || what == 2)
			add_line(text, sampler);
	}
	if (sample_below(sampler, 4) == 0)
		add_line(text, sampler);
	buffer_free(&old);
}

/*
 * Any lines, changed in any way, twice the same cell and faults included. Once
 * a text is unsound the walk starts again behind it, as those who walk do.
 */
static void
random_edits_are_taken_over(void **state)
{
	struct sampler sampler = { 20220301 };
	struct buffer text = { 0 };
	size_t taken = 0, unsound = 0;

	(void)state;
	buffer_add(&text, STR(HEADER));
	buffer_add_byte(&text, '\0');
	text.size--;
	start(text.data);
	for (size_t i = 0; i < EDITS; i++) {
		struct data_marks marks = no_marks();
		struct num before[MEASURES][UNITS];
		bool done;

		values_of(&walking, before);
		edit(&text, &sampler);
		buffer_add_byte(&text, '\0');
		text.size--;
		done = patch(text.data, &marks);
		read_anew(text.data);
		if (done)
			assert_int_equal(diag_has_errors(walking.diag),
			    diag_has_errors(anew.diag));
		if (done && !diag_has_errors(anew.diag)) {
			expect_same(&marks, before);
			taken++;
			continue;
		}
		unsound += diag_has_errors(anew.diag);
		/* From a sound text on. */
		buffer_clear(&text);
		buffer_add(&text, STR(HEADER));
		buffer_add_byte(&text, '\0');
		text.size--;
		start(text.data);
	}
	/* Or all of this would have shown little. */
	assert_true(taken > EDITS / 2);
	assert_true(unsound > EDITS / 20);
	buffer_free(&text);
}

static void
only_what_was_read_can_be_patched(void **state)
{
	struct data_marks marks = no_marks();

	(void)state;
	test_book_write(&walking, PATH, HEADER "x\tA\t1\n");
	test_book_open(&walking);
	assert_false(patch(HEADER "x\tA\t2\n", &marks));
	/* Its text was not kept. */
	data_load(engine_data(walking.engine), folder(&walking));
	assert_false(patch(HEADER "x\tA\t2\n", &marks));
	start(HEADER "x\tA\t1\n");
	assert_false(data_patch(engine_data(walking.engine), folder(&walking),
	    STR("p.tsv"), STR(HEADER "x\tA\t2\n"), &marks));
	assert_true(patch(HEADER "x\tA\t2\n", &marks));
}

static int
create(void **state)
{
	(void)state;
	test_book_create(&walking);
	test_book_write_files(&walking, files);
	return 0;
}

static int
destroy(void **state)
{
	(void)state;
	test_book_close(&anew);
	test_book_remove(&walking);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(random_edits_are_taken_over),
		cmocka_unit_test(only_what_was_read_can_be_patched),
	};
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(others)];
	size_t count = 0;

	for (; count < LENGTH(rows); count++)
		tests[count] = (struct CMUnitTest){ rows[count].name,
			check_texts, NULL, NULL, &rows[count] };
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, create, destroy);
}
