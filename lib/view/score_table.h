/*
 * score_table: shows scores as rows, one for each unit and item, the stream
 * that `shiji score` prints and that a close publishes; or one for each unit
 * with a column for each item. Knows results and tables; not which units and
 * items are asked for.
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
struct score_table_part {
	const struct result *result;
	const uint32_t *items;
	size_t item_count;
};
/* Results in their order, and which of the book's units are shown of each. */
struct score_table_choice {
	const struct score_table_part *parts;
	size_t count;
	const bool *units;
};

/* A row for each unit and item; grades where some scheme has them. */
void score_table_show(FILE *out, enum table_format format,
    const struct book *book, const struct score_table_choice *choice,
    bool names);
/*
 * A row for each unit of each result, a column for each item of any of them,
 * each Id once; with names, that of a unit in a column, those of items above
 * theirs.
 */
void score_table_show_wide(FILE *out, enum table_format format,
    const struct book *book, const struct score_table_choice *choice,
    bool names);

#endif
