/*
 * num: exact rational numbers. The contract is in num.h.
 *
 * Three widths are tried in turn: 64 bits (inline in num.h), 128 bits, and
 * GMP. A result goes back to the narrowest that holds it. What cannot be
 * exact is rounded once, from a value known well enough to decide: sqrt and
 * the standard deviation by integer square roots, the rest by MPFR.
 */
#include "number/num.h"

#include <assert.h>
#include <gmp.h>
#include <mpfr.h>
#include <stdlib.h>

_Static_assert(GMP_LIMB_BITS == 64 && GMP_NAIL_BITS == 0,
    "a limb holds the magnitude of an int64_t");
_Static_assert(sizeof(long) == sizeof(int64_t), "GMP's long is an int64_t");
_Static_assert(sizeof(uintptr_t) <= sizeof(int64_t), "n holds an address");

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* In lowest terms, and never a fraction that fits struct num. */
struct big {
	mp_size_t numerator;   /* its limbs; less than zero where it is */
	mp_size_t denominator; /* its limbs, which follow the numerator's */
	mp_limb_t limbs[];
};

/* mantissa * 10^exponent, the mantissa less than 10^38. */
struct decimal {
	int128 mantissa;
	long exponent;
};

enum {
	TENS_MAX = 18, /* the last power of ten in an int64_t */
	/* More digits before the point are more than NUM_BITS_MAX bits. */
	WHOLE_DIGITS_MAX = NUM_BITS_MAX * 30103 / 100000 + 1,
	/*
	 * More digits after it likewise: where the last is not zero, the
	 * denominator has the factor 2^digits or 5^digits in lowest terms.
	 */
	FRACTION_DIGITS_MAX = NUM_BITS_MAX,
	/* num_print is exact where the decimal ends within so many digits. */
	PRINT_DIGITS_MAX = 100
};

static const int64_t tens[TENS_MAX + 1] = { 1, 10, 100, 1000, 10000, 100000,
	1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000 };

static void *
gmp_resize(void *old, size_t old_size, size_t size)
{
	(void)old_size;
	return memory_resize(old, size);
}

static void
gmp_free(void *memory, size_t size)
{
	(void)size;
	free(memory);
}

/* By themselves GMP and MPFR would abort where memory is short. */
__attribute__((constructor)) static void
adopt_gmp(void)
{
	mp_set_memory_functions(memory_alloc, gmp_resize, gmp_free);
}

/* Machine integers */

static bool
fits(int128 x)
{
	return x >= INT64_MIN && x <= INT64_MAX;
}

