#include "score/trace.h"

#include <stdlib.h>

#include "score/engine_internal.h"

/* A trace has the memory of its evaluation, and a result to score into. */
struct trace {
	struct arena arena;
	struct engine *engine;
	struct engine_entry entry;
	struct scoring scoring;
	struct score_changes changes;
};

/* Score the item of a trace as score_items() does, into the trace's result. */
static void
score_again(struct trace *trace, uint32_t number)
{
	struct scoring *scoring = &trace->scoring;
	struct scheme *scheme = trace->entry.result.scheme;
	const struct item *item = &scheme->items[number];

	scoring->shares = arena_array(&trace->entry.result.arena,
	    scheme->item_count, sizeof(*scoring->shares));
	if (item->parent != INDEX_NONE) {
		scoring->item = &scheme->items[item->parent];
		item_score_shares(scoring);
	}
	scoring->item = item;
	scoring->out = &trace->entry.result.items[number];
	scoring_start(scoring, item->program, item->pool, item->points);
	item_score_rule(scoring);
	item_score_final(scoring);
}

struct trace *
trace_new(struct engine *engine, const struct result *result, uint32_t item)
{
	struct trace *trace = memory_alloc(sizeof(*trace));
	struct engine_entry *before = engine->current;
	size_t items = result->scheme->item_count;

	*trace = (struct trace){ .engine = engine,
		.entry = { .instant = instant_of(result->period),
		    .result = *result } };
	trace->entry.result.arena = (struct arena){ 0 };
	trace->entry.result.items =
	    arena_array(&trace->arena, items, sizeof(*result->items));
	memcpy(trace->entry.result.items, result->items,
	    items * sizeof(*result->items));
	trace->scoring = engine_scoring(engine, trace->entry.instant,
	    &trace->entry.result, &trace->arena);
	trace->scoring.changes = &trace->changes;
	engine->current = &trace->entry;
	score_again(trace, item);
	engine->current = before;
	return trace;
}

void
trace_free(struct trace *trace)
{
	if (trace == NULL)
		return;
	arena_free(&trace->entry.result.arena);
	arena_free(&trace->changes.arena);
	arena_free(&trace->arena);
	free(trace);
}

const struct score_change *
trace_changes(const struct trace *trace, size_t *count)
{
	*count = trace->changes.count;
	return trace->changes.list;
}

struct column
trace_node(struct trace *trace, const struct node *node, struct period period,
    uint32_t child)
{
	struct engine *engine = trace->engine;
	struct engine_entry *before = engine->current;
	struct column column;

	engine->current = &trace->entry;
	column = eval_node_in(&trace->scoring.evaluation, node, period, child);
	engine->current = before;
	return column;
}

const struct pool *
trace_pool(struct trace *trace, struct period period)
{
	return membership_pool(&trace->engine->membership, instant_of(period),
	    trace->scoring.item->pool);
}
