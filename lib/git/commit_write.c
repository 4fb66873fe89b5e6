#include "git/commit_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "git/commit_graph.h"
#include "git/identity.h"
#include "git/libgit2_error.h"
#include "git/parents.h"
#include "git/repository.h"
#include "git/signature.h"

struct commit_write {
	struct arena arena;
	struct repository *repository;
	struct diag *diag;
	git_repository *git; /* the repository's */
	git_oid head;
	const char *branch; /* its full name */
	struct str prefix;  /* of the folder in the repository, "" or "a/b" */
	int lock;	    /* the repository's folder, locked; or -1 */
};

/* Report; returns -1. */
static int
refuse(const struct commit_write *write, enum finding finding, struct str first,
    struct str second)
{
	diag_at(write->diag, place_none(), finding, first, second);
	return -1;
}

/*
 * Opening
 */

static int
check_state(struct commit_write *write)
{
	git_repository *git = write->git;
	struct str lock = arena_format(&write->arena, "%sindex.lock",
	    git_repository_path(git));
	struct stat status;

	if (git_repository_is_bare(git))
		return refuse(write, D_COMMIT_BARE, STR_END, STR_END);
	if (git_repository_head_unborn(git) == 1)
		return refuse(write, D_COMMIT_UNBORN, STR_END, STR_END);
	if (git_repository_head_detached(git) == 1)
		return refuse(write, D_COMMIT_DETACHED, STR_END, STR_END);
	if (git_repository_state(git) != GIT_REPOSITORY_STATE_NONE)
		return refuse(write, D_COMMIT_MERGING, STR_END, STR_END);
	if (stat(lock.data, &status) == 0)
		return refuse(write, D_COMMIT_LOCK, lock, STR_END);
	return 0;
}

static int
find_branch(struct commit_write *write)
{
	git_reference *head = NULL;
	int rc = git_reference_lookup(&head, write->git, "HEAD");

	if (rc == 0) {
		write->branch = arena_str(&write->arena,
		    str_from(git_reference_symbolic_target(head)))
				    .data;
		rc = git_reference_name_to_id(&write->head, write->git,
		    write->branch);
	}
	git_reference_free(head);
	if (rc == 0)
		return 0;
	return refuse(write, D_COMMIT_HEAD, repository_reason(), STR_END);
}

/* A file system without such locks has git's own all the same. */
static int
wait_for_others(struct commit_write *write)
{
	enum { TRIES = 1500 };
	const struct timespec pause = { 0, 20000000L };

	write->lock = open(git_repository_commondir(write->git),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < TRIES && write->lock >= 0; i++) {
		if (flock(write->lock, LOCK_EX | LOCK_NB) == 0 ||
		    (errno != EWOULDBLOCK && errno != EINTR))
			return 0;
		nanosleep(&pause, NULL);
	}
	if (write->lock < 0)
		return 0;
	return refuse(write, D_COMMIT_BUSY, STR_END, STR_END);
}

int
commit_write_open(struct commit_write **out, struct repository *repository,
    const char *folder, enum commit_write_use use, struct diag *diag)
{
	struct commit_write *write = memory_alloc(sizeof(*write));
	int rc;

	*write =
	    (struct commit_write){ .repository = repository_share(repository),
		    .diag = diag,
		    .git = repository_git(repository),
		    .lock = -1 };
	/* What is said to be done must outlive a loss of power. */
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	rc = use == COMMIT_WRITE_CHANGE ? wait_for_others(write) : 0;
	if (rc == 0)
		rc = check_state(write);
	if (rc == 0)
		rc = find_branch(write);
	if (rc == 0)
		rc = repository_locate(repository, folder, &write->arena,
		    &write->prefix, diag);
	*out = write;
	if (rc == 0)
		return 0;
	commit_write_close(write);
	*out = NULL;
	return rc;
}

void
commit_write_close(struct commit_write *write)
{
	if (write == NULL)
		return;
	if (write->lock >= 0)
		close(write->lock);
	repository_close(write->repository);
	arena_free(&write->arena);
	free(write);
}

const git_oid *
commit_write_head(const struct commit_write *write)
{
	return &write->head;
}

const char *
commit_write_branch(const struct commit_write *write)
{
	static const char heads[] = "refs/heads/";

	return strncmp(write->branch, heads, sizeof(heads) - 1) == 0
		   ? write->branch + sizeof(heads) - 1
		   : write->branch;
}

