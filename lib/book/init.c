#include "book/init.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/i18n.h"
#include "book/new_file.h"
#include "git/reference.h"
#include "git/settings.h"
#include "git/source.h"

/* What happened to a thing; the words of the lines. */
static const char made[] = "made", set[] = "set", kept[] = "kept",
		  left[] = "left";

struct init {
	const char *folder;
	FILE *out;
	struct arena arena;
	struct diag *diag;
	struct repository *repository;
};

static void say(const struct init *setup, const char *word, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
static void
say(const struct init *setup, const char *word, const char *format, ...)
{
	va_list arguments;

	if (setup->out == NULL)
		return;
	fprintf(setup->out, "%-5s ", word);
	va_start(arguments, format);
	vfprintf(setup->out, format, arguments);
	va_end(arguments);
	fputc('\n', setup->out);
}

/* Of the folder, or of what is to be made there; returns -1. */
static int
refuse(const struct init *setup, enum finding finding, const char *path)
{
	diag_at(setup->diag, place_none(), finding, str_from(path));
	return -1;
}

static int
fault(const struct init *setup, const char *path)
{
	diag_at(setup->diag, place_none(), D_INIT_FILE, str_from(path),
	    str_from(strerror(errno)));
	return -1;
}

/* `FOLDER/NAME`, or NAME in the folder that we are in. */
static const char *
join(struct init *setup, const char *folder, const char *name)
{
	struct str base = str_from(folder);

	if (strcmp(folder, ".") == 0)
		return name;
	while (base.size > 1 && str_ends(base, STR("/")))
		base.size--;
	return arena_format(&setup->arena, STR_FMT "%s%s", STR_ARG(base),
	    str_ends(base, STR("/")) ? "" : "/", name)
	    .data;
}

/* A path inside the folder as the user would name it, not as git does. */
static const char *
shown(struct init *setup, const char *path)
{
	char *real = realpath(setup->folder, NULL);
	struct str top = str_from(real), whole = str_from(path);
	const char *name = path;

	while (str_ends(whole, STR("/")))
		whole.size--;
	whole = arena_str(&setup->arena, whole);
	if (top.size > 1 && str_equal(whole, top))
		name = setup->folder;
	else if (top.size > 1 && str_starts(whole, top) &&
		 whole.data[top.size] == '/')
		name = join(setup, setup->folder, whole.data + top.size + 1);
	else
		name = whole.data;
	free(real);
	return name;
}

/*
 * The book
 */

struct book_file {
	const char *name; /* inside the book */
	struct str bytes;
};

struct book_files {
	struct book_file *list;
	size_t count, capacity;
};

static void
add_file(struct init *setup, struct book_files *files, const char *name,
    struct str bytes)
{
	files->list = arena_grow(&setup->arena, files->list, files->count,
	    &files->capacity, sizeof(*files->list));
	files->list[files->count++] = (struct book_file){ name, bytes };
}

static void
list_starter(struct init *setup, struct book_files *files)
{
	for (size_t i = 0; embedded_starter[i].path != NULL; i++)
		add_file(setup, files, embedded_starter[i].path,
		    (struct str){
			embedded_starter[i].text, embedded_starter[i].size });
}

/* Everything in a folder of a source; deeper than this is no book. */
static void
list_folder(struct init *setup, struct source *source, const char *folder,
    unsigned depth, struct book_files *files)
{
	enum { DEPTH_MAX = 16 };
	struct source_entry *entries;
	struct buffer bytes = { 0 };
	size_t count;

	source_list(source, &setup->arena, folder, &entries, &count,
	    setup->diag);
	for (size_t i = 0; i < count; i++) {
		const char *name = entries[i].name.data;

		if (folder[0] != '\0')
			name = join(setup, folder, name);
		/* Results prove nothing without the commits they came from. */
		if (strcmp(name, "closed") == 0)
			say(setup, left,
			    _("closed: not copied, since it speaks of commits "
			      "that are not here"));
		else if (entries[i].is_folder && depth < DEPTH_MAX)
			list_folder(setup, source, name, depth + 1, files);
		else if (!entries[i].is_folder) {
			buffer_clear(&bytes);
			source_read(source, name, &bytes, setup->diag);
			add_file(setup, files, name,
			    arena_str(&setup->arena, buffer_str(&bytes)));
		}
	}
	buffer_free(&bytes);
}

static int
list_book(struct init *setup, const char *from, struct book_files *files)
{
	struct source *source = NULL;
	int rc = 0;

	if (source_open(&source, from, NULL, setup->diag) == 0 &&
	    !source_has(source, "book.rec"))
		rc = refuse(setup, D_INIT_NO_BOOK, from);
	else if (source != NULL)
		list_folder(setup, source, "", 0, files);
	source_close(source);
	return diag_has_errors(setup->diag) ? -1 : rc;
}

/*
 * A book that is half there would be mixed with another one: either its files
 * are those that are to be made, as a run that was interrupted leaves them, or
 * nothing is made.
 */
static int
check_absent(struct init *setup, const struct book_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const char *path =
		    join(setup, setup->folder, files->list[i].name);
		enum new_file found = new_file_look(path, files->list[i].bytes);

		if (found == NEW_FILE_OTHER)
			return refuse(setup, D_INIT_TAKEN, path);
		if (found == NEW_FILE_FAULT)
			return fault(setup, path);
	}
	return 0;
}

