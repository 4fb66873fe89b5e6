/*
 * bind: gives the names of a scheme's rules their meaning, and checks all that
 * can be checked before any is run: unknown names, numbers of arguments, truth
 * values where numbers belong, cycles. Knows schemes; evaluates nothing.
 */
#ifndef SHIJI_BIND_H
#define SHIJI_BIND_H

#include "scheme/node.h"
#include "scheme/scheme.h"

/*
 * Where schemes come from while a book is in use: loaded and bound once each,
 * since a rule may reach the items of another scheme.
 */
struct schemes;
struct schemes *schemes_new(struct book *book, struct diag *diag);
void schemes_free(struct schemes *schemes); /* welcomes NULL */

/*
 * The scheme of a file of the book, bound; NULL where it cannot be read.
 * Faults are reported the first time; is_sound says whether there were any.
 */
struct scheme *schemes_get(struct schemes *schemes,
    const struct scheme_file *file);
/* The same where it was asked for before, bound; else NULL. */
struct scheme *schemes_loaded(const struct schemes *schemes, size_t number);
/* The scheme in force in a period, or NULL. */
struct scheme *schemes_for(struct schemes *schemes, struct period period);

/* How many shorter periods `each.` runs over in a scheme, 0: it may not. */
int bind_each_count(const struct scheme *scheme);

#endif
