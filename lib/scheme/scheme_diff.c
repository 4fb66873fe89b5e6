#include "scheme/scheme_diff.h"

#include <stdlib.h>

#include "scheme/item_match.h"
#include "scheme/rule_refs.h"

/* What one scheme says of something, and where. */
struct said {
	struct str text;	     /* empty: nothing */
	const struct syntax *syntax; /* where it is a rule */
	const struct rec_field *field;
	const struct rec_file *file;
	bool own; /* written in the record itself, and not inherited */
};

/* What a row is about. */
struct subject {
	enum scheme_diff_part part;
	enum scheme_diff_change change;
	struct str id, name;
};

struct teller {
	struct scheme_diff *scheme_diff;
	struct arena *arena; /* the amendment's */
	const struct scheme *from, *to;
	const struct item_match
	    *item_match; /* NULL where one item is asked for */
	struct buffer text;
};

struct field_row {
	const char *name;
	struct said (*said)(struct teller *teller, const struct scheme *scheme,
	    const struct item *item);
};

/*
 * Texts
 */

static struct str
kept(struct teller *teller)
{
	struct str text = arena_str(teller->arena, buffer_str(&teller->text));

	buffer_clear(&teller->text);
	return text;
}

/* On one line, white space outside of quotes as one space. */
static struct str
on_one_line(struct teller *teller, struct str text)
{
	bool quoted = false, space = false;

	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		quoted ^= byte == '"';
		if (!quoted && (byte == ' ' || byte == '\t' || byte == '\n')) {
			space = true;
			continue;
		}
		if (space && teller->text.size > 0)
			buffer_add_byte(&teller->text, ' ');
		space = false;
		buffer_add_byte(&teller->text, byte);
	}
	return kept(teller);
}

static struct str
number_text(struct teller *teller, struct num number)
{
	if (!num_is_number(number))
		return STR("");
	num_print(&teller->text, number);
	return kept(teller);
}

static struct str
count_text(struct teller *teller, size_t count)
{
	buffer_format(&teller->text, "%zu", count);
	return kept(teller);
}

/* How much of the whole: `12.5%`, to two digits; empty without a whole. */
static struct str
share_text(struct teller *teller, struct num part, struct num whole)
{
	struct num share;

	if (!num_is_number(part) || !num_is_number(whole) ||
	    num_sign(whole) == 0)
		return STR("");
	share = value_div(teller->arena,
	    value_mul(teller->arena, part, NUM_INT(100)), whole);
	if (!num_is_number(share))
		return STR("");
	num_print(&teller->text,
	    num_round(teller->arena, share, 2, NUM_HALF_UP));
	buffer_add_byte(&teller->text, '%');
	return kept(teller);
}

static void
add_to_list(struct teller *teller, struct str id)
{
	if (teller->text.size > 0)
		buffer_add(&teller->text, STR(", "));
	buffer_add(&teller->text, id);
}

/*
 * What is said
 */

static struct said
said_nothing(void)
{
	return (struct said){ .text = STR("") };
}

/* A field as it is written. */
static struct said
said_field(struct teller *teller, const struct scheme *scheme,
    const struct rec_field *field, const struct syntax *syntax)
{
	if (field == NULL)
		return said_nothing();
	return (struct said){ .text = on_one_line(teller, field->value),
		.syntax = syntax,
		.field = field,
		.file = &scheme->file,
		.own = true };
}

static const struct rec_field *
field_of(const struct rec_record *record, const char *name)
{
	return record == NULL ? NULL : rec_field(record, name);
}

/* A field that the scheme has for all its items, or else a default. */
static struct said
said_default(struct teller *teller, const struct scheme *scheme,
    const struct rec_record *record, const char *name, struct str fallback)
{
	const struct rec_field *field = field_of(record, name);
	struct said said;

	if (field != NULL)
		return said_field(teller, scheme, field, NULL);
	said = said_field(teller, scheme, field_of(scheme->record, name), NULL);
	if (said.field == NULL)
		said.text = fallback;
	said.own = false;
	return said;
}

static struct said
said_name(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, field_of(item->record, "Name"), NULL);
}

/* The nearest Kind from the item upwards. */
static struct said
said_kind(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	const struct rec_field *field = field_of(item->record, "Kind");
	uint32_t above = item->parent;
	bool own = field != NULL;
	struct said said;

	for (unsigned i = 0;
	     field == NULL && above != INDEX_NONE && i < scheme->item_count;
	     i++) {
		field = field_of(scheme->items[above].record, "Kind");
		above = scheme->items[above].parent;
	}
	said = said_field(teller, scheme, field, NULL);
	said.own = own;
	return said;
}

/* The total's points are told of the scheme. */
static struct said
said_points(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	bool is_total = item == &scheme->items[0];
	const struct rec_field *field = item->points_field;

	if (field == NULL && is_total)
		field = scheme->points_field;
	return (struct said){ .text = number_text(teller, item->points),
		.field = field,
		.file = &scheme->file,
		.own = !is_total && field != NULL };
}

static struct said
said_cap(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->cap_field, item->cap.value);
}

static struct said
said_floor(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->floor_field, item->floor.value);
}

static struct said
said_rule(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->rule_field, item->rule);
}

static struct said
said_veto(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->veto_field, item->veto);
}

static struct said
said_missing(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->missing_field,
	    item->missing.value);
}

static struct said
said_not_applicable(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->not_applicable_field,
	    item->not_applicable.value);
}

static struct said
said_digits(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	struct said said =
	    said_default(teller, scheme, item->record, "Digits", STR("none"));

	/* 02 is 2. */
	if (item->digits >= 0)
		said.text = count_text(teller, (size_t)item->digits);
	return said;
}

