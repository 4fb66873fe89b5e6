#include "analysis/goal_seek.h"

#include <stdlib.h>

#include "analysis/gap.h"
#include "analysis/interval_eval.h"
#include "score/dependency.h"

const char *
solve_verdict_text(enum solve_verdict verdict)
{
	static const char *const texts[] = { "reached", "met", "never",
		"unsettled" };

	return texts[verdict];
}

struct solver {
	struct arena arena;
	struct book *book;
	struct engine *engine; /* the records as they are */
	struct period period;
	uint32_t item, unit;
	const struct result *result;
	struct reads reads;
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
	struct enclose *enclose;
	struct num wanted;
	size_t work;
};

/*
 * What an item's score rests on
 */

static void
add_measure(struct solver *solver, uint8_t *seen, uint32_t measure)
{
	if (seen[measure])
		return;
	seen[measure] = 1;
	solver->measures[solver->measure_count++] = measure;
}

static void
collect(struct solver *solver, uint32_t number, uint8_t *measures,
    uint8_t *items)
{
	const struct item *item = &solver->result->scheme->items[number];
	bool below = item->rule == NULL;

	if (items[number])
		return;
	items[number] = 1;
	for (size_t i = 0; i < item->program->node_count; i++) {
		const struct node *node = item->program->nodes[i];

		if (node->kind == NODE_MEASURE)
			add_measure(solver, measures, node->index);
		if ((node->kind == NODE_ITEM || node->kind == NODE_RATE) &&
		    node->index != INDEX_NONE)
			collect(solver, node->index, measures, items);
		below |= node->kind == NODE_CHILD_SCORE ||
			 node->kind == NODE_CHILD_RATE;
	}
	for (size_t i = 0; below && i < item->child_count; i++)
		collect(solver, item->children[i], measures, items);
}

static void
find_measures(struct solver *solver)
{
	struct book_facts own = { solver->book, engine_data(solver->engine),
		engine_schemes(solver->engine) };
	struct facts facts = facts_of_book(&own);
	struct arena scratch = { 0 };

	solver->measures = arena_array(&solver->arena,
	    solver->book->measure_count, sizeof(*solver->measures));
	collect(solver, solver->item,
	    arena_array(&scratch, solver->book->measure_count, 1),
	    arena_array(&scratch, solver->result->scheme->item_count, 1));
	arena_free(&scratch);
	reads_of_item(&solver->arena, solver->book, &facts,
	    solver->result->scheme, solver->item, instant_of(solver->period),
	    &solver->reads);
}

struct solver *
solver_new(struct book *book, struct engine *engine, struct period period,
    uint32_t item, uint32_t unit)
{
	struct solver *solver = memory_alloc(sizeof(*solver));
	struct data_marks *marks = &solver->change.marks;

	*solver = (struct solver){ .book = book,
		.engine = engine,
		.period = period,
		.item = item,
		.unit = unit,
		.result = engine_score(engine, period) };
	solver->limit =
	    gap_ceiling(engine, solver->result, item, unit, &solver->arena);
	find_measures(solver);
	solver->diag = diag_new(1);
	solver->trial = engine_new(book, solver->diag);
	marks->measures = arena_array(&solver->arena, book->measure_count, 1);
	marks->cells = arena_array(&solver->arena,
	    book->measure_count * book->unit_count, 1);
	return solver;
}

void
solver_free(struct solver *solver)
{
	if (solver == NULL)
		return;
	engine_free(solver->trial);
	diag_free(solver->diag);
	arena_free(&solver->arena);
	free(solver);
}

const uint32_t *
solver_measures(const struct solver *solver, size_t *count)
{
	*count = solver->measure_count;
	return solver->measures;
}

struct num
solver_limit(const struct solver *solver)
{
	return solver->limit;
}

/*
 * The grid
 */

