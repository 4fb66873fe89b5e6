#include "score/eval.h"

#include <stdlib.h>

#include "number/real.h"
#include "scheme/aggregates.h"
#include "scheme/functions.h"

/* Memory for results comes in pages: a frame may ask for few of many nodes. */
enum { PAGE_NODES = 128 };

/* The nodes of a program at one instant, and for one child where it says so. */
struct eval_frame {
	struct eval_frame *next;
	struct evaluation *evaluation;
	struct instant instant;
	uint32_t child;	       /* INDEX_NONE outside `children.` */
	struct column **pages; /* cells are NULL where not evaluated yet */
};

unsigned
eval_failure(struct num cell)
{
	return (unsigned)(cell.n & ((1 << COLUMN_REASON_BITS) - 1));
}

void
eval_failed_cases(struct num cell, size_t *first, size_t *second)
{
	uint64_t rest =
	    (uint64_t)cell.n >> (COLUMN_REASON_BITS + COLUMN_ID_BITS);

	*first = rest & ((1u << COLUMN_CASE_BITS) - 1);
	*second = (rest >> COLUMN_CASE_BITS) & ((1u << COLUMN_CASE_BITS) - 1);
}

const struct node *
eval_failed_node(const struct program *program, struct num cell)
{
	uint64_t id = (uint64_t)cell.n >> COLUMN_REASON_BITS &
		      ((1u << COLUMN_ID_BITS) - 1);

	return id > 0 && id <= program->node_count ? program->nodes[id - 1]
						   : NULL;
}

static size_t
unit_count(const struct eval_frame *frame)
{
	return frame->evaluation->host->book->unit_count;
}

static struct arena *
arena_of(const struct eval_frame *frame)
{
	return frame->evaluation->arena;
}

/* A new column, to be written in full. */
static struct num *
new_cells(struct eval_frame *frame, bool uniform)
{
	return column_cells(arena_of(frame), uniform ? 1 : unit_count(frame));
}

static struct column
uniform_column(struct eval_frame *frame, struct num value)
{
	struct num *cell = new_cells(frame, true);

	*cell = value;
	return (struct column){ cell, true };
}

static size_t
cell_count(const struct eval_frame *frame, bool uniform)
{
	return uniform ? 1 : unit_count(frame);
}

static struct num
truth(bool value)
{
	return NUM_INT(value);
}

static struct column eval(struct eval_frame *frame, const struct node *node);

static struct eval_frame *
frame_of(struct evaluation *evaluation, struct instant instant, uint32_t child)
{
	struct eval_frame **list =
	    &evaluation->frames[((uint32_t)instant.here.index +
				    instant.here.length + child) %
				EVAL_FRAME_LISTS];
	size_t pages = evaluation->program->node_count / PAGE_NODES + 1;
	struct eval_frame *frame = *list;

	while (frame != NULL && (!instant_equal(frame->instant, instant) ||
				    frame->child != child))
		frame = frame->next;
	if (frame != NULL)
		return frame;
	frame = arena_new(evaluation->arena, struct eval_frame);
	*frame = (struct eval_frame){ *list, evaluation, instant, child,
		arena_array(evaluation->arena, pages, sizeof(*frame->pages)) };
	*list = frame;
	return frame;
}

/* Where a frame keeps what a node gave. */
static struct column *
memo_of(struct eval_frame *frame, const struct node *node)
{
	struct column **page = &frame->pages[node->id / PAGE_NODES];

	if (*page == NULL)
		*page =
		    arena_array(arena_of(frame), PAGE_NODES, sizeof(**page));
	return &(*page)[node->id % PAGE_NODES];
}

/*
 * Go over two columns: EXPRESSION of the numbers x and y, and where one is no
 * number the absence of both.
 */
