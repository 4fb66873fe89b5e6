/*
 * shiji-log: the commits that changed a score, or set a value.
 */
#include <inttypes.h>

#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "view/log_table.h"

static struct {
	const char *folder, *revision;
	struct output output;
	struct option_periods periods;
	struct option_list units, items, measures;
	struct option_count most;
	struct option_time since, until;
	int view; /* enum log_table_view */
	bool reverse, causes, names;
} given = { .folder = ".", .most = { .value = UINT64_MAX } };

/* clang-format off */
static const struct option_row rows[] = {
	{ OPTION_TEXT('C', "directory", "DIR", &given.folder, N_("the book, instead of this folder")) },
	{ OPTION_TEXT('r', "revision", "REV", &given.revision, N_("begin at this git revision, as an operand does")) },
	SELECT_PERIODS(&given.periods),
	SELECT_UNITS(&given.units),
	SELECT_ITEMS(&given.items),
	{ OPTION_COUNT('n', "max-count", "N", &given.most, 0, UINT64_MAX, N_("only the newest so many commits")) },
	{ OPTION_FLAG(0, "reverse", &given.reverse, N_("oldest first")) },
	{ OPTION_TIME(0, "since", "TIME", SINCE, &given.since, N_("only what was committed at this time, day or period, or later")) },
	{ OPTION_TIME(0, "until", "TIME", UNTIL, &given.until, N_("only what was committed at this time, day or period, or earlier")) },
	{ OPTION_FLAG(0, "causes", &given.causes, N_("add what moved each score, and by how much")), .excludes = "measure check-trailers" },
	{ OPTION_TEXTS(0, "measure", "GLOB", &given.measures, N_("the history of values of these measures instead")), OPTION_SETS(&given.view, LOG_VALUES), .excludes = "item" },
	{ OPTION_MODE(0, "check-trailers", &given.view, LOG_CLAIMS, N_("where messages say of scores what their records do not")), .excludes = "unit item" },
	{ OPTION_FLAG(0, "names", &given.names, N_("add the names of units, items and measures")), .excludes = "check-trailers" },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-log",
	.operands = "[REVISION | REVISION..REVISION]...",
	.purpose = N_("List the commits that changed a score."),
	.rows = rows,
	.most = SIZE_MAX,
};

struct request {
	struct diag *diag;
	struct history *history;
	struct log_table *table;
	uint64_t walked, changed; /* commits; those with another book */
	struct selection *units, *items;
	bool has_sound, has_scores;   /* some commit is, has */
	struct revwalk_commit newest; /* that is sound, and its book's folder */
	struct str path;
	struct arena arena;
};

/*
 * Selections
 */

static bool
choose_item(const void *context, const struct item *item)
{
	(void)context;
	if (given.items.count == 0)
		return str_equal(item->id, STR("total"));
	return select_matches(&given.items, item->id);
}

static bool
choose_measure(const void *context, struct str id)
{
	(void)context;
	return select_matches(&given.measures, id);
}

static bool
choose_unit(const void *context, struct str id)
{
	(void)context;
	return select_matches(&given.units, id);
}

/* A glob must match something in some commit's book. */
static void
offer_side(struct request *request, const struct history_step *step)
{
	const struct history_side *side = step->side;
	const struct snapshot *snapshot = &side->snapshots[0];
	int32_t count = period_range_count(history_periods(request->history));

	select_offer_units(request->units, side->book);
	for (size_t i = 0; i < snapshot->item_count; i++)
		select_offer_item(request->items, snapshot->items[i].item);
	if (!request->has_sound) {
		request->newest = step->commit;
		request->path =
		    arena_str(&request->arena, str_from(step->path));
	}
	request->has_sound = true;
	for (int32_t i = 0; i < count; i++)
		request->has_scores |= side->snapshots[i].standings != NULL;
}

/* Snapshots hold only items that match: of others the newest book tells. */
static void
offer_all_items(struct request *request)
{
	struct period_range range = history_periods(request->history);
	struct history_loaded loaded;

	history_load(request->history, &request->newest.id, request->path.data,
	    &loaded);
	for (; loaded.engine != NULL && range.first.index <= range.last.index;
	     range.first.index++)
		select_offer_items(request->items,
		    schemes_for(engine_schemes(loaded.engine), range.first));
	history_unload(&loaded);
}

