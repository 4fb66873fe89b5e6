/*
 * test_scenario: values assumed on a command line or in a file, read, refused,
 * and seen by whatever reads the cell they are put in; a scheme that is not in
 * the book, and what nobody has reported for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "analysis/scenario.h"
#include "book/data_rows.h"
#include "support.h"

/*
 * Assignments, with a space between them, for the unit A in 2022-03; a rule,
 * and what it then gives A, in that period or another. `!code` where the
 * assignments are refused.
 */
struct row {
	const char *name, *assignments, *rule, *want, *period;
	const char *more; /* of the item */
};

static struct test_book shared;

#define HEADER "measure\tunit\tvalue\n"

/* A file of assumed values, and what `x + of(B, x)` then gives A. */
struct file_row {
	const char *name, *text, *want;
};

/* clang-format off */
static const struct test_file files[] = {
	{ "book.rec", "%rec: Book\n\nName: Assumed\nPeriod: month\n" },
	{ "units.rec", "%rec: Unit\n\nId: A\nAlias: 甲\n\nId: B\n\nId: C[1]\n\nId: Z\nTo: 2021-12\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: x\nMin: -5\nMax: 100\nDigits: 1\n\nId: a=b\n\nId: at@2022-01\n\nId: flow\nKind: flow\n\nId: sum\nKind: cumulative\n\nId: many\nKind: flow\nEntries: many\n\nId: yearly\nEvery: year\n\nId: target\n\nId: free\n\nId: later\n" },
	{ "data/2021-03/o.tsv", HEADER "x\tA\t10\n" },
	{ "data/2022/o.tsv", HEADER "yearly\tA\t12\ntarget\tA\t50\n" },
	{ "data/2022-01/o.tsv", HEADER "x\tA\t1\nflow\tA\t1\nsum\tA\t1\n" },
	{ "data/2022-02/o.tsv", HEADER "x\tA\t2\nflow\tA\t2\nsum\tA\t3\n" },
	{ "data/2022-03/o.tsv", HEADER "x\tA\t3\nx\tB\t4\nflow\tA\t3\nsum\tA\t6\na=b\tA\t1\nat@2022-01\tA\t1\nmany\tA\t1\nmany\tA\t2\n" },
	{ NULL, NULL },
};

