/*
 * record: puts the fields of a record into a structure, as rows of a table
 * say. Knows recfiles, periods and numbers; not what the fields are for.
 */
#ifndef SHIJI_RECORD_H
#define SHIJI_RECORD_H

#include "format/rec.h"
#include "number/num.h"
#include "time/period.h"

/* What a value that is no number stands for; beside NUM_FAILED. */
#define VALUE_MISSING (-2)	  /* not reported yet */
#define VALUE_NOT_APPLICABLE (-3) /* this unit has no such thing */

static inline struct num
value_missing(void)
{
	return (struct num){ 0, VALUE_MISSING };
}

static inline struct num
value_not_applicable(void)
{
	return (struct num){ 0, VALUE_NOT_APPLICABLE };
}

/*
 * Arithmetic written through: as the functions of num.h, but what is no number
 * spreads, so that the result of one may be given to the next.
 */
static inline struct num
value_add(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_add(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_sub(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_sub(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_mul(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_mul(arena, a, b);
	return num_is_number(a) ? b : a;
}

static inline struct num
value_div(struct arena *arena, struct num a, struct num b)
{
	if ((a.d | b.d) >= 0)
		return num_div(arena, a, b);
	return num_is_number(a) ? b : a;
}

/* Whether two values are the same number, or absent in the same way. */
static inline bool
value_equal(struct num a, struct num b)
{
	if ((a.d | b.d) < 0)
		return a.d == b.d && (a.d != NUM_FAILED || a.n == b.n);
	return num_compare(a, b) == 0;
}

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
