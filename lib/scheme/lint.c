#include "scheme/lint.h"

#include "number/real.h"
#include "scheme/aggregates.h"
#include "scheme/functions.h"
#include "scheme/number_set.h"

enum {
	VISITS_MAX = 200000, /* of nodes for one rule: what is larger is left */
	VISITS_ALL = 20000000 /* for a whole scheme */
};

/* A condition that holds, or does not, where a node is evaluated. */
struct fact {
	const struct node *condition;
	bool holds;
	const struct fact *outer;
};

struct linter {
	const struct scheme *scheme;
	const struct item *item;
	struct arena arena;
	struct diag *diag;
	unsigned visits, left; /* for this rule, and all to come */
	struct told *told;     /* of the item in hand */
	bool *met;	       /* of each node of its program */
};

/* A piece of a rule that has been reported; a Let may be used many times. */
struct told {
	struct told *next;
	const struct syntax *syntax, *caller;
};

static struct str
text_of(const struct node *node)
{
	const struct syntax *syntax = node->syntax;

	return str_head(str_from_byte(syntax->origin->text, syntax->at),
	    syntax->size);
}

static bool
spend(struct linter *linter)
{
	return linter->visits > 0 && linter->visits-- > 0;
}

/* Whether a finding at this node is new. */
static bool
is_news(struct linter *linter, const struct node *node)
{
	struct told *told;

	for (told = linter->told; told != NULL; told = told->next)
		if (told->syntax == node->syntax &&
		    told->caller == node->caller)
			return false;
	told = arena_new(&linter->arena, struct told);
	*told = (struct told){ linter->told, node->syntax, node->caller };
	linter->told = told;
	return true;
}

/* Whether two nodes are sure to have the same value. */
static bool
is_same(struct linter *linter, const struct node *a, const struct node *b)
{
	if (a == b)
		return true;
	if (!spend(linter) || a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == NODE_NUMBER)
		return num_compare(a->number, b->number) == 0;
	if (a->operation != b->operation || a->function != b->function ||
	    a->scope != b->scope || a->aggregate != b->aggregate ||
	    a->ties != b->ties || a->shift != b->shift || a->mode != b->mode ||
	    a->index != b->index || a->whole != b->whole ||
	    !str_equal(a->name, b->name) || !str_equal(a->value, b->value))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!is_same(linter, a->parts[i], b->parts[i]))
			return false;
	return true;
}

static bool constant(struct linter *linter, const struct node *node,
    struct num *out);

/* A function of constants. */
static bool
constant_call(struct linter *linter, const struct node *node, struct num *out)
{
	struct num *values =
	    arena_array(&linter->arena, node->count, sizeof(*values));

	for (size_t i = 0; i < node->count; i++)
		if (!constant(linter, node->parts[i], &values[i]))
			return false;
	*out = function_value(&linter->arena, node, values);
	return num_is_number(*out);
}

static bool
constant_arithmetic(struct linter *linter, const struct node *node,
    struct num *out)
{
	struct arena *arena = &linter->arena;
	struct num a, b;

	if (!constant(linter, node->parts[0], &a) ||
	    !constant(linter, node->parts[1], &b))
		return false;
	switch (node->operation) {
	case OPERATOR_ADD:
		*out = num_add(arena, a, b);
		break;
	case OPERATOR_SUBTRACT:
		*out = num_sub(arena, a, b);
		break;
	case OPERATOR_MULTIPLY:
		*out = num_mul(arena, a, b);
		break;
	case OPERATOR_DIVIDE:
		*out = num_div(arena, a, b);
		break;
	case OPERATOR_POWER:
		*out = real_power(arena, a, b);
		break;
	default:
		return false;
	}
	return num_is_number(*out);
}

