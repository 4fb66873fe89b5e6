#include "book/data.h"

#include <stdlib.h>

enum {
	LINE_MAX_BYTES = 1 << 20, /* longer lines are refused */
	NEAREST_MAX = 20,	  /* suggestions a file, which are costly */
	MANTISSA_DIGITS = 18,	  /* that always fit in 64 bits */
	COLUMNS_MAX = 5
};

/* The least and greatest mantissa allowed for each scale of a measure. */
struct limits {
	int64_t low[MANTISSA_DIGITS + 1], high[MANTISSA_DIGITS + 1];
	bool ready[MANTISSA_DIGITS + 1];
};

struct data {
	struct book *book;
	struct diag *diag;
	struct data_set **sets; /* by book->folders; NULL: not read */
	struct limits *limits;	/* by measure; filled when needed */
	struct buffer bytes;	/* the file being read */
	bool keeps;		/* texts, for data_change() */
	struct arena arena;	/* the assumptions */
	struct override *overrides;
};

/* A file as it was read. */
struct data_text {
	struct data_text *next;
	struct str name, stem; /* a.tsv, a */
	const char *path;
	const uint8_t *refusals; /* enum refusal of each measure */
	size_t columns;
	int status_at, note_at;
	struct buffer bytes;
};

/* A value assumed, in the folder that holds it. */
struct override {
	struct override *next;
	const struct data_folder *folder;
	struct data_assumption assumption;
};

/* Why a file may not hold a measure. */
enum refusal { ACCEPTED, WRONG_SOURCE, WRONG_LENGTH };

/* One file while it is read. */
struct reader {
	struct data *data;
	struct data_set *set;
	const char *path;
	struct str stem;	  /* the office that reports */
	const uint8_t *refusals;  /* enum refusal of each measure */
	const uint8_t *is_member; /* of each unit */
	const char *next, *end;
	const char *line; /* the line in hand */
	unsigned line_number;
	size_t columns;				       /* of the header */
	int status_at, note_at;			       /* columns, or -1 */
	uint32_t measure, unit;			       /* of the line before */
	struct intern unknown_units, unknown_measures; /* told already */
	unsigned nearest_left; /* suggestions still to give */
	bool crlf_reported;
};

static const int64_t powers_of_ten[MANTISSA_DIGITS + 1] = { 1, 10, 100, 1000,
	10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
	100000000000, 1000000000000, 10000000000000, 100000000000000,
	1000000000000000, 10000000000000000, 100000000000000000,
	1000000000000000000 };

struct data *
data_new(struct book *book, struct diag *diag)
{
	struct data *data = memory_alloc(sizeof(*data));

	*data = (struct data){ .book = book, .diag = diag };
	data->sets =
	    arena_array(&book->arena, book->folder_count, sizeof(*data->sets));
	data->limits = arena_array(&book->arena, book->measure_count,
	    sizeof(*data->limits));
	return data;
}

static void
free_set(struct data_set *set)
{
	if (set == NULL)
		return;
	for (struct data_text *text = set->texts; text; text = text->next)
		buffer_free(&text->bytes);
	arena_free(&set->arena);
	free(set);
}

void
data_free(struct data *data)
{
	if (data == NULL)
		return;
	for (size_t i = 0; i < data->book->folder_count; i++)
		free_set(data->sets[i]);
	buffer_free(&data->bytes);
	arena_free(&data->arena);
	free(data);
}

void
data_forget(struct data *data, const struct data_folder *folder)
{
	size_t at = (size_t)(folder - data->book->folders);

	free_set(data->sets[at]);
	data->sets[at] = NULL;
}

/* The whole line in hand. */
static struct str
line_text(const struct reader *reader)
{
	size_t left = (size_t)(reader->end - reader->line);
	const char *newline = memchr(reader->line, '\n', left);

	return (struct str){ reader->line,
		newline == NULL ? left : (size_t)(newline - reader->line) };
}

/* Where a part of the line in hand stands. */
static struct place
part_place(const struct reader *reader, struct str part)
{
	struct place place;

	place = place_in(reader->path, line_text(reader),
	    (size_t)(part.data - reader->line), part.size);
	place.line = reader->line_number;
	return place;
}

static void
report(struct reader *reader, struct str part, enum finding finding,
    struct str detail)
{
	diag_at(reader->data->diag, part_place(reader, part), finding, detail);
}

/*
 * Report what is wrong with the writing of a cell, if anything is: bytes that
 * are no UTF-8, control characters, spaces around it.
 */
static bool
text_fault(struct reader *reader, struct str cell)
{
	size_t bad;
	char code[8];

	if (!str_is_utf8(cell, &bad)) {
		diag_at(reader->data->diag,
		    part_place(reader, (struct str){ cell.data + bad, 1 }),
		    D_UTF8);
		return true;
	}
	for (size_t i = 0; i < cell.size; i++) {
		unsigned char byte = (unsigned char)cell.data[i];

		if (byte >= ' ' && byte != 0x7f)
			continue;
		snprintf(code, sizeof(code), "U+%04X", byte);
		report(reader, (struct str){ cell.data + i, 1 }, D_CONTROL,
		    str_from(code));
		return true;
	}
	if (str_trim(cell).size != cell.size ||
	    str_starts(cell, STR("\u3000")) || str_ends(cell, STR("\u3000"))) {
		report(reader, cell, D_SPACE, str_trim(cell));
		return true;
	}
	return false;
}

static size_t
digits_at(struct str cell, size_t at)
{
	size_t end = at;

	while (end < cell.size && cell.data[end] >= '0' &&
	       cell.data[end] <= '9')
		end++;
	return end - at;
}

/* 41,580 or 1 000.5: digits in threes. *plain gets them without separators. */
static bool
has_thousands(struct str cell, struct buffer *plain)
{
	size_t at = cell.size > 0 && cell.data[0] == '-', digits;
	size_t groups = 0;

	buffer_add(plain, str_head(cell, at));
	digits = digits_at(cell, at);
	while (digits > 0 && (groups == 0 ? digits <= 3 : digits == 3)) {
		buffer_add(plain, str_head(str_from_byte(cell, at), digits));
		at += digits;
		groups++;
		if (at == cell.size || strchr(", _'", cell.data[at]) == NULL)
			break;
		digits = digits_at(cell, ++at);
	}
	if (at < cell.size && cell.data[at] == '.') {
		digits = digits_at(cell, at + 1);
		buffer_add(plain,
		    str_head(str_from_byte(cell, at), digits + 1));
		at += digits > 0 ? digits + 1 : 0;
	}
	return groups > 1 && at == cell.size;
}

/* 6,6: one comma, which no thousands explain. *plain gets 6.6. */
static bool
has_decimal_comma(struct str cell, struct buffer *plain)
{
	size_t at = cell.size > 0 && cell.data[0] == '-';
	size_t whole = digits_at(cell, at), part;

	at += whole;
	if (whole == 0 || at == cell.size || cell.data[at] != ',')
		return false;
	part = digits_at(cell, at + 1);
	buffer_add(plain, cell);
	plain->data[at] = '.';
	return part > 0 && at + 1 + part == cell.size;
}

