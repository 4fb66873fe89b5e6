#include "scheme/order.h"

/*
 * The order in which items can be scored, step by step: where points are
 * rescaled, a score needs what the rules of all siblings give.
 */
struct ordering {
	const struct scheme *scheme;
	uint8_t *state; /* of each step: 0 new, 1 begun, 2 done */
	uint32_t *stack;
	size_t *position; /* which need of each step on the stack is next */
	size_t height, done;
};

static uint32_t
step_of(uint32_t item, enum scoring_step step)
{
	return item * SCORING_STEPS + step;
}

/* The need number `at` of a step, or INDEX_NONE past the last. */
static uint32_t
need_of(const struct scheme *scheme, uint32_t step, size_t at)
{
	uint32_t number = step / SCORING_STEPS;
	const struct item *item = &scheme->items[number];

	switch ((enum scoring_step)(step % SCORING_STEPS)) {
	case SCORING_RULE:
		if (at < item->program->item_count)
			return step_of(item->program->items[at], SCORING_SCORE);
		at -= item->program->item_count;
		return at < item->child_count
			   ? step_of(item->children[at], SCORING_SCORE)
			   : INDEX_NONE;
	case SCORING_SHARES:
		return item->rescales_below && at < item->child_count
			   ? step_of(item->children[at], SCORING_RULE)
			   : INDEX_NONE;
	default:
		if (at == 0)
			return step_of(number, SCORING_RULE);
		return at == 1 && item->parent != INDEX_NONE
			   ? step_of(item->parent, SCORING_SHARES)
			   : INDEX_NONE;
	}
}

static void
report_cycle(const struct ordering *ordering, uint32_t step, struct diag *diag)
{
	const struct scheme *scheme = ordering->scheme;
	const struct rec_field *field = scheme->points_field;
	struct buffer chain = { 0 };
	size_t from = 0, links = 0;
	uint32_t last = INDEX_NONE;

	while (ordering->stack[from] != step)
		from++;
	for (size_t i = ordering->height; i-- > from;) {
		const struct item *item =
		    &scheme->items[ordering->stack[i] / SCORING_STEPS];

		if (item->rule_field != NULL &&
		    ordering->stack[i] % SCORING_STEPS != SCORING_SHARES)
			field = item->rule_field;
	}
	for (size_t i = from; i < ordering->height; i++) {
		uint32_t number = ordering->stack[i] / SCORING_STEPS;

		/* The steps of an item are one link; siblings share. */
		if (number == last ||
		    ordering->stack[i] % SCORING_STEPS == SCORING_SHARES)
			continue;
		buffer_add(&chain, scheme->items[number].id);
		buffer_add(&chain, STR(" -> "));
		last = number;
		links++;
	}
	if (links > 1 && last == step / SCORING_STEPS)
		chain.size -= strlen(" -> ");
	else
		buffer_add(&chain, scheme->items[step / SCORING_STEPS].id);
	diag_at(diag,
	    field != NULL ? scheme_place(scheme, field)
			  : place_file(scheme->file.path),
	    D_CYCLE, buffer_str(&chain));
	buffer_free(&chain);
}

/* Depth first, with a stack of its own, from one step. False on a cycle. */
static bool
order_from(struct ordering *ordering, uint32_t first, uint32_t *order,
    struct diag *diag)
{
	ordering->stack[0] = first;
	ordering->position[0] = 0;
	ordering->height = 1;
	ordering->state[first] = 1;
	while (ordering->height > 0) {
		size_t top = ordering->height - 1;
		uint32_t need = need_of(ordering->scheme, ordering->stack[top],
		    ordering->position[top]++);

		if (need == INDEX_NONE) {
			ordering->state[ordering->stack[top]] = 2;
			order[ordering->done++] = ordering->stack[top];
			ordering->height--;
		} else if (ordering->state[need] == 1) {
			report_cycle(ordering, need, diag);
			return false;
		} else if (ordering->state[need] == 0) {
			ordering->state[need] = 1;
			ordering->stack[ordering->height] = need;
			ordering->position[ordering->height++] = 0;
		}
	}
	return true;
}

bool
order_scheme(struct scheme *scheme, struct diag *diag)
{
	size_t steps = SCORING_STEPS * scheme->item_count;
	struct arena scratch = { 0 };
	struct ordering ordering = { .scheme = scheme };
	bool good = true;

	ordering.state = arena_array(&scratch, steps, 1);
	ordering.stack = arena_array(&scratch, steps, sizeof(uint32_t));
	ordering.position = arena_array(&scratch, steps, sizeof(size_t));
	scheme->order = arena_array(&scheme->arena, steps, sizeof(uint32_t));
	for (uint32_t i = 0; good && i < steps; i++)
		if (ordering.state[i] == 0)
			good = order_from(&ordering, i, scheme->order, diag);
	arena_free(&scratch);
	return good;
}
