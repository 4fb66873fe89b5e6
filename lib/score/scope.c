#include "score/scope.h"

#include "base/intern.h"
#include "scheme/aggregates.h"

/*
 * Whether an aggregate takes a cell: a number, or for a condition a true one.
 * *fault keeps the first cell that failed.
 */
static bool
takes(const struct node *part, struct num cell, struct num *fault)
{
	if (cell.d == NUM_FAILED && num_is_number(*fault))
		*fault = cell;
	return num_is_number(cell) &&
	       (part->type == TYPE_NUMBER || cell.n != 0);
}

/* A group's members that have a value: the values, and whose they are. */
struct members {
	struct num *values;
	uint32_t *units;
	size_t count;
	struct num fault; /* a failed cell among them, or zero */
};

static void
gather(const struct scope_call *call, struct column column, size_t group,
    struct members *members)
{
	const struct pool *pool = call->pool;
	size_t first = pool->starts[group], end = pool->starts[group + 1];

	members->values =
	    arena_alloc_raw(call->arena, (end - first) * sizeof(struct num));
	members->units =
	    arena_alloc_raw(call->arena, (end - first) * sizeof(uint32_t));
	members->count = 0;
	members->fault = NUM_INT(0);
	for (size_t i = first; i < end; i++) {
		struct num cell = column_cell(column, pool->units[i]);

		if (!takes(call->node->parts[0], cell, &members->fault))
			continue;
		members->values[members->count] = cell;
		members->units[members->count++] = pool->units[i];
	}
}

static struct sample
sample_of(const struct scope_call *call, const struct num *values, size_t count)
{
	return (struct sample){ .values = values,
		.count = count,
		.share = aggregate_share(call->node) };
}

static struct num
whole_of(const struct scope_call *call, const struct sample *sample)
{
	return column_settled(call->node,
	    aggregate_whole(call->arena, call->node->aggregate, sample));
}

static struct num
whole_of_members(const struct scope_call *call, const struct members *members)
{
	const struct sample sample =
	    sample_of(call, members->values, members->count);

	return num_is_number(members->fault) ? whole_of(call, &sample)
					     : members->fault;
}

/* What units in no group have. */
static struct num
of_none(const struct scope_call *call)
{
	const struct sample nothing = sample_of(call, NULL, 0);

	return aggregate_whole(call->arena, call->node->aggregate, &nothing);
}

struct column
scope_pool(const struct scope_call *call, struct column values)
{
	const struct pool *pool = call->pool;
	size_t groups = pool->group_count;
	struct num *results = column_cells(call->arena, groups + 1), *cells;
	struct members members;

	results[groups] = of_none(call);
	for (size_t group = 0; group < groups; group++) {
		gather(call, values, group, &members);
		results[group] = whole_of_members(call, &members);
	}
	if (groups == 1 && pool->starts[groups] == call->units)
		return (struct column){ results, true };
	cells = column_cells(call->arena, call->units);
	for (size_t i = 0; i < call->units; i++)
		cells[i] =
		    results[pool->groups[i] == INDEX_NONE ? groups
							  : pool->groups[i]];
	return (struct column){ cells, false };
}

/* Those who have no value themselves get what all others have. */
static void
peers_in_group(const struct scope_call *call, struct column values,
    size_t group, struct num *cells)
{
	const struct pool *pool = call->pool;
	struct members members;
	struct sample sample;
	struct num all, *others;

	gather(call, values, group, &members);
	all = whole_of_members(call, &members);
	for (size_t i = pool->starts[group]; i < pool->starts[group + 1]; i++)
		cells[pool->units[i]] = all;
	if (!num_is_number(members.fault))
		return;
	sample = sample_of(call, members.values, members.count);
	others = column_cells(call->arena, members.count);
	aggregate_without(call->arena, call->node->aggregate, &sample, others);
	for (size_t i = 0; i < members.count; i++)
		cells[members.units[i]] = column_settled(call->node, others[i]);
}

