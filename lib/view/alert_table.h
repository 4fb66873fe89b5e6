/*
 * alert_table: shows at which level of alert items stand, since when and why,
 * beside how far they are from their plan. Knows what was found; finds nothing
 * out.
 */
#ifndef SHIJI_ALERT_TABLE_H
#define SHIJI_ALERT_TABLE_H

#include "analysis/alert_status.h"
#include "view/duty_view.h"

/* The rows asked for, in their order; those at no level only with `all`. */
void alert_table(const struct duty_view *view,
    const struct responsibilities *duties, const struct alert_status_row *rows,
    size_t count, bool all);

#endif
