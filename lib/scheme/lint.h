/*
 * lint: what is wrong with rules that are sound: bands that overlap, leave a
 * gap or are never reached, a cap below its base, a zero target or a pool
 * without spread left open. Knows bound schemes and what functions give for
 * constants; no data.
 */
#ifndef SHIJI_LINT_H
#define SHIJI_LINT_H

#include "scheme/bind.h"

/* Report what is found in a scheme that is bound and sound. */
void lint_scheme(const struct scheme *scheme, struct diag *diag);

#endif
