#include "score/membership.h"

#include <stdlib.h>

#include "score/scoring.h"

struct pool_entry {
	struct pool_entry *next;
	struct str dimension;
	struct pool pool;
};

/* The units of an instant, and the pools they make. */
struct membership_moment {
	struct membership_moment *next;
	struct instant instant;
	uint8_t *standings;
	struct pool_entry *pools;
};

static size_t
unit_count(const struct membership *membership)
{
	return membership->host->book->unit_count;
}

static struct membership_moment *
find_moment(struct membership *membership, struct instant instant)
{
	struct membership_moment *moment = membership->moments;

	while (moment != NULL && !instant_equal(moment->instant, instant))
		moment = moment->next;
	return moment;
}

/* Every measure that some item reads in the period itself, once. */
static size_t
measures_read(const struct scheme *scheme, uint8_t *seen, uint32_t *list)
{
	size_t count = 0;

	for (size_t i = 0; i < scheme->item_count; i++) {
		const struct program *program = scheme->items[i].program;

		for (size_t j = 0; j < program->measure_count; j++)
			if (!seen[program->measures[j]]) {
				seen[program->measures[j]] = 1;
				list[count++] = program->measures[j];
			}
	}
	return count;
}

/* How many of the scheme's measures apply to each unit, and are reported. */
static void
count_measures(const struct scheme *scheme, struct scoring *scoring)
{
	const struct book *book = scoring->host->book;
	const struct facts *facts = scoring->host->facts;
	struct arena *arena = scoring->scratch;
	size_t units = scoring->units, count;
	uint8_t *seen = arena_array(arena, book->measure_count, 1);
	uint32_t *list = arena_array(arena, book->measure_count, sizeof(*list));
	struct num *applying = arena_array(arena, units, sizeof(*applying));
	struct num *reported = arena_array(arena, units, sizeof(*reported));
	struct num *values = arena_array(arena, units, sizeof(*values));

	for (size_t i = 0; i < units; i++)
		applying[i] = reported[i] = NUM_INT(0);
	count = measures_read(scheme, seen, list);
	for (size_t i = 0; i < count; i++) {
		facts->values(facts->context, list[i], scoring->instant, values,
		    NULL);
		for (size_t j = 0; j < units; j++) {
			applying[j].n += values[j].d != VALUE_NOT_APPLICABLE;
			reported[j].n += num_is_number(values[j]);
		}
	}
	scoring->evaluation.applying = (struct column){ applying, false };
	scoring->evaluation.reported = (struct column){ reported, false };
}

/* Members whom Eligible does not admit leave the pool. */
static void
apply_eligible(struct membership *membership, struct scheme *scheme,
    struct membership_moment *moment)
{
	struct arena scratch = { 0 };
	struct result result = { .period = moment->instant.here,
		.scheme = scheme,
		.standings = moment->standings };
	struct scoring scoring = { .host = membership->host,
		.base_host = membership->base_host,
		.diag = membership->diag,
		.instant = moment->instant,
		.result = &result,
		.scratch = &scratch,
		.units = unit_count(membership) };
	const struct num *cells;

	scoring_start(&scoring, scheme->eligible_program, scheme->pool,
	    NUM_INT(0));
	count_measures(scheme, &scoring);
	cells = scoring_cells(&scoring, scheme->eligible_program->rule);
	for (size_t i = 0; i < scoring.units; i++)
		if (moment->standings[i] == STANDING_IN &&
		    (!num_is_number(cells[i]) || cells[i].n == 0))
			moment->standings[i] = STANDING_INELIGIBLE;
	arena_free(&scratch);
}

static struct membership_moment *
moment_at(struct membership *membership, struct instant instant)
{
	const struct facts *facts = membership->host->facts;
	struct membership_moment *moment = find_moment(membership, instant);
	struct scheme *scheme;

	if (moment != NULL)
		return moment;
	moment = arena_new(&membership->arena, struct membership_moment);
	moment->next = membership->moments;
	moment->instant = instant;
	moment->standings =
	    arena_array(&membership->arena, unit_count(membership), 1);
	for (size_t i = 0; i < unit_count(membership); i++)
		moment->standings[i] =
		    facts->is_member(facts->context, i, instant)
			? STANDING_IN
			: STANDING_NONE;
	membership->moments = moment;
	scheme = facts->scheme(facts->context, instant);
	if (scheme != NULL && scheme->is_sound &&
	    scheme->eligible_program->rule != NULL) {
		apply_eligible(membership, scheme, moment);
		/* Pools made while Eligible was asked held every member. */
		moment->pools = NULL;
	}
	return moment;
}

