#include "view/cells.h"

#include "git/commit.h"
#include "score/score_text.h"

static bool
is_shown(const struct cells *cells, size_t column)
{
	return (cells->columns[column].only & ~cells->shown) == 0;
}

void
cells_open(struct cells *cells, FILE *out, enum table_format format,
    const struct cells_column *columns, size_t count, unsigned shown)
{
	struct table_column *kept;
	size_t kept_count = 0;

	*cells = (struct cells){ .for_people = table_is_for_people(format),
		.columns = columns,
		.count = count,
		.shown = shown };
	kept = arena_array(&cells->arena, count, sizeof(*kept));
	for (size_t i = 0; i < count; i++)
		if (is_shown(cells, i))
			kept[kept_count++] =
			    (struct table_column){ columns[i].name,
				    columns[i].type };
	cells->table = table_new(out, format, kept, kept_count);
}

static void
write_held(struct cells *cells)
{
	size_t end = cells->held_count;

	for (size_t i = cells->start_count; i-- > 0;) {
		for (size_t j = cells->starts[i]; j < end; j++)
			table_cell(cells->table, cells->held[j]);
		end = cells->starts[i];
	}
}

void
cells_close(struct cells *cells)
{
	write_held(cells);
	table_end(cells->table);
	buffer_free(&cells->text);
	arena_free(&cells->arena);
	*cells = (struct cells){ 0 };
}

void
cells_hold(struct cells *cells)
{
	cells->holds = true;
}

void
cells_group(struct cells *cells)
{
	if (!cells->holds)
		return;
	cells->starts = arena_grow(&cells->arena, cells->starts,
	    cells->start_count, &cells->start_capacity, sizeof(*cells->starts));
	cells->starts[cells->start_count++] = cells->held_count;
}

void
cells_mark(struct cells *cells, enum table_mark mark)
{
	if (is_shown(cells, cells->column))
		table_mark(cells->table, mark);
}

static void
hold(struct cells *cells, struct str text)
{
	cells->held = arena_grow(&cells->arena, cells->held, cells->held_count,
	    &cells->held_capacity, sizeof(*cells->held));
	cells->held[cells->held_count++] = arena_str(&cells->arena, text);
}

void
cells_put(struct cells *cells, struct str text)
{
	bool shown = is_shown(cells, cells->column);

	if (++cells->column == cells->count)
		cells->column = 0;
	if (shown && cells->holds)
		hold(cells, text);
	else if (shown)
		table_cell(cells->table, text);
}

void
cells_word(struct cells *cells, const char *word)
{
	cells_put(cells, str_from(word));
}

void
cells_text(struct cells *cells)
{
	cells_put(cells, buffer_str(&cells->text));
	buffer_clear(&cells->text);
}

void
cells_skip(struct cells *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cells_put(cells, STR(""));
}

void
cells_score(struct cells *cells, const struct item *item, struct num score)
{
	if (item != NULL)
		score_print(&cells->text, item, score);
	cells_text(cells);
}

void
cells_number(struct cells *cells, struct num number)
{
	if (num_is_number(number))
		num_print(&cells->text, number);
	cells_text(cells);
}

void
cells_count(struct cells *cells, uint64_t count)
{
	char digits[24], *at = digits + sizeof(digits);

	/* By hand: there may be millions. */
	do
		*--at = (char)('0' + count % 10);
	while ((count /= 10) > 0);
	buffer_add(&cells->text,
	    (struct str){ at, (size_t)(digits + sizeof(digits) - at) });
	cells_text(cells);
}

void
cells_rank(struct cells *cells, uint32_t rank)
{
	if (rank > 0)
		cells_count(cells, rank);
	else
		cells_text(cells);
}

void
cells_period(struct cells *cells, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	cells_word(cells, period_text(period, text));
}

void
cells_date(struct cells *cells, int32_t day)
{
	char text[DATE_TEXT_SIZE];

	cells_word(cells, date_text(day, text));
}

void
cells_state(struct cells *cells, unsigned state)
{
	snapshot_state_print(&cells->text, state);
	cells_text(cells);
}

void
cells_commit(struct cells *cells, const char *id)
{
	struct str whole = str_from(id);

	cells_put(cells,
	    cells->for_people ? str_head(whole, COMMIT_SHORT) : whole);
}

void
cells_delta(struct cells *cells, const struct item *from, const struct item *to,
    struct num delta)
{
	int before = from == NULL ? 0 : from->digits;
	int after = to == NULL ? 0 : to->digits;

	if (num_sign(delta) == 0)
		buffer_add_byte(&cells->text, '0');
	else if (before == DIGITS_EXACT || after == DIGITS_EXACT)
		num_print(&cells->text, delta);
	else
		num_print_fixed(&cells->text, delta,
		    (unsigned)(before > after ? before : after));
	cells_text(cells);
}
