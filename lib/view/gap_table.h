/*
 * gap_table: shows how far a unit is from a rank, item by item, and the bonus
 * points that are still open. Knows what was found; finds nothing out.
 */
#ifndef SHIJI_GAP_TABLE_H
#define SHIJI_GAP_TABLE_H

#include "analysis/gap.h"
#include "view/gap_view.h"

/* A row for the total, then one for each item. */
void gap_table(const struct gap_view *view, const struct gap *gap);
/*
 * Before a table for people, what it comes to in a sentence or two; for
 * programs nothing.
 */
void gap_sentence(const struct gap_view *view, const struct gap *gap);
/*
 * The same of a scenario: the total and rank that the unit, if there is one in
 * question, would have, and has now.
 */
void gap_sentence_scenario(const struct gap_view *view,
    const struct result *before, const struct result *after);

/* Each bonus of the scheme: its cap, what is won, what remains, for whom. */
void bonus_table(const struct gap_view *view, struct engine *engine,
    const struct gap *gap);

#endif
