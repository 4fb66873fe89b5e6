/*
 * real: what need not be exact: roots, powers, logarithms, exponentials,
 * geometric means, standard deviations. The contract is in real.h.
 *
 * Each is rounded once, from a value known well enough to decide: the square
 * root and the standard deviation by integer square roots, the rest by MPFR.
 */
#include "number/real.h"

#include <mpfr.h>
#include <stdlib.h>

#include "number/num_gmp.h"

/* Square roots */

struct num
real_sqrt(struct arena *arena, struct num a)
{
	struct num_view view;
	mpq_srcptr x;
	int sign = num_sign(a);

	if (sign < 0)
		return num_failure(NUM_ROOT_OF_NEGATIVE);
	if (sign == 0)
		return NUM_INT(0);
	x = num_view_open(&view, a);
	return num_settle_decimal(arena,
	    num_decimal_root(mpq_numref(x), mpq_denref(x), 2));
}

static int
by_falling_exponent(const void *left, const void *right)
{
	const struct num_decimal *a = left, *b = right;

	return (a->exponent < b->exponent) - (a->exponent > b->exponent);
}

/*
 * Sums of decimals and of their squares, in units of 10^exponent and its
 * square for the least exponent, which is returned.
 */
static long
sum_squares(mpz_ptr sum, mpz_ptr squares, struct num_decimal *decimals,
    size_t count)
{
	long exponent;
	mpz_t x;

	mpz_init(x);
	qsort(decimals, count, sizeof(*decimals), by_falling_exponent);
	exponent = decimals[0].exponent;
	for (size_t i = 0; i < count; i++) {
		if (decimals[i].exponent < exponent) {
			mpz_ui_pow_ui(x, 10,
			    (unsigned long)(exponent - decimals[i].exponent));
			mpz_mul(sum, sum, x);
			mpz_mul(squares, squares, x);
			mpz_mul(squares, squares, x);
			exponent = decimals[i].exponent;
		}
		num_set_128(x, decimals[i].mantissa);
		mpz_add(sum, sum, x);
		mpz_addmul(squares, x, x);
	}
	mpz_clear(x);
	return exponent;
}

struct num
real_standard_deviation(struct arena *arena, const struct num *values,
    size_t count)
{
	struct arena_mark mark = arena_mark(arena);
	struct num_decimal *decimals =
	    arena_array(arena, count, sizeof(*decimals));
	struct num_decimal deviation = { 0, 0 };
	mpz_t sum, squares;
	long exponent;

	for (size_t i = 0; i < count; i++)
		decimals[i] = num_decimal_of(values[i]);
	mpz_inits(sum, squares, (mpz_ptr)NULL);
	exponent = sum_squares(sum, squares, decimals, count);
	arena_release(arena, mark);
	/* sqrt((n * squares - sum^2) / n^2), exact up to the root. */
	mpz_mul_ui(squares, squares, count);
	mpz_submul(squares, sum, sum);
	mpz_set_ui(sum, count);
	mpz_mul(sum, sum, sum);
	if (mpz_sgn(squares) > 0) {
		deviation = num_decimal_root(squares, sum, 2);
		deviation.exponent += exponent;
	}
	mpz_clears(sum, squares, (mpz_ptr)NULL);
	return num_settle_decimal(arena, deviation);
}

/* Reals */

enum {
	PRECISION_FIRST = 192, /* bits; 34 digits are 113 */
	/* More than |ln x| of any x within NUM_BITS_MAX as a decimal. */
	LOGARITHM_MAX = 12000,
	LOGARITHM_BITS = 14
};

/* What is approached until its NUM_DIGITS are certain. */
struct real {
	/*
	 * Sets y with a relative error of at most 2^3 / 2^precision. False
	 * where y would be far out of bounds.
	 */
	bool (*approach)(mpfr_ptr y, const struct real *real);
	mpq_srcptr x, exponent;	  /* of a function */
	const struct num *values; /* of the geometric mean */
	size_t count;
};

