#include "view/gap_table.h"

#include "base/i18n.h"
#include "score/score_text.h"

/*
 * A column; those that say what the sentence above a table for people says, or
 * what else a reader of it hardly asks for, are left out of it.
 */
struct shown_column {
	struct table_column column;
	bool for_people;
};

/* While rows are written. */
struct writing {
	const struct gap_view *view;
	struct table *table;
	const struct shown_column *columns;
	size_t column_count, column;
	struct buffer text;
	struct arena arena;
	char period[PERIOD_TEXT_SIZE];
};

static bool
for_people(const struct gap_view *view)
{
	return view->format == TABLE_ALIGNED || view->format == TABLE_MARKDOWN;
}

static void
start(struct writing *writing, const struct gap_view *view,
    const struct shown_column *columns, size_t count)
{
	*writing = (struct writing){
		.view = view, .columns = columns, .column_count = count
	};
	period_text(view->period, writing->period);
}

static bool
is_shown(const struct gap_view *view, const struct shown_column *column)
{
	return column->for_people || !for_people(view);
}

static struct table *
new_table(const struct gap_view *view, const struct shown_column *columns,
    size_t count)
{
	struct table_column shown[32];
	struct table *table;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (is_shown(view, &columns[i]))
			shown[kept++] = columns[i].column;
	table = table_new(view->out, view->format, shown, kept);
	if (view->colour)
		table_colour(table);
	return table;
}

static void
put_mark(struct writing *writing, enum table_mark mark)
{
	if (is_shown(writing->view, &writing->columns[writing->column]))
		table_mark(writing->table, mark);
}

/* The next cell of a row, where its column is shown. */
static void
put(struct writing *writing, struct str cell)
{
	if (is_shown(writing->view, &writing->columns[writing->column]))
		table_cell(writing->table, cell);
	writing->column = (writing->column + 1) % writing->column_count;
}

static void
finish(struct writing *writing)
{
	buffer_free(&writing->text);
	arena_free(&writing->arena);
}

static void
text_cell(struct writing *writing)
{
	put(writing, buffer_str(&writing->text));
	buffer_clear(&writing->text);
}

static void
word_cell(struct writing *writing, const char *word)
{
	put(writing, str_from(word));
}

static void
score_cell(struct writing *writing, const struct item *item, struct num score)
{
	score_print(&writing->text, item, score);
	text_cell(writing);
}

static void
number_cell(struct writing *writing, struct num x)
{
	if (num_is_number(x))
		num_print(&writing->text, x);
	text_cell(writing);
}

static void
count_cell(struct writing *writing, uint32_t count)
{
	if (count > 0)
		buffer_format(&writing->text, "%u", count);
	text_cell(writing);
}

/* With a plus before what has risen, for people. */
static void
signed_cell(struct writing *writing, int64_t change)
{
	if (change > 0 && for_people(writing->view))
		buffer_add_byte(&writing->text, '+');
	buffer_format(&writing->text, "%lld", (long long)change);
	put_mark(writing, change > 0   ? TABLE_GOOD
			  : change < 0 ? TABLE_BAD
				       : TABLE_FAINT);
	text_cell(writing);
}

static struct str
unit_id(const struct gap_view *view, uint32_t unit)
{
	return view->book->units[unit].id;
}

static void
begin_row(struct writing *writing)
{
	put(writing, str_from(writing->period));
	put(writing, unit_id(writing->view, writing->view->unit));
}

static void
office_cells(struct writing *writing, uint32_t office)
{
	const struct book *book = writing->view->book;

	put(writing, office == INDEX_NONE ? STR("") : book->offices[office].id);
	put(writing,
	    office == INDEX_NONE ? STR("") : book->offices[office].name);
}

/*
 * Item by item
 */

