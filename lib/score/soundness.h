/*
 * soundness: whether the records of a book can be relied on: every problem in
 * its schemes, its figures, and what its rules make of them. Knows everything
 * below; prints nothing.
 */
#ifndef SHIJI_SOUNDNESS_H
#define SHIJI_SOUNDNESS_H

#include "score/engine.h"

struct validate_request {
	bool has_periods; /* else all there are */
	struct period_range periods;
	bool warn; /* add what looks wrong but may be right */
};

/*
 * Report every problem in the schemes and the figures of a book, and score its
 * periods, so that what a rule cannot do with them is found too. The records of
 * the book itself are reported when it is loaded. Of rules that leave
 * something open there are warnings.
 */
void validate_book(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag);
/* The same without scoring anything. */
void validate_records(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag);

#endif
