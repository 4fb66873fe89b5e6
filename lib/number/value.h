/*
 * value: what a cell holds: a number, or why there is none. Knows numbers, and
 * nothing of records.
 */
#ifndef SHIJI_VALUE_H
#define SHIJI_VALUE_H

#include "number/num.h"

/* What a value that is no number stands for; beside NUM_FAILED. */
#define VALUE_MISSING (-2)	  /* not reported yet */
#define VALUE_NOT_APPLICABLE (-3) /* this unit has no such thing */

static inline struct num
value_missing(void)
{
	return (struct num){ 0, VALUE_MISSING };
}

static inline struct num
value_not_applicable(void)
{
	return (struct num){ 0, VALUE_NOT_APPLICABLE };
}

/*
 * Arithmetic written through: as the functions of num.h, but what is no number
 * spreads, so that the result of one may be given to the next.
 */
static inline struct num
value_add(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_add(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_sub(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_sub(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_mul(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_mul(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_div(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_div(arena, a, b);
	return num_is_number(a) ? b : a;
}

/* Whether two values are the same number, or absent in the same way. */
static inline bool
value_equal(struct num a, struct num b)
{
	if ((a.d | b.d) < 0)
		return a.d == b.d && (a.d != NUM_FAILED || a.n == b.n);
	return num_compare(a, b) == 0;
}

/*
 * What two values give of which one at least is no number: what failed wins
 * over what does not apply, and that over what is missing.
 */
static inline struct num
value_absent(struct num a, struct num b)
{
	if (a.d == NUM_FAILED)
		return a;
	if (b.d == NUM_FAILED)
		return b;
	if (a.d == VALUE_NOT_APPLICABLE || b.d == VALUE_NOT_APPLICABLE)
		return value_not_applicable();
	return value_missing();
}

#endif