/* clang-format off */
static const struct shown_column gap_columns[] = {
	{ { STR_INIT("period"), false }, false },
	{ { STR_INIT("unit"), false }, false },
	{ { STR_INIT("item"), false }, true },
	{ { STR_INIT("recoverable"), true }, true },
	{ { STR_INIT("score"), true }, true },
	{ { STR_INIT("points"), true }, true },
	{ { STR_INIT("rank"), true }, true },
	{ { STR_INIT("weak"), false }, true },
	{ { STR_INIT("to_goal"), true }, true },
	{ { STR_INIT("to_best"), true }, true },
	{ { STR_INIT("to_full"), true }, true },
	{ { STR_INIT("ranks"), false }, true },
	{ { STR_INIT("move"), true }, false },
	{ { STR_INIT("lead"), false }, true },
	{ { STR_INIT("office"), false }, false },
	{ { STR_INIT("name"), false }, true },
	{ { STR_INIT("state"), false }, false },
};
/* clang-format on */

/* `4 5 . 3`: where it stood, the oldest first, and now. */
static void
ranks_cell(struct writing *writing, const struct gap_item *item, uint32_t back)
{
	for (uint32_t i = 0; i <= back; i++) {
		if (i > 0)
			buffer_add_byte(&writing->text, ' ');
		if (item->ranks[i] > 0)
			buffer_format(&writing->text, "%u", item->ranks[i]);
		else
			buffer_add_byte(&writing->text, '.');
	}
	text_cell(writing);
}

/* How many places it rose since the oldest of these ranks that it has. */
static void
move_cell(struct writing *writing, const struct gap_item *item, uint32_t back)
{
	uint32_t i = 0;

	while (i < back && item->ranks[i] == 0)
		i++;
	if (i == back || item->rank == 0)
		text_cell(writing);
	else
		signed_cell(writing,
		    (int64_t)item->ranks[i] - (int64_t)item->rank);
}

static void
gap_row(struct writing *writing, const struct gap_item *item, uint32_t back)
{
	begin_row(writing);
	put(writing, item->item->id);
	score_cell(writing, item->item, item->recoverable);
	score_cell(writing, item->item, item->score);
	number_cell(writing, item->points);
	count_cell(writing, item->rank);
	put_mark(writing, item->mark == GAP_NONE ? TABLE_PLAIN : TABLE_BAD);
	word_cell(writing, gap_mark_text(item->mark));
	score_cell(writing, item->item, item->to_goal);
	score_cell(writing, item->item, item->to_best);
	score_cell(writing, item->item, item->to_full);
	ranks_cell(writing, item, back);
	move_cell(writing, item, back);
	office_cells(writing, item->lead);
	put(writing, item->item->name);
	state_print(&writing->text, item->state);
	text_cell(writing);
}

void
gap_table(const struct gap_view *view, const struct gap *gap)
{
	struct writing writing;

	start(&writing, view, gap_columns, LENGTH(gap_columns));
	writing.table = new_table(view, gap_columns, LENGTH(gap_columns));
	gap_row(&writing, &gap->total, gap->back);
	for (size_t i = 0; i < gap->count; i++)
		if (gap->items[i].number != 0)
			gap_row(&writing, &gap->items[i], gap->back);
	table_end(writing.table);
	finish(&writing);
}

static struct str
printed(struct writing *writing, const struct item *item, struct num score)
{
	struct str text;

	score_print(&writing->text, item, score);
	text = arena_str(&writing->arena, buffer_str(&writing->text));
	buffer_clear(&writing->text);
	return text;
}

void
gap_sentence(const struct gap_view *view, const struct gap *gap,
    struct buffer *out)
{
	struct writing writing;
	const struct item *total = gap->total.item;
	struct str unit = unit_id(view, view->unit);
	struct str holder = unit_id(view, gap->holder), has, score;

