#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loose.h"

enum {
	NAMES_MAX = 64, /* of a path */
	NAME_SIZE = 256 /* of a name, with its NUL */
};

#define BYTES_MAX (UINT64_C(4) << 30) /* of a file */

/* A pipe or a terminal in the place of a file must neither block nor bind. */
#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct source {
	struct arena arena; /* the texts below */
	const char *prefix;
	bool opened; /* before that, findings carry the prefix themselves */

	int folder; /* -1 where a revision is read */

	bool git_started;
	git_repository *repository; /* NULL where a folder is read */
	git_odb *objects;
	git_tree *tree; /* the book */
	/* The folder used last: its files are asked for one after another. */
	git_tree *recent;
	struct buffer recent_path;
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
is_control(int32_t point)
{
	return point < ' ' || (point >= 0x7f && point < 0xa0);
}

static bool
has_control(struct str s)
{
	int32_t point;

	for (size_t at = 0; at < s.size;) {
		size_t size = str_code_point(s, at, &point);

		if (size > 0 && is_control(point))
			return true;
		at += size > 0 ? size : 1;
	}
	return false;
}

/* Bytes that could harm a reader stand as `\xNN`. */
static void
add_shown(struct buffer *shown, struct str path)
{
	int32_t point;

	for (size_t at = 0; at < path.size;) {
		size_t size = str_code_point(path, at, &point);

		if (size == 0 || is_control(point)) {
			buffer_format(shown, "\\x%02x",
			    (unsigned)(unsigned char)path.data[at++]);
			continue;
		}
		buffer_add(shown, str_head(str_from_byte(path, at), size));
		at += size;
	}
}

/* Details that the finding's text does not have are STR_END. */
static void
report_at(const char *prefix, struct diag *diag, struct str path,
    enum finding finding, struct str first, struct str second)
{
	struct buffer shown = { 0 };

	if (diag == NULL)
		return;
	add_shown(&shown, str_from(prefix));
	add_shown(&shown, path);
	if (shown.size == 0)
		buffer_add_byte(&shown, '.');
	buffer_add_byte(&shown, '\0');
	diag_at(diag, place_file(shown.data), finding, first, second);
	buffer_free(&shown);
}

/* About what is inside the book. */
static void
report(const struct source *source, struct diag *diag, struct str path,
    enum finding finding, struct str first, struct str second)
{
	report_at(source->opened ? "" : source->prefix, diag, path, finding,
	    first, second);
}

