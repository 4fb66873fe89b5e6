#include "analysis/interval_eval.h"

#include <stdlib.h>

#include "scheme/functions.h"
#include "score/trace.h"

/* What was found of a node in a period and, in `children.`, of a child. */
struct entry {
	const void *what; /* a node; NULL: free */
	struct period period;
	uint32_t child;
	int depends;		       /* 0: not known yet, 1 no, 2 yes */
	unsigned run;		       /* the run that `ranges` is of */
	const struct interval *ranges; /* of each unit */
};

struct interval_eval {
	struct arena arena;   /* lives as long as this */
	struct arena scratch; /* until interval_eval_again() */
	struct engine *engine;
	struct book *book;
	const struct result *result;
	const struct scheme *scheme;
	struct interval_eval_open open;
	size_t units;
	unsigned run;
	struct trace **traces; /* of each item; NULL: not asked for yet */
	uint8_t *depends;      /* of each item: as in an entry */
	const struct interval **items; /* of each item, of this run */
	unsigned *item_runs;
	struct entry *entries; /* a hash table */
	size_t entry_count, entry_capacity;
};

/* The program of one item while it is run. */
struct frame {
	struct interval_eval *interval_eval;
	uint32_t item;
	struct period period;
	uint32_t child;
};

struct interval_eval *
interval_eval_new(struct engine *engine, struct book *book,
    const struct result *result, const struct interval_eval_open *open)
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

static size_t
hash_of(const void *what, struct period period, uint32_t child)
{
	uint64_t hash = (uint64_t)(uintptr_t)what;

	hash = hash * 31 + (uint32_t)period.index;
	hash = hash * 31 + (uint32_t)period.length;
	hash = (hash * 31 + child) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20);
}

static struct entry *
find_slot(struct interval_eval *interval_eval, const void *what,
    struct period period, uint32_t child)
{
	size_t at = hash_of(what, period, child);

	for (;; at++) {
		struct entry *entry =
		    &interval_eval
			 ->entries[at &= interval_eval->entry_capacity - 1];

		if (entry->what == NULL ||
		    (entry->what == what && entry->child == child &&
			period_equal(entry->period, period)))
			return entry;
	}
}

static void
grow_entries(struct interval_eval *interval_eval)
{
	struct entry *old = interval_eval->entries;
	size_t count = interval_eval->entry_capacity;

	interval_eval->entry_capacity = count == 0 ? 256 : 2 * count;
	interval_eval->entries =
	    memory_alloc(interval_eval->entry_capacity * sizeof(*old));
	memset(interval_eval->entries, 0,
	    interval_eval->entry_capacity * sizeof(*old));
	for (size_t i = 0; i < count; i++)
		if (old[i].what != NULL)
			*find_slot(interval_eval, old[i].what, old[i].period,
			    old[i].child) = old[i];
	free(old);
}

/* The entry of a node where a frame stands. Others may move it. */
static struct entry *
entry_of(const struct frame *frame, const struct node *node)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	struct entry *entry;

	if (2 * (interval_eval->entry_count + 1) >=
	    interval_eval->entry_capacity)
		grow_entries(interval_eval);
	entry = find_slot(interval_eval, node, frame->period, frame->child);
	if (entry->what == NULL) {
		*entry = (struct entry){ .what = node,
			.period = frame->period,
			.child = frame->child };
		interval_eval->entry_count++;
	}
	return entry;
}

/*
 * What rests on an open value
 */

static bool
is_open(const struct frame *frame, uint32_t measure, struct period period)
{
	const struct interval_eval_open *open = &frame->interval_eval->open;

	return open->measure(open->context, measure, period, SIZE_MAX, NULL);
}

static struct frame
moved(const struct frame *frame, struct period period, uint32_t child)
{
	return (struct frame){ frame->interval_eval, frame->item, period,
		child };
}

