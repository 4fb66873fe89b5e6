/*
 * shiji-gap: what stands between a unit and the rank it aims at, what would
 * close the gap, and how firm the ranking is.
 */
#include <errno.h>
#include <stdlib.h>

#include "analysis/scenario.h"
#include "cli/session.h"
#include "score/score_text.h"
#include "view/diff_table.h"
#include "view/gap_table.h"
#include "view/rank_bounds_table.h"
#include "view/sensitivity_table.h"
#include "view/solve_table.h"

enum {
	OPTION_TO_RANK = 256,
	OPTION_LAST,
	OPTION_BACK,
	OPTION_SOLVE,
	OPTION_MORE,
	OPTION_BONUS,
	OPTION_SET,
	OPTION_PLAN,
	OPTION_SCHEME,
	OPTION_CAUSES,
	OPTION_ASSURE,
	OPTION_SENSITIVITY,
	OPTION_PAIRS,
	OPTION_SEED,
	OPTION_VARY,
	OPTION_KEEP_VALUES,
	OPTION_THREADS
};

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_CACHED,
	OPTIONS_SELECTION,
	{ OPTION_TO_RANK, "to-rank", "RANK",
	    N_("the rank aimed at, instead of the book's Goal"), false },
	{ OPTION_LAST, "last", "N", N_("so many last places are marked (3)"),
	    false },
	{ OPTION_BACK, "back", "N",
	    N_("show the ranks of so many earlier periods (3)"), false },
	{ OPTION_SOLVE, "solve", NULL,
	    N_("the value of each measure that would close the gap"), false },
	{ OPTION_MORE, "more", "POINTS",
	    N_("with --solve: also for so many points more (1)"), false },
	{ OPTION_BONUS, "bonus", NULL,
	    N_("the bonus points that are still open"), false },
	{ OPTION_SET, "set", "MEASURE=VALUE",
	    N_("score the period as it would be with this value"), true },
	{ OPTION_PLAN, "plan", "FILE",
	    N_("the same with all values of a TSV file"), true },
	{ OPTION_SCHEME, "scheme", "FILE",
	    N_("the same under a scheme that is not in the book"), false },
	{ OPTION_CAUSES, "causes", NULL,
	    N_("with these: a row for each cause, with its evidence"), false },
	{ OPTION_ASSURE, "assure", NULL,
	    N_("the ranks still possible at the year's end"), false },
	{ OPTION_SENSITIVITY, "sensitivity", "DRAWS",
	    N_("the ranks when points and values vary a little"), false },
	{ OPTION_PAIRS, "pairs", NULL,
	    N_("with it: the pairs of units whose order is not firm"), false },
	{ OPTION_SEED, "seed", "NUMBER",
	    N_("with it: begin the draws elsewhere (1)"), false },
	{ OPTION_VARY, "vary", "SHARE",
	    N_("with it: how far points vary, up and down (10%)"), false },
	{ OPTION_KEEP_VALUES, "keep-values", NULL,
	    N_("with it: vary points alone"), false },
	{ OPTION_THREADS, "threads", "N",
	    N_("with it: how many to use; the result is the same"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-gap",
	.synopsis = "[options]",
	.purpose = N_("Show what stands between a unit and its target rank."),
	.options = options,
};

/* What is asked for. */
enum mode {
	MODE_GAP,
	MODE_SOLVE,
	MODE_BONUS,
	MODE_PLAN,
	MODE_ASSURE,
	MODE_SENSITIVITY
};

struct request {
	struct session session;
	struct session draft; /* the book with the scheme of --scheme */
	struct arena arena;
	enum mode mode;
	bool has_mode, has_solving, has_sensing;
	uint32_t rank, last, back;
	bool has_rank, has_last, has_back;
	struct num more;
	const char **sets, **plans; /* of --set and --plan */
	size_t set_count, set_capacity, plan_count, plan_capacity;
	const char *scheme;
	bool causes, pairs;
	struct sensitivity_request sensitivity;
	uint32_t unit; /* the one in question, or INDEX_NONE */
	struct period period;
};

/*
 * Options
 */

static int
set_mode(struct request *request, enum mode mode)
{
	if (request->has_mode && request->mode != mode)
		return usage_trouble(
		    _("--solve, --bonus, --assure, --sensitivity and plans "
		      "(--set, --plan, --scheme) exclude one another"));
	request->has_mode = true;
	request->mode = mode;
	return 0;
}

static int
set_rank(struct request *request, const char *argument)
{
	request->has_rank = goal_rank_parse(str_from(argument), &request->rank);
	if (request->has_rank)
		return 0;
	return usage_trouble(_("'%s' is no rank; write 1 for the first"),
	    argument);
}

static bool
parse_count(const char *argument, int64_t most, int64_t *out)
{
	struct arena arena = { 0 };
	struct num count;
	bool is_count = num_parse(&arena, str_from(argument), &count) &&
			num_is_number(count) && num_to_int(count, out) &&
			*out >= 0 && *out <= most;

	arena_free(&arena);
	return is_count;
}

static int
set_count(uint32_t *out, const char *argument, int64_t least, int64_t most)
{
	int64_t count;

	if (!parse_count(argument, most, &count) || count < least)
		return usage_trouble(
		    _("'%s' will not do; write a number from %d to %d"),
		    argument, (int)least, (int)most);
	*out = (uint32_t)count;
	return 0;
}

static int
set_more(struct request *request, const char *argument)
{
	request->has_solving = true;
	if (num_parse(&request->arena, str_from(argument), &request->more) &&
	    num_is_number(request->more) && num_sign(request->more) > 0)
		return 0;
	return usage_trouble(_("'%s' is no number of points; write such as "
			       "0.5"),
	    argument);
}

/* `10%` or `0.1`. */
static int
set_vary(struct request *request, const char *argument)
{
	struct str text = str_from(argument);
	bool percent = str_ends(text, STR("%"));
	struct num share;

	if (percent)
		text.size--;
	request->has_sensing = true;
	if (num_parse(&request->arena, text, &share) && num_is_number(share)) {
		if (percent)
			share = num_div(&request->arena, share, NUM_INT(100));
		request->sensitivity.vary = share;
		if (num_sign(share) >= 0 && num_compare(share, NUM_INT(1)) <= 0)
			return 0;
	}
	return usage_trouble(_("'%s' is no share; write 10%%, or another from "
			       "0%% to 100%%"),
	    argument);
}

static int
set_seed(struct request *request, const char *argument)
{
	char *end;

	request->has_sensing = true;
	errno = 0;
	request->sensitivity.seed = strtoull(argument, &end, 10);
	if (argument[0] >= '0' && argument[0] <= '9' && *end == '\0' &&
	    errno == 0)
		return 0;
	return usage_trouble(_("'%s' is no seed; write a whole number"),
	    argument);
}

static int
set_sensitivity(struct request *request, const char *argument)
{
	int rc = set_mode(request, MODE_SENSITIVITY);

	return rc != 0 ? rc
		       : set_count(&request->sensitivity.draws, argument, 1,
			     SENSITIVITY_DRAWS_MAX);
}

static int
add_text(struct request *request, const char ***list, size_t *count,
    size_t *capacity, const char *argument)
{
	*list = arena_grow(&request->arena, *list, *count, capacity,
	    sizeof(**list));
	(*list)[(*count)++] = argument;
	return set_mode(request, MODE_PLAN);
}

static int
take_plan(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case OPTION_SET:
		return add_text(request, &request->sets, &request->set_count,
		    &request->set_capacity, argument);
	case OPTION_PLAN:
		return add_text(request, &request->plans, &request->plan_count,
		    &request->plan_capacity, argument);
	case OPTION_SCHEME:
		request->scheme = argument;
		return set_mode(request, MODE_PLAN);
	default:
		request->causes = true;
		return 0;
	}
}

