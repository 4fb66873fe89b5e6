/*
 * shiji-duty: who answers for what, what is late, what falls behind plan, and
 * what each office's items brought over the year.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "cli/session.h"
#include "view/alert_table.h"
#include "view/dispatch_table.h"
#include "view/due_table.h"
#include "view/duty_table.h"
#include "view/office_table.h"

enum {
	OPTION_BY = 256,
	OPTION_DISPATCH,
	OPTION_DUE,
	OPTION_WATCH,
	OPTION_ALL,
	OPTION_ACCOUNT,
	OPTION_NAMES
};

static const struct option_row options[] = {
	OPTIONS_BOOK,
	{ 'u', "unit", "UNIT", N_("the unit, instead of the book's Self"),
	    false },
	{ 'i', "item", "GLOB", N_("only items whose Id matches"), true },
	{ 'o', "office", "GLOB", N_("only offices whose Id matches"), true },
	{ OPTION_BY, "by", "KEY",
	    N_("office, leader, wing, counterpart or category"), false },
	{ OPTION_DISPATCH, "dispatch", NULL,
	    N_("the sheet: target, progress and last report of each item"),
	    false },
	{ OPTION_DUE, "due", "[DATE]",
	    N_("what is missing, late or provisional on a day (today)"),
	    false },
	{ OPTION_WATCH, "watch", NULL,
	    N_("items at a level of alert, since when and why"), false },
	{ OPTION_ALL, "all", NULL, N_("with --watch: items at no level too"),
	    false },
	{ OPTION_ACCOUNT, "account", "[YEAR]",
	    N_("what each office's items brought over a year"), false },
	{ OPTION_NAMES, "names", NULL, N_("add columns with names"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-duty",
	.synopsis = "[options]",
	.purpose = N_("Tell who answers for what, and by when."),
	.options = options,
};

enum mode { MODE_LIST, MODE_DISPATCH, MODE_DUE, MODE_WATCH, MODE_ACCOUNT };

struct request {
	struct session session;
	enum mode mode;
	const char *mode_name; /* the option that set it; NULL: the list */
	bool has_key, names, all;
	enum responsibility_key key;
	bool has_date, has_year;
	int32_t date;
	int year;
	const char *unit_name;
	struct globs offices;
	/* Settled once the book is open. */
	int32_t today;
	uint32_t unit; /* INDEX_NONE: --due without -u */
};

/*
 * Options
 */

static int
set_mode(struct request *request, enum mode mode, const char *name)
{
	if (request->mode_name != NULL)
		return usage_trouble(_("%s and %s exclude one another"),
		    request->mode_name, name);
	request->mode = mode;
	request->mode_name = name;
	return 0;
}

static int
set_key(struct request *request, const char *argument)
{
	request->has_key =
	    responsibility_key_parse(str_from(argument), &request->key);
	if (request->has_key)
		return 0;
	return usage_trouble(_("'%s' is no key; write office, leader, wing, "
			       "counterpart or category"),
	    argument);
}

static int
set_date(struct request *request, const char *argument)
{
	int rc = set_mode(request, MODE_DUE, "--due");

	if (rc != 0 || argument == NULL)
		return rc;
	request->has_date = date_parse(str_from(argument), &request->date);
	if (request->has_date)
		return 0;
	return usage_trouble(
	    _("'%s' is no day of the calendar; write such as 2022-11-03"),
	    argument);
}

