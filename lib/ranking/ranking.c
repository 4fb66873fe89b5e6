#include "ranking/ranking.h"

#include <libintl.h>
#include <stdlib.h>

#include "base/intern.h"
#include "ranking/composite_key.h"
#include "ranking/decimal.h"

#define _(text) gettext(text)
#define NO_ROW UINT32_MAX
#define NO_RANK ((struct num){ 0, -1 })

/* What a ranking in progress knows of its stream. */
struct work {
	struct ranking *ranking;
	const struct tsv *tsv;
	const struct ranking_options *options;
	struct diag *diag;
	bool is_past; /* the file to compare with */
	bool faulty;

	size_t period, unit, item, score; /* columns, or TSV_NONE */
	size_t *within;			  /* columns */
	size_t within_count;
	uint32_t *units; /* by row, each in its period; or NULL */
	uint32_t unit_count;

	uint32_t *rows; /* those selected, in the order of the stream */
	size_t count;

	uint32_t *partitions; /* by row */
	uint32_t partition_count;
	uint32_t *order; /* the ranked rows, partition by partition */
	bool *tied;	 /* as rank_order() has it */
	size_t *starts;	 /* of each partition in `order`, and the end */
	uint32_t *rest;	 /* the rows without a rank, likewise */
	size_t *rest_starts;

	bool *top, *bottom; /* by row; NULL where not asked for */
	bool *later;	    /* than the period compared with; or NULL */
};

static void *
new_array(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		memory_short();
	return memory_alloc(bytes);
}

static void *
new_zeros(size_t count, size_t size)
{
	void *array = new_array(count, size);

	return memset(array, 0, count * size);
}

#define report(work, place, ...)                                               \
	((work)->faulty = true, diag_at((work)->diag, (place), __VA_ARGS__))

static void
report_cell(struct work *work, size_t row, struct str cell,
    enum finding finding)
{
	report(work, tsv_place(work->tsv, row, cell), finding, cell);
}

/* The names of all columns, with commas between them. */
static struct str
column_list(const struct tsv *tsv, struct buffer *text)
{
	enum { SHOWN = 20 };

	buffer_clear(text);
	for (size_t i = 0; i < tsv->column_count && i < SHOWN; i++) {
		if (i > 0)
			buffer_add(text, STR(", "));
		buffer_add(text, tsv->names[i]);
	}
	if (tsv->column_count > SHOWN)
		buffer_add(text, STR(", ..."));
	return buffer_str(text);
}

/* Say that a name is none, with the nearest or else the list of columns. */
static void
report_name(struct work *work, struct str name, struct str_nearest *nearest,
    enum finding unknown, enum finding near)
{
	struct place place = tsv_header_place(work->tsv);
	struct buffer list = { 0 };

	for (size_t i = 0; i < work->tsv->column_count; i++)
		str_nearest_offer(nearest, work->tsv->names[i]);
	if (str_nearest_best(nearest).size > 0)
		report(work, place, near, name, str_nearest_best(nearest));
	else
		report(work, place, unknown, name,
		    column_list(work->tsv, &list));
	buffer_free(&list);
}

static size_t
find_column(struct work *work, struct str name)
{
	size_t column = tsv_column(work->tsv, name);
	struct str_nearest nearest;

	if (column == TSV_NONE) {
		str_nearest_start(&nearest, name);
		report_name(work, name, &nearest, D_RANK_COLUMN,
		    D_RANK_COLUMN_NEAR);
	}
	return column;
}

static void
find_by(struct work *work)
{
	struct ranking *ranking = work->ranking;
	struct buffer list = { 0 };

	if (work->options->by.size > 0) {
		ranking->by = find_column(work, work->options->by);
		return;
	}
	ranking->by = work->score;
	if (work->score == TSV_NONE)
		report(work, tsv_header_place(work->tsv), D_RANK_BY,
		    column_list(work->tsv, &list));
	buffer_free(&list);
}

static bool
is_named(const struct ranking_options *options, struct str name)
{
	for (size_t i = 0; i < options->within_count; i++)
		if (str_equal(options->within[i], name))
			return true;
	return false;
}

/*
 * The columns to rank within. Rows of different periods and, in a stream of
 * scores, of different items are ranked apart unless the user names one of the
 * two columns: who says `group` means the groups of each.
 */
static void
find_within(struct work *work)
{
	const struct ranking_options *options = work->options;
	bool apart = !is_named(options, STR("period")) &&
		     !is_named(options, STR("item"));

	work->within =
	    new_array(options->within_count + 2, sizeof(*work->within));
	if (apart && work->period != TSV_NONE)
		work->within[work->within_count++] = work->period;
	if (apart && work->ranking->is_scores)
		work->within[work->within_count++] = work->item;
	for (size_t i = 0; i < options->within_count; i++) {
		size_t column = find_column(work, options->within[i]);

		work->within[work->within_count++] = column;
	}
}