static int
take_sensing(struct request *request, int letter, const char *argument)
{
	request->has_sensing = true;
	switch (letter) {
	case OPTION_PAIRS:
		request->pairs = true;
		return 0;
	case OPTION_SEED:
		return set_seed(request, argument);
	case OPTION_VARY:
		return set_vary(request, argument);
	case OPTION_KEEP_VALUES:
		request->sensitivity.keeps_values = true;
		return 0;
	default:
		return set_count(&request->sensitivity.threads, argument, 1,
		    64);
	}
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case OPTION_TO_RANK:
		return set_rank(request, argument);
	case OPTION_LAST:
		request->has_last = true;
		return set_count(&request->last, argument, 0, 1000000);
	case OPTION_BACK:
		request->has_back = true;
		return set_count(&request->back, argument, 0, 120);
	case OPTION_SOLVE:
		return set_mode(request, MODE_SOLVE);
	case OPTION_MORE:
		return set_more(request, argument);
	case OPTION_BONUS:
		return set_mode(request, MODE_BONUS);
	case OPTION_SET:
	case OPTION_PLAN:
	case OPTION_SCHEME:
	case OPTION_CAUSES:
		return take_plan(request, letter, argument);
	case OPTION_ASSURE:
		return set_mode(request, MODE_ASSURE);
	case OPTION_SENSITIVITY:
		return set_sensitivity(request, argument);
	case OPTION_PAIRS:
	case OPTION_SEED:
	case OPTION_VARY:
	case OPTION_KEEP_VALUES:
	case OPTION_THREADS:
		return take_sensing(request, letter, argument);
	default:
		return session_option(&request->session, letter, argument);
	}
}

