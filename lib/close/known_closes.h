/*
 * known_closes: what was seen of a repository when its closes were last proved,
 * kept outside of it: in $XDG_STATE_HOME/shiji, or ~/.local/state/shiji.
 * Whoever rewrites the history of a repository cannot rewrite what its readers
 * remember. Knows proofs and git.
 */
#ifndef SHIJI_KNOWN_CLOSES_H
#define SHIJI_KNOWN_CLOSES_H

#include "close/proof.h"

struct known_closes {
	struct arena arena;
	const char *path; /* of the file; NULL: there is no place for it */
	struct str repository, book;
	struct seen_branch {
		struct str name, head;
	} * branches;
	size_t branch_count, branch_capacity;
	struct seen_close {
		struct period period;
		unsigned revision;
		struct str tag; /* what its reference held */
	} * closes;
	size_t close_count, close_capacity;
};

/*
 * Read what was seen of the book that `integrity` is of; nothing where it was
 * never seen. -1 with a finding where the file cannot be read.
 * known_closes_free() frees in either case.
 */
int known_closes_read(struct known_closes *seen,
    const struct integrity *integrity, struct diag *diag);
void known_closes_free(struct known_closes *seen);

/*
 * Compare with what is there now: a close that was another one then is not
 * proved, and one that is gone is added. A branch that no longer has the head
 * that was seen gets a warning. The request's periods are all.
 */
void known_closes_compare(struct known_closes *seen,
    const struct proof_request *request, const char *branch,
    struct proof_list *proofs, struct diag *diag);

/*
 * Remember what is there now: the branch's head, and closes that are proved.
 * Those that differ from what was seen are left as they were seen, so that
 * this is said again. The file is replaced whole. -1 with a finding where it
 * cannot be written.
 */
int known_closes_write(struct known_closes *seen,
    const struct proof_request *request, const char *branch,
    const struct proof_list *proofs, struct diag *diag);

#endif
