/*
 * rank_stream: ranks the rows of a stream, such as the one of scores: groups,
 * tie-breaks, grades, movement and streaks. Knows streams of rows, periods and
 * rankings; no book and no scheme.
 *
 * A stream with the columns `period`, `unit`, `item` and `score` is one of
 * scores: it is ranked by `score`, and each item apart. The rows of different
 * periods are ranked apart in any stream with a column `period`.
 */
#ifndef SHIJI_RANK_STREAM_H
#define SHIJI_RANK_STREAM_H

#include "ranking/rank_history.h"

/* Arrays are by row of the stream unless something else is said. */
struct rank_stream {
	bool is_scores;
	size_t by;	/* the column */
	uint32_t *rows; /* those to show, in order */
	size_t count;
	struct ranking ranking;
	int *grades; /* into the options', or RANK_NO_GRADE; or NULL */
	struct rank_history history;
};

/*
 * Rank. -1 with every fault reported: a column that is not there, a cell to
 * rank by that is neither a number nor empty nor `n/a`, a unit twice where
 * that matters, a period that cannot be read. rank_stream_free() frees in
 * either case.
 */
int rank_stream_make(struct rank_stream *stream, const struct tsv *tsv,
    const struct rank_options *options, struct diag *diag);
void rank_stream_free(struct rank_stream *stream);

#endif
