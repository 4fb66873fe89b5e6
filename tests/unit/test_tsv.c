/*
 * test_tsv: streams of rows with a header, sound and broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "format/tsv.h"

/* Bytes with a NUL among them need their length said. */
#define TEXT(literal) STR_INIT(literal)

struct row {
	const char *name;
	struct str text;
	const char *want; /* `header|row|row` with `,` between the cells;
			   * or the findings: `line:column code;...`, a file
			   * as a whole having neither */
};

/* clang-format off */
static const struct row sound_rows[] = {
	{ "a header and rows", TEXT("a\tb\n1\t2\n3\t4\n"), "a,b|1,2|3,4" },
	{ "the last newline may be missing", TEXT("a\tb\n1\t2"), "a,b|1,2" },
	{ "a header without rows", TEXT("a\tb\n"), "a,b" },
	{ "a header without rows or newline", TEXT("a"), "a" },
	{ "empty cells stay", TEXT("a\tb\tc\n\t\t\n\tx\t\n"), "a,b,c|,,|,x," },
	{ "a blank line is an empty cell of one column", TEXT("a\n\n1\n"), "a||1" },
	{ "nothing is unescaped or trimmed", TEXT("a\tb\n \\t x\t\"q\"\n"), "a,b| \\t x,\"q\"" },
	{ "any script", TEXT("单位\t分数\n甲县\t９\n"), "单位,分数|甲县,９" },
};

static const struct row broken_rows[] = {
	{ "nothing at all", TEXT(""), ": empty-file" },
	{ "a blank first line", TEXT("\n1\n"), "1:1 header" },
	{ "a column without a name", TEXT("a\t\tc\n1\t2\t3\n"), "1:3 header" },
	{ "the last column without a name", TEXT("a\tb\t\n"), "1:5 header" },
	{ "equal names", TEXT("a\tb\ta\n"), "1:5 header" },
	{ "a row too short", TEXT("a\tb\n1\n1\t2\n"), "2:1 columns" },
	{ "a row too long", TEXT("a\tb\n1\t2\t3\n"), "2:1 columns" },
	{ "a blank line among rows", TEXT("a\tb\n\n1\t2\n"), "2:1 columns" },
	{ "every ragged row is told", TEXT("a\tb\n1\n1\t2\n1\t2\t3\n"), "2:1 columns;4:1 columns" },
	{ "carriage returns are told once", TEXT("a\tb\r\n1\t2\r\n3\t4\r\n"), "1:4 crlf" },
	{ "a lone carriage return", TEXT("a\n1\r2\n"), "2:2 control" },
	{ "a byte order mark", TEXT("\xef\xbb\xbf" "a\n1\n"), "1:1 bom" },
	{ "a NUL", TEXT("a\tb\n1\t2\0\n"), "2:4 control" },
	{ "a NUL in the header", TEXT("a\0\tb\n"), "1:2 control" },
	{ "an escape for terminals", TEXT("a\n\x1b[2J\n"), "2:1 control" },
	{ "a delete", TEXT("a\n\x7f\n"), "2:1 control" },
	{ "a control character of two bytes", TEXT("a\n甲\xc2\x9b\n"), "2:2 control" },
	{ "bytes that are no UTF-8", TEXT("a\n甲\xff\n"), "2:2 utf-8" },
	{ "a surrogate", TEXT("a\n\xed\xa0\x80\n"), "2:1 utf-8" },
	{ "a character cut off", TEXT("a\n\xe7\x94"), "2:1 utf-8" },
	{ "the column counts characters", TEXT("甲县\t乙县\t甲县\n"), "1:7 header" },
	{ "several faults at once", TEXT("a\ta\n1\n\xff\t2\n"), "1:3 header;2:1 columns;3:1 utf-8" },
};
/* clang-format on */

static struct buffer
copy(struct str text)
{
	struct buffer bytes = { 0 };

	buffer_add(&bytes, text);
	return bytes;
}

