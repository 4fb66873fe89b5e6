/*
 * test_dependency: which values a score rests on, and whether comparisons
 * depend on comparisons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "score/dependency.h"
#include "support.h"

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\n"
#define ROWS HEADER "x\tA\t1\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n\nId: z\n\nId: flow\nKind: flow\n\nId: sum\nKind: cumulative\n" },
	{ "schemes/2022.rec", "%rec: Scheme\n\nName: Year\nPoints: 1\n\n%rec: Item\n\nId: it\nPoints: 1\nRule: each.mean(total) + y\n" },
	{ "data/2021-03/o.tsv", ROWS },
	{ "data/2022-01/o.tsv", ROWS },
	{ "data/2022-02/o.tsv", ROWS },
	{ "data/2022-03/o.tsv", ROWS },
	{ NULL, NULL },
};

/*
 * Items, of which `it` is asked, or the scheme where `it` is not there; what
 * it reads in 2022-03: `*` also of other units, `~` carried, the period where
 * it is another.
 */
static struct row {
	const char *name, *items, *want;
} rows[] = {
	{ "a measure", "Id: it\nPoints: 9\nRule: x\n", "x" },
	{ "a measure once, in the order of reading", "Id: it\nPoints: 9\nRule: y + x + y\n", "y x" },
	{ "a number", "Id: it\nPoints: 9\nRule: 5\n", "" },
	{ "earlier periods", "Id: it\nPoints: 9\nRule: growth(x) + prev(y) + prev(y, 2)\n", "x x@2021-03 y@2022-02 y@2022-01" },
	{ "the months of a flow", "Id: it\nPoints: 9\nRule: ytd(flow) + month(flow)\n", "flow flow@2022-02 flow@2022-01" },
	{ "two of what adds up", "Id: it\nPoints: 9\nRule: month(sum) + ytd(sum)\n", "sum sum@2022-02" },
	{ "other units", "Id: it\nPoints: 9\nRule: pool.max(x) + peers.mean(y) + of(B, z)\n", "x* y* z*" },
	{ "its own and those of others", "Id: it\nPoints: 9\nRule: x / pool.max(x)\n", "x*" },
	{ "its arguments alone", "Id: it\nPoints: 9\nRule: present.mean(x, y)\n", "x y" },
	{ "bounds, a veto and policies", "Id: it\nPoints: 9\nCap: y\nVeto: z > 0\nMissing: prev(x)\nRule: x\n", "x z y x@2022-02" },
	{ "the mean of the pool", "Id: it\nPoints: 9\nMissing: mean\nRule: x\n", "x*" },
	{ "what is carried", "Id: it\nPoints: 9\nMissing: carry\nRule: x + prev(y)\n", "x~ y@2022-02" },
	{ "children", "Id: it\nPoints: 9\n\nId: it.a\nPoints: 4\nRule: x\n\nId: it.b\nPoints: 5\nRule: y\n", "x y" },
	{ "a rule that does not ask them", "Id: it\nPoints: 9\nRule: z\n\nId: it.a\nPoints: 4\nRule: x\n", "z" },
	{ "a rule that does", "Id: it\nPoints: 9\nRule: z + children.max(score)\n\nId: it.a\nPoints: 4\nRule: x\n", "z x" },
	{ "an item that it names", "Id: it\nPoints: 4\nRule: b + 1\n\nId: b\nPoints: 5\nRule: pool.rank(x)\n", "x*" },
	{ "an item in an earlier period", "Id: it\nPoints: 4\nRule: prev(b)\n\nId: b\nPoints: 5\nRule: x\n", "x@2022-02" },
	{ "all before, where it names itself", "Id: it\nPoints: 9\nRule: x + default(prev(it), 0)\n", "x x@2022-02 x@2022-01" },
	{ "siblings that give it points", "Id: it\nPoints: 4\nRule: x\n\nId: b\nPoints: 5\nMissing: rescale\nRule: y\n", "x y" },
	{ "nothing of other siblings", "Id: it\nPoints: 4\nRule: x\n\nId: b\nPoints: 5\nMissing: zero\nRule: y\n", "x" },
	{ "in a year, each month that has data", NULL, "x@2022-01 x@2022-02 x y@2022" },
};
/* clang-format on */

