/*
 * number_set: sets of numbers, as conditions on one number part them: what
 * holds where, what is left, what is in both. Knows numbers and comparisons.
 */
#ifndef SHIJI_NUMBER_SET_H
#define SHIJI_NUMBER_SET_H

#include "scheme/syntax.h"

#define NUMBER_SPANS_MAX 32 /* of one set */

/* A set of numbers: spans apart from one another, in order. */
struct number_span {
	bool has_low, has_high, low_open, high_open;
	struct num low, high;
};

struct number_set {
	struct number_span parts[NUMBER_SPANS_MAX];
	size_t count;
	bool unknown; /* too many, or not about one subject */
};

/* All numbers. */
void number_set_everything(struct number_set *set);
/* Those for which `x OPERATOR bound` holds. */
void number_set_compare(enum operator operation, struct num bound,
    struct number_set *set);
/* Become what is in both, in either, in neither. */
void number_set_intersect(struct number_set *a, const struct number_set *b);
void number_set_unite(struct number_set *a, const struct number_set *b);
void number_set_complement(struct number_set *set);
/* Whether it has a decimal of so many digits; any number, if they are < 0. */
bool number_set_has_decimal(struct arena *arena, const struct number_set *set,
    int digits);
/* Append `from 80 to below 90; above 95`. */
void number_set_print(struct buffer *text, const struct number_set *set);

#endif
