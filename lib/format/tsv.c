#include "format/tsv.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/intern.h"

/* How much is asked for at a time where a file's size is not known. */
enum { READ_AT_ONCE = 256 * 1024 };

/* The file being added. */
struct reader {
	struct tsv *tsv;
	const char *path;
	struct diag *diag;
	struct str line; /* in hand, without its newline */
	unsigned line_number;
	bool crlf_reported;
	bool faulty;
};

/* What a look at each byte of a line finds. */
enum trait { TAB = 1, CONTROL = 2, HIGH = 4 };

static struct place
part_place(const struct reader *reader, struct str part)
{
	struct place place = place_in(reader->path, reader->line,
	    (size_t)(part.data - reader->line.data), part.size);

	place.line = reader->line_number;
	return place;
}

/* Where byte `at` of the line stands, and so many bytes from there. */
static struct place
byte_place(const struct reader *reader, size_t at, size_t size)
{
	return part_place(reader,
	    str_head(str_from_byte(reader->line, at), size));
}

static unsigned
trait_of(unsigned char byte)
{
	if (byte >= 0x80)
		return HIGH;
	if (byte >= ' ' && byte != 0x7f)
		return 0;
	return byte == '\t' ? TAB : CONTROL;
}

/* Look at each byte of a line: how many tabs there are, and what else. */
static size_t
count_tabs(struct str line, unsigned *traits)
{
	size_t tabs = 0;

	*traits = 0;
	for (size_t i = 0; i < line.size; i++) {
		unsigned trait = trait_of((unsigned char)line.data[i]);

		tabs += trait & TAB;
		*traits |= trait;
	}
	return tabs;
}

/* Report the first character of the line that no text should have. */
static void
report_control(struct reader *reader)
{
	struct str line = reader->line;
	char code[16];

	for (size_t at = 0, size; at < line.size; at += size) {
		int32_t point;

		size = str_code_point(line, at, &point);
		size = size > 0 ? size : 1;
		if (point == '\t' || (point >= ' ' && point < 0x7f) ||
		    point >= 0xa0 || point < 0)
			continue;
		snprintf(code, sizeof(code), "U+%04X", (unsigned)point);
		diag_at(reader->diag, byte_place(reader, at, size), D_CONTROL,
		    str_from(code));
		reader->faulty = true;
		return;
	}
}

/* Take the carriage return off; it is reported once in a file. */
static void
drop_return(struct reader *reader)
{
	size_t last = reader->line.size - 1;

	if (!reader->crlf_reported)
		diag_at(reader->diag, byte_place(reader, last, 1), D_CRLF);
	reader->crlf_reported = reader->faulty = true;
	reader->line.size = last;
}

/* Report what is wrong with the writing of the line; count its tabs. */
static size_t
check_line(struct reader *reader)
{
	unsigned traits;
	size_t tabs, bad;

	if (reader->line.size > 0 &&
	    reader->line.data[reader->line.size - 1] == '\r')
		drop_return(reader);
	tabs = count_tabs(reader->line, &traits);
	if ((traits & HIGH) != 0 && !str_is_utf8(reader->line, &bad)) {
		diag_at(reader->diag, byte_place(reader, bad, 1), D_UTF8);
		reader->faulty = true;
	} else if ((traits & (HIGH | CONTROL)) != 0) {
		report_control(reader);
	}
	return tabs;
}

static void
report_columns(struct reader *reader, size_t count)
{
	char found[24], wanted[24];

	snprintf(found, sizeof(found), "%zu", count);
	snprintf(wanted, sizeof(wanted), "%zu", reader->tsv->column_count);
	diag_at(reader->diag, part_place(reader, reader->line), D_COLUMNS,
	    str_from(found), str_from(wanted));
	reader->faulty = true;
}

