#include "analysis/responsibility.h"

static const char *const roles[] = { [DUTY_LEADS] = "leads",
	[DUTY_SHARES] = "shares",
	[DUTY_SUPPLIES] = "supplies" };

static const char *const keys[] = { [DUTY_BY_OFFICE] = "office",
	[DUTY_BY_LEADER] = "leader",
	[DUTY_BY_WING] = "wing",
	[DUTY_BY_COUNTERPART] = "counterpart",
	[DUTY_BY_CATEGORY] = "category" };

bool
duty_is_item(const struct item *item)
{
	return item->child_count == 0;
}

const char *
duty_role_text(enum duty_role role)
{
	return roles[role];
}

bool
duty_key_parse(struct str text, enum duty_key *out)
{
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (str_equal(text, str_from(keys[i]))) {
			*out = (enum duty_key)i;
			return true;
		}
	return false;
}

const char *
duty_key_text(enum duty_key key)
{
	return keys[key];
}

uint32_t
duty_category(const struct scheme *scheme, uint32_t item)
{
	while (scheme->items[item].depth > 1)
		item = scheme->items[item].parent;
	return item;
}

/* Whether a measure is what others have for a target or a plan. */
bool
duty_is_target(const struct book *book, uint32_t measure)
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
		    duty_is_target(scheme->book, node->index) != targets)
			continue;
		while (at < count && list[at] != node->index)
			at++;
		if (at == count)
			list[count++] = node->index;
	}
	return count;
}

struct duty_measures
duty_measures(const struct scheme *scheme, uint32_t item, struct arena *arena)
{
	const struct program *program = scheme->items[item].program;
	uint32_t *list = arena_array(arena, program->node_count, sizeof(*list));
	size_t count = add_measures(scheme, program, false, list, 0);

	count = add_measures(scheme, program, true, list, count);
	return (struct duty_measures){ list, count };
}

/*
 * Who has to do with an item
 */

/* False where the office has a duty in this item already. */
static bool
is_new(const struct duties *duties, uint32_t office, uint32_t item)
{
	for (size_t i = duties->count; i > 0; i--) {
		const struct duty *duty = &duties->list[i - 1];

		if (duty->item != item)
			break;
		if (duty->office == office)
			return false;
	}
	return true;
}

static void
add(struct duties *duties, uint32_t office, uint32_t item, enum duty_role role)
{
	if (!is_new(duties, office, item))
		return;
	duties->list = arena_grow(&duties->arena, duties->list, duties->count,
	    &duties->capacity, sizeof(*duties->list));
	duties->list[duties->count++] = (struct duty){ office, item, role };
}

static void
add_item(struct duties *duties, uint32_t number, struct diag *diag)
{
	const struct item *item = &duties->scheme->items[number];
	const struct duty_measures *measures = &duties->measures[number];

	add(duties, item->lead, number, DUTY_LEADS);
	if (item->lead == INDEX_NONE && item->record != NULL) {
		const struct rec_field *id = rec_field(item->record, "Id");

		diag_at(diag, scheme_place(duties->scheme, id), D_NO_LEAD,
		    item->id);
	}
	for (size_t i = 0; i < item->with_count; i++)
		add(duties, item->with[i], number, DUTY_SHARES);
	for (size_t i = 0; i < measures->count; i++) {
		uint32_t source =
		    duties->book->measures[measures->list[i]].source;

		if (source != INDEX_NONE)
			add(duties, source, number, DUTY_SUPPLIES);
	}
}

/*
 * How the unit stands
 */

static void
stand(struct duties *duties, uint32_t number)
{
	const struct item *item = &duties->scheme->items[number];
	const struct snapshot_item *taken = &duties->snapshot.items[number];
	struct duty_standing *out = &duties->standings[number];

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
duties_find(struct duties *duties, const struct book *book,
    const struct result *result, uint32_t unit, struct diag *diag)
{
	const struct scheme *scheme = result->scheme;
	size_t count = scheme->item_count;

	*duties = (struct duties){
		.book = book, .scheme = scheme, .result = result, .unit = unit
	};
	snapshot_take(&duties->snapshot, book, result, NULL, NULL);
	duties->measures =
	    arena_array(&duties->arena, count, sizeof(*duties->measures));
	duties->standings =
	    arena_array(&duties->arena, count, sizeof(*duties->standings));
	for (uint32_t i = 0; i < count; i++) {
		duties->measures[i] = duty_measures(scheme, i, &duties->arena);
		stand(duties, i);
		if (duty_is_item(&scheme->items[i]))
			add_item(duties, i, diag);
	}
}

void
duties_free(struct duties *duties)
{
	snapshot_free(&duties->snapshot);
	arena_free(&duties->arena);
	*duties = (struct duties){ 0 };
}

/*
 * Groups
 */

static struct str
name_of(const struct duties *duties, enum duty_key key, const struct duty *duty)
{
	const struct scheme *scheme = duties->scheme;
	const struct office *office =
	    duty->office == INDEX_NONE ? NULL
				       : &duties->book->offices[duty->office];

	switch (key) {
	case DUTY_BY_WING:
		return scheme->items[duty->item].wing;
	case DUTY_BY_CATEGORY:
		return scheme->items[duty_category(scheme, duty->item)].id;
	case DUTY_BY_OFFICE:
		return office == NULL ? STR("") : office->id;
	case DUTY_BY_LEADER:
		return office == NULL ? STR("") : office->leader;
	case DUTY_BY_COUNTERPART:
		break;
	}
	return office == NULL ? STR("") : office->counterpart;
}

/* Duties in the order in which their groups come. */
static bool
next_in_order(const struct duties *duties, enum duty_key key, size_t *round,
    size_t *at)
{
	bool by_item = key == DUTY_BY_WING || key == DUTY_BY_CATEGORY;

	for (; by_item ? *round == 0 : *round < duties->book->office_count;
	     ++*round, *at = 0)
		for (; *at < duties->count; ++*at)
			if (by_item || duties->list[*at].office == *round)
				return true;
	return false;
}

struct duty_group *
duties_group(struct duties *duties, enum duty_key key, size_t *count)
{
	struct arena *arena = &duties->arena;
	struct duty_group *groups =
	    arena_array(arena, duties->count + 1, sizeof(*groups));
	struct index index = { 0 };
	size_t round = 0, at = 0;
	uint32_t number;

	/* Those of no name come last. */
	*count = 0;
	for (; next_in_order(duties, key, &round, &at); at++) {
		struct str name = name_of(duties, key, &duties->list[at]);

		number = (uint32_t)*count;
		if (name.size > 0 && index_add(&index, name, &number))
			groups[(*count)++].name = name;
	}
	for (size_t i = 0; i <= *count; i++)
		groups[i].members =
		    arena_array(arena, duties->count, sizeof(size_t));
	for (size_t i = 0; i < duties->count; i++) {
		struct str name = name_of(duties, key, &duties->list[i]);
		struct duty_group *group = &groups[*count];

		if (name.size > 0)
			group = &groups[index_find(&index, name)];
		group->members[group->count++] = i;
	}
	*count += groups[*count].count > 0;
	index_free(&index);
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
duty_check_offices(struct engine *engine, const struct book *book,
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
