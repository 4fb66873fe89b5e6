/*
 * guard: whether a push may come in: what it would make of branches and tags,
 * judged by the states that its commits have, whatever command made them.
 * Knows officers, closes, the soundness of books and trailers; prints nothing.
 */
#ifndef SHIJI_PUSH_CHECK_H
#define SHIJI_PUSH_CHECK_H

#include <git2.h>

#include "base/arena.h"
#include "base/diag.h"
#include "git/commit.h"

struct repository;

/* A reference that is to be moved. All zeros: it is not there. */
struct guard_update {
	git_oid before, after;
	struct str ref;
};

/* A reason to refuse. */
struct guard_refusal {
	struct str ref;
	struct str place;	   /* a file, with a line if known; or empty */
	struct str what, remedy;   /* translated */
	struct commit_info commit; /* its id is empty where none is meant */
};

enum { GUARD_REFUSALS_MAX = 30 };

struct guard_verdict {
	struct arena arena;
	struct guard_refusal *list; /* at most GUARD_REFUSALS_MAX */
	size_t count, capacity;
	size_t more;	/* refusals that are not in the list */
	size_t commits; /* that were judged */
};

struct guard_request {
	const struct guard_update *updates;
	size_t count;
	/*
	 * The branches of the repository are as they were before: as in the
	 * hook, and not in a clone that has the commits already.
	 */
	bool is_push;
};

/*
 * Judge updates together. -1 with findings where it cannot be told, which is
 * a refusal too. Texts live in the verdict; guard_verdict_free() frees.
 */
int guard_judge(struct repository *repository,
    const struct guard_request *request, struct guard_verdict *verdict,
    struct diag *diag);
void guard_verdict_free(struct guard_verdict *verdict);

#endif
