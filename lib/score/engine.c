#include "score/engine.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "score/dependency.h"

/* The units of an instant, and the pools they make. */
struct membership {
	struct membership *next;
	struct instant instant;
	uint8_t *standings;
	struct pool_entry *pools;
};

struct pool_entry {
	struct pool_entry *next;
	struct str dimension;
	struct pool pool;
};

struct result_entry {
	struct result_entry *next;
	struct instant instant;
	struct result result;
	bool is_there;		    /* false: there is no scheme or no data */
	struct dependencies *reads; /* of each item; NULL: not asked for yet */
};

struct engine {
	struct arena arena; /* scopes and pools */
	struct book *book;
	struct diag *diag;
	struct data *data;	 /* NULL where the facts are another's */
	struct schemes *schemes; /* likewise */
	struct book_facts own;
	struct facts facts;
	struct engine *base; /* or NULL: what evaluation.base runs in */
	struct eval_host host;
	struct membership *scopes;
	struct result_entry *results;
	struct result_entry *current; /* being computed */
	unsigned updates;	      /* since all was scored */
	struct num *nothing;	      /* missing for every unit, as one cell */
	struct num *zero;
	struct num *no_points;
};

/* One item while it is scored. */
struct scoring {
	struct engine *engine;
	struct instant instant;
	struct result *result;
	const struct item *item;
	struct item_scores *out;
	struct evaluation evaluation, base;
	struct shares **shares; /* of each item with some, of each unit */
	struct arena *scratch;	/* for one step */
	size_t first, units;	/* from which unit, and up to which */
	struct trace *trace;	/* NULL but for engine_trace() */
	bool again;		/* into the columns that are there */
};

/* A trace has the memory of its evaluation, and a result to score into. */
struct trace {
	struct arena arena;
	struct result_entry entry;
	struct scoring scoring;
	struct score_change *changes;
	size_t change_count, change_capacity;
};

/* Tell the trace, if there is one, what becomes of a unit's score. */
static void
tell(const struct scoring *scoring, enum change_kind kind, size_t unit,
    struct num from, struct num to)
{
	struct trace *trace = scoring->trace;

	if (trace == NULL)
		return;
	trace->changes =
	    arena_grow(&trace->arena, trace->changes, trace->change_count,
		&trace->change_capacity, sizeof(*trace->changes));
	trace->changes[trace->change_count++] =
	    (struct score_change){ (uint32_t)unit, kind, from, to };
}

static struct column
missing_column(const struct engine *engine)
{
	return (struct column){ engine->nothing, true };
}

static struct result_entry *
find_result(const struct engine *engine, struct instant instant)
{
	struct result_entry *entry = engine->results;

	while (entry != NULL && !instant_equal(entry->instant, instant))
		entry = entry->next;
	return entry;
}

static const struct result *result_of(struct engine *engine,
    struct instant instant);

static struct column
item_column(void *context, struct instant instant, const struct node *node,
    struct column *points)
{
	struct engine *engine = context;
	const struct result *result = &engine->current->result;
	uint32_t item = node->index;

	if (item == INDEX_NONE ||
	    !instant_equal(instant, engine->current->instant)) {
		result = result_of(engine, instant);
		*points = missing_column(engine);
		if (result == NULL)
			return missing_column(engine);
		item = scheme_item(result->scheme, node->name);
		if (item == INDEX_NONE)
			return missing_column(engine);
	}
	*points = result->items[item].points;
	return (struct column){ result->items[item].scores, false };
}

static struct column
child_column(void *context, uint32_t item, struct column *points)
{
	struct engine *engine = context;
	const struct item_scores *child = &engine->current->result.items[item];

	*points = child->points;
	if (child->points.uniform && !num_is_number(child->points.cells[0]))
		*points = (struct column){ engine->zero, true };
	return (struct column){ child->scores, false };
}

static struct membership *
find_scope(struct engine *engine, struct instant instant)
{
	struct membership *scope = engine->scopes;

	while (scope != NULL && !instant_equal(scope->instant, instant))
		scope = scope->next;
	return scope;
}

/* Every measure that some item reads in the period itself, once. */
static size_t
measures_read(const struct scheme *scheme, uint8_t *seen, uint32_t *list)
{
	size_t count = 0;

	for (size_t i = 0; i < scheme->item_count; i++) {
		const struct program *program = scheme->items[i].program;

		for (size_t j = 0; j < program->measure_count; j++)
			if (!seen[program->measures[j]]) {
				seen[program->measures[j]] = 1;
				list[count++] = program->measures[j];
			}
	}
	return count;
}

/* How many of the scheme's measures apply to each unit, and are reported. */
static void
count_measures(struct engine *engine, const struct scheme *scheme,
    struct instant instant, struct arena *arena, struct evaluation *evaluation)
{
	size_t units = engine->book->unit_count, count;
	uint8_t *seen = arena_array(arena, engine->book->measure_count, 1);
	uint32_t *list =
	    arena_array(arena, engine->book->measure_count, sizeof(*list));
	struct num *applying = arena_array(arena, units, sizeof(*applying));
	struct num *reported = arena_array(arena, units, sizeof(*reported));
	struct num *values = arena_array(arena, units, sizeof(*values));

	for (size_t i = 0; i < units; i++)
		applying[i] = reported[i] = NUM_INT(0);
	count = measures_read(scheme, seen, list);
	for (size_t i = 0; i < count; i++) {
		engine->facts.values(engine->facts.context, list[i], instant,
		    values, NULL);
		for (size_t j = 0; j < units; j++) {
			applying[j].n += values[j].d != VALUE_NOT_APPLICABLE;
			reported[j].n += num_is_number(values[j]);
		}
	}
	evaluation->applying = (struct column){ applying, false };
	evaluation->reported = (struct column){ reported, false };
}

static void apply_eligible(struct engine *engine, struct scheme *scheme,
    struct membership *scope);

