/*
 * overlay: the records of two sides laid over one another, so that a period
 * can be scored with some units as they are on one side and the rest as they
 * are on the other. Knows books and engines; not why one would do so.
 *
 * The scheme, the measures' definitions and the periods that rules reach are
 * those of `to`; who is a member, and of which group, is as in `from`.
 */
#ifndef SHIJI_OVERLAY_H
#define SHIJI_OVERLAY_H

#include "score/engine.h"

struct overlay_side {
	struct book *book;
	struct engine *engine;
	struct period period;
};

struct overlay {
	struct arena arena;
	struct overlay_side from, to;
	struct instant instant; /* the periods of the two sides */
	/* The book of `to`, and behind its units those that only `from` has.
	 */
	struct book book;
	uint32_t *from_unit, *to_unit; /* of each unit here, or INDEX_NONE */
	uint32_t *from_measure;	       /* of each measure of `to`, likewise */
	struct num *values;	       /* room for a column of `from` */
	uint8_t *carried;
};

/* Sides and their books must outlive it; overlay_free() frees. */
void overlay_init(struct overlay *overlay, const struct overlay_side *from,
    const struct overlay_side *to);
void overlay_free(struct overlay *overlay);

/* Whether a unit is a member on both sides, in their own periods. */
bool overlay_has_both(const struct overlay *overlay, size_t unit);

/* The value of a measure for each unit of the mixture, on one side. */
void overlay_values(struct overlay *overlay, uint32_t measure,
    struct instant instant, bool is_there, struct num *out, uint8_t *carried);

/* One way to see the units. */
struct overlay_view {
	struct overlay *overlay;
	uint8_t *is_there; /* of each unit: as it is in `from` */
	struct diag *diag; /* what goes wrong in a mixture alone is no finding
			    */
	struct facts facts;
	struct engine *engine;
};

/*
 * A view of a mixture in which every unit is as in `from`; change is_there
 * before scoring. With a base, see engine_over(). overlay_view_free() frees.
 */
void overlay_view_init(struct overlay_view *view, struct overlay *overlay,
    struct overlay_view *base);
void overlay_view_free(struct overlay_view *view);
/* The scores of the two periods; NULL where neither side has data. */
const struct result *overlay_score(struct overlay_view *view);

#endif
