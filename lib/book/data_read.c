#include "book/data_read.h"

enum {
	LINE_MAX_BYTES = 1 << 20, /* longer lines are refused */
	NEAREST_MAX = 20	  /* suggestions a file, which are costly */
};

/* Why a file may not hold a measure. */
enum refusal { ACCEPTED, WRONG_SOURCE, WRONG_LENGTH };

/* The whole line in hand. */
static struct str
line_text(const struct data_reader *reader)
{
	size_t left = (size_t)(reader->end - reader->line);
	const char *newline = memchr(reader->line, '\n', left);

	return (struct str){ reader->line,
		newline == NULL ? left : (size_t)(newline - reader->line) };
}

/* Where a part of the line in hand stands. */
static struct place
part_place(const struct data_reader *reader, struct str part)
{
	struct place place;

	place = place_in(reader->path, line_text(reader),
	    (size_t)(part.data - reader->line), part.size);
	place.line = reader->line_number;
	return place;
}

static void
report(struct data_reader *reader, struct str part, enum finding finding,
    struct str detail)
{
	diag_at(reader->data->diag, part_place(reader, part), finding, detail);
}

/*
 * Report what is wrong with the writing of a cell, if anything is: bytes that
 * are no UTF-8, control characters, spaces around it.
 */
static bool
text_fault(struct data_reader *reader, struct str cell)
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
separator_fault(struct data_reader *reader, struct str cell)
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
number_fault(struct data_reader *reader, struct str cell)
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
unknown_name(struct data_reader *reader, struct str cell, bool is_unit)
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
	    num_mul(arena, limit, NUM_INT(data_powers_of_ten[scale]));
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
	struct data_limits *limits =
	    &data->limits[measure - data->book->measures];
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
range_fault(struct data_reader *reader, struct str value, enum finding finding,
    struct num limit)
{
	struct buffer text = { 0 };

	num_print(&text, limit);
	diag_at(reader->data->diag, part_place(reader, value), finding, value,
	    buffer_str(&text));
	buffer_free(&text);
}

static void
check_digits(struct data_reader *reader, const struct measure *measure,
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
check_cell(struct data_reader *reader, uint32_t number, struct str value,
    struct cell cell)
{
	const struct measure *measure = &reader->data->book->measures[number];
	struct data_limits *limits = &reader->data->limits[number];

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
check_wide(struct data_reader *reader, uint32_t number, struct str value,
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
column_of(struct data_reader *reader, uint32_t measure)
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

static void
put_wide(struct data_reader *reader, struct data_column *column, uint32_t unit,
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
add_entry(struct data_reader *reader, struct data_column *column, uint32_t unit,
    struct num x)
{
	struct num sum;

	sum = num_add(&reader->set->arena, data_number(column, unit), x);
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
twice(struct data_reader *reader, uint32_t measure, uint32_t unit)
{
	const struct book *book = reader->data->book;

	diag_at(reader->data->diag,
	    part_place(reader, (struct str){ reader->line, 1 }), D_CELL_TWICE,
	    book->measures[measure].id, book->units[unit].id);
}

/* An entry without a value beside others. */
static void
no_entry(struct data_reader *reader, uint32_t measure, uint32_t unit)
{
	const struct book *book = reader->data->book;

	diag_at(reader->data->diag,
	    part_place(reader, (struct str){ reader->line, 1 }), D_ENTRY_NA,
	    book->measures[measure].id, book->units[unit].id);
}

/* Enter a cell whose text has been checked. */
static inline void
enter(struct data_reader *reader, uint32_t measure, uint32_t unit,
    struct cell cell)
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
		    (struct num){
			cell.mantissa, data_powers_of_ten[cell.scale] });
}

static void
enter_wide(struct data_reader *reader, uint32_t measure, uint32_t unit,
    struct num x)
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
refuse(struct data_reader *reader, struct str cell, uint32_t number)
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
read_value(struct data_reader *reader, uint32_t measure, uint32_t unit,
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
check_tail(struct data_reader *reader, const struct str *cells, size_t count)
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

size_t
data_split(struct str line, struct str cells[COLUMNS_MAX])
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
line_is_readable(struct data_reader *reader, struct str *line)
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
report_columns(struct data_reader *reader, struct str line, size_t count)
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
slow_row(struct data_reader *reader)
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
	count = data_split(line, cells);
	if (line.size == 0) {
		diag_at(reader->data->diag, part_place(reader, line),
		    D_BLANK_LINE);
		return;
	}
	if (count < 3 || count > reader->columns) {
		for (size_t i = 0; i < count && i < COLUMNS_MAX; i++)
			if (text_fault(reader, cells[i]))
				break;
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
tail_here(struct data_reader *reader)
{
	struct str line = line_text(reader), cells[COLUMNS_MAX];
	size_t count = data_split(line, cells);

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
fast_row(struct data_reader *reader)
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
read_header(struct data_reader *reader)
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
	count = data_split(line, cells);
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

void
data_read_row(struct data_reader *reader)
{
	if (!fast_row(reader))
		slow_row(reader);
}

static void
read_rows(struct data_reader *reader)
{
	while (reader->next < reader->end) {
		reader->line = reader->next;
		reader->line_number++;
		data_read_row(reader);
	}
}

static void
read_text(struct data_reader *reader, struct str text)
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
keep_text(struct data_set *set, const struct data_reader *reader,
    struct str name, struct str bytes)
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
	struct data_reader reader = { .data = data,
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
	struct data_reader reader = { .data = data, .set = set };

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

bool
data_is_file(const struct source_entry *entry)
{
	return !entry->is_folder && str_ends(entry->name, STR(".tsv"));
}

void
data_read_folder(struct data *data, struct data_set *set, struct str folder)
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

		if (!data_is_file(&entries[i]))
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

void
data_read_assumption(struct data *data, struct data_set *set,
    const struct data_assumption *assumption)
{
	struct data_reader reader = { .data = data,
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
