#include "git/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/repository.h"
#include "git/revision.h"

enum {
	NAMES_MAX = 64, /* of a path */
	NAME_SIZE = 256 /* of a name, with its NUL */
};

#define BYTES_MAX (UINT64_C(4) << 30) /* of a file */

/* A pipe or a terminal in the place of a file must neither block nor bind. */
#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A text that stands in the place of a file. */
struct layer {
	struct layer *next;
	const char *path;
	struct str text;
};

struct source {
	struct arena arena; /* the texts below */
	struct layer *layers;
	const char *prefix;
	bool opened; /* before that, findings carry the prefix themselves */

	int folder; /* -1 where a repository is read */

	struct repository *repository; /* NULL where a folder is read */
	git_tree *tree;		       /* the book; NULL: not opened */
	/* The folder used last: its files are asked for one after another. */
	git_tree *recent;
	struct buffer recent_path;
	git_oid moved; /* which tree it is then */
	git_index *index;
	const char *index_folder; /* the book in the index: "", "sub/" */
	char commit[GIT_OID_HEXSZ + 1];
};

/* What stands at a path. */
enum kind {
	KIND_NONE,
	KIND_FILE,
	KIND_FOLDER,
	/* Refused from here on. */
	KIND_SYMLINK,
	KIND_SUBMODULE,
	KIND_SPECIAL,
	KIND_FAULT /* could not be found out; reported at once */
};

/* An entry as found, before its name is judged. */
struct listed {
	struct str name;
	enum kind kind;
};

struct listing {
	struct arena arena;
	struct listed *rows;
	size_t count, capacity;
};

/*
 * Findings. A diag of NULL asks for silence.
 */

static bool
has_control(struct str s)
{
	int32_t point;

	for (size_t at = 0; at < s.size;) {
		size_t size = str_code_point(s, at, &point);

		if (size > 0 &&
		    (point < ' ' || (point >= 0x7f && point < 0xa0)))
			return true;
		at += size > 0 ? size : 1;
	}
	return false;
}

/* Where findings carry the source's prefix themselves. */
static const char *
own_prefix(const struct source *source)
{
	return source->opened ? "" : source->prefix;
}

/* About what is inside the book. */
static void
report(const struct source *source, struct diag *diag, struct str path,
    enum finding finding, struct str first, struct str second)
{
	diag_at_path(diag, own_prefix(source), path, finding, first, second);
}

/* About the folder that was to be opened. */
static void
report_folder(struct diag *diag, const char *folder, enum finding finding,
    struct str first, struct str second)
{
	diag_at_path(diag, "", str_from(folder), finding, first, second);
}

static void
refuse(const struct source *source, struct diag *diag, struct str path,
    enum finding finding)
{
	report(source, diag, path, finding, STR_END, STR_END);
}

static void
report_error(const struct source *source, struct diag *diag, struct str path,
    int error)
{
	report(source, diag, path, D_SOURCE, str_from(strerror(error)),
	    STR_END);
}

static void
report_object(const struct source *source, struct diag *diag, struct str path,
    const git_oid *id)
{
	repository_report_object(diag, own_prefix(source), path, id);
}

/* Report what is refused; the kind again. */
static enum kind
judge(const struct source *source, struct diag *diag, struct str path,
    enum kind kind)
{
	if (kind == KIND_SYMLINK)
		refuse(source, diag, path, D_SYMLINK);
	else if (kind == KIND_SUBMODULE)
		refuse(source, diag, path, D_SUBMODULE);
	else if (kind == KIND_SPECIAL)
		refuse(source, diag, path, D_SPECIAL_FILE);
	return kind;
}

/*
 * Paths
 */

static bool
is_sound_name(struct str name)
{
	return name.size > 0 && name.size < NAME_SIZE &&
	       !str_equal(name, STR(".")) && !str_equal(name, STR("..")) &&
	       !(name.size == 4 && strncasecmp(name.data, ".git", 4) == 0);
}

static bool
is_sound_path(struct str path)
{
	bool more = path.size > 0;
	struct str name;

	for (size_t count = 1; more; count++) {
		more = str_cut(&path, '/', &name);
		if (count > NAMES_MAX || !is_sound_name(name))
			return false;
	}
	return true;
}

