/*
 * Recfiles: each row is a file, the records it must give, and the faults that
 * must be shown. recsel reads the well-formed ones as these rows do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/rec.h"

/*
 * A file with a NUL needs its size; 0 stands for strlen(). Records are written
 * `Type Name=value;Name=value.`, one after another, with ^ for a newline in a
 * value; faults `line:column code`, one after another.
 */
static const struct row {
	const char *name, *text;
	size_t size;
	const char *records, *faults;
} rows[] = {
	{ "no text", "", 0, "", "" },
	{ "blank lines and comments", "\n \t\n# A: 1\n\n#", 0, "", "" },
	{ "one field", "A: 1\n", 0, " A=1.", "" },
	{ "no newline at the end", "A: 1", 0, " A=1.", "" },
	{ "several fields", "A: 1\nB: 2\nA: 3\n", 0, " A=1;B=2;A=3.", "" },
	{ "records are parted by blank lines", "A: 1\n\nA: 2\n\n\n\nA: 3\n", 0,
	    " A=1. A=2. A=3.", "" },
	{ "a line of blanks is blank", "A: 1\n \t \nB: 2\n", 0, " A=1. B=2.",
	    "" },
	{ "a comment inside a record", "A: 1\n# x: y\nB: 2\n", 0, " A=1;B=2.",
	    "" },
	{ "a comment does not go on in the next line", "# x\\\nA: 1\n", 0,
	    " A=1.", "" },
	{ "no comment inside a value", "A: 1 # 2\n", 0, " A=1 # 2.", "" },
	{ "an empty value", "A:\nB: \nC: \t \n", 0, " A=;B=;C=.", "" },
	{ "blanks around a value", "A:1\nB:\t 2 \t\nC:   x y  \n", 0,
	    " A=1;B=2;C=x y.", "" },
	{ "a colon in a value", "A:B: c\nD: ::\n", 0, " A=B: c;D=::.", "" },
	{ "names", "a_1: 1\nZ9_: 2\n%doc: 3\n%: 4\n", 0,
	    " a_1=1;Z9_=2;%doc=3;%=4.", "" },
	{ "other scripts", "Name: 粮食总产量\n", 0, " Name=粮食总产量.", "" },

	{ "a value of several lines", "A: 1\n+ 2\n+3\nB: 4\n", 0,
	    " A=1^2^3;B=4.", "" },
	{ "one blank after the plus", "A: 1\n+   2\n+\t3\n", 0, " A=1^  2^\t3.",
	    "" },
	{ "empty lines in a value", "A: 1\n+\n+ \n+ 2\n", 0, " A=1^^^2.", "" },
	{ "a value that begins on its second line", "A:\n+ 1\n", 0, " A=1.",
	    "" },
	{ "a value that ends before its last line", "A: 1\n+\n+  \n", 0,
	    " A=1.", "" },
	{ "a value of blank lines", "A:\n+\n+  \nB: 1\n", 0, " A=;B=1.", "" },
	{ "a plus after a plus", "A: 1\n++ 2\n", 0, " A=1^+ 2.", "" },
	{ "a line that goes on", "A: fo\\\no\nB: 1\n", 0, " A=foo;B=1.", "" },
	{ "blanks of the next line stay", "A: foo\\\n  bar\n", 0,
	    " A=foo  bar.", "" },
	{ "what goes on is no plus, comment or field",
	    "A: x\\\n+ y\\\n# z\\\nB: 1\n", 0, " A=x+ y# zB: 1.", "" },
	{ "going on in a blank line", "A: foo\\\n\nB: 1\n", 0, " A=foo;B=1.",
	    "" },
	{ "going on from the colon", "A:\\\nfoo\n", 0, " A=foo.", "" },
	{ "several lines that go on", "A: 1\\\n\\\n\\\n2\n", 0, " A=12.", "" },
	{ "two backslashes: the second goes on", "A: x\\\\\ny\n", 0, " A=x\\y.",
	    "" },
	{ "a backslash that is not last", "A: x\\ \nB: y\\z\n", 0,
	    " A=x\\;B=y\\z.", "" },
	{ "going on at the end of the file", "A: x\\\n", 0, " A=x.", "" },
	{ "going on at the end, without a newline", "A: x\\", 0, " A=x.", "" },
	{ "both kinds", "A: 1\\\n2\n+ 3\\\n4\n", 0, " A=12^34.", "" },

	{ "a type", "%rec: Unit\n\nId: a\n\nId: b\n", 0, "Unit Id=a.Unit Id=b.",
	    "" },
	{ "types one after another",
	    "Id: 0\n\n%rec: A\n%key: Id\n\nId: 1\n\n%rec: B\n\n%rec: C\n\n"
	    "Id: 2\n",
	    0, " Id=0.A Id=1.C Id=2.", "" },
	{ "a descriptor that begins with another field",
	    "%key: Id\n%rec: A\n\nId: 1\n", 0, "A Id=1.", "" },
	{ "a descriptor at the end", "Id: 1\n\n%rec: A", 0, " Id=1.", "" },
	{ "a type without a name", "%rec:\n\nA: 1\n", 0, " A=1.",
	    "1:1 rec-type\n" },
	{ "a type that is no name", "%rec: 1a\n\nA: 1\n", 0, "1a A=1.",
	    "1:7 rec-type\n" },
	{ "a type from elsewhere", "%rec: A http://example.org\n\nB: 1\n", 0,
	    "A B=1.", "1:7 rec-type\n" },
	{ "two types", "%rec: A\n%rec: B\n\nC: 1\n", 0, "A C=1.",
	    "2:7 rec-type\n" },
	{ "data in a descriptor", "%rec: A\nId: 1\n\nId: 2\n", 0, "A Id=2.",
	    "2:1 rec-descriptor\n" },

	{ "no field", "A: 1\nwhat\nB: 2\n", 0, " A=1;B=2.", "2:1 rec-line\n" },
	{ "no name before the colon", ": 1\nB: 2\n", 0, " B=2.",
	    "1:1 rec-line\n" },
	{ "no field, of several lines", "what\n+ more\n+ more\nB: 2\n", 0,
	    " B=2.", "1:1 rec-line\n" },
	{ "names that are none",
	    "1a: 1\n\na-b: 1\n\n_a: 1\n\n名: 1\n\nA : 1\n\n A: 1\n\na%: 1\n", 0,
	    "",
	    "1:1 rec-field-name\n3:1 rec-field-name\n5:1 rec-field-name\n"
	    "7:1 rec-field-name\n9:1 rec-field-name\n11:1 rec-field-name\n"
	    "13:1 rec-field-name\n" },
	{ "a full-width colon", "A： 1\n", 0, "", "1:1 rec-line\n" },
	{ "nothing to continue", "+ 1\n+ 2\n\nA: 1\n\n+ 2\n", 0, " A=1.",
	    "1:1 rec-continuation\n6:1 rec-continuation\n" },
	{ "a comment ends a value", "A: 1\n# x\n+ 2\nB: 3\n", 0, " A=1;B=3.",
	    "3:1 rec-continuation\n" },

	{ "byte order mark",
	    "\xef\xbb\xbf"
	    "A: 1\n",
	    0, " A=1.", "1:1 bom\n" },
	{ "byte order mark alone", "\xef\xbb\xbf", 0, "", "1:1 bom\n" },
	{ "carriage returns are told once",
	    "A: 1\r\n+ 2\r\n\r\nB: x\\\r\ny\r\n", 0, " A=1^2. B=xy.",
	    "1:5 crlf\n" },
	{ "a carriage return at the end", "A: 1\nB: 2\r", 0, " A=1;B=2.",
	    "2:5 crlf\n" },
	{ "a carriage return inside a line", "A: 1\r2\n", 0, " A=1\r2.",
	    "1:5 control\n" },
	{ "control characters", "A: \033x\x7f\n# \x01\n", 0, " A=\033x\x7f.",
	    "1:4 control\n1:6 control\n2:3 control\n" },
	{ "control characters beyond ASCII", "A: 粮\xc2\x80x\xc2\x9f\n", 0,
	    " A=粮\xc2\x80x\xc2\x9f.", "1:5 control\n1:7 control\n" },
	{ "a no-break space is none", "A: x\xc2\xa0y\n", 0, " A=x\xc2\xa0y.",
	    "" },
	{ "NUL", "A: x\0y\nB: 1\n", 12, " A=x0y;B=1.", "1:5 control\n" },
	{ "bytes that are no UTF-8", "A: \xff\xfex\xe7\xb2\nB: 1\n", 0,
	    " A=\xff\xfex\xe7\xb2;B=1.", "1:4 utf-8\n1:7 utf-8\n" },
	{ "surrogates and long forms",
	    "A: \xed\xa0\x80\nB: \xc0\xaf\nC: \xf4\x90\x80\x80\n", 0,
	    " A=\xed\xa0\x80;B=\xc0\xaf;C=\xf4\x90\x80\x80.",
	    "1:4 utf-8\n2:4 utf-8\n3:4 utf-8\n" },
};

