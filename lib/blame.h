/*
 * blame: who last made a line of a file of the book as it is. Knows commits
 * and sources.
 */
#ifndef SHIJI_BLAME_H
#define SHIJI_BLAME_H

#include "source.h"

struct commit_info; /* commit.h */
struct blame;

/*
 * Of the files of a source, which must outlive it. For a revision the history
 * is that revision's; for a folder that of HEAD, and lines that differ from
 * it belong to no commit. NULL where there is no history to ask: outside of a
 * repository, before the first commit, or for a tree without a commit.
 * `folder` is what the source was opened with. blame_close() frees.
 */
struct blame *blame_open(const struct source *source, const char *folder);
void blame_close(struct blame *blame); /* welcomes NULL */

/*
 * The commit that made a line (from 1) of a file, by its path inside the
 * book; NULL where it is not committed as it is. Each file is looked into
 * once. The commit is the blame's.
 */
const struct commit_info *blame_line(struct blame *blame, const char *path,
    unsigned line);

#endif
