#include "analysis/history.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "git/revision.h"
#include "git/tree.h"
#include "score/incremental.h"

/*
 * A book that was loaded, for as long as a snapshot speaks of it. One at a
 * time is live: its data and scores go along from commit to commit, as long as
 * only data change.
 */
struct edition {
	size_t owners;
	struct history_loaded loaded;
};

struct operand {
	struct history_side shown; /* first */
	size_t owners;
	struct arena arena;
	struct edition *edition;
	struct snapshot *snapshots;
};

/* A commit that has been met and is not done yet. */
struct visit {
	struct visit *next;
	git_oid id, tree;
	bool is_read, has_parent;
	git_oid first_parent;
	const char *path; /* of the book, or where it was last looked for */
	bool has_book, is_lost; /* is_lost: a folder cannot be read */
	git_oid book;
	struct operand *side; /* NULL: not asked for yet */
};

struct history {
	struct history_options options;
	struct repository *repository;
	struct diag *diag;
	struct revwalk *walk;
	struct arena arena;   /* paths */
	struct arena scratch; /* the step in hand */
	struct arena_mark mark;
	struct visit *visits, *current;
	struct period_range periods;
	struct operand *nothing;   /* of whatever has no book */
	struct history_loaded tip; /* where the walk begins */
	struct edition *live;	   /* or NULL */
	git_oid live_tree;	   /* the book that it stands at */
	struct book no_book;
};

/*
 * Sides
 */

static void
release_edition(struct edition *edition)
{
	if (edition == NULL || --edition->owners > 0)
		return;
	history_unload(&edition->loaded);
	free(edition);
}

static size_t
period_count(const struct history *history)
{
	return (size_t)period_range_count(history->periods);
}

static struct operand *
new_side(void)
{
	struct operand *side = memory_alloc(sizeof(*side));

	*side = (struct operand){ .owners = 1 };
	return side;
}

static struct operand *
share_side(struct operand *side)
{
	side->owners++;
	return side;
}

static void
release_side(const struct history *history, struct operand *side)
{
	if (side == NULL || --side->owners > 0)
		return;
	for (size_t i = 0; side->snapshots != NULL && i < period_count(history);
	     i++)
		snapshot_free(&side->snapshots[i]);
	free(side->snapshots);
	release_edition(side->edition);
	arena_free(&side->arena);
	free(side);
}

void
history_load(const struct history *history, const git_oid *commit,
    const char *path, struct history_loaded *out)
{
	struct buffer name = { 0 };
	char id[COMMIT_ID_SIZE];

	*out = (struct history_loaded){ .diag = diag_new(0) };
	git_oid_tostr(id, sizeof(id), commit);
	buffer_format(&name, "%s:%s", id, path);
	buffer_add_byte(&name, '\0');
	if (source_open_in(&out->source, history->repository,
		history->options.folder, name.data, out->diag) == 0)
		out->book = book_load(out->source, out->diag);
	if (out->book != NULL)
		out->engine = engine_new(out->book, out->diag);
	buffer_free(&name);
}

void
history_unload(struct history_loaded *loaded)
{
	engine_free(loaded->engine);
	book_free(loaded->book);
	source_close(loaded->source);
	diag_free(loaded->diag);
	*loaded = (struct history_loaded){ 0 };
}

/* The newest period with data where the walk begins, if none was asked for. */
static void
settle_periods(struct history *history, const struct book *book)
{
	history->options.has_period =
	    book_newest(book, &history->periods.first);
	history->periods.last = history->periods.first;
}

/* Score all periods; results where there are data. */
static void
score_periods(const struct history *history, struct edition *edition,
    const struct result **results)
{
	struct history_loaded *loaded = &edition->loaded;
	struct period period = history->periods.first;

	for (size_t i = 0; i < period_count(history); i++, period.index++)
		results[i] = book_has_data(loaded->book, period)
				 ? engine_score(loaded->engine, period)
				 : NULL;
}

