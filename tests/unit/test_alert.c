/* Alerts: each row is a text, what is looked at, and whether it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "format/record.h"
#include "scheme/alert.h"

static struct good_row {
	const char *text, *level, *condition, *value; /* empty: no number */
	size_t ranked;
	int periods;
	bool holds;
} good_rows[] = {
	{ "notice rate < 90%", "notice", "rate < 90%", "0.8999", 0, 1, true },
	{ "notice rate < 90%", "notice", "rate < 90%", "0.9", 0, 1, false },
	{ "notice rate < 90%", "notice", "rate < 90%", "", 0, 1, false },
	{ "notice rate <= 90%", "notice", "rate <= 90%", "0.9", 0, 1, true },
	{ "通报 progress < 100% for 2 months", "通报",
	    "progress < 100% for 2 months", "0.99", 0, 2, true },
	{ "a score = 0", "a", "score = 0", "0", 0, 1, true },
	{ "a score != 0", "a", "score != 0", "0", 0, 1, false },
	{ "a lost > 0.5", "a", "lost > 0.5", "0.5", 0, 1, false },
	{ "a lost >= 0.5", "a", "lost >= 0.5", "0.5", 0, 1, true },
	{ "a  lost  >=  -1  for  1  month", "a", "lost  >=  -1  for  1  month",
	    "0", 0, 1, true },
	{ "a rank > 8", "a", "rank > 8", "9", 11, 1, true },
	{ "a rank in last 3", "a", "rank in last 3", "9", 11, 1, true },
	{ "a rank in last 3", "a", "rank in last 3", "8", 11, 1, false },
	{ "a rank in last 3", "a", "rank in last 3", "1", 2, 1, true },
	{ "a rank in last 3 for 12 months", "a", "rank in last 3 for 12 months",
	    "1", 11, 12, false },
};

static void
check_good(void **state)
{
	const struct good_row *row = *state;
	struct num value = value_missing();
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct alert alert;

	assert_int_equal(alert_read(&alert, &arena, str_from(row->text),
			     PERIOD_MONTH, place_file("s.rec"), diag),
	    0);
	assert_true(str_equal(alert.level, str_from(row->level)));
	assert_true(str_equal(alert.condition, str_from(row->condition)));
	assert_int_equal(alert.periods, row->periods);
	if (row->value[0] != '\0')
		assert_true(num_parse(&arena, str_from(row->value), &value));
	assert_int_equal(alert_holds(&alert, value, row->ranked), row->holds);
	diag_free(diag);
	arena_free(&arena);
}

static struct bad_row {
	const char *text;
} bad_rows[] = {
	{ "" },
	{ "notice" },
	{ "notice rate" },
	{ "notice rate <" },
	{ "notice rate < x" },
	{ "notice rate < 90 %" },
	{ "notice rate << 90%" },
	{ "notice speed < 90%" },
	{ "rate < 90%" },
	{ "notice rate in last 3" },
	{ "notice rank in last" },
	{ "notice rank in last 0" },
	{ "notice rank in last 1.5" },
	{ "notice rank in last 121" },
	{ "notice rank in first 3" },
	{ "notice rate < 90% for" },
	{ "notice rate < 90% for 2" },
	{ "notice rate < 90% for 2 years" },
	{ "notice rate < 90% for two months" },
	{ "notice rate < 90% for 0 months" },
	{ "notice rate < 90% for 2 months or so" },
	{ "notice rate < 90% and rank > 3 and lost > 2 and score < 1" },
	{ "notice rate ＜ 90%" },
};

static void
check_bad(void **state)
{
	const struct bad_row *row = *state;
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct alert alert;

	assert_int_equal(alert_read(&alert, &arena, str_from(row->text),
			     PERIOD_MONTH, place_file("s.rec"), diag),
	    -1);
	assert_int_equal(diag_count(diag, SEVERITY_ERROR), 1);
	diag_free(diag);
	arena_free(&arena);
}

enum { TESTS_MAX = 64 };
static struct CMUnitTest tests[TESTS_MAX];
static size_t test_count;

static void
add_test(const char *name, CMUnitTestFunction function, void *row)
{
	assert_true(test_count < TESTS_MAX);
	tests[test_count++] = (struct CMUnitTest){
		.name = name, .test_func = function, .initial_state = row
	};
}

int
main(void)
{
	for (size_t i = 0; i < LENGTH(good_rows); i++)
		add_test(good_rows[i].text, check_good, &good_rows[i]);
	for (size_t i = 0; i < LENGTH(bad_rows); i++)
		add_test(bad_rows[i].text, check_bad, &bad_rows[i]);
	return _cmocka_run_group_tests("alert", tests, test_count, NULL, NULL);
}
