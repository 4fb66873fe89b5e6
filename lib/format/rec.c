/*
 * The syntax, in short: `Name: value`; a line that begins with `+` adds a
 * line to the value above it; a line that ends in a backslash goes on in the
 * next one; `#` begins a comment line; blank lines part records; a record
 * with a field %rec describes the records after it.
 */
#include "format/rec.h"

#include <stdio.h>

enum {
	LINE_MAX_BYTES = 1 << 20, /* longer lines are refused */
	NAME_MAX_BYTES = 64,	  /* what is longer was not meant as a name */
	REPORTS_MAX = 20	  /* of one kind in one file */
};

#define NOWHERE (STR_NOWHERE)
#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

struct reader {
	struct arena *arena;
	struct arena scratch; /* of what grows while it is read */
	struct rec_file *file;
	struct diag *diag;
	unsigned reported[FINDING_COUNT];
	bool failed;

	size_t line; /* the number of the next line, from 0 */
	struct str type;
	struct buffer value; /* unfolded, not yet trimmed */
	struct rec_piece *pieces;
	size_t piece_count, piece_capacity;
	struct rec_field *fields; /* of the record being read */
	size_t field_count, field_capacity;
	size_t record_capacity;
};

/* Where line `number` ends: at its newline, or at the end of the text. */
static size_t
line_end(const struct rec_file *file, size_t number)
{
	size_t next = number + 1 < file->line_count ? file->lines[number + 1]
						    : file->text.size;

	return next > file->lines[number] && file->text.data[next - 1] == '\n'
		   ? next - 1
		   : next;
}

/* A line without its line end, be it LF or CRLF. */
static struct str
line_text(const struct rec_file *file, size_t number)
{
	size_t start = file->lines[number], end = line_end(file, number);

	if (end > start && file->text.data[end - 1] == '\r')
		end--;
	return (struct str){ file->text.data + start, end - start };
}

