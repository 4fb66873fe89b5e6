/*
 * test_functions: what each row of the table of functions claims, against what
 * the function gives: whatever lies in the intervals of its numbers gives
 * something in the interval of the result, and so on. Rows that claim too much
 * are caught, and one that claims nothing is right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "sampling.h"
#include "scheme/functions.h"

/* The numbers of a trial live here, until the next. */
static struct arena memory;
static struct arena *const arena = &memory;
static struct sampler lot;
static struct sampler *const sampler = &lot;

enum { TRIALS = 4000, POINTS = 12, PARTS_MAX = 9 };

/* A call of a function with so many numbers, words drawn by lot. */
static struct node
draw_call(const struct function *function)
{
	struct node call = { .kind = function->kind,
		.function = function,
		.whole = (int64_t)sample_below(sampler, 3),
		.mode = (enum step_mode)sample_below(sampler, 3) };
	const char *repeated = strchr(function->arguments, '*');
	size_t least = strcspn(function->arguments, "?*"), words = 0;

	for (size_t i = 0; i < least; i++)
		words += strchr("cmw", function->arguments[i]) != NULL;
	call.count = least - words;
	/* growth() reads its number twice. */
	if (function->kind == NODE_GROWTH)
		call.count = 2;
	if (repeated != NULL)
		call.count += sample_below(sampler, 3) * strlen(repeated + 1);
	assert_true(call.count <= PARTS_MAX);
	return call;
}

static char *
text_of(struct buffer *buffer)
{
	buffer_add_byte(buffer, '\0');
	return buffer->data;
}

static void
print_call(struct buffer *out, const struct node *call,
    const struct num *values, struct num result)
{
	buffer_add(out, str_from(call->function->name));
	for (size_t i = 0; i < call->count; i++) {
		buffer_add(out, STR(" "));
		sample_print(out, values[i]);
	}
	buffer_add(out, STR(" = "));
	sample_print(out, result);
}

/*
 * Each check says what is wrong of the first trial that goes wrong, or NULL;
 * the caller frees it.
 */
typedef char *check_trial(const struct function *function);

/* Intervals of all parts, or half of the time of the first alone. */
static void
draw_parts(size_t count, struct interval *parts)
{
	bool all = sample_below(sampler, 2) == 0;

	for (size_t i = 0; i < count; i++)
		parts[i] = all || i == 0 ? sample_interval(sampler)
					 : interval_of(sample_number(sampler));
}

static char *
check_interval(const struct function *function)
{
	struct node call = draw_call(function);
	struct interval parts[PARTS_MAX], result;
	struct buffer why = { 0 };

	draw_parts(call.count, parts);
	result = function_interval(arena, &call, parts);
	for (size_t i = 0; i < POINTS; i++) {
		struct num values[PARTS_MAX], value;

		for (size_t j = 0; j < call.count; j++)
			values[j] = sample_of(sampler, &parts[j]);
		value = function_value(arena, &call, values);
		if (sample_is_in(value, &result))
			continue;
		print_call(&why, &call, values, value);
		buffer_add(&why, STR(" is not in "));
		sample_print_interval(&why, &result);
		return text_of(&why);
	}
	return NULL;
}

static char *
check_monotone(const struct function *function)
{
	struct node call = draw_call(function);
	struct num values[PARTS_MAX] = { NUM_INT(0) }, low, high, more;
	struct buffer why = { 0 };
	bool has_low;

	if (function->monotone == MONOTONE_UNKNOWN)
		return NULL;
	for (size_t i = 0; i < call.count; i++)
		values[i] = sample_number(sampler);
	if (function->monotone == MONOTONE_RISING_FROM_ZERO &&
	    num_sign(values[0]) < 0)
		return NULL;
	low = function_value(arena, &call, values);
	more = sample_above_zero(sampler);
	values[0] = num_add(arena, values[0], more);
	high = function_value(arena, &call, values);
	has_low = num_is_number(low) || function->monotone == MONOTONE_RISING;
	if (!has_low || (num_is_number(low) && num_is_number(high) &&
			    num_compare(low, high) <= 0))
		return NULL;
	print_call(&why, &call, values, high);
	buffer_add(&why, STR(", and for "));
	sample_print(&why, more);
	buffer_add(&why, STR(" less "));
	sample_print(&why, low);
	return text_of(&why);
}

/* Whether a sign is claimed of the result for these values. */
static bool
claims_sign(const struct function *function, const struct num *values,
    size_t count)
{
	size_t above = 0;

	for (size_t i = 0; i < count; i++)
		above += num_sign(values[i]) > 0;
	switch (function->sign) {
	case SIGN_UNKNOWN:
		return false;
	case SIGN_ALL:
		return above == count;
	case SIGN_ANY:
		return above > 0;
	case SIGN_ALWAYS:
		return true;
	case SIGN_NONZERO:
		return num_sign(values[0]) != 0;
	}
	return false;
}

static char *
check_sign(const struct function *function)
{
	struct node call = draw_call(function);
	struct num values[PARTS_MAX] = { NUM_INT(0) }, value;
	struct buffer why = { 0 };
	bool above = sample_below(sampler, 2) == 0;
	int sign;

	for (size_t i = 0; i < call.count; i++)
		values[i] =
		    above ? sample_above_zero(sampler) : sample_number(sampler);
	if (!claims_sign(function, values, call.count))
		return NULL;
	value = function_value(arena, &call, values);
	if (!num_is_number(value))
		return NULL;
	sign = num_sign(value);
	if (sign > 0 || (sign < 0 && function->sign == SIGN_NONZERO))
		return NULL;
	print_call(&why, &call, values, value);
	return text_of(&why);
}