static struct said
said_rounding(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_default(teller, scheme, item->record, "Rounding",
	    STR("half-up"));
}

static struct said
said_pool(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_default(teller, scheme, item->record, "Pool", STR(""));
}

static struct said
said_lead(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, item->lead_field, NULL);
}

static int
compare_fields(const void *a, const void *b)
{
	const struct rec_field *const *x = a, *const *y = b;

	return str_compare((*x)->value, (*y)->value);
}

/* The offices of all With fields, by Id, since their order means nothing. */
static struct said
said_with(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	const struct record_fields *with = &item->with_fields;
	const struct rec_field **sorted;

	if (with->count == 0)
		return said_nothing();
	sorted = arena_array(teller->arena, with->count, sizeof(*sorted));
	memcpy(sorted, with->fields, with->count * sizeof(*sorted));
	qsort(sorted, with->count, sizeof(*sorted), compare_fields);
	for (size_t i = 0; i < with->count; i++)
		add_to_list(teller, sorted[i]->value);
	return (struct said){ .text = kept(teller),
		.field = with->fields[0],
		.file = &scheme->file,
		.own = true };
}

static struct said
said_wing(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_field(teller, scheme, field_of(item->record, "Wing"), NULL);
}

/* All Alert fields, in their order, which gives the levels theirs. */
static struct said
said_alerts(struct teller *teller, const struct scheme *scheme,
    const struct record_fields *alerts)
{
	if (alerts->count == 0)
		return said_nothing();
	for (size_t i = 0; i < alerts->count; i++)
		add_to_list(teller, alerts->fields[i]->value);
	return (struct said){ .text = kept(teller),
		.field = alerts->fields[0],
		.file = &scheme->file,
		.own = true };
}

static struct said
said_item_alerts(struct teller *teller, const struct scheme *scheme,
    const struct item *item)
{
	return said_alerts(teller, scheme, &item->alert_fields);
}

static struct said
said_let(struct teller *teller, const struct scheme *scheme,
    const struct let *let)
{
	if (let == NULL)
		return said_nothing();
	return (struct said){ .text =
				  on_one_line(teller, let->value->origin->text),
		.syntax = let->value,
		.field = let->value->origin->field,
		.file = &scheme->file,
		.own = true };
}

/*
 * The fields of an item, in the order in which they are told; between the
 * bounds and the rule stand its Lets. Who answers for a new item is told of the
 * offices.
 */
/* clang-format off */
static const struct field_row worth[] = {
	{ "Kind", said_kind },
	{ "Points", said_points },
};

static const struct field_row bounds[] = {
	{ "Cap", said_cap },
	{ "Floor", said_floor },
};

static const struct field_row rules[] = {
	{ "Rule", said_rule },
	{ "Veto", said_veto },
	{ "Missing", said_missing },
	{ "NotApplicable", said_not_applicable },
	{ "Digits", said_digits },
	{ "Rounding", said_rounding },
	{ "Pool", said_pool },
};

static const struct field_row answers[] = {
	{ "Lead", said_lead },
	{ "With", said_with },
	{ "Wing", said_wing },
	{ "Alert", said_item_alerts },
};
/* clang-format on */

/*
 * Rows
 */

static struct scheme_diff_saying
saying_of(const struct said *said)
{
	struct scheme_diff_saying saying = { .text = said->text };

	if (said->field != NULL) {
		saying.path = said->file->path;
		saying.line = rec_place(said->file, said->field, 0, 0).line;
	}
	return saying;
}

static void
tell(struct teller *teller, const struct subject *subject, struct str what,
    struct said from, struct said to)
{
	struct scheme_diff *scheme_diff = teller->scheme_diff;

	scheme_diff->rows = arena_grow(&scheme_diff->arena, scheme_diff->rows,
	    scheme_diff->count, &scheme_diff->capacity,
	    sizeof(*scheme_diff->rows));
	scheme_diff->rows[scheme_diff->count++] =
	    (struct scheme_diff_row){ .part = subject->part,
		    .change = subject->change,
		    .id = subject->id,
		    .name = subject->name,
		    .what = what,
		    .from = saying_of(&from),
		    .to = saying_of(&to) };
}

static bool
is_same(const struct said *from, const struct said *to)
{
	if (from->syntax != NULL && to->syntax != NULL)
		return syntax_same(from->syntax, to->syntax);
	return str_equal(from->text, to->text);
}

static void
tell_difference(struct teller *teller, const struct subject *subject,
    struct str what, struct said from, struct said to)
{
	if (!is_same(&from, &to))
		tell(teller, subject, what, from, to);
}

/* Something counted or computed, which stands nowhere. */
static void
tell_computed(struct teller *teller, const struct subject *subject,
    struct str what, struct str from, struct str to)
{
	const struct said a = { .text = from }, b = { .text = to };

	tell_difference(teller, subject, what, a, b);
}

/*
 * Scheme
 */

static bool
is_leaf(const struct item *item)
{
	return item->child_count == 0;
}

static size_t
count_categories(const struct scheme *scheme)
{
	return scheme->items[0].child_count;
}

static size_t
count_leaves(const struct scheme *scheme)
{
	size_t count = 0;

	for (size_t i = 1; i < scheme->item_count; i++)
		count += is_leaf(&scheme->items[i]);
	return count;
}

static struct said
said_of_scheme(struct teller *teller, const struct scheme *scheme,
    const char *name, const struct syntax *syntax, struct str fallback)
{
	struct said said =
	    said_field(teller, scheme, field_of(scheme->record, name), syntax);

	if (said.field == NULL)
		said.text = fallback;
	return said;
}

