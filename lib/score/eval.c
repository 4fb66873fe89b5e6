#include "score/eval.h"

#include <stdlib.h>

#include "number/real.h"
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

/*
 * A failed cell holds the reason, the node's id and one, which tells it from
 * what num.h gives, and two numbers of cases.
 */
enum { REASON_BITS = 8, ID_BITS = 24, CASE_BITS = 15 };

static struct num
failed(unsigned reason, const struct node *node, size_t first, size_t second)
{
	return (struct num){
		(int64_t)reason | ((int64_t)node->id + 1) << REASON_BITS |
		    (int64_t)first << (REASON_BITS + ID_BITS) |
		    (int64_t)second << (REASON_BITS + ID_BITS + CASE_BITS),
		NUM_FAILED
	};
}

unsigned
eval_failure(struct num cell)
{
	return (unsigned)(cell.n & ((1 << REASON_BITS) - 1));
}

void
eval_failed_cases(struct num cell, size_t *first, size_t *second)
{
	uint64_t rest = (uint64_t)cell.n >> (REASON_BITS + ID_BITS);

	*first = rest & ((1u << CASE_BITS) - 1);
	*second = (rest >> CASE_BITS) & ((1u << CASE_BITS) - 1);
}

const struct node *
eval_failed_node(const struct program *program, struct num cell)
{
	uint64_t id = (uint64_t)cell.n >> REASON_BITS & ((1u << ID_BITS) - 1);

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
	size_t count = uniform ? 1 : unit_count(frame);

	/* Never no cell, so that a column is never NULL. */
	return arena_alloc_raw(arena_of(frame),
	    (count > 0 ? count : 1) * sizeof(struct num));
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

/* What fails at a node is told apart by it; what failed before stays so. */
static inline struct num
settled(const struct node *node, struct num result)
{
	if (result.d != NUM_FAILED || (uint64_t)result.n >> REASON_BITS != 0)
		return result;
	return failed((unsigned)result.n, node, 0, 0);
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
			cells[i] = settled(node, cells[i]);                    \
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
			cells[i] = settled(node, num_neg(arena_of(frame), x));
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
			return failed(EVAL_MANY_CASES, node, found / 2, at / 2);
		else if (condition.n != 0)
			found = at;
	}
	if (!num_is_number(lacking))
		return lacking;
	if (found == node->count)
		return failed(EVAL_NO_CASE, node, 0, 0);
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
		cells[i] = settled(node,
		    function_value(arena_of(frame), node, values));
	}
	return (struct column){ cells, uniform };
}

static struct num
extreme(const struct num *values, size_t count, int sign)
{
	struct num best = values[0];

	for (size_t i = 1; i < count; i++)
		if (sign * num_compare(values[i], best) > 0)
			best = values[i];
	return best;
}

static int
compare_numbers(const void *a, const void *b)
{
	return num_compare(*(const struct num *)a, *(const struct num *)b);
}

/* Sorted values, of which one may be left out, and one may be added. */
struct sequence {
	const struct num *sorted;
	size_t count;
	size_t skip;  /* the one left out; SIZE_MAX: none is */
	size_t place; /* where one is added; SIZE_MAX: none is */
	struct num added;
};

static size_t
sequence_size(const struct sequence *sequence)
{
	return sequence->count - (sequence->skip != SIZE_MAX) +
	       (sequence->place != SIZE_MAX);
}

static struct num
sequence_at(const struct sequence *sequence, size_t at)
{
	if (at == sequence->place)
		return sequence->added;
	at -= at > sequence->place;
	return sequence->sorted[at + (at >= sequence->skip)];
}

/*
 * The quantile of sorted values by linear interpolation (Hyndman and Fan's
 * type 7, R's default and a spreadsheet's PERCENTILE.INC): at (n - 1) q.
 */
static struct num
sorted_quantile(struct arena *arena, const struct sequence *sequence,
    struct num share)
{
	size_t size = sequence_size(sequence);
	struct num place = num_mul(arena, NUM_INT((int64_t)size - 1), share);
	struct num whole, low, high, part;
	int64_t at;

	if (!num_is_number(place))
		return place;
	whole = num_floor(arena, place);
	if (!num_to_int(whole, &at) || at < 0 || (size_t)at >= size)
		return num_failure(NUM_TOO_LARGE);
	low = sequence_at(sequence, (size_t)at);
	if ((size_t)at + 1 == size)
		return low;
	high = sequence_at(sequence, (size_t)at + 1);
	part = value_mul(arena, num_sub(arena, place, whole),
	    num_sub(arena, high, low));
	return value_add(arena, low, part);
}