static void
take_snapshots(const struct history *history, struct operand *side,
    const struct book *book, const struct result **results)
{
	size_t count = period_count(history);

	side->snapshots = memory_alloc(count * sizeof(*side->snapshots));
	for (size_t i = 0; i < count; i++)
		snapshot_take(&side->snapshots[i], book, results[i],
		    history->options.choose, history->options.context);
	side->shown.snapshots = side->snapshots;
	side->shown.book = book;
}

/* The book that goes along from now on; NULL: none. */
static void
make_live(struct history *history, struct edition *edition, const git_oid *tree)
{
	release_edition(history->live);
	history->live = edition;
	if (edition == NULL)
		return;
	edition->owners++;
	history->live_tree = *tree;
}

/* What a commit's book gives, from nothing. */
static struct operand *
score_afresh(struct history *history, const struct visit *visit)
{
	struct edition *edition = memory_alloc(sizeof(*edition));
	struct history_loaded *loaded = &edition->loaded;
	const struct result **results;
	struct operand *side = new_side();

	*edition = (struct edition){ .owners = 1 };
	history_load(history, &visit->id, visit->path, loaded);
	if (loaded->engine != NULL)
		data_keep(engine_data(loaded->engine));
	results = memory_alloc(period_count(history) * sizeof(*results));
	if (loaded->book != NULL)
		score_periods(history, edition, results);
	side->shown.state = HISTORY_UNSOUND;
	side->shown.error = diag_first(loaded->diag, &side->arena);
	if (!diag_has_errors(loaded->diag)) {
		side->shown.state = HISTORY_SOUND;
		side->edition = edition;
		take_snapshots(history, side, loaded->book, results);
		make_live(history, edition, &visit->book);
	} else {
		release_edition(edition);
		make_live(history, NULL, NULL);
	}
	free(results);
	return side;
}

/*
 * Going along
 */

/*
 * Take the live book along to a commit. NULL where more than data changed, or
 * something is wrong: then all is to be loaded anew, which also finds what is
 * wrong in the order of a first reading.
 */
static struct operand *
move_along(struct history *history, const struct visit *visit)
{
	struct edition *edition = history->live;
	const struct result **results;
	struct operand *side;

	if (edition == NULL ||
	    !incremental_move(history->repository,
		&(struct incremental){ edition->loaded.source,
		    edition->loaded.book, edition->loaded.engine },
		&history->live_tree, &visit->book))
		return NULL;
	results = memory_alloc(period_count(history) * sizeof(*results));
	score_periods(history, edition, results);
	side = diag_has_errors(edition->loaded.diag) ? NULL : new_side();
	if (side != NULL) {
		side->shown.state = HISTORY_SOUND;
		side->edition = edition;
		edition->owners++;
		take_snapshots(history, side, edition->loaded.book, results);
		history->live_tree = visit->book;
	}
	free(results);
	return side;
}

/* A snapshot of nothing for each period, to compare what begins with. */
static void
make_nothing(struct history *history)
{
	const struct result **results =
	    memory_alloc(period_count(history) * sizeof(*results));

	for (size_t i = 0; i < period_count(history); i++)
		results[i] = NULL;
	history->nothing = new_side();
	history->nothing->shown.state = HISTORY_NO_BOOK;
	take_snapshots(history, history->nothing, &history->no_book, results);
	history->nothing->shown.book = NULL;
	free(results);
}

/*
 * Visits
 */

static struct visit *
find_visit(const struct history *history, const git_oid *id)
{
	struct visit *visit = history->visits;

	while (visit != NULL && git_oid_cmp(&visit->id, id) != 0)
		visit = visit->next;
	return visit;
}

static void
drop_visit(struct history *history, const struct visit *gone)
{
	struct visit **link = &history->visits, *visit;

	while (*link != gone)
		link = &(*link)->next;
	visit = *link;
	*link = visit->next;
	release_side(history, visit->side);
	free(visit);
}

