#include "score/update.h"

#include <stdlib.h>

#include "score/engine_internal.h"
#include "score/grade.h"

/* Results take memory with each update: now and then all is scored anew. */
enum { UPDATES_MAX = 500 };

/* Whether a scheme's scores stand by themselves, period by period. */
static bool
stands_alone(const struct engine *engine, const struct engine_entry *entry)
{
	int length = (int)entry->instant.here.length;

	/* Longer ones are forgotten; shorter ones are what those rest on. */
	return !entry->is_there || length > engine->book->length ||
	       (length == engine->book->length &&
		   !entry->result.scheme->reaches_back);
}

/*
 * Forget the scores of longer periods, which may rest on any of those inside
 * them; none of those rests on them.
 */
static void
forget_longer(struct engine *engine)
{
	struct engine_entry **link = &engine->results;

	while (*link != NULL) {
		struct engine_entry *entry = *link;

		if ((int)entry->instant.here.length == engine->book->length) {
			link = &entry->next;
			continue;
		}
		*link = entry->next;
		engine_entry_free(entry);
	}
}

static bool
carries(const struct scheme *scheme)
{
	for (size_t i = 0; i < scheme->item_count; i++)
		if (scheme->items[i].missing.kind == POLICY_CARRY)
			return true;
	return false;
}

static void
find_reads(const struct engine *engine, struct engine_entry *entry)
{
	const struct scheme *scheme = entry->result.scheme;
	struct arena *arena = &entry->result.arena;

	entry->reads =
	    arena_array(arena, scheme->item_count, sizeof(*entry->reads));
	for (uint32_t i = 0; i < scheme->item_count; i++)
		dependency_of_item(arena, engine->book, &engine->facts, scheme,
		    i, entry->instant, &entry->reads[i]);
}

/*
 * Whether a read sees a change. A value is read from the folder of its period,
 * or of a longer one around it; one that is carried, from any before.
 */
static bool
sees(const struct dependency *read, const struct update_change *change,
    bool carried)
{
	return change->marks.measures[read->measure] != 0 &&
	       (carried || period_contains(change->folder, read->instant.here));
}

static bool
rests_on(const struct dependencies *reads, const struct update_change *change,
    bool carried)
{
	for (size_t i = 0; i < reads->count; i++)
		if (sees(&reads->list[i], change, carried))
			return true;
	return false;
}

/* The items to be scored again; false where there are none. */
static bool
find_stale(struct engine *engine, struct engine_entry *entry,
    const struct update_change *changes, size_t count, bool *stale)
{
	const struct scheme *scheme = entry->result.scheme;
	bool carried = carries(scheme), any = false;

	if (entry->reads == NULL)
		find_reads(engine, entry);
	for (size_t i = 0; i < scheme->item_count; i++)
		for (size_t j = 0; j < count && !stale[i]; j++) {
			stale[i] =
			    rests_on(&entry->reads[i], &changes[j], carried);
			any |= stale[i];
		}
	return any;
}

/* What absent children leave is found out for the sake of those children. */
static bool
is_due(const struct scheme *scheme, const bool *stale, uint32_t step)
{
	const struct item *item = &scheme->items[step / SCORING_STEPS];

	if (step % SCORING_STEPS != SCORING_SHARES)
		return stale[step / SCORING_STEPS];
	for (size_t i = 0; i < item->child_count; i++)
		if (stale[item->children[i]])
			return true;
	return false;
}

/*
 * Whether a unit's score rests on nothing but what the items below have for
 * this very unit.
 */
static bool
is_plain(const struct scheme *scheme, const struct item *item)
{
	return item->rule == NULL && item->program->node_count == 0 &&
	       item->missing.kind != POLICY_MEAN &&
	       item->not_applicable.kind != POLICY_MEAN &&
	       (item->parent == INDEX_NONE ||
		   !scheme->items[item->parent].rescales_below);
}

/* An item that is scored again: what it had, and which units it moved. */
struct former {
	struct num *scores;
	uint8_t *states, *moved;
	/* Of an item whose units stand alone: those whose values changed. */
	uint32_t *list;
	size_t count;
};

