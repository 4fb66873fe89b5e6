/*
 * test_log_table: the rows of a small history: scores that commits moved, with
 * and without causes, values that they set, and trailers that are not so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>

#include "support.h"
#include "view/log_table.h"

/*
 * What is asked for, of the branch and the periods: the view, the first letter
 * of units and of items or measures (NULL: all), and whether to reverse.
 * Wanted: the rows, each commit's id as `#`, 12 digits of it as `##`.
 */
struct row {
	const char *name, *branch, *periods;
	enum log_table_view view;
	enum table_format format;
	bool causes, reverse, no_header;
	const char *unit, *id, *want;
	uint64_t commits;
};

static struct test_book shared;

/*
 * `main`: begun, raised (of which its message speaks rightly), broken, mended
 * (of which it does not). `town` raises B beside it. `union` merges it, and
 * raises A in the merge itself.
 */
/* clang-format off */
static const char script[] =
	"set_to() {\n"
	"	printf 'measure\tunit\tvalue\nx\tA\t%s\nx\tB\t%s\n' $1 $2 >data/2022-10/v.tsv\n"
	"}\n"
	"git init -q\n"
	"set_to 1 4; commit begin\n"
	"set_to 5 4; commit raise 'Score-Change: 2022-10 A total 1.0 -> 5.0 rank 2 -> 1' "
	"'Rank-Change: 2022-10 B total 1 -> 2' 'Reason: a late report'\n"
	"git checkout -q -b town; set_to 5 4.5; commit town\n"
	"git checkout -q main; set_to 5 b; commit break\n"
	"set_to 6 4; commit mend 'Score-Change: 2022-10 B total 4.0 -> 6.0'\n"
	"git checkout -q -b union; git merge -q --no-commit -s ours town >/dev/null 2>&1\n"
	"set_to 7 4.5; commit union\n";

#define DAY "2022-11-05T08:00:00+00:00"
#define WHO "#|#|" DAY "|Test Person|2022-10|"
#define FIRST "#||" DAY "|Test Person|2022-10|"
#define WHEN "#|" DAY "|Test Person|2022-10|x|"
#define FILE_AT "|||data/2022-10/v.tsv|"
#define BROKEN "data/2022-10/v.tsv:3:5: 'b' is no number; write digits with at most one point, " \
	"'n/a' where it does not apply, nothing where it is missing [number]\n"
#define SCORES "commit|parent|date|author|period|unit|item|from|to|delta|from_rank|to_rank|from_state|to_state|subject|reason"
#define VALUES "commit|date|author|period|measure|unit|from|to|status|note|file|line|subject|reason\n"
#define CLAIMS "commit|parent|date|author|claimed|actual|subject\n"

