#include "analysis/interval_aggregate.h"

#include "scheme/aggregates.h"

/* Those of a group or a list that an aggregate takes. */
struct members {
	struct interval *values, *weights;
	uint32_t *units; /* of a group */
	size_t count;
	size_t perhaps; /* conditions that may hold or not: not in the list */
	bool doubt;	/* one may be no number, or has failed */
};

static struct interval *
new_intervals(const struct scope_call *call, size_t count)
{
	return arena_array(call->arena, count + 1, sizeof(struct interval));
}

static struct members
members_of(const struct scope_call *call, size_t most)
{
	return (struct members){ .values = new_intervals(call, most),
		.weights = new_intervals(call, most),
		.units = arena_array(call->arena, most + 1, sizeof(uint32_t)) };
}

/* Whether an aggregate takes a value: it is then the next member. */
static bool
takes(struct members *members, const struct node *part,
    const struct interval *value)
{
	if (interval_is_absent(value)) {
		members->doubt |= value->low.d == NUM_FAILED;
		return false;
	}
	members->doubt |= value->doubt;
	if (part->type == TYPE_TRUTH && !interval_is_true(value)) {
		members->perhaps += !interval_is_false(value);
		return false;
	}
	members->values[members->count] = *value;
	return true;
}

static struct members
gather(const struct scope_call *call, const struct interval *values,
    size_t group)
{
	const struct pool *pool = call->pool;
	size_t first = pool->starts[group], end = pool->starts[group + 1];
	struct members members = members_of(call, end - first);

	for (size_t i = first; i < end; i++) {
		uint32_t unit = pool->units[i];

		if (takes(&members, call->node->parts[0], &values[unit]))
			members.units[members.count++] = unit;
	}
	return members;
}

static struct interval
aggregate_of(const struct scope_call *call, const struct members *members)
{
	const struct node *node = call->node;
	const struct interval_sample sample = { .values = members->values,
		.weights = aggregate_has_weights(node->aggregate)
			       ? members->weights
			       : NULL,
		.count = members->count,
		.perhaps = members->perhaps,
		.share = aggregate_share(node) };

	return members->doubt
		   ? interval_whole()
		   : aggregate_interval(call->arena, node->aggregate, &sample);
}

/* What units of no group have. */
static struct interval *
unpooled(const struct scope_call *call)
{
	struct interval *out = new_intervals(call, call->units);
	const struct members nobody = { 0 };
	struct interval none = aggregate_of(call, &nobody);

	for (size_t i = 0; i < call->units; i++)
		out[i] = none;
	return out;
}

static void
give_all(const struct scope_call *call, size_t group, struct interval value,
    struct interval *out)
{
	const struct pool *pool = call->pool;

	for (size_t i = pool->starts[group]; i < pool->starts[group + 1]; i++)
		out[pool->units[i]] = value;
}

struct interval *
interval_aggregate_pool(const struct scope_call *call,
    const struct interval *values)
{
	struct interval *out = unpooled(call);

	for (size_t group = 0; group < call->pool->group_count; group++) {
		struct members members = gather(call, values, group);

		give_all(call, group, aggregate_of(call, &members), out);
	}
	return out;
}

/* The group without one of its members. */
static struct interval
others_of(const struct scope_call *call, const struct members *members,
    size_t member)
{
	struct members others = members_of(call, members->count);

	for (size_t i = 0; i < members->count; i++)
		if (i != member)
			others.values[others.count++] = members->values[i];
	return aggregate_of(call, &others);
}

struct interval *
interval_aggregate_peers(const struct scope_call *call,
    const struct interval *values)
{
	struct interval *out = unpooled(call);

	for (size_t group = 0; group < call->pool->group_count; group++) {
		struct members members = gather(call, values, group);

		/* Whether a unit is among the others is then not known. */
		if (members.doubt || members.perhaps > 0) {
			give_all(call, group, interval_whole(), out);
			continue;
		}
		give_all(call, group, aggregate_of(call, &members), out);
		for (size_t i = 0; i < members.count; i++)
			out[members.units[i]] = others_of(call, &members, i);
	}
	return out;
}