/*
 * Whether a unit's score rests on nothing but its own values: its rule names
 * neither items nor other units, and nothing is shared or carried.
 */
static bool
is_local(const struct scheme *scheme, const struct item *item)
{
	const struct program *program = item->program;

	if (item->rule == NULL || item->missing.kind == POLICY_MEAN ||
	    item->missing.kind == POLICY_CARRY ||
	    item->not_applicable.kind == POLICY_MEAN ||
	    (item->parent != INDEX_NONE &&
		scheme->items[item->parent].rescales_below))
		return false;
	for (size_t i = 0; i < program->node_count; i++) {
		const struct node *node = program->nodes[i];

		if (node->kind == NODE_ITEM || node->kind == NODE_RATE ||
		    node->kind == NODE_CHILD_SCORE ||
		    node->kind == NODE_CHILD_POINTS ||
		    node->kind == NODE_CHILD_RATE || eval_crosses(node) ||
		    (node->kind == NODE_AGGREGATE &&
			node->scope != SCOPE_PRESENT))
			return false;
	}
	return true;
}

/* The units whose values that an item reads have changed. */
static void
list_changed(const struct engine *engine, const struct dependencies *reads,
    const struct update_change *changes, size_t count, struct arena *arena,
    struct former *former)
{
	size_t units = engine->book->unit_count;
	uint8_t *any = arena_array(arena, units, 1);

	for (size_t i = 0; i < reads->count; i++)
		for (size_t j = 0; j < count; j++) {
			const uint8_t *cells = changes[j].marks.cells +
					       reads->list[i].measure * units;

			if (!sees(&reads->list[i], &changes[j], false))
				continue;
			for (size_t k = 0; k < units; k++)
				any[k] |= cells[k];
		}
	former->list =
	    arena_alloc_raw(arena, (units + 1) * sizeof(*former->list));
	for (uint32_t i = 0; i < units; i++)
		if (any[i] != 0)
			former->list[former->count++] = i;
}

/* A few units of a book, as if there were no others. */
struct few {
	const struct facts *whole;
	const uint32_t *list;
	size_t count, units;
	struct arena *arena;
	struct book book;
	struct facts facts;
	struct eval_host host;
	struct result result;
	struct item_scores out;
};

static void
few_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	struct few *few = context;
	struct num *all =
	    arena_alloc_raw(few->arena, (few->units + 1) * sizeof(*all));

	/* Nothing is carried in a local item. */
	(void)carried;
	few->whole->values(few->whole->context, measure, instant, all, NULL);
	for (size_t i = 0; i < few->count; i++)
		out[i] = all[few->list[i]];
}

static bool
few_is_member(void *context, size_t unit, struct instant instant)
{
	const struct few *few = context;

	return few->whole->is_member(few->whole->context, few->list[unit],
	    instant);
}

static struct str
few_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct few *few = context;

	return few->whole->group(few->whole->context, few->list[unit],
	    dimension, instant);
}

static struct scheme *
few_scheme(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->scheme(few->whole->context, instant);
}

static bool
few_has_data(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->has_data(few->whole->context, instant);
}

static int32_t
few_reach(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->reach(few->whole->context, instant);
}

/* Room for a few units, filled with who they are and where they stand. */
static void
gather_few(struct few *few, const struct scoring *scoring,
    const struct former *former)
{
	const struct book *book = scoring->host->book;
	struct arena *arena = scoring->scratch;
	size_t count = former->count;
	struct unit *units = arena_array(arena, count, sizeof(*units));
	uint8_t *standings = arena_array(arena, count, 1);

	*few = (struct few){ .whole = scoring->host->facts,
		.list = former->list,
		.count = count,
		.units = book->unit_count,
		.arena = arena,
		.book = *book,
		.result = *scoring->result };
	for (size_t i = 0; i < count; i++) {
		units[i] = book->units[former->list[i]];
		standings[i] = scoring->result->standings[former->list[i]];
	}
	few->book.units = units;
	few->book.unit_count = count;
	few->result.standings = standings;
	few->out = *scoring->out;
	few->out.scores =
	    arena_array(arena, count + 1, sizeof(*few->out.scores));
	few->out.states = arena_array(arena, count, 1);
	few->facts = (struct facts){ few, few_values, few_is_member, few_group,
		few_scheme, few_has_data, few_reach, NULL };
	/* A local item asks for no score and for no pool. */
	few->host =
	    (struct eval_host){ .book = &few->book, .facts = &few->facts };
}

