#include "analysis/interval_eval.h"

#include <stdlib.h>

#include "analysis/interval_aggregate.h"
#include "analysis/interval_depends.h"
#include "scheme/aggregates.h"
#include "scheme/functions.h"
#include "score/trace.h"

struct interval_eval *
interval_eval_new(struct engine *engine, struct book *book,
    const struct result *result, const struct interval_open *open)
{
	struct interval_eval *interval_eval =
	    memory_alloc(sizeof(*interval_eval));
	size_t items = result->scheme->item_count;

	*interval_eval = (struct interval_eval){ .engine = engine,
		.book = book,
		.result = result,
		.scheme = result->scheme,
		.open = *open,
		.units = book->unit_count,
		.run = 1 };
	interval_eval->traces =
	    arena_array(&interval_eval->arena, items, sizeof(struct trace *));
	interval_eval->depends = arena_array(&interval_eval->arena, items, 1);
	interval_eval->items = arena_array(&interval_eval->arena, items,
	    sizeof(*interval_eval->items));
	interval_eval->item_runs = arena_array(&interval_eval->arena, items,
	    sizeof(*interval_eval->item_runs));
	return interval_eval;
}

void
interval_eval_free(struct interval_eval *interval_eval)
{
	if (interval_eval == NULL)
		return;
	for (size_t i = 0; i < interval_eval->scheme->item_count; i++)
		trace_free(interval_eval->traces[i]);
	arena_free(&interval_eval->scratch);
	arena_free(&interval_eval->arena);
	free(interval_eval->entries);
	free(interval_eval);
}

void
interval_eval_again(struct interval_eval *interval_eval)
{
	arena_free(&interval_eval->scratch);
	interval_eval->run++;
}

static struct trace *
trace_of(struct interval_eval *interval_eval, uint32_t item)
{
	if (interval_eval->traces[item] == NULL)
		interval_eval->traces[item] = trace_new(interval_eval->engine,
		    interval_eval->result, item);
	return interval_eval->traces[item];
}

/*
 * Rules over ranges
 */

static struct interval *
new_ranges(const struct interval_frame *frame)
{
	return arena_array(&frame->interval_eval->scratch,
	    frame->interval_eval->units + 1, sizeof(struct interval));
}

static struct arena *
arena_of(const struct interval_frame *frame)
{
	return &frame->interval_eval->scratch;
}

static const struct interval *run(const struct interval_frame *frame,
    const struct node *node);

/* What the scored period has of a node, point by point. */
static const struct interval *
run_known(const struct interval_frame *frame, const struct node *node)
{
	struct column column =
	    trace_node(trace_of(frame->interval_eval, frame->item), node,
		frame->period, frame->child);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = interval_of(column_cell(column, i));
	return out;
}

/* A measure in a period, which a node of it reads or one that looks back. */
static struct interval *
run_measure(const struct interval_frame *frame, const struct node *node,
    struct period period)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	struct column column = trace_node(trace_of(interval_eval, frame->item),
	    node, period, INDEX_NONE);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < interval_eval->units; i++) {
		out[i] = interval_of(column_cell(column, i));
		interval_eval->open.measure(interval_eval->open.context,
		    node->index, period, i, &out[i]);
	}
	return out;
}

static struct interval
rate_of(struct arena *arena, const struct interval *score,
    const struct interval *points)
{
	if (interval_is_point(points) && num_is_number(points->low) &&
	    num_sign(points->low) == 0)
		return interval_of(value_not_applicable());
	return interval_divide(arena, score, points);
}

/* An item of another period. */
static const struct interval *
run_other_item(const struct interval_frame *frame, const struct node *node)
{
	const struct interval_open *open = &frame->interval_eval->open;
	struct column column =
	    trace_node(trace_of(frame->interval_eval, frame->item), node,
		frame->period, frame->child);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++) {
		struct interval score = interval_whole(),
				points = interval_whole();

		out[i] = interval_of(column_cell(column, i));
		if (!open->item(open->context, frame->period, node->name, i,
			&score, &points))
			continue;
		out[i] = node->kind == NODE_ITEM
			     ? score
			     : rate_of(arena_of(frame), &score, &points);
	}
	return out;
}