static struct membership *
scope_of(struct engine *engine, struct instant instant)
{
	const struct facts *facts = &engine->facts;
	struct membership *scope = find_scope(engine, instant);
	struct scheme *scheme;

	if (scope != NULL)
		return scope;
	scope = arena_new(&engine->arena, struct membership);
	scope->next = engine->scopes;
	scope->instant = instant;
	scope->standings =
	    arena_array(&engine->arena, engine->book->unit_count, 1);
	for (size_t i = 0; i < engine->book->unit_count; i++)
		scope->standings[i] =
		    facts->is_member(facts->context, i, instant)
			? STANDING_IN
			: STANDING_NONE;
	engine->scopes = scope;
	scheme = facts->scheme(facts->context, instant);
	if (scheme != NULL && scheme->is_sound &&
	    scheme->eligible_program->rule != NULL) {
		apply_eligible(engine, scheme, scope);
		/* Pools made while Eligible was asked held every member. */
		scope->pools = NULL;
	}
	return scope;
}

const uint8_t *
engine_standings(struct engine *engine, struct period period)
{
	return scope_of(engine, instant_of(period))->standings;
}

/* Give each unit in scope the number of its group, in order of appearance. */
static void
number_groups(struct engine *engine, const struct membership *scope,
    struct str dimension, struct pool *pool)
{
	struct intern groups = { 0 };
	const struct facts *facts = &engine->facts;

	for (uint32_t i = 0; i < engine->book->unit_count; i++) {
		struct str name = STR("");
		uint32_t number = (uint32_t)pool->group_count;

		pool->groups[i] = INDEX_NONE;
		if (scope->standings[i] != STANDING_IN)
			continue;
		if (dimension.size > 0)
			name = facts->group(facts->context, i, dimension,
			    scope->instant);
		/* Those without a group in the dimension make one together. */
		if (name.data == NULL)
			name = STR("");
		if (intern_add(&groups, name, &number))
			pool->group_count++;
		pool->groups[i] = number;
	}
	intern_free(&groups);
}

static void
fill_pool(struct engine *engine, struct pool *pool)
{
	size_t units = engine->book->unit_count;
	size_t *next;

	pool->starts = arena_array(&engine->arena, pool->group_count + 1,
	    sizeof(*pool->starts));
	pool->units = arena_array(&engine->arena, units, sizeof(*pool->units));
	next =
	    arena_array(&engine->arena, pool->group_count + 1, sizeof(*next));
	for (size_t i = 0; i < units; i++)
		if (pool->groups[i] != INDEX_NONE)
			pool->starts[pool->groups[i] + 1]++;
	for (size_t i = 0; i < pool->group_count; i++) {
		pool->starts[i + 1] += pool->starts[i];
		next[i + 1] = pool->starts[i + 1];
	}
	for (uint32_t i = 0; i < units; i++)
		if (pool->groups[i] != INDEX_NONE)
			pool->units[next[pool->groups[i]]++] = i;
}

static const struct pool *
pool_of(void *context, struct instant instant, struct str dimension)
{
	struct engine *engine = context;
	struct membership *scope = find_scope(engine, instant);
	struct pool_entry *entry;

	/* While Eligible is being asked the scope is there, all members in. */
	if (scope == NULL)
		scope = scope_of(engine, instant);
	for (entry = scope->pools; entry != NULL; entry = entry->next)
		if (str_equal(entry->dimension, dimension))
			return &entry->pool;
	entry = arena_new(&engine->arena, struct pool_entry);
	entry->next = scope->pools;
	entry->dimension = dimension;
	entry->pool.groups = arena_array(&engine->arena,
	    engine->book->unit_count, sizeof(*entry->pool.groups));
	number_groups(engine, scope, dimension, &entry->pool);
	fill_pool(engine, &entry->pool);
	scope->pools = entry;
	return &entry->pool;
}

static void
make_constants(struct engine *engine)
{
	engine->nothing = arena_new(&engine->arena, struct num);
	*engine->nothing = value_missing();
	engine->zero = arena_new(&engine->arena, struct num);
	*engine->zero = NUM_INT(0);
	engine->no_points = arena_new(&engine->arena, struct num);
	*engine->no_points = value_not_applicable();
}

static struct engine *
new_engine(struct book *book, struct diag *diag)
{
	struct engine *engine = memory_alloc(sizeof(*engine));

	*engine = (struct engine){ .book = book, .diag = diag };
	engine->host = (struct eval_host){ book, &engine->facts, engine,
		item_column, child_column, pool_of };
	make_constants(engine);
	return engine;
}

struct engine *
engine_new(struct book *book, struct diag *diag)
{
	struct engine *engine = new_engine(book, diag);

	engine->data = data_new(book, diag);
	engine->schemes = schemes_new(book, diag);
	engine->own =
	    (struct book_facts){ book, engine->data, engine->schemes };
	engine->facts = facts_of_book(&engine->own);
	return engine;
}

struct engine *
engine_over(struct book *book, const struct facts *facts, struct engine *base,
    struct diag *diag)
{
	struct engine *engine = new_engine(book, diag);

	engine->facts = *facts;
	engine->base = base;
	return engine;
}

static void
free_entry(struct result_entry *entry)
{
	arena_free(&entry->result.arena);
	free(entry);
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL)
		return;
	while (engine->results != NULL) {
		struct result_entry *entry = engine->results;

		engine->results = entry->next;
		free_entry(entry);
	}
	schemes_free(engine->schemes);
	data_free(engine->data);
	arena_free(&engine->arena);
	free(engine);
}

void
engine_forget(struct engine *engine, struct period period)
{
	const struct data_folder *folder = book_folder(engine->book, period);
	struct result_entry **link = &engine->results;

	while (*link != NULL &&
	       !instant_equal((*link)->instant, instant_of(period)))
		link = &(*link)->next;
	if (*link != NULL) {
		struct result_entry *entry = *link;

		*link = entry->next;
		free_entry(entry);
	}
	if (folder != NULL)
		data_forget(engine->data, folder);
}

struct schemes *
engine_schemes(struct engine *engine)
{
	return engine->schemes;
}

struct data *
engine_data(struct engine *engine)
{
	return engine->data;
}

static bool
is_in(const struct scoring *scoring, size_t unit)
{
	return scoring->result->standings[unit] == STANDING_IN;
}

