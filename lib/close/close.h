/*
 * close: the procedure of a month-end: a period is checked, computed and
 * published by a commit with a tag, or corrected, as its next revision. Knows
 * how closes are built and what rests on them, and git; prints nothing.
 */
#ifndef SHIJI_CLOSE_H
#define SHIJI_CLOSE_H

#include "base/diag.h"
#include "time/period.h"

struct close_request {
	const char *folder; /* of the book */
	struct period period;
	bool is_dry_run;     /* write nothing, say what would be written */
	bool is_provisional; /* although values are missing */
	bool is_verbose;     /* say what it was computed from */
	/* Of a correction; of an office its Id. */
	struct str reason, basis, approved_by;
	/* Told what is done, or would be: a sentence, translated. */
	void (*say)(void *context, struct str sentence);
	void *context;
};

/*
 * Close a period as HEAD has it, and put what is published of it, ranks.tsv,
 * into `table`. What an interrupted close left undone is done first, and then
 * nothing else; `table` is empty then. -1 with findings where that is refused,
 * or cannot be done.
 */
int close_period(const struct close_request *request, struct buffer *table,
    struct diag *diag);
/* The same of a period that is closed; `table` gets correction.tsv. */
int close_correct(const struct close_request *request, struct buffer *table,
    struct diag *diag);

#endif
