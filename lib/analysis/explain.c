#include "analysis/explain.h"

#include <stdlib.h>

#include "scheme/aggregates.h"
#include "score/item_score.h"
#include "score/trace.h"

enum { HOLDERS_SHOWN = 3 }; /* whose readings are told beside the unit's */

/* Whose value is looked at: everything that a step depends on but its node. */
struct view {
	uint32_t unit;
	struct period period;
	uint32_t child;
};

struct builder {
	struct explanation *explanation;
	struct arena *arena;
	struct engine *engine;
	struct trace *trace;
	struct blame *blame;
	size_t step_capacity, reading_capacity, method_capacity;
	/*
	 * The steps that there are, a chain for each node: a node has many
	 * only in other periods or for other units.
	 */
	struct link **links;
};

struct link {
	struct link *next;
	struct view view;
	size_t step;
};

static const char *const kind_names[] = {
	[NODE_NUMBER] = "number",
	[NODE_NONE] = "none",
	[NODE_POINTS] = "points",
	[NODE_MEASURE] = "measure",
	[NODE_ITEM] = "item",
	[NODE_RATE] = "rate",
	[NODE_CHILD_SCORE] = "score",
	[NODE_CHILD_POINTS] = "points",
	[NODE_CHILD_RATE] = "rate",
	[NODE_MEASURES_APPLY] = "measures",
	[NODE_MEASURES_REPORTED] = "reported",
	[NODE_PLACE] = "rank",
	[NODE_UNARY] = "operator",
	[NODE_BINARY] = "operator",
	[NODE_IF] = "if",
	[NODE_CASES] = "cases",
	[NODE_FUNCTION] = "function",
	[NODE_DEFAULT] = "default",
	[NODE_MISSING] = "test",
	[NODE_APPLIES] = "test",
	[NODE_AGGREGATE] = "aggregate",
	[NODE_POOL_RANK] = "rank",
	[NODE_SHIFT] = "shift",
	[NODE_MONTH] = "month",
	[NODE_YTD] = "ytd",
	[NODE_GROWTH] = "growth",
	[NODE_IN_GROUP] = "test",
	[NODE_OF] = "of",
};

const char *
explain_step_kind(const struct explain_step *step)
{
	static const char *const scopes[] = { "pool", "peers", "children",
		"each", "present" };

	if (step->node->kind == NODE_AGGREGATE)
		return scopes[step->node->scope];
	return kind_names[step->node->kind];
}

const char *
explain_change_text(enum change_kind kind)
{
	static const char *const texts[] = { "rule", "children", "veto", "cap",
		"floor", "missing", "n/a", "deduction", "points", "rescaled",
		"rounded" };

	return texts[kind];
}

const char *
rule_role_text(enum rule_role role)
{
	static const char *const texts[] = { "rule", "veto", "cap", "missing",
		"n/a", "floor" };

	return texts[role];
}

const char *
pool_role_text(enum pool_role role)
{
	static const char *const texts[] = { "holder", "below", "above",
		"ahead", "level", "behind", "counted" };

	return texts[role];
}

void
explain_step_value(struct buffer *out, enum node_type type, struct num value)
{
	if (value.d == VALUE_MISSING)
		buffer_add(out, STR("missing"));
	else if (value.d == VALUE_NOT_APPLICABLE)
		buffer_add(out, STR("n/a"));
	else if (value.d == NUM_FAILED)
		buffer_add(out, STR("failed"));
	else if (type == TYPE_TRUTH)
		buffer_add(out, value.n != 0 ? STR("true") : STR("false"));
	else
		num_print_exact(out, value);
}

void
explain_step_decimal(struct buffer *out, enum node_type type, struct num value)
{
	if (num_is_number(value) && type == TYPE_NUMBER)
		num_print(out, value);
}

/* A text over several lines on one, its white space single. */
static struct str
on_one_line(struct arena *arena, struct str text)
{
	struct buffer line = { 0 };
	bool is_space = false;
	struct str copy;

	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		if (byte == ' ' || byte == '\t' || byte == '\n') {
			is_space = line.size > 0;
			continue;
		}
		if (is_space)
			buffer_add_byte(&line, ' ');
		is_space = false;
		buffer_add_byte(&line, byte);
	}
	copy = arena_str(arena, buffer_str(&line));
	buffer_free(&line);
	return copy;
}

static struct str
syntax_text(struct arena *arena, const struct syntax *syntax)
{
	return on_one_line(arena,
	    str_head(str_from_byte(syntax->origin->text, syntax->at),
		syntax->size));
}

static bool
view_equal(struct view a, struct view b)
{
	return a.unit == b.unit && period_equal(a.period, b.period) &&
	       a.child == b.child;
}

