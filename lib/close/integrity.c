#include "close/integrity.h"

#include <stdlib.h>

#include "git/commit_graph.h"
#include "git/revwalk.h"
#include "score/dependency.h"
#include "score/engine.h"

/* A folder or a file named for a period, in a tree. */
struct part {
	struct period period;
	git_oid id;
	struct str name;
};

/* Those of one tree, by period_compare(). */
struct parts {
	struct part *list;
	size_t count;
};

/* A close as a tree has it, and what it was computed from. */
struct folder {
	struct integrity_close close;
	struct close_record record;
	bool has_source; /* the recorded commit can be read */
	const struct parts *data, *schemes;
};

/* All closes of a tree. */
struct closes {
	const struct folder **folders;
	struct integrity_close *list;
	size_t count;
};

/* What one state of a book's data, schemes and closes is worth. */
struct state {
	const struct parts *data, *schemes;
	const struct closes *closes;
	git_oid commit; /* the first one seen with it */
	/* Of each folder, where it was judged: what is not as it was. */
	bool is_judged;
	struct str *changed; /* empty: nothing */
};

struct integrity {
	struct arena arena;
	struct repository *repository;
	struct str path;
	/* By the raw bytes of ids, to numbers in the lists; a commit's is that
	 * of its state. */
	struct intern part_index, closes_index, folder_index, state_index,
	    commit_index, walked_index;
	struct parts **parts;
	size_t part_count, part_capacity;
	struct closes **closes;
	size_t closes_count, closes_capacity;
	struct folder **folders;
	size_t folder_count, folder_capacity;
	struct state **states;
	size_t state_count, state_capacity;
};

static const git_oid no_id;

struct integrity *
integrity_new(struct repository *repository, struct str path)
{
	struct integrity *integrity = memory_alloc(sizeof(*integrity));

	*integrity =
	    (struct integrity){ .repository = repository_share(repository) };
	integrity->path = arena_str(&integrity->arena, path);
	return integrity;
}

void
integrity_free(struct integrity *integrity)
{
	if (integrity == NULL)
		return;
	intern_free(&integrity->part_index);
	intern_free(&integrity->closes_index);
	intern_free(&integrity->folder_index);
	intern_free(&integrity->state_index);
	intern_free(&integrity->commit_index);
	intern_free(&integrity->walked_index);
	repository_close(integrity->repository);
	arena_free(&integrity->arena);
	free(integrity);
}

/*
 * Reading trees
 */

static struct str
raw(const git_oid *id)
{
	return (struct str){ (const char *)id->id, GIT_OID_RAWSZ };
}

/* The entry of a name in a tree, all zeros where there is none. */
static git_oid
entry_id(const struct tree *tree, const char *name)
{
	struct tree_entry entry;

	return tree_find(tree, name, &entry) ? entry.id : no_id;
}

/* The book's tree in a commit; NULL where it has none. */
static struct tree *
book_tree(const struct integrity *integrity, const git_oid *commit)
{
	return tree_open_at(integrity->repository, commit,
	    integrity->path.data);
}

struct repository *
integrity_repository(const struct integrity *integrity)
{
	return integrity->repository;
}

struct str
integrity_book(const struct integrity *integrity)
{
	return integrity->path;
}

struct tree *
integrity_tree(const struct integrity *integrity, const git_oid *commit,
    const char *folder)
{
	struct tree *book = book_tree(integrity, commit), *tree = NULL;
	struct tree_entry entry;

	if (folder[0] == '\0')
		return book;
	if (tree_find_path(book, folder, &entry) && entry.kind == TREE_FOLDER)
		tree = tree_open(integrity->repository, &entry.id);
	tree_free(book);
	return tree;
}

bool
integrity_has_seen(const struct integrity *integrity, const git_oid *commit)
{
	return intern_find(&integrity->walked_index, raw(commit)) != INDEX_NONE;
}

static int
compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return period_compare(x->period, y->period);
}

/* Bytes of several ids, or of one and a text, as a key; in the arena. */
static struct str
make_key(struct integrity *integrity, const git_oid *ids, size_t count,
    struct str text)
{
	struct buffer key = { 0 };
	struct str copy;

