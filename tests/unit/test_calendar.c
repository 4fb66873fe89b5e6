/* Dates, the days that are worked on, and deadlines: a row for each case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "time/deadline.h"

static struct date_row {
	const char *text;
	int32_t day;
	const char *weekday; /* NULL: no date */
} date_rows[] = {
	{ "1970-01-01", 0, "Thursday" },
	{ "1969-12-31", -1, "Wednesday" },
	{ "2000-02-29", 11016, "Tuesday" },
	{ "2000-03-01", 11017, "Wednesday" },
	{ "2022-10-08", 19273, "Saturday" },
	{ "2100-02-28", 47540, "Sunday" },
	{ "1000-01-01", -354285, "Wednesday" },
	{ "9999-12-31", 2932896, "Friday" },
	{ "2022-02-29", 0, NULL },
	{ "2100-02-29", 0, NULL },
	{ "2022-00-01", 0, NULL },
	{ "2022-13-01", 0, NULL },
	{ "2022-04-31", 0, NULL },
	{ "2022-01-00", 0, NULL },
	{ "0999-12-31", 0, NULL },
	{ "2022-1-1", 0, NULL },
	{ "2022/10/08", 0, NULL },
	{ "2022-10", 0, NULL },
	{ "2022-10-08 ", 0, NULL },
	{ "+022-10-08", 0, NULL },
	{ "２０２２-10-08", 0, NULL },
	{ "", 0, NULL },
};

static void
check_date(void **state)
{
	const struct date_row *row = *state;
	char text[DATE_TEXT_SIZE];
	int32_t day;

	assert_int_equal(date_parse(str_from(row->text), &day),
	    row->weekday != NULL);
	if (row->weekday == NULL)
		return;
	assert_int_equal(day, row->day);
	assert_string_equal(date_text(day, text), row->text);
	assert_int_equal(date_weekday(day),
	    date_weekday_parse(str_from(row->weekday)));
}

static struct time_row {
	int64_t time;
	const char *zone, *want;
} time_rows[] = {
	{ 0, "+00:00", "1970-01-01" },
	{ -1, "+00:00", "1969-12-31" },
	{ 1667260800, "+00:00", "2022-11-01" },
	{ 1667260799, "+00:00", "2022-10-31" },
	{ 1667260799, "+08:00", "2022-11-01" },
	{ 1667260800, "-03:30", "2022-10-31" },
	{ INT64_MAX, "+08:00", "9999-12-31" },
	{ INT64_MIN, "-08:00", "1000-01-01" },
};

static void
check_time(void **state)
{
	const struct time_row *row = *state;
	char text[DATE_TEXT_SIZE];
	int zone;

	assert_true(date_zone_parse(str_from(row->zone), &zone));
	assert_string_equal(date_text(date_of_time(row->time, zone), text),
	    row->want);
}

static const char *const bad_zones[] = { "", "08:00", "+8:00", "+08", "+14:01",
	"+08:60", "UTC", "+0a:00", "+08-00" };

static void
check_bad_zones(void **state)
{
	int zone;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad_zones); i++)
		if (date_zone_parse(str_from(bad_zones[i]), &zone))
			fail_msg("'%s' is taken", bad_zones[i]);
}

/* The autumn of 2022 and the turn of the year, in any order. */
static const char *const holidays[] = { "2022-12-31..2023-01-02 New Year",
	"2022-10-01..2022-10-07 National Day", "2022-09-10..2022-09-12" };
static const char *const workdays[] = { "2022-10-08..2022-10-09" };

struct lists {
	struct arena arena;
	struct calendar calendar;
	struct diag *diag;
};

static void
read_lists(struct lists *lists, const char *const *off, size_t off_count,
    const char *const *on, size_t on_count)
{
	struct place place = place_file("book.rec");

	*lists = (struct lists){ .diag = diag_new(0) };
	for (size_t i = 0; i < off_count; i++, place.line++)
		calendar_add_holiday(&lists->calendar, &lists->arena,
		    str_from(off[i]), place, lists->diag);
	for (size_t i = 0; i < on_count; i++, place.line++)
		calendar_add_workday(&lists->calendar, &lists->arena,
		    str_from(on[i]), place, lists->diag);
	calendar_finish(&lists->calendar, lists->diag);
}

