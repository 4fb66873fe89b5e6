#include "view/rank_bounds_table.h"

static const struct cells_column columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("score"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("least"), TABLE_NUMBER, 0 },
	{ STR_INIT("greatest"), TABLE_NUMBER, 0 },
	{ STR_INIT("best_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("worst_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("verdict"), TABLE_TEXT, 0 },
	{ STR_INIT("beside"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};

static enum table_mark
mark_of(enum rank_bounds_verdict verdict)
{
	return verdict == RANK_BOUNDS_SAFE   ? TABLE_GOOD
	       : verdict == RANK_BOUNDS_LOST ? TABLE_BAD
					     : TABLE_PLAIN;
}

static void
write_row(const struct gap_view *view, struct cells *cells,
    const struct rank_bounds *bounds, const struct rank_bounds_unit *unit)
{
	const struct interval *score = &unit->score;

	cells_period(cells, bounds->end);
	cells_put(cells, gap_view_unit(view, unit->unit));
	cells_score(cells, &view->scheme->items[0], unit->now);
	cells_rank(cells, unit->rank);
	cells_score(cells, bounds->total,
	    score->below ? value_missing() : score->low);
	cells_score(cells, bounds->total,
	    score->above ? value_missing() : score->high);
	cells_rank(cells, unit->best);
	cells_rank(cells, unit->worst);
	cells_mark(cells, mark_of(unit->verdict));
	cells_word(cells, rank_bounds_verdict_text(unit->verdict));
	cells_word(cells, rank_bounds_order_text(unit->beside));
	gap_view_unit_name(view, cells, unit->unit);
}

void
rank_bounds_table(const struct gap_view *view,
    const struct rank_bounds *rank_bounds)
{
	struct cells cells;

	gap_view_open(view, &cells, columns, LENGTH(columns));
	for (size_t i = 0; i < rank_bounds->count; i++)
		if (gap_view_shows(view, rank_bounds->units[i].unit))
			write_row(view, &cells, rank_bounds,
			    &rank_bounds->units[i]);
	cells_close(&cells);
}
