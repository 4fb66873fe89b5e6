#include "format/table.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

enum { TEXT_MAX = 128 * 1024 }; /* bytes that wait before they are written */

struct column {
	struct str name;
	struct str key; /* JSON: the name, and what comes before the value */
	enum table_type type;
	size_t width; /* of the widest cell */
};

struct held_cell {
	size_t size, width;
	enum table_mark mark;
};

struct table {
	FILE *out;
	const struct format *format;
	struct arena arena; /* the columns' */
	struct column *columns;
	size_t count, at;     /* columns; the one that the next cell is for */
	size_t rows;	      /* complete ones; the header is none */
	size_t widest;	      /* a cell that counts for its column's width */
	enum table_mark mark; /* of the next cell */
	bool colour;
	struct buffer text; /* to be written */
	struct buffer held; /* the cells of all rows, one after another */
	struct held_cell *cells;
	size_t cell_count, cell_capacity;
};

/* What a byte may mean to one format or another. */
enum trait {
	CONTROL = 1,
	BREAK = 2, /* of a line */
	QUOTE = 4,
	COMMA = 8,
	SLASH = 16, /* the backslash */
	MARK = 32,  /* what Markdown takes for markup */
	HIGH = 64,
	HIGH_C2 = 128 /* may begin one of the controls U+0080 to U+009F */
};

/* clang-format off */
#define C CONTROL
#define B (CONTROL | BREAK)
#define Q QUOTE
#define S SLASH
#define M MARK
#define H HIGH
#define H2 (HIGH | HIGH_C2)
static const unsigned char traits[256] = {
	C, C, C, C, C, C, C, C, C, C, B, C, C, B, C, C,
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	0, 0, Q, 0, 0, 0, M, 0, 0, 0, M, 0, COMMA, 0, 0, 0, /* " & * , */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, M, 0, 0, 0,     /* < */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, M, S, M, 0, 0,     /* [ \ ] */
	M, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,     /* ` */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, M, 0, 0, C,     /* | DEL */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H2, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
};
#undef C
#undef B
#undef Q
#undef S
#undef M
#undef H
#undef H2
/* clang-format on */

static unsigned
traits_of(struct str s)
{
	unsigned found = 0;

	for (size_t i = 0; i < s.size; i++)
		found |= traits[(unsigned char)s.data[i]];
	return found;
}

static bool
is_control(int32_t point)
{
	return (point >= 0 && point < ' ') || (point >= 0x7f && point < 0xa0);
}

static void
add_hex(struct buffer *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.size; i++)
		buffer_format(out, "\\x%02X", (unsigned char)bytes.data[i]);
}

/*
 * One function to a format adds one character to the output; `point` is -1
 * where the byte is no UTF-8. TSV and CSV keep such a byte: a filter must not
 * alter what it does not understand.
 */
static void
add_tsv_character(struct buffer *out, struct str bytes, int32_t point)
{
	if (point == '\t')
		buffer_add(out, STR("\\t"));
	else if (point == '\n')
		buffer_add(out, STR("\\n"));
	else if (point == '\r')
		buffer_add(out, STR("\\r"));
	else if (point == '\\')
		buffer_add(out, STR("\\\\"));
	else if (is_control(point))
		add_hex(out, bytes);
	else
		buffer_add(out, bytes);
}

static void
add_aligned_character(struct buffer *out, struct str bytes, int32_t point)
{
	if (point < 0)
		add_hex(out, bytes);
	else
		add_tsv_character(out, bytes, point);
}

static void
add_markdown_character(struct buffer *out, struct str bytes, int32_t point)
{
	if (traits_of(bytes) & MARK)
		buffer_add_byte(out, '\\');
	add_aligned_character(out, bytes, point);
}

static void
add_csv_character(struct buffer *out, struct str bytes, int32_t point)
{
	if (point == '"')
		buffer_add_byte(out, '"');
	if (is_control(point) && point != '\t' && point != '\n' &&
	    point != '\r')
		add_hex(out, bytes);
	else
		buffer_add(out, bytes);
}

static void
add_json_character(struct buffer *out, struct str bytes, int32_t point)
{
	if (point < 0)
		buffer_add(out, STR("\xef\xbf\xbd")); /* U+FFFD */
	else if (point == '"')
		buffer_add(out, STR("\\\""));
	else if (is_control(point) && point != '\t' && point != '\n' &&
		 point != '\r')
		buffer_format(out, "\\u%04x", (unsigned)point);
	else
		add_tsv_character(out, bytes, point);
}

struct format {
	const char *name;
	unsigned care; /* the traits that ask for a look at each character */
	void (*character)(struct buffer *out, struct str bytes, int32_t point);
	void (*begin)(struct table *table);
	void (*cell)(struct table *table, struct str cell);
	void (*end)(struct table *table);
};

