#include "analysis/attribution.h"

#include "score/tangle.h"

static const char *const cause_texts[CAUSES] = { "scheme", "own", "pool",
	"members" };

const char *
cause_text(enum cause cause)
{
	return cause_texts[cause];
}

bool
cause_parse(struct str text, enum cause *out)
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
score_side(const struct mixture_side *side)
{
	if (!book_has_data(side->book, side->period) ||
	    book_scheme(side->book, side->period) == NULL)
		return NULL;
	return engine_score(side->engine, side->period);
}

static bool
keep_row(void *context, const struct snapshot_row *row)
{
	struct changes *changes = context;

	changes->rows = arena_grow(&changes->arena, changes->rows,
	    changes->count, &changes->capacity, sizeof(*changes->rows));
	changes->rows[changes->count++] = (struct change){ .row = *row };
	return true;
}

/* While the rows are split. */
struct split {
	struct changes *changes;
	struct arena scratch;
	const struct scheme *scheme; /* of `to`; NULL where it has none */
	struct mixture_view view[3]; /* of the stages 1, 2 and 3 */
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
	const struct changes *changes = split->changes;
	const struct result *from = changes->from_result;
	const struct result *to = changes->to_result;
	uint32_t before;

	if (to == NULL || !mixture_has_both(&changes->mixture, unit) ||
	    !num_is_number(to->items[number].scores[unit]))
		return false;
	if (from == NULL)
		return book_scheme(changes->mixture.from.book,
			   changes->mixture.from.period) == NULL;
	before = scheme_item(from->scheme, split->scheme->items[number].id);
	unit = changes->mixture.from_unit[unit];
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
read_values(struct mixture *mixture, const struct read *read, uint8_t *carried,
    struct num *old, struct num *new)
{
	uint8_t *room = read->carried ? carried : NULL;

