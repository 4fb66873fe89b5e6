/*
 * test_grade: which grade a total gets: by a condition, by a quota, within a
 * pool, and at its border.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"

static struct test_book shared;

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nGroup: class/I\n\nId: B\nGroup: class/I\n\n"
	    "Id: C\nGroup: class/II\n\nId: D\nGroup: class/II\n\nId: E\nGroup: class/II\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n" },
	{ NULL, NULL },
};

/* Fields of the Scheme, Grade records, values, the grades of A to E. */
static struct row {
	const char *name, *scheme, *grades, *values, *want;
} rows[] = {
	{ "the first that admits", "", "Id: good\nWhen: total >= 80\n\nId: fair\nWhen: total >= 60\n\nId: poor\n",
	    "x A 90; x B 80; x C 79.9; x D 60; x E 0", "good good fair fair poor" },
	{ "none, where none admits", "", "Id: good\nWhen: total >= 80\n", "x A 90; x B 80; x C 79; x D 0; x E 0", "good good - - -" },
	{ "none without a total", "", "Id: all\n", "x A 90; x B 1", "all all - - -" },
	{ "the best of a share", "", "Id: best\nQuota: 40%\n\nId: rest\n", "x A 1; x B 5; x C 3; x D 4; x E 2", "rest best rest best rest" },
	{ "a share is rounded down", "", "Id: best\nQuota: 30%\n\nId: rest\n", "x A 1; x B 5; x C 3; x D 4; x E 2", "rest best rest rest rest" },
	{ "or up, where it says so", "", "Id: best\nQuota: 30%\nRounding: up\n\nId: rest\n", "x A 1; x B 5; x C 3; x D 4; x E 2", "rest best rest best rest" },
	{ "a share of those with a total", "", "Id: best\nQuota: 50%\n\nId: rest\n", "x A 1; x B 5", "rest best - - -" },
	{ "the tied at the border are in", "", "Id: best\nQuota: 40%\n\nId: rest\n", "x A 4; x B 5; x C 4; x D 4; x E 2", "best best best best rest" },
	{ "or out, where it says so", "", "Id: best\nQuota: 40%\nTies: strict\n\nId: rest\n", "x A 4; x B 5; x C 4; x D 4; x E 2", "rest best rest rest rest" },
	{ "a share of those who meet a condition", "", "Id: best\nWhen: y > 0\nQuota: 40%\n\nId: rest\n",
	    "x A 1; x B 5; x C 3; x D 4; x E 2; y A 1; y C 1; y D 1", "rest rest best best rest" },
	{ "a second share of those who are left", "", "Id: one\nQuota: 20%\n\nId: two\nQuota: 40%\n\nId: rest\n",
	    "x A 1; x B 5; x C 3; x D 4; x E 2", "rest one two two rest" },
	{ "the rank of the total", "", "Id: top\nWhen: rank <= 2\n\nId: rest\n", "x A 1; x B 5; x C 4; x D 4; x E 2", "rest top top top rest" },
	{ "the last of those who share it", "Ties: last\n", "Id: top\nWhen: rank <= 2\n\nId: rest\n", "x A 1; x B 5; x C 4; x D 4; x E 2", "rest top rest rest rest" },
	{ "a condition that cannot be told", "", "Id: good\nWhen: y > 0\n\nId: rest\n", "x A 1; x B 2; x C 3; x D 4; x E 5; y A 1; y B n/a", "good rest rest rest rest" },
	{ "each class by itself", "Pool: class\n", "Id: best\nQuota: 50%\n\nId: rest\n", "x A 1; x B 2; x C 3; x D 4; x E 5", "rest best rest rest best" },
	{ "ranks within a class", "Pool: class\n", "Id: top\nWhen: rank = 1\n\nId: rest\n", "x A 1; x B 2; x C 3; x D 4; x E 5", "rest top rest rest top" },
	{ "not of those who are not eligible", "Eligible: y > 0\n", "Id: best\nQuota: 50%\n\nId: rest\n",
	    "x A 1; x B 5; x C 3; x D 4; x E 2; y A 1; y C 1; y D 1; y E 1", "rest - best best rest" },
	{ "no grades in the scheme", "", NULL, "x A 1; x B 2; x C 3; x D 4; x E 5", "- - - - -" },
};
/* clang-format on */

static const struct result *
score(const struct row *row)
{
	/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
	const char *const scheme[] = { "%rec: Scheme\n\nName: One\n"
				       "Points: 100\n",
		row->scheme, "\n%rec: Item\n\nId: it\nPoints: 100\nRule: x\n",
		row->grades != NULL ? "\n%rec: Grade\n\n" : "", row->grades,
		NULL };
	const struct result *result;

	test_book_write_all(&shared, "schemes/2022-01.rec", scheme);
	test_book_write_values(&shared, "2022-03/o", row->values);
	test_book_open(&shared);
	result = engine_score(shared.engine, test_period("2022-03"));
	assert_non_null(result);
	assert_false(diag_has_errors(shared.diag));
	return result;
}

static void
check_grades(void **state)
{
	const struct row *row = *state;
	const struct result *result = score(row);
	struct buffer text = { 0 };

	for (size_t i = 0; i < shared.book->unit_count; i++) {
		int32_t grade = result->grades != NULL ? result->grades[i] : -1;

		if (i > 0)
			buffer_add_byte(&text, ' ');
		buffer_add(&text,
		    grade < 0 ? STR("-") : result->scheme->grades[grade].id);
	}
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
}

static int
create(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	return 0;
}

static int
destroy(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, check_grades,
			NULL, NULL, &rows[i] };
	return cmocka_run_group_tests(tests, create, destroy);
}
