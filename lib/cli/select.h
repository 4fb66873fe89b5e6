/*
 * select: which units, items, offices, measures and periods are meant, one way
 * for all tools. Knows books and schemes; not what is done with them.
 *
 * An option names them by globs of Ids; given several times it takes all that
 * match any. A unit's alias stands for the unit. A glob that matches nothing is
 * a mistake, which is told with the nearest Id that there is.
 */
#ifndef SHIJI_SELECT_H
#define SHIJI_SELECT_H

#include "book/book.h"
#include "cli/options.h"
#include "scheme/scheme.h"

/* Rows for the table of options of a tool. */
#define SELECT_UNITS(to)                                                       \
	{                                                                      \
		OPTION_TEXTS('u', "unit", "GLOB", to,                          \
		    N_("only units whose Id matches"))                         \
	}
/* For tools that need just one; see select_one_unit(). */
#define SELECT_ONE_UNIT(to)                                                    \
	{                                                                      \
		OPTION_TEXTS('u', "unit", "GLOB", to,                          \
		    N_("the one unit whose Id matches, instead of Self"))      \
	}
#define SELECT_ITEMS(to)                                                       \
	{                                                                      \
		OPTION_TEXTS('i', "item", "GLOB", to,                          \
		    N_("only items whose Id matches"))                         \
	}
#define SELECT_OFFICES(to)                                                     \
	{                                                                      \
		OPTION_TEXTS('o', "office", "GLOB", to,                        \
		    N_("only offices whose Id matches"))                       \
	}
#define SELECT_PERIODS(to)                                                     \
	{                                                                      \
		OPTION_PERIODS('p', "period", "PERIOD", PERIODS, to,           \
		    N_("2022-10, 2022-Q4, 2022, or a range 2022-01..2022-10")) \
	}
#define SELECT_ONE_PERIOD(to)                                                  \
	{                                                                      \
		OPTION_PERIODS('p', "period", "PERIOD", PERIOD, to,            \
		    N_("2022-10, 2022-Q4 or 2022"))                            \
	}

/* Whether an Id is among those selected; an empty selection is all. */
bool select_matches(const struct option_list *globs, struct str id);

enum select_kind {
	SELECT_UNIT,
	SELECT_ITEM,
	SELECT_LEAF, /* an item without items below */
	SELECT_OFFICE,
	SELECT_MEASURE
};

/* Globs while it is found out whether each matches something. */
struct selection;

/* Those globs must outlive it; aliases are added to them as Ids. */
struct selection *select_new(enum select_kind kind, struct option_list *globs);
/* Offer all that there are; in any order, and more than once. */
void select_offer_units(struct selection *selection, const struct book *book);
void select_offer_offices(struct selection *selection, const struct book *book);
void select_offer_measures(struct selection *selection,
    const struct book *book);
void select_offer_item(struct selection *selection, const struct item *item);
/* Welcomes NULL. */
void select_offer_items(struct selection *selection,
    const struct scheme *scheme);
/* Whether some glob has matched nothing so far. */
bool select_lacks(const struct selection *selection);
/* 0, or EXIT_TROUBLE (said) where a glob matches nothing. Frees. */
int select_end(struct selection *selection);
/* Free it unasked, since something else is wrong: that status. */
int select_drop(struct selection *selection, int status);

/* The same at once for what a book has. */
int select_units(struct option_list *globs, const struct book *book);
int select_offices(struct option_list *globs, const struct book *book);
/*
 * The one unit that is selected, or the book's Self where none is. 0, or
 * EXIT_TROUBLE (said): none, or several, which are named.
 */
int select_one_unit(struct option_list *globs, const struct book *book,
    uint32_t *unit);
/*
 * The periods of the option, else the newest with data. 0, or EXIT_TROUBLE
 * (said).
 */
int select_periods(struct option_periods *periods, const struct book *book);

#endif