struct str
commit_write_prefix(const struct commit_write *write)
{
	return write->prefix;
}

/* A path of the folder as the repository has it. */
static struct str
whole_path(const struct commit_write *write, struct arena *arena,
    const char *path)
{
	return arena_format(arena, STR_FMT "%s%s", STR_ARG(write->prefix),
	    write->prefix.size > 0 ? "/" : "", path);
}

/*
 * What differs from HEAD
 */

static const char *
what_differs(unsigned flags)
{
	static const struct {
		unsigned flags;
		const char *what;
	} rows[] = {
		{ GIT_STATUS_CONFLICTED, N_("unmerged") },
		{ GIT_STATUS_INDEX_NEW, N_("staged, not committed") },
		{ GIT_STATUS_INDEX_MODIFIED | GIT_STATUS_INDEX_RENAMED |
			GIT_STATUS_INDEX_TYPECHANGE,
		    N_("changed and staged, not committed") },
		{ GIT_STATUS_INDEX_DELETED,
		    N_("removed, the removal not committed") },
		{ GIT_STATUS_WT_NEW, N_("not in git") },
		{ GIT_STATUS_WT_DELETED, N_("missing") },
		{ GIT_STATUS_WT_UNREADABLE, N_("cannot be read") },
		{ GIT_STATUS_IGNORED, N_("ignored by git, though the tools "
					 "read this folder") },
	};

	for (size_t i = 0; i < LENGTH(rows); i++)
		if ((flags & rows[i].flags) != 0)
			return _(rows[i].what);
	return _("changed, not committed");
}

/* Add what git's status shows of a path and all below it. */
static int
add_changes(const struct commit_write *write, struct str path, unsigned flags,
    struct arena *arena, struct commit_write_change **list, size_t *count,
    size_t *capacity)
{
	char *wanted = (char *)(uintptr_t)path.data;
	git_status_options options;
	git_status_list *found = NULL;
	size_t skip = write->prefix.size > 0 ? write->prefix.size + 1 : 0;
	int rc;

	git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
	options.flags = flags | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
	if (path.size > 0)
		options.pathspec = (git_strarray){ &wanted, 1 };
	rc = git_status_list_new(&found, write->git, &options);
	for (size_t i = 0; rc == 0 && i < git_status_list_entrycount(found);
	     i++) {
		const git_status_entry *entry = git_status_byindex(found, i);
		const git_diff_delta *delta = entry->head_to_index != NULL
						  ? entry->head_to_index
						  : entry->index_to_workdir;
		struct str name = str_from(delta->new_file.path != NULL
					       ? delta->new_file.path
					       : delta->old_file.path);

		if (entry->status == GIT_STATUS_CURRENT ||
		    ((flags & GIT_STATUS_OPT_INCLUDE_IGNORED) != 0 &&
			entry->status != GIT_STATUS_IGNORED))
			continue;
		*list =
		    arena_grow(arena, *list, *count, capacity, sizeof(**list));
		(*list)[(*count)++] = (struct commit_write_change){
			arena_str(arena, str_from_byte(name, skip)),
			what_differs(entry->status)
		};
	}
	git_status_list_free(found);
	return rc;
}

/* Whether some name of a path begins with a dot: tools look at none of these.
 */
static bool
is_hidden(struct str path)
{
	bool more = true;
	struct str name;

	while (more) {
		more = str_cut(&path, '/', &name);
		if (name.size > 0 && name.data[0] == '.')
			return true;
	}
	return false;
}

int
commit_write_changes(const struct commit_write *write,
    const char *const *guarded, struct arena *arena,
    struct commit_write_change **list, size_t *count)
{
	size_t capacity = 0, first, kept;
	int rc;

	*list = NULL;
	*count = 0;
	rc = add_changes(write, write->prefix,
	    GIT_STATUS_OPT_INCLUDE_UNTRACKED |
		GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS,
	    arena, list, count, &capacity);
	first = kept = *count;
	for (; rc == 0 && *guarded != NULL; guarded++)
		rc = add_changes(write, whole_path(write, arena, *guarded),
		    GIT_STATUS_OPT_INCLUDE_IGNORED |
			GIT_STATUS_OPT_RECURSE_IGNORED_DIRS,
		    arena, list, count, &capacity);
	for (size_t i = first; i < *count; i++)
		if (!is_hidden((*list)[i].path))
			(*list)[kept++] = (*list)[i];
	*count = kept;
	if (rc == 0)
		return 0;
	return refuse(write, D_COMMIT_COMPARE, repository_reason(), STR_END);
}

