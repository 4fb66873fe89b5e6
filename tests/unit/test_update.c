/*
 * test_update: going along a history of figures gives what scoring afresh does:
 * every score, state, point and grade, over random edits of several months and
 * under schemes whose rules rest on figures in every way there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "sampling.h"
#include "score/update.h"
#include "support.h"

enum { UNITS = 20, MEASURES = 3, MONTHS = 3, STEPS = 60 };

static struct test_book walking, afresh;

/* Of the month, and of the year around it. */
static struct row {
	const char *name, *months, *year;
	/* Whether scores are brought up to date, or all are forgotten. */
	bool is_restarted;
} rows[] = {
	/* clang-format off */
	{ "items of their own values", "Points: 30\n\n%rec: Item\n\nId: a\nPoints: 10\nRule: x\n\nId: b\nPoints: 20\n\n"
	    "Id: b.c\nPoints: 12\nMissing: zero\nRule: steps(y, 0, 1, 5, 2)\n\nId: b.d\nPoints: 8\nCap: y\nRule: z\n", NULL, false },
	{ "pools and ranks", "Points: 30\nPool: class\n\n%rec: Item\n\nId: a\nPoints: 10\nMissing: zero\nRule: minmax(x, 0)\n\n"
	    "Id: b\nPoints: 20\nMissing: zero\nRule: 20 - pool.rank(y)\n", NULL, false },
	{ "an item that reads others", "Points: 35\n\n%rec: Item\n\nId: a\nPoints: 10\nMissing: zero\nRule: x\n\nId: c\nPoints: 5\nRule: rate(a) + default(y, a)\nMissing: zero\n\n"
	    "Id: b\nPoints: 20\nRule: a + children.max(score)\n\nId: b.c\nPoints: 5\nMissing: full\nRule: y\n", NULL, false },
	{ "siblings that share points", "Points: 30\n\n%rec: Item\n\nId: a\nPoints: 10\nMissing: rescale\nNotApplicable: rescale equally\nRule: x\n\n"
	    "Id: b\nPoints: 12\nMissing: rescale\nRule: y\n\nId: c\nPoints: 8\nRule: points\n", NULL, false },
	{ "means of a pool", "Points: 35\nPool: class\n\n%rec: Item\n\nId: a\nPoints: 10\nMissing: mean\nRule: x\n\nId: c\nPoints: 5\nMissing: mean\n\nId: c.d\nPoints: 5\nRule: z\n\n"
	    "Id: b\nPoints: 20\nMissing: zero\nNotApplicable: mean\nRule: y\n", NULL, false },
	{ "earlier months, and what is carried", "Points: 30\n\n%rec: Item\n\nId: a\nPoints: 10\nMissing: carry\nRule: x\n\n"
	    "Id: b\nPoints: 20\nMissing: zero\nFloor: none\nRule: y - prev(y)\n", NULL, false },
	{ "grades", "Points: 20\n\n%rec: Item\n\nId: a\nPoints: 20\nMissing: zero\nRule: x\n\n%rec: Grade\n\nId: one\nWhen: y > 3\nQuota: 30%\n\nId: two\nQuota: 50%\n", NULL, false },
	{ "who is eligible", "Points: 20\nEligible: reported > 1\n\n%rec: Item\n\nId: a\nPoints: 20\nRule: pool.mean(x) + y\nMissing: zero\n", NULL, false },
	{ "bonuses and deductions", "Points: 20\n\n%rec: Item\n\nId: a\nPoints: 20\nRule: x\nMissing: zero\nVeto: y > 7\n\n"
	    "Id: more\nKind: bonus\nCap: 3\nMissing: zero\nRule: max(0, y)\n\nId: less\nKind: deduction\nMissing: 1\nRule: abs(z)\n", NULL, false },
	{ "a year over its months", "Points: 20\n\n%rec: Item\n\nId: a\nPoints: 20\nRule: x\nMissing: zero\n",
	    "Points: 20\n\n%rec: Item\n\nId: all\nPoints: 20\nRule: each.mean(total) + each.max(y) / 100\nMissing: zero\n", false },
	{ "earlier scores", "Points: 20\n\n%rec: Item\n\nId: a\nPoints: 20\nRule: x + default(prev(a), 0) / 2\nMissing: zero\n", NULL, true },
	/* clang-format on */
};

static struct buffer cells[MONTHS][MEASURES][UNITS];

static const char *
month_name(size_t month)
{
	static const char *const names[MONTHS] = { "2022-01", "2022-02",
		"2022-03" };

	return names[month];
}

static void
write_book(const struct row *row)
{
	static const char head[] = "%rec: Scheme\n\nName: One\nDigits: 3\n";
	const char *const months[] = { head, row->months, NULL };
	const char *const year[] = { head, row->year, NULL };
	struct buffer units = { 0 };

	buffer_add(&units, STR("%rec: Unit\n"));
	for (int i = 0; i < UNITS; i++)
		buffer_format(&units, "\nId: u%d\nGroup: class/%d\n", i, i % 3);
	buffer_add_byte(&units, '\0');
	test_book_write(&walking, "units.rec", units.data);
	buffer_free(&units);
	test_book_write(&walking, "book.rec",
	    "%rec: Book\n\nName: Walk\nPeriod: month\n");
	test_book_write(&walking, "measures.rec",
	    "%rec: Measure\n\nId: x\n\nId: y\n\nId: z\n");
	test_book_write_all(&walking, "schemes/2022-01.rec", months);
	if (row->year != NULL)
		test_book_write_all(&walking, "schemes/2022.rec", year);
}

