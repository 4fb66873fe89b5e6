/*
 * reporting: on which day each figure was first reported, and what stood on a
 * day, from the history of a book. Knows history, books and data; no deadline.
 *
 * A figure is reported by the first commit that has any value of it, on the day
 * of its committer in the book's Zone: to correct it later is not to be late.
 * Where no history says so, a value of the working folder is reported today.
 */
#ifndef SHIJI_REPORTING_H
#define SHIJI_REPORTING_H

#include "book/data.h"

struct reporting;

struct reporting_options {
	struct book *book;
	struct data *data;
	const char *folder, *revision; /* what the source was opened with */
	struct period_range periods;   /* those that are asked for */
	int32_t date;		       /* what stood on this day, at its end */
	int32_t today;
};

/*
 * Read the history. Outside of a repository, and before the first commit, there
 * is none: see reporting_have_history(). -1 with a finding where there is one
 * that cannot be read. reporting_close() frees.
 */
int reporting_open(struct reporting **out,
    const struct reporting_options *options, struct diag *diag);
void reporting_close(struct reporting *reports); /* welcomes NULL */
bool reporting_have_history(const struct reporting *reports);
/* Borrowed; NULL where there is none. */
const struct repository *reporting_repository(const struct reporting *reports);

struct reporting_first {
	bool stands;	  /* a value, or n/a, stood on the day asked for */
	bool provisional; /* its status was so */
	bool is_dated;
	int32_t day; /* first reported; where dated */
};

/*
 * Of the cell that is read in a period: its own folder's, or a longer one's.
 * `is_there` says whether the records that were loaded have a value in it.
 */
struct reporting_first reporting_find(const struct reporting *reports,
    uint32_t measure, uint32_t unit, struct period period, bool is_there);

/*
 * Of the scores of a period, which are reported by its close: whether there was
 * one on the day asked for, and when the first was made.
 */
struct reporting_first reporting_find_close(const struct reporting *reports,
    struct period period);

#endif
