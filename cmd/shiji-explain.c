/*
 * shiji-explain: one score taken apart, down to the rows of the data files and
 * the commits that made them so.
 */
#include "cli/session.h"
#include "score/score_text.h"

#include <stdlib.h>

#include "analysis/scenario.h"
#include "view/explain_json.h"
#include "view/explain_text.h"

enum { OPTION_COUNTERFACTUAL = 256, OPTION_NO_COMMITS };

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_CACHED,
	OPTIONS_SELECTION,
	{ OPTION_COUNTERFACTUAL, "counterfactual", "MEASURE=VALUE",
	    N_("explain the score as it would be with this value"), true },
	{ OPTION_NO_COMMITS, "no-commits", NULL,
	    N_("do not look up which commit made each row"), false },
	{ 'f', "format", "FORMAT",
	    N_("text, json or jsonl; tsv, csv, table or md: the steps alone"),
	    false },
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-explain",
	.synopsis = "[options]",
	.purpose = N_("Take a score apart: its rule, steps, values, commits."),
	.options = options,
};

struct request {
	struct session session;
	struct arena arena;
	bool no_commits;
	const char **texts; /* of --counterfactual */
	size_t text_count, text_capacity;
	struct data_assumption *assumptions;
	uint32_t *units;
	size_t unit_count;
	struct blame *blame;
	struct engine *assumed; /* with the assumptions; NULL: none */
};

static int
set_option(struct request *request, int letter, const char *argument)
{
	if (letter == OPTION_COUNTERFACTUAL) {
		request->texts = arena_grow(&request->arena, request->texts,
		    request->text_count, &request->text_capacity,
		    sizeof(*request->texts));
		request->texts[request->text_count++] = argument;
		return 0;
	}
	if (letter == OPTION_NO_COMMITS) {
		request->no_commits = true;
		return 0;
	}
	if (letter == 'f' && strcmp(argument, "text") == 0)
		return 0;
	return session_option(&request->session, letter, argument);
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = set_option(request, letter, argument)) != 0)
			return rc;
	return session_no_operands(argc, argv, operand);
}

/*
 * What is asked for
 */

/* A pattern that matches nothing, with the nearest Id that is there. */
static int
no_match(const char *text, const char *pattern,
    const struct str_nearest *nearest)
{
	struct str best = str_nearest_best(nearest);

	if (best.size > 0)
		return trouble(_("%s '%s'; did you mean '" STR_FMT "'?"), text,
		    pattern, STR_ARG(best));
	return trouble("%s '%s'", text, pattern);
}

static int
check_units(const struct request *request)
{
	const struct globs *globs = &request->session.units;
	const struct book *book = request->session.book;

	for (size_t i = 0; i < globs->count; i++) {
		struct str pattern = str_from(globs->patterns[i]);
		struct str_nearest nearest;
		bool found = false;

		str_nearest_start(&nearest, pattern);
		for (size_t j = 0; j < book->unit_count; j++) {
			found |= str_glob(pattern, book->units[j].id);
			str_nearest_offer(&nearest, book->units[j].id);
		}
		if (!found)
			return no_match(_("no unit matches"),
			    globs->patterns[i], &nearest);
	}
	return 0;
}

static int
choose_units(struct request *request)
{
	const struct session *session = &request->session;
	const struct book *book = session->book;

	request->units = arena_array(&request->arena, book->unit_count + 1,
	    sizeof(*request->units));
	if (session->units.count == 0 && book->self == INDEX_NONE)
		return usage_trouble(
		    _("name a unit with -u; the book has no Self"));
	if (session->units.count == 0)
		request->units[request->unit_count++] = book->self;
	for (uint32_t i = 0; session->units.count > 0 && i < book->unit_count;
	     i++)
		if (globs_match(&session->units, book->units[i].id))
			request->units[request->unit_count++] = i;
	return check_units(request);
}

/* Without -i the total alone. */
static bool
is_chosen(const struct request *request, uint32_t item, struct str id)
{
	return request->session.items.count == 0
		   ? item == 0
		   : globs_match(&request->session.items, id);
}

static int
check_items(const struct request *request)
{
	const struct session *session = &request->session;

	for (size_t i = 0; i < session->items.count; i++) {
		struct str pattern = str_from(session->items.patterns[i]);
		struct str_nearest nearest;
		struct period period = session->periods.first;
		bool found = false;

		str_nearest_start(&nearest, pattern);
		for (; period.index <= session->periods.last.index;
		     period.index++) {
			const struct result *result =
			    engine_score(session->engine, period);
			const struct scheme *scheme = result->scheme;

			for (size_t j = 0; j < scheme->item_count; j++) {
				found |= str_glob(pattern, scheme->items[j].id);
				str_nearest_offer(&nearest,
				    scheme->items[j].id);
			}
		}
		if (!found)
			return no_match(_("no item matches"),
			    session->items.patterns[i], &nearest);
	}
	return 0;
}

