#include "git/revparse.h"

#include <locale.h>
#include <regex.h>
#include <stdlib.h>

#include "git/commit_graph.h"
#include "git/libgit2_error.h"
#include "git/parents.h"

/* A way from a commit to one of its ancestors. */
struct revparse_step {
	enum { STEP_ANCESTOR, STEP_PARENT, STEP_SEARCH } kind;
	size_t at, end; /* in the name */
	uint32_t number;
	struct str pattern; /* of a search */
};

static int
fail(int code, const char *text)
{
	git_error_set_str(GIT_ERROR_INVALID, text);
	return code;
}

/*
 * Names
 */

/* The digits at a place, 1 where there are none; the largest number for more.
 */
static size_t
take_number(struct str name, size_t at, uint32_t *number)
{
	size_t start = at;
	uint64_t sum = 0;

	for (; at < name.size && name.data[at] >= '0' && name.data[at] <= '9';
	     at++) {
		sum = 10 * sum + (uint64_t)(name.data[at] - '0');
		if (sum > UINT32_MAX)
			sum = UINT32_MAX;
	}
	*number = at > start ? (uint32_t)sum : 1;
	return at;
}

/* Behind the brace that closes the one at a place; the end where none does. */
static size_t
skip_braces(struct str name, size_t at)
{
	while (at < name.size && name.data[at] != '}')
		at++;
	return at < name.size ? at + 1 : at;
}

/* Whether the `^` or `~` at a place is a step to an ancestor. */
static bool
read_step(struct str name, size_t at, struct revparse_step *step)
{
	struct str rest = str_from_byte(name, at);

	*step = (struct revparse_step){ .at = at };
	if (str_starts(rest, STR("^{"))) {
		step->kind = STEP_SEARCH;
		step->end = skip_braces(name, at);
		step->pattern = str_head(rest, step->end - at);
		if (!str_starts(rest, STR("^{/")) ||
		    !str_ends(step->pattern, STR("}")))
			return false;
		step->pattern = str_from_byte(step->pattern, 3);
		step->pattern.size--;
		return true;
	}
	step->kind = rest.data[0] == '~' ? STEP_ANCESTOR : STEP_PARENT;
	step->end = take_number(name, at + 1, &step->number);
	return true;
}

/* The first step of a name that is one of a commit, up to a path. */
static bool
find_step(struct str name, struct revparse_step *step)
{
	size_t at = 0;

	while (at < name.size && name.data[at] != ':') {
		char byte = name.data[at];

		if (at > 0 && (byte == '^' || byte == '~') &&
		    read_step(name, at, step))
			return true;
		if (str_starts(str_from_byte(name, at + 1), STR("{")) &&
		    (byte == '^' || byte == '@'))
			at = skip_braces(name, at);
		else
			at++;
	}
	return false;
}

/*
 * Ancestors
 */

static int
parent_of(git_repository *git, git_oid *id, uint32_t number)
{
	git_commit *commit = NULL;
	int rc = git_commit_lookup(&commit, git, id);

	if (rc != 0)
		return rc;
	if (number > parents_count(commit))
		rc = fail(GIT_ENOTFOUND, "there is no such ancestor");
	else if (number > 0)
		*id = parents_id(commit, number - 1);
	git_commit_free(commit);
	return rc;
}

static int
ancestor_of(git_repository *git, git_oid *id, uint32_t number)
{
	int rc = 0;

	while (rc == 0 && number-- > 0)
		rc = parent_of(git, id, 1);
	return rc;
}

/*
 * Searches
 */

struct search {
	git_repository *git;
	struct commit_graph *graph;
	struct commit_queue queue;
	regex_t regex;
};

enum { MET = 1 };

static void
meet(struct search *search, uint32_t number)
{
	struct commit_node *node = commit_graph_read(search->graph, number);

	if (!node->is_there || node->marks == MET)
		return;
	node->marks = MET;
	commit_queue_push(&search->queue, search->graph, number);
}

static void
meet_reference(struct search *search, const char *name)
{
	git_object *object = NULL, *commit = NULL;
	git_oid id;

	if (git_reference_name_to_id(&id, search->git, name) == 0 &&
	    git_object_lookup(&object, search->git, &id, GIT_OBJECT_ANY) == 0 &&
	    git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0)
		meet(search,
		    commit_graph_add(search->graph, git_object_id(commit)));
	git_object_free(commit);
	git_object_free(object);
}

