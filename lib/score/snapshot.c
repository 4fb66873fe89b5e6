#include "score/snapshot.h"

#include "ranking/ranking.h"
#include "score/score_text.h"

/* Competition ranks of the units that have a score of an item. */
static void
rank_item(struct snapshot *snapshot, struct snapshot_item *item,
    struct arena *scratch)
{
	size_t units = snapshot->book->unit_count;
	struct num *ranks = arena_array(scratch, units, sizeof(*ranks));

	ranking_numbers(item->scores, units, RANK_COMPETITION, ranks);
	for (size_t i = 0; i < units; i++)
		item->ranks[i] =
		    num_is_number(ranks[i]) ? (uint32_t)ranks[i].n : 0;
}

static void
take_item(struct snapshot *snapshot, const struct item *item,
    const struct item_scores *scores, struct arena *scratch)
{
	struct arena *arena = &snapshot->arena;
	struct snapshot_item *out = &snapshot->items[snapshot->item_count];
	size_t units = snapshot->book->unit_count;
	uint32_t number = (uint32_t)snapshot->item_count;

	out->item = item;
	out->scores = arena_array(arena, units, sizeof(*out->scores));
	out->states = arena_array(arena, units, sizeof(*out->states));
	out->ranks = arena_array(arena, units, sizeof(*out->ranks));
	for (size_t i = 0; i < units; i++) {
		struct num score =
		    score_printed(arena, item, scores->scores[i]);

		out->scores[i] =
		    num_is_number(score) ? num_copy(arena, score) : score;
		out->states[i] = scores->states[i];
	}
	rank_item(snapshot, out, scratch);
	intern_add(&snapshot->index, item->id, &number);
	snapshot->item_count++;
}

void
snapshot_take(struct snapshot *snapshot, const struct book *book,
    const struct result *result,
    bool (*choose)(const void *context, const struct item *item),
    const void *context)
{
	const struct scheme *scheme;
	struct arena scratch = { 0 };
	struct arena_mark mark = arena_mark(&scratch);

	*snapshot = (struct snapshot){ .book = book };
	if (result == NULL)
		return;
	scheme = result->scheme;
	snapshot->standings =
	    arena_array(&snapshot->arena, book->unit_count, 1);
	if (book->unit_count > 0)
		memcpy(snapshot->standings, result->standings,
		    book->unit_count);
	snapshot->items = arena_array(&snapshot->arena, scheme->item_count,
	    sizeof(*snapshot->items));
	for (size_t i = 0; i < scheme->item_count; i++) {
		if (choose != NULL && !choose(context, &scheme->items[i]))
			continue;
		take_item(snapshot, &scheme->items[i], &result->items[i],
		    &scratch);
		arena_release(&scratch, mark);
	}
	arena_free(&scratch);
}

void
snapshot_free(struct snapshot *snapshot)
{
	intern_free(&snapshot->index);
	arena_free(&snapshot->arena);
	*snapshot = (struct snapshot){ 0 };
}

bool
snapshot_choose_total(const void *context, const struct item *item)
{
	(void)context;
	return str_equal(item->id, STR("total"));
}

/* What one side has of a unit and an item. */
struct operand {
	struct num score;
	uint32_t rank;
	unsigned state;
};

static struct operand
side_of(const struct snapshot *snapshot, uint32_t unit, uint32_t item)
{
	const struct snapshot_item *found;

	if (unit == INDEX_NONE || item == INDEX_NONE ||
	    snapshot->standings[unit] == STANDING_NONE)
		return (struct operand){ value_missing(), 0, SNAPSHOT_NONE };
	found = &snapshot->items[item];
	return (struct operand){ found->scores[unit], found->ranks[unit],
		found->states[unit] };
}

static bool
same_score(struct num a, struct num b)
{
	if (!num_is_number(a) || !num_is_number(b))
		return num_is_number(a) == num_is_number(b);
	return num_compare(a, b) == 0;
}

static struct num
or_zero(struct num score)
{
	return num_is_number(score) ? score : NUM_INT(0);
}