/* A number that does not depend on units or data. */
static bool
constant(struct linter *linter, const struct node *node, struct num *out)
{
	if (!spend(linter))
		return false;
	switch (node->kind) {
	case NODE_NUMBER:
		*out = node->number;
		return true;
	case NODE_POINTS:
		if (linter->item == NULL)
			return false;
		*out = linter->item->points;
		return num_is_number(*out);
	case NODE_UNARY:
		if (node->operation != OPERATOR_NEGATE ||
		    !constant(linter, node->parts[0], out))
			return false;
		*out = num_neg(&linter->arena, *out);
		return num_is_number(*out);
	case NODE_BINARY:
		return constant_arithmetic(linter, node, out);
	case NODE_FUNCTION:
		return constant_call(linter, node, out);
	default:
		return false;
	}
}

static enum operator negated(enum operator operation)
{
	switch (operation) {
	case OPERATOR_LESS:
		return OPERATOR_GREATER_EQUAL;
	case OPERATOR_LESS_EQUAL:
		return OPERATOR_GREATER;
	case OPERATOR_EQUAL:
		return OPERATOR_NOT_EQUAL;
	case OPERATOR_NOT_EQUAL:
		return OPERATOR_EQUAL;
	case OPERATOR_GREATER_EQUAL:
		return OPERATOR_LESS;
	default:
		return OPERATOR_LESS_EQUAL;
	}
}

static enum operator mirrored(enum operator operation)
{
	switch (operation) {
	case OPERATOR_LESS:
		return OPERATOR_GREATER;
	case OPERATOR_LESS_EQUAL:
		return OPERATOR_GREATER_EQUAL;
	case OPERATOR_GREATER_EQUAL:
		return OPERATOR_LESS_EQUAL;
	case OPERATOR_GREATER:
		return OPERATOR_LESS;
	default:
		return operation;
	}
}

static bool
is_comparison(const struct node *node)
{
	return node->kind == NODE_BINARY && node->operation >= OPERATOR_LESS &&
	       node->operation <= OPERATOR_GREATER;
}

/* Whether `x OPERATOR bound` means that x is not zero. */
static bool
excludes_zero(enum operator operation, struct num bound)
{
	int sign = num_sign(bound);

	switch (operation) {
	case OPERATOR_LESS:
		return sign <= 0;
	case OPERATOR_LESS_EQUAL:
		return sign < 0;
	case OPERATOR_EQUAL:
		return sign != 0;
	case OPERATOR_NOT_EQUAL:
		return sign == 0;
	case OPERATOR_GREATER_EQUAL:
		return sign > 0;
	default:
		return sign >= 0;
	}
}

static bool sets_apart(enum operator operation)
{
	return operation == OPERATOR_LESS || operation == OPERATOR_GREATER ||
	       operation == OPERATOR_NOT_EQUAL;
}

/* Whether a condition, holding or not, means that x is not zero. */
static bool
implies_nonzero(struct linter *linter, const struct node *condition, bool holds,
    const struct node *x)
{
	const struct node *left, *right;
	enum operator operation;
	struct num bound;

	if (!spend(linter))
		return false;
	if (condition->kind == NODE_UNARY)
		return implies_nonzero(linter, condition->parts[0], !holds, x);
	if (condition->kind == NODE_BINARY &&
	    ((condition->operation == OPERATOR_AND && holds) ||
		(condition->operation == OPERATOR_OR && !holds)))
		return implies_nonzero(linter, condition->parts[0], holds, x) ||
		       implies_nonzero(linter, condition->parts[1], holds, x);
	if (!is_comparison(condition))
		return false;
	left = condition->parts[0];
	right = condition->parts[1];
	operation =
	    holds ? condition->operation : negated(condition->operation);
	if (is_same(linter, left, x) && constant(linter, right, &bound))
		return excludes_zero(operation, bound);
	if (is_same(linter, right, x) && constant(linter, left, &bound))
		return excludes_zero(mirrored(operation), bound);
	if (x->kind != NODE_BINARY || x->operation != OPERATOR_SUBTRACT ||
	    !sets_apart(operation))
		return false;
	return (is_same(linter, left, x->parts[0]) &&
		   is_same(linter, right, x->parts[1])) ||
	       (is_same(linter, left, x->parts[1]) &&
		   is_same(linter, right, x->parts[0]));
}

