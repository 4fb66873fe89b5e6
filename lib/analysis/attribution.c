#include "analysis/attribution.h"

#include "book/data_rows.h"
#include "score/dependency.h"
#include "score/score_text.h"

static const char *const cause_texts[CAUSES] = { "scheme", "own", "pool",
	"members" };

const char *
attribution_cause_text(enum cause cause)
{
	return cause_texts[cause];
}

bool
attribution_cause_parse(struct str text, enum cause *out)
{
	for (size_t i = 0; i < CAUSES; i++)
		if (str_equal(text, str_from(cause_texts[i]))) {
			*out = (enum cause)i;
			return true;
		}
	return false;
}

/* The scores of a side; without data or a scheme for it there are none. */
static const struct result *
score_side(const struct overlay_side *side)
{
	if (!book_has_data(side->book, side->period) ||
	    book_scheme(side->book, side->period) == NULL)
		return NULL;
	return engine_score(side->engine, side->period);
}

static bool
keep_row(void *context, const struct snapshot_row *row)
{
	struct attribution *changes = context;

	changes->rows = arena_grow(&changes->arena, changes->rows,
	    changes->count, &changes->capacity, sizeof(*changes->rows));
	changes->rows[changes->count++] =
	    (struct attribution_change){ .row = *row };
	return true;
}

/* While the rows are split. */
struct split {
	struct attribution *changes;
	struct arena scratch;
	const struct scheme *scheme; /* of `to`; NULL where it has none */
	struct overlay_view view[3]; /* of the stages 1, 2 and 3 */
	const struct result *result[3];
	uint32_t *place; /* in the mixture, of each unit of `from` */
	size_t moved;	 /* units whose data differ */
};

/*
 * Whether a unit has a score of an item of `to` and, where the scheme of
 * `from` has the item too, also there.
 */
static bool
has_ends(const struct split *split, uint32_t number, uint32_t unit)
{
	const struct attribution *changes = split->changes;
	const struct result *from = changes->from_result;
	const struct result *to = changes->to_result;
	uint32_t before;

	if (to == NULL || !overlay_has_both(&changes->overlay, unit) ||
	    !num_is_number(to->items[number].scores[unit]))
		return false;
	if (from == NULL)
		return book_scheme(changes->overlay.from.book,
			   changes->overlay.from.period) == NULL;
	before = scheme_item(from->scheme, split->scheme->items[number].id);
	unit = changes->overlay.from_unit[unit];
	return before == INDEX_NONE ||
	       num_is_number(from->items[before].scores[unit]);
}

/*
 * What an item counts for a unit in a stage between. Where no score could be
 * made of it there alone, as where a new indicator has no figures yet, its
 * parts are not lost with it.
 */
static struct num
stage_value(struct split *split, const struct result *result, uint32_t number,
    uint32_t unit)
{
	const struct item *item = &split->scheme->items[number];
	struct num score = result->items[number].scores[unit];
	struct num sum = NUM_INT(0);

	if (num_is_number(score))
		return score_printed(&split->changes->arena, item, score);
	if (item->rule != NULL || !has_ends(split, number, unit))
		return sum;
	for (size_t i = 0; i < item->child_count; i++)
		sum = num_add(&split->changes->arena, sum,
		    stage_value(split, result, item->children[i], unit));
	return sum;
}

/* What is read, on both sides. `carried` is room for a flag for each unit. */
static void
read_values(struct overlay *overlay, const struct dependency *read,
    uint8_t *carried, struct num *old, struct num *new)
{
	uint8_t *room = read->carried ? carried : NULL;

	overlay_values(overlay, read->measure, read->instant, true, old, room);
	overlay_values(overlay, read->measure, read->instant, false, new, room);
}

/* Which units' own data differ between the sides, and how many. */
static void
find_moved(struct split *split)
{
	struct attribution *changes = split->changes;
	struct overlay *overlay = &changes->overlay;
	size_t units = overlay->book.unit_count;
	struct num *old = arena_array(&split->scratch, units + 1, sizeof(*old));
	struct num *new = arena_array(&split->scratch, units + 1, sizeof(*new));
	uint8_t *carried = arena_array(&split->scratch, units + 1, 1);

	changes->moved = arena_array(&changes->arena, units + 1, 1);
	dependency_of_scheme(&changes->arena, &overlay->book,
	    &split->view[0].facts, split->scheme, overlay->instant,
	    &changes->reads);
	for (size_t i = 0; i < changes->reads.count; i++) {
		const struct dependency *read = &changes->reads.list[i];

		read_values(overlay, read, carried, old, new);
		for (size_t j = 0; j < units; j++)
			if (!changes->moved[j] &&
			    !value_equal(old[j], new[j]) &&
			    overlay_has_both(overlay, j)) {
				changes->moved[j] = 1;
				split->moved++;
			}
	}
}

