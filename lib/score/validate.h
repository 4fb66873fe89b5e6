/*
 * validate: whether the records of a book can be relied on: every problem in
 * its schemes, its figures, and what its rules make of them; what looks wrong
 * but may be right; what is not reported yet. Knows everything below; prints
 * nothing.
 */
#ifndef SHIJI_VALIDATE_H
#define SHIJI_VALIDATE_H

#include "score/engine.h"

struct validate_request {
	bool has_periods; /* else all there are */
	struct period_range periods;
	/*
	 * Add, as notes, what looks wrong but may be right: values ten times
	 * their last, signs that flip, growth that has no base, official growth
	 * that its measure contradicts; measures that no rule of any scheme
	 * uses.
	 */
	bool warn;
};

/*
 * Report every problem in the schemes and the figures of a book, and score its
 * periods, so that what a rule cannot do with them is found too. The records of
 * the book itself are reported when it is loaded. Of rules that leave
 * something open there are warnings.
 */
void validate_book(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag);
/* The same without scoring anything, nor notes. */
void validate_records(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag);

/*
 * Of each measure whether the scheme of a period reads it in that period: what
 * is to be reported. In the arena; NULL where there is no sound scheme.
 */
uint8_t *validate_needs(struct engine *engine, const struct book *book,
    struct period period, struct arena *arena);

/* A value that the scheme of a period reads and nobody has reported. */
struct validate_due {
	uint32_t measure, unit;
};

/*
 * What is still missing in a period, by measure in the order of measures.rec,
 * then by unit; the array lives in the arena.
 */
struct validate_due *validate_due(struct engine *engine,
    const struct book *book, struct period period, struct arena *arena,
    size_t *count);

#endif
