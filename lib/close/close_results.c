#include "close/close_results.h"

#include "base/intern.h"
#include "format/tsv.h"
#include "ranking/ranking.h"
#include "score/score_text.h"
#include "view/score_table.h"

/* Every item of every unit that is in the result. */
static void
print_scores(const struct book *book, const struct result *result,
    bool is_provisional, struct buffer *out)
{
	struct score_table_options options = {
		.grades = result->scheme->grade_count > 0,
		.mark = is_provisional ? STATE_PROVISIONAL : 0
	};
	struct score_table *table;
	struct buffer_stream stream;

	buffer_stream_open(&stream);
	table = score_table_new(stream.file, TABLE_TSV, book, &options);
	for (size_t i = 0; i < book->unit_count; i++)
		for (size_t j = 0; j < result->scheme->item_count; j++)
			if (result->standings[i] != STANDING_NONE)
				score_table_row(table, result, i, j);
	score_table_end(table);
	buffer_stream_close(&stream, out);
}

/* The total of each unit that is in the result, as published. */
static void
rank_totals(const struct book *book, const struct result *result,
    struct arena *arena, struct ranking *ranking)
{
	const struct item *total = &result->scheme->items[0];
	size_t units = book->unit_count;
	struct num *totals = arena_array(arena, units, sizeof(*totals));
	uint32_t *chosen = arena_array(arena, units, sizeof(*chosen));
	struct ranking_rows rows = {
		.row_count = units, .chosen = chosen, .numbers = totals
	};

	for (uint32_t i = 0; i < units; i++) {
		totals[i] =
		    score_printed(arena, total, result->items[0].scores[i]);
		if (result->standings[i] != STANDING_NONE)
			chosen[rows.chosen_count++] = i;
	}
	ranking_order(ranking, &rows);
	ranking_share(ranking, (enum rank_ties)result->scheme->ties);
}

/*
 * What was published
 */

/* The totals of an earlier period, as its scores.tsv has them. */
struct past {
	const struct book *book;
	struct tsv tsv;
	size_t period, unit, item, score; /* columns */
	struct intern today, names;	  /* units that were met */
	uint32_t *units;		  /* of the book, or INDEX_NONE */
	struct num *totals;
	size_t count, first; /* rows of totals; the first of them */
	struct arena arena;
	struct diag *diag;
	bool is_faulty;
};

static void
past_free(struct past *past)
{
	intern_free(&past->today);
	intern_free(&past->names);
	tsv_free(&past->tsv);
	arena_free(&past->arena);
}

static void
find_columns(struct past *past)
{
	const struct {
		const char *name;
		size_t *column;
	} rows[] = { { "period", &past->period }, { "unit", &past->unit },
		{ "item", &past->item }, { "score", &past->score } };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		*rows[i].column =
		    tsv_column(&past->tsv, str_from(rows[i].name));
		if (*rows[i].column != TSV_NONE)
			continue;
		past->is_faulty = true;
		diag_at(past->diag, tsv_header_place(&past->tsv),
		    D_SHEET_COLUMN, str_from(rows[i].name));
	}
}

static void
report_past(struct past *past, size_t row, struct str cell,
    enum finding finding)
{
	past->is_faulty = true;
	diag_at(past->diag, tsv_place(&past->tsv, row, cell), finding, cell);
}

/*
 * The number of a unit under the Id that it has today; of two that are one
 * today the first. INDEX_NONE where it is none of the book.
 */
static uint32_t
unit_today(struct past *past, size_t row)
{
	struct str cell = tsv_cell(&past->tsv, row, past->unit), id = cell;
	uint32_t number = book_unit(past->book, cell), seen = 0;

	if (number != INDEX_NONE &&
	    intern_add(&past->today, past->book->units[number].id, &seen))
		id = past->book->units[number].id;
	if (!intern_add(&past->names, id, &seen))
		report_past(past, row, cell, D_RANK_TWICE);
	return number != INDEX_NONE &&
		       str_equal(past->book->units[number].id, id)
		   ? number
		   : INDEX_NONE;
}

static struct num
read_total(struct past *past, size_t row)
{
	struct str cell = tsv_cell(&past->tsv, row, past->score);
	struct num total;

	if (cell.size == 0 || str_equal(cell, STR("n/a")))
		return value_missing();
	if (num_parse(&past->arena, cell, &total) && num_is_number(total))
		return total;
	report_past(past, row, cell, D_NUMBER);
	return value_missing();
}

static void
read_row(struct past *past, size_t row)
{
	struct str period = tsv_cell(&past->tsv, row, past->period);

	if (!str_equal(tsv_cell(&past->tsv, row, past->item), STR("total")))
		return;
	if (past->count == 0)
		past->first = row;
	if (!str_equal(period, tsv_cell(&past->tsv, past->first, past->period)))
		report_past(past, row, period, D_RANK_PERIODS);
	past->units[past->count] = unit_today(past, row);
	past->totals[past->count++] = read_total(past, row);
}

