/*
 * ranking: ranks the rows of a stream, such as the one of scores: partitions,
 * tie-breaks, grades, movement and streaks. Knows streams of rows, periods and
 * ranks; no book and no scheme.
 *
 * A stream with the columns `period`, `unit`, `item` and `score` is one of
 * scores: it is ranked by `score`, and each item apart. The rows of different
 * periods are ranked apart in any stream with a column `period`.
 */
#ifndef SHIJI_RANKING_H
#define SHIJI_RANKING_H

#include "base/diag.h"
#include "format/tsv.h"
#include "number/num.h"
#include "number/rank.h"
#include "time/period.h"

/* A column or, in a stream of scores, an item: the highest first. */
struct ranking_key {
	struct str name;
	bool ascending; /* the lowest first */
};

enum ranking_comparison {
	RANKING_ANY, /* no threshold */
	RANKING_AT_LEAST,
	RANKING_ABOVE,
	RANKING_AT_MOST,
	RANKING_BELOW
};

struct ranking_grade {
	struct str name;
	enum ranking_comparison comparison;
	struct str threshold; /* a decimal */
	struct num quota;     /* a share; no number: no quota */
};

/* All zeros but `by` and the lists is what a user gets who says nothing. */
struct ranking_options {
	struct str by; /* empty: `score` */
	bool ascending;
	enum rank_ties ties;
	const struct ranking_key *tiebreaks;
	size_t tiebreak_count;
	const struct str *within; /* columns */
	size_t within_count;
	const struct str *items; /* globs: only these are ranked */
	size_t item_count;
	size_t top, bottom; /* show so many of each partition; 0: all */
	const struct ranking_grade *grades;
	size_t grade_count;
	enum num_rounding grade_rounding;
	enum rank_border grade_border;
	bool has_since;
	struct period since;	/* show later periods only, with movement */
	const char *since_path; /* or a file to compare with; or NULL */
	const struct tsv *past; /* or rows to compare with; or NULL */
	size_t streak;		/* the last so many places; 0: none asked for */
	bool keep_order;
};

/* The arrays are by row of the stream. */
struct ranking {
	bool is_scores;
	size_t by;	/* the column */
	uint32_t *rows; /* those to show, in order */
	size_t count;
	struct num *ranks; /* no number: unranked */
	int *grades;	   /* into the options', or RANK_NO_GRADE; or NULL */
	struct num *since; /* the rank then, or no number; or NULL */
	uint32_t *streaks; /* or NULL */
};

/*
 * Rank. -1 with every fault reported: a column that is not there, a cell to
 * rank by that is neither a number nor empty nor `n/a`, a unit twice where
 * that matters, a period that cannot be read. ranking_free() frees in either
 * case; *ranking is to be all zeros before.
 */
int ranking_make(struct ranking *ranking, const struct tsv *tsv,
    const struct ranking_options *options, struct diag *diag);
void ranking_free(struct ranking *ranking);

/* `NAME`, `NAME:asc` or `NAME:desc`. */
struct ranking_key ranking_key_parse(struct str text);

/*
 * Grades such as `good:>=80,fair:30%,poor:`, the best first; a grade may have
 * a threshold and a quota. False where the text is none: *fault, already
 * translated, says why, and *part which part of it.
 */
bool ranking_grades_parse(struct arena *arena, struct str text,
    struct ranking_grade **grades, size_t *count, const char **fault,
    struct str *part);

#endif
