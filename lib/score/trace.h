/*
 * trace: one item scored once more, and told step by step by the code that
 * scores: for explaining a score. Knows engines; what is told is the caller's.
 */
#ifndef SHIJI_TRACE_H
#define SHIJI_TRACE_H

#include "score/engine.h"

/* Lives as long as the engine; trace_free() frees. */
struct trace;

/* The item must be of the result, and the result of the engine. */
struct trace *trace_new(struct engine *engine, const struct result *result,
    uint32_t item);
void trace_free(struct trace *trace); /* welcomes NULL */
/* Of all units; the changes of each unit stand in order. */
const struct score_change *trace_changes(const struct trace *trace,
    size_t *count);
/* What a node of the item's rules gives, as eval_node_in() has it. */
struct column trace_node(struct trace *trace, const struct node *node,
    struct period period, uint32_t child);
/* The pool in which the item's rules compare the units of a period. */
const struct pool *trace_pool(struct trace *trace, struct period period);

#endif