/* A file that has been read, with what it takes. */
struct reading {
	struct arena arena;
	struct diag *diag;
	struct rec_file file;
	int rc;
};

static void
read_text(struct reading *reading, struct str text)
{
	*reading = (struct reading){ .diag = diag_new(0) };
	reading->rc = rec_parse(&reading->arena, "t.rec", text, &reading->file,
	    reading->diag);
	assert_int_equal(reading->rc, diag_has_errors(reading->diag) ? -1 : 0);
}

static void
end_reading(struct reading *reading)
{
	diag_free(reading->diag);
	arena_free(&reading->arena);
}

/* Of each line `t.rec:1:5: error: ... [code]` the numbers and the code. */
static void
list_faults(struct diag *diag, struct buffer *out)
{
	struct diag_print how = { .format = DIAG_TEXT };
	struct str rest, line, head;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	diag_print(diag, &how, stream);
	assert_int_equal(fclose(stream), 0);
	rest = (struct str){ text, size };
	while (str_next_line(&rest, &line)) {
		if (!str_cut(&line, ':', &head) ||
		    !str_equal(head, STR("t.rec")))
			continue;
		str_cut(&line, ':', &head);
		buffer_add(out, head);
		str_cut(&line, ':', &head);
		buffer_format(out, ":" STR_FMT " ", STR_ARG(head));
		line = str_from_byte(line, str_find_last(line, '[') + 1);
		str_cut(&line, ']', &head);
		buffer_format(out, STR_FMT "\n", STR_ARG(head));
	}
	free(text);
}

