#include "view/duty_table.h"

#include "analysis/alert_status.h"
#include "base/i18n.h"
#include "book/data_rows.h"
#include "score/score_text.h"

/* How far back a last report is looked for, in periods. */
enum { BACK_MAX = 12 };

struct str
duty_table_office_name(const struct book *book, uint32_t office)
{
	if (office == INDEX_NONE)
		return STR("");
	return book->offices[office].name.size > 0 ? book->offices[office].name
						   : book->offices[office].id;
}

struct str
duty_table_item_name(const struct scheme *scheme, uint32_t item)
{
	return scheme->items[item].name.size > 0 ? scheme->items[item].name
						 : scheme->items[item].id;
}

struct str
duty_table_measure_name(const struct book *book, uint32_t measure)
{
	if (measure == INDEX_NONE)
		return STR("");
	return book->measures[measure].name.size > 0
		   ? book->measures[measure].name
		   : book->measures[measure].id;
}

/* What is printed, and where it is put together. */
struct printing {
	const struct duty_table_show *show;
	const struct responsibilities *duties;
	const struct book *book;
	struct table *table;
	struct buffer text;
	struct arena arena;
};

static void
start(struct printing *printing, const struct duty_table_show *show)
{
	*printing = (struct printing){
		.show = show, .duties = show->duties, .book = show->duties->book
	};
}

static void
finish(struct printing *printing)
{
	buffer_free(&printing->text);
	arena_free(&printing->arena);
}

static void
number_cell(struct printing *printing, struct num value)
{
	buffer_clear(&printing->text);
	if (num_is_number(value))
		num_print(&printing->text, value);
	table_cell(printing->table, buffer_str(&printing->text));
}

/* As its item's Digits ask. */
static void
score_cell(struct printing *printing, uint32_t item, struct num value)
{
	buffer_clear(&printing->text);
	score_print(&printing->text, &printing->duties->scheme->items[item],
	    value);
	table_cell(printing->table, buffer_str(&printing->text));
}

static void
rank_cell(struct printing *printing, uint32_t rank)
{
	buffer_clear(&printing->text);
	if (rank > 0)
		buffer_format(&printing->text, "%u", rank);
	table_cell(printing->table, buffer_str(&printing->text));
}

static struct str
office_id(const struct book *book, uint32_t office)
{
	return office == INDEX_NONE ? STR("") : book->offices[office].id;
}

static struct str
source_of(const struct measure *measure)
{
	return measure->source_field == NULL ? STR("")
					     : measure->source_field->value;
}

/* `agri:grain stats:area`. */
static void
measures_cell(struct printing *printing, uint32_t item)
{
	const struct responsibility_measures *measures =
	    &printing->duties->measures[item];

	buffer_clear(&printing->text);
	for (size_t i = 0; i < measures->count; i++) {
		const struct measure *measure =
		    &printing->book->measures[measures->list[i]];

		buffer_format(&printing->text, "%s" STR_FMT "%s" STR_FMT,
		    i > 0 ? " " : "", STR_ARG(source_of(measure)),
		    source_of(measure).size > 0 ? ":" : "",
		    STR_ARG(measure->id));
	}
	table_cell(printing->table, buffer_str(&printing->text));
}

/* The same for people: `Grain output (Bureau of Statistics)`. */
static void
named_measures_cell(struct printing *printing, uint32_t item)
{
	const struct responsibility_measures *measures =
	    &printing->duties->measures[item];

	buffer_clear(&printing->text);
	for (size_t i = 0; i < measures->count; i++) {
		uint32_t number = measures->list[i];
		const struct measure *measure =
		    &printing->book->measures[number];

		if (i > 0)
			buffer_add(&printing->text, STR("; "));
		buffer_add(&printing->text,
		    duty_table_measure_name(printing->book, number));
		if (measure->source == INDEX_NONE)
			continue;
		buffer_format(&printing->text, " (" STR_FMT ")",
		    STR_ARG(duty_table_office_name(printing->book,
			measure->source)));
	}
	table_cell(printing->table, buffer_str(&printing->text));
}

