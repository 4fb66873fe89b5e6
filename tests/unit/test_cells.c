/*
 * test_cells: rows written cell by cell: what each kind of cell looks like,
 * which columns are shown, and rows that are held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"
#include "view/cells.h"

static const struct item exact = { .digits = DIGITS_EXACT };
static const struct item whole = { .digits = 0 };
static const struct item cents = { .digits = 2 };

/* A cell, and how it is written for programs and for people. */
struct row {
	const char *name;
	void (*put)(struct cells *cells);
	const char *want, *want_people; /* NULL: the same */
};

#define ID "0123456789abcdef0123456789abcdef01234567"

/* clang-format off */
#define CELL(name, call) static void name(struct cells *cells) { call; }
CELL(put_word, cells_word(cells, "data"))
CELL(put_behind, (buffer_add(&cells->text, STR("+")), cells_count(cells, 7)))
CELL(put_score, cells_score(cells, &cents, NUM_INT(3)))
CELL(put_no_score, cells_score(cells, &cents, value_missing()))
CELL(put_no_item, cells_score(cells, NULL, NUM_INT(3)))
CELL(put_number, cells_number(cells, ((struct num){ 5, 2 })))
CELL(put_no_number, cells_number(cells, value_missing()))
CELL(put_count, cells_count(cells, UINT64_MAX))
CELL(put_no_count, cells_count(cells, 0))
CELL(put_rank, cells_rank(cells, 10))
CELL(put_no_rank, cells_rank(cells, 0))
CELL(put_period, cells_period(cells, test_period("2022-Q4")))
CELL(put_state, cells_state(cells, STATE_MISSING))
CELL(put_no_state, cells_state(cells, SNAPSHOT_NONE))
CELL(put_commit, cells_commit(cells, ID))
CELL(put_delta, cells_delta(cells, &whole, &cents, NUM_INT(1)))
CELL(put_delta_back, cells_delta(cells, &cents, &whole, NUM_INT(-1)))
CELL(put_no_delta, cells_delta(cells, &cents, &cents, NUM_INT(0)))
CELL(put_exact_delta, cells_delta(cells, &exact, &cents, ((struct num){ 1, 4 })))
CELL(put_new_delta, cells_delta(cells, NULL, &cents, NUM_INT(2)))

static struct row rows[] = {
	{ "a word", put_word, "data", NULL },
	{ "what stands in the text goes before", put_behind, "+7", NULL },
	{ "a score has its item's digits", put_score, "3.00", NULL },
	{ "no score", put_no_score, "", NULL },
	{ "a score without an item", put_no_item, "", NULL },
	{ "a number", put_number, "2.5", NULL },
	{ "no number", put_no_number, "", NULL },
	{ "a count", put_count, "18446744073709551615", NULL },
	{ "a count of none", put_no_count, "0", NULL },
	{ "a rank", put_rank, "10", NULL },
	{ "no rank", put_no_rank, "", NULL },
	{ "a period", put_period, "2022-Q4", NULL },
	{ "a state", put_state, "missing", NULL },
	{ "no state", put_no_state, "none", NULL },
	{ "a commit", put_commit, ID, "0123456789ab" },
	{ "a difference has the finer digits", put_delta, "1.00", NULL },
	{ "either way", put_delta_back, "-1.00", NULL },
	{ "no difference", put_no_delta, "0", NULL },
	{ "an exact difference", put_exact_delta, "0.25", NULL },
	{ "a difference from nothing", put_new_delta, "2.00", NULL },
};

enum { WITH_B = 1, WITH_C = 2 };
static const struct cells_column columns[] = { { STR_INIT("a"), TABLE_TEXT, 0 },
	{ STR_INIT("b"), TABLE_TEXT, WITH_B }, { STR_INIT("c"), TABLE_TEXT, WITH_C },
	{ STR_INIT("both"), TABLE_TEXT, WITH_B | WITH_C } };
/* clang-format on */

static char *
written(const struct row *row, enum table_format format)
{
	static const struct cells_column one[] = { { STR_INIT("x"), TABLE_TEXT,
	    0 } };
	struct test_output output;
	struct cells cells;

	test_output_begin(&output);
	cells_open(&cells, output.file, format, one, LENGTH(one), 0);
	row->put(&cells);
	cells_close(&cells);
	return test_output_end(&output);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *people =
	    row->want_people != NULL ? row->want_people : row->want;
	char *text = written(row, TABLE_TSV), want[64];

	snprintf(want, sizeof(want), "x\n%s\n", row->want);
	assert_string_equal(text, want);
	free(text);
	text = written(row, TABLE_ALIGNED);
	snprintf(want, sizeof(want), "x\n%s\n", people);
	assert_string_equal(text, want);
	free(text);
}

/* Two rows of all columns, as they are shown. */
static void
check_shown(unsigned shown, bool hold, const char *want)
{
	struct test_output output;
	struct cells cells;
	char *text;

	test_output_begin(&output);
	cells_open(&cells, output.file, TABLE_TSV, columns, LENGTH(columns),
	    shown);
	if (hold)
		cells_hold(&cells);
	for (int i = 0; i < 3; i++) {
		if (i != 1)
			cells_group(&cells);
		cells_count(&cells, (uint64_t)i);
		cells_mark(&cells, TABLE_GOOD);
		cells_word(&cells, "b");
		cells_skip(&cells, 1);
		cells_word(&cells, "d");
	}
	cells_close(&cells);
	text = test_output_end(&output);
	assert_string_equal(text, want);
	free(text);
}

static void
check_columns(void **state)
{
	(void)state;
	check_shown(0, false, "a\n0\n1\n2\n");
	check_shown(WITH_B, false, "a|b\n0|b\n1|b\n2|b\n");
	check_shown(WITH_C, false, "a|c\n0|\n1|\n2|\n");
	check_shown(WITH_B | WITH_C, false,
	    "a|b|c|both\n0|b||d\n1|b||d\n2|b||d\n");
}

/* The groups the other way round, the rows of each as they came. */
static void
check_held(void **state)
{
	(void)state;
	check_shown(WITH_B, true, "a|b\n2|b\n0|b\n1|b\n");
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 2];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	tests[LENGTH(rows)] =
	    (struct CMUnitTest){ .name = "columns that are shown",
		    .test_func = check_columns };
	tests[LENGTH(rows) + 1] =
	    (struct CMUnitTest){ .name = "rows that are held",
		    .test_func = check_held };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
