/*
 * close_results: what a close publishes of a period: scores.tsv, the rows that
 * `shiji score` prints, and ranks.tsv, its totals as `shiji rank` ranks them,
 * with movement. Knows books, scores and rankings; not where they are kept, nor
 * git.
 *
 * The same records give the same bytes on any machine, which is what a proof
 * of a close compares.
 */
#ifndef SHIJI_CLOSE_RESULTS_H
#define SHIJI_CLOSE_RESULTS_H

#include "close/close_record.h"
#include "score/engine.h"

/* What a period gives, to be published. */
struct close_results {
	struct arena arena;
	struct buffer files[CLOSE_FILES];
	unsigned units, items;
	struct str points, totals;
};

/*
 * Score and rank a period. `previous` is the scores.tsv that was published of
 * the period to show the movement since, or NULL. A provisional close says so
 * in every row. -1 with findings where anything cannot be computed.
 * close_results_free() frees in either case.
 */
int close_results_make(struct close_results *results, const struct book *book,
    struct engine *engine, struct period period, const struct str *previous,
    bool is_provisional, struct diag *diag);
void close_results_free(struct close_results *results);

/* Fill in what the results say, and the digests that `room` holds. */
struct close_digests {
	char text[CLOSE_FILES][DIGEST_SIZE];
};
void close_results_fill(const struct close_results *results,
    struct close_record *record, struct close_digests *room);

#endif
