#include "view/duty_table.h"

#include "base/i18n.h"
#include "book/data_rows.h"
#include "score/score_text.h"

/* What is written, and where it is put together. */
struct writing {
	const struct duty_view *view;
	const struct responsibilities *duties;
	enum responsibility_key key;
	struct cells cells;
	struct buffer text;
	struct arena arena;
};

static bool
is_asked(const struct writing *writing, const struct responsibility *duty)
{
	return duty_view_asks_duty(writing->view, writing->duties->scheme,
	    duty);
}

static struct str
source_of(const struct measure *measure)
{
	return measure->source_field == NULL ? STR("")
					     : measure->source_field->value;
}

/* `agri:grain stats:area`. */
static void
measures_cell(struct writing *writing, uint32_t item)
{
	const struct responsibility_measures *measures =
	    &writing->duties->measures[item];
	struct cells *cells = &writing->cells;

	for (size_t i = 0; i < measures->count; i++) {
		const struct measure *measure =
		    &writing->view->book->measures[measures->list[i]];

		buffer_format(&cells->text, "%s" STR_FMT "%s" STR_FMT,
		    i > 0 ? " " : "", STR_ARG(source_of(measure)),
		    source_of(measure).size > 0 ? ":" : "",
		    STR_ARG(measure->id));
	}
	cells_text(cells);
}

/* The same for people: `Grain output (Bureau of Statistics)`. */
static void
named_measures_cell(struct writing *writing, uint32_t item)
{
	const struct responsibility_measures *measures =
	    &writing->duties->measures[item];
	const struct book *book = writing->view->book;
	struct cells *cells = &writing->cells;

	for (size_t i = 0; i < measures->count; i++) {
		uint32_t number = measures->list[i];
		uint32_t source = book->measures[number].source;

		if (i > 0)
			buffer_add(&cells->text, STR("; "));
		buffer_add(&cells->text, duty_view_measure_name(book, number));
		if (source != INDEX_NONE)
			buffer_format(&cells->text, " (" STR_FMT ")",
			    STR_ARG(duty_view_office_name(book, source)));
	}
	cells_text(cells);
}

/* points score rank lost */
static void
standing_cells(struct writing *writing, uint32_t item)
{
	const struct responsibility_standing *standing =
	    &writing->duties->standings[item];
	struct cells *cells = &writing->cells;

	cells_number(cells, standing->points);
	cells_score(cells, &writing->duties->scheme->items[item],
	    standing->score);
	cells_rank(cells, standing->rank);
	cells_number(cells, standing->lost);
}

/*
 * The list as rows
 */

static void
list_row(struct writing *writing, struct str group,
    const struct responsibility *duty)
{
	const struct book *book = writing->view->book;
	const struct scheme *scheme = writing->duties->scheme;
	struct cells *cells = &writing->cells;

	cells_put(cells, group);
	cells_put(cells, duty->office == INDEX_NONE
			     ? STR("")
			     : book->offices[duty->office].id);
	cells_put(cells, scheme->items[duty->item].id);
	cells_word(cells, responsibility_role_text(duty->role));
	standing_cells(writing, duty->item);
	state_print(&cells->text, writing->duties->standings[duty->item].state);
	cells_text(cells);
	measures_cell(writing, duty->item);
	cells_put(cells, duty_view_office_name(book, duty->office));
	cells_put(cells, duty_view_item_name(scheme, duty->item));
}

