#include "git/revwalk.h"

#include <errno.h>
#include <stdlib.h>

/* Numbers of nodes; parents that cannot be read are NOWHERE. */
#define NOWHERE UINT32_MAX

struct node {
	git_oid id, tree;
	int64_t time;
	size_t parents; /* the first of them in the walk's array */
	uint32_t parent_count;
	uint32_t children; /* in the walk, still to come */
	bool is_left_out, is_cut_off, is_read;
};

struct revwalk {
	struct repository *repository;
	struct diag *diag;
	struct arena arena; /* the parents of the commit in hand */

	git_oid *starts, *left_out;
	size_t start_count, start_capacity, left_out_count, left_out_capacity;
	struct arena lists;

	git_oid *shallow; /* sorted */
	size_t shallow_count;

	bool has_begun, is_line;
	git_oid next; /* of a line */
	bool has_next;

	/* The graph. */
	struct node *nodes;
	size_t node_count, node_capacity;
	uint32_t *parents;
	size_t parent_count, parent_capacity;
	uint32_t *slots; /* hash table of nodes, a power of two */
	size_t slot_count;
	uint32_t *heap; /* of nodes whose children have all come */
	size_t heap_count;
};

static int
compare_ids(const void *a, const void *b)
{
	return git_oid_cmp(a, b);
}

/*
 * The commits at which a shallow clone ends: they name parents that are not
 * here. libgit2 takes no notice.
 */
static void
read_shallow(struct revwalk *walk)
{
	struct buffer path = { 0 };
	char line[GIT_OID_HEXSZ + 2];
	size_t capacity = 0;
	FILE *file;

	buffer_format(&path, "%sshallow",
	    git_repository_commondir(repository_git(walk->repository)));
	buffer_add_byte(&path, '\0');
	file = fopen(path.data, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		git_oid id;

		if (git_oid_fromstrn(&id, line, strcspn(line, "\n")) != 0)
			continue;
		walk->shallow = arena_grow(&walk->lists, walk->shallow,
		    walk->shallow_count, &capacity, sizeof(*walk->shallow));
		walk->shallow[walk->shallow_count++] = id;
	}
	if (file != NULL)
		fclose(file);
	if (walk->shallow_count > 1)
		qsort(walk->shallow, walk->shallow_count,
		    sizeof(*walk->shallow), compare_ids);
	buffer_free(&path);
}

struct revwalk *
revwalk_new(struct repository *repository, struct diag *diag)
{
	struct revwalk *walk = memory_alloc(sizeof(*walk));

	*walk = (struct revwalk){ .repository = repository_share(repository),
		.diag = diag };
	read_shallow(walk);
	return walk;
}

void
revwalk_free(struct revwalk *walk)
{
	if (walk == NULL)
		return;
	arena_free(&walk->arena);
	arena_free(&walk->lists);
	free(walk->nodes);
	free(walk->parents);
	free(walk->slots);
	free(walk->heap);
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
	out->is_cut_off = walk->shallow_count > 0 &&
			  bsearch(id, walk->shallow, walk->shallow_count,
			      sizeof(*walk->shallow), compare_ids) != NULL;
	if (!out->is_cut_off)
		out->parent_count = git_commit_parentcount(commit);
	parents = arena_array(arena, out->parent_count, sizeof(*parents));
	for (size_t i = 0; i < out->parent_count; i++)
		parents[i] = *git_commit_parent_id(commit, (unsigned)i);
	out->parents = parents;
	git_commit_free(commit);
	return true;
}

/* The commit in hand; its parents live until the next one. */
static bool
take(struct revwalk *walk, const git_oid *id, struct revwalk_commit *out)
{
	arena_release(&walk->arena, (struct arena_mark){ 0 });
	if (revwalk_read(walk, id, &walk->arena, out))
		return true;
	repository_report_object(walk->diag, "", STR(""), id);
	return false;
}

/*
 * The graph
 */

static size_t
slot_of(const struct revwalk *walk, const git_oid *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->id, sizeof(hash));
	at = (size_t)hash & (walk->slot_count - 1);
	while (walk->slots[at] != NOWHERE &&
	       git_oid_cmp(&walk->nodes[walk->slots[at]].id, id) != 0)
		at = (at + 1) & (walk->slot_count - 1);
	return at;
}

static void
grow_slots(struct revwalk *walk)
{
	enum { LEAST = 1024 };

	free(walk->slots);
	walk->slot_count = walk->slot_count == 0 ? LEAST : 2 * walk->slot_count;
	walk->slots = memory_alloc(walk->slot_count * sizeof(*walk->slots));
	for (size_t i = 0; i < walk->slot_count; i++)
		walk->slots[i] = NOWHERE;
	for (size_t i = 0; i < walk->node_count; i++)
		walk->slots[slot_of(walk, &walk->nodes[i].id)] = (uint32_t)i;
}

