/*
 * rank: the order of numbers, how equal ones share a rank, and grades given by
 * order. Knows numbers and words; not who is ranked, nor why.
 *
 * Callers leave out what has no number. Everything here is "best first": the
 * highest number has rank 1, and equal numbers keep the order in which they
 * were given.
 */
#ifndef SHIJI_RANK_H
#define SHIJI_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "number/num.h"

/* The ranks of four numbers of which the middle two are equal. */
enum rank_ties {
	RANK_COMPETITION, /* 1 2 2 4: the best of the places they take */
	RANK_DENSE,	  /* 1 2 2 3: no rank is left out */
	RANK_ORDINAL,	  /* 1 2 3 4: each its own, in the order given */
	RANK_FRACTIONAL,  /* 1 2.5 2.5 4: the mean of the places */
	RANK_LAST	  /* 1 3 3 4: the worst of the places */
};

/* competition dense ordinal fractional last. */
bool rank_ties_parse(struct str text, enum rank_ties *out);

/*
 * The order of `count` numbers (at most UINT32_MAX, all of them numbers):
 * order[0] is the index of the highest. tied[i] says whether the number at
 * order[i] equals the one at order[i - 1]; tied[0] is false.
 */
void rank_order(const struct num *values, size_t count, uint32_t *order,
    bool *tied);

/* The key of what has no number; lower than any other. */
#define RANK_ABSENT INT64_MIN

/*
 * Keys that order as the numbers do, equal where they are equal, and never
 * below -INT64_MAX; what is no number gets RANK_ABSENT. Keys of one call are
 * not to be compared with those of another.
 */
void rank_keys(const struct num *values, size_t count, int64_t *keys);

/*
 * The order by such keys, or other integers. `order` comes filled: the indices
 * to put in order; of equal keys the one that stands first in it stays first.
 * Where tied_before is not NULL, only indices in one run of it are put in order
 * among themselves: a further key for numbers that were level so far. `tied`
 * may be the same array.
 */
void rank_order_keys(const int64_t *keys, size_t count, uint32_t *order,
    const bool *tied_before, bool *tied);

/*
 * The same by any comparison (as strcmp has it) of two indices; for what does
 * not fit an integer.
 */
void rank_order_by(int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context, size_t count, uint32_t *order, const bool *tied_before,
    bool *tied);

/* Keys by such an order: keys[order[i]], equal where they were level. */
void rank_keys_of_order(const uint32_t *order, const bool *tied, size_t count,
    int64_t *keys);

/* ranks[order[i]] gets the rank of that number. */
void rank_share(const uint32_t *order, const bool *tied, size_t count,
    enum rank_ties ties, struct num *ranks);

/* Both: ranks[i] is the rank of values[i]. */
void rank_numbers(const struct num *values, size_t count, enum rank_ties ties,
    struct num *ranks);

/* What happens to those that are level across the border of a quota. */
enum rank_border {
	RANK_STRICT,	/* none of them gets in */
	RANK_INCLUSIVE, /* all of them do */
	RANK_BY_ORDER	/* the order given decides: just as many as places */
};

/* strict inclusive order. */
bool rank_border_parse(struct str text, enum rank_border *out);

struct rank_grade {
	const bool *admitted; /* by index; NULL: everyone */
	struct num quota;     /* a share of all `count`; no number: no quota */
	enum num_rounding rounding; /* of share times count, to whole places */
	enum rank_border border;
};

/*
 * Grades in order, the best first: each index of `order` takes the first grade
 * that admits it. The places of a quota go to the best who have no grade yet
 * and are admitted. result[index] gets the grade's number, or
 * RANK_NO_GRADE. With a share of 15% rounded down, 20 units have 3 places; of
 * 93.1 92.4 92 92 91.5 ... 2 get in where the border is strict, 4 where it is
 * inclusive, and 3 where a tie-break has told the two apart in `tied`.
 */
#define RANK_NO_GRADE (-1)
void rank_grades(const struct rank_grade *grades, size_t grade_count,
    const uint32_t *order, const bool *tied, size_t count, int *result);

/* The places that a share of `count` gives: 0 to count. */
size_t rank_places(struct num quota, size_t count, enum num_rounding rounding);

#endif
