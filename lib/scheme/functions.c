#include "scheme/functions.h"

#include "number/real.h"

static struct num
least(struct arena *arena, const struct node *call, const struct num *values)
{
	struct num best = values[0];

	(void)arena;
	for (size_t i = 1; i < call->count; i++)
		if (num_compare(values[i], best) < 0)
			best = values[i];
	return best;
}

static struct interval
least_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct interval result = parts[0];

	(void)arena;
	for (size_t i = 1; i < call->count; i++)
		result = interval_minimum(&result, &parts[i]);
	return result;
}

static struct num
greatest(struct arena *arena, const struct node *call, const struct num *values)
{
	struct num best = values[0];

	(void)arena;
	for (size_t i = 1; i < call->count; i++)
		if (num_compare(values[i], best) > 0)
			best = values[i];
	return best;
}

static struct interval
greatest_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct interval result = parts[0];

	(void)arena;
	for (size_t i = 1; i < call->count; i++)
		result = interval_maximum(&result, &parts[i]);
	return result;
}

static struct num
absolute(struct arena *arena, const struct node *call, const struct num *values)
{
	(void)call;
	return num_abs(arena, values[0]);
}

static struct interval
absolute_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	(void)call;
	return interval_absolute(arena, &parts[0]);
}

static struct num
clamp(struct arena *arena, const struct node *call, const struct num *values)
{
	(void)arena;
	(void)call;
	if (num_compare(values[0], values[1]) < 0)
		return values[1];
	return num_compare(values[0], values[2]) > 0 ? values[2] : values[0];
}

static struct interval
clamp_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct interval result, ordered;

	(void)arena;
	(void)call;
	result = interval_minimum(&parts[0], &parts[2]);
	result = interval_maximum(&result, &parts[1]);
	ordered = interval_less_equal(&parts[1], &parts[2]);
	if (interval_is_true(&ordered))
		return result;
	/* Where the bounds cross it is one of them. */
	result = interval_hull(&result, &parts[1]);
	return interval_hull(&result, &parts[2]);
}

static struct num
to_digits(struct arena *arena, const struct node *call,
    const struct num *values)
{
	return num_round(arena, values[0], (int)call->whole, NUM_HALF_UP);
}

static struct num
whole_below(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)call;
	return num_floor(arena, values[0]);
}

static struct num
whole_above(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)call;
	return num_ceil(arena, values[0]);
}

static struct num
square_root(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)call;
	return real_sqrt(arena, values[0]);
}

static struct num
logarithm(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)call;
	return real_ln(arena, values[0]);
}

static struct num
exponential(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)call;
	return real_exp(arena, values[0]);
}

/* Bands: the value of the last edge that x has passed. */
static struct num
steps(const struct num *values, size_t count, bool above)
{
	struct num result = NUM_INT(0);

	for (size_t i = 1; i + 1 < count; i += 2) {
		int order = num_compare(values[0], values[i]);

		if (above ? order > 0 : order >= 0)
			result = values[i + 1];
	}
	return result;
}

/* Each edge passed puts its value in the place of the one before. */
static struct interval
steps_interval(const struct interval *parts, size_t count, bool above)
{
	struct interval result = interval_of(NUM_INT(0));

	for (size_t i = 1; i + 1 < count; i += 2) {
		struct interval passed =
		    above ? interval_less(&parts[i], &parts[0])
			  : interval_less_equal(&parts[i], &parts[0]);

		if (passed.doubt)
			return interval_whole();
		if (interval_is_true(&passed))
			result = parts[i + 1];
		else if (!interval_is_false(&passed))
			result = interval_hull(&result, &parts[i + 1]);
	}
	return result;
}

static struct num
steps_from(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)arena;
	return steps(values, call->count, false);
}

static struct interval
steps_from_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	(void)arena;
	return steps_interval(parts, call->count, false);
}

static struct num
steps_above(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)arena;
	return steps(values, call->count, true);
}

static struct interval
steps_above_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	(void)arena;
	return steps_interval(parts, call->count, true);
}

/* A call of which the first number varies and the others do not. */
struct line {
	struct arena *arena;
	const struct node *call;
	struct num *values;
};

static struct num
line_at(void *context, struct num x)
{
	const struct line *line = context;

	line->values[0] = x;
	return function_value(line->arena, line->call, line->values);
}

