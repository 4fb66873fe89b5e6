/*
 * sensitivity: how firm a ranking is: the same period scored many times with
 * its points and its values varied a little. Knows engines and facts.
 *
 * As the OECD/JRC Handbook on Constructing Composite Indicators (2008, step 7)
 * asks: what is uncertain is varied, all at once, and the ranks that come out
 * are told by their quantiles. All arithmetic is exact, and each draw is made
 * by its own number; so the same seed gives the same result on every machine
 * and any number of threads.
 *
 * Points: the total is taken apart into the items whose scores are simply
 * added (through items without rule, veto, Cap or Floor to which no absent
 * sibling can leave points); each of those that has points counts 1 + VARY * k
 * / 1000 times, k drawn from -1000 to 1000. The total is not rounded then.
 * Units are ranked by it; multiplying all by what brings the points back to
 * their sum would alter no rank.
 *
 * Values: each value that the scheme reads is one less, the same, or one more
 * in its last digit; counts (`Digits: 0`, or `Entries: many`) are exact and
 * stay, and so does a value that would leave its Min and Max. A value that is
 * read twice is the same both times. Everything is then scored again.
 */
#ifndef SHIJI_SENSITIVITY_H
#define SHIJI_SENSITIVITY_H

#include "score/engine.h"

struct sensitivity_request {
	struct period period;
	uint32_t draws;
	uint64_t seed;
	struct num vary; /* a share, from 0 to 1 */
	bool keeps_values;
	unsigned threads; /* 0: as many as there are processors */
};

enum { SENSITIVITY_DRAWS_MAX = 1000000, SENSITIVITY_UNITS_MAX = 3000 };

struct sensitive {
	uint32_t unit;
	struct num score; /* as it is */
	uint32_t rank;
	uint32_t least, low, median, high, most; /* ranks: 5, 50, 95% */
};

/* Two units that changed places in more than one of twenty draws. */
struct sensitive_pair {
	uint32_t above, below; /* places in `units`, as they are */
	uint32_t reversed;     /* in so many draws */
};

struct sensitivity {
	struct arena arena;
	const struct item *total;
	uint32_t draws;
	size_t varied;		 /* items whose points are varied */
	size_t values;		 /* and values */
	struct sensitive *units; /* those with a total, the best first */
	size_t count;
	struct sensitive_pair *pairs; /* in their order */
	size_t pair_count;
};

/*
 * The engine has scored the period; at most SENSITIVITY_UNITS_MAX units have a
 * total. sensitivity_free() frees.
 */
void sensitivity_find(struct sensitivity *sensitivity, struct book *book,
    struct engine *engine, const struct sensitivity_request *request);
void sensitivity_free(struct sensitivity *sensitivity);

#endif