static struct str
other_units(struct arena *arena, size_t others)
{
	if (others == 0)
		return STR("");
	return arena_format(arena, _(" (and %zu more)"), others);
}

static struct str
syntax_text(const struct syntax *syntax)
{
	return str_head(str_from_byte(syntax->origin->text, syntax->at),
	    syntax->size);
}

/* Report a cell that failed, for `others` units more than this one. */
static void
report_failure(const struct scoring *scoring, struct num cell, size_t unit,
    size_t others)
{
	static const enum finding findings[] = {
		[NUM_TOO_LARGE] = D_EVAL_LARGE,
		[NUM_DIVIDED_BY_ZERO] = D_EVAL_DIVISION,
		[NUM_ROOT_OF_NEGATIVE] = D_EVAL_ROOT,
		[NUM_LOGARITHM] = D_EVAL_LOGARITHM,
		[NUM_POWER_OF_ZERO] = D_EVAL_POWER,
		[EVAL_NO_CASE] = D_EVAL_NO_CASE,
	};
	struct diag *diag = scoring->engine->diag;
	const struct node *node =
	    eval_failed_node(scoring->evaluation.program, cell);
	struct str name = scoring->engine->book->units[unit].id;
	struct str more = other_units(scoring->scratch, others);
	size_t first, second;

	if (eval_failure(cell) == EVAL_MANY_CASES) {
		eval_failed_cases(cell, &first, &second);
		diag_at(diag, node_place(node), D_EVAL_MANY_CASES, name, more,
		    syntax_text(node->parts[2 * first]->syntax),
		    syntax_text(node->parts[2 * second]->syntax));
	} else {
		diag_at(diag, node_place(node), findings[eval_failure(cell)],
		    name, more);
	}
	if (node->caller != NULL)
		diag_also(diag, syntax_place(node->syntax),
		    _("here in the method"));
}

/* Report each way a rule failed once; the cells become missing. */
static void
settle_failures(const struct scoring *scoring, struct num *cells)
{
	for (size_t i = 0; i < scoring->units; i++) {
		struct num cell = cells[i];
		size_t others = 0;

		if (cell.d != NUM_FAILED)
			continue;
		for (size_t j = i; j < scoring->units; j++)
			if (cells[j].d == NUM_FAILED && cells[j].n == cell.n) {
				others += j > i && is_in(scoring, j);
				cells[j] = value_missing();
			}
		if (is_in(scoring, i))
			report_failure(scoring, cell, i, others);
		else if (others > 0)
			for (size_t j = i; j < scoring->units; j++)
				if (is_in(scoring, j)) {
					report_failure(scoring, cell, j,
					    others - 1);
					break;
				}
	}
}

/* A rule's column in cells that may be changed. */
static struct num *
rule_cells(struct scoring *scoring, const struct node *node)
{
	struct column column = eval_node(&scoring->evaluation, node);
	struct num *cells = arena_alloc_raw(scoring->scratch,
	    (scoring->units + 1) * sizeof(*cells));

	for (size_t i = 0; i < scoring->units; i++)
		cells[i] = column_cell(column, i);
	settle_failures(scoring, cells);
	return cells;
}

/* Make a program ready to run at the instant in hand. */
static void
start_evaluation(struct scoring *scoring, const struct program *program,
    struct str dimension, struct num points)
{
	struct engine *engine = scoring->engine;

	scoring->evaluation = (struct evaluation){ .host = &engine->host,
		.program = program,
		.instant = scoring->instant,
		.dimension = dimension,
		.points = points,
		.arena = scoring->scratch };
	if (engine->base == NULL)
		return;
	scoring->base = scoring->evaluation;
	scoring->base.host = &engine->base->host;
	scoring->evaluation.base = &scoring->base;
}

/* Members whom Eligible does not admit leave the pool. */
static void
apply_eligible(struct engine *engine, struct scheme *scheme,
    struct membership *scope)
{
	struct arena scratch = { 0 };
	struct result result = { .period = scope->instant.here,
		.scheme = scheme,
		.standings = scope->standings };
	struct scoring scoring = { .engine = engine,
		.instant = scope->instant,
		.result = &result,
		.scratch = &scratch,
		.units = engine->book->unit_count };
	const struct num *cells;

	start_evaluation(&scoring, scheme->eligible_program, scheme->pool,
	    NUM_INT(0));
	count_measures(engine, scheme, scope->instant, &scratch,
	    &scoring.evaluation);
	cells = rule_cells(&scoring, scheme->eligible_program->rule);
	for (size_t i = 0; i < scoring.units; i++)
		if (scope->standings[i] == STANDING_IN &&
		    (!num_is_number(cells[i]) || cells[i].n == 0))
			scope->standings[i] = STANDING_INELIGIBLE;
	arena_free(&scratch);
}

