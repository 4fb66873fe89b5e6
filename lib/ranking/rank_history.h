/*
 * rank_history: what ranked rows were in earlier periods: the rank then, and
 * for how long they have been among the last. Knows the rows of a stream and
 * periods.
 */
#ifndef SHIJI_RANK_HISTORY_H
#define SHIJI_RANK_HISTORY_H

#include "ranking/rank_input.h"

/* By row; NULL where not asked for. */
struct rank_history {
	struct num *since; /* the rank then, or no number */
	bool *is_later;	   /* than the period that is compared with */
	uint32_t *streaks; /* how many periods in a row */
};

/*
 * Look back as the options ask. -1 with every fault reported: a unit twice, a
 * period that cannot be read or is not there. rank_history_free() frees in
 * either case; it welcomes all zeros.
 */
int rank_history_look(struct rank_history *history, struct rank_input *input,
    const struct ranking *ranking);
void rank_history_free(struct rank_history *history);

#endif
