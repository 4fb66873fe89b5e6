/*
 * test_due_table: what is missing, late or provisional, as rows, and whether
 * what is asked for is late.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "office_book.h"
#include "view/due_table.h"

/*
 * What is asked for, by the first letter of offices; wanted: the bytes, and
 * whether any of it is late.
 */
struct row {
	const char *name;
	enum table_format format;
	bool names;
	const char *office, *want;
	bool is_late;
};

/* clang-format off */
#define COLUMNS "office|period|what|measure|state|due|reported|days|working_days|count|units"

static struct row rows[] = {
	{ .name = "all offices", .is_late = true, .want = COLUMNS "\n"
	    "farms|2022-06|data|roads|late+provisional|2022-07-04|2022-07-12|8|6|1|B\n"
	    "stats|2022-06|data|grain|missing|2022-07-04||||2|*\n"
	    "elsewhere|2022-06|data|visits|missing|2022-07-04||||2|A B\n"
	    "|2022-06|scores||late|2022-07-11|2022-07-12|1|1||\n" },
	{ .name = "one that is late", .office = "f", .is_late = true, .want = COLUMNS "\n"
	    "farms|2022-06|data|roads|late+provisional|2022-07-04|2022-07-12|8|6|1|B\n" },
	{ .name = "one that is not", .office = "s", .want = COLUMNS "\n"
	    "stats|2022-06|data|grain|missing|2022-07-04||||2|*\n" },
	{ .name = "none", .office = "z", .want = COLUMNS "\n" },
	{ .name = "with names", .office = "f", .names = true, .is_late = true, .want = COLUMNS "|office_name|measure_name\n"
	    "farms|2022-06|data|roads|late+provisional|2022-07-04|2022-07-12|8|6|1|B|Farm Office|roads\n" },
	{ .name = "of an office that is not listed", .office = "e", .names = true, .want = COLUMNS "|office_name|measure_name\n"
	    "elsewhere|2022-06|data|visits|missing|2022-07-04||||2|A B||visits\n" },
	{ .name = "for people", .office = "s", .names = true, .format = TABLE_MARKDOWN, .want =
	    "# Small: what is due on 2022-07-12\n\n"
	    "| office | period  | what | measure      | state   | due        | reported | days | working_days | count | units |\n"
	    "| ------ | ------- | ---- | ------------ | ------- | ---------- | -------- | ---: | -----------: | ----: | ----- |\n"
	    "| stats  | 2022-06 | data | Grain output | missing | 2022-07-04 |          |      |              |     2 | \\*    |\n" },
};
/* clang-format on */

static bool
is_asked(const void *context, struct str office, struct str item)
{
	const struct row *row = context;

	assert_int_equal(item.size, 0);
	return row->office == NULL ||
	       (office.size > 0 && office.data[0] == row->office[0]);
}

static int32_t
day(const char *text)
{
	int32_t date;

	assert_true(date_parse(str_from(text), &date));
	return date;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	static uint32_t both[] = { 0, 1 };
	int32_t due = day("2022-07-04"), today = day("2022-07-12");
	struct period june = test_period("2022-06");
	struct overdue_row found[] = {
		{ .period = june,
		    .office = STR("farms"),
		    .measure = 2,
		    .units = &both[1],
		    .unit_count = 1,
		    .state = OVERDUE_LATE | OVERDUE_PROVISIONAL,
		    .due = due,
		    .is_dated = true,
		    .reported = today,
		    .days = 8,
		    .working_days = 6 },
		{ .period = june,
		    .office = STR("stats"),
		    .measure = 0,
		    .units = both,
		    .unit_count = 2,
		    .is_all = true,
		    .state = OVERDUE_MISSING,
		    .due = due },
		{ .period = june,
		    .office = STR("elsewhere"),
		    .measure = 3,
		    .units = both,
		    .unit_count = 2,
		    .state = OVERDUE_MISSING,
		    .due = due },
		{ .period = june,
		    .measure = INDEX_NONE,
		    .state = OVERDUE_LATE,
		    .due = day("2022-07-11"),
		    .is_dated = true,
		    .reported = today,
		    .days = 1,
		    .working_days = 1 },
	};
	struct overdue_list list = { .rows = found, .count = LENGTH(found) };
	struct test_output output;
	struct duty_view view = { .book = shared.book,
		.format = row->format,
		.names = row->names,
		.is_asked = is_asked,
		.context = row };
	char *text;

	test_output_begin(&output);
	view.out = output.file;
	due_table(&view, &list, today);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	assert_int_equal(due_table_is_late(&view, &list), row->is_late);
	free(text);
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
