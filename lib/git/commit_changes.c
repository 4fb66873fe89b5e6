#include "git/commit_changes.h"

#include "git/commit_graph.h"

enum {
	/* Commits merged that are told apart. */
	HEADS_MAX = 16,
	/*
	 * Merge bases, and theirs, that are looked into for one commit: what
	 * lies behind them is unknown. Nobody's history comes near; without an
	 * end, branches that merge each other all the time would take hours.
	 */
	BASES_MAX = 64
};

/* No version is the same as one that is not known. */
struct merged {
	bool is_known;
	struct commit_change_version version;
};

/* Commits to be merged, by their numbers. */
struct heads {
	size_t *list;
	size_t count;
};

/* Two commits, and what they have in common. */
struct pair {
	struct heads bases;
	bool is_known; /* what the bases are */
	size_t turn;   /* of the entry that `base` is of */
	struct merged base;
};

/* A commit that is looked into. */
struct column {
	git_oid commit;
	/* Of the folder and those inside it down to the one in hand. */
	struct tree **trees;
	size_t open, capacity;
	struct pair **pairs; /* with those before it; NULL: not asked for yet */
	size_t turn;	     /* of the entry that `version` is of */
	struct commit_change_version version;
};

struct looking {
	const struct repository *repository;
	struct commit_graph *graph;
	struct tree *(*base_tree)(const void *context, const git_oid *commit);
	const void *context;
	int rc;
	struct arena scratch;

	struct column **columns; /* the first one is the commit itself */
	size_t count, capacity, parent_count;
	struct heads heads;

	/* The folder in hand: names of those above it, and how many. */
	const char **names;
	size_t depth, name_capacity;
	struct buffer path; /* of the folder, with its slash */
	/* The entry in hand, of one of the trees: its name and kind count. */
	struct tree_entry entry;
	size_t turn;

	struct arena *arena; /* the caller's */
	struct commit_change *list;
	size_t change_count, change_capacity;
};

/* One tree of the folder in hand, while all of them are read side by side. */
struct cursor {
	struct column *column;
	const struct tree *tree;
	size_t next;
};

static bool
same(const struct commit_change_version *a,
    const struct commit_change_version *b)
{
	return a->mode == b->mode && git_oid_equal(&a->id, &b->id);
}

/*
 * Commits
 */

static size_t
column_of(struct looking *looking, const git_oid *commit)
{
	struct column *column;

	for (size_t i = 1; i < looking->count; i++)
		if (git_oid_equal(&looking->columns[i]->commit, commit))
			return i;
	looking->columns = arena_grow(&looking->scratch, looking->columns,
	    looking->count, &looking->capacity, sizeof(*looking->columns));
	column = arena_new(&looking->scratch, struct column);
	column->commit = *commit;
	looking->columns[looking->count] = column;
	return looking->count++;
}

static void
open_tree(struct looking *looking, struct column *column, struct tree *tree)
{
	column->trees = arena_grow(&looking->scratch, column->trees,
	    column->open, &column->capacity, sizeof(struct tree *));
	column->trees[column->open++] = tree;
}

static void
close_trees(struct looking *looking, size_t depth)
{
	for (size_t i = 0; i < looking->count; i++) {
		struct column *column = looking->columns[i];

		while (column->open > depth)
			tree_free(column->trees[--column->open]);
	}
}

/* What a tree has by a name, if that is a folder, or if it is none. */
static bool
find_entry(const struct tree *tree, const char *name, bool is_folder,
    struct tree_entry *out)
{
	return tree_find(tree, name, out) &&
	       (out->kind == TREE_FOLDER) == is_folder;
}

/* The folder in hand in a commit; NULL where it has none. */
static struct tree *
folder_of(struct looking *looking, struct column *column)
{
	if (column->open == 0)
		open_tree(looking, column,
		    looking->base_tree(looking->context, &column->commit));
	while (column->open <= looking->depth) {
		struct tree *tree = NULL;
		struct tree_entry entry;
		bool is_there = find_entry(column->trees[column->open - 1],
		    looking->names[column->open - 1], true, &entry);

		if (is_there)
			tree = tree_open(looking->repository, &entry.id);
		if (is_there && tree == NULL)
			looking->rc = -1;
		open_tree(looking, column, tree);
	}
	return column->trees[looking->depth];
}