static void
write_list(struct writing *writing, const struct responsibility_group *groups,
    size_t count)
{
	enum { WITH_GROUP = DUTY_VIEW_OWN };
	const struct duty_view *view = writing->view;
	const struct cells_column columns[] = {
		{ str_from(responsibility_key_text(writing->key)), TABLE_TEXT,
		    WITH_GROUP },
		{ STR("office"), TABLE_TEXT, 0 },
		{ STR("item"), TABLE_TEXT, 0 },
		{ STR("role"), TABLE_TEXT, 0 },
		{ STR("points"), TABLE_NUMBER, 0 },
		{ STR("score"), TABLE_NUMBER, 0 },
		{ STR("rank"), TABLE_NUMBER, 0 },
		{ STR("lost"), TABLE_NUMBER, 0 },
		{ STR("state"), TABLE_TEXT, 0 },
		{ STR("measures"), TABLE_LIST, 0 },
		{ STR("office_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
		{ STR("item_name"), TABLE_TEXT, DUTY_VIEW_NAMES },
	};
	unsigned shown = duty_view_shown(view);

	if (writing->key != RESPONSIBILITY_BY_OFFICE)
		shown |= WITH_GROUP;
	cells_open(&writing->cells, view->out, view->format, columns,
	    LENGTH(columns), shown);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < groups[i].count; j++) {
			const struct responsibility *duty =
			    &writing->duties->list[groups[i].members[j]];

			if (is_asked(writing, duty))
				list_row(writing, groups[i].name, duty);
		}
	cells_close(&writing->cells);
}

/*
 * The list as a document
 */

static void
write_text(struct writing *writing)
{
	fwrite(writing->text.data, 1, writing->text.size, writing->view->out);
	buffer_clear(&writing->text);
}

/* Text as Markdown; empty text as a dash. */
static void
add_marked(struct writing *writing, struct str text)
{
	if (text.size > 0)
		table_markdown(&writing->text, text);
	else
		buffer_add(&writing->text, STR("-"));
}

/* What a group leads, in all. */
struct sums {
	size_t roles[RESPONSIBILITY_SUPPLIES + 1];
	struct num points, score, lost;
};

static void
add_to(struct arena *arena, struct num *sum, struct num value)
{
	if (num_is_number(value))
		*sum = num_add(arena, *sum, value);
}

static struct sums
sum_up(struct writing *writing, const struct responsibility_group *group)
{
	struct sums sums = {
		.points = NUM_INT(0), .score = NUM_INT(0), .lost = NUM_INT(0)
	};

	for (size_t i = 0; i < group->count; i++) {
		const struct responsibility *duty =
		    &writing->duties->list[group->members[i]];
		const struct responsibility_standing *standing =
		    &writing->duties->standings[duty->item];

		if (!is_asked(writing, duty))
			continue;
		sums.roles[duty->role]++;
		/* An item counts once: for the office that leads it. */
		if (duty->role != RESPONSIBILITY_LEADS)
			continue;
		add_to(&writing->arena, &sums.points, standing->points);
		add_to(&writing->arena, &sums.score, standing->score);
		add_to(&writing->arena, &sums.lost, standing->lost);
	}
	return sums;
}

static bool
is_empty(const struct sums *sums)
{
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(sums->roles); i++)
		count += sums->roles[i];
	return count == 0;
}

/* What a group is called in a document. */
static struct str
group_name(const struct writing *writing,
    const struct responsibility_group *group)
{
	const struct book *book = writing->view->book;
	const struct scheme *scheme = writing->duties->scheme;

	if (group->name.size == 0)
		return str_from(_("none"));
	if (writing->key == RESPONSIBILITY_BY_OFFICE)
		return duty_view_office_name(book,
		    book_office(book, group->name));
	if (writing->key == RESPONSIBILITY_BY_CATEGORY)
		return duty_view_item_name(scheme,
		    scheme_item(scheme, group->name));
	return group->name;
}

static void
write_sums(struct writing *writing, const struct responsibility_group *groups,
    size_t count)
{
	const struct cells_column columns[] = {
		{ str_from(responsibility_key_text(writing->key)), TABLE_TEXT,
		    0 },
		{ STR("leads"), TABLE_NUMBER, 0 },
		{ STR("shares"), TABLE_NUMBER, 0 },
		{ STR("supplies"), TABLE_NUMBER, 0 },
		{ STR("points"), TABLE_NUMBER, 0 },
		{ STR("score"), TABLE_NUMBER, 0 },
		{ STR("lost"), TABLE_NUMBER, 0 },
	};
	struct cells *cells = &writing->cells;

	fputc('\n', writing->view->out);
	cells_open(cells, writing->view->out, TABLE_MARKDOWN, columns,
	    LENGTH(columns), 0);
	for (size_t i = 0; i < count; i++) {
		struct sums sums = sum_up(writing, &groups[i]);

		if (is_empty(&sums))
			continue;
		cells_put(cells, group_name(writing, &groups[i]));
		for (size_t j = 0; j < LENGTH(sums.roles); j++)
			cells_count(cells, sums.roles[j]);
		cells_number(cells, sums.points);
		cells_number(cells, sums.score);
		cells_number(cells, sums.lost);
	}
	cells_close(cells);
}

