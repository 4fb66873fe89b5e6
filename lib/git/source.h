/*
 * source: where bytes come from: a folder, a git revision of it, or what is
 * staged of it. Knows repositories; no record.
 *
 * Nothing is ever checked out. Symbolic links, submodules and special files
 * are refused with a finding, and no path leaves the book.
 */
#ifndef SHIJI_SOURCE_H
#define SHIJI_SOURCE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct source;
struct repository;

/*
 * Open a folder or, where revision is not NULL, that revision of it: whatever
 * git takes for a commit, a tag or a tree. The folder may lie in a work tree
 * (its place inside the repository is kept), or be a bare repository, whose
 * root is then the book; `REVISION:PATH` names a folder of the revision
 * outright. The way to the folder may lead through symbolic links; what is
 * inside is guarded. -1 with the reason in diag, and *out is NULL then; else
 * source_close() frees.
 *
 * The repository is opened to be proved from: see repository.h, which also
 * says what is read from one.
 */
int source_open(struct source **out, const char *folder, const char *revision,
    struct diag *diag);
/*
 * The same with a repository that is open already, whose use of hashes holds;
 * the source is one more owner of it. For several revisions side by side.
 */
int source_open_in(struct source **out, struct repository *repository,
    const char *folder, const char *revision, struct diag *diag);
/*
 * Let a source that reads a revision read another tree of the same repository
 * from now on, named by its id. Prefix and commit stay as they were.
 */
void source_move(struct source *source, const char *tree);
/*
 * Open what is staged of a folder of a work tree for the next commit: git's
 * index, or the one that GIT_INDEX_FILE names, as it does for the hooks of
 * `git commit -a`. -1 with a finding, too, where files are unmerged.
 */
int source_open_index(struct source **out, const char *folder,
    struct diag *diag);
void source_close(struct source *source); /* welcomes NULL */

struct source_entry {
	struct str name; /* one path component, ends in a NUL */
	bool is_folder;
};

/*
 * Paths are relative to the book, names joined by `/`; one that is absolute or
 * holds an empty name, `.`, `..` or `.git` is refused with a finding.
 *
 * The entries of a folder of the book ("" is the book itself), sorted by
 * bytes, names that begin with a dot left out. A folder that does not exist
 * has no entries. 0, or -1 with a finding for each entry that is refused;
 * *entries has the others.
 */
int source_list(struct source *source, struct arena *arena, const char *path,
    struct source_entry **entries, size_t *count, struct diag *diag);

/*
 * Whether there is such a file (not a folder). Reports nothing; where there is
 * something that source_read() will refuse, such as a symbolic link, the
 * answer is yes, so that the refusal is not mistaken for a missing file.
 */
bool source_has(struct source *source, const char *path);

/*
 * Read a whole file into a buffer, whose former content is replaced; reuse
 * one buffer for many files. 0, or -1 with a finding.
 */
int source_read(struct source *source, const char *path, struct buffer *bytes,
    struct diag *diag);

/*
 * Lay a text over the book: from now on it is what a file of this name holds,
 * whether there is one or not; any name will do. Both are copied. Lists of
 * folders are as before.
 */
void source_lay(struct source *source, const char *path, struct str text);

/*
 * "" for a folder, "REVISION:" for a revision ("REVISION:PATH/" where it names
 * a folder), ":" for the index: stands before paths shown.
 */
const char *source_prefix(const struct source *source);

/*
 * The full id of the commit that is read, in hexadecimal; "" for a folder and
 * for a revision that names a tree without a commit.
 */
const char *source_commit_id(const struct source *source);
/* Borrowed, to open more in it; NULL where a folder is read. */
struct repository *source_repository(const struct source *source);

#endif
