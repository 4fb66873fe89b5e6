/*
 * rank_options: how the rows of a stream are to be ranked, and how options say
 * it. Knows words, numbers and periods; reads no stream.
 */
#ifndef SHIJI_RANK_OPTIONS_H
#define SHIJI_RANK_OPTIONS_H

#include "number/rank.h"
#include "time/period.h"

/* A column or, in a stream of scores, an item: the highest first. */
struct rank_key {
	struct str name;
	bool ascending; /* the lowest first */
};

enum rank_comparison {
	RANK_ANY, /* no threshold */
	RANK_AT_LEAST,
	RANK_ABOVE,
	RANK_AT_MOST,
	RANK_BELOW
};

/* A grade by a threshold, a quota, both, or for all who are left. */
struct rank_grade_option {
	struct str name;
	enum rank_comparison comparison;
	struct str threshold; /* a decimal */
	struct num quota;     /* a share; no number: no quota */
};

/* All zeros but `by` and the lists is what a user gets who says nothing. */
struct rank_options {
	struct str by; /* empty: `score` */
	bool ascending;
	enum rank_ties ties;
	const struct rank_key *tiebreaks;
	size_t tiebreak_count;
	const struct str *within; /* columns */
	size_t within_count;
	const struct str *items; /* globs: only these are ranked */
	size_t item_count;
	size_t top, bottom; /* show so many of each group; 0: all */
	const struct rank_grade_option *grades;
	size_t grade_count;
	enum num_rounding grade_rounding;
	enum rank_border grade_border;
	bool has_since;
	struct period since;	/* show later periods only, with movement */
	const char *since_path; /* or a file to compare with; or NULL */
	size_t streak;		/* the last so many places; 0: none asked for */
	bool keep_order;
};

/* `NAME`, `NAME:asc` or `NAME:desc`. */
struct rank_key rank_options_key(struct str text);

/*
 * Grades such as `good:>=80,fair:30%,poor:`, the best first; a grade may have
 * a threshold and a quota. False where the text is none: *fault, already
 * translated, says why, and *part which part of it.
 */
bool rank_options_grades(struct arena *arena, struct str text,
    struct rank_grade_option **grades, size_t *count, const char **fault,
    struct str *part);

/* Whether a decimal is within a grade's threshold. */
bool rank_options_admit(const struct rank_grade_option *grade,
    struct str value);

#endif
