#include "analysis/responsibility.h"

static const char *const roles[] = { [RESPONSIBILITY_LEADS] = "leads",
	[RESPONSIBILITY_SHARES] = "shares",
	[RESPONSIBILITY_SUPPLIES] = "supplies" };

static const char *const keys[] = { [RESPONSIBILITY_BY_OFFICE] = "office",
	[RESPONSIBILITY_BY_LEADER] = "leader",
	[RESPONSIBILITY_BY_WING] = "wing",
	[RESPONSIBILITY_BY_COUNTERPART] = "counterpart",
	[RESPONSIBILITY_BY_CATEGORY] = "category" };

bool
responsibility_is_item(const struct item *item)
{
	return item->child_count == 0;
}

const char *
responsibility_role_text(enum responsibility_role role)
{
	return roles[role];
}

bool
responsibility_key_parse(struct str text, enum responsibility_key *out)
{
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (str_equal(text, str_from(keys[i]))) {
			*out = (enum responsibility_key)i;
			return true;
		}
	return false;
}

const char *
responsibility_key_text(enum responsibility_key key)
{
	return keys[key];
}

/* That of the top items which the item is, or is below. */
static uint32_t
category_of(const struct scheme *scheme, uint32_t item)
{
	while (scheme->items[item].depth > 1)
		item = scheme->items[item].parent;
	return item;
}

/* Whether a measure is what others have for a target or a plan. */
bool
responsibility_is_target(const struct book *book, uint32_t measure)
{
	for (size_t i = 0; i < book->measure_count; i++)
		if (book->measures[i].target == measure ||
		    (book->measures[i].plan >= PLAN_VALUES &&
			book->measures[i].plan_measure == measure))
			return true;
	return false;
}

/* Add what a program names, each once: targets, or the others. */
static size_t
add_measures(const struct scheme *scheme, const struct program *program,
    bool targets, uint32_t *list, size_t count)
{
	for (size_t i = 0; i < program->node_count; i++) {
		const struct node *node = program->nodes[i];
		size_t at = 0;

		if (node->kind != NODE_MEASURE ||
		    responsibility_is_target(scheme->book, node->index) !=
			targets)
			continue;
		while (at < count && list[at] != node->index)
			at++;
		if (at == count)
			list[count++] = node->index;
	}
	return count;
}

struct responsibility_measures
responsibility_measures(const struct scheme *scheme, uint32_t item,
    struct arena *arena)
{
	const struct program *program = scheme->items[item].program;
	uint32_t *list = arena_array(arena, program->node_count, sizeof(*list));
	size_t count = add_measures(scheme, program, false, list, 0);

	count = add_measures(scheme, program, true, list, count);
	return (struct responsibility_measures){ list, count };
}

/*
 * Who has to do with an item
 */

/* False where the office has a duty in this item already. */
static bool
is_new(const struct responsibilities *duties, uint32_t office, uint32_t item)
{
	for (size_t i = duties->count; i > 0; i--) {
		const struct responsibility *duty = &duties->list[i - 1];

		if (duty->item != item)
			break;
		if (duty->office == office)
			return false;
	}
	return true;
}

static void
add(struct responsibilities *duties, uint32_t office, uint32_t item,
    enum responsibility_role role)
{
	if (!is_new(duties, office, item))
		return;
	duties->list = arena_grow(&duties->arena, duties->list, duties->count,
	    &duties->capacity, sizeof(*duties->list));
	duties->list[duties->count++] =
	    (struct responsibility){ office, item, role };
}

static void
add_item(struct responsibilities *duties, uint32_t number, struct diag *diag)
{
	const struct item *item = &duties->scheme->items[number];
	const struct responsibility_measures *measures =
	    &duties->measures[number];

	add(duties, item->lead, number, RESPONSIBILITY_LEADS);
	if (item->lead == INDEX_NONE && item->record != NULL) {
		const struct rec_field *id = rec_field(item->record, "Id");

		diag_at(diag, scheme_place(duties->scheme, id), D_NO_LEAD,
		    item->id);
	}
	for (size_t i = 0; i < item->with_count; i++)
		add(duties, item->with[i], number, RESPONSIBILITY_SHARES);
	for (size_t i = 0; i < measures->count; i++) {
		uint32_t source =
		    duties->book->measures[measures->list[i]].source;

		if (source != INDEX_NONE)
			add(duties, source, number, RESPONSIBILITY_SUPPLIES);
	}
}

/*
 * How the unit stands
 */

static void
stand(struct responsibilities *duties, uint32_t number)
{
	const struct item *item = &duties->scheme->items[number];
	const struct snapshot_item *taken = &duties->snapshot.items[number];
	struct responsibility_standing *out = &duties->standings[number];

	out->points =
	    column_cell(duties->result->items[number].points, duties->unit);
	out->score = taken->scores[duties->unit];
	out->rank = taken->ranks[duties->unit];
	out->state = taken->states[duties->unit];
	out->lost = value_missing();
	if (!num_is_number(out->score))
		return;
	if (num_is_number(out->points))
		out->lost = value_sub(&duties->arena, out->points, out->score);
	else if (item->kind == ITEM_DEDUCTION)
		out->lost = num_neg(&duties->arena, out->score);
}

