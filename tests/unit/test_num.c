/*
 * test_num: exact numbers, at the edges of machine integers and of the bound.
 *
 * Operands are written as decimals, as `6/4` (kept so, not in lowest terms) or
 * as `-2^63`, the negative of a power. Results are compared as num_print_exact
 * writes them, or by the names of failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "number/num.h"
#include "number/real.h"

#define TWO_63 "9223372036854775808"
#define MOST "9223372036854775807"
#define ZEROS_10 "0000000000"
#define ZEROS_50 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10
#define NINES_10 "9999999999"
/* 1.0000000000000000000000000000000005 squared ends in 25 after these. */
#define TIE_SQUARED                                                            \
	"1.000000000000000000000000000000001"                                  \
	"000000000000000000000000000000000"

enum { OPERANDS_MAX = 16, MANY = 40000, MILLION = 1000000 };

static struct num
read_decimal(struct arena *arena, struct str text)
{
	struct num x = NUM_INT(0);

	assert_true(num_parse(arena, text, &x));
	return x;
}

static struct num
read_operand(struct arena *arena, struct str text)
{
	struct str rest = text, head;

	if (str_cut(&rest, '^', &head)) {
		bool negative = str_starts(head, STR("-"));
		struct num power = real_power(arena,
		    read_decimal(arena, str_from_byte(head, negative)),
		    read_decimal(arena, rest));

		return negative ? num_neg(arena, power) : power;
	}
	rest = text;
	if (str_cut(&rest, '/', &head))
		return num_div(arena, read_decimal(arena, head),
		    read_decimal(arena, rest));
	return read_decimal(arena, text);
}

static struct num
number(struct arena *arena, const char *text)
{
	return read_operand(arena, str_from(text));
}

static const char *
failure_name(struct num x)
{
	static const char *const names[] = {
		[NUM_TOO_LARGE] = "too large",
		[NUM_DIVIDED_BY_ZERO] = "divided by zero",
		[NUM_ROOT_OF_NEGATIVE] = "root of negative",
		[NUM_LOGARITHM] = "logarithm",
		[NUM_POWER_OF_ZERO] = "power of zero",
	};

	return names[x.n];
}

static const char *
text_of(struct buffer *buffer)
{
	buffer_add_byte(buffer, '\0');
	return buffer->data;
}

/* A want with `^` stands for its value. */
static void
check(struct arena *arena, struct num x, const char *want)
{
	struct buffer got = { 0 }, wanted = { 0 };

	if (strchr(want, '^') != NULL)
		num_print_exact(&wanted, number(arena, want));
	else
		buffer_add(&wanted, str_from(want));
	if (num_is_number(x))
		num_print_exact(&got, x);
	else
		buffer_add(&got, str_from(failure_name(x)));
	assert_string_equal(text_of(&got), text_of(&wanted));
	buffer_free(&got);
	buffer_free(&wanted);
}

