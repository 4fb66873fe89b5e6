/*
 * shiji-rank: a filter that ranks the rows of any stream with a header.
 */
#include <stdlib.h>

#include "cli/command.h"
#include "ranking/rank_table.h"

enum {
	OPTION_BOTTOM = 256,
	OPTION_GRADE_TIES,
	OPTION_GRADE_ROUNDING,
	OPTION_KEEP_ORDER
};

/* clang-format off */
static const struct option_row options[] = {
	{ 'b', "by", "COLUMN", N_("rank by this column (score)"), false },
	{ 'a', "ascending", NULL, N_("the lowest is the best"), false },
	{ 't', "ties", "METHOD", N_("competition (1224), dense (1223), ordinal, fractional or last"), false },
	{ 'B', "tiebreak", "KEY,...", N_("further columns, or items, each with :asc or :desc if wanted"), false },
	{ 'w', "within", "COLUMN,...", N_("rank the rows that agree in these columns apart"), false },
	{ 'i', "item", "GLOB", N_("rank only items whose Id matches"), true },
	{ 'n', "top", "N", N_("show the first N of each ranking"), false },
	{ OPTION_BOTTOM, "bottom", "N", N_("show the last N of each ranking"), false },
	{ 'g', "grades", "SPEC", N_("add grades: 'good:>=90,fair:30%,poor:'"), false },
	{ OPTION_GRADE_TIES, "grade-ties", "HOW", N_("who is level at the border of a share: inclusive, strict or order"), false },
	{ OPTION_GRADE_ROUNDING, "grade-rounding", "HOW", N_("to whole places: down, half-up or up"), false },
	{ 's', "since", "PERIOD|FILE", N_("add the rank then, and the places gained"), false },
	{ 'S', "streak", "N", N_("add for how many periods a unit has been in the last N places"), false },
	{ OPTION_KEEP_ORDER, "keep-order", NULL, N_("leave the rows where they are"), false },
	{ 'f', "format", "FORMAT", N_("tsv, csv, json, jsonl, table or md"), false },
	{ 'q', "quiet", NULL, N_("no messages but the exit status"), false },
	OPTION_HELP,
	OPTION_VERSION,
	{ 0, NULL, NULL, NULL, false },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-rank",
	.synopsis = "[options] [FILE...]",
	.purpose = N_("Rank the rows of tab-separated values, such as scores."),
	.options = options,
};

struct request {
	struct arena arena;
	struct ranking_options options;
	struct str *items;
	size_t item_capacity;
	bool quiet, has_format, has_grade_option;
	enum table_format format;
	char **files;
	size_t file_count;
};

/* The words of a list with commas between them. */
static struct str *
split_list(struct arena *arena, const char *argument, size_t *count)
{
	struct str rest = str_from(argument), *words = NULL, word;
	size_t capacity = 0;
	bool more;

	*count = 0;
	do {
		more = str_cut(&rest, ',', &word);
		words =
		    arena_grow(arena, words, *count, &capacity, sizeof(*words));
		words[(*count)++] = word;
	} while (more);
	return words;
}

static int
set_within(struct request *request, const char *argument)
{
	request->options.within = split_list(&request->arena, argument,
	    &request->options.within_count);
	return 0;
}

static int
set_tiebreak(struct request *request, const char *argument)
{
	size_t count;
	struct str *words = split_list(&request->arena, argument, &count);
	struct ranking_key *keys =
	    arena_array(&request->arena, count, sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		keys[i] = ranking_key_parse(words[i]);
	request->options.tiebreaks = keys;
	request->options.tiebreak_count = count;
	return 0;
}

static int
add_item(struct request *request, const char *argument)
{
	struct ranking_options *wanted = &request->options;

	request->items =
	    arena_grow(&request->arena, request->items, wanted->item_count,
		&request->item_capacity, sizeof(*request->items));
	request->items[wanted->item_count++] = str_from(argument);
	wanted->items = request->items;
	return 0;
}

static int
set_ties(struct request *request, const char *argument)
{
	if (rank_ties_parse(str_from(argument), &request->options.ties))
		return 0;
	return usage_trouble(_("'%s' is no way to share a rank; write "
			       "competition, dense, ordinal, fractional or "
			       "last"),
	    argument);
}

static int
set_count(size_t *out, const char *argument)
{
	struct str digits = str_from(argument);
	size_t value = 0;

	for (size_t i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9' || i == 9) {
			value = 0;
			break;
		}
		value = 10 * value + (size_t)(digits.data[i] - '0');
	}
	if (value == 0)
		return usage_trouble(
		    _("'%s' is no number of places; write 1, 2, 3 ..."),
		    argument);
	*out = value;
	return 0;
}

static int
set_grades(struct request *request, const char *argument)
{
	struct ranking_grade *grades;
	const char *fault;
	struct str part;

	if (ranking_grades_parse(&request->arena, str_from(argument), &grades,
		&request->options.grade_count, &fault, &part)) {
		request->options.grades = grades;
		return 0;
	}
	return usage_trouble("--grades: '" STR_FMT "' %s", STR_ARG(part),
	    fault);
}

