/*
 * test_eval: what rules give, over one small book: six units in two classes,
 * measures of three kinds across January, schemes for months, quarters and
 * the year.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"

/*
 * A rule of the item `it`, and its exact score for each unit; one word where
 * all have the same. `!code` where it is an error. `more` are further fields
 * of the item, `head` those of the Scheme record.
 */
struct row {
	const char *name, *rule, *want;
	const char *more, *period, *head;
};

static struct test_book shared;

/* E has no x, to F it does not apply; Z has left. */
static const char units[] =
    "%rec: Unit\n\n"
    "Id: A\nGroup: class/I\nGroup: region/east 2022-01..2022-02\n"
    "Group: pilot\n\n"
    "Id: B\nAlias: 乙\nGroup: class/I\nGroup: region/east\n\n"
    "Id: C\nGroup: class/I\n\n"
    "Id: D\nGroup: class/II\nGroup: region/1\n\n"
    "Id: E\nGroup: class/II\n\n"
    "Id: F\nGroup: class/II\n\n"
    "Id: Z\nGroup: class/I\nTo: 2021-12\n";

static const char measures[] =
    "%rec: Measure\n\n"
    "Id: me\n\nId: x\n\nId: y\n\nId: s\n\nId: g\n\n"
    "Id: void\n\nId: target\n\nId: late\n\n"
    "Id: gross.output\n\nId: 粮食产量\n\nId: E01-7\n\n"
    "Id: base\n\n"
    "Id: stock\nKind: level\n\n"
    "Id: flow\nKind: flow\n\n"
    "Id: sum\nKind: cumulative\n\n"
    "Id: quarterly\nKind: flow\nEvery: quarter\n\n"
    "Id: events\nKind: flow\nEntries: many\n";

#define HEADER "measure\tunit\tvalue\n"

/* clang-format off */
static const struct {
	const char *path, *text;
} figures[] = {
	{ "data/2020-12/a.tsv", HEADER "stock\tA\t77\n" },
	{ "data/2021-01/a.tsv", HEADER "stock\tA\t100\nstock\tB\t200\nflow\tA\t5\nsum\tA\t5\n" },
	{ "data/2021-02/a.tsv", HEADER "flow\tA\t2\nsum\tA\t7\n" },
	{ "data/2021-03/a.tsv", HEADER "stock\tA\t80\nstock\tB\t-50\nstock\tC\t0\nflow\tA\t8\nsum\tA\t15\n"
	    "x\tA\t1\nx\tZ\t1000\n" },
	{ "data/2021-12/a.tsv", HEADER "stock\tA\t90\nstock\tB\t60\nflow\tA\t4\nsum\tA\t50\n" },
	{ "data/2022/a.tsv", HEADER "target\tA\t120\ntarget\tB\t60\nlate\tA\t9\n" },
	{ "data/2022-Q1/a.tsv", HEADER "quarterly\tA\t30\nlate\tA\t8\nlate\tB\t7\n" },
	{ "data/2022-Q2/a.tsv", HEADER "quarterly\tA\t31\n" },
	{ "data/2022-01/a.tsv", HEADER "stock\tA\t91\nflow\tA\t6\nsum\tA\t6\nbase\tA\t3\n" },
	{ "data/2022-02/a.tsv", HEADER "stock\tA\t92\nflow\tA\t4\nflow\tB\t\nsum\tA\t10\nx\tA\t11\nx\tB\t22\n" },
	{ "data/2022-03/a.tsv", HEADER
	    "me\tA\t1\nme\tB\t2\nme\tC\t3\nme\tD\t4\nme\tE\t5\nme\tF\t6\n"
	    "x\tA\t10\nx\tB\t20\nx\tC\t20\nx\tD\t40\nx\tF\tn/a\n"
	    "y\tA\t3\ny\tB\t0\ny\tC\t-5\ny\tD\t2.5\ny\tE\t7\ny\tF\t1\n"
	    "s\tA\t1\ns\tB\t1\ns\tC\t5\ns\tD\t5\n"
	    "g\tA\t2\ng\tB\t8\ng\tC\t4\ng\tD\t4\n"
	    "gross.output\tA\t70\n粮食产量\tA\t71\nE01-7\tA\t72\n"
	    "late\tB\t\n"
	    "events\tA\t2\nevents\tA\t0.5\nevents\tB\t\n"
	    "stock\tA\t96\nstock\tB\t60\nstock\tC\t5\nstock\tD\t5\n"
	    "flow\tA\t6\nflow\tB\t3\nsum\tA\t15\nsum\tB\t9\n" },
	{ "data/2022-04/a.tsv", HEADER "stock\tA\t40\nflow\tA\t4\nsum\tA\t16\n" },
};
/* clang-format on */

/* What each scheme has beside the item that is tested. */
static const char old_months[] = "%rec: Scheme\n\nName: old\n\n"
				 "%rec: Item\n\nId: level\nPoints: 40\n"
				 "Rule: stock * 2\nCap: none\n";
static const char new_months[] = "%rec: Scheme\n\nName: new\n\n"
				 "%rec: Item\n\nId: level\nPoints: 50\n"
				 "Rule: stock\n\nId: later\nPoints: 1\n"
				 "Rule: 1\n";

static const char month_rest[] =
    "Id: it.a\nPoints: 10\nRule: 4\n\n"
    "Id: it.b\nPoints: 20\nRule: x\nCap: none\n\n"
    "Id: it.more\nKind: bonus\nRule: 1\n\n"
    "Id: it.less\nKind: deduction\nRule: 2\n\n"
    "Id: level\nPoints: 10\nRule: stock / 10\nCap: none\nFloor: none\n\n"
    "Id: fresh\nPoints: 10\nRule: y\nCap: none\nFloor: none\n\n"
    "Id: extra\nKind: bonus\nRule: 3\n\n"
    "Id: base\nPoints: 5\nRule: 2\n\n"
    "Id: E01-8\nPoints: 5\nRule: 1\n\n"
    "%rec: Method\n\n"
    "Id: twice\nArgs: a\nRule: a * 2\n\n"
    "Id: plus\nArgs: a, b = 3\nRule: a + b\n\n"
    "Id: chain\nArgs: a, b = a + 1, c = b * 2\nRule: a * b * c\n\n"
    "Id: pieces\nArgs: a, mode = started\nRule: units_of(a, 2, mode)\n\n"
    "Id: placed\nArgs: a, ties\nRule: pool.rank(a, ties)\n\n"
    "Id: shadow\nArgs: x\nRule: x + 1\n\n"
    "Id: half\nRule: points / 2\n\n"
    "Id: before\nArgs: a, n = 1\nRule: prev(a, n)\n\n"
    "Id: among\nArgs: d, v\nRule: if in_group(d, v) then 1 else 0\n\n"
    "Id: elsewhere\nArgs: u, a\nRule: of(u, a)\n\n"
    "Id: monthly\nArgs: a\nRule: month(a)\n\n"
    "Id: rated\nArgs: i\nRule: rate(i)\n\n"
    "Id: guarded\nArgs: a\nRule: if y = 0 then 0 else a\n\n"
    "Id: 加倍\nArgs: 值\nRule: 值 * 2\n\n"
    "Id: ratio\nArgs: a\nRule: a + 1000\n";

