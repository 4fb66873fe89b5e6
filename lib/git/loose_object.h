/*
 * loose_object: guards libgit2 against damaged loose objects, which are the
 * files in a repository's objects folder that hold one object each. Knows their
 * format (zlib's, RFC 1950 and 1951) and libgit2's object database; no source.
 *
 * libgit2 1.5 reads an object cut short, as a full disk or a loss of power
 * leaves it, for ever (libgit2#7342), and writes past the end of its memory
 * where an object is longer than it says (libgit2#7177). So each loose object
 * is taken through here first.
 */
#ifndef SHIJI_LOOSE_OBJECT_H
#define SHIJI_LOOSE_OBJECT_H

#include <git2.h>
#include <stdbool.h>

#include "base/str.h"

/*
 * From now on the database refuses damaged loose objects of this objects
 * folder, and of those that it borrows from (info/alternates), with an error
 * that says so. 0, or libgit2's error. The guard goes with the database.
 */
int loose_object_guard(git_odb *objects, const char *folder);

/*
 * Whether the bytes of a loose object inflate to their end and to the size
 * that the object's header says. With `header_only` it is enough that they do
 * so as far as libgit2 looks to read the header.
 */
bool loose_object_is_sound(struct str bytes, bool header_only);

#endif
