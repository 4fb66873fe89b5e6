#include "scheme/bind.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "scheme/aggregates.h"
#include "scheme/bind_words.h"
#include "scheme/binder.h"
#include "scheme/functions.h"
#include "scheme/order.h"

int
bind_each_count(const struct scheme *scheme)
{
	struct period_range inside;

	if ((int)scheme->source->from.length <= scheme->book->length)
		return 0;
	inside = period_inside(scheme->source->from,
	    (enum period_length)scheme->book->length);
	return period_range_count(inside);
}

static struct node *bind(struct binder *binder, const struct syntax *syntax);

static struct node *
expect(struct binder *binder, const struct syntax *syntax, enum node_type type)
{
	struct node *node = bind(binder, syntax);

	if (node == NULL || node->type == type)
		return node;
	return binder_refuse(binder, syntax,
	    type == TYPE_NUMBER ? D_RULE_TRUTH : D_RULE_NUMBER,
	    binder_text(syntax));
}

static unsigned
context_of(const struct binder *binder)
{
	return 2 * (unsigned)binder->reach + binder->in_children;
}

static struct node *
bind_binding(struct binder *binder, struct binding *binding)
{
	const struct environment *outer = binder->environment;
	struct node **node = &binding->nodes[context_of(binder)];

	if (binding->failed) {
		binder->failed = true;
	} else if (*node == NULL) {
		binder->environment = binding->lexical;
		*node = bind(binder, binding->syntax);
		binder->environment = outer;
		binding->failed = *node == NULL;
	}
	return *node;
}

static struct node *
bind_measure(struct binder *binder, const struct syntax *syntax,
    uint32_t measure)
{
	struct node *node =
	    binder_node(binder, NODE_MEASURE, TYPE_NUMBER, syntax);
	struct program *program = binder->program;

	if (node == NULL)
		return NULL;
	node->index = measure;
	binder->scheme->uses_measure[measure] = 1;
	if (binder->reach != REACH_HERE || binder->seen_measures[measure])
		return node;
	binder->seen_measures[measure] = 1;
	program->measures =
	    arena_grow(binder->arena, program->measures, program->measure_count,
		&binder->measure_capacity, sizeof(uint32_t));
	program->measures[program->measure_count++] = measure;
	return node;
}

static void
need_item(struct binder *binder, uint32_t item)
{
	struct program *program = binder->program;

	program->items = arena_grow(binder->arena, program->items,
	    program->item_count, &binder->item_capacity, sizeof(uint32_t));
	program->items[program->item_count++] = item;
}

static const struct scheme *loaded(struct schemes *schemes, size_t number);

/* Whether any scheme of the length that is reached has such an item. */
static bool
is_item_there(struct binder *binder, struct str name)
{
	const struct book *book = binder->scheme->book;
	enum period_length length = binder->reach == REACH_EACH
					? (enum period_length)book->length
					: binder->scheme->source->from.length;

	if (binder->reach == REACH_HERE)
		return scheme_item(binder->scheme, name) != INDEX_NONE;
	for (size_t i = 0; i < book->scheme_count; i++) {
		const struct scheme *scheme;

		if (book->schemes[i].from.length != length)
			continue;
		scheme = loaded(binder->schemes, i);
		if (scheme != NULL && scheme_item(scheme, name) != INDEX_NONE)
			return true;
	}
	return false;
}

static struct node *
bind_item(struct binder *binder, const struct syntax *syntax, struct str name,
    enum node_kind kind)
{
	struct node *node;

	if (binder->use == USE_ELIGIBLE)
		return binder_refuse(binder, syntax, D_RULE_ELIGIBLE, name);
	node = binder_node(binder, kind, TYPE_NUMBER, syntax);
	if (node == NULL)
		return NULL;
	node->name = name;
	node->index = INDEX_NONE;
	if (binder->reach == REACH_HERE) {
		node->index = scheme_item(binder->scheme, name);
		need_item(binder, node->index);
	} else if (binder->reach == REACH_EARLIER) {
		binder->program->reaches_back = true;
	}
	return node;
}

static void
offer_names(struct binder *binder, struct str_nearest *nearest)
{
	const struct book *book = binder->scheme->book;
	const struct environment *environment = binder->environment;

	for (size_t i = 0; i < environment->count; i++)
		str_nearest_offer(nearest, environment->bindings[i].name);
	str_nearest_offer(nearest, STR("points"));
	for (size_t i = 0; i < book->measure_count; i++)
		str_nearest_offer(nearest, book->measures[i].id);
	for (size_t i = 0; i < binder->scheme->item_count; i++)
		str_nearest_offer(nearest, binder->scheme->items[i].id);
}