static struct row rows[] = {
	{ .name = "scores, the newest first", .branch = "main", .id = "t", .commits = 4, .want = SCORES "|error\n"
	    WHO "A|total|5.0|6.0|1.0|1|1|scored|scored|mend||\n"
	    WHO "||||||||unsound|break||" BROKEN
	    WHO "A|total|1.0|5.0|4.0|2|1|scored|scored|raise|a late report|\n"
	    WHO "B|total|4.0|4.0|0|1|2|scored|scored|raise|a late report|\n"
	    FIRST "A|total||1.0|1.0||2|none|scored|begin||\n"
	    FIRST "B|total||4.0|4.0||1|none|scored|begin||\n" },
	{ .name = "scores, the oldest first", .branch = "main", .id = "t", .reverse = true, .commits = 4, .want = SCORES "|error\n"
	    FIRST "A|total||1.0|1.0||2|none|scored|begin||\n"
	    FIRST "B|total||4.0|4.0||1|none|scored|begin||\n"
	    WHO "A|total|1.0|5.0|4.0|2|1|scored|scored|raise|a late report|\n"
	    WHO "B|total|4.0|4.0|0|1|2|scored|scored|raise|a late report|\n"
	    WHO "||||||||unsound|break||" BROKEN
	    WHO "A|total|5.0|6.0|1.0|1|1|scored|scored|mend||\n" },
	{ .name = "causes", .branch = "main", .id = "t", .causes = true, .commits = 4, .want = SCORES "|scheme|own|pool|members|error\n"
	    WHO "A|total|5.0|6.0|1.0|1|1|scored|scored|mend||0|1.0|0|0|\n"
	    WHO "||||||||unsound|break||||||" BROKEN
	    WHO "A|total|1.0|5.0|4.0|2|1|scored|scored|raise|a late report|0|4.0|0|0|\n"
	    WHO "B|total|4.0|4.0|0|1|2|scored|scored|raise|a late report|0|0|0|0|\n"
	    FIRST "A|total||1.0|1.0||2|none|scored|begin||||||\n"
	    FIRST "B|total||4.0|4.0||1|none|scored|begin||||||\n" },
	{ .name = "one unit, all items", .branch = "town", .unit = "B", .commits = 3, .want = SCORES "|error\n"
	    WHO "B|total|4.0|4.5|0.5|2|2|scored|scored|town||\n"
	    WHO "B|it|4.0|4.5|0.5|2|2|scored|scored|town||\n"
	    WHO "B|total|4.0|4.0|0|1|2|scored|scored|raise|a late report|\n"
	    WHO "B|it|4.0|4.0|0|1|2|scored|scored|raise|a late report|\n"
	    FIRST "B|total||4.0|4.0||1|none|scored|begin||\n"
	    FIRST "B|it||4.0|4.0||1|none|scored|begin||\n" },
	{ .name = "unsound in several periods", .branch = "main", .periods = "2022-10..2022-11", .unit = "Z", .commits = 1, .want = SCORES "|error\n"
	    "#|#|" DAY "|Test Person|2022-10..2022-11|||||||||unsound|break||" BROKEN },
	{ .name = "of a merge what no parent has", .branch = "union", .id = "t", .unit = "B", .commits = 4, .want = SCORES "|error\n"
	    WHO "B|total|4.0|4.5|0.5|2|2|scored|scored|town||\n"
	    WHO "||||||||unsound|break||" BROKEN
	    WHO "B|total|4.0|4.0|0|1|2|scored|scored|raise|a late report|\n"
	    FIRST "B|total||4.0|4.0||1|none|scored|begin||\n" },
	{ .name = "of a merge what it raises itself", .branch = "union", .id = "t", .unit = "A", .commits = 5, .want = SCORES "|error\n"
	    WHO "A|total|6.0|7.0|1.0|1|1|scored|scored|union||\n"
	    WHO "A|total|5.0|6.0|1.0|1|1|scored|scored|mend||\n"
	    WHO "||||||||unsound|break||" BROKEN
	    WHO "A|total|1.0|5.0|4.0|2|1|scored|scored|raise|a late report|\n"
	    FIRST "A|total||1.0|1.0||2|none|scored|begin||\n" },
	{ .name = "values", .branch = "main", .view = LOG_VALUES, .commits = 4, .want = VALUES
	    WHEN "A|5|6" FILE_AT "2|mend|\n"
	    WHEN "B|b|4" FILE_AT "3|mend|\n"
	    WHEN "B|4|b" FILE_AT "3|break|\n"
	    WHEN "A|1|5" FILE_AT "2|raise|a late report\n"
	    WHEN "A||1" FILE_AT "2|begin|\n"
	    WHEN "B||4" FILE_AT "3|begin|\n" },
	{ .name = "values of one unit, the oldest first", .branch = "union", .view = LOG_VALUES, .reverse = true, .unit = "A", .commits = 4, .want = VALUES
	    WHEN "A||1" FILE_AT "2|begin|\n"
	    WHEN "A|1|5" FILE_AT "2|raise|a late report\n"
	    WHEN "A|5|6" FILE_AT "2|mend|\n"
	    WHEN "A|6|7" FILE_AT "2|union|\n" },
	{ .name = "no values of a measure", .branch = "main", .view = LOG_VALUES, .id = "y", .want = VALUES },
	{ .name = "claims", .branch = "main", .view = LOG_CLAIMS, .id = "t", .commits = 2, .want = CLAIMS
	    "#|#|" DAY "|Test Person|Score-Change: 2022-10 B total 4.0 -> 6.0||mend\n"
	    "#|#|" DAY "|Test Person||Score-Change: 2022-10 A total 5.0 -> 6.0|mend\n" },
	{ .name = "claims that are so", .branch = "town", .view = LOG_CLAIMS, .id = "t", .commits = 1, .want = CLAIMS },
	{ .name = "for people", .branch = "main", .view = LOG_CLAIMS, .id = "t", .format = TABLE_MARKDOWN, .commits = 2, .want =
	    "| commit       | parent       | date                      | author      | claimed                                  | actual                                   | subject |\n"
	    "| ------------ | ------------ | ------------------------- | ----------- | ---------------------------------------- | ---------------------------------------- | ------- |\n"
	    "| ## | ## | " DAY " | Test Person | Score-Change: 2022-10 B total 4.0 -> 6.0 |                                          | mend    |\n"
	    "| ## | ## | " DAY " | Test Person |                                          | Score-Change: 2022-10 A total 5.0 -> 6.0 | mend    |\n" },
	{ .name = "no rows", .branch = "town", .unit = "Z", .want = SCORES "|error\n" },
	{ .name = "no rows, no header", .branch = "town", .unit = "Z", .no_header = true, .want = "" },
};
/* clang-format on */

