/*
 * verify: proves the closes of a book: finds where to look from, sees that the
 * clone has all of it, proves each period, compares with what was proved
 * before, and remembers. Knows how one close is proved, and git; prints
 * nothing.
 */
#ifndef SHIJI_VERIFY_H
#define SHIJI_VERIFY_H

#include "close/proof.h"

struct verify_request {
	const char *folder;   /* of the book */
	const char *revision; /* as which commit has it; NULL: HEAD */
	const struct period *periods;
	size_t period_count; /* 0: all that are closed */
	const char *signers; /* a file that can be read, or NULL */
	bool is_dry_run;     /* remember nothing */
};

/*
 * Prove. -1 with findings where nothing can be proved: no repository or commit,
 * a shallow clone, no close. What makes a history doubtful though every proof
 * may hold is a warning or a note: replaced objects, dates that run backwards,
 * tags of closes that the commit does not have, history rewritten since. What
 * cannot be remembered is a finding too, and 0. proof_list_free() frees in
 * either case.
 */
int verify_book(struct proof_list *proofs, const struct verify_request *request,
    struct diag *diag);

#endif
