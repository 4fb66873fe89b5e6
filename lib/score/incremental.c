#include "score/incremental.h"

#include "score/update.h"

/* What is known of a move from one book's tree to another's. */
struct move {
	git_repository *git;
	const struct incremental *incremental;
	struct arena arena;
	/* Of each folder of data what changed in it, or NULLs. */
	struct data_marks *marks;
	bool is_whole; /* some folder has to be read anew */
};

/* A file of a folder that was read has another text. */
static bool
move_file(struct move *move, const struct data_folder *folder,
    const git_tree_entry *entry)
{
	const struct book *book = move->incremental->book;
	struct str name = str_from(git_tree_entry_name(entry));
	struct data_marks *marks = &move->marks[folder - book->folders];
	git_blob *blob = NULL;

	if (git_blob_lookup(&blob, move->git, git_tree_entry_id(entry)) != 0)
		return false;
	if (marks->measures == NULL) {
		marks->measures =
		    arena_array(&move->arena, book->measure_count + 1, 1);
		marks->cells = arena_array(&move->arena,
		    book->measure_count * book->unit_count + 1, 1);
	}
	if (!data_patch(engine_data(move->incremental->engine), folder, name,
		(struct str){
		    git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) },
		marks)) {
		data_forget(engine_data(move->incremental->engine), folder);
		move->is_whole = true;
	}
	git_blob_free(blob);
	return true;
}

/* What a pair of entries is about to tell: go on, or load all anew. */
typedef bool meet_entries(struct move *move, const void *context,
    const git_tree_entry *from, const git_tree_entry *to);

static bool
same_entry(const git_tree_entry *from, const git_tree_entry *to)
{
	return git_oid_cmp(git_tree_entry_id(from), git_tree_entry_id(to)) ==
		   0 &&
	       git_tree_entry_filemode(from) == git_tree_entry_filemode(to);
}

static bool
same_name(const git_tree_entry *from, const git_tree_entry *to)
{
	return strcmp(git_tree_entry_name(from), git_tree_entry_name(to)) == 0;
}

/*
 * Meet each entry that two trees have otherwise. False where a name is on one
 * side only that `is_dull` does not pass over, or one is not a folder or file
 * on both sides.
 */
static bool
compare_trees(struct move *move, const git_tree *from, const git_tree *to,
    bool (*is_dull)(const char *name), meet_entries *meet, const void *context)
{
	size_t i = 0, j = 0;

	while (i < git_tree_entrycount(from) || j < git_tree_entrycount(to)) {
		const git_tree_entry *old = git_tree_entry_byindex(from, i);
		const git_tree_entry *new = git_tree_entry_byindex(to, j);

		if (old != NULL && new != NULL && same_name(old, new)) {
			i++;
			j++;
			if (!same_entry(old, new) &&
			    !is_dull(git_tree_entry_name(new)) &&
			    !meet(move, context, old, new))
				return false;
			continue;
		}
		/* Trees are sorted alike: the one that falls behind goes. */
		if (new == NULL ||
		    (old != NULL && git_tree_entry_cmp(old, new) < 0)) {
			if (!is_dull(git_tree_entry_name(old)))
				return false;
			i++;
		} else {
			if (!is_dull(git_tree_entry_name(new)))
				return false;
			j++;
		}
	}
	return true;
}

/* Open two trees, compare them, close them. */
static bool
compare_ids(struct move *move, const git_oid *from, const git_oid *to,
    bool (*is_dull)(const char *name), meet_entries *meet, const void *context)
{
	git_repository *git = move->git;
	git_tree *old = NULL, *new = NULL;
	bool same = git_tree_lookup(&old, git, from) == 0 &&
		    git_tree_lookup(&new, git, to) == 0 &&
		    compare_trees(move, old, new, is_dull, meet, context);

	git_tree_free(old);
	git_tree_free(new);
	return same;
}

static bool
are_kinds(const git_tree_entry *from, const git_tree_entry *to,
    git_object_t type)
{
	return git_tree_entry_type(from) == type &&
	       git_tree_entry_type(to) == type &&
	       git_tree_entry_filemode(from) != GIT_FILEMODE_LINK &&
	       git_tree_entry_filemode(to) != GIT_FILEMODE_LINK;
}

static bool
is_hidden(const char *name)
{
	return name[0] == '.';
}

/* Nothing in a book but these has a say in its scores. */
static bool
is_beside(const char *name)
{
	static const char *const names[] = { "book.rec", "units.rec",
		"offices.rec", "measures.rec", "schemes", "data" };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(name, names[i]) == 0)
			return false;
	return true;
}

static bool
meet_file(struct move *move, const void *context, const git_tree_entry *from,
    const git_tree_entry *to)
{
	const struct data_folder *folder = context;

	if (!are_kinds(from, to, GIT_OBJECT_BLOB))
		return false;
	/* Once it is to be read anew, its files no longer matter. */
	return !data_is_loaded(engine_data(move->incremental->engine),
		   folder) ||
	       move_file(move, folder, to);
}

static bool
meet_folder(struct move *move, const void *context, const git_tree_entry *from,
    const git_tree_entry *to)
{
	const struct data_folder *folder;
	struct period period;

	(void)context;
	if (!are_kinds(from, to, GIT_OBJECT_TREE) ||
	    !period_parse(str_from(git_tree_entry_name(to)), &period))
		return false;
	folder = book_folder(move->incremental->book, period);
	if (folder == NULL)
		return false;
	if (!data_is_loaded(engine_data(move->incremental->engine), folder))
		return true;
	return compare_ids(move, git_tree_entry_id(from), git_tree_entry_id(to),
	    is_hidden, meet_file, folder);
}

static bool
meet_top(struct move *move, const void *context, const git_tree_entry *from,
    const git_tree_entry *to)
{
	(void)context;
	return strcmp(git_tree_entry_name(to), "data") == 0 &&
	       are_kinds(from, to, GIT_OBJECT_TREE) &&
	       compare_ids(move, git_tree_entry_id(from), git_tree_entry_id(to),
		   is_hidden, meet_folder, NULL);
}

/* Bring the scores to where the data are. */
static void
move_scores(struct move *move)
{
	const struct book *book = move->incremental->book;
	struct update_change *changes =
	    arena_array(&move->arena, book->folder_count + 1, sizeof(*changes));
	size_t count = 0;

	for (size_t i = 0; i < book->folder_count; i++)
		if (move->marks[i].measures != NULL)
			changes[count++] =
			    (struct update_change){ book->folders[i].period,
				    move->marks[i] };
	if (move->is_whole)
		engine_restart(move->incremental->engine);
	else
		update_scores(move->incremental->engine, changes, count);
}

bool
incremental_move(struct repository *repository,
    const struct incremental *incremental, const git_oid *from,
    const git_oid *to)
{
	struct move move = { .git = repository_git(repository),
		.incremental = incremental };
	char tree[GIT_OID_HEXSZ + 1];
	bool moved;

	move.marks = arena_array(&move.arena,
	    incremental->book->folder_count + 1, sizeof(*move.marks));
	git_oid_tostr(tree, sizeof(tree), to);
	source_move(incremental->source, tree);
	moved = compare_ids(&move, from, to, is_beside, meet_top, NULL);
	if (moved)
		move_scores(&move);
	arena_free(&move.arena);
	return moved;
}