/* The folder of a sound path that is not empty, and the name in it. */
static struct str
split(struct str path, char name[NAME_SIZE])
{
	size_t slash = str_find_last(path, '/');
	size_t at = slash == STR_NOWHERE ? 0 : slash + 1;

	memcpy(name, path.data + at, path.size - at);
	name[path.size - at] = '\0';
	return str_head(path, at == 0 ? 0 : slash);
}

/*
 * A folder
 */

static enum kind
kind_of_mode(mode_t mode)
{
	if (S_ISREG(mode))
		return KIND_FILE;
	if (S_ISDIR(mode))
		return KIND_FOLDER;
	return S_ISLNK(mode) ? KIND_SYMLINK : KIND_SPECIAL;
}

static enum kind
kind_of_error(int error)
{
	if (error == ENOENT)
		return KIND_NONE;
	if (error == ELOOP)
		return KIND_SYMLINK;
	return error == ENXIO || error == ENODEV ? KIND_SPECIAL : KIND_FAULT;
}

/* One name further; errno tells more of a KIND_FAULT. */
static enum kind
step(int parent, const char *name, int *fd)
{
	struct stat status;

	*fd = openat(parent, name, OPEN_FLAGS);
	if (*fd < 0)
		return kind_of_error(errno);
	if (fstat(*fd, &status) != 0)
		return KIND_FAULT;
	/* A repository inside the book's own is what git calls a submodule. */
	if (S_ISDIR(status.st_mode) &&
	    fstatat(*fd, ".git", &status, AT_SYMLINK_NOFOLLOW) == 0)
		return KIND_SUBMODULE;
	return kind_of_mode(status.st_mode);
}

static void
drop(int fd)
{
	if (fd >= 0)
		close(fd);
}

/*
 * Open what stands at a path, name by name, so that no symbolic link on the
 * way is followed. *fd is open, and the caller's, for a file and a folder; it
 * is -1 otherwise.
 */
static enum kind
folder_open(const struct source *source, struct str path, int *fd,
    struct diag *diag)
{
	char name[NAME_SIZE];
	enum kind kind;
	int parent;

	if (path.size == 0) {
		*fd = openat(source->folder, ".", OPEN_FLAGS | O_DIRECTORY);
		if (*fd >= 0)
			return KIND_FOLDER;
		report_error(source, diag, path, errno);
		return KIND_FAULT;
	}
	*fd = -1;
	kind = folder_open(source, split(path, name), &parent, diag);
	if (kind != KIND_FOLDER) {
		drop(parent);
		return kind == KIND_FILE ? KIND_NONE : kind;
	}
	kind = step(parent, name, fd);
	if (kind == KIND_FAULT)
		report_error(source, diag, path, errno);
	drop(parent);
	if (kind != KIND_FILE && kind != KIND_FOLDER) {
		drop(*fd);
		*fd = -1;
	}
	return judge(source, diag, path, kind);
}

/* Until the end of the file, whatever size it had when it was opened. */
static int
read_all(const struct source *source, int fd, struct str path,
    struct buffer *bytes, struct diag *diag)
{
	struct stat status;
	ssize_t got;
	bool fits;

	if (fstat(fd, &status) != 0) {
		report_error(source, diag, path, errno);
		return -1;
	}
	fits = (uint64_t)status.st_size <= BYTES_MAX;
	if (fits)
		buffer_reserve(bytes, (size_t)status.st_size + 1);
	while (fits) {
		buffer_reserve(bytes, 1);
		got = read(fd, bytes->data + bytes->size,
		    bytes->capacity - bytes->size);
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR) {
			report_error(source, diag, path, errno);
			return -1;
		}
		bytes->size += got > 0 ? (size_t)got : 0;
		fits = bytes->size <= BYTES_MAX;
	}
	refuse(source, diag, path, D_FILE_SIZE);
	return -1;
}

static void
add_listed(struct listing *listing, struct str name, enum kind kind)
{
	listing->rows = arena_grow(&listing->arena, listing->rows,
	    listing->count, &listing->capacity, sizeof(*listing->rows));
	listing->rows[listing->count++] =
	    (struct listed){ arena_str(&listing->arena, name), kind };
}

/* One entry of an open folder; false at its end, errno telling a fault. */
static bool
next_listed(DIR *stream, struct listing *listing)
{
	const struct dirent *entry;
	struct stat status;

	errno = 0;
	entry = readdir(stream);
	if (entry == NULL)
		return false;
	if (entry->d_name[0] == '.')
		return true;
	if (fstatat(dirfd(stream), entry->d_name, &status,
		AT_SYMLINK_NOFOLLOW) == 0)
		add_listed(listing, str_from(entry->d_name),
		    kind_of_mode(status.st_mode));
	else if (errno != ENOENT) /* it may have gone meanwhile */
		return false;
	return true;
}

