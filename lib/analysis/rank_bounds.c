#include "analysis/rank_bounds.h"

#include "analysis/interval_eval.h"

const char *
assure_verdict_text(enum assure_verdict verdict)
{
	static const char *const texts[] = { "safe", "open", "lost" };

	return texts[verdict];
}

const char *
assure_order_text(enum assure_order order)
{
	static const char *const texts[] = { "", "above", "open", "below" };

	return texts[order];
}

/*
 * Bounds
 */

/* A bound that is made of numbers and `points`; else anything. */
static struct range
constant_of(struct arena *arena, const struct item *item,
    const struct node *node)
{
	struct range a, b;

	if (node->kind == NODE_NUMBER)
		return range_of(node->number);
	if (node->kind == NODE_POINTS && num_is_number(item->points))
		return range_of(item->points);
	if (node->kind != NODE_BINARY || node->operation <= OPERATION_AND)
		return range_whole();
	a = constant_of(arena, item, node->parts[0]);
	b = constant_of(arena, item, node->parts[1]);
	switch (node->operation) {
	case OPERATION_ADD:
		return range_add(arena, &a, &b);
	case OPERATION_SUBTRACT:
		return range_subtract(arena, &a, &b);
	case OPERATION_MULTIPLY:
		return range_multiply(arena, &a, &b);
	case OPERATION_DIVIDE:
		return range_divide(arena, &a, &b);
	default:
		return range_whole();
	}
}

/*
 * A bound that is given: its value, or anything where only the figures tell;
 * else that of an item with a rule. False where there is none.
 */
static bool
bound_of(struct arena *arena, const struct item *item,
    const struct bound *bound, const struct node *node, bool is_cap,
    struct range *out)
{
	if (bound->unbounded || (bound->given && node == NULL))
		return false;
	if (bound->given) {
		*out = constant_of(arena, item, node);
		out->doubt = false;
		return true;
	}
	if (item->rule == NULL || (is_cap && !item->counts))
		return false;
	*out = range_of(is_cap ? item->points : NUM_INT(0));
	return true;
}

/*
 * Where an absent item's points go to its siblings, one that may have more
 * than its points may have more still: no sibling's share of its points grows,
 * so all have at most the greatest such share of all points.
 */
static void
widen_shared(struct arena *arena, const struct scheme *scheme,
    const struct item *item, struct range *sum)
{
	struct num most = NUM_INT(1);
	struct range limit;

	for (size_t i = 0; i < item->child_count && !sum->above; i++) {
		const struct item *child = &scheme->items[item->children[i]];
		struct range bounds =
		    assure_bounds(arena, scheme, item->children[i]);
		struct num share;

		if (!bounds.below && num_sign(bounds.low) < 0 && child->counts)
			sum->below = true;
		if (!child->counts || bounds.above ||
		    !num_is_number(child->points) ||
		    num_sign(child->points) <= 0)
			continue;
		share = num_div(arena, bounds.high, child->points);
		if (num_compare(share, most) > 0)
			most = share;
	}
	if (sum->above || !num_is_number(item->points))
		return;
	limit = range_of(num_mul(arena, most, item->points));
	if (num_compare(limit.high, sum->high) > 0)
		sum->high = limit.high;
}

static struct range
sum_below(struct arena *arena, const struct scheme *scheme,
    const struct item *item)
{
	struct range sum = range_of(NUM_INT(0));

	for (size_t i = 0; i < item->child_count; i++) {
		struct range child =
		    assure_bounds(arena, scheme, item->children[i]);

		sum = range_add(arena, &sum, &child);
	}
	if (item->rescales_below)
		widen_shared(arena, scheme, item, &sum);
	return sum;
}

