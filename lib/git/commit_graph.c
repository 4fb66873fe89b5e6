#include "git/commit_graph.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "git/git_folder.h"
#include "git/parents.h"

#define NOWHERE UINT32_MAX

struct commit_graph {
	git_repository *git;
	git_oid *shallow; /* sorted */
	size_t shallow_count, shallow_capacity;

	struct commit_node *nodes;
	size_t node_count, node_capacity;
	uint32_t *parents; /* of all nodes, as numbers */
	size_t parent_count, parent_capacity;
	uint32_t *slots; /* hash table of nodes, a power of two */
	size_t slot_count;
};

static int
compare_ids(const void *a, const void *b)
{
	return git_oid_cmp(a, b);
}

static void
add_shallow(struct commit_graph *graph, const git_oid *id)
{
	if (graph->shallow_count == graph->shallow_capacity) {
		graph->shallow_capacity = 2 * graph->shallow_capacity + 8;
		graph->shallow = memory_resize(graph->shallow,
		    graph->shallow_capacity * sizeof(*graph->shallow));
	}
	graph->shallow[graph->shallow_count++] = *id;
}

/* The commits at which a shallow clone ends. */
static void
read_shallow(struct commit_graph *graph)
{
	struct buffer path = { 0 };
	char line[GIT_OID_HEXSZ + 2];
	FILE *file;

	buffer_format(&path, "%s" GIT_FOLDER_SHALLOW,
	    git_repository_commondir(graph->git));
	buffer_add_byte(&path, '\0');
	file = fopen(path.data, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		git_oid id;

		if (git_oid_fromstrn(&id, line, strcspn(line, "\n")) == 0)
			add_shallow(graph, &id);
	}
	if (file != NULL)
		fclose(file);
	if (graph->shallow_count > 1)
		qsort(graph->shallow, graph->shallow_count,
		    sizeof(*graph->shallow), compare_ids);
	buffer_free(&path);
}

struct commit_graph *
commit_graph_new(const struct repository *repository)
{
	struct commit_graph *graph = memory_alloc(sizeof(*graph));

	*graph = (struct commit_graph){ .git = repository_git(repository) };
	read_shallow(graph);
	return graph;
}

void
commit_graph_free(struct commit_graph *graph)
{
	if (graph == NULL)
		return;
	free(graph->shallow);
	free(graph->nodes);
	free(graph->parents);
	free(graph->slots);
	free(graph);
}

bool
commit_graph_ends_at(const struct commit_graph *graph, const git_oid *id)
{
	return graph->shallow_count > 0 &&
	       bsearch(id, graph->shallow, graph->shallow_count,
		   sizeof(*graph->shallow), compare_ids) != NULL;
}

/*
 * Nodes
 */

static size_t
slot_of(const struct commit_graph *graph, const git_oid *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->id, sizeof(hash));
	at = (size_t)hash & (graph->slot_count - 1);
	while (graph->slots[at] != NOWHERE &&
	       git_oid_cmp(&graph->nodes[graph->slots[at]].id, id) != 0)
		at = (at + 1) & (graph->slot_count - 1);
	return at;
}

static void
grow_slots(struct commit_graph *graph)
{
	enum { LEAST = 1024 };

	free(graph->slots);
	graph->slot_count =
	    graph->slot_count == 0 ? LEAST : 2 * graph->slot_count;
	graph->slots = memory_alloc(graph->slot_count * sizeof(*graph->slots));
	for (size_t i = 0; i < graph->slot_count; i++)
		graph->slots[i] = NOWHERE;
	for (size_t i = 0; i < graph->node_count; i++)
		graph->slots[slot_of(graph, &graph->nodes[i].id)] = (uint32_t)i;
}

uint32_t
commit_graph_add(struct commit_graph *graph, const git_oid *id)
{
	size_t slot;

	if (2 * graph->node_count >= graph->slot_count)
		grow_slots(graph);
	slot = slot_of(graph, id);
	if (graph->slots[slot] != NOWHERE)
		return graph->slots[slot];
	if (graph->node_count == graph->node_capacity) {
		graph->node_capacity = 2 * graph->node_capacity + 64;
		graph->nodes = memory_resize(graph->nodes,
		    graph->node_capacity * sizeof(*graph->nodes));
	}
	graph->nodes[graph->node_count] = (struct commit_node){ .id = *id };
	graph->slots[slot] = (uint32_t)graph->node_count;
	return (uint32_t)graph->node_count++;
}