/* False where one of the others has more than one value. */
static bool
line_start(struct line *line, struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	*line = (struct line){ arena, call,
		arena_array(arena, call->count, sizeof(*line->values)) };
	for (size_t i = 1; i < call->count; i++) {
		if (!interval_is_point(&parts[i]))
			return false;
		line->values[i] = parts[i].low;
	}
	return true;
}

/*
 * Straight lines between edges: the least and the greatest stand at an end or
 * at an edge, unless edges do not rise, where it leaps. Where x is open the
 * last line goes on; that is for the caller.
 */
static struct interval
lines_interval(struct line *line, const struct interval *x)
{
	struct interval_choice choice = { 0 };
	const struct num *values = line->values;

	for (size_t i = 1; i + 1 < line->call->count; i += 2) {
		struct num edge = values[i];

		if (i > 1 && num_compare(edge, values[i - 2]) <= 0)
			return interval_whole();
		if ((x->below || num_compare(edge, x->low) > 0) &&
		    (x->above || num_compare(edge, x->high) < 0))
			interval_choose_value(&choice, line_at(line, edge));
	}
	if (!x->below)
		interval_choose_value(&choice, line_at(line, x->low));
	if (!x->above)
		interval_choose_value(&choice, line_at(line, x->high));
	return choice.any ? choice.interval : interval_whole();
}

/* values: x, x1, y1, x2, y2 ... */
static struct num
interpolate(struct arena *arena, const struct node *call,
    const struct num *values)
{
	const struct num *at = values + 1, *last = values + call->count - 2;
	struct num x = values[0], share;

	if (num_compare(x, at[0]) <= 0)
		return at[1];
	while (at < last && num_compare(x, at[2]) > 0)
		at += 2;
	if (at >= last)
		return last[1];
	share = value_div(arena, num_sub(arena, x, at[0]),
	    num_sub(arena, at[2], at[0]));
	share = value_mul(arena, share, num_sub(arena, at[3], at[1]));
	return value_add(arena, at[1], share);
}

static struct interval
interpolate_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct line line;

	if (!line_start(&line, arena, call, parts))
		return interval_whole();
	return lines_interval(&line, &parts[0]);
}

/* values: x, from1, rate1, from2, rate2 ... */
static struct num
brackets(struct arena *arena, const struct node *call, const struct num *values)
{
	struct num sum = NUM_INT(0), x = values[0];

	for (size_t i = 1; i + 1 < call->count; i += 2) {
		struct num top = x, part;

		if (num_compare(x, values[i]) <= 0)
			break;
		if (i + 2 < call->count && num_compare(x, values[i + 2]) > 0)
			top = values[i + 2];
		part = value_mul(arena, num_sub(arena, top, values[i]),
		    values[i + 1]);
		sum = value_add(arena, sum, part);
	}
	return sum;
}

static struct interval
brackets_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct interval result;
	struct line line;
	int sign;

	if (!line_start(&line, arena, call, parts))
		return interval_whole();
	result = lines_interval(&line, &parts[0]);
	sign = num_sign(line.values[call->count - 1]);
	result.above |= parts[0].above && sign > 0;
	result.below |= parts[0].above && sign < 0;
	return result;
}

static struct num
units_of(struct arena *arena, const struct node *call, const struct num *values)
{
	struct num units = num_div(arena, values[0], values[1]);

	if (call->mode == STEP_PROPORTIONAL || !num_is_number(units))
		return units;
	if (call->mode == STEP_WHOLE)
		return num_truncate(arena, units);
	return num_sign(units) < 0 ? num_floor(arena, units)
				   : num_ceil(arena, units);
}

static struct interval
units_of_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct line line;

	if (!line_start(&line, arena, call, parts) ||
	    num_sign(line.values[1]) <= 0)
		return interval_whole();
	return interval_rising(&parts[0], line_at, &line);
}

static struct num
default_of(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)arena;
	(void)call;
	return values[0].d == VALUE_MISSING ? values[1] : values[0];
}

static struct interval
default_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	(void)arena;
	(void)call;
	if (interval_is_absent(&parts[0]) && parts[0].low.d == VALUE_MISSING)
		return parts[1];
	return parts[0].doubt ? interval_whole() : parts[0];
}

