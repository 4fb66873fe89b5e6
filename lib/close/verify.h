/*
 * verify: whether closed periods are what they say they are: their tags, their
 * files, their results computed once more, their chain, and that nothing of
 * it was changed since. Knows publications and git; prints nothing.
 */
#ifndef SHIJI_VERIFY_H
#define SHIJI_VERIFY_H

#include "close/close_build.h"

enum verify_verdict { VERDICT_PROVED, VERDICT_NOT_PROVED, VERDICT_UNKNOWN };

/* What failed, in the order in which it is looked at. */
enum verify_check {
	VERIFY_NONE,	  /* nothing failed */
	VERIFY_CLOSED,	  /* the period is not closed here */
	VERIFY_CHANGED,	  /* a later commit changed what is frozen */
	VERIFY_TAG,	  /* there is none, or it marks another commit */
	VERIFY_COMMIT,	  /* it does more than close, or from elsewhere */
	VERIFY_RECORD,	  /* close.rec is not as a close writes it */
	VERIFY_DIGEST,	  /* a file is not the one that close.rec names */
	VERIFY_CHAIN,	  /* the record of the close before is another */
	VERIFY_SOUND,	  /* the records were unsound */
	VERIFY_RESULTS,	  /* computed again, they are others */
	VERIFY_SIGNATURE, /* not signed, or not by one of the signers */
	VERIFY_SEEN	  /* it was another when last seen */
};

/* `changed`, `tag` and so on; empty for VERIFY_NONE. */
const char *verify_check_text(enum verify_check check);
/* `proved`, `not-proved`, `cannot-tell`. */
const char *verify_verdict_text(enum verify_verdict verdict);

struct proof {
	struct period period;
	enum verify_verdict verdict;
	unsigned revision; /* the latest */
	struct str commit; /* that closed it, in hexadecimal */
	struct str tag_id; /* what the latest tag's reference holds */
	struct str signer; /* with signers, where it is signed */
	enum verify_check check;
	struct str detail; /* what was found, in words */
	/* Since which commit, by whom; empty where that makes no sense. */
	struct str since, author, date;
};

struct verification {
	struct arena arena;
	struct proof *list; /* by period_compare() */
	size_t count, capacity;
};

struct verify_request {
	struct integrity *integrity;
	git_oid tip; /* as which commit has it */
	const struct period *periods;
	size_t period_count; /* 0: all that are closed */
	const char *signers; /* a file, or NULL */
};

/*
 * Prove. All texts are the proofs'; verify_free() frees. -1 with findings
 * where history cannot be read.
 */
int verify_make(struct verification *verification,
    const struct verify_request *request, struct diag *diag);
void verify_free(struct verification *verification);
/* The worst of all: VERDICT_NOT_PROVED, VERDICT_UNKNOWN, VERDICT_PROVED. */
enum verify_verdict verify_verdict(const struct verification *verification);

/* Mark one as not proved, unless it is already. */
void verify_fail(struct proof *proof, enum verify_check check,
    struct str detail);

/*
 * What makes a history doubtful though every proof may hold, each called once
 * with a sentence: dates that run backwards, tags of closes that the tip does
 * not have.
 */
void verify_doubts(const struct verify_request *request,
    void (*say)(void *context, struct str sentence), void *context);

#endif
