#include "view/score_table.h"

#include <stdlib.h>

#include "ranking/ranking.h"

struct score_table {
	struct table *table;
	const struct book *book;
	struct score_table_options options;
	struct buffer text;
};

struct str
score_group(const struct result *result, const struct unit *unit)
{
	return unit_group(unit, result->scheme->pool, result->period);
}

struct score_table *
score_table_new(FILE *out, enum table_format format, const struct book *book,
    const struct score_table_options *options)
{
	static const char *const places[] = { "rank", "since", "move" };
	struct table_column columns[10 + LENGTH(places)] = { { STR("period"),
								 false },
		{ STR("unit"), false }, { STR("item"), false },
		{ STR("points"), true }, { STR("score"), true },
		{ STR("state"), false }, { STR("group"), false } };
	struct score_table *table = memory_alloc(sizeof(*table));
	size_t count = 7;

	if (options->grades)
		columns[count++] = (struct table_column){ STR("grade"), false };
	if (options->names) {
		columns[count++] =
		    (struct table_column){ STR("unit_name"), false };
		columns[count++] =
		    (struct table_column){ STR("item_name"), false };
	}
	for (size_t i = 0; i < LENGTH(places) && options->ranks != NULL; i++)
		columns[count++] =
		    (struct table_column){ str_from(places[i]), true };
	*table = (struct score_table){ table_new(out, format, columns, count),
		book, *options, { 0 } };
	return table;
}

static void
text_cell(struct score_table *table)
{
	table_cell(table->table, buffer_str(&table->text));
	buffer_clear(&table->text);
}

static void
grade_cell(struct score_table *table, const struct result *result, size_t unit,
    size_t item)
{
	struct str grade = STR("");

	if (item == 0 && result->grades != NULL &&
	    result->grades[unit] != RANK_NO_GRADE)
		grade = result->scheme->grades[result->grades[unit]].id;
	table_cell(table->table, grade);
}

static void
number_cell(struct score_table *table, struct num number)
{
	if (num_is_number(number))
		num_print(&table->text, number);
	text_cell(table);
}

static void
place_cells(struct score_table *table, size_t unit)
{
	struct num rank = table->options.ranks[unit];
	struct num since = table->options.since[unit];

	number_cell(table, rank);
	number_cell(table, since);
	number_cell(table, ranking_move(since, rank));
}

void
score_table_row(struct score_table *table, const struct result *result,
    size_t number, size_t item)
{
	const struct unit *unit = &table->book->units[number];
	const struct item *row = &result->scheme->items[item];
	const struct item_scores *scores = &result->items[item];
	struct num points = column_cell(scores->points, number);
	char period[PERIOD_TEXT_SIZE];

	table_cell(table->table, str_from(period_text(result->period, period)));
	table_cell(table->table, unit->id);
	table_cell(table->table, row->id);
	number_cell(table, points);
	score_print(&table->text, row, scores->scores[number]);
	text_cell(table);
	state_print(&table->text, scores->states[number] | table->options.mark);
	text_cell(table);
	table_cell(table->table, score_group(result, unit));
	if (table->options.grades)
		grade_cell(table, result, number, item);
	if (table->options.names) {
		table_cell(table->table, unit->name);
		table_cell(table->table, row->name);
	}
	if (table->options.ranks != NULL)
		place_cells(table, number);
}

void
score_table_end(struct score_table *table)
{
	table_end(table->table);
	buffer_free(&table->text);
	free(table);
}

/*
 * The sheet
 */

struct sheet {
	const struct book *book;
	struct table *table;
	const struct item **items; /* each Id once, in order of appearance */
	size_t item_count;
	bool names;
	struct buffer text;
	struct arena arena;
};

static void
list_items(struct sheet *sheet, const struct score_choice *choices,
    size_t count)
{
	struct intern seen = { 0 };
	size_t most = 0;

	for (size_t i = 0; i < count; i++)
		most += choices[i].item_count;
	sheet->items = arena_array(&sheet->arena, most, sizeof(*sheet->items));
	for (size_t i = 0; i < count; i++) {
		const struct item *items = choices[i].result->scheme->items;

		for (size_t j = 0; j < choices[i].item_count; j++) {
			const struct item *item = &items[choices[i].items[j]];
			uint32_t number = 0;

			if (intern_add(&seen, item->id, &number))
				sheet->items[sheet->item_count++] = item;
		}
	}
	intern_free(&seen);
}

static void
open_sheet(struct sheet *sheet, FILE *out, enum table_format format)
{
	struct table_column *columns =
	    arena_array(&sheet->arena, sheet->item_count + 4, sizeof(*columns));
	size_t count = 0;

	columns[count++] = (struct table_column){ STR("period"), false };
	columns[count++] = (struct table_column){ STR("unit"), false };
	if (sheet->names)
		columns[count++] =
		    (struct table_column){ STR("unit_name"), false };
	columns[count++] = (struct table_column){ STR("group"), false };
	for (size_t i = 0; i < sheet->item_count; i++) {
		const struct item *item = sheet->items[i];
		bool named = sheet->names && item->name.size > 0;

		columns[count++] =
		    (struct table_column){ named ? item->name : item->id,
			    true };
	}
	sheet->table = table_new(out, format, columns, count);
}

static void
sheet_row(struct sheet *sheet, const struct result *result, size_t number)
{
	const struct unit *unit = &sheet->book->units[number];
	char period[PERIOD_TEXT_SIZE];

	table_cell(sheet->table, str_from(period_text(result->period, period)));
	table_cell(sheet->table, unit->id);
	if (sheet->names)
		table_cell(sheet->table, unit->name);
	table_cell(sheet->table, score_group(result, unit));
	for (size_t i = 0; i < sheet->item_count; i++) {
		uint32_t item =
		    scheme_item(result->scheme, sheet->items[i]->id);

		buffer_clear(&sheet->text);
		if (item != INDEX_NONE)
			score_print(&sheet->text, &result->scheme->items[item],
			    result->items[item].scores[number]);
		table_cell(sheet->table, buffer_str(&sheet->text));
	}
}

void
score_table_wide(FILE *out, enum table_format format, const struct book *book,
    const bool *units, const struct score_choice *choices, size_t count,
    bool names)
{
	struct sheet sheet = { .book = book, .names = names };

	list_items(&sheet, choices, count);
	open_sheet(&sheet, out, format);
	for (size_t i = 0; i < count; i++) {
		const struct result *result = choices[i].result;

		for (size_t j = 0; j < book->unit_count; j++)
			if (units[j] && result->standings[j] != STANDING_NONE)
				sheet_row(&sheet, result, j);
	}
	table_end(sheet.table);
	buffer_free(&sheet.text);
	arena_free(&sheet.arena);
}
