/*
 * tangle: whether what units compare in a pool depends on pools itself, so
 * that one unit's data reach another's through a third. Knows bound rules.
 */
#ifndef SHIJI_TANGLE_H
#define SHIJI_TANGLE_H

#include "scheme/bind.h"

/*
 * Whether any item of a scheme compares what depends on other comparisons:
 * `pool.rank(x / pool.max(x))`. Then evaluation.base does not serve, and a unit
 * must be scored alone to know what its own data do.
 */
bool dependency_is_mutual(struct schemes *schemes, const struct book *book,
    const struct scheme *scheme);

#endif
