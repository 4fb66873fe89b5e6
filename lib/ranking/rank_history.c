#include "ranking/rank_history.h"

#include <stdlib.h>

#include "ranking/composite_key.h"

/*
 * Who a row is from period to period: its unit, in the partition as it is
 * called apart from the period. Numbered over two streams at once.
 */
struct series {
	struct composite_keys tuples;
	struct str *cells;
};

static void
series_init(struct series *series, const struct rank_input *input)
{
	size_t width = 1;

	for (size_t i = 0; i < input->within_count; i++)
		width += input->within[i] != input->period;
	composite_key_init(&series->tuples, width);
	series->cells = memory_array(width, sizeof(*series->cells));
}

static void
series_free(struct series *series)
{
	composite_key_free(&series->tuples);
	free(series->cells);
}

static uint32_t
series_of(struct series *series, const struct rank_input *input, size_t row)
{
	size_t width = 0;

	for (size_t i = 0; i < input->within_count; i++)
		if (input->within[i] != input->period)
			series->cells[width++] =
			    tsv_cell(input->tsv, row, input->within[i]);
	series->cells[width] = tsv_cell(input->tsv, row, input->unit);
	return composite_key_add(&series->tuples, series->cells);
}

/* A period of the stream. */
struct moment {
	struct period period;
	uint32_t number; /* among those of its length, in the order of time */
};

/* By length, then by time; each length begins a sequence of its own. */
static int
compare_moments(const void *a, const void *b)
{
	const struct period *x = &(*(const struct moment *const *)a)->period;
	const struct period *y = &(*(const struct moment *const *)b)->period;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Number the periods; between two lengths a number is left out. */
static void
number_moments(struct moment *moments, size_t count)
{
	struct moment **sorted = memory_array(count, sizeof(struct moment *));
	uint32_t number = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = &moments[i];
	qsort(sorted, count, sizeof(struct moment *), compare_moments);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 &&
		    sorted[i]->period.length != sorted[i - 1]->period.length)
			number++;
		sorted[i]->number = ++number;
	}
	free(sorted);
}

/* The periods of the stream. */
struct calendar {
	uint32_t *of_row; /* into moments */
	struct moment *moments;
	size_t count, capacity;
};

static uint32_t
number_of_moment(const struct calendar *calendar, size_t row)
{
	return calendar->moments[calendar->of_row[row]].number;
}

static void
calendar_free(struct calendar *calendar)
{
	free(calendar->of_row);
	free(calendar->moments);
}

/* Enter the period that a row is the first to have. */
static void
add_moment(struct rank_input *input, struct calendar *calendar, size_t row,
    struct str cell)
{
	struct moment moment = { 0 };

	if (!period_parse(cell, &moment.period))
		rank_input_report(input, row, cell, D_FIELD_PERIOD);
	if (calendar->count == calendar->capacity) {
		calendar->capacity =
		    calendar->capacity == 0 ? 16 : 2 * calendar->capacity;
		calendar->moments = memory_resize(calendar->moments,
		    calendar->capacity * sizeof(*calendar->moments));
	}
	calendar->moments[calendar->count++] = moment;
}

/* Of all rows, so that what -i leaves out does not change the past. */
static void
read_calendar(struct rank_input *input, struct calendar *calendar)
{
	size_t rows = input->tsv->row_count;
	struct composite_keys tuples;

	calendar->of_row = memory_array(rows, sizeof(*calendar->of_row));
	composite_key_init(&tuples, 1);
	for (size_t row = 0; row < rows; row++) {
		struct str cell = tsv_cell(input->tsv, row, input->period);

		calendar->of_row[row] = composite_key_add(&tuples, &cell);
		if (tuples.count > calendar->count)
			add_moment(input, calendar, row, cell);
	}
	composite_key_free(&tuples);
	number_moments(calendar->moments, calendar->count);
}

static void
report_period(struct rank_input *input, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	input->is_faulty = true;
	diag_at(input->diag, tsv_header_place(input->tsv), D_RANK_NO_PERIOD,
	    str_from(period_text(period, text)));
}

