#include "cli/operand.h"

#include <sys/stat.h>

#include "git/repository.h"
#include "git/revision.h"
#include "score/score_text.h"

/*
 * A file of scores
 */

struct sheet_row {
	struct period period;
	uint32_t unit, item;
	struct num score; /* no number where the cell is empty */
	uint8_t state;
};

/* The columns of a file. */
enum sheet_column { PERIOD, UNIT, ITEM, SCORE, STATE, COLUMNS };

struct reading {
	struct operand_sheet *sheet;
	struct diag *diag;
	size_t columns[COLUMNS];
	size_t row;
	size_t unit_capacity, item_capacity, period_capacity;
};

static bool
find_columns(struct reading *reading)
{
	static const struct str names[COLUMNS] = { STR_INIT("period"),
		STR_INIT("unit"), STR_INIT("item"), STR_INIT("score"),
		STR_INIT("state") };
	struct tsv *tsv = &reading->sheet->tsv;

	for (size_t i = 0; i < COLUMNS; i++) {
		reading->columns[i] = tsv_column(tsv, names[i]);
		if (reading->columns[i] != TSV_NONE || i == STATE)
			continue;
		diag_at(reading->diag, tsv_header_place(tsv), D_SHEET_COLUMN,
		    names[i]);
		return false;
	}
	return true;
}

static uint32_t
unit_number(struct reading *reading, struct str id)
{
	struct operand_sheet *sheet = reading->sheet;
	struct book *book = &sheet->book;
	uint32_t number = (uint32_t)book->unit_count;

	if (!intern_add(&book->unit_index, id, &number))
		return number;
	book->units = arena_grow(&sheet->arena, book->units, book->unit_count,
	    &reading->unit_capacity, sizeof(*book->units));
	book->units[book->unit_count++] = (struct unit){ .id = id };
	return number;
}

static uint32_t
item_number(struct reading *reading, struct str id)
{
	struct operand_sheet *sheet = reading->sheet;
	struct scheme *scheme = &sheet->scheme;
	uint32_t number = (uint32_t)scheme->item_count;

	if (!intern_add(&scheme->item_index, id, &number))
		return number;
	scheme->items =
	    arena_grow(&sheet->arena, scheme->items, scheme->item_count,
		&reading->item_capacity, sizeof(*scheme->items));
	scheme->items[scheme->item_count++] =
	    (struct item){ .id = id, .digits = DIGITS_UNSET };
	return number;
}

static void
note_period(struct reading *reading, struct period period)
{
	struct operand_sheet *sheet = reading->sheet;

	for (size_t i = 0; i < sheet->period_count; i++)
		if (period_equal(sheet->periods[i], period))
			return;
	sheet->periods =
	    arena_grow(&sheet->arena, sheet->periods, sheet->period_count,
		&reading->period_capacity, sizeof(*sheet->periods));
	sheet->periods[sheet->period_count++] = period;
}

/*
 * The digits after the point that an item's scores are written with, where
 * all have as many; else each is shown with its own, as exact ones are.
 */
static void
note_digits(struct item *item, struct str cell)
{
	size_t point = str_find(cell, '.');
	size_t digits = point == STR_NOWHERE ? 0 : cell.size - point - 1;

	if (item->digits == DIGITS_UNSET && digits <= 18)
		item->digits = (int)digits;
	else if (item->digits != (int)digits)
		item->digits = DIGITS_EXACT;
}

static void
fault(const struct reading *reading, struct str cell, enum finding finding)
{
	diag_at(reading->diag,
	    tsv_place(&reading->sheet->tsv, reading->row, cell), finding, cell);
}

