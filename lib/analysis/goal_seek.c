#include "analysis/goal_seek.h"

#include <stdlib.h>

#include "analysis/gap.h"
#include "analysis/interval_eval.h"
#include "number/real.h"
#include "score/dependency.h"

const char *
goal_seek_verdict_text(enum goal_seek_verdict verdict)
{
	static const char *const texts[] = { "reached", "met", "never",
		"unsettled" };

	return texts[verdict];
}

struct goal_seek {
	struct arena arena;
	struct book *book;
	struct engine *engine; /* the records as they are */
	struct period period;
	uint32_t item, unit;
	const struct result *result;
	struct dependencies reads;
	uint32_t *measures;
	size_t measure_count;
	struct num limit;
	/* Another engine, in which values are tried. */
	struct diag *diag; /* what goes wrong there is no finding */
	struct engine *trial;
	struct engine_change change;
	/* Of the measure in hand: */
	uint32_t measure;
	struct period holder; /* whose folder holds its value */
	int digits;
	int64_t low, high;   /* the grid, in steps */
	int64_t first, last; /* the range that is enclosed */
	struct interval_eval *interval_eval;
	struct num wanted;
	size_t work;
};

/*
 * What an item's score rests on
 */

static void
add_measure(struct goal_seek *goal_seek, uint8_t *seen, uint32_t measure)
{
	if (seen[measure])
		return;
	seen[measure] = 1;
	goal_seek->measures[goal_seek->measure_count++] = measure;
}

static void
collect(struct goal_seek *goal_seek, uint32_t number, uint8_t *measures,
    uint8_t *items)
{
	const struct item *item = &goal_seek->result->scheme->items[number];
	bool below = item->rule == NULL;

	if (items[number])
		return;
	items[number] = 1;
	for (size_t i = 0; i < item->program->node_count; i++) {
		const struct node *node = item->program->nodes[i];

		if (node->kind == NODE_MEASURE)
			add_measure(goal_seek, measures, node->index);
		if ((node->kind == NODE_ITEM || node->kind == NODE_RATE) &&
		    node->index != INDEX_NONE)
			collect(goal_seek, node->index, measures, items);
		below |= node->kind == NODE_CHILD_SCORE ||
			 node->kind == NODE_CHILD_RATE;
	}
	for (size_t i = 0; below && i < item->child_count; i++)
		collect(goal_seek, item->children[i], measures, items);
}

static void
find_measures(struct goal_seek *goal_seek)
{
	struct book_facts own = { goal_seek->book,
		engine_data(goal_seek->engine),
		engine_schemes(goal_seek->engine) };
	struct facts facts = facts_of_book(&own);
	struct arena scratch = { 0 };

	goal_seek->measures = arena_array(&goal_seek->arena,
	    goal_seek->book->measure_count, sizeof(*goal_seek->measures));
	collect(goal_seek, goal_seek->item,
	    arena_array(&scratch, goal_seek->book->measure_count, 1),
	    arena_array(&scratch, goal_seek->result->scheme->item_count, 1));
	arena_free(&scratch);
	dependency_of_item(&goal_seek->arena, goal_seek->book, &facts,
	    goal_seek->result->scheme, goal_seek->item,
	    instant_of(goal_seek->period), &goal_seek->reads);
}

struct goal_seek *
goal_seek_new(struct book *book, struct engine *engine, struct period period,
    uint32_t item, uint32_t unit)
{
	struct goal_seek *goal_seek = memory_alloc(sizeof(*goal_seek));
	struct data_marks *marks = &goal_seek->change.marks;

	*goal_seek = (struct goal_seek){ .book = book,
		.engine = engine,
		.period = period,
		.item = item,
		.unit = unit,
		.result = engine_score(engine, period) };
	goal_seek->limit = gap_ceiling(engine, goal_seek->result, item, unit,
	    &goal_seek->arena);
	find_measures(goal_seek);
	goal_seek->diag = diag_new(1);
	goal_seek->trial = engine_new(book, goal_seek->diag);
	marks->measures =
	    arena_array(&goal_seek->arena, book->measure_count, 1);
	marks->cells = arena_array(&goal_seek->arena,
	    book->measure_count * book->unit_count, 1);
	return goal_seek;
}

void
goal_seek_free(struct goal_seek *goal_seek)
{
	if (goal_seek == NULL)
		return;
	engine_free(goal_seek->trial);
	diag_free(goal_seek->diag);
	arena_free(&goal_seek->arena);
	free(goal_seek);
}

