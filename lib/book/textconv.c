#include "book/textconv.h"

#include <stdlib.h>

#include "base/intern.h"
#include "format/rec.h"
#include "git/source.h"

/* Columns of a terminal; not by the file, or one long cell would move all. */
enum {
	MEASURE_WIDTH = 40,
	UNIT_WIDTH = 10,
	VALUE_WIDTH = 12,
	STATUS_WIDTH = 8
};

/* What is escaped beside controls; ENDS: a space where the text begins or ends.
 */
enum { TAB = 1, ENDS = 2, SPACES = 4, BAR = 8 };

enum textconv_kind
textconv_kind(struct str name, struct str text)
{
	struct str line = STR(""), head = STR("measure\tunit\tvalue");

	if (str_ends(name, STR(".rec")))
		return TEXTCONV_RECORDS;
	str_next_line(&text, &line);
	if (str_ends(name, STR(".tsv")) && str_starts(line, head) &&
	    (line.size == head.size || line.data[head.size] == '\t'))
		return TEXTCONV_DATA;
	return TEXTCONV_PLAIN;
}

/* Has no width, ends a line or turns the direction of text. */
static bool
is_hidden(int32_t point)
{
	return (point >= 0x80 && point < 0xa0) || point == 0xad ||
	       point == 0x061c || point == 0x180e ||
	       (point >= 0x200b && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
	       (point >= 0xfff9 && point <= 0xfffb);
}

/* Whether the character at `at` is shown by an escape, a backslash not. */
static bool
is_escaped(struct str text, size_t at, unsigned escapes)
{
	int32_t point;

	if (str_code_point(text, at, &point) == 0)
		return true;
	switch (point) {
	case '\t':
		return (escapes & TAB) != 0;
	case ' ':
		return (escapes & SPACES) != 0 ||
		       ((escapes & ENDS) != 0 &&
			   (at == 0 || at + 1 == text.size));
	case '|':
		return (escapes & BAR) != 0;
	default:
		return point < ' ' || point == 0x7f || is_hidden(point);
	}
}

/* A backslash is doubled only where it could be taken for an escape. */
static bool
is_doubled(struct str text, size_t at, unsigned escapes)
{
	return at + 1 < text.size &&
	       (strchr("\\xu", text.data[at + 1]) != NULL ||
		   is_escaped(text, at + 1, escapes));
}

/* Append text of one line. */
static void
add_text(struct buffer *out, struct str text, unsigned escapes)
{
	for (size_t at = 0; at < text.size;) {
		int32_t point;
		size_t size = str_code_point(text, at, &point);

		if (point == '\\' && is_doubled(text, at, escapes))
			buffer_add_byte(out, '\\');
		if (!is_escaped(text, at, escapes))
			buffer_add(out,
			    str_head(str_from_byte(text, at), size));
		else if (size <= 1 && point != '|')
			buffer_format(out, "\\x%02X",
			    (unsigned char)text.data[at]);
		else if (point == '|')
			buffer_add(out, STR("\\|"));
		else
			buffer_format(out, "\\u%04X", (unsigned)point);
		at += size == 0 ? 1 : size;
	}
}

/*
 * What measures and units are called
 */

enum { DEPTH_MAX = 3, FOLDERS_MAX = 1000, BOOKS_MAX = 32 };

/* A name, and what a measure counts. */
struct label {
	struct str name, unit;
};

/* Of one kind of record. */
struct label_list {
	struct intern index;
	struct label *labels;
	size_t count, capacity;
};

struct textconv_labels {
	struct arena arena;
	struct source *source;
	struct diag *diag; /* never shown: the names are a help to the reader */
	struct label_list measures, units;
};

static void
add_label(struct textconv_labels *labels, struct label_list *list,
    struct str id, struct label label)
{
	uint32_t number = (uint32_t)list->count;

	if (id.size == 0)
		return;
	if (!intern_add(&list->index, id, &number)) {
		struct label *old = &list->labels[number];

		if (!str_equal(old->name, label.name))
			old->name = STR("");
		if (!str_equal(old->unit, label.unit))
			old->unit = STR("");
		return;
	}
	list->labels = arena_grow(&labels->arena, list->labels, list->count,
	    &list->capacity, sizeof(*list->labels));
	list->labels[list->count++] = label;
}

static struct str
value_of(const struct rec_record *record, const char *name)
{
	const struct rec_field *field = rec_field(record, name);

	return field == NULL ? STR("") : field->value;
}

static void
add_record_labels(struct textconv_labels *labels, struct label_list *list,
    const struct rec_record *record)
{
	struct label label = { value_of(record, "Name"),
		value_of(record, "Unit") };

	add_label(labels, list, value_of(record, "Id"), label);
	for (size_t i = 0; i < record->count; i++)
		if (str_equal(record->fields[i].name, STR("Alias")))
			add_label(labels, list, record->fields[i].value, label);
}

/* A path inside a folder; "" is the top. */
static struct str
path_inside(struct textconv_labels *labels, struct str folder, const char *name)
{
	return folder.size == 0 ? arena_str(&labels->arena, str_from(name))
				: arena_format(&labels->arena, STR_FMT "/%s",
				      STR_ARG(folder), name);
}

static void
read_file(struct textconv_labels *labels, struct str book, const char *name,
    struct label_list *list)
{
	struct str path = path_inside(labels, book, name);
	struct buffer bytes = { 0 };
	struct rec_file file;

	if (source_has(labels->source, path.data) &&
	    source_read(labels->source, path.data, &bytes, labels->diag) == 0) {
		rec_parse(&labels->arena, path.data,
		    arena_str(&labels->arena, buffer_str(&bytes)), &file,
		    labels->diag);
		for (size_t i = 0; i < file.count; i++)
			add_record_labels(labels, list, &file.records[i]);
	}
	buffer_free(&bytes);
}

static void
read_book(struct textconv_labels *labels, struct str book)
{
	read_file(labels, book, "measures.rec", &labels->measures);
	read_file(labels, book, "units.rec", &labels->units);
}

static bool
is_book(struct textconv_labels *labels, struct str folder)
{
	return source_has(labels->source,
	    path_inside(labels, folder, "book.rec").data);
}

/* The book that the prefix lies in; false where it lies in none. */
static bool
read_book_of(struct textconv_labels *labels, struct str prefix)
{
	while (prefix.size > 0 && prefix.data[prefix.size - 1] == '/')
		prefix.size--;
	while (prefix.size > 0) {
		size_t slash = str_find_last(prefix, '/');

		if (is_book(labels, prefix)) {
			read_book(labels, prefix);
			return true;
		}
		prefix = str_head(prefix, slash == STR_NOWHERE ? 0 : slash);
	}
	return false;
}

struct folders {
	struct str *paths;
	size_t count, capacity;
};

static void
add_folder(struct textconv_labels *labels, struct folders *folders,
    struct str path)
{
	if (folders->count == FOLDERS_MAX)
		return;
	folders->paths = arena_grow(&labels->arena, folders->paths,
	    folders->count, &folders->capacity, sizeof(*folders->paths));
	folders->paths[folders->count++] = path;
}

static void
add_folders_inside(struct textconv_labels *labels, struct folders *folders,
    struct str path)
{
	struct source_entry *entries;
	size_t count;

	source_list(labels->source, &labels->arena, path.data, &entries, &count,
	    labels->diag);
	for (size_t i = 0; i < count; i++)
		if (entries[i].is_folder)
			add_folder(labels, folders,
			    path_inside(labels, path, entries[i].name.data));
}

/* Level by level, so that what lies deep cannot crowd out what lies above. */
static void
read_all_books(struct textconv_labels *labels)
{
	struct folders folders = { 0 };
	size_t next = 0, books = 0;

	add_folder(labels, &folders, arena_str(&labels->arena, STR("")));
	for (int depth = 0; depth <= DEPTH_MAX; depth++) {
		size_t end = folders.count;

		for (; next < end && books < BOOKS_MAX; next++) {
			struct str path = folders.paths[next];

			if (is_book(labels, path)) {
				read_book(labels, path);
				books++;
			} else if (depth < DEPTH_MAX) {
				add_folders_inside(labels, &folders, path);
			}
		}
	}
}

struct textconv_labels *
textconv_labels_new(const char *folder, const char *prefix)
{
	struct textconv_labels *labels = memory_alloc(sizeof(*labels));

	*labels = (struct textconv_labels){ .diag = diag_new(1) };
	if (source_open(&labels->source, folder, NULL, labels->diag) == 0 &&
	    !read_book_of(labels, str_from(prefix)))
		read_all_books(labels);
	return labels;
}

void
textconv_labels_free(struct textconv_labels *labels)
{
	if (labels == NULL)
		return;
	source_close(labels->source);
	diag_free(labels->diag);
	intern_free(&labels->measures.index);
	intern_free(&labels->units.index);
	arena_free(&labels->arena);
	free(labels);
}

/* Nothing is known of a header, which has no list. */
static struct label
find_label(const struct label_list *list, struct str id)
{
	static const struct label nothing;
	uint32_t number =
	    list == NULL ? INDEX_NONE : intern_find(&list->index, id);

	return number == INDEX_NONE ? nothing : list->labels[number];
}

static struct label
measure_label(const struct textconv_labels *labels, struct str id)
{
	return find_label(labels == NULL ? NULL : &labels->measures, id);
}

/* By Id or alias. */
static struct label
unit_label(const struct textconv_labels *labels, struct str id)
{
	return find_label(labels == NULL ? NULL : &labels->units, id);
}

/*
 * Records
 */

struct record {
	struct str id, name, type;
};

static bool
is_blank(struct str line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.data[i] != ' ' && line.data[i] != '\t' &&
		    line.data[i] != '\r')
			return false;
	return true;
}