/* Its own points of each unit; what none has counts 0 among children. */
static struct interval
points_of(const struct interval_frame *frame, uint32_t item, size_t unit)
{
	struct num points =
	    column_cell(frame->interval_eval->result->items[item].points, unit);

	return interval_of(points);
}

static const struct interval *
run_item(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *scores;
	struct interval *out;

	if (!period_equal(frame->period,
		frame->interval_eval->result->period) ||
	    node->index == INDEX_NONE)
		return run_other_item(frame, node);
	scores = interval_eval_item(frame->interval_eval, node->index);
	if (node->kind == NODE_ITEM)
		return scores;
	out = new_ranges(frame);
	for (size_t i = 0; i < frame->interval_eval->units; i++) {
		struct interval points = points_of(frame, node->index, i);

		out[i] = rate_of(arena_of(frame), &scores[i], &points);
	}
	return out;
}

static const struct interval *
run_child(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *scores =
	    interval_eval_item(frame->interval_eval, frame->child);
	struct interval *out;

	if (node->kind == NODE_CHILD_SCORE)
		return scores;
	out = new_ranges(frame);
	for (size_t i = 0; i < frame->interval_eval->units; i++) {
		struct interval points = points_of(frame, frame->child, i);

		if (interval_is_absent(&points))
			points = interval_of(NUM_INT(0));
		out[i] = node->kind == NODE_CHILD_POINTS
			     ? points
			     : rate_of(arena_of(frame), &scores[i], &points);
	}
	return out;
}

static struct interval
combine(const struct interval_frame *frame, enum operator operation,
    const struct interval *a, const struct interval *b)
{
	struct arena *arena = arena_of(frame);
	struct interval result;

	switch (operation) {
	case OPERATOR_ADD:
		return interval_add(arena, a, b);
	case OPERATOR_SUBTRACT:
		return interval_subtract(arena, a, b);
	case OPERATOR_MULTIPLY:
		return interval_multiply(arena, a, b);
	case OPERATOR_DIVIDE:
		return interval_divide(arena, a, b);
	case OPERATOR_POWER:
		return interval_power(arena, a, b);
	case OPERATOR_LESS:
		return interval_less(a, b);
	case OPERATOR_LESS_EQUAL:
		return interval_less_equal(a, b);
	case OPERATOR_EQUAL:
		return interval_equal(a, b);
	case OPERATOR_NOT_EQUAL:
		result = interval_equal(a, b);
		return interval_not(&result);
	case OPERATOR_GREATER_EQUAL:
		return interval_less_equal(b, a);
	case OPERATOR_GREATER:
		return interval_less(b, a);
	default:
		return interval_whole();
	}
}

static struct interval
logical(enum operator operation, const struct interval *a,
    const struct interval *b)
{
	bool decided = operation == OPERATOR_OR;
	bool a_decides = decided ? interval_is_true(a) : interval_is_false(a);
	bool b_decides = decided ? interval_is_true(b) : interval_is_false(b);
	struct interval result = interval_either();

	if (a_decides || (b_decides && !a->doubt && !interval_is_absent(a)))
		return interval_of(NUM_INT(decided));
	if ((interval_is_true(a) || interval_is_false(a)) &&
	    (interval_is_true(b) || interval_is_false(b)))
		return interval_of(NUM_INT(!decided));
	result.doubt = a->doubt || b->doubt || interval_is_absent(a) ||
		       interval_is_absent(b);
	return result;
}

static const struct interval *
run_binary(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *a = run(frame, node->parts[0]);
	const struct interval *b = run(frame, node->parts[1]);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = node->operation <= OPERATOR_AND
			     ? logical(node->operation, &a[i], &b[i])
			     : combine(frame, node->operation, &a[i], &b[i]);
	return out;
}