static bool
separator_fault(struct reader *reader, struct str cell)
{
	struct buffer plain = { 0 };
	bool thousands = has_thousands(cell, &plain), comma = false;

	if (!thousands) {
		buffer_clear(&plain);
		comma = has_decimal_comma(cell, &plain);
	}
	if (thousands || comma)
		diag_at(reader->data->diag, part_place(reader, cell),
		    thousands ? D_SEPARATOR : D_DECIMAL_COMMA, cell,
		    buffer_str(&plain));
	buffer_free(&plain);
	return thousands || comma;
}

/* Report why a cell is no number. */
static void
number_fault(struct reader *reader, struct str cell)
{
	if (text_fault(reader, cell))
		return;
	for (size_t at = 0; at < cell.size;) {
		int32_t point;
		size_t size = str_code_point(cell, at, &point);

		/* U+FF0B to U+FF19: full-width signs, point and digits. */
		if (point >= 0xff0b && point <= 0xff19 && point != 0xff0c) {
			report(reader, cell, D_WIDE_DIGIT, cell);
			return;
		}
		/* The dashes and the minus of typesetting. */
		if ((point >= 0x2010 && point <= 0x2015) || point == 0x2212) {
			report(reader, cell, D_MINUS, cell);
			return;
		}
		at += size;
	}
	if (!separator_fault(reader, cell))
		report(reader, cell, D_NUMBER, cell);
}

static void
unknown_name(struct reader *reader, struct str cell, bool is_unit)
{
	const struct book *book = reader->data->book;
	struct place place;
	uint32_t number = 0;

	if (text_fault(reader, cell))
		return;
	/* Once a file: what is wrong is the name, not each of its rows. */
	if (!intern_add(is_unit ? &reader->unknown_units
				: &reader->unknown_measures,
		cell, &number))
		return;
	if (reader->nearest_left == 0) {
		report(reader, cell,
		    is_unit ? D_UNIT_UNKNOWN : D_MEASURE_UNKNOWN, cell);
		return;
	}
	reader->nearest_left--;
	place = part_place(reader, cell);
	if (is_unit)
		book_unknown_unit(book, place, cell, reader->data->diag);
	else
		book_unknown_measure(book, place, cell, reader->data->diag);
}

/* A cell's value: scale, and mantissa (or the place in `wide`). */
struct cell {
	int64_t mantissa;
	int scale;
};

/* A limit times 10^scale, or of those that fit the one nearest to it. */
static int64_t
scaled_limit(struct arena *arena, struct num limit, int scale, bool is_low)
{
	struct num scaled =
	    num_mul(arena, limit, NUM_INT(powers_of_ten[scale]));
	int64_t value;

	if (num_is_number(scaled))
		scaled =
		    is_low ? num_ceil(arena, scaled) : num_floor(arena, scaled);
	if (num_to_int(scaled, &value))
		return value;
	return num_sign(limit) < 0 ? INT64_MIN : INT64_MAX;
}

static void
prepare_limits(struct data *data, const struct measure *measure, int scale)
{
	struct limits *limits = &data->limits[measure - data->book->measures];
	struct arena *arena = &data->book->arena;

	limits->low[scale] = INT64_MIN;
	limits->high[scale] = INT64_MAX;
	if (num_is_number(measure->min))
		limits->low[scale] =
		    scaled_limit(arena, measure->min, scale, true);
	if (num_is_number(measure->max))
		limits->high[scale] =
		    scaled_limit(arena, measure->max, scale, false);
	limits->ready[scale] = true;
}

static void
range_fault(struct reader *reader, struct str value, enum finding finding,
    struct num limit)
{
	struct buffer text = { 0 };

	num_print(&text, limit);
	diag_at(reader->data->diag, part_place(reader, value), finding, value,
	    buffer_str(&text));
	buffer_free(&text);
}

static void
check_digits(struct reader *reader, const struct measure *measure,
    struct str value, int scale)
{
	char digits[16];

	if (measure->digits < 0 || scale <= measure->digits)
		return;
	snprintf(digits, sizeof(digits), "%d", measure->digits);
	diag_at(reader->data->diag, part_place(reader, value), D_DIGITS, value,
	    str_from(digits));
}

/* Check a small decimal against its measure's Min, Max and Digits. */
static inline void
check_cell(struct reader *reader, uint32_t number, struct str value,
    struct cell cell)
{
	const struct measure *measure = &reader->data->book->measures[number];
	struct limits *limits = &reader->data->limits[number];

	if (!limits->ready[cell.scale])
		prepare_limits(reader->data, measure, cell.scale);
	if (cell.mantissa < limits->low[cell.scale])
		range_fault(reader, value, D_BELOW_MIN, measure->min);
	if (cell.mantissa > limits->high[cell.scale])
		range_fault(reader, value, D_ABOVE_MAX, measure->max);
	if (measure->digits >= 0 && cell.scale > measure->digits)
		check_digits(reader, measure, value, cell.scale);
}

static void
check_wide(struct reader *reader, uint32_t number, struct str value,
    struct num x)
{
	const struct measure *measure = &reader->data->book->measures[number];
	size_t point = str_find(value, '.');

	if (num_is_number(measure->min) && num_compare(x, measure->min) < 0)
		range_fault(reader, value, D_BELOW_MIN, measure->min);
	if (num_is_number(measure->max) && num_compare(x, measure->max) > 0)
		range_fault(reader, value, D_ABOVE_MAX, measure->max);
	if (point != STR_NOWHERE)
		check_digits(reader, measure, value,
		    (int)(value.size - point - 1));
}

static struct data_column *
column_of(struct reader *reader, uint32_t measure)
{
	struct data_column *column = &reader->set->columns[measure];
	size_t units = reader->data->book->unit_count;

	if (column->mantissa == NULL) {
		column->mantissa = arena_alloc_raw(&reader->set->arena,
		    units * sizeof(*column->mantissa) + 1);
		column->scale = arena_alloc_raw(&reader->set->arena, units + 1);
		memset(column->scale, CELL_NO_ROW, units);
	}
	return column;
}

static struct num
cell_number(const struct data_column *column, uint32_t unit)
{
	if (column->scale[unit] == CELL_WIDE)
		return column->wide[column->mantissa[unit]];
	return (struct num){ column->mantissa[unit],
		powers_of_ten[column->scale[unit]] };
}

static void
put_wide(struct reader *reader, struct data_column *column, uint32_t unit,
    struct num x)
{
	column->wide = arena_grow(&reader->set->arena, column->wide,
	    column->wide_count, &column->wide_capacity, sizeof(*column->wide));
	column->wide[column->wide_count] = x;
	column->scale[unit] = CELL_WIDE;
	column->mantissa[unit] = (int64_t)column->wide_count++;
}

