/*
 * parents: which parents a commit names. Knows the object of a commit as git
 * writes it; no graph.
 *
 * Read from the commit's own bytes, so that nothing else has a say. What
 * libgit2 calls a commit's parents are from version 1.7 on those of the file
 * info/grafts, where it is there, and none at the end of a shallow clone; its
 * walks and merge bases may also take them from a file of git's, commit-graph.
 * So no other module asks libgit2 for a parent, a walk or a merge base.
 */
#ifndef SHIJI_PARENTS_H
#define SHIJI_PARENTS_H

#include <git2.h>
#include <stdbool.h>

size_t parents_count(const git_commit *commit);
/* The one of this number, from 0 and below parents_count(). */
git_oid parents_id(const git_commit *commit, size_t number);
/* The first; false where the commit has none. */
bool parents_first(const git_commit *commit, git_oid *out);
/* The only one; false where there is none, or a second. */
bool parents_only(const git_commit *commit, git_oid *out);

#endif