static const struct interval *
run_unary(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *a = run(frame, node->parts[0]);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = node->operation == OPERATOR_NOT
			     ? interval_not(&a[i])
			     : interval_negate(arena_of(frame), &a[i]);
	return out;
}

static const struct interval **
run_parts(const struct interval_frame *frame, const struct node *node)
{
	const struct interval **parts =
	    arena_array(arena_of(frame), node->count, sizeof(*parts));

	for (size_t i = 0; i < node->count; i++)
		parts[i] = run(frame, node->parts[i]);
	return parts;
}

static struct interval
if_of(const struct node *node, const struct interval **parts, size_t unit)
{
	struct interval_choice either = { 0 };
	bool doubt = false;
	size_t at;

	for (at = 0; at + 1 < node->count; at += 2) {
		const struct interval *condition = &parts[at][unit];

		if (interval_is_false(condition))
			continue;
		if (interval_is_absent(condition) && !either.any)
			return *condition;
		doubt |= condition->doubt || interval_is_absent(condition);
		if (interval_is_absent(condition))
			break;
		interval_choose(&either, &parts[at + 1][unit]);
		if (interval_is_true(condition))
			break;
	}
	if (at + 1 >= node->count)
		interval_choose(&either, &parts[node->count - 1][unit]);
	either.interval.doubt |= doubt;
	return either.interval;
}

static struct interval
case_of(const struct node *node, const struct interval **parts, size_t unit)
{
	struct interval_choice either = { 0 };
	size_t certain = 0, possible = 0;
	bool doubt = false;

	for (size_t at = 0; at < node->count; at += 2) {
		const struct interval *condition = &parts[at][unit];

		if (interval_is_false(condition))
			continue;
		doubt |= condition->doubt || interval_is_absent(condition);
		certain += interval_is_true(condition);
		possible++;
		interval_choose(&either, &parts[at + 1][unit]);
	}
	/* None holds, or two do: it fails for certain. */
	if (!doubt && (possible == 0 || certain > 1))
		return interval_of(num_failure(NUM_TOO_LARGE));
	if (!either.any)
		return interval_whole();
	either.interval.doubt |= doubt || certain != 1 || possible != 1;
	return either.interval;
}

static const struct interval *
run_choice(const struct interval_frame *frame, const struct node *node)
{
	const struct interval **parts = run_parts(frame, node);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = node->kind == NODE_IF ? if_of(node, parts, i)
					       : case_of(node, parts, i);
	return out;
}

static const struct interval *
run_function(const struct interval_frame *frame, const struct node *node)
{
	const struct interval **parts = run_parts(frame, node);
	struct interval *out = new_ranges(frame);
	struct interval *of_unit =
	    arena_array(arena_of(frame), node->count, sizeof(*of_unit));

	for (size_t i = 0; i < frame->interval_eval->units; i++) {
		for (size_t j = 0; j < node->count; j++)
			of_unit[j] = parts[j][i];
		out[i] = function_interval(arena_of(frame), node, of_unit);
	}
	return out;
}

/*
 * Aggregates
 */

static struct scope_call
scope_call_of(const struct interval_frame *frame, const struct node *node)
{
	return (struct scope_call){ arena_of(frame), node, NULL,
		frame->interval_eval->units };
}

static const struct interval *
run_pooled(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *values = run(frame, node->parts[0]);
	struct scope_call call = scope_call_of(frame, node);

	call.pool = trace_pool(trace_of(frame->interval_eval, frame->item),
	    frame->period);
	if (node->kind == NODE_POOL_RANK)
		return interval_aggregate_ranks(&call, values);
	return node->scope == SCOPE_PEERS
		   ? interval_aggregate_peers(&call, values)
		   : interval_aggregate_pool(&call, values);
}