/* What a field's line gives: `Id: x`; false where it is another's. */
static bool
take_value(struct str line, struct str field, struct str *value)
{
	if (value->size > 0 || !str_starts(line, field))
		return false;
	*value = str_trim(str_from_byte(line, field.size));
	if (str_ends(*value, STR("\r")))
		value->size--;
	return true;
}

/* What the record at the beginning of the text is called. */
static struct record
look_ahead(struct str text)
{
	struct record record = { STR(""), STR(""), STR("") };
	struct str line;
	bool goes_on = false;

	while (str_next_line(&text, &line) && !is_blank(line)) {
		if (line.data[0] == '#')
			continue;
		if (!goes_on && line.data[0] != '+' &&
		    !take_value(line, STR("Id:"), &record.id) &&
		    !take_value(line, STR("Name:"), &record.name))
			take_value(line, STR("%rec:"), &record.type);
		goes_on = str_ends(line, STR("\\"));
	}
	return record;
}

/* What stands before each line of a record; `#` and `%` begin other lines. */
static void
add_prefix(struct buffer *out, const struct record *record, struct str type)
{
	struct str first = record->id.size > 0 ? record->id : type;

	if (first.size > 0 && (first.data[0] == '#' || first.data[0] == '%'))
		buffer_add_byte(out, '\\');
	add_text(out, first, TAB | BAR);
	if (record->id.size > 0 && record->name.size > 0) {
		buffer_add_byte(out, ' ');
		add_text(out, record->name, TAB | BAR);
	}
	buffer_add(out, first.size > 0 ? STR(" | ") : STR("| "));
}

