/*
 * test_decimal: decimals as text must order as the numbers that they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "number/num.h"
#include "ranking/decimal.h"

static void
decimals_order_as_numbers(void **state)
{
	static const char *const texts[] = { "0", "-0", "0.0", "007", "7",
		"7.0", "7.01", "-7", "-7.01", "-70", "10", "9", "0.1", "0.09",
		"0.10", "-0.1", "-0.09", "123456789012345678", "0.5",
		"1234567890123456789012", "1234567890123456789013",
		"1234567890123456789012.0000000000000000000001",
		"-1234567890123456789012.5", "-1234567890123456789012.25",
		"0.00000000000000000000000000000000001",
		"-0.00000000000000000000000000000000001",
		"0.000000000000000000000000000000000010" };
	struct str slices[LENGTH(texts)];
	int64_t keys[LENGTH(texts)];
	struct num values[LENGTH(texts)];
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		slices[i] = str_from(texts[i]);
		assert_true(decimal_is(slices[i]));
		assert_true(num_parse(&arena, slices[i], &values[i]));
	}
	/* Those that fit a key, and all of them. */
	for (size_t count = 19; count <= LENGTH(texts);
	     count += LENGTH(texts) - 19) {
		decimal_keys(slices, count, keys);
		for (size_t i = 0; i < count * count; i++) {
			size_t a = i / count, b = i % count;
			int want = num_compare(values[a], values[b]);
			int got = decimal_compare(slices[a], slices[b]);

			assert_int_equal((got > 0) - (got < 0),
			    (want > 0) - (want < 0));
			assert_int_equal((keys[a] > keys[b]) -
					     (keys[a] < keys[b]),
			    (want > 0) - (want < 0));
		}
	}
	arena_free(&arena);
}

static void
an_empty_text_has_the_lowest_key(void **state)
{
	static const struct str texts[] = { STR_INIT("-99999999999999999999"),
		STR_INIT(""), STR_INIT("0.1"), STR_INIT("") };
	int64_t keys[LENGTH(texts)];

	(void)state;
	decimal_keys(texts, LENGTH(texts), keys);
	assert_true(keys[1] == RANK_ABSENT && keys[3] == RANK_ABSENT);
	assert_true(keys[0] > RANK_ABSENT && keys[0] < keys[2]);
}

static void
what_is_no_decimal(void **state)
{
	static const char *const texts[] = { "", "-", ".", "-.", "1.", ".5",
		"+1", "1e5", "1/3", "1 ", " 1", "1.2.3", "--1", "1-", "n/a",
		"1,000", "0x10", "inf", "nan", "\xef\xbc\x91" };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_false(decimal_is(str_from(texts[i])));
	assert_false(decimal_is((struct str){ "1\0002", 3 }));
}

/* The first 18 digits agree in all; the rest decides. */
static void
long_decimals_keep_their_order(void **state)
{
	enum { COUNT = 500 };
	static char texts[COUNT][64];
	struct str slices[COUNT];
	int64_t keys[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		/* 7 is prime to 500: every number once, in no order. */
		snprintf(texts[i], sizeof(texts[i]),
		    "%s3.14159265358979323846%03d", i % 2 == 0 ? "" : "-",
		    i * 7 % COUNT);
		slices[i] = str_from(texts[i]);
	}
	decimal_keys(slices, COUNT, keys);
	for (int i = 0; i < COUNT; i++)
		for (int j = 0; j < COUNT; j++) {
			int x = i * 7 % COUNT, y = j * 7 % COUNT;

			x = i % 2 == 0 ? x + 1 : -x - 1;
			y = j % 2 == 0 ? y + 1 : -y - 1;
			assert_int_equal((keys[i] > keys[j]) -
					     (keys[i] < keys[j]),
			    (x > y) - (x < y));
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_order_as_numbers),
		cmocka_unit_test(long_decimals_keep_their_order),
		cmocka_unit_test(an_empty_text_has_the_lowest_key),
		cmocka_unit_test(what_is_no_decimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