/* Score a few units of a local item, from its rule to its rounding. */
static void
score_few(struct scoring *scoring, const struct item *item,
    const struct former *former)
{
	struct few few;
	struct scoring apart = *scoring;

	gather_few(&few, scoring, former);
	apart.host = &few.host;
	apart.result = &few.result;
	apart.item = item;
	apart.out = &few.out;
	apart.units = few.count;
	scoring_start(&apart, item->program, item->pool, item->points);
	item_score_rule(&apart);
	item_score_final(&apart);
	for (size_t i = 0; i < few.count; i++) {
		scoring->out->scores[few.list[i]] = few.out.scores[i];
		scoring->out->states[few.list[i]] = few.out.states[i];
	}
	/* Large numbers live there. */
	scoring->result->arena = few.result.arena;
}

static void
remember(const struct scoring *scoring, struct former *former,
    struct arena *arena)
{
	size_t units = scoring->units;

	former->scores =
	    arena_alloc_raw(arena, (units + 1) * sizeof(*former->scores));
	former->states = arena_alloc_raw(arena, units + 1);
	former->moved = arena_array(arena, units, 1);
	if (units == 0)
		return;
	memcpy(former->scores, scoring->out->scores,
	    units * sizeof(*former->scores));
	memcpy(former->states, scoring->out->states, units);
}

/* Points that are shared anew may move where scores do not. */
static void
note_moved(const struct scoring *scoring, const struct former *former)
{
	const struct item_scores *out = scoring->out;

	for (size_t i = scoring->first; i < scoring->units; i++)
		former->moved[i] = !out->points.uniform ||
				   out->scores[i].n != former->scores[i].n ||
				   out->scores[i].d != former->scores[i].d ||
				   out->states[i] != former->states[i];
}

/* The units that an item below has moved, a list of them. */
static uint32_t *
moved_below(const struct scoring *scoring, const struct item *item,
    const struct former *formers, size_t *count)
{
	size_t units = scoring->units;
	uint8_t *any = arena_array(scoring->scratch, units, 1);
	uint32_t *list =
	    arena_alloc_raw(scoring->scratch, (units + 1) * sizeof(*list));

	for (size_t i = 0; i < item->child_count; i++) {
		const uint8_t *moved = formers[item->children[i]].moved;

		for (size_t j = 0; moved != NULL && j < units; j++)
			any[j] |= moved[j];
	}
	*count = 0;
	for (uint32_t i = 0; i < units; i++)
		if (any[i] != 0)
			list[(*count)++] = i;
	return list;
}

/* A step of a plain item, for the units that something below has moved. */
static void
take_plain_step(struct scoring *scoring, uint32_t step,
    const struct former *formers)
{
	const struct item *item =
	    &scoring->result->scheme->items[step / SCORING_STEPS];
	size_t units = scoring->units, count;
	const uint32_t *list = moved_below(scoring, item, formers, &count);

	/* Of many it is quicker to take them all at once. */
	if (count * 8 > units) {
		item_score_step(scoring, step);
		if (step % SCORING_STEPS == SCORING_SCORE)
			note_moved(scoring, &formers[step / SCORING_STEPS]);
		return;
	}
	scoring->item = item;
	scoring->out = &scoring->result->items[step / SCORING_STEPS];
	scoring_start(scoring, item->program, item->pool, item->points);
	for (size_t i = 0; i < count; i++) {
		scoring->first = list[i];
		scoring->units = list[i] + 1;
		if (step % SCORING_STEPS == SCORING_RULE)
			item_score_rule(scoring);
		else
			item_score_final(scoring);
		if (step % SCORING_STEPS == SCORING_SCORE)
			note_moved(scoring, &formers[step / SCORING_STEPS]);
	}
	scoring->first = 0;
	scoring->units = units;
}