/* Whether a child's absence is made good by its siblings. */
static bool
is_rescaled(const struct item *child, unsigned state)
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
	if (is_rescaled(child, state))
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
		scores[i] =
		    is_in(scoring, i) ? tallied(&tallies[i]) : value_missing();
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
		diag_at(scoring->engine->diag,
		    record == NULL
			? place_file(scheme->file.path)
			: scheme_place(scheme, rec_field(record, "Id")),
		    D_EVAL_LARGE, scoring->engine->book->units[i].id, STR(""));
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
	struct num *cells = rule_cells(scoring, scoring->item->program->rule);

	for (size_t i = 0; i < scoring->units; i++) {
		scoring->out->scores[i] =
		    is_in(scoring, i) ? cells[i] : value_missing();
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
		*out = (struct column){ rule_cells(scoring, node), false };
		return true;
	}
	if (item->rule == NULL || (is_cap && !item->counts))
		return false;
	*out = is_cap ? (struct column){ &scoring->evaluation.points, true }
		      : (struct column){ scoring->engine->zero, true };
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
	diag_at(scoring->engine->diag,
	    scheme_place(scoring->result->scheme, scoring->item->rule_field),
	    D_EVAL_DEDUCTION, scoring->engine->book->units[unit].id);
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
		if (is_in(scoring, i) &&
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
	vetoes = rule_cells(scoring, program->veto);
	for (size_t i = 0; i < scoring->units; i++) {
		struct num before = scores[i];

		if (!is_in(scoring, i))
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

/* The mean of the scores in each group of the item's pool. */
static struct num *
pool_means(struct scoring *scoring)
{
	const struct pool *pool =
	    pool_of(scoring->engine, scoring->instant, scoring->item->pool);
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
	const struct result *base = &scoring->engine->base->current->result;
	const struct item_scores *scores =
	    &base->items[scoring->item - scoring->result->scheme->items];
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
	struct engine *engine = scoring->engine;
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
	with->by_unit = engine->base != NULL;
	pool = pool_of(with->by_unit ? engine->base : engine, scoring->instant,
	    scoring->item->pool);
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
		with.missing = rule_cells(scoring, item->program->missing);
	if (item->program->not_applicable != NULL)
		with.not_applicable =
		    rule_cells(scoring, item->program->not_applicable);
	if (item->missing.kind == POLICY_MEAN ||
	    item->not_applicable.kind == POLICY_MEAN) {
		take_means(scoring, &with);
	}
	for (size_t i = scoring->first; i < scoring->units; i++) {
		struct num before = scores[i];

		if (num_is_number(scores[i]) || !is_in(scoring, i))
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
		if (scoring->evaluation.carried[i] && is_in(scoring, i))
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
static void
score_raw(struct scoring *scoring)
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

		if (!is_rescaled(child, states[i]))
			shares[i].count++;
		else if (policy->kind == POLICY_RESCALE)
			share = &shares[i].in_proportion;
		else
			share = &shares[i].equally;
		*share = value_add(arena, *share, child->points);
	}
}

/* What the children of an item have to share, once for them all. */
static void
share_points(struct scoring *scoring)
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
		if (is_rescaled(item, scoring->out->states[i])) {
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

static void
score_final(struct scoring *scoring)
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

/* The ranks of the total in each group of the scheme's pool. */
static struct num *
rank_total(struct scoring *scoring, const struct pool *pool)
{
	struct num *places =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*places));
	struct num *values =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*values));
	struct num *ranks =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*ranks));
	const struct num *totals = scoring->result->items[0].scores;

	for (size_t i = 0; i < scoring->units; i++)
		places[i] = value_missing();
	for (size_t group = 0; group < pool->group_count; group++) {
		size_t first = pool->starts[group], count = 0;

		for (size_t i = first; i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				values[count++] = totals[pool->units[i]];
		rank_numbers(values, count,
		    (enum rank_ties)scoring->result->scheme->ties, ranks);
		count = 0;
		for (size_t i = first; i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				places[pool->units[i]] = ranks[count++];
	}
	return places;
}

/* Which units each grade's condition admits. */
static void
admit(struct scoring *scoring, struct num *places, bool **admitted)
{
	const struct scheme *scheme = scoring->result->scheme;

	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct program *program = scheme->grades[i].program;
		struct num *cells;

		if (program->rule == NULL)
			continue;
		start_evaluation(scoring, program, scheme->pool, NUM_INT(0));
		scoring->evaluation.place = (struct column){ places, false };
		cells = rule_cells(scoring, program->rule);
		admitted[i] = arena_array(scoring->scratch, scoring->units,
		    sizeof(**admitted));
		for (size_t j = 0; j < scoring->units; j++)
			admitted[i][j] =
			    num_is_number(cells[j]) && cells[j].n != 0;
	}
}

/* Grade one group of the pool. */
static void
grade_group(struct scoring *scoring, const uint32_t *units, size_t count,
    bool **admitted)
{
	const struct scheme *scheme = scoring->result->scheme;
	struct arena *arena = scoring->scratch;
	struct rank_grade *grades =
	    arena_array(arena, scheme->grade_count, sizeof(*grades));
	struct num *totals = arena_array(arena, count + 1, sizeof(*totals));
	uint32_t *order = arena_array(arena, count + 1, sizeof(*order));
	bool *tied = arena_array(arena, count + 1, sizeof(*tied));
	int *given = arena_array(arena, count + 1, sizeof(*given));

	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct grade *grade = &scheme->grades[i];
		bool *flags = NULL;

		if (admitted[i] != NULL) {
			flags = arena_array(arena, count, sizeof(*flags));
			for (size_t j = 0; j < count; j++)
				flags[j] = admitted[i][units[j]];
		}
		grades[i] = (struct rank_grade){ .admitted = flags,
			.quota = grade->quota,
			.rounding = (enum num_rounding)grade->rounding,
			.border = (enum rank_border)grade->ties };
	}
	for (size_t i = 0; i < count; i++)
		totals[i] = scoring->result->items[0].scores[units[i]];
	rank_order(totals, count, order, tied);
	rank_grades(grades, scheme->grade_count, order, tied, count, given);
	for (size_t i = 0; i < count; i++)
		scoring->result->grades[units[i]] = given[i];
}

static void
grade_units(struct scoring *scoring)
{
	const struct scheme *scheme = scoring->result->scheme;
	const struct pool *pool =
	    pool_of(scoring->engine, scoring->instant, scheme->pool);
	const struct num *totals = scoring->result->items[0].scores;
	bool **admitted = arena_array(scoring->scratch, scheme->grade_count,
	    sizeof(*admitted));
	uint32_t *units =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*units));

	scoring->result->grades = arena_array(&scoring->result->arena,
	    scoring->units + 1, sizeof(*scoring->result->grades));
	for (size_t i = 0; i < scoring->units; i++)
		scoring->result->grades[i] = RANK_NO_GRADE;
	admit(scoring, rank_total(scoring, pool), admitted);
	for (size_t group = 0; group < pool->group_count; group++) {
		size_t count = 0;

		for (size_t i = pool->starts[group];
		     i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				units[count++] = pool->units[i];
		grade_group(scoring, units, count, admitted);
	}
}