static struct node *
unknown_name(struct binder *binder, const struct syntax *syntax)
{
	struct str_nearest nearest;

	str_nearest_start(&nearest, syntax->name);
	if (book_suggests(binder->diag))
		offer_names(binder, &nearest);
	if (str_nearest_best(&nearest).size > 0)
		diag_at(binder->diag, binder_blame(binder, syntax),
		    D_RULE_NAME_NEAR, syntax->name, str_nearest_best(&nearest));
	else
		diag_at(binder->diag, binder_blame(binder, syntax), D_RULE_NAME,
		    syntax->name);
	return binder_refused(binder, syntax);
}

/* An item's points; outside the full marks its Cap takes their place. */
static struct node *
bind_points(struct binder *binder, const struct syntax *syntax)
{
	const struct item *item = binder->program->item;
	struct node *node =
	    binder_node(binder, NODE_POINTS, TYPE_NUMBER, syntax);

	if (node == NULL || item->counts)
		return node;
	if (item->cap.value == NULL || item->cap.value->kind != SYNTAX_NUMBER)
		return binder_refuse(binder, syntax, D_RULE_NO_POINTS,
		    item->id);
	node->kind = NODE_NUMBER;
	node->number = item->cap.value->number;
	return node;
}

/* Names with a meaning of their own in some places. */
static struct node *
bind_special(struct binder *binder, const struct syntax *syntax, bool *is_one)
{
	/* clang-format off */
	static const struct special {
		const char *name;
		enum node_kind kind;
		enum use use;
		bool children;
	} specials[] = {
		{ "score", NODE_CHILD_SCORE, USE_ITEM, true },
		{ "points", NODE_CHILD_POINTS, USE_ITEM, true },
		{ "rate", NODE_CHILD_RATE, USE_ITEM, true },
		{ "points", NODE_POINTS, USE_ITEM, false },
		{ "measures", NODE_MEASURES_APPLY, USE_ELIGIBLE, false },
		{ "reported", NODE_MEASURES_REPORTED, USE_ELIGIBLE, false },
		{ "rank", NODE_PLACE, USE_GRADE, false },
	};
	/* clang-format on */

	*is_one = true;
	if (!syntax->quoted && str_equal(syntax->name, STR("none")))
		return binder_node(binder, NODE_NONE, TYPE_NUMBER, syntax);
	for (size_t i = 0; i < LENGTH(specials); i++)
		if (specials[i].use == binder->use && !syntax->quoted &&
		    (!specials[i].children || binder->in_children) &&
		    str_equal(syntax->name, str_from(specials[i].name)))
			return specials[i].kind == NODE_POINTS
				   ? bind_points(binder, syntax)
				   : binder_node(binder, specials[i].kind,
					 TYPE_NUMBER, syntax);
	*is_one = false;
	return NULL;
}

static struct node *
bind_name(struct binder *binder, const struct syntax *syntax)
{
	struct binding *binding =
	    binder_find(binder->environment, syntax->name);
	uint32_t measure;
	struct node *node;
	bool is_one, is_item;

	if (binding != NULL)
		return bind_binding(binder, binding);
	node = bind_special(binder, syntax, &is_one);
	if (is_one)
		return node;
	measure = book_measure(binder->scheme->book, syntax->name);
	is_item = is_item_there(binder, syntax->name);
	/* In its own rule an item's name can only be the measure's. */
	if (measure != INDEX_NONE && is_item && binder->use == USE_ITEM &&
	    binder->reach == REACH_HERE &&
	    str_equal(binder->program->item->id, syntax->name))
		is_item = false;
	if (measure != INDEX_NONE && is_item)
		return binder_refuse(binder, syntax, D_RULE_AMBIGUOUS,
		    syntax->name);
	if (measure != INDEX_NONE)
		return bind_measure(binder, syntax, measure);
	if (is_item)
		return bind_item(binder, syntax, syntax->name, NODE_ITEM);
	return unknown_name(binder, syntax);
}

