#include "ranking/rank_table.h"

#include "base/arena.h"

/* What is being printed. */
struct output {
	FILE *out;
	const struct rank_options *options;
	const struct tsv *tsv;
	const struct rank_stream *stream;
	struct buffer text;
};

/* One function for each column that may be added: it adds a row's cell. */
static void
add_rank(struct output *output, uint32_t row)
{
	struct num rank = output->stream->ranking.ranks[row];

	if (num_is_number(rank))
		num_print(&output->text, rank);
}

static void
add_grade(struct output *output, uint32_t row)
{
	int grade = output->stream->grades[row];

	if (num_is_number(output->stream->ranking.ranks[row]) &&
	    grade != RANK_NO_GRADE)
		buffer_add(&output->text, output->options->grades[grade].name);
}

static void
add_since(struct output *output, uint32_t row)
{
	struct num since = output->stream->history.since[row];

	if (num_is_number(since))
		num_print(&output->text, since);
}

static void
add_move(struct output *output, uint32_t row)
{
	struct num rank = output->stream->ranking.ranks[row];
	struct num since = output->stream->history.since[row];
	struct num move = ranking_move(since, rank);

	if (num_is_number(move))
		num_print(&output->text, move);
}

static void
add_streak(struct output *output, uint32_t row)
{
	struct num streak = NUM_INT(output->stream->history.streaks[row]);

	if (num_is_number(output->stream->ranking.ranks[row]))
		num_print(&output->text, streak);
}

struct added {
	struct table_column column;
	void (*add)(struct output *output, uint32_t row);
	bool (*is_wanted)(const struct rank_stream *stream);
};

static bool
is_ranked(const struct rank_stream *stream)
{
	return stream->ranking.ranks != NULL;
}

static bool
is_graded(const struct rank_stream *stream)
{
	return stream->grades != NULL;
}

static bool
is_compared(const struct rank_stream *stream)
{
	return stream->history.since != NULL;
}

static bool
has_streaks(const struct rank_stream *stream)
{
	return stream->history.streaks != NULL;
}

/* In the order in which they stand. */
static const struct added all_added[] = {
	{ { STR_INIT("rank"), TABLE_NUMBER }, add_rank, is_ranked },
	{ { STR_INIT("grade"), TABLE_TEXT }, add_grade, is_graded },
	{ { STR_INIT("since"), TABLE_NUMBER }, add_since, is_compared },
	{ { STR_INIT("move"), TABLE_NUMBER }, add_move, is_compared },
	{ { STR_INIT("streak"), TABLE_NUMBER }, add_streak, has_streaks },
};

static void
flush_text(struct output *output, size_t least)
{
	if (output->text.size < least)
		return;
	/* Whether all was written is asked at the end. */
	if (!ferror(output->out))
		(void)fwrite(output->text.data, 1, output->text.size,
		    output->out);
	buffer_clear(&output->text);
}

/*
 * Ask for the memory of rows to come: in the order of ranks they lie far apart,
 * and to wait for each would take half of the time. Inlined, since gcc leaves
 * out the call of a function that does nothing else.
 */
static inline __attribute__((always_inline)) void
look_ahead(const struct output *output, size_t i)
{
	enum { FAR = 32, NEAR = 16 };
	const struct rank_stream *stream = output->stream;

	if (i + FAR < stream->count) {
		uint32_t row = stream->rows[i + FAR];

		__builtin_prefetch(&output->tsv->rows[row]);
		__builtin_prefetch(&stream->ranking.ranks[row]);
		row = stream->rows[i + NEAR];
		__builtin_prefetch(output->tsv->rows[row]);
	}
}

/* As TSV the rows go out as they came, byte by byte. */
static void
print_tsv(struct output *output)
{
	enum { AT_ONCE = 64 * 1024 };
	const struct rank_stream *stream = output->stream;

	buffer_add(&output->text, output->tsv->header);
	for (size_t i = 0; i < LENGTH(all_added); i++)
		if (all_added[i].is_wanted(stream)) {
			buffer_add_byte(&output->text, '\t');
			buffer_add(&output->text, all_added[i].column.name);
		}
	buffer_add_byte(&output->text, '\n');
	for (size_t i = 0; i < stream->count; i++) {
		uint32_t row = stream->rows[i];

		look_ahead(output, i);
		buffer_add(&output->text, tsv_line(output->tsv, row));
		for (size_t j = 0; j < LENGTH(all_added); j++)
			if (all_added[j].is_wanted(stream)) {
				buffer_add_byte(&output->text, '\t');
				all_added[j].add(output, row);
			}
		buffer_add_byte(&output->text, '\n');
		flush_text(output, AT_ONCE);
	}
	flush_text(output, 0);
}