static void
free_lists(struct lists *lists)
{
	diag_free(lists->diag);
	arena_free(&lists->arena);
}

static int32_t
day_of(const char *text)
{
	int32_t day;

	if (!date_parse(str_from(text), &day))
		fail_msg("'%s' is no date", text);
	return day;
}

static struct working_row {
	const char *from, *to;
	int between;	    /* working days after from up to to */
	const char *settle; /* what `to` settles to */
} working_rows[] = {
	{ "2022-10-31", "2022-11-03", 3, "2022-11-03" },
	{ "2022-11-03", "2022-10-31", 0, "2022-10-31" },
	{ "2022-11-04", "2022-11-05", 0, "2022-11-07" },
	{ "2022-09-30", "2022-10-08", 1, "2022-10-08" },
	{ "2022-09-30", "2022-10-05", 0, "2022-10-08" },
	{ "2022-09-30", "2022-10-10", 3, "2022-10-10" },
	{ "2022-12-30", "2023-01-03", 1, "2023-01-03" },
	{ "2022-12-30", "2022-12-31", 0, "2023-01-03" },
	{ "2022-01-01", "2022-12-31", 256, "2023-01-03" },
	{ "1000-01-01", "9999-12-31", 2347982, "9999-12-31" },
};

static void
check_working(void **state)
{
	const struct working_row *row = *state;
	int32_t from = day_of(row->from), to = day_of(row->to), count = 0;
	char text[DATE_TEXT_SIZE];
	struct lists lists;

	read_lists(&lists, holidays, LENGTH(holidays), workdays,
	    LENGTH(workdays));
	assert_false(diag_has_errors(lists.diag));
	/* Day by day, as one would count with a finger. */
	for (int32_t day = from + 1; day <= to; day++)
		count += calendar_is_working(&lists.calendar, day);
	assert_int_equal(calendar_between(&lists.calendar, from, to), count);
	assert_int_equal(count, row->between);
	assert_string_equal(date_text(calendar_settle(&lists.calendar, to),
				text),
	    row->settle);
	free_lists(&lists);
}

static struct list_row {
	const char *name;
	const char *off[3], *on[2];
	const char *want; /* the first finding; NULL: none */
} list_rows[] = {
	{ "sound", { "2022-10-01..2022-10-07 a", "2022-05-01" },
	    { "2022-10-08" }, NULL },
	{ "no such day", { "2022-02-30" }, { NULL },
	    "'2022-02-30' is no day of the calendar" },
	{ "no last day", { "2022-02-01..2022-02-29 a" }, { NULL },
	    "'2022-02-29' is no day" },
	{ "a name alone", { "New Year" }, { NULL }, "'New' is no day" },
	{ "backwards", { "2022-10-07..2022-10-01 a" }, { NULL },
	    "2022-10-01 is before 2022-10-07" },
	{ "too long", { "2022-10-01..2023-10-02 a" }, { NULL },
	    "more than 366 days" },
	{ "overlap", { "2022-10-01..2022-10-07 a", "2022-10-07 b" }, { NULL },
	    "2022-10-07 stands in this list twice" },
	{ "a gap", { "2022-10-01..2022-10-03 a", "2022-10-06..2022-10-07 a" },
	    { NULL }, "'a' leaves out 2022-10-04" },
	{ "side by side", { "2022-10-01..2022-10-03 a", "2022-10-04 a" },
	    { NULL }, NULL },
	{ "a weekend between", { "2022-10-03..2022-10-07 a", "2022-10-10 a" },
	    { NULL }, NULL },
	{ "another name", { "2022-10-01..2022-10-03 a", "2022-10-06 b" },
	    { NULL }, NULL },
	{ "the same name a year later", { "2022-01-03 a", "2023-01-02 a" },
	    { NULL }, NULL },
	{ "a year left out", { "2021-10-01 a", "2023-10-01 a" }, { NULL },
	    "there are no holidays of 2022" },
	{ "a weekday made up", { NULL }, { "2022-10-10" },
	    "2022-10-10 is a Monday" },
	{ "both", { "2022-10-01..2022-10-08 a" }, { "2022-10-08" },
	    "2022-10-08 is a holiday too" },
	{ "made up twice", { NULL }, { "2022-10-08..2022-10-09", "2022-10-09" },
	    "2022-10-09 stands in this list twice" },
};