static void
list_records(const struct rec_file *file, struct buffer *out)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct rec_record *record = &file->records[i];

		buffer_add(out, record->type);
		for (size_t j = 0; j < record->count; j++) {
			const struct rec_field *field = &record->fields[j];
			size_t start;

			buffer_format(out, "%s" STR_FMT "=", j == 0 ? " " : ";",
			    STR_ARG(field->name));
			start = out->size;
			buffer_add(out, field->value);
			for (size_t at = start; at < out->size; at++)
				if (out->data[at] == '\n')
					out->data[at] = '^';
				else if (out->data[at] == '\0')
					out->data[at] = '0';
		}
		buffer_add_byte(out, '.');
	}
}

static void
assert_text(struct buffer *text, const char *want)
{
	buffer_add_byte(text, '\0');
	assert_string_equal(text->data, want);
	buffer_clear(text);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	size_t size = row->size > 0 ? row->size : strlen(row->text);
	/* Just as long as it is, so that a step beyond its end is noticed. */
	char *copy = memory_alloc(size);
	struct buffer text = { 0 };
	struct reading reading;

	if (size > 0)
		memcpy(copy, row->text, size);
	read_text(&reading, (struct str){ copy, size });
	list_records(&reading.file, &text);
	assert_text(&text, row->records);
	list_faults(reading.diag, &text);
	assert_text(&text, row->faults);
	end_reading(&reading);
	buffer_free(&text);
	free(copy);
}

