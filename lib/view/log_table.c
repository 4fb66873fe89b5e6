#include "view/log_table.h"

#include <stdlib.h>

#include "analysis/trailer_check.h"

struct log_table {
	const struct history *history;
	struct log_table_options options;
	struct diag *diag;
	struct table *table; /* NULL before the first row */
	bool for_people;
	uint64_t commits;
	struct buffer text;

	/* Rows that wait for those of older commits. */
	struct arena arena;
	struct str *held;
	size_t held_count, held_capacity;
	size_t *starts; /* in `held`, of each commit's first cell */
	size_t start_count, start_capacity;

	/* The step in hand. */
	const struct history_step *step;
	struct commit_info info;
	bool has_info;
	char parent[COMMIT_ID_SIZE];
	struct arena step_arena;
};

/*
 * Columns
 */

/* clang-format off */
static const struct table_column score_columns[] = {
	{ STR_INIT("commit"), false }, { STR_INIT("parent"), false },
	{ STR_INIT("date"), false }, { STR_INIT("author"), false },
	{ STR_INIT("period"), false }, { STR_INIT("unit"), false },
	{ STR_INIT("item"), false }, { STR_INIT("from"), true },
	{ STR_INIT("to"), true }, { STR_INIT("delta"), true },
	{ STR_INIT("from_rank"), true }, { STR_INIT("to_rank"), true },
	{ STR_INIT("from_state"), false }, { STR_INIT("to_state"), false },
	{ STR_INIT("subject"), false }, { STR_INIT("reason"), false },
	{ STR_INIT("error"), false }
};
static const struct table_column cause_columns[CAUSES] = {
	{ STR_INIT("scheme"), true }, { STR_INIT("own"), true },
	{ STR_INIT("pool"), true }, { STR_INIT("members"), true }
};
static const struct table_column value_columns[] = {
	{ STR_INIT("commit"), false }, { STR_INIT("date"), false },
	{ STR_INIT("author"), false }, { STR_INIT("period"), false },
	{ STR_INIT("measure"), false }, { STR_INIT("unit"), false },
	{ STR_INIT("from"), true }, { STR_INIT("to"), true },
	{ STR_INIT("status"), false }, { STR_INIT("note"), false },
	{ STR_INIT("file"), false }, { STR_INIT("line"), true },
	{ STR_INIT("subject"), false }, { STR_INIT("reason"), false }
};
static const struct table_column claim_columns[] = {
	{ STR_INIT("commit"), false }, { STR_INIT("parent"), false },
	{ STR_INIT("date"), false }, { STR_INIT("author"), false },
	{ STR_INIT("claimed"), false }, { STR_INIT("actual"), false },
	{ STR_INIT("subject"), false }
};
/* clang-format on */

/* The causes stand before the last column, the error. */
static struct table *
open_with_causes(const struct log_table_options *options)
{
	enum { LAST = LENGTH(score_columns) - 1 };
	struct table_column columns[LENGTH(score_columns) + CAUSES];

	memcpy(columns, score_columns, LAST * sizeof(*columns));
	memcpy(columns + LAST, cause_columns, sizeof(cause_columns));
	columns[LAST + CAUSES] = score_columns[LAST];
	return table_new(options->out, options->format, columns,
	    LENGTH(columns));
}

static struct table *
open_table(const struct log_table_options *options)
{
	FILE *out = options->out;
	enum table_format format = options->format;

	if (options->view == LOG_CLAIMS)
		return table_new(out, format, claim_columns,
		    LENGTH(claim_columns));
	if (options->view == LOG_VALUES)
		return table_new(out, format, value_columns,
		    LENGTH(value_columns));
	if (options->wanted.causes)
		return open_with_causes(options);
	return table_new(out, format, score_columns, LENGTH(score_columns));
}

/*
 * Cells: at once or, in reverse, when all is known.
 */

static void
put(struct log_table *table, struct str cell)
{
	if (table->table == NULL)
		table->table = open_table(&table->options);
	if (!table->options.reverse) {
		table_cell(table->table, cell);
		return;
	}
	table->held = arena_grow(&table->arena, table->held, table->held_count,
	    &table->held_capacity, sizeof(*table->held));
	table->held[table->held_count++] = arena_str(&table->arena, cell);
}

static void
start_commit(struct log_table *table)
{
	table->commits++;
	if (!table->options.reverse)
		return;
	table->starts = arena_grow(&table->arena, table->starts,
	    table->start_count, &table->start_capacity, sizeof(*table->starts));
	table->starts[table->start_count++] = table->held_count;
}

static void
print_held(struct log_table *table)
{
	size_t end = table->held_count;

	for (size_t i = table->start_count; i-- > 0;) {
		for (size_t j = table->starts[i]; j < end; j++)
			table_cell(table->table, table->held[j]);
		end = table->starts[i];
	}
}

static void
put_empty(struct log_table *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(table, STR(""));
}

static void
put_text(struct log_table *table)
{
	put(table, buffer_str(&table->text));
	buffer_clear(&table->text);
}

/* A commit's id: in full for programs, its beginning for people. */
static void
put_id(struct log_table *table, const char *id)
{
	struct str whole = str_from(id);

	put(table, table->for_people ? str_head(whole, COMMIT_SHORT) : whole);
}

/* Read when the first row asks for it: most commits have none. */
static const struct commit_info *
info_of(struct log_table *table)
{
	if (!table->has_info)
		commit_read(&table->info, history_repository(table->history),
		    table->step->id, &table->step_arena, table->diag);
	if (!table->has_info)
		start_commit(table);
	table->has_info = true;
	return &table->info;
}

/* commit parent date author */
static void
put_commit(struct log_table *table)
{
	const struct commit_info *info = info_of(table);

	put_id(table, table->step->id);
	put_id(table, table->parent);
	put(table, info->date);
	put(table, info->author);
}

