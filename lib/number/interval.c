#include "number/interval.h"

struct range
range_of(struct num value)
{
	return (struct range){ .low = value, .high = value };
}

struct range
range_between(struct num low, struct num high)
{
	return (struct range){ .low = low, .high = high };
}

struct range
range_whole(void)
{
	return (struct range){ .below = true, .above = true, .doubt = true };
}

struct range
range_either(void)
{
	return range_between(NUM_INT(0), NUM_INT(1));
}

bool
range_is_point(const struct range *range)
{
	if (range->below || range->above || range->doubt)
		return false;
	return !num_is_number(range->low) ||
	       num_compare(range->low, range->high) == 0;
}

bool
range_is_true(const struct range *range)
{
	return !range->below && !range->above && !range->doubt &&
	       num_is_number(range->low) && range->low.n != 0;
}

bool
range_is_false(const struct range *range)
{
	return !range->below && !range->above && !range->doubt &&
	       num_is_number(range->low) && range->high.n == 0;
}

int
range_order(const struct range *a, const struct range *b)
{
	if (!a->above && !b->below && num_compare(a->high, b->low) < 0)
		return -1;
	if (!a->below && !b->above && num_compare(a->low, b->high) > 0)
		return 1;
	return 0;
}

/* What two values of which one is certainly none give. */
static bool
spread_absence(const struct range *a, const struct range *b, struct range *out)
{
	bool a_absent = range_is_absent(a), b_absent = range_is_absent(b);

	if (!a_absent && !b_absent)
		return false;
	*out = a_absent ? *a : *b;
	/* Which of two absences wins is the evaluator's matter. */
	if ((a_absent && b_absent) || a->doubt || b->doubt)
		*out = range_whole();
	return true;
}

/* A result of which an end could not be computed may be anything. */
static struct range
checked(struct range range)
{
	if ((!range.below && !num_is_number(range.low)) ||
	    (!range.above && !num_is_number(range.high)))
		return range_whole();
	return range;
}

struct range
range_hull(const struct range *a, const struct range *b)
{
	struct range hull = *a;

	if (range_is_absent(a) || range_is_absent(b)) {
		if (range_is_absent(a) && range_is_absent(b) &&
		    a->low.d == b->low.d && !a->doubt && !b->doubt)
			return *a;
		hull = range_is_absent(a) ? *b : *a;
		hull.doubt = true;
		return range_is_absent(&hull) ? range_whole() : hull;
	}
	hull.doubt |= b->doubt;
	hull.below |= b->below;
	hull.above |= b->above;
	if (!hull.below && num_compare(b->low, hull.low) < 0)
		hull.low = b->low;
	if (!hull.above && num_compare(b->high, hull.high) > 0)
		hull.high = b->high;
	return hull;
}

struct range
range_add(struct arena *arena, const struct range *a, const struct range *b)
{
	struct range sum = { .below = a->below || b->below,
		.above = a->above || b->above,
		.doubt = a->doubt || b->doubt };

	if (spread_absence(a, b, &sum))
		return sum;
	if (!sum.below)
		sum.low = num_add(arena, a->low, b->low);
	if (!sum.above)
		sum.high = num_add(arena, a->high, b->high);
	return checked(sum);
}

struct range
range_negate(struct arena *arena, const struct range *a)
{
	struct range result = {
		.below = a->above, .above = a->below, .doubt = a->doubt
	};

	if (range_is_absent(a))
		return *a;
	if (!result.below)
		result.low = num_neg(arena, a->high);
	if (!result.above)
		result.high = num_neg(arena, a->low);
	return checked(result);
}

struct range
range_subtract(struct arena *arena, const struct range *a,
    const struct range *b)
{
	struct range negative = range_negate(arena, b);

	return range_add(arena, a, &negative);
}

/* -1 below zero, 1 above, 0 where it may be zero or either. */
static int
sign_of(const struct range *a)
{
	if (!a->below && num_sign(a->low) > 0)
		return 1;
	if (!a->above && num_sign(a->high) < 0)
		return -1;
	return 0;
}

static bool
is_bounded(const struct range *a)
{
	return !a->below && !a->above;
}

static void
include(struct range *range, struct num value, bool first)
{
	if (!num_is_number(value)) {
		*range = range_whole();
		return;
	}
	if (first || (!range->below && num_compare(value, range->low) < 0))
		range->low = value;
	if (first || (!range->above && num_compare(value, range->high) > 0))
		range->high = value;
}

/*
 * Where an end is open, only the case of one point by which the other is
 * multiplied is told apart from anything.
 */
static struct range
multiply_open(struct arena *arena, const struct range *a,
    const struct range *point)
{
	struct range result = { .doubt = a->doubt || point->doubt };
	int sign = num_sign(point->low);

	if (sign == 0)
		return (struct range){ .low = NUM_INT(0),
			.high = NUM_INT(0),
			.doubt = result.doubt };
	result.below = sign > 0 ? a->below : a->above;
	result.above = sign > 0 ? a->above : a->below;
	if (!result.below)
		result.low =
		    num_mul(arena, sign > 0 ? a->low : a->high, point->low);
	if (!result.above)
		result.high =
		    num_mul(arena, sign > 0 ? a->high : a->low, point->low);
	return checked(result);
}

