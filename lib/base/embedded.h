/*
 * embedded: files of lib/ that the build turns into arrays, so that the tools
 * need no files beside themselves.
 */
#ifndef SHIJI_EMBEDDED_H
#define SHIJI_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *path; /* inside the folder; NULL behind the last */
	const char *text;
	size_t size;
};

/* Each in the order of their paths' bytes. */
extern const struct embedded_file embedded_methods_rec[]; /* one file */
extern const struct embedded_file embedded_hooks[];
extern const struct embedded_file embedded_starter[]; /* a small book */

#endif
