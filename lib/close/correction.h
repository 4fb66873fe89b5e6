/*
 * correction: the list of all that a correction of a closed period changes:
 * rules, members, values, scores and ranks, with causes. Knows changes and who
 * made a line; not how a close is kept.
 *
 * A correction is ranked in two ways: everything recomputed (`to`, `to_rank`),
 * and each unit alone, with its own corrected data and the published scores of
 * all others (`alone`, `alone_rank`).
 */
#ifndef SHIJI_CORRECTION_H
#define SHIJI_CORRECTION_H

#include "view/diff_table.h"

/* A book as one close has it. */
struct correction_side {
	struct book *book;
	struct engine *engine;
	struct blame *blame; /* or NULL */
};

struct correction_request {
	struct correction_side from, to;
	struct period period;
};

/* Counted while the list is made. */
struct correction_sum {
	size_t values, scores, ranks; /* ranks: of the total */
	size_t rows;
};

/* The columns of the list, and a row for each thing that changed. */
void correction_print(FILE *out, enum table_format format,
    const struct correction_request *request, struct correction_sum *sum);

#endif
