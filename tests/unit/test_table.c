/* Tables: each row is a table, and what must be written of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/table.h"

/*
 * Columns are parted by '|', a '#' before a name makes a column of numbers.
 * Cells are parted by '|', rows by '/'. NUL can stand in neither.
 */
static const struct row {
	const char *name;
	enum table_format format;
	const char *columns, *cells, *want;
} rows[] = {
	{ "tsv: header and rows", TABLE_TSV, "unit|#score", "a|1/b|2.5",
	    "unit\tscore\na\t1\nb\t2.5\n" },
	{ "tsv: no rows", TABLE_TSV, "unit|#score", NULL, "unit\tscore\n" },
	{ "tsv: empty cells", TABLE_TSV, "a|b|c", "||/x||",
	    "a\tb\tc\n\t\t\nx\t\t\n" },
	{ "tsv: controls are escaped", TABLE_TSV, "a", "t\tn\nr\rs\\e\033d\177",
	    "a\nt\\tn\\nr\\rs\\\\e\\x1Bd\\x7F\n" },
	{ "tsv: controls beyond ASCII", TABLE_TSV, "a",
	    "x\xc2\x9b"
	    "31m\xc2\xa0\xc3\x9b",
	    "a\nx\\xC2\\x9B31m\xc2\xa0\xc3\x9b\n" },
	{ "tsv: bytes that are no UTF-8 stay", TABLE_TSV, "a", "\xff\t\xc2",
	    "a\n\xff\\t\xc2\n" },
	{ "tsv: other scripts", TABLE_TSV, "单位", "甲县", "单位\n甲县\n" },
	{ "tsv: a name is escaped too", TABLE_TSV, "a\tb", NULL, "a\\tb\n" },
	{ "tsv: a short row is filled", TABLE_TSV, "a|b|c", "1|2",
	    "a\tb\tc\n1\t2\t\n" },
	{ "tsv: quotes and commas mean nothing", TABLE_TSV, "a", "\"x\",=y",
	    "a\n\"x\",=y\n" },

	{ "csv: header and rows", TABLE_CSV, "unit|#score", "a|1/b|-2.5",
	    "unit,score\na,1\nb,-2.5\n" },
	{ "csv: comma, quote and line break", TABLE_CSV, "a|b|c|d",
	    "x,y|say \"so\"|p\nq|p\rq",
	    "a,b,c,d\n\"x,y\",\"say \"\"so\"\"\",\"p\nq\",\"p\rq\"\n" },
	{ "csv: formulas are disarmed", TABLE_CSV, "a|b|c|d",
	    "=1+1|+1+1|-1+1|@sum", "a,b,c,d\n'=1+1,'+1+1,'-1+1,'@sum\n" },
	{ "csv: a formula with a comma", TABLE_CSV, "a", "=a,\"b\"",
	    "a\n\"'=a,\"\"b\"\"\"\n" },
	{ "csv: signed numbers are no formulas", TABLE_CSV, "a|b|c",
	    "-12.50|+0.35|-0", "a,b,c\n-12.50,+0.35,-0\n" },
	{ "csv: a sign alone, a point alone", TABLE_CSV, "a|b|c", "-|-.5|-1.",
	    "a,b,c\n'-,'-.5,'-1.\n" },
	{ "csv: blanks before a formula", TABLE_CSV, "a|b", " =x|\t=x",
	    "a,b\n' =x,'\t=x\n" },
	{ "csv: full-width signs", TABLE_CSV, "a|b", "＝x|＠x",
	    "a,b\n'＝x,'＠x\n" },
	{ "csv: a name is disarmed too", TABLE_CSV, "=x", NULL, "'=x\n" },
	{ "csv: controls", TABLE_CSV, "a", "x\033y\\z", "a\nx\\x1By\\z\n" },
	{ "csv: an empty row of one column", TABLE_CSV, "a", "/x",
	    "a\n\"\"\nx\n" },
	{ "csv: empty cells", TABLE_CSV, "a|b", "|", "a,b\n,\n" },

	{ "json: rows", TABLE_JSON, "unit|#score", "a|1/b|2.5",
	    "[\n{\"unit\":\"a\",\"score\":1},\n"
	    "{\"unit\":\"b\",\"score\":2.5}\n]\n" },
	{ "json: no rows", TABLE_JSON, "unit|#score", NULL, "[]\n" },
	{ "json: empty cells", TABLE_JSON, "a|#b", "|",
	    "[\n{\"a\":null,\"b\":null}\n]\n" },
	{ "json: lists are arrays", TABLE_JSON, "*a|%b", "x \"y\"|4 . 3.50",
	    "[\n{\"a\":[\"x\",\"\\\"y\\\"\"],\"b\":[4,null,3.50]}\n]\n" },
	{ "json: lists of one and of none", TABLE_JSONL, "*a|%b", "x|7/|",
	    "{\"a\":[\"x\"],\"b\":[7]}\n{\"a\":[],\"b\":[]}\n" },
	{ "tsv: lists stay text", TABLE_TSV, "*a|%b", "x y|4 . 3",
	    "a\tb\nx y\t4 . 3\n" },
	{ "table: lists stand left", TABLE_ALIGNED, "%b|c", "4 3|x/5|y",
	    "b    c\n4 3  x\n5    y\n" },
	{ "json: digits in a column of text", TABLE_JSON, "a", "1",
	    "[\n{\"a\":\"1\"}\n]\n" },
	{ "json: digits are kept", TABLE_JSON, "#a|#b|#c|#d",
	    "12345678901234567890.10|-0.50|0|1e-7",
	    "[\n{\"a\":12345678901234567890.10,\"b\":-0.50,\"c\":0,\"d\":1e-7}"
	    "\n]\n" },
	{ "json: what is no JSON number", TABLE_JSON, "#a|#b|#c|#d|#e|#f|#g",
	    "007|+1|1.|.5|n a|1e|-",
	    "[\n{\"a\":\"007\",\"b\":\"+1\",\"c\":\"1.\",\"d\":\".5\",\"e\":"
	    "\"n a\",\"f\":\"1e\",\"g\":\"-\"}\n]\n" },
	{ "json: strings are escaped", TABLE_JSON, "a|b",
	    "\"\\\t\n\r|\b\033\177\xc2\x9b",
	    "[\n{\"a\":\"\\\"\\\\\\t\\n\\r\",\"b\":"
	    "\"\\u0008\\u001b\\u007f\\u009b\"}\n]\n" },
	{ "json: keys are escaped", TABLE_JSON, "a\"b", "x",
	    "[\n{\"a\\\"b\":\"x\"}\n]\n" },
	{ "json: bytes that are no UTF-8", TABLE_JSON, "a", "x\xffy甲",
	    "[\n{\"a\":\"x\xef\xbf\xbdy甲\"}\n]\n" },

	{ "jsonl: rows", TABLE_JSONL, "unit|#score", "a|1/b|",
	    "{\"unit\":\"a\",\"score\":1}\n{\"unit\":\"b\",\"score\":null}\n" },
	{ "jsonl: no rows", TABLE_JSONL, "unit", NULL, "" },

	{ "table: aligned", TABLE_ALIGNED, "unit|#score|state",
	    "a|1.5|scored/long|10.25|ok",
	    "unit  score  state\n"
	    "a       1.5  scored\n"
	    "long  10.25  ok\n" },
	{ "table: East Asian width", TABLE_ALIGNED, "单位|x", "甲县|1/a|2",
	    "单位  x\n甲县  1\na     2\n" },
	{ "table: no trailing blanks", TABLE_ALIGNED, "a|b|#c", "long||/||",
	    "a     b  c\nlong\n\n" },
	{ "table: a number comes last", TABLE_ALIGNED, "a|#b", "x|1/y|100",
	    "a    b\nx    1\ny  100\n" },
	{ "table: controls count as shown", TABLE_ALIGNED, "a|b", "\033[|1/x|2",
	    "a      b\n\\x1B[  1\nx      2\n" },
	{ "table: bytes that are no UTF-8", TABLE_ALIGNED, "a|b", "\xff|1",
	    "a     b\n\\xFF  1\n" },
	{ "table: no rows", TABLE_ALIGNED, "unit|#score", NULL,
	    "unit  score\n" },

	{ "md: rows", TABLE_MARKDOWN, "unit|#score", "a|1/long|10",
	    "| unit | score |\n"
	    "| ---- | ----: |\n"
	    "| a    |     1 |\n"
	    "| long |    10 |\n" },
	{ "md: narrow columns", TABLE_MARKDOWN, "a|#b", "x|1",
	    "| a   |    b |\n"
	    "| --- | ---: |\n"
	    "| x   |    1 |\n" },
	{ "md: East Asian width", TABLE_MARKDOWN, "单位|x", "甲县区|1",
	    "| 单位   | x   |\n"
	    "| ------ | --- |\n"
	    "| 甲县区 | 1   |\n" },
	{ "md: markup is escaped", TABLE_MARKDOWN, "a", "<b>&*`[x]\\\n",
	    "| a                   |\n"
	    "| ------------------- |\n"
	    "| \\<b>\\&\\*\\`\\[x\\]\\\\\\n |\n" },
	{ "md: no rows", TABLE_MARKDOWN, "unit", NULL, "| unit |\n| ---- |\n" },
};

