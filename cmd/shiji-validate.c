/*
 * shiji-validate: every problem in the records, and what is still missing.
 */
#include "book/push_rules.h"
#include "cli/session.h"
#include "score/validate.h"

enum { OPTION_DUE = 256, OPTION_WARN, OPTION_CODES, OPTION_MAX };

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_CACHED,
	{ OPTION_DUE, "due", NULL, N_("list what is not reported yet"), false },
	{ OPTION_WARN, "warn", NULL,
	    N_("add what looks wrong but may be right"), false },
	{ OPTION_CODES, "codes", NULL, N_("list the codes of all findings"),
	    false },
	{ OPTION_MAX, "max-errors", "N",
	    N_("print so many findings (100); 0 is all"), false },
	{ 'f', "format", "FORMAT",
	    N_("text, json, jsonl or tsv; with --due as score has them"),
	    false },
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-validate",
	.synopsis = "[options]",
	.purpose = N_("Check the records of a book."),
	.options = options,
};

struct request {
	struct session session;
	bool due, warn, codes;
	const char *format;
	enum diag_format findings;
	size_t most;
};

static int
set_most(struct request *request, const char *argument)
{
	size_t value = 0;

	for (const char *at = argument; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || value > 100000000 ||
		    at - argument > 9)
			return usage_trouble(_("'%s' is no number"), argument);
		value = 10 * value + (size_t)(*at - '0');
	}
	if (*argument == '\0')
		return usage_trouble(_("'%s' is no number"), argument);
	request->most = value;
	return 0;
}

static int
set_format(struct request *request)
{
	static const char *const names[] = { [DIAG_TEXT] = "text",
		[DIAG_JSON] = "json",
		[DIAG_JSONL] = "jsonl",
		[DIAG_TSV] = "tsv" };

	if (request->format == NULL)
		return 0;
	if (request->due || request->codes)
		return session_option(&request->session, 'f', request->format);
	for (size_t i = 0; i < LENGTH(names); i++)
		if (str_equal(str_from(request->format), str_from(names[i]))) {
			request->findings = (enum diag_format)i;
			return 0;
		}
	return usage_trouble(
	    _("'%s' is no format; write text, json, jsonl or tsv"),
	    request->format);
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc = 0;

	request->most = 100;
	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		switch (letter) {
		case OPTION_DUE:
			request->due = true;
			break;
		case OPTION_WARN:
			request->warn = true;
			break;
		case OPTION_CODES:
			request->codes = true;
			break;
		case OPTION_MAX:
			rc = set_most(request, argument);
			break;
		case 'f':
			request->format = argument;
			break;
		default:
			rc =
			    session_option(&request->session, letter, argument);
		}
		if (rc != 0)
			return rc;
	}
	rc = session_no_operands(argc, argv, operand);
	return rc != 0 ? rc : set_format(request);
}

static int
list_codes(const struct request *request)
{
	static const struct table_column columns[] = {
		{ STR_INIT("code"), false }, { STR_INIT("severity"), false },
		{ STR_INIT("message"), false }
	};
	struct table *table =
	    session_table(&request->session, columns, LENGTH(columns));

	for (int i = 0; i < FINDING_COUNT; i++) {
		enum finding finding = (enum finding)i;

		table_cell(table, str_from(finding_code(finding)));
		table_cell(table,
		    str_from(severity_text(finding_severity(finding))));
		table_cell(table, str_from(finding_text(finding)));
	}
	table_end(table);
	return EXIT_SOUND;
}

/* Which periods are looked at, and whether doubts are told too. */
static struct validate_request
what_to_check(const struct request *request)
{
	const struct session *session = &request->session;

	return (struct validate_request){ session->has_period, session->periods,
		request->warn };
}

