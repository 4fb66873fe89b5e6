#include "view/diff_table.h"

#include "base/i18n.h"
#include "scheme/scheme_diff.h"
#include "score/score_text.h"

/* The flag of columns with names; see cells. */
enum { NAMES = 1 };

static const struct cells_column score_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("from"), TABLE_NUMBER, 0 },
	{ STR_INIT("to"), TABLE_NUMBER, 0 },
	{ STR_INIT("delta"), TABLE_NUMBER, 0 },
	{ STR_INIT("from_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("to_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("scheme"), TABLE_NUMBER, 0 },
	{ STR_INIT("own"), TABLE_NUMBER, 0 },
	{ STR_INIT("pool"), TABLE_NUMBER, 0 },
	{ STR_INIT("members"), TABLE_NUMBER, 0 },
	{ STR_INIT("from_state"), TABLE_TEXT, 0 },
	{ STR_INIT("to_state"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, NAMES },
	{ STR_INIT("item_name"), TABLE_TEXT, NAMES },
};
static const struct cells_column cause_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("item"), TABLE_TEXT, 0 },
	{ STR_INIT("cause"), TABLE_TEXT, 0 },
	{ STR_INIT("amount"), TABLE_NUMBER, 0 },
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("of"), TABLE_TEXT, 0 },
	{ STR_INIT("at"), TABLE_TEXT, 0 },
	{ STR_INIT("file"), TABLE_TEXT, 0 },
	{ STR_INIT("line"), TABLE_NUMBER, 0 },
	{ STR_INIT("old"), TABLE_VALUE, 0 },
	{ STR_INIT("new"), TABLE_VALUE, 0 },
	{ STR_INIT("commit"), TABLE_TEXT, 0 },
	{ STR_INIT("author"), TABLE_TEXT, 0 },
	{ STR_INIT("date"), TABLE_TEXT, 0 },
	{ STR_INIT("reason"), TABLE_TEXT, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, NAMES },
	{ STR_INIT("item_name"), TABLE_TEXT, NAMES },
};
static const struct cells_column unit_columns[] = {
	{ STR_INIT("period"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("items"), TABLE_NUMBER, 0 },
	{ STR_INIT("up"), TABLE_NUMBER, 0 },
	{ STR_INIT("down"), TABLE_NUMBER, 0 },
	{ STR_INIT("from"), TABLE_NUMBER, 0 },
	{ STR_INIT("to"), TABLE_NUMBER, 0 },
	{ STR_INIT("delta"), TABLE_NUMBER, 0 },
	{ STR_INIT("from_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("to_rank"), TABLE_NUMBER, 0 },
	{ STR_INIT("unit_name"), TABLE_TEXT, NAMES },
};

static const struct {
	const struct cells_column *columns;
	size_t count;
} views[] = { [CHANGE_SCORES] = { score_columns, LENGTH(score_columns) },
	[CHANGE_CAUSES] = { cause_columns, LENGTH(cause_columns) },
	[CHANGE_UNITS] = { unit_columns, LENGTH(unit_columns) } };

void
diff_table_open(struct cells *cells, FILE *out, enum table_format format,
    const struct diff_table_look *look)
{
	cells_open(cells, out, format, views[look->view].columns,
	    views[look->view].count, look->names ? NAMES : 0);
	if (look->colour)
		table_colour(cells->table);
}

/* While the changes of one period are shown. */
struct showing {
	struct cells *cells;
	struct attribution *changes;
	const struct diff_table_filter *filter;
	const struct diff_table_blame *blame;
	struct period period;
	struct arena scratch;
};

static const struct item *
from_item(const struct showing *showing, const struct snapshot_row *row)
{
	return snapshot_item_at(&showing->changes->from, row->from_item);
}

static const struct item *
to_item(const struct showing *showing, const struct snapshot_row *row)
{
	return snapshot_item_at(&showing->changes->to, row->to_item);
}

/* A difference: coloured for people, and signed. */
static void
delta_cell(struct showing *showing, const struct snapshot_row *row,
    struct num delta)
{
	struct cells *cells = showing->cells;
	int sign = num_sign(delta);

	if (sign > 0 && cells->for_people)
		buffer_add_byte(&cells->text, '+');
	cells_mark(cells, sign > 0   ? TABLE_GOOD
			  : sign < 0 ? TABLE_BAD
				     : TABLE_FAINT);
	cells_delta(cells, from_item(showing, row), to_item(showing, row),
	    delta);
}

/* from to delta */
static void
score_cells(struct showing *showing, const struct snapshot_row *row)
{
	cells_score(showing->cells, from_item(showing, row), row->from);
	cells_score(showing->cells, to_item(showing, row), row->to);
	delta_cell(showing, row, row->delta);
}

static void
rank_cells(struct showing *showing, const struct snapshot_row *row)
{
	cells_rank(showing->cells, row->from_rank);
	if (row->from_rank != 0 && row->to_rank != 0)
		cells_mark(showing->cells,
		    row->to_rank < row->from_rank   ? TABLE_GOOD
		    : row->to_rank > row->from_rank ? TABLE_BAD
						    : TABLE_PLAIN);
	cells_rank(showing->cells, row->to_rank);
}

/* period unit item */
static void
name_cells(struct showing *showing, const struct snapshot_row *row)
{
	cells_period(showing->cells, showing->period);
	cells_put(showing->cells, row->unit);
	cells_put(showing->cells, row->item);
}

static struct str
unit_name(const struct attribution *changes, const struct snapshot_row *row)
{
	if (row->to_unit != INDEX_NONE && changes->to.book != NULL)
		return changes->to.book->units[row->to_unit].name;
	if (row->from_unit != INDEX_NONE && changes->from.book != NULL)
		return changes->from.book->units[row->from_unit].name;
	return STR("");
}

/* unit_name */
static void
end_of_unit(struct showing *showing, const struct snapshot_row *row)
{
	cells_put(showing->cells, unit_name(showing->changes, row));
}

/* unit_name item_name */
static void
end_of_item(struct showing *showing, const struct snapshot_row *row)
{
	const struct item *item = to_item(showing, row);

	if (item == NULL)
		item = from_item(showing, row);
	end_of_unit(showing, row);
	cells_put(showing->cells, item == NULL ? STR("") : item->name);
}

static void
show_score(struct showing *showing, const struct attribution_change *change)
{
	const struct snapshot_row *row = &change->row;

	name_cells(showing, row);
	score_cells(showing, row);
	rank_cells(showing, row);
	for (size_t i = 0; i < CAUSES; i++)
		if (showing->changes->has_causes)
			delta_cell(showing, row, change->causes[i]);
		else
			cells_skip(showing->cells, 1);
	cells_state(showing->cells, row->from_state);
	cells_state(showing->cells, row->to_state);
	end_of_item(showing, row);
}

static void
value_cell(struct cells *cells, struct num value)
{
	if (!num_is_number(value) && value.d == VALUE_NOT_APPLICABLE)
		buffer_add(&cells->text, STR("n/a"));
	cells_number(cells, value);
}

/* period unit item cause amount; the amount stands in the first row alone. */
static void
cause_cells(struct showing *showing, const struct attribution_change *change,
    enum cause cause, bool is_first)
{
	name_cells(showing, &change->row);
	cells_word(showing->cells, attribution_cause_text(cause));
	if (is_first)
		delta_cell(showing, &change->row, change->causes[cause]);
	else
		cells_skip(showing->cells, 1);
}

/* commit author date reason, of a line of one side. */
static void
blame_cells(struct showing *showing, bool is_from, const char *path,
    unsigned line)
{
	struct blame *blame =
	    is_from ? showing->blame->from : showing->blame->to;
	const struct commit_info *commit = NULL;
	struct cells *cells = showing->cells;

	if (blame != NULL && path != NULL && line > 0)
		commit = blame_line(blame, path, line);
	if (commit == NULL) {
		cells_skip(cells, 4);
		return;
	}
	cells_commit(cells, commit->id);
	cells_put(cells, commit->author);
	cells_put(cells, commit->date);
	cells_put(cells,
	    commit->reason.size > 0 ? commit->reason : commit->subject);
}

static void
place_cells(struct cells *cells, const char *path, unsigned line)
{
	cells_word(cells, path);
	if (line > 0)
		cells_count(cells, line);
	else
		cells_skip(cells, 1);
}

static void
show_evidence(struct showing *showing, const struct evidence *evidence)
{
	struct cells *cells = showing->cells;

	cells_put(cells, evidence->measure);
	cells_put(cells, evidence->of);
	cells_period(cells, evidence->at);
	place_cells(cells, evidence->place.path, evidence->place.line);
	if (evidence->is_value) {
		value_cell(cells, evidence->old);
		value_cell(cells, evidence->new);
	} else {
		cells_put(cells, evidence->old_text);
		cells_put(cells, evidence->text);
	}
	blame_cells(showing, evidence->is_from, evidence->place.path,
	    evidence->place.line);
}

/* The columns of evidence, from the measure to the reason. */
enum { EVIDENCE_COLUMNS = 11 };

static size_t
most_evidence(const struct showing *showing, size_t count)
{
	size_t most = showing->filter->evidence;

	return most > 0 && count > most ? most : count;
}

/* After the evidence shown: how many more there are, or that there is none. */
static void
show_rest(struct showing *showing, const struct attribution_change *change,
    enum cause cause, size_t shown, size_t count)
{
	struct cells *cells = showing->cells;

	if (count > 0 && shown == count)
		return;
	cause_cells(showing, change, cause, count == 0);
	if (count == 0) {
		cells_skip(cells, EVIDENCE_COLUMNS);
	} else {
		buffer_format(&cells->text, _("(%zu more)"), count - shown);
		cells_text(cells);
		cells_skip(cells, EVIDENCE_COLUMNS - 1);
	}
	end_of_item(showing, &change->row);
}

static void
show_values(struct showing *showing, const struct attribution_change *change,
    enum cause cause)
{
	size_t count, most;
	const struct evidence *list = attribution_evidence_of(showing->changes,
	    change, cause, &showing->scratch, &count);

	most = most_evidence(showing, count);
	for (size_t i = 0; i < most; i++) {
		cause_cells(showing, change, cause, i == 0);
		show_evidence(showing, &list[i]);
		end_of_item(showing, &change->row);
	}
	show_rest(showing, change, cause, most, count);
}

static void
show_amended(struct showing *showing, const struct scheme_diff_row *row)
{
	struct cells *cells = showing->cells;
	bool is_from = row->to.path == NULL;
	const struct scheme_diff_saying *saying =
	    is_from ? &row->from : &row->to;

	cells_put(cells, row->what);
	cells_put(cells, row->id);
	cells_skip(cells, 1);
	place_cells(cells, saying->path, saying->line);
	cells_put(cells, row->from.text);
	cells_put(cells, row->to.text);
	blame_cells(showing, is_from, saying->path, saying->line);
}

/* An item that one of the schemes has and the other has not. */
static void
amend_lone(struct scheme_diff *scheme_diff, const struct scheme *scheme,
    uint32_t number, enum scheme_diff_change change)
{
	const struct item *item = &scheme->items[number];
	struct scheme_diff_row row = { .part = SCHEME_DIFF_ITEM,
		.change = change,
		.id = item->id,
		.name = item->name,
		.what = STR("item") };
	struct scheme_diff_saying *saying =
	    change == SCHEME_DIFF_ADDED ? &row.to : &row.from;
	struct place place;

	saying->text = item->name.size > 0 ? item->name : item->id;
	if (item->record != NULL) {
		place = scheme_place(scheme, rec_field(item->record, "Id"));
		saying->path = place.path;
		saying->line = place.line;
	}
	scheme_diff->rows = arena_grow(&scheme_diff->arena, scheme_diff->rows,
	    scheme_diff->count, &scheme_diff->capacity,
	    sizeof(*scheme_diff->rows));
	scheme_diff->rows[scheme_diff->count++] = row;
}

/*
 * What the schemes say otherwise of an item and, where it is the sum of those
 * below, of these. The tree of items is not deep: scheme_load() bounds it.
 */
static void
amend_tree(struct scheme_diff *scheme_diff, const struct scheme *from,
    const struct scheme *to, struct str id)
{
	uint32_t before = scheme_item(from, id), after = scheme_item(to, id);
	const struct item *item;

	if (before == INDEX_NONE && after != INDEX_NONE)
		amend_lone(scheme_diff, to, after, SCHEME_DIFF_ADDED);
	else if (after == INDEX_NONE && before != INDEX_NONE)
		amend_lone(scheme_diff, from, before, SCHEME_DIFF_DROPPED);
	if (before == INDEX_NONE || after == INDEX_NONE)
		return;
	scheme_diff_item(scheme_diff, from, before, to, after);
	item = &to->items[after];
	for (size_t i = 0; item->rule == NULL && i < item->child_count; i++)
		amend_tree(scheme_diff, from, to,
		    to->items[item->children[i]].id);
	item = &from->items[before];
	for (size_t i = 0; item->rule == NULL && i < item->child_count; i++) {
		struct str child = from->items[item->children[i]].id;

		if (scheme_item(to, child) == INDEX_NONE)
			amend_tree(scheme_diff, from, to, child);
	}
}

static bool
is_same_row(const struct scheme_diff_row *a, const struct scheme_diff_row *b)
{
	return str_equal(a->id, b->id) && str_equal(a->what, b->what) &&
	       a->from.line == b->from.line && a->to.line == b->to.line;
}

/* Each change once: what bears on several items is told of the first. */
static void
drop_repeated(struct scheme_diff *scheme_diff)
{
	size_t kept = 0;

	for (size_t i = 0; i < scheme_diff->count; i++) {
		size_t j = 0;

		while (j < kept && !is_same_row(&scheme_diff->rows[j],
				       &scheme_diff->rows[i]))
			j++;
		if (j == kept)
			scheme_diff->rows[kept++] = scheme_diff->rows[i];
	}
	scheme_diff->count = kept;
}

/* Both schemes are needed; a side without scores has none to tell of. */
static void
amend_item(const struct showing *showing,
    const struct attribution_change *change, struct scheme_diff *scheme_diff)
{
	const struct attribution *changes = showing->changes;

	if (changes->from_result != NULL && changes->to_result != NULL)
		amend_tree(scheme_diff, changes->from_result->scheme,
		    changes->to_result->scheme, change->row.item);
	drop_repeated(scheme_diff);
}

static void
show_scheme(struct showing *showing, const struct attribution_change *change)
{
	struct scheme_diff scheme_diff = { 0 };
	size_t most;

	amend_item(showing, change, &scheme_diff);
	most = most_evidence(showing, scheme_diff.count);
	for (size_t i = 0; i < most; i++) {
		cause_cells(showing, change, CAUSE_SCHEME, i == 0);
		show_amended(showing, &scheme_diff.rows[i]);
		end_of_item(showing, &change->row);
	}
	show_rest(showing, change, CAUSE_SCHEME, most, scheme_diff.count);
	scheme_diff_free(&scheme_diff);
}

static void
show_causes(struct showing *showing, const struct attribution_change *change)
{
	const struct diff_table_filter *filter = showing->filter;

	for (size_t i = 0; i < CAUSES; i++) {
		if (num_sign(change->causes[i]) == 0 ||
		    (filter->has_only && !filter->only[i]))
			continue;
		if (i == CAUSE_SCHEME)
			show_scheme(showing, change);
		else
			show_values(showing, change, (enum cause)i);
		arena_free(&showing->scratch);
	}
}

/* One unit's rows: how many items moved, which way, and its total. */
static void
show_unit(struct showing *showing, const struct attribution_change *rows,
    size_t count)
{
	const struct attribution_change *total = NULL;
	struct cells *cells = showing->cells;
	size_t up = 0, down = 0;

	for (size_t i = 0; i < count; i++) {
		int sign = num_sign(rows[i].row.delta);

		if (str_equal(rows[i].row.item, STR("total")))
			total = &rows[i];
		up += sign > 0;
		down += sign < 0;
	}
	cells_period(cells, showing->period);
	cells_put(cells, rows[0].row.unit);
	cells_count(cells, count);
	cells_count(cells, up);
	cells_count(cells, down);
	if (total != NULL) {
		score_cells(showing, &total->row);
		rank_cells(showing, &total->row);
	} else {
		cells_skip(cells, 5);
	}
	end_of_unit(showing, &rows[0].row);
}

static bool
is_shown(const struct showing *showing, const struct attribution_change *change)
{
	const struct diff_table_filter *filter = showing->filter;
	struct num size = change->row.delta;
	bool found = !filter->has_only;

	if (!filter->unit(filter->context, change->row.unit))
		return false;
	if (num_sign(size) < 0)
		size = num_neg(&showing->changes->arena, size);
	if (num_is_number(filter->min) && num_compare(size, filter->min) < 0)
		return false;
	for (size_t i = 0; i < CAUSES; i++)
		found |= filter->only[i] && showing->changes->has_causes &&
			 num_sign(change->causes[i]) != 0;
	return found;
}

/* Keep those rows of the changes that are shown, in order. */
static void
apply_filter(const struct showing *showing)
{
	struct attribution *changes = showing->changes;
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++)
		if (is_shown(showing, &changes->rows[i]))
			changes->rows[kept++] = changes->rows[i];
	changes->count = kept;
}

static void
show_units(struct showing *showing)
{
	const struct attribution_change *rows = showing->changes->rows;
	size_t count = showing->changes->count;

	for (size_t first = 0, end; first < count; first = end) {
		end = first + 1;
		while (end < count &&
		       str_equal(rows[end].row.unit, rows[first].row.unit))
			end++;
		show_unit(showing, &rows[first], end - first);
	}
}

size_t
diff_table_add(struct cells *cells, enum diff_table_view view,
    struct attribution *changes, struct period period,
    const struct diff_table_filter *filter,
    const struct diff_table_blame *blame)
{
	struct showing showing = { .cells = cells,
		.changes = changes,
		.filter = filter,
		.blame = blame,
		.period = period };

	apply_filter(&showing);
	if (view == CHANGE_UNITS)
		show_units(&showing);
	for (size_t i = 0; view != CHANGE_UNITS && i < changes->count; i++)
		if (view == CHANGE_CAUSES)
			show_causes(&showing, &changes->rows[i]);
		else
			show_score(&showing, &changes->rows[i]);
	arena_free(&showing.scratch);
	return changes->count;
}