static struct num
value_of(struct builder *builder, const struct node *node, struct view view)
{
	return column_cell(trace_node(builder->trace, node, view.period,
			       view.child),
	    view.unit);
}

static bool
is_true(struct num value)
{
	return num_is_number(value) && value.n != 0;
}

/*
 * Readings
 */

static void
look_up(struct builder *builder, struct explained_row *row)
{
	if (builder->blame == NULL || row->record.place.path == NULL)
		return;
	row->commit = blame_line(builder->blame, row->record.place.path,
	    row->record.place.line);
	row->is_new = row->commit == NULL &&
		      blame_is_known(builder->blame, row->record.place.path);
}

/* The period that a carried value is from: the last one that has it. */
static struct period
carried_from(struct builder *builder, uint32_t measure, struct view view)
{
	struct data *data = engine_data(builder->engine);
	struct num *values = arena_alloc_raw(builder->arena,
	    builder->explanation->book->unit_count * sizeof(*values));
	struct period period = view.period;

	do {
		period = period_add(period, -1);
		if (book_folder(builder->explanation->book, period) == NULL)
			continue;
		data_values(data, measure, period, values);
	} while (period_year(period) > 1000 &&
		 (book_folder(builder->explanation->book, period) == NULL ||
		     values[view.unit].d == VALUE_MISSING));
	return period;
}

static void
read_rows(struct builder *builder, struct reading *reading)
{
	struct data *data = engine_data(builder->engine);
	struct data_record *records;

	reading->row_count = data_records(data, reading->measure, reading->unit,
	    reading->from, builder->arena, &records);
	reading->rows = arena_array(builder->arena, reading->row_count,
	    sizeof(*reading->rows));
	for (size_t i = 0; i < reading->row_count; i++) {
		reading->rows[i].record = records[i];
		look_up(builder, &reading->rows[i]);
	}
	reading->is_implied =
	    reading->row_count == 0 && num_is_number(reading->value);
}

/* The number of a reading, which is made where there is none yet. */
static size_t
read_measure(struct builder *builder, uint32_t measure, struct view view,
    struct num value)
{
	struct explanation *explanation = builder->explanation;
	struct reading *reading;
	struct num *plain;

	for (size_t i = 0; i < explanation->reading_count; i++) {
		reading = &explanation->readings[i];
		if (reading->measure == measure && reading->unit == view.unit &&
		    period_equal(reading->period, view.period))
			return i;
	}
	explanation->readings = arena_grow(builder->arena,
	    explanation->readings, explanation->reading_count,
	    &builder->reading_capacity, sizeof(*explanation->readings));
	reading = &explanation->readings[explanation->reading_count];
	*reading = (struct reading){ .measure = measure,
		.unit = view.unit,
		.period = view.period,
		.value = value,
		.from = view.period };
	plain = arena_alloc_raw(builder->arena,
	    explanation->book->unit_count * sizeof(*plain));
	data_values(engine_data(builder->engine), measure, view.period, plain);
	reading->is_carried =
	    plain[view.unit].d == VALUE_MISSING && value.d != VALUE_MISSING;
	if (reading->is_carried)
		reading->from = carried_from(builder, measure, view);
	read_rows(builder, reading);
	return explanation->reading_count++;
}

/* A measure read beside the nodes: by month() and ytd(), of earlier periods. */
static size_t
read_plain(struct builder *builder, uint32_t measure, struct view view)
{
	struct num *values = arena_alloc_raw(builder->arena,
	    builder->explanation->book->unit_count * sizeof(*values));

	data_values(engine_data(builder->engine), measure, view.period, values);
	return read_measure(builder, measure, view, values[view.unit]);
}

/*
 * Steps
 */

static size_t walk(struct builder *builder, const struct node *node,
    struct view view);

static void
add_number(struct arena *arena, size_t **list, size_t *count, size_t *capacity,
    size_t number)
{
	for (size_t i = 0; i < *count; i++)
		if ((*list)[i] == number)
			return;
	*list = arena_grow(arena, *list, *count, capacity, sizeof(**list));
	(*list)[(*count)++] = number;
}

static void
add_from(struct builder *builder, struct explain_step *step, size_t number)
{
	if (number != STEP_NONE)
		add_number(builder->arena, &step->from, &step->from_count,
		    &step->from_capacity, number);
}

static void
walk_part(struct builder *builder, struct explain_step *step, size_t part,
    struct view view)
{
	add_from(builder, step, walk(builder, step->node->parts[part], view));
}

static void
walk_parts(struct builder *builder, struct explain_step *step, struct view view)
{
	for (size_t i = 0; i < step->node->count; i++)
		walk_part(builder, step, i, view);
}

