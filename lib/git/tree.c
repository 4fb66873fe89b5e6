#include "git/tree.h"

/*
 * A tree and a file are libgit2's own, whose types stay in this folder: none
 * of ours is ever made.
 */

static git_tree *
theirs(const struct tree *tree)
{
	return (git_tree *)(uintptr_t)tree;
}

struct tree *
tree_open(const struct repository *repository, const git_oid *id)
{
	git_tree *tree = NULL;

	if (git_tree_lookup(&tree, repository_git(repository), id) != 0)
		return NULL;
	return (struct tree *)tree;
}

struct tree *
tree_open_at(const struct repository *repository, const git_oid *commit_id,
    const char *path)
{
	git_commit *commit = NULL;
	struct tree_entry entry;
	struct tree *root, *tree = NULL;

	if (git_commit_lookup(&commit, repository_git(repository), commit_id) !=
	    0)
		return NULL;
	root = tree_open(repository, git_commit_tree_id(commit));
	git_commit_free(commit);
	if (path[0] == '\0')
		return root;
	if (tree_find_path(root, path, &entry) && entry.kind == TREE_FOLDER)
		tree = tree_open(repository, &entry.id);
	tree_free(root);
	return tree;
}

struct tree *
tree_share(struct tree *tree)
{
	git_tree *same = NULL;

	if (tree != NULL)
		(void)git_tree_dup(&same, theirs(tree));
	return (struct tree *)same;
}

void
tree_free(struct tree *tree)
{
	git_tree_free(theirs(tree));
}

const git_oid *
tree_id(const struct tree *tree)
{
	return git_tree_id(theirs(tree));
}

size_t
tree_count(const struct tree *tree)
{
	return tree == NULL ? 0 : git_tree_entrycount(theirs(tree));
}

static struct tree_entry
read_entry(const git_tree_entry *entry)
{
	git_object_t type = git_tree_entry_type(entry);
	git_filemode_t mode = git_tree_entry_filemode(entry);

	return (struct tree_entry){ .name = git_tree_entry_name(entry),
		.id = *git_tree_entry_id(entry),
		.kind = type == GIT_OBJECT_TREE	  ? TREE_FOLDER
			: type == GIT_OBJECT_BLOB ? TREE_FILE
						  : TREE_MODULE,
		.is_link = mode == GIT_FILEMODE_LINK,
		.mode = (unsigned)mode };
}

struct tree_entry
tree_entry(const struct tree *tree, size_t number)
{
	return read_entry(git_tree_entry_byindex(theirs(tree), number));
}

/* By bytes, folders as if a slash ended their names. */
int
tree_compare(const struct tree_entry *a, const struct tree_entry *b)
{
	struct str x = str_from(a->name), y = str_from(b->name);
	size_t size = x.size < y.size ? x.size : y.size;
	int order = memcmp(x.data, y.data, size);
	unsigned char next_x, next_y;

	if (order != 0)
		return order;
	next_x = (unsigned char)x.data[size];
	next_y = (unsigned char)y.data[size];
	if (next_x == '\0' && a->kind == TREE_FOLDER)
		next_x = '/';
	if (next_y == '\0' && b->kind == TREE_FOLDER)
		next_y = '/';
	return (next_x > next_y) - (next_x < next_y);
}

bool
tree_find(const struct tree *tree, const char *name, struct tree_entry *out)
{
	const git_tree_entry *entry =
	    tree == NULL ? NULL : git_tree_entry_byname(theirs(tree), name);

	if (entry != NULL)
		*out = read_entry(entry);
	return entry != NULL;
}

bool
tree_find_path(const struct tree *tree, const char *path,
    struct tree_entry *out)
{
	git_tree_entry *entry = NULL;
	bool found = tree != NULL &&
		     git_tree_entry_bypath(&entry, theirs(tree), path) == 0;

	if (found) {
		*out = read_entry(entry);
		out->name = NULL;
	}
	git_tree_entry_free(entry);
	return found;
}

struct walk {
	void (*visit)(void *context, struct str folder,
	    const struct tree_entry *entry);
	void *context;
};

static int
meet_entry(const char *root, const git_tree_entry *met, void *payload)
{
	const struct walk *walk = payload;
	struct tree_entry entry = read_entry(met);
	struct str folder = str_from(root);

	folder.size -= folder.size > 0; /* the slash */
	walk->visit(walk->context, folder, &entry);
	return 0;
}

int
tree_walk(const struct tree *tree,
    void (*visit)(void *context, struct str folder,
	const struct tree_entry *entry),
    void *context)
{
	struct walk walk = { visit, context };

	return git_tree_walk(theirs(tree), GIT_TREEWALK_PRE, meet_entry,
		   &walk) == 0
		   ? 0
		   : -1;
}

struct tree_file *
tree_open_file(const struct repository *repository, const git_oid *id,
    struct str *bytes)
{
	git_blob *blob = NULL;

	*bytes = (struct str){ 0 };
	if (git_blob_lookup(&blob, repository_git(repository), id) != 0)
		return NULL;
	*bytes = (struct str){ git_blob_rawcontent(blob),
		(size_t)git_blob_rawsize(blob) };
	return (struct tree_file *)blob;
}

void
tree_close_file(struct tree_file *file)
{
	git_blob_free((git_blob *)file);
}

bool
tree_read_file(const struct repository *repository, const git_oid *id,
    struct arena *arena, struct str *bytes)
{
	struct tree_file *file = tree_open_file(repository, id, bytes);

	if (file != NULL)
		*bytes = arena_str(arena, *bytes);
	tree_close_file(file);
	return file != NULL;
}
