/*
 * test_aggregates: what each row of the table of aggregates claims, against
 * what the aggregate gives for all values gone over: without each value, with
 * one exchanged, over intervals, and so on. Rows that claim too much are
 * caught, and one that claims nothing is right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "sampling.h"
#include "scheme/aggregates.h"

/* The numbers of a trial live here, until the next. */
static struct arena memory;
static struct arena *const arena = &memory;
static struct sampler lot;
static struct sampler *const sampler = &lot;

enum { TRIALS = 3000, POINTS = 12, VALUES_MAX = 8 };

struct draw {
	struct num values[VALUES_MAX], weights[VALUES_MAX];
	struct sample sample;
};

/*
 * So many numbers, above zero if so said, with weights that may be zero. Now
 * and then one is of so many digits that it is rounded, or is big.
 */
static void
draw_sample(const struct aggregate *aggregate, size_t count, bool above,
    struct draw *draw)
{
	bool odd = sample_below(sampler, 4) == 0;

	draw->sample = (struct sample){
		.values = draw->values, .count = count, .share = { 1, 2 }
	};
	if (aggregate_has_share(aggregate))
		draw->sample.share =
		    (struct num){ (int64_t)sample_below(sampler, 9), 8 };
	if (aggregate_has_weights(aggregate))
		draw->sample.weights = draw->weights;
	for (size_t i = 0; i < count; i++) {
		draw->values[i] =
		    above ? sample_above_zero(sampler) : sample_number(sampler);
		if (odd && sample_below(sampler, 3) == 0)
			draw->values[i] = num_mul(arena, draw->values[i],
			    (struct num){ INT64_MAX, 77 });
		draw->weights[i] = NUM_INT((int64_t)sample_below(sampler, 4));
	}
}

static char *
text_of(struct buffer *buffer)
{
	buffer_add_byte(buffer, '\0');
	return buffer->data;
}

static void
print_values(struct buffer *out, const struct sample *sample)
{
	for (size_t i = 0; i < sample->count; i++) {
		buffer_add(out, STR(" "));
		sample_print(out, sample->values[i]);
	}
}

/* What is wrong: the name, what was claimed, and what is so. */
static char *
say(const struct aggregate *aggregate, const struct sample *sample,
    struct num claimed, struct num is)
{
	struct buffer why = { 0 };

	buffer_add(&why, str_from(aggregate->name));
	print_values(&why, sample);
	buffer_add(&why, STR(": "));
	sample_print(&why, claimed);
	buffer_add(&why, STR(", and not "));
	sample_print(&why, is);
	return text_of(&why);
}

/* Of the values with one exchanged, all gone over. */
static struct num
by_force(const struct aggregate *aggregate, const struct sample *sample,
    const struct exchange *exchange)
{
	struct num values[VALUES_MAX + 1];
	struct sample other = { .values = values, .share = sample->share };

	for (size_t i = 0; i <= sample->count; i++) {
		if (i == exchange->at && num_is_number(exchange->enters))
			values[other.count++] = exchange->enters;
		if (i == sample->count ||
		    (i == exchange->at && exchange->leaves))
			continue;
		values[other.count++] = sample->values[i];
	}
	return aggregate_whole(arena, aggregate, &other);
}

/*
 * Each check says what is wrong of the first trial that goes wrong, or NULL;
 * the caller frees it.
 */
typedef char *check_trial(const struct aggregate *aggregate);

static char *
check_exchanged(const struct aggregate *aggregate)
{
	struct prepared_sample prepared;
	struct draw draw;
	size_t count = sample_below(sampler, VALUES_MAX);

	draw_sample(aggregate, count, false, &draw);
	aggregate_prepare(arena, aggregate, &draw.sample, &prepared);
	for (size_t i = 0; i <= count; i++) {
		struct exchange exchange = { .at = i,
			.leaves = i < count && sample_below(sampler, 2) == 0,
			.enters = sample_below(sampler, 3) == 0
				      ? value_missing()
				      : sample_number(sampler) };
		struct num claimed = aggregate_exchanged(&prepared, &exchange);
		struct num is = by_force(aggregate, &draw.sample, &exchange);

		if (!value_equal(claimed, is))
			return say(aggregate, &draw.sample, claimed, is);
	}
	return NULL;
}

