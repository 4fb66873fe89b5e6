/*
 * solve: which value of a measure brings an item to a wanted score, all else
 * as it is. Knows engines and enclosures; not who wants it.
 *
 * The score is a function of that one value, on the grid of its digits. Ranges
 * of values are enclosed (enclose.h), nearest first on either side: a range
 * whose greatest score is too low holds no solution, whatever the rule does in
 * between, and the others are halved until single values are left, which are
 * scored. So the value found is the nearest there is, whether the rule rises,
 * falls, jumps or turns, and that there is none is proved. A value found is
 * always scored, and so is its neighbour just short of it.
 */
#ifndef SHIJI_GOAL_SEEK_H
#define SHIJI_GOAL_SEEK_H

#include "score/engine.h"

enum solve_verdict {
	SOLVE_REACHED,	/* by `value` */
	SOLVE_MET,	/* the score is there already */
	SOLVE_NEVER,	/* no value gives it */
	SOLVE_UNSETTLED /* the bound on work came first */
};
/* `reached`, `met`, `never`, `unsettled`. */
const char *solve_verdict_text(enum solve_verdict verdict);

/* Why a score cannot be reached through a measure. */
enum solve_reason {
	SOLVE_NO_REASON,
	SOLVE_PAST, /* read of other periods only, which stay as they are */
	SOLVE_AWAY, /* does not apply to the unit */
	SOLVE_NO_FOLDER, /* the period has no data that could hold it */
	SOLVE_CAP,	 /* the wanted score is above the item's limit */
	SOLVE_MAX,	 /* values beyond the measure's Max would */
	SOLVE_MIN,	 /* values below its Min would */
	SOLVE_VETO,	 /* a veto holds, whatever the value */
	SOLVE_RANK,	 /* the others' places are not to be passed so */
	SOLVE_OTHERS,	 /* what else the rule reads holds it back */
	SOLVE_WORK	 /* not found within the bound on work */
};

/* How many ranges are enclosed for one solution at most. */
enum { SOLVE_WORK_MAX = 6000 };
/* Values are looked for so many steps of the grid from zero. */
#define SOLVE_STEPS_MAX INT64_C(1000000000000000)

struct solution {
	enum solve_verdict verdict;
	enum solve_reason reason;
	struct num wanted; /* the score */
	struct num before; /* the value now; absent where there is none */
	int digits;	   /* of the grid */
	/* SOLVE_REACHED: */
	struct num value, score; /* and the item's score with it */
	struct num near; /* the score with the value just short of it; no
			    number where that is the present value's place */
	uint32_t rank, total_rank;
	struct num total;
	/* SOLVE_NEVER: the most that any value can give, if it is known. */
	struct num most;
	struct period read; /* SOLVE_PAST: of which period it is read */
	size_t work;	    /* ranges enclosed, and values scored */
};

struct solver;

/*
 * For one unit and item of a period that the engine has scored; the engine
 * must outlive the solver and score nothing in between. solver_free() frees.
 */
struct solver *solver_new(struct book *book, struct engine *engine,
    struct period period, uint32_t item, uint32_t unit);
void solver_free(struct solver *solver); /* welcomes NULL */

/*
 * The measures that the item's score rests on, each once, in the order of
 * reading.
 */
const uint32_t *solver_measures(const struct solver *solver, size_t *count);
/* What the item can give at most; no number: no limit. */
struct num solver_limit(const struct solver *solver);

/* Numbers of the solution live as long as the solver. */
void solver_solve(struct solver *solver, uint32_t measure, struct num wanted,
    struct solution *out);

#endif
