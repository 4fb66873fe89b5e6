/*
 * num: exact rational numbers. The contract is in num.h.
 *
 * Three widths are tried in turn: 64 bits (inline in num.h), 128 bits, and
 * GMP. A result goes back to the narrowest that holds it.
 */
#include "number/num_gmp.h"

#include <assert.h>
#include <stdlib.h>

_Static_assert(GMP_LIMB_BITS == 64 && GMP_NAIL_BITS == 0,
    "a limb holds the magnitude of an int64_t");
_Static_assert(sizeof(long) == sizeof(int64_t), "GMP's long is an int64_t");
_Static_assert(sizeof(uintptr_t) <= sizeof(int64_t), "n holds an address");

/* In lowest terms, and never a fraction that fits struct num. */
struct big {
	mp_size_t numerator;   /* its limbs; less than zero where it is */
	mp_size_t denominator; /* its limbs, which follow the numerator's */
	mp_limb_t limbs[];
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

struct num
num_settle(struct arena *arena, mpq_srcptr x)
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

mpq_srcptr
num_view_open(struct num_view *view, struct num a)
{
	assert(num_is_number(a));
	*view = (struct num_view){ 0 };
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

void
num_set_128(mpz_ptr x, int128 value)
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

void
num_multiply_by_ten_to(mpz_ptr x, unsigned long power)
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
		num_multiply_by_ten_to(mpq_numref(x), (unsigned long)-scale);
		scale = 0;
	}
	if (scale <= TENS_MAX && mpz_fits_slong_p(mpq_numref(x))) {
		settled.n = mpz_get_si(mpq_numref(x));
		settled.d = tens[scale];
	} else {
		mpz_ui_pow_ui(mpq_denref(x), 10, (unsigned long)scale);
		mpq_canonicalize(x);
		settled = num_settle(arena, x);
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
	num_set_128(x, mantissa);
	settled = settle_scaled(arena, x, scale);
	mpz_clear(x);
	return settled;
}

struct num
num_settle_decimal(struct arena *arena, struct num_decimal decimal)
{
	return settle_scaled_128(arena, decimal.mantissa, -decimal.exponent);
}

struct num_decimal
num_decimal_round(uint128 digits, bool more, long exponent)
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
	return (struct num_decimal){ (int128)digits, exponent };
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

struct num_decimal
num_decimal_root(mpz_srcptr n, mpz_srcptr d, int root)
{
	long shift = shift_for(n, d, root);
	unsigned long power = (unsigned long)labs(shift) * (unsigned)root;
	mpz_t above, below, rest;
	struct num_decimal decimal;
	bool more;

	mpz_init_set(above, n);
	mpz_init_set(below, d);
	mpz_init(rest);
	num_multiply_by_ten_to(shift < 0 ? below : above, power);
	mpz_tdiv_qr(above, rest, above, below);
	more = mpz_sgn(rest) != 0;
	if (root == 2) {
		mpz_sqrtrem(above, rest, above);
		more = more || mpz_sgn(rest) != 0;
	}
	decimal = num_decimal_round(get_128(above), more, -shift);
	mpz_clears(above, below, rest, (mpz_ptr)NULL);
	return decimal;
}

struct num_decimal
num_decimal_of_ratio(mpq_srcptr x)
{
	struct num_decimal decimal = { 0, 0 };
	mpz_srcptr n = mpq_numref(x);
	mpz_t above; /* |n|, read from the limbs of n */

	if (mpz_sgn(n) == 0)
		return decimal;
	mpz_roinit_n(above, mpz_limbs_read(n), (mp_size_t)mpz_size(n));
	decimal = num_decimal_root(above, mpq_denref(x), 1);
	if (mpq_sgn(x) < 0)
		decimal.mantissa = -decimal.mantissa;
	return decimal;
}

struct num_decimal
num_decimal_of(struct num a)
{
	struct num_view view;
	int scale = a.d > 0 ? power_of_ten(a.d) : -1;

	if (scale >= 0)
		return (struct num_decimal){ a.n, a.n != 0 ? -scale : 0 };
	return num_decimal_of_ratio(num_view_open(&view, a));
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
	struct num_view x, y;
	struct num settled;
	mpq_t result;

	mpq_init(result);
	operation(result, num_view_open(&x, a), num_view_open(&y, b));
	settled = num_settle(arena, result);
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
	struct num_view x, y;
	int order;

	if (a.d > 0 && b.d > 0) {
		int128 left = (int128)a.n * b.d, right = (int128)b.n * a.d;

		return (left > right) - (left < right);
	}
	order = mpq_cmp(num_view_open(&x, a), num_view_open(&y, b));
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
	struct num_view view;
	mpq_srcptr x = num_view_open(&view, a);
	mpz_t above, below;

	mpz_init_set(above, mpq_numref(x));
	mpz_init_set(below, mpq_denref(x));
	num_multiply_by_ten_to(digits < 0 ? below : above,
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
	return num_settle_decimal(arena, num_decimal_of(a));
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
print_decimal(struct buffer *buffer, struct num_decimal decimal)
{
	mpz_t mantissa;

	mpz_init(mantissa);
	num_set_128(mantissa, decimal.mantissa);
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
	num_multiply_by_ten_to(mantissa, (unsigned long)scale);
	mpz_divexact(mantissa, mantissa, mpq_denref(x));
	print_scaled(buffer, mantissa, scale, false);
	mpz_clear(mantissa);
	return true;
}

void
num_print(struct buffer *buffer, struct num a)
{
	struct num_view view;
	mpq_srcptr x;
	int scale = a.d > 0 ? power_of_ten(a.d) : -1;

	if (scale >= 0) {
		print_small(buffer, a.n, (unsigned)scale, true);
		return;
	}
	x = num_view_open(&view, a);
	if (!print_if_ends(buffer, x, PRINT_DIGITS_MAX))
		print_decimal(buffer, num_decimal_of_ratio(x));
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
	struct num_view view;
	mpq_srcptr x = num_view_open(&view, a);

	if (print_if_ends(buffer, x, FRACTION_DIGITS_MAX))
		return;
	print_scaled(buffer, mpq_numref(x), 0, false);
	buffer_add_byte(buffer, '/');
	print_scaled(buffer, mpq_denref(x), 0, false);
}
