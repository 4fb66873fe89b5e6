/*
 * item_match: which item of one scheme is which of another. Knows schemes and
 * what their rules mention.
 *
 * Two items are the same where they have the same Id. An Id that only one of
 * the schemes has may still belong to an item of the other that was moved or
 * renamed; of the items left, two are taken for the same where nothing else
 * is as like, looked for in this order:
 *
 *   1. they alone have this Name;
 *   2. they alone have this Rule and these Lets, which read some measure;
 *   3. they alone read these measures;
 *   4. they read measures that no other item left reads, and all that the
 *      one reads is read by the other.
 *
 * Where there are two candidates nothing is guessed.
 */
#ifndef SHIJI_ITEM_MATCH_H
#define SHIJI_ITEM_MATCH_H

#include "scheme/scheme.h"

struct item_match {
	struct arena arena;
	/* For each item of the one scheme that of the other, or INDEX_NONE. */
	uint32_t *to_of, *from_of;
};

/* item_match_free() frees. */
void item_match_make(struct item_match *item_match, const struct scheme *from,
    const struct scheme *to);
void item_match_free(struct item_match *item_match);

#endif
