/*
 * due_table: shows what is missing, late or provisional on a day, a row for
 * what has the same to be said of. Knows lists of what is overdue; finds
 * nothing out.
 */
#ifndef SHIJI_DUE_TABLE_H
#define SHIJI_DUE_TABLE_H

#include "analysis/overdue.h"
#include "view/duty_view.h"

/* The rows of the offices asked for, as they stood on that day. */
void due_table(const struct duty_view *view, const struct overdue_list *list,
    int32_t date);
/* Whether any of these is late. */
bool due_table_is_late(const struct duty_view *view,
    const struct overdue_list *list);

#endif
