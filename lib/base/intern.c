#include "base/intern.h"

#include <stdlib.h>

#include "base/arena.h"

static struct intern_slot *
slot_of(const struct intern *index, struct str name, uint32_t hash)
{
	size_t mask = index->capacity - 1;
	size_t at = hash & mask;

	while (index->slots[at].name.data != NULL) {
		if (index->slots[at].hash == hash &&
		    str_equal(index->slots[at].name, name))
			break;
		at = (at + 1) & mask;
	}
	return &index->slots[at];
}

static void
grow(struct intern *index)
{
	struct intern old = *index;

	index->capacity = old.capacity == 0 ? 64 : old.capacity * 2;
	index->slots = calloc(index->capacity, sizeof(*index->slots));
	if (index->slots == NULL)
		memory_short();
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].name.data != NULL)
			*slot_of(index, old.slots[i].name, old.slots[i].hash) =
			    old.slots[i];
	free(old.slots);
}

bool
intern_add(struct intern *index, struct str name, uint32_t *number)
{
	uint32_t hash = (uint32_t)str_hash(name);
	struct intern_slot *slot;

	/* At most half full, so that a search ends soon. */
	if (2 * (index->count + 1) > index->capacity)
		grow(index);
	slot = slot_of(index, name, hash);
	if (slot->name.data != NULL) {
		*number = slot->number;
		return false;
	}
	*slot = (struct intern_slot){ name, hash, *number };
	index->count++;
	return true;
}

uint32_t
intern_find(const struct intern *index, struct str name)
{
	const struct intern_slot *slot;

	if (index->count == 0)
		return INDEX_NONE;
	slot = slot_of(index, name, (uint32_t)str_hash(name));
	return slot->name.data == NULL ? INDEX_NONE : slot->number;
}

void
intern_free(struct intern *index)
{
	free(index->slots);
	*index = (struct intern){ 0 };
}
