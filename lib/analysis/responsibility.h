/*
 * responsibility: who answers for what: for each item of a scheme the offices
 * that have to do with it, and how one unit stands in it. Knows scores and
 * snapshots; prints nothing.
 */
#ifndef SHIJI_RESPONSIBILITY_H
#define SHIJI_RESPONSIBILITY_H

#include "score/snapshot.h"

enum responsibility_role {
	RESPONSIBILITY_LEADS,	/* Lead: the item counts in full for it */
	RESPONSIBILITY_SHARES,	/* With */
	RESPONSIBILITY_SUPPLIES /* the Source of a measure; neither of these */
};

struct responsibility {
	uint32_t office; /* INDEX_NONE: an item that nobody leads */
	uint32_t item;
	enum responsibility_role role;
};

/* A unit's standing in an item; what is absent is no number, or 0. */
struct responsibility_standing {
	struct num points, score; /* as printed */
	struct num lost;	  /* of ordinary items and deductions */
	uint32_t rank;
	unsigned state;
};

/* The measures that an item's own rules name, each once, targets last. */
struct responsibility_measures {
	const uint32_t *list;
	size_t count;
};

struct responsibilities {
	struct arena arena;
	const struct book *book;
	const struct scheme *scheme;
	const struct result *result;
	uint32_t unit;
	struct snapshot snapshot;
	struct responsibility *list; /* by item, then lead, shares, supplies */
	size_t count, capacity;
	struct responsibility_measures *measures;  /* of each item */
	struct responsibility_standing *standings; /* of each item */
};

/*
 * The duties of the items without items below them, for one unit of a result;
 * all of these must outlive them. Items that nobody answers for are reported as
 * warnings. responsibility_free() frees.
 */
void responsibility_find(struct responsibilities *duties,
    const struct book *book, const struct result *result, uint32_t unit,
    struct diag *diag);
void responsibility_free(struct responsibilities *duties);

/*
 * Report, as warnings, the offices that no item of any scheme names, and that
 * are the Source of no measure.
 */
void responsibility_check_offices(struct engine *engine,
    const struct book *book, struct diag *diag);

/* Whether an item has duties of its own: it has no items below. */
bool responsibility_is_item(const struct item *item);
/* `leads`, `shares`, `supplies`. */
const char *responsibility_role_text(enum responsibility_role role);

/* Whether a measure is what others have for a target or a plan. */
bool responsibility_is_target(const struct book *book, uint32_t measure);
/* Of an item the measures, as of duties; lives in the arena. */
struct responsibility_measures
responsibility_measures(const struct scheme *scheme, uint32_t item,
    struct arena *arena);

/* By what duties are put together. */
enum responsibility_key {
	RESPONSIBILITY_BY_OFFICE,
	RESPONSIBILITY_BY_LEADER,
	RESPONSIBILITY_BY_WING,
	RESPONSIBILITY_BY_COUNTERPART,
	RESPONSIBILITY_BY_CATEGORY
};
bool responsibility_key_parse(struct str text, enum responsibility_key *out);
const char *responsibility_key_text(enum responsibility_key key);

struct responsibility_group {
	struct str name; /* an Id, or text; empty: of none */
	size_t *members; /* in the duties' list */
	size_t count;
};

/*
 * The duties in groups: offices, and so leaders and counterparts, in the order
 * of offices.rec, the others in that of the scheme, what belongs to none last.
 * In the duties' arena.
 */
struct responsibility_group *
responsibility_group(struct responsibilities *duties,
    enum responsibility_key key, size_t *count);

#endif
