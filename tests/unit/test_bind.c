/*
 * test_bind: what is wrong with a rule is found before any is run, and said
 * where it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"

/*
 * The fields of the item `it`, and records after it; line 1 is the first of
 * them. What is found, a line each; "" where all is well.
 */
struct row {
	const char *name, *text, *want;
	bool year;	      /* the scheme is one of years */
	const char *eligible; /* of the Scheme record; it stands on line 4 */
};

static struct test_book shared;

static const char units[] = "%rec: Unit\n\n"
			    "Id: Asby\nGroup: class/I\n\n"
			    "Id: Bewick\nAlias: Bevik\nGroup: class/II\n";

static const char measures[] = "%rec: Measure\n\n"
			       "Id: x\n\nId: y\n\nId: firms\n\nId: both\n\n"
			       "Id: own\n";

static const char head[] = "%rec: Scheme\n\nName: test\n";
static const char item[] = "\n%rec: Item\n\nId: it\nPoints: 10\n";
enum { HEAD_LINES = 8 };

static const char tail[] = "\n\n%rec: Item\n\n"
			   "Id: both\nPoints: 1\nRule: 1\n\n"
			   "Id: own\nPoints: 1\nRule: own\n\n"
			   "Id: pair\nPoints: 2\n\n"
			   "Id: pair.one\nPoints: 2\nRule: 1\n";

static int
set_up(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write(&shared, "book.rec",
	    "%rec: Book\n\nName: test\nPeriod: month\n");
	test_book_write(&shared, "units.rec", units);
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

static const char small[] = "%rec: Scheme\n\nName: other\n\n"
			    "%rec: Item\n\nId: it\nPoints: 1\nRule: 1\n";

/* Bind a scheme around the row's text, and compare what is found. */
static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *path =
	    row->year ? "schemes/2022.rec" : "schemes/2022-01.rec";
	const char *const texts[] = { head,
		row->eligible != NULL ? row->eligible : "", item, row->text,
		tail, NULL };
	unsigned first = HEAD_LINES + 1 + (row->eligible != NULL);
	struct scheme *scheme;
	char *findings;

	test_book_write(&shared, "schemes/2022-01.rec", small);
	test_book_write(&shared, "schemes/2022.rec", small);
	test_book_write_all(&shared, path, texts);
	test_book_open(&shared);
	scheme = schemes_for(engine_schemes(shared.engine),
	    test_period(row->year ? "2022" : "2022-03"));
	findings = test_findings(&shared, SEVERITY_NOTE, path, first);
	assert_string_equal(findings, row->want);
	assert_non_null(scheme);
	assert_int_equal(scheme->is_sound, row->want[0] == '\0');
	free(findings);
	test_book_close(&shared);
}

/* The same of a text that was put together. */
static void
check_text(const struct buffer *text, const char *want)
{
	const struct row row = { .text = text->data, .want = want };
	void *state = (void *)(uintptr_t)&row;

	check_row(&state);
}

#define METHOD "\n\n%rec: Method\n\n"
#define NUMBER_HERE                                                            \
	" is true or false where a number belongs; write 'if ... then ... "    \
	"else ...' [rule-type]\n"
#define TRUTH_HERE                                                             \
	" is a number where a condition belongs; compare it with something "   \
	"[rule-type]\n"
#define WHOLE_HERE                                                             \
	" must be a whole number written out, at most 1,200 [rule-word]\n"
#define SHARE_HERE                                                             \
	" must be a number from 0 to 1 written out, such as 25% [rule-word]\n"
#define FIRST_CHARACTER                                                        \
	" has no meaning in a rule; remove it, or put a name that holds it "   \
	"in double quotes [rule-syntax]\n"

