#include "analysis/gap.h"

#include <stdlib.h>

#include "ranking/ranking.h"
#include "score/trace.h"

const char *
gap_mark_text(enum gap_mark mark)
{
	return mark == GAP_LAST ? "last" : mark == GAP_BEHIND ? "behind" : "";
}

/* The office that leads an item, or the nearest one above it. */
static uint32_t
lead_of(const struct scheme *scheme, uint32_t item)
{
	while (item != INDEX_NONE && scheme->items[item].lead == INDEX_NONE)
		item = scheme->items[item].parent;
	return item == INDEX_NONE ? INDEX_NONE : scheme->items[item].lead;
}

static struct num
cap_of(struct engine *engine, const struct result *result, uint32_t item,
    uint32_t unit, struct arena *arena)
{
	const struct item *what = &result->scheme->items[item];
	struct trace *trace;
	struct column column;
	struct num cap = value_missing();

	if (what->program->cap == NULL)
		return cap;
	trace = trace_new(engine, result, item);
	column =
	    trace_node(trace, what->program->cap, result->period, INDEX_NONE);
	cap = column_cell(column, unit);
	if (num_is_number(cap))
		cap = num_copy(arena, cap);
	trace_free(trace);
	return cap;
}

struct num
gap_ceiling(struct engine *engine, const struct result *result, uint32_t item,
    uint32_t unit, struct arena *arena)
{
	const struct item *what = &result->scheme->items[item];

	if (what->kind == ITEM_DEDUCTION)
		return NUM_INT(0);
	if (what->cap.unbounded)
		return value_missing();
	if (what->cap.given)
		return cap_of(engine, result, item, unit, arena);
	return what->counts ? column_cell(result->items[item].points, unit)
			    : value_missing();
}

/* From a score up to a limit; nothing where it is there already. */
static struct num
up_to(struct arena *arena, struct num limit, struct num score)
{
	struct num rest = num_sub(arena, limit, score);

	return num_sign(rest) > 0 ? rest : NUM_INT(0);
}

static struct num
or_zero(struct num score)
{
	return num_is_number(score) ? score : NUM_INT(0);
}

struct num
gap_room(struct engine *engine, const struct result *result, uint32_t item,
    uint32_t unit, struct arena *arena)
{
	struct num limit = gap_ceiling(engine, result, item, unit, arena);
	struct num room = value_missing();

	if (num_is_number(limit))
		room = up_to(arena, limit,
		    or_zero(result->items[item].scores[unit]));
	for (uint32_t above = result->scheme->items[item].parent;
	     above != INDEX_NONE; above = result->scheme->items[above].parent) {
		const struct item *parent = &result->scheme->items[above];
		struct num left;

		/* What a deduction takes is bounded the other way. */
		if (!parent->cap.given || parent->cap.unbounded ||
		    parent->kind == ITEM_DEDUCTION)
			continue;
		limit = cap_of(engine, result, above, unit, arena);
		if (!num_is_number(limit))
			continue;
		left = up_to(arena, limit,
		    or_zero(result->items[above].scores[unit]));
		if (!num_is_number(room) || num_compare(left, room) < 0)
			room = left;
	}
	return room;
}

/* Where the units stand in one item. */
struct field {
	uint32_t *order; /* those with a score, the best first */
	size_t count;
};

static struct field
field_of(const struct snapshot *snapshot, uint32_t item, struct arena *arena)
{
	const struct snapshot_item *scores = &snapshot->items[item];
	struct ranking_rows rows = { .row_count = snapshot->book->unit_count,
		.numbers = scores->scores };
	struct ranking ranking;
	struct field field;

	ranking_order(&ranking, &rows);
	field.count = ranking.starts[1];
	field.order = arena_array(arena, field.count, sizeof(*field.order));
	for (size_t i = 0; i < field.count; i++)
		field.order[i] = ranking.order[i];
	ranking_free(&ranking);
	return field;
}

/* A unit in the last places: fewer than that many are below it. */
static bool
is_last(const struct snapshot_item *scores, const struct field *field,
    struct num score, uint32_t last)
{
	uint32_t below = 0;

