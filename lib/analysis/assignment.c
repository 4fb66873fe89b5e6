#include "analysis/assignment.h"

/* An assignment while it is taken apart. */
struct parts {
	struct book *book;
	const char *source;
	struct str text, name; /* all of it; what is left before the `=` */
	struct data_assumption *out;
	bool has_unit, has_period;
};

static struct place
place_of(const struct parts *parts, struct str part)
{
	return place_in(parts->source, parts->text,
	    (size_t)(part.data - parts->text.data), part.size);
}

/* `[UNIT]` at the end of the name: Ids may hold brackets themselves. */
static bool
take_unit(struct parts *parts)
{
	struct str name = parts->name, inside;
	size_t at;

	if (parts->has_unit || !str_ends(name, STR("]")))
		return false;
	name.size--;
	for (at = name.size; at-- > 0;) {
		if (name.data[at] != '[')
			continue;
		inside = str_from_byte(name, at + 1);
		parts->out->unit = book_unit(parts->book, inside);
		parts->has_unit = parts->out->unit != INDEX_NONE;
		if (parts->has_unit) {
			parts->name = str_head(name, at);
			return true;
		}
	}
	return false;
}

static bool
take_period(struct parts *parts)
{
	size_t at = str_find_last(parts->name, '@');

	if (parts->has_period || at == STR_NOWHERE ||
	    !period_parse(str_from_byte(parts->name, at + 1),
		&parts->out->period))
		return false;
	parts->has_period = true;
	parts->name = str_head(parts->name, at);
	return true;
}

/* Report a name that is no measure's: often it is what follows that is wrong.
 */
static int
unknown(const struct parts *parts, struct diag *diag)
{
	struct str name = parts->name, rest;
	size_t at = 0;

	while (at < name.size && strchr("@[", name.data[at]) == NULL)
		at++;
	rest = str_from_byte(name, at);
	if (rest.size < 2) {
		book_unknown_measure(parts->book, place_of(parts, name), name,
		    diag);
	} else if (rest.data[0] == '[') {
		rest = str_from_byte(rest, 1);
		if (str_ends(rest, STR("]")))
			rest.size--;
		book_unknown_unit(parts->book, place_of(parts, rest), rest,
		    diag);
	} else {
		rest = str_from_byte(rest, 1);
		diag_at(diag, place_of(parts, rest), D_ASSIGNMENT_PERIOD, rest);
	}
	return -1;
}

int
scenario_assignment_parse(struct book *book, const char *source,
    const char *text, uint32_t unit, struct period period,
    struct data_assumption *out, struct diag *diag)
{
	struct parts parts = { .book = book,
		.source = source,
		.text = str_from(text),
		.out = out };
	/* No value holds an `=`, an Id may. */
	size_t equals = str_find_last(parts.text, '=');

	*out = (struct data_assumption){ .unit = unit,
		.period = period,
		.text = parts.text,
		.source = source };
	if (equals == STR_NOWHERE || equals == 0) {
		diag_at(diag, place_of(&parts, parts.text), D_ASSIGNMENT,
		    parts.text);
		return -1;
	}
	out->value = str_from_byte(parts.text, equals + 1);
	parts.name = str_head(parts.text, equals);
	do
		out->measure = book_measure(book, parts.name);
	while (out->measure == INDEX_NONE &&
	       (take_unit(&parts) || take_period(&parts)));
	if (out->measure == INDEX_NONE)
		return unknown(&parts, diag);
	if (out->unit != INDEX_NONE)
		return 0;
	diag_at(diag, place_of(&parts, parts.text), D_ASSIGNMENT_UNIT,
	    book->measures[out->measure].id);
	return -1;
}
