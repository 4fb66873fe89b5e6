/*
 * test_lint: what rules leave open is said, and rules that leave nothing open
 * pass in silence, the shipped methods among them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "scheme/lint.h"
#include "support.h"

/*
 * The fields of an item of 10 points, line 1 the first, and the warnings: a
 * line each, without the severity.
 */
struct row {
	const char *name, *text, *want;
};

static struct test_book shared;

/* t is above zero, z not below, p a percentage, w a whole one, d a decimal. */
static const char measures[] = "%rec: Measure\n\n"
			       "Id: x\n\nId: y\n\n"
			       "Id: t\nMin: 0.01\n\nId: z\nMin: 0\n\n"
			       "Id: p\nMin: 0\nMax: 100\n\n"
			       "Id: w\nMin: 0\nMax: 100\nDigits: 0\n\n"
			       "Id: d\nMin: -10\nMax: 10\nDigits: 1\n";

static const char head[] = "%rec: Scheme\n\nName: test\n\n%rec: Item\n\n"
			   "Id: it\nPoints: 10\n";
enum { HEAD_LINES = 8 };

static int
set_up(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write(&shared, "book.rec",
	    "%rec: Book\n\nName: test\nPeriod: month\n");
	test_book_write(&shared, "units.rec", "%rec: Unit\n\nId: A\n");
	test_book_write(&shared, "measures.rec", measures);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *path = "schemes/2022-01.rec";
	const char *const texts[] = { head, row->text, "\n", NULL };
	struct scheme *scheme;
	char *findings;

	test_book_write_all(&shared, path, texts);
	test_book_open(&shared);
	scheme =
	    schemes_for(engine_schemes(shared.engine), test_period("2022-03"));
	assert_non_null(scheme);
	findings = test_findings(&shared, SEVERITY_NOTE, path, HEAD_LINES + 1);
	assert_string_equal(findings, "");
	free(findings);
	lint_scheme(scheme, shared.diag);
	findings = test_findings(&shared, SEVERITY_NOTE, path, HEAD_LINES + 1);
	assert_string_equal(findings, row->want);
	free(findings);
	test_book_close(&shared);
}

#define ZERO(PLACE, OF)                                                        \
	PLACE ": warning: what happens where '" OF                             \
	      "' is zero is left open; write 'if " OF                          \
	      " = 0 then ... else ...', or give the measure a Min above 0 "    \
	      "[open-zero]\n"
#define ZERO_OTHER(PLACE, OF)                                                  \
	PLACE ": warning: what happens where '" OF                             \
	      "' is zero is left open; write 'if " OF                          \
	      " = 0 then ... else ...' [open-zero]\n"
#define SPREAD(PLACE, OF)                                                      \
	PLACE ": warning: what happens where '" OF                             \
	      "' is zero, as in a pool without spread, is left open; write "   \
	      "'if " OF " = 0 then ... else ...' [open-spread]\n"
#define EDGE(PLACE, HERE, BEFORE)                                              \
	PLACE ": warning: the edge " HERE " is not above " BEFORE              \
	      ", so the band before it is never reached; put the edges "       \
	      "in rising order [band-order]\n"
#define CAP(PLACE, HIGH, LOW)                                                  \
	PLACE ": warning: the cap " HIGH " is below the floor " LOW            \
	      "; exchange or correct them [cap]\n"
#define OVERLAP(PLACE, HERE, BEFORE)                                           \
	PLACE ": warning: '" HERE "' and '" BEFORE                             \
	      "' can hold together; let one exclude the other "                \
	      "[band-overlap]\n"
#define GAP(PLACE, OF, WHERE)                                                  \
	PLACE ": warning: no case holds where '" OF "' is " WHERE              \
	      "; add it [band-gap]\n"
#define COVERED(PLACE, HERE)                                                   \
	PLACE ": warning: '" HERE "' is never reached: the conditions "        \
	      "above it cover it; put the narrower one first "                 \
	      "[band-unreached]\n"