/* `and`, `or`: the right side is not looked at where the left decides. */
static void
walk_logical(struct builder *builder, struct explain_step *step,
    struct view view)
{
	struct num left = value_of(builder, step->node->parts[0], view);

	walk_part(builder, step, 0, view);
	if (num_is_number(left) &&
	    (left.n != 0) == (step->node->operation == OPERATOR_OR))
		return;
	walk_part(builder, step, 1, view);
}

static void
take_branch(struct builder *builder, struct explain_step *step,
    size_t condition, size_t branch, struct view view)
{
	const struct node *node = step->node;

	if (condition != branch)
		step->because =
		    syntax_text(builder->arena, node->parts[condition]->syntax);
	step->taken = syntax_text(builder->arena, node->parts[branch]->syntax);
	walk_part(builder, step, branch, view);
}

/* The conditions up to the one that holds, and its branch. */
static void
walk_if(struct builder *builder, struct explain_step *step, struct view view)
{
	const struct node *node = step->node;
	size_t at = 0;

	for (; at + 1 < node->count; at += 2) {
		struct num condition = value_of(builder, node->parts[at], view);

		walk_part(builder, step, at, view);
		if (!num_is_number(condition))
			return;
		if (condition.n != 0) {
			take_branch(builder, step, at, at + 1, view);
			return;
		}
	}
	take_branch(builder, step, at, at, view);
}

static void
walk_cases(struct builder *builder, struct explain_step *step, struct view view)
{
	const struct node *node = step->node;

	for (size_t at = 0; at < node->count; at += 2)
		walk_part(builder, step, at, view);
	for (size_t at = 0; at < node->count; at += 2)
		if (is_true(value_of(builder, node->parts[at], view))) {
			take_branch(builder, step, at, at + 1, view);
			return;
		}
}

static void
walk_default(struct builder *builder, struct explain_step *step,
    struct view view)
{
	walk_part(builder, step, 0, view);
	if (value_of(builder, step->node->parts[0], view).d == VALUE_MISSING)
		walk_part(builder, step, 1, view);
}

/* Of units compared, those with a value, from the least to the greatest. */
struct field {
	struct pool_member *members;
	size_t count;
	struct num own; /* of the unit looked at, or no number */
};

static int
compare_members(const void *a, const void *b)
{
	const struct pool_member *x = a, *y = b;
	int order = num_compare(x->value, y->value);

	return order != 0 ? order : (x->unit > y->unit) - (x->unit < y->unit);
}

static struct pool_figure *
new_figure(struct builder *builder, const struct node *node, struct view view,
    struct field *field)
{
	const struct node *part = node->parts[0];
	const struct pool *pool = trace_pool(builder->trace, view.period);
	struct pool_figure *figure =
	    arena_new(builder->arena, struct pool_figure);
	const struct explanation *explanation = builder->explanation;
	uint32_t group = pool->groups[view.unit];
	bool peers = node->kind == NODE_AGGREGATE && node->scope == SCOPE_PEERS;

	field->own = value_missing();
	if (group == INDEX_NONE)
		return figure;
	if (explanation->item->pool.size > 0)
		figure->group = unit_group(&explanation->book->units[view.unit],
		    explanation->item->pool, view.period);
	field->members = arena_array(builder->arena,
	    pool->starts[group + 1] - pool->starts[group],
	    sizeof(*field->members));
	for (size_t i = pool->starts[group]; i < pool->starts[group + 1]; i++) {
		struct view other = view;
		struct num value;

		other.unit = pool->units[i];
		value = value_of(builder, part, other);
		if (other.unit == view.unit)
			field->own = value;
		if (peers && other.unit == view.unit)
			continue;
		figure->size++;
		if (num_is_number(value) &&
		    (part->type == TYPE_NUMBER || value.n != 0))
			field->members[field->count++] =
			    (struct pool_member){ other.unit, value,
				    ROLE_COUNTED };
	}
	figure->count = field->count;
	if (part->type == TYPE_NUMBER && field->count > 0)
		qsort(field->members, field->count, sizeof(*field->members),
		    compare_members);
	return figure;
}

/* Name the members whose value is that of the one at `at`. */
static void
name_members(struct builder *builder, struct pool_figure *figure,
    const struct field *field, size_t at, enum pool_role role, uint32_t but)
{
	if (figure->members == NULL)
		figure->members = arena_array(builder->arena,
		    2 * field->count + 1, sizeof(*figure->members));
	for (size_t i = 0; i < field->count; i++) {
		struct pool_member *member =
		    &figure->members[figure->member_count];

		if (field->members[i].unit == but ||
		    num_compare(field->members[i].value,
			field->members[at].value) != 0)
			continue;
		*member = field->members[i];
		member->role = role;
		figure->member_count++;
	}
}

