#include "git/blame.h"

#include <git2.h>
#include <stdlib.h>

#include "base/intern.h"
#include "git/parents.h"
#include "git/repository.h"
#include "git/revision.h"

/* A commit that was met, with what became of its parents. */
struct blamed {
	struct commit_info info; /* first: blame_is_boundary() */
	bool is_boundary;
};

/* A file, and whose each of its lines is. */
struct blamed_file {
	struct blamed_file *next;
	struct str path;
	const struct blamed **lines;
	size_t count; /* 0 where its history cannot be read */
	bool is_known;
};

struct blame {
	struct arena arena;
	struct source *source;
	struct repository *repository;
	struct diag *diag;
	struct str book; /* its path in the repository */
	git_oid newest;
	struct blamed_file *files;
	struct intern commit_index; /* by id */
	struct blamed **commits;
	size_t commit_count, commit_capacity;
};

/* A line that is looked for: in the file asked for, and in a commit's. */
struct sought {
	uint32_t final, here; /* from 0 */
};

/* Lines that a commit has in a file, and that may be older than it. */
struct suspect {
	struct suspect *next;
	git_commit *commit;
	const char *path;
	git_blob *blob;
	struct sought *lines;
	size_t count;
};

/* A file while it is looked into. */
struct search {
	struct blame *blame;
	struct blamed_file *file;
	struct arena arena;
	struct suspect *queue; /* the newest commit first */
	struct str path;       /* for messages */
	bool failed;
};

static int
fail(struct search *search, const git_oid *id)
{
	if (!search->failed)
		repository_report_object(search->blame->diag,
		    source_prefix(search->blame->source), search->path, id);
	search->failed = true;
	return -1;
}

/*
 * Opening
 */

static bool
is_in_repository(const char *folder)
{
	git_buf found = { 0 };
	bool is_there;

	if (git_libgit2_init() < 0)
		return false;
	is_there = git_repository_discover(&found, folder, 0,
		       getenv("GIT_CEILING_DIRECTORIES")) == 0;
	git_buf_dispose(&found);
	git_libgit2_shutdown();
	return is_there;
}

/* The commit that the history begins at; false where there is none. */
static bool
find_newest(struct blame *blame, const char *revision)
{
	git_repository *git = repository_git(blame->repository);

	if (revision == NULL)
		return git_reference_name_to_id(&blame->newest, git, "HEAD") ==
		       0;
	return source_commit_id(blame->source)[0] != '\0' &&
	       git_oid_fromstr(&blame->newest,
		   source_commit_id(blame->source)) == 0;
}

/* Where the book lies in the repository. */
static int
find_book(struct blame *blame, const char *folder, const char *revision)
{
	struct str name = str_from(revision);

	if (revision == NULL || !revision_cut_path(&name, &blame->book))
		return repository_locate(blame->repository, folder,
		    &blame->arena, &blame->book, blame->diag);
	while (str_ends(blame->book, STR("/")))
		blame->book.size--;
	return 0;
}

int
blame_open(struct blame **out, struct source *source, const char *folder,
    const char *revision, struct diag *diag)
{
	struct blame *blame = memory_alloc(sizeof(*blame));
	bool has_history = true;
	int rc = 0;

	*blame = (struct blame){ .source = source, .diag = diag };
	*out = NULL;
	if (source_repository(source) != NULL)
		blame->repository = repository_share(source_repository(source));
	else if (is_in_repository(folder))
		rc = repository_open(&blame->repository, folder,
		    REPOSITORY_BROWSE, diag);
	if (blame->repository != NULL) {
		has_history = find_newest(blame, revision);
		if (has_history)
			rc = find_book(blame, folder, revision);
	}
	if (rc != 0 || !has_history || blame->repository == NULL)
		blame_close(blame);
	else
		*out = blame;
	return rc;
}

const struct repository *
blame_repository(const struct blame *blame)
{
	return blame->repository;
}