static struct num
is_missing(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)arena;
	(void)call;
	if (values[0].d == NUM_FAILED)
		return values[0];
	return NUM_INT(values[0].d == VALUE_MISSING);
}

static struct num
is_applicable(struct arena *arena, const struct node *call,
    const struct num *values)
{
	(void)arena;
	(void)call;
	if (values[0].d == NUM_FAILED)
		return values[0];
	return NUM_INT(values[0].d != VALUE_NOT_APPLICABLE);
}

/* Of whether there is a value, any number tells as much as another. */
static struct interval
presence_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct num value = NUM_INT(0);

	if (parts[0].doubt)
		return interval_whole();
	if (interval_is_absent(&parts[0]))
		value = parts[0].low;
	value = call->function->evaluate(arena, call, &value);
	return num_is_number(value) ? interval_of(value) : interval_whole();
}

/* (x - b) / |b|; from a base of zero there is no growth to speak of. */
static struct num
growth(struct arena *arena, const struct node *call, const struct num *values)
{
	(void)call;
	if (num_sign(values[1]) == 0)
		return value_missing();
	return value_div(arena, num_sub(arena, values[0], values[1]),
	    num_abs(arena, values[1]));
}

static struct interval
growth_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct interval rise = interval_subtract(arena, &parts[0], &parts[1]);
	struct interval base = interval_absolute(arena, &parts[1]);

	(void)call;
	return interval_divide(arena, &rise, &base);
}

/* clang-format off */
static const struct function functions[] = {
	{ "min", "n*n", NODE_FUNCTION, .evaluate = least, .interval = least_interval, .sign = SIGN_ALL },
	{ "max", "n*n", NODE_FUNCTION, .evaluate = greatest, .interval = greatest_interval, .sign = SIGN_ANY },
	{ "abs", "n", NODE_FUNCTION, .evaluate = absolute, .interval = absolute_interval, .sign = SIGN_NONZERO },
	{ "clamp", "nlh", NODE_FUNCTION, .evaluate = clamp, .interval = clamp_interval, .sign = SIGN_ALL },
	{ "round", "n?c", NODE_FUNCTION, .evaluate = to_digits, .monotone = MONOTONE_RISING },
	{ "floor", "n", NODE_FUNCTION, .evaluate = whole_below, .monotone = MONOTONE_RISING },
	{ "ceil", "n", NODE_FUNCTION, .evaluate = whole_above, .monotone = MONOTONE_RISING },
	{ "sqrt", "n", NODE_FUNCTION, .evaluate = square_root, .monotone = MONOTONE_RISING_FROM_ZERO, .sign = SIGN_ALL },
	{ "ln", "n", NODE_FUNCTION, .evaluate = logarithm, .monotone = MONOTONE_RISING_FROM_ZERO },
	{ "exp", "n", NODE_FUNCTION, .evaluate = exponential, .monotone = MONOTONE_RISING, .sign = SIGN_ALWAYS },
	{ "steps", "nen*en", NODE_FUNCTION, .evaluate = steps_from, .interval = steps_from_interval },
	{ "steps_above", "nen*en", NODE_FUNCTION, .evaluate = steps_above, .interval = steps_above_interval },
	{ "interp", "nen*en", NODE_FUNCTION, .evaluate = interpolate, .interval = interpolate_interval },
	{ "brackets", "nen*en", NODE_FUNCTION, .evaluate = brackets, .interval = brackets_interval },
	{ "units_of", "ndm", NODE_FUNCTION, .evaluate = units_of, .interval = units_of_interval },
	{ "default", "nn", NODE_DEFAULT, .evaluate = default_of, .takes_absent = true, .interval = default_interval, .sign = SIGN_ALL },
	{ "missing", "n", NODE_MISSING, .type = TYPE_TRUTH, .evaluate = is_missing, .takes_absent = true, .interval = presence_interval },
	{ "applies", "n", NODE_APPLIES, .type = TYPE_TRUTH, .evaluate = is_applicable, .takes_absent = true, .interval = presence_interval },
	{ "cases", "tn*tn", NODE_CASES, .type = TYPE_NUMBER },
	{ "prev", "n?c", NODE_SHIFT, .shift = SHIFT_PREV, .whole = 1, .sign = SIGN_ALL },
	{ "year_ago", "n", NODE_SHIFT, .shift = SHIFT_YEAR_AGO, .sign = SIGN_ALL },
	{ "year_end", "n", NODE_SHIFT, .shift = SHIFT_YEAR_END, .sign = SIGN_ALL },
	{ "growth", "n", NODE_GROWTH, .evaluate = growth, .interval = growth_interval },
	{ "month", "x", NODE_MONTH, .type = TYPE_NUMBER },
	{ "ytd", "x", NODE_YTD, .sign = SIGN_ALL },
	{ "measure", "x", NODE_MEASURE, .type = TYPE_NUMBER },
	{ "item", "i", NODE_ITEM, .type = TYPE_NUMBER },
	{ "rate", "i", NODE_RATE, .type = TYPE_NUMBER },
	{ "in_group", "gv", NODE_IN_GROUP, .type = TYPE_TRUTH },
	{ "of", "un", NODE_OF, .type = TYPE_NUMBER },
	{ "pool.rank", "n?w", NODE_POOL_RANK, .sign = SIGN_ALWAYS },
};
/* clang-format on */

