/*
 * test_goal_seek: which value of a measure reaches a score, against what
 * scoring every value of the grid gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "analysis/goal_seek.h"
#include "support.h"

/*
 * A rule of an item worth 10 points, for the unit A, and the score that is
 * wanted of it; the verdict, and the value of x where it is reached. Values of
 * x go from -50.0 to 50.0 by tenths; A has 2.0, B 10, C 20, D none.
 */
struct row {
	const char *name, *rule, *wanted, *verdict, *value;
	const char *more;    /* of the item */
	const char *measure; /* x */
};

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\n"

/* clang-format off */
static const struct {
	const char *path, *text;
} files[] = {
	{ "book.rec", "%rec: Book\n\nName: Solved\nPeriod: month\n" },
	{ "units.rec", "%rec: Unit\n\nId: A\nGroup: g/1\n\nId: B\nGroup: g/1\n\nId: C\nGroup: g/2\n\nId: D\nGroup: g/2\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: x\nMin: -50\nMax: 50\nDigits: 1\n\nId: flow\nKind: flow\nMin: 0\nMax: 40\nDigits: 0\n\n"
	    "Id: later\nMin: 0\nMax: 30\nDigits: 0\n\nId: away\nDigits: 0\n\nId: target\nMin: 1\nMax: 60\nDigits: 0\n\nId: free\n" },
	{ "data/2021-03/o.tsv", HEADER "x\tA\t4\nx\tB\t5\nx\tC\t5\n" },
	{ "data/2022/o.tsv", HEADER "target\tA\t20\ntarget\tB\t20\ntarget\tC\t20\n" },
	{ "data/2022-01/o.tsv", HEADER "flow\tA\t2\n" },
	{ "data/2022-02/o.tsv", HEADER "x\tA\t1\nx\tB\t3\nx\tC\t3\nflow\tA\t5\n" },
	{ "data/2022-03/o.tsv", HEADER "x\tA\t2.0\nx\tB\t10\nx\tC\t20\nflow\tA\t3\nflow\tB\t9\nlater\tB\t7\nlater\tC\t3\naway\tA\tn/a\nfree\tA\t1.25\n" },
};