static struct binary_row {
	const char *name;
	struct num (*function)(struct arena *, struct num, struct num);
	const char *a, *b, *want;
} binary_rows[] = {
	{ "sum of cents", num_add, "0.10", "0.20", "0.3" },
	{ "sum of cents and tenths", num_add, "0.15", "-0.1", "0.05" },
	{ "sum of tenths and cents", num_add, "0.1", "0.15", "0.25" },
	{ "sum of a third and a sixth", num_add, "1/3", "1/6", "0.5" },
	{ "sum of a third and a seventh", num_add, "1/3", "1/7", "10/21" },
	{ "sum leaves the machine", num_add, MOST, "1", TWO_63 },
	{ "sum comes back", num_add, TWO_63, "-1", MOST },
	{ "sum reaches the least integer", num_add, "-" MOST, "-1",
	    "-" TWO_63 },
	{ "sum of the least integers", num_add, "-" TWO_63, "-" TWO_63,
	    "-18446744073709551616" },
	{ "sum whose parts need 127 bits", num_add, "-" TWO_63 "/" MOST,
	    "-" TWO_63 "/9223372036854775806",
	    "-85070591730234615852008593802659889152/"
	    "42535295865117307919086767873688862721" },
	{ "sum that is reduced to fit", num_add, "1/4611686018427387904",
	    "1/4611686018427387904", "2^-61" },
	{ "sum of decimals of 34 digits", num_add,
	    "0.3333333333333333333333333333333333",
	    "0.6666666666666666666666666666666667", "1" },
	{ "sum outgrows the bound", num_add, "2^16383", "2^16383",
	    "too large" },
	{ "sum stays in the bound", num_add, "2^16382", "2^16382", "2^16383" },
	{ "difference of cents", num_sub, "0.30", "0.10", "0.2" },
	{ "difference is zero", num_sub, "6/4", "1.5", "0" },
	{ "difference with the least integer", num_sub, "0", "-" TWO_63,
	    TWO_63 },
	{ "difference below the least integer", num_sub, "-" TWO_63, "1",
	    "-9223372036854775809" },
	{ "difference comes back", num_sub, TWO_63, "1", MOST },
	{ "difference comes back to the least integer", num_sub,
	    "-9223372036854775809", "-1", "-" TWO_63 },
	{ "product of decimals", num_mul, "1.5", "-0.4", "-0.6" },
	{ "product of fractions", num_mul, "2/3", "6/4", "1" },
	{ "product of the least integers", num_mul, "-" TWO_63, "-" TWO_63,
	    "2^126" },
	{ "product that is reduced to fit", num_mul, MOST "/4", "4/" MOST,
	    "1" },
	{ "product with zero", num_mul, "2^200", "0", "0" },
	{ "product with zero over a vast number", num_mul, "0/" MOST, "1/" MOST,
	    "0" },
	{ "product comes back", num_mul, "2^80", "2^-70", "1024" },
	{ "product outgrows the bound", num_mul, "2^8192", "2^8192",
	    "too large" },
	{ "product outgrows the bound below", num_mul, "2^-8192", "2^-8192",
	    "too large" },
	{ "product stays in the bound", num_mul, "2^8192", "2^8191",
	    "2^16383" },
	{ "quotient of integers", num_div, "1", "3", "1/3" },
	{ "quotient by a negative", num_div, "3", "-6", "-0.5" },
	{ "quotient of negatives", num_div, "-0.3", "-0.1", "3" },
	{ "quotient by the least integer", num_div, "1", "-" TWO_63,
	    "-0.000000000000000000108420217248550443400745280086994"
	    "171142578125" },
	{ "quotient of the least integers", num_div, "-" TWO_63, "-" TWO_63,
	    "1" },
	{ "quotient of the least integer by -1", num_div, "-" TWO_63, "-1",
	    TWO_63 },
	{ "quotient that is reduced to fit", num_div, MOST "/6", MOST "/9",
	    "1.5" },
	{ "quotient of big numbers", num_div, "2^100", "-2^99", "-2" },
	{ "quotient of zero", num_div, "0", "-5", "0" },
	{ "division by zero", num_div, "1", "0", "divided by zero" },
	{ "division of zero by zero", num_div, "0.00", "0.00",
	    "divided by zero" },
	{ "division of a big number by zero", num_div, "2^99", "0",
	    "divided by zero" },
	{ "quotient outgrows the bound", num_div, "2^-16383", "2",
	    "too large" },

	{ "square", real_power, "-1.5", "2", "2.25" },
	{ "power of an unreduced integer", real_power, "3", "4/2", "9" },
	{ "negative power", real_power, "-2/3", "-3", "-3.375" },
	{ "zeroth power", real_power, "2^-100", "0", "1" },
	{ "zero to the zero", real_power, "0", "0", "1" },
	{ "zero to a power", real_power, "0/7", "2.5", "0" },
	{ "zero to a negative power", real_power, "0", "-1", "power of zero" },
	{ "zero to a negative fraction", real_power, "0", "-1/2",
	    "power of zero" },
	{ "last power in the bound", real_power, "2", "16383", "2^16383" },
	{ "first power out of it", real_power, "2", "16384", "too large" },
	{ "last power in the bound below", real_power, "-2", "-16383",
	    "-2^-16383" },
	{ "first power out of it below", real_power, "-2", "-16384",
	    "too large" },
	{ "a tower of powers", real_power, "9", "9^4000", "too large" },
	{ "a tower of powers below", real_power, "1/9", "9^4000", "too large" },
	{ "one to a vast power", real_power, "1", "-9^4001", "1" },
	{ "one to a vast fraction", real_power, "3/3", "9^-4000", "1" },
	{ "minus one to a vast odd power", real_power, "-1", "9^4000", "-1" },
	{ "minus one to a vast even power", real_power, "-1", "8^4000", "1" },
	{ "zero to a vast power", real_power, "0", "9^4000", "0" },
	{ "square root by power", real_power, "2", "0.5",
	    "1.414213562373095048801688724209698" },
	{ "cube root that is exact", real_power, "8", "1/3", "2" },
	{ "power of a root that is exact", real_power, "0.0081", "-0.75",
	    "37.03703703703703703703703703703704" },
	{ "root of one number that is exact, of the other not", real_power,
	    "4/3", "1/2", "1.154700538379251529018297561003915" },
	{ "a root of a vast degree", real_power, "2", "9^-4000", "1" },
	{ "a vast root that is exact", real_power, "2^16380", "1/16380", "2" },
	{ "a tie is rounded to even", real_power, TIE_SQUARED "25", "0.5",
	    "1" },
	{ "more than a tie is rounded up", real_power, TIE_SQUARED "26", "0.5",
	    "1.000000000000000000000000000000001" },
	{ "less than a tie is rounded down", real_power, TIE_SQUARED "24",
	    "0.5", "1" },
	{ "a tie is rounded to even upward", real_power,
	    "1.000000000000000000000000000000003"
	    "00000000000000000000000000000000225",
	    "1/2", "1.000000000000000000000000000000002" },
	{ "root of a negative", real_power, "-4", "0.5", "root of negative" },
	{ "odd root of a negative", real_power, "-8", "1/3",
	    "root of negative" },
	{ "fractional power out of the bound", real_power, "2", "16384.5",
	    "too large" },
	{ "fractional power out of it below", real_power, "0.5", "9^4000",
	    "too large" },
	{ "a number near one to a vast power", real_power, "1." ZEROS_50 "1",
	    "1" ZEROS_50 ".5", "1.105170918075647624811707826490247" },
};

