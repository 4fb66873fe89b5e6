/*
 * commit_write: adds one commit of a few files to the branch that is checked
 * out, with a tag that marks it: either both are there, or neither. Knows git
 * and who commits; no book, no record. The only module that changes a
 * repository.
 *
 * First come the objects, which nobody sees. Then the tag and the branch are
 * locked, both, and looked at once more; the tag is set, and last the branch.
 * The branch decides: a commit that it does not have was never made, and a tag
 * on such a commit is what an interrupted run left behind
 * (GITWRITE_UNFINISHED). Then the files are put into the index and the work
 * tree.
 */
#ifndef SHIJI_COMMIT_WRITE_H
#define SHIJI_COMMIT_WRITE_H

#include <git2.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "git/commit.h"

struct repository;
struct commit_write;

/* To look at what would be done, or to do it: one at a time. */
enum commit_write_use { COMMIT_WRITE_LOOK, COMMIT_WRITE_CHANGE };

/*
 * Make ready to commit to the repository of a folder. Who means to change it
 * waits, for half a minute, until nobody else does: a lock of the operating
 * system on the repository's folder, which dies with its holder. It keeps two
 * runs from mending one another's unfinished work; that they do not overwrite
 * it the locks of git see to. -1 with a finding where
 * that cannot be: a bare repository, a detached HEAD, a branch without a
 * commit, a merge or rebase under way, a lock left behind by a dead git.
 * Nothing is written yet. Shares the repository and reports into diag until
 * commit_write_close(), which frees.
 */
int commit_write_open(struct commit_write **out, struct repository *repository,
    const char *folder, enum commit_write_use use, struct diag *diag);
void commit_write_close(struct commit_write *write); /* welcomes NULL */

/* The commit that HEAD names, the branch's name, the folder's place. */
const git_oid *commit_write_head(const struct commit_write *write);
const char *commit_write_branch(const struct commit_write *write);
struct str commit_write_prefix(const struct commit_write *write);

/*
 * Every file under the folder that is not as HEAD has it, staged or not, or
 * that HEAD does not have, each with what is the matter with it, already
 * translated. The list lives in the arena; -1 with a finding where it cannot
 * be made. Files that git ignores are no records, unless they lie in one of
 * the `guarded` folders (names that end in a slash), where tools read them.
 */
struct commit_write_change {
	struct str path; /* inside the folder */
	const char *what;
};
int commit_write_changes(const struct commit_write *write,
    const char *const *guarded, struct arena *arena,
    struct commit_write_change **list, size_t *count);

struct commit_write_file {
	const char *name;
	struct str bytes;
};

struct commit_write_request {
	const char *place; /* inside the folder: `closed/2022-10` */
	/* What stands there after the commit, and nothing else. */
	const struct commit_write_file *files;
	size_t file_count;
	const char *tag; /* `close/2022-10`, annotated */
	struct str message, tag_message;
};

enum commit_write_outcome {
	COMMIT_WRITE_DONE,
	COMMIT_WRITE_FINISHED, /* what an interrupted run had left, as it was */
	COMMIT_WRITE_REPLACED, /* done; the tag was an interrupted run's, of a
				  commit that no branch has */
	COMMIT_WRITE_TAG_TAKEN, /* there is such a tag, of this branch or
				   another */
	COMMIT_WRITE_MOVED	/* the branch or the tag moved meanwhile */
};

/*
 * Commit, tag, and write the files. 0 with *outcome, or -1 with a finding;
 * in either case nothing is half done that a second run would not finish.
 * *id gets the commit, and where a tag is taken the one it marks.
 */
int commit_write_commit(struct commit_write *write,
    const struct commit_write_request *request,
    enum commit_write_outcome *outcome, char id[COMMIT_ID_SIZE]);

/*
 * Whether a place that HEAD has is absent from the index and from the work
 * tree, as an interrupted run leaves it; write it there.
 */
bool commit_write_lacks(const struct commit_write *write, const char *place);
/* -1 with a finding. */
int commit_write_restore(struct commit_write *write, const char *place);

/* Whether there is a tag of this name, whatever it marks. */
bool commit_write_has_tag(const struct commit_write *write, const char *tag);
/* Set a tag that is absent to a commit of the branch; -1 with a finding. */
int commit_write_retag(struct commit_write *write, const char *tag,
    const git_oid *id, struct str message);

#endif
