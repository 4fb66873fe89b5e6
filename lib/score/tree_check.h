/*
 * tree_check: a book that stands at one tree after another, each checked whole:
 * whether it is sound, and what its totals are. Knows validate and incremental;
 * not why it is asked.
 */
#ifndef SHIJI_TREE_CHECK_H
#define SHIJI_TREE_CHECK_H

#include "score/incremental.h"
#include "score/snapshot.h"

struct tree_check;

/* Of the book at a path of a repository (shared). tree_check_free() frees. */
struct tree_check *tree_check_new(struct repository *repository,
    struct str path);
void tree_check_free(struct tree_check *tree_check); /* welcomes NULL */

/*
 * The first error of the book as a tree of it has it, in the order of a whole
 * check, `path:line:column: message [code]` with `path` inside the book; empty
 * where it is sound. `commit` is one that has this tree. Each tree is checked
 * once, from the one before it where only figures differ. Lives as long as the
 * station.
 */
struct str tree_check_check(struct tree_check *tree_check,
    const git_oid *commit, const git_oid *tree);

/*
 * The book at a tree, or NULL where it is unsound; until tree_check_forget().
 */
const struct book *tree_check_book(struct tree_check *tree_check,
    const git_oid *commit, const git_oid *tree);
/* Take a snapshot of the total in a period there. NULL: of no book at all. */
void tree_check_totals(struct tree_check *tree_check, const git_oid *commit,
    const git_oid *tree, struct period period, struct snapshot *out);
/* Free books that no longer stand; snapshots of them are to be gone. */
void tree_check_forget(struct tree_check *tree_check);

#endif