void
blame_close(struct blame *blame)
{
	if (blame == NULL)
		return;
	repository_close(blame->repository);
	intern_free(&blame->commit_index);
	arena_free(&blame->arena);
	free(blame);
}

/*
 * Looking into a file
 */

static const struct blamed *
blamed_commit(struct search *search, const git_oid *id, bool is_boundary)
{
	struct blame *blame = search->blame;
	struct blamed *commit;
	char text[GIT_OID_HEXSZ + 1];
	uint32_t number;

	git_oid_tostr(text, sizeof(text), id);
	number = intern_find(&blame->commit_index, str_from(text));
	if (number != INDEX_NONE)
		return blame->commits[number];
	commit = arena_new(&blame->arena, struct blamed);
	commit->is_boundary = is_boundary;
	if (commit_read(&commit->info, blame->repository, text, &blame->arena,
		blame->diag) != 0) {
		search->failed = true;
		return NULL;
	}
	blame->commits =
	    arena_grow(&blame->arena, blame->commits, blame->commit_count,
		&blame->commit_capacity, sizeof(struct blamed *));
	number = (uint32_t)blame->commit_count;
	blame->commits[blame->commit_count++] = commit;
	intern_add(&blame->commit_index, str_from(commit->info.id), &number);
	return commit;
}

/* Whether one commit is to be looked at before another: children first. */
static bool
is_before(const git_commit *a, const git_commit *b)
{
	return git_commit_time(a) > git_commit_time(b);
}

/*
 * Look for lines in a file of an older commit; takes the commit and the blob.
 * Lines of one commit that come by two ways are looked for together.
 */
static void
suspect(struct search *search, git_commit *commit, const char *path,
    git_blob *blob, struct sought *lines, size_t count)
{
	struct suspect **link = &search->queue, *one;

	for (one = search->queue; one != NULL; one = one->next) {
		struct sought *both;

		if (!git_oid_equal(git_commit_id(one->commit),
			git_commit_id(commit)) ||
		    strcmp(one->path, path) != 0)
			continue;
		both = arena_array(&search->arena, one->count + count,
		    sizeof(*both));
		memcpy(both, one->lines, one->count * sizeof(*both));
		memcpy(both + one->count, lines, count * sizeof(*both));
		one->lines = both;
		one->count += count;
		git_commit_free(commit);
		git_blob_free(blob);
		return;
	}
	while (*link != NULL && !is_before(commit, (*link)->commit))
		link = &(*link)->next;
	one = arena_new(&search->arena, struct suspect);
	*one = (struct suspect){ *link, commit, path, blob, lines, count };
	*link = one;
}

static size_t
count_lines(const char *bytes, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] == '\n';
	return count + (size > 0 && bytes[size - 1] != '\n');
}

#define LINE_CHANGED UINT32_MAX

/* For each new line the old one that it is, or LINE_CHANGED. */
struct mapping {
	uint32_t *old;
	size_t count, at; /* lines; those mapped so far */
	int64_t offset;	  /* from new to old, behind the last change */
};

static void
map_until(struct mapping *mapping, size_t end)
{
	for (; mapping->at < end && mapping->at < mapping->count; mapping->at++)
		mapping->old[mapping->at] =
		    (uint32_t)((int64_t)mapping->at + mapping->offset);
}

static int
map_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
	struct mapping *mapping = payload;
	/* Where nothing is new the start is the line before. */
	size_t first = (size_t)hunk->new_start - (hunk->new_lines > 0);

	(void)delta;
	map_until(mapping, first);
	for (int i = 0; i < hunk->new_lines && mapping->at < mapping->count;
	     i++)
		mapping->old[mapping->at++] = LINE_CHANGED;
	mapping->offset += hunk->old_lines - hunk->new_lines;
	return 0;
}