/*
 * Objects
 */

/*
 * The tree `base` (NULL: an empty one) with `leaf` at a path below it; the
 * trees on the way are written.
 */
static int
put_tree(git_repository *git, const git_oid *base, struct str path,
    const git_oid *leaf, git_oid *out)
{
	git_treebuilder *builder = NULL;
	git_tree *tree = NULL;
	const git_tree_entry *below = NULL;
	git_oid next = *leaf;
	struct str name;
	struct arena arena = { 0 };
	bool more = str_cut(&path, '/', &name);
	int rc = 0;

	name = arena_str(&arena, name);
	if (base != NULL)
		rc = git_tree_lookup(&tree, git, base);
	if (rc == 0 && tree != NULL)
		below = git_tree_entry_byname(tree, name.data);
	if (rc == 0 && more)
		rc = put_tree(git,
		    below != NULL &&
			    git_tree_entry_type(below) == GIT_OBJECT_TREE
			? git_tree_entry_id(below)
			: NULL,
		    path, leaf, &next);
	if (rc == 0)
		rc = git_treebuilder_new(&builder, git, tree);
	if (rc == 0)
		rc = git_treebuilder_insert(NULL, builder, name.data, &next,
		    GIT_FILEMODE_TREE);
	if (rc == 0)
		rc = git_treebuilder_write(out, builder);
	git_treebuilder_free(builder);
	git_tree_free(tree);
	arena_free(&arena);
	return rc;
}

/* The tree of just these files. */
static int
write_leaf(git_repository *git, const struct commit_write_request *request,
    git_oid *out)
{
	git_treebuilder *builder = NULL;
	int rc = git_treebuilder_new(&builder, git, NULL);

	for (size_t i = 0; rc == 0 && i < request->file_count; i++) {
		const struct commit_write_file *file = &request->files[i];
		git_oid blob;

		rc = git_blob_create_from_buffer(&blob, git, file->bytes.data,
		    file->bytes.size);
		if (rc == 0)
			rc = git_treebuilder_insert(NULL, builder, file->name,
			    &blob, GIT_FILEMODE_BLOB);
	}
	if (rc == 0)
		rc = git_treebuilder_write(out, builder);
	git_treebuilder_free(builder);
	return rc;
}

static int
write_trees(const struct commit_write *write,
    const struct commit_write_request *request, git_oid *out)
{
	struct arena arena = { 0 };
	struct str place = whole_path(write, &arena, request->place);
	git_commit *head = NULL;
	git_oid leaf;
	int rc = git_commit_lookup(&head, write->git, &write->head);

	if (rc == 0)
		rc = write_leaf(write->git, request, &leaf);
	if (rc == 0)
		rc = put_tree(write->git, git_commit_tree_id(head), place,
		    &leaf, out);
	git_commit_free(head);
	arena_free(&arena);
	return rc;
}

/* Nothing is changed by a failure before the references are set. */
static int
cannot_write(const struct commit_write *write)
{
	return refuse(write, D_COMMIT_WRITE, repository_reason(), STR_END);
}

static int
write_commit(const struct commit_write *write, const struct identity *identity,
    const git_oid *tree_id, struct str message, git_oid *out)
{
	const struct signature_settings *sign =
	    identity->signs_commits ? &identity->signing : NULL;
	git_commit *head = NULL;
	git_tree *tree = NULL;
	git_buf bytes = { 0 };
	struct buffer signature = { 0 };
	struct arena arena = { 0 };
	int status = 0;
	int rc = git_commit_lookup(&head, write->git, &write->head);

	message = arena_str(&arena, message);
	if (rc == 0)
		rc = git_tree_lookup(&tree, write->git, tree_id);
	if (rc == 0) {
		const git_commit *parents[] = { head };

		rc = git_commit_create_buffer(&bytes, write->git,
		    identity->author, identity->committer, NULL, message.data,
		    tree, 1, parents);
	}
	if (rc == 0 && sign != NULL)
		status =
		    signature_make(sign, (struct str){ bytes.ptr, bytes.size },
			&signature, write->diag);
	if (rc == 0 && status == 0 && sign != NULL) {
		/* In the header a signature stands without its last newline. */
		while (signature.size > 0 &&
		       signature.data[signature.size - 1] == '\n')
			signature.size--;
		buffer_add_byte(&signature, '\0');
		rc = git_commit_create_with_signature(out, write->git,
		    bytes.ptr, signature.data, "gpgsig");
	} else if (rc == 0 && status == 0) {
		rc = git_odb_write(out, repository_objects(write->repository),
		    bytes.ptr, bytes.size, GIT_OBJECT_COMMIT);
	}
	git_buf_dispose(&bytes);
	git_tree_free(tree);
	git_commit_free(head);
	buffer_free(&signature);
	arena_free(&arena);
	if (status != 0)
		return status;
	return rc == 0 ? 0 : cannot_write(write);
}