	for (size_t i = 0; i < count; i++)
		buffer_add(&key, raw(&ids[i]));
	buffer_add(&key, text);
	copy = arena_str(&integrity->arena, buffer_str(&key));
	buffer_free(&key);
	return copy;
}

static void
list_parts(struct integrity *integrity, struct parts *parts,
    const struct tree *tree, struct str ending)
{
	parts->list = arena_array(&integrity->arena, tree_count(tree),
	    sizeof(*parts->list));
	for (size_t i = 0; i < tree_count(tree); i++) {
		struct tree_entry entry = tree_entry(tree, i);
		struct str name = str_from(entry.name);
		struct part part = { .id = entry.id };

		if (!str_ends(name, ending) ||
		    !period_parse(str_head(name, name.size - ending.size),
			&part.period))
			continue;
		part.name = arena_str(&integrity->arena, name);
		parts->list[parts->count++] = part;
	}
	if (parts->count > 1)
		qsort(parts->list, parts->count, sizeof(*parts->list),
		    compare_parts);
}

/* The entries of a tree that are named for periods, with this ending. */
static const struct parts *
read_parts(struct integrity *integrity, const git_oid *id, struct str ending)
{
	uint32_t number = (uint32_t)integrity->part_count;
	struct str key = make_key(integrity, id, 1, ending);
	struct parts *parts;
	struct tree *tree;

	if (!intern_add(&integrity->part_index, key, &number))
		return integrity->parts[number];
	parts = arena_new(&integrity->arena, struct parts);
	integrity->parts = arena_grow(&integrity->arena, integrity->parts,
	    integrity->part_count, &integrity->part_capacity,
	    sizeof(*integrity->parts));
	integrity->parts[integrity->part_count++] = parts;
	tree = tree_open(integrity->repository, id);
	list_parts(integrity, parts, tree, ending);
	tree_free(tree);
	return parts;
}

static const struct part *
find_part(const struct parts *parts, struct period period)
{
	const struct part wanted = { .period = period };

	if (parts->count == 0)
		return NULL;
	return bsearch(&wanted, parts->list, parts->count, sizeof(*parts->list),
	    compare_parts);
}

/* The scheme in force: the newest of this length that is not after. */
static const struct part *
scheme_part(const struct parts *schemes, struct period period)
{
	const struct part *found = NULL;

	for (size_t i = 0; i < schemes->count; i++)
		if (schemes->list[i].period.length == period.length &&
		    schemes->list[i].period.index <= period.index)
			found = &schemes->list[i];
	return found;
}

/*
 * Closes
 */

/* The bytes of close.rec in the folder, in the arena; empty: none. */
static struct str
record_text(struct integrity *integrity, const git_oid *folder)
{
	struct tree *tree = tree_open(integrity->repository, folder);
	struct str text = { 0 };
	struct tree_entry entry;

	if (tree_find(tree, CLOSE_RECORD, &entry))
		tree_read_file(integrity->repository, &entry.id,
		    &integrity->arena, &text);
	tree_free(tree);
	return text;
}

/* What the recorded commit has, with which later ones are compared. */
static void
read_source(struct integrity *integrity, struct folder *folder)
{
	struct arena arena = { 0 };
	struct str text = arena_str(&arena, folder->record.commit);
	struct tree *book = NULL;
	git_oid id, part;

	if (text.size == GIT_OID_HEXSZ && git_oid_fromstr(&id, text.data) == 0)
		book = book_tree(integrity, &id);
	arena_free(&arena);
	folder->has_source = book != NULL;
	part = entry_id(book, "data");
	folder->data = read_parts(integrity, &part, STR(""));
	part = entry_id(book, "schemes");
	folder->schemes = read_parts(integrity, &part, STR(".rec"));
	tree_free(book);
}

