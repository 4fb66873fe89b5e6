#include "score/item_score.h"

static const struct num zero = { 0, 1 };

/* Note, if anybody asks, what becomes of a unit's score. */
static void
tell(const struct scoring *scoring, enum change_kind kind, size_t unit,
    struct num from, struct num to)
{
	struct score_changes *changes = scoring->changes;

	if (changes == NULL)
		return;
	changes->list = arena_grow(&changes->arena, changes->list,
	    changes->count, &changes->capacity, sizeof(*changes->list));
	changes->list[changes->count++] =
	    (struct score_change){ (uint32_t)unit, kind, from, to };
}

bool
score_is_rescaled(const struct item *child, unsigned state)
{
	const struct policy *policy = (state & STATE_NOT_APPLICABLE) != 0
					  ? &child->not_applicable
					  : &child->missing;

	return (state & (STATE_MISSING | STATE_NOT_APPLICABLE)) != 0 &&
	       (policy->kind == POLICY_RESCALE ||
		   policy->kind == POLICY_RESCALE_EQUALLY);
}

static struct num
combine_absent(struct num a, struct num b)
{
	if (num_is_number(a))
		return b;
	if (num_is_number(b))
		return a;
	return a.d == VALUE_NOT_APPLICABLE || b.d == VALUE_NOT_APPLICABLE
		   ? value_not_applicable()
		   : value_missing();
}

/* What a unit's sum of children is made of. */
struct tally {
	struct num sum, lacking, away;
	bool has_sum, has_present;
};

static void
add_absent(struct tally *tally, const struct item *child, unsigned state,
    struct num score)
{
	if (score_is_rescaled(child, state))
		tally->away = combine_absent(tally->away, score);
	else
		tally->lacking = combine_absent(tally->lacking, score);
}

/* Add a child's scores, unit by unit. */
static void
add_child(const struct scoring *scoring, uint32_t number, struct tally *tallies)
{
	const struct item *child = &scoring->result->scheme->items[number];
	const struct item_scores *scores = &scoring->result->items[number];
	bool counts = child->counts || !scoring->item->counts;

	for (size_t i = scoring->first; i < scoring->units; i++) {
		struct tally *tally = &tallies[i];
		struct num score = scores->scores[i];

		if (!num_is_number(score)) {
			add_absent(tally, child, scores->states[i], score);
			continue;
		}
		tally->has_present |= counts;
		if (!tally->has_sum)
			tally->sum = score;
		else if (num_is_number(tally->sum))
			tally->sum =
			    num_add(&scoring->result->arena, tally->sum, score);
		tally->has_sum = true;
	}
}

/* Those rescaled away are left out. */
static struct num
tallied(const struct tally *tally)
{
	if (!num_is_number(tally->lacking))
		return tally->lacking;
	return !tally->has_present && !num_is_number(tally->away) ? tally->away
								  : tally->sum;
}

static void
sum_children(struct scoring *scoring)
{
	struct num *scores = scoring->out->scores;
	struct tally *tallies = arena_alloc_raw(scoring->scratch,
	    (scoring->units + 1) * sizeof(*tallies));

	for (size_t i = scoring->first; i < scoring->units; i++)
		tallies[i] = (struct tally){ .sum = NUM_INT(0),
			.lacking = NUM_INT(0),
			.away = NUM_INT(0) };
	for (size_t i = 0; i < scoring->item->child_count; i++)
		add_child(scoring, scoring->item->children[i], tallies);
	for (size_t i = scoring->first; i < scoring->units; i++) {
		scores[i] = scoring_has(scoring, i) ? tallied(&tallies[i])
						    : value_missing();
		tell(scoring, CHANGE_CHILDREN, i, value_missing(), scores[i]);
	}
}

/*
 * Report a score that outgrew its bound outside of any rule: as a sum, a mean,
 * with its siblings' points or rounded. It becomes missing.
 */
static void
settle_scores(struct scoring *scoring)
{
	const struct scheme *scheme = scoring->result->scheme;
	const struct rec_record *record = scoring->item->record;
	struct num *scores = scoring->out->scores;

	for (size_t i = scoring->first; i < scoring->units; i++) {
		if (scores[i].d != NUM_FAILED)
			continue;
		diag_at(scoring->diag,
		    record == NULL
			? place_file(scheme->file.path)
			: scheme_place(scheme, rec_field(record, "Id")),
		    D_EVAL_LARGE, scoring->host->book->units[i].id, STR(""));
		scores[i] = value_missing();
	}
}

static struct num
copy_cell(struct scoring *scoring, struct num cell)
{
	return num_copy(&scoring->result->arena, cell);
}