/* The values that an aggregate is, or lies between. */
static void
name_holders(struct builder *builder, const struct node *node,
    struct pool_figure *figure, const struct field *field)
{
	size_t low, high;

	node->aggregate->places(field->count, aggregate_share(node), &low,
	    &high);
	name_members(builder, figure, field, low,
	    low == high ? ROLE_HOLDER : ROLE_BELOW, INDEX_NONE);
	if (low != high && num_compare(field->members[low].value,
			       field->members[high].value) != 0)
		name_members(builder, figure, field, high, ROLE_ABOVE,
		    INDEX_NONE);
}

/* Who is just ahead, level and just behind; the greatest value is first. */
static void
name_places(struct builder *builder, struct pool_figure *figure,
    const struct field *field, uint32_t unit)
{
	size_t first = 0, end;

	if (!num_is_number(field->own))
		return;
	while (first < field->count &&
	       num_compare(field->members[first].value, field->own) < 0)
		first++;
	end = first;
	while (end < field->count &&
	       num_compare(field->members[end].value, field->own) == 0)
		end++;
	if (end < field->count)
		name_members(builder, figure, field, end, ROLE_AHEAD,
		    INDEX_NONE);
	if (end > first + 1)
		name_members(builder, figure, field, first, ROLE_LEVEL, unit);
	if (first > 0)
		name_members(builder, figure, field, first - 1, ROLE_BEHIND,
		    INDEX_NONE);
}

static void
name_counted(struct builder *builder, struct pool_figure *figure,
    const struct field *field)
{
	figure->members = arena_array(builder->arena, field->count + 1,
	    sizeof(*figure->members));
	memcpy(figure->members, field->members,
	    field->count * sizeof(*figure->members));
	figure->member_count = field->count;
}

static void
name_setters(struct builder *builder, const struct node *node,
    struct pool_figure *figure, const struct field *field, uint32_t unit)
{
	if (field->count == 0)
		return;
	if (node->kind == NODE_POOL_RANK)
		name_places(builder, figure, field, unit);
	else if (node->parts[0]->type == TYPE_TRUTH)
		name_counted(builder, figure, field);
	else if (node->aggregate->places != NULL)
		name_holders(builder, node, figure, field);
}

/*
 * The readings of the measures that a node reads for another unit: the
 * evidence of a figure that it sets, without the steps that lead there.
 */
static void
read_below(struct builder *builder, struct explain_step *step,
    const struct node *node, struct view view)
{
	if (node->kind == NODE_SHIFT)
		view.period = eval_shifted(view.period, node);
	if (node->kind == NODE_OF)
		view.unit = node->index;
	/* What is compared inside is not this unit's alone. */
	if (node->kind == NODE_AGGREGATE && node->scope != SCOPE_PRESENT)
		return;
	for (size_t i = 0; i < node->count; i++)
		read_below(builder, step, node->parts[i], view);
	if (node->kind != NODE_MEASURE)
		return;
	add_number(builder->arena, &step->others, &step->other_count,
	    &step->other_capacity,
	    read_measure(builder, node->index, view,
		value_of(builder, node, view)));
}

static void
read_setters(struct builder *builder, struct explain_step *step,
    struct view view)
{
	const struct pool_figure *figure = step->pool;
	size_t shown[ROLE_COUNTED + 1] = { 0 };

	for (size_t i = 0; i < figure->member_count; i++) {
		const struct pool_member *member = &figure->members[i];
		struct view other = view;

		if (member->role == ROLE_COUNTED || member->unit == view.unit ||
		    shown[member->role]++ >= HOLDERS_SHOWN)
			continue;
		other.unit = member->unit;
		read_below(builder, step, step->node->parts[0], other);
	}
}

static void
walk_pool(struct builder *builder, struct explain_step *step, struct view view)
{
	struct field field = { 0 };
	struct pool_figure *figure =
	    new_figure(builder, step->node, view, &field);

	if (num_is_number(field.own))
		walk_part(builder, step, 0, view);
	name_setters(builder, step->node, figure, &field, view.unit);
	step->pool = figure;
	read_setters(builder, step, view);
}

static void
walk_children(struct builder *builder, struct explain_step *step,
    struct view view)
{
	const struct item *item = builder->explanation->item;

	for (size_t i = 0; i < item->child_count; i++) {
		view.child = item->children[i];
		walk_part(builder, step, 0, view);
	}
}

