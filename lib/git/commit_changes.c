#include "git/commit_changes.h"

#include "base/intern.h"
#include "git/commit_graph.h"

struct looking {
	git_repository *git;
	const struct commit_change_side *commit, *parents;
	size_t parent_count;
	struct arena *arena;
	struct intern seen; /* paths */
	struct commit_change *list;
	size_t count, capacity;
	/* Where the parents parted; read for a merge. */
	git_tree **bases;
	size_t base_count;
};

/* What stands at a path of a tree; all zeros: nothing. */
static git_oid
id_at(const git_tree *tree, struct str path)
{
	git_tree_entry *entry = NULL;
	git_oid id = { { 0 } };

	if (tree != NULL && git_tree_entry_bypath(&entry, tree, path.data) == 0)
		id = *git_tree_entry_id(entry);
	git_tree_entry_free(entry);
	return id;
}

static bool
is_in_base(const struct looking *looking, struct str path, const git_oid *id)
{
	for (size_t i = 0; i < looking->base_count; i++) {
		git_oid base = id_at(looking->bases[i], path);

		if (git_oid_equal(&base, id))
			return true;
	}
	/* Unrelated histories have nothing in common. */
	return looking->base_count == 0 && git_oid_is_zero(id);
}

/* Whether a merge has a path otherwise than merging gives it. */
static bool
is_own(const struct looking *looking, struct str path, const git_oid *id)
{
	bool is_taken = false, is_dropped = false;

	for (size_t i = 0; i < looking->parent_count; i++) {
		git_oid other = id_at(looking->parents[i].tree, path);

		if (git_oid_equal(&other, id))
			is_taken = true;
		else
			is_dropped |= !is_in_base(looking, path, &other);
	}
	return !is_taken || is_dropped;
}

static void
meet(struct looking *looking, const char *name)
{
	struct str path = arena_str(looking->arena, str_from(name));
	uint32_t number = 0;
	struct commit_change change = { .path = path,
		.id = id_at(looking->commit->tree, path) };

	if (!intern_add(&looking->seen, path, &number) ||
	    (looking->parent_count > 1 && !is_own(looking, path, &change.id)))
		return;
	if (looking->parent_count == 2) {
		change.is_joined = true;
		if (looking->base_count > 0)
			change.base = id_at(looking->bases[0], path);
		for (size_t i = 0; i < 2; i++)
			change.sides[i] = id_at(looking->parents[i].tree, path);
	}
	looking->list = arena_grow(looking->arena, looking->list,
	    looking->count, &looking->capacity, sizeof(*looking->list));
	looking->list[looking->count++] = change;
}

static int
compare(struct looking *looking, git_tree *parent)
{
	git_diff_options options = { .version = GIT_DIFF_OPTIONS_VERSION,
		.flags = GIT_DIFF_INCLUDE_TYPECHANGE,
		.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE };
	git_diff *diff = NULL;
	int rc = git_diff_tree_to_tree(&diff, looking->git, parent,
	    looking->commit->tree, &options);

	for (size_t i = 0; rc == 0 && i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);

		meet(looking, delta->new_file.path);
	}
	git_diff_free(diff);
	return rc;
}

static void
find_bases(struct looking *looking,
    git_tree *(*base_tree)(const void *context, const git_oid *commit),
    const void *context)
{
	struct commit_graph *graph = commit_graph_new(looking->git);
	git_oid *found;
	size_t count;

	commit_graph_bases(graph, &looking->parents[0].commit,
	    &looking->parents[1].commit, looking->arena, &found, &count);
	looking->bases = arena_array(looking->arena, count, sizeof(git_tree *));
	for (size_t i = 0; i < count; i++)
		looking->bases[looking->base_count++] =
		    base_tree(context, &found[i]);
	commit_graph_free(graph);
}

int
commit_changes_own(git_repository *git, const struct commit_change_side *commit,
    const struct commit_change_side *parents, size_t parent_count,
    git_tree *(*base_tree)(const void *context, const git_oid *commit),
    const void *context, struct arena *arena, struct commit_change **list,
    size_t *count)
{
	struct looking looking = { .git = git,
		.commit = commit,
		.parents = parents,
		.parent_count = parent_count,
		.arena = arena };
	int rc = 0;

	if (parent_count > 1)
		find_bases(&looking, base_tree, context);
	if (parent_count == 0)
		rc = compare(&looking, NULL);
	for (size_t i = 0; rc == 0 && i < parent_count; i++)
		rc = compare(&looking, parents[i].tree);
	for (size_t i = 0; i < looking.base_count; i++)
		git_tree_free(looking.bases[i]);
	intern_free(&looking.seen);
	*list = looking.list;
	*count = looking.count;
	return rc;
}