enum { COLUMNS_MAX = 8 };

/* By the mark before a name: `#` number, `*` list, `%` numbers. */
static enum table_type
type_of(struct str name)
{
	return str_starts(name, STR("#"))   ? TABLE_NUMBER
	       : str_starts(name, STR("*")) ? TABLE_LIST
	       : str_starts(name, STR("%")) ? TABLE_NUMBERS
					    : TABLE_TEXT;
}

static struct table *
open_table(FILE *out, const struct row *row)
{
	struct table_column columns[COLUMNS_MAX];
	struct str rest = str_from(row->columns);
	size_t count = 0;
	bool more = true;

	while (more) {
		struct table_column *column = &columns[count++];

		assert_true(count <= COLUMNS_MAX);
		more = str_cut(&rest, '|', &column->name);
		column->type = type_of(column->name);
		if (column->type != TABLE_TEXT)
			column->name = str_from_byte(column->name, 1);
	}
	return table_new(out, row->format, columns, count);
}

static void
add_row(struct table *table, struct str cells)
{
	struct str cell;
	bool more = true;

	while (more) {
		more = str_cut(&cells, '|', &cell);
		table_cell(table, cell);
	}
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct str rest = str_from(row->cells), line;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct table *table;
	bool more = row->cells != NULL;

	assert_non_null(out);
	table = open_table(out, row);
	while (more) {
		more = str_cut(&rest, '/', &line);
		add_row(table, line);
	}
	table_end(table);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, row->want);
	assert_int_equal(size, strlen(row->want));
	free(text);
}

