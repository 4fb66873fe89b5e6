/*
 * score_table: shows scores as rows, one for each unit and item: the stream
 * that `shiji score` prints and that a close publishes; or as a sheet with a
 * column for each item. Knows results and tables.
 */
#ifndef SHIJI_SCORE_TABLE_H
#define SHIJI_SCORE_TABLE_H

#include "format/table.h"
#include "score/engine.h"

struct score_table_options {
	bool grades; /* a column `grade`: some scheme has Grade records */
	bool names;  /* the columns `unit_name` and `item_name` */
	unsigned
	    mark; /* a flag of score/engine.h that every state gets; 0: none */
	/* The columns `rank`, `since` and `move`, by unit; or NULL. */
	const struct num *ranks, *since;
};

struct score_table;

/* A table of scores of this book's units, which must outlive it. */
struct score_table *score_table_new(FILE *out, enum table_format format,
    const struct book *book, const struct score_table_options *options);
/* The row of a unit of the book and an item of the result's scheme. */
void score_table_row(struct score_table *table, const struct result *result,
    size_t unit, size_t item);
/* As table_end(). */
void score_table_end(struct score_table *table);

/* A result, and which of its scheme's items are shown. */
struct score_choice {
	const struct result *result;
	uint32_t *items;
	size_t item_count;
};

/*
 * Show all choices as a sheet: a row for each period and unit, a column for
 * each item of any of them, named by its Id or, with names, by its name.
 * `units` says of each unit of the book whether it is shown.
 */
void score_table_wide(FILE *out, enum table_format format,
    const struct book *book, const bool *units,
    const struct score_choice *choices, size_t count, bool names);

/* The group in which a unit is shown: in the scheme's Pool, else its first. */
struct str score_group(const struct result *result, const struct unit *unit);

#endif
