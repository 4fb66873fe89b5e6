/*
 * trailer_check: whether what a commit's message says of scores is so, by the
 * records of that commit and of its first parent. Knows histories and
 * trailers; prints nothing.
 */
#ifndef SHIJI_TRAILER_CHECK_H
#define SHIJI_TRAILER_CHECK_H

#include "analysis/history.h"
#include "analysis/trailer.h"

/*
 * Score what the trailers of a commit speak of, and compare; see
 * trailers_check(). A commit that leaves the book as it was has moved nothing.
 * Where its own records are unsound, what they say is the first of the errors.
 * The list lives in the arena.
 */
struct trailer_fault *trailer_check(const struct history *history,
    const struct history_step *step, const struct commit_info *info,
    struct arena *arena, size_t *count);

#endif