static enum kind
folder_list(const struct source *source, struct str path,
    struct listing *listing, struct diag *diag)
{
	int fd, error;
	enum kind kind = folder_open(source, path, &fd, diag);
	DIR *stream;

	if (kind != KIND_FOLDER) {
		drop(fd);
		return kind;
	}
	stream = fdopendir(fd);
	if (stream == NULL) {
		report_error(source, diag, path, errno);
		drop(fd);
		return KIND_FAULT;
	}
	while (next_listed(stream, listing))
		;
	error = errno;
	closedir(stream);
	if (error == 0)
		return KIND_FOLDER;
	report_error(source, diag, path, error);
	return KIND_FAULT;
}

/*
 * A revision
 */

static enum kind
kind_of_filemode(unsigned mode)
{
	switch (mode) {
	case GIT_FILEMODE_TREE:
		return KIND_FOLDER;
	case GIT_FILEMODE_LINK:
		return KIND_SYMLINK;
	case GIT_FILEMODE_COMMIT:
		return KIND_SUBMODULE;
	case GIT_FILEMODE_BLOB:
	case GIT_FILEMODE_BLOB_EXECUTABLE:
		return KIND_FILE;
	default:
		return KIND_SPECIAL;
	}
}

static enum kind tree_open(struct source *source, struct str path,
    git_tree **tree, struct diag *diag);

/* What stands at a path that is not empty, and its object. */
static enum kind
tree_find(struct source *source, struct str path, git_oid *id,
    struct diag *diag)
{
	const git_tree_entry *entry;
	char name[NAME_SIZE];
	git_tree *parent;
	enum kind kind = tree_open(source, split(path, name), &parent, diag);

	if (kind != KIND_FOLDER)
		return kind == KIND_FILE ? KIND_NONE : kind;
	entry = git_tree_entry_byname(parent, name);
	if (entry == NULL)
		return KIND_NONE;
	*id = *git_tree_entry_id(entry);
	return judge(source, diag, path,
	    kind_of_filemode(git_tree_entry_filemode(entry)));
}

/* The folder at a path. *tree is the source's, until the next call. */
static enum kind
tree_open(struct source *source, struct str path, git_tree **tree,
    struct diag *diag)
{
	enum kind kind;
	git_oid id;

	if (path.size == 0 && source->tree == NULL &&
	    git_tree_lookup(&source->tree, repository_git(source->repository),
		&source->moved) != 0) {
		report_object(source, diag, path, &source->moved);
		return KIND_FAULT;
	}
	*tree = path.size == 0 ? source->tree : source->recent;
	if (path.size == 0 ||
	    (source->recent != NULL &&
		str_equal(path, buffer_str(&source->recent_path))))
		return KIND_FOLDER;
	kind = tree_find(source, path, &id, diag);
	if (kind != KIND_FOLDER)
		return kind;
	git_tree_free(source->recent);
	source->recent = NULL;
	if (git_tree_lookup(&source->recent, repository_git(source->repository),
		&id) != 0) {
		report_object(source, diag, path, &id);
		return KIND_FAULT;
	}
	buffer_clear(&source->recent_path);
	buffer_add(&source->recent_path, path);
	*tree = source->recent;
	return KIND_FOLDER;
}

/* The size is asked for first: a blob comes into memory as a whole. */
static int
read_blob(const struct source *source, const git_oid *id, struct str path,
    struct buffer *bytes, struct diag *diag)
{
	git_blob *blob = NULL;
	git_object_t type;
	size_t size;
	int rc;

	rc = git_odb_read_header(&size, &type,
	    repository_objects(source->repository), id);
	if (rc == 0 && type == GIT_OBJECT_BLOB && size > BYTES_MAX) {
		refuse(source, diag, path, D_FILE_SIZE);
		return -1;
	}
	if (rc == 0)
		rc = git_blob_lookup(&blob, repository_git(source->repository),
		    id);
	if (rc == 0)
		buffer_add(bytes, (struct str){ git_blob_rawcontent(blob),
				      (size_t)git_blob_rawsize(blob) });
	else
		report_object(source, diag, path, id);
	git_blob_free(blob);
	return rc == 0 ? 0 : -1;
}

