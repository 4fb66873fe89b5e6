/*
 * decimal: numbers as they are written, of any length, compared without being
 * computed. Knows text and ranks.
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
#include "number/rank.h"

bool decimal_is(struct str text);

/* Negative, zero or positive, as strcmp has it. Both must be decimals. */
int decimal_compare(struct str a, struct str b);

/*
 * Keys of decimals, as rank_keys() makes them of numbers. Each text is a
 * decimal, or empty: that gets RANK_ABSENT.
 */
void decimal_keys(const struct str *texts, size_t count, int64_t *keys);

#endif