static int
make_file(struct init *setup, const struct book_file *file)
{
	const char *path = join(setup, setup->folder, file->name);
	size_t slash = str_find_last(str_from(path), '/');
	size_t top = strlen(path) - strlen(file->name);
	struct str folder = arena_str(&setup->arena,
	    str_head(str_from(path), slash == STR_NOWHERE ? 0 : slash));

	if (folder.size > 0 && new_folder(folder.data, top) != 0)
		return fault(setup, folder.data);
	switch (new_file_make(path, file->bytes, 0666)) {
	case NEW_FILE_MADE:
		say(setup, made, "%s", path);
		return 0;
	case NEW_FILE_SAME:
		say(setup, kept, "%s", path);
		return 0;
	case NEW_FILE_OTHER:
		errno = EEXIST;
		return fault(setup, path);
	default:
		return fault(setup, path);
	}
}

/* book.rec comes last: where it is, all is. */
static int
make_files(struct init *setup, const struct book_files *files)
{
	const struct book_file *last = NULL;
	int rc = check_absent(setup, files);

	for (size_t i = 0; i < files->count && rc == 0; i++) {
		if (strcmp(files->list[i].name, "book.rec") == 0)
			last = &files->list[i];
		else
			rc = make_file(setup, &files->list[i]);
	}
	return rc == 0 && last != NULL ? make_file(setup, last) : rc;
}

static int
make_book(struct init *setup, const char *from)
{
	const char *path = join(setup, setup->folder, "book.rec");
	struct book_files files = { 0 };
	struct stat status;
	int rc = 0;

	if (lstat(path, &status) == 0) {
		say(setup, kept, "%s", path);
		if (from != NULL)
			say(setup, left,
			    _("%s: not copied, for there is a "
			      "book in %s"),
			    from, setup->folder);
		return 0;
	}
	if (from == NULL)
		list_starter(setup, &files);
	else
		rc = list_book(setup, from, &files);
	if (rc == 0 && new_folder(setup->folder, strlen(setup->folder)) != 0)
		rc = fault(setup, setup->folder);
	return rc == 0 ? make_files(setup, &files) : rc;
}

/*
 * The repository
 */

static int
repository_fault(const struct init *setup, const char *what)
{
	diag_at(setup->diag, place_none(), D_INIT_FILE, str_from(what),
	    repository_reason());
	return -1;
}

/* The name of the branch that HEAD is on. */
static struct str
branch_of(struct init *setup)
{
	struct str name = reference_of_head(setup->repository, &setup->arena);

	if (str_starts(name, STR("refs/heads/")))
		name = str_from_byte(name, strlen("refs/heads/"));
	return name.size > 0 ? name : STR("?");
}

