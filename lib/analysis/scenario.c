#include "analysis/scenario.h"

#include <errno.h>
#include <stdio.h>

#include "format/tsv.h"
#include "score/dependency.h"

/*
 * One value
 */

/* An assignment while it is taken apart. */
struct parts {
	struct book *book;
	const char *source;
	struct str text, name; /* all of it; what is left before the `=` */
	struct data_assumption *out;
	bool has_unit, has_period;
};

static struct place
place_of(const struct parts *parts, struct str part)
{
	return place_in(parts->source, parts->text,
	    (size_t)(part.data - parts->text.data), part.size);
}

/* `[UNIT]` at the end of the name: Ids may hold brackets themselves. */
static bool
take_unit(struct parts *parts)
{
	struct str name = parts->name, inside;
	size_t at;

	if (parts->has_unit || !str_ends(name, STR("]")))
		return false;
	name.size--;
	for (at = name.size; at-- > 0;) {
		if (name.data[at] != '[')
			continue;
		inside = str_from_byte(name, at + 1);
		parts->out->unit = book_unit(parts->book, inside);
		parts->has_unit = parts->out->unit != INDEX_NONE;
		if (parts->has_unit) {
			parts->name = str_head(name, at);
			return true;
		}
	}
	return false;
}

static bool
take_period(struct parts *parts)
{
	size_t at = str_find_last(parts->name, '@');

	if (parts->has_period || at == STR_NOWHERE ||
	    !period_parse(str_from_byte(parts->name, at + 1),
		&parts->out->period))
		return false;
	parts->has_period = true;
	parts->name = str_head(parts->name, at);
	return true;
}

/* Report a name that is no measure's: often it is what follows that is wrong.
 */
static int
unknown(const struct parts *parts, struct diag *diag)
{
	struct str name = parts->name, rest;
	size_t at = 0;

	while (at < name.size && strchr("@[", name.data[at]) == NULL)
		at++;
	rest = str_from_byte(name, at);
	if (rest.size < 2) {
		book_unknown_measure(parts->book, place_of(parts, name), name,
		    diag);
	} else if (rest.data[0] == '[') {
		rest = str_from_byte(rest, 1);
		if (str_ends(rest, STR("]")))
			rest.size--;
		book_unknown_unit(parts->book, place_of(parts, rest), rest,
		    diag);
	} else {
		rest = str_from_byte(rest, 1);
		diag_at(diag, place_of(parts, rest), D_ASSIGNMENT_PERIOD, rest);
	}
	return -1;
}

int
scenario_assignment_parse(struct book *book, const char *source,
    const char *text, uint32_t unit, struct period period,
    struct data_assumption *out, struct diag *diag)
{
	struct parts parts = { .book = book,
		.source = source,
		.text = str_from(text),
		.out = out };
	/* No value holds an `=`, an Id may. */
	size_t equals = str_find_last(parts.text, '=');

	*out = (struct data_assumption){ .unit = unit,
		.period = period,
		.text = parts.text,
		.source = source };
	if (equals == STR_NOWHERE || equals == 0) {
		diag_at(diag, place_of(&parts, parts.text), D_ASSIGNMENT,
		    parts.text);
		return -1;
	}
	out->value = str_from_byte(parts.text, equals + 1);
	parts.name = str_head(parts.text, equals);
	do
		out->measure = book_measure(book, parts.name);
	while (out->measure == INDEX_NONE &&
	       (take_unit(&parts) || take_period(&parts)));
	if (out->measure == INDEX_NONE)
		return unknown(&parts, diag);
	if (out->unit != INDEX_NONE)
		return 0;
	diag_at(diag, place_of(&parts, parts.text), D_ASSIGNMENT_UNIT,
	    book->measures[out->measure].id);
	return -1;
}

/*
 * Many
 */

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

/* Whether no unit has a value of a measure in a period. */
static bool
is_unreported(const struct book *book, struct data *data,
    const struct dependency *read, struct arena *arena)
{
	struct num *values =
	    arena_array(arena, book->unit_count + 1, sizeof(*values));

	data_values(data, read->measure, read->instant.here, values);
	for (size_t i = 0; i < book->unit_count; i++)
		if (values[i].d != VALUE_MISSING)
			return false;
	return true;
}

uint32_t *
scenario_unreported(struct book *book, struct engine *engine,
    const struct scheme *scheme, struct period period, struct arena *arena,
    size_t *count)
{
	struct book_facts own = { book, engine_data(engine),
		engine_schemes(engine) };
	struct facts facts = facts_of_book(&own);
	struct dependencies reads = { 0 };
	uint32_t *list;

	dependency_of_scheme(arena, book, &facts, scheme, instant_of(period),
	    &reads);
	list = arena_array(arena, reads.count + 1, sizeof(*list));
	*count = 0;
	for (size_t i = 0; i < reads.count; i++)
		if (is_unreported(book, own.data, &reads.list[i], arena))
			list[(*count)++] = reads.list[i].measure;
	return list;
}