/* Of all references, but those that replace objects. */
static void
meet_references(struct search *search)
{
	git_reference_iterator *iterator = NULL;
	const char *name;

	meet_reference(search, "HEAD");
	if (git_reference_iterator_new(&iterator, search->git) != 0)
		return;
	while (git_reference_next_name(&name, iterator) == 0)
		if (!str_starts(str_from(name), STR("refs/replace/")))
			meet_reference(search, name);
	git_reference_iterator_free(iterator);
}

static bool
matches(const struct search *search, const git_oid *id)
{
	git_commit *commit = NULL;
	bool found;

	if (git_commit_lookup(&commit, search->git, id) != 0)
		return false;
	found = regexec(&search->regex, git_commit_message(commit), 0, NULL,
		    0) == 0;
	git_commit_free(commit);
	return found;
}

/* From those that were met, the newest first. */
static int
find_match(struct search *search, git_oid *id)
{
	struct commit_graph *graph = search->graph;

	while (search->queue.count > 0) {
		uint32_t number = commit_queue_pop(&search->queue, graph);
		size_t count = commit_graph_node(graph, number)->parent_count;

		*id = commit_graph_node(graph, number)->id;
		if (matches(search, id))
			return 0;
		for (size_t i = 0; i < count; i++)
			meet(search, commit_graph_parent(graph,
					 commit_graph_node(graph, number), i));
	}
	return fail(GIT_ENOTFOUND, "no commit has this in its message");
}

/* From a commit or, where it is NULL, from all references. */
static int
search_in(const struct repository *repository, const git_oid *from,
    const char *pattern, git_oid *id)
{
	struct search search = { .git = repository_git(repository) };
	int rc;

	if (pattern[0] == '\0' ||
	    regcomp(&search.regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return fail(GIT_EINVALIDSPEC, "this is no regular expression");
	search.graph = commit_graph_new(repository);
	if (from != NULL)
		meet(&search, commit_graph_add(search.graph, from));
	else
		meet_references(&search);
	rc = find_match(&search, id);
	commit_queue_free(&search.queue);
	commit_graph_free(search.graph);
	regfree(&search.regex);
	return rc;
}

/* The same whatever the user's language is. */
static int
search_bytes(const struct repository *repository, const git_oid *from,
    struct str pattern, git_oid *id)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t own = uselocale(plain);
	struct arena arena = { 0 };
	int rc =
	    search_in(repository, from, arena_str(&arena, pattern).data, id);

	arena_free(&arena);
	uselocale(own);
	if (plain != (locale_t)0)
		freelocale(plain);
	return rc;
}

/*
 * All of it
 */

static int
commit_of(git_repository *git, struct str name, git_oid *id)
{
	git_object *object = NULL, *commit = NULL;
	struct arena arena = { 0 };
	int rc =
	    git_revparse_single(&object, git, arena_str(&arena, name).data);

	if (rc == 0)
		rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (rc == 0)
		*id = *git_object_id(commit);
	git_object_free(commit);
	git_object_free(object);
	arena_free(&arena);
	return rc;
}

static int
take_step(const struct repository *repository, struct str name,
    const struct revparse_step *step, git_oid *id)
{
	git_repository *git = repository_git(repository);
	int rc = commit_of(git, str_head(name, step->at), id);

	if (rc != 0)
		return rc;
	switch (step->kind) {
	case STEP_ANCESTOR:
		return ancestor_of(git, id, step->number);
	case STEP_PARENT:
		return parent_of(git, id, step->number);
	case STEP_SEARCH:
		break;
	}
	return search_bytes(repository, id, step->pattern, id);
}

int
revparse(git_object **out, const struct repository *repository,
    const char *name)
{
	git_repository *git = repository_git(repository);
	char text[GIT_OID_HEXSZ + 1];
	struct arena arena = { 0 };
	struct str rest = str_from(name);
	git_oid id = { { 0 } };
	struct revparse_step step;
	int rc = 0;

	*out = NULL;
	if (str_starts(rest, STR(":/"))) {
		rc =
		    search_bytes(repository, NULL, str_from_byte(rest, 2), &id);
		rest = str_from(git_oid_tostr(text, sizeof(text), &id));
	}
	while (rc == 0 && find_step(rest, &step)) {
		rc = take_step(repository, rest, &step, &id);
		/* The commit in place of the steps that led to it. */
		rest = arena_format(&arena, "%s" STR_FMT,
		    git_oid_tostr(text, sizeof(text), &id),
		    STR_ARG(str_from_byte(rest, step.end)));
	}
	if (rc == 0)
		rc =
		    git_revparse_single(out, git, arena_str(&arena, rest).data);
	arena_free(&arena);
	return rc;
}
