/*
 * intern: a hash table from names to small numbers. Knows slices and memory.
 *
 * The names are borrowed and must outlive the index. The order of anything
 * shown comes from the numbers, never from the table.
 */
#ifndef SHIJI_INTERN_H
#define SHIJI_INTERN_H

#include "base/str.h"

#define INDEX_NONE UINT32_MAX

struct intern_slot {
	struct str name;
	uint32_t hash, number;
};

/* All zeros is an empty index. */
struct intern {
	struct intern_slot *slots;
	size_t capacity, count; /* capacity is a power of two */
};

/*
 * Enter a name with its number. False where the name is there already, whose
 * number *number then gets; nothing is entered then.
 */
bool intern_add(struct intern *index, struct str name, uint32_t *number);
/* The number of a name, or INDEX_NONE. */
uint32_t intern_find(const struct intern *index, struct str name);
void intern_free(struct intern *index);

#endif
