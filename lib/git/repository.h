/*
 * repository: a git repository opened safely, to be shared by all who read
 * from it, and what in it makes its history doubtful. Knows git; no book, no
 * record. With commit, source, history, reports and blame the only modules that
 * include <git2.h>.
 *
 * What is read is what was committed, byte for byte: no filter, line end
 * setting, replacement of an object (`git replace`) or graft has any say.
 * Nothing is ever written.
 */
#ifndef SHIJI_REPOSITORY_H
#define SHIJI_REPOSITORY_H

#include <git2.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct repository;

/*
 * Whether each object that is read is hashed again and compared with its id.
 * That tells a damaged or forged object from a true one, which is what a proof
 * stands on, and costs two thirds more time over a long history; git itself
 * does it in `git fsck` alone. So: PROVE for whatever is published or attested
 * (a revision that is validated, scored or compared), BROWSE for walks through
 * history, whose rows name commits that can be proved one by one.
 *
 * libgit2 has one switch for the whole process: it is on as long as a
 * repository is open to be proved from.
 */
enum repository_use { REPOSITORY_BROWSE, REPOSITORY_PROVE };

/*
 * Open the repository that a folder lies in or is: searched for upwards as far
 * as GIT_CEILING_DIRECTORIES allows. The objects of a push that a hook is
 * still judging (GIT_QUARANTINE_PATH) are seen; damaged loose objects are
 * refused before libgit2 reads them (see git/loose_object.h). -1 with the
 * reason in diag, *out being NULL: there is none, another user's, one that
 * names objects by SHA-256, one that does not say which commits its grafts or
 * shallow ends are.
 */
int repository_open(struct repository **out, const char *folder,
    enum repository_use use, struct diag *diag);
/*
 * Whether a folder is a repository or, where `is_inside`, lies in one; of
 * whatever kind, and whether it may be used or not.
 */
bool repository_is_at(const char *folder, bool is_inside);
/*
 * Make one in a folder, which is made if need be; a bare one has no work tree.
 * -1 with a finding.
 */
int repository_make(const char *folder, bool is_bare, struct diag *diag);
/* One owner more. Closed when each owner has closed it. */
struct repository *repository_share(struct repository *repository);
void repository_close(struct repository *repository); /* welcomes NULL */

/* Both borrowed. */
git_repository *repository_git(const struct repository *repository);
git_odb *repository_objects(const struct repository *repository);

bool repository_is_bare(const struct repository *repository);
/* Its own folder, and the one that all work trees share; with a slash. */
const char *repository_folder(const struct repository *repository);
const char *repository_common_folder(const struct repository *repository);
/* Whether git's index has a file at a path of the work tree. */
bool repository_tracks(const struct repository *repository, const char *path);

/*
 * Where a folder lies in the work tree, names joined by `/`: *path, in the
 * arena; "" for the work tree's root and for a bare repository. -1 with a
 * finding where it is no folder of the work tree.
 */
int repository_locate(const struct repository *repository, const char *folder,
    struct arena *arena, struct str *path, struct diag *diag);

/*
 * Report what makes the history of this clone another one than that of the
 * repository it comes from, or than what `git log` shows: a shallow or partial
 * clone, replaced objects, grafts. `git log` obeys the last two; here counts
 * what the commits themselves say (see parents.h). Findings stand at `folder`.
 */
void repository_doubts(const struct repository *repository, const char *folder,
    struct diag *diag);
bool repository_is_shallow(const struct repository *repository);
/*
 * The branch that is checked out, `refs/heads/main`, in the arena; NULL where
 * there is none.
 */
const char *repository_branch(const struct repository *repository,
    struct arena *arena);

/* The reason that libgit2 gave last. */
struct str repository_reason(void);
/* An object that cannot be read, at a path with a prefix. */
void repository_report_object(struct diag *diag, const char *prefix,
    struct str path, const git_oid *id);

#endif
