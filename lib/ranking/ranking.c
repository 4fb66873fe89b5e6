#include "ranking/ranking.h"

#include <stdlib.h>

#include "base/arena.h"

/*
 * Order
 */

static size_t
chosen_count(const struct ranking_rows *rows)
{
	return rows->chosen == NULL ? rows->row_count : rows->chosen_count;
}

static uint32_t
chosen_row(const struct ranking_rows *rows, size_t at)
{
	return rows->chosen == NULL ? (uint32_t)at : rows->chosen[at];
}

static size_t
group_of(const struct ranking_rows *rows, uint32_t row)
{
	return rows->groups == NULL ? 0 : rows->groups[row];
}

static bool
is_ranked(const struct ranking_rows *rows, uint32_t row)
{
	return rows->keys[row] != RANK_ABSENT;
}

/*
 * Put rows group by group, each in the order given; `ranked` says whether those
 * with a key or without. starts[] gets where each begins, and the end.
 */
static void
sort_by_group(const struct ranking_rows *rows, size_t group_count, bool ranked,
    uint32_t *out, size_t *starts)
{
	size_t count = chosen_count(rows), sum = 0;

	memset(starts, 0, (group_count + 2) * sizeof(*starts));
	for (size_t i = 0; i < count; i++) {
		uint32_t row = chosen_row(rows, i);

		if (is_ranked(rows, row) == ranked)
			starts[group_of(rows, row) + 2]++;
	}
	for (size_t i = 0; i < group_count; i++) {
		sum += starts[i + 2];
		starts[i + 2] = sum;
	}
	/* The place one further on counts up to where the next begins. */
	for (size_t i = 0; i < count; i++) {
		uint32_t row = chosen_row(rows, i);

		if (is_ranked(rows, row) == ranked)
			out[starts[group_of(rows, row) + 1]++] = row;
	}
}

static size_t
group_size(const struct ranking *ranking, size_t group)
{
	return ranking->starts[group + 1] - ranking->starts[group];
}

/* To begin with, the rows of a group are level. */
static void
level_groups(struct ranking *ranking)
{
	for (size_t i = 0; i < ranking->starts[ranking->group_count]; i++)
		ranking->tied[i] = true;
	for (size_t i = 0; i < ranking->group_count; i++)
		if (group_size(ranking, i) > 0)
			ranking->tied[ranking->starts[i]] = false;
}

static void
order_by_keys(struct ranking *ranking, const struct ranking_rows *rows)
{
	size_t groups = rows->groups == NULL ? 1 : rows->group_count;
	size_t count = chosen_count(rows);

	*ranking = (struct ranking){ .row_count = rows->row_count,
		.group_count = groups,
		.order = memory_array(count, sizeof(*ranking->order)),
		.rest = memory_array(count, sizeof(*ranking->rest)),
		.starts = memory_array(groups + 2, sizeof(*ranking->starts)),
		.rest_starts =
		    memory_array(groups + 2, sizeof(*ranking->rest_starts)),
		.tied = memory_array(count, sizeof(*ranking->tied)) };
	sort_by_group(rows, groups, true, ranking->order, ranking->starts);
	sort_by_group(rows, groups, false, ranking->rest, ranking->rest_starts);
	level_groups(ranking);
	ranking_break_ties(ranking, rows->keys);
}

void
ranking_order(struct ranking *ranking, const struct ranking_rows *rows)
{
	struct ranking_rows keyed = *rows;
	int64_t *keys;

	if (rows->keys != NULL) {
		order_by_keys(ranking, rows);
		return;
	}
	keys = memory_array(rows->row_count, sizeof(*keys));
	rank_keys(rows->numbers, rows->row_count, keys);
	keyed.keys = keys;
	order_by_keys(ranking, &keyed);
	free(keys);
}

void
ranking_break_ties(struct ranking *ranking, const int64_t *keys)
{
	rank_order_keys(keys, ranking->starts[ranking->group_count],
	    ranking->order, ranking->tied, ranking->tied);
}

void
ranking_free(struct ranking *ranking)
{
	free(ranking->order);
	free(ranking->tied);
	free(ranking->starts);
	free(ranking->rest);
	free(ranking->rest_starts);
	free(ranking->ranks);
	*ranking = (struct ranking){ 0 };
}

/*
 * Ranks
 */

void
ranking_share(struct ranking *ranking, enum rank_ties ties)
{
	ranking->ranks =
	    memory_array(ranking->row_count, sizeof(*ranking->ranks));
	for (size_t i = 0; i < ranking->row_count; i++)
		ranking->ranks[i] = value_missing();
	for (size_t i = 0; i < ranking->group_count; i++)
		rank_share(ranking->order + ranking->starts[i],
		    ranking->tied + ranking->starts[i], group_size(ranking, i),
		    ties, ranking->ranks);
}

