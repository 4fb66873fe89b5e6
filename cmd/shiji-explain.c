/*
 * shiji-explain: one score taken apart, down to the rows of the data files and
 * the commits that made them so.
 */
#include "analysis/scenario.h"
#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "score/score_text.h"
#include "view/explain_print.h"

static struct {
	struct opening opening;
	struct output output;
	struct option_periods periods;
	struct option_list units, items, counterfactuals;
	bool no_commits, names;
} given;

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_PERIODS(&given.periods),
	OPENING_CACHED(&given.opening),
	SELECT_UNITS(&given.units),
	SELECT_ITEMS(&given.items),
	{ OPTION_TEXTS(0, "counterfactual", "MEASURE=VALUE", &given.counterfactuals, N_("explain the score as it would be with this value")) },
	{ OPTION_FLAG(0, "no-commits", &given.no_commits, N_("do not look up which commit made each row")) },
	{ OPTION_FLAG(0, "names", &given.names, N_("add the names of units and items")) },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-explain",
	.purpose = N_("Take a score apart: its rule, steps, values, commits."),
	.rows = rows,
};

struct request {
	struct arena arena;
	struct data_assumption *assumptions;
	uint32_t *units;
	size_t unit_count;
	struct blame *blame;
	struct engine *assumed; /* with the assumptions; NULL: none */
};

/*
 * What is asked for
 */

/* Those of -u, else the unit that keeps the book. */
static int
choose_units(struct request *request)
{
	const struct book *book = given.opening.book;
	int rc;

	request->units = arena_array(&request->arena, book->unit_count + 1,
	    sizeof(*request->units));
	if (given.units.count == 0) {
		request->unit_count = 1;
		return select_one_unit(&given.units, book, request->units);
	}
	if ((rc = select_units(&given.units, book)) != 0)
		return rc;
	for (uint32_t i = 0; i < book->unit_count; i++)
		if (select_matches(&given.units, book->units[i].id))
			request->units[request->unit_count++] = i;
	return 0;
}

/* Without -i the total alone. */
static bool
is_chosen(uint32_t item, struct str id)
{
	return given.items.count == 0 ? item == 0
				      : select_matches(&given.items, id);
}

static int
check_items(void)
{
	struct selection *items = select_new(SELECT_ITEM, &given.items);

	for (struct period at = given.periods.range.first;
	     at.index <= given.periods.range.last.index; at.index++)
		select_offer_items(items,
		    engine_score(given.opening.engine, at)->scheme);
	return select_end(items);
}

/* Errors of the records, which are trouble here: nothing can be explained. */
static int
settle(void)
{
	return opening_errors(&given.opening, EXIT_TROUBLE);
}

static int
score_periods(struct engine *engine)
{
	for (struct period at = given.periods.range.first;
	     at.index <= given.periods.range.last.index; at.index++)
		engine_score(engine, at);
	return settle();
}

/*
 * What if
 */

static int
assume(struct request *request)
{
	const struct opening *opening = &given.opening;
	const struct option_list *texts = &given.counterfactuals;

	if (texts->count == 0)
		return 0;
	if (period_range_count(given.periods.range) > 1)
		return trouble_usage(
		    _("--counterfactual explains one period; name it with -p"));
	request->assumptions = arena_array(&request->arena, texts->count,
	    sizeof(*request->assumptions));
	request->assumed = engine_new(opening->book, opening->diag);
	for (size_t i = 0; i < texts->count; i++)
		if (scenario_assignment_parse(opening->book, "--counterfactual",
			texts->list[i],
			request->unit_count == 1 ? request->units[0]
						 : INDEX_NONE,
			given.periods.range.first, &request->assumptions[i],
			opening->diag) == 0)
			data_override(engine_data(request->assumed),
			    &request->assumptions[i]);
	if (settle() != 0)
		return EXIT_TROUBLE;
	return score_periods(request->assumed);
}

/* A value as the files have it. */
static struct num
value_before(struct request *request, const struct data_assumption *assumption)
{
	struct num *values = arena_array(&request->arena,
	    given.opening.book->unit_count, sizeof(*values));

	data_values(engine_data(given.opening.engine), assumption->measure,
	    assumption->period, values);
	return values[assumption->unit];
}

