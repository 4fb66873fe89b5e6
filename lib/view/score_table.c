#include "view/score_table.h"

#include <stdlib.h>

#include "ranking/ranking.h"
#include "score/score_text.h"
#include "view/cells.h"

/* The group in which a unit is shown: in the scheme's Pool, else its first. */
static struct str
group_of(const struct result *result, const struct unit *unit)
{
	return unit_group(unit, result->scheme->pool, result->period);
}

/*
 * A row for each unit and item
 */

enum { WITH_GRADES = 1, WITH_NAMES = 2, WITH_RANKS = 4 };

static const struct cells_column columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("points"), TABLE_NUMBER, 0 },
	{ STR_INIT("score"), TABLE_NUMBER, 0 },
	{ STR_INIT("state"), TABLE_TEXT, 0 },
	{ STR_INIT("group"), TABLE_TEXT, 0 },
	{ STR_INIT("grade"), TABLE_TEXT, WITH_GRADES },
	{ STR_INIT("unit_name"), TABLE_TEXT, WITH_NAMES },
	{ STR_INIT("item_name"), TABLE_TEXT, WITH_NAMES },
	{ STR_INIT("rank"), TABLE_NUMBER, WITH_RANKS },
	{ STR_INIT("since"), TABLE_NUMBER, WITH_RANKS },
	{ STR_INIT("move"), TABLE_NUMBER, WITH_RANKS },
};

struct score_table {
	struct cells cells;
	const struct book *book;
	struct score_table_options options;
};

struct score_table *
score_table_new(FILE *out, enum table_format format, const struct book *book,
    const struct score_table_options *options)
{
	struct score_table *table = memory_alloc(sizeof(*table));

	*table = (struct score_table){ .book = book, .options = *options };
	cells_open(&table->cells, out, format, columns, LENGTH(columns),
	    (options->grades ? WITH_GRADES : 0) |
		(options->names ? WITH_NAMES : 0) |
		(options->ranks != NULL ? WITH_RANKS : 0));
	return table;
}

static struct str
grade_of(const struct result *result, size_t unit, size_t item)
{
	if (item != 0 || result->grades == NULL ||
	    result->grades[unit] == RANK_NO_GRADE)
		return STR("");
	return result->scheme->grades[result->grades[unit]].id;
}

static void
place_cells(struct score_table *table, size_t unit)
{
	struct num rank = value_missing(), since = value_missing();

	if (table->options.ranks != NULL) {
		rank = table->options.ranks[unit];
		since = table->options.since[unit];
	}
	cells_number(&table->cells, rank);
	cells_number(&table->cells, since);
	cells_number(&table->cells, ranking_move(since, rank));
}

void
score_table_row(struct score_table *table, const struct result *result,
    size_t number, size_t item)
{
	struct cells *cells = &table->cells;
	const struct unit *unit = &table->book->units[number];
	const struct item *row = &result->scheme->items[item];
	const struct item_scores *scores = &result->items[item];

	cells_period(cells, result->period);
	cells_put(cells, unit->id);
	cells_put(cells, row->id);
	cells_number(cells, column_cell(scores->points, number));
	cells_score(cells, row, scores->scores[number]);
	state_print(&cells->text, scores->states[number] | table->options.mark);
	cells_text(cells);
	cells_put(cells, group_of(result, unit));
	cells_put(cells, grade_of(result, number, item));
	cells_put(cells, unit->name);
	cells_put(cells, row->name);
	place_cells(table, number);
}

void
score_table_end(struct score_table *table)
{
	cells_close(&table->cells);
	free(table);
}

static bool
is_shown(const struct score_table_choice *choice, const struct result *result,
    size_t unit)
{
	return result->standings[unit] != STANDING_NONE && choice->units[unit];
}

static void
show_part(struct score_table *table, const struct score_table_choice *choice,
    const struct score_table_part *part)
{
	for (size_t i = 0; i < table->book->unit_count; i++)
		if (is_shown(choice, part->result, i))
			for (size_t j = 0; j < part->item_count; j++)
				score_table_row(table, part->result, i,
				    part->items[j]);
}