static size_t
texts(const char *const *list, size_t most)
{
	size_t count = 0;

	while (count < most && list[count] != NULL)
		count++;
	return count;
}

static void
check_list(void **state)
{
	const struct list_row *row = *state;
	struct lists lists;
	struct str first;

	read_lists(&lists, row->off, texts(row->off, LENGTH(row->off)), row->on,
	    texts(row->on, LENGTH(row->on)));
	assert_int_equal(diag_has_errors(lists.diag), row->want != NULL);
	first = diag_first(lists.diag, &lists.arena);
	if (row->want != NULL && strstr(first.data, row->want) == NULL)
		fail_msg("'%s' is not in '%s'", row->want, first.data);
	free_lists(&lists);
}

static struct deadline_row {
	const char *text, *period;
	const char *want; /* the day, or what is said */
} deadline_rows[] = {
	{ "data Wednesday", "2022-10", "2022-11-02" },
	{ "data Monday", "2022-10", "2022-11-07" },
	{ "data Sunday", "2022-10", "2022-11-07" },
	{ "data Wednesday", "2022-09", "2022-10-08" },
	{ "data day 3", "2022-10", "2022-11-03" },
	{ "data day 3", "2022-09", "2022-10-08" },
	{ "data day 3", "2022-12", "2023-01-03" },
	{ "data day 28", "2022-01", "2022-02-28" },
	{ "data 01-20", "2022-12", "2023-01-20" },
	{ "data 01-20", "2022-01", "2023-01-20" },
	{ "data 02-01", "2022-01", "2022-02-01" },
	{ "scores month-end + 3 working days", "2022-10", "2022-11-03" },
	{ "scores month-end + 3 working days", "2022-09", "2022-10-10" },
	{ "scores month-end + 1 working day", "2022-12", "2023-01-03" },
	{ "scores month-end + 5 days", "2022-10", "2022-11-07" },
	{ "scores month-end", "2022-12", "2022-12-31" },
	{ "scores  month-end  +  5  days", "2022-10", "2022-11-07" },
	{ "data day 29", "2022-10", "day 29 does not come after every period" },
	{ "data day 0", "2022-10", "day 0 does not come" },
	{ "data day -3", "2022-10", "day -3 does not come" },
	{ "data day x", "2022-10", "day x does not come" },
	{ "data 02-29", "2022-10", "02-29 does not come in every year" },
	{ "data 02-30", "2022-10", "02-30 does not come" },
	{ "data 13-01", "2022-10", "13-01 does not come" },
	{ "data year-end", "2022-10", "'year-end' is not the end" },
	{ "data Wensday", "2022-10", "'data Wensday' is no deadline" },
	{ "data wednesday", "2022-10", "is no deadline" },
	{ "data", "2022-10", "is no deadline" },
	{ "figures day 3", "2022-10", "is no deadline" },
	{ "data month-end +3 days", "2022-10", "is no deadline" },
	{ "data month-end + 0 days", "2022-10", "is no deadline" },
	{ "data month-end + 367 days", "2022-10", "is no deadline" },
	{ "data month-end + 3", "2022-10", "is no deadline" },
	{ "data month-end + 3 working", "2022-10", "is no deadline" },
	{ "data day 3 or so", "2022-10", "is no deadline" },
	{ "data month-end + 3 working days please do", "2022-10",
	    "is no deadline" },
	{ "每月3日前", "2022-10", "is no deadline" },
	{ "", "2022-10", "is no deadline" },
};

