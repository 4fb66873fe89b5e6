#include "analysis/scenario.h"

#include <errno.h>
#include <stdio.h>

#include "format/tsv.h"

void
scenario_free(struct scenario *plan)
{
	arena_free(&plan->arena);
	*plan = (struct scenario){ 0 };
}

static struct data_assumption *
add(struct scenario *plan)
{
	plan->list = arena_grow(&plan->arena, plan->list, plan->count,
	    &plan->capacity, sizeof(*plan->list));
	return &plan->list[plan->count];
}

int
scenario_set(struct scenario *plan, struct book *book, const char *text,
    uint32_t unit, struct period period, struct diag *diag)
{
	if (scenario_assignment_parse(book, "--set", text, unit, period,
		add(plan), diag) != 0)
		return -1;
	plan->count++;
	return 0;
}

int
scenario_apply(const struct scenario *plan, struct data *data)
{
	int rc = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (data_override(data, &plan->list[i]) != 0)
			rc = -1;
	return rc;
}

/*
 * Files
 */

enum { COLUMN_MEASURE, COLUMN_UNIT, COLUMN_PERIOD, COLUMN_VALUE, COLUMNS };
static const char *const column_names[COLUMNS] = { "measure", "unit", "period",
	"value" };

/* A file while its rows are read. */
struct reading {
	struct scenario *plan;
	struct book *book;
	struct tsv *tsv;
	const char *path;
	uint32_t unit;
	struct period period;
	size_t columns[COLUMNS];
	size_t first; /* of the plan's list: what this file brought */
	struct diag *diag;
};

static bool
find_columns(struct reading *reading)
{
	struct tsv *tsv = reading->tsv;
	bool known = true;

	for (size_t i = 0; i < COLUMNS; i++)
		reading->columns[i] =
		    tsv_column(tsv, str_from(column_names[i]));
	for (size_t i = 0; i < tsv->column_count && known; i++) {
		known = false;
		for (size_t j = 0; j < COLUMNS; j++)
			known |= reading->columns[j] == i;
	}
	if (known && reading->columns[COLUMN_MEASURE] != TSV_NONE &&
	    reading->columns[COLUMN_VALUE] != TSV_NONE)
		return true;
	diag_at(reading->diag, tsv_header_place(tsv), D_PLAN_HEADER);
	return false;
}

static struct str
cell_of(const struct reading *reading, const struct str *cells, size_t column)
{
	return reading->columns[column] == TSV_NONE
		   ? STR("")
		   : cells[reading->columns[column]];
}

static bool
read_names(struct reading *reading, size_t row, const struct str *cells,
    struct data_assumption *out)
{
	struct str measure = cell_of(reading, cells, COLUMN_MEASURE);
	struct str unit = cell_of(reading, cells, COLUMN_UNIT);
	struct str period = cell_of(reading, cells, COLUMN_PERIOD);
	size_t before = diag_count(reading->diag, SEVERITY_ERROR);

	out->measure = book_measure(reading->book, measure);
	if (out->measure == INDEX_NONE)
		book_unknown_measure(reading->book,
		    tsv_place(reading->tsv, row, measure), measure,
		    reading->diag);
	if (unit.size > 0) {
		out->unit = book_unit(reading->book, unit);
		if (out->unit == INDEX_NONE)
			book_unknown_unit(reading->book,
			    tsv_place(reading->tsv, row, unit), unit,
			    reading->diag);
	} else if (out->unit == INDEX_NONE) {
		diag_at(reading->diag, tsv_place(reading->tsv, row, measure),
		    D_ASSIGNMENT_UNIT, measure);
	}
	if (period.size > 0 && !period_parse(period, &out->period))
		diag_at(reading->diag, tsv_place(reading->tsv, row, period),
		    D_ASSIGNMENT_PERIOD, period);
	return diag_count(reading->diag, SEVERITY_ERROR) == before;
}