static enum kind
tree_list(struct source *source, struct str path, struct listing *listing,
    struct diag *diag)
{
	git_tree *tree;
	enum kind kind = tree_open(source, path, &tree, diag);

	if (kind != KIND_FOLDER)
		return kind;
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *name = git_tree_entry_name(entry);

		if (name[0] != '.')
			add_listed(listing, str_from(name),
			    kind_of_filemode(git_tree_entry_filemode(entry)));
	}
	return KIND_FOLDER;
}

/*
 * The index. Its entries are sorted by bytes, whole paths; a folder is there
 * where an entry lies in it.
 */

/* A path of the book as the index has it; in the buffer, until it changes. */
static const char *
index_path(const struct source *source, struct str path, struct buffer *whole)
{
	buffer_clear(whole);
	buffer_add(whole, str_from(source->index_folder));
	buffer_add(whole, path);
	buffer_add_byte(whole, '\0');
	return whole->data;
}

/* `git add -N`: a promise to add a file, which no commit would hold. */
static bool
is_promised(const git_index_entry *entry)
{
	return (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0;
}

/* The first entry in a folder of the index, or SIZE_MAX. */
static size_t
index_first(const struct source *source, const char *folder)
{
	size_t at = SIZE_MAX;

	if (folder[0] == '\0')
		return git_index_entrycount(source->index) > 0 ? 0 : SIZE_MAX;
	if (git_index_find_prefix(&at, source->index, folder) != 0)
		return SIZE_MAX;
	return at;
}

/* Of an entry in the folder that is not merely promised; NULL at its end. */
static const git_index_entry *
index_next(const struct source *source, struct str folder, size_t *at)
{
	const git_index_entry *entry;

	while (*at != SIZE_MAX &&
	       (entry = git_index_get_byindex(source->index, *at)) != NULL &&
	       str_starts(str_from(entry->path), folder)) {
		++*at;
		if (!is_promised(entry))
			return entry;
	}
	return NULL;
}

/* A folder of the book as its entries' paths begin. */
static struct str
index_prefix(const struct source *source, struct str path, struct buffer *whole)
{
	index_path(source, path, whole);
	whole->size--;
	if (path.size > 0)
		buffer_add_byte(whole, '/');
	buffer_add_byte(whole, '\0');
	return str_head(buffer_str(whole), whole->size - 1);
}

static bool
index_has_folder(const struct source *source, struct str path)
{
	struct buffer whole = { 0 };
	struct str prefix = index_prefix(source, path, &whole);
	size_t at = index_first(source, prefix.data);
	bool found = index_next(source, prefix, &at) != NULL;

	buffer_free(&whole);
	return found;
}

/* What stands at a path, name by name, and the object of a file. */
static enum kind
index_entry(const struct source *source, struct str path, git_oid *id,
    struct diag *diag)
{
	const git_index_entry *entry;
	struct buffer whole = { 0 };
	char name[NAME_SIZE];
	enum kind kind;

	if (path.size == 0)
		return KIND_FOLDER;
	kind = index_entry(source, split(path, name), id, diag);
	if (kind != KIND_FOLDER)
		return kind == KIND_FILE ? KIND_NONE : kind;
	entry = git_index_get_bypath(source->index,
	    index_path(source, path, &whole), GIT_INDEX_STAGE_NORMAL);
	if (entry != NULL && !is_promised(entry)) {
		*id = entry->id;
		kind = judge(source, diag, path, kind_of_filemode(entry->mode));
	} else if (!index_has_folder(source, path)) {
		kind = KIND_NONE;
	}
	buffer_free(&whole);
	return kind;
}

/* The names in a folder, each once: those in a folder of it come together. */
static void
index_names(const struct source *source, struct str path,
    struct listing *listing)
{
	struct buffer whole = { 0 };
	struct str prefix = index_prefix(source, path, &whole), last = { 0 };
	const git_index_entry *entry;
	size_t at = index_first(source, prefix.data);

	while ((entry = index_next(source, prefix, &at)) != NULL) {
		struct str rest =
		    str_from_byte(str_from(entry->path), prefix.size);
		struct str name = str_head(rest, str_find(rest, '/'));
		bool is_file = name.size == rest.size;

		if (name.size == 0 || name.data[0] == '.' ||
		    (!is_file && str_equal(name, last)))
			continue;
		add_listed(listing, name,
		    is_file ? kind_of_filemode(entry->mode) : KIND_FOLDER);
		last = name;
	}
	buffer_free(&whole);
}

static enum kind
index_list(const struct source *source, struct str path,
    struct listing *listing, struct diag *diag)
{
	git_oid id;
	enum kind kind = index_entry(source, path, &id, diag);

	if (kind == KIND_FOLDER)
		index_names(source, path, listing);
	return kind;
}

/*
 * Opening
 */

static int
open_folder(struct source *source, const char *folder, struct diag *diag)
{
	source->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->folder >= 0)
		return 0;
	if (errno == ENOENT || errno == ENOTDIR)
		report_folder(diag, folder, D_NO_FOLDER, str_from(folder),
		    STR_END);
	else
		report_folder(diag, folder, D_SOURCE, str_from(strerror(errno)),
		    STR_END);
	return -1;
}

