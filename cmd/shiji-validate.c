/*
 * shiji-validate: every problem in the records, and what is still missing.
 */
#include "book/push_rules.h"
#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "score/validate.h"
#include "view/finding_table.h"

enum { MODE_FINDINGS, MODE_DUE, MODE_CODES };

static struct {
	struct opening opening;
	struct output output;
	struct option_periods periods;
	struct option_count most;
	int mode;
	bool warn, names;
} given = { .most = { .value = 100 } };

/* clang-format off */
static const struct option_row rows[] = {
	OPENING_ROWS(&given.opening),
	SELECT_PERIODS(&given.periods),
	OPENING_CACHED(&given.opening),
	{ OPTION_MODE(0, "due", &given.mode, MODE_DUE, N_("list what is not reported yet")) },
	{ OPTION_FLAG(0, "warn", &given.warn, N_("add what looks wrong but may be right")) },
	{ OPTION_MODE(0, "codes", &given.mode, MODE_CODES, N_("list the codes of all findings")) },
	{ OPTION_COUNT('n', "max-errors", "N", &given.most, 0, 100000000, N_("print so many findings (100); 0 is all")), .excludes = "due codes" },
	{ OPTION_FLAG(0, "names", &given.names, N_("with --due: add the names of measures, units and offices")), .needs = "due" },
	OUTPUT_ROWS(&given.output),
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-validate",
	.purpose = N_("Check the records of a book."),
	.rows = rows,
};

static int
list_codes(void)
{
	static const struct table_column columns[] = {
		{ STR_INIT("code"), TABLE_TEXT },
		{ STR_INIT("severity"), TABLE_TEXT },
		{ STR_INIT("message"), TABLE_TEXT },
	};
	struct table *table =
	    output_table(&given.output, columns, LENGTH(columns));

	for (int i = 0; i < FINDING_COUNT; i++) {
		enum finding finding = (enum finding)i;

		table_cell(table, str_from(finding_code(finding)));
		table_cell(table,
		    str_from(severity_text(finding_severity(finding))));
		table_cell(table, str_from(finding_text(finding)));
	}
	table_end(table);
	return EXIT_SOUND;
}

/* Which periods are looked at, and whether doubts are told too. */
static struct validate_request
what_to_check(void)
{
	return (struct validate_request){ given.periods.given,
		given.periods.range, given.warn };
}

/* Who speaks for an office, for the guard: part of the book, if it is there. */
static void
check_officers(void)
{
	struct source *source = given.opening.source;
	struct diag *diag = given.opening.diag;
	struct push_rules officers;
	struct buffer text = { 0 };
	struct arena arena = { 0 };

	if (source_has(source, OFFICERS_FILE) &&
	    source_read(source, OFFICERS_FILE, &text, diag) == 0)
		push_rules_read(&arena, OFFICERS_FILE, buffer_str(&text),
		    &officers, diag);
	buffer_free(&text);
	arena_free(&arena);
}

static void
print_findings(void)
{
	const struct option_format *format = &given.output.format;
	struct diag_print how = { .least = given.warn ? SEVERITY_NOTE
						      : SEVERITY_WARNING,
		.most = given.most.value,
		.summary = true,
		.prefix = source_prefix(given.opening.source) };

	if (!trouble_is_quiet())
		finding_table_print(given.opening.diag, how,
		    !format->given || format->is_text, format->table, stdout);
	else
		opening_errors(&given.opening, EXIT_FINDING);
}

static int
validate(void)
{
	const struct opening *opening = &given.opening;
	struct validate_request wanted = what_to_check();

	check_officers();
	validate_book(opening->book, opening->engine, &wanted, opening->diag);
	print_findings();
	if (diag_count(opening->diag, SEVERITY_TROUBLE) > 0)
		return EXIT_TROUBLE;
	return diag_has_errors(opening->diag) ||
		       diag_count(opening->diag, SEVERITY_WARNING) > 0
		   ? EXIT_FINDING
		   : EXIT_SOUND;
}

/* measure_name unit_name office_name */
static void
due_names(struct table *table, const struct measure *measure,
    const struct unit *unit)
{
	const struct book *book = given.opening.book;

	table_cell(table, measure->name);
	table_cell(table, unit->name);
	table_cell(table, measure->source != INDEX_NONE
			      ? book->offices[measure->source].name
			      : STR(""));
}

static void
due_rows(struct table *table, struct period period)
{
	const struct book *book = given.opening.book;
	struct arena arena = { 0 };
	char text[PERIOD_TEXT_SIZE];
	size_t count;
	struct validate_due *list =
	    validate_due(given.opening.engine, book, period, &arena, &count);

	period_text(period, text);
	for (size_t i = 0; i < count; i++) {
		const struct measure *measure =
		    &book->measures[list[i].measure];

		table_cell(table, str_from(text));
		table_cell(table, measure->id);
		table_cell(table, book->units[list[i].unit].id);
		table_cell(table, measure->source_field != NULL
				      ? measure->source_field->value
				      : STR(""));
		if (given.names)
			due_names(table, measure, &book->units[list[i].unit]);
	}
	arena_free(&arena);
}

/* Read everything first: what is unsound is said instead of a list. */
static int
check_records(void)
{
	struct opening *opening = &given.opening;
	struct period_range range = given.periods.range;
	struct validate_request wanted = what_to_check();

	for (struct period at = range.first; at.index <= range.last.index;
	     at.index++)
		if (book_scheme(opening->book, at) == NULL ||
		    !book_has_data(opening->book, at))
			engine_score(opening->engine, at);
	validate_records(opening->book, opening->engine, &wanted,
	    opening->diag);
	return opening_errors(opening, EXIT_FINDING);
}

static int
list_due(void)
{
	static const struct table_column columns[] = {
		{ STR_INIT("period"), TABLE_TEXT },
		{ STR_INIT("measure"), TABLE_TEXT },
		{ STR_INIT("unit"), TABLE_TEXT },
		{ STR_INIT("office"), TABLE_TEXT },
		{ STR_INIT("measure_name"), TABLE_TEXT },
		{ STR_INIT("unit_name"), TABLE_TEXT },
		{ STR_INIT("office_name"), TABLE_TEXT },
	};
	enum { NAMES = 3 };
	struct table *table;
	int rc = select_periods(&given.periods, given.opening.book);

	if (rc == 0)
		rc = check_records();
	if (rc != 0)
		return rc;
	table = output_table(&given.output, columns,
	    LENGTH(columns) - (given.names ? 0 : NAMES));
	for (struct period at = given.periods.range.first;
	     at.index <= given.periods.range.last.index; at.index++)
		due_rows(table, at);
	table_end(table);
	return EXIT_SOUND;
}

static int
run(void)
{
	const struct book *book;
	int rc;

	if (given.mode == MODE_CODES)
		return list_codes();
	rc = opening_open(&given.opening);
	book = given.opening.book;
	if (rc == 0)
		trouble_detail(
		    _("%zu units, %zu offices, %zu measures, %zu schemes, "
		      "%zu folders of data"),
		    book->unit_count, book->office_count, book->measure_count,
		    book->scheme_count, book->folder_count);
	if (rc == 0)
		rc = given.mode == MODE_DUE ? list_due() : validate();
	opening_close(&given.opening);
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
