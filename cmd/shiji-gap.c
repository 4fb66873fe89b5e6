/*
 * shiji-gap: what stands between a unit and the rank it aims at, what would
 * close the gap, and how firm the ranking is.
 */
#include "analysis/scenario.h"
#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "view/diff_table.h"
#include "view/gap_table.h"
#include "view/rank_bounds_table.h"
#include "view/sensitivity_table.h"
#include "view/solve_table.h"

/* What is asked for. */
enum {
	MODE_GAP,
	MODE_SOLVE,
	MODE_BONUS,
	MODE_PLAN,
	MODE_ASSURE,
	MODE_SENSITIVITY
};

enum { RANKS_MOST = 1000000, PERIODS_MOST = 120, THREADS_MOST = 64 };

static struct {
	struct opening opening;
	struct output output;
	struct option_periods periods;
	struct option_list units, items, sets, plans;
	struct option_count rank, last, back, draws, seed, threads;
	struct option_number more, vary;
	const char *scheme;
	int mode;
	bool causes, pairs, keeps_values, names;
} given = { .last = { .value = 3 },
	.back = { .value = 3 },
	.seed = { .value = 1 },
	.more = { .value = { 1, 1 } },
	.vary = { .value = { 1, 10 } } };

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_ONE_PERIOD(&given.periods),
	OPENING_CACHED(&given.opening),
	{ OPTION_TEXTS('u', "unit", "GLOB", &given.units, N_("the unit whose Id matches, instead of Self; with plans, --assure and --sensitivity the units to show")) },
	{ OPTION_TEXTS('i', "item", "GLOB", &given.items, N_("only items whose Id matches")), .excludes = "assure sensitivity" },
	{ OPTION_COUNT(0, "to-rank", "RANK", &given.rank, 1, RANKS_MOST, N_("the rank aimed at, instead of the book's Goal")) },
	{ OPTION_COUNT(0, "last", "N", &given.last, 0, RANKS_MOST, N_("so many last places are marked (3)")), .excludes = "solve bonus set plan scheme assure sensitivity" },
	{ OPTION_COUNT(0, "back", "N", &given.back, 0, PERIODS_MOST, N_("show the ranks of so many earlier periods (3)")), .excludes = "solve bonus set plan scheme assure sensitivity" },
	{ OPTION_MODE(0, "solve", &given.mode, MODE_SOLVE, N_("the value of each measure that would close the gap")) },
	{ OPTION_POINTS(0, "more", "POINTS", &given.more, 1, N_("with --solve: also for so many points more (1)")), .needs = "solve" },
	{ OPTION_MODE(0, "bonus", &given.mode, MODE_BONUS, N_("the bonus points that are still open")) },
	{ OPTION_TEXTS(0, "set", "MEASURE=VALUE", &given.sets, N_("score the period as it would be with this value")), OPTION_SETS(&given.mode, MODE_PLAN) },
	{ OPTION_TEXTS(0, "plan", "FILE", &given.plans, N_("the same with all values of a TSV file")), OPTION_SETS(&given.mode, MODE_PLAN) },
	{ OPTION_TEXT(0, "scheme", "FILE", &given.scheme, N_("the same under a scheme that is not in the book")), OPTION_SETS(&given.mode, MODE_PLAN) },
	{ OPTION_FLAG(0, "causes", &given.causes, N_("with these: a row for each cause, with its evidence")), .needs = "set plan scheme" },
	{ OPTION_MODE(0, "assure", &given.mode, MODE_ASSURE, N_("the ranks still possible at the year's end")) },
	{ OPTION_COUNT(0, "sensitivity", "DRAWS", &given.draws, 1, SENSITIVITY_DRAWS_MAX, N_("the ranks when points and values vary a little")), OPTION_SETS(&given.mode, MODE_SENSITIVITY) },
	{ OPTION_FLAG(0, "pairs", &given.pairs, N_("with it: the pairs of units whose order is not firm")), .needs = "sensitivity" },
	{ OPTION_COUNT(0, "seed", "NUMBER", &given.seed, 0, UINT64_MAX, N_("with it: begin the draws elsewhere (1)")), .needs = "sensitivity" },
	{ OPTION_SHARE(0, "vary", "SHARE", &given.vary, N_("with it: how far points vary, up and down (10%)")), .needs = "sensitivity" },
	{ OPTION_FLAG(0, "keep-values", &given.keeps_values, N_("with it: vary points alone")), .needs = "sensitivity" },
	{ OPTION_COUNT(0, "threads", "N", &given.threads, 1, THREADS_MOST, N_("with it: how many to use; the result is the same")), .needs = "sensitivity" },
	{ OPTION_FLAG(0, "names", &given.names, N_("add the names of units, items and measures")) },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-gap",
	.purpose = N_("Show what stands between a unit and its target rank."),
	.rows = rows,
};

