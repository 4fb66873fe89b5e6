/*
 * alert: when an item is to be looked at, and how gravely, as a scheme states
 * it: `notice rate < 90% for 2 months`. Knows numbers and words; no scheme.
 */
#ifndef SHIJI_ALERT_H
#define SHIJI_ALERT_H

#include "base/diag.h"
#include "number/num.h"
#include "time/period.h"

/* What an alert looks at: of one unit, one item and one period. */
enum alert_quantity {
	ALERT_RATE,	/* the score over the points */
	ALERT_PROGRESS, /* the least share of its plan that a measure has */
	ALERT_SCORE,
	ALERT_LOST, /* points less score */
	ALERT_RANK
};

enum alert_comparison {
	ALERT_BELOW,
	ALERT_AT_MOST,
	ALERT_EQUAL,
	ALERT_NOT_EQUAL,
	ALERT_AT_LEAST,
	ALERT_ABOVE,
	ALERT_LAST /* rank in last 3: of 11, from 9 on */
};

struct alert {
	struct str level, condition; /* as written; the level alone, the rest */
	enum alert_quantity quantity;
	enum alert_comparison comparison;
	struct num threshold;
	int periods; /* for so many in a row, the present one included */
};

/*
 * Read `LEVEL QUANTITY COMPARISON NUMBER`, where NUMBER may be a percentage, or
 * `LEVEL rank in last N`, and if wanted `for N months` (of the scheme's
 * length). -1 with a finding where it is none. Slices of the text, and numbers
 * of the arena.
 */
int alert_read(struct alert *out, struct arena *arena, struct str text,
    enum period_length length, struct place place, struct diag *diag);

/*
 * Whether the condition holds in one period: of a value (no number: it does
 * not); of a rank among so many. Those who share a rank have the better one, so
 * that of 11 none of four who share the 8th is among the last 3.
 */
bool alert_holds(const struct alert *alert, struct num value, size_t ranked);

#endif
