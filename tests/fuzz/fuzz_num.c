/*
 * fuzz_num: `OPERATION A B` on any two decimals. What arithmetic promises must
 * hold of every result: what was added can be taken away, a root multiplied by
 * itself gives the number back, what was printed reads the same.
 */
#include "fuzz.h"
#include "number/num.h"
#include "number/real.h"
#include "ranking/decimal.h"

static struct arena arena;

static bool
equal(struct num a, struct num b)
{
	return num_compare(a, b) == 0;
}

/* A failure is no number; only the bound may fail an operation that is defined.
 */
static bool
is_within_bounds(struct num x)
{
	REQUIRE(num_is_number(x) || x.n == NUM_TOO_LARGE);
	return num_is_number(x);
}

static int
compared(struct num a, struct num b)
{
	int order = num_compare(a, b);

	return (order > 0) - (order < 0);
}

/* 10^exponent, or its inverse where negative. */
static struct num
ten_to(int exponent)
{
	return real_power(&arena, NUM_INT(10), NUM_INT(exponent));
}

/* Whether a is b but for one part in 10^30. */
static bool
nearly(struct num a, struct num b)
{
	struct num off = num_abs(&arena, num_sub(&arena, a, b));
	struct num most = num_mul(&arena, num_abs(&arena, b), ten_to(-30));

	return !num_is_number(off) || !num_is_number(most) ||
	       num_compare(off, most) <= 0;
}

static void
check_sum(struct num a, struct num b)
{
	struct num sum = num_add(&arena, a, b);

	if (!is_within_bounds(sum))
		return;
	REQUIRE(equal(sum, num_add(&arena, b, a)));
	REQUIRE(equal(num_sub(&arena, sum, b), a));
	REQUIRE(compared(sum, a) == num_sign(b));
}

static void
check_product(struct num a, struct num b)
{
	struct num product = num_mul(&arena, a, b);

	if (!is_within_bounds(product))
		return;
	REQUIRE(equal(product, num_mul(&arena, b, a)));
	REQUIRE(num_sign(product) == num_sign(a) * num_sign(b));
	if (num_sign(b) != 0)
		REQUIRE(equal(num_div(&arena, product, b), a));
}

static void
check_quotient(struct num a, struct num b)
{
	struct num quotient = num_div(&arena, a, b);

	if (num_sign(b) == 0) {
		REQUIRE(!num_is_number(quotient));
		REQUIRE(quotient.n == NUM_DIVIDED_BY_ZERO);
	} else if (is_within_bounds(quotient)) {
		REQUIRE(equal(num_mul(&arena, quotient, b), a));
	}
}

static void
check_order(struct num a, struct num b)
{
	struct num floor = num_floor(&arena, a), ceil = num_ceil(&arena, a);
	int64_t whole;

	REQUIRE((num_compare(a, b) > 0) == (num_compare(b, a) < 0));
	REQUIRE(num_compare(floor, a) <= 0 && num_compare(a, ceil) <= 0);
	REQUIRE(num_compare(num_sub(&arena, ceil, floor), NUM_INT(1)) <= 0);
	REQUIRE(equal(num_truncate(&arena, a), num_sign(a) < 0 ? ceil : floor));
	REQUIRE(equal(num_neg(&arena, num_neg(&arena, a)), a));
	REQUIRE(num_sign(num_abs(&arena, a)) == num_sign(a) * num_sign(a));
	if (num_to_int(a, &whole))
		REQUIRE(equal(NUM_INT(whole), a));
}

static void
check_rounding(struct num a, struct num b)
{
	int64_t digits = 0;
	enum num_rounding way;

	num_to_int(num_truncate(&arena, b), &digits);
	if (digits < -40 || digits > 40)
		return;
	for (way = NUM_HALF_UP; way <= NUM_UP; way++) {
		struct num round = num_round(&arena, a, (int)digits, way);
		struct num step = ten_to(-(int)digits), off;

		if (!is_within_bounds(round))
			continue;
		off = num_abs(&arena, num_sub(&arena, round, a));
		REQUIRE(equal(num_round(&arena, round, (int)digits, way),
		    round));
		REQUIRE(num_compare(off, step) < 0);
		if (way == NUM_HALF_UP || way == NUM_HALF_EVEN)
			REQUIRE(num_compare(num_add(&arena, off, off), step) <=
				0);
		if (way == NUM_DOWN)
			REQUIRE(num_compare(num_abs(&arena, round),
				    num_abs(&arena, a)) <= 0);
		if (way == NUM_UP)
			REQUIRE(num_compare(num_abs(&arena, round),
				    num_abs(&arena, a)) >= 0);
	}
}