static char *
check_without(const struct aggregate *aggregate)
{
	struct num others[VALUES_MAX];
	struct draw draw;
	size_t count = sample_below(sampler, VALUES_MAX);

	draw_sample(aggregate, count, false, &draw);
	aggregate_without(arena, aggregate, &draw.sample, others);
	for (size_t i = 0; i < count; i++) {
		struct exchange exchange = { i, true, value_missing() };
		struct num is = by_force(aggregate, &draw.sample, &exchange);

		if (!value_equal(others[i], is))
			return say(aggregate, &draw.sample, others[i], is);
	}
	return NULL;
}

/* Conditions that may hold or not, where an aggregate takes any. */
static size_t
draw_perhaps(const struct aggregate *aggregate)
{
	return aggregate_takes_truths(aggregate) ? sample_below(sampler, 4) : 0;
}

static char *
check_interval(const struct aggregate *aggregate)
{
	struct interval values[VALUES_MAX], weights[VALUES_MAX], result;
	struct interval_sample sample = { .values = values,
		.count = sample_below(sampler, VALUES_MAX - 3),
		.perhaps = draw_perhaps(aggregate) };
	struct buffer why = { 0 };
	struct draw draw;

	draw_sample(aggregate, VALUES_MAX, false, &draw);
	sample.share = draw.sample.share;
	if (draw.sample.weights != NULL)
		sample.weights = weights;
	for (size_t i = 0; i < sample.count; i++) {
		values[i] = sample_range(sampler);
		weights[i] = sample_below(sampler, 9) == 0
				 ? sample_range(sampler)
				 : interval_of(draw.weights[i]);
	}
	result = aggregate_interval(arena, aggregate, &sample);
	for (size_t i = 0; i < POINTS; i++) {
		struct num value;

		draw.sample.count =
		    sample.count + sample_below(sampler, sample.perhaps + 1);
		for (size_t j = 0; j < sample.count; j++) {
			draw.values[j] = sample_of(sampler, &values[j]);
			draw.weights[j] = sample_of(sampler, &weights[j]);
		}
		value = aggregate_whole(arena, aggregate, &draw.sample);
		if (sample_is_in(value, &result))
			continue;
		buffer_add(&why, str_from(aggregate->name));
		print_values(&why, &draw.sample);
		buffer_add(&why, STR(" is not in "));
		sample_print_interval(&why, &result);
		return text_of(&why);
	}
	return NULL;
}

static char *
check_monotone(const struct aggregate *aggregate)
{
	struct draw draw;
	size_t count = sample_below(sampler, VALUES_MAX) + 1, at;
	struct num low, high;

	if (aggregate->monotone == MONOTONE_UNKNOWN)
		return NULL;
	draw_sample(aggregate, count,
	    aggregate->monotone == MONOTONE_RISING_FROM_ZERO, &draw);
	low = aggregate_whole(arena, aggregate, &draw.sample);
	at = sample_below(sampler, count);
	draw.values[at] =
	    num_add(arena, draw.values[at], sample_above_zero(sampler));
	high = aggregate_whole(arena, aggregate, &draw.sample);
	if (num_is_number(low) && num_is_number(high) &&
	    num_compare(low, high) <= 0)
		return NULL;
	return say(aggregate, &draw.sample, high, low);
}

static char *
check_sign(const struct aggregate *aggregate)
{
	struct draw draw;
	size_t count = sample_below(sampler, VALUES_MAX) + 1;
	struct num value;

	/* Where one is above zero tells nothing: it may be left out. */
	assert_true(aggregate->sign == SIGN_UNKNOWN ||
		    aggregate->sign == SIGN_ALL ||
		    aggregate->sign == SIGN_ALWAYS);
	if (aggregate->sign == SIGN_UNKNOWN)
		return NULL;
	draw_sample(aggregate, count, aggregate->sign == SIGN_ALL, &draw);
	value = aggregate_whole(arena, aggregate, &draw.sample);
	if (!num_is_number(value) || num_sign(value) > 0)
		return NULL;
	return say(aggregate, &draw.sample, NUM_INT(1), value);
}