static void
start_view(struct split *split, size_t number, struct overlay_view *base)
{
	struct overlay *overlay = &split->changes->overlay;
	struct overlay_view *view = &split->view[number];

	overlay_view_init(view, overlay, base);
	if (number > 0)
		for (size_t i = 0; i < overlay->book.unit_count; i++)
			if (overlay_has_both(overlay, i))
				view->is_there[i] = 0;
	split->result[number] = overlay_score(view);
}

/*
 * Score the stages. Where no data moved, or those of one unit alone, stages 2
 * and 3 need no scoring of their own.
 */
static void
score_stages(struct split *split)
{
	start_view(split, 0, NULL);
	if (split->scheme != NULL)
		find_moved(split);
	split->result[1] = split->result[2] = split->result[0];
	if (split->moved > 0)
		start_view(split, 2, NULL);
	if (split->moved > 1)
		start_view(split, 1, &split->view[0]);
}

/* Whether one unit must be moved by itself to know what its own data do. */
static bool
needs_moving(const struct split *split, bool mutual, uint32_t unit)
{
	if (split->moved < 2 || !split->changes->moved[unit])
		return false;
	return mutual || split->result[1]->standings[unit] !=
			     split->result[0]->standings[unit];
}

/* Of a unit that comes or goes, that is all there is to tell. */
static void
split_member(struct attribution_change *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < CAUSES; j++)
			rows[i].causes[j] = NUM_INT(0);
		rows[i].causes[CAUSE_MEMBERS] = rows[i].row.delta;
	}
}

/* What the rows of one unit have in the stages; `alone` is stage 2. */
static void
split_rows(struct split *split, const struct result *alone, uint32_t unit,
    struct attribution_change *rows, size_t count)
{
	struct attribution *changes = split->changes;
	const struct result *const stages[] = { split->result[0], alone,
		split->result[2] };
	/* A side without data has no scores to start from, or to end with. */
	const bool counts[] = { changes->from_result != NULL, true,
		changes->to_result != NULL };

	for (size_t i = 0; i < count; i++) {
		const struct snapshot_row *row = &rows[i].row;
		struct num before =
		    num_is_number(row->from) ? row->from : NUM_INT(0);
		uint32_t item = INDEX_NONE;

		if (split->scheme != NULL)
			item = scheme_item(split->scheme, row->item);
		for (size_t j = 0; j < CAUSES; j++) {
			struct num after = NUM_INT(0);

			if (j == CAUSE_MEMBERS && num_is_number(row->to))
				after = row->to;
			else if (j != CAUSE_MEMBERS && item != INDEX_NONE &&
				 stages[j] != NULL && counts[j])
				after =
				    stage_value(split, stages[j], item, unit);
			rows[i].causes[j] =
			    num_sub(&changes->arena, after, before);
			before = after;
		}
	}
}

/* Where a row's unit is in the mixture. */
static uint32_t
unit_of(const struct split *split, const struct snapshot_row *row)
{
	return row->to_unit != INDEX_NONE ? row->to_unit
					  : split->place[row->from_unit];
}

/* The rows of one unit, which stand together. */
static void
split_unit(struct split *split, bool mutual, struct attribution_change *rows,
    size_t count)
{
	uint32_t unit = unit_of(split, &rows[0].row);
	const struct result *alone = split->result[1];
	struct overlay_view view = { 0 };

	if (!overlay_has_both(&split->changes->overlay, unit)) {
		split_member(rows, count);
		return;
	}
	if (split->moved == 1 && split->changes->moved[unit]) {
		alone = split->result[2];
	} else if (split->scheme != NULL && needs_moving(split, mutual, unit)) {
		overlay_view_init(&view, &split->changes->overlay, NULL);
		view.is_there[unit] = 0;
		alone = overlay_score(&view);
	}
	split_rows(split, alone, unit, rows, count);
	overlay_view_free(&view);
}

