/*
 * real: what of numbers need not be a fraction: powers, roots, logarithms,
 * exponentials, geometric means and standard deviations, rounded correctly
 * (half-even) to NUM_DIGITS significant digits, alike on every machine. Knows
 * the inside of num.
 */
#ifndef SHIJI_REAL_H
#define SHIJI_REAL_H

#include "number/num.h"

/*
 * Exact where the exponent is an integer, or where the result is a decimal of
 * NUM_DIGITS digits; else rounded correctly (half-even) to NUM_DIGITS. 0^0 is
 * 1. A negative base has no power but to integers: NUM_ROOT_OF_NEGATIVE, even
 * for (-8)^(1/3).
 */
struct num real_power(struct arena *arena, struct num base,
    struct num exponent);
struct num real_sqrt(struct arena *arena, struct num a);
/* Zero or less gives NUM_LOGARITHM. */
struct num real_ln(struct arena *arena, struct num a);
struct num real_exp(struct arena *arena, struct num a);

/*
 * The geometric mean, the n-th root of the product, of count > 0 numbers,
 * rounded correctly. Zero among them gives zero, a negative one (even beside
 * a zero) NUM_ROOT_OF_NEGATIVE.
 */
struct num real_geomean(struct arena *arena, const struct num *values,
    size_t count);
/* For each value the geometric mean of the others; count > 1. */
void real_geomeans_without(struct arena *arena, const struct num *values,
    size_t count, struct num *out);
/*
 * The population standard deviation, sqrt(sum((x - mean)^2) / n), of count > 0
 * numbers, each rounded as by num_significant first; itself rounded correctly.
 */
struct num real_standard_deviation(struct arena *arena,
    const struct num *values, size_t count);

#endif
