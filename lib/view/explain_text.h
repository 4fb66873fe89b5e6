/*
 * explain_text: an explanation as sentences that an official can read out.
 * Knows explanations.
 */
#ifndef SHIJI_EXPLAIN_TEXT_H
#define SHIJI_EXPLAIN_TEXT_H

#include "analysis/explain.h"

/* Append the text. `what_if` is as for explain_json(). */
void explain_text(struct buffer *out, const struct explanation *explanation,
    const struct counterfactual *what_if);
/* Append a step's expression, and where it is not the unit's, or not now, so.
 */
void explain_step_text(struct buffer *out,
    const struct explanation *explanation, const struct explain_step *step);

#endif
