#include "ranking/rank_input.h"

#include <stdlib.h>

#include "ranking/composite_key.h"
#include "ranking/decimal.h"

#define NOWHERE UINT32_MAX

#define report(input, place, ...)                                              \
	((input)->is_faulty = true,                                            \
	    diag_at((input)->diag, (place), __VA_ARGS__))

void
rank_input_report(struct rank_input *input, size_t row, struct str cell,
    enum finding finding)
{
	report(input, tsv_place(input->tsv, row, cell), finding, cell);
}

void
rank_input_report_twice(struct rank_input *input, size_t row)
{
	rank_input_report(input, row, tsv_cell(input->tsv, row, input->unit),
	    D_RANK_TWICE);
}

/*
 * Columns
 */

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
report_name(struct rank_input *input, struct str name,
    struct str_nearest *nearest, enum finding unknown, enum finding near)
{
	struct place place = tsv_header_place(input->tsv);
	struct buffer list = { 0 };

	for (size_t i = 0; i < input->tsv->column_count; i++)
		str_nearest_offer(nearest, input->tsv->names[i]);
	if (str_nearest_best(nearest).size > 0)
		report(input, place, near, name, str_nearest_best(nearest));
	else
		report(input, place, unknown, name,
		    column_list(input->tsv, &list));
	buffer_free(&list);
}

static size_t
find_column(struct rank_input *input, struct str name)
{
	size_t column = tsv_column(input->tsv, name);
	struct str_nearest nearest;

	if (column == TSV_NONE) {
		str_nearest_start(&nearest, name);
		report_name(input, name, &nearest, D_RANK_COLUMN,
		    D_RANK_COLUMN_NEAR);
	}
	return column;
}

static void
find_by(struct rank_input *input)
{
	struct buffer list = { 0 };

	if (input->options->by.size > 0) {
		input->by = find_column(input, input->options->by);
		return;
	}
	input->by = input->score;
	if (input->score == TSV_NONE)
		report(input, tsv_header_place(input->tsv), D_RANK_BY,
		    column_list(input->tsv, &list));
	buffer_free(&list);
}

static bool
is_named(const struct rank_options *options, struct str name)
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
find_within(struct rank_input *input)
{
	const struct rank_options *options = input->options;
	bool apart = !is_named(options, STR("period")) &&
		     !is_named(options, STR("item"));

	input->within =
	    memory_array(options->within_count + 2, sizeof(*input->within));
	if (apart && input->period != TSV_NONE)
		input->within[input->within_count++] = input->period;
	if (apart && input->is_scores)
		input->within[input->within_count++] = input->item;
	for (size_t i = 0; i < options->within_count; i++) {
		size_t column = find_column(input, options->within[i]);

		input->within[input->within_count++] = column;
	}
}

/* Names of columns that are added must be free. */
static void
check_added(struct rank_input *input)
{
	const struct rank_options *options = input->options;
	bool moves = options->has_since || options->since_path != NULL;
	const struct {
		struct str name;
		bool added;
	} columns[] = { { STR("rank"), true },
		{ STR("grade"), options->grade_count > 0 },
		{ STR("since"), moves }, { STR("move"), moves },
		{ STR("streak"), options->streak > 0 } };

	if (input->is_past)
		return;
	for (size_t i = 0; i < LENGTH(columns); i++) {
		size_t column = tsv_column(input->tsv, columns[i].name);

		if (columns[i].added && column != TSV_NONE)
			report(input, tsv_name_place(input->tsv, column),
			    D_RANK_ADDED, columns[i].name);
	}
}

/* Movement and streaks look at the rows of one period at a time. */
static void
check_periods_apart(struct rank_input *input)
{
	const struct rank_options *options = input->options;

	if (input->is_past || (!options->has_since && options->streak == 0))
		return;
	if (input->period == TSV_NONE) {
		find_column(input, STR("period"));
		return;
	}
	for (size_t i = 0; i < input->within_count; i++)
		if (input->within[i] == input->period)
			return;
	report(input, tsv_header_place(input->tsv), D_RANK_APART);
}

static void
find_columns(struct rank_input *input)
{
	const struct tsv *tsv = input->tsv;

	input->period = tsv_column(tsv, STR("period"));
	input->unit = tsv_column(tsv, STR("unit"));
	input->item = tsv_column(tsv, STR("item"));
	input->score = tsv_column(tsv, STR("score"));
	input->is_scores = input->period != TSV_NONE &&
			   input->unit != TSV_NONE && input->item != TSV_NONE &&
			   input->score != TSV_NONE;
	/* Who is ranked: in a stream that does not say, its first column. */
	if (input->unit == TSV_NONE)
		input->unit = 0;
	find_by(input);
	find_within(input);
	check_periods_apart(input);
	check_added(input);
	if (input->options->item_count > 0 && input->item == TSV_NONE)
		find_column(input, STR("item"));
}