static bool
is_asked(const struct printing *printing, const struct responsibility *duty)
{
	const struct duty_table_show *show = printing->show;

	return show->is_asked == NULL ||
	       show->is_asked(show->context,
		   office_id(printing->book, duty->office),
		   printing->duties->scheme->items[duty->item].id);
}

/*
 * The list as rows
 */

static void
standing_cells(struct printing *printing, uint32_t item)
{
	const struct responsibility_standing *standing =
	    &printing->duties->standings[item];

	number_cell(printing, standing->points);
	score_cell(printing, item, standing->score);
	rank_cell(printing, standing->rank);
	number_cell(printing, standing->lost);
}

static void
list_row(struct printing *printing, struct str group,
    const struct responsibility *duty)
{
	const struct scheme *scheme = printing->duties->scheme;
	struct table *table = printing->table;

	if (printing->show->key != RESPONSIBILITY_BY_OFFICE)
		table_cell(table, group);
	table_cell(table, office_id(printing->book, duty->office));
	table_cell(table, scheme->items[duty->item].id);
	table_cell(table, str_from(responsibility_role_text(duty->role)));
	standing_cells(printing, duty->item);
	buffer_clear(&printing->text);
	state_print(&printing->text,
	    printing->duties->standings[duty->item].state);
	table_cell(table, buffer_str(&printing->text));
	measures_cell(printing, duty->item);
	if (!printing->show->names)
		return;
	table_cell(table, duty_table_office_name(printing->book, duty->office));
	table_cell(table, duty_table_item_name(scheme, duty->item));
}

void
duty_table_show_list(const struct duty_table_show *show)
{
	struct table_column all[] = { { STR(""), false },
		{ STR("office"), false }, { STR("item"), false },
		{ STR("role"), false }, { STR("points"), true },
		{ STR("score"), true }, { STR("rank"), true },
		{ STR("lost"), true }, { STR("state"), false },
		{ STR("measures"), false }, { STR("office_name"), false },
		{ STR("item_name"), false } };
	size_t first = show->key == RESPONSIBILITY_BY_OFFICE;
	size_t last = LENGTH(all) - (show->names ? 0 : 2), count;
	struct printing printing;
	struct responsibility_group *groups;

	start(&printing, show);
	all[0].name = str_from(responsibility_key_text(show->key));
	groups = responsibility_group(show->duties, show->key, &count);
	printing.table =
	    table_new(stdout, show->format, all + first, last - first);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < groups[i].count; j++) {
			const struct responsibility *duty =
			    &show->duties->list[groups[i].members[j]];

			if (is_asked(&printing, duty))
				list_row(&printing, groups[i].name, duty);
		}
	table_end(printing.table);
	finish(&printing);
}

/*
 * The list as a document
 */

static void
print_text(struct printing *printing)
{
	fwrite(printing->text.data, 1, printing->text.size, stdout);
	buffer_clear(&printing->text);
}

/* Text as Markdown; empty text as a dash. */
static void
add_marked(struct printing *printing, struct str text)
{
	if (text.size > 0)
		table_markdown(&printing->text, text);
	else
		buffer_add(&printing->text, STR("-"));
}

void
duty_table_show_title(const struct responsibilities *duties, const char *what)
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
	fwrite(text.data, 1, text.size, stdout);
	buffer_free(&text);
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
sum_up(struct printing *printing, const struct responsibility_group *group)
{
	struct sums sums = {
		.points = NUM_INT(0), .score = NUM_INT(0), .lost = NUM_INT(0)
	};

	for (size_t i = 0; i < group->count; i++) {
		const struct responsibility *duty =
		    &printing->duties->list[group->members[i]];
		const struct responsibility_standing *standing =
		    &printing->duties->standings[duty->item];

		if (!is_asked(printing, duty))
			continue;
		sums.roles[duty->role]++;
		/* An item counts once: for the office that leads it. */
		if (duty->role != RESPONSIBILITY_LEADS)
			continue;
		add_to(&printing->arena, &sums.points, standing->points);
		add_to(&printing->arena, &sums.score, standing->score);
		add_to(&printing->arena, &sums.lost, standing->lost);
	}
	return sums;
}

