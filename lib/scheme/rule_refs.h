/*
 * rule_refs: what rules name: the measures that they read and the methods that
 * they call, through methods too. Goes by the text alone, so that schemes need
 * not be bound. Knows schemes.
 */
#ifndef SHIJI_RULE_REFS_H
#define SHIJI_RULE_REFS_H

#include "scheme/scheme.h"

/* Numbers in the book and in the scheme, each once, as they are met. */
struct rule_refs {
	uint32_t *measures;
	size_t measure_count;
	uint32_t *methods;
	size_t method_count;
};

struct rule_refs_reader;

/* The scheme must outlive it; rule_refs_reader_free() frees. */
struct rule_refs_reader *rule_refs_reader_new(const struct scheme *scheme);
void rule_refs_reader_free(struct rule_refs_reader *reader); /* welcomes NULL */

/*
 * All that an item's Rule, Lets, Veto, bounds and policies mention; in any
 * period, so `year_ago(x)` mentions x. The lists are the reader's, and hold
 * until it is asked again.
 */
struct rule_refs rule_refs_item(struct rule_refs_reader *reader,
    const struct item *item);

#endif
