#include "git/reference.h"

#include <stdlib.h>

bool
reference_read(const struct repository *repository, const char *name,
    git_oid *out)
{
	return git_reference_name_to_id(out, repository_git(repository),
		   name) == 0;
}

struct str
reference_of_head(const struct repository *repository, struct arena *arena)
{
	git_reference *head = NULL;
	struct str name = { 0 };

	if (git_reference_lookup(&head, repository_git(repository), "HEAD") ==
		0 &&
	    git_reference_symbolic_target(head) != NULL)
		name = arena_str(arena,
		    str_from(git_reference_symbolic_target(head)));
	git_reference_free(head);
	return name;
}

static int
compare_names(const void *a, const void *b)
{
	const struct reference *x = a, *y = b;

	return str_compare(x->name, y->name);
}

/* While names are listed. */
struct listing {
	const struct repository *repository;
	struct str prefix;
	struct arena *arena;
	struct reference *list;
	size_t count, capacity;
};

static int
meet_name(const char *name, void *payload)
{
	struct listing *listing = payload;
	struct reference reference = { .name = str_from(name) };

	if (!str_starts(reference.name, listing->prefix) ||
	    !reference_read(listing->repository, name, &reference.id))
		return 0;
	reference.name = arena_str(listing->arena, reference.name);
	listing->list = arena_grow(listing->arena, listing->list,
	    listing->count, &listing->capacity, sizeof(*listing->list));
	listing->list[listing->count++] = reference;
	return 0;
}

struct reference *
reference_list(const struct repository *repository, struct str prefix,
    struct arena *arena, size_t *count)
{
	struct listing listing = {
		.repository = repository, .prefix = prefix, .arena = arena
	};

	git_reference_foreach_name(repository_git(repository), meet_name,
	    &listing);
	if (listing.count > 1)
		qsort(listing.list, listing.count, sizeof(*listing.list),
		    compare_names);
	*count = listing.count;
	return listing.list;
}