static bool
is_there(const struct reading *reading, const struct data_assumption *cell)
{
	for (size_t i = reading->first; i < reading->plan->count; i++) {
		const struct data_assumption *other = &reading->plan->list[i];

		if (other->measure == cell->measure &&
		    other->unit == cell->unit &&
		    period_equal(other->period, cell->period))
			return true;
	}
	return false;
}

static void
read_row(struct reading *reading, size_t row, struct str *cells)
{
	struct scenario *plan = reading->plan;
	struct data_assumption *out = add(plan);
	struct str line = tsv_line(reading->tsv, row), value;
	const char *kept = arena_str(&plan->arena, line).data;

	tsv_cells(reading->tsv, row, cells);
	value = cell_of(reading, cells, COLUMN_VALUE);
	*out = (struct data_assumption){ .unit = reading->unit,
		.period = reading->period,
		.text = { kept, line.size },
		.value = { kept + (value.data - line.data), value.size },
		.source = reading->path,
		.line = tsv_place(reading->tsv, row, line).line };
	if (!read_names(reading, row, cells, out))
		return;
	if (is_there(reading, out)) {
		struct str measure = cell_of(reading, cells, COLUMN_MEASURE);

		diag_at(reading->diag, tsv_place(reading->tsv, row, measure),
		    D_CELL_TWICE, measure, reading->book->units[out->unit].id);
		return;
	}
	plan->count++;
}

int
scenario_read(struct scenario *plan, struct book *book, const char *path,
    uint32_t unit, struct period period, struct diag *diag)
{
	struct tsv tsv = { 0 };
	struct reading reading = { .plan = plan,
		.book = book,
		.tsv = &tsv,
		.path = strcmp(path, "-") == 0 ? "<stdin>" : path,
		.unit = unit,
		.period = period,
		.first = plan->count,
		.diag = diag };
	size_t errors = diag_count(diag, SEVERITY_ERROR);
	struct str *cells;
	int rc = -1;

	if (tsv_read(&tsv, path, diag) == 0 && find_columns(&reading)) {
		cells = arena_array(&plan->arena, tsv.column_count + 1,
		    sizeof(*cells));
		for (size_t i = 0; i < tsv.row_count; i++)
			read_row(&reading, i, cells);
		rc = diag_count(diag, SEVERITY_ERROR) == errors ? 0 : -1;
	}
	tsv_free(&tsv);
	return rc;
}

/*
 * Schemes
 */

static int
read_all(const char *path, struct buffer *bytes)
{
	FILE *file = fopen(path, "rb");
	char piece[65536];
	size_t size;
	int error;

	if (file == NULL)
		return errno;
	errno = 0;
	while ((size = fread(piece, 1, sizeof(piece), file)) > 0)
		buffer_add(bytes, (struct str){ piece, size });
	error = ferror(file) ? errno : 0;
	fclose(file);
	return error;
}

/* The schemes of the book with one more, in their order. */
static void
enter_scheme(struct book *book, struct scheme_file file)
{
	struct scheme_file *list =
	    arena_array(&book->arena, book->scheme_count + 1, sizeof(*list));
	size_t count = 0;
	bool entered = false;

	for (size_t i = 0; i < book->scheme_count; i++) {
		int order = period_compare(book->schemes[i].from, file.from);

		if (!entered && order >= 0) {
			list[count++] = file;
			entered = true;
		}
		if (order != 0)
			list[count++] = book->schemes[i];
	}
	if (!entered)
		list[count++] = file;
	book->schemes = list;
	book->scheme_count = count;
}

int
scenario_scheme(struct book *book, const char *path, struct period from,
    struct diag *diag)
{
	struct buffer bytes = { 0 };
	int error = read_all(path, &bytes);
	struct str shown = arena_str(&book->arena, str_from(path));

	if (error != 0) {
		diag_at(diag, place_file(path), D_SOURCE,
		    str_from(strerror(error)));
		buffer_free(&bytes);
		return -1;
	}
	source_lay(book->source, shown.data, buffer_str(&bytes));
	buffer_free(&bytes);
	enter_scheme(book, (struct scheme_file){ from, shown });
	return 0;
}
