/*
 * rec: reads recfiles, as the GNU recutils manual defines them, from memory.
 * Knows text, memory and findings; what a record means is for others.
 */
#ifndef SHIJI_REC_H
#define SHIJI_REC_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

/* A piece of a value that stands on one physical line. */
struct rec_piece {
	size_t at;     /* where it begins in the value */
	size_t source; /* where it begins in the file */
};

struct rec_field {
	struct str name; /* without the colon; borrowed from the text */
	/* Unfolded, trimmed of white space at both ends; borrowed, or in the
	 * arena. */
	struct str value;
	/* Byte of the name in the file. */
	size_t name_at;
	/* At least one. */
	struct rec_piece *pieces;
	size_t piece_count;
};

struct rec_record {
	struct str type; /* of the %rec in force; empty before the first */
	struct rec_field *fields;
	size_t count;
};

struct rec_file {
	const char *path;
	struct str text; /* the caller's; must outlive this */
	/* Data records; descriptors are left out. */
	struct rec_record *records;
	size_t count;
	/* Where each line begins; for rec_place(). */
	const size_t *lines;
	size_t line_count;
};

/*
 * Read all records. Faults are reported where they stand (text faults: BOM,
 * CRLF, control characters, NUL, bad UTF-8; lines that are no field; fields
 * without a name ...) and reading goes on, so that one run shows them all, up
 * to 20 of a kind; -1 if there was any. *out is complete in so far as it could
 * be read. Its memory is the arena's; time and memory grow with the text.
 *
 * Stricter than recutils where it would pass over something in silence: data
 * fields in a descriptor, a second word after `%rec: Type`, and blanks before
 * the first line of a record are faults here. More lenient in one thing: the
 * last line needs no newline, whatever it holds.
 */
int rec_parse(struct arena *arena, const char *path, struct str text,
    struct rec_file *out, struct diag *diag);

/* The first field of this name, or NULL. */
const struct rec_field *rec_field(const struct rec_record *record,
    const char *name);

/* Where `size` bytes of a field's value from byte `at` on stand in the file. */
struct place rec_place(const struct rec_file *file,
    const struct rec_field *field, size_t at, size_t size);
/* Where a field's name stands; where a record begins. */
struct place rec_name_place(const struct rec_file *file,
    const struct rec_field *field);
struct place rec_record_place(const struct rec_file *file,
    const struct rec_record *record);

#endif