const uint8_t *
membership_standings(struct membership *membership, struct instant instant)
{
	return moment_at(membership, instant)->standings;
}

/* Give each unit in scope the number of its group, in order of appearance. */
static void
number_groups(struct membership *membership,
    const struct membership_moment *moment, struct str dimension,
    struct pool *pool)
{
	struct intern groups = { 0 };
	const struct facts *facts = membership->host->facts;

	for (uint32_t i = 0; i < unit_count(membership); i++) {
		struct str name = STR("");
		uint32_t number = (uint32_t)pool->group_count;

		pool->groups[i] = INDEX_NONE;
		if (moment->standings[i] != STANDING_IN)
			continue;
		if (dimension.size > 0)
			name = facts->group(facts->context, i, dimension,
			    moment->instant);
		/* Those without a group in the dimension make one together. */
		if (name.data == NULL)
			name = STR("");
		if (intern_add(&groups, name, &number))
			pool->group_count++;
		pool->groups[i] = number;
	}
	intern_free(&groups);
}

static void
fill_pool(struct membership *membership, struct pool *pool)
{
	size_t units = unit_count(membership);
	size_t *next;

	pool->starts = arena_array(&membership->arena, pool->group_count + 1,
	    sizeof(*pool->starts));
	pool->units =
	    arena_array(&membership->arena, units, sizeof(*pool->units));
	next = arena_array(&membership->arena, pool->group_count + 1,
	    sizeof(*next));
	for (size_t i = 0; i < units; i++)
		if (pool->groups[i] != INDEX_NONE)
			pool->starts[pool->groups[i] + 1]++;
	for (size_t i = 0; i < pool->group_count; i++) {
		pool->starts[i + 1] += pool->starts[i];
		next[i + 1] = pool->starts[i + 1];
	}
	for (uint32_t i = 0; i < units; i++)
		if (pool->groups[i] != INDEX_NONE)
			pool->units[next[pool->groups[i]]++] = i;
}

const struct pool *
membership_pool(struct membership *membership, struct instant instant,
    struct str dimension)
{
	/* While Eligible is being asked it is there, all members in. */
	struct membership_moment *moment = moment_at(membership, instant);
	struct pool_entry *entry;

	for (entry = moment->pools; entry != NULL; entry = entry->next)
		if (str_equal(entry->dimension, dimension))
			return &entry->pool;
	entry = arena_new(&membership->arena, struct pool_entry);
	entry->next = moment->pools;
	entry->dimension = dimension;
	entry->pool.groups = arena_array(&membership->arena,
	    unit_count(membership), sizeof(*entry->pool.groups));
	number_groups(membership, moment, dimension, &entry->pool);
	fill_pool(membership, &entry->pool);
	moment->pools = entry;
	return &entry->pool;
}

/* Whether Eligible admits the same units as before. */
static bool
still_holds(struct membership *membership, struct membership_moment *moment)
{
	const struct facts *facts = membership->host->facts;
	struct scheme *scheme = facts->scheme(facts->context, moment->instant);
	size_t units = unit_count(membership);
	struct membership_moment before = *moment;
	bool same;

	if (scheme == NULL || !scheme->is_sound ||
	    scheme->eligible_program->rule == NULL)
		return true;
	for (size_t i = 0; i < scheme->eligible_program->node_count; i++)
		if (eval_crosses(scheme->eligible_program->nodes[i]))
			return false;
	moment->pools = NULL;
	moment->standings = memory_alloc(units + 1);
	for (size_t i = 0; i < units; i++)
		moment->standings[i] = before.standings[i] == STANDING_NONE
					   ? STANDING_NONE
					   : STANDING_IN;
	apply_eligible(membership, scheme, moment);
	same = units == 0 ||
	       memcmp(moment->standings, before.standings, units) == 0;
	free(moment->standings);
	*moment = before;
	return same;
}

bool
membership_holds(struct membership *membership)
{
	for (struct membership_moment *moment = membership->moments;
	     moment != NULL; moment = moment->next)
		if (!still_holds(membership, moment))
			return false;
	return true;
}

void
membership_clear(struct membership *membership)
{
	membership->moments = NULL;
	arena_free(&membership->arena);
	membership->arena = (struct arena){ 0 };
}
