/*
 * rank_bounds: which ranks are still possible at the year's end, unit by unit,
 * and what is safe. Knows engines and enclosures.
 *
 * What counts is the ranking of the year's own scheme or, where there is none,
 * that of the last period of the year. Periods up to the one given are closed:
 * their values and scores stay. Of every later one, each item may get anything
 * that its bounds allow; so may each value that the year's rules read of it or
 * of the year itself, between its Min and Max. What is made of these is
 * enclosed (analysis/interval_eval.h), so the scores told are never too narrow.
 * Ranks are those that any units' scores in these ranges can give, as if no
 * unit's score depended on another's; so they are never too narrow either.
 */
#ifndef SHIJI_RANK_BOUNDS_H
#define SHIJI_RANK_BOUNDS_H

#include "number/interval.h"
#include "score/engine.h"

enum rank_bounds_verdict {
	RANK_BOUNDS_SAFE, /* among the first so many, whatever comes */
	RANK_BOUNDS_OPEN,
	RANK_BOUNDS_LOST /* not among them any more */
};
/* `safe`, `open`, `lost`. */
const char *rank_bounds_verdict_text(enum rank_bounds_verdict verdict);

/* How a unit can end beside another one. */
enum rank_bounds_order {
	RANK_BOUNDS_SELF,
	RANK_BOUNDS_ABOVE,
	RANK_BOUNDS_EITHER,
	RANK_BOUNDS_BELOW
};
/* "", `above`, `open`, `below`. */
const char *rank_bounds_order_text(enum rank_bounds_order order);

struct rank_bounds_unit {
	uint32_t unit;
	struct num now; /* the total in the period given; may be none */
	uint32_t rank;	/* with it; 0: none */
	struct interval score;
	uint32_t best, worst; /* ranks */
	enum rank_bounds_verdict verdict;
	enum rank_bounds_order beside; /* the unit asked for */
};

struct rank_bounds {
	struct arena arena;
	struct period end;		/* whose ranking counts */
	const struct item *total;	/* of its scheme */
	struct rank_bounds_unit *units; /* in the records' order */
	size_t count;
};

/*
 * `rank` is the one aimed at, `beside` a unit or INDEX_NONE. False where the
 * end has no scheme; what else is wrong the engine reports. rank_bounds_free()
 * frees.
 */
bool rank_bounds_find(struct rank_bounds *rank_bounds, struct book *book,
    struct engine *engine, struct period period, uint32_t rank,
    uint32_t beside);
void rank_bounds_free(struct rank_bounds *rank_bounds);

#endif
