/*
 * proof: whether closed periods are what they say they are: their tags, their
 * files, their results computed once more, their chain, and that nothing of
 * it was changed since. Knows how closes are built, and git; not where a proof
 * begins, nor what was proved before.
 */
#ifndef SHIJI_PROOF_H
#define SHIJI_PROOF_H

#include "close/close_build.h"

enum proof_verdict { VERDICT_PROVED, VERDICT_NOT_PROVED, VERDICT_UNKNOWN };

/* What failed, in the order in which it is looked at. */
enum proof_check {
	PROOF_NONE,	 /* nothing failed */
	PROOF_CLOSED,	 /* the period is not closed here */
	PROOF_CHANGED,	 /* a later commit changed what is frozen */
	PROOF_TAG,	 /* there is none, or it marks another commit */
	PROOF_COMMIT,	 /* it does more than close, or from elsewhere */
	PROOF_RECORD,	 /* close.rec is not as a close writes it */
	PROOF_DIGEST,	 /* a file is not the one that close.rec names */
	PROOF_CHAIN,	 /* the record of the close before is another */
	PROOF_SOUND,	 /* the records were unsound */
	PROOF_RESULTS,	 /* computed again, they are others */
	PROOF_SIGNATURE, /* not signed, or not by one of the signers */
	PROOF_SEEN	 /* it was another when last seen */
};

/* `changed`, `tag` and so on; empty for PROOF_NONE. */
const char *proof_check_text(enum proof_check check);
/* `proved`, `not-proved`, `cannot-tell`. */
const char *proof_verdict_text(enum proof_verdict verdict);

struct proof {
	struct period period;
	enum proof_verdict verdict;
	unsigned revision; /* the latest */
	struct str commit; /* that closed it, in hexadecimal */
	struct str tag_id; /* what the latest tag's reference holds */
	struct str signer; /* with signers, where it is signed */
	enum proof_check check;
	struct str detail; /* what was found, in words */
	/* Since which commit, by whom; empty where that makes no sense. */
	struct str since, author, date;
};

struct proof_list {
	struct arena arena;
	struct proof *list; /* by period_compare() */
	size_t count, capacity;
};

struct proof_request {
	struct integrity *integrity;
	git_oid tip; /* as which commit has it */
	const struct period *periods;
	size_t period_count; /* 0: all that are closed */
	const char *signers; /* a file, or NULL */
};

/*
 * Prove. All texts are the list's; proof_list_free() frees in either case. -1
 * with findings where history cannot be read.
 */
int proof_list_make(struct proof_list *proofs,
    const struct proof_request *request, struct diag *diag);
void proof_list_free(struct proof_list *proofs);
/* The worst of all: VERDICT_NOT_PROVED, VERDICT_UNKNOWN, VERDICT_PROVED. */
enum proof_verdict proof_list_verdict(const struct proof_list *proofs);

/* Mark one as not proved, unless it is already. */
void proof_fail(struct proof *proof, enum proof_check check, struct str detail);

#endif
