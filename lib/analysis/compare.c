#include "analysis/compare.h"

#include <stdlib.h>

static bool
is_written(const struct compare_side *side)
{
	return side->book == NULL;
}

/*
 * Periods
 */

static bool
newest_of(const struct compare_side *side, struct period *newest)
{
	if (!is_written(side))
		return book_newest(side->book, newest);
	for (size_t i = 0; i < side->period_count; i++)
		if (i == 0 || period_compare(side->periods[i], *newest) > 0)
			*newest = side->periods[i];
	return side->period_count > 0;
}

/* The period of a side that names none, where the other does. */
static enum compare_fault
settle_side(const struct compare *compare, struct compare_side *side,
    const struct compare_side *other)
{
	side->has_period = true;
	side->period = other->period;
	if (compare->has_periods &&
	    !period_equal(compare->periods.first, compare->periods.last))
		return COMPARE_RANGE;
	if (compare->has_periods)
		side->period = compare->periods.first;
	else if (compare->is_same && !newest_of(side, &side->period))
		return COMPARE_NO_DATA;
	return COMPARE_NONE;
}

static enum compare_fault
settle_sides(struct compare *compare)
{
	struct compare_side *from = &compare->from, *to = &compare->to;
	enum compare_fault fault = COMPARE_NONE;

	if (from->has_period && !to->has_period)
		fault = settle_side(compare, to, from);
	else if (to->has_period && !from->has_period)
		fault = settle_side(compare, from, to);
	if (fault == COMPARE_NONE && from->has_period &&
	    from->period.length != to->period.length)
		fault = COMPARE_LENGTHS;
	return fault;
}

/*
 * Pairs
 */

static void
add_pair(struct compare *compare, struct period from, struct period to)
{
	compare->pairs = arena_grow(&compare->arena, compare->pairs,
	    compare->count, &compare->capacity, sizeof(*compare->pairs));
	compare->pairs[compare->count++] = (struct compare_pair){ from, to };
}

static int
order_of_pairs(const void *a, const void *b)
{
	const struct compare_pair *x = a, *y = b;

	return period_compare(x->to, y->to);
}

/* The periods of a side: those written down; those as long as the book's own.
 */
static void
add_periods(struct compare *compare, const struct compare_side *side)
{
	const struct book *book = side->book;

	for (size_t i = 0; is_written(side) && i < side->period_count; i++)
		add_pair(compare, side->periods[i], side->periods[i]);
	/* Beside scores written down nothing can be said of other periods. */
	if (is_written(&compare->from) || is_written(&compare->to))
		return;
	for (size_t i = 0; i < book->folder_count; i++)
		if ((int)book->folders[i].period.length == book->length)
			add_pair(compare, book->folders[i].period,
			    book->folders[i].period);
}

/* All periods that either side has, each once, in the order of time. */
static void
list_all(struct compare *compare)
{
	size_t kept = 0;

	add_periods(compare, &compare->from);
	add_periods(compare, &compare->to);
	if (compare->count > 1)
		qsort(compare->pairs, compare->count, sizeof(*compare->pairs),
		    order_of_pairs);
	for (size_t i = 0; i < compare->count; i++)
		if (i == 0 || !period_equal(compare->pairs[i].to,
				  compare->pairs[i - 1].to))
			compare->pairs[kept++] = compare->pairs[i];
	compare->count = kept;
}

enum compare_fault
compare_settle(struct compare *compare)
{
	struct period_range range = compare->periods;
	enum compare_fault fault = settle_sides(compare);

	if (fault != COMPARE_NONE)
		return fault;
	if (compare->to.has_period)
		add_pair(compare, compare->from.period, compare->to.period);
	else if (!compare->has_periods)
		list_all(compare);
	else
		for (struct period at = range.first;
		     at.index <= range.last.index; at.index++)
			add_pair(compare, at, at);
	return COMPARE_NONE;
}

/*
 * Scores
 */

static bool
is_among(const struct period *periods, size_t count, struct period period)
{
	for (size_t i = 0; i < count; i++)
		if (period_equal(periods[i], period))
			return true;
	return false;
}

/* Whether a side has scores of a period: they are made, and kept. */
static bool
has_scores(const struct compare_side *side, struct period period)
{
	if (is_written(side))
		return is_among(side->periods, side->period_count, period);
	return book_scheme(side->book, period) != NULL &&
	       book_has_data(side->book, period) &&
	       engine_score(side->engine, period) != NULL;
}

/*
 * Where `to` has data but no scheme any more it cannot be scored, and its
 * engine says so; a scheme that only came with `to` is a change like any other.
 */
static void
need_scheme(const struct compare_side *side, struct period period)
{
	if (!is_written(side) && book_has_data(side->book, period) &&
	    book_scheme(side->book, period) == NULL)
		engine_score(side->engine, period);
}

enum compare_fault
compare_score(struct compare *compare)
{
	bool any = false;

	for (size_t i = 0; i < compare->count; i++) {
		struct compare_pair pair = compare->pairs[i];
		bool from = has_scores(&compare->from, pair.from);
		bool to = has_scores(&compare->to, pair.to);

		if (from && !to)
			need_scheme(&compare->to, pair.to);
		any |= from || to;
	}
	if (compare->count == 0)
		return COMPARE_NO_PAIR;
	return any ? COMPARE_NONE : COMPARE_NO_SCORES;
}

/*
 * Differences
 */

static void
take(const struct compare_side *side, struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *out)
{
	const struct result *result = NULL;

	if (is_written(side)) {
		side->snapshot(side->scores, period, choose, context, out);
		return;
	}
	if (book_scheme(side->book, period) != NULL &&
	    book_has_data(side->book, period))
		result = engine_score(side->engine, period);
	snapshot_take(out, side->book, result, choose, context);
}

void
compare_take(const struct compare *compare, const struct compare_pair *pair,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *from, struct snapshot *to)
{
	take(&compare->from, pair->from, choose, context, from);
	take(&compare->to, pair->to, choose, context, to);
}

void
compare_find(const struct compare *compare, const struct compare_pair *pair,
    const struct attribution_request *request, struct attribution *changes)
{
	const struct compare_side *from = &compare->from, *to = &compare->to;
	struct snapshot before, after;

	if (!is_written(from) && !is_written(to)) {
		attribution_find(changes,
		    &(struct overlay_side){
			from->book, from->engine, pair->from },
		    &(struct overlay_side){ to->book, to->engine, pair->to },
		    request);
		return;
	}
	compare_take(compare, pair, request->choose, request->context, &before,
	    &after);
	attribution_of_snapshots(changes, &before, &after);
}

void
compare_free(struct compare *compare)
{
	arena_free(&compare->arena);
	*compare = (struct compare){ 0 };
}
