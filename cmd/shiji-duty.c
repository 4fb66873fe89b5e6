/*
 * shiji-duty: who answers for what, what is late, what falls behind plan, and
 * what each office's items brought over the year.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "view/alert_table.h"
#include "view/dispatch_table.h"
#include "view/due_table.h"
#include "view/duty_table.h"
#include "view/office_table.h"
enum { MODE_LIST, MODE_DISPATCH, MODE_DUE, MODE_WATCH, MODE_ACCOUNT };

static struct {
	struct opening opening;
	struct output output;
	struct option_periods periods, year;
	struct option_list units, items, offices;
	struct option_date date;
	int mode, key; /* enum responsibility_key */
	bool all, names;
} given;

static const struct option_word keys[] = { { "office",
					       RESPONSIBILITY_BY_OFFICE },
	{ "leader", RESPONSIBILITY_BY_LEADER },
	{ "wing", RESPONSIBILITY_BY_WING },
	{ "counterpart", RESPONSIBILITY_BY_COUNTERPART },
	{ "category", RESPONSIBILITY_BY_CATEGORY }, { 0 } };

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_PERIODS(&given.periods),
	OPENING_CACHED(&given.opening),
	SELECT_ONE_UNIT(&given.units),
	SELECT_ITEMS(&given.items),
	SELECT_OFFICES(&given.offices),
	{ OPTION_CHOICE(0, "by", "KEY", &given.key, keys, N_("office, leader, wing, counterpart or category")), .excludes = "dispatch due watch account" },
	{ OPTION_MODE(0, "dispatch", &given.mode, MODE_DISPATCH, N_("the sheet: target, progress and last report of each item")) },
	{ OPTION_DATE(0, "due", "[DATE]", &given.date, N_("what is missing, late or provisional on a day (today)")), OPTION_SETS(&given.mode, MODE_DUE), .excludes = "item" },
	{ OPTION_MODE(0, "watch", &given.mode, MODE_WATCH, N_("items at a level of alert, since when and why")) },
	{ OPTION_FLAG(0, "all", &given.all, N_("with --watch: items at no level too")), .needs = "watch" },
	{ OPTION_PERIODS(0, "account", "[YEAR]", YEAR, &given.year, N_("what each office's items brought over a year")), OPTION_SETS(&given.mode, MODE_ACCOUNT), .excludes = "item period names office cached" },
	{ OPTION_FLAG(0, "names", &given.names, N_("add columns with names")) },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-duty",
	.purpose = N_("Tell who answers for what, and by when."),
	.rows = rows,
};

/* Settled once the book is open. */
struct request {
	struct period_range periods;
	int32_t today, date;
	uint32_t unit; /* INDEX_NONE: --due without -u */
	int year;
};

/*
 * The day, the unit, the period
 */

/* Seconds since 1970: what SOURCE_DATE_EPOCH says, or the clock. */
static int
read_clock(int64_t *now)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char *end;

	*now = (int64_t)time(NULL);
	if (epoch == NULL || *epoch == '\0')
		return 0;
	errno = 0;
	*now = strtoll(epoch, &end, 10);
	if (*end == '\0' && errno == 0 && *epoch >= '0' && *epoch <= '9')
		return 0;
	return trouble(_("SOURCE_DATE_EPOCH is '%s', no number of seconds"),
	    epoch);
}

static int
settle_dates(struct request *request)
{
	int64_t now;
	int rc = read_clock(&now);

	request->today = date_of_time(now, given.opening.book->zone);
	request->date = given.date.given ? given.date.day : request->today;
	return rc;
}

static int
settle_unit(struct request *request)
{
	request->unit = INDEX_NONE;
	if (given.mode == MODE_DUE && given.units.count == 0)
		return 0;
	return select_one_unit(&given.units, given.opening.book,
	    &request->unit);
}

static int
check_offices(void)
{
	const struct book *book = given.opening.book;

	if (!book->has_offices)
		return trouble(_("the book has no offices.rec, so that nobody "
				 "answers for anything"));
	return select_offices(&given.offices, book);
}

static int
settle_periods(struct request *request)
{
	int rc = select_periods(&given.periods, given.opening.book);

	request->periods = given.periods.range;
	return rc;
}

