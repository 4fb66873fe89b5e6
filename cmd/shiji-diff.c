/*
 * shiji-diff: which scores differ between two sides, and why.
 */
#include <stdlib.h>

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

static struct overlay_side
side_in(const struct session *session, struct period period)
{
	return (struct overlay_side){ session->book, session->engine, period };
}

static void
take_snapshot(const struct session *session, const struct operand *side,
    struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *snapshot)
{
	const struct result *result = NULL;

	if (side->is_sheet) {
		operand_sheet_snapshot(&side->sheet, period, choose, context,
		    snapshot);
		return;
	}
	if (book_scheme(session->book, period) != NULL &&
	    book_has_data(session->book, period))
		result = engine_score(session->engine, period);
	snapshot_take(snapshot, session->book, result, choose, context);
}

static void
find_changes(struct request *request, struct period from, struct period to,
    struct attribution *changes)
{
	struct attribution_request wanted = { choose_item, request, true };
	struct overlay_side old, new;

	if (request->from.is_sheet || request->to.is_sheet) {
		struct snapshot before, after;

		take_snapshot(request->from_session, &request->from, from,
		    choose_item, request, &before);
		take_snapshot(&request->to.session, &request->to, to,
		    choose_item, request, &after);
		attribution_of_snapshots(changes, &before, &after);
		return;
	}
	old = side_in(request->from_session, from);
	new = side_in(&request->to.session, to);
	attribution_find(changes, &old, &new, &wanted);
}

static enum diff_table_view
view_of(const struct request *request)
{
	return request->causes ? CHANGE_CAUSES
	       : request->stat ? CHANGE_UNITS
			       : CHANGE_SCORES;
}

static bool
side_newest(const struct operand *side, struct period *period)
{
	const struct operand_sheet *sheet = &side->sheet;

	if (!side->is_sheet)
		return book_newest(side->session.book, period);
	if (sheet->period_count == 0)
		return false;
	*period = sheet->periods[0];
	for (size_t i = 1; i < sheet->period_count; i++)
		if (period_compare(sheet->periods[i], *period) > 0)
			*period = sheet->periods[i];
	return true;
}

/*
 * The period of a side that names none, where the other does: that of -p, or
 * of the other side. Where a period of the same records stands alone, it is
 * compared with the newest.
 */
static int
settle_period(struct request *request, struct operand *side,
    const struct operand *other)
{
	const struct session *session = &request->session;

	side->has_period = true;
	side->period = other->period;
	if (session->has_period &&
	    !period_equal(session->periods.first, session->periods.last))
		return usage_trouble(
		    _("a range of periods cannot be compared with one"));
	if (session->has_period)
		side->period = session->periods.first;
	else if (operand_is_same(side, other) &&
		 !side_newest(side, &side->period))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	return 0;
}

static int
settle_periods(struct request *request)
{
	struct operand *from = &request->from, *to = &request->to;
	int rc = 0;

	if (from->has_period && !to->has_period)
		rc = settle_period(request, to, from);
	else if (to->has_period && !from->has_period)
		rc = settle_period(request, from, to);
	if (rc == 0 && from->has_period &&
	    from->period.length != to->period.length)
		return usage_trouble(_("a %s and a %s cannot be compared"),
		    period_length_text(from->period.length),
		    period_length_text(to->period.length));
	return rc;
}

/* Two periods to be compared. */
struct pair {
	struct period from, to;
};

struct pairs {
	struct pair *list;
	size_t count, capacity;
};

static void
add_pair(struct request *request, struct pairs *pairs, struct period from,
    struct period to)
{
	pairs->list = arena_grow(&request->arena, pairs->list, pairs->count,
	    &pairs->capacity, sizeof(*pairs->list));
	pairs->list[pairs->count++] = (struct pair){ from, to };
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return period_compare(x->to, y->to);
}

/* The periods of a side: those of a sheet; those as long as the book's own. */
static void
add_periods(struct request *request, struct pairs *pairs,
    const struct operand *side, const struct session *session)
{
	const struct book *book = session->book;

	if (side->is_sheet) {
		for (size_t i = 0; i < side->sheet.period_count; i++)
			add_pair(request, pairs, side->sheet.periods[i],
			    side->sheet.periods[i]);
		return;
	}
	/* Beside a sheet nothing can be said of periods that it lacks. */
	if (request->from.is_sheet || request->to.is_sheet)
		return;
	for (size_t i = 0; i < book->folder_count; i++)
		if ((int)book->folders[i].period.length == book->length)
			add_pair(request, pairs, book->folders[i].period,
			    book->folders[i].period);
}

/* All periods that either side has, each once, in the order of time. */
static void
list_all(struct request *request, struct pairs *pairs)
{
	size_t kept = 0;

	add_periods(request, pairs, &request->from, request->from_session);
	add_periods(request, pairs, &request->to, &request->to.session);
	if (pairs->count > 1)
		qsort(pairs->list, pairs->count, sizeof(*pairs->list),
		    compare_pairs);
	for (size_t i = 0; i < pairs->count; i++)
		if (i == 0 ||
		    !period_equal(pairs->list[i].to, pairs->list[i - 1].to))
			pairs->list[kept++] = pairs->list[i];
	pairs->count = kept;
}

