/*
 * dependency: which values an item's score rests on: every measure that its
 * rules read, in every period they read it, through items that they name and
 * those below it; and whether what units compare in a pool depends on pools
 * itself, so that one unit's data reach another's through a third. Knows bound
 * rules and facts; evaluates nothing.
 */
#ifndef SHIJI_DEPENDENCY_H
#define SHIJI_DEPENDENCY_H

#include "score/facts.h"

struct dependency {
	uint32_t measure;
	struct instant instant;
	bool pool;    /* of the other units too: pools, ranks, of() */
	bool carried; /* a missing value is the last one known before */
};

struct dependencies {
	struct dependency *list; /* in the order of first reading */
	size_t count, capacity;
};

/*
 * Add what an item reads at an instant, each measure and instant once; the
 * list lives in the arena. `book` has the measures and the length of periods.
 */
void dependency_of_item(struct arena *arena, const struct book *book,
    const struct facts *facts, const struct scheme *scheme, uint32_t item,
    struct instant instant, struct dependencies *reads);
/* The same for all items of the scheme, and for Eligible. */
void dependency_of_scheme(struct arena *arena, const struct book *book,
    const struct facts *facts, const struct scheme *scheme,
    struct instant instant, struct dependencies *reads);

/*
 * Whether any item of a scheme compares what depends on other comparisons:
 * `pool.rank(x / pool.max(x))`. Then evaluation.base does not serve, and a unit
 * must be scored alone to know what its own data do.
 */
bool dependency_is_mutual(struct schemes *schemes, const struct book *book,
    const struct scheme *scheme);

#endif