static struct num
quantile(struct arena *arena, const struct num *values, size_t count,
    struct num share)
{
	struct num *sorted = arena_alloc_raw(arena, count * sizeof(*sorted));

	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_numbers);
	return sorted_quantile(arena,
	    &(struct sequence){
		sorted, count, SIZE_MAX, SIZE_MAX, value_missing() },
	    share);
}

/* Each value is rounded first, so that the sum does not grow without bound. */
static struct num
sum_of(struct arena *arena, const struct num *values, size_t count)
{
	struct num sum = NUM_INT(0);

	for (size_t i = 0; i < count && num_is_number(sum); i++)
		sum = value_add(arena, sum, num_significant(arena, values[i]));
	return sum;
}

static struct num
half(void)
{
	return (struct num){ 1, 2 };
}

static struct num
mean_of(struct arena *arena, const struct num *values, size_t count)
{
	return value_div(arena, sum_of(arena, values, count),
	    NUM_INT((int64_t)count));
}

struct num
eval_numbers(struct arena *arena, enum aggregate aggregate,
    const struct num *values, size_t count, struct num share)
{
	if (aggregate == AGGREGATE_COUNT)
		return NUM_INT((int64_t)count);
	if (count == 0)
		return value_missing();
	switch (aggregate) {
	case AGGREGATE_MIN:
		return extreme(values, count, -1);
	case AGGREGATE_MAX:
		return extreme(values, count, 1);
	case AGGREGATE_SUM:
		return sum_of(arena, values, count);
	case AGGREGATE_MEAN:
		return mean_of(arena, values, count);
	case AGGREGATE_MEDIAN:
		return quantile(arena, values, count, half());
	case AGGREGATE_QUANTILE:
		return quantile(arena, values, count, share);
	case AGGREGATE_SD:
		return real_standard_deviation(arena, values, count);
	case AGGREGATE_GEOMEAN:
		return real_geomean(arena, values, count);
	case AGGREGATE_LAST:
		return values[count - 1];
	default:
		return value_missing();
	}
}

/*
 * Whether an aggregate takes a cell: a number, or for a condition a true one.
 * *fault keeps a cell that failed.
 */
static bool
takes(const struct node *part, struct num cell, struct num *fault)
{
	if (cell.d == NUM_FAILED && fault->d != NUM_FAILED)
		*fault = cell;
	return num_is_number(cell) &&
	       (part->type == TYPE_NUMBER || cell.n != 0);
}

struct num
eval_share(const struct node *node)
{
	return node->aggregate == AGGREGATE_QUANTILE
		   ? node->parts[node->count - 1]->number
		   : half();
}

/* A group's members that have a value: the values, and whose they are. */
struct members {
	struct num *values;
	uint32_t *units;
	size_t count;
	struct num fault; /* a failed cell among them, or zero */
};

static void
gather(struct eval_frame *frame, const struct node *part, struct column column,
    const struct pool *pool, size_t group, struct members *members)
{
	size_t first = pool->starts[group], end = pool->starts[group + 1];
	struct arena *arena = arena_of(frame);

	members->values =
	    arena_alloc_raw(arena, (end - first) * sizeof(struct num));
	members->units =
	    arena_alloc_raw(arena, (end - first) * sizeof(uint32_t));
	members->count = 0;
	members->fault = NUM_INT(0);
	for (size_t i = first; i < end; i++) {
		struct num cell = column_cell(column, pool->units[i]);

		if (!takes(part, cell, &members->fault))
			continue;
		members->values[members->count] = cell;
		members->units[members->count++] = pool->units[i];
	}
}

static const struct pool *
pool_of(const struct eval_frame *frame)
{
	const struct evaluation *evaluation = frame->evaluation;

	return evaluation->host->pool(evaluation->host->context, frame->instant,
	    evaluation->dimension);
}

