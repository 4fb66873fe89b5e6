/*
 * shiji-diff: which scores differ between two sides, and why.
 */
#include "analysis/compare.h"
#include "analysis/trailer.h"
#include "cli/operand.h"
#include "scheme/scheme_diff.h"
#include "view/diff_table.h"

enum {
	OPTION_CAUSES = 256,
	OPTION_EVIDENCE,
	OPTION_STAT,
	OPTION_SCHEME,
	OPTION_TRAILERS,
	OPTION_MIN,
	OPTION_ONLY,
	OPTION_COLOUR
};

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_CACHED,
	OPTIONS_SELECTION,
	{ OPTION_CAUSES, "causes", NULL,
	    N_("a row for each cause, with its evidence"), false },
	{ OPTION_EVIDENCE, "evidence", "N",
	    N_("with --causes: at most N rows a cause (20); 0: all"), false },
	{ OPTION_STAT, "stat", NULL, N_("a row for each unit"), false },
	{ OPTION_SCHEME, "scheme", NULL,
	    N_("compare the schemes, not the scores"), false },
	{ OPTION_TRAILERS, "trailers", NULL,
	    N_("print what a commit message says of moved totals"), false },
	{ OPTION_MIN, "min", "POINTS",
	    N_("only differences of at least so many points"), false },
	{ OPTION_ONLY, "only", "CAUSES",
	    N_("only with these causes: scheme,own,pool,members"), false },
	{ OPTION_COLOUR, "color", "WHEN",
	    N_("colour a table: auto, always or never"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-diff",
	.synopsis = "[options] [FROM [TO]]",
	.purpose = N_("Show which scores differ between two sides, and why."),
	.options = options,
};

struct request {
	struct session session; /* the options; the sides open their own */
	bool causes, stat, scheme, trailers, colour, has_colour, has_evidence;
	struct diff_table_filter filter;
	struct arena arena;
	struct operand from, to;
	struct session *from_session; /* those of `to` where both are one */
	struct compare compare;
	struct diff_table_blame blame;
};

static int
set_min(struct request *request, const char *argument)
{
	if (num_parse(&request->arena, str_from(argument),
		&request->filter.min) &&
	    num_is_number(request->filter.min) &&
	    num_sign(request->filter.min) >= 0)
		return 0;
	return usage_trouble(_("'%s' is no number of points; write such as "
			       "0.05"),
	    argument);
}

static int
set_only(struct request *request, const char *argument)
{
	struct str rest = str_from(argument), name;
	bool more = true;

	while (more) {
		enum cause cause;

		more = str_cut(&rest, ',', &name);
		if (!attribution_cause_parse(name, &cause))
			return usage_trouble(
			    _("'%.*s' is no cause; write scheme, own, pool or "
			      "members, with commas between"),
			    STR_ARG(name));
		request->filter.only[cause] = true;
	}
	request->filter.has_only = true;
	return 0;
}

static int
set_evidence(struct request *request, const char *argument)
{
	struct num count;
	int64_t value = -1;

	request->has_evidence =
	    num_parse(&request->arena, str_from(argument), &count) &&
	    num_is_number(count) && num_to_int(count, &value) && value >= 0;
	request->filter.evidence = (size_t)value;
	if (request->has_evidence)
		return 0;
	return usage_trouble(_("'%s' is no number of rows"), argument);
}

static int
set_colour(struct request *request, const char *argument)
{
	struct str word = str_from(argument);

	request->has_colour = !str_equal(word, STR("auto"));
	request->colour = str_equal(word, STR("always"));
	if (!request->has_colour || request->colour ||
	    str_equal(word, STR("never")))
		return 0;
	return usage_trouble(_("'%s' is no way to colour; write auto, always "
			       "or never"),
	    argument);
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case OPTION_CAUSES:
		request->causes = true;
		return 0;
	case OPTION_EVIDENCE:
		return set_evidence(request, argument);
	case OPTION_STAT:
		request->stat = true;
		return 0;
	case OPTION_SCHEME:
		request->scheme = true;
		return 0;
	case OPTION_TRAILERS:
		request->trailers = true;
		return 0;
	case OPTION_MIN:
		return set_min(request, argument);
	case OPTION_ONLY:
		return set_only(request, argument);
	case OPTION_COLOUR:
		return set_colour(request, argument);
	default:
		return session_option(&request->session, letter, argument);
	}
}

