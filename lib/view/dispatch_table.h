/*
 * dispatch_table: the dispatch sheet: who leads each item of a unit, how far
 * it has come and when it was last reported. Knows what a sheet tells of an
 * item; finds nothing out.
 */
#ifndef SHIJI_DISPATCH_TABLE_H
#define SHIJI_DISPATCH_TABLE_H

#include "analysis/dispatch.h"
#include "view/duty_view.h"

/* A row for each item that is led, in the order of the duties. */
void dispatch_table(const struct duty_view *view,
    const struct dispatch *dispatch);

#endif
