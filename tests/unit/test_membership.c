/*
 * test_membership: where units stand, whom Eligible admits, and in which pools
 * they are compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "score/membership.h"
#include "support.h"

static struct test_book shared;

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\n"
	    "Id: A\nGroup: class/I\nGroup: region/east 2022-01..2022-02\n\n"
	    "Id: B\nGroup: class/II\nGroup: region/east\n\n"
	    "Id: C\nGroup: class/I\nFrom: 2022-03\n\n"
	    "Id: D\nGroup: class/II\nTo: 2022-02\n\n"
	    "Id: E\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n\nId: z\n" },
	{ NULL, NULL },
};

/*
 * An Eligible rule, the values of two months (those of February end in `!`),
 * and the groups of a dimension in a month; who is no member is not there,
 * and who is not eligible stands behind a `|`.
 */
static struct row {
	const char *name, *eligible, *values, *month, *dimension, *want;
} rows[] = {
	{ "all members in one pool", NULL, "x A 1", "2022-02", "", "A B D E" },
	{ "one has come, one has left", NULL, "x A 1", "2022-03", "", "A B C E" },
	{ "by class, those without one together", NULL, "x A 1", "2022-02", "class", "A; B D; E" },
	{ "by a group that ends", NULL, "x A 1", "2022-03", "region", "A C E; B" },
	{ "by a dimension that nobody has", NULL, "x A 1", "2022-02", "size", "A B D E" },
	{ "a condition over a measure", "x > 1", "x A 1; x B 2; x C 3; x E n/a", "2022-03", "", "B C| A E" },
	{ "the absent are not admitted", "x > 1 or x <= 1", "x A 1; x B 2", "2022-03", "", "A B| C E" },
	{ "how many are reported", "reported >= 2", "x A 1; y A 2; x B 1; x C 1; y C 2; z C 3", "2022-03", "", "A C| B E" },
	{ "of those that apply", "reported = measures", "x A 1; y A 2; z A n/a; x B 1; y B 2; x C 1; y C 2; z C 3", "2022-03", "", "A C| B E" },
	{ "n/a for all is nothing to report", "measures > 0", "x A n/a; y A n/a; z A n/a", "2022-03", "", "B C E| A" },
	{ "a comparison with all members", "x >= pool.max(x)", "x A 1; x B 2; x C 2; x E 0", "2022-03", "", "B C| A E" },
	{ "a month before", "prev(x) > 1", "x A 2!; x B 1!; x C 9", "2022-03", "", "A| B C E" },
	{ "groups of those who are left", "x > 1", "x A 2; x B 2; x C 1; x E 2", "2022-03", "class", "A; B; E| C" },
};
/* clang-format on */

static void
write_month(const char *path, const char *values, bool is_before)
{
	struct str rest = str_from(values), value;
	struct buffer text = { 0 };
	bool more = rest.size > 0;

	while (more) {
		more = str_cut(&rest, ';', &value);
		if (str_ends(value, STR("!")) != is_before)
			continue;
		value.size -= is_before;
		if (text.size > 0)
			buffer_add_byte(&text, ';');
		buffer_add(&text, value);
	}
	buffer_add_byte(&text, '\0');
	test_book_write_values(&shared, path, text.data);
	buffer_free(&text);
}

static void
open_row(const struct row *row)
{
	const char *const scheme[] = { "%rec: Scheme\n\nName: One\nPoints: 3\n",
		row->eligible != NULL ? "Eligible: " : "",
		row->eligible != NULL ? row->eligible : "",
		/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma) */
		"\n\n%rec: Item\n\nId: a\nPoints: 1\nRule: x\n\n"
		"Id: b\nPoints: 1\nRule: y\n\nId: c\nPoints: 1\nRule: z + x\n",
		NULL };

	test_book_write_all(&shared, "schemes/2022-01.rec", scheme);
	write_month("2022-02/o", row->values, true);
	write_month("2022-03/o", row->values, false);
	test_book_open(&shared);
}

