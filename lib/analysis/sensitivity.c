#include "analysis/sensitivity.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis/random.h"
#include "ranking/ranking.h"
#include "score/dependency.h"

/* The values of a measure as they are read in a period, ready to be varied. */
struct column_read {
	uint32_t measure;
	struct period period;
	bool carried;
	struct num *values;
	uint8_t *flags;	  /* whether each was carried */
	uint64_t *places; /* of each value: by which its draw is found; 0: it
			     stays */
};

/* A sum that a total is: some items as they are, some times a factor. */
struct part {
	uint32_t item;
	bool varies;
};

/* What every thread reads, and none writes. */
struct survey {
	struct sensitivity *out;
	const struct sensitivity_request *request;
	struct book *book;
	struct engine *engine;
	const struct result *result;
	struct book_facts own;
	struct facts facts; /* of the book itself */
	struct column_read *columns;
	size_t column_count, column_capacity;
	uint32_t *slots; /* a hash table: number + 1 */
	size_t slot_count;
	struct part *parts;
	size_t part_count;
	uint8_t *is_there; /* of each unit: 0 */
};

/* One thread, and what it counts. */
struct worker {
	struct survey *survey;
	pthread_t thread;
	bool started;
	uint32_t first, step; /* its draws: first, first + step ... */
	uint64_t draw;	      /* the seed of the one in hand */
	struct facts facts;
	struct engine *engine;
	struct diag *diag;
	struct arena arena;
	uint32_t *ranks;    /* of each unit that is ranked, in the draw */
	uint32_t *counts;   /* how often each had each rank */
	uint32_t *reversed; /* how often each passed each above it */
};

/*
 * Values
 */

static size_t
slot_of(const struct survey *survey, uint32_t measure, struct period period,
    bool carried)
{
	uint64_t hash = measure;

	hash = hash * 31 + (uint32_t)period.index;
	hash = hash * 31 + 2 * (uint64_t)period.length + carried;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	for (size_t at = (size_t)(hash >> 20);; at++) {
		uint32_t number = survey->slots[at &= survey->slot_count - 1];
		const struct column_read *column;

		if (number == 0)
			return at;
		column = &survey->columns[number - 1];
		if (column->measure == measure && column->carried == carried &&
		    period_equal(column->period, period))
			return at;
	}
}

static const struct column_read *
find_column(const struct survey *survey, uint32_t measure, struct period period,
    bool carried)
{
	uint32_t number =
	    survey->slots[slot_of(survey, measure, period, carried)];

	return number == 0 ? NULL : &survey->columns[number - 1];
}

/* Digits after the point of a value that varies; -1: it does not. */
static int
digits_that_vary(const struct measure *measure, struct num value)
{
	int64_t rest;
	int digits = 0;

	if (!num_is_number(value) || value.d <= 0 || measure->digits == 0 ||
	    measure->entries == 1)
		return -1;
	if (measure->digits > 0)
		return measure->digits;
	for (rest = value.d; rest > 1 && rest % 10 == 0; rest /= 10)
		digits++;
	if (rest != 1)
		return -1;
	/* Trailing zeros are no digits. */
	while (digits > 0 && value.n % 10 == 0) {
		value.n /= 10;
		digits--;
	}
	return digits;
}

/* The value over 10^digits; false where that is not to be had. */
static bool
set_digits(struct num *value, int digits)
{
	int64_t scale = 1;
	struct num result;

	for (int i = 0; i < digits; i++)
		if (__builtin_mul_overflow(scale, 10, &scale))
			return false;
	result.d = scale;
	if (scale % value->d == 0) {
		if (__builtin_mul_overflow(value->n, scale / value->d,
			&result.n))
			return false;
	} else if (value->d % scale == 0 &&
		   value->n % (value->d / scale) == 0) {
		result.n = value->n / (value->d / scale);
	} else {
		return false;
	}
	*value = result;
	return result.n < INT64_MAX && result.n > INT64_MIN;
}

