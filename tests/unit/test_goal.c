/*
 * test_goal: goals as a Book record has them, and which one holds; and the
 * sequence of numbers that draws are made from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "analysis/random.h"
#include "book/goal.h"

/* What a goal says, as it was understood; NULL: not at all. */
static struct row {
	const char *name, *text, *want;
} rows[] = {
	{ "a rank", "rank 3", "3" },
	{ "a rank and a month", "rank 3 by 2022-12", "3 2022-12" },
	{ "a rank and a year", "rank 12 by 2022", "12 2022" },
	{ "a rank and a quarter", "rank 1 by 2022-Q3", "1 2022-Q3" },
	{ "rank 0", "rank 0", NULL },
	{ "a negative rank", "rank -1", NULL },
	{ "a rank beyond reason", "rank 1000001", NULL },
	{ "a rank that overflows", "rank 4294967299", NULL },
	{ "a number alone", "3", NULL },
	{ "a rank in words", "rank three", NULL },
	{ "no rank", "rank", NULL },
	{ "no rank but a date", "rank by 2022-12", NULL },
	{ "no date behind by", "rank 3 by ", NULL },
	{ "no date at all", "rank 3 by December", NULL },
	{ "no by", "rank 3 2022-12", NULL },
	{ "something behind it", "rank 3 by 2022-12 or so", NULL },
	{ "two spaces", "rank  3", NULL },
	{ "full-width digits", "rank ３", NULL },
	{ "nothing", "", NULL },
};

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct goal goal;
	char text[PERIOD_TEXT_SIZE], got[64];

	assert_int_equal(goal_parse(str_from(row->text), &goal),
	    row->want != NULL);
	if (row->want == NULL)
		return;
	snprintf(got, sizeof(got), "%u%s%s", goal.rank, goal.has_by ? " " : "",
	    goal.has_by ? period_text(goal.by, text) : "");
	assert_string_equal(got, row->want);
}

static uint32_t
rank_in(const struct goal *goals, size_t count, const char *text)
{
	struct period period;
	const struct goal *goal;

	assert_true(period_parse(str_from(text), &period));
	goal = goal_for(goals, count, period);
	return goal == NULL ? 0 : goal->rank;
}

static void
check_which(void **state)
{
	static const char *const texts[] = { "rank 5 by 2022-06",
		"rank 3 by 2022-12", "rank 2" };
	struct goal goals[LENGTH(texts)];

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_true(goal_parse(str_from(texts[i]), &goals[i]));
	assert_int_equal(rank_in(goals, 3, "2022-01"), 5);
	assert_int_equal(rank_in(goals, 3, "2022-06"), 5);
	assert_int_equal(rank_in(goals, 3, "2022-07"), 3);
	assert_int_equal(rank_in(goals, 3, "2022"), 3);
	assert_int_equal(rank_in(goals, 3, "2023-01"), 2);
	assert_int_equal(rank_in(goals, 2, "2023-01"), 3);
	assert_int_equal(rank_in(goals, 0, "2022-01"), 0);
}

/* Published with the generator's other implementations, for this seed. */
static void
check_sequence(void **state)
{
	static const uint64_t want[] = { UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431), UINT64_C(16408922859458223821) };

	(void)state;
	for (size_t i = 0; i < LENGTH(want); i++)
		assert_true(random_at(1234567, i) == want[i]);
}

/* Each of a few numbers comes up about as often as the others. */
static void
check_evenness(void **state)
{
	unsigned counts[3] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 30000; i++) {
		uint32_t below =
		    random_below(random_at(random_branch(1, 2), i), 3);

		assert_true(below < 3);
		counts[below]++;
	}
	for (size_t i = 0; i < LENGTH(counts); i++)
		assert_in_range(counts[i], 9700, 10300);
	assert_int_equal(random_below(UINT64_MAX, 3), 2);
	assert_int_equal(random_below(0, 3), 0);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 3];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	tests[LENGTH(rows)] = (struct CMUnitTest){ .name = "which goal holds",
		.test_func = check_which };
	tests[LENGTH(rows) + 1] =
	    (struct CMUnitTest){ .name = "the published sequence",
		    .test_func = check_sequence };
	tests[LENGTH(rows) + 2] =
	    (struct CMUnitTest){ .name = "numbers are even",
		    .test_func = check_evenness };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
