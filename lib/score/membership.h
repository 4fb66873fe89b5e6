/*
 * membership: where each unit stands at an instant (a member, eligible), and in
 * which pools it is compared. Knows scoring, for Eligible; scores nothing.
 */
#ifndef SHIJI_MEMBERSHIP_H
#define SHIJI_MEMBERSHIP_H

#include "score/eval.h"

struct membership_moment;

/* Of a book; what was asked before is kept. Set what comes first. */
struct membership {
	const struct eval_host *host;	   /* in which Eligible runs */
	const struct eval_host *base_host; /* of evaluation.base; or NULL */
	struct diag *diag;
	struct arena arena;
	struct membership_moment *moments;
};

/* enum standing of each unit; kept until membership_clear(). */
const uint8_t *membership_standings(struct membership *membership,
    struct instant instant);
/* The units in scope, in the groups of a dimension; likewise. */
const struct pool *membership_pool(struct membership *membership,
    struct instant instant, struct str dimension);

/*
 * Whether Eligible, wherever it was asked, admits the same units as before:
 * false too where that cannot be told unit by unit.
 */
bool membership_holds(struct membership *membership);
/* Forget all of it. */
void membership_clear(struct membership *membership);

#endif