/* It lies between the values at its places, and moves with those alone. */
static char *
check_places(const struct aggregate *aggregate)
{
	struct draw draw;
	size_t count = sample_below(sampler, VALUES_MAX) + 1, low, high;
	struct num value, *sorted;

	if (aggregate->places == NULL)
		return NULL;
	draw_sample(aggregate, count, false, &draw);
	value = aggregate_whole(arena, aggregate, &draw.sample);
	sorted = aggregate_sorted(arena, draw.values, count);
	aggregate->places(count, draw.sample.share, &low, &high);
	if (low > high || high >= count || high - low > 1 ||
	    num_compare(sorted[low], value) > 0 ||
	    num_compare(value, sorted[high]) > 0)
		return say(aggregate, &draw.sample, NUM_INT((int64_t)low),
		    value);
	return NULL;
}

static char *
check_none(const struct aggregate *aggregate)
{
	const struct sample nothing = { 0 };
	struct num value = aggregate_whole(arena, aggregate, &nothing);

	if (value.d == VALUE_MISSING ||
	    (num_is_number(value) && num_sign(value) == 0 &&
		aggregate->zero_of_none))
		return NULL;
	return say(aggregate, &nothing, value, value_missing());
}

static check_trial *const checks[] = { check_exchanged, check_without,
	check_interval, check_monotone, check_sign, check_places, check_none };

/* Weights go with lists alone, in which none is exchanged. */
static bool
has_exchanges(const struct aggregate *aggregate)
{
	return !aggregate_has_weights(aggregate);
}

/* What goes wrong first in many trials of a check; NULL where none does. */
static char *
try_check(check_trial *check, const struct aggregate *aggregate)
{
	char *why = NULL;

	if ((check == check_exchanged || check == check_without) &&
	    !has_exchanges(aggregate))
		return NULL;
	lot = (struct sampler){ 0 };
	for (size_t i = 0; i < TRIALS && why == NULL; i++) {
		why = check(aggregate);
		arena_free(&memory);
		memory = (struct arena){ 0 };
	}
	return why;
}

static char *
try_row(const struct aggregate *aggregate)
{
	char *why = NULL;

	for (size_t i = 0; i < LENGTH(checks) && why == NULL; i++)
		why = try_check(checks[i], aggregate);
	return why;
}

static void
check_row(void **state)
{
	char *why = try_row(*state);

	if (why != NULL)
		fail_msg("%s", why);
}

/* A row without what is claimed of it claims nothing that is wrong. */
static void
check_bare_row(void **state)
{
	const struct aggregate *row = *state;
	const struct aggregate bare = { .name = row->name,
		.arguments = row->arguments,
		.each_only = row->each_only,
		.zero_of_none = row->zero_of_none,
		.whole = row->whole };
	char *why = try_row(&bare);

	if (why != NULL)
		fail_msg("%s", why);
}

static void
check_arguments(void **state)
{
	const struct aggregate *row = *state;

	assert_non_null(row->whole);
	assert_int_equal(strspn(row->arguments, "na"), 1);
	assert_int_equal(strspn(row->arguments + 1, "sw"),
	    strlen(row->arguments + 1));
	/* What exchanges a value knows no weights. */
	if (aggregate_has_weights(row))
		assert_true(row->each_only);
	assert_ptr_equal(aggregate_find(SCOPE_EACH, str_from(row->name)), row);
	for (int scope = SCOPE_POOL; scope <= SCOPE_PRESENT; scope++)
		if (scope != SCOPE_EACH && row->each_only)
			assert_null(aggregate_find((enum scope)scope,
			    str_from(row->name)));
}

/* A row with what another claims, or more than is so. */
struct wrong {
	const char *name;
	const char *without, *exchanged, *interval, *places; /* whose */
	enum monotone monotone;
	enum sign sign;
};

