/*
 * compare: which periods of two sides are compared, pair by pair, and how what
 * they have differs. A side is a book with its engine, or scores that were
 * written down before. Knows books, snapshots and attributions; not how a side
 * was named, nor how anything is shown.
 */
#ifndef SHIJI_COMPARE_H
#define SHIJI_COMPARE_H

#include "analysis/attribution.h"

struct compare_side {
	struct book *book;     /* NULL: scores written down */
	struct engine *engine; /* of the book; reports what is wrong */

	/* Of scores written down: their periods, each once, and the scores of
	 * one, as snapshot_take() has them. */
	const struct period *periods;
	size_t period_count;
	void (*snapshot)(const void *scores, struct period period,
	    bool (*choose)(const void *context, const struct item *item),
	    const void *context, struct snapshot *out);
	const void *scores;

	bool has_period; /* the side itself names one */
	struct period period;
};

struct compare_pair {
	struct period from, to;
};

/*
 * The caller fills what stands above the arena; all of it, and all that the
 * sides point to, must outlive the comparison. compare_free() frees.
 */
struct compare {
	struct compare_side from, to;
	bool is_same;	  /* both sides read the same records */
	bool has_periods; /* asked for, of both sides */
	struct period_range periods;

	struct arena arena;
	struct compare_pair *pairs; /* in the order of time */
	size_t count, capacity;
};

/* What keeps two sides from being compared. */
enum compare_fault {
	COMPARE_NONE,
	COMPARE_RANGE,	  /* a range was asked for, one side names a period */
	COMPARE_LENGTHS,  /* the sides name a month and a quarter, or such */
	COMPARE_NO_DATA,  /* of the book that a period is compared within */
	COMPARE_NO_PAIR,  /* neither side has a period */
	COMPARE_NO_SCORES /* of any pair, on either side */
};

/*
 * Settle the periods. Where one side names a period and the other does not, it
 * is compared with that asked for, or with the same period of the other side;
 * within the same records, with the newest that has data. Where neither does,
 * all periods asked for are compared or, without any, all that either side has:
 * beside scores written down, those that they have.
 */
enum compare_fault compare_settle(struct compare *compare);

/*
 * Score all pairs, so that nothing is half shown. What is wrong with the
 * records stands in the engines' findings, and is to be looked at first.
 */
enum compare_fault compare_score(struct compare *compare);

/*
 * How a pair differs; why, where both sides are records. attribution_free()
 * frees.
 */
void compare_find(const struct compare *compare,
    const struct compare_pair *pair, const struct attribution_request *request,
    struct attribution *changes);
/* The scores of a pair; snapshot_free() frees each. */
void compare_take(const struct compare *compare,
    const struct compare_pair *pair,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *from, struct snapshot *to);

void compare_free(struct compare *compare);

#endif