struct request {
	struct period period;
	uint32_t unit; /* the one in question, or INDEX_NONE */
	uint32_t rank; /* aimed at; 0: none */
};

/*
 * Who, and which rank
 */

/* Whether one unit is asked about, item by item; else there may be many. */
static bool
lists_items(void)
{
	return given.mode == MODE_GAP || given.mode == MODE_SOLVE ||
	       given.mode == MODE_BONUS;
}

/* Of many the unit in question is the only one, or else our own. */
static int
choose_unit(struct request *request)
{
	const struct book *book = given.opening.book;
	uint32_t chosen = INDEX_NONE;
	size_t count = 0;
	int rc;

	if (lists_items())
		return select_one_unit(&given.units, book, &request->unit);
	rc = select_units(&given.units, book);
	for (uint32_t i = 0; i < book->unit_count; i++)
		if (select_matches(&given.units, book->units[i].id)) {
			chosen = i;
			count++;
		}
	request->unit =
	    given.units.count > 0 && count == 1 ? chosen : book->self;
	return rc;
}

/* Findings in the records are trouble here: they make no figures. */
static int
settle(struct opening *opening)
{
	return opening_errors(opening, EXIT_TROUBLE);
}

/* Why a unit has no rank in the period. */
static int
no_total(const struct request *request, const struct result *result)
{
	const struct unit *unit = &given.opening.book->units[request->unit];
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
	const struct book *book = given.opening.book;
	const struct goal *goal =
	    goal_for(book->goals, book->goal_count, request->period);

	request->rank = given.rank.given ? (uint32_t)given.rank.value
			: goal != NULL	 ? goal->rank
					 : 0;
	if (request->rank > 0 || !needed)
		return 0;
	return trouble_usage(_("name the rank aimed at with --to-rank; the "
			       "book has no Goal"));
}

static int
check_rank(const struct request *request, const struct result *result)
{
	uint32_t ranked = gap_ranked(given.opening.book, result);
	char text[PERIOD_TEXT_SIZE];

	if (request->rank <= ranked)
		return 0;
	return trouble(_("there is no rank %u to be reached: %u units are "
			 "ranked in %s"),
	    request->rank, ranked, period_text(request->period, text));
}

static void
say_what_was_read(const struct request *request, const struct scheme *scheme)
{
	const struct book *book = given.opening.book;
	char text[PERIOD_TEXT_SIZE];

	period_text(request->period, text);
	if (request->unit == INDEX_NONE)
		trouble_detail(_("%s: %s"), text, scheme->file.path);
	else
		trouble_detail(_("%s: %s, unit " STR_FMT), text,
		    scheme->file.path, STR_ARG(book->units[request->unit].id));
}