/* `A..B` in one operand, unless it is the name of a file: both are cut. */
static bool
cut_range(struct request *request, const char *operand, const char **from,
    const char **to)
{
	const char *dots = strstr(operand, "..");
	struct str left;

	if (dots == NULL || dots == operand || dots[2] == '\0' ||
	    dots[2] == '.' || operand_is_file(operand))
		return false;
	left = (struct str){ operand, (size_t)(dots - operand) };
	*from = arena_str(&request->arena, left).data;
	*to = dots + 2;
	return true;
}

/* Which two sides the operands name. */
static int
read_sides(struct request *request, int count, char **operands)
{
	const char *from = "HEAD", *to = NULL;
	int rc;

	if (count > 2)
		return usage_trouble(
		    _("unexpected argument '%s'; two sides are compared"),
		    operands[2]);
	if (count == 0 && request->session.revision != NULL)
		return usage_trouble(_("name the side to compare '%s' with"),
		    request->session.revision);
	if (count == 2)
		to = operands[1];
	if (count > 0)
		from = operands[0];
	if (count == 1)
		cut_range(request, operands[0], &from, &to);
	rc = operand_parse(&request->from, &request->session, from);
	/* Nobody has mistaken a name for another where none was given. */
	if (count == 0)
		request->from.is_guess = false;
	return rc != 0 ? rc
		       : operand_parse(&request->to, &request->session, to);
}

static int
check_options(const struct request *request)
{
	if (request->causes + request->stat + request->scheme +
		request->trailers >
	    1)
		return usage_trouble(_("--causes, --stat, --scheme and "
				       "--trailers exclude one another"));
	if (request->trailers &&
	    (request->session.units.count > 0 ||
		request->session.items.count > 0 || request->filter.has_only ||
		request->session.has_format ||
		num_is_number(request->filter.min)))
		return usage_trouble(_("--trailers tells of all totals, in a "
				       "form of its own"));
	if (request->scheme && request->session.units.count > 0)
		return usage_trouble(_("--scheme compares no units"));
	if (request->has_evidence && !request->causes)
		return usage_trouble(_("--evidence goes with --causes"));
	if ((request->from.is_sheet || request->to.is_sheet) &&
	    (request->causes || request->scheme || request->filter.has_only))
		return usage_trouble(
		    _("a file of scores has no records to tell causes from"));
	if (request->from.is_sheet && request->to.is_sheet &&
	    strcmp(request->from.path, "-") == 0 &&
	    strcmp(request->to.path, "-") == 0)
		return usage_trouble(_("standard input cannot be both sides"));
	return 0;
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	request->filter.min = value_missing();
	request->filter.evidence = 20;
	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		rc = take_option(request, letter, argument);
		if (rc != 0)
			return rc;
	}
	rc = read_sides(request, argc - operand, argv + operand);
	return rc != 0 ? rc : check_options(request);
}

static int
open_sides(struct request *request)
{
	int rc = operand_open(&request->to);

	request->from_session = &request->from.session;
	if (rc != 0)
		return rc;
	if (!operand_is_same(&request->from, &request->to))
		return operand_open(&request->from);
	request->from_session = &request->to.session;
	return 0;
}

/* Both sides are of one repository as a rule: it is spoken of once. */
static void
tell_doubts(const struct request *request)
{
	const struct session *from = request->from_session;
	const struct session *to = &request->to.session;
	const struct repository *repository = NULL;

	if (to->source != NULL)
		repository = source_repository(to->source);
	if (repository == NULL && from->source != NULL)
		repository = source_repository(from->source);
	session_doubts(to, repository);
}

static void
open_blame(struct request *request)
{
	struct session *from = request->from_session;
	struct session *to = &request->to.session;

	if (!request->causes)
		return;
	blame_open(&request->blame.to, to->source, to->folder, to->revision,
	    to->diag);
	blame_open(&request->blame.from, from->source, from->folder,
	    from->revision, from->diag);
}

static bool
choose_item(const void *context, const struct item *item)
{
	const struct request *request = context;

	return globs_match(&request->session.items, item->id);
}

static bool
choose_unit(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->session.units, id);
}

static enum diff_table_view
view_of(const struct request *request)
{
	return request->causes ? CHANGE_CAUSES
	       : request->stat ? CHANGE_UNITS
			       : CHANGE_SCORES;
}

