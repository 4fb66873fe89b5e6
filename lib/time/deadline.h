/*
 * deadline: until when something is due, as a book states it for all of its
 * periods: `data day 3`. Knows calendars and periods; no book.
 */
#ifndef SHIJI_DEADLINE_H
#define SHIJI_DEADLINE_H

#include "time/calendar.h"

/* What is due. */
enum deadline_subject { DEADLINE_DATA, DEADLINE_SCORES, DEADLINE_SUBJECTS };

enum deadline_kind {
	DEADLINE_WEEKDAY, /* the first such day after the period */
	DEADLINE_DAY,	  /* of the month after the period */
	DEADLINE_DATE,	  /* month and day, the first after the period */
	DEADLINE_END	  /* of the period, and so many days */
};

struct deadline {
	bool given;
	enum deadline_kind kind;
	int weekday, month, day;
	int count;    /* days after the end */
	bool working; /* working days are counted */
	struct str text;
};

/*
 * Read `data Wednesday`, `data day 3`, `data 01-20`, `scores month-end`, or
 * `scores month-end + 3 working days` into the place of its subject. Faults are
 * reported: what is not understood, a day that is not there in every month or
 * year, an end of another length than the book's, a subject given twice.
 */
void deadline_read(struct deadline deadlines[DEADLINE_SUBJECTS],
    struct str text, enum period_length length, struct place place,
    struct diag *diag);

/*
 * The day until whose end something is due. One that falls on a day off is the
 * next working day. Of October 2022, which ends on a Monday, `data Wednesday`
 * gives 2022-11-02, `data day 5`, a Saturday, 2022-11-07, and `scores month-end
 * + 3 working days` 2022-11-03.
 */
int32_t deadline_day(const struct deadline *deadline,
    const struct calendar *calendar, struct period period);

#endif