/* By what its draw is found: the folder that holds it, measure and unit. */
static uint64_t
place_of(const struct survey *survey, const struct column_read *column,
    uint32_t unit)
{
	struct data_assumption cell = { .measure = column->measure,
		.unit = unit,
		.period = column->period };
	struct period holder = column->period;
	uint64_t place;

	data_holder(engine_data(survey->engine), &cell, &holder);
	place = random_branch((uint64_t)holder.length, column->measure);
	place = random_branch(place, (uint64_t)holder.index);
	return random_branch(place, unit) | 1;
}

static void
prepare_values(struct survey *survey, struct column_read *column)
{
	const struct measure *measure =
	    &survey->book->measures[column->measure];
	size_t units = survey->book->unit_count;
	struct arena *arena = &survey->out->arena;

	column->places = arena_array(arena, units + 1, sizeof(*column->places));
	for (uint32_t i = 0; i < units; i++) {
		int digits = digits_that_vary(measure, column->values[i]);

		column->values[i] = num_is_number(column->values[i])
					? num_copy(arena, column->values[i])
					: column->values[i];
		if (survey->request->keeps_values || digits < 0 ||
		    !set_digits(&column->values[i], digits))
			continue;
		column->places[i] = place_of(survey, column, i);
		survey->out->values++;
	}
}

static void
add_column(struct survey *survey, uint32_t measure, struct period period,
    bool carried)
{
	struct arena *arena = &survey->out->arena;
	size_t units = survey->book->unit_count;
	struct data *data = engine_data(survey->engine);
	struct column_read *column;

	if (find_column(survey, measure, period, carried) != NULL)
		return;
	survey->columns =
	    arena_grow(arena, survey->columns, survey->column_count,
		&survey->column_capacity, sizeof(*survey->columns));
	column = &survey->columns[survey->column_count];
	*column = (struct column_read){
		.measure = measure, .period = period, .carried = carried
	};
	column->values = arena_array(arena, units + 1, sizeof(*column->values));
	column->flags = arena_array(arena, units + 1, 1);
	if (carried)
		data_carried(data, measure, period, column->values,
		    column->flags);
	else
		data_values(data, measure, period, column->values);
	prepare_values(survey, column);
	survey->slots[slot_of(survey, measure, period, carried)] =
	    (uint32_t)++survey->column_count;
}

static void
read_columns(struct survey *survey)
{
	struct dependencies reads = { 0 };

	dependency_of_scheme(&survey->out->arena, survey->book, &survey->facts,
	    survey->result->scheme, instant_of(survey->request->period),
	    &reads);
	survey->slot_count = 64;
	while (survey->slot_count < 8 * reads.count + 8)
		survey->slot_count *= 2;
	survey->slots = arena_array(&survey->out->arena, survey->slot_count,
	    sizeof(*survey->slots));
	for (size_t i = 0; i < reads.count; i++) {
		const struct dependency *read = &reads.list[i];

		add_column(survey, read->measure, read->instant.here, false);
		if (read->carried)
			add_column(survey, read->measure, read->instant.here,
			    true);
	}
}

static struct num
varied(const struct worker *worker, const struct column_read *column,
    size_t unit)
{
	const struct measure *measure =
	    &worker->survey->book->measures[column->measure];
	struct num value = column->values[unit], moved = value;
	uint64_t drawn = random_at(worker->draw, column->places[unit]);

	moved.n += (int64_t)random_below(drawn, 3) - 1;
	if ((num_is_number(measure->min) &&
		num_compare(moved, measure->min) < 0) ||
	    (num_is_number(measure->max) &&
		num_compare(moved, measure->max) > 0))
		return value;
	return moved;
}

static void
draw_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	const struct worker *worker = context;
	size_t units = worker->survey->book->unit_count;
	const struct column_read *column =
	    find_column(worker->survey, measure, instant.here, carried != NULL);

	for (size_t i = 0; i < units; i++) {
		out[i] = column == NULL ? value_missing() : column->values[i];
		if (column != NULL && column->places[i] != 0)
			out[i] = varied(worker, column, i);
		if (column != NULL && carried != NULL && column->flags[i])
			carried[i] = 1;
	}
}

