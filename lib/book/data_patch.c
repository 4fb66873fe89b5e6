#include "book/data_patch.h"

#include <stdlib.h>

#include "book/data_read.h"

/* The lines that two texts have otherwise: from `first` to each its end. */
struct difference {
	size_t first, old_end, new_end;
};

static size_t
common_start(struct str a, struct str b)
{
	size_t most = a.size < b.size ? a.size : b.size, at = 0;

	while (at + sizeof(uint64_t) <= most) {
		uint64_t x, y;

		memcpy(&x, a.data + at, sizeof(x));
		memcpy(&y, b.data + at, sizeof(y));
		if (x != y)
			break;
		at += sizeof(uint64_t);
	}
	while (at < most && a.data[at] == b.data[at])
		at++;
	return at;
}

/* At most so many bytes. */
static size_t
common_end(struct str a, struct str b, size_t most)
{
	size_t count = 0;

	while (count + sizeof(uint64_t) <= most) {
		uint64_t x, y;
		size_t more = count + sizeof(uint64_t);

		memcpy(&x, a.data + a.size - more, sizeof(x));
		memcpy(&y, b.data + b.size - more, sizeof(y));
		if (x != y)
			break;
		count = more;
	}
	while (count < most &&
	       a.data[a.size - count - 1] == b.data[b.size - count - 1])
		count++;
	return count;
}

static bool
is_line_start(struct str text, size_t at)
{
	return at == 0 || text.data[at - 1] == '\n';
}

static struct difference
find_difference(struct str old, struct str new)
{
	struct difference found = { .first = common_start(old, new) };
	size_t most = old.size < new.size ? old.size : new.size, end;

	end = common_end(old, new, most - found.first);
	while (!is_line_start(old, found.first))
		found.first--;
	/* What is common at the end begins with a whole line. */
	while (end > 0 && !(is_line_start(old, old.size - end) &&
			      is_line_start(new, new.size - end)))
		end--;
	found.old_end = old.size - end;
	found.new_end = new.size - end;
	return found;
}

/* What stood in a cell before. */
struct former {
	uint32_t measure, unit;
	size_t order; /* in which cells were met */
	int64_t mantissa;
	int8_t scale;
};

struct lines {
	struct str *list;
	size_t count, capacity;
};

static void
add_line(struct arena *arena, struct lines *lines, struct str line)
{
	lines->list = arena_grow(arena, lines->list, lines->count,
	    &lines->capacity, sizeof(*lines->list));
	lines->list[lines->count++] = line;
}

/* A change of one file while it is made. */
struct changing {
	struct data_reader reader;
	struct lines old, new; /* those that differ */
	struct former *cells;
	size_t count, capacity;
	struct arena scratch;
};

/* The measure and unit of a line; false where it has none that are known. */
static bool
cell_of_line(const struct book *book, struct str line, uint32_t *measure,
    uint32_t *unit)
{
	struct str name;

	if (!str_cut(&line, '\t', &name))
		return false;
	*measure = book_measure(book, name);
	if (!str_cut(&line, '\t', &name))
		return false;
	*unit = book_unit(book, name);
	return *measure != INDEX_NONE && *unit != INDEX_NONE;
}

/* Lines that add up depend on one another. */
static bool
is_simple(const struct book *book, struct str line)
{
	uint32_t measure, unit;

	return !cell_of_line(book, line, &measure, &unit) ||
	       book->measures[measure].entries == 0;
}

static void
remember(struct changing *changing, uint32_t measure, uint32_t unit)
{
	const struct data_column *column =
	    &changing->reader.set->columns[measure];
	struct former former = { measure, unit, changing->count, 0,
		CELL_NO_ROW };

	if (column->mantissa != NULL) {
		former.mantissa = column->mantissa[unit];
		former.scale = column->scale[unit];
	}
	changing->cells = arena_grow(&changing->scratch, changing->cells,
	    changing->count, &changing->capacity, sizeof(*changing->cells));
	changing->cells[changing->count++] = former;
}

/* Take an old line's value away; false where it had none. */
static bool
take_line(struct changing *changing, struct str line)
{
	uint32_t measure, unit;

	if (!cell_of_line(changing->reader.data->book, line, &measure, &unit))
		return false;
	remember(changing, measure, unit);
	changing->reader.set->columns[measure].scale[unit] = CELL_NO_ROW;
	return true;
}

static void
put_line(struct changing *changing, struct str line)
{
	struct data_reader *reader = &changing->reader;
	uint32_t measure, unit;

	/* Of a cell that had no row before; one that had is known. */
	if (cell_of_line(reader->data->book, line, &measure, &unit) &&
	    (reader->set->columns[measure].mantissa == NULL ||
		reader->set->columns[measure].scale[unit] == CELL_NO_ROW))
		remember(changing, measure, unit);
	reader->line = reader->next = line.data;
	reader->line_number = 1;
	data_read_row(reader);
}