static void
tell_scheme_field(struct teller *teller, const struct subject *subject,
    const char *name, struct str fallback)
{
	tell_difference(teller, subject, str_from(name),
	    said_of_scheme(teller, teller->from, name, NULL, fallback),
	    said_of_scheme(teller, teller->to, name, NULL, fallback));
}

static struct said
said_scheme_digits(struct teller *teller, const struct scheme *scheme)
{
	struct said said =
	    said_of_scheme(teller, scheme, "Digits", NULL, STR("none"));

	if (scheme->digits >= 0)
		said.text = count_text(teller, (size_t)scheme->digits);
	return said;
}

static void
tell_eligible(struct teller *teller, const struct subject *subject)
{
	tell_difference(teller, subject, STR("Eligible"),
	    said_of_scheme(teller, teller->from, "Eligible",
		teller->from->eligible, STR("")),
	    said_of_scheme(teller, teller->to, "Eligible", teller->to->eligible,
		STR("")));
}

static const struct subject scheme_subject = { .part = SCHEME_DIFF_SCHEME,
	.change = SCHEME_DIFF_CHANGED };

static void
tell_scheme(struct teller *teller)
{
	const struct scheme *from = teller->from, *to = teller->to;
	const struct subject *subject = &scheme_subject;

	tell_scheme_field(teller, subject, "Name", STR(""));
	tell_difference(teller, subject, STR("Points"),
	    said_points(teller, from, &from->items[0]),
	    said_points(teller, to, &to->items[0]));
	tell_computed(teller, subject, STR("categories"),
	    count_text(teller, count_categories(from)),
	    count_text(teller, count_categories(to)));
	tell_computed(teller, subject, STR("items"),
	    count_text(teller, count_leaves(from)),
	    count_text(teller, count_leaves(to)));
	tell_difference(teller, subject, STR("Digits"),
	    said_scheme_digits(teller, from), said_scheme_digits(teller, to));
	tell_scheme_field(teller, subject, "Rounding", STR("half-up"));
	tell_scheme_field(teller, subject, "Pool", STR(""));
	tell_eligible(teller, subject);
	tell_difference(teller, subject, STR("Alert"),
	    said_alerts(teller, from, &from->alert_fields),
	    said_alerts(teller, to, &to->alert_fields));
	tell_scheme_field(teller, subject, "Ties", STR("competition"));
}

/*
 * Items
 */

static const struct let *
let_named(const struct item *item, struct str name)
{
	for (size_t i = 0; i < item->let_count; i++)
		if (str_equal(item->lets[i].name, name))
			return &item->lets[i];
	return NULL;
}

static void
tell_let(struct teller *teller, const struct subject *subject,
    const struct let *from, const struct let *to)
{
	struct str what;

	buffer_add(&teller->text, STR("Let "));
	buffer_add(&teller->text, to != NULL ? to->name : from->name);
	what = kept(teller);
	tell_difference(teller, subject, what,
	    said_let(teller, teller->from, from),
	    said_let(teller, teller->to, to));
}

static void
tell_lets(struct teller *teller, const struct subject *subject,
    const struct item *from, const struct item *to)
{
	for (size_t i = 0; i < to->let_count; i++)
		tell_let(teller, subject, let_named(from, to->lets[i].name),
		    &to->lets[i]);
	for (size_t i = 0; i < from->let_count; i++)
		if (let_named(to, from->lets[i].name) == NULL)
			tell_let(teller, subject, &from->lets[i], NULL);
}

/* Whether a difference is told of something else: the scheme, an item above. */
static bool
is_inherited(const struct teller *teller, const struct field_row *row,
    const struct item *from, const struct item *to, const struct said *a,
    const struct said *b)
{
	if (teller->item_match == NULL || a->own || b->own)
		return false;
	/* Moved to where another Kind holds. */
	if (row->said == said_kind && to->parent != INDEX_NONE)
		return teller->item_match->from_of[to->parent] == from->parent;
	return true;
}

static void
tell_fields(struct teller *teller, const struct subject *subject,
    const struct item *from, const struct item *to,
    const struct field_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct said a, b;

		a = rows[i].said(teller, teller->from, from);
		b = rows[i].said(teller, teller->to, to);
		if (!is_inherited(teller, &rows[i], from, to, &a, &b))
			tell_difference(teller, subject, str_from(rows[i].name),
			    a, b);
	}
}

/* Under another total the same points weigh more or less. */
static void
tell_share(struct teller *teller, const struct subject *subject,
    struct num from, struct num to)
{
	struct num from_total = teller->from->items[0].points;
	struct num to_total = teller->to->items[0].points;

	if (num_is_number(from_total) && num_is_number(to_total) &&
	    num_compare(from_total, to_total) != 0)
		tell_computed(teller, subject, STR("share"),
		    share_text(teller, from, from_total),
		    share_text(teller, to, to_total));
}

static void
tell_item(struct teller *teller, const struct subject *subject,
    const struct item *from, const struct item *to)
{
	bool is_total = to->parent == INDEX_NONE;

	/* The total's Name and Points are told of the scheme. */
	if (teller->item_match != NULL && !is_total)
		tell_difference(teller, subject, STR("Name"),
		    said_name(teller, teller->from, from),
		    said_name(teller, teller->to, to));
	tell_fields(teller, subject, from, to, worth, LENGTH(worth));
	if (teller->item_match != NULL && !is_total)
		tell_share(teller, subject, from->points, to->points);
	tell_fields(teller, subject, from, to, bounds, LENGTH(bounds));
	tell_lets(teller, subject, from, to);
	tell_fields(teller, subject, from, to, rules, LENGTH(rules));
	if (teller->item_match != NULL)
		tell_fields(teller, subject, from, to, answers,
		    LENGTH(answers));
}