/* One period, of which the unit is a member. */
static int
settle_period(struct request *request)
{
	struct opening *opening = &given.opening;
	const struct unit *unit = &opening->book->units[request->unit];
	char text[PERIOD_TEXT_SIZE], from[PERIOD_TEXT_SIZE];
	int rc = settle_periods(request);

	if (rc != 0)
		return rc;
	if (request->periods.first.index != request->periods.last.index)
		return trouble_usage(_("one period is needed, not a range"));
	period_text(request->periods.first, text);
	if (unit_is_member(unit, request->periods.first))
		return 0;
	if (unit->from.given &&
	    period_compare(request->periods.first, unit->from.period) < 0)
		return trouble(
		    _("'%.*s' is no unit of the book in %s, only from %s on"),
		    STR_ARG(unit->id), text,
		    period_text(unit->from.period, from));
	return trouble(_("'%.*s' is no unit of the book in %s any more"),
	    STR_ARG(unit->id), text);
}

/*
 * Findings: errors keep everything from being printed, warnings do not.
 */

static int
stop(void)
{
	return opening_errors(&given.opening, EXIT_TROUBLE);
}

/* Say what is not as it should be; the status that it asks for. */
static int
warn(void)
{
	struct diag *diag = given.opening.diag;

	trouble_findings(diag, source_prefix(given.opening.source),
	    SEVERITY_WARNING);
	return diag_count(diag, SEVERITY_WARNING) > 0 ? EXIT_FINDING
						      : EXIT_SOUND;
}

/*
 * The list, and the dispatch sheet
 */

static bool
is_asked(const void *context, struct str office, struct str item)
{
	(void)context;
	return select_matches(&given.offices, office) &&
	       select_matches(&given.items, item);
}

static struct duty_view
view_of(void)
{
	return (struct duty_view){ .book = given.opening.book,
		.out = stdout,
		.format = output_format(&given.output),
		.names = given.names,
		.is_asked = is_asked };
}

static int
check_items(const struct scheme *scheme)
{
	struct selection *items = select_new(SELECT_LEAF, &given.items);

	for (size_t i = 0; i < scheme->item_count; i++)
		if (responsibility_is_item(&scheme->items[i]))
			select_offer_item(items, &scheme->items[i]);
	return select_end(items);
}

/* Find the duties of the unit; the status that findings ask for. */
static int
find_duties(struct request *request, struct responsibilities *duties)
{
	struct opening *opening = &given.opening;
	const struct result *result;
	char text[PERIOD_TEXT_SIZE];
	int rc;

	if ((rc = settle_period(request)) != 0)
		return rc;
	result = engine_score(opening->engine, request->periods.first);
	if ((rc = stop()) != 0)
		return rc;
	responsibility_find(duties, opening->book, result, request->unit,
	    opening->diag);
	responsibility_check_offices(opening->engine, opening->book,
	    opening->diag);
	if ((rc = stop()) != 0)
		return rc;
	trouble_detail(_("%s: %s, %zu duties, unit %.*s"),
	    period_text(request->periods.first, text),
	    result->scheme->file.path, duties->count,
	    STR_ARG(opening->book->units[request->unit].id));
	return check_items(result->scheme);
}

static int
show_dispatch(struct request *request, const struct responsibilities *duties)
{
	struct opening *opening = &given.opening;
	struct duty_view view = view_of();
	struct dispatch dispatch = { .duties = duties,
		.engine = opening->engine,
		.today = request->today };
	int rc;

	if (blame_open(&dispatch.blame, opening->source, opening->folder,
		opening->revision, opening->diag) != 0) {
		rc = stop();
		goto done;
	}
	rc = warn();
	opening_doubts(opening,
	    dispatch.blame == NULL ? NULL : blame_repository(dispatch.blame));
	dispatch_table(&view, &dispatch);
done:
	blame_close(dispatch.blame);
	return rc;
}

