/*
 * result: what scoring a period gives: the score, the points and the state of
 * each item for each unit, and what can be told of how a score came about.
 * Knows bound schemes; computes nothing.
 */
#ifndef SHIJI_RESULT_H
#define SHIJI_RESULT_H

#include "scheme/bind.h"
#include "score/column.h"

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

/* What was done to a score, in the order in which it is done. */
enum change_kind {
	CHANGE_RULE,	 /* what the rule gave; from is missing */
	CHANGE_CHILDREN, /* the same of the sum of its children */
	CHANGE_VETO,	 /* a veto held, or could not be told */
	CHANGE_CAP,
	CHANGE_FLOOR,
	CHANGE_MISSING, /* the policy for what is missing */
	CHANGE_NOT_APPLICABLE,
	CHANGE_DEDUCTION, /* turned into what is taken away */
	CHANGE_POINTS,	  /* the full marks, after the siblings gave theirs */
	CHANGE_RESCALED,  /* the score with them */
	CHANGE_ROUNDED
};

struct score_change {
	uint32_t unit;
	enum change_kind kind;
	struct num from, to;
};

#endif
