/*
 * goal: the rank that a book aims at, and by when, as its Book record says:
 * `rank 3 by 2022-12`. Knows text and periods; not who has which rank.
 */
#ifndef SHIJI_GOAL_H
#define SHIJI_GOAL_H

#include "time/period.h"

struct goal {
	uint32_t rank; /* 1 is the first */
	bool has_by;
	struct period by; /* the period whose ranking counts */
};

/*
 * `rank N`, or `rank N by PERIOD`, with N from 1 to 1,000,000. False where
 * the text is anything else.
 */
bool goal_parse(struct str text, struct goal *out);
/* A rank alone, as goal_parse() takes it: digits, from 1. */
bool goal_rank_parse(struct str text, uint32_t *out);

/*
 * Which of several goals holds in a period: the first that is due in it or
 * later, or has no date; else the last. NULL where there is none.
 */
const struct goal *goal_for(const struct goal *goals, size_t count,
    struct period period);

#endif