static void
tell_repository(struct init *setup, bool is_there, bool is_bare)
{
	struct str branch = branch_of(setup);

	if (is_there)
		say(setup, kept, _("%s: the repository"),
		    shown(setup, repository_folder(setup->repository)));
	else if (is_bare)
		say(setup, made, _("%s: a bare repository, branch " STR_FMT),
		    setup->folder, STR_ARG(branch));
	else
		say(setup, made, _("%s: a repository, branch " STR_FMT),
		    join(setup, setup->folder, ".git"), STR_ARG(branch));
}

static int
open_repository(struct init *setup, bool is_bare)
{
	/* A server is a repository of its own, wherever it lies. */
	bool is_there = repository_is_at(setup->folder, !is_bare);

	if (!is_there &&
	    repository_make(setup->folder, is_bare, setup->diag) != 0)
		return -1;
	if (repository_open(&setup->repository, setup->folder,
		REPOSITORY_BROWSE, setup->diag) != 0)
		return -1;
	tell_repository(setup, is_there, is_bare);
	return 0;
}

/*
 * Attributes
 */

#define ATTRIBUTES "text eol=lf diff=shiji merge=shiji"

static bool
has_attribute(struct init *setup, const char *path, const char *name,
    struct str wanted)
{
	struct str value =
	    settings_attribute(setup->repository, path, name, &setup->arena);

	/* With several books a driver may be called shiji-city. */
	return str_starts(value, wanted);
}

static bool
has_attributes(struct init *setup, const char *path)
{
	return has_attribute(setup, path, "text", STR("set")) &&
	       has_attribute(setup, path, "eol", STR("lf")) &&
	       has_attribute(setup, path, "diff", STR("shiji")) &&
	       has_attribute(setup, path, "merge", STR("shiji"));
}

/*
 * Whether the file was committed or staged and is gone from the folder: what
 * git says of attributes then still comes from the index.
 */
static bool
is_removed(const struct init *setup, const char *path, const char *tracked)
{
	struct stat status;

	return repository_tracks(setup->repository, tracked) &&
	       lstat(path, &status) != 0;
}

/* A file of the book, as the repository has its path. */
static const char *
tracked_path(struct init *setup, struct str place, const char *name)
{
	return place.size == 0 ? name : join(setup, place.data, name);
}

static int
set_attributes(struct init *setup)
{
	static const struct str text = STR_INIT(
	    "# How git keeps, shows and merges the files of this book; see\n"
	    "# shiji-git(7).\n"
	    "*.rec " ATTRIBUTES "\n"
	    "*.tsv " ATTRIBUTES "\n");
	static const char *const names[] = { "book.rec", "any.tsv" };
	const char *path = join(setup, setup->folder, ".gitattributes");
	struct str place;
	enum new_file found;
	bool has;

	if (repository_locate(setup->repository, setup->folder, &setup->arena,
		&place, setup->diag) != 0)
		return -1;
	has = !is_removed(setup, path,
	    tracked_path(setup, place, ".gitattributes"));
	for (size_t i = 0; i < LENGTH(names); i++)
		has &=
		    has_attributes(setup, tracked_path(setup, place, names[i]));
	found = has ? NEW_FILE_SAME : new_file_make(path, text, 0666);
	if (found == NEW_FILE_FAULT)
		return fault(setup, path);
	if (found == NEW_FILE_OTHER) {
		say(setup, left,
		    _("%s: yours; add these lines to it, and take "
		      "away what contradicts them:"),
		    path);
		say(setup, "", "*.rec " ATTRIBUTES);
		say(setup, "", "*.tsv " ATTRIBUTES);
		return 0;
	}
	say(setup, found == NEW_FILE_MADE ? made : kept, "%s", path);
	return 0;
}

/*
 * Settings
 */

struct setting {
	const char *name, *value;
	/* A value that begins so will do as well; NULL: only just this one. */
	const char *like;
};

