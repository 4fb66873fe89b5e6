#include "time/calendar.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	YEAR_FIRST = 1000,
	YEAR_LAST = 9999,
	HOLIDAY_MAX = 366, /* days of one holiday: more is a slip */
	NEAR = 14,	   /* two of one name so close together are one */
	ZONE_MAX = 14 * 60
};

static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday", "Sunday" };

static bool
read_digits(struct str text, int *out)
{
	*out = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*out = *out * 10 + (text.data[i] - '0');
	}
	return text.size > 0;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
date_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Years begin in March, so that the leap day ends one: five months from there
 * always have 153 days, and 400 years have 146,097.
 */
int32_t
date_of(int year, int month, int day)
{
	int shifted = month <= 2 ? year - 1 : year;
	int since_march = (month + 9) % 12;
	int in_year = (153 * since_march + 2) / 5 + day - 1;

	return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 +
	       in_year - 719468;
}

/* The year and month of a day, and the day of the month. */
static void
take_apart(int32_t day, int *year, int *month, int *of_month)
{
	int32_t days = day + 719468;
	int32_t era = days / 146097, in_era = days % 146097;
	int32_t of_era =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int32_t in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
	int32_t since_march = (5 * in_year + 2) / 153;

	*of_month = in_year - (153 * since_march + 2) / 5 + 1;
	*month = since_march < 10 ? since_march + 3 : since_march - 9;
	*year = of_era + era * 400 + (*month <= 2);
}

static int
year_of(int32_t day)
{
	int year, month, of_month;

	take_apart(day, &year, &month, &of_month);
	return year;
}

bool
date_parse(struct str text, int32_t *day)
{
	int year, month, of_month;

	if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' ||
	    !read_digits(str_head(text, 4), &year) ||
	    !read_digits(str_head(str_from_byte(text, 5), 2), &month) ||
	    !read_digits(str_from_byte(text, 8), &of_month) ||
	    year < YEAR_FIRST || month < 1 || month > 12 || of_month < 1 ||
	    of_month > date_month_days(year, month))
		return false;
	*day = date_of(year, month, of_month);
	return true;
}

const char *
date_text(int32_t day, char text[DATE_TEXT_SIZE])
{
	int year, month, of_month;

	take_apart(day, &year, &month, &of_month);
	snprintf(text, DATE_TEXT_SIZE, "%04u-%02u-%02u",
	    (unsigned)year % 10000u, (unsigned)month % 100u,
	    (unsigned)of_month % 100u);
	return text;
}