const uint32_t *
goal_seek_measures(const struct goal_seek *goal_seek, size_t *count)
{
	*count = goal_seek->measure_count;
	return goal_seek->measures;
}

struct num
goal_seek_limit(const struct goal_seek *goal_seek)
{
	return goal_seek->limit;
}

/*
 * The grid
 */

/* 10^18 fits an int64_t; more digits than 18 there are not. */
static struct num
at_step(const struct goal_seek *goal_seek, int64_t step)
{
	return num_decimal(step, (unsigned)goal_seek->digits);
}

/* How many digits after the point a decimal is written with. */
static int
digits_of(struct arena *arena, struct num value)
{
	for (int digits = 0; digits < 18; digits++) {
		struct num rounded =
		    num_round(arena, value, digits, NUM_HALF_UP);

		if (value_equal(rounded, value))
			return digits;
	}
	return 18;
}

/* A bound in steps of the grid, inwards; within the range that is searched. */
static int64_t
bound_step(struct goal_seek *goal_seek, struct num bound, int64_t none, bool up)
{
	struct num scale = real_power(&goal_seek->arena, NUM_INT(10),
	    NUM_INT(goal_seek->digits));
	struct num steps;
	int64_t result;

	if (!num_is_number(bound))
		return none;
	steps = num_mul(&goal_seek->arena, bound, scale);
	steps = up ? num_ceil(&goal_seek->arena, steps)
		   : num_floor(&goal_seek->arena, steps);
	if (!num_to_int(steps, &result) || result > GOAL_SEEK_STEPS_MAX ||
	    result < -GOAL_SEEK_STEPS_MAX)
		return num_sign(steps) < 0 ? -GOAL_SEEK_STEPS_MAX
					   : GOAL_SEEK_STEPS_MAX;
	return result;
}

static void
set_grid(struct goal_seek *goal_seek, struct num before)
{
	const struct measure *measure =
	    &goal_seek->book->measures[goal_seek->measure];

	goal_seek->digits = measure->digits;
	if (measure->digits < 0)
		goal_seek->digits = num_is_number(before)
					? digits_of(&goal_seek->arena, before)
					: 0;
	goal_seek->low =
	    bound_step(goal_seek, measure->min, -GOAL_SEEK_STEPS_MAX, true);
	goal_seek->high =
	    bound_step(goal_seek, measure->max, GOAL_SEEK_STEPS_MAX, false);
}

/*
 * Scoring a value
 */

static struct data_assumption
assumption_of(struct goal_seek *goal_seek, int64_t step)
{
	struct buffer text = { 0 };
	struct str value;

	num_print(&text, at_step(goal_seek, step));
	value = arena_str(&goal_seek->arena, buffer_str(&text));
	buffer_free(&text);
	return (struct data_assumption){ .measure = goal_seek->measure,
		.unit = goal_seek->unit,
		.period = goal_seek->period,
		.value = value,
		.text = value,
		.source = "value" };
}

/* The scores with a value in the place of what is recorded, or NULL. */
static const struct result *
try_step(struct goal_seek *goal_seek, struct engine *engine, int64_t step)
{
	struct data_assumption assumption = assumption_of(goal_seek, step);

	goal_seek->work++;
	if (data_override(engine_data(engine), &assumption) != 0)
		return NULL;
	if (!engine_update(engine, &goal_seek->change, 1))
		engine_restart(engine);
	return engine_score(engine, goal_seek->period);
}

static struct num
score_at(struct goal_seek *goal_seek, int64_t step)
{
	const struct result *result =
	    try_step(goal_seek, goal_seek->trial, step);

	if (result == NULL)
		return value_missing();
	return result->items[goal_seek->item].scores[goal_seek->unit];
}

static bool
suffices(const struct goal_seek *goal_seek, struct num score)
{
	return num_is_number(score) &&
	       num_compare(score, goal_seek->wanted) >= 0;
}

/*
 * Enclosing a range of values
 */

static bool
open_measure(void *context, uint32_t measure, struct period period, size_t unit,
    struct interval *out)
{
	struct goal_seek *goal_seek = context;
	struct data_assumption assumption = {
		.measure = measure, .unit = goal_seek->unit, .period = period
	};
	struct period holder;