/* A folder on the way to the book cannot be read. */
static void
lose(struct visit *visit, const git_oid *id)
{
	struct diag *diag = diag_new(0);

	repository_report_object(diag, "", str_from(visit->path), id);
	visit->is_lost = true;
	visit->side = new_side();
	visit->side->shown.state = HISTORY_UNSOUND;
	visit->side->shown.error = diag_first(diag, &visit->side->arena);
	diag_free(diag);
}

/*
 * Find the book in a folder of a commit's tree. What cannot be read, as in a
 * partial clone, is a side of its own, which says so.
 */
static void
look_for_book(struct history *history, struct visit *visit, const char *path)
{
	git_oid id = visit->tree;
	struct str rest = str_from(path), name;
	struct tree_entry entry;
	struct tree *tree;
	bool more = rest.size > 0;

	visit->has_book = visit->is_lost = false;
	for (;;) {
		tree = tree_open(history->repository, &id);
		if (tree == NULL) {
			lose(visit, &id);
			return;
		}
		if (!more)
			break;
		more = str_cut(&rest, '/', &name);
		name = arena_str(&history->scratch, name);
		if (!tree_find(tree, name.data, &entry) ||
		    entry.kind != TREE_FOLDER)
			goto done;
		id = entry.id;
		tree_free(tree);
	}
	visit->book = id;
	visit->has_book = tree_find(tree, "book.rec", &entry);
done:
	tree_free(tree);
}

/* Folders that may be the one that a book was moved from. */
struct search {
	const struct history *history;
	git_oid wanted;	 /* the book.rec to be found */
	struct str name; /* its Name */
	struct arena *arena;
	size_t same_count, named_count; /* the same file; of the same name */
	struct str same, named;		/* the last folder of each */
};

/* The Name of a book.rec, or an empty slice. */
static struct str
name_of_book(const struct history *history, const git_oid *id,
    struct arena *arena)
{
	struct str text, line, field, name = STR("");
	struct tree_file *file = tree_open_file(history->repository, id, &text);

	while (name.size == 0 && str_next_line(&text, &line))
		if (str_cut(&line, ':', &field) &&
		    str_equal(field, STR("Name")))
			name = arena_str(arena, str_trim(line));
	tree_close_file(file);
	return name;
}

static void
search_entry(void *context, struct str folder, const struct tree_entry *entry)
{
	struct search *search = context;

	if (strcmp(entry->name, "book.rec") != 0 || entry->kind != TREE_FILE)
		return;
	if (git_oid_equal(&entry->id, &search->wanted)) {
		search->same_count++;
		search->same = arena_str(search->arena, folder);
	} else if (search->name.size > 0 &&
		   str_equal(search->name, name_of_book(search->history,
					       &entry->id, search->arena))) {
		search->named_count++;
		search->named = arena_str(search->arena, folder);
	}
}

/* The object of a book's own file. */
static bool
book_file_of(const struct history *history, const git_oid *book, git_oid *id)
{
	struct tree *tree = tree_open(history->repository, book);
	struct tree_entry entry;
	bool found = tree_find(tree, "book.rec", &entry);

	if (found)
		*id = entry.id;
	tree_free(tree);
	return found;
}

/*
 * Where the book of a child was in a parent that does not have it there: the
 * one folder with the same book.rec, or else with a book of the same name.
 */
static void
find_moved(struct history *history, struct visit *visit,
    const struct visit *child)
{
	struct search search = { .history = history, .arena = &history->arena };
	struct tree *tree;
	struct str folder;

	if (!child->has_book ||
	    !book_file_of(history, &child->book, &search.wanted))
		return;
	search.name = name_of_book(history, &search.wanted, &history->arena);
	tree = tree_open(history->repository, &visit->tree);
	if (tree == NULL)
		return;
	tree_walk(tree, search_entry, &search);
	tree_free(tree);
	if (search.same_count == 1)
		folder = search.same;
	else if (search.same_count == 0 && search.named_count == 1)
		folder = search.named;
	else
		return;
	visit->path = folder.data;
	look_for_book(history, visit, visit->path);
}

