#include "scheme/number_set.h"

/* Whether there are numbers in a span. */
static bool
is_filled(const struct number_span *span)
{
	int order;

	if (!span->has_low || !span->has_high)
		return true;
	order = num_compare(span->low, span->high);
	return order < 0 || (order == 0 && !span->low_open && !span->high_open);
}

static struct number_span
intersect_spans(const struct number_span *a, const struct number_span *b)
{
	struct number_span both = *a;
	int order;

	if (b->has_low) {
		order = both.has_low ? num_compare(b->low, both.low) : 1;
		if (order > 0 || (order == 0 && b->low_open)) {
			both.has_low = true;
			both.low = b->low;
			both.low_open = b->low_open;
		}
	}
	if (b->has_high) {
		order = both.has_high ? num_compare(b->high, both.high) : -1;
		if (order < 0 || (order == 0 && b->high_open)) {
			both.has_high = true;
			both.high = b->high;
			both.high_open = b->high_open;
		}
	}
	return both;
}

void
number_set_intersect(struct number_set *a, const struct number_set *b)
{
	struct number_set both = { .unknown = a->unknown || b->unknown };

	for (size_t i = 0; i < a->count; i++)
		for (size_t j = 0; j < b->count; j++) {
			struct number_span part =
			    intersect_spans(&a->parts[i], &b->parts[j]);

			if (!is_filled(&part))
				continue;
			if (both.count == NUMBER_SPANS_MAX) {
				both.unknown = true;
				continue;
			}
			both.parts[both.count++] = part;
		}
	*a = both;
}

void
number_set_everything(struct number_set *set)
{
	*set = (struct number_set){ .count = 1 };
}

void
number_set_complement(struct number_set *set)
{
	struct number_set rest;

	number_set_everything(&rest);
	rest.unknown = set->unknown;
	for (size_t i = 0; i < set->count; i++) {
		const struct number_span *part = &set->parts[i];
		struct number_set outside = { 0 };

		if (part->has_low)
			outside.parts[outside.count++] =
			    (struct number_span){ .has_high = true,
				    .high = part->low,
				    .high_open = !part->low_open };
		if (part->has_high)
			outside.parts[outside.count++] =
			    (struct number_span){ .has_low = true,
				    .low = part->high,
				    .low_open = !part->high_open };
		number_set_intersect(&rest, &outside);
	}
	*set = rest;
}

void
number_set_unite(struct number_set *a, const struct number_set *b)
{
	struct number_set other = *b;

	number_set_complement(a);
	number_set_complement(&other);
	number_set_intersect(a, &other);
	number_set_complement(a);
}

void
number_set_compare(enum operator operation, struct num bound,
    struct number_set *set)
{
	struct number_span part = { .low = bound, .high = bound };

	part.has_low = operation == OPERATOR_GREATER ||
		       operation == OPERATOR_GREATER_EQUAL ||
		       operation == OPERATOR_EQUAL ||
		       operation == OPERATOR_NOT_EQUAL;
	part.has_high =
	    operation == OPERATOR_LESS || operation == OPERATOR_LESS_EQUAL ||
	    operation == OPERATOR_EQUAL || operation == OPERATOR_NOT_EQUAL;
	part.low_open = operation == OPERATOR_GREATER;
	part.high_open = operation == OPERATOR_LESS;
	*set = (struct number_set){ .parts = { part }, .count = 1 };
	if (operation == OPERATOR_NOT_EQUAL)
		number_set_complement(set);
}

/* Whether a measure of so many digits can have a value in the span. */
static bool
holds_decimal(struct arena *arena, const struct number_span *part, int digits)
{
	struct num scale = NUM_INT(1), low, high;

	if (digits < 0 || !part->has_low || !part->has_high)
		return true;
	for (int i = 0; i < digits; i++)
		scale.n *= 10;
	low = num_mul(arena, part->low, scale);
	high = num_mul(arena, part->high, scale);
	if (!num_is_number(low) || !num_is_number(high))
		return true;
	low = part->low_open ? num_add(arena, num_floor(arena, low), NUM_INT(1))
			     : num_ceil(arena, low);
	high = part->high_open
		   ? num_sub(arena, num_ceil(arena, high), NUM_INT(1))
		   : num_floor(arena, high);
	return !num_is_number(low) || !num_is_number(high) ||
	       num_compare(low, high) <= 0;
}

bool
number_set_has_decimal(struct arena *arena, const struct number_set *set,
    int digits)
{
	for (size_t i = 0; i < set->count; i++)
		if (holds_decimal(arena, &set->parts[i], digits))
			return true;
	return false;
}

static void
print_span(struct buffer *text, const struct number_span *part)
{
	if (part->has_low && part->has_high &&
	    num_compare(part->low, part->high) == 0) {
		num_print_exact(text, part->low);
		return;
	}
	if (part->has_low) {
		buffer_add(text, part->low_open ? STR("above ") : STR("from "));
		num_print_exact(text, part->low);
	}
	if (!part->has_high)
		return;
	if (part->has_low)
		buffer_add_byte(text, ' ');
	buffer_add(text, part->high_open ? STR("to below ") : STR("to "));
	num_print_exact(text, part->high);
}

void
number_set_print(struct buffer *text, const struct number_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (i > 0)
			buffer_add(text, STR("; "));
		print_span(text, &set->parts[i]);
	}
}
