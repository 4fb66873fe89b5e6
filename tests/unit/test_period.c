/* Periods: each row is a text, and what stands for it in the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "time/period.h"

static struct period
parse(const char *text)
{
	struct period period = { 0 };

	if (!period_parse(str_from(text), &period))
		fail_msg("'%s' is no period", text);
	return period;
}

static void
assert_period(struct period period, const char *want)
{
	char text[PERIOD_TEXT_SIZE];

	assert_string_equal(period_text(period, text), want);
}

static struct good_row {
	const char *text;
	enum period_length length;
	int year, in_year;
} good_rows[] = {
	{ "2022-10", PERIOD_MONTH, 2022, 10 },
	{ "2022-01", PERIOD_MONTH, 2022, 1 },
	{ "2022-12", PERIOD_MONTH, 2022, 12 },
	{ "2022-Q1", PERIOD_QUARTER, 2022, 1 },
	{ "2022-Q4", PERIOD_QUARTER, 2022, 4 },
	{ "2022", PERIOD_YEAR, 2022, 1 },
	{ "1000", PERIOD_YEAR, 1000, 1 },
	{ "9999", PERIOD_YEAR, 9999, 1 },
	{ "1000-01", PERIOD_MONTH, 1000, 1 },
	{ "9999-12", PERIOD_MONTH, 9999, 12 },
	{ "9999-Q4", PERIOD_QUARTER, 9999, 4 },
};

static void
check_good(void **state)
{
	const struct good_row *row = *state;
	struct period period = parse(row->text);

	assert_int_equal(period.length, row->length);
	assert_int_equal(period_year(period), row->year);
	assert_int_equal(period_in_year(period), row->in_year);
	assert_period(period, row->text);
}

static struct bad_row {
	const char *text;
} bad_rows[] = {
	{ "" },
	{ "2" },
	{ "202" },
	{ "20222" },
	{ "0999" },
	{ "0000" },
	{ "-2022" },
	{ "2022-" },
	{ "2022-00" },
	{ "2022-13" },
	{ "2022-1" },
	{ "2022-001" },
	{ "2022-Q0" },
	{ "2022-Q5" },
	{ "2022-Q" },
	{ "2022-Q01" },
	{ "2022-q1" },
	{ "2022Q1" },
	{ "2022/10" },
	{ "202210" },
	{ " 2022" },
	{ "2022 " },
	{ "2022-10 " },
	{ "2022-1 " },
	{ "2022- 1" },
	{ "2022-+1" },
	{ "2022--1" },
	{ "2022-1a" },
	{ "２０２２" },
	{ "2022-10-01" },
	{ "2022年" },
	{ "0999-12" },
	{ "+999" },
	{ "2e03" },
	{ "2022.10" },
};

static void
check_bad(void **state)
{
	const struct bad_row *row = *state;
	struct period period;

	assert_false(period_parse(str_from(row->text), &period));
}

static struct range_row {
	const char *text, *first, *last; /* NULL where it is no range */
} range_rows[] = {
	{ "2022-01..2022-10", "2022-01", "2022-10" },
	{ "2021-11..2022-02", "2021-11", "2022-02" },
	{ "2022-Q1..2022-Q4", "2022-Q1", "2022-Q4" },
	{ "2020..2022", "2020", "2022" },
	{ "2022-10..2022-10", "2022-10", "2022-10" },
	{ "2022-10", "2022-10", "2022-10" },
	{ "2022", "2022", "2022" },
	{ "2022-10..2022-01", NULL, NULL },
	{ "2022-01..2022-Q4", NULL, NULL },
	{ "2022..2022-10", NULL, NULL },
	{ "2022-01..", NULL, NULL },
	{ "..2022-01", NULL, NULL },
	{ "..", NULL, NULL },
	{ "", NULL, NULL },
	{ ".", NULL, NULL },
	{ "2022-01.2022-10", NULL, NULL },
	{ "2022-01...2022-10", NULL, NULL },
	{ "2022-01..2022-10..2022-12", NULL, NULL },
	{ "2022-01 .. 2022-10", NULL, NULL },
	{ "2022-01-2022-10", NULL, NULL },
};

static void
check_range(void **state)
{
	const struct range_row *row = *state;
	struct period_range range;
	bool is_range = period_range_parse(str_from(row->text), &range);

	assert_int_equal(is_range, row->first != NULL);
	if (!is_range)
		return;
	assert_period(range.first, row->first);
	assert_period(range.last, row->last);
}

