#include "view/duty_view.h"

#include "base/i18n.h"
#include "score/score_text.h"

bool
duty_view_is_named(const struct duty_view *view)
{
	return view->format == TABLE_MARKDOWN;
}

unsigned
duty_view_shown(const struct duty_view *view)
{
	return view->names && !duty_view_is_named(view) ? DUTY_VIEW_NAMES : 0;
}

bool
duty_view_asks(const struct duty_view *view, struct str office, struct str item)
{
	return view->is_asked == NULL ||
	       view->is_asked(view->context, office, item);
}

bool
duty_view_asks_duty(const struct duty_view *view, const struct scheme *scheme,
    const struct responsibility *duty)
{
	struct str office = duty->office == INDEX_NONE
				? STR("")
				: view->book->offices[duty->office].id;

	return duty_view_asks(view, office, scheme->items[duty->item].id);
}

/*
 * What things are called
 */

static struct str
name_or_id(struct str name, struct str id)
{
	return name.size > 0 ? name : id;
}

struct str
duty_view_office_name(const struct book *book, uint32_t office)
{
	if (office == INDEX_NONE)
		return STR("");
	return name_or_id(book->offices[office].name, book->offices[office].id);
}

struct str
duty_view_item_name(const struct scheme *scheme, uint32_t item)
{
	if (item == INDEX_NONE)
		return STR("");
	return name_or_id(scheme->items[item].name, scheme->items[item].id);
}

struct str
duty_view_measure_name(const struct book *book, uint32_t measure)
{
	if (measure == INDEX_NONE)
		return STR("");
	return name_or_id(book->measures[measure].name,
	    book->measures[measure].id);
}

struct str
duty_view_office(const struct duty_view *view, uint32_t office)
{
	if (office == INDEX_NONE || duty_view_is_named(view))
		return duty_view_office_name(view->book, office);
	return view->book->offices[office].id;
}

struct str
duty_view_item(const struct duty_view *view, const struct scheme *scheme,
    uint32_t item)
{
	if (item == INDEX_NONE || duty_view_is_named(view))
		return duty_view_item_name(scheme, item);
	return scheme->items[item].id;
}

struct str
duty_view_measure(const struct duty_view *view, uint32_t measure)
{
	if (measure == INDEX_NONE || duty_view_is_named(view))
		return duty_view_measure_name(view->book, measure);
	return view->book->measures[measure].id;
}

/*
 * Documents
 */

void
duty_view_title(const struct duty_view *view,
    const struct responsibilities *duties, const char *what)
{
	const struct book *book = duties->book;
	const struct unit *unit = &book->units[duties->unit];
	const struct responsibility_standing *total = &duties->standings[0];
	struct buffer text = { 0 };
	char period[PERIOD_TEXT_SIZE];
	size_t ranked = 0;

	for (size_t i = 0; i < book->unit_count; i++)
		ranked += duties->snapshot.items[0].ranks[i] > 0;
	buffer_add(&text, STR("# "));
	table_markdown(&text, book->name);
	buffer_format(&text, ": %s\n\n", what);
	table_markdown(&text, unit->name.size > 0 ? unit->name : unit->id);
	buffer_format(&text, ", %s",
	    period_text(duties->result->period, period));
	if (num_is_number(total->score)) {
		buffer_format(&text, ": ");
		score_print(&text, &duties->scheme->items[0], total->score);
		if (num_is_number(total->points)) {
			buffer_format(&text, " %s ", _("of"));
			num_print(&text, total->points);
		}
		buffer_format(&text, _(", rank %u of %zu"), total->rank,
		    ranked);
	}
	buffer_add(&text, STR("\n"));
	fwrite(text.data, 1, text.size, view->out);
	buffer_free(&text);
}
