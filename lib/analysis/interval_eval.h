/*
 * interval_eval: what a score can be while some values are open: for each item
 * and unit a range that holds every score that values in their ranges could
 * give. Knows results, bound rules and ranges; not why a value is open.
 *
 * Rules are run over ranges, step by step as score/engine.h runs them over
 * numbers: pools, ranks, caps, vetoes, policies, shares and rounding included.
 * What does not rest on an open value is taken as it was scored. Where every
 * open value shrinks to a point, so does the range, but for what fails there.
 */
#ifndef SHIJI_INTERVAL_EVAL_H
#define SHIJI_INTERVAL_EVAL_H

#include "analysis/interval_open.h"
#include "score/engine.h"

struct interval_eval;

/*
 * The engine has scored the result, in which open values have one of the
 * values they may have, and must not score anything else in between.
 */
struct interval_eval *interval_eval_new(struct engine *engine,
    struct book *book, const struct result *result,
    const struct interval_open *open);
void
interval_eval_free(struct interval_eval *interval_eval); /* welcomes NULL */

/*
 * The scores of an item, a range for each unit, until interval_eval_again().
 */
const struct interval *interval_eval_item(struct interval_eval *interval_eval,
    uint32_t item);
/* The ranges of open values are others now. */
void interval_eval_again(struct interval_eval *interval_eval);

#endif
