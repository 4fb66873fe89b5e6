#include "score/tangle.h"

#include "score/eval.h"

/* What is known of a node or an item. */
enum { CROSSES = 1, TANGLED = 2 };

/* The items of a scheme that is in use; what is found only ever grows. */
struct known {
	const struct scheme *scheme;
	uint8_t *items;
};

struct tangle {
	struct arena arena;
	struct known *schemes;
	size_t count;
	bool grew;
};

/* An item by its name, in whatever scheme is in force in another period. */
static unsigned
named(const struct tangle *tangle, struct str name)
{
	unsigned found = 0;

	for (size_t i = 0; i < tangle->count; i++) {
		const struct known *known = &tangle->schemes[i];
		uint32_t item = scheme_item(known->scheme, name);

		if (item != INDEX_NONE)
			found |= known->items[item];
	}
	return found;
}

static unsigned
children_of(const struct known *known, const struct item *item)
{
	unsigned found = 0;

	for (size_t i = 0; i < item->child_count; i++)
		found |= known->items[item->children[i]];
	return found;
}

/* Parts have lower depth, so no recursion is deeper than a rule's own. */
static unsigned
look(const struct tangle *tangle, const struct known *known,
    const struct program *program, const struct node *node, uint8_t *memo)
{
	enum { SEEN = 128 };
	unsigned found = 0;

	if (memo[node->id] != 0)
		return memo[node->id] & (CROSSES | TANGLED);
	for (size_t i = 0; i < node->count; i++)
		found |= look(tangle, known, program, node->parts[i], memo);
	if (node->kind == NODE_ITEM || node->kind == NODE_RATE)
		found |= named(tangle, node->name);
	else if (node->kind == NODE_CHILD_SCORE ||
		 node->kind == NODE_CHILD_POINTS ||
		 node->kind == NODE_CHILD_RATE)
		found |= children_of(known, program->item);
	if (eval_crosses(node))
		found = CROSSES | ((found & CROSSES) != 0 ? TANGLED : found);
	memo[node->id] = (uint8_t)(found | SEEN);
	return found;
}

static unsigned
look_at_program(struct tangle *tangle, const struct known *known,
    const struct program *program)
{
	const struct node *const nodes[] = { program->rule, program->veto,
		program->cap, program->floor, program->missing,
		program->not_applicable };
	struct arena_mark mark = arena_mark(&tangle->arena);
	uint8_t *memo = arena_array(&tangle->arena, program->node_count, 1);
	unsigned found = 0;

	for (size_t i = 0; i < LENGTH(nodes); i++)
		if (nodes[i] != NULL)
			found |= look(tangle, known, program, nodes[i], memo);
	arena_release(&tangle->arena, mark);
	return found;
}

static unsigned
look_at_item(struct tangle *tangle, const struct known *known, uint32_t number)
{
	const struct scheme *scheme = known->scheme;
	const struct item *item = &scheme->items[number];
	unsigned found = look_at_program(tangle, known, item->program);

	if (item->rule == NULL)
		found |= children_of(known, item);
	/* Whether siblings are absent decides what this one is worth. */
	if (item->parent != INDEX_NONE &&
	    scheme->items[item->parent].rescales_below)
		found |= children_of(known, &scheme->items[item->parent]);
	/* The pool's mean of the item's own scores. */
	if (item->missing.kind == POLICY_MEAN ||
	    item->not_applicable.kind == POLICY_MEAN)
		found = CROSSES | ((found & CROSSES) != 0 ? TANGLED : found);
	return found;
}

static void
look_at_all(struct tangle *tangle)
{
	for (size_t i = 0; i < tangle->count; i++) {
		struct known *known = &tangle->schemes[i];

		for (uint32_t j = 0; j < known->scheme->item_count; j++) {
			unsigned found = look_at_item(tangle, known, j);

			tangle->grew |= (found & ~known->items[j]) != 0;
			known->items[j] |= (uint8_t)found;
		}
	}
}

static void
add_scheme(struct tangle *tangle, const struct scheme *scheme)
{
	if (scheme == NULL || !scheme->is_sound)
		return;
	tangle->schemes[tangle->count++] = (struct known){ scheme,
		arena_array(&tangle->arena, scheme->item_count, 1) };
}

bool
dependency_is_mutual(struct schemes *schemes, const struct book *book,
    const struct scheme *scheme)
{
	struct tangle tangle = { 0 };
	unsigned found = 0;

	tangle.schemes = arena_array(&tangle.arena, book->scheme_count + 1,
	    sizeof(*tangle.schemes));
	for (size_t i = 0; i < book->scheme_count; i++)
		add_scheme(&tangle, schemes_loaded(schemes, i));
	do {
		tangle.grew = false;
		look_at_all(&tangle);
	} while (tangle.grew);
	for (size_t i = 0; i < tangle.count; i++) {
		const struct known *known = &tangle.schemes[i];

		for (uint32_t j = 0; j < known->scheme->item_count; j++)
			if (known->scheme == scheme || scheme->reaches_back ||
			    scheme->source->from.length > PERIOD_MONTH)
				found |= known->items[j];
		/* Who is in the pools depends on pools. */
		if (known->scheme->eligible_program->rule != NULL &&
		    (look_at_program(&tangle, known,
			 known->scheme->eligible_program) &
			CROSSES) != 0)
			found |= TANGLED;
	}
	arena_free(&tangle.arena);
	return (found & TANGLED) != 0;
}
