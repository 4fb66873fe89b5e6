#include "number/interval.h"

#include "number/real.h"

struct interval
interval_of(struct num value)
{
	return (struct interval){ .low = value, .high = value };
}

struct interval
interval_between(struct num low, struct num high)
{
	return (struct interval){ .low = low, .high = high };
}

struct interval
interval_whole(void)
{
	return (struct interval){ .below = true, .above = true, .doubt = true };
}

struct interval
interval_either(void)
{
	return interval_between(NUM_INT(0), NUM_INT(1));
}

bool
interval_is_point(const struct interval *range)
{
	if (range->below || range->above || range->doubt)
		return false;
	return !num_is_number(range->low) ||
	       num_compare(range->low, range->high) == 0;
}

bool
interval_is_true(const struct interval *range)
{
	return !range->below && !range->above && !range->doubt &&
	       num_is_number(range->low) && range->low.n != 0;
}

bool
interval_is_false(const struct interval *range)
{
	return !range->below && !range->above && !range->doubt &&
	       num_is_number(range->low) && range->high.n == 0;
}

int
interval_order(const struct interval *a, const struct interval *b)
{
	if (!a->above && !b->below && num_compare(a->high, b->low) < 0)
		return -1;
	if (!a->below && !b->above && num_compare(a->low, b->high) > 0)
		return 1;
	return 0;
}

/*
 * What can be said of a comparison before the ends are looked at: nothing
 * where either may be no number.
 */
static bool
is_comparable(const struct interval *a, const struct interval *b,
    struct interval *out)
{
	*out = interval_either();
	if (interval_is_absent(a) || interval_is_absent(b))
		*out = interval_whole();
	out->doubt = out->doubt || a->doubt || b->doubt;
	return !out->doubt;
}

struct interval
interval_less(const struct interval *a, const struct interval *b)
{
	struct interval result;

	if (!is_comparable(a, b, &result))
		return result;
	if (interval_order(a, b) < 0)
		return interval_of(NUM_INT(1));
	if (!a->below && !b->above && num_compare(a->low, b->high) >= 0)
		return interval_of(NUM_INT(0));
	return result;
}

struct interval
interval_less_equal(const struct interval *a, const struct interval *b)
{
	struct interval less = interval_less(b, a);

	return interval_not(&less);
}

struct interval
interval_equal(const struct interval *a, const struct interval *b)
{
	struct interval result;

	if (!is_comparable(a, b, &result))
		return result;
	if (interval_order(a, b) != 0)
		return interval_of(NUM_INT(0));
	return interval_is_point(a) && interval_is_point(b)
		   ? interval_of(NUM_INT(1))
		   : result;
}

struct interval
interval_not(const struct interval *condition)
{
	if (!interval_is_true(condition) && !interval_is_false(condition))
		return *condition;
	return interval_of(NUM_INT(interval_is_false(condition)));
}

/* What two values of which one is certainly none give. */
static bool
spread_absence(const struct interval *a, const struct interval *b,
    struct interval *out)
{
	bool a_absent = interval_is_absent(a), b_absent = interval_is_absent(b);

	if (!a_absent && !b_absent)
		return false;
	*out = a_absent ? *a : *b;
	/* Which of two absences wins is the evaluator's matter. */
	if ((a_absent && b_absent) || a->doubt || b->doubt)
		*out = interval_whole();
	return true;
}

/* A result of which an end could not be computed may be anything. */
static struct interval
checked(struct interval range)
{
	if ((!range.below && !num_is_number(range.low)) ||
	    (!range.above && !num_is_number(range.high)))
		return interval_whole();
	return range;
}