/* y to so many digits (at most 35), half-even. */
static struct num_decimal
decimal_of_real(mpfr_srcptr y, size_t digits)
{
	char text[NUM_DIGITS + 8];
	struct num_decimal decimal = { 0, 0 };
	mpfr_exp_t exponent; /* of 0.ddd... */
	bool negative;

	mpfr_get_str(text, &exponent, 10, digits, y, MPFR_RNDN);
	negative = text[0] == '-';
	for (size_t i = negative; text[i] != '\0'; i++)
		decimal.mantissa = decimal.mantissa * 10 + (text[i] - '0');
	if (negative)
		decimal.mantissa = -decimal.mantissa;
	decimal.exponent = exponent - (long)digits;
	return decimal;
}

/*
 * Whether all that y may stand for rounds to one decimal. Twice the error
 * that is allowed to y makes up for the rounding of the ends.
 */
static bool
is_certain(mpfr_srcptr y, struct num_decimal *out)
{
	struct num_decimal low, high;
	mpfr_t error, end;

	mpfr_inits2(mpfr_get_prec(y), error, end, (mpfr_ptr)NULL);
	mpfr_mul_2si(error, y, 4 - (long)mpfr_get_prec(y), MPFR_RNDN);
	mpfr_sub(end, y, error, MPFR_RNDN);
	low = decimal_of_real(end, NUM_DIGITS);
	mpfr_add(end, y, error, MPFR_RNDN);
	high = decimal_of_real(end, NUM_DIGITS);
	mpfr_clears(error, end, (mpfr_ptr)NULL);
	*out = low;
	return low.mantissa == high.mantissa && low.exponent == high.exponent;
}

/* The product of all numerators, or of all denominators. */
static void
product(mpz_ptr out, const struct num *values, size_t count, bool denominators)
{
	struct num_view view;
	mpz_t rest;

	if (count == 1) {
		mpq_srcptr x = num_view_open(&view, values[0]);

		mpz_set(out, denominators ? mpq_denref(x) : mpq_numref(x));
		return;
	}
	mpz_init(rest);
	product(out, values, count / 2, denominators);
	product(rest, values + count / 2, count - count / 2, denominators);
	mpz_mul(out, out, rest);
	mpz_clear(rest);
}

/*
 * Whether the geometric mean, which is near y, is exactly a number of one
 * digit more than NUM_DIGITS. Only then, at a tie, would no approach end:
 * otherwise it lies a finite way off from each tie.
 */
static bool
is_exact_mean(mpfr_srcptr y, const struct real *real, struct num_decimal *out)
{
	struct num_decimal near = decimal_of_real(y, NUM_DIGITS + 1);
	unsigned long scale = (unsigned long)labs(near.exponent) * real->count;
	mpz_t values, powers;
	bool equal;

	mpz_inits(values, powers, (mpz_ptr)NULL);
	num_set_128(values, near.mantissa);
	mpz_pow_ui(values, values, real->count);
	product(powers, real->values, real->count, true);
	mpz_mul(powers, powers, values);
	product(values, real->values, real->count, false);
	num_multiply_by_ten_to(near.exponent < 0 ? values : powers, scale);
	equal = mpz_cmp(values, powers) == 0;
	mpz_clears(values, powers, (mpz_ptr)NULL);
	*out = num_decimal_round((uint128)near.mantissa, false, near.exponent);
	return equal;
}

/*
 * The strategy of Ziv ("Fast evaluation of elementary mathematical functions
 * with correctly rounded last bit", 1991): more precision until the rounding
 * is certain. It ends, since none of the values given here can be a tie but
 * geometric means, which are tried for that: logarithms and exponentials are
 * transcendental, and roots that are rational are taken elsewhere.
 */