/* Errors of the records, which are trouble here: nothing can be explained. */
static int
settle(struct request *request)
{
	if (session_status(&request->session) == EXIT_SOUND)
		return 0;
	session_report(&request->session);
	return EXIT_TROUBLE;
}

static int
score_periods(struct request *request, struct engine *engine)
{
	struct period period = request->session.periods.first;

	for (; period.index <= request->session.periods.last.index;
	     period.index++)
		engine_score(engine, period);
	return settle(request);
}

/*
 * What if
 */

static int
assume(struct request *request)
{
	struct session *session = &request->session;

	if (request->text_count == 0)
		return 0;
	if (period_range_count(session->periods) > 1)
		return usage_trouble(
		    _("--counterfactual explains one period; name it with -p"));
	request->assumptions = arena_array(&request->arena, request->text_count,
	    sizeof(*request->assumptions));
	request->assumed = engine_new(session->book, session->diag);
	for (size_t i = 0; i < request->text_count; i++)
		if (scenario_assignment_parse(session->book, "--counterfactual",
			request->texts[i],
			request->unit_count == 1 ? request->units[0]
						 : INDEX_NONE,
			session->periods.first, &request->assumptions[i],
			session->diag) == 0)
			data_override(engine_data(request->assumed),
			    &request->assumptions[i]);
	if (settle(request) != 0)
		return EXIT_TROUBLE;
	return score_periods(request, request->assumed);
}

/* A value as the files have it. */
static struct num
value_before(struct request *request, const struct data_assumption *assumption)
{
	struct num *values = arena_array(&request->arena,
	    request->session.book->unit_count, sizeof(*values));

	data_values(engine_data(request->session.engine), assumption->measure,
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
	    engine_score(request->session.engine, explanation->period);
	uint32_t item = explanation->item_number, unit = explanation->unit;
	struct counterfactual what_if = { .assumptions = request->assumptions,
		.count = request->text_count,
		.score = result->items[item].scores[unit],
		.state = result->items[item].states[unit] };
	struct arena *arena = &request->arena;
	size_t ranked;

	what_if.rank =
	    explain_rank(request->session.book, result, item, unit, &ranked);
	what_if.before =
	    arena_array(arena, request->text_count, sizeof(*what_if.before));
	for (size_t i = 0; i < request->text_count; i++)
		what_if.before[i] =
		    value_before(request, &request->assumptions[i]);
	what_if.delta = num_sub(arena,
	    or_zero(score_printed(arena, explanation->item,
		explanation->score)),
	    or_zero(score_printed(arena, explanation->item, what_if.score)));
	return what_if;
}

/*
 * Output: an explanation at a time
 */

/* What stays the same over all explanations. */
struct printing {
	struct request *request;
	struct buffer text;
	struct table *steps; /* where these are asked for */
	size_t count;
	char period[PERIOD_TEXT_SIZE];
};

static void
write_text(struct printing *printing)
{
	/* Whether it was written is asked at the end, of the stream. */
	fwrite(printing->text.data, 1, printing->text.size, stdout);
	buffer_clear(&printing->text);
}

static void
begin_row(struct printing *printing, const struct explanation *explanation)
{
	table_cell(printing->steps, str_from(printing->period));
	table_cell(printing->steps,
	    explanation->book->units[explanation->unit].id);
	table_cell(printing->steps, explanation->item->id);
}

static void
text_cell(struct printing *printing)
{
	table_cell(printing->steps, buffer_str(&printing->text));
	buffer_clear(&printing->text);
}

static void
value_cells(struct printing *printing, enum node_type type, struct num value)
{
	explain_step_value(&printing->text, type, value);
	text_cell(printing);
	explain_step_decimal(&printing->text, type, value);
	text_cell(printing);
}

/* Of a measure its first row; else the place in the rule. */
static void
place_cell(struct printing *printing, const struct explanation *explanation,
    const struct explain_step *step)
{
	struct place place = syntax_place(step->node->syntax);

	if (step->reading != STEP_NONE) {
		const struct reading *reading =
		    &explanation->readings[step->reading];

		place = place_file(NULL);
		if (reading->row_count > 0)
			place = reading->rows[0].record.place;
	}
	if (place.path != NULL)
		buffer_format(&printing->text, "%s:%u:%u", place.path,
		    place.line, place.column);
	text_cell(printing);
}

static void
print_steps(struct printing *printing, const struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explain_step *step = &explanation->steps[i];

		begin_row(printing, explanation);
		buffer_format(&printing->text, "%zu", i + 1);
		text_cell(printing);
		table_cell(printing->steps, str_from(explain_step_kind(step)));
		explain_step_text(&printing->text, explanation, step);
		text_cell(printing);
		value_cells(printing, step->node->type, step->value);
		place_cell(printing, explanation, step);
	}
	for (size_t i = 0; i < explanation->change_count; i++) {
		const struct score_change *change = &explanation->changes[i];

		begin_row(printing, explanation);
		table_cell(printing->steps, STR(""));
		table_cell(printing->steps,
		    str_from(explain_change_text(change->kind)));
		table_cell(printing->steps, STR(""));
		value_cells(printing, TYPE_NUMBER, change->to);
		table_cell(printing->steps, STR(""));
	}
}

