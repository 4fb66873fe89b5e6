/*
 * test_composite_key: each combination of names has one number, in order of
 * first appearance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "ranking/composite_key.h"

static uint32_t
add(struct composite_keys *tuples, const char *a, const char *b, const char *c)
{
	const struct str names[] = { str_from(a), str_from(b), str_from(c) };

	return composite_key_add(tuples, names);
}

static void
combinations_are_told_apart(void **state)
{
	struct composite_keys tuples;

	(void)state;
	composite_key_init(&tuples, 3);
	assert_int_equal(tuples.count, 0);
	assert_int_equal(add(&tuples, "x", "y", "z"), 0);
	assert_int_equal(add(&tuples, "x", "y", "z"), 0);
	assert_int_equal(add(&tuples, "x", "z", "y"), 1);
	assert_int_equal(add(&tuples, "y", "x", "z"), 2);
	assert_int_equal(add(&tuples, "xy", "", "z"), 3);
	assert_int_equal(add(&tuples, "x", "", "yz"), 4);
	assert_int_equal(add(&tuples, "", "", ""), 5);
	assert_int_equal(add(&tuples, "x", "z", "y"), 1);
	assert_int_equal(add(&tuples, "x", "y", "z"), 0);
	assert_int_equal(add(&tuples, "", "", ""), 5);
	assert_int_equal(tuples.count, 6);
	composite_key_free(&tuples);
}

static void
of_no_names_there_is_one_combination(void **state)
{
	struct composite_keys tuples;

	(void)state;
	composite_key_init(&tuples, 0);
	assert_int_equal(tuples.count, 1);
	assert_int_equal(composite_key_add(&tuples, NULL), 0);
	assert_int_equal(tuples.count, 1);
	composite_key_free(&tuples);
}

/* More than the first table holds, and met again in another order. */
static void
many_combinations_keep_their_numbers(void **state)
{
	enum { SIDE = 120 };
	static char texts[SIDE][16];
	struct composite_keys tuples;

	(void)state;
	composite_key_init(&tuples, 2);
	for (int i = 0; i < SIDE; i++)
		snprintf(texts[i], sizeof(texts[i]), "name-%d", i);
	for (uint32_t i = 0; i < SIDE * SIDE; i++) {
		const struct str names[] = { str_from(texts[i / SIDE]),
			str_from(texts[i % SIDE]) };

		assert_int_equal(composite_key_add(&tuples, names), i);
	}
	for (uint32_t i = SIDE * SIDE; i-- > 0;) {
		const struct str names[] = { str_from(texts[i / SIDE]),
			str_from(texts[i % SIDE]) };

		assert_int_equal(composite_key_add(&tuples, names), i);
	}
	assert_int_equal(tuples.count, SIDE * SIDE);
	composite_key_free(&tuples);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(combinations_are_told_apart),
		cmocka_unit_test(of_no_names_there_is_one_combination),
		cmocka_unit_test(many_combinations_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