/* What keeps the sides from being compared, said; 0 where nothing does. */
static int
say_fault(const struct request *request, enum compare_fault fault)
{
	const struct compare *compare = &request->compare;
	char text[PERIOD_TEXT_SIZE];

	switch (fault) {
	case COMPARE_NONE:
		break;
	case COMPARE_RANGE:
		return usage_trouble(
		    _("a range of periods cannot be compared with one"));
	case COMPARE_LENGTHS:
		return usage_trouble(_("a %s and a %s cannot be compared"),
		    period_length_text(compare->from.period.length),
		    period_length_text(compare->to.period.length));
	case COMPARE_NO_DATA:
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	case COMPARE_NO_PAIR:
		return trouble(_("neither side has data"));
	case COMPARE_NO_SCORES:
		return trouble(_("neither side has scores of %s"),
		    period_text(compare->pairs[compare->count - 1].to, text));
	}
	return 0;
}

static void
take_sheet(const void *scores, struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *out)
{
	operand_sheet_snapshot(scores, period, choose, context, out);
}

static struct compare_side
side_of(const struct operand *operand, const struct session *session)
{
	struct compare_side side = { .book = session->book,
		.engine = session->engine,
		.has_period = operand->has_period,
		.period = operand->period };

	if (!operand->is_sheet)
		return side;
	side.periods = operand->sheet.periods;
	side.period_count = operand->sheet.period_count;
	side.snapshot = take_sheet;
	side.scores = &operand->sheet;
	return side;
}

static int
settle_periods(struct request *request)
{
	struct compare *compare = &request->compare;

	compare->from = side_of(&request->from, request->from_session);
	compare->to = side_of(&request->to, &request->to.session);
	compare->is_same = operand_is_same(&request->from, &request->to);
	compare->has_periods = request->session.has_period;
	compare->periods = request->session.periods;
	return say_fault(request, compare_settle(compare));
}

static int
score_pairs(struct request *request)
{
	struct session *from = request->from_session;
	struct session *to = &request->to.session;
	enum compare_fault fault = compare_score(&request->compare);

	if (!diag_has_errors(from->diag) && !diag_has_errors(to->diag))
		return say_fault(request, fault);
	if (from != to)
		session_report(from);
	session_report(to);
	return EXIT_TROUBLE;
}

static bool
book_has_unit(const struct book *book, struct str pattern)
{
	for (size_t i = 0; i < book->unit_count; i++)
		if (str_glob(pattern, book->units[i].id))
			return true;
	return false;
}

static bool
scheme_has_item(const struct scheme *scheme, struct str pattern)
{
	for (size_t i = 0; scheme != NULL && i < scheme->item_count; i++)
		if (str_glob(pattern, scheme->items[i].id))
			return true;
	return false;
}

static bool
side_has_unit(const struct operand *side, const struct session *session,
    struct str pattern)
{
	return book_has_unit(side->is_sheet ? &side->sheet.book : session->book,
	    pattern);
}

static bool
side_has_item(const struct operand *side, const struct session *session,
    struct str pattern, struct period period)
{
	return scheme_has_item(
	    side->is_sheet
		? &side->sheet.scheme
		: schemes_for(engine_schemes(session->engine), period),
	    pattern);
}

/* Each glob must match something on one side at least. */
static int
check_globs(const struct request *request)
{
	const struct globs *units = &request->session.units;
	const struct globs *items = &request->session.items;
	const struct session *from = request->from_session;
	const struct session *to = &request->to.session;
	const struct compare *compare = &request->compare;

	for (size_t i = 0; i < units->count; i++) {
		struct str pattern = str_from(units->patterns[i]);

		if (!side_has_unit(&request->from, from, pattern) &&
		    !side_has_unit(&request->to, to, pattern))
			return trouble(_("no unit matches '%s'"),
			    units->patterns[i]);
	}
	for (size_t i = 0; i < items->count; i++) {
		struct str pattern = str_from(items->patterns[i]);
		bool found = false;

		for (size_t j = 0; j < compare->count && !found; j++)
			found = side_has_item(&request->from, from, pattern,
				    compare->pairs[j].from) ||
				side_has_item(&request->to, to, pattern,
				    compare->pairs[j].to);
		if (!found)
			return trouble(_("no item matches '%s'"),
			    items->patterns[i]);
	}
	return 0;
}