/* What goes wrong first in many trials of a check; NULL where none does. */
static char *
try_check(check_trial *check, const struct function *function)
{
	char *why = NULL;

	lot = (struct sampler){ 0 };
	for (size_t i = 0; i < TRIALS && why == NULL; i++) {
		why = check(function);
		arena_free(&memory);
		memory = (struct arena){ 0 };
	}
	return why;
}

static check_trial *const checks[] = { check_interval, check_monotone,
	check_sign };

/* Of any check. */
static char *
try_row(const struct function *function)
{
	char *why = NULL;

	for (size_t i = 0; i < LENGTH(checks) && why == NULL; i++)
		why = try_check(checks[i], function);
	return why;
}

static void
check_row(void **state)
{
	const struct function *function = *state;
	char *why;

	if (function->evaluate == NULL) {
		/* How it is evaluated is told by its kind. */
		assert_int_not_equal(function->kind, NODE_FUNCTION);
		assert_null(function->interval);
		assert_int_equal(function->monotone, MONOTONE_UNKNOWN);
		return;
	}
	why = try_row(function);
	if (why != NULL)
		fail_msg("%s", why);
}

/* A row without what is claimed of it claims nothing that is wrong. */
static void
check_bare_row(void **state)
{
	struct function function = *(const struct function *)*state;
	char *why;

	function.interval = NULL;
	function.monotone = MONOTONE_UNKNOWN;
	function.sign = SIGN_UNKNOWN;
	if (function.evaluate == NULL)
		return;
	why = try_row(&function);
	if (why != NULL)
		fail_msg("%s", why);
}

/* Letters that there are; a call's words come after its numbers. */
static void
check_arguments(void **state)
{
	const struct function *function = *state;
	bool words = false;

	assert_int_equal(strspn(function->arguments, "nedlhtcxiugvmw?*"),
	    strlen(function->arguments));
	for (const char *at = function->arguments; *at != '\0'; at++) {
		bool is_word = strchr("cugvmw", *at) != NULL;

		if (function->kind == NODE_FUNCTION && *at != '?' && *at != '*')
			assert_false(words && !is_word);
		words |= is_word;
	}
	assert_ptr_equal(function_find(str_from(function->name)), function);
}

/* A row that claims what another does, or more than is so. */
struct wrong {
	const char *name;
	enum monotone monotone;
	enum sign sign;
	const char *interval; /* of which function */
};

/* clang-format off */
static const struct wrong wrongs[] = {
	{ "abs", .monotone = MONOTONE_RISING },
	{ "sqrt", .monotone = MONOTONE_RISING },
	{ "ln", .monotone = MONOTONE_RISING },
	{ "units_of", .monotone = MONOTONE_RISING },
	{ "steps", .monotone = MONOTONE_RISING },
	{ "interp", .monotone = MONOTONE_RISING_FROM_ZERO },
	{ "clamp", .monotone = MONOTONE_RISING },
	{ "round", .sign = SIGN_ALL },
	{ "min", .sign = SIGN_ANY },
	{ "abs", .sign = SIGN_ALWAYS },
	{ "floor", .sign = SIGN_NONZERO },
	{ "ln", .sign = SIGN_NONZERO },
	{ "min", .interval = "max" },
	{ "max", .interval = "abs" },
	{ "steps", .interval = "steps_above" },
	{ "interp", .interval = "steps" },
	{ "brackets", .interval = "interp" },
	{ "round", .interval = "abs" },
	{ "missing", .interval = "abs" },
	{ "default", .interval = "min" },
};
/* clang-format on */

static void
check_wrong(void **state)
{
	const struct wrong *wrong = *state;
	struct function function = *function_find(str_from(wrong->name));
	char *why;

	function.monotone = wrong->monotone;
	function.sign = wrong->sign;
	function.interval =
	    wrong->interval != NULL
		? function_find(str_from(wrong->interval))->interval
		: NULL;
	why = try_row(&function);
	assert_non_null(why);
	free(why);
}

enum { FUNCTIONS_MAX = 100 };

static const struct {
	const char *name;
	void (*check)(void **state);
} kinds[] = { { "arguments", check_arguments }, { "what it claims", check_row },
	{ "claiming nothing", check_bare_row } };

int
main(void)
{
	static struct CMUnitTest
	    tests[LENGTH(kinds) * FUNCTIONS_MAX + LENGTH(wrongs)];
	static char names[LENGTH(kinds) * FUNCTIONS_MAX + LENGTH(wrongs)][64];
	size_t count = 0;

	for (size_t i = 0; function_at(i) != NULL && i < FUNCTIONS_MAX; i++)
		for (size_t j = 0; j < LENGTH(kinds); j++, count++) {
			snprintf(names[count], sizeof(names[count]), "%s: %s",
			    function_at(i)->name, kinds[j].name);
			tests[count] =
			    (struct CMUnitTest){ .name = names[count],
				    .test_func = kinds[j].check,
				    .initial_state =
					(void *)(uintptr_t)function_at(i) };
		}
	for (size_t i = 0; i < LENGTH(wrongs); i++, count++) {
		snprintf(names[count], sizeof(names[count]),
		    "%s: a wrong claim, %zu", wrongs[i].name, i + 1);
		tests[count] = (struct CMUnitTest){ .name = names[count],
			.test_func = check_wrong,
			.initial_state = (void *)(uintptr_t)&wrongs[i] };
	}
	return _cmocka_run_group_tests("functions", tests, count, NULL, NULL);
}
