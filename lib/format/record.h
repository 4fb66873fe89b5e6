/*
 * record: puts the fields of a record into a structure, as rows of a table
 * say. Knows recfiles, periods and numbers; not what the fields are for.
 */
#ifndef SHIJI_RECORD_H
#define SHIJI_RECORD_H

#include "format/rec.h"
#include "number/value.h"
#include "time/period.h"

/* `Digits: none`; and a field that is not there. */
#define DIGITS_EXACT (-1)
#define DIGITS_UNSET (-2)

enum field_kind {
	FIELD_TEXT,   /* struct str */
	FIELD_ID,     /* struct str, checked by record_id() */
	FIELD_NUMBER, /* struct num; VALUE_MISSING where it is not there */
	FIELD_DIGITS, /* int: 0 to 18, DIGITS_EXACT, DIGITS_UNSET */
	FIELD_WORD,   /* int: the place in `words`, from 0; else as it was */
	FIELD_PERIOD, /* struct record_period */
	FIELD_RAW,    /* const struct rec_field *; NULL where it is not there */
	FIELD_RAWS,   /* struct record_fields: may stand more than once */
	FIELD_IGNORED /* for people; may stand more than once */
};

struct record_period {
	bool given;
	struct period period;
};

struct record_fields {
	const struct rec_field **fields;
	size_t count;
};

struct record_row {
	const char *name;
	enum field_kind kind;
	size_t offset;
	bool required;
	const char *const *words; /* ends in NULL */
};

/*
 * Read a record into *out (set up with its defaults by the caller). Every
 * fault is reported: a field that no row knows (`Note` and `X_...` are free),
 * one given twice, one missing, a value of the wrong form. -1 if there was any.
 */
int record_read(struct arena *arena, const struct rec_file *file,
    const struct rec_record *record, const struct record_row *rows, void *out,
    struct diag *diag);

/* Whether text can be an Id: no white space or control characters. */
bool record_id(struct str text);

#endif