static bool
item_is_open(const struct frame *frame, const struct node *node)
{
	const struct interval_eval_open *open = &frame->interval_eval->open;

	if (period_equal(frame->period, frame->interval_eval->result->period) &&
	    node->index != INDEX_NONE)
		return interval_eval_depends(frame->interval_eval, node->index);
	return open->item != NULL && open->item(open->context, frame->period,
					 node->name, SIZE_MAX, NULL, NULL);
}

static bool depends(const struct frame *frame, const struct node *node);

static bool
any_part_depends(const struct frame *frame, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (depends(frame, node->parts[i]))
			return true;
	return false;
}

static struct period_range
each_of(const struct frame *frame)
{
	return period_inside(frame->period,
	    (enum period_length)frame->interval_eval->book->length);
}

static bool
aggregate_depends(const struct frame *frame, const struct node *node)
{
	const struct item *item =
	    &frame->interval_eval->scheme->items[frame->item];
	bool found = false;

	if (node->scope == SCOPE_CHILDREN)
		for (size_t i = 0; i < item->child_count && !found; i++) {
			struct frame child =
			    moved(frame, frame->period, item->children[i]);

			found = depends(&child, node->parts[0]);
		}
	if (node->scope == SCOPE_EACH) {
		struct period_range range = each_of(frame);

		for (size_t i = 1; i < node->count && !found; i++)
			found = depends(frame, node->parts[i]);
		for (int32_t i = 0; i < period_range_count(range) && !found;
		     i++) {
			struct frame part = moved(frame,
			    period_add(range.first, i), INDEX_NONE);

			found = depends(&part, node->parts[0]);
		}
	}
	if (node->scope != SCOPE_CHILDREN && node->scope != SCOPE_EACH)
		found = any_part_depends(frame, node);
	return found;
}

/* How many periods back month() and ytd() look, beside their own. */
static int
looks_back(const struct frame *frame, const struct node *node)
{
	int kind =
	    frame->interval_eval->book->measures[node->parts[0]->index].kind;
	int part = period_in_year(frame->period);

	if (node->kind == NODE_MONTH)
		return kind == MEASURE_CUMULATIVE && part > 1;
	return kind == MEASURE_FLOW ? part - 1 : 0;
}

static bool
depends_new(const struct frame *frame, const struct node *node)
{
	struct frame there;

	switch (node->kind) {
	case NODE_MEASURE:
		return is_open(frame, node->index, frame->period);
	case NODE_ITEM:
	case NODE_RATE:
		return item_is_open(frame, node);
	case NODE_CHILD_SCORE:
	case NODE_CHILD_POINTS:
	case NODE_CHILD_RATE:
		return interval_eval_depends(frame->interval_eval,
		    frame->child);
	case NODE_SHIFT:
		there = moved(frame, eval_shifted(frame->period, node),
		    frame->child);
		return depends(&there, node->parts[0]);
	case NODE_MONTH:
	case NODE_YTD:
		for (int i = 0; i <= looks_back(frame, node); i++)
			if (is_open(frame, node->parts[0]->index,
				period_add(frame->period, -i)))
				return true;
		return false;
	case NODE_AGGREGATE:
		return aggregate_depends(frame, node);
	default:
		return any_part_depends(frame, node);
	}
}

static bool
depends(const struct frame *frame, const struct node *node)
{
	int known = entry_of(frame, node)->depends;

	if (known == 0) {
		known = depends_new(frame, node) ? 2 : 1;
		entry_of(frame, node)->depends = known;
	}
	return known == 2;
}

static bool
rules_depend(const struct frame *frame, const struct item *item)
{
	const struct node *const nodes[] = { item->program->rule,
		item->program->veto, item->program->cap, item->program->floor,
		item->program->missing, item->program->not_applicable };

	for (size_t i = 0; i < LENGTH(nodes); i++)
		if (nodes[i] != NULL && depends(frame, nodes[i]))
			return true;
	return false;
}