/* Where a part of the first field's value stands: line:column+span, source. */
static const struct place_row {
	const char *name, *text;
	size_t at, size;
	const char *want;
} place_rows[] = {
	{ "place: a whole value", "A: 123\n", 0, 3, "1:4+3 A: 123" },
	{ "place: a part", "A:   123\n", 1, 1, "1:7+1 A:   123" },
	{ "place: columns are characters", "A: 粮食产量\n", 6, 6,
	    "1:6+2 A: 粮食产量" },
	{ "place: after other records", "A: 粮食总产量\n+ 123\n", 17, 1,
	    "2:4+1 + 123" },
	{ "place: the second line", "A: 1\n+  234\n", 3, 3, "2:4+3 +  234" },
	{ "place: no blank after the plus", "A: 1\n+234\n", 2, 3,
	    "2:2+3 +234" },
	{ "place: no further than the line", "A: 12\n+ 34\n", 1, 4,
	    "1:5+1 A: 12" },
	{ "place: a line that goes on", "A: 12\\\n  34\n", 4, 2, "2:3+2   34" },
	{ "place: up to the backslash", "A: 12\\\n34\n", 0, 4,
	    "1:4+2 A: 12\\" },
	{ "place: behind lines of nothing", "A: 1\\\n\\\n\\\n2\n", 1, 1,
	    "4:1+1 2" },
	{ "place: a value that begins late", "A:\n+\n+  1 2\n", 2, 1,
	    "3:6+1 +  1 2" },
	{ "place: behind a value that begins late", "A:\n+  1\n+ 2\n", 2, 1,
	    "3:3+1 + 2" },
	{ "place: an empty value", "A:\nB: 1\n", 0, 0, "1:3+1 A:" },
	{ "place: an empty value of several lines", "A:\n+\n+\n", 0, 0,
	    "1:3+1 A:" },
	{ "place: an empty value at the end", "A:", 0, 0, "1:3+1 A:" },
	{ "place: the end of a value", "A: 12\n+ 34\n", 5, 1, "2:5+1 + 34" },
	{ "place: behind the end", "A: 12\n", 99, 99, "1:6+1 A: 12" },
	{ "place: carriage returns", "A: 1\r\n+ 23\r\n", 2, 2, "2:3+2 + 23" },
	{ "place: behind a byte order mark",
	    "\xef\xbb\xbf"
	    "A: 1\n",
	    0, 1, "1:4+1 A: 1" },
};

static void
check_place(void **state)
{
	const struct place_row *row = *state;
	struct buffer text = { 0 };
	struct reading reading;
	struct place place;
	struct str source;

	read_text(&reading, str_from(row->text));
	assert_true(reading.file.count == 1);
	place = rec_place(&reading.file, &reading.file.records[0].fields[0],
	    row->at, row->size);
	assert_string_equal(place.path, "t.rec");
	/* What ends the line is not part of what is asked here. */
	str_cut(&place.source, '\r', &source);
	buffer_format(&text, "%u:%u+%u " STR_FMT, place.line, place.column,
	    place.span > 0 ? place.span : 1, STR_ARG(source));
	assert_text(&text, row->want);
	end_reading(&reading);
	buffer_free(&text);
}

static void
check_name_places(void **state)
{
	struct reading reading;
	struct place place;

	(void)state;
	read_text(&reading, STR("# x\n\nId: a\nName: b\n"));
	place = rec_record_place(&reading.file, &reading.file.records[0]);
	assert_int_equal(place.line, 3);
	assert_int_equal(place.column, 1);
	place = rec_name_place(&reading.file,
	    rec_field(&reading.file.records[0], "Name"));
	assert_int_equal(place.line, 4);
	assert_int_equal(place.column, 1);
	assert_int_equal(place.span, 4);
	assert_null(rec_field(&reading.file.records[0], "name"));
	end_reading(&reading);
}

/* The first of several fields of one name. */
static void
check_first_field(void **state)
{
	struct reading reading;
	const struct rec_field *field;

	(void)state;
	read_text(&reading, STR("With: a\nWith: b\n"));
	field = rec_field(&reading.file.records[0], "With");
	assert_true(str_equal(field->value, STR("a")));
	end_reading(&reading);
}

enum { MANY = 100000 };

static void
check_many_fields(void **state)
{
	struct buffer text = { 0 };
	struct reading reading;
	const struct rec_record *record;

	(void)state;
	for (int i = 0; i < MANY; i++)
		buffer_format(&text, "F%d: %d\n", i, i);
	read_text(&reading, buffer_str(&text));
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.file.count, 1);
	record = &reading.file.records[0];
	assert_int_equal(record->count, MANY);
	assert_true(str_equal(record->fields[MANY - 1].name, STR("F99999")));
	assert_true(str_equal(record->fields[MANY - 1].value, STR("99999")));
	assert_int_equal(
	    rec_name_place(&reading.file, &record->fields[MANY - 1]).line,
	    MANY);
	end_reading(&reading);
	buffer_free(&text);
}

static void
check_many_records(void **state)
{
	struct buffer text = { 0 };
	struct reading reading;

	(void)state;
	buffer_add(&text, STR("%rec: A\n"));
	for (int i = 0; i < MANY; i++)
		buffer_format(&text, "\nF: %d\n", i);
	read_text(&reading, buffer_str(&text));
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.file.count, MANY);
	assert_true(str_equal(reading.file.records[MANY - 1].type, STR("A")));
	assert_true(str_equal(reading.file.records[MANY - 1].fields[0].value,
	    STR("99999")));
	end_reading(&reading);
	buffer_free(&text);
}

