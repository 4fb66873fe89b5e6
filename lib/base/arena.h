/*
 * arena: memory that dies together. Knows texts and memory.
 *
 * Where memory is short the program ends. An arena of all zeros is ready.
 */
#ifndef SHIJI_ARENA_H
#define SHIJI_ARENA_H

#include <stddef.h>

#include "base/memory.h"
#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *block; /* the one in use, then older ones */
	char *next, *end;
};

/* A point to go back to. */
struct arena_mark {
	struct arena_block *block;
	char *next;
};

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same without zeroing; for arrays that are written in full. */
void *arena_alloc_raw(struct arena *arena, size_t size);
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
/* Zeroed; a product that overflows counts as memory being short. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies; both end in a NUL that the slice does not count. */
struct str arena_str(struct arena *arena, struct str s);
struct str arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct arena_mark arena_mark(const struct arena *arena);
/* Give back all that was allocated since the mark. */
void arena_release(struct arena *arena, struct arena_mark mark);
void arena_free(struct arena *arena);

/*
 * Grow an array by doubling, for arrays whose final length is not known: the
 * caller's array is copied inside the arena when it is full.
 */
void *arena_grow(struct arena *arena, void *array, size_t count,
    size_t *capacity, size_t size);

#endif