struct interval
interval_hull(const struct interval *a, const struct interval *b)
{
	struct interval hull = *a;

	if (interval_is_absent(a) || interval_is_absent(b)) {
		if (interval_is_absent(a) && interval_is_absent(b) &&
		    a->low.d == b->low.d && !a->doubt && !b->doubt)
			return *a;
		hull = interval_is_absent(a) ? *b : *a;
		hull.doubt = true;
		return interval_is_absent(&hull) ? interval_whole() : hull;
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

void
interval_choose(struct interval_choice *choice, const struct interval *interval)
{
	choice->interval = choice->any
			       ? interval_hull(&choice->interval, interval)
			       : *interval;
	choice->any = true;
}

void
interval_choose_value(struct interval_choice *choice, struct num value)
{
	struct interval point =
	    num_is_number(value) ? interval_of(value) : interval_whole();

	interval_choose(choice, &point);
}

struct interval
interval_add(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval sum = { .below = a->below || b->below,
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

struct interval
interval_negate(struct arena *arena, const struct interval *a)
{
	struct interval result = {
		.below = a->above, .above = a->below, .doubt = a->doubt
	};

	if (interval_is_absent(a))
		return *a;
	if (!result.below)
		result.low = num_neg(arena, a->high);
	if (!result.above)
		result.high = num_neg(arena, a->low);
	return checked(result);
}

struct interval
interval_subtract(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval negative = interval_negate(arena, b);

	return interval_add(arena, a, &negative);
}

/* -1 below zero, 1 above, 0 where it may be zero or either. */
static int
sign_of(const struct interval *a)
{
	if (!a->below && num_sign(a->low) > 0)
		return 1;
	if (!a->above && num_sign(a->high) < 0)
		return -1;
	return 0;
}

static bool
is_bounded(const struct interval *a)
{
	return !a->below && !a->above;
}

static void
include(struct interval *range, struct num value, bool first)
{
	if (!num_is_number(value)) {
		*range = interval_whole();
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
static struct interval
multiply_open(struct arena *arena, const struct interval *a,
    const struct interval *point)
{
	struct interval result = { .doubt = a->doubt || point->doubt };
	int sign = num_sign(point->low);

	if (sign == 0)
		return (struct interval){ .low = NUM_INT(0),
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
is_single(const struct interval *a)
{
	return is_bounded(a) && num_compare(a->low, a->high) == 0;
}

/* Neither is below zero. */
static struct interval
multiply_positive(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval result = { .above = a->above || b->above,
		.doubt = a->doubt || b->doubt };

	result.low = num_mul(arena, a->low, b->low);
	if (!result.above)
		result.high = num_mul(arena, a->high, b->high);
	return checked(result);
}

struct interval
interval_multiply(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval result = { .doubt = a->doubt || b->doubt };

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
static struct interval
inverse(struct arena *arena, const struct interval *b)
{
	struct interval result = { .doubt = b->doubt };

	/* Far out it comes near zero. */
	result.low =
	    b->above ? NUM_INT(0) : num_div(arena, NUM_INT(1), b->high);
	result.high =
	    b->below ? NUM_INT(0) : num_div(arena, NUM_INT(1), b->low);
	return checked(result);
}

struct interval
interval_divide(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval result;

	if (spread_absence(a, b, &result))
		return result;
	if (sign_of(b) == 0)
		return interval_whole();
	result = inverse(arena, b);
	return interval_multiply(arena, a, &result);
}

struct interval
interval_absolute(struct arena *arena, const struct interval *a)
{
	struct interval negative, result;

	if (interval_is_absent(a) || (!a->below && num_sign(a->low) >= 0))
		return *a;
	negative = interval_negate(arena, a);
	if (!a->above && num_sign(a->high) <= 0)
		return negative;
	result = interval_maximum(a, &negative);
	result.below = false;
	result.low = NUM_INT(0);
	return result;
}

/* To a power that is a whole number from 0 on. */
static struct interval
power_whole(struct arena *arena, const struct interval *a, struct num exponent,
    bool even)
{
	struct interval base = even ? interval_absolute(arena, a) : *a, result;

	result = (struct interval){
		.below = base.below, .above = base.above, .doubt = base.doubt
	};
	if (!result.below)
		result.low = real_power(arena, base.low, exponent);
	if (!result.above)
		result.high = real_power(arena, base.high, exponent);
	return checked(result);
}

struct interval
interval_power(struct arena *arena, const struct interval *a,
    const struct interval *b)
{
	struct interval result;
	int64_t whole;

	if (spread_absence(a, b, &result))
		return result;
	if (!is_single(b) || b->doubt)
		return interval_whole();
	if (num_to_int(b->low, &whole) && whole >= 0)
		return whole == 0
			   ? interval_whole()
			   : power_whole(arena, a, b->low, whole % 2 == 0);
	if (sign_of(a) <= 0 || !is_bounded(a))
		return interval_whole();
	result = (struct interval){ .doubt = a->doubt };
	include(&result, real_power(arena, a->low, b->low), true);
	include(&result, real_power(arena, a->high, b->low), false);
	return result;
}

struct interval
interval_maximum(const struct interval *a, const struct interval *b)
{
	struct interval result = { .above = a->above || b->above,
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

struct interval
interval_minimum(const struct interval *a, const struct interval *b)
{
	struct interval result = { .above = a->above && b->above,
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

struct interval
interval_rising(const struct interval *a,
    struct num (*function)(void *context, struct num x), void *context)
{
	struct interval result = *a;

	if (interval_is_absent(a))
		return *a;
	if (!a->below)
		result.low = function(context, a->low);
	if (!a->above)
		result.high = function(context, a->high);
	return checked(result);
}

struct interval
interval_loosen(struct arena *arena, struct interval a)
{
	/* Far more than 34 digits leave out, far less than a score shows. */
	struct num hair = { 1, INT64_C(1000000000000000000) };
	struct interval slack = interval_between(num_neg(arena, hair), hair),
			near;

	near = interval_multiply(arena, &a, &slack);
	return interval_add(arena, &a, &near);
}