static void
add_records(struct buffer *out, struct str text)
{
	struct record record = { STR(""), STR(""), STR("") };
	struct str type = STR(""), line, rest = text;
	bool inside = false;

	while (rest.size > 0) {
		struct str from = rest;
		bool ended = str_cut(&rest, '\n', &line);

		if (is_blank(line)) {
			inside = false;
		} else if (!inside && line.data[0] != '#') {
			record = look_ahead(from);
			inside = true;
			if (record.type.size > 0)
				type = record.type;
		}
		if (!is_blank(line) && line.data[0] != '#' &&
		    line.data[0] != '%')
			add_prefix(out, &record, type);
		add_text(out, line, 0);
		if (ended)
			buffer_add_byte(out, '\n');
	}
}

/*
 * Data
 */

static void
pad(struct buffer *out, size_t start, size_t width)
{
	size_t have = str_width(str_from_byte(buffer_str(out), start));

	for (; have < width; have++)
		buffer_add_byte(out, ' ');
}

/* An Id with its name behind it. */
static void
add_named(struct buffer *out, struct str id, struct str name, size_t width)
{
	size_t start = out->size;

	add_text(out, id, SPACES | BAR);
	if (name.size > 0 && !str_equal(id, name)) {
		buffer_add_byte(out, ' ');
		add_text(out, name, TAB | BAR);
	}
	pad(out, start, width);
}