static void
check_binary(void **state)
{
	const struct binary_row *row = *state;
	struct arena arena = { 0 };

	check(&arena,
	    row->function(&arena, number(&arena, row->a),
		number(&arena, row->b)),
	    row->want);
	arena_free(&arena);
}

static struct unary_row {
	const char *name;
	struct num (*function)(struct arena *, struct num);
	const char *a, *want;
} unary_rows[] = {
	{ "negative", num_neg, "0.5", "-0.5" },
	{ "negative of zero", num_neg, "0.00", "0" },
	{ "negative of the least integer", num_neg, "-" TWO_63, TWO_63 },
	{ "negative that comes back", num_neg, TWO_63, "-" TWO_63 },
	{ "negative of a big number", num_neg, "-2^101", "2^101" },
	{ "absolute", num_abs, "-3/4", "0.75" },
	{ "absolute of a positive", num_abs, "3/4", "0.75" },
	{ "absolute of the least integer", num_abs, "-" TWO_63, TWO_63 },
	{ "absolute of a big number", num_abs, "-2^101", "2^101" },
	{ "floor", num_floor, "7/2", "3" },
	{ "floor of a negative", num_floor, "-7/2", "-4" },
	{ "floor of an unreduced integer", num_floor, "-6/2", "-3" },
	{ "floor of the least integer", num_floor, "-" TWO_63, "-" TWO_63 },
	{ "floor of a big fraction", num_floor, "-2^-99", "-1" },
	{ "floor of a big number", num_floor,
	    "100000000000000000000000000000.5",
	    "100000000000000000000000000000" },
	{ "ceiling", num_ceil, "7/2", "4" },
	{ "ceiling of a negative", num_ceil, "-7/2", "-3" },
	{ "ceiling of the greatest integer", num_ceil, MOST, MOST },
	{ "ceiling that leaves the machine", num_ceil, MOST ".5", TWO_63 },
	{ "ceiling of a big fraction", num_ceil, "-2^-99", "0" },
	{ "truncated", num_truncate, "7/2", "3" },
	{ "truncated negative", num_truncate, "-7/2", "-3" },
	{ "truncated big number", num_truncate,
	    "-100000000000000000000000000000.5",
	    "-100000000000000000000000000000" },

	{ "a third to 34 digits", num_significant, "-1/3",
	    "-0.3333333333333333333333333333333333" },
	{ "few digits are kept", num_significant, "-1.50", "-1.5" },
	{ "34 digits are kept", num_significant,
	    "12345678901234567.89012345678901234",
	    "12345678901234567.89012345678901234" },
	{ "a half after 34 digits to even", num_significant,
	    "1.2345678901234567890123456789012345",
	    "1.234567890123456789012345678901234" },
	{ "a half after 34 digits to even upward", num_significant,
	    "1.2345678901234567890123456789012335",
	    "1.234567890123456789012345678901234" },
	{ "a little more than a half", num_significant,
	    "1.23456789012345678901234567890123450" ZEROS_50 "1",
	    "1.234567890123456789012345678901235" },
	{ "nines carry", num_significant,
	    "99999999999999999.999999999999999995", "100000000000000000" },
	{ "a quarter is a decimal", num_significant, "1/4", "0.25" },
	{ "a long integer", num_significant,
	    "12345678901234567890123456789012345678",
	    "12345678901234567890123456789012350000" },
	{ "zero of sevenths", num_significant, "0/7", "0" },
	{ "too small for 34 digits", num_significant, "3^-10300", "too large" },

	{ "root of a square", real_sqrt, "4", "2" },
	{ "root of a decimal square", real_sqrt, "0.0625", "0.25" },
	{ "root of zero", real_sqrt, "0.0", "0" },
	{ "root of two", real_sqrt, "2",
	    "1.414213562373095048801688724209698" },
	{ "root of two hundredths", real_sqrt, "0.02",
	    "0.1414213562373095048801688724209698" },
	{ "root of a square that is no decimal", real_sqrt, "4/9",
	    "0.6666666666666666666666666666666667" },
	{ "root of a big square", real_sqrt, "2^200", "2^100" },
	{ "root of a small square", real_sqrt, "2^-20", "2^-10" },
	{ "root that is a tie", real_sqrt, TIE_SQUARED "25", "1" },
	{ "root above a tie", real_sqrt, TIE_SQUARED "26",
	    "1.000000000000000000000000000000001" },
	{ "root just above a tie", real_sqrt, TIE_SQUARED "25" ZEROS_50 "1",
	    "1.000000000000000000000000000000001" },
	{ "root of less than zero", real_sqrt, "-2^-99", "root of negative" },

	{ "logarithm of one", real_ln, "7/7", "0" },
	{ "logarithm of two", real_ln, "2",
	    "0.6931471805599453094172321214581766" },
	{ "logarithm of a half", real_ln, "1/2",
	    "-0.6931471805599453094172321214581766" },
	{ "logarithm of a big number", real_ln, "2^16383",
	    "11355.83025911358400418251384584931" },
	{ "logarithm just above one", real_ln, "1." ZEROS_50 "1",
	    "0." ZEROS_50 "1" },
	{ "logarithm of zero", real_ln, "0", "logarithm" },
	{ "logarithm of less", real_ln, "-1", "logarithm" },
	{ "exponential of zero", real_exp, "0/3", "1" },
	{ "exponential of one", real_exp, "1",
	    "2.718281828459045235360287471352662" },
	{ "exponential of minus one", real_exp, "-1",
	    "0.3678794411714423215955237701614609" },
	{ "exponential just above one", real_exp, "0." ZEROS_50 "1", "1" },
	{ "exponential out of the bound", real_exp, "11357", "too large" },
	{ "exponential out of it below", real_exp, "-11357", "too large" },
	{ "exponential of a vast number", real_exp, "10^30", "too large" },
	{ "exponential of the vastest number", real_exp, "-2^16383",
	    "too large" },
};

