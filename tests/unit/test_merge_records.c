/*
 * test_merge_records: what comes out where two sides changed a file: a row for
 * each case. Each is also merged the other way around, and must then be as
 * clean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "book/merge_records.h"

struct row {
	const char *name, *path, *base, *ours, *theirs;
	enum merge_outcome outcome;
	const char *want;
};

#define H "measure\tunit\tvalue\n"
#define N "measure\tunit\tvalue\tstatus\tnote\n"
#define U "%rec: Unit\n%key: Id\n"

/* clang-format off */
static struct row rows[] = {
	{ "rows that both sides add at the end", "a.tsv", H "x\ta\t1\n",
	    H "x\ta\t1\ny\ta\t2\n", H "x\ta\t1\nz\ta\t3\n", MERGE_CLEAN,
	    H "x\ta\t1\ny\ta\t2\nz\ta\t3\n" },
	{ "rows that theirs adds inside", "a.tsv", H "x\ta\t1\nx\tb\t1\n",
	    H "x\ta\t1\nx\tb\t1\nx\td\t1\n", H "x\ta\t1\nx\taa\t1\nx\tb\t1\n",
	    MERGE_CLEAN, H "x\ta\t1\nx\taa\t1\nx\tb\t1\nx\td\t1\n" },
	{ "rows before the first", "a.tsv", H "x\tb\t1\n",
	    H "x\ta\t1\nx\tb\t1\n", H "x\t0\t1\nx\tb\t1\n", MERGE_CLEAN,
	    H "x\ta\t1\nx\t0\t1\nx\tb\t1\n" },
	{ "neighbouring cells", "a.tsv", H "x\ta\t1\nx\tb\t1\n",
	    H "x\ta\t2\nx\tb\t1\n", H "x\ta\t1\nx\tb\t3\n", MERGE_CLEAN,
	    H "x\ta\t2\nx\tb\t3\n" },
	{ "a file that both sides bring", "a.tsv", "",
	    H "x\ta\t1\n", H "x\tb\t1\n", MERGE_CLEAN, H "x\ta\t1\nx\tb\t1\n" },
	{ "two values for one cell", "a.tsv", H "w\ta\t1\nx\ta\t1\n",
	    H "w\ta\t1\nx\ta\t2\n", H "w\ta\t1\nx\ta\t3\n", MERGE_CONFLICT,
	    H "w\ta\t1\n<<<<<<< ours\nx\ta\t2\n||||||| base\nx\ta\t1\n=======\n"
	    "x\ta\t3\n>>>>>>> theirs\n" },
	{ "the same value from both", "a.tsv", H "x\ta\t1\n",
	    H "x\ta\t2\n", H "x\ta\t2\n", MERGE_CLEAN, H "x\ta\t2\n" },
	{ "the same value with empty cells behind it", "a.tsv", N "x\ta\t1\n",
	    N "x\ta\t2\t\t\n", N "x\ta\t2\n", MERGE_CLEAN, N "x\ta\t2\t\t\n" },
	{ "a value here, a note there", "a.tsv", N "x\ta\t1\n",
	    N "x\ta\t2\n", N "x\ta\t1\t\tn\n", MERGE_CONFLICT,
	    N "<<<<<<< ours\nx\ta\t2\n||||||| base\nx\ta\t1\n=======\n"
	    "x\ta\t1\t\tn\n>>>>>>> theirs\n" },
	{ "taken away by one", "a.tsv", H "x\ta\t1\nx\tb\t1\n",
	    H "x\tb\t1\n", H "x\ta\t1\nx\tb\t2\n", MERGE_CLEAN, H "x\tb\t2\n" },
	{ "taken away by one, changed by the other", "a.tsv",
	    H "x\ta\t1\nx\tb\t1\n", H "x\tb\t1\n", H "x\ta\t2\nx\tb\t1\n",
	    MERGE_CONFLICT,
	    H "<<<<<<< ours\n||||||| base\nx\ta\t1\n=======\nx\ta\t2\n"
	    ">>>>>>> theirs\nx\tb\t1\n" },
	{ "ours in another order", "a.tsv", H "x\ta\t1\nx\tb\t1\n",
	    H "x\tb\t1\nx\ta\t1\n", H "x\ta\t1\nx\tb\t2\n", MERGE_CLEAN,
	    H "x\tb\t2\nx\ta\t1\n" },
	{ "theirs in another order", "a.tsv", H "x\ta\t1\nx\tb\t1\n",
	    H "x\ta\t3\nx\tb\t1\n", H "x\tb\t1\nx\ta\t1\n", MERGE_CLEAN,
	    H "x\tb\t1\nx\ta\t3\n" },
	{ "columns that one side adds", "a.tsv", H "x\ta\t1\n",
	    H "x\ta\t2\n", N "x\ta\t1\ny\ta\t1\tfinal\tn\n", MERGE_CLEAN,
	    N "x\ta\t2\ny\ta\t1\tfinal\tn\n" },
	{ "no newline at the end", "a.tsv", H "x\ta\t1", H "x\ta\t1\ny\ta\t1",
	    H "x\ta\t1", MERGE_CLEAN, H "x\ta\t1\ny\ta\t1\n" },
	{ "a column that no data have", "a.tsv", H, "measure\tunit\tvalue\tx\n",
	    H, MERGE_UNFIT, "" },
	{ "an empty line among rows", "a.tsv", H, H "\n", H, MERGE_UNFIT, "" },
	{ "carriage returns", "a.tsv", H, H, "measure\tunit\tvalue\r\n",
	    MERGE_UNFIT, "" },

