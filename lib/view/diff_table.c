#include "view/diff_table.h"

#include "base/i18n.h"
#include "scheme/scheme_diff.h"
#include "score/score_text.h"

static const struct table_column score_columns[] = {
	{ STR_INIT("period"), false }, { STR_INIT("unit"), false },
	{ STR_INIT("item"), false }, { STR_INIT("from"), true },
	{ STR_INIT("to"), true }, { STR_INIT("delta"), true },
	{ STR_INIT("from_rank"), true }, { STR_INIT("to_rank"), true },
	{ STR_INIT("scheme"), true }, { STR_INIT("own"), true },
	{ STR_INIT("pool"), true }, { STR_INIT("members"), true },
	{ STR_INIT("from_state"), false }, { STR_INIT("to_state"), false }
};
static const struct table_column cause_columns[] = {
	{ STR_INIT("period"), false }, { STR_INIT("unit"), false },
	{ STR_INIT("item"), false }, { STR_INIT("cause"), false },
	{ STR_INIT("amount"), true }, { STR_INIT("measure"), false },
	{ STR_INIT("of"), false }, { STR_INIT("at"), false },
	{ STR_INIT("file"), false }, { STR_INIT("line"), true },
	{ STR_INIT("old"), false }, { STR_INIT("new"), false },
	{ STR_INIT("commit"), false }, { STR_INIT("author"), false },
	{ STR_INIT("date"), false }, { STR_INIT("reason"), false }
};
static const struct table_column unit_columns[] = {
	{ STR_INIT("period"), false }, { STR_INIT("unit"), false },
	{ STR_INIT("items"), true }, { STR_INIT("up"), true },
	{ STR_INIT("down"), true }, { STR_INIT("from"), true },
	{ STR_INIT("to"), true }, { STR_INIT("delta"), true },
	{ STR_INIT("from_rank"), true }, { STR_INIT("to_rank"), true }
};

struct table *
diff_table_new(FILE *out, enum table_format format, enum diff_table_view view,
    bool colour)
{
	struct table *table;

	if (view == CHANGE_CAUSES)
		table = table_new(out, format, cause_columns,
		    LENGTH(cause_columns));
	else if (view == CHANGE_UNITS)
		table =
		    table_new(out, format, unit_columns, LENGTH(unit_columns));
	else
		table = table_new(out, format, score_columns,
		    LENGTH(score_columns));
	if (colour)
		table_colour(table);
	return table;
}

/* While the changes of one period are shown. */
struct showing {
	struct table *table;
	bool for_people; /* a plus before what has risen */
	struct attribution *changes;
	const struct diff_table_filter *filter;
	const struct diff_table_blame *blame;
	char period[PERIOD_TEXT_SIZE];
	struct buffer text;
	struct arena scratch;
};

static const struct item *
item_of(const struct snapshot *snapshot, uint32_t item)
{
	return item == INDEX_NONE ? NULL : snapshot->items[item].item;
}

/* The digits after the point that scores of a row are written with. */
static int
digits_of(const struct showing *showing, const struct snapshot_row *row)
{
	const struct item *from =
	    item_of(&showing->changes->from, row->from_item);
	const struct item *to = item_of(&showing->changes->to, row->to_item);
	int before = from == NULL ? 0 : from->digits;
	int after = to == NULL ? 0 : to->digits;

	if (before == DIGITS_EXACT || after == DIGITS_EXACT)
		return DIGITS_EXACT;
	return before > after ? before : after;
}

static void
text_cell(struct showing *showing)
{
	table_cell(showing->table, buffer_str(&showing->text));
	buffer_clear(&showing->text);
}

static void
score_cell(struct showing *showing, const struct item *item, struct num score)
{
	if (item != NULL)
		score_print(&showing->text, item, score);
	text_cell(showing);
}

