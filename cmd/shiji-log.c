/*
 * shiji-log: the commits that changed a score, or set a value.
 */
#include <inttypes.h>

#include "cli/session.h"
#include "score/score_text.h"
#include "view/log_table.h"

enum {
	OPTION_REVERSE = 256,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_CAUSES,
	OPTION_MEASURE,
	OPTION_TRAILERS
};

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_SELECTION,
	{ 'n', "max-count", "N", N_("only the newest so many commits"), false },
	{ OPTION_REVERSE, "reverse", NULL, N_("oldest first"), false },
	{ OPTION_SINCE, "since", "DATE",
	    N_("only what was committed at this date or later"), false },
	{ OPTION_UNTIL, "until", "DATE",
	    N_("only what was committed at this date or earlier"), false },
	{ OPTION_CAUSES, "causes", NULL,
	    N_("add what moved each score, and by how much"), false },
	{ OPTION_MEASURE, "measure", "GLOB",
	    N_("the history of values of these measures instead"), true },
	{ OPTION_TRAILERS, "check-trailers", NULL,
	    N_("where messages say of scores what their records do not"),
	    false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-log",
	.synopsis = "[options] [REVISION | REVISION..REVISION]...",
	.purpose = N_("List the commits that changed a score."),
	.options = options,
};

struct request {
	struct session session;
	struct globs measures;
	const char **revisions; /* as history takes them */
	size_t revision_count;
	struct arena arena;
	bool reverse, causes, trailers, has_most, has_since, has_until;
	uint64_t most;
	int64_t since, until;

	struct history *history;
	struct log_table *table;
	uint64_t walked, changed; /* commits; those with another book */

	bool *matched_units, *matched_items; /* of each glob */
	bool has_sound, has_scores;	     /* some commit is, has */
};

/*
 * Options
 */

static int
set_most(struct request *request, const char *argument)
{
	request->has_most = true;
	request->most = 0;
	for (const char *at = argument; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || at - argument > 17)
			return usage_trouble(_("'%s' is no number"), argument);
		request->most = 10 * request->most + (uint64_t)(*at - '0');
	}
	if (*argument == '\0')
		return usage_trouble(_("'%s' is no number"), argument);
	return 0;
}

/* A day alone is meant as a whole: `--until` takes in its last second. */
static int
set_date(const char *argument, bool is_until, bool *has, int64_t *time)
{
	enum { DATE_SIZE = 10, DAY = 86400 };

	*has = commit_date_parse(str_from(argument), time);
	if (!*has)
		return usage_trouble(_("'%s' is no date; write 2022-11-05 or "
				       "2022-11-05T08:00:00+08:00"),
		    argument);
	if (is_until && strlen(argument) == DATE_SIZE)
		*time += DAY - 1;
	return 0;
}

static int
add_measure(struct request *request, const char *argument)
{
	struct globs *globs = &request->measures;

	globs->patterns = arena_grow(&globs->arena, globs->patterns,
	    globs->count, &globs->capacity, sizeof(*globs->patterns));
	globs->patterns[globs->count++] = argument;
	return 0;
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case 'n':
		return set_most(request, argument);
	case OPTION_REVERSE:
		request->reverse = true;
		return 0;
	case OPTION_SINCE:
		return set_date(argument, false, &request->has_since,
		    &request->since);
	case OPTION_UNTIL:
		return set_date(argument, true, &request->has_until,
		    &request->until);
	case OPTION_CAUSES:
		request->causes = true;
		return 0;
	case OPTION_MEASURE:
		return add_measure(request, argument);
	case OPTION_TRAILERS:
		request->trailers = true;
		return 0;
	default:
		return session_option(&request->session, letter, argument);
	}
}

static int
check_options(const struct request *request)
{
	bool measures = request->measures.count > 0;

	if (request->causes + measures + request->trailers > 1)
		return usage_trouble(_("--causes, --measure and "
				       "--check-trailers exclude one another"));
	if (request->session.items.count > 0 && (measures || request->trailers))
		return usage_trouble(
		    _("--item has no meaning with --measure or "
		      "--check-trailers"));
	if (request->session.units.count > 0 && request->trailers)
		return usage_trouble(
		    _("--unit has no meaning with --check-trailers"));
	return 0;
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		rc = take_option(request, letter, argument);
		if (rc != 0)
			return rc;
	}
	request->revisions = arena_array(&request->arena, (size_t)argc + 1,
	    sizeof(*request->revisions));
	if (request->session.revision != NULL)
		request->revisions[request->revision_count++] =
		    request->session.revision;
	for (; operand < argc; operand++)
		request->revisions[request->revision_count++] = argv[operand];
	return check_options(request);
}

/*
 * Selections
 */

static bool
choose_item(const void *context, const struct item *item)
{
	const struct request *request = context;

	if (request->session.items.count == 0)
		return str_equal(item->id, STR("total"));
	return globs_match(&request->session.items, item->id);
}

static bool
choose_measure(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->measures, id);
}

static bool
choose_unit(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->session.units, id);
}