/* The number of the line that holds this byte; a newline ends its line. */
static size_t
line_of(const struct rec_file *file, size_t at)
{
	size_t low = 0, high = file->line_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (file->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* As place_in(), but looking at one line only. */
static struct place
place_at(const struct rec_file *file, size_t at, size_t size)
{
	size_t number, start, end;
	struct place place;

	if (file->line_count == 0)
		return place_in(file->path, file->text, at, size);
	number = line_of(file, at);
	start = file->lines[number];
	end = line_end(file, number);
	place = place_in(file->path,
	    (struct str){ file->text.data + start, end - start }, at - start,
	    size < end - at ? size : end - at);
	place.line = (unsigned)number + 1;
	return place;
}

/* Note a fault; whether it is still to be shown. */
static bool
is_news(struct reader *reader, enum finding finding)
{
	unsigned most = finding == D_CRLF ? 1 : REPORTS_MAX;

	reader->failed = true;
	if (reader->reported[finding] == most)
		return false;
	reader->reported[finding]++;
	return true;
}

static void
report(struct reader *reader, enum finding finding, size_t at, size_t size)
{
	if (is_news(reader, finding))
		diag_at(reader->diag, place_at(reader->file, at, size),
		    finding);
}

static void
report_word(struct reader *reader, enum finding finding, size_t at, size_t size,
    struct str word)
{
	if (is_news(reader, finding))
		diag_at(reader->diag, place_at(reader->file, at, size), finding,
		    word);
}

/* Where a line begins, each; without the byte order mark of the first. */
static void
find_lines(struct reader *reader)
{
	struct str text = reader->file->text, line;
	size_t start = str_starts(text, BYTE_ORDER_MARK) ? 3 : 0;
	struct str rest = str_from_byte(text, start);
	size_t count = 0, *lines;

	while (str_next_line(&rest, &line))
		count++;
	lines = arena_array(reader->arena, count, sizeof(*lines));
	rest = str_from_byte(text, start);
	for (size_t i = 0; str_next_line(&rest, &line); i++)
		lines[i] = (size_t)(line.data - text.data);
	reader->file->lines = lines;
	reader->file->line_count = count;
}

static void
report_long_line(struct reader *reader, size_t number)
{
	struct place place = place_file(reader->file->path);
	char limit[16];

	if (!is_news(reader, D_LONG_LINE))
		return;
	/* The line itself is not shown: it would fill the terminal. */
	place.line = (unsigned)number + 1;
	snprintf(limit, sizeof(limit), "%d", LINE_MAX_BYTES);
	diag_at(reader->diag, place, D_LONG_LINE, str_from(limit));
}

static void
check_line_sizes(struct reader *reader)
{
	const struct rec_file *file = reader->file;

	for (size_t i = 0; i < file->line_count; i++)
		if (line_text(file, i).size > LINE_MAX_BYTES)
			report_long_line(reader, i);
}

/* How many bytes from here on are no UTF-8. */
static size_t
malformed_run(struct str text, size_t at)
{
	size_t end = at;
	int32_t point;

	while (end < text.size && str_code_point(text, end, &point) == 0)
		end++;
	return end - at;
}

static void
report_control(struct reader *reader, size_t at, size_t size, int32_t point)
{
	struct str text = reader->file->text;
	char code[16];

	if (point == '\r' &&
	    (at + 1 == text.size || text.data[at + 1] == '\n')) {
		report(reader, D_CRLF, at, 1);
		return;
	}
	snprintf(code, sizeof(code), "U+%04X", (unsigned)point);
	report_word(reader, D_CONTROL, at, size, str_from(code));
}

static bool
is_control(int32_t point)
{
	return (point < ' ' && point != '\t' && point != '\n') ||
	       (point >= 0x7f && point < 0xa0);
}

/* Report what is wrong with the text as such, whatever it says. */
static void
check_text(struct reader *reader)
{
	struct str text = reader->file->text;

	for (size_t at = 0; at < text.size;) {
		unsigned char byte = (unsigned char)text.data[at];
		int32_t point;
		size_t size;

		if (byte >= ' ' && byte < 0x7f) {
			at++;
			continue;
		}
		size = str_code_point(text, at, &point);
		if (size == 0) {
			size = malformed_run(text, at);
			report(reader, D_UTF8, at, size);
		} else if (is_control(point)) {
			report_control(reader, at, size, point);
		}
		at += size;
	}
	if (str_starts(text, BYTE_ORDER_MARK) && is_news(reader, D_BOM))
		diag_at(reader->diag, place_in(reader->file->path, text, 0, 3),
		    D_BOM);
}

static void
add_piece(struct reader *reader, size_t source, struct str part)
{
	reader->pieces =
	    arena_grow(&reader->scratch, reader->pieces, reader->piece_count,
		&reader->piece_capacity, sizeof(*reader->pieces));
	reader->pieces[reader->piece_count++] =
	    (struct rec_piece){ reader->value.size, source };
	buffer_add(&reader->value, part);
}

/*
 * Read the value whose first line is the present one, from byte `from` of the
 * file on, with all lines that continue it; the next line follows them.
 */
static void
read_value(struct reader *reader, size_t from)
{
	const struct rec_file *file = reader->file;

	buffer_clear(&reader->value);
	reader->piece_count = 0;
	for (;;) {
		struct str line = line_text(file, reader->line);
		struct str part =
		    str_from_byte(line, from - file->lines[reader->line]);
		bool goes_on = str_ends(part, STR("\\"));

		add_piece(reader, from, str_head(part, part.size - goes_on));
		if (++reader->line == file->line_count)
			return;
		line = line_text(file, reader->line);
		from = file->lines[reader->line];
		if (goes_on)
			continue;
		if (!str_starts(line, STR("+")))
			return;
		buffer_add_byte(&reader->value, '\n');
		from += str_starts(line, STR("+ ")) ? 2 : 1;
	}
}

/* The last piece that does not begin after byte `at` of the value. */
static size_t
piece_of(const struct rec_piece *pieces, size_t count, size_t at)
{
	size_t low = 0, high = count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (pieces[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool
is_white(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n';
}

/*
 * Give a field the bytes from `start` to `end` of the value just read, and the
 * pieces that hold them. What stands on one line is borrowed from the text.
 */
static void
keep_value(struct reader *reader, struct rec_field *field, size_t start,
    size_t end)
{
	size_t first = piece_of(reader->pieces, reader->piece_count, start);
	size_t last = piece_of(reader->pieces, reader->piece_count, end - 1);
	struct rec_piece *pieces;

	field->piece_count = last - first + 1;
	pieces =
	    arena_array(reader->arena, field->piece_count, sizeof(*pieces));
	pieces[0].source =
	    reader->pieces[first].source + (start - reader->pieces[first].at);
	for (size_t i = 1; i < field->piece_count; i++) {
		pieces[i] = reader->pieces[first + i];
		pieces[i].at -= start;
	}
	field->pieces = pieces;
	field->value = (struct str){ reader->value.data + start, end - start };
	if (field->piece_count == 1)
		field->value.data = reader->file->text.data + pieces[0].source;
	else
		field->value = arena_str(reader->arena, field->value);
}

/* An empty value stands right after the colon. */
static void
keep_empty_value(struct reader *reader, struct rec_field *field)
{
	field->piece_count = 1;
	field->pieces = arena_new(reader->arena, struct rec_piece);
	field->pieces[0].source = reader->pieces[0].source;
	field->value.data = reader->file->text.data + field->pieces[0].source;
}

static void
add_field(struct reader *reader, struct str name, size_t name_at)
{
	struct str whole = buffer_str(&reader->value);
	struct rec_field *field;
	size_t start = 0, end = whole.size;

	while (start < end && is_white(whole.data[start]))
		start++;
	while (end > start && is_white(whole.data[end - 1]))
		end--;
	reader->fields =
	    arena_grow(&reader->scratch, reader->fields, reader->field_count,
		&reader->field_capacity, sizeof(*reader->fields));
	field = &reader->fields[reader->field_count++];
	*field = (struct rec_field){ .name = name, .name_at = name_at };
	if (start == end)
		keep_empty_value(reader, field);
	else
		keep_value(reader, field, start, end);
}

static bool
is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* A letter, then letters, digits and '_': recutils have the same for types. */
static bool
is_type_name(struct str name)
{
	if (name.size == 0 || !is_letter(name.data[0]))
		return false;
	for (size_t i = 1; i < name.size; i++)
		if (!is_letter(name.data[i]) && name.data[i] != '_' &&
		    (name.data[i] < '0' || name.data[i] > '9'))
			return false;
	return true;
}

static bool
is_field_name(struct str name)
{
	if (!str_starts(name, STR("%")))
		return is_type_name(name);
	name = str_from_byte(name, 1);
	return name.size == 0 || is_type_name(name);
}

/* Of two words the first is taken, so that its records are told no more. */
static struct str
first_word(struct str value)
{
	size_t size = 0;

	while (size < value.size && !is_white(value.data[size]))
		size++;
	return str_head(value, size);
}

/* A line that is neither blank nor a comment: a field, or a fault. */
static void
read_field(struct reader *reader)
{
	size_t at = reader->file->lines[reader->line];
	struct str line = line_text(reader->file, reader->line);
	size_t colon = str_find(line, ':');
	struct str name = colon == NOWHERE ? line : str_head(line, colon);
	bool is_field = colon != NOWHERE && is_field_name(name);
	size_t from = at;

	if (is_field) {
		from = at + colon + 1;
		from +=
		    colon + 1 < line.size && (line.data[colon + 1] == ' ' ||
						 line.data[colon + 1] == '\t');
	} else if (str_starts(line, STR("+"))) {
		report(reader, D_REC_CONTINUATION, at, 1);
	} else if (colon == NOWHERE || name.size == 0 ||
		   name.size > NAME_MAX_BYTES) {
		report(reader, D_REC_LINE, at, line.size);
	} else {
		report_word(reader, D_REC_FIELD_NAME, at, name.size, name);
	}
	/* What continues a faulty line is no fault of its own. */
	read_value(reader, from);
	if (is_field)
		add_field(reader, name, at);
}

static void
report_type(struct reader *reader, const struct rec_field *field)
{
	bool is_empty = field->value.size == 0;

	report(reader, D_REC_TYPE,
	    is_empty ? field->name_at : field->pieces[0].source,
	    is_empty ? field->name.size : field->value.size);
}

/* Take the type from a descriptor, whose fields are no record. */
static void
take_descriptor(struct reader *reader)
{
	bool found = false;

	for (size_t i = 0; i < reader->field_count; i++) {
		const struct rec_field *field = &reader->fields[i];
		bool is_type = str_equal(field->name, STR("%rec"));

		if (is_type && (found || !is_type_name(field->value)))
			report_type(reader, field);
		else if (!str_starts(field->name, STR("%")))
			report_word(reader, D_REC_DESCRIPTOR, field->name_at,
			    field->name.size, field->name);
		if (is_type && !found)
			reader->type = first_word(field->value);
		found = found || is_type;
	}
}

static void
end_record(struct reader *reader)
{
	struct rec_file *file = reader->file;
	struct rec_record record = { reader->type, reader->fields,
		reader->field_count };

	if (record.count == 0)
		return;
	if (rec_field(&record, "%rec") != NULL) {
		take_descriptor(reader);
	} else {
		record.fields = arena_array(reader->arena, record.count,
		    sizeof(*record.fields));
		memcpy(record.fields, reader->fields,
		    record.count * sizeof(*record.fields));
		file->records =
		    arena_grow(reader->arena, file->records, file->count,
			&reader->record_capacity, sizeof(*file->records));
		file->records[file->count++] = record;
	}
	reader->field_count = 0;
}

int
rec_parse(struct arena *arena, const char *path, struct str text,
    struct rec_file *out, struct diag *diag)
{
	struct reader reader = { .arena = arena, .file = out, .diag = diag };

	*out = (struct rec_file){ .path = path, .text = text };
	find_lines(&reader);
	check_text(&reader);
	check_line_sizes(&reader);
	while (reader.line < out->line_count) {
		struct str line = line_text(out, reader.line);

		if (str_trim(line).size == 0) {
			end_record(&reader);
			reader.line++;
		} else if (line.data[0] == '#') {
			reader.line++;
		} else {
			read_field(&reader);
		}
	}
	end_record(&reader);
	buffer_free(&reader.value);
	arena_free(&reader.scratch);
	return reader.failed ? -1 : 0;
}

const struct rec_field *
rec_field(const struct rec_record *record, const char *name)
{
	struct str wanted = str_from(name);

	for (size_t i = 0; i < record->count; i++)
		if (str_equal(record->fields[i].name, wanted))
			return &record->fields[i];
	return NULL;
}

struct place
rec_place(const struct rec_file *file, const struct rec_field *field, size_t at,
    size_t size)
{
	const struct rec_piece *piece;
	size_t number, room;

	if (at > field->value.size)
		at = field->value.size;
	number = piece_of(field->pieces, field->piece_count, at);
	piece = &field->pieces[number];
	room = (number + 1 < field->piece_count ? piece[1].at
						: field->value.size) -
	       at;
	return place_at(file, piece->source + (at - piece->at),
	    size < room ? size : room);
}

struct place
rec_name_place(const struct rec_file *file, const struct rec_field *field)
{
	return place_at(file, field->name_at, field->name.size);
}

struct place
rec_record_place(const struct rec_file *file, const struct rec_record *record)
{
	return record->count == 0 ? place_file(file->path)
				  : rec_name_place(file, &record->fields[0]);
}
