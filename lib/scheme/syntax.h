/*
 * syntax: the text of a rule to a tree of what is written there. Knows numbers
 * and places, and nothing of what the names mean: that is for bind.
 */
#ifndef SHIJI_SYNTAX_H
#define SHIJI_SYNTAX_H

#include "base/diag.h"
#include "format/rec.h"
#include "number/num.h"

/* A rule nests at most so deep, parentheses, calls and branches counted. */
#define RULE_DEPTH_MAX 100
/* And holds at most so many numbers, names and operators. */
#define RULE_PARTS_MAX 4000

/* The text of a rule and where it stands: part of a field's value. */
struct origin {
	const struct rec_file *file;
	const struct rec_field *field;
	struct str text; /* the rule itself, inside the field's value */
};

enum syntax_kind {
	SYNTAX_NUMBER,
	SYNTAX_NAME, /* a name, bare or in quotes */
	SYNTAX_CALL, /* name(parts), or scope.name(parts) */
	SYNTAX_UNARY,
	SYNTAX_BINARY,
	SYNTAX_IF /* condition, value, condition, value ..., else */
};

enum operator{
	OPERATOR_OR,
	OPERATOR_AND,
	OPERATOR_NOT,
	OPERATOR_LESS,
	OPERATOR_LESS_EQUAL,
	OPERATOR_EQUAL,
	OPERATOR_NOT_EQUAL,
	OPERATOR_GREATER_EQUAL,
	OPERATOR_GREATER,
	OPERATOR_ADD,
	OPERATOR_SUBTRACT,
	OPERATOR_MULTIPLY,
	OPERATOR_DIVIDE,
	OPERATOR_NEGATE,
	OPERATOR_POWER
};

struct syntax {
	enum syntax_kind kind;
	enum operator operation;
	struct num number;
	struct str name; /* of a call: with its scope, `pool.rank` */
	bool quoted;
	struct syntax **parts;
	size_t count;
	const struct origin *origin;
	size_t at, size;   /* where it stands in the origin's text */
	size_t begin, end; /* the same with the parentheses around it */
};

/*
 * Parse a rule; NULL with a finding where it is none. The tree lives in the
 * arena, and points into the text and the origin, which must outlive it.
 */
struct syntax *syntax_parse(struct arena *arena, const struct origin *origin,
    struct diag *diag);

/*
 * Whether two rules say the same: white space, needless parentheses and the
 * way in which a number is written make no difference.
 */
bool syntax_same(const struct syntax *a, const struct syntax *b);

/* Where a part of a rule stands in its file. */
struct place syntax_place(const struct syntax *syntax);
/* The same for any piece of the origin's text. */
struct place syntax_origin_place(const struct origin *origin, size_t at,
    size_t size);

/* Whether a name means something of its own, and so needs quotes: `if`. */
bool syntax_is_keyword(struct str text);
/* The sign of an operator, `<=`. */
const char *syntax_operator_text(enum operator operation);

#endif