/* Note which globs match something in a commit's book. */
static void
match_globs(struct request *request, const struct history_side *side)
{
	const struct globs *units = &request->session.units;
	const struct globs *items = &request->session.items;
	const struct snapshot *snapshot = &side->snapshots[0];
	const struct book *book = side->book;

	for (size_t i = 0; i < units->count; i++)
		for (size_t j = 0;
		     !request->matched_units[i] && j < book->unit_count; j++)
			request->matched_units[i] =
			    str_glob(str_from(units->patterns[i]),
				book->units[j].id);
	for (size_t i = 0; i < items->count; i++)
		for (size_t j = 0;
		     !request->matched_items[i] && j < snapshot->item_count;
		     j++)
			request->matched_items[i] =
			    str_glob(str_from(items->patterns[i]),
				snapshot->items[j].item->id);
	request->has_sound = true;
	for (int32_t i = 0;
	     i < period_range_count(history_periods(request->history)); i++)
		request->has_scores |= side->snapshots[i].standings != NULL;
}

/* A glob that matched nothing, anywhere in the history, is a mistake. */
static int
check_globs(const struct request *request)
{
	const struct session *session = &request->session;

	for (size_t i = 0; i < session->units.count; i++)
		if (!request->matched_units[i])
			return trouble(_("no unit matches '%s'"),
			    session->units.patterns[i]);
	for (size_t i = 0; i < session->items.count; i++)
		if (!request->matched_items[i])
			return trouble(_("no item matches '%s'"),
			    session->items.patterns[i]);
	return 0;
}

/* So is one for which no value was ever set. */
static int
check_measures(const struct request *request)
{
	const struct book *book = history_newest_book(request->history);
	const struct globs *globs = &request->measures;

	if (log_table_commits(request->table) > 0)
		return 0;
	for (size_t i = 0; i < globs->count; i++) {
		size_t at = 0;

		while (book != NULL && at < book->measure_count &&
		       !str_glob(str_from(globs->patterns[i]),
			   book->measures[at].id))
			at++;
		if (book == NULL || at == book->measure_count)
			return trouble(_("no measure matches '%s'"),
			    globs->patterns[i]);
	}
	return 0;
}

/* What was asked for must have been there once. */
static int
check_found(const struct request *request)
{
	struct period_range periods = history_periods(request->history);
	char first[PERIOD_TEXT_SIZE];

	if (request->measures.count > 0)
		return check_measures(request);
	if (request->has_sound && !request->has_scores)
		return trouble(_("no commit has scores of %s"),
		    period_text(periods.first, first));
	return request->has_scores ? check_globs(request) : 0;
}

/*
 * The walk
 */

static bool
is_in_time(const struct request *request, const struct history_step *step)
{
	/* Dates lie, so that an older one may stand on a newer one. */
	return (!request->has_since || step->commit.time >= request->since) &&
	       (!request->has_until || step->commit.time <= request->until);
}

/* What is said of the repository, on standard error, unless -q. */
static void
report(const struct request *request)
{
	struct diag_print how = { .format = DIAG_TEXT, .least = SEVERITY_NOTE };

	if (!request->session.quiet)
		diag_print(request->session.diag, &how, stderr);
}

static struct log_table *
open_table(struct request *request)
{
	const struct session *session = &request->session;
	struct log_table_options shown = { .view = request->trailers
						       ? LOG_CLAIMS
						   : request->measures.count > 0
						       ? LOG_VALUES
						       : LOG_SCORES,
		.reverse = request->reverse,
		.wanted = { .item = choose_item,
		    .unit = choose_unit,
		    .measure = choose_measure,
		    .context = request,
		    .causes = request->causes },
		.out = stdout,
		.format = session_format(session) };

	return log_table_new(request->history, &shown, session->diag);
}

static void
walk(struct request *request)
{
	struct history_step step;

	while ((!request->has_most ||
		   log_table_commits(request->table) < request->most) &&
	       history_next(request->history, &step)) {
		request->walked++;
		request->changed += !step.is_unchanged;
		if (step.side != NULL && step.side->state == HISTORY_SOUND)
			match_globs(request, step.side);
		if (is_in_time(request, &step))
			log_table_add(request->table, &step);
	}
}

static int
show(struct request *request)
{
	bool is_false;
	int rc;

	request->matched_units = arena_array(&request->arena,
	    request->session.units.count, sizeof(bool));
	request->matched_items = arena_array(&request->arena,
	    request->session.items.count, sizeof(bool));
	request->table = open_table(request);
	walk(request);
	rc = request->trailers ? 0 : check_found(request);
	is_false = request->trailers && log_table_has_rows(request->table);
	log_table_end(request->table, rc == 0);
	report(request);
	if (request->session.verbose)
		fprintf(stderr,
		    _("shiji-log: %" PRIu64 " commits, %" PRIu64
		      " of them with another book than their parents\n"),
		    request->walked, request->changed);
	return is_false ? EXIT_FINDING : rc;
}

static int
run(struct request *request)
{
	struct session *session = &request->session;
	struct history_options wanted = {
		.folder = session->folder != NULL ? session->folder : ".",
		.revisions = request->revisions,
		.revision_count = request->revision_count,
		.has_period = session->has_period,
		.periods = session->periods,
		.choose = choose_item,
		.context = request,
		.places_only = request->measures.count > 0,
	};
	int rc;

	session->diag = diag_new(0);
	if (history_open(&request->history, &wanted, session->diag) != 0) {
		report(request);
		rc = EXIT_TROUBLE;
	} else {
		rc = show(request);
		if (diag_count(session->diag, SEVERITY_TROUBLE) > 0)
			rc = EXIT_TROUBLE;
	}
	history_close(request->history);
	return rc;
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
	arena_free(&request.measures.arena);
	arena_free(&request.arena);
	return command_finish(rc);
}