/* Schemes of months, and whether what they compare depends on comparisons. */
static struct mutual_row {
	const char *name, *scheme, *items;
	bool want;
} mutual_rows[] = {
	{ "nothing compared", "", "Id: it\nPoints: 9\nRule: x\n", false },
	{ "values compared", "", "Id: it\nPoints: 9\nRule: x / pool.max(x)\n",
	    false },
	{ "several, side by side", "",
	    "Id: it\nPoints: 9\nRule: pool.rank(x) + pool.rank(y)\n", false },
	{ "a comparison of comparisons", "",
	    "Id: it\nPoints: 9\nRule: pool.rank(x / pool.max(x))\n", true },
	{ "of an item that compares", "",
	    "Id: it\nPoints: 4\nRule: pool.rank(b)\n\n"
	    "Id: b\nPoints: 5\nRule: pool.rank(x)\n",
	    true },
	{ "of one that does not", "",
	    "Id: it\nPoints: 4\nRule: pool.rank(b)\n\n"
	    "Id: b\nPoints: 5\nRule: x\n",
	    false },
	{ "of children that compare", "",
	    "Id: it\nPoints: 9\nRule: pool.rank(children.max(score))\n\n"
	    "Id: it.a\nPoints: 5\nRule: pool.rank(x)\n",
	    true },
	{ "of an earlier comparison", "",
	    "Id: it\nPoints: 4\nRule: pool.rank(default(prev(b), 0))\n\n"
	    "Id: b\nPoints: 5\nRule: pool.rank(x)\n",
	    true },
	{ "the mean of what compares", "",
	    "Id: it\nPoints: 9\nMissing: mean\nRule: pool.rank(x)\n", true },
	{ "the mean of what does not", "",
	    "Id: it\nPoints: 9\nMissing: mean\nRule: x\n", false },
	{ "siblings that share points", "",
	    "Id: it\nPoints: 4\nRule: pool.rank(g.b)\n\n"
	    "Id: g\nPoints: 5\n\nId: g.b\nPoints: 2\nRule: x\n\n"
	    "Id: g.c\nPoints: 3\nMissing: rescale\nRule: pool.rank(y)\n",
	    true },
	{ "who is in the pool depends on it", "Eligible: x >= pool.mean(x)\n",
	    "Id: it\nPoints: 9\nRule: x\n", true },
};

static struct scheme *
open_scheme(const char *scheme, const char *items, struct period period)
{
	/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
	const char *const texts[] = { "%rec: Scheme\n\nName: One\n"
				      "Points: 9\n",
		scheme, "\n%rec: Item\n\n", items, NULL };
	struct scheme *found;

	test_book_write_all(&shared, "schemes/2022-01.rec", texts);
	test_book_open(&shared);
	found = schemes_for(engine_schemes(shared.engine), period);
	assert_non_null(found);
	assert_true(found->is_sound);
	return found;
}

static void
print_reads(struct buffer *text, const struct dependencies *reads,
    struct period period)
{
	for (size_t i = 0; i < reads->count; i++) {
		const struct dependency *read = &reads->list[i];
		char name[PERIOD_TEXT_SIZE];

		if (i > 0)
			buffer_add_byte(text, ' ');
		buffer_add(text, shared.book->measures[read->measure].id);
		if (!period_equal(read->instant.here, period))
			buffer_format(text, "@%s",
			    period_text(read->instant.here, name));
		if (read->pool)
			buffer_add_byte(text, '*');
		if (read->carried)
			buffer_add_byte(text, '~');
	}
	buffer_add_byte(text, '\0');
}

static void
check_reads(void **state)
{
	const struct row *row = *state;
	struct period period = test_period("2022-03");
	struct period year = test_period("2022");
	struct scheme *scheme = open_scheme("",
	    row->items != NULL ? row->items : rows[0].items, period);
	struct book_facts own = { shared.book, engine_data(shared.engine),
		engine_schemes(shared.engine) };
	struct facts facts = facts_of_book(&own);
	struct dependencies reads = { 0 };
	struct arena arena = { 0 };
	struct buffer text = { 0 };

	if (row->items == NULL)
		scheme = schemes_for(own.schemes, period = year);
	dependency_of_item(&arena, shared.book, &facts, scheme,
	    scheme_item(scheme, STR("it")), instant_of(period), &reads);
	print_reads(&text, &reads, test_period("2022-03"));
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
	arena_free(&arena);
}

/* A scheme reads what its items do, and what Eligible counts. */
static void
a_scheme_reads_all(void **state)
{
	struct period period = test_period("2022-03");
	struct scheme *scheme =
	    open_scheme("Eligible: reported > 0 and z > 1\n",
		"Id: it\nPoints: 4\nRule: x\n\n"
		"Id: b\nPoints: 5\nRule: pool.rank(y)\n",
		period);
	struct book_facts own = { shared.book, engine_data(shared.engine),
		engine_schemes(shared.engine) };
	struct facts facts = facts_of_book(&own);
	struct dependencies reads = { 0 };
	struct arena arena = { 0 };
	struct buffer text = { 0 };

	(void)state;
	dependency_of_scheme(&arena, shared.book, &facts, scheme,
	    instant_of(period), &reads);
	print_reads(&text, &reads, period);
	assert_string_equal(text.data, "x y* z");
	buffer_free(&text);
	arena_free(&arena);
}

static void
check_mutual(void **state)
{
	const struct mutual_row *row = *state;
	struct scheme *scheme =
	    open_scheme(row->scheme, row->items, test_period("2022-03"));

	assert_int_equal(dependency_is_mutual(engine_schemes(shared.engine),
			     shared.book, scheme),
	    row->want);
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

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(mutual_rows) + 1];
	size_t count = 0;

	ADD(rows, check_reads);
	ADD(mutual_rows, check_mutual);
	tests[count] = (struct CMUnitTest)cmocka_unit_test(a_scheme_reads_all);
	return cmocka_run_group_tests(tests, create, destroy);
}