static void
report_moved(const struct history *history, const struct visit *visit,
    const struct visit *child)
{
	char id[COMMIT_ID_SIZE];
	struct str from = str_from(visit->path), to = str_from(child->path);

	git_oid_tostr(id, sizeof(id), &child->id);
	diag_at_path(history->diag, "", str_from(id), D_BOOK_MOVED,
	    from.size > 0 ? from : STR("."), to.size > 0 ? to : STR("."));
}

/* The visit of a commit, looked for where its child's book is. */
static struct visit *
visit_of(struct history *history, const struct revwalk_commit *commit,
    const char *path, const struct visit *child)
{
	struct visit *visit = memory_alloc(sizeof(*visit));

	*visit = (struct visit){ .next = history->visits,
		.id = commit->id,
		.tree = commit->tree,
		.is_read = true,
		.path = path,
		.has_parent = commit->parent_count > 0 };
	history->visits = visit;
	if (visit->has_parent)
		visit->first_parent = commit->parents[0];
	look_for_book(history, visit, path);
	if (!visit->has_book && !visit->is_lost && child != NULL) {
		find_moved(history, visit, child);
		if (visit->has_book)
			report_moved(history, visit, child);
	}
	return visit;
}

/* A parent's visit, read or not. */
static struct visit *
parent_visit(struct history *history, const git_oid *id,
    const struct visit *child)
{
	struct visit *visit = find_visit(history, id);
	struct revwalk_commit commit;

	if (visit != NULL)
		return visit;
	if (revwalk_read(history->walk, id, &history->scratch, &commit))
		return visit_of(history, &commit, child->path, child);
	visit = memory_alloc(sizeof(*visit));
	*visit = (struct visit){
		.next = history->visits, .id = *id, .path = child->path
	};
	history->visits = visit;
	return visit;
}

static bool
same_book(const struct visit *a, const struct visit *b)
{
	if (a->is_lost || b->is_lost)
		return false;
	if (!a->has_book || !b->has_book)
		return a->has_book == b->has_book;
	return git_oid_cmp(&a->book, &b->book) == 0;
}

static const struct history_side *
side_of(struct history *history, struct visit *visit)
{
	const struct visit *other = history->visits;

	if (visit->side != NULL)
		return &visit->side->shown;
	while (other != NULL &&
	       (other->side == NULL || !same_book(other, visit)))
		other = other->next;
	if (!visit->has_book)
		visit->side = share_side(history->nothing);
	else if (other != NULL)
		visit->side = share_side(other->side);
	else
		visit->side = move_along(history, visit);
	if (visit->side == NULL)
		visit->side = score_afresh(history, visit);
	return &visit->side->shown;
}

/*
 * Opening
 */

/* Where the book is, as `REVISION:PATH` says or the folder lies. */
static int
settle_path(struct history *history, struct str named, bool is_named,
    const char **path)
{
	while (is_named && str_ends(named, STR("/")))
		named.size--;
	if (is_named)
		named = arena_str(&history->arena, named);
	else if (repository_locate(history->repository, history->options.folder,
		     &history->arena, &named, history->diag) != 0)
		return -1;
	*path = arena_str(&history->arena, named).data;
	return 0;
}

static int
resolve(const struct history *history, struct str name, git_oid *id)
{
	struct arena arena = { 0 };
	struct str text = name.size > 0 ? arena_str(&arena, name) : STR("HEAD");
	struct revision revision;
	int rc = revision_resolve(history->repository, history->options.folder,
	    text.data, &revision, history->diag);

	if (rc == 0 && !revision.has_commit) {
		diag_at_path(history->diag, "",
		    str_from(history->options.folder), D_REVISION_TREE, text,
		    STR_END);
		rc = -1;
	}
	*id = revision.commit;
	arena_free(&arena);
	return rc;
}