static void
walk_each(struct builder *builder, struct explain_step *step, struct view view)
{
	struct period_range range = period_inside(view.period,
	    (enum period_length)builder->explanation->book->length);
	struct view inside = { view.unit, range.first, INDEX_NONE };

	for (; inside.period.index <= range.last.index; inside.period.index++)
		walk_part(builder, step, 0, inside);
	for (size_t i = 1; i < step->node->count; i++)
		walk_part(builder, step, i, view);
}

static void
walk_aggregate(struct builder *builder, struct explain_step *step,
    struct view view)
{
	switch (step->node->scope) {
	case SCOPE_POOL:
	case SCOPE_PEERS:
		walk_pool(builder, step, view);
		break;
	case SCOPE_CHILDREN:
		walk_children(builder, step, view);
		break;
	case SCOPE_EACH:
		walk_each(builder, step, view);
		break;
	case SCOPE_PRESENT:
		walk_parts(builder, step, view);
		break;
	}
}

static size_t earlier_measure(struct builder *builder, const struct node *node,
    struct view view);

/* month() and ytd() read the measure in earlier periods of the year. */
static void
walk_year(struct builder *builder, struct explain_step *step, struct view view)
{
	const struct node *part = step->node->parts[0];
	const struct measure *measure =
	    &builder->explanation->book->measures[part->index];
	int before = period_in_year(view.period) - 1;

	if (step->node->kind == NODE_MONTH)
		before = measure->kind == MEASURE_CUMULATIVE && before > 0;
	else if (measure->kind != MEASURE_FLOW)
		before = 0;
	for (int back = before; back > 0; back--) {
		struct view then = view;

		then.period = period_add(view.period, -back);
		add_from(builder, step, earlier_measure(builder, part, then));
	}
	walk_part(builder, step, 0, view);
}

static void
walk_below(struct builder *builder, struct explain_step *step, struct view view)
{
	const struct node *node = step->node;

	switch (node->kind) {
	case NODE_MEASURE:
		step->reading =
		    read_measure(builder, node->index, view, step->value);
		break;
	case NODE_BINARY:
		if (node->operation <= OPERATOR_AND)
			walk_logical(builder, step, view);
		else
			walk_parts(builder, step, view);
		break;
	case NODE_IF:
		walk_if(builder, step, view);
		break;
	case NODE_CASES:
		walk_cases(builder, step, view);
		break;
	case NODE_DEFAULT:
		walk_default(builder, step, view);
		break;
	case NODE_AGGREGATE:
		walk_aggregate(builder, step, view);
		break;
	case NODE_POOL_RANK:
		walk_pool(builder, step, view);
		break;
	case NODE_MONTH:
	case NODE_YTD:
		walk_year(builder, step, view);
		break;
	default:
		walk_parts(builder, step, view);
	}
}

static struct link *
find_link(const struct builder *builder, const struct node *node,
    struct view view)
{
	struct link *link = builder->links[node->id];

	while (link != NULL && !view_equal(link->view, view))
		link = link->next;
	return link;
}

/* A step that says the same: written twice, or brought by two calls. */
static size_t
find_same(const struct explanation *explanation,
    const struct explain_step *step)
{
	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explain_step *other = &explanation->steps[i];

		if (other->node->kind == step->node->kind &&
		    str_equal(other->text, step->text) &&
		    other->unit == step->unit && other->child == step->child &&
		    period_equal(other->period, step->period) &&
		    other->from_count == step->from_count &&
		    (step->from_count == 0 ||
			memcmp(other->from, step->from,
			    step->from_count * sizeof(*step->from)) == 0) &&
		    other->reading == step->reading &&
		    value_equal(other->value, step->value))
			return i;
	}
	return STEP_NONE;
}

/* Enter a finished step; its number. */
static size_t
add_step(struct builder *builder, const struct explain_step *step,
    struct view view)
{
	struct explanation *explanation = builder->explanation;
	struct link *link = arena_new(builder->arena, struct link);
	size_t same = find_same(explanation, step);

	if (same != STEP_NONE) {
		*link =
		    (struct link){ builder->links[step->node->id], view, same };
		builder->links[step->node->id] = link;
		return same;
	}
	explanation->steps = arena_grow(builder->arena, explanation->steps,
	    explanation->step_count, &builder->step_capacity, sizeof(*step));
	explanation->steps[explanation->step_count] = *step;
	*link = (struct link){ builder->links[step->node->id], view,
		explanation->step_count };
	builder->links[step->node->id] = link;
	return explanation->step_count++;
}

/* As written; of rate() only the item's name is bound. */
static struct str
step_text(struct builder *builder, const struct node *node)
{
	struct str text = syntax_text(builder->arena, node->syntax);

	if (node->kind == NODE_RATE)
		text = arena_format(builder->arena, "rate(" STR_FMT ")",
		    STR_ARG(text));
	return text;
}