/* One step of one item. */
static void
take_step(struct scoring *scoring, uint32_t step)
{
	struct result *result = scoring->result;

	scoring->item = &result->scheme->items[step / SCORING_STEPS];
	scoring->out = &result->items[step / SCORING_STEPS];
	start_evaluation(scoring, scoring->item->program, scoring->item->pool,
	    scoring->item->points);
	if (step % SCORING_STEPS == SCORING_RULE)
		score_raw(scoring);
	else if (step % SCORING_STEPS == SCORING_SHARES)
		share_points(scoring);
	else
		score_final(scoring);
}

static void
score_items(struct engine *engine, struct result_entry *entry)
{
	struct result *result = &entry->result;
	const struct scheme *scheme = result->scheme;
	struct arena scratch = { 0 };
	struct result_entry *before = engine->current;
	struct engine *base = engine->base;
	struct result_entry *base_before = NULL;
	struct scoring scoring = { .engine = engine,
		.instant = entry->instant,
		.result = result,
		.scratch = &scratch,
		.units = engine->book->unit_count };
	struct arena_mark mark = arena_mark(&scratch);

	scoring.shares = arena_array(&result->arena, scheme->item_count,
	    sizeof(*scoring.shares));
	engine->current = entry;
	if (base != NULL) {
		result_of(base, entry->instant);
		base_before = base->current;
		base->current = find_result(base, entry->instant);
	}
	for (size_t i = 0; i < SCORING_STEPS * scheme->item_count; i++) {
		uint32_t step = scheme->order[i];

		take_step(&scoring, step);
		arena_release(&scratch, mark);
	}
	/* Two sides laid over one another have no order to be graded by. */
	if (scheme->grade_count > 0 && engine->facts.is_there == NULL)
		grade_units(&scoring);
	engine->current = before;
	if (base != NULL)
		base->current = base_before;
	arena_free(&scratch);
}

static struct result_entry *
new_entry(struct engine *engine, struct instant instant)
{
	struct result_entry *entry = memory_alloc(sizeof(*entry));

	*entry = (struct result_entry){ .next = engine->results,
		.instant = instant };
	entry->result.period = instant.here;
	engine->results = entry;
	return entry;
}

static bool
has_data(const struct engine *engine, struct instant instant)
{
	return engine->facts.has_data(engine->facts.context, instant);
}

/* Score an instant of which nothing it needs is still to be scored. */
static void
score_instant(struct engine *engine, struct instant instant)
{
	struct result_entry *entry = new_entry(engine, instant);
	struct scheme *scheme =
	    engine->facts.scheme(engine->facts.context, instant);

	if (scheme == NULL || !scheme->is_sound || !has_data(engine, instant))
		return;
	entry->is_there = true;
	entry->result.scheme = scheme;
	entry->result.standings = scope_of(engine, instant)->standings;
	entry->result.items = arena_array(&entry->result.arena,
	    scheme->item_count, sizeof(*entry->result.items));
	score_items(engine, entry);
}

/* How many periods back the first with data is that is still to be scored. */
static int32_t
first_unscored(struct engine *engine, struct instant instant)
{
	int32_t reach = engine->facts.reach(engine->facts.context, instant);
	int32_t first = 0;

	for (int32_t back = 0; back <= reach; back++) {
		struct instant at = instant_add(instant, -back);

		if (!has_data(engine, at))
			continue;
		if (find_result(engine, at) != NULL)
			break;
		first = back;
	}
	return first;
}

/*
 * The scores of an instant. Where its rules reach earlier scores, those are
 * computed first, from the earliest on, so that nothing recurses deeply.
 */
static const struct result *
result_of(struct engine *engine, struct instant instant)
{
	struct result_entry *entry = find_result(engine, instant);

	if (entry == NULL) {
		const struct scheme *scheme =
		    engine->facts.scheme(engine->facts.context, instant);
		int32_t back = 0;

		if (scheme != NULL && scheme->reaches_back)
			back = first_unscored(engine, instant);
		for (; back >= 0; back--) {
			struct instant at = instant_add(instant, -back);

			if (has_data(engine, at) &&
			    find_result(engine, at) == NULL)
				score_instant(engine, at);
		}
		entry = find_result(engine, instant);
	}
	return entry != NULL && entry->is_there ? &entry->result : NULL;
}

const struct result *
engine_score_instant(struct engine *engine, struct instant instant)
{
	return result_of(engine, instant);
}

const struct result *
engine_score(struct engine *engine, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	period_text(period, text);
	if (book_scheme(engine->book, period) == NULL) {
		diag_at(engine->diag, place_file("schemes"), D_NO_SCHEME,
		    str_from(text),
		    str_from(period_length_text(period.length)));
		return NULL;
	}
	if (!book_has_data(engine->book, period)) {
		diag_at(engine->diag, place_file("data"), D_NO_DATA,
		    str_from(text));
		return NULL;
	}
	return result_of(engine, instant_of(period));
}

/*
 * Bringing results up to date
 */

/* Results take memory with each update: now and then all is scored anew. */
enum { UPDATES_MAX = 500 };

void
engine_restart(struct engine *engine)
{
	while (engine->results != NULL) {
		struct result_entry *entry = engine->results;

		engine->results = entry->next;
		free_entry(entry);
	}
	engine->scopes = NULL;
	engine->updates = 0;
	arena_free(&engine->arena);
	make_constants(engine);
}

/* Whether a scheme's scores stand by themselves, period by period. */
static bool
stands_alone(const struct engine *engine, const struct result_entry *entry)
{
	int length = (int)entry->instant.here.length;

	/* Longer ones are forgotten; shorter ones are what those rest on. */
	return !entry->is_there || length > engine->book->length ||
	       (length == engine->book->length &&
		   !entry->result.scheme->reaches_back);
}

/*
 * Forget the scores of longer periods, which may rest on any of those inside
 * them; none of those rests on them.
 */
static void
forget_longer(struct engine *engine)
{
	struct result_entry **link = &engine->results;

	while (*link != NULL) {
		struct result_entry *entry = *link;

		if ((int)entry->instant.here.length == engine->book->length) {
			link = &entry->next;
			continue;
		}
		*link = entry->next;
		free_entry(entry);
	}
}