static const struct setting clone_settings[] = {
	{ "diff.shiji.textconv", "shiji textconv", "shiji textconv" },
	{ "diff.shiji.xfuncname", "^Id: (.*)\n^(.*) [|] Id: ", NULL },
	{ "diff.shiji.wordRegex", "[^][:space:](),;:|<>=+*/%\"-]+|[^[:space:]]",
	    NULL },
	{ "merge.shiji.name", "records by key, figures by cell", "" },
	{ "merge.shiji.driver", "shiji merge-records -L %L %O %A %B %P",
	    "shiji merge-records" },
};

static const struct setting server_settings[] = {
	{ "receive.denyDeletes", "true", NULL },
	{ "receive.denyNonFastForwards", "true", NULL },
	{ "receive.fsckObjects", "true", NULL },
	{ "core.logAllRefUpdates", "true", "always" },
};

static bool
is_value(const struct setting *setting, const char *value)
{
	if (strcmp(value, setting->value) == 0)
		return true;
	return setting->like != NULL &&
	       str_starts(str_from(value), str_from(setting->like));
}

static int
set_one(struct init *setup, const struct setting *setting)
{
	struct str value;

	switch (settings_read(setup->repository, setting->name, &setup->arena,
	    &value)) {
	case SETTINGS_FAULT:
		return repository_fault(setup, setting->name);
	case SETTINGS_NONE:
		if (settings_write(setup->repository, setting->name,
			setting->value) != 0)
			return repository_fault(setup, setting->name);
		say(setup, set, "%s", setting->name);
		return 0;
	case SETTINGS_FOUND:
		break;
	}
	if (is_value(setting, value.data))
		say(setup, kept, "%s", setting->name);
	else
		say(setup, left, _("%s: it is '%s'; Shiji's is '%s'"),
		    setting->name, value.data, setting->value);
	return 0;
}

static int
set_settings(struct init *setup, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set_one(setup, &settings[i]) != 0)
			return -1;
	return 0;
}

/*
 * Hooks
 */

struct hook_file {
	const char *name; /* git's */
	const char *from; /* ours */
};

static const struct hook_file clone_hooks[] = {
	{ "pre-commit", "pre-commit" },
	{ "pre-merge-commit", "pre-commit" },
	{ "prepare-commit-msg", "prepare-commit-msg" },
	{ "commit-msg", "commit-msg" },
};

static const struct hook_file server_hooks[] = {
	{ "pre-receive", "pre-receive" },
};

struct init_hook
init_hook(size_t number)
{
	const struct embedded_file *file = &embedded_hooks[number];

	return (struct init_hook){ file->path, { file->text, file->size } };
}

static struct str
hook_text(const char *name)
{
	size_t number = 0;

	while (strcmp(init_hook(number).name, name) != 0)
		number++;
	return init_hook(number).text;
}

/* The text of a file up to a bound, in the arena; empty: none. */
static struct str
read_some(struct init *setup, const char *path)
{
	enum { MOST = 1 << 20 };
	FILE *file = fopen(path, "rbe");
	struct buffer bytes = { 0 };
	struct str text;

	if (file == NULL)
		return STR("");
	buffer_reserve(&bytes, MOST);
	bytes.size = fread(bytes.data, 1, MOST, file);
	fclose(file);
	text = arena_str(&setup->arena, buffer_str(&bytes));
	buffer_free(&bytes);
	return text;
}