void
score_table_show(FILE *out, enum table_format format, const struct book *book,
    const struct score_table_choice *choice, bool names)
{
	struct score_table_options options = { .names = names };
	struct score_table *table;

	for (size_t i = 0; i < choice->count; i++)
		options.grades |=
		    choice->parts[i].result->scheme->grade_count > 0;
	table = score_table_new(out, format, book, &options);
	for (size_t i = 0; i < choice->count; i++)
		show_part(table, choice, &choice->parts[i]);
	score_table_end(table);
}

/*
 * A row for each unit
 */

struct wide {
	struct cells cells;
	const struct book *book;
	const struct item **items; /* one for each column */
	size_t count;
	struct cells_column *columns; /* those before the items', then these */
	size_t column_count;
	struct arena arena;
};

/* The items of all results, each Id once, in order of appearance. */
static void
list_items(struct wide *wide, const struct score_table_choice *choice)
{
	struct intern seen = { 0 };
	size_t most = 0;

	for (size_t i = 0; i < choice->count; i++)
		most += choice->parts[i].item_count;
	wide->items = arena_array(&wide->arena, most, sizeof(*wide->items));
	for (size_t i = 0; i < choice->count; i++) {
		const struct score_table_part *part = &choice->parts[i];
		const struct item *items = part->result->scheme->items;

		for (size_t j = 0; j < part->item_count; j++) {
			const struct item *item = &items[part->items[j]];
			uint32_t number = 0;

			if (intern_add(&seen, item->id, &number))
				wide->items[wide->count++] = item;
		}
	}
	intern_free(&seen);
}

static void
list_columns(struct wide *wide, bool names)
{
	static const struct cells_column first[] = {
		{ STR_INIT("period"), TABLE_TEXT, 0 },
		{ STR_INIT("unit"), TABLE_TEXT, 0 },
		{ STR_INIT("unit_name"), TABLE_TEXT, WITH_NAMES },
		{ STR_INIT("group"), TABLE_TEXT, 0 },
	};

	wide->columns = arena_array(&wide->arena, LENGTH(first) + wide->count,
	    sizeof(*wide->columns));
	memcpy(wide->columns, first, sizeof(first));
	wide->column_count = LENGTH(first);
	for (size_t i = 0; i < wide->count; i++) {
		const struct item *item = wide->items[i];
		bool named = names && item->name.size > 0;

		wide->columns[wide->column_count++] =
		    (struct cells_column){ named ? item->name : item->id,
			    TABLE_NUMBER, 0 };
	}
}

static void
wide_row(struct wide *wide, const struct result *result, size_t number)
{
	const struct unit *unit = &wide->book->units[number];
	struct cells *cells = &wide->cells;

	cells_period(cells, result->period);
	cells_put(cells, unit->id);
	cells_put(cells, unit->name);
	cells_put(cells, group_of(result, unit));
	for (size_t i = 0; i < wide->count; i++) {
		uint32_t item = scheme_item(result->scheme, wide->items[i]->id);

		if (item == INDEX_NONE)
			cells_skip(cells, 1);
		else
			cells_score(cells, &result->scheme->items[item],
			    result->items[item].scores[number]);
	}
}

void
score_table_show_wide(FILE *out, enum table_format format,
    const struct book *book, const struct score_table_choice *choice,
    bool names)
{
	struct wide wide = { .book = book };

	list_items(&wide, choice);
	list_columns(&wide, names);
	cells_open(&wide.cells, out, format, wide.columns, wide.column_count,
	    names ? WITH_NAMES : 0);
	for (size_t i = 0; i < choice->count; i++) {
		const struct result *result = choice->parts[i].result;

		for (size_t j = 0; j < book->unit_count; j++)
			if (is_shown(choice, result, j))
				wide_row(&wide, result, j);
	}
	cells_close(&wide.cells);
	arena_free(&wide.arena);
}
