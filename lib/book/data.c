#include "book/data.h"

#include <stdlib.h>

#include "book/data_read.h"

const int64_t data_powers_of_ten[MANTISSA_DIGITS + 1] = { 1, 10, 100, 1000,
	10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
	100000000000, 1000000000000, 10000000000000, 100000000000000,
	1000000000000000, 10000000000000000, 100000000000000000,
	1000000000000000000 };

struct data *
data_new(struct book *book, struct diag *diag)
{
	struct data *data = memory_alloc(sizeof(*data));

	*data = (struct data){ .book = book, .diag = diag };
	data->sets =
	    arena_array(&book->arena, book->folder_count, sizeof(*data->sets));
	data->limits = arena_array(&book->arena, book->measure_count,
	    sizeof(*data->limits));
	return data;
}

static void
free_set(struct data_set *set)
{
	if (set == NULL)
		return;
	for (struct data_text *text = set->texts; text; text = text->next)
		buffer_free(&text->bytes);
	arena_free(&set->arena);
	free(set);
}

void
data_free(struct data *data)
{
	if (data == NULL)
		return;
	for (size_t i = 0; i < data->book->folder_count; i++)
		free_set(data->sets[i]);
	buffer_free(&data->bytes);
	arena_free(&data->arena);
	free(data);
}

void
data_forget(struct data *data, const struct data_folder *folder)
{
	size_t at = (size_t)(folder - data->book->folders);

	free_set(data->sets[at]);
	data->sets[at] = NULL;
}

/* The oldest first, so that of two for one cell the later one stays. */
static void
assume_all(struct data *data, struct data_set *set,
    const struct data_folder *folder)
{
	for (const struct data_override *override = data->overrides;
	     override != NULL; override = override->next)
		if (override->folder == folder)
			data_read_assumption(data, set, &override->assumption);
}

struct data_set *
data_set_of(struct data *data, const struct data_folder *folder)
{
	size_t at = (size_t)(folder - data->book->folders);
	struct data_set *set = data->sets[at];

	if (set != NULL)
		return set;
	set = memory_alloc(sizeof(*set));
	*set = (struct data_set){ .period = folder->period };
	set->columns = arena_array(&set->arena, data->book->measure_count,
	    sizeof(*set->columns));
	data->sets[at] = set;
	data_read_folder(data, set, folder->path);
	assume_all(data, set, folder);
	return set;
}

void
data_load(struct data *data, const struct data_folder *folder)
{
	data_set_of(data, folder);
}

void
data_keep(struct data *data)
{
	data->keeps = true;
}

bool
data_is_loaded(const struct data *data, const struct data_folder *folder)
{
	return data->sets[folder - data->book->folders] != NULL;
}

/* Fill the cells still without a row from a period's own folder. */
static size_t
fill(struct data *data, uint32_t measure, struct period period, struct num *out)
{
	const struct data_folder *folder = book_folder(data->book, period);
	const struct data_column *column;
	size_t left = 0;

	if (folder == NULL)
		return data->book->unit_count;
	column = &data_set_of(data, folder)->columns[measure];
	if (column->mantissa == NULL)
		return data->book->unit_count;
	for (uint32_t i = 0; i < data->book->unit_count; i++) {
		if (out[i].d != VALUE_MISSING || out[i].n != CELL_NO_ROW)
			continue;
		if (column->scale[i] >= 0 || column->scale[i] == CELL_WIDE)
			out[i] = data_number(column, i);
		else if (column->scale[i] == CELL_NOT_APPLICABLE)
			out[i] = value_not_applicable();
		else if (column->scale[i] == CELL_MISSING)
			out[i] = value_missing();
		else
			left++;
	}
	return left;
}

void
data_values(struct data *data, uint32_t measure, struct period period,
    struct num *out)
{
	size_t units = data->book->unit_count;

	for (size_t i = 0; i < units; i++)
		out[i] = (struct num){ CELL_NO_ROW, VALUE_MISSING };
	for (enum period_length length = period.length; length <= PERIOD_YEAR;
	     length++)
		if (fill(data, measure, period_containing(period, length),
			out) == 0)
			break;
	for (size_t i = 0; i < units; i++)
		if (out[i].d == VALUE_MISSING)
			out[i].n = 0;
}

/* The earliest period of this length with data, or the given one. */
static struct period
earliest(const struct book *book, struct period period)
{
	for (size_t i = 0; i < book->folder_count; i++)
		if (book->folders[i].period.length == period.length &&
		    book->folders[i].period.index < period.index)
			period = book->folders[i].period;
	return period;
}

void
data_carried(struct data *data, uint32_t measure, struct period period,
    struct num *out, uint8_t *carried)
{
	size_t units = data->book->unit_count, missing = 0;
	struct period first = earliest(data->book, period);
	struct num *before;