static const struct folder *
read_folder(struct integrity *integrity, const struct part *part)
{
	struct str key = make_key(integrity, &part->id, 1, part->name), text;
	uint32_t number = (uint32_t)integrity->folder_count;
	struct folder *folder;
	struct diag *diag;

	if (!intern_add(&integrity->folder_index, key, &number))
		return integrity->folders[number];
	folder = arena_new(&integrity->arena, struct folder);
	integrity->folders = arena_grow(&integrity->arena, integrity->folders,
	    integrity->folder_count, &integrity->folder_capacity,
	    sizeof(*integrity->folders));
	integrity->folders[integrity->folder_count++] = folder;
	folder->close.period = part->period;
	folder->close.folder = part->id;
	text = record_text(integrity, &part->id);
	digest_sha256(text, folder->close.digest);
	diag = diag_new(1);
	if (close_record_read(&integrity->arena, CLOSE_RECORD, text,
		&folder->record, diag) == 0 &&
	    period_equal(folder->record.period, part->period))
		folder->close.record = &folder->record;
	diag_free(diag);
	read_source(integrity, folder);
	return folder;
}

/* The closes of a tree, each looked up once for all trees. */
static const struct closes *
read_closes(struct integrity *integrity, const git_oid *id)
{
	uint32_t number = (uint32_t)integrity->closes_count;
	struct str key = make_key(integrity, id, 1, STR(""));
	const struct parts *parts;
	struct closes *closes;

	if (!intern_add(&integrity->closes_index, key, &number))
		return integrity->closes[number];
	closes = arena_new(&integrity->arena, struct closes);
	integrity->closes = arena_grow(&integrity->arena, integrity->closes,
	    integrity->closes_count, &integrity->closes_capacity,
	    sizeof(*integrity->closes));
	integrity->closes[integrity->closes_count++] = closes;
	parts = read_parts(integrity, id, STR(""));
	closes->count = parts->count;
	closes->folders = arena_array(&integrity->arena, parts->count,
	    sizeof(struct folder *));
	closes->list =
	    arena_array(&integrity->arena, parts->count, sizeof(*closes->list));
	for (size_t i = 0; i < parts->count; i++) {
		closes->folders[i] = read_folder(integrity, &parts->list[i]);
		closes->list[i] = closes->folders[i]->close;
	}
	return closes;
}

/*
 * States
 */

/* The number of the state that a commit has. */
static uint32_t
make_state(struct integrity *integrity, const git_oid *commit)
{
	struct tree *book = book_tree(integrity, commit);
	const git_oid ids[] = { entry_id(book, "data"),
		entry_id(book, "schemes"), entry_id(book, "closed") };
	struct str key = make_key(integrity, ids, LENGTH(ids), STR(""));
	uint32_t number = (uint32_t)integrity->state_count;
	struct state *state;

	tree_free(book);
	if (!intern_add(&integrity->state_index, key, &number))
		return number;
	state = arena_new(&integrity->arena, struct state);
	integrity->states = arena_grow(&integrity->arena, integrity->states,
	    integrity->state_count, &integrity->state_capacity,
	    sizeof(*integrity->states));
	integrity->states[integrity->state_count++] = state;
	state->data = read_parts(integrity, &ids[0], STR(""));
	state->schemes = read_parts(integrity, &ids[1], STR(".rec"));
	state->closes = read_closes(integrity, &ids[2]);
	state->commit = *commit;
	return number;
}

static struct state *
state_of(struct integrity *integrity, const git_oid *commit)
{
	uint32_t number = intern_find(&integrity->commit_index, raw(commit));

	if (number == INDEX_NONE) {
		number = make_state(integrity, commit);
		intern_add(&integrity->commit_index,
		    arena_str(&integrity->arena, raw(commit)), &number);
	}
	return integrity->states[number];
}

const struct integrity_close *
integrity_closes(struct integrity *integrity, const git_oid *commit,
    size_t *count)
{
	const struct state *state = state_of(integrity, commit);

	*count = state->closes->count;
	return state->closes->list;
}

/* The place of a period among a state's closes, or its count. */
static size_t
find_close(const struct state *state, struct period period)
{
	size_t low = 0, high = state->closes->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order =
		    period_compare(state->closes->list[middle].period, period);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return state->closes->count;
}

const struct integrity_close *
integrity_find(struct integrity *integrity, const git_oid *commit,
    struct period period)
{
	const struct state *state = state_of(integrity, commit);
	size_t at = find_close(state, period);

