/*
 * alert_status: which items stand at which level of alert, since when and why,
 * and how far measures are from their plan. Knows scores, plans and alerts;
 * prints nothing.
 */
#ifndef SHIJI_ALERT_STATUS_H
#define SHIJI_ALERT_STATUS_H

#include "analysis/responsibility.h"

/* How far a measure of a unit has come in a period. */
struct progress {
	uint32_t measure;		   /* INDEX_NONE: there is no plan */
	struct num target, planned, value; /* no number: not there */
	struct num share;		   /* value over planned; likewise */
};

/*
 * Of a measure with a Plan or a Target, or without. A flow adds up since the
 * year began. The share is missing where nothing is planned yet, or the plan is
 * zero. Of a unit that joined in this year, a straight line begins with it.
 */
struct progress alert_status_progress(struct engine *engine,
    const struct book *book, uint32_t measure, uint32_t unit,
    struct period period, struct arena *arena);
/* The measure of a list, all of one item, with the least share of its plan. */
struct progress alert_status_least_progress(struct engine *engine,
    const struct book *book, const struct responsibility_measures *measures,
    uint32_t unit, struct period period, struct arena *arena);

struct alert_status_row {
	uint32_t item;
	struct str level; /* empty: none */
	unsigned gravity; /* of the level, from 1 */
	struct period since;
	struct str why; /* what was measured, and the condition; in the arena */
	struct progress progress;
};

/*
 * The items in full marks without items below, and others that have alerts of
 * their own, for the unit of the duties: those at the gravest level first, then
 * in the order of the scheme. Scores earlier periods as far back as alerts
 * reach; faults found then are the engine's to report. *count gets how many.
 */
struct alert_status_row *
alert_status_find(const struct responsibilities *duties, struct engine *engine,
    struct arena *arena, size_t *count);

/*
 * Report plans that fall within the year of a period, of all units: of measures
 * that items of the duties read.
 */
void alert_status_check_plans(const struct responsibilities *duties,
    struct engine *engine, struct diag *diag);

/* Whether the scheme states any alert. */
bool alert_status_has_alerts(const struct scheme *scheme);

#endif