/* A difference: coloured for people, and signed. */
static void
delta_cell(struct showing *showing, struct num delta, int digits)
{
	int sign = num_sign(delta);

	if (sign > 0 && showing->for_people)
		buffer_add_byte(&showing->text, '+');
	if (sign == 0)
		buffer_add_byte(&showing->text, '0');
	else if (digits == DIGITS_EXACT)
		num_print(&showing->text, delta);
	else
		num_print_fixed(&showing->text, delta, (unsigned)digits);
	table_mark(showing->table, sign > 0   ? TABLE_GOOD
				   : sign < 0 ? TABLE_BAD
					      : TABLE_FAINT);
	text_cell(showing);
}

static void
count_cell(struct showing *showing, size_t count)
{
	buffer_format(&showing->text, "%zu", count);
	text_cell(showing);
}

static void
rank_cell(struct showing *showing, uint32_t rank)
{
	if (rank > 0)
		buffer_format(&showing->text, "%u", (unsigned)rank);
	text_cell(showing);
}

static void
rank_cells(struct showing *showing, const struct snapshot_row *row)
{
	rank_cell(showing, row->from_rank);
	if (row->from_rank != 0 && row->to_rank != 0)
		table_mark(showing->table,
		    row->to_rank < row->from_rank   ? TABLE_GOOD
		    : row->to_rank > row->from_rank ? TABLE_BAD
						    : TABLE_PLAIN);
	rank_cell(showing, row->to_rank);
}

static void
state_cell(struct showing *showing, unsigned state)
{
	snapshot_state_print(&showing->text, state);
	text_cell(showing);
}

/* period unit item */
static void
name_cells(struct showing *showing, const struct snapshot_row *row)
{
	table_cell(showing->table, str_from(showing->period));
	table_cell(showing->table, row->unit);
	table_cell(showing->table, row->item);
}

static void
show_score(struct showing *showing, const struct attribution_change *change)
{
	const struct snapshot_row *row = &change->row;
	int digits = digits_of(showing, row);

	name_cells(showing, row);
	score_cell(showing, item_of(&showing->changes->from, row->from_item),
	    row->from);
	score_cell(showing, item_of(&showing->changes->to, row->to_item),
	    row->to);
	delta_cell(showing, row->delta, digits);
	rank_cells(showing, row);
	for (size_t i = 0; i < CAUSES; i++)
		if (showing->changes->has_causes)
			delta_cell(showing, change->causes[i], digits);
		else
			table_cell(showing->table, STR(""));
	state_cell(showing, row->from_state);
	state_cell(showing, row->to_state);
}

static void
value_text(struct buffer *text, struct num value)
{
	if (num_is_number(value))
		num_print(text, value);
	else if (value.d == VALUE_NOT_APPLICABLE)
		buffer_add(text, STR("n/a"));
}

/* period unit item cause amount; the amount stands in the first row alone. */
static void
cause_cells(struct showing *showing, const struct attribution_change *change,
    enum cause cause, bool is_first)
{
	name_cells(showing, &change->row);
	table_cell(showing->table, str_from(attribution_cause_text(cause)));
	if (is_first)
		delta_cell(showing, change->causes[cause],
		    digits_of(showing, &change->row));
	else
		table_cell(showing->table, STR(""));
}

/* commit author date reason, of a line of one side. */
static void
blame_cells(struct showing *showing, bool is_from, const char *path,
    unsigned line)
{
	struct blame *blame =
	    is_from ? showing->blame->from : showing->blame->to;
	const struct commit_info *commit = NULL;

	if (blame != NULL && path != NULL && line > 0)
		commit = blame_line(blame, path, line);
	if (commit == NULL) {
		for (int i = 0; i < 4; i++)
			table_cell(showing->table, STR(""));
		return;
	}
	table_cell(showing->table,
	    showing->for_people ? str_head(str_from(commit->id), COMMIT_SHORT)
				: str_from(commit->id));
	table_cell(showing->table, commit->author);
	table_cell(showing->table, commit->date);
	table_cell(showing->table,
	    commit->reason.size > 0 ? commit->reason : commit->subject);
}

static void
place_cells(struct showing *showing, const char *path, unsigned line)
{
	table_cell(showing->table, str_from(path));
	if (line > 0)
		buffer_format(&showing->text, "%u", line);
	text_cell(showing);
}