	return at < state->closes->count ? &state->closes->list[at] : NULL;
}

/* Whether a commit comes right after `source`, and has the close as it is. */
static bool
made_close(struct integrity *integrity, const struct revwalk_commit *commit,
    const git_oid *source, const struct integrity_close *close)
{
	const struct integrity_close *made;

	if (commit->parent_count != 1 ||
	    !git_oid_equal(&commit->parents[0], source))
		return false;
	made = integrity_find(integrity, &commit->id, close->period);
	return made != NULL && git_oid_equal(&made->folder, &close->folder);
}

bool
integrity_find_maker(struct integrity *integrity, const git_oid *tip,
    const struct integrity_close *close, git_oid *out)
{
	struct revwalk_commit commit;
	struct revwalk *walk;
	bool found = false;
	git_oid source;

	if (close->record == NULL ||
	    git_oid_fromstrn(&source, close->record->commit.data,
		close->record->commit.size) != 0)
		return false;
	walk = revwalk_new(integrity->repository, NULL);
	revwalk_from(walk, tip);
	while (!found && revwalk_next(walk, &commit)) {
		*out = commit.id;
		found = made_close(integrity, &commit, &source, close);
	}
	revwalk_free(walk);
	return found;
}

/*
 * Judging: whether a state has what its closes were computed from
 */

/* A book as a commit has it. */
struct loaded {
	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

static void
load(struct integrity *integrity, const git_oid *commit, struct loaded *out)
{
	struct arena arena = { 0 };
	char id[COMMIT_ID_SIZE];
	struct str revision;

	git_oid_tostr(id, sizeof(id), commit);
	revision =
	    arena_format(&arena, "%s:" STR_FMT, id, STR_ARG(integrity->path));
	*out = (struct loaded){ .diag = diag_new(0) };
	if (source_open_in(&out->source, integrity->repository, ".",
		revision.data, out->diag) == 0)
		out->book = book_load(out->source, out->diag);
	if (out->book != NULL)
		out->engine = engine_new(out->book, out->diag);
	arena_free(&arena);
}

static void
unload(struct loaded *loaded)
{
	engine_free(loaded->engine);
	book_free(loaded->book);
	source_close(loaded->source);
	diag_free(loaded->diag);
}

/* Whether one measure has the same values in a period on both sides. */
static bool
measure_equals(struct loaded *old, struct loaded *new, uint32_t measure,
    const uint32_t *units, struct period period)
{
	uint32_t same =
	    book_measure(new->book, old->book->measures[measure].id);
	struct arena arena = { 0 };
	struct num *before =
	    arena_array(&arena, old->book->unit_count + 1, sizeof(*before));
	struct num *after =
	    arena_array(&arena, new->book->unit_count + 1, sizeof(*after));
	bool equal = true;

	if (same != INDEX_NONE) {
		data_values(engine_data(old->engine), measure, period, before);
		data_values(engine_data(new->engine), same, period, after);
		for (size_t i = 0; i < old->book->unit_count && equal; i++)
			equal = units[i] == INDEX_NONE ||
				value_equal(before[i], after[units[i]]);
	}
	arena_free(&arena);
	return equal;
}

/* The values of a period, and of those inside it, that its scheme reads. */
static bool
reads_equal(struct loaded *old, struct loaded *new, const struct scheme *scheme,
    struct period period)
{
	struct arena arena = { 0 };
	struct book_facts own = { old->book, engine_data(old->engine),
		engine_schemes(old->engine) };
	struct facts facts = facts_of_book(&own);
	const uint32_t *units = book_match_units(old->book, new->book, &arena);
	struct dependencies reads = { 0 };
	bool equal = true;

