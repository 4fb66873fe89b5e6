/*
 * attribution: why scores differ between two sides, each a book and a period:
 * every difference split into causes that add up to it exactly. Knows snapshots
 * and overlays; not where the sides come from.
 *
 * The split scores the period again with one thing changed at a time:
 *
 *	stage 0  `from`, as it is
 *	      1  the scheme and the measures' definitions of `to`,
 *	         over the data, members and period of `from`
 *	      2  and the unit's own data of `to`, the others' as before
 *	      3  and the other units' data of `to`
 *	      4  `to`, as it is: with the members and groups of `to`
 *
 * and each cause is the difference between two stages as they are printed; no
 * score counts as 0. A unit that is a member on one side only keeps the data
 * of that side throughout, and all of its own difference is CAUSE_MEMBERS. In
 * stages 1 to 3 an item without a rule that has no score there, but has one on
 * both sides or is new, counts what its children have.
 */
#ifndef SHIJI_ATTRIBUTION_H
#define SHIJI_ATTRIBUTION_H

#include "score/dependency.h"
#include "score/overlay.h"
#include "score/snapshot.h"

enum cause { CAUSE_SCHEME, CAUSE_OWN, CAUSE_POOL, CAUSE_MEMBERS, CAUSES };

/* `scheme`, `own`, `pool`, `members`. */
const char *attribution_cause_text(enum cause cause);
bool attribution_cause_parse(struct str text, enum cause *out);

struct attribution_change {
	struct snapshot_row row;
	struct num causes[CAUSES]; /* they add up to row.delta */
};

struct attribution {
	struct arena arena;
	struct overlay overlay;
	const struct result *from_result, *to_result; /* NULL: no data there */
	struct snapshot from, to;
	bool has_causes;
	struct attribution_change *rows; /* those that differ, in order */
	size_t count, capacity;
	struct dependencies reads; /* of the scheme of `to`, all its items */
	uint8_t *moved; /* of each unit of the mixture: its data differ */
};

struct attribution_request {
	/* The items to look at; NULL: all. */
	bool (*choose)(const void *context, const struct item *item);
	const void *context;
	bool causes; /* whether to split the differences */
};

/*
 * Compare two sides. Their engines report what is wrong with them, and are to
 * be asked afterwards; a side without data in its period has no scores. The
 * books and engines must outlive the changes; attribution_free() frees.
 */
void attribution_find(struct attribution *changes,
    const struct overlay_side *from, const struct overlay_side *to,
    const struct attribution_request *request);
/*
 * The same of two snapshots, which now belong to the changes, where there are
 * no records to tell causes from.
 */
void attribution_of_snapshots(struct attribution *changes,
    struct snapshot *from, struct snapshot *to);
void attribution_free(struct attribution *changes);

/* A value, a field or a membership that one side has otherwise. */
struct evidence {
	struct str measure; /* or `member`, `group` */
	struct str of;	    /* the unit whose it is */
	struct period at;   /* where it is a value: of `to` */
	bool is_value;
	struct num old, new;	   /* where it is a value */
	struct str old_text, text; /* else */
	struct place place;	   /* in `to`, or where that has none in
				      `from`; no path where neither has */
	bool is_from;		   /* the place is in `from` */
};

/*
 * What brought about a cause of a row, except for CAUSE_SCHEME (see
 * scheme/scheme_diff.h), in the order of reading, then of units. The list lives
 * in the arena.
 */
struct evidence *attribution_evidence_of(struct attribution *changes,
    const struct attribution_change *change, enum cause cause,
    struct arena *arena, size_t *count);
/*
 * All that the periods rest on and that differs, whether or not a score moves
 * with it: members and groups, the values of the periods themselves in the
 * order of measures.rec, then those of other periods that their rules read.
 */
struct evidence *attribution_evidence(struct attribution *changes,
    struct arena *arena, size_t *count);

#endif
