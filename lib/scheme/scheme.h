/*
 * scheme: what counts from a period on: a tree of items, methods and grades,
 * read from one file. Knows the book and the text of rules; what the rules
 * mean is for bind.
 */
#ifndef SHIJI_SCHEME_H
#define SHIJI_SCHEME_H

#include "book/book.h"
#include "number/rank.h"
#include "scheme/alert.h"
#include "scheme/syntax.h"

struct program; /* bind.h */

enum item_kind { ITEM_BONUS, ITEM_DEDUCTION, ITEM_ORDINARY };

/* What happens where an item's rule finds a value missing, or n/a. */
enum policy_kind {
	POLICY_SPREAD, /* none stated: absence spreads upwards */
	POLICY_ZERO,
	POLICY_FULL,
	POLICY_MEAN,	/* the pool's mean of the item's scores */
	POLICY_CARRY,	/* measures take their last known value */
	POLICY_RESCALE, /* points go to the siblings, in proportion */
	POLICY_RESCALE_EQUALLY,
	POLICY_VALUE /* an expression over numbers and `points` */
};

struct policy {
	enum policy_kind kind;
	struct syntax *value;
};

struct let {
	struct str name;
	struct syntax *value;
};

/* Cap and Floor: not given, `none`, or an expression. */
struct bound {
	bool given, unbounded;
	struct syntax *value;
};

struct item {
	struct str id, name;
	uint32_t parent; /* INDEX_NONE for total */
	uint32_t *children;
	size_t child_count;
	bool rescales_below; /* an absent child's points go to its siblings */
	int kind;	     /* enum item_kind, inherited from a bonus above */
	bool counts;	     /* ordinary, with only ordinary items above it */
	struct num points;   /* VALUE_MISSING for a bonus or deduction */
	struct bound cap, floor;
	int digits;		    /* places, or DIGITS_EXACT */
	int rounding;		    /* enum num_rounding */
	struct str pool;	    /* dimension; empty: all units */
	struct syntax *rule, *veto; /* NULL where there is none */
	struct let *lets;
	size_t let_count;
	struct policy missing, not_applicable;
	uint32_t lead; /* office, or INDEX_NONE */
	uint32_t *with;
	size_t with_count;
	struct str wing;
	struct alert *alerts; /* its own; the scheme's are not among them */
	size_t alert_count;
	unsigned depth; /* total is 0 */

	const struct rec_record *record; /* NULL for a total not written */
	struct program *program;	 /* set by bind */

	/* As read. */
	const struct rec_field *points_field, *rule_field, *cap_field,
	    *floor_field, *veto_field, *missing_field, *not_applicable_field,
	    *lead_field;
	struct record_fields let_fields, with_fields, alert_fields;
};

/* What is done for each item, in this order. */
enum scoring_step {
	SCORING_RULE,	/* what its rule gives */
	SCORING_SHARES, /* what its absent children leave to the others */
	SCORING_SCORE,
	SCORING_STEPS
};

struct method_argument {
	struct str name;
	struct syntax *fallback; /* NULL: the caller must give it */
};

struct method {
	struct str id;
	struct method_argument *arguments;
	size_t argument_count;
	struct syntax *rule;
	struct str note;
	const struct rec_file *file;
	const struct rec_record *record;
	const struct rec_field *args_field, *rule_field;
};

struct grade {
	struct str id;
	struct syntax *when; /* NULL: everyone */
	struct num quota;    /* a share; VALUE_MISSING: no quota */
	int rounding;	     /* enum num_rounding of the quota */
	int ties;	     /* enum rank_border */
	struct program *program;
	const struct rec_record *record;
	const struct rec_field *when_field, *quota_field;
};

struct scheme {
	struct arena arena; /* everything below */
	struct book *book;
	const struct scheme_file *source;
	struct rec_file file;
	struct str name;
	struct num points;
	int digits, rounding,
	    ties; /* the defaults of its items; enum rank_ties */
	struct str pool;
	struct syntax *eligible;
	struct program *eligible_program;
	struct item *items; /* total first, then in the order of the file */
	size_t item_count;
	struct intern item_index;
	struct method *methods; /* its own, then those shipped */
	size_t method_count, own_method_count;
	struct intern method_index;
	struct grade *grades;
	size_t grade_count;
	struct alert *alerts; /* of all items that have none of their own */
	size_t alert_count;
	bool is_bound;	       /* bind has seen it */
	bool is_sound;	       /* no error was found in it */
	bool reaches_back;     /* its rules read items of earlier periods */
	uint8_t *uses_measure; /* whether any rule reads it, in any period */
	/*
	 * The steps of scoring, each after those it needs: an item times
	 * SCORING_STEPS, and an enum scoring_step. Set by bind.
	 */
	uint32_t *order;

	/* As read. */
	const struct rec_record *record;
	const struct rec_field *points_field, *eligible_field;
	struct record_fields alert_fields;
};

/*
 * Read a scheme file: records, their fields, the tree, the text of every rule,
 * points that do not add up. Every fault is reported. NULL where the file
 * cannot be read at all. scheme_free() frees.
 */
struct scheme *scheme_load(struct book *book, const struct scheme_file *file,
    struct diag *diag);
void scheme_free(struct scheme *scheme); /* welcomes NULL */

/* A number, or INDEX_NONE. */
uint32_t scheme_item(const struct scheme *scheme, struct str id);

/* Where a field of one of the scheme's records stands. */
struct place scheme_place(const struct scheme *scheme,
    const struct rec_field *field);

/*
 * The shipped methods, parsed once into the arena: records with Id, Args,
 * Rule and Note.
 */
struct method *methods_shipped(struct arena *arena, size_t *count,
    struct diag *diag);

#endif