static struct column
eval_pool(struct eval_frame *frame, const struct node *node)
{
	struct column column = eval(frame, node->parts[0]);
	const struct pool *pool = pool_of(frame);
	size_t units = unit_count(frame);
	/* Units in no pool have no value of it. */
	bool uniform =
	    pool->group_count == 1 && pool->starts[pool->group_count] == units;
	struct num *results, *cells;
	struct members members;

	results = arena_alloc_raw(arena_of(frame),
	    (pool->group_count + 1) * sizeof(*results));
	/* The last stands for units in no group. */
	results[pool->group_count] = value_missing();
	if (node->aggregate == AGGREGATE_COUNT)
		results[pool->group_count] = NUM_INT(0);
	for (size_t group = 0; group < pool->group_count; group++) {
		gather(frame, node->parts[0], column, pool, group, &members);
		results[group] =
		    members.fault.d == NUM_FAILED
			? members.fault
			: settled(node, eval_numbers(arena_of(frame),
					    node->aggregate, members.values,
					    members.count, eval_share(node)));
	}
	if (uniform)
		return (struct column){ results, true };
	cells = new_cells(frame, false);
	for (size_t i = 0; i < units; i++)
		cells[i] =
		    results[pool->groups[i] == INDEX_NONE ? pool->group_count
							  : pool->groups[i]];
	return (struct column){ cells, false };
}

/*
 * For each member what the aggregate is without it, by taking it out of what
 * holds for all rather than going over the others again.
 */
struct peers {
	struct arena *arena;
	const struct node *node;
	const struct members *members;
	struct num *rounded; /* by num_significant, for sums */
	struct num sum, squares;
	struct num *sorted;
	struct num *geomeans; /* of the others, for each member */
	struct num all; /* of all, for those who have no value themselves */
};

static void
prepare_peers(struct peers *peers)
{
	const struct members *members = peers->members;
	struct arena *arena = peers->arena;

	peers->all = eval_numbers(arena, peers->node->aggregate,
	    members->values, members->count, eval_share(peers->node));
	peers->rounded =
	    arena_alloc_raw(arena, members->count * sizeof(struct num));
	peers->sum = peers->squares = NUM_INT(0);
	for (size_t i = 0; i < members->count; i++) {
		struct num x = num_significant(arena, members->values[i]);

		peers->rounded[i] = x;
		peers->sum = value_add(arena, peers->sum, x);
		if (peers->node->aggregate == AGGREGATE_SD)
			peers->squares = value_add(arena, peers->squares,
			    value_mul(arena, x, x));
	}
	peers->sorted =
	    arena_alloc_raw(arena, members->count * sizeof(struct num));
	memcpy(peers->sorted, members->values,
	    members->count * sizeof(struct num));
	qsort(peers->sorted, members->count, sizeof(struct num),
	    compare_numbers);
	if (peers->node->aggregate != AGGREGATE_GEOMEAN)
		return;
	peers->geomeans =
	    arena_alloc_raw(arena, members->count * sizeof(struct num));
	real_geomeans_without(arena, members->values, members->count,
	    peers->geomeans);
}

/* sqrt(E[x^2] - E[x]^2), from sums of so many values and of their squares. */
static struct num
deviation_of(struct arena *arena, struct num sum, struct num squares,
    struct num count)
{
	struct num mean = value_div(arena, sum, count);
	struct num variance = value_sub(arena, value_div(arena, squares, count),
	    value_mul(arena, mean, mean));

	return num_is_number(variance) ? real_sqrt(arena, variance) : variance;
}

static struct num
peers_deviation(const struct peers *peers, size_t member, struct num others)
{
	struct arena *arena = peers->arena;
	struct num x = peers->rounded[member];

	return deviation_of(arena, value_sub(arena, peers->sum, x),
	    value_sub(arena, peers->squares, value_mul(arena, x, x)), others);
}