static bool
shares_depend(struct interval_eval *interval_eval, uint32_t number)
{
	const struct item *item = &interval_eval->scheme->items[number];
	const struct item *parent;

	if (item->parent == INDEX_NONE)
		return false;
	parent = &interval_eval->scheme->items[item->parent];
	if (!parent->rescales_below)
		return false;
	for (size_t i = 0; i < parent->child_count; i++)
		if (parent->children[i] != number &&
		    interval_eval->depends[parent->children[i]] != 1 &&
		    interval_eval_depends(interval_eval, parent->children[i]))
			return true;
	return false;
}

bool
interval_eval_depends(struct interval_eval *interval_eval, uint32_t number)
{
	const struct item *item = &interval_eval->scheme->items[number];
	struct frame frame = { interval_eval, number,
		interval_eval->result->period, INDEX_NONE };
	bool found;

	if (interval_eval->depends[number] != 0)
		return interval_eval->depends[number] == 2;
	/* Siblings that share points ask of one another. */
	interval_eval->depends[number] = 1;
	found = rules_depend(&frame, item);
	if (item->rule == NULL)
		for (size_t i = 0; i < item->child_count && !found; i++)
			found = interval_eval_depends(interval_eval,
			    item->children[i]);
	if (!found)
		found = shares_depend(interval_eval, number);
	interval_eval->depends[number] = found ? 2 : 1;
	return found;
}

/*
 * Rules over ranges
 */

static struct interval *
new_ranges(const struct frame *frame)
{
	return arena_array(&frame->interval_eval->scratch,
	    frame->interval_eval->units + 1, sizeof(struct interval));
}

static struct arena *
arena_of(const struct frame *frame)
{
	return &frame->interval_eval->scratch;
}

static const struct interval *run(const struct frame *frame,
    const struct node *node);

