#include "format/record.h"

enum { ID_MAX = 255, DIGITS_MAX = 18, REPEATED_MAX = 1000 };

struct reading {
	struct arena *arena;
	const struct rec_file *file;
	const struct rec_record *record;
	const struct record_row *rows;
	struct diag *diag;
	bool failed;
	bool too_many; /* of a repeated field, and so reported */
};

bool
record_id(struct str text)
{
	if (text.size == 0 || text.size > ID_MAX)
		return false;
	for (size_t at = 0; at < text.size;) {
		int32_t point;
		size_t size = str_code_point(text, at, &point);

		/* Below space: controls; U+0080 to U+00A0: C1 controls and
		 * the no-break space; U+3000: the full-width space. */
		if (size == 0 || point <= ' ' ||
		    (point >= 0x7f && point <= 0xa0) || point == 0x3000)
			return false;
		at += size;
	}
	return true;
}

static struct place
value_place(const struct reading *reading, const struct rec_field *field)
{
	return rec_place(reading->file, field, 0, field->value.size);
}

static void
unknown_field(struct reading *reading, const struct rec_field *field)
{
	struct place place = rec_name_place(reading->file, field);
	struct str type = reading->record->type;
	struct str_nearest nearest;

	str_nearest_start(&nearest, field->name);
	for (const struct record_row *row = reading->rows; row->name; row++)
		str_nearest_offer(&nearest, str_from(row->name));
	if (str_nearest_best(&nearest).size > 0)
		diag_at(reading->diag, place, D_FIELD_NEAR, type, field->name,
		    str_nearest_best(&nearest));
	else
		diag_at(reading->diag, place, D_FIELD_UNKNOWN, type,
		    field->name);
	reading->failed = true;
}

static bool
read_word(struct reading *reading, const struct rec_field *field,
    const struct record_row *row, int *out)
{
	struct buffer list = { 0 };

	for (int i = 0; row->words[i] != NULL; i++) {
		if (str_equal(field->value, str_from(row->words[i]))) {
			*out = i;
			buffer_free(&list);
			return true;
		}
		if (i > 0)
			buffer_add(&list, STR(", "));
		buffer_add(&list, str_from(row->words[i]));
	}
	diag_at(reading->diag, value_place(reading, field), D_FIELD_WORD,
	    field->value, buffer_str(&list));
	buffer_free(&list);
	return false;
}

static bool
read_digits(struct str text, int *out)
{
	int digits = 0;

	if (str_equal(text, STR("none"))) {
		*out = DIGITS_EXACT;
		return true;
	}
	if (text.size == 0 || text.size > 2)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		digits = digits * 10 + (text.data[i] - '0');
	}
	*out = digits;
	return digits <= DIGITS_MAX;
}

static bool
complain(struct reading *reading, const struct rec_field *field,
    enum finding finding)
{
	diag_at(reading->diag, value_place(reading, field), finding,
	    field->value);
	return false;
}

static bool
read_number(struct reading *reading, const struct rec_field *field,
    struct num *out)
{
	if (!num_parse(reading->arena, field->value, out))
		return complain(reading, field, D_FIELD_NUMBER);
	if (num_is_number(*out))
		return true;
	diag_at(reading->diag, value_place(reading, field), D_NUMBER_SIZE);
	return false;
}

/*
 * One more of a repeated field. Users of the list compare each with all others,
 * so that there is a bound; it is reported once.
 */
static bool
append_field(struct reading *reading, struct record_fields *list,
    const struct rec_field *field)
{
	/* Grown by doubling. */
	size_t capacity = 1;

	if (list->count == REPEATED_MAX) {
		if (!reading->too_many)
			diag_at(reading->diag,
			    rec_name_place(reading->file, field), D_FIELD_MANY,
			    STR("1,000"), field->name);
		reading->too_many = true;
		return false;
	}
	while (capacity < list->count)
		capacity *= 2;
	if (list->count == 0 || list->count == capacity) {
		const struct rec_field **wider = arena_array(reading->arena,
		    list->count == 0 ? 1 : 2 * capacity, sizeof(*wider));

		if (list->count > 0)
			memcpy(wider, list->fields,
			    list->count * sizeof(*wider));
		list->fields = wider;
	}
	list->fields[list->count++] = field;
	return true;
}

static bool
read_value(struct reading *reading, const struct rec_field *field,
    const struct record_row *row, void *at)
{
	struct record_period *period = at;

	switch (row->kind) {
	case FIELD_TEXT:
		*(struct str *)at = field->value;
		return true;
	case FIELD_ID:
		*(struct str *)at = field->value;
		return record_id(field->value) ||
		       complain(reading, field, D_ID);
	case FIELD_NUMBER:
		return read_number(reading, field, at);
	case FIELD_DIGITS:
		return read_digits(field->value, at) ||
		       complain(reading, field, D_FIELD_DIGITS);
	case FIELD_WORD:
		return read_word(reading, field, row, at);
	case FIELD_PERIOD:
		period->given = period_parse(field->value, &period->period);
		return period->given ||
		       complain(reading, field, D_FIELD_PERIOD);
	case FIELD_RAW:
		*(const struct rec_field **)at = field;
		return true;
	case FIELD_RAWS:
		return append_field(reading, at, field);
	case FIELD_IGNORED:
		return true;
	}
	return true;
}

static void
set_default(const struct record_row *row, void *at)
{
	if (row->kind == FIELD_NUMBER)
		*(struct num *)at = value_missing();
	else if (row->kind == FIELD_DIGITS)
		*(int *)at = DIGITS_UNSET;
}

static const struct record_row *
row_of(const struct reading *reading, struct str name)
{
	for (const struct record_row *row = reading->rows; row->name; row++)
		if (str_equal(name, str_from(row->name)))
			return row;
	return NULL;
}

static bool
is_free(struct str name)
{
	return str_equal(name, STR("Note")) || str_starts(name, STR("X_"));
}

int
record_read(struct arena *arena, const struct rec_file *file,
    const struct rec_record *record, const struct record_row *rows, void *out,
    struct diag *diag)
{
	struct reading reading = { arena, file, record, rows, diag, false,
		false };
	uint64_t seen = 0;

	for (const struct record_row *row = rows; row->name; row++)
		set_default(row, (char *)out + row->offset);
	for (size_t i = 0; i < record->count; i++) {
		const struct rec_field *field = &record->fields[i];
		const struct record_row *row = row_of(&reading, field->name);
		uint64_t bit;

		if (row == NULL) {
			if (!is_free(field->name))
				unknown_field(&reading, field);
			continue;
		}
		bit = UINT64_C(1) << (row - rows);
		if ((seen & bit) != 0 && row->kind != FIELD_RAWS &&
		    row->kind != FIELD_IGNORED) {
			diag_at(diag, rec_name_place(file, field),
			    D_FIELD_TWICE, field->name);
			reading.failed = true;
			continue;
		}
		seen |= bit;
		if (!read_value(&reading, field, row,
			(char *)out + row->offset))
			reading.failed = true;
	}
	for (const struct record_row *row = rows; row->name; row++)
		if (row->required &&
		    (seen & UINT64_C(1) << (row - rows)) == 0) {
			diag_at(diag, rec_record_place(file, record),
			    D_FIELD_MISSING, record->type, str_from(row->name));
			reading.failed = true;
		}
	return reading.failed ? -1 : 0;
}
