/*
 * node: what a bound rule is made of. Knows what is written, and what the names
 * mean; neither how they were bound nor how they are evaluated.
 *
 * A bound rule is a graph of nodes: an argument of a method that is used
 * twice is one node, evaluated once.
 */
#ifndef SHIJI_NODE_H
#define SHIJI_NODE_H

#include "number/rank.h"
#include "scheme/syntax.h"

struct aggregate;
struct function;
struct item;

enum node_type { TYPE_NUMBER, TYPE_TRUTH };

enum node_kind {
	NODE_NUMBER,  /* number */
	NODE_NONE,    /* not applicable */
	NODE_POINTS,  /* of the item whose rule this is */
	NODE_MEASURE, /* index */
	NODE_ITEM,    /* name: the final score */
	NODE_RATE,    /* name: score over points */
	NODE_CHILD_SCORE,
	NODE_CHILD_POINTS,
	NODE_CHILD_RATE,
	NODE_MEASURES_APPLY,	/* in Eligible: `measures` */
	NODE_MEASURES_REPORTED, /* in Eligible: `reported` */
	NODE_PLACE,		/* in a Grade: `rank` */
	NODE_UNARY,		/* operation */
	NODE_BINARY,
	NODE_IF,
	NODE_CASES,
	NODE_FUNCTION, /* function: of numbers, unit by unit */
	NODE_DEFAULT,
	NODE_MISSING,
	NODE_APPLIES,
	NODE_AGGREGATE, /* scope, aggregate */
	NODE_POOL_RANK, /* ties */
	NODE_SHIFT,	/* shift, whole: another period */
	NODE_MONTH,
	NODE_YTD,
	NODE_GROWTH,   /* of arguments x and its base */
	NODE_IN_GROUP, /* name: dimension, value */
	NODE_OF	       /* index: unit */
};

enum scope {
	SCOPE_POOL,
	SCOPE_PEERS,
	SCOPE_CHILDREN,
	SCOPE_EACH,
	SCOPE_PRESENT
};

enum shift { SHIFT_PREV, SHIFT_YEAR_AGO, SHIFT_YEAR_END };

/* How units_of() counts. */
enum step_mode { STEP_WHOLE, STEP_STARTED, STEP_PROPORTIONAL };

struct node {
	enum node_kind kind;
	enum node_type type;
	uint32_t id;		     /* its place among the program's nodes */
	uint32_t depth;		     /* of the graph below, itself counted */
	const struct syntax *syntax; /* where it is written */
	const struct syntax
	    *caller; /* the outermost call that brought it; or NULL */
	struct node **parts;
	size_t count;

	enum operator operation;
	const struct function *function; /* that was called, or NULL */
	enum scope scope;
	const struct aggregate *aggregate; /* that was called, or NULL */
	enum rank_ties ties;
	enum shift shift;
	enum step_mode mode;
	uint32_t index; /* measure, unit or item */
	int64_t whole;	/* a whole number among the arguments */
	struct num number;
	struct str name, value;
};

/* All that is bound of one item, grade or Eligible. */
struct program {
	struct node **nodes; /* by id */
	size_t node_count, node_capacity;
	const struct item *item; /* NULL for Eligible and grades */
	struct node *rule, *veto, *cap, *floor, *missing, *not_applicable;
	uint32_t *measures; /* read in the period itself, each once */
	size_t measure_count;
	uint32_t *items; /* of this scheme, read in the period itself */
	size_t item_count;
	bool reaches_back; /* reads items of earlier periods */
};

/* The place to blame for a node: in the rule of the item itself. */
static inline struct place
node_place(const struct node *node)
{
	return syntax_place(node->caller != NULL ? node->caller : node->syntax);
}

#endif