static int
show_duties(struct request *request)
{
	struct responsibilities duties = { 0 };
	struct duty_view view = view_of();
	int rc = find_duties(request, &duties);

	if (rc == 0 && given.mode == MODE_DISPATCH) {
		rc = show_dispatch(request, &duties);
	} else if (rc == 0) {
		rc = warn();
		duty_table(&view, &duties, (enum responsibility_key)given.key);
	}
	responsibility_free(&duties);
	return rc;
}

/*
 * What is due
 */

/* The last period that is over on the day. */
static void
settle_due_periods(struct request *request)
{
	struct opening *opening = &given.opening;
	struct period now = date_period(request->date,
	    (enum period_length)opening->book->length);

	request->periods = given.periods.range;
	if (given.periods.given)
		return;
	request->periods.first = period_add(now, -1);
	request->periods.last = request->periods.first;
}

/* Read everything first: what is unsound is said instead of a list. */
static int
check_due(struct request *request)
{
	struct opening *opening = &given.opening;
	struct book *book = opening->book;
	struct period period = request->periods.first;
	char text[PERIOD_TEXT_SIZE];

	if (!book->deadlines[DEADLINE_DATA].given && stop() == 0)
		return trouble(_("the book has no deadline; add such as "
				 "'Deadline: data day 3' to book.rec"));
	if ((int)period.length != book->length)
		return trouble_usage(_("deadlines are those of a %s; %s is "
				       "none"),
		    period_length_text((enum period_length)book->length),
		    period_text(period, text));
	for (; period.index <= request->periods.last.index; period.index++) {
		const struct scheme *scheme;

		if (book_scheme(book, period) == NULL)
			return trouble(_("no scheme holds in %s, so that "
					 "nothing is due; name a period with "
					 "-p"),
			    period_text(period, text));
		scheme = schemes_for(engine_schemes(opening->engine), period);
		if (scheme == NULL || !scheme->is_sound)
			return stop();
	}
	for (size_t i = 0; i < book->folder_count; i++)
		if (period_overlaps(book->folders[i].period,
			request->periods.first, request->periods.last))
			data_load(engine_data(opening->engine),
			    &book->folders[i]);
	return stop();
}

/* Years whose days off nobody has written down. */
static void
warn_of_years(const struct request *request)
{
	const struct opening *opening = &given.opening;
	const struct book *book = opening->book;
	int32_t due = deadline_day(&book->deadlines[DEADLINE_DATA],
	    &book->calendar, request->periods.last);

	if (calendar_is_unlisted(&book->calendar, due))
		trouble_say(
		    _("the book lists no holidays of %d; all weekdays of it "
		      "count as worked on"),
		    period_year(date_period(due, PERIOD_YEAR)));
}

/* Read when what was reported, for the periods of the session. */
static int
open_reports(struct request *request, struct reporting **reports)
{
	struct opening *opening = &given.opening;
	struct reporting_options wanted = { .book = opening->book,
		.data = engine_data(opening->engine),
		.folder = opening->folder,
		.revision = opening->revision,
		.periods = request->periods,
		.date = request->date,
		.today = request->today };

	return reporting_open(reports, &wanted, opening->diag) == 0 ? 0
								    : stop();
}

static int
show_due(struct request *request)
{
	struct opening *opening = &given.opening;
	struct reporting *reports = NULL;
	struct overdue_list list = { 0 };
	struct duty_view view = view_of();
	struct arena arena = { 0 };
	struct period period;
	int rc;

	settle_due_periods(request);
	if ((rc = check_due(request)) != 0 ||
	    (rc = open_reports(request, &reports)) != 0)
		goto done;
	for (period = request->periods.first;
	     period.index <= request->periods.last.index; period.index++)
		overdue_add(&list, opening->engine, opening->book, reports,
		    period, request->unit, request->date, &arena);
	overdue_sort(&list, opening->book);
	if ((rc = stop()) != 0)
		goto done;
	opening_doubts(opening, reporting_repository(reports));
	if (!reporting_have_history(reports))
		trouble_say(_("there is no git history here: when something "
			      "was reported is not known"));
	warn_of_years(request);
	due_table(&view, &list, request->date);
	rc = due_table_is_late(&view, &list) ? EXIT_FINDING : EXIT_SOUND;
done:
	reporting_close(reports);
	arena_free(&arena);
	return rc;
}

/*
 * Alerts
 */

