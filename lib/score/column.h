/*
 * column: what a node of a rule gives: a cell for each unit of the book. A
 * rule cannot fail: a cell that cannot be computed holds why (NUM_FAILED) and
 * at which node, which spreads.
 */
#ifndef SHIJI_COLUMN_H
#define SHIJI_COLUMN_H

#include "number/value.h"
#include "scheme/node.h"

/* A cell for each unit of the book; where uniform, one for them all. */
struct column {
	const struct num *cells;
	bool uniform;
};

static inline struct num
column_cell(struct column column, size_t unit)
{
	return column.cells[column.uniform ? 0 : unit];
}

/* New cells, to be written in full; never none, so that they are not NULL. */
static inline struct num *
column_cells(struct arena *arena, size_t count)
{
	return arena_alloc_raw(arena,
	    (count > 0 ? count : 1) * sizeof(struct num));
}

/*
 * A failed cell holds the reason, the node's id and one, which tells it from
 * what num.h gives, and two numbers of cases.
 */
enum { COLUMN_REASON_BITS = 8, COLUMN_ID_BITS = 24, COLUMN_CASE_BITS = 15 };

static inline struct num
column_failed(unsigned reason, const struct node *node, size_t first,
    size_t second)
{
	const int id_end = COLUMN_REASON_BITS + COLUMN_ID_BITS;

	return (struct num){ (int64_t)reason |
				 ((int64_t)node->id + 1) << COLUMN_REASON_BITS |
				 (int64_t)first << id_end |
				 (int64_t)second << (id_end + COLUMN_CASE_BITS),
		NUM_FAILED };
}

/* What fails at a node is told apart by it; what failed before stays so. */
static inline struct num
column_settled(const struct node *node, struct num result)
{
	if (result.d != NUM_FAILED ||
	    (uint64_t)result.n >> COLUMN_REASON_BITS != 0)
		return result;
	return column_failed((unsigned)result.n, node, 0, 0);
}

#endif
