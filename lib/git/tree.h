/*
 * tree: a folder as a commit has it, its entries, and the bytes of its files.
 * Knows objects by their ids, and where a commit has its tree; no record.
 *
 * Of what cannot be read repository_reason() tells why.
 */
#ifndef SHIJI_TREE_H
#define SHIJI_TREE_H

#include "git/repository.h"

struct tree;

enum tree_kind {
	TREE_FILE, /* a symbolic link too */
	TREE_FOLDER,
	TREE_MODULE /* a submodule: a commit of another repository */
};

/* Modes of files, as git has them. */
enum { TREE_MODE_FILE = 0100644, TREE_MODE_PROGRAM = 0100755 };

struct tree_entry {
	const char *name; /* borrowed from the tree */
	git_oid id;
	enum tree_kind kind;
	bool is_link;
	unsigned mode; /* as git has it: TREE_MODE_FILE */
};

/* NULL where there is none. */
struct tree *tree_open(const struct repository *repository, const git_oid *id);
/* The folder at a path of a commit, "" for its root. */
struct tree *tree_open_at(const struct repository *repository,
    const git_oid *commit, const char *path);
/* One owner more, who frees it too; NULL for NULL. */
struct tree *tree_share(struct tree *tree);
void tree_free(struct tree *tree); /* welcomes NULL */

/* Borrowed from the tree. */
const git_oid *tree_id(const struct tree *tree);

/* Entries in git's order, which is that of tree_compare(). NULL has none. */
size_t tree_count(const struct tree *tree);
struct tree_entry tree_entry(const struct tree *tree, size_t number);
int tree_compare(const struct tree_entry *a, const struct tree_entry *b);

/* The entry of a name. False where there is none, or no tree. */
bool tree_find(const struct tree *tree, const char *name,
    struct tree_entry *out);
/* At a path; the entry has no name then. */
bool tree_find_path(const struct tree *tree, const char *path,
    struct tree_entry *out);

/*
 * Show each entry below, folders before what is in them, with the folder that
 * it is in: "", or "a/b". -1 where one of them cannot be read.
 */
int tree_walk(const struct tree *tree,
    void (*visit)(void *context, struct str folder,
	const struct tree_entry *entry),
    void *context);

/* The bytes of a file until tree_close_file(). NULL: it cannot be read. */
struct tree_file;
struct tree_file *tree_open_file(const struct repository *repository,
    const git_oid *id, struct str *bytes);
void tree_close_file(struct tree_file *file); /* welcomes NULL */
/* In the arena. False, *bytes being empty, where it cannot be read. */
bool tree_read_file(const struct repository *repository, const git_oid *id,
    struct arena *arena, struct str *bytes);

#endif