/* Add the text of a cell, escaped for the format. */
static void
add_text(const struct format *format, struct buffer *out, struct str text,
    unsigned found)
{
	if ((found & format->care) == 0) {
		buffer_add(out, text);
		return;
	}
	for (size_t at = 0; at < text.size;) {
		int32_t point;
		size_t size = str_code_point(text, at, &point);

		if (size == 0) {
			size = 1;
			point = -1;
		}
		format->character(out, str_head(str_from_byte(text, at), size),
		    point);
		at += size;
	}
}

/*
 * What cannot be written is told by ferror(), which is asked at the end. The
 * first byte that was not written is left in the stream's buffer, so that
 * fclose() meets the failure again, and with it the reason.
 */
static void
flush_text(struct table *table)
{
	const struct buffer *text = &table->text;
	size_t written;

	if (text->size > 0 && !ferror(table->out)) {
		written = fwrite(text->data, 1, text->size, table->out);
		if (written < text->size)
			putc(text->data[written], table->out);
	}
	buffer_clear(&table->text);
}

static void
flush_if_much(struct table *table)
{
	if (table->text.size >= TEXT_MAX)
		flush_text(table);
}

static bool
is_last(const struct table *table)
{
	return table->at + 1 == table->count;
}

static void
add_header(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table_cell(table, table->columns[i].name);
}

static void
end_text(struct table *table)
{
	(void)table;
}

/* The usual cell goes out as it came: it is looked at while it is copied. */
static void
add_tsv_cell(struct table *table, struct str cell)
{
	struct buffer *text = &table->text;
	unsigned found = 0;
	char *to;

	buffer_reserve(text, cell.size + 1);
	to = text->data + text->size;
	for (size_t i = 0; i < cell.size; i++) {
		to[i] = cell.data[i];
		found |= traits[(unsigned char)to[i]];
	}
	if ((found & table->format->care) == 0)
		text->size += cell.size;
	else
		add_text(table->format, text, cell, found);
	buffer_add_byte(text, is_last(table) ? '\n' : '\t');
}

static size_t
skip_digits(struct str s, size_t at)
{
	while (at < s.size && s.data[at] >= '0' && s.data[at] <= '9')
		at++;
	return at;
}

/* Where a decimal that begins at `at` ends, or `at` where there is none. */
static size_t
skip_decimal(struct str s, size_t at)
{
	size_t point = skip_digits(s, at), end;

	if (point == at || point == s.size || s.data[point] != '.')
		return point;
	end = skip_digits(s, point + 1);
	return end > point + 1 ? end : at;
}

static bool
is_signed_decimal(struct str s)
{
	size_t at = str_starts(s, STR("-")) || str_starts(s, STR("+"));

	return skip_decimal(s, at) == s.size && s.size > at;
}

/*
 * Whether a spreadsheet might take the cell for a formula: white space before
 * the sign does not keep it from that, nor does the sign's full width.
 */
static bool
is_formula(struct str cell)
{
	size_t at = 0;
	int32_t point;

	while (at < cell.size && strchr(" \t\r\n", cell.data[at]) != NULL &&
	       cell.data[at] != '\0')
		at++;
	str_code_point(cell, at, &point);
	switch (point) {
	case '=':
	case '+':
	case '-':
	case '@':
	case 0xff1d:
	case 0xff0b:
	case 0xff0d:
	case 0xff20:
		return !is_signed_decimal(cell);
	default:
		return false;
	}
}

static void
add_csv_cell(struct table *table, struct str cell)
{
	struct buffer *text = &table->text;
	unsigned found = traits_of(cell);
	/* A line that is all empty would be no row to some readers. */
	bool quoted = (found & (BREAK | QUOTE | COMMA)) != 0 ||
		      (cell.size == 0 && table->count == 1);

	if (quoted)
		buffer_add_byte(text, '"');
	if (is_formula(cell))
		buffer_add_byte(text, '\'');
	add_text(table->format, text, cell, found);
	if (quoted)
		buffer_add_byte(text, '"');
	buffer_add_byte(text, is_last(table) ? '\n' : ',');
}

/* RFC 8259, section 6. */
bool
table_is_number(struct str s)
{
	size_t at = str_starts(s, STR("-")), end = skip_decimal(s, at);

	if (end == at || (s.data[at] == '0' && skip_digits(s, at) > at + 1))
		return false;
	if (end < s.size && (s.data[end] == 'e' || s.data[end] == 'E')) {
		at = end + 1;
		at += at < s.size && (s.data[at] == '-' || s.data[at] == '+');
		end = skip_digits(s, at);
	}
	return end == s.size && end > at;
}

static void
add_json_string(const struct format *format, struct buffer *out,
    struct str text)
{
	buffer_add_byte(out, '"');
	add_text(format, out, text, traits_of(text));
	buffer_add_byte(out, '"');
}