struct range
assure_bounds(struct arena *arena, const struct scheme *scheme, uint32_t number)
{
	const struct item *item = &scheme->items[number];
	struct range range = { .below = true, .above = true }, bound;

	if (item->rule == NULL) {
		range = sum_below(arena, scheme, item);
		if (item->kind == ITEM_DEDUCTION)
			range = range_negate(arena, &range);
	}
	if (bound_of(arena, item, &item->cap, item->program->cap, true, &bound))
		range = range_minimum(&range, &bound);
	if (bound_of(arena, item, &item->floor, item->program->floor, false,
		&bound))
		range = range_maximum(&range, &bound);
	if (item->veto != NULL) {
		struct range nothing = range_of(NUM_INT(0));

		range = range_hull(&range, &nothing);
	}
	if (item->kind == ITEM_DEDUCTION)
		range = range_negate(arena, &range);
	return range;
}

/*
 * What is open
 */

struct closing {
	struct assure *assure;
	struct book *book;
	struct engine *engine;
	int32_t known; /* the last month that is closed */
};

static bool
is_open(const struct closing *closing, struct period period)
{
	return period_inside(period, PERIOD_MONTH).last.index > closing->known;
}

static bool
open_measure(void *context, uint32_t number, struct period period, size_t unit,
    struct range *out)
{
	const struct closing *closing = context;
	const struct measure *measure = &closing->book->measures[number];

	(void)unit;
	if (!is_open(closing, period))
		return false;
	if (out == NULL)
		return true;
	*out = (struct range){ .low = measure->min,
		.high = measure->max,
		.below = !num_is_number(measure->min),
		.above = !num_is_number(measure->max) };
	/* Periods to come are reported in full; the year itself may not be. */
	out->doubt = (int)period.length != closing->book->length;
	return true;
}

static bool
open_item(void *context, struct period period, struct str id, size_t unit,
    struct range *score, struct range *points)
{
	struct closing *closing = context;
	const struct scheme *scheme;
	uint32_t item;

	if (!is_open(closing, period))
		return false;
	scheme = schemes_for(engine_schemes(closing->engine), period);
	item = scheme == NULL || !scheme->is_sound ? INDEX_NONE
						   : scheme_item(scheme, id);
	if (item == INDEX_NONE ||
	    (unit != SIZE_MAX &&
		!unit_is_member(&closing->book->units[unit], period)))
		return false;
	if (score == NULL)
		return true;
	*score = assure_bounds(&closing->assure->arena, scheme, item);
	*points = range_of(scheme->items[item].points);
	/* With what absent siblings leave it may be worth more. */
	if (scheme->items[item].parent != INDEX_NONE &&
	    scheme->items[scheme->items[item].parent].rescales_below) {
		score->above = true;
		points->above = true;
	}
	return true;
}

/*
 * Scores at the end, and their ranks
 */

static void
enclose_year(struct closing *closing, const struct result *result)
{
	struct enclose_open open = { closing, open_measure, open_item, true };
	struct enclose *enclose =
	    enclose_new(closing->engine, closing->book, result, &open);
	const struct range *scores = enclose_item(enclose, 0);
	struct arena *arena = &closing->assure->arena;

	for (size_t i = 0; i < closing->assure->count; i++) {
		struct assured *assured = &closing->assure->units[i];
		struct range score = scores[assured->unit];

		if (!score.below && num_is_number(score.low))
			score.low = num_copy(arena, score.low);
		if (!score.above && num_is_number(score.high))
			score.high = num_copy(arena, score.high);
		assured->score = score;
	}
	enclose_free(enclose);
}

/* Everyone may still get anything that the last period's scheme allows. */
static void
allow_all(struct closing *closing, const struct scheme *scheme)
{
	struct assure *assure = closing->assure;
	struct range bounds = assure_bounds(&assure->arena, scheme, 0);

	for (size_t i = 0; i < assure->count; i++)
		assure->units[i].score = bounds;
}

static void
take_scored(struct assure *assure, const struct result *result)
{
	for (size_t i = 0; i < assure->count; i++)
		assure->units[i].score =
		    range_of(result->items[0].scores[assure->units[i].unit]);
}

/* Units without a score at the end are left out. */
static void
keep_scored(struct assure *assure)
{
	size_t kept = 0;

	for (size_t i = 0; i < assure->count; i++)
		if (!range_is_absent(&assure->units[i].score))
			assure->units[kept++] = assure->units[i];
	assure->count = kept;
}