static git_diff_options
line_options(void)
{
	git_diff_options options;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_FORCE_TEXT;
	options.context_lines = 0;
	options.interhunk_lines = 0;
	return options;
}

static struct mapping
new_mapping(struct search *search, const char *bytes, size_t size)
{
	struct mapping mapping = { .count = count_lines(bytes, size) };

	mapping.old = arena_array(&search->arena, mapping.count + 1,
	    sizeof(*mapping.old));
	return mapping;
}

/* Give a suspect's lines that its parent has to that; keep the others. */
static int
pass_lines(struct search *search, struct suspect *from, git_commit *parent,
    const char *path, git_blob *blob)
{
	git_diff_options options = line_options();
	struct mapping mapping =
	    new_mapping(search, git_blob_rawcontent(from->blob),
		(size_t)git_blob_rawsize(from->blob));
	struct sought *passed =
	    arena_array(&search->arena, from->count, sizeof(*passed));
	size_t count = 0, kept = 0;

	if (git_diff_blobs(blob, path, from->blob, from->path, &options, NULL,
		NULL, map_hunk, NULL, &mapping) != 0) {
		git_commit_free(parent);
		git_blob_free(blob);
		return fail(search, git_blob_id(from->blob));
	}
	map_until(&mapping, mapping.count);
	for (size_t i = 0; i < from->count; i++) {
		struct sought line = from->lines[i];
		uint32_t old = line.here < mapping.count
				   ? mapping.old[line.here]
				   : LINE_CHANGED;

		if (old == LINE_CHANGED) {
			from->lines[kept++] = line;
		} else {
			line.here = old;
			passed[count++] = line;
		}
	}
	from->count = kept;
	if (count > 0) {
		suspect(search, parent, path, blob, passed, count);
	} else {
		git_commit_free(parent);
		git_blob_free(blob);
	}
	return 0;
}

/* The name that a file new in a commit had in its parent, or NULL. */
static const char *
former_path(struct search *search, git_tree *old, git_tree *new,
    const char *path)
{
	git_repository *git = repository_git(search->blame->repository);
	git_diff_find_options find;
	const char *found = NULL;
	git_diff *diff = NULL;

	git_diff_find_options_init(&find, GIT_DIFF_FIND_OPTIONS_VERSION);
	find.flags = GIT_DIFF_FIND_RENAMES;
	if (git_diff_tree_to_tree(&diff, git, old, new, NULL) == 0 &&
	    git_diff_num_deltas_of_type(diff, GIT_DELTA_DELETED) > 0 &&
	    git_diff_find_similar(diff, &find) == 0)
		for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
			const git_diff_delta *delta =
			    git_diff_get_delta(diff, i);

			if (delta->status == GIT_DELTA_RENAMED &&
			    strcmp(delta->new_file.path, path) == 0)
				found = arena_str(&search->arena,
				    str_from(delta->old_file.path))
					    .data;
		}
	git_diff_free(diff);
	return found;
}

