/*
 * item_score: the scores of one item, of all units at once: its rule (or the
 * sum of its children), a veto, its bounds, the policy for what is missing or
 * does not apply (in bounds too), the points it has from absent siblings,
 * rounding; in this order. Knows scoring; not in which order items come.
 */
#ifndef SHIJI_ITEM_SCORE_H
#define SHIJI_ITEM_SCORE_H

#include "score/scoring.h"

/* One step of the scheme's order: of one item what SCORING_RULE etc. say. */
void item_score_step(struct scoring *scoring, uint32_t step);

/*
 * The same steps of the item in hand, for the units in hand: its program is to
 * be started before the first and the last.
 */
void item_score_rule(struct scoring *scoring);
void item_score_shares(struct scoring *scoring);
void item_score_final(struct scoring *scoring);

/* Whether an absent child's points go to its siblings. */
bool score_is_rescaled(const struct item *child, unsigned state);

#endif