static void
score_rule(struct scoring *scoring)
{
	struct num *cells =
	    scoring_cells(scoring, scoring->item->program->rule);

	for (size_t i = 0; i < scoring->units; i++) {
		scoring->out->scores[i] =
		    scoring_has(scoring, i) ? cells[i] : value_missing();
		tell(scoring, CHANGE_RULE, i, value_missing(),
		    scoring->out->scores[i]);
	}
}

/*
 * A bound for each unit. Where none is given, an ordinary item with a rule has
 * 0 and its points, a bonus or a deduction with a rule 0 and no cap.
 */
static bool
bound_cells(struct scoring *scoring, const struct bound *bound,
    const struct node *node, bool is_cap, struct column *out)
{
	const struct item *item = scoring->item;

	if (bound->unbounded)
		return false;
	if (bound->given) {
		if (node == NULL)
			return false;
		*out = (struct column){ scoring_cells(scoring, node), false };
		return true;
	}
	if (item->rule == NULL || (is_cap && !item->counts))
		return false;
	*out = is_cap ? (struct column){ &scoring->evaluation.points, true }
		      : (struct column){ &zero, true };
	return true;
}

/* An item's bounds, computed once: they serve its veto and policies too. */
struct bounds {
	struct column low, high;
	bool has_low, has_high;
};

static struct bounds
bounds_of(struct scoring *scoring)
{
	const struct item *item = scoring->item;
	struct bounds bounds = { 0 };

	bounds.has_low = bound_cells(scoring, &item->floor,
	    item->program->floor, false, &bounds.low);
	bounds.has_high = bound_cells(scoring, &item->cap, item->program->cap,
	    true, &bounds.high);
	return bounds;
}

static void
report_negative(const struct scoring *scoring, size_t unit)
{
	diag_at(scoring->diag,
	    scheme_place(scoring->result->scheme, scoring->item->rule_field),
	    D_EVAL_DEDUCTION, scoring->host->book->units[unit].id);
}

/*
 * A deduction is held as the amount taken away, from which bounds, vetoes and
 * policies start; only its score is negative.
 */
static void
turn_deduction(struct scoring *scoring)
{
	struct num *scores = scoring->out->scores;

	if (scoring->item->kind != ITEM_DEDUCTION)
		return;
	for (size_t i = scoring->first; i < scoring->units; i++)
		if (num_is_number(scores[i])) {
			struct num amount = scores[i];

			scores[i] = num_neg(&scoring->result->arena, amount);
			tell(scoring, CHANGE_DEDUCTION, i, amount, scores[i]);
		}
}

static void
check_deduction(struct scoring *scoring)
{
	if (scoring->item->kind != ITEM_DEDUCTION)
		return;
	for (size_t i = 0; i < scoring->units; i++)
		if (scoring_has(scoring, i) &&
		    num_is_number(scoring->out->scores[i]) &&
		    num_sign(scoring->out->scores[i]) < 0) {
			report_negative(scoring, i);
			break;
		}
}

/* Keep in bounds what rules gave, or, after them, what policies put in. */
static void
apply_bounds(struct scoring *scoring, const struct bounds *bounds, bool absent)
{
	struct num *scores = scoring->out->scores;

	for (size_t i = scoring->first; i < scoring->units; i++) {
		struct num bound;
		bool was_absent =
		    (scoring->out->states[i] &
			(STATE_MISSING | STATE_NOT_APPLICABLE)) != 0;

		if (!num_is_number(scores[i]) || was_absent != absent)
			continue;
		bound = bounds->has_high ? column_cell(bounds->high, i)
					 : value_missing();
		if (num_is_number(bound) && num_compare(scores[i], bound) > 0) {
			tell(scoring, CHANGE_CAP, i, scores[i], bound);
			scores[i] = bound;
			scoring->out->states[i] |= STATE_CAPPED;
		}
		bound = bounds->has_low ? column_cell(bounds->low, i)
					: value_missing();
		if (num_is_number(bound) && num_compare(scores[i], bound) < 0) {
			tell(scoring, CHANGE_FLOOR, i, scores[i], bound);
			scores[i] = bound;
			scoring->out->states[i] |= STATE_FLOORED;
		}
	}
}

