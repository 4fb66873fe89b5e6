/*
 * test_score_table: scores as rows, one for each unit and item or one for each
 * unit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"
#include "view/score_table.h"

/* What is shown of one period, or two; the first letter of items; the bytes. */
struct row {
	const char *name, *first, *second;
	bool wide, names, one_unit;
	const char *item, *want;
};

static struct test_book shared;

static const struct test_file files[] = { TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nName: Alpha\nGroup: class/I\n\n"
		       "Id: B\nGroup: class/II\n\nId: C\nTo: 2022-01\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\n" },
	{ "schemes/2022-01.rec",
	    "%rec: Scheme\n\nName: Old\nPoints: 10\nDigits: 1\n\n"
	    "%rec: Item\n\nId: old\nPoints: 10\nRule: x\n" },
	{ "schemes/2022-03.rec",
	    "%rec: Scheme\n\nName: New\nPoints: 20\nDigits: 2\n\n"
	    "%rec: Item\n\nId: old\nName: The old one\nPoints: 10\nRule: x\n\n"
	    "Id: new\nPoints: 10\nRule: y\nMissing: zero\n\n"
	    "%rec: Grade\n\nId: good\nQuota: 50%\n\nId: poor\n" },
	{ NULL, NULL } };

/* clang-format off */
static struct row rows[] = {
	{ .name = "a period", .first = "2022-02", .want =
	    "period|unit|item|points|score|state|group\n"
	    "2022-02|A|total|10|4.0|scored|I\n"
	    "2022-02|A|old|10|4.0|scored|I\n"
	    "2022-02|B|total|10|2.5|scored|II\n"
	    "2022-02|B|old|10|2.5|scored|II\n" },
	{ .name = "grades", .first = "2022-03", .want =
	    "period|unit|item|points|score|state|group|grade\n"
	    "2022-03|A|total|20|13.00|scored|I|good\n"
	    "2022-03|A|old|10|5.00|scored|I|\n"
	    "2022-03|A|new|10|8.00|scored|I|\n"
	    "2022-03|B|total|20|2.00|scored|II|poor\n"
	    "2022-03|B|old|10|2.00|scored|II|\n"
	    "2022-03|B|new|10|0.00|missing|II|\n" },
	{ .name = "names", .first = "2022-03", .names = true, .item = "o", .want =
	    "period|unit|item|points|score|state|group|grade|unit_name|item_name\n"
	    "2022-03|A|old|10|5.00|scored|I||Alpha|The old one\n"
	    "2022-03|B|old|10|2.00|scored|II|||The old one\n" },
	{ .name = "two periods, of which one has grades", .first = "2022-02", .second = "2022-03", .item = "t", .want =
	    "period|unit|item|points|score|state|group|grade\n"
	    "2022-02|A|total|10|4.0|scored|I|\n"
	    "2022-02|B|total|10|2.5|scored|II|\n"
	    "2022-03|A|total|20|13.00|scored|I|good\n"
	    "2022-03|B|total|20|2.00|scored|II|poor\n" },
	{ .name = "one unit", .first = "2022-03", .one_unit = true, .want =
	    "period|unit|item|points|score|state|group|grade\n"
	    "2022-03|A|total|20|13.00|scored|I|good\n"
	    "2022-03|A|old|10|5.00|scored|I|\n"
	    "2022-03|A|new|10|8.00|scored|I|\n" },
	{ .name = "a unit that had left", .first = "2022-01", .second = "2022-02", .item = "t", .want =
	    "period|unit|item|points|score|state|group\n"
	    "2022-01|A|total|10|1.0|scored|I\n"
	    "2022-01|B|total|10|2.0|scored|II\n"
	    "2022-01|C|total|10|3.0|scored|\n"
	    "2022-02|A|total|10|4.0|scored|I\n"
	    "2022-02|B|total|10|2.5|scored|II\n" },
	{ .name = "wide", .first = "2022-03", .wide = true, .want =
	    "period|unit|group|total|old|new\n"
	    "2022-03|A|I|13.00|5.00|8.00\n"
	    "2022-03|B|II|2.00|2.00|0.00\n" },
	{ .name = "wide, names", .first = "2022-03", .wide = true, .names = true, .want =
	    "period|unit|unit_name|group|New|The old one|new\n"
	    "2022-03|A|Alpha|I|13.00|5.00|8.00\n"
	    "2022-03|B||II|2.00|2.00|0.00\n" },
	{ .name = "wide, two periods, each item once", .first = "2022-02", .second = "2022-03", .wide = true, .one_unit = true, .want =
	    "period|unit|group|total|old|new\n"
	    "2022-02|A|I|4.0|4.0|\n"
	    "2022-03|A|I|13.00|5.00|8.00\n" },
	{ .name = "wide, no items", .first = "2022-02", .wide = true, .item = "z", .want =
	    "period|unit|group\n"
	    "2022-02|A|I\n"
	    "2022-02|B|II\n" },
};
/* clang-format on */

/* The items of a period that are shown. */
static struct score_table_part
part_of(const struct row *row, const char *period, struct arena *arena)
{
	const struct result *result =
	    engine_score(shared.engine, test_period(period));
	const struct scheme *scheme = result->scheme;
	uint32_t *items =
	    arena_array(arena, scheme->item_count, sizeof(*items));
	size_t count = 0;

	for (uint32_t i = 0; i < scheme->item_count; i++)
		if (row->item == NULL ||
		    scheme->items[i].id.data[0] == row->item[0])
			items[count++] = i;
	return (struct score_table_part){ result, items, count };
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	bool units[] = { true, !row->one_unit, !row->one_unit };
	struct arena arena = { 0 };
	struct score_table_part parts[2];
	struct score_table_choice choice = { parts, 1, units };
	struct test_output output;
	char *text;

	parts[0] = part_of(row, row->first, &arena);
	if (row->second != NULL)
		parts[choice.count++] = part_of(row, row->second, &arena);
	test_output_begin(&output);
	if (row->wide)
		score_table_show_wide(output.file, TABLE_TSV, shared.book,
		    &choice, row->names);
	else
		score_table_show(output.file, TABLE_TSV, shared.book, &choice,
		    row->names);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	free(text);
	arena_free(&arena);
}

/* Every state gets the mark, as those that a close publishes do. */
static void
check_mark(void **state)
{
	struct score_table_options options = { .mark = STATE_PROVISIONAL };
	const struct result *result =
	    engine_score(shared.engine, test_period("2022-03"));
	struct test_output output;
	struct score_table *table;
	char *text;

	(void)state;
	test_output_begin(&output);
	table = score_table_new(output.file, TABLE_TSV, shared.book, &options);
	score_table_row(table, result, 0, 1);
	score_table_row(table, result, 1, 2);
	score_table_end(table);
	text = test_output_end(&output);
	assert_string_equal(text,
	    "period|unit|item|points|score|state|group\n"
	    "2022-03|A|old|10|5.00|provisional|I\n"
	    "2022-03|B|new|10|0.00|missing+provisional|II\n");
	free(text);
}

static int
open_book(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	test_book_write_values(&shared, "2022-01/o", "x A 1; x B 2; x C 3");
	test_book_write_values(&shared, "2022-02/o", "x A 4; x B 2.5");
	test_book_write_values(&shared, "2022-03/o", "x A 5; x B 2; y A 8");
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
	struct CMUnitTest tests[LENGTH(rows) + 1];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	tests[LENGTH(rows)] =
	    (struct CMUnitTest){ .name = "a mark", .test_func = check_mark };
	return cmocka_run_group_tests(tests, open_book, close_book);
}
