/*
 * log_table: shows the steps of a history as rows: the scores that a commit
 * moved, the values that it set, or what its message claims in vain. Knows
 * histories and what a commit brought; not which commits are asked for.
 */
#ifndef SHIJI_LOG_TABLE_H
#define SHIJI_LOG_TABLE_H

#include "analysis/combined_diff.h"
#include "format/table.h"

enum log_table_view {
	LOG_SCORES, /* a row for each score that moved */
	LOG_VALUES, /* for each value that was set */
	LOG_CLAIMS  /* for each trailer that is not so */
};

struct log_table_options {
	enum log_table_view view;
	bool reverse; /* the oldest first: rows are held until the end */
	bool names;   /* add columns with names */
	struct combined_diff_request wanted;
	FILE *out;
	enum table_format format;
};

struct log_table;

/*
 * A table of a history; both and the findings must outlive it. Nothing is
 * written before the first row.
 */
struct log_table *log_table_new(const struct history *history,
    const struct log_table_options *options, struct diag *diag);
/* Add the rows of a step; what cannot be read is reported. */
void log_table_add(struct log_table *table, const struct history_step *step);

/* How many commits have rows; of LOG_CLAIMS, how many claim anything. */
uint64_t log_table_commits(const struct log_table *table);
bool log_table_has_rows(const struct log_table *table);

/*
 * Write what is held, and free. Where there are no rows, the header alone is
 * written or, without `header`, nothing.
 */
void log_table_end(struct log_table *table, bool header);

#endif
