/*
 * commit_changes: what a commit changed by itself, as against what it only took
 * over from its parents. Knows trees; no record.
 *
 * A file's version is its contents, its mode and its type, or that it is not
 * there. A commit changed by itself each file whose version is not the one that
 * merging its parents gives, whatever command made it:
 *
 *	merged(commits), none of them an ancestor of another:
 *		none	the file is not there
 *		one	its version
 *		more	the version of one that prevails over each other one:
 *			both have the same version, or the other one has that
 *			of merged(the merge bases of the two); else unknown
 *
 * Parents that are there twice, or are ancestors of others, do not count: what
 * an older state has is nobody's side. So it is what git's merging of any two
 * parents gives, and with several merge bases what merging these first gives,
 * as long as whole files are taken. merge(1) of contents is for the caller,
 * who is told the sides: is_joined.
 *
 * More than 16 commits are merged only where all have the same version, and
 * behind the first 64 merge bases nothing is known: whoever builds a history
 * that has more answers for what is merged.
 */
#ifndef SHIJI_COMMIT_CHANGES_H
#define SHIJI_COMMIT_CHANGES_H

#include "git/tree.h"

/* All zeros: it is not there. */
struct commit_change_version {
	git_oid id;
	unsigned mode; /* as a tree_entry has it */
};

struct commit_change {
	struct str path; /* in the arena */
	struct commit_change_version version;
	/*
	 * Of two parents that both changed the contents of an ordinary file,
	 * the others none of it, with the mode that merging gives: it is no
	 * change of its own if the contents are what merging theirs gives.
	 */
	bool is_joined;
	struct commit_change_version base,
	    sides[2]; /* as the parents are named */
};

/* A folder of each commit, whose tree is NULL where it has none. */
struct commit_change_side {
	git_oid commit;
	struct tree *tree;
};

/*
 * The list lives in the arena, in the order of git's trees. `base_tree` gives
 * the folder's tree in a merge base, to be freed here. -1: repository_reason()
 * tells.
 */
int commit_changes_own(const struct repository *repository,
    const struct commit_change_side *commit,
    const struct commit_change_side *parents, size_t parent_count,
    struct tree *(*base_tree)(const void *context, const git_oid *commit),
    const void *context, struct arena *arena, struct commit_change **list,
    size_t *count);

#endif
