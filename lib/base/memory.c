#include "base/memory.h"

#include <stdlib.h>

#include "base/arena.h"

void
memory_open(struct memory *memory)
{
	*memory = (struct memory){ 0 };
	memory->stream = open_memstream(&memory->bytes, &memory->size);
	if (memory->stream == NULL)
		memory_short();
}

void
memory_take(struct memory *memory, struct buffer *out)
{
	bool lost = ferror(memory->stream) != 0;

	if (fclose(memory->stream) != 0 || lost)
		memory_short();
	buffer_clear(out);
	buffer_add(out, (struct str){ memory->bytes, memory->size });
	free(memory->bytes);
}