size_t
commit_graph_count(const struct commit_graph *graph)
{
	return graph->node_count;
}

struct commit_node *
commit_graph_node(struct commit_graph *graph, uint32_t number)
{
	return &graph->nodes[number];
}

static void
add_parents(struct commit_graph *graph, uint32_t number,
    const git_commit *commit)
{
	size_t count = parents_count(commit);

	if (graph->parent_count + count > graph->parent_capacity) {
		graph->parent_capacity =
		    2 * graph->parent_capacity + count + 64;
		graph->parents = memory_resize(graph->parents,
		    graph->parent_capacity * sizeof(*graph->parents));
	}
	graph->nodes[number].parents = graph->parent_count;
	graph->nodes[number].parent_count = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		git_oid id = parents_id(commit, i);

		graph->parents[graph->parent_count++] =
		    commit_graph_add(graph, &id);
	}
}

struct commit_node *
commit_graph_read(struct commit_graph *graph, uint32_t number)
{
	struct commit_node *node = &graph->nodes[number];
	git_commit *commit = NULL;

	if (node->is_read)
		return node;
	node->is_read = true;
	node->is_cut_off = commit_graph_ends_at(graph, &node->id);
	if (git_commit_lookup(&commit, graph->git, &node->id) != 0)
		return node;
	node->is_there = true;
	node->tree = *git_commit_tree_id(commit);
	node->time = git_commit_time(commit);
	if (!node->is_cut_off)
		add_parents(graph, number, commit);
	git_commit_free(commit);
	return &graph->nodes[number];
}

uint32_t
commit_graph_parent(const struct commit_graph *graph,
    const struct commit_node *node, size_t at)
{
	return graph->parents[node->parents + at];
}

/*
 * Queues
 */

/* Whether one commit comes before another where both could. */
static bool
is_before(const struct commit_graph *graph, uint32_t a, uint32_t b)
{
	const struct commit_node *x = &graph->nodes[a], *y = &graph->nodes[b];

	if (x->time != y->time)
		return x->time > y->time;
	return git_oid_cmp(&x->id, &y->id) < 0;
}