/* Who speaks for an office, for the guard: part of the book, if it is there. */
static void
check_officers(const struct session *session)
{
	struct push_rules officers;
	struct buffer text = { 0 };
	struct arena arena = { 0 };

	if (source_has(session->source, OFFICERS_FILE) &&
	    source_read(session->source, OFFICERS_FILE, &text, session->diag) ==
		0)
		push_rules_read(&arena, OFFICERS_FILE, buffer_str(&text),
		    &officers, session->diag);
	buffer_free(&text);
	arena_free(&arena);
}

static void
print_findings(struct request *request, FILE *out)
{
	struct session *session = &request->session;
	struct diag_print how = { .format = request->findings,
		.least = request->warn ? SEVERITY_NOTE : SEVERITY_WARNING,
		.most = request->most,
		.summary = request->findings == DIAG_TEXT,
		.prefix = source_prefix(session->source) };

	if (!session->quiet)
		diag_print(session->diag, &how, out);
}

static void
say_what_was_read(const struct book *book)
{
	fprintf(stderr,
	    _("shiji-validate: %zu units, %zu offices, %zu measures, "
	      "%zu schemes, %zu folders of data\n"),
	    book->unit_count, book->office_count, book->measure_count,
	    book->scheme_count, book->folder_count);
}

static int
validate(struct request *request)
{
	struct session *session = &request->session;
	struct validate_request wanted = what_to_check(request);

	check_officers(session);
	validate_book(session->book, session->engine, &wanted, session->diag);
	print_findings(request, stdout);
	if (session_status(session) == EXIT_SOUND &&
	    diag_count(session->diag, SEVERITY_WARNING) > 0)
		return EXIT_FINDING;
	return session_status(session);
}

static void
due_rows(const struct request *request, struct table *table,
    struct period period)
{
	const struct session *session = &request->session;
	const struct book *book = session->book;
	struct arena arena = { 0 };
	char text[PERIOD_TEXT_SIZE];
	size_t count;
	struct validate_due *list =
	    validate_due(session->engine, book, period, &arena, &count);

	period_text(period, text);
	for (size_t i = 0; i < count; i++) {
		const struct measure *measure =
		    &book->measures[list[i].measure];

		table_cell(table, str_from(text));
		table_cell(table, measure->id);
		table_cell(table, book->units[list[i].unit].id);
		table_cell(table, measure->source_field != NULL
				      ? measure->source_field->value
				      : STR(""));
	}
	arena_free(&arena);
}

static int
list_due(struct request *request)
{
	static const struct table_column columns[] = {
		{ STR_INIT("period"), false }, { STR_INIT("measure"), false },
		{ STR_INIT("unit"), false }, { STR_INIT("office"), false }
	};
	struct session *session = &request->session;
	struct validate_request wanted;
	struct table *table;
	struct period period;
	int rc = session_periods(session);

	if (rc != 0)
		return rc;
	wanted = what_to_check(request);
	/* Read everything first: what is unsound is said instead of a list. */
	for (period = session->periods.first;
	     period.index <= session->periods.last.index; period.index++)
		if (book_scheme(session->book, period) == NULL ||
		    !book_has_data(session->book, period))
			engine_score(session->engine, period);
	validate_records(session->book, session->engine, &wanted,
	    session->diag);
	if (session_status(session) != EXIT_SOUND) {
		session_report(session);
		return session_status(session);
	}
	table = session_table(&request->session, columns, LENGTH(columns));
	for (period = session->periods.first;
	     period.index <= session->periods.last.index; period.index++)
		due_rows(request, table, period);
	table_end(table);
	return EXIT_SOUND;
}

int
main(int argc, char **argv)
{
	struct request request = { 0 };
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0 && request.codes) {
		rc = list_codes(&request);
	} else if (rc == 0) {
		rc = session_open(&request.session);
		if (rc == 0 && request.session.verbose)
			say_what_was_read(request.session.book);
		if (rc == 0)
			rc = request.due ? list_due(&request)
					 : validate(&request);
		session_close(&request.session);
	}
	return command_finish(rc);
}