static struct row rows[] = {
	{ "rises", "x", "5", "reached", "5", NULL, NULL },
	{ "falls", "10 - x", "9", "reached", "1", NULL, NULL },
	{ "is there already", "x", "2", "met", NULL, NULL, NULL },
	{ "between two steps of the grid", "x / 3", "1", "reached", "3", NULL, NULL },
	{ "a step short by rounding", "x / 3", "1.005", "reached", "3.1", "Digits: none\n", NULL },
	{ "rounding helps", "x / 3", "1.1", "reached", "3.2", "Digits: 1\n", NULL },
	{ "a tier begins at its edge", "steps(x, 5, 3, 7.5, 10)", "10", "reached", "7.5", NULL, NULL },
	{ "a tier begins above its edge", "steps_above(x, 5, 3, 7.5, 10)", "10", "reached", "7.6", NULL, NULL },
	{ "straight lines", "interp(x, 0, 0, 10, 4, 20, 10)", "7", "reached", "15", NULL, NULL },
	{ "a hill is climbed to its top", "interp(x, 0, 0, 10, 8, 20, 0)", "8", "reached", "10", NULL, NULL },
	{ "a hill too low", "interp(x, 0, 0, 10, 8, 20, 0)", "9", "never", NULL, NULL, NULL },
	{ "brackets", "brackets(x, 0, 0.5, 10, 0.1)", "6", "reached", "20", NULL, NULL },
	{ "started steps", "units_of(x, 3, started)", "3", "reached", "6.1", NULL, NULL },
	{ "whole steps", "units_of(x, 3, whole)", "3", "reached", "9", NULL, NULL },
	{ "the nearer of two sides", "x ^ 2 / 10", "1.6", "reached", "4", NULL, NULL },
	{ "downwards is nearer", "abs(x - 1)", "1.5", "reached", "2.5", NULL, NULL },
	{ "a narrow peak", "if x = 17.3 then 10 else 1", "5", "reached", "17.3", NULL, NULL },
	{ "two conditions", "if x > 5 and x < 5.2 then 10 else 0", "10", "reached", "5.1", NULL, NULL },
	{ "a negative peak", "if x > -31.2 and x < -31 then 9 else 1", "9", "reached", "-31.1", NULL, NULL },
	{ "cases", "cases(x < 10, 1, x >= 10 and x < 30, 5, x >= 30, 10)", "10", "reached", "30", NULL, NULL },
	{ "cases that may both hold", "cases(x < 10, 1, x >= 9, 10)", "10", "reached", "10", NULL, NULL },
	{ "a cap", "x", "11", "never", NULL, NULL, NULL },
	{ "a cap of its own", "x", "12", "reached", "12", "Cap: 15\n", NULL },
	{ "beyond the Max", "x / 10", "6", "never", NULL, NULL, NULL },
	{ "below the Min", "0 - x / 10", "6", "never", NULL, NULL, NULL },
	{ "a rank", "11 - pool.rank(x)", "10", "reached", "20", NULL, NULL },
	{ "a rank alone", "11 - pool.rank(x, last)", "10", "reached", "20.1", NULL, NULL },
	{ "a rank shared by halves", "11 - pool.rank(x, fractional)", "9.5", "reached", "20", NULL, NULL },
	{ "dense ranks", "11 - pool.rank(x, dense)", "9", "reached", "10", NULL, NULL },
	{ "a rank that falls", "11 - pool.rank(0 - x)", "10", "met", NULL, NULL, NULL },
	{ "a rank in its group", "11 - pool.rank(x)", "10", "reached", "10", "Pool: g\n", NULL },
	{ "beside the best", "10 * x / pool.max(x)", "10", "reached", "20", NULL, NULL },
	{ "beside the mean, itself in it", "x / pool.mean(x)", "1", "reached", "15", NULL, NULL },
	{ "beside the others' mean", "x / peers.mean(x)", "1", "reached", "15", NULL, NULL },
	{ "beside the median", "x / pool.median(x)", "1", "reached", "10", NULL, NULL },
	{ "between worst and best", "minmax(x, 0)", "10", "reached", "20", NULL, NULL },
	{ "deviations from the mean", "5 + (x - pool.mean(x)) / pool.sd(x)", "5.5", "reached", "18.3", NULL, NULL },
	{ "the median deviation", "pool.mad(x)", "9", "reached", "1", NULL, NULL },
	{ "the median deviation, too high", "pool.mad(x)", "12", "never", NULL, "Cap: 50\n", NULL },
	{ "beside the others' median deviation", "x / peers.mad(x)", "3", "reached", "15", NULL, NULL },
	{ "away from the median by deviations", "5 + (x - pool.median(x)) / peers.mad(x)", "5.5", "reached", "22.5", NULL, NULL },
	{ "the median deviation of what there is", "present.mad(x, flow, 8)", "3", "reached", "0", NULL, NULL },
	{ "the median deviation, of what has no end", "pool.mad(x + default(free, 0))", "9.5", "reached", "-1.5", NULL, "free" },
	{ "not known: it is too high, of what has no end", "pool.mad(x + default(free, 0))", "12", "unsettled", NULL, "Cap: 50\n", "free" },
	{ "a count of the pool", "pool.count(x >= 5)", "3", "reached", "5", NULL, NULL },
	{ "another unit's value", "of(A, x)", "4", "reached", "4", NULL, NULL },
	{ "nothing but another unit's", "of(B, x) / 2", "6", "never", NULL, NULL, NULL },
	{ "growth", "10 * growth(x)", "5", "reached", "6", NULL, NULL },
	{ "the month before stays", "x + prev(x)", "5", "reached", "4", NULL, NULL },
	{ "read of another month only", "prev(x)", "5", "never", NULL, NULL, NULL },
	{ "since January", "ytd(flow) / 2", "6", "reached", "5", NULL, "flow" },
	{ "a value not reported", "later", "4", "reached", "4", NULL, "later" },
	{ "a value not reported, and a rank", "11 - pool.rank(later)", "10", "reached", "7", NULL, "later" },
	{ "one that does not apply", "default(away, 1)", "4", "never", NULL, NULL, "away" },
	{ "a target comes down", "10 * x / target", "2", "reached", "10", NULL, "target" },
	{ "as many digits as are written", "free", "1.3", "reached", "1.3", NULL, "free" },
	{ "a value far away", "free / 100000", "9", "reached", "899995", NULL, "free" },
	{ "a veto in the way", "x", "5", "never", NULL, "Veto: flow = 3\n", NULL },
	{ "a veto taken away", "5", "5", "reached", "2", "Veto: flow >= 3\n", "flow" },
	{ "zero does not divide", "1 / x", "5", "reached", "0.2", NULL, NULL },
	{ "what fails is zero", "10 - 8 / x", "9", "reached", "-0.1", "Missing: zero\nCap: none\nFloor: none\n", NULL },
	{ "a power", "2 ^ (x / 10)", "8", "reached", "30", NULL, NULL },
	{ "a root", "sqrt(x)", "3", "reached", "9", NULL, NULL },
	{ "two of it", "x * (10 - x) / 3", "8", "reached", "4", NULL, NULL },
	{ "two of it, too high", "x * (10 - x) / 3", "9", "never", NULL, NULL, NULL },
	{ "a let used twice", "z * z", "9", "reached", "1", "Let: z = x - 4\n", NULL },
	{ "a score below zero", "x - 60", "-25", "reached", "35", "Floor: none\n", NULL },
	{ "what is absent counts", "if missing(x) then 10 else 1", "5", "never", NULL, NULL, NULL },
};
/* clang-format on */

