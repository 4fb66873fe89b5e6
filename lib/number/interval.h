/*
 * interval: arithmetic of what a number may be: from one end to another, either
 * of which may be open, or perhaps no number at all. Knows numbers only.
 *
 * What comes out always holds every number that could come out: it may be too
 * wide, never too narrow. Ends are exact.
 */
#ifndef SHIJI_INTERVAL_H
#define SHIJI_INTERVAL_H

#include "number/value.h"

struct interval {
	struct num low, high; /* where not open */
	bool below, above;    /* open downwards, upwards */
	/* It may also be no number. Where it certainly is none, `low` says
	 * which, and is_absent() is true. */
	bool doubt;
};

/* One value; where it is no number, certainly that. */
struct interval interval_of(struct num value);
struct interval interval_between(struct num low, struct num high);
/* Anything, no number included. */
struct interval interval_whole(void);
/* A condition that may hold or not. */
struct interval interval_either(void);

static inline bool
interval_is_absent(const struct interval *range)
{
	return !range->below && !num_is_number(range->low);
}

/* One value for certain. */
bool interval_is_point(const struct interval *range);
/* Of a condition: whether it certainly holds, or certainly does not. */
bool interval_is_true(const struct interval *range);
bool interval_is_false(const struct interval *range);

/* -1 where a is certainly less than b, 1 where more, 0 where neither. */
int interval_order(const struct interval *a, const struct interval *b);

/* Conditions, which hold for certain, not at all, or perhaps. */
struct interval interval_less(const struct interval *a,
    const struct interval *b);
struct interval interval_less_equal(const struct interval *a,
    const struct interval *b);
struct interval interval_equal(const struct interval *a,
    const struct interval *b);
struct interval interval_not(const struct interval *condition);

/* What holds either. */
struct interval interval_hull(const struct interval *a,
    const struct interval *b);

/* What may come of several ways: begin with zeros. */
struct interval_choice {
	struct interval interval;
	bool any;
};

void interval_choose(struct interval_choice *choice,
    const struct interval *interval);
/* The same of one value; where it is no number, of anything. */
void interval_choose_value(struct interval_choice *choice, struct num value);

struct interval interval_add(struct arena *arena, const struct interval *a,
    const struct interval *b);
struct interval interval_negate(struct arena *arena, const struct interval *a);
struct interval interval_subtract(struct arena *arena, const struct interval *a,
    const struct interval *b);
struct interval interval_multiply(struct arena *arena, const struct interval *a,
    const struct interval *b);
struct interval interval_divide(struct arena *arena, const struct interval *a,
    const struct interval *b);
struct interval interval_power(struct arena *arena, const struct interval *a,
    const struct interval *b);
struct interval interval_absolute(struct arena *arena,
    const struct interval *a);

/* The less, and the greater, of the two. */
struct interval interval_minimum(const struct interval *a,
    const struct interval *b);
struct interval interval_maximum(const struct interval *a,
    const struct interval *b);

/*
 * A function that never falls, at both ends. What fails at one end makes the
 * whole.
 */
struct interval interval_rising(const struct interval *a,
    struct num (*function)(void *context, struct num x), void *context);

/* A hair to either side, for what is rounded to NUM_DIGITS elsewhere. */
struct interval interval_loosen(struct arena *arena, struct interval a);

#endif