static void
check_unary(void **state)
{
	const struct unary_row *row = *state;
	struct arena arena = { 0 };

	check(&arena, row->function(&arena, number(&arena, row->a)), row->want);
	arena_free(&arena);
}

static struct list_row {
	const char *name;
	struct num (*function)(struct arena *, const struct num *, size_t);
	const char *list, *want;
} list_rows[] = {
	{ "mean of two", real_geomean, "2 8", "4" },
	{ "mean of one", real_geomean, "1/3",
	    "0.3333333333333333333333333333333333" },
	{ "mean of ones", real_geomean, "1 1 3/3", "1" },
	{ "mean that is irrational", real_geomean, "1 2 3 4",
	    "2.213363839400643184817580546880663" },
	{ "mean of fractions", real_geomean, "1/3 1/7",
	    "0.2182178902359923812660974854156195" },
	{ "mean with zero", real_geomean, "5 0 7", "0" },
	{ "mean with a negative", real_geomean, "5 -1 -7", "root of negative" },
	{ "mean with zero and a negative", real_geomean, "0 -2^-80",
	    "root of negative" },
	{ "mean too small for 34 digits", real_geomean, "2^-16383 2^-16383",
	    "too large" },
	{ "mean of far apart", real_geomean, "2^16383 2^-16383 2^3 2", "2" },
	{ "mean that is a tie", real_geomean,
	    "2.0000000000000000000000000000000010 "
	    "0.50000000000000000000000000000000025",
	    "1" },
	{ "mean that is a tie of three", real_geomean,
	    "1.0000000000000000000000000000000015 "
	    "1.0000000000000000000000000000000015 "
	    "1.0000000000000000000000000000000015",
	    "1.000000000000000000000000000000002" },
	{ "mean just above a tie", real_geomean,
	    "1.0000000000000000000000000000000005 "
	    "1.0000000000000000000000000000000005" ZEROS_50 "1",
	    "1.000000000000000000000000000000001" },
	{ "mean just below a tie", real_geomean,
	    "1.0000000000000000000000000000000015 "
	    "1.0000000000000000000000000000000014" NINES_10 NINES_10 NINES_10
		NINES_10,
	    "1.000000000000000000000000000000001" },

	{ "deviation of one", real_standard_deviation, "1/7", "0" },
	{ "deviation of equals", real_standard_deviation, "0.5 1/2 0.50", "0" },
	{ "deviation that is exact", real_standard_deviation, "3 7 3 7", "2" },
	{ "deviation below zero", real_standard_deviation, "-0.3 -0.7", "0.2" },
	{ "deviation that is irrational", real_standard_deviation, "1 2 4",
	    "1.247219128924647128527916244105516" },
	{ "deviation of rounded thirds", real_standard_deviation, "1/3 2/3",
	    "0.1666666666666666666666666666666667" },
	{ "deviation of far apart", real_standard_deviation, "10^40 10^-40",
	    "5" ZEROS_10 ZEROS_10 ZEROS_10 "000000000" },
	{ "deviation of vast values", real_standard_deviation,
	    "10^4000 -10^4000", "10^4000" },
	{ "deviation far below the values", real_standard_deviation,
	    "1" ZEROS_10 ZEROS_10 ZEROS_10 "1 1" ZEROS_10 ZEROS_10 ZEROS_10 "3",
	    "1" },
	{ "deviation that is a tie", real_standard_deviation,
	    "0 2000000000000000000000000000000001",
	    "1000000000000000000000000000000000" },
};

static void
check_list(void **state)
{
	const struct list_row *row = *state;
	struct arena arena = { 0 };
	struct num values[OPERANDS_MAX];
	struct str rest = str_from(row->list), word;
	size_t count = 0;
	bool more;

	do {
		assert_true(count < OPERANDS_MAX);
		more = str_cut(&rest, ' ', &word);
		values[count++] = read_operand(&arena, word);
	} while (more);
	check(&arena, row->function(&arena, values, count), row->want);
	arena_free(&arena);
}

