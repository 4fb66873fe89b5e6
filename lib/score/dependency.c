#include "score/dependency.h"

#include "score/eval.h"

/* A node, or an item, at an instant: what was walked already is not again. */
struct visit {
	const void *what;
	struct instant instant;
	bool pool, used;
};

struct walk {
	struct arena *arena, scratch;
	const struct book *book;
	const struct facts *facts;
	struct dependencies *reads;
	/* The item in hand carries what is missing at this instant. */
	bool carries;
	struct instant carried;
	struct visit *visits; /* a hash table */
	size_t visit_count, visit_capacity;
	uint32_t *places; /* likewise, of the reads: number + 1 */
	size_t place_capacity;
};

static size_t
hash_of(const void *what, struct instant instant, bool pool)
{
	uint64_t hash = (uint64_t)(uintptr_t)what;

	hash = hash * 31 + (uint32_t)instant.here.index;
	hash = hash * 31 + (uint32_t)instant.there.index;
	hash = hash * 31 + (uint64_t)instant.here.length * 2 + pool;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 20);
}

static void
put_visit(struct walk *walk, struct visit visit)
{
	size_t at = hash_of(visit.what, visit.instant, visit.pool);

	while (walk->visits[at &= walk->visit_capacity - 1].used)
		at++;
	walk->visits[at] = visit;
}

static void
grow_visits(struct walk *walk)
{
	struct visit *old = walk->visits;
	size_t count = walk->visit_capacity;

	walk->visit_capacity = count == 0 ? 256 : count * 2;
	walk->visits = arena_array(&walk->scratch, walk->visit_capacity,
	    sizeof(*walk->visits));
	for (size_t i = 0; i < count; i++)
		if (old[i].used)
			put_visit(walk, old[i]);
}

/* True the first time. */
static bool
is_new(struct walk *walk, const void *what, struct instant instant, bool pool)
{
	size_t at;

	if (2 * walk->visit_count >= walk->visit_capacity)
		grow_visits(walk);
	at = hash_of(what, instant, pool);
	for (;; at++) {
		const struct visit *visit =
		    &walk->visits[at &= walk->visit_capacity - 1];

		if (!visit->used)
			break;
		if (visit->what == what && visit->pool == pool &&
		    instant_equal(visit->instant, instant))
			return false;
	}
	walk->visits[at] = (struct visit){ what, instant, pool, true };
	walk->visit_count++;
	return true;
}

static size_t
place_of(const struct walk *walk, uint32_t measure, struct instant instant)
{
	size_t at = hash_of(&walk->book->measures[measure], instant, false);

	for (;; at++) {
		uint32_t number = walk->places[at &= walk->place_capacity - 1];

		if (number == 0 ||
		    (walk->reads->list[number - 1].measure == measure &&
			instant_equal(walk->reads->list[number - 1].instant,
			    instant)))
			return at;
	}
}

static void
grow_places(struct walk *walk)
{
	walk->place_capacity =
	    walk->place_capacity == 0 ? 256 : walk->place_capacity * 2;
	while (walk->place_capacity <= 2 * walk->reads->count)
		walk->place_capacity *= 2;
	walk->places = arena_array(&walk->scratch, walk->place_capacity,
	    sizeof(*walk->places));
	for (size_t i = 0; i < walk->reads->count; i++) {
		const struct dependency *read = &walk->reads->list[i];

		walk->places[place_of(walk, read->measure, read->instant)] =
		    (uint32_t)i + 1;
	}
}

static void
add_read(struct walk *walk, uint32_t measure, struct instant instant, bool pool)
{
	struct dependencies *reads = walk->reads;
	size_t place;

	if (2 * (reads->count + 1) >= walk->place_capacity)
		grow_places(walk);
	place = place_of(walk, measure, instant);
	if (walk->places[place] == 0) {
		reads->list = arena_grow(walk->arena, reads->list, reads->count,
		    &reads->capacity, sizeof(*reads->list));
		reads->list[reads->count++] =
		    (struct dependency){ measure, instant, false, false };
		walk->places[place] = (uint32_t)reads->count;
	}
	reads->list[walk->places[place] - 1].pool |= pool;
	reads->list[walk->places[place] - 1].carried |=
	    walk->carries && instant_equal(instant, walk->carried);
}