void
commit_queue_push(struct commit_queue *queue, struct commit_graph *graph,
    uint32_t number)
{
	size_t at = queue->count++;

	if (at == queue->capacity) {
		queue->capacity = 2 * queue->capacity + 64;
		queue->heap = memory_resize(queue->heap,
		    queue->capacity * sizeof(*queue->heap));
	}
	while (at > 0 && is_before(graph, number, queue->heap[(at - 1) / 2])) {
		queue->heap[at] = queue->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	queue->heap[at] = number;
}

uint32_t
commit_queue_pop(struct commit_queue *queue, struct commit_graph *graph)
{
	size_t at = 0, child = 1;
	uint32_t first, last;

	assert(queue->heap != NULL && queue->count > 0);
	first = queue->heap[0];
	last = queue->heap[--queue->count];
	while (child < queue->count) {
		if (child + 1 < queue->count &&
		    is_before(graph, queue->heap[child + 1],
			queue->heap[child]))
			child++;
		if (!is_before(graph, queue->heap[child], last))
			break;
		queue->heap[at] = queue->heap[child];
		at = child;
		child = 2 * at + 1;
	}
	queue->heap[at] = last;
	return first;
}

void
commit_queue_free(struct commit_queue *queue)
{
	free(queue->heap);
	*queue = (struct commit_queue){ 0 };
}

/*
 * Ancestors
 */

enum {
	OF_A = 1, /* an ancestor of the first, or it itself */
	OF_B = 2,
	STALE = 4, /* an ancestor of a common one */
	COMMON = 8,
	WAITS = 16 /* in the queue */
};

/* Where a question about ancestors stands. */
struct search {
	struct commit_graph *graph;
	struct commit_queue queue;
	size_t fresh; /* of those that wait, which are not stale */
	uint32_t *marked;
	size_t marked_count, marked_capacity;
};

static void
note_marked(struct search *search, uint32_t number)
{
	if (search->marked_count == search->marked_capacity) {
		search->marked_capacity = 2 * search->marked_capacity + 64;
		search->marked = memory_resize(search->marked,
		    search->marked_capacity * sizeof(*search->marked));
	}
	search->marked[search->marked_count++] = number;
}

/* Give a commit marks; where some are new to it, it waits to pass them on. */
static void
mark(struct search *search, uint32_t number, uint8_t marks)
{
	struct commit_node *node = commit_graph_read(search->graph, number);
	bool was_fresh =
	    (node->marks & WAITS) != 0 && (node->marks & STALE) == 0;

	if ((node->marks & marks) == marks)
		return;
	if (node->marks == 0)
		note_marked(search, number);
	if ((node->marks & WAITS) == 0)
		commit_queue_push(&search->queue, search->graph, number);
	node->marks |= marks | WAITS;
	search->fresh -= was_fresh;
	search->fresh += (node->marks & STALE) == 0;
}

static uint32_t
next_waiting(struct search *search)
{
	uint32_t number = commit_queue_pop(&search->queue, search->graph);
	struct commit_node *node = commit_graph_node(search->graph, number);

	node->marks &= (uint8_t)~WAITS;
	search->fresh -= (node->marks & STALE) == 0;
	return number;
}

static void
mark_parents(struct search *search, uint32_t number, uint8_t marks)
{
	size_t count = commit_graph_node(search->graph, number)->parent_count;

	for (size_t i = 0; i < count; i++)
		mark(search,
		    commit_graph_parent(search->graph,
			commit_graph_node(search->graph, number), i),
		    marks);
}

/* The nodes are as they were; their marks are gone. */
static void
end_search(struct search *search)
{
	for (size_t i = 0; i < search->marked_count; i++)
		commit_graph_node(search->graph, search->marked[i])->marks = 0;
	free(search->marked);
	commit_queue_free(&search->queue);
}

static bool
reaches(struct commit_graph *graph, uint32_t tip, uint32_t wanted)
{
	struct search search = { .graph = graph };
	bool found = false;

	mark(&search, tip, OF_A);
	while (!found && search.queue.count > 0) {
		uint32_t number = next_waiting(&search);

		found = number == wanted;
		mark_parents(&search, number, OF_A);
	}
	end_search(&search);
	return found;
}

bool
commit_graph_reaches(struct commit_graph *graph, const git_oid *tip,
    const git_oid *id)
{
	return reaches(graph, commit_graph_add(graph, tip),
	    commit_graph_add(graph, id));
}

/*
 * Go down from both until whatever waits lies behind a common one. That is as
 * git does it (paint_down_to_common() of its commit-reach.c), and right
 * whatever the dates say, which decide only how far it goes: every common one
 * is found that is not behind another, and some that are.
 */
static void
find_common(struct search *search, uint32_t a, uint32_t b)
{
	mark(search, a, OF_A);
	mark(search, b, OF_B);
	while (search->fresh > 0) {
		uint32_t number = next_waiting(search);
		struct commit_node *node =
		    commit_graph_node(search->graph, number);
		uint8_t marks = node->marks & (OF_A | OF_B | STALE);

		if (marks == (OF_A | OF_B)) {
			node->marks |= COMMON;
			marks |= STALE;
		}
		mark_parents(search, number, marks);
	}
}

/* Whether one of them descends from another, which is none of the best then. */
static bool
is_behind(struct commit_graph *graph, const uint32_t *list, size_t count,
    size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (i != at && reaches(graph, list[i], list[at]))
			return true;
	return false;
}

void
commit_graph_bases(struct commit_graph *graph, const git_oid *a,
    const git_oid *b, struct arena *arena, git_oid **list, size_t *count)
{
	struct search search = { .graph = graph };
	uint32_t *common;
	size_t common_count = 0;

	find_common(&search, commit_graph_add(graph, a),
	    commit_graph_add(graph, b));
	common = arena_array(arena, search.marked_count, sizeof(*common));
	for (size_t i = 0; i < search.marked_count; i++) {
		uint8_t marks =
		    commit_graph_node(graph, search.marked[i])->marks;

		if ((marks & (COMMON | STALE)) == COMMON)
			common[common_count++] = search.marked[i];
	}
	end_search(&search);
	*list = arena_array(arena, common_count, sizeof(**list));
	*count = 0;
	for (size_t i = 0; i < common_count; i++)
		if (!is_behind(graph, common, common_count, i))
			(*list)[(*count)++] =
			    commit_graph_node(graph, common[i])->id;
	if (*count > 1)
		qsort(*list, *count, sizeof(**list), compare_ids);
}