static bool
check_count(struct binder *binder, const struct syntax *syntax,
    const char *arguments)
{
	size_t least = strcspn(arguments, "?*"), most = least, group;
	char wanted[64], given[24];

	if (arguments[least] == '?')
		most = least + strlen(arguments + least + 1);
	group = arguments[least] == '*' ? strlen(arguments + least + 1) : 0;
	if (syntax->count >= least &&
	    (group == 0 ? syntax->count <= most
			: (syntax->count - least) % group == 0))
		return true;
	if (group > 1)
		snprintf(wanted, sizeof(wanted),
		    _("%zu, and %zu more each time"), least, group);
	else if (group == 1)
		snprintf(wanted, sizeof(wanted), _("%zu or more"), least);
	else if (most > least)
		snprintf(wanted, sizeof(wanted), _("%zu or %zu"), least, most);
	else
		snprintf(wanted, sizeof(wanted), "%zu", least);
	snprintf(given, sizeof(given), "%zu", syntax->count);
	diag_at(binder->diag, binder_blame(binder, syntax), D_RULE_ARGUMENTS,
	    syntax->name, str_from(wanted), str_from(given));
	return binder_refused(binder, syntax) != NULL;
}

/* An argument that must be a measure: written so, or what a name stands for. */
static struct node *
bind_measure_argument(struct binder *binder, const struct syntax *syntax)
{
	const struct syntax *word = binder_word(binder->environment, syntax);
	uint32_t measure = word->kind == SYNTAX_NAME
			       ? book_measure(binder->scheme->book, word->name)
			       : INDEX_NONE;

	if (measure != INDEX_NONE)
		return bind_measure(binder, syntax, measure);
	if (word->kind != SYNTAX_NAME)
		return binder_refuse(binder, syntax, D_RULE_WORD,
		    str_from(_("a measure")));
	book_unknown_measure(binder->scheme->book, binder_blame(binder, syntax),
	    word->name, binder->diag);
	return binder_refused(binder, syntax);
}

static struct node *
bind_item_argument(struct binder *binder, const struct syntax *syntax,
    enum node_kind kind)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	if (word->kind != SYNTAX_NAME)
		return binder_refuse(binder, syntax, D_RULE_WORD,
		    str_from(_("an item")));
	if (!is_item_there(binder, word->name))
		return unknown_name(binder, word);
	return bind_item(binder, syntax, word->name, kind);
}

/* Its part is read twice: here, and a year ago. */
static struct node *
bind_growth(struct binder *binder, const struct syntax *syntax,
    struct node *node)
{
	enum reach reach = binder->reach;
	struct node **parts = arena_array(binder->arena, 2, sizeof(*parts));
	struct node *shift;

	parts[0] = expect(binder, syntax->parts[0], TYPE_NUMBER);
	shift = binder_node(binder, NODE_SHIFT, TYPE_NUMBER, syntax);
	if (parts[0] == NULL || shift == NULL)
		return NULL;
	if (reach == REACH_HERE)
		binder->reach = REACH_EARLIER;
	shift->shift = SHIFT_YEAR_AGO;
	shift->parts = arena_array(binder->arena, 1, sizeof(*shift->parts));
	shift->parts[0] = expect(binder, syntax->parts[0], TYPE_NUMBER);
	binder->reach = reach;
	if (shift->parts[0] == NULL)
		return NULL;
	parts[1] = binder_with_parts(binder, shift, shift->parts, 1);
	return parts[1] == NULL ? NULL
				: binder_with_parts(binder, node, parts, 2);
}

/* Arguments that are values, which become the parts of the call. */
static struct node *
bind_values(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	struct node **parts =
	    arena_array(binder->arena, syntax->count, sizeof(*parts));
	size_t count = 0;

	for (size_t i = 0; i < syntax->count; i++) {
		char letter = function_argument(call->function, i);

		if (bind_words_takes(call->function, i))
			continue;
		if (letter == 'x')
			parts[count] =
			    bind_measure_argument(binder, syntax->parts[i]);
		else
			parts[count] = expect(binder, syntax->parts[i],
			    letter == 't' ? TYPE_TRUTH : TYPE_NUMBER);
		if (parts[count++] == NULL)
			return NULL;
	}
	return binder_with_parts(binder, call, parts, count);
}