static int
compare_scores(struct request *request)
{
	const struct attribution_request wanted = { choose_item, request,
		true };
	const struct compare *compare = &request->compare;
	struct cells cells;
	size_t shown = 0;
	int rc = score_pairs(request);

	if (rc == 0)
		rc = check_globs(request);
	if (rc != 0)
		return rc;
	open_blame(request);
	diff_table_open(&cells, stdout, session_format(&request->session),
	    view_of(request),
	    request->has_colour ? request->colour : table_colour_for(stdout));
	for (size_t i = 0; i < compare->count; i++) {
		struct attribution changes;

		compare_find(compare, &compare->pairs[i], &wanted, &changes);
		shown += diff_table_add(&cells, view_of(request), &changes,
		    compare->pairs[i].to, &request->filter, &request->blame);
		attribution_free(&changes);
	}
	cells_close(&cells);
	return shown > 0 ? EXIT_FINDING : EXIT_SOUND;
}

static int
print_trailers(struct request *request)
{
	const struct compare *compare = &request->compare;
	struct trailers trailers = { 0 };
	struct buffer text = { 0 };
	int rc = score_pairs(request);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < compare->count; i++) {
		struct snapshot from, to;

		compare_take(compare, &compare->pairs[i], snapshot_choose_total,
		    NULL, &from, &to);
		trailers_add(&trailers, compare->pairs[i].to, &from, &to);
		snapshot_free(&from);
		snapshot_free(&to);
	}
	trailers_print(&trailers, &text);
	fwrite(text.data, 1, text.size, stdout);
	rc = trailers.count > 0 ? EXIT_FINDING : EXIT_SOUND;
	buffer_free(&text);
	trailers_free(&trailers);
	return rc;
}

/* The scheme in force on one side; NULL with what is wrong said. */
static const struct scheme *
scheme_of(struct session *session, const struct compare_side *side,
    struct period newest)
{
	struct period period = side->has_period ? side->period : newest;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(session->engine), period);
	char text[PERIOD_TEXT_SIZE];

	if (scheme == NULL && !diag_has_errors(session->diag))
		trouble(_("%sschemes: no scheme is in force in %s"),
		    source_prefix(session->source), period_text(period, text));
	if (diag_has_errors(session->diag)) {
		session_report(session);
		return NULL;
	}
	return scheme;
}

/* Keep the rows of those items that are asked for, where any are. */
static void
select_items(const struct request *request, struct scheme_diff *scheme_diff)
{
	size_t kept = 0;

	if (request->session.items.count == 0)
		return;
	for (size_t i = 0; i < scheme_diff->count; i++)
		if (scheme_diff->rows[i].part == SCHEME_DIFF_ITEM &&
		    globs_match(&request->session.items,
			scheme_diff->rows[i].id))
			scheme_diff->rows[kept++] = scheme_diff->rows[i];
	scheme_diff->count = kept;
}

static int
compare_schemes(struct request *request)
{
	struct session *session = &request->session;
	struct period newest = session->periods.last;
	struct scheme_diff scheme_diff = { 0 };
	const struct scheme *from, *to;
	struct table *table;
	size_t shown;

	if (!session->has_period && !request->compare.to.has_period &&
	    !book_newest(request->to.session.book, &newest))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	from = scheme_of(request->from_session, &request->compare.from, newest);
	to = scheme_of(&request->to.session, &request->compare.to, newest);
	if (from == NULL || to == NULL)
		return EXIT_TROUBLE;
	scheme_diff_schemes(&scheme_diff, from, to);
	select_items(request, &scheme_diff);
	table =
	    session_table(session, scheme_diff_columns, SCHEME_DIFF_COLUMNS);
	/* A long rule need not push all columns apart. */
	table_narrow(table, 40);
	scheme_diff_print(&scheme_diff, table);
	table_end(table);
	shown = scheme_diff.count;
	scheme_diff_free(&scheme_diff);
	return shown > 0 ? EXIT_FINDING : EXIT_SOUND;
}

static int
run(struct request *request)
{
	int rc = open_sides(request);

	if (rc == 0)
		rc = settle_periods(request);
	if (rc == 0)
		tell_doubts(request);
	if (rc == 0)
		rc = request->scheme	 ? compare_schemes(request)
		     : request->trailers ? print_trailers(request)
					 : compare_scores(request);
	blame_close(request->blame.from);
	blame_close(request->blame.to);
	return rc;
}

int
main(int argc, char **argv)
{
	struct request request = { .filter = { .unit = choose_unit } };
	int rc;

	request.filter.context = &request;
	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = run(&request);
	compare_free(&request.compare);
	operand_close(&request.from);
	operand_close(&request.to);
	session_close(&request.session);
	arena_free(&request.arena);
	return command_finish(rc);
}
