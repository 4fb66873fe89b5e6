#include "git/revwalk.h"

#include <stdlib.h>

#include "git/commit_graph.h"
#include "git/parents.h"

/* Of nodes: left out, with all that lies behind. */
enum { LEFT_OUT = 1 };

struct revwalk {
	struct repository *repository;
	struct diag *diag;
	struct arena arena; /* the parents of the commit in hand */

	git_oid *starts, *left_out;
	size_t start_count, start_capacity, left_out_count, left_out_capacity;
	struct arena lists;

	bool has_begun, is_line, lacks_some;
	git_oid next; /* of a line */
	bool has_next;

	/* A node's count is that of its children still to come. */
	struct commit_graph *graph;
	struct commit_queue queue; /* those whose children have all come */
};

struct revwalk *
revwalk_new(struct repository *repository, struct diag *diag)
{
	struct revwalk *walk = memory_alloc(sizeof(*walk));

	*walk = (struct revwalk){ .repository = repository_share(repository),
		.diag = diag,
		.graph = commit_graph_new(repository) };
	return walk;
}

void
revwalk_free(struct revwalk *walk)
{
	if (walk == NULL)
		return;
	arena_free(&walk->arena);
	arena_free(&walk->lists);
	commit_graph_free(walk->graph);
	commit_queue_free(&walk->queue);
	repository_close(walk->repository);
	free(walk);
}

void
revwalk_from(struct revwalk *walk, const git_oid *id)
{
	walk->starts = arena_grow(&walk->lists, walk->starts, walk->start_count,
	    &walk->start_capacity, sizeof(*walk->starts));
	walk->starts[walk->start_count++] = *id;
}

void
revwalk_without(struct revwalk *walk, const git_oid *id)
{
	walk->left_out =
	    arena_grow(&walk->lists, walk->left_out, walk->left_out_count,
		&walk->left_out_capacity, sizeof(*walk->left_out));
	walk->left_out[walk->left_out_count++] = *id;
}

bool
revwalk_read(const struct revwalk *walk, const git_oid *id, struct arena *arena,
    struct revwalk_commit *out)
{
	git_commit *commit = NULL;
	git_oid *parents;

	*out = (struct revwalk_commit){ .id = *id };
	if (git_commit_lookup(&commit, repository_git(walk->repository), id) !=
	    0)
		return false;
	out->tree = *git_commit_tree_id(commit);
	out->time = git_commit_time(commit);
	out->is_cut_off = commit_graph_ends_at(walk->graph, id);
	if (!out->is_cut_off)
		out->parent_count = parents_count(commit);
	parents = arena_array(arena, out->parent_count, sizeof(*parents));
	for (size_t i = 0; i < out->parent_count; i++)
		parents[i] = parents_id(commit, i);
	out->parents = parents;
	git_commit_free(commit);
	return true;
}

static void
report_missing(struct revwalk *walk, const git_oid *id)
{
	walk->lacks_some = true;
	repository_report_object(walk->diag, "", STR(""), id);
}

/* The commit in hand; its parents live until the next one. */
static bool
take(struct revwalk *walk, const git_oid *id, struct revwalk_commit *out)
{
	arena_release(&walk->arena, (struct arena_mark){ 0 });
	if (revwalk_read(walk, id, &walk->arena, out))
		return true;
	report_missing(walk, id);
	return false;
}

/*
 * The graph
 */

static bool
is_left_out(struct commit_graph *graph, uint32_t number)
{
	return commit_graph_node(graph, number)->marks == LEFT_OUT;
}

static void
read_node(struct revwalk *walk, uint32_t number)
{
	const struct commit_node *node = commit_graph_read(walk->graph, number);

	if (!node->is_there)
		report_missing(walk, &node->id);
}

