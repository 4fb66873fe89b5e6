/*
 * fuzz_rank: any bytes as a stream of rows; the first two choose the options.
 * What is shown must be each row at most once, and of two rows of a group
 * that stand one after another the better one first.
 */
#include "fuzz.h"
#include "ranking/decimal.h"
#include "ranking/rank_stream.h"

/* The options that a number stands for: a bit or two for each. */
static struct rank_options
choose(unsigned bits, const struct rank_grade_option *grades)
{
	static const struct rank_key keys[] = { { STR_INIT("a"), true },
		{ STR_INIT("b"), false } };
	static const struct str within[] = { STR_INIT("a"), STR_INIT("b") };
	static const struct str items[] = { STR_INIT("*a*") };
	struct rank_options options = { .ties = (enum rank_ties)(bits % 5),
		.ascending = bits >> 3 & 1,
		.tiebreaks = keys,
		.tiebreak_count = bits >> 4 & 1 ? LENGTH(keys) : 0,
		.within = within,
		.within_count = (bits >> 5 & 3) % (LENGTH(within) + 1),
		.items = items,
		.item_count = bits >> 7 & 1,
		.top = bits >> 8 & 1 ? 2 : 0,
		.bottom = bits >> 9 & 1,
		.grades = grades,
		.grade_count = bits >> 10 & 1 ? 2 : 0,
		.grade_rounding = NUM_HALF_UP,
		.grade_border = (enum rank_border)((bits >> 11 & 3) % 3),
		.has_since = bits >> 13 & 1,
		.since = { PERIOD_MONTH, 2022 * 12 + 8 },
		.streak = bits >> 14 & 1,
		.keep_order = bits >> 15 & 1 };

	return options;
}

static void
check_order(const struct rank_stream *stream, const struct tsv *tsv,
    const struct rank_options *options)
{
	struct str last = { 0 };

	for (size_t i = 0; i < stream->count; i++) {
		uint32_t row = stream->rows[i];
		struct num rank = stream->ranking.ranks[row];
		struct str cell = tsv_cell(tsv, row, stream->by);
		int order;

		REQUIRE(num_is_number(rank) == decimal_is(cell));
		if (!num_is_number(rank))
			continue;
		REQUIRE(num_compare(rank, NUM_INT(1)) >= 0);
		REQUIRE(num_compare(rank, NUM_INT((int64_t)tsv->row_count)) <=
			0);
		/* In one group alone the values must fall. */
		if (options->within_count > 0 || options->keep_order ||
		    tsv_column(tsv, STR("period")) != TSV_NONE)
			continue;
		order = last.data == NULL ? 0 : decimal_compare(last, cell);
		REQUIRE(options->ascending ? order <= 0 : order >= 0);
		last = cell;
	}
}

static void
check(const struct rank_stream *stream, const struct tsv *tsv,
    const struct rank_options *options)
{
	bool *seen = calloc(tsv->row_count + 1, 1);

	REQUIRE(seen != NULL);
	for (size_t i = 0; i < stream->count; i++) {
		REQUIRE(stream->rows[i] < tsv->row_count);
		REQUIRE(!seen[stream->rows[i]]);
		seen[stream->rows[i]] = true;
	}
	free(seen);
	if (options->top == 0 && options->bottom == 0 && !options->has_since &&
	    options->item_count == 0)
		REQUIRE(stream->count == tsv->row_count);
	check_order(stream, tsv, options);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag *diag = diag_new(0);
	struct arena arena = { 0 };
	struct tsv tsv = { 0 };
	struct rank_stream stream = { 0 };
	struct rank_options options;
	struct rank_grade_option *grades;
	struct buffer bytes = { 0 };
	struct str part;
	const char *fault;
	size_t count;

	REQUIRE(rank_options_grades(&arena, STR("x:>=3:50%,y:"), &grades,
	    &count, &fault, &part));
	options =
	    choose(size < 2 ? 0 : (unsigned)data[0] << 8 | data[1], grades);
	if (size > 2)
		buffer_add(&bytes,
		    (struct str){ (const char *)data + 2, size - 2 });
	if (tsv_add(&tsv, "-", bytes, diag) == 0 &&
	    rank_stream_make(&stream, &tsv, &options, diag) == 0)
		check(&stream, &tsv, &options);
	else
		REQUIRE(diag_has_errors(diag));
	rank_stream_free(&stream);
	tsv_free(&tsv);
	arena_free(&arena);
	fuzz_diag_end(diag);
	return 0;
}
