#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void
memory_short(void)
{
	static const char text[] = "shiji: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) {
		/* Nobody is left to tell. */
	}
	_Exit(2);
}

void *
memory_alloc(size_t size)
{
	void *memory = malloc(size > 0 ? size : 1);

	if (memory == NULL)
		memory_short();
	return memory;
}

void *
memory_resize(void *old, size_t size)
{
	void *memory = realloc(old, size > 0 ? size : 1);

	if (memory == NULL)
		memory_short();
	return memory;
}

void *
memory_array(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		memory_short();
	return memory_alloc(bytes);
}

void *
memory_zeros(size_t count, size_t size)
{
	void *array = memory_array(count, size);

	return memset(array, 0, count * size);
}