static bool
is_single(const struct range *a)
{
	return is_bounded(a) && num_compare(a->low, a->high) == 0;
}

/* Neither is below zero. */
static struct range
multiply_positive(struct arena *arena, const struct range *a,
    const struct range *b)
{
	struct range result = { .above = a->above || b->above,
		.doubt = a->doubt || b->doubt };

	result.low = num_mul(arena, a->low, b->low);
	if (!result.above)
		result.high = num_mul(arena, a->high, b->high);
	return checked(result);
}

struct range
range_multiply(struct arena *arena, const struct range *a,
    const struct range *b)
{
	struct range result = { .doubt = a->doubt || b->doubt };

	if (spread_absence(a, b, &result))
		return result;
	if (!a->below && !b->below && num_sign(a->low) >= 0 &&
	    num_sign(b->low) >= 0)
		return multiply_positive(arena, a, b);
	if (is_bounded(a) && is_bounded(b)) {
		include(&result, num_mul(arena, a->low, b->low), true);
		include(&result, num_mul(arena, a->low, b->high), false);
		include(&result, num_mul(arena, a->high, b->low), false);
		include(&result, num_mul(arena, a->high, b->high), false);
		return result;
	}
	if (is_single(b))
		return multiply_open(arena, a, b);
	if (is_single(a))
		return multiply_open(arena, b, a);
	result.below = result.above = true;
	return result;
}

/* 1 / b, where b is certainly not zero. */
static struct range
inverse(struct arena *arena, const struct range *b)
{
	struct range result = { .doubt = b->doubt };

	/* Far out it comes near zero. */
	result.low =
	    b->above ? NUM_INT(0) : num_div(arena, NUM_INT(1), b->high);
	result.high =
	    b->below ? NUM_INT(0) : num_div(arena, NUM_INT(1), b->low);
	return checked(result);
}

struct range
range_divide(struct arena *arena, const struct range *a, const struct range *b)
{
	struct range result;

	if (spread_absence(a, b, &result))
		return result;
	if (sign_of(b) == 0)
		return range_whole();
	result = inverse(arena, b);
	return range_multiply(arena, a, &result);
}

struct range
range_absolute(struct arena *arena, const struct range *a)
{
	struct range negative, result;

	if (range_is_absent(a) || (!a->below && num_sign(a->low) >= 0))
		return *a;
	negative = range_negate(arena, a);
	if (!a->above && num_sign(a->high) <= 0)
		return negative;
	result = range_maximum(a, &negative);
	result.below = false;
	result.low = NUM_INT(0);
	return result;
}

/* To a power that is a whole number from 0 on. */
static struct range
power_whole(struct arena *arena, const struct range *a, struct num exponent,
    bool even)
{
	struct range base = even ? range_absolute(arena, a) : *a, result;

	result = (struct range){
		.below = base.below, .above = base.above, .doubt = base.doubt
	};
	if (!result.below)
		result.low = num_power(arena, base.low, exponent);
	if (!result.above)
		result.high = num_power(arena, base.high, exponent);
	return checked(result);
}

struct range
range_power(struct arena *arena, const struct range *a, const struct range *b)
{
	struct range result;
	int64_t whole;

	if (spread_absence(a, b, &result))
		return result;
	if (!is_single(b) || b->doubt)
		return range_whole();
	if (num_to_int(b->low, &whole) && whole >= 0)
		return whole == 0
			   ? range_whole()
			   : power_whole(arena, a, b->low, whole % 2 == 0);
	if (sign_of(a) <= 0 || !is_bounded(a))
		return range_whole();
	result = (struct range){ .doubt = a->doubt };
	include(&result, num_power(arena, a->low, b->low), true);
	include(&result, num_power(arena, a->high, b->low), false);
	return result;
}

struct range
range_maximum(const struct range *a, const struct range *b)
{
	struct range result = { .above = a->above || b->above,
		.below = a->below && b->below,
		.doubt = a->doubt || b->doubt };

	if (spread_absence(a, b, &result))
		return result;
	if (!result.above)
		result.high =
		    num_compare(a->high, b->high) >= 0 ? a->high : b->high;
	if (!result.below)
		result.low = a->below ? b->low
			     : b->below || num_compare(a->low, b->low) >= 0
				 ? a->low
				 : b->low;
	return result;
}

struct range
range_minimum(const struct range *a, const struct range *b)
{
	struct range result = { .above = a->above && b->above,
		.below = a->below || b->below,
		.doubt = a->doubt || b->doubt };

	if (spread_absence(a, b, &result))
		return result;
	if (!result.below)
		result.low = num_compare(a->low, b->low) <= 0 ? a->low : b->low;
	if (!result.above)
		result.high = a->above ? b->high
			      : b->above || num_compare(a->high, b->high) <= 0
				  ? a->high
				  : b->high;
	return result;
}

struct range
range_rising(const struct range *a,
    struct num (*function)(void *context, struct num x), void *context)
{
	struct range result = *a;

	if (range_is_absent(a))
		return *a;
	if (!a->below)
		result.low = function(context, a->low);
	if (!a->above)
		result.high = function(context, a->high);
	return checked(result);
}
