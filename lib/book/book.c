#include "book/book.h"

#include <stdlib.h>

static const char *const length_words[] = { "month", "quarter", "year", NULL };
static const char *const kind_words[] = { "level", "flow", "cumulative", NULL };
static const char *const entries_words[] = { "one", "many", NULL };

struct book_record {
	struct str name, self;
	const struct rec_field *self_field, *zone_field;
	struct record_fields goal_fields, deadlines, holidays, workdays, feeds;
	int length;
};

struct measure_record {
	struct measure measure;
	struct str source;
};

/* clang-format off */
static const struct record_row book_rows[] = {
	{ "Name", FIELD_TEXT, offsetof(struct book_record, name), true, NULL },
	{ "Period", FIELD_WORD, offsetof(struct book_record, length), false, length_words },
	{ "Self", FIELD_RAW, offsetof(struct book_record, self_field), false, NULL },
	{ "Zone", FIELD_RAW, offsetof(struct book_record, zone_field), false, NULL },
	{ "Deadline", FIELD_RAWS, offsetof(struct book_record, deadlines), false, NULL },
	{ "Goal", FIELD_RAWS, offsetof(struct book_record, goal_fields), false, NULL },
	{ "Holiday", FIELD_RAWS, offsetof(struct book_record, holidays), false, NULL },
	{ "Workday", FIELD_RAWS, offsetof(struct book_record, workdays), false, NULL },
	{ "Feeds", FIELD_RAWS, offsetof(struct book_record, feeds), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row unit_rows[] = {
	{ "Id", FIELD_ID, offsetof(struct unit, id), true, NULL },
	{ "Name", FIELD_TEXT, offsetof(struct unit, name), false, NULL },
	{ "Group", FIELD_RAWS, offsetof(struct unit, group_fields), false, NULL },
	{ "Alias", FIELD_RAWS, offsetof(struct unit, alias_fields), false, NULL },
	{ "From", FIELD_PERIOD, offsetof(struct unit, from), false, NULL },
	{ "To", FIELD_PERIOD, offsetof(struct unit, to), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row office_rows[] = {
	{ "Id", FIELD_ID, offsetof(struct office, id), true, NULL },
	{ "Name", FIELD_TEXT, offsetof(struct office, name), false, NULL },
	{ "Leader", FIELD_TEXT, offsetof(struct office, leader), false, NULL },
	{ "Counterpart", FIELD_TEXT, offsetof(struct office, counterpart), false, NULL },
	{ "Section", FIELD_TEXT, offsetof(struct office, section), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

#define MEASURE(field) offsetof(struct measure_record, measure.field)
static const struct record_row measure_rows[] = {
	{ "Id", FIELD_ID, MEASURE(id), true, NULL },
	{ "Name", FIELD_TEXT, MEASURE(name), false, NULL },
	{ "Unit", FIELD_TEXT, MEASURE(unit), false, NULL },
	{ "Kind", FIELD_WORD, MEASURE(kind), false, kind_words },
	{ "Source", FIELD_RAW, MEASURE(source_field), false, NULL },
	{ "GrowthOf", FIELD_RAW, MEASURE(growth_field), false, NULL },
	{ "Target", FIELD_RAW, MEASURE(target_field), false, NULL },
	{ "Plan", FIELD_RAW, MEASURE(plan_field), false, NULL },
	{ "Min", FIELD_NUMBER, MEASURE(min), false, NULL },
	{ "Max", FIELD_NUMBER, MEASURE(max), false, NULL },
	{ "Digits", FIELD_DIGITS, MEASURE(digits), false, NULL },
	{ "Entries", FIELD_WORD, MEASURE(entries), false, entries_words },
	{ "Every", FIELD_WORD, MEASURE(every), false, length_words },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};
/* clang-format on */

/* A near name is costly to find: after so many errors none is looked for. */
enum { SUGGESTIONS_MAX = 100 };

/* What one kind of file holds, and where its records go. */
struct list {
	struct book *book;
	const struct rec_file *file;
	const char *type; /* the record type that belongs there */
	struct intern *index;
	struct diag *diag;
};

static struct place
field_place(const struct rec_file *file, const struct rec_field *field)
{
	return rec_place(file, field, 0, field->value.size);
}

/* Whether a record belongs in its file; reports where not. */
static bool
is_of_type(const struct list *list, const struct rec_record *record)
{
	struct str type = str_from(list->type);

	if (str_equal(record->type, type))
		return true;
	if (record->type.size == 0)
		diag_at(list->diag, rec_record_place(list->file, record),
		    D_RECORD_UNTYPED, type);
	else
		diag_at(list->diag, rec_record_place(list->file, record),
		    D_RECORD_TYPE, record->type, type);
	return false;
}

static void
enter_id(const struct list *list, const struct rec_record *record,
    const struct rec_field *field, struct str id, uint32_t number)
{
	struct str type = record->type;

	if (!record_id(id) || intern_add(list->index, id, &number))
		return;
	diag_at(list->diag, field_place(list->file, field), D_ID_TWICE, id,
	    type);
}

static bool
read_group(struct str text, struct unit_group *group)
{
	struct str name, range = text;
	size_t slash;

	group->dated = str_cut(&range, ' ', &name);
	if (group->dated && !period_range_parse(str_trim(range), &group->range))
		return false;
	if (!record_id(name))
		return false;
	slash = str_find(name, '/');
	if (slash == STR_NOWHERE) {
		group->dimension = STR("group");
		group->value = name;
		return true;
	}
	group->dimension = str_head(name, slash);
	group->value = str_from_byte(name, slash + 1);
	return group->dimension.size > 0 && group->value.size > 0;
}

static bool
groups_clash(const struct unit_group *a, const struct unit_group *b)
{
	if (!str_equal(a->dimension, b->dimension))
		return false;
	if (!a->dated || !b->dated)
		return a->dated == b->dated; /* a dated one goes first */
	return period_overlaps(a->range.first, b->range.first, b->range.last) ||
	       period_overlaps(b->range.first, a->range.first, a->range.last);
}

static void
read_groups(const struct list *list, struct unit *unit)
{
	size_t count = unit->group_fields.count;

	unit->groups =
	    arena_array(&list->book->arena, count, sizeof(*unit->groups));
	for (size_t i = 0; i < count; i++) {
		const struct rec_field *field = unit->group_fields.fields[i];
		struct unit_group *group = &unit->groups[unit->group_count];

		if (!read_group(field->value, group)) {
			diag_at(list->diag, field_place(list->file, field),
			    D_GROUP, field->value);
			continue;
		}
		for (size_t j = 0; j < unit->group_count; j++)
			if (groups_clash(&unit->groups[j], group)) {
				diag_at(list->diag,
				    field_place(list->file, field),
				    D_GROUP_TWICE, group->dimension);
				break;
			}
		unit->group_count++;
	}
}

/* Whether a unit's last day comes before its first. */
static bool
ends_early(const struct unit *unit)
{
	return unit->from.given && unit->to.given &&
	       period_inside(unit->to.period, PERIOD_MONTH).last.index <
		   period_inside(unit->from.period, PERIOD_MONTH).first.index;
}

static void
read_units(struct book *book, struct diag *diag)
{
	struct list list = { book, &book->unit_file, "Unit", &book->unit_index,
		diag };

	book->units = arena_array(&book->arena, book->unit_file.count,
	    sizeof(*book->units));
	for (size_t i = 0; i < book->unit_file.count; i++) {
		const struct rec_record *record = &book->unit_file.records[i];
		struct unit *unit = &book->units[book->unit_count];

		if (!is_of_type(&list, record))
			continue;
		record_read(&book->arena, list.file, record, unit_rows, unit,
		    diag);
		if (unit->id.size == 0)
			continue;
		unit->record = record;
		read_groups(&list, unit);
		if (ends_early(unit))
			diag_at(diag,
			    field_place(list.file, rec_field(record, "To")),
			    D_FROM_TO);
		enter_id(&list, record, rec_field(record, "Id"), unit->id,
		    (uint32_t)book->unit_count++);
	}
	/* Ids before aliases: a record's own Id is never taken by an alias. */
	for (size_t i = 0; i < book->unit_count; i++)
		for (size_t j = 0; j < book->units[i].alias_fields.count; j++) {
			const struct rec_field *alias =
			    book->units[i].alias_fields.fields[j];

			if (!record_id(alias->value))
				diag_at(diag, field_place(list.file, alias),
				    D_ID, alias->value);
			enter_id(&list, book->units[i].record, alias,
			    alias->value, (uint32_t)i);
		}
}

static void
read_offices(struct book *book, struct diag *diag)
{
	struct list list = { book, &book->office_file, "Office",
		&book->office_index, diag };

	book->offices = arena_array(&book->arena, book->office_file.count,
	    sizeof(*book->offices));
	for (size_t i = 0; i < book->office_file.count; i++) {
		const struct rec_record *record = &book->office_file.records[i];
		struct office *office = &book->offices[book->office_count];

		if (!is_of_type(&list, record))
			continue;
		record_read(&book->arena, list.file, record, office_rows,
		    office, diag);
		if (office->id.size == 0)
			continue;
		office->record = record;
		enter_id(&list, record, rec_field(record, "Id"), office->id,
		    (uint32_t)book->office_count++);
	}
}

static void
check_measure(const struct list *list, struct measure *measure)
{
	const struct rec_field *source = measure->source_field;

	measure->source = INDEX_NONE;
	if (source != NULL && list->book->has_offices) {
		measure->source = book_office(list->book, source->value);
		if (measure->source == INDEX_NONE)
			book_unknown_office(list->book,
			    field_place(list->file, source), source->value,
			    list->diag);
	}
	if (num_is_number(measure->min) && num_is_number(measure->max) &&
	    num_compare(measure->max, measure->min) < 0)
		diag_at(list->diag,
		    field_place(list->file, rec_field(measure->record, "Max")),
		    D_MIN_MAX);
}

/* The measure that a field names, once all are read; or INDEX_NONE. */
static uint32_t
named_measure(const struct list *list, const struct rec_field *field,
    struct str name)
{
	uint32_t found = book_measure(list->book, name);

	if (found == INDEX_NONE)
		book_unknown_measure(list->book, field_place(list->file, field),
		    name, list->diag);
	return found;
}

/* What an official growth rate is the growth of, and what the target is. */
static void
link_measure(const struct list *list, struct measure *measure)
{
	measure->growth_of = INDEX_NONE;
	measure->target = INDEX_NONE;
	if (measure->growth_field != NULL)
		measure->growth_of = named_measure(list, measure->growth_field,
		    measure->growth_field->value);
	if (measure->target_field == NULL)
		return;
	measure->target = named_measure(list, measure->target_field,
	    measure->target_field->value);
	if (measure->target != INDEX_NONE &&
	    &list->book->measures[measure->target] == measure)
		diag_at(list->diag,
		    field_place(list->file, measure->target_field), D_TARGET,
		    measure->id);
}

/* `straight-line`, `MEASURE`, or `MEASURE %`. */
static void
link_plan(const struct list *list, struct measure *measure)
{
	const struct rec_field *field = measure->plan_field;
	struct str name, rest;

	measure->plan_measure = INDEX_NONE;
	if (field == NULL)
		return;
	rest = field->value;
	measure->plan = PLAN_VALUES;
	if (str_equal(rest, STR("straight-line"))) {
		measure->plan = PLAN_STRAIGHT;
	} else {
		if (str_cut(&rest, ' ', &name) && str_equal(rest, STR("%")))
			measure->plan = PLAN_SHARES;
		else
			name = field->value;
		measure->plan_measure = named_measure(list, field, name);
	}
	if (measure->plan != PLAN_VALUES && measure->target_field == NULL)
		diag_at(list->diag, field_place(list->file, field),
		    D_PLAN_TARGET, field->value);
}

static void
read_measures(struct book *book, struct diag *diag)
{
	struct list list = { book, &book->measure_file, "Measure",
		&book->measure_index, diag };

	book->measures = arena_array(&book->arena, book->measure_file.count,
	    sizeof(*book->measures));
	for (size_t i = 0; i < book->measure_file.count; i++) {
		const struct rec_record *record =
		    &book->measure_file.records[i];
		struct measure_record read = { .measure.every = -1 };

		if (!is_of_type(&list, record))
			continue;
		record_read(&book->arena, list.file, record, measure_rows,
		    &read, diag);
		if (read.measure.id.size == 0)
			continue;
		read.measure.record = record;
		check_measure(&list, &read.measure);
		book->measures[book->measure_count] = read.measure;
		enter_id(&list, record, rec_field(record, "Id"),
		    read.measure.id, (uint32_t)book->measure_count++);
	}
	for (size_t i = 0; i < book->measure_count; i++)
		link_measure(&list, &book->measures[i]);
	for (size_t i = 0; i < book->measure_count; i++)
		link_plan(&list, &book->measures[i]);
}

/* Dates: which days are worked on, and until when what is due. */
static void
read_dates(const struct list *list, const struct book_record *read)
{
	struct book *book = list->book;

	for (size_t i = 0; i < read->holidays.count; i++)
		calendar_add_holiday(&book->calendar, &book->arena,
		    read->holidays.fields[i]->value,
		    field_place(list->file, read->holidays.fields[i]),
		    list->diag);
	for (size_t i = 0; i < read->workdays.count; i++)
		calendar_add_workday(&book->calendar, &book->arena,
		    read->workdays.fields[i]->value,
		    field_place(list->file, read->workdays.fields[i]),
		    list->diag);
	calendar_finish(&book->calendar, list->diag);
	for (size_t i = 0; i < read->deadlines.count; i++)
		deadline_read(book->deadlines, read->deadlines.fields[i]->value,
		    (enum period_length)book->length,
		    field_place(list->file, read->deadlines.fields[i]),
		    list->diag);
	if (read->zone_field != NULL &&
	    !date_zone_parse(read->zone_field->value, &book->zone))
		diag_at(list->diag, field_place(list->file, read->zone_field),
		    D_ZONE, read->zone_field->value);
}

static void
read_goals(struct book *book, const struct record_fields *fields,
    struct diag *diag)
{
	book->goals =
	    arena_array(&book->arena, fields->count, sizeof(*book->goals));
	for (size_t i = 0; i < fields->count; i++) {
		struct str text = fields->fields[i]->value;

		if (goal_parse(text, &book->goals[book->goal_count]))
			book->goal_count++;
		else
			diag_at(diag,
			    field_place(&book->book_file, fields->fields[i]),
			    D_GOAL, text);
	}
}

static void
read_book_record(struct book *book, struct diag *diag)
{
	struct list list = { book, &book->book_file, "Book", NULL, diag };
	struct book_record read = { .length = PERIOD_MONTH };
	size_t found = 0;

	for (size_t i = 0; i < book->book_file.count; i++) {
		const struct rec_record *record = &book->book_file.records[i];

		if (!is_of_type(&list, record) || found++ > 0)
			continue;
		record_read(&book->arena, list.file, record, book_rows, &read,
		    diag);
	}
	if (found != 1)
		diag_at(diag, place_file("book.rec"), D_RECORD_ONE,
		    STR("Book"));
	book->name = read.name;
	book->length = read.length;
	book->feeds = read.feeds;
	read_dates(&list, &read);
	read_goals(book, &read.goal_fields, diag);
	book->self = INDEX_NONE;
	if (read.self_field == NULL)
		return;
	book->self_id = read.self_field->value;
	book->self = book_unit(book, book->self_id);
	if (book->self == INDEX_NONE)
		book_unknown_unit(book, field_place(list.file, read.self_field),
		    book->self_id, diag);
}

int
book_read_rec(struct book *book, const char *path, struct rec_file *out,
    bool *found, struct diag *diag)
{
	struct buffer bytes = { 0 };
	struct str text;

	*found = source_has(book->source, path);
	if (!*found)
		return 0;
	if (source_read(book->source, path, &bytes, diag) != 0) {
		buffer_free(&bytes);
		return -1;
	}
	text = arena_str(&book->arena, buffer_str(&bytes));
	buffer_free(&bytes);
	return rec_parse(&book->arena,
	    arena_str(&book->arena, str_from(path)).data, text, out, diag);
}

static int
compare_schemes(const void *a, const void *b)
{
	const struct scheme_file *left = a, *right = b;

	return period_compare(left->from, right->from);
}

static void
list_schemes(struct book *book, struct diag *diag)
{
	struct source_entry *entries;
	size_t count;

	if (source_list(book->source, &book->arena, "schemes", &entries, &count,
		diag) != 0)
		return;
	book->schemes =
	    arena_array(&book->arena, count, sizeof(*book->schemes));
	for (size_t i = 0; i < count; i++) {
		struct str name = entries[i].name;
		struct scheme_file *file = &book->schemes[book->scheme_count];

		file->path = arena_format(&book->arena, "schemes/" STR_FMT,
		    STR_ARG(name));
		if (entries[i].is_folder || !str_ends(name, STR(".rec")))
			diag_at(diag, place_file(file->path.data), D_STRAY_FILE,
			    name, STR(".rec"));
		else if (!period_parse(str_head(name, name.size - 4),
			     &file->from))
			diag_at(diag, place_file(file->path.data),
			    D_SCHEME_NAME, name);
		else
			book->scheme_count++;
	}
	if (book->scheme_count > 1)
		qsort(book->schemes, book->scheme_count, sizeof(*book->schemes),
		    compare_schemes);
}

static int
compare_folders(const void *a, const void *b)
{
	const struct data_folder *left = a, *right = b;

	return period_compare(left->period, right->period);
}

static void
list_folders(struct book *book, struct diag *diag)
{
	struct source_entry *entries;
	size_t count;

	if (source_list(book->source, &book->arena, "data", &entries, &count,
		diag) != 0)
		return;
	book->folders =
	    arena_array(&book->arena, count, sizeof(*book->folders));
	for (size_t i = 0; i < count; i++) {
		struct str name = entries[i].name;
		struct data_folder *folder = &book->folders[book->folder_count];

		folder->path =
		    arena_format(&book->arena, "data/" STR_FMT, STR_ARG(name));
		if (!entries[i].is_folder)
			diag_at(diag, place_file(folder->path.data),
			    D_STRAY_DATA, name);
		else if (!period_parse(name, &folder->period))
			diag_at(diag, place_file(folder->path.data),
			    D_FOLDER_NAME, name);
		else
			book->folder_count++;
	}
	if (book->folder_count > 1)
		qsort(book->folders, book->folder_count, sizeof(*book->folders),
		    compare_folders);
}

static void
need_file(const char *path, bool found, struct diag *diag)
{
	if (!found)
		diag_at(diag, place_file(path), D_NO_FILE);
}

struct book *
book_load(struct source *source, struct diag *diag)
{
	struct book *book = memory_alloc(sizeof(*book));
	bool found;

	*book = (struct book){ .source = source };
	if (book_read_rec(book, "book.rec", &book->book_file, &found, diag) ==
		0 &&
	    !found) {
		diag_at(diag, place_file("book.rec"), D_NOT_A_BOOK);
		book_free(book);
		return NULL;
	}
	book_read_rec(book, "units.rec", &book->unit_file, &found, diag);
	need_file("units.rec", found, diag);
	book_read_rec(book, "offices.rec", &book->office_file,
	    &book->has_offices, diag);
	book_read_rec(book, "measures.rec", &book->measure_file, &found, diag);
	need_file("measures.rec", found, diag);
	read_units(book, diag);
	read_offices(book, diag);
	read_measures(book, diag);
	read_book_record(book, diag);
	list_schemes(book, diag);
	list_folders(book, diag);
	return book;
}

void
book_free(struct book *book)
{
	if (book == NULL)
		return;
	intern_free(&book->unit_index);
	intern_free(&book->office_index);
	intern_free(&book->measure_index);
	arena_free(&book->arena);
	free(book);
}

uint32_t
book_unit(const struct book *book, struct str id_or_alias)
{
	return intern_find(&book->unit_index, id_or_alias);
}

uint32_t
book_office(const struct book *book, struct str id)
{
	return intern_find(&book->office_index, id);
}

uint32_t
book_measure(const struct book *book, struct str id)
{
	return intern_find(&book->measure_index, id);
}

/* The unit of another book that a unit's aliases name, or INDEX_NONE. */
static uint32_t
find_by_alias(const struct unit *unit, const struct book *book)
{
	for (size_t i = 0; i < unit->alias_fields.count; i++) {
		uint32_t found =
		    book_unit(book, unit->alias_fields.fields[i]->value);

		if (found != INDEX_NONE)
			return found;
	}
	return INDEX_NONE;
}

uint32_t *
book_match_units(const struct book *from, const struct book *to,
    struct arena *arena)
{
	uint32_t *match = arena_array(arena, from->unit_count, sizeof(*match));
	bool *taken = arena_array(arena, to->unit_count, sizeof(*taken));

	/* Ids first: no alias takes a unit from the one that is called so. */
	for (size_t i = 0; i < from->unit_count; i++) {
		uint32_t found = book_unit(to, from->units[i].id);

		match[i] = INDEX_NONE;
		if (found == INDEX_NONE ||
		    !str_equal(to->units[found].id, from->units[i].id))
			continue;
		match[i] = found;
		taken[found] = true;
	}
	for (size_t i = 0; i < from->unit_count; i++) {
		uint32_t found;

		if (match[i] != INDEX_NONE)
			continue;
		found = book_unit(to, from->units[i].id);
		if (found == INDEX_NONE)
			found = find_by_alias(&from->units[i], to);
		if (found == INDEX_NONE || taken[found])
			continue;
		match[i] = found;
		taken[found] = true;
	}
	return match;
}

bool
book_suggests(const struct diag *diag)
{
	return diag_count(diag, SEVERITY_ERROR) < SUGGESTIONS_MAX;
}

/* With the nearest name there is, where one is near. */
static void
report_unknown(const struct str_nearest *nearest, struct place place,
    enum finding near, enum finding unknown, struct diag *diag)
{
	struct str best = str_nearest_best(nearest);

	if (best.size > 0)
		diag_at(diag, place, near, nearest->word, best);
	else
		diag_at(diag, place, unknown, nearest->word);
}

void
book_unknown_unit(const struct book *book, struct place place, struct str id,
    struct diag *diag)
{
	struct str_nearest nearest;

	str_nearest_start(&nearest, id);
	for (size_t i = 0; i < book->unit_count && book_suggests(diag); i++)
		str_nearest_offer(&nearest, book->units[i].id);
	report_unknown(&nearest, place, D_UNIT_NEAR, D_UNIT_UNKNOWN, diag);
}

void
book_unknown_measure(const struct book *book, struct place place, struct str id,
    struct diag *diag)
{
	struct str_nearest nearest;

	str_nearest_start(&nearest, id);
	for (size_t i = 0; i < book->measure_count && book_suggests(diag); i++)
		str_nearest_offer(&nearest, book->measures[i].id);
	report_unknown(&nearest, place, D_MEASURE_NEAR, D_MEASURE_UNKNOWN,
	    diag);
}

void
book_unknown_office(const struct book *book, struct place place, struct str id,
    struct diag *diag)
{
	struct str_nearest nearest;

	str_nearest_start(&nearest, id);
	for (size_t i = 0; i < book->office_count && book_suggests(diag); i++)
		str_nearest_offer(&nearest, book->offices[i].id);
	report_unknown(&nearest, place, D_OFFICE_NEAR, D_OFFICE_UNKNOWN, diag);
}

bool
unit_is_member(const struct unit *unit, struct period period)
{
	struct period first = unit->from.given ? unit->from.period : period;
	struct period last = unit->to.given ? unit->to.period : period;

	return period_overlaps(period, first, last);
}

struct str
unit_group(const struct unit *unit, struct str dimension, struct period period)
{
	static const struct unit_group none;
	const struct unit_group *found = NULL;
	struct str wanted = dimension;

	if (dimension.size == 0 && unit->group_count > 0)
		wanted = unit->groups[0].dimension;
	for (size_t i = 0; i < unit->group_count; i++) {
		const struct unit_group *group = &unit->groups[i];

		if (!str_equal(group->dimension, wanted))
			continue;
		if (group->dated && !period_overlaps(period, group->range.first,
					group->range.last))
			continue;
		if (found == NULL || (group->dated && !found->dated) ||
		    (group->dated && period_compare(group->range.first,
					 found->range.first) > 0))
			found = group;
	}
	return (found == NULL ? &none : found)->value;
}

const struct scheme_file *
book_scheme(const struct book *book, struct period period)
{
	const struct scheme_file *best = NULL;

	for (size_t i = 0; i < book->scheme_count; i++)
		if (book->schemes[i].from.length == period.length &&
		    book->schemes[i].from.index <= period.index)
			best = &book->schemes[i];
	return best;
}

/* The first folder that does not come before a period, or NULL. */
static const struct data_folder *
folder_from(const struct book *book, struct period period)
{
	size_t low = 0, high = book->folder_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (period_compare(book->folders[middle].period, period) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < book->folder_count ? &book->folders[low] : NULL;
}

/* What lies inside a period follows it in the order of period_compare. */
bool
book_has_data(const struct book *book, struct period period)
{
	const struct data_folder *folder = folder_from(book, period);

	return folder != NULL && period_contains(period, folder->period);
}

const struct data_folder *
book_folder(const struct book *book, struct period period)
{
	const struct data_folder *folder = folder_from(book, period);

	return folder != NULL && period_equal(folder->period, period) ? folder
								      : NULL;
}

struct period
book_first(const struct book *book, struct period period)
{
	struct period first = period;

	for (size_t i = 0; i < book->folder_count; i++) {
		struct period begin = book->folders[i].period;

		if (begin.length > period.length)
			continue;
		begin = period_containing(begin, period.length);
		if (begin.index < first.index)
			first = begin;
	}
	return first;
}

bool
book_newest(const struct book *book, struct period *out)
{
	bool found = false;

	for (size_t i = 0; i < book->folder_count; i++) {
		struct period period = book->folders[i].period;

		if (period.length != (enum period_length)book->length)
			continue;
		if (!found || period.index > out->index)
			*out = period;
		found = true;
	}
	return found;
}
