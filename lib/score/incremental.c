#include "score/incremental.h"

#include "git/tree.h"
#include "score/update.h"

/* What is known of a move from one book's tree to another's. */
struct move {
	const struct repository *repository;
	const struct incremental *incremental;
	struct arena arena;
	/* Of each folder of data what changed in it, or NULLs. */
	struct data_marks *marks;
	bool is_whole; /* some folder has to be read anew */
};

/* A file of a folder that was read has another text. */
static bool
move_file(struct move *move, const struct data_folder *folder,
    const struct tree_entry *entry)
{
	const struct book *book = move->incremental->book;
	struct data_marks *marks = &move->marks[folder - book->folders];
	struct str text;
	struct tree_file *file =
	    tree_open_file(move->repository, &entry->id, &text);

	if (file == NULL)
		return false;
	if (marks->measures == NULL) {
		marks->measures =
		    arena_array(&move->arena, book->measure_count + 1, 1);
		marks->cells = arena_array(&move->arena,
		    book->measure_count * book->unit_count + 1, 1);
	}
	if (!data_patch(engine_data(move->incremental->engine), folder,
		str_from(entry->name), text, marks)) {
		data_forget(engine_data(move->incremental->engine), folder);
		move->is_whole = true;
	}
	tree_close_file(file);
	return true;
}

/* What a pair of entries is about to tell: go on, or load all anew. */
typedef bool meet_entries(struct move *move, const void *context,
    const struct tree_entry *from, const struct tree_entry *to);

static bool
same_entry(const struct tree_entry *from, const struct tree_entry *to)
{
	return git_oid_equal(&from->id, &to->id) && from->mode == to->mode;
}

/*
 * Meet each entry that two trees have otherwise. False where a name is on one
 * side only that `is_dull` does not pass over, or one is not a folder or file
 * on both sides.
 */
static bool
compare_trees(struct move *move, const struct tree *from, const struct tree *to,
    bool (*is_dull)(const char *name), meet_entries *meet, const void *context)
{
	size_t i = 0, j = 0;
	struct tree_entry old, new;

	while (i < tree_count(from) && j < tree_count(to)) {
		old = tree_entry(from, i);
		new = tree_entry(to, j);
		if (strcmp(old.name, new.name) == 0) {
			i++;
			j++;
			if (!same_entry(&old, &new) && !is_dull(new.name) &&
			    !meet(move, context, &old, &new))
				return false;
			continue;
		}
		/* Trees are sorted alike: the one that falls behind goes. */
		if (tree_compare(&old, &new) < 0 ? !is_dull(old.name)
						 : !is_dull(new.name))
			return false;
		if (tree_compare(&old, &new) < 0)
			i++;
		else
			j++;
	}
	for (; i < tree_count(from); i++)
		if (!is_dull(tree_entry(from, i).name))
			return false;
	for (; j < tree_count(to); j++)
		if (!is_dull(tree_entry(to, j).name))
			return false;
	return true;
}

/* Open two trees, compare them, close them. */
static bool
compare_ids(struct move *move, const git_oid *from, const git_oid *to,
    bool (*is_dull)(const char *name), meet_entries *meet, const void *context)
{
	struct tree *before = tree_open(move->repository, from);
	struct tree *after = tree_open(move->repository, to);
	bool same = before != NULL && after != NULL &&
		    compare_trees(move, before, after, is_dull, meet, context);

	tree_free(before);
	tree_free(after);
	return same;
}

static bool
are_kinds(const struct tree_entry *from, const struct tree_entry *to,
    enum tree_kind kind)
{
	return from->kind == kind && to->kind == kind && !from->is_link &&
	       !to->is_link;
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
meet_file(struct move *move, const void *context, const struct tree_entry *from,
    const struct tree_entry *to)
{
	const struct data_folder *folder = context;

	if (!are_kinds(from, to, TREE_FILE))
		return false;
	/* Once it is to be read anew, its files no longer matter. */
	return !data_is_loaded(engine_data(move->incremental->engine),
		   folder) ||
	       move_file(move, folder, to);
}

static bool
meet_folder(struct move *move, const void *context,
    const struct tree_entry *from, const struct tree_entry *to)
{
	const struct data_folder *folder;
	struct period period;

	(void)context;
	if (!are_kinds(from, to, TREE_FOLDER) ||
	    !period_parse(str_from(to->name), &period))
		return false;
	folder = book_folder(move->incremental->book, period);
	if (folder == NULL)
		return false;
	if (!data_is_loaded(engine_data(move->incremental->engine), folder))
		return true;
	return compare_ids(move, &from->id, &to->id, is_hidden, meet_file,
	    folder);
}

static bool
meet_top(struct move *move, const void *context, const struct tree_entry *from,
    const struct tree_entry *to)
{
	(void)context;
	return strcmp(to->name, "data") == 0 &&
	       are_kinds(from, to, TREE_FOLDER) &&
	       compare_ids(move, &from->id, &to->id, is_hidden, meet_folder,
		   NULL);
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
	struct move move = { .repository = repository,
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