static void
set_version(const struct looking *looking, struct column *column,
    const struct tree_entry *entry)
{
	column->turn = looking->turn;
	column->version = (struct commit_change_version){ 0 };
	if (entry == NULL)
		return;
	column->version.id = entry->id;
	column->version.mode = entry->mode;
}

/* The version that a commit has of the entry in hand. */
static const struct commit_change_version *
version_of(struct looking *looking, size_t number)
{
	struct column *column = looking->columns[number];
	struct tree_entry entry;
	bool is_there;

	if (column->turn != looking->turn) {
		is_there =
		    find_entry(folder_of(looking, column), looking->entry.name,
			looking->entry.kind == TREE_FOLDER, &entry);
		set_version(looking, column, is_there ? &entry : NULL);
	}
	return &column->version;
}

/*
 * What they have in common
 */

static struct pair *
new_pair(struct looking *looking, size_t a, size_t b)
{
	struct pair *pair = arena_new(&looking->scratch, struct pair);
	git_oid *bases;
	size_t count;

	if (looking->count > looking->parent_count + BASES_MAX)
		return pair;
	commit_graph_bases(looking->graph, &looking->columns[a]->commit,
	    &looking->columns[b]->commit, &looking->scratch, &bases, &count);
	pair->is_known = true;
	pair->bases.list =
	    arena_array(&looking->scratch, count + 1, sizeof(size_t));
	for (size_t i = 0; i < count; i++)
		pair->bases.list[pair->bases.count++] =
		    column_of(looking, &bases[i]);
	return pair;
}

static struct pair *
pair_of(struct looking *looking, size_t a, size_t b)
{
	size_t before = a < b ? a : b, number = a < b ? b : a;
	struct column *column = looking->columns[number];

	if (column->pairs == NULL)
		column->pairs = arena_array(&looking->scratch, number,
		    sizeof(struct pair *));
	if (column->pairs[before] == NULL)
		column->pairs[before] = new_pair(looking, before, number);
	return column->pairs[before];
}

static bool
is_ancestor(struct looking *looking, size_t number, size_t of)
{
	const struct pair *pair = pair_of(looking, number, of);

	return pair->bases.count == 1 && pair->bases.list[0] == number;
}

static bool
is_ancestor_of_any(struct looking *looking, size_t number,
    const struct heads *others)
{
	for (size_t i = 0; i < others->count; i++)
		if (others->list[i] != number &&
		    is_ancestor(looking, number, others->list[i]))
			return true;
	return false;
}

/* Parents once each, less ancestors of others as far as it can be told. */
static void
find_heads(struct looking *looking, const struct commit_change_side *parents,
    size_t count)
{
	struct heads all = { 0 }, *heads = &looking->heads;

	all.list = arena_array(&looking->scratch, count + 1, sizeof(size_t));
	heads->list = arena_array(&looking->scratch, count + 1, sizeof(size_t));
	for (size_t i = 0; i < count; i++) {
		size_t before = looking->count;
		size_t number = column_of(looking, &parents[i].commit);

		if (number < before)
			continue;
		open_tree(looking, looking->columns[number],
		    tree_share(parents[i].tree));
		all.list[all.count++] = number;
	}
	looking->parent_count = all.count;
	for (size_t i = 0; i < all.count; i++)
		if (all.count > HEADS_MAX ||
		    !is_ancestor_of_any(looking, all.list[i], &all))
			heads->list[heads->count++] = all.list[i];
}

/*
 * What merging gives
 */

static struct merged merge_heads(struct looking *looking,
    const struct heads *heads);

/* The version of the merge base of two. */
static const struct merged *
base_of(struct looking *looking, size_t a, size_t b)
{
	struct pair *pair = pair_of(looking, a, b);

	if (pair->turn == looking->turn)
		return &pair->base;
	pair->turn = looking->turn;
	pair->base = (struct merged){ 0 };
	if (pair->is_known)
		pair->base = merge_heads(looking, &pair->bases);
	return &pair->base;
}

/* Whether one changed nothing since it and another parted. */
static bool
is_unchanged(struct looking *looking, size_t number, size_t other)
{
	const struct merged *base = base_of(looking, number, other);

	return base->is_known &&
	       same(version_of(looking, number), &base->version);
}