	/* `many` stands for a measure whose rows add up. */
	{ "entries of both sides", "a.tsv", H "many\ta\t1\n",
	    H "many\ta\t1\nmany\ta\t2\n", H "many\ta\t1\nmany\ta\t3\n",
	    MERGE_CLEAN, H "many\ta\t1\nmany\ta\t2\nmany\ta\t3\n" },
	{ "the first entries of both sides", "a.tsv", H,
	    H "many\ta\t2\n", H "many\ta\t3\n", MERGE_CLEAN,
	    H "many\ta\t2\nmany\ta\t3\n" },
	{ "an entry that both sides add alike is one", "a.tsv", H,
	    H "many\ta\t2\n", H "many\ta\t2\nmany\ta\t3\n", MERGE_CLEAN,
	    H "many\ta\t2\nmany\ta\t3\n" },
	{ "two alike of one side are two", "a.tsv", H "many\ta\t2\n",
	    H "many\ta\t2\nmany\ta\t2\n", H "many\ta\t2\n", MERGE_CLEAN,
	    H "many\ta\t2\nmany\ta\t2\n" },
	{ "an entry taken away, another added", "a.tsv",
	    H "many\ta\t1\nmany\ta\t2\n", H "many\ta\t2\n",
	    H "many\ta\t1\nmany\ta\t2\nmany\ta\t3\n", MERGE_CLEAN,
	    H "many\ta\t2\nmany\ta\t3\n" },
	{ "two entries, one changed by each", "a.tsv",
	    H "many\ta\t1\nmany\ta\t2\n", H "many\ta\t7\nmany\ta\t2\n",
	    H "many\ta\t1\nmany\ta\t8\n", MERGE_CLEAN,
	    H "many\ta\t7\nmany\ta\t8\n" },
	{ "an entry that both sides changed", "a.tsv",
	    H "many\ta\t1\nmany\ta\t2\n", H "many\ta\t7\nmany\ta\t2\n",
	    H "many\ta\t8\nmany\ta\t2\n", MERGE_CONFLICT,
	    H "<<<<<<< ours\nmany\ta\t7\n||||||| base\nmany\ta\t1\n=======\n"
	    "many\ta\t8\n>>>>>>> theirs\nmany\ta\t2\n" },
	{ "an entry changed here, taken away there", "a.tsv",
	    H "many\ta\t1\n", H "many\ta\t7\n", H, MERGE_CONFLICT,
	    H "<<<<<<< ours\nmany\ta\t7\n||||||| base\nmany\ta\t1\n=======\n"
	    ">>>>>>> theirs\n" },

