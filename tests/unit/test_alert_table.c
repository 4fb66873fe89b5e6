/*
 * test_alert_table: items at a level of alert, and how far they are from their
 * plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "office_book.h"
#include "view/alert_table.h"

/*
 * What is asked for, by the first letter of offices and items; wanted: the
 * bytes.
 */
struct row {
	const char *name;
	enum table_format format;
	bool all, names;
	const char *office, *item, *want;
};

/* clang-format off */
#define COLUMNS "level|item|office|since|why|measure|value|planned|progress|rank|lost"

static struct row rows[] = {
	{ .name = "at a level", .want = COLUMNS "\n"
	    "red|field.crops|farms|2022-06|progress 33.33%: progress < 50%|grain|4|12|33.3|2|50\n" },
	{ .name = "all", .all = true, .want = COLUMNS "\n"
	    "red|field.crops|farms|2022-06|progress 33.33%: progress < 50%|grain|4|12|33.3|2|50\n"
	    "|field.ways|farms|||||||2|3\n"
	    "|trips||||||||2|10\n" },
	{ .name = "of one office", .all = true, .office = "f", .want = COLUMNS "\n"
	    "red|field.crops|farms|2022-06|progress 33.33%: progress < 50%|grain|4|12|33.3|2|50\n"
	    "|field.ways|farms|||||||2|3\n" },
	{ .name = "of one item", .all = true, .item = "t", .want = COLUMNS "\n"
	    "|trips||||||||2|10\n" },
	{ .name = "none", .item = "t", .want = COLUMNS "\n" },
	{ .name = "with names", .names = true, .want = COLUMNS "|item_name|office_name\n"
	    "red|field.crops|farms|2022-06|progress 33.33%: progress < 50%|grain|4|12|33.3|2|50|Crops|Farm Office\n" },
	{ .name = "for people", .names = true, .format = TABLE_MARKDOWN, .want =
	    "# Small: what is to be looked at\n\nAlpha, 2022-06: 37.0 of 100, rank 2 of 2\n\n"
	    "| level | item  | office      | since   | why                              | measure      | value | planned | progress | rank | lost |\n"
	    "| ----- | ----- | ----------- | ------- | -------------------------------- | ------------ | ----: | ------: | -------: | ---: | ---: |\n"
	    "| red   | Crops | Farm Office | 2022-06 | progress 33.33%: progress \\< 50% | Grain output |     4 |      12 |    33.3% |    2 |   50 |\n" },
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
	struct duty_view view = { .book = shared.book,
		.format = row->format,
		.names = row->names,
		.is_asked = is_asked,
		.context = row };
	struct arena arena = { 0 };
	struct alert_status_row *found;
	size_t count;
	char *text;

	office_book_duties(&duties);
	found = alert_status_find(&duties, shared.engine, &arena, &count);
	test_output_begin(&output);
	view.out = output.file;
	alert_table(&view, &duties, found, count, row->all);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	free(text);
	arena_free(&arena);
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