/* A step of an item that is stale. */
static void
take_stale_step(struct scoring *scoring, uint32_t step,
    const struct former *formers)
{
	const struct scheme *scheme = scoring->result->scheme;
	uint32_t number = step / SCORING_STEPS;

	if (is_plain(scheme, &scheme->items[number])) {
		take_plain_step(scoring, step, formers);
		return;
	}
	if (formers[number].list == NULL) {
		item_score_step(scoring, step);
	} else if (step % SCORING_STEPS == SCORING_SCORE) {
		/* Nothing asks for its score between the two steps. */
		scoring->out = &scoring->result->items[number];
		score_few(scoring, &scheme->items[number], &formers[number]);
	}
	if (step % SCORING_STEPS == SCORING_SCORE)
		note_moved(scoring, &formers[number]);
}

static void
score_stale(struct engine *engine, struct engine_entry *entry,
    const struct update_change *changes, size_t count, const bool *stale,
    struct arena *scratch)
{
	const struct scheme *scheme = entry->result.scheme;
	struct scoring scoring =
	    engine_scoring(engine, entry->instant, &entry->result, scratch);
	struct former *formers =
	    arena_array(scratch, scheme->item_count, sizeof(*formers));
	struct arena_mark mark;

	scoring.again = true;
	scoring.shares =
	    arena_array(scratch, scheme->item_count, sizeof(*scoring.shares));
	for (size_t i = 0; i < scheme->item_count; i++) {
		scoring.out = &entry->result.items[i];
		if (!stale[i])
			continue;
		remember(&scoring, &formers[i], scratch);
		if (is_local(scheme, &scheme->items[i]))
			list_changed(engine, &entry->reads[i], changes, count,
			    scratch, &formers[i]);
	}
	mark = arena_mark(scratch);
	engine->current = entry;
	for (size_t i = 0; i < SCORING_STEPS * scheme->item_count; i++) {
		uint32_t step = scheme->order[i];

		if (!is_due(scheme, stale, step))
			continue;
		if (step % SCORING_STEPS == SCORING_SHARES)
			item_score_step(&scoring, step);
		else
			take_stale_step(&scoring, step, formers);
		arena_release(scratch, mark);
	}
	engine->current = NULL;
}

/* Grades may ask measures that no item reads. */
static void
grade_again(struct engine *engine, struct engine_entry *entry,
    struct arena *scratch)
{
	struct scoring scoring =
	    engine_scoring(engine, entry->instant, &entry->result, scratch);

	engine->current = entry;
	grade_units(&scoring);
	engine->current = NULL;
}

/* Whether it is enough to score again what rests on a change. */
static bool
suffices(struct engine *engine)
{
	if (engine->data == NULL || ++engine->updates > UPDATES_MAX)
		return false;
	for (const struct engine_entry *entry = engine->results; entry;
	     entry = entry->next)
		if (!stands_alone(engine, entry))
			return false;
	return membership_holds(&engine->membership);
}

void
update_scores(struct engine *engine, const struct update_change *changes,
    size_t count)
{
	struct arena scratch = { 0 };

	if (!suffices(engine)) {
		engine_restart(engine);
		return;
	}
	forget_longer(engine);
	for (struct engine_entry *entry = engine->results; entry;
	     entry = entry->next) {
		bool *stale;

		if (!entry->is_there)
			continue;
		stale = arena_array(&scratch, entry->result.scheme->item_count,
		    sizeof(*stale));
		if (find_stale(engine, entry, changes, count, stale))
			score_stale(engine, entry, changes, count, stale,
			    &scratch);
		if (entry->result.scheme->grade_count > 0)
			grade_again(engine, entry, &scratch);
	}
	arena_free(&scratch);
}