/*
 * The rest of the facts are the book's own
 */

static bool
draw_is_member(void *context, size_t unit, struct instant instant)
{
	const struct facts *facts =
	    &((const struct worker *)context)->survey->facts;

	return facts->is_member(facts->context, unit, instant);
}

static struct str
draw_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct facts *facts =
	    &((const struct worker *)context)->survey->facts;

	return facts->group(facts->context, unit, dimension, instant);
}

static struct scheme *
draw_scheme(void *context, struct instant instant)
{
	const struct facts *facts =
	    &((const struct worker *)context)->survey->facts;

	return facts->scheme(facts->context, instant);
}

static bool
draw_has_data(void *context, struct instant instant)
{
	const struct facts *facts =
	    &((const struct worker *)context)->survey->facts;

	return facts->has_data(facts->context, instant);
}

static int32_t
draw_reach(void *context, struct instant instant)
{
	const struct facts *facts =
	    &((const struct worker *)context)->survey->facts;

	return facts->reach(facts->context, instant);
}

/*
 * Points
 */

/* Whether an item's score is just the sum of its children's, as printed. */
static bool
adds_up(const struct scheme *scheme, const struct item *item)
{
	if (item->rule != NULL || item->veto != NULL || item->cap.given ||
	    item->floor.given || item->child_count == 0 ||
	    item->kind == ITEM_DEDUCTION)
		return false;
	/* With an absent sibling's points it has more than their sum. */
	if (item->counts && item->parent != INDEX_NONE &&
	    scheme->items[item->parent].rescales_below)
		return false;
	for (size_t i = 0; i < item->child_count; i++) {
		const struct item *child = &scheme->items[item->children[i]];

		if (item->digits != DIGITS_EXACT &&
		    (child->digits == DIGITS_EXACT ||
			child->digits > item->digits))
			return false;
	}
	return true;
}

static void
take_apart(struct survey *survey, uint32_t number)
{
	const struct scheme *scheme = survey->result->scheme;
	const struct item *item = &scheme->items[number];
	struct part part = { number, item->counts && number != 0 &&
					 num_is_number(item->points) &&
					 num_sign(item->points) > 0 &&
					 num_sign(survey->request->vary) > 0 };

	if (adds_up(scheme, item)) {
		for (size_t i = 0; i < item->child_count; i++)
			take_apart(survey, item->children[i]);
		return;
	}
	survey->out->varied += part.varies;
	survey->parts[survey->part_count++] = part;
}

/* How much an item counts in a draw. */
static struct num
factor_of(struct worker *worker, const struct part *part)
{
	enum { STEPS = 1000 };
	uint64_t drawn;
	int64_t k;
	struct num change;

	if (!part->varies)
		return NUM_INT(1);
	/* Places of values are odd. */
	drawn = random_at(worker->draw, 2 * (uint64_t)part->item);
	k = (int64_t)random_below(drawn, 2 * STEPS + 1) - STEPS;
	change = num_mul(&worker->arena, worker->survey->request->vary,
	    (struct num){ k, STEPS });
	return num_add(&worker->arena, NUM_INT(1), change);
}

/*
 * Draws
 */

static void
sum_parts(struct worker *worker, const struct result *result,
    struct num *totals)
{
	const struct survey *survey = worker->survey;
	size_t units = survey->book->unit_count;

	for (size_t i = 0; i < units; i++)
		totals[i] = num_is_number(result->items[0].scores[i])
				? NUM_INT(0)
				: value_missing();
	for (size_t j = 0; j < survey->part_count; j++) {
		const struct part *part = &survey->parts[j];
		const struct num *scores = result->items[part->item].scores;
		struct num factor = factor_of(worker, part);

		for (size_t i = 0; i < units; i++) {
			struct num score = scores[i];

			if (!num_is_number(totals[i]) || !num_is_number(score))
				continue;
			if (part->varies)
				score =
				    value_mul(&worker->arena, score, factor);
			totals[i] = value_add(&worker->arena, totals[i], score);
		}
	}
}

