/*
 * test_gap_table: the tables about a unit and a rank: item by item, what
 * closes the gap, bonus points, ranks still possible, and how firm they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"
#include "view/gap_table.h"
#include "view/rank_bounds_table.h"
#include "view/sensitivity_table.h"
#include "view/solve_table.h"

/* What is shown of B, which aims at a rank; the bytes. */
struct row {
	const char *name;
	void (*show)(const struct row *row, const struct gap_view *view);
	uint32_t rank;
	enum table_format format;
	const char *unit; /* the first letter of units that are shown */
	const char *want;
};

static struct test_book shared;

static const struct test_file files[] = { TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n\nId: C\n" },
	{ "offices.rec",
	    "%rec: Office\n\nId: farms\nName: Farm Office\n\nId: stats\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: grain\nSource: farms\nMin: 0\nMax: 60\n"
	    "Digits: 0\n\nId: roads\nSource: farms\nMin: 0\nMax: 30\n"
	    "Digits: 0\n\nId: prizes\nSource: farms\nMin: 0\nDigits: 0\n" },
	{ "schemes/2022-01.rec",
	    "%rec: Scheme\n\nName: One\nPoints: 100\nDigits: 1\n\n"
	    "%rec: Item\n\nId: crops\nName: Crops\nPoints: 60\nLead: farms\n"
	    "Rule: grain\n\n"
	    "Id: ways\nPoints: 40\nRule: roads\n\n"
	    "Id: extra\nKind: bonus\nCap: 5\nLead: farms\nWith: stats\n"
	    "Rule: prizes\n" },
	{ NULL, NULL } };

/* Scores of 2022-10; those of 2022-09 are 10 and 20 less for A and B. */
static void
write_values(void)
{
	test_book_write_values(&shared, "2022-09/farms",
	    "grain A 40; roads A 20; prizes A 1; grain B 20; roads B 20; "
	    "prizes B 0; grain C 30; roads C 29; prizes C 5");
	test_book_write_values(&shared, "2022-10/farms",
	    "grain A 50; roads A 20; prizes A 1; grain B 40; roads B 20; "
	    "prizes B 0; grain C 30; roads C 29; prizes C 5");
}

static bool
is_bonus(const void *context, const struct item *item)
{
	(void)context;
	return item->kind == ITEM_BONUS;
}

static bool
shows_unit(const void *context, struct str unit)
{
	const struct row *row = context;

	return row->unit == NULL || unit.data[0] == row->unit[0];
}

static void
find_gap(const struct row *row, struct gap *gap)
{
	struct gap_request wanted = { .unit = 1,
		.period = test_period("2022-10"),
		.rank = row->rank,
		.last = 1,
		.back = 2 };

	if (row->rank == 0) {
		wanted.rank = 1;
		wanted.choose = is_bonus;
	}
	gap_find(gap, shared.book, shared.engine, &wanted);
}

static void
show_gap(const struct row *row, const struct gap_view *view)
{
	struct gap gap;

	find_gap(row, &gap);
	gap_sentence(view, &gap);
	gap_table(view, &gap);
	gap_free(&gap);
}

static void
show_solutions(const struct row *row, const struct gap_view *view)
{
	struct gap gap;

	find_gap(row, &gap);
	solve_table(view, shared.book, shared.engine, &gap, NUM_INT(1), false);
	gap_free(&gap);
}

static void
show_bonus(const struct row *row, const struct gap_view *view)
{
	struct gap gap;

	find_gap(row, &gap);
	bonus_table(view, shared.engine, &gap);
	gap_free(&gap);
}

/* As if the scores of September were those that would be. */
static void
show_scenario(const struct row *row, const struct gap_view *view)
{
	(void)row;
	gap_sentence_scenario(view, engine_score(shared.engine, view->period),
	    engine_score(shared.engine, test_period("2022-09")));
}

static void
show_bounds(const struct row *row, const struct gap_view *view)
{
	struct rank_bounds bounds;

	assert_true(rank_bounds_find(&bounds, shared.book, shared.engine,
	    view->period, row->rank, view->unit));
	rank_bounds_table(view, &bounds);
	rank_bounds_free(&bounds);
}

static void
find_sensitivity(struct sensitivity *found)
{
	struct sensitivity_request wanted = { .period = test_period("2022-10"),
		.draws = 100,
		.seed = 1,
		.vary = { 1, 2 } };

	sensitivity_find(found, shared.book, shared.engine, &wanted);
}

static void
show_sensitivity(const struct row *row, const struct gap_view *view)
{
	struct sensitivity found;

	(void)row;
	find_sensitivity(&found);
	sensitivity_table(view, &found);
	sensitivity_free(&found);
}

static void
show_pairs(const struct row *row, const struct gap_view *view)
{
	struct sensitivity found;

	(void)row;
	find_sensitivity(&found);
	sensitivity_table_pairs(view, &found);
	sensitivity_free(&found);
}

