/*
 * interval_aggregate: what aggregates and ranks can be over values that are
 * intervals: score/scope.h over what may be, instead of what is. An interval
 * for each unit in, and out; knows nothing of how they were come by.
 */
#ifndef SHIJI_INTERVAL_AGGREGATE_H
#define SHIJI_INTERVAL_AGGREGATE_H

#include "number/interval.h"
#include "score/scope.h"

/* An aggregate of each group, or of the others in it for each unit. */
struct interval *interval_aggregate_pool(const struct scope_call *call,
    const struct interval *values);
struct interval *interval_aggregate_peers(const struct scope_call *call,
    const struct interval *values);
struct interval *interval_aggregate_ranks(const struct scope_call *call,
    const struct interval *values);
/* Unit by unit over a list; weights where the aggregate has them, else NULL. */
struct interval *interval_aggregate_list(const struct scope_call *call,
    const struct interval *const *values, const struct interval *const *weights,
    size_t count);

#endif