/* Where a walk begins: the book must be there. */
static int
start_at(struct history *history, struct str name, const char *path)
{
	struct revwalk_commit commit;
	struct visit *visit;
	git_oid id;

	if (resolve(history, name, &id) != 0)
		return -1;
	revwalk_from(history->walk, &id);
	if (find_visit(history, &id) != NULL)
		return 0;
	if (!revwalk_read(history->walk, &id, &history->scratch, &commit)) {
		repository_report_object(history->diag, "", STR(""), &id);
		return -1;
	}
	visit = visit_of(history, &commit, path, NULL);
	if (visit->has_book)
		return 0;
	diag_at_path(history->diag, "", str_from(history->options.folder),
	    D_NO_BOOK_AT, name.size > 0 ? name : STR("HEAD"),
	    path[0] != '\0' ? str_from(path) : STR("."));
	return -1;
}

/* `A..B`, cut at its dots. */
static bool
cut_range(struct str text, struct str *from, struct str *to)
{
	for (size_t i = 0; i + 1 < text.size; i++)
		if (text.data[i] == '.' && text.data[i + 1] == '.') {
			*from = str_head(text, i);
			*to = str_from_byte(text, i + 2);
			return true;
		}
	return false;
}

static int
leave_out(struct history *history, struct str name)
{
	git_oid id;

	if (resolve(history, name, &id) != 0)
		return -1;
	revwalk_without(history->walk, &id);
	return 0;
}

static int
add_revision(struct history *history, const char *text, bool *has_start)
{
	struct str name = str_from(text), path = STR(""), from, to = name;
	bool is_named = revision_cut_path(&name, &path);
	const char *folder;

	if (settle_path(history, path, is_named, &folder) != 0)
		return -1;
	if (str_starts(name, STR("^")))
		return leave_out(history, str_from_byte(name, 1));
	to = name;
	if (cut_range(name, &from, &to)) {
		if (str_starts(to, STR("."))) {
			diag_at_path(history->diag, "",
			    str_from(history->options.folder), D_REVISION_RANGE,
			    str_from(text), STR_END);
			return -1;
		}
		if (leave_out(history, from) != 0)
			return -1;
	}
	*has_start = true;
	return start_at(history, to, folder);
}

static int
add_revisions(struct history *history)
{
	const struct history_options *options = &history->options;
	bool has_start = false;

	for (size_t i = 0; i < options->revision_count; i++)
		if (add_revision(history, options->revisions[i], &has_start) !=
		    0)
			return -1;
	return has_start ? 0 : add_revision(history, "HEAD", &has_start);
}

/* Load where the walk begins, which settles the period. */
static int
begin(struct history *history)
{
	const struct visit *visit = history->visits;
	struct arena arena = { 0 };

	/* The one named first was met first. */
	while (visit->next != NULL)
		visit = visit->next;
	history_load(history, &visit->id, visit->path, &history->tip);
	if (!history->options.has_period && history->tip.book != NULL)
		settle_periods(history, history->tip.book);
	if (!history->options.has_period)
		diag_at_path(history->diag, "",
		    str_from(history->options.folder), D_NO_PERIOD_YET,
		    diag_first(history->tip.diag, &arena), STR_END);
	else
		make_nothing(history);
	arena_free(&arena);
	return history->options.has_period ? 0 : -1;
}

int
history_open(struct history **out, const struct history_options *options,
    struct diag *diag)
{
	struct history *history = memory_alloc(sizeof(*history));
	int rc;

