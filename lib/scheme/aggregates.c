#include "scheme/aggregates.h"

#include <stdlib.h>

#include "number/real.h"

static int
compare_numbers(const void *a, const void *b)
{
	return num_compare(*(const struct num *)a, *(const struct num *)b);
}

struct num *
aggregate_sorted(struct arena *arena, const struct num *values, size_t count)
{
	struct num *sorted = arena_alloc_raw(arena, count * sizeof(*sorted));

	if (count == 0)
		return sorted;
	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_numbers);
	return sorted;
}

size_t
aggregate_rank_in(const struct num *sorted, size_t count, struct num number,
    bool or_equal)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = num_compare(sorted[middle], number);

		if (order < 0 || (order == 0 && or_equal))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
prepare_sorted(struct prepared_sample *prepared)
{
	prepared->sorted = aggregate_sorted(prepared->arena,
	    prepared->sample.values, prepared->sample.count);
}

static size_t
count_after(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	return prepared->sample.count - exchange->leaves +
	       num_is_number(exchange->enters);
}

/* How many values */

static struct num
count_whole(struct arena *arena, const struct sample *sample)
{
	(void)arena;
	return NUM_INT((int64_t)sample->count);
}

static struct num
count_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	return NUM_INT((int64_t)count_after(prepared, exchange));
}

static struct interval
count_interval(struct arena *arena, const struct interval_sample *sample)
{
	(void)arena;
	return interval_between(NUM_INT((int64_t)sample->count),
	    NUM_INT((int64_t)(sample->count + sample->perhaps)));
}

/* The least and the greatest */

static struct num
extreme(const struct sample *sample, int sign)
{
	struct num best = sample->values[0];

	for (size_t i = 1; i < sample->count; i++)
		if (sign * num_compare(sample->values[i], best) > 0)
			best = sample->values[i];
	return best;
}

static struct num
extreme_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange, int sign)
{
	const struct num *sorted = prepared->sorted;
	size_t count = prepared->sample.count, at = sign < 0 ? 0 : count - 1;
	struct num best;

	if (count == (size_t)exchange->leaves)
		return exchange->enters;
	best = sorted[at];
	if (exchange->leaves &&
	    num_compare(prepared->sample.values[exchange->at], best) == 0)
		best = sorted[sign < 0 ? 1 : count - 2];
	return num_is_number(exchange->enters) &&
		       sign * num_compare(exchange->enters, best) > 0
		   ? exchange->enters
		   : best;
}

static struct num
least(struct arena *arena, const struct sample *sample)
{
	(void)arena;
	return extreme(sample, -1);
}

static struct num
least_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	return extreme_exchanged(prepared, exchange, -1);
}

static void
least_places(size_t count, struct num share, size_t *low, size_t *high)
{
	(void)count;
	(void)share;
	*low = *high = 0;
}

static struct num
greatest(struct arena *arena, const struct sample *sample)
{
	(void)arena;
	return extreme(sample, 1);
}

static struct num
greatest_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	return extreme_exchanged(prepared, exchange, 1);
}

static void
greatest_places(size_t count, struct num share, size_t *low, size_t *high)
{
	(void)share;
	*low = *high = count - 1;
}

/*
 * Sums and what comes of them. Each value is rounded first, so that a sum does
 * not grow without bound.
 */

static struct num
sum_of(struct arena *arena, const struct sample *sample)
{
	struct num sum = NUM_INT(0);

	for (size_t i = 0; i < sample->count && num_is_number(sum); i++)
		sum = value_add(arena, sum,
		    num_significant(arena, sample->values[i]));
	return sum;
}

static void
prepare_sum(struct prepared_sample *prepared)
{
	struct arena *arena = prepared->arena;
	size_t count = prepared->sample.count;

	prepared->rounded =
	    arena_alloc_raw(arena, count * sizeof(*prepared->rounded));
	prepared->sum = NUM_INT(0);
	for (size_t i = 0; i < count; i++) {
		struct num x =
		    num_significant(arena, prepared->sample.values[i]);

		prepared->rounded[i] = x;
		prepared->sum = value_add(arena, prepared->sum, x);
	}
}