/* From a name to the root of its revision. */
static int
resolve(struct source *source, const char *folder, const char *name,
    struct diag *diag)
{
	struct revision revision;

	if (revision_resolve(source->repository, folder, name, &revision,
		diag) != 0)
		return -1;
	if (revision.has_commit)
		git_oid_tostr(source->commit, sizeof(source->commit),
		    &revision.commit);
	if (git_tree_lookup(&source->tree, repository_git(source->repository),
		&revision.tree) == 0)
		return 0;
	report_object(source, diag, STR(""), &revision.tree);
	return -1;
}

/* From the root of the revision to the book. */
static int
enter(struct source *source, const char *folder, struct str path,
    struct diag *diag)
{
	struct str whole = arena_format(&source->arena, "%s" STR_FMT,
	    source->prefix, STR_ARG(path));
	enum kind kind;
	git_tree *book;

	if (!is_sound_path(path)) {
		refuse(source, diag, path, D_PATH);
		return -1;
	}
	kind = tree_open(source, path, &book, diag);
	if (kind == KIND_NONE || kind == KIND_FILE)
		report_folder(diag, folder, D_NO_FOLDER, whole, STR_END);
	if (kind != KIND_FOLDER)
		return -1;
	if (book != source->tree) {
		git_tree_free(source->tree);
		source->tree = book;
		source->recent = NULL;
	}
	return 0;
}

static int
open_revision(struct source *source, const char *folder, const char *revision,
    struct diag *diag)
{
	struct str name = str_from(revision), path;
	bool is_outright = revision_cut_path(&name, &path);

	name = arena_str(&source->arena, name);
	if (!is_outright && repository_locate(source->repository, folder,
				&source->arena, &path, diag) != 0)
		return -1;
	while (is_outright && str_ends(path, STR("/")))
		path.size--;
	source->prefix = arena_format(&source->arena, "%s:", name.data).data;
	if (resolve(source, folder, name.data, diag) != 0 ||
	    enter(source, folder, path, diag) != 0)
		return -1;
	if (is_outright && path.size > 0)
		source->prefix = arena_format(&source->arena, "%s:" STR_FMT "/",
		    name.data, STR_ARG(path))
				     .data;
	return 0;
}

/*
 * As git finds it: GIT_INDEX_FILE names another one, such as the one that
 * `git commit -a` makes ready while its hooks run.
 */
static int
read_index(struct source *source, const char *folder, struct diag *diag)
{
	git_repository *git = repository_git(source->repository);
	const char *path = getenv("GIT_INDEX_FILE");

	if (path == NULL || path[0] == '\0')
		path = arena_format(&source->arena, "%sindex",
		    git_repository_path(git))
			   .data;
	if (git_index_open(&source->index, path) != 0) {
		report_folder(diag, folder, D_INDEX, str_from(path),
		    repository_reason());
		return -1;
	}
	if (!git_index_has_conflicts(source->index))
		return 0;
	report_folder(diag, folder, D_UNMERGED, STR_END, STR_END);
	return -1;
}

static int
open_index(struct source *source, const char *folder, struct diag *diag)
{
	struct str path;

	source->prefix = ":";
	if (repository_locate(source->repository, folder, &source->arena, &path,
		diag) != 0 ||
	    read_index(source, folder, diag) != 0)
		return -1;
	source->index_folder = arena_format(&source->arena, STR_FMT "%s",
	    STR_ARG(path), path.size > 0 ? "/" : "")
				   .data;
	if (index_has_folder(source, STR("")) || path.size == 0)
		return 0;
	report_folder(diag, folder, D_NO_FOLDER,
	    arena_format(&source->arena, ":" STR_FMT, STR_ARG(path)), STR_END);
	return -1;
}