static bool
holds(struct str text, const char *part)
{
	return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

/* A hook of the user's stays; ours is put beside it, to be run by it. */
static int
put_beside(struct init *setup, const char *path, const char *name,
    struct str text)
{
	const char *beside = arena_format(&setup->arena, "%s.shiji", path).data;
	const char *called = arena_format(&setup->arena, "%s.shiji", name).data;
	struct str own = read_some(setup, path);
	enum new_file found;

	if (holds(own, "A git\n# hook of Shiji") ||
	    holds(own, "A git hook of\n# Shiji") ||
	    holds(own, "A git hook of Shiji")) {
		say(setup, left,
		    _("%s: of another version of Shiji, or changed; remove it "
		      "and run this again"),
		    path);
		return 0;
	}
	found = new_file_make(beside, text, 0777);
	if (found == NEW_FILE_FAULT)
		return fault(setup, beside);
	if (found == NEW_FILE_OTHER)
		say(setup, left,
		    _("%s: of another version; remove it and run this again"),
		    beside);
	else
		say(setup, found == NEW_FILE_MADE ? made : kept, "%s", beside);
	if (holds(own, called))
		say(setup, kept, _("%s: yours, and runs %s"), path, called);
	else
		say(setup, left,
		    _("%s: yours; let its last line be: exec "
		      "\"${0%%/*}/%s\" \"$@\""),
		    path, called);
	return 0;
}

static int
put_hook(struct init *setup, const char *folder, const struct hook_file *hook)
{
	const char *path = join(setup, folder, hook->name);
	struct str text = hook_text(hook->from);

	switch (new_file_make(path, text, 0777)) {
	case NEW_FILE_MADE:
		say(setup, made, "%s", path);
		return 0;
	case NEW_FILE_OTHER:
		return put_beside(setup, path, hook->name, text);
	case NEW_FILE_FAULT:
		return fault(setup, path);
	case NEW_FILE_SAME:
		break;
	}
	if (access(path, X_OK) == 0) {
		say(setup, kept, "%s", path);
		return 0;
	}
	if (chmod(path, 0755) != 0)
		return fault(setup, path);
	say(setup, set, _("%s: it may be run now"), path);
	return 0;
}

static int
put_hooks(struct init *setup, const struct hook_file *hooks, size_t count)
{
	const char *folder =
	    shown(setup, settings_hooks(setup->repository, &setup->arena).data);
	int rc = 0;

	if (new_folder(folder, strlen(folder)) != 0)
		return fault(setup, folder);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = put_hook(setup, folder, &hooks[i]);
	return rc;
}

/*
 * All of it
 */

static void
start(struct init *setup, const char *folder, FILE *out, struct diag *diag)
{
	*setup = (struct init){ .folder = folder, .out = out, .diag = diag };
}

static void
end(struct init *setup)
{
	repository_close(setup->repository);
	arena_free(&setup->arena);
}

/* Refused before anything is made. */
static int
check_no_server(const struct init *setup)
{
	/* Why one cannot be used is said when it is to be. */
	struct diag *diag = diag_new(1);
	struct repository *repository = NULL;
	int rc = 0;

	if (repository_open(&repository, setup->folder, REPOSITORY_BROWSE,
		diag) == 0 &&
	    repository_is_bare(repository))
		rc = refuse(setup, D_INIT_BARE, setup->folder);
	repository_close(repository);
	diag_free(diag);
	return rc;
}

int
init_book(const char *folder, const char *from, FILE *out, struct diag *diag)
{
	struct init setup;
	int rc;

	start(&setup, folder, out, diag);
	rc = check_no_server(&setup);
	if (rc == 0)
		rc = make_book(&setup, from);
	if (rc == 0)
		rc = open_repository(&setup, false);
	if (rc == 0)
		rc = set_attributes(&setup);
	if (rc == 0)
		rc = set_settings(&setup, clone_settings,
		    LENGTH(clone_settings));
	if (rc == 0)
		rc = put_hooks(&setup, clone_hooks, LENGTH(clone_hooks));
	end(&setup);
	return rc;
}

/* A folder that is no repository must be empty to become one. */
static int
check_empty(const struct init *setup)
{
	if (repository_is_at(setup->folder, false) ||
	    rmdir(setup->folder) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return refuse(setup, D_INIT_NOT_EMPTY, setup->folder);
	return fault(setup, setup->folder);
}

int
init_server(const char *folder, FILE *out, struct diag *diag)
{
	struct init setup;
	int rc;

	start(&setup, folder, out, diag);
	rc = check_empty(&setup);
	if (rc == 0)
		rc = open_repository(&setup, true);
	if (rc == 0 && !repository_is_bare(setup.repository))
		rc = refuse(&setup, D_INIT_WORK_TREE, folder);
	if (rc == 0)
		rc = set_settings(&setup, server_settings,
		    LENGTH(server_settings));
	if (rc == 0)
		rc = put_hooks(&setup, server_hooks, LENGTH(server_hooks));
	end(&setup);
	return rc;
}