static struct row rows[] = {
	{ "nothing assumed", "", "x", "3", NULL, NULL },
	{ "a value", "x=7.5", "x", "7.5", NULL, NULL },
	{ "a negative value", "x=-2", "x", "-2", NULL, NULL },
	{ "no value is missing", "x=", "default(x, 9)", "9", NULL, NULL },
	{ "n/a", "x=n/a", "if applies(x) then 1 else 0", "0", NULL, NULL },
	{ "another unit", "x[B]=7", "of(B, x)", "7", NULL, NULL },
	{ "a unit with brackets in its Id", "x[C[1]]=7", "pool.max(x)", "7", NULL, NULL },
	{ "a unit by its alias", "x[甲]=7", "x", "7", NULL, NULL },
	{ "another period", "x@2022-02=7", "prev(x)", "7", NULL, NULL },
	{ "a unit and a period", "x[B]@2022-02=7", "of(B, prev(x))", "7", NULL, NULL },
	{ "a period and a unit", "x@2022-02[B]=7", "of(B, prev(x))", "7", NULL, NULL },
	{ "a measure with a sign in its Id", "a=b=7", "\"a=b\"", "7", NULL, NULL },
	{ "a measure that looks like a period", "at@2022-01=7", "\"at@2022-01\"", "7", NULL, NULL },
	{ "the later of two", "x=7 x=8", "x", "8", NULL, NULL },
	{ "two at once", "x=7 flow=8", "x + flow", "15", NULL, NULL },
	{ "seen by growth()", "x@2021-03=2", "growth(x)", "0.5", NULL, NULL },
	{ "seen by ytd()", "flow@2022-01=10", "ytd(flow)", "15", NULL, NULL },
	{ "seen by month()", "sum@2022-02=4", "month(sum)", "2", NULL, NULL },
	{ "seen by each.", "x@2022-02=20", "each.max(x)", "20", "2022-Q1", NULL },
	{ "a missing value is carried over", "x=", "x", "2", NULL, "Missing: carry\n" },
	{ "carried itself", "x= x@2022-02=9", "x", "9", NULL, "Missing: carry\n" },
	{ "in place of all entries", "many=9", "many", "9", NULL, NULL },
	{ "in place of the zero of no entry", "many[B]=9", "of(B, many)", "9", NULL, NULL },
	{ "where the value stands", "target=9", "prev(target)", "9", NULL, NULL },
	{ "in the year of a yearly measure", "yearly=9", "prev(yearly)", "9", NULL, NULL },
	{ "in that of another unit", "yearly[B]=9", "of(B, yearly)", "9", NULL, NULL },
	{ "no measure", "y=1", "x", "!unknown-measure", NULL, NULL },
	{ "no unit", "x[Q]=1", "x", "!unknown-unit", NULL, NULL },
	{ "no period", "x@2022-99=1", "x", "!assignment", NULL, NULL },
	{ "no value", "x", "x", "!assignment", NULL, NULL },
	{ "no name", "=1", "x", "!assignment", NULL, NULL },
	{ "a period without data", "x@2019-01=1", "x", "!assignment", NULL, NULL },
	{ "a unit that has left", "x[Z]=1", "x", "!not-a-member", NULL, NULL },
	{ "below the Min", "x=-6", "x", "!min", NULL, NULL },
	{ "above the Max", "x=101", "x", "!max", NULL, NULL },
	{ "too many digits", "x=1.25", "x", "!digits", NULL, NULL },
	{ "no number", "x=many", "x", "!number", NULL, NULL },
	{ "full-width digits", "x=１", "x", "!wide-digit", NULL, NULL },
	{ "a thousands separator", "target=1,000", "target", "!separator", NULL, NULL },
};
static struct file_row file_rows[] = {
	{ "a file of the unit in question", "measure\tvalue\nx\t10\n", "14" },
	{ "a file of units", "value\tunit\tmeasure\n10\tA\tx\n20\tB\tx\n", "30" },
	{ "an empty unit", "measure\tunit\tvalue\nx\t\t10\n", "14" },
	{ "a file of periods", "measure\tperiod\tvalue\nx\t2022-02\t50\nx\t\t10\n", "14" },
	{ "a file without rows", "measure\tvalue\n", "7" },
	{ "a column of something else", "measure\tvalue\tnote\nx\t10\tn\n", "!header" },
	{ "no column of values", "measure\tunit\nx\tA\n", "!header" },
	{ "a cell twice", "measure\tunit\tvalue\nx\tA\t1\nx\t\t2\n", "!duplicate-value" },
	{ "a measure that is none", "measure\tvalue\ny\t1\n", "!unknown-measure" },
	{ "a unit that is none", "measure\tunit\tvalue\nx\tQ\t1\n", "!unknown-unit" },
	{ "a period that is none", "measure\tperiod\tvalue\nx\t2022-99\t1\n", "!assignment" },
	{ "above the Max in a file", "measure\tvalue\nx\t101\n", "!max" },
};
/* clang-format on */

static void
write_scheme(const struct row *row, const char *path)
{
	static const char head[] =
	    "%rec: Scheme\n\nName: One\nPoints: 99\n\n"
	    "%rec: Item\n\nId: it\nPoints: 99\nFloor: none\n";
	const char *texts[] = { head, row->more != NULL ? row->more : "",
		"Rule: ", row->rule, "\n", NULL };

	test_book_write_all(&shared, path, texts);
}

/* Assume each; the texts must live as long as the engine. */
static void
assume(char *texts, struct data_assumption *assumptions)
{
	size_t count = 0;

	for (char *text = strtok(texts, " "); text != NULL;
	     text = strtok(NULL, " ")) {
		if (scenario_assignment_parse(shared.book, "--set", text, 0,
			test_period("2022-03"), &assumptions[count],
			shared.diag) != 0)
			continue;
		data_override(engine_data(shared.engine),
		    &assumptions[count++]);
	}
}

static void
check_score(const struct row *row, const char *want)
{
	const struct result *result = engine_score(shared.engine,
	    test_period(row->period != NULL ? row->period : "2022-03"));
	struct buffer out = { 0 };

	assert_non_null(result);
	num_print_exact(&out,
	    result->items[scheme_item(result->scheme, STR("it"))].scores[0]);
	buffer_add_byte(&out, '\0');
	assert_string_equal(out.data, want);
	buffer_free(&out);
}

/* The findings are those wanted, or there are none and the score is. */
static void
check_outcome(const struct row *row)
{
	char code[64], *findings;

	findings = test_findings(&shared, SEVERITY_ERROR, "", 1);
	if (row->want[0] == '!') {
		snprintf(code, sizeof(code), "[%s]", row->want + 1);
		if (strstr(findings, code) == NULL)
			fail_msg("no finding %s in: %s", code, findings);
	} else {
		assert_string_equal(findings, "");
		check_score(row, row->want);
	}
	free(findings);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct data_assumption assumptions[4];
	char texts[64];

	write_scheme(row, row->period != NULL ? "schemes/2022-Q1.rec"
					      : "schemes/2022-01.rec");
	test_book_open(&shared);
	snprintf(texts, sizeof(texts), "%s", row->assignments);
	assume(texts, assumptions);
	check_outcome(row);
	test_book_close(&shared);
}