static struct num
round_real(struct arena *arena, const struct real *real)
{
	struct num_decimal decimal;
	bool near = true, certain = false;

	/* So that products of any number of values have a place. */
	mpfr_set_emin(mpfr_get_emin_min());
	mpfr_set_emax(mpfr_get_emax_max());
	for (mpfr_prec_t bits = PRECISION_FIRST; near && !certain; bits *= 2) {
		mpfr_t y;

		mpfr_init2(y, bits);
		near = real->approach(y, real);
		certain = near && is_certain(y, &decimal);
		if (near && !certain && real->count > 0 &&
		    bits == PRECISION_FIRST)
			certain = is_exact_mean(y, real, &decimal);
		mpfr_clear(y);
	}
	return near ? num_settle_decimal(arena, decimal)
		    : num_failure(NUM_TOO_LARGE);
}

/*
 * ln(x), x > 0 and not 1, with a relative error of at most 4.3 units of
 * 2^-precision: x itself is rounded, and near 1 the logarithm would lose all
 * its digits by that, if not for x - 1, which is exact.
 */
static void
set_logarithm(mpfr_ptr y, mpq_srcptr x)
{
	long above = (long)mpz_sizeinbase(mpq_numref(x), 2);
	long below = (long)mpz_sizeinbase(mpq_denref(x), 2);
	mpq_t rest;

	if (labs(above - below) > 1) {
		mpfr_set_q(y, x, MPFR_RNDN);
		mpfr_log(y, y, MPFR_RNDN);
		return;
	}
	mpq_init(rest);
	mpz_sub(mpq_numref(rest), mpq_numref(x), mpq_denref(x));
	mpz_set(mpq_denref(rest), mpq_denref(x));
	mpfr_set_q(y, rest, MPFR_RNDN);
	mpfr_log1p(y, y, MPFR_RNDN);
	mpq_clear(rest);
}

static bool
approach_ln(mpfr_ptr y, const struct real *real)
{
	set_logarithm(y, real->x);
	return true;
}

/* exp(exponent * ln(x)), or exp(exponent) where there is no x. */
static bool
approach_power(mpfr_ptr y, const struct real *real)
{
	mpfr_t power, factor;
	bool near;

	/* exp makes of an absolute error a relative one. */
	mpfr_inits2(mpfr_get_prec(y) + LOGARITHM_BITS + 2, power, factor,
	    (mpfr_ptr)NULL);
	mpfr_set_q(power, real->exponent, MPFR_RNDN);
	if (real->x != NULL) {
		set_logarithm(factor, real->x);
		mpfr_mul(power, power, factor, MPFR_RNDN);
	}
	near = mpfr_cmpabs_ui(power, LOGARITHM_MAX) <= 0;
	if (near)
		mpfr_exp(y, power, MPFR_RNDN);
	mpfr_clears(power, factor, (mpfr_ptr)NULL);
	return near;
}

/*
 * Two roundings for each value: by so much the product is off, and its root
 * by no more than one value's share.
 */
static bool
approach_geomean(mpfr_ptr y, const struct real *real)
{
	mpfr_set_ui(y, 1, MPFR_RNDN);
	for (size_t i = 0; i < real->count; i++) {
		struct num x = real->values[i];
		struct num_view view;

		if (x.d > 0) {
			mpfr_mul_si(y, y, x.n, MPFR_RNDN);
			if (x.d > 1)
				mpfr_div_si(y, y, x.d, MPFR_RNDN);
		} else {
			mpq_srcptr q = num_view_open(&view, x);

			mpfr_mul_z(y, y, mpq_numref(q), MPFR_RNDN);
			mpfr_div_z(y, y, mpq_denref(q), MPFR_RNDN);
		}
	}
	mpfr_rootn_ui(y, y, real->count, MPFR_RNDN);
	return true;
}

struct num
real_ln(struct arena *arena, struct num a)
{
	struct num_view view;
	struct real real = { .approach = approach_ln };

	if (num_sign(a) <= 0)
		return num_failure(NUM_LOGARITHM);
	if (num_compare(a, NUM_INT(1)) == 0)
		return NUM_INT(0);
	real.x = num_view_open(&view, a);
	return round_real(arena, &real);
}

struct num
real_exp(struct arena *arena, struct num a)
{
	struct num_view view;
	struct real real = { .approach = approach_power };

	if (num_sign(a) == 0)
		return NUM_INT(1);
	real.exponent = num_view_open(&view, a);
	return round_real(arena, &real);
}