	data_values(data, measure, period, out);
	for (size_t i = 0; i < units; i++)
		missing += out[i].d == VALUE_MISSING;
	if (missing == 0)
		return;
	before = memory_alloc(units * sizeof(*before));
	while (missing > 0 && period.index > first.index) {
		period = period_add(period, -1);
		if (book_folder(data->book, period) == NULL)
			continue;
		data_values(data, measure, period, before);
		for (size_t i = 0; i < units; i++) {
			if (out[i].d != VALUE_MISSING ||
			    before[i].d == VALUE_MISSING)
				continue;
			out[i] = before[i];
			carried[i] = 1;
			missing--;
		}
	}
	free(before);
}

const struct data_folder *
data_folder_read(struct data *data, uint32_t measure, uint32_t unit,
    struct period period)
{
	for (enum period_length length = period.length; length <= PERIOD_YEAR;
	     length++) {
		const struct data_folder *folder =
		    book_folder(data->book, period_containing(period, length));
		const struct data_column *column;

		if (folder == NULL)
			continue;
		column = &data_set_of(data, folder)->columns[measure];
		if (column->mantissa != NULL &&
		    column->scale[unit] != CELL_NO_ROW)
			return folder;
	}
	return NULL;
}

static struct place
assumption_place(const struct data_assumption *assumption, struct str part)
{
	struct place place = place_in(assumption->source, assumption->text,
	    (size_t)(part.data - assumption->text.data), part.size);

	if (assumption->line > 0)
		place.line = assumption->line;
	return place;
}

/* The folder that an assumption belongs to, or NULL. */
static const struct data_folder *
find_holder(struct data *data, const struct data_assumption *assumption)
{
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	struct period period = assumption->period;
	const struct data_folder *folder = data_folder_read(data,
	    assumption->measure, assumption->unit, period);

	if (folder != NULL)
		return folder;
	if (measure->every > (int)period.length)
		period = period_containing(period,
		    (enum period_length)measure->every);
	return book_folder(data->book, period);
}

bool
data_holder(struct data *data, const struct data_assumption *assumption,
    struct period *out)
{
	const struct data_folder *folder = find_holder(data, assumption);

	if (folder != NULL)
		*out = folder->period;
	return folder != NULL;
}

/* The same; that there is none is reported. */
static const struct data_folder *
folder_to_hold(struct data *data, const struct data_assumption *assumption)
{
	const struct data_folder *folder = find_holder(data, assumption);
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	struct period period = assumption->period;
	char text[PERIOD_TEXT_SIZE];

	if (folder != NULL)
		return folder;
	if (measure->every > (int)period.length)
		period = period_containing(period,
		    (enum period_length)measure->every);
	diag_at(data->diag, assumption_place(assumption, assumption->text),
	    D_ASSUMED_PERIOD, str_from(period_text(period, text)));
	return NULL;
}

static bool
may_hold(const struct data *data, const struct data_folder *folder,
    const struct data_assumption *assumption)
{
	const struct measure *measure =
	    &data->book->measures[assumption->measure];
	const struct unit *unit = &data->book->units[assumption->unit];
	struct place place = assumption_place(assumption, assumption->text);
	char text[PERIOD_TEXT_SIZE];

	if (measure->every >= 0 &&
	    measure->every != (int)folder->period.length) {
		diag_at(data->diag, place, D_EVERY, measure->id,
		    str_from(period_length_text((enum period_length)
						    measure->every)));
		return false;
	}
	if (!unit_is_member(unit, folder->period)) {
		diag_at(data->diag, place, D_NOT_A_MEMBER, unit->id,
		    str_from(period_text(folder->period, text)));
		return false;
	}
	return true;
}

int
data_override(struct data *data, const struct data_assumption *assumption)
{
	const struct data_folder *folder = folder_to_hold(data, assumption);
	struct data_override **last = &data->overrides;
	struct data_set *set;
	size_t errors;

	if (folder == NULL || !may_hold(data, folder, assumption))
		return -1;
	set = data_set_of(data, folder);
	errors = diag_count(data->diag, SEVERITY_ERROR);
	data_read_assumption(data, set, assumption);
	if (diag_count(data->diag, SEVERITY_ERROR) != errors) {
		data_forget(data, folder);
		return -1;
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = arena_new(&data->arena, struct data_override);
	**last = (struct data_override){ NULL, folder, *assumption };
	return 0;
}

void
data_restore(struct data *data)
{
	for (const struct data_override *override = data->overrides;
	     override != NULL; override = override->next)
		data_forget(data, override->folder);
	data->overrides = NULL;
	arena_free(&data->arena);
	data->arena = (struct arena){ 0 };
}
