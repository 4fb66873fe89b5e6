/*
 * revision: what the name of a revision leads to, and what is wrong with one
 * that leads nowhere. Knows repositories; how names are read is revparse's.
 */
#ifndef SHIJI_REVISION_H
#define SHIJI_REVISION_H

#include "git/repository.h"

/*
 * What a commit, a tag or a tree leads to. `folder` is where findings about
 * the name stand, `prefix` those about objects.
 */
struct revision {
	git_oid tree;
	git_oid commit; /* where has_commit */
	bool has_commit;
};
int revision_resolve(const struct repository *repository, const char *folder,
    const char *name, struct revision *out, struct diag *diag);

/*
 * Cut `REVISION:PATH` as git does: not at a colon inside braces, as in
 * `HEAD^{/fix: a rule}`, nor in `:/fix: a rule`, which begins with one. False
 * where there is no path; *path is untouched then.
 */
bool revision_cut_path(struct str *revision, struct str *path);

#endif
