/*
 * commit_changes: what a commit changed by itself, as against what it only took
 * over from its parents. Knows trees; no record.
 *
 * Of a commit with one parent that is every file that differs. A merge is
 * looked at as it is, whatever made it: a file is its own change where it is
 * none of what the parents have, or where one parent had changed it since they
 * parted and the merge has it as another one.
 */
#ifndef SHIJI_COMMIT_CHANGES_H
#define SHIJI_COMMIT_CHANGES_H

#include <git2.h>

#include "base/arena.h"
#include "base/str.h"

struct commit_change {
	struct str path; /* in the arena */
	git_oid id;	 /* all zeros: it is gone */
	/* A merge of two parents that differ: what may have been joined. */
	bool is_joined;
	git_oid base, sides[2]; /* all zeros: not there */
};

/* A folder of each commit, whose tree is NULL where it has none. */
struct commit_change_side {
	git_oid commit;
	git_tree *tree;
};

/*
 * The list lives in the arena. `base_tree` gives the folder's tree in a commit
 * in which two sides parted, to be freed here. -1: libgit2's last error tells.
 */
int commit_changes_own(git_repository *git,
    const struct commit_change_side *commit,
    const struct commit_change_side *parents, size_t parent_count,
    git_tree *(*base_tree)(const void *context, const git_oid *commit),
    const void *context, struct arena *arena, struct commit_change **list,
    size_t *count);

#endif
