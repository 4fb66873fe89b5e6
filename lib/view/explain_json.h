/*
 * explain_json: an explanation as JSON, for programs: shiji-explain(1) names
 * the keys. Knows explanations.
 */
#ifndef SHIJI_EXPLAIN_JSON_H
#define SHIJI_EXPLAIN_JSON_H

#include "analysis/explain.h"

/*
 * Append one object on one line, without a newline. `what_if` may be NULL;
 * where it is not, the explanation is that of the assumed score.
 */
void explain_json(struct buffer *out, const struct explanation *explanation,
    const struct counterfactual *what_if);

#endif