/* clang-format off */
static struct row rows[] = {
	{ .name = "items", .show = show_gap, .rank = 1, .want =
	    "period|unit|item|recoverable|score|points|rank|weak|to_goal|to_best|to_full|ranks|move|lead|office|item_name|state|office_name\n"
	    "2022-10|B|total|40.0|60.0|100|3|last|11.0|11.0|40.0|. 3 3|0|||One|scored|\n"
	    "2022-10|B|crops|20.0|40.0|60|2|behind|10.0|10.0|20.0|. 3 2|1|farms|farms|Crops|scored|Farm Office\n"
	    "2022-10|B|ways|20.0|20.0|40|2|last|9.0|9.0|20.0|. 2 2|0||||scored|\n"
	    "2022-10|B|extra|5.0|0.0||3|last|5.0|5.0||. 3 3|0|farms|farms||scored|Farm Office\n" },
	{ .name = "items for people", .show = show_gap, .rank = 1, .format = TABLE_MARKDOWN, .want =
	    "2022-10: B has 60.0, rank 3 of 3. Rank 1 takes 71.0, as A has: 11.0 are missing.\n"
	    "\n"
	    "| item  | recoverable | score | points | rank | weak   | to_goal | to_best | to_full | ranks | office | item_name |\n"
	    "| ----- | ----------: | ----: | -----: | ---: | ------ | ------: | ------: | ------: | ----- | ------ | --------- |\n"
	    "| total |        40.0 |  60.0 |    100 |    3 | last   |    11.0 |    11.0 |    40.0 | . 3 3 |        | One       |\n"
	    "| crops |        20.0 |  40.0 |     60 |    2 | behind |    10.0 |    10.0 |    20.0 | . 3 2 | farms  | Crops     |\n"
	    "| ways  |        20.0 |  20.0 |     40 |    2 | last   |     9.0 |     9.0 |    20.0 | . 2 2 |        |           |\n"
	    "| extra |         5.0 |   0.0 |        |    3 | last   |     5.0 |     5.0 |         | . 3 3 | farms  |           |\n" },
	{ .name = "a rank that is reached", .show = show_gap, .rank = 3, .format = TABLE_MARKDOWN, .want =
	    "2022-10: B has 60.0, rank 3 of 3. Rank 3 is reached.\n"
	    "\n"
	    "| item  | recoverable | score | points | rank | weak | to_goal | to_best | to_full | ranks | office | item_name |\n"
	    "| ----- | ----------: | ----: | -----: | ---: | ---- | ------: | ------: | ------: | ----- | ------ | --------- |\n"
	    "| total |        40.0 |  60.0 |    100 |    3 |      |     0.0 |    11.0 |    40.0 | . 3 3 |        | One       |\n"
	    "| crops |        20.0 |  40.0 |     60 |    2 |      |     0.0 |    10.0 |    20.0 | . 3 2 | farms  | Crops     |\n"
	    "| ways  |        20.0 |  20.0 |     40 |    2 |      |     0.0 |     9.0 |    20.0 | . 2 2 |        |           |\n"
	    "| extra |         5.0 |   0.0 |        |    3 |      |     0.0 |     5.0 |         | . 3 3 | farms  |           |\n" },
	{ .name = "solutions", .show = show_solutions, .rank = 1, .want =
	    "period|unit|item|measure|target|wanted|verdict|now|value|change|percent|score|short|rank|total|total_rank|reason|answer\n"
	    "2022-10|B|crops|grain|full|60.0|reached|40|60|20|50.0|60.0|59.0|1|80.0|1||grain must reach 60 (+50.0%)\n"
	    "2022-10|B|crops|grain|goal|50.0|reached|40|50|10|25.0|50.0|49.0|1|70.0|2||grain must reach 50 (+25.0%)\n"
	    "2022-10|B|crops|grain|more|41.0|reached|40|41|1|2.5|41.0|40.0|2|61.0|3||grain must reach 41 (+2.5%)\n"
	    "2022-10|B|ways|roads|full|40.0|never|20|||||||||max|cannot be reached through this measure, because its Max is 30; at most it gives 30.0\n"
	    "2022-10|B|ways|roads|goal|29.0|reached|20|29|9|45.0|29.0|28.0|1|69.0|2||roads must reach 29 (+45.0%)\n"
	    "2022-10|B|ways|roads|more|21.0|reached|20|21|1|5.0|21.0|20.0|2|61.0|3||roads must reach 21 (+5.0%)\n"
	    "2022-10|B|extra|prizes|full|5.0|reached|0|5|5||5.0|4.0|1|65.0|2||prizes must reach 5 (+5)\n"
	    "2022-10|B|extra|prizes|goal|5.0|reached|0|5|5||5.0|4.0|1|65.0|2||prizes must reach 5 (+5)\n"
	    "2022-10|B|extra|prizes|more|1.0|reached|0|1|1||1.0|0.0|2|61.0|3||prizes must reach 1 (+1)\n" },
	{ .name = "solutions for people", .show = show_solutions, .rank = 1, .format = TABLE_MARKDOWN, .want =
	    "| item  | measure | target | wanted | now | score | rank | total_rank | answer                                                                               |\n"
	    "| ----- | ------- | ------ | -----: | --- | ----: | ---: | ---------: | ------------------------------------------------------------------------------------ |\n"
	    "| crops | grain   | full   |   60.0 | 40  |  60.0 |    1 |          1 | grain must reach 60 (+50.0%)                                                         |\n"
	    "| crops | grain   | goal   |   50.0 | 40  |  50.0 |    1 |          2 | grain must reach 50 (+25.0%)                                                         |\n"
	    "| crops | grain   | more   |   41.0 | 40  |  41.0 |    2 |          3 | grain must reach 41 (+2.5%)                                                          |\n"
	    "| ways  | roads   | full   |   40.0 | 20  |       |      |            | cannot be reached through this measure, because its Max is 30; at most it gives 30.0 |\n"
	    "| ways  | roads   | goal   |   29.0 | 20  |  29.0 |    1 |          2 | roads must reach 29 (+45.0%)                                                         |\n"
	    "| ways  | roads   | more   |   21.0 | 20  |  21.0 |    2 |          3 | roads must reach 21 (+5.0%)                                                          |\n"
	    "| extra | prizes  | full   |    5.0 | 0   |   5.0 |    1 |          2 | prizes must reach 5 (+5)                                                             |\n"
	    "| extra | prizes  | goal   |    5.0 | 0   |   5.0 |    1 |          2 | prizes must reach 5 (+5)                                                             |\n"
	    "| extra | prizes  | more   |    1.0 | 0   |   1.0 |    2 |          3 | prizes must reach 1 (+1)                                                             |\n" },
	{ .name = "bonus points", .show = show_bonus, .want =
	    "period|unit|item|cap|won|remains|best|rank|offices|open_to|item_name\n"
	    "2022-10|B|extra|5.0|0.0|5.0|5.0|3|farms stats|A B|\n" },
	{ .name = "bonus points for people", .show = show_bonus, .format = TABLE_MARKDOWN, .want =
	    "| item  |  cap |  won | remains | best | rank | offices     | open_to | item_name |\n"
	    "| ----- | ---: | ---: | ------: | ---: | ---: | ----------- | ------- | --------- |\n"
	    "| extra |  5.0 |  0.0 |     5.0 |  5.0 |    3 | farms stats | A B     |           |\n" },
	{ .name = "a scenario", .show = show_scenario, .want =
	    "" },
	{ .name = "a scenario for people", .show = show_scenario, .format = TABLE_MARKDOWN, .want =
	    "B would have 40.0, rank 3; now it has 60.0, rank 3.\n"
	    "\n" },
	{ .name = "ranks still possible", .show = show_bounds, .rank = 1, .want =
	    "period|unit|score|rank|least|greatest|best_rank|worst_rank|verdict|beside\n"
	    "2022-12|A|71.0|1|0.0|105.0|1|3|open|open\n"
	    "2022-12|B|60.0|3|0.0|105.0|1|3|open|\n"
	    "2022-12|C|64.0|2|0.0|105.0|1|3|open|open\n" },
	{ .name = "of some units", .show = show_bounds, .rank = 1, .unit = "B", .want =
	    "period|unit|score|rank|least|greatest|best_rank|worst_rank|verdict|beside\n"
	    "2022-12|B|60.0|3|0.0|105.0|1|3|open|\n" },
	{ .name = "how firm ranks are", .show = show_sensitivity, .want =
	    "period|unit|score|rank|rank5|rank50|rank95|least|most|not_firm\n"
	    "2022-10|A|71.0|1|1|1|2|1|2|C\n"
	    "2022-10|C|64.0|2|1|2|3|1|3|A B\n"
	    "2022-10|B|60.0|3|2|3|3|2|3|C\n" },
	{ .name = "how firm pairs are", .show = show_pairs, .unit = "B", .want =
	    "period|above|below|above_rank|below_rank|difference|reversed|draws|percent\n"
	    "2022-10|C|B|2|3|4.0|15|100|15.0\n" },
	{ .name = "pairs for people", .show = show_pairs, .format = TABLE_MARKDOWN, .want =
	    "| above | below | above_rank | below_rank | difference | reversed | percent |\n"
	    "| ----- | ----- | ---------: | ---------: | ---------: | -------: | ------: |\n"
	    "| A     | C     |          1 |          2 |        7.0 |       17 |    17.0 |\n"
	    "| C     | B     |          2 |          3 |        4.0 |       15 |    15.0 |\n" },
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct period period = test_period("2022-10");
	const struct result *result = engine_score(shared.engine, period);
	struct test_output output;
	struct gap_view view = { .book = shared.book,
		.scheme = result->scheme,
		.period = period,
		.unit = 1,
		.rank = row->rank,
		.format = row->format,
		.for_people = row->format == TABLE_MARKDOWN,
		.shows = shows_unit,
		.context = row };
	char *text;

	test_output_begin(&output);
	view.out = output.file;
	row->show(row, &view);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	free(text);
}

static int
open_book(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	write_values();
	test_book_open(&shared);
	return 0;
}

static int
close_book(void **state)
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
	return cmocka_run_group_tests(tests, open_book, close_book);
}