static void
split_all(struct attribution *changes)
{
	struct split split = { .changes = changes };
	struct overlay *overlay = &changes->overlay;
	bool mutual = false;

	split.place = arena_array(&split.scratch,
	    overlay->from.book->unit_count, sizeof(*split.place));
	for (uint32_t i = 0; i < overlay->book.unit_count; i++)
		if (overlay->from_unit[i] != INDEX_NONE)
			split.place[overlay->from_unit[i]] = i;
	split.scheme =
	    schemes_for(engine_schemes(overlay->to.engine), overlay->to.period);
	if (split.scheme != NULL && !split.scheme->is_sound)
		split.scheme = NULL;
	score_stages(&split);
	if (split.moved > 1)
		mutual =
		    dependency_is_mutual(engine_schemes(overlay->to.engine),
			overlay->to.book, split.scheme);
	for (size_t first = 0, end; first < changes->count; first = end) {
		end = first + 1;
		while (end < changes->count &&
		       unit_of(&split, &changes->rows[end].row) ==
			   unit_of(&split, &changes->rows[first].row))
			end++;
		split_unit(&split, mutual, &changes->rows[first], end - first);
	}
	for (size_t i = 0; i < LENGTH(split.view); i++)
		overlay_view_free(&split.view[i]);
	arena_free(&split.scratch);
}

void
attribution_find(struct attribution *changes, const struct overlay_side *from,
    const struct overlay_side *to, const struct attribution_request *request)
{
	*changes = (struct attribution){ 0 };
	changes->from_result = score_side(from);
	changes->to_result = score_side(to);
	snapshot_take(&changes->from, from->book, changes->from_result,
	    request->choose, request->context);
	snapshot_take(&changes->to, to->book, changes->to_result,
	    request->choose, request->context);
	snapshot_compare(&changes->from, &changes->to, false, &changes->arena,
	    keep_row, changes);
	overlay_init(&changes->overlay, from, to);
	changes->has_causes = request->causes;
	if (request->causes && changes->count > 0)
		split_all(changes);
}

void
attribution_of_snapshots(struct attribution *changes, struct snapshot *from,
    struct snapshot *to)
{
	*changes = (struct attribution){ .from = *from, .to = *to };
	*from = *to = (struct snapshot){ 0 };
	snapshot_compare(&changes->from, &changes->to, false, &changes->arena,
	    keep_row, changes);
}

/* While the evidence of one cause is gathered. */
struct search {
	struct attribution *changes;
	const struct attribution_change *change;
	uint32_t unit; /* in the mixture */
	struct arena *arena;
	uint8_t *carried; /* room for a flag for each unit */
	struct evidence *list;
	size_t count, capacity;
};

static void
add_evidence(struct search *search, struct evidence evidence)
{
	search->list = arena_grow(search->arena, search->list, search->count,
	    &search->capacity, sizeof(*search->list));
	search->list[search->count++] = evidence;
}

/*
 * Where a side's value stands: in the period itself or, where it is carried,
 * in the last one before that has it.
 */
static bool
place_side(const struct overlay_side *side, uint32_t measure, uint32_t unit,
    struct period period, bool carried, struct place *place)
{
	struct period first = book_first(side->book, period);
	struct arena scratch = { 0 };
	struct num *values =
	    arena_array(&scratch, side->book->unit_count + 1, sizeof(*values));
	struct data *data = engine_data(side->engine);

	while (carried && period.index > first.index) {
		data_values(data, measure, period, values);
		if (values[unit].d != VALUE_MISSING)
			break;
		period = period_add(period, -1);
	}
	arena_free(&scratch);
	return data_place(data, measure, unit, period, place);
}

/* Where a unit's value stands: in `to` or, where it is gone, in `from`. */
static void
place_value(const struct overlay *overlay, const struct dependency *read,
    uint32_t unit, struct evidence *evidence)
{
	uint32_t from = overlay->from_unit[unit], to = overlay->to_unit[unit];
	uint32_t measure = overlay->from_measure[read->measure];

	if (to != INDEX_NONE &&
	    place_side(&overlay->to, read->measure, to, read->instant.here,
		read->carried, &evidence->place))
		return;
	evidence->is_from =
	    from != INDEX_NONE && measure != INDEX_NONE &&
	    place_side(&overlay->from, measure, from, read->instant.there,
		read->carried, &evidence->place);
}