static struct compare_row {
	const char *name, *less, *more; /* equal where more is NULL */
} compare_rows[] = {
	{ "integers", "-1", "1" },
	{ "decimals of one scale", "0.10", "0.11" },
	{ "decimals of two scales", "0.1", "0.11" },
	{ "negative decimals of two scales", "-0.11", "-0.1" },
	{ "fractions", "1/3", "0.34" },
	{ "cross products of 126 bits", MOST "/" MOST, TWO_63 "/" MOST },
	{ "cross products that nearly tie", "9223372036854775805/" MOST,
	    "9223372036854775806/" MOST },
	{ "neighbours of 126 bits", "9223372036854775805/9223372036854775806",
	    "9223372036854775806/" MOST },
	{ "the least integer", "-" TWO_63, "-" MOST },
	{ "the least integer and a fraction", "-" TWO_63, "-1/3" },
	{ "machine and big", MOST, TWO_63 },
	{ "big and machine", "-2^80", "-" TWO_63 },
	{ "big negative and positive", "-2^80", "2^-80" },
	{ "big fractions", "2^-81", "2^-80" },
	{ "big and zero", "0", "2^-80" },
	{ "big decimals", "1.2345678901234567890123456789012345",
	    "1.2345678901234567890123456789012346" },
};

static void
check_compare(void **state)
{
	const struct compare_row *row = *state;
	struct arena arena = { 0 };
	struct num less = number(&arena, row->less);
	struct num more = number(&arena, row->more);

	assert_true(num_compare(less, more) < 0);
	assert_true(num_compare(more, less) > 0);
	assert_int_equal(num_compare(less, less), 0);
	assert_int_equal(num_compare(more, num_copy(&arena, more)), 0);
	assert_int_equal(num_sign(num_sub(&arena, less, more)), -1);
	assert_int_equal(num_sign(num_sub(&arena, more, less)), 1);
	assert_int_equal(num_sign(num_sub(&arena, more, more)), 0);
	arena_free(&arena);
}

static struct round_row {
	const char *name, *a;
	int digits;
	const char *half_up, *half_even, *down, *up;
} round_rows[] = {
	{ "a third", "1/3", 2, "0.33", "0.33", "0.33", "0.34" },
	{ "two thirds below zero", "-2/3", 2, "-0.67", "-0.67", "-0.66",
	    "-0.67" },
	{ "a half above even", "0.125", 2, "0.13", "0.12", "0.12", "0.13" },
	{ "a half above odd", "0.135", 2, "0.14", "0.14", "0.13", "0.14" },
	{ "a half below zero", "-2.5", 0, "-3", "-2", "-2", "-3" },
	{ "a half of an unreduced fraction", "10/4", 0, "3", "2", "2", "3" },
	{ "already rounded", "1.25", 2, "1.25", "1.25", "1.25", "1.25" },
	{ "exact in more digits", "-1.25", 4, "-1.25", "-1.25", "-1.25",
	    "-1.25" },
	{ "an integer", "7", 2, "7", "7", "7", "7" },
	{ "zero", "0.000", 1, "0", "0", "0", "0" },
	{ "rounded to zero", "-0.004", 2, "0", "0", "0", "-0.01" },
	{ "before the point", "1250", -2, "1300", "1200", "1200", "1300" },
	{ "before the point of a fraction", "-10001/4", -1, "-2500", "-2500",
	    "-2500", "-2510" },
	{ "128 bits", "1234567890123456789/3", 6, "411522630041152263",
	    "411522630041152263", "411522630041152263", "411522630041152263" },
	{ "128 bits with a rest", "1234567890123456788/3", 6,
	    "411522630041152262.666667", "411522630041152262.666667",
	    "411522630041152262.666666", "411522630041152262.666667" },
	{ "128 bits with a half", "9223372036854775805/2", 0,
	    "4611686018427387903", "4611686018427387902", "4611686018427387902",
	    "4611686018427387903" },
	{ "18 digits of the greatest integer", MOST, 18, MOST, MOST, MOST,
	    MOST },
	{ "the least integer before the point", "-" TWO_63, -1,
	    "-9223372036854775810", "-9223372036854775810",
	    "-9223372036854775800", "-9223372036854775810" },
	{ "the least integer over the greatest", "-" TWO_63 "/" MOST, 1, "-1",
	    "-1", "-1", "-1.1" },
	{ "a big half", "100000000000000000000000000000.5", 0,
	    "100000000000000000000000000001", "100000000000000000000000000000",
	    "100000000000000000000000000000",
	    "100000000000000000000000000001" },
	{ "a big number before the point", "-55000000000000000000000000000000",
	    -31, "-60000000000000000000000000000000",
	    "-60000000000000000000000000000000",
	    "-50000000000000000000000000000000",
	    "-60000000000000000000000000000000" },
	{ "more than 18 digits", "2/3", 20, "0.66666666666666666667",
	    "0.66666666666666666667", "0.66666666666666666666",
	    "0.66666666666666666667" },
	{ "more digits than there can be", "1/3", INT32_MAX, "too large",
	    "too large", "too large", "too large" },
	{ "more digits than a decimal has", "0.5", INT32_MAX, "0.5", "0.5",
	    "0.5", "0.5" },
	{ "the most digits that a decimal can have", "2^-16383", 16383,
	    "2^-16383", "2^-16383", "2^-16383", "2^-16383" },
	{ "more than those", "2^-16383", INT32_MAX, "2^-16383", "2^-16383",
	    "2^-16383", "2^-16383" },
	{ "fewer digits than there can be", "2^16383", INT32_MIN, "0", "0", "0",
	    "too large" },
};

static bool
is_power_of_ten(int64_t d)
{
	while (d % 10 == 0)
		d /= 10;
	return d == 1;
}

