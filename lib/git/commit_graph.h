/*
 * commit_graph: commits and their parents, read as they are asked for, and who
 * descends from whom. Knows the graph alone; no tree, no book.
 *
 * A commit is a number here, of a node that is made when the commit is first
 * named, and read when it is first asked for: 80 bytes each. One that cannot be
 * read has no parents.
 */
#ifndef SHIJI_COMMIT_GRAPH_H
#define SHIJI_COMMIT_GRAPH_H

#include "git/repository.h"

struct commit_graph;

struct commit_node {
	git_oid id, tree;
	int64_t time;	/* of the committer */
	size_t parents; /* the first of them; see commit_graph_parent() */
	uint32_t parent_count;
	bool is_read, is_there;
	/*
	 * The clone is shallow, and ends here: there are parents, but they
	 * cannot be known. parent_count is 0.
	 */
	bool is_cut_off;
	/* Whoever asks for the node may count and mark; zero at first. */
	uint8_t marks;
	uint32_t count;
};

/* The repository must outlive it. */
struct commit_graph *commit_graph_new(const struct repository *repository);
void commit_graph_free(struct commit_graph *graph); /* welcomes NULL */

/* The number of a commit; how many there are, numbered from 0. */
uint32_t commit_graph_add(struct commit_graph *graph, const git_oid *id);
size_t commit_graph_count(const struct commit_graph *graph);
/* Until the next node is made. */
struct commit_node *commit_graph_node(struct commit_graph *graph,
    uint32_t number);
/*
 * The same, read, and its parents made. Where it is not there libgit2's last
 * error tells why.
 */
struct commit_node *commit_graph_read(struct commit_graph *graph,
    uint32_t number);
/* The number of the parent `at` of a node that was read. */
uint32_t commit_graph_parent(const struct commit_graph *graph,
    const struct commit_node *node, size_t at);

/* Whether a shallow clone ends at a commit. */
bool commit_graph_ends_at(const struct commit_graph *graph, const git_oid *id);

/*
 * Commits to come: first the one with the newest committer date; of these, the
 * one with the smallest id. All zeros is an empty queue.
 */
struct commit_queue {
	uint32_t *heap;
	size_t count, capacity;
};
void commit_queue_push(struct commit_queue *queue, struct commit_graph *graph,
    uint32_t number);
uint32_t commit_queue_pop(struct commit_queue *queue,
    struct commit_graph *graph);
void commit_queue_free(struct commit_queue *queue);

/* Whether a commit has another among its ancestors, or is it. */
bool commit_graph_reaches(struct commit_graph *graph, const git_oid *tip,
    const git_oid *id);

/*
 * The best common ancestors of two commits, by their ids: those that no other
 * one descends from. None where they have nothing in common. The list lives in
 * the arena.
 */
void commit_graph_bases(struct commit_graph *graph, const git_oid *a,
    const git_oid *b, struct arena *arena, git_oid **list, size_t *count);

#endif