static void
check_file(void **state)
{
	const struct file_row *file = *state;
	const struct row row = { .rule = "x + of(B, x)", .want = file->want };
	struct scenario plan = { .count = 0 };
	char path[320];

	write_scheme(&row, "schemes/2022-01.rec");
	test_book_write(&shared, "plan.tsv", file->text);
	snprintf(path, sizeof(path), "%s/plan.tsv", shared.folder);
	test_book_open(&shared);
	scenario_read(&plan, shared.book, path, 0, test_period("2022-03"),
	    shared.diag);
	scenario_apply(&plan, engine_data(shared.engine));
	check_outcome(&row);
	scenario_free(&plan);
	test_book_close(&shared);
}

/* A scheme that is no file of the book holds from its period on. */
static void
check_draft(void **state)
{
	const struct row row = { .rule = "x" };
	const struct row draft = { .rule = "10 * x" };
	const struct row unreported = { .rule =
					    "x + free + prev(free) + later" };
	struct arena arena = { 0 };
	const struct result *result;
	const uint32_t *list;
	char path[320];
	size_t count;

	(void)state;
	write_scheme(&row, "schemes/2022-01.rec");
	write_scheme(&draft, "draft.rec");
	snprintf(path, sizeof(path), "%s/draft.rec", shared.folder);
	test_book_open(&shared);
	engine_free(shared.engine);
	assert_int_equal(scenario_scheme(shared.book, path,
			     test_period("2022-03"), shared.diag),
	    0);
	shared.engine = engine_new(shared.book, shared.diag);
	check_score(&draft, "30");
	check_score(&(struct row){ .period = "2022-02" }, "2");
	result = engine_score(shared.engine, test_period("2022-03"));
	scenario_unreported(shared.book, shared.engine, result->scheme,
	    result->period, &arena, &count);
	assert_int_equal(count, 0);
	test_book_close(&shared);

	write_scheme(&unreported, "schemes/2022-01.rec");
	test_book_open(&shared);
	result = engine_score(shared.engine, test_period("2022-03"));
	list = scenario_unreported(shared.book, shared.engine, result->scheme,
	    result->period, &arena, &count);
	assert_int_equal(count, 3);
	assert_true(list[0] == list[1]); /* in March, and in February */
	assert_true(str_equal(shared.book->measures[list[0]].id, STR("free")));
	assert_true(str_equal(shared.book->measures[list[2]].id, STR("later")));
	arena_free(&arena);
	test_book_close(&shared);
}

/* There is no such file. */
static void
check_no_draft(void **state)
{
	const struct row row = { .rule = "x", .want = "!source" };

	(void)state;
	test_book_open(&shared);
	assert_int_equal(scenario_scheme(shared.book, "/nonexistent/draft.rec",
			     test_period("2022-03"), shared.diag),
	    -1);
	check_outcome(&row);
	test_book_close(&shared);
}

/* What was assumed is taken back, and a refused value leaves no trace. */
static void
check_restore(void **state)
{
	static const struct row row = { .rule = "x + prev(x)" };
	struct data_assumption assumptions[4];
	char texts[] = "x=7 x@2022-02=8 x[B]=1000";
	struct data_record *records;
	struct arena arena = { 0 };

	(void)state;
	write_scheme(&row, "schemes/2022-01.rec");
	test_book_open(&shared);
	assume(texts, assumptions);
	check_score(&row, "15");
	assert_int_equal(data_records(engine_data(shared.engine), 0, 0,
			     test_period("2022-03"), &arena, &records),
	    1);
	assert_null(records[0].place.path);
	engine_restart(shared.engine);
	data_restore(engine_data(shared.engine));
	check_score(&row, "5");
	assert_int_equal(data_records(engine_data(shared.engine), 0, 1,
			     test_period("2022-03"), &arena, &records),
	    1);
	assert_int_equal(records[0].place.line, 3);
	assert_true(str_equal(records[0].value, STR("4")));
	arena_free(&arena);
	test_book_close(&shared);
}

static int
create(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, files);
	return 0;
}

static int
destroy(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(file_rows) + 3], *last;

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	last = tests + LENGTH(rows);
	for (size_t i = 0; i < LENGTH(file_rows); i++)
		*last++ = (struct CMUnitTest){ .name = file_rows[i].name,
			.test_func = check_file,
			.initial_state = &file_rows[i] };
	*last++ = (struct CMUnitTest){ .name = "taken back", check_restore };
	*last++ = (struct CMUnitTest){ .name = "a draft", check_draft };
	*last++ = (struct CMUnitTest){ .name = "no draft", check_no_draft };
	return cmocka_run_group_tests(tests, create, destroy);
}