/* -1 with findings where it is not what a close publishes. */
static int
read_past(struct past *past, struct str published)
{
	struct buffer copy = { 0 };

	buffer_add(&copy, published);
	if (tsv_add(&past->tsv, close_record_file_name(CLOSE_SCORES), copy,
		past->diag) != 0)
		return -1;
	find_columns(past);
	past->units = arena_array(&past->arena, past->tsv.row_count,
	    sizeof(*past->units));
	past->totals = arena_array(&past->arena, past->tsv.row_count,
	    sizeof(*past->totals));
	for (size_t row = 0; row < past->tsv.row_count && !past->is_faulty;
	     row++)
		read_row(past, row);
	return past->is_faulty ? -1 : 0;
}

/* The rank then of each unit of the book. */
static int
ranks_then(const struct book *book, struct str published, enum rank_ties ties,
    struct num *since, struct diag *diag)
{
	struct past past = { .book = book, .diag = diag };
	struct num *ranks;
	int rc = read_past(&past, published);

	if (rc == 0) {
		ranks = arena_array(&past.arena, past.count, sizeof(*ranks));
		ranking_numbers(past.totals, past.count, ties, ranks);
		for (size_t i = 0; i < past.count; i++)
			if (past.units[i] != INDEX_NONE)
				since[past.units[i]] = ranks[i];
	}
	past_free(&past);
	return rc;
}

/*
 * Results
 */

/* The totals, the best first, with the places gained. */
static void
print_ranks(const struct book *book, const struct result *result,
    bool is_provisional, const struct ranking *ranking, const struct num *since,
    struct buffer *out)
{
	struct score_table_options options = {
		.grades = result->scheme->grade_count > 0,
		.mark = is_provisional ? STATE_PROVISIONAL : 0,
		.ranks = ranking->ranks,
		.since = since
	};
	struct score_table *table;
	struct buffer_stream stream;

	buffer_stream_open(&stream);
	table = score_table_new(stream.file, TABLE_TSV, book, &options);
	for (size_t i = 0; i < ranking->starts[1]; i++)
		score_table_row(table, result, ranking->order[i], 0);
	for (size_t i = 0; i < ranking->rest_starts[1]; i++)
		score_table_row(table, result, ranking->rest[i], 0);
	score_table_end(table);
	buffer_stream_close(&stream, out);
}

static int
make_ranks(const struct book *book, const struct result *result,
    const struct str *previous, bool is_provisional, struct buffer *out,
    struct diag *diag)
{
	struct arena arena = { 0 };
	struct num *since =
	    arena_array(&arena, book->unit_count, sizeof(*since));
	struct ranking ranking;
	int rc = 0;

	for (size_t i = 0; i < book->unit_count; i++)
		since[i] = value_missing();
	if (previous != NULL)
		rc = ranks_then(book, *previous,
		    (enum rank_ties)result->scheme->ties, since, diag);
	if (rc == 0) {
		rank_totals(book, result, &arena, &ranking);
		print_ranks(book, result, is_provisional, &ranking, since, out);
		ranking_free(&ranking);
	}
	arena_free(&arena);
	return rc;
}

static struct str
number_text(struct arena *arena, struct num value)
{
	struct buffer text = { 0 };
	struct str copy;

	if (num_is_number(value))
		num_print(&text, value);
	copy = arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	return copy;
}

/* Figures by which people tell one close from another. */
static void
sum_up(struct close_results *results, const struct book *book,
    const struct result *result)
{
	const struct item *total = &result->scheme->items[0];
	struct num sum = NUM_INT(0);

	results->items = (unsigned)result->scheme->item_count;
	for (size_t i = 0; i < book->unit_count; i++) {
		struct num score = result->items[0].scores[i];

		results->units += result->standings[i] == STANDING_IN;
		if (num_is_number(score))
			sum = num_add(&results->arena, sum,
			    score_printed(&results->arena, total, score));
	}
	results->points = number_text(&results->arena, total->points);
	results->totals = number_text(&results->arena, sum);
}

int
close_results_make(struct close_results *results, const struct book *book,
    struct engine *engine, struct period period, const struct str *previous,
    bool is_provisional, struct diag *diag)
{
	const struct result *result;

	*results = (struct close_results){ 0 };
	result = engine_score(engine, period);
	if (result == NULL || diag_has_errors(diag))
		return -1;
	print_scores(book, result, is_provisional,
	    &results->files[CLOSE_SCORES]);
	sum_up(results, book, result);
	return make_ranks(book, result, previous, is_provisional,
	    &results->files[CLOSE_RANKS], diag);
}

void
close_results_free(struct close_results *results)
{
	for (size_t i = 0; i < CLOSE_FILES; i++)
		buffer_free(&results->files[i]);
	arena_free(&results->arena);
}

void
close_results_fill(const struct close_results *results,
    struct close_record *record, struct close_digests *room)
{
	record->units = results->units;
	record->items = results->items;
	record->points = results->points;
	record->totals = results->totals;
	for (size_t i = 0; i < CLOSE_FILES; i++)
		if (results->files[i].size > 0)
			record->digests[i] = str_from(digest_sha256(
			    buffer_str(&results->files[i]), room->text[i]));
}
