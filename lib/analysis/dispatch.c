#include "analysis/dispatch.h"

#include "book/data_rows.h"

/* How far back a last report is looked for, in periods. */
enum { BACK_MAX = 12 };

struct progress
dispatch_progress(const struct dispatch *dispatch, uint32_t item,
    struct arena *arena)
{
	const struct responsibilities *duties = dispatch->duties;
	const struct book *book = duties->book;
	const struct responsibility_measures *measures =
	    &duties->measures[item];
	struct period period = duties->result->period;
	struct progress found = alert_status_least_progress(dispatch->engine,
	    book, measures, duties->unit, period, arena);
	uint32_t chosen = INDEX_NONE;

	if (found.measure != INDEX_NONE)
		return found;
	for (size_t i = measures->count; i > 0; i--)
		if (!responsibility_is_target(book, measures->list[i - 1]))
			chosen = measures->list[i - 1];
	for (size_t i = measures->count; i > 0; i--)
		if (book->measures[measures->list[i - 1]].target != INDEX_NONE)
			chosen = measures->list[i - 1];
	if (chosen == INDEX_NONE)
		return found;
	return alert_status_progress(dispatch->engine, book, chosen,
	    duties->unit, period, arena);
}

/* When a row of a file came to be as it is. */
static void
date_row(const struct dispatch *dispatch, const struct data_record *record,
    struct dispatch_report *report)
{
	struct blame *blame = dispatch->blame;
	const struct commit_info *commit;

	if (blame == NULL || record->place.path == NULL)
		return;
	commit = blame_line(blame, record->place.path, record->place.line);
	if (commit != NULL) {
		report->is_dated = true;
		report->time = commit->time;
		report->day =
		    date_of_time(commit->time, dispatch->duties->book->zone);
	} else if (blame_is_known(blame, record->place.path)) {
		report->is_dated = true;
		report->time = INT64_MAX;
		report->day = dispatch->today;
	}
}

static bool
is_newer(const struct dispatch_report *report,
    const struct dispatch_report *last)
{
	if (!last->found || report->time > last->time)
		return true;
	return report->time == last->time &&
	       period_compare(report->period, last->period) > 0;
}

/* The rows of a measure in one period; whether any has a value. */
static bool
look_at_period(const struct dispatch *dispatch, uint32_t measure,
    struct period period, struct arena *arena, struct dispatch_report *last)
{
	struct data_record *records;
	size_t count = data_records(engine_data(dispatch->engine), measure,
	    dispatch->duties->unit, period, arena, &records);
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		struct dispatch_report report = { .found = true,
			.period = records[i].period };

		if (records[i].value.size == 0)
			continue;
		found = true;
		date_row(dispatch, &records[i], &report);
		if (is_newer(&report, last))
			*last = report;
	}
	return found;
}

struct dispatch_report
dispatch_last_report(const struct dispatch *dispatch, uint32_t item,
    struct arena *arena)
{
	const struct responsibilities *duties = dispatch->duties;
	const struct responsibility_measures *measures =
	    &duties->measures[item];
	struct period period = duties->result->period;
	struct dispatch_report last = { 0 };

	for (size_t i = 0; i < measures->count; i++) {
		uint32_t measure = measures->list[i];
		int back = 0;

		/* Targets are set once; what is reported is how far they are
		 * met. */
		if (responsibility_is_target(duties->book, measure))
			continue;
		while (back < BACK_MAX &&
		       !look_at_period(dispatch, measure,
			   period_add(period, -back), arena, &last))
			back++;
	}
	return last;
}