static const char long_rest[] = "Id: it.a\nPoints: 10\nRule: 4\n";

static const char *
or_nothing(const char *text)
{
	return text != NULL ? text : "";
}

/* The item under test, then `rest`. */
static void
write_scheme(const char *path, const char *rest, const struct row *row)
{
	const char *const texts[] = { "%rec: Scheme\n\nName: test\n",
		or_nothing(row->head),
		"\n\n%rec: Item\n\nId: it\nPoints: 100\n",
		or_nothing(row->more),
		"Cap: none\nFloor: none\nRule: ", row->rule, "\n\n", rest,
		NULL };

	test_book_write_all(&shared, path, texts);
}

static int
set_up(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write(&shared, "book.rec",
	    "%rec: Book\n\nName: test\nPeriod: month\n");
	test_book_write(&shared, "units.rec", units);
	test_book_write(&shared, "measures.rec", measures);
	test_book_write(&shared, "schemes/2021-01.rec", old_months);
	test_book_write(&shared, "schemes/2022-04.rec", new_months);
	for (size_t i = 0; i < LENGTH(figures); i++)
		test_book_write(&shared, figures[i].path, figures[i].text);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

static const struct row plain = { .rule = "0" };

/* Open the book with a row's rule in the scheme of its period's length. */
static const struct result *
score_row(const struct row *row)
{
	struct period period =
	    test_period(row->period != NULL ? row->period : "2022-03");

	write_scheme("schemes/2022-01.rec", month_rest,
	    period.length == PERIOD_MONTH ? row : &plain);
	write_scheme("schemes/2022-Q1.rec", long_rest,
	    period.length == PERIOD_QUARTER ? row : &plain);
	write_scheme("schemes/2022.rec", long_rest,
	    period.length == PERIOD_YEAR ? row : &plain);
	test_book_open(&shared);
	return engine_score(shared.engine, period);
}

static void
print_cell(struct buffer *out, const struct result *result, size_t unit,
    uint32_t item)
{
	struct num score = result->items[item].scores[unit];
	uint8_t state = result->items[item].states[unit];

	if ((state & STATE_INELIGIBLE) != 0)
		buffer_add(out, STR("ineligible"));
	else if (num_is_number(score))
		num_print_exact(out, score);
	else if ((state & STATE_NOT_APPLICABLE) != 0)
		buffer_add(out, STR("n/a"));
	else
		buffer_add(out, STR("missing"));
}

/* The scores of `it` as a row writes them, one word where all are equal. */
static void
print_scores(struct buffer *out, const struct result *result)
{
	uint32_t item = scheme_item(result->scheme, STR("it"));
	struct buffer cell = { 0 }, first = { 0 };
	bool same = true;

	for (size_t i = 0; i < shared.book->unit_count; i++) {
		if (result->standings[i] == STANDING_NONE)
			continue;
		buffer_clear(&cell);
		print_cell(&cell, result, i, item);
		if (out->size > 0)
			buffer_add_byte(out, ' ');
		else
			buffer_add(&first, buffer_str(&cell));
		same &= str_equal(buffer_str(&cell), buffer_str(&first));
		buffer_add(out, buffer_str(&cell));
	}
	if (same) {
		buffer_clear(out);
		buffer_add(out, buffer_str(&first));
	}
	buffer_free(&cell);
	buffer_free(&first);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const struct result *result = score_row(row);
	char *findings = test_findings(&shared, SEVERITY_ERROR, "", 1);
	struct buffer out = { 0 };

	if (row->want[0] == '!') {
		char code[64];

		snprintf(code, sizeof(code), "[%s]", row->want + 1);
		if (strstr(findings, code) == NULL)
			fail_msg("no finding %s in: %s", code, findings);
	} else {
		if (findings[0] != '\0')
			fail_msg("%s", findings);
		assert_non_null(result);
		print_scores(&out, result);
		buffer_add_byte(&out, '\0');
		assert_string_equal(out.data, row->want);
	}
	buffer_free(&out);
	free(findings);
	test_book_close(&shared);
}

#define ROOT_2 "1.414213562373095048801688724209698"
/* 1/2.5 + 1/7 + 1, with 1/7 of 34 digits. */
#define SUM_OF_II "1.5428571428571428571428571428571429"
#define CLASS "Pool: class\n"

/* clang-format off */
static const struct row rows[] = {
	/* Operators and their precedence */
	{ "a number", "3", .want = "3" },
	{ "a decimal is exact", "0.1 + 0.2", .want = "0.3" },
	{ "a quotient is exact", "1 / 3 + 1 / 3 + 1 / 3", .want = "1" },
	{ "a quotient that does not end", "1 / 3", .want = "1/3" },
	{ "a percentage", "95%", .want = "0.95" },
	{ "a percentage of a number", "10% * 50", .want = "5" },
	{ "a third of a percent", "1% / 3", .want = "1/300" },
	{ "multiplication before addition", "2 + 3 * 4", .want = "14" },
	{ "parentheses", "(2 + 3) * 4", .want = "20" },
	{ "subtraction groups to the left", "1 - 2 - 3", .want = "-4" },
	{ "division groups to the left", "8 / 4 / 2", .want = "1" },
	{ "division and multiplication in order", "8 / 4 * 2", .want = "4" },
	{ "power before a sign on its left", "-2^2", .want = "-4" },
	{ "a sign in parentheses first", "(-2)^2", .want = "4" },
	{ "powers group to the right", "2^3^2", .want = "512" },
	{ "a negative exponent", "2^-1", .want = "0.5" },
	{ "a sign on both sides of a power", "-2^-2", .want = "-0.25" },
	{ "power before multiplication", "2 * 3^2", .want = "18" },
	{ "sign before multiplication", "-3 * -2", .want = "6" },
	{ "two signs", "--3", .want = "3" },
	{ "minus a negative", "2 - -3", .want = "5" },
	{ "zero to the power of zero", "0^0", .want = "1" },
	{ "a square root as a power", "2^50%", .want = ROOT_2 },
	{ "an exact root as a power", "8^(1/3)", .want = "2" },
	{ "a power that is no integer of a negative number", "(-8)^(1/3)", .want = "!root" },
	{ "zero to a negative power", "0^-1", .want = "!division" },
	{ "a fault among peers, in a longer rule", "1 * 2 + (3 + 4) * (5 + peers.mean(1 / y + 1))", .want = "!division" },
	{ "a fault among months, in a longer rule", "1 + 2 * (3 + each.weighted(1 / (flow - 6) + 1, 1, 2, 3))", .want = "!division", .period = "2022-Q1" },
	{ "a part of interp that outgrows the bound", "interp(1, 0, 10^4900, 2, 10^-4900)", .want = "!number-size" },
	{ "a part of brackets that does", "brackets(10^4900, 10^-4900, 1, 10^4901, 2)", .want = "!number-size" },
	{ "a part of a quantile that does", "present.quantile(10^4900, 10^-4900, 0.3)", .want = "!number-size" },
	{ "a sum of peers that does", "peers.sum(if y > 2 then 10^4900 else 10^-4900)", .want = "!number-size" },
	{ "a deviation of peers that does", "peers.sd(if y > 2 then 10^4900 else 10^-4900)", .want = "!number-size" },
	{ "a mean by weight that does", "each.weighted(10^4900 * flow, 1, 10^-4900, 1)", .want = "!number-size", .period = "2022-Q1" },
	{ "an if extends to the right", "if 1 > 2 then 3 else 4 + 5", .want = "9" },
	{ "an if ends with its parenthesis", "(if 1 < 2 then 3 else 4) + 5", .want = "8" },
	{ "an if after an operator", "1 + if 1 < 2 then 3 else 4", .want = "4" },
	{ "elif, the first that holds", "if 1 > 2 then 1 elif 2 > 1 then 2 elif 3 > 1 then 3 else 4", .want = "2" },
	{ "elif, none that holds", "if 1 > 2 then 1 elif 1 > 3 then 2 else 4", .want = "4" },
	{ "an if within then", "if 1 < 2 then if 1 > 2 then 1 else 2 else 3", .want = "2" },
	{ "an if of truths", "if (if 1 < 2 then 1 > 2 else 1 < 2) then 1 else 0", .want = "0" },
	{ "or after and", "if 1 = 1 or 1 = 1 and 1 = 2 then 1 else 0", .want = "1" },
	{ "or in parentheses first", "if (1 = 1 or 1 = 1) and 1 = 2 then 1 else 0", .want = "0" },
	{ "not before and", "if not 1 > 2 and 2 > 1 then 1 else 0", .want = "1" },
	{ "not takes a comparison", "if not 1 = 2 then 1 else 0", .want = "1" },
	{ "not before or", "if not 1 = 1 or 1 = 1 then 1 else 0", .want = "1" },
	{ "not not", "if not not 1 = 1 then 1 else 0", .want = "1" },
	{ "less", "if 1 < 1 then 1 else 0", .want = "0" },
	{ "less or equal", "if 1 <= 1 then 1 else 0", .want = "1" },
	{ "equal", "if 0.50 = 1 / 2 then 1 else 0", .want = "1" },
	{ "not equal", "if 0.3333 != 1 / 3 then 1 else 0", .want = "1" },
	{ "greater or equal", "if 1 >= 1 then 1 else 0", .want = "1" },
	{ "greater", "if 1 > 1 then 1 else 0", .want = "0" },
	{ "comparison after arithmetic", "if 1 + 1 = 4 / 2 then 1 else 0", .want = "1" },
	{ "12 of 36 is a third", "if 12 / 36 >= 1 / 3 then 1 else 0", .want = "1" },

	/* Names */
	{ "a measure", "x", .want = "10 20 20 40 missing n/a" },
	{ "a measure without values", "void", .want = "missing" },
	{ "a measure with a dot", "gross.output", .want = "70 missing missing missing missing missing" },
	{ "a measure in another script", "粮食产量", .want = "71 missing missing missing missing missing" },
	{ "a measure in quotes", "\"E01-7\"", .want = "72 missing missing missing missing missing" },
	{ "an item in quotes", "\"E01-8\" + 1", .want = "2" },
	{ "points", "points", .want = "100" },
	{ "none", "none", .want = "n/a" },
	{ "an item", "fresh", .want = "3 0 -5 2.5 7 1" },
	{ "an item that needs another", "fresh + level", .want = "12.6 6 -4.5 3 missing missing" },
	{ "an item's rate", "rate(fresh)", .want = "0.3 0 -0.5 0.25 0.7 0.1" },
	{ "an item below this one", "it.a + it.b", .want = "14 24 24 44 missing n/a" },
	{ "a bonus", "extra + it.more", .want = "4" },
	{ "a deduction is negative", "it.less", .want = "-2" },
	{ "a bonus has no rate", "rate(extra)", .want = "n/a" },
	{ "measure() where an item has its name", "default(measure(base), 8)", .want = "8" },
	{ "item() where a measure has its name", "item(base)", .want = "2" },
	{ "a Let", "a * a", .want = "9", "Let: a = 3\n" },
	{ "a Let of a Let", "b", .want = "11 21 21 41 missing n/a", "Let: a = x + 1\nLet: b = a\n" },
	{ "a Let that is not used may fail", "1", .want = "1", "Let: a = 1 / y\n" },
	{ "a Let seen in a veto", "5", .want = "5 5 5 0 5 5", "Let: a = y\nVeto: a = 2.5\n" },
	{ "year folder under a month", "target", .want = "120 60 missing missing missing missing" },
	{ "quarter folder before the year's, an empty row before both", "late", .want = "8 missing missing missing missing missing" },
	{ "a measure of quarters", "quarterly", .want = "30 missing missing missing missing missing" },
	{ "entries add up, no line is none", "events", .want = "2.5 missing 0 0 0 0" },

	/* Missing and not applicable */
	{ "arithmetic spreads absence", "x + 1", .want = "11 21 21 41 missing n/a" },
	{ "not applicable wins over missing", "void + none", .want = "n/a" },
	{ "not applicable wins on the left too", "none * void", .want = "n/a" },
	{ "a sign spreads absence", "-x", .want = "-10 -20 -20 -40 missing n/a" },
	{ "zero times missing is missing", "0 * void", .want = "missing" },
	{ "comparisons spread absence", "if x > 15 then 1 else 0", .want = "0 1 1 1 missing n/a" },
	{ "the branch not taken may be absent", "if 1 = 1 then 1 else void", .want = "1" },
	{ "the branch taken is absent", "if 1 = 2 then 1 else x", .want = "10 20 20 40 missing n/a" },
	{ "an absent elif", "if 1 = 2 then 1 elif void > 0 then 2 else 3", .want = "missing" },
	{ "an elif after one that holds", "if 1 = 1 then 1 elif void > 0 then 2 else 3", .want = "1" },
	{ "false and missing", "if 1 = 2 and void > 0 then 1 else 0", .want = "0" },
	{ "missing and false", "if void > 0 and 1 = 2 then 1 else 0", .want = "0" },
	{ "true and missing", "if 1 = 1 and void > 0 then 1 else 0", .want = "missing" },
	{ "true or missing", "if 1 = 1 or void > 0 then 1 else 0", .want = "1" },
	{ "missing or true", "if void > 0 or 1 = 1 then 1 else 0", .want = "1" },
	{ "false or missing", "if 1 = 2 or void > 0 then 1 else 0", .want = "missing" },
	{ "false and not applicable", "if 1 = 2 and none > 0 then 1 else 0", .want = "0" },
	{ "missing and not applicable", "if void > 0 and none > 0 then 1 else 0", .want = "n/a" },
	{ "missing or not applicable", "if void > 0 or none > 0 then 1 else 0", .want = "n/a" },
	{ "not missing", "if not void > 0 then 1 else 0", .want = "missing" },
	{ "three values, unit by unit", "if x > 15 and y > 0 then 1 else 0", .want = "0 0 0 1 missing n/a" },
	{ "three values, decided by the other side", "if x > 15 or y > 0 then 1 else 0", .want = "1" },
	{ "default", "default(x, 5)", .want = "10 20 20 40 5 n/a" },
	{ "default of defaults", "default(void, default(void, 3))", .want = "3" },
	{ "default may not apply", "default(void, none)", .want = "n/a" },
	{ "missing()", "if missing(x) then 1 else 0", .want = "0 0 0 0 1 0" },
	{ "applies()", "if applies(x) then 1 else 0", .want = "1 1 1 1 1 0" },
	{ "applies() to an item", "if applies(it.b) then 1 else 0", .want = "1 1 1 1 1 0" },

	/* What cannot be computed */
	{ "division by zero", "1 / y", .want = "!division" },
	{ "zero by zero", "0 / 0", .want = "!division" },
	{ "division guarded by if", "if y = 0 then 0 else 1 / y", .want = "1/3 0 -0.2 0.4 1/7 1" },
	{ "division guarded by and", "if y != 0 and 1 / y > 0.5 then 1 else 0", .want = "0 0 0 0 0 1" },
	{ "division guarded by or", "if y = 0 or 1 / y > 0.5 then 1 else 0", .want = "0 1 0 0 0 1" },
	{ "a failure is not missing", "default(1 / y, 5)", .want = "!division" },
	{ "nor is it hidden by a product", "0 * (1 / 0)", .want = "!division" },
	{ "a division of what is missing is missing", "void / 0", .want = "missing" },
	{ "root of a negative number", "sqrt(y)", .want = "!root" },
	{ "logarithm of zero", "ln(0)", .want = "!logarithm" },
	{ "logarithm of a negative number", "ln(-1)", .want = "!logarithm" },
	{ "a number that outgrows the bound", "9^9^9^9", .want = "!number-size" },
	{ "an exponential that outgrows the bound", "exp(1000000)", .want = "!number-size" },
	{ "a failure in a pool reaches all", "pool.sum(1 / y)", .want = "!division" },
	{ "a failure of one who is in no pool of this class", "if in_group(class, I) then 0 else pool.sum(1 / y)", 
	  .want = "0 0 0 " SUM_OF_II " " SUM_OF_II " " SUM_OF_II, CLASS },

	/* Functions of numbers */
	{ "min", "min(3, 1, 2)", .want = "1" },
	{ "min of one", "min(3)", .want = "3" },
	{ "max", "max(3, 1, 2)", .want = "3" },
	{ "min spreads absence", "min(x, 15)", .want = "10 15 15 15 missing n/a" },
	{ "max spreads not applicable", "max(void, none, 1)", .want = "n/a" },
	{ "abs", "abs(y)", .want = "3 0 5 2.5 7 1" },
	{ "clamp", "clamp(y, -1, 2.75)", .want = "2.75 0 -1 2.5 2.75 1" },
	{ "round, half up", "round(2.5)", .want = "3" },
	{ "round, half away from zero", "round(-2.5)", .want = "-3" },
	{ "round to places", "round(2.345, 2)", .want = "2.35" },
	{ "round to no place", "round(2.345, 0)", .want = "2" },
	{ "round a third", "round(1 / 3, 3)", .want = "0.333" },
	{ "floor", "floor(y / 2)", .want = "1 0 -3 1 3 0" },
	{ "ceil", "ceil(y / 2)", .want = "2 0 -2 2 4 1" },
	{ "sqrt of a square", "sqrt(6.25)", .want = "2.5" },
	{ "sqrt to 34 digits", "sqrt(2)", .want = ROOT_2 },
	{ "ln of one", "ln(1)", .want = "0" },
	{ "ln to 34 digits", "ln(2)", .want = "0.6931471805599453094172321214581766" },
	{ "exp of zero", "exp(0)", .want = "1" },
	{ "exp to 34 digits", "exp(1)", .want = "2.718281828459045235360287471352662" },
	{ "steps below the first edge", "steps(89.99, 90, 1, 95, 2)", .want = "0" },
	{ "steps at an edge", "steps(90, 90, 1, 95, 2)", .want = "1" },
	{ "steps between edges", "steps(94.99, 90, 1, 95, 2)", .want = "1" },
	{ "steps beyond the last edge", "steps(1000, 90, 1, 95, 2)", .want = "2" },
	{ "steps spread absence", "steps(x, 15, 1)", .want = "0 1 1 1 missing n/a" },
	{ "steps_above at an edge", "steps_above(90, 90, 1, 95, 2)", .want = "0" },
	{ "steps_above beyond an edge", "steps_above(90.01, 90, 1, 95, 2)", .want = "1" },
	{ "interp below the first point", "interp(1, 2, 10, 4, 20)", .want = "10" },
	{ "interp at a point", "interp(4, 2, 10, 4, 20, 10, 5)", .want = "20" },
	{ "interp between points", "interp(2.5, 2, 10, 4, 20)", .want = "12.5" },
	{ "interp downwards", "interp(8, 2, 10, 4, 20, 10, 5)", .want = "10" },
	{ "interp beyond the last point", "interp(99, 2, 10, 4, 20)", .want = "20" },
	{ "interp exactly", "interp(1, 0, 0, 3, 1)", .want = "1/3" },
	{ "brackets below the first", "brackets(-5, 0, 10%, 100, 20%)", .want = "0" },
	{ "brackets within the first", "brackets(50, 0, 10%, 100, 20%)", .want = "5" },
	{ "brackets at an edge", "brackets(100, 0, 10%, 100, 20%)", .want = "10" },
	{ "brackets beyond the last edge", "brackets(150, 0, 10%, 100, 20%)", .want = "20" },
	{ "brackets from above zero", "brackets(15, 10, 2, 20, 3)", .want = "10" },
	{ "whole steps", "units_of(7, 2, whole)", .want = "3" },
	{ "whole steps down", "units_of(-7, 2, whole)", .want = "-3" },
	{ "started steps", "units_of(7, 2, started)", .want = "4" },
	{ "started steps down", "units_of(-7, 2, started)", .want = "-4" },
	{ "started, at an edge", "units_of(6, 2, started)", .want = "3" },
	{ "proportional steps", "units_of(7, 2, proportional)", .want = "3.5" },
	{ "steps of no size", "units_of(7, 0, whole)", .want = "!division" },
	{ "cases", "cases(x >= 20, 1, x < 20, 2)", .want = "2 1 1 1 missing n/a" },
	{ "cases, none holds", "cases(y > 100, 1, y < -100, 2)", .want = "!cases" },
	{ "cases, two hold", "cases(y > -100, 1, y < 100, 2)", .want = "!cases" },
	{ "cases, an absent condition", "cases(y > -100, 1, void > 0, 2)", .want = "missing" },

	/* The pool */
	{ "pool.min", "pool.min(x)", .want = "10" },
	{ "pool.max", "pool.max(x)", .want = "40" },
	{ "pool.sum", "pool.sum(x)", .want = "90" },
	{ "pool.mean", "pool.mean(x)", .want = "22.5" },
	{ "pool.median", "pool.median(x)", .want = "20" },
	{ "pool.median of an even number", "pool.median(g)", .want = "4" },
	{ "pool.quantile", "pool.quantile(x, 25%)", .want = "17.5" },
	{ "pool.quantile of type 7", "pool.quantile(x, 90%)", .want = "34" },
	{ "pool.quantile 0", "pool.quantile(x, 0)", .want = "10" },
	{ "pool.quantile 1", "pool.quantile(x, 1)", .want = "40" },
	{ "pool.sd of the population", "pool.sd(s)", .want = "2" },
	{ "pool.sd to 34 digits", "pool.sd(me)", .want = "1.707825127659933063870173113420175" },
	{ "pool.mad", "pool.mad(me)", .want = "1.5" },
	{ "pool.mad of an odd number", "pool.mad(if me < 6 then me * me else none)", .want = "7" },
	{ "pool.mad of one", "pool.mad(if me = 1 then 5 else none)", .want = "0" },
	{ "pool.mad of nothing", "pool.mad(void)", .want = "missing" },
	{ "pool.mad by class", "pool.mad(y)", .want = "3 3 3 1.5 1.5 1.5", CLASS },
	{ "pool.geomean", "pool.geomean(g)", .want = "4" },
	{ "pool.geomean beside zero", "pool.geomean(if me < 3 then me - 1 else none)", .want = "0" },
	{ "pool.geomean of a negative number", "pool.geomean(y)", .want = "!root" },
	{ "pool.count of numbers", "pool.count(x)", .want = "4" },
	{ "pool.count of a truth", "pool.count(x > 15)", .want = "3" },
	{ "pool.count of a constant", "pool.count(1)", .want = "6" },
	{ "pool.count of a constant truth", "pool.count(1 = 2)", .want = "0" },
	{ "pool.sum of a constant", "pool.sum(2)", .want = "12" },
	{ "pool.sum of nothing", "pool.sum(void)", .want = "missing" },
	{ "pool.mean of nothing", "pool.mean(none)", .want = "missing" },
	{ "pool.count of nothing", "pool.count(void)", .want = "0" },
	{ "a pool of an expression", "pool.max(x * y)", .want = "100" },
	{ "a pool of an item", "pool.max(fresh)", .want = "7" },
	{ "a pool within a pool", "pool.max(x - pool.min(x))", .want = "30" },
	{ "who has left is in no pool", "pool.max(year_ago(x))", .want = "1" },
	{ "who has left is in the pool of then", "year_ago(pool.max(x))", .want = "1000" },
	{ "a share of the best", "x / pool.max(x)", .want = "0.25 0.5 0.5 1 missing n/a" },
	{ "pool by class", "pool.max(x)", .want = "20 20 20 40 40 40", CLASS },
	{ "pool by class, count", "pool.count(x)", .want = "3 3 3 1 1 1", CLASS },
	{ "pool by class, quantile", "pool.quantile(x, 50%)", .want = "20 20 20 40 40 40", CLASS },
	{ "pool by region, those without one together", "pool.count(1)", .want = "4 1 4 1 4 4", "Pool: region\n" },
	{ "the pool of an earlier month, where groups were others", "prev(pool.count(1))", .want = "2 2 3 1 3 3", "Pool: region\n" },
	{ "the scheme's pool", "pool.max(x)", .want = "20 20 20 40 40 40", .head = "Pool: class" },
	{ "eligible units are the pool", "pool.mean(x)", .want = "ineligible 80/3 80/3 80/3 ineligible ineligible",
	  .head = "Eligible: x > 15" },
	{ "reported counts the values", "pool.count(1)", .want = "4 4 4 4 ineligible ineligible",
	  .head = "Eligible: reported >= 100% * measures" },
	{ "measures counts what applies", "pool.count(1)", .want = "ineligible ineligible ineligible ineligible ineligible 1",
	  .head = "Eligible: measures = 2" },
	{ "Eligible by the pool of all members", "pool.count(1)", .want = "ineligible ineligible ineligible 1 ineligible ineligible",
	  .head = "Eligible: x > pool.mean(x)" },

	/* Ranks */
	{ "pool.rank", "pool.rank(x)", .want = "4 2 2 1 missing n/a" },
	{ "pool.rank, competition", "pool.rank(x, competition)", .want = "4 2 2 1 missing n/a" },
	{ "pool.rank, dense", "pool.rank(x, dense)", .want = "3 2 2 1 missing n/a" },
	{ "pool.rank, fractional", "pool.rank(x, fractional)", .want = "4 2.5 2.5 1 missing n/a" },
	{ "pool.rank, last", "pool.rank(x, last)", .want = "4 3 3 1 missing n/a" },
	{ "pool.rank, ordinal", "pool.rank(x, ordinal)", .want = "4 2 3 1 missing n/a" },
	{ "pool.rank of what is small", "pool.rank(-x)", .want = "1 2 2 4 missing n/a" },
	{ "pool.rank of a constant", "pool.rank(1, last)", .want = "6" },
	{ "pool.rank leaves none out", "pool.rank(if y > 0 then y else none)", .want = "2 n/a n/a 3 1 4" },
	{ "pool.rank by class", "pool.rank(x)", .want = "3 1 1 1 missing n/a", CLASS },
	{ "pool.rank of an item", "pool.rank(fresh, dense)", .want = "2 5 6 3 1 4" },

	/* The others */
	{ "peers.min", "peers.min(x)", .want = "20 10 10 10 10 10" },
	{ "peers.max", "peers.max(x)", .want = "40 40 40 20 40 40" },
	{ "peers.sum", "peers.sum(x)", .want = "80 70 70 50 90 90" },
	{ "peers.mean", "peers.mean(x)", .want = "80/3 70/3 70/3 50/3 22.5 22.5" },
	{ "peers.median", "peers.median(x)", .want = "20" },
	{ "peers.quantile", "peers.quantile(x, 25%)", .want = "20 15 15 15 17.5 17.5" },
	{ "peers.count", "peers.count(x)", .want = "3 3 3 3 4 4" },
	{ "peers.count of a truth", "peers.count(x > 15)", .want = "3 2 2 2 3 3" },
	{ "peers.sd", "peers.sd(x)", .want = "0 5 5 missing 0 0", CLASS },
	{ "peers.mad", "peers.mad(x)", .want = "0 10 10 0 5 5" },
	{ "peers by class", "peers.mean(x)", .want = "20 15 15 missing 40 40", CLASS },
	{ "no others", "peers.count(x)", .want = "2 2 2 0 1 1", CLASS },
	{ "peers of what fails", "peers.mean(1 / y)", .want = "!division" },

	/* A list of values */
	{ "present.mean", "present.mean(1, none, 3)", .want = "2" },
	{ "present.mean of none", "present.mean(void, none)", .want = "missing" },
	{ "present.sum", "present.sum(x, y)", .want = "13 20 15 42.5 7 1" },
	{ "present.min", "present.min(x, y)", .want = "3 0 -5 2.5 7 1" },
	{ "present.max", "present.max(x, y)", .want = "10 20 20 40 7 1" },
	{ "present.median", "present.median(1, 10, 2)", .want = "2" },
	{ "present.quantile", "present.quantile(1, 2, 3, 4, 25%)", .want = "1.75" },
	{ "present.sd", "present.sd(1, 1, 5, 5)", .want = "2" },
	{ "present.mad", "present.mad(1, 2, 4, 9)", .want = "1.5" },
	{ "present.geomean", "present.geomean(2, 8)", .want = "4" },
	{ "present.count", "present.count(x, y, void)", .want = "2 2 2 2 1 1" },
	{ "present.count of truths", "present.count(1 = 1, 1 = 2, void > 0)", .want = "1" },
	{ "present.count of truths and numbers", "present.count(1 = 2, 0)", .want = "1" },

	/* Children: a 4 of 10, b x of 20, a bonus of 1, a deduction of 2 */
	{ "children.sum", "children.sum(score)", .want = "13 23 23 43 3 3" },
	{ "children.min", "children.min(score)", .want = "-2" },
	{ "children.max", "children.max(score)", .want = "10 20 20 40 4 4" },
	{ "children.mean of rates", "children.mean(rate)", .want = "0.45 0.7 0.7 1.2 0.4 0.4" },
	{ "children.count of scores", "children.count(score)", .want = "4 4 4 4 3 3" },
	{ "children.count of rates", "children.count(rate)", .want = "2 2 2 2 1 1" },
	{ "children.count of a condition", "children.count(score < 3)", .want = "2" },
	{ "children.sum of points", "children.sum(points)", .want = "30" },
	{ "children.count of points", "children.count(points)", .want = "4" },
	{ "children.median", "children.median(score)", .want = "2.5 2.5 2.5 2.5 1 1" },
	{ "children.quantile", "children.quantile(score, 0)", .want = "-2" },
	{ "children.mad", "children.mad(points)", .want = "5" },
	{ "children.geomean", "children.geomean(if score > 3 and score < 5 then score else none)", .want = "4" },
	{ "points outside and inside", "points - children.sum(points)", .want = "70" },
	{ "a weighted mean of children", "children.sum(score * points) / children.sum(points)", .want = "8 44/3 44/3 28 4/3 4/3" },
	{ "a measure beside each child", "children.sum(score + y)", .want = "25 23 3 53 24 6" },

	/* Groups and other units */
	{ "in_group", "if in_group(class, I) then 1 else 0", .want = "1 1 1 0 0 0" },
	{ "in_group, dated", "if in_group(region, east) then 1 else 0", .want = "0 1 0 0 0 0" },
	{ "in_group, in an earlier month", "prev(if in_group(region, east) then 1 else 0)", .want = "1 1 0 0 0 0" },
	{ "in_group, a number", "if in_group(region, 1) then 1 else 0", .want = "0 0 0 1 0 0" },
	{ "in_group without a dimension", "if in_group(group, pilot) then 1 else 0", .want = "1 0 0 0 0 0" },
	{ "of a unit", "of(B, x)", .want = "20" },
	{ "of an alias", "of(乙, x)", .want = "20" },
	{ "of an expression", "of(C, y - pool.max(y))", .want = "-12" },
	{ "of a unit without a value", "of(E, x)", .want = "missing" },
	{ "of a unit it does not apply to", "of(F, x)", .want = "n/a" },
	{ "of an item", "of(D, fresh)", .want = "2.5" },

	/* Methods */
	{ "a method", "twice(3)", .want = "6" },
	{ "a method of a method", "twice(twice(x))", .want = "40 80 80 160 missing n/a" },
	{ "an argument is one value", "twice(1 + 1)", .want = "4" },
	{ "a default", "plus(1)", .want = "4" },
	{ "a default replaced", "plus(1, 2)", .want = "3" },
	{ "a default of other arguments", "chain(2)", .want = "36" },
	{ "a default of a given argument", "chain(2, 5)", .want = "100" },
	{ "a word as default", "pieces(7)", .want = "4" },
	{ "a word as argument", "pieces(7, whole)", .want = "3" },
	{ "ties as argument", "placed(x, last)", .want = "4 3 3 1 missing n/a" },
	{ "an argument named as a measure", "shadow(x)", .want = "11 21 21 41 missing n/a" },
	{ "an argument named as a measure, another value", "shadow(y)", .want = "4 1 -4 3.5 8 2" },
	{ "a method without arguments", "half()", .want = "50" },
	{ "an argument read in another period", "before(stock)", .want = "92 missing missing missing missing missing" },
	{ "a number of periods as argument", "before(stock, 3)", .want = "90 60 missing missing missing missing" },
	{ "a group as argument", "among(class, II)", .want = "0 0 0 1 1 1" },
	{ "a unit as argument", "elsewhere(D, x)", .want = "40" },
	{ "a measure as argument", "monthly(sum)", .want = "5 missing missing missing missing missing" },
	{ "an item as argument", "rated(fresh)", .want = "0.3 0 -0.5 0.25 0.7 0.1" },
	{ "an argument is not computed where it is not needed", "guarded(1 / y)", .want = "1/3 0 -0.2 0.4 1/7 1" },
	{ "a method in another script", "加倍(粮食产量)", .want = "142 missing missing missing missing missing" },
	{ "a scheme's own method before the one shipped", "ratio(1)", .want = "1001" },
	{ "a Let as argument", "twice(a)", .want = "6", "Let: a = 3\n" },

	/* Time: stock is a level, flow the month's own, sum adds up from January */
	{ "prev", "prev(stock)", .want = "92 missing missing missing missing missing" },
	{ "prev by two", "prev(stock, 2)", .want = "91 missing missing missing missing missing" },
	{ "prev across January", "prev(stock, 3)", .want = "90 60 missing missing missing missing" },
	{ "prev by none, of an item scored later", "prev(fresh, 0)", .want = "3 0 -5 2.5 7 1" },
	{ "prev by none", "prev(stock, 0)", .want = "96 60 5 5 missing missing" },
	{ "prev of prev", "prev(prev(stock), 2)", .want = "90 60 missing missing missing missing" },
	{ "prev before all data", "prev(stock, 1200)", .want = "missing" },
	{ "year_ago", "year_ago(stock)", .want = "80 -50 0 missing missing missing" },
	{ "year_ago of year_ago", "year_ago(year_ago(stock))", .want = "missing" },
	{ "year_end", "year_end(stock)", .want = "90 60 missing missing missing missing" },
	{ "year_end of year_end", "year_end(year_end(stock))", .want = "77 missing missing missing missing missing" },
	{ "prev of a pool", "prev(pool.sum(x))", .want = "33" },
	{ "growth", "growth(stock)", .want = "0.2 2.2 missing missing missing missing" },
	{ "growth of an expression", "growth(stock + 20)", .want = "0.16 11/3 0.25 missing missing missing" },
	{ "month() of a level", "month(stock)", .want = "96 60 5 5 missing missing" },
	{ "month() of a flow", "month(flow)", .want = "6 3 missing missing missing missing" },
	{ "month() of what adds up", "month(sum)", .want = "5 missing missing missing missing missing" },
	{ "month() of what adds up, in January", "month(sum)", .want = "6 missing missing missing missing missing", .period = "2022-01" },
	{ "ytd() of a level", "ytd(stock)", .want = "96 60 5 5 missing missing" },
	{ "ytd() of a flow", "ytd(flow)", .want = "16 missing missing missing missing missing" },
	{ "ytd() of a flow, in January", "ytd(flow)", .want = "6 missing missing missing missing missing", .period = "2022-01" },
	{ "ytd() of what adds up", "ytd(sum)", .want = "15 9 missing missing missing missing" },
	{ "ytd() of entries", "ytd(events)", .want = "2.5 missing 0 0 0 0" },
	{ "prev of month()", "prev(month(sum), 2)", .want = "6 missing missing missing missing missing" },
	{ "prev of month() across January", "prev(month(sum), 3)", .want = "missing" },
	{ "year_ago of ytd()", "year_ago(ytd(flow))", .want = "15 missing missing missing missing missing" },
	{ "growth of ytd()", "growth(ytd(flow))", .want = "1/15 missing missing missing missing missing" },
	{ "growth of month()", "growth(month(sum))", .want = "-0.375 missing missing missing missing missing" },
	{ "prev of an item", "prev(level)", .want = "9.2 missing missing missing missing missing" },
	{ "prev of an item under the scheme of then", "prev(level, 3)", .want = "180 120 missing missing missing missing" },
	{ "year_ago of an item", "year_ago(level)", .want = "160 0 0 missing missing missing" },
	{ "growth of an item", "growth(level)", .want = "-0.94 missing missing missing missing missing" },
	{ "an item's rate under the scheme of then", "prev(rate(level), 3)", .want = "4.5 3 missing missing missing missing" },
	{ "an item that was not there", "year_ago(fresh)", .want = "missing" },
	{ "the item itself a month ago", "default(prev(it), 0) + 1", .want = "3" },
	{ "the item itself a year ago", "default(year_ago(it), 0) + 1", .want = "1" },
	{ "the item itself at the year's end", "default(year_end(it), 0) + 1", .want = "1" },
	{ "the total a month ago", "if missing(prev(total)) then 1 else 0", .want = "1" },

	/* Each shorter period inside */
	{ "each.sum", "each.sum(stock)", .want = "319 60 5 5 missing missing", .period = "2022" },
	{ "each.mean", "each.mean(stock)", .want = "79.75 60 5 5 missing missing", .period = "2022" },
	{ "each.min", "each.min(stock)", .want = "40 60 5 5 missing missing", .period = "2022" },
	{ "each.max", "each.max(stock)", .want = "96 60 5 5 missing missing", .period = "2022" },
	{ "each.median", "each.median(stock)", .want = "91.5 60 5 5 missing missing", .period = "2022" },
	{ "each.quantile", "each.quantile(stock, 25%)", .want = "78.25 60 5 5 missing missing", .period = "2022" },
	{ "each.sd", "each.sd(flow)", .want = "1 0 missing missing missing missing", .period = "2022" },
	{ "each.mad", "each.mad(stock)", .want = "2.5 0 0 0 missing missing", .period = "2022" },
	{ "each.geomean", "each.geomean(g)", .want = "2 8 4 4 missing missing", .period = "2022" },
	{ "each.count", "each.count(stock)", .want = "4 1 1 1 0 0", .period = "2022" },
	{ "each.count of a condition", "each.count(stock > 91)", .want = "2 0 0 0 0 0", .period = "2022" },
	{ "each.count of the months without a value", "each.count(missing(stock))", .want = "8 11 11 11 12 12", .period = "2022" },
	{ "each.last", "each.last(stock)", .want = "40 60 5 5 missing missing", .period = "2022" },
	{ "each.weighted", "each.weighted(stock, 1, 2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1)", .want = "78.75 missing missing missing missing missing", .period = "2022" },
	{ "each.weighted in percent", "each.weighted(stock, 25%, 25%, 50%)", .want = "93.75 60 5 5 missing missing", .period = "2022-Q1" },
	{ "each.weighted by a measure", "each.weighted(stock, target, 0, 0)", .want = "91 missing missing missing missing missing", .period = "2022-Q1" },
	{ "each in a quarter", "each.sum(stock)", .want = "279 60 5 5 missing missing", .period = "2022-Q1" },
	{ "each in the next quarter, by the same scheme", "each.sum(stock)", .want = "40 missing missing missing missing missing", .period = "2022-Q2" },
	{ "each of months under two schemes", "each.mean(level)", .want = "16.975 6 0.5 0.5 missing missing", .period = "2022" },
	{ "each of rates under two schemes", "each.mean(rate(level))", .want = "0.8975 0.6 0.05 0.05 missing missing", .period = "2022" },
	{ "each of an item that only one scheme has", "each.sum(later)", .want = "1", .period = "2022" },
	{ "each of what is known in each month", "each.sum(prev(stock))", .want = "409 120 5 5 missing missing", .period = "2022" },
	{ "each of a year ago", "each.sum(year_ago(stock))", .want = "270 210 0 missing missing missing", .period = "2022" },
	{ "each of a pool", "each.sum(pool.max(stock))", .want = "319", .period = "2022" },
	{ "each of a rank", "each.sum(pool.rank(stock))", .want = "4 2 3 3 missing missing", .period = "2022" },
	{ "a pool of each", "pool.max(each.sum(stock))", .want = "319", .period = "2022" },
	{ "each of a month of what adds up", "each.sum(month(sum))", .want = "16 missing missing missing missing missing", .period = "2022" },
	{ "each of what a year's folder holds", "each.count(target)", .want = "12 12 0 0 0 0", .period = "2022" },
	{ "a measure of the year beside each", "target - each.sum(flow)", .want = "100 57 missing missing missing missing", .period = "2022" },
	{ "each of another unit", "each.sum(of(A, flow))", .want = "20", .period = "2022" },
};
/* clang-format on */

/*
 * Aggregates of the others, which are computed by taking the unit out, against
 * those of a pool that the unit is left out of outright.
 */
struct peers_row {
	const char *name, *aggregate; /* {}: stands for what is gone over */
	const char *of;
};

#define PEERS_OF(OF)                                                           \
	{ "others: min of " OF, "min({})", OF },                               \
	    { "others: max of " OF, "max({})", OF },                           \
	    { "others: sum of " OF, "sum({})", OF },                           \
	    { "others: mean of " OF, "mean({})", OF },                         \
	    { "others: median of " OF, "median({})", OF },                     \
	    { "others: quantile of " OF, "quantile({}, 90%)", OF },            \
	    { "others: lower quantile of " OF, "quantile({}, 10%)", OF },      \
	    { "others: sd of " OF, "sd({})", OF },                             \
	    { "others: mad of " OF, "mad({})", OF },                           \
	    { "others: count of " OF, "count({})", OF },                       \
	{                                                                      \
		"others: count where " OF, "count({} > 2)", OF                 \
	}

/* clang-format off */
static const struct peers_row peers_rows[] = {
	PEERS_OF("x"), PEERS_OF("y"), PEERS_OF("s"), PEERS_OF("void"),
	PEERS_OF("x / 7"), PEERS_OF("sqrt(me)"), PEERS_OF("target"),
	PEERS_OF("me * 10^30 + y"), PEERS_OF("4"),
	{ "others: geomean of x", "geomean({})", "x" },
	{ "others: geomean of g", "geomean({})", "g" },
	{ "others: geomean of me / 7", "geomean({})", "me / 7" },
	{ "others: geomean beside one zero", "geomean({})", "me - 1" },
};
/* clang-format on */

/* Append `scope.AGGREGATE` with an expression in the place of {}. */
static void
add_aggregate(struct buffer *rule, const char *scope, const char *aggregate,
    const char *of)
{
	const char *slot = strstr(aggregate, "{}");

	assert_non_null(slot);
	buffer_add(rule, str_from(scope));
	buffer_add(rule, (struct str){ aggregate, (size_t)(slot - aggregate) });
	buffer_add(rule, str_from(of));
	buffer_add(rule, str_from(slot + 2));
}

/* For each of the six units the aggregate of a pool without it. */
static void
form_without(struct buffer *rule, const struct peers_row *row)
{
	char text[128];

	for (int unit = 1; unit <= 6; unit++) {
		snprintf(text, sizeof(text), "if me = %d then ", unit);
		buffer_add(rule, str_from(text));
		snprintf(text, sizeof(text), "(if me = %d then none else %s)",
		    unit, row->of);
		add_aggregate(rule, "pool.", row->aggregate, text);
		buffer_add(rule, STR(" else "));
	}
	buffer_add(rule, STR("none"));
	buffer_add_byte(rule, '\0');
}

static void
scores_of(const char *rule, const char *more, struct buffer *out)
{
	const struct row row = { .rule = rule, .more = more };
	const struct result *result = score_row(&row);
	char *findings = test_findings(&shared, SEVERITY_ERROR, "", 1);

	if (findings[0] != '\0')
		fail_msg("%s: %s", rule, findings);
	free(findings);
	assert_non_null(result);
	print_scores(out, result);
	buffer_add_byte(out, '\0');
	test_book_close(&shared);
}

static void
check_peers(void **state)
{
	const struct peers_row *row = *state;
	const char *const pools[] = { "", CLASS };
	struct buffer peers = { 0 }, without = { 0 };

	add_aggregate(&peers, "peers.", row->aggregate, row->of);
	buffer_add_byte(&peers, '\0');
	form_without(&without, row);
	for (size_t i = 0; i < LENGTH(pools); i++) {
		struct buffer have = { 0 }, want = { 0 };

		scores_of(peers.data, pools[i], &have);
		scores_of(without.data, pools[i], &want);
		assert_string_equal(have.data, want.data);
		buffer_free(&have);
		buffer_free(&want);
	}
	buffer_free(&peers);
	buffer_free(&without);
}

int
main(void)
{
	static struct CMUnitTest tests[LENGTH(rows) + LENGTH(peers_rows)];
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[count++] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	for (size_t i = 0; i < LENGTH(peers_rows); i++)
		tests[count++] = (struct CMUnitTest){ .name =
							  peers_rows[i].name,
			.test_func = check_peers,
			.initial_state = (void *)(uintptr_t)&peers_rows[i] };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