/* Names of columns that are added must be free. */
static void
check_added(struct work *work)
{
	const struct ranking_options *options = work->options;
	bool moves = options->has_since || options->since_path != NULL ||
		     options->past != NULL;
	const struct {
		struct str name;
		bool added;
	} columns[] = { { STR("rank"), true },
		{ STR("grade"), options->grade_count > 0 },
		{ STR("since"), moves }, { STR("move"), moves },
		{ STR("streak"), options->streak > 0 } };

	if (work->is_past)
		return;
	for (size_t i = 0; i < LENGTH(columns); i++) {
		size_t column = tsv_column(work->tsv, columns[i].name);

		if (columns[i].added && column != TSV_NONE)
			report(work, tsv_name_place(work->tsv, column),
			    D_RANK_ADDED, columns[i].name);
	}
}

/* Movement and streaks look at the rows of one period at a time. */
static void
check_periods_apart(struct work *work)
{
	const struct ranking_options *options = work->options;

	if (work->is_past || (!options->has_since && options->streak == 0))
		return;
	if (work->period == TSV_NONE) {
		find_column(work, STR("period"));
		return;
	}
	for (size_t i = 0; i < work->within_count; i++)
		if (work->within[i] == work->period)
			return;
	report(work, tsv_header_place(work->tsv), D_RANK_APART);
}

static void
find_columns(struct work *work)
{
	const struct tsv *tsv = work->tsv;

	work->period = tsv_column(tsv, STR("period"));
	work->unit = tsv_column(tsv, STR("unit"));
	work->item = tsv_column(tsv, STR("item"));
	work->score = tsv_column(tsv, STR("score"));
	work->ranking->is_scores =
	    work->period != TSV_NONE && work->unit != TSV_NONE &&
	    work->item != TSV_NONE && work->score != TSV_NONE;
	/* Who is ranked: in a stream that does not say, its first column. */
	if (work->unit == TSV_NONE)
		work->unit = 0;
	find_by(work);
	find_within(work);
	check_periods_apart(work);
	check_added(work);
	if (work->options->item_count > 0 && work->item == TSV_NONE)
		find_column(work, STR("item"));
}

/* The number of a row's combination of cells in these columns. */
static uint32_t
number_of(struct composite_keys *tuples, const struct tsv *tsv, size_t row,
    const size_t *columns, struct str *cells)
{
	for (size_t i = 0; i < tuples->width; i++)
		cells[i] = tsv_cell(tsv, row, columns[i]);
	return composite_key_add(tuples, cells);
}

/* Whether a glob of -i matches an item; those that match are marked. */
static bool
matches_any(const struct ranking_options *options, struct str item, bool *used)
{
	bool matches = false;

	for (size_t i = 0; i < options->item_count; i++)
		if (str_glob(options->items[i], item))
			used[i] = matches = true;
	return matches;
}

/* Every glob must match some item, or a slip would pass for an answer. */
static void
check_globs(struct work *work, const struct composite_keys *items,
    const uint32_t *first_rows, const bool *used)
{
	for (size_t i = 0; i < work->options->item_count; i++) {
		struct str glob = work->options->items[i], best;
		struct place place = tsv_header_place(work->tsv);
		struct str_nearest nearest;

		if (used[i])
			continue;
		str_nearest_start(&nearest, glob);
		for (uint32_t j = 0; j < items->count; j++)
			str_nearest_offer(&nearest,
			    tsv_cell(work->tsv, first_rows[j], work->item));
		best = str_nearest_best(&nearest);
		if (best.size > 0)
			report(work, place, D_RANK_ITEM_NEAR, glob, best);
		else
			report(work, place, D_RANK_ITEM, glob);
	}
}

/* The rows of the items that -i asks for. */
static void
select_items(struct work *work)
{
	size_t rows = work->tsv->row_count;
	uint32_t *first_rows = new_array(rows, sizeof(*first_rows));
	bool *is_wanted = new_array(rows, sizeof(*is_wanted));
	bool *used = new_zeros(work->options->item_count, sizeof(*used));
	struct composite_keys items;

	composite_key_init(&items, 1);
	for (size_t row = 0; row < rows; row++) {
		uint32_t known = items.count, item;
		struct str cell = { 0 };

		item = number_of(&items, work->tsv, row, &work->item, &cell);
		if (item == known) {
			first_rows[item] = (uint32_t)row;
			is_wanted[item] =
			    matches_any(work->options, cell, used);
		}
		if (is_wanted[item])
			work->rows[work->count++] = (uint32_t)row;
	}
	/* The past may have had other items. */
	if (rows > 0 && !work->is_past)
		check_globs(work, &items, first_rows, used);
	composite_key_free(&items);
	free(used);
	free(is_wanted);
	free(first_rows);
}

