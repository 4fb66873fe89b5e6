/*
 * gap_table: shows what stands between a unit and a rank as tables: item by
 * item, what solves it, the bonus points still open, what is safe and how firm
 * it all is. Knows what was found; finds nothing out.
 */
#ifndef SHIJI_GAP_TABLE_H
#define SHIJI_GAP_TABLE_H

#include "analysis/gap.h"
#include "analysis/goal_seek.h"
#include "analysis/rank_bounds.h"
#include "analysis/sensitivity.h"
#include "format/table.h"

struct gap_view {
	const struct book *book;
	const struct scheme *scheme;
	struct period period;
	uint32_t unit;
	uint32_t rank; /* the wanted one */
	FILE *out;
	enum table_format format;
	bool colour;
	/* Of tables of units: which of them are shown. */
	bool (*shows)(const void *context, struct str unit);
	const void *context;
};

/* A row for the total, then one for each item. */
void gap_table(const struct gap_view *view, const struct gap *gap);
/*
 * One line that says it all: for whoever reads, before a table. Ends in a
 * newline.
 */
void gap_sentence(const struct gap_view *view, const struct gap *gap,
    struct buffer *out);

/* Which score is to be reached. */
enum gap_target { TARGET_FULL, TARGET_GOAL, TARGET_MORE, TARGETS };

/* A table of solutions; close it by table_end(). */
struct table *solve_table_new(const struct gap_view *view);
void solve_table_add(const struct gap_view *view, struct table *table,
    const struct gap_item *item, uint32_t measure, enum gap_target target,
    const struct goal_seek_solution *solution);

/* Each bonus of the scheme: its cap, what is won, what remains, for whom. */
void bonus_table(const struct gap_view *view, struct engine *engine,
    const struct gap *gap);

/* A row for each unit. */
void assure_table(const struct gap_view *view,
    const struct rank_bounds *rank_bounds);
void sensitivity_table(const struct gap_view *view,
    const struct sensitivity *found);
/* A row for each pair whose order is not firm. */
void pair_table(const struct gap_view *view, const struct sensitivity *found);

#endif
