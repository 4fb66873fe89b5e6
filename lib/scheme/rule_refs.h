/*
 * mention: what rules name: the measures that they read and the methods that
 * they call, through methods too. Goes by the text alone, so that schemes need
 * not be bound. Knows schemes.
 */
#ifndef SHIJI_RULE_REFS_H
#define SHIJI_RULE_REFS_H

#include "scheme/scheme.h"

/* Numbers in the book and in the scheme, each once, as they are met. */
struct mentions {
	uint32_t *measures;
	size_t measure_count;
	uint32_t *methods;
	size_t method_count;
};

struct mention_reader;

/* The scheme must outlive it; mention_reader_free() frees. */
struct mention_reader *mention_reader_new(const struct scheme *scheme);
void mention_reader_free(struct mention_reader *reader); /* welcomes NULL */

/*
 * All that an item's Rule, Lets, Veto, bounds and policies mention; in any
 * period, so `year_ago(x)` mentions x. The lists are the reader's, and hold
 * until it is asked again.
 */
struct mentions mention_item(struct mention_reader *reader,
    const struct item *item);

#endif
