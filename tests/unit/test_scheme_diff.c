/*
 * test_scheme_diff: two schemes are compared as a person would tell it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "scheme/bind.h"
#include "scheme/scheme_diff.h"
#include "support.h"

/*
 * The Scheme record's fields and the records after it, of the old scheme and
 * the new; and what is told, a line each: part, change, Id, what, `from -> to`.
 */
struct row {
	const char *name, *from, *to, *want;
	const char *item; /* asked for alone, where given */
};

static struct test_book shared;

#define ITEMS "\n\n%rec: Item\n\n"
#define METHODS "\n\n%rec: Method\n\n"
#define GRADES "\n\n%rec: Grade\n\n"
#define A "Id: a\nName: One\nPoints: 6\nRule: ratio(x, 3)\n"
#define B "Id: b\nName: Two\nPoints: 4\nRule: deduct(y, 1)\n"

/* clang-format off */
static const struct row rows[] = {
	{ "the same", ITEMS A "\n" B, ITEMS A "\n" B, "", NULL },
	{ "another order of items is none to tell", ITEMS A "\n" B, ITEMS B "\n" A, "", NULL },
	{ "spacing, parentheses, notes, comments and ways to write a number",
	  ITEMS A, ITEMS "# a comment\nId: a\nName: One\nPoints: 6.0\nRule: (ratio(\n+ (x),3.00 ) )\nNote: new\nX_y: z\n", "", NULL },
	{ "a share written in another way", ITEMS "Id: a\nPoints: 6\nRule: 60% * x\n", ITEMS "Id: a\nPoints: 6\nRule: 0.6 * x\n", "", NULL },

	/* The scheme */
	{ "fields of the scheme, and what items inherit from it",
	  "Digits: 2\nRounding: down\nPool: class\nTies: dense\nEligible: reported > 1" ITEMS A,
	  "Name: New\nDigits: 1\nEligible: reported > 2" ITEMS A,
	  "scheme changed  Name  -> New\n"
	  "scheme changed  Digits 2 -> 1\n"
	  "scheme changed  Rounding down -> half-up\n"
	  "scheme changed  Pool class -> \n"
	  "scheme changed  Eligible reported > 1 -> reported > 2\n"
	  "scheme changed  Ties dense -> competition\n", NULL },
	{ "a default that is written out is no change", ITEMS A, "Digits: none\nRounding: half-up\nTies: competition" ITEMS A, "", NULL },
	{ "total and categories", "Points: 6" ITEMS A, "Points: 10" ITEMS A "\n" B,
	  "scheme changed  Points 6 -> 10\n"
	  "scheme changed  categories 1 -> 2\n"
	  "scheme changed  items 1 -> 2\n"
	  "item changed a share 100% -> 60%\n"
	  "item added b Points  -> 4\n"
	  "item added b Rule  -> deduct(y, 1)\n", NULL },
	{ "under another total the same share is no news", "Points: 6" ITEMS A, "Points: 12" ITEMS "Id: a\nName: One\nPoints: 12\nRule: ratio(x, 3)\n",
	  "scheme changed  Points 6 -> 12\n"
	  "item changed a Points 6 -> 12\n", NULL },
	{ "the total's own record", ITEMS A, ITEMS "Id: total\nName: All\nCap: 20\n\n" A, "item changed total Cap  -> 20\n", NULL },

	/* Items */
	{ "each field of an item",
	  ITEMS "Id: a\nPoints: 6\nRule: x\n",
	  ITEMS "Id: a\nName: New\nPoints: 5\nCap: 7\nFloor: -1\nRule: y\nVeto: x > 3\nMissing: zero\nNotApplicable: 1\nDigits: 1\nRounding: up\nPool: class\nLead: agri\nWith: stats\nWith: finance\nWing: w\n",
	  "scheme changed  Points 6 -> 5\n"
	  "item changed a Name  -> New\n"
	  "item changed a Points 6 -> 5\n"
	  "item changed a Cap  -> 7\n"
	  "item changed a Floor  -> -1\n"
	  "item changed a Rule x -> y\n"
	  "item changed a Veto  -> x > 3\n"
	  "item changed a Missing  -> zero\n"
	  "item changed a NotApplicable  -> 1\n"
	  "item changed a Digits none -> 1\n"
	  "item changed a Rounding half-up -> up\n"
	  "item changed a Pool  -> class\n"
	  "item changed a Lead  -> agri\n"
	  "item changed a With  -> finance, stats\n"
	  "item changed a Wing  -> w\n"
	  "office changed agri items 0 -> 1\n"
	  "office changed agri points 0 -> 5\n"
	  "office changed agri share 0% -> 100%\n"
	  "office gained agri Lead  -> a\n"
	  "office gained stats With  -> a\n"
	  "office gained finance With  -> a\n", NULL },
	{ "an item's own Digits against its scheme's", "Digits: 1" ITEMS A, "Digits: 2" ITEMS A "Digits: 1\n",
	  "scheme changed  Digits 1 -> 2\n", NULL },
	{ "a rule that grows by a line", ITEMS "Id: a\nPoints: 6\nRule: if x > 1\n+ then 1\n+ else 0\n", ITEMS "Id: a\nPoints: 6\nRule: if x > 1\n+ then 1\n+ else 2\n",
	  "item changed a Rule if x > 1 then 1 else 0 -> if x > 1 then 1 else 2\n", NULL },
	{ "lets are told by name", ITEMS "Id: a\nPoints: 6\nLet: p = x\nLet: q = y\nLet: r = 1\nRule: p\n", ITEMS "Id: a\nPoints: 6\nLet: q = y\nLet: p = x + 1\nLet: s = 2\nRule: p\n",
	  "item changed a Let p x -> x + 1\n"
	  "item changed a Let s  -> 2\n"
	  "item changed a Let r 1 -> \n", NULL },
	{ "offices in another order are no change", ITEMS A "With: agri\nWith: stats\n", ITEMS A "With: stats\nWith: agri\n", "", NULL },
	{ "kinds go down to what is below, and are told once",
	  ITEMS A "\nId: k\nKind: bonus\nCap: 2\n\nId: k.a\nRule: x\n", ITEMS A "\nId: k\nKind: deduction\nCap: 2\n\nId: k.a\nRule: x\n",
	  "item changed k Kind bonus -> deduction\n", NULL },
	{ "added and dropped, each where it stands", ITEMS A "\nId: gone\nPoints: 3\nRule: y\n\n" B, ITEMS A "\n" B "\nId: new\nPoints: 3\nLet: p = xz\nRule: p\nLead: agri\n",
	  "item dropped gone Points 3 -> \n"
	  "item added new Points  -> 3\n"
	  "item added new Let p  -> xz\n"
	  "item added new Rule  -> p\n"
	  "office changed agri items 0 -> 1\n"
	  "office changed agri points 0 -> 3\n"
	  "office gained agri Lead  -> new\n", NULL },
	{ "a bonus that goes", ITEMS A "\nId: k\nKind: bonus\nCap: 2\nRule: y\n", ITEMS A,
	  "scheme changed  categories 2 -> 1\n"
	  "scheme changed  items 2 -> 1\n"
	  "item dropped k Kind bonus -> \n", NULL },

	/* The same item under another Id */
	{ "moved: the same Name", ITEMS A "\nId: c\nPoints: 4\n\nId: c.b\nName: Two\nPoints: 4\nRule: deduct(y, 1)\n", ITEMS "Id: a\nName: One\nPoints: 6\n\nId: a.one\nPoints: 6\nRule: ratio(x, 3)\n\n" "Id: d\nName: Two\nPoints: 4\nRule: xz\n",
	  "item changed a Rule ratio(x, 3) -> \n"
	  "item dropped c Points 4 -> \n"
	  "item added a.one Points  -> 6\n"
	  "item added a.one Rule  -> ratio(x, 3)\n"
	  "item moved d Id c.b -> d\n"
	  "item changed d Rule deduct(y, 1) -> xz\n", NULL },
	{ "moved: the same rule, another name", ITEMS "Id: p\nName: P\nPoints: 6\nRule: ratio(x, 3)\n", ITEMS "Id: q\nName: Q\nPoints: 6\nRule: ratio( x,3 )\n",
	  "item moved q Id p -> q\n"
	  "item changed q Name P -> Q\n", NULL },
	{ "moved: the same measures, another rule", ITEMS "Id: p\nPoints: 6\nRule: x / y\n", ITEMS "Id: q\nPoints: 6\nRule: y - x\n",
	  "item moved q Id p -> q\n"
	  "item changed q Rule x / y -> y - x\n", NULL },
	{ "moved: it alone reads a measure, and one more", ITEMS "Id: p\nPoints: 6\nRule: ladder(growth(x), 5%, competition)\n", ITEMS "Id: q\nPoints: 6\nRule: both_rise(x, y)\n",
	  "item moved q Id p -> q\n"
	  "item changed q Rule ladder(growth(x), 5%, competition) -> both_rise(x, y)\n", NULL },
	{ "not the same: a measure is shared, and each has one of its own", ITEMS "Id: p\nPoints: 6\nRule: x / y\n", ITEMS "Id: q\nPoints: 6\nRule: xz / y\n",
	  "item dropped p Points 6 -> \n"
	  "item added q Points  -> 6\n"
	  "item added q Rule  -> xz / y\n", NULL },
	{ "not the same: two candidates", ITEMS "Id: p\nName: P\nPoints: 6\nRule: x\n", ITEMS "Id: q\nName: P\nPoints: 3\nRule: x\n\nId: r\nName: P\nPoints: 3\nRule: x\n",
	  "scheme changed  categories 1 -> 2\n"
	  "scheme changed  items 1 -> 2\n"
	  "item dropped p Points 6 -> \n"
	  "item added q Points  -> 3\n"
	  "item added q Rule  -> x\n"
	  "item added r Points  -> 3\n"
	  "item added r Rule  -> x\n", NULL },
	{ "not the same: a rule that reads nothing", ITEMS "Id: p\nPoints: 6\nRule: points\n", ITEMS "Id: q\nPoints: 6\nRule: points\n",
	  "item dropped p Points 6 -> \n"
	  "item added q Points  -> 6\n"
	  "item added q Rule  -> points\n", NULL },
	{ "a let or an argument is no measure", ITEMS "Id: p\nPoints: 6\nRule: f(1)\n" METHODS "Id: f\nArgs: x\nRule: x\n", ITEMS "Id: q\nPoints: 6\nLet: x = 2\nRule: x\n" METHODS "Id: f\nArgs: x\nRule: x\n",
	  "item dropped p Points 6 -> \n"
	  "item added q Points  -> 6\n"
	  "item added q Let x  -> 2\n"
	  "item added q Rule  -> x\n", NULL },
	{ "moved from a deduction to the marks", ITEMS A "\nId: k\nKind: deduction\nCap: 3\n\nId: k.late\nName: Late\nRule: y\n", ITEMS A "\nId: k\nKind: deduction\nCap: 3\n\nId: k.other\nRule: xz\n\nId: late\nName: Late\nPoints: 1\nRule: y\n",
	  "scheme changed  Points 6 -> 7\n"
	  "scheme changed  categories 2 -> 3\n"
	  "scheme changed  items 2 -> 3\n"
	  "item changed a share 100% -> 85.71%\n"
	  "item added k.other Rule  -> xz\n"
	  "item moved late Id k.late -> late\n"
	  "item changed late Kind deduction -> \n"
	  "item changed late Points  -> 1\n"
	  "item changed late share  -> 14.29%\n", NULL },

	/* Methods */
	{ "a method changed, and who uses it", ITEMS "Id: a\nPoints: 1\nRule: g(x)\n\nId: b\nPoints: 1\nRule: f(y)\n" METHODS "Id: f\nArgs: x, y = 1\nRule: x + y\n\nId: g\nArgs: x\nRule: f(x)\n",
	  ITEMS "Id: a\nPoints: 1\nRule: g(x)\n\nId: b\nPoints: 1\nRule: f(y)\n" METHODS "Id: f\nArgs: x,y=2\nRule: x+y\n\nId: g\nArgs: x\nRule: f(x)\n",
	  "method changed f Args x, y = 1 -> x,y=2\n"
	  "method changed f items a, b -> a, b\n", NULL },
	{ "methods added and dropped", ITEMS "Id: a\nPoints: 1\nRule: f(x)\n" METHODS "Id: f\nArgs: x\nRule: x\n", ITEMS "Id: a\nPoints: 1\nRule: g(x)\n" METHODS "Id: g\nArgs: x\nRule: x\n",
	  "item changed a Rule f(x) -> g(x)\n"
	  "method added g Args  -> x\n"
	  "method added g Rule  -> x\n"
	  "method added g items  -> a\n"
	  "method dropped f Args x -> \n"
	  "method dropped f Rule x -> \n"
	  "method dropped f items a -> \n", NULL },
	{ "a shipped method taken over", ITEMS "Id: a\nPoints: 1\nRule: threshold(x, 1)\n", ITEMS "Id: a\nPoints: 1\nRule: threshold(x, 1)\n" METHODS "Id: threshold\nArgs: x, target\nRule: if x > target then points else 0\n",
	  "method changed threshold Rule if x >= target then points else 0 -> if x > target then points else 0\n"
	  "method changed threshold items a -> a\n", NULL },

	/* Grades */
	{ "grades", ITEMS A GRADES "Id: p\nWhen: total > 3\nQuota: 30%\n\nId: q\nQuota: 20%\n\nId: r\n", ITEMS A GRADES "Id: q\nQuota: 25.0%\nTies: strict\n\nId: p\nWhen: total >3\nQuota: 30.0%\nRounding: up\n\nId: s\nWhen: total > 1\n\nId: t\n",
	  "grade moved  order p, q -> q, p\n"
	  "grade changed q Quota 20% -> 25%\n"
	  "grade changed q Ties inclusive -> strict\n"
	  "grade changed p Rounding down -> up\n"
	  "grade added s When  -> total > 1\n"
	  "grade added t   -> \n"
	  "grade dropped r   -> \n", NULL },

	/* Offices */
	{ "offices that lead, share, gain and lose", ITEMS A "Lead: agri\nWith: stats\n\n" B "Lead: agri\nWith: finance\n", ITEMS A "Lead: stats\nWith: agri\n\n" B "Lead: stats\n",
	  "item changed a Lead agri -> stats\n"
	  "item changed a With stats -> agri\n"
	  "item changed b Lead agri -> stats\n"
	  "item changed b With finance -> \n"
	  "office changed agri items 2 -> 0\n"
	  "office changed agri points 10 -> 0\n"
	  "office shares agri With a -> a\n"
	  "office lost agri Lead b -> \n"
	  "office changed stats items 0 -> 2\n"
	  "office changed stats points 0 -> 10\n"
	  "office gained stats Lead  -> b\n"
	  "office leads stats Lead a -> a\n"
	  "office lost finance With b -> \n", NULL },

	/* What decides one item's score */
	{ "one item: its fields, not its names or offices", ITEMS A, ITEMS "Id: a\nName: New\nPoints: 5\nRule: y\nLead: agri\nWing: w\n",
	  "item changed a Points 6 -> 5\n"
	  "item changed a Rule ratio(x, 3) -> y\n", "a" },
	{ "one item: what it inherits", "Digits: 2\nPool: class" ITEMS A, "Digits: 1\nRounding: down\nTies: dense\nEligible: reported > 1" ITEMS A,
	  "item changed a Digits 2 -> 1\n"
	  "item changed a Rounding half-up -> down\n"
	  "item changed a Pool class -> \n"
	  "scheme changed  Eligible  -> reported > 1\n", "a" },
	{ "one item: methods that it calls through others", ITEMS "Id: a\nPoints: 1\nRule: g(x)\n" METHODS "Id: f\nArgs: x\nRule: x\n\nId: g\nArgs: x\nRule: f(x)\n\nId: h\nRule: 1\n", ITEMS "Id: a\nPoints: 1\nRule: g(x)\n" METHODS "Id: f\nArgs: x\nRule: 2 * x\n\nId: g\nArgs: x\nRule: f(x)\n\nId: h\nRule: 2\n",
	  "method changed f Rule x -> 2 * x\n", "a" },
	{ "one item: points beside it, where absent items leave theirs", ITEMS A "NotApplicable: rescale\n\n" B "\nId: c\nPoints: 1\nRule: 1\n", ITEMS A "NotApplicable: rescale\n\nId: b\nPoints: 3\nRule: deduct(y, 1)\n\nId: d\nPoints: 1\nRule: 1\n",
	  "item changed b Points 4 -> 3\n"
	  "item added d Points  -> 1\n"
	  "item dropped c Points 1 -> \n", "a" },
	{ "one item: points beside it do not matter else", ITEMS A "\n" B, ITEMS A "\nId: b\nPoints: 3\nRule: y\n", "", "a" },
	{ "one item: the total's points", ITEMS A, ITEMS "Id: a\nPoints: 5\nRule: y\n", "item changed total Points 6 -> 5\n", "total" },

	/* Unsound schemes */
	{ "rules that are none are compared as text", ITEMS "Id: a\nPoints: 1\nRule: 1 +\n", ITEMS "Id: a\nPoints: 1\nRule: 2  +\n", "item changed a Rule 1 + -> 2 +\n", NULL },
	{ "an item without a parent, a method that calls itself", ITEMS "Id: a.b\nPoints: 1\nRule: f(x)\n" METHODS "Id: f\nArgs: x\nRule: f(x)\n", ITEMS "Id: a.b\nPoints: 1\nRule: f(y)\n" METHODS "Id: f\nArgs: x\nRule: f(x)\n",
	  "item changed a.b Rule f(x) -> f(y)\n", NULL },
	{ "two methods and items of one Id", ITEMS A "\n" A METHODS "Id: f\nRule: 1\n\nId: f\nRule: 2\n", ITEMS A METHODS "Id: f\nRule: 1\n", "", NULL },
};
/* clang-format on */