	mixture_values(mixture, read->measure, read->instant, true, old, room);
	mixture_values(mixture, read->measure, read->instant, false, new, room);
}

/* Which units' own data differ between the sides, and how many. */
static void
find_moved(struct split *split)
{
	struct changes *changes = split->changes;
	struct mixture *mixture = &changes->mixture;
	size_t units = mixture->book.unit_count;
	struct num *old = arena_array(&split->scratch, units + 1, sizeof(*old));
	struct num *new = arena_array(&split->scratch, units + 1, sizeof(*new));
	uint8_t *carried = arena_array(&split->scratch, units + 1, 1);

	changes->moved = arena_array(&changes->arena, units + 1, 1);
	reads_of_scheme(&changes->arena, &mixture->book, &split->view[0].facts,
	    split->scheme, mixture->instant, &changes->reads);
	for (size_t i = 0; i < changes->reads.count; i++) {
		const struct read *read = &changes->reads.list[i];

		read_values(mixture, read, carried, old, new);
		for (size_t j = 0; j < units; j++)
			if (!changes->moved[j] &&
			    !value_equal(old[j], new[j]) &&
			    mixture_has_both(mixture, j)) {
				changes->moved[j] = 1;
				split->moved++;
			}
	}
}

static void
start_view(struct split *split, size_t number, struct mixture_view *base)
{
	struct mixture *mixture = &split->changes->mixture;
	struct mixture_view *view = &split->view[number];

	mixture_view_init(view, mixture, base);
	if (number > 0)
		for (size_t i = 0; i < mixture->book.unit_count; i++)
			if (mixture_has_both(mixture, i))
				view->is_there[i] = 0;
	split->result[number] = mixture_score(view);
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
needs_moving(const struct split *split, bool tangled, uint32_t unit)
{
	if (split->moved < 2 || !split->changes->moved[unit])
		return false;
	return tangled || split->result[1]->standings[unit] !=
			      split->result[0]->standings[unit];
}

/* Of a unit that comes or goes, that is all there is to tell. */
static void
split_member(struct change *rows, size_t count)
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
    struct change *rows, size_t count)
{
	struct changes *changes = split->changes;
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
split_unit(struct split *split, bool tangled, struct change *rows, size_t count)
{
	uint32_t unit = unit_of(split, &rows[0].row);
	const struct result *alone = split->result[1];
	struct mixture_view view = { 0 };

	if (!mixture_has_both(&split->changes->mixture, unit)) {
		split_member(rows, count);
		return;
	}
	if (split->moved == 1 && split->changes->moved[unit]) {
		alone = split->result[2];
	} else if (split->scheme != NULL &&
		   needs_moving(split, tangled, unit)) {
		mixture_view_init(&view, &split->changes->mixture, NULL);
		view.is_there[unit] = 0;
		alone = mixture_score(&view);
	}
	split_rows(split, alone, unit, rows, count);
	mixture_view_free(&view);
}

static void
split_all(struct changes *changes)
{
	struct split split = { .changes = changes };
	struct mixture *mixture = &changes->mixture;
	bool tangled = false;

	split.place = arena_array(&split.scratch,
	    mixture->from.book->unit_count, sizeof(*split.place));
	for (uint32_t i = 0; i < mixture->book.unit_count; i++)
		if (mixture->from_unit[i] != INDEX_NONE)
			split.place[mixture->from_unit[i]] = i;
	split.scheme =
	    schemes_for(engine_schemes(mixture->to.engine), mixture->to.period);
	if (split.scheme != NULL && !split.scheme->is_sound)
		split.scheme = NULL;
	score_stages(&split);
	if (split.moved > 1)
		tangled = is_tangled(engine_schemes(mixture->to.engine),
		    mixture->to.book, split.scheme);
	for (size_t first = 0, end; first < changes->count; first = end) {
		end = first + 1;
		while (end < changes->count &&
		       unit_of(&split, &changes->rows[end].row) ==
			   unit_of(&split, &changes->rows[first].row))
			end++;
		split_unit(&split, tangled, &changes->rows[first], end - first);
	}
	for (size_t i = 0; i < LENGTH(split.view); i++)
		mixture_view_free(&split.view[i]);
	arena_free(&split.scratch);
}

void
changes_find(struct changes *changes, const struct mixture_side *from,
    const struct mixture_side *to, const struct change_request *request)
{
	*changes = (struct changes){ 0 };
	changes->from_result = score_side(from);
	changes->to_result = score_side(to);
	snapshot_take(&changes->from, from->book, changes->from_result,
	    request->choose, request->context);
	snapshot_take(&changes->to, to->book, changes->to_result,
	    request->choose, request->context);
	snapshot_compare(&changes->from, &changes->to, false, &changes->arena,
	    keep_row, changes);
	mixture_init(&changes->mixture, from, to);
	changes->has_causes = request->causes;
	if (request->causes && changes->count > 0)
		split_all(changes);
}

void
changes_of_snapshots(struct changes *changes, struct snapshot *from,
    struct snapshot *to)
{
	*changes = (struct changes){ .from = *from, .to = *to };
	*from = *to = (struct snapshot){ 0 };
	snapshot_compare(&changes->from, &changes->to, false, &changes->arena,
	    keep_row, changes);
}

/* While the evidence of one cause is gathered. */
struct search {
	struct changes *changes;
	const struct change *change;
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
place_side(const struct mixture_side *side, uint32_t measure, uint32_t unit,
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
place_value(const struct mixture *mixture, const struct read *read,
    uint32_t unit, struct evidence *evidence)
{
	uint32_t from = mixture->from_unit[unit], to = mixture->to_unit[unit];
	uint32_t measure = mixture->from_measure[read->measure];

	if (to != INDEX_NONE &&
	    place_side(&mixture->to, read->measure, to, read->instant.here,
		read->carried, &evidence->place))
		return;
	evidence->is_from =
	    from != INDEX_NONE && measure != INDEX_NONE &&
	    place_side(&mixture->from, measure, from, read->instant.there,
		read->carried, &evidence->place);
}

/* The units in whose pools the row's unit is, as the item compares them. */
static bool
is_compared(const struct search *search, const struct item *item,
    const struct read *read, uint32_t other)
{
	const struct mixture *mixture = &search->changes->mixture;
	const struct book *from = mixture->from.book;
	uint32_t a = mixture->from_unit[search->unit];
	uint32_t b = mixture->from_unit[other];

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
    const struct read *read, enum cause cause, struct num *old, struct num *new)
{
	struct mixture *mixture = &search->changes->mixture;

	read_values(mixture, read, search->carried, old, new);
	for (uint32_t i = 0; i < mixture->book.unit_count; i++) {
		struct evidence evidence = {
			.measure = mixture->book.measures[read->measure].id,
			.of = mixture->book.units[i].id,
			.at = read->instant.here,
			.is_value = true,
			.old = old[i],
			.new = new[i]
		};

		if (value_equal(old[i], new[i]) ||
		    (cause == CAUSE_OWN ? i != search->unit
					: !is_compared(search, item, read, i)))
			continue;
		place_value(mixture, read, i, &evidence);
		add_evidence(search, evidence);
	}
}

static void
search_values(struct search *search, enum cause cause)
{
	struct mixture *mixture = &search->changes->mixture;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(mixture->to.engine), mixture->to.period);
	size_t units = mixture->book.unit_count + 1;
	struct num *old = arena_array(search->arena, units, sizeof(*old));
	struct num *new = arena_array(search->arena, units, sizeof(*new));
	struct mixture_view view;
	struct reads reads = { 0 };
	uint32_t item = INDEX_NONE;

	search->carried = arena_array(search->arena, units, 1);
	if (scheme != NULL && scheme->is_sound)
		item = scheme_item(scheme, search->change->row.item);
	if (item == INDEX_NONE || search->changes->moved == NULL)
		return;
	mixture_view_init(&view, mixture, NULL);
	reads_of_item(search->arena, &mixture->book, &view.facts, scheme, item,
	    mixture->instant, &reads);
	for (size_t i = 0; i < reads.count; i++)
		if (cause == CAUSE_OWN || reads.list[i].pool)
			search_read(search, &scheme->items[item],
			    &reads.list[i], cause, old, new);
	mixture_view_free(&view);
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
	const struct mixture *mixture = &search->changes->mixture;
	uint32_t from = mixture->from_unit[unit], to = mixture->to_unit[unit];
	const struct unit *before =
	    from == INDEX_NONE ? NULL : &mixture->from.book->units[from];
	const struct unit *after =
	    to == INDEX_NONE ? NULL : &mixture->to.book->units[to];
	bool was =
	    before != NULL && unit_is_member(before, mixture->from.period);
	bool is = after != NULL && unit_is_member(after, mixture->to.period);
	struct evidence evidence = { .of = mixture->book.units[unit].id,
		.at = mixture->to.period };

	if (!was && !is)
		return;
	evidence.measure = was && is ? STR("group") : STR("member");
	evidence.old_text = was ? STR("member") : STR("");
	evidence.text = is ? STR("member") : STR("");
	if (was && is) {
		evidence.old_text =
		    groups_text(search->arena, before, mixture->from.period);
		evidence.text =
		    groups_text(search->arena, after, mixture->to.period);
	}
	if (str_equal(evidence.old_text, evidence.text) ||
	    (was && is && !groups))
		return;
	evidence.is_from = after == NULL;
	evidence.place = after == NULL
			     ? unit_place(mixture->from.book, before, was && is)
			     : unit_place(mixture->to.book, after, was && is);
	add_evidence(search, evidence);
}

static void
search_members(struct search *search)
{
	const struct changes *changes = search->changes;
	bool groups = changes->to_result != NULL &&
		      uses_groups(changes->to_result->scheme);

	for (uint32_t i = 0; i < changes->mixture.book.unit_count; i++)
		search_member(search, i, groups);
}

struct evidence *
change_evidence(struct changes *changes, const struct change *change,
    enum cause cause, struct arena *arena, size_t *count)
{
	const struct mixture *mixture = &changes->mixture;
	struct search search = { .changes = changes,
		.change = change,
		.arena = arena,
		.unit = change->row.to_unit };

