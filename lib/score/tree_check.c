#include "score/tree_check.h"

#include <stdlib.h>

#include "git/commit.h"
#include "score/soundness.h"

/* A book that was loaded, at a tree. */
struct loaded {
	struct loaded *next;
	git_oid tree;
	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

struct station {
	struct repository *repository;
	struct arena arena;
	struct str path;
	struct loaded *live;	/* sound, or NULL */
	struct loaded *retired; /* of which snapshots may speak */
	struct index trees;	/* raw ids, to numbers in the list */
	struct str *errors;
	size_t error_count, error_capacity;
};

struct station *
station_new(struct repository *repository, struct str path)
{
	struct station *station = memory_alloc(sizeof(*station));

	*station =
	    (struct station){ .repository = repository_share(repository) };
	station->path = arena_str(&station->arena, path);
	return station;
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
station_forget(struct station *station)
{
	while (station->retired != NULL) {
		struct loaded *loaded = station->retired;

		station->retired = loaded->next;
		unload(loaded);
	}
}

void
station_free(struct station *station)
{
	if (station == NULL)
		return;
	station_forget(station);
	if (station->live != NULL)
		unload(station->live);
	index_free(&station->trees);
	repository_close(station->repository);
	arena_free(&station->arena);
	free(station);
}

static void
retire(struct station *station)
{
	if (station->live == NULL)
		return;
	station->live->next = station->retired;
	station->retired = station->live;
	station->live = NULL;
}

/* Load and check all of it; it stands there where it is sound. */
static struct str
load(struct station *station, const git_oid *commit, const git_oid *tree)
{
	const struct soundness_request all = { 0 };
	struct loaded *loaded = memory_alloc(sizeof(*loaded));
	struct buffer name = { 0 };
	struct str error = { 0 };
	char id[COMMIT_ID_SIZE];

	*loaded = (struct loaded){ .tree = *tree, .diag = diag_new(0) };
	git_oid_tostr(id, sizeof(id), commit);
	buffer_format(&name, "%s:" STR_FMT, id, STR_ARG(station->path));
	buffer_add_byte(&name, '\0');
	if (source_open_in(&loaded->source, station->repository, ".", name.data,
		loaded->diag) == 0)
		loaded->book = book_load(loaded->source, loaded->diag);
	buffer_free(&name);
	if (loaded->book != NULL) {
		loaded->engine = engine_new(loaded->book, loaded->diag);
		data_keep(engine_data(loaded->engine));
		soundness_check(loaded->book, loaded->engine, &all,
		    loaded->diag);
	}
	retire(station);
	station->live = loaded;
	if (diag_has_errors(loaded->diag)) {
		error = diag_first(loaded->diag, &station->arena);
		retire(station);
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
go_along(struct station *station, const git_oid *tree)
{
	struct loaded *live = station->live;

	if (live == NULL)
		return false;
	if (git_oid_equal(&live->tree, tree))
		return true;
	if (passage_move(station->repository,
		&(struct passage){ live->source, live->book, live->engine },
		&live->tree, tree)) {
		score_all(live);
		if (!diag_has_errors(live->diag)) {
			live->tree = *tree;
			return true;
		}
	}
	retire(station);
	return false;
}

static struct str
raw(const git_oid *id)
{
	return (struct str){ (const char *)id->id, GIT_OID_RAWSZ };
}

/* What is known of a tree; false: nothing yet. */
static bool
is_known(const struct station *station, const git_oid *tree, struct str *error)
{
	uint32_t number = index_find(&station->trees, raw(tree));

	if (number == INDEX_NONE)
		return false;
	*error = station->errors[number];
	return true;
}

struct str
station_check(struct station *station, const git_oid *commit,
    const git_oid *tree)
{
	uint32_t number = (uint32_t)station->error_count;
	struct str error = { 0 };

	if (is_known(station, tree, &error))
		return error;
	if (!go_along(station, tree))
		error = load(station, commit, tree);
	index_add(&station->trees, arena_str(&station->arena, raw(tree)),
	    &number);
	station->errors =
	    arena_grow(&station->arena, station->errors, station->error_count,
		&station->error_capacity, sizeof(*station->errors));
	station->errors[station->error_count++] = error;
	return error;
}

/* Stand there. False where it is unsound. */
static bool
stand(struct station *station, const git_oid *commit, const git_oid *tree)
{
	struct str error = { 0 };

	if (is_known(station, tree, &error))
		return error.size == 0 &&
		       (go_along(station, tree) ||
			   load(station, commit, tree).size == 0);
	return station_check(station, commit, tree).size == 0;
}

const struct book *
station_book(struct station *station, const git_oid *commit,
    const git_oid *tree)
{
	return stand(station, commit, tree) ? station->live->book : NULL;
}

static bool
choose_total(const void *context, const struct item *item)
{
	(void)context;
	return str_equal(item->id, STR("total"));
}

void
station_totals(struct station *station, const git_oid *commit,
    const git_oid *tree, struct period period, struct snapshot *out)
{
	static const struct book no_book;
	const struct result *result = NULL;
	const struct book *book = &no_book;

	if (tree != NULL && stand(station, commit, tree)) {
		book = station->live->book;
		if (book_has_data(book, period))
			result = engine_score(station->live->engine, period);
	}
	snapshot_take(out, book, result, choose_total, NULL);
}