/* What is left out takes its ancestors along. */
static void
spread_left_out(struct revwalk *walk)
{
	struct commit_graph *graph = walk->graph;
	uint32_t *list =
	    memory_alloc((commit_graph_count(graph) + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < walk->left_out_count; i++) {
		uint32_t number = commit_graph_add(graph, &walk->left_out[i]);

		if (!is_left_out(graph, number))
			list[count++] = number;
		commit_graph_node(graph, number)->marks = LEFT_OUT;
	}
	for (size_t at = 0; at < count; at++) {
		const struct commit_node *node =
		    commit_graph_node(graph, list[at]);

		for (size_t i = 0; i < node->parent_count; i++) {
			uint32_t parent = commit_graph_parent(graph, node, i);

			if (!is_left_out(graph, parent))
				list[count++] = parent;
			commit_graph_node(graph, parent)->marks = LEFT_OUT;
		}
	}
	free(list);
}

/* It is the turn of one whose children have all come. */
static void
queue_ready(struct revwalk *walk, uint32_t number)
{
	const struct commit_node *node = commit_graph_node(walk->graph, number);

	if (node->count == 0 && node->is_there && node->marks != LEFT_OUT)
		commit_queue_push(&walk->queue, walk->graph, number);
}

/* Read all that lies behind some commits. */
static void
read_graph(struct revwalk *walk, const git_oid *starts, size_t count)
{
	struct commit_graph *graph = walk->graph;

	for (size_t i = 0; i < count; i++)
		commit_graph_add(graph, &starts[i]);
	for (size_t i = 0; i < walk->left_out_count; i++)
		commit_graph_add(graph, &walk->left_out[i]);
	for (size_t i = 0; i < commit_graph_count(graph); i++)
		read_node(walk, (uint32_t)i);
	spread_left_out(walk);
	for (size_t i = 0; i < commit_graph_count(graph); i++) {
		const struct commit_node *node =
		    commit_graph_node(graph, (uint32_t)i);

		for (size_t j = 0;
		     j < node->parent_count && node->marks != LEFT_OUT; j++)
			commit_graph_node(graph,
			    commit_graph_parent(graph, node, j))
			    ->count++;
	}
	for (size_t i = 0; i < commit_graph_count(graph); i++)
		queue_ready(walk, (uint32_t)i);
}

static bool
next_of_graph(struct revwalk *walk, struct revwalk_commit *out)
{
	const struct commit_node *node;
	git_oid *parents;

	if (walk->queue.count == 0)
		return false;
	node = commit_graph_node(walk->graph,
	    commit_queue_pop(&walk->queue, walk->graph));
	arena_release(&walk->arena, (struct arena_mark){ 0 });
	parents =
	    arena_array(&walk->arena, node->parent_count, sizeof(*parents));
	for (size_t i = 0; i < node->parent_count; i++) {
		uint32_t number = commit_graph_parent(walk->graph, node, i);
		struct commit_node *parent =
		    commit_graph_node(walk->graph, number);

		parents[i] = parent->id;
		parent->count--;
		queue_ready(walk, number);
	}
	*out = (struct revwalk_commit){ .id = node->id,
		.tree = node->tree,
		.time = node->time,
		.parents = parents,
		.parent_count = node->parent_count,
		.is_cut_off = node->is_cut_off };
	return true;
}

/*
 * A line
 */

/* False at its end, and at a merge, from which on there is a graph. */
static bool
next_of_line(struct revwalk *walk, struct revwalk_commit *out)
{
	git_oid id = walk->next;

	if (!walk->has_next || !take(walk, &id, out)) {
		walk->has_next = false;
		return false;
	}
	if (out->parent_count > 1) {
		walk->is_line = false;
		read_graph(walk, &id, 1);
		return next_of_graph(walk, out);
	}
	walk->has_next = out->parent_count == 1;
	if (walk->has_next)
		walk->next = out->parents[0];
	return true;
}

bool
revwalk_next(struct revwalk *walk, struct revwalk_commit *out)
{
	if (!walk->has_begun) {
		walk->has_begun = true;
		walk->is_line =
		    walk->start_count == 1 && walk->left_out_count == 0;
		walk->has_next = walk->is_line;
		if (walk->is_line)
			walk->next = walk->starts[0];
		else
			read_graph(walk, walk->starts, walk->start_count);
	}
	return walk->is_line ? next_of_line(walk, out)
			     : next_of_graph(walk, out);
}

bool
revwalk_is_whole(const struct revwalk *walk)
{
	return !walk->lacks_some;
}

void
revwalk_backwards(struct revwalk *walk, struct arena *arena, git_oid **list,
    size_t *count)
{
	struct revwalk_commit commit;
	size_t capacity = 0;

	*list = NULL;
	*count = 0;
	while (revwalk_next(walk, &commit)) {
		*list =
		    arena_grow(arena, *list, *count, &capacity, sizeof(**list));
		(*list)[(*count)++] = commit.id;
	}
	for (size_t i = 0; i < *count / 2; i++) {
		git_oid id = (*list)[i];

		(*list)[i] = (*list)[*count - 1 - i];
		(*list)[*count - 1 - i] = id;
	}
}
