/*
 * data_read: a file of data into cells: each line checked, each fault reported
 * where it stands. Knows the book and the cells; what they are for is data's.
 */
#ifndef SHIJI_DATA_READ_H
#define SHIJI_DATA_READ_H

#include "book/data_internal.h"

/* One file while it is read. */
struct data_reader {
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

/* Read all files of a folder into a new set of it. */
void data_read_folder(struct data *data, struct data_set *set,
    struct str folder);
bool data_is_file(const struct source_entry *entry);

/* Read the line at `line`, and move `next` behind it. */
void data_read_row(struct data_reader *reader);

/* Put a value in the place of what the files say of its cell. */
void data_read_assumption(struct data *data, struct data_set *set,
    const struct data_assumption *assumption);

/* The cells of a line, of which the first COLUMNS_MAX are given. */
size_t data_split(struct str line, struct str cells[COLUMNS_MAX]);

#endif
