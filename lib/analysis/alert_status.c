#include "analysis/alert_status.h"

#include <stdlib.h>

#include "book/data_rows.h"

/* How far back alerts are followed, in periods. */
enum { BACK_MAX = 1200 };

/*
 * Plans
 */

static struct num
value_of(struct engine *engine, const struct book *book, uint32_t measure,
    uint32_t unit, struct period period, struct arena *arena)
{
	struct num *values =
	    arena_array(arena, book->unit_count, sizeof(*values));

	data_values(engine_data(engine), measure, period, values);
	return values[unit];
}

/* What happened since the year began, of which some periods may be missing. */
static struct num
sum_of_year(struct engine *engine, const struct book *book, uint32_t measure,
    uint32_t unit, struct period period, struct arena *arena)
{
	struct period at = period_add(period, 1 - period_in_year(period));
	struct num sum = value_missing();

	for (; at.index <= period.index; at.index++) {
		struct num value =
		    value_of(engine, book, measure, unit, at, arena);

		if (num_is_number(value))
			sum = num_is_number(sum) ? num_add(arena, sum, value)
						 : value;
	}
	return sum;
}

/* The part of a year's target that a straight line has in a period. */
static struct num
straight_share(const struct unit *unit, struct period period,
    struct arena *arena)
{
	struct period_range year =
	    period_inside(period_containing(period, PERIOD_YEAR),
		period.length);
	int32_t first = year.first.index;

	if (unit->from.given) {
		struct period joined =
		    period_inside(unit->from.period, PERIOD_MONTH).first;

		joined = period_containing(joined, period.length);
		if (joined.index > first && joined.index <= period.index)
			first = joined.index;
	}
	return num_div(arena, NUM_INT(period.index - first + 1),
	    NUM_INT(year.last.index - first + 1));
}

static struct num
planned_of(struct engine *engine, const struct book *book,
    const struct measure *measure, struct num target, uint32_t unit,
    struct period period, struct arena *arena)
{
	struct num share;

	switch (measure->plan) {
	case PLAN_NONE:
		break;
	case PLAN_STRAIGHT:
		return value_mul(arena, target,
		    straight_share(&book->units[unit], period, arena));
	case PLAN_VALUES:
		return value_of(engine, book, measure->plan_measure, unit,
		    period, arena);
	case PLAN_SHARES:
		share = value_of(engine, book, measure->plan_measure, unit,
		    period, arena);
		return value_mul(arena, target,
		    value_div(arena, share, NUM_INT(100)));
	}
	return value_missing();
}

struct progress
alert_status_progress(struct engine *engine, const struct book *book,
    uint32_t measure, uint32_t unit, struct period period, struct arena *arena)
{
	const struct measure *row = &book->measures[measure];
	struct progress progress = { .measure = measure,
		.target = value_missing(),
		.share = value_missing() };

	if (row->target != INDEX_NONE)
		progress.target =
		    value_of(engine, book, row->target, unit, period, arena);
	progress.value =
	    row->kind == MEASURE_FLOW && row->plan == PLAN_STRAIGHT
		? sum_of_year(engine, book, measure, unit, period, arena)
		: value_of(engine, book, measure, unit, period, arena);
	progress.planned =
	    planned_of(engine, book, row, progress.target, unit, period, arena);
	if (num_is_number(progress.value) && num_is_number(progress.planned) &&
	    num_sign(progress.planned) > 0)
		progress.share =
		    value_div(arena, progress.value, progress.planned);
	return progress;
}

struct progress
alert_status_least_progress(struct engine *engine, const struct book *book,
    const struct responsibility_measures *measures, uint32_t unit,
    struct period period, struct arena *arena)
{
	struct progress least = { .measure = INDEX_NONE,
		.target = value_missing(),
		.planned = value_missing(),
		.value = value_missing(),
		.share = value_missing() };