/* Lets of which each reads the one before twice: 2^40 paths through them. */
#define TWICE(NEW, SIGN, OLD) "Let: " NEW " = " OLD " " SIGN " " OLD "\n"
#define TEN(NEW, SIGN, OLD)                                                    \
	TWICE(NEW "0", SIGN, OLD)                                              \
	TWICE(NEW "1", SIGN, NEW "0")                                          \
	TWICE(NEW "2", SIGN, NEW "1")                                          \
	TWICE(NEW "3", SIGN, NEW "2")                                          \
	TWICE(NEW "4", SIGN, NEW "3")                                          \
	TWICE(NEW "5", SIGN, NEW "4")                                          \
	TWICE(NEW "6", SIGN, NEW "5")                                          \
	TWICE(NEW "7", SIGN, NEW "6")                                          \
	TWICE(NEW "8", SIGN, NEW "7")                                          \
	TWICE(NEW "9", SIGN, NEW "8")
#define DOUBLED(FIRST, SIGN)                                                   \
	"Let: a = " FIRST "\n" TEN("b", SIGN, "a") TEN("c", SIGN, "b9")        \
	    TEN("d", SIGN, "c9") TEN("e", SIGN, "d9")

/* clang-format off */
static const struct row rows[] = {
	/* What is too large to be gone through is left */
	{ "products of products", DOUBLED("t", "*") "Rule: x / e9", "" },
	{ "sums of sums", DOUBLED("t", "+") "Rule: x / (e9 + e8)", "" },
	{ "conditions of conditions", DOUBLED("x > 1", "and") "Rule: if e9 then 1 elif x > 2 then 2 else 3", "" },

	/* Divisors that may be zero */
	{ "a measure", "Rule: x / y", ZERO("1:7", "y") },
	{ "a measure of at least zero", "Rule: x / z", ZERO("1:7", "z") },
	{ "a measure above zero", "Rule: x / t", "" },
	{ "a number", "Rule: x / 2", "" },
	{ "zero itself", "Rule: x / 0", ZERO_OTHER("1:7", "0") },
	{ "points", "Rule: x / points", "" },
	{ "numbers that come to something", "Rule: x / (3 * 2 - points / 2)", "" },
	{ "numbers that come to nothing", "Rule: x / (5 - points / 2)", ZERO_OTHER("1:7", "5 - points / 2") },
	{ "logarithms of numbers, as of an index of income", "Rule: x / (ln(75000) - ln(100))", "" },
	{ "a product above zero", "Rule: x / (2 * t)", "" },
	{ "a sum above zero", "Rule: x / (t + 1)", "" },
	{ "a difference", "Rule: x / (t - 1)", ZERO_OTHER("1:7", "t - 1") },
	{ "the greater of it and one", "Rule: x / max(y, 1)", "" },
	{ "the lesser of it and one", "Rule: x / min(y, 1)", ZERO_OTHER("1:7", "min(y, 1)") },
	{ "a default above zero", "Rule: x / default(t, 1)", "" },
	{ "a default of what may be zero", "Rule: x / default(y, 1)", ZERO_OTHER("1:7", "default(y, 1)") },
	{ "an exponential", "Rule: x / exp(y)", "" },
	{ "the root of what is above zero", "Rule: x / sqrt(t)", "" },
	{ "a rank", "Rule: x / pool.rank(x)", "" },
	{ "earlier values above zero", "Rule: x / year_ago(t) + x / prev(t, 2)", "" },
	{ "earlier values", "Rule: x / year_ago(y)", ZERO_OTHER("1:7", "year_ago(y)") },
	{ "a month of what adds up", "Rule: x / month(t)", ZERO_OTHER("1:7", "month(t)") },
	{ "growth has no divisor of its own", "Rule: growth(x)", "" },
	{ "a step of no size", "Rule: units_of(x, y, whole)", ZERO("1:7", "y") },
	{ "a step of some size", "Rule: units_of(x, 3, whole)", "" },
	{ "a divisor in parentheses within a product", "Rule: x / ((y - 1) * z)", ZERO_OTHER("1:7", "(y - 1) * z") },
	{ "a divisor within a divisor", "Rule: x / (1 / y)", ZERO_OTHER("1:7", "1 / y") ZERO("1:12", "y") },
	{ "in a Let, told once", "Let: a = x / y\nRule: a + a", ZERO("1:10", "y") },
	{ "in a Cap", "Rule: x\nCap: 10 / y", ZERO("2:6", "y") },
	{ "in a veto", "Rule: x\nVeto: 1 / y > 2", ZERO("2:7", "y") },
	{ "in a method, where it is called", "Rule: f(x, y)\n\n%rec: Method\n\nId: f\nArgs: a, b\nRule: a / b", ZERO("1:7", "y") },
	{ "in a grade", "Rule: x\n\n%rec: Grade\n\nId: first\nWhen: 1 / y > 2", ZERO("6:7", "y") },

	/* Guards */
	{ "guarded by equality", "Rule: if y = 0 then 0 else x / y", "" },
	{ "guarded by the other side", "Rule: if 0 = y then 0 else x / y", "" },
	{ "guarded by inequality", "Rule: if y != 0 then x / y else 0", "" },
	{ "guarded by greater", "Rule: if y > 0 then x / y else 0", "" },
	{ "guarded by less than a negative number", "Rule: if y < -1 then x / y else 0", "" },
	{ "guarded by a greater bound", "Rule: if y >= 8 then x / y else 0", "" },
	{ "not guarded: zero is let in", "Rule: if y >= 0 then x / y else 0", ZERO("1:22", "y") },
	{ "not guarded: the wrong branch", "Rule: if y = 0 then x / y else 0", ZERO("1:21", "y") },
	{ "not guarded: another measure", "Rule: if x = 0 then 0 else x / y", ZERO("1:28", "y") },
	{ "guarded by not above zero", "Rule: if y <= 0 then 0 else x / y", "" },
	{ "guarded under not", "Rule: if not y = 0 then x / y else 0", "" },
	{ "guarded by one of two", "Rule: if y = 0 or x < 0 then 0 else x / y", "" },
	{ "guarded by both", "Rule: if y != 0 and x > 0 then x / y else 0", "" },
	{ "not guarded: both are needed", "Rule: if y = 0 and x = 0 then 0 else x / y", ZERO("1:38", "y") },
	{ "guarded by and", "Rule: if y != 0 and x / y > 1 then 1 else 0", "" },
	{ "guarded by or", "Rule: if y = 0 or x / y > 1 then 1 else 0", "" },
	{ "not guarded: and is read from the left", "Rule: if x / y > 1 and y != 0 then 1 else 0", ZERO("1:10", "y") },
	{ "guarded by an elif", "Rule: if x < 0 then 1 elif y = 0 then 2 else x / y", "" },
	{ "guarded in a case", "Rule: cases(y = 0, 0, y != 0, x / y)", "" },
	{ "guarded in a Let", "Let: a = x / y\nRule: if y = 0 then 0 else a", "" },
	{ "guarded, of its amount", "Rule: if y = 0 then 0 else x / abs(y)", "" },
	{ "guarded, of its product", "Rule: if y = 0 then 0 else x / (2 * y)", "" },
	{ "guarded, of a difference", "Rule: if x = y then 0 else 1 / (x - y)", "" },
	{ "guarded, of a difference turned round", "Rule: if x = y then 0 else 1 / (y - x)", "" },
	{ "guarded, of a difference by less", "Rule: if y < x then 1 / (x - y) else 0", "" },
	{ "not guarded: a difference that may be zero", "Rule: if y <= x then 1 / (x - y) else 0", ZERO_OTHER("1:22", "x - y") },
	{ "guarded, of an earlier value", "Rule: if prev(y) = 0 then 0 else x / prev(y)", "" },
	{ "not guarded: of another month", "Rule: if prev(y) = 0 then 0 else x / prev(y, 2)", ZERO_OTHER("1:34", "prev(y, 2)") },

	/* Pools without spread */
	{ "the best", "Rule: x / pool.max(x)", SPREAD("1:7", "pool.max(x)") },
	{ "the best of what is above zero", "Rule: x / pool.max(t)", "" },
	{ "the mean of what there is", "Rule: x / present.mean(t, t + 1)", "" },
	{ "the mean of what there is, if only a zero", "Rule: x / present.mean(t, z)", ZERO_OTHER("1:7", "present.mean(t, z)") },
	{ "the greatest of what there is, if only a zero", "Rule: x / present.max(t, z)", ZERO_OTHER("1:7", "present.max(t, z)") },
	{ "a quantile of what there is", "Rule: x / present.quantile(t, t + 1, 0)", "" },
	{ "how many there are", "Rule: x / present.count(t)", ZERO_OTHER("1:7", "present.count(t)") },
	{ "the mean of the others", "Rule: x / peers.mean(x)", SPREAD("1:7", "peers.mean(x)") },
	{ "the spread", "Rule: (x - pool.min(x)) / (pool.max(x) - pool.min(x))", SPREAD("1:7", "pool.max(x) - pool.min(x)") },
	{ "the spread, guarded", "Rule: if pool.max(x) = pool.min(x) then 5 else x / (pool.max(x) - pool.min(x))", "" },
	{ "the deviation", "Rule: x / pool.sd(t)", SPREAD("1:7", "pool.sd(t)") },
	{ "the deviation, guarded", "Rule: if pool.sd(x) = 0 then 5 else x / pool.sd(x)", "" },
	{ "the number of units", "Rule: x / pool.count(t)", SPREAD("1:7", "pool.count(t)") },
	{ "the best, guarded by another pool", "Rule: if pool.max(y) = 0 then 5 else x / pool.max(x)", SPREAD("1:38", "pool.max(x)") },

	/* Bands */
	{ "edges that rise", "Rule: steps(x, 80, 1, 90, 2)", "" },
	{ "edges that rise from below zero", "Rule: interp(x, -20%, 0, 0, 6, 20%, 10)", "" },
	{ "edges that fall", "Rule: steps(x, 90, 1, 80, 2)", EDGE("1:23", "80", "90") },
	{ "edges above that fall", "Rule: steps_above(x, 90, 1, 80, 2)", EDGE("1:29", "80", "90") },
	{ "edges that are equal", "Rule: interp(x, 1, 2, 1, 3)", EDGE("1:23", "1", "1") },
	{ "brackets that fall", "Rule: brackets(x, 0, 1, 10, 2, 5, 3)", EDGE("1:32", "5", "10") },
	{ "edges that are not known", "Rule: steps(x, y, 1, 80, 2)", "" },
	{ "cases that meet", "Rule: cases(p >= 90, 3, p >= 60 and p < 90, 2, p < 60, 1)", "" },
	{ "cases that overlap", "Rule: cases(p >= 90, 1, p >= 80, 2, p < 80, 3)", OVERLAP("1:25", "p >= 80", "p >= 90") },
	{ "cases that share an edge", "Rule: cases(p >= 90, 1, p >= 80 and p <= 90, 2, p < 80, 3)",
	  OVERLAP("1:25", "p >= 80 and p <= 90", "p >= 90") },
	{ "cases that share an edge no value can have", "Rule: cases(d >= 0.05, 1, d <= 0.05, 2)", "" },
	{ "cases that leave an edge", "Rule: cases(p > 90, 1, p < 90, 2)", GAP("1:7", "p", "90") },
	{ "cases that leave a gap", "Rule: cases(p >= 90, 1, p < 80, 2)", GAP("1:7", "p", "from 80 to below 90") },
	{ "cases that leave a gap of whole numbers", "Rule: cases(w <= 50, 1, w >= 52, 2)", GAP("1:7", "w", "above 50 to below 52") },
	{ "cases of whole numbers", "Rule: cases(w <= 50, 1, w >= 51, 2)", "" },
	{ "cases of whole numbers, for what is not whole", "Rule: cases(p <= 50, 1, p >= 51, 2)", GAP("1:7", "p", "above 50 to below 51") },
	{ "cases of decimals", "Rule: cases(d <= 2, 1, d >= 2.1, 2)", "" },
	{ "cases that leave a decimal", "Rule: cases(d <= 2, 1, d >= 2.2, 2)", GAP("1:7", "d", "above 2 to below 2.2") },
	{ "cases that leave the lower end", "Rule: cases(x >= 50, 1)", GAP("1:7", "x", "to below 50") },
	{ "cases that leave the upper end", "Rule: cases(x <= 50, 1)", GAP("1:7", "x", "above 50") },
	{ "cases that leave both ends", "Rule: cases(x = 1, 1)", GAP("1:7", "x", "to below 1; above 1") },
	{ "cases within Min and Max", "Rule: cases(p >= 0 and p <= 100, 1)", "" },
	{ "cases that overlap beyond Min and Max", "Rule: cases(p <= 100, 1, p > 100, 2, p > 200, 3)", "" },
	{ "cases with not and or", "Rule: cases(not (x < 1 or x > 2), 1, x < 1 or x > 2, 2)", "" },
	{ "cases of mirrored conditions", "Rule: cases(90 <= p, 1, 90 > p, 2)", "" },
	{ "cases of two measures are left alone", "Rule: cases(p >= 90, 1, p < 90 and y > 3, 2, p < 90 and y <= 3, 3)", "" },
	{ "branches from the narrowest on", "Rule: if p >= 90 then 1 elif p >= 80 then 2 else 3", "" },
	{ "a branch that is covered", "Rule: if p >= 80 then 1 elif p >= 90 then 2 else 3", COVERED("1:30", "p >= 90") },
	{ "a branch that two cover", "Rule: if p >= 80 then 1 elif p < 90 then 2 elif p = 50 then 3 else 4", COVERED("1:49", "p = 50") },
	{ "a branch covered by its opposite", "Rule: if not x > 5 then 1 elif x <= 5 then 2 else 3", COVERED("1:32", "x <= 5") },
	{ "branches of two measures are left alone", "Rule: if p >= 80 then 1 elif y >= 90 then 2 else 3", "" },

	/* Caps */
	{ "a cap below its floor in clamp", "Rule: clamp(x, 5, 1)", CAP("1:7", "1", "5") },
	{ "a cap at its floor in clamp", "Rule: clamp(x, 5, 5)", "" },
	{ "a Cap below the Floor", "Rule: x\nCap: 5\nFloor: 6", CAP("2:6", "5", "6") },
	{ "a Cap of points below the Floor", "Rule: x\nCap: 50% * points\nFloor: 6", CAP("2:6", "50% * points", "6") },
	{ "a Cap below zero", "Rule: x\nCap: -1", CAP("2:6", "-1", "0") },
	{ "a Cap below zero without a floor", "Rule: x\nCap: -1\nFloor: none", "" },

	/* The shipped methods */
	{ "ratio", "Rule: ratio(x, t)", "" },
	{ "ratio of what may be zero", "Rule: ratio(x, y)", ZERO("1:7", "y") },
	{ "completion", "Rule: completion(x, y, points)", "" },
	{ "threshold", "Rule: threshold(x, y)", "" },
	{ "ceiling", "Rule: ceiling(x, y)", "" },
	{ "both_rise", "Rule: both_rise(x, y)", "" },
	{ "step_up_down", "Rule: step_up_down(x, y, 1, 1, 1, whole, 5, 5)", "" },
	{ "hold_base", "Rule: hold_base(x, y, 80%, 5%, 1, whole)", "" },
	{ "met_with_bonus", "Rule: met_with_bonus(x, y, 1, 1, started, 5)", "" },
	{ "minmax", "Rule: minmax(x, points)", "" },
	{ "efficacy", "Rule: efficacy(x, 60%, points)", "" },
	{ "efficacy of an expression", "Rule: efficacy(-growth(x), 60%, points)", "" },
	{ "goalposts", "Rule: goalposts(x, 20, 85)", "" },
	{ "goalposts of measures", "Rule: goalposts(x, y, z)", "" },
	{ "to_best", "Rule: to_best(x, 0)", "" },
	{ "z_score", "Rule: z_score(x, 50, 10, 50)", "" },
	{ "ladder", "Rule: ladder(x, 5%, dense)", "" },
	{ "ladder_among", "Rule: ladder_among(x, y, 6, 5%, last)", "" },
	{ "percent_rank", "Rule: percent_rank(x, competition, points)", "" },
	{ "per_event", "Rule: per_event(x, 1)", "" },
	{ "deduct", "Rule: deduct(x, 1)", "" },
};
/* clang-format on */

/* No shipped method is forgotten above. */
static void
check_shipped(void **state)
{
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	size_t count;
	struct method *methods = methods_shipped(&arena, &count, diag);

	(void)state;
	assert_true(count > 0);
	assert_false(diag_has_errors(diag));
	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t j = 0; j < LENGTH(rows); j++)
			found |=
			    str_equal(methods[i].id, str_from(rows[j].name)) &&
			    rows[j].want[0] == '\0';
		if (!found)
			fail_msg("no row for " STR_FMT, STR_ARG(methods[i].id));
	}
	diag_free(diag);
	arena_free(&arena);
}

int
main(void)
{
	static struct CMUnitTest tests[LENGTH(rows) + 1] = {
		{ .name = "a row for each shipped method",
		    .test_func = check_shipped },
	};

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i + 1] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
