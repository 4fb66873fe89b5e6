/*
 * month_end: what the unit tests of closing and proving share: a small book in
 * a repository, whose three months can be closed. Knows scratch folders.
 */
#ifndef SHIJI_TEST_MONTH_END_H
#define SHIJI_TEST_MONTH_END_H

#include "close/close.h"

/* For scratch_open(): units a, b and c with figures of January to March. */
extern const char month_end_template[];

/* A copy of it, with so many months closed, becomes `repository`. */
void month_end_enter(size_t closed);

/*
 * Close or correct a period of it (`2022-01`). What is said, then what is
 * found, is appended to `out`; the published table is appended to `table`.
 */
int month_end_close(const char *period, struct close_request request,
    struct buffer *table, struct buffer *out);

#endif