	dependency_of_scheme(&arena, old->book, &facts, scheme,
	    instant_of(period), &reads);
	for (size_t i = 0; i < reads.count && equal; i++) {
		const struct dependency *read = &reads.list[i];

		/* What earlier periods say is theirs. */
		if (period_contains(period, read->instant.here))
			equal = measure_equals(old, new, read->measure, units,
			    read->instant.here);
	}
	arena_free(&arena);
	return equal;
}

/*
 * Whether what a closed period reads, wherever it stands, has the same values
 * in a later commit. What cannot be read is not the same.
 */
static bool
values_equal(struct integrity *integrity, const struct folder *folder,
    const git_oid *commit)
{
	struct period period = folder->close.period;
	struct loaded old, new;
	const struct scheme *scheme = NULL;
	bool equal = false;
	git_oid source;

	git_oid_fromstrn(&source, folder->record.commit.data,
	    folder->record.commit.size);
	load(integrity, &source, &old);
	load(integrity, commit, &new);
	if (old.engine != NULL && new.engine != NULL)
		scheme = schemes_for(engine_schemes(old.engine), period);
	if (scheme != NULL && scheme->is_sound)
		equal = reads_equal(&old, &new, scheme, period) &&
			!diag_has_errors(old.diag);
	unload(&new);
	unload(&old);
	return equal;
}

static bool
same_part(const struct part *a, const struct part *b)
{
	return (a == NULL) == (b == NULL) &&
	       (a == NULL || (git_oid_equal(&a->id, &b->id) &&
				 period_equal(a->period, b->period)));
}

/* The first folder of data that has not its old bytes; empty: none. */
static struct str
changed_data(struct integrity *integrity, const struct folder *folder,
    const struct state *state)
{
	struct period period = folder->close.period;
	const struct parts *sides[] = { folder->data, state->data };
	struct str around = { 0 };

	if (folder->data == state->data)
		return around;
	for (size_t i = 0; i < LENGTH(sides); i++)
		for (size_t j = 0; j < sides[i]->count; j++) {
			const struct part *part = &sides[i]->list[j];
			bool inside = period_contains(period, part->period);
			struct str path;

			if ((!inside &&
				!period_contains(part->period, period)) ||
			    same_part(part,
				find_part(sides[1 - i], part->period)))
				continue;
			path = arena_format(&integrity->arena, "data/" STR_FMT,
			    STR_ARG(part->name));
			if (inside)
				return path;
			around = path;
		}
	if (around.size > 0 && values_equal(integrity, folder, &state->commit))
		around.size = 0;
	return around;
}

static struct str
judge_folder(struct integrity *integrity, const struct folder *folder,
    const struct state *state)
{
	const struct part *before, *now;

	if (!folder->has_source)
		return (struct str){ 0 };
	before = scheme_part(folder->schemes, folder->close.period);
	now = scheme_part(state->schemes, folder->close.period);
	if (!same_part(before, now))
		return arena_format(&integrity->arena, "schemes/" STR_FMT,
		    STR_ARG((now != NULL ? now : before)->name));
	return changed_data(integrity, folder, state);
}

/* The periods whose folders of data differ between two states. */
static size_t
differing_periods(const struct state *a, const struct state *b,
    struct period *out)
{
	const struct parts *sides[] = { a->data, b->data };
	size_t count = 0;