/* Enter a name of the header; it must be there, and be the only one. */
static void
add_name(struct reader *reader, struct intern *seen, struct str name)
{
	struct tsv *tsv = reader->tsv;
	uint32_t number = (uint32_t)tsv->column_count;
	char text[24];

	tsv->names[tsv->column_count++] = name;
	if (name.size == 0) {
		snprintf(text, sizeof(text), "%zu", tsv->column_count);
		diag_at(reader->diag, part_place(reader, name), D_TSV_NO_NAME,
		    str_from(text));
		reader->faulty = true;
	} else if (!intern_add(seen, name, &number)) {
		diag_at(reader->diag, part_place(reader, name),
		    D_TSV_NAME_TWICE, name);
		reader->faulty = true;
	}
}

static void
read_names(struct reader *reader, size_t tabs)
{
	struct tsv *tsv = reader->tsv;
	struct str rest = reader->line, name;
	struct intern seen = { 0 };
	bool more;

	tsv->names = arena_array(&tsv->arena, tabs + 1, sizeof(*tsv->names));
	do {
		more = str_cut(&rest, '\t', &name);
		add_name(reader, &seen, name);
	} while (more);
	intern_free(&seen);
}

static void
read_header(struct reader *reader)
{
	struct tsv *tsv = reader->tsv;
	size_t tabs = check_line(reader);

	if (tsv->column_count == 0) {
		tsv->header = reader->line;
		tsv->header_path = reader->path;
		read_names(reader, tabs);
	} else if (!str_equal(reader->line, tsv->header)) {
		diag_at(reader->diag, part_place(reader, reader->line),
		    D_TSV_HEADER, str_from(tsv->header_path));
		reader->faulty = true;
	}
}

/* The next line of the text, which ends in a newline. */
static bool
next_line(struct reader *reader, struct str *text)
{
	if (!str_next_line(text, &reader->line))
		return false;
	reader->line_number++;
	return true;
}

static void
read_rows(struct reader *reader, struct str text)
{
	struct tsv *tsv = reader->tsv;

	while (next_line(reader, &text)) {
		size_t tabs;

		tsv->rows[tsv->row_count++] = reader->line.data;
		tabs = check_line(reader);
		if (tabs + 1 != tsv->column_count)
			report_columns(reader, tabs + 1);
	}
}

static size_t
count_lines(struct str text)
{
	struct str line;
	size_t lines = 0;

	while (str_next_line(&text, &line))
		lines++;
	return lines;
}

/* Make room for the rows of a text; false where they are too many. */
static bool
reserve_rows(struct reader *reader, struct str text)
{
	struct tsv *tsv = reader->tsv;
	size_t lines = count_lines(text);

	if (lines > TSV_ROWS_MAX - tsv->row_count) {
		diag_at(reader->diag, place_file(reader->path), D_TSV_ROWS);
		reader->faulty = true;
		return false;
	}
	tsv->rows = memory_resize(tsv->rows,
	    (tsv->row_count + lines) * sizeof(*tsv->rows));
	return true;
}

static void
read_text(struct reader *reader, struct str text)
{
	struct str mark = STR("\xef\xbb\xbf");

	if (text.size == 0) {
		diag_at(reader->diag, place_file(reader->path), D_EMPTY_FILE);
		reader->faulty = true;
		return;
	}
	if (str_starts(text, mark)) {
		diag_at(reader->diag,
		    place_in(reader->path, text, 0, mark.size), D_BOM);
		reader->faulty = true;
		text = str_from_byte(text, mark.size);
	}
	if (!next_line(reader, &text))
		return;
	read_header(reader);
	if (reserve_rows(reader, text))
		read_rows(reader, text);
}

/* Enter the file, whose text from here on ends in a newline. */
static struct tsv_file *
add_file(struct tsv *tsv, const char *path, struct buffer bytes)
{
	struct tsv_file *file;

	if (bytes.size > 0 && bytes.data[bytes.size - 1] != '\n')
		buffer_add_byte(&bytes, '\n');
	tsv->files = memory_resize(tsv->files,
	    (tsv->file_count + 1) * sizeof(*tsv->files));
	file = &tsv->files[tsv->file_count++];
	*file = (struct tsv_file){
		.path = path, .bytes = bytes, .first_row = tsv->row_count
	};
	return file;
}

int
tsv_add(struct tsv *tsv, const char *path, struct buffer bytes,
    struct diag *diag)
{
	struct reader reader = { .tsv = tsv, .diag = diag };
	struct tsv_file *file;