static void
list_pairs(struct request *request, struct pairs *pairs)
{
	struct period_range range = request->session.periods;

	if (request->to.has_period)
		add_pair(request, pairs, request->from.period,
		    request->to.period);
	else if (!request->session.has_period)
		list_all(request, pairs);
	else
		for (struct period at = range.first;
		     at.index <= range.last.index; at.index++)
			add_pair(request, pairs, at, at);
}

static bool
sheet_has(const struct operand_sheet *sheet, struct period period)
{
	for (size_t i = 0; i < sheet->period_count; i++)
		if (period_equal(sheet->periods[i], period))
			return true;
	return false;
}

/* Whether a side has scores of a period: they are made, and kept. */
static bool
has_scores(const struct operand *side, const struct session *session,
    struct period period)
{
	if (side->is_sheet)
		return sheet_has(&side->sheet, period);
	return book_scheme(session->book, period) != NULL &&
	       book_has_data(session->book, period) &&
	       engine_score(session->engine, period) != NULL;
}

/*
 * Where `to` has data but no scheme any more it cannot be scored, and its
 * engine says so; a scheme that only came with `to` is a change like any other.
 */
static void
need_scheme(const struct operand *side, const struct session *session,
    struct period period)
{
	if (!side->is_sheet && book_has_data(session->book, period) &&
	    book_scheme(session->book, period) == NULL)
		engine_score(session->engine, period);
}

/* Score all that will be compared, so that nothing is half shown. */
static int
score_pairs(struct request *request, const struct pairs *pairs)
{
	bool any = false, sound;
	char text[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < pairs->count; i++) {
		struct pair pair = pairs->list[i];
		bool from = has_scores(&request->from, request->from_session,
		    pair.from);
		bool to =
		    has_scores(&request->to, &request->to.session, pair.to);

		if (from && !to)
			need_scheme(&request->to, &request->to.session,
			    pair.to);
		any |= from || to;
	}
	sound = !diag_has_errors(request->from_session->diag) &&
		!diag_has_errors(request->to.session.diag);
	if (!sound) {
		if (request->from_session != &request->to.session)
			session_report(request->from_session);
		session_report(&request->to.session);
		return EXIT_TROUBLE;
	}
	if (any)
		return 0;
	if (pairs->count == 0)
		return trouble(_("neither side has data"));
	return trouble(_("neither side has scores of %s"),
	    period_text(pairs->list[pairs->count - 1].to, text));
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
check_globs(struct request *request, const struct pairs *pairs)
{
	const struct globs *units = &request->session.units;
	const struct globs *items = &request->session.items;
	const struct session *from = request->from_session;
	const struct session *to = &request->to.session;

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

		for (size_t j = 0; j < pairs->count && !found; j++)
			found = side_has_item(&request->from, from, pattern,
				    pairs->list[j].from) ||
				side_has_item(&request->to, to, pattern,
				    pairs->list[j].to);
		if (!found)
			return trouble(_("no item matches '%s'"),
			    items->patterns[i]);
	}
	return 0;
}

static int
compare_scores(struct request *request)
{
	enum table_format format = session_format(&request->session);
	struct pairs pairs = { 0 };
	struct table *table;
	size_t shown = 0;
	int rc;

	list_pairs(request, &pairs);
	rc = score_pairs(request, &pairs);
	if (rc == 0)
		rc = check_globs(request, &pairs);
	if (rc != 0)
		return rc;
	open_blame(request);
	table = diff_table_new(stdout, format, view_of(request),
	    request->has_colour ? request->colour : table_colour_for(stdout));
	for (size_t i = 0; i < pairs.count; i++) {
		struct attribution changes;

		find_changes(request, pairs.list[i].from, pairs.list[i].to,
		    &changes);
		shown +=
		    diff_table_add(table, format, view_of(request), &changes,
			pairs.list[i].to, &request->filter, &request->blame);
		attribution_free(&changes);
	}
	table_end(table);
	return shown > 0 ? EXIT_FINDING : EXIT_SOUND;
}

static bool
choose_total(const void *context, const struct item *item)
{
	(void)context;
	return item->parent == INDEX_NONE;
}

static int
print_trailers(struct request *request)
{
	struct trailers trailers = { 0 };
	struct pairs pairs = { 0 };
	struct buffer text = { 0 };
	int rc;

	list_pairs(request, &pairs);
	rc = score_pairs(request, &pairs);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < pairs.count; i++) {
		struct snapshot from, to;

		take_snapshot(request->from_session, &request->from,
		    pairs.list[i].from, choose_total, NULL, &from);
		take_snapshot(&request->to.session, &request->to,
		    pairs.list[i].to, choose_total, NULL, &to);
		trailers_add(&trailers, pairs.list[i].to, &from, &to);
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
scheme_of(struct session *session, const struct operand *side,
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

	if (!session->has_period && !request->to.has_period &&
	    !book_newest(request->to.session.book, &newest))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	from = scheme_of(request->from_session, &request->from, newest);
	to = scheme_of(&request->to.session, &request->to, newest);
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
	operand_close(&request.from);
	operand_close(&request.to);
	session_close(&request.session);
	arena_free(&request.arena);
	return command_finish(rc);
}