static bool is_positive(struct linter *linter, const struct node *node);

static bool
all_positive(struct linter *linter, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (!is_positive(linter, node->parts[i]))
			return false;
	return node->count > 0;
}

static bool
any_positive(struct linter *linter, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (is_positive(linter, node->parts[i]))
			return true;
	return false;
}

static bool
call_is_positive(struct linter *linter, const struct node *call)
{
	switch (call->function->sign) {
	case SIGN_ALL:
		return all_positive(linter, call);
	case SIGN_ANY:
		return any_positive(linter, call);
	case SIGN_ALWAYS:
		return true;
	case SIGN_NONZERO:
	case SIGN_UNKNOWN:
		break;
	}
	return false;
}

/* Some weights may be zero: of those that have a value, where there are any. */
static bool
is_weight(struct linter *linter, const struct node *node)
{
	struct num value;

	if (constant(linter, node, &value))
		return num_sign(value) >= 0;
	return is_positive(linter, node);
}

static bool
aggregate_is_positive(struct linter *linter, const struct node *node)
{
	const struct aggregate *aggregate = node->aggregate;
	size_t list = aggregate_parts(node);

	/* What is absent is left out, so that none may be left. */
	if (aggregate->sign != SIGN_ALL || aggregate->zero_of_none)
		return false;
	for (size_t i = 0; i < list; i++)
		if (!is_positive(linter, node->parts[i]))
			return false;
	if (!aggregate_has_weights(aggregate))
		return true;
	for (size_t i = list; i < node->count; i++)
		if (!is_weight(linter, node->parts[i]))
			return false;
	return true;
}

/* Whether a node's value, where it has one, is sure to be above zero. */
static bool
is_positive(struct linter *linter, const struct node *node)
{
	struct num value;
	const struct measure *measure;

	if (!spend(linter))
		return false;
	if (constant(linter, node, &value))
		return num_sign(value) > 0;
	switch (node->kind) {
	case NODE_MEASURE:
		measure = &linter->scheme->book->measures[node->index];
		return num_is_number(measure->min) &&
		       num_sign(measure->min) > 0;
	case NODE_BINARY:
		return (node->operation == OPERATOR_ADD ||
			   node->operation == OPERATOR_MULTIPLY ||
			   node->operation == OPERATOR_DIVIDE) &&
		       all_positive(linter, node);
	case NODE_AGGREGATE:
		return aggregate_is_positive(linter, node);
	case NODE_PLACE:
		return true;
	default:
		return node->function != NULL && call_is_positive(linter, node);
	}
}

static bool
is_nonzero(struct linter *linter, const struct node *node,
    const struct fact *facts)
{
	struct num value;

	if (!spend(linter))
		return false;
	if (constant(linter, node, &value))
		return num_sign(value) != 0;
	for (const struct fact *fact = facts; fact; fact = fact->outer)
		if (implies_nonzero(linter, fact->condition, fact->holds, node))
			return true;
	if (node->kind == NODE_UNARY ||
	    (node->function != NULL && node->function->sign == SIGN_NONZERO))
		return is_nonzero(linter, node->parts[0], facts);
	if (node->kind == NODE_BINARY &&
	    (node->operation == OPERATOR_MULTIPLY ||
		node->operation == OPERATOR_DIVIDE))
		return is_nonzero(linter, node->parts[0], facts) &&
		       is_nonzero(linter, node->parts[1], facts);
	return is_positive(linter, node);
}

static bool
reads_pool(struct linter *linter, const struct node *node)
{
	if (!spend(linter))
		return false;
	if (node->kind == NODE_AGGREGATE &&
	    (node->scope == SCOPE_POOL || node->scope == SCOPE_PEERS))
		return true;
	return node->kind == NODE_BINARY &&
	       (reads_pool(linter, node->parts[0]) ||
		   reads_pool(linter, node->parts[1]));
}

static bool
mentions(struct linter *linter, const struct node *node,
    const struct node *part)
{
	bool found = is_same(linter, node, part);

	if (!spend(linter))
		return false;
	for (size_t i = 0; i < node->count && !found; i++)
		found = mentions(linter, node->parts[i], part);
	return found;
}

