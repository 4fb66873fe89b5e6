/*
 * integrity: what closed periods rest on, and which commits changed it since.
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

#include "close/close_record.h"
#include "git/commit.h"
#include "git/tree.h"

struct integrity;

/*
 * Of the book at a path of a repository (shared), "" for its root.
 * integrity_free() frees.
 */
struct integrity *integrity_new(struct repository *repository, struct str path);
void integrity_free(struct integrity *integrity); /* welcomes NULL */

struct repository *integrity_repository(const struct integrity *integrity);
struct str integrity_book(const struct integrity *integrity); /* the path */
/*
 * The tree of a folder of the book in a commit, "" for the book itself; NULL
 * where there is none. To be freed.
 */
struct tree *integrity_tree(const struct integrity *integrity,
    const git_oid *commit, const char *folder);
/* Whether a walk from a tip has come by a commit. */
bool integrity_has_seen(const struct integrity *integrity,
    const git_oid *commit);

/* A period that a commit's tree has closed. */
struct integrity_close {
	struct period period;
	git_oid folder; /* the tree of closed/PERIOD */
	/* NULL where its record cannot be read; lives as long as frozen. */
	const struct close_record *record;
	char digest[DIGEST_SIZE]; /* of the record's bytes */
};

/*
 * All of them, by period_compare(). The list lives as long as frozen. A commit
 * that cannot be read has none.
 */
const struct integrity_close *integrity_closes(struct integrity *integrity,
    const git_oid *commit, size_t *count);
/* One of them, or NULL: whether a period is closed in a commit. */
const struct integrity_close *integrity_find(struct integrity *integrity,
    const git_oid *commit, struct period period);

/*
 * The commit of a tip's history that made a close as it is; false: none did,
 * or its record cannot be read.
 */
bool integrity_find_maker(struct integrity *integrity, const git_oid *tip,
    const struct integrity_close *close, git_oid *out);

enum integrity_breach_kind {
	INTEGRITY_DATA,	   /* `path` is not as the close has it */
	INTEGRITY_SCHEME,  /* likewise */
	INTEGRITY_RESULTS, /* closed/PERIOD is neither kept nor a close's */
	INTEGRITY_REMOVED  /* closed/PERIOD is gone */
};

/* A commit that broke a close. */
struct integrity_breach {
	enum integrity_breach_kind kind;
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
int integrity_walk(struct integrity *integrity, const git_oid *tip,
    const git_oid *hide, size_t hide_count, struct arena *arena,
    struct integrity_breach **list, size_t *count, struct diag *diag);

#endif