/*
 * Whether a column holds names by the custom of the suite, though they may be
 * made of digits alone, as the period 2022 is.
 */
static bool
holds_names(struct str name)
{
	static const struct str names[] = { STR_INIT("period"),
		STR_INIT("unit"), STR_INIT("item"), STR_INIT("group"),
		STR_INIT("grade"), STR_INIT("measure"), STR_INIT("office"),
		STR_INIT("commit"), STR_INIT("parent") };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (str_equal(name, names[i]))
			return true;
	return str_ends(name, STR("_name"));
}

/* Whether a column is one that rows were compared by. */
static bool
is_compared_by(const struct output *output, size_t column)
{
	const struct rank_options *wanted = output->options;
	struct str name = output->tsv->names[column];

	for (size_t i = 0; i < wanted->tiebreak_count; i++)
		if (str_equal(wanted->tiebreaks[i].name, name))
			return true;
	return column == output->stream->by ||
	       (output->stream->is_scores &&
		   (str_equal(name, STR("points")) ||
		       str_equal(name, STR("score"))));
}

/* Those that have a number in some row, and nothing else in any. */
static void
find_numbers(const struct output *output, struct table_column *columns,
    struct arena *arena)
{
	const struct tsv *tsv = output->tsv;
	struct str *cells =
	    arena_array(arena, tsv->column_count, sizeof(*cells));
	bool *is_other = arena_array(arena, tsv->column_count, sizeof(bool));

	for (size_t i = 0; i < tsv->row_count; i++) {
		tsv_cells(tsv, i, cells);
		for (size_t j = 0; j < tsv->column_count; j++) {
			if (is_other[j] || cells[j].size == 0)
				continue;
			is_other[j] = !table_is_number(cells[j]);
			columns[j].type = TABLE_NUMBER;
		}
	}
	for (size_t j = 0; j < tsv->column_count; j++)
		if (is_other[j] || holds_names(tsv->names[j]))
			columns[j].type = TABLE_TEXT;
}

static struct table *
open_table(const struct output *output, enum table_format format)
{
	size_t count = output->tsv->column_count;
	struct arena arena = { 0 };
	struct table_column *columns =
	    arena_array(&arena, count + LENGTH(all_added), sizeof(*columns));
	struct table *table;

	find_numbers(output, columns, &arena);
	for (size_t i = 0; i < count; i++) {
		columns[i].name = output->tsv->names[i];
		if (is_compared_by(output, i))
			columns[i].type = TABLE_NUMBER;
	}
	for (size_t i = 0; i < LENGTH(all_added); i++)
		if (all_added[i].is_wanted(output->stream))
			columns[count++] = all_added[i].column;
	table = table_new(output->out, format, columns, count);
	arena_free(&arena);
	return table;
}

static void
print_table(struct output *output, enum table_format format)
{
	const struct tsv *tsv = output->tsv;
	const struct rank_stream *stream = output->stream;
	struct table *table = open_table(output, format);
	struct arena arena = { 0 };
	struct str *cells =
	    arena_array(&arena, tsv->column_count, sizeof(*cells));

	for (size_t i = 0; i < stream->count; i++) {
		uint32_t row = stream->rows[i];

		look_ahead(output, i);
		tsv_cells(tsv, row, cells);
		for (size_t j = 0; j < tsv->column_count; j++)
			table_cell(table, cells[j]);
		for (size_t j = 0; j < LENGTH(all_added); j++) {
			if (!all_added[j].is_wanted(stream))
				continue;
			buffer_clear(&output->text);
			all_added[j].add(output, row);
			table_cell(table, buffer_str(&output->text));
		}
	}
	table_end(table);
	arena_free(&arena);
}

void
rank_table_print(FILE *out, enum table_format format,
    const struct rank_options *options, const struct tsv *tsv,
    const struct rank_stream *stream)
{
	struct output output = { out, options, tsv, stream, { 0 } };

	if (format == TABLE_TSV)
		print_tsv(&output);
	else
		print_table(&output, format);
	buffer_free(&output.text);
}