	start(&writing, view, gap_columns, LENGTH(gap_columns));
	score = printed(&writing, total, gap->total.score);
	has = printed(&writing, total, gap->holder_has);
	buffer_format(out,
	    _("%s: " STR_FMT " has " STR_FMT ", rank %u of %u. "),
	    writing.period, STR_ARG(unit), STR_ARG(score), gap->total.rank,
	    gap->ranked);
	if (gap->met) {
		buffer_format(out, _("Rank %u is reached.\n"), view->rank);
	} else {
		struct str missing =
		    printed(&writing, total, gap->total.to_goal);

		buffer_format(out,
		    _("Rank %u takes " STR_FMT ", as " STR_FMT " has: " STR_FMT
		      " are missing.\n"),
		    view->rank, STR_ARG(has), STR_ARG(holder),
		    STR_ARG(missing));
	}
	if (gap->out_of_reach) {
		struct str most = printed(&writing, total, gap->most);

		buffer_format(out,
		    _("Out of reach while the others stay as they are: with "
		      "all that is recoverable it would have " STR_FMT ".\n"),
		    STR_ARG(most));
	}
	finish(&writing);
}

/*
 * What would solve it
 */

/* clang-format off */
static const struct shown_column solve_columns[] = {
	{ { STR_INIT("period"), false }, false },
	{ { STR_INIT("unit"), false }, false },
	{ { STR_INIT("item"), false }, true },
	{ { STR_INIT("measure"), false }, true },
	{ { STR_INIT("target"), false }, true },
	{ { STR_INIT("wanted"), true }, true },
	{ { STR_INIT("verdict"), false }, false },
	{ { STR_INIT("now"), false }, true },
	{ { STR_INIT("value"), true }, false },
	{ { STR_INIT("change"), true }, false },
	{ { STR_INIT("percent"), true }, false },
	{ { STR_INIT("score"), true }, true },
	{ { STR_INIT("short"), true }, false },
	{ { STR_INIT("rank"), true }, true },
	{ { STR_INIT("total"), true }, false },
	{ { STR_INIT("total_rank"), true }, true },
	{ { STR_INIT("reason"), false }, false },
	{ { STR_INIT("answer"), false }, true },
};
/* clang-format on */

static const char *const target_texts[TARGETS] = { "full", "goal", "more" };

struct table *
solve_table_new(const struct gap_view *view)
{
	return new_table(view, solve_columns, LENGTH(solve_columns));
}

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
		num_print_fixed(&writing->text, value,
		    (unsigned)solution->digits);
	else
		buffer_add(&writing->text,
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
		buffer_add_byte(&writing->text, '+');
	num_print_fixed(&writing->text, x, digits);
}

/* `revenue must reach 18.42 (+6.3%)` */
static void
answer_reached(struct writing *writing, const struct measure *measure,
    const struct goal_seek_solution *solution)
{
	struct num change = change_of(writing, solution);
	struct num percent = percent_of(writing, solution);

	buffer_format(&writing->text,
	    num_is_number(change) && num_sign(change) < 0
		? _(STR_FMT " must come down to ")
		: _(STR_FMT " must reach "),
	    STR_ARG(measure->id));
	put_value(writing, solution, solution->value);
	if (!num_is_number(change))
		return;
	buffer_add(&writing->text, STR(" ("));
	if (num_is_number(percent)) {
		put_signed(writing, percent, 1);
		buffer_add_byte(&writing->text, '%');
	} else {
		put_signed(writing, change, (unsigned)solution->digits);
	}
	buffer_add_byte(&writing->text, ')');
}

static void
put_bound(struct writing *writing, const char *text, struct num bound)
{
	buffer_add(&writing->text, str_from(text));
	num_print(&writing->text, bound);
}

/* Why it cannot be reached through this measure. */
static void
put_reason(struct writing *writing, const struct gap_item *item,
    const struct measure *measure, const struct goal_seek_solution *solution)
{
	struct buffer *text = &writing->text;
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
		buffer_add(&writing->text, str_from(_("is there already")));
		break;
	case GOAL_SEEK_UNSETTLED:
		buffer_format(&writing->text,
		    _("not settled within %d steps of work"),
		    (int)GOAL_SEEK_WORK_MAX);
		break;
	case GOAL_SEEK_NEVER:
		buffer_add(&writing->text,
		    str_from(_("cannot be reached through this measure, "
			       "because ")));
		put_reason(writing, item, measure, solution);
		break;
	}
	text_cell(writing);
}

