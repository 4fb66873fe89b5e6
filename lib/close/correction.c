#include "close/correction.h"

#include "scheme/scheme_diff.h"
#include "score/score_text.h"

enum cell {
	CELL_KIND,
	CELL_PERIOD,
	CELL_UNIT,
	CELL_ITEM,
	CELL_MEASURE,
	CELL_AT,
	CELL_FROM,
	CELL_TO,
	CELL_DELTA,
	CELL_FROM_RANK,
	CELL_TO_RANK,
	CELL_ALONE,
	CELL_ALONE_RANK,
	CELL_CAUSES,
	CELL_FROM_STATE = CELL_CAUSES + CAUSES,
	CELL_TO_STATE,
	CELL_FILE,
	CELL_LINE,
	CELL_COMMIT,
	CELL_AUTHOR,
	CELL_DATE,
	CELL_REASON,
	CELLS
};

static const struct table_column columns[CELLS] = {
	{ STR_INIT("kind"), TABLE_TEXT },
	{ STR_INIT("period"), TABLE_TEXT },
	{ STR_INIT("unit"), TABLE_TEXT },
	{ STR_INIT("item"), TABLE_TEXT },
	{ STR_INIT("measure"), TABLE_TEXT },
	{ STR_INIT("at"), TABLE_TEXT },
	{ STR_INIT("from"), TABLE_TEXT },
	{ STR_INIT("to"), TABLE_TEXT },
	{ STR_INIT("delta"), TABLE_NUMBER },
	{ STR_INIT("from_rank"), TABLE_NUMBER },
	{ STR_INIT("to_rank"), TABLE_NUMBER },
	{ STR_INIT("alone"), TABLE_NUMBER },
	{ STR_INIT("alone_rank"), TABLE_NUMBER },
	{ STR_INIT("scheme"), TABLE_NUMBER },
	{ STR_INIT("own"), TABLE_NUMBER },
	{ STR_INIT("pool"), TABLE_NUMBER },
	{ STR_INIT("members"), TABLE_NUMBER },
	{ STR_INIT("from_state"), TABLE_TEXT },
	{ STR_INIT("to_state"), TABLE_TEXT },
	{ STR_INIT("file"), TABLE_TEXT },
	{ STR_INIT("line"), TABLE_NUMBER },
	{ STR_INIT("commit"), TABLE_TEXT },
	{ STR_INIT("author"), TABLE_TEXT },
	{ STR_INIT("date"), TABLE_TEXT },
	{ STR_INIT("reason"), TABLE_TEXT },
};

/* While the list is made: one row is filled, cell by cell in any order. */
struct listing {
	struct table *table;
	const struct correction_request *request;
	struct correction_sum *sum;
	struct attribution changes;
	struct str cells[CELLS];
	struct arena row;  /* of the texts in cells */
	struct arena kept; /* as long as the listing */
};

static void
set(struct listing *listing, enum cell column, struct str text)
{
	listing->cells[column] = arena_str(&listing->row, text);
}

/* What a buffer holds, as a cell; the buffer is emptied. */
static void
set_buffer(struct listing *listing, enum cell column, struct buffer *text)
{
	set(listing, column, buffer_str(text));
	buffer_clear(text);
}

static void
set_count(struct listing *listing, enum cell column, size_t count)
{
	if (count > 0)
		listing->cells[column] =
		    arena_format(&listing->row, "%zu", count);
}

static void
begin(struct listing *listing, const char *kind)
{
	char period[PERIOD_TEXT_SIZE];

	set(listing, CELL_KIND, str_from(kind));
	set(listing, CELL_PERIOD,
	    str_from(period_text(listing->request->period, period)));
}

static void
finish(struct listing *listing)
{
	for (size_t i = 0; i < CELLS; i++)
		table_cell(listing->table, listing->cells[i]);
	memset(listing->cells, 0, sizeof(listing->cells));
	arena_free(&listing->row);
	listing->sum->rows++;
}

/* Where something is written, and which commit wrote it. */
static void
set_place(struct listing *listing, bool is_from, const char *path,
    unsigned line)
{
	struct blame *blame =
	    is_from ? listing->request->from.blame : listing->request->to.blame;
	const struct commit_info *commit = NULL;

	if (path == NULL)
		return;
	set(listing, CELL_FILE, str_from(path));
	set_count(listing, CELL_LINE, line);
	if (blame != NULL && line > 0)
		commit = blame_line(blame, path, line);
	if (commit == NULL)
		return;
	set(listing, CELL_COMMIT, str_from(commit->id));
	set(listing, CELL_AUTHOR, commit->author);
	set(listing, CELL_DATE, commit->date);
	set(listing, CELL_REASON,
	    commit->reason.size > 0 ? commit->reason : commit->subject);
}

static void
list_scheme(struct listing *listing)
{
	const struct attribution *changes = &listing->changes;
	struct scheme_diff scheme_diff = { 0 };

	if (changes->from_result == NULL || changes->to_result == NULL)
		return;
	scheme_diff_schemes(&scheme_diff, changes->from_result->scheme,
	    changes->to_result->scheme);
	for (size_t i = 0; i < scheme_diff.count; i++) {
		const struct scheme_diff_row *row = &scheme_diff.rows[i];
		bool is_from = row->to.path == NULL;
		const struct scheme_diff_saying *saying =
		    is_from ? &row->from : &row->to;

		begin(listing, "scheme");
		set(listing, CELL_ITEM, row->id);
		set(listing, CELL_MEASURE, row->what);
		set(listing, CELL_FROM, row->from.text);
		set(listing, CELL_TO, row->to.text);
		set_place(listing, is_from, saying->path, saying->line);
		finish(listing);
	}
	scheme_diff_free(&scheme_diff);
}