static bool
is_empty(const struct sums *sums)
{
	return sums->roles[RESPONSIBILITY_LEADS] +
		   sums->roles[RESPONSIBILITY_SHARES] +
		   sums->roles[RESPONSIBILITY_SUPPLIES] ==
	       0;
}

/* What a group is called in a document. */
static struct str
group_name(const struct printing *printing,
    const struct responsibility_group *group)
{
	uint32_t number;

	if (group->name.size == 0)
		return str_from(_("none"));
	if (printing->show->key == RESPONSIBILITY_BY_OFFICE) {
		number = book_office(printing->book, group->name);
		return duty_table_office_name(printing->book, number);
	}
	if (printing->show->key == RESPONSIBILITY_BY_CATEGORY) {
		number = scheme_item(printing->duties->scheme, group->name);
		return duty_table_item_name(printing->duties->scheme, number);
	}
	return group->name;
}

static void
count_cell(struct printing *printing, size_t count)
{
	buffer_clear(&printing->text);
	buffer_format(&printing->text, "%zu", count);
	table_cell(printing->table, buffer_str(&printing->text));
}

static void
print_sums(struct printing *printing, const struct responsibility_group *groups,
    size_t count)
{
	struct table_column columns[] = {
		{ str_from(responsibility_key_text(printing->show->key)),
		    false },
		{ STR("leads"), true }, { STR("shares"), true },
		{ STR("supplies"), true }, { STR("points"), true },
		{ STR("score"), true }, { STR("lost"), true }
	};

	putchar('\n');
	printing->table =
	    table_new(stdout, TABLE_MARKDOWN, columns, LENGTH(columns));
	for (size_t i = 0; i < count; i++) {
		struct sums sums = sum_up(printing, &groups[i]);

		if (is_empty(&sums))
			continue;
		table_cell(printing->table, group_name(printing, &groups[i]));
		for (size_t j = 0; j < LENGTH(sums.roles); j++)
			count_cell(printing, sums.roles[j]);
		number_cell(printing, sums.points);
		number_cell(printing, sums.score);
		number_cell(printing, sums.lost);
	}
	table_end(printing->table);
}

/* Who answers for an office, and to whom. */
static void
print_office(struct printing *printing, struct str id)
{
	uint32_t number = book_office(printing->book, id);
	const struct office *office;

	if (number == INDEX_NONE)
		return;
	office = &printing->book->offices[number];
	buffer_clear(&printing->text);
	buffer_format(&printing->text, "\n%s ", _("Leader:"));
	add_marked(printing, office->leader);
	buffer_format(&printing->text, ". %s ", _("Scored by:"));
	add_marked(printing, office->counterpart);
	if (office->section.size > 0) {
		buffer_add(&printing->text, STR(", "));
		add_marked(printing, office->section);
	}
	buffer_add(&printing->text, STR(".\n"));
	print_text(printing);
}

static void
print_section(struct printing *printing,
    const struct responsibility_group *group)
{
	static const struct table_column all[] = {
		{ STR_INIT("office"), false }, { STR_INIT("item"), false },
		{ STR_INIT("role"), false }, { STR_INIT("points"), true },
		{ STR_INIT("score"), true }, { STR_INIT("rank"), true },
		{ STR_INIT("lost"), true }, { STR_INIT("measures"), false }
	};
	bool by_office = printing->show->key == RESPONSIBILITY_BY_OFFICE;

	buffer_clear(&printing->text);
	buffer_add(&printing->text, STR("\n## "));
	add_marked(printing, group_name(printing, group));
	buffer_add_byte(&printing->text, '\n');
	print_text(printing);
	if (by_office)
		print_office(printing, group->name);
	putchar('\n');
	printing->table = table_new(stdout, TABLE_MARKDOWN, all + by_office,
	    LENGTH(all) - by_office);
	for (size_t i = 0; i < group->count; i++) {
		const struct responsibility *duty =
		    &printing->duties->list[group->members[i]];

		if (!is_asked(printing, duty))
			continue;
		if (!by_office)
			table_cell(printing->table,
			    duty_table_office_name(printing->book,
				duty->office));
		table_cell(printing->table,
		    duty_table_item_name(printing->duties->scheme, duty->item));
		table_cell(printing->table,
		    str_from(responsibility_role_text(duty->role)));
		standing_cells(printing, duty->item);
		named_measures_cell(printing, duty->item);
	}
	table_end(printing->table);
}