static void
change_cells(struct writing *writing, const struct goal_seek_solution *solution)
{
	struct num change = change_of(writing, solution);
	struct num percent = percent_of(writing, solution);
	bool plus = for_people(writing->view);

	for (int i = 0; i < 2; i++) {
		struct num x = i == 0 ? change : percent;

		if (num_is_number(x) && num_sign(x) > 0 && plus)
			buffer_add_byte(&writing->text, '+');
		if (num_is_number(x))
			num_print_fixed(&writing->text, x,
			    i == 0 ? (unsigned)solution->digits : 1);
		text_cell(writing);
	}
}

void
solve_table_add(const struct gap_view *view, struct table *table,
    const struct gap_item *item, uint32_t measure, enum gap_target target,
    const struct goal_seek_solution *solution)
{
	struct writing writing;
	const struct measure *what = &view->book->measures[measure];

	start(&writing, view, solve_columns, LENGTH(solve_columns));
	writing.table = table;
	begin_row(&writing);
	put(&writing, item->item->id);
	put(&writing, what->id);
	word_cell(&writing, target_texts[target]);
	score_cell(&writing, item->item, solution->wanted);
	put_mark(&writing,
	    solution->verdict == GOAL_SEEK_NEVER ? TABLE_BAD : TABLE_PLAIN);
	word_cell(&writing, goal_seek_verdict_text(solution->verdict));
	put_value(&writing, solution, solution->before);
	text_cell(&writing);
	put_value(&writing, solution, solution->value);
	text_cell(&writing);
	change_cells(&writing, solution);
	score_cell(&writing, item->item, solution->score);
	score_cell(&writing, item->item, solution->near);
	count_cell(&writing, solution->rank);
	score_cell(&writing, &view->scheme->items[0], solution->total);
	count_cell(&writing, solution->total_rank);
	word_cell(&writing, reason_text(solution->reason));
	answer_cell(&writing, item, what, solution);
	finish(&writing);
}

/*
 * Bonus points
 */

/* clang-format off */
static const struct shown_column bonus_columns[] = {
	{ { STR_INIT("period"), false }, false },
	{ { STR_INIT("unit"), false }, false },
	{ { STR_INIT("item"), false }, true },
	{ { STR_INIT("cap"), true }, true },
	{ { STR_INIT("won"), true }, true },
	{ { STR_INIT("remains"), true }, true },
	{ { STR_INIT("best"), true }, true },
	{ { STR_INIT("rank"), true }, true },
	{ { STR_INIT("offices"), false }, true },
	{ { STR_INIT("open_to"), false }, true },
	{ { STR_INIT("name"), false }, true },
};
/* clang-format on */

/* The offices that can win it: the one that leads, and those beside it. */
static void
offices_cell(struct writing *writing, const struct gap_item *item)
{
	const struct book *book = writing->view->book;

	if (item->lead != INDEX_NONE)
		buffer_add(&writing->text, book->offices[item->lead].id);
	for (size_t i = 0; i < item->item->with_count; i++) {
		if (writing->text.size > 0)
			buffer_add_byte(&writing->text, ' ');
		buffer_add(&writing->text,
		    book->offices[item->item->with[i]].id);
	}
	text_cell(writing);
}

/* The units for which something remains; `all` where none is left out. */
static void
units_cell(struct writing *writing, struct engine *engine,
    const struct gap *gap, uint32_t item)
{
	const struct gap_view *view = writing->view;
	size_t in = 0, open = 0;

	for (uint32_t i = 0; i < view->book->unit_count; i++) {
		struct num room;

		if (gap->result->standings[i] != STANDING_IN)
			continue;
		in++;
		room = gap_room(engine, gap->result, item, i, &writing->arena);
		if (num_is_number(room) && num_sign(room) == 0)
			continue;
		if (open++ > 0)
			buffer_add_byte(&writing->text, ' ');
		buffer_add(&writing->text, unit_id(view, i));
	}
	if (in == open) {
		buffer_clear(&writing->text);
		buffer_add(&writing->text, STR("all"));
	}
	text_cell(writing);
}

