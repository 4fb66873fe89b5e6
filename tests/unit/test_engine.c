/*
 * test_engine: which periods are scored, in which order and how often; what
 * rules read of other periods and items; when there is nothing to score.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "score/score_text.h"
#include "support.h"

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\nFrom: 2022-02\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n" },
	{ "data/2021-12/o.tsv", HEADER "x\tA\t1000\n" },
	{ "data/2022-01/o.tsv", HEADER "x\tA\t1\n" },
	{ "data/2022-02/o.tsv", HEADER "x\tA\t2\nx\tB\t20\n" },
	/* No data in 2022-03. */
	{ "data/2022-04/o.tsv", HEADER "x\tA\t4\nx\tB\t40\n" },
	{ "schemes/2022-01.rec", "%rec: Scheme\n\nName: One\nPoints: 100\n\n%rec: Item\n\n"
	    "Id: it\nPoints: 60\nRule: x\nCap: none\n\nId: ran\nPoints: 20\nMissing: zero\nRule: default(prev(ran), 0) + x\nCap: none\n\n"
	    "Id: peer\nPoints: 20\nMissing: zero\nRule: rate(it) * 2\nCap: none\n" },
	{ "schemes/2022-04.rec", "%rec: Scheme\n\nName: Two\nPoints: 100\n\n%rec: Item\n\n"
	    "Id: it\nPoints: 90\nRule: x + default(prev(it, 2), 0)\nCap: none\n\nId: new\nPoints: 10\nRule: 1\n" },
	{ "schemes/2022.rec", "%rec: Scheme\n\nName: Year\nPoints: 100\n\n%rec: Item\n\nId: it\nPoints: 100\nRule: each.sum(it)\nCap: none\n" },
	{ NULL, NULL },
};

/* The score of an item for A and B; `!code`: there is none. */
static struct row {
	const char *name, *period, *item, *want;
} rows[] = {
	{ "a month", "2022-02", "it", "2 20" },
	{ "one who is no member yet", "2022-01", "it", "1 -" },
	{ "the total", "2022-02", "total", "5.066666666666666666666666666666667 40.66666666666666666666666666666667" },
	{ "what an item reads of another", "2022-02", "peer", "0.06666666666666666666666666666666667 0.6666666666666666666666666666666667" },
	{ "of itself in the month before", "2022-02", "ran", "3 20" },
	{ "under a scheme with other items", "2022-04", "new", "1 1" },
	{ "of two months before, under another scheme", "2022-04", "it", "6 60" },
	{ "a year of all its months", "2022", "it", "9 80" },
	{ "no scheme yet", "2021-12", "it", "!no-scheme" },
	{ "no data", "2022-03", "it", "!no-data" },
	{ "no scheme of that length", "2022-Q1", "it", "!no-scheme" },
	{ "no data to come", "2022-05", "it", "!no-data" },
};
/* clang-format on */

static void
check_nothing(const struct row *row, const struct result *result)
{
	char *findings = test_findings(&shared, SEVERITY_ERROR, "", 1);

	assert_null(result);
	assert_non_null(strstr(findings, row->want + 1));
	free(findings);
}

static void
check_scores(void **state)
{
	const struct row *row = *state;
	const struct result *result;
	struct buffer text = { 0 };
	uint32_t item;

	test_book_open(&shared);
	result = engine_score(shared.engine, test_period(row->period));
	if (row->want[0] == '!') {
		check_nothing(row, result);
		return;
	}
	assert_non_null(result);
	assert_false(diag_has_errors(shared.diag));
	assert_true(period_equal(result->period, test_period(row->period)));
	item = scheme_item(result->scheme, str_from(row->item));
	for (size_t i = 0; i < shared.book->unit_count; i++) {
		struct num score = result->items[item].scores[i];

		if (i > 0)
			buffer_add_byte(&text, ' ');
		if (num_is_number(score))
			num_print(&text, score);
		else
			buffer_add_byte(&text, '-');
	}
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
}