static struct num
sum_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	struct arena *arena = prepared->arena;
	struct num sum = prepared->sum;

	if (exchange->leaves)
		sum = value_sub(arena, sum, prepared->rounded[exchange->at]);
	if (num_is_number(exchange->enters))
		sum = value_add(arena, sum,
		    num_significant(arena, exchange->enters));
	return sum;
}

static struct num
mean_of(struct arena *arena, const struct sample *sample)
{
	return value_div(arena, sum_of(arena, sample),
	    NUM_INT((int64_t)sample->count));
}

static struct num
mean_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	return value_div(prepared->arena, sum_exchanged(prepared, exchange),
	    count_exchanged(prepared, exchange));
}

/* By weight, of those that have a value. */
static struct num
weighted_mean(struct arena *arena, const struct sample *sample)
{
	struct num sum = NUM_INT(0), weight = NUM_INT(0);

	for (size_t i = 0; i < sample->count; i++) {
		struct num x = num_significant(arena, sample->values[i]);

		x = value_mul(arena, x, sample->weights[i]);
		sum = value_add(arena, sum, x);
		weight = value_add(arena, weight, sample->weights[i]);
	}
	if (num_is_number(weight) && num_is_number(sum) &&
	    num_sign(weight) == 0)
		return value_missing();
	return value_div(arena, sum, weight);
}

static struct interval
weighted_mean_interval(struct arena *arena,
    const struct interval_sample *sample)
{
	struct interval sum = interval_of(NUM_INT(0)), weight = sum;

	for (size_t i = 0; i < sample->count; i++) {
		struct interval part = interval_multiply(arena,
		    &sample->values[i], &sample->weights[i]);

		if (!interval_is_point(&sample->weights[i]))
			return interval_whole();
		sum = interval_add(arena, &sum, &part);
		weight = interval_add(arena, &weight, &sample->weights[i]);
	}
	return interval_loosen(arena, interval_divide(arena, &sum, &weight));
}

/* The standard deviation */

static struct num
deviation_of(struct arena *arena, const struct sample *sample)
{
	return real_standard_deviation(arena, sample->values, sample->count);
}

static void
prepare_squares(struct prepared_sample *prepared)
{
	struct arena *arena = prepared->arena;

	prepare_sum(prepared);
	prepared->squares = NUM_INT(0);
	for (size_t i = 0; i < prepared->sample.count; i++) {
		struct num x = prepared->rounded[i];

		prepared->squares =
		    value_add(arena, prepared->squares, value_mul(arena, x, x));
	}
}

/* sqrt(E[x^2] - E[x]^2), which is exact up to the root. */
static struct num
deviation_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	struct arena *arena = prepared->arena;
	struct num count = count_exchanged(prepared, exchange);
	struct num mean = mean_exchanged(prepared, exchange), x, variance;
	struct num squares = prepared->squares;

	if (exchange->leaves) {
		x = prepared->rounded[exchange->at];
		squares = value_sub(arena, squares, value_mul(arena, x, x));
	}
	if (num_is_number(exchange->enters)) {
		x = num_significant(arena, exchange->enters);
		squares = value_add(arena, squares, value_mul(arena, x, x));
	}
	variance = value_sub(arena, value_div(arena, squares, count),
	    value_mul(arena, mean, mean));
	return num_is_number(variance) ? real_sqrt(arena, variance) : variance;
}

/* No more than half the spread: half of the values stand at either end. */
static struct interval
deviation_interval(struct arena *arena, const struct interval_sample *sample)
{
	struct interval spread = sample->values[0];
	struct interval result = { .low = NUM_INT(0) };

	for (size_t i = 1; i < sample->count; i++)
		spread = interval_hull(&spread, &sample->values[i]);
	result.above = spread.below || spread.above;
	if (!result.above)
		result.high = value_div(arena,
		    num_sub(arena, spread.high, spread.low), NUM_INT(2));
	if (!result.above && !num_is_number(result.high))
		return interval_whole();
	return interval_loosen(arena, result);
}

/* Quantiles */

/* Sorted values, of which one may be left out, and one may be added. */
struct sequence {
	const struct num *sorted;
	size_t count; /* of what remains */
	size_t skip;  /* the one left out; SIZE_MAX: none is */
	size_t place; /* where one is added; SIZE_MAX: none is */
	struct num added;
};