#define EACH_PAIR(EXPRESSION)                                                  \
	for (size_t i = 0; i < count; i++) {                                   \
		struct num x = *p, y = *q;                                     \
		p += p_step;                                                   \
		q += q_step;                                                   \
		cells[i] =                                                     \
		    (x.d | y.d) >= 0 ? (EXPRESSION) : value_absent(x, y);      \
		if (cells[i].d == NUM_FAILED && x.d != NUM_FAILED &&           \
		    y.d != NUM_FAILED)                                         \
			cells[i] = column_settled(node, cells[i]);             \
	}

static struct column
eval_arithmetic(struct eval_frame *frame, const struct node *node)
{
	struct column a = eval(frame, node->parts[0]);
	struct column b = eval(frame, node->parts[1]);
	bool uniform = a.uniform && b.uniform;
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);
	const struct num *p = a.cells, *q = b.cells;
	size_t p_step = !a.uniform, q_step = !b.uniform;
	struct arena *arena = arena_of(frame);

	switch (node->operation) {
	case OPERATOR_ADD:
		EACH_PAIR(num_add(arena, x, y))
		break;
	case OPERATOR_SUBTRACT:
		EACH_PAIR(num_sub(arena, x, y))
		break;
	case OPERATOR_MULTIPLY:
		EACH_PAIR(num_mul(arena, x, y))
		break;
	case OPERATOR_DIVIDE:
		EACH_PAIR(num_div(arena, x, y))
		break;
	case OPERATOR_POWER:
		EACH_PAIR(real_power(arena, x, y))
		break;
	case OPERATOR_LESS:
		EACH_PAIR(truth(num_compare(x, y) < 0))
		break;
	case OPERATOR_LESS_EQUAL:
		EACH_PAIR(truth(num_compare(x, y) <= 0))
		break;
	case OPERATOR_EQUAL:
		EACH_PAIR(truth(num_compare(x, y) == 0))
		break;
	case OPERATOR_NOT_EQUAL:
		EACH_PAIR(truth(num_compare(x, y) != 0))
		break;
	case OPERATOR_GREATER_EQUAL:
		EACH_PAIR(truth(num_compare(x, y) >= 0))
		break;
	default:
		EACH_PAIR(truth(num_compare(x, y) > 0))
		break;
	}
	return (struct column){ cells, uniform };
}

/* `and`, `or`: what decides alone does so even beside an absent value. */
static struct column
eval_logical(struct eval_frame *frame, const struct node *node)
{
	struct column a = eval(frame, node->parts[0]);
	struct column b = eval(frame, node->parts[1]);
	bool uniform = a.uniform && b.uniform;
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);
	bool deciding = node->operation == OPERATOR_OR;

	for (size_t i = 0; i < count; i++) {
		struct num x = column_cell(a, i), y = column_cell(b, i);
		bool x_decides = num_is_number(x) && (x.n != 0) == deciding;
		bool y_decides = num_is_number(y) && (y.n != 0) == deciding;

		/* The right side is not looked at where the left decides. */
		if (x_decides)
			cells[i] = truth(deciding);
		else if (x.d == NUM_FAILED)
			cells[i] = x;
		else if (y_decides)
			cells[i] = truth(deciding);
		else if (num_is_number(x) && num_is_number(y))
			cells[i] = truth(!deciding);
		else
			cells[i] = value_absent(x, y);
	}
	return (struct column){ cells, uniform };
}

static struct column
eval_unary(struct eval_frame *frame, const struct node *node)
{
	struct column a = eval(frame, node->parts[0]);
	size_t count = cell_count(frame, a.uniform);
	struct num *cells = new_cells(frame, a.uniform);

	for (size_t i = 0; i < count; i++) {
		struct num x = a.cells[i];

		if (!num_is_number(x))
			cells[i] = x;
		else if (node->operation == OPERATOR_NOT)
			cells[i] = truth(x.n == 0);
		else
			cells[i] =
			    column_settled(node, num_neg(arena_of(frame), x));
	}
	return (struct column){ cells, a.uniform };
}