	for (size_t i = 0; i < measures->count; i++) {
		struct progress progress;

		if (book->measures[measures->list[i]].plan == PLAN_NONE)
			continue;
		progress = alert_status_progress(engine, book,
		    measures->list[i], unit, period, arena);
		if (least.measure == INDEX_NONE ||
		    (num_is_number(progress.share) &&
			(!num_is_number(least.share) ||
			    num_compare(progress.share, least.share) < 0)))
			least = progress;
	}
	return least;
}

/* A plan of one measure over the year, for each unit. */
static void
check_plan(const struct responsibilities *duties, struct engine *engine,
    const struct measure *measure, struct diag *diag)
{
	const struct book *book = duties->book;
	struct data *data = engine_data(engine);
	struct period_range year =
	    period_inside(period_containing(duties->result->period,
			      PERIOD_YEAR),
		duties->result->period.length);
	size_t units = book->unit_count;
	struct num *last = memory_alloc((units + 1) * sizeof(*last));
	struct num *values = memory_alloc((units + 1) * sizeof(*values));
	struct buffer from = { 0 }, to = { 0 };
	char text[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < units; i++)
		last[i] = value_missing();
	for (struct period at = year.first; at.index <= year.last.index;
	     at.index++) {
		data_values(data, measure->plan_measure, at, values);
		for (uint32_t i = 0; i < units; i++) {
			struct place place = place_file("data");

			if (!num_is_number(values[i]))
				continue;
			if (num_is_number(last[i]) &&
			    num_compare(values[i], last[i]) < 0) {
				buffer_clear(&from);
				buffer_clear(&to);
				num_print(&from, last[i]);
				num_print(&to, values[i]);
				data_place(data, measure->plan_measure, i, at,
				    &place);
				diag_at(diag, place, D_PLAN_FALLS,
				    book->measures[measure->plan_measure].id,
				    buffer_str(&from),
				    str_from(period_text(period_add(at, -1),
					text)),
				    buffer_str(&to));
			}
			last[i] = values[i];
		}
	}
	buffer_free(&from);
	buffer_free(&to);
	free(last);
	free(values);
}

void
alert_status_check_plans(const struct responsibilities *duties,
    struct engine *engine, struct diag *diag)
{
	const struct book *book = duties->book;
	bool *seen = memory_alloc((book->measure_count + 1) * sizeof(*seen));

	memset(seen, 0, (book->measure_count + 1) * sizeof(*seen));
	for (size_t i = 0; i < duties->scheme->item_count; i++)
		for (size_t j = 0; j < duties->measures[i].count; j++) {
			const struct measure *measure =
			    &book->measures[duties->measures[i].list[j]];

			/* Several measures may have one plan. */
			if (measure->plan <= PLAN_STRAIGHT ||
			    seen[measure->plan_measure])
				continue;
			seen[measure->plan_measure] = true;
			check_plan(duties, engine, measure, diag);
		}
	free(seen);
}

/*
 * Levels
 */

/* The scores of a period, so many before the present one. */
struct past {
	bool is_taken;
	struct period period;
	const struct result *result; /* NULL: there are none */
	struct snapshot snapshot;
};

struct watching {
	const struct responsibilities *duties;
	struct engine *engine;
	struct arena *arena;
	struct past *pasts;
	size_t past_count, past_capacity;
	struct str *levels;
	size_t level_count;
};

static const struct past *
past_of(struct watching *watching, size_t back)
{
	struct past *past;

	while (watching->past_count <= back) {
		watching->pasts = arena_grow(watching->arena, watching->pasts,
		    watching->past_count, &watching->past_capacity,
		    sizeof(*watching->pasts));
		watching->pasts[watching->past_count++] = (struct past){ 0 };
	}
	past = &watching->pasts[back];
	if (past->is_taken)
		return past;
	past->is_taken = true;
	past->period =
	    period_add(watching->duties->result->period, -(int32_t)back);
	if (book_scheme(watching->duties->book, past->period) != NULL &&
	    book_has_data(watching->duties->book, past->period))
		past->result = engine_score(watching->engine, past->period);
	snapshot_take(&past->snapshot, watching->duties->book, past->result,
	    NULL, NULL);
	return past;
}

