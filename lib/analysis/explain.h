/*
 * explain: one score taken apart, down to the rows of the data files. Knows
 * scores and how they came about; shows nothing.
 *
 * A step is a part of a rule with what it gave, for one unit, in one period
 * and, inside `children.`, for one child; each is there once, after those it
 * was made from. Only what was used is there: of `if` the branch taken.
 */
#ifndef SHIJI_EXPLAIN_H
#define SHIJI_EXPLAIN_H

#include "book/data_rows.h"
#include "git/blame.h"
#include "score/engine.h"

/* A row of a data file, and who last made it as it is. */
struct explained_row {
	struct data_record record;
	const struct commit_info *commit; /* NULL: see `is_new` */
	bool is_new; /* the line is not committed yet, or not as it is */
};

/* A measure of one unit as it was read in a period. */
struct reading {
	uint32_t measure, unit;
	struct period period;
	struct num value;
	bool is_carried; /* the value is that of an earlier period: */
	struct period from;
	bool is_implied; /* zero: an entry of which there is no row */
	struct explained_row *rows;
	size_t row_count;
};

/* What a unit has to do with a figure of the pool. */
enum pool_role {
	ROLE_HOLDER, /* its value is the least or the greatest */
	ROLE_BELOW,  /* the nearest values about a median or quantile */
	ROLE_ABOVE,
	ROLE_AHEAD, /* the nearest places */
	ROLE_LEVEL,
	ROLE_BEHIND,
	ROLE_COUNTED /* the condition holds for it */
};

struct pool_member {
	uint32_t unit;
	struct num value;
	enum pool_role role;
};

/* Whom a figure of the pool compares, and who sets it. */
struct pool_figure {
	struct str group;   /* empty: all units */
	size_t count, size; /* units with a value, and all in the group */
	struct pool_member *members;
	size_t member_count;
};

#define STEP_NONE SIZE_MAX

/* What a rule is for. */
enum rule_role {
	ROLE_RULE,
	ROLE_VETO,
	ROLE_CAP,
	ROLE_MISSING,
	ROLE_NOT_APPLICABLE,
	ROLE_FLOOR,
	ROLE_COUNT
};

struct explain_step {
	const struct node *node;
	struct str text; /* as written, on one line */
	uint32_t unit;
	struct period period;
	uint32_t child; /* INDEX_NONE outside of `children.` */
	struct num value;
	size_t *from; /* numbers of earlier steps */
	size_t from_count, from_capacity;
	struct str taken;   /* of `if` and cases(): the branch, as written */
	struct str because; /* and its condition; empty for `else` */
	const struct pool_figure *pool; /* or NULL */
	size_t reading;			/* of a measure, or STEP_NONE */
	size_t *others; /* readings of those who set a pool figure */
	size_t other_count, other_capacity;
};

/* A rule of the item, and the step that it ends in. */
struct explained_rule {
	enum rule_role role;
	struct str text; /* as written, on one line */
	struct place place;
	struct num value;
	size_t step; /* STEP_NONE for a number written out */
};

/* A method that a rule calls: how, and how it is written itself. */
struct explained_method {
	const struct method *method;
	struct str call; /* as written */
	struct str text;
	struct place place;    /* of the method's rule */
	bool is_shipped;       /* its place is not in the book */
	struct str *arguments; /* what each stands for, defaults included */
};

struct explained_let {
	struct str name, text;
	struct place place;
};

/* A child of the item, or an item that the item is part of. */
struct relative {
	uint32_t item;
	struct num points, score;
	unsigned state;
	struct num share; /* of the score above; missing where it has none */
};

/* A sibling that leaves its points to the others. */
struct donor {
	uint32_t item;
	struct num points;
	enum policy_kind how;
};

struct explanation {
	struct arena arena;
	const struct book *book;
	const struct scheme *scheme;
	const struct item *item;
	uint32_t unit, item_number;
	struct period period;
	enum standing standing;
	struct num points, score;
	unsigned state;
	struct num rank; /* competition rank among all; missing: none */
	size_t ranked;
	const struct grade *grade; /* of the total, or NULL */
	struct explained_rule rules[ROLE_COUNT];
	size_t rule_count;
	struct explained_let *lets;
	size_t let_count;
	struct explained_method *methods;
	size_t method_count;
	struct explain_step *steps;
	size_t step_count;
	struct reading *readings;
	size_t reading_count;
	struct score_change *changes;
	size_t change_count;
	struct donor *donors;
	size_t donor_count;
	struct relative *children;
	size_t child_count;
	struct relative *above; /* the item itself, its parent ... the total */
	size_t above_count;
};

/*
 * Explain the score of a unit. blame may be NULL: then no commits are looked
 * up. The book, the engine and the blame must outlive the explanation;
 * explanation_free() frees.
 */
struct explanation *explain(struct engine *engine, struct book *book,
    const struct result *result, uint32_t item, uint32_t unit,
    struct blame *blame);
void explanation_free(struct explanation *explanation); /* welcomes NULL */

/* Values taken instead of others, and what that did to a score. */
struct counterfactual {
	const struct data_assumption *assumptions;
	struct num *before; /* the value of each as it stands */
	size_t count;
	struct num score, rank; /* without them */
	unsigned state;
	struct num delta; /* of the scores as they are printed */
};

/* The rank of a unit's score among all, and how many have one. */
struct num explain_rank(const struct book *book, const struct result *result,
    uint32_t item, uint32_t unit, size_t *ranked);

/*
 * Append a value of a rule: exactly, as a fraction where the decimal does not
 * end; `true` or `false`; `missing`, `n/a`, `failed`. And the same as a
 * decimal of at most 34 digits, or nothing where it is no number.
 */
void explain_step_value(struct buffer *out, enum node_type type,
    struct num value);
void explain_step_decimal(struct buffer *out, enum node_type type,
    struct num value);

/* `measure`, `if`, `pool`: what kind of step it is. */
const char *explain_step_kind(const struct explain_step *step);
/* `cap`, `rounded`: what was done. */
const char *explain_change_text(enum change_kind kind);
/* `rule`, `veto` ... */
const char *rule_role_text(enum rule_role role);
/* `holder`, `ahead` ... */
const char *pool_role_text(enum pool_role role);

#endif