static bool
lists_items(const struct request *request)
{
	return request->mode == MODE_GAP || request->mode == MODE_SOLVE ||
	       request->mode == MODE_BONUS;
}

static int
check_options(const struct request *request)
{
	const struct session *session = &request->session;

	if (request->has_solving && request->mode != MODE_SOLVE)
		return usage_trouble(_("--more goes with --solve"));
	if (request->has_sensing && request->mode != MODE_SENSITIVITY)
		return usage_trouble(_("--pairs, --seed, --vary, "
				       "--keep-values and --threads go with "
				       "--sensitivity"));
	if (request->causes && request->mode != MODE_PLAN)
		return usage_trouble(
		    _("--causes goes with --set, --plan or --scheme"));
	if ((request->has_last || request->has_back) &&
	    request->mode != MODE_GAP)
		return usage_trouble(
		    _("--last and --back go with the list of items alone"));
	if (session->items.count > 0 && !lists_items(request) &&
	    request->mode != MODE_PLAN)
		return usage_trouble(
		    _("-i chooses among items, and here are none"));
	if (session->has_period && period_range_count(session->periods) > 1)
		return usage_trouble(
		    _("one period is looked at; name it with -p"));
	return 0;
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = take_option(request, letter, argument)) != 0)
			return rc;
	rc = session_no_operands(argc, argv, operand);
	return rc != 0 ? rc : check_options(request);
}

/*
 * Who, and which rank
 */

static int
no_unit(const struct book *book, const char *pattern)
{
	struct str_nearest nearest;
	struct str best;

	str_nearest_start(&nearest, str_from(pattern));
	for (size_t i = 0; i < book->unit_count; i++)
		str_nearest_offer(&nearest, book->units[i].id);
	best = str_nearest_best(&nearest);
	if (best.size > 0)
		return trouble(_("no unit matches '%s'; did you mean '" STR_FMT
				 "'?"),
		    pattern, STR_ARG(best));
	return trouble(_("no unit matches '%s'"), pattern);
}

/* The unit of -u, an alias too; else the one that keeps the book. */
static int
choose_unit(struct request *request)
{
	const struct session *session = &request->session;
	const struct book *book = session->book;
	size_t found = 0;

	request->unit = session->units.count == 0 ? book->self : INDEX_NONE;
	for (size_t i = 0; i < session->units.count; i++) {
		const char *pattern = session->units.patterns[i];
		uint32_t alias = book_unit(book, str_from(pattern));
		size_t before = found;

		for (uint32_t j = 0; j < book->unit_count; j++)
			if (j == alias ||
			    str_glob(str_from(pattern), book->units[j].id)) {
				request->unit = j;
				found++;
			}
		if (found == before)
			return no_unit(book, pattern);
	}
	/* Of several rows the one in question is still our own. */
	if (found > 1)
		request->unit = lists_items(request) ? INDEX_NONE : book->self;
	if (request->unit != INDEX_NONE || !lists_items(request))
		return 0;
	if (found > 1)
		return usage_trouble(_("one unit is looked at; -u names %zu"),
		    found);
	return usage_trouble(_("name a unit with -u; the book has no Self"));
}