/* A veto that holds takes the score to its Floor, or to nothing. */
static void
apply_veto(struct scoring *scoring, const struct bounds *bounds)
{
	const struct program *program = scoring->item->program;
	struct num *scores = scoring->out->scores;
	struct num *vetoes;

	if (program->veto == NULL)
		return;
	vetoes = scoring_cells(scoring, program->veto);
	for (size_t i = 0; i < scoring->units; i++) {
		struct num before = scores[i];

		if (!scoring_has(scoring, i))
			continue;
		if (!num_is_number(vetoes[i])) {
			scores[i] = combine_absent(scores[i], vetoes[i]);
		} else if (vetoes[i].n != 0) {
			scores[i] = program->floor != NULL && bounds->has_low
					? column_cell(bounds->low, i)
					: NUM_INT(0);
			scoring->out->states[i] |= STATE_VETOED;
		} else {
			continue;
		}
		tell(scoring, CHANGE_VETO, i, before, scores[i]);
	}
}

/* The pool of the item in hand. */
static const struct pool *
pool_of(const struct scoring *scoring, const struct eval_host *host)
{
	return host->pool(host->context, scoring->instant, scoring->item->pool);
}

/* The mean of the scores in each group of the item's pool. */
static struct num *
pool_means(struct scoring *scoring)
{
	const struct pool *pool = pool_of(scoring, scoring->host);
	struct num *means = arena_alloc_raw(scoring->scratch,
	    (pool->group_count + 1) * sizeof(*means));
	struct arena *arena = scoring->scratch;

	for (size_t group = 0; group < pool->group_count; group++) {
		struct num sum = NUM_INT(0);
		int64_t count = 0;

		for (size_t i = pool->starts[group];
		     i < pool->starts[group + 1]; i++) {
			struct num x = scoring->out->scores[pool->units[i]];

			if (!num_is_number(x) || !num_is_number(sum))
				continue;
			sum = value_add(arena, sum, num_significant(arena, x));
			count++;
		}
		means[group] = count == 0
				   ? value_missing()
				   : value_div(arena, sum, NUM_INT(count));
	}
	return means;
}

/*
 * The mean for each unit of what the others had in the base: what it would be
 * if that unit alone had come, without a score as it is. By unit.
 */
static void
means_alone_in_group(struct scoring *scoring, const struct num *before,
    const uint32_t *units, size_t size, struct num *means)
{
	struct arena *arena = scoring->scratch;
	struct num sum = NUM_INT(0);
	int64_t count = 0;

	for (size_t i = 0; i < size; i++) {
		struct num x = before[units[i]];

		if (!num_is_number(x))
			continue;
		sum = value_add(arena, sum, num_significant(arena, x));
		count++;
	}
	for (size_t i = 0; i < size; i++) {
		struct num x = before[units[i]], rest = sum;
		int64_t others = count - num_is_number(x);

		if (num_is_number(x))
			rest = value_sub(arena, sum, num_significant(arena, x));
		means[units[i]] = others == 0
				      ? value_missing()
				      : value_div(arena, rest, NUM_INT(others));
	}
}

static struct num *
means_alone(struct scoring *scoring, const struct pool *pool)
{
	const struct item_scores *scores =
	    &scoring->base_result
		 ->items[scoring->item - scoring->result->scheme->items];
	struct num *means =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*means));

	for (size_t group = 0; group < pool->group_count; group++)
		means_alone_in_group(scoring, scores->before_policies,
		    pool->units + pool->starts[group],
		    pool->starts[group + 1] - pool->starts[group], means);
	return means;
}

/* What the policies of an item put in the place of an absent score. */
struct substitutes {
	struct num *means; /* by group or, if by_unit, by unit */
	bool by_unit;
	const uint32_t *groups;
	struct num *missing, *not_applicable; /* of POLICY_VALUE */
};

static struct num
substitute(const struct scoring *scoring, const struct policy *policy,
    const struct substitutes *with, const struct num *values, size_t unit,
    struct num absent)
{
	switch (policy->kind) {
	case POLICY_ZERO:
		return NUM_INT(0);
	case POLICY_FULL:
		return scoring->item->points;
	case POLICY_MEAN:
		if (with->groups[unit] == INDEX_NONE)
			return absent;
		return with->means[with->by_unit ? unit : with->groups[unit]];
	case POLICY_VALUE:
		return values != NULL ? values[unit] : absent;
	default:
		return absent;
	}
}

static void
take_means(struct scoring *scoring, struct substitutes *with)
{
	struct arena *arena = &scoring->result->arena;
	struct num *before =
	    arena_alloc_raw(arena, (scoring->units + 1) * sizeof(*before));
	const struct pool *pool;

	for (size_t i = 0; i < scoring->units; i++) {
		before[i] = scoring->out->scores[i];
		if (num_is_number(before[i]))
			before[i] = num_copy(arena, before[i]);
	}
	scoring->out->before_policies = before;
	with->by_unit = scoring->base_host != NULL;
	pool = pool_of(scoring,
	    with->by_unit ? scoring->base_host : scoring->host);
	with->groups = pool->groups;
	with->means =
	    with->by_unit ? means_alone(scoring, pool) : pool_means(scoring);
}

