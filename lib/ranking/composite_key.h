/*
 * composite_key: numbers for combinations of names, such as a period and an
 * item, in the order in which they are first met. Knows slices and memory.
 */
#ifndef SHIJI_COMPOSITE_KEY_H
#define SHIJI_COMPOSITE_KEY_H

#include "base/str.h"

struct composite_key_level;

struct composite_keys {
	struct composite_key_level
	    *levels; /* one for each name of a combination */
	size_t width;
	uint32_t count; /* combinations so far */
};

/* For combinations of `width` names; of none at all there is one. */
void composite_key_init(struct composite_keys *tuples, size_t width);
void composite_key_free(struct composite_keys *tuples);

/*
 * The number of a combination, from 0; a new one gets the next. The names are
 * borrowed, and must outlive the tuples. What is like the combination before
 * costs little.
 */
uint32_t composite_key_add(struct composite_keys *tuples,
    const struct str *names);

#endif
