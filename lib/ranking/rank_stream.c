#include "ranking/rank_stream.h"

#include <stdlib.h>

/*
 * Grades
 */

/* By row, whom a grade's threshold admits; NULL: it has none. */
static bool *
admitted_rows(const struct rank_input *input, const struct ranking *ranking,
    const struct rank_grade_option *grade)
{
	bool *admitted;

	if (grade->comparison == RANK_ANY)
		return NULL;
	admitted = memory_zeros(ranking->row_count, sizeof(*admitted));
	for (size_t i = 0; i < input->count; i++) {
		uint32_t row = input->rows[i];

		admitted[row] = num_is_number(ranking->ranks[row]) &&
				rank_options_admit(grade,
				    tsv_cell(input->tsv, row, input->by));
	}
	return admitted;
}

static int *
give_grades(const struct rank_input *input, const struct ranking *ranking)
{
	const struct rank_options *options = input->options;
	size_t count = options->grade_count;
	struct rank_grade *grades = memory_array(count, sizeof(*grades));
	bool **admitted = memory_array(count, sizeof(*admitted));
	int *given = memory_array(ranking->row_count, sizeof(*given));

	for (size_t i = 0; i < count; i++) {
		admitted[i] =
		    admitted_rows(input, ranking, &options->grades[i]);
		grades[i] = (struct rank_grade){ .admitted = admitted[i],
			.quota = options->grades[i].quota,
			.rounding = options->grade_rounding,
			.border = options->grade_border };
	}
	ranking_grade(ranking, grades, count, given);
	for (size_t i = 0; i < count; i++)
		free(admitted[i]);
	free(admitted);
	free(grades);
	return given;
}

/*
 * What is shown
 */

/* By row; NULL where not asked for. */
struct shown {
	bool *top, *bottom;
	const bool *later;
};

static void
find_ends(struct shown *shown, const struct ranking *ranking,
    const struct rank_options *options)
{
	if (options->top > 0)
		shown->top =
		    memory_zeros(ranking->row_count, sizeof(*shown->top));
	if (options->bottom > 0)
		shown->bottom =
		    memory_zeros(ranking->row_count, sizeof(*shown->bottom));
	if (options->top > 0 || options->bottom > 0)
		ranking_ends(ranking, options->ties, options->top, shown->top,
		    options->bottom, shown->bottom);
}

static bool
is_shown(const struct shown *shown, uint32_t row)
{
	if (shown->later != NULL && !shown->later[row])
		return false;
	if (shown->top == NULL && shown->bottom == NULL)
		return true;
	return (shown->top != NULL && shown->top[row]) ||
	       (shown->bottom != NULL && shown->bottom[row]);
}

static void
show(struct rank_stream *stream, const struct shown *shown,
    const uint32_t *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_shown(shown, rows[i]))
			stream->rows[stream->count++] = rows[i];
}

/* The rows to show, in order: after those with a rank those without. */
static void
list_rows(struct rank_stream *stream, const struct rank_input *input)
{
	const struct ranking *ranking = &stream->ranking;
	const size_t *starts = ranking->starts, *rest = ranking->rest_starts;
	struct shown shown = { .later = stream->history.is_later };

	find_ends(&shown, ranking, input->options);
	stream->rows = memory_array(input->count, sizeof(*stream->rows));
	if (input->options->keep_order)
		show(stream, &shown, input->rows, input->count);
	for (size_t i = 0;
	     i < ranking->group_count && !input->options->keep_order; i++) {
		show(stream, &shown, ranking->order + starts[i],
		    starts[i + 1] - starts[i]);
		show(stream, &shown, ranking->rest + rest[i],
		    rest[i + 1] - rest[i]);
	}
	free(shown.top);
	free(shown.bottom);
}

int
rank_stream_make(struct rank_stream *stream, const struct tsv *tsv,
    const struct rank_options *options, struct diag *diag)
{
	struct rank_input input;
	int rc;

	*stream = (struct rank_stream){ 0 };
	rc = rank_input_open(&input, tsv, options, false, diag);
	if (rc == 0)
		rc = rank_input_rank(&input, &stream->ranking);
	if (rc == 0)
		rc = rank_history_look(&stream->history, &input,
		    &stream->ranking);
	if (rc == 0 && options->grade_count > 0)
		stream->grades = give_grades(&input, &stream->ranking);
	if (rc == 0)
		list_rows(stream, &input);
	stream->is_scores = input.is_scores;
	stream->by = input.by;
	rank_input_free(&input);
	return rc;
}

void
rank_stream_free(struct rank_stream *stream)
{
	free(stream->rows);
	free(stream->grades);
	ranking_free(&stream->ranking);
	rank_history_free(&stream->history);
	*stream = (struct rank_stream){ 0 };
}
