/*
 * test_item_score: how an item comes to its score: its rule or its children, a
 * veto, bounds, policies, the points of absent siblings, rounding; and the
 * steps as a trace tells them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>

#include "score/score_text.h"
#include "score/trace.h"
#include "support.h"

static struct test_book shared;

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nGroup: class/I\n\nId: B\nGroup: class/I\n\nId: C\nGroup: class/II\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n\nId: z\n" },
	{ NULL, NULL },
};

/*
 * The items of a scheme, the values of a month (those of the month before end
 * in `!`), what `it` then has for A, B and C: score and state; and the steps
 * by which A came to it.
 */
static struct row {
	const char *name, *items, *values, *want, *steps;
} rows[] = {
	{ "a rule, and what it lacks", "Id: it\nPoints: 100\nRule: x\n", "x A 5; x B 6.126; x C n/a",
	    "5.00 scored|6.13 scored|- n/a", "rule 5" },
	{ "within 0 and its points", "Id: it\nPoints: 100\nRule: x\n", "x A 120; x B -3",
	    "100.00 capped|0.00 floored|- missing", "rule 120, cap 100" },
	{ "bounds of its own", "Id: it\nPoints: 100\nCap: y\nFloor: -5\nRule: x\n", "x A -7; x B 8; x C 9; y B 3",
	    "-5.00 floored|3.00 capped|9.00 scored", "rule -7, floor -5" },
	{ "no bounds", "Id: it\nPoints: 100\nCap: none\nFloor: none\nRule: x\n", "x A 120; x B -3; x C 0",
	    "120.00 scored|-3.00 scored|0.00 scored", "rule 120" },
	{ "a bonus may be any amount above 0", "Id: it\nKind: bonus\nRule: x\n\nId: all\nPoints: 100\nRule: 1\n", "x A 120; x B -3",
	    "120.00 scored|0.00 floored|- missing", "rule 120" },
	{ "a deduction is taken away", "Id: it\nKind: deduction\nCap: 10\nRule: x\n\nId: all\nPoints: 100\nRule: 1\n", "x A 12; x B 3; x C 0",
	    "-10.00 capped|-3.00 scored|0.00 scored", "rule 12, cap 10, deduction -10" },
	{ "a deduction of deductions", "Id: it\nKind: deduction\nCap: 5\n\nId: it.a\nRule: x\n\nId: it.b\nRule: y\n\nId: all\nPoints: 100\nRule: 1\n",
	    "x A 4; x B 1; x C 0; y A 3; y B 2; y C 0",
	    "-5.00 capped|-3.00 scored|0.00 scored", "children -7, deduction 7, cap 5, deduction -5" },

	{ "a veto", "Id: it\nPoints: 100\nVeto: y > 0\nRule: x\n", "x A 5; x B 6; x C 7; y A 1; y B 0",
	    "0.00 vetoed|6.00 scored|- missing", "rule 5, veto 0" },
	{ "a veto down to the floor", "Id: it\nPoints: 100\nVeto: y > 0\nFloor: -9\nRule: x\n", "x A 5; x B 6; x C 7; y A 1; y B 0; y C n/a",
	    "-9.00 vetoed|6.00 scored|- n/a", "rule 5, veto -9" },
	{ "a veto of what is missing", "Id: it\nPoints: 100\nVeto: y > 0\nRule: x\n", "y A 1; y B 0; y C 0",
	    "0.00 vetoed|- missing|- missing", "rule -, veto 0" },

	{ "missing: zero", "Id: it\nPoints: 100\nMissing: zero\nRule: x\n", "x B 6; x C n/a",
	    "0.00 missing|6.00 scored|- n/a", "rule -, missing 0" },
	{ "missing: full", "Id: it\nPoints: 100\nMissing: full\nRule: x\n", "x B 6; x C 7",
	    "100.00 missing|6.00 scored|7.00 scored", "rule -, missing 100" },
	{ "missing: the mean of the pool", "Id: it\nPoints: 100\nMissing: mean\nRule: x\n", "x B 6; x C 7",
	    "6.50 missing|6.00 scored|7.00 scored", "rule -, missing 13/2" },
	{ "the mean of its class, where the pool is that", "Id: it\nPoints: 100\nPool: class\nMissing: mean\nRule: x\n", "x B 6; x C 7",
	    "6.00 missing|6.00 scored|7.00 scored", "rule -, missing 6" },
	{ "the mean of nobody", "Id: it\nPoints: 100\nMissing: mean\nRule: x\n", "y A 1",
	    "- missing|- missing|- missing", "rule -, missing -" },
	{ "missing: an expression, in bounds too", "Id: it\nPoints: 100\nMissing: 2 * y\nRule: x\n", "y A 10; y B 70; x C 7",
	    "20.00 missing|100.00 missing+capped|7.00 scored", "rule -, missing 20" },
	{ "missing: carried", "Id: it\nPoints: 100\nMissing: carry\nRule: x + y\n", "x A 5!; y A 1; x B 2; y B 3; y C 1",
	    "6.00 carried|5.00 scored|- missing", "rule 6" },
	{ "not applicable: an expression", "Id: it\nPoints: 100\nNotApplicable: 60% * points\nRule: x\n", "x A n/a; x B 6",
	    "60.00 n/a|6.00 scored|- missing", "rule n/a, n/a 60" },
	{ "each absence has its policy", "Id: it\nPoints: 100\nMissing: zero\nNotApplicable: full\nRule: x\n", "x A n/a; x B 6",
	    "100.00 n/a|6.00 scored|0.00 missing", "rule n/a, n/a 100" },
	{ "a deduction that is missing", "Id: it\nKind: deduction\nMissing: 4\nRule: x\n\nId: all\nPoints: 100\nRule: 1\n", "x B 3; x C 2",
	    "-4.00 missing|-3.00 scored|-2.00 scored", "rule -, missing 4, deduction -4" },

	{ "a sum", "Id: it\nPoints: 100\n\nId: it.a\nPoints: 60\nRule: x\n\nId: it.b\nPoints: 40\nRule: y\n\nId: it.more\nKind: bonus\nRule: z\n",
	    "x A 5; y A 6; z A 0.5; x B 7; z B 1; y C n/a; x C 1; z C 2",
	    "11.50 scored|- missing|- n/a", "children 23/2" },
	{ "a sum is bounded where it says so", "Id: it\nPoints: 100\nCap: points\n\nId: it.a\nPoints: 100\nRule: x\n\nId: it.more\nKind: bonus\nRule: y\n",
	    "x A 99; y A 9; x B 99; y B 1; x C 0; y C 0",
	    "100.00 capped|100.00 scored|0.00 scored", "children 108, cap 100" },
	{ "points from an absent sibling", "Id: it\nPoints: 60\nRule: x\n\nId: a\nPoints: 30\nRule: y\n\nId: b\nPoints: 10\nMissing: rescale\nRule: z\n",
	    "x A 30; y A 3; x B 30; y B 3; z B 1; x C 60; y C 3",
	    "33.33 scored|30.00 scored|66.67 scored", "rule 30, points 200/3, rescaled 100/3, rounded 3333/100" },
	{ "in equal parts", "Id: it\nPoints: 60\nRule: x\n\nId: a\nPoints: 30\nRule: y\n\nId: b\nPoints: 10\nMissing: rescale equally\nRule: z\n",
	    "x A 30; y A 3; x B 30; y B 3; z B 1; x C 60; y C 3",
	    "32.50 scored|30.00 scored|65.00 scored", "rule 30, points 65, rescaled 65/2" },
	{ "one that is rescaled away", "Id: it\nPoints: 60\nNotApplicable: rescale\nRule: x\n\nId: a\nPoints: 40\nRule: y\n",
	    "x A n/a; y A 3; x B 4; y B 3; x C 0; y C 3",
	    "- n/a|4.00 scored|0.00 scored", "rule n/a, n/a n/a, points 0" },
	{ "a parent whose children are all away", "Id: it\nPoints: 100\n\nId: it.a\nPoints: 60\nMissing: rescale\nRule: x\n\nId: it.b\nPoints: 40\nMissing: rescale\nRule: y\n",
	    "y B 2; x C 3; y C 2",
	    "- missing|5.00 scored|5.00 scored", "children -, missing -" },

	{ "rounded as it says", "Id: it\nPoints: 100\nDigits: 1\nRounding: down\nRule: x\n", "x A 1.29; x B -1; x C 0.05",
	    "1.2 scored|0.0 floored|0.0 scored", "rule 129/100, rounded 6/5" },
	{ "or not at all", "Id: it\nPoints: 100\nDigits: none\nRule: x / 3\n", "x A 1; x B 6; x C 0",
	    "0.3333333333333333333333333333333333 scored|2 scored|0 scored", "rule 1/3" },
};
/* clang-format on */