static void
add_value(struct buffer *out, struct str value, struct str unit)
{
	struct buffer text = { 0 };
	size_t width;

	add_text(&text, value, SPACES | BAR);
	width = str_width(buffer_str(&text));
	for (; width < VALUE_WIDTH; width++)
		buffer_add_byte(out, ' ');
	buffer_add(out, buffer_str(&text));
	buffer_free(&text);
	if (unit.size == 0)
		return;
	buffer_add_byte(out, ' ');
	add_text(out, unit, TAB | BAR);
}

static void
add_cell(struct buffer *out, size_t number, struct str cell, struct str measure,
    const struct textconv_labels *labels)
{
	size_t start = out->size;

	if (number == 0)
		add_named(out, cell, measure_label(labels, cell).name,
		    MEASURE_WIDTH);
	else if (number == 1)
		add_named(out, cell, unit_label(labels, cell).name, UNIT_WIDTH);
	else if (number == 2)
		add_value(out, cell,
		    cell.size == 0 || str_equal(cell, STR("n/a"))
			? STR("")
			: measure_label(labels, measure).unit);
	else
		add_text(out, cell, ENDS | BAR);
	if (number == 3)
		pad(out, start, STATUS_WIDTH);
}

static void
add_row(struct buffer *out, struct str line,
    const struct textconv_labels *labels)
{
	struct str measure = STR(""), cell;
	size_t start = out->size;
	bool more = true;

	for (size_t number = 0; more; number++) {
		more = str_cut(&line, '\t', &cell);
		if (number == 0)
			measure = cell;
		else
			buffer_add(out, STR(" | "));
		add_cell(out, number, cell, measure, labels);
	}
	while (out->size > start && out->data[out->size - 1] == ' ')
		out->size--;
}

static void
add_data(struct buffer *out, struct str text,
    const struct textconv_labels *labels)
{
	struct str line;
	bool is_header = true, ended;

	while (text.size > 0) {
		ended = str_cut(&text, '\n', &line);
		if (!is_blank(line))
			add_row(out, line, is_header ? NULL : labels);
		else
			add_text(out, line, 0);
		is_header = false;
		if (ended)
			buffer_add_byte(out, '\n');
	}
}

static void
add_plain(struct buffer *out, struct str text)
{
	struct str line;
	bool ended;

	while (text.size > 0) {
		ended = str_cut(&text, '\n', &line);
		add_text(out, line, 0);
		if (ended)
			buffer_add_byte(out, '\n');
	}
}

void
textconv_add(struct buffer *out, enum textconv_kind kind, struct str text,
    const struct textconv_labels *labels)
{
	switch (kind) {
	case TEXTCONV_PLAIN:
		add_plain(out, text);
		break;
	case TEXTCONV_RECORDS:
		add_records(out, text);
		break;
	case TEXTCONV_DATA:
		add_data(out, text, labels);
		break;
	}
}
