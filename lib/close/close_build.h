/*
 * close_build: the files of a close, made from a commit of the book: by the
 * tool that closes, and again by the one that proves. Knows repositories,
 * closes and corrections; writes nothing.
 */
#ifndef SHIJI_CLOSE_BUILD_H
#define SHIJI_CLOSE_BUILD_H

#include "close/close_results.h"
#include "close/correction.h"
#include "close/integrity.h"

/* A book as a commit has it, ready to be scored. */
struct close_build {
	struct arena arena;
	struct integrity *integrity; /* the caller's */
	git_oid commit;
	struct str revision; /* `COMMIT:PATH`, as it was opened */
	struct diag *diag;   /* the caller's: all findings stand here */
	struct source *source;
	struct book *book; /* NULL where it cannot be loaded */
	struct engine *engine;
	/* Filled by close_build_make(). */
	struct close_results results;
	struct close_record record;
	struct close_digests digests;
	struct buffer text; /* of close.rec */
	struct correction_sum sum;
};

/*
 * Open the book that `integrity` is of, as a commit has it. -1 with findings;
 * close_build_close() frees in either case.
 */
int close_build_open(struct close_build *close_build,
    struct integrity *integrity, const git_oid *commit, struct diag *diag);
void close_build_close(struct close_build *close_build);

/* What the records do not say themselves. Texts must outlive what is made. */
struct close_build_request {
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
int close_build_make(struct close_build *close_build,
    const struct close_build_request *request);

/* The bytes of a file; of close.rec with CLOSE_FILES. Empty: none. */
struct str close_build_file(const struct close_build *close_build,
    enum close_record_file file);

/*
 * The close before a period, of its length, among those that a commit has;
 * NULL where it is the first.
 */
const struct integrity_close *close_build_previous(struct integrity *integrity,
    const git_oid *commit, struct period period);

#endif
