#include "analysis/interval_frame.h"

#include <stdlib.h>

static size_t
hash_of(const void *what, struct period period, uint32_t child)
{
	uint64_t hash = (uint64_t)(uintptr_t)what;

	hash = hash * 31 + (uint32_t)period.index;
	hash = hash * 31 + (uint32_t)period.length;
	hash = (hash * 31 + child) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20);
}

static struct interval_entry *
find_slot(struct interval_eval *interval_eval, const void *what,
    struct period period, uint32_t child)
{
	size_t at = hash_of(what, period, child);

	for (;; at++) {
		struct interval_entry *entry =
		    &interval_eval
			 ->entries[at &= interval_eval->entry_capacity - 1];

		if (entry->what == NULL ||
		    (entry->what == what && entry->child == child &&
			period_equal(entry->period, period)))
			return entry;
	}
}

static void
grow_entries(struct interval_eval *interval_eval)
{
	struct interval_entry *old = interval_eval->entries;
	size_t count = interval_eval->entry_capacity;

	interval_eval->entry_capacity = count == 0 ? 256 : 2 * count;
	interval_eval->entries =
	    memory_alloc(interval_eval->entry_capacity * sizeof(*old));
	memset(interval_eval->entries, 0,
	    interval_eval->entry_capacity * sizeof(*old));
	for (size_t i = 0; i < count; i++)
		if (old[i].what != NULL)
			*find_slot(interval_eval, old[i].what, old[i].period,
			    old[i].child) = old[i];
	free(old);
}

struct interval_entry *
interval_frame_entry(const struct interval_frame *frame,
    const struct node *node)
{
	struct interval_eval *interval_eval = frame->interval_eval;
	struct interval_entry *entry;

	if (2 * (interval_eval->entry_count + 1) >=
	    interval_eval->entry_capacity)
		grow_entries(interval_eval);
	entry = find_slot(interval_eval, node, frame->period, frame->child);
	if (entry->what == NULL) {
		*entry = (struct interval_entry){ .what = node,
			.period = frame->period,
			.child = frame->child };
		interval_eval->entry_count++;
	}
	return entry;
}

struct interval_frame
interval_frame_moved(const struct interval_frame *frame, struct period period,
    uint32_t child)
{
	return (struct interval_frame){ frame->interval_eval, frame->item,
		period, child };
}

struct period_range
interval_frame_each(const struct interval_frame *frame)
{
	return period_inside(frame->period,
	    (enum period_length)frame->interval_eval->book->length);
}

int
interval_frame_back(const struct interval_frame *frame, const struct node *node)
{
	int kind =
	    frame->interval_eval->book->measures[node->parts[0]->index].kind;
	int part = period_in_year(frame->period);

	if (node->kind == NODE_MONTH)
		return kind == MEASURE_CUMULATIVE && part > 1;
	return kind == MEASURE_FLOW ? part - 1 : 0;
}