	if (measure != goal_seek->measure ||
	    !period_contains(goal_seek->holder, period) ||
	    (unit != SIZE_MAX && unit != goal_seek->unit))
		return false;
	/* A shorter folder inside may have a value of its own. */
	if (!period_equal(period, goal_seek->period) &&
	    (!data_holder(engine_data(goal_seek->engine), &assumption,
		 &holder) ||
		!period_equal(holder, goal_seek->holder)))
		return false;
	if (out != NULL)
		*out = interval_between(at_step(goal_seek, goal_seek->first),
		    at_step(goal_seek, goal_seek->last));
	return true;
}

/* The item's scores over a range of steps. */
static struct interval
enclosed(struct goal_seek *goal_seek, int64_t first, int64_t last)
{
	goal_seek->first = first;
	goal_seek->last = last;
	goal_seek->work++;
	interval_eval_again(goal_seek->interval_eval);
	return interval_eval_item(goal_seek->interval_eval,
	    goal_seek->item)[goal_seek->unit];
}

static bool
is_too_low(const struct goal_seek *goal_seek, const struct interval *scores)
{
	return interval_is_absent(scores) ||
	       (!scores->above &&
		   num_compare(scores->high, goal_seek->wanted) < 0);
}

static bool
is_high_enough(const struct goal_seek *goal_seek, const struct interval *scores)
{
	return !interval_is_absent(scores) && !scores->doubt &&
	       !scores->below &&
	       num_compare(scores->low, goal_seek->wanted) >= 0;
}

/* A range on one side of the present value; `near` is the end next to it. */
struct stretch {
	int64_t near, far;
};

enum search { SEARCH_NONE, SEARCH_FOUND, SEARCH_GAVE_UP };

/* The least of two steps, whichever way the stretch goes. */
static struct interval
enclosed_stretch(struct goal_seek *goal_seek, const struct stretch *stretch)
{
	return stretch->near <= stretch->far
		   ? enclosed(goal_seek, stretch->near, stretch->far)
		   : enclosed(goal_seek, stretch->far, stretch->near);
}

/*
 * The step of a stretch nearest to its near end that suffices. Halves wait on
 * a stack, the nearer one on top: no more than the bits of a step.
 */
static enum search
search_stretch(struct goal_seek *goal_seek, struct stretch all, int64_t *out)
{
	struct stretch stack[128];
	size_t depth = 0;

	stack[depth++] = all;
	while (depth > 0) {
		struct stretch at = stack[--depth];
		struct interval scores;
		int64_t middle;

		if (goal_seek->work > GOAL_SEEK_WORK_MAX)
			return SEARCH_GAVE_UP;
		scores = enclosed_stretch(goal_seek, &at);
		if (is_too_low(goal_seek, &scores))
			continue;
		if (at.near == at.far || is_high_enough(goal_seek, &scores)) {
			if (suffices(goal_seek, score_at(goal_seek, at.near))) {
				*out = at.near;
				return SEARCH_FOUND;
			}
			if (at.near == at.far)
				continue;
		}
		middle = at.near + (at.far - at.near) / 2;
		stack[depth++] =
		    (struct stretch){ middle + (at.far > at.near ? 1 : -1),
			    at.far };
		stack[depth++] = (struct stretch){ at.near, middle };
	}
	return SEARCH_NONE;
}

static int64_t
within(int64_t step, int64_t low, int64_t high)
{
	return step < low ? low : step > high ? high : step;
}

/*
 * Stretches of 1, 2, 4 ... steps, on either side in turn: what is found in the
 * nearer of two of the same distance is compared step by step.
 */
static enum search
search_both(struct goal_seek *goal_seek, int64_t from, int64_t *out)
{
	int64_t size = 1, done = 0;
	int64_t up_most = goal_seek->high - from,
		down_most = from - goal_seek->low;

	while (done < up_most || done < down_most) {
		int64_t end = done + size, up = 0, down = 0;
		enum search above = SEARCH_NONE, below = SEARCH_NONE;

		if (done < up_most)
			above = search_stretch(goal_seek,
			    (struct stretch){ from + done + 1,
				from + within(end, 0, up_most) },
			    &up);
		if (done < down_most && above != SEARCH_GAVE_UP)
			below = search_stretch(goal_seek,
			    (struct stretch){ from - done - 1,
				from - within(end, 0, down_most) },
			    &down);
		if (above == SEARCH_GAVE_UP || below == SEARCH_GAVE_UP)
			return SEARCH_GAVE_UP;
		if (above == SEARCH_FOUND || below == SEARCH_FOUND) {
			bool is_up =
			    above == SEARCH_FOUND &&
			    (below != SEARCH_FOUND || up - from <= from - down);

			*out = is_up ? up : down;
			return SEARCH_FOUND;
		}
		done = end;
		size *= 2;
	}
	return SEARCH_NONE;
}

