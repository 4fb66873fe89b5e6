#include "analysis/interval_depends.h"

static bool
is_open(const struct interval_frame *frame, uint32_t measure,
    struct period period)
{
	const struct interval_open *open = &frame->interval_eval->open;

	return open->measure(open->context, measure, period, SIZE_MAX, NULL);
}

static bool
item_is_open(const struct interval_frame *frame, const struct node *node)
{
	const struct interval_open *open = &frame->interval_eval->open;

	if (period_equal(frame->period, frame->interval_eval->result->period) &&
	    node->index != INDEX_NONE)
		return interval_depends_item(frame->interval_eval, node->index);
	return open->item != NULL && open->item(open->context, frame->period,
					 node->name, SIZE_MAX, NULL, NULL);
}

static bool
any_part_depends(const struct interval_frame *frame, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (interval_depends_node(frame, node->parts[i]))
			return true;
	return false;
}

static bool
aggregate_depends(const struct interval_frame *frame, const struct node *node)
{
	const struct item *item =
	    &frame->interval_eval->scheme->items[frame->item];
	bool found = false;

	if (node->scope == SCOPE_CHILDREN)
		for (size_t i = 0; i < item->child_count && !found; i++) {
			struct interval_frame child =
			    interval_frame_moved(frame, frame->period,
				item->children[i]);

			found = interval_depends_node(&child, node->parts[0]);
		}
	if (node->scope == SCOPE_EACH) {
		struct period_range range = interval_frame_each(frame);

		for (size_t i = 1; i < node->count && !found; i++)
			found = interval_depends_node(frame, node->parts[i]);
		for (int32_t i = 0; i < period_range_count(range) && !found;
		     i++) {
			struct interval_frame part = interval_frame_moved(frame,
			    period_add(range.first, i), INDEX_NONE);

			found = interval_depends_node(&part, node->parts[0]);
		}
	}
	if (node->scope != SCOPE_CHILDREN && node->scope != SCOPE_EACH)
		found = any_part_depends(frame, node);
	return found;
}

static bool
depends_new(const struct interval_frame *frame, const struct node *node)
{
	struct interval_frame there;

	switch (node->kind) {
	case NODE_MEASURE:
		return is_open(frame, node->index, frame->period);
	case NODE_ITEM:
	case NODE_RATE:
		return item_is_open(frame, node);
	case NODE_CHILD_SCORE:
	case NODE_CHILD_POINTS:
	case NODE_CHILD_RATE:
		return interval_depends_item(frame->interval_eval,
		    frame->child);
	case NODE_SHIFT:
		there = interval_frame_moved(frame,
		    eval_shifted(frame->period, node), frame->child);
		return interval_depends_node(&there, node->parts[0]);
	case NODE_MONTH:
	case NODE_YTD:
		for (int i = 0; i <= interval_frame_back(frame, node); i++)
			if (is_open(frame, node->parts[0]->index,
				period_add(frame->period, -i)))
				return true;
		return false;
	case NODE_AGGREGATE:
		return aggregate_depends(frame, node);
	default:
		return any_part_depends(frame, node);
	}
}

bool
interval_depends_node(const struct interval_frame *frame,
    const struct node *node)
{
	int known = interval_frame_entry(frame, node)->depends;

	if (known == 0) {
		known = depends_new(frame, node) ? 2 : 1;
		interval_frame_entry(frame, node)->depends = known;
	}
	return known == 2;
}

static bool
rules_depend(const struct interval_frame *frame, const struct item *item)
{
	const struct node *const nodes[] = { item->program->rule,
		item->program->veto, item->program->cap, item->program->floor,
		item->program->missing, item->program->not_applicable };

	for (size_t i = 0; i < LENGTH(nodes); i++)
		if (nodes[i] != NULL && interval_depends_node(frame, nodes[i]))
			return true;
	return false;
}

static bool
shares_depend(struct interval_eval *interval_eval, uint32_t number)
{
	const struct item *item = &interval_eval->scheme->items[number];
	const struct item *parent;

	if (item->parent == INDEX_NONE)
		return false;
	parent = &interval_eval->scheme->items[item->parent];
	if (!parent->rescales_below)
		return false;
	for (size_t i = 0; i < parent->child_count; i++)
		if (parent->children[i] != number &&
		    interval_eval->depends[parent->children[i]] != 1 &&
		    interval_depends_item(interval_eval, parent->children[i]))
			return true;
	return false;
}

bool
interval_depends_item(struct interval_eval *interval_eval, uint32_t number)
{
	const struct item *item = &interval_eval->scheme->items[number];
	struct interval_frame frame = { interval_eval, number,
		interval_eval->result->period, INDEX_NONE };
	bool found;

	if (interval_eval->depends[number] != 0)
		return interval_eval->depends[number] == 2;
	/* Siblings that share points ask of one another. */
	interval_eval->depends[number] = 1;
	found = rules_depend(&frame, item);
	if (item->rule == NULL)
		for (size_t i = 0; i < item->child_count && !found; i++)
			found = interval_depends_item(interval_eval,
			    item->children[i]);
	if (!found)
		found = shares_depend(interval_eval, number);
	interval_eval->depends[number] = found ? 2 : 1;
	return found;
}