static bool
prevails(struct looking *looking, const struct heads *heads, size_t number)
{
	const struct commit_change_version *version =
	    version_of(looking, number);

	for (size_t i = 0; i < heads->count; i++)
		if (!same(version_of(looking, heads->list[i]), version) &&
		    !is_unchanged(looking, heads->list[i], number))
			return false;
	return true;
}

static bool
are_alike(struct looking *looking, const struct heads *heads)
{
	for (size_t i = 1; i < heads->count; i++)
		if (!same(version_of(looking, heads->list[i]),
			version_of(looking, heads->list[0])))
			return false;
	return true;
}

static struct merged
merge_heads(struct looking *looking, const struct heads *heads)
{
	struct merged merged = { .is_known = true };

	if (heads->count == 0)
		return merged;
	if (are_alike(looking, heads)) {
		merged.version = *version_of(looking, heads->list[0]);
		return merged;
	}
	for (size_t i = 0; i < heads->count && heads->count <= HEADS_MAX; i++)
		if (prevails(looking, heads, heads->list[i])) {
			merged.version = *version_of(looking, heads->list[i]);
			return merged;
		}
	return (struct merged){ 0 };
}

/*
 * What two changed in two ways
 */

/* Whether two heads did, and each other one nothing. */
static bool
are_sides(struct looking *looking, size_t a, size_t b)
{
	const struct heads *heads = &looking->heads;

	if (same(version_of(looking, a), version_of(looking, b)) ||
	    !base_of(looking, a, b)->is_known || is_unchanged(looking, a, b) ||
	    is_unchanged(looking, b, a))
		return false;
	for (size_t i = 0; i < heads->count; i++) {
		size_t other = heads->list[i];

		if (other != a && other != b &&
		    (!is_unchanged(looking, other, a) ||
			!is_unchanged(looking, other, b)))
			return false;
	}
	return true;
}

static bool
find_sides(struct looking *looking, struct commit_change *change)
{
	const struct heads *heads = &looking->heads;

	if (heads->count > HEADS_MAX)
		return false;
	for (size_t i = 0; i < heads->count; i++)
		for (size_t j = i + 1; j < heads->count; j++) {
			size_t a = heads->list[i], b = heads->list[j];

			if (!are_sides(looking, a, b))
				continue;
			change->base = base_of(looking, a, b)->version;
			change->sides[0] = *version_of(looking, a);
			change->sides[1] = *version_of(looking, b);
			return true;
		}
	return false;
}

static bool
is_absent(const struct commit_change_version *version)
{
	return version->mode == 0;
}

static bool
is_ordinary(const struct commit_change_version *version)
{
	return version->mode == TREE_MODE_FILE ||
	       version->mode == TREE_MODE_PROGRAM;
}

static bool
has_merged_mode(const struct commit_change *change)
{
	unsigned base = change->base.mode, ours = change->sides[0].mode;
	unsigned theirs = change->sides[1].mode;

	if (ours == theirs || theirs == base)
		return change->version.mode == ours;
	return ours == base && change->version.mode == theirs;
}

/* Which contents, where one side alone changed them, or both alike. */
static const git_oid *
merged_contents(const struct commit_change *change)
{
	const git_oid *base = &change->base.id, *ours = &change->sides[0].id;
	const git_oid *theirs = &change->sides[1].id;

	if (git_oid_equal(ours, theirs) || git_oid_equal(theirs, base))
		return ours;
	return git_oid_equal(ours, base) ? theirs : NULL;
}

/*
 * Whether two sides of an ordinary file may have been joined: one that has the
 * mode that merging gives has sides that are ordinary too.
 */
static bool
is_joinable(struct looking *looking, struct commit_change *change)
{
	return is_ordinary(&change->version) && find_sides(looking, change) &&
	       (is_ordinary(&change->base) || is_absent(&change->base)) &&
	       has_merged_mode(change);
}

/*
 * Walking the trees side by side
 */

static void
add_change(struct looking *looking, struct commit_change *change)
{
	looking->list =
	    arena_grow(looking->arena, looking->list, looking->change_count,
		&looking->change_capacity, sizeof(*looking->list));
	change->path = arena_format(looking->arena, STR_FMT "%s",
	    STR_ARG(buffer_str(&looking->path)), looking->entry.name);
	looking->list[looking->change_count++] = *change;
}