/* Whether Eligible admits the same units as before. */
static bool
standings_hold(struct engine *engine, struct membership *scope)
{
	const struct facts *facts = &engine->facts;
	struct scheme *scheme = facts->scheme(facts->context, scope->instant);
	size_t units = engine->book->unit_count;
	struct membership before = *scope;
	bool same;

	if (scheme == NULL || !scheme->is_sound ||
	    scheme->eligible_program->rule == NULL)
		return true;
	for (size_t i = 0; i < scheme->eligible_program->node_count; i++)
		if (eval_crosses(scheme->eligible_program->nodes[i]))
			return false;
	scope->pools = NULL;
	scope->standings = memory_alloc(units + 1);
	for (size_t i = 0; i < units; i++)
		scope->standings[i] = before.standings[i] == STANDING_NONE
					  ? STANDING_NONE
					  : STANDING_IN;
	apply_eligible(engine, scheme, scope);
	same = units == 0 ||
	       memcmp(scope->standings, before.standings, units) == 0;
	free(scope->standings);
	*scope = before;
	return same;
}

static bool
carries(const struct scheme *scheme)
{
	for (size_t i = 0; i < scheme->item_count; i++)
		if (scheme->items[i].missing.kind == POLICY_CARRY)
			return true;
	return false;
}

static void
find_reads(const struct engine *engine, struct result_entry *entry)
{
	const struct scheme *scheme = entry->result.scheme;
	struct arena *arena = &entry->result.arena;

	entry->reads =
	    arena_array(arena, scheme->item_count, sizeof(*entry->reads));
	for (uint32_t i = 0; i < scheme->item_count; i++)
		dependency_of_item(arena, engine->book, &engine->facts, scheme,
		    i, entry->instant, &entry->reads[i]);
}

/*
 * Whether a read sees a change. A value is read from the folder of its period,
 * or of a longer one around it; one that is carried, from any before.
 */
static bool
sees(const struct dependency *read, const struct engine_change *change,
    bool carried)
{
	return change->marks.measures[read->measure] != 0 &&
	       (carried || period_contains(change->folder, read->instant.here));
}

static bool
rests_on(const struct dependencies *reads, const struct engine_change *change,
    bool carried)
{
	for (size_t i = 0; i < reads->count; i++)
		if (sees(&reads->list[i], change, carried))
			return true;
	return false;
}

/* The items to be scored again; false where there are none. */
static bool
find_stale(struct engine *engine, struct result_entry *entry,
    const struct engine_change *changes, size_t count, bool *stale)
{
	const struct scheme *scheme = entry->result.scheme;
	bool carried = carries(scheme), any = false;

	if (entry->reads == NULL)
		find_reads(engine, entry);
	for (size_t i = 0; i < scheme->item_count; i++)
		for (size_t j = 0; j < count && !stale[i]; j++) {
			stale[i] =
			    rests_on(&entry->reads[i], &changes[j], carried);
			any |= stale[i];
		}
	return any;
}

/* What absent children leave is found out for the sake of those children. */
static bool
is_due(const struct scheme *scheme, const bool *stale, uint32_t step)
{
	const struct item *item = &scheme->items[step / SCORING_STEPS];

	if (step % SCORING_STEPS != SCORING_SHARES)
		return stale[step / SCORING_STEPS];
	for (size_t i = 0; i < item->child_count; i++)
		if (stale[item->children[i]])
			return true;
	return false;
}

/*
 * Whether a unit's score rests on nothing but what the items below have for
 * this very unit.
 */
static bool
is_plain(const struct scheme *scheme, const struct item *item)
{
	return item->rule == NULL && item->program->node_count == 0 &&
	       item->missing.kind != POLICY_MEAN &&
	       item->not_applicable.kind != POLICY_MEAN &&
	       (item->parent == INDEX_NONE ||
		   !scheme->items[item->parent].rescales_below);
}

/* An item that is scored again: what it had, and which units it moved. */
struct former {
	struct num *scores;
	uint8_t *states, *moved;
	/* Of an item whose units stand alone: those whose values changed. */
	uint32_t *list;
	size_t count;
};

/*
 * Whether a unit's score rests on nothing but its own values: its rule names
 * neither items nor other units, and nothing is shared or carried.
 */
static bool
is_local(const struct scheme *scheme, const struct item *item)
{
	const struct program *program = item->program;

	if (item->rule == NULL || item->missing.kind == POLICY_MEAN ||
	    item->missing.kind == POLICY_CARRY ||
	    item->not_applicable.kind == POLICY_MEAN ||
	    (item->parent != INDEX_NONE &&
		scheme->items[item->parent].rescales_below))
		return false;
	for (size_t i = 0; i < program->node_count; i++) {
		const struct node *node = program->nodes[i];

		if (node->kind == NODE_ITEM || node->kind == NODE_RATE ||
		    node->kind == NODE_CHILD_SCORE ||
		    node->kind == NODE_CHILD_POINTS ||
		    node->kind == NODE_CHILD_RATE || eval_crosses(node) ||
		    (node->kind == NODE_AGGREGATE &&
			node->scope != SCOPE_PRESENT))
			return false;
	}
	return true;
}

/* The units whose values that an item reads have changed. */
static void
list_changed(const struct engine *engine, const struct dependencies *reads,
    const struct engine_change *changes, size_t count, struct arena *arena,
    struct former *former)
{
	size_t units = engine->book->unit_count;
	uint8_t *any = arena_array(arena, units, 1);

	for (size_t i = 0; i < reads->count; i++)
		for (size_t j = 0; j < count; j++) {
			const uint8_t *cells = changes[j].marks.cells +
					       reads->list[i].measure * units;

			if (!sees(&reads->list[i], &changes[j], false))
				continue;
			for (size_t k = 0; k < units; k++)
				any[k] |= cells[k];
		}
	former->list =
	    arena_alloc_raw(arena, (units + 1) * sizeof(*former->list));
	for (uint32_t i = 0; i < units; i++)
		if (any[i] != 0)
			former->list[former->count++] = i;
}