/* The columns of all parts, and whether they are uniform together. */
static struct column *
eval_parts(struct eval_frame *frame, const struct node *node, bool *uniform)
{
	struct column *columns =
	    arena_array(arena_of(frame), node->count, sizeof(*columns));

	*uniform = true;
	for (size_t i = 0; i < node->count; i++) {
		columns[i] = eval(frame, node->parts[i]);
		*uniform &= columns[i].uniform;
	}
	return columns;
}

static struct column
eval_if(struct eval_frame *frame, const struct node *node)
{
	bool uniform;
	struct column *parts = eval_parts(frame, node, &uniform);
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);

	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		struct num condition = NUM_INT(0);

		while (at + 1 < node->count) {
			condition = column_cell(parts[at], i);
			if (!num_is_number(condition) || condition.n != 0)
				break;
			at += 2;
		}
		if (at + 1 == node->count)
			cells[i] = column_cell(parts[at], i); /* else */
		else if (num_is_number(condition))
			cells[i] = column_cell(parts[at + 1], i);
		else
			cells[i] = condition;
	}
	return (struct column){ cells, uniform };
}

static struct num
one_case(const struct node *node, const struct column *parts, size_t unit)
{
	struct num lacking = NUM_INT(0);
	size_t found = node->count;

	for (size_t at = 0; at < node->count; at += 2) {
		struct num condition = column_cell(parts[at], unit);

		if (!num_is_number(condition))
			lacking = num_is_number(lacking)
				      ? condition
				      : value_absent(lacking, condition);
		else if (condition.n != 0 && found < node->count)
			return column_failed(EVAL_MANY_CASES, node, found / 2,
			    at / 2);
		else if (condition.n != 0)
			found = at;
	}
	if (!num_is_number(lacking))
		return lacking;
	if (found == node->count)
		return column_failed(EVAL_NO_CASE, node, 0, 0);
	return column_cell(parts[found + 1], unit);
}

static struct column
eval_cases(struct eval_frame *frame, const struct node *node)
{
	bool uniform;
	struct column *parts = eval_parts(frame, node, &uniform);
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);

	for (size_t i = 0; i < count; i++)
		cells[i] = one_case(node, parts, i);
	return (struct column){ cells, uniform };
}

/* Functions of values, unit by unit. */
static struct column
eval_function(struct eval_frame *frame, const struct node *node)
{
	bool uniform;
	struct column *parts = eval_parts(frame, node, &uniform);
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);
	struct num *values =
	    arena_array(arena_of(frame), node->count, sizeof(*values));

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < node->count; j++)
			values[j] = column_cell(parts[j], i);
		cells[i] = column_settled(node,
		    function_value(arena_of(frame), node, values));
	}
	return (struct column){ cells, uniform };
}

static const struct pool *
pool_of(const struct eval_frame *frame)
{
	const struct evaluation *evaluation = frame->evaluation;

	return evaluation->host->pool(evaluation->host->context, frame->instant,
	    evaluation->dimension);
}

static struct scope_call
scope_call_of(const struct eval_frame *frame, const struct node *node)
{
	return (struct scope_call){ arena_of(frame), node, NULL,
		unit_count(frame) };
}

/* What a pool gives: an aggregate, that of the others, or ranks. */
static struct column
eval_pooled(struct eval_frame *frame, const struct node *node)
{
	struct column values = eval(frame, node->parts[0]);
	struct scope_call call = scope_call_of(frame, node);

	call.pool = pool_of(frame);
	if (node->kind == NODE_POOL_RANK)
		return scope_ranks(&call, values);
	return node->scope == SCOPE_PEERS ? scope_peers(&call, values)
					  : scope_pool(&call, values);
}

static struct column
eval_of(struct eval_frame *frame, const struct node *node)
{
	struct column values = eval(frame, node->parts[0]);

	return uniform_column(frame, column_cell(values, node->index));
}

/* What another unit gives, if each unit alone had come here. */
static struct column
eval_of_alone(struct eval_frame *frame, const struct node *node,
    struct column then)
{
	struct num *cells = new_cells(frame, false);