static void
check_deadline(void **state)
{
	const struct deadline_row *row = *state;
	struct deadline deadlines[DEADLINE_SUBJECTS] = { 0 };
	char text[DATE_TEXT_SIZE];
	struct period period;
	struct lists lists;

	read_lists(&lists, holidays, LENGTH(holidays), workdays,
	    LENGTH(workdays));
	assert_true(period_parse(str_from(row->period), &period));
	deadline_read(deadlines, str_from(row->text), PERIOD_MONTH,
	    place_file("book.rec"), lists.diag);
	for (size_t i = 0; i < DEADLINE_SUBJECTS; i++)
		if (deadlines[i].given) {
			assert_false(diag_has_errors(lists.diag));
			assert_string_equal(
			    date_text(deadline_day(&deadlines[i],
					  &lists.calendar, period),
				text),
			    row->want);
		}
	if (diag_has_errors(lists.diag)) {
		struct str first = diag_first(lists.diag, &lists.arena);

		assert_false(deadlines[0].given || deadlines[1].given);
		if (strstr(first.data, row->want) == NULL)
			fail_msg("'%s' is not in '%s'", row->want, first.data);
	} else {
		assert_true(deadlines[0].given || deadlines[1].given);
	}
	free_lists(&lists);
}

static void
check_twice(void **state)
{
	struct deadline deadlines[DEADLINE_SUBJECTS] = { 0 };
	struct lists lists;

	(void)state;
	read_lists(&lists, NULL, 0, NULL, 0);
	deadline_read(deadlines, STR("data day 3"), PERIOD_MONTH,
	    place_file("book.rec"), lists.diag);
	deadline_read(deadlines, STR("scores day 3"), PERIOD_MONTH,
	    place_file("book.rec"), lists.diag);
	assert_false(diag_has_errors(lists.diag));
	deadline_read(deadlines, STR("data day 4"), PERIOD_MONTH,
	    place_file("book.rec"), lists.diag);
	assert_true(diag_has_errors(lists.diag));
	free_lists(&lists);
}

/* Make-up days and holidays of one year say nothing of the next. */
static void
check_unlisted(void **state)
{
	struct lists lists;

	(void)state;
	read_lists(&lists, holidays, LENGTH(holidays), NULL, 0);
	assert_false(calendar_is_unlisted(&lists.calendar,
	    day_of("2022-01-01")));
	assert_false(calendar_is_unlisted(&lists.calendar,
	    day_of("2023-12-01")));
	assert_true(calendar_is_unlisted(&lists.calendar,
	    day_of("2024-01-01")));
	free_lists(&lists);
	read_lists(&lists, NULL, 0, NULL, 0);
	assert_false(calendar_is_unlisted(&lists.calendar,
	    day_of("2024-01-01")));
	free_lists(&lists);
}

enum { TESTS_MAX = 256 };
static struct CMUnitTest tests[TESTS_MAX];
static size_t test_count;

static void
add_test(const char *name, CMUnitTestFunction function, void *row)
{
	assert_true(test_count < TESTS_MAX);
	tests[test_count++] = (struct CMUnitTest){
		.name = name, .test_func = function, .initial_state = row
	};
}

#define ADD_ROWS(rows, field, function)                                        \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
	add_test(rows[i].field, function, &rows[i])

int
main(void)
{
	ADD_ROWS(date_rows, text, check_date);
	ADD_ROWS(time_rows, want, check_time);
	ADD_ROWS(working_rows, to, check_working);
	ADD_ROWS(list_rows, name, check_list);
	ADD_ROWS(deadline_rows, text, check_deadline);
	add_test("zones that are none", check_bad_zones, NULL);
	add_test("a deadline given twice", check_twice, NULL);
	add_test("years that are not listed", check_unlisted, NULL);
	return _cmocka_run_group_tests("calendar", tests, test_count, NULL,
	    NULL);
}
