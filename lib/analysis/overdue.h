/*
 * overdue: what is not reported, late, or only provisional on a day, by office.
 * Knows reports, deadlines and what schemes need; prints nothing.
 */
#ifndef SHIJI_OVERDUE_H
#define SHIJI_OVERDUE_H

#include "analysis/reporting.h"
#include "score/engine.h"

/* Joined by `+` where several hold. */
enum {
	OVERDUE_MISSING = 1 << 0, /* nothing was reported on the day */
	OVERDUE_LATE = 1 << 1, /* and the deadline is past; or it came after */
	OVERDUE_PROVISIONAL = 1 << 2
};

/* Cells of one measure and period that have the same to be said of. */
struct overdue_row {
	struct period period;
	struct str office; /* Id, or as measures name it; empty: nobody's */
	uint32_t measure;  /* INDEX_NONE: the scores of the period */
	uint32_t *units;
	size_t unit_count;
	bool is_all; /* every unit of the period, and more than one */
	unsigned state;
	int32_t due;
	bool is_dated;
	int32_t reported;	    /* where not missing, and dated */
	int32_t days, working_days; /* of delay; where late */
};

struct overdue_list {
	struct overdue_row *rows; /* by office, then period and measure */
	size_t count, capacity;
};

/*
 * List what is due of a period on the day that the reports were asked for. The
 * list lives in the arena; those of several periods are added to one, and put
 * in order by overdue_sort(). `unit` restricts it to one; INDEX_NONE: all.
 */
void overdue_add(struct overdue_list *list, struct engine *engine,
    const struct book *book, const struct reporting *reports,
    struct period period, uint32_t unit, int32_t date, struct arena *arena);
/* In the order of offices.rec; what is nobody's comes last. */
void overdue_sort(struct overdue_list *list, const struct book *book);

/* Appends `missing`, `missing+late` ... */
void overdue_state_print(struct buffer *buffer, unsigned state);

#endif
