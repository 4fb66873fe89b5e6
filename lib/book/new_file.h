/*
 * new_file: makes files that are not there yet, whole or not at all, and never
 * touches those that are. Knows paths and bytes.
 */
#ifndef SHIJI_NEW_FILE_H
#define SHIJI_NEW_FILE_H

#include "base/str.h"

enum new_file {
	NEW_FILE_MADE,
	NEW_FILE_SAME,	/* it was there, with just these bytes */
	NEW_FILE_OTHER, /* something else is there, and stays */
	NEW_FILE_FAULT	/* errno tells */
};

/* What stands at a path: SAME, OTHER, FAULT, or MADE where nothing does. */
enum new_file new_file_look(const char *path, struct str bytes);
/* Make it, for its user to run where `mode` says so. */
enum new_file new_file_make(const char *path, struct str bytes, unsigned mode);

/*
 * Make a folder and those above it, as far as they are not there. -1: errno.
 * Below `top` bytes of the path no symbolic link is followed.
 */
int new_folder(const char *path, size_t top);

#endif
