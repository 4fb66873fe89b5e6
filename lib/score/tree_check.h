/*
 * station: a book that stands at one tree after another, each checked whole:
 * whether it is sound, and what its totals are. Knows soundness and passages;
 * not why it is asked.
 */
#ifndef SHIJI_TREE_CHECK_H
#define SHIJI_TREE_CHECK_H

#include "score/incremental.h"
#include "score/snapshot.h"

struct station;

/* Of the book at a path of a repository (shared). station_free() frees. */
struct station *station_new(struct repository *repository, struct str path);
void station_free(struct station *station); /* welcomes NULL */

/*
 * The first error of the book as a tree of it has it, in the order of a whole
 * check, `path:line:column: message [code]` with `path` inside the book; empty
 * where it is sound. `commit` is one that has this tree. Each tree is checked
 * once, from the one before it where only figures differ. Lives as long as the
 * station.
 */
struct str station_check(struct station *station, const git_oid *commit,
    const git_oid *tree);

/*
 * The book at a tree, or NULL where it is unsound; until station_forget().
 */
const struct book *station_book(struct station *station, const git_oid *commit,
    const git_oid *tree);
/* Take a snapshot of the total in a period there. NULL: of no book at all. */
void station_totals(struct station *station, const git_oid *commit,
    const git_oid *tree, struct period period, struct snapshot *out);
/* Free books that no longer stand; snapshots of them are to be gone. */
void station_forget(struct station *station);

#endif
