/*
 * shiji-duty: who answers for what, what is late, what falls behind plan, and
 * what each office's items brought over the year.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/alert_status.h"
#include "analysis/office_account.h"
#include "cli/session.h"
#include "view/duty_table.h"

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

static void
say(const struct request *request, const char *text)
{
	if (!request->session.quiet)
		fprintf(stderr, "shiji-duty: %s\n", text);
}

static enum table_format
format_of(const struct session *session)
{
	return session->has_format ? session->format : table_format_for(stdout);
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
show_duties(struct request *request)
{
	struct session *session = &request->session;
	struct responsibilities duties = { 0 };
	struct duty_table_show show = { .duties = &duties,
		.engine = session->engine,
		.format = format_of(session),
		.key = request->key,
		.names = request->names,
		.is_asked = is_asked,
		.context = request,
		.today = request->today };
	int rc = find_duties(request, &duties);

	if (rc != 0)
		goto done;
	if (request->mode == MODE_DISPATCH &&
	    blame_open(&show.blame, session->source, session->folder,
		session->revision, session->diag) != 0) {
		rc = stop(request);
		goto done;
	}
	rc = warn(request);
	if (request->mode == MODE_DISPATCH) {
		session_doubts(session,
		    show.blame == NULL ? NULL : blame_repository(show.blame));
		duty_table_show_dispatch(&show);
	} else if (show.format == TABLE_MARKDOWN) {
		duty_table_show_document(&show);
	} else {
		duty_table_show_list(&show);
	}
done:
	blame_close(show.blame);
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
	struct buffer text = { 0 };
	int32_t due = deadline_day(&book->deadlines[DEADLINE_DATA],
	    &book->calendar, session->periods.last);

	if (calendar_is_unlisted(&book->calendar, due)) {
		buffer_format(&text,
		    _("the book lists no holidays of %d; all weekdays of it "
		      "count as worked on"),
		    period_year(date_period(due, PERIOD_YEAR)));
		buffer_add_byte(&text, '\0');
		say(request, text.data);
	}
	buffer_free(&text);
}

static void
number_cell(struct table *table, int32_t number)
{
	struct buffer text = { 0 };

	buffer_format(&text, "%d", number);
	table_cell(table, buffer_str(&text));
	buffer_free(&text);
}

/* Which units, `*` for all that there are. */
static void
units_cells(struct table *table, const struct book *book,
    const struct overdue_row *row)
{
	struct buffer text = { 0 };

	if (row->measure == INDEX_NONE)
		table_cell(table, STR(""));
	else
		number_cell(table, (int32_t)row->unit_count);
	if (row->is_all)
		buffer_add(&text, STR("*"));
	for (size_t i = 0; i < row->unit_count && !row->is_all; i++)
		buffer_format(&text, "%s" STR_FMT, i > 0 ? " " : "",
		    STR_ARG(book->units[row->units[i]].id));
	table_cell(table, buffer_str(&text));
	buffer_free(&text);
}

static void
overdue_row(const struct request *request, struct table *table,
    const struct overdue_row *row)
{
	const struct book *book = request->session.book;
	uint32_t office = book_office(book, row->office);
	bool is_late = (row->state & OVERDUE_LATE) != 0;
	bool named = format_of(&request->session) == TABLE_MARKDOWN;
	char period[PERIOD_TEXT_SIZE], due[DATE_TEXT_SIZE], day[DATE_TEXT_SIZE];
	struct buffer state = { 0 };

	overdue_state_print(&state, row->state);
	table_cell(table, named && office != INDEX_NONE
			      ? duty_table_office_name(book, office)
			      : row->office);
	table_cell(table, str_from(period_text(row->period, period)));
	if (row->measure == INDEX_NONE) {
		table_cell(table, STR("scores"));
		table_cell(table, STR(""));
	} else {
		table_cell(table, STR("data"));
		table_cell(table,
		    named ? duty_table_measure_name(book, row->measure)
			  : book->measures[row->measure].id);
	}
	table_cell(table, buffer_str(&state));
	table_cell(table, str_from(date_text(row->due, due)));
	table_cell(table,
	    row->is_dated ? str_from(date_text(row->reported, day)) : STR(""));
	if (is_late) {
		number_cell(table, row->days);
		number_cell(table, row->working_days);
	} else {
		table_cell(table, STR(""));
		table_cell(table, STR(""));
	}
	units_cells(table, book, row);
	if (request->names && !named) {
		table_cell(table, duty_table_office_name(book, office));
		table_cell(table, duty_table_measure_name(book, row->measure));
	}
	buffer_free(&state);
}