static struct add_row {
	const char *text;
	int32_t count;
	const char *want;
} add_rows[] = {
	{ "2022-10", 0, "2022-10" },
	{ "2022-10", 1, "2022-11" },
	{ "2022-10", 3, "2023-01" },
	{ "2022-10", -10, "2021-12" },
	{ "2022-01", -1, "2021-12" },
	{ "2022-Q4", 1, "2023-Q1" },
	{ "2022-Q1", -5, "2020-Q4" },
	{ "2022", -2, "2020" },
	{ "9999-12", 1, "9999-12" },
	{ "9999-Q3", 9, "9999-Q4" },
	{ "9999", 1, "9999" },
	{ "1000-02", -2, "1000-01" },
	{ "1000-Q1", -1, "1000-Q1" },
	{ "1000", INT32_MIN, "1000" },
	{ "2022-10", INT32_MAX, "9999-12" },
	{ "2022-Q1", INT32_MIN, "1000-Q1" },
};

static void
check_add(void **state)
{
	const struct add_row *row = *state;

	assert_period(period_add(parse(row->text), row->count), row->want);
}

static struct back_row {
	const char *text, *year_ago, *year_end;
} back_rows[] = {
	{ "2022-10", "2021-10", "2021-12" },
	{ "2022-01", "2021-01", "2021-12" },
	{ "2022-12", "2021-12", "2021-12" },
	{ "2022-Q1", "2021-Q1", "2021-Q4" },
	{ "2022-Q4", "2021-Q4", "2021-Q4" },
	{ "2022", "2021", "2021" },
};

static void
check_back(void **state)
{
	const struct back_row *row = *state;

	assert_period(period_year_ago(parse(row->text)), row->year_ago);
	assert_period(period_year_end(parse(row->text)), row->year_end);
}

/* Each is before all that follow. */
static void
periods_have_one_order(void **state)
{
	static const char *const texts[] = { "1000", "2021-12", "2022",
		"2022-Q1", "2022-01", "2022-02", "2022-03", "2022-Q2",
		"2022-04", "2022-12", "2023", "2023-Q1", "2023-01" };

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		for (size_t j = 0; j < LENGTH(texts); j++) {
			int order =
			    period_compare(parse(texts[i]), parse(texts[j]));

			assert_int_equal((order > 0) - (order < 0),
			    (i > j) - (i < j));
			assert_int_equal(period_equal(parse(texts[i]),
					     parse(texts[j])),
			    i == j);
		}
}

static struct inside_row {
	const char *text;
	enum period_length length;
	const char *first, *last;
	int count;
} inside_rows[] = {
	{ "2022", PERIOD_MONTH, "2022-01", "2022-12", 12 },
	{ "2022", PERIOD_QUARTER, "2022-Q1", "2022-Q4", 4 },
	{ "2022", PERIOD_YEAR, "2022", "2022", 1 },
	{ "2022-Q2", PERIOD_MONTH, "2022-04", "2022-06", 3 },
	{ "2022-Q4", PERIOD_MONTH, "2022-10", "2022-12", 3 },
	{ "2022-Q1", PERIOD_QUARTER, "2022-Q1", "2022-Q1", 1 },
	{ "2022-07", PERIOD_MONTH, "2022-07", "2022-07", 1 },
	{ "9999", PERIOD_MONTH, "9999-01", "9999-12", 12 },
};

/* What is inside is contained, and its container is what it is inside of. */
static void
check_inside(void **state)
{
	const struct inside_row *row = *state;
	struct period outer = parse(row->text), inner;
	struct period_range range = period_inside(outer, row->length);

	assert_period(range.first, row->first);
	assert_period(range.last, row->last);
	assert_int_equal(period_range_count(range), row->count);
	for (inner = range.first; inner.index <= range.last.index;
	     inner.index++) {
		assert_true(period_contains(outer, inner));
		assert_true(period_equal(period_containing(inner, outer.length),
		    outer));
	}
}

static struct containing_row {
	const char *text, *quarter, *year;
} containing_rows[] = {
	{ "2022-01", "2022-Q1", "2022" },
	{ "2022-03", "2022-Q1", "2022" },
	{ "2022-04", "2022-Q2", "2022" },
	{ "2022-12", "2022-Q4", "2022" },
	{ "2022-Q3", "2022-Q3", "2022" },
};

static void
check_containing(void **state)
{
	const struct containing_row *row = *state;
	struct period period = parse(row->text);

	assert_period(period_containing(period, period.length), row->text);
	assert_period(period_containing(period, PERIOD_QUARTER), row->quarter);
	assert_period(period_containing(period, PERIOD_YEAR), row->year);
}

static struct contains_row {
	const char *outer, *inner;
	bool want;
} contains_rows[] = {
	{ "2022", "2022", true },
	{ "2022", "2022-01", true },
	{ "2022", "2022-12", true },
	{ "2022", "2022-Q4", true },
	{ "2022", "2021-12", false },
	{ "2022", "2023-01", false },
	{ "2022-Q4", "2022-10", true },
	{ "2022-Q4", "2022-09", false },
	{ "2022-Q1", "2022-04", false },
	{ "2022-10", "2022-10", true },
	{ "2022-10", "2022-Q4", false },
	{ "2022-10", "2022", false },
};