static const char *const kinds[] = { [CHANGE_RULE] = "rule",
	[CHANGE_CHILDREN] = "children",
	[CHANGE_VETO] = "veto",
	[CHANGE_CAP] = "cap",
	[CHANGE_FLOOR] = "floor",
	[CHANGE_MISSING] = "missing",
	[CHANGE_NOT_APPLICABLE] = "n/a",
	[CHANGE_DEDUCTION] = "deduction",
	[CHANGE_POINTS] = "points",
	[CHANGE_RESCALED] = "rescaled",
	[CHANGE_ROUNDED] = "rounded" };

static int64_t
common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

/* Exactly, as a fraction that cannot be reduced. */
static void
add_number(struct buffer *out, struct num x)
{
	int64_t divisor = num_is_number(x) ? common_divisor(x.n, x.d) : 1;

	x.n /= divisor;
	x.d /= divisor;
	if (x.d == VALUE_NOT_APPLICABLE)
		buffer_add(out, STR("n/a"));
	else if (!num_is_number(x))
		buffer_add_byte(out, '-');
	else if (x.d == 1)
		buffer_format(out, "%" PRId64, x.n);
	else
		buffer_format(out, "%" PRId64 "/%" PRId64, x.n, x.d);
}

/* The values of a row, `!` behind one of the month before. */
static void
write_values(const char *values)
{
	struct str rest = str_from(values), value;
	struct buffer now = { 0 }, before = { 0 };
	bool more = rest.size > 0;

	while (more) {
		struct buffer *month = &now;

		more = str_cut(&rest, ';', &value);
		value = str_trim(value);
		if (str_ends(value, STR("!"))) {
			value.size--;
			month = &before;
		}
		if (month->size > 0)
			buffer_add(month, STR("; "));
		buffer_add(month, value);
	}
	buffer_add_byte(&now, '\0');
	buffer_add_byte(&before, '\0');
	test_book_write_values(&shared, "2022-03/o", now.data);
	test_book_write_values(&shared, "2022-02/o", before.data);
	buffer_free(&now);
	buffer_free(&before);
}