static struct source *
new_source(void)
{
	struct source *source = memory_alloc(sizeof(*source));

	*source = (struct source){ .folder = -1, .prefix = "" };
	return source;
}

/* Hand out what was opened, or nothing. */
static int
finish(struct source *source, int rc, struct source **out)
{
	source->opened = true;
	*out = source;
	if (rc != 0) {
		source_close(source);
		*out = NULL;
	}
	return rc;
}

/* The folder is a landmark only, but it must be there. */
static int
open_repository(struct source *source, const char *folder, struct diag *diag)
{
	if (open_folder(source, folder, diag) != 0)
		return -1;
	close(source->folder);
	source->folder = -1;
	return repository_open(&source->repository, folder, REPOSITORY_PROVE,
	    diag);
}

int
source_open(struct source **out, const char *folder, const char *revision,
    struct diag *diag)
{
	struct source *source = new_source();
	int rc;

	if (revision == NULL) {
		rc = open_folder(source, folder, diag);
	} else {
		rc = open_repository(source, folder, diag);
		if (rc == 0)
			rc = open_revision(source, folder, revision, diag);
	}
	return finish(source, rc, out);
}

int
source_open_index(struct source **out, const char *folder, struct diag *diag)
{
	struct source *source = new_source();
	int rc = open_repository(source, folder, diag);

	if (rc == 0)
		rc = open_index(source, folder, diag);
	return finish(source, rc, out);
}

int
source_open_in(struct source **out, struct repository *repository,
    const char *folder, const char *revision, struct diag *diag)
{
	struct source *source = new_source();

	source->repository = repository_share(repository);
	return finish(source, open_revision(source, folder, revision, diag),
	    out);
}

void
source_move(struct source *source, const char *tree)
{
	git_oid id;

	git_tree_free(source->recent);
	git_tree_free(source->tree);
	source->recent = source->tree = NULL;
	if (git_oid_fromstr(&id, tree) == 0)
		source->moved = id;
}

struct repository *
source_repository(const struct source *source)
{
	return source->repository;
}

void
source_close(struct source *source)
{
	if (source == NULL)
		return;
	drop(source->folder);
	buffer_free(&source->recent_path);
	git_tree_free(source->recent);
	git_tree_free(source->tree);
	git_index_free(source->index);
	repository_close(source->repository);
	arena_free(&source->arena);
	free(source);
}

/*
 * Asking
 */

static int
compare_listed(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	return str_compare(left->name, right->name);
}

/* Whether an entry of a folder is fit to be used; reported where it is not. */
static bool
admit(struct source *source, struct str folder, const struct listed *row,
    bool is_twice, struct diag *diag)
{
	struct buffer whole = { 0 };
	bool fits = false;
	struct str path;
	size_t bad;

	if (folder.size > 0) {
		buffer_add(&whole, folder);
		buffer_add_byte(&whole, '/');
	}
	buffer_add(&whole, row->name);
	path = buffer_str(&whole);
	if (is_twice)
		refuse(source, diag, path, D_NAME_TWICE);
	else if (!is_sound_name(row->name) ||
		 str_find(row->name, '/') != STR_NOWHERE)
		refuse(source, diag, path, D_PATH);
	else if (!str_is_utf8(row->name, &bad))
		refuse(source, diag, path, D_NAME_UTF8);
	else if (has_control(row->name))
		refuse(source, diag, path, D_NAME_CONTROL);
	else
		fits = judge(source, diag, path, row->kind) < KIND_SYMLINK;
	buffer_free(&whole);
	return fits;
}

/* In order, whatever order they were found in, so that findings are too. */
static int
settle(struct source *source, struct str folder, struct listing *listing,
    struct arena *arena, struct source_entry *entries, size_t *count,
    struct diag *diag)
{
	const struct listed *rows = listing->rows;

	if (listing->count > 1)
		qsort(listing->rows, listing->count, sizeof(*rows),
		    compare_listed);
	for (size_t i = 0; i < listing->count; i++)
		if (admit(source, folder, &rows[i],
			i > 0 && str_equal(rows[i].name, rows[i - 1].name),
			diag))
			entries[(*count)++] = (struct source_entry){
				arena_str(arena, rows[i].name),
				rows[i].kind == KIND_FOLDER
			};
	return *count == listing->count ? 0 : -1;
}

