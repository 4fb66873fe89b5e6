/*
 * interval_depends: which nodes and items rest on a value that is open. Knows
 * what rules read; computes no score.
 */
#ifndef SHIJI_INTERVAL_DEPENDS_H
#define SHIJI_INTERVAL_DEPENDS_H

#include "analysis/interval_frame.h"

bool interval_depends_node(const struct interval_frame *frame,
    const struct node *node);
/* Whether an item's scores do. */
bool interval_depends_item(struct interval_eval *interval_eval, uint32_t item);

#endif
