/*
 * test_data_read: a file of data read: every reason why a line is refused, at
 * the place where it stands; and what is kept beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "book/data.h"
#include "support.h"

enum { LINE_MAX_BYTES = 1 << 20 };

static struct test_book shared;

#define PATH "data/2022-03/o.tsv"
#define HEADER "measure\tunit\tvalue\n"
#define LONG_HEADER "measure\tunit\tvalue\tstatus\tnote\n"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\nAlias: 甲\n\nId: B\n\nId: old\nTo: 2022-02\n\nId: new\nFrom: 2022-04\n" },
	{ "offices.rec", "%rec: Office\n\nId: o\n\nId: stats\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: x\n\nId: bound\nMin: -1.5\nMax: 99\nDigits: 1\n\n"
	    "Id: theirs\nSource: stats\n\nId: yearly\nEvery: year\n\nId: many\nEntries: many\nMax: 5\n" },
	{ NULL, NULL },
};

/* The file, its findings as `line:column code`, and the value of x for A. */
static struct row {
	const char *name, *text, *findings, *want;
} rows[] = {
	{ "a sound file", HEADER "x\tA\t1\n", "", "1" },
	{ "its last line without an end", HEADER "x\tA\t1", "", "1" },
	{ "no rows", HEADER, "", "-" },
	{ "status and note in any order", "measure\tunit\tvalue\tnote\tstatus\nx\tA\t1\twhy\tfinal\n", "", "1" },
	{ "cells left out at the end", LONG_HEADER "x\tA\t1\nx\tB\t2\trevised\n", "", "1" },
	{ "rows in any order", HEADER "bound\tB\t1\nx\tB\t2\nbound\tA\t0\nx\tA\t1\n", "", "1" },
	{ "a unit by its alias", HEADER "x\t甲\t1\n", "", "1" },
	{ "decimals", HEADER "x\tA\t-0.50\n", "", "-0.5" },
	{ "eighteen digits and more", HEADER "x\tA\t123456789012345678\nx\tB\t1234567890123456789\n", "", "123456789012345678" },
	{ "not applicable", HEADER "x\tA\tn/a\n", "", "n/a" },

	{ "an empty file", "", "data/2022-03/o.tsv: empty-file", "-" },
	{ "a byte order mark", "\xef\xbb\xbf" HEADER "x\tA\t1\n", "1:1 bom", "1" },
	{ "no header", "x\tA\t1\n", "1:1 header", "-" },
	{ "a header of other names", "measure\tunit\tnumber\nx\tA\t1\n", "1:1 header", "-" },
	{ "columns in another order", "unit\tmeasure\tvalue\nA\tx\t1\n", "1:1 header", "-" },
	{ "a column of its own", "measure\tunit\tvalue\twhere\nx\tA\t1\t\n", "1:1 header", "-" },
	{ "a column twice", "measure\tunit\tvalue\tnote\tnote\nx\tA\t1\t\t\n", "1:1 header", "-" },
	{ "too many columns", LONG_HEADER "x\tA\t1\t\t\t\n", "2:1 columns", "-" },
	{ "too few", HEADER "x\tA\nx\tA\t1\n", "2:1 columns", "1" },
	{ "a note that the header does not have", HEADER "x\tA\t1\tnote\n", "2:1 columns", "-" },
	{ "too many, of which one is no text", HEADER "x\tA\t\xff\t1\n", "2:1 columns;2:5 utf-8", "-" },
	{ "spaces for tabs", HEADER "x A 1\n", "2:1 columns", "-" },
	{ "a line without anything", HEADER "\nx\tA\t1\n", "2:1 columns", "1" },
	{ "carriage returns, told once", "measure\tunit\tvalue\r\nx\tA\t1\r\nx\tB\t2\r\n", "1:19 crlf", "1" },
	{ "one in the midst of a line", HEADER "x\tA\t1\rx\n", "2:6 control", "-" },

	{ "bytes that are no UTF-8 in a name", HEADER "x\xff\tA\t1\n", "2:2 utf-8", "-" },
	{ "and in a value", HEADER "x\tA\t1\xe7\n", "2:6 utf-8", "-" },
	{ "and in a note", LONG_HEADER "x\tA\t1\t\t\xff\n", "2:8 utf-8", "1" },
	{ "a control character in a name", HEADER "x\x01\tA\t1\n", "2:2 control", "-" },
	{ "spaces around a name", HEADER " x\tA\t1\nx\tA \t1\n", "2:1 space;3:3 space", "-" },
	{ "a full-width space", HEADER "x\tA\u3000\t1\n", "2:3 space", "-" },
	{ "spaces around a value", HEADER "x\tA\t 1\n", "2:5 space", "-" },
	{ "spaces around a note", LONG_HEADER "x\tA\t1\t\t why\n", "2:8 space", "1" },
	{ "an unknown measure, told once", HEADER "z\tA\t1\nz\tB\t1\n", "2:1 unknown-measure", "-" },
	{ "an unknown unit, told once", HEADER "x\tQ\t1\nbound\tQ\t1\nx\tA\t1\n", "2:3 unknown-unit", "1" },
	{ "both in one row", HEADER "z\tQ\t1\n", "2:1 unknown-measure;2:3 unknown-unit", "-" },
	{ "a unit that has left", HEADER "x\told\t1\n", "2:3 not-a-member", "-" },
	{ "a unit that is to come", HEADER "x\tnew\t1\n", "2:3 not-a-member", "-" },
	{ "a measure of another office", HEADER "theirs\tA\t1\n", "2:1 source-office", "-" },
	{ "a measure of another length", HEADER "yearly\tA\t1\n", "2:1 every", "-" },

	{ "a word for a number", HEADER "x\tA\tmany\n", "2:5 number", "-" },
	{ "a number of two points", HEADER "x\tA\t1.2.3\n", "2:5 number", "-" },
	{ "a point at its end", HEADER "x\tA\t1.\n", "2:5 number", "-" },
	{ "a point at its start", HEADER "x\tA\t.5\n", "2:5 number", "-" },
	{ "a plus", HEADER "x\tA\t+1\n", "2:5 number", "-" },
	{ "an exponent", HEADER "x\tA\t1e3\n", "2:5 number", "-" },
	{ "a percent sign", HEADER "x\tA\t5%\n", "2:5 number", "-" },
	{ "n/a in capitals", HEADER "x\tA\tN/A\n", "2:5 number", "-" },
	{ "full-width digits", HEADER "x\tA\t１２\n", "2:5 wide-digit", "-" },
	{ "a dash for a minus", HEADER "x\tA\t\u20131\n", "2:5 number", "-" },
	{ "a minus of typesetting", HEADER "x\tA\t\u22121\n", "2:5 number", "-" },
	{ "a thousands separator", HEADER "x\tA\t41,580\n", "2:5 separator", "-" },
	{ "one that is a space", HEADER "x\tA\t41 580.5\n", "2:5 separator", "-" },
	{ "a decimal comma", HEADER "x\tA\t6,6\n", "2:5 separator", "-" },
	{ "commas that part no thousands", HEADER "x\tA\t1,2,3\n", "2:5 number", "-" },
	{ "below the Min", HEADER "bound\tA\t-1.6\n", "2:9 min", "-" },
	{ "above the Max", HEADER "bound\tA\t99.1\n", "2:9 max", "-" },
	{ "at both", HEADER "bound\tA\t-1.5\nbound\tB\t99.0\n", "", "-" },
	{ "above it by far", HEADER "bound\tA\t12345678901234567890\n", "2:9 max", "-" },
	{ "too many digits", HEADER "bound\tA\t1.25\n", "2:9 digits", "-" },
	{ "one entry above the Max", HEADER "many\tA\t4\nmany\tA\t4\nmany\tA\t6\n", "4:8 max", "-" },
	{ "a second value", HEADER "x\tA\t1\nx\tA\t2\n", "3:1 duplicate-value", "1" },
	{ "a second one of any size", HEADER "x\tA\t1\nx\tA\t12345678901234567890\n", "3:1 duplicate-value", "1" },
	{ "a second one that is empty", HEADER "x\tA\t1\nx\tA\t\n", "3:1 duplicate-value", "1" },
	{ "an entry that does not apply", HEADER "many\tA\t1\nmany\tA\tn/a\n", "3:1 entries", "-" },
	{ "one beside one that is empty", HEADER "many\tA\t\nmany\tA\t1\n", "3:1 entries", "-" },
	{ "a status that is none", LONG_HEADER "x\tA\t1\tdone\n", "2:7 status", "1" },
	{ "every fault is told", HEADER "x\tA\t1,000\nbound\tB\t1.25\nz\tA\t1\n", "2:5 separator;3:9 digits;4:1 unknown-measure", "-" },
};
/* clang-format on */

