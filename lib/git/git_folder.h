/*
 * git_folder: the files of a repository that say what objects and commits it
 * has. Knows these files; opens no repository.
 *
 * libgit2 reads them too, but versions differ in which they read and in what
 * they refuse, so they are looked at here. A folder is the one that all work
 * trees of a repository share, with a slash at its end.
 */
#ifndef SHIJI_GIT_FOLDER_H
#define SHIJI_GIT_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Parents that git is to take for a commit's; where a shallow clone ends. */
#define GIT_FOLDER_GRAFTS "info/grafts"
#define GIT_FOLDER_SHALLOW "shallow"

/*
 * That of the repository in which a folder lies, searched for as git does; in
 * the arena. Empty where there is none.
 */
struct str git_folder_find(const char *folder, struct arena *arena);
/*
 * What git wants to be told is safe before it uses that repository: the top of
 * the work tree, or a bare repository itself, without a slash; in the arena.
 */
struct str git_folder_top(const char *folder, struct arena *arena);

/* Whether there is such a file, with something in it. */
bool git_folder_has(struct str folder, const char *name);

/*
 * The lines of such a file are ids of commits, with one blank between each
 * two. The number of the first line that is not, or 0.
 */
size_t git_folder_bad_line(struct str folder, const char *name);

/*
 * How the objects are named, if the settings say that: `sha1`, `sha256`. In the
 * arena; empty where they do not.
 */
struct str git_folder_format(struct str folder, struct arena *arena);

#endif
