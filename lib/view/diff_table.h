/*
 * diff_table: shows changes as tables: a row for each score, for each cause
 * with its evidence, or for each unit. Knows changes, schemes' amendments and
 * who made a line; not which sides are compared.
 */
#ifndef SHIJI_DIFF_TABLE_H
#define SHIJI_DIFF_TABLE_H

#include "analysis/attribution.h"
#include "git/blame.h"
#include "view/cells.h"

enum diff_table_view {
	CHANGE_SCORES, /* a row for each unit and item */
	CHANGE_CAUSES, /* for each cause of one, and each evidence of it */
	CHANGE_UNITS   /* for each unit */
};

/* Which of the changes are shown. */
struct diff_table_filter {
	bool (*unit)(const void *context, struct str id);
	const void *context;
	struct num min;	   /* no delta is smaller; no number: any */
	bool only[CAUSES]; /* one of these causes is not zero */
	bool has_only;
	size_t evidence; /* rows for each cause; 0: all */
};

/* Who made the lines of either side; NULL where there is no history. */
struct diff_table_blame {
	struct blame *from, *to;
};

struct diff_table_look {
	enum diff_table_view view;
	bool names;  /* add the columns `unit_name` and `item_name` */
	bool colour; /* where it is aligned */
};

/* A table with the columns of a view. cells_close() ends it. */
void diff_table_open(struct cells *cells, FILE *out, enum table_format format,
    const struct diff_table_look *look);

/*
 * Add the changes of one period to a table of that view. The number of rows
 * of `changes` that the filter lets through.
 */
size_t diff_table_add(struct cells *cells, enum diff_table_view view,
    struct attribution *changes, struct period period,
    const struct diff_table_filter *filter,
    const struct diff_table_blame *blame);

#endif
