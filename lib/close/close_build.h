/*
 * publication: the files of a close, made from a commit of the book: by the
 * tool that closes, and again by the one that proves. Knows repositories,
 * closes and corrections; writes nothing.
 */
#ifndef SHIJI_CLOSE_BUILD_H
#define SHIJI_CLOSE_BUILD_H

#include "close/correction.h"
#include "close/integrity.h"

/* A book as a commit has it, ready to be scored. */
struct publication {
	struct arena arena;
	struct frozen *frozen; /* the caller's */
	git_oid commit;
	struct str revision; /* `COMMIT:PATH`, as it was opened */
	struct diag *diag;   /* all findings stand here */
	struct source *source;
	struct book *book; /* NULL where it cannot be loaded */
	struct engine *engine;
	/* Filled by publication_make(). */
	struct closing_results results;
	struct closing_record record;
	struct closing_digests digests;
	struct buffer text; /* of close.rec */
	struct correction_sum sum;
};

/*
 * Open the book that `frozen` is of, as a commit has it. -1 with findings in
 * publication->diag; publication_close() frees in either case.
 */
int publication_open(struct publication *publication, struct frozen *frozen,
    const git_oid *commit);
void publication_close(struct publication *publication);

/* What the records do not say themselves. Texts must outlive the publication.
 */
struct publication_request {
	struct period period;
	unsigned revision;
	bool is_provisional;
	struct str program;		       /* empty: this one */
	unsigned rules;			       /* 0: these */
	struct str reason, basis, approved_by; /* of a correction */
};

/*
 * Make the files and the record of a close. -1 with findings where it cannot
 * be computed. A correction is compared with the close that the commit has.
 */
int publication_make(struct publication *publication,
    const struct publication_request *request);

/* The bytes of a file; of close.rec with CLOSING_FILES. Empty: none. */
struct str publication_file(const struct publication *publication,
    enum closing_file file);

/*
 * The close before a period, of its length, among those that a commit has;
 * NULL where it is the first.
 */
const struct frozen_close *publication_previous(struct frozen *frozen,
    const git_oid *commit, struct period period);

#endif