static void
check_round(void **state)
{
	const struct round_row *row = *state;
	const char *wants[] = { [NUM_HALF_UP] = row->half_up,
		[NUM_HALF_EVEN] = row->half_even,
		[NUM_DOWN] = row->down,
		[NUM_UP] = row->up };
	struct arena arena = { 0 };
	struct num a = number(&arena, row->a);

	for (size_t i = 0; i < LENGTH(wants); i++) {
		struct num x =
		    num_round(&arena, a, row->digits, (enum num_rounding)i);

		check(&arena, x, wants[i]);
		if (x.d > 0)
			assert_true(is_power_of_ten(x.d));
	}
	arena_free(&arena);
}

static struct parse_row {
	const char *name, *text, *want; /* NULL: refused */
} parse_rows[] = {
	{ "integer", "42", "42" },
	{ "negative decimal", "-0.50", "-0.5" },
	{ "no negative zero", "-0.00", "0" },
	{ "leading zeros", "007.50", "7.5" },
	{ "18 digits", "999999999999999999", "999999999999999999" },
	{ "19 digits", "9999999999999999999", "9999999999999999999" },
	{ "greatest integer", MOST, MOST },
	{ "least integer", "-" TWO_63, "-" TWO_63 },
	{ "2^64, where digits wrap", "18446744073709551616", "2^64" },
	{ "more than 18 after the point", "0.0000000000000000000000001",
	    "0.0000000000000000000000001" },
	{ "zeros before and after", "00" ZEROS_50 "1.5" ZEROS_50, "1.5" },
	{ "zeros alone", ZEROS_50 "." ZEROS_50, "0" },
	{ "empty", "", NULL },
	{ "sign alone", "-", NULL },
	{ "point alone", ".", NULL },
	{ "sign and point", "-.", NULL },
	{ "nothing before the point", ".5", NULL },
	{ "nothing after the point", "5.", NULL },
	{ "nothing after the point of many digits", ZEROS_50 ".", NULL },
	{ "two points", "1.2.3", NULL },
	{ "two signs", "--1", NULL },
	{ "a plus", "+1", NULL },
	{ "a sign behind", "1-", NULL },
	{ "an exponent", "1e5", NULL },
	{ "a fraction", "1/2", NULL },
	{ "a separator", "1,000", NULL },
	{ "a space before", " 1", NULL },
	{ "a space after", "1 ", NULL },
	{ "hexadecimal", "0x10", NULL },
	{ "a full-width digit", "\xef\xbc\x91", NULL },
	{ "a letter behind many digits", ZEROS_50 "x", NULL },
};

static void
check_parse(void **state)
{
	const struct parse_row *row = *state;
	struct arena arena = { 0 };
	struct num x;

	if (row->want == NULL) {
		assert_false(num_parse(&arena, str_from(row->text), &x));
	} else {
		assert_true(num_parse(&arena, str_from(row->text), &x));
		check(&arena, x, row->want);
	}
	arena_free(&arena);
}

static struct print_row {
	const char *name, *a;
	unsigned digits; /* of num_print_fixed */
	const char *print, *fixed, *exact;
} print_rows[] = {
	{ "an integer", "42", 2, "42", "42.00", "42" },
	{ "zero", "0.000", 1, "0", "0.0", "0" },
	{ "zeros are cut", "-12.500", 2, "-12.5", "-12.50", "-12.5" },
	{ "zeros before the point stay", "100.0", 0, "100", "100", "100" },
	{ "less than a unit", "-0.05", 2, "-0.05", "-0.05", "-0.05" },
	{ "a unit of the last digit", "0.000000000000000001", 18,
	    "0.000000000000000001", "0.000000000000000001",
	    "0.000000000000000001" },
	{ "a third", "1/3", 2, "0.3333333333333333333333333333333333", "0.33",
	    "1/3" },
	{ "two thirds below zero", "-4/6", 0,
	    "-0.6666666666666666666666666666666667", "-1", "-2/3" },
	{ "an unreduced decimal", "500/250", 1, "2", "2.0", "2" },
	{ "an unreduced eighth", "3/24", 2, "0.125", "0.12", "0.125" },
	{ "no minus before zero", "-1/300", 2,
	    "-0.003333333333333333333333333333333333", "0.00", "-1/300" },
	{ "half to even", "0.375", 2, "0.375", "0.38", "0.375" },
	{ "the least integer", "-" TWO_63, 2, "-" TWO_63, "-" TWO_63 ".00",
	    "-" TWO_63 },
	{ "18 digits of the least integer", "-" TWO_63, 18, "-" TWO_63,
	    "-" TWO_63 ".000000000000000000", "-" TWO_63 },
	{ "a big integer", "10^40", 1, "1" ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10,
	    "1" ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ".0",
	    "1" ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 },
	{ "a long integer and a third",
	    "100000000000000000000000000000000000000/3", 0,
	    "33333333333333333333333333333333330000",
	    "33333333333333333333333333333333333333",
	    "100000000000000000000000000000000000000/3" },
	{ "a little more than an integer", "21" ZEROS_50 "1/3" ZEROS_50 "0", 1,
	    "7", "7.0", "21" ZEROS_50 "1/3" ZEROS_50 "0" },
	{ "a little more than a half", "15" ZEROS_50 "1/3" ZEROS_50 "00", 0,
	    "0.5", "1", "15" ZEROS_50 "1/3" ZEROS_50 "00" },
	{ "100 digits after the point", "2^-100", 18,
	    "0.0000000000000000000000000000007888609052210118054117285"
	    "652827862296732064351090230047702789306640625",
	    "0.000000000000000000",
	    "0.0000000000000000000000000000007888609052210118054117285"
	    "652827862296732064351090230047702789306640625" },
	{ "more than 100 digits are rounded to 34", "2^-101", 2,
	    "0.0000000000000000000000000000003944304526105059027058642"
	    "826413931",
	    "0.00",
	    "0.0000000000000000000000000000003944304526105059027058642"
	    "8264139311483660321755451150238513946533203125" },
};

