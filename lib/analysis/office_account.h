/*
 * office_account: what each office's items brought over a year, as figures for
 * a book in which the offices are the units. Knows duties, due lists and the
 * books that a book feeds.
 */
#ifndef SHIJI_OFFICE_ACCOUNT_H
#define SHIJI_OFFICE_ACCOUNT_H

#include "analysis/overdue.h"

struct office_account_row {
	bool leads; /* it led an item in some period */
	/* In points of 100 a period, over all periods; to four digits. */
	struct num points, won, lost, bonus;
	size_t late; /* reports: of a measure in a period */
};

struct office_account {
	struct office_account_row *offices; /* as the book's */
	struct period_range periods;	    /* those of the year */
	size_t counted, without; /* periods; in which it is no member */
};

/*
 * Settle the items of one unit over all periods of the book's length in a year
 * that have data and a scheme: full marks of the items that an office leads,
 * what they won and lost, and what its bonus items won, where the full marks of
 * each period's scheme are taken as 100. An item whose score is missing has
 * lost all; one that does not apply counts for nothing. -1, with findings,
 * where a period cannot be scored. In the arena.
 */
int office_account_settle(struct office_account *account, struct engine *engine,
    const struct book *book, uint32_t unit, int year, struct arena *arena);
/*
 * Add the late reports of the periods of the account that have data and a
 * scheme, as they stood on a day.
 */
void office_account_late(struct office_account *account, struct engine *engine,
    const struct book *book, const struct reporting *reports, int32_t date,
    struct arena *arena);

/*
 * Follow Feeds from a book to those that it feeds: there must be a book, which
 * feeds nothing that leads back here, and the first ones must have each office
 * of this book as a unit. Findings where not. `folder` and `revision` are what
 * the book was opened with.
 */
void office_account_check_feeds(const struct book *book, const char *folder,
    const char *revision, struct diag *diag);

#endif