int
rank_input_open(struct rank_input *input, const struct tsv *tsv,
    const struct rank_options *options, bool is_past, struct diag *diag)
{
	*input = (struct rank_input){
		.tsv = tsv, .options = options, .diag = diag, .is_past = is_past
	};
	find_columns(input);
	return input->is_faulty ? -1 : 0;
}

void
rank_input_free(struct rank_input *input)
{
	free(input->within);
	free(input->units);
	free(input->rows);
	free(input->groups);
	*input = (struct rank_input){ 0 };
}

/*
 * Rows
 */

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
matches_any(const struct rank_options *options, struct str item, bool *used)
{
	bool matches = false;

	for (size_t i = 0; i < options->item_count; i++)
		if (str_glob(options->items[i], item))
			used[i] = matches = true;
	return matches;
}

/* Every glob must match some item, or a slip would pass for an answer. */
static void
check_globs(struct rank_input *input, const struct composite_keys *items,
    const uint32_t *first_rows, const bool *used)
{
	for (size_t i = 0; i < input->options->item_count; i++) {
		struct str glob = input->options->items[i], best;
		struct place place = tsv_header_place(input->tsv);
		struct str_nearest nearest;

		if (used[i])
			continue;
		str_nearest_start(&nearest, glob);
		for (uint32_t j = 0; j < items->count; j++)
			str_nearest_offer(&nearest,
			    tsv_cell(input->tsv, first_rows[j], input->item));
		best = str_nearest_best(&nearest);
		if (best.size > 0)
			report(input, place, D_RANK_ITEM_NEAR, glob, best);
		else
			report(input, place, D_RANK_ITEM, glob);
	}
}

/* The rows of the items that -i asks for. */
static void
select_items(struct rank_input *input)
{
	size_t rows = input->tsv->row_count;
	uint32_t *first_rows = memory_array(rows, sizeof(*first_rows));
	bool *is_wanted = memory_array(rows, sizeof(*is_wanted));
	bool *used = memory_zeros(input->options->item_count, sizeof(*used));
	struct composite_keys items;

	composite_key_init(&items, 1);
	for (size_t row = 0; row < rows; row++) {
		uint32_t known = items.count, item;
		struct str cell = { 0 };

		item = number_of(&items, input->tsv, row, &input->item, &cell);
		if (item == known) {
			first_rows[item] = (uint32_t)row;
			is_wanted[item] =
			    matches_any(input->options, cell, used);
		}
		if (is_wanted[item])
			input->rows[input->count++] = (uint32_t)row;
	}
	/* The past may have had other items. */
	if (rows > 0 && !input->is_past)
		check_globs(input, &items, first_rows, used);
	composite_key_free(&items);
	free(used);
	free(is_wanted);
	free(first_rows);
}

static void
select_rows(struct rank_input *input)
{
	size_t rows = input->tsv->row_count;

	input->rows = memory_array(rows, sizeof(*input->rows));
	if (input->options->item_count > 0) {
		select_items(input);
		return;
	}
	for (size_t row = 0; row < rows; row++)
		input->rows[input->count++] = (uint32_t)row;
}

static void
divide(struct rank_input *input)
{
	struct str *cells = memory_array(input->within_count, sizeof(*cells));
	struct composite_keys tuples;

	input->groups =
	    memory_array(input->tsv->row_count, sizeof(*input->groups));
	composite_key_init(&tuples, input->within_count);
	for (size_t i = 0; i < input->count; i++)
		input->groups[input->rows[i]] = number_of(&tuples, input->tsv,
		    input->rows[i], input->within, cells);
	input->group_count = tuples.count;
	composite_key_free(&tuples);
	free(cells);
}

/*
 * Keys
 */

/* A cell to rank by: its decimal, empty where there is none. */
static struct str
number_cell(struct rank_input *input, size_t row, size_t column)
{
	struct str cell = tsv_cell(input->tsv, row, column);

	if (decimal_is(cell))
		return cell;
	if (cell.size > 0 && !str_equal(cell, STR("n/a")))
		rank_input_report(input, row, cell, D_NUMBER);
	return STR("");
}

/* Keys of which the higher is the better; what is absent stays the worst. */
static void
make_keys(const struct str *cells, size_t count, bool ascending, int64_t *keys)
{
	decimal_keys(cells, count, keys);
	for (size_t i = 0; ascending && i < count; i++)
		if (keys[i] != RANK_ABSENT)
			keys[i] = -keys[i];
}