static int
set_year(struct request *request, const char *argument)
{
	int rc = set_mode(request, MODE_ACCOUNT, "--account");
	struct period year;

	if (rc != 0 || argument == NULL)
		return rc;
	if (!period_parse(str_from(argument), &year) ||
	    year.length != PERIOD_YEAR)
		return usage_trouble(_("'%s' is no year; write such as 2022"),
		    argument);
	request->has_year = true;
	request->year = period_year(year);
	return 0;
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	struct globs *offices = &request->offices;

	switch (letter) {
	case 'u':
		request->unit_name = argument;
		return 0;
	case 'o':
		offices->patterns = arena_grow(&offices->arena,
		    offices->patterns, offices->count, &offices->capacity,
		    sizeof(*offices->patterns));
		offices->patterns[offices->count++] = argument;
		return 0;
	case OPTION_BY:
		return set_key(request, argument);
	case OPTION_DISPATCH:
		return set_mode(request, MODE_DISPATCH, "--dispatch");
	case OPTION_DUE:
		return set_date(request, argument);
	case OPTION_WATCH:
		return set_mode(request, MODE_WATCH, "--watch");
	case OPTION_ACCOUNT:
		return set_year(request, argument);
	case OPTION_ALL:
		request->all = true;
		return 0;
	case OPTION_NAMES:
		request->names = true;
		return 0;
	default:
		return session_option(&request->session, letter, argument);
	}
}

/* What has no meaning with a mode is refused rather than passed over. */
static int
check_options(const struct request *request)
{
	enum mode mode = request->mode;

	if (request->has_key && mode != MODE_LIST)
		return usage_trouble(_("--by has no meaning with %s"),
		    request->mode_name);
	if (request->all && mode != MODE_WATCH)
		return usage_trouble(_("--all goes with --watch"));
	if (request->session.items.count > 0 &&
	    (mode == MODE_DUE || mode == MODE_ACCOUNT))
		return usage_trouble(_("--item has no meaning with %s"),
		    request->mode_name);
	if (mode != MODE_ACCOUNT)
		return 0;
	if (request->session.has_period)
		return usage_trouble(
		    _("--account is of a year; write it as --account=2022"));
	if (request->names || request->offices.count > 0)
		return usage_trouble(
		    _("--names and --office have no meaning with --account"));
	return 0;
}

/* An optional argument stands in the same word. */
static int
check_operands(const struct request *request, int argc, char **argv,
    int operand)
{
	int32_t day;
	struct period year;

	if (operand >= argc)
		return 0;
	if (request->mode == MODE_DUE && !request->has_date &&
	    date_parse(str_from(argv[operand]), &day))
		return usage_trouble(_("write the day as --due=%s"),
		    argv[operand]);
	if (request->mode == MODE_ACCOUNT && !request->has_year &&
	    period_parse(str_from(argv[operand]), &year))
		return usage_trouble(_("write the year as --account=%s"),
		    argv[operand]);
	return session_no_operands(argc, argv, operand);
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = take_option(request, letter, argument)) != 0)
			return rc;
	if ((rc = check_operands(request, argc, argv, operand)) != 0)
		return rc;
	return check_options(request);
}

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

	request->today = date_of_time(now, request->session.book->zone);
	if (!request->has_date)
		request->date = request->today;
	return rc;
}

static int
settle_unit(struct request *request)
{
	const struct book *book = request->session.book;
	const char *name = request->unit_name;

	request->unit = INDEX_NONE;
	if (name != NULL) {
		request->unit = book_unit(book, str_from(name));
		if (request->unit == INDEX_NONE)
			return trouble(_("there is no unit '%s'"), name);
		return 0;
	}
	if (request->mode == MODE_DUE)
		return 0;
	request->unit = book->self;
	if (request->unit == INDEX_NONE)
		return trouble(_("the book does not say whose it is (Self); "
				 "name the unit with -u"));
	return 0;
}

static int
check_offices(const struct request *request)
{
	const struct book *book = request->session.book;

	if (!book->has_offices)
		return trouble(_("the book has no offices.rec, so that nobody "
				 "answers for anything"));
	for (size_t i = 0; i < request->offices.count; i++) {
		struct str pattern = str_from(request->offices.patterns[i]);
		size_t at = 0;

		while (at < book->office_count &&
		       !str_glob(pattern, book->offices[at].id))
			at++;
		if (at == book->office_count)
			return trouble(_("no office matches '%s'"),
			    request->offices.patterns[i]);
	}
	return 0;
}

