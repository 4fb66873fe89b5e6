#include "view/sensitivity_table.h"

static const struct cells_column unit_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("score"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank5"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank50"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank95"), TABLE_NUMBER, 0 },
	{ STR_INIT("least"), TABLE_NUMBER, 0 },
	{ STR_INIT("most"), TABLE_NUMBER, 0 },
	{ STR_INIT("not_firm"), TABLE_LIST, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};
static const struct cells_column pair_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("above"), TABLE_TEXT, 0 },
	{ STR_INIT("below"), TABLE_TEXT, 0 },
	{ STR_INIT("above_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("below_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("difference"), TABLE_NUMBER, 0 },
	{ STR_INIT("reversed"), TABLE_NUMBER, 0 },
	{ STR_INIT("draws"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("percent"), TABLE_NUMBER, 0 },
	{ STR_INIT("above_name"), TABLE_TEXT, GAP_VIEW_NAMES },
	{ STR_INIT("below_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};

/* The others with which a unit's order is not firm. */
static void
doubtful_cell(const struct gap_view *view, struct cells *cells,
    const struct sensitivity *found, uint32_t place)
{
	for (size_t i = 0; i < found->pair_count; i++) {
		const struct sensitive_pair *pair = &found->pairs[i];
		uint32_t other;

		if (pair->above != place && pair->below != place)
			continue;
		other = pair->above == place ? pair->below : pair->above;
		if (cells->text.size > 0)
			buffer_add_byte(&cells->text, ' ');
		buffer_add(&cells->text,
		    gap_view_unit(view, found->units[other].unit));
	}
	cells_text(cells);
}

static void
unit_row(const struct gap_view *view, struct cells *cells,
    const struct sensitivity *found, uint32_t place)
{
	const struct sensitive *unit = &found->units[place];

	cells_period(cells, view->period);
	cells_put(cells, gap_view_unit(view, unit->unit));
	cells_score(cells, found->total, unit->score);
	cells_rank(cells, unit->rank);
	cells_rank(cells, unit->low);
	cells_rank(cells, unit->median);
	cells_rank(cells, unit->high);
	cells_rank(cells, unit->least);
	cells_rank(cells, unit->most);
	doubtful_cell(view, cells, found, place);
	gap_view_unit_name(view, cells, unit->unit);
}

void
sensitivity_table(const struct gap_view *view, const struct sensitivity *found)
{
	struct cells cells;

	gap_view_open(view, &cells, unit_columns, LENGTH(unit_columns));
	for (uint32_t i = 0; i < found->count; i++)
		if (gap_view_shows(view, found->units[i].unit))
			unit_row(view, &cells, found, i);
	cells_close(&cells);
}

static void
pair_row(const struct gap_view *view, struct cells *cells,
    const struct sensitivity *found, const struct sensitive_pair *pair)
{
	const struct sensitive *above = &found->units[pair->above];
	const struct sensitive *below = &found->units[pair->below];
	struct arena arena = { 0 };
	struct num percent =
	    num_div(&arena, NUM_INT((int64_t)pair->reversed * 100),
		NUM_INT((int64_t)found->draws));

	cells_period(cells, view->period);
	cells_put(cells, gap_view_unit(view, above->unit));
	cells_put(cells, gap_view_unit(view, below->unit));
	cells_rank(cells, above->rank);
	cells_rank(cells, below->rank);
	cells_score(cells, found->total,
	    num_sub(&arena, above->score, below->score));
	cells_count(cells, pair->reversed);
	cells_count(cells, found->draws);
	num_print_fixed(&cells->text,
	    num_round(&arena, percent, 1, NUM_HALF_UP), 1);
	cells_text(cells);
	gap_view_unit_name(view, cells, above->unit);
	gap_view_unit_name(view, cells, below->unit);
	arena_free(&arena);
}

void
sensitivity_table_pairs(const struct gap_view *view,
    const struct sensitivity *found)
{
	struct cells cells;

	gap_view_open(view, &cells, pair_columns, LENGTH(pair_columns));
	for (size_t i = 0; i < found->pair_count; i++) {
		const struct sensitive_pair *pair = &found->pairs[i];

		if (gap_view_shows(view, found->units[pair->above].unit) ||
		    gap_view_shows(view, found->units[pair->below].unit))
			pair_row(view, &cells, found, pair);
	}
	cells_close(&cells);
}