static struct num
sequence_at(const struct sequence *sequence, size_t at)
{
	if (at == sequence->place)
		return sequence->added;
	at -= at > sequence->place;
	return sequence->sorted[at + (at >= sequence->skip)];
}

/*
 * The quantile of sorted values by linear interpolation (Hyndman and Fan's
 * type 7, R's default and a spreadsheet's PERCENTILE.INC): at (n - 1) q.
 */
static struct num
sequence_quantile(struct arena *arena, const struct sequence *sequence,
    struct num share)
{
	struct num place =
	    num_mul(arena, NUM_INT((int64_t)sequence->count - 1), share);
	struct num whole, low, high, part;
	int64_t at;

	if (!num_is_number(place))
		return place;
	whole = num_floor(arena, place);
	if (!num_to_int(whole, &at) || at < 0 || (size_t)at >= sequence->count)
		return num_failure(NUM_TOO_LARGE);
	low = sequence_at(sequence, (size_t)at);
	if ((size_t)at + 1 == sequence->count)
		return low;
	high = sequence_at(sequence, (size_t)at + 1);
	part = value_mul(arena, num_sub(arena, place, whole),
	    num_sub(arena, high, low));
	return value_add(arena, low, part);
}

static struct num
quantile(struct arena *arena, const struct sample *sample)
{
	const struct sequence sequence = { .count = sample->count,
		.sorted =
		    aggregate_sorted(arena, sample->values, sample->count),
		.skip = SIZE_MAX,
		.place = SIZE_MAX };

	return sequence_quantile(arena, &sequence, sample->share);
}

static struct num
quantile_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	const struct sample *sample = &prepared->sample;
	struct sequence sequence = { .sorted = prepared->sorted,
		.count = count_after(prepared, exchange),
		.skip = SIZE_MAX,
		.place = SIZE_MAX,
		.added = exchange->enters };
	struct num left = value_missing();

	if (exchange->leaves) {
		left = sample->values[exchange->at];
		sequence.skip = aggregate_rank_in(prepared->sorted,
		    sample->count, left, false);
	}
	if (num_is_number(exchange->enters)) {
		sequence.place = aggregate_rank_in(prepared->sorted,
		    sample->count, exchange->enters, true);
		sequence.place -= num_is_number(left) &&
				  num_compare(left, exchange->enters) <= 0;
	}
	return sequence_quantile(prepared->arena, &sequence, sample->share);
}

static void
quantile_places(size_t count, struct num share, size_t *low, size_t *high)
{
	struct arena scratch = { 0 };
	struct num place =
	    num_mul(&scratch, NUM_INT((int64_t)count - 1), share);
	int64_t at = 0;

	if (num_is_number(place))
		num_to_int(num_floor(&scratch, place), &at);
	*low = *high = (size_t)at;
	if (num_is_number(place) && num_compare(place, NUM_INT(at)) != 0)
		++*high;
	arena_free(&scratch);
}

/* The median of how far the values are from their median. */
static struct num
median_deviation(struct arena *arena, const struct sample *sample)
{
	struct num *deviations =
	    arena_alloc_raw(arena, sample->count * sizeof(*deviations));
	const struct sample deviating = { .values = deviations,
		.count = sample->count,
		.share = sample->share };
	struct num median = quantile(arena, sample), rest;

	for (size_t i = 0; i < sample->count; i++) {
		rest = value_sub(arena, sample->values[i], median);
		if (!num_is_number(rest))
			return rest;
		deviations[i] = num_abs(arena, rest);
	}
	return quantile(arena, &deviating);
}

/* Others */

static struct num
geometric_mean(struct arena *arena, const struct sample *sample)
{
	return real_geomean(arena, sample->values, sample->count);
}

static void
geometric_means_without(struct arena *arena, const struct sample *sample,
    struct num *out)
{
	real_geomeans_without(arena, sample->values, sample->count, out);
}

static struct num
last(struct arena *arena, const struct sample *sample)
{
	(void)arena;
	return sample->values[sample->count - 1];
}

static struct interval
last_interval(struct arena *arena, const struct interval_sample *sample)
{
	(void)arena;
	return sample->values[sample->count - 1];
}

