/*
 * revwalk: the commits of a repository, each before its parents. Knows the
 * graph of commits; no tree, no book.
 *
 * The order is that of the graph: a commit comes before its parents, whatever
 * the dates say. Of those that could come next, the one with the newest
 * committer date does; of these, the one with the smallest id.
 *
 * As long as the history is a line, nothing is kept of it. From the first
 * merge on (or with several starts, or commits left out), what lies behind is
 * read ahead, since only then it is known that no other branch leads to a
 * commit: 80 bytes each, and nothing but the ids, parents and dates.
 */
#ifndef SHIJI_REVWALK_H
#define SHIJI_REVWALK_H

#include "git/repository.h"

struct revwalk;

struct revwalk_commit {
	git_oid id, tree;
	int64_t time; /* of the committer */
	/* As the commit says, whatever is left out; until the next call. */
	const git_oid *parents;
	size_t parent_count;
	/*
	 * The clone is shallow, and ends here: there are parents, but they
	 * cannot be known. parent_count is 0.
	 */
	bool is_cut_off;
};

/* All zeros; then add starts and what is left out, then ask. */
struct revwalk *revwalk_new(struct repository *repository, struct diag *diag);
void revwalk_free(struct revwalk *walk); /* welcomes NULL */

/* Where to begin; a commit and its ancestors that are left out. */
void revwalk_from(struct revwalk *walk, const git_oid *id);
void revwalk_without(struct revwalk *walk, const git_oid *id);

/*
 * The next commit: false at the end. A commit that cannot be read is reported
 * as a finding, and passed over as if it were not there.
 */
bool revwalk_next(struct revwalk *walk, struct revwalk_commit *out);
/* Whether no commit so far was passed over. */
bool revwalk_is_whole(const struct revwalk *walk);

/*
 * All commits that are still to come, the other way round: each after its
 * parents. The list lives in the arena.
 */
void revwalk_backwards(struct revwalk *walk, struct arena *arena,
    git_oid **list, size_t *count);

/*
 * A commit out of its turn, whose parents live in the arena. False, reported
 * by nothing but the answer, where it cannot be read.
 */
bool revwalk_read(const struct revwalk *walk, const git_oid *id,
    struct arena *arena, struct revwalk_commit *out);

#endif