	for (size_t i = 0; i < unit_count(frame); i++)
		cells[i] = column_cell(then, i);
	cells[node->index] =
	    column_cell(eval(frame, node->parts[0]), node->index);
	return (struct column){ cells, false };
}

static struct column
eval_alone(struct eval_frame *frame, const struct node *node)
{
	struct eval_frame *base =
	    frame_of(frame->evaluation->base, frame->instant, frame->child);
	struct column then = eval(base, node);
	struct scope_call call = scope_call_of(frame, node);

	/* The others are as they were, and only they count. */
	if (node->kind == NODE_AGGREGATE && node->scope == SCOPE_PEERS)
		return then;
	if (node->kind == NODE_OF)
		return eval_of_alone(frame, node, then);
	call.pool = pool_of(base);
	return scope_alone(&call, then, eval(base, node->parts[0]),
	    eval(frame, node->parts[0]));
}

static struct column
eval_children(struct eval_frame *frame, const struct node *node)
{
	struct evaluation *evaluation = frame->evaluation;
	const struct item *item = evaluation->program->item;
	struct column *columns =
	    arena_array(arena_of(frame), item->child_count, sizeof(*columns));
	struct scope_call call = scope_call_of(frame, node);

	for (size_t i = 0; i < item->child_count; i++)
		columns[i] = eval(frame_of(evaluation, frame->instant,
				      item->children[i]),
		    node->parts[0]);
	return scope_list(&call, columns, NULL, item->child_count);
}

/* Scores over points; where there are no points there is no rate. */
static struct column
rate_column(struct eval_frame *frame, const struct node *node,
    struct column score, struct column points)
{
	bool uniform = score.uniform && points.uniform;
	size_t count = cell_count(frame, uniform);
	struct num *cells = new_cells(frame, uniform);

	for (size_t i = 0; i < count; i++) {
		struct num x = column_cell(score, i);
		struct num full = column_cell(points, i);

		if (num_is_number(full) && num_sign(full) == 0)
			cells[i] = value_not_applicable();
		else if (num_is_number(x) && num_is_number(full))
			cells[i] = column_settled(node,
			    num_div(arena_of(frame), x, full));
		else
			cells[i] = value_absent(x, full);
	}
	return (struct column){ cells, uniform };
}

static struct column
eval_child(struct eval_frame *frame, const struct node *node)
{
	const struct eval_host *host = frame->evaluation->host;
	struct column points;
	struct column score = host->child(host->context, frame->child, &points);

	if (node->kind == NODE_CHILD_SCORE)
		return score;
	if (node->kind == NODE_CHILD_POINTS)
		return points;
	return rate_column(frame, node, score, points);
}

/* The first of the shorter periods inside, and how many there are. */
static struct instant
each_first(const struct eval_frame *frame, size_t *count)
{
	enum period_length length =
	    (enum period_length)frame->evaluation->host->book->length;
	struct period_range here = period_inside(frame->instant.here, length);
	struct period_range there = period_inside(frame->instant.there, length);

	*count = (size_t)period_range_count(here);
	return (struct instant){ here.first, there.first };
}

static struct column
eval_each(struct eval_frame *frame, const struct node *node)
{
	size_t count;
	struct instant first = each_first(frame, &count);
	bool weighted = aggregate_has_weights(node->aggregate);
	struct column *columns =
	    arena_array(arena_of(frame), count, sizeof(*columns));
	struct column *weights =
	    arena_array(arena_of(frame), count, sizeof(*weights));
	struct scope_call call = scope_call_of(frame, node);

	for (size_t i = 0; i < count; i++) {
		columns[i] =
		    eval(frame_of(frame->evaluation,
			     instant_add(first, (int32_t)i), INDEX_NONE),
			node->parts[0]);
		if (weighted)
			weights[i] = eval(frame, node->parts[i + 1]);
	}
	return scope_list(&call, columns, weighted ? weights : NULL, count);
}

static struct column
eval_present(struct eval_frame *frame, const struct node *node)
{
	struct scope_call call = scope_call_of(frame, node);
	bool uniform;

	return scope_list(&call, eval_parts(frame, node, &uniform), NULL,
	    aggregate_parts(node));
}