/* Bars in a cell, which the rows above cannot write. */
static void
check_bar(void **state)
{
	const struct table_column column = { STR_INIT("a|b"), TABLE_TEXT };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct table *table;

	(void)state;
	assert_non_null(out);
	table = table_new(out, TABLE_MARKDOWN, &column, 1);
	table_cell(table, STR("x|y"));
	table_end(table);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "| a\\|b |\n| ---- |\n| x\\|y |\n");
	free(text);
}

static void
check_nul(void **state)
{
	const struct table_column column = { STR_INIT("a"), TABLE_TEXT };
	static const struct {
		enum table_format format;
		const char *want;
	} cases[] = {
		{ TABLE_TSV, "a\nx\\x00y\n" },
		{ TABLE_CSV, "a\nx\\x00y\n" },
		{ TABLE_JSONL, "{\"a\":\"x\\u0000y\"}\n" },
		{ TABLE_ALIGNED, "a\nx\\x00y\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		struct table *table;

		assert_non_null(out);
		table = table_new(out, cases[i].format, &column, 1);
		table_cell(table, STR("x\0y"));
		table_end(table);
		assert_int_equal(fclose(out), 0);
		assert_string_equal(text, cases[i].want);
		free(text);
	}
}

/* More than is held back at once: nothing is lost, doubled or reordered. */
static void
check_many_rows(void **state)
{
	const struct table_column columns[] = { { STR_INIT("xxxxx"),
						    TABLE_NUMBER },
		{ STR_INIT("yyyyy"), TABLE_NUMBER } };
	static const struct {
		enum table_format format;
		const char *gap;
	} cases[] = { { TABLE_TSV, "\t" }, { TABLE_ALIGNED, "  " } };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buffer want = { 0 };
		char *text = NULL, cell[16];
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		struct table *table;

		assert_non_null(out);
		table = table_new(out, cases[i].format, columns, 2);
		buffer_format(&want, "xxxxx%syyyyy\n", cases[i].gap);
		for (int number = 0; number < 60000; number++) {
			snprintf(cell, sizeof(cell), "%05d", number);
			table_cell(table, str_from(cell));
			buffer_format(&want, "%s%s", cell,
			    number % 2 == 0 ? cases[i].gap : "\n");
		}
		table_end(table);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(size, want.size);
		assert_memory_equal(text, want.data, size);
		buffer_free(&want);
		free(text);
	}
}