static void
check_root(struct num a, struct num b)
{
	struct num root = real_sqrt(&arena, a);

	(void)b;
	if (num_sign(a) < 0) {
		REQUIRE(!num_is_number(root) && root.n == NUM_ROOT_OF_NEGATIVE);
	} else if (is_within_bounds(root)) {
		REQUIRE(num_sign(root) == num_sign(a));
		REQUIRE(nearly(num_mul(&arena, root, root), a));
	}
}

static void
check_logarithm(struct num a, struct num b)
{
	struct num ln = real_ln(&arena, a);

	(void)b;
	if (num_sign(a) <= 0)
		REQUIRE(!num_is_number(ln) && ln.n == NUM_LOGARITHM);
	else if (is_within_bounds(ln))
		REQUIRE(num_sign(ln) == compared(a, NUM_INT(1)));
}

static void
check_exponential(struct num a, struct num b)
{
	struct num result = real_exp(&arena, a);

	(void)b;
	if (is_within_bounds(result))
		REQUIRE(compared(result, NUM_INT(1)) == num_sign(a) ||
			nearly(result, NUM_INT(1)));
}

static void
check_power(struct num a, struct num b)
{
	struct num result = real_power(&arena, a, b);
	int64_t whole;

	if (!num_is_number(result)) {
		REQUIRE(result.n != NUM_POWER_OF_ZERO || num_sign(a) == 0);
		REQUIRE(result.n != NUM_ROOT_OF_NEGATIVE || num_sign(a) < 0);
	} else if (num_sign(a) > 0) {
		REQUIRE(num_sign(result) > 0);
	} else if (num_to_int(b, &whole) && whole == 2) {
		REQUIRE(equal(result, num_mul(&arena, a, a)));
	}
}

static void
check_means(struct num a, struct num b)
{
	struct num values[] = { num_significant(&arena, a),
		num_significant(&arena, b) };
	bool less = num_compare(values[0], values[1]) < 0;
	struct num mean = real_geomean(&arena, values, 2);
	struct num sd = real_standard_deviation(&arena, values, 2);

	if (num_sign(a) < 0 || num_sign(b) < 0) {
		REQUIRE(!num_is_number(mean));
	} else if (is_within_bounds(mean)) {
		REQUIRE(num_compare(mean, values[!less]) >= 0);
		REQUIRE(num_compare(mean, values[less]) <= 0);
	}
	if (is_within_bounds(sd)) {
		REQUIRE(num_sign(sd) >= 0);
		REQUIRE(nearly(num_add(&arena, sd, sd),
		    num_abs(&arena, num_sub(&arena, values[0], values[1]))));
	}
}

static void
check_print(struct num a, struct num b)
{
	struct buffer buffer = { 0 };
	struct num back;

	(void)b;
	num_print_exact(&buffer, a);
	REQUIRE(num_parse(&arena, buffer_str(&buffer), &back));
	REQUIRE(equal(back, a));
	buffer_clear(&buffer);
	num_print(&buffer, a);
	REQUIRE(num_parse(&arena, buffer_str(&buffer), &back));
	REQUIRE(nearly(back, a));
	buffer_clear(&buffer);
	num_print_fixed(&buffer, a, 2);
	REQUIRE(num_parse(&arena, buffer_str(&buffer), &back));
	REQUIRE(equal(back, num_round(&arena, a, 2, NUM_HALF_EVEN)));
	buffer_free(&buffer);
	REQUIRE(equal(num_copy(&arena, a), a));
}

static const struct {
	char letter;
	void (*check)(struct num a, struct num b);
} checks[] = {
	{ '+', check_sum },
	{ '*', check_product },
	{ '/', check_quotient },
	{ '<', check_order },
	{ 'r', check_rounding },
	{ 's', check_root },
	{ 'l', check_logarithm },
	{ 'e', check_exponential },
	{ '^', check_power },
	{ 'm', check_means },
	{ 'p', check_print },
};

/* Decimals compared as they are written are in the order of their values. */
static void
check_texts(const struct str texts[2], struct num a, struct num b)
{
	int64_t keys[2];
	int order = decimal_compare(texts[0], texts[1]);

	REQUIRE((order > 0) - (order < 0) == compared(a, b));
	decimal_keys(texts, 2, keys);
	REQUIRE((keys[0] > keys[1]) - (keys[0] < keys[1]) == compared(a, b));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, letter, first;
	struct num a, b;

	str_cut(&text, ' ', &letter);
	str_cut(&text, ' ', &first);
	if (letter.size == 1 && num_parse(&arena, first, &a) &&
	    num_parse(&arena, text, &b) && is_within_bounds(a) &&
	    is_within_bounds(b)) {
		check_texts((struct str[]){ first, text }, a, b);
		for (size_t i = 0; i < LENGTH(checks); i++)
			if (checks[i].letter == letter.data[0])
				checks[i].check(a, b);
	}
	arena_free(&arena);
	return 0;
}
