#include "view/alert_table.h"

#include "base/i18n.h"

static const struct cells_column columns[] = {
	{ STR_INIT("level"), false, 0 },
	{ STR_INIT("item"), false, 0 },
	{ STR_INIT("office"), false, 0 },
	{ STR_INIT("since"), false, 0 },
	{ STR_INIT("why"), false, 0 },
	{ STR_INIT("measure"), false, 0 },
	{ STR_INIT("value"), true, 0 },
	{ STR_INIT("planned"), true, 0 },
	{ STR_INIT("progress"), false, 0 },
	{ STR_INIT("rank"), true, 0 },
	{ STR_INIT("lost"), true, 0 },
	{ STR_INIT("item_name"), false, DUTY_VIEW_NAMES },
	{ STR_INIT("office_name"), false, DUTY_VIEW_NAMES },
};

/* While rows are written. */
struct writing {
	const struct duty_view *view;
	const struct responsibilities *duties;
	struct cells cells;
	struct arena arena;
};

/* To one digit: `92.5%`. */
static void
share_cell(struct writing *writing, struct num share)
{
	struct num percent;

	if (num_is_number(share)) {
		percent = num_mul(&writing->arena, share, NUM_INT(100));
		num_print(&writing->cells.text,
		    num_round(&writing->arena, percent, 1, NUM_HALF_UP));
		buffer_add_byte(&writing->cells.text, '%');
	}
	cells_text(&writing->cells);
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
