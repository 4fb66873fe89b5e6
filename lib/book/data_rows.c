#include "book/data_rows.h"

#include <stdlib.h>

#include "book/data_read.h"

/* Where a row stands. */
struct data_row {
	uint32_t measure, unit;
	unsigned number; /* of the line in its file */
	size_t order;	 /* of all rows of the folder */
	const char *path;
	struct str line, value, status, note;
};

static int
compare_cells(const struct data_row *row, uint32_t measure, uint32_t unit)
{
	if (row->measure != measure)
		return row->measure < measure ? -1 : 1;
	return (row->unit > unit) - (row->unit < unit);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct data_row *x = a, *y = b;
	int order = compare_cells(x, y->measure, y->unit);

	return order != 0 ? order
			  : (x->order > y->order) - (x->order < y->order);
}

/* The cell under a name of the header; empty where there is none. */
static struct str
named_cell(const struct str *header, size_t columns, const struct str *cells,
    size_t count, struct str name)
{
	for (size_t i = 3; i < columns && i < count && i < COLUMNS_MAX; i++)
		if (str_equal(header[i], name))
			return cells[i];
	return STR("");
}

static void
list_text(const struct data *data, struct data_set *set, const char *path,
    struct str text, size_t *capacity)
{
	struct data_row row = { .path = path };
	struct str header[COLUMNS_MAX];
	size_t columns = 0;

	while (str_next_line(&text, &row.line)) {
		struct str cells[COLUMNS_MAX];
		size_t count = data_split(row.line, cells);

		row.number++;
		if (row.number == 1) {
			memcpy(header, cells, sizeof(header));
			columns = count;
		}
		if (count < 3 || count > COLUMNS_MAX)
			continue;
		row.status =
		    named_cell(header, columns, cells, count, STR("status"));
		row.note =
		    named_cell(header, columns, cells, count, STR("note"));
		row.measure = book_measure(data->book, cells[0]);
		row.unit = book_unit(data->book, cells[1]);
		row.value = cells[2];
		row.order = set->row_count;
		if (row.measure == INDEX_NONE || row.unit == INDEX_NONE)
			continue;
		set->rows = arena_grow(&set->arena, set->rows, set->row_count,
		    capacity, sizeof(row));
		set->rows[set->row_count++] = row;
	}
}

/* Read the files of a folder again, for the places of their rows. */
static void
list_rows(struct data *data, struct data_set *set, struct str folder)
{
	struct source_entry *entries;
	size_t count, capacity = 0;

	set->is_listed = true;
	if (source_list(data->book->source, &set->arena, folder.data, &entries,
		&count, data->diag) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct str path = arena_format(&set->arena, STR_FMT "/" STR_FMT,
		    STR_ARG(folder), STR_ARG(entries[i].name));

		if (!data_is_file(&entries[i]) ||
		    source_read(data->book->source, path.data, &data->bytes,
			data->diag) != 0)
			continue;
		list_text(data, set, path.data,
		    arena_str(&set->arena, buffer_str(&data->bytes)),
		    &capacity);
	}
	if (set->row_count > 0)
		qsort(set->rows, set->row_count, sizeof(*set->rows),
		    compare_rows);
}

/* The first row of a cell in a folder, or NULL. */
static const struct data_row *
find_row(struct data *data, const struct data_folder *folder, uint32_t measure,
    uint32_t unit)
{
	struct data_set *set = data_set_of(data, folder);
	size_t low = 0, high;

	if (!set->is_listed)
		list_rows(data, set, folder->path);
	high = set->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_cells(&set->rows[middle], measure, unit) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->row_count &&
		       compare_cells(&set->rows[low], measure, unit) == 0
		   ? &set->rows[low]
		   : NULL;
}

/* The folder, of the period or a longer one, whose row is read. */
static const struct data_row *
row_read(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct data_set **set)
{
	const struct data_row *row = NULL;

	for (enum period_length length = period.length;
	     length <= PERIOD_YEAR && row == NULL; length++) {
		const struct data_folder *folder =
		    book_folder(data->book, period_containing(period, length));

		if (folder == NULL)
			continue;
		row = find_row(data, folder, measure, unit);
		*set = data->sets[folder - data->book->folders];
	}
	return row;
}

static struct place
row_place(const struct data_row *row)
{
	struct place place = place_in(row->path, row->line,
	    (size_t)(row->value.data - row->line.data), row->value.size);

	place.line = row->number;
	return place;
}

bool
data_place(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct place *place)
{
	struct data_set *set;
	const struct data_row *row =
	    row_read(data, measure, unit, period, &set);

	if (row == NULL)
		return false;
	*place = row_place(row);
	return true;
}

/* The latest assumption about a cell of a folder, or NULL. */
static const struct data_override *
find_override(const struct data *data, const struct data_folder *folder,
    uint32_t measure, uint32_t unit)
{
	const struct data_override *found = NULL;

	for (const struct data_override *override = data->overrides;
	     override != NULL; override = override->next)
		if (override->folder == folder &&
		    override->assumption.measure == measure &&
		    override->assumption.unit == unit)
			found = override;
	return found;
}

size_t
data_records(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct arena *arena, struct data_record **records)
{
	const struct data_folder *folder =
	    data_folder_read(data, measure, unit, period);
	const struct data_override *override;
	const struct data_row *row;
	const struct data_set *set;
	size_t count = 0;

	*records = NULL;
	if (folder == NULL)
		return 0;
	override = find_override(data, folder, measure, unit);
	if (override != NULL) {
		*records = arena_new(arena, struct data_record);
		(*records)->value = override->assumption.value;
		(*records)->period = folder->period;
		return 1;
	}
	row = find_row(data, folder, measure, unit);
	if (row == NULL)
		return 0;
	set = data->sets[folder - data->book->folders];
	while (row + count < set->rows + set->row_count &&
	       compare_cells(&row[count], measure, unit) == 0)
		count++;
	*records = arena_array(arena, count, sizeof(**records));
	for (size_t i = 0; i < count; i++)
		(*records)[i] =
		    (struct data_record){ row_place(&row[i]), row[i].value,
			    row[i].status, row[i].note, folder->period };
	return count;
}