/*
 * The lines that two texts have otherwise: those that are the same at the same
 * distance from the last difference are passed over.
 */
static void
list_lines(struct changing *changing, struct str old, struct str new)
{
	while (old.size > 0 || new.size > 0) {
		size_t same = common_start(old, new);
		struct str line;

		while (!is_line_start(old, same))
			same--;
		old = str_from_byte(old, same);
		new = str_from_byte(new, same);
		if (str_next_line(&old, &line))
			add_line(&changing->scratch, &changing->old, line);
		if (str_next_line(&new, &line))
			add_line(&changing->scratch, &changing->new, line);
	}
}

static int
compare_formers(const void *a, const void *b)
{
	const struct former *x = a, *y = b;

	if (x->measure != y->measure)
		return x->measure < y->measure ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static bool
has_changed(const struct former *former, const struct data_column *column)
{
	int8_t scale = CELL_NO_ROW;

	if (column->mantissa != NULL)
		scale = column->scale[former->unit];
	if (scale != former->scale)
		return true;
	return scale != CELL_NO_ROW && scale != CELL_MISSING &&
	       scale != CELL_NOT_APPLICABLE &&
	       column->mantissa[former->unit] != former->mantissa;
}

/* A cell may have been met twice: what it was at first counts. */
static void
mark_changed(struct changing *changing, const struct data_marks *marks)
{
	size_t units = changing->reader.data->book->unit_count;
	const struct former *last = NULL;

	if (changing->count > 0)
		qsort(changing->cells, changing->count,
		    sizeof(*changing->cells), compare_formers);
	for (size_t i = 0; i < changing->count; i++) {
		const struct former *former = &changing->cells[i];

		if (last != NULL && last->measure == former->measure &&
		    last->unit == former->unit)
			continue;
		last = former;
		if (has_changed(former,
			&changing->reader.set->columns[former->measure])) {
			marks->measures[former->measure] = 1;
			marks->cells[former->measure * units + former->unit] =
			    1;
		}
	}
}

static struct data_text *
find_text(const struct data_set *set, struct str name)
{
	struct data_text *text = set->texts;

	while (text != NULL && !str_equal(text->name, name))
		text = text->next;
	return text;
}

static bool
change_lines(struct data *data, struct data_set *set, struct data_text *text,
    struct str new, const struct data_marks *marks)
{
	struct str old = buffer_str(&text->bytes);
	struct difference found = find_difference(old, new);
	struct changing changing = { .reader = { .data = data,
					 .set = set,
					 .path = text->path,
					 .stem = text->stem,
					 .refusals = text->refusals,
					 .is_member = set->is_member,
					 .end = new.data + new.size,
					 .columns = text->columns,
					 .status_at = text->status_at,
					 .note_at = text->note_at } };
	bool done = found.first > 0;

	list_lines(&changing,
	    str_head(str_from_byte(old, found.first),
		found.old_end - found.first),
	    str_head(str_from_byte(new, found.first),
		found.new_end - found.first));
	for (size_t i = 0; done && i < changing.old.count; i++)
		done = is_simple(data->book, changing.old.list[i]);
	for (size_t i = 0; done && i < changing.new.count; i++)
		done = is_simple(data->book, changing.new.list[i]);
	for (size_t i = 0; done && i < changing.old.count; i++)
		done = take_line(&changing, changing.old.list[i]);
	for (size_t i = 0; done && i < changing.new.count; i++)
		put_line(&changing, changing.new.list[i]);
	if (done)
		mark_changed(&changing, marks);
	intern_free(&changing.reader.unknown_units);
	intern_free(&changing.reader.unknown_measures);
	arena_free(&changing.scratch);
	return done;
}

bool
data_patch(struct data *data, const struct data_folder *folder, struct str name,
    struct str text, const struct data_marks *marks)
{
	struct data_set *set = data->sets[folder - data->book->folders];
	struct data_text *kept = set == NULL ? NULL : find_text(set, name);

	/* The first line is the header, which the others depend on. */
	if (kept == NULL || kept->columns == 0 || data->book->unit_count == 0 ||
	    data->book->measure_count == 0 ||
	    find_difference(buffer_str(&kept->bytes), text).first == 0 ||
	    !change_lines(data, set, kept, text, marks))
		return false;
	buffer_clear(&kept->bytes);
	buffer_add(&kept->bytes, text);
	set->is_listed = false;
	set->row_count = 0;
	return true;
}