void
duty_table_show_document(const struct duty_table_show *show)
{
	struct responsibility_group *groups;
	struct printing printing;
	size_t count;

	start(&printing, show);
	groups = responsibility_group(show->duties, show->key, &count);
	duty_table_show_title(show->duties, _("who answers for what"));
	print_sums(&printing, groups, count);
	for (size_t i = 0; i < count; i++) {
		struct sums sums = sum_up(&printing, &groups[i]);

		if (!is_empty(&sums))
			print_section(&printing, &groups[i]);
	}
	finish(&printing);
}

/*
 * The dispatch sheet
 */

/*
 * The measure that tells how an item stands: the one that is furthest behind
 * its plan, else the first that has a target, else the first that is none.
 */
static struct progress
progress_of(struct printing *printing, uint32_t item)
{
	const struct responsibilities *duties = printing->duties;
	const struct responsibility_measures *measures =
	    &duties->measures[item];
	struct period period = duties->result->period;
	struct progress found =
	    alert_status_least_progress(printing->show->engine, printing->book,
		measures, duties->unit, period, &printing->arena);
	uint32_t chosen = INDEX_NONE;

	if (found.measure != INDEX_NONE)
		return found;
	for (size_t i = measures->count; i > 0; i--)
		if (!responsibility_is_target(printing->book,
			measures->list[i - 1]))
			chosen = measures->list[i - 1];
	for (size_t i = measures->count; i > 0; i--)
		if (printing->book->measures[measures->list[i - 1]].target !=
		    INDEX_NONE)
			chosen = measures->list[i - 1];
	if (chosen == INDEX_NONE)
		return found;
	return alert_status_progress(printing->show->engine, printing->book,
	    chosen, duties->unit, period, &printing->arena);
}

/* A report: of which period, and from when. */
struct last_report {
	bool found, is_dated;
	struct period period;
	int64_t time;
	int32_t day;
};

/* When a row of a file came to be as it is. */
static void
date_row(const struct printing *printing, const struct data_record *record,
    struct last_report *report)
{
	struct blame *blame = printing->show->blame;
	const struct commit_info *commit;

	if (blame == NULL || record->place.path == NULL)
		return;
	commit = blame_line(blame, record->place.path, record->place.line);
	if (commit != NULL) {
		report->is_dated = true;
		report->time = commit->time;
		report->day = date_of_time(commit->time, printing->book->zone);
	} else if (blame_is_known(blame, record->place.path)) {
		report->is_dated = true;
		report->time = INT64_MAX;
		report->day = printing->show->today;
	}
}

/* The rows of a measure in its newest period that has a value. */
static void
look_at_measure(struct printing *printing, uint32_t measure,
    struct last_report *last)
{
	struct data *data = engine_data(printing->show->engine);
	struct period period = printing->duties->result->period;

	for (int back = 0; back < BACK_MAX; back++) {
		struct data_record *records;
		size_t count =
		    data_records(data, measure, printing->duties->unit,
			period_add(period, -back), &printing->arena, &records);
		bool found = false;

		for (size_t i = 0; i < count; i++) {
			struct last_report report = { .found = true,
				.period = records[i].period };

			if (records[i].value.size == 0)
				continue;
			found = true;
			date_row(printing, &records[i], &report);
			if (!last->found || report.time > last->time ||
			    (report.time == last->time &&
				period_compare(report.period, last->period) >
				    0))
				*last = report;
		}
		if (found)
			return;
	}
}

static struct last_report
last_report(struct printing *printing, uint32_t item)
{
	const struct responsibility_measures *measures =
	    &printing->duties->measures[item];
	struct last_report last = { 0 };

	/* Targets are set once; what is reported is how far they are met. */
	for (size_t i = 0; i < measures->count; i++)
		if (!responsibility_is_target(printing->book,
			measures->list[i]))
			look_at_measure(printing, measures->list[i], &last);
	return last;
}

