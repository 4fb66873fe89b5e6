/*
 * result: what scoring a period gives: the score, the points and the state of
 * each item for each unit. Knows bound schemes; says nothing of how they came.
 */
#ifndef SHIJI_RESULT_H
#define SHIJI_RESULT_H

#include "scheme/bind.h"

/* A cell for each unit of the book; where uniform, one for them all. */
struct column {
	const struct num *cells;
	bool uniform;
};

static inline struct num
column_cell(struct column column, size_t unit)
{
	return column.cells[column.uniform ? 0 : unit];
}

/* What happened to a score; none of these: it was simply scored. */
enum {
	STATE_MISSING = 1 << 0,
	STATE_NOT_APPLICABLE = 1 << 1,
	STATE_CARRIED = 1 << 2,
	STATE_CAPPED = 1 << 3,
	STATE_FLOORED = 1 << 4,
	STATE_VETOED = 1 << 5,
	STATE_INELIGIBLE = 1 << 6,
	/* Published while values were missing; no scoring ever sets it. */
	STATE_PROVISIONAL = 1 << 7
};

enum standing {
	STANDING_NONE,	     /* no member of the book in the period */
	STANDING_INELIGIBLE, /* shown, but not scored, ranked or in a pool */
	STANDING_IN
};

struct item_scores {
	struct num *scores;   /* of each unit */
	struct column points; /* n/a outside the full marks */
	uint8_t *states;
	/* Before policies, where one takes the pool's mean of it; or NULL. */
	struct num *before_policies;
};

struct result {
	struct arena arena;
	struct period period;
	struct scheme *scheme;
	const uint8_t *standings;  /* enum standing of each unit */
	struct item_scores *items; /* as the scheme's items */
	int32_t *grades; /* of each unit: into scheme->grades, or -1; NULL
			    where the scheme has none */
};

#endif
