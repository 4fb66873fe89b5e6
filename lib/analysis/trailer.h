/*
 * trailer: what a commit's message says of the scores that it moves, and
 * whether it is so. Knows snapshots; not where messages come from.
 *
 *	Score-Change: 2022-10 甲县 total 812.35 -> 813.05 rank 5 -> 4
 *	Score-Change: 2022-10 丙县 total none -> 640.20 rank none -> 9
 *	Rank-Change: 2022-10 乙县 total 4 -> 5
 *	Score-Change: and 14 more
 *
 * Of the total alone: a Score-Change where its score moves, whose rank is left
 * out where it stays, else a Rank-Change where only that moves.
 */
#ifndef SHIJI_TRAILER_H
#define SHIJI_TRAILER_H

#include "git/commit.h"
#include "score/snapshot.h"

enum { TRAILERS_MAX = 20 }; /* of a message; the last one counts the rest */

/* All zeros is an empty list. */
struct trailers {
	struct arena arena;
	struct str *lines; /* without newlines, all of them */
	size_t count, capacity;
};

/* Add what two snapshots of a period say; units in the order of `to`. */
void trailers_add(struct trailers *trailers, struct period period,
    const struct snapshot *from, const struct snapshot *to);
/* Append them as a message has them, a line each, bounded. */
void trailers_print(const struct trailers *trailers, struct buffer *out);
void trailers_free(struct trailers *trailers);

/* Whether a commit's trailer is one of these. */
bool trailer_is_claim(const struct commit_trailer *trailer);
/* The period that a trailer speaks of; false where it names none. */
bool trailer_period(const struct commit_trailer *trailer,
    struct period *period);

/* Whether a commit's message has any of these. */
bool trailers_claim(const struct commit_info *info);
/* Whether any of its first `count` trailers speaks of a period. */
bool trailers_speak_of(const struct commit_info *info, size_t count,
    struct period period);

/* A trailer that is not so: what is claimed, and what the records say. */
struct trailer_fault {
	struct str claimed; /* empty: something is left unsaid */
	struct str actual;  /* empty: nothing moved */
};

/*
 * Compare the trailers of a commit with what its records say. Spaces do not
 * count. A message without any of these trailers claims nothing. The list
 * lives in the arena.
 */
struct trailer_fault *trailers_check(const struct trailers *actual,
    const struct commit_info *info, struct arena *arena, size_t *count);

#endif