int
source_list(struct source *source, struct arena *arena, const char *path,
    struct source_entry **entries, size_t *count, struct diag *diag)
{
	struct str folder = str_from(path);
	struct listing listing = { 0 };
	enum kind kind = KIND_FAULT;
	int rc;

	*entries = NULL;
	*count = 0;
	if (!is_sound_path(folder))
		refuse(source, diag, folder, D_PATH);
	else if (source->index != NULL)
		kind = index_list(source, folder, &listing, diag);
	else if (source->repository != NULL)
		kind = tree_list(source, folder, &listing, diag);
	else
		kind = folder_list(source, folder, &listing, diag);
	if (kind == KIND_FILE)
		report_error(source, diag, folder, ENOTDIR);
	rc = kind == KIND_NONE || kind == KIND_FOLDER ? 0 : -1;
	if (kind == KIND_FOLDER) {
		*entries = arena_array(arena, listing.count, sizeof(**entries));
		rc = settle(source, folder, &listing, arena, *entries, count,
		    diag);
	}
	arena_free(&listing.arena);
	return rc;
}

void
source_lay(struct source *source, const char *path, struct str text)
{
	struct layer *layer = arena_new(&source->arena, struct layer);

	layer->next = source->layers;
	layer->path = arena_str(&source->arena, str_from(path)).data;
	layer->text = arena_str(&source->arena, text);
	source->layers = layer;
}

static const struct layer *
find_layer(const struct source *source, const char *path)
{
	const struct layer *layer = source->layers;

	while (layer != NULL && strcmp(layer->path, path) != 0)
		layer = layer->next;
	return layer;
}

bool
source_has(struct source *source, const char *path)
{
	struct str file = str_from(path);
	enum kind kind;
	git_oid id;
	int fd = -1;

	if (find_layer(source, path) != NULL)
		return true;
	if (file.size == 0 || !is_sound_path(file))
		return false;
	if (source->index != NULL)
		kind = index_entry(source, file, &id, NULL);
	else if (source->repository != NULL)
		kind = tree_find(source, file, &id, NULL);
	else
		kind = folder_open(source, file, &fd, NULL);
	drop(fd);
	return kind != KIND_NONE && kind != KIND_FOLDER;
}

/* 0 for a file; what is no file and not reported yet is reported. */
static int
need_file(const struct source *source, struct str path, enum kind kind,
    struct diag *diag)
{
	if (kind == KIND_NONE)
		report_error(source, diag, path, ENOENT);
	else if (kind == KIND_FOLDER)
		report_error(source, diag, path, EISDIR);
	return kind == KIND_FILE ? 0 : -1;
}

static int
folder_read(const struct source *source, struct str path, struct buffer *bytes,
    struct diag *diag)
{
	int fd, rc;
	enum kind kind = folder_open(source, path, &fd, diag);

	rc = need_file(source, path, kind, diag);
	if (rc == 0)
		rc = read_all(source, fd, path, bytes, diag);
	drop(fd);
	return rc;
}

static int
object_read(struct source *source, struct str path, struct buffer *bytes,
    struct diag *diag)
{
	enum kind kind = KIND_FOLDER;
	git_oid id;

	if (source->index != NULL)
		kind = index_entry(source, path, &id, diag);
	else if (path.size > 0)
		kind = tree_find(source, path, &id, diag);
	if (need_file(source, path, kind, diag) != 0)
		return -1;
	return read_blob(source, &id, path, bytes, diag);
}

int
source_read(struct source *source, const char *path, struct buffer *bytes,
    struct diag *diag)
{
	struct str file = str_from(path);
	const struct layer *layer = find_layer(source, path);
	int rc = -1;

	buffer_clear(bytes);
	if (layer != NULL) {
		buffer_add(bytes, layer->text);
		return 0;
	}
	if (!is_sound_path(file))
		refuse(source, diag, file, D_PATH);
	else if (source->repository != NULL)
		rc = object_read(source, file, bytes, diag);
	else
		rc = folder_read(source, file, bytes, diag);
	/* Half a file is never taken for the whole. */
	if (rc != 0)
		buffer_clear(bytes);
	return rc;
}

const char *
source_prefix(const struct source *source)
{
	return source->prefix;
}

const char *
source_commit_id(const struct source *source)
{
	return source->commit;
}
