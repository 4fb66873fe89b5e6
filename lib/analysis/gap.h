/*
 * gap: how far a unit is from a wanted rank, in the total and item by item:
 * what is recoverable, where others stand, how it moved, which office leads.
 * Knows scores and snapshots; not how a score could be raised
 * (analysis/goal_seek.h).
 *
 * Every distance is one of scores as they are printed, with all other units
 * as they are.
 */
#ifndef SHIJI_GAP_H
#define SHIJI_GAP_H

#include "score/snapshot.h"

/* How an item of a unit stands among the others. */
enum gap_mark {
	GAP_NONE,
	GAP_BEHIND, /* its rank is beyond the wanted one */
	GAP_LAST    /* and is among the last places */
};
/* "", `behind`, `last`. */
const char *gap_mark_text(enum gap_mark mark);

struct gap_item {
	const struct item *item;
	uint32_t number; /* of the scheme's items */
	unsigned state;
	struct num score, points; /* no number where there is none */
	uint32_t rank;		  /* 0: none */
	/*
	 * The most it could have for what is known of its bounds; no number:
	 * nothing limits it. Then what could still come of it, caps above it
	 * counted too; no number where nothing limits it or none can come.
	 */
	struct num ceiling, recoverable;
	struct num to_goal, to_best, to_full; /* no number: nothing to tell */
	uint32_t *ranks; /* of earlier periods, the oldest first, then now */
	enum gap_mark mark;
	uint32_t lead; /* office, its own or of an item above; INDEX_NONE */
};

struct gap_request {
	uint32_t unit;
	struct period period;
	uint32_t rank; /* the wanted one */
	uint32_t last; /* so many places at the end are the last ones */
	uint32_t back; /* so many earlier periods are looked at */
	/* The items to tell of beside the total; NULL: those that have none
	 * below them. */
	bool (*choose)(const void *context, const struct item *item);
	const void *context;
};

struct gap {
	struct arena arena;
	const struct result *result;
	struct snapshot now;
	uint32_t ranked;       /* how many units have a total */
	uint32_t holder;       /* the unit at the wanted place */
	struct num holder_has; /* its total */
	uint32_t back;	       /* earlier periods looked at */
	struct gap_item total;
	struct gap_item *items; /* what brings most first, then in order */
	size_t count;
	bool met;
	/* Even with all that is recoverable the wanted total is not there. */
	bool out_of_reach;
	struct num most; /* the total with all of that; no number: no limit */
};

/*
 * The engine must have scored the period, the unit must have a total, and at
 * least `rank` units must have one. gap_free() frees; the result is the
 * engine's.
 */
void gap_find(struct gap *gap, struct book *book, struct engine *engine,
    const struct gap_request *request);
void gap_free(struct gap *gap);

/*
 * The most an item can give a unit, as its bounds say: its Cap, its points, 0
 * for a deduction. No number where there is no limit.
 */
struct num gap_ceiling(struct engine *engine, const struct result *result,
    uint32_t item, uint32_t unit, struct arena *arena);
/*
 * What can still be won of an item: up to its ceiling, and to that of every
 * item above it with a Cap. No number where nothing limits it.
 */
struct num gap_room(struct engine *engine, const struct result *result,
    uint32_t item, uint32_t unit, struct arena *arena);

/* Which score of an item is to be reached. */
enum gap_target {
	GAP_TARGET_FULL, /* its points, or the most that it gives */
	GAP_TARGET_GOAL, /* what the wanted rank takes */
	GAP_TARGET_MORE, /* so many points more than it has */
	GAP_TARGETS
};
/*
 * That score; no number where there is none. `more` is what GAP_TARGET_MORE
 * adds. In the arena.
 */
struct num gap_target_score(const struct gap_item *item, enum gap_target target,
    struct num more, struct arena *arena);

/* The place of a unit by its score of an item, ties the better; 0: none. */
uint32_t gap_rank(const struct book *book, const struct result *result,
    uint32_t item, uint32_t unit);
/* How many units have a total. */
uint32_t gap_ranked(const struct book *book, const struct result *result);

#endif
