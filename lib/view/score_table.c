#include "view/score_table.h"

#include <stdlib.h>

#include "score/score_text.h"

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
	struct table_column columns[10] = { { STR("period"), false },
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
	if (num_is_number(points))
		num_print(&table->text, points);
	text_cell(table);
	score_print(&table->text, row, scores->scores[number]);
	text_cell(table);
	state_print(&table->text, scores->states[number] | table->options.mark);
	text_cell(table);
	table_cell(table->table, score_group(result, unit));
	if (table->options.grades)
		grade_cell(table, result, number, item);
	if (!table->options.names)
		return;
	table_cell(table->table, unit->name);
	table_cell(table->table, row->name);
}

void
score_table_end(struct score_table *table)
{
	table_end(table->table);
	buffer_free(&table->text);
	free(table);
}