static void
check_print(void **state)
{
	const struct print_row *row = *state;
	struct arena arena = { 0 };
	struct num a = number(&arena, row->a);
	/* What stands in the buffer before is left alone. */
	struct buffer print = { 0 }, fixed = { 0 }, exact = { 0 };

	buffer_add(&print, STR("0.0"));
	num_print(&print, a);
	assert_string_equal(text_of(&print) + 3, row->print);
	assert_memory_equal(print.data, "0.0", 3);
	num_print_fixed(&fixed, a, row->digits);
	assert_string_equal(text_of(&fixed), row->fixed);
	num_print_exact(&exact, a);
	assert_string_equal(text_of(&exact), row->exact);
	buffer_free(&print);
	buffer_free(&fixed);
	buffer_free(&exact);
	arena_free(&arena);
}

static struct int_row {
	const char *name, *a;
	bool fits;
	int64_t want;
} int_rows[] = {
	{ "integer to int", "-7", true, -7 },
	{ "decimal integer to int", "7.00", true, 7 },
	{ "unreduced integer to int", "-8/4", true, -2 },
	{ "fraction to int", "7.5", false, 0 },
	{ "least integer to int", "-" TWO_63, true, INT64_MIN },
	{ "greatest integer to int", MOST, true, INT64_MAX },
	{ "big integer to int", TWO_63, false, 0 },
	{ "big fraction to int", "2^-64", false, 0 },
};

static void
check_int(void **state)
{
	const struct int_row *row = *state;
	struct arena arena = { 0 };
	int64_t value = 0;

	assert_int_equal(num_to_int(number(&arena, row->a), &value), row->fits);
	assert_true(value == row->want);
	arena_free(&arena);
}

static void
slices_are_read_as_they_are(void **state)
{
	struct arena arena = { 0 };
	struct num x;

	(void)state;
	assert_false(num_parse(&arena, (struct str){ NULL, 0 }, &x));
	assert_false(num_parse(&arena, (struct str){ "12\0003", 4 }, &x));
	arena_free(&arena);
}

/* A text of a million bytes in a buffer, all of them alike. */
static void
fill(struct buffer *buffer, char byte)
{
	buffer_reserve(buffer, MILLION);
	memset(buffer->data, byte, MILLION);
	buffer->size = MILLION;
}

static void
a_million_digits_are_too_large(void **state)
{
	struct arena arena = { 0 };
	struct buffer text = { 0 };

	(void)state;
	fill(&text, '7');
	check(&arena, read_decimal(&arena, buffer_str(&text)), "too large");
	text.data[1] = '.';
	check(&arena, read_decimal(&arena, buffer_str(&text)), "too large");
	text.data[1] = 'x';
	assert_false(num_parse(&arena, buffer_str(&text),
	    &(struct num){ 0, 1 }));
	buffer_free(&text);
	arena_free(&arena);
}

static void
a_million_zeros_are_nothing(void **state)
{
	struct arena arena = { 0 };
	struct buffer text = { 0 };

	(void)state;
	fill(&text, '0');
	check(&arena, read_decimal(&arena, buffer_str(&text)), "0");
	text.data[MILLION - 1] = '7';
	check(&arena, read_decimal(&arena, buffer_str(&text)), "7");
	text.data[MILLION / 2] = '.';
	text.data[MILLION - 1] = '0';
	text.data[MILLION / 2 + 1] = '5';
	check(&arena, read_decimal(&arena, buffer_str(&text)), "0.5");
	buffer_free(&text);
	arena_free(&arena);
}

/* The bound is on the fraction in lowest terms, not on the digits written. */
static void
decimals_are_read_up_to_the_bound(void **state)
{
	static const char *const texts[] = { "2^16383", "-2^-16383", "10^4932",
		"10^-4932" };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct buffer text = { 0 };

		num_print_exact(&text, number(&arena, texts[i]));
		check(&arena, read_decimal(&arena, buffer_str(&text)),
		    texts[i]);
		buffer_add(&text, str_find(buffer_str(&text), '.') == (size_t)-1
				      ? STR("00")
				      : STR("5"));
		check(&arena, read_decimal(&arena, buffer_str(&text)),
		    "too large");
		buffer_free(&text);
	}
	arena_free(&arena);
}

static void
a_copy_outlives_its_original(void **state)
{
	struct arena arena = { 0 }, other = { 0 };
	struct num big = num_copy(&other, number(&arena, "-2^100"));
	struct num small = num_copy(&other, number(&arena, "6/4"));

	(void)state;
	arena_free(&arena);
	check(&other, big, "-1267650600228229401496703205376");
	check(&other, small, "1.5");
	arena_free(&other);
}