static void
print_row(struct buffer *out, const struct str *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		buffer_add(out, cells[i]);
	}
}

/* What was read, with each cell found in both ways. */
static void
print_rows(struct buffer *out, const struct tsv *tsv)
{
	struct str *cells = malloc((tsv->column_count + 1) * sizeof(*cells));

	assert_non_null(cells);
	print_row(out, tsv->names, tsv->column_count);
	for (size_t row = 0; row < tsv->row_count; row++) {
		buffer_add_byte(out, '|');
		tsv_cells(tsv, row, cells);
		print_row(out, cells, tsv->column_count);
		for (size_t i = 0; i < tsv->column_count; i++)
			assert_true(str_equal(cells[i], tsv_cell(tsv, row, i)));
	}
	free(cells);
}

static void
check_sound(void **state)
{
	const struct row *row = *state;
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct buffer got = { 0 };

	assert_int_equal(tsv_add(&tsv, "-", copy(row->text), diag), 0);
	assert_false(diag_has_errors(diag));
	print_rows(&got, &tsv);
	buffer_add_byte(&got, '\0');
	assert_string_equal(got.data, row->want);
	buffer_free(&got);
	tsv_free(&tsv);
	diag_free(diag);
}

/* The findings as `line:column code;...`, from their printed lines. */
static void
list_findings(struct diag *diag, char *list, size_t size)
{
	char *text = NULL, *line, *save = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	diag_print(diag,
	    &(struct diag_print){ .format = DIAG_TSV, .least = SEVERITY_ERROR },
	    out);
	assert_int_equal(fclose(out), 0);
	list[0] = '\0';
	/* The header, then: path line column severity code ... */
	strtok_r(text, "\n", &save);
	while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
		struct str rest = str_from(line), cells[5];
		size_t used = strlen(list);

		for (size_t i = 0; i < LENGTH(cells); i++)
			str_cut(&rest, '\t', &cells[i]);
		snprintf(list + used, size - used,
		    "%s" STR_FMT ":" STR_FMT " " STR_FMT, used > 0 ? ";" : "",
		    STR_ARG(cells[1]), STR_ARG(cells[2]), STR_ARG(cells[4]));
	}
	free(text);
}

static void
check_broken(void **state)
{
	const struct row *row = *state;
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	char got[1024];

	assert_int_equal(tsv_add(&tsv, "in.tsv", copy(row->text), diag), -1);
	list_findings(diag, got, sizeof(got));
	assert_string_equal(got, row->want);
	tsv_free(&tsv);
	diag_free(diag);
}

static void
files_of_one_header_are_read_one_after_another(void **state)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct buffer got = { 0 };
	struct place place;

	(void)state;
	assert_int_equal(tsv_add(&tsv, "one", copy(STR("a\tb\n1\t2\n")), diag),
	    0);
	assert_int_equal(tsv_add(&tsv, "none", copy(STR("a\tb\n")), diag), 0);
	assert_int_equal(tsv_add(&tsv, "two", copy(STR("a\tb\n3\t4\n5\t6")),
			     diag),
	    0);
	print_rows(&got, &tsv);
	assert_true(str_equal(buffer_str(&got), STR("a,b|1,2|3,4|5,6")));
	place = tsv_place(&tsv, 0, tsv_cell(&tsv, 0, 1));
	assert_string_equal(place.path, "one");
	assert_int_equal(place.line, 2);
	assert_int_equal(place.column, 3);
	place = tsv_place(&tsv, 2, tsv_cell(&tsv, 2, 0));
	assert_string_equal(place.path, "two");
	assert_int_equal(place.line, 3);
	assert_int_equal(place.column, 1);
	assert_int_equal(tsv_add(&tsv, "other", copy(STR("b\ta\n7\t8\n")),
			     diag),
	    -1);
	assert_int_equal(diag_count(diag, SEVERITY_ERROR), 1);
	buffer_free(&got);
	tsv_free(&tsv);
	diag_free(diag);
}

