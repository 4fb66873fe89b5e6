#include "analysis/rank_bounds.h"

#include "analysis/interval_eval.h"

const char *
rank_bounds_verdict_text(enum rank_bounds_verdict verdict)
{
	static const char *const texts[] = { "safe", "open", "lost" };

	return texts[verdict];
}

const char *
rank_bounds_order_text(enum rank_bounds_order order)
{
	static const char *const texts[] = { "", "above", "open", "below" };

	return texts[order];
}

/*
 * Bounds
 */

/* A bound that is made of numbers and `points`; else anything. */
static struct interval
constant_of(struct arena *arena, const struct item *item,
    const struct node *node)
{
	struct interval a, b;

	if (node->kind == NODE_NUMBER)
		return interval_of(node->number);
	if (node->kind == NODE_POINTS && num_is_number(item->points))
		return interval_of(item->points);
	if (node->kind != NODE_BINARY || node->operation <= OPERATOR_AND)
		return interval_whole();
	a = constant_of(arena, item, node->parts[0]);
	b = constant_of(arena, item, node->parts[1]);
	switch (node->operation) {
	case OPERATOR_ADD:
		return interval_add(arena, &a, &b);
	case OPERATOR_SUBTRACT:
		return interval_subtract(arena, &a, &b);
	case OPERATOR_MULTIPLY:
		return interval_multiply(arena, &a, &b);
	case OPERATOR_DIVIDE:
		return interval_divide(arena, &a, &b);
	default:
		return interval_whole();
	}
}

/*
 * A bound that is given: its value, or anything where only the figures tell;
 * else that of an item with a rule. False where there is none.
 */
static bool
bound_of(struct arena *arena, const struct item *item,
    const struct bound *bound, const struct node *node, bool is_cap,
    struct interval *out)
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
	*out = interval_of(is_cap ? item->points : NUM_INT(0));
	return true;
}

/*
 * Where an absent item's points go to its siblings, one that may have more
 * than its points may have more still: no sibling's share of its points grows,
 * so all have at most the greatest such share of all points.
 */
static void
widen_shared(struct arena *arena, const struct scheme *scheme,
    const struct item *item, struct interval *sum)
{
	struct num most = NUM_INT(1);
	struct interval limit;

	for (size_t i = 0; i < item->child_count && !sum->above; i++) {
		const struct item *child = &scheme->items[item->children[i]];
		struct interval bounds =
		    rank_bounds_of_sums(arena, scheme, item->children[i]);
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
	limit = interval_of(num_mul(arena, most, item->points));
	if (num_compare(limit.high, sum->high) > 0)
		sum->high = limit.high;
}

static struct interval
sum_below(struct arena *arena, const struct scheme *scheme,
    const struct item *item)
{
	struct interval sum = interval_of(NUM_INT(0));

	for (size_t i = 0; i < item->child_count; i++) {
		struct interval child =
		    rank_bounds_of_sums(arena, scheme, item->children[i]);

		sum = interval_add(arena, &sum, &child);
	}
	if (item->rescales_below)
		widen_shared(arena, scheme, item, &sum);
	return sum;
}

struct interval
rank_bounds_of_sums(struct arena *arena, const struct scheme *scheme,
    uint32_t number)
{
	const struct item *item = &scheme->items[number];
	struct interval range = { .below = true, .above = true }, bound;

	if (item->rule == NULL) {
		range = sum_below(arena, scheme, item);
		if (item->kind == ITEM_DEDUCTION)
			range = interval_negate(arena, &range);
	}
	if (bound_of(arena, item, &item->cap, item->program->cap, true, &bound))
		range = interval_minimum(&range, &bound);
	if (bound_of(arena, item, &item->floor, item->program->floor, false,
		&bound))
		range = interval_maximum(&range, &bound);
	if (item->veto != NULL) {
		struct interval nothing = interval_of(NUM_INT(0));

		range = interval_hull(&range, &nothing);
	}
	if (item->kind == ITEM_DEDUCTION)
		range = interval_negate(arena, &range);
	return range;
}

/*
 * What is open
 */

struct closing {
	struct rank_bounds *rank_bounds;
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
    struct interval *out)
{
	const struct closing *closing = context;
	const struct measure *measure = &closing->book->measures[number];

	(void)unit;
	if (!is_open(closing, period))
		return false;
	if (out == NULL)
		return true;
	*out = (struct interval){ .low = measure->min,
		.high = measure->max,
		.below = !num_is_number(measure->min),
		.above = !num_is_number(measure->max) };
	/* Periods to come are reported in full; the year itself may not be. */
	out->doubt = (int)period.length != closing->book->length;
	return true;
}

static bool
open_item(void *context, struct period period, struct str id, size_t unit,
    struct interval *score, struct interval *points)
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
	*score =
	    rank_bounds_of_sums(&closing->rank_bounds->arena, scheme, item);
	*points = interval_of(scheme->items[item].points);
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
	struct interval_open open = { closing, open_measure, open_item, true };
	struct interval_eval *interval_eval =
	    interval_eval_new(closing->engine, closing->book, result, &open);
	const struct interval *scores = interval_eval_item(interval_eval, 0);
	struct arena *arena = &closing->rank_bounds->arena;

	for (size_t i = 0; i < closing->rank_bounds->count; i++) {
		struct rank_bounds_unit *assured =
		    &closing->rank_bounds->units[i];
		struct interval score = scores[assured->unit];

		if (!score.below && num_is_number(score.low))
			score.low = num_copy(arena, score.low);
		if (!score.above && num_is_number(score.high))
			score.high = num_copy(arena, score.high);
		assured->score = score;
	}
	interval_eval_free(interval_eval);
}