const struct function *
function_at(size_t number)
{
	return number < LENGTH(functions) ? &functions[number] : NULL;
}

const struct function *
function_find(struct str name)
{
	for (size_t i = 0; i < LENGTH(functions); i++)
		if (str_equal(name, str_from(functions[i].name)))
			return &functions[i];
	return NULL;
}

char
function_argument(const struct function *function, size_t number)
{
	const char *arguments = function->arguments;
	size_t least = strcspn(arguments, "?*");
	size_t group;

	if (number < least)
		return arguments[number];
	if (arguments[least] == '?')
		return arguments[number + 1];
	group = strlen(arguments + least + 1);
	return arguments[least + 1 + (number - least) % group];
}

struct num
function_value(struct arena *arena, const struct node *call,
    const struct num *values)
{
	const struct function *function = call->function;
	struct num lacking = NUM_INT(0);

	for (size_t i = 0; i < call->count && !function->takes_absent; i++)
		if (!num_is_number(values[i]))
			lacking = num_is_number(lacking)
				      ? values[i]
				      : value_absent(lacking, values[i]);
	return num_is_number(lacking) ? function->evaluate(arena, call, values)
				      : lacking;
}

/*
 * Whether a part is certainly absent; what the call then is, which is certain
 * too unless another part may be absent in another way.
 */
static bool
is_absent_call(const struct node *call, const struct interval *parts,
    struct interval *out)
{
	struct num lacking = NUM_INT(0);
	bool doubt = false;

	for (size_t i = 0; i < call->count; i++) {
		doubt |= parts[i].doubt;
		if (interval_is_absent(&parts[i]))
			lacking = num_is_number(lacking)
				      ? parts[i].low
				      : value_absent(lacking, parts[i].low);
	}
	*out = doubt ? interval_whole() : interval_of(lacking);
	return !num_is_number(lacking);
}

static bool
all_points(const struct interval *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!interval_is_point(&parts[i]))
			return false;
	return true;
}

static struct interval
at_points(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	struct num *values = arena_array(arena, call->count, sizeof(*values));
	struct num value;

	for (size_t i = 0; i < call->count; i++)
		values[i] = parts[i].low;
	value = function_value(arena, call, values);
	return value.d == NUM_FAILED ? interval_whole() : interval_of(value);
}

/* What is told by how the function goes with its first number. */
static struct interval
by_monotone(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	const struct function *function = call->function;
	struct line line;

	if (function->monotone == MONOTONE_UNKNOWN || function->takes_absent ||
	    !line_start(&line, arena, call, parts))
		return interval_whole();
	if (function->monotone == MONOTONE_RISING_FROM_ZERO &&
	    (parts[0].below || num_sign(parts[0].low) < 0))
		return interval_whole();
	return interval_rising(&parts[0], line_at, &line);
}

struct interval
function_interval(struct arena *arena, const struct node *call,
    const struct interval *parts)
{
	const struct function *function = call->function;
	struct interval result;

	if (!function->takes_absent && is_absent_call(call, parts, &result))
		return result;
	if (all_points(parts, call->count))
		return at_points(arena, call, parts);
	result = function->interval != NULL
		     ? function->interval(arena, call, parts)
		     : by_monotone(arena, call, parts);
	for (size_t i = 0; i < call->count && !function->takes_absent; i++)
		result.doubt |= parts[i].doubt;
	return result;
}