/* Findings in the records are trouble here: they make no figures. */
static int
settle(struct session *session)
{
	if (session_status(session) == EXIT_SOUND)
		return 0;
	session_report(session);
	return EXIT_TROUBLE;
}

/* Why a unit has no rank in the period. */
static int
no_total(const struct request *request, const struct result *result)
{
	const struct unit *unit = &request->session.book->units[request->unit];
	char now[PERIOD_TEXT_SIZE], other[PERIOD_TEXT_SIZE];

	period_text(request->period, now);
	if (unit->from.given &&
	    period_compare(request->period, unit->from.period) < 0)
		return trouble(_("'" STR_FMT "' is not in the book in %s; it "
				 "joins in %s"),
		    STR_ARG(unit->id), now,
		    period_text(unit->from.period, other));
	if (result->standings[request->unit] == STANDING_NONE)
		return trouble(_("'" STR_FMT "' is not in the book in %s; it "
				 "left after %s"),
		    STR_ARG(unit->id), now,
		    period_text(unit->to.period, other));
	if (result->standings[request->unit] == STANDING_INELIGIBLE)
		return trouble(_("'" STR_FMT "' is not eligible in %s, so it "
				 "has no rank"),
		    STR_ARG(unit->id), now);
	return trouble(_("'" STR_FMT "' has no total in %s, so it has no "
			 "rank; see shiji explain"),
	    STR_ARG(unit->id), now);
}

/* The rank aimed at: of --to-rank, or the book's. */
static int
choose_rank(struct request *request, bool needed)
{
	const struct book *book = request->session.book;
	const struct goal *goal =
	    goal_for(book->goals, book->goal_count, request->period);

	if (!request->has_rank && goal != NULL) {
		request->rank = goal->rank;
		request->has_rank = true;
	}
	if (request->has_rank || !needed)
		return 0;
	return usage_trouble(_("name the rank aimed at with --to-rank; the "
			       "book has no Goal"));
}

static int
check_rank(const struct request *request, const struct result *result)
{
	uint32_t ranked = gap_ranked(request->session.book, result);
	char text[PERIOD_TEXT_SIZE];

	if (!request->has_rank || request->rank <= ranked)
		return 0;
	return trouble(_("there is no rank %u to be reached: %u units are "
			 "ranked in %s"),
	    request->rank, ranked, period_text(request->period, text));
}

/* Score the period, and see to it that the question makes sense there. */
static int
prepare(struct request *request)
{
	struct session *session = &request->session;
	const struct result *result;
	int rc = session_periods(session);

	if (rc != 0 || (rc = choose_unit(request)) != 0)
		return rc;
	request->period = session->periods.first;
	result = engine_score(session->engine, request->period);
	if ((rc = settle(session)) != 0)
		return rc;
	rc = choose_rank(request, request->mode == MODE_GAP ||
				      request->mode == MODE_SOLVE ||
				      request->mode == MODE_ASSURE);
	if (rc == 0 && request->mode != MODE_ASSURE)
		rc = check_rank(request, result);
	if (rc == 0 && lists_items(request) &&
	    !num_is_number(result->items[0].scores[request->unit]))
		rc = no_total(request, result);
	return rc;
}

/*
 * The list of items, and what solves them
 */

static bool
shows_unit(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->session.units, id);
}

static struct gap_view
view_of(const struct request *request, const struct scheme *scheme)
{
	const struct session *session = &request->session;

	return (struct gap_view){ .book = session->book,
		.scheme = scheme,
		.period = request->period,
		.unit = request->unit,
		.rank = request->rank,
		.out = stdout,
		.format = session_format(session),
		.colour = table_colour_for(stdout),
		.shows = shows_unit,
		.context = request };
}

static bool
matches(const void *context, const struct item *item)
{
	const struct request *request = context;

	return globs_match(&request->session.items, item->id);
}