static void
write_scheme(const struct row *row)
{
	static const char head[] =
	    "%rec: Scheme\n\nName: One\nPoints: 10\nDigits: 4\n\n"
	    "%rec: Item\n\nId: it\nPoints: 10\n";
	const char *texts[] = { head, row->more != NULL ? row->more : "",
		"Rule: ", row->rule, "\n", NULL };

	test_book_write_all(&shared, "schemes/2022-01.rec", texts);
}

static void
assert_number(struct num x, const char *want)
{
	struct buffer out = { 0 };

	num_print_exact(&out, x);
	buffer_add_byte(&out, '\0');
	assert_string_equal(out.data, want);
	buffer_free(&out);
}

/* The item's score with a value, all scored anew; texts live in the arena. */
static struct num
score_with(struct engine *engine, uint32_t measure, struct num value,
    struct arena *arena)
{
	struct data_assumption assumption = { .measure = measure,
		.period = test_period("2022-03"),
		.source = "test" };
	struct buffer text = { 0 };
	const struct result *result;

	num_print(&text, value);
	assumption.value = assumption.text =
	    arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	engine_restart(engine);
	assert_int_equal(data_override(engine_data(engine), &assumption), 0);
	result = engine_score(engine, assumption.period);
	return result->items[1].scores[0];
}

/*
 * Score every value of the grid of a measure with Min and Max, from the
 * present one outwards: none nearer than the one found must do.
 */
static void
check_by_force(uint32_t number, const struct goal_seek_solution *solution)
{
	const struct measure *measure = &shared.book->measures[number];
	struct arena arena = { 0 };
	struct diag *diag = diag_new(1);
	struct engine *engine = engine_new(shared.book, diag);
	struct num step = num_decimal(1, (unsigned)solution->digits);
	struct num from =
	    num_is_number(solution->before) ? solution->before : NUM_INT(0);

	for (struct num x = measure->min; num_compare(x, measure->max) <= 0;
	     x = num_add(&arena, x, step)) {
		struct num far = num_abs(&arena, num_sub(&arena, x, from));
		struct num score = score_with(engine, number, x, &arena);

		if (!num_is_number(score) ||
		    num_compare(score, solution->wanted) < 0)
			continue;
		assert_int_equal(solution->verdict, GOAL_SEEK_REACHED);
		assert_true(num_compare(num_abs(&arena,
					    num_sub(&arena, solution->value,
						from)),
				far) <= 0);
	}
	engine_free(engine);
	diag_free(diag);
	arena_free(&arena);
}

static void
check_solution(const struct row *row, uint32_t measure,
    const struct goal_seek_solution *solution)
{
	const struct measure *what = &shared.book->measures[measure];

	assert_string_equal(goal_seek_verdict_text(solution->verdict),
	    row->verdict);
	if (row->value != NULL) {
		assert_number(solution->value, row->value);
		assert_true(num_compare(solution->score, solution->wanted) >=
			    0);
	}
	if (solution->verdict == GOAL_SEEK_NEVER)
		assert_int_not_equal(solution->reason, GOAL_SEEK_NO_REASON);
	if (solution->verdict != GOAL_SEEK_MET &&
	    solution->reason != GOAL_SEEK_AWAY && num_is_number(what->min) &&
	    num_is_number(what->max))
		check_by_force(measure, solution);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct goal_seek_solution solution;
	struct arena arena = { 0 };
	struct goal_seek *goal_seek;
	struct num wanted;
	uint32_t measure;
	char *findings;

	write_scheme(row);
	test_book_open(&shared);
	engine_score(shared.engine, test_period("2022-03"));
	findings = test_findings(&shared, SEVERITY_TROUBLE, "none", 1);
	assert_string_equal(findings, "");
	free(findings);
	measure = book_measure(shared.book,
	    str_from(row->measure != NULL ? row->measure : "x"));
	assert_true(num_parse(&arena, str_from(row->wanted), &wanted));
	goal_seek = goal_seek_new(shared.book, shared.engine,
	    test_period("2022-03"), 1, 0);
	goal_seek_solve(goal_seek, measure, wanted, &solution);
	check_solution(row, measure, &solution);
	goal_seek_free(goal_seek);
	arena_free(&arena);
	test_book_close(&shared);
}

static int
create(void **state)
{
	(void)state;
	test_book_create(&shared);
	for (size_t i = 0; i < LENGTH(files); i++)
		test_book_write(&shared, files[i].path, files[i].text);
	return 0;
}

static int
clean_up(void **state)
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
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, create, clean_up);
}