	for (size_t i = 0; i < field->count; i++)
		below +=
		    num_compare(scores->scores[field->order[i]], score) < 0;
	return below < last;
}

/* While one item after another is looked at. */
struct finding_gap {
	struct gap *gap;
	const struct gap_request *request;
	struct engine *engine;
	struct snapshot *before; /* of the earlier periods, the oldest first */
};

static void
find_ranks(struct finding_gap *finding, struct gap_item *out)
{
	const struct gap_request *request = finding->request;
	uint32_t count = request->back;

	out->ranks =
	    arena_array(&finding->gap->arena, count + 1, sizeof(*out->ranks));
	for (uint32_t i = 0; i < count; i++) {
		const struct snapshot *snapshot = &finding->before[i];
		uint32_t item = intern_find(&snapshot->index, out->item->id);

		if (item != INDEX_NONE)
			out->ranks[i] =
			    snapshot->items[item].ranks[request->unit];
	}
	out->ranks[count] = out->rank;
}

static void
find_distances(struct finding_gap *finding, struct gap_item *out)
{
	struct gap *gap = finding->gap;
	uint32_t wanted = finding->request->rank;
	const struct snapshot_item *scores = &gap->now.items[out->number];
	struct arena scratch = { 0 };
	struct field field = field_of(&gap->now, out->number, &scratch);

	out->to_goal = out->to_best = out->to_full = value_missing();
	if (!num_is_number(out->score) || field.count == 0) {
		arena_free(&scratch);
		return;
	}
	out->to_best =
	    num_sub(&gap->arena, scores->scores[field.order[0]], out->score);
	out->to_goal = NUM_INT(0);
	if (field.count >= wanted)
		out->to_goal = up_to(&gap->arena,
		    scores->scores[field.order[wanted - 1]], out->score);
	if (num_is_number(out->points))
		out->to_full = up_to(&gap->arena, out->points, out->score);
	if (out->rank > wanted)
		out->mark =
		    is_last(scores, &field, out->score, finding->request->last)
			? GAP_LAST
			: GAP_BEHIND;
	arena_free(&scratch);
}

static void
find_item(struct finding_gap *finding, uint32_t number, struct gap_item *out)
{
	struct gap *gap = finding->gap;
	const struct result *result = gap->result;
	const struct scheme *scheme = result->scheme;
	uint32_t unit = finding->request->unit;
	const struct snapshot_item *now = &gap->now.items[number];

	*out = (struct gap_item){ .item = &scheme->items[number],
		.number = number,
		.state = now->states[unit],
		.score = now->scores[unit],
		.points = column_cell(result->items[number].points, unit),
		.rank = now->ranks[unit],
		.lead = lead_of(scheme, number) };
	out->ceiling =
	    gap_ceiling(finding->engine, result, number, unit, &gap->arena);
	out->recoverable = value_missing();
	if (num_is_number(out->score) || (out->state & STATE_MISSING) != 0)
		out->recoverable = gap_room(finding->engine, result, number,
		    unit, &gap->arena);
	find_distances(finding, out);
	find_ranks(finding, out);
}

/* Most is recoverable first; what nothing limits stands behind. */
static int
compare_items(const void *a, const void *b)
{
	const struct gap_item *x = a, *y = b;
	struct num p = x->recoverable, q = y->recoverable;
	int order = num_is_number(q) - num_is_number(p);

	if (order == 0 && num_is_number(p))
		order = num_compare(q, p);
	return order != 0 ? order
			  : (x->number > y->number) - (x->number < y->number);
}

static void
find_items(struct finding_gap *finding)
{
	const struct gap_request *request = finding->request;
	struct gap *gap = finding->gap;
	const struct scheme *scheme = gap->result->scheme;

	gap->items =
	    arena_array(&gap->arena, scheme->item_count, sizeof(*gap->items));
	for (uint32_t i = 0; i < scheme->item_count; i++) {
		const struct item *item = &scheme->items[i];

		if (request->choose != NULL
			? request->choose(request->context, item)
			: item->child_count == 0)
			find_item(finding, i, &gap->items[gap->count++]);
	}
	if (gap->count > 1)
		qsort(gap->items, gap->count, sizeof(*gap->items),
		    compare_items);
}