static bool
has_period(const struct calendar *calendar, struct period period)
{
	for (size_t i = 0; i < calendar->count; i++)
		if (period_equal(calendar->moments[i].period, period))
			return true;
	return false;
}

/*
 * Movement
 */

/* Ranks of the past, and who had them. */
struct past {
	struct series series;
	struct ranking_past ranks;
};

static void
past_free(struct past *past)
{
	series_free(&past->series);
	ranking_past_free(&past->ranks);
}

/* Enter a row of the past. */
static void
remember(struct past *past, struct rank_input *input,
    const struct ranking *ranking, uint32_t row)
{
	uint32_t who = series_of(&past->series, input, row);

	/* There is a row, so there are ranks. */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	if (!ranking_past_add(&past->ranks, who, ranking->ranks[row]))
		rank_input_report_twice(input, row);
}

static struct num
recall(struct past *past, const struct rank_input *input, uint32_t row)
{
	return ranking_past_rank(&past->ranks,
	    series_of(&past->series, input, row));
}

static struct num *
new_since(const struct rank_input *input)
{
	size_t rows = input->tsv->row_count;
	struct num *since = memory_array(rows, sizeof(*since));

	for (size_t i = 0; i < rows; i++)
		since[i] = value_missing();
	return since;
}

/* Movement since a period of the same stream. */
static void
compare_periods(struct rank_history *history, struct rank_input *input,
    const struct ranking *ranking, const struct calendar *calendar)
{
	struct period since = input->options->since;
	struct past past = { 0 };

	history->since = new_since(input);
	history->is_later =
	    memory_zeros(input->tsv->row_count, sizeof(*history->is_later));
	series_init(&past.series, input);
	for (size_t i = 0; i < input->count; i++) {
		uint32_t row = input->rows[i];
		struct period period =
		    calendar->moments[calendar->of_row[row]].period;

		history->is_later[row] = period_compare(period, since) > 0;
		if (period_equal(period, since))
			remember(&past, input, ranking, row);
	}
	for (size_t i = 0; i < input->count; i++) {
		uint32_t row = input->rows[i];

		if (history->is_later[row])
			history->since[row] = recall(&past, input, row);
	}
	if (calendar->count > 0 && !has_period(calendar, since))
		report_period(input, since);
	past_free(&past);
}

/* A file to compare with that knows periods must hold only one. */
static void
check_one_period(struct rank_input *input)
{
	struct str first, cell;

	if (input->period == TSV_NONE || input->count == 0)
		return;
	first = tsv_cell(input->tsv, input->rows[0], input->period);
	for (size_t i = 1; i < input->count; i++) {
		cell = tsv_cell(input->tsv, input->rows[i], input->period);
		if (str_equal(cell, first))
			continue;
		rank_input_report(input, input->rows[i], cell, D_RANK_PERIODS);
		return;
	}
}

/* What the rows of a file are ranked by: as those of the stream are. */
static struct rank_options
past_options(const struct rank_input *now, const struct tsv *tsv,
    struct str *within)
{
	struct rank_options options = *now->options;

	options.by = now->tsv->names[now->by];
	options.within = within;
	options.within_count = 0;
	/* It may be of a period that it does not name. */
	for (size_t i = 0; i < now->within_count; i++)
		if (now->within[i] != now->period ||
		    tsv_column(tsv, STR("period")) != TSV_NONE)
			within[options.within_count++] =
			    now->tsv->names[now->within[i]];
	return options;
}

/* Rank the rows of a file and remember them. */
static void
remember_file(struct rank_input *now, const struct tsv *tsv, struct past *past)
{
	struct str *within = memory_array(now->within_count, sizeof(*within));
	struct rank_options options = past_options(now, tsv, within);
	struct ranking ranking = { 0 };
	struct rank_input input;

	if (rank_input_open(&input, tsv, &options, true, now->diag) == 0) {
		rank_input_rank(&input, &ranking);
		check_one_period(&input);
	}
	for (size_t i = 0; i < input.count && !input.is_faulty; i++)
		remember(past, &input, &ranking, input.rows[i]);
	now->is_faulty |= input.is_faulty;
	rank_input_free(&input);
	ranking_free(&ranking);
	free(within);
}

