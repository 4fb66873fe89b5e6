/*
 * shiji-diff: which scores differ between two sides, and why.
 */
#include "analysis/compare.h"
#include "analysis/trailer.h"
#include "cli/operand.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "scheme/scheme_diff.h"
#include "view/diff_table.h"

enum { MODE_SCORES, MODE_CAUSES, MODE_STAT, MODE_SCHEMES, MODE_TRAILERS };
enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

static struct {
	struct opening opening; /* the options; the sides open their own */
	struct output output;
	struct option_periods periods;
	struct option_list units, items;
	struct option_count evidence;
	struct option_number min;
	bool only[CAUSES], names;
	int mode, colour;
} given = { .evidence = { .value = 20 } };

static const struct option_word causes[] = { { "scheme", CAUSE_SCHEME },
	{ "own", CAUSE_OWN }, { "pool", CAUSE_POOL },
	{ "members", CAUSE_MEMBERS }, { 0 } };
static const struct option_word colours[] = { { "auto", COLOUR_AUTO },
	{ "always", COLOUR_ALWAYS }, { "never", COLOUR_NEVER }, { 0 } };

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_PERIODS(&given.periods),
	OPENING_CACHED(&given.opening),
	SELECT_UNITS(&given.units),
	SELECT_ITEMS(&given.items),
	{ OPTION_MODE(0, "causes", &given.mode, MODE_CAUSES, N_("a row for each cause, with its evidence")) },
	{ OPTION_COUNT(0, "evidence", "N", &given.evidence, 0, 1000000000, N_("with --causes: at most N rows a cause (20); 0: all")), .needs = "causes" },
	{ OPTION_MODE(0, "stat", &given.mode, MODE_STAT, N_("a row for each unit")) },
	{ OPTION_MODE(0, "schemes", &given.mode, MODE_SCHEMES, N_("compare the schemes, not the scores")), .excludes = "unit min only names" },
	{ OPTION_MODE(0, "trailers", &given.mode, MODE_TRAILERS, N_("print what a commit message says of moved totals")), .excludes = "unit item min only names format" },
	{ OPTION_POINTS(0, "min", "POINTS", &given.min, 0, N_("only differences of at least so many points")) },
	{ OPTION_CHOICES(0, "only", "CAUSES", given.only, causes, N_("only with these causes: scheme,own,pool,members")) },
	{ OPTION_FLAG(0, "names", &given.names, N_("add the names of units and items")) },
	{ OPTION_CHOICE(0, "color", "WHEN", &given.colour, colours, N_("colour a table: auto, always or never")) },
	OUTPUT_ROWS(&given.output),
	{ OPTION_OLD(0, "scheme", "schemes") },
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-diff",
	.operands = "[FROM [TO]]",
	.purpose = N_("Show which scores differ between two sides, and why."),
	.rows = rows,
	.most = 2,
	.fault = N_("two sides are compared"),
};

struct request {
	struct arena arena;
	struct operand from, to;
	struct opening *from_opening; /* that of `to` where both are one */
	struct compare compare;
	struct diff_table_blame blame;
};

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
read_sides(struct request *request, const struct operands *operands)
{
	const char *from = "HEAD", *to = NULL;
	int rc;

	if (operands->count == 0 && given.opening.revision != NULL)
		return trouble_usage(_("name the side to compare '%s' with"),
		    given.opening.revision);
	if (operands->count == 2)
		to = operands->list[1];
	if (operands->count > 0)
		from = operands->list[0];
	if (operands->count == 1)
		cut_range(request, from, &from, &to);
	rc = operand_parse(&request->from, &given.opening, from);
	/* Nobody has mistaken a name for another where none was given. */
	if (operands->count == 0)
		request->from.is_guess = false;
	return rc != 0 ? rc : operand_parse(&request->to, &given.opening, to);
}

static bool
has_only(void)
{
	for (size_t i = 0; i < CAUSES; i++)
		if (given.only[i])
			return true;
	return false;
}

/* A file of scores has no records that could be asked why. */
static int
check_sheets(const struct request *request)
{
	const struct operand *from = &request->from, *to = &request->to;

	if ((from->is_sheet || to->is_sheet) &&
	    (given.mode == MODE_CAUSES || given.mode == MODE_SCHEMES ||
		has_only()))
		return trouble_usage(
		    _("a file of scores has no records to tell causes from"));
	if (from->is_sheet && to->is_sheet && strcmp(from->path, "-") == 0 &&
	    strcmp(to->path, "-") == 0)
		return trouble_usage(_("standard input cannot be both sides"));
	return 0;
}

