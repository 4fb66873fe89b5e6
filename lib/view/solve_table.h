/*
 * solve_table: shows which value of each measure would bring an item to a
 * score: its full marks, what the wanted rank takes, or so many points more.
 * Knows gaps and goal seeking; not which items are asked for.
 */
#ifndef SHIJI_SOLVE_TABLE_H
#define SHIJI_SOLVE_TABLE_H

#include "analysis/gap.h"
#include "analysis/goal_seek.h"
#include "view/gap_view.h"

/*
 * Seek, and show, a row for each item of a gap, each measure that it reads and
 * each target that it has; `more` is what GAP_TARGET_MORE adds. Items of which
 * nothing is to be had are left out, unless `all`.
 */
void solve_table(const struct gap_view *view, struct book *book,
    struct engine *engine, const struct gap *gap, struct num more, bool all);

#endif