/* A bonus, those that gather others and have a Cap of their own included. */
static bool
is_bonus(const void *context, const struct item *item)
{
	return item->kind == ITEM_BONUS && matches(context, item);
}

static int
check_items(const struct request *request, const struct scheme *scheme)
{
	const struct globs *globs = &request->session.items;

	for (size_t i = 0; i < globs->count; i++) {
		struct str pattern = str_from(globs->patterns[i]), best;
		struct str_nearest nearest;
		bool found = false;

		str_nearest_start(&nearest, pattern);
		for (size_t j = 0; j < scheme->item_count; j++) {
			found |= str_glob(pattern, scheme->items[j].id);
			str_nearest_offer(&nearest, scheme->items[j].id);
		}
		best = str_nearest_best(&nearest);
		if (found)
			continue;
		if (best.size > 0)
			return trouble(_("no item matches '%s'; did you mean "
					 "'" STR_FMT "'?"),
			    globs->patterns[i], STR_ARG(best));
		return trouble(_("no item matches '%s'"), globs->patterns[i]);
	}
	return 0;
}

/* Say which items no office leads, for the list cannot name one. */
static void
tell_lacking_offices(const struct request *request, const struct gap *gap)
{
	size_t count = 0;

	if (request->session.quiet || !request->session.book->has_offices)
		return;
	for (size_t i = 0; i < gap->count; i++)
		if (gap->items[i].lead == INDEX_NONE)
			fprintf(stderr,
			    count++ == 0 ? _("shiji-gap: no "
					     "office leads " STR_FMT)
					 : ", " STR_FMT,
			    STR_ARG(gap->items[i].item->id));
	if (count > 0)
		fputs(_("; give them a Lead\n"), stderr);
}

/* Say from when on a unit that joined has ranks. */
static void
tell_joining(const struct request *request)
{
	const struct unit *unit = &request->session.book->units[request->unit];
	char text[PERIOD_TEXT_SIZE];

	if (request->session.quiet || !unit->from.given ||
	    period_compare(unit->from.period,
		period_add(request->period, -(int32_t)request->back)) <= 0)
		return;
	fprintf(stderr,
	    _("shiji-gap: " STR_FMT " joined in %s; it has no ranks from "
	      "before\n"),
	    STR_ARG(unit->id), period_text(unit->from.period, text));
}

static int
show_items(struct request *request)
{
	struct session *session = &request->session;
	const struct scheme *scheme =
	    engine_score(session->engine, request->period)->scheme;
	struct gap_view view = view_of(request, scheme);
	struct gap gap;
	struct gap_request wanted = { .unit = request->unit,
		.period = request->period,
		.rank = request->has_rank ? request->rank : 1,
		.last = request->last,
		.back = request->mode == MODE_GAP ? request->back : 0,
		.choose = request->mode == MODE_BONUS ? is_bonus
			  : session->items.count > 0  ? matches
						      : NULL,
		.context = request };
	int rc = check_items(request, scheme);

	if (rc != 0)
		return rc;
	gap_find(&gap, session->book, session->engine, &wanted);
	/* What earlier periods lack is no matter of this one. */
	rc = settle(session);
	if (rc == 0 && request->mode == MODE_GAP) {
		tell_joining(request);
		tell_lacking_offices(request, &gap);
		gap_sentence(&view, &gap);
		gap_table(&view, &gap);
	} else if (rc == 0 && request->mode == MODE_SOLVE) {
		gap_sentence(&view, &gap);
		solve_table(&view, session->book, session->engine, &gap,
		    request->more, session->items.count > 0);
	} else if (rc == 0) {
		bonus_table(&view, session->engine, &gap);
	}
	if (rc == 0 && request->mode != MODE_BONUS && !gap.met)
		rc = EXIT_FINDING;
	gap_free(&gap);
	return rc;
}

/*
 * Plans
 */

/* The book once more, with the draft in the place of its scheme. */
static int
open_draft(struct request *request)
{
	struct session *draft = &request->draft;
	int rc;

	*draft = request->session;
	draft->units = draft->items = (struct globs){ 0 };
	draft->diag = NULL;
	draft->source = NULL;
	draft->book = NULL;
	draft->engine = NULL;
	if ((rc = session_open(draft)) != 0)
		return rc;
	/* Engines number the schemes that are there when they are made. */
	engine_free(draft->engine);
	draft->engine = NULL;
	if (scenario_scheme(draft->book, request->scheme, request->period,
		draft->diag) != 0)
		return settle(draft);
	draft->engine = engine_new(draft->book, draft->diag);
	return 0;
}