/* clang-format off */
static const struct aggregate aggregates[] = {
	{ "min", "n", .whole = least,
	    .exchanged = least_exchanged, .prepare = prepare_sorted,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL, .places = least_places },
	{ "max", "n", .whole = greatest,
	    .exchanged = greatest_exchanged, .prepare = prepare_sorted,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL, .places = greatest_places },
	{ "sum", "n", .whole = sum_of,
	    .exchanged = sum_exchanged, .prepare = prepare_sum,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL },
	{ "mean", "n", .whole = mean_of,
	    .exchanged = mean_exchanged, .prepare = prepare_sum,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL },
	{ "median", "n", .whole = quantile,
	    .exchanged = quantile_exchanged, .prepare = prepare_sorted,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL, .places = quantile_places },
	{ "quantile", "ns", .whole = quantile,
	    .exchanged = quantile_exchanged, .prepare = prepare_sorted,
	    .monotone = MONOTONE_RISING, .sign = SIGN_ALL, .places = quantile_places },
	{ "sd", "n", .whole = deviation_of,
	    .exchanged = deviation_exchanged, .prepare = prepare_squares,
	    .interval = deviation_interval },
	{ "mad", "n", .whole = median_deviation },
	{ "count", "a", .zero_of_none = true, .whole = count_whole,
	    .exchanged = count_exchanged,
	    .interval = count_interval, .sign = SIGN_ALWAYS },
	{ "geomean", "n", .whole = geometric_mean,
	    .without = geometric_means_without,
	    .monotone = MONOTONE_RISING_FROM_ZERO, .sign = SIGN_ALL },
	{ "last", "n", .each_only = true, .whole = last,
	    .interval = last_interval, .sign = SIGN_ALL },
	{ "weighted", "nw", .each_only = true, .whole = weighted_mean,
	    .interval = weighted_mean_interval, .sign = SIGN_ALL },
};
/* clang-format on */

static const char *const scopes[] = {
	[SCOPE_POOL] = "pool",
	[SCOPE_PEERS] = "peers",
	[SCOPE_CHILDREN] = "children",
	[SCOPE_EACH] = "each",
	[SCOPE_PRESENT] = "present",
};

const struct aggregate *
aggregate_at(size_t number)
{
	return number < LENGTH(aggregates) ? &aggregates[number] : NULL;
}

const struct aggregate *
aggregate_find(enum scope scope, struct str name)
{
	for (size_t i = 0; i < LENGTH(aggregates); i++)
		if (str_equal(name, str_from(aggregates[i].name)) &&
		    (!aggregates[i].each_only || scope == SCOPE_EACH))
			return &aggregates[i];
	return NULL;
}

const char *
aggregate_scope_text(enum scope scope)
{
	return scopes[scope];
}

bool
aggregate_scope_parse(struct str text, enum scope *out)
{
	for (size_t i = 0; i < LENGTH(scopes); i++)
		if (str_equal(text, str_from(scopes[i]))) {
			*out = (enum scope)i;
			return true;
		}
	return false;
}

bool
aggregate_takes_truths(const struct aggregate *aggregate)
{
	return aggregate->arguments[0] == 'a';
}

bool
aggregate_has_share(const struct aggregate *aggregate)
{
	return strchr(aggregate->arguments, 's') != NULL;
}

bool
aggregate_has_weights(const struct aggregate *aggregate)
{
	return strchr(aggregate->arguments, 'w') != NULL;
}

size_t
aggregate_parts(const struct node *call)
{
	return call->scope == SCOPE_PRESENT
		   ? call->count - aggregate_has_share(call->aggregate)
		   : 1;
}

struct num
aggregate_share(const struct node *call)
{
	return aggregate_has_share(call->aggregate)
		   ? call->parts[call->count - 1]->number
		   : (struct num){ 1, 2 };
}

static struct num
of_none(const struct aggregate *aggregate)
{
	return aggregate->zero_of_none ? NUM_INT(0) : value_missing();
}

struct num
aggregate_whole(struct arena *arena, const struct aggregate *aggregate,
    const struct sample *sample)
{
	return sample->count == 0 ? of_none(aggregate)
				  : aggregate->whole(arena, sample);
}

void
aggregate_prepare(struct arena *arena, const struct aggregate *aggregate,
    const struct sample *sample, struct prepared_sample *prepared)
{
	*prepared = (struct prepared_sample){
		.arena = arena, .aggregate = aggregate, .sample = *sample
	};
	if (aggregate->prepare != NULL)
		aggregate->prepare(prepared);
}