static void walk_item(struct walk *walk, const struct scheme *scheme,
    uint32_t number, struct instant instant, bool pool);

static void
walk_named(struct walk *walk, const struct node *node, struct instant instant,
    bool pool)
{
	const struct facts *facts = walk->facts;
	const struct scheme *scheme;
	uint32_t item;

	/* Without data there are no scores, and the walk must end. */
	if (!facts->has_data(facts->context, instant))
		return;
	scheme = facts->scheme(facts->context, instant);
	if (scheme == NULL || !scheme->is_sound)
		return;
	item = scheme_item(scheme, node->name);
	if (item != INDEX_NONE)
		walk_item(walk, scheme, item, instant, pool);
}

static void walk_node(struct walk *walk, const struct program *program,
    const struct node *node, struct instant instant, bool pool);

static void
walk_parts(struct walk *walk, const struct program *program,
    const struct node *node, struct instant instant, bool pool)
{
	for (size_t i = 0; i < node->count; i++)
		walk_node(walk, program, node->parts[i], instant, pool);
}

static void
walk_each(struct walk *walk, const struct program *program,
    const struct node *node, struct instant instant, bool pool)
{
	enum period_length length = (enum period_length)walk->book->length;
	struct period_range here = period_inside(instant.here, length);
	struct period_range there = period_inside(instant.there, length);
	struct instant first = { here.first, there.first };

	/* Weights stand in the longer period, the value in each shorter one. */
	for (size_t i = 1; i < node->count; i++)
		walk_node(walk, program, node->parts[i], instant, pool);
	for (int32_t i = 0; i < period_range_count(here); i++)
		walk_node(walk, program, node->parts[0], instant_add(first, i),
		    pool);
}

/* month() and ytd() read a measure in other periods of the year too. */
static void
walk_year(struct walk *walk, const struct node *node, struct instant instant,
    bool pool)
{
	uint32_t number = node->parts[0]->index;
	int kind = walk->book->measures[number].kind;
	int here = period_in_year(instant.here);
	int there = period_in_year(instant.there);
	int last = here > there ? here : there;
	int back = 0;

	if (node->kind == NODE_MONTH && kind == MEASURE_CUMULATIVE && last > 1)
		back = 1;
	if (node->kind == NODE_YTD && kind == MEASURE_FLOW)
		back = last - 1;
	for (int i = 0; i <= back; i++)
		add_read(walk, number, instant_add(instant, -i), pool);
}

static void
walk_node(struct walk *walk, const struct program *program,
    const struct node *node, struct instant instant, bool pool)
{
	struct instant shifted;

	if (!is_new(walk, node, instant, pool))
		return;
	switch (node->kind) {
	case NODE_MEASURE:
		add_read(walk, node->index, instant, pool);
		break;
	case NODE_ITEM:
	case NODE_RATE:
		walk_named(walk, node, instant, pool);
		break;
	case NODE_SHIFT:
		shifted.here = eval_shifted(instant.here, node);
		shifted.there = eval_shifted(instant.there, node);
		walk_parts(walk, program, node, shifted, pool);
		break;
	case NODE_MONTH:
	case NODE_YTD:
		walk_year(walk, node, instant, pool);
		break;
	case NODE_AGGREGATE:
		if (node->scope == SCOPE_EACH) {
			walk_each(walk, program, node, instant, pool);
			break;
		}
		/* The items below are walked with the item itself. */
		walk_parts(walk, program, node, instant,
		    pool || eval_crosses(node));
		break;
	default:
		walk_parts(walk, program, node, instant,
		    pool || eval_crosses(node));
		break;
	}
}

static void
walk_program(struct walk *walk, const struct program *program,
    struct instant instant, bool pool)
{
	const struct node *const nodes[] = { program->rule, program->veto,
		program->cap, program->floor, program->missing,
		program->not_applicable };

	for (size_t i = 0; i < LENGTH(nodes); i++)
		if (nodes[i] != NULL)
			walk_node(walk, program, nodes[i], instant, pool);
}