static const struct interval *
run_children(const struct interval_frame *frame, const struct node *node)
{
	const struct item *item =
	    &frame->interval_eval->scheme->items[frame->item];
	const struct interval **list =
	    arena_array(arena_of(frame), item->child_count, sizeof(*list));
	struct scope_call call = scope_call_of(frame, node);

	for (size_t i = 0; i < item->child_count; i++) {
		struct interval_frame child = interval_frame_moved(frame,
		    frame->period, item->children[i]);

		list[i] = run(&child, node->parts[0]);
	}
	return interval_aggregate_list(&call, list, NULL, item->child_count);
}

static const struct interval *
run_each(const struct interval_frame *frame, const struct node *node)
{
	struct period_range range = interval_frame_each(frame);
	size_t count = (size_t)period_range_count(range);
	bool weighted = aggregate_has_weights(node->aggregate);
	const struct interval **list =
	    arena_array(arena_of(frame), count, sizeof(*list));
	const struct interval **weights =
	    arena_array(arena_of(frame), count, sizeof(*weights));
	struct scope_call call = scope_call_of(frame, node);

	for (size_t i = 0; i < count; i++) {
		struct interval_frame part = interval_frame_moved(frame,
		    period_add(range.first, (int32_t)i), INDEX_NONE);

		list[i] = run(&part, node->parts[0]);
		if (weighted)
			weights[i] = run(frame, node->parts[i + 1]);
	}
	return interval_aggregate_list(&call, list, weighted ? weights : NULL,
	    count);
}

static const struct interval *
run_present(const struct interval_frame *frame, const struct node *node)
{
	struct scope_call call = scope_call_of(frame, node);

	return interval_aggregate_list(&call, run_parts(frame, node), NULL,
	    aggregate_parts(node));
}

static const struct interval *
run_aggregate(const struct interval_frame *frame, const struct node *node)
{
	switch (node->scope) {
	case SCOPE_POOL:
	case SCOPE_PEERS:
		return run_pooled(frame, node);
	case SCOPE_CHILDREN:
		return run_children(frame, node);
	case SCOPE_EACH:
		return run_each(frame, node);
	case SCOPE_PRESENT:
		return run_present(frame, node);
	}
	return run_known(frame, node);
}

/*
 * Time
 */

static const struct interval *
run_shift(const struct interval_frame *frame, const struct node *node)
{
	struct interval_frame there = interval_frame_moved(frame,
	    eval_shifted(frame->period, node), frame->child);

	return run(&there, node->parts[0]);
}

static const struct interval *
run_year(const struct interval_frame *frame, const struct node *node)
{
	const struct node *measure = node->parts[0];
	struct interval *out = run_measure(frame, measure, frame->period);
	int back = interval_frame_back(frame, node);

	for (int i = 1; i <= back; i++) {
		const struct interval *before =
		    run_measure(frame, measure, period_add(frame->period, -i));

		for (size_t j = 0; j < frame->interval_eval->units; j++)
			out[j] = node->kind == NODE_MONTH
				     ? interval_subtract(arena_of(frame),
					   &out[j], &before[j])
				     : interval_add(arena_of(frame), &out[j],
					   &before[j]);
	}
	return out;
}

static const struct interval *
run_of(const struct interval_frame *frame, const struct node *node)
{
	const struct interval *a = run(frame, node->parts[0]);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = a[node->index];
	return out;
}