/* One more entry of an `Entries: many` measure. */
static void
add_entry(struct reader *reader, struct data_column *column, uint32_t unit,
    struct num x)
{
	struct num sum;

	sum = num_add(&reader->set->arena, cell_number(column, unit), x);
	if (!num_is_number(sum)) {
		diag_at(reader->data->diag,
		    part_place(reader, (struct str){ reader->line, 1 }),
		    D_NUMBER_SIZE);
		return;
	}
	if (column->scale[unit] == CELL_WIDE)
		column->wide[column->mantissa[unit]] = sum;
	else
		put_wide(reader, column, unit, sum);
}

static void
twice(struct reader *reader, uint32_t measure, uint32_t unit)
{
	const struct book *book = reader->data->book;

	diag_at(reader->data->diag,
	    part_place(reader, (struct str){ reader->line, 1 }), D_CELL_TWICE,
	    book->measures[measure].id, book->units[unit].id);
}

/* An entry without a value beside others. */
static void
no_entry(struct reader *reader, uint32_t measure, uint32_t unit)
{
	const struct book *book = reader->data->book;

	diag_at(reader->data->diag,
	    part_place(reader, (struct str){ reader->line, 1 }), D_ENTRY_NA,
	    book->measures[measure].id, book->units[unit].id);
}

/* Enter a cell whose text has been checked. */
static inline void
enter(struct reader *reader, uint32_t measure, uint32_t unit, struct cell cell)
{
	struct data_column *column = &reader->set->columns[measure];

	if (column->mantissa == NULL)
		column = column_of(reader, measure);
	if (column->scale[unit] == CELL_NO_ROW) {
		column->mantissa[unit] = cell.mantissa;
		column->scale[unit] = (int8_t)cell.scale;
		return;
	}
	if (reader->data->book->measures[measure].entries == 0)
		twice(reader, measure, unit);
	else if (cell.scale < 0 ||
		 (column->scale[unit] < 0 && column->scale[unit] != CELL_WIDE))
		no_entry(reader, measure, unit);
	else
		add_entry(reader, column, unit,
		    (struct num){ cell.mantissa, powers_of_ten[cell.scale] });
}

static void
enter_wide(struct reader *reader, uint32_t measure, uint32_t unit, struct num x)
{
	struct data_column *column = column_of(reader, measure);

	if (column->scale[unit] == CELL_NO_ROW)
		put_wide(reader, column, unit, x);
	else if (reader->data->book->measures[measure].entries == 0)
		twice(reader, measure, unit);
	else if (column->scale[unit] >= 0 || column->scale[unit] == CELL_WIDE)
		add_entry(reader, column, unit, x);
	else
		no_entry(reader, measure, unit);
}

static void
refuse(struct reader *reader, struct str cell, uint32_t number)
{
	const struct measure *measure = &reader->data->book->measures[number];

	if (reader->refusals[number] == WRONG_SOURCE)
		diag_at(reader->data->diag, part_place(reader, cell),
		    D_WRONG_SOURCE, measure->id, measure->source_field->value);
	else
		diag_at(reader->data->diag, part_place(reader, cell), D_EVERY,
		    measure->id,
		    str_from(period_length_text((enum period_length)
						    measure->every)));
}

/* The slow but complete way to read a value. */
static void
read_value(struct reader *reader, uint32_t measure, uint32_t unit,
    struct str value)
{
	struct num x;

	if (value.size == 0) {
		enter(reader, measure, unit, (struct cell){ 0, CELL_MISSING });
	} else if (str_equal(value, STR("n/a"))) {
		enter(reader, measure, unit,
		    (struct cell){ 0, CELL_NOT_APPLICABLE });
	} else if (!num_parse(&reader->set->arena, value, &x)) {
		number_fault(reader, value);
	} else if (!num_is_number(x)) {
		diag_at(reader->data->diag, part_place(reader, value),
		    D_NUMBER_SIZE);
	} else {
		check_wide(reader, measure, value, x);
		enter_wide(reader, measure, unit, x);
	}
}

/* The cells after the value: a status, a note. */
static void
check_tail(struct reader *reader, const struct str *cells, size_t count)
{
	struct str status;

	for (size_t i = 3; i < count; i++)
		if (cells[i].size > 0 && text_fault(reader, cells[i]))
			return;
	if (reader->status_at < 0 || (size_t)reader->status_at >= count)
		return;
	status = cells[reader->status_at];
	if (status.size > 0 && !str_equal(status, STR("provisional")) &&
	    !str_equal(status, STR("final")) &&
	    !str_equal(status, STR("revised")))
		report(reader, status, D_STATUS, status);
}

static size_t
split(struct str line, struct str cells[COLUMNS_MAX])
{
	size_t count = 0;
	struct str cell;
	bool more;

	do {
		more = str_cut(&line, '\t', &cell);
		if (count < COLUMNS_MAX)
			cells[count] = cell;
		count++;
	} while (more);
	return count;
}

static bool
line_is_readable(struct reader *reader, struct str *line)
{
	char limit[16];
	struct place place = place_file(reader->path);

	if (line->size > LINE_MAX_BYTES) {
		place.line = reader->line_number;
		snprintf(limit, sizeof(limit), "%d", LINE_MAX_BYTES);
		diag_at(reader->data->diag, place, D_LONG_LINE,
		    str_from(limit));
		return false;
	}
	if (line->size > 0 && line->data[line->size - 1] == '\r') {
		line->size--;
		if (!reader->crlf_reported)
			diag_at(reader->data->diag,
			    part_place(reader,
				(struct str){ line->data + line->size, 1 }),
			    D_CRLF);
		reader->crlf_reported = true;
	}
	return true;
}

static void
report_columns(struct reader *reader, struct str line, size_t count)
{
	char found[24], wanted[24];

	snprintf(found, sizeof(found), "%zu", count);
	snprintf(wanted, sizeof(wanted), "%zu", reader->columns);
	diag_at(reader->data->diag, part_place(reader, line), D_COLUMNS,
	    str_from(found), str_from(wanted));
}

/*
 * Read the line in hand in full, reporting whatever is wrong with it. All
 * lines could come this way; the usual ones take fast_row().
 */
