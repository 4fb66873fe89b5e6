/*
 * merge_records: joins what two sides made of a file of records or of data:
 * record by record and field by field, or row by row. Knows recfiles and the
 * columns of data; no git, no book.
 *
 * Where both sides changed one thing in two ways, its three texts stand between
 * conflict markers, and nothing else does. Order is that of ours, with theirs'
 * additions where they stand there; theirs' where only theirs changed it.
 */
#ifndef SHIJI_MERGE_RECORDS_H
#define SHIJI_MERGE_RECORDS_H

#include "base/arena.h"
#include "base/str.h"

enum { MERGE_BASE, MERGE_OURS, MERGE_THEIRS, MERGE_SIDES };

enum merge_outcome {
	MERGE_CLEAN,
	MERGE_CONFLICT,
	/*
	 * Some side is no well-formed file of records or data, or there is no
	 * telling which record is which: nothing was written.
	 */
	MERGE_UNFIT
};

struct merge_request {
	const char *path; /* its ending tells records (.rec) from data (.tsv) */
	struct str sides[MERGE_SIDES];
	unsigned marker_size; /* of conflict markers, 7 as git has it */
	/* Whether rows of a measure add up. NULL: none do. */
	bool (*adds_up)(const void *context, struct str measure);
	const void *context;
};

/* One thing that two sides changed in two ways. Texts live in the arena. */
struct merge_conflict {
	struct str what; /* `grain 甲县`, `Item food.soy: Points` */
	struct str sides[MERGE_SIDES]; /* empty: it is not there */
};

struct merge_result {
	struct buffer text;
	struct merge_conflict *conflicts;
	size_t conflict_count, conflict_capacity;
	/* Entries that both sides added alike, and that are taken once. */
	size_t shared;
};

/* *result is to be all zeros; its text is to be freed. */
enum merge_outcome merge_records(const struct merge_request *request,
    struct arena *arena, struct merge_result *result);

#endif