static void
select_rows(struct work *work)
{
	size_t rows = work->tsv->row_count;

	work->rows = new_array(rows, sizeof(*work->rows));
	if (work->options->item_count > 0) {
		select_items(work);
		return;
	}
	for (size_t row = 0; row < rows; row++)
		work->rows[work->count++] = (uint32_t)row;
}

/* A cell to rank by: its decimal, empty where there is none. */
static struct str
number_cell(struct work *work, size_t row, size_t column)
{
	struct str cell = tsv_cell(work->tsv, row, column);

	if (decimal_is(cell))
		return cell;
	if (cell.size > 0 && !str_equal(cell, STR("n/a")))
		report_cell(work, row, cell, D_NUMBER);
	return STR("");
}

/* Keys of which the higher is the better; what is absent stays the worst. */
static void
make_keys(const struct str *cells, size_t count, bool ascending, int64_t *keys)
{
	decimal_keys(cells, count, keys);
	for (size_t i = 0; ascending && i < count; i++)
		if (keys[i] != DECIMAL_ABSENT)
			keys[i] = -keys[i];
}

static void
column_keys(struct work *work, size_t column, bool ascending, int64_t *keys)
{
	size_t rows = work->tsv->row_count;
	struct str *cells = new_zeros(rows, sizeof(*cells));

	for (size_t i = 0; i < work->count; i++)
		cells[work->rows[i]] = number_cell(work, work->rows[i], column);
	make_keys(cells, rows, ascending, keys);
	free(cells);
}

/* Number the units of each period, by row. */
static void
number_units(struct work *work)
{
	const size_t columns[] = { work->period, work->unit };
	size_t rows = work->tsv->row_count;
	struct str cells[LENGTH(columns)];
	struct composite_keys tuples;

	work->units = new_array(rows, sizeof(*work->units));
	composite_key_init(&tuples, LENGTH(columns));
	for (size_t row = 0; row < rows; row++)
		work->units[row] =
		    number_of(&tuples, work->tsv, row, columns, cells);
	work->unit_count = tuples.count;
	composite_key_free(&tuples);
}

static void
report_twice(struct work *work, size_t row)
{
	report_cell(work, row, tsv_cell(work->tsv, row, work->unit),
	    D_RANK_TWICE);
}

/*
 * For each unit in each period the row of an item. False where there is no
 * such item at all.
 */
static bool
item_rows(struct work *work, struct str item, uint32_t *out)
{
	bool found = false;

	for (uint32_t i = 0; i < work->unit_count; i++)
		out[i] = NO_ROW;
	for (size_t row = 0; row < work->tsv->row_count; row++) {
		if (!str_equal(tsv_cell(work->tsv, row, work->item), item))
			continue;
		found = true;
		if (out[work->units[row]] != NO_ROW)
			report_twice(work, row);
		out[work->units[row]] = (uint32_t)row;
	}
	return found;
}

static void
report_key(struct work *work, struct str name)
{
	struct str_nearest nearest;
	struct composite_keys items;
	struct str cell;

	/* The past may not have had this item. */
	if (work->is_past || work->tsv->row_count == 0)
		return;
	str_nearest_start(&nearest, name);
	composite_key_init(&items, 1);
	for (size_t row = 0; row < work->tsv->row_count; row++) {
		uint32_t known = items.count;

		if (number_of(&items, work->tsv, row, &work->item, &cell) ==
		    known)
			str_nearest_offer(&nearest, cell);
	}
	composite_key_free(&items);
	report_name(work, name, &nearest, D_RANK_KEY, D_RANK_KEY_NEAR);
}

/* By the score that the row's unit has in an item in the row's period. */
static void
item_keys(struct work *work, const struct ranking_key *key, int64_t *keys)
{
	uint32_t *rows;
	struct str *cells;
	int64_t *unit_keys;

	if (work->units == NULL)
		number_units(work);
	rows = new_array(work->unit_count, sizeof(*rows));
	cells = new_zeros(work->unit_count, sizeof(*cells));
	unit_keys = new_array(work->unit_count, sizeof(*unit_keys));
	if (!item_rows(work, key->name, rows))
		report_key(work, key->name);
	for (uint32_t i = 0; i < work->unit_count; i++)
		if (rows[i] != NO_ROW)
			cells[i] = number_cell(work, rows[i], work->score);
	make_keys(cells, work->unit_count, key->ascending, unit_keys);
	for (size_t i = 0; i < work->count; i++)
		keys[work->rows[i]] = unit_keys[work->units[work->rows[i]]];
	free(unit_keys);
	free(cells);
	free(rows);
}