/*
 * Whether a divisor counts the very values that are divided, so that where
 * it counts none there is nothing to divide: pool.rank(x) / pool.count(x).
 */
static bool
counts_divided(struct linter *linter, const struct node *node,
    const struct node *divisor)
{
	return divisor->kind == NODE_AGGREGATE &&
	       divisor->scope == SCOPE_POOL &&
	       divisor->aggregate->zero_of_none &&
	       divisor->aggregate->sign == SIGN_ALWAYS &&
	       divisor->parts[0]->type == TYPE_NUMBER &&
	       mentions(linter, node->parts[0], divisor->parts[0]);
}

static void
check_division(struct linter *linter, const struct node *node,
    const struct node *divisor, const struct fact *facts)
{
	/* Where nothing is left to spend, nothing is known. */
	if (is_nonzero(linter, divisor, facts) || linter->visits == 0 ||
	    counts_divided(linter, node, divisor) || !is_news(linter, node))
		return;
	diag_at(linter->diag, node_place(node),
	    reads_pool(linter, divisor)	    ? D_LINT_SPREAD
	    : divisor->kind == NODE_MEASURE ? D_LINT_ZERO
					    : D_LINT_ZERO_OTHER,
	    text_of(divisor));
}

/* An edge must be above the one before, unless that is not known. */
static void
check_edge(struct linter *linter, const struct node *edge,
    const struct node *before)
{
	struct num high, low;

	if (before != NULL && constant(linter, edge, &high) &&
	    constant(linter, before, &low) && num_compare(high, low) <= 0 &&
	    is_news(linter, edge))
		diag_at(linter->diag, node_place(edge), D_LINT_EDGES,
		    text_of(edge), text_of(before));
}

static void
check_bounds_of(struct linter *linter, const struct node *node,
    const struct node *lower, const struct node *upper)
{
	struct num low, high;

	if (lower != NULL && constant(linter, lower, &low) &&
	    constant(linter, upper, &high) && num_compare(high, low) < 0 &&
	    is_news(linter, node))
		diag_at(linter->diag, node_place(node), D_LINT_CAP,
		    text_of(upper), text_of(lower));
}

/* What a function's row asks of its numbers. */
static void
check_function(struct linter *linter, const struct node *node,
    const struct fact *facts)
{
	const struct node *edge = NULL, *lower = NULL;

	for (size_t i = 0; i < node->count; i++) {
		const struct node *part = node->parts[i];

		switch (function_argument(node->function, i)) {
		case 'e':
			check_edge(linter, part, edge);
			edge = part;
			break;
		case 'd':
			check_division(linter, node, part, facts);
			break;
		case 'l':
			lower = part;
			break;
		case 'h':
			check_bounds_of(linter, node, lower, part);
			break;
		default: /* anything will do */
			break;
		}
	}
}

/*
 * The numbers of the subject for which a condition holds. The first subject
 * met becomes the subject; a condition about anything else is unknown.
 */
static void
set_of(struct linter *linter, const struct node *condition,
    const struct node **subject, struct number_set *set)
{
	struct number_set other;
	struct num bound;
	const struct node *left, *right;
	enum operator operation;

	*set = (struct number_set){ .unknown = true };
	if (!spend(linter))
		return;
	if (condition->kind == NODE_UNARY) {
		set_of(linter, condition->parts[0], subject, set);
		number_set_complement(set);
		return;
	}
	if (condition->kind == NODE_BINARY &&
	    condition->operation <= OPERATOR_AND) {
		set_of(linter, condition->parts[0], subject, set);
		set_of(linter, condition->parts[1], subject, &other);
		if (condition->operation == OPERATOR_AND)
			number_set_intersect(set, &other);
		else
			number_set_unite(set, &other);
		return;
	}
	if (!is_comparison(condition))
		return;
	left = condition->parts[0];
	right = condition->parts[1];
	operation = condition->operation;
	if (!constant(linter, right, &bound)) {
		if (!constant(linter, left, &bound))
			return;
		left = right;
		operation = mirrored(operation);
	}
	if (*subject == NULL)
		*subject = left;
	if (is_same(linter, *subject, left))
		number_set_compare(operation, bound, set);
}

