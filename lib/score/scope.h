/*
 * scope: what aggregates and ranks give over what their scopes go over: pools
 * of units, the others in them, or lists of columns. Columns in, a column out;
 * knows nothing of how they were come by.
 */
#ifndef SHIJI_SCOPE_H
#define SHIJI_SCOPE_H

#include "score/column.h"

/* The units that are compared with one another, group by group. */
struct pool {
	uint32_t *units; /* of all groups, each in the order of units.rec */
	size_t *starts;	 /* where each group begins, and the end */
	size_t group_count;
	uint32_t *groups; /* of each unit of the book, or INDEX_NONE */
};

/* An aggregate or rank of a rule, and what it is asked over. */
struct scope_call {
	struct arena *arena;	 /* results live there */
	const struct node *node; /* NODE_AGGREGATE or NODE_POOL_RANK */
	const struct pool *pool; /* not for lists */
	size_t units;		 /* of the book */
};

/* An aggregate of each group, or of the others in it for each unit. */
struct column scope_pool(const struct scope_call *call, struct column values);
struct column scope_peers(const struct scope_call *call, struct column values);
struct column scope_ranks(const struct scope_call *call, struct column values);
/*
 * Unit by unit over a list of columns, of as many parts in SCOPE_PRESENT, else
 * of the first; weights where the aggregate has them, else NULL.
 */
struct column scope_list(const struct scope_call *call,
    const struct column *values, const struct column *weights, size_t count);

/*
 * What a pool gives each unit if that unit alone had come here, all the others
 * being as they were there: `then` is what it gave there, `there` and `here`
 * what is gone over. For a pool's aggregate or rank.
 */
struct column scope_alone(const struct scope_call *call, struct column then,
    struct column there, struct column here);

#endif
