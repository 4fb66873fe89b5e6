/*
 * blame: who last made a line of a file of the book as it is. Knows commits,
 * repositories and sources.
 *
 * A walk of its own over libgit2's diffs: git_blame_file() ends in an error
 * where a shallow clone ends, and knows no line that is not committed.
 */
#ifndef SHIJI_BLAME_H
#define SHIJI_BLAME_H

#include "git/commit.h"
#include "git/source.h"

struct blame;

/*
 * Of the files of a source, which must outlive it. `folder` and `revision` are
 * what it was opened with. For a revision the history is that revision's; for
 * a folder, and for what is staged, it is that of HEAD, and lines that differ
 * from it are no commit's. *out is NULL where there is no history to ask:
 * outside of a repository, before the first commit, for a tree without a
 * commit. -1 with a finding where there is one that cannot be read.
 * blame_close() frees.
 */
int blame_open(struct blame **out, struct source *source, const char *folder,
    const char *revision, struct diag *diag);
void blame_close(struct blame *blame); /* welcomes NULL */
/* Whose history it is; borrowed. */
const struct repository *blame_repository(const struct blame *blame);

/*
 * The commit that made a line (from 1) of a file, by its path inside the
 * book; NULL where the line is not committed as it is. A line is followed
 * through merges to the parent that has it, and where its file was renamed.
 * Each file is looked into once. Where its history cannot be read, as in a
 * partial clone, that is reported once and NULL for all of its lines. The
 * commit is the blame's.
 */
const struct commit_info *blame_line(struct blame *blame, const char *path,
    unsigned line);
/* Whether NULL of blame_line() means a line that is not committed. */
bool blame_is_known(struct blame *blame, const char *path);

/*
 * Whether the history ends at a commit that blame_line() gave because the
 * clone is shallow: the line may be older.
 */
bool blame_is_boundary(const struct commit_info *commit);

#endif
