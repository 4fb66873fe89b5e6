#include "git/repository.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "git/git_folder.h"
#include "git/loose_object.h"

struct repository {
	size_t owners;
	enum repository_use use;
	bool git_started;
	git_repository *git; /* NULL where opening failed */
	git_odb *objects;
};

/*
 * What libgit2 may keep in memory while history is browsed: objects that may
 * be asked for again, and parts of packs. Its own bounds, of 256 MiB and more,
 * are those of a server; what is asked for here again was asked for just now.
 */
#define CACHE_MAX ((ssize_t)(2 << 20))
#define WINDOW_SIZE ((size_t)(8 << 20))
#define WINDOWS_MAX ((size_t)(32 << 20))

/* How many repositories are open to be proved from. */
static unsigned verification;

static void
verify_hashes(void)
{
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION,
	    (int)(verification > 0));
}

struct str
repository_reason(void)
{
	const git_error *error = git_error_last();

	return error != NULL && error->message != NULL
		   ? str_from(error->message)
		   : STR("libgit2 does not say why");
}

static void
report(struct diag *diag, const char *folder, enum finding finding,
    struct str first, struct str second)
{
	diag_at_path(diag, "", str_from(folder), finding, first, second);
}

void
repository_report_object(struct diag *diag, const char *prefix, struct str path,
    const git_oid *id)
{
	char text[GIT_OID_HEXSZ + 1];

	git_oid_tostr(text, sizeof(text), id);
	diag_at_path(diag, prefix, path, D_OBJECT, str_from(text),
	    repository_reason());
}

/*
 * Extensions that change how a repository is fetched, collected or checked
 * out, but nothing of how its objects and references are read: sparse and
 * partial clones have them. And the one that names the format of objects,
 * which is looked at here.
 */
static int
start_git(struct repository *repository)
{
	static const char *extensions[] = { "worktreeconfig", "partialclone",
		"preciousobjects", "objectformat" };

	if (git_libgit2_init() < 0)
		return -1;
	repository->git_started = true;
	if (repository->use == REPOSITORY_BROWSE) {
		git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, CACHE_MAX);
		git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_SIZE);
		git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, WINDOWS_MAX);
	}
	return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
	    LENGTH(extensions));
}

/*
 * libgit2 1.9 uses no repository in which a line of these files is anything
 * else than commits, though git passes over some; 1.5 never looks. So nothing
 * does.
 */
static bool
report_bad_line(struct arena *arena, struct str common, const char *name,
    const char *folder, struct diag *diag)
{
	size_t line = git_folder_bad_line(common, name);

	if (line > 0)
		report(diag, folder, D_REPOSITORY_COMMITS,
		    arena_format(arena, "%zu", line), str_from(name));
	return line > 0;
}

/* Whether a repository is none that can be used, whatever libgit2 says. */
static bool
report_unfit(struct arena *arena, struct str common, const char *folder,
    struct diag *diag)
{
	struct str format = git_folder_format(common, arena);

	if (format.size == 0 || str_equal(format, STR("sha1")))
		return report_bad_line(arena, common, GIT_FOLDER_GRAFTS, folder,
			   diag) ||
		       report_bad_line(arena, common, GIT_FOLDER_SHALLOW,
			   folder, diag);
	if (str_equal(format, STR("sha256")))
		report(diag, folder, D_REPOSITORY_SHA256, str_from(folder),
		    STR_END);
	else
		report(diag, folder, D_REPOSITORY_FORMAT, str_from(folder),
		    format);
	return true;
}

static void
report_repository(const char *folder, int rc, struct diag *diag)
{
	const git_error *error = git_error_last();
	struct str name = str_from(folder);
	struct arena arena = { 0 };
	/* The questions that follow may replace the reason. */
	struct str reason = arena_str(&arena, repository_reason());

	/* libgit2 1.5 names the setting it misses, not what is the matter. */
	if (rc == GIT_EOWNER || (rc == GIT_ENOTFOUND && error != NULL &&
				    error->klass == GIT_ERROR_CONFIG))
		report(diag, folder, D_REPOSITORY_OWNER,
		    git_folder_top(folder, &arena), STR_END);
	else if (rc == GIT_ENOTFOUND)
		report(diag, folder, D_REPOSITORY_NONE, name, STR_END);
	else if (!report_unfit(&arena, git_folder_find(folder, &arena), folder,
		     diag))
		report(diag, folder, D_REPOSITORY, name, reason);
	arena_free(&arena);
}

