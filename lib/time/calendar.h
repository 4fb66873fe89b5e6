/*
 * calendar: civil dates, days of the week, and which days are worked on. Knows
 * text, periods and findings; no clock, and no time zone of the machine.
 *
 * A day is the number of days since 1970-01-01 in the Gregorian calendar; the
 * years are those of periods, 1000 to 9999.
 */
#ifndef SHIJI_CALENDAR_H
#define SHIJI_CALENDAR_H

#include "base/diag.h"
#include "time/period.h"

#define DATE_TEXT_SIZE 12

/* `2022-10-08`; false where there is no such day. */
bool date_parse(struct str text, int32_t *day);
/* Writes the text that date_parse reads; returns text. */
const char *date_text(int32_t day, char text[DATE_TEXT_SIZE]);
/* The day of a year, month and day of the month, which must be there. */
int32_t date_of(int year, int month, int day);
/* How many days a month has. */
int date_month_days(int year, int month);
/* 1 is Monday, 7 is Sunday. */
int date_weekday(int32_t day);
/* `Monday` and so on: the number, 0 where it is none. */
int date_weekday_parse(struct str text);
/* The day at a time in seconds since 1970, so many minutes east of UTC. */
int32_t date_of_time(int64_t time, int zone);
/* `+08:00`, `-03:30`, at most 14 hours: in minutes. */
bool date_zone_parse(struct str text, int *minutes);

/* The first and the last day of a period. */
int32_t date_period_first(struct period period);
int32_t date_period_last(struct period period);
/* The period of this length in which a day lies. */
struct period date_period(int32_t day, enum period_length length);

/* Days in a row: a holiday, or days worked on for one. */
struct calendar_days {
	int32_t first, last; /* both included */
	struct str name;
	struct place place;
};

/*
 * Monday to Friday are worked on, but for holidays; Saturday and Sunday are
 * not, but for make-up days. All zeros is a calendar without either.
 */
struct calendar {
	struct calendar_days *holidays, *workdays; /* by first day */
	size_t holiday_count, holiday_capacity;
	size_t workday_count, workday_capacity;
};

/*
 * Add `2022-10-01..2022-10-07 name`, or one date; every fault is reported at
 * the place. Texts and places are borrowed, the lists live in the arena.
 */
void calendar_add_holiday(struct calendar *calendar, struct arena *arena,
    struct str text, struct place place, struct diag *diag);
void calendar_add_workday(struct calendar *calendar, struct arena *arena,
    struct str text, struct place place, struct diag *diag);
/*
 * Once all are there: put them in order, and report holidays that overlap,
 * that leave out days in their midst, years without any between years that
 * have some, and make-up days that need no making up. Before this nothing may
 * be asked.
 */
void calendar_finish(struct calendar *calendar, struct diag *diag);

bool calendar_is_working(const struct calendar *calendar, int32_t day);
/* The day itself or, where it is a day off, the next working day. */
int32_t calendar_settle(const struct calendar *calendar, int32_t day);
/* The working day that comes so many (1 or more) after a day. */
int32_t calendar_later(const struct calendar *calendar, int32_t day, int count);
/* How many working days there are after `from` up to `to`, that included. */
int32_t calendar_between(const struct calendar *calendar, int32_t from,
    int32_t to);
/* Whether holidays are listed, but none of this day's year. */
bool calendar_is_unlisted(const struct calendar *calendar, int32_t day);

#endif