static int
show_watch(struct request *request)
{
	struct opening *opening = &given.opening;
	struct responsibilities duties = { 0 };
	struct arena arena = { 0 };
	struct duty_view view = view_of();
	struct alert_status_row *found;
	size_t count;
	int rc = find_duties(request, &duties);

	if (rc != 0)
		goto done;
	if (!given.all && !alert_status_has_alerts(duties.scheme)) {
		rc = trouble(_("%s states no Alert; add some, or hold all "
			       "against their plan with --all"),
		    duties.scheme->file.path);
		goto done;
	}
	alert_status_check_plans(&duties, opening->engine, opening->diag);
	found = alert_status_find(&duties, opening->engine, &arena, &count);
	if ((rc = stop()) != 0)
		goto done;
	alert_table(&view, &duties, found, count, given.all);
done:
	responsibility_free(&duties);
	arena_free(&arena);
	return rc;
}

/*
 * The account of a year
 */

/* The year: asked for, or that of the newest period with data. */
static int
settle_year(struct request *request)
{
	int rc = given.year.given ? 0 : settle_periods(request);

	if (rc == 0)
		request->year =
		    period_year(given.year.given ? given.year.range.first
						 : request->periods.first);
	return rc;
}

/* Late reports of the periods that were settled. */
static int
add_late(struct request *request, struct office_account *account,
    struct arena *arena)
{
	struct opening *opening = &given.opening;
	struct reporting *reports = NULL;
	int rc;

	request->periods = account->periods;
	if ((rc = open_reports(request, &reports)) != 0)
		return rc;
	office_account_late(account, opening->engine, opening->book, reports,
	    request->date, arena);
	if (!reporting_have_history(reports))
		trouble_say(_("there is no git history here: only what was "
			      "never reported counts as late"));
	reporting_close(reports);
	return stop();
}

static void
say_what_is_left_out(const struct request *request,
    const struct office_account *account)
{
	const struct unit *unit = &given.opening.book->units[request->unit];

	if (account->without > 0)
		trouble_say(
		    _("'%.*s' is no unit of the book in %zu periods of %d, "
		      "which do not count"),
		    STR_ARG(unit->id), account->without, request->year);
}

static int
show_account(struct request *request)
{
	struct opening *opening = &given.opening;
	struct office_account account;
	struct arena arena = { 0 };
	bool has_late = opening->book->deadlines[DEADLINE_DATA].given;
	int rc;

	if ((rc = settle_year(request)) != 0)
		goto done;
	office_account_check_feeds(opening->book, opening->folder,
	    opening->revision, opening->diag);
	office_account_settle(&account, opening->engine, opening->book,
	    request->unit, request->year, &arena);
	if ((rc = stop()) != 0)
		goto done;
	if (account.counted == 0) {
		rc = trouble(_("there is nothing to settle in %d"),
		    request->year);
		goto done;
	}
	if (has_late)
		rc = add_late(request, &account, &arena);
	else
		trouble_say(_("the book has no deadline for data: late "
			      "reports are left out"));
	if (rc != 0)
		goto done;
	say_what_is_left_out(request, &account);
	office_table(stdout, output_format(&given.output), opening->book,
	    &account, has_late);
done:
	arena_free(&arena);
	return rc;
}

static int
show(struct request *request)
{
	switch (given.mode) {
	case MODE_DUE:
		return show_due(request);
	case MODE_WATCH:
		return show_watch(request);
	case MODE_ACCOUNT:
		return show_account(request);
	default:
		return show_duties(request);
	}
}

static int
run(void)
{
	struct request request = { 0 };
	int rc;

	/* An unsound book.rec or offices.rec: say so before anything else. */
	if ((rc = opening_open(&given.opening)) == 0 &&
	    (rc = settle_dates(&request)) == 0 && (rc = stop()) == 0 &&
	    (rc = settle_unit(&request)) == 0 && (rc = check_offices()) == 0)
		rc = show(&request);
	opening_close(&given.opening);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands none;
	int rc = options_read(&command, argc, argv, &none);

	if (rc == 0)
		rc = output_begin(&given.output);
	return output_finish(rc != 0 ? rc : run());
}
