#include "book/hooks.h"

#include "base/embedded.h"

struct hook
hook_at(size_t number)
{
	const struct embedded_file *file = &embedded_hooks[number];

	return (struct hook){ file->path, { file->text, file->size } };
}