static void
show_evidence(struct showing *showing, const struct evidence *evidence)
{
	char at[PERIOD_TEXT_SIZE];

	table_cell(showing->table, evidence->measure);
	table_cell(showing->table, evidence->of);
	table_cell(showing->table, str_from(period_text(evidence->at, at)));
	place_cells(showing, evidence->place.path, evidence->place.line);
	if (evidence->is_value) {
		value_text(&showing->text, evidence->old);
		text_cell(showing);
		value_text(&showing->text, evidence->new);
		text_cell(showing);
	} else {
		table_cell(showing->table, evidence->old_text);
		table_cell(showing->table, evidence->text);
	}
	blame_cells(showing, evidence->is_from, evidence->place.path,
	    evidence->place.line);
}

/* How many more there are, where not all are shown. */
static void
show_rest(struct showing *showing, size_t rest)
{
	buffer_format(&showing->text, _("(%zu more)"), rest);
	text_cell(showing);
	for (int i = 0; i < 10; i++)
		table_cell(showing->table, STR(""));
}

static size_t
most_evidence(const struct showing *showing, size_t count)
{
	size_t most = showing->filter->evidence;

	return most > 0 && count > most ? most : count;
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
	}
	if (count == 0 || most < count)
		cause_cells(showing, change, cause, count == 0);
	if (most < count)
		show_rest(showing, count - most);
	else if (count == 0)
		for (int i = 0; i < 11; i++)
			table_cell(showing->table, STR(""));
}

static void
show_amended(struct showing *showing, const struct scheme_diff_row *row)
{
	bool is_from = row->to.path == NULL;
	const struct scheme_diff_saying *saying =
	    is_from ? &row->from : &row->to;

	table_cell(showing->table, row->what);
	table_cell(showing->table, row->id);
	table_cell(showing->table, STR(""));
	place_cells(showing, saying->path, saying->line);
	table_cell(showing->table, row->from.text);
	table_cell(showing->table, row->to.text);
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
	}
	if (scheme_diff.count == 0 || most < scheme_diff.count)
		cause_cells(showing, change, CAUSE_SCHEME,
		    scheme_diff.count == 0);
	if (most < scheme_diff.count)
		show_rest(showing, scheme_diff.count - most);
	else if (scheme_diff.count == 0)
		for (int i = 0; i < 11; i++)
			table_cell(showing->table, STR(""));
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
	size_t up = 0, down = 0;

	for (size_t i = 0; i < count; i++) {
		int sign = num_sign(rows[i].row.delta);

		if (str_equal(rows[i].row.item, STR("total")))
			total = &rows[i];
		up += sign > 0;
		down += sign < 0;
	}
	table_cell(showing->table, str_from(showing->period));
	table_cell(showing->table, rows[0].row.unit);
	count_cell(showing, count);
	count_cell(showing, up);
	count_cell(showing, down);
	if (total == NULL) {
		for (int i = 0; i < 5; i++)
			table_cell(showing->table, STR(""));
		return;
	}
	score_cell(showing,
	    item_of(&showing->changes->from, total->row.from_item),
	    total->row.from);
	score_cell(showing, item_of(&showing->changes->to, total->row.to_item),
	    total->row.to);
	delta_cell(showing, total->row.delta, digits_of(showing, &total->row));
	rank_cells(showing, &total->row);
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
diff_table_add(struct table *table, enum table_format format,
    enum diff_table_view view, struct attribution *changes,
    struct period period, const struct diff_table_filter *filter,
    const struct diff_table_blame *blame)
{
	struct showing showing = { .table = table,
		.for_people =
		    format == TABLE_ALIGNED || format == TABLE_MARKDOWN,
		.changes = changes,
		.filter = filter,
		.blame = blame };

	period_text(period, showing.period);
	apply_filter(&showing);
	if (view == CHANGE_UNITS)
		show_units(&showing);
	for (size_t i = 0; view != CHANGE_UNITS && i < changes->count; i++)
		if (view == CHANGE_CAUSES)
			show_causes(&showing, &changes->rows[i]);
		else
			show_score(&showing, &changes->rows[i]);
	buffer_free(&showing.text);
	arena_free(&showing.scratch);
	return changes->count;
}