/* As git writes it; libgit2 signs none. */
static int
write_tag(const struct commit_write *write, const struct identity *identity,
    const char *tag, const git_oid *commit, struct str message, git_oid *out)
{
	const git_signature *tagger = identity->committer;
	int offset = tagger->when.offset;
	struct buffer text = { 0 };
	char id[COMMIT_ID_SIZE];
	int rc = 0;

	git_oid_tostr(id, sizeof(id), commit);
	buffer_format(&text, "object %s\ntype commit\ntag %s\n", id, tag);
	buffer_format(&text, "tagger %s <%s> %lld %c%02d%02d\n\n", tagger->name,
	    tagger->email, (long long)tagger->when.time, offset < 0 ? '-' : '+',
	    abs(offset) / 60, abs(offset) % 60);
	buffer_add(&text, message);
	if (identity->signs_tags)
		rc = signature_make(&identity->signing, buffer_str(&text),
		    &text, write->diag);
	if (rc == 0 && git_odb_write(out, repository_objects(write->repository),
			   text.data, text.size, GIT_OBJECT_TAG) != 0)
		rc = cannot_write(write);
	buffer_free(&text);
	return rc;
}

/*
 * References
 */

/* Where a reference leads; false where there is none. */
static bool
read_reference(const struct commit_write *write, const char *name, git_oid *out)
{
	return git_reference_name_to_id(out, write->git, name) == 0;
}

/* What a tag was found to be. */
enum tag_state {
	TAG_NONE,
	TAG_UNFINISHED, /* on a commit of an interrupted run */
	TAG_TAKEN
};

struct tag_found {
	enum tag_state state;
	git_oid id;	/* where the reference leads */
	git_oid commit; /* what it marks, in the end */
	git_oid tree, parent;
	bool has_one_parent;
};

/* The name of a local or remote-tracking branch that has a commit, or NULL. */
static const char *
branch_with(const struct commit_write *write, const git_oid *commit,
    struct arena *arena)
{
	git_branch_iterator *iterator = NULL;
	git_reference *branch = NULL;
	struct commit_graph *graph;
	const char *name = NULL;
	git_branch_t type;

	if (git_branch_iterator_new(&iterator, write->git, GIT_BRANCH_ALL) != 0)
		return NULL;
	graph = commit_graph_new(write->repository);
	while (name == NULL && git_branch_next(&branch, &type, iterator) == 0) {
		const git_oid *tip = git_reference_target(branch);

		if (tip != NULL && commit_graph_reaches(graph, tip, commit))
			name = arena_str(arena,
			    str_from(git_reference_shorthand(branch)))
				   .data;
		git_reference_free(branch);
	}
	git_branch_iterator_free(iterator);
	commit_graph_free(graph);
	return name;
}

/* Whether a commit has the place that is to be written. */
static bool
has_place(const struct commit_write *write, const git_oid *tree_id,
    const char *place)
{
	struct arena arena = { 0 };
	struct str path = whole_path(write, &arena, place);
	git_tree_entry *entry = NULL;
	git_tree *tree = NULL;
	bool found = git_tree_lookup(&tree, write->git, tree_id) == 0 &&
		     git_tree_entry_bypath(&entry, tree, path.data) == 0;

	git_tree_entry_free(entry);
	git_tree_free(tree);
	arena_free(&arena);
	return found;
}

/*
 * Look at a tag of this name. Only a tag on a commit that no branch has, here
 * or as it was last fetched, is a remainder; all others are somebody's.
 */
static void
look_at_tag(struct commit_write *write,
    const struct commit_write_request *request, const char *reference,
    struct tag_found *found)
{
	git_object *object = NULL;
	git_commit *commit = NULL;