/* Every place of a value of many lines is found, and found fast. */
static void
check_many_lines(void **state)
{
	struct buffer text = { 0 };
	struct reading reading;
	const struct rec_field *field;

	(void)state;
	buffer_add(&text, STR("A: x\n"));
	for (int i = 1; i < MANY; i++)
		buffer_add(&text, i % 2 == 0 ? STR("+ x\\\n") : STR("+ x\n"));
	buffer_add(&text, STR("+ x\n"));
	read_text(&reading, buffer_str(&text));
	assert_int_equal(reading.rc, 0);
	field = &reading.file.records[0].fields[0];
	for (size_t at = 0; at < field->value.size; at++) {
		struct place place = rec_place(&reading.file, field, at, 1);

		if (field->value.data[at] == '\n')
			continue;
		assert_in_range(place.column, 1, 4);
		assert_int_equal(place.source.data[place.column - 1],
		    field->value.data[at]);
	}
	end_reading(&reading);
	buffer_free(&text);
}

static void
check_long_line(void **state)
{
	enum { MOST = 1 << 20 };
	struct buffer text = { 0 }, faults = { 0 };
	struct reading reading;

	(void)state;
	buffer_add(&text, STR("A: "));
	for (int i = 3; i < MOST; i++)
		buffer_add_byte(&text, 'x');
	read_text(&reading, buffer_str(&text));
	assert_int_equal(reading.rc, 0);
	assert_int_equal(reading.file.records[0].fields[0].value.size,
	    MOST - 3);
	end_reading(&reading);

	buffer_add(&text, STR("x\nB: 1\n"));
	read_text(&reading, buffer_str(&text));
	list_faults(reading.diag, &faults);
	assert_true(str_starts(buffer_str(&faults), STR("1:")));
	assert_true(str_ends(buffer_str(&faults), STR(" long-line\n")));
	assert_non_null(rec_field(&reading.file.records[0], "B"));
	end_reading(&reading);
	buffer_free(&text);
	buffer_free(&faults);
}

/* A file that is no recfile at all does not bury the others' faults. */
static void
check_many_faults(void **state)
{
	struct buffer text = { 0 };
	struct reading reading;

	(void)state;
	for (int i = 0; i < MANY; i++)
		buffer_add(&text, STR("\x01\n"));
	read_text(&reading, buffer_str(&text));
	assert_int_equal(reading.rc, -1);
	assert_in_range(diag_count(reading.diag, SEVERITY_ERROR), 2, 40);
	end_reading(&reading);
	buffer_free(&text);
}

/* Half of a file is read as far as it goes, wherever it was cut. */
static void
check_halves(void **state)
{
	static const char whole[] =
	    "\xef\xbb\xbf# 考核\r\n%rec: Unit\n%key: Id\n\nId: 甲\\\n\\\n县\n"
	    "+ 二\n+\n\nwhat\n: x\n+ y\n\x01\0\xff\n Id: 1\n%rec: a b\nC:";

	(void)state;
	for (size_t size = 0; size < sizeof(whole); size++) {
		char *copy = memory_alloc(size);
		struct reading reading;

		memcpy(copy, whole, size);
		read_text(&reading, (struct str){ copy, size });
		for (size_t i = 0; i < reading.file.count; i++)
			rec_record_place(&reading.file,
			    &reading.file.records[i]);
		end_reading(&reading);
		free(copy);
	}
}

static struct CMUnitTest
row_test(const char *name, CMUnitTestFunction function, const void *row)
{
	return (struct CMUnitTest){ .name = name,
		.test_func = function,
		.initial_state = (void *)(uintptr_t)row };
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(check_name_places),
		cmocka_unit_test(check_first_field),
		cmocka_unit_test(check_many_fields),
		cmocka_unit_test(check_many_records),
		cmocka_unit_test(check_many_lines),
		cmocka_unit_test(check_long_line),
		cmocka_unit_test(check_many_faults),
		cmocka_unit_test(check_halves),
	};
	static struct CMUnitTest
	    tests[LENGTH(rows) + LENGTH(place_rows) + LENGTH(others)];
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[count++] = row_test(rows[i].name, check_row, &rows[i]);
	for (size_t i = 0; i < LENGTH(place_rows); i++)
		tests[count++] =
		    row_test(place_rows[i].name, check_place, &place_rows[i]);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests_name("rec", tests, NULL, NULL);
}
