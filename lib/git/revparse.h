/*
 * revparse: the object that a revision's name leads to, as gitrevisions(7)
 * writes names. Knows names, references and the graph of commits.
 *
 * libgit2 reads the names, but goes to ancestors by its own idea of parents
 * (see parents.h), so these steps are taken here: `~2`, `^2`, `^{/text}` and
 * `:/text`.
 */
#ifndef SHIJI_REVPARSE_H
#define SHIJI_REVPARSE_H

#include "git/repository.h"

/*
 * 0, or libgit2's error code with its last error set: GIT_ENOTFOUND where there
 * is no such thing, GIT_EINVALIDSPEC where the name is none.
 *
 * A text is an extended regular expression of POSIX, as in git, matched byte by
 * byte. What is found is the newest commit that has it in its message, by the
 * committer's date, before the colon or, without one, of all references.
 */
int revparse(git_object **out, const struct repository *repository,
    const char *name);

#endif
