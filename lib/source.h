/*
 * source: where bytes come from, a folder or a git revision of it. Knows no
 * record. The only module below history that includes <git2.h>.
 *
 * Nothing is ever checked out. Symbolic links, submodules and special files
 * are refused with a finding, and no path leaves the book.
 */
#ifndef SHIJI_SOURCE_H
#define SHIJI_SOURCE_H

#include "arena.h"
#include "diag.h"
#include "str.h"

struct source;

/*
 * Open a folder or, where revision is not NULL, that revision of it: whatever
 * git takes for a commit, a tag or a tree. The folder may lie in a work tree
 * (its place inside the repository is kept), or be a bare repository, whose
 * root is then the book; `REVISION:PATH` names a folder of the revision
 * outright. The way to the folder may lead through symbolic links; what is
 * inside is guarded. -1 with the reason in diag, and *out is NULL then; else
 * source_close() frees.
 *
 * What is read from a revision is what was committed, byte for byte: no
 * filter, line end setting or replacement of an object (`git replace`) has any
 * say. The repository is searched for upwards from the folder, as far as
 * GIT_CEILING_DIRECTORIES allows; a push that a hook is still judging
 * (GIT_QUARANTINE_PATH) is seen.
 */
int source_open(struct source **out, const char *folder, const char *revision,
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
 * "" for a folder, "REVISION:" for a revision ("REVISION:PATH/" where it names
 * a folder): stands before paths shown.
 */
const char *source_prefix(const struct source *source);

/*
 * The full id of the commit that is read, in hexadecimal; "" for a folder and
 * for a revision that names a tree without a commit.
 */
const char *source_commit_id(const struct source *source);

#endif
