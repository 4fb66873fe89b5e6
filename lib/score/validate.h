/*
 * validate: what looks wrong in the figures of a period but may be right, and
 * what is not reported yet. Knows data and bound schemes; scores nothing.
 */
#ifndef SHIJI_VALIDATE_H
#define SHIJI_VALIDATE_H

#include "score/engine.h"

/*
 * Report, as notes: values ten times their last, signs that flip, growth that
 * has no base, official growth that its measure contradicts.
 */
void validate_period(struct engine *engine, const struct book *book,
    struct period period, struct diag *diag);

/* Report measures that no rule of any scheme uses. */
void validate_unused(struct engine *engine, const struct book *book,
    struct diag *diag);

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