static void
read_row(struct reading *reading, struct str *cells)
{
	const size_t *columns = reading->columns;
	struct sheet_row *row = &reading->sheet->rows[reading->row];
	struct str score = cells[columns[SCORE]];
	unsigned state = 0;

	if (!period_parse(cells[columns[PERIOD]], &row->period)) {
		fault(reading, cells[columns[PERIOD]], D_FIELD_PERIOD);
		return;
	}
	note_period(reading, row->period);
	row->unit = unit_number(reading, cells[columns[UNIT]]);
	row->item = item_number(reading, cells[columns[ITEM]]);
	row->score = value_missing();
	if (score.size > 0 &&
	    (!num_parse(&reading->sheet->arena, score, &row->score) ||
		!num_is_number(row->score)))
		fault(reading, score, D_FIELD_NUMBER);
	else if (score.size > 0)
		note_digits(&reading->sheet->scheme.items[row->item], score);
	if (columns[STATE] != TSV_NONE &&
	    !state_parse(cells[columns[STATE]], &state))
		fault(reading, cells[columns[STATE]], D_SHEET_STATE);
	row->state = (uint8_t)state;
}

/* No unit has two scores of one item in one period. */
static void
check_twice(struct reading *reading)
{
	struct operand_sheet *sheet = reading->sheet;
	size_t units = sheet->book.unit_count;
	size_t items = sheet->scheme.item_count;
	struct arena scratch = { 0 };

	for (size_t i = 0; i < sheet->period_count; i++) {
		uint8_t *seen = arena_array(&scratch, units * items, 1);

		for (size_t j = 0; j < sheet->tsv.row_count; j++) {
			const struct sheet_row *row = &sheet->rows[j];
			size_t cell = row->item * units + row->unit;

			if (!period_equal(row->period, sheet->periods[i]))
				continue;
			reading->row = j;
			if (seen[cell])
				fault(reading,
				    tsv_cell(&sheet->tsv, j,
					reading->columns[UNIT]),
				    D_RANK_TWICE);
			seen[cell] = 1;
		}
		arena_free(&scratch);
	}
}

static int
read_sheet(struct operand_sheet *sheet, const char *path, struct diag *diag)
{
	struct reading reading = { .sheet = sheet, .diag = diag };
	struct str *cells;

	if (tsv_read(&sheet->tsv, path, diag) != 0 || !find_columns(&reading))
		return -1;
	cells =
	    arena_array(&sheet->arena, sheet->tsv.column_count, sizeof(*cells));
	sheet->rows = arena_array(&sheet->arena, sheet->tsv.row_count,
	    sizeof(*sheet->rows));
	for (; reading.row < sheet->tsv.row_count; reading.row++) {
		tsv_cells(&sheet->tsv, reading.row, cells);
		read_row(&reading, cells);
	}
	if (!diag_has_errors(diag))
		check_twice(&reading);
	return diag_has_errors(diag) ? -1 : 0;
}

static void
free_sheet(struct operand_sheet *sheet)
{
	intern_free(&sheet->book.unit_index);
	intern_free(&sheet->scheme.item_index);
	tsv_free(&sheet->tsv);
	arena_free(&sheet->arena);
	*sheet = (struct operand_sheet){ 0 };
}

void
operand_sheet_snapshot(const struct operand_sheet *sheet, struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *snapshot)
{
	size_t units = sheet->book.unit_count;
	struct arena scratch = { 0 };
	struct result result = { .period = period };
	uint8_t *standings = arena_array(&scratch, units, 1);

	result.scheme = memcpy(arena_new(&scratch, struct scheme),
	    &sheet->scheme, sizeof(sheet->scheme));
	result.items = arena_array(&scratch, sheet->scheme.item_count,
	    sizeof(*result.items));
	result.standings = standings;
	for (size_t i = 0; i < sheet->scheme.item_count; i++) {
		struct item_scores *scores = &result.items[i];

		scores->scores =
		    arena_array(&scratch, units, sizeof(*scores->scores));
		scores->states = arena_array(&scratch, units, 1);
		/* Until a row says otherwise. */
		memset(scores->states, STATE_MISSING, units);
		for (size_t j = 0; j < units; j++)
			scores->scores[j] = value_missing();
	}
	for (size_t i = 0; i < sheet->tsv.row_count; i++) {
		const struct sheet_row *row = &sheet->rows[i];

		if (!period_equal(row->period, period))
			continue;
		standings[row->unit] = STANDING_IN;
		result.items[row->item].scores[row->unit] = row->score;
		result.items[row->item].states[row->unit] = row->state;
	}
	snapshot_take(snapshot, &sheet->book, &result, choose, context);
	arena_free(&scratch);
}

