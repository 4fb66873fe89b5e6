/*
 * dispatch: what a dispatch sheet tells of an item: the measure that says how
 * it stands, and when that was last reported. Knows responsibilities, plans,
 * data and who made a line; prints nothing.
 */
#ifndef SHIJI_DISPATCH_H
#define SHIJI_DISPATCH_H

#include "analysis/alert_status.h"
#include "git/blame.h"

/* What is looked at, all of it borrowed. */
struct dispatch {
	const struct responsibilities *duties;
	struct engine *engine;
	struct blame *blame; /* where days come from; NULL: from nowhere */
	int32_t today;	     /* of what is not committed yet */
};

/*
 * Of the measure that tells how an item stands: the one that is furthest behind
 * its plan, else the first that has a target, else the first that is none. The
 * numbers live in the arena.
 */
struct progress dispatch_progress(const struct dispatch *dispatch,
    uint32_t item, struct arena *arena);

/* A report: of which period, and from when. */
struct dispatch_report {
	bool found, is_dated;
	struct period period;
	int64_t time;
	int32_t day;
};

/*
 * The newest report of an item: of each measure that is no target, in its
 * newest period with a value, looked for over 12 periods.
 */
struct dispatch_report dispatch_last_report(const struct dispatch *dispatch,
    uint32_t item, struct arena *arena);

#endif
