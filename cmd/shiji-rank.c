/*
 * shiji-rank: a filter that ranks the rows of any stream with a header.
 */
#include <unistd.h>

#include "cli/options.h"
#include "cli/output.h"
#include "ranking/rank_table.h"

static struct {
	struct output output;
	const char *by, *grades, *since, *against;
	struct option_list tiebreaks, within, items;
	struct option_count top, bottom, streak;
	int ties, grade_ties, grade_rounding;
	bool ascending, keep_order;
} given = { .grade_ties = RANK_INCLUSIVE, .grade_rounding = NUM_DOWN };

static const struct option_word ties[] = { { "competition", RANK_COMPETITION },
	{ "dense", RANK_DENSE }, { "ordinal", RANK_ORDINAL },
	{ "fractional", RANK_FRACTIONAL }, { "last", RANK_LAST }, { 0 } };
static const struct option_word borders[] = { { "inclusive", RANK_INCLUSIVE },
	{ "strict", RANK_STRICT }, { "order", RANK_BY_ORDER }, { 0 } };
static const struct option_word roundings[] = { { "down", NUM_DOWN },
	{ "half-up", NUM_HALF_UP }, { "up", NUM_UP }, { 0 } };

enum { PLACES_MOST = 999999999 };

/* clang-format off */
static const struct option_row rows[] = {
	{ OPTION_TEXT('b', "by", "COLUMN", &given.by, N_("rank by this column (score)")) },
	{ OPTION_FLAG('a', "ascending", &given.ascending, N_("the lowest is the best")) },
	{ OPTION_CHOICE('t', "ties", "METHOD", &given.ties, ties, N_("competition (1224), dense (1223), ordinal, fractional or last")) },
	{ OPTION_WORDS('B', "tiebreak", "KEY,...", &given.tiebreaks, N_("further columns, or items, each with :asc or :desc if wanted")) },
	{ OPTION_WORDS('w', "within", "COLUMN,...", &given.within, N_("rank the rows that agree in these columns apart")) },
	{ OPTION_TEXTS('i', "item", "GLOB", &given.items, N_("rank only items whose Id matches")) },
	{ OPTION_COUNT('n', "top", "N", &given.top, 1, PLACES_MOST, N_("show the first N of each ranking")) },
	{ OPTION_COUNT(0, "bottom", "N", &given.bottom, 1, PLACES_MOST, N_("show the last N of each ranking")) },
	{ OPTION_TEXT('g', "grades", "SPEC", &given.grades, N_("add grades: 'good:>=90,fair:30%,poor:'")) },
	{ OPTION_CHOICE(0, "grade-ties", "HOW", &given.grade_ties, borders, N_("who is level at the border of a share: inclusive, strict or order")), .needs = "grades" },
	{ OPTION_CHOICE(0, "grade-rounding", "HOW", &given.grade_rounding, roundings, N_("to whole places: down, half-up or up")), .needs = "grades" },
	{ OPTION_TEXT('s', "since", "PERIOD", &given.since, N_("add the rank then, and the places gained")) },
	{ OPTION_TEXT(0, "against", "FILE", &given.against, N_("the same, against the rows of a file")), .excludes = "since" },
	{ OPTION_COUNT('S', "streak", "N", &given.streak, 1, PLACES_MOST, N_("add for how many periods a unit has been in the last N places")) },
	{ OPTION_FLAG(0, "keep-order", &given.keep_order, N_("leave the rows where they are")) },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-rank",
	.operands = "[FILE...]",
	.purpose = N_("Rank the rows of tab-separated values, such as scores."),
	.rows = rows,
	.most = SIZE_MAX,
};

static const struct str *
slices(struct arena *arena, const struct option_list *list)
{
	struct str *slices = arena_array(arena, list->count, sizeof(*slices));

	for (size_t i = 0; i < list->count; i++)
		slices[i] = str_from(list->list[i]);
	return slices;
}

