/*
 * ranking: rows put in order by numbers, group by group: which ones are level,
 * what breaks ties, ranks, the first and the last, grades, places gained since.
 * Knows numbers and order; not what a row is, nor where its number comes from.
 *
 * Rows are numbered from 0, and arrays are by row unless something else is
 * said. What they are ranked by are numbers, the higher the better, or keys in
 * their place: integers that order as the numbers do, as rank_keys() and
 * decimal_keys() make them. A row that has no number, or RANK_ABSENT for a key,
 * has no rank. Equal rows stay in the order in which they were given.
 */
#ifndef SHIJI_RANKING_H
#define SHIJI_RANKING_H

#include "number/rank.h"
#include "number/value.h"

/* What is to be ranked: by numbers or by keys, the other being NULL. */
struct ranking_rows {
	size_t row_count;
	const uint32_t *chosen; /* those that take part, in order; NULL: all */
	size_t chosen_count;
	const uint32_t *groups; /* ranked apart, from 0; NULL: all together */
	size_t group_count;
	const struct num *numbers;
	const int64_t *keys;
};

struct ranking {
	size_t row_count, group_count;
	/* The ranked rows group by group, the best first. */
	uint32_t *order;
	bool *tied;	/* by place: as rank_order() has it */
	size_t *starts; /* of each group in `order`, and the end */
	/* The rows without a number likewise, in the order given. */
	uint32_t *rest;
	size_t *rest_starts;
	struct num *ranks; /* missing: it has none */
};

/*
 * Put rows in order, break what ties are left (any number of times), and give
 * ranks, in this order. What the rows are made of is not needed afterwards.
 * ranking_free() frees; it welcomes all zeros.
 */
void ranking_order(struct ranking *ranking, const struct ranking_rows *rows);
void ranking_break_ties(struct ranking *ranking, const int64_t *keys);
void ranking_share(struct ranking *ranking, enum rank_ties ties);
void ranking_free(struct ranking *ranking);

/*
 * All of it for numbers that are ranked together; those that are no numbers
 * get none.
 */
void ranking_numbers(const struct num *values, size_t count,
    enum rank_ties ties, struct num *ranks);

/*
 * Mark the first so many places of each group, and the last so many, of which
 * those who share one have the best or the worst; NULL: not asked for. Only
 * ranked rows are touched. Where no rank is left out, ranks count as places.
 */
void ranking_ends(const struct ranking *ranking, enum rank_ties ties,
    size_t first, bool *is_first, size_t last, bool *is_last);

/*
 * Give grades in each group as rank_grades() does; rows without a rank get
 * none.
 */
void ranking_grade(const struct ranking *ranking,
    const struct rank_grade *grades, size_t count, int *out);

/* Ranks of another time, by numbers that say who had them. */
struct ranking_past {
	struct num *ranks;
	bool *is_known;
	size_t capacity;
};

/* False where a rank of theirs is known already, which is then replaced. */
bool ranking_past_add(struct ranking_past *past, uint32_t who, struct num rank);
/* No number where none is known, or they had none. */
struct num ranking_past_rank(const struct ranking_past *past, uint32_t who);
void ranking_past_free(struct ranking_past *past);

/* The places gained since a rank; no number where either is none. */
struct num ranking_move(struct num since, struct num rank);

#endif