/* A few units of a book, as if there were no others. */
struct few {
	const struct facts *whole;
	const uint32_t *list;
	size_t count, units;
	struct arena *arena;
	struct book book;
	struct engine engine;
	struct result result;
	struct item_scores out;
};

static void
few_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	struct few *few = context;
	struct num *all =
	    arena_alloc_raw(few->arena, (few->units + 1) * sizeof(*all));

	/* Nothing is carried in a local item. */
	(void)carried;
	few->whole->values(few->whole->context, measure, instant, all, NULL);
	for (size_t i = 0; i < few->count; i++)
		out[i] = all[few->list[i]];
}

static bool
few_is_member(void *context, size_t unit, struct instant instant)
{
	const struct few *few = context;

	return few->whole->is_member(few->whole->context, few->list[unit],
	    instant);
}

static struct str
few_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct few *few = context;

	return few->whole->group(few->whole->context, few->list[unit],
	    dimension, instant);
}

static struct scheme *
few_scheme(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->scheme(few->whole->context, instant);
}

static bool
few_has_data(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->has_data(few->whole->context, instant);
}

static int32_t
few_reach(void *context, struct instant instant)
{
	const struct few *few = context;

	return few->whole->reach(few->whole->context, instant);
}

/* Room for a few units, filled with who they are and where they stand. */
static void
gather_few(struct few *few, const struct scoring *scoring,
    const struct former *former)
{
	const struct engine *engine = scoring->engine;
	struct arena *arena = scoring->scratch;
	size_t count = former->count;
	struct unit *units = arena_array(arena, count, sizeof(*units));
	uint8_t *standings = arena_array(arena, count, 1);

	*few = (struct few){ .whole = &engine->facts,
		.list = former->list,
		.count = count,
		.units = engine->book->unit_count,
		.arena = arena,
		.book = *engine->book,
		.engine = *engine,
		.result = *scoring->result };
	for (size_t i = 0; i < count; i++) {
		units[i] = engine->book->units[former->list[i]];
		standings[i] = scoring->result->standings[former->list[i]];
	}
	few->book.units = units;
	few->book.unit_count = count;
	few->result.standings = standings;
	few->out = *scoring->out;
	few->out.scores =
	    arena_array(arena, count + 1, sizeof(*few->out.scores));
	few->out.states = arena_array(arena, count, 1);
	few->engine.book = &few->book;
	few->engine.facts = (struct facts){ few, few_values, few_is_member,
		few_group, few_scheme, few_has_data, few_reach, NULL };
	few->engine.host = (struct eval_host){ &few->book, &few->engine.facts,
		&few->engine, item_column, child_column, pool_of };
}

/* Score a few units of a local item, from its rule to its rounding. */
static void
score_few(struct scoring *scoring, const struct item *item,
    const struct former *former)
{
	struct few few;
	struct scoring apart = *scoring;

	gather_few(&few, scoring, former);
	apart.engine = &few.engine;
	apart.result = &few.result;
	apart.item = item;
	apart.out = &few.out;
	apart.units = few.count;
	start_evaluation(&apart, item->program, item->pool, item->points);
	score_raw(&apart);
	score_final(&apart);
	for (size_t i = 0; i < few.count; i++) {
		scoring->out->scores[few.list[i]] = few.out.scores[i];
		scoring->out->states[few.list[i]] = few.out.states[i];
	}
	/* Large numbers live there. */
	scoring->result->arena = few.result.arena;
}

static void
remember(const struct scoring *scoring, struct former *former,
    struct arena *arena)
{
	size_t units = scoring->units;

	former->scores =
	    arena_alloc_raw(arena, (units + 1) * sizeof(*former->scores));
	former->states = arena_alloc_raw(arena, units + 1);
	former->moved = arena_array(arena, units, 1);
	if (units == 0)
		return;
	memcpy(former->scores, scoring->out->scores,
	    units * sizeof(*former->scores));
	memcpy(former->states, scoring->out->states, units);
}

/* Points that are shared anew may move where scores do not. */
static void
note_moved(const struct scoring *scoring, const struct former *former)
{
	const struct item_scores *out = scoring->out;

	for (size_t i = scoring->first; i < scoring->units; i++)
		former->moved[i] = !out->points.uniform ||
				   out->scores[i].n != former->scores[i].n ||
				   out->scores[i].d != former->scores[i].d ||
				   out->states[i] != former->states[i];
}

/* The units that an item below has moved, a list of them. */
static uint32_t *
moved_below(const struct scoring *scoring, const struct item *item,
    const struct former *formers, size_t *count)
{
	size_t units = scoring->units;
	uint8_t *any = arena_array(scoring->scratch, units, 1);
	uint32_t *list =
	    arena_alloc_raw(scoring->scratch, (units + 1) * sizeof(*list));

	for (size_t i = 0; i < item->child_count; i++) {
		const uint8_t *moved = formers[item->children[i]].moved;

		for (size_t j = 0; moved != NULL && j < units; j++)
			any[j] |= moved[j];
	}
	*count = 0;
	for (uint32_t i = 0; i < units; i++)
		if (any[i] != 0)
			list[(*count)++] = i;
	return list;
}

/* A step of a plain item, for the units that something below has moved. */
static void
take_plain_step(struct scoring *scoring, uint32_t step,
    const struct former *formers)
{
	const struct item *item =
	    &scoring->result->scheme->items[step / SCORING_STEPS];
	size_t units = scoring->units, count;
	const uint32_t *list = moved_below(scoring, item, formers, &count);

	/* Of many it is quicker to take them all at once. */
	if (count * 8 > units) {
		take_step(scoring, step);
		if (step % SCORING_STEPS == SCORING_SCORE)
			note_moved(scoring, &formers[step / SCORING_STEPS]);
		return;
	}
	scoring->item = item;
	scoring->out = &scoring->result->items[step / SCORING_STEPS];
	start_evaluation(scoring, item->program, item->pool, item->points);
	for (size_t i = 0; i < count; i++) {
		scoring->first = list[i];
		scoring->units = list[i] + 1;
		if (step % SCORING_STEPS == SCORING_RULE)
			score_raw(scoring);
		else
			score_final(scoring);
		if (step % SCORING_STEPS == SCORING_SCORE)
			note_moved(scoring, &formers[step / SCORING_STEPS]);
	}
	scoring->first = 0;
	scoring->units = units;
}