static const struct interval *
run_new(const struct interval_frame *frame, const struct node *node)
{
	if (!interval_depends_node(frame, node))
		return run_known(frame, node);
	switch (node->kind) {
	case NODE_MEASURE:
		return run_measure(frame, node, frame->period);
	case NODE_ITEM:
	case NODE_RATE:
		return run_item(frame, node);
	case NODE_CHILD_SCORE:
	case NODE_CHILD_POINTS:
	case NODE_CHILD_RATE:
		return run_child(frame, node);
	case NODE_UNARY:
		return run_unary(frame, node);
	case NODE_BINARY:
		return run_binary(frame, node);
	case NODE_IF:
	case NODE_CASES:
		return run_choice(frame, node);
	case NODE_FUNCTION:
	case NODE_DEFAULT:
	case NODE_MISSING:
	case NODE_APPLIES:
	case NODE_GROWTH:
		return run_function(frame, node);
	case NODE_AGGREGATE:
		return run_aggregate(frame, node);
	case NODE_POOL_RANK:
		return run_pooled(frame, node);
	case NODE_SHIFT:
		return run_shift(frame, node);
	case NODE_MONTH:
	case NODE_YTD:
		return run_year(frame, node);
	case NODE_OF:
		return run_of(frame, node);
	case NODE_NUMBER:
	case NODE_NONE:
	case NODE_POINTS:
	case NODE_MEASURES_APPLY:
	case NODE_MEASURES_REPORTED:
	case NODE_PLACE:
	case NODE_IN_GROUP:
		break;
	}
	return run_known(frame, node);
}

static const struct interval *
run(const struct interval_frame *frame, const struct node *node)
{
	struct interval_entry *entry = interval_frame_entry(frame, node);
	const struct interval *ranges;

	if (entry->run == frame->interval_eval->run && entry->ranges != NULL)
		return entry->ranges;
	ranges = run_new(frame, node);
	/* The table may have grown in between. */
	entry = interval_frame_entry(frame, node);
	entry->run = frame->interval_eval->run;
	entry->ranges = ranges;
	return ranges;
}

/*
 * What becomes of what a rule gives; the order is that of score/engine.h
 */

/* The sum of the children that have a score. */
static struct interval
sum_of(const struct interval_frame *frame, const struct item *item,
    const struct interval **children, size_t unit)
{
	struct interval sum = interval_of(NUM_INT(0));

	for (size_t i = 0; i < item->child_count; i++) {
		const struct interval *child = &children[i][unit];

		/* Which absences count is told by what was scored. */
		if (child->doubt)
			return interval_whole();
		if (!interval_is_absent(child))
			sum = interval_add(arena_of(frame), &sum, child);
	}
	return sum;
}

/* Whether the same children are there as when it was scored. */
static bool
same_presence(const struct interval_frame *frame, const struct item *item,
    const struct interval **children, size_t unit)
{
	for (size_t i = 0; i < item->child_count; i++) {
		struct num was =
		    frame->interval_eval->result->items[item->children[i]]
			.scores[unit];

		if (interval_is_absent(&children[i][unit]) ==
			num_is_number(was) ||
		    children[i][unit].doubt)
			return false;
	}
	return true;
}

/* An absent sum stays as it was scored, and one that is there is added up. */
static struct interval *
sum_children(const struct interval_frame *frame, const struct item *item)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	const struct interval **children =
	    arena_array(arena_of(frame), item->child_count, sizeof(*children));
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < item->child_count; i++)
		children[i] =
		    interval_eval_item(interval_eval, item->children[i]);
	for (size_t i = 0; i < interval_eval->units; i++) {
		struct num was =
		    interval_eval->result->items[frame->item].scores[i];

		if (!interval_eval->open.settles &&
		    !same_presence(frame, item, children, i))
			out[i] = interval_whole();
		else if (!interval_eval->open.settles && !num_is_number(was))
			out[i] = interval_of(was);
		else
			out[i] = sum_of(frame, item, children, i);
		if (item->kind == ITEM_DEDUCTION)
			out[i] = interval_negate(arena_of(frame), &out[i]);
	}
	return out;
}

/* A bound of the item for a unit; false where there is none. */
static bool
bound_of(const struct interval_frame *frame, const struct bound *bound,
    const struct node *node, bool is_cap, size_t unit, struct interval *out)
{
	const struct item *item =
	    &frame->interval_eval->scheme->items[frame->item];

	if (bound->unbounded || (bound->given && node == NULL))
		return false;
	if (bound->given) {
		*out = run(frame, node)[unit];
		return !interval_is_absent(out);
	}
	if (item->rule == NULL || (is_cap && !item->counts))
		return false;
	*out = interval_of(is_cap ? item->points : NUM_INT(0));
	return num_is_number(out->low);
}