static bool
item_begins(const void *context, const struct item *item)
{
	const struct row *row = context;

	return row->id == NULL || item->id.data[0] == row->id[0];
}

static bool
measure_begins(const void *context, struct str id)
{
	const struct row *row = context;

	return row->id == NULL || id.data[0] == row->id[0];
}

static bool
unit_begins(const void *context, struct str id)
{
	const struct row *row = context;

	return row->unit == NULL || id.data[0] == row->unit[0];
}

/* The text with `#` for each id, `##` for the beginning of one. */
static void
hide_ids(char *text)
{
	char *out = text;

	while (*text != '\0') {
		size_t digits = strspn(text, "0123456789abcdef");

		if (digits == COMMIT_ID_SIZE - 1 || digits == COMMIT_SHORT) {
			text += digits;
			*out++ = '#';
			if (digits == COMMIT_SHORT)
				*out++ = '#';
			continue;
		}
		if (digits == 0)
			digits = 1;
		memmove(out, text, digits);
		out += digits;
		text += digits;
	}
	*out = '\0';
}

static void
show(const struct row *row, struct history *history, FILE *out,
    struct diag *diag)
{
	struct log_table_options options = { .view = row->view,
		.reverse = row->reverse,
		.wanted = { item_begins, unit_begins, measure_begins, row,
		    row->causes },
		.out = out,
		.format = row->format };
	struct log_table *table = log_table_new(history, &options, diag);
	struct history_step step;

	while (history_next(history, &step))
		log_table_add(table, &step);
	assert_int_equal(log_table_commits(table), row->commits);
	assert_int_equal(log_table_has_rows(table),
	    strstr(row->want, "Test Person") != NULL);
	log_table_end(table, !row->no_header);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct history_options wanted = { .folder = shared.folder,
		.revisions = &row->branch,
		.revision_count = 1,
		.choose = item_begins,
		.context = row,
		.places_only = row->view == LOG_VALUES };
	struct history *history;
	struct test_output output;
	struct diag *diag = diag_new(0);
	char *text;

	wanted.has_period =
	    period_range_parse(str_from(row->periods != NULL ? row->periods
							     : "2022-10"),
		&wanted.periods);
	assert_int_equal(history_open(&history, &wanted, diag), 0);
	test_output_begin(&output);
	show(row, history, output.file, diag);
	text = test_output_end(&output);
	hide_ids(text);
	assert_string_equal(text, row->want);
	assert_false(diag_has_errors(diag));
	history_close(history);
	diag_free(diag);
	free(text);
}

static int
make_history(void **state)
{
	static const struct test_file files[] = { TEST_BOOK_REC,
		{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n" },
		{ "measures.rec", "%rec: Measure\n\nId: x\n" },
		{ "schemes/2022-01.rec",
		    "%rec: Scheme\n\nName: One\nPoints: 10\nDigits: 1\n\n"
		    "%rec: Item\n\nId: it\nPoints: 10\nRule: x\n" },
		{ "data/2022-10/v.tsv", "" }, { NULL, NULL } };

	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	test_book_run(&shared, script);
	return 0;
}

static int
remove_history(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, make_history, remove_history);
}