static const struct result *
score(const struct row *row)
{
	static const char head[] = "%rec: Scheme\n\nName: One\nPoints: 100\n"
				   "Digits: 2\n\n%rec: Item\n\n";
	const char *const scheme[] = { head, row->items, NULL };
	const struct result *result;

	test_book_write_all(&shared, "schemes/2022-01.rec", scheme);
	write_values(row->values);
	test_book_open(&shared);
	result = engine_score(shared.engine, test_period("2022-03"));
	assert_non_null(result);
	assert_false(diag_has_errors(shared.diag));
	return result;
}

static void
check_scores(void **state)
{
	const struct row *row = *state;
	const struct result *result = score(row);
	uint32_t number = scheme_item(result->scheme, STR("it"));
	const struct item_scores *scores = &result->items[number];
	struct buffer text = { 0 };

	for (size_t i = 0; i < shared.book->unit_count; i++) {
		if (i > 0)
			buffer_add_byte(&text, '|');
		if (num_is_number(scores->scores[i]))
			score_print(&text, &result->scheme->items[number],
			    scores->scores[i]);
		else
			buffer_add_byte(&text, '-');
		buffer_add_byte(&text, ' ');
		state_print(&text, scores->states[i]);
	}
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
}

/* A step that leaves a score as it is need not be told. */
static bool
matters(const struct score_change *change)
{
	return change->kind != CHANGE_ROUNDED ||
	       num_compare(change->from, change->to) != 0;
}

/* Each step begins where the one before it ended. */
static void
check_steps(void **state)
{
	const struct row *row = *state;
	const struct result *result = score(row);
	uint32_t number = scheme_item(result->scheme, STR("it"));
	struct trace *trace = trace_new(shared.engine, result, number);
	struct num now = value_missing();
	struct buffer text = { 0 };
	const struct score_change *changes;
	size_t count;

	changes = trace_changes(trace, &count);
	for (size_t i = 0; i < count; i++) {
		if (changes[i].unit != 0)
			continue;
		if (changes[i].kind != CHANGE_POINTS) {
			assert_int_equal(changes[i].from.n, now.n);
			assert_int_equal(changes[i].from.d, now.d);
			now = changes[i].to;
		}
		if (!matters(&changes[i]))
			continue;
		buffer_format(&text, "%s%s ", text.size > 0 ? ", " : "",
		    kinds[changes[i].kind]);
		add_number(&text, changes[i].to);
	}
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->steps);
	assert_int_equal(now.n, result->items[number].scores[0].n);
	assert_int_equal(now.d, result->items[number].scores[0].d);
	buffer_free(&text);
	trace_free(trace);
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
	struct CMUnitTest tests[2 * LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++) {
		tests[2 * i] = (struct CMUnitTest){ rows[i].name, check_scores,
			NULL, NULL, &rows[i] };
		tests[2 * i + 1] = (struct CMUnitTest){ rows[i].name,
			check_steps, NULL, NULL, &rows[i] };
	}
	return cmocka_run_group_tests(tests, create, destroy);
}