struct column
scope_peers(const struct scope_call *call, struct column values)
{
	struct num *cells = column_cells(call->arena, call->units);
	struct num none = of_none(call);

	for (size_t i = 0; i < call->units; i++)
		cells[i] = none;
	for (size_t group = 0; group < call->pool->group_count; group++)
		peers_in_group(call, values, group, cells);
	return (struct column){ cells, false };
}

struct column
scope_ranks(const struct scope_call *call, struct column values)
{
	struct num *cells = column_cells(call->arena, call->units);
	struct num *ranks = column_cells(call->arena, call->units);

	for (size_t i = 0; i < call->units; i++) {
		struct num cell = column_cell(values, i);

		cells[i] = num_is_number(cell) ? value_missing() : cell;
	}
	for (size_t group = 0; group < call->pool->group_count; group++) {
		struct members members;

		gather(call, values, group, &members);
		rank_numbers(members.values, members.count, call->node->ties,
		    ranks);
		for (size_t i = 0; i < members.count; i++)
			cells[members.units[i]] = num_is_number(members.fault)
						      ? ranks[i]
						      : members.fault;
	}
	return (struct column){ cells, false };
}

/* The values of one unit in a list, and their weights. */
struct list {
	struct num *values, *weights;
	size_t count;
	struct num
	    fault; /* a cell that failed, a weight that is absent; or 0 */
};

static void
gather_list(const struct node *node, const struct column *values,
    const struct column *weights, size_t count, size_t unit, struct list *list)
{
	list->count = 0;
	list->fault = NUM_INT(0);
	for (size_t i = 0; i < count; i++) {
		const struct node *part =
		    node->parts[node->scope == SCOPE_PRESENT ? i : 0];
		struct num cell = column_cell(values[i], unit);
		struct num weight = NUM_INT(0);
		bool taken = takes(part, cell, &list->fault);

		if (weights != NULL)
			weight = column_cell(weights[i], unit);
		if (!num_is_number(weight) && num_is_number(list->fault))
			list->fault = weight;
		if (!taken)
			continue;
		list->values[list->count] = cell;
		list->weights[list->count++] = weight;
	}
}

struct column
scope_list(const struct scope_call *call, const struct column *values,
    const struct column *weights, size_t count)
{
	struct list list = { column_cells(call->arena, count),
		column_cells(call->arena, count), 0, NUM_INT(0) };
	bool uniform = true;
	size_t cell_count;
	struct num *cells;

	for (size_t i = 0; i < count; i++)
		uniform &= values[i].uniform &&
			   (weights == NULL || weights[i].uniform);
	cell_count = uniform ? 1 : call->units;
	cells = column_cells(call->arena, cell_count);
	for (size_t i = 0; i < cell_count; i++) {
		struct sample sample;

		gather_list(call->node, values, weights, count, i, &list);
		sample = sample_of(call, list.values, list.count);
		sample.weights = weights != NULL ? list.weights : NULL;
		cells[i] = num_is_number(list.fault) ? whole_of(call, &sample)
						     : list.fault;
	}
	return (struct column){ cells, uniform };
}

/*
 * One unit alone
 */

struct alone {
	const struct scope_call *call;
	struct members members; /* as they were there */
	struct prepared_sample prepared;
	const struct num *sorted; /* of a rank: the members' values */
	struct num *values, *ranks;
};

