/*
 * cells: the rows of a table, cell by cell, as all views write them: scores,
 * numbers, ranks, differences. Columns that are not asked for are left out
 * here, so that whoever writes a row need not know which are shown. Knows
 * tables, and how items print their scores; not what a row tells.
 */
#ifndef SHIJI_CELLS_H
#define SHIJI_CELLS_H

#include "format/table.h"
#include "score/snapshot.h"
#include "time/calendar.h"

struct cells_column {
	struct str name;
	enum table_type type;
	/* Flags of the view's own: shown only where all of them are asked
	 * for; 0: always. */
	unsigned only;
};

struct cells {
	struct table *table; /* for what cells do not do, before the first */
	bool for_people;     /* see table_is_for_people() */
	/* Of the cell in hand: what stands in it goes before what is put. */
	struct buffer text;
	const struct cells_column *columns;
	size_t count, column; /* of all columns; the one in hand */
	unsigned shown;

	struct arena arena;

	/* With cells_hold(). */
	bool holds;
	struct str *held;
	size_t held_count, held_capacity;
	size_t *starts; /* in `held`, of each group */
	size_t start_count, start_capacity;
};

/* A table with those of the columns, which must outlive it, that are shown. */
void cells_open(struct cells *cells, FILE *out, enum table_format format,
    const struct cells_column *columns, size_t count, unsigned shown);
/* As table_end(). */
void cells_close(struct cells *cells);

/*
 * Hold the rows until the end, and then write them in groups, the last one
 * first: before the first row. cells_group() begins a group.
 */
void cells_hold(struct cells *cells);
void cells_group(struct cells *cells);

/* How the next cell is meant; see table_mark(). */
void cells_mark(struct cells *cells, enum table_mark mark);

/* The next cell: a text. */
void cells_put(struct cells *cells, struct str text);
void cells_word(struct cells *cells, const char *word);
/* What stands in `text`. */
void cells_text(struct cells *cells);
/* So many empty ones. */
void cells_skip(struct cells *cells, size_t count);

/* As its item prints it; empty where it is no number, or there is no item. */
void cells_score(struct cells *cells, const struct item *item,
    struct num score);
/* In full; empty where it is none. */
void cells_number(struct cells *cells, struct num number);
void cells_count(struct cells *cells, uint64_t count);
/* Empty for 0. */
void cells_rank(struct cells *cells, uint32_t rank);
void cells_period(struct cells *cells, struct period period);
void cells_date(struct cells *cells, int32_t day);
/* As snapshot_state_print() has it. */
void cells_state(struct cells *cells, unsigned state);
/* A commit's id: in full for programs, its beginning for people. */
void cells_commit(struct cells *cells, const char *id);
/*
 * The difference of two scores, with as many digits as the finer of their
 * items; NULL for a side without the item.
 */
void cells_delta(struct cells *cells, const struct item *from,
    const struct item *to, struct num delta);

#endif