/* How many others are above for certain and perhaps, or not below. */
static struct interval
count_above(const struct members *members, size_t member, bool or_equal)
{
	const struct interval *own = &members->values[member];
	int64_t certain = 0, perhaps = 0;

	for (size_t i = 0; i < members->count; i++) {
		struct interval above;

		if (i == member)
			continue;
		above = or_equal ? interval_less_equal(own, &members->values[i])
				 : interval_less(own, &members->values[i]);
		certain += interval_is_true(&above);
		perhaps += !interval_is_false(&above);
	}
	return interval_between(NUM_INT(certain + 1), NUM_INT(perhaps + 1));
}

static struct interval
rank_of(const struct scope_call *call, const struct members *members,
    size_t member)
{
	struct interval first = count_above(members, member, false);
	struct interval last = count_above(members, member, true);
	struct interval half = interval_of((struct num){ 1, 2 }), sum;

	switch (call->node->ties) {
	case RANK_COMPETITION:
		return first;
	case RANK_LAST:
		return last;
	case RANK_FRACTIONAL:
		sum = interval_add(call->arena, &first, &last);
		return interval_multiply(call->arena, &sum, &half);
	case RANK_DENSE:
		if (num_compare(first.low, NUM_INT(1)) > 0)
			first.low = NUM_INT(2);
		return first;
	case RANK_ORDINAL:
		break;
	}
	return interval_between(first.low, last.high);
}

static bool
all_points(const struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		if (!interval_is_point(&members->values[i]))
			return false;
	return true;
}

static void
rank_exactly(const struct scope_call *call, const struct members *members,
    struct interval *out)
{
	struct num *values = column_cells(call->arena, members->count);
	struct num *ranks = column_cells(call->arena, members->count);

	for (size_t i = 0; i < members->count; i++)
		values[i] = members->values[i].low;
	rank_numbers(values, members->count, call->node->ties, ranks);
	for (size_t i = 0; i < members->count; i++)
		out[members->units[i]] = interval_of(ranks[i]);
}

struct interval *
interval_aggregate_ranks(const struct scope_call *call,
    const struct interval *values)
{
	struct interval *out = new_intervals(call, call->units);

	for (size_t i = 0; i < call->units; i++)
		out[i] = interval_is_absent(&values[i])
			     ? values[i]
			     : interval_of(value_missing());
	for (size_t group = 0; group < call->pool->group_count; group++) {
		struct members members = gather(call, values, group);

		if (!members.doubt && all_points(&members)) {
			rank_exactly(call, &members, out);
			continue;
		}
		for (size_t i = 0; i < members.count; i++)
			out[members.units[i]] =
			    members.doubt ? interval_whole()
					  : rank_of(call, &members, i);
	}
	return out;
}

static struct interval
list_of_unit(const struct scope_call *call,
    const struct interval *const *values, const struct interval *const *weights,
    size_t count, size_t unit)
{
	struct members members = members_of(call, count);

	for (size_t i = 0; i < count; i++) {
		const struct node *part =
		    call->node
			->parts[call->node->scope == SCOPE_PRESENT ? i : 0];
		bool taken = takes(&members, part, &values[i][unit]);

		/* A weight counts even where its value is absent. */
		if (weights != NULL) {
			const struct interval *weight = &weights[i][unit];

			members.weights[members.count] = *weight;
			members.doubt |=
			    weight->doubt || interval_is_absent(weight);
		}
		members.count += taken;
	}
	return aggregate_of(call, &members);
}

struct interval *
interval_aggregate_list(const struct scope_call *call,
    const struct interval *const *values, const struct interval *const *weights,
    size_t count)
{
	struct interval *out = new_intervals(call, call->units);

	for (size_t i = 0; i < call->units; i++)
		out[i] = list_of_unit(call, values, weights, count, i);
	return out;
}
