/*
 * duty_table: shows duties: the list of who answers for what, as rows or as a
 * document in Markdown, and the dispatch sheet. Knows duties and tables.
 */
#ifndef SHIJI_DUTY_TABLE_H
#define SHIJI_DUTY_TABLE_H

#include "analysis/responsibility.h"
#include "format/table.h"
#include "git/blame.h"

struct duty_table_show {
	struct responsibilities *duties;
	struct engine *engine;
	enum table_format format;
	enum responsibility_key key;
	bool names; /* add columns with names */
	/* Whether an office, an item is asked for; NULL: all are. */
	bool (*is_asked)(const void *context, struct str office,
	    struct str item);
	const void *context;
	/* Of the dispatch sheet: where dates come from; NULL: from nowhere. */
	struct blame *blame;
	int32_t today;
};

/* On standard output; ferror(stdout) tells whether all was written. */
void duty_table_show_list(const struct duty_table_show *show);
void duty_table_show_document(const struct duty_table_show *show);
void duty_table_show_dispatch(const struct duty_table_show *show);

/* The heading of a document: what it is of, and the unit's total. */
void duty_table_show_title(const struct responsibilities *duties,
    const char *what);

/* What people call them: the Name, or else the Id; empty for INDEX_NONE. */
struct str duty_table_office_name(const struct book *book, uint32_t office);
struct str duty_table_item_name(const struct scheme *scheme, uint32_t item);
struct str duty_table_measure_name(const struct book *book, uint32_t measure);

#endif