/* The call of a function whose parts may be read in another period. */
static struct node *
bind_call_of(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	enum reach reach = binder->reach;
	bool shifts = call->kind == NODE_SHIFT || call->kind == NODE_GROWTH;

	if (shifts && binder->in_children)
		return binder_refuse(binder, syntax, D_RULE_CHILDREN_SHIFT,
		    syntax->name);
	if (call->kind == NODE_GROWTH)
		return bind_growth(binder, syntax, call);
	if (!bind_words(binder, syntax, call))
		return NULL;
	/* prev(x, 0) is x, whose items must be scored before. */
	if (shifts && reach == REACH_HERE &&
	    (call->shift != SHIFT_PREV || call->whole > 0))
		binder->reach = REACH_EARLIER;
	call = bind_values(binder, syntax, call);
	binder->reach = reach;
	return call;
}

static struct node *
bind_function(struct binder *binder, const struct function *function,
    const struct syntax *syntax)
{
	struct node *call;

	if (!check_count(binder, syntax, function->arguments))
		return NULL;
	/* These are names with a clear meaning, and no calls. */
	if (function->kind == NODE_ITEM || function->kind == NODE_RATE)
		return bind_item_argument(binder, syntax->parts[0],
		    function->kind);
	if (function->kind == NODE_MEASURE)
		return bind_measure_argument(binder, syntax->parts[0]);
	call = binder_node(binder, function->kind, function->type, syntax);
	if (call == NULL)
		return NULL;
	call->function = function;
	call->shift = function->shift;
	call->whole = function->whole;
	return bind_call_of(binder, syntax, call);
}

static bool
enter_scope(struct binder *binder, const struct syntax *syntax,
    enum scope scope)
{
	const struct item *item = binder->program->item;

	if (scope == SCOPE_CHILDREN) {
		if (item == NULL || item->child_count == 0)
			return binder_refuse(binder, syntax, D_RULE_NO_CHILDREN,
				   syntax->name) != NULL;
		if (binder->in_children)
			return binder_refuse(binder, syntax,
				   D_RULE_CHILDREN_NESTED,
				   syntax->name) != NULL;
		if (binder->reach != REACH_HERE)
			return binder_refuse(binder, syntax,
				   D_RULE_CHILDREN_SHIFT, syntax->name) != NULL;
		binder->in_children = true;
	} else if (scope == SCOPE_EACH) {
		if (binder->in_children)
			return binder_refuse(binder, syntax,
				   D_RULE_CHILDREN_SHIFT, syntax->name) != NULL;
		if (binder->reach == REACH_EACH)
			return binder_refuse(binder, syntax, D_RULE_EACH_NESTED,
				   syntax->name) != NULL;
		if (bind_each_count(binder->scheme) == 0)
			return binder_refuse(binder, syntax, D_RULE_NO_EACH,
				   syntax->name) != NULL;
		binder->reach = REACH_EACH;
	}
	return true;
}

/* Arguments from `first` on; all numbers, or of any kind. */
static bool
bind_list(struct binder *binder, const struct syntax *syntax, size_t first,
    size_t end, bool any, struct node **parts)
{
	for (size_t i = first; i < end; i++) {
		parts[i] = any ? bind(binder, syntax->parts[i])
			       : expect(binder, syntax->parts[i], TYPE_NUMBER);
		if (parts[i] == NULL)
			return false;
	}
	return true;
}

/* How many arguments an aggregate takes, as the letters of a function's. */
static const char *
aggregate_count(enum scope scope, const struct aggregate *aggregate)
{
	bool more = aggregate_has_share(aggregate);

	if (scope == SCOPE_PRESENT)
		return more ? "nn*n" : "n*n";
	if (aggregate_has_weights(aggregate))
		return "nn*n";
	return more ? "nn" : "n";
}

/* The share of quantile() is a number written out, between 0 and 1. */
static struct node *
check_share(struct binder *binder, const struct syntax *syntax,
    struct node *node)
{
	const struct node *share;

	if (node == NULL || !aggregate_has_share(node->aggregate))
		return node;
	share = node->parts[node->count - 1];
	if (share->kind == NODE_NUMBER && num_sign(share->number) >= 0 &&
	    num_compare(share->number, NUM_INT(1)) <= 0)
		return node;
	return binder_refuse(binder, syntax->parts[syntax->count - 1],
	    D_RULE_SHARE, syntax->name);
}

static struct node *
check_weights(struct binder *binder, const struct syntax *syntax,
    struct node *node)
{
	char wanted[24], given[24];

	if (node == NULL || !aggregate_has_weights(node->aggregate) ||
	    (int)syntax->count - 1 == bind_each_count(binder->scheme))
		return node;
	snprintf(wanted, sizeof(wanted), "%d", bind_each_count(binder->scheme));
	snprintf(given, sizeof(given), "%zu", syntax->count - 1);
	diag_at(binder->diag, binder_blame(binder, syntax), D_RULE_WEIGHTS,
	    syntax->name, str_from(wanted), str_from(given));
	return binder_refused(binder, syntax);
}