	for (size_t i = 0; i < LENGTH(sides); i++)
		for (size_t j = 0; j < sides[i]->count; j++) {
			const struct part *part = &sides[i]->list[j];
			const struct part *other =
			    find_part(sides[1 - i], part->period);

			if (!same_part(part, other) &&
			    (i == 0 || other == NULL))
				out[count++] = part->period;
		}
	return count;
}

/*
 * Judge all closes of a state. What a parent's state says of a close holds
 * here too where nothing that concerns it differs between the two.
 */
static void
judge(struct integrity *integrity, struct state *state,
    const struct state *parent)
{
	struct arena arena = { 0 };
	bool is_near = parent != NULL && parent->is_judged &&
		       parent->schemes == state->schemes;
	struct period *moved = NULL;
	size_t moved_count = 0;

	if (state->is_judged)
		return;
	state->is_judged = true;
	state->changed = arena_array(&integrity->arena, state->closes->count,
	    sizeof(*state->changed));
	if (is_near) {
		moved = arena_array(&arena,
		    parent->data->count + state->data->count, sizeof(*moved));
		moved_count = differing_periods(parent, state, moved);
	}
	for (size_t i = 0; i < state->closes->count; i++) {
		const struct folder *folder = state->closes->folders[i];
		struct period period = folder->close.period;
		size_t at = is_near ? find_close(parent, period) : 0;
		bool holds = is_near && at < parent->closes->count &&
			     parent->closes->folders[at] == folder;

		for (size_t j = 0; j < moved_count && holds; j++)
			holds = !period_contains(period, moved[j]) &&
				!period_contains(moved[j], period);
		state->changed[i] =
		    holds ? parent->changed[at]
			  : judge_folder(integrity, folder, state);
	}
	arena_free(&arena);
}

/*
 * Walking
 */

/* While history is walked. */
struct frozen_search {
	struct integrity *integrity;
	struct arena *arena;
	struct integrity_breach *list;
	size_t count, capacity;
	/* Corrections: what they take in is what their commits have. */
	struct correction {
		struct period period;
		unsigned revision;
		git_oid source;
	} * corrections;
	size_t correction_count, correction_capacity;
};

static void
add_breach(struct frozen_search *search, enum integrity_breach_kind kind,
    const struct integrity_close *close, struct str path, const git_oid *commit)
{
	search->list = arena_grow(search->arena, search->list, search->count,
	    &search->capacity, sizeof(*search->list));
	search->list[search->count++] = (struct integrity_breach){ .kind = kind,
		.period = close->period,
		.revision = close->record != NULL ? close->record->revision : 0,
		.path = arena_str(search->arena, path),
		.commit = *commit };
}

static void
breach_of_results(struct frozen_search *search, enum integrity_breach_kind kind,
    const struct integrity_close *close, const git_oid *commit)
{
	char path[CLOSE_NAME_SIZE];

	add_breach(search, kind, close,
	    str_from(close_record_folder(close->period, path)), commit);
}

static unsigned
revision_of(const struct integrity_close *close)
{
	return close->record != NULL ? close->record->revision : 0;
}

/* Whether a close was computed from just this commit. */
static bool
is_computed_from(const struct integrity_close *close, const git_oid *commit)
{
	char id[COMMIT_ID_SIZE];

	git_oid_tostr(id, sizeof(id), commit);
	return close->record != NULL &&
	       str_equal(close->record->commit, str_from(id));
}

static void
note_correction(struct frozen_search *search,
    const struct integrity_close *close, const git_oid *source)
{
	search->corrections = arena_grow(search->arena, search->corrections,
	    search->correction_count, &search->correction_capacity,
	    sizeof(*search->corrections));
	search->corrections[search->correction_count++] =
	    (struct correction){ close->period, close->record->revision,
		    *source };
}

/* A commit that the walk comes by. */
struct walked {
	const git_oid *id;
	struct commit_header header;
};

/*
 * How a commit came to have a close: from a parent, or because it is the
 * commit that made it, computed from its only parent, one revision further.
 */
static void
check_results(struct frozen_search *search, const struct integrity_close *close,
    const struct walked *walked, struct state *const *parents)
{
	const struct commit_header *header = &walked->header;
	bool is_kept = false, was_closed = false;
	unsigned highest = 0;

	for (size_t i = 0; i < header->parent_count; i++) {
		size_t at = find_close(parents[i], close->period);
		const struct integrity_close *before =
		    &parents[i]->closes->list[at];

		if (at == parents[i]->closes->count)
			continue;
		was_closed = true;
		is_kept |= git_oid_equal(&before->folder, &close->folder);
		if (revision_of(before) > highest)
			highest = revision_of(before);
	}
	if (is_kept && revision_of(close) >= highest)
		return;
	if (!is_kept && header->parent_count == 1 &&
	    is_computed_from(close, &header->parents[0]) &&
	    revision_of(close) == highest + 1) {
		if (was_closed)
			note_correction(search, close, &header->parents[0]);
		return;
	}
	breach_of_results(search, INTEGRITY_RESULTS, close, walked->id);
}

/* Whether some parent has the same close, and the same fault. */
static bool
is_inherited(const struct state *state, size_t number,
    struct state *const *parents, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at =
		    find_close(parents[i], state->closes->list[number].period);

		if (at < parents[i]->closes->count &&
		    parents[i]->closes->folders[at] ==
			state->closes->folders[number] &&
		    parents[i]->changed[at].size > 0)
			return true;
	}
	return false;
}