	reader.path = strcmp(path, "-") == 0
			  ? "<stdin>"
			  : arena_str(&tsv->arena, str_from(path)).data;
	file = add_file(tsv, reader.path, bytes);
	read_text(&reader, buffer_str(&file->bytes));
	return reader.faulty ? -1 : 0;
}

/* Read all that there is; 0, or an errno. */
static int
read_all(int fd, struct buffer *bytes)
{
	struct stat status;
	size_t room = READ_AT_ONCE;
	ssize_t size;

	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size > 0)
		room = (size_t)status.st_size + 1;
	do {
		/* One byte more for the newline that may be missing. */
		buffer_reserve(bytes, room + 1);
		room = bytes->capacity - bytes->size - 1;
		size = read(fd, bytes->data + bytes->size, room);
		if (size > 0)
			bytes->size += (size_t)size;
		room = READ_AT_ONCE;
	} while (size > 0 || (size < 0 && errno == EINTR));
	return size < 0 ? errno : 0;
}

static int
read_path(const char *path, struct buffer *bytes)
{
	int fd, error;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, bytes);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = read_all(fd, bytes);
	close(fd);
	return error;
}

int
tsv_read(struct tsv *tsv, const char *path, struct diag *diag)
{
	struct buffer bytes = { 0 };
	int error = read_path(path, &bytes);

	if (error == 0)
		return tsv_add(tsv, path, bytes, diag);
	buffer_free(&bytes);
	diag_at(diag, place_file(strcmp(path, "-") == 0 ? "<stdin>" : path),
	    D_SOURCE, str_from(strerror(error)));
	return -1;
}

void
tsv_free(struct tsv *tsv)
{
	for (size_t i = 0; i < tsv->file_count; i++)
		buffer_free(&tsv->files[i].bytes);
	free(tsv->files);
	free(tsv->rows);
	arena_free(&tsv->arena);
	*tsv = (struct tsv){ 0 };
}

size_t
tsv_column(const struct tsv *tsv, struct str name)
{
	for (size_t i = 0; i < tsv->column_count; i++)
		if (str_equal(tsv->names[i], name))
			return i;
	return TSV_NONE;
}

struct str
tsv_line(const struct tsv *tsv, size_t row)
{
	const char *line = tsv->rows[row];
	const char *newline = rawmemchr(line, '\n');

	return (struct str){ line, (size_t)(newline - line) };
}

struct str
tsv_cell(const struct tsv *tsv, size_t row, size_t column)
{
	const char *cell = tsv->rows[row], *end;

	for (; column > 0; column--) {
		while (*cell != '\t')
			cell++;
		cell++;
	}
	for (end = cell; *end != '\t' && *end != '\n'; end++)
		;
	return (struct str){ cell, (size_t)(end - cell) };
}

void
tsv_cells(const struct tsv *tsv, size_t row, struct str *cells)
{
	struct str line = tsv_line(tsv, row);

	for (size_t i = 0; i < tsv->column_count; i++)
		str_cut(&line, '\t', &cells[i]);
}

/* The file that brought a row, the last of those that begin with it. */
static const struct tsv_file *
file_of(const struct tsv *tsv, size_t row)
{
	size_t i = tsv->file_count - 1;

	while (i > 0 && tsv->files[i].first_row > row)
		i--;
	return &tsv->files[i];
}

struct place
tsv_place(const struct tsv *tsv, size_t row, struct str part)
{
	const struct tsv_file *file = file_of(tsv, row);
	struct str line = tsv_line(tsv, row);
	struct place place = place_in(file->path, line,
	    (size_t)(part.data - line.data), part.size);

	/* The header is the first line, and each line a row. */
	place.line = (unsigned)(row - file->first_row + 2);
	return place;
}

struct place
tsv_name_place(const struct tsv *tsv, size_t column)
{
	struct str name = tsv->names[column];

	return place_in(tsv->header_path, tsv->header,
	    (size_t)(name.data - tsv->header.data), name.size);
}

struct place
tsv_header_place(const struct tsv *tsv)
{
	return place_in(tsv->header_path, tsv->header, 0, tsv->header.size);
}
