/*
 * tag: annotated tags: what they say they are, and the commit that they mark.
 * Knows objects of git; no signature, no close.
 */
#ifndef SHIJI_TAG_H
#define SHIJI_TAG_H

#include "git/repository.h"

struct tag {
	struct str name; /* that it gives itself */
	int64_t time;	 /* that its tagger gives, 0 where there is none */
	bool has_commit; /* else it marks something else */
	git_oid commit;	 /* where has_commit */
};

/* Its texts live in the arena. False where the object is no tag. */
bool tag_read(struct tag *out, const struct repository *repository,
    const git_oid *id, struct arena *arena);

/* Its bytes, signature and all; in the arena. False: they cannot be read. */
bool tag_text(const struct repository *repository, const git_oid *id,
    struct arena *arena, struct str *out);

/* The commit that an object is, or leads to as a tag; false: none. */
bool tag_peel(const struct repository *repository, const git_oid *id,
    git_oid *commit);

#endif