static uint32_t
above(const struct assure *assure, size_t unit, bool for_certain)
{
	const struct range *own = &assure->units[unit].score;
	uint32_t count = 0;

	for (size_t i = 0; i < assure->count; i++) {
		const struct range *other = &assure->units[i].score;

		if (i == unit)
			continue;
		if (for_certain)
			count += range_order(other, own) > 0;
		else
			count += other->above || own->below ||
				 num_compare(other->high, own->low) > 0;
	}
	return count;
}

static enum assure_order
order_beside(const struct assured *unit, const struct assured *self)
{
	int order = range_order(&unit->score, &self->score);

	if (unit == self)
		return ASSURE_SELF;
	return order > 0   ? ASSURE_ABOVE
	       : order < 0 ? ASSURE_BELOW
			   : ASSURE_EITHER;
}

static void
rank_all(struct assure *assure, uint32_t rank, uint32_t beside)
{
	const struct assured *self = NULL;

	for (size_t i = 0; i < assure->count; i++)
		if (assure->units[i].unit == beside)
			self = &assure->units[i];
	for (size_t i = 0; i < assure->count; i++) {
		struct assured *unit = &assure->units[i];

		unit->best = 1 + above(assure, i, true);
		unit->worst = 1 + above(assure, i, false);
		unit->verdict = unit->worst <= rank ? ASSURE_SAFE
				: unit->best > rank ? ASSURE_LOST
						    : ASSURE_OPEN;
		unit->beside =
		    self == NULL ? ASSURE_SELF : order_beside(unit, self);
	}
}

static void
list_units(struct closing *closing, struct period period)
{
	struct assure *assure = closing->assure;
	const struct book *book = closing->book;
	const struct result *now = engine_score(closing->engine, period);

	assure->units = arena_array(&assure->arena, book->unit_count,
	    sizeof(*assure->units));
	for (uint32_t i = 0; i < book->unit_count; i++) {
		struct assured *unit = &assure->units[assure->count];

		if (!unit_is_member(&book->units[i], assure->end))
			continue;
		*unit = (struct assured){ .unit = i, .now = value_missing() };
		if (now != NULL)
			unit->now = now->items[0].scores[i];
		assure->count++;
		if (!num_is_number(unit->now))
			continue;
		unit->rank = 1;
		for (size_t j = 0; j < book->unit_count; j++) {
			struct num other = now->items[0].scores[j];

			unit->rank += num_is_number(other) &&
				      num_compare(other, unit->now) > 0;
		}
	}
}

/* Whose ranking counts in the end. */
static struct period
end_of(const struct book *book, struct period period)
{
	struct period year = period_containing(period, PERIOD_YEAR);

	if (book_scheme(book, year) != NULL)
		return year;
	return period_inside(year, period.length).last;
}

bool
assure_find(struct assure *assure, struct book *book, struct engine *engine,
    struct period period, uint32_t rank, uint32_t beside)
{
	struct closing closing = { .assure = assure,
		.book = book,
		.engine = engine,
		.known = period_inside(period, PERIOD_MONTH).last.index };
	const struct scheme *scheme;
	const struct result *result = NULL;

	*assure = (struct assure){ .end = end_of(book, period) };
	scheme = schemes_for(engine_schemes(engine), assure->end);
	if (scheme == NULL || !scheme->is_sound)
		return false;
	assure->total = &scheme->items[0];
	list_units(&closing, period);
	if (!is_open(&closing, assure->end) ||
	    assure->end.length != period.length)
		result = engine_score(engine, assure->end);
	if (!is_open(&closing, assure->end) && result != NULL)
		take_scored(assure, result);
	else if (result != NULL)
		enclose_year(&closing, result);
	else
		allow_all(&closing, scheme);
	keep_scored(assure);
	rank_all(assure, rank, beside);
	return true;
}

void
assure_free(struct assure *assure)
{
	arena_free(&assure->arena);
	*assure = (struct assure){ 0 };
}