	*found = (struct tag_found){ 0 };
	if (!read_reference(write, reference, &found->id))
		return;
	found->state = TAG_TAKEN;
	if (git_object_lookup(&object, write->git, &found->id,
		GIT_OBJECT_ANY) == 0 &&
	    git_object_type(object) == GIT_OBJECT_TAG &&
	    git_object_peel((git_object **)&commit, object,
		GIT_OBJECT_COMMIT) == 0) {
		found->commit = *git_commit_id(commit);
		found->tree = *git_commit_tree_id(commit);
		found->has_one_parent = parents_only(commit, &found->parent);
		if (has_place(write, &found->tree, request->place) &&
		    branch_with(write, &found->commit, &write->arena) == NULL)
			found->state = TAG_UNFINISHED;
	}
	git_commit_free(commit);
	git_object_free(object);
}

/* For as long as a program may be at work that will be done in a moment. */
static int
lock_reference(git_transaction *transaction, const char *name)
{
	enum { TRIES = 150 };
	const struct timespec pause = { 0, 20000000L };
	int rc = GIT_ELOCKED;

	for (int i = 0; i < TRIES && rc == GIT_ELOCKED; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		rc = git_transaction_lock_ref(transaction, name);
	}
	return rc;
}

/* A lock that stays: name the file, which is not ours to remove. */
static int
cannot_lock(const struct commit_write *write, const char *name, int rc)
{
	struct arena arena = { 0 };
	struct str lock = arena_format(&arena, "%s%s.lock",
	    git_repository_commondir(write->git), name);

	if (rc == GIT_ELOCKED)
		refuse(write, D_COMMIT_LOCK, lock, STR_END);
	else
		cannot_write(write);
	arena_free(&arena);
	return -1;
}

/* Both references, each locked by a transaction of its own. */
struct locks {
	const char *tag, *branch; /* full names */
	git_transaction *tag_lock, *branch_lock;
};

/*
 * One transaction would set its references in the order of a hash table; the
 * tag must come first. Both are locked before either is set.
 */
static int
take_locks(const struct commit_write *write, struct locks *locks)
{
	int rc;

	if (git_transaction_new(&locks->tag_lock, write->git) != 0 ||
	    git_transaction_new(&locks->branch_lock, write->git) != 0)
		return cannot_write(write);
	rc = lock_reference(locks->tag_lock, locks->tag);
	if (rc != 0)
		return cannot_lock(write, locks->tag, rc);
	rc = lock_reference(locks->branch_lock, locks->branch);
	return rc == 0 ? 0 : cannot_lock(write, locks->branch, rc);
}

static void
drop_locks(struct locks *locks)
{
	git_transaction_free(locks->tag_lock);
	git_transaction_free(locks->branch_lock);
	locks->tag_lock = locks->branch_lock = NULL;
}

/* Whether both references are still where they were when we looked. */
static bool
is_unmoved(const struct commit_write *write, const struct locks *locks,
    const struct tag_found *found)
{
	git_oid id;
	bool has_tag = read_reference(write, locks->tag, &id);

	if (has_tag != (found->state != TAG_NONE) ||
	    (has_tag && !git_oid_equal(&id, &found->id)))
		return false;
	return read_reference(write, locks->branch, &id) &&
	       git_oid_equal(&id, &write->head);
}

/* Set the tag, unless it stays as it is, then the branch. */
static int
set_references(const struct commit_write *write, struct locks *locks,
    const git_oid *tag, const git_oid *commit, const struct identity *identity,
    const char *message)
{
	git_reference *made = NULL;
	int rc = 0;

	if (tag != NULL)
		rc = git_transaction_set_target(locks->tag_lock, locks->tag,
		    tag, identity->committer, message);
	if (rc == 0)
		rc = git_transaction_set_target(locks->branch_lock,
		    locks->branch, commit, identity->committer, message);
	if (rc == 0 && tag != NULL)
		rc = git_transaction_commit(locks->tag_lock);
	if (rc != 0)
		return cannot_write(write);
	if (git_transaction_commit(locks->branch_lock) == 0)
		return 0;
	cannot_write(write);
	/* What the branch does not have has no tag either, if we can help it.
	 */
	drop_locks(locks);
	if (tag != NULL &&
	    git_reference_lookup(&made, write->git, locks->tag) == 0)
		git_reference_delete(made);
	git_reference_free(made);
	return -1;
}

