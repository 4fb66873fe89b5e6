#include "scheme/scheme.h"

#include <stdlib.h>

#include "base/embedded.h"

/* An Id has at most so many parts: a.b.c... */
enum { TREE_DEPTH_MAX = 50, ARGUMENTS_MAX = 100 };

static const char *const kind_words[] = { "bonus", "deduction", NULL };
static const char *const rounding_words[] = { "half-up", "half-even", "down",
	"up", NULL };
static const char *const ties_words[] = { "competition", "dense", "ordinal",
	"fractional", "last", NULL };
static const char *const grade_ties_words[] = { "strict", "inclusive", NULL };

struct scheme_record {
	struct str name, pool;
	int digits, rounding, ties;
	const struct rec_field *points, *eligible;
	struct record_fields alerts;
};

struct grade_record {
	struct str id;
	int rounding, ties;
	const struct rec_field *when, *quota;
};

/* clang-format off */
static const struct record_row scheme_rows[] = {
	{ "Name", FIELD_TEXT, offsetof(struct scheme_record, name), false, NULL },
	{ "Points", FIELD_RAW, offsetof(struct scheme_record, points), false, NULL },
	{ "Digits", FIELD_DIGITS, offsetof(struct scheme_record, digits), false, NULL },
	{ "Rounding", FIELD_WORD, offsetof(struct scheme_record, rounding), false, rounding_words },
	{ "Pool", FIELD_ID, offsetof(struct scheme_record, pool), false, NULL },
	{ "Eligible", FIELD_RAW, offsetof(struct scheme_record, eligible), false, NULL },
	{ "Ties", FIELD_WORD, offsetof(struct scheme_record, ties), false, ties_words },
	{ "Alert", FIELD_RAWS, offsetof(struct scheme_record, alerts), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row item_rows[] = {
	{ "Id", FIELD_ID, offsetof(struct item, id), true, NULL },
	{ "Name", FIELD_TEXT, offsetof(struct item, name), false, NULL },
	{ "Points", FIELD_RAW, offsetof(struct item, points_field), false, NULL },
	{ "Rule", FIELD_RAW, offsetof(struct item, rule_field), false, NULL },
	{ "Let", FIELD_RAWS, offsetof(struct item, let_fields), false, NULL },
	{ "Lead", FIELD_RAW, offsetof(struct item, lead_field), false, NULL },
	{ "With", FIELD_RAWS, offsetof(struct item, with_fields), false, NULL },
	{ "Wing", FIELD_TEXT, offsetof(struct item, wing), false, NULL },
	{ "Alert", FIELD_RAWS, offsetof(struct item, alert_fields), false, NULL },
	{ "Kind", FIELD_WORD, offsetof(struct item, kind), false, kind_words },
	{ "Cap", FIELD_RAW, offsetof(struct item, cap_field), false, NULL },
	{ "Floor", FIELD_RAW, offsetof(struct item, floor_field), false, NULL },
	{ "Digits", FIELD_DIGITS, offsetof(struct item, digits), false, NULL },
	{ "Rounding", FIELD_WORD, offsetof(struct item, rounding), false, rounding_words },
	{ "Missing", FIELD_RAW, offsetof(struct item, missing_field), false, NULL },
	{ "NotApplicable", FIELD_RAW, offsetof(struct item, not_applicable_field), false, NULL },
	{ "Pool", FIELD_ID, offsetof(struct item, pool), false, NULL },
	{ "Veto", FIELD_RAW, offsetof(struct item, veto_field), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row method_rows[] = {
	{ "Id", FIELD_ID, offsetof(struct method, id), true, NULL },
	{ "Args", FIELD_RAW, offsetof(struct method, args_field), false, NULL },
	{ "Rule", FIELD_RAW, offsetof(struct method, rule_field), true, NULL },
	{ "Note", FIELD_TEXT, offsetof(struct method, note), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row grade_rows[] = {
	{ "Id", FIELD_TEXT, offsetof(struct grade_record, id), true, NULL },
	{ "When", FIELD_RAW, offsetof(struct grade_record, when), false, NULL },
	{ "Quota", FIELD_RAW, offsetof(struct grade_record, quota), false, NULL },
	{ "Rounding", FIELD_WORD, offsetof(struct grade_record, rounding), false, rounding_words },
	{ "Ties", FIELD_WORD, offsetof(struct grade_record, ties), false, grade_ties_words },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};
/* clang-format on */

struct loader {
	struct scheme *scheme;
	struct arena *arena;
	const struct rec_file *file;
	struct diag *diag;
};

struct place
scheme_place(const struct scheme *scheme, const struct rec_field *field)
{
	return rec_place(&scheme->file, field, 0, field->value.size);
}

static bool
rescales(const struct item *item)
{
	return item->missing.kind == POLICY_RESCALE ||
	       item->missing.kind == POLICY_RESCALE_EQUALLY ||
	       item->not_applicable.kind == POLICY_RESCALE ||
	       item->not_applicable.kind == POLICY_RESCALE_EQUALLY;
}

uint32_t
scheme_item(const struct scheme *scheme, struct str id)
{
	return intern_find(&scheme->item_index, id);
}

static struct place
place_of(const struct loader *loader, const struct rec_field *field)
{
	return rec_place(loader->file, field, 0, field->value.size);
}

static struct syntax *
parse_part(const struct loader *loader, const struct rec_field *field,
    struct str text)
{
	struct origin *origin = arena_new(loader->arena, struct origin);

	*origin = (struct origin){ loader->file, field, text };
	return syntax_parse(loader->arena, origin, loader->diag);
}

static struct syntax *
parse_field(const struct loader *loader, const struct rec_field *field)
{
	return field == NULL ? NULL : parse_part(loader, field, field->value);
}

/* Where the first `separator` outside parentheses and quotes is. */
static size_t
outer(struct str text, char separator)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if (byte == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (byte == '(')
			depth++;
		else if (byte == ')')
			depth--;
		else if (byte == separator && depth == 0)
			return i;
	}
	return STR_NOWHERE;
}

/* `name = expression`, or a name alone. */
static bool
parse_named(const struct loader *loader, const struct rec_field *field,
    struct str text, struct str *name, struct syntax **value)
{
	size_t equals = outer(text, '=');

	*name = str_trim(equals == STR_NOWHERE ? text : str_head(text, equals));
	*value = NULL;
	if (!record_id(*name) || syntax_is_keyword(*name)) {
		diag_at(loader->diag, place_of(loader, field), D_ARGUMENT_NAME,
		    *name);
		return false;
	}
	if (equals == STR_NOWHERE)
		return true;
	*value = parse_part(loader, field, str_from_byte(text, equals + 1));
	return *value != NULL;
}

static void
parse_arguments(const struct loader *loader, struct method *method)
{
	struct str rest;
	size_t capacity = 0;

	if (method->args_field == NULL)
		return;
	rest = method->args_field->value;
	while (rest.size > 0) {
		size_t comma = outer(rest, ',');
		struct str text =
		    comma == STR_NOWHERE ? rest : str_head(rest, comma);
		struct method_argument argument;

		rest = str_from_byte(rest,
		    comma == STR_NOWHERE ? rest.size : comma + 1);
		if (method->argument_count == ARGUMENTS_MAX) {
			diag_at(loader->diag,
			    place_of(loader, method->args_field), D_FIELD_MANY,
			    STR("100"), STR("Args"));
			return;
		}
		if (!parse_named(loader, method->args_field, text,
			&argument.name, &argument.fallback))
			return;
		for (size_t i = 0; i < method->argument_count; i++)
			if (str_equal(method->arguments[i].name, argument.name))
				diag_at(loader->diag,
				    place_of(loader, method->args_field),
				    D_ARGUMENT_TWICE, argument.name);
		method->arguments = arena_grow(loader->arena, method->arguments,
		    method->argument_count, &capacity, sizeof(argument));
		method->arguments[method->argument_count++] = argument;
	}
}

/* Read a Method record; false where it has no usable Id. */
static bool
read_method(const struct loader *loader, const struct rec_record *record,
    struct method *method)
{
	*method = (struct method){ .file = loader->file, .record = record };
	record_read(loader->arena, loader->file, record, method_rows, method,
	    loader->diag);
	if (method->id.size == 0)
		return false;
	parse_arguments(loader, method);
	method->rule = parse_field(loader, method->rule_field);
	return true;
}

struct method *
methods_shipped(struct arena *arena, size_t *count, struct diag *diag)
{
	struct rec_file *file = arena_new(arena, struct rec_file);
	struct loader loader = { NULL, arena, file, diag };
	struct method *methods;

	*count = 0;
	if (rec_parse(arena, "methods.rec",
		(struct str){
		    embedded_methods_rec->text, embedded_methods_rec->size },
		file, diag) != 0)
		return NULL;
	methods = arena_array(arena, file->count, sizeof(*methods));
	for (size_t i = 0; i < file->count; i++)
		*count +=
		    read_method(&loader, &file->records[i], &methods[*count]);
	return methods;
}

static void
read_alerts(const struct loader *loader, const struct record_fields *fields,
    struct alert **alerts, size_t *count)
{
	enum period_length length = loader->scheme->source->from.length;

	*alerts = arena_array(loader->arena, fields->count, sizeof(**alerts));
	for (size_t i = 0; i < fields->count; i++)
		if (alert_read(&(*alerts)[*count], loader->arena,
			fields->fields[i]->value, length,
			place_of(loader, fields->fields[i]), loader->diag) == 0)
			++*count;
}

static void
read_scheme_record(const struct loader *loader, const struct rec_record *record)
{
	struct scheme *scheme = loader->scheme;
	struct scheme_record read = { .digits = DIGITS_UNSET };

	record_read(loader->arena, loader->file, record, scheme_rows, &read,
	    loader->diag);
	scheme->name = read.name;
	scheme->pool = read.pool;
	scheme->digits =
	    read.digits == DIGITS_UNSET ? DIGITS_EXACT : read.digits;
	scheme->rounding = read.rounding;
	scheme->ties = read.ties;
	scheme->points_field = read.points;
	scheme->eligible_field = read.eligible;
	scheme->eligible = parse_field(loader, read.eligible);
	scheme->alert_fields = read.alerts;
	read_alerts(loader, &read.alerts, &scheme->alerts,
	    &scheme->alert_count);
	scheme->record = record;
}

static void
read_grade(const struct loader *loader, const struct rec_record *record)
{
	struct scheme *scheme = loader->scheme;
	struct grade *grade = &scheme->grades[scheme->grade_count];
	struct grade_record read = { .rounding = NUM_DOWN,
		.ties = RANK_INCLUSIVE };
	struct str quota;

	record_read(loader->arena, loader->file, record, grade_rows, &read,
	    loader->diag);
	if (read.id.size == 0)
		return;
	*grade = (struct grade){ .id = read.id,
		.rounding = read.rounding,
		.ties = read.ties,
		.quota = value_missing(),
		.record = record,
		.when_field = read.when,
		.quota_field = read.quota };
	grade->when = parse_field(loader, read.when);
	for (size_t i = 0; i < scheme->grade_count; i++)
		if (str_equal(scheme->grades[i].id, read.id))
			diag_at(loader->diag,
			    place_of(loader, rec_field(record, "Id")),
			    D_ID_TWICE, read.id, record->type);
	scheme->grade_count++;
	if (read.quota == NULL)
		return;
	quota = read.quota->value;
	if (!str_ends(quota, STR("%")) ||
	    !num_parse(loader->arena, str_head(quota, quota.size - 1),
		&grade->quota) ||
	    !num_is_number(grade->quota) || num_sign(grade->quota) < 0 ||
	    num_compare(grade->quota, NUM_INT(100)) > 0) {
		diag_at(loader->diag, place_of(loader, read.quota), D_QUOTA,
		    quota);
		return;
	}
	grade->quota = num_div(loader->arena, grade->quota, NUM_INT(100));
}

static void
read_bound(const struct loader *loader, const struct rec_field *field,
    struct bound *bound)
{
	if (field == NULL)
		return;
	bound->given = true;
	bound->unbounded = str_equal(field->value, STR("none"));
	if (!bound->unbounded)
		bound->value = parse_field(loader, field);
}

static void
read_policy(const struct loader *loader, const struct rec_field *field,
    struct policy *policy)
{
	static const char *const words[] = { [POLICY_ZERO] = "zero",
		[POLICY_FULL] = "full",
		[POLICY_MEAN] = "mean",
		[POLICY_CARRY] = "carry",
		[POLICY_RESCALE] = "rescale",
		[POLICY_RESCALE_EQUALLY] = "rescale equally" };

	if (field == NULL)
		return;
	for (size_t i = POLICY_ZERO; i < LENGTH(words); i++)
		if (str_equal(field->value, str_from(words[i]))) {
			policy->kind = (enum policy_kind)i;
			return;
		}
	policy->kind = POLICY_VALUE;
	policy->value = parse_field(loader, field);
}

static void
read_lets(const struct loader *loader, struct item *item)
{
	item->lets = arena_array(loader->arena, item->let_fields.count,
	    sizeof(*item->lets));
	for (size_t i = 0; i < item->let_fields.count; i++) {
		const struct rec_field *field = item->let_fields.fields[i];
		struct let *let = &item->lets[item->let_count];

		if (!parse_named(loader, field, field->value, &let->name,
			&let->value))
			continue;
		if (let->value == NULL) {
			diag_at(loader->diag, place_of(loader, field), D_LET,
			    let->name);
			continue;
		}
		for (size_t j = 0; j < item->let_count; j++)
			if (str_equal(item->lets[j].name, let->name))
				diag_at(loader->diag, place_of(loader, field),
				    D_LET_TWICE, let->name);
		item->let_count++;
	}
}

static uint32_t
read_office(const struct loader *loader, const struct rec_field *field)
{
	const struct book *book = loader->scheme->book;
	uint32_t office;

	if (field == NULL || !book->has_offices)
		return INDEX_NONE;
	office = book_office(book, field->value);
	if (office == INDEX_NONE)
		book_unknown_office(book, place_of(loader, field), field->value,
		    loader->diag);
	return office;
}

static void
read_offices(const struct loader *loader, struct item *item)
{
	item->lead = read_office(loader, item->lead_field);
	item->with = arena_array(loader->arena, item->with_fields.count,
	    sizeof(*item->with));
	for (size_t i = 0; i < item->with_fields.count; i++) {
		uint32_t office =
		    read_office(loader, item->with_fields.fields[i]);

		if (office != INDEX_NONE)
			item->with[item->with_count++] = office;
	}
}

static void
read_points(const struct loader *loader, const struct rec_field *field,
    struct num *points)
{
	*points = value_missing();
	if (field == NULL)
		return;
	if (!num_parse(loader->arena, field->value, points) ||
	    !num_is_number(*points) || num_sign(*points) < 0) {
		diag_at(loader->diag, place_of(loader, field), D_POINTS,
		    field->value);
		*points = value_missing();
	}
}

static void
read_item(const struct loader *loader, const struct rec_record *record)
{
	struct scheme *scheme = loader->scheme;
	struct item read = {
		.kind = ITEM_ORDINARY, .rounding = -1, .record = record
	};
	uint32_t number = (uint32_t)scheme->item_count;

	record_read(loader->arena, loader->file, record, item_rows, &read,
	    loader->diag);
	if (read.id.size == 0)
		return;
	read_points(loader, read.points_field, &read.points);
	read_bound(loader, read.cap_field, &read.cap);
	read_bound(loader, read.floor_field, &read.floor);
	read_policy(loader, read.missing_field, &read.missing);
	read_policy(loader, read.not_applicable_field, &read.not_applicable);
	read_lets(loader, &read);
	read_offices(loader, &read);
	read_alerts(loader, &read.alert_fields, &read.alerts,
	    &read.alert_count);
	read.rule = parse_field(loader, read.rule_field);
	read.veto = parse_field(loader, read.veto_field);
	if (str_equal(read.id, STR("total"))) {
		number = 0;
		if (read.kind != ITEM_ORDINARY)
			diag_at(loader->diag,
			    place_of(loader, rec_field(record, "Kind")),
			    D_TOTAL_KIND);
		read.kind = ITEM_ORDINARY;
	}
	if (!intern_add(&scheme->item_index, read.id, &number)) {
		if (number != 0 || scheme->items[0].record != NULL) {
			diag_at(loader->diag,
			    place_of(loader, rec_field(record, "Id")),
			    D_ID_TWICE, read.id, record->type);
			return;
		}
	} else {
		scheme->item_count++;
	}
	scheme->items[number] = read;
}

/* The root, until a record says more of it. */
static void
start_total(struct scheme *scheme)
{
	uint32_t number = 0;

	scheme->items[0] = (struct item){ .id = STR("total"),
		.lead = INDEX_NONE,
		.kind = ITEM_ORDINARY,
		.points = value_missing(),
		.digits = DIGITS_UNSET,
		.rounding = -1 };
	scheme->item_count = 1;
	intern_add(&scheme->item_index, scheme->items[0].id, &number);
}

static uint32_t
parent_of(const struct scheme *scheme, struct str id)
{
	size_t dot = str_find_last(id, '.');

	if (dot == STR_NOWHERE)
		return 0;
	return scheme_item(scheme, str_head(id, dot));
}

static void
link_parents(const struct loader *loader)
{
	struct scheme *scheme = loader->scheme;

	scheme->items[0].parent = INDEX_NONE;
	for (size_t i = 1; i < scheme->item_count; i++) {
		struct item *item = &scheme->items[i];
		struct item *parent;

		item->parent = parent_of(scheme, item->id);
		if (item->parent == INDEX_NONE) {
			diag_at(loader->diag,
			    place_of(loader, rec_field(item->record, "Id")),
			    D_NO_PARENT, item->id,
			    str_head(item->id, str_find_last(item->id, '.')));
			item->parent = 0;
		}
		parent = &scheme->items[item->parent];
		parent->child_count++;
		parent->rescales_below |= rescales(item);
	}
	for (size_t i = 0; i < scheme->item_count; i++) {
		scheme->items[i].children = arena_array(loader->arena,
		    scheme->items[i].child_count, sizeof(uint32_t));
		scheme->items[i].child_count = 0;
	}
	for (size_t i = 1; i < scheme->item_count; i++) {
		struct item *parent = &scheme->items[scheme->items[i].parent];

		parent->children[parent->child_count++] = (uint32_t)i;
	}
}

/* A Pool must be a dimension of some unit's groups. */
static void
check_pool(const struct loader *loader, const struct rec_record *record)
{
	const struct book *book = loader->scheme->book;
	const struct rec_field *field =
	    record == NULL ? NULL : rec_field(record, "Pool");
	struct str_nearest nearest;

	if (field == NULL)
		return;
	str_nearest_start(&nearest, field->value);
	for (size_t i = 0; i < book->unit_count; i++)
		for (size_t j = 0; j < book->units[i].group_count; j++) {
			struct str dimension =
			    book->units[i].groups[j].dimension;

			if (str_equal(dimension, field->value))
				return;
			str_nearest_offer(&nearest, dimension);
		}
	if (str_nearest_best(&nearest).size > 0)
		diag_at(loader->diag, place_of(loader, field), D_POOL_NEAR,
		    field->value, str_nearest_best(&nearest));
	else
		diag_at(loader->diag, place_of(loader, field), D_POOL,
		    field->value);
}

/* What an item takes from those above it; parents may stand after children. */
static void
inherit(const struct loader *loader, struct item *item)
{
	struct scheme *scheme = loader->scheme;
	uint32_t above = item->parent;

	item->counts = item->kind == ITEM_ORDINARY;
	item->depth = 0;
	while (above != INDEX_NONE && item->depth <= TREE_DEPTH_MAX) {
		const struct item *parent = &scheme->items[above];

		if (item->kind == ITEM_ORDINARY)
			item->kind = parent->kind;
		item->counts &= parent->kind == ITEM_ORDINARY;
		item->depth++;
		above = parent->parent;
	}
	if (item->depth > TREE_DEPTH_MAX)
		diag_at(loader->diag,
		    place_of(loader, rec_field(item->record, "Id")),
		    D_TREE_DEPTH, STR("50"));
	if (item->digits == DIGITS_UNSET)
		item->digits = scheme->digits;
	if (item->rounding < 0)
		item->rounding = scheme->rounding;
	if (item->pool.size == 0)
		item->pool = scheme->pool;
}

static void
print_points(struct buffer *buffer, struct num points)
{
	buffer_clear(buffer);
	num_print(buffer, points);
}

/* Where an item is named; a total not written has its file only. */
static struct place
item_place(const struct loader *loader, const struct item *item)
{
	return item->record == NULL
		   ? place_file(loader->file->path)
		   : place_of(loader, rec_field(item->record, "Id"));
}

/* The points of an item's ordinary children together. */
static struct num
children_points(const struct loader *loader, const struct item *item)
{
	struct num sum = NUM_INT(0);

	for (size_t i = 0; i < item->child_count; i++) {
		const struct item *child =
		    &loader->scheme->items[item->children[i]];

		if (child->counts && num_is_number(child->points))
			sum = value_add(loader->arena, sum, child->points);
	}
	if (!num_is_number(sum))
		diag_at(loader->diag, item_place(loader, item), D_NUMBER_SIZE);
	return sum;
}

/* Children's points against their parent's. */
static void
check_sum(const struct loader *loader, const struct item *item)
{
	struct buffer have = { 0 }, want = { 0 };
	struct num sum = children_points(loader, item);
	const struct rec_field *field = item->points_field != NULL
					    ? item->points_field
					    : loader->scheme->points_field;

	if (field != NULL && num_is_number(item->points) &&
	    num_is_number(sum) && num_compare(sum, item->points) != 0) {
		print_points(&have, sum);
		print_points(&want, item->points);
		diag_at(loader->diag, place_of(loader, field), D_POINTS_SUM,
		    item->id, buffer_str(&want), buffer_str(&have));
	}
	buffer_free(&have);
	buffer_free(&want);
}

static void
check_points(const struct loader *loader, struct item *item)
{
	const struct rec_record *record = item->record;

	if (!item->counts) {
		if (item->kind != ITEM_ORDINARY && item->points_field != NULL)
			diag_at(loader->diag,
			    place_of(loader, item->points_field),
			    D_POINTS_OUTSIDE, item->id);
		return;
	}
	if (!num_is_number(item->points) && item->points_field == NULL &&
	    record != NULL)
		diag_at(loader->diag, place_of(loader, rec_field(record, "Id")),
		    D_POINTS_MISSING, item->id);
	if (item->child_count > 0 && item->rule_field == NULL)
		check_sum(loader, item);
}

/* A policy of one word that nothing is called by is a misspelt one. */
static void
check_policy(const struct loader *loader, const struct item *item,
    const struct rec_field *field, struct policy *policy)
{
	const struct scheme *scheme = loader->scheme;
	struct str name;

	if (policy->value == NULL || policy->value->kind != SYNTAX_NAME)
		return;
	name = policy->value->name;
	for (size_t i = 0; i < item->let_count; i++)
		if (str_equal(item->lets[i].name, name))
			return;
	if (str_equal(name, STR("points")) || str_equal(name, STR("none")) ||
	    book_measure(scheme->book, name) != INDEX_NONE ||
	    scheme_item(scheme, name) != INDEX_NONE)
		return;
	diag_at(loader->diag, place_of(loader, field), D_POLICY, name);
	policy->value = NULL;
}

static void
check_item(const struct loader *loader, struct item *item)
{
	bool leaf = item->child_count == 0;

	check_policy(loader, item, item->missing_field, &item->missing);
	check_policy(loader, item, item->not_applicable_field,
	    &item->not_applicable);
	if (leaf && item->rule_field == NULL)
		diag_at(loader->diag, item_place(loader, item), D_NO_RULE,
		    item->id);
	if (rescales(item) && (!item->counts || item->parent == INDEX_NONE))
		diag_at(loader->diag,
		    place_of(loader, rec_field(item->record, "Id")),
		    D_RESCALE_OUTSIDE, item->id);
	if ((item->missing.kind == POLICY_FULL ||
		item->not_applicable.kind == POLICY_FULL) &&
	    !num_is_number(item->points))
		diag_at(loader->diag,
		    place_of(loader, rec_field(item->record, "Id")),
		    D_FULL_OUTSIDE, item->id);
	if (item->not_applicable.kind == POLICY_CARRY)
		diag_at(loader->diag,
		    place_of(loader, item->not_applicable_field),
		    D_CARRY_NOT_APPLICABLE);
	if (item->rule == NULL && item->rule_field == NULL &&
	    (item->missing.kind == POLICY_CARRY))
		diag_at(loader->diag, place_of(loader, item->missing_field),
		    D_CARRY_NO_RULE);
}

/* The total's points: its own record's, the scheme's, or its children's sum. */
static void
settle_total(const struct loader *loader)
{
	struct scheme *scheme = loader->scheme;
	struct item *total = &scheme->items[0];

	if (total->points_field != NULL && scheme->points_field != NULL &&
	    num_is_number(total->points) && num_is_number(scheme->points) &&
	    num_compare(total->points, scheme->points) != 0)
		diag_at(loader->diag, place_of(loader, total->points_field),
		    D_TOTAL_POINTS, total->points_field->value,
		    scheme->points_field->value);
	if (total->name.size == 0)
		total->name = scheme->name;
	if (!num_is_number(total->points))
		total->points = scheme->points;
	if (num_is_number(total->points) || total->points_field != NULL)
		return;
	total->points = children_points(loader, total);
}

static void
enter_methods(const struct loader *loader, size_t own)
{
	struct scheme *scheme = loader->scheme;
	struct method *shipped, *all;
	size_t count;

	shipped = methods_shipped(loader->arena, &count, loader->diag);
	all = arena_array(loader->arena, own + count, sizeof(*all));
	if (own > 0)
		memcpy(all, scheme->methods, own * sizeof(*all));
	scheme->methods = all;
	for (uint32_t i = 0; i < own; i++) {
		uint32_t number = i;

		if (!intern_add(&scheme->method_index, scheme->methods[i].id,
			&number))
			diag_at(loader->diag,
			    place_of(loader,
				rec_field(scheme->methods[i].record, "Id")),
			    D_ID_TWICE, scheme->methods[i].id, STR("Method"));
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t number = (uint32_t)scheme->method_count;

		if (intern_add(&scheme->method_index, shipped[i].id, &number))
			scheme->methods[scheme->method_count++] = shipped[i];
	}
}

static void
read_records(const struct loader *loader)
{
	struct scheme *scheme = loader->scheme;
	size_t count = loader->file->count, found = 0;

	scheme->items =
	    arena_array(loader->arena, count + 1, sizeof(*scheme->items));
	scheme->methods =
	    arena_array(loader->arena, count, sizeof(*scheme->methods));
	scheme->grades =
	    arena_array(loader->arena, count, sizeof(*scheme->grades));
	start_total(scheme);
	for (size_t i = 0; i < count; i++) {
		const struct rec_record *record = &loader->file->records[i];

		if (str_equal(record->type, STR("Scheme")) && found++ == 0)
			read_scheme_record(loader, record);
		else if (str_equal(record->type, STR("Item")))
			read_item(loader, record);
		else if (str_equal(record->type, STR("Method")))
			scheme->method_count += read_method(loader, record,
			    &scheme->methods[scheme->method_count]);
		else if (str_equal(record->type, STR("Grade")))
			read_grade(loader, record);
		else if (record->type.size == 0)
			diag_at(loader->diag,
			    rec_record_place(loader->file, record),
			    D_RECORD_UNTYPED, STR("Item"));
		else if (!str_equal(record->type, STR("Scheme")))
			diag_at(loader->diag,
			    rec_record_place(loader->file, record),
			    D_RECORD_TYPE, record->type,
			    STR("Scheme, Item, Method and Grade"));
	}
	if (found != 1)
		diag_at(loader->diag, place_file(loader->file->path),
		    D_RECORD_ONE, STR("Scheme"));
	scheme->own_method_count = scheme->method_count;
}

struct scheme *
scheme_load(struct book *book, const struct scheme_file *file,
    struct diag *diag)
{
	struct scheme *scheme = memory_alloc(sizeof(*scheme));
	struct loader loader = { scheme, &scheme->arena, &scheme->file, diag };
	size_t errors = diag_count(diag, SEVERITY_ERROR);
	bool found;

	*scheme = (struct scheme){
		.book = book, .source = file, .digits = DIGITS_EXACT
	};
	book_read_rec(book, file->path.data, &scheme->file, &found, diag);
	if (scheme->file.path == NULL) {
		scheme_free(scheme);
		return NULL;
	}
	read_records(&loader);
	read_points(&loader, scheme->points_field, &scheme->points);
	enter_methods(&loader, scheme->own_method_count);
	link_parents(&loader);
	for (size_t i = 0; i < scheme->item_count; i++)
		inherit(&loader, &scheme->items[i]);
	check_pool(&loader, scheme->record);
	for (size_t i = 0; i < scheme->item_count; i++)
		check_pool(&loader, scheme->items[i].record);
	settle_total(&loader);
	for (size_t i = 0; i < scheme->item_count; i++) {
		check_points(&loader, &scheme->items[i]);
		check_item(&loader, &scheme->items[i]);
	}
	scheme->is_sound = diag_count(diag, SEVERITY_ERROR) == errors;
	return scheme;
}

void
scheme_free(struct scheme *scheme)
{
	if (scheme == NULL)
		return;
	intern_free(&scheme->item_index);
	intern_free(&scheme->method_index);
	arena_free(&scheme->arena);
	free(scheme);
}
