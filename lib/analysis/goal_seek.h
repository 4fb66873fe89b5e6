/*
 * goal_seek: which value of a measure brings an item to a wanted score, all
 * else as it is. Knows engines and enclosures; not who wants it.
 *
 * The score is a function of that one value, on the grid of its digits. Ranges
 * of values are enclosed (analysis/interval_eval.h), nearest first on either
 * side: a range whose greatest score is too low holds no solution, whatever the
 * rule does in between, and the others are halved until single values are left,
 * which are scored. So the value found is the nearest there is, whether the
 * rule rises, falls, jumps or turns, and that there is none is proved. A value
 * found is always scored, and so is its neighbour just short of it.
 */
#ifndef SHIJI_GOAL_SEEK_H
#define SHIJI_GOAL_SEEK_H

#include "score/engine.h"

enum goal_seek_verdict {
	GOAL_SEEK_REACHED,  /* by `value` */
	GOAL_SEEK_MET,	    /* the score is there already */
	GOAL_SEEK_NEVER,    /* no value gives it */
	GOAL_SEEK_UNSETTLED /* the bound on work came first */
};
/* `reached`, `met`, `never`, `unsettled`. */
const char *goal_seek_verdict_text(enum goal_seek_verdict verdict);

/* Why a score cannot be reached through a measure. */
enum goal_seek_reason {
	GOAL_SEEK_NO_REASON,
	GOAL_SEEK_PAST, /* read of other periods only, which stay as they are */
	GOAL_SEEK_AWAY, /* does not apply to the unit */
	GOAL_SEEK_NO_FOLDER, /* the period has no data that could hold it */
	GOAL_SEEK_CAP,	     /* the wanted score is above the item's limit */
	GOAL_SEEK_MAX,	     /* values beyond the measure's Max would */
	GOAL_SEEK_MIN,	     /* values below its Min would */
	GOAL_SEEK_VETO,	     /* a veto holds, whatever the value */
	GOAL_SEEK_RANK,	     /* the others' places are not to be passed so */
	GOAL_SEEK_OTHERS,    /* what else the rule reads holds it back */
	GOAL_SEEK_WORK	     /* not found within the bound on work */
};

/* How many ranges are enclosed for one solution at most. */
enum { GOAL_SEEK_WORK_MAX = 6000 };
/* Values are looked for so many steps of the grid from zero. */
#define GOAL_SEEK_STEPS_MAX INT64_C(1000000000000000)

struct goal_seek_solution {
	enum goal_seek_verdict verdict;
	enum goal_seek_reason reason;
	struct num wanted; /* the score */
	struct num before; /* the value now; absent where there is none */
	int digits;	   /* of the grid */
	/* GOAL_SEEK_REACHED: */
	struct num value, score; /* and the item's score with it */
	struct num near; /* the score with the value just short of it; no
			    number where that is the present value's place */
	uint32_t rank, total_rank;
	struct num total;
	/* GOAL_SEEK_NEVER: the most that any value can give, if it is known. */
	struct num most;
	struct period read; /* GOAL_SEEK_PAST: of which period it is read */
	size_t work;	    /* ranges enclosed, and values scored */
};

struct goal_seek;

/*
 * For one unit and item of a period that the engine has scored; the engine
 * must outlive the solver and score nothing in between. goal_seek_free() frees.
 */
struct goal_seek *goal_seek_new(struct book *book, struct engine *engine,
    struct period period, uint32_t item, uint32_t unit);
void goal_seek_free(struct goal_seek *goal_seek); /* welcomes NULL */

/*
 * The measures that the item's score rests on, each once, in the order of
 * reading.
 */
const uint32_t *goal_seek_measures(const struct goal_seek *goal_seek,
    size_t *count);

/* Numbers of the solution live as long as the solver. */
void goal_seek_solve(struct goal_seek *goal_seek, uint32_t measure,
    struct num wanted, struct goal_seek_solution *out);

#endif
