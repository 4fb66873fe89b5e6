#include "cli/select.h"

#include <stdlib.h>

/* A glob, and what comes nearest to it. */
struct wanted {
	bool is_matched;
	struct str_nearest nearest;
	struct str named; /* the Id of what has it for a Name */
};

struct selection {
	enum select_kind kind;
	struct option_list *globs;
	size_t count; /* of those that were given */
	size_t open;  /* of them, those that nothing has matched so far */
	struct wanted *wanted;
	struct intern offered;
	struct arena arena;
};

bool
select_matches(const struct option_list *globs, struct str id)
{
	for (size_t i = 0; i < globs->count; i++)
		if (str_glob(str_from(globs->list[i]), id))
			return true;
	return globs->count == 0;
}

struct selection *
select_new(enum select_kind kind, struct option_list *globs)
{
	struct selection *selection = memory_alloc(sizeof(*selection));

	*selection = (struct selection){ .kind = kind,
		.globs = globs,
		.count = globs->count,
		.open = globs->count };
	selection->wanted = arena_array(&selection->arena, globs->count,
	    sizeof(*selection->wanted));
	for (size_t i = 0; i < globs->count; i++)
		str_nearest_start(&selection->wanted[i].nearest,
		    str_from(globs->list[i]));
	return selection;
}

static void
match(struct selection *selection, struct wanted *wanted)
{
	selection->open -= !wanted->is_matched;
	wanted->is_matched = true;
}

/* One that is there; each once, since it is looked at with care. */
static void
offer(struct selection *selection, struct str id, struct str name)
{
	uint32_t number = 0;

	if (selection->open == 0 ||
	    intern_find(&selection->offered, id) != INDEX_NONE)
		return;
	/* What is offered may be gone when the nearest is told. */
	id = arena_str(&selection->arena, id);
	intern_add(&selection->offered, id, &number);
	for (size_t i = 0; i < selection->count; i++) {
		struct str glob = str_from(selection->globs->list[i]);
		struct wanted *wanted = &selection->wanted[i];

		if (str_glob(glob, id))
			match(selection, wanted);
		if (wanted->is_matched)
			continue;
		str_nearest_offer(&wanted->nearest, id);
		if (name.size > 0 && str_equal(glob, name))
			wanted->named = id;
	}
}

/* A glob that is the alias of a unit means the unit. */
static void
resolve_aliases(struct selection *selection, const struct book *book)
{
	for (size_t i = 0; i < selection->count; i++) {
		struct str glob = str_from(selection->globs->list[i]);
		uint32_t unit = book_unit(book, glob);

		if (unit == INDEX_NONE)
			continue;
		match(selection, &selection->wanted[i]);
		if (!select_matches(selection->globs, book->units[unit].id))
			option_list_add(selection->globs, book->units[unit].id);
	}
}

void
select_offer_units(struct selection *selection, const struct book *book)
{
	resolve_aliases(selection, book);
	for (size_t i = 0; i < book->unit_count; i++)
		offer(selection, book->units[i].id, book->units[i].name);
}

void
select_offer_offices(struct selection *selection, const struct book *book)
{
	for (size_t i = 0; i < book->office_count; i++)
		offer(selection, book->offices[i].id, book->offices[i].name);
}

void
select_offer_measures(struct selection *selection, const struct book *book)
{
	for (size_t i = 0; i < book->measure_count; i++)
		offer(selection, book->measures[i].id, book->measures[i].name);
}

void
select_offer_item(struct selection *selection, const struct item *item)
{
	offer(selection, item->id, item->name);
}

void
select_offer_items(struct selection *selection, const struct scheme *scheme)
{
	for (size_t i = 0; scheme != NULL && i < scheme->item_count; i++)
		select_offer_item(selection, &scheme->items[i]);
}

bool
select_lacks(const struct selection *selection)
{
	return selection->open > 0;
}

static int
tell_unmatched(enum select_kind kind, const char *glob,
    const struct wanted *wanted)
{
	static const char *const texts[] = {
		[SELECT_UNIT] = N_("no unit matches"),
		[SELECT_ITEM] = N_("no item matches"),
		[SELECT_LEAF] = N_("no item without items below matches"),
		[SELECT_OFFICE] = N_("no office matches"),
		[SELECT_MEASURE] = N_("no measure matches"),
	};
	struct str best = wanted->named.size > 0
			      ? wanted->named
			      : str_nearest_best(&wanted->nearest);
	struct buffer text = { 0 };
	int rc;

	buffer_format(&text, "%s '%s'", _(texts[kind]), glob);
	if (wanted->named.size > 0)
		buffer_format(&text, _(", which is a name; its Id is '%.*s'"),
		    STR_ARG(best));
	else if (best.size > 0)
		buffer_format(&text, _("; did you mean '%.*s'?"),
		    STR_ARG(best));
	rc = trouble(STR_FMT, STR_ARG(buffer_str(&text)));
	buffer_free(&text);
	return rc;
}

int
select_drop(struct selection *selection, int status)
{
	intern_free(&selection->offered);
	arena_free(&selection->arena);
	free(selection);
	return status;
}

int
select_end(struct selection *selection)
{
	int rc = 0;

	for (size_t i = 0; i < selection->count && rc == 0; i++)
		if (!selection->wanted[i].is_matched)
			rc = tell_unmatched(selection->kind,
			    selection->globs->list[i], &selection->wanted[i]);
	return select_drop(selection, rc);
}

int
select_units(struct option_list *globs, const struct book *book)
{
	struct selection *selection = select_new(SELECT_UNIT, globs);

	select_offer_units(selection, book);
	return select_end(selection);
}

int
select_offices(struct option_list *globs, const struct book *book)
{
	struct selection *selection = select_new(SELECT_OFFICE, globs);

	select_offer_offices(selection, book);
	return select_end(selection);
}

/* Of several units, the first few. */
static int
tell_several(const struct option_list *globs, const struct book *book,
    size_t count)
{
	enum { SHOWN = 5 };
	struct buffer names = { 0 };
	size_t shown = 0;
	int rc;

	for (size_t i = 0; i < book->unit_count && shown < SHOWN; i++)
		if (select_matches(globs, book->units[i].id))
			buffer_format(&names, "%s'%.*s'",
			    shown++ > 0 ? ", " : "",
			    STR_ARG(book->units[i].id));
	rc = trouble_usage(_("one unit is needed, and -u names %zu: " STR_FMT
			     "%s"),
	    count, STR_ARG(buffer_str(&names)), count > SHOWN ? ", ..." : "");
	buffer_free(&names);
	return rc;
}

int
select_one_unit(struct option_list *globs, const struct book *book,
    uint32_t *unit)
{
	size_t count = 0;
	int rc;

	*unit = book->self;
	if (globs->count == 0)
		return book->self != INDEX_NONE
			   ? 0
			   : trouble(_("the book does not say whose it is "
				       "(Self); name the unit with -u"));
	if ((rc = select_units(globs, book)) != 0)
		return rc;
	for (uint32_t i = 0; i < book->unit_count; i++)
		if (select_matches(globs, book->units[i].id)) {
			*unit = i;
			count++;
		}
	return count == 1 ? 0 : tell_several(globs, book, count);
}

int
select_periods(struct option_periods *periods, const struct book *book)
{
	if (periods->given)
		return 0;
	if (!book_newest(book, &periods->range.first))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	periods->range.last = periods->range.first;
	return 0;
}