void
ranking_numbers(const struct num *values, size_t count, enum rank_ties ties,
    struct num *ranks)
{
	struct ranking_rows rows = { .row_count = count, .numbers = values };
	struct ranking ranking;

	ranking_order(&ranking, &rows);
	for (size_t i = 0; i < count; i++)
		ranks[i] = value_missing();
	rank_share(ranking.order, ranking.tied, ranking.starts[1], ties, ranks);
	ranking_free(&ranking);
}

/*
 * The first and the last
 */

/* The ranked rows of a group. */
struct ends {
	enum rank_ties ties;
	size_t count;
	size_t level, levels; /* of equal rows, from 1 */
};

/*
 * How far row `at` is from the first place, in places of which those who share
 * one have the first: 1 for the first. Ranks count where none is left out.
 */
static size_t
from_first(const struct ends *ends, size_t at, size_t from)
{
	if (ends->ties == RANK_DENSE)
		return ends->level;
	return ends->ties == RANK_ORDINAL ? at + 1 : from + 1;
}

/* The same from the last place. */
static size_t
from_last(const struct ends *ends, size_t at, size_t end)
{
	if (ends->ties == RANK_DENSE)
		return ends->levels - ends->level + 1;
	return ends->count - (ends->ties == RANK_ORDINAL ? at : end - 1);
}

static size_t
level_end(const bool *tied, size_t from, size_t count)
{
	size_t end = from + 1;

	while (end < count && tied[end])
		end++;
	return end;
}

static void
mark_group(const struct ranking *ranking, size_t group, enum rank_ties ties,
    size_t first, bool *is_first, size_t last, bool *is_last)
{
	const uint32_t *order = ranking->order + ranking->starts[group];
	const bool *tied = ranking->tied + ranking->starts[group];
	struct ends ends = { .ties = ties,
		.count = group_size(ranking, group) };
	size_t end;

	for (size_t i = 0; i < ends.count; i++)
		ends.levels += !tied[i];
	for (size_t from = 0; from < ends.count; from = end) {
		end = level_end(tied, from, ends.count);
		ends.level++;
		for (size_t at = from; at < end; at++) {
			if (is_first != NULL)
				is_first[order[at]] =
				    from_first(&ends, at, from) <= first;
			if (is_last != NULL)
				is_last[order[at]] =
				    from_last(&ends, at, end) <= last;
		}
	}
}

void
ranking_ends(const struct ranking *ranking, enum rank_ties ties, size_t first,
    bool *is_first, size_t last, bool *is_last)
{
	for (size_t i = 0; i < ranking->group_count; i++)
		mark_group(ranking, i, ties, first, is_first, last, is_last);
}

/*
 * Grades
 */

void
ranking_grade(const struct ranking *ranking, const struct rank_grade *grades,
    size_t count, int *out)
{
	for (size_t i = 0; i < ranking->row_count; i++)
		out[i] = RANK_NO_GRADE;
	for (size_t i = 0; i < ranking->group_count; i++)
		rank_grades(grades, count, ranking->order + ranking->starts[i],
		    ranking->tied + ranking->starts[i], group_size(ranking, i),
		    out);
}

/*
 * Movement
 */

bool
ranking_past_add(struct ranking_past *past, uint32_t who, struct num rank)
{
	bool is_new;

	if (who >= past->capacity) {
		size_t old = past->capacity, new = old < 512 ? 1024 : 2 * old;

		new = who < new ? new : (size_t)who + 1;
		past->capacity = new;
		past->ranks =
		    memory_resize(past->ranks, new * sizeof(*past->ranks));
		past->is_known =
		    memory_resize(past->is_known, new * sizeof(bool));
		memset(past->is_known + old, 0, (new - old) * sizeof(bool));
	}
	is_new = !past->is_known[who];
	past->is_known[who] = true;
	past->ranks[who] = rank;
	return is_new;
}

struct num
ranking_past_rank(const struct ranking_past *past, uint32_t who)
{
	return who < past->capacity && past->is_known[who] ? past->ranks[who]
							   : value_missing();
}

void
ranking_past_free(struct ranking_past *past)
{
	free(past->ranks);
	free(past->is_known);
	*past = (struct ranking_past){ 0 };
}

struct num
ranking_move(struct num since, struct num rank)
{
	struct arena arena = { 0 };
	struct num move = value_missing();

	/* Ranks are too small for the difference to need the arena. */
	if (num_is_number(since) && num_is_number(rank))
		move = num_sub(&arena, since, rank);
	arena_free(&arena);
	return move;
}