static struct node *
bind_aggregate(struct binder *binder, const struct syntax *syntax,
    enum scope scope, const struct aggregate *aggregate)
{
	enum reach reach = binder->reach;
	bool in_children = binder->in_children, good;
	struct node **parts, *node;
	size_t list; /* how many arguments are what is gone over */

	if (!check_count(binder, syntax, aggregate_count(scope, aggregate)))
		return NULL;
	node = binder_node(binder, NODE_AGGREGATE, TYPE_NUMBER, syntax);
	if (node == NULL || !enter_scope(binder, syntax, scope))
		return NULL;
	node->scope = scope;
	node->aggregate = aggregate;
	node->count = syntax->count;
	list = aggregate_parts(node);
	parts = arena_array(binder->arena, syntax->count, sizeof(*parts));
	good = bind_list(binder, syntax, 0, list,
	    aggregate_takes_truths(aggregate), parts);
	binder->reach = reach;
	binder->in_children = in_children;
	good = good &&
	       bind_list(binder, syntax, list, syntax->count, false, parts);
	if (!good)
		return NULL;
	node = binder_with_parts(binder, node, parts, syntax->count);
	node = check_share(binder, syntax, node);
	return check_weights(binder, syntax, node);
}

/* `pool.mean` and its like; *is_one is false where the name is no such. */
static struct node *
bind_scoped(struct binder *binder, const struct syntax *syntax, bool *is_one)
{
	size_t dot = str_find(syntax->name, '.');
	const struct aggregate *aggregate = NULL;
	enum scope scope = SCOPE_POOL;

	if (dot != STR_NOWHERE &&
	    aggregate_scope_parse(str_head(syntax->name, dot), &scope))
		aggregate =
		    aggregate_find(scope, str_from_byte(syntax->name, dot + 1));
	*is_one = aggregate != NULL;
	return *is_one ? bind_aggregate(binder, syntax, scope, aggregate)
		       : NULL;
}

/* Every aggregate in every scope that has it. */
static void
offer_aggregates(struct binder *binder, struct str_nearest *nearest)
{
	const struct aggregate *aggregate;
	char name[64];

	for (int scope = SCOPE_POOL; scope <= SCOPE_PRESENT; scope++)
		for (size_t i = 0; (aggregate = aggregate_at(i)) != NULL; i++) {
			if (aggregate_find((enum scope)scope,
				str_from(aggregate->name)) == NULL)
				continue;
			snprintf(name, sizeof(name), "%s.%s",
			    aggregate_scope_text((enum scope)scope),
			    aggregate->name);
			str_nearest_offer(nearest,
			    arena_str(binder->arena, str_from(name)));
		}
}

static struct node *
unknown_function(struct binder *binder, const struct syntax *syntax)
{
	const struct scheme *scheme = binder->scheme;
	struct str_nearest nearest;

	str_nearest_start(&nearest, syntax->name);
	for (size_t i = 0; i < scheme->method_count; i++)
		if (book_suggests(binder->diag))
			str_nearest_offer(&nearest, scheme->methods[i].id);
	for (size_t i = 0; function_at(i) != NULL; i++)
		str_nearest_offer(&nearest, str_from(function_at(i)->name));
	offer_aggregates(binder, &nearest);
	if (str_equal(syntax->name, STR("rank")))
		diag_at(binder->diag, binder_blame(binder, syntax),
		    D_RULE_FUNCTION_NEAR, syntax->name, STR("pool.rank"));
	else if (aggregate_find(SCOPE_POOL, syntax->name) != NULL)
		diag_at(binder->diag, binder_blame(binder, syntax),
		    D_RULE_SCOPE, syntax->name);
	else if (str_nearest_best(&nearest).size > 0)
		diag_at(binder->diag, binder_blame(binder, syntax),
		    D_RULE_FUNCTION_NEAR, syntax->name,
		    str_nearest_best(&nearest));
	else
		diag_at(binder->diag, binder_blame(binder, syntax),
		    D_RULE_FUNCTION, syntax->name);
	return binder_refused(binder, syntax);
}

static bool
is_recursive(const struct environment *environment, const struct method *method)
{
	for (; environment != NULL; environment = environment->outer)
		if (environment->method == method)
			return true;
	return false;
}