static struct interval
vetoed(const struct interval_frame *frame, const struct item *item,
    const struct interval *score, const struct interval *veto, size_t unit)
{
	struct interval floor = interval_of(NUM_INT(0));

	if (interval_is_false(veto))
		return *score;
	if (item->program->floor != NULL)
		bound_of(frame, &item->floor, item->program->floor, false, unit,
		    &floor);
	if (interval_is_true(veto))
		return floor;
	floor = interval_hull(score, &floor);
	if (veto->doubt || interval_is_absent(veto))
		floor.doubt = true;
	return floor;
}

/* Whatever the item can be where its rule may give no number. */
static struct interval
anything(const struct interval_frame *frame, const struct item *item,
    size_t unit)
{
	struct interval result = interval_whole(), bound;

	/* A policy's value is kept in bounds too. */
	if (bound_of(frame, &item->floor, item->program->floor, false, unit,
		&bound) &&
	    !bound.below) {
		result.below = false;
		result.low = bound.low;
	}
	if (bound_of(frame, &item->cap, item->program->cap, true, unit,
		&bound) &&
	    !bound.above) {
		result.above = false;
		result.high = bound.high;
	}
	return result;
}

static struct interval
in_bounds(const struct interval_frame *frame, const struct item *item,
    size_t unit, const struct interval *score)
{
	struct interval result = *score, bound;

	if (bound_of(frame, &item->cap, item->program->cap, true, unit, &bound))
		result = interval_minimum(&result, &bound);
	if (bound_of(frame, &item->floor, item->program->floor, false, unit,
		&bound))
		result = interval_maximum(&result, &bound);
	return result;
}

/* What the policies put in the place of a value that is certainly absent. */
static struct interval
substituted(const struct interval_frame *frame, const struct item *item,
    const struct interval *absent, size_t unit)
{
	bool away = absent->low.d == VALUE_NOT_APPLICABLE;
	const struct policy *policy =
	    away ? &item->not_applicable : &item->missing;
	const struct node *node =
	    away ? item->program->not_applicable : item->program->missing;
	struct interval value;

	switch (policy->kind) {
	case POLICY_ZERO:
		value = interval_of(NUM_INT(0));
		break;
	case POLICY_FULL:
		value = interval_of(item->points);
		break;
	case POLICY_VALUE:
		if (node == NULL)
			return *absent;
		value = run(frame, node)[unit];
		break;
	case POLICY_MEAN:
		return anything(frame, item, unit);
	default:
		return *absent;
	}
	return in_bounds(frame, item, unit, &value);
}

/* From the raw value to what siblings' shares start from. */
static struct interval
settle_unit(const struct interval_frame *frame, const struct item *item,
    const struct interval *raw, size_t unit)
{
	struct interval score = *raw;

	if (item->program->veto != NULL) {
		const struct interval *veto = run(frame, item->program->veto);

		score = vetoed(frame, item, &score, &veto[unit], unit);
	}
	if (interval_is_absent(&score) && !score.doubt)
		return substituted(frame, item, &score, unit);
	return score.doubt ? anything(frame, item, unit)
			   : in_bounds(frame, item, unit, &score);
}