/* `line:column code`, `;` between them. */
static void
add_places(struct buffer *out)
{
	char *all = test_findings(&shared, SEVERITY_NOTE, PATH, 1);
	struct str rest = str_from(all), line;

	while (str_next_line(&rest, &line)) {
		struct str row, column;
		size_t code = str_find_last(line, '[') + 1;
		struct str name =
		    str_head(str_from_byte(line, code), line.size - code - 1);

		if (out->size > 0)
			buffer_add_byte(out, ';');
		str_cut(&line, ':', &row);
		str_cut(&line, ':', &column);
		buffer_format(out, STR_FMT ":" STR_FMT " " STR_FMT,
		    STR_ARG(row), STR_ARG(column), STR_ARG(name));
	}
	buffer_add_byte(out, '\0');
	free(all);
}

static struct num
value_of_x(void)
{
	struct num values[8];

	assert_true(shared.book->unit_count <= LENGTH(values));
	data_values(engine_data(shared.engine), 0, test_period("2022-03"),
	    values);
	return values[0];
}

static void
check_value(const char *want)
{
	struct num value = value_of_x();
	struct buffer text = { 0 };

	if (num_is_number(value))
		num_print(&text, value);
	else
		buffer_add(&text,
		    value.d == VALUE_MISSING ? STR("-") : STR("n/a"));
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, want);
	buffer_free(&text);
}