/* Everyone may still get anything that the last period's scheme allows. */
static void
allow_all(struct closing *closing, const struct scheme *scheme)
{
	struct rank_bounds *rank_bounds = closing->rank_bounds;
	struct interval bounds =
	    rank_bounds_of_sums(&rank_bounds->arena, scheme, 0);

	for (size_t i = 0; i < rank_bounds->count; i++)
		rank_bounds->units[i].score = bounds;
}

static void
take_scored(struct rank_bounds *rank_bounds, const struct result *result)
{
	for (size_t i = 0; i < rank_bounds->count; i++)
		rank_bounds->units[i].score = interval_of(
		    result->items[0].scores[rank_bounds->units[i].unit]);
}

/* Units without a score at the end are left out. */
static void
keep_scored(struct rank_bounds *rank_bounds)
{
	size_t kept = 0;

	for (size_t i = 0; i < rank_bounds->count; i++)
		if (!interval_is_absent(&rank_bounds->units[i].score))
			rank_bounds->units[kept++] = rank_bounds->units[i];
	rank_bounds->count = kept;
}

static uint32_t
above(const struct rank_bounds *rank_bounds, size_t unit, bool for_certain)
{
	const struct interval *own = &rank_bounds->units[unit].score;
	uint32_t count = 0;

	for (size_t i = 0; i < rank_bounds->count; i++) {
		const struct interval *other = &rank_bounds->units[i].score;

		if (i == unit)
			continue;
		if (for_certain)
			count += interval_order(other, own) > 0;
		else
			count += other->above || own->below ||
				 num_compare(other->high, own->low) > 0;
	}
	return count;
}

static enum rank_bounds_order
order_beside(const struct rank_bounds_unit *unit,
    const struct rank_bounds_unit *self)
{
	int order = interval_order(&unit->score, &self->score);

	if (unit == self)
		return RANK_BOUNDS_SELF;
	return order > 0   ? RANK_BOUNDS_ABOVE
	       : order < 0 ? RANK_BOUNDS_BELOW
			   : RANK_BOUNDS_EITHER;
}

static void
rank_all(struct rank_bounds *rank_bounds, uint32_t rank, uint32_t beside)
{
	const struct rank_bounds_unit *self = NULL;

	for (size_t i = 0; i < rank_bounds->count; i++)
		if (rank_bounds->units[i].unit == beside)
			self = &rank_bounds->units[i];
	for (size_t i = 0; i < rank_bounds->count; i++) {
		struct rank_bounds_unit *unit = &rank_bounds->units[i];

		unit->best = 1 + above(rank_bounds, i, true);
		unit->worst = 1 + above(rank_bounds, i, false);
		unit->verdict = unit->worst <= rank ? RANK_BOUNDS_SAFE
				: unit->best > rank ? RANK_BOUNDS_LOST
						    : RANK_BOUNDS_OPEN;
		unit->beside =
		    self == NULL ? RANK_BOUNDS_SELF : order_beside(unit, self);
	}
}

static void
list_units(struct closing *closing, struct period period)
{
	struct rank_bounds *rank_bounds = closing->rank_bounds;
	const struct book *book = closing->book;
	const struct result *now = engine_score(closing->engine, period);

	rank_bounds->units = arena_array(&rank_bounds->arena, book->unit_count,
	    sizeof(*rank_bounds->units));
	for (uint32_t i = 0; i < book->unit_count; i++) {
		struct rank_bounds_unit *unit =
		    &rank_bounds->units[rank_bounds->count];

		if (!unit_is_member(&book->units[i], rank_bounds->end))
			continue;
		*unit = (struct rank_bounds_unit){ .unit = i,
			.now = value_missing() };
		if (now != NULL)
			unit->now = now->items[0].scores[i];
		rank_bounds->count++;
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
rank_bounds_find(struct rank_bounds *rank_bounds, struct book *book,
    struct engine *engine, struct period period, uint32_t rank, uint32_t beside)
{
	struct closing closing = { .rank_bounds = rank_bounds,
		.book = book,
		.engine = engine,
		.known = period_inside(period, PERIOD_MONTH).last.index };
	const struct scheme *scheme;
	const struct result *result = NULL;

	*rank_bounds = (struct rank_bounds){ .end = end_of(book, period) };
	scheme = schemes_for(engine_schemes(engine), rank_bounds->end);
	if (scheme == NULL || !scheme->is_sound)
		return false;
	rank_bounds->total = &scheme->items[0];
	list_units(&closing, period);
	if (!is_open(&closing, rank_bounds->end) ||
	    rank_bounds->end.length != period.length)
		result = engine_score(engine, rank_bounds->end);
	if (!is_open(&closing, rank_bounds->end) && result != NULL)
		take_scored(rank_bounds, result);
	else if (result != NULL)
		enclose_year(&closing, result);
	else
		allow_all(&closing, scheme);
	keep_scored(rank_bounds);
	rank_all(rank_bounds, rank, beside);
	return true;
}

void
rank_bounds_free(struct rank_bounds *rank_bounds)
{
	arena_free(&rank_bounds->arena);
	*rank_bounds = (struct rank_bounds){ 0 };
}
