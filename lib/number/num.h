/*
 * num: exact rational numbers. Knows memory, and nothing of records.
 *
 * A number is a fraction of two machine integers where they suffice, and an
 * immutable pair of GMP integers in an arena where they do not. Fractions need
 * not be in lowest terms. The usual case is inline below; num.c has the rest.
 *
 * A result may also be no number: num_failed() says why. What else the
 * negative denominators mean (missing, not applicable) is the caller's matter:
 * the functions here must be given numbers only.
 */
#ifndef SHIJI_NUM_H
#define SHIJI_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct num {
	int64_t n; /* the numerator, or the address of a big number */
	int64_t d; /* > 0: denominator; 0: big; < 0: no number */
};

/* n of a number that could not be computed; its d is NUM_FAILED. */
enum num_failure {
	NUM_TOO_LARGE = 1, /* outgrew NUM_BITS_MAX */
	NUM_DIVIDED_BY_ZERO,
	NUM_ROOT_OF_NEGATIVE,
	NUM_LOGARITHM,
	NUM_POWER_OF_ZERO /* zero to a negative power */
};
#define NUM_FAILED (-1)

/* The bound on numerator and denominator, in bits (about 4,900 digits). */
#define NUM_BITS_MAX 16384
/* Significant digits of whatever cannot be exact. */
#define NUM_DIGITS 34

enum num_rounding { NUM_HALF_UP, NUM_HALF_EVEN, NUM_DOWN, NUM_UP };

#define NUM_INT(i) ((struct num){ (i), 1 })

static inline bool
num_is_number(struct num x)
{
	return x.d >= 0;
}

static inline struct num
num_failure(enum num_failure why)
{
	return (struct num){ why, NUM_FAILED };
}

/*
 * Read a decimal: an optional minus, digits, and optionally a point and more
 * digits. False where the text is anything else; a number of too many digits
 * is read as NUM_TOO_LARGE.
 */
bool num_parse(struct arena *arena, struct str text, struct num *out);

/* mantissa / 10^scale, 0 <= scale <= 18. */
struct num num_decimal(int64_t mantissa, unsigned scale);

/* The slow ways of the inline functions below. */
struct num num_add_slow(struct arena *arena, struct num a, struct num b);
struct num num_sub_slow(struct arena *arena, struct num a, struct num b);
struct num num_mul_slow(struct arena *arena, struct num a, struct num b);
struct num num_div_slow(struct arena *arena, struct num a, struct num b);
int num_compare_slow(struct num a, struct num b);
int num_sign_slow(struct num a);
struct num num_neg_slow(struct arena *arena, struct num a);

static inline struct num
num_add(struct arena *arena, struct num a, struct num b)
{
	struct num sum = { 0, a.d };

	if (a.d == b.d && a.d > 0 && !__builtin_add_overflow(a.n, b.n, &sum.n))
		return sum;
	return num_add_slow(arena, a, b);
}

static inline struct num
num_sub(struct arena *arena, struct num a, struct num b)
{
	struct num rest = { 0, a.d };

	if (a.d == b.d && a.d > 0 && !__builtin_sub_overflow(a.n, b.n, &rest.n))
		return rest;
	return num_sub_slow(arena, a, b);
}

static inline struct num
num_mul(struct arena *arena, struct num a, struct num b)
{
	struct num product;

	if (a.d > 0 && b.d > 0 &&
	    !__builtin_mul_overflow(a.n, b.n, &product.n) &&
	    !__builtin_mul_overflow(a.d, b.d, &product.d))
		return product;
	return num_mul_slow(arena, a, b);
}

/* A zero divisor gives NUM_DIVIDED_BY_ZERO. */
static inline struct num
num_div(struct arena *arena, struct num a, struct num b)
{
	struct num quotient;

	if (a.d == b.d && a.d > 0 && b.n > 0)
		return (struct num){ a.n, b.n };
	if (a.d > 0 && b.d > 0 && b.n > 0 &&
	    !__builtin_mul_overflow(a.n, b.d, &quotient.n) &&
	    !__builtin_mul_overflow(a.d, b.n, &quotient.d))
		return quotient;
	return num_div_slow(arena, a, b);
}

/* Negative, zero or positive, as strcmp has it. */
static inline int
num_compare(struct num a, struct num b)
{
	int64_t left = a.n, right = b.n;

	if (a.d > 0 && b.d > 0 &&
	    (a.d == b.d || (!__builtin_mul_overflow(a.n, b.d, &left) &&
			       !__builtin_mul_overflow(b.n, a.d, &right))))
		return (left > right) - (left < right);
	return num_compare_slow(a, b);
}

/* -1, 0 or 1. */
static inline int
num_sign(struct num a)
{
	if (a.d > 0)
		return (a.n > 0) - (a.n < 0);
	return num_sign_slow(a);
}

static inline struct num
num_neg(struct arena *arena, struct num a)
{
	if (a.d > 0 && a.n != INT64_MIN)
		return (struct num){ -a.n, a.d };
	return num_neg_slow(arena, a);
}

struct num num_abs(struct arena *arena, struct num a);

/*
 * Round to so many digits after the point (negative: before it). The result
 * has a power of ten as its denominator, so that sums of rounded numbers stay
 * on the fast path. Half-up rounds halves away from zero; down is toward zero,
 * up away from it.
 */
struct num num_round(struct arena *arena, struct num a, int digits,
    enum num_rounding rounding);
/* Toward minus and plus infinity, and toward zero. */
struct num num_floor(struct arena *arena, struct num a);
struct num num_ceil(struct arena *arena, struct num a);
struct num num_truncate(struct arena *arena, struct num a);

/* True where a is an integer that fits; *out gets it. */
bool num_to_int(struct num a, int64_t *out);

/* Half-even to NUM_DIGITS significant digits. */
struct num num_significant(struct arena *arena, struct num a);

/* A copy whose big part lives in another arena. */
struct num num_copy(struct arena *arena, struct num a);

/*
 * Append as a plain decimal: exact where the decimal ends within 100 digits
 * after the point, else rounded half-even to NUM_DIGITS significant ones. No
 * trailing zeros after the point, no exponent, never "-0".
 */
void num_print(struct buffer *buffer, struct num a);
/*
 * Append with exactly so many digits after the point (0 to 18: for numbers
 * that were rounded so; others are rounded half-even first).
 */
void num_print_fixed(struct buffer *buffer, struct num a, unsigned digits);
/* Append exactly: as a decimal where it ends, else as the fraction 1/3. */
void num_print_exact(struct buffer *buffer, struct num a);

#endif