static void
check_file(void **state)
{
	const struct row *row = *state;
	struct buffer found = { 0 };

	test_book_write(&shared, PATH, row->text);
	test_book_open(&shared);
	data_load(engine_data(shared.engine),
	    book_folder(shared.book, test_period("2022-03")));
	add_places(&found);
	assert_string_equal(found.data, row->findings);
	check_value(row->want);
	buffer_free(&found);
	test_book_close(&shared);
}

/* A line of LINE_MAX_BYTES is read; one of a byte more is not. */
static void
a_line_may_be_long(void **state)
{
	static const char row[] = "x\tA\t1\t\t";
	struct buffer text = { 0 }, found = { 0 };

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		buffer_clear(&text);
		buffer_clear(&found);
		buffer_add(&text, STR(LONG_HEADER));
		buffer_add(&text, str_from(row));
		for (size_t i = sizeof(row) - 1; i < LINE_MAX_BYTES + more; i++)
			buffer_add_byte(&text, 'n');
		buffer_add(&text, STR("\nx\tB\t2\n"));
		buffer_add_byte(&text, '\0');
		test_book_write(&shared, PATH, text.data);
		test_book_open(&shared);
		check_value(more == 0 ? "1" : "-");
		add_places(&found);
		assert_string_equal(found.data,
		    more == 0 ? "" : "2: long-line");
		test_book_close(&shared);
	}
	buffer_free(&text);
	buffer_free(&found);
}

/* One finding more or less is enough: a number of any length is not kept. */
static void
a_number_may_be_long(void **state)
{
	struct buffer text = { 0 }, found = { 0 };

	(void)state;
	buffer_add(&text, STR(HEADER "x\tA\t"));
	for (int i = 0; i < 6000; i++)
		buffer_add_byte(&text, '9');
	buffer_add(&text, STR("\nx\tB\t2\n"));
	buffer_add_byte(&text, '\0');
	test_book_write(&shared, PATH, text.data);
	test_book_open(&shared);
	check_value("-");
	add_places(&found);
	assert_string_equal(found.data, "2:5 number-size");
	test_book_close(&shared);
	buffer_free(&text);
	buffer_free(&found);
}

/* Whatever else lies in a folder of data is told, and who may report there. */
static void
files_of_a_folder(void **state)
{
	char *found;

	(void)state;
	test_book_write(&shared, PATH, HEADER "x\tA\t1\n");
	test_book_write(&shared, "data/2022-04/notes.txt", "");
	test_book_write(&shared, "data/2022-04/more.tsv/o.tsv", "");
	test_book_write(&shared, "data/2022-04/stat.tsv", HEADER "x\tA\t1\n");
	test_book_open(&shared);
	data_load(engine_data(shared.engine),
	    book_folder(shared.book, test_period("2022-04")));
	found = test_findings(&shared, SEVERITY_NOTE, PATH, 1);
	assert_non_null(strstr(found, "data/2022-04/more.tsv::: error: "));
	assert_non_null(strstr(found, "data/2022-04/notes.txt::: error: "));
	assert_non_null(strstr(found, "data/2022-04/stat.tsv::: error: "));
	assert_non_null(strstr(found, "'stats'"));
	assert_int_equal(diag_count(shared.diag, SEVERITY_ERROR), 3);
	free(found);
	test_book_close(&shared);
}

static int
create(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	return 0;
}

static int
destroy(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(a_line_may_be_long),
		cmocka_unit_test(a_number_may_be_long),
		cmocka_unit_test(files_of_a_folder),
	};
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(others)];
	size_t count = 0;

	for (; count < LENGTH(rows); count++)
		tests[count] = (struct CMUnitTest){ rows[count].name,
			check_file, NULL, NULL, &rows[count] };
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, create, destroy);
}