/* On a full disk the stream knows of it, and fclose() of the reason. */
static void
check_full(void **state)
{
	static const int sizes[] = { 1, 2000, 500000 };
	const struct table_column column = { STR_INIT("x"), TABLE_NUMBER };

	(void)state;
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		FILE *out = fopen("/dev/full", "w");
		struct table *table;

		if (out == NULL)
			skip();
		table = table_new(out, TABLE_TSV, &column, 1);
		for (int row = 0; row < sizes[i]; row++)
			table_cell(table, STR("12345"));
		table_end(table);
		assert_int_equal(ferror(out) != 0, sizes[i] > 1);
		errno = 0;
		assert_int_equal(fclose(out), EOF);
		assert_int_equal(errno, ENOSPC);
	}
}

static void
check_format_names(void **state)
{
	static const char *const names[] = { "tsv", "csv", "json", "jsonl",
		"table", "md" };
	enum table_format format;

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		assert_true(table_format_parse(str_from(names[i]), &format));
		assert_int_equal(format, i);
	}
	assert_false(table_format_parse(STR("TSV"), &format));
	assert_false(table_format_parse(STR(""), &format));
	assert_false(table_format_parse(STR("jso"), &format));
}

static void
check_format_for(void **state)
{
	FILE *out = tmpfile();

	(void)state;
	assert_non_null(out);
	assert_int_equal(table_format_for(out), TABLE_TSV);
	fclose(out);
	/* A terminal where there is one to be had. */
	out = fopen("/dev/ptmx", "r+");
	if (out == NULL)
		skip();
	assert_int_equal(table_format_for(out), TABLE_ALIGNED);
	fclose(out);
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		{ "md: bars", check_bar, NULL, NULL, NULL },
		{ "NUL", check_nul, NULL, NULL, NULL },
		{ "many rows", check_many_rows, NULL, NULL, NULL },
		{ "a full disk", check_full, NULL, NULL, NULL },
		{ "names of formats", check_format_names, NULL, NULL, NULL },
		{ "the format for a stream", check_format_for, NULL, NULL,
		    NULL },
	};
	static struct CMUnitTest tests[LENGTH(rows) + LENGTH(others)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	memcpy(tests + LENGTH(rows), others, sizeof(others));
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
