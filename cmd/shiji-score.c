/*
 * shiji-score: the scores of a period, unit by unit and item by item.
 */
#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "view/score_table.h"

static struct {
	struct opening opening;
	struct output output;
	struct option_periods periods;
	struct option_list units, items;
	struct option_count depth;
	bool wide, names, methods;
} given;

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_PERIODS(&given.periods),
	OPENING_CACHED(&given.opening),
	SELECT_UNITS(&given.units),
	SELECT_ITEMS(&given.items),
	{ OPTION_COUNT('d', "depth", "N", &given.depth, 0, 1000, N_("only items so deep: 0 is the total")) },
	{ OPTION_FLAG(0, "wide", &given.wide, N_("a row for each unit, a column for each item")) },
	{ OPTION_FLAG(0, "names", &given.names, N_("add the names of units and items")) },
	{ OPTION_FLAG(0, "methods", &given.methods, N_("list the methods that ship with Shiji")) },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-score",
	.purpose = N_("Score the units of a book for a period."),
	.rows = rows,
};

/* The results asked for, in order, and which of the units. */
struct results {
	struct arena arena;
	struct score_table_part *list;
	size_t count;
	bool *units;
};

static int
list_methods(void)
{
	static const struct table_column columns[] = {
		{ STR_INIT("method"), TABLE_TEXT },
		{ STR_INIT("args"), TABLE_TEXT },
		{ STR_INIT("rule"), TABLE_TEXT },
		{ STR_INIT("note"), TABLE_TEXT },
	};
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct table *table =
	    output_table(&given.output, columns, LENGTH(columns));
	size_t count;
	struct method *methods = methods_shipped(&arena, &count, diag);

	for (size_t i = 0; i < count; i++) {
		struct buffer rule = { 0 };

		/* A rule over several lines is shown on one. */
		buffer_add(&rule, methods[i].rule_field->value);
		for (size_t j = 0; j < rule.size; j++)
			if (rule.data[j] == '\n')
				rule.data[j] = ' ';
		table_cell(table, methods[i].id);
		table_cell(table, methods[i].args_field->value);
		table_cell(table, buffer_str(&rule));
		table_cell(table, methods[i].note);
		buffer_free(&rule);
	}
	table_end(table);
	diag_free(diag);
	arena_free(&arena);
	return EXIT_SOUND;
}

/* Match the globs once, rather than at each row. */
static void
choose_units(struct results *results)
{
	const struct book *book = given.opening.book;

	results->units = arena_array(&results->arena, book->unit_count,
	    sizeof(*results->units));
	for (size_t i = 0; i < book->unit_count; i++)
		results->units[i] =
		    select_matches(&given.units, book->units[i].id);
}

static void
choose_items(struct results *results, const struct result *result)
{
	const struct scheme *scheme = result->scheme;
	struct score_table_part *part = &results->list[results->count++];
	uint32_t *items =
	    arena_array(&results->arena, scheme->item_count, sizeof(*items));

	*part = (struct score_table_part){ .result = result, .items = items };
	for (uint32_t i = 0; i < scheme->item_count; i++)
		if ((!given.depth.given ||
			scheme->items[i].depth <= given.depth.value) &&
		    select_matches(&given.items, scheme->items[i].id))
			items[part->item_count++] = i;
}

static int
score_periods(struct results *results)
{
	struct period_range range = given.periods.range;
	struct selection *items = select_new(SELECT_ITEM, &given.items);
	int rc;

	results->list = arena_array(&results->arena,
	    (size_t)period_range_count(range), sizeof(*results->list));
	for (struct period at = range.first; at.index <= range.last.index;
	     at.index++) {
		const struct result *result =
		    engine_score(given.opening.engine, at);

		if (result == NULL)
			continue;
		select_offer_items(items, result->scheme);
		choose_items(results, result);
	}
	choose_units(results);
	rc = opening_errors(&given.opening, EXIT_FINDING);
	return rc != 0 ? select_drop(items, rc) : select_end(items);
}

static void
print(const struct results *results)
{
	const struct score_table_choice choice = { results->list,
		results->count, results->units };

	(given.wide ? score_table_show_wide : score_table_show)(stdout,
	    output_format(&given.output), given.opening.book, &choice,
	    given.names);
}

static void
say_what_was_read(const struct results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		const struct result *result = results->list[i].result;
		char text[PERIOD_TEXT_SIZE];
		size_t in = 0;

		for (size_t j = 0; j < given.opening.book->unit_count; j++)
			in += result->standings[j] == STANDING_IN;
		trouble_detail(_("%s: %s, %zu items, %zu units"),
		    period_text(result->period, text),
		    result->scheme->file.path, result->scheme->item_count, in);
	}
}

static int
score(void)
{
	struct results results = { 0 };
	int rc = opening_open(&given.opening);

	if (rc == 0)
		rc = select_periods(&given.periods, given.opening.book);
	if (rc == 0)
		rc = select_units(&given.units, given.opening.book);
	if (rc == 0)
		rc = score_periods(&results);
	if (rc == 0) {
		say_what_was_read(&results);
		print(&results);
	}
	opening_close(&given.opening);
	arena_free(&results.arena);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands none;
	int rc = options_read(&command, argc, argv, &none);

	if (rc == 0)
		rc = output_begin(&given.output);
	if (rc == 0)
		rc = given.methods ? list_methods() : score();
	return output_finish(rc);
}