	if (search.unit == INDEX_NONE)
		for (search.unit = 0;
		     mixture->from_unit[search.unit] != change->row.from_unit;)
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
search_all(struct search *search, const struct read *read)
{
	struct mixture *mixture = &search->changes->mixture;
	size_t units = mixture->book.unit_count + 1;
	struct num *old = arena_array(search->arena, units, sizeof(*old));
	struct num *new = arena_array(search->arena, units, sizeof(*new));

	mixture_values(mixture, read->measure, read->instant, true, old, NULL);
	mixture_values(mixture, read->measure, read->instant, false, new, NULL);
	for (uint32_t i = 0; i < mixture->book.unit_count; i++) {
		struct evidence evidence = {
			.measure = mixture->book.measures[read->measure].id,
			.of = mixture->book.units[i].id,
			.at = read->instant.here,
			.is_value = true,
			.old = old[i],
			.new = new[i]
		};

		if (value_equal(old[i], new[i]))
			continue;
		place_value(mixture, read, i, &evidence);
		add_evidence(search, evidence);
	}
}

struct evidence *
changes_evidence(struct changes *changes, struct arena *arena, size_t *count)
{
	struct mixture *mixture = &changes->mixture;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(mixture->to.engine), mixture->to.period);
	struct search search = { .changes = changes, .arena = arena };
	struct read read = { .instant = mixture->instant };
	struct mixture_view view;
	struct reads reads = { 0 };

	search_members(&search);
	for (; read.measure < mixture->book.measure_count; read.measure++)
		search_all(&search, &read);
	if (scheme != NULL && scheme->is_sound) {
		mixture_view_init(&view, mixture, NULL);
		reads_of_item(arena, &mixture->book, &view.facts, scheme, 0,
		    mixture->instant, &reads);
		for (size_t i = 0; i < reads.count; i++)
			if (!instant_equal(reads.list[i].instant,
				mixture->instant))
				search_all(&search, &reads.list[i]);
		mixture_view_free(&view);
	}
	*count = search.count;
	return search.list;
}

void
changes_free(struct changes *changes)
{
	snapshot_free(&changes->from);
	snapshot_free(&changes->to);
	mixture_free(&changes->mixture);
	arena_free(&changes->arena);
	*changes = (struct changes){ 0 };
}
