/*
 * interval_frame: where a rule is run over intervals, and what was found there
 * of its nodes. For interval_eval and interval_depends alone.
 */
#ifndef SHIJI_INTERVAL_FRAME_H
#define SHIJI_INTERVAL_FRAME_H

#include "analysis/interval_open.h"
#include "score/engine.h"

/* What was found of a node in a period and, in `children.`, of a child. */
struct interval_entry {
	const void *what; /* a node; NULL: free */
	struct period period;
	uint32_t child;
	int depends;		       /* 0: not known yet, 1 no, 2 yes */
	unsigned run;		       /* the run that `ranges` is of */
	const struct interval *ranges; /* of each unit */
};

struct interval_eval {
	struct arena arena;   /* lives as long as this */
	struct arena scratch; /* until interval_eval_again() */
	struct engine *engine;
	struct book *book;
	const struct result *result;
	const struct scheme *scheme;
	struct interval_open open;
	size_t units;
	unsigned run;
	struct trace **traces; /* of each item; NULL: not asked for yet */
	uint8_t *depends;      /* of each item: as in an entry */
	const struct interval **items; /* of each item, of this run */
	unsigned *item_runs;
	struct interval_entry *entries; /* a hash table */
	size_t entry_count, entry_capacity;
};

/* The program of one item while it is run. */
struct interval_frame {
	struct interval_eval *interval_eval;
	uint32_t item;
	struct period period;
	uint32_t child;
};

/* What is kept of a node where a frame stands. Others may move it. */
struct interval_entry *interval_frame_entry(const struct interval_frame *frame,
    const struct node *node);
/* The same program in another period, or for a child. */
struct interval_frame interval_frame_moved(const struct interval_frame *frame,
    struct period period, uint32_t child);
/* The shorter periods that `each.` goes over there. */
struct period_range interval_frame_each(const struct interval_frame *frame);
/* How many periods back month() and ytd() look, beside their own. */
int interval_frame_back(const struct interval_frame *frame,
    const struct node *node);

#endif