static struct column
eval_aggregate(struct eval_frame *frame, const struct node *node)
{
	switch (node->scope) {
	case SCOPE_POOL:
	case SCOPE_PEERS:
		return eval_pooled(frame, node);
	case SCOPE_CHILDREN:
		return eval_children(frame, node);
	case SCOPE_EACH:
		return eval_each(frame, node);
	case SCOPE_PRESENT:
		return eval_present(frame, node);
	}
	return uniform_column(frame, value_missing());
}

static struct column
eval_measure(struct eval_frame *frame, uint32_t measure, struct instant instant)
{
	struct evaluation *evaluation = frame->evaluation;
	const struct facts *facts = evaluation->host->facts;
	struct num *cells = new_cells(frame, false);
	bool carries = evaluation->carried != NULL &&
		       instant_equal(instant, evaluation->instant);

	facts->values(facts->context, measure, instant, cells,
	    carries ? evaluation->carried : NULL);
	return (struct column){ cells, false };
}

struct period
eval_shifted(struct period period, const struct node *node)
{
	if (node->shift == SHIFT_PREV)
		return period_add(period, (int32_t)-node->whole);
	return node->shift == SHIFT_YEAR_AGO ? period_year_ago(period)
					     : period_year_end(period);
}

static struct column
eval_shift(struct eval_frame *frame, const struct node *node)
{
	struct instant instant = { eval_shifted(frame->instant.here, node),
		eval_shifted(frame->instant.there, node) };

	return eval(frame_of(frame->evaluation, instant, frame->child),
	    node->parts[0]);
}

/* A unit's period of this frame: which part of its year it is, from 1. */
static int
part_of_year(const struct eval_frame *frame, size_t unit)
{
	return period_in_year(facts_period(frame->evaluation->host->facts,
	    frame->instant, unit));
}

/* The later part of the year of the two that units may be seen in. */
static int
last_part_of_year(const struct eval_frame *frame)
{
	int here = period_in_year(frame->instant.here);
	int there = period_in_year(frame->instant.there);

	return here > there ? here : there;
}

/* What changed in the period alone, of a measure that adds up from January. */
static struct column
eval_month(struct eval_frame *frame, const struct node *node)
{
	uint32_t number = node->parts[0]->index;
	const struct measure *measure =
	    &frame->evaluation->host->book->measures[number];
	struct column now = eval(frame, node->parts[0]), before;
	struct num *cells;

	if (measure->kind != MEASURE_CUMULATIVE ||
	    last_part_of_year(frame) == 1)
		return now;
	before = eval_measure(frame, number, instant_add(frame->instant, -1));
	cells = new_cells(frame, false);
	for (size_t i = 0; i < unit_count(frame); i++) {
		struct num x = now.cells[i], y = before.cells[i];

		if (part_of_year(frame, i) == 1)
			y = NUM_INT(0);
		cells[i] =
		    (x.d | y.d) >= 0
			? column_settled(node, num_sub(arena_of(frame), x, y))
			: value_absent(x, y);
	}
	return (struct column){ cells, false };
}

/* What has come since January, of a measure reported period by period. */
static struct column
eval_ytd(struct eval_frame *frame, const struct node *node)
{
	uint32_t number = node->parts[0]->index;
	const struct measure *measure =
	    &frame->evaluation->host->book->measures[number];
	struct column now = eval(frame, node->parts[0]);
	struct num *cells;

	if (measure->kind != MEASURE_FLOW)
		return now;
	cells = new_cells(frame, false);
	memcpy(cells, now.cells, unit_count(frame) * sizeof(*cells));
	for (int back = 1; back < last_part_of_year(frame); back++) {
		struct column then = eval_measure(frame, number,
		    instant_add(frame->instant, -back));

		for (size_t i = 0; i < unit_count(frame); i++) {
			struct num x = cells[i], y = then.cells[i];

			if (back >= part_of_year(frame, i))
				continue;
			cells[i] = (x.d | y.d) >= 0
				       ? column_settled(node,
					     num_add(arena_of(frame), x, y))
				       : value_absent(x, y);
		}
	}
	return (struct column){ cells, false };
}