static void
tell_stated(struct teller *teller, const struct subject *subject,
    const struct item *item, const struct field_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct said said = rows[i].said(teller, teller->to, item);

		if (said.own)
			tell(teller, subject, str_from(rows[i].name),
			    said_nothing(), said);
	}
}

/* A new item: all that its record says of its score. */
static void
tell_added(struct teller *teller, const struct item *item)
{
	static const struct item nothing;
	struct subject subject = { SCHEME_DIFF_ITEM, SCHEME_DIFF_ADDED,
		item->id, item->name };
	size_t told = teller->scheme_diff->count;

	tell_stated(teller, &subject, item, worth, LENGTH(worth));
	tell_stated(teller, &subject, item, bounds, LENGTH(bounds));
	tell_lets(teller, &subject, &nothing, item);
	tell_stated(teller, &subject, item, rules, LENGTH(rules));
	if (teller->scheme_diff->count == told)
		tell(teller, &subject, STR(""), said_nothing(), said_nothing());
}

static void
tell_dropped(struct teller *teller, const struct item *item)
{
	struct subject subject = { SCHEME_DIFF_ITEM, SCHEME_DIFF_DROPPED,
		item->id, item->name };
	struct said said = said_points(teller, teller->from, item);

	if (said.own) {
		tell(teller, &subject, STR("Points"), said, said_nothing());
		return;
	}
	said = said_kind(teller, teller->from, item);
	tell(teller, &subject, said.field != NULL ? STR("Kind") : STR(""), said,
	    said_nothing());
}

static struct said
said_id(struct teller *teller, const struct scheme *scheme,
    const struct rec_record *record)
{
	return said_field(teller, scheme, field_of(record, "Id"), NULL);
}

static void
tell_paired(struct teller *teller, const struct item *from,
    const struct item *to)
{
	struct subject subject = { SCHEME_DIFF_ITEM, SCHEME_DIFF_CHANGED,
		to->id, to->name };

	if (!str_equal(from->id, to->id)) {
		subject.change = SCHEME_DIFF_MOVED;
		tell(teller, &subject, STR("Id"),
		    said_id(teller, teller->from, from->record),
		    said_id(teller, teller->to, to->record));
		subject.change = SCHEME_DIFF_CHANGED;
	}
	tell_item(teller, &subject, from, to);
}

/*
 * For each new item the dropped ones that stood behind it, or behind what
 * became of it: the first of them, and from there the next.
 */
struct behind {
	uint32_t *first, *next;
};

static struct behind
find_dropped(struct teller *teller)
{
	size_t old_count = teller->from->item_count;
	size_t new_count = teller->to->item_count;
	struct behind behind;
	uint32_t anchor = 0, *end;

	behind.first =
	    arena_array(teller->arena, new_count, sizeof(*behind.first));
	behind.next =
	    arena_array(teller->arena, old_count, sizeof(*behind.next));
	for (size_t i = 0; i < new_count; i++)
		behind.first[i] = INDEX_NONE;
	end = &behind.first[0];
	for (uint32_t i = 0; i < old_count; i++) {
		uint32_t other = teller->item_match->to_of[i];

		behind.next[i] = INDEX_NONE;
		if (other != INDEX_NONE) {
			anchor = other;
			end = &behind.first[anchor];
		} else {
			*end = i;
			end = &behind.next[i];
		}
	}
	return behind;
}

static void
tell_items(struct teller *teller)
{
	struct behind behind = find_dropped(teller);

	for (size_t i = 0; i < teller->to->item_count; i++) {
		uint32_t other = teller->item_match->from_of[i];

		if (other == INDEX_NONE)
			tell_added(teller, &teller->to->items[i]);
		else
			tell_paired(teller, &teller->from->items[other],
			    &teller->to->items[i]);
		for (uint32_t j = behind.first[i]; j != INDEX_NONE;
		     j = behind.next[j])
			tell_dropped(teller, &teller->from->items[j]);
	}
}

/*
 * Methods
 */

/* A method of the scheme's own or a shipped one; or NULL. */
static const struct method *
method_of(const struct scheme *scheme, struct str id)
{
	uint32_t number = intern_find(&scheme->method_index, id);

	return number == INDEX_NONE ? NULL : &scheme->methods[number];
}

static bool
is_own_method(const struct scheme *scheme, const struct method *method)
{
	return method != NULL &&
	       (size_t)(method - scheme->methods) < scheme->own_method_count;
}

/* Arguments with their defaults, however they are spaced. */
static bool
same_arguments(const struct method *a, const struct method *b)
{
	if (a->argument_count != b->argument_count)
		return false;
	for (size_t i = 0; i < a->argument_count; i++) {
		const struct method_argument *x = &a->arguments[i];
		const struct method_argument *y = &b->arguments[i];

		if (!str_equal(x->name, y->name) ||
		    (x->fallback == NULL) != (y->fallback == NULL) ||
		    (x->fallback != NULL &&
			!syntax_same(x->fallback, y->fallback)))
			return false;
	}
	return true;
}

/* A shipped method stands in no file of the book. */
static struct said
said_of_method(struct teller *teller, const struct scheme *scheme,
    const struct method *method, const struct rec_field *field,
    const struct syntax *syntax)
{
	struct said said = said_field(teller, scheme, field, syntax);

	if (!is_own_method(scheme, method))
		said.field = NULL;
	return said;
}

