#include "score/engine.h"

#include <stdlib.h>

#include "score/engine_internal.h"
#include "score/grade.h"

/* The same for every unit. */
static const struct num nothing = { 0, VALUE_MISSING }, zero = { 0, 1 };

static struct engine_entry *
find_result(const struct engine *engine, struct instant instant)
{
	struct engine_entry *entry = engine->results;

	while (entry != NULL && !instant_equal(entry->instant, instant))
		entry = entry->next;
	return entry;
}

static const struct result *result_of(struct engine *engine,
    struct instant instant);

static struct column
item_column(void *context, struct instant instant, const struct node *node,
    struct column *points)
{
	struct engine *engine = context;
	const struct result *result = &engine->current->result;
	uint32_t item = node->index;

	if (item == INDEX_NONE ||
	    !instant_equal(instant, engine->current->instant)) {
		result = result_of(engine, instant);
		*points = (struct column){ &nothing, true };
		if (result == NULL)
			return (struct column){ &nothing, true };
		item = scheme_item(result->scheme, node->name);
		if (item == INDEX_NONE)
			return (struct column){ &nothing, true };
	}
	*points = result->items[item].points;
	return (struct column){ result->items[item].scores, false };
}

static struct column
child_column(void *context, uint32_t item, struct column *points)
{
	struct engine *engine = context;
	const struct item_scores *child = &engine->current->result.items[item];

	*points = child->points;
	if (child->points.uniform && !num_is_number(child->points.cells[0]))
		*points = (struct column){ &zero, true };
	return (struct column){ child->scores, false };
}

static const struct pool *
pool_of(void *context, struct instant instant, struct str dimension)
{
	struct engine *engine = context;

	return membership_pool(&engine->membership, instant, dimension);
}

const uint8_t *
engine_standings(struct engine *engine, struct period period)
{
	return membership_standings(&engine->membership, instant_of(period));
}

static struct engine *
new_engine(struct book *book, struct diag *diag)
{
	struct engine *engine = memory_alloc(sizeof(*engine));

	*engine = (struct engine){ .book = book, .diag = diag };
	engine->host = (struct eval_host){ book, &engine->facts, engine,
		item_column, child_column, pool_of };
	engine->membership =
	    (struct membership){ .host = &engine->host, .diag = diag };
	return engine;
}

struct engine *
engine_new(struct book *book, struct diag *diag)
{
	struct engine *engine = new_engine(book, diag);

	engine->data = data_new(book, diag);
	engine->schemes = schemes_new(book, diag);
	engine->own =
	    (struct book_facts){ book, engine->data, engine->schemes };
	engine->facts = facts_of_book(&engine->own);
	return engine;
}

struct engine *
engine_over(struct book *book, const struct facts *facts, struct engine *base,
    struct diag *diag)
{
	struct engine *engine = new_engine(book, diag);

	engine->facts = *facts;
	engine->base = base;
	engine->membership.base_host = base != NULL ? &base->host : NULL;
	return engine;
}

void
engine_entry_free(struct engine_entry *entry)
{
	arena_free(&entry->result.arena);
	free(entry);
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	engine_restart(engine);
	schemes_free(engine->schemes);
	data_free(engine->data);
	free(engine);
}

struct schemes *
engine_schemes(struct engine *engine)
{
	return engine->schemes;
}

struct data *
engine_data(struct engine *engine)
{
	return engine->data;
}

struct scoring
engine_scoring(const struct engine *engine, struct instant instant,
    struct result *result, struct arena *scratch)
{
	return (struct scoring){ .host = &engine->host,
		.base_host = engine->base != NULL ? &engine->base->host : NULL,
		.diag = engine->diag,
		.instant = instant,
		.result = result,
		.scratch = scratch,
		.units = engine->book->unit_count };
}

