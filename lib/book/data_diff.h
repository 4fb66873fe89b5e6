/*
 * data_diff: the rows of data files that two trees of a book have otherwise:
 * who is followed is a value, whichever file or line it stands in. Knows the
 * files of data, as text; no scores, and nothing of what makes them sound.
 */
#ifndef SHIJI_DATA_DIFF_H
#define SHIJI_DATA_DIFF_H

#include "book/book.h"
#include "git/repository.h"

struct data_diff_request {
	struct repository *repository;
	/* Folders whose period overlaps with these. */
	struct period_range periods;
	/* Tells which unit an Id is that was an alias since; may be NULL. */
	const struct book *book;
	bool (*choose_measure)(const void *context, struct str id);
	bool (*choose_unit)(const void *context, struct str id);
	const void *context;
};

/* A row that one side has otherwise, or alone. */
struct data_diff_cell {
	struct period period;
	struct str measure;
	struct str unit; /* as the newer row has it */
	struct str key;	 /* the unit's Id in the book of the request */
	bool has_from, has_to;
	struct str from, to;	 /* values as written; empty where missing */
	struct str status, note; /* of the newer row, or of the one gone */
	struct str file;	 /* where it is, or was, in the book */
	unsigned line;
	size_t number; /* among rows of the same measure and unit */
};

/*
 * What changed from one tree of the book to another (NULL: none), by file and
 * line of the newer one. Only files that differ are read. A file that cannot
 * be read is reported, and passed over. The list lives in the arena.
 */
struct data_diff_cell *
data_diff_compare(const struct data_diff_request *request, const git_oid *from,
    const git_oid *to, struct arena *arena, size_t *count, struct diag *diag);

/* Whether two changes are of the same value. */
bool data_diff_same(const struct data_diff_cell *a,
    const struct data_diff_cell *b);

#endif