static void
apply_policies(struct scoring *scoring)
{
	const struct item *item = scoring->item;
	struct substitutes with = { 0 };
	struct num *scores = scoring->out->scores;

	if (item->program->missing != NULL)
		with.missing = scoring_cells(scoring, item->program->missing);
	if (item->program->not_applicable != NULL)
		with.not_applicable =
		    scoring_cells(scoring, item->program->not_applicable);
	if (item->missing.kind == POLICY_MEAN ||
	    item->not_applicable.kind == POLICY_MEAN) {
		take_means(scoring, &with);
	}
	for (size_t i = scoring->first; i < scoring->units; i++) {
		struct num before = scores[i];

		if (num_is_number(scores[i]) || !scoring_has(scoring, i))
			continue;
		if (scores[i].d == VALUE_NOT_APPLICABLE) {
			scoring->out->states[i] |= STATE_NOT_APPLICABLE;
			scores[i] = substitute(scoring, &item->not_applicable,
			    &with, with.not_applicable, i, scores[i]);
			tell(scoring, CHANGE_NOT_APPLICABLE, i, before,
			    scores[i]);
		} else {
			scoring->out->states[i] |= STATE_MISSING;
			scores[i] = substitute(scoring, &item->missing, &with,
			    with.missing, i, scores[i]);
			tell(scoring, CHANGE_MISSING, i, before, scores[i]);
		}
	}
}

static void
mark_carried(struct scoring *scoring)
{
	if (scoring->evaluation.carried == NULL)
		return;
	for (size_t i = 0; i < scoring->units; i++)
		if (scoring->evaluation.carried[i] && scoring_has(scoring, i))
			scoring->out->states[i] |= STATE_CARRIED;
}

static void
mark_ineligible(struct scoring *scoring)
{
	for (size_t i = scoring->first; i < scoring->units; i++)
		if (scoring->result->standings[i] == STANDING_INELIGIBLE)
			scoring->out->states[i] = STATE_INELIGIBLE;
}

static void
start_item(struct scoring *scoring)
{
	struct item_scores *out = scoring->out;
	struct num *points;

	if (scoring->again) {
		memset(out->states + scoring->first, 0,
		    scoring->units - scoring->first);
		if (out->points.uniform)
			return;
	} else {
		out->scores = arena_alloc_raw(&scoring->result->arena,
		    (scoring->units + 1) * sizeof(*out->scores));
		out->states =
		    arena_array(&scoring->result->arena, scoring->units, 1);
	}
	points = arena_new(&scoring->result->arena, struct num);
	*points = scoring->item->counts ? scoring->item->points
					: value_not_applicable();
	out->points = (struct column){ points, true };
}

/* What an item's rule gives, in bounds, before its siblings and rounding. */
void
item_score_rule(struct scoring *scoring)
{
	struct bounds bounds;

	start_item(scoring);
	if (scoring->item->missing.kind == POLICY_CARRY) {
		scoring->evaluation.carried =
		    arena_array(scoring->scratch, scoring->units, 1);
		/* The others, where they were, are carried as well. */
		scoring->base.carried =
		    arena_array(scoring->scratch, scoring->units, 1);
	}
	if (scoring->item->program->rule != NULL) {
		score_rule(scoring);
		check_deduction(scoring);
	} else {
		sum_children(scoring);
		turn_deduction(scoring);
	}
	bounds = bounds_of(scoring);
	apply_veto(scoring, &bounds);
	apply_bounds(scoring, &bounds, false);
	apply_policies(scoring);
	apply_bounds(scoring, &bounds, true);
	turn_deduction(scoring);
	mark_carried(scoring);
	mark_ineligible(scoring);
	settle_scores(scoring);
	for (size_t i = scoring->first; i < scoring->units; i++)
		if (scoring->out->scores[i].d == 0)
			scoring->out->scores[i] =
			    copy_cell(scoring, scoring->out->scores[i]);
}

/* The points of a unit's absent and present items under one parent. */
struct shares {
	struct num in_proportion, equally, present;
	int64_t count;
};

