/*
 * settings: what a repository is set to: git's configuration, the attributes of
 * paths, where hooks lie. Knows git's own files; not what the settings are for.
 */
#ifndef SHIJI_SETTINGS_H
#define SHIJI_SETTINGS_H

#include "git/repository.h"

enum settings_answer {
	SETTINGS_FOUND,
	SETTINGS_NONE, /* it is not set */
	SETTINGS_FAULT /* repository_reason() tells */
};

/* A setting of the repository or its user, in the arena. */
enum settings_answer settings_read(const struct repository *repository,
    const char *name, struct arena *arena, struct str *value);
/* Set it for the repository alone. -1: repository_reason() tells. */
int settings_write(const struct repository *repository, const char *name,
    const char *value);

/*
 * The attribute of a path of the work tree, as its files say, then the index:
 * its value, "set" where it is set without one, else ""; in the arena.
 */
struct str settings_attribute(const struct repository *repository,
    const char *path, const char *name, struct arena *arena);

/* The folder in which git looks for hooks, in the arena. */
struct str settings_hooks(const struct repository *repository,
    struct arena *arena);

#endif