static struct explain_step
new_step(struct builder *builder, const struct node *node, struct view view,
    struct num value)
{
	return (struct explain_step){ .node = node,
		.text = step_text(builder, node),
		.unit = view.unit,
		.period = view.period,
		.child = view.child,
		.value = value,
		.reading = STEP_NONE };
}

/* A step for a measure where no node of its own stands for it. */
static size_t
earlier_measure(struct builder *builder, const struct node *node,
    struct view view)
{
	struct link *link = find_link(builder, node, view);
	struct explain_step step;

	if (link != NULL)
		return link->step;
	step = new_step(builder, node, view, value_missing());
	step.reading = read_plain(builder, node->index, view);
	step.value = builder->explanation->readings[step.reading].value;
	return add_step(builder, &step, view);
}

/* What does not depend on all of a view is one step in all of them. */
static struct view
narrowed(const struct builder *builder, const struct node *node,
    struct view view)
{
	const struct explanation *explanation = builder->explanation;

	if (node->kind == NODE_POINTS)
		return (struct view){ explanation->unit, explanation->period,
			INDEX_NONE };
	if (node->kind == NODE_MEASURE || node->kind == NODE_ITEM ||
	    node->kind == NODE_RATE)
		view.child = INDEX_NONE;
	return view;
}

/*
 * The number of the step of a node, made after those it needs; STEP_NONE for
 * a number written out. What only looks elsewhere is no step of its own.
 */
static size_t
walk(struct builder *builder, const struct node *node, struct view view)
{
	struct link *link;
	struct explain_step step;

	if (node->kind == NODE_NUMBER || node->kind == NODE_NONE)
		return STEP_NONE;
	if (node->kind == NODE_SHIFT) {
		view.period = eval_shifted(view.period, node);
		return walk(builder, node->parts[0], view);
	}
	if (node->kind == NODE_OF) {
		view.unit = node->index;
		return walk(builder, node->parts[0], view);
	}
	view = narrowed(builder, node, view);
	link = find_link(builder, node, view);
	if (link != NULL)
		return link->step;
	step = new_step(builder, node, view, value_of(builder, node, view));
	walk_below(builder, &step, view);
	return add_step(builder, &step, view);
}

/*
 * Rules, as they are written
 */

static struct place
whole_place(const struct syntax *syntax)
{
	return syntax_origin_place(syntax->origin, 0,
	    syntax->origin->text.size);
}

static void
add_rule(struct builder *builder, enum rule_role role,
    const struct syntax *syntax, const struct node *node)
{
	struct explanation *explanation = builder->explanation;
	struct view view = { explanation->unit, explanation->period,
		INDEX_NONE };
	struct explained_rule *rule;

	if (node == NULL)
		return;
	rule = &explanation->rules[explanation->rule_count++];
	*rule = (struct explained_rule){ .role = role,
		.text = on_one_line(builder->arena, syntax->origin->text),
		.place = whole_place(syntax),
		.value = value_of(builder, node, view),
		.step = walk(builder, node, view) };
}

static bool
has_change(const struct explanation *explanation, enum change_kind kind)
{
	for (size_t i = 0; i < explanation->change_count; i++)
		if (explanation->changes[i].kind == kind)
			return true;
	return false;
}

static void
add_rules(struct builder *builder)
{
	struct explanation *explanation = builder->explanation;
	const struct item *item = explanation->item;
	const struct program *program = item->program;

	if (explanation->standing != STANDING_IN)
		return;
	add_rule(builder, ROLE_RULE, item->rule, program->rule);
	add_rule(builder, ROLE_VETO, item->veto, program->veto);
	add_rule(builder, ROLE_CAP, item->cap.value, program->cap);
	add_rule(builder, ROLE_FLOOR, item->floor.value, program->floor);
	if (has_change(explanation, CHANGE_MISSING))
		add_rule(builder, ROLE_MISSING, item->missing.value,
		    program->missing);
	if (has_change(explanation, CHANGE_NOT_APPLICABLE))
		add_rule(builder, ROLE_NOT_APPLICABLE,
		    item->not_applicable.value, program->not_applicable);
}

static void
add_lets(struct builder *builder)
{
	struct explanation *explanation = builder->explanation;
	const struct item *item = explanation->item;

	explanation->lets = arena_array(builder->arena, item->let_count,
	    sizeof(*explanation->lets));
	for (size_t i = 0; i < item->let_count; i++) {
		const struct syntax *syntax = item->lets[i].value;

		if (syntax == NULL)
			continue;
		explanation->lets[explanation->let_count++] =
		    (struct explained_let){ item->lets[i].name,
			    on_one_line(builder->arena, syntax->origin->text),
			    whole_place(syntax) };
	}
}