static void
check_commit(struct frozen_search *search, const struct walked *walked)
{
	struct integrity *integrity = search->integrity;
	const git_oid *id = walked->id;
	size_t count = walked->header.parent_count;
	struct state *state = state_of(integrity, id);
	struct arena arena = { 0 };
	struct state **parents =
	    arena_array(&arena, count + 1, sizeof(struct state *));
	bool same = count > 0;

	for (size_t i = 0; i < count; i++) {
		parents[i] = state_of(integrity, &walked->header.parents[i]);
		judge(integrity, parents[i], NULL);
		same &= parents[i] == state;
	}
	judge(integrity, state, count > 0 ? parents[0] : NULL);
	for (size_t i = 0; i < state->closes->count && !same; i++) {
		const struct integrity_close *close = &state->closes->list[i];
		bool is_scheme = str_starts(state->changed[i], STR("schemes/"));

		check_results(search, close, walked, parents);
		if (state->changed[i].size > 0 &&
		    !is_inherited(state, i, parents, count))
			add_breach(search,
			    is_scheme ? INTEGRITY_SCHEME : INTEGRITY_DATA,
			    close, state->changed[i], id);
	}
	for (size_t i = 0; i < count && !same; i++)
		for (size_t j = 0; j < parents[i]->closes->count; j++)
			if (find_close(state,
				parents[i]->closes->list[j].period) ==
			    state->closes->count)
				breach_of_results(search, INTEGRITY_REMOVED,
				    &parents[i]->closes->list[j], id);
	arena_free(&arena);
}

/* Whether a correction further on has a breach among its ancestors. */
static bool
is_taken_in(const struct frozen_search *search, struct commit_graph *graph,
    const struct integrity_breach *breach)
{
	for (size_t i = 0; i < search->correction_count; i++) {
		const struct correction *correction = &search->corrections[i];

		if (!period_equal(correction->period, breach->period) ||
		    correction->revision <= breach->revision)
			continue;
		if (commit_graph_reaches(graph, &correction->source,
			&breach->commit))
			return true;
	}
	return false;
}

static void
settle_corrections(struct frozen_search *search)
{
	struct commit_graph *graph =
	    commit_graph_new(search->integrity->repository);

	for (size_t i = 0; i < search->count; i++)
		search->list[i].is_corrected =
		    is_taken_in(search, graph, &search->list[i]);
	commit_graph_free(graph);
}

static int
check_commits(struct frozen_search *search, const git_oid *ids, size_t count,
    struct diag *diag)
{
	struct integrity *integrity = search->integrity;
	struct arena arena = { 0 };
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct arena_mark mark = arena_mark(&arena);
		struct walked walked = { .id = &ids[i] };
		uint32_t number = 0;

		intern_add(&integrity->walked_index,
		    arena_str(&integrity->arena, raw(&ids[i])), &number);
		if (commit_header_read(&walked.header, integrity->repository,
			&ids[i], &arena)) {
			check_commit(search, &walked);
		} else {
			repository_report_object(diag, "", STR(""), &ids[i]);
			rc = -1;
		}
		arena_release(&arena, mark);
	}
	arena_free(&arena);
	return rc;
}

int
integrity_walk(struct integrity *integrity, const git_oid *tip,
    const git_oid *hide, size_t hide_count, struct arena *arena,
    struct integrity_breach **list, size_t *count, struct diag *diag)
{
	struct frozen_search search = { .integrity = integrity,
		.arena = arena };
	struct revwalk *walk = revwalk_new(integrity->repository, diag);
	struct arena scratch = { 0 };
	git_oid *ids;
	size_t id_count;
	int rc;

	revwalk_from(walk, tip);
	for (size_t i = 0; i < hide_count; i++)
		revwalk_without(walk, &hide[i]);
	revwalk_backwards(walk, &scratch, &ids, &id_count);
	rc = revwalk_is_whole(walk) ? 0 : -1;
	if (rc == 0)
		rc = check_commits(&search, ids, id_count, diag);
	revwalk_free(walk);
	arena_free(&scratch);
	settle_corrections(&search);
	*list = search.list;
	*count = search.count;
	return rc;
}