static int
set_grade_ties(struct request *request, const char *argument)
{
	request->has_grade_option = true;
	if (rank_border_parse(str_from(argument),
		&request->options.grade_border))
		return 0;
	return usage_trouble(
	    _("'%s' settles no tie; write inclusive, strict or order"),
	    argument);
}

static int
set_grade_rounding(struct request *request, const char *argument)
{
	static const struct {
		const char *word;
		enum num_rounding rounding;
	} rows[] = { { "down", NUM_DOWN }, { "half-up", NUM_HALF_UP },
		{ "up", NUM_UP } };

	request->has_grade_option = true;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (strcmp(argument, rows[i].word) == 0) {
			request->options.grade_rounding = rows[i].rounding;
			return 0;
		}
	return usage_trouble(
	    _("'%s' is no rounding; write down, half-up or up"), argument);
}

static int
set_since(struct request *request, const char *argument)
{
	struct ranking_options *wanted = &request->options;

	wanted->has_since = period_parse(str_from(argument), &wanted->since);
	if (!wanted->has_since)
		wanted->since_path = argument;
	return 0;
}

static int
set_format(struct request *request, const char *argument)
{
	request->has_format =
	    table_format_parse(str_from(argument), &request->format);
	if (request->has_format)
		return 0;
	return usage_trouble(_("'%s' is no format; write tsv, csv, json, "
			       "jsonl, table or md"),
	    argument);
}

static int
set_option(struct request *request, int letter, const char *argument)
{
	struct ranking_options *wanted = &request->options;

	switch (letter) {
	case 'b':
		wanted->by = str_from(argument);
		return 0;
	case 'a':
		wanted->ascending = true;
		return 0;
	case 't':
		return set_ties(request, argument);
	case 'B':
		return set_tiebreak(request, argument);
	case 'w':
		return set_within(request, argument);
	case 'i':
		return add_item(request, argument);
	case 'n':
		return set_count(&wanted->top, argument);
	case OPTION_BOTTOM:
		return set_count(&wanted->bottom, argument);
	case 'g':
		return set_grades(request, argument);
	case OPTION_GRADE_TIES:
		return set_grade_ties(request, argument);
	case OPTION_GRADE_ROUNDING:
		return set_grade_rounding(request, argument);
	case 's':
		return set_since(request, argument);
	case 'S':
		return set_count(&wanted->streak, argument);
	case OPTION_KEEP_ORDER:
		wanted->keep_order = true;
		return 0;
	case 'f':
		return set_format(request, argument);
	default:
		request->quiet = true;
		return 0;
	}
}

/* Standard input can be read once. */
static int
check_streams(const struct request *request)
{
	const char *since = request->options.since_path;
	size_t readers = since != NULL && strcmp(since, "-") == 0;

	for (size_t i = 0; i < request->file_count; i++)
		readers += strcmp(request->files[i], "-") == 0;
	return readers <= 1
		   ? 0
		   : usage_trouble(
			 _("standard input is named twice; give it once"));
}

static int
read_options(struct request *request, int argc, char **argv)
{
	static char stdin_name[] = "-";
	static char *stdin_only[] = { stdin_name };
	const char *argument;
	int letter, operand, rc;

	request->options.grade_rounding = NUM_DOWN;
	request->options.grade_border = RANK_INCLUSIVE;
	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = set_option(request, letter, argument)) != 0)
			return rc;
	if (request->has_grade_option && request->options.grade_count == 0)
		return usage_trouble(_("--grade-ties and --grade-rounding "
				       "need --grades"));
	request->files = argv + operand;
	request->file_count = (size_t)(argc - operand);
	if (operand == argc) {
		request->files = stdin_only;
		request->file_count = 1;
	}
	return check_streams(request);
}

static int
read_files(const struct request *request, struct tsv *tsv, struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; i < request->file_count; i++)
		if (tsv_read(tsv, request->files[i], diag) != 0)
			rc = -1;
	return rc;
}

static int
rank(const struct request *request)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct ranking ranking = { 0 };
	int status = EXIT_TROUBLE;

	if (read_files(request, &tsv, diag) == 0 &&
	    ranking_make(&ranking, &tsv, &request->options, diag) == 0) {
		rank_table_print(stdout,
		    request->has_format ? request->format
					: table_format_for(stdout),
		    &request->options, &tsv, &ranking);
		status = EXIT_SOUND;
	} else if (!request->quiet) {
		diag_print(diag,
		    &(struct diag_print){ .least = SEVERITY_ERROR, .most = 20 },
		    stderr);
	}
	ranking_free(&ranking);
	tsv_free(&tsv);
	diag_free(diag);
	return status;
}

int
main(int argc, char **argv)
{
	struct request request = { 0 };
	int status;

	command_start(&command);
	status = read_options(&request, argc, argv);
	if (status == 0)
		status = rank(&request);
	arena_free(&request.arena);
	return command_finish(status);
}