/* One period, of which the unit is a member. */
static int
settle_period(struct request *request)
{
	struct session *session = &request->session;
	const struct unit *unit = &session->book->units[request->unit];
	char text[PERIOD_TEXT_SIZE], from[PERIOD_TEXT_SIZE];
	int rc = session_periods(session);

	if (rc != 0)
		return rc;
	if (session->periods.first.index != session->periods.last.index)
		return usage_trouble(_("one period is needed, not a range"));
	period_text(session->periods.first, text);
	if (unit_is_member(unit, session->periods.first))
		return 0;
	if (unit->from.given &&
	    period_compare(session->periods.first, unit->from.period) < 0)
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
stop(struct request *request)
{
	int status = session_status(&request->session);

	if (status != EXIT_SOUND)
		session_report(&request->session);
	return status;
}

/* Say what is not as it should be; the status that it asks for. */
static int
warn(struct request *request)
{
	const struct session *session = &request->session;
	struct diag_print how = { .format = DIAG_TEXT,
		.least = SEVERITY_WARNING,
		.most = 100,
		.prefix = source_prefix(session->source) };

	if (diag_count(session->diag, SEVERITY_WARNING) == 0)
		return EXIT_SOUND;
	if (!session->quiet)
		diag_print(session->diag, &how, stderr);
	return EXIT_FINDING;
}

static void __attribute__((format(printf, 2, 3)))
say(const struct request *request, const char *format, ...)
{
	va_list arguments;

	if (request->session.quiet)
		return;
	fputs("shiji-duty: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/*
 * The list, and the dispatch sheet
 */

static bool
is_asked(const void *context, struct str office, struct str item)
{
	const struct request *request = context;

	return globs_match(&request->offices, office) &&
	       globs_match(&request->session.items, item);
}

static struct duty_view
view_of(const struct request *request)
{
	const struct session *session = &request->session;

	return (struct duty_view){ .book = session->book,
		.out = stdout,
		.format = session_format(session),
		.names = request->names,
		.is_asked = is_asked,
		.context = request };
}

static int
check_items(const struct request *request, const struct scheme *scheme)
{
	const struct globs *globs = &request->session.items;

	for (size_t i = 0; i < globs->count; i++) {
		size_t at = 0;

		while (at < scheme->item_count &&
		       !(responsibility_is_item(&scheme->items[at]) &&
			   str_glob(str_from(globs->patterns[i]),
			       scheme->items[at].id)))
			at++;
		if (at == scheme->item_count)
			return trouble(
			    _("no item without items below matches '%s'"),
			    globs->patterns[i]);
	}
	return 0;
}

/* Find the duties of the unit; the status that findings ask for. */
static int
find_duties(struct request *request, struct responsibilities *duties)
{
	struct session *session = &request->session;
	const struct result *result;
	char text[PERIOD_TEXT_SIZE];
	int rc;

	if ((rc = settle_period(request)) != 0)
		return rc;
	result = engine_score(session->engine, session->periods.first);
	if ((rc = stop(request)) != 0)
		return rc;
	responsibility_find(duties, session->book, result, request->unit,
	    session->diag);
	responsibility_check_offices(session->engine, session->book,
	    session->diag);
	if ((rc = stop(request)) != 0)
		return rc;
	if (session->verbose)
		fprintf(stderr,
		    _("shiji-duty: %s: %s, %zu duties, unit %.*s\n"),
		    period_text(session->periods.first, text),
		    result->scheme->file.path, duties->count,
		    STR_ARG(session->book->units[request->unit].id));
	return check_items(request, result->scheme);
}

static int
show_dispatch(struct request *request, const struct responsibilities *duties)
{
	struct session *session = &request->session;
	struct duty_view view = view_of(request);
	struct dispatch dispatch = { .duties = duties,
		.engine = session->engine,
		.today = request->today };
	int rc;

	if (blame_open(&dispatch.blame, session->source, session->folder,
		session->revision, session->diag) != 0) {
		rc = stop(request);
		goto done;
	}
	rc = warn(request);
	session_doubts(session,
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
	struct duty_view view = view_of(request);
	int rc = find_duties(request, &duties);

	if (rc == 0 && request->mode == MODE_DISPATCH) {
		rc = show_dispatch(request, &duties);
	} else if (rc == 0) {
		rc = warn(request);
		duty_table(&view, &duties, request->key);
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
	struct session *session = &request->session;
	struct period now = date_period(request->date,
	    (enum period_length)session->book->length);

	if (session->has_period)
		return;
	session->periods.first = period_add(now, -1);
	session->periods.last = session->periods.first;
}

/* Read everything first: what is unsound is said instead of a list. */
static int
check_due(struct request *request)
{
	struct session *session = &request->session;
	struct book *book = session->book;
	struct period period = session->periods.first;
	char text[PERIOD_TEXT_SIZE];

	if (!book->deadlines[DEADLINE_DATA].given && stop(request) == 0)
		return trouble(_("the book has no deadline; add such as "
				 "'Deadline: data day 3' to book.rec"));
	if ((int)period.length != book->length)
		return usage_trouble(_("deadlines are those of a %s; %s is "
				       "none"),
		    period_length_text((enum period_length)book->length),
		    period_text(period, text));
	for (; period.index <= session->periods.last.index; period.index++) {
		const struct scheme *scheme;

		if (book_scheme(book, period) == NULL)
			return trouble(_("no scheme holds in %s, so that "
					 "nothing is due; name a period with "
					 "-p"),
			    period_text(period, text));
		scheme = schemes_for(engine_schemes(session->engine), period);
		if (scheme == NULL || !scheme->is_sound)
			return stop(request);
	}
	for (size_t i = 0; i < book->folder_count; i++)
		if (period_overlaps(book->folders[i].period,
			session->periods.first, session->periods.last))
			data_load(engine_data(session->engine),
			    &book->folders[i]);
	return stop(request);
}

/* Years whose days off nobody has written down. */
static void
warn_of_years(const struct request *request)
{
	const struct session *session = &request->session;
	const struct book *book = session->book;
	int32_t due = deadline_day(&book->deadlines[DEADLINE_DATA],
	    &book->calendar, session->periods.last);

	if (calendar_is_unlisted(&book->calendar, due))
		say(request,
		    _("the book lists no holidays of %d; all weekdays of it "
		      "count as worked on"),
		    period_year(date_period(due, PERIOD_YEAR)));
}

/* Read when what was reported, for the periods of the session. */
static int
open_reports(struct request *request, struct reporting **reports)
{
	struct session *session = &request->session;
	struct reporting_options wanted = { .book = session->book,
		.data = engine_data(session->engine),
		.folder = session->folder,
		.revision = session->revision,
		.periods = session->periods,
		.date = request->date,
		.today = request->today };

	return reporting_open(reports, &wanted, session->diag) == 0
		   ? 0
		   : stop(request);
}

static int
show_due(struct request *request)
{
	struct session *session = &request->session;
	struct reporting *reports = NULL;
	struct overdue_list list = { 0 };
	struct duty_view view = view_of(request);
	struct arena arena = { 0 };
	struct period period;
	int rc;

	settle_due_periods(request);
	if ((rc = check_due(request)) != 0 ||
	    (rc = open_reports(request, &reports)) != 0)
		goto done;
	for (period = session->periods.first;
	     period.index <= session->periods.last.index; period.index++)
		overdue_add(&list, session->engine, session->book, reports,
		    period, request->unit, request->date, &arena);
	overdue_sort(&list, session->book);
	if ((rc = stop(request)) != 0)
		goto done;
	session_doubts(session, reporting_repository(reports));
	if (!reporting_have_history(reports))
		say(request, _("there is no git history here: when something "
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
	struct session *session = &request->session;
	struct responsibilities duties = { 0 };
	struct arena arena = { 0 };
	struct duty_view view = view_of(request);
	struct alert_status_row *rows;
	size_t count;
	int rc = find_duties(request, &duties);

	if (rc != 0)
		goto done;
	if (!request->all && !alert_status_has_alerts(duties.scheme)) {
		rc = trouble(_("%s states no Alert; add some, or hold all "
			       "against their plan with --all"),
		    duties.scheme->file.path);
		goto done;
	}
	alert_status_check_plans(&duties, session->engine, session->diag);
	rows = alert_status_find(&duties, session->engine, &arena, &count);
	if ((rc = stop(request)) != 0)
		goto done;
	alert_table(&view, &duties, rows, count, request->all);
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
	struct session *session = &request->session;
	int rc = request->has_year ? 0 : session_periods(session);

	if (rc == 0 && !request->has_year)
		request->year = period_year(session->periods.first);
	return rc;
}

/* Late reports of the periods that were settled. */
static int
add_late(struct request *request, struct office_account *account,
    struct arena *arena)
{
	struct session *session = &request->session;
	struct reporting *reports = NULL;
	int rc;

	session->periods = account->periods;
	if ((rc = open_reports(request, &reports)) != 0)
		return rc;
	office_account_late(account, session->engine, session->book, reports,
	    request->date, arena);
	if (!reporting_have_history(reports))
		say(request, _("there is no git history here: only what was "
			       "never reported counts as late"));
	reporting_close(reports);
	return stop(request);
}

static void
say_what_is_left_out(const struct request *request,
    const struct office_account *account)
{
	const struct unit *unit = &request->session.book->units[request->unit];

	if (account->without > 0)
		say(request,
		    _("'%.*s' is no unit of the book in %zu periods of %d, "
		      "which do not count"),
		    STR_ARG(unit->id), account->without, request->year);
}

static int
show_account(struct request *request)
{
	struct session *session = &request->session;
	struct office_account account;
	struct arena arena = { 0 };
	bool has_late = session->book->deadlines[DEADLINE_DATA].given;
	int rc;

	if ((rc = settle_year(request)) != 0)
		goto done;
	office_account_check_feeds(session->book, session->folder,
	    session->revision, session->diag);
	office_account_settle(&account, session->engine, session->book,
	    request->unit, request->year, &arena);
	if ((rc = stop(request)) != 0)
		goto done;
	if (account.counted == 0) {
		rc = trouble(_("there is nothing to settle in %d"),
		    request->year);
		goto done;
	}
	if (has_late)
		rc = add_late(request, &account, &arena);
	else
		say(request, _("the book has no deadline for data: late "
			       "reports are left out"));
	if (rc != 0)
		goto done;
	say_what_is_left_out(request, &account);
	office_table(stdout, session_format(session), session->book, &account,
	    has_late);
done:
	arena_free(&arena);
	return rc;
}

static int
run(struct request *request)
{
	int rc;

	if ((rc = session_open(&request->session)) != 0 ||
	    (rc = settle_dates(request)) != 0)
		return rc;
	/* An unsound book.rec or offices.rec: say so before anything else. */
	if ((rc = stop(request)) != 0)
		return rc;
	if ((rc = settle_unit(request)) != 0 ||
	    (rc = check_offices(request)) != 0)
		return rc;
	switch (request->mode) {
	case MODE_LIST:
	case MODE_DISPATCH:
		break;
	case MODE_DUE:
		return show_due(request);
	case MODE_WATCH:
		return show_watch(request);
	case MODE_ACCOUNT:
		return show_account(request);
	}
	return show_duties(request);
}

int
main(int argc, char **argv)
{
	struct request request = { 0 };
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = run(&request);
	session_close(&request.session);
	arena_free(&request.offices.arena);
	return command_finish(rc);
}