/* The units in whose pools the row's unit is, as the item compares them. */
static bool
is_compared(const struct search *search, const struct item *item,
    const struct dependency *read, uint32_t other)
{
	const struct overlay *overlay = &search->changes->overlay;
	const struct book *from = overlay->from.book;
	uint32_t a = overlay->from_unit[search->unit];
	uint32_t b = overlay->from_unit[other];

	if (other == search->unit || !search->changes->moved[other])
		return false;
	if (item->pool.size == 0 || a == INDEX_NONE || b == INDEX_NONE)
		return true;
	return str_equal(unit_group(&from->units[a], item->pool,
			     read->instant.there),
	    unit_group(&from->units[b], item->pool, read->instant.there));
}

/* The values of one measure at one instant that differ. */
static void
search_read(struct search *search, const struct item *item,
    const struct dependency *read, enum cause cause, struct num *old,
    struct num *new)
{
	struct overlay *overlay = &search->changes->overlay;

	read_values(overlay, read, search->carried, old, new);
	for (uint32_t i = 0; i < overlay->book.unit_count; i++) {
		struct evidence evidence = {
			.measure = overlay->book.measures[read->measure].id,
			.of = overlay->book.units[i].id,
			.at = read->instant.here,
			.is_value = true,
			.old = old[i],
			.new = new[i]
		};

		if (value_equal(old[i], new[i]) ||
		    (cause == CAUSE_OWN ? i != search->unit
					: !is_compared(search, item, read, i)))
			continue;
		place_value(overlay, read, i, &evidence);
		add_evidence(search, evidence);
	}
}

static void
search_values(struct search *search, enum cause cause)
{
	struct overlay *overlay = &search->changes->overlay;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(overlay->to.engine), overlay->to.period);
	size_t units = overlay->book.unit_count + 1;
	struct num *old = arena_array(search->arena, units, sizeof(*old));
	struct num *new = arena_array(search->arena, units, sizeof(*new));
	struct overlay_view view;
	struct dependencies reads = { 0 };
	uint32_t item = INDEX_NONE;

	search->carried = arena_array(search->arena, units, 1);
	if (scheme != NULL && scheme->is_sound)
		item = scheme_item(scheme, search->change->row.item);
	if (item == INDEX_NONE || search->changes->moved == NULL)
		return;
	overlay_view_init(&view, overlay, NULL);
	dependency_of_item(search->arena, &overlay->book, &view.facts, scheme,
	    item, overlay->instant, &reads);
	for (size_t i = 0; i < reads.count; i++)
		if (cause == CAUSE_OWN || reads.list[i].pool)
			search_read(search, &scheme->items[item],
			    &reads.list[i], cause, old, new);
	overlay_view_free(&view);
}

/* A unit's groups, joined, as they hold in a period. */
static struct str
groups_text(struct arena *arena, const struct unit *unit, struct period period)
{
	struct buffer text = { 0 };
	struct str joined;

	for (size_t i = 0; i < unit->group_count; i++) {
		const struct unit_group *group = &unit->groups[i];

		if (group->dated && !period_overlaps(period, group->range.first,
					group->range.last))
			continue;
		if (text.size > 0)
			buffer_add(&text, STR(", "));
		buffer_add(&text, group->dimension);
		buffer_add_byte(&text, '/');
		buffer_add(&text, group->value);
	}
	joined = arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	return joined;
}

/* Where a unit's record stands: its first group, else its Id. */
static struct place
unit_place(const struct book *book, const struct unit *unit, bool group)
{
	const struct rec_field *field = rec_field(unit->record, "Id");

	if (group && unit->group_fields.count > 0)
		field = unit->group_fields.fields[0];
	return rec_place(&book->unit_file, field, 0, field->value.size);
}

/* Whether any rule or pool of a scheme looks at groups. */
static bool
uses_groups(const struct scheme *scheme)
{
	for (size_t i = 0; scheme != NULL && i < scheme->item_count; i++) {
		const struct program *program = scheme->items[i].program;

		if (scheme->items[i].pool.size > 0)
			return true;
		for (size_t j = 0; j < program->node_count; j++)
			if (program->nodes[j]->kind == NODE_IN_GROUP)
				return true;
	}
	return false;
}

