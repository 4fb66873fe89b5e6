/*
 * reference: names of branches, tags and the like, and where they lead. Knows
 * a repository's references; nothing of what lies behind.
 */
#ifndef SHIJI_REFERENCE_H
#define SHIJI_REFERENCE_H

#include "git/repository.h"

/* The object that a whole name leads to: `refs/tags/close/2022-10`, `HEAD`. */
bool reference_read(const struct repository *repository, const char *name,
    git_oid *out);

/*
 * `refs/heads/main`: what HEAD names, whether there is a commit or not; in the
 * arena. Empty where it names none.
 */
struct str reference_of_head(const struct repository *repository,
    struct arena *arena);

struct reference {
	struct str name; /* whole */
	git_oid id;
};

/*
 * Those whose names begin so, by their bytes; in the arena. One that leads
 * nowhere is left out.
 */
struct reference *reference_list(const struct repository *repository,
    struct str prefix, struct arena *arena, size_t *count);

#endif
