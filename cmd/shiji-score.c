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
};

/* A result, and which of its scheme's items are asked for. */
struct chosen {
	const struct result *result;
	uint32_t *items;
	size_t item_count;
};

/* The results asked for, in order. */
struct results {
	struct chosen *list;
	size_t count;
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
choose_units(struct request *request, struct arena *arena)
{
	const struct book *book = request->session.book;

	request->units =
	    arena_array(arena, book->unit_count, sizeof(*request->units));
	for (size_t i = 0; i < book->unit_count; i++)
		request->units[i] =
		    globs_match(&request->session.units, book->units[i].id);
}

static void
choose_items(const struct request *request, struct arena *arena,
    struct chosen *chosen)
{
	const struct scheme *scheme = chosen->result->scheme;

	chosen->items =
	    arena_array(arena, scheme->item_count, sizeof(*chosen->items));
	for (uint32_t i = 0; i < scheme->item_count; i++)
		if ((!request->has_depth ||
			scheme->items[i].depth <= request->depth) &&
		    globs_match(&request->session.items, scheme->items[i].id))
			chosen->items[chosen->item_count++] = i;
}

static bool
is_shown(const struct request *request, const struct result *result,
    size_t unit)
{
	return result->standings[unit] != STANDING_NONE && request->units[unit];
}

static int
check_items(const struct request *request, const struct results *results)
{
	const struct globs *globs = &request->session.items;

	for (size_t i = 0; i < globs->count; i++) {
		struct str pattern = str_from(globs->patterns[i]);
		bool found = false;

		for (size_t j = 0; j < results->count && !found; j++) {
			const struct scheme *scheme =
			    results->list[j].result->scheme;

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
score_periods(struct request *request, struct arena *arena,
    struct results *results)
{
	struct session *session = &request->session;
	struct period period;

	results->list =
	    arena_array(arena, (size_t)period_range_count(session->periods),
		sizeof(*results->list));
	for (period = session->periods.first;
	     period.index <= session->periods.last.index; period.index++) {
		const struct result *result =
		    engine_score(session->engine, period);

		if (result == NULL)
			continue;
		results->list[results->count].result = result;
		choose_items(request, arena, &results->list[results->count++]);
	}
	choose_units(request, arena);
	return session_status(session);
}

static void
print_long(struct request *request, const struct results *results)
{
	struct score_table_options wanted = { .names = request->names };
	struct score_table *table;

	for (size_t i = 0; i < results->count; i++)
		wanted.grades |=
		    results->list[i].result->scheme->grade_count > 0;
	table = score_table_new(stdout, session_format(&request->session),
	    request->session.book, &wanted);
	for (size_t i = 0; i < results->count; i++) {
		const struct chosen *chosen = &results->list[i];
		const struct result *result = chosen->result;

		for (size_t j = 0; j < request->session.book->unit_count; j++) {
			if (!is_shown(request, result, j))
				continue;
			for (size_t k = 0; k < chosen->item_count; k++)
				score_table_row(table, result, j,
				    chosen->items[k]);
		}
	}
	score_table_end(table);
}

/* The items of all results, each Id once, in order of appearance. */
static size_t
wide_items(const struct results *results, struct arena *arena,
    const struct item ***list)
{
	struct intern seen = { 0 };
	size_t count = 0, most = 0;

	for (size_t i = 0; i < results->count; i++)
		most += results->list[i].item_count;
	*list = arena_array(arena, most, sizeof(**list));
	for (size_t i = 0; i < results->count; i++) {
		const struct chosen *chosen = &results->list[i];
		const struct item *items = chosen->result->scheme->items;

		for (size_t j = 0; j < chosen->item_count; j++) {
			const struct item *item = &items[chosen->items[j]];
			uint32_t number = 0;

			if (intern_add(&seen, item->id, &number))
				(*list)[count++] = item;
		}
	}
	intern_free(&seen);
	return count;
}

static void
print_wide_row(const struct request *request, struct table *table,
    const struct result *result, size_t number, const struct item *const *items,
    size_t count)
{
	const struct unit *unit = &request->session.book->units[number];
	char period[PERIOD_TEXT_SIZE];
	struct buffer text = { 0 };

	table_cell(table, str_from(period_text(result->period, period)));
	table_cell(table, unit->id);
	if (request->names)
		table_cell(table, unit->name);
	table_cell(table, score_group(result, unit));
	for (size_t i = 0; i < count; i++) {
		uint32_t item = scheme_item(result->scheme, items[i]->id);

		buffer_clear(&text);
		if (item != INDEX_NONE)
			score_print(&text, &result->scheme->items[item],
			    result->items[item].scores[number]);
		table_cell(table, buffer_str(&text));
	}
	buffer_free(&text);
}

static void
print_wide(struct request *request, const struct results *results,
    struct arena *arena)
{
	const struct item **items;
	size_t count = wide_items(results, arena, &items), first = 0;
	struct table_column *columns =
	    arena_array(arena, count + 4, sizeof(*columns));
	struct table *table;

	columns[first++] = (struct table_column){ STR("period"), false };
	columns[first++] = (struct table_column){ STR("unit"), false };
	if (request->names)
		columns[first++] =
		    (struct table_column){ STR("unit_name"), false };
	columns[first++] = (struct table_column){ STR("group"), false };
	for (size_t i = 0; i < count; i++)
		columns[first + i] = (struct table_column){
			request->names && items[i]->name.size > 0
			    ? items[i]->name
			    : items[i]->id,
			true
		};
	table = session_table(&request->session, columns, first + count);
	for (size_t i = 0; i < results->count; i++) {
		const struct result *result = results->list[i].result;

		for (size_t j = 0; j < request->session.book->unit_count; j++)
			if (is_shown(request, result, j))
				print_wide_row(request, table, result, j, items,
				    count);
	}
	table_end(table);
}

static void
say_what_was_read(const struct request *request, const struct results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		const struct result *result = results->list[i].result;
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
	struct arena arena = { 0 };
	struct results results = { 0 };
	int rc;

	if ((rc = session_open(&request->session)) != 0 ||
	    (rc = session_periods(&request->session)) != 0 ||
	    (rc = session_check_units(&request->session)) != 0)
		goto done;
	rc = score_periods(request, &arena, &results);
	if (rc != 0) {
		session_report(&request->session);
		goto done;
	}
	if ((rc = check_items(request, &results)) != 0)
		goto done;
	if (request->session.verbose)
		say_what_was_read(request, &results);
	if (request->wide)
		print_wide(request, &results, &arena);
	else
		print_long(request, &results);
done:
	session_close(&request->session);
	arena_free(&arena);
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
		rc = request.methods ? list_methods(&request) : run(&request);
	return command_finish(rc);
}