static uint64_t
magnitude(int64_t x)
{
	return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

static uint128
magnitude_128(int128 x)
{
	return x < 0 ? -(uint128)x : (uint128)x;
}

/* The binary algorithm of Stein (1967); b is not zero. */
static uint64_t
gcd_64(uint64_t a, uint64_t b)
{
	int twos;

	if (a == 0)
		return b;
	twos = __builtin_ctzll(a | b);
	b >>= __builtin_ctzll(b);
	while (a != 0) {
		uint64_t odd = a >> __builtin_ctzll(a);

		a = odd > b ? odd - b : b - odd;
		b = odd > b ? b : odd;
	}
	return b << twos;
}

static int
trailing_zeros(uint128 x)
{
	uint64_t low = (uint64_t)x;

	return low != 0 ? __builtin_ctzll(low)
			: 64 + __builtin_ctzll((uint64_t)(x >> 64));
}

static uint128
gcd_128(uint128 a, uint128 b)
{
	int twos;

	if (a == 0)
		return b;
	twos = trailing_zeros(a | b);
	b >>= trailing_zeros(b);
	while (a != 0) {
		uint128 odd = a >> trailing_zeros(a);

		if ((odd | b) >> 64 == 0)
			return (uint128)gcd_64((uint64_t)odd, (uint64_t)b)
			       << twos;
		a = odd > b ? odd - b : b - odd;
		b = odd > b ? b : odd;
	}
	return b << twos;
}

/* Which power of ten d is, or -1. */
static int
power_of_ten(int64_t d)
{
	/* 1233/4096 is log10(2), near enough for the 60 bits of 10^18. */
	int power = (64 - __builtin_clzll((uint64_t)d)) * 1233 >> 12;

	return tens[power] == d ? power : -1;
}

/* Small and big */

static const struct big *
big_of(struct num x)
{
	return (const struct big *)(uintptr_t)x.n;
}

/* A new big number of limbs whose sizes are as in struct big. */
static struct num
big_new(struct arena *arena, const mp_limb_t *n, mp_size_t n_size,
    const mp_limb_t *d, mp_size_t d_size)
{
	size_t above = (size_t)labs(n_size), below = (size_t)d_size;
	struct big *big =
	    arena_alloc_raw(arena, sizeof(*big) + (above + below) * sizeof(*n));

	big->numerator = n_size;
	big->denominator = d_size;
	memcpy(big->limbs, n, above * sizeof(*n));
	memcpy(big->limbs + above, d, below * sizeof(*d));
	return (struct num){ (int64_t)(uintptr_t)big, 0 };
}

/* The limbs of x; how many there are. */
static mp_size_t
split_128(uint128 x, mp_limb_t limbs[2])
{
	limbs[0] = (mp_limb_t)x;
	limbs[1] = (mp_limb_t)(x >> 64);
	return limbs[1] != 0 ? 2 : 1;
}

/* Out of line, or the fast ways would save registers for it. */
__attribute__((noinline)) static struct num
reduce_128(struct arena *arena, int128 n, int128 d)
{
	uint128 common = gcd_128(magnitude_128(n), (uint128)d);
	mp_limb_t above[2], below[2];
	mp_size_t n_size, d_size;

	n /= (int128)common;
	d /= (int128)common;
	if (fits(n) && fits(d))
		return (struct num){ (int64_t)n, (int64_t)d };
	n_size = split_128(magnitude_128(n), above);
	d_size = split_128((uint128)d, below);
	return big_new(arena, above, n < 0 ? -n_size : n_size, below, d_size);
}

/* The number n/d, d > 0, which need not be in lowest terms. */
static inline struct num
settle_128(struct arena *arena, int128 n, int128 d)
{
	if (fits(n) && fits(d))
		return (struct num){ (int64_t)n, (int64_t)d };
	return reduce_128(arena, n, d);
}

/* The number that GMP has computed, in lowest terms. */
static struct num
settle(struct arena *arena, mpq_srcptr x)
{
	mpz_srcptr n = mpq_numref(x), d = mpq_denref(x);
	mp_size_t limbs = (mp_size_t)mpz_size(n);

	if (mpz_fits_slong_p(n) && mpz_fits_slong_p(d))
		return (struct num){ mpz_get_si(n), mpz_get_si(d) };
	if (mpz_sizeinbase(n, 2) > NUM_BITS_MAX ||
	    mpz_sizeinbase(d, 2) > NUM_BITS_MAX)
		return num_failure(NUM_TOO_LARGE);
	return big_new(arena, mpz_limbs_read(n),
	    mpz_sgn(n) < 0 ? -limbs : limbs, mpz_limbs_read(d),
	    (mp_size_t)mpz_size(d));
}

/*
 * A number as GMP reads it, in lowest terms and without a copy. It must not be
 * moved, since a small one's limbs lie inside.
 */
struct view {
	mpq_t x;
	mp_limb_t limbs[2];
};

static mpq_srcptr
view_open(struct view *view, struct num a)
{
	assert(num_is_number(a));
	*view = (struct view){ 0 };
	if (a.d == 0) {
		const struct big *big = big_of(a);

		mpz_roinit_n(mpq_numref(view->x), big->limbs, big->numerator);
		mpz_roinit_n(mpq_denref(view->x),
		    big->limbs + labs(big->numerator), big->denominator);
	} else {
		uint64_t n = magnitude(a.n), d = (uint64_t)a.d;
		uint64_t common = gcd_64(n, d);

		view->limbs[0] = n / common;
		view->limbs[1] = d / common;
		mpz_roinit_n(mpq_numref(view->x), &view->limbs[0],
		    a.n < 0 ? -1 : 1);
		mpz_roinit_n(mpq_denref(view->x), &view->limbs[1], 1);
	}
	return view->x;
}

static void
set_128(mpz_ptr x, int128 value)
{
	uint128 top = magnitude_128(value);

	mpz_set_ui(x, (uint64_t)(top >> 64));
	mpz_mul_2exp(x, x, 64);
	mpz_add_ui(x, x, (uint64_t)top);
	if (value < 0)
		mpz_neg(x, x);
}

/* x >= 0, of at most 128 bits. */
static uint128
get_128(mpz_srcptr x)
{
	return (uint128)mpz_getlimbn(x, 1) << 64 | mpz_getlimbn(x, 0);
}

static void
multiply_by_ten_to(mpz_ptr x, unsigned long power)
{
	mpz_t ten;

	mpz_init(ten);
	mpz_ui_pow_ui(ten, 10, power);
	mpz_mul(x, x, ten);
	mpz_clear(ten);
}

/* Decimals */

/*
 * The number mantissa / 10^scale, with a power of ten as its denominator
 * where that fits.
 */
static struct num
settle_scaled(struct arena *arena, mpz_srcptr mantissa, long scale)
{
	static const mp_limb_t ten_limb = 10;
	struct num settled;
	mpz_t ten;
	mpq_t x;

	if (mpz_sgn(mantissa) == 0)
		return NUM_INT(0);
	if (scale < -WHOLE_DIGITS_MAX || scale > 2L * FRACTION_DIGITS_MAX)
		return num_failure(NUM_TOO_LARGE);
	mpq_init(x);
	mpz_roinit_n(ten, &ten_limb, 1);
	scale -= (long)mpz_remove(mpq_numref(x), mantissa, ten);
	if (scale < 0) {
		multiply_by_ten_to(mpq_numref(x), (unsigned long)-scale);
		scale = 0;
	}
	if (scale <= TENS_MAX && mpz_fits_slong_p(mpq_numref(x))) {
		settled.n = mpz_get_si(mpq_numref(x));
		settled.d = tens[scale];
	} else {
		mpz_ui_pow_ui(mpq_denref(x), 10, (unsigned long)scale);
		mpq_canonicalize(x);
		settled = settle(arena, x);
	}
	mpq_clear(x);
	return settled;
}

static struct num
settle_scaled_128(struct arena *arena, int128 mantissa, long scale)
{
	static const int steps[] = { 16, 16, 8, 4, 2, 1 };
	struct num settled;
	mpz_t x;

	if (scale >= 0 && scale <= TENS_MAX && fits(mantissa))
		return (struct num){ (int64_t)mantissa, tens[scale] };
	for (size_t i = 0; i < LENGTH(steps); i++)
		if (scale >= steps[i] && mantissa % tens[steps[i]] == 0) {
			mantissa /= tens[steps[i]];
			scale -= steps[i];
		}
	if (scale >= 0 && scale <= TENS_MAX && fits(mantissa))
		return (struct num){ (int64_t)mantissa, tens[scale] };
	mpz_init(x);
	set_128(x, mantissa);
	settled = settle_scaled(arena, x, scale);
	mpz_clear(x);
	return settled;
}

static struct num
settle_decimal(struct arena *arena, struct decimal decimal)
{
	return settle_scaled_128(arena, decimal.mantissa, -decimal.exponent);
}

/*
 * Half-even to NUM_DIGITS of digits * 10^exponent, which has more than so many
 * digits, and of some more below the last digit if so said.
 */
static struct decimal
decimal_round(uint128 digits, bool more, long exponent)
{
	const uint128 limit = (uint128)10000000000000000 * tens[18];
	uint128 unit = 1, rest, half;

	for (; digits >= limit * unit; exponent++)
		unit *= 10;
	half = unit / 2;
	rest = digits % unit;
	digits /= unit;
	if (rest > half || (rest == half && (more || digits % 2 != 0)))
		digits++;
	return (struct decimal){ (int128)digits, exponent };
}

/*
 * How many places to move the point of n/d (root 1) or its square root (root
 * 2) for NUM_DIGITS + 1 to NUM_DIGITS + 3 digits before it.
 */
static long
shift_for(mpz_srcptr n, mpz_srcptr d, int root)
{
	/* n/d is between 2^bits and 2^(bits+2); log10(2) is 0.30103. */
	long bits = (long)mpz_sizeinbase(n, 2) - 1 - (long)mpz_sizeinbase(d, 2);

	return NUM_DIGITS + 1 - bits * 30103 / (100000L * root);
}

/* n/d (root 1) or its square root (root 2), half-even; n and d above zero. */
static struct decimal
decimal_root(mpz_srcptr n, mpz_srcptr d, int root)
{
	long shift = shift_for(n, d, root);
	unsigned long power = (unsigned long)labs(shift) * (unsigned)root;
	mpz_t above, below, rest;
	struct decimal decimal;
	bool more;

	mpz_init_set(above, n);
	mpz_init_set(below, d);
	mpz_init(rest);
	multiply_by_ten_to(shift < 0 ? below : above, power);
	mpz_tdiv_qr(above, rest, above, below);
	more = mpz_sgn(rest) != 0;
	if (root == 2) {
		mpz_sqrtrem(above, rest, above);
		more = more || mpz_sgn(rest) != 0;
	}
	decimal = decimal_round(get_128(above), more, -shift);
	mpz_clears(above, below, rest, (mpz_ptr)NULL);
	return decimal;
}

/* Half-even to NUM_DIGITS. */
static struct decimal
decimal_of_ratio(mpq_srcptr x)
{
	struct decimal decimal = { 0, 0 };
	mpz_srcptr n = mpq_numref(x);
	mpz_t above; /* |n|, read from the limbs of n */

	if (mpz_sgn(n) == 0)
		return decimal;
	mpz_roinit_n(above, mpz_limbs_read(n), (mp_size_t)mpz_size(n));
	decimal = decimal_root(above, mpq_denref(x), 1);
	if (mpq_sgn(x) < 0)
		decimal.mantissa = -decimal.mantissa;
	return decimal;
}

static struct decimal
decimal_of(struct num a)
{
	struct view view;
	int scale = a.d > 0 ? power_of_ten(a.d) : -1;

	if (scale >= 0)
		return (struct decimal){ a.n, a.n != 0 ? -scale : 0 };
	return decimal_of_ratio(view_open(&view, a));
}

/* Reading */

/* A decimal of digits and one point at most, which fast reading left. */
static struct num
parse_long(struct arena *arena, struct str whole, struct str fraction,
    bool negative)
{
	char text[WHOLE_DIGITS_MAX + FRACTION_DIGITS_MAX + 1];
	struct num parsed;
	mpz_t mantissa;

	while (whole.size > 0 && whole.data[0] == '0')
		whole = str_from_byte(whole, 1);
	while (fraction.size > 0 && fraction.data[fraction.size - 1] == '0')
		fraction.size--;
	if (whole.size > WHOLE_DIGITS_MAX ||
	    fraction.size > FRACTION_DIGITS_MAX)
		return num_failure(NUM_TOO_LARGE);
	if (whole.size + fraction.size == 0)
		return NUM_INT(0);
	memcpy(text, whole.data, whole.size);
	if (fraction.size > 0)
		memcpy(text + whole.size, fraction.data, fraction.size);
	text[whole.size + fraction.size] = '\0';
	mpz_init_set_str(mantissa, text, 10);
	if (negative)
		mpz_neg(mantissa, mantissa);
	parsed = settle_scaled(arena, mantissa, (long)fraction.size);
	mpz_clear(mantissa);
	return parsed;
}

bool
num_parse(struct arena *arena, struct str text, struct num *out)
{
	bool negative = text.size > 0 && text.data[0] == '-';
	struct str digits = str_from_byte(text, negative);
	size_t whole = digits.size, scale = 0;
	uint64_t mantissa = 0; /* wraps where there are too many digits */

	for (size_t i = 0; i < digits.size; i++) {
		unsigned digit = (unsigned char)digits.data[i] - (unsigned)'0';

		if (digit < 10)
			mantissa = mantissa * 10 + digit;
		else if (digits.data[i] == '.' && whole == digits.size)
			whole = i;
		else
			return false;
	}
	if (whole < digits.size)
		scale = digits.size - whole - 1;
	if (whole == 0 || (whole < digits.size && scale == 0))
		return false;
	if (whole + scale > TENS_MAX)
		*out = parse_long(arena, str_head(digits, whole),
		    str_from_byte(digits, digits.size - scale), negative);
	else
		*out = num_decimal(negative ? -(int64_t)mantissa
					    : (int64_t)mantissa,
		    (unsigned)scale);
	return true;
}

struct num
num_decimal(int64_t mantissa, unsigned scale)
{
	assert(scale <= TENS_MAX);
	return (struct num){ mantissa, tens[scale] };
}

/* Arithmetic */

typedef void mpq_operation(mpq_ptr, mpq_srcptr, mpq_srcptr);

static struct num
compute(struct arena *arena, mpq_operation *operation, struct num a,
    struct num b)
{
	struct view x, y;
	struct num settled;
	mpq_t result;

	mpq_init(result);
	operation(result, view_open(&x, a), view_open(&y, b));
	settled = settle(arena, result);
	mpq_clear(result);
	return settled;
}

/*
 * an/ad + bn/bd for |an|, |bn| <= 2^63. Where one denominator divides the
 * other, as with decimals, the sum keeps it, and the next sum is fast.
 */
static struct num
add_128(struct arena *arena, int128 an, int64_t ad, int128 bn, int64_t bd)
{
	if (ad == bd)
		return settle_128(arena, an + bn, ad);
	if (bd < ad && ad % bd == 0)
		return settle_128(arena, an + bn * (ad / bd), ad);
	if (ad < bd && bd % ad == 0)
		return settle_128(arena, an * (bd / ad) + bn, bd);
	return settle_128(arena, an * bd + bn * ad, (int128)ad * bd);
}

struct num
num_add_slow(struct arena *arena, struct num a, struct num b)
{
	if (a.d > 0 && b.d > 0)
		return add_128(arena, a.n, a.d, b.n, b.d);
	return compute(arena, mpq_add, a, b);
}

struct num
num_sub_slow(struct arena *arena, struct num a, struct num b)
{
	if (a.d > 0 && b.d > 0)
		return add_128(arena, a.n, a.d, -(int128)b.n, b.d);
	return compute(arena, mpq_sub, a, b);
}

struct num
num_mul_slow(struct arena *arena, struct num a, struct num b)
{
	if (a.d > 0 && b.d > 0)
		return settle_128(arena, (int128)a.n * b.n, (int128)a.d * b.d);
	return compute(arena, mpq_mul, a, b);
}

struct num
num_div_slow(struct arena *arena, struct num a, struct num b)
{
	int128 n, d;

	if (num_sign(b) == 0)
		return num_failure(NUM_DIVIDED_BY_ZERO);
	if (a.d == 0 || b.d == 0)
		return compute(arena, mpq_div, a, b);
	n = (int128)a.n * b.d;
	d = (int128)a.d * b.n;
	return d > 0 ? settle_128(arena, n, d) : settle_128(arena, -n, -d);
}

int
num_compare_slow(struct num a, struct num b)
{
	struct view x, y;
	int order;

	if (a.d > 0 && b.d > 0) {
		int128 left = (int128)a.n * b.d, right = (int128)b.n * a.d;

		return (left > right) - (left < right);
	}
	order = mpq_cmp(view_open(&x, a), view_open(&y, b));
	return (order > 0) - (order < 0);
}

int
num_sign_slow(struct num a)
{
	assert(a.d == 0);
	return big_of(a)->numerator < 0 ? -1 : 1;
}

static void
negate(mpq_ptr out, mpq_srcptr x, mpq_srcptr unused)
{
	(void)unused;
	mpq_neg(out, x);
}

struct num
num_neg_slow(struct arena *arena, struct num a)
{
	if (a.d > 0)
		return settle_128(arena, -(int128)a.n, a.d);
	return compute(arena, negate, a, a);
}

struct num
num_abs(struct arena *arena, struct num a)
{
	return num_sign(a) < 0 ? num_neg(arena, a) : a;
}

struct num
num_copy(struct arena *arena, struct num a)
{
	const struct big *big;

	if (a.d != 0)
		return a;
	big = big_of(a);
	return big_new(arena, big->limbs, big->numerator,
	    big->limbs + labs(big->numerator), big->denominator);
}

/* Rounding */

/*
 * Whether a quotient with a rest goes on to the next one away from zero. half
 * compares the rest with half of the divisor, odd is of the quotient.
 */
static inline bool
goes_away(enum num_rounding rounding, int half, bool odd)
{
	switch (rounding) {
	case NUM_DOWN:
		return false;
	case NUM_UP:
		return true;
	case NUM_HALF_UP:
		return half >= 0;
	case NUM_HALF_EVEN:
	default:
		return half > 0 || (half == 0 && odd);
	}
}

/* What to add to a quotient by d whose rest, signed as it is, is given. */
static inline int
step_away(int128 rest, int128 d, enum num_rounding rounding, bool odd)
{
	int128 size = rest < 0 ? -rest : rest, missing = d - size;

	if (rest == 0 ||
	    !goes_away(rounding, (size > missing) - (size < missing), odd))
		return 0;
	return rest < 0 ? -1 : 1;
}

static inline int64_t
divide_64(int64_t n, int64_t d, enum num_rounding rounding)
{
	int64_t quotient = n / d;

	return quotient + step_away(n % d, d, rounding, quotient % 2 != 0);
}

static int128
divide_128(int128 n, int128 d, enum num_rounding rounding)
{
	int128 quotient;

	if (fits(n) && fits(d))
		return divide_64((int64_t)n, (int64_t)d, rounding);
	quotient = n / d;
	return quotient + step_away(n % d, d, rounding, quotient % 2 != 0);
}

static void
divide_mpz(mpz_ptr quotient, mpz_srcptr n, mpz_srcptr d,
    enum num_rounding rounding)
{
	mpz_t twice;
	bool away;

	mpz_init(twice);
	mpz_tdiv_qr(quotient, twice, n, d);
	mpz_mul_2exp(twice, twice, 1);
	away = mpz_sgn(twice) != 0 && goes_away(rounding, mpz_cmpabs(twice, d),
					  mpz_odd_p(quotient) != 0);
	mpz_clear(twice);
	if (away && mpz_sgn(n) < 0)
		mpz_sub_ui(quotient, quotient, 1);
	else if (away)
		mpz_add_ui(quotient, quotient, 1);
}

/* a * 10^digits rounded to an integer; false where 128 bits are too few. */
static bool
round_128(struct num a, int digits, enum num_rounding rounding, int128 *out)
{
	if (a.d <= 0 || digits < -TENS_MAX || digits > TENS_MAX)
		return false;
	*out = digits >= 0
		   ? divide_128((int128)a.n * tens[digits], a.d, rounding)
		   : divide_128(a.n, (int128)a.d * tens[-digits], rounding);
	return true;
}

static void
round_mpz(mpz_ptr out, struct num a, int digits, enum num_rounding rounding)
{
	struct view view;
	mpq_srcptr x = view_open(&view, a);
	mpz_t above, below;

	mpz_init_set(above, mpq_numref(x));
	mpz_init_set(below, mpq_denref(x));
	multiply_by_ten_to(digits < 0 ? below : above,
	    (unsigned long)labs(digits));
	divide_mpz(out, above, below, rounding);
	mpz_clears(above, below, (mpz_ptr)NULL);
}

/* Out of line as reduce_128 is. */
__attribute__((noinline)) static struct num
round_slow(struct arena *arena, struct num a, int digits,
    enum num_rounding rounding)
{
	/*
	 * With more digits a decimal of NUM_BITS_MAX is itself, and the number
	 * nearest to any other is too large; with fewer all are zero, or too
	 * large where they are rounded up.
	 */
	const int most = 2 * NUM_BITS_MAX;
	struct num rounded;
	int128 small;
	mpz_t big;

	digits = digits > most ? most : digits < -most ? -most : digits;
	if (round_128(a, digits, rounding, &small))
		return digits >= 0
			   ? settle_scaled_128(arena, small, digits)
			   : settle_128(arena, small * tens[-digits], 1);
	mpz_init(big);
	round_mpz(big, a, digits, rounding);
	rounded = settle_scaled(arena, big, digits);
	mpz_clear(big);
	return rounded;
}

struct num
num_round(struct arena *arena, struct num a, int digits,
    enum num_rounding rounding)
{
	if (digits >= 0 && digits <= TENS_MAX) {
		int64_t unit = tens[digits], scaled;

		if (a.d == unit)
			return a;
		if (a.d > 0 && !__builtin_mul_overflow(a.n, unit, &scaled))
			return (struct num){ a.d == 1 ? scaled
						      : divide_64(scaled, a.d,
							    rounding),
				unit };
	}
	return round_slow(arena, a, digits, rounding);
}

static void
divide_floor(mpq_ptr quotient, mpq_srcptr x, mpq_srcptr unused)
{
	(void)unused;
	mpz_fdiv_q(mpq_numref(quotient), mpq_numref(x), mpq_denref(x));
}

static void
divide_ceil(mpq_ptr quotient, mpq_srcptr x, mpq_srcptr unused)
{
	(void)unused;
	mpz_cdiv_q(mpq_numref(quotient), mpq_numref(x), mpq_denref(x));
}

static void
divide_truncate(mpq_ptr quotient, mpq_srcptr x, mpq_srcptr unused)
{
	(void)unused;
	mpz_tdiv_q(mpq_numref(quotient), mpq_numref(x), mpq_denref(x));
}

struct num
num_floor(struct arena *arena, struct num a)
{
	if (a.d > 0)
		return NUM_INT(a.n / a.d - (a.n % a.d < 0));
	return compute(arena, divide_floor, a, a);
}

struct num
num_ceil(struct arena *arena, struct num a)
{
	if (a.d > 0)
		return NUM_INT(a.n / a.d + (a.n % a.d > 0));
	return compute(arena, divide_ceil, a, a);
}

struct num
num_truncate(struct arena *arena, struct num a)
{
	if (a.d > 0)
		return NUM_INT(a.n / a.d);
	return compute(arena, divide_truncate, a, a);
}

bool
num_to_int(struct num a, int64_t *out)
{
	if (a.d <= 0 || a.n % a.d != 0)
		return false;
	*out = a.n / a.d;
	return true;
}

struct num
num_significant(struct arena *arena, struct num a)
{
	if (a.d > 0 && power_of_ten(a.d) >= 0)
		return a;
	return settle_decimal(arena, decimal_of(a));
}

/* Square roots */

struct num
num_sqrt(struct arena *arena, struct num a)
{
	struct view view;
	mpq_srcptr x;
	int sign = num_sign(a);

	if (sign < 0)
		return num_failure(NUM_ROOT_OF_NEGATIVE);
	if (sign == 0)
		return NUM_INT(0);
	x = view_open(&view, a);
	return settle_decimal(arena,
	    decimal_root(mpq_numref(x), mpq_denref(x), 2));
}

static int
by_falling_exponent(const void *left, const void *right)
{
	const struct decimal *a = left, *b = right;

	return (a->exponent < b->exponent) - (a->exponent > b->exponent);
}

/*
 * Sums of decimals and of their squares, in units of 10^exponent and its
 * square for the least exponent, which is returned.
 */
static long
sum_squares(mpz_ptr sum, mpz_ptr squares, struct decimal *decimals,
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
		set_128(x, decimals[i].mantissa);
		mpz_add(sum, sum, x);
		mpz_addmul(squares, x, x);
	}
	mpz_clear(x);
	return exponent;
}