/* A unit that lost its total in a draw ranks behind all that have one. */
static void
rank_draw(struct worker *worker, const struct num *totals)
{
	const struct survey *survey = worker->survey;
	size_t count = survey->out->count;
	struct num *values =
	    arena_array(&worker->arena, count, sizeof(*values));
	struct num *ranks = arena_array(&worker->arena, count, sizeof(*ranks));

	for (size_t i = 0; i < count; i++)
		values[i] = totals[survey->out->units[i].unit];
	ranking_numbers(values, count, RANK_COMPETITION, ranks);
	for (size_t i = 0; i < count; i++)
		worker->ranks[i] = num_is_number(ranks[i])
				       ? (uint32_t)ranks[i].n
				       : (uint32_t)count;
}

static void
count_draw(struct worker *worker)
{
	size_t count = worker->survey->out->count;

	for (size_t i = 0; i < count; i++) {
		uint32_t rank = worker->ranks[i];
		uint32_t *reversed = worker->reversed + i * count;

		worker->counts[i * count + rank - 1]++;
		for (size_t j = i + 1; j < count; j++)
			reversed[j] += worker->ranks[j] < rank;
	}
}

static void
make_draw(struct worker *worker, uint32_t number)
{
	struct survey *survey = worker->survey;
	const struct result *result = survey->result;
	struct arena_mark mark = arena_mark(&worker->arena);
	struct num *totals = arena_array(&worker->arena,
	    survey->book->unit_count + 1, sizeof(*totals));

	worker->draw = random_branch(survey->request->seed, number);
	if (survey->out->values > 0) {
		engine_restart(worker->engine);
		result = engine_score_instant(worker->engine,
		    instant_of(survey->request->period));
	}
	sum_parts(worker, result, totals);
	rank_draw(worker, totals);
	count_draw(worker);
	arena_release(&worker->arena, mark);
}

static void *
work(void *context)
{
	struct worker *worker = context;

	for (uint32_t i = worker->first; i < worker->survey->request->draws;
	     i += worker->step)
		make_draw(worker, i);
	return NULL;
}

static void
start_worker(struct worker *worker, struct survey *survey, uint32_t first,
    uint32_t step)
{
	size_t count = survey->out->count;

	*worker = (struct worker){ .survey = survey,
		.first = first,
		.step = step,
		.diag = diag_new(1) };
	worker->facts =
	    (struct facts){ worker, draw_values, draw_is_member, draw_group,
		    draw_scheme, draw_has_data, draw_reach, survey->is_there };
	worker->engine =
	    engine_over(survey->book, &worker->facts, NULL, worker->diag);
	worker->ranks =
	    arena_array(&worker->arena, count + 1, sizeof(*worker->ranks));
	worker->counts = arena_array(&worker->arena, count * count + 1,
	    sizeof(*worker->counts));
	worker->reversed = arena_array(&worker->arena, count * count + 1,
	    sizeof(*worker->reversed));
}

static void
free_worker(struct worker *worker)
{
	engine_free(worker->engine);
	diag_free(worker->diag);
	arena_free(&worker->arena);
}

static void
merge(struct worker *into, const struct worker *from, size_t count)
{
	for (size_t i = 0; i < count * count; i++) {
		into->counts[i] += from->counts[i];
		into->reversed[i] += from->reversed[i];
	}
}

static uint32_t
thread_count(const struct sensitivity_request *request)
{
	long most = request->threads > 0 ? (long)request->threads
					 : sysconf(_SC_NPROCESSORS_ONLN);

	if (most > 64)
		most = 64;
	if (most > (long)request->draws)
		most = (long)request->draws;
	return most < 1 ? 1 : (uint32_t)most;
}

/* Where no thread can be had its draws are made here. */
static void
make_draws(struct worker *workers, uint32_t threads)
{
	for (uint32_t i = 1; i < threads; i++)
		workers[i].started = pthread_create(&workers[i].thread, NULL,
					 work, &workers[i]) == 0;
	work(&workers[0]);
	for (uint32_t i = 1; i < threads; i++)
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
		else
			work(&workers[i]);
}