/* The total with all that the items it is made of could still bring. */
static struct num
most_of(struct finding_gap *finding, uint32_t number)
{
	struct gap *gap = finding->gap;
	struct arena *arena = &gap->arena;
	const struct item *item = &gap->result->scheme->items[number];
	uint32_t unit = finding->request->unit;
	struct num sum = NUM_INT(0), limit;

	limit = gap_ceiling(finding->engine, gap->result, number, unit, arena);
	if (item->rule != NULL)
		return limit;
	for (size_t i = 0; i < item->child_count; i++)
		sum =
		    value_add(arena, sum, most_of(finding, item->children[i]));
	/* Without a rule nothing but a Cap stops it. */
	if (item->kind == ITEM_DEDUCTION)
		return NUM_INT(0);
	if (item->cap.given && num_is_number(limit) &&
	    (!num_is_number(sum) || num_compare(limit, sum) < 0))
		return limit;
	return sum;
}

static void
find_goal(struct finding_gap *finding)
{
	struct gap *gap = finding->gap;
	uint32_t wanted = finding->request->rank;
	struct arena scratch = { 0 };
	struct field field = field_of(&gap->now, 0, &scratch);

	gap->ranked = (uint32_t)field.count;
	gap->holder = field.order[wanted - 1];
	gap->holder_has = gap->now.items[0].scores[gap->holder];
	arena_free(&scratch);
	gap->met = gap->total.rank <= wanted;
	gap->most = most_of(finding, 0);
	gap->out_of_reach = !gap->met && num_is_number(gap->most) &&
			    num_compare(gap->most, gap->holder_has) < 0;
}

void
gap_find(struct gap *gap, struct book *book, struct engine *engine,
    const struct gap_request *request)
{
	struct finding_gap finding = { gap, request, engine, NULL };

	*gap = (struct gap){ .result = engine_score(engine, request->period),
		.back = request->back };
	snapshot_take(&gap->now, book, gap->result, NULL, NULL);
	finding.before =
	    arena_array(&gap->arena, request->back, sizeof(*finding.before));
	for (uint32_t i = 0; i < request->back; i++) {
		struct period period = period_add(request->period,
		    (int32_t)i - (int32_t)request->back);
		const struct result *result = NULL;

		if (book_scheme(book, period) != NULL &&
		    book_has_data(book, period))
			result = engine_score(engine, period);
		snapshot_take(&finding.before[i], book, result, NULL, NULL);
	}
	find_item(&finding, 0, &gap->total);
	find_goal(&finding);
	find_items(&finding);
	for (uint32_t i = 0; i < request->back; i++)
		snapshot_free(&finding.before[i]);
}

void
gap_free(struct gap *gap)
{
	snapshot_free(&gap->now);
	arena_free(&gap->arena);
	*gap = (struct gap){ 0 };
}

struct num
gap_target_score(const struct gap_item *item, enum gap_target target,
    struct num more, struct arena *arena)
{
	struct num score = or_zero(item->score);

	switch (target) {
	case GAP_TARGET_FULL:
		return num_is_number(item->points) ? item->points
						   : item->ceiling;
	case GAP_TARGET_GOAL:
		return num_is_number(item->to_goal)
			   ? num_add(arena, score, item->to_goal)
			   : value_missing();
	default:
		return num_add(arena, score, more);
	}
}

uint32_t
gap_rank(const struct book *book, const struct result *result, uint32_t item,
    uint32_t unit)
{
	const struct num *scores = result->items[item].scores;
	uint32_t rank = 1;

	if (!num_is_number(scores[unit]))
		return 0;
	for (size_t i = 0; i < book->unit_count; i++)
		rank += num_is_number(scores[i]) &&
			num_compare(scores[i], scores[unit]) > 0;
	return rank;
}

uint32_t
gap_ranked(const struct book *book, const struct result *result)
{
	uint32_t count = 0;

	for (size_t i = 0; i < book->unit_count; i++)
		count += num_is_number(result->items[0].scores[i]);
	return count;
}
