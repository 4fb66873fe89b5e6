/*
 * init: makes a book, and sets up the git repository around it: attributes,
 * settings, hooks; or the repository that all push to. Knows books as files,
 * and git; nothing of what records say. With commit_write the only module that
 * changes a repository.
 *
 * Nothing that is there is ever overwritten. What is done and what is left is
 * told line by line on a stream, NULL for silence:
 *
 *	made  a file, a folder, a repository
 *	set   a setting of git
 *	kept  it was there as it should be
 *	left  something else is there: what to do about it
 */
#ifndef SHIJI_INIT_H
#define SHIJI_INIT_H

#include <stdio.h>

#include "base/diag.h"
#include "base/str.h"

/*
 * A book in a folder, which is made if need be: a small one, or a copy of the
 * book in the folder `from`. Where one is there it is let alone, and only what
 * is missing around it is added. 0, or -1 with a finding: then of the book
 * nothing was made, or what a second run takes up.
 */
int init_book(const char *folder, const char *from, FILE *out,
    struct diag *diag);

/* A bare repository that guards what is pushed to it. Likewise. */
int init_server(const char *folder, FILE *out, struct diag *diag);

/* A git hook that ships with Shiji, as a file of .git/hooks. */
struct init_hook {
	const char *name; /* of the file; NULL behind the last hook */
	struct str text;
};

/* From 0 up to the first without a name. */
struct init_hook init_hook(size_t number);

#endif