/* Whether the siblings that may be absent are so as when they were scored. */
static bool
siblings_hold(const struct interval_frame *frame, const struct item *item,
    size_t unit)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	const struct item *parent = &interval_eval->scheme->items[item->parent];

	for (size_t i = 0; i < parent->child_count; i++) {
		uint32_t number = parent->children[i];
		const struct item *child =
		    &interval_eval->scheme->items[number];

		/* Only its rule could make it absent, and only if it varies. */
		if (child->missing.kind != POLICY_RESCALE &&
		    child->missing.kind != POLICY_RESCALE_EQUALLY &&
		    child->not_applicable.kind != POLICY_RESCALE &&
		    child->not_applicable.kind != POLICY_RESCALE_EQUALLY)
			continue;
		if (child->program->rule != NULL) {
			struct interval_frame there = { interval_eval, number,
				frame->period, INDEX_NONE };
			const struct interval *raw =
			    &run(&there, child->program->rule)[unit];
			bool was =
			    (interval_eval->result->items[number].states[unit] &
				(STATE_MISSING | STATE_NOT_APPLICABLE)) != 0;

			if (raw->doubt || interval_is_absent(raw) != was)
				return false;
		} else if (interval_depends_item(interval_eval, number)) {
			return false;
		}
	}
	return true;
}

static struct interval
rescaled(const struct interval_frame *frame, const struct item *item,
    const struct interval *score, size_t unit)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	struct interval points, full = interval_of(item->points), share;

	if (!item->counts || item->parent == INDEX_NONE ||
	    !interval_eval->scheme->items[item->parent].rescales_below ||
	    interval_is_absent(score))
		return *score;
	if (!siblings_hold(frame, item, unit))
		return interval_whole();
	points = interval_of(column_cell(
	    interval_eval->result->items[frame->item].points, unit));
	if (!num_is_number(points.low) || !num_is_number(full.low) ||
	    num_sign(full.low) <= 0 || num_compare(points.low, full.low) == 0)
		return *score;
	share = interval_divide(arena_of(frame), &points, &full);
	return interval_multiply(arena_of(frame), score, &share);
}

struct rounding {
	struct arena *arena;
	const struct item *item;
};

static struct num
round_to(void *context, struct num x)
{
	const struct rounding *rounding = context;

	return num_round(rounding->arena, x, rounding->item->digits,
	    (enum num_rounding)rounding->item->rounding);
}

static const struct interval *
item_new(struct interval_eval *interval_eval, uint32_t number)
{
	const struct item *item = &interval_eval->scheme->items[number];
	struct interval_frame frame = { interval_eval, number,
		interval_eval->result->period, INDEX_NONE };
	struct rounding rounding = { &interval_eval->scratch, item };
	const struct interval *raw = item->program->rule != NULL
					 ? run(&frame, item->program->rule)
					 : sum_children(&frame, item);
	struct interval *out = new_ranges(&frame);

	for (size_t i = 0; i < interval_eval->units; i++) {
		if (interval_eval->result->standings[i] == STANDING_NONE ||
		    (interval_eval->result->standings[i] != STANDING_IN &&
			!interval_eval->open.settles)) {
			out[i] = interval_of(
			    interval_eval->result->items[number].scores[i]);
			continue;
		}
		out[i] = settle_unit(&frame, item, &raw[i], i);
		if (item->kind == ITEM_DEDUCTION)
			out[i] =
			    interval_negate(&interval_eval->scratch, &out[i]);
		out[i] = rescaled(&frame, item, &out[i], i);
		if (item->digits != DIGITS_EXACT)
			out[i] = interval_rising(&out[i], round_to, &rounding);
		if (interval_eval->open.settles)
			out[i].doubt = false;
	}
	return out;
}

static const struct interval *
item_known(struct interval_eval *interval_eval, uint32_t number)
{
	struct interval *out = arena_array(&interval_eval->scratch,
	    interval_eval->units + 1, sizeof(*out));

	for (size_t i = 0; i < interval_eval->units; i++)
		out[i] =
		    interval_of(interval_eval->result->items[number].scores[i]);
	return out;
}

const struct interval *
interval_eval_item(struct interval_eval *interval_eval, uint32_t item)
{
	if (interval_eval->item_runs[item] == interval_eval->run)
		return interval_eval->items[item];
	interval_eval->items[item] = interval_depends_item(interval_eval, item)
					 ? item_new(interval_eval, item)
					 : item_known(interval_eval, item);
	interval_eval->item_runs[item] = interval_eval->run;
	return interval_eval->items[item];
}
