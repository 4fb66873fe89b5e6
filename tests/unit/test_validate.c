/*
 * test_validate: whether records are sound, what looks wrong in them, and what
 * is still to be reported.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "score/validate.h"
#include "support.h"

static struct test_book shared;

#define MEASURES                                                               \
	"%rec: Measure\n\nId: x\n\nId: y\n\nId: many\nEntries: many\n\n"       \
	"Id: sum\nKind: cumulative\n\nId: rate\nUnit: %\nGrowthOf: x\n"
#define SCHEME                                                                 \
	"%rec: Scheme\n\nName: One\nPoints: 9\nDigits: 2\n\n%rec: Item\n\n"    \
	"Id: it\nPoints: 9\nRule: "
#define USES_ALL "x + y + many + sum + rate"

/* clang-format off */
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\nFrom: 2022-04\n" },
	{ "measures.rec", MEASURES },
	{ NULL, NULL },
};

/*
 * A rule, and the values of March 2022, of the month before (`!`) and of March
 * 2021 (`?`); what is told of the whole book as `file:line:column code`.
 */
static struct row {
	const char *name, *rule, *values, *want;
} rows[] = {
	{ "nothing", USES_ALL, "x A 5; x A 4!", "" },
	{ "a tenfold value", USES_ALL, "x A 50; x A 5!; y A 0.5; y A 5!", "o.tsv:2:5 tenfold;o.tsv:3:5 tenfold" },
	{ "not quite tenfold", USES_ALL, "x A 49; x A 5!", "" },
	{ "a sign that flips", USES_ALL, "x A -5; x A 5!", "o.tsv:2:5 sign" },
	{ "zero has no sign, and no tenfold", USES_ALL, "x A 0; x A 5!; y A 5; y A 0!", "" },
	{ "events come as they come", USES_ALL, "many A 50; many A 5!", "" },
	{ "what adds up grows within a year", USES_ALL, "sum A 50; sum A 5!", "o.tsv:2:7 tenfold" },
	{ "official growth as it should be", USES_ALL, "x A 110; x A 100?; rate A 10", "" },
	{ "up to its last digit", USES_ALL, "x A 110; x A 100?; rate A 11", "" },
	{ "official growth that is not", USES_ALL, "x A 110; x A 100?; rate A 12", "o.tsv:3:8 growth-differs" },
	{ "a base of zero", "growth(x) + y + many + sum + rate", "x A 5; x A 0?", "2022-01.rec:11:7 growth-base" },
	{ "an earlier value that nobody reported", "prev(x) + y + many + sum + rate", "x A 5; y A 1!", "2022-01.rec:11:7 earlier-missing" },
	{ "a measure that nothing uses", "x + y + many + sum", "x A 5", "measures.rec:13:5 unused" },
	{ "a value that is none", USES_ALL, "x A a", "o.tsv:2:5 number" },
	{ "a rule that cannot be computed", "1 / (x - 5) + y + many + sum + rate", "x A 5; y A 1; sum A 1; rate A 1", "2022-01.rec:11:7 open-zero;2022-01.rec:11:7 division" },
};
/* clang-format on */

/* The values of a row for one month: those with its mark behind them. */
static void
write_month(const char *month, const char *values, const char *mark)
{
	struct str rest = str_from(values), value;
	struct buffer text = { 0 };
	char path[64];
	bool more = rest.size > 0;

	while (more) {
		bool has_mark;

		more = str_cut(&rest, ';', &value);
		has_mark =
		    str_ends(value, STR("!")) || str_ends(value, STR("?"));
		if (mark[0] == '\0' ? has_mark
				    : !str_ends(value, str_from(mark)))
			continue;
		value.size -= has_mark;
		if (text.size > 0)
			buffer_add_byte(&text, ';');
		buffer_add(&text, value);
	}
	buffer_add_byte(&text, '\0');
	snprintf(path, sizeof(path), "%s/o", month);
	test_book_write_values(&shared, path, text.data);
	buffer_free(&text);
}

static void
open_row(const struct row *row)
{
	const char *const scheme[] = { SCHEME, row->rule, "\n", NULL };

	test_book_write_all(&shared, "schemes/2022-01.rec", scheme);
	write_month("2021-03", row->values, "?");
	write_month("2022-02", row->values, "!");
	write_month("2022-03", row->values, "");
	test_book_open(&shared);
}