static void
add_method(struct builder *builder, const struct syntax *call,
    const struct method *method)
{
	struct explanation *explanation = builder->explanation;
	struct explained_method *row;

	explanation->methods = arena_grow(builder->arena, explanation->methods,
	    explanation->method_count, &builder->method_capacity,
	    sizeof(*explanation->methods));
	row = &explanation->methods[explanation->method_count++];
	*row = (struct explained_method){ .method = method,
		.call = syntax_text(builder->arena, call),
		.text = on_one_line(builder->arena, method->rule->origin->text),
		.place = whole_place(method->rule),
		.is_shipped = (size_t)(method - explanation->scheme->methods) >=
			      explanation->scheme->own_method_count };
	row->arguments = arena_array(builder->arena, method->argument_count,
	    sizeof(*row->arguments));
	for (size_t i = 0; i < method->argument_count; i++)
		row->arguments[i] = syntax_text(builder->arena,
		    i < call->count ? call->parts[i]
				    : method->arguments[i].fallback);
}

static bool
is_told(const struct builder *builder, const struct syntax *call)
{
	const struct explanation *explanation = builder->explanation;
	struct str text = syntax_text(builder->arena, call);

	for (size_t i = 0; i < explanation->method_count; i++)
		if (str_equal(explanation->methods[i].call, text))
			return true;
	return false;
}

/* The methods that a rule calls, then those that they call. */
static void
find_methods(struct builder *builder, const struct syntax *syntax)
{
	const struct scheme *scheme = builder->explanation->scheme;
	uint32_t number = INDEX_NONE;

	if (syntax == NULL)
		return;
	if (syntax->kind == SYNTAX_CALL)
		number = intern_find(&scheme->method_index, syntax->name);
	if (number != INDEX_NONE && !is_told(builder, syntax)) {
		add_method(builder, syntax, &scheme->methods[number]);
		find_methods(builder, scheme->methods[number].rule);
	}
	for (size_t i = 0; i < syntax->count; i++)
		find_methods(builder, syntax->parts[i]);
}

static void
add_methods(struct builder *builder)
{
	const struct item *item = builder->explanation->item;

	for (size_t i = 0; i < item->let_count; i++)
		find_methods(builder, item->lets[i].value);
	find_methods(builder, item->rule);
	find_methods(builder, item->veto);
	find_methods(builder, item->cap.value);
	find_methods(builder, item->floor.value);
}

/*
 * What was done after the rule, and the items about this one
 */

static void
add_changes(struct builder *builder)
{
	struct explanation *explanation = builder->explanation;
	size_t count;
	const struct score_change *all = trace_changes(builder->trace, &count);

	explanation->changes =
	    arena_array(builder->arena, count, sizeof(*explanation->changes));
	if (explanation->standing != STANDING_IN)
		return;
	for (size_t i = 0; i < count; i++) {
		struct score_change change = all[i];

		/* What was rounded may have been round already. */
		if (change.unit != explanation->unit ||
		    ((change.kind == CHANGE_ROUNDED ||
			 change.kind == CHANGE_DEDUCTION) &&
			num_compare(change.from, change.to) == 0))
			continue;
		change.from = num_copy(builder->arena, change.from);
		change.to = num_copy(builder->arena, change.to);
		explanation->changes[explanation->change_count++] = change;
	}
}

static void
add_donors(struct builder *builder, const struct result *result)
{
	struct explanation *explanation = builder->explanation;
	const struct item *items = explanation->scheme->items;
	const struct item *parent;

	if (explanation->item->parent == INDEX_NONE ||
	    !has_change(explanation, CHANGE_POINTS))
		return;
	parent = &items[explanation->item->parent];
	explanation->donors = arena_array(builder->arena, parent->child_count,
	    sizeof(*explanation->donors));
	for (size_t i = 0; i < parent->child_count; i++) {
		uint32_t number = parent->children[i];
		unsigned state =
		    result->items[number].states[explanation->unit];
		const struct policy *policy =
		    (state & STATE_NOT_APPLICABLE) != 0
			? &items[number].not_applicable
			: &items[number].missing;

		if (items[number].counts &&
		    number != explanation->item_number &&
		    score_is_rescaled(&items[number], state))
			explanation->donors[explanation->donor_count++] =
			    (struct donor){ number, items[number].points,
				    policy->kind };
	}
}

static struct relative
relative_of(const struct explanation *explanation, const struct result *result,
    uint32_t number)
{
	const struct item_scores *scores = &result->items[number];

	return (struct relative){ .item = number,
		.points = column_cell(scores->points, explanation->unit),
		.score = scores->scores[explanation->unit],
		.state = scores->states[explanation->unit],
		.share = value_missing() };
}

