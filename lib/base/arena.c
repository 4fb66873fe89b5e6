#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Under the address sanitizer what is not handed out, or was given back, must
 * not be touched, and allocations do not stand wall to wall.
 */
#if defined(__SANITIZE_ADDRESS__)
#define IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_WATCHED
#endif
#endif
#ifdef IS_WATCHED
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(memory, size) ((void)(memory), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(memory, size) ((void)(memory), (void)(size))
enum { GAP = 0 };
#endif

enum { BLOCK_FIRST = 32 * 1024, BLOCK_LAST = 8 * 1024 * 1024 };

struct arena_block {
	struct arena_block *older;
	size_t size; /* of the bytes that follow */
	alignas(max_align_t) char bytes[];
};

static size_t
round_up(size_t size)
{
	size_t unit = alignof(max_align_t);

	if (size > SIZE_MAX - unit - GAP - sizeof(struct arena_block))
		memory_short();
	return (size + unit - 1) / unit * unit + GAP;
}

static void
add_block(struct arena *arena, size_t size)
{
	size_t room = BLOCK_FIRST;
	struct arena_block *block;

	if (arena->block != NULL && arena->block->size >= BLOCK_FIRST)
		room = arena->block->size < BLOCK_LAST ? 2 * arena->block->size
						       : BLOCK_LAST;
	if (room > BLOCK_LAST)
		room = BLOCK_LAST;
	if (room < size)
		room = size;
	block = memory_alloc(sizeof(*block) + room);
	block->older = arena->block;
	block->size = room;
	arena->block = block;
	arena->next = block->bytes;
	arena->end = block->bytes + room;
	ASAN_POISON_MEMORY_REGION(block->bytes, room);
}

void *
arena_alloc_raw(struct arena *arena, size_t size)
{
	size_t room = round_up(size);
	void *memory;

	if (arena->block == NULL || (size_t)(arena->end - arena->next) < room)
		add_block(arena, room);
	memory = arena->next;
	arena->next += room;
	ASAN_UNPOISON_MEMORY_REGION(memory, size);
	return memory;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc_raw(arena, size), 0, size);
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		memory_short();
	return arena_alloc(arena, bytes);
}

struct str
arena_str(struct arena *arena, struct str s)
{
	char *copy = arena_alloc_raw(arena, s.size + 1);

	if (s.size > 0)
		memcpy(copy, s.data, s.size);
	copy[s.size] = '\0';
	return (struct str){ copy, s.size };
}

struct str
arena_format(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		memory_short();
	text = arena_alloc_raw(arena, (size_t)size + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return (struct str){ text, (size_t)size };
}

struct arena_mark
arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ arena->block, arena->next };
}

void
arena_release(struct arena *arena, struct arena_mark mark)
{
	while (arena->block != mark.block) {
		struct arena_block *block = arena->block;

		arena->block = block->older;
		free(block);
	}
	arena->next = mark.next;
	arena->end = NULL;
	if (arena->block == NULL)
		return;
	arena->end = arena->block->bytes + arena->block->size;
	ASAN_POISON_MEMORY_REGION(arena->next,
	    (size_t)(arena->end - arena->next));
}

void
arena_free(struct arena *arena)
{
	arena_release(arena, (struct arena_mark){ NULL, NULL });
}

void *
arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity,
    size_t size)
{
	void *wider;

	if (count < *capacity)
		return array;
	*capacity = *capacity == 0 ? 8 : 2 * *capacity;
	wider = arena_array(arena, *capacity, size);
	if (count > 0)
		memcpy(wider, array, count * size);
	return wider;
}