/* clang-format off */
static const struct wrong wrongs[] = {
	{ "sd", .monotone = MONOTONE_RISING },
	{ "sd", .monotone = MONOTONE_RISING_FROM_ZERO },
	{ "sd", .sign = SIGN_ALL },
	{ "sd", .exchanged = "mean" },
	{ "sd", .interval = "last" },
	{ "mad", .monotone = MONOTONE_RISING },
	{ "mad", .sign = SIGN_ALL },
	{ "mad", .exchanged = "median" },
	{ "mad", .interval = "last" },
	{ "geomean", .monotone = MONOTONE_RISING },
	{ "geomean", .sign = SIGN_ALWAYS },
	{ "sum", .sign = SIGN_ALWAYS },
	{ "sum", .exchanged = "mean" },
	{ "mean", .exchanged = "sum" },
	{ "mean", .without = "geomean" },
	{ "mean", .interval = "sd" },
	{ "mean", .places = "median" },
	{ "min", .exchanged = "max" },
	{ "min", .places = "max" },
	{ "max", .exchanged = "median" },
	{ "max", .interval = "last" },
	{ "median", .exchanged = "min" },
	{ "median", .places = "min" },
	{ "last", .exchanged = "max" },
	{ "last", .places = "max" },
	{ "count", .exchanged = "sum" },
	{ "count", .interval = "sd" },
	{ "weighted", .interval = "last" },
};
/* clang-format on */

static const struct aggregate *
row_of(const char *name)
{
	return aggregate_find(SCOPE_EACH, str_from(name));
}

static void
check_wrong(void **state)
{
	const struct wrong *wrong = *state;
	const struct aggregate *row = row_of(wrong->name);
	struct aggregate aggregate = { .name = row->name,
		.arguments = row->arguments,
		.zero_of_none = row->zero_of_none,
		.whole = row->whole,
		.monotone = wrong->monotone,
		.sign = wrong->sign };
	char *why;

	if (wrong->without != NULL)
		aggregate.without = row_of(wrong->without)->without;
	if (wrong->exchanged != NULL) {
		aggregate.exchanged = row_of(wrong->exchanged)->exchanged;
		aggregate.prepare = row_of(wrong->exchanged)->prepare;
	}
	if (wrong->interval != NULL)
		aggregate.interval = row_of(wrong->interval)->interval;
	if (wrong->places != NULL)
		aggregate.places = row_of(wrong->places)->places;
	why = try_row(&aggregate);
	assert_non_null(why);
	free(why);
}

enum { AGGREGATES_MAX = 100 };

static const struct {
	const char *name;
	void (*check)(void **state);
} kinds[] = { { "arguments", check_arguments }, { "what it claims", check_row },
	{ "claiming nothing", check_bare_row } };

int
main(void)
{
	static struct CMUnitTest
	    tests[LENGTH(kinds) * AGGREGATES_MAX + LENGTH(wrongs)];
	static char names[LENGTH(tests)][64];
	size_t count = 0;

	for (size_t i = 0; aggregate_at(i) != NULL && i < AGGREGATES_MAX; i++)
		for (size_t j = 0; j < LENGTH(kinds); j++, count++) {
			snprintf(names[count], sizeof(names[count]), "%s: %s",
			    aggregate_at(i)->name, kinds[j].name);
			tests[count] =
			    (struct CMUnitTest){ .name = names[count],
				    .test_func = kinds[j].check,
				    .initial_state =
					(void *)(uintptr_t)aggregate_at(i) };
		}
	for (size_t i = 0; i < LENGTH(wrongs); i++, count++) {
		snprintf(names[count], sizeof(names[count]),
		    "%s: a wrong claim, %zu", wrongs[i].name, i + 1);
		tests[count] = (struct CMUnitTest){ .name = names[count],
			.test_func = check_wrong,
			.initial_state = (void *)(uintptr_t)&wrongs[i] };
	}
	return _cmocka_run_group_tests("aggregates", tests, count, NULL, NULL);
}