static void
print_one(struct printing *printing, const struct explanation *explanation)
{
	const struct session *session = &printing->request->session;
	struct counterfactual what_if, *with = NULL;

	if (printing->request->assumed != NULL) {
		what_if = compare(printing->request, explanation);
		with = &what_if;
	}
	if (printing->steps != NULL) {
		print_steps(printing, explanation);
		return;
	}
	if (!session->has_format) {
		if (printing->count > 0)
			buffer_add_byte(&printing->text, '\n');
		explain_text(&printing->text, explanation, with);
	} else {
		if (session->format == TABLE_JSON)
			buffer_add(&printing->text,
			    printing->count > 0 ? STR(",\n") : STR("\n"));
		explain_json(&printing->text, explanation, with);
		if (session->format == TABLE_JSONL)
			buffer_add_byte(&printing->text, '\n');
	}
	write_text(printing);
}

static void
begin_printing(struct printing *printing)
{
	static const struct table_column columns[] = { { STR_INIT("period"),
							   false },
		{ STR_INIT("unit"), false }, { STR_INIT("item"), false },
		{ STR_INIT("step"), true }, { STR_INIT("kind"), false },
		{ STR_INIT("expression"), false }, { STR_INIT("value"), false },
		{ STR_INIT("decimal"), true }, { STR_INIT("place"), false } };
	const struct session *session = &printing->request->session;

	if (!session->has_format || session->format == TABLE_JSONL)
		return;
	if (session->format == TABLE_JSON)
		buffer_add_byte(&printing->text, '[');
	else
		printing->steps =
		    session_table(session, columns, LENGTH(columns));
}

static void
end_printing(struct printing *printing)
{
	const struct session *session = &printing->request->session;

	if (printing->steps != NULL)
		table_end(printing->steps);
	else if (session->has_format && session->format == TABLE_JSON)
		buffer_add(&printing->text,
		    printing->count > 0 ? STR("\n]\n") : STR("]\n"));
	write_text(printing);
	buffer_free(&printing->text);
}

static void
print_unit(struct printing *printing, const struct result *result,
    struct engine *engine, uint32_t unit)
{
	struct request *request = printing->request;

	if (result->standings[unit] == STANDING_NONE)
		return;
	for (uint32_t i = 0; i < result->scheme->item_count; i++) {
		struct explanation *explanation;

		if (!is_chosen(request, i, result->scheme->items[i].id))
			continue;
		explanation = explain(engine, request->session.book, result, i,
		    unit, request->blame);
		print_one(printing, explanation);
		printing->count++;
		explanation_free(explanation);
	}
}

static void
say_what_was_read(const struct request *request, const struct result *result)
{
	const struct source *source = request->session.source;
	char text[PERIOD_TEXT_SIZE];

	if (!request->session.verbose)
		return;
	fprintf(stderr, _("shiji-explain: %s: %s%s, %s\n"),
	    period_text(result->period, text), source_prefix(source),
	    result->scheme->file.path,
	    request->blame != NULL ? _("with commits") : _("without commits"));
}

static int
print_all(struct request *request)
{
	struct session *session = &request->session;
	struct engine *engine =
	    request->assumed != NULL ? request->assumed : session->engine;
	struct printing printing = { .request = request };
	struct period period = session->periods.first;

	begin_printing(&printing);
	for (; period.index <= session->periods.last.index; period.index++) {
		period_text(period, printing.period);
		say_what_was_read(request, engine_score(engine, period));
		for (size_t i = 0; i < request->unit_count; i++)
			print_unit(&printing, engine_score(engine, period),
			    engine, request->units[i]);
	}
	end_printing(&printing);
	if (printing.count == 0)
		return trouble(
		    _("none of these units is in the book in the period"));
	return settle(request);
}

static int
run(struct request *request)
{
	struct session *session = &request->session;
	int rc;

	if ((rc = session_open(session)) != 0 ||
	    (rc = session_periods(session)) != 0 ||
	    (rc = choose_units(request)) != 0 ||
	    (rc = score_periods(request, session->engine)) != 0 ||
	    (rc = check_items(request)) != 0 || (rc = assume(request)) != 0)
		return rc;
	if (!request->no_commits &&
	    blame_open(&request->blame, session->source, session->folder,
		session->revision, session->diag) != 0)
		return settle(request);
	session_doubts(session, request->blame != NULL
				    ? blame_repository(request->blame)
				    : source_repository(session->source));
	return print_all(request);
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
	blame_close(request.blame);
	engine_free(request.assumed);
	session_close(&request.session);
	arena_free(&request.arena);
	return command_finish(rc);
}