	*history = (struct history){
		.options = *options, .diag = diag, .periods = options->periods
	};
	arena_alloc(&history->scratch, 1);
	history->mark = arena_mark(&history->scratch);
	rc = repository_open(&history->repository, options->folder,
	    REPOSITORY_BROWSE, diag);
	if (rc == 0) {
		repository_doubts(history->repository, options->folder, diag);
		history->walk = revwalk_new(history->repository, diag);
		rc = add_revisions(history);
	}
	if (rc == 0)
		rc = begin(history);
	*out = history;
	if (rc != 0) {
		history_close(history);
		*out = NULL;
	}
	return rc;
}

void
history_close(struct history *history)
{
	if (history == NULL)
		return;
	while (history->visits != NULL)
		drop_visit(history, history->visits);
	release_edition(history->live);
	history_unload(&history->tip);
	release_side(history, history->nothing);
	revwalk_free(history->walk);
	repository_close(history->repository);
	arena_free(&history->arena);
	arena_free(&history->scratch);
	free(history);
}

struct repository *
history_repository(const struct history *history)
{
	return history->repository;
}

struct period_range
history_periods(const struct history *history)
{
	return history->periods;
}

const struct book *
history_newest_book(const struct history *history)
{
	return history->tip.book;
}

/*
 * Walking
 */

/* What a parent stands for: itself, or its nearest sound ancestor. */
static void
settle_base(struct history *history, struct visit *parent,
    struct history_base *base)
{
	struct visit *visit = parent;

	*base = (struct history_base){ 0 };
	if (!history->options.places_only) {
		while (visit != NULL &&
		       side_of(history, visit)->state == HISTORY_UNSOUND)
			visit = visit->has_parent
				    ? parent_visit(history,
					  &visit->first_parent, visit)
				    : NULL;
		base->side = visit != NULL ? &visit->side->shown
					   : &history->nothing->shown;
	}
	if (visit == NULL)
		return;
	base->commit = &visit->id;
	base->path = visit->path;
	if (visit->has_book)
		base->tree = &visit->book;
}

static void
compare_step(struct history *history, struct history_step *step,
    struct visit **parents)
{
	struct history_base *bases;
	size_t count = step->commit.parent_count;

	if (!history->options.places_only)
		step->side = side_of(history, history->current);
	bases = arena_array(&history->scratch, count + 1, sizeof(*bases));
	for (size_t i = 0; i < count; i++)
		settle_base(history, parents[i], &bases[i]);
	if (count == 0 && !history->options.places_only)
		bases[0].side = &history->nothing->shown;
	step->bases = bases;
	step->base_count = count > 0 ? count : 1;
}

bool
history_next(struct history *history, struct history_step *step)
{
	struct visit **parents, *visit;

	if (history->current != NULL)
		drop_visit(history, history->current);
	history->current = NULL;
	arena_release(&history->scratch, history->mark);
	*step = (struct history_step){ 0 };
	if (!revwalk_next(history->walk, &step->commit))
		return false;
	git_oid_tostr(step->id, sizeof(step->id), &step->commit.id);
	visit = find_visit(history, &step->commit.id);
	/* Each commit is its child's parent, or where the walk begins. */
	if (visit == NULL)
		visit = visit_of(history, &step->commit, "", NULL);
	history->current = visit;
	step->path = visit->path;
	step->tree = visit->has_book ? &visit->book : NULL;
	/* Of a commit whose parents are not here nothing can be said. */
	step->is_unchanged = step->commit.is_cut_off;
	parents = arena_array(&history->scratch, step->commit.parent_count,
	    sizeof(struct visit *));
	for (size_t i = 0; i < step->commit.parent_count; i++) {
		parents[i] =
		    parent_visit(history, &step->commit.parents[i], visit);
		/* As is a commit whose parent is damaged: the walk says so. */
		step->is_unchanged |=
		    !parents[i]->is_read || same_book(parents[i], visit);
	}
	if (step->commit.parent_count == 0 && !visit->has_book)
		step->is_unchanged = true;
	if (!step->is_unchanged)
		compare_step(history, step, parents);
	return true;
}