/* What the scored period has of a node, point by point. */
static const struct interval *
run_known(const struct frame *frame, const struct node *node)
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
run_measure(const struct frame *frame, const struct node *node,
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
run_other_item(const struct frame *frame, const struct node *node)
{
	const struct interval_eval_open *open = &frame->interval_eval->open;
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
points_of(const struct frame *frame, uint32_t item, size_t unit)
{
	struct num points =
	    column_cell(frame->interval_eval->result->items[item].points, unit);

	return interval_of(points);
}

static const struct interval *
run_item(const struct frame *frame, const struct node *node)
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
run_child(const struct frame *frame, const struct node *node)
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
combine(const struct frame *frame, enum operator operation,
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
run_binary(const struct frame *frame, const struct node *node)
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
run_unary(const struct frame *frame, const struct node *node)
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
run_parts(const struct frame *frame, const struct node *node)
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
run_choice(const struct frame *frame, const struct node *node)
{
	const struct interval **parts = run_parts(frame, node);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = node->kind == NODE_IF ? if_of(node, parts, i)
					       : case_of(node, parts, i);
	return out;
}

static const struct interval *
run_function(const struct frame *frame, const struct node *node)
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

/* Those of a list that an aggregate takes. */
struct members {
	struct interval *ranges;
	uint32_t *units; /* NULL: not of a pool */
	size_t count;
	size_t perhaps; /* conditions that may hold or not: not in the list */
	bool doubt;	/* one may be no number, or has failed */
};

static void
take(struct members *members, const struct node *part,
    const struct interval *range, uint32_t unit)
{
	if (interval_is_absent(range)) {
		members->doubt |= range->low.d == NUM_FAILED;
		return;
	}
	if (range->doubt)
		members->doubt = true;
	if (part->type == TYPE_TRUTH) {
		if (interval_is_false(range))
			return;
		if (!interval_is_true(range)) {
			members->perhaps++;
			return;
		}
	}
	if (members->units != NULL)
		members->units[members->count] = unit;
	members->ranges[members->count++] = *range;
}

/* Any value of the list at its low end, or at its high end. */
static struct num
aggregate_at(struct arena *arena, const struct node *node,
    const struct members *members, bool high)
{
	struct num *values =
	    arena_array(arena, members->count + 1, sizeof(*values));

	for (size_t i = 0; i < members->count; i++)
		values[i] =
		    high ? members->ranges[i].high : members->ranges[i].low;
	return eval_numbers(arena, node->aggregate, values, members->count,
	    eval_share(node));
}

static bool
any_open(const struct members *members, bool high)
{
	for (size_t i = 0; i < members->count; i++)
		if (high ? members->ranges[i].above : members->ranges[i].below)
			return true;
	return false;
}

/*
 * The standard deviation: no more than half the spread, which it has where
 * half of the values stand at either end.
 */
static struct interval
deviation_of(struct arena *arena, const struct node *node,
    const struct members *members)
{
	struct interval spread, result = { .low = NUM_INT(0) };
	bool points = true;

	for (size_t i = 0; i < members->count; i++)
		points &= interval_is_point(&members->ranges[i]);
	if (points)
		return interval_of(aggregate_at(arena, node, members, false));
	spread = members->ranges[0];
	for (size_t i = 1; i < members->count; i++)
		spread = interval_hull(&spread, &members->ranges[i]);
	result.above = spread.below || spread.above;
	if (!result.above)
		result.high = num_div(arena,
		    num_sub(arena, spread.high, spread.low), NUM_INT(2));
	return interval_loosen(arena, result);
}

static bool
all_from_zero(const struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		if (members->ranges[i].below ||
		    num_sign(members->ranges[i].low) < 0)
			return false;
	return true;
}

/* One that never falls when a value of its list rises. */
static struct interval
rising_aggregate(struct arena *arena, const struct node *node,
    const struct members *members)
{
	struct interval result = { .below = any_open(members, false),
		.above = any_open(members, true) };

	if (!result.below)
		result.low = aggregate_at(arena, node, members, false);
	if (!result.above)
		result.high = aggregate_at(arena, node, members, true);
	if ((!result.below && !num_is_number(result.low)) ||
	    (!result.above && !num_is_number(result.high)))
		return interval_whole();
	return result;
}

static struct interval
aggregate_of(struct arena *arena, const struct node *node,
    const struct members *members)
{
	int64_t count = (int64_t)members->count;

	if (members->doubt)
		return interval_whole();
	if (node->aggregate == AGGREGATE_COUNT)
		return interval_between(NUM_INT(count),
		    NUM_INT(count + (int64_t)members->perhaps));
	if (members->perhaps > 0)
		return interval_whole();
	if (count == 0)
		return interval_of(value_missing());
	switch (node->aggregate) {
	case AGGREGATE_SD:
		return deviation_of(arena, node, members);
	case AGGREGATE_GEOMEAN:
		if (!all_from_zero(members))
			return interval_whole();
		break;
	case AGGREGATE_LAST:
		return members->ranges[count - 1];
	default:
		break;
	}
	return rising_aggregate(arena, node, members);
}

static void
start_members(const struct frame *frame, struct members *members, size_t most,
    bool of_pool)
{
	*members = (struct members){ 0 };
	members->ranges =
	    arena_array(arena_of(frame), most + 1, sizeof(*members->ranges));
	if (of_pool)
		members->units = arena_array(arena_of(frame), most + 1,
		    sizeof(*members->units));
}

static void
gather(const struct frame *frame, const struct node *node,
    const struct interval *ranges, const struct pool *pool, size_t group,
    struct members *members)
{
	start_members(frame, members,
	    pool->starts[group + 1] - pool->starts[group], true);
	for (size_t i = pool->starts[group]; i < pool->starts[group + 1]; i++)
		take(members, node->parts[0], &ranges[pool->units[i]],
		    pool->units[i]);
}

static const struct pool *
pool_of(const struct frame *frame)
{
	return trace_pool(trace_of(frame->interval_eval, frame->item),
	    frame->period);
}

/* What units of no pool have. */
static struct interval *
unpooled(const struct frame *frame, const struct node *node)
{
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = interval_of(node->kind == NODE_AGGREGATE &&
					     node->aggregate == AGGREGATE_COUNT
					 ? NUM_INT(0)
					 : value_missing());
	return out;
}

/* The pool without one of its members. */
static struct interval
peers_of(const struct frame *frame, const struct node *node,
    const struct members *members, size_t member)
{
	struct members others;

	if (members->doubt || members->perhaps > 0)
		return interval_whole();
	start_members(frame, &others, members->count, false);
	for (size_t i = 0; i < members->count; i++)
		if (i != member)
			others.ranges[others.count++] = members->ranges[i];
	return interval_loosen(arena_of(frame),
	    aggregate_of(arena_of(frame), node, &others));
}

static const struct interval *
run_pool(const struct frame *frame, const struct node *node)
{
	const struct interval *ranges = run(frame, node->parts[0]);
	const struct pool *pool = pool_of(frame);
	struct interval *out = unpooled(frame, node);
	struct members members;

	for (size_t group = 0; group < pool->group_count; group++) {
		struct interval all;

		gather(frame, node, ranges, pool, group, &members);
		all = aggregate_of(arena_of(frame), node, &members);
		for (size_t i = pool->starts[group];
		     i < pool->starts[group + 1]; i++)
			out[pool->units[i]] = all;
		if (node->scope != SCOPE_PEERS)
			continue;
		if (members.doubt || members.perhaps > 0)
			for (size_t i = pool->starts[group];
			     i < pool->starts[group + 1]; i++)
				out[pool->units[i]] = interval_whole();
		for (size_t i = 0; i < members.count; i++)
			out[members.units[i]] =
			    peers_of(frame, node, &members, i);
	}
	return out;
}

/* How many others are above for certain and perhaps, or not below. */
static struct interval
count_above(const struct members *members, size_t member, bool or_equal)
{
	const struct interval *own = &members->ranges[member];
	int64_t certain = 0, perhaps = 0;

	for (size_t i = 0; i < members->count; i++) {
		struct interval above;

		if (i == member)
			continue;
		above = or_equal ? interval_less_equal(own, &members->ranges[i])
				 : interval_less(own, &members->ranges[i]);
		certain += interval_is_true(&above);
		perhaps += !interval_is_false(&above);
	}
	return interval_between(NUM_INT(certain + 1), NUM_INT(perhaps + 1));
}

static struct interval
rank_of(struct arena *arena, const struct node *node,
    const struct members *members, size_t member)
{
	struct interval first = count_above(members, member, false);
	struct interval last = count_above(members, member, true);
	struct interval half = interval_of((struct num){ 1, 2 }), sum;

	switch (node->ties) {
	case RANK_COMPETITION:
		return first;
	case RANK_LAST:
		return last;
	case RANK_FRACTIONAL:
		sum = interval_add(arena, &first, &last);
		return interval_multiply(arena, &sum, &half);
	case RANK_DENSE:
		if (num_compare(first.low, NUM_INT(1)) > 0)
			first.low = NUM_INT(2);
		return first;
	default:
		return interval_between(first.low, last.high);
	}
}

static bool
all_points(const struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		if (!interval_is_point(&members->ranges[i]))
			return false;
	return true;
}

static void
rank_exactly(const struct frame *frame, const struct node *node,
    const struct members *members, struct interval *out)
{
	struct arena *arena = arena_of(frame);
	struct num *values =
	    arena_array(arena, members->count + 1, sizeof(*values));
	struct num *ranks =
	    arena_array(arena, members->count + 1, sizeof(*ranks));

	for (size_t i = 0; i < members->count; i++)
		values[i] = members->ranges[i].low;
	rank_numbers(values, members->count, node->ties, ranks);
	for (size_t i = 0; i < members->count; i++)
		out[members->units[i]] = interval_of(ranks[i]);
}

static const struct interval *
run_rank(const struct frame *frame, const struct node *node)
{
	const struct interval *ranges = run(frame, node->parts[0]);
	const struct pool *pool = pool_of(frame);
	struct interval *out = new_ranges(frame);
	struct members members;

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = interval_is_absent(&ranges[i])
			     ? ranges[i]
			     : interval_of(value_missing());
	for (size_t group = 0; group < pool->group_count; group++) {
		gather(frame, node, ranges, pool, group, &members);
		if (!members.doubt && all_points(&members)) {
			rank_exactly(frame, node, &members, out);
			continue;
		}
		for (size_t i = 0; i < members.count; i++)
			out[members.units[i]] =
			    members.doubt
				? interval_whole()
				: rank_of(arena_of(frame), node, &members, i);
	}
	return out;
}

/* An aggregate of several columns, unit by unit. */
static const struct interval *
run_list(const struct frame *frame, const struct node *node,
    const struct interval **list, size_t count)
{
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++) {
		struct members members;

		start_members(frame, &members, count, false);
		for (size_t j = 0; j < count; j++)
			take(&members,
			    node->parts[node->scope == SCOPE_PRESENT ? j : 0],
			    &list[j][i], 0);
		out[i] = aggregate_of(arena_of(frame), node, &members);
	}
	return out;
}

static const struct interval *
run_children(const struct frame *frame, const struct node *node)
{
	const struct item *item =
	    &frame->interval_eval->scheme->items[frame->item];
	const struct interval **list =
	    arena_array(arena_of(frame), item->child_count, sizeof(*list));

	for (size_t i = 0; i < item->child_count; i++) {
		struct frame child =
		    moved(frame, frame->period, item->children[i]);

		list[i] = run(&child, node->parts[0]);
	}
	return run_list(frame, node, list, item->child_count);
}

/* The mean by weight of those that have a value; weights of one value. */
static struct interval
weighted_of(const struct frame *frame, const struct interval **list,
    const struct interval **weights, size_t count, size_t unit)
{
	struct arena *arena = arena_of(frame);
	struct interval sum = interval_of(NUM_INT(0)), all = sum;

	for (size_t i = 0; i < count; i++) {
		const struct interval *x = &list[i][unit];
		const struct interval *weight = &weights[i][unit];
		struct interval part;

		if (x->doubt || !interval_is_point(weight) ||
		    interval_is_absent(weight) ||
		    (interval_is_absent(x) && x->low.d == NUM_FAILED))
			return interval_whole();
		if (interval_is_absent(x))
			continue;
		part = interval_multiply(arena, x, weight);
		sum = interval_add(arena, &sum, &part);
		all = interval_add(arena, &all, weight);
	}
	return interval_loosen(arena, interval_divide(arena, &sum, &all));
}

static const struct interval *
run_each(const struct frame *frame, const struct node *node)
{
	struct period_range range = each_of(frame);
	size_t count = (size_t)period_range_count(range);
	const struct interval **list =
	    arena_array(arena_of(frame), count, sizeof(*list));
	const struct interval **weights =
	    arena_array(arena_of(frame), count, sizeof(*weights));
	struct interval *out;

	for (size_t i = 0; i < count; i++) {
		struct frame part = moved(frame,
		    period_add(range.first, (int32_t)i), INDEX_NONE);

		list[i] = run(&part, node->parts[0]);
	}
	if (node->aggregate != AGGREGATE_WEIGHTED)
		return run_list(frame, node, list, count);
	for (size_t i = 0; i < count; i++)
		weights[i] = run(frame, node->parts[i + 1]);
	out = new_ranges(frame);
	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = weighted_of(frame, list, weights, count, i);
	return out;
}

static const struct interval *
run_aggregate(const struct frame *frame, const struct node *node)
{
	switch (node->scope) {
	case SCOPE_POOL:
	case SCOPE_PEERS:
		return run_pool(frame, node);
	case SCOPE_CHILDREN:
		return run_children(frame, node);
	case SCOPE_EACH:
		return run_each(frame, node);
	default:
		return run_list(frame, node, run_parts(frame, node),
		    node->count - (node->aggregate == AGGREGATE_QUANTILE));
	}
}

/*
 * Time
 */

static const struct interval *
run_shift(const struct frame *frame, const struct node *node)
{
	struct frame there =
	    moved(frame, eval_shifted(frame->period, node), frame->child);

	return run(&there, node->parts[0]);
}

static const struct interval *
run_year(const struct frame *frame, const struct node *node)
{
	const struct node *measure = node->parts[0];
	struct interval *out = run_measure(frame, measure, frame->period);
	int back = looks_back(frame, node);

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
run_of(const struct frame *frame, const struct node *node)
{
	const struct interval *a = run(frame, node->parts[0]);
	struct interval *out = new_ranges(frame);

	for (size_t i = 0; i < frame->interval_eval->units; i++)
		out[i] = a[node->index];
	return out;
}

static const struct interval *
run_new(const struct frame *frame, const struct node *node)
{
	if (!depends(frame, node))
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
		return run_rank(frame, node);
	case NODE_SHIFT:
		return run_shift(frame, node);
	case NODE_MONTH:
	case NODE_YTD:
		return run_year(frame, node);
	case NODE_OF:
		return run_of(frame, node);
	default:
		return run_known(frame, node);
	}
}

static const struct interval *
run(const struct frame *frame, const struct node *node)
{
	struct entry *entry = entry_of(frame, node);
	const struct interval *ranges;

	if (entry->run == frame->interval_eval->run && entry->ranges != NULL)
		return entry->ranges;
	ranges = run_new(frame, node);
	/* The table may have grown in between. */
	entry = entry_of(frame, node);
	entry->run = frame->interval_eval->run;
	entry->ranges = ranges;
	return ranges;
}

/*
 * What becomes of what a rule gives; the order is that of score/engine.h
 */

/* The sum of the children that have a score. */
static struct interval
sum_of(const struct frame *frame, const struct item *item,
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
same_presence(const struct frame *frame, const struct item *item,
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
sum_children(const struct frame *frame, const struct item *item)
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
bound_of(const struct frame *frame, const struct bound *bound,
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
vetoed(const struct frame *frame, const struct item *item,
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
anything(const struct frame *frame, const struct item *item, size_t unit)
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
in_bounds(const struct frame *frame, const struct item *item, size_t unit,
    const struct interval *score)
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
substituted(const struct frame *frame, const struct item *item,
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
settle_unit(const struct frame *frame, const struct item *item,
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
siblings_hold(const struct frame *frame, const struct item *item, size_t unit)
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
			struct frame there = { interval_eval, number,
				frame->period, INDEX_NONE };
			const struct interval *raw =
			    &run(&there, child->program->rule)[unit];
			bool was =
			    (interval_eval->result->items[number].states[unit] &
				(STATE_MISSING | STATE_NOT_APPLICABLE)) != 0;

			if (raw->doubt || interval_is_absent(raw) != was)
				return false;
		} else if (interval_eval_depends(interval_eval, number)) {
			return false;
		}
	}
	return true;
}

static struct interval
rescaled(const struct frame *frame, const struct item *item,
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
	struct frame frame = { interval_eval, number,
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
	interval_eval->items[item] = interval_eval_depends(interval_eval, item)
					 ? item_new(interval_eval, item)
					 : item_known(interval_eval, item);
	interval_eval->item_runs[item] = interval_eval->run;
	return interval_eval->items[item];
}
