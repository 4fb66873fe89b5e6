#include "view/gap_table.h"

#include "base/i18n.h"
#include "score/score_text.h"

/*
 * Item by item
 */

static const struct cells_column gap_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("unit"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("recoverable"), TABLE_NUMBER, 0 },
	{ STR_INIT("score"), TABLE_NUMBER, 0 },
	{ STR_INIT("points"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("weak"), TABLE_TEXT, 0 },
	{ STR_INIT("to_goal"), TABLE_NUMBER, 0 },
	{ STR_INIT("to_best"), TABLE_NUMBER, 0 },
	{ STR_INIT("to_full"), TABLE_NUMBER, 0 },
	{ STR_INIT("ranks"), TABLE_NUMBERS, 0 },
	{ STR_INIT("move"), TABLE_NUMBER, GAP_VIEW_PROGRAMS },
	{ STR_INIT("lead"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("office"), TABLE_TEXT, 0 },
	{ STR_INIT("item_name"), TABLE_TEXT, 0 },
	{ STR_INIT("state"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("office_name"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("unit_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};

/* `4 5 . 3`: where it stood, the oldest first, and now. */
static void
ranks_cell(struct cells *cells, const struct gap_item *item, uint32_t back)
{
	for (uint32_t i = 0; i <= back; i++) {
		if (i > 0)
			buffer_add_byte(&cells->text, ' ');
		if (item->ranks[i] > 0)
			buffer_format(&cells->text, "%u", item->ranks[i]);
		else
			buffer_add_byte(&cells->text, '.');
	}
	cells_text(cells);
}

/* How many places it rose since the oldest of these ranks that it has. */
static void
move_cell(struct cells *cells, const struct gap_item *item, uint32_t back)
{
	int64_t change;
	uint32_t i = 0;

	while (i < back && item->ranks[i] == 0)
		i++;
	if (i == back || item->rank == 0) {
		cells_skip(cells, 1);
		return;
	}
	change = (int64_t)item->ranks[i] - (int64_t)item->rank;
	cells_mark(cells, change > 0   ? TABLE_GOOD
			  : change < 0 ? TABLE_BAD
				       : TABLE_FAINT);
	gap_view_sign(cells, NUM_INT(change));
	cells_number(cells, NUM_INT(change));
}

static void
gap_row(const struct gap_view *view, struct cells *cells,
    const struct gap_item *item, uint32_t back)
{
	const struct office *office =
	    item->lead == INDEX_NONE ? NULL : &view->book->offices[item->lead];

	gap_view_begin_row(view, cells);
	cells_put(cells, item->item->id);
	cells_score(cells, item->item, item->recoverable);
	cells_score(cells, item->item, item->score);
	cells_number(cells, item->points);
	cells_rank(cells, item->rank);
	cells_mark(cells, item->mark == GAP_NONE ? TABLE_PLAIN : TABLE_BAD);
	cells_word(cells, gap_mark_text(item->mark));
	cells_score(cells, item->item, item->to_goal);
	cells_score(cells, item->item, item->to_best);
	cells_score(cells, item->item, item->to_full);
	ranks_cell(cells, item, back);
	move_cell(cells, item, back);
	/* `lead`, which goes with the next version, is `office`. */
	cells_put(cells, office != NULL ? office->id : STR(""));
	cells_put(cells, office != NULL ? office->id : STR(""));
	cells_put(cells, item->item->name);
	state_print(&cells->text, item->state);
	cells_text(cells);
	cells_put(cells, office != NULL ? office->name : STR(""));
	gap_view_unit_name(view, cells, view->unit);
}

void
gap_table(const struct gap_view *view, const struct gap *gap)
{
	struct cells cells;

	gap_view_open(view, &cells, gap_columns, LENGTH(gap_columns));
	gap_row(view, &cells, &gap->total, gap->back);
	for (size_t i = 0; i < gap->count; i++)
		if (gap->items[i].number != 0)
			gap_row(view, &cells, &gap->items[i], gap->back);
	cells_close(&cells);
}

/*
 * Sentences
 */

static struct str
printed(struct arena *arena, const struct item *item, struct num score)
{
	struct buffer buffer = { 0 };
	struct str text;

	score_print(&buffer, item, score);
	text = arena_str(arena, buffer_str(&buffer));
	buffer_free(&buffer);
	return text;
}

static void
add_goal(const struct gap_view *view, const struct gap *gap,
    struct arena *arena, struct buffer *out)
{
	const struct item *total = gap->total.item;
	struct str holder = gap_view_unit(view, gap->holder);
	struct str has = printed(arena, total, gap->holder_has);
	struct str missing = printed(arena, total, gap->total.to_goal);

	if (gap->met)
		buffer_format(out, _("Rank %u is reached.\n"), view->rank);
	else
		buffer_format(out,
		    _("Rank %u takes " STR_FMT ", as " STR_FMT " has: " STR_FMT
		      " are missing.\n"),
		    view->rank, STR_ARG(has), STR_ARG(holder),
		    STR_ARG(missing));
}

static void
add_gap(const struct gap_view *view, const struct gap *gap, struct buffer *out)
{
	struct arena arena = { 0 };
	const struct item *total = gap->total.item;
	struct str unit = gap_view_unit(view, view->unit);
	struct str score = printed(&arena, total, gap->total.score), most;
	char period[PERIOD_TEXT_SIZE];

	buffer_format(out,
	    _("%s: " STR_FMT " has " STR_FMT ", rank %u of %u. "),
	    period_text(view->period, period), STR_ARG(unit), STR_ARG(score),
	    gap->total.rank, gap->ranked);
	add_goal(view, gap, &arena, out);
	if (gap->out_of_reach) {
		most = printed(&arena, total, gap->most);
		buffer_format(out,
		    _("Out of reach while the others stay as they are: with "
		      "all that is recoverable it would have " STR_FMT ".\n"),
		    STR_ARG(most));
	}
	arena_free(&arena);
}

/* A sentence, and an empty line before the table. */
static void
write_sentence(const struct gap_view *view, struct buffer *text)
{
	buffer_add_byte(text, '\n');
	fwrite(text->data, 1, text->size, view->out);
	buffer_free(text);
}

void
gap_sentence(const struct gap_view *view, const struct gap *gap)
{
	struct buffer text = { 0 };

	if (!view->for_people)
		return;
	add_gap(view, gap, &text);
	write_sentence(view, &text);
}

static void
add_total(struct buffer *out, const struct gap_view *view,
    const struct result *result)
{
	struct num total = result->items[0].scores[view->unit];

	if (!num_is_number(total)) {
		buffer_add(out, str_from(_("no total")));
		return;
	}
	score_print(out, &result->scheme->items[0], total);
	buffer_format(out, _(", rank %u"),
	    gap_rank(view->book, result, 0, view->unit));
}

void
gap_sentence_scenario(const struct gap_view *view, const struct result *before,
    const struct result *after)
{
	struct buffer text = { 0 };

	if (view->unit == INDEX_NONE || !view->for_people)
		return;
	buffer_format(&text, _(STR_FMT " would have "),
	    STR_ARG(gap_view_unit(view, view->unit)));
	add_total(&text, view, after);
	buffer_add(&text, str_from(_("; now it has ")));
	add_total(&text, view, before);
	buffer_add(&text, STR(".\n"));
	write_sentence(view, &text);
}

/*
 * Bonus points
 */

static const struct cells_column bonus_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("unit"), TABLE_TEXT, GAP_VIEW_PROGRAMS },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("cap"), TABLE_NUMBER, 0 },
	{ STR_INIT("won"), TABLE_NUMBER, 0 },
	{ STR_INIT("remains"), TABLE_NUMBER, 0 },
	{ STR_INIT("best"), TABLE_NUMBER, 0 },
	{ STR_INIT("rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("offices"), TABLE_LIST, 0 },
	{ STR_INIT("open_to"), TABLE_LIST, 0 },
	{ STR_INIT("item_name"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, GAP_VIEW_NAMES },
};

/* While rows are written. */
struct writing {
	const struct gap_view *view;
	const struct gap *gap;
	struct engine *engine;
	struct cells cells;
	struct arena arena;
};

/* The offices that can win it: the one that leads, and those beside it. */
static void
offices_cell(struct writing *writing, const struct gap_item *item)
{
	const struct book *book = writing->view->book;
	struct buffer *text = &writing->cells.text;

	if (item->lead != INDEX_NONE)
		buffer_add(text, book->offices[item->lead].id);
	for (size_t i = 0; i < item->item->with_count; i++) {
		if (text->size > 0)
			buffer_add_byte(text, ' ');
		buffer_add(text, book->offices[item->item->with[i]].id);
	}
	cells_text(&writing->cells);
}

/* The units for which something remains; `all` where none is left out. */
static void
units_cell(struct writing *writing, uint32_t item)
{
	const struct result *result = writing->gap->result;
	struct buffer *text = &writing->cells.text;
	size_t in = 0, open = 0;

	for (uint32_t i = 0; i < writing->view->book->unit_count; i++) {
		struct num room;

		if (result->standings[i] != STANDING_IN)
			continue;
		in++;
		room =
		    gap_room(writing->engine, result, item, i, &writing->arena);
		if (num_is_number(room) && num_sign(room) == 0)
			continue;
		if (open++ > 0)
			buffer_add_byte(text, ' ');
		buffer_add(text, gap_view_unit(writing->view, i));
	}
	if (in == open) {
		buffer_clear(text);
		buffer_add(text, STR("all"));
	}
	cells_text(&writing->cells);
}

static void
bonus_row(struct writing *writing, const struct gap_item *item)
{
	struct cells *cells = &writing->cells;
	struct num best = value_missing();

	if (num_is_number(item->score) && num_is_number(item->to_best))
		best = num_add(&writing->arena, item->score, item->to_best);
	gap_view_begin_row(writing->view, cells);
	cells_put(cells, item->item->id);
	cells_score(cells, item->item, item->ceiling);
	cells_score(cells, item->item, item->score);
	cells_score(cells, item->item, item->recoverable);
	cells_score(cells, item->item, best);
	cells_rank(cells, item->rank);
	offices_cell(writing, item);
	units_cell(writing, item->number);
	cells_put(cells, item->item->name);
	gap_view_unit_name(writing->view, cells, writing->view->unit);
}

void
bonus_table(const struct gap_view *view, struct engine *engine,
    const struct gap *gap)
{
	struct writing writing = { .view = view, .gap = gap, .engine = engine };

	gap_view_open(view, &writing.cells, bonus_columns,
	    LENGTH(bonus_columns));
	for (size_t i = 0; i < gap->count; i++)
		bonus_row(&writing, &gap->items[i]);
	cells_close(&writing.cells);
	arena_free(&writing.arena);
}
