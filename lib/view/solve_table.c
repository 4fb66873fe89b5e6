#include "view/solve_table.h"

#include "base/i18n.h"
#include "score/score_text.h"

static const struct cells_column columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("unit"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("target"), TABLE_TEXT, 0 },
	{ STR_INIT("wanted"), TABLE_NUMBER, 0 },
	{ STR_INIT("verdict"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("now"), TABLE_VALUE, 0 },
	{ STR_INIT("value"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("change"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("percent"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("score"), TABLE_NUMBER, 0 },
	{ STR_INIT("short"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("total"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("total_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("reason"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("answer"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, GAP_VIEW_NAMES },
	{ STR_INIT("item_name"), TABLE_TEXT, GAP_VIEW_NAMES },
	{ STR_INIT("measure_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};

static const char *const target_texts[GAP_TARGETS] = { "full", "goal", "more" };

/* What is sought, all of it borrowed, and where it is written. */
struct writing {
	const struct gap_view *view;
	struct book *book;
	struct engine *engine;
	struct num more;
	struct cells cells;
	struct arena arena; /* of the item in hand */
};

static const char *
reason_text(enum goal_seek_reason reason)
{
	static const char *const texts[] = { "", "past", "n/a", "no-folder",
		"cap", "max", "min", "veto", "rank", "others", "work" };

	return texts[reason];
}

static void
put_value(struct writing *writing, const struct goal_seek_solution *solution,
    struct num value)
{
	if (num_is_number(value))
		num_print_fixed(&writing->cells.text, value,
		    (unsigned)solution->digits);
	else
		buffer_add(&writing->cells.text,
		    value.d == VALUE_NOT_APPLICABLE ? STR("n/a") : STR(""));
}

static struct num
change_of(struct writing *writing, const struct goal_seek_solution *solution)
{
	if (!num_is_number(solution->value) || !num_is_number(solution->before))
		return value_missing();
	return num_sub(&writing->arena, solution->value, solution->before);
}

/* Of the value now, in per cent with one digit. */
static struct num
percent_of(struct writing *writing, const struct goal_seek_solution *solution)
{
	struct num change = change_of(writing, solution);

	if (!num_is_number(change) || num_sign(solution->before) == 0)
		return value_missing();
	change = num_div(&writing->arena,
	    num_mul(&writing->arena, change, NUM_INT(100)),
	    num_abs(&writing->arena, solution->before));
	return num_round(&writing->arena, change, 1, NUM_HALF_UP);
}

static void
put_signed(struct writing *writing, struct num x, unsigned digits)
{
	if (!num_is_number(x))
		return;
	if (num_sign(x) > 0)
		buffer_add_byte(&writing->cells.text, '+');
	num_print_fixed(&writing->cells.text, x, digits);
}

/* `revenue must reach 18.42 (+6.3%)` */
static void
answer_reached(struct writing *writing, const struct measure *measure,
    const struct goal_seek_solution *solution)
{
	struct num change = change_of(writing, solution);
	struct num percent = percent_of(writing, solution);

	buffer_format(&writing->cells.text,
	    num_is_number(change) && num_sign(change) < 0
		? _(STR_FMT " must come down to ")
		: _(STR_FMT " must reach "),
	    STR_ARG(measure->id));
	put_value(writing, solution, solution->value);
	if (!num_is_number(change))
		return;
	buffer_add(&writing->cells.text, STR(" ("));
	if (num_is_number(percent)) {
		put_signed(writing, percent, 1);
		buffer_add_byte(&writing->cells.text, '%');
	} else {
		put_signed(writing, change, (unsigned)solution->digits);
	}
	buffer_add_byte(&writing->cells.text, ')');
}

static void
put_bound(struct writing *writing, const char *text, struct num bound)
{
	buffer_add(&writing->cells.text, str_from(text));
	num_print(&writing->cells.text, bound);
}

/* Why it cannot be reached through this measure. */
static void
put_reason(struct writing *writing, const struct gap_item *item,
    const struct measure *measure, const struct goal_seek_solution *solution)
{
	struct buffer *text = &writing->cells.text;
	char period[PERIOD_TEXT_SIZE];

	switch (solution->reason) {
	case GOAL_SEEK_PAST:
		buffer_format(text,
		    _("it is read of other periods only, such as %s"),
		    period_text(solution->read, period));
		break;
	case GOAL_SEEK_AWAY:
		buffer_add(text, str_from(_("it does not apply to this unit")));
		break;
	case GOAL_SEEK_NO_FOLDER:
		buffer_add(text,
		    str_from(_("the period has no data to hold it")));
		break;
	case GOAL_SEEK_CAP:
		buffer_add(text, str_from(_("the item gives at most ")));
		score_print(text, item->item, item->ceiling);
		break;
	case GOAL_SEEK_MAX:
		put_bound(writing, _("its Max is "), measure->max);
		break;
	case GOAL_SEEK_MIN:
		put_bound(writing, _("its Min is "), measure->min);
		break;
	case GOAL_SEEK_VETO:
		buffer_add(text, str_from(_("a veto holds")));
		break;
	case GOAL_SEEK_RANK:
		buffer_add(text, str_from(_("the places of others are taken")));
		break;
	default:
		buffer_add(text, str_from(_("other values hold it back")));
		break;
	}
	if (num_is_number(solution->most) &&
	    solution->reason != GOAL_SEEK_CAP) {
		buffer_add(text, str_from(_("; at most it gives ")));
		score_print(text, item->item, solution->most);
	}
}

static void
answer_cell(struct writing *writing, const struct gap_item *item,
    const struct measure *measure, const struct goal_seek_solution *solution)
{
	switch (solution->verdict) {
	case GOAL_SEEK_REACHED:
		answer_reached(writing, measure, solution);
		break;
	case GOAL_SEEK_MET:
		buffer_add(&writing->cells.text,
		    str_from(_("is there already")));
		break;
	case GOAL_SEEK_UNSETTLED:
		buffer_format(&writing->cells.text,
		    _("not settled within %d steps of work"),
		    (int)GOAL_SEEK_WORK_MAX);
		break;
	case GOAL_SEEK_NEVER:
		buffer_add(&writing->cells.text,
		    str_from(_("cannot be reached through this measure, "
			       "because ")));
		put_reason(writing, item, measure, solution);
		break;
	}
	cells_text(&writing->cells);
}

/* change percent */
static void
change_cells(struct writing *writing, const struct goal_seek_solution *solution)
{
	struct cells *cells = &writing->cells;
	struct num change = change_of(writing, solution);
	struct num percent = percent_of(writing, solution);

	gap_view_sign(cells, change);
	if (num_is_number(change))
		num_print_fixed(&cells->text, change,
		    (unsigned)solution->digits);
	cells_text(cells);
	gap_view_sign(cells, percent);
	if (num_is_number(percent))
		num_print_fixed(&cells->text, percent, 1);
	cells_text(cells);
}

static void
value_cell(struct writing *writing, const struct goal_seek_solution *solution,
    struct num value)
{
	put_value(writing, solution, value);
	cells_text(&writing->cells);
}

static void
write_row(struct writing *writing, const struct gap_item *item, uint32_t number,
    enum gap_target target, const struct goal_seek_solution *solution)
{
	const struct gap_view *view = writing->view;
	const struct measure *measure = &view->book->measures[number];
	struct cells *cells = &writing->cells;

	gap_view_begin_row(view, cells);
	cells_put(cells, item->item->id);
	cells_put(cells, measure->id);
	cells_word(cells, target_texts[target]);
	cells_score(cells, item->item, solution->wanted);
	cells_mark(cells,
	    solution->verdict == GOAL_SEEK_NEVER ? TABLE_BAD : TABLE_PLAIN);
	cells_word(cells, goal_seek_verdict_text(solution->verdict));
	value_cell(writing, solution, solution->before);
	value_cell(writing, solution, solution->value);
	change_cells(writing, solution);
	cells_score(cells, item->item, solution->score);
	cells_score(cells, item->item, solution->near);
	cells_rank(cells, solution->rank);
	cells_score(cells, &view->scheme->items[0], solution->total);
	cells_rank(cells, solution->total_rank);
	cells_word(cells, reason_text(solution->reason));
	answer_cell(writing, item, measure, solution);
	gap_view_unit_name(view, cells, view->unit);
	cells_put(cells, item->item->name);
	cells_put(cells, measure->name);
}

static void
seek_item(struct writing *writing, const struct gap_item *item)
{
	const struct gap_view *view = writing->view;
	struct goal_seek *goal_seek = goal_seek_new(writing->book,
	    writing->engine, view->period, item->number, view->unit);
	size_t count;
	const uint32_t *measures = goal_seek_measures(goal_seek, &count);

	for (size_t i = 0; i < count; i++)
		for (int j = 0; j < GAP_TARGETS; j++) {
			enum gap_target target = (enum gap_target)j;
			struct num wanted = gap_target_score(item, target,
			    writing->more, &writing->arena);
			struct goal_seek_solution solution;

			if (!num_is_number(wanted))
				continue;
			goal_seek_solve(goal_seek, measures[i], wanted,
			    &solution);
			write_row(writing, item, measures[i], target,
			    &solution);
		}
	goal_seek_free(goal_seek);
	arena_free(&writing->arena);
}

/* Where nothing is to be had there is nothing to solve. */
static bool
is_had(const struct gap_item *item)
{
	return !num_is_number(item->recoverable) ||
	       num_sign(item->recoverable) > 0;
}

void
solve_table(const struct gap_view *view, struct book *book,
    struct engine *engine, const struct gap *gap, struct num more, bool all)
{
	struct writing writing = {
		.view = view, .book = book, .engine = engine, .more = more
	};

	gap_view_open(view, &writing.cells, columns, LENGTH(columns));
	for (size_t i = 0; i < gap->count; i++)
		if (all || is_had(&gap->items[i]))
			seek_item(&writing, &gap->items[i]);
	cells_close(&writing.cells);
}
