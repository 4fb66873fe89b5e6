/*
 * test_commit: dates as texts, there and back. What commits say is tested
 * with shiji-log, on real repositories.
 */
#include "git/commit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
	const char *name, *text;
	bool is_date;
	int64_t time;
	int offset;
	const char *shown; /* NULL: the text itself */
};

/* clang-format off */
static struct row rows[] = {
	{ "a date and time with an offset", "2022-11-05T08:00:00+08:00", true, 1667606400, 480, NULL },
	{ "an offset to the west", "2022-11-04T19:30:00-04:30", true, 1667606400, -270, NULL },
	{ "universal time", "2022-11-05T00:00:00Z", true, 1667606400, 0, "2022-11-05T00:00:00+00:00" },
	{ "an offset without a colon", "2022-11-05T08:00:00+0800", true, 1667606400, 480, "2022-11-05T08:00:00+08:00" },
	{ "a day begins at midnight", "2022-11-05", true, 1667606400, 0, "2022-11-05T00:00:00+00:00" },
	{ "seconds may be left out", "2022-11-05 08:00", true, 1667635200, 0, "2022-11-05T08:00:00+00:00" },
	{ "the epoch", "1970-01-01", true, 0, 0, "1970-01-01T00:00:00+00:00" },
	{ "before the epoch", "1969-12-31T23:59:59Z", true, -1, 0, "1969-12-31T23:59:59+00:00" },
	{ "a leap day", "2000-02-29", true, 951782400, 0, "2000-02-29T00:00:00+00:00" },
	{ "the day after a February without one", "1900-03-01", true, -2203891200, 0, "1900-03-01T00:00:00+00:00" },
	{ "the last second", "9999-12-31T23:59:59Z", true, 253402300799, 0, "9999-12-31T23:59:59+00:00" },
	{ "no leap day", "2022-02-29", false, 0, 0, NULL },
	{ "no leap day in a full century", "1900-02-29", false, 0, 0, NULL },
	{ "a month alone", "2022-11", false, 0, 0, NULL },
	{ "no month", "2022-13-01", false, 0, 0, NULL },
	{ "no hour", "2022-11-05T24:00", false, 0, 0, NULL },
	{ "a word", "yesterday", false, 0, 0, NULL },
	{ "an empty text", "", false, 0, 0, NULL },
	{ "something behind", "2022-11-05T08:00:00Zx", false, 0, 0, NULL },
	{ "half an offset", "2022-11-05T08:00:00+0", false, 0, 0, NULL },
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct arena arena = { 0 };
	int64_t time = 0;

	assert_int_equal(commit_date_parse(str_from(row->text), &time),
	    row->is_date);
	if (row->is_date) {
		assert_true(time == row->time);
		assert_string_equal(commit_date(&arena, time, row->offset).data,
		    row->shown != NULL ? row->shown : row->text);
	}
	arena_free(&arena);
}

static void
every_day_of_ages(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (int64_t day = -700000; day < 2900000; day += 97) {
		struct arena_mark mark = arena_mark(&arena);
		int64_t time = 0;

		assert_true(commit_date_parse(commit_date(&arena, day * 86400,
						  0),
		    &time));
		assert_true(time == day * 86400);
		arena_release(&arena, mark);
	}
	arena_free(&arena);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1] = {
		cmocka_unit_test(every_day_of_ages),
	};

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[1 + i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