static bool
check_method_call(struct binder *binder, const struct syntax *syntax,
    const struct method *method)
{
	size_t needed = 0;
	struct buffer list = { 0 };
	char given[24];

	while (needed < method->argument_count &&
	       method->arguments[needed].fallback == NULL)
		needed++;
	if (syntax->count >= needed && syntax->count <= method->argument_count)
		return true;
	for (size_t i = 0; i < method->argument_count; i++) {
		buffer_add(&list, i > 0 ? STR(", ") : STR(""));
		buffer_add(&list, method->arguments[i].name);
	}
	snprintf(given, sizeof(given), "%zu", syntax->count);
	diag_at(binder->diag, binder_blame(binder, syntax), D_METHOD_ARGUMENTS,
	    syntax->name, buffer_str(&list), str_from(given));
	buffer_free(&list);
	return binder_refused(binder, syntax) != NULL;
}

static struct node *
bind_method(struct binder *binder, const struct syntax *syntax,
    const struct method *method)
{
	const struct environment *outer = binder->environment;
	struct environment *body = arena_new(binder->arena, struct environment);
	struct node *node;

	if (is_recursive(outer, method))
		return binder_refuse(binder, syntax, D_METHOD_RECURSIVE,
		    method->id);
	if (!check_method_call(binder, syntax, method))
		return NULL;
	if (method->rule == NULL) {
		binder->failed = true; /* reported when it was parsed */
		return NULL;
	}
	*body = (struct environment){ .count = method->argument_count,
		.method = method,
		.outer = outer,
		.caller = outer->caller != NULL ? outer->caller : syntax };
	body->bindings = arena_array(binder->arena, method->argument_count,
	    sizeof(*body->bindings));
	for (size_t i = 0; i < method->argument_count; i++) {
		bool given = i < syntax->count;

		body->bindings[i] =
		    (struct binding){ .name = method->arguments[i].name,
			    .syntax = given ? syntax->parts[i]
					    : method->arguments[i].fallback,
			    .lexical = given ? outer : body };
	}
	binder->environment = body;
	node = bind(binder, method->rule);
	binder->environment = outer;
	return node;
}

static struct node *
bind_call(struct binder *binder, const struct syntax *syntax)
{
	uint32_t method =
	    intern_find(&binder->scheme->method_index, syntax->name);
	const struct function *function = function_find(syntax->name);
	struct node *node;
	bool is_one;

	if (method != INDEX_NONE)
		return bind_method(binder, syntax,
		    &binder->scheme->methods[method]);
	if (function != NULL)
		return bind_function(binder, function, syntax);
	node = bind_scoped(binder, syntax, &is_one);
	return is_one ? node : unknown_function(binder, syntax);
}

static struct node *
bind_operator(struct binder *binder, const struct syntax *syntax)
{
	enum operator operation = syntax->operation;
	bool logical = operation <= OPERATOR_NOT;
	bool truth = operation <= OPERATOR_GREATER;
	struct node *node = binder_node(binder,
	    syntax->kind == SYNTAX_UNARY ? NODE_UNARY : NODE_BINARY,
	    truth ? TYPE_TRUTH : TYPE_NUMBER, syntax);
	struct node **parts =
	    arena_array(binder->arena, syntax->count, sizeof(*parts));

	if (node == NULL)
		return NULL;
	node->operation = operation;
	for (size_t i = 0; i < syntax->count; i++) {
		parts[i] = expect(binder, syntax->parts[i],
		    logical ? TYPE_TRUTH : TYPE_NUMBER);
		if (parts[i] == NULL)
			return NULL;
	}
	return binder_with_parts(binder, node, parts, syntax->count);
}

static struct node *
bind_if(struct binder *binder, const struct syntax *syntax)
{
	struct node *node = binder_node(binder, NODE_IF, TYPE_NUMBER, syntax);
	struct node **parts =
	    arena_array(binder->arena, syntax->count, sizeof(*parts));

	if (node == NULL)
		return NULL;
	for (size_t i = 0; i < syntax->count; i++) {
		bool is_condition = i % 2 == 0 && i + 1 < syntax->count;

		if (is_condition)
			parts[i] = expect(binder, syntax->parts[i], TYPE_TRUTH);
		else if (i == 1)
			parts[i] = bind(binder, syntax->parts[i]);
		else
			parts[i] =
			    expect(binder, syntax->parts[i], parts[1]->type);
		if (parts[i] == NULL)
			return NULL;
	}
	node->type = parts[1]->type;
	return binder_with_parts(binder, node, parts, syntax->count);
}