/* Whichever period is asked first, each has the same scores. */
static void
the_order_of_asking_does_not_matter(void **state)
{
	static const char *const orders[][3] = {
		{ "2022-01", "2022-02", "2022-04" },
		{ "2022-04", "2022-01", "2022-02" },
		{ "2022-02", "2022-04", "2022-01" },
	};
	struct num first[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(orders); i++) {
		test_book_open(&shared);
		for (size_t j = 0; j < 3; j++)
			assert_non_null(engine_score(shared.engine,
			    test_period(orders[i][j])));
		for (size_t j = 0; j < 3; j++) {
			const struct result *result =
			    engine_score(shared.engine,
				test_period(orders[0][j]));
			struct num total = result->items[0].scores[0];

			if (i == 0)
				first[j] = total;
			assert_int_equal(num_compare(total, first[j]), 0);
		}
	}
}

static void
scores_are_kept(void **state)
{
	struct period period = test_period("2022-02");
	const struct result *result;

	(void)state;
	test_book_open(&shared);
	result = engine_score(shared.engine, period);
	assert_ptr_equal(engine_score(shared.engine, period), result);
	assert_ptr_equal(engine_score_instant(shared.engine,
			     instant_of(period)),
	    result);
	assert_ptr_equal(result->standings,
	    engine_standings(shared.engine, period));
}

/* After other data, what was scored is there until it is forgotten. */
static void
a_restart_forgets(void **state)
{
	struct period period = test_period("2022-02");
	const struct data_assumption assumption = { .period = period,
		.value = STR("7"),
		.text = STR("7"),
		.source = "test" };

	(void)state;
	test_book_open(&shared);
	engine_score(shared.engine, test_period("2022-04"));
	assert_int_equal(data_override(engine_data(shared.engine), &assumption),
	    0);
	assert_int_equal(
	    engine_score(shared.engine, period)->items[1].scores[0].n, 2);
	engine_restart(shared.engine);
	assert_int_equal(
	    engine_score(shared.engine, period)->items[1].scores[0].n, 7);
	/* And what rests on it. */
	assert_int_equal(engine_score(shared.engine, test_period("2022-04"))
			     ->items[1]
			     .scores[0]
			     .n,
	    11);
}

/* What a rule cannot do is told once, with how many more it is for. */
static void
failures_are_told_once(void **state)
{
	struct test_book test;
	const struct result *result;
	char *findings;

	(void)state;
	test_book_create(&test);
	test_book_write_files(&test, files);
	test_book_write(&test, "schemes/2022-01.rec",
	    "%rec: Scheme\n\nName: One\nPoints: 9\n\n%rec: Item\n\nId: it\n"
	    "Points: 9\nRule: 1 / (x - x)\n");
	test_book_open(&test);
	result = engine_score(test.engine, test_period("2022-02"));
	assert_non_null(result);
	assert_int_equal(result->items[1].scores[0].d, VALUE_MISSING);
	assert_int_equal(result->items[1].states[0], STATE_MISSING);
	findings =
	    test_findings(&test, SEVERITY_ERROR, "schemes/2022-01.rec", 1);
	assert_int_equal(diag_count(test.diag, SEVERITY_ERROR), 1);
	assert_non_null(strstr(findings, "10:7: error: "));
	assert_non_null(strstr(findings, "(and 1 more)"));
	free(findings);
	test_book_remove(&test);
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
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(the_order_of_asking_does_not_matter),
		cmocka_unit_test(scores_are_kept),
		cmocka_unit_test(a_restart_forgets),
		cmocka_unit_test(failures_are_told_once),
	};
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(others)];
	size_t count = 0;

	for (; count < LENGTH(rows); count++)
		tests[count] = (struct CMUnitTest){ rows[count].name,
			check_scores, NULL, NULL, &rows[count] };
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, create, destroy);
}
