/*
 * decimal: numbers as they are written, of any length, compared without being
 * computed. Knows text and order.
 *
 * A decimal is an optional minus, digits, and optionally a point and digits:
 * what num_parse() reads, but without its bound. 007, 7 and 7.0 are equal, and
 * so are 0 and -0.
 */
#ifndef SHIJI_DECIMAL_H
#define SHIJI_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

bool decimal_is(struct str text);

/* Negative, zero or positive, as strcmp has it. Both must be decimals. */
int decimal_compare(struct str a, struct str b);

/* The key of an empty text; lower than any other. */
#define DECIMAL_ABSENT INT64_MIN

/*
 * Keys that order as the decimals do, equal where they are equal, and never
 * below -INT64_MAX. Each text is a decimal, or empty: that gets
 * DECIMAL_ABSENT. Keys of one call are not to be compared with those of
 * another.
 */
void decimal_keys(const struct str *texts, size_t count, int64_t *keys);

#endif