static void
column_keys(struct rank_input *input, size_t column, bool ascending,
    int64_t *keys)
{
	size_t rows = input->tsv->row_count;
	struct str *cells = memory_zeros(rows, sizeof(*cells));

	for (size_t i = 0; i < input->count; i++)
		cells[input->rows[i]] =
		    number_cell(input, input->rows[i], column);
	make_keys(cells, rows, ascending, keys);
	free(cells);
}

/* Number the units of each period, by row. */
static void
number_units(struct rank_input *input)
{
	const size_t columns[] = { input->period, input->unit };
	size_t rows = input->tsv->row_count;
	struct str cells[LENGTH(columns)];
	struct composite_keys tuples;

	input->units = memory_array(rows, sizeof(*input->units));
	composite_key_init(&tuples, LENGTH(columns));
	for (size_t row = 0; row < rows; row++)
		input->units[row] =
		    number_of(&tuples, input->tsv, row, columns, cells);
	input->unit_count = tuples.count;
	composite_key_free(&tuples);
}

/*
 * For each unit in each period the row of an item. False where there is no
 * such item at all.
 */
static bool
item_rows(struct rank_input *input, struct str item, uint32_t *out)
{
	bool found = false;

	for (uint32_t i = 0; i < input->unit_count; i++)
		out[i] = NOWHERE;
	for (size_t row = 0; row < input->tsv->row_count; row++) {
		if (!str_equal(tsv_cell(input->tsv, row, input->item), item))
			continue;
		found = true;
		if (out[input->units[row]] != NOWHERE)
			rank_input_report_twice(input, row);
		out[input->units[row]] = (uint32_t)row;
	}
	return found;
}

static void
report_key(struct rank_input *input, struct str name)
{
	struct str_nearest nearest;
	struct composite_keys items;
	struct str cell;

	/* The past may not have had this item. */
	if (input->is_past || input->tsv->row_count == 0)
		return;
	str_nearest_start(&nearest, name);
	composite_key_init(&items, 1);
	for (size_t row = 0; row < input->tsv->row_count; row++) {
		uint32_t known = items.count;

		if (number_of(&items, input->tsv, row, &input->item, &cell) ==
		    known)
			str_nearest_offer(&nearest, cell);
	}
	composite_key_free(&items);
	report_name(input, name, &nearest, D_RANK_KEY, D_RANK_KEY_NEAR);
}

/* By the score that the row's unit has in an item in the row's period. */
static void
item_keys(struct rank_input *input, const struct rank_key *key, int64_t *keys)
{
	uint32_t *rows;
	struct str *cells;
	int64_t *unit_keys;

	if (input->units == NULL)
		number_units(input);
	rows = memory_array(input->unit_count, sizeof(*rows));
	cells = memory_zeros(input->unit_count, sizeof(*cells));
	unit_keys = memory_array(input->unit_count, sizeof(*unit_keys));
	if (!item_rows(input, key->name, rows))
		report_key(input, key->name);
	for (uint32_t i = 0; i < input->unit_count; i++)
		if (rows[i] != NOWHERE)
			cells[i] = number_cell(input, rows[i], input->score);
	make_keys(cells, input->unit_count, key->ascending, unit_keys);
	for (size_t i = 0; i < input->count; i++)
		keys[input->rows[i]] = unit_keys[input->units[input->rows[i]]];
	free(unit_keys);
	free(cells);
	free(rows);
}

static void
tiebreak_keys(struct rank_input *input, const struct rank_key *key,
    int64_t *keys)
{
	size_t column = tsv_column(input->tsv, key->name);

	if (column != TSV_NONE)
		column_keys(input, column, key->ascending, keys);
	else if (input->is_scores)
		item_keys(input, key, keys);
	else
		find_column(input, key->name);
}

int
rank_input_rank(struct rank_input *input, struct ranking *ranking)
{
	const struct rank_options *options = input->options;
	size_t rows = input->tsv->row_count;
	int64_t *keys = memory_array(rows, sizeof(*keys));
	struct ranking_rows wanted = { .row_count = rows, .keys = keys };

	select_rows(input);
	divide(input);
	column_keys(input, input->by, options->ascending, keys);
	wanted.chosen = input->rows;
	wanted.chosen_count = input->count;
	wanted.groups = input->groups;
	wanted.group_count = input->group_count;
	ranking_order(ranking, &wanted);
	for (size_t i = 0; i < options->tiebreak_count; i++) {
		tiebreak_keys(input, &options->tiebreaks[i], keys);
		if (!input->is_faulty)
			ranking_break_ties(ranking, keys);
	}
	free(keys);
	ranking_share(ranking, options->ties);
	return input->is_faulty ? -1 : 0;
}