/* 10^18 fits an int64_t; more digits than 18 there are not. */
static struct num
at_step(const struct solver *solver, int64_t step)
{
	return num_decimal(step, (unsigned)solver->digits);
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
bound_step(struct solver *solver, struct num bound, int64_t none, bool up)
{
	struct num scale =
	    num_power(&solver->arena, NUM_INT(10), NUM_INT(solver->digits));
	struct num steps;
	int64_t result;

	if (!num_is_number(bound))
		return none;
	steps = num_mul(&solver->arena, bound, scale);
	steps = up ? num_ceil(&solver->arena, steps)
		   : num_floor(&solver->arena, steps);
	if (!num_to_int(steps, &result) || result > SOLVE_STEPS_MAX ||
	    result < -SOLVE_STEPS_MAX)
		return num_sign(steps) < 0 ? -SOLVE_STEPS_MAX : SOLVE_STEPS_MAX;
	return result;
}

static void
set_grid(struct solver *solver, struct num before)
{
	const struct measure *measure =
	    &solver->book->measures[solver->measure];

	solver->digits = measure->digits;
	if (measure->digits < 0)
		solver->digits = num_is_number(before)
				     ? digits_of(&solver->arena, before)
				     : 0;
	solver->low = bound_step(solver, measure->min, -SOLVE_STEPS_MAX, true);
	solver->high = bound_step(solver, measure->max, SOLVE_STEPS_MAX, false);
}

/*
 * Scoring a value
 */

static struct data_assumption
assumption_of(struct solver *solver, int64_t step)
{
	struct buffer text = { 0 };
	struct str value;

	num_print(&text, at_step(solver, step));
	value = arena_str(&solver->arena, buffer_str(&text));
	buffer_free(&text);
	return (struct data_assumption){ .measure = solver->measure,
		.unit = solver->unit,
		.period = solver->period,
		.value = value,
		.text = value,
		.source = "value" };
}

/* The scores with a value in the place of what is recorded, or NULL. */
static const struct result *
try_step(struct solver *solver, struct engine *engine, int64_t step)
{
	struct data_assumption assumption = assumption_of(solver, step);

	solver->work++;
	if (data_override(engine_data(engine), &assumption) != 0)
		return NULL;
	if (!engine_update(engine, &solver->change, 1))
		engine_restart(engine);
	return engine_score(engine, solver->period);
}

static struct num
score_at(struct solver *solver, int64_t step)
{
	const struct result *result = try_step(solver, solver->trial, step);

	if (result == NULL)
		return value_missing();
	return result->items[solver->item].scores[solver->unit];
}

static bool
suffices(const struct solver *solver, struct num score)
{
	return num_is_number(score) && num_compare(score, solver->wanted) >= 0;
}

/*
 * Enclosing a range of values
 */

static bool
open_measure(void *context, uint32_t measure, struct period period, size_t unit,
    struct range *out)
{
	struct solver *solver = context;
	struct data_assumption assumption = {
		.measure = measure, .unit = solver->unit, .period = period
	};
	struct period holder;

	if (measure != solver->measure ||
	    !period_contains(solver->holder, period) ||
	    (unit != SIZE_MAX && unit != solver->unit))
		return false;
	/* A shorter folder inside may have a value of its own. */
	if (!period_equal(period, solver->period) &&
	    (!data_holder(engine_data(solver->engine), &assumption, &holder) ||
		!period_equal(holder, solver->holder)))
		return false;
	if (out != NULL)
		*out = range_between(at_step(solver, solver->first),
		    at_step(solver, solver->last));
	return true;
}

/* The item's scores over a range of steps. */
static struct range
enclosed(struct solver *solver, int64_t first, int64_t last)
{
	solver->first = first;
	solver->last = last;
	solver->work++;
	enclose_again(solver->enclose);
	return enclose_item(solver->enclose, solver->item)[solver->unit];
}

static bool
is_too_low(const struct solver *solver, const struct range *scores)
{
	return range_is_absent(scores) ||
	       (!scores->above &&
		   num_compare(scores->high, solver->wanted) < 0);
}

static bool
is_high_enough(const struct solver *solver, const struct range *scores)
{
	return !range_is_absent(scores) && !scores->doubt && !scores->below &&
	       num_compare(scores->low, solver->wanted) >= 0;
}

/* A range on one side of the present value; `near` is the end next to it. */
struct stretch {
	int64_t near, far;
};

enum search { SEARCH_NONE, SEARCH_FOUND, SEARCH_GAVE_UP };

/* The least of two steps, whichever way the stretch goes. */
static struct range
enclosed_stretch(struct solver *solver, const struct stretch *stretch)
{
	return stretch->near <= stretch->far
		   ? enclosed(solver, stretch->near, stretch->far)
		   : enclosed(solver, stretch->far, stretch->near);
}

/*
 * The step of a stretch nearest to its near end that suffices. Halves wait on
 * a stack, the nearer one on top: no more than the bits of a step.
 */
static enum search
search_stretch(struct solver *solver, struct stretch all, int64_t *out)
{
	struct stretch stack[128];
	size_t depth = 0;

	stack[depth++] = all;
	while (depth > 0) {
		struct stretch at = stack[--depth];
		struct range scores;
		int64_t middle;

		if (solver->work > SOLVE_WORK_MAX)
			return SEARCH_GAVE_UP;
		scores = enclosed_stretch(solver, &at);
		if (is_too_low(solver, &scores))
			continue;
		if (at.near == at.far || is_high_enough(solver, &scores)) {
			if (suffices(solver, score_at(solver, at.near))) {
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
search_both(struct solver *solver, int64_t from, int64_t *out)
{
	int64_t size = 1, done = 0;
	int64_t up_most = solver->high - from, down_most = from - solver->low;

	while (done < up_most || done < down_most) {
		int64_t end = done + size, up = 0, down = 0;
		enum search above = SEARCH_NONE, below = SEARCH_NONE;

		if (done < up_most)
			above = search_stretch(solver,
			    (struct stretch){ from + done + 1,
				from + within(end, 0, up_most) },
			    &up);
		if (done < down_most && above != SEARCH_GAVE_UP)
			below = search_stretch(solver,
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
rank_in(const struct solver *solver, const struct result *result, uint32_t item)
{
	const struct num *scores = result->items[item].scores;
	uint32_t rank = 1;

	if (!num_is_number(scores[solver->unit]))
		return 0;
	for (size_t i = 0; i < solver->book->unit_count; i++)
		rank += num_is_number(scores[i]) &&
			num_compare(scores[i], scores[solver->unit]) > 0;
	return rank;
}

static struct num
kept(struct solver *solver, struct num x)
{
	return num_is_number(x) ? num_copy(&solver->arena, x) : x;
}

/* Score the value that was found, and the one just short of it. */
static void
confirm(struct solver *solver, int64_t from, bool has_from, int64_t step,
    struct solution *out)
{
	int64_t near = step > from ? step - 1 : step + 1;
	const struct result *result;

	out->near = value_missing();
	if (has_from || near != from)
		out->near = kept(solver, score_at(solver, near));
	result = try_step(solver, solver->trial, step);
	out->value = at_step(solver, step);
	if (result == NULL)
		return;
	out->score =
	    kept(solver, result->items[solver->item].scores[solver->unit]);
	out->total = kept(solver, result->items[0].scores[solver->unit]);
	out->rank = rank_in(solver, result, solver->item);
	out->total_rank = rank_in(solver, result, 0);
	if (suffices(solver, out->score) && !suffices(solver, out->near))
		out->verdict = SOLVE_REACHED;
}

static bool
compares(const struct solver *solver)
{
	const struct program *program =
	    solver->result->scheme->items[solver->item].program;

	for (size_t i = 0; i < program->node_count; i++)
		if (eval_crosses(program->nodes[i]))
			return true;
	return false;
}

/* Whether some value beyond a bound of the measure would do for certain. */
static bool
would_beyond(struct solver *solver, int64_t near, int64_t sign)
{
	int64_t size = 1;

	for (; near * sign < SOLVE_STEPS_MAX / 2; size *= 2) {
		struct stretch at = { near, near + sign * (size - 1) };
		struct range scores = enclosed_stretch(solver, &at);

		if (is_high_enough(solver, &scores))
			return true;
		near += sign * size;
	}
	return false;
}

static enum solve_reason
reason_of(struct solver *solver)
{
	const struct measure *measure =
	    &solver->book->measures[solver->measure];
	unsigned state =
	    solver->result->items[solver->item].states[solver->unit];

	if (num_is_number(solver->limit) &&
	    num_compare(solver->wanted, solver->limit) > 0)
		return SOLVE_CAP;
	if ((state & STATE_VETOED) != 0)
		return SOLVE_VETO;
	if (num_is_number(measure->max) &&
	    would_beyond(solver, solver->high + 1, 1))
		return SOLVE_MAX;
	if (num_is_number(measure->min) &&
	    would_beyond(solver, solver->low - 1, -1))
		return SOLVE_MIN;
	return compares(solver) ? SOLVE_RANK : SOLVE_OTHERS;
}

/* No value gives more, by what the whole grid is enclosed in. */
static struct num
most_of(struct solver *solver)
{
	struct range scores = enclosed(solver, solver->low, solver->high);

	/* An enclosure may be wider than what there is. */
	return range_is_absent(&scores) || scores.above ||
		       num_compare(scores.high, solver->wanted) >= 0
		   ? value_missing()
		   : kept(solver, scores.high);
}

static void
search(struct solver *solver, int64_t from, bool has_from, struct solution *out)
{
	int64_t step;
	enum search found = SEARCH_NONE;

	/* Without a value the search begins at its place. */
	if (!has_from)
		found = search_stretch(solver, (struct stretch){ from, from },
		    &step);
	if (found == SEARCH_NONE)
		found = search_both(solver, from, &step);
	out->verdict = SOLVE_UNSETTLED;
	out->reason = SOLVE_WORK;
	if (found == SEARCH_FOUND) {
		confirm(solver, from, has_from, step, out);
		if (out->verdict == SOLVE_REACHED)
			out->reason = SOLVE_NO_REASON;
	} else if (found == SEARCH_NONE) {
		out->verdict = SOLVE_NEVER;
		out->most = most_of(solver);
		out->reason = reason_of(solver);
	}
}

/* Mark the cell that is tried, for engine_update(); or take the mark back. */
static void
mark(struct solver *solver, uint8_t value)
{
	solver->change.folder = solver->holder;
	solver->change.marks.measures[solver->measure] = value;
	solver->change.marks
	    .cells[solver->measure * solver->book->unit_count + solver->unit] =
	    value;
}

static void
search_from(struct solver *solver, struct num before, struct solution *out)
{
	struct enclose_open open = { solver, open_measure, NULL, false };
	struct engine *with = solver->engine;
	const struct result *result = solver->result;
	bool has_from = num_is_number(before);
	int64_t from = has_from ? bound_step(solver, before, 0, true) : 0;

	from = within(from, solver->low, solver->high);
	mark(solver, 1);
	engine_score(solver->trial, solver->period);
	/* Nothing is there to be enclosed until some value is. */
	if (!has_from) {
		with = engine_new(solver->book, solver->diag);
		result = try_step(solver, with, from);
	}
	if (result != NULL) {
		solver->enclose =
		    enclose_new(with, solver->book, result, &open);
		search(solver, from, has_from, out);
		enclose_free(solver->enclose);
	}
	if (!has_from)
		engine_free(with);
	data_restore(engine_data(solver->trial));
	engine_restart(solver->trial);
	mark(solver, 0);
}

/* Whether the item reads the measure in the period itself. */
static bool
is_read_now(const struct solver *solver, uint32_t measure, struct period *other)
{
	bool found = false;

	*other = solver->period;
	for (size_t i = 0; i < solver->reads.count; i++) {
		const struct read *read = &solver->reads.list[i];

		if (read->measure != measure)
			continue;
		if (period_equal(read->instant.here, solver->period))
			return true;
		if (!found)
			*other = read->instant.here;
		found = true;
	}
	return false;
}

static struct num
value_now(struct solver *solver)
{
	struct num *values = arena_array(&solver->arena,
	    solver->book->unit_count + 1, sizeof(*values));

	data_values(engine_data(solver->engine), solver->measure,
	    solver->period, values);
	return values[solver->unit];
}

void
solver_solve(struct solver *solver, uint32_t measure, struct num wanted,
    struct solution *out)
{
	struct data_assumption here = { .measure = measure,
		.unit = solver->unit,
		.period = solver->period };
	struct num score =
	    solver->result->items[solver->item].scores[solver->unit];

	solver->measure = measure;
	solver->wanted = wanted;
	solver->work = 0;
	*out = (struct solution){ .verdict = SOLVE_NEVER,
		.wanted = wanted,
		.value = value_missing(),
		.score = value_missing(),
		.near = value_missing(),
		.total = value_missing(),
		.most = value_missing() };
	out->before = value_now(solver);
	set_grid(solver, out->before);
	out->digits = solver->digits;
	if (suffices(solver, score))
		out->verdict = SOLVE_MET;
	else if (out->before.d == VALUE_NOT_APPLICABLE)
		out->reason = SOLVE_AWAY;
	else if (!is_read_now(solver, measure, &out->read))
		out->reason = SOLVE_PAST;
	else if (!data_holder(engine_data(solver->engine), &here,
		     &solver->holder))
		out->reason = SOLVE_NO_FOLDER;
	else
		search_from(solver, out->before, out);
	out->work = solver->work;
}