/* A step of an item that is stale. */
static void
take_stale_step(struct scoring *scoring, uint32_t step,
    const struct former *formers)
{
	const struct scheme *scheme = scoring->result->scheme;
	uint32_t number = step / SCORING_STEPS;

	if (is_plain(scheme, &scheme->items[number])) {
		take_plain_step(scoring, step, formers);
		return;
	}
	if (formers[number].list == NULL) {
		take_step(scoring, step);
	} else if (step % SCORING_STEPS == SCORING_SCORE) {
		/* Nothing asks for its score between the two steps. */
		scoring->out = &scoring->result->items[number];
		score_few(scoring, &scheme->items[number], &formers[number]);
	}
	if (step % SCORING_STEPS == SCORING_SCORE)
		note_moved(scoring, &formers[number]);
}

static void
score_stale(struct engine *engine, struct result_entry *entry,
    const struct engine_change *changes, size_t count, const bool *stale,
    struct arena *scratch)
{
	const struct scheme *scheme = entry->result.scheme;
	struct scoring scoring = { .engine = engine,
		.instant = entry->instant,
		.result = &entry->result,
		.scratch = scratch,
		.units = engine->book->unit_count,
		.again = true };
	struct former *formers =
	    arena_array(scratch, scheme->item_count, sizeof(*formers));
	struct arena_mark mark;

	scoring.shares =
	    arena_array(scratch, scheme->item_count, sizeof(*scoring.shares));
	for (size_t i = 0; i < scheme->item_count; i++) {
		scoring.out = &entry->result.items[i];
		if (!stale[i])
			continue;
		remember(&scoring, &formers[i], scratch);
		if (is_local(scheme, &scheme->items[i]))
			list_changed(engine, &entry->reads[i], changes, count,
			    scratch, &formers[i]);
	}
	mark = arena_mark(scratch);
	engine->current = entry;
	for (size_t i = 0; i < SCORING_STEPS * scheme->item_count; i++) {
		uint32_t step = scheme->order[i];

		if (!is_due(scheme, stale, step))
			continue;
		if (step % SCORING_STEPS == SCORING_SHARES)
			take_step(&scoring, step);
		else
			take_stale_step(&scoring, step, formers);
		arena_release(scratch, mark);
	}
	if (scheme->grade_count > 0)
		grade_units(&scoring);
	engine->current = NULL;
}

bool
engine_update(struct engine *engine, const struct engine_change *changes,
    size_t count)
{
	struct arena scratch = { 0 };

	if (engine->data == NULL || ++engine->updates > UPDATES_MAX)
		return false;
	for (const struct result_entry *entry = engine->results; entry;
	     entry = entry->next)
		if (!stands_alone(engine, entry))
			return false;
	for (struct membership *scope = engine->scopes; scope;
	     scope = scope->next)
		if (!standings_hold(engine, scope))
			return false;
	forget_longer(engine);
	for (struct result_entry *entry = engine->results; entry;
	     entry = entry->next) {
		bool *stale;

		if (!entry->is_there)
			continue;
		stale = arena_array(&scratch, entry->result.scheme->item_count,
		    sizeof(*stale));
		if (find_stale(engine, entry, changes, count, stale))
			score_stale(engine, entry, changes, count, stale,
			    &scratch);
	}
	arena_free(&scratch);
	return true;
}

/* Score the item of a trace as score_items() does, into the trace's result. */
static void
score_again(struct trace *trace, uint32_t number)
{
	struct scoring *scoring = &trace->scoring;
	struct scheme *scheme = trace->entry.result.scheme;
	const struct item *item = &scheme->items[number];

	scoring->shares = arena_array(&trace->entry.result.arena,
	    scheme->item_count, sizeof(*scoring->shares));
	if (item->parent != INDEX_NONE) {
		scoring->item = &scheme->items[item->parent];
		share_points(scoring);
	}
	scoring->item = item;
	scoring->out = &trace->entry.result.items[number];
	start_evaluation(scoring, item->program, item->pool, item->points);
	score_raw(scoring);
	score_final(scoring);
}

struct trace *
engine_trace(struct engine *engine, const struct result *result, uint32_t item)
{
	struct trace *trace = memory_alloc(sizeof(*trace));
	struct result_entry *before = engine->current;
	size_t items = result->scheme->item_count;

	*trace =
	    (struct trace){ .entry = { .instant = instant_of(result->period),
				.result = *result } };
	trace->entry.result.arena = (struct arena){ 0 };
	trace->entry.result.items =
	    arena_array(&trace->arena, items, sizeof(*result->items));
	memcpy(trace->entry.result.items, result->items,
	    items * sizeof(*result->items));
	trace->scoring = (struct scoring){ .engine = engine,
		.instant = trace->entry.instant,
		.result = &trace->entry.result,
		.scratch = &trace->arena,
		.units = engine->book->unit_count,
		.trace = trace };
	engine->current = &trace->entry;
	score_again(trace, item);
	engine->current = before;
	return trace;
}

void
trace_free(struct trace *trace)
{
	if (trace == NULL)
		return;
	arena_free(&trace->entry.result.arena);
	arena_free(&trace->arena);
	free(trace);
}

const struct score_change *
trace_changes(const struct trace *trace, size_t *count)
{
	*count = trace->change_count;
	return trace->changes;
}

struct column
trace_node(struct trace *trace, const struct node *node, struct period period,
    uint32_t child)
{
	struct engine *engine = trace->scoring.engine;
	struct result_entry *before = engine->current;
	struct column column;

	engine->current = &trace->entry;
	column = eval_node_in(&trace->scoring.evaluation, node, period, child);
	engine->current = before;
	return column;
}

const struct pool *
trace_pool(struct trace *trace, struct period period)
{
	return pool_of(trace->scoring.engine, instant_of(period),
	    trace->scoring.item->pool);
}

bool
score_is_rescaled(const struct item *child, unsigned state)
{
	return is_rescaled(child, state);
}