static void
slow_row(struct reader *reader)
{
	const struct book *book = reader->data->book;
	struct str line = line_text(reader), cells[COLUMNS_MAX];
	uint32_t measure, unit;
	size_t count;

	reader->next = line.data + line.size;
	if (reader->next < reader->end)
		reader->next++;
	if (!line_is_readable(reader, &line))
		return;
	count = split(line, cells);
	if (line.size == 0) {
		diag_at(reader->data->diag, part_place(reader, line),
		    D_BLANK_LINE);
		return;
	}
	if (count < 3 || count > reader->columns) {
		if (line.size == 0 || !text_fault(reader, line) || count < 3)
			report_columns(reader, line, count);
		return;
	}
	measure = book_measure(book, cells[0]);
	unit = book_unit(book, cells[1]);
	if (measure == INDEX_NONE)
		unknown_name(reader, cells[0], false);
	else if (reader->refusals[measure] != ACCEPTED)
		refuse(reader, cells[0], measure);
	if (unit == INDEX_NONE) {
		unknown_name(reader, cells[1], true);
	} else if (!reader->is_member[unit]) {
		char period[PERIOD_TEXT_SIZE];

		diag_at(reader->data->diag, part_place(reader, cells[1]),
		    D_NOT_A_MEMBER, cells[1],
		    str_from(period_text(reader->set->period, period)));
	}
	check_tail(reader, cells, count);
	if (measure == INDEX_NONE || unit == INDEX_NONE)
		return;
	reader->measure = measure;
	reader->unit = unit;
	read_value(reader, measure, unit, cells[2]);
}

/* Whether the bytes at `at` are the name and then a tab. */
static inline bool
is_name_here(const char *at, const char *end, struct str name)
{
	return (size_t)(end - at) > name.size && at[name.size] == '\t' &&
	       memcmp(at, name.data, name.size) == 0;
}

/*
 * The number of the name that begins at *at and ends at a tab, *at moved past
 * it. `guess` is tried first: in files as they are kept the measure is that of
 * the line before, and the unit the next one.
 */
static inline uint32_t
name_here(const char **at, const char *end, uint32_t guess, struct str guessed,
    const struct intern *index)
{
	const char *tab;
	struct str name;

	if (is_name_here(*at, end, guessed)) {
		*at += guessed.size + 1;
		return guess;
	}
	tab = memchr(*at, '\t', (size_t)(end - *at));
	if (tab == NULL)
		return INDEX_NONE;
	name = (struct str){ *at, (size_t)(tab - *at) };
	*at = tab + 1;
	return intern_find(index, name);
}

/*
 * Read a decimal of at most 18 digits that is followed by a newline or a tab;
 * the byte after it, or NULL where it is anything else.
 */
static inline const char *
decimal_here(const char *at, const char *end, struct cell *cell)
{
	bool negative = at < end && *at == '-';
	const char *first, *point = NULL;
	int64_t mantissa = 0;
	size_t digits;

	at += negative;
	for (first = at; at < end; at++) {
		unsigned digit = (unsigned char)*at - (unsigned)'0';

		if (digit <= 9)
			mantissa = (int64_t)((uint64_t)mantissa * 10 + digit);
		else if (*at == '.' && point == NULL)
			point = at;
		else
			break;
	}
	digits = (size_t)(at - first) - (point != NULL);
	if (digits == 0 || digits > MANTISSA_DIGITS || at == end ||
	    point == first || point == at - 1 || (*at != '\n' && *at != '\t'))
		return NULL;
	cell->mantissa = negative ? -mantissa : mantissa;
	cell->scale = point == NULL ? 0 : (int)(at - point - 1);
	return at;
}

/* Cells after the value, on the fast way; false: take the slow one. */
static bool
tail_here(struct reader *reader)
{
	struct str line = line_text(reader), cells[COLUMNS_MAX];
	size_t count = split(line, cells);

	if (count > reader->columns || line.size > LINE_MAX_BYTES ||
	    line.data[line.size - 1] == '\r')
		return false;
	check_tail(reader, cells, count);
	reader->next = line.data + line.size;
	if (reader->next < reader->end)
		reader->next++;
	return true;
}

/* Read a line that is as it should be; false, with nothing done, if not. */
static inline bool
fast_row(struct reader *reader)
{
	const struct book *book = reader->data->book;
	const char *at = reader->line, *value;
	uint32_t measure, unit, next = reader->unit + 1;
	struct cell cell;

	if (next >= book->unit_count)
		next = 0;
	measure = name_here(&at, reader->end, reader->measure,
	    book->measures[reader->measure].id, &book->measure_index);
	if (measure == INDEX_NONE || reader->refusals[measure] != ACCEPTED)
		return false;
	unit = name_here(&at, reader->end, next, book->units[next].id,
	    &book->unit_index);
	if (unit == INDEX_NONE || !reader->is_member[unit])
		return false;
	value = at;
	at = decimal_here(at, reader->end, &cell);
	if (at == NULL)
		return false;
	if (*at == '\n')
		reader->next = at + 1;
	else if (!tail_here(reader))
		return false;
	reader->measure = measure;
	reader->unit = unit;
	check_cell(reader, measure, (struct str){ value, (size_t)(at - value) },
	    cell);
	enter(reader, measure, unit, cell);
	return true;
}

static bool
read_header(struct reader *reader)
{
	struct str line, cells[COLUMNS_MAX];
	size_t count;
	bool good;

	reader->line = reader->next;
	reader->line_number = 1;
	line = line_text(reader);
	reader->next = line.data + line.size;
	if (reader->next < reader->end)
		reader->next++;
	if (!line_is_readable(reader, &line))
		return false;
	count = split(line, cells);
	good = count >= 3 && count <= COLUMNS_MAX &&
	       str_equal(cells[0], STR("measure")) &&
	       str_equal(cells[1], STR("unit")) &&
	       str_equal(cells[2], STR("value"));
	reader->status_at = reader->note_at = -1;
	for (size_t i = 3; good && i < count; i++) {
		int *at = str_equal(cells[i], STR("status"))
			      ? &reader->status_at
			  : str_equal(cells[i], STR("note")) ? &reader->note_at
							     : NULL;

		good = at != NULL && *at < 0;
		if (good)
			*at = (int)i;
	}
	reader->columns = count;
	if (!good)
		diag_at(reader->data->diag, part_place(reader, line), D_HEADER);
	return good;
}

static void
read_rows(struct reader *reader)
{
	while (reader->next < reader->end) {
		reader->line = reader->next;
		reader->line_number++;
		if (!fast_row(reader))
			slow_row(reader);
	}
}

static void
read_text(struct reader *reader, struct str text)
{
	if (text.size == 0) {
		diag_at(reader->data->diag, place_file(reader->path),
		    D_EMPTY_FILE);
		return;
	}
	reader->next = text.data;
	reader->end = text.data + text.size;
	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		diag_at(reader->data->diag, place_in(reader->path, text, 0, 3),
		    D_BOM);
		reader->next += 3;
	}
	if (!read_header(reader))
		return;
	if (reader->data->book->unit_count > 0 &&
	    reader->data->book->measure_count > 0) {
		read_rows(reader);
	} else if (reader->next < reader->end) {
		/* Without units or measures no row can be known: one says so.
		 */
		reader->line = reader->next;
		reader->line_number++;
		slow_row(reader);
	}
}

static uint8_t *
refusals_of(const struct data *data, struct arena *arena, struct period period,
    struct str stem)
{
	const struct book *book = data->book;
	uint8_t *refusals = arena_array(arena, book->measure_count, 1);