static void
begin_jsonl(struct table *table)
{
	struct buffer key = { 0 };

	for (size_t i = 0; i < table->count; i++) {
		buffer_clear(&key);
		buffer_add_byte(&key, i == 0 ? '{' : ',');
		add_json_string(table->format, &key, table->columns[i].name);
		buffer_add_byte(&key, ':');
		table->columns[i].key =
		    arena_str(&table->arena, buffer_str(&key));
	}
	buffer_free(&key);
}

static void
begin_json(struct table *table)
{
	begin_jsonl(table);
	buffer_add_byte(&table->text, '[');
}

static void
end_json(struct table *table)
{
	buffer_add(&table->text, table->rows > 0 ? STR("\n]\n") : STR("]\n"));
}

static void
add_json_list(struct table *table, struct str cell, bool of_numbers)
{
	struct buffer *text = &table->text;
	struct str element;
	bool more = cell.size > 0;

	buffer_add_byte(text, '[');
	while (more) {
		more = str_cut(&cell, ' ', &element);
		if (!of_numbers)
			add_json_string(table->format, text, element);
		else if (table_is_number(element))
			buffer_add(text, element);
		else
			buffer_add(text, STR("null"));
		if (more)
			buffer_add_byte(text, ',');
	}
	buffer_add_byte(text, ']');
}

/* A key and its value; after the last the object is closed. */
static void
add_member(struct table *table, struct str cell)
{
	const struct column *column = &table->columns[table->at];
	struct buffer *text = &table->text;

	buffer_add(text, column->key);
	if (column->type == TABLE_LIST || column->type == TABLE_NUMBERS)
		add_json_list(table, cell, column->type == TABLE_NUMBERS);
	else if (cell.size == 0)
		buffer_add(text, STR("null"));
	else if (column->type != TABLE_TEXT && table_is_number(cell))
		buffer_add(text, cell);
	else
		add_json_string(table->format, text, cell);
	if (is_last(table))
		buffer_add_byte(text, '}');
}

static void
add_json_cell(struct table *table, struct str cell)
{
	if (table->at == 0)
		buffer_add(&table->text,
		    table->rows > 0 ? STR(",\n") : STR("\n"));
	add_member(table, cell);
}

static void
add_jsonl_cell(struct table *table, struct str cell)
{
	add_member(table, cell);
	if (is_last(table))
		buffer_add_byte(&table->text, '\n');
}

/* Keep a cell, as it will be written, until all widths are known. */
static void
hold_cell(struct table *table, struct str cell)
{
	struct column *column = &table->columns[table->at];
	size_t start = table->held.size;
	struct held_cell *held;
	struct str text;

	add_text(table->format, &table->held, cell, traits_of(cell));
	text = str_from_byte(buffer_str(&table->held), start);
	if (table->cell_count == table->cell_capacity) {
		table->cell_capacity =
		    table->cell_capacity == 0 ? 1024 : 2 * table->cell_capacity;
		table->cells = memory_resize(table->cells,
		    table->cell_capacity * sizeof(*table->cells));
	}
	held = &table->cells[table->cell_count++];
	held->size = text.size;
	held->mark = table->mark;
	held->width =
	    (traits_of(text) & HIGH) != 0 ? str_width(text) : text.size;
	if (held->width > column->width && held->width <= table->widest)
		column->width = held->width;
}

static void
add_many(struct buffer *out, char byte, size_t count)
{
	buffer_reserve(out, count);
	while (count-- > 0)
		buffer_add_byte(out, byte);
}

static const int colours[] = {
	[TABLE_GOOD] = 32, [TABLE_BAD] = 31, [TABLE_FAINT] = 2
};

/* Cell `number` of those held, whose text begins at *at, in its column. */
static void
add_padded(struct table *table, size_t number, size_t *at)
{
	const struct column *column = &table->columns[number % table->count];
	struct held_cell cell = table->cells[number];
	size_t blanks =
	    cell.width < column->width ? column->width - cell.width : 0;
	struct str text = { table->held.data + *at, cell.size };

	if (column->type == TABLE_NUMBER)
		add_many(&table->text, ' ', blanks);
	if (table->colour && cell.mark != TABLE_PLAIN && cell.size > 0)
		buffer_format(&table->text, "\033[%dm" STR_FMT "\033[0m",
		    colours[cell.mark], STR_ARG(text));
	else
		buffer_add(&table->text, text);
	if (column->type != TABLE_NUMBER)
		add_many(&table->text, ' ', blanks);
	*at += cell.size;
}

static void
end_aligned(struct table *table)
{
	struct buffer *text = &table->text;
	size_t at = 0;

	for (size_t i = 0; i < table->cell_count; i++) {
		add_padded(table, i, &at);
		if ((i + 1) % table->count != 0) {
			buffer_add(text, STR("  "));
			continue;
		}
		while (text->size > 0 && text->data[text->size - 1] == ' ')
			text->size--;
		buffer_add_byte(text, '\n');
		flush_if_much(table);
	}
}

