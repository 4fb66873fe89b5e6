/*
 * binder: what all binding of rules shares: where names are found, new nodes,
 * and how a fault is told. For bind.c and what it is made of.
 */
#ifndef SHIJI_BINDER_H
#define SHIJI_BINDER_H

#include "scheme/node.h"
#include "scheme/scheme.h"

/* A bound rule nests at most so deep, its methods counted. */
#define BINDER_DEPTH_MAX 1000

/* The periods that names are read in. */
enum reach {
	REACH_HERE,    /* the period that is scored */
	REACH_EARLIER, /* another one of the same length */
	REACH_EACH,    /* the shorter ones inside it */
	REACH_COUNT
};

enum use { USE_ITEM, USE_ELIGIBLE, USE_GRADE };

struct environment;

/* A name that stands for an expression: a Let or a method's argument. */
struct binding {
	struct str name;
	const struct syntax *syntax;
	const struct environment *lexical;   /* where its own names are found */
	struct node *nodes[2 * REACH_COUNT]; /* as bound in each context */
	bool failed;			     /* and has been reported */
};

struct environment {
	struct binding *bindings;
	size_t count;
	const struct method *method;	 /* whose body this is, or NULL */
	const struct syntax *caller;	 /* the outermost call, or NULL */
	const struct environment *outer; /* the body that calls, or NULL */
};

struct binder {
	struct schemes *schemes;
	struct scheme *scheme;
	struct arena *arena;
	struct diag *diag;
	struct program *program;
	const struct environment *environment;
	enum use use;
	enum reach reach;
	bool in_children;
	unsigned depth;
	size_t measure_capacity, item_capacity;
	size_t nodes;		/* of all programs so far */
	uint8_t *seen_measures; /* of this program */
	bool failed;
};

/*
 * The place of a piece of a rule, for a message: where it belongs to a method,
 * the call that brought it.
 */
struct place binder_blame(const struct binder *binder,
    const struct syntax *syntax);
/* Report a fault, after which the rule is unsound; NULL. */
struct node *binder_refuse(struct binder *binder, const struct syntax *syntax,
    enum finding finding, struct str detail);
/* The same after a finding: where in a method it is so. */
struct node *binder_refused(struct binder *binder, const struct syntax *syntax);

/* A new node of the program in hand, or NULL where there are too many. */
struct node *binder_node(struct binder *binder, enum node_kind kind,
    enum node_type type, const struct syntax *syntax);
/* Give a node its parts, of which none may be NULL. */
struct node *binder_with_parts(struct binder *binder, struct node *node,
    struct node **parts, size_t count);

/* The binding of a name, innermost first; NULL where there is none. */
struct binding *binder_find(const struct environment *environment,
    struct str name);
/*
 * What a word argument says: the name written, or, where that is an argument
 * of the method whose body this is, what the caller wrote for it.
 */
const struct syntax *binder_word(const struct environment *environment,
    const struct syntax *syntax);
/* A piece of a rule as it is written. */
struct str binder_text(const struct syntax *syntax);

#endif