static void
value_text(struct buffer *text, struct num value)
{
	if (num_is_number(value))
		num_print(text, value);
	else if (value.d == VALUE_NOT_APPLICABLE)
		buffer_add(text, STR("n/a"));
}

static void
list_values(struct listing *listing)
{
	size_t count;
	const struct evidence *list =
	    attribution_evidence(&listing->changes, &listing->kept, &count);
	struct buffer text = { 0 };
	char at[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		const struct evidence *evidence = &list[i];

		begin(listing, evidence->is_value ? "value" : "member");
		set(listing, CELL_UNIT, evidence->of);
		set(listing, CELL_MEASURE, evidence->measure);
		set(listing, CELL_AT, str_from(period_text(evidence->at, at)));
		set(listing, CELL_FROM, evidence->old_text);
		set(listing, CELL_TO, evidence->text);
		if (evidence->is_value) {
			value_text(&text, evidence->old);
			set_buffer(listing, CELL_FROM, &text);
			value_text(&text, evidence->new);
			set_buffer(listing, CELL_TO, &text);
			if (num_is_number(evidence->old) &&
			    num_is_number(evidence->new))
				num_print(&text,
				    num_sub(&listing->row, evidence->new,
					evidence->old));
			set_buffer(listing, CELL_DELTA, &text);
			listing->sum->values++;
		}
		set_place(listing, evidence->is_from, evidence->place.path,
		    evidence->place.line);
		finish(listing);
	}
	buffer_free(&text);
}

static const struct item *
item_of(const struct snapshot *snapshot, uint32_t item)
{
	return item == INDEX_NONE ? NULL : snapshot->items[item].item;
}

/* A score as its item writes it; nothing where there is none. */
static void
set_score(struct listing *listing, enum cell column, const struct item *item,
    struct num score)
{
	struct buffer text = { 0 };

	if (item != NULL)
		score_print(&text, item, score);
	set_buffer(listing, column, &text);
	buffer_free(&text);
}

/* The rank of a score among the published ones of all other units. */
static size_t
rank_among(const struct snapshot *published, uint32_t item, uint32_t unit,
    struct num score)
{
	size_t rank = 1;

	for (uint32_t i = 0; i < published->book->unit_count; i++) {
		struct num other = published->items[item].scores[i];

		rank += i != unit && num_is_number(other) &&
			num_compare(other, score) > 0;
	}
	return rank;
}

/* The unit alone: what the rules and its own data do, all others as published.
 */
static void
set_alone(struct listing *listing, const struct attribution_change *change)
{
	const struct snapshot_row *row = &change->row;
	const struct attribution *changes = &listing->changes;
	struct num score;

	if (!num_is_number(row->from) || row->from_item == INDEX_NONE)
		return;
	score = row->from;
	if (changes->has_causes) {
		score =
		    num_add(&listing->row, score, change->causes[CAUSE_SCHEME]);
		score =
		    num_add(&listing->row, score, change->causes[CAUSE_OWN]);
	}
	set_score(listing, CELL_ALONE, item_of(&changes->from, row->from_item),
	    score);
	set_count(listing, CELL_ALONE_RANK,
	    rank_among(&changes->from, row->from_item, row->from_unit, score));
}

static void
list_score(struct listing *listing, const struct attribution_change *change)
{
	const struct snapshot_row *row = &change->row;
	const struct item *from =
	    item_of(&listing->changes.from, row->from_item);
	const struct item *to = item_of(&listing->changes.to, row->to_item);
	struct buffer text = { 0 };

	begin(listing, "score");
	set(listing, CELL_UNIT, row->unit);
	set(listing, CELL_ITEM, row->item);
	set_score(listing, CELL_FROM, from, row->from);
	set_score(listing, CELL_TO, to, row->to);
	set_score(listing, CELL_DELTA, to != NULL ? to : from, row->delta);
	set_count(listing, CELL_FROM_RANK, row->from_rank);
	set_count(listing, CELL_TO_RANK, row->to_rank);
	set_alone(listing, change);
	for (size_t i = 0; i < CAUSES; i++)
		set_score(listing, (enum cell)(CELL_CAUSES + i),
		    to != NULL ? to : from, change->causes[i]);
	snapshot_state_print(&text, row->from_state);
	set_buffer(listing, CELL_FROM_STATE, &text);
	snapshot_state_print(&text, row->to_state);
	set_buffer(listing, CELL_TO_STATE, &text);
	listing->sum->scores += num_sign(row->delta) != 0;
	listing->sum->ranks += str_equal(row->item, STR("total")) &&
			       row->from_rank != row->to_rank;
	finish(listing);
	buffer_free(&text);
}

void
correction_print(FILE *out, enum table_format format,
    const struct correction_request *request, struct correction_sum *sum)
{
	const struct attribution_request wanted = { NULL, NULL, true };
	const struct overlay_side from = { request->from.book,
		request->from.engine, request->period };
	const struct overlay_side to = { request->to.book, request->to.engine,
		request->period };
	struct listing listing = { .request = request, .sum = sum };

	*sum = (struct correction_sum){ 0 };
	listing.table = table_new(out, format, columns, LENGTH(columns));
	attribution_find(&listing.changes, &from, &to, &wanted);
	list_scheme(&listing);
	list_values(&listing);
	for (size_t i = 0; i < listing.changes.count; i++)
		list_score(&listing, &listing.changes.rows[i]);
	table_end(listing.table);
	attribution_free(&listing.changes);
	arena_free(&listing.kept);
}