static struct said
said_args(struct teller *teller, const struct scheme *scheme,
    const struct method *method)
{
	return method == NULL ? said_nothing()
			      : said_of_method(teller, scheme, method,
				    method->args_field, NULL);
}

static struct said
said_method_rule(struct teller *teller, const struct scheme *scheme,
    const struct method *method)
{
	return method == NULL ? said_nothing()
			      : said_of_method(teller, scheme, method,
				    method->rule_field, method->rule);
}

/* The rows of a method's fields; whether there are any. */
static bool
tell_method_fields(struct teller *teller, const struct subject *subject,
    const struct method *from, const struct method *to)
{
	size_t told = teller->scheme_diff->count;

	if (from == NULL || to == NULL || !same_arguments(from, to))
		tell_difference(teller, subject, STR("Args"),
		    said_args(teller, teller->from, from),
		    said_args(teller, teller->to, to));
	tell_difference(teller, subject, STR("Rule"),
	    said_method_rule(teller, teller->from, from),
	    said_method_rule(teller, teller->to, to));
	return teller->scheme_diff->count > told;
}

/* For each method of a scheme the Ids of the items that use it, as text. */
static struct str *
find_users(struct teller *teller, const struct scheme *scheme)
{
	struct rule_refs_reader *reader = rule_refs_reader_new(scheme);
	struct buffer *lists =
	    memory_alloc((scheme->method_count + 1) * sizeof(*lists));
	struct str *users =
	    arena_array(teller->arena, scheme->method_count, sizeof(*users));

	memset(lists, 0, (scheme->method_count + 1) * sizeof(*lists));
	for (size_t i = 0; i < scheme->item_count; i++) {
		struct rule_refs found =
		    rule_refs_item(reader, &scheme->items[i]);

		for (size_t j = 0; j < found.method_count; j++) {
			struct buffer *list = &lists[found.methods[j]];

			if (list->size > 0)
				buffer_add(list, STR(", "));
			buffer_add(list, scheme->items[i].id);
		}
	}
	for (size_t i = 0; i < scheme->method_count; i++) {
		users[i] = arena_str(teller->arena, buffer_str(&lists[i]));
		buffer_free(&lists[i]);
	}
	free(lists);
	rule_refs_reader_free(reader);
	return users;
}

static struct str
users_of(const struct scheme *scheme, const struct str *users,
    const struct method *method)
{
	return method == NULL ? STR("") : users[method - scheme->methods];
}

static void
tell_method(struct teller *teller, enum scheme_diff_change change,
    const struct method *from, const struct method *to,
    const struct str *from_users, const struct str *to_users)
{
	struct subject subject = { SCHEME_DIFF_METHOD, change,
		to != NULL ? to->id : from->id, STR("") };
	struct said old, new;

	if (!tell_method_fields(teller, &subject, from, to))
		return;
	old = (struct said){ .text = users_of(teller->from, from_users, from) };
	new = (struct said){ .text = users_of(teller->to, to_users, to) };
	tell(teller, &subject, STR("items"), old, new);
}

static void
tell_methods(struct teller *teller)
{
	const struct scheme *from = teller->from, *to = teller->to;
	struct str *from_users = find_users(teller, from);
	struct str *to_users = find_users(teller, to);

	for (size_t i = 0; i < to->own_method_count; i++) {
		const struct method *method = &to->methods[i];
		const struct method *other = method_of(from, method->id);

		/* Of two with one Id the second is not used. */
		if (method_of(to, method->id) == method)
			tell_method(teller,
			    other == NULL ? SCHEME_DIFF_ADDED
					  : SCHEME_DIFF_CHANGED,
			    other, method, from_users, to_users);
	}
	for (size_t i = 0; i < from->own_method_count; i++) {
		const struct method *method = &from->methods[i];
		const struct method *other = method_of(to, method->id);

		if (method_of(from, method->id) == method &&
		    !is_own_method(to, other))
			tell_method(teller,
			    other == NULL ? SCHEME_DIFF_DROPPED
					  : SCHEME_DIFF_CHANGED,
			    method, other, from_users, to_users);
	}
}

/*
 * Grades
 */

static const struct grade *
grade_of(const struct scheme *scheme, struct str id)
{
	for (size_t i = 0; i < scheme->grade_count; i++)
		if (str_equal(scheme->grades[i].id, id))
			return &scheme->grades[i];
	return NULL;
}

static struct said
said_of_grade(struct teller *teller, const struct scheme *scheme,
    const struct grade *grade, const char *name, struct str fallback)
{
	struct said said = said_nothing();

	if (grade == NULL)
		return said;
	said = said_field(teller, scheme, field_of(grade->record, name),
	    str_equal(str_from(name), STR("When")) ? grade->when : NULL);
	if (said.field == NULL)
		said.text = fallback;
	else if (str_equal(str_from(name), STR("Quota")) &&
		 num_is_number(grade->quota))
		said.text = share_text(teller, grade->quota, NUM_INT(1));
	return said;
}

static void
tell_grade(struct teller *teller, enum scheme_diff_change change,
    const struct grade *from, const struct grade *to)
{
	/* clang-format off */
	static const struct { const char *name, *fallback; } fields[] = {
		{ "When", "" }, { "Quota", "" }, { "Rounding", "down" },
		{ "Ties", "inclusive" }
	};
	/* clang-format on */
	struct subject subject = { SCHEME_DIFF_GRADE, change,
		to != NULL ? to->id : from->id, STR("") };
	size_t told = teller->scheme_diff->count;

	for (size_t i = 0; i < LENGTH(fields); i++) {
		struct str fallback = change == SCHEME_DIFF_CHANGED
					  ? str_from(fields[i].fallback)
					  : STR("");

		tell_difference(teller, &subject, str_from(fields[i].name),
		    said_of_grade(teller, teller->from, from, fields[i].name,
			fallback),
		    said_of_grade(teller, teller->to, to, fields[i].name,
			fallback));
	}
	if (change != SCHEME_DIFF_CHANGED && teller->scheme_diff->count == told)
		tell(teller, &subject, STR(""), said_nothing(), said_nothing());
}