struct num
real_geomean(struct arena *arena, const struct num *values, size_t count)
{
	struct real real = { .approach = approach_geomean };
	bool zero = false;

	for (size_t i = 0; i < count; i++) {
		int sign = num_sign(values[i]);

		if (sign < 0)
			return num_failure(NUM_ROOT_OF_NEGATIVE);
		zero = zero || sign == 0;
	}
	if (zero)
		return NUM_INT(0);
	real.values = values;
	real.count = count;
	return round_real(arena, &real);
}

/*
 * The products of the values before and from each place on, so that leaving
 * one out costs one multiplication.
 */
struct products {
	mpfr_t *before, *from; /* count + 1 of each */
	size_t count;
};

static void
open_products(struct products *products, const struct num *values, size_t count)
{
	struct real one = { .count = 1 };

	products->count = count;
	products->before = memory_alloc((count + 1) * sizeof(mpfr_t));
	products->from = memory_alloc((count + 1) * sizeof(mpfr_t));
	for (size_t i = 0; i <= count; i++) {
		mpfr_init2(products->before[i], PRECISION_FIRST);
		mpfr_init2(products->from[i], PRECISION_FIRST);
	}
	mpfr_set_ui(products->before[0], 1, MPFR_RNDN);
	mpfr_set_ui(products->from[count], 1, MPFR_RNDN);
	for (size_t i = 0; i < count; i++) {
		one.values = &values[i];
		approach_geomean(products->before[i + 1], &one);
		mpfr_mul(products->before[i + 1], products->before[i + 1],
		    products->before[i], MPFR_RNDN);
	}
	for (size_t i = count; i-- > 0;) {
		one.values = &values[i];
		approach_geomean(products->from[i], &one);
		mpfr_mul(products->from[i], products->from[i],
		    products->from[i + 1], MPFR_RNDN);
	}
}

static void
close_products(struct products *products)
{
	for (size_t i = 0; i <= products->count; i++) {
		mpfr_clear(products->before[i]);
		mpfr_clear(products->from[i]);
	}
	free(products->before);
	free(products->from);
}

/* The mean without one value, the long way: exact cases and close ones. */
static struct num
geomean_without(struct arena *arena, const struct num *values, size_t count,
    size_t left_out)
{
	struct num *others = memory_alloc(count * sizeof(*others)), mean;

	memcpy(others, values, left_out * sizeof(*others));
	memcpy(others + left_out, values + left_out + 1,
	    (count - left_out - 1) * sizeof(*others));
	mean = real_geomean(arena, others, count - 1);
	free(others);
	return mean;
}

/* The same value leaves the same others: where it was met before, if it was. */
static size_t
same_value_before(const struct num *values, size_t at)
{
	/* Values that stand far apart are computed anew; it is only slower. */
	size_t first = at > 64 ? at - 64 : 0;

	for (size_t i = first; i < at; i++)
		if (num_compare(values[i], values[at]) == 0)
			return i;
	return at;
}

void
real_geomeans_without(struct arena *arena, const struct num *values,
    size_t count, struct num *out)
{
	struct products products;
	struct num_decimal decimal;
	bool positive = count > 1;
	mpfr_t y;

	for (size_t i = 0; i < count; i++)
		positive = positive && num_sign(values[i]) > 0;
	if (positive)
		open_products(&products, values, count);
	for (size_t i = 0; i < count; i++) {
		size_t same = same_value_before(values, i);
		bool certain = false;

		if (same < i) {
			out[i] = out[same];
			continue;
		}
		if (positive) {
			mpfr_init2(y, PRECISION_FIRST);
			mpfr_mul(y, products.before[i], products.from[i + 1],
			    MPFR_RNDN);
			mpfr_rootn_ui(y, y, count - 1, MPFR_RNDN);
			certain = is_certain(y, &decimal);
			mpfr_clear(y);
		}
		out[i] = certain ? num_settle_decimal(arena, decimal)
				 : geomean_without(arena, values, count, i);
	}
	if (positive)
		close_products(&products);
}

