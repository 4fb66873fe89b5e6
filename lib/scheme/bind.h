/*
 * bind: gives the names of a scheme's rules their meaning, and checks all that
 * can be checked before any is run: unknown names, numbers of arguments, truth
 * values where numbers belong, cycles. Knows schemes; evaluates nothing.
 *
 * A bound rule is a graph of nodes: an argument of a method that is used
 * twice is one node, evaluated once.
 */
#ifndef SHIJI_BIND_H
#define SHIJI_BIND_H

#include "number/rank.h"
#include "scheme/scheme.h"

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
	NODE_SHIFT,	/* shift, count: another period */
	NODE_MONTH,
	NODE_YTD,
	NODE_GROWTH,   /* of arguments x and its base */
	NODE_IN_GROUP, /* name: dimension, value */
	NODE_OF	       /* index: unit */
};

enum function {
	FUNCTION_MIN,
	FUNCTION_MAX,
	FUNCTION_ABS,
	FUNCTION_CLAMP,
	FUNCTION_ROUND,
	FUNCTION_FLOOR,
	FUNCTION_CEIL,
	FUNCTION_SQRT,
	FUNCTION_LN,
	FUNCTION_EXP,
	FUNCTION_STEPS,
	FUNCTION_STEPS_ABOVE,
	FUNCTION_INTERP,
	FUNCTION_BRACKETS,
	FUNCTION_UNITS_OF
};

enum scope {
	SCOPE_POOL,
	SCOPE_PEERS,
	SCOPE_CHILDREN,
	SCOPE_EACH,
	SCOPE_PRESENT
};

enum aggregate {
	AGGREGATE_MIN,
	AGGREGATE_MAX,
	AGGREGATE_SUM,
	AGGREGATE_MEAN,
	AGGREGATE_MEDIAN,
	AGGREGATE_QUANTILE,
	AGGREGATE_SD,
	AGGREGATE_COUNT,
	AGGREGATE_GEOMEAN,
	AGGREGATE_LAST,
	AGGREGATE_WEIGHTED
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
	enum function function;
	enum scope scope;
	enum aggregate aggregate;
	enum rank_ties ties;
	enum shift shift;
	enum step_mode mode;
	uint32_t index;	 /* measure, unit or item */
	int64_t periods; /* of prev */
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

/*
 * Where schemes come from while a book is in use: loaded and bound once each,
 * since a rule may reach the items of another scheme.
 */
struct schemes;
struct schemes *schemes_new(struct book *book, struct diag *diag);
void schemes_free(struct schemes *schemes); /* welcomes NULL */

/*
 * The scheme of a file of the book, bound; NULL where it cannot be read.
 * Faults are reported the first time; is_sound says whether there were any.
 */
struct scheme *schemes_get(struct schemes *schemes,
    const struct scheme_file *file);
/* The same where it was asked for before, bound; else NULL. */
struct scheme *schemes_loaded(const struct schemes *schemes, size_t number);
/* The scheme in force in a period, or NULL. */
struct scheme *schemes_for(struct schemes *schemes, struct period period);

/* Every name a rule may call, for the manual's test: NULL past the end. */
const char *bind_function_name(size_t number);
/* How many shorter periods `each.` runs over in a scheme, 0: it may not. */
int bind_each_count(const struct scheme *scheme);

/* The place to blame for a node: in the rule of the item itself. */
struct place node_place(const struct node *node);

#endif