/* What an alert looks at, in one period; no number where it is not there. */
struct sight {
	struct num value;
	size_t ranked; /* units that have a rank */
};

static struct sight
look(struct watching *watching, const struct alert *alert, struct str id,
    const struct past *past)
{
	const struct responsibilities *duties = watching->duties;
	struct arena *arena = watching->arena;
	uint32_t number = intern_find(&past->snapshot.index, id);
	struct sight sight = { .value = value_missing() };
	const struct snapshot_item *item;
	struct responsibility_measures measures;
	struct num points, score;

	if (number == INDEX_NONE)
		return sight;
	item = &past->snapshot.items[number];
	score = item->scores[duties->unit];
	points = column_cell(past->result->items[number].points, duties->unit);
	switch (alert->quantity) {
	case ALERT_RATE:
		if (num_is_number(points) && num_sign(points) > 0)
			sight.value = value_div(arena, score, points);
		break;
	case ALERT_PROGRESS:
		measures = responsibility_measures(past->result->scheme, number,
		    arena);
		sight.value = alert_status_least_progress(watching->engine,
		    duties->book, &measures, duties->unit, past->period, arena)
				  .share;
		break;
	case ALERT_SCORE:
		sight.value = score;
		break;
	case ALERT_LOST:
		if (num_is_number(points))
			sight.value = value_sub(arena, points, score);
		break;
	case ALERT_RANK:
		if (item->ranks[duties->unit] == 0)
			break;
		sight.value = NUM_INT(item->ranks[duties->unit]);
		for (size_t i = 0; i < duties->book->unit_count; i++)
			sight.ranked += item->ranks[i] > 0;
		break;
	}
	return sight;
}

/* For how many periods in a row, up to the present one, it has held. */
static size_t
run_of(struct watching *watching, const struct alert *alert, struct str id)
{
	size_t count = 0;

	while (count < BACK_MAX) {
		const struct past *past = past_of(watching, count);
		struct sight sight;

		if (past->result == NULL)
			break;
		sight = look(watching, alert, id, past);
		if (!alert_holds(alert, sight.value, sight.ranked))
			break;
		count++;
	}
	return count;
}

static void
print_share(struct arena *arena, struct buffer *out, struct num share)
{
	struct num percent = num_round(arena,
	    num_mul(arena, share, NUM_INT(100)), 2, NUM_HALF_UP);

	num_print(out, percent);
	buffer_add_byte(out, '%');
}

/* `rate 78.2%: rate < 80% for 2 months`. */
static void
print_why(struct watching *watching, struct buffer *out,
    const struct alert *alert, struct str id)
{
	struct sight sight = look(watching, alert, id, past_of(watching, 0));

	if (out->size > 0)
		buffer_add(out, STR("; "));
	switch (alert->quantity) {
	case ALERT_RATE:
		buffer_add(out, STR("rate "));
		print_share(watching->arena, out, sight.value);
		break;
	case ALERT_PROGRESS:
		buffer_add(out, STR("progress "));
		print_share(watching->arena, out, sight.value);
		break;
	case ALERT_SCORE:
		buffer_add(out, STR("score "));
		num_print(out, sight.value);
		break;
	case ALERT_LOST:
		buffer_add(out, STR("lost "));
		num_print(out, sight.value);
		break;
	case ALERT_RANK:
		buffer_add(out, STR("rank "));
		num_print(out, sight.value);
		buffer_format(out, " of %zu", sight.ranked);
		break;
	}
	buffer_format(out, ": " STR_FMT, STR_ARG(alert->condition));
}

/* From 1, in the order in which levels are first named. */
static unsigned
gravity_of(const struct watching *watching, struct str level)
{
	unsigned at = 0;

	while (!str_equal(watching->levels[at], level))
		at++;
	return at + 1;
}