	for (size_t i = 0; i < book->measure_count; i++) {
		const struct measure *measure = &book->measures[i];

		if (measure->source_field != NULL &&
		    !str_equal(measure->source_field->value, stem))
			refusals[i] = WRONG_SOURCE;
		else if (measure->every >= 0 &&
			 measure->every != (int)period.length)
			refusals[i] = WRONG_LENGTH;
	}
	return refusals;
}

/* Keep a file with what was found out about it. */
static void
keep_text(struct data_set *set, const struct reader *reader, struct str name,
    struct str bytes)
{
	struct data_text *text = arena_new(&set->arena, struct data_text);
	size_t measures = reader->data->book->measure_count;
	uint8_t *refusals = arena_alloc_raw(&set->arena, measures + 1);

	memcpy(refusals, reader->refusals, measures);
	*text = (struct data_text){ .next = set->texts,
		.name = arena_str(&set->arena, name),
		.stem = reader->stem,
		.path = arena_str(&set->arena, str_from(reader->path)).data,
		.refusals = refusals,
		.columns = reader->columns,
		.status_at = reader->status_at,
		.note_at = reader->note_at };
	buffer_add(&text->bytes, bytes);
	set->texts = text;
}

static void
read_file(struct data *data, struct data_set *set, struct str path,
    struct str name, const uint8_t *is_member, struct intern *stems)
{
	struct arena scratch = { 0 };
	uint32_t number = 0;
	struct reader reader = { .data = data,
		.set = set,
		.path = path.data,
		.is_member = is_member,
		.nearest_left = NEAREST_MAX };

	reader.stem = arena_str(&set->arena, str_head(name, name.size - 4));
	intern_add(stems, reader.stem, &number);
	reader.refusals = refusals_of(data, &scratch, set->period, reader.stem);
	if (data->book->has_offices &&
	    book_office(data->book, reader.stem) == INDEX_NONE)
		book_unknown_office(data->book, place_file(path.data),
		    reader.stem, data->diag);
	if (source_read(data->book->source, path.data, &data->bytes,
		data->diag) == 0) {
		read_text(&reader, buffer_str(&data->bytes));
		if (data->keeps)
			keep_text(set, &reader, name, buffer_str(&data->bytes));
	}
	intern_free(&reader.unknown_units);
	intern_free(&reader.unknown_measures);
	arena_free(&scratch);
}

/*
 * Entries that add up: a unit without a line has had none, once the office
 * that reports them has handed in its file.
 */
static void
complete_entries(struct data *data, struct data_set *set,
    const struct intern *stems, const uint8_t *is_member)
{
	const struct book *book = data->book;
	struct reader reader = { .data = data, .set = set };

	if ((int)set->period.length != book->length)
		return;
	for (uint32_t i = 0; i < book->measure_count; i++) {
		const struct measure *measure = &book->measures[i];
		struct data_column *column;

		if (measure->entries == 0 ||
		    (measure->every >= 0 && measure->every != book->length))
			continue;
		if (measure->source_field != NULL &&
		    intern_find(stems, measure->source_field->value) ==
			INDEX_NONE)
			continue;
		column = column_of(&reader, i);
		for (size_t j = 0; j < book->unit_count; j++)
			if (column->scale[j] == CELL_NO_ROW && is_member[j]) {
				column->scale[j] = 0;
				column->mantissa[j] = 0;
			}
	}
}

static bool
is_data_file(const struct source_entry *entry)
{
	return !entry->is_folder && str_ends(entry->name, STR(".tsv"));
}

static void
read_folder(struct data *data, struct data_set *set, struct str folder)
{
	struct arena scratch = { 0 };
	struct source_entry *entries;
	struct intern stems = { 0 };
	uint8_t *is_member;
	size_t count;

	is_member = arena_array(&set->arena, data->book->unit_count, 1);
	for (size_t i = 0; i < data->book->unit_count; i++)
		is_member[i] =
		    unit_is_member(&data->book->units[i], set->period);
	set->is_member = is_member;
	if (source_list(data->book->source, &scratch, folder.data, &entries,
		&count, data->diag) != 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		struct str path = arena_format(&scratch, STR_FMT "/" STR_FMT,
		    STR_ARG(folder), STR_ARG(entries[i].name));

		if (!is_data_file(&entries[i]))
			diag_at(data->diag, place_file(path.data), D_STRAY_FILE,
			    entries[i].name, STR(".tsv"));
		else
			read_file(data, set, path, entries[i].name, is_member,
			    &stems);
	}
	complete_entries(data, set, &stems, is_member);
	intern_free(&stems);
	arena_free(&scratch);
}

/* Put a value in the place of what the files say of its cell. */
static void
assume(struct data *data, struct data_set *set,
    const struct data_assumption *assumption)
{
	struct reader reader = { .data = data,
		.set = set,
		.path = assumption->source,
		.line = assumption->text.data,
		.end = assumption->text.data + assumption->text.size,
		.line_number = assumption->line > 0 ? assumption->line : 1 };

	column_of(&reader, assumption->measure)->scale[assumption->unit] =
	    CELL_NO_ROW;
	read_value(&reader, assumption->measure, assumption->unit,
	    assumption->value);
}

/* The oldest first, so that of two for one cell the later one stays. */
static void
assume_all(struct data *data, struct data_set *set,
    const struct data_folder *folder)
{
	for (const struct override *override = data->overrides;
	     override != NULL; override = override->next)
		if (override->folder == folder)
			assume(data, set, &override->assumption);
}

const struct data_set *
data_load(struct data *data, const struct data_folder *folder)
{
	size_t at = (size_t)(folder - data->book->folders);
	struct data_set *set = data->sets[at];

	if (set != NULL)
		return set;
	set = memory_alloc(sizeof(*set));
	*set = (struct data_set){ .period = folder->period };
	set->columns = arena_array(&set->arena, data->book->measure_count,
	    sizeof(*set->columns));
	data->sets[at] = set;
	read_folder(data, set, folder->path);
	assume_all(data, set, folder);
	return set;
}

/*
 * Another text of a file
 */

void
data_keep(struct data *data)
{
	data->keeps = true;
}

bool
data_is_loaded(const struct data *data, const struct data_folder *folder)
{
	return data->sets[folder - data->book->folders] != NULL;
}

/* The lines that two texts have otherwise: from `first` to each its end. */
struct difference {
	size_t first, old_end, new_end;
};

static size_t
common_start(struct str a, struct str b)
{
	size_t most = a.size < b.size ? a.size : b.size, at = 0;

	while (at + sizeof(uint64_t) <= most) {
		uint64_t x, y;

		memcpy(&x, a.data + at, sizeof(x));
		memcpy(&y, b.data + at, sizeof(y));
		if (x != y)
			break;
		at += sizeof(uint64_t);
	}
	while (at < most && a.data[at] == b.data[at])
		at++;
	return at;
}

