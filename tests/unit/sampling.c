#include "sampling.h"

/* The splitmix64 generator. */
size_t
sample_below(struct sampler *sampler, size_t bound)
{
	uint64_t x = sampler->seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((x ^ (x >> 31)) % bound);
}

/* By halves from -6 to 6 most of the time, that many may be equal. */
struct num
sample_number(struct sampler *sampler)
{
	switch (sample_below(sampler, 8)) {
	case 0:
		return NUM_INT((int64_t)sample_below(sampler, 201) - 100);
	case 1:
		return (struct num){ (int64_t)sample_below(sampler, 61) - 30,
			7 };
	case 2:
		return NUM_INT(0);
	default:
		return (struct num){ (int64_t)sample_below(sampler, 25) - 12,
			2 };
	}
}

struct num
sample_above_zero(struct sampler *sampler)
{
	struct num number = sample_number(sampler);

	if (number.n < 0)
		number.n = -number.n;
	if (number.n == 0)
		number.n = 1;
	return number;
}

struct num
sample_absent(struct sampler *sampler)
{
	switch (sample_below(sampler, 3)) {
	case 0:
		return value_missing();
	case 1:
		return value_not_applicable();
	default:
		return num_failure(NUM_DIVIDED_BY_ZERO);
	}
}

struct interval
sample_range(struct sampler *sampler)
{
	struct num a = sample_number(sampler), b = sample_number(sampler);
	struct interval range;

	if (sample_below(sampler, 3) == 0)
		return interval_of(a);
	range = num_compare(a, b) < 0 ? interval_between(a, b)
				      : interval_between(b, a);
	if (sample_below(sampler, 6) == 0)
		range.below = true;
	if (sample_below(sampler, 6) == 0)
		range.above = true;
	return range;
}

struct interval
sample_interval(struct sampler *sampler)
{
	struct interval interval = sample_range(sampler);

	if (sample_below(sampler, 10) == 0)
		return interval_of(sample_absent(sampler));
	if (sample_below(sampler, 10) == 0)
		return interval_whole();
	interval.doubt = sample_below(sampler, 8) == 0;
	return interval;
}

/* Within two ends, at a step of a quarter of the way. */
static struct num
between(struct sampler *sampler, struct num low, struct num high)
{
	struct num step = { (int64_t)sample_below(sampler, 5), 4 };

	/* These are small, and need no arena. */
	return num_add(NULL, low,
	    num_mul(NULL, step, num_sub(NULL, high, low)));
}

struct num
sample_of(struct sampler *sampler, const struct interval *interval)
{
	struct num low = interval->low, high = interval->high;

	if (interval_is_absent(interval))
		return interval->low;
	if (interval->doubt && sample_below(sampler, 3) == 0)
		return sample_absent(sampler);
	if (interval->below)
		low = interval->above ? NUM_INT(-1000)
				      : num_sub(NULL, high, NUM_INT(1000));
	if (interval->above)
		high = interval->below ? NUM_INT(1000)
				       : num_add(NULL, low, NUM_INT(1000));
	return sample_below(sampler, 3) == 0 && interval->below &&
		       interval->above
		   ? sample_number(sampler)
		   : between(sampler, low, high);
}

bool
sample_is_in(struct num value, const struct interval *interval)
{
	if (!num_is_number(value))
		return interval->doubt || (interval_is_absent(interval) &&
					      interval->low.d == value.d);
	if (interval_is_absent(interval))
		return false;
	return (interval->below || num_compare(interval->low, value) <= 0) &&
	       (interval->above || num_compare(value, interval->high) <= 0);
}

void
sample_print(struct buffer *out, struct num value)
{
	if (num_is_number(value))
		num_print_exact(out, value);
	else
		buffer_add(out, value.d == VALUE_MISSING ? STR("missing")
				: value.d == VALUE_NOT_APPLICABLE
				    ? STR("n/a")
				    : STR("failed"));
}

void
sample_print_interval(struct buffer *out, const struct interval *interval)
{
	if (interval_is_absent(interval)) {
		sample_print(out, interval->low);
	} else {
		buffer_add(out, STR("["));
		if (!interval->below)
			sample_print(out, interval->low);
		buffer_add(out, STR(".."));
		if (!interval->above)
			sample_print(out, interval->high);
		buffer_add(out, STR("]"));
	}
	if (interval->doubt)
		buffer_add(out, STR(" or none"));
}
