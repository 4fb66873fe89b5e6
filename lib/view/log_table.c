#include "view/log_table.h"

#include <stdlib.h>

#include "analysis/trailer_check.h"
#include "view/cells.h"

struct log_table {
	const struct history *history;
	struct log_table_options options;
	struct diag *diag;
	struct cells cells;
	bool has_rows; /* the cells are open */
	uint64_t commits;

	/* The step in hand. */
	const struct history_step *step;
	struct commit_info info;
	bool has_info;
	char parent[COMMIT_ID_SIZE];
	struct arena arena;
};

/*
 * Columns
 */

enum { WITH_CAUSES = 1, WITH_NAMES = 2 };

/* clang-format off */
static const struct cells_column score_columns[] = {
	{ STR_INIT("commit"), TABLE_TEXT, 0 }, { STR_INIT("parent"), TABLE_TEXT, 0 },
	{ STR_INIT("date"), TABLE_TEXT, 0 }, { STR_INIT("author"), TABLE_TEXT, 0 },
	{ STR_INIT("period"), TABLE_TEXT, 0 }, { STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("item"), TABLE_TEXT, 0 }, { STR_INIT("from"), TABLE_NUMBER, 0 },
	{ STR_INIT("to"), TABLE_NUMBER, 0 }, { STR_INIT("delta"), TABLE_NUMBER, 0 },
	{ STR_INIT("from_rank"), TABLE_NUMBER, 0 }, { STR_INIT("to_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("from_state"), TABLE_TEXT, 0 }, { STR_INIT("to_state"), TABLE_TEXT, 0 },
	{ STR_INIT("subject"), TABLE_TEXT, 0 }, { STR_INIT("reason"), TABLE_TEXT, 0 },
	{ STR_INIT("scheme"), TABLE_NUMBER, WITH_CAUSES },
	{ STR_INIT("own"), TABLE_NUMBER, WITH_CAUSES },
	{ STR_INIT("pool"), TABLE_NUMBER, WITH_CAUSES },
	{ STR_INIT("members"), TABLE_NUMBER, WITH_CAUSES },
	{ STR_INIT("error"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, WITH_NAMES },
	{ STR_INIT("item_name"), TABLE_TEXT, WITH_NAMES },
};
static const struct cells_column value_columns[] = {
	{ STR_INIT("commit"), TABLE_TEXT, 0 }, { STR_INIT("date"), TABLE_TEXT, 0 },
	{ STR_INIT("author"), TABLE_TEXT, 0 }, { STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 }, { STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("from"), TABLE_NUMBER, 0 }, { STR_INIT("to"), TABLE_NUMBER, 0 },
	{ STR_INIT("status"), TABLE_TEXT, 0 }, { STR_INIT("note"), TABLE_TEXT, 0 },
	{ STR_INIT("file"), TABLE_TEXT, 0 }, { STR_INIT("line"), TABLE_NUMBER, 0 },
	{ STR_INIT("subject"), TABLE_TEXT, 0 }, { STR_INIT("reason"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, WITH_NAMES },
	{ STR_INIT("measure_name"), TABLE_TEXT, WITH_NAMES },
};
static const struct cells_column claim_columns[] = {
	{ STR_INIT("commit"), TABLE_TEXT, 0 }, { STR_INIT("parent"), TABLE_TEXT, 0 },
	{ STR_INIT("date"), TABLE_TEXT, 0 }, { STR_INIT("author"), TABLE_TEXT, 0 },
	{ STR_INIT("claimed"), TABLE_TEXT, 0 }, { STR_INIT("actual"), TABLE_TEXT, 0 },
	{ STR_INIT("subject"), TABLE_TEXT, 0 },
};
static const struct {
	const struct cells_column *columns;
	size_t count;
} views[] = {
	[LOG_SCORES] = { score_columns, LENGTH(score_columns) },
	[LOG_VALUES] = { value_columns, LENGTH(value_columns) },
	[LOG_CLAIMS] = { claim_columns, LENGTH(claim_columns) }
};
/* clang-format on */

static void
open_cells(struct log_table *table)
{
	const struct log_table_options *options = &table->options;

	cells_open(&table->cells, options->out, options->format,
	    views[options->view].columns, views[options->view].count,
	    (options->wanted.causes ? WITH_CAUSES : 0) |
		(options->names ? WITH_NAMES : 0));
	if (options->reverse)
		cells_hold(&table->cells);
}

/* A first row of a commit, of which the first of all opens the table. */
static void
begin_rows(struct log_table *table)
{
	if (!table->has_rows)
		open_cells(table);
	table->has_rows = true;
	cells_group(&table->cells);
}

/* Read when the first row asks for it: most commits have none. */
static const struct commit_info *
info_of(struct log_table *table)
{
	if (table->has_info)
		return &table->info;
	commit_read(&table->info, history_repository(table->history),
	    table->step->id, &table->arena, table->diag);
	table->has_info = true;
	table->commits++;
	begin_rows(table);
	return &table->info;
}

/* commit parent date author */
static void
put_commit(struct log_table *table)
{
	const struct commit_info *info = info_of(table);
	struct cells *cells = &table->cells;

	cells_commit(cells, table->step->id);
	cells_commit(cells, table->parent);
	cells_put(cells, info->date);
	cells_put(cells, info->author);
}

/*
 * Scores
 */

/* As the commit's book names a unit or, where it has left, its parent's. */
static struct str
unit_name(const struct combined_diff_row *row)
{
	const struct snapshot_row *score = row->score;

	if (score->to_unit != INDEX_NONE)
		return row->to->book->units[score->to_unit].name;
	return score->from_unit != INDEX_NONE
		   ? row->from->book->units[score->from_unit].name
		   : STR("");
}

static void
put_row(void *context, const struct combined_diff_row *row)
{
	struct log_table *table = context;
	struct cells *cells = &table->cells;
	const struct snapshot_row *score = row->score;
	const struct item *from = snapshot_item_at(row->from, score->from_item);
	const struct item *to = snapshot_item_at(row->to, score->to_item);

	put_commit(table);
	cells_period(cells, row->period);
	cells_put(cells, score->unit);
	cells_put(cells, score->item);
	cells_score(cells, from, score->from);
	cells_score(cells, to, score->to);
	cells_delta(cells, from, to, score->delta);
	cells_rank(cells, score->from_rank);
	cells_rank(cells, score->to_rank);
	cells_state(cells, score->from_state);
	cells_state(cells, score->to_state);
	cells_put(cells, table->info.subject);
	cells_put(cells, table->info.reason);
	for (size_t i = 0; i < CAUSES; i++)
		if (row->causes == NULL)
			cells_skip(cells, 1);
		else
			cells_delta(cells, from, to, row->causes[i]);
	cells_skip(cells, 1);
	cells_put(cells, unit_name(row));
	cells_put(cells, to != NULL	? to->name
			 : from != NULL ? from->name
					: STR(""));
}

/* The commit's book is unsound: one row says so. */
static void
put_unsound(struct log_table *table)
{
	struct cells *cells = &table->cells;
	struct period_range periods = history_periods(table->history);
	char first[PERIOD_TEXT_SIZE], last[PERIOD_TEXT_SIZE];

	put_commit(table);
	buffer_add(&cells->text, str_from(period_text(periods.first, first)));
	if (!period_equal(periods.first, periods.last))
		buffer_format(&cells->text, "..%s",
		    period_text(periods.last, last));
	cells_text(cells);
	cells_skip(cells, 8); /* unit to from_state */
	cells_word(cells, "unsound");
	cells_put(cells, table->info.subject);
	cells_put(cells, table->info.reason);
	cells_skip(cells, CAUSES);
	cells_put(cells, table->step->side->error);
	cells_skip(cells, 2);
}

static void
add_scores(struct log_table *table, const struct history_step *step)
{
	if (step->side == NULL)
		return;
	if (step->side->state == HISTORY_UNSOUND)
		put_unsound(table);
	else
		combined_diff_scores(table->history, step,
		    &table->options.wanted, put_row, table);
}

/*
 * Values
 */

/* unit_name measure_name, as the newest book has them. */
static void
put_names(struct log_table *table, const struct data_diff_cell *change)
{
	const struct book *book = history_newest_book(table->history);
	struct cells *cells = &table->cells;
	uint32_t unit = INDEX_NONE, measure = INDEX_NONE;

	if (table->options.names && book != NULL) {
		unit = book_unit(book, change->unit);
		measure = book_measure(book, change->measure);
	}
	cells_put(cells, unit == INDEX_NONE ? STR("") : book->units[unit].name);
	cells_put(cells,
	    measure == INDEX_NONE ? STR("") : book->measures[measure].name);
}

static void
put_value(struct log_table *table, const struct data_diff_cell *change)
{
	const struct commit_info *info = info_of(table);
	struct cells *cells = &table->cells;

	cells_commit(cells, table->step->id);
	cells_put(cells, info->date);
	cells_put(cells, info->author);
	cells_period(cells, change->period);
	cells_put(cells, change->measure);
	cells_put(cells, change->unit);
	cells_put(cells, change->from);
	cells_put(cells, change->to);
	cells_put(cells, change->status);
	cells_put(cells, change->note);
	cells_put(cells, change->file);
	cells_count(cells, change->line);
	cells_put(cells, info->subject);
	cells_put(cells, info->reason);
	put_names(table, change);
}

static void
add_values(struct log_table *table, const struct history_step *step)
{
	size_t count;
	const struct data_diff_cell *list = combined_diff_values(table->history,
	    step, &table->options.wanted, &table->arena, &count, table->diag);

	for (size_t i = 0; i < count; i++)
		put_value(table, &list[i]);
}

/*
 * Claims
 */

static void
put_fault(struct log_table *table, const struct trailer_fault *fault)
{
	struct cells *cells = &table->cells;

	put_commit(table);
	cells_put(cells, fault->claimed);
	cells_put(cells, fault->actual);
	cells_put(cells, table->info.subject);
}

static void
add_claims(struct log_table *table, const struct history_step *step)
{
	struct trailer_fault *faults;
	size_t count;

	commit_read(&table->info, history_repository(table->history), step->id,
	    &table->arena, table->diag);
	table->has_info = true;
	if (!trailers_claim(&table->info))
		return;
	table->commits++;
	faults = trailer_check(table->history, step, &table->info,
	    &table->arena, &count);
	if (count > 0)
		begin_rows(table);
	for (size_t i = 0; i < count; i++)
		put_fault(table, &faults[i]);
}

/*
 * The table
 */

struct log_table *
log_table_new(const struct history *history,
    const struct log_table_options *options, struct diag *diag)
{
	struct log_table *table = memory_alloc(sizeof(*table));

	*table = (struct log_table){
		.history = history, .options = *options, .diag = diag
	};
	return table;
}

static void
add(struct log_table *table, const struct history_step *step)
{
	/* Even a commit that moves nothing may claim something. */
	if (table->options.view == LOG_CLAIMS)
		add_claims(table, step);
	else if (step->is_unchanged)
		return;
	else if (table->options.view == LOG_VALUES)
		add_values(table, step);
	else
		add_scores(table, step);
}

void
log_table_add(struct log_table *table, const struct history_step *step)
{
	table->step = step;
	table->info = (struct commit_info){ .time = 0 };
	table->has_info = false;
	table->parent[0] = '\0';
	if (!step->is_unchanged && step->bases[0].commit != NULL)
		git_oid_tostr(table->parent, sizeof(table->parent),
		    step->bases[0].commit);
	add(table, step);
	arena_free(&table->arena);
	table->step = NULL;
}

uint64_t
log_table_commits(const struct log_table *table)
{
	return table->commits;
}

bool
log_table_has_rows(const struct log_table *table)
{
	return table->has_rows;
}

void
log_table_end(struct log_table *table, bool header)
{
	if (!table->has_rows && header)
		open_cells(table);
	if (table->has_rows || header)
		cells_close(&table->cells);
	free(table);
}