static int
set_up(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write(&shared, "book.rec", "%rec: Book\n\nName: test\n");
	test_book_write(&shared, "units.rec",
	    "%rec: Unit\n\nId: Asby\nGroup: class/I\n");
	test_book_write(&shared, "offices.rec",
	    "%rec: Office\n\nId: agri\nName: Farms\n\nId: stats\n\n"
	    "Id: finance\n");
	test_book_write(&shared, "measures.rec",
	    "%rec: Measure\n\nId: x\n\nId: y\n\nId: xz\n");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

/* The scheme file of a month, read but not bound. */
static struct scheme *
load(const char *month)
{
	const struct scheme_file *file =
	    book_scheme(shared.book, test_period(month));
	struct scheme *scheme = scheme_load(shared.book, file, shared.diag);

	assert_non_null(scheme);
	return scheme;
}

/* The rows as lines, their places left out, which are checked below. */
static char *
told(const struct scheme_diff *scheme_diff)
{
	struct buffer out = { 0 };
	char *tsv = NULL, *text;
	size_t size = 0;
	FILE *file = open_memstream(&tsv, &size);
	struct table *table;
	struct str rest, line;

	assert_non_null(file);
	table = table_new(file, TABLE_TSV, scheme_diff_columns,
	    SCHEME_DIFF_COLUMNS);
	scheme_diff_print(scheme_diff, table);
	table_end(table);
	assert_int_equal(fclose(file), 0);
	rest = (struct str){ tsv, size };
	str_next_line(&rest, &line); /* the header */
	while (str_next_line(&rest, &line)) {
		struct str cells[SCHEME_DIFF_COLUMNS] = { { 0 } };

		for (size_t i = 0; i < SCHEME_DIFF_COLUMNS; i++)
			str_cut(&line, '\t', &cells[i]);
		buffer_format(&out,
		    STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT
			    " -> " STR_FMT "\n",
		    STR_ARG(cells[0]), STR_ARG(cells[1]), STR_ARG(cells[2]),
		    STR_ARG(cells[4]), STR_ARG(cells[5]), STR_ARG(cells[6]));
	}
	text = strndup(out.size > 0 ? out.data : "", out.size);
	assert_non_null(text);
	buffer_free(&out);
	free(tsv);
	return text;
}

static void
write_schemes(const char *from, const char *to)
{
	const char *const old[] = { "%rec: Scheme\n\nX_: 1\n", from, NULL };
	const char *const new[] = { "%rec: Scheme\n\nX_: 1\n", to, NULL };

	test_book_write_all(&shared, "schemes/2022-01.rec", old);
	test_book_write_all(&shared, "schemes/2022-10.rec", new);
	test_book_open(&shared);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct scheme_diff scheme_diff = { 0 };
	struct scheme *from, *to;
	char *text;

	write_schemes(row->from, row->to);
	from = load("2022-01");
	to = load("2022-10");
	if (row->item != NULL)
		scheme_diff_item(&scheme_diff, from,
		    scheme_item(from, str_from(row->item)), to,
		    scheme_item(to, str_from(row->item)));
	else
		scheme_diff_schemes(&scheme_diff, from, to);
	text = told(&scheme_diff);
	assert_string_equal(text, row->want);
	free(text);
	scheme_diff_free(&scheme_diff);
	scheme_free(from);
	scheme_free(to);
	test_book_close(&shared);
}

static void
assert_place(const struct scheme_diff_saying *saying, const char *path,
    unsigned line)
{
	if (path == NULL) {
		assert_null(saying->path);
		return;
	}
	assert_string_equal(saying->path, path);
	assert_int_equal(saying->line, line);
}

/* Where the two sides stand; what is nowhere has no place. */
static void
check_places(void **state)
{
	static const char old[] = "schemes/2022-01.rec";
	static const char new[] = "schemes/2022-10.rec";
	struct scheme_diff scheme_diff = { 0 };
	struct scheme *from, *to;

	(void)state;
	write_schemes("Digits: 2" ITEMS "Id: a\nPoints: 6\nRule: x\n",
	    ITEMS "Id: a\nPoints: 5\nRule:\n+ y\nVeto: x > 1\n");
	from = load("2022-01");
	to = load("2022-10");
	scheme_diff_schemes(&scheme_diff, from, to);
	assert_int_equal(scheme_diff.count, 5);
	/* The scheme's Points are the sum of its items'. */
	assert_place(&scheme_diff.rows[0].from, NULL, 0);
	assert_place(&scheme_diff.rows[1].from, old, 4);
	assert_place(&scheme_diff.rows[1].to, NULL, 0);
	assert_place(&scheme_diff.rows[2].from, old, 9);
	assert_place(&scheme_diff.rows[2].to, new, 9);
	assert_place(&scheme_diff.rows[3].to, new, 11);
	assert_place(&scheme_diff.rows[4].from, NULL, 0);
	assert_place(&scheme_diff.rows[4].to, new, 12);
	scheme_diff_free(&scheme_diff);
	scheme_free(from);
	scheme_free(to);
	test_book_close(&shared);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	tests[LENGTH(rows)] =
	    (struct CMUnitTest){ .name = "places", .test_func = check_places };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