static struct node *
bind_number(struct binder *binder, const struct syntax *syntax)
{
	struct node *node =
	    binder_node(binder, NODE_NUMBER, TYPE_NUMBER, syntax);

	if (node != NULL)
		node->number = syntax->number;
	return node;
}

static struct node *
bind(struct binder *binder, const struct syntax *syntax)
{
	struct node *node = NULL;

	if (binder->failed)
		return NULL;
	if (++binder->depth > BINDER_DEPTH_MAX) {
		binder->depth--;
		return binder_refuse(binder, syntax, D_RULE_DEPTH,
		    STR("1,000"));
	}
	switch (syntax->kind) {
	case SYNTAX_NUMBER:
		node = bind_number(binder, syntax);
		break;
	case SYNTAX_NAME:
		node = bind_name(binder, syntax);
		break;
	case SYNTAX_CALL:
		node = bind_call(binder, syntax);
		break;
	case SYNTAX_UNARY:
	case SYNTAX_BINARY:
		node = bind_operator(binder, syntax);
		break;
	case SYNTAX_IF:
		node = bind_if(binder, syntax);
		break;
	}
	binder->depth--;
	return node;
}

/* Bind one of an item's rules; NULL where there is none or it is unsound. */
static struct node *
bind_rule(struct binder *binder, const struct syntax *syntax,
    enum node_type type)
{
	struct node *node;

	if (syntax == NULL)
		return NULL;
	binder->failed = false;
	node = expect(binder, syntax, type);
	return binder->failed ? NULL : node;
}

static struct environment *
let_environment(struct binder *binder, const struct item *item)
{
	struct environment *environments = arena_array(binder->arena,
	    item->let_count + 1, sizeof(*environments));
	struct binding *bindings =
	    arena_array(binder->arena, item->let_count, sizeof(*bindings));

	/* Each Let sees those above it; the rule sees them all. */
	for (size_t i = 0; i <= item->let_count; i++)
		environments[i] =
		    (struct environment){ .bindings = bindings, .count = i };
	for (size_t i = 0; i < item->let_count; i++)
		bindings[i] = (struct binding){ .name = item->lets[i].name,
			.syntax = item->lets[i].value,
			.lexical = &environments[i] };
	return &environments[item->let_count];
}

/* A Let must not take a name that means something already. */
static void
check_let_names(struct binder *binder, const struct item *item)
{
	for (size_t i = 0; i < item->let_count; i++) {
		struct str name = item->lets[i].name;

		if (book_measure(binder->scheme->book, name) == INDEX_NONE &&
		    scheme_item(binder->scheme, name) == INDEX_NONE &&
		    !str_equal(name, STR("points")))
			continue;
		diag_at(binder->diag,
		    syntax_origin_place(item->lets[i].value->origin, 0, 0),
		    D_LET_TAKEN, name);
	}
}

/* Lets that no rule has used: they must be sound too. */
static void
bind_lets(struct binder *binder, const struct item *item)
{
	for (size_t i = 0; i < item->let_count; i++) {
		binder->failed = false;
		bind_binding(binder, &binder->environment->bindings[i]);
	}
}

static void
bind_one_item(struct binder *binder, struct item *item)
{
	struct program *program = arena_new(binder->arena, struct program);

	program->item = item;
	item->program = program;
	binder->program = program;
	binder->use = USE_ITEM;
	binder->measure_capacity = binder->item_capacity = 0;
	memset(binder->seen_measures, 0, binder->scheme->book->measure_count);
	check_let_names(binder, item);
	binder->environment = let_environment(binder, item);
	program->rule = bind_rule(binder, item->rule, TYPE_NUMBER);
	program->veto = bind_rule(binder, item->veto, TYPE_TRUTH);
	program->cap = bind_rule(binder, item->cap.value, TYPE_NUMBER);
	program->floor = bind_rule(binder, item->floor.value, TYPE_NUMBER);
	program->missing = bind_rule(binder, item->missing.value, TYPE_NUMBER);
	program->not_applicable =
	    bind_rule(binder, item->not_applicable.value, TYPE_NUMBER);
	bind_lets(binder, item);
	binder->scheme->reaches_back |= program->reaches_back;
}