/* A share of the score above, where that is the sum of its parts. */
static struct num
share_of(struct builder *builder, struct num score, const struct item *above,
    struct num whole)
{
	if (above->program->rule != NULL || !num_is_number(score) ||
	    !num_is_number(whole) || num_sign(whole) <= 0)
		return value_missing();
	return num_div(builder->arena, score, whole);
}

static void
add_relatives(struct builder *builder, const struct result *result)
{
	struct explanation *explanation = builder->explanation;
	const struct item *item = explanation->item;
	const struct item *items = explanation->scheme->items;
	uint32_t number = explanation->item_number;

	explanation->children = arena_array(builder->arena, item->child_count,
	    sizeof(*explanation->children));
	for (size_t i = 0; i < item->child_count; i++) {
		struct relative child =
		    relative_of(explanation, result, item->children[i]);

		child.share =
		    share_of(builder, child.score, item, explanation->score);
		explanation->children[explanation->child_count++] = child;
	}
	explanation->above = arena_array(builder->arena, item->depth + 1,
	    sizeof(*explanation->above));
	for (; number != INDEX_NONE; number = items[number].parent) {
		struct relative above =
		    relative_of(explanation, result, number);
		uint32_t parent = items[number].parent;

		if (parent != INDEX_NONE)
			above.share = share_of(builder, above.score,
			    &items[parent],
			    result->items[parent].scores[explanation->unit]);
		explanation->above[explanation->above_count++] = above;
	}
}

struct num
explain_rank(const struct book *book, const struct result *result,
    uint32_t item, uint32_t unit, size_t *ranked)
{
	const struct num *scores = result->items[item].scores;
	int64_t rank = 1;

	*ranked = 0;
	for (size_t i = 0; i < book->unit_count; i++) {
		if (!num_is_number(scores[i]))
			continue;
		++*ranked;
		rank += num_is_number(scores[unit]) &&
			num_compare(scores[i], scores[unit]) > 0;
	}
	return num_is_number(scores[unit]) ? NUM_INT(rank) : value_missing();
}

static void
describe(struct explanation *explanation, const struct result *result)
{
	const struct item_scores *scores =
	    &result->items[explanation->item_number];
	uint32_t unit = explanation->unit;

	explanation->points = column_cell(scores->points, unit);
	explanation->score = scores->scores[unit];
	explanation->state = scores->states[unit];
	explanation->standing = (enum standing)result->standings[unit];
	explanation->rank = explain_rank(explanation->book, result,
	    explanation->item_number, unit, &explanation->ranked);
	if (explanation->item_number == 0 && result->grades != NULL &&
	    result->grades[unit] != RANK_NO_GRADE)
		explanation->grade =
		    &explanation->scheme->grades[result->grades[unit]];
}

/* The numbers of steps are the trace's, which goes before the explanation. */
static void
keep_numbers(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->step_count; i++)
		explanation->steps[i].value =
		    num_copy(&explanation->arena, explanation->steps[i].value);
	for (size_t i = 0; i < explanation->rule_count; i++)
		explanation->rules[i].value =
		    num_copy(&explanation->arena, explanation->rules[i].value);
	for (size_t i = 0; i < explanation->reading_count; i++)
		explanation->readings[i].value = num_copy(&explanation->arena,
		    explanation->readings[i].value);
	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct pool_figure *figure = explanation->steps[i].pool;

		for (size_t j = 0; figure != NULL && j < figure->member_count;
		     j++)
			figure->members[j].value = num_copy(&explanation->arena,
			    figure->members[j].value);
	}
}

struct explanation *
explain(struct engine *engine, struct book *book, const struct result *result,
    uint32_t item, uint32_t unit, struct blame *blame)
{
	struct explanation *explanation = memory_alloc(sizeof(*explanation));
	struct builder builder = { .explanation = explanation,
		.arena = &explanation->arena,
		.engine = engine,
		.blame = blame };

	*explanation = (struct explanation){ .book = book,
		.scheme = result->scheme,
		.item = &result->scheme->items[item],
		.unit = unit,
		.item_number = item,
		.period = result->period };
	describe(explanation, result);
	builder.trace = trace_new(engine, result, item);
	builder.links = arena_array(&explanation->arena,
	    explanation->item->program->node_count, sizeof(*builder.links));
	add_changes(&builder);
	add_rules(&builder);
	add_lets(&builder);
	add_methods(&builder);
	add_donors(&builder, result);
	add_relatives(&builder, result);
	keep_numbers(explanation);
	trace_free(builder.trace);
	return explanation;
}

void
explanation_free(struct explanation *explanation)
{
	if (explanation == NULL)
		return;
	arena_free(&explanation->arena);
	free(explanation);
}