/* One for which no value was ever set is a mistake too. */
static int
check_measures(const struct request *request)
{
	const struct book *book = history_newest_book(request->history);
	struct selection *measures =
	    select_new(SELECT_MEASURE, &given.measures);

	if (log_table_commits(request->table) > 0)
		return select_drop(measures, 0);
	if (book != NULL)
		select_offer_measures(measures, book);
	return select_end(measures);
}

/* What was asked for must have been there once. Frees the selections. */
static int
check_found(struct request *request)
{
	struct period_range periods = history_periods(request->history);
	char first[PERIOD_TEXT_SIZE];
	bool is_checked = given.view == LOG_SCORES && request->has_scores;
	int rc = is_checked ? select_end(request->units)
			    : select_drop(request->units, 0);

	if (is_checked && rc == 0 && select_lacks(request->items))
		offer_all_items(request);
	rc = is_checked && rc == 0 ? select_end(request->items)
				   : select_drop(request->items, rc);
	if (given.view == LOG_VALUES)
		return check_measures(request);
	if (given.view == LOG_SCORES && request->has_sound &&
	    !request->has_scores)
		return trouble(_("no commit has scores of %s"),
		    period_text(periods.first, first));
	return rc;
}

/*
 * The walk
 */

static bool
is_in_time(const struct history_step *step)
{
	/* Dates lie, so that an older one may stand on a newer one. */
	return (!given.since.given ||
		   step->commit.time >= given.since.seconds) &&
	       (!given.until.given || step->commit.time <= given.until.seconds);
}

static struct log_table *
open_table(struct request *request)
{
	const struct log_table_options shown = {
		.view = (enum log_table_view)given.view,
		.reverse = given.reverse,
		.names = given.names,
		.wanted = { .item = choose_item,
		    .unit = choose_unit,
		    .measure = choose_measure,
		    .causes = given.causes },
		.out = stdout,
		.format = output_format(&given.output)
	};

	return log_table_new(request->history, &shown, request->diag);
}

static void
walk(struct request *request)
{
	struct history_step step;

	while (log_table_commits(request->table) < given.most.value &&
	       history_next(request->history, &step)) {
		request->walked++;
		request->changed += !step.is_unchanged;
		if (step.side != NULL && step.side->state == HISTORY_SOUND)
			offer_side(request, &step);
		if (is_in_time(&step))
			log_table_add(request->table, &step);
	}
}

static int
show(struct request *request)
{
	const struct book *newest = history_newest_book(request->history);
	bool is_false;
	int rc;

	request->units = select_new(SELECT_UNIT, &given.units);
	request->items = select_new(SELECT_ITEM, &given.items);
	if (newest != NULL)
		select_offer_units(request->units, newest);
	request->table = open_table(request);
	walk(request);
	rc = check_found(request);
	is_false =
	    given.view == LOG_CLAIMS && log_table_has_rows(request->table);
	log_table_end(request->table, rc == 0);
	trouble_findings(request->diag, NULL, SEVERITY_NOTE);
	trouble_detail(_("%" PRIu64 " commits, %" PRIu64
			 " of them with another book than their parents"),
	    request->walked, request->changed);
	return is_false ? EXIT_FINDING : rc;
}

static int
run(const struct operands *operands)
{
	struct request request = { .diag = diag_new(0) };
	struct option_list revisions = { 0 };
	struct history_options wanted = { .folder = given.folder,
		.has_period = given.periods.given,
		.periods = given.periods.range,
		.choose = choose_item,
		.places_only = given.view == LOG_VALUES };
	int rc;

	if (given.revision != NULL)
		option_list_add(&revisions, str_from(given.revision));
	for (size_t i = 0; i < operands->count; i++)
		option_list_add(&revisions, str_from(operands->list[i]));
	wanted.revisions = revisions.list;
	wanted.revision_count = revisions.count;
	if (history_open(&request.history, &wanted, request.diag) != 0) {
		trouble_findings(request.diag, NULL, SEVERITY_NOTE);
		rc = EXIT_TROUBLE;
	} else {
		rc = show(&request);
		if (diag_count(request.diag, SEVERITY_TROUBLE) > 0)
			rc = EXIT_TROUBLE;
	}
	history_close(request.history);
	arena_free(&request.arena);
	diag_free(request.diag);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	if (rc == 0)
		rc = output_begin(&given.output);
	return output_finish(rc != 0 ? rc : run(&operands));
}