static void
tiebreak_keys(struct work *work, const struct ranking_key *key, int64_t *keys)
{
	size_t column = tsv_column(work->tsv, key->name);

	if (column != TSV_NONE)
		column_keys(work, column, key->ascending, keys);
	else if (work->ranking->is_scores)
		item_keys(work, key, keys);
	else
		find_column(work, key->name);
}

static void
divide(struct work *work)
{
	struct str *cells = new_array(work->within_count, sizeof(*cells));
	struct composite_keys tuples;

	work->partitions =
	    new_array(work->tsv->row_count, sizeof(*work->partitions));
	composite_key_init(&tuples, work->within_count);
	for (size_t i = 0; i < work->count; i++)
		work->partitions[work->rows[i]] = number_of(&tuples, work->tsv,
		    work->rows[i], work->within, cells);
	work->partition_count = tuples.count;
	composite_key_free(&tuples);
	free(cells);
}

/*
 * Put rows partition by partition, each in the order of the stream; `wanted`
 * says which ones by their key. starts[] gets where each begins, and the end.
 */
static void
sort_by_partition(const struct work *work, const int64_t *keys, bool ranked,
    uint32_t *out, size_t *starts)
{
	size_t sum = 0;

	memset(starts, 0, (work->partition_count + 2) * sizeof(*starts));
	for (size_t i = 0; i < work->count; i++)
		if ((keys[work->rows[i]] != DECIMAL_ABSENT) == ranked)
			starts[work->partitions[work->rows[i]] + 2]++;
	for (size_t i = 0; i < work->partition_count; i++) {
		sum += starts[i + 2];
		starts[i + 2] = sum;
	}
	/* The place one further on counts up to where the next begins. */
	for (size_t i = 0; i < work->count; i++) {
		uint32_t row = work->rows[i];

		if ((keys[row] != DECIMAL_ABSENT) == ranked)
			out[starts[work->partitions[row] + 1]++] = row;
	}
}

static size_t
partition_size(const struct work *work, size_t partition)
{
	return work->starts[partition + 1] - work->starts[partition];
}

/* Order the rows of each partition by all keys; ranks[] stays to be done. */
static void
put_in_order(struct work *work, int64_t *keys)
{
	size_t total = work->starts[work->partition_count];

	/* To begin with, the rows of a partition are level. */
	for (size_t i = 0; i < total; i++)
		work->tied[i] = true;
	for (size_t i = 0; i < work->partition_count; i++)
		if (partition_size(work, i) > 0)
			work->tied[work->starts[i]] = false;
	rank_order_keys(keys, total, work->order, work->tied, work->tied);
	for (size_t i = 0; i < work->options->tiebreak_count; i++) {
		tiebreak_keys(work, &work->options->tiebreaks[i], keys);
		if (!work->faulty)
			rank_order_keys(keys, total, work->order, work->tied,
			    work->tied);
	}
}

static void
share_ranks(struct work *work)
{
	struct num *ranks = work->ranking->ranks;

	for (size_t i = 0; i < work->tsv->row_count; i++)
		ranks[i] = NO_RANK;
	for (size_t i = 0; i < work->partition_count; i++)
		rank_share(work->order + work->starts[i],
		    work->tied + work->starts[i], partition_size(work, i),
		    work->options->ties, ranks);
}