static void
score_items(struct engine *engine, struct engine_entry *entry)
{
	struct result *result = &entry->result;
	const struct scheme *scheme = result->scheme;
	struct arena scratch = { 0 };
	struct engine_entry *before = engine->current;
	struct engine *base = engine->base;
	struct engine_entry *base_before = NULL;
	struct scoring scoring =
	    engine_scoring(engine, entry->instant, result, &scratch);
	struct arena_mark mark = arena_mark(&scratch);

	scoring.shares = arena_array(&result->arena, scheme->item_count,
	    sizeof(*scoring.shares));
	engine->current = entry;
	if (base != NULL) {
		result_of(base, entry->instant);
		base_before = base->current;
		base->current = find_result(base, entry->instant);
		scoring.base_result = &base->current->result;
	}
	for (size_t i = 0; i < SCORING_STEPS * scheme->item_count; i++) {
		uint32_t step = scheme->order[i];

		item_score_step(&scoring, step);
		arena_release(&scratch, mark);
	}
	/* Two sides laid over one another have no order to be graded by. */
	if (scheme->grade_count > 0 && engine->facts.is_there == NULL)
		grade_units(&scoring);
	engine->current = before;
	if (base != NULL)
		base->current = base_before;
	arena_free(&scratch);
}

static struct engine_entry *
new_entry(struct engine *engine, struct instant instant)
{
	struct engine_entry *entry = memory_alloc(sizeof(*entry));

	*entry = (struct engine_entry){ .next = engine->results,
		.instant = instant };
	entry->result.period = instant.here;
	engine->results = entry;
	return entry;
}

static bool
has_data(const struct engine *engine, struct instant instant)
{
	return engine->facts.has_data(engine->facts.context, instant);
}

/* Score an instant of which nothing it needs is still to be scored. */
static void
score_instant(struct engine *engine, struct instant instant)
{
	struct engine_entry *entry = new_entry(engine, instant);
	struct scheme *scheme =
	    engine->facts.scheme(engine->facts.context, instant);

	if (scheme == NULL || !scheme->is_sound || !has_data(engine, instant))
		return;
	entry->is_there = true;
	entry->result.scheme = scheme;
	entry->result.standings =
	    membership_standings(&engine->membership, instant);
	entry->result.items = arena_array(&entry->result.arena,
	    scheme->item_count, sizeof(*entry->result.items));
	score_items(engine, entry);
}

/* How many periods back the first with data is that is still to be scored. */
static int32_t
first_unscored(struct engine *engine, struct instant instant)
{
	int32_t reach = engine->facts.reach(engine->facts.context, instant);
	int32_t first = 0;

	for (int32_t back = 0; back <= reach; back++) {
		struct instant at = instant_add(instant, -back);

		if (!has_data(engine, at))
			continue;
		if (find_result(engine, at) != NULL)
			break;
		first = back;
	}
	return first;
}

/*
 * The scores of an instant. Where its rules reach earlier scores, those are
 * computed first, from the earliest on, so that nothing recurses deeply.
 */
static const struct result *
result_of(struct engine *engine, struct instant instant)
{
	struct engine_entry *entry = find_result(engine, instant);

	if (entry == NULL) {
		const struct scheme *scheme =
		    engine->facts.scheme(engine->facts.context, instant);
		int32_t back = 0;

		if (scheme != NULL && scheme->reaches_back)
			back = first_unscored(engine, instant);
		for (; back >= 0; back--) {
			struct instant at = instant_add(instant, -back);

			if (has_data(engine, at) &&
			    find_result(engine, at) == NULL)
				score_instant(engine, at);
		}
		entry = find_result(engine, instant);
	}
	return entry != NULL && entry->is_there ? &entry->result : NULL;
}

const struct result *
engine_score_instant(struct engine *engine, struct instant instant)
{
	return result_of(engine, instant);
}

const struct result *
engine_score(struct engine *engine, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	period_text(period, text);
	if (book_scheme(engine->book, period) == NULL) {
		diag_at(engine->diag, place_file("schemes"), D_NO_SCHEME,
		    str_from(text),
		    str_from(period_length_text(period.length)));
		return NULL;
	}
	if (!book_has_data(engine->book, period)) {
		diag_at(engine->diag, place_file("data"), D_NO_DATA,
		    str_from(text));
		return NULL;
	}
	return result_of(engine, instant_of(period));
}

void
engine_restart(struct engine *engine)
{
	while (engine->results != NULL) {
		struct engine_entry *entry = engine->results;

		engine->results = entry->next;
		engine_entry_free(entry);
	}
	engine->updates = 0;
	membership_clear(&engine->membership);
}