static int
open_sides(struct request *request)
{
	int rc = operand_open(&request->to);

	request->from_opening = &request->from.opening;
	if (rc != 0)
		return rc;
	if (!operand_is_same(&request->from, &request->to))
		return operand_open(&request->from);
	request->from_opening = &request->to.opening;
	return 0;
}

static const char *
name_of(const struct operand *side)
{
	return side->name != NULL ? side->name : _("the records as they stand");
}

/* Both sides are of one repository as a rule: it is spoken of once. */
static void
tell_doubts(const struct request *request)
{
	const struct opening *from = request->from_opening;
	const struct opening *to = &request->to.opening;
	const struct repository *repository = NULL;

	if (to->source != NULL)
		repository = source_repository(to->source);
	if (repository == NULL && from->source != NULL)
		repository = source_repository(from->source);
	opening_doubts(to, repository);
}

static void
open_blame(struct request *request)
{
	struct opening *from = request->from_opening;
	struct opening *to = &request->to.opening;

	if (given.mode != MODE_CAUSES)
		return;
	blame_open(&request->blame.to, to->source, to->folder, to->revision,
	    to->diag);
	blame_open(&request->blame.from, from->source, from->folder,
	    from->revision, from->diag);
}

static bool
choose_item(const void *context, const struct item *item)
{
	(void)context;
	return select_matches(&given.items, item->id);
}

static bool
choose_unit(const void *context, struct str id)
{
	(void)context;
	return select_matches(&given.units, id);
}

