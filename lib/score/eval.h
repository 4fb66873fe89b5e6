/*
 * eval: runs bound rules over the whole pool of units at once, a column for
 * each node. Knows facts and bound rules; what an item's score is it asks of
 * its host.
 *
 * A rule cannot fail: a cell that cannot be computed holds why (NUM_FAILED),
 * which spreads, and matters only if it reaches the end of a rule.
 */
#ifndef SHIJI_EVAL_H
#define SHIJI_EVAL_H

#include "score/facts.h"
#include "score/result.h"
#include "score/scope.h"

/* What evaluation needs from above. */
struct eval_host {
	struct book *book;
	const struct facts *facts;
	void *context;
	/*
	 * The scores of an item at an instant, and its points in *points;
	 * missing for all where the scheme in force has no such item.
	 */
	struct column (*item)(void *context, struct instant instant,
	    const struct node *node, struct column *points);
	/* The scores of a child of the item in hand; the same instant. */
	struct column (*child)(void *context, uint32_t item,
	    struct column *points);
	/* The pool at an instant, in the groups of a dimension. */
	const struct pool *(*pool)(void *context, struct instant instant,
	    struct str dimension);
};

/* Failures beside those of num.h. */
enum { EVAL_NO_CASE = 16, EVAL_MANY_CASES };

struct eval_frame;
enum { EVAL_FRAME_LISTS = 64 };

/* One program at one instant. Set the first fields, leave the rest zero. */
struct evaluation {
	const struct eval_host *host;
	const struct program *program;
	struct instant instant;
	struct str dimension; /* of the pool */
	struct num points;    /* of the item */
	uint8_t *carried;     /* not NULL: carry missing measures, mark them */
	struct column place;  /* `rank`, in a grade */
	struct column applying, reported; /* in Eligible */
	/*
	 * Not NULL: the same program with every unit as it was there. What a
	 * pool gives a unit is then what it would be if this unit alone had
	 * come here, unless the values compared depend on pools themselves.
	 */
	struct evaluation *base;
	struct arena *arena; /* columns live there */
	struct eval_frame *frames[EVAL_FRAME_LISTS];
};

/* The column of a node of the program. */
struct column eval_node(struct evaluation *evaluation, const struct node *node);
/*
 * The same as it is read in another period, and for one child of the item (or
 * INDEX_NONE): a node inside a shift, `each.` or `children.`.
 */
struct column eval_node_in(struct evaluation *evaluation,
    const struct node *node, struct period period, uint32_t child);

/* Whether a node lets units read what others have: pools, peers, of(). */
bool eval_crosses(const struct node *node);

/* The period that a NODE_SHIFT reads, from the one it stands in. */
struct period eval_shifted(struct period period, const struct node *node);

/* Of a failed cell: why, and the node that failed. */
unsigned eval_failure(struct num cell);
const struct node *eval_failed_node(const struct program *program,
    struct num cell);
/* Of EVAL_MANY_CASES: which two conditions of it held. */
void eval_failed_cases(struct num cell, size_t *first, size_t *second);

#endif
