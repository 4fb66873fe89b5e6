/*
 * shiji-score: the scores of a period, unit by unit and item by item.
 */
#include "cli/session.h"
#include "score/score_text.h"
#include "view/score_table.h"

enum { OPTION_WIDE = 256, OPTION_DEPTH, OPTION_NAMES, OPTION_METHODS };

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_CACHED,
	OPTIONS_SELECTION,
	{ 'd', "depth", "N", N_("only items so deep: 0 is the total"), false },
	{ OPTION_WIDE, "wide", NULL,
	    N_("a row for each unit, a column for each item"), false },
	{ OPTION_NAMES, "names", NULL, N_("add the names of units and items"),
	    false },
	{ OPTION_METHODS, "methods", NULL,
	    N_("list the methods that ship with Shiji"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-score",
	.synopsis = "[options]",
	.purpose = N_("Score the units of a book for a period."),
	.options = options,
};

struct request {
	struct session session;
	bool wide, names, methods, has_depth;
	unsigned depth;
	bool *units; /* which of the book's units are asked for */
	/* The results asked for, in order, and which items of each. */
	struct score_table_part *parts;
	size_t part_count;
	struct arena arena;
};

static int
set_depth(struct request *request, const char *argument)
{
	struct num depth;
	struct arena arena = { 0 };
	int64_t value = -1;

	request->has_depth = num_parse(&arena, str_from(argument), &depth) &&
			     num_is_number(depth) &&
			     num_to_int(depth, &value) && value >= 0 &&
			     value <= 1000;
	arena_free(&arena);
	if (!request->has_depth)
		return usage_trouble(_("'%s' is no depth; write 0, 1, 2 ..."),
		    argument);
	request->depth = (unsigned)value;
	return 0;
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		switch (letter) {
		case 'd':
			rc = set_depth(request, argument);
			break;
		case OPTION_WIDE:
			request->wide = true;
			rc = 0;
			break;
		case OPTION_NAMES:
			request->names = true;
			rc = 0;
			break;
		case OPTION_METHODS:
			request->methods = true;
			rc = 0;
			break;
		default:
			rc =
			    session_option(&request->session, letter, argument);
		}
		if (rc != 0)
			return rc;
	}
	return session_no_operands(argc, argv, operand);
}

static int
list_methods(const struct request *request)
{
	static const struct table_column columns[] = {
		{ STR_INIT("method"), false }, { STR_INIT("args"), false },
		{ STR_INIT("rule"), false }, { STR_INIT("note"), false }
	};
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct table *table =
	    session_table(&request->session, columns, LENGTH(columns));
	size_t count;
	struct method *methods = methods_shipped(&arena, &count, diag);

	for (size_t i = 0; i < count; i++) {
		struct str rule =
		    arena_str(&arena, methods[i].rule_field->value);

		/* A rule over several lines is shown on one. */
		for (size_t j = 0; j < rule.size; j++)
			if (rule.data[j] == '\n')
				((char *)(uintptr_t)rule.data)[j] = ' ';
		table_cell(table, methods[i].id);
		table_cell(table, methods[i].args_field->value);
		table_cell(table, rule);
		table_cell(table, methods[i].note);
	}
	table_end(table);
	diag_free(diag);
	arena_free(&arena);
	return EXIT_SOUND;
}

/* Match the globs once, rather than at each row. */
static void
choose_units(struct request *request)
{
	const struct book *book = request->session.book;

	request->units = arena_array(&request->arena, book->unit_count,
	    sizeof(*request->units));
	for (size_t i = 0; i < book->unit_count; i++)
		request->units[i] =
		    globs_match(&request->session.units, book->units[i].id);
}

static void
add_part(struct request *request, const struct result *result)
{
	const struct scheme *scheme = result->scheme;
	uint32_t *items =
	    arena_array(&request->arena, scheme->item_count, sizeof(*items));
	size_t count = 0;

	for (uint32_t i = 0; i < scheme->item_count; i++)
		if ((!request->has_depth ||
			scheme->items[i].depth <= request->depth) &&
		    globs_match(&request->session.items, scheme->items[i].id))
			items[count++] = i;
	request->parts[request->part_count++] =
	    (struct score_table_part){ result, items, count };
}

static int
check_items(const struct request *request)
{
	const struct globs *globs = &request->session.items;

	for (size_t i = 0; i < globs->count; i++) {
		struct str pattern = str_from(globs->patterns[i]);
		bool found = false;

		for (size_t j = 0; j < request->part_count && !found; j++) {
			const struct scheme *scheme =
			    request->parts[j].result->scheme;

			for (size_t k = 0; k < scheme->item_count; k++)
				found |= str_glob(pattern, scheme->items[k].id);
		}
		if (!found)
			return trouble(_("no item matches '%s'"),
			    globs->patterns[i]);
	}
	return 0;
}

static int
score_periods(struct request *request)
{
	struct session *session = &request->session;
	struct period period = session->periods.first;

	request->parts = arena_array(&request->arena,
	    (size_t)period_range_count(session->periods),
	    sizeof(*request->parts));
	for (; period.index <= session->periods.last.index; period.index++) {
		const struct result *result =
		    engine_score(session->engine, period);

		if (result != NULL)
			add_part(request, result);
	}
	choose_units(request);
	return session_status(session);
}

static void
show(const struct request *request)
{
	const struct session *session = &request->session;
	struct score_table_choice choice = { request->parts,
		request->part_count, request->units };

	if (request->wide)
		score_table_show_wide(stdout, session_format(session),
		    session->book, &choice, request->names);
	else
		score_table_show(stdout, session_format(session), session->book,
		    &choice, request->names);
}

static void
say_what_was_read(const struct request *request)
{
	for (size_t i = 0; i < request->part_count; i++) {
		const struct result *result = request->parts[i].result;
		char text[PERIOD_TEXT_SIZE];
		size_t in = 0;

		for (size_t j = 0; j < request->session.book->unit_count; j++)
			in += result->standings[j] == STANDING_IN;
		fprintf(stderr,
		    _("shiji-score: %s: %s, %zu items, %zu units\n"),
		    period_text(result->period, text),
		    result->scheme->file.path, result->scheme->item_count, in);
	}
}

static int
run(struct request *request)
{
	struct session *session = &request->session;
	int rc;

	if ((rc = session_open(session)) != 0 ||
	    (rc = session_periods(session)) != 0 ||
	    (rc = session_check_units(session)) != 0)
		return rc;
	rc = score_periods(request);
	if (rc != 0) {
		session_report(session);
		return rc;
	}
	if ((rc = check_items(request)) != 0)
		return rc;
	if (session->verbose)
		say_what_was_read(request);
	show(request);
	return 0;
}

int
main(int argc, char **argv)
{
	struct request request = { 0 };
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = request.methods ? list_methods(&request) : run(&request);
	session_close(&request.session);
	arena_free(&request.arena);
	return command_finish(rc);
}