static void
enter_levels(struct watching *watching, const struct alert *alerts,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (at < watching->level_count &&
		       !str_equal(watching->levels[at], alerts[i].level))
			at++;
		if (at == watching->level_count)
			watching->levels[watching->level_count++] =
			    alerts[i].level;
	}
}

static void
find_levels(struct watching *watching)
{
	const struct scheme *scheme = watching->duties->scheme;
	size_t count = scheme->alert_count;

	for (size_t i = 0; i < scheme->item_count; i++)
		count += scheme->items[i].alert_count;
	watching->levels =
	    arena_array(watching->arena, count + 1, sizeof(struct str));
	enter_levels(watching, scheme->alerts, scheme->alert_count);
	for (size_t i = 0; i < scheme->item_count; i++)
		enter_levels(watching, scheme->items[i].alerts,
		    scheme->items[i].alert_count);
}

/* Raise a row to the level of an alert that stands. */
static void
raise_row(struct watching *watching, struct alert_status_row *row,
    struct buffer *why, const struct alert *alert, size_t run)
{
	const struct responsibilities *duties = watching->duties;
	unsigned gravity = gravity_of(watching, alert->level);
	struct period since =
	    period_add(duties->result->period, alert->periods - (int32_t)run);

	if (gravity < row->gravity)
		return;
	if (gravity > row->gravity) {
		buffer_clear(why);
		row->gravity = gravity;
		row->level = alert->level;
		row->since = since;
	}
	if (since.index < row->since.index)
		row->since = since;
	print_why(watching, why, alert, duties->scheme->items[row->item].id);
}

static void
watch_item(struct watching *watching, struct alert_status_row *row)
{
	const struct responsibilities *duties = watching->duties;
	const struct item *item = &duties->scheme->items[row->item];
	const struct alert *alerts = item->alerts;
	size_t count = item->alert_count;
	struct buffer why = { 0 };

	if (count == 0) {
		alerts = duties->scheme->alerts;
		count = duties->scheme->alert_count;
	}
	row->progress = alert_status_least_progress(watching->engine,
	    duties->book, &duties->measures[row->item], duties->unit,
	    duties->result->period, watching->arena);
	for (size_t i = 0; i < count; i++) {
		size_t run = run_of(watching, &alerts[i], item->id);

		if (run >= (size_t)alerts[i].periods)
			raise_row(watching, row, &why, &alerts[i], run);
	}
	row->why = arena_str(watching->arena, buffer_str(&why));
	buffer_free(&why);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct alert_status_row *left = a, *right = b;

	if (left->gravity != right->gravity)
		return left->gravity > right->gravity ? -1 : 1;
	return left->item < right->item ? -1 : 1;
}

struct alert_status_row *
alert_status_find(const struct responsibilities *duties, struct engine *engine,
    struct arena *arena, size_t *count)
{
	struct watching watching = {
		.duties = duties, .engine = engine, .arena = arena
	};
	const struct scheme *scheme = duties->scheme;
	struct alert_status_row *rows =
	    arena_array(arena, scheme->item_count, sizeof(*rows));

	*count = 0;
	find_levels(&watching);
	for (uint32_t i = 0; i < scheme->item_count; i++) {
		const struct item *item = &scheme->items[i];

		if (item->alert_count == 0 &&
		    (!responsibility_is_item(item) || !item->counts))
			continue;
		rows[*count].item = i;
		watch_item(&watching, &rows[(*count)++]);
	}
	for (size_t i = 0; i < watching.past_count; i++)
		snapshot_free(&watching.pasts[i].snapshot);
	if (*count > 1)
		qsort(rows, *count, sizeof(*rows), compare_rows);
	return rows;
}

bool
alert_status_has_alerts(const struct scheme *scheme)
{
	bool found = scheme->alert_count > 0;

	for (size_t i = 0; i < scheme->item_count; i++)
		found |= scheme->items[i].alert_count > 0;
	return found;
}