/* Which rows of a partition are shown, or count as last. */
struct ends {
	enum rank_ties ties;
	const uint32_t *order;
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

/* Mark the first so many of a partition, and the last; NULL: do not. */
static void
mark_ends(const struct work *work, size_t partition, size_t top, bool *is_top,
    size_t bottom, bool *is_bottom)
{
	const bool *tied = work->tied + work->starts[partition];
	struct ends ends = { .ties = work->options->ties,
		.order = work->order + work->starts[partition],
		.count = partition_size(work, partition) };
	size_t end;

	for (size_t i = 0; i < ends.count; i++)
		ends.levels += !tied[i];
	for (size_t from = 0; from < ends.count; from = end) {
		end = level_end(tied, from, ends.count);
		ends.level++;
		for (size_t at = from; at < end; at++) {
			uint32_t row = ends.order[at];

			if (is_top != NULL)
				is_top[row] =
				    from_first(&ends, at, from) <= top;
			if (is_bottom != NULL)
				is_bottom[row] =
				    from_last(&ends, at, end) <= bottom;
		}
	}
}

static void
find_ends(struct work *work)
{
	const struct ranking_options *options = work->options;
	size_t rows = work->tsv->row_count;

	if (options->top > 0)
		work->top = new_zeros(rows, sizeof(*work->top));
	if (options->bottom > 0)
		work->bottom = new_zeros(rows, sizeof(*work->bottom));
	if (options->top == 0 && options->bottom == 0)
		return;
	for (size_t i = 0; i < work->partition_count; i++)
		mark_ends(work, i, options->top, work->top, options->bottom,
		    work->bottom);
}

static bool
is_admitted(const struct ranking_grade *grade, struct str value)
{
	int order = decimal_compare(value, grade->threshold);

	switch (grade->comparison) {
	case RANKING_AT_LEAST:
		return order >= 0;
	case RANKING_ABOVE:
		return order > 0;
	case RANKING_AT_MOST:
		return order <= 0;
	case RANKING_BELOW:
		return order < 0;
	case RANKING_ANY:
		break;
	}
	return true;
}

/* By row, whom a grade's threshold admits. */
static bool *
admitted_rows(const struct work *work, const struct ranking_grade *grade)
{
	bool *admitted = new_zeros(work->tsv->row_count, sizeof(*admitted));

	for (size_t i = 0; i < work->count; i++) {
		uint32_t row = work->rows[i];

		admitted[row] = num_is_number(work->ranking->ranks[row]) &&
				is_admitted(grade, tsv_cell(work->tsv, row,
						       work->ranking->by));
	}
	return admitted;
}

static void
give_grades(struct work *work)
{
	const struct ranking_options *options = work->options;
	size_t count = options->grade_count;
	struct rank_grade *grades = new_array(count, sizeof(*grades));
	bool **admitted = new_zeros(count, sizeof(*admitted));

	work->ranking->grades =
	    new_array(work->tsv->row_count, sizeof(*work->ranking->grades));
	for (size_t i = 0; i < count; i++) {
		if (options->grades[i].comparison != RANKING_ANY)
			admitted[i] = admitted_rows(work, &options->grades[i]);
		grades[i] = (struct rank_grade){ .admitted = admitted[i],
			.quota = options->grades[i].quota,
			.rounding = options->grade_rounding,
			.border = options->grade_border };
	}
	for (size_t i = 0; i < work->partition_count; i++)
		rank_grades(grades, count, work->order + work->starts[i],
		    work->tied + work->starts[i], partition_size(work, i),
		    work->ranking->grades);
	for (size_t i = 0; i < count; i++)
		free(admitted[i]);
	free(admitted);
	free(grades);
}

/*
 * Who a row is from period to period: its unit, in the partition as it is
 * called apart from the period. Numbered over two streams at once.
 */
struct series {
	struct composite_keys tuples;
	struct str *cells;
};

static void
series_init(struct series *series, const struct work *work)
{
	size_t width = 1;

	for (size_t i = 0; i < work->within_count; i++)
		width += work->within[i] != work->period;
	composite_key_init(&series->tuples, width);
	series->cells = new_array(width, sizeof(*series->cells));
}

static void
series_free(struct series *series)
{
	composite_key_free(&series->tuples);
	free(series->cells);
}

static uint32_t
series_of(struct series *series, const struct work *work, size_t row)
{
	size_t width = 0;

	for (size_t i = 0; i < work->within_count; i++)
		if (work->within[i] != work->period)
			series->cells[width++] =
			    tsv_cell(work->tsv, row, work->within[i]);
	series->cells[width] = tsv_cell(work->tsv, row, work->unit);
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
	struct moment **sorted = new_array(count, sizeof(struct moment *));
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
add_moment(struct work *work, struct calendar *calendar, size_t row,
    struct str cell)
{
	struct moment moment = { 0 };

	if (!period_parse(cell, &moment.period))
		report_cell(work, row, cell, D_FIELD_PERIOD);
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
read_calendar(struct work *work, struct calendar *calendar)
{
	size_t rows = work->tsv->row_count;
	struct composite_keys tuples;

	calendar->of_row = new_array(rows, sizeof(*calendar->of_row));
	composite_key_init(&tuples, 1);
	for (size_t row = 0; row < rows; row++) {
		struct str cell;

		calendar->of_row[row] =
		    number_of(&tuples, work->tsv, row, &work->period, &cell);
		if (tuples.count > calendar->count)
			add_moment(work, calendar, row, cell);
	}
	composite_key_free(&tuples);
	number_moments(calendar->moments, calendar->count);
}

static bool
has_period(const struct calendar *calendar, struct period period)
{
	for (size_t i = 0; i < calendar->count; i++)
		if (period_equal(calendar->moments[i].period, period))
			return true;
	return false;
}

/* What is known of the past, by series: the rank then. */
struct past {
	struct series series;
	struct num *ranks;
	bool *seen;
	size_t capacity;
};

static void
past_free(struct past *past)
{
	series_free(&past->series);
	free(past->ranks);
	free(past->seen);
}

/* Enter a row of the past. */
static void
remember(struct past *past, struct work *work, size_t row)
{
	uint32_t number = series_of(&past->series, work, row);

	if (number >= past->capacity) {
		size_t old = past->capacity;

		past->capacity = old == 0 ? 1024 : 2 * old;
		past->ranks = memory_resize(past->ranks,
		    past->capacity * sizeof(*past->ranks));
		past->seen = memory_resize(past->seen,
		    past->capacity * sizeof(*past->seen));
		memset(past->seen + old, 0,
		    (past->capacity - old) * sizeof(*past->seen));
	}
	if (past->seen[number])
		report_twice(work, row);
	past->seen[number] = true;
	past->ranks[number] = work->ranking->ranks[row];
}

static struct num
recall(struct past *past, const struct work *work, size_t row)
{
	uint32_t number = series_of(&past->series, work, row);

	return number < past->capacity && past->seen[number]
		   ? past->ranks[number]
		   : NO_RANK;
}

static void
new_since(struct work *work)
{
	work->ranking->since =
	    new_array(work->tsv->row_count, sizeof(*work->ranking->since));
	for (size_t i = 0; i < work->tsv->row_count; i++)
		work->ranking->since[i] = NO_RANK;
}

/* Movement since a period of the same stream. */
static void
compare_periods(struct work *work, const struct calendar *calendar)
{
	struct period since = work->options->since;
	struct past past = { 0 };
	char text[PERIOD_TEXT_SIZE];

	new_since(work);
	work->later = new_zeros(work->tsv->row_count, sizeof(*work->later));
	series_init(&past.series, work);
	for (size_t i = 0; i < work->count; i++) {
		uint32_t row = work->rows[i];
		struct period period =
		    calendar->moments[calendar->of_row[row]].period;

		work->later[row] = period_compare(period, since) > 0;
		if (period_equal(period, since))
			remember(&past, work, row);
	}
	for (size_t i = 0; i < work->count; i++)
		if (work->later[work->rows[i]])
			work->ranking->since[work->rows[i]] =
			    recall(&past, work, work->rows[i]);
	if (calendar->count > 0 && !has_period(calendar, since))
		report(work, tsv_header_place(work->tsv), D_RANK_NO_PERIOD,
		    str_from(period_text(since, text)));
	past_free(&past);
}

/* The selected rows in the order of time; the array is the caller's. */
static uint32_t *
sort_by_time(const struct work *work, const struct calendar *calendar)
{
	uint32_t *rows = new_array(work->count, sizeof(*rows));
	bool *tied = new_array(work->count, sizeof(*tied));
	int64_t *keys = new_array(work->tsv->row_count, sizeof(*keys));

	for (size_t i = 0; i < work->count; i++) {
		rows[i] = work->rows[i];
		keys[rows[i]] = -(int64_t)number_of_moment(calendar, rows[i]);
	}
	rank_order_keys(keys, work->count, rows, NULL, tied);
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
count_streaks(struct work *work, const struct calendar *calendar)
{
	size_t rows = work->tsv->row_count;
	bool *is_last = new_zeros(rows, sizeof(*is_last));
	uint32_t *in_time = sort_by_time(work, calendar);
	struct streak *streaks = new_zeros(work->count, sizeof(*streaks));
	struct series series;

	work->ranking->streaks =
	    new_zeros(rows, sizeof(*work->ranking->streaks));
	for (size_t i = 0; i < work->partition_count; i++)
		mark_ends(work, i, 0, NULL, work->options->streak, is_last);
	series_init(&series, work);
	for (size_t i = 0; i < work->count; i++) {
		uint32_t row = in_time[i];
		uint32_t number = number_of_moment(calendar, row);
		struct streak *streak = &streaks[series_of(&series, work, row)];

		if (streak->number == number)
			report_twice(work, row);
		lengthen(streak, number, is_last[row]);
		work->ranking->streaks[row] = streak->length;
	}
	series_free(&series);
	free(streaks);
	free(in_time);
	free(is_last);
}

static bool
is_shown(const struct work *work, uint32_t row)
{
	if (work->later != NULL && !work->later[row])
		return false;
	if (work->top == NULL && work->bottom == NULL)
		return true;
	return (work->top != NULL && work->top[row]) ||
	       (work->bottom != NULL && work->bottom[row]);
}

static void
show(struct work *work, const uint32_t *rows, size_t count)
{
	struct ranking *ranking = work->ranking;

	for (size_t i = 0; i < count; i++)
		if (is_shown(work, rows[i]))
			ranking->rows[ranking->count++] = rows[i];
}

/* The rows to show, in order: after those with a rank those without. */
static void
list_rows(struct work *work)
{
	const size_t *starts = work->starts, *rest = work->rest_starts;

	work->ranking->rows =
	    new_array(work->count, sizeof(*work->ranking->rows));
	if (work->options->keep_order) {
		show(work, work->rows, work->count);
		return;
	}
	for (size_t i = 0; i < work->partition_count; i++) {
		show(work, work->order + starts[i], starts[i + 1] - starts[i]);
		show(work, work->rest + rest[i], rest[i + 1] - rest[i]);
	}
}

/* Give every selected row its rank. */
static void
rank_rows(struct work *work)
{
	size_t rows = work->tsv->row_count;
	int64_t *keys = new_array(rows, sizeof(*keys));

	select_rows(work);
	divide(work);
	column_keys(work, work->ranking->by, work->options->ascending, keys);
	work->order = new_array(work->count, sizeof(*work->order));
	work->rest = new_array(work->count, sizeof(*work->rest));
	work->starts =
	    new_array(work->partition_count + 2, sizeof(*work->starts));
	work->rest_starts =
	    new_array(work->partition_count + 2, sizeof(*work->rest_starts));
	sort_by_partition(work, keys, true, work->order, work->starts);
	sort_by_partition(work, keys, false, work->rest, work->rest_starts);
	work->tied = new_array(work->count, sizeof(*work->tied));
	put_in_order(work, keys);
	free(keys);
	work->ranking->ranks = new_array(rows, sizeof(struct num));
	share_ranks(work);
}

static void
work_free(struct work *work)
{
	free(work->within);
	free(work->units);
	free(work->rows);
	free(work->partitions);
	free(work->order);
	free(work->rest);
	free(work->tied);
	free(work->starts);
	free(work->rest_starts);
	free(work->top);
	free(work->bottom);
	free(work->later);
}

/* A file to compare with that knows periods must hold only one. */
static void
check_one_period(struct work *work)
{
	struct str first, cell;

	if (work->period == TSV_NONE || work->count == 0)
		return;
	first = tsv_cell(work->tsv, work->rows[0], work->period);
	for (size_t i = 1; i < work->count; i++) {
		cell = tsv_cell(work->tsv, work->rows[i], work->period);
		if (str_equal(cell, first))
			continue;
		report_cell(work, work->rows[i], cell, D_RANK_PERIODS);
		return;
	}
}

/* Rank the rows of a file as those of the stream are, and remember. */
static void
remember_file(struct work *now, const struct tsv *tsv, struct past *past)
{
	struct ranking ranking = { 0 };
	struct ranking_options options = *now->options;
	struct str *within = new_array(now->within_count, sizeof(*within));
	size_t count = 0;
	struct work work = { .ranking = &ranking,
		.tsv = tsv,
		.options = &options,
		.diag = now->diag,
		.is_past = true };

	/* It may be of a period that it does not name. */
	for (size_t i = 0; i < now->within_count; i++)
		if (now->within[i] != now->period ||
		    tsv_column(tsv, STR("period")) != TSV_NONE)
			within[count++] = now->tsv->names[now->within[i]];
	options.by = now->tsv->names[now->ranking->by];
	options.within = within;
	options.within_count = count;
	find_columns(&work);
	if (!work.faulty) {
		rank_rows(&work);
		check_one_period(&work);
	}
	for (size_t i = 0; i < work.count && !work.faulty; i++)
		remember(past, &work, work.rows[i]);
	now->faulty |= work.faulty;
	work_free(&work);
	ranking_free(&ranking);
	free(within);
}

/* Movement since what other rows hold. */
static void
compare_rows(struct work *work, const struct tsv *tsv)
{
	struct past past = { 0 };

	new_since(work);
	series_init(&past.series, work);
	remember_file(work, tsv, &past);
	for (size_t i = 0; i < work->count && !work->faulty; i++)
		work->ranking->since[work->rows[i]] =
		    recall(&past, work, work->rows[i]);
	past_free(&past);
}

static void
compare_file(struct work *work)
{
	struct tsv tsv = { 0 };

	if (tsv_read(&tsv, work->options->since_path, work->diag) == 0)
		compare_rows(work, &tsv);
	else
		work->faulty = true;
	tsv_free(&tsv);
}

/* Movement and streaks. */
static void
look_back(struct work *work)
{
	const struct ranking_options *options = work->options;
	struct calendar calendar = { 0 };

	if (options->has_since || options->streak > 0)
		read_calendar(work, &calendar);
	if (options->has_since && !work->faulty)
		compare_periods(work, &calendar);
	if (options->since_path != NULL)
		compare_file(work);
	else if (options->past != NULL)
		compare_rows(work, options->past);
	if (options->streak > 0 && !work->faulty)
		count_streaks(work, &calendar);
	calendar_free(&calendar);
}

int
ranking_make(struct ranking *ranking, const struct tsv *tsv,
    const struct ranking_options *options, struct diag *diag)
{
	struct work work = {
		.ranking = ranking, .tsv = tsv, .options = options, .diag = diag
	};

	find_columns(&work);
	if (!work.faulty)
		rank_rows(&work);
	if (!work.faulty)
		look_back(&work);
	if (!work.faulty) {
		find_ends(&work);
		if (options->grade_count > 0)
			give_grades(&work);
		list_rows(&work);
	}
	work_free(&work);
	return work.faulty ? -1 : 0;
}

void
ranking_free(struct ranking *ranking)
{
	free(ranking->rows);
	free(ranking->ranks);
	free(ranking->grades);
	free(ranking->since);
	free(ranking->streaks);
	*ranking = (struct ranking){ 0 };
}

struct ranking_key
ranking_key_parse(struct str text)
{
	size_t colon = str_find_last(text, ':');
	struct ranking_key key = { .name = text };
	struct str direction;

	if (colon == TSV_NONE)
		return key;
	direction = str_from_byte(text, colon + 1);
	key.ascending = str_equal(direction, STR("asc"));
	if (key.ascending || str_equal(direction, STR("desc")))
		key.name = str_head(text, colon);
	return key;
}

static const struct {
	struct str text;
	enum ranking_comparison comparison;
} comparisons[] = { /* the longer before those that they begin with */
	{ STR_INIT(">="), RANKING_AT_LEAST },
	{ STR_INIT("\u2265"), RANKING_AT_LEAST },
	{ STR_INIT("<="), RANKING_AT_MOST },
	{ STR_INIT("\u2264"), RANKING_AT_MOST },
	{ STR_INIT(">"), RANKING_ABOVE }, { STR_INIT("<"), RANKING_BELOW }
};

/* A threshold such as `>=90`. */
static bool
parse_threshold(struct str text, struct ranking_grade *grade)
{
	for (size_t i = 0; i < LENGTH(comparisons); i++) {
		if (!str_starts(text, comparisons[i].text))
			continue;
		grade->comparison = comparisons[i].comparison;
		grade->threshold =
		    str_from_byte(text, comparisons[i].text.size);
		return decimal_is(grade->threshold);
	}
	return false;
}

/* A share such as `30%`. */
static bool
parse_quota(struct arena *arena, struct str text, struct ranking_grade *grade)
{
	struct num percent;

	if (!str_ends(text, STR("%")) ||
	    !num_parse(arena, str_head(text, text.size - 1), &percent) ||
	    !num_is_number(percent) || num_sign(percent) < 0 ||
	    num_compare(percent, NUM_INT(100)) > 0)
		return false;
	grade->quota = num_div(arena, percent, NUM_INT(100));
	return true;
}

/* One part of a grade; NULL, or what is wrong with it. */
static const char *
parse_part(struct arena *arena, struct str text, struct ranking_grade *grade)
{
	struct ranking_grade part = { .quota = NO_RANK };

	if (parse_threshold(text, &part)) {
		if (grade->comparison != RANKING_ANY)
			return _("is a second threshold");
		grade->comparison = part.comparison;
		grade->threshold = part.threshold;
	} else if (parse_quota(arena, text, &part)) {
		if (num_is_number(grade->quota))
			return _("is a second share");
		grade->quota = part.quota;
	} else if (text.size > 0) {
		return _("is neither a share from 0% to 100% nor a threshold "
			 "such as >=90");
	}
	return NULL;
}

/* What an input method for Chinese gives for `:` and `,`. */
static bool
has_wide_punctuation(struct str text)
{
	int32_t point;

	for (size_t at = 0, size; at < text.size; at += size) {
		size = str_code_point(text, at, &point);
		size = size > 0 ? size : 1;
		if (point == 0xff1a || point == 0xff0c)
			return true;
	}
	return false;
}

/* One grade; *part is the fault's. */
static const char *
parse_grade(struct arena *arena, struct str text, struct ranking_grade *grade,
    struct str *part)
{
	const char *fault = NULL;
	struct str rest = text;
	bool more;

	*grade = (struct ranking_grade){ .quota = NO_RANK };
	*part = text;
	if (has_wide_punctuation(text))
		return _("has full-width punctuation; write ':' and ','");
	if (!str_cut(&rest, ':', &grade->name))
		return _("has no ':' after its name");
	if (grade->name.size == 0)
		return _("has no name");
	do {
		more = str_cut(&rest, ':', part);
		fault = parse_part(arena, *part, grade);
	} while (more && fault == NULL);
	return fault;
}

bool
ranking_grades_parse(struct arena *arena, struct str text,
    struct ranking_grade **grades, size_t *count, const char **fault,
    struct str *part)
{
	size_t capacity = 0;
	struct str word;
	bool more;

	*grades = NULL;
	*count = 0;
	do {
		more = str_cut(&text, ',', &word);
		*grades = arena_grow(arena, *grades, *count, &capacity,
		    sizeof(**grades));
		*fault = parse_grade(arena, word, &(*grades)[(*count)++], part);
	} while (more && *fault == NULL);
	return *fault == NULL;
}
