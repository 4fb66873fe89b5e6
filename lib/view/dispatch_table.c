#include "view/dispatch_table.h"

#include "base/i18n.h"

static const struct cells_column columns[] = {
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("office"), TABLE_TEXT, 0 },
	{ STR_INIT("leader"), TABLE_TEXT, 0 },
	{ STR_INIT("counterpart"), TABLE_TEXT, 0 },
	{ STR_INIT("section"), TABLE_TEXT, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("target"), TABLE_NUMBER, 0 },
	{ STR_INIT("progress"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("points"), TABLE_NUMBER, 0 },
	{ STR_INIT("lost"), TABLE_NUMBER, 0 },
	{ STR_INIT("report"), TABLE_TEXT, 0 },
	{ STR_INIT("reported"), TABLE_TEXT, 0 },
	{ STR_INIT("with"), TABLE_LIST, 0 },
	{ STR_INIT("item_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
	{ STR_INIT("office_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
	{ STR_INIT("measure_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
};

/* While rows are written. */
struct writing {
	const struct duty_view *view;
	const struct dispatch *dispatch;
	struct cells cells;
	struct arena arena;
};

/* office leader counterpart section */
static void
office_cells(struct writing *writing, uint32_t number)
{
	static const struct office none;
	const struct duty_view *view = writing->view;
	const struct office *office =
	    number == INDEX_NONE ? &none : &view->book->offices[number];

	cells_put(&writing->cells, duty_view_office(view, number));
	cells_put(&writing->cells, office->leader);
	cells_put(&writing->cells, office->counterpart);
	cells_put(&writing->cells, office->section);
}

/* report reported */
static void
report_cells(struct writing *writing, uint32_t item)
{
	struct cells *cells = &writing->cells;
	struct dispatch_report last =
	    dispatch_last_report(writing->dispatch, item, &writing->arena);

	if (last.found)
		cells_period(cells, last.period);
	else
		cells_skip(cells, 1);
	if (last.is_dated)
		cells_date(cells, last.day);
	else
		cells_skip(cells, 1);
}

/* The offices that share an item. */
static void
with_cell(struct writing *writing, const struct item *item)
{
	struct buffer *text = &writing->cells.text;
	bool named = duty_view_is_named(writing->view);

	for (size_t i = 0; i < item->with_count; i++) {
		if (i > 0)
			buffer_add(text, named ? STR("; ") : STR(" "));
		buffer_add(text,
		    duty_view_office(writing->view, item->with[i]));
	}
	cells_text(&writing->cells);
}

static void
write_row(struct writing *writing, const struct responsibility *duty)
{
	const struct duty_view *view = writing->view;
	const struct responsibilities *duties = writing->dispatch->duties;
	const struct responsibility_standing *standing =
	    &duties->standings[duty->item];
	struct progress progress =
	    dispatch_progress(writing->dispatch, duty->item, &writing->arena);
	struct cells *cells = &writing->cells;

	cells_put(cells, duty_view_item(view, duties->scheme, duty->item));
	office_cells(writing, duty->office);
	cells_put(cells, duty_view_measure(view, progress.measure));
	cells_number(cells, progress.target);
	cells_number(cells,
	    progress.measure == INDEX_NONE ? value_missing() : progress.value);
	cells_rank(cells, standing->rank);
	cells_number(cells, standing->points);
	cells_number(cells, standing->lost);
	report_cells(writing, duty->item);
	with_cell(writing, &duties->scheme->items[duty->item]);
	cells_put(cells, duty_view_item_name(duties->scheme, duty->item));
	cells_put(cells, duty_view_office_name(view->book, duty->office));
	cells_put(cells, duty_view_measure_name(view->book, progress.measure));
}

void
dispatch_table(const struct duty_view *view, const struct dispatch *dispatch)
{
	const struct responsibilities *duties = dispatch->duties;
	struct writing writing = { .view = view, .dispatch = dispatch };

	if (duty_view_is_named(view)) {
		duty_view_title(view, duties, _("dispatch sheet"));
		fputc('\n', view->out);
	}
	cells_open(&writing.cells, view->out, view->format, columns,
	    LENGTH(columns), duty_view_shown(view));
	for (size_t i = 0; i < duties->count; i++)
		if (duties->list[i].role == RESPONSIBILITY_LEADS &&
		    duty_view_asks_duty(view, duties->scheme, &duties->list[i]))
			write_row(&writing, &duties->list[i]);
	cells_close(&writing.cells);
	arena_free(&writing.arena);
}
