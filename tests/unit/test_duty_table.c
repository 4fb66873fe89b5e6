/*
 * test_duty_table: who answers for what, as rows, as a document and as a
 * dispatch sheet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "office_book.h"
#include "view/dispatch_table.h"
#include "view/duty_table.h"

/*
 * What is asked for, by the first letter of offices and items; wanted: the
 * bytes.
 */
struct row {
	const char *name;
	enum responsibility_key key;
	enum table_format format;
	bool dispatch, names;
	const char *office, *item, *want;
};

/* clang-format off */
#define LIST "office|item|role|points|score|rank|lost|state|measures"
#define SHEET "item|office|leader|counterpart|section|measure|target|progress|rank|points|lost|report|reported|with"

static struct row rows[] = {
	{ .name = "the list", .want = LIST "\n"
	    "farms|field.crops|leads|60|10.0|2|50|scored|stats:grain farms:grain_target\n"
	    "farms|field.ways|leads|10|7.0|2|3|scored|farms:roads\n"
	    "farms|trips|supplies|30|20.0|2|10|scored|farms:visits\n"
	    "stats|field.crops|supplies|60|10.0|2|50|scored|stats:grain farms:grain_target\n"
	    "stats|field.ways|shares|10|7.0|2|3|scored|farms:roads\n"
	    "|trips|leads|30|20.0|2|10|scored|farms:visits\n" },
	{ .name = "by category", .key = RESPONSIBILITY_BY_CATEGORY, .item = "t", .want = "category|" LIST "\n"
	    "trips||trips|leads|30|20.0|2|10|scored|farms:visits\n"
	    "trips|farms|trips|supplies|30|20.0|2|10|scored|farms:visits\n" },
	{ .name = "with names", .names = true, .office = "f", .item = "f", .want = LIST "|office_name|item_name\n"
	    "farms|field.crops|leads|60|10.0|2|50|scored|stats:grain farms:grain_target|Farm Office|Crops\n"
	    "farms|field.ways|leads|10|7.0|2|3|scored|farms:roads|Farm Office|field.ways\n" },
	{ .name = "nothing is asked for", .office = "z", .want = LIST "\n" },
	{ .name = "a document", .format = TABLE_MARKDOWN, .names = true, .item = "f", .want =
	    "# Small: who answers for what\n\nAlpha, 2022-06: 37.0 of 100, rank 2 of 2\n\n"
	    "| office      | leads | shares | supplies | points | score | lost |\n"
	    "| ----------- | ----: | -----: | -------: | -----: | ----: | ---: |\n"
	    "| Farm Office |     2 |      0 |        0 |     70 |    17 |   53 |\n"
	    "| stats       |     0 |      1 |        1 |      0 |     0 |    0 |\n"
	    "\n## Farm Office\n\nLeader: Deputy One. Scored by: City Farms, Crops.\n\n"
	    "| item       | role  | points | score | rank | lost | measures                                         |\n"
	    "| ---------- | ----- | -----: | ----: | ---: | ---: | ------------------------------------------------ |\n"
	    "| Crops      | leads |     60 |  10.0 |    2 |   50 | Grain output (stats); grain_target (Farm Office) |\n"
	    "| field.ways | leads |     10 |   7.0 |    2 |    3 | roads (Farm Office)                              |\n"
	    "\n## stats\n\nLeader: Deputy Two. Scored by: City Stats.\n\n"
	    "| item       | role     | points | score | rank | lost | measures                                         |\n"
	    "| ---------- | -------- | -----: | ----: | ---: | ---: | ------------------------------------------------ |\n"
	    "| Crops      | supplies |     60 |  10.0 |    2 |   50 | Grain output (stats); grain_target (Farm Office) |\n"
	    "| field.ways | shares   |     10 |   7.0 |    2 |    3 | roads (Farm Office)                              |\n" },
	{ .name = "a document by category", .format = TABLE_MARKDOWN, .key = RESPONSIBILITY_BY_CATEGORY, .item = "t", .want =
	    "# Small: who answers for what\n\nAlpha, 2022-06: 37.0 of 100, rank 2 of 2\n\n"
	    "| category | leads | shares | supplies | points | score | lost |\n"
	    "| -------- | ----: | -----: | -------: | -----: | ----: | ---: |\n"
	    "| trips    |     1 |      0 |        1 |     30 |    20 |   10 |\n"
	    "\n## trips\n\n"
	    "| office      | item  | role     | points | score | rank | lost | measures             |\n"
	    "| ----------- | ----- | -------- | -----: | ----: | ---: | ---: | -------------------- |\n"
	    "|             | trips | leads    |     30 |  20.0 |    2 |   10 | visits (Farm Office) |\n"
	    "| Farm Office | trips | supplies |     30 |  20.0 |    2 |   10 | visits (Farm Office) |\n" },
	{ .name = "the dispatch sheet", .dispatch = true, .want = SHEET "\n"
	    "field.crops|farms|Deputy One|City Farms|Crops|grain|24|4|2|60|50|2022-06||\n"
	    "field.ways|farms|Deputy One|City Farms|Crops|roads||7|2|10|3|2022-06||stats\n"
	    "trips|||||visits||20|2|30|10|2022-06||\n" },
	{ .name = "the sheet with names", .dispatch = true, .names = true, .office = "f", .want = SHEET "|item_name|office_name|measure_name\n"
	    "field.crops|farms|Deputy One|City Farms|Crops|grain|24|4|2|60|50|2022-06|||Crops|Farm Office|Grain output\n"
	    "field.ways|farms|Deputy One|City Farms|Crops|roads||7|2|10|3|2022-06||stats|field.ways|Farm Office|roads\n" },
	{ .name = "the sheet for people", .dispatch = true, .names = true, .format = TABLE_MARKDOWN, .office = "f", .want =
	    "# Small: dispatch sheet\n\nAlpha, 2022-06: 37.0 of 100, rank 2 of 2\n\n"
	    "| item       | office      | leader     | counterpart | section | measure      | target | progress | rank | points | lost | report  | reported | with  |\n"
	    "| ---------- | ----------- | ---------- | ----------- | ------- | ------------ | -----: | -------: | ---: | -----: | ---: | ------- | -------- | ----- |\n"
	    "| Crops      | Farm Office | Deputy One | City Farms  | Crops   | Grain output |     24 |        4 |    2 |     60 |   50 | 2022-06 |          |       |\n"
	    "| field.ways | Farm Office | Deputy One | City Farms  | Crops   | roads        |        |        7 |    2 |     10 |    3 | 2022-06 |          | stats |\n" },
};
/* clang-format on */

/* The first letter of what is asked for. */
static bool
is_asked(const void *context, struct str office, struct str item)
{
	const struct row *row = context;

	return (row->office == NULL ||
		   (office.size > 0 && office.data[0] == row->office[0])) &&
	       (row->item == NULL || item.data[0] == row->item[0]);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct test_output output;
	struct responsibilities duties;
	struct dispatch dispatch = { .duties = &duties,
		.engine = shared.engine };
	struct duty_view view = { .book = shared.book,
		.format = row->format,
		.names = row->names,
		.is_asked = is_asked,
		.context = row };
	char *text;

	office_book_duties(&duties);
	test_output_begin(&output);
	view.out = output.file;
	if (row->dispatch)
		dispatch_table(&view, &dispatch);
	else
		duty_table(&view, &duties, row->key);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	free(text);
	responsibility_free(&duties);
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