int
date_weekday(int32_t day)
{
	/* 1970-01-01 was a Thursday. */
	int from_monday = (day + 3) % 7;

	return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

int
date_weekday_parse(struct str text)
{
	for (size_t i = 0; i < LENGTH(weekdays); i++)
		if (str_equal(text, str_from(weekdays[i])))
			return (int)i + 1;
	return 0;
}

int32_t
date_of_time(int64_t time, int zone)
{
	int32_t least = date_of(YEAR_FIRST, 1, 1);
	int32_t most = date_of(YEAR_LAST, 12, 31);
	int64_t local, day;

	/* Times outside of the calendar count as its first or last day. */
	if (time / 86400 <= least)
		return least;
	if (time / 86400 >= most)
		return most;
	local = time + (int64_t)zone * 60;
	day = local / 86400 - (local % 86400 < 0);
	return (int32_t)day;
}

bool
date_zone_parse(struct str text, int *minutes)
{
	int hours, rest;

	if (text.size != 6 || (text.data[0] != '+' && text.data[0] != '-') ||
	    text.data[3] != ':' ||
	    !read_digits(str_head(str_from_byte(text, 1), 2), &hours) ||
	    !read_digits(str_from_byte(text, 4), &rest) || rest > 59 ||
	    hours * 60 + rest > ZONE_MAX)
		return false;
	*minutes = (text.data[0] == '-' ? -1 : 1) * (hours * 60 + rest);
	return true;
}

int32_t
date_period_first(struct period period)
{
	struct period month = period_inside(period, PERIOD_MONTH).first;

	return date_of(period_year(month), period_in_year(month), 1);
}

int32_t
date_period_last(struct period period)
{
	struct period month = period_inside(period, PERIOD_MONTH).last;
	int year = period_year(month), number = period_in_year(month);

	return date_of(year, number, date_month_days(year, number));
}

struct period
date_period(int32_t day, enum period_length length)
{
	int year, month, of_month;

	take_apart(day, &year, &month, &of_month);
	return period_containing((struct period){ PERIOD_MONTH,
				     year * 12 + month - 1 },
	    length);
}

/*
 * Reading the lists
 */

/* `FIRST..LAST` or one date, then a name. */
static bool
read_days(struct str text, struct calendar_days *days, struct diag *diag)
{
	struct str dates, last;
	size_t dots;

	days->name = text;
	str_cut(&days->name, ' ', &dates);
	days->name = str_trim(days->name);
	last = dates;
	dots = str_find(dates, '.');
	if (dots != STR_NOWHERE &&
	    str_starts(str_from_byte(dates, dots), STR(".."))) {
		last = str_from_byte(dates, dots + 2);
		dates = str_head(dates, dots);
	}
	if (!date_parse(dates, &days->first)) {
		diag_at(diag, days->place, D_DATE, dates);
		return false;
	}
	if (!date_parse(last, &days->last)) {
		diag_at(diag, days->place, D_DATE, last);
		return false;
	}
	if (days->last < days->first) {
		diag_at(diag, days->place, D_DAYS_BACKWARDS, last, dates);
		return false;
	}
	if (days->last - days->first >= HOLIDAY_MAX) {
		diag_at(diag, days->place, D_DAYS_MANY);
		return false;
	}
	return true;
}

void
calendar_add_holiday(struct calendar *calendar, struct arena *arena,
    struct str text, struct place place, struct diag *diag)
{
	struct calendar_days days = { .place = place };

	if (!read_days(text, &days, diag))
		return;
	calendar->holidays = arena_grow(arena, calendar->holidays,
	    calendar->holiday_count, &calendar->holiday_capacity, sizeof(days));
	calendar->holidays[calendar->holiday_count++] = days;
}

void
calendar_add_workday(struct calendar *calendar, struct arena *arena,
    struct str text, struct place place, struct diag *diag)
{
	struct calendar_days days = { .place = place };

	if (!read_days(text, &days, diag))
		return;
	calendar->workdays = arena_grow(arena, calendar->workdays,
	    calendar->workday_count, &calendar->workday_capacity, sizeof(days));
	calendar->workdays[calendar->workday_count++] = days;
}

static int
compare_days(const void *a, const void *b)
{
	const struct calendar_days *left = a, *right = b;

	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	/* Of those that begin together the one written first. */
	return (left->place.line > right->place.line) -
	       (left->place.line < right->place.line);
}

/* The days of a list in which a day lies, or NULL. */
static const struct calendar_days *
find_days(const struct calendar_days *list, size_t count, int32_t day)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].first <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && list[low - 1].last >= day ? &list[low - 1] : NULL;
}

static struct str
text_of(int32_t day, char text[DATE_TEXT_SIZE])
{
	return str_from(date_text(day, text));
}

static bool
is_weekend(int32_t day)
{
	return date_weekday(day) > 5;
}

/* Whether two days off in a row are one holiday with a hole in it. */
static void
check_gap(const struct calendar *calendar, const struct calendar_days *before,
    const struct calendar_days *after, struct diag *diag)
{
	char text[DATE_TEXT_SIZE];

	if (before->name.size == 0 || !str_equal(before->name, after->name) ||
	    after->first - before->last > NEAR)
		return;
	for (int32_t day = before->last + 1; day < after->first; day++)
		if (calendar_is_working(calendar, day)) {
			diag_at(diag, after->place, D_HOLIDAY_GAP, after->name,
			    text_of(day, text));
			return;
		}
}

/* Years without a holiday, between one that ends and the next. */
static void
check_years(const struct calendar_days *before,
    const struct calendar_days *after, struct diag *diag)
{
	int missing = year_of(before->last) + 1;
	char text[16];

	if (missing >= year_of(after->first))
		return;
	snprintf(text, sizeof(text), "%d", missing);
	diag_at(diag, after->place, D_HOLIDAY_YEAR, str_from(text));
}

