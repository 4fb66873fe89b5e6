#include "cli/session.h"

#include "git/repository.h"

static int
add_glob(struct globs *globs, const char *pattern)
{
	globs->patterns = arena_grow(&globs->arena, globs->patterns,
	    globs->count, &globs->capacity, sizeof(*globs->patterns));
	globs->patterns[globs->count++] = pattern;
	return 0;
}

static int
set_period(struct session *session, const char *argument)
{
	session->has_period =
	    period_range_parse(str_from(argument), &session->periods);
	if (session->has_period)
		return 0;
	return usage_trouble(_("'%s' is no period; write 2022-10, 2022-Q4, "
			       "2022 or 2022-01..2022-10"),
	    argument);
}

static int
set_format(struct session *session, const char *argument)
{
	session->has_format =
	    table_format_parse(str_from(argument), &session->format);
	if (session->has_format)
		return 0;
	return usage_trouble(
	    _("'%s' is no format; write tsv, csv, json, jsonl, table or md"),
	    argument);
}

/* One or the other: a revision, or what is staged. */
static int
check_sides(const struct session *session)
{
	if (!session->cached || session->revision == NULL)
		return 0;
	return usage_trouble(_("--cached and --revision exclude one another"));
}

int
session_option(struct session *session, int letter, const char *argument)
{
	switch (letter) {
	case 'C':
		session->folder = argument;
		return 0;
	case 'r':
		session->revision = argument;
		return check_sides(session);
	case OPTION_CACHED:
		session->cached = true;
		return check_sides(session);
	case 'p':
		return set_period(session, argument);
	case 'u':
		return add_glob(&session->units, argument);
	case 'i':
		return add_glob(&session->items, argument);
	case 'f':
		return set_format(session, argument);
	case 'q':
		session->quiet = true;
		return 0;
	case 'v':
		session->verbose = true;
		return 0;
	default:
		return -1;
	}
}

static int
open_source(struct session *session)
{
	if (session->cached)
		return source_open_index(&session->source, session->folder,
		    session->diag);
	return source_open(&session->source, session->folder, session->revision,
	    session->diag);
}

int
session_open(struct session *session)
{
	session->diag = diag_new(0);
	if (session->folder == NULL)
		session->folder = ".";
	if (open_source(session) == 0)
		session->book = book_load(session->source, session->diag);
	if (session->book == NULL) {
		session_report(session);
		return EXIT_TROUBLE;
	}
	session->engine = engine_new(session->book, session->diag);
	return 0;
}

void
session_close(struct session *session)
{
	engine_free(session->engine);
	book_free(session->book);
	source_close(session->source);
	diag_free(session->diag);
	arena_free(&session->units.arena);
	arena_free(&session->items.arena);
}

int
session_periods(struct session *session)
{
	if (session->has_period)
		return 0;
	if (!book_newest(session->book, &session->periods.first))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	session->periods.last = session->periods.first;
	return 0;
}

enum table_format
session_format(const struct session *session)
{
	return session->has_format ? session->format : table_format_for(stdout);
}

struct table *
session_table(const struct session *session, const struct table_column *columns,
    size_t count)
{
	return table_new(stdout, session_format(session), columns, count);
}

int
session_no_operands(int argc, char **argv, int operand)
{
	if (operand >= argc)
		return 0;
	return usage_trouble(
	    _("unexpected argument '%s'; name the book with -C"),
	    argv[operand]);
}

bool
globs_match(const struct globs *globs, struct str id)
{
	for (size_t i = 0; i < globs->count; i++)
		if (str_glob(str_from(globs->patterns[i]), id))
			return true;
	return globs->count == 0;
}

int
session_check_units(const struct session *session)
{
	for (size_t i = 0; i < session->units.count; i++) {
		struct str pattern = str_from(session->units.patterns[i]);
		size_t at = 0;

		while (at < session->book->unit_count &&
		       !str_glob(pattern, session->book->units[at].id))
			at++;
		if (at == session->book->unit_count)
			return trouble(_("no unit matches '%s'"),
			    session->units.patterns[i]);
	}
	return 0;
}

int
session_status(const struct session *session)
{
	if (diag_count(session->diag, SEVERITY_TROUBLE) > 0)
		return EXIT_TROUBLE;
	return diag_count(session->diag, SEVERITY_ERROR) > 0 ? EXIT_FINDING
							     : EXIT_SOUND;
}

void
session_doubts(const struct session *session,
    const struct repository *repository)
{
	struct diag_print how = { .format = DIAG_TEXT, .least = SEVERITY_NOTE };
	struct diag *diag;

	if (session->quiet || repository == NULL)
		return;
	diag = diag_new(0);
	repository_doubts(repository, session->folder, diag);
	diag_print(diag, &how, stderr);
	diag_free(diag);
}

void
session_report(struct session *session)
{
	struct diag_print how = { .format = DIAG_TEXT,
		.least = SEVERITY_ERROR,
		.most = 100,
		.summary = true,
		.prefix = session->source == NULL
			      ? ""
			      : source_prefix(session->source),
		.program = command_name() };

	if (!session->quiet && session_status(session) != EXIT_SOUND)
		diag_print(session->diag, &how, stderr);
}
