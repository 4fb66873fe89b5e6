/*
 * rank_bounds_table: shows which ranks are still possible for each unit. Knows
 * what was found; finds nothing out.
 */
#ifndef SHIJI_RANK_BOUNDS_TABLE_H
#define SHIJI_RANK_BOUNDS_TABLE_H

#include "analysis/rank_bounds.h"
#include "view/gap_view.h"

/* A row for each unit that the view shows. */
void rank_bounds_table(const struct gap_view *view,
    const struct rank_bounds *rank_bounds);

#endif