/* Who answers for an office, and to whom. */
static void
write_office(struct writing *writing, struct str id)
{
	const struct book *book = writing->view->book;
	uint32_t number = book_office(book, id);
	const struct office *office;

	if (number == INDEX_NONE)
		return;
	office = &book->offices[number];
	buffer_format(&writing->text, "\n%s ", _("Leader:"));
	add_marked(writing, office->leader);
	buffer_format(&writing->text, ". %s ", _("Scored by:"));
	add_marked(writing, office->counterpart);
	if (office->section.size > 0) {
		buffer_add(&writing->text, STR(", "));
		add_marked(writing, office->section);
	}
	buffer_add(&writing->text, STR(".\n"));
	write_text(writing);
}

static void
section_row(struct writing *writing, const struct responsibility *duty)
{
	struct cells *cells = &writing->cells;

	cells_put(cells,
	    duty_view_office_name(writing->view->book, duty->office));
	cells_put(cells,
	    duty_view_item_name(writing->duties->scheme, duty->item));
	cells_word(cells, responsibility_role_text(duty->role));
	standing_cells(writing, duty->item);
	named_measures_cell(writing, duty->item);
}

static void
write_section(struct writing *writing, const struct responsibility_group *group)
{
	enum { WITH_OFFICE = 1 };
	static const struct cells_column columns[] = {
		{ STR_INIT("office"), TABLE_TEXT, WITH_OFFICE },
		{ STR_INIT("item"), TABLE_TEXT, 0 },
		{ STR_INIT("role"), TABLE_TEXT, 0 },
		{ STR_INIT("points"), TABLE_NUMBER, 0 },
		{ STR_INIT("score"), TABLE_NUMBER, 0 },
		{ STR_INIT("rank"), TABLE_NUMBER, 0 },
		{ STR_INIT("lost"), TABLE_NUMBER, 0 },
		{ STR_INIT("measures"), TABLE_TEXT, 0 },
	};
	bool by_office = writing->key == RESPONSIBILITY_BY_OFFICE;

	buffer_add(&writing->text, STR("\n## "));
	add_marked(writing, group_name(writing, group));
	buffer_add_byte(&writing->text, '\n');
	write_text(writing);
	if (by_office)
		write_office(writing, group->name);
	fputc('\n', writing->view->out);
	cells_open(&writing->cells, writing->view->out, TABLE_MARKDOWN, columns,
	    LENGTH(columns), by_office ? 0 : WITH_OFFICE);
	for (size_t i = 0; i < group->count; i++) {
		const struct responsibility *duty =
		    &writing->duties->list[group->members[i]];

		if (is_asked(writing, duty))
			section_row(writing, duty);
	}
	cells_close(&writing->cells);
}

static void
write_document(struct writing *writing,
    const struct responsibility_group *groups, size_t count)
{
	duty_view_title(writing->view, writing->duties,
	    _("who answers for what"));
	write_sums(writing, groups, count);
	for (size_t i = 0; i < count; i++) {
		struct sums sums = sum_up(writing, &groups[i]);

		if (!is_empty(&sums))
			write_section(writing, &groups[i]);
	}
}

void
duty_table(const struct duty_view *view, struct responsibilities *duties,
    enum responsibility_key key)
{
	struct writing writing = { .view = view, .duties = duties, .key = key };
	size_t count;
	struct responsibility_group *groups =
	    responsibility_group(duties, key, &count);

	if (duty_view_is_named(view))
		write_document(&writing, groups, count);
	else
		write_list(&writing, groups, count);
	buffer_free(&writing.text);
	arena_free(&writing.arena);
}