/* The rules of an item, which may name others that carry or do not. */
static void
walk_rules(struct walk *walk, const struct item *item, struct instant instant,
    bool pool)
{
	struct instant before = walk->carried;
	bool carried = walk->carries;

	walk->carries = item->missing.kind == POLICY_CARRY;
	walk->carried = instant;
	walk_program(walk, item->program, instant, pool);
	walk->carries = carried;
	walk->carried = before;
}

static bool
takes_mean(const struct item *item)
{
	return item->missing.kind == POLICY_MEAN ||
	       item->not_applicable.kind == POLICY_MEAN;
}

/* Whether the items below matter: without a rule, or where it names them. */
static bool
reads_children(const struct item *item)
{
	const struct program *program = item->program;

	if (item->rule == NULL)
		return true;
	for (size_t i = 0; i < program->node_count; i++)
		if (program->nodes[i]->kind == NODE_CHILD_SCORE ||
		    program->nodes[i]->kind == NODE_CHILD_RATE ||
		    program->nodes[i]->kind == NODE_CHILD_POINTS)
			return true;
	return false;
}

static void
walk_item(struct walk *walk, const struct scheme *scheme, uint32_t number,
    struct instant instant, bool pool)
{
	const struct item *item = &scheme->items[number];

	if (!is_new(walk, item, instant, pool))
		return;
	walk_rules(walk, item, instant, pool || takes_mean(item));
	if (reads_children(item))
		for (size_t i = 0; i < item->child_count; i++)
			walk_item(walk, scheme, item->children[i], instant,
			    pool);
	/* What an absent sibling leaves is a part of this one's score. */
	if (item->parent != INDEX_NONE &&
	    scheme->items[item->parent].rescales_below) {
		const struct item *parent = &scheme->items[item->parent];

		for (size_t i = 0; i < parent->child_count; i++)
			walk_item(walk, scheme, parent->children[i], instant,
			    pool);
	}
}

/* Eligible counts whatever any item reads in the period itself. */
static void
walk_eligible(struct walk *walk, const struct scheme *scheme,
    struct instant instant)
{
	if (scheme->eligible_program->rule == NULL)
		return;
	walk_program(walk, scheme->eligible_program, instant, false);
	for (size_t i = 0; i < scheme->item_count; i++) {
		const struct program *program = scheme->items[i].program;

		for (size_t j = 0; j < program->measure_count; j++)
			add_read(walk, program->measures[j], instant, false);
	}
}

void
dependency_of_item(struct arena *arena, const struct book *book,
    const struct facts *facts, const struct scheme *scheme, uint32_t item,
    struct instant instant, struct dependencies *reads)
{
	struct walk walk = {
		.arena = arena, .book = book, .facts = facts, .reads = reads
	};

	walk_item(&walk, scheme, item, instant, false);
	arena_free(&walk.scratch);
}

void
dependency_of_scheme(struct arena *arena, const struct book *book,
    const struct facts *facts, const struct scheme *scheme,
    struct instant instant, struct dependencies *reads)
{
	struct walk walk = {
		.arena = arena, .book = book, .facts = facts, .reads = reads
	};

	for (uint32_t i = 0; i < scheme->item_count; i++)
		walk_item(&walk, scheme, i, instant, false);
	walk_eligible(&walk, scheme, instant);
	arena_free(&walk.scratch);
}

/*
 * Whether comparisons depend on comparisons
 */

/* What is known of a node or an item. */
enum { CROSSES = 1, MUTUAL = 2 };

/* The items of a scheme that is in use; what is found only ever grows. */
struct known {
	const struct scheme *scheme;
	uint8_t *items;
};

struct comparisons {
	struct arena arena;
	struct known *schemes;
	size_t count;
	bool grew;
};

