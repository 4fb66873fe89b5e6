/*
 * functions: what a rule may call, a row for each: its name and arguments,
 * what it gives for numbers and for intervals of them, and what is known of it
 * without running it. Binding, scoring, gap --solve, the linter and suggestions
 * read the same rows. Knows numbers; no units, no data.
 *
 * To add one: a row, the function that it names, a line in shiji-rules(7).
 * What a row leaves out is taken to be unknown, and what it gives over
 * intervals to be anything.
 */
#ifndef SHIJI_FUNCTIONS_H
#define SHIJI_FUNCTIONS_H

#include "number/interval.h"
#include "scheme/facets.h"
#include "scheme/node.h"

struct function {
	const char *name;
	/*
	 * A letter for each argument. Numbers: n any, e an edge, which must
	 * rise from one to the next, d a divisor, l and h a lower and an upper
	 * bound. t truth. Words, which come after all numbers where the kind
	 * is NODE_FUNCTION: c whole number, x measure, i item, u unit,
	 * g dimension, v group, m step mode, w ties.
	 * After `?` an optional one; after `*` a group that may be repeated.
	 */
	const char *arguments;
	enum node_kind kind; /* what a call becomes */
	enum node_type type;
	int64_t whole; /* an optional c that is not given */
	enum shift shift;
	/*
	 * Of NODE_FUNCTION and other kinds that are values of values: the
	 * result for the values of a call's parts. They are numbers, unless
	 * it takes_absent, since otherwise an absent one decides.
	 */
	struct num (*evaluate)(struct arena *arena, const struct node *call,
	    const struct num *values);
	bool takes_absent;
	/*
	 * All that it can be for parts that may be anything in their
	 * intervals; none is certainly absent, unless it takes_absent. NULL:
	 * told by `monotone`, the number being the first part.
	 */
	struct interval (*interval)(struct arena *arena,
	    const struct node *call, const struct interval *parts);
	enum monotone monotone;
	enum sign sign;
};

/* Row by row; NULL past the last. */
const struct function *function_at(size_t number);
/* NULL where there is none of the name. */
const struct function *function_find(struct str name);
/* The letter of an argument, those that are repeated counted on. */
char function_argument(const struct function *function, size_t number);

/* What a call whose function has `evaluate` gives for values of its parts. */
struct num function_value(struct arena *arena, const struct node *call,
    const struct num *values);
/* All that it can be for intervals of them. */
struct interval function_interval(struct arena *arena, const struct node *call,
    const struct interval *parts);

#endif