static void
check_contains(void **state)
{
	const struct contains_row *row = *state;

	assert_int_equal(period_contains(parse(row->outer), parse(row->inner)),
	    row->want);
}

static struct overlaps_row {
	const char *period, *first, *last;
	bool want;
} overlaps_rows[] = {
	{ "2022-10", "2022-01", "2022-12", true },
	{ "2022-10", "2022-10", "2022-10", true },
	{ "2022-10", "2022-11", "2022-12", false },
	{ "2022-10", "2022-01", "2022-09", false },
	{ "2022", "2022-12", "2023-03", true },
	{ "2022", "2021-03", "2022-01", true },
	{ "2022", "2023-01", "2023-02", false },
	{ "2022", "2020-01", "2021-12", false },
	{ "2022-Q1", "2022-03", "2022-03", true },
	{ "2022-Q1", "2022-04", "2022-05", false },
	{ "2022-05", "2022", "2022", true },
	{ "2022-05", "2021", "2023-Q1", true },
	{ "2022-05", "2022-Q3", "2023", false },
};

static void
check_overlaps(void **state)
{
	const struct overlaps_row *row = *state;

	assert_int_equal(period_overlaps(parse(row->period), parse(row->first),
			     parse(row->last)),
	    row->want);
}

static void
lengths_are_words(void **state)
{
	static const char *const words[] = { "month", "quarter", "year" };
	static const char *const others[] = { "", "months", "Month", "week",
		"yea", " year" };
	enum period_length length;

	(void)state;
	for (size_t i = 0; i < LENGTH(words); i++) {
		assert_true(period_length_parse(str_from(words[i]), &length));
		assert_int_equal(length, i);
		assert_string_equal(period_length_text(length), words[i]);
	}
	for (size_t i = 0; i < LENGTH(others); i++)
		assert_false(period_length_parse(str_from(others[i]), &length));
}

/* Every period there is can be written and read again. */
static void
all_periods_are_read_as_written(void **state)
{
	static const char *const firsts[] = { "1000-01", "1000-Q1", "1000" };
	static const int counts[] = { 9000 * 12, 9000 * 4, 9000 };
	char text[PERIOD_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < LENGTH(firsts); i++) {
		struct period period = parse(firsts[i]);

		for (int j = 0; j < counts[i]; j++, period.index++)
			assert_true(period_equal(
			    parse(period_text(period, text)), period));
	}
}

static char names[200][64];

#define ADD(rows, function, ...)                                               \
	for (size_t i = 0; i < LENGTH(rows); i++, count++) {                   \
		snprintf(names[count], sizeof(names[count]), __VA_ARGS__);     \
		tests[count] = (struct CMUnitTest){ names[count], (function),  \
			NULL, NULL, &(rows)[i] };                              \
	}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(periods_have_one_order),
		cmocka_unit_test(lengths_are_words),
		cmocka_unit_test(all_periods_are_read_as_written),
	};
	struct CMUnitTest
	    tests[LENGTH(good_rows) + LENGTH(bad_rows) + LENGTH(range_rows) +
		  LENGTH(add_rows) + LENGTH(back_rows) + LENGTH(inside_rows) +
		  LENGTH(containing_rows) + LENGTH(contains_rows) +
		  LENGTH(overlaps_rows) + LENGTH(others)];
	size_t count = 0;

	_Static_assert(LENGTH(names) >= LENGTH(tests), "a name for each");
	ADD(good_rows, check_good, "a period: %s", good_rows[i].text)
	ADD(bad_rows, check_bad, "no period: '%s'", bad_rows[i].text)
	ADD(range_rows, check_range, "a range, or none: '%s'",
	    range_rows[i].text)
	ADD(add_rows, check_add, "add: %s %+d", add_rows[i].text,
	    (int)add_rows[i].count)
	ADD(back_rows, check_back, "the year before: %s", back_rows[i].text)
	ADD(inside_rows, check_inside, "each %s inside %s",
	    period_length_text(inside_rows[i].length), inside_rows[i].text)
	ADD(containing_rows, check_containing, "what contains %s",
	    containing_rows[i].text)
	ADD(contains_rows, check_contains, "whether %s contains %s",
	    contains_rows[i].outer, contains_rows[i].inner)
	ADD(overlaps_rows, check_overlaps, "whether %s overlaps %s..%s",
	    overlaps_rows[i].period, overlaps_rows[i].first,
	    overlaps_rows[i].last)
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