/* The grades that both schemes have, in the order of one. */
static struct str
common_grades(struct teller *teller, const struct scheme *scheme,
    const struct scheme *other)
{
	for (size_t i = 0; i < scheme->grade_count; i++)
		if (grade_of(other, scheme->grades[i].id) != NULL)
			add_to_list(teller, scheme->grades[i].id);
	return kept(teller);
}

static void
tell_grades(struct teller *teller)
{
	const struct scheme *from = teller->from, *to = teller->to;
	struct subject all = { SCHEME_DIFF_GRADE, SCHEME_DIFF_MOVED, STR(""),
		STR("") };

	tell_computed(teller, &all, STR("order"),
	    common_grades(teller, from, to), common_grades(teller, to, from));
	for (size_t i = 0; i < to->grade_count; i++) {
		const struct grade *other = grade_of(from, to->grades[i].id);

		tell_grade(teller,
		    other == NULL ? SCHEME_DIFF_ADDED : SCHEME_DIFF_CHANGED,
		    other, &to->grades[i]);
	}
	for (size_t i = 0; i < from->grade_count; i++)
		if (grade_of(to, from->grades[i].id) == NULL)
			tell_grade(teller, SCHEME_DIFF_DROPPED,
			    &from->grades[i], NULL);
}

/*
 * Offices
 */

enum role { ROLE_NONE, ROLE_WITH, ROLE_LEAD, ROLE_COUNT };

/* Of one scheme: which offices its items name, by their numbers here. */
struct responsibilities {
	const struct scheme *scheme;
	uint32_t *lead; /* of each item, or INDEX_NONE */
	uint32_t **with;
};

struct offices {
	struct intern index;
	struct str *ids;
	size_t count, capacity;
};

static uint32_t
office_number(struct teller *teller, struct offices *offices, struct str id)
{
	uint32_t number = (uint32_t)offices->count;

	if (id.size == 0)
		return INDEX_NONE;
	if (!intern_add(&offices->index, id, &number))
		return number;
	offices->ids = arena_grow(teller->arena, offices->ids, offices->count,
	    &offices->capacity, sizeof(*offices->ids));
	offices->ids[offices->count++] = id;
	return number;
}

static void
enter_offices(struct teller *teller, struct offices *offices,
    const struct book *book)
{
	for (size_t i = 0; i < book->office_count; i++)
		office_number(teller, offices, book->offices[i].id);
}

static struct responsibilities
find_duties(struct teller *teller, struct offices *offices,
    const struct scheme *scheme)
{
	struct responsibilities duties = { .scheme = scheme };

	duties.lead = arena_array(teller->arena, scheme->item_count,
	    sizeof(*duties.lead));
	duties.with = arena_array(teller->arena, scheme->item_count,
	    sizeof(*duties.with));
	for (size_t i = 0; i < scheme->item_count; i++) {
		const struct item *item = &scheme->items[i];
		size_t count = item->with_fields.count;

		duties.lead[i] = item->lead_field == NULL
				     ? INDEX_NONE
				     : office_number(teller, offices,
					   item->lead_field->value);
		duties.with[i] =
		    arena_array(teller->arena, count, sizeof(**duties.with));
		for (size_t j = 0; j < count; j++)
			duties.with[i][j] = office_number(teller, offices,
			    item->with_fields.fields[j]->value);
	}
	return duties;
}

static enum role
role_of(const struct responsibilities *duties, uint32_t item, uint32_t office)
{
	size_t count;

	if (item == INDEX_NONE)
		return ROLE_NONE;
	if (duties->lead[item] == office)
		return ROLE_LEAD;
	count = duties->scheme->items[item].with_fields.count;
	for (size_t i = 0; i < count; i++)
		if (duties->with[item][i] == office)
			return ROLE_WITH;
	return ROLE_NONE;
}

/* What the indicators that an office leads are worth, and how many they are. */
static struct num
led_points(struct teller *teller, const struct responsibilities *duties,
    uint32_t office, size_t *count)
{
	struct num sum = NUM_INT(0);

	*count = 0;
	for (size_t i = 0; i < duties->scheme->item_count; i++) {
		const struct item *item = &duties->scheme->items[i];

		if (!is_leaf(item) || duties->lead[i] != office)
			continue;
		++*count;
		if (item->counts && num_is_number(item->points))
			sum = value_add(teller->arena, sum, item->points);
	}
	return sum;
}

/* The items whose role for an office went from one to another, both sides. */
struct role_change {
	enum role from, to;
	enum scheme_diff_change change;
	const char *what;
	struct buffer old_ids, new_ids;
};

static void
note_role(struct role_change *changes, size_t count, enum role from,
    enum role to, const struct item *old, const struct item *new)
{
	for (size_t i = 0; i < count; i++) {
		struct role_change *change = &changes[i];

		if (change->from != from || change->to != to)
			continue;
		if (old != NULL && from != ROLE_NONE) {
			buffer_add(&change->old_ids,
			    change->old_ids.size > 0 ? STR(", ") : STR(""));
			buffer_add(&change->old_ids, old->id);
		}
		if (new != NULL && to != ROLE_NONE) {
			buffer_add(&change->new_ids,
			    change->new_ids.size > 0 ? STR(", ") : STR(""));
			buffer_add(&change->new_ids, new->id);
		}
	}
}