/* At most so many bytes. */
static size_t
common_end(struct str a, struct str b, size_t most)
{
	size_t count = 0;

	while (count + sizeof(uint64_t) <= most) {
		uint64_t x, y;
		size_t more = count + sizeof(uint64_t);

		memcpy(&x, a.data + a.size - more, sizeof(x));
		memcpy(&y, b.data + b.size - more, sizeof(y));
		if (x != y)
			break;
		count = more;
	}
	while (count < most &&
	       a.data[a.size - count - 1] == b.data[b.size - count - 1])
		count++;
	return count;
}

static bool
is_line_start(struct str text, size_t at)
{
	return at == 0 || text.data[at - 1] == '\n';
}

static struct difference
find_difference(struct str old, struct str new)
{
	struct difference found = { .first = common_start(old, new) };
	size_t most = old.size < new.size ? old.size : new.size, end;

	end = common_end(old, new, most - found.first);
	while (!is_line_start(old, found.first))
		found.first--;
	/* What is common at the end begins with a whole line. */
	while (end > 0 && !(is_line_start(old, old.size - end) &&
			      is_line_start(new, new.size - end)))
		end--;
	found.old_end = old.size - end;
	found.new_end = new.size - end;
	return found;
}

/* What stood in a cell before. */
struct former {
	uint32_t measure, unit;
	int64_t mantissa;
	int8_t scale;
};

struct lines {
	struct str *list;
	size_t count, capacity;
};

static void
add_line(struct arena *arena, struct lines *lines, struct str line)
{
	lines->list = arena_grow(arena, lines->list, lines->count,
	    &lines->capacity, sizeof(*lines->list));
	lines->list[lines->count++] = line;
}

/* A change of one file while it is made. */
struct changing {
	struct reader reader;
	struct lines old, new; /* those that differ */
	struct former *cells;
	size_t count, capacity;
	struct arena scratch;
};

/* The measure and unit of a line; false where it has none that are known. */
static bool
cell_of_line(const struct book *book, struct str line, uint32_t *measure,
    uint32_t *unit)
{
	struct str name;

	if (!str_cut(&line, '\t', &name))
		return false;
	*measure = book_measure(book, name);
	if (!str_cut(&line, '\t', &name))
		return false;
	*unit = book_unit(book, name);
	return *measure != INDEX_NONE && *unit != INDEX_NONE;
}

/* Lines that add up depend on one another. */
static bool
is_simple(const struct book *book, struct str line)
{
	uint32_t measure, unit;

	return !cell_of_line(book, line, &measure, &unit) ||
	       book->measures[measure].entries == 0;
}

static void
remember(struct changing *changing, uint32_t measure, uint32_t unit)
{
	const struct data_column *column =
	    &changing->reader.set->columns[measure];
	struct former former = { measure, unit, 0, CELL_NO_ROW };

	if (column->mantissa != NULL) {
		former.mantissa = column->mantissa[unit];
		former.scale = column->scale[unit];
	}
	changing->cells = arena_grow(&changing->scratch, changing->cells,
	    changing->count, &changing->capacity, sizeof(*changing->cells));
	changing->cells[changing->count++] = former;
}

/* Take an old line's value away; false where it had none. */
static bool
take_line(struct changing *changing, struct str line)
{
	uint32_t measure, unit;

	if (!cell_of_line(changing->reader.data->book, line, &measure, &unit))
		return false;
	remember(changing, measure, unit);
	changing->reader.set->columns[measure].scale[unit] = CELL_NO_ROW;
	return true;
}

static void
put_line(struct changing *changing, struct str line)
{
	struct reader *reader = &changing->reader;
	uint32_t measure, unit;

	/* Of a cell that had no row before; one that had is known. */
	if (cell_of_line(reader->data->book, line, &measure, &unit) &&
	    (reader->set->columns[measure].mantissa == NULL ||
		reader->set->columns[measure].scale[unit] == CELL_NO_ROW))
		remember(changing, measure, unit);
	reader->line = reader->next = line.data;
	reader->line_number = 1;
	if (!fast_row(reader))
		slow_row(reader);
}

/*
 * The lines that two texts have otherwise: those that are the same at the same
 * distance from the last difference are passed over.
 */
static void
list_lines(struct changing *changing, struct str old, struct str new)
{
	while (old.size > 0 || new.size > 0) {
		size_t same = common_start(old, new);
		struct str line;

		while (!is_line_start(old, same))
			same--;
		old = str_from_byte(old, same);
		new = str_from_byte(new, same);
		if (str_next_line(&old, &line))
			add_line(&changing->scratch, &changing->old, line);
		if (str_next_line(&new, &line))
			add_line(&changing->scratch, &changing->new, line);
	}
}

/* A cell may have been met twice: what it was at first counts. */
static void
mark_changed(const struct changing *changing, const struct data_marks *marks)
{
	size_t units = changing->reader.data->book->unit_count;

	for (size_t i = 0; i < changing->count; i++) {
		const struct former *former = &changing->cells[i];
		const struct data_column *column =
		    &changing->reader.set->columns[former->measure];
		int8_t scale = CELL_NO_ROW;

		if (column->mantissa != NULL)
			scale = column->scale[former->unit];
		if (scale != former->scale ||
		    (scale != CELL_NO_ROW && scale != CELL_MISSING &&
			scale != CELL_NOT_APPLICABLE &&
			column->mantissa[former->unit] != former->mantissa)) {
			marks->measures[former->measure] = 1;
			marks->cells[former->measure * units + former->unit] =
			    1;
		}
	}
}

static struct data_text *
find_text(const struct data_set *set, struct str name)
{
	struct data_text *text = set->texts;

	while (text != NULL && !str_equal(text->name, name))
		text = text->next;
	return text;
}

static bool
change_lines(struct data *data, struct data_set *set, struct data_text *text,
    struct str new, const struct data_marks *marks)
{
	struct str old = buffer_str(&text->bytes);
	struct difference found = find_difference(old, new);
	struct changing changing = { .reader = { .data = data,
					 .set = set,
					 .path = text->path,
					 .stem = text->stem,
					 .refusals = text->refusals,
					 .is_member = set->is_member,
					 .end = new.data + new.size,
					 .columns = text->columns,
					 .status_at = text->status_at,
					 .note_at = text->note_at } };
	bool done = found.first > 0;

	list_lines(&changing,
	    str_head(str_from_byte(old, found.first),
		found.old_end - found.first),
	    str_head(str_from_byte(new, found.first),
		found.new_end - found.first));
	for (size_t i = 0; done && i < changing.old.count; i++)
		done = is_simple(data->book, changing.old.list[i]);
	for (size_t i = 0; done && i < changing.new.count; i++)
		done = is_simple(data->book, changing.new.list[i]);
	for (size_t i = 0; done && i < changing.old.count; i++)
		done = take_line(&changing, changing.old.list[i]);
	for (size_t i = 0; done && i < changing.new.count; i++)
		put_line(&changing, changing.new.list[i]);
	if (done)
		mark_changed(&changing, marks);
	intern_free(&changing.reader.unknown_units);
	intern_free(&changing.reader.unknown_measures);
	arena_free(&changing.scratch);
	return done;
}

