/*
 * snapshot: the scores, states and ranks of chosen items in a period, held so
 * that those of two periods, revisions or schemes can be laid side by side.
 * Knows results and how numbers are printed; not why anything differs.
 */
#ifndef SHIJI_SNAPSHOT_H
#define SHIJI_SNAPSHOT_H

#include "score/engine.h"

struct snapshot_item {
	const struct item *item;
	struct num *scores; /* of each unit, as score_print() writes them */
	uint8_t *states;    /* of each unit */
	uint32_t *ranks;    /* of each unit, from 1; 0 where it has none */
};

struct snapshot {
	struct arena arena;
	const struct book *book;
	uint8_t *standings; /* enum standing of each unit */
	struct snapshot_item *items;
	size_t item_count;
	struct intern index; /* of the items, by Id */
};

/*
 * Take the scores of the items for which `choose` holds (NULL: all). Ranks are
 * what `shiji score -i ITEM | shiji rank` gives: all units that have a score
 * together, those that are equal share the better rank. A result of NULL, as
 * of a period without data, is a snapshot without items. Book and scheme must
 * outlive it, the result need not. snapshot_free() frees; a snapshot of all
 * zeros may be freed too.
 */
void snapshot_take(struct snapshot *snapshot, const struct book *book,
    const struct result *result,
    bool (*choose)(const void *context, const struct item *item),
    const void *context);
void snapshot_free(struct snapshot *snapshot);
/* The item of that number in the snapshot; NULL for INDEX_NONE. */
static inline const struct item *
snapshot_item_at(const struct snapshot *snapshot, uint32_t number)
{
	return number == INDEX_NONE ? NULL : snapshot->items[number].item;
}
/* A choice for snapshot_take(): the total alone. */
bool snapshot_choose_total(const void *context, const struct item *item);

/* One unit's score of one item on both sides. */
struct snapshot_row {
	struct str unit, item;
	/* Numbers in the book and in the snapshot; INDEX_NONE on the side
	 * where there is none. */
	uint32_t from_unit, to_unit, from_item, to_item;
	struct num from, to;	       /* absent: no number */
	struct num delta;	       /* what is absent counts as 0 */
	uint32_t from_rank, to_rank;   /* 0: none */
	unsigned from_state, to_state; /* SNAPSHOT_NONE: no such score */
	bool differs;		       /* in score, state or rank */
};

/* Beside the states of score/engine.h: no member, no such item, no such period.
 */
#define SNAPSHOT_NONE (1u << 15)

/*
 * Lay two snapshots side by side: a row for each unit and item that is on
 * either side, units and items in the order of `to`, then those that only
 * `from` has. Units are matched by Id, or else by Alias. Where `all` is false,
 * only rows that differ are given. The walk ends early where `row` returns
 * false; numbers of a row live in the arena.
 */
void snapshot_compare(const struct snapshot *from, const struct snapshot *to,
    bool all, struct arena *arena,
    bool (*row)(void *context, const struct snapshot_row *row), void *context);

/* Appends `none`, or what state_print() gives. */
void snapshot_state_print(struct buffer *buffer, unsigned state);

#endif
