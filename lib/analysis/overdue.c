#include "analysis/overdue.h"

#include <stdlib.h>

#include "score/validate.h"

struct asking {
	struct overdue_list *list;
	struct engine *engine;
	const struct book *book;
	const struct reporting *reports;
	struct period period;
	int32_t date, due; /* the day asked for, and that of the data */
	struct arena *arena;
	size_t first;	/* of the rows of the measure in hand */
	size_t members; /* units of the period */
};

static struct str
office_of(const struct measure *measure)
{
	return measure->source_field != NULL ? measure->source_field->value
					     : STR("");
}

/* What is to be said of a report; zero: nothing. */
static unsigned
state_of(const struct reporting_first *report, int32_t due, int32_t date)
{
	unsigned state = 0;

	if (!report->stands)
		return date > due ? OVERDUE_MISSING | OVERDUE_LATE
				  : OVERDUE_MISSING;
	if (report->is_dated && report->day > due)
		state |= OVERDUE_LATE;
	if (report->provisional)
		state |= OVERDUE_PROVISIONAL;
	return state;
}

static struct overdue_row *
add_row(const struct asking *asking, const struct reporting_first *report,
    int32_t due, unsigned state)
{
	struct overdue_list *list = asking->list;
	int32_t until =
	    (state & OVERDUE_MISSING) != 0 ? asking->date : report->day;
	struct overdue_row row = { .period = asking->period,
		.measure = INDEX_NONE,
		.state = state,
		.due = due,
		.is_dated = report->stands && report->is_dated,
		.reported = report->day };

	if ((state & OVERDUE_LATE) != 0) {
		row.days = until - due;
		row.working_days =
		    calendar_between(&asking->book->calendar, due, until);
	}
	list->rows = arena_grow(asking->arena, list->rows, list->count,
	    &list->capacity, sizeof(row));
	list->rows[list->count] = row;
	return &list->rows[list->count++];
}

/* Whether a cell has the same to be said of as a row of its measure. */
static bool
is_alike(const struct overdue_row *row, const struct reporting_first *report,
    unsigned state)
{
	return row->state == state &&
	       row->is_dated == (report->stands && report->is_dated) &&
	       (!row->is_dated || row->reported == report->day);
}

static void
add_cell(struct asking *asking, uint32_t measure, uint32_t unit, bool is_there)
{
	struct overdue_list *list = asking->list;
	struct reporting_first report = reporting_find(asking->reports, measure,
	    unit, asking->period, is_there);
	unsigned state = state_of(&report, asking->due, asking->date);
	size_t at = asking->first;
	struct overdue_row *row;

	if (state == 0)
		return;
	while (at < list->count && !is_alike(&list->rows[at], &report, state))
		at++;
	row = at < list->count ? &list->rows[at]
			       : add_row(asking, &report, asking->due, state);
	if (row->units == NULL) {
		row->measure = measure;
		row->office = office_of(&asking->book->measures[measure]);
		row->units = arena_array(asking->arena,
		    asking->book->unit_count, sizeof(*row->units));
	}
	row->units[row->unit_count++] = unit;
	row->is_all = row->unit_count > 1 && row->unit_count == asking->members;
}

static void
add_scores(const struct asking *asking)
{
	const struct deadline *deadline =
	    &asking->book->deadlines[DEADLINE_SCORES];
	struct reporting_first report;
	int32_t due;
	unsigned state;

	if (!deadline->given)
		return;
	due = deadline_day(deadline, &asking->book->calendar, asking->period);
	report = reporting_find_close(asking->reports, asking->period);
	state = state_of(&report, due, asking->date);
	if (state != 0)
		add_row(asking, &report, due, state);
}

void
overdue_add(struct overdue_list *list, struct engine *engine,
    const struct book *book, const struct reporting *reports,
    struct period period, uint32_t unit, int32_t date, struct arena *arena)
{
	struct asking asking = { .list = list,
		.engine = engine,
		.book = book,
		.reports = reports,
		.period = period,
		.date = date,
		.arena = arena };
	const uint8_t *needed = validate_needs(engine, book, period, arena);
	const uint8_t *standings;
	struct num *values;

	if (needed == NULL)
		return;
	asking.due = deadline_day(&book->deadlines[DEADLINE_DATA],
	    &book->calendar, period);
	values = arena_array(arena, book->unit_count, sizeof(*values));
	standings = engine_standings(engine, period);
	for (size_t i = 0; i < book->unit_count; i++)
		asking.members += standings[i] != STANDING_NONE;
	for (uint32_t i = 0; i < book->measure_count; i++) {
		if (!needed[i])
			continue;
		asking.first = list->count;
		data_values(engine_data(engine), i, period, values);
		for (uint32_t j = 0; j < book->unit_count; j++)
			if (standings[j] != STANDING_NONE &&
			    (unit == INDEX_NONE || unit == j))
				add_cell(&asking, i, j,
				    values[j].d != VALUE_MISSING);
	}
	if (unit == INDEX_NONE)
		add_scores(&asking);
}

/* The place of a row's office; of nobody after all. */
static uint32_t
place_of(const struct book *book, const struct overdue_row *row)
{
	return row->office.size == 0 ? INDEX_NONE
				     : book_office(book, row->office);
}

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct overdue_row *left = a, *right = b;
	uint32_t x = place_of(context, left), y = place_of(context, right);
	int order;

	if (x != y)
		return x < y ? -1 : 1;
	if ((left->office.size == 0) != (right->office.size == 0))
		return left->office.size == 0 ? 1 : -1;
	/* Without offices.rec there is no order but that of names. */
	if ((order = str_compare(left->office, right->office)) != 0)
		return order;
	if ((order = period_compare(left->period, right->period)) != 0)
		return order;
	if (left->measure != right->measure)
		return left->measure < right->measure ? -1 : 1;
	return left->units[0] < right->units[0] ? -1 : 1;
}

void
overdue_sort(struct overdue_list *list, const struct book *book)
{
	if (list->count > 1)
		qsort_r(list->rows, list->count, sizeof(*list->rows),
		    compare_rows, (void *)(uintptr_t)book);
}

void
overdue_state_print(struct buffer *buffer, unsigned state)
{
	static const char *const names[] = { "missing", "late", "provisional" };
	size_t start = buffer->size;

	for (size_t i = 0; i < LENGTH(names); i++) {
		if ((state & (1u << i)) == 0)
			continue;
		if (buffer->size > start)
			buffer_add_byte(buffer, '+');
		buffer_add(buffer, str_from(names[i]));
	}
}
