#include "view/due_table.h"

#include "base/i18n.h"

static const struct cells_column columns[] = {
	{ STR_INIT("office"), TABLE_TEXT, 0 },
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("what"), TABLE_TEXT, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("state"), TABLE_TEXT, 0 },
	{ STR_INIT("due"), TABLE_TEXT, 0 },
	{ STR_INIT("reported"), TABLE_TEXT, 0 },
	{ STR_INIT("days"), TABLE_NUMBER, 0 },
	{ STR_INIT("working_days"), TABLE_NUMBER, 0 },
	{ STR_INIT("count"), TABLE_NUMBER, 0 },
	{ STR_INIT("units"), TABLE_LIST, 0 },
	{ STR_INIT("office_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
	{ STR_INIT("measure_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
};

/* How many units, and which; `*` for all that there are. */
static void
units_cells(struct cells *cells, const struct book *book,
    const struct overdue_row *row)
{
	if (row->measure == INDEX_NONE) {
		cells_skip(cells, 2);
		return;
	}
	cells_count(cells, row->unit_count);
	if (row->is_all)
		buffer_add(&cells->text, STR("*"));
	for (size_t i = 0; i < row->unit_count && !row->is_all; i++)
		buffer_format(&cells->text, "%s" STR_FMT, i > 0 ? " " : "",
		    STR_ARG(book->units[row->units[i]].id));
	cells_text(cells);
}

/* days working_days */
static void
delay_cells(struct cells *cells, const struct overdue_row *row)
{
	if ((row->state & OVERDUE_LATE) == 0) {
		cells_skip(cells, 2);
		return;
	}
	cells_count(cells, (uint64_t)row->days);
	cells_count(cells, (uint64_t)row->working_days);
}

static void
write_row(const struct duty_view *view, struct cells *cells,
    const struct overdue_row *row)
{
	uint32_t office = book_office(view->book, row->office);

	/* Without offices.rec, measures may name offices of their own. */
	cells_put(cells, office == INDEX_NONE ? row->office
					      : duty_view_office(view, office));
	cells_period(cells, row->period);
	cells_word(cells, row->measure == INDEX_NONE ? "scores" : "data");
	cells_put(cells, duty_view_measure(view, row->measure));
	overdue_state_print(&cells->text, row->state);
	cells_text(cells);
	cells_date(cells, row->due);
	if (row->is_dated)
		cells_date(cells, row->reported);
	else
		cells_skip(cells, 1);
	delay_cells(cells, row);
	units_cells(cells, view->book, row);
	cells_put(cells, duty_view_office_name(view->book, office));
	cells_put(cells, duty_view_measure_name(view->book, row->measure));
}

static void
write_title(const struct duty_view *view, int32_t date)
{
	struct buffer title = { 0 };
	char day[DATE_TEXT_SIZE];

	buffer_add(&title, STR("# "));
	table_markdown(&title, view->book->name);
	buffer_format(&title, _(": what is due on %s"), date_text(date, day));
	buffer_add(&title, STR("\n\n"));
	fwrite(title.data, 1, title.size, view->out);
	buffer_free(&title);
}

void
due_table(const struct duty_view *view, const struct overdue_list *list,
    int32_t date)
{
	struct cells cells;

	if (duty_view_is_named(view))
		write_title(view, date);
	cells_open(&cells, view->out, view->format, columns, LENGTH(columns),
	    duty_view_shown(view));
	for (size_t i = 0; i < list->count; i++)
		if (duty_view_asks(view, list->rows[i].office, STR("")))
			write_row(view, &cells, &list->rows[i]);
	cells_close(&cells);
}

bool
due_table_is_late(const struct duty_view *view, const struct overdue_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if ((list->rows[i].state & OVERDUE_LATE) != 0 &&
		    duty_view_asks(view, list->rows[i].office, STR("")))
			return true;
	return false;
}
