/*
 * memory: a stream of stdio whose bytes end up in a buffer, for what prints to
 * a FILE. Knows buffers only.
 */
#ifndef SHIJI_MEMORY_H
#define SHIJI_MEMORY_H

#include <stdio.h>

#include "base/str.h"

struct memory {
	char *bytes;
	size_t size;
	FILE *stream; /* to be printed to */
};

void memory_open(struct memory *memory);
/*
 * Close the stream; the buffer holds all that was printed, and nothing else.
 * Where memory was short the program ends: half a file is never taken for the
 * whole.
 */
void memory_take(struct memory *memory, struct buffer *out);

#endif