/* The first of the sorted values that equals a member's. */
static size_t
sorted_place(const struct peers *peers, size_t member)
{
	struct num own = peers->members->values[member];
	size_t low = 0, high = peers->members->count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (num_compare(peers->sorted[middle], own) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct num
without(const struct peers *peers, size_t member)
{
	const struct members *members = peers->members;
	enum aggregate aggregate = peers->node->aggregate;
	size_t count = members->count;
	struct num others = NUM_INT((int64_t)count - 1), rest;

	if (aggregate == AGGREGATE_COUNT)
		return others;
	if (count == 1)
		return value_missing();
	rest = value_sub(peers->arena, peers->sum, peers->rounded[member]);
	switch (aggregate) {
	case AGGREGATE_MIN:
		return num_compare(members->values[member], peers->sorted[0]) ==
			       0
			   ? peers->sorted[1]
			   : peers->sorted[0];
	case AGGREGATE_MAX:
		return num_compare(members->values[member],
			   peers->sorted[count - 1]) == 0
			   ? peers->sorted[count - 2]
			   : peers->sorted[count - 1];
	case AGGREGATE_SUM:
		return rest;
	case AGGREGATE_MEAN:
		return value_div(peers->arena, rest, others);
	case AGGREGATE_SD:
		return peers_deviation(peers, member, others);
	case AGGREGATE_GEOMEAN:
		return peers->geomeans[member];
	default:
		return sorted_quantile(peers->arena,
		    &(struct sequence){ peers->sorted, count,
			sorted_place(peers, member), SIZE_MAX,
			value_missing() },
		    eval_share(peers->node));
	}
}

static struct column
eval_peers(struct eval_frame *frame, const struct node *node)
{
	struct column column = eval(frame, node->parts[0]);
	const struct pool *pool = pool_of(frame);
	struct num *cells = new_cells(frame, false);

	for (size_t i = 0; i < unit_count(frame); i++)
		cells[i] = node->aggregate == AGGREGATE_COUNT ? NUM_INT(0)
							      : value_missing();
	for (size_t group = 0; group < pool->group_count; group++) {
		struct members members;
		struct peers peers = { .arena = arena_of(frame),
			.node = node,
			.members = &members };

		gather(frame, node->parts[0], column, pool, group, &members);
		prepare_peers(&peers);
		if (members.fault.d == NUM_FAILED)
			peers.all = members.fault;
		for (size_t i = pool->starts[group];
		     i < pool->starts[group + 1]; i++)
			cells[pool->units[i]] = settled(node, peers.all);
		if (members.fault.d == NUM_FAILED)
			continue;
		for (size_t i = 0; i < members.count; i++)
			cells[members.units[i]] =
			    settled(node, without(&peers, i));
	}
	return (struct column){ cells, false };
}

static struct column
eval_rank(struct eval_frame *frame, const struct node *node)
{
	struct column column = eval(frame, node->parts[0]);
	const struct pool *pool = pool_of(frame);
	struct num *cells = new_cells(frame, false);
	struct num *ranks = arena_alloc_raw(arena_of(frame),
	    (unit_count(frame) + 1) * sizeof(*ranks));

	for (size_t i = 0; i < unit_count(frame); i++) {
		struct num cell = column_cell(column, i);

		cells[i] = num_is_number(cell) ? value_missing() : cell;
	}
	for (size_t group = 0; group < pool->group_count; group++) {
		struct members members;

		gather(frame, node->parts[0], column, pool, group, &members);
		rank_numbers(members.values, members.count, node->ties, ranks);
		for (size_t i = 0; i < members.count; i++)
			cells[members.units[i]] = members.fault.d == NUM_FAILED
						      ? members.fault
						      : ranks[i];
	}
	return (struct column){ cells, false };
}

/*
 * What a pool gives each unit if that unit alone had come here, all the others
 * being as they were there: the aggregate of their values there with its own
 * exchanged for the one it has here.
 */
struct alone {
	struct eval_frame *frame;
	const struct node *node;
	const struct pool *pool;
	size_t group;
	struct column here, there; /* of what is compared */
	struct members members;	   /* as they were there */
	struct peers peers;
	struct num *values; /* room for the members, and one more */
	struct num *ranks;
};

/* Among which members a unit is, or SIZE_MAX. Members are in rising order. */
static size_t
member_of(const struct members *members, uint32_t unit)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (members->units[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low < members->count && members->units[low] == unit ? low
								   : SIZE_MAX;
}

/* How many of the sorted members are above a value, or not below it. */
static size_t
count_above(const struct alone *alone, struct num value, bool or_equal)
{
	size_t low = 0, high = alone->members.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = num_compare(alone->peers.sorted[middle], value);

		if (order < 0 || (order == 0 && !or_equal))
			low = middle + 1;
		else
			high = middle;
	}
	return alone->members.count - low;
}

/* The same without the unit that comes, whose place is `member`. */
static size_t
others_above(const struct alone *alone, size_t member, struct num value,
    bool or_equal)
{
	size_t count = count_above(alone, value, or_equal);
	int order;

	if (member == SIZE_MAX)
		return count;
	order = num_compare(alone->members.values[member], value);
	return count - (order > 0 || (order == 0 && or_equal));
}

/* By going over all members: any aggregate, any rank. */
static struct num
alone_slowly(struct alone *alone, uint32_t unit, struct num own)
{
	const struct node *node = alone->node;
	const struct members *members = &alone->members;
	size_t count = 0, place = SIZE_MAX;
	struct num fault = NUM_INT(0);
	bool taken = takes(node->parts[0], own, &fault);

	for (size_t i = 0; i < members->count; i++) {
		if (members->units[i] > unit && place == SIZE_MAX && taken) {
			place = count;
			alone->values[count++] = own;
		}
		if (members->units[i] != unit)
			alone->values[count++] = members->values[i];
	}
	if (place == SIZE_MAX && taken) {
		place = count;
		alone->values[count++] = own;
	}
	if (node->kind != NODE_POOL_RANK)
		return eval_numbers(arena_of(alone->frame), node->aggregate,
		    alone->values, count, eval_share(node));
	rank_numbers(alone->values, count, node->ties, alone->ranks);
	return alone->ranks[place];
}

/* Of a number that a unit has here, its rank. */
static struct num
alone_rank(struct alone *alone, uint32_t unit, size_t member, struct num own)
{
	int64_t first, last;

	if (alone->node->ties == RANK_DENSE ||
	    alone->node->ties == RANK_ORDINAL)
		return alone_slowly(alone, unit, own);
	first = (int64_t)others_above(alone, member, own, false) + 1;
	last = (int64_t)others_above(alone, member, own, true) + 1;
	if (alone->node->ties == RANK_COMPETITION)
		return NUM_INT(first);
	if (alone->node->ties == RANK_LAST)
		return NUM_INT(last);
	return value_div(arena_of(alone->frame), NUM_INT(first + last),
	    NUM_INT(2));
}

/* The sum of what the others had and what the unit has, and of how many. */
static struct num
alone_sum(struct alone *alone, size_t member, struct num own, bool taken,
    int64_t *count)
{
	struct arena *arena = arena_of(alone->frame);
	struct num sum = alone->peers.sum;

	*count = (int64_t)alone->members.count;
	if (member != SIZE_MAX) {
		sum = value_sub(arena, sum, alone->peers.rounded[member]);
		--*count;
	}
	if (taken) {
		sum = value_add(arena, sum, num_significant(arena, own));
		++*count;
	}
	return *count == 0 ? value_missing() : sum;
}

static struct num
alone_extreme(const struct alone *alone, size_t member, struct num own,
    bool taken, int sign)
{
	size_t count = alone->members.count, at = sign < 0 ? 0 : count - 1;
	struct num best;

	if (count == 0 || (count == 1 && member != SIZE_MAX))
		return taken ? own : value_missing();
	best = alone->peers.sorted[at];
	if (member != SIZE_MAX &&
	    num_compare(alone->members.values[member], best) == 0)
		best = alone->peers.sorted[sign < 0 ? 1 : count - 2];
	return taken && sign * num_compare(own, best) > 0 ? own : best;
}

static struct num
alone_deviation(struct alone *alone, size_t member, struct num own, bool taken)
{
	struct arena *arena = arena_of(alone->frame);
	struct num squares = alone->peers.squares, x;
	int64_t count;
	struct num sum = alone_sum(alone, member, own, taken, &count);

	if (count == 0)
		return sum;
	if (member != SIZE_MAX) {
		x = alone->peers.rounded[member];
		squares = value_sub(arena, squares, value_mul(arena, x, x));
	}
	if (taken) {
		x = num_significant(arena, own);
		squares = value_add(arena, squares, value_mul(arena, x, x));
	}
	return deviation_of(arena, sum, squares, NUM_INT(count));
}

static struct num
alone_quantile(struct alone *alone, size_t member, struct num own, bool taken)
{
	size_t count = alone->members.count, others = count;
	struct sequence sequence = { alone->peers.sorted, count, SIZE_MAX,
		SIZE_MAX, own };

	if (member != SIZE_MAX) {
		sequence.skip = sorted_place(&alone->peers, member);
		others--;
	}
	if (taken)
		sequence.place =
		    others - others_above(alone, member, own, false);
	if (others + taken == 0)
		return value_missing();
	return sorted_quantile(arena_of(alone->frame), &sequence,
	    eval_share(alone->node));
}

static struct num
alone_value(struct alone *alone, uint32_t unit, struct num own)
{
	struct num fault = NUM_INT(0), sum;
	bool taken = takes(alone->node->parts[0], own, &fault);
	size_t member = member_of(&alone->members, unit);
	int64_t count;

	if (fault.d == NUM_FAILED)
		return fault;
	if (alone->members.fault.d == NUM_FAILED)
		return alone->members.fault;
	if (alone->node->kind == NODE_POOL_RANK)
		return taken ? alone_rank(alone, unit, member, own) : own;
	switch (alone->node->aggregate) {
	case AGGREGATE_COUNT:
		alone_sum(alone, member, NUM_INT(0), taken, &count);
		return NUM_INT(count);
	case AGGREGATE_SUM:
		return alone_sum(alone, member, own, taken, &count);
	case AGGREGATE_MEAN:
		sum = alone_sum(alone, member, own, taken, &count);
		return num_is_number(sum) ? value_div(arena_of(alone->frame),
						sum, NUM_INT(count))
					  : sum;
	case AGGREGATE_MIN:
		return alone_extreme(alone, member, own, taken, -1);
	case AGGREGATE_MAX:
		return alone_extreme(alone, member, own, taken, 1);
	case AGGREGATE_MEDIAN:
	case AGGREGATE_QUANTILE:
		return alone_quantile(alone, member, own, taken);
	case AGGREGATE_SD:
		return alone_deviation(alone, member, own, taken);
	default:
		return alone_slowly(alone, unit, own);
	}
}

/* The units of one group whose values differ get what they would have alone. */
static void
alone_in_group(struct alone *alone, struct num *cells)
{
	const struct pool *pool = alone->pool;
	struct arena *arena = arena_of(alone->frame);
	size_t first = pool->starts[alone->group];
	size_t end = pool->starts[alone->group + 1];

	gather(alone->frame, alone->node->parts[0], alone->there, pool,
	    alone->group, &alone->members);
	alone->peers = (struct peers){
		.arena = arena, .node = alone->node, .members = &alone->members
	};
	prepare_peers(&alone->peers);
	alone->values =
	    arena_alloc_raw(arena, (end - first + 1) * sizeof(struct num));
	alone->ranks =
	    arena_alloc_raw(arena, (end - first + 1) * sizeof(struct num));
	for (size_t i = first; i < end; i++) {
		uint32_t unit = pool->units[i];
		struct num own = column_cell(alone->here, unit);
		struct arena_mark mark;

		if (value_equal(own, column_cell(alone->there, unit)))
			continue;
		mark = arena_mark(arena);
		cells[unit] =
		    settled(alone->node, alone_value(alone, unit, own));
		/* A big number lives where it was made. */
		if (cells[unit].d != 0)
			arena_release(arena, mark);
	}
}

static struct column
eval_alone(struct eval_frame *frame, const struct node *node)
{
	struct eval_frame *base =
	    frame_of(frame->evaluation->base, frame->instant, frame->child);
	struct column then = eval(base, node);
	struct alone alone = { .frame = frame,
		.node = node,
		.pool = pool_of(base),
		.there = eval(base, node->parts[0]) };
	struct num *cells;

	/* The others are as they were, and only they count. */
	if (node->kind == NODE_AGGREGATE && node->scope == SCOPE_PEERS)
		return then;
	alone.here = eval(frame, node->parts[0]);
	cells = new_cells(frame, false);
	for (size_t i = 0; i < unit_count(frame); i++)
		cells[i] = column_cell(then, i);
	if (node->kind == NODE_OF) {
		cells[node->index] = column_cell(alone.here, node->index);
		return (struct column){ cells, false };
	}
	for (alone.group = 0; alone.group < alone.pool->group_count;
	     alone.group++)
		alone_in_group(&alone, cells);
	return (struct column){ cells, false };
}

/* Aggregate over a list of columns, unit by unit. */
static struct column
eval_list(struct eval_frame *frame, const struct node *node,
    const struct column *columns, size_t list)
{
	bool uniform = true;
	size_t count;
	struct num *cells, *values;

	for (size_t i = 0; i < list; i++)
		uniform &= columns[i].uniform;
	count = cell_count(frame, uniform);
	cells = new_cells(frame, uniform);
	values = arena_array(arena_of(frame), list, sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		struct num fault = NUM_INT(0);
		size_t have = 0;

		for (size_t j = 0; j < list; j++) {
			const struct node *part =
			    node->parts[node->scope == SCOPE_PRESENT ? j : 0];
			struct num cell = column_cell(columns[j], i);

			if (takes(part, cell, &fault))
				values[have++] = cell;
		}
		cells[i] = fault.d == NUM_FAILED
			       ? fault
			       : settled(node, eval_numbers(arena_of(frame),
						   node->aggregate, values,
						   have, eval_share(node)));
	}
	return (struct column){ cells, uniform };
}

static struct column
eval_children(struct eval_frame *frame, const struct node *node)
{
	struct evaluation *evaluation = frame->evaluation;
	const struct item *item = evaluation->program->item;
	struct column *columns =
	    arena_array(arena_of(frame), item->child_count, sizeof(*columns));

	for (size_t i = 0; i < item->child_count; i++)
		columns[i] = eval(frame_of(evaluation, frame->instant,
				      item->children[i]),
		    node->parts[0]);
	return eval_list(frame, node, columns, item->child_count);
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
			cells[i] =
			    settled(node, num_div(arena_of(frame), x, full));
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

/* The mean by weight over the periods that have a value. */
static struct column
eval_weighted(struct eval_frame *frame, const struct node *node,
    const struct column *columns, size_t list)
{
	struct num *cells = new_cells(frame, false);
	struct arena *arena = arena_of(frame);
	struct column *weights = arena_array(arena, list, sizeof(*weights));

	for (size_t j = 0; j < list; j++)
		weights[j] = eval(frame, node->parts[j + 1]);
	for (size_t i = 0; i < unit_count(frame); i++) {
		struct num sum = NUM_INT(0), weight = NUM_INT(0);

		for (size_t j = 0; j < list && num_is_number(sum); j++) {
			struct num x = column_cell(columns[j], i);
			struct num w = column_cell(weights[j], i);

			if (x.d == NUM_FAILED || !num_is_number(w))
				sum = x.d == NUM_FAILED ? x : w;
			if (!num_is_number(x) || !num_is_number(sum))
				continue;
			x = value_mul(arena, num_significant(arena, x), w);
			sum = value_add(arena, sum, x);
			weight = value_add(arena, weight, w);
		}
		if (num_is_number(sum) && num_is_number(weight) &&
		    num_sign(weight) == 0)
			cells[i] = value_missing();
		else
			cells[i] = settled(node, value_div(arena, sum, weight));
	}
	return (struct column){ cells, false };
}

static struct column
eval_each(struct eval_frame *frame, const struct node *node)
{
	size_t count;
	struct instant first = each_first(frame, &count);
	struct column *columns =
	    arena_array(arena_of(frame), count, sizeof(*columns));

	for (size_t i = 0; i < count; i++)
		columns[i] =
		    eval(frame_of(frame->evaluation,
			     instant_add(first, (int32_t)i), INDEX_NONE),
			node->parts[0]);
	if (node->aggregate == AGGREGATE_WEIGHTED)
		return eval_weighted(frame, node, columns, count);
	return eval_list(frame, node, columns, count);
}

static struct column
eval_aggregate(struct eval_frame *frame, const struct node *node)
{
	struct column *columns;
	size_t list = node->count - (node->aggregate == AGGREGATE_QUANTILE);
	bool uniform;

	switch (node->scope) {
	case SCOPE_POOL:
		return eval_pool(frame, node);
	case SCOPE_PEERS:
		return eval_peers(frame, node);
	case SCOPE_CHILDREN:
		return eval_children(frame, node);
	case SCOPE_EACH:
		return eval_each(frame, node);
	case SCOPE_PRESENT:
		break;
	}
	columns = eval_parts(frame, node, &uniform);
	return eval_list(frame, node, columns, list);
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
		cells[i] = (x.d | y.d) >= 0
			       ? settled(node, num_sub(arena_of(frame), x, y))
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
			cells[i] =
			    (x.d | y.d) >= 0
				? settled(node, num_add(arena_of(frame), x, y))
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
	struct column column;

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
		return eval_rank(frame, node);
	case NODE_SHIFT:
		return eval_shift(frame, node);
	case NODE_MONTH:
		return eval_month(frame, node);
	case NODE_YTD:
		return eval_ytd(frame, node);
	case NODE_IN_GROUP:
		return eval_in_group(frame, node);
	case NODE_OF:
		column = eval(frame, node->parts[0]);
		return uniform_column(frame, column_cell(column, node->index));
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
