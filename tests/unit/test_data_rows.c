/*
 * test_data_rows: where the rows of a cell stand, and what they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "book/data_rows.h"
#include "support.h"

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\tstatus\tnote\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nAlias: 甲\n\nId: B\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: x\n\nId: y\n\nId: many\nEntries: many\n" },
	{ "data/2022/o.tsv", "measure\tunit\tvalue\nx\tA\t100\nx\tB\t200\n" },
	{ "data/2022-01/o.tsv", HEADER
	    "x\tA\t1\tfinal\tas counted\n"
	    "many\tB\t2\t\tthe second\n"
	    "x\tB\t\n"
	    "many\tA\t5\n"
	    "many\tB\t3.5\tprovisional\n" },
	{ "data/2022-01/p.tsv", "measure\tunit\tvalue\tnote\n"
	    "many\tB\t-1\tof another file\ny\t甲\tn/a\n" },
	{ NULL, NULL },
};

/* The rows of a cell, `;` between them: period, place, value, status, note. */
static struct row {
	const char *name, *measure, *unit, *period, *want;
} rows[] = {
	{ "one", "x", "A", "2022-01", "2022-01|data/2022-01/o.tsv:2:5|1|final|as counted" },
	{ "one without a value", "x", "B", "2022-01", "2022-01|data/2022-01/o.tsv:4:5|||" },
	{ "one in a longer period", "x", "A", "2022-02", "2022|data/2022/o.tsv:2:5|100||" },
	{ "in the order of files and lines", "many", "B", "2022-01",
	    "2022-01|data/2022-01/o.tsv:3:8|2||the second;"
	    "2022-01|data/2022-01/o.tsv:6:8|3.5|provisional|;"
	    "2022-01|data/2022-01/p.tsv:2:8|-1||of another file" },
	{ "columns go by their names", "y", "A", "2022-01", "2022-01|data/2022-01/p.tsv:3:5|n/a||" },
	{ "none", "y", "B", "2022-01", "" },
	{ "none in a period without data", "many", "B", "2022-02", "" },
};
/* clang-format on */

static void
add_record(struct buffer *text, const struct data_record *record)
{
	char period[PERIOD_TEXT_SIZE];

	if (text->size > 0)
		buffer_add_byte(text, ';');
	buffer_format(text, "%s|", period_text(record->period, period));
	if (record->place.path != NULL)
		buffer_format(text, "%s:%u:%u", record->place.path,
		    record->place.line, record->place.column);
	buffer_format(text, "|" STR_FMT "|" STR_FMT "|" STR_FMT,
	    STR_ARG(record->value), STR_ARG(record->status),
	    STR_ARG(record->note));
}

static void
expect(const struct row *row, uint32_t measure, uint32_t unit, const char *want)
{
	struct data *data = engine_data(shared.engine);
	struct arena arena = { 0 };
	struct buffer text = { 0 };
	struct data_record *records;
	size_t count;

	count = data_records(data, measure, unit, test_period(row->period),
	    &arena, &records);
	for (size_t i = 0; i < count; i++)
		add_record(&text, &records[i]);
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, want);
	buffer_free(&text);
	arena_free(&arena);
}

static void
check_rows(void **state)
{
	const struct row *row = *state;
	uint32_t measure = book_measure(shared.book, str_from(row->measure));
	uint32_t unit = book_unit(shared.book, str_from(row->unit));
	struct place place = { 0 };
	char first[64];

	expect(row, measure, unit, row->want);
	/* The place of the value is that of the first row. */
	assert_int_equal(data_place(engine_data(shared.engine), measure, unit,
			     test_period(row->period), &place),
	    row->want[0] != '\0');
	if (row->want[0] == '\0')
		return;
	snprintf(first, sizeof(first), "|%s:%u:%u|", place.path, place.line,
	    place.column);
	assert_ptr_equal(strstr(row->want, first), strchr(row->want, '|'));
}

/* In place of all rows stands what is assumed, which is in no file. */
static void
an_assumption_is_the_only_row(void **state)
{
	static const struct row row = {
		.measure = "many", .unit = "B", .period = "2022-01"
	};
	const struct data_assumption assumption = { .measure = 2,
		.unit = 1,
		.period = test_period("2022-01"),
		.value = STR("9"),
		.text = STR("9"),
		.source = "test" };
	struct data *data = engine_data(shared.engine);

	(void)state;
	assert_int_equal(data_override(data, &assumption), 0);
	expect(&row, 2, 1, "2022-01||9||");
	/* The others stand where they stood. */
	expect(&row, 2, 0, "2022-01|data/2022-01/o.tsv:5:8|5||");
	data_restore(data);
	expect(&row, 2, 1, rows[3].want);
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

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1];
	size_t count = 0;

	for (; count < LENGTH(rows); count++)
		tests[count] = (struct CMUnitTest){ rows[count].name,
			check_rows, NULL, NULL, &rows[count] };
	tests[count] =
	    (struct CMUnitTest)cmocka_unit_test(an_assumption_is_the_only_row);
	return cmocka_run_group_tests(tests, open_book, close_book);
}
