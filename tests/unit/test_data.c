/*
 * test_data: the values of a period, from its own folder or a longer one around
 * it; values that are carried; values that are assumed, and taken back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support.h"

enum { UNITS = 3 };

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n\nId: C\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: x\nMax: 500\n\nId: big\n\nId: none\n\n"
	    "Id: many\nEntries: many\n\nId: yearly\nEvery: year\n" },
	{ "data/2022/o.tsv", HEADER "x\tC\t100\nyearly\tA\t12\nyearly\tC\t0\n" },
	{ "data/2022-Q1/o.tsv", HEADER "x\tA\t50\nx\tB\t60\n" },
	{ "data/2022-01/o.tsv", HEADER
	    "x\tA\t1\nx\tB\t\nx\tC\tn/a\nmany\tA\t1\nmany\tA\t2.5\nnone\tA\tn/a\n"
	    "big\tA\t12345678901234567890.5\nbig\tB\t-0.0000000000000000000001\n"
	    "big\tC\t999999999999999999\n" },
	{ "data/2022-02/o.tsv", HEADER "x\tA\t2\nbig\tB\t7\n" },
	{ "data/2022-03/o.tsv", HEADER "x\tB\t\n" },
	{ "data/2022-05/o.tsv", HEADER "big\tC\t8\n" },
	{ "data/2022-12/o.tsv", HEADER "x\tA\t9\n" },
	{ NULL, NULL },
};

/* Each unit's value: `-` is missing, `~` behind it says that it was carried. */
static struct values_row {
	const char *name, *measure, *period;
	bool carried;
	const char *want;
} values_rows[] = {
	{ "of the period itself, empty or not", "x", "2022-01", false, "1 - n/a" },
	{ "without a row: of a longer period around it", "x", "2022-02", false, "2 60 100" },
	{ "what is reported as missing stays so", "x", "2022-03", false, "50 - 100" },
	{ "a longer period's own", "x", "2022-Q1", false, "50 60 100" },
	{ "a year's own", "x", "2022", false, "- - 100" },
	{ "without a folder: of a longer period", "x", "2022-09", false, "- - 100" },
	{ "another year has no say", "x", "2023-01", false, "- - -" },
	{ "reported once a year, there in each month", "yearly", "2022-01", false, "12 - 0" },
	{ "entries add up", "many", "2022-01", false, "3.5 0 0" },
	{ "no entries are none, once a file has come", "many", "2022-02", false, "0 0 0" },
	{ "no entries are unknown before", "many", "2022-09", false, "- - -" },
	{ "numbers of any size", "big", "2022-01", false,
	    "12345678901234567890.5 -0.0000000000000000000001 999999999999999999" },
	{ "nothing to carry", "x", "2022-02", true, "2 60 100" },
	{ "carried from the month before", "big", "2022-02", true,
	    "12345678901234567890.5~ 7 999999999999999999~" },
	{ "carried over months without a row, or a folder", "big", "2022-05", true,
	    "12345678901234567890.5~ 7~ 8" },
	{ "each unit from where it was known last", "x", "2023-01", true, "9~ 60~ 100~" },
	{ "n/a is carried too", "none", "2022-02", true, "n/a~ - -" },
	{ "before all there is nothing to carry", "x", "2021-12", true, "- - -" },
};
/* clang-format on */

static uint32_t
measure_of(const char *name)
{
	uint32_t measure = book_measure(shared.book, str_from(name));

	assert_int_not_equal(measure, INDEX_NONE);
	return measure;
}

static void
check_values(void **state)
{
	const struct values_row *row = *state;
	uint32_t measure = measure_of(row->measure);
	struct num values[UNITS];
	uint8_t carried[UNITS] = { 0 };
	struct buffer text = { 0 };

	if (row->carried)
		data_carried(engine_data(shared.engine), measure,
		    test_period(row->period), values, carried);
	else
		data_values(engine_data(shared.engine), measure,
		    test_period(row->period), values);
	for (size_t i = 0; i < UNITS; i++) {
		if (i > 0)
			buffer_add_byte(&text, ' ');
		if (num_is_number(values[i]))
			num_print(&text, values[i]);
		else
			buffer_add(&text, values[i].d == VALUE_MISSING
					      ? STR("-")
					      : STR("n/a"));
		if (carried[i])
			buffer_add_byte(&text, '~');
	}
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
}

/* The folder that would hold a value assumed for A; NULL: none. */
static struct holder_row {
	const char *name, *measure, *period, *want;
} holder_rows[] = {
	{ "the period's own, where its row is", "x", "2022-02", "2022-02" },
	{ "that of the row that is read", "x", "2022-03", "2022-Q1" },
	{ "the period's own, where there is no row", "big", "2022-05",
	    "2022-05" },
	{ "of the measure's own length", "yearly", "2022-05", "2022" },
	{ "none without a folder", "big", "2022-09", NULL },
};

static void
check_holder(void **state)
{
	const struct holder_row *row = *state;
	struct data_assumption assumption = { .measure =
						  measure_of(row->measure),
		.period = test_period(row->period) };
	char text[PERIOD_TEXT_SIZE];
	struct period holder;

	assert_int_equal(data_holder(engine_data(shared.engine), &assumption,
			     &holder),
	    row->want != NULL);
	if (row->want != NULL)
		assert_string_equal(period_text(holder, text), row->want);
}

/* Of x for A in 2022-02, which the file says is 2. */
static struct num
value_in_february(void)
{
	struct num values[UNITS];

	data_values(engine_data(shared.engine), measure_of("x"),
	    test_period("2022-02"), values);
	return values[0];
}

static int
assume(const char *value)
{
	const struct data_assumption assumption = { .measure = measure_of("x"),
		.period = test_period("2022-02"),
		.value = str_from(value),
		.text = str_from(value),
		.source = "test" };

	return data_override(engine_data(shared.engine), &assumption);
}

static void
what_is_assumed_is_taken_back(void **state)
{
	struct data *data = engine_data(shared.engine);

	(void)state;
	assert_int_equal(assume("7"), 0);
	assert_int_equal(value_in_february().n, 7);
	/* The folder may be read again meanwhile. */
	data_forget(data, book_folder(shared.book, test_period("2022-02")));
	assert_int_equal(value_in_february().n, 7);
	assert_int_equal(assume("8"), 0);
	assert_int_equal(value_in_february().n, 8);
	/* What is refused leaves what was assumed before. */
	assert_int_equal(assume("501"), -1);
	assert_int_equal(value_in_february().n, 8);
	data_restore(data);
	assert_int_equal(value_in_february().n, 2);
}

static void
folders_are_read_when_asked_for(void **state)
{
	const struct data_folder *folder;
	struct data *data;

	(void)state;
	test_book_open(&shared);
	folder = book_folder(shared.book, test_period("2022-02"));
	data = engine_data(shared.engine);
	assert_false(data_is_loaded(data, folder));
	value_in_february();
	assert_true(data_is_loaded(data, folder));
	data_forget(data, folder);
	assert_false(data_is_loaded(data, folder));
	data_load(data, folder);
	assert_true(data_is_loaded(data, folder));
}

static int
open_book(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	test_book_open(&shared);
	return 0;
}

static int
close_book(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
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
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(what_is_assumed_is_taken_back),
		cmocka_unit_test(folders_are_read_when_asked_for),
	};
	struct CMUnitTest
	    tests[LENGTH(values_rows) + LENGTH(holder_rows) + LENGTH(others)];
	size_t count = 0;

	ADD(values_rows, check_values);
	ADD(holder_rows, check_holder);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, open_book, close_book);
}
