/*
 * hooks: the git hooks that ship with Shiji, as files of .git/hooks. Knows
 * nothing above.
 */
#ifndef SHIJI_HOOKS_H
#define SHIJI_HOOKS_H

#include "base/str.h"

struct init_hook {
	const char *name; /* of the file; NULL behind the last hook */
	struct str text;
};

/* From 0 up to the first without a name. */
struct init_hook init_hook(size_t number);

#endif