static void
note_roles(const struct teller *teller, const struct responsibilities *from,
    const struct responsibilities *to, uint32_t office,
    struct role_change *changes, size_t count)
{
	for (uint32_t i = 0; i < to->scheme->item_count; i++) {
		uint32_t other = teller->item_match->from_of[i];

		note_role(changes, count, role_of(from, other, office),
		    role_of(to, i, office),
		    other == INDEX_NONE ? NULL : &from->scheme->items[other],
		    &to->scheme->items[i]);
	}
	for (uint32_t i = 0; i < from->scheme->item_count; i++)
		if (teller->item_match->to_of[i] == INDEX_NONE)
			note_role(changes, count, role_of(from, i, office),
			    ROLE_NONE, &from->scheme->items[i], NULL);
}

static void
tell_roles(struct teller *teller, struct subject subject,
    const struct responsibilities *from, const struct responsibilities *to,
    uint32_t office)
{
	/* clang-format off */
	struct role_change changes[] = {
		{ ROLE_NONE, ROLE_LEAD, SCHEME_DIFF_GAINED, "Lead", { 0 }, { 0 } },
		{ ROLE_NONE, ROLE_WITH, SCHEME_DIFF_GAINED, "With", { 0 }, { 0 } },
		{ ROLE_WITH, ROLE_LEAD, SCHEME_DIFF_LEADS, "Lead", { 0 }, { 0 } },
		{ ROLE_LEAD, ROLE_WITH, SCHEME_DIFF_SHARES, "With", { 0 }, { 0 } },
		{ ROLE_LEAD, ROLE_NONE, SCHEME_DIFF_LOST, "Lead", { 0 }, { 0 } },
		{ ROLE_WITH, ROLE_NONE, SCHEME_DIFF_LOST, "With", { 0 }, { 0 } },
	};
	/* clang-format on */

	note_roles(teller, from, to, office, changes, LENGTH(changes));
	for (size_t i = 0; i < LENGTH(changes); i++) {
		struct said old = { .text = arena_str(teller->arena,
					buffer_str(&changes[i].old_ids)) };
		struct said new = { .text = arena_str(teller->arena,
					buffer_str(&changes[i].new_ids)) };

		subject.change = changes[i].change;
		if (old.text.size + new.text.size > 0)
			tell(teller, &subject, str_from(changes[i].what), old,
			    new);
		buffer_free(&changes[i].old_ids);
		buffer_free(&changes[i].new_ids);
	}
}

static struct str
office_name(const struct teller *teller, struct str id)
{
	const struct book *books[] = { teller->to->book, teller->from->book };

	for (size_t i = 0; i < LENGTH(books); i++) {
		uint32_t office = book_office(books[i], id);

		if (office != INDEX_NONE)
			return books[i]->offices[office].name;
	}
	return STR("");
}

static void
tell_office(struct teller *teller, const struct responsibilities *from,
    const struct responsibilities *to, struct str id, uint32_t office)
{
	struct subject subject = { SCHEME_DIFF_OFFICE, SCHEME_DIFF_CHANGED, id,
		office_name(teller, id) };
	size_t old_count, new_count;
	struct num old_points = led_points(teller, from, office, &old_count);
	struct num new_points = led_points(teller, to, office, &new_count);

	tell_computed(teller, &subject, STR("items"),
	    count_text(teller, old_count), count_text(teller, new_count));
	tell_computed(teller, &subject, STR("points"),
	    number_text(teller, old_points), number_text(teller, new_points));
	tell_share(teller, &subject, old_points, new_points);
	tell_roles(teller, subject, from, to, office);
}

/* In the order of the new book, then of the old one, then as they are met. */
static void
tell_offices(struct teller *teller)
{
	struct offices offices = { 0 };
	struct responsibilities from, to;

	enter_offices(teller, &offices, teller->to->book);
	enter_offices(teller, &offices, teller->from->book);
	to = find_duties(teller, &offices, teller->to);
	from = find_duties(teller, &offices, teller->from);
	for (uint32_t i = 0; i < offices.count; i++)
		tell_office(teller, &from, &to, offices.ids[i], i);
	intern_free(&offices.index);
}

void
scheme_diff_schemes(struct scheme_diff *scheme_diff, const struct scheme *from,
    const struct scheme *to)
{
	struct item_match item_match;
	struct teller teller = { .scheme_diff = scheme_diff,
		.arena = &scheme_diff->arena,
		.from = from,
		.to = to,
		.item_match = &item_match };

	item_match_make(&item_match, from, to);
	tell_scheme(&teller);
	tell_items(&teller);
	tell_methods(&teller);
	tell_grades(&teller);
	tell_offices(&teller);
	item_match_free(&item_match);
	buffer_free(&teller.text);
}

/*
 * One item
 */

/* The methods that an item's rules call in one of the schemes. */
static void
tell_called_methods(struct teller *teller, const struct scheme *scheme,
    const struct item *item, struct intern *seen)
{
	struct rule_refs_reader *reader = rule_refs_reader_new(scheme);
	struct rule_refs found = rule_refs_item(reader, item);

	for (size_t i = 0; i < found.method_count; i++) {
		struct str id = scheme->methods[found.methods[i]].id;
		const struct method *old = method_of(teller->from, id);
		const struct method *new = method_of(teller->to, id);
		struct subject subject = { SCHEME_DIFF_METHOD,
			SCHEME_DIFF_CHANGED, id, STR("") };
		uint32_t number = 0;

		if (old == NULL)
			subject.change = SCHEME_DIFF_ADDED;
		else if (new == NULL)
			subject.change = SCHEME_DIFF_DROPPED;
		if (intern_add(seen, id, &number))
			tell_method_fields(teller, &subject, old, new);
	}
	rule_refs_reader_free(reader);
}

