/*
 * duty: who answers for what: for each item of a scheme the offices that have
 * to do with it, and how one unit stands in it. Knows scores and snapshots;
 * prints nothing.
 */
#ifndef SHIJI_RESPONSIBILITY_H
#define SHIJI_RESPONSIBILITY_H

#include "score/snapshot.h"

enum duty_role {
	DUTY_LEADS,   /* Lead: the item counts in full for it */
	DUTY_SHARES,  /* With */
	DUTY_SUPPLIES /* the Source of a measure; neither of these */
};

struct duty {
	uint32_t office; /* INDEX_NONE: an item that nobody leads */
	uint32_t item;
	enum duty_role role;
};

/* A unit's standing in an item; what is absent is no number, or 0. */
struct duty_standing {
	struct num points, score; /* as printed */
	struct num lost;	  /* of ordinary items and deductions */
	uint32_t rank;
	unsigned state;
};

/* The measures that an item's own rules name, each once, targets last. */
struct duty_measures {
	const uint32_t *list;
	size_t count;
};

struct duties {
	struct arena arena;
	const struct book *book;
	const struct scheme *scheme;
	const struct result *result;
	uint32_t unit;
	struct snapshot snapshot;
	struct duty *list; /* by item, then lead, shares, supplies */
	size_t count, capacity;
	struct duty_measures *measures;	 /* of each item */
	struct duty_standing *standings; /* of each item */
};

/*
 * The duties of the items without items below them, for one unit of a result;
 * all of these must outlive them. Items that nobody answers for are reported as
 * warnings. duties_free() frees.
 */
void duties_find(struct duties *duties, const struct book *book,
    const struct result *result, uint32_t unit, struct diag *diag);
void duties_free(struct duties *duties);

/*
 * Report, as warnings, the offices that no item of any scheme names, and that
 * are the Source of no measure.
 */
void duty_check_offices(struct engine *engine, const struct book *book,
    struct diag *diag);

/* Whether an item has duties of its own: it has no items below. */
bool duty_is_item(const struct item *item);
/* `leads`, `shares`, `supplies`. */
const char *duty_role_text(enum duty_role role);

/* Whether a measure is what others have for a target or a plan. */
bool duty_is_target(const struct book *book, uint32_t measure);
/* Of an item the measures, as of duties; lives in the arena. */
struct duty_measures duty_measures(const struct scheme *scheme, uint32_t item,
    struct arena *arena);

/* By what duties are put together. */
enum duty_key {
	DUTY_BY_OFFICE,
	DUTY_BY_LEADER,
	DUTY_BY_WING,
	DUTY_BY_COUNTERPART,
	DUTY_BY_CATEGORY
};
bool duty_key_parse(struct str text, enum duty_key *out);
const char *duty_key_text(enum duty_key key);

struct duty_group {
	struct str name; /* an Id, or text; empty: of none */
	size_t *members; /* in the duties' list */
	size_t count;
};

/*
 * The duties in groups: offices, and so leaders and counterparts, in the order
 * of offices.rec, the others in that of the scheme, what belongs to none last.
 * In the duties' arena.
 */
struct duty_group *duties_group(struct duties *duties, enum duty_key key,
    size_t *count);
/* The category of an item: that of the top items which it is, or is below. */
uint32_t duty_category(const struct scheme *scheme, uint32_t item);

#endif
