/*
 * interval_open: which values are open, and what they can be; not why.
 */
#ifndef SHIJI_INTERVAL_OPEN_H
#define SHIJI_INTERVAL_OPEN_H

#include "base/str.h"
#include "number/interval.h"
#include "time/period.h"

struct interval_open {
	void *context;
	/*
	 * Whether a measure read in a period is open for a unit, and its
	 * range; with a unit of SIZE_MAX, whether it is for any (no range).
	 */
	bool (*measure)(void *context, uint32_t measure, struct period period,
	    size_t unit, struct interval *out);
	/*
	 * The same of an item of another period than the one that is scored,
	 * with its points; NULL: none is.
	 */
	bool (*item)(void *context, struct period period, struct str item,
	    size_t unit, struct interval *score, struct interval *points);
	/*
	 * Every item is taken to have a score in the end, for whoever is or may
	 * become eligible, also where the result has none yet.
	 */
	bool settles;
};

#endif