/*
 * What came out
 */

static void
list_units(struct survey *survey)
{
	struct sensitivity *out = survey->out;
	const struct num *totals = survey->result->items[0].scores;
	struct ranking_rows rows = { .row_count = survey->book->unit_count,
		.numbers = totals };
	struct ranking ranking;

	ranking_order(&ranking, &rows);
	ranking_share(&ranking, RANK_COMPETITION);
	out->count = ranking.starts[1];
	out->units = arena_array(&out->arena, out->count, sizeof(*out->units));
	for (size_t i = 0; i < out->count; i++) {
		uint32_t unit = ranking.order[i];

		out->units[i] = (struct sensitive){ .unit = unit,
			.score = totals[unit],
			.rank = (uint32_t)ranking.ranks[unit].n };
	}
	ranking_free(&ranking);
}

/* The least rank that so many percent of the draws do not exceed. */
static uint32_t
quantile(const uint32_t *counts, size_t count, uint32_t draws, uint64_t percent)
{
	uint64_t seen = 0;

	for (size_t rank = 1; rank <= count; rank++) {
		seen += counts[rank - 1];
		if (seen * 100 >= percent * draws && seen > 0)
			return (uint32_t)rank;
	}
	return (uint32_t)count;
}

static void
summarise(struct sensitivity *out, const struct worker *worker)
{
	size_t capacity = 0;

	for (size_t i = 0; i < out->count; i++) {
		struct sensitive *unit = &out->units[i];
		const uint32_t *counts = worker->counts + i * out->count;

		unit->least = quantile(counts, out->count, out->draws, 0);
		unit->low = quantile(counts, out->count, out->draws, 5);
		unit->median = quantile(counts, out->count, out->draws, 50);
		unit->high = quantile(counts, out->count, out->draws, 95);
		unit->most = quantile(counts, out->count, out->draws, 100);
		for (size_t j = i + 1; j < out->count; j++) {
			uint32_t reversed =
			    worker->reversed[i * out->count + j];

			if ((uint64_t)reversed * 20 <= out->draws)
				continue;
			out->pairs = arena_grow(&out->arena, out->pairs,
			    out->pair_count, &capacity, sizeof(*out->pairs));
			out->pairs[out->pair_count++] =
			    (struct sensitive_pair){ (uint32_t)i, (uint32_t)j,
				    reversed };
		}
	}
}

void
sensitivity_find(struct sensitivity *out, struct book *book,
    struct engine *engine, const struct sensitivity_request *request)
{
	struct survey survey = { .out = out,
		.request = request,
		.book = book,
		.engine = engine,
		.result = engine_score(engine, request->period) };
	uint32_t threads = thread_count(request);
	struct worker *workers = memory_alloc(threads * sizeof(*workers));

	*out = (struct sensitivity){ .draws = request->draws,
		.total = &survey.result->scheme->items[0] };
	survey.own = (struct book_facts){ book, engine_data(engine),
		engine_schemes(engine) };
	survey.facts = facts_of_book(&survey.own);
	survey.parts = arena_array(&out->arena,
	    survey.result->scheme->item_count, sizeof(*survey.parts));
	survey.is_there = arena_array(&out->arena, book->unit_count + 1, 1);
	list_units(&survey);
	read_columns(&survey);
	take_apart(&survey, 0);
	for (uint32_t i = 0; i < threads; i++)
		start_worker(&workers[i], &survey, i, threads);
	make_draws(workers, threads);
	for (uint32_t i = 1; i < threads; i++)
		merge(&workers[0], &workers[i], out->count);
	summarise(out, &workers[0]);
	for (uint32_t i = 0; i < threads; i++)
		free_worker(&workers[i]);
	free(workers);
}

void
sensitivity_free(struct sensitivity *sensitivity)
{
	arena_free(&sensitivity->arena);
	*sensitivity = (struct sensitivity){ 0 };
}