	{ "records that both sides add at the end", "u.rec", U "\nId: a\n",
	    U "\nId: a\n\nId: b\n", U "\nId: a\n\nId: c\nName: C\n",
	    MERGE_CLEAN, U "\nId: a\n\nId: b\n\nId: c\nName: C\n" },
	{ "two fields of one record", "u.rec", U "\nId: a\nName: A\nFrom: 2022\n",
	    U "\nId: a\nName: B\nFrom: 2022\n",
	    U "\nId: a\nName: A\nFrom: 2021\nTo: 2023\n", MERGE_CLEAN,
	    U "\nId: a\nName: B\nFrom: 2021\nTo: 2023\n" },
	{ "one field in two ways", "u.rec", U "\nId: a\nName: A\nFrom: 2022\n",
	    U "\nId: a\nName: B\nFrom: 2022\n",
	    U "\nId: a\nName: C\nFrom: 2021\n", MERGE_CONFLICT,
	    U "\nId: a\n<<<<<<< ours\nName: B\n||||||| base\nName: A\n=======\n"
	    "Name: C\n>>>>>>> theirs\nFrom: 2021\n" },
	{ "one record that both sides add, with other fields", "u.rec", U,
	    U "\nId: a\nName: A\n", U "\nId: a\nFrom: 2022\n", MERGE_CLEAN,
	    U "\nId: a\nName: A\nFrom: 2022\n" },
	{ "fields that may be repeated", "u.rec", U "\nId: a\nGroup: x\nGroup: y\n",
	    U "\nId: a\nGroup: x\nGroup: y\nGroup: z\n",
	    U "\nId: a\nGroup: x\nGroup: w\n", MERGE_CLEAN,
	    U "\nId: a\nGroup: x\nGroup: z\nGroup: w\n" },
	{ "a value over several lines is one", "s.rec",
	    "%rec: Item\n\nId: a\nRule: 1\n+ + 2\nPoints: 3\n",
	    "%rec: Item\n\nId: a\nRule: 1\n+ + 3\nPoints: 3\n",
	    "%rec: Item\n\nId: a\nRule: 1\n+ + 2\nPoints: 4\n", MERGE_CLEAN,
	    "%rec: Item\n\nId: a\nRule: 1\n+ + 3\nPoints: 4\n" },
	{ "a comment of each side", "u.rec", "# One.\n\n" U "\n# A.\nId: a\n",
	    "# Two.\n\n" U "\n# A.\nId: a\n", "# One.\n\n" U "\n# B.\nId: a\n",
	    MERGE_CLEAN, "# Two.\n\n" U "\n# B.\nId: a\n" },
	{ "a comment in two ways", "u.rec", "# One.\n\n" U, "# Two.\n\n" U,
	    "# Three.\n\n" U, MERGE_CONFLICT,
	    "<<<<<<< ours\n# Two.\n||||||| base\n# One.\n=======\n# Three.\n"
	    ">>>>>>> theirs\n\n" U },
	{ "records of several types", "s.rec",
	    "%rec: Item\n\nId: a\n\n%rec: Grade\n\nId: a\n",
	    "%rec: Item\n\nId: a\n\nId: b\n\n%rec: Grade\n\nId: a\n",
	    "%rec: Item\n\nId: a\n\nId: c\n\n%rec: Grade\n\nId: a\n\nId: d\n",
	    MERGE_CLEAN,
	    "%rec: Item\n\nId: a\n\nId: b\n\nId: c\n\n%rec: Grade\n\nId: a\n\nId: d\n" },
	{ "a type that ours adds, a record that theirs does", "s.rec",
	    "%rec: Item\n\nId: a\n", "%rec: Item\n\nId: a\n\n%rec: Grade\n\nId: x\n",
	    "%rec: Item\n\nId: a\n\nId: b\n", MERGE_CLEAN,
	    "%rec: Item\n\nId: a\n\nId: b\n\n%rec: Grade\n\nId: x\n" },
	{ "a type taken away, a record of it added", "s.rec",
	    "%rec: Item\n\nId: a\n\n%rec: Grade\n\nId: x\n",
	    "%rec: Item\n\nId: a\n",
	    "%rec: Item\n\nId: a\n\n%rec: Grade\n\nId: x\n\nId: y\n",
	    MERGE_UNFIT, "" },
	{ "one record of a type needs no key", "b.rec",
	    "%rec: Book\n\nName: A\nPeriod: month\n",
	    "%rec: Book\n\nName: B\nPeriod: month\n",
	    "%rec: Book\n\nName: A\nPeriod: year\n", MERGE_CLEAN,
	    "%rec: Book\n\nName: B\nPeriod: year\n" },
	{ "two do", "b.rec", "%rec: Book\n\nName: A\n\nName: B\n",
	    "%rec: Book\n\nName: A\n\nName: C\n",
	    "%rec: Book\n\nName: A\n\nName: B\n", MERGE_UNFIT, "" },
	{ "two records with one key", "u.rec", U "\nId: a\n",
	    U "\nId: a\n\nId: a\n", U "\nId: a\n", MERGE_UNFIT, "" },
	{ "records that theirs puts in another order", "u.rec",
	    U "\nId: a\n\nId: b\n\nId: c\n", U "\nId: a\nName: A\n\nId: b\n\nId: c\n",
	    U "\nId: c\n\nId: a\n\nId: b\n", MERGE_CLEAN,
	    U "\nId: c\n\nId: a\nName: A\n\nId: b\n" },
	{ "records in three orders", "u.rec", U "\nId: a\n\nId: b\n\nId: c\n",
	    U "\nId: b\n\nId: a\n\nId: c\n", U "\nId: a\n\nId: c\n\nId: b\n",
	    MERGE_UNFIT, "" },
	{ "a line that is no field", "u.rec", U, U "\nwhat\n", U, MERGE_UNFIT, "" },
	{ "some other file", "README", "a\n", "b\n", "a\n", MERGE_UNFIT, "" },
};
/* clang-format on */

static bool
adds_up(const void *context, struct str measure)
{
	(void)context;
	return str_equal(measure, STR("many"));
}

static enum merge_outcome
merge_row(const struct row *row, const char *ours, const char *theirs,
    struct merge_result *result)
{
	const struct merge_request request = { .path = row->path,
		.sides = { str_from(row->base), str_from(ours),
		    str_from(theirs) },
		.marker_size = 7,
		.adds_up = adds_up };
	struct arena arena = { 0 };
	enum merge_outcome outcome;

	*result = (struct merge_result){ 0 };
	outcome = merge_records(&request, &arena, result);
	assert_int_equal(outcome == MERGE_CONFLICT, result->conflict_count > 0);
	buffer_add_byte(&result->text, '\0');
	arena_free(&arena);
	return outcome;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct merge_result result;

	assert_int_equal(merge_row(row, row->ours, row->theirs, &result),
	    row->outcome);
	assert_string_equal(result.text.data, row->want);
	buffer_free(&result.text);
	assert_int_equal(merge_row(row, row->theirs, row->ours, &result),
	    row->outcome);
	buffer_free(&result.text);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