/* A file that is not what merging whole files gives. */
static void
meet_file(struct looking *looking)
{
	struct commit_change change = { .version = *version_of(looking, 0) };
	const git_oid *contents;

	if (is_joinable(looking, &change)) {
		contents = merged_contents(&change);
		if (contents != NULL &&
		    git_oid_equal(contents, &change.version.id))
			return;
		change.is_joined = contents == NULL;
	}
	add_change(looking, &change);
}

/* The entry that a cursor stands at; false at the end of its tree. */
static bool
at_entry(const struct cursor *cursor, struct tree_entry *out)
{
	if (cursor->next >= tree_count(cursor->tree))
		return false;
	*out = tree_entry(cursor->tree, cursor->next);
	return true;
}

/* The least entry that the cursors stand at; false at the end of all trees. */
static bool
find_next(struct looking *looking, const struct cursor *cursors, size_t count)
{
	struct tree_entry entry;
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (!at_entry(&cursors[i], &entry))
			continue;
		if (!found || tree_compare(&entry, &looking->entry) < 0)
			looking->entry = entry;
		found = true;
	}
	return found;
}

/* Go to the next entry, with the versions that the cursors' commits have. */
static bool
next_entry(struct looking *looking, struct cursor *cursors, size_t count)
{
	if (looking->rc != 0 || !find_next(looking, cursors, count))
		return false;
	looking->turn++;
	for (size_t i = 0; i < count; i++) {
		struct cursor *cursor = &cursors[i];
		struct tree_entry entry;
		bool is_it = at_entry(cursor, &entry) &&
			     tree_compare(&entry, &looking->entry) == 0;

		cursor->next += is_it;
		set_version(looking, cursor->column, is_it ? &entry : NULL);
	}
	return true;
}

static void walk_folder(struct looking *looking);

static void
walk_inside(struct looking *looking)
{
	const char *name = looking->entry.name;
	size_t size = looking->path.size;

	looking->names = arena_grow(&looking->scratch, looking->names,
	    looking->depth, &looking->name_capacity, sizeof(*looking->names));
	looking->names[looking->depth++] = name;
	buffer_format(&looking->path, "%s/", name);
	walk_folder(looking);
	looking->path.size = size;
	close_trees(looking, looking->depth--);
}

/*
 * Folders that merging gives as they are hold no change: what prevails as a
 * whole prevails in each file.
 */
static void
walk_folder(struct looking *looking)
{
	struct arena arena = { 0 };
	size_t count = looking->heads.count + 1;
	struct cursor *cursors = arena_array(&arena, count, sizeof(*cursors));

	for (size_t i = 0; i < count; i++) {
		cursors[i].column =
		    looking->columns[i == 0 ? 0 : looking->heads.list[i - 1]];
		cursors[i].tree = folder_of(looking, cursors[i].column);
	}
	while (next_entry(looking, cursors, count)) {
		struct merged merged = merge_heads(looking, &looking->heads);

		if (merged.is_known &&
		    same(&merged.version, version_of(looking, 0)))
			continue;
		if (looking->entry.kind == TREE_FOLDER)
			walk_inside(looking);
		else
			meet_file(looking);
	}
	arena_free(&arena);
}

int
commit_changes_own(const struct repository *repository,
    const struct commit_change_side *commit,
    const struct commit_change_side *parents, size_t parent_count,
    struct tree *(*base_tree)(const void *context, const git_oid *commit),
    const void *context, struct arena *arena, struct commit_change **list,
    size_t *count)
{
	struct looking looking = { .repository = repository,
		.graph = commit_graph_new(repository),
		.base_tree = base_tree,
		.context = context,
		.arena = arena };
	size_t number = column_of(&looking, &commit->commit);

	open_tree(&looking, looking.columns[number], tree_share(commit->tree));
	find_heads(&looking, parents, parent_count);
	if (looking.rc == 0)
		walk_folder(&looking);
	close_trees(&looking, 0);
	buffer_free(&looking.path);
	commit_graph_free(looking.graph);
	arena_free(&looking.scratch);
	*list = looking.list;
	*count = looking.change_count;
	return looking.rc;
}
