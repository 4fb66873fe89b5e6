#include "git/git_folder.h"

#include <ctype.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Nothing where it cannot be read. */
static void
read_file(struct str folder, const char *name, struct buffer *bytes)
{
	struct buffer path = { 0 };
	FILE *file;
	size_t got;

	buffer_format(&path, STR_FMT "%s", STR_ARG(folder), name);
	buffer_add_byte(&path, '\0');
	file = fopen(path.data, "re");
	do {
		buffer_reserve(bytes, 4096);
		got = file == NULL
			  ? 0
			  : fread(bytes->data + bytes->size, 1, 4096, file);
		bytes->size += got;
	} while (got > 0);
	if (file != NULL)
		fclose(file);
	buffer_free(&path);
}

/* The first line of a file, such as a path; empty where there is none. */
static struct str
read_line(struct str folder, const char *name, struct arena *arena)
{
	struct buffer bytes = { 0 };
	struct str text, line = { 0 };

	read_file(folder, name, &bytes);
	text = buffer_str(&bytes);
	if (str_next_line(&text, &line))
		line = arena_str(arena, line);
	buffer_free(&bytes);
	return line;
}

/* The folder of a work tree's own files, with a slash; empty: there is none. */
static struct str
own_folder(const char *folder, struct arena *arena)
{
	git_buf found = { 0 };
	struct str own = { 0 };

	if (git_repository_discover(&found, folder, 0,
		getenv("GIT_CEILING_DIRECTORIES")) == 0)
		own = str_from(found.ptr);
	/* Some versions leave the slash out. */
	if (own.size > 0)
		own = arena_format(arena, STR_FMT "%s", STR_ARG(own),
		    str_ends(own, STR("/")) ? "" : "/");
	git_buf_dispose(&found);
	return own;
}

struct str
git_folder_find(const char *folder, struct arena *arena)
{
	struct str own = own_folder(folder, arena), line;

	if (own.size == 0)
		return own;
	line = read_line(own, "commondir", arena);
	if (line.size == 0)
		return own;
	if (str_starts(line, STR("/")))
		return arena_format(arena, STR_FMT "/", STR_ARG(line));
	return arena_format(arena, STR_FMT STR_FMT "/", STR_ARG(own),
	    STR_ARG(line));
}

struct str
git_folder_top(const char *folder, struct arena *arena)
{
	struct str own = own_folder(folder, arena), link;

	if (own.size == 0)
		return str_from(folder);
	/* A linked work tree's: the path of the file there that leads here. */
	link = read_line(own, "gitdir", arena);
	if (str_ends(link, STR("/.git")))
		return str_head(link, link.size - strlen("/.git"));
	return str_head(own,
	    own.size - (str_ends(own, STR("/.git/")) ? strlen("/.git/") : 1));
}

bool
git_folder_has(struct str folder, const char *name)
{
	struct arena arena = { 0 };
	struct str path =
	    arena_format(&arena, STR_FMT "%s", STR_ARG(folder), name);
	struct stat status;
	bool found = stat(path.data, &status) == 0 && status.st_size > 0;

	arena_free(&arena);
	return found;
}

static bool
is_list_of_ids(struct str line)
{
	enum { STEP = GIT_OID_HEXSZ + 1 };
	bool is_list = line.size % STEP == GIT_OID_HEXSZ;

	for (size_t i = 0; i < line.size && is_list; i++)
		is_list = i % STEP == GIT_OID_HEXSZ
			      ? line.data[i] == ' '
			      : isxdigit((unsigned char)line.data[i]) != 0;
	return is_list;
}

size_t
git_folder_bad_line(struct str folder, const char *name)
{
	struct buffer bytes = { 0 };
	struct str text, line;
	size_t number = 0;
	bool is_bad = false;

	read_file(folder, name, &bytes);
	text = buffer_str(&bytes);
	while (!is_bad && str_next_line(&text, &line)) {
		number++;
		is_bad = !is_list_of_ids(line);
	}
	buffer_free(&bytes);
	return is_bad ? number : 0;
}

struct str
git_folder_format(struct str folder, struct arena *arena)
{
	git_config_entry *entry = NULL;
	git_config *config = NULL;
	struct str format = { 0 }, path = arena_format(arena, STR_FMT "config",
				       STR_ARG(folder));
	int32_t version = 0;

	if (git_config_open_ondisk(&config, path.data) == 0 &&
	    git_config_get_int32(&version, config,
		"core.repositoryformatversion") == 0 &&
	    version > 0 &&
	    git_config_get_entry(&entry, config, "extensions.objectformat") ==
		0 &&
	    entry->value != NULL)
		format = arena_str(arena, str_from(entry->value));
	git_config_entry_free(entry);
	git_config_free(config);
	return format;
}