/* About the folder that was to be opened. */
static void
report_folder(struct diag *diag, const char *folder, enum finding finding,
    struct str first, struct str second)
{
	report_at("", diag, str_from(folder), finding, first, second);
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

/* The reason that libgit2 gave last. */
static struct str
git_reason(void)
{
	const git_error *error = git_error_last();

	return error != NULL && error->message != NULL
		   ? str_from(error->message)
		   : STR("libgit2 does not say why");
}

static void
report_object(const struct source *source, struct diag *diag, struct str path,
    const git_oid *id)
{
	char text[GIT_OID_HEXSZ + 1];

	git_oid_tostr(text, sizeof(text), id);
	report(source, diag, path, D_OBJECT, str_from(text), git_reason());
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
add_listed(struct listing *listing, const char *name, enum kind kind)
{
	listing->rows = arena_grow(&listing->arena, listing->rows,
	    listing->count, &listing->capacity, sizeof(*listing->rows));
	listing->rows[listing->count++] =
	    (struct listed){ arena_str(&listing->arena, str_from(name)), kind };
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
		add_listed(listing, entry->d_name,
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
kind_of_entry(const git_tree_entry *entry)
{
	switch (git_tree_entry_filemode(entry)) {
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
	return judge(source, diag, path, kind_of_entry(entry));
}

/* The folder at a path. *tree is the source's, until the next call. */
static enum kind
tree_open(struct source *source, struct str path, git_tree **tree,
    struct diag *diag)
{
	enum kind kind;
	git_oid id;

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
	if (git_tree_lookup(&source->recent, source->repository, &id) != 0) {
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

	rc = git_odb_read_header(&size, &type, source->objects, id);
	if (rc == 0 && type == GIT_OBJECT_BLOB && size > BYTES_MAX) {
		refuse(source, diag, path, D_FILE_SIZE);
		return -1;
	}
	if (rc == 0)
		rc = git_blob_lookup(&blob, source->repository, id);
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
			add_listed(listing, name, kind_of_entry(entry));
	}
	return KIND_FOLDER;
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

/*
 * Extensions that change how a repository is fetched, collected or checked
 * out, but nothing of how its objects and references are read. Sparse and
 * partial clones have them.
 */
static int
start_git(struct source *source)
{
	static const char *extensions[] = { "worktreeconfig", "partialclone",
		"preciousobjects" };

	if (git_libgit2_init() < 0)
		return -1;
	source->git_started = true;
	return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
	    LENGTH(extensions));
}

/*
 * The folder that git wants to be told is safe: the work tree, or a bare
 * repository itself.
 */
static struct str
top_folder(struct source *source, const char *folder)
{
	git_buf found = { 0 };
	struct str top = str_from(folder);

	if (git_repository_discover(&found, folder, 0,
		getenv("GIT_CEILING_DIRECTORIES")) == 0) {
		top = arena_str(&source->arena, str_from(found.ptr));
		top.size -= str_ends(top, STR("/.git/")) ? 6 : 1;
	}
	git_buf_dispose(&found);
	return top;
}

static void
report_repository(struct source *source, const char *folder, int rc,
    struct diag *diag)
{
	const git_error *error = git_error_last();
	struct str name = str_from(folder);

	/* libgit2 1.5 names the setting it misses, not what is the matter. */
	if (rc == GIT_EOWNER || (rc == GIT_ENOTFOUND && error != NULL &&
				    error->klass == GIT_ERROR_CONFIG))
		report_folder(diag, folder, D_REPOSITORY_OWNER,
		    top_folder(source, folder), STR_END);
	else if (rc == GIT_ENOTFOUND)
		report_folder(diag, folder, D_REPOSITORY_NONE, name, STR_END);
	else if (strstr(git_reason().data, "extensions.objectformat") != NULL)
		report_folder(diag, folder, D_REPOSITORY_SHA256, name, STR_END);
	else
		report_folder(diag, folder, D_REPOSITORY, name, git_reason());
}

/* Objects, those of a push that hooks are still judging included. */
static int
open_objects(struct source *source)
{
	const char *quarantine = getenv("GIT_QUARANTINE_PATH");
	struct str own = arena_format(&source->arena, "%sobjects",
	    git_repository_commondir(source->repository));
	int rc = git_repository_odb(&source->objects, source->repository);

	if (rc == 0)
		rc = loose_guard(source->objects, own.data);
	if (rc == 0 && quarantine != NULL)
		rc = git_odb_add_disk_alternate(source->objects, quarantine);
	if (rc == 0 && quarantine != NULL)
		rc = loose_guard(source->objects, quarantine);
	return rc;
}

static int
open_repository(struct source *source, const char *folder, struct diag *diag)
{
	int rc = start_git(source);

	if (rc == 0)
		rc = git_repository_open_ext(&source->repository, folder, 0,
		    getenv("GIT_CEILING_DIRECTORIES"));
	if (rc == 0)
		rc = open_objects(source);
	if (rc != 0)
		report_repository(source, folder, rc, diag);
	return rc == 0 ? 0 : -1;
}

/* Absolute, without symbolic links; in the source's arena. NULL: errno. */
static const char *
real_path(struct source *source, const char *path)
{
	char *found = realpath(path, NULL);
	const char *copy;

	if (found == NULL)
		return NULL;
	copy = arena_str(&source->arena, str_from(found)).data;
	free(found);
	return copy;
}

/* Where the folder lies in its repository: *path. */
static int
locate(struct source *source, const char *folder, struct str *path,
    struct diag *diag)
{
	const char *root = git_repository_workdir(source->repository);
	const char *real = real_path(source, folder);
	bool is_bare = root == NULL;
	struct str top;

	if (is_bare)
		root = git_repository_path(source->repository);
	root = real_path(source, root);
	if (root == NULL || real == NULL) {
		report_folder(diag, folder, D_SOURCE, str_from(strerror(errno)),
		    STR_END);
		return -1;
	}
	/* Of all folders only the file system's root ends in a slash. */
	top = strcmp(root, "/") == 0 ? STR("") : str_from(root);
	*path = str_from_byte(str_from(real), top.size + 1);
	if (strcmp(real, root) == 0 ||
	    (!is_bare && str_starts(str_from(real), top) &&
		real[top.size] == '/'))
		return 0;
	report_folder(diag, folder, D_REPOSITORY_OUTSIDE, str_from(folder),
	    STR_END);
	return -1;
}

static void
report_revision(const struct source *source, const char *folder,
    const char *name, int rc, struct diag *diag)
{
	bool is_head = name[0] == '@' || strncmp(name, "HEAD", 4) == 0;
	git_repository *repository = source->repository;
	struct str reason = git_reason(), unknown = str_from(name);
	struct buffer kept = { 0 };

	/* The questions that follow may replace the reason. */
	buffer_add(&kept, reason);
	if (rc == GIT_ENOTFOUND && is_head &&
	    git_repository_head_unborn(repository) == 1)
		report_folder(diag, folder, D_REVISION_UNBORN, unknown,
		    STR_END);
	else if (rc == GIT_ENOTFOUND &&
		 git_repository_is_shallow(repository) == 1)
		report_folder(diag, folder, D_REVISION_SHALLOW, unknown,
		    STR_END);
	else
		report_folder(diag, folder, D_REVISION, unknown,
		    buffer_str(&kept));
	buffer_free(&kept);
}

/* The tree of a commit, a tag or a tree, and the commit if there is one. */
static int
peel(struct source *source, const git_object *object, git_oid *tree)
{
	git_object *peeled = NULL;
	int rc = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);

	if (rc == 0) {
		git_oid_tostr(source->commit, sizeof(source->commit),
		    git_object_id(peeled));
		*tree = *git_commit_tree_id((const git_commit *)peeled);
	} else {
		rc = git_object_peel(&peeled, object, GIT_OBJECT_TREE);
		if (rc == 0)
			*tree = *git_object_id(peeled);
	}
	git_object_free(peeled);
	return rc;
}

/* From a name to the root of its revision. */
static int
resolve(struct source *source, const char *folder, const char *name,
    struct diag *diag)
{
	git_object *object = NULL;
	git_oid tree;
	int rc = git_revparse_single(&object, source->repository, name);

	if (rc != 0) {
		report_revision(source, folder, name, rc, diag);
		return -1;
	}
	rc = peel(source, object, &tree);
	if (rc == GIT_EPEEL || rc == GIT_EINVALIDSPEC)
		report_folder(diag, folder, D_REVISION_KIND, str_from(name),
		    STR_END);
	else if (rc != 0)
		report_object(source, diag, STR(""), git_object_id(object));
	git_object_free(object);
	if (rc != 0)
		return -1;
	if (git_tree_lookup(&source->tree, source->repository, &tree) == 0)
		return 0;
	report_object(source, diag, STR(""), &tree);
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

/*
 * Cut `REVISION:PATH` as git does: not at a colon inside braces, as in
 * `HEAD^{/fix: a rule}`, nor in `:/fix: a rule`, which begins with one.
 */
static bool
cut_path(struct str *revision, struct str *path)
{
	size_t depth = 0;

	for (size_t i = 0; i < revision->size && revision->data[0] != ':';
	     i++) {
		char byte = revision->data[i];

		if (byte == '{')
			depth++;
		else if (byte == '}' && depth > 0)
			depth--;
		else if (byte == ':' && depth == 0) {
			*path = str_from_byte(*revision, i + 1);
			*revision = str_head(*revision, i);
			return true;
		}
	}
	return false;
}

static int
open_revision(struct source *source, const char *folder, const char *revision,
    struct diag *diag)
{
	struct str name = str_from(revision), path;
	bool is_outright = cut_path(&name, &path);

	name = arena_str(&source->arena, name);
	/* The folder is a landmark only, but it must be there. */
	if (open_folder(source, folder, diag) != 0)
		return -1;
	close(source->folder);
	source->folder = -1;
	if (open_repository(source, folder, diag) != 0)
		return -1;
	if (!is_outright && locate(source, folder, &path, diag) != 0)
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

int
source_open(struct source **out, const char *folder, const char *revision,
    struct diag *diag)
{
	struct source *source = memory_alloc(sizeof(*source));
	int rc;

	*source = (struct source){ .folder = -1, .prefix = "" };
	rc = revision == NULL ? open_folder(source, folder, diag)
			      : open_revision(source, folder, revision, diag);
	source->opened = true;
	*out = source;
	if (rc != 0) {
		source_close(source);
		*out = NULL;
	}
	return rc;
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
	git_odb_free(source->objects);
	git_repository_free(source->repository);
	if (source->git_started)
		git_libgit2_shutdown();
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

bool
source_has(struct source *source, const char *path)
{
	struct str file = str_from(path);
	enum kind kind;
	git_oid id;
	int fd = -1;

	if (file.size == 0 || !is_sound_path(file))
		return false;
	if (source->repository != NULL)
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
tree_read(struct source *source, struct str path, struct buffer *bytes,
    struct diag *diag)
{
	enum kind kind = KIND_FOLDER;
	git_oid id;

	if (path.size > 0)
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
	int rc = -1;

	buffer_clear(bytes);
	if (!is_sound_path(file))
		refuse(source, diag, file, D_PATH);
	else if (source->repository != NULL)
		rc = tree_read(source, file, bytes, diag);
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
