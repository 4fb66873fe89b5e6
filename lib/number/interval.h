/*
 * range: arithmetic of what a number may be: from one end to another, either of
 * which may be open, or perhaps no number at all. Knows numbers only.
 *
 * What comes out always holds every number that could come out: it may be too
 * wide, never too narrow. Ends are exact.
 */
#ifndef SHIJI_INTERVAL_H
#define SHIJI_INTERVAL_H

#include "format/record.h"

struct range {
	struct num low, high; /* where not open */
	bool below, above;    /* open downwards, upwards */
	/* It may also be no number. Where it certainly is none, `low` says
	 * which, and is_absent() is true. */
	bool doubt;
};

/* One value; where it is no number, certainly that. */
struct range range_of(struct num value);
struct range range_between(struct num low, struct num high);
/* Anything, no number included. */
struct range range_whole(void);
/* A condition that may hold or not. */
struct range range_either(void);

static inline bool
range_is_absent(const struct range *range)
{
	return !range->below && !num_is_number(range->low);
}

/* One value for certain. */
bool range_is_point(const struct range *range);
/* Of a condition: whether it certainly holds, or certainly does not. */
bool range_is_true(const struct range *range);
bool range_is_false(const struct range *range);

/* -1 where a is certainly less than b, 1 where more, 0 where neither. */
int range_order(const struct range *a, const struct range *b);

/* What holds either. */
struct range range_hull(const struct range *a, const struct range *b);

struct range range_add(struct arena *arena, const struct range *a,
    const struct range *b);
struct range range_negate(struct arena *arena, const struct range *a);
struct range range_subtract(struct arena *arena, const struct range *a,
    const struct range *b);
struct range range_multiply(struct arena *arena, const struct range *a,
    const struct range *b);
struct range range_divide(struct arena *arena, const struct range *a,
    const struct range *b);
struct range range_power(struct arena *arena, const struct range *a,
    const struct range *b);
struct range range_absolute(struct arena *arena, const struct range *a);

/* The less, and the greater, of the two. */
struct range range_minimum(const struct range *a, const struct range *b);
struct range range_maximum(const struct range *a, const struct range *b);

/*
 * A function that never falls, at both ends. What fails at one end makes the
 * whole.
 */
struct range range_rising(const struct range *a,
    struct num (*function)(void *context, struct num x), void *context);

#endif