/*
 * Scores
 */

static void
put_score(struct log_table *table, const struct snapshot *snapshot,
    uint32_t item, struct num score)
{
	if (num_is_number(score) && item != INDEX_NONE)
		score_print(&table->text, snapshot->items[item].item, score);
	put_text(table);
}

static int
digits_of(const struct snapshot *snapshot, uint32_t item)
{
	return item == INDEX_NONE ? 0 : snapshot->items[item].item->digits;
}

/* A difference, with as many digits as the finer of the row's two scores. */
static void
put_delta(struct log_table *table, const struct combined_diff_row *row,
    struct num delta)
{
	int before = digits_of(row->from, row->score->from_item);
	int after = digits_of(row->to, row->score->to_item);

	if (num_sign(delta) == 0)
		buffer_add_byte(&table->text, '0');
	else if (before == DIGITS_EXACT || after == DIGITS_EXACT)
		num_print(&table->text, delta);
	else
		num_print_fixed(&table->text, delta,
		    (unsigned)(before > after ? before : after));
	put_text(table);
}

static void
put_rank(struct log_table *table, uint32_t rank)
{
	char text[16], *at = text + sizeof(text);

	/* By hand: there may be millions. */
	for (; rank > 0; rank /= 10)
		*--at = (char)('0' + rank % 10);
	put(table, (struct str){ at, (size_t)(text + sizeof(text) - at) });
}

static void
put_state(struct log_table *table, unsigned state)
{
	snapshot_state_print(&table->text, state);
	put_text(table);
}

static void
put_causes(struct log_table *table, const struct combined_diff_row *row)
{
	for (size_t i = 0; table->options.wanted.causes && i < CAUSES; i++)
		if (row == NULL || row->causes == NULL)
			put(table, STR(""));
		else
			put_delta(table, row, row->causes[i]);
}

static void
put_row(void *context, const struct combined_diff_row *row)
{
	struct log_table *table = context;
	const struct snapshot_row *score = row->score;
	char period[PERIOD_TEXT_SIZE];

	put_commit(table);
	put(table, str_from(period_text(row->period, period)));
	put(table, score->unit);
	put(table, score->item);
	put_score(table, row->from, score->from_item, score->from);
	put_score(table, row->to, score->to_item, score->to);
	put_delta(table, row, score->delta);
	put_rank(table, score->from_rank);
	put_rank(table, score->to_rank);
	put_state(table, score->from_state);
	put_state(table, score->to_state);
	put(table, table->info.subject);
	put(table, table->info.reason);
	put_causes(table, row);
	put(table, STR(""));
}

/* The commit's book is unsound: one row says so. */
static void
put_unsound(struct log_table *table)
{
	struct period_range periods = history_periods(table->history);
	char first[PERIOD_TEXT_SIZE], last[PERIOD_TEXT_SIZE];

	period_text(periods.first, first);
	period_text(periods.last, last);
	put_commit(table);
	buffer_add(&table->text, str_from(first));
	if (strcmp(first, last) != 0)
		buffer_format(&table->text, "..%s", last);
	put_text(table);
	put_empty(table, 8); /* unit to from_state */
	put(table, STR("unsound"));
	put(table, table->info.subject);
	put(table, table->info.reason);
	put_causes(table, NULL);
	put(table, table->step->side->error);
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

static void
put_value(struct log_table *table, const struct data_diff_cell *change)
{
	const struct commit_info *info = info_of(table);
	char period[PERIOD_TEXT_SIZE];

	put_id(table, table->step->id);
	put(table, info->date);
	put(table, info->author);
	put(table, str_from(period_text(change->period, period)));
	put(table, change->measure);
	put(table, change->unit);
	put(table, change->from);
	put(table, change->to);
	put(table, change->status);
	put(table, change->note);
	put(table, change->file);
	buffer_format(&table->text, "%u", change->line);
	put_text(table);
	put(table, info->subject);
	put(table, info->reason);
}

static void
add_values(struct log_table *table, const struct history_step *step)
{
	size_t count;
	const struct data_diff_cell *list =
	    combined_diff_values(table->history, step, &table->options.wanted,
		&table->step_arena, &count, table->diag);

	for (size_t i = 0; i < count; i++)
		put_value(table, &list[i]);
}

/*
 * Claims
 */

static void
add_claims(struct log_table *table, const struct history_step *step)
{
	struct trailer_fault *faults;
	size_t count;

	commit_read(&table->info, history_repository(table->history), step->id,
	    &table->step_arena, table->diag);
	if (!trailers_claim(&table->info))
		return;
	table->has_info = true;
	start_commit(table);
	faults = trailer_check(table->history, step, &table->info,
	    &table->step_arena, &count);
	for (size_t i = 0; i < count; i++) {
		put_commit(table);
		put(table, faults[i].claimed);
		put(table, faults[i].actual);
		put(table, table->info.subject);
	}
}

/*
 * The table
 */

struct log_table *
log_table_new(const struct history *history,
    const struct log_table_options *options, struct diag *diag)
{
	struct log_table *table = memory_alloc(sizeof(*table));

	*table = (struct log_table){ .history = history,
		.options = *options,
		.diag = diag,
		.for_people = options->format == TABLE_ALIGNED ||
			      options->format == TABLE_MARKDOWN };
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
	arena_free(&table->step_arena);
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
	return table->table != NULL;
}

void
log_table_end(struct log_table *table, bool header)
{
	if (table->table == NULL && header)
		table->table = open_table(&table->options);
	if (table->table != NULL) {
		print_held(table);
		table_end(table->table);
	}
	buffer_free(&table->text);
	arena_free(&table->arena);
	free(table);
}