static void
print_due(const struct request *request, const struct overdue_list *list)
{
	static const struct table_column columns[] = { { STR_INIT("office"),
							   false },
		{ STR_INIT("period"), false }, { STR_INIT("what"), false },
		{ STR_INIT("measure"), false }, { STR_INIT("state"), false },
		{ STR_INIT("due"), false }, { STR_INIT("reported"), false },
		{ STR_INIT("days"), true }, { STR_INIT("working_days"), true },
		{ STR_INIT("count"), true }, { STR_INIT("units"), false },
		{ STR_INIT("office_name"), false },
		{ STR_INIT("measure_name"), false } };
	const struct session *session = &request->session;
	bool named = format_of(session) == TABLE_MARKDOWN;
	struct buffer title = { 0 };
	char day[DATE_TEXT_SIZE];
	struct table *table;

	if (named) {
		buffer_add(&title, STR("# "));
		table_markdown(&title, session->book->name);
		buffer_format(&title, _(": what is due on %s"),
		    date_text(request->date, day));
		printf(STR_FMT "\n\n", STR_ARG(buffer_str(&title)));
	}
	table = session_table(session, columns,
	    LENGTH(columns) - (request->names && !named ? 0 : 2));
	for (size_t i = 0; i < list->count; i++)
		if (globs_match(&request->offices, list->rows[i].office))
			overdue_row(request, table, &list->rows[i]);
	table_end(table);
	buffer_free(&title);
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

/* Those that match, when it is asked for some offices only. */
static bool
is_any_late(const struct request *request, const struct overdue_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if ((list->rows[i].state & OVERDUE_LATE) != 0 &&
		    globs_match(&request->offices, list->rows[i].office))
			return true;
	return false;
}

static int
show_due(struct request *request)
{
	struct session *session = &request->session;
	struct reporting *reports = NULL;
	struct overdue_list list = { 0 };
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
	print_due(request, &list);
	rc = is_any_late(request, &list) ? EXIT_FINDING : EXIT_SOUND;
done:
	reporting_close(reports);
	arena_free(&arena);
	return rc;
}

/*
 * Alerts
 */

static void
value_cell(struct table *table, struct num value)
{
	struct buffer text = { 0 };

	if (num_is_number(value))
		num_print(&text, value);
	table_cell(table, buffer_str(&text));
	buffer_free(&text);
}

/* To one digit: `92.5%`. */
static void
share_cell(struct table *table, struct num share)
{
	struct buffer text = { 0 };
	struct arena arena = { 0 };

	if (num_is_number(share)) {
		num_print(&text,
		    num_round(&arena, num_mul(&arena, share, NUM_INT(100)), 1,
			NUM_HALF_UP));
		buffer_add_byte(&text, '%');
	}
	table_cell(table, buffer_str(&text));
	arena_free(&arena);
	buffer_free(&text);
}

/* To the digits of its measure, two at least. */
static void
planned_cell(struct table *table, const struct book *book,
    const struct progress *progress)
{
	struct arena arena = { 0 };
	struct num planned = progress->planned;
	int digits = 2;

	if (num_is_number(planned)) {
		if (book->measures[progress->measure].digits > digits)
			digits = book->measures[progress->measure].digits;
		planned = num_round(&arena, planned, digits, NUM_HALF_UP);
	}
	value_cell(table, planned);
	arena_free(&arena);
}

static void
alert_status_row(const struct request *request, struct table *table,
    const struct responsibilities *duties, const struct alert_status_row *row)
{
	const struct book *book = request->session.book;
	const struct item *item = &duties->scheme->items[row->item];
	const struct responsibility_standing *standing =
	    &duties->standings[row->item];
	bool named = format_of(&request->session) == TABLE_MARKDOWN;
	char since[PERIOD_TEXT_SIZE] = "";
	uint32_t measure = row->progress.measure;

	if (row->level.size > 0)
		period_text(row->since, since);
	table_cell(table, row->level);
	table_cell(table,
	    named ? duty_table_item_name(duties->scheme, row->item) : item->id);
	if (item->lead == INDEX_NONE)
		table_cell(table, STR(""));
	else
		table_cell(table, named
				      ? duty_table_office_name(book, item->lead)
				      : book->offices[item->lead].id);
	table_cell(table, str_from(since));
	table_cell(table, row->why);
	if (measure == INDEX_NONE)
		table_cell(table, STR(""));
	else
		table_cell(table, named ? duty_table_measure_name(book, measure)
					: book->measures[measure].id);
	value_cell(table, row->progress.value);
	planned_cell(table, book, &row->progress);
	share_cell(table, row->progress.share);
	if (standing->rank > 0)
		number_cell(table, (int32_t)standing->rank);
	else
		table_cell(table, STR(""));
	value_cell(table, standing->lost);
	if (request->names && !named) {
		table_cell(table,
		    duty_table_item_name(duties->scheme, row->item));
		table_cell(table, duty_table_office_name(book, item->lead));
	}
}

static void
print_watch(const struct request *request,
    const struct responsibilities *duties, const struct alert_status_row *rows,
    size_t count)
{
	static const struct table_column columns[] = {
		{ STR_INIT("level"), false }, { STR_INIT("item"), false },
		{ STR_INIT("office"), false }, { STR_INIT("since"), false },
		{ STR_INIT("why"), false }, { STR_INIT("measure"), false },
		{ STR_INIT("value"), true }, { STR_INIT("planned"), true },
		{ STR_INIT("progress"), false }, { STR_INIT("rank"), true },
		{ STR_INIT("lost"), true }, { STR_INIT("item_name"), false },
		{ STR_INIT("office_name"), false }
	};
	const struct session *session = &request->session;
	bool named = format_of(session) == TABLE_MARKDOWN;
	struct table *table;

	if (named) {
		duty_table_show_title(duties, _("what is to be looked at"));
		putchar('\n');
	}
	table = session_table(session, columns,
	    LENGTH(columns) - (request->names && !named ? 0 : 2));
	for (size_t i = 0; i < count; i++) {
		const struct item *item = &duties->scheme->items[rows[i].item];
		struct str office = item->lead == INDEX_NONE
					? STR("")
					: session->book->offices[item->lead].id;

		if ((request->all || rows[i].level.size > 0) &&
		    is_asked(request, office, item->id))
			alert_status_row(request, table, duties, &rows[i]);
	}
	table_end(table);
}

static int
show_watch(struct request *request)
{
	struct session *session = &request->session;
	struct responsibilities duties = { 0 };
	struct arena arena = { 0 };
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
	print_watch(request, &duties, rows, count);
done:
	responsibility_free(&duties);
	arena_free(&arena);
	return rc;
}

/*
 * The account of a year
 */

static void
account_figure(struct table *table, const char *measure, struct str office,
    bool applies, struct num value)
{
	table_cell(table, str_from(measure));
	table_cell(table, office);
	if (applies)
		value_cell(table, value);
	else
		table_cell(table, STR("n/a"));
}

static void
print_account(const struct request *request,
    const struct office_account *account, bool has_late)
{
	static const struct table_column columns[] = { { STR_INIT("measure"),
							   false },
		{ STR_INIT("unit"), false }, { STR_INIT("value"), false } };
	const struct book *book = request->session.book;
	struct table *table =
	    session_table(&request->session, columns, LENGTH(columns));

	for (size_t i = 0; i < book->office_count; i++) {
		const struct office_account_row *row = &account->offices[i];
		struct str id = book->offices[i].id;
		bool leads = row->leads;

		account_figure(table, "led_points", id, leads, row->points);
		account_figure(table, "won_points", id, leads, row->won);
		account_figure(table, "lost_points", id, leads, row->lost);
		account_figure(table, "bonus_points", id, leads, row->bonus);
		if (has_late)
			account_figure(table, "late_reports", id, true,
			    NUM_INT((int64_t)row->late));
	}
	table_end(table);
}

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
	struct overdue_list list = { 0 };
	struct reporting *reports = NULL;
	struct period at;
	int rc;

	session->periods = account->periods;
	if ((rc = open_reports(request, &reports)) != 0)
		return rc;
	for (at = account->periods.first;
	     at.index <= account->periods.last.index; at.index++)
		if (book_has_data(session->book, at) &&
		    book_scheme(session->book, at) != NULL)
			overdue_add(&list, session->engine, session->book,
			    reports, at, INDEX_NONE, request->date, arena);
	overdue_sort(&list, session->book);
	office_account_late(account, session->book, &list);
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
	struct buffer text = { 0 };

	if (account->without > 0) {
		buffer_format(&text,
		    _("'%.*s' is no unit of the book in %zu periods of %d, "
		      "which do not count"),
		    STR_ARG(unit->id), account->without, request->year);
		buffer_add_byte(&text, '\0');
		say(request, text.data);
	}
	buffer_free(&text);
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
	print_account(request, &account, has_late);
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
