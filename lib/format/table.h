/*
 * table: writes rows as TSV, CSV, JSON, JSON Lines, an aligned table or
 * Markdown. Knows text only.
 *
 * Cells are escaped for where they go: control characters become \t, \n, \r,
 * \\ and \xHH in TSV and tables, CSV is RFC 4180 with LF and a cell
 * that begins like a formula (= + - @ and no number) gets a leading apostrophe,
 * JSON strings are JSON's, Markdown's bars and what else it takes for markup
 * are escaped. Bytes that are no UTF-8 go through TSV and CSV as they are;
 * tables show them as \xHH, JSON as U+FFFD.
 */
#ifndef SHIJI_TABLE_H
#define SHIJI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

enum table_format {
	TABLE_TSV,
	TABLE_CSV,
	TABLE_JSON,
	TABLE_JSONL,
	TABLE_ALIGNED,
	TABLE_MARKDOWN
};

/* tsv csv json jsonl table md. */
bool table_format_parse(struct str text, enum table_format *out);
/* Where none was asked for: a table for a terminal, else TSV. */
enum table_format table_format_for(FILE *out);
/* Whether a format is to be read rather than parsed: table, md. */
bool table_is_for_people(enum table_format format);

/*
 * What the cells of a column hold. In JSON an empty cell is null, and a list,
 * whose elements stand with a space between two, is an array, of numbers with
 * null for what is none.
 */
enum table_type {
	TABLE_TEXT,
	TABLE_NUMBER, /* aligned right */
	TABLE_VALUE,  /* a number or a text; in JSON a number where it is one */
	TABLE_LIST,
	TABLE_NUMBERS
};

struct table_column {
	struct str name;
	enum table_type type;
};

struct table;

/* Copies the columns. Aligned tables hold all rows until the end. */
struct table *table_new(FILE *out, enum table_format format,
    const struct table_column *columns, size_t count);
/*
 * In aligned tables a cell wider than this does not widen its column, but
 * moves what follows it in its own row: for texts among short ones. Before the
 * first row.
 */
void table_narrow(struct table *table, size_t widest);
/* The next cell of the row; after the last column the row is complete. */
void table_cell(struct table *table, struct str cell);
/*
 * How the next cell is meant, shown by colour in an aligned table, and there
 * only where table_colour() was called. Nothing may be told by colour alone.
 */
enum table_mark { TABLE_PLAIN, TABLE_GOOD, TABLE_BAD, TABLE_FAINT };
void table_mark(struct table *table, enum table_mark mark);
void table_colour(struct table *table);
/* Whether an aligned table is coloured where nobody says: for a terminal that
 * can, unless NO_COLOR is set. */
bool table_colour_for(FILE *out);
/*
 * Writes what is held (header only, `[]`, where there were no rows) and frees;
 * a last row that is short is filled with empty cells. ferror(out) tells
 * whether all was written.
 */
void table_end(struct table *table);

/* Whether JSON has this number just so: no plus, no zero before a digit. */
bool table_is_number(struct str cell);
/* Append text to a line of Markdown, escaped as in a cell. */
void table_markdown(struct buffer *out, struct str text);
/* Append text as a JSON string, quoted and escaped as above. */
void table_json_string(struct buffer *out, struct str text);

#endif
