/*
 * memory: what is asked of the system, checked. Where memory is short the
 * program says so on standard error and ends with status 2: the only end below
 * the tools, since nobody could go on. Knows nothing above.
 */
#ifndef SHIJI_MEMORY_H
#define SHIJI_MEMORY_H

#include <stddef.h>

/* Not zeroed; free() frees. */
void *memory_alloc(size_t size);
void *memory_resize(void *old, size_t size);
/* An array of so many; and one of zeros. */
void *memory_array(size_t count, size_t size);
void *memory_zeros(size_t count, size_t size);
_Noreturn void memory_short(void);

#endif