static int
find_in_tree(const git_tree *tree, const char *path, git_oid *id)
{
	git_tree_entry *entry = NULL;
	int rc = git_tree_entry_bypath(&entry, tree, path);

	if (rc == 0 && git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		rc = GIT_ENOTFOUND;
	if (rc == 0)
		*id = *git_tree_entry_id(entry);
	git_tree_entry_free(entry);
	return rc;
}

/* What a parent has where a suspect has its file. */
struct parent {
	git_commit *commit;
	const char *path; /* NULL: it has no such file */
	git_oid blob;
};

static int
find_in_parent(struct search *search, const struct suspect *from,
    struct parent *parent)
{
	git_tree *old = NULL, *new = NULL;
	int rc;

	parent->path = NULL;
	if (git_commit_tree(&old, parent->commit) != 0)
		return fail(search, git_commit_tree_id(parent->commit));
	rc = find_in_tree(old, from->path, &parent->blob);
	if (rc == 0) {
		parent->path = from->path;
	} else if (rc != GIT_ENOTFOUND) {
		fail(search, git_commit_tree_id(parent->commit));
	} else if (git_commit_tree(&new, from->commit) == 0) {
		parent->path = former_path(search, old, new, from->path);
		if (parent->path != NULL &&
		    find_in_tree(old, parent->path, &parent->blob) != 0)
			parent->path = NULL;
	}
	git_tree_free(old);
	git_tree_free(new);
	return search->failed ? -1 : 0;
}

/* The parents that are there; false in *is_whole where a shallow clone ends. */
static int
find_parents(struct search *search, const struct suspect *from,
    struct parent *parents, unsigned *count, bool *is_whole)
{
	const struct repository *repository = search->blame->repository;

	*count = 0;
	*is_whole = true;
	for (size_t i = 0; i < parents_count(from->commit); i++) {
		struct parent *parent = &parents[*count];
		git_oid id = parents_id(from->commit, i);

		if (git_commit_lookup(&parent->commit,
			repository_git(repository), &id) != 0) {
			if (!repository_is_shallow(repository))
				return fail(search, &id);
			parent->commit = NULL;
			*is_whole = false;
			continue;
		}
		++*count;
		if (find_in_parent(search, from, parent) != 0)
			return -1;
	}
	return 0;
}

/* A parent with the very same file has all of its lines. */
static bool
pass_all(struct search *search, struct suspect *from, struct parent *parents,
    unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		git_blob *blob = NULL;

		if (parents[i].path == NULL ||
		    !git_oid_equal(&parents[i].blob, git_blob_id(from->blob)) ||
		    git_blob_dup(&blob, from->blob) != 0)
			continue;
		suspect(search, parents[i].commit, parents[i].path, blob,
		    from->lines, from->count);
		parents[i].commit = NULL;
		from->count = 0;
		return true;
	}
	return false;
}

static void
pass_some(struct search *search, struct suspect *from, struct parent *parents,
    unsigned count)
{
	git_repository *git = repository_git(search->blame->repository);

	for (unsigned i = 0; i < count && from->count > 0; i++) {
		git_blob *blob = NULL;

		if (parents[i].path == NULL)
			continue;
		if (git_blob_lookup(&blob, git, &parents[i].blob) != 0) {
			fail(search, &parents[i].blob);
			return;
		}
		pass_lines(search, from, parents[i].commit, parents[i].path,
		    blob);
		parents[i].commit = NULL;
	}
}

/* Settle the lines of one suspect: its own, or its parents'. */
static void
settle(struct search *search, struct suspect *from)
{
	size_t most = parents_count(from->commit);
	struct parent *parents =
	    arena_array(&search->arena, most, sizeof(*parents));
	const struct blamed *commit;
	unsigned count;
	bool is_whole;

	if (find_parents(search, from, parents, &count, &is_whole) == 0 &&
	    !pass_all(search, from, parents, count))
		pass_some(search, from, parents, count);
	for (size_t i = 0; i < most; i++)
		git_commit_free(parents[i].commit);
	if (search->failed || from->count == 0)
		return;
	commit = blamed_commit(search, git_commit_id(from->commit), !is_whole);
	for (size_t i = 0; i < from->count; i++)
		search->file->lines[from->lines[i].final] = commit;
}

static void
settle_all(struct search *search)
{
	while (search->queue != NULL) {
		struct suspect *from = search->queue;

		search->queue = from->next;
		if (!search->failed)
			settle(search, from);
		git_commit_free(from->commit);
		git_blob_free(from->blob);
	}
}