/* The numbers that the subject can be at all: a measure's Min to Max. */
static void
domain_of(const struct linter *linter, const struct node *subject,
    struct number_set *set)
{
	const struct measure *measure;

	number_set_everything(set);
	if (subject->kind != NODE_MEASURE)
		return;
	measure = &linter->scheme->book->measures[subject->index];
	set->parts[0].has_low = num_is_number(measure->min);
	set->parts[0].low = measure->min;
	set->parts[0].has_high = num_is_number(measure->max);
	set->parts[0].high = measure->max;
}

/* Whether the subject, of so many digits, can have no value in the set. */
static bool
is_empty(struct linter *linter, const struct number_set *set,
    const struct node *subject)
{
	int digits = subject->kind == NODE_MEASURE
			 ? linter->scheme->book->measures[subject->index].digits
			 : DIGITS_UNSET;

	return !number_set_has_decimal(&linter->arena, set, digits);
}

static void
report_gap(struct linter *linter, const struct node *node,
    const struct node *subject, const struct number_set *gap)
{
	struct buffer text = { 0 };

	number_set_print(&text, gap);
	diag_at(linter->diag, node_place(node), D_LINT_GAP, text_of(subject),
	    buffer_str(&text));
	buffer_free(&text);
}

/* The sets of all conditions of cases(); their subject, or NULL. */
static const struct node *
case_sets(struct linter *linter, const struct node *node,
    struct number_set sets[NUMBER_SPANS_MAX])
{
	const struct node *subject = NULL;
	size_t count = node->count / 2;

	for (size_t i = 0; i < count && count <= NUMBER_SPANS_MAX; i++) {
		set_of(linter, node->parts[2 * i], &subject, &sets[i]);
		if (sets[i].unknown)
			return NULL;
	}
	return subject;
}

static void
check_overlap(struct linter *linter, const struct node *node,
    const struct node *subject, const struct number_set *sets, size_t at)
{
	const struct node *condition = node->parts[2 * at];
	struct number_set domain;

	domain_of(linter, subject, &domain);
	for (size_t i = 0; i < at; i++) {
		struct number_set both = sets[at];

		number_set_intersect(&both, &sets[i]);
		number_set_intersect(&both, &domain);
		if (!is_empty(linter, &both, subject) &&
		    is_news(linter, condition))
			diag_at(linter->diag, node_place(condition),
			    D_LINT_OVERLAP, text_of(condition),
			    text_of(node->parts[2 * i]));
	}
}

/* cases(): no two conditions may hold together, and one must. */
static void
check_cases(struct linter *linter, const struct node *node)
{
	struct number_set sets[NUMBER_SPANS_MAX], rest = { 0 }, domain;
	const struct node *subject = case_sets(linter, node, sets);

	if (subject == NULL)
		return;
	for (size_t i = 0; i < node->count / 2; i++) {
		check_overlap(linter, node, subject, sets, i);
		number_set_unite(&rest, &sets[i]);
	}
	number_set_complement(&rest);
	domain_of(linter, subject, &domain);
	number_set_intersect(&rest, &domain);
	if (!rest.unknown && !is_empty(linter, &rest, subject) &&
	    is_news(linter, node))
		report_gap(linter, node, subject, &rest);
}

/* if ... elif: no condition may be covered by those above it. */
static void
check_branches(struct linter *linter, const struct node *node)
{
	struct number_set above = { 0 }, set, left;
	const struct node *subject = NULL;

	for (size_t i = 0; i + 1 < node->count && !above.unknown; i += 2) {
		set_of(linter, node->parts[i], &subject, &set);
		if (set.unknown || subject == NULL)
			return;
		left = above;
		number_set_complement(&left);
		number_set_intersect(&left, &set);
		if (!left.unknown && is_empty(linter, &left, subject) &&
		    is_news(linter, node->parts[i]))
			diag_at(linter->diag, node_place(node->parts[i]),
			    D_LINT_UNREACHED, text_of(node->parts[i]));
		number_set_unite(&above, &set);
	}
}