void
responsibility_find(struct responsibilities *duties, const struct book *book,
    const struct result *result, uint32_t unit, struct diag *diag)
{
	const struct scheme *scheme = result->scheme;
	size_t count = scheme->item_count;

	*duties = (struct responsibilities){
		.book = book, .scheme = scheme, .result = result, .unit = unit
	};
	snapshot_take(&duties->snapshot, book, result, NULL, NULL);
	duties->measures =
	    arena_array(&duties->arena, count, sizeof(*duties->measures));
	duties->standings =
	    arena_array(&duties->arena, count, sizeof(*duties->standings));
	for (uint32_t i = 0; i < count; i++) {
		duties->measures[i] =
		    responsibility_measures(scheme, i, &duties->arena);
		stand(duties, i);
		if (responsibility_is_item(&scheme->items[i]))
			add_item(duties, i, diag);
	}
}

void
responsibility_free(struct responsibilities *duties)
{
	snapshot_free(&duties->snapshot);
	arena_free(&duties->arena);
	*duties = (struct responsibilities){ 0 };
}

/*
 * Groups
 */

static struct str
name_of(const struct responsibilities *duties, enum responsibility_key key,
    const struct responsibility *duty)
{
	const struct scheme *scheme = duties->scheme;
	const struct office *office =
	    duty->office == INDEX_NONE ? NULL
				       : &duties->book->offices[duty->office];

	switch (key) {
	case RESPONSIBILITY_BY_WING:
		return scheme->items[duty->item].wing;
	case RESPONSIBILITY_BY_CATEGORY:
		return scheme->items[category_of(scheme, duty->item)].id;
	case RESPONSIBILITY_BY_OFFICE:
		return office == NULL ? STR("") : office->id;
	case RESPONSIBILITY_BY_LEADER:
		return office == NULL ? STR("") : office->leader;
	case RESPONSIBILITY_BY_COUNTERPART:
		break;
	}
	return office == NULL ? STR("") : office->counterpart;
}

/* Duties in the order in which their groups come. */
static bool
next_in_order(const struct responsibilities *duties,
    enum responsibility_key key, size_t *round, size_t *at)
{
	bool by_item =
	    key == RESPONSIBILITY_BY_WING || key == RESPONSIBILITY_BY_CATEGORY;

	for (; by_item ? *round == 0 : *round < duties->book->office_count;
	     ++*round, *at = 0)
		for (; *at < duties->count; ++*at)
			if (by_item || duties->list[*at].office == *round)
				return true;
	return false;
}

struct responsibility_group *
responsibility_group(struct responsibilities *duties,
    enum responsibility_key key, size_t *count)
{
	struct arena *arena = &duties->arena;
	struct responsibility_group *groups =
	    arena_array(arena, duties->count + 1, sizeof(*groups));
	struct intern index = { 0 };
	size_t round = 0, at = 0;
	uint32_t number;

	/* Those of no name come last. */
	*count = 0;
	for (; next_in_order(duties, key, &round, &at); at++) {
		struct str name = name_of(duties, key, &duties->list[at]);

		number = (uint32_t)*count;
		if (name.size > 0 && intern_add(&index, name, &number))
			groups[(*count)++].name = name;
	}
	for (size_t i = 0; i <= *count; i++)
		groups[i].members =
		    arena_array(arena, duties->count, sizeof(size_t));
	for (size_t i = 0; i < duties->count; i++) {
		struct str name = name_of(duties, key, &duties->list[i]);
		struct responsibility_group *group = &groups[*count];

		if (name.size > 0)
			group = &groups[intern_find(&index, name)];
		group->members[group->count++] = i;
	}
	*count += groups[*count].count > 0;
	intern_free(&index);
	return groups;
}

/*
 * Offices that nothing needs
 */

static void
mark_offices(const struct scheme *scheme, bool *busy)
{
	for (size_t i = 0; i < scheme->item_count; i++) {
		const struct item *item = &scheme->items[i];

		if (item->lead != INDEX_NONE)
			busy[item->lead] = true;
		for (size_t j = 0; j < item->with_count; j++)
			busy[item->with[j]] = true;
	}
}

void
responsibility_check_offices(struct engine *engine, const struct book *book,
    struct diag *diag)
{
	struct arena arena = { 0 };
	bool *busy = arena_array(&arena, book->office_count + 1, sizeof(*busy));

	for (size_t i = 0; i < book->scheme_count; i++) {
		const struct scheme *scheme =
		    schemes_get(engine_schemes(engine), &book->schemes[i]);

		if (scheme != NULL)
			mark_offices(scheme, busy);
	}
	for (size_t i = 0; i < book->measure_count; i++)
		if (book->measures[i].source != INDEX_NONE)
			busy[book->measures[i].source] = true;
	for (size_t i = 0; i < book->office_count; i++) {
		const struct rec_field *id =
		    rec_field(book->offices[i].record, "Id");

		if (!busy[i])
			diag_at(diag,
			    rec_place(&book->office_file, id, 0,
				id->value.size),
			    D_NO_DUTY, book->offices[i].id);
	}
	arena_free(&arena);
}
