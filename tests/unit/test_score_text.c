/*
 * test_score_text: scores and states as they are written, and read again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "score/score_text.h"

enum { STATES = STATE_PROVISIONAL * 2 };

struct state_row {
	const char *name, *text;
	unsigned state;
};

static struct state_row state_rows[] = {
	{ "nothing happened", "scored", 0 },
	{ "one thing", "vetoed", STATE_VETOED },
	{ "a name with a slash", "n/a", STATE_NOT_APPLICABLE },
	{ "several, by their bits", "missing+carried+floored",
	    STATE_FLOORED | STATE_MISSING | STATE_CARRIED },
	{ "the first and the last", "missing+provisional",
	    STATE_MISSING | STATE_PROVISIONAL },
};

static void
check_state(void **state)
{
	const struct state_row *row = *state;
	struct buffer text = { 0 };
	unsigned read = ~0u;

	state_print(&text, row->state);
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->text);
	assert_true(state_parse(str_from(row->text), &read));
	assert_int_equal(read, row->state);
	buffer_free(&text);
}

struct bad_row {
	const char *name, *text;
};

static struct bad_row bad_rows[] = {
	{ "nothing", "" },
	{ "an unknown word", "lost" },
	{ "an unknown word behind a known one", "capped+lost" },
	{ "scored beside others", "scored+capped" },
	{ "a plus at the end", "capped+" },
	{ "a plus at the start", "+capped" },
	{ "a space", "capped + floored" },
	{ "another case", "Capped" },
};

static void
check_bad(void **state)
{
	const struct bad_row *row = *state;
	unsigned read;

	assert_false(state_parse(str_from(row->text), &read));
}

/* No two states are written alike, and each is read as it was. */
static void
each_state_is_read_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STATES; i++) {
		struct buffer text = { 0 };
		unsigned read;

		state_print(&text, i);
		assert_true(state_parse(buffer_str(&text), &read));
		assert_int_equal(read, i);
		buffer_free(&text);
	}
}

struct score_row {
	const char *name;
	int64_t n, d;
	int digits;
	const char *text; /* as score_print() writes it */
};

static struct score_row score_rows[] = {
	{ "digits are filled up", 5, 2, 2, "2.50" },
	{ "none after the point", 7, 1, 0, "7" },
	{ "below zero", -1, 4, 2, "-0.25" },
	{ "exact: as many as there are", 5, 2, DIGITS_EXACT, "2.5" },
	{ "exact: many twos and fives", 1, 3125, DIGITS_EXACT, "0.00032" },
	{ "exact: an endless decimal ends", 1, 3, DIGITS_EXACT,
	    "0.3333333333333333333333333333333333" },
	{ "exact: the last digit is rounded", 2, 3, DIGITS_EXACT,
	    "0.6666666666666666666666666666666667" },
	{ "missing is empty", 0, VALUE_MISSING, 2, "" },
	{ "n/a is empty", 0, VALUE_NOT_APPLICABLE, DIGITS_EXACT, "" },
};

/* What is printed is the number that score_printed() gives, to the digit. */
static void
check_score(void **state)
{
	const struct score_row *row = *state;
	const struct item item = { .digits = row->digits };
	const struct num score = { row->n, row->d };
	struct arena arena = { 0 };
	struct buffer text = { 0 };
	struct num printed, read;

	score_print(&text, &item, score);
	printed = score_printed(&arena, &item, score);
	assert_int_equal(text.size, strlen(row->text));
	assert_memory_equal(text.data == NULL ? "" : text.data, row->text,
	    text.size);
	if (!num_is_number(score)) {
		assert_int_equal(printed.d, score.d);
	} else {
		assert_true(num_parse(&arena, buffer_str(&text), &read));
		assert_int_equal(num_compare(printed, read), 0);
	}
	buffer_free(&text);
	arena_free(&arena);
}

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(state_rows) + LENGTH(bad_rows) +
				LENGTH(score_rows) + 1];
	size_t count = 0;

	ADD(state_rows, check_state);
	ADD(bad_rows, check_bad);
	ADD(score_rows, check_score);
	tests[count++] =
	    (struct CMUnitTest)cmocka_unit_test(each_state_is_read_back);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
