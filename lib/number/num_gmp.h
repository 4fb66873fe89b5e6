/*
 * num_gmp: the inside of num, for what computes with GMP itself: numbers as
 * GMP reads them, and decimals of NUM_DIGITS on their way to a number.
 */
#ifndef SHIJI_NUM_GMP_H
#define SHIJI_NUM_GMP_H

#include <gmp.h>

#include "number/num.h"

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/*
 * A number as GMP reads it, in lowest terms and without a copy. It must not be
 * moved, since a small one's limbs lie inside.
 */
struct num_view {
	mpq_t x;
	mp_limb_t limbs[2];
};

mpq_srcptr num_view_open(struct num_view *view, struct num a);
/* The number that GMP has computed, in lowest terms. */
struct num num_settle(struct arena *arena, mpq_srcptr x);

/* mantissa * 10^exponent, the mantissa less than 10^38. */
struct num_decimal {
	int128 mantissa;
	long exponent;
};

struct num num_settle_decimal(struct arena *arena, struct num_decimal decimal);
/* Half-even to NUM_DIGITS. */
struct num_decimal num_decimal_of(struct num a);
struct num_decimal num_decimal_of_ratio(mpq_srcptr x);
/* n/d (root 1) or its square root (root 2), half-even; n and d above zero. */
struct num_decimal num_decimal_root(mpz_srcptr n, mpz_srcptr d, int root);
/*
 * Half-even to NUM_DIGITS of digits * 10^exponent, which has more than so many
 * digits, and of some more below the last digit if so said.
 */
struct num_decimal num_decimal_round(uint128 digits, bool more, long exponent);

void num_set_128(mpz_ptr x, int128 value);
/* x times 10^power. */
void num_multiply_by_ten_to(mpz_ptr x, unsigned long power);

#endif
