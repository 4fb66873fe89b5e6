/*
 * hooks: the git hooks that ship with Shiji, as files of .git/hooks. Knows
 * nothing above.
 */
#ifndef SHIJI_HOOKS_H
#define SHIJI_HOOKS_H

#include "str.h"

struct hook {
	const char *name; /* of the file; NULL past the last hook */
	struct str text;
};

struct hook hook_at(size_t number);

#endif