bool
data_change(struct data *data, const struct data_folder *folder,
    struct str name, struct str text, const struct data_marks *marks)
{
	struct data_set *set = data->sets[folder - data->book->folders];
	struct data_text *kept = set == NULL ? NULL : find_text(set, name);

	/* The first line is the header, which the others depend on. */
	if (kept == NULL || kept->columns == 0 || data->book->unit_count == 0 ||
	    data->book->measure_count == 0 ||
	    find_difference(buffer_str(&kept->bytes), text).first == 0 ||
	    !change_lines(data, set, kept, text, marks))
		return false;
	buffer_clear(&kept->bytes);
	buffer_add(&kept->bytes, text);
	set->is_listed = false;
	set->row_count = 0;
	return true;
}

/* Fill the cells still without a row from a period's own folder. */
static size_t
fill(struct data *data, uint32_t measure, struct period period, struct num *out)
{
	const struct data_folder *folder = book_folder(data->book, period);
	const struct data_column *column;
	size_t left = 0;

	if (folder == NULL)
		return data->book->unit_count;
	column = &data_load(data, folder)->columns[measure];
	if (column->mantissa == NULL)
		return data->book->unit_count;
	for (uint32_t i = 0; i < data->book->unit_count; i++) {
		if (out[i].d != VALUE_MISSING || out[i].n != CELL_NO_ROW)
			continue;
		if (column->scale[i] >= 0 || column->scale[i] == CELL_WIDE)
			out[i] = cell_number(column, i);
		else if (column->scale[i] == CELL_NOT_APPLICABLE)
			out[i] = value_not_applicable();
		else if (column->scale[i] == CELL_MISSING)
			out[i] = value_missing();
		else
			left++;
	}
	return left;
}

void
data_values(struct data *data, uint32_t measure, struct period period,
    struct num *out)
{
	size_t units = data->book->unit_count;

	for (size_t i = 0; i < units; i++)
		out[i] = (struct num){ CELL_NO_ROW, VALUE_MISSING };
	for (enum period_length length = period.length; length <= PERIOD_YEAR;
	     length++)
		if (fill(data, measure, period_containing(period, length),
			out) == 0)
			break;
	for (size_t i = 0; i < units; i++)
		if (out[i].d == VALUE_MISSING)
			out[i].n = 0;
}

/* The earliest period of this length with data, or the given one. */
static struct period
earliest(const struct book *book, struct period period)
{
	for (size_t i = 0; i < book->folder_count; i++)
		if (book->folders[i].period.length == period.length &&
		    book->folders[i].period.index < period.index)
			period = book->folders[i].period;
	return period;
}

void
data_carried(struct data *data, uint32_t measure, struct period period,
    struct num *out, uint8_t *carried)
{
	size_t units = data->book->unit_count, missing = 0;
	struct period first = earliest(data->book, period);
	struct num *before;

	data_values(data, measure, period, out);
	for (size_t i = 0; i < units; i++)
		missing += out[i].d == VALUE_MISSING;
	if (missing == 0)
		return;
	before = memory_alloc(units * sizeof(*before));
	while (missing > 0 && period.index > first.index) {
		period = period_add(period, -1);
		if (book_folder(data->book, period) == NULL)
			continue;
		data_values(data, measure, period, before);
		for (size_t i = 0; i < units; i++) {
			if (out[i].d != VALUE_MISSING ||
			    before[i].d == VALUE_MISSING)
				continue;
			out[i] = before[i];
			carried[i] = 1;
			missing--;
		}
	}
	free(before);
}

/* Where a row stands. */
struct data_row {
	uint32_t measure, unit;
	unsigned number; /* of the line in its file */
	size_t order;	 /* of all rows of the folder */
	const char *path;
	struct str line, value, status, note;
};

static int
compare_cells(const struct data_row *row, uint32_t measure, uint32_t unit)
{
	if (row->measure != measure)
		return row->measure < measure ? -1 : 1;
	return (row->unit > unit) - (row->unit < unit);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct data_row *x = a, *y = b;
	int order = compare_cells(x, y->measure, y->unit);

	return order != 0 ? order
			  : (x->order > y->order) - (x->order < y->order);
}

/* The cell under a name of the header; empty where there is none. */
static struct str
named_cell(const struct str *header, size_t columns, const struct str *cells,
    size_t count, struct str name)
{
	for (size_t i = 3; i < columns && i < count && i < COLUMNS_MAX; i++)
		if (str_equal(header[i], name))
			return cells[i];
	return STR("");
}

static void
list_text(const struct data *data, struct data_set *set, const char *path,
    struct str text, size_t *capacity)
{
	struct data_row row = { .path = path };
	struct str header[COLUMNS_MAX];
	size_t columns = 0;

	while (str_next_line(&text, &row.line)) {
		struct str cells[COLUMNS_MAX];
		size_t count = split(row.line, cells);

		row.number++;
		if (row.number == 1) {
			memcpy(header, cells, sizeof(header));
			columns = count;
		}
		if (count < 3 || count > COLUMNS_MAX)
			continue;
		row.status =
		    named_cell(header, columns, cells, count, STR("status"));
		row.note =
		    named_cell(header, columns, cells, count, STR("note"));
		row.measure = book_measure(data->book, cells[0]);
		row.unit = book_unit(data->book, cells[1]);
		row.value = cells[2];
		row.order = set->row_count;
		if (row.measure == INDEX_NONE || row.unit == INDEX_NONE)
			continue;
		set->rows = arena_grow(&set->arena, set->rows, set->row_count,
		    capacity, sizeof(row));
		set->rows[set->row_count++] = row;
	}
}

/* Read the files of a folder again, for the places of their rows. */
static void
list_rows(struct data *data, struct data_set *set, struct str folder)
{
	struct source_entry *entries;
	size_t count, capacity = 0;

	set->is_listed = true;
	if (source_list(data->book->source, &set->arena, folder.data, &entries,
		&count, data->diag) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct str path = arena_format(&set->arena, STR_FMT "/" STR_FMT,
		    STR_ARG(folder), STR_ARG(entries[i].name));

		if (!is_data_file(&entries[i]) ||
		    source_read(data->book->source, path.data, &data->bytes,
			data->diag) != 0)
			continue;
		list_text(data, set, path.data,
		    arena_str(&set->arena, buffer_str(&data->bytes)),
		    &capacity);
	}
	if (set->row_count > 0)
		qsort(set->rows, set->row_count, sizeof(*set->rows),
		    compare_rows);
}

