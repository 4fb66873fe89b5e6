#include "view/gap_view.h"

void
gap_view_open(const struct gap_view *view, struct cells *cells,
    const struct cells_column *columns, size_t count)
{
	cells_open(cells, view->out, view->format, columns, count,
	    (view->for_people ? 0 : GAP_VIEW_PROGRAMS) |
		(view->names ? GAP_VIEW_NAMES : 0));
	if (view->colour)
		table_colour(cells->table);
}

void
gap_view_begin_row(const struct gap_view *view, struct cells *cells)
{
	cells_period(cells, view->period);
	cells_put(cells, gap_view_unit(view, view->unit));
}

struct str
gap_view_unit(const struct gap_view *view, uint32_t unit)
{
	return view->book->units[unit].id;
}

void
gap_view_unit_name(const struct gap_view *view, struct cells *cells,
    uint32_t unit)
{
	cells_put(cells, view->book->units[unit].name);
}

bool
gap_view_shows(const struct gap_view *view, uint32_t unit)
{
	return view->shows == NULL ||
	       view->shows(view->context, gap_view_unit(view, unit));
}

void
gap_view_sign(struct cells *cells, struct num change)
{
	if (cells->for_people && num_is_number(change) && num_sign(change) > 0)
		buffer_add_byte(&cells->text, '+');
}
