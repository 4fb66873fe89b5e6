/*
 * combined_diff: what a commit brought that none of its parents has, as git's
 * combined diff of a merge shows it: scores, with the causes of each
 * difference, and values. Knows histories and attributions; prints nothing.
 */
#ifndef SHIJI_COMBINED_DIFF_H
#define SHIJI_COMBINED_DIFF_H

#include "analysis/attribution.h"
#include "analysis/history.h"
#include "book/data_diff.h"

/* What is looked at. */
struct combined_diff_request {
	/* Of scores; the history is opened with the same choice. */
	bool (*item)(const void *context, const struct item *item);
	bool (*unit)(const void *context, struct str id);
	bool (*measure)(const void *context, struct str id); /* of values */
	const void *context;
	bool causes; /* split the differences of scores */
};

/* A score, state or rank that the first parent has otherwise. */
struct combined_diff_row {
	struct period period;
	const struct snapshot_row *score;
	const struct snapshot *from, *to;
	/* CAUSES of them; NULL where not asked for, and beside a side without
	 * sound records. */
	const struct num *causes;
};

/*
 * The rows of a step whose records are sound, in the order of periods, units
 * and items: those that every other parent has otherwise too. A unit is also
 * looked at where the Id that it has since is asked for. Each row lives until
 * the function returns.
 */
void combined_diff_scores(const struct history *history,
    const struct history_step *step,
    const struct combined_diff_request *request,
    void (*row)(void *context, const struct combined_diff_row *row),
    void *context);

/*
 * The values that the step's records have otherwise than the first parent, and
 * every other one likewise. What cannot be read is reported. The list lives in
 * the arena.
 */
struct data_diff_cell *combined_diff_values(const struct history *history,
    const struct history_step *step,
    const struct combined_diff_request *request, struct arena *arena,
    size_t *count, struct diag *diag);

#endif