static void
results_come_back_to_machine_integers(void **state)
{
	struct arena arena = { 0 };
	struct num x = number(&arena, "2^100");

	(void)state;
	assert_true(num_is_number(x) && x.d == 0);
	x = num_mul(&arena, x, number(&arena, "2^-99"));
	assert_true(x.d == 1 && x.n == 2);
	x = num_sub(&arena, number(&arena, TWO_63), NUM_INT(1));
	assert_true(x.d == 1 && x.n == INT64_MAX);
	x = num_add(&arena, number(&arena, "-" MOST), number(&arena, "-2/2"));
	assert_true(x.d == 1 && x.n == INT64_MIN);
	x = real_sqrt(&arena, number(&arena, "2^120"));
	assert_true(x.d == 1 && x.n == INT64_C(1) << 60);
	arena_free(&arena);
}

static void
decimals_keep_their_denominators(void **state)
{
	struct arena arena = { 0 };
	struct num sum = num_decimal(0, 2);

	(void)state;
	for (int i = 0; i < 1000; i++)
		sum = num_add(&arena, sum, num_decimal(i, i % 3));
	assert_int_equal(sum.d, 100);
	check(&arena, sum, "185114.7");
	arena_free(&arena);
}

static void
many_values_have_their_mean_and_deviation(void **state)
{
	struct arena arena = { 0 };
	struct num *values = arena_array(&arena, MANY, sizeof(*values));
	struct num long_one =
	    number(&arena, "1234567890123456.789012345678901234");

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		values[i] = NUM_INT(i % 2 == 0 ? 2 : 8);
	check(&arena, real_geomean(&arena, values, MANY), "4");
	check(&arena, real_standard_deviation(&arena, values, MANY), "3");
	for (size_t i = 0; i < MANY; i++)
		values[i] = num_add(&arena, long_one, NUM_INT(i % 2 * 5));
	check(&arena, real_standard_deviation(&arena, values, MANY), "2.5");
	for (size_t i = 0; i < MANY; i++)
		values[i] =
		    number(&arena, "1.0000000000000000000000000000000015");
	check(&arena, real_geomean(&arena, values, MANY),
	    "1.000000000000000000000000000000002");
	arena_free(&arena);
}

/* So vast that their product leaves the exponents that MPFR is content with. */
static void
vast_values_have_their_mean(void **state)
{
	enum { COUNT = 70000 };
	struct arena arena = { 0 };
	struct num *values = arena_array(&arena, COUNT, sizeof(*values));
	struct num vast = number(&arena, "10^4900");

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		values[i] = vast;
	check(&arena, real_geomean(&arena, values, COUNT), "10^4900");
	arena_free(&arena);
}

static void
a_root_of_a_high_degree_may_be_a_tie(void **state)
{
	struct arena arena = { 0 };
	struct num tie = number(&arena, "1.0000000000000000000000000000000015");
	struct num power = real_power(&arena, tie, NUM_INT(100));

	(void)state;
	check(&arena, real_power(&arena, power, number(&arena, "1/100")),
	    "1.000000000000000000000000000000002");
	arena_free(&arena);
}

static size_t
add_rows(struct CMUnitTest *tests, void *rows, size_t size, size_t count,
    CMUnitTestFunction function)
{
	for (size_t i = 0; i < count; i++) {
		void *row = (char *)rows + i * size;

		/* The name is the first member of every row. */
		tests[i] = (struct CMUnitTest){ *(const char **)row, function,
			NULL, NULL, row };
	}
	return count;
}

#define ADD(rows, function)                                                    \
	add_rows(tests + count, (rows), sizeof((rows)[0]), LENGTH(rows),       \
	    (function))

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(slices_are_read_as_they_are),
		cmocka_unit_test(a_million_digits_are_too_large),
		cmocka_unit_test(a_million_zeros_are_nothing),
		cmocka_unit_test(decimals_are_read_up_to_the_bound),
		cmocka_unit_test(a_copy_outlives_its_original),
		cmocka_unit_test(results_come_back_to_machine_integers),
		cmocka_unit_test(decimals_keep_their_denominators),
		cmocka_unit_test(many_values_have_their_mean_and_deviation),
		cmocka_unit_test(vast_values_have_their_mean),
		cmocka_unit_test(a_root_of_a_high_degree_may_be_a_tie),
	};
	struct CMUnitTest tests[LENGTH(binary_rows) + LENGTH(unary_rows) +
				LENGTH(list_rows) + LENGTH(compare_rows) +
				LENGTH(round_rows) + LENGTH(parse_rows) +
				LENGTH(print_rows) + LENGTH(int_rows) +
				LENGTH(others)];
	size_t count = 0;

	count += ADD(binary_rows, check_binary);
	count += ADD(unary_rows, check_unary);
	count += ADD(list_rows, check_list);
	count += ADD(compare_rows, check_compare);
	count += ADD(round_rows, check_round);
	count += ADD(parse_rows, check_parse);
	count += ADD(print_rows, check_print);
	count += ADD(int_rows, check_int);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
