#include "ranking/composite_key.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/intern.h"

/* A combination so far and the next name, as one key; and its number. */
struct slot {
	uint64_t key;
	uint32_t number;
	bool used;
};

struct composite_key_level {
	struct intern names;
	struct str last; /* the name that came last, and its number */
	uint32_t last_number;
	struct slot *slots; /* unused at the first level */
	size_t capacity;    /* a power of two */
	uint32_t count;	    /* numbers given at this level */
	struct slot recent; /* the slot that was found last */
};

void
composite_key_init(struct composite_keys *tuples, size_t width)
{
	size_t size = width * sizeof(*tuples->levels);

	*tuples =
	    (struct composite_keys){ .width = width, .count = width == 0 };
	tuples->levels = memset(memory_alloc(size), 0, size);
}

void
composite_key_free(struct composite_keys *tuples)
{
	for (size_t i = 0; i < tuples->width; i++) {
		intern_free(&tuples->levels[i].names);
		free(tuples->levels[i].slots);
	}
	free(tuples->levels);
	*tuples = (struct composite_keys){ 0 };
}

static uint32_t
name_number(struct composite_key_level *level, struct str name)
{
	uint32_t number = (uint32_t)level->names.count;

	if (level->last.data != NULL && str_equal(level->last, name))
		return level->last_number;
	intern_add(&level->names, name, &number);
	level->last = name;
	level->last_number = number;
	return number;
}

/* Where the key is, or would be. */
static struct slot *
find_slot(struct slot *slots, size_t capacity, uint64_t key)
{
	/* Fibonacci hashing: the high bits of the product are well mixed. */
	uint64_t mixed = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(mixed >> 32) & (capacity - 1);

	while (slots[at].used && slots[at].key != key)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

static void
grow(struct composite_key_level *level)
{
	size_t capacity = level->capacity == 0 ? 256 : 2 * level->capacity;
	size_t size = capacity * sizeof(*level->slots);
	struct slot *slots = memset(memory_alloc(size), 0, size);

	for (size_t i = 0; i < level->capacity; i++)
		if (level->slots[i].used)
			*find_slot(slots, capacity, level->slots[i].key) =
			    level->slots[i];
	free(level->slots);
	level->slots = slots;
	level->capacity = capacity;
}

static uint32_t
pair_number(struct composite_key_level *level, uint32_t before, uint32_t name)
{
	uint64_t key = (uint64_t)before << 32 | name;
	struct slot *slot;

	if (level->recent.used && level->recent.key == key)
		return level->recent.number;
	if (level->count >= level->capacity / 2)
		grow(level);
	slot = find_slot(level->slots, level->capacity, key);
	if (!slot->used)
		*slot = (struct slot){ key, level->count++, true };
	level->recent = *slot;
	return slot->number;
}

uint32_t
composite_key_add(struct composite_keys *tuples, const struct str *names)
{
	uint32_t number = 0;

	for (size_t i = 0; i < tuples->width; i++) {
		struct composite_key_level *level = &tuples->levels[i];
		uint32_t name = name_number(level, names[i]);

		if (i > 0)
			number = pair_number(level, number, name);
		else
			number = name;
	}
	if (tuples->width > 0 && number >= tuples->count)
		tuples->count = number + 1;
	return number;
}
