/*
 * names: what measures and units are called in the books of a work tree, for
 * tools that show a file without knowing its book. Knows sources and recfiles;
 * checks nothing.
 *
 * The books are: that of `prefix`, where the prefix is a book or lies in one;
 * else all that are found at most three folders deep, in the order of their
 * paths, level by level, the first 32, among the first 1,000 folders. Where
 * books differ over an Id, it has no name.
 */
#ifndef SHIJI_NAMES_H
#define SHIJI_NAMES_H

#include "base/intern.h"

struct labels;

/*
 * Read the names of the books in a folder. `prefix` is a path inside of it,
 * such as git's GIT_PREFIX; NULL or "" where there is none. What cannot be
 * read has no names. labels_free() frees.
 */
struct labels *labels_new(const char *folder, const char *prefix);
void labels_free(struct labels *names); /* welcomes NULL */

/* Empty where it is not known. Slices live as long as the names. */
struct str labels_measure(const struct labels *names, struct str id);
/* What the measure counts: `%`. */
struct str labels_measure_unit(const struct labels *names, struct str id);
/* By Id or alias. */
struct str labels_unit(const struct labels *names, struct str id);

#endif
