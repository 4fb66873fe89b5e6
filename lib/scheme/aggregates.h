/*
 * aggregates: what a rule may ask of many values, a row for each: its name and
 * arguments, what it gives for numbers and for intervals of them, and what is
 * known of it without running it. Binding, scoring, gap --solve, the linter,
 * explanations and suggestions read the same rows. Knows numbers; neither
 * units nor where the values come from.
 *
 * To add one: a row, the function that it names as `whole`, and a line in
 * shiji-rules(7). What a row leaves out is done by going over all values, or
 * taken to be unknown.
 */
#ifndef SHIJI_AGGREGATES_H
#define SHIJI_AGGREGATES_H

#include "number/interval.h"
#include "scheme/facets.h"
#include "scheme/node.h"

/* Values, all of them numbers, in the order of what has them. */
struct sample {
	const struct num *values;
	const struct num *weights; /* of each; NULL: it takes none */
	size_t count;
	struct num share; /* of a quantile; where none is given, one half */
};

/* Values that may be anything in their intervals, and certainly numbers. */
struct interval_sample {
	const struct interval *values;
	const struct interval *weights; /* of each, or NULL */
	size_t count;
	size_t perhaps; /* conditions beside them that may hold or not */
	struct num share;
};

/* One value of a sample left out, one put in, or both. */
struct exchange {
	size_t at;	   /* a place in the sample */
	bool leaves;	   /* what stands there is left out */
	struct num enters; /* and this put there, if it is a number */
};

/* A sample with what was found of it once, for many exchanges. */
struct prepared_sample {
	struct arena *arena;
	const struct aggregate *aggregate;
	struct sample sample;
	struct num *sorted;	 /* rising */
	struct num *rounded;	 /* by num_significant */
	struct num sum, squares; /* of what is rounded */
};

struct aggregate {
	const char *name;
	/*
	 * First the letter of what is gone over: n numbers, a numbers or
	 * truths, of which those that hold are taken. Then s: a share from 0
	 * to 1; w: a weight for each value.
	 */
	const char *arguments;
	bool each_only;	   /* no scope has it but `each` */
	bool zero_of_none; /* of no values it is 0, and not missing */
	/* What it is of one value or more. */
	struct num (*whole)(struct arena *arena, const struct sample *sample);
	/*
	 * For each value what the others come to, two values or more. NULL:
	 * by exchanging them for nothing.
	 */
	void (*without)(struct arena *arena, const struct sample *sample,
	    struct num *out);
	/*
	 * What it is with an exchange that leaves one value or more, and what
	 * is to be found for that. NULL: by going over all.
	 */
	struct num (*exchanged)(const struct prepared_sample *prepared,
	    const struct exchange *exchange);
	void (*prepare)(struct prepared_sample *prepared);
	/*
	 * All that it can be, of one value or perhaps one. NULL: told by
	 * `monotone`.
	 */
	struct interval (*interval)(struct arena *arena,
	    const struct interval_sample *sample);
	enum monotone monotone;
	enum sign sign;
	/*
	 * What sets it: the places of the values that it is, or lies between,
	 * among so many rising ones. NULL: no single ones are known to.
	 */
	void (*places)(size_t count, struct num share, size_t *low,
	    size_t *high);
};

/* Row by row; NULL past the last. */
const struct aggregate *aggregate_at(size_t number);
/* NULL where there is none of the name in the scope. */
const struct aggregate *aggregate_find(enum scope scope, struct str name);
/* `pool`, and the scope of such a name. */
const char *aggregate_scope_text(enum scope scope);
bool aggregate_scope_parse(struct str text, enum scope *out);

bool aggregate_takes_truths(const struct aggregate *aggregate);
bool aggregate_has_share(const struct aggregate *aggregate);
bool aggregate_has_weights(const struct aggregate *aggregate);
/* How many of a call's parts are what is gone over; and its share. */
size_t aggregate_parts(const struct node *call);
struct num aggregate_share(const struct node *call);

/* What it is of any number of values. */
struct num aggregate_whole(struct arena *arena,
    const struct aggregate *aggregate, const struct sample *sample);
/* The same without each of them. */
void aggregate_without(struct arena *arena, const struct aggregate *aggregate,
    const struct sample *sample, struct num *out);
/* The same with one exchanged, of values that must outlive `prepared`. */
void aggregate_prepare(struct arena *arena, const struct aggregate *aggregate,
    const struct sample *sample, struct prepared_sample *prepared);
struct num aggregate_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange);
/* All that it can be. */
struct interval aggregate_interval(struct arena *arena,
    const struct aggregate *aggregate, const struct interval_sample *sample);

/* The numbers in rising order, a copy. */
struct num *aggregate_sorted(struct arena *arena, const struct num *values,
    size_t count);
/* How many of the sorted numbers are below a number, or not above it. */
size_t aggregate_rank_in(const struct num *sorted, size_t count,
    struct num number, bool or_equal);

#endif