static struct num
exchange_slowly(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	const struct sample *sample = &prepared->sample;
	struct num *values = arena_alloc_raw(prepared->arena,
	    (sample->count + 1) * sizeof(*values));
	struct sample other = { .values = values, .share = sample->share };

	for (size_t i = 0; i <= sample->count; i++) {
		if (i == exchange->at && num_is_number(exchange->enters))
			values[other.count++] = exchange->enters;
		if (i < sample->count &&
		    (i != exchange->at || !exchange->leaves))
			values[other.count++] = sample->values[i];
	}
	return aggregate_whole(prepared->arena, prepared->aggregate, &other);
}

struct num
aggregate_exchanged(const struct prepared_sample *prepared,
    const struct exchange *exchange)
{
	const struct aggregate *aggregate = prepared->aggregate;

	if (count_after(prepared, exchange) == 0)
		return of_none(aggregate);
	return aggregate->exchanged != NULL
		   ? aggregate->exchanged(prepared, exchange)
		   : exchange_slowly(prepared, exchange);
}

void
aggregate_without(struct arena *arena, const struct aggregate *aggregate,
    const struct sample *sample, struct num *out)
{
	struct prepared_sample prepared;

	if (sample->count > 1 && aggregate->without != NULL) {
		aggregate->without(arena, sample, out);
		return;
	}
	aggregate_prepare(arena, aggregate, sample, &prepared);
	for (size_t i = 0; i < sample->count; i++) {
		struct exchange exchange = { i, true, value_missing() };
		struct arena_mark mark = arena_mark(arena);

		out[i] = aggregate_exchanged(&prepared, &exchange);
		/* A big number lives where it was made. */
		if (out[i].d != 0)
			arena_release(arena, mark);
	}
}

/* Any value of the sample at its low end, or at its high end. */
static struct num
whole_at(struct arena *arena, const struct aggregate *aggregate,
    const struct interval_sample *sample, bool high)
{
	struct num *values = arena_array(arena, sample->count, sizeof(*values));
	struct num *weights =
	    arena_array(arena, sample->count, sizeof(*weights));
	struct sample ends = { values, NULL, sample->count, sample->share };

	for (size_t i = 0; i < sample->count; i++) {
		values[i] =
		    high ? sample->values[i].high : sample->values[i].low;
		if (sample->weights != NULL)
			weights[i] = sample->weights[i].low;
	}
	if (sample->weights != NULL)
		ends.weights = weights;
	return aggregate_whole(arena, aggregate, &ends);
}

static bool
all_points(const struct interval_sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		if (!interval_is_point(&sample->values[i]) ||
		    (sample->weights != NULL &&
			!interval_is_point(&sample->weights[i])))
			return false;
	return sample->perhaps == 0;
}

/* What is told by how it goes with its values. */
static struct interval
by_monotone(struct arena *arena, const struct aggregate *aggregate,
    const struct interval_sample *sample)
{
	struct interval result = { 0 };
	bool from_zero = aggregate->monotone == MONOTONE_RISING_FROM_ZERO;

	if (aggregate->monotone == MONOTONE_UNKNOWN || sample->perhaps > 0 ||
	    sample->weights != NULL)
		return interval_whole();
	for (size_t i = 0; i < sample->count; i++) {
		const struct interval *value = &sample->values[i];

		if (from_zero && (value->below || num_sign(value->low) < 0))
			return interval_whole();
		result.below |= value->below;
		result.above |= value->above;
	}
	if (!result.below)
		result.low = whole_at(arena, aggregate, sample, false);
	if (!result.above)
		result.high = whole_at(arena, aggregate, sample, true);
	if ((!result.below && !num_is_number(result.low)) ||
	    (!result.above && !num_is_number(result.high)))
		return interval_whole();
	return result;
}

struct interval
aggregate_interval(struct arena *arena, const struct aggregate *aggregate,
    const struct interval_sample *sample)
{
	struct num value;

	if (all_points(sample)) {
		value = whole_at(arena, aggregate, sample, false);
		return value.d == NUM_FAILED ? interval_whole()
					     : interval_of(value);
	}
	return aggregate->interval != NULL
		   ? aggregate->interval(arena, sample)
		   : by_monotone(arena, aggregate, sample);
}