static void
report_cells(struct printing *printing, uint32_t item)
{
	struct last_report last = last_report(printing, item);
	char period[PERIOD_TEXT_SIZE], day[DATE_TEXT_SIZE];

	table_cell(printing->table,
	    last.found ? str_from(period_text(last.period, period)) : STR(""));
	table_cell(printing->table,
	    last.is_dated ? str_from(date_text(last.day, day)) : STR(""));
}

static void
office_cells(struct printing *printing, uint32_t number, bool named)
{
	static const struct office none;
	const struct office *office =
	    number == INDEX_NONE ? &none : &printing->book->offices[number];

	table_cell(printing->table,
	    named ? duty_table_office_name(printing->book, number)
		  : office->id);
	table_cell(printing->table, office->leader);
	table_cell(printing->table, office->counterpart);
	table_cell(printing->table, office->section);
}

/* The offices that share an item. */
static void
with_cell(struct printing *printing, const struct item *item, bool named)
{
	buffer_clear(&printing->text);
	for (size_t i = 0; i < item->with_count; i++) {
		struct str name =
		    named
			? duty_table_office_name(printing->book, item->with[i])
			: office_id(printing->book, item->with[i]);

		buffer_format(&printing->text, "%s" STR_FMT,
		    i == 0  ? ""
		    : named ? "; "
			    : " ",
		    STR_ARG(name));
	}
	table_cell(printing->table, buffer_str(&printing->text));
}

static void
dispatch_row(struct printing *printing, const struct responsibility *duty)
{
	const struct responsibilities *duties = printing->duties;
	const struct item *item = &duties->scheme->items[duty->item];
	const struct responsibility_standing *standing =
	    &duties->standings[duty->item];
	struct progress progress = progress_of(printing, duty->item);
	bool named = printing->show->format == TABLE_MARKDOWN;
	struct str measure =
	    progress.measure == INDEX_NONE
		? STR("")
		: printing->book->measures[progress.measure].id;

	table_cell(printing->table,
	    named ? duty_table_item_name(duties->scheme, duty->item)
		  : item->id);
	office_cells(printing, duty->office, named);
	table_cell(printing->table,
	    named ? duty_table_measure_name(printing->book, progress.measure)
		  : measure);
	number_cell(printing, progress.target);
	number_cell(printing,
	    progress.measure == INDEX_NONE ? value_missing() : progress.value);
	rank_cell(printing, standing->rank);
	number_cell(printing, standing->points);
	number_cell(printing, standing->lost);
	report_cells(printing, duty->item);
	with_cell(printing, item, named);
	if (!printing->show->names || named)
		return;
	table_cell(printing->table,
	    duty_table_item_name(duties->scheme, duty->item));
	table_cell(printing->table,
	    duty_table_office_name(printing->book, duty->office));
	table_cell(printing->table,
	    duty_table_measure_name(printing->book, progress.measure));
}

void
duty_table_show_dispatch(const struct duty_table_show *show)
{
	static const struct table_column columns[] = { { STR_INIT("item"),
							   false },
		{ STR_INIT("office"), false }, { STR_INIT("leader"), false },
		{ STR_INIT("counterpart"), false },
		{ STR_INIT("section"), false }, { STR_INIT("measure"), false },
		{ STR_INIT("target"), true }, { STR_INIT("progress"), true },
		{ STR_INIT("rank"), true }, { STR_INIT("points"), true },
		{ STR_INIT("lost"), true }, { STR_INIT("report"), false },
		{ STR_INIT("reported"), false }, { STR_INIT("with"), false },
		{ STR_INIT("item_name"), false },
		{ STR_INIT("office_name"), false },
		{ STR_INIT("measure_name"), false } };
	bool named = show->format == TABLE_MARKDOWN;
	size_t count = LENGTH(columns) - (show->names && !named ? 0 : 3);
	struct printing printing;

	start(&printing, show);
	if (named) {
		duty_table_show_title(show->duties, _("dispatch sheet"));
		putchar('\n');
	}
	printing.table = table_new(stdout, show->format, columns, count);
	for (size_t i = 0; i < show->duties->count; i++)
		if (show->duties->list[i].role == RESPONSIBILITY_LEADS &&
		    is_asked(&printing, &show->duties->list[i]))
			dispatch_row(&printing, &show->duties->list[i]);
	table_end(printing.table);
	finish(&printing);
}