static struct column
eval_in_group(struct eval_frame *frame, const struct node *node)
{
	const struct facts *facts = frame->evaluation->host->facts;
	struct num *cells = new_cells(frame, false);

	for (size_t i = 0; i < unit_count(frame); i++)
		cells[i] = truth(str_equal(facts->group(facts->context, i,
					       node->name, frame->instant),
		    node->value));
	return (struct column){ cells, false };
}

static struct column
eval_item(struct eval_frame *frame, const struct node *node)
{
	const struct eval_host *host = frame->evaluation->host;
	struct column points;
	struct column score =
	    host->item(host->context, frame->instant, node, &points);

	return node->kind == NODE_ITEM
		   ? score
		   : rate_column(frame, node, score, points);
}

bool
eval_crosses(const struct node *node)
{
	return node->kind == NODE_POOL_RANK || node->kind == NODE_OF ||
	       (node->kind == NODE_AGGREGATE &&
		   (node->scope == SCOPE_POOL || node->scope == SCOPE_PEERS));
}

static struct column
eval_new(struct eval_frame *frame, const struct node *node)
{
	struct evaluation *evaluation = frame->evaluation;

	if (evaluation->base != NULL && eval_crosses(node))
		return eval_alone(frame, node);
	switch (node->kind) {
	case NODE_NUMBER:
		return uniform_column(frame, node->number);
	case NODE_NONE:
		return uniform_column(frame, value_not_applicable());
	case NODE_POINTS:
		return uniform_column(frame, evaluation->points);
	case NODE_MEASURE:
		return eval_measure(frame, node->index, frame->instant);
	case NODE_ITEM:
	case NODE_RATE:
		return eval_item(frame, node);
	case NODE_CHILD_SCORE:
	case NODE_CHILD_POINTS:
	case NODE_CHILD_RATE:
		return eval_child(frame, node);
	case NODE_MEASURES_APPLY:
		return evaluation->applying;
	case NODE_MEASURES_REPORTED:
		return evaluation->reported;
	case NODE_PLACE:
		return evaluation->place;
	case NODE_UNARY:
		return eval_unary(frame, node);
	case NODE_BINARY:
		return node->operation <= OPERATOR_AND
			   ? eval_logical(frame, node)
			   : eval_arithmetic(frame, node);
	case NODE_IF:
		return eval_if(frame, node);
	case NODE_CASES:
		return eval_cases(frame, node);
	case NODE_FUNCTION:
	case NODE_DEFAULT:
	case NODE_MISSING:
	case NODE_APPLIES:
	case NODE_GROWTH:
		return eval_function(frame, node);
	case NODE_AGGREGATE:
		return eval_aggregate(frame, node);
	case NODE_POOL_RANK:
		return eval_pooled(frame, node);
	case NODE_SHIFT:
		return eval_shift(frame, node);
	case NODE_MONTH:
		return eval_month(frame, node);
	case NODE_YTD:
		return eval_ytd(frame, node);
	case NODE_IN_GROUP:
		return eval_in_group(frame, node);
	case NODE_OF:
		return eval_of(frame, node);
	}
	return uniform_column(frame, value_missing());
}

static struct column
eval(struct eval_frame *frame, const struct node *node)
{
	struct column *memo = memo_of(frame, node);

	if (memo->cells == NULL)
		*memo = eval_new(frame, node);
	return *memo;
}

struct column
eval_node(struct evaluation *evaluation, const struct node *node)
{
	return eval(frame_of(evaluation, evaluation->instant, INDEX_NONE),
	    node);
}

struct column
eval_node_in(struct evaluation *evaluation, const struct node *node,
    struct period period, uint32_t child)
{
	return eval(frame_of(evaluation, instant_of(period), child), node);
}