static void
draw_cell(struct sampler *sampler, struct buffer *cell)
{
	static const char *const others[] = { "", "n/a", "-4",
		"12345678901234567890.5" };

	buffer_clear(cell);
	if (sample_below(sampler, 5) == 0)
		buffer_add(cell,
		    str_from(others[sample_below(sampler, LENGTH(others))]));
	else
		buffer_format(cell, "%zu.%zu", sample_below(sampler, 9),
		    sample_below(sampler, 9));
}

/* The text of a month's file, of which a cell without text has no row. */
static void
add_month(struct buffer *text, size_t month)
{
	buffer_clear(text);
	buffer_add(text, STR("measure\tunit\tvalue\n"));
	for (size_t i = 0; i < MEASURES; i++)
		for (size_t j = 0; j < UNITS; j++)
			if (cells[month][i][j].data != NULL)
				buffer_format(text, "%c\tu%zu\t" STR_FMT "\n",
				    "xyz"[i], j,
				    STR_ARG(buffer_str(&cells[month][i][j])));
	buffer_add_byte(text, '\0');
	text->size--;
}

static void
write_month(size_t month)
{
	struct buffer text = { 0 };
	char path[64];

	add_month(&text, month);
	snprintf(path, sizeof(path), "data/%s/o.tsv", month_name(month));
	test_book_write(&walking, path, text.data);
	buffer_free(&text);
}

/* Change a few cells of a month, and tell the data. */
static void
edit_month(struct sampler *sampler, size_t month, struct update_change *change,
    struct arena *arena)
{
	struct period period = test_period(month_name(month));
	struct buffer text = { 0 };
	size_t edits = 1 + sample_below(sampler, 4);

	while (edits-- > 0)
		draw_cell(sampler,
		    &cells[month][sample_below(sampler, MEASURES)]
			  [sample_below(sampler, UNITS)]);
	*change = (struct update_change){ period,
		{ arena_array(arena, MEASURES, 1),
		    arena_array(arena, (size_t)MEASURES * UNITS, 1) } };
	add_month(&text, month);
	assert_true(data_patch(engine_data(walking.engine),
	    book_folder(walking.book, period), STR("o.tsv"), buffer_str(&text),
	    &change->marks));
	buffer_free(&text);
	write_month(month);
}

static void
expect_number(struct num a, struct num b)
{
	assert_int_equal(num_is_number(a), num_is_number(b));
	if (num_is_number(a))
		assert_int_equal(num_compare(a, b), 0);
	else
		assert_int_equal(a.d, b.d);
}

static void
expect_item(const struct item_scores *a, const struct item_scores *b)
{
	for (size_t i = 0; i < UNITS; i++) {
		expect_number(a->scores[i], b->scores[i]);
		expect_number(column_cell(a->points, i),
		    column_cell(b->points, i));
		assert_int_equal(a->states[i], b->states[i]);
	}
}

static void
expect_same(struct period period)
{
	const struct result *a = engine_score(walking.engine, period);
	const struct result *b = engine_score(afresh.engine, period);

	assert_non_null(a);
	assert_non_null(b);
	assert_memory_equal(a->standings, b->standings, UNITS);
	for (size_t i = 0; i < a->scheme->item_count; i++)
		expect_item(&a->items[i], &b->items[i]);
	assert_int_equal(a->grades != NULL, b->grades != NULL);
	for (size_t i = 0; a->grades != NULL && b->grades != NULL && i < UNITS;
	     i++)
		assert_int_equal(a->grades[i], b->grades[i]);
}

static void
expect_all_same(const struct row *row)
{
	memcpy(afresh.folder, walking.folder, sizeof(afresh.folder));
	test_book_open(&afresh);
	for (size_t i = 0; i < MONTHS; i++)
		expect_same(test_period(month_name(i)));
	if (row->year != NULL)
		expect_same(test_period("2022"));
	assert_false(diag_has_errors(afresh.diag));
	assert_false(diag_has_errors(walking.diag));
	test_book_close(&afresh);
}

static void
start_walk(const struct row *row, struct sampler *sampler)
{
	test_book_create(&walking);
	write_book(row);
	for (size_t i = 0; i < MONTHS; i++) {
		for (size_t j = 0; j < MEASURES; j++)
			for (size_t k = 0; k < UNITS; k++)
				draw_cell(sampler, &cells[i][j][k]);
		write_month(i);
	}
	test_book_open(&walking);
	data_keep(engine_data(walking.engine));
	expect_all_same(row);
}

/*
 * Scores that are brought up to date stay where they are; one that must be
 * asked for again is another.
 */
static void
check_walk(void **state)
{
	const struct row *row = *state;
	struct sampler sampler = { 20221003 };
	size_t kept = 0;

	start_walk(row, &sampler);
	for (size_t i = 0; i < STEPS; i++) {
		struct period period = test_period(month_name(0));
		const struct num *before =
		    engine_score(walking.engine, period)->items[0].scores;
		struct update_change changes[MONTHS];
		struct arena arena = { 0 };
		size_t count = 0;

		for (size_t month = 0; month < MONTHS; month++)
			if (sample_below(&sampler, 2) == 0)
				edit_month(&sampler, month, &changes[count++],
				    &arena);
		update_scores(walking.engine, changes, count);
		kept += engine_score(walking.engine, period)->items[0].scores ==
			before;
		expect_all_same(row);
		arena_free(&arena);
	}
	if (row->is_restarted)
		assert_true(kept < STEPS);
	else
		assert_true(kept > STEPS / 10);
	for (size_t month = 0; month < MONTHS; month++)
		for (size_t measure = 0; measure < MEASURES; measure++)
			for (size_t unit = 0; unit < UNITS; unit++)
				buffer_free(&cells[month][measure][unit]);
	test_book_remove(&walking);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].name, check_walk, NULL,
			NULL, &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