/*
 * Solutions
 */

static uint32_t
rank_in(const struct goal_seek *goal_seek, const struct result *result,
    uint32_t item)
{
	const struct num *scores = result->items[item].scores;
	uint32_t rank = 1;

	if (!num_is_number(scores[goal_seek->unit]))
		return 0;
	for (size_t i = 0; i < goal_seek->book->unit_count; i++)
		rank += num_is_number(scores[i]) &&
			num_compare(scores[i], scores[goal_seek->unit]) > 0;
	return rank;
}

static struct num
kept(struct goal_seek *goal_seek, struct num x)
{
	return num_is_number(x) ? num_copy(&goal_seek->arena, x) : x;
}

/* Score the value that was found, and the one just short of it. */
static void
confirm(struct goal_seek *goal_seek, int64_t from, bool has_from, int64_t step,
    struct goal_seek_solution *out)
{
	int64_t near = step > from ? step - 1 : step + 1;
	const struct result *result;

	out->near = value_missing();
	if (has_from || near != from)
		out->near = kept(goal_seek, score_at(goal_seek, near));
	result = try_step(goal_seek, goal_seek->trial, step);
	out->value = at_step(goal_seek, step);
	if (result == NULL)
		return;
	out->score = kept(goal_seek,
	    result->items[goal_seek->item].scores[goal_seek->unit]);
	out->total = kept(goal_seek, result->items[0].scores[goal_seek->unit]);
	out->rank = rank_in(goal_seek, result, goal_seek->item);
	out->total_rank = rank_in(goal_seek, result, 0);
	if (suffices(goal_seek, out->score) && !suffices(goal_seek, out->near))
		out->verdict = GOAL_SEEK_REACHED;
}

static bool
compares(const struct goal_seek *goal_seek)
{
	const struct program *program =
	    goal_seek->result->scheme->items[goal_seek->item].program;

	for (size_t i = 0; i < program->node_count; i++)
		if (eval_crosses(program->nodes[i]))
			return true;
	return false;
}

/* Whether some value beyond a bound of the measure would do for certain. */
static bool
would_beyond(struct goal_seek *goal_seek, int64_t near, int64_t sign)
{
	int64_t size = 1;

	for (; near * sign < GOAL_SEEK_STEPS_MAX / 2; size *= 2) {
		struct stretch at = { near, near + sign * (size - 1) };
		struct interval scores = enclosed_stretch(goal_seek, &at);

		if (is_high_enough(goal_seek, &scores))
			return true;
		near += sign * size;
	}
	return false;
}

static enum goal_seek_reason
reason_of(struct goal_seek *goal_seek)
{
	const struct measure *measure =
	    &goal_seek->book->measures[goal_seek->measure];
	unsigned state =
	    goal_seek->result->items[goal_seek->item].states[goal_seek->unit];

	if (num_is_number(goal_seek->limit) &&
	    num_compare(goal_seek->wanted, goal_seek->limit) > 0)
		return GOAL_SEEK_CAP;
	if ((state & STATE_VETOED) != 0)
		return GOAL_SEEK_VETO;
	if (num_is_number(measure->max) &&
	    would_beyond(goal_seek, goal_seek->high + 1, 1))
		return GOAL_SEEK_MAX;
	if (num_is_number(measure->min) &&
	    would_beyond(goal_seek, goal_seek->low - 1, -1))
		return GOAL_SEEK_MIN;
	return compares(goal_seek) ? GOAL_SEEK_RANK : GOAL_SEEK_OTHERS;
}

/* No value gives more, by what the whole grid is enclosed in. */
static struct num
most_of(struct goal_seek *goal_seek)
{
	struct interval scores =
	    enclosed(goal_seek, goal_seek->low, goal_seek->high);

	/* An enclosure may be wider than what there is. */
	return interval_is_absent(&scores) || scores.above ||
		       num_compare(scores.high, goal_seek->wanted) >= 0
		   ? value_missing()
		   : kept(goal_seek, scores.high);
}

static void
search(struct goal_seek *goal_seek, int64_t from, bool has_from,
    struct goal_seek_solution *out)
{
	int64_t step;
	enum search found = SEARCH_NONE;