/* clang-format off */
static const struct row rows[] = {
	/* Syntax */
	{ "sound", "Rule: 1", .want = "" },
	{ "half a sum", "Rule: 1 +", .want = "1:10: error: the rule ends too soon; here should be a value [rule-syntax]\n" },
	{ "two values", "Rule: 1 2", .want = "1:9: error: unexpected '2'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "an open parenthesis", "Rule: (1", .want = "1:9: error: the rule ends too soon; here should be ')' [rule-syntax]\n" },
	{ "a closed one too many", "Rule: (1))", .want = "1:10: error: unexpected ')'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "an open call", "Rule: min(1", .want = "1:12: error: the rule ends too soon; here should be ',' or ')' [rule-syntax]\n" },
	{ "a comma at the end of a call", "Rule: min(1,)", .want = "1:13: error: unexpected ')'; here should be a value [rule-syntax]\n" },
	{ "comparisons are not chained", "Rule: if 1 < 2 < 3 then 1 else 0",
	  .want = "1:16: error: unexpected '<'; here should be 'and' between two comparisons [rule-syntax]\n" },
	{ "an if without else", "Rule: if 1 > 2 then 3", .want = "1:22: error: the rule ends too soon; here should be 'elif' or 'else' [rule-syntax]\n" },
	{ "an if without then", "Rule: if 1 > 2, 3", .want = "1:15: error: unexpected ','; here should be 'then' [rule-syntax]\n" },
	{ "a keyword as a value", "Rule: then", .want = "1:7: error: unexpected 'then'; here should be a value [rule-syntax]\n" },
	{ "not beside a comparison", "Rule: if 1 = not 2 = 3 then 1 else 0",
	  .want = "1:14: error: unexpected 'not'; here should be a value; put 'not' and what follows in parentheses [rule-syntax]\n" },
	{ "a full-width sign", "Rule: 1 ＋ 2", .want = "1:9: error: full-width '＋'; write it in ASCII [rule-syntax]\n" },
	{ "a full-width digit", "Rule: １", .want = "1:7: error: full-width '１'; write it in ASCII [rule-syntax]\n" },
	{ "full-width parentheses", "Rule: min（x，y）", .want = "1:10: error: full-width '（'; write it in ASCII [rule-syntax]\n" },
	{ "a sign without meaning", "Rule: 1 & 2", .want = "1:9: error: '&'" FIRST_CHARACTER },
	{ "a percent sign apart", "Rule: 5 %", .want = "1:9: error: '%'" FIRST_CHARACTER },
	{ "a number that begins with its point", "Rule: .5", .want = "1:7: error: '.'" FIRST_CHARACTER },
	{ "a number that ends with its point", "Rule: 1.", .want = "1:8: error: '.'" FIRST_CHARACTER },
	{ "an exponent", "Rule: 1e5", .want = "1:8: error: unexpected 'e5'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "a thousands separator", "Rule: min(1,000.5.5)", .want = "1:18: error: '.'" FIRST_CHARACTER },
	{ "a quote that does not end", "Rule: \"x", .want = "1:7: error: a name begins with \" and does not end; close it [rule-syntax]\n" },
	{ "an assignment", "Rule: x := 1", .want = "1:9: error: ':'" FIRST_CHARACTER },
	{ "two equal signs", "Rule: if x == 1 then 1 else 0", .want = "1:12: error: unknown sign '=='; write '=' [rule-syntax]\n" },
	{ "on its second line", "Rule: 1 +\n+ 2 )", .want = "2:5: error: unexpected ')'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "columns are of characters", "Rule: \"粮食\" + 1 )", .want = "1:16: error: unexpected ')'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "in a Let", "Let: a = 1 +\nRule: 1", .want = "1:13: error: the rule ends too soon; here should be a value [rule-syntax]\n" },
	{ "in a Cap", "Rule: 1\nCap: )", .want = "2:6: error: unexpected ')'; here should be a value [rule-syntax]\n" },
	{ "in a policy", "Rule: 1\nMissing: nothing at all", .want = "2:18: error: unexpected 'at'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "in a method", "Rule: 1" METHOD "Id: f\nArgs: a\nRule: a b", .want = "7:9: error: unexpected 'b'; here should be an operator or the end of the rule [rule-syntax]\n" },
	{ "a number of 5,000 bits fits", "Rule: 0 * 2^5000", .want = "" },
	{ "a power is not computed before it is run", "Rule: 9^9^9^9", .want = "" },

	/* Names */
	{ "an unknown name, the nearest", "Rule: frms", .want = "1:7: error: unknown name 'frms'; did you mean 'firms'? [rule-name]\n" },
	{ "an unknown name, a Let the nearest", "Let: share = 1\nRule: shre", .want = "2:7: error: unknown name 'shre'; did you mean 'share'? [rule-name]\n" },
	{ "an unknown name, an item the nearest", "Rule: pair.onw", .want = "1:7: error: unknown name 'pair.onw'; did you mean 'pair.one'? [rule-name]\n" },
	{ "an unknown name, points the nearest", "Rule: point", .want = "1:7: error: unknown name 'point'; did you mean 'points'? [rule-name]\n" },
	{ "an unknown name, none near", "Rule: qqqqqqqq", .want = "1:7: error: unknown name 'qqqqqqqq'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "only the first fault of a rule", "Rule: qqqqqqqq + zzzzzzzz", .want = "1:7: error: unknown name 'qqqqqqqq'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "a fault in each of two rules", "Rule: qqqqqqqq\nCap: zzzzzzzz",
	  .want = "1:7: error: unknown name 'qqqqqqqq'; it is no measure, item, Let or argument [rule-name]\n"
	    "2:6: error: unknown name 'zzzzzzzz'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "a keyword in quotes is a name", "Rule: \"else\"", .want = "1:7: error: unknown name 'else'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "points in quotes is a name", "Rule: \"points\"", .want = "1:7: error: unknown name 'points'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "score outside children", "Rule: score", .want = "1:7: error: unknown name 'score'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "rank outside a Grade", "Rule: rank * qqqq", .want = "1:7: error: unknown name 'rank'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "reported outside Eligible", "Rule: reported", .want = "1:7: error: unknown name 'reported'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "a measure and an item", "Rule: both", .want = "1:7: error: 'both' is both a measure and an item; write measure(both) or item(both) [rule-ambiguous]\n" },
	{ "measure() and item() of it", "Rule: measure(both) + item(both)", .want = "" },
	{ "an item's own measure elsewhere", "Rule: own", .want = "1:7: error: 'own' is both a measure and an item; write measure(own) or item(own) [rule-ambiguous]\n" },
	{ "an unknown measure", "Rule: measure(nope)", .want = "1:15: error: there is no measure 'nope'; add it to measures.rec [unknown-measure]\n" },
	{ "an unknown measure, the nearest", "Rule: month(frms)", .want = "1:13: error: there is no measure 'frms'; did you mean 'firms'? [unknown-measure]\n" },
	{ "an unknown item", "Rule: item(qqqqqq)", .want = "1:12: error: unknown name 'qqqqqq'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "an item's rate of a measure", "Rule: rate(firms)", .want = "1:12: error: unknown name 'firms'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "a Let after its use", "Let: a = b\nLet: b = 1\nRule: a", .want = "1:10: error: unknown name 'b'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "an unknown name in a Let that is not used", "Let: a = qqqqqqqq\nRule: 1", .want = "1:10: error: unknown name 'qqqqqqqq'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "a Let of a measure's name", "Let: x = 1\nRule: 1", .want = "1:9: error: 'x' is the name of a measure, an item or 'points'; rename the Let [let]\n" },
	{ "a Let of an item's name", "Let: pair = 1\nRule: 1", .want = "1:12: error: 'pair' is the name of a measure, an item or 'points'; rename the Let [let]\n" },
	{ "a Let named points", "Let: points = 1\nRule: 1", .want = "1:14: error: 'points' is the name of a measure, an item or 'points'; rename the Let [let]\n" },
	{ "a Let without a value", "Let: a\nRule: 1", .want = "1:6: error: 'a' has no value; write 'name = expression' [let]\n" },
	{ "a Let twice", "Let: a = 1\nLet: a = 2\nRule: 1", .want = "2:6: error: 'a' is named by a Let above; rename one [let]\n" },
	{ "a Let whose name is none", "Let: a b = 1\nRule: 1", .want = "1:6: error: 'a b' cannot be a name here; write 'name' or 'name = expression' [argument]\n" },

	/* Functions */
	{ "an unknown function, the nearest", "Rule: clmp(1, 2, 3)", .want = "1:7: error: unknown function 'clmp'; did you mean 'clamp'? [rule-function]\n" },
	{ "an unknown function, a method the nearest", "Rule: ratoo(x, 2)", .want = "1:7: error: unknown function 'ratoo'; did you mean 'ratio'? [rule-function]\n" },
	{ "an unknown aggregate", "Rule: pool.meen(x)", .want = "1:7: error: unknown function 'pool.meen'; did you mean 'pool.mean'? [rule-function]\n" },
	{ "an aggregate of two letters exchanged", "Rule: peers.mda(x)", .want = "1:7: error: unknown function 'peers.mda'; did you mean 'peers.mad'? [rule-function]\n" },
	{ "a rank misspelt", "Rule: pool.rnk(x)", .want = "1:7: error: unknown function 'pool.rnk'; did you mean 'pool.rank'? [rule-function]\n" },
	{ "an unknown function, none near", "Rule: qqqqqqqq(1)",
	  .want = "1:7: error: unknown function 'qqqqqqqq'; shiji-rules(7) lists them, 'shiji score --methods' the methods [rule-function]\n" },
	{ "a function's name alone", "Rule: clamp + 1", .want = "1:7: error: unknown name 'clamp'; it is no measure, item, Let or argument [rule-name]\n" },
	{ "too few arguments", "Rule: clamp(1)", .want = "1:7: error: the number of arguments of 'clamp' is 3, not 1; correct the call [rule-arguments]\n" },
	{ "too many arguments", "Rule: abs(1, 2)", .want = "1:7: error: the number of arguments of 'abs' is 1, not 2; correct the call [rule-arguments]\n" },
	{ "one argument or two", "Rule: round(1, 2, 3)", .want = "1:7: error: the number of arguments of 'round' is 1 or 2, not 3; correct the call [rule-arguments]\n" },
	{ "no argument", "Rule: min()", .want = "1:7: error: the number of arguments of 'min' is 1 or more, not 0; correct the call [rule-arguments]\n" },
	{ "an edge without a value", "Rule: steps(x, 1, 2, 3)", .want = "1:7: error: the number of arguments of 'steps' is 3, and 2 more each time, not 4; correct the call [rule-arguments]\n" },
	{ "a case without a value", "Rule: cases(x > 1)", .want = "1:7: error: the number of arguments of 'cases' is 2, and 2 more each time, not 1; correct the call [rule-arguments]\n" },
	{ "an aggregate of two", "Rule: pool.mean(x, y)", .want = "1:7: error: the number of arguments of 'pool.mean' is 1, not 2; correct the call [rule-arguments]\n" },
	{ "a quantile without its share", "Rule: pool.quantile(x)", .want = "1:7: error: the number of arguments of 'pool.quantile' is 2, not 1; correct the call [rule-arguments]\n" },
	{ "a rank of nothing", "Rule: pool.rank()", .want = "1:7: error: the number of arguments of 'pool.rank' is 1 or 2, not 0; correct the call [rule-arguments]\n" },
	{ "a list of nothing", "Rule: present.mean()", .want = "1:7: error: the number of arguments of 'present.mean' is 1 or more, not 0; correct the call [rule-arguments]\n" },

	/* Types */
	{ "a truth as a rule", "Rule: x > 1", .want = "1:7: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in a sum", "Rule: 1 + (x > 1)", .want = "1:12: error: 'x > 1'" NUMBER_HERE },
	{ "a truth that begins with a parenthesis", "Rule: (x + 1) > 2", .want = "1:7: error: '(x + 1) > 2'" NUMBER_HERE },
	{ "a truth that ends with a parenthesis", "Rule: 2 > (x + 1)", .want = "1:7: error: '2 > (x + 1)'" NUMBER_HERE },
	{ "a truth with a sign", "Rule: -(x > 1)", .want = "1:9: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in a function", "Rule: max(x > 1, 2)", .want = "1:11: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in an aggregate", "Rule: pool.mean(x > 1)", .want = "1:17: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in a count", "Rule: pool.count(x > 1)", .want = "" },
	{ "a truth compared", "Rule: if (x > 1) = (y > 1) then 1 else 0", .want = "1:11: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in missing()", "Rule: if missing(x > 1) then 1 else 0", .want = "1:18: error: 'x > 1'" NUMBER_HERE },
	{ "a truth as default", "Rule: default(x, y > 1)", .want = "1:18: error: 'y > 1'" NUMBER_HERE },
	{ "a truth as a Cap", "Rule: 1\nCap: x > 1", .want = "2:6: error: 'x > 1'" NUMBER_HERE },
	{ "a truth as a policy", "Rule: 1\nMissing: x > 1", .want = "2:10: error: 'x > 1'" NUMBER_HERE },
	{ "a truth in the second branch", "Rule: if x > 1 then 1 else y > 2", .want = "1:28: error: 'y > 2'" NUMBER_HERE },
	{ "a number in the second branch", "Rule: 1\nVeto: if x > 1 then y > 2 else 0", .want = "2:32: error: '0'" TRUTH_HERE },
	{ "a number as a condition", "Rule: if x then 1 else 0", .want = "1:10: error: 'x'" TRUTH_HERE },
	{ "a number under not", "Rule: if not x then 1 else 0", .want = "1:14: error: 'x'" TRUTH_HERE },
	{ "a number beside and", "Rule: if x > 1 and y then 1 else 0", .want = "1:20: error: 'y'" TRUTH_HERE },
	{ "a number as a veto", "Rule: 1\nVeto: x", .want = "2:7: error: 'x'" TRUTH_HERE },
	{ "a number as a case", "Rule: cases(x, 1)", .want = "1:13: error: 'x'" TRUTH_HERE },
	{ "none as a condition", "Rule: if none then 1 else 0", .want = "1:10: error: 'none'" TRUTH_HERE },
	{ "a number as a grade's condition", "Rule: 1\n\n%rec: Grade\n\nId: first\nWhen: rank", .want = "6:7: error: 'rank'" TRUTH_HERE },

	/* Words */
	{ "no way to rank", "Rule: pool.rank(x, best)", .want = "1:20: error: a word is needed here; write competition, dense, ordinal, fractional, last [rule-word]\n" },
	{ "a number for a word", "Rule: pool.rank(x, 1)", .want = "1:20: error: a word is needed here; write competition, dense, ordinal, fractional, last [rule-word]\n" },
	{ "no way to count steps", "Rule: units_of(x, 1, half)", .want = "1:22: error: a word is needed here; write whole, started, proportional [rule-word]\n" },
	{ "periods that are no number", "Rule: prev(x, y)", .want = "1:15: error: 'y'" WHOLE_HERE },
	{ "half a period", "Rule: prev(x, 1.5)", .want = "1:15: error: '1.5'" WHOLE_HERE },
	{ "too many periods", "Rule: prev(x, 1201)", .want = "1:15: error: '1201'" WHOLE_HERE },
	{ "a period ahead", "Rule: prev(x, -1)", .want = "1:15: error: '-1'" WHOLE_HERE },
	{ "places that are no number", "Rule: round(x, y)", .want = "1:16: error: 'y'" WHOLE_HERE },
	{ "a share above one", "Rule: pool.quantile(x, 2)", .want = "1:24: error: the share of 'pool.quantile'" SHARE_HERE },
	{ "a share that is no number", "Rule: present.quantile(x, y)", .want = "1:27: error: the share of 'present.quantile'" SHARE_HERE },
	{ "a share of one", "Rule: pool.quantile(x, 100%)", .want = "" },
	{ "an unknown unit", "Rule: of(Q, x)", .want = "1:10: error: there is no unit 'Q'; add it to units.rec [unknown-unit]\n" },
	{ "an unknown unit, the nearest", "Rule: of(Bewik, x)", .want = "1:10: error: there is no unit 'Bewik'; did you mean 'Bewick'? [unknown-unit]\n" },
	{ "a number for a unit", "Rule: of(1, x)", .want = "1:10: error: a word is needed here; write the Id of a unit [rule-word]\n" },
	{ "an unknown group", "Rule: if in_group(class, III) then 1 else 0", .want = "1:26: error: no unit has the group 'class/III'; correct it, or add it to units.rec [rule-group]\n" },
	{ "an unknown dimension", "Rule: if in_group(region, I) then 1 else 0", .want = "1:27: error: no unit has the group 'region/I'; correct it, or add it to units.rec [rule-group]\n" },
	{ "a sum for a group", "Rule: if in_group(class, 1 + 1) then 1 else 0", .want = "1:26: error: a word is needed here; write the name of a group [rule-word]\n" },
	{ "a number for a measure", "Rule: month(1)", .want = "1:13: error: a word is needed here; write a measure [rule-word]\n" },
	{ "a number for an item", "Rule: rate(1)", .want = "1:12: error: a word is needed here; write an item [rule-word]\n" },

	/* Scopes */
	{ "children of none", "Rule: children.sum(score)", .want = "1:7: error: 'children.sum' is for the rule of an item with items below it; there are none here [rule-scope]\n" },
	{ "children in Eligible's place", "Rule: 1\n\n%rec: Grade\n\nId: first\nWhen: children.sum(1) > 0",
	  .want = "6:7: error: 'children.sum' is for the rule of an item with items below it; there are none here [rule-scope]\n" },
	{ "children of another month", "Rule: prev(children.sum(score))\n\nId: it.a\nPoints: 1\nRule: 1",
	  .want = "1:12: error: 'children.sum' cannot mix the items below with other periods; name the items [rule-scope]\n" },
	{ "another month of children", "Rule: children.sum(prev(score))\n\nId: it.a\nPoints: 1\nRule: 1",
	  .want = "1:20: error: 'prev' cannot mix the items below with other periods; name the items [rule-scope]\n" },
	{ "children of children", "Rule: children.sum(children.sum(score))\n\nId: it.a\nPoints: 1\nRule: 1",
	  .want = "1:20: error: 'children.sum' cannot stand inside another children.; name the items [rule-scope]\n" },
	{ "months of children", "Rule: children.sum(each.mean(score))\n\nId: it.a\nPoints: 1\nRule: 1",
	  .want = "1:20: error: 'each.mean' cannot mix the items below with other periods; name the items [rule-scope]\n", .year = true },
	{ "a Let named for nothing", "Let: none = 5\nRule: x",
	  .want = "1:6: error: 'none' cannot be a name here; write 'name' or 'name = expression' [argument]\n" },
	{ "a method named for a function", "Rule: x\n\n%rec: Method\n\nId: min\nArgs: a, b\nRule: a + b",
	  .want = "5:5: error: 'min' is a function of the language; give the method another Id [method-name]\n" },
	{ "growth of children", "Rule: children.sum(growth(score))\n\nId: it.a\nPoints: 1\nRule: 1",
	  .want = "1:20: error: 'growth' cannot mix the items below with other periods; name the items [rule-scope]\n" },
	{ "each in a month", "Rule: each.mean(x)", .want = "1:7: error: 'each.mean' is for the scheme of a period longer than the book's; there are no shorter periods here [rule-scope]\n" },
	{ "each in a year", "Rule: each.mean(x)", .want = "", .year = true },
	{ "each in each", "Rule: each.mean(each.sum(x))", .want = "1:17: error: 'each.sum' cannot stand inside another each.: there are no periods shorter than the book's [rule-scope]\n", .year = true },
	{ "too few weights", "Rule: each.weighted(x, 1)", .want = "1:7: error: 'each.weighted' needs a value and 12 weights, one for each shorter period; 1 weights given [rule-arguments]\n", .year = true },
	{ "an item that months have not", "Rule: each.mean(pair.one)", .want = "1:17: error: unknown name 'pair.one'; it is no measure, item, Let or argument [rule-name]\n", .year = true },
	{ "weights in a pool", "Rule: pool.weighted(x, 1)", .want = "1:7: error: unknown function 'pool.weighted'; did you mean 'each.weighted'? [rule-function]\n" },

	/* Methods */
	{ "too few arguments of a method", "Rule: ratio(1)", .want = "1:7: error: the method 'ratio' takes (x, target); 1 given [rule-arguments]\n" },
	{ "too many arguments of a method", "Rule: f(1, 2)" METHOD "Id: f\nArgs: a\nRule: a", .want = "1:7: error: the method 'f' takes (a); 2 given [rule-arguments]\n" },
	{ "a method that calls itself", "Rule: f(1)" METHOD "Id: f\nArgs: a\nRule: 1 + f(a)",
	  .want = "1:7: error: the method 'f' calls itself; a rule must end [rule-recursion]\n7:11: note: here in the method [rule-recursion]\n" },
	{ "two methods that call each other", "Rule: f(1)" METHOD "Id: f\nArgs: a\nRule: g(a)\n\nId: g\nArgs: a\nRule: f(a)",
	  .want = "1:7: error: the method 'f' calls itself; a rule must end [rule-recursion]\n11:7: note: here in the method [rule-recursion]\n" },
	{ "a method in its own argument", "Rule: f(f(1))" METHOD "Id: f\nArgs: a\nRule: a + 1", .want = "" },
	{ "a default that is its own argument", "Rule: f()" METHOD "Id: f\nArgs: a = a\nRule: a + 1", .want = "1:7: error: the rule nests more than 1,000 deep; name its parts with Let [rule-depth]\n6:11: note: here in the method [rule-depth]\n" },
	{ "an unknown name in a method", "Rule: 1 + f(1)" METHOD "Id: f\nArgs: a\nRule: a + qqqqqqqq",
	  .want = "1:11: error: unknown name 'qqqqqqqq'; it is no measure, item, Let or argument [rule-name]\n7:11: note: here in the method [rule-name]\n" },
	{ "a method sees no Let of its caller", "Let: mine = 1\nRule: f(1)" METHOD "Id: f\nArgs: a\nRule: a + mine",
	  .want = "2:7: error: unknown name 'mine'; it is no measure, item, Let or argument [rule-name]\n8:11: note: here in the method [rule-name]\n" },
	{ "a truth in a method", "Rule: f(x > 1)" METHOD "Id: f\nArgs: a\nRule: a + 1",
	  .want = "1:7: error: 'a'" NUMBER_HERE "7:7: note: here in the method [rule-type]\n" },
	{ "a bad word for a method", "Rule: f(half)" METHOD "Id: f\nArgs: m\nRule: units_of(x, 1, m)",
	  .want = "1:7: error: a word is needed here; write whole, started, proportional [rule-word]\n7:22: note: here in the method [rule-word]\n" },
	{ "an argument that is no name", "Rule: 1" METHOD "Id: f\nArgs: a b\nRule: 1",
	  .want = "6:7: error: 'a b' cannot be a name here; write 'name' or 'name = expression' [argument]\n" },
	{ "an argument twice", "Rule: 1" METHOD "Id: f\nArgs: a, a\nRule: 1", .want = "6:7: error: two arguments are named 'a'; rename one [argument]\n" },

	/* Eligible */
	{ "Eligible by an item", "Rule: 1", .eligible = "Eligible: it > 1\n",
	  .want = "schemes/2022-01.rec:4:11: error: Eligible cannot read the item 'it', since it decides what is scored; use measures [rule-eligible]\n" },
	{ "Eligible by the items of a month ago", "Rule: 1", .eligible = "Eligible: prev(rate(it)) > 1\n",
	  .want = "schemes/2022-01.rec:4:21: error: Eligible cannot read the item 'it', since it decides what is scored; use measures [rule-eligible]\n" },
	{ "Eligible by measures", "Rule: 1", .eligible = "Eligible: reported >= 80% * measures and x > 0\n", .want = "" },
	{ "Eligible by a number", "Rule: 1", .eligible = "Eligible: reported\n", .want = "schemes/2022-01.rec:4:11: error: 'reported'" TRUTH_HERE },
	{ "Eligible has no points", "Rule: 1", .eligible = "Eligible: points > 1\n",
	  .want = "schemes/2022-01.rec:4:11: error: unknown name 'points'; it is no measure, item, Let or argument [rule-name]\n" },

	/* Cycles */
	{ "an item of itself", "Rule: it", .want = "1:7: error: items need each other's scores: it -> it; break the circle [cycle]\n" },
	{ "two items of each other", "Rule: other\n\nId: other\nPoints: 1\nRule: it",
	  .want = "1:7: error: items need each other's scores: it -> other -> it; break the circle [cycle]\n" },
	{ "a child of its parent", "Rule: 1\n\nId: it.a\nPoints: 1\nRule: it",
	  .want = "1:7: error: items need each other's scores: it -> it.a -> it; break the circle [cycle]\n" },
	{ "an item of the total", "Rule: rate(total)", 
	  .want = "1:7: error: items need each other's scores: total -> it -> total; break the circle [cycle]\n" },
	{ "an item of a sibling's child", "Rule: pair.one", .want = "" },
	{ "an item of its own a month ago", "Rule: default(prev(it), 0)", .want = "" },
	{ "siblings that share points and need each other", "Rule: 1\n\nId: up\nPoints: 2\n\nId: up.a\nPoints: 1\nRule: up.b\n\nId: up.b\nPoints: 1\nRule: 1\nMissing: rescale",
	  .want = "8:7: error: items need each other's scores: up.a -> up.b -> up.a; break the circle [cycle]\n" },
	{ "a cycle in a veto", "Rule: 1\nVeto: it > 1", .want = "1:7: error: items need each other's scores: it -> it; break the circle [cycle]\n" },
};
/* clang-format on */

/* Texts too long to be written out: `open` repeated, then `close` repeated. */
struct long_row {
	const char *name, *before, *open;
	size_t opened;
	const char *middle, *close;
	size_t closed;
	const char *after, *want;
};

#define DEEP                                                                   \
	"error: the rule nests more than 100 deep; name its parts with Let "   \
	"[rule-depth]\n"
#define LARGE                                                                  \
	"error: the rule has more than 4,000 parts, its methods counted; "     \
	"divide it over several items [rule-size]\n"
#define WIDE                                                                   \
	"error: number outgrows the bound of 16,384 bits; check its digits "   \
	"[number-size]\n"

/* clang-format off */
static const struct long_row long_rows[] = {
	{ "90 parentheses", "Rule: ", "(", 90, "1", ")", 90, "", "" },
	{ "10,000 parentheses", "Rule: ", "(", 10000, "1", ")", 10000, "", "1:107: " DEEP },
	{ "10,000 open parentheses", "Rule: ", "(", 10000, "", "", 0, "", "1:107: " DEEP },
	{ "10,000 signs", "Rule: ", "-", 10000, "1", "", 0, "", "1:107: " DEEP },
	{ "10,000 nots", "Rule: if ", "not ", 10000, "1 = 1", "", 0, " then 1 else 0", "1:406: " DEEP },
	{ "10,000 powers", "Rule: ", "2^", 10000, "2", "", 0, "", "1:207: " DEEP },
	{ "10,000 calls", "Rule: ", "abs(", 10000, "1", ")", 10000, "", "1:407: " DEEP },
	{ "10,000 ifs", "Rule: ", "if 1 = 1 then ", 10000, "1", " else 1", 10000, "", "1:1386: " DEEP },
	{ "900 terms", "Rule: 1", " + x", 900, "", "", 0, "", "" },
	{ "1,000 terms", "Rule: 1", " + x", 1000, "", "", 0, "",
	  "1:7: error: the rule nests more than 1,000 deep; name its parts with Let [rule-depth]\n" },
	{ "10,000 terms", "Rule: 1", " + x", 10000, "", "", 0, "", "1:8009: " LARGE },
	{ "10,000 branches", "Rule: if x = 0 then 1", " elif x = 1 then 2", 10000, " else 0", "", 0, "", "1:18003: " LARGE },
	{ "10,000 arguments", "Rule: max(0", ", 1", 10000, ")", "", 0, "", "1:12008: " LARGE },
	{ "a number of 4,900 digits", "Rule: 0 * ", "9", 4900, "", "", 0, "", "" },
	{ "a number of 5,000 digits", "Rule: ", "9", 5000, "", "", 0, "", "1:7: " WIDE },
	{ "5,000 places", "Rule: 0.", "3", 5000, "", "", 0, "", "1:7: " WIDE },
	{ "a number of a million digits", "Rule: ", "9", 1000000, "", "", 0, "", "1:7: " WIDE },
};
/* clang-format on */

static void
repeat(struct buffer *text, const char *piece, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_add(text, str_from(piece));
}

static void
check_long_row(void **state)
{
	const struct long_row *row = *state;
	struct buffer text = { 0 };

	buffer_add(&text, str_from(row->before));
	repeat(&text, row->open, row->opened);
	buffer_add(&text, str_from(row->middle));
	repeat(&text, row->close, row->closed);
	buffer_add(&text, str_from(row->after));
	buffer_add_byte(&text, '\0');
	check_text(&text, row->want);
	buffer_free(&text);
}

/* Methods m0 to m60 or so, each with the one before in its rule. */
static void
add_methods(struct buffer *text, int count, const char *before,
    const char *between, const char *after)
{
	char call[32];

	for (int i = 1; i <= count; i++) {
		snprintf(call, sizeof(call), "\n\nId: m%d\n", i);
		buffer_add(text, str_from(call));
		buffer_add(text, STR("Args: a\nRule: "));
		snprintf(call, sizeof(call), "m%d(", i - 1);
		buffer_add(text, str_from(call));
		buffer_add(text, str_from(before));
		if (between != NULL) {
			buffer_add(text, str_from(between));
			buffer_add(text, str_from(call));
		}
		buffer_add(text, str_from(after));
	}
	buffer_add_byte(text, '\0');
}

static void
check_doubling(void **state)
{
	struct buffer text = { 0 };

	(void)state;
	buffer_add(&text,
	    STR("Rule: m60(1)" METHOD "Id: m0\nArgs: a\nRule: a + 1"));
	add_methods(&text, 60, "a)", " + ", "a)");
	check_text(&text,
	    "1:7: error: the rule has more than 100,000 parts, its methods "
	    "counted; divide it over several items [rule-size]\n"
	    "7:11: note: here in the method [rule-size]\n");
	buffer_free(&text);
}

/* An argument that is used twice is one value, however often it is passed on.
 */
static void
check_sharing(void **state)
{
	struct buffer text = { 0 };

	(void)state;
	buffer_add(&text,
	    STR("Rule: m60(x)" METHOD "Id: m0\nArgs: a\nRule: a + a"));
	add_methods(&text, 60, "a + a)", NULL, "");
	check_text(&text, "");
	buffer_free(&text);
}

static void
check_chain(void **state)
{
	struct buffer text = { 0 };

	(void)state;
	buffer_add(&text,
	    STR("Rule: m2000(1)" METHOD "Id: m0\nArgs: a\nRule: a + 1"));
	add_methods(&text, 2000, "a)", NULL, "");
	/* The thousandth call down, that of m1000, is one too many. */
	check_text(&text, "1:7: error: the rule nests more than 1,000 deep; "
			  "name its parts with Let [rule-depth]\n"
			  "4011:7: note: here in the method [rule-depth]\n");
	buffer_free(&text);
}

int
main(void)
{
	static struct CMUnitTest tests[LENGTH(rows) + LENGTH(long_rows) + 3] = {
		{ .name = "methods that double 60 times",
		    .test_func = check_doubling },
		{ .name = "arguments that double 60 times",
		    .test_func = check_sharing },
		{ .name = "2,000 methods deep", .test_func = check_chain },
	};
	size_t count = 3;

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[count++] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	for (size_t i = 0; i < LENGTH(long_rows); i++)
		tests[count++] = (struct CMUnitTest){ .name = long_rows[i].name,
			.test_func = check_long_row,
			.initial_state = (void *)(uintptr_t)&long_rows[i] };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
