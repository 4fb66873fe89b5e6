#include "book/hooks.h"

#include "base/embedded.h"

struct init_hook
init_hook(size_t number)
{
	const struct embedded_file *file = &embedded_hooks[number];

	return (struct init_hook){ file->path, { file->text, file->size } };
}