/* Whether a repository that libgit2 has opened can be used; or reported. */
static bool
is_fit(const struct repository *repository, const char *folder,
    struct diag *diag)
{
	struct arena arena = { 0 };
	bool unfit = report_unfit(&arena,
	    str_from(git_repository_commondir(repository->git)), folder, diag);

	arena_free(&arena);
	return !unfit;
}

/* Objects, those of a push that hooks are still judging included. */
static int
open_objects(struct repository *repository)
{
	const char *quarantine = getenv("GIT_QUARANTINE_PATH");
	struct arena arena = { 0 };
	struct str own = arena_format(&arena, "%sobjects",
	    git_repository_commondir(repository->git));
	int rc = git_repository_odb(&repository->objects, repository->git);

	if (rc == 0)
		rc = loose_object_guard(repository->objects, own.data);
	if (rc == 0 && quarantine != NULL)
		rc =
		    git_odb_add_disk_alternate(repository->objects, quarantine);
	if (rc == 0 && quarantine != NULL)
		rc = loose_object_guard(repository->objects, quarantine);
	arena_free(&arena);
	return rc;
}

int
repository_open(struct repository **out, const char *folder,
    enum repository_use use, struct diag *diag)
{
	struct repository *repository = memory_alloc(sizeof(*repository));
	int rc;

	*repository = (struct repository){ .owners = 1, .use = use };
	verification += use == REPOSITORY_PROVE;
	rc = start_git(repository);
	if (rc == 0) {
		verify_hashes();
		rc = git_repository_open_ext(&repository->git, folder, 0,
		    getenv("GIT_CEILING_DIRECTORIES"));
	}
	if (rc == 0)
		rc = open_objects(repository);
	*out = repository;
	if (rc == 0 && is_fit(repository, folder, diag))
		return 0;
	if (rc != 0)
		report_repository(folder, rc, diag);
	repository_close(repository);
	*out = NULL;
	return -1;
}

bool
repository_is_at(const char *folder, bool is_inside)
{
	unsigned flags = is_inside ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH;
	int rc;

	if (git_libgit2_init() < 0)
		return false;
	rc = git_repository_open_ext(NULL, folder, flags,
	    getenv("GIT_CEILING_DIRECTORIES"));
	git_libgit2_shutdown();
	return rc != GIT_ENOTFOUND;
}

int
repository_make(const char *folder, bool is_bare, struct diag *diag)
{
	git_repository_init_options options = {
		.version = GIT_REPOSITORY_INIT_OPTIONS_VERSION,
		.flags = GIT_REPOSITORY_INIT_MKPATH |
			 GIT_REPOSITORY_INIT_EXTERNAL_TEMPLATE |
			 (is_bare ? GIT_REPOSITORY_INIT_BARE : 0U)
	};
	git_repository *git = NULL;
	bool is_started = git_libgit2_init() > 0;
	int rc =
	    is_started ? git_repository_init_ext(&git, folder, &options) : -1;

	if (rc != 0)
		diag_at(diag, place_none(), D_INIT_FILE, str_from(folder),
		    repository_reason());
	git_repository_free(git);
	if (is_started)
		git_libgit2_shutdown();
	return rc == 0 ? 0 : -1;
}

struct repository *
repository_share(struct repository *repository)
{
	repository->owners++;
	return repository;
}

void
repository_close(struct repository *repository)
{
	if (repository == NULL || --repository->owners > 0)
		return;
	git_odb_free(repository->objects);
	git_repository_free(repository->git);
	verification -= repository->use == REPOSITORY_PROVE;
	verify_hashes();
	if (repository->git_started)
		git_libgit2_shutdown();
	free(repository);
}

git_repository *
repository_git(const struct repository *repository)
{
	return repository->git;
}

git_odb *
repository_objects(const struct repository *repository)
{
	return repository->objects;
}

bool
repository_is_bare(const struct repository *repository)
{
	return git_repository_is_bare(repository->git) == 1;
}