static const struct rank_key *
keys(struct arena *arena, const struct option_list *list)
{
	struct rank_key *keys = arena_array(arena, list->count, sizeof(*keys));

	for (size_t i = 0; i < list->count; i++)
		keys[i] = rank_options_key(str_from(list->list[i]));
	return keys;
}

static int
set_grades(struct rank_options *wanted, struct arena *arena)
{
	struct rank_grade_option *grades;
	const char *fault;
	struct str part;

	if (given.grades == NULL)
		return 0;
	if (!rank_options_grades(arena, str_from(given.grades), &grades,
		&wanted->grade_count, &fault, &part))
		return trouble_usage("--grades: '" STR_FMT "' %s",
		    STR_ARG(part), fault);
	wanted->grades = grades;
	return 0;
}

/* A period; a file too, which goes with the next version. */
static int
set_since(struct rank_options *wanted)
{
	wanted->since_path = given.against;
	if (given.since == NULL)
		return 0;
	wanted->has_since = period_parse(str_from(given.since), &wanted->since);
	if (wanted->has_since)
		return 0;
	if (strcmp(given.since, "-") != 0 && access(given.since, F_OK) != 0)
		return trouble_usage(
		    _("--since: '%s' is no period; write 2022-10, 2022-Q4 or "
		      "2022, and a file as --against=FILE"),
		    given.since);
	trouble_old("--since=FILE", "--against=FILE");
	wanted->since_path = given.since;
	return 0;
}

/* Standard input can be read once. */
static int
check_streams(const struct rank_options *wanted, const struct operands *files)
{
	const char *past = wanted->since_path;
	size_t readers = past != NULL && strcmp(past, "-") == 0;

	for (size_t i = 0; i < files->count; i++)
		readers += strcmp(files->list[i], "-") == 0;
	return readers <= 1
		   ? 0
		   : trouble_usage(
			 _("standard input is named twice; give it once"));
}

static int
read_files(const struct operands *files, struct tsv *tsv, struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; i < files->count; i++)
		if (tsv_read(tsv, files->list[i], diag) != 0)
			rc = -1;
	return rc;
}

static int
rank(const struct rank_options *wanted, const struct operands *files)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct rank_stream stream = { 0 };
	int status = EXIT_SOUND;

	if (read_files(files, &tsv, diag) == 0 &&
	    rank_stream_make(&stream, &tsv, wanted, diag) == 0) {
		trouble_detail(_("%zu rows of %zu files, %zu shown"),
		    tsv.row_count, files->count, stream.count);
		rank_table_print(stdout, output_format(&given.output), wanted,
		    &tsv, &stream);
	} else {
		status = trouble_errors(diag, NULL, EXIT_TROUBLE);
	}
	rank_stream_free(&stream);
	tsv_free(&tsv);
	diag_free(diag);
	return status;
}

static int
run(const struct operands *operands)
{
	static char stdin_name[] = "-";
	static char *stdin_only[] = { stdin_name };
	struct operands files = { stdin_only, 1 };
	struct arena arena = { 0 };
	struct rank_options wanted = { .by = str_from(given.by),
		.ascending = given.ascending,
		.ties = (enum rank_ties)given.ties,
		.tiebreaks = keys(&arena, &given.tiebreaks),
		.tiebreak_count = given.tiebreaks.count,
		.within = slices(&arena, &given.within),
		.within_count = given.within.count,
		.items = slices(&arena, &given.items),
		.item_count = given.items.count,
		.top = given.top.value,
		.bottom = given.bottom.value,
		.grade_rounding = (enum num_rounding)given.grade_rounding,
		.grade_border = (enum rank_border)given.grade_ties,
		.streak = given.streak.value,
		.keep_order = given.keep_order };
	int rc = set_grades(&wanted, &arena);

	if (operands->count > 0)
		files = *operands;
	if (rc == 0)
		rc = set_since(&wanted);
	if (rc == 0)
		rc = check_streams(&wanted, &files);
	if (rc == 0)
		rc = rank(&wanted, &files);
	arena_free(&arena);
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