/* Powers */

/* How many bits x has: 1 only for 1 and -1. */
static size_t
bits_of(mpq_srcptr x)
{
	size_t above = mpz_sizeinbase(mpq_numref(x), 2);
	size_t below = mpz_sizeinbase(mpq_denref(x), 2);

	return above > below ? above : below;
}

/*
 * x^exponent, x not zero, exactly. False where the result would certainly
 * have more than `most` bits; then nothing is computed.
 */
static bool
raise_exactly(mpq_ptr power, mpq_srcptr x, mpz_srcptr exponent, size_t most)
{
	size_t bits = bits_of(x);
	bool odd = mpz_tstbit(exponent, 0) != 0;
	unsigned long times;

	if (bits == 1) {
		mpq_set_si(power, mpq_sgn(x) < 0 && odd ? -1 : 1, 1);
		return true;
	}
	if (mpz_cmpabs_ui(exponent, most) > 0)
		return false;
	times = labs(mpz_get_si(exponent));
	if ((bits - 1) * times >= most)
		return false;
	mpz_pow_ui(mpq_numref(power), mpq_numref(x), times);
	mpz_pow_ui(mpq_denref(power), mpq_denref(x), times);
	if (mpz_sgn(exponent) < 0)
		mpq_inv(power, power);
	return true;
}

/* Whether x > 0 is the degree-th power of a number, which root gets. */
static bool
take_root(mpq_ptr root, mpq_srcptr x, mpz_srcptr degree)
{
	long power = mpz_get_si(degree);

	/* Only 1 is a power of a higher degree than it has bits. */
	if (mpz_cmp_ui(degree, NUM_BITS_MAX) > 0)
		return false;
	if (mpz_root(mpq_numref(root), mpq_numref(x), (size_t)power) == 0)
		return false;
	return mpz_root(mpq_denref(root), mpq_denref(x), (size_t)power) != 0;
}

static struct num
integer_power(struct arena *arena, mpq_srcptr x, mpz_srcptr exponent)
{
	struct num settled = num_failure(NUM_TOO_LARGE);
	mpq_t power;

	mpq_init(power);
	if (raise_exactly(power, x, exponent, NUM_BITS_MAX))
		settled = num_settle(arena, power);
	mpq_clear(power);
	return settled;
}

/*
 * x > 0 and not 1, the exponent no integer. The power is rational only where
 * the root is. Where the rational one has too many bits to be written out
 * here, it is no decimal within bounds either, and so neither exact nor a tie.
 */
static struct num
fractional_power(struct arena *arena, mpq_srcptr x, mpq_srcptr exponent)
{
	const struct real real = {
		.approach = approach_power, .x = x, .exponent = exponent
	};
	const size_t most = 4 * (size_t)NUM_BITS_MAX;
	struct num settled;
	mpq_t power;

	mpq_init(power);
	if (take_root(power, x, mpq_denref(exponent)) &&
	    raise_exactly(power, power, mpq_numref(exponent), most))
		settled =
		    num_settle_decimal(arena, num_decimal_of_ratio(power));
	else
		settled = round_real(arena, &real);
	mpq_clear(power);
	return settled;
}

struct num
real_power(struct arena *arena, struct num base, struct num exponent)
{
	struct num_view base_view, exponent_view;
	mpq_srcptr x, y;
	int sign = num_sign(exponent);

	if (sign == 0)
		return NUM_INT(1);
	if (num_sign(base) == 0)
		return sign > 0 ? NUM_INT(0) : num_failure(NUM_POWER_OF_ZERO);
	x = num_view_open(&base_view, base);
	y = num_view_open(&exponent_view, exponent);
	if (mpz_cmp_ui(mpq_denref(y), 1) == 0)
		return integer_power(arena, x, mpq_numref(y));
	if (mpq_sgn(x) < 0)
		return num_failure(NUM_ROOT_OF_NEGATIVE);
	if (bits_of(x) == 1)
		return NUM_INT(1);
	return fractional_power(arena, x, y);
}