/* Whether a node, which several may share, is met for the first time. */
static bool
is_first(struct linter *linter, const struct node *node)
{
	bool first = !linter->met[node->id];

	linter->met[node->id] = true;
	return first;
}

static void visit(struct linter *linter, const struct node *node,
    const struct fact *facts);

/* Each branch is visited knowing which conditions hold in it. */
static void
visit_if(struct linter *linter, const struct node *node,
    const struct fact *facts)
{
	size_t at;

	for (at = 0; at + 1 < node->count && linter->visits > 0; at += 2) {
		struct fact *fails = arena_new(&linter->arena, struct fact);
		struct fact holds = { node->parts[at], true, facts };

		visit(linter, node->parts[at], facts);
		visit(linter, node->parts[at + 1], &holds);
		*fails = (struct fact){ node->parts[at], false, facts };
		facts = fails;
	}
	if (at + 1 == node->count)
		visit(linter, node->parts[at], facts);
}

static void
visit(struct linter *linter, const struct node *node, const struct fact *facts)
{
	struct fact left;

	if (!spend(linter))
		return;
	if (node->kind == NODE_IF) {
		if (is_first(linter, node))
			check_branches(linter, node);
		visit_if(linter, node, facts);
		return;
	}
	if (node->kind == NODE_CASES) {
		if (is_first(linter, node))
			check_cases(linter, node);
		for (size_t i = 0; i < node->count; i += 2) {
			struct fact holds = { node->parts[i], true, facts };

			visit(linter, node->parts[i], facts);
			visit(linter, node->parts[i + 1], &holds);
		}
		return;
	}
	if (node->kind == NODE_BINARY && node->operation <= OPERATOR_AND) {
		/* The right side is looked at where the left leaves it open. */
		left = (struct fact){ node->parts[0],
			node->operation == OPERATOR_AND, facts };
		visit(linter, node->parts[0], facts);
		visit(linter, node->parts[1], &left);
		return;
	}
	if (node->kind == NODE_FUNCTION)
		check_function(linter, node, facts);
	else if (node->kind == NODE_BINARY &&
		 node->operation == OPERATOR_DIVIDE)
		check_division(linter, node, node->parts[1], facts);
	for (size_t i = 0; i < node->count; i++)
		visit(linter, node->parts[i], facts);
}

static void
visit_root(struct linter *linter, const struct program *program,
    const struct node *node)
{
	struct arena_mark mark = arena_mark(&linter->arena);
	unsigned most = linter->left < VISITS_MAX ? linter->left : VISITS_MAX;

	if (node == NULL)
		return;
	linter->visits = most;
	linter->told = NULL;
	linter->met =
	    arena_array(&linter->arena, program->node_count, sizeof(bool));
	visit(linter, node, NULL);
	linter->left -= most - linter->visits;
	arena_release(&linter->arena, mark);
}

/* An item's Cap below its Floor. */
static void
check_bounds(struct linter *linter, const struct item *item)
{
	struct num low = NUM_INT(0), high = item->points;

	linter->visits = VISITS_MAX;
	/* An ordinary item with a rule is capped by its points. */
	if (item->program->cap == NULL &&
	    (item->cap.given || item->rule == NULL || !item->counts))
		return;
	if (item->program->cap != NULL &&
	    !constant(linter, item->program->cap, &high))
		return;
	if (item->floor.unbounded ||
	    (item->program->floor != NULL &&
		!constant(linter, item->program->floor, &low)))
		return;
	if (num_is_number(high) && num_compare(high, low) < 0)
		diag_at(linter->diag,
		    scheme_place(linter->scheme, item->cap_field != NULL
						     ? item->cap_field
						     : item->floor_field),
		    D_LINT_CAP,
		    item->cap_field != NULL ? item->cap_field->value
					    : item->points_field->value,
		    item->floor_field != NULL ? item->floor_field->value
					      : STR("0"));
}

