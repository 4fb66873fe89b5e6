/*
 * gap_view: what the tables about a unit and a rank have in common: of which
 * book, unit and period they are, and which columns people are spared. Knows
 * books and tables; not what stands between the unit and the rank.
 */
#ifndef SHIJI_GAP_VIEW_H
#define SHIJI_GAP_VIEW_H

#include "view/cells.h"

struct gap_view {
	const struct book *book;
	const struct scheme *scheme;
	struct period period;
	uint32_t unit;
	uint32_t rank; /* the wanted one */
	FILE *out;
	enum table_format format;
	bool for_people; /* sentences, and what people are not spared */
	bool names;	 /* add columns with names */
	bool colour;
	/* Of tables of units: which of them are shown. */
	bool (*shows)(const void *context, struct str unit);
	const void *context;
};

/*
 * Flags of columns: those that say what a sentence above a table for people
 * says, or what else a reader of it hardly asks for; and those with names. See
 * cells.
 */
enum { GAP_VIEW_PROGRAMS = 1, GAP_VIEW_NAMES = 2 };

/* A table of the view; cells_close() ends it. */
void gap_view_open(const struct gap_view *view, struct cells *cells,
    const struct cells_column *columns, size_t count);
/* period unit, of the view. */
void gap_view_begin_row(const struct gap_view *view, struct cells *cells);

struct str gap_view_unit(const struct gap_view *view, uint32_t unit);
/* Put the name of a unit. */
void gap_view_unit_name(const struct gap_view *view, struct cells *cells,
    uint32_t unit);
/* Whether a unit's row is shown. */
bool gap_view_shows(const struct gap_view *view, uint32_t unit);

/* A plus before what has risen, for people; then put the rest of the cell. */
void gap_view_sign(struct cells *cells, struct num change);

#endif