/* A unit that came, went, or is in other groups where these matter. */
static void
search_member(struct search *search, uint32_t unit, bool groups)
{
	const struct overlay *overlay = &search->changes->overlay;
	uint32_t from = overlay->from_unit[unit], to = overlay->to_unit[unit];
	const struct unit *before =
	    from == INDEX_NONE ? NULL : &overlay->from.book->units[from];
	const struct unit *after =
	    to == INDEX_NONE ? NULL : &overlay->to.book->units[to];
	bool was =
	    before != NULL && unit_is_member(before, overlay->from.period);
	bool is = after != NULL && unit_is_member(after, overlay->to.period);
	struct evidence evidence = { .of = overlay->book.units[unit].id,
		.at = overlay->to.period };

	if (!was && !is)
		return;
	evidence.measure = was && is ? STR("group") : STR("member");
	evidence.old_text = was ? STR("member") : STR("");
	evidence.text = is ? STR("member") : STR("");
	if (was && is) {
		evidence.old_text =
		    groups_text(search->arena, before, overlay->from.period);
		evidence.text =
		    groups_text(search->arena, after, overlay->to.period);
	}
	if (str_equal(evidence.old_text, evidence.text) ||
	    (was && is && !groups))
		return;
	evidence.is_from = after == NULL;
	evidence.place = after == NULL
			     ? unit_place(overlay->from.book, before, was && is)
			     : unit_place(overlay->to.book, after, was && is);
	add_evidence(search, evidence);
}

static void
search_members(struct search *search)
{
	const struct attribution *changes = search->changes;
	bool groups = changes->to_result != NULL &&
		      uses_groups(changes->to_result->scheme);

	for (uint32_t i = 0; i < changes->overlay.book.unit_count; i++)
		search_member(search, i, groups);
}

struct evidence *
attribution_evidence_of(struct attribution *changes,
    const struct attribution_change *change, enum cause cause,
    struct arena *arena, size_t *count)
{
	const struct overlay *overlay = &changes->overlay;
	struct search search = { .changes = changes,
		.change = change,
		.arena = arena,
		.unit = change->row.to_unit };

	if (search.unit == INDEX_NONE)
		for (search.unit = 0;
		     overlay->from_unit[search.unit] != change->row.from_unit;)
			search.unit++;
	if (cause == CAUSE_OWN || cause == CAUSE_POOL)
		search_values(&search, cause);
	else if (cause == CAUSE_MEMBERS)
		search_members(&search);
	*count = search.count;
	return search.list;
}

/* Every unit's value of one measure at one instant, where it differs. */
static void
search_all(struct search *search, const struct dependency *read)
{
	struct overlay *overlay = &search->changes->overlay;
	size_t units = overlay->book.unit_count + 1;
	struct num *old = arena_array(search->arena, units, sizeof(*old));
	struct num *new = arena_array(search->arena, units, sizeof(*new));

	overlay_values(overlay, read->measure, read->instant, true, old, NULL);
	overlay_values(overlay, read->measure, read->instant, false, new, NULL);
	for (uint32_t i = 0; i < overlay->book.unit_count; i++) {
		struct evidence evidence = {
			.measure = overlay->book.measures[read->measure].id,
			.of = overlay->book.units[i].id,
			.at = read->instant.here,
			.is_value = true,
			.old = old[i],
			.new = new[i]
		};

		if (value_equal(old[i], new[i]))
			continue;
		place_value(overlay, read, i, &evidence);
		add_evidence(search, evidence);
	}
}

struct evidence *
attribution_evidence(struct attribution *changes, struct arena *arena,
    size_t *count)
{
	struct overlay *overlay = &changes->overlay;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(overlay->to.engine), overlay->to.period);
	struct search search = { .changes = changes, .arena = arena };
	struct dependency read = { .instant = overlay->instant };
	struct overlay_view view;
	struct dependencies reads = { 0 };

	search_members(&search);
	for (; read.measure < overlay->book.measure_count; read.measure++)
		search_all(&search, &read);
	if (scheme != NULL && scheme->is_sound) {
		overlay_view_init(&view, overlay, NULL);
		dependency_of_item(arena, &overlay->book, &view.facts, scheme,
		    0, overlay->instant, &reads);
		for (size_t i = 0; i < reads.count; i++)
			if (!instant_equal(reads.list[i].instant,
				overlay->instant))
				search_all(&search, &reads.list[i]);
		overlay_view_free(&view);
	}
	*count = search.count;
	return search.list;
}

void
attribution_free(struct attribution *changes)
{
	snapshot_free(&changes->from);
	snapshot_free(&changes->to);
	overlay_free(&changes->overlay);
	arena_free(&changes->arena);
	*changes = (struct attribution){ 0 };
}
