/*
 * order: the order in which the items of a scheme can be scored, step by step,
 * and the circles that leave none. Knows bound rules by what they read alone.
 */
#ifndef SHIJI_ORDER_H
#define SHIJI_ORDER_H

#include "scheme/node.h"
#include "scheme/scheme.h"

/*
 * Set the order of a scheme whose rules are bound. False, with a finding that
 * names the circle, where items depend on one another.
 */
bool order_scheme(struct scheme *scheme, struct diag *diag);

#endif