struct num
num_standard_deviation(struct arena *arena, const struct num *values,
    size_t count)
{
	struct arena_mark mark = arena_mark(arena);
	struct decimal *decimals = arena_array(arena, count, sizeof(*decimals));
	struct decimal deviation = { 0, 0 };
	mpz_t sum, squares;
	long exponent;

	for (size_t i = 0; i < count; i++)
		decimals[i] = decimal_of(values[i]);
	mpz_inits(sum, squares, (mpz_ptr)NULL);
	exponent = sum_squares(sum, squares, decimals, count);
	arena_release(arena, mark);
	/* sqrt((n * squares - sum^2) / n^2), exact up to the root. */
	mpz_mul_ui(squares, squares, count);
	mpz_submul(squares, sum, sum);
	mpz_set_ui(sum, count);
	mpz_mul(sum, sum, sum);
	if (mpz_sgn(squares) > 0) {
		deviation = decimal_root(squares, sum, 2);
		deviation.exponent += exponent;
	}
	mpz_clears(sum, squares, (mpz_ptr)NULL);
	return settle_decimal(arena, deviation);
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
static struct decimal
decimal_of_real(mpfr_srcptr y, size_t digits)
{
	char text[NUM_DIGITS + 8];
	struct decimal decimal = { 0, 0 };
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
is_certain(mpfr_srcptr y, struct decimal *out)
{
	struct decimal low, high;
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
	struct view view;
	mpz_t rest;

	if (count == 1) {
		mpq_srcptr x = view_open(&view, values[0]);

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
is_exact_mean(mpfr_srcptr y, const struct real *real, struct decimal *out)
{
	struct decimal near = decimal_of_real(y, NUM_DIGITS + 1);
	unsigned long scale = (unsigned long)labs(near.exponent) * real->count;
	mpz_t values, powers;
	bool equal;

	mpz_inits(values, powers, (mpz_ptr)NULL);
	set_128(values, near.mantissa);
	mpz_pow_ui(values, values, real->count);
	product(powers, real->values, real->count, true);
	mpz_mul(powers, powers, values);
	product(values, real->values, real->count, false);
	multiply_by_ten_to(near.exponent < 0 ? values : powers, scale);
	equal = mpz_cmp(values, powers) == 0;
	mpz_clears(values, powers, (mpz_ptr)NULL);
	*out = decimal_round((uint128)near.mantissa, false, near.exponent);
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
	struct decimal decimal;
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
	return near ? settle_decimal(arena, decimal)
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
		struct view view;

		if (x.d > 0) {
			mpfr_mul_si(y, y, x.n, MPFR_RNDN);
			if (x.d > 1)
				mpfr_div_si(y, y, x.d, MPFR_RNDN);
		} else {
			mpq_srcptr q = view_open(&view, x);

			mpfr_mul_z(y, y, mpq_numref(q), MPFR_RNDN);
			mpfr_div_z(y, y, mpq_denref(q), MPFR_RNDN);
		}
	}
	mpfr_rootn_ui(y, y, real->count, MPFR_RNDN);
	return true;
}

struct num
num_ln(struct arena *arena, struct num a)
{
	struct view view;
	struct real real = { .approach = approach_ln };

	if (num_sign(a) <= 0)
		return num_failure(NUM_LOGARITHM);
	if (num_compare(a, NUM_INT(1)) == 0)
		return NUM_INT(0);
	real.x = view_open(&view, a);
	return round_real(arena, &real);
}

struct num
num_exp(struct arena *arena, struct num a)
{
	struct view view;
	struct real real = { .approach = approach_power };

	if (num_sign(a) == 0)
		return NUM_INT(1);
	real.exponent = view_open(&view, a);
	return round_real(arena, &real);
}

struct num
num_geomean(struct arena *arena, const struct num *values, size_t count)
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
	mean = num_geomean(arena, others, count - 1);
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
num_geomeans_without(struct arena *arena, const struct num *values,
    size_t count, struct num *out)
{
	struct products products;
	struct decimal decimal;
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
		out[i] = certain ? settle_decimal(arena, decimal)
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
		settled = settle(arena, power);
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
		settled = settle_decimal(arena, decimal_of_ratio(power));
	else
		settled = round_real(arena, &real);
	mpq_clear(power);
	return settled;
}

struct num
num_power(struct arena *arena, struct num base, struct num exponent)
{
	struct view base_view, exponent_view;
	mpq_srcptr x, y;
	int sign = num_sign(exponent);

	if (sign == 0)
		return NUM_INT(1);
	if (num_sign(base) == 0)
		return sign > 0 ? NUM_INT(0) : num_failure(NUM_POWER_OF_ZERO);
	x = view_open(&base_view, base);
	y = view_open(&exponent_view, exponent);
	if (mpz_cmp_ui(mpq_denref(y), 1) == 0)
		return integer_power(arena, x, mpq_numref(y));
	if (mpq_sgn(x) < 0)
		return num_failure(NUM_ROOT_OF_NEGATIVE);
	if (bits_of(x) == 1)
		return NUM_INT(1);
	return fractional_power(arena, x, y);
}

/* Printing */

/* Take away the zeros at the end of what stands after the point, and it. */
static void
strip_zeros(struct buffer *buffer)
{
	while (buffer->data[buffer->size - 1] == '0')
		buffer->size--;
	if (buffer->data[buffer->size - 1] == '.')
		buffer->size--;
}

/* Put the point into the digits from `start` on, before the last `scale`. */
static void
place_point(struct buffer *buffer, size_t start, size_t scale)
{
	size_t count = buffer->size - start, zeros = 0;
	char *point;

	if (count <= scale)
		zeros = scale + 1 - count;
	buffer_reserve(buffer, zeros + 1);
	memmove(buffer->data + start + zeros, buffer->data + start, count);
	memset(buffer->data + start, '0', zeros);
	buffer->size += zeros;
	point = buffer->data + buffer->size - scale;
	memmove(point + 1, point, scale);
	*point = '.';
	buffer->size++;
}

/* mantissa / 10^scale */
static void
print_scaled(struct buffer *buffer, mpz_srcptr mantissa, long scale, bool strip)
{
	size_t start;

	/* A sign and the NUL. */
	buffer_reserve(buffer, mpz_sizeinbase(mantissa, 10) + 2);
	mpz_get_str(buffer->data + buffer->size, 10, mantissa);
	start = buffer->size + (mpz_sgn(mantissa) < 0);
	buffer->size += strlen(buffer->data + buffer->size);
	for (; scale < 0; scale++)
		buffer_add_byte(buffer, '0');
	if (scale > 0) {
		place_point(buffer, start, (size_t)scale);
		if (strip)
			strip_zeros(buffer);
	}
}

/* The same for machine integers, of which reports are full. */
static void
print_small(struct buffer *buffer, int64_t mantissa, unsigned scale, bool strip)
{
	char text[TENS_MAX + 24], *end = text + sizeof(text), *at = end;
	uint64_t rest = magnitude(mantissa);

	for (; strip && scale > 0 && rest % 10 == 0; scale--)
		rest /= 10;
	for (unsigned place = 0; rest > 0 || place <= scale; place++) {
		if (place == scale && scale > 0)
			*--at = '.';
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (mantissa < 0)
		*--at = '-';
	buffer_add(buffer, (struct str){ at, (size_t)(end - at) });
}

static void
print_decimal(struct buffer *buffer, struct decimal decimal)
{
	mpz_t mantissa;

	mpz_init(mantissa);
	set_128(mantissa, decimal.mantissa);
	print_scaled(buffer, mantissa, -decimal.exponent, true);
	mpz_clear(mantissa);
}

/* With how many digits after the point 1/d ends; -1 where it does not. */
static long
decimal_end(mpz_srcptr d)
{
	static const mp_limb_t five_limb = 5;
	unsigned long twos = mpz_scan1(d, 0), fives;
	mpz_t five, rest;
	bool ends;

	mpz_roinit_n(five, &five_limb, 1);
	mpz_init(rest);
	mpz_tdiv_q_2exp(rest, d, twos);
	fives = mpz_remove(rest, rest, five);
	ends = mpz_cmp_ui(rest, 1) == 0;
	mpz_clear(rest);
	return ends ? (long)(twos > fives ? twos : fives) : -1;
}

/* Print x where it ends within so many digits; false where it does not. */
static bool
print_if_ends(struct buffer *buffer, mpq_srcptr x, long most)
{
	long scale = decimal_end(mpq_denref(x));
	mpz_t mantissa;

	if (scale < 0 || scale > most)
		return false;
	mpz_init_set(mantissa, mpq_numref(x));
	multiply_by_ten_to(mantissa, (unsigned long)scale);
	mpz_divexact(mantissa, mantissa, mpq_denref(x));
	print_scaled(buffer, mantissa, scale, false);
	mpz_clear(mantissa);
	return true;
}

void
num_print(struct buffer *buffer, struct num a)
{
	struct view view;
	mpq_srcptr x;
	int scale = a.d > 0 ? power_of_ten(a.d) : -1;

	if (scale >= 0) {
		print_small(buffer, a.n, (unsigned)scale, true);
		return;
	}
	x = view_open(&view, a);
	if (!print_if_ends(buffer, x, PRINT_DIGITS_MAX))
		print_decimal(buffer, decimal_of_ratio(x));
}

void
num_print_fixed(struct buffer *buffer, struct num a, unsigned digits)
{
	int128 small;
	mpz_t big;

	assert(digits <= TENS_MAX);
	if (round_128(a, (int)digits, NUM_HALF_EVEN, &small) && fits(small)) {
		print_small(buffer, (int64_t)small, digits, false);
		return;
	}
	mpz_init(big);
	round_mpz(big, a, (int)digits, NUM_HALF_EVEN);
	print_scaled(buffer, big, (long)digits, false);
	mpz_clear(big);
}

void
num_print_exact(struct buffer *buffer, struct num a)
{
	struct view view;
	mpq_srcptr x = view_open(&view, a);

	if (print_if_ends(buffer, x, FRACTION_DIGITS_MAX))
		return;
	print_scaled(buffer, mpq_numref(x), 0, false);
	buffer_add_byte(buffer, '/');
	print_scaled(buffer, mpq_denref(x), 0, false);
}