/* Where a unit is or would be among the members, which rise. */
static size_t
place_of(const struct members *members, uint32_t unit)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (members->units[middle] < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* By ranking all members, for ties that others have a part in. */
static struct num
rank_slowly(struct alone *alone, const struct exchange *exchange)
{
	const struct members *members = &alone->members;
	size_t count = 0;

	for (size_t i = 0; i <= members->count; i++) {
		if (i == exchange->at)
			alone->values[count++] = exchange->enters;
		if (i < members->count &&
		    (i != exchange->at || !exchange->leaves))
			alone->values[count++] = members->values[i];
	}
	rank_numbers(alone->values, count, alone->call->node->ties,
	    alone->ranks);
	return alone->ranks[exchange->at];
}

/* How many others are above what enters, or not below it. */
static int64_t
others_above(const struct alone *alone, const struct exchange *exchange,
    bool or_equal)
{
	const struct members *members = &alone->members;
	size_t count =
	    members->count - aggregate_rank_in(alone->sorted, members->count,
				 exchange->enters, !or_equal);
	int order;

	if (!exchange->leaves)
		return (int64_t)count;
	order = num_compare(members->values[exchange->at], exchange->enters);
	return (int64_t)count - (order > 0 || (order == 0 && or_equal));
}

static struct num
rank_alone(struct alone *alone, const struct exchange *exchange)
{
	enum rank_ties ties = alone->call->node->ties;
	int64_t first, last;

	if (ties == RANK_DENSE || ties == RANK_ORDINAL)
		return rank_slowly(alone, exchange);
	first = others_above(alone, exchange, false) + 1;
	last = others_above(alone, exchange, true) + 1;
	if (ties == RANK_COMPETITION)
		return NUM_INT(first);
	if (ties == RANK_LAST)
		return NUM_INT(last);
	return value_div(alone->call->arena, NUM_INT(first + last), NUM_INT(2));
}

static struct num
value_alone(struct alone *alone, uint32_t unit, struct num own)
{
	const struct node *node = alone->call->node;
	const struct members *members = &alone->members;
	struct num fault = NUM_INT(0);
	bool taken = takes(node->parts[0], own, &fault);
	size_t at = place_of(members, unit);
	struct exchange exchange = { at,
		at < members->count && members->units[at] == unit,
		taken ? own : value_missing() };

	if (!num_is_number(fault))
		return fault;
	if (!num_is_number(members->fault))
		return members->fault;
	if (node->kind == NODE_AGGREGATE)
		return aggregate_exchanged(&alone->prepared, &exchange);
	return taken ? rank_alone(alone, &exchange) : own;
}

static void
prepare_alone(struct alone *alone, struct column there, size_t group)
{
	const struct scope_call *call = alone->call;
	const struct members *members = &alone->members;
	struct sample sample;

	gather(call, there, group, &alone->members);
	if (call->node->kind == NODE_AGGREGATE) {
		sample = sample_of(call, members->values, members->count);
		aggregate_prepare(call->arena, call->node->aggregate, &sample,
		    &alone->prepared);
		return;
	}
	alone->sorted =
	    aggregate_sorted(call->arena, members->values, members->count);
	alone->values = column_cells(call->arena, members->count + 1);
	alone->ranks = column_cells(call->arena, members->count + 1);
}

/* The units of one group whose values differ get what they would have alone. */
static void
alone_in_group(const struct scope_call *call, struct column there,
    struct column here, size_t group, struct num *cells)
{
	const struct pool *pool = call->pool;
	struct alone alone = { .call = call };

	prepare_alone(&alone, there, group);
	for (size_t i = pool->starts[group]; i < pool->starts[group + 1]; i++) {
		uint32_t unit = pool->units[i];
		struct num own = column_cell(here, unit);
		struct arena_mark mark;

		if (value_equal(own, column_cell(there, unit)))
			continue;
		mark = arena_mark(call->arena);
		cells[unit] =
		    column_settled(call->node, value_alone(&alone, unit, own));
		/* A big number lives where it was made. */
		if (cells[unit].d != 0)
			arena_release(call->arena, mark);
	}
}

struct column
scope_alone(const struct scope_call *call, struct column then,
    struct column there, struct column here)
{
	struct num *cells = column_cells(call->arena, call->units);

	for (size_t i = 0; i < call->units; i++)
		cells[i] = column_cell(then, i);
	for (size_t group = 0; group < call->pool->group_count; group++)
		alone_in_group(call, there, here, group, cells);
	return (struct column){ cells, false };
}
