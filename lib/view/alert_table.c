#include "view/alert_table.h"

#include "base/i18n.h"

static const struct cells_column columns[] = {
	{ STR_INIT("level"), TABLE_TEXT, 0 },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("office"), TABLE_TEXT, 0 },
	{ STR_INIT("since"), TABLE_TEXT, 0 },
	{ STR_INIT("why"), TABLE_TEXT, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("value"), TABLE_NUMBER, 0 },
	{ STR_INIT("planned"), TABLE_NUMBER, 0 },
	{ STR_INIT("progress"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("lost"), TABLE_NUMBER, 0 },
	{ STR_INIT("item_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
	{ STR_INIT("office_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
};

/* While rows are written. */
struct writing {
	const struct duty_view *view;
	const struct responsibilities *duties;
	struct cells cells;
	struct arena arena;
};

/* In per cent, to one digit; a document says so with a sign. */
static void
share_cell(struct writing *writing, struct num share)
{
	struct cells *cells = &writing->cells;

	if (num_is_number(share)) {
		share = num_mul(&writing->arena, share, NUM_INT(100));
		num_print(&cells->text,
		    num_round(&writing->arena, share, 1, NUM_HALF_UP));
		if (duty_view_is_named(writing->view))
			buffer_add_byte(&cells->text, '%');
	}
	cells_text(cells);
}

/* To the digits of its measure, two at least. */
static void
planned_cell(struct writing *writing, const struct progress *progress)
{
	struct num planned = progress->planned;
	int digits = 2;

	if (num_is_number(planned)) {
		const struct measure *measure =
		    &writing->view->book->measures[progress->measure];

		if (measure->digits > digits)
			digits = measure->digits;
		planned =
		    num_round(&writing->arena, planned, digits, NUM_HALF_UP);
	}
	cells_number(&writing->cells, planned);
}

static void
write_row(struct writing *writing, const struct alert_status_row *row)
{
	const struct duty_view *view = writing->view;
	const struct scheme *scheme = writing->duties->scheme;
	const struct responsibility_standing *standing =
	    &writing->duties->standings[row->item];
	uint32_t lead = scheme->items[row->item].lead;
	struct cells *cells = &writing->cells;

	cells_put(cells, row->level);
	cells_put(cells, duty_view_item(view, scheme, row->item));
	cells_put(cells, duty_view_office(view, lead));
	if (row->level.size > 0)
		cells_period(cells, row->since);
	else
		cells_skip(cells, 1);
	cells_put(cells, row->why);
	cells_put(cells, duty_view_measure(view, row->progress.measure));
	cells_number(cells, row->progress.value);
	planned_cell(writing, &row->progress);
	share_cell(writing, row->progress.share);
	cells_rank(cells, standing->rank);
	cells_number(cells, standing->lost);
	cells_put(cells, duty_view_item_name(scheme, row->item));
	cells_put(cells, duty_view_office_name(view->book, lead));
}

static bool
is_asked(const struct writing *writing, const struct alert_status_row *row)
{
	struct responsibility duty = {
		.office = writing->duties->scheme->items[row->item].lead,
		.item = row->item
	};

	return duty_view_asks_duty(writing->view, writing->duties->scheme,
	    &duty);
}

void
alert_table(const struct duty_view *view, const struct responsibilities *duties,
    const struct alert_status_row *rows, size_t count, bool all)
{
	struct writing writing = { .view = view, .duties = duties };

	if (duty_view_is_named(view)) {
		duty_view_title(view, duties, _("what is to be looked at"));
		fputc('\n', view->out);
	}
	cells_open(&writing.cells, view->out, view->format, columns,
	    LENGTH(columns), duty_view_shown(view));
	for (size_t i = 0; i < count; i++)
		if ((all || rows[i].level.size > 0) &&
		    is_asked(&writing, &rows[i]))
			write_row(&writing, &rows[i]);
	cells_close(&writing.cells);
	arena_free(&writing.arena);
}