static int
read_plan(struct request *request, struct session *session,
    struct scenario *plan)
{
	struct book *book = session->book;

	for (size_t i = 0; i < request->plan_count; i++)
		scenario_read(plan, book, request->plans[i], request->unit,
		    request->period, session->diag);
	for (size_t i = 0; i < request->set_count; i++)
		scenario_set(plan, book, request->sets[i], request->unit,
		    request->period, session->diag);
	return settle(session);
}

/* Without -i: of a plan all items that it moves, of a scheme the total. */
static bool
choose_change(const void *context, const struct item *item)
{
	const struct request *request = context;

	if (request->session.items.count == 0 && request->scheme != NULL)
		return str_equal(item->id, STR("total"));
	return matches(context, item);
}

/*
 * Say what a draft reads that nobody has reported yet, which is why there are
 * no totals: the first few of it.
 */
static void
tell_unreported(const struct request *request, const struct session *draft,
    const struct result *after)
{
	enum { SHOWN = 5 };
	struct arena arena = { 0 };
	struct buffer text = { 0 };
	size_t count;
	const uint32_t *measures = scenario_unreported(draft->book,
	    draft->engine, after->scheme, request->period, &arena, &count);

	for (size_t i = 0; i < count && i < SHOWN; i++)
		buffer_format(&text, " " STR_FMT,
		    STR_ARG(draft->book->measures[measures[i]].id));
	if (count > 0)
		fprintf(stderr,
		    _("shiji-gap: %s reads what no unit has reported, %zu "
		      "values:" STR_FMT "%s\n"),
		    request->scheme, count, STR_ARG(buffer_str(&text)),
		    count > SHOWN ? " ..." : "");
	buffer_free(&text);
	arena_free(&arena);
}

/* The rows that differ, why, and whether the rank is met. */
static int
show_changes(struct request *request, const struct session *session,
    const struct result *after, struct attribution *changes)
{
	const struct session *now = &request->session;
	const struct gap_view look = view_of(request, after->scheme);
	struct diff_table_filter filter = { .unit = shows_unit,
		.context = request,
		.min = value_missing(),
		.evidence = 20 };
	struct diff_table_blame blame = { NULL, NULL };
	enum diff_table_view view =
	    request->causes ? CHANGE_CAUSES : CHANGE_SCORES;
	struct cells cells;
	uint32_t rank;

	if (request->scheme != NULL && !now->quiet)
		tell_unreported(request, session, after);
	gap_sentence_scenario(&look, engine_score(now->engine, request->period),
	    after);
	diff_table_open(&cells, stdout, look.format, view, look.colour);
	diff_table_add(&cells, view, changes, request->period, &filter, &blame);
	cells_close(&cells);
	if (!request->has_rank || request->unit == INDEX_NONE)
		return EXIT_SOUND;
	rank = gap_rank(session->book, after, 0, request->unit);
	return rank == 0 || rank > request->rank ? EXIT_FINDING : EXIT_SOUND;
}

static int
show_plan(struct request *request, struct session *session,
    struct engine *engine)
{
	struct session *now = &request->session;
	struct overlay_side from = { now->book, now->engine, request->period };
	struct overlay_side to = { session->book, engine, request->period };
	struct attribution_request wanted = { choose_change, request, true };
	const struct result *after = engine_score(engine, request->period);
	struct attribution changes;
	int rc;

	if ((rc = settle(session)) != 0 ||
	    (rc = check_items(request, after->scheme)) != 0)
		return rc;
	attribution_find(&changes, &from, &to, &wanted);
	rc = settle(session);
	if (rc == 0)
		rc = show_changes(request, session, after, &changes);
	attribution_free(&changes);
	return rc;
}

