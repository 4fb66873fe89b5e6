/*
 * push_check: whether a push may come in: what it would make of branches and
 * tags, judged by the states that its commits have, whatever command made them.
 * Knows officers, closes, the soundness of books and trailers; prints nothing.
 */
#ifndef SHIJI_PUSH_CHECK_H
#define SHIJI_PUSH_CHECK_H

#include "git/commit.h"

/* A reference that is to be moved. All zeros: it is not there. */
struct push_check_update {
	git_oid before, after;
	struct str ref;
};

/* A reason to refuse. */
struct push_check_refusal {
	struct str ref;
	struct str place;	   /* a file, with a line if known; or empty */
	struct str what, remedy;   /* translated */
	struct commit_info commit; /* its id is empty where none is meant */
};

enum { PUSH_CHECK_REFUSALS_MAX = 30 };

struct push_check_verdict {
	struct arena arena;
	struct push_check_refusal *list; /* at most PUSH_CHECK_REFUSALS_MAX */
	size_t count, capacity;
	size_t more;	/* refusals that are not in the list */
	size_t commits; /* that were judged */
};

struct push_check_request {
	const struct push_check_update *updates;
	size_t count;
	/*
	 * The branches of the repository are as they were before: as in the
	 * hook, and not in a clone that has the commits already.
	 */
	bool is_push;
};

/*
 * Judge updates together. -1 with findings where it cannot be told, which is
 * a refusal too. Texts live in the verdict; push_check_verdict_free() frees.
 */
int push_check_judge(struct repository *repository,
    const struct push_check_request *request,
    struct push_check_verdict *verdict, struct diag *diag);
void push_check_verdict_free(struct push_check_verdict *verdict);

#endif