/* Add the points of one child of the item in hand, unit by unit. */
static void
share_child(struct scoring *scoring, uint32_t number, struct shares *shares)
{
	const struct item *child = &scoring->result->scheme->items[number];
	const uint8_t *states = scoring->result->items[number].states;
	struct arena *arena = &scoring->result->arena;

	if (!child->counts || !num_is_number(child->points))
		return;
	for (size_t i = 0; i < scoring->units; i++) {
		const struct policy *policy =
		    (states[i] & STATE_NOT_APPLICABLE) != 0
			? &child->not_applicable
			: &child->missing;
		struct num *share = &shares[i].present;

		if (!score_is_rescaled(child, states[i]))
			shares[i].count++;
		else if (policy->kind == POLICY_RESCALE)
			share = &shares[i].in_proportion;
		else
			share = &shares[i].equally;
		*share = value_add(arena, *share, child->points);
	}
}

/* What the children of an item have to share, once for them all. */
void
item_score_shares(struct scoring *scoring)
{
	const struct item *item = scoring->item;
	struct shares *shares;

	if (!item->rescales_below)
		return;
	shares = arena_array(&scoring->result->arena, scoring->units,
	    sizeof(*shares));
	for (size_t i = 0; i < scoring->units; i++)
		shares[i] =
		    (struct shares){ NUM_INT(0), NUM_INT(0), NUM_INT(0), 0 };
	for (size_t i = 0; i < item->child_count; i++)
		share_child(scoring, item->children[i], shares);
	scoring->shares[item - scoring->result->scheme->items] = shares;
}

static bool
is_zero(struct num x)
{
	return num_is_number(x) && num_sign(x) == 0;
}

/* A unit's points of an item after its absent siblings gave theirs. */
static struct num
shared_points(const struct scoring *scoring, const struct shares *shares)
{
	struct arena *arena = scoring->scratch;
	struct num points = scoring->item->points, more;

	if (!is_zero(shares->present)) {
		more = value_div(arena,
		    value_mul(arena, shares->in_proportion,
			scoring->item->points),
		    shares->present);
		points = value_add(arena, points, more);
	}
	more = value_div(arena, shares->equally, NUM_INT(shares->count));
	return value_add(arena, points, more);
}

static void
rescale(struct scoring *scoring)
{
	const struct item *item = scoring->item;
	struct num *scores = scoring->out->scores, *points;
	const struct shares *all;

	if (!item->counts || item->parent == INDEX_NONE)
		return;
	all = scoring->shares[item->parent];
	if (all == NULL)
		return;
	points = arena_alloc_raw(&scoring->result->arena,
	    (scoring->units + 1) * sizeof(*points));
	for (size_t i = 0; i < scoring->units; i++) {
		const struct shares *shares = &all[i];

		points[i] = item->points;
		if (score_is_rescaled(item, scoring->out->states[i])) {
			points[i] = NUM_INT(0);
			tell(scoring, CHANGE_POINTS, i, item->points,
			    points[i]);
			continue;
		}
		if (is_zero(shares->in_proportion) && is_zero(shares->equally))
			continue;
		points[i] = shared_points(scoring, shares);
		tell(scoring, CHANGE_POINTS, i, item->points, points[i]);
		if (num_is_number(scores[i]) && num_sign(item->points) > 0) {
			struct num before = scores[i];

			scores[i] = value_div(&scoring->result->arena,
			    value_mul(scoring->scratch, before, points[i]),
			    item->points);
			tell(scoring, CHANGE_RESCALED, i, before, scores[i]);
		}
		points[i] = num_is_number(points[i])
				? copy_cell(scoring, points[i])
				: value_missing();
	}
	scoring->out->points = (struct column){ points, false };
}

void
item_score_final(struct scoring *scoring)
{
	const struct item *item = scoring->item;
	struct num *scores = scoring->out->scores;

	rescale(scoring);
	for (size_t i = scoring->first; i < scoring->units; i++)
		if (item->digits != DIGITS_EXACT && num_is_number(scores[i])) {
			struct num before = scores[i];

			scores[i] = num_round(&scoring->result->arena, before,
			    item->digits, (enum num_rounding)item->rounding);
			tell(scoring, CHANGE_ROUNDED, i, before, scores[i]);
		}
	settle_scores(scoring);
}

void
item_score_step(struct scoring *scoring, uint32_t step)
{
	struct result *result = scoring->result;

	scoring->item = &result->scheme->items[step / SCORING_STEPS];
	scoring->out = &result->items[step / SCORING_STEPS];
	scoring_start(scoring, scoring->item->program, scoring->item->pool,
	    scoring->item->points);
	if (step % SCORING_STEPS == SCORING_RULE)
		item_score_rule(scoring);
	else if (step % SCORING_STEPS == SCORING_SHARES)
		item_score_shares(scoring);
	else
		item_score_final(scoring);
}