static int
run_plan(struct request *request)
{
	struct session *session = &request->session;
	struct engine *engine;
	struct scenario plan = { 0 };
	int rc = 0;

	if (request->scheme != NULL) {
		rc = open_draft(request);
		session = &request->draft;
	}
	if (rc != 0) {
		session_close(&request->draft);
		return rc;
	}
	engine = request->scheme != NULL
		     ? session->engine
		     : engine_new(session->book, session->diag);
	rc = read_plan(request, session, &plan);
	if (rc == 0) {
		scenario_apply(&plan, engine_data(engine));
		rc = settle(session);
	}
	if (rc == 0)
		rc = show_plan(request, session, engine);
	if (request->scheme != NULL)
		session_close(&request->draft);
	else
		engine_free(engine);
	scenario_free(&plan);
	return rc;
}

/*
 * What is safe, and how firm it is
 */

static int
run_assure(struct request *request)
{
	struct session *session = &request->session;
	struct gap_view view;
	struct rank_bounds rank_bounds;
	char text[PERIOD_TEXT_SIZE];
	int rc;

	if (!rank_bounds_find(&rank_bounds, session->book, session->engine,
		request->period, request->rank, request->unit)) {
		rc = settle(session);
		if (rc == 0)
			rc = trouble(_("no scheme says how %s is ranked"),
			    period_text(rank_bounds.end, text));
		rank_bounds_free(&rank_bounds);
		return rc;
	}
	rc = settle(session);
	view = view_of(request,
	    engine_score(session->engine, request->period)->scheme);
	if (rc == 0 && request->rank > rank_bounds.count)
		rc = trouble(_("there is no rank %u to be reached: %zu units "
			       "are ranked in %s"),
		    request->rank, rank_bounds.count,
		    period_text(rank_bounds.end, text));
	if (rc == 0) {
		rank_bounds_table(&view, &rank_bounds);
		for (size_t i = 0; i < rank_bounds.count; i++)
			if (rank_bounds.units[i].unit == request->unit &&
			    rank_bounds.units[i].verdict != RANK_BOUNDS_SAFE)
				rc = EXIT_FINDING;
	}
	rank_bounds_free(&rank_bounds);
	return rc;
}

static int
run_sensitivity(struct request *request)
{
	struct session *session = &request->session;
	const struct result *result =
	    engine_score(session->engine, request->period);
	struct gap_view view = view_of(request, result->scheme);
	struct sensitivity found;

	if (gap_ranked(session->book, result) > SENSITIVITY_UNITS_MAX)
		return trouble(_("--sensitivity takes at most %d units"),
		    (int)SENSITIVITY_UNITS_MAX);
	request->sensitivity.period = request->period;
	sensitivity_find(&found, session->book, session->engine,
	    &request->sensitivity);
	if (found.varied == 0 && num_sign(request->sensitivity.vary) > 0 &&
	    !session->quiet)
		fputs(_("shiji-gap: the total has a rule or bounds of its "
			"own, so no points are varied\n"),
		    stderr);
	if (session->verbose)
		fprintf(stderr,
		    _("shiji-gap: %u draws, the points of %zu items and %zu "
		      "values varied\n"),
		    found.draws, found.varied, found.values);
	if (request->pairs)
		sensitivity_table_pairs(&view, &found);
	else
		sensitivity_table(&view, &found);
	sensitivity_free(&found);
	return 0;
}

static int
run(struct request *request)
{
	struct session *session = &request->session;
	int rc = session_open(session);

	if (rc == 0)
		rc = prepare(request);
	if (rc == 0) {
		session_doubts(session, source_repository(session->source));
		switch (request->mode) {
		case MODE_PLAN:
			rc = run_plan(request);
			break;
		case MODE_ASSURE:
			rc = run_assure(request);
			break;
		case MODE_SENSITIVITY:
			rc = run_sensitivity(request);
			break;
		default:
			rc = show_items(request);
			break;
		}
	}
	return rc;
}

int
main(int argc, char **argv)
{
	struct request request = { .last = 3,
		.back = 3,
		.more = NUM_INT(1),
		.unit = INDEX_NONE,
		.sensitivity = { .seed = 1, .vary = { 1, 10 } } };
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = run(&request);
	session_close(&request.session);
	arena_free(&request.arena);
	return command_finish(rc);
}