static void
check_overlap(const struct calendar_days *before,
    const struct calendar_days *after, struct diag *diag)
{
	char first[DATE_TEXT_SIZE];

	if (after->first > before->last)
		return;
	diag_at(diag, after->place, D_DAYS_OVERLAP,
	    text_of(after->first, first));
	diag_also(diag, before->place, "also here");
}

static void
check_workday(const struct calendar *calendar, const struct calendar_days *days,
    struct diag *diag)
{
	char text[DATE_TEXT_SIZE];

	for (int32_t day = days->first; day <= days->last; day++) {
		if (find_days(calendar->holidays, calendar->holiday_count,
			day) != NULL)
			diag_at(diag, days->place, D_WORKDAY_HOLIDAY,
			    text_of(day, text));
		else if (!is_weekend(day))
			diag_at(diag, days->place, D_WORKDAY_ANYWAY,
			    text_of(day, text),
			    str_from(weekdays[date_weekday(day) - 1]));
		else
			continue;
		return;
	}
}

static void
sort_days(struct calendar_days *list, size_t count, struct diag *diag)
{
	if (count > 1)
		qsort(list, count, sizeof(*list), compare_days);
	for (size_t i = 1; i < count; i++)
		check_overlap(&list[i - 1], &list[i], diag);
}

void
calendar_finish(struct calendar *calendar, struct diag *diag)
{
	sort_days(calendar->holidays, calendar->holiday_count, diag);
	sort_days(calendar->workdays, calendar->workday_count, diag);
	for (size_t i = 1; i < calendar->holiday_count; i++) {
		const struct calendar_days *days = &calendar->holidays[i];

		check_gap(calendar, days - 1, days, diag);
		check_years(days - 1, days, diag);
	}
	for (size_t i = 0; i < calendar->workday_count; i++)
		check_workday(calendar, &calendar->workdays[i], diag);
}

/*
 * Counting
 */

bool
calendar_is_working(const struct calendar *calendar, int32_t day)
{
	if (find_days(calendar->workdays, calendar->workday_count, day) != NULL)
		return true;
	return !is_weekend(day) && find_days(calendar->holidays,
				       calendar->holiday_count, day) == NULL;
}

int32_t
calendar_settle(const struct calendar *calendar, int32_t day)
{
	while (!calendar_is_working(calendar, day))
		day++;
	return day;
}

int32_t
calendar_later(const struct calendar *calendar, int32_t day, int count)
{
	for (; count > 0; count--)
		day = calendar_settle(calendar, day + 1);
	return day;
}

/* The days after `from` up to `to` that are at a weekend, or are not. */
static int32_t
count_days(int32_t from, int32_t to, bool weekend)
{
	int32_t weeks, count;

	if (to <= from)
		return 0;
	weeks = (to - from) / 7;
	count = weeks * (weekend ? 2 : 5);
	for (int32_t day = from + weeks * 7 + 1; day <= to; day++)
		count += is_weekend(day) == weekend;
	return count;
}

/* Those of them that lie in the days of a list. */
static int32_t
count_listed(const struct calendar_days *list, size_t count, int32_t from,
    int32_t to, bool weekend)
{
	int32_t found = 0;

	for (size_t i = 0; i < count; i++) {
		int32_t first = list[i].first - 1, last = list[i].last;

		found += count_days(first > from ? first : from,
		    last < to ? last : to, weekend);
	}
	return found;
}

/* Holidays take weekdays away, make-up days, which are at weekends, add. */
int32_t
calendar_between(const struct calendar *calendar, int32_t from, int32_t to)
{
	return count_days(from, to, false) -
	       count_listed(calendar->holidays, calendar->holiday_count, from,
		   to, false) +
	       count_listed(calendar->workdays, calendar->workday_count, from,
		   to, true);
}

bool
calendar_is_unlisted(const struct calendar *calendar, int32_t day)
{
	int year = year_of(day);

	for (size_t i = 0; i < calendar->holiday_count; i++)
		if (year_of(calendar->holidays[i].first) <= year &&
		    year_of(calendar->holidays[i].last) >= year)
			return false;
	return calendar->holiday_count > 0;
}