/* Score the period, and see to it that the question makes sense there. */
static int
prepare(struct request *request)
{
	struct opening *opening = &given.opening;
	const struct result *result;
	int rc = select_periods(&given.periods, opening->book);

	if (rc != 0 || (rc = choose_unit(request)) != 0)
		return rc;
	request->period = given.periods.range.first;
	result = engine_score(opening->engine, request->period);
	if ((rc = settle(opening)) != 0)
		return rc;
	say_what_was_read(request, result->scheme);
	rc = choose_rank(request, given.mode == MODE_GAP ||
				      given.mode == MODE_SOLVE ||
				      given.mode == MODE_ASSURE);
	if (rc == 0 && given.mode != MODE_ASSURE)
		rc = check_rank(request, result);
	if (rc == 0 && lists_items() &&
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
	(void)context;
	return select_matches(&given.units, id);
}

static struct gap_view
view_of(const struct request *request, const struct scheme *scheme)
{
	enum table_format format = output_format(&given.output);
	const struct opening *opening = &given.opening;

	return (struct gap_view){ .book = opening->book,
		.scheme = scheme,
		.period = request->period,
		.unit = request->unit,
		.rank = request->rank,
		.out = stdout,
		.format = format,
		.for_people =
		    output_is_text(&given.output) || format == TABLE_MARKDOWN,
		.names = given.names,
		.colour = table_colour_for(stdout),
		.shows = shows_unit,
		.context = request };
}

static bool
matches(const void *context, const struct item *item)
{
	(void)context;
	return select_matches(&given.items, item->id);
}

/* A bonus, those that gather others and have a Cap of their own included. */
static bool
is_bonus(const void *context, const struct item *item)
{
	return item->kind == ITEM_BONUS && matches(context, item);
}

static int
check_items(const struct scheme *scheme)
{
	struct selection *items = select_new(SELECT_ITEM, &given.items);

	select_offer_items(items, scheme);
	return select_end(items);
}

/* Say which items no office leads, for the list cannot name one. */
static void
tell_lacking_offices(const struct gap *gap)
{
	struct buffer items = { 0 };

	for (size_t i = 0; i < gap->count; i++)
		if (gap->items[i].lead == INDEX_NONE)
			buffer_format(&items, "%s" STR_FMT,
			    items.size > 0 ? ", " : "",
			    STR_ARG(gap->items[i].item->id));
	if (given.opening.book->has_offices && items.size > 0)
		trouble_say(_("no office leads " STR_FMT "; give them a Lead"),
		    STR_ARG(buffer_str(&items)));
	buffer_free(&items);
}

/* Say from when on a unit that joined has ranks. */
static void
tell_joining(const struct request *request)
{
	const struct unit *unit = &given.opening.book->units[request->unit];
	char text[PERIOD_TEXT_SIZE];

	if (unit->from.given &&
	    period_compare(unit->from.period,
		period_add(request->period, -(int32_t)given.back.value)) > 0)
		trouble_say(_(STR_FMT
				" joined in %s; it has no ranks from before"),
		    STR_ARG(unit->id), period_text(unit->from.period, text));
}

static int
show_items(struct request *request)
{
	struct opening *opening = &given.opening;
	const struct scheme *scheme =
	    engine_score(opening->engine, request->period)->scheme;
	struct gap_view view = view_of(request, scheme);
	struct gap gap;
	struct gap_request wanted = { .unit = request->unit,
		.period = request->period,
		.rank = request->rank > 0 ? request->rank : 1,
		.last = (uint32_t)given.last.value,
		.back = given.mode == MODE_GAP ? (uint32_t)given.back.value : 0,
		.choose = given.mode == MODE_BONUS ? is_bonus
			  : given.items.count > 0  ? matches
						   : NULL,
		.context = request };
	int rc = check_items(scheme);

	if (rc != 0)
		return rc;
	gap_find(&gap, opening->book, opening->engine, &wanted);
	/* What earlier periods lack is no matter of this one. */
	rc = settle(opening);
	if (rc == 0 && given.mode == MODE_GAP) {
		tell_joining(request);
		tell_lacking_offices(&gap);
		gap_sentence(&view, &gap);
		gap_table(&view, &gap);
	} else if (rc == 0 && given.mode == MODE_SOLVE) {
		gap_sentence(&view, &gap);
		solve_table(&view, opening->book, opening->engine, &gap,
		    given.more.value, given.items.count > 0);
	} else if (rc == 0) {
		bonus_table(&view, opening->engine, &gap);
	}
	if (rc == 0 && given.mode != MODE_BONUS && !gap.met)
		rc = EXIT_FINDING;
	gap_free(&gap);
	return rc;
}

/*
 * Plans
 */

/* The book once more, with the draft in the place of its scheme. */
static int
open_draft(const struct request *request, struct opening *draft)
{
	int rc;

	draft->folder = given.opening.folder;
	draft->revision = given.opening.revision;
	draft->cached = given.opening.cached;
	if ((rc = opening_open(draft)) != 0)
		return rc;
	/* Engines number the schemes that are there when they are made. */
	engine_free(draft->engine);
	draft->engine = NULL;
	if (scenario_scheme(draft->book, given.scheme, request->period,
		draft->diag) != 0)
		return settle(draft);
	draft->engine = engine_new(draft->book, draft->diag);
	return 0;
}

static int
read_plan(const struct request *request, struct opening *opening,
    struct scenario *plan)
{
	for (size_t i = 0; i < given.plans.count; i++)
		scenario_read(plan, opening->book, given.plans.list[i],
		    request->unit, request->period, opening->diag);
	for (size_t i = 0; i < given.sets.count; i++)
		scenario_set(plan, opening->book, given.sets.list[i],
		    request->unit, request->period, opening->diag);
	return settle(opening);
}

/* Without -i: of a plan all items that it moves, of a scheme the total. */
static bool
choose_change(const void *context, const struct item *item)
{
	if (given.items.count == 0 && given.scheme != NULL)
		return str_equal(item->id, STR("total"));
	return matches(context, item);
}

/*
 * Say what a draft reads that nobody has reported yet, which is why there are
 * no totals: the first few of it.
 */
static void
tell_unreported(const struct request *request, const struct opening *draft,
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
		trouble_say(_("%s reads what no unit has reported, %zu "
			      "values:" STR_FMT "%s"),
		    given.scheme, count, STR_ARG(buffer_str(&text)),
		    count > SHOWN ? " ..." : "");
	buffer_free(&text);
	arena_free(&arena);
}

/* The rows that differ, why, and whether the rank is met. */
static int
show_changes(struct request *request, const struct opening *opening,
    const struct result *after, struct attribution *changes)
{
	const struct opening *now = &given.opening;
	const struct gap_view look = view_of(request, after->scheme);
	struct diff_table_filter filter = { .unit = shows_unit,
		.context = request,
		.min = value_missing(),
		.evidence = 20 };
	struct diff_table_blame blame = { NULL, NULL };
	const struct diff_table_look wanted = { given.causes ? CHANGE_CAUSES
							     : CHANGE_SCORES,
		given.names, look.colour };
	struct cells cells;
	uint32_t rank;

	if (given.scheme != NULL)
		tell_unreported(request, opening, after);
	gap_sentence_scenario(&look, engine_score(now->engine, request->period),
	    after);
	diff_table_open(&cells, stdout, look.format, &wanted);
	diff_table_add(&cells, wanted.view, changes, request->period, &filter,
	    &blame);
	cells_close(&cells);
	if (request->rank == 0 || request->unit == INDEX_NONE)
		return EXIT_SOUND;
	rank = gap_rank(opening->book, after, 0, request->unit);
	return rank == 0 || rank > request->rank ? EXIT_FINDING : EXIT_SOUND;
}

static int
show_plan(struct request *request, struct opening *opening,
    struct engine *engine)
{
	struct opening *now = &given.opening;
	struct overlay_side from = { now->book, now->engine, request->period };
	struct overlay_side to = { opening->book, engine, request->period };
	struct attribution_request wanted = { choose_change, request, true };
	const struct result *after = engine_score(engine, request->period);
	struct attribution changes;
	int rc;

	if ((rc = settle(opening)) != 0 ||
	    (rc = check_items(after->scheme)) != 0)
		return rc;
	attribution_find(&changes, &from, &to, &wanted);
	rc = settle(opening);
	if (rc == 0)
		rc = show_changes(request, opening, after, &changes);
	attribution_free(&changes);
	return rc;
}

static int
run_plan(struct request *request)
{
	struct opening draft = { 0 }, *opening = &given.opening;
	struct engine *assumed = NULL;
	struct scenario plan = { 0 };
	int rc = 0;

	if (given.scheme != NULL) {
		rc = open_draft(request, &draft);
		opening = &draft;
	} else {
		assumed = engine_new(opening->book, opening->diag);
	}
	if (rc == 0)
		rc = read_plan(request, opening, &plan);
	if (rc == 0) {
		struct engine *engine =
		    assumed != NULL ? assumed : opening->engine;

		scenario_apply(&plan, engine_data(engine));
		rc = settle(opening);
		if (rc == 0)
			rc = show_plan(request, opening, engine);
	}
	engine_free(assumed);
	opening_close(&draft);
	scenario_free(&plan);
	return rc;
}

/*
 * What is safe, and how firm it is
 */

static int
run_assure(struct request *request)
{
	struct opening *opening = &given.opening;
	struct gap_view view;
	struct rank_bounds rank_bounds;
	char text[PERIOD_TEXT_SIZE];
	int rc;

	if (!rank_bounds_find(&rank_bounds, opening->book, opening->engine,
		request->period, request->rank, request->unit)) {
		rc = settle(opening);
		if (rc == 0)
			rc = trouble(_("no scheme says how %s is ranked"),
			    period_text(rank_bounds.end, text));
		rank_bounds_free(&rank_bounds);
		return rc;
	}
	rc = settle(opening);
	view = view_of(request,
	    engine_score(opening->engine, request->period)->scheme);
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
	struct opening *opening = &given.opening;
	const struct result *result =
	    engine_score(opening->engine, request->period);
	struct gap_view view = view_of(request, result->scheme);
	const struct sensitivity_request wanted = { .period = request->period,
		.draws = (uint32_t)given.draws.value,
		.seed = given.seed.value,
		.vary = given.vary.value,
		.keeps_values = given.keeps_values,
		.threads = (unsigned)given.threads.value };
	struct sensitivity found;

	if (gap_ranked(opening->book, result) > SENSITIVITY_UNITS_MAX)
		return trouble(_("--sensitivity takes at most %d units"),
		    (int)SENSITIVITY_UNITS_MAX);
	sensitivity_find(&found, opening->book, opening->engine, &wanted);
	if (found.varied == 0 && num_sign(wanted.vary) > 0)
		trouble_say("%s",
		    _("the total has a rule or bounds of its own, so no "
		      "points are varied"));
	trouble_detail(
	    _("%u draws, the points of %zu items and %zu values varied"),
	    found.draws, found.varied, found.values);
	(given.pairs ? sensitivity_table_pairs : sensitivity_table)(&view,
	    &found);
	sensitivity_free(&found);
	return EXIT_SOUND;
}

static int
show(struct request *request)
{
	const struct opening *opening = &given.opening;

	opening_doubts(opening, source_repository(opening->source));
	switch (given.mode) {
	case MODE_PLAN:
		return run_plan(request);
	case MODE_ASSURE:
		return run_assure(request);
	case MODE_SENSITIVITY:
		return run_sensitivity(request);
	default:
		return show_items(request);
	}
}

static int
run(void)
{
	struct request request = { .unit = INDEX_NONE };
	int rc = opening_open(&given.opening);

	if (rc == 0)
		rc = prepare(&request);
	if (rc == 0)
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
