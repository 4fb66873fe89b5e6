/*
 * rank_input: what of a stream is ranked: its columns, the rows chosen, the
 * groups that they are ranked in, and their keys. Knows streams of rows and
 * rankings; not what is shown of them.
 */
#ifndef SHIJI_RANK_INPUT_H
#define SHIJI_RANK_INPUT_H

#include "base/diag.h"
#include "format/tsv.h"
#include "ranking/rank_options.h"
#include "ranking/ranking.h"

struct rank_input {
	const struct tsv *tsv;
	const struct rank_options *options;
	struct diag *diag;
	bool is_past;	/* a file to compare with, which may lack items */
	bool is_faulty; /* something was reported */

	bool is_scores;
	size_t by;			  /* the column */
	size_t period, unit, item, score; /* columns, or TSV_NONE */
	size_t *within;			  /* columns */
	size_t within_count;
	uint32_t *units; /* by row, each in its period; or NULL */
	uint32_t unit_count;

	uint32_t *rows; /* those chosen, in the order of the stream */
	size_t count;
	uint32_t *groups; /* by row */
	uint32_t group_count;
};

/*
 * Begin with a stream: find its columns. -1 with every fault reported. In
 * either case rank_input_free() frees; what is given must outlive it.
 */
int rank_input_open(struct rank_input *input, const struct tsv *tsv,
    const struct rank_options *options, bool is_past, struct diag *diag);
void rank_input_free(struct rank_input *input);

/* Choose the rows and rank them. -1 with faults; ranking_free() frees. */
int rank_input_rank(struct rank_input *input, struct ranking *ranking);

/* Report a cell of a row; details that the finding does not have are left. */
void rank_input_report(struct rank_input *input, size_t row, struct str cell,
    enum finding finding);
/* That its unit stands there a second time. */
void rank_input_report_twice(struct rank_input *input, size_t row);

#endif