/* The lines of the file that the newest commit has are looked for in it. */
static void
begin(struct search *search, git_commit *commit, const char *path,
    git_blob *blob, struct str bytes)
{
	git_diff_options options = line_options();
	struct mapping mapping = new_mapping(search, bytes.data, bytes.size);
	struct sought *lines =
	    arena_array(&search->arena, mapping.count, sizeof(*lines));
	size_t count = 0;

	/* An unchanged file, the usual case, has no hunks. */
	if (git_diff_blob_to_buffer(blob, path, bytes.data, bytes.size, path,
		&options, NULL, NULL, map_hunk, NULL, &mapping) != 0) {
		fail(search, git_blob_id(blob));
		git_commit_free(commit);
		git_blob_free(blob);
		return;
	}
	map_until(&mapping, mapping.count);
	for (uint32_t i = 0; i < mapping.count; i++)
		if (mapping.old[i] != LINE_CHANGED)
			lines[count++] = (struct sought){ i, mapping.old[i] };
	suspect(search, commit, path, blob, lines, count);
}

/* The file as the newest commit has it; 0 with *blob NULL where it has none. */
static int
open_newest(struct search *search, const char *path, git_commit **commit,
    git_blob **blob)
{
	struct blame *blame = search->blame;
	git_repository *git = repository_git(blame->repository);
	git_tree *tree = NULL;
	git_oid id;
	int rc = 0;

	*blob = NULL;
	*commit = NULL;
	if (git_commit_lookup(commit, git, &blame->newest) != 0)
		return fail(search, &blame->newest);
	if (git_commit_tree(&tree, *commit) != 0)
		return fail(search, git_commit_tree_id(*commit));
	rc = find_in_tree(tree, path, &id);
	git_tree_free(tree);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc != 0)
		return fail(search, git_commit_tree_id(*commit));
	return git_blob_lookup(blob, git, &id) == 0 ? 0 : fail(search, &id);
}

static void
look_into(struct search *search, struct str bytes)
{
	struct blame *blame = search->blame;
	const char *path = arena_format(&search->arena, STR_FMT "%s" STR_FMT,
	    STR_ARG(blame->book), blame->book.size > 0 ? "/" : "",
	    STR_ARG(search->path))
			       .data;
	git_commit *commit;
	git_blob *blob;

	if (open_newest(search, path, &commit, &blob) == 0 && blob != NULL)
		begin(search, commit, path, blob, bytes);
	else
		git_commit_free(commit);
	settle_all(search);
}

static struct blamed_file *
read_file(struct blame *blame, const char *path)
{
	struct blamed_file *file = arena_new(&blame->arena, struct blamed_file);
	struct search search = { .blame = blame, .file = file };
	struct buffer bytes = { 0 };

	file->path = arena_str(&blame->arena, str_from(path));
	file->next = blame->files;
	blame->files = file;
	search.path = file->path;
	if (source_read(blame->source, path, &bytes, blame->diag) == 0) {
		file->count = count_lines(bytes.data, bytes.size);
		file->lines = arena_array(&blame->arena, file->count,
		    sizeof(const struct blamed *));
		look_into(&search, buffer_str(&bytes));
		file->is_known = !search.failed;
	}
	/* What is known of half the history may be wrong of the whole. */
	if (!file->is_known)
		file->count = 0;
	buffer_free(&bytes);
	arena_free(&search.arena);
	return file;
}

static const struct blamed_file *
find_file(struct blame *blame, const char *path)
{
	struct blamed_file *file = blame->files;

	while (file != NULL && !str_equal(file->path, str_from(path)))
		file = file->next;
	return file != NULL ? file : read_file(blame, path);
}

const struct commit_info *
blame_line(struct blame *blame, const char *path, unsigned line)
{
	const struct blamed_file *file = find_file(blame, path);

	if (line == 0 || line > file->count || file->lines[line - 1] == NULL)
		return NULL;
	return &file->lines[line - 1]->info;
}

bool
blame_is_known(struct blame *blame, const char *path)
{
	return find_file(blame, path)->is_known;
}

bool
blame_is_boundary(const struct commit_info *commit)
{
	return ((const struct blamed *)(const void *)commit)->is_boundary;
}
