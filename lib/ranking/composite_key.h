/*
 * tuple: numbers for combinations of names, such as a period and an item, in
 * the order in which they are first met. Knows slices and memory.
 */
#ifndef SHIJI_COMPOSITE_KEY_H
#define SHIJI_COMPOSITE_KEY_H

#include "base/str.h"

struct tuple_level;

struct tuples {
	struct tuple_level *levels; /* one for each name of a combination */
	size_t width;
	uint32_t count; /* combinations so far */
};

/* For combinations of `width` names; of none at all there is one. */
void tuples_init(struct tuples *tuples, size_t width);
void tuples_free(struct tuples *tuples);

/*
 * The number of a combination, from 0; a new one gets the next. The names are
 * borrowed, and must outlive the tuples. What is like the combination before
 * costs little.
 */
uint32_t tuples_add(struct tuples *tuples, const struct str *names);

#endif