/* The row below the header: dashes, with a colon where numbers stand. */
static void
add_markdown_rule(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];
		bool is_number = column->type == TABLE_NUMBER;

		buffer_add(&table->text, STR("| "));
		add_many(&table->text, '-', column->width - is_number);
		buffer_add(&table->text, is_number ? STR(": ") : STR(" "));
	}
	buffer_add(&table->text, STR("|\n"));
}

static void
end_markdown(struct table *table)
{
	size_t at = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct column *column = &table->columns[i];
		size_t least =
		    column->type == TABLE_NUMBER ? 4 : 3; /* "---:" */

		if (column->width < least)
			column->width = least;
	}
	for (size_t i = 0; i < table->cell_count; i++) {
		buffer_add(&table->text, STR("| "));
		add_padded(table, i, &at);
		buffer_add_byte(&table->text, ' ');
		if ((i + 1) % table->count != 0)
			continue;
		buffer_add(&table->text, STR("|\n"));
		if (i + 1 == table->count)
			add_markdown_rule(table);
		flush_if_much(table);
	}
}

static const struct format formats[] = {
	[TABLE_TSV] = { "tsv", CONTROL | SLASH | HIGH_C2, add_tsv_character,
	    add_header, add_tsv_cell, end_text },
	[TABLE_CSV] = { "csv", CONTROL | QUOTE | HIGH_C2, add_csv_character,
	    add_header, add_csv_cell, end_text },
	[TABLE_JSON] = { "json", CONTROL | QUOTE | SLASH | HIGH,
	    add_json_character, begin_json, add_json_cell, end_json },
	[TABLE_JSONL] = { "jsonl", CONTROL | QUOTE | SLASH | HIGH,
	    add_json_character, begin_jsonl, add_jsonl_cell, end_text },
	[TABLE_ALIGNED] = { "table", CONTROL | SLASH | HIGH,
	    add_aligned_character, add_header, hold_cell, end_aligned },
	[TABLE_MARKDOWN] = { "md", CONTROL | SLASH | MARK | HIGH,
	    add_markdown_character, add_header, hold_cell, end_markdown },
};

void
table_json_string(struct buffer *out, struct str text)
{
	add_json_string(&formats[TABLE_JSON], out, text);
}

void
table_markdown(struct buffer *out, struct str text)
{
	add_text(&formats[TABLE_MARKDOWN], out, text, traits_of(text));
}

bool
table_format_parse(struct str text, enum table_format *out)
{
	for (size_t i = 0; i < LENGTH(formats); i++)
		if (str_equal(text, str_from(formats[i].name))) {
			*out = (enum table_format)i;
			return true;
		}
	return false;
}

enum table_format
table_format_for(FILE *out)
{
	return isatty(fileno(out)) ? TABLE_ALIGNED : TABLE_TSV;
}

bool
table_is_for_people(enum table_format format)
{
	return format == TABLE_ALIGNED || format == TABLE_MARKDOWN;
}

struct table *
table_new(FILE *out, enum table_format format,
    const struct table_column *columns, size_t count)
{
	struct table *table = memory_alloc(sizeof(*table));

	*table = (struct table){ .out = out,
		.format = &formats[format],
		.count = count,
		.widest = SIZE_MAX };
	table->columns =
	    arena_array(&table->arena, count, sizeof(*table->columns));
	for (size_t i = 0; i < count; i++) {
		table->columns[i].name =
		    arena_str(&table->arena, columns[i].name);
		table->columns[i].type = columns[i].type;
	}
	table->format->begin(table);
	table->rows = 0;
	return table;
}

void
table_narrow(struct table *table, size_t widest)
{
	table->widest = widest;
}

void
table_cell(struct table *table, struct str cell)
{
	if (table->count == 0)
		return;
	table->format->cell(table, cell);
	table->mark = TABLE_PLAIN;
	if (++table->at < table->count)
		return;
	table->at = 0;
	table->rows++;
	flush_if_much(table);
}

void
table_mark(struct table *table, enum table_mark mark)
{
	table->mark = mark;
}

void
table_colour(struct table *table)
{
	table->colour = table->format == &formats[TABLE_ALIGNED];
}

bool
table_colour_for(FILE *out)
{
	const char *refusal = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(out)) && (refusal == NULL || *refusal == '\0') &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

void
table_end(struct table *table)
{
	while (table->at != 0)
		table_cell(table, STR(""));
	table->format->end(table);
	flush_text(table);
	buffer_free(&table->text);
	buffer_free(&table->held);
	free(table->cells);
	arena_free(&table->arena);
	free(table);
}