/* Two snapshots while they are compared. */
struct comparison {
	const struct snapshot *from, *to;
	bool all;
	struct arena *arena;
	bool (*row)(void *context, const struct snapshot_row *row);
	void *context;
	/* Of each item of one side its number in the other, or INDEX_NONE. */
	uint32_t *from_item, *to_item;
};

/* One row; false where the caller has seen enough. */
static bool
compare_cell(const struct comparison *comparison, struct snapshot_row *row)
{
	struct operand from =
	    side_of(comparison->from, row->from_unit, row->from_item);
	struct operand to = side_of(comparison->to, row->to_unit, row->to_item);

	if (from.state == SNAPSHOT_NONE && to.state == SNAPSHOT_NONE)
		return true;
	row->from = from.score;
	row->to = to.score;
	row->from_rank = from.rank;
	row->to_rank = to.rank;
	row->from_state = from.state;
	row->to_state = to.state;
	row->differs = !same_score(from.score, to.score) ||
		       from.rank != to.rank || from.state != to.state;
	if (!row->differs && !comparison->all)
		return true;
	row->delta =
	    num_sub(comparison->arena, or_zero(to.score), or_zero(from.score));
	return comparison->row(comparison->context, row);
}

/* All items of one unit; its numbers and name stand in the row. */
static bool
compare_unit(const struct comparison *comparison, struct snapshot_row *row)
{
	const struct snapshot *from = comparison->from, *to = comparison->to;

	for (uint32_t i = 0; i < to->item_count; i++) {
		row->item = to->items[i].item->id;
		row->to_item = i;
		row->from_item = comparison->from_item[i];
		if (!compare_cell(comparison, row))
			return false;
	}
	row->to_item = INDEX_NONE;
	for (uint32_t i = 0; i < from->item_count; i++) {
		row->item = from->items[i].item->id;
		row->from_item = i;
		if (comparison->to_item[i] == INDEX_NONE &&
		    !compare_cell(comparison, row))
			return false;
	}
	return true;
}

/* Of each item of one snapshot its number in another. */
static uint32_t *
match_items(const struct snapshot *from, const struct snapshot *to,
    struct arena *arena)
{
	uint32_t *match = arena_array(arena, from->item_count, sizeof(*match));

	for (size_t i = 0; i < from->item_count; i++)
		match[i] = intern_find(&to->index, from->items[i].item->id);
	return match;
}

/* In one and the same book each unit is itself. */
static uint32_t *
match_units(const struct book *from, const struct book *to, struct arena *arena)
{
	uint32_t *match;

	if (from != to)
		return book_match_units(from, to, arena);
	match = arena_array(arena, from->unit_count, sizeof(*match));
	for (uint32_t i = 0; i < from->unit_count; i++)
		match[i] = i;
	return match;
}

void
snapshot_compare(const struct snapshot *from, const struct snapshot *to,
    bool all, struct arena *arena,
    bool (*row)(void *context, const struct snapshot_row *row), void *context)
{
	struct comparison comparison = { from, to, all, arena, row, context,
		NULL, NULL };
	struct arena scratch = { 0 };
	/* The units of `to`, of each which one of `from` it is; and back. */
	uint32_t *match = match_units(to->book, from->book, &scratch);
	bool *met = arena_array(&scratch, from->book->unit_count, sizeof(*met));
	bool more = true;

	comparison.from_item = match_items(to, from, &scratch);
	comparison.to_item = match_items(from, to, &scratch);
	for (uint32_t i = 0; more && i < to->book->unit_count; i++) {
		struct snapshot_row cell = { .unit = to->book->units[i].id,
			.to_unit = i,
			.from_unit = match[i] };

		if (match[i] != INDEX_NONE)
			met[match[i]] = true;
		more = compare_unit(&comparison, &cell);
	}
	for (uint32_t i = 0; more && i < from->book->unit_count; i++) {
		struct snapshot_row cell = { .unit = from->book->units[i].id,
			.to_unit = INDEX_NONE,
			.from_unit = i };

		if (!met[i])
			more = compare_unit(&comparison, &cell);
	}
	arena_free(&scratch);
}

void
snapshot_state_print(struct buffer *buffer, unsigned state)
{
	if (state == SNAPSHOT_NONE)
		buffer_add(buffer, STR("none"));
	else
		state_print(buffer, state);
}
