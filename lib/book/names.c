#include "book/names.h"

#include <stdlib.h>

#include "format/rec.h"
#include "git/source.h"

enum { DEPTH_MAX = 3, FOLDERS_MAX = 1000, BOOKS_MAX = 32 };

/* A name, and what a measure counts. */
struct entry {
	struct str name, unit;
};

/* Of one kind of record. */
struct list {
	struct intern index;
	struct entry *entries;
	size_t count, capacity;
};

struct labels {
	struct arena arena;
	struct source *source;
	struct diag *diag; /* never shown: the names are a help to the reader */
	struct list measures, units;
};

static void
enter(struct labels *names, struct list *list, struct str id,
    struct entry entry)
{
	uint32_t number = (uint32_t)list->count;

	if (id.size == 0)
		return;
	if (!intern_add(&list->index, id, &number)) {
		struct entry *old = &list->entries[number];

		if (!str_equal(old->name, entry.name))
			old->name = STR("");
		if (!str_equal(old->unit, entry.unit))
			old->unit = STR("");
		return;
	}
	list->entries = arena_grow(&names->arena, list->entries, list->count,
	    &list->capacity, sizeof(*list->entries));
	list->entries[list->count++] = entry;
}

static struct str
value_of(const struct rec_record *record, const char *name)
{
	const struct rec_field *field = rec_field(record, name);

	return field == NULL ? STR("") : field->value;
}

static void
enter_record(struct labels *names, struct list *list,
    const struct rec_record *record)
{
	struct entry entry = { value_of(record, "Name"),
		value_of(record, "Unit") };

	enter(names, list, value_of(record, "Id"), entry);
	for (size_t i = 0; i < record->count; i++)
		if (str_equal(record->fields[i].name, STR("Alias")))
			enter(names, list, record->fields[i].value, entry);
}

/* A path inside a folder; "" is the top. */
static struct str
inside(struct labels *names, struct str folder, const char *name)
{
	return folder.size == 0 ? arena_str(&names->arena, str_from(name))
				: arena_format(&names->arena, STR_FMT "/%s",
				      STR_ARG(folder), name);
}

static void
read_file(struct labels *names, struct str book, const char *name,
    struct list *list)
{
	struct str path = inside(names, book, name);
	struct buffer bytes = { 0 };
	struct rec_file file;

	if (source_has(names->source, path.data) &&
	    source_read(names->source, path.data, &bytes, names->diag) == 0) {
		rec_parse(&names->arena, path.data,
		    arena_str(&names->arena, buffer_str(&bytes)), &file,
		    names->diag);
		for (size_t i = 0; i < file.count; i++)
			enter_record(names, list, &file.records[i]);
	}
	buffer_free(&bytes);
}

static void
read_book(struct labels *names, struct str book)
{
	read_file(names, book, "measures.rec", &names->measures);
	read_file(names, book, "units.rec", &names->units);
}

static bool
is_book(struct labels *names, struct str folder)
{
	return source_has(names->source,
	    inside(names, folder, "book.rec").data);
}

/* The book that the prefix lies in; false where it lies in none. */
static bool
read_book_of(struct labels *names, struct str prefix)
{
	while (prefix.size > 0 && prefix.data[prefix.size - 1] == '/')
		prefix.size--;
	while (prefix.size > 0) {
		size_t slash = str_find_last(prefix, '/');

		if (is_book(names, prefix)) {
			read_book(names, prefix);
			return true;
		}
		prefix = str_head(prefix, slash == STR_NOWHERE ? 0 : slash);
	}
	return false;
}

struct folders {
	struct str *paths;
	size_t count, capacity;
};

static void
add_folder(struct labels *names, struct folders *folders, struct str path)
{
	if (folders->count == FOLDERS_MAX)
		return;
	folders->paths = arena_grow(&names->arena, folders->paths,
	    folders->count, &folders->capacity, sizeof(*folders->paths));
	folders->paths[folders->count++] = path;
}

static void
add_folders_inside(struct labels *names, struct folders *folders,
    struct str path)
{
	struct source_entry *entries;
	size_t count;

	source_list(names->source, &names->arena, path.data, &entries, &count,
	    names->diag);
	for (size_t i = 0; i < count; i++)
		if (entries[i].is_folder)
			add_folder(names, folders,
			    inside(names, path, entries[i].name.data));
}

/* Level by level, so that what lies deep cannot crowd out what lies above. */
static void
read_all_books(struct labels *names)
{
	struct folders folders = { 0 };
	size_t next = 0, books = 0;

	add_folder(names, &folders, arena_str(&names->arena, STR("")));
	for (int depth = 0; depth <= DEPTH_MAX; depth++) {
		size_t end = folders.count;

		for (; next < end && books < BOOKS_MAX; next++) {
			struct str path = folders.paths[next];

			if (is_book(names, path)) {
				read_book(names, path);
				books++;
			} else if (depth < DEPTH_MAX) {
				add_folders_inside(names, &folders, path);
			}
		}
	}
}

struct labels *
labels_new(const char *folder, const char *prefix)
{
	struct labels *names = memory_alloc(sizeof(*names));

	*names = (struct labels){ .diag = diag_new(1) };
	if (source_open(&names->source, folder, NULL, names->diag) == 0 &&
	    !read_book_of(names, str_from(prefix)))
		read_all_books(names);
	return names;
}

void
labels_free(struct labels *names)
{
	if (names == NULL)
		return;
	source_close(names->source);
	diag_free(names->diag);
	intern_free(&names->measures.index);
	intern_free(&names->units.index);
	arena_free(&names->arena);
	free(names);
}

static struct entry
find(const struct list *list, struct str id)
{
	static const struct entry nothing;
	uint32_t number = intern_find(&list->index, id);

	return number == INDEX_NONE ? nothing : list->entries[number];
}

struct str
labels_measure(const struct labels *names, struct str id)
{
	return find(&names->measures, id).name;
}

struct str
labels_measure_unit(const struct labels *names, struct str id)
{
	return find(&names->measures, id).unit;
}

struct str
labels_unit(const struct labels *names, struct str id)
{
	return find(&names->units, id).name;
}