static struct program *
bind_condition(struct binder *binder, const struct syntax *syntax, enum use use)
{
	static const struct environment nothing;
	struct program *program = arena_new(binder->arena, struct program);

	binder->program = program;
	binder->use = use;
	binder->environment = &nothing;
	binder->measure_capacity = binder->item_capacity = 0;
	memset(binder->seen_measures, 0, binder->scheme->book->measure_count);
	program->rule = bind_rule(binder, syntax, TYPE_TRUTH);
	binder->scheme->reaches_back |= program->reaches_back;
	return program;
}

struct schemes {
	struct book *book;
	struct diag *diag;
	struct scheme **loaded; /* by book->schemes */
	bool *tried;
};

struct schemes *
schemes_new(struct book *book, struct diag *diag)
{
	struct schemes *schemes = memory_alloc(sizeof(*schemes));

	*schemes = (struct schemes){ .book = book, .diag = diag };
	schemes->loaded = arena_array(&book->arena, book->scheme_count,
	    sizeof(*schemes->loaded));
	schemes->tried = arena_array(&book->arena, book->scheme_count,
	    sizeof(*schemes->tried));
	return schemes;
}

void
schemes_free(struct schemes *schemes)
{
	if (schemes == NULL)
		return;
	for (size_t i = 0; i < schemes->book->scheme_count; i++)
		scheme_free(schemes->loaded[i]);
	free(schemes);
}

/* Loaded, but perhaps not bound yet: enough to know its items. */
static const struct scheme *
loaded(struct schemes *schemes, size_t number)
{
	if (!schemes->tried[number]) {
		schemes->tried[number] = true;
		schemes->loaded[number] = scheme_load(schemes->book,
		    &schemes->book->schemes[number], schemes->diag);
	}
	return schemes->loaded[number];
}

/* Whether rules know a function of this name without any method. */
static bool
is_function(struct str name)
{
	size_t dot = str_find(name, '.');
	enum scope scope;

	return function_find(name) != NULL ||
	       (dot != STR_NOWHERE &&
		   aggregate_scope_parse(str_head(name, dot), &scope));
}

static void
check_method_names(const struct scheme *scheme, struct diag *diag)
{
	for (size_t i = 0; i < scheme->own_method_count; i++) {
		const struct method *method = &scheme->methods[i];

		if (is_function(method->id))
			diag_at(diag,
			    scheme_place(scheme,
				rec_field(method->record, "Id")),
			    D_METHOD_TAKEN, method->id);
	}
}

static void
bind_scheme(struct schemes *schemes, struct scheme *scheme)
{
	size_t errors = diag_count(schemes->diag, SEVERITY_ERROR);
	struct binder binder = { .schemes = schemes,
		.scheme = scheme,
		.arena = &scheme->arena,
		.diag = schemes->diag };

	scheme->is_bound = true;
	check_method_names(scheme, schemes->diag);
	scheme->uses_measure = arena_array(&scheme->arena,
	    schemes->book->measure_count, sizeof(*scheme->uses_measure));
	binder.seen_measures =
	    arena_array(&scheme->arena, schemes->book->measure_count, 1);
	for (size_t i = 0; i < scheme->item_count; i++)
		bind_one_item(&binder, &scheme->items[i]);
	scheme->eligible_program =
	    bind_condition(&binder, scheme->eligible, USE_ELIGIBLE);
	for (size_t i = 0; i < scheme->grade_count; i++)
		scheme->grades[i].program =
		    bind_condition(&binder, scheme->grades[i].when, USE_GRADE);
	if (!order_scheme(scheme, schemes->diag) ||
	    diag_count(schemes->diag, SEVERITY_ERROR) != errors)
		scheme->is_sound = false;
}

struct scheme *
schemes_get(struct schemes *schemes, const struct scheme_file *file)
{
	size_t number = (size_t)(file - schemes->book->schemes);

	if (loaded(schemes, number) == NULL)
		return NULL;
	if (!schemes->loaded[number]->is_bound)
		bind_scheme(schemes, schemes->loaded[number]);
	return schemes->loaded[number];
}

struct scheme *
schemes_loaded(const struct schemes *schemes, size_t number)
{
	struct scheme *scheme = schemes->loaded[number];

	return scheme != NULL && scheme->is_bound ? scheme : NULL;
}

struct scheme *
schemes_for(struct schemes *schemes, struct period period)
{
	const struct scheme_file *file = book_scheme(schemes->book, period);

	return file == NULL ? NULL : schemes_get(schemes, file);
}