static void
bonus_row(struct writing *writing, struct engine *engine, const struct gap *gap,
    const struct gap_item *item)
{
	struct num best = value_missing();

	if (num_is_number(item->score) && num_is_number(item->to_best))
		best = num_add(&writing->arena, item->score, item->to_best);
	begin_row(writing);
	put(writing, item->item->id);
	score_cell(writing, item->item, item->ceiling);
	score_cell(writing, item->item, item->score);
	score_cell(writing, item->item, item->recoverable);
	score_cell(writing, item->item, best);
	count_cell(writing, item->rank);
	offices_cell(writing, item);
	units_cell(writing, engine, gap, item->number);
	put(writing, item->item->name);
}

void
bonus_table(const struct gap_view *view, struct engine *engine,
    const struct gap *gap)
{
	struct writing writing;

	start(&writing, view, bonus_columns, LENGTH(bonus_columns));
	writing.table = new_table(view, bonus_columns, LENGTH(bonus_columns));
	for (size_t i = 0; i < gap->count; i++)
		bonus_row(&writing, engine, gap, &gap->items[i]);
	table_end(writing.table);
	finish(&writing);
}

/*
 * What is safe
 */

/* clang-format off */
static const struct shown_column assure_columns[] = {
	{ { STR_INIT("period"), false }, true },
	{ { STR_INIT("unit"), false }, true },
	{ { STR_INIT("score"), true }, true },
	{ { STR_INIT("rank"), true }, true },
	{ { STR_INIT("least"), true }, true },
	{ { STR_INIT("greatest"), true }, true },
	{ { STR_INIT("best_rank"), true }, true },
	{ { STR_INIT("worst_rank"), true }, true },
	{ { STR_INIT("verdict"), false }, true },
	{ { STR_INIT("beside"), false }, true },
};
static const struct shown_column sensitivity_columns[] = {
	{ { STR_INIT("period"), false }, false },
	{ { STR_INIT("unit"), false }, true },
	{ { STR_INIT("score"), true }, true },
	{ { STR_INIT("rank"), true }, true },
	{ { STR_INIT("rank5"), true }, true },
	{ { STR_INIT("rank50"), true }, true },
	{ { STR_INIT("rank95"), true }, true },
	{ { STR_INIT("least"), true }, true },
	{ { STR_INIT("most"), true }, true },
	{ { STR_INIT("not_firm"), false }, true },
};
static const struct shown_column pair_columns[] = {
	{ { STR_INIT("period"), false }, false },
	{ { STR_INIT("above"), false }, true },
	{ { STR_INIT("below"), false }, true },
	{ { STR_INIT("above_rank"), true }, true },
	{ { STR_INIT("below_rank"), true }, true },
	{ { STR_INIT("difference"), true }, true },
	{ { STR_INIT("reversed"), true }, true },
	{ { STR_INIT("draws"), true }, false },
	{ { STR_INIT("percent"), true }, true },
};
/* clang-format on */

void
assure_table(const struct gap_view *view, const struct rank_bounds *rank_bounds)
{
	struct writing writing;
	char end[PERIOD_TEXT_SIZE];

	start(&writing, view, assure_columns, LENGTH(assure_columns));
	writing.table = new_table(view, assure_columns, LENGTH(assure_columns));
	period_text(rank_bounds->end, end);
	for (size_t i = 0; i < rank_bounds->count; i++) {
		const struct rank_bounds_unit *unit = &rank_bounds->units[i];

		if (!view->shows(view->context, unit_id(view, unit->unit)))
			continue;
		word_cell(&writing, end);
		put(&writing, unit_id(view, unit->unit));
		score_cell(&writing, &view->scheme->items[0], unit->now);
		count_cell(&writing, unit->rank);
		score_cell(&writing, rank_bounds->total,
		    unit->score.below ? value_missing() : unit->score.low);
		score_cell(&writing, rank_bounds->total,
		    unit->score.above ? value_missing() : unit->score.high);
		count_cell(&writing, unit->best);
		count_cell(&writing, unit->worst);
		put_mark(&writing,
		    unit->verdict == RANK_BOUNDS_SAFE	? TABLE_GOOD
		    : unit->verdict == RANK_BOUNDS_LOST ? TABLE_BAD
							: TABLE_PLAIN);
		word_cell(&writing, rank_bounds_verdict_text(unit->verdict));
		word_cell(&writing, rank_bounds_order_text(unit->beside));
	}
	table_end(writing.table);
	finish(&writing);
}