/* An item by its name, in whatever scheme is in force in another period. */
static unsigned
named(const struct comparisons *comparisons, struct str name)
{
	unsigned found = 0;

	for (size_t i = 0; i < comparisons->count; i++) {
		const struct known *known = &comparisons->schemes[i];
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
look(const struct comparisons *comparisons, const struct known *known,
    const struct program *program, const struct node *node, uint8_t *memo)
{
	enum { SEEN = 128 };
	unsigned found = 0;

	if (memo[node->id] != 0)
		return memo[node->id] & (CROSSES | MUTUAL);
	for (size_t i = 0; i < node->count; i++)
		found |=
		    look(comparisons, known, program, node->parts[i], memo);
	if (node->kind == NODE_ITEM || node->kind == NODE_RATE)
		found |= named(comparisons, node->name);
	else if (node->kind == NODE_CHILD_SCORE ||
		 node->kind == NODE_CHILD_POINTS ||
		 node->kind == NODE_CHILD_RATE)
		found |= children_of(known, program->item);
	if (eval_crosses(node))
		found = CROSSES | ((found & CROSSES) != 0 ? MUTUAL : found);
	memo[node->id] = (uint8_t)(found | SEEN);
	return found;
}

static unsigned
look_at_program(struct comparisons *comparisons, const struct known *known,
    const struct program *program)
{
	const struct node *const nodes[] = { program->rule, program->veto,
		program->cap, program->floor, program->missing,
		program->not_applicable };
	struct arena_mark mark = arena_mark(&comparisons->arena);
	uint8_t *memo =
	    arena_array(&comparisons->arena, program->node_count, 1);
	unsigned found = 0;

	for (size_t i = 0; i < LENGTH(nodes); i++)
		if (nodes[i] != NULL)
			found |=
			    look(comparisons, known, program, nodes[i], memo);
	arena_release(&comparisons->arena, mark);
	return found;
}

static unsigned
look_at_item(struct comparisons *comparisons, const struct known *known,
    uint32_t number)
{
	const struct scheme *scheme = known->scheme;
	const struct item *item = &scheme->items[number];
	unsigned found = look_at_program(comparisons, known, item->program);

	if (item->rule == NULL)
		found |= children_of(known, item);
	/* Whether siblings are absent decides what this one is worth. */
	if (item->parent != INDEX_NONE &&
	    scheme->items[item->parent].rescales_below)
		found |= children_of(known, &scheme->items[item->parent]);
	/* The pool's mean of the item's own scores. */
	if (item->missing.kind == POLICY_MEAN ||
	    item->not_applicable.kind == POLICY_MEAN)
		found = CROSSES | ((found & CROSSES) != 0 ? MUTUAL : found);
	return found;
}

static void
look_at_all(struct comparisons *comparisons)
{
	for (size_t i = 0; i < comparisons->count; i++) {
		struct known *known = &comparisons->schemes[i];

		for (uint32_t j = 0; j < known->scheme->item_count; j++) {
			unsigned found = look_at_item(comparisons, known, j);

			comparisons->grew |= (found & ~known->items[j]) != 0;
			known->items[j] |= (uint8_t)found;
		}
	}
}

static void
add_scheme(struct comparisons *comparisons, const struct scheme *scheme)
{
	if (scheme == NULL || !scheme->is_sound)
		return;
	comparisons->schemes[comparisons->count++] = (struct known){ scheme,
		arena_array(&comparisons->arena, scheme->item_count, 1) };
}

bool
dependency_is_mutual(struct schemes *schemes, const struct book *book,
    const struct scheme *scheme)
{
	struct comparisons comparisons = { 0 };
	unsigned found = 0;

	comparisons.schemes = arena_array(&comparisons.arena,
	    book->scheme_count + 1, sizeof(*comparisons.schemes));
	for (size_t i = 0; i < book->scheme_count; i++)
		add_scheme(&comparisons, schemes_loaded(schemes, i));
	do {
		comparisons.grew = false;
		look_at_all(&comparisons);
	} while (comparisons.grew);
	for (size_t i = 0; i < comparisons.count; i++) {
		const struct known *known = &comparisons.schemes[i];

		for (uint32_t j = 0; j < known->scheme->item_count; j++)
			if (known->scheme == scheme || scheme->reaches_back ||
			    scheme->source->from.length > PERIOD_MONTH)
				found |= known->items[j];
		/* Who is in the pools depends on pools. */
		if (known->scheme->eligible_program->rule != NULL &&
		    (look_at_program(&comparisons, known,
			 known->scheme->eligible_program) &
			CROSSES) != 0)
			found |= MUTUAL;
	}
	arena_free(&comparisons.arena);
	return (found & MUTUAL) != 0;
}