static void
add_units(struct buffer *text, const struct pool *pool,
    const uint8_t *standings)
{
	const struct book *book = shared.book;

	for (size_t i = 0; i < pool->group_count; i++)
		for (size_t j = pool->starts[i]; j < pool->starts[i + 1]; j++) {
			uint32_t unit = pool->units[j];

			assert_int_equal(pool->groups[unit], i);
			assert_int_equal(standings[unit], STANDING_IN);
			if (text->size > 0)
				buffer_add(text, j == pool->starts[i]
						     ? STR("; ")
						     : STR(" "));
			buffer_add(text, book->units[unit].id);
		}
	for (size_t i = 0, many = 0; i < book->unit_count; i++)
		if (standings[i] == STANDING_INELIGIBLE) {
			buffer_add(text, many++ == 0 ? STR("| ") : STR(" "));
			buffer_add(text, book->units[i].id);
		}
	buffer_add_byte(text, '\0');
}

static const struct pool *
pool_of(void *context, struct instant instant, struct str dimension)
{
	return membership_pool(context, instant, dimension);
}

/* A membership, and all that it asks. */
struct asking {
	struct book_facts book_facts;
	struct facts facts;
	struct eval_host host;
	struct membership membership;
};

static void
start_asking(struct asking *asking)
{
	*asking = (struct asking){ .book_facts = { shared.book,
				       engine_data(shared.engine),
				       engine_schemes(shared.engine) } };
	asking->facts = facts_of_book(&asking->book_facts);
	asking->host = (struct eval_host){ .book = shared.book,
		.facts = &asking->facts,
		.context = &asking->membership,
		.pool = pool_of };
	asking->membership.host = &asking->host;
	asking->membership.diag = shared.diag;
}

static void
check_pool(void **state)
{
	const struct row *row = *state;
	struct instant instant = instant_of(test_period(row->month));
	struct str dimension = str_from(row->dimension);
	struct buffer text = { 0 };
	const struct pool *pool;
	struct asking asking;

	open_row(row);
	start_asking(&asking);
	pool = membership_pool(&asking.membership, instant, dimension);
	add_units(&text, pool,
	    membership_standings(&asking.membership, instant));
	assert_string_equal(text.data, row->want);
	assert_false(diag_has_errors(shared.diag));
	/* Asked again, it is the same one. */
	assert_ptr_equal(membership_pool(&asking.membership, instant,
			     dimension),
	    pool);
	membership_clear(&asking.membership);
	buffer_free(&text);
}

/* The same after other values: whether the same units are admitted. */
static struct hold_row {
	const char *name, *eligible, *values, *other;
	bool want;
} hold_rows[] = {
	{ "no condition", NULL, "x A 1", "x A 9", true },
	{ "values that admit the same", "x > 1", "x A 2; x B 1", "x A 3; x B 0",
	    true },
	{ "a value that admits one more", "x > 1", "x A 2; x B 1",
	    "x A 2; x B 3", false },
	{ "one that admits one less", "x > 1", "x A 2; x B 2", "x A 2; x B 0",
	    false },
	{ "one more for one less", "x > 1", "x A 2; x B 1", "x A 1; x B 2",
	    false },
	{ "a comparison cannot be told", "x >= pool.max(x)", "x A 2; x B 1",
	    "x A 3; x B 1", false },
};

static void
check_hold(void **state)
{
	const struct hold_row *row = *state;
	const struct row first = { .eligible = row->eligible,
		.values = row->values };
	struct instant instant = instant_of(test_period("2022-03"));
	struct asking asking;

	open_row(&first);
	start_asking(&asking);
	membership_standings(&asking.membership, instant);
	write_month("2022-03/o", row->other, false);
	data_forget(engine_data(shared.engine),
	    book_folder(shared.book, instant.here));
	assert_int_equal(membership_holds(&asking.membership), row->want);
	membership_clear(&asking.membership);
	/* Of what was forgotten nothing can be otherwise. */
	assert_true(membership_holds(&asking.membership));
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
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(hold_rows)];
	size_t count = 0;

	ADD(rows, check_pool);
	ADD(hold_rows, check_hold);
	return cmocka_run_group_tests(tests, create, destroy);
}