/* The node of a commit, made where there is none yet. */
static uint32_t
node_of(struct revwalk *walk, const git_oid *id)
{
	size_t slot;

	if (2 * walk->node_count >= walk->slot_count)
		grow_slots(walk);
	slot = slot_of(walk, id);
	if (walk->slots[slot] != NOWHERE)
		return walk->slots[slot];
	if (walk->node_count == walk->node_capacity) {
		walk->node_capacity = 2 * walk->node_capacity + 64;
		walk->nodes = memory_resize(walk->nodes,
		    walk->node_capacity * sizeof(*walk->nodes));
	}
	walk->nodes[walk->node_count] = (struct node){ .id = *id };
	walk->slots[slot] = (uint32_t)walk->node_count;
	return (uint32_t)walk->node_count++;
}

/* Read a commit into its node, and make its parents' nodes. */
static void
read_node(struct revwalk *walk, uint32_t number)
{
	struct revwalk_commit commit;
	git_oid id = walk->nodes[number].id;

	walk->nodes[number].is_read = take(walk, &id, &commit);
	if (!walk->nodes[number].is_read)
		return;
	if (walk->parent_count + commit.parent_count > walk->parent_capacity) {
		walk->parent_capacity =
		    2 * walk->parent_capacity + commit.parent_count + 64;
		walk->parents = memory_resize(walk->parents,
		    walk->parent_capacity * sizeof(*walk->parents));
	}
	walk->nodes[number].tree = commit.tree;
	walk->nodes[number].time = commit.time;
	walk->nodes[number].is_cut_off = commit.is_cut_off;
	walk->nodes[number].parents = walk->parent_count;
	walk->nodes[number].parent_count = (uint32_t)commit.parent_count;
	for (size_t i = 0; i < commit.parent_count; i++) {
		uint32_t parent = node_of(walk, &commit.parents[i]);

		walk->parents[walk->parent_count++] = parent;
	}
}

/* What is left out takes its ancestors along. */
static void
spread_left_out(struct revwalk *walk)
{
	uint32_t *list = memory_alloc((walk->node_count + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < walk->left_out_count; i++) {
		uint32_t number = node_of(walk, &walk->left_out[i]);

		if (!walk->nodes[number].is_left_out)
			list[count++] = number;
		walk->nodes[number].is_left_out = true;
	}
	for (size_t at = 0; at < count; at++) {
		const struct node *node = &walk->nodes[list[at]];

		for (size_t i = 0; i < node->parent_count; i++) {
			uint32_t parent = walk->parents[node->parents + i];

			if (!walk->nodes[parent].is_left_out)
				list[count++] = parent;
			walk->nodes[parent].is_left_out = true;
		}
	}
	free(list);
}

/* Whether one commit comes before another where both could. */
static bool
is_before(const struct revwalk *walk, uint32_t a, uint32_t b)
{
	const struct node *x = &walk->nodes[a], *y = &walk->nodes[b];

	if (x->time != y->time)
		return x->time > y->time;
	return git_oid_cmp(&x->id, &y->id) < 0;
}

static void
push(struct revwalk *walk, uint32_t number)
{
	size_t at = walk->heap_count++;

	while (at > 0 && is_before(walk, number, walk->heap[(at - 1) / 2])) {
		walk->heap[at] = walk->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	walk->heap[at] = number;
}

static uint32_t
pop(struct revwalk *walk)
{
	uint32_t first = walk->heap[0], last = walk->heap[--walk->heap_count];
	size_t at = 0, child = 1;

	while (child < walk->heap_count) {
		if (child + 1 < walk->heap_count &&
		    is_before(walk, walk->heap[child + 1], walk->heap[child]))
			child++;
		if (!is_before(walk, walk->heap[child], last))
			break;
		walk->heap[at] = walk->heap[child];
		at = child;
		child = 2 * at + 1;
	}
	walk->heap[at] = last;
	return first;
}

/* Read all that lies behind some commits. */
static void
read_graph(struct revwalk *walk, const git_oid *starts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		node_of(walk, &starts[i]);
	for (size_t i = 0; i < walk->left_out_count; i++)
		node_of(walk, &walk->left_out[i]);
	for (size_t i = 0; i < walk->node_count; i++)
		read_node(walk, (uint32_t)i);
	spread_left_out(walk);
	walk->heap = memory_alloc((walk->node_count + 1) * sizeof(*walk->heap));
	for (size_t i = 0; i < walk->node_count; i++) {
		const struct node *node = &walk->nodes[i];

		for (size_t j = 0; j < node->parent_count; j++)
			walk->nodes[walk->parents[node->parents + j]]
			    .children += !node->is_left_out;
	}
	for (size_t i = 0; i < walk->node_count; i++)
		if (walk->nodes[i].children == 0 && walk->nodes[i].is_read &&
		    !walk->nodes[i].is_left_out)
			push(walk, (uint32_t)i);
}

static bool
next_of_graph(struct revwalk *walk, struct revwalk_commit *out)
{
	const struct node *node;
	git_oid *parents;

	if (walk->heap_count == 0)
		return false;
	node = &walk->nodes[pop(walk)];
	arena_release(&walk->arena, (struct arena_mark){ 0 });
	parents =
	    arena_array(&walk->arena, node->parent_count, sizeof(*parents));
	for (size_t i = 0; i < node->parent_count; i++) {
		uint32_t number = walk->parents[node->parents + i];
		struct node *parent = &walk->nodes[number];

		parents[i] = parent->id;
		if (--parent->children == 0 && parent->is_read &&
		    !parent->is_left_out)
			push(walk, number);
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