static void
columns_are_found_by_name(void **state)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };

	(void)state;
	assert_int_equal(tsv_add(&tsv, "-", copy(STR("a\tab\n1\t2\n")), diag),
	    0);
	assert_int_equal(tsv_column(&tsv, STR("ab")), 1);
	assert_true(tsv_column(&tsv, STR("b")) == TSV_NONE);
	assert_string_equal(tsv_header_place(&tsv).path, "<stdin>");
	assert_int_equal(tsv_name_place(&tsv, 1).column, 3);
	tsv_free(&tsv);
	diag_free(diag);
}

/* A line of 10 MB, and 100,000 columns. */
static void
wide_input_is_read(void **state)
{
	enum { BYTES = 10 * 1000 * 1000, COLUMNS = 100 * 1000 };
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct buffer bytes = { 0 };

	(void)state;
	for (int i = 0; i < COLUMNS; i++)
		buffer_format(&bytes, "%sc%d", i > 0 ? "\t" : "", i);
	for (int i = 0; i < COLUMNS; i++)
		buffer_format(&bytes, "%s%d", i > 0 ? "\t" : "\n", i);
	assert_int_equal(tsv_add(&tsv, "wide", bytes, diag), 0);
	assert_int_equal(tsv.column_count, COLUMNS);
	assert_true(str_equal(tsv_cell(&tsv, 0, COLUMNS - 1), STR("99999")));
	tsv_free(&tsv);

	bytes = copy(STR("a\n"));
	buffer_reserve(&bytes, BYTES);
	memset(bytes.data + bytes.size, '7', BYTES);
	bytes.size += BYTES;
	assert_int_equal(tsv_add(&tsv, "long", bytes, diag), 0);
	assert_int_equal(tsv_cell(&tsv, 0, 0).size, BYTES);
	tsv_free(&tsv);
	diag_free(diag);
}

static void
what_cannot_be_read_is_told(void **state)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };

	(void)state;
	assert_int_equal(tsv_read(&tsv, "/no/such/file.tsv", diag), -1);
	assert_int_equal(tsv_read(&tsv, "/", diag), -1);
	assert_true(diag_has_errors(diag));
	assert_int_equal(tsv.row_count, 0);
	tsv_free(&tsv);
	diag_free(diag);
}

static void
a_file_is_read_whole(void **state)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	FILE *file;
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };

	(void)state;
	snprintf(path, sizeof(path), "%s/shiji-test-tsv.XXXXXX",
	    folder != NULL ? folder : "/tmp");
	file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	fputs("number\n", file);
	for (int i = 0; i < 200000; i++)
		fprintf(file, "%d\n", i);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(tsv_read(&tsv, path, diag), 0);
	assert_int_equal(tsv.row_count, 200000);
	assert_true(str_equal(tsv_line(&tsv, 199999), STR("199999")));
	unlink(path);
	tsv_free(&tsv);
	diag_free(diag);
}

static void
add_rows(struct CMUnitTest *tests, const struct row *rows, size_t count,
    CMUnitTestFunction function)
{
	for (size_t i = 0; i < count; i++) {
		union {
			const struct row *in;
			void *out;
		} borrowed = { &rows[i] };

		tests[i] = (struct CMUnitTest){ rows[i].name, function, NULL,
			NULL, borrowed.out };
	}
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(
		    files_of_one_header_are_read_one_after_another),
		cmocka_unit_test(columns_are_found_by_name),
		cmocka_unit_test(wide_input_is_read),
		cmocka_unit_test(what_cannot_be_read_is_told),
		cmocka_unit_test(a_file_is_read_whole),
	};
	struct CMUnitTest
	    tests[LENGTH(sound_rows) + LENGTH(broken_rows) + LENGTH(others)];

	add_rows(tests, sound_rows, LENGTH(sound_rows), check_sound);
	add_rows(tests + LENGTH(sound_rows), broken_rows, LENGTH(broken_rows),
	    check_broken);
	memcpy(tests + LENGTH(sound_rows) + LENGTH(broken_rows), others,
	    sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