/*
 * How firm it is
 */

/* The others with which a unit's order is not firm. */
static void
doubtful_cell(struct writing *writing, const struct sensitivity *found,
    uint32_t place)
{
	for (size_t i = 0; i < found->pair_count; i++) {
		const struct sensitive_pair *pair = &found->pairs[i];
		uint32_t other;

		if (pair->above != place && pair->below != place)
			continue;
		other = pair->above == place ? pair->below : pair->above;
		if (writing->text.size > 0)
			buffer_add_byte(&writing->text, ' ');
		buffer_add(&writing->text,
		    unit_id(writing->view, found->units[other].unit));
	}
	text_cell(writing);
}

void
sensitivity_table(const struct gap_view *view, const struct sensitivity *found)
{
	struct writing writing;

	start(&writing, view, sensitivity_columns, LENGTH(sensitivity_columns));
	writing.table =
	    new_table(view, sensitivity_columns, LENGTH(sensitivity_columns));
	for (uint32_t i = 0; i < found->count; i++) {
		const struct sensitive *unit = &found->units[i];

		if (!view->shows(view->context, unit_id(view, unit->unit)))
			continue;
		word_cell(&writing, writing.period);
		put(&writing, unit_id(view, unit->unit));
		score_cell(&writing, found->total, unit->score);
		count_cell(&writing, unit->rank);
		count_cell(&writing, unit->low);
		count_cell(&writing, unit->median);
		count_cell(&writing, unit->high);
		count_cell(&writing, unit->least);
		count_cell(&writing, unit->most);
		doubtful_cell(&writing, found, i);
	}
	table_end(writing.table);
	finish(&writing);
}

static void
pair_row(struct writing *writing, const struct sensitivity *found,
    const struct sensitive_pair *pair)
{
	const struct sensitive *above = &found->units[pair->above];
	const struct sensitive *below = &found->units[pair->below];
	struct num percent =
	    num_div(&writing->arena, NUM_INT((int64_t)pair->reversed * 100),
		NUM_INT((int64_t)found->draws));

	word_cell(writing, writing->period);
	put(writing, unit_id(writing->view, above->unit));
	put(writing, unit_id(writing->view, below->unit));
	count_cell(writing, above->rank);
	count_cell(writing, below->rank);
	score_cell(writing, found->total,
	    num_sub(&writing->arena, above->score, below->score));
	count_cell(writing, pair->reversed);
	count_cell(writing, found->draws);
	num_print_fixed(&writing->text,
	    num_round(&writing->arena, percent, 1, NUM_HALF_UP), 1);
	text_cell(writing);
}

void
pair_table(const struct gap_view *view, const struct sensitivity *found)
{
	struct writing writing;

	start(&writing, view, pair_columns, LENGTH(pair_columns));
	writing.table = new_table(view, pair_columns, LENGTH(pair_columns));
	for (size_t i = 0; i < found->pair_count; i++) {
		const struct sensitive_pair *pair = &found->pairs[i];

		if (view->shows(view->context,
			unit_id(view, found->units[pair->above].unit)) ||
		    view->shows(view->context,
			unit_id(view, found->units[pair->below].unit)))
			pair_row(&writing, found, pair);
	}
	table_end(writing.table);
	finish(&writing);
}