/*
 * The index and the work tree
 */

/* One folder further, made where it is not there; no link is followed. */
static int
enter_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0777) != 0 && errno != EEXIST)
		return -1;
	return openat(parent, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
open_place(const struct commit_write *write, struct str place)
{
	int fd = open(git_repository_workdir(write->git),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct arena arena = { 0 };
	bool more = true;
	struct str name;

	while (more && fd >= 0) {
		int parent = fd;

		more = str_cut(&place, '/', &name);
		fd = enter_folder(parent, arena_str(&arena, name).data);
		close(parent);
	}
	arena_free(&arena);
	return fd;
}

/* All of it, onto the disk. */
static int
write_all(int fd, struct str bytes)
{
	size_t at = 0;
	ssize_t wrote;

	while (at < bytes.size) {
		wrote = write(fd, bytes.data + at, bytes.size - at);
		if (wrote < 0 && errno != EINTR)
			return -1;
		at += wrote > 0 ? (size_t)wrote : 0;
	}
	return fsync(fd);
}

/*
 * Replace a file whole. It is made inside the repository, where a remainder of
 * a killed run is no untracked file; another file system there: beside it.
 */
static int
replace_file(const struct commit_write *write, int folder, const char *name,
    struct str bytes)
{
	struct arena arena = { 0 };
	struct str made = arena_format(&arena, "%sshiji.XXXXXX",
	    git_repository_path(write->git));
	int fd = mkstemp((char *)(uintptr_t)made.data), rc = -1;
	mode_t mask = umask(0);

	umask(mask);
	if (fd >= 0)
		rc = write_all(fd, bytes);
	if (rc == 0)
		rc = fchmod(fd, 0666 & ~mask);
	if (fd >= 0 && close(fd) != 0)
		rc = -1;
	if (rc == 0)
		rc = renameat(AT_FDCWD, made.data, folder, name);
	if (rc != 0 && errno == EXDEV) {
		fd = openat(folder, name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0666);
		rc = fd < 0 ? -1 : write_all(fd, bytes);
		if (fd >= 0 && close(fd) != 0)
			rc = -1;
		unlink(made.data);
	} else if (rc != 0 && fd >= 0) {
		int error = errno;

		unlink(made.data);
		errno = error;
	}
	arena_free(&arena);
	return rc;
}

static git_index_time
index_time(struct timespec time)
{
	return (git_index_time){ (int32_t)time.tv_sec, (uint32_t)time.tv_nsec };
}

/* As `git add` would have it, with what the file system says of the file. */
static int
add_to_index(git_index *index, int folder, const char *path, const char *name,
    const git_oid *id)
{
	git_index_entry entry = {
		.mode = GIT_FILEMODE_BLOB, .id = *id, .path = path
	};
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		entry.ctime = index_time(status.st_ctim);
		entry.mtime = index_time(status.st_mtim);
		entry.dev = (uint32_t)status.st_dev;
		entry.ino = (uint32_t)status.st_ino;
		entry.uid = status.st_uid;
		entry.gid = status.st_gid;
		entry.file_size = (uint32_t)status.st_size;
	}
	return git_index_add(index, &entry);
}

/* The tree of a place in a commit; NULL where it has none. */
static git_tree *
tree_at(const struct commit_write *write, const git_oid *commit_id,
    const char *place)
{
	struct arena arena = { 0 };
	struct str path = whole_path(write, &arena, place);
	git_tree *root = NULL, *tree = NULL;
	git_tree_entry *entry = NULL;
	git_commit *commit = NULL;

	if (git_commit_lookup(&commit, write->git, commit_id) == 0 &&
	    git_commit_tree(&root, commit) == 0 &&
	    git_tree_entry_bypath(&entry, root, path.data) == 0 &&
	    git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		(void)git_tree_lookup(&tree, write->git,
		    git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	git_tree_free(root);
	git_commit_free(commit);
	arena_free(&arena);
	return tree;
}

static int
put_file(const struct commit_write *write, git_index *index, int folder,
    struct str place, const git_tree_entry *entry)
{
	const char *name = git_tree_entry_name(entry);
	struct arena arena = { 0 };
	git_blob *blob = NULL;
	int rc = git_blob_lookup(&blob, write->git, git_tree_entry_id(entry));

	if (rc == 0) {
		struct str bytes = { git_blob_rawcontent(blob),
			(size_t)git_blob_rawsize(blob) };

		rc = replace_file(write, folder, name, bytes);
		if (rc != 0)
			git_error_set_str(GIT_ERROR_OS, strerror(errno));
	}
	if (rc == 0)
		rc = add_to_index(index, folder,
		    arena_format(&arena, STR_FMT "/%s", STR_ARG(place), name)
			.data,
		    name, git_tree_entry_id(entry));
	git_blob_free(blob);
	arena_free(&arena);
	return rc;
}

/* The files of a place as the commit has them. */
static int
put_files(struct commit_write *write, const git_oid *commit, const char *place)
{
	struct str path = whole_path(write, &write->arena, place);
	git_tree *tree = tree_at(write, commit, place);
	git_index *index = NULL;
	int folder = open_place(write, path), rc = -1;

	if (folder < 0)
		git_error_set_str(GIT_ERROR_OS, strerror(errno));
	else if (tree != NULL)
		rc = git_repository_index(&index, write->git);
	if (rc == 0)
		rc = git_index_read(index, 0);
	if (rc == 0)
		rc = git_index_remove_directory(index, path.data, 0);
	for (size_t i = 0; rc == 0 && i < git_tree_entrycount(tree); i++)
		rc = put_file(write, index, folder, path,
		    git_tree_entry_byindex(tree, i));
	if (rc == 0)
		rc = git_index_write(index);
	git_index_free(index);
	git_tree_free(tree);
	if (folder >= 0)
		close(folder);
	return rc;
}

int
commit_write_restore(struct commit_write *write, const char *place)
{
	if (put_files(write, &write->head, place) == 0)
		return 0;
	return refuse(write, D_COMMIT_FILES, str_from(place),
	    repository_reason());
}

/* Whether the index has a place just as a tree (NULL: not at all). */
static bool
index_equals(git_index *index, const char *path, git_tree *tree)
{
	struct str prefix = str_from(path);
	size_t expected = tree == NULL ? 0 : git_tree_entrycount(tree);
	size_t found = 0, at;
	const git_index_entry *entry;

	if (git_index_find_prefix(&at, index, path) != 0)
		return expected == 0;
	while ((entry = git_index_get_byindex(index, at++)) != NULL &&
	       str_starts(str_from(entry->path), prefix)) {
		const git_tree_entry *same =
		    tree == NULL ? NULL
				 : git_tree_entry_byname(tree,
				       entry->path + prefix.size);

		if (same == NULL ||
		    !git_oid_equal(git_tree_entry_id(same), &entry->id))
			return false;
		found++;
	}
	return found == expected;
}

/* Whether a file of the work tree is absent, or as one of two trees has it. */
static bool
is_as_left(const struct commit_write *write, const char *path,
    const git_tree_entry *entry, git_tree *before)
{
	const char *name = git_tree_entry_name(entry);
	const git_tree_entry *old =
	    before == NULL ? NULL : git_tree_entry_byname(before, name);
	struct arena arena = { 0 };
	struct str file = arena_format(&arena, "%s%s%s",
	    git_repository_workdir(write->git), path, name);
	struct stat status;
	git_oid id;
	bool fits;

	if (lstat(file.data, &status) != 0)
		fits = errno == ENOENT || errno == ENOTDIR;
	else
		fits = git_odb_hashfile(&id, file.data, GIT_OBJECT_BLOB) == 0 &&
		       (git_oid_equal(&id, git_tree_entry_id(entry)) ||
			   (old != NULL &&
			       git_oid_equal(&id, git_tree_entry_id(old))));
	arena_free(&arena);
	return fits;
}

bool
commit_write_lacks(const struct commit_write *write, const char *place)
{
	struct arena arena = { 0 };
	struct str path = whole_path(write, &arena, place);
	git_tree *now = tree_at(write, &write->head, place), *before = NULL;
	git_commit *head = NULL;
	git_index *index = NULL;
	git_oid parent;
	bool lacks = now != NULL;

	path = arena_format(&arena, STR_FMT "/", STR_ARG(path));
	if (lacks && git_commit_lookup(&head, write->git, &write->head) == 0 &&
	    parents_only(head, &parent))
		before = tree_at(write, &parent, place);
	lacks = lacks && git_repository_index(&index, write->git) == 0 &&
		!index_equals(index, path.data, now) &&
		(index_equals(index, path.data, before) ||
		    index_equals(index, path.data, NULL));
	for (size_t i = 0; lacks && i < git_tree_entrycount(now); i++)
		lacks = is_as_left(write, path.data,
		    git_tree_entry_byindex(now, i), before);
	git_index_free(index);
	git_commit_free(head);
	git_tree_free(before);
	git_tree_free(now);
	arena_free(&arena);
	return lacks;
}

/*
 * Committing
 */

/* What is written, once all is known; the locks are held. */
static int
publish(struct commit_write *write, const struct commit_write_request *request,
    const struct identity *identity, struct locks *locks,
    const struct tag_found *found, const git_oid *tag, git_oid *commit,
    enum commit_write_outcome *outcome)
{
	struct str message =
	    arena_format(&write->arena, "close: %s", request->tag);
	int rc;

	if (!is_unmoved(write, locks, found)) {
		*outcome = COMMIT_WRITE_MOVED;
		return 0;
	}
	rc = set_references(write, locks, tag, commit, identity, message.data);
	if (rc != 0)
		return rc;
	drop_locks(locks);
	write->head = *commit;
	return commit_write_restore(write, request->place);
}

int
commit_write_commit(struct commit_write *write,
    const struct commit_write_request *request,
    enum commit_write_outcome *outcome, char id[COMMIT_ID_SIZE])
{
	struct locks locks = { .branch = write->branch };
	struct identity identity = { 0 };
	struct tag_found found;
	git_oid tree, commit, tag;
	bool resumes;
	int rc = 0;

	locks.tag =
	    arena_format(&write->arena, "refs/tags/%s", request->tag).data;
	*outcome = COMMIT_WRITE_DONE;
	look_at_tag(write, request, locks.tag, &found);
	if (found.state == TAG_TAKEN) {
		/* By a run that was faster, if the branch has moved too. */
		*outcome = is_unmoved(write, &locks, &found)
			       ? COMMIT_WRITE_TAG_TAKEN
			       : COMMIT_WRITE_MOVED;
		git_oid_tostr(id, COMMIT_ID_SIZE, &found.commit);
		return 0;
	}
	rc = identity_read(&identity, write->git, write->diag);
	if (rc == 0 && write_trees(write, request, &tree) != 0)
		rc = cannot_write(write);
	resumes = rc == 0 && found.state == TAG_UNFINISHED &&
		  found.has_one_parent &&
		  git_oid_equal(&found.parent, &write->head) &&
		  git_oid_equal(&found.tree, &tree);
	commit = found.commit;
	if (rc == 0 && !resumes)
		rc = write_commit(write, &identity, &tree, request->message,
		    &commit);
	if (rc == 0 && !resumes)
		rc = write_tag(write, &identity, request->tag, &commit,
		    request->tag_message, &tag);
	if (rc == 0)
		rc = take_locks(write, &locks);
	if (rc == 0)
		rc = publish(write, request, &identity, &locks, &found,
		    resumes ? NULL : &tag, &commit, outcome);
	drop_locks(&locks);
	identity_free(&identity);
	if (rc != 0 || *outcome == COMMIT_WRITE_MOVED)
		return rc;
	git_oid_tostr(id, COMMIT_ID_SIZE, &commit);
	if (resumes)
		*outcome = COMMIT_WRITE_FINISHED;
	else if (found.state == TAG_UNFINISHED)
		*outcome = COMMIT_WRITE_REPLACED;
	return 0;
}

bool
commit_write_has_tag(const struct commit_write *write, const char *tag)
{
	struct arena arena = { 0 };
	git_oid id;
	bool has = read_reference(write,
	    arena_format(&arena, "refs/tags/%s", tag).data, &id);

	arena_free(&arena);
	return has;
}

int
commit_write_retag(struct commit_write *write, const char *tag,
    const git_oid *id, struct str message)
{
	struct identity identity = { 0 };
	struct str name = arena_format(&write->arena, "refs/tags/%s", tag);
	git_reference *made = NULL;
	git_oid object;
	int rc = identity_read(&identity, write->git, write->diag);

	if (rc == 0)
		rc = write_tag(write, &identity, tag, id, message, &object);
	if (rc == 0 && git_reference_create(&made, write->git, name.data,
			   &object, 0, NULL) != 0)
		rc = cannot_write(write);
	git_reference_free(made);
	identity_free(&identity);
	return rc;
}