/* Movement since what a file holds. */
static void
compare_file(struct rank_history *history, struct rank_input *input)
{
	struct past past = { 0 };
	struct tsv tsv = { 0 };

	history->since = new_since(input);
	series_init(&past.series, input);
	if (tsv_read(&tsv, input->options->since_path, input->diag) == 0)
		remember_file(input, &tsv, &past);
	else
		input->is_faulty = true;
	for (size_t i = 0; i < input->count && !input->is_faulty; i++)
		history->since[input->rows[i]] =
		    recall(&past, input, input->rows[i]);
	past_free(&past);
	tsv_free(&tsv);
}

/*
 * Streaks
 */

/* The selected rows in the order of time; the array is the caller's. */
static uint32_t *
sort_by_time(const struct rank_input *input, const struct calendar *calendar)
{
	uint32_t *rows = memory_array(input->count, sizeof(*rows));
	bool *tied = memory_array(input->count, sizeof(*tied));
	int64_t *keys = memory_array(input->tsv->row_count, sizeof(*keys));

	for (size_t i = 0; i < input->count; i++) {
		rows[i] = input->rows[i];
		keys[rows[i]] = -(int64_t)number_of_moment(calendar, rows[i]);
	}
	rank_order_keys(keys, input->count, rows, NULL, tied);
	free(keys);
	free(tied);
	return rows;
}

/* How long a unit has been among the last, and when it was met last. */
struct streak {
	uint32_t number, length;
};

static void
lengthen(struct streak *streak, uint32_t number, bool is_last)
{
	if (!is_last)
		streak->length = 0;
	else if (streak->number + 1 == number)
		streak->length++;
	else
		streak->length = 1;
	streak->number = number;
}

/*
 * In how many periods in a row a unit was among the last. Periods that the
 * stream does not have do not count; one in which the unit has no rank does,
 * and ends the streak.
 */
static void
count_streaks(struct rank_history *history, struct rank_input *input,
    const struct ranking *ranking, const struct calendar *calendar)
{
	size_t rows = input->tsv->row_count;
	bool *is_last = memory_zeros(rows, sizeof(*is_last));
	uint32_t *in_time = sort_by_time(input, calendar);
	struct streak *streaks = memory_zeros(input->count, sizeof(*streaks));
	struct series series;

	history->streaks = memory_zeros(rows, sizeof(*history->streaks));
	ranking_ends(ranking, input->options->ties, 0, NULL,
	    input->options->streak, is_last);
	series_init(&series, input);
	for (size_t i = 0; i < input->count; i++) {
		uint32_t row = in_time[i];
		uint32_t number = number_of_moment(calendar, row);
		struct streak *streak =
		    &streaks[series_of(&series, input, row)];

		if (streak->number == number)
			rank_input_report_twice(input, row);
		lengthen(streak, number, is_last[row]);
		history->streaks[row] = streak->length;
	}
	series_free(&series);
	free(streaks);
	free(in_time);
	free(is_last);
}

/*
 * All of it
 */

int
rank_history_look(struct rank_history *history, struct rank_input *input,
    const struct ranking *ranking)
{
	const struct rank_options *options = input->options;
	struct calendar calendar = { 0 };

	*history = (struct rank_history){ 0 };
	if (options->has_since || options->streak > 0)
		read_calendar(input, &calendar);
	if (options->has_since && !input->is_faulty)
		compare_periods(history, input, ranking, &calendar);
	if (options->since_path != NULL)
		compare_file(history, input);
	if (options->streak > 0 && !input->is_faulty)
		count_streaks(history, input, ranking, &calendar);
	calendar_free(&calendar);
	return input->is_faulty ? -1 : 0;
}

void
rank_history_free(struct rank_history *history)
{
	free(history->since);
	free(history->is_later);
	free(history->streaks);
	*history = (struct rank_history){ 0 };
}