const char *
repository_folder(const struct repository *repository)
{
	return git_repository_path(repository->git);
}

const char *
repository_common_folder(const struct repository *repository)
{
	return git_repository_commondir(repository->git);
}

bool
repository_tracks(const struct repository *repository, const char *path)
{
	git_index *index = NULL;
	bool tracks = git_repository_index(&index, repository->git) == 0 &&
		      git_index_get_bypath(index, path, 0) != NULL;

	git_index_free(index);
	return tracks;
}

/* Absolute, without symbolic links; in the arena. NULL: errno. */
static const char *
real_path(struct arena *arena, const char *path)
{
	char *found = realpath(path, NULL);
	const char *copy;

	if (found == NULL)
		return NULL;
	copy = arena_str(arena, str_from(found)).data;
	free(found);
	return copy;
}

int
repository_locate(const struct repository *repository, const char *folder,
    struct arena *arena, struct str *path, struct diag *diag)
{
	const char *root = git_repository_workdir(repository->git);
	const char *real = real_path(arena, folder);
	bool is_bare = root == NULL;
	struct str top;

	if (is_bare)
		root = git_repository_path(repository->git);
	root = real_path(arena, root);
	if (root == NULL || real == NULL) {
		report(diag, folder, D_SOURCE, str_from(strerror(errno)),
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
	report(diag, folder, D_REPOSITORY_OUTSIDE, str_from(folder), STR_END);
	return -1;
}

static bool
has_file(const struct repository *repository, const char *name)
{
	return git_folder_has(
	    str_from(git_repository_commondir(repository->git)), name);
}

/* libgit2 looks elsewhere for it in a linked work tree. */
bool
repository_is_shallow(const struct repository *repository)
{
	return has_file(repository, GIT_FOLDER_SHALLOW);
}

const char *
repository_branch(const struct repository *repository, struct arena *arena)
{
	git_reference *head = NULL;
	const char *name = NULL;

	if (git_repository_head(&head, repository->git) == 0 &&
	    git_reference_is_branch(head) == 1)
		name =
		    arena_str(arena, str_from(git_reference_name(head))).data;
	git_reference_free(head);
	return name;
}

/* Not by libgit2's own search, which forgets the memory of its pattern. */
static bool
is_promise(const git_config_entry *entry)
{
	struct str name = str_from(entry->name);

	return (str_equal(name, STR("extensions.partialclone")) ||
		   (str_starts(name, STR("remote.")) &&
		       str_ends(name, STR(".promisor")))) &&
	       (entry->value == NULL || strcmp(entry->value, "false") != 0);
}

/* Whether some remote is one that only promises its objects. */
static bool
is_partial(const struct repository *repository)
{
	git_config_iterator *iterator = NULL;
	git_config_entry *entry;
	git_config *config = NULL;
	bool found = false;

	if (git_repository_config_snapshot(&config, repository->git) == 0 &&
	    git_config_iterator_new(&iterator, config) == 0)
		while (!found && git_config_next(&entry, iterator) == 0)
			found = is_promise(entry);
	git_config_iterator_free(iterator);
	git_config_free(config);
	return found;
}

/* Each object that `git log` and its like show another one for. */
static void
report_replaced(const struct repository *repository, const char *folder,
    struct diag *diag)
{
	static const char prefix[] = "refs/replace/";
	git_reference_iterator *iterator = NULL;
	const char *name;

	if (git_reference_iterator_glob_new(&iterator, repository->git,
		"refs/replace/*") != 0)
		return;
	while (git_reference_next_name(&name, iterator) == 0)
		report(diag, folder, D_REPLACED,
		    str_from(name + sizeof(prefix) - 1), STR_END);
	git_reference_iterator_free(iterator);
}

void
repository_doubts(const struct repository *repository, const char *folder,
    struct diag *diag)
{
	if (repository_is_shallow(repository))
		report(diag, folder, D_SHALLOW, STR_END, STR_END);
	if (is_partial(repository))
		report(diag, folder, D_PARTIAL, STR_END, STR_END);
	report_replaced(repository, folder, diag);
	if (has_file(repository, GIT_FOLDER_GRAFTS))
		report(diag, folder, D_GRAFTED, STR_END, STR_END);
}