/* A bare 60% is 0.6 points; nearly always 60% of the points is meant. */
static void
check_share(const struct linter *linter, const struct rec_field *field,
    const struct syntax *value)
{
	if (value != NULL && value->kind == SYNTAX_NUMBER &&
	    str_ends(field->value, STR("%")) && num_sign(value->number) > 0)
		diag_at(linter->diag, scheme_place(linter->scheme, field),
		    D_LINT_SHARE, field->value);
}

static void
check_shares(const struct linter *linter, const struct item *item)
{
	check_share(linter, item->cap_field, item->cap.value);
	check_share(linter, item->floor_field, item->floor.value);
	check_share(linter, item->missing_field, item->missing.value);
	check_share(linter, item->not_applicable_field,
	    item->not_applicable.value);
}

/* Units without a group where others have one. */
static void
check_pool(struct linter *linter, const struct rec_record *record,
    struct str dimension)
{
	const struct book *book = linter->scheme->book;
	const struct rec_field *field =
	    record == NULL ? NULL : rec_field(record, "Pool");

	if (field == NULL)
		return;
	for (size_t i = 0; i < book->unit_count; i++) {
		bool found = false;

		for (size_t j = 0; j < book->units[i].group_count; j++)
			found |= str_equal(book->units[i].groups[j].dimension,
			    dimension);
		if (found)
			continue;
		diag_at(linter->diag, scheme_place(linter->scheme, field),
		    D_LINT_POOL, dimension);
		return;
	}
}

/* Grades that come too late: those before them take every unit. */
static void
check_grades(struct linter *linter)
{
	const struct scheme *scheme = linter->scheme;
	const struct node *subject = NULL;
	struct number_set above = { 0 }, set, rest;

	linter->visits = VISITS_MAX;
	linter->told = NULL;
	for (size_t i = 0; i + 1 < scheme->grade_count; i++) {
		const struct grade *grade = &scheme->grades[i];

		if (grade->when == NULL && !num_is_number(grade->quota)) {
			diag_at(linter->diag,
			    scheme_place(scheme,
				rec_field(grade->record, "Id")),
			    D_LINT_GRADE, grade->id);
			return;
		}
	}
	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct grade *grade = &scheme->grades[i];

		if (grade->program->rule == NULL)
			continue;
		set_of(linter, grade->program->rule, &subject, &set);
		rest = above;
		number_set_complement(&rest);
		number_set_intersect(&rest, &set);
		if (!rest.unknown && rest.count == 0)
			diag_at(linter->diag,
			    scheme_place(scheme, grade->when_field),
			    D_LINT_UNREACHED, grade->when_field->value);
		if (!set.unknown && !num_is_number(grade->quota))
			number_set_unite(&above, &set);
	}
}

void
lint_scheme(const struct scheme *scheme, struct diag *diag)
{
	struct linter linter = {
		.scheme = scheme, .diag = diag, .left = VISITS_ALL
	};
	const struct program *program;

	for (size_t i = 0; i < scheme->item_count; i++) {
		program = scheme->items[i].program;
		linter.item = &scheme->items[i];
		visit_root(&linter, program, program->rule);
		visit_root(&linter, program, program->veto);
		visit_root(&linter, program, program->cap);
		visit_root(&linter, program, program->floor);
		visit_root(&linter, program, program->missing);
		visit_root(&linter, program, program->not_applicable);
		check_bounds(&linter, linter.item);
		check_shares(&linter, linter.item);
		check_pool(&linter, linter.item->record, linter.item->pool);
	}
	linter.item = NULL;
	program = scheme->eligible_program;
	visit_root(&linter, program, program->rule);
	for (size_t i = 0; i < scheme->grade_count; i++) {
		program = scheme->grades[i].program;
		visit_root(&linter, program, program->rule);
	}
	check_pool(&linter, scheme->record, scheme->pool);
	check_grades(&linter);
	arena_free(&linter.arena);
}