static struct num
or_zero(struct num score)
{
	return num_is_number(score) ? score : NUM_INT(0);
}

static struct counterfactual
compare(struct request *request, const struct explanation *explanation)
{
	const struct result *result =
	    engine_score(given.opening.engine, explanation->period);
	uint32_t item = explanation->item_number, unit = explanation->unit;
	struct counterfactual what_if = { .assumptions = request->assumptions,
		.count = given.counterfactuals.count,
		.score = result->items[item].scores[unit],
		.state = result->items[item].states[unit] };
	struct arena *arena = &request->arena;
	size_t ranked;

	what_if.rank =
	    explain_rank(given.opening.book, result, item, unit, &ranked);
	what_if.before = arena_array(arena, given.counterfactuals.count,
	    sizeof(*what_if.before));
	for (size_t i = 0; i < given.counterfactuals.count; i++)
		what_if.before[i] =
		    value_before(request, &request->assumptions[i]);
	what_if.delta = num_sub(arena,
	    or_zero(score_printed(arena, explanation->item,
		explanation->score)),
	    or_zero(score_printed(arena, explanation->item, what_if.score)));
	return what_if;
}

/*
 * Output
 */

static struct engine *
engine_of(const struct request *request)
{
	return request->assumed != NULL ? request->assumed
					: given.opening.engine;
}

static void
print_one(struct request *request, struct explain_print *out,
    const struct explanation *explanation)
{
	struct counterfactual what_if, *with = NULL;

	if (request->assumed != NULL) {
		what_if = compare(request, explanation);
		with = &what_if;
	}
	explain_print_add(out, explanation, with);
}

static void
print_unit(struct request *request, struct explain_print *out,
    const struct result *result, uint32_t unit)
{
	struct engine *engine = engine_of(request);

	if (result->standings[unit] == STANDING_NONE)
		return;
	for (uint32_t i = 0; i < result->scheme->item_count; i++) {
		struct explanation *explanation;

		if (!is_chosen(i, result->scheme->items[i].id))
			continue;
		explanation = explain(engine, given.opening.book, result, i,
		    unit, request->blame);
		print_one(request, out, explanation);
		explanation_free(explanation);
	}
}

static void
say_what_was_read(const struct request *request, const struct result *result)
{
	char text[PERIOD_TEXT_SIZE];

	trouble_detail(_("%s: %s%s, %s"), period_text(result->period, text),
	    source_prefix(given.opening.source), result->scheme->file.path,
	    request->blame != NULL ? _("with commits") : _("without commits"));
}

static int
print_all(struct request *request)
{
	const struct option_format *format = &given.output.format;
	struct explain_print *out = explain_print_new(stdout,
	    !format->given || format->is_text, format->table, given.names);

	for (struct period at = given.periods.range.first;
	     at.index <= given.periods.range.last.index; at.index++) {
		const struct result *result =
		    engine_score(engine_of(request), at);

		say_what_was_read(request, result);
		for (size_t i = 0; i < request->unit_count; i++)
			print_unit(request, out, result, request->units[i]);
	}
	if (explain_print_end(out) == 0)
		return trouble(
		    _("none of these units is in the book in the period"));
	return settle();
}

static int
explain_all(struct request *request)
{
	struct opening *opening = &given.opening;
	int rc;

	if ((rc = opening_open(opening)) != 0 ||
	    (rc = select_periods(&given.periods, opening->book)) != 0 ||
	    (rc = choose_units(request)) != 0 ||
	    (rc = score_periods(opening->engine)) != 0 ||
	    (rc = check_items()) != 0 || (rc = assume(request)) != 0)
		return rc;
	if (!given.no_commits &&
	    blame_open(&request->blame, opening->source, opening->folder,
		opening->revision, opening->diag) != 0)
		return settle();
	opening_doubts(opening, request->blame != NULL
				    ? blame_repository(request->blame)
				    : source_repository(opening->source));
	return print_all(request);
}

static int
run(void)
{
	struct request request = { 0 };
	int rc = explain_all(&request);

	blame_close(request.blame);
	engine_free(request.assumed);
	opening_close(&given.opening);
	arena_free(&request.arena);
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