	/* Without a value the search begins at its place. */
	if (!has_from)
		found = search_stretch(goal_seek,
		    (struct stretch){ from, from }, &step);
	if (found == SEARCH_NONE)
		found = search_both(goal_seek, from, &step);
	out->verdict = GOAL_SEEK_UNSETTLED;
	out->reason = GOAL_SEEK_WORK;
	if (found == SEARCH_FOUND) {
		confirm(goal_seek, from, has_from, step, out);
		if (out->verdict == GOAL_SEEK_REACHED)
			out->reason = GOAL_SEEK_NO_REASON;
	} else if (found == SEARCH_NONE) {
		out->verdict = GOAL_SEEK_NEVER;
		out->most = most_of(goal_seek);
		out->reason = reason_of(goal_seek);
	}
}

/* Mark the cell that is tried, for engine_update(); or take the mark back. */
static void
mark(struct goal_seek *goal_seek, uint8_t value)
{
	goal_seek->change.folder = goal_seek->holder;
	goal_seek->change.marks.measures[goal_seek->measure] = value;
	goal_seek->change.marks
	    .cells[goal_seek->measure * goal_seek->book->unit_count +
		   goal_seek->unit] = value;
}

static void
search_from(struct goal_seek *goal_seek, struct num before,
    struct goal_seek_solution *out)
{
	struct interval_open open = { goal_seek, open_measure, NULL, false };
	struct engine *with = goal_seek->engine;
	const struct result *result = goal_seek->result;
	bool has_from = num_is_number(before);
	int64_t from = has_from ? bound_step(goal_seek, before, 0, true) : 0;

	from = within(from, goal_seek->low, goal_seek->high);
	mark(goal_seek, 1);
	engine_score(goal_seek->trial, goal_seek->period);
	/* Nothing is there to be enclosed until some value is. */
	if (!has_from) {
		with = engine_new(goal_seek->book, goal_seek->diag);
		result = try_step(goal_seek, with, from);
	}
	if (result != NULL) {
		goal_seek->interval_eval =
		    interval_eval_new(with, goal_seek->book, result, &open);
		search(goal_seek, from, has_from, out);
		interval_eval_free(goal_seek->interval_eval);
	}
	if (!has_from)
		engine_free(with);
	data_restore(engine_data(goal_seek->trial));
	engine_restart(goal_seek->trial);
	mark(goal_seek, 0);
}

/* Whether the item reads the measure in the period itself. */
static bool
is_read_now(const struct goal_seek *goal_seek, uint32_t measure,
    struct period *other)
{
	bool found = false;

	*other = goal_seek->period;
	for (size_t i = 0; i < goal_seek->reads.count; i++) {
		const struct dependency *read = &goal_seek->reads.list[i];

		if (read->measure != measure)
			continue;
		if (period_equal(read->instant.here, goal_seek->period))
			return true;
		if (!found)
			*other = read->instant.here;
		found = true;
	}
	return false;
}

static struct num
value_now(struct goal_seek *goal_seek)
{
	struct num *values = arena_array(&goal_seek->arena,
	    goal_seek->book->unit_count + 1, sizeof(*values));

	data_values(engine_data(goal_seek->engine), goal_seek->measure,
	    goal_seek->period, values);
	return values[goal_seek->unit];
}

void
goal_seek_solve(struct goal_seek *goal_seek, uint32_t measure,
    struct num wanted, struct goal_seek_solution *out)
{
	struct data_assumption here = { .measure = measure,
		.unit = goal_seek->unit,
		.period = goal_seek->period };
	struct num score =
	    goal_seek->result->items[goal_seek->item].scores[goal_seek->unit];

	goal_seek->measure = measure;
	goal_seek->wanted = wanted;
	goal_seek->work = 0;
	*out = (struct goal_seek_solution){ .verdict = GOAL_SEEK_NEVER,
		.wanted = wanted,
		.value = value_missing(),
		.score = value_missing(),
		.near = value_missing(),
		.total = value_missing(),
		.most = value_missing() };
	out->before = value_now(goal_seek);
	set_grid(goal_seek, out->before);
	out->digits = goal_seek->digits;
	if (suffices(goal_seek, score))
		out->verdict = GOAL_SEEK_MET;
	else if (out->before.d == VALUE_NOT_APPLICABLE)
		out->reason = GOAL_SEEK_AWAY;
	else if (!is_read_now(goal_seek, measure, &out->read))
		out->reason = GOAL_SEEK_PAST;
	else if (!data_holder(engine_data(goal_seek->engine), &here,
		     &goal_seek->holder))
		out->reason = GOAL_SEEK_NO_FOLDER;
	else
		search_from(goal_seek, out->before, out);
	out->work = goal_seek->work;
}