/* Findings as `file:line:column code`, with the last part of the path. */
static void
add_findings(struct buffer *out)
{
	char *all = test_findings(&shared, SEVERITY_NOTE, "", 1);
	struct str rest = str_from(all), line;

	while (str_next_line(&rest, &line)) {
		struct str path, row, column;
		size_t code = str_find_last(line, '[') + 1;
		struct str name =
		    str_head(str_from_byte(line, code), line.size - code - 1);
		size_t slash;

		str_cut(&line, ':', &path);
		str_cut(&line, ':', &row);
		str_cut(&line, ':', &column);
		slash = str_find_last(path, '/');
		path =
		    str_from_byte(path, slash == STR_NOWHERE ? 0 : slash + 1);
		buffer_format(out,
		    "%s" STR_FMT ":" STR_FMT ":" STR_FMT " " STR_FMT,
		    out->size > 0 ? ";" : "", STR_ARG(path), STR_ARG(row),
		    STR_ARG(column), STR_ARG(name));
	}
	buffer_add_byte(out, '\0');
	free(all);
}

static void
check_findings(void **state)
{
	const struct row *row = *state;
	struct period period = test_period("2022-03");
	const struct validate_request request = {
		.has_periods = true, .periods = { period, period }, .warn = true
	};
	struct buffer found = { 0 };

	open_row(row);
	validate_book(shared.book, shared.engine, &request, shared.diag);
	add_findings(&found);
	assert_string_equal(found.data, row->want);
	buffer_free(&found);
}

/* Errors alone, where notes are not asked for. */
static void
check_errors(void **state)
{
	const struct row *row = *state;
	const struct validate_request all = { 0 };

	open_row(row);
	validate_book(shared.book, shared.engine, &all, shared.diag);
	assert_int_equal(diag_count(shared.diag, SEVERITY_NOTE), 0);
	assert_int_equal(diag_has_errors(shared.diag),
	    strstr(row->want, "number") != NULL ||
		strstr(row->want, "division") != NULL);
}

/* A value that is none is found; a rule that fails, only by scoring. */
static void
records_are_checked_without_scoring(void **state)
{
	const struct validate_request all = { 0 };

	(void)state;
	open_row(&rows[LENGTH(rows) - 1]);
	validate_records(shared.book, shared.engine, &all, shared.diag);
	assert_false(diag_has_errors(shared.diag));
	open_row(&rows[LENGTH(rows) - 2]);
	validate_records(shared.book, shared.engine, &all, shared.diag);
	assert_true(diag_has_errors(shared.diag));
}

/* A month, and the cells that are still to be reported. */
static struct due_row {
	const char *name, *rule, *values, *month, *want;
} due_rows[] = {
	{ "all but what is there", "x + y", "x A 1", "2022-03", "y:A" },
	{ "not what no rule reads", "x", "x A 1", "2022-03", "" },
	{ "n/a is an answer", "x + y", "x A 1; y A n/a", "2022-03", "" },
	{ "an empty cell is none", "x", "x A", "2022-03", "x:A" },
	{ "no entries are none", "many", "x A 1", "2022-03", "" },
	{ "by measure, then by unit", "y + x", "x A 1", "2022-04",
	    "x:A x:B y:A y:B" },
	{ "what is read of other months is not due", "prev(x) + y", "y A 1",
	    "2022-03", "" },
};

static void
check_due(void **state)
{
	const struct due_row *row = *state;
	const struct row as_row = { .rule = row->rule, .values = row->values };
	struct arena arena = { 0 };
	struct buffer text = { 0 };
	struct validate_due *list;
	size_t count;

	open_row(&as_row);
	list = validate_due(shared.engine, shared.book, test_period(row->month),
	    &arena, &count);
	for (size_t i = 0; i < count; i++)
		buffer_format(&text, "%s" STR_FMT ":" STR_FMT, i > 0 ? " " : "",
		    STR_ARG(shared.book->measures[list[i].measure].id),
		    STR_ARG(shared.book->units[list[i].unit].id));
	buffer_add_byte(&text, '\0');
	assert_string_equal(text.data, row->want);
	buffer_free(&text);
	arena_free(&arena);
}

/* Before the first scheme nothing is needed. */
static void
no_scheme_needs_nothing(void **state)
{
	struct arena arena = { 0 };
	size_t count = 7;

	(void)state;
	open_row(&rows[0]);
	assert_null(validate_needs(shared.engine, shared.book,
	    test_period("2021-03"), &arena));
	validate_due(shared.engine, shared.book, test_period("2021-03"), &arena,
	    &count);
	assert_int_equal(count, 0);
	arena_free(&arena);
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

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(records_are_checked_without_scoring),
		cmocka_unit_test(no_scheme_needs_nothing),
	};
	struct CMUnitTest
	    tests[2 * LENGTH(rows) + LENGTH(due_rows) + LENGTH(others)];
	size_t count = 0;

	ADD(rows, check_findings);
	ADD(rows, check_errors);
	ADD(due_rows, check_due);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, create, destroy);
}