/* Points that an absent item leaves to those beside it depend on theirs. */
static void
tell_siblings(struct teller *teller, const struct item *from,
    const struct item *to)
{
	const struct item *parent, *other;

	if (from->parent == INDEX_NONE || to->parent == INDEX_NONE)
		return;
	other = &teller->from->items[from->parent];
	parent = &teller->to->items[to->parent];
	if (!parent->rescales_below && !other->rescales_below)
		return;
	for (size_t i = 0; i < parent->child_count; i++) {
		const struct item *new =
		    &teller->to->items[parent->children[i]];
		uint32_t number = scheme_item(teller->from, new->id);
		struct subject subject = { SCHEME_DIFF_ITEM, SCHEME_DIFF_ADDED,
			new->id, new->name };
		struct said old = said_nothing();

		if (new == to)
			continue;
		if (number != INDEX_NONE) {
			subject.change = SCHEME_DIFF_CHANGED;
			old = said_points(teller, teller->from,
			    &teller->from->items[number]);
		}
		tell_difference(teller, &subject, STR("Points"), old,
		    said_points(teller, teller->to, new));
	}
	for (size_t i = 0; i < other->child_count; i++) {
		const struct item *old =
		    &teller->from->items[other->children[i]];
		struct subject subject = { SCHEME_DIFF_ITEM,
			SCHEME_DIFF_DROPPED, old->id, old->name };

		if (scheme_item(teller->to, old->id) == INDEX_NONE)
			tell_difference(teller, &subject, STR("Points"),
			    said_points(teller, teller->from, old),
			    said_nothing());
	}
}

void
scheme_diff_item(struct scheme_diff *scheme_diff, const struct scheme *from,
    uint32_t from_item, const struct scheme *to, uint32_t to_item)
{
	const struct item *old = &from->items[from_item];
	const struct item *new = &to->items[to_item];
	struct teller teller = { .scheme_diff = scheme_diff,
		.arena = &scheme_diff->arena,
		.from = from,
		.to = to };
	struct subject item = { SCHEME_DIFF_ITEM, SCHEME_DIFF_CHANGED, new->id,
		new->name };
	struct intern seen = { 0 };

	tell_item(&teller, &item, old, new);
	tell_called_methods(&teller, to, new, &seen);
	tell_called_methods(&teller, from, old, &seen);
	intern_free(&seen);
	tell_siblings(&teller, old, new);
	tell_eligible(&teller, &scheme_subject);
	buffer_free(&teller.text);
}

void
scheme_diff_free(struct scheme_diff *scheme_diff)
{
	arena_free(&scheme_diff->arena);
	*scheme_diff = (struct scheme_diff){ 0 };
}

/*
 * The table
 */

const struct table_column scheme_diff_columns[SCHEME_DIFF_COLUMNS] = {
	{ STR_INIT("part"), TABLE_TEXT },
	{ STR_INIT("change"), TABLE_TEXT },
	{ STR_INIT("id"), TABLE_TEXT },
	{ STR_INIT("name"), TABLE_TEXT },
	{ STR_INIT("what"), TABLE_TEXT },
	{ STR_INIT("from"), TABLE_TEXT },
	{ STR_INIT("to"), TABLE_TEXT },
	{ STR_INIT("from_at"), TABLE_TEXT },
	{ STR_INIT("to_at"), TABLE_TEXT },
};

static void
place_cell(struct table *table, struct buffer *text,
    const struct scheme_diff_saying *saying)
{
	buffer_clear(text);
	if (saying->path != NULL) {
		buffer_add(text, str_from(saying->path));
		buffer_format(text, ":%u", saying->line);
	}
	table_cell(table, buffer_str(text));
}

void
scheme_diff_print(const struct scheme_diff *scheme_diff, struct table *table)
{
	static const char *const parts[] = { [SCHEME_DIFF_SCHEME] = "scheme",
		[SCHEME_DIFF_ITEM] = "item",
		[SCHEME_DIFF_METHOD] = "method",
		[SCHEME_DIFF_GRADE] = "grade",
		[SCHEME_DIFF_OFFICE] = "office" };
	static const char *const changes[] = { [SCHEME_DIFF_ADDED] = "added",
		[SCHEME_DIFF_DROPPED] = "dropped",
		[SCHEME_DIFF_MOVED] = "moved",
		[SCHEME_DIFF_CHANGED] = "changed",
		[SCHEME_DIFF_GAINED] = "gained",
		[SCHEME_DIFF_LOST] = "lost",
		[SCHEME_DIFF_LEADS] = "leads",
		[SCHEME_DIFF_SHARES] = "shares" };
	struct buffer text = { 0 };

	for (size_t i = 0; i < scheme_diff->count; i++) {
		const struct scheme_diff_row *row = &scheme_diff->rows[i];

		table_cell(table, str_from(parts[row->part]));
		table_cell(table, str_from(changes[row->change]));
		table_cell(table, row->id);
		table_cell(table, row->name);
		table_cell(table, row->what);
		table_cell(table, row->from.text);
		table_cell(table, row->to.text);
		place_cell(table, &text, &row->from);
		place_cell(table, &text, &row->to);
	}
	buffer_free(&text);
}
