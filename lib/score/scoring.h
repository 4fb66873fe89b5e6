/*
 * scoring: a period while it is scored: a program run over the units in hand,
 * whatever it cannot compute reported once and missing from then on. Knows eval
 * and results; neither policies nor what is scored when.
 */
#ifndef SHIJI_SCORING_H
#define SHIJI_SCORING_H

#include "score/eval.h"

struct shares;

/* What was done to scores, one thing after another. */
struct score_changes {
	struct arena arena;
	struct score_change *list;
	size_t count, capacity;
};

/* Set what is said of the period, and of an item before it is scored. */
struct scoring {
	const struct eval_host *host;
	struct diag *diag;
	struct instant instant;
	struct result *result;
	struct arena *scratch; /* for one step */
	size_t first, units;   /* from which unit, and up to which */
	/*
	 * Where each unit is to have what it would if it alone had come here:
	 * what evaluation.base runs in, and the scores there; or NULL.
	 */
	const struct eval_host *base_host;
	const struct result *base_result;

	const struct item *item;
	struct item_scores *out;
	struct shares **shares; /* of each item with some, of each unit */
	bool again;		/* into the columns that are there */
	struct score_changes *changes; /* or NULL: nobody asks for them */

	struct evaluation evaluation, base; /* scoring_start() sets them */
};

static inline bool
scoring_has(const struct scoring *scoring, size_t unit)
{
	return scoring->result->standings[unit] == STANDING_IN;
}

/* Make a program ready to run at the instant in hand. */
void scoring_start(struct scoring *scoring, const struct program *program,
    struct str dimension, struct num points);
/*
 * The column of a node of that program, in cells that may be changed; each way
 * it failed is reported once, and those cells are missing.
 */
struct num *scoring_cells(struct scoring *scoring, const struct node *node);

#endif
