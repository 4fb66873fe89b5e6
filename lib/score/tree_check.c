#include "score/tree_check.h"

#include <stdlib.h>

#include "git/commit.h"
#include "score/validate.h"

/* A book that was loaded, at a tree. */
struct loaded {
	struct loaded *next;
	git_oid tree;
	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

struct tree_check {
	struct repository *repository;
	struct arena arena;
	struct str path;
	struct loaded *live;	/* sound, or NULL */
	struct loaded *retired; /* of which snapshots may speak */
	struct intern trees;	/* raw ids, to numbers in the list */
	struct str *errors;
	size_t error_count, error_capacity;
};

struct tree_check *
tree_check_new(struct repository *repository, struct str path)
{
	struct tree_check *tree_check = memory_alloc(sizeof(*tree_check));

	*tree_check =
	    (struct tree_check){ .repository = repository_share(repository) };
	tree_check->path = arena_str(&tree_check->arena, path);
	return tree_check;
}

static void
unload(struct loaded *loaded)
{
	engine_free(loaded->engine);
	book_free(loaded->book);
	source_close(loaded->source);
	diag_free(loaded->diag);
	free(loaded);
}

void
tree_check_forget(struct tree_check *tree_check)
{
	while (tree_check->retired != NULL) {
		struct loaded *loaded = tree_check->retired;

		tree_check->retired = loaded->next;
		unload(loaded);
	}
}

void
tree_check_free(struct tree_check *tree_check)
{
	if (tree_check == NULL)
		return;
	tree_check_forget(tree_check);
	if (tree_check->live != NULL)
		unload(tree_check->live);
	intern_free(&tree_check->trees);
	repository_close(tree_check->repository);
	arena_free(&tree_check->arena);
	free(tree_check);
}

static void
retire(struct tree_check *tree_check)
{
	if (tree_check->live == NULL)
		return;
	tree_check->live->next = tree_check->retired;
	tree_check->retired = tree_check->live;
	tree_check->live = NULL;
}

/* Load and check all of it; it stands there where it is sound. */
static struct str
load(struct tree_check *tree_check, const git_oid *commit, const git_oid *tree)
{
	const struct validate_request all = { 0 };
	struct loaded *loaded = memory_alloc(sizeof(*loaded));
	struct buffer name = { 0 };
	struct str error = { 0 };
	char id[COMMIT_ID_SIZE];

	*loaded = (struct loaded){ .tree = *tree, .diag = diag_new(0) };
	git_oid_tostr(id, sizeof(id), commit);
	buffer_format(&name, "%s:" STR_FMT, id, STR_ARG(tree_check->path));
	buffer_add_byte(&name, '\0');
	if (source_open_in(&loaded->source, tree_check->repository, ".",
		name.data, loaded->diag) == 0)
		loaded->book = book_load(loaded->source, loaded->diag);
	buffer_free(&name);
	if (loaded->book != NULL) {
		loaded->engine = engine_new(loaded->book, loaded->diag);
		data_keep(engine_data(loaded->engine));
		validate_book(loaded->book, loaded->engine, &all, loaded->diag);
	}
	retire(tree_check);
	tree_check->live = loaded;
	if (diag_has_errors(loaded->diag)) {
		error = diag_first(loaded->diag, &tree_check->arena);
		retire(tree_check);
	}
	return error;
}

/* Score every period with data again, and the longer ones around it. */
static void
score_all(const struct loaded *loaded)
{
	const struct book *book = loaded->book;
	struct period last[PERIOD_YEAR + 1] = { 0 };

	for (size_t i = 0; i < book->folder_count; i++)
		for (enum period_length length = book->folders[i].period.length;
		     length <= PERIOD_YEAR; length++) {
			struct period around =
			    period_containing(book->folders[i].period, length);

			if (period_equal(around, last[length]))
				continue;
			last[length] = around;
			if (book_scheme(book, around) != NULL)
				engine_score(loaded->engine, around);
		}
}

/* From where the book stands, if only figures differ and all goes well. */
static bool
go_along(struct tree_check *tree_check, const git_oid *tree)
{
	struct loaded *live = tree_check->live;

	if (live == NULL)
		return false;
	if (git_oid_equal(&live->tree, tree))
		return true;
	if (incremental_move(tree_check->repository,
		&(struct incremental){ live->source, live->book, live->engine },
		&live->tree, tree)) {
		score_all(live);
		if (!diag_has_errors(live->diag)) {
			live->tree = *tree;
			return true;
		}
	}
	retire(tree_check);
	return false;
}

static struct str
raw(const git_oid *id)
{
	return (struct str){ (const char *)id->id, GIT_OID_RAWSZ };
}

/* What is known of a tree; false: nothing yet. */
static bool
is_known(const struct tree_check *tree_check, const git_oid *tree,
    struct str *error)
{
	uint32_t number = intern_find(&tree_check->trees, raw(tree));

	if (number == INDEX_NONE)
		return false;
	*error = tree_check->errors[number];
	return true;
}

struct str
tree_check_check(struct tree_check *tree_check, const git_oid *commit,
    const git_oid *tree)
{
	uint32_t number = (uint32_t)tree_check->error_count;
	struct str error = { 0 };

	if (is_known(tree_check, tree, &error))
		return error;
	if (!go_along(tree_check, tree))
		error = load(tree_check, commit, tree);
	intern_add(&tree_check->trees, arena_str(&tree_check->arena, raw(tree)),
	    &number);
	tree_check->errors = arena_grow(&tree_check->arena, tree_check->errors,
	    tree_check->error_count, &tree_check->error_capacity,
	    sizeof(*tree_check->errors));
	tree_check->errors[tree_check->error_count++] = error;
	return error;
}

/* Stand there. False where it is unsound. */
static bool
stand(struct tree_check *tree_check, const git_oid *commit, const git_oid *tree)
{
	struct str error = { 0 };

	if (is_known(tree_check, tree, &error))
		return error.size == 0 &&
		       (go_along(tree_check, tree) ||
			   load(tree_check, commit, tree).size == 0);
	return tree_check_check(tree_check, commit, tree).size == 0;
}

const struct book *
tree_check_book(struct tree_check *tree_check, const git_oid *commit,
    const git_oid *tree)
{
	return stand(tree_check, commit, tree) ? tree_check->live->book : NULL;
}

void
tree_check_totals(struct tree_check *tree_check, const git_oid *commit,
    const git_oid *tree, struct period period, struct snapshot *out)
{
	static const struct book no_book;
	const struct result *result = NULL;
	const struct book *book = &no_book;

	if (tree != NULL && stand(tree_check, commit, tree)) {
		book = tree_check->live->book;
		if (book_has_data(book, period))
			result = engine_score(tree_check->live->engine, period);
	}
	snapshot_take(out, book, result, snapshot_choose_total, NULL);
}
