/*
 * frozen: what closed periods rest on, and which commits changed it since.
 * Knows repositories, books and the records of closes; proves nothing of the
 * results themselves.
 *
 * While a period is closed these stay as they were in the commit that it was
 * computed from:
 *
 *	data/PERIOD, and data of the shorter periods inside it	every byte
 *	the scheme in force in it				every byte
 *	data of a longer period around it	the values that its scheme reads
 *						from there
 *	closed/PERIOD						every byte
 *
 * What a commit has is looked at, not what command made it. A commit that
 * changes any of this breaks the close, unless a correction that comes after
 * it takes the change in: closes the period again, as its next revision.
 */
#ifndef SHIJI_INTEGRITY_H
#define SHIJI_INTEGRITY_H

#include <git2.h>

#include "close/close_record.h"
#include "git/commit.h"

struct repository;
struct frozen;

/*
 * Of the book at a path of a repository (shared), "" for its root.
 * frozen_free() frees.
 */
struct frozen *frozen_new(struct repository *repository, struct str path);
void frozen_free(struct frozen *frozen); /* welcomes NULL */

struct repository *frozen_repository(const struct frozen *frozen);
struct str frozen_book(const struct frozen *frozen); /* the path */
/*
 * The tree of a folder of the book in a commit, "" for the book itself; NULL
 * where there is none. To be freed.
 */
git_tree *frozen_tree(const struct frozen *frozen, const git_oid *commit,
    struct str folder);
/* Whether a walk from a tip has come by a commit. */
bool frozen_has_seen(const struct frozen *frozen, const git_oid *commit);

/* A period that a commit's tree has closed. */
struct frozen_close {
	struct period period;
	git_oid folder; /* the tree of closed/PERIOD */
	/* NULL where its record cannot be read; lives as long as frozen. */
	const struct closing_record *record;
	char digest[DIGEST_SIZE]; /* of the record's bytes */
};

/*
 * All of them, by period_compare(). The list lives as long as frozen. A commit
 * that cannot be read has none.
 */
const struct frozen_close *frozen_closes(struct frozen *frozen,
    const git_oid *commit, size_t *count);
/* One of them, or NULL: whether a period is closed in a commit. */
const struct frozen_close *frozen_find(struct frozen *frozen,
    const git_oid *commit, struct period period);

/*
 * Whether a path inside the book may no longer be changed because of a period
 * that the commit has closed: *period gets it. Of files of longer periods
 * around closed ones the answer is no: some of their values are free.
 */
bool frozen_path(struct frozen *frozen, const git_oid *commit, struct str path,
    struct period *period);

enum frozen_breach_kind {
	FROZEN_DATA,	/* `path` is not as the close has it */
	FROZEN_SCHEME,	/* likewise */
	FROZEN_RESULTS, /* closed/PERIOD is neither kept nor a close's */
	FROZEN_REMOVED	/* closed/PERIOD is gone */
};

/* A commit that broke a close. */
struct frozen_breach {
	enum frozen_breach_kind kind;
	struct period period;
	unsigned revision; /* that was in force */
	struct str path;   /* inside the book */
	git_oid commit;
	/* A correction further on takes it in. */
	bool is_corrected;
};

/*
 * Every commit that the tip has, those before `hide` (any number, such as what
 * a branch was before a push) left out, compared with its parents, in the
 * order of history, parents first. The list lives in the arena. -1 with a
 * finding where history cannot be read. Breaches that stand are those not
 * corrected.
 */
int frozen_walk(struct frozen *frozen, const git_oid *tip, const git_oid *hide,
    size_t hide_count, struct arena *arena, struct frozen_breach **list,
    size_t *count, struct diag *diag);

#endif