static enum diff_table_view
wanted_view(void)
{
	return given.mode == MODE_CAUSES ? CHANGE_CAUSES
	       : given.mode == MODE_STAT ? CHANGE_UNITS
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
		return trouble_usage(
		    _("a range of periods cannot be compared with one"));
	case COMPARE_LENGTHS:
		return trouble_usage(_("a %s and a %s cannot be compared"),
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
side_of(const struct operand *operand, const struct opening *opening)
{
	struct compare_side side = { .book = opening->book,
		.engine = opening->engine,
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

	compare->from = side_of(&request->from, request->from_opening);
	compare->to = side_of(&request->to, &request->to.opening);
	compare->is_same = operand_is_same(&request->from, &request->to);
	compare->has_periods = given.periods.given;
	compare->periods = given.periods.range;
	return say_fault(request, compare_settle(compare));
}

static int
score_pairs(struct request *request)
{
	struct opening *from = request->from_opening;
	struct opening *to = &request->to.opening;
	enum compare_fault fault = compare_score(&request->compare);

	if (!diag_has_errors(from->diag) && !diag_has_errors(to->diag))
		return say_fault(request, fault);
	if (from != to)
		opening_errors(from, EXIT_TROUBLE);
	opening_errors(to, EXIT_TROUBLE);
	return EXIT_TROUBLE;
}

static const struct book *
book_of(const struct operand *side, const struct opening *opening)
{
	return side->is_sheet ? &side->sheet.book : opening->book;
}

static const struct scheme *
scheme_in(const struct operand *side, const struct opening *opening,
    struct period period)
{
	return side->is_sheet
		   ? &side->sheet.scheme
		   : schemes_for(engine_schemes(opening->engine), period);
}

/* Each glob must match something on one side at least. */
static int
check_globs(const struct request *request)
{
	const struct opening *from = request->from_opening;
	const struct opening *to = &request->to.opening;
	struct selection *units = select_new(SELECT_UNIT, &given.units);
	struct selection *items = select_new(SELECT_ITEM, &given.items);
	const struct compare *compare = &request->compare;
	int rc;

	select_offer_units(units, book_of(&request->from, from));
	select_offer_units(units, book_of(&request->to, to));
	for (size_t i = 0; i < compare->count; i++) {
		select_offer_items(items,
		    scheme_in(&request->from, from, compare->pairs[i].from));
		select_offer_items(items,
		    scheme_in(&request->to, to, compare->pairs[i].to));
	}
	rc = select_end(units);
	return rc != 0 ? select_drop(items, rc) : select_end(items);
}

static bool
wants_colour(void)
{
	return given.colour == COLOUR_AUTO ? table_colour_for(stdout)
					   : given.colour == COLOUR_ALWAYS;
}

static int
compare_scores(struct request *request)
{
	const struct attribution_request wanted = { choose_item, NULL, true };
	const struct compare *compare = &request->compare;
	struct diff_table_filter filter = { .unit = choose_unit,
		.min = given.min.given ? given.min.value : value_missing(),
		.has_only = has_only(),
		.evidence = given.evidence.value };
	const struct diff_table_look look = { wanted_view(), given.names,
		wants_colour() };
	struct cells cells;
	size_t shown = 0;
	int rc = score_pairs(request);

	if (rc == 0)
		rc = check_globs(request);
	if (rc != 0)
		return rc;
	open_blame(request);
	memcpy(filter.only, given.only, sizeof(filter.only));
	diff_table_open(&cells, stdout, output_format(&given.output), &look);
	for (size_t i = 0; i < compare->count; i++) {
		struct attribution changes;

		compare_find(compare, &compare->pairs[i], &wanted, &changes);
		shown += diff_table_add(&cells, wanted_view(), &changes,
		    compare->pairs[i].to, &filter, &request->blame);
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
scheme_of(struct opening *opening, const struct compare_side *side,
    struct period newest)
{
	struct period period = side->has_period ? side->period : newest;
	const struct scheme *scheme =
	    schemes_for(engine_schemes(opening->engine), period);
	char text[PERIOD_TEXT_SIZE];

	if (scheme == NULL && !diag_has_errors(opening->diag))
		trouble(_("%sschemes: no scheme is in force in %s"),
		    source_prefix(opening->source), period_text(period, text));
	return opening_errors(opening, EXIT_TROUBLE) == 0 ? scheme : NULL;
}

/* Keep the rows of those items that are asked for, where any are. */
static void
keep_items(struct scheme_diff *scheme_diff)
{
	size_t kept = 0;

	if (given.items.count == 0)
		return;
	for (size_t i = 0; i < scheme_diff->count; i++)
		if (scheme_diff->rows[i].part == SCHEME_DIFF_ITEM &&
		    select_matches(&given.items, scheme_diff->rows[i].id))
			scheme_diff->rows[kept++] = scheme_diff->rows[i];
	scheme_diff->count = kept;
}

static int
compare_schemes(struct request *request)
{
	struct period newest = given.periods.range.last;
	struct scheme_diff scheme_diff = { 0 };
	const struct scheme *from, *to;
	struct table *table;
	size_t shown;

	if (!given.periods.given && !request->compare.to.has_period &&
	    !book_newest(request->to.opening.book, &newest))
		return trouble(
		    _("the book has no data yet; name a period with -p"));
	from = scheme_of(request->from_opening, &request->compare.from, newest);
	to = scheme_of(&request->to.opening, &request->compare.to, newest);
	if (from == NULL || to == NULL)
		return EXIT_TROUBLE;
	scheme_diff_schemes(&scheme_diff, from, to);
	keep_items(&scheme_diff);
	table = output_table(&given.output, scheme_diff_columns,
	    SCHEME_DIFF_COLUMNS);
	/* A long rule need not push all columns apart. */
	table_narrow(table, 40);
	scheme_diff_print(&scheme_diff, table);
	table_end(table);
	shown = scheme_diff.count;
	scheme_diff_free(&scheme_diff);
	return shown > 0 ? EXIT_FINDING : EXIT_SOUND;
}

static int
compare_sides(struct request *request)
{
	int rc = open_sides(request);

	if (rc == 0)
		rc = settle_periods(request);
	if (rc != 0)
		return rc;
	trouble_detail(_("%s and %s, in %zu periods"), name_of(&request->from),
	    name_of(&request->to), request->compare.count);
	tell_doubts(request);
	if (given.mode == MODE_SCHEMES)
		return compare_schemes(request);
	return given.mode == MODE_TRAILERS ? print_trailers(request)
					   : compare_scores(request);
}

static int
run(const struct operands *operands)
{
	struct request request = { 0 };
	int rc = read_sides(&request, operands);

	if (rc == 0)
		rc = check_sheets(&request);
	if (rc == 0)
		rc = compare_sides(&request);
	blame_close(request.blame.from);
	blame_close(request.blame.to);
	compare_free(&request.compare);
	operand_close(&request.from);
	operand_close(&request.to);
	arena_free(&request.arena);
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