/* The first row of a cell in a folder, or NULL. */
static const struct data_row *
find_row(struct data *data, const struct data_folder *folder, uint32_t measure,
    uint32_t unit)
{
	struct data_set *set;
	size_t low = 0, high;

	data_load(data, folder);
	set = data->sets[folder - data->book->folders];
	if (!set->is_listed)
		list_rows(data, set, folder->path);
	high = set->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_cells(&set->rows[middle], measure, unit) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->row_count &&
		       compare_cells(&set->rows[low], measure, unit) == 0
		   ? &set->rows[low]
		   : NULL;
}

/* The folder, of the period or a longer one, whose row is read. */
static const struct data_row *
row_read(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct data_set **set)
{
	const struct data_row *row = NULL;

	for (enum period_length length = period.length;
	     length <= PERIOD_YEAR && row == NULL; length++) {
		const struct data_folder *folder =
		    book_folder(data->book, period_containing(period, length));

		if (folder == NULL)
			continue;
		row = find_row(data, folder, measure, unit);
		*set = data->sets[folder - data->book->folders];
	}
	return row;
}

static struct place
row_place(const struct data_row *row)
{
	struct place place = place_in(row->path, row->line,
	    (size_t)(row->value.data - row->line.data), row->value.size);

	place.line = row->number;
	return place;
}

bool
data_place(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct place *place)
{
	struct data_set *set;
	const struct data_row *row =
	    row_read(data, measure, unit, period, &set);

	if (row == NULL)
		return false;
	*place = row_place(row);
	return true;
}

/* The folder that holds the value which is read in a period, or NULL. */
static const struct data_folder *
folder_read(struct data *data, uint32_t measure, uint32_t unit,
    struct period period)
{
	for (enum period_length length = period.length; length <= PERIOD_YEAR;
	     length++) {
		const struct data_folder *folder =
		    book_folder(data->book, period_containing(period, length));
		const struct data_column *column;

		if (folder == NULL)
			continue;
		column = &data_load(data, folder)->columns[measure];
		if (column->mantissa != NULL &&
		    column->scale[unit] != CELL_NO_ROW)
			return folder;
	}
	return NULL;
}

/* The latest assumption about a cell of a folder, or NULL. */
static const struct override *
find_override(const struct data *data, const struct data_folder *folder,
    uint32_t measure, uint32_t unit)
{
	const struct override *found = NULL;

	for (const struct override *override = data->overrides;
	     override != NULL; override = override->next)
		if (override->folder == folder &&
		    override->assumption.measure == measure &&
		    override->assumption.unit == unit)
			found = override;
	return found;
}

size_t
data_records(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct arena *arena, struct data_record **records)
{
	const struct data_folder *folder =
	    folder_read(data, measure, unit, period);
	const struct override *override;
	const struct data_row *row;
	const struct data_set *set;
	size_t count = 0;

	*records = NULL;
	if (folder == NULL)
		return 0;
	override = find_override(data, folder, measure, unit);
	if (override != NULL) {
		*records = arena_new(arena, struct data_record);
		(*records)->value = override->assumption.value;
		(*records)->period = folder->period;
		return 1;
	}
	row = find_row(data, folder, measure, unit);
	if (row == NULL)
		return 0;
	set = data->sets[folder - data->book->folders];
	while (row + count < set->rows + set->row_count &&
	       compare_cells(&row[count], measure, unit) == 0)
		count++;
	*records = arena_array(arena, count, sizeof(**records));
	for (size_t i = 0; i < count; i++)
		(*records)[i] =
		    (struct data_record){ row_place(&row[i]), row[i].value,
			    row[i].status, row[i].note, folder->period };
	return count;
}

static struct place
assumption_place(const struct data_assumption *assumption, struct str part)
{
	struct place place = place_in(assumption->source, assumption->text,
	    (size_t)(part.data - assumption->text.data), part.size);

	if (assumption->line > 0)
		place.line = assumption->line;
	return place;
}

/* The folder that an assumption belongs to, or NULL. */
static const struct data_folder *
find_holder(struct data *data, const struct data_assumption *assumption)
{
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	struct period period = assumption->period;
	const struct data_folder *folder =
	    folder_read(data, assumption->measure, assumption->unit, period);

	if (folder != NULL)
		return folder;
	if (measure->every > (int)period.length)
		period = period_containing(period,
		    (enum period_length)measure->every);
	return book_folder(data->book, period);
}

bool
data_holder(struct data *data, const struct data_assumption *assumption,
    struct period *out)
{
	const struct data_folder *folder = find_holder(data, assumption);

	if (folder != NULL)
		*out = folder->period;
	return folder != NULL;
}

/* The same; that there is none is reported. */
static const struct data_folder *
folder_to_hold(struct data *data, const struct data_assumption *assumption)
{
	const struct data_folder *folder = find_holder(data, assumption);
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	struct period period = assumption->period;
	char text[PERIOD_TEXT_SIZE];

	if (folder != NULL)
		return folder;
	if (measure->every > (int)period.length)
		period = period_containing(period,
		    (enum period_length)measure->every);
	diag_at(data->diag, assumption_place(assumption, assumption->text),
	    D_ASSUMED_PERIOD, str_from(period_text(period, text)));
	return NULL;
}

static bool
may_hold(const struct data *data, const struct data_folder *folder,
    const struct data_assumption *assumption)
{
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	const struct unit *unit = &data->book->units[assumption->unit];
	struct place place = assumption_place(assumption, assumption->text);
	char text[PERIOD_TEXT_SIZE];

	if (measure->every >= 0 &&
	    measure->every != (int)folder->period.length) {
		diag_at(data->diag, place, D_EVERY, measure->id,
		    str_from(period_length_text((enum period_length)
						    measure->every)));
		return false;
	}
	if (!unit_is_member(unit, folder->period)) {
		diag_at(data->diag, place, D_NOT_A_MEMBER, unit->id,
		    str_from(period_text(folder->period, text)));
		return false;
	}
	return true;
}

int
data_override(struct data *data, const struct data_assumption *assumption)
{
	const struct data_folder *folder = folder_to_hold(data, assumption);
	struct override **last = &data->overrides;
	size_t errors;

	if (folder == NULL || !may_hold(data, folder, assumption))
		return -1;
	data_load(data, folder);
	errors = diag_count(data->diag, SEVERITY_ERROR);
	assume(data, data->sets[folder - data->book->folders], assumption);
	if (diag_count(data->diag, SEVERITY_ERROR) != errors) {
		data_forget(data, folder);
		return -1;
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = arena_new(&data->arena, struct override);
	**last = (struct override){ NULL, folder, *assumption };
	return 0;
}

void
data_restore(struct data *data)
{
	for (const struct override *override = data->overrides;
	     override != NULL; override = override->next)
		data_forget(data, override->folder);
	data->overrides = NULL;
	arena_free(&data->arena);
	data->arena = (struct arena){ 0 };
}
