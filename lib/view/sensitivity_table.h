/*
 * sensitivity_table: shows how firm a ranking is: the ranks of each unit over
 * the draws, and the pairs of units whose order is not firm. Knows what was
 * found; finds nothing out.
 */
#ifndef SHIJI_SENSITIVITY_TABLE_H
#define SHIJI_SENSITIVITY_TABLE_H

#include "analysis/sensitivity.h"
#include "view/gap_view.h"

/* A row for each unit that the view shows. */
void sensitivity_table(const struct gap_view *view,
    const struct sensitivity *found);
/* A row for each pair whose order is not firm, if the view shows either. */
void sensitivity_table_pairs(const struct gap_view *view,
    const struct sensitivity *found);

#endif