/*
 * What an operand names
 */

enum kind { KIND_NOTHING, KIND_FOLDER, KIND_FILE };

static enum kind
kind_of(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return KIND_NOTHING;
	return S_ISDIR(status.st_mode) ? KIND_FOLDER : KIND_FILE;
}

/* Whether a revision has this name, asked in silence. */
static bool
is_revision(const struct opening *base, const char *name)
{
	const char *folder = base->folder == NULL ? "." : base->folder;
	struct diag *diag = diag_new(1);
	struct repository *repository = NULL;
	struct revision revision;
	bool found = false;

	if (repository_open(&repository, folder, REPOSITORY_BROWSE, diag) == 0)
		found = revision_resolve(repository, folder, name, &revision,
			    diag) == 0;
	repository_close(repository);
	diag_free(diag);
	return found;
}

/* What is left of an operand once its period is cut off. */
static int
parse_place(struct operand *side, const struct opening *base, const char *name)
{
	enum kind kind = strcmp(name, "-") == 0 ? KIND_FILE : kind_of(name);

	/* With a slash or a dot in front a path is meant and nothing else. */
	if (kind != KIND_NOTHING && name[0] != '.' && name[0] != '/' &&
	    strcmp(name, "-") != 0 && is_revision(base, name))
		return trouble(_("'%s' is a revision and a file; write './%s' "
				 "or a longer name of the revision"),
		    name, name);
	if (kind == KIND_FILE) {
		side->is_sheet = true;
		side->path = name;
		return 0;
	}
	side->opening.cached = false;
	side->opening.revision = NULL;
	if (kind == KIND_FOLDER)
		side->opening.folder = name;
	else
		side->opening.revision = name;
	side->is_guess = kind == KIND_NOTHING;
	return 0;
}

bool
operand_is_file(const char *operand)
{
	return kind_of(operand) != KIND_NOTHING;
}

int
operand_parse(struct operand *side, const struct opening *base,
    const char *operand)
{
	struct str text = str_from(operand);
	size_t colon = str_find_last(text, ':');

	*side = (struct operand){ .name = operand };
	side->opening.folder = base->folder;
	side->opening.revision = base->revision;
	side->opening.cached = base->cached;
	if (operand == NULL)
		return 0;
	side->has_period = period_parse(text, &side->period);
	if (side->has_period)
		return 0;
	if (colon != STR_NOWHERE) {
		side->has_period =
		    period_parse(str_from_byte(text, colon + 1), &side->period);
		if (side->has_period)
			text = str_head(text, colon);
	}
	if (text.size == 0)
		return trouble_usage(
		    _("'%s' names no side; write a revision, a period, "
		      "REVISION:PERIOD, a folder or a file"),
		    operand);
	return parse_place(side, base, arena_str(&side->arena, text).data);
}

bool
operand_is_same(const struct operand *a, const struct operand *b)
{
	const struct opening *x = &a->opening, *y = &b->opening;

	return !a->is_sheet && !b->is_sheet && x->cached == y->cached &&
	       str_equal(str_from(x->folder), str_from(y->folder)) &&
	       (x->revision == NULL) == (y->revision == NULL) &&
	       str_equal(str_from(x->revision), str_from(y->revision));
}

int
operand_open(struct operand *side)
{
	int rc;

	if (!side->is_sheet) {
		rc = opening_open(&side->opening);
		if (rc != 0 && side->is_guess)
			trouble(_("'%s' is no file or folder here, so it was "
				  "taken for a revision"),
			    side->opening.revision);
		return rc;
	}
	side->opening.diag = diag_new(0);
	if (read_sheet(&side->sheet, side->path, side->opening.diag) == 0)
		return 0;
	return opening_errors(&side->opening, EXIT_TROUBLE);
}

void
operand_close(struct operand *side)
{
	opening_close(&side->opening);
	free_sheet(&side->sheet);
	arena_free(&side->arena);
}
