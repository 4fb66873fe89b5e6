/*
 * test_commit_graph: who descends from whom and what two commits have in
 * common, in small histories and in random ones, where a count over all
 * ancestors says what is right. Grafts and dates that lie have no say.
 */
#include "git/commit_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/random.h"
#include "git/parents.h"

enum { COMMITS_MAX = 24, PARENTS_MAX = 5 };

/* Commits by number, each after its parents. */
struct history {
	git_oid ids[COMMITS_MAX];
	uint32_t ancestors[COMMITS_MAX]; /* as bits, itself included */
	size_t count;
};

struct row {
	const char *name;
	/* Commits a, b ... with their parents' letters, and then a date. */
	const char *history;
	const char *pair, *bases;
};

/* clang-format off */
static struct row rows[] = {
	{ "a line", "1 a2 b3", "bc", "b" },
	{ "a commit and itself", "1 a2", "bb", "b" },
	{ "two branches", "1 a2 a3", "bc", "a" },
	{ "nothing in common", "1 2", "ab", "" },
	{ "branches that were merged", "1 a2 a3 bc4 b5 d6", "ef", "b" },
	{ "a criss-cross has two", "1 a2 a3 bc4 cb5", "de", "bc" },
	{ "two roots in common", "1 2 ab3 ba4", "cd", "ab" },
	{ "a root behind another base is none", "1 a2 ab3 ba4", "cd", "b" },
	{ "a merge of three", "1 a2 a3 a4 bcd5 d6", "ef", "d" },
	{ "a merge that names a parent twice", "1 aa2 ab3", "bc", "b" },
	{ "a merge of all that came before", "1 a2 b3 abc4 b5", "de", "b" },
	{ "dates that run backwards", "9 a8 b7 b6 c5 d4", "ef", "b" },
	{ "a base older than what is before it", "9 a1 b2 b3", "cd", "b" },
	{ "a base found after one behind it", "9 a1 b8 ca9 ca9", "de", "c" },
};
/* clang-format on */

static char folder[256];
static struct repository *repository;
static git_repository *git; /* its own */

/*
 * Commits
 */

static int
open_repository(void)
{
	struct diag *diag = diag_new(1);
	int rc = repository_open(&repository, folder, REPOSITORY_BROWSE, diag);

	if (rc == 0)
		git = repository_git(repository);
	diag_free(diag);
	return rc;
}

static int
make_repository(void)
{
	struct diag *diag = diag_new(1);
	int rc = repository_make(folder, true, diag);

	diag_free(diag);
	return rc == 0 ? open_repository() : rc;
}

static git_oid
write_object(const char *text, git_object_t type)
{
	git_odb *objects = NULL;
	git_oid id;

	assert_int_equal(git_repository_odb(&objects, git), 0);
	assert_int_equal(git_odb_write(&id, objects, text, strlen(text), type),
	    0);
	git_odb_free(objects);
	return id;
}

/* Its number makes it another than every other one. */
static void
add_commit(struct history *history, const size_t *parents, size_t count,
    unsigned date)
{
	git_oid tree = write_object("", GIT_OBJECT_TREE);
	struct buffer text = { 0 };
	char id[GIT_OID_HEXSZ + 1];
	size_t number = history->count++;

	history->ancestors[number] = 1u << number;
	buffer_format(&text, "tree %s\n", git_oid_tostr(id, sizeof(id), &tree));
	for (size_t i = 0; i < count; i++) {
		buffer_format(&text, "parent %s\n",
		    git_oid_tostr(id, sizeof(id), &history->ids[parents[i]]));
		history->ancestors[number] |= history->ancestors[parents[i]];
	}
	buffer_format(&text,
	    "author A <a@example.org> 0 +0000\n"
	    "committer A <a@example.org> %u +0000\n\n%zu of %u\n",
	    date, number, date);
	buffer_add_byte(&text, '\0');
	history->ids[number] = write_object(text.data, GIT_OBJECT_COMMIT);
	buffer_free(&text);
}

/* `bc4`: parents b and c, at 4. */
static void
read_history(struct history *history, const char *text)
{
	*history = (struct history){ 0 };
	while (*text != '\0') {
		size_t parents[PARENTS_MAX], count = 0;
		char *end;

		while (*text >= 'a' && *text <= 'z')
			parents[count++] = (size_t)(*text++ - 'a');
		add_commit(history, parents, count,
		    (unsigned)strtoul(text, &end, 10));
		text = end + (*end == ' ');
	}
}

static void
make_history(struct history *history, uint64_t seed)
{
	uint64_t place = 0;
	size_t most =
	    4 + random_below(random_at(seed, place++), COMMITS_MAX - 4);

	*history = (struct history){ 0 };
	while (history->count < most) {
		size_t parents[PARENTS_MAX], count = 0;

		if (history->count > 0)
			count = random_below(random_at(seed, place++), 8) / 2;
		for (size_t i = 0; i < count; i++)
			parents[i] =
			    history->count - 1 -
			    random_below(random_at(seed, place++),
				(uint32_t)(history->count < 6 ? history->count
							      : 6));
		add_commit(history, parents, count,
		    1 + random_below(random_at(seed, place++), 40));
	}
}

/*
 * What is right
 */

static bool
has_bit(uint32_t bits, size_t number)
{
	return (bits >> number & 1) != 0;
}

/* Common ancestors that are no ancestor of another common one. */
static uint32_t
true_bases(const struct history *history, size_t a, size_t b)
{
	uint32_t common = history->ancestors[a] & history->ancestors[b];
	uint32_t best = common;

	for (size_t i = 0; i < history->count; i++)
		if (has_bit(common, i))
			best &= ~(history->ancestors[i] & ~(1u << i));
	return best;
}

static size_t
number_of(const struct history *history, const git_oid *id)
{
	size_t number = 0;

	while (number < history->count &&
	       !git_oid_equal(&history->ids[number], id))
		number++;
	assert_true(number < history->count);
	return number;
}

static uint32_t
found_bases(struct commit_graph *graph, const struct history *history, size_t a,
    size_t b)
{
	struct arena arena = { 0 };
	uint32_t bits = 0;
	git_oid *list;
	size_t count;

	commit_graph_bases(graph, &history->ids[a], &history->ids[b], &arena,
	    &list, &count);
	for (size_t i = 0; i < count; i++) {
		uint32_t bit = 1u << number_of(history, &list[i]);

		assert_true((bits & bit) == 0);
		assert_true(i == 0 || git_oid_cmp(&list[i - 1], &list[i]) < 0);
		bits |= bit;
	}
	arena_free(&arena);
	return bits;
}

/* All pairs, one after another in the same graph. */
static void
check_all(const struct history *history)
{
	struct commit_graph *graph = commit_graph_new(repository);

	for (size_t a = 0; a < history->count; a++)
		for (size_t b = 0; b < history->count; b++) {
			assert_int_equal(found_bases(graph, history, a, b),
			    true_bases(history, a, b));
			assert_int_equal(commit_graph_reaches(graph,
					     &history->ids[a],
					     &history->ids[b]),
			    has_bit(history->ancestors[a], b));
		}
	commit_graph_free(graph);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct commit_graph *graph = commit_graph_new(repository);
	struct history history;
	uint32_t wanted = 0;

	read_history(&history, row->history);
	for (const char *at = row->bases; *at != '\0'; at++)
		wanted |= 1u << (*at - 'a');
	assert_int_equal(found_bases(graph, &history,
			     (size_t)(row->pair[0] - 'a'),
			     (size_t)(row->pair[1] - 'a')),
	    wanted);
	commit_graph_free(graph);
	check_all(&history);
}

static void
check_random(void **state)
{
	enum { HISTORIES = 150 };

	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		struct history history;

		make_history(&history, seed);
		check_all(&history);
	}
}

/*
 * What has no say
 */

/* A file of the repository; NULL: none, and no matter. */
static void
put_file(const char *name, const char *text)
{
	char path[sizeof(folder) + 64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/info", folder);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	if (text == NULL)
		return;
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* libgit2 reads such files where it opens a repository. */
static void
open_again(void)
{
	repository_close(repository);
	assert_int_equal(open_repository(), 0);
}

static void
check_grafts(void **state)
{
	char first[GIT_OID_HEXSZ + 1], last[GIT_OID_HEXSZ + 1], line[128];
	struct history history;

	(void)state;
	read_history(&history, "1 a2 b3 b4");
	git_oid_tostr(first, sizeof(first), &history.ids[0]);
	git_oid_tostr(last, sizeof(last), &history.ids[3]);
	snprintf(line, sizeof(line), "%s %s\n", last, first);
	put_file("info/grafts", line);
	open_again();
	check_all(&history);
	put_file("info/grafts", NULL);
	open_again();
}

/* There it ends, though the commits behind it may be here. */
static void
check_shallow(void **state)
{
	struct commit_graph *graph;
	struct history history;
	char id[GIT_OID_HEXSZ + 1], line[GIT_OID_HEXSZ + 2];

	(void)state;
	read_history(&history, "1 a2 b3 b4");
	snprintf(line, sizeof(line), "%s\n",
	    git_oid_tostr(id, sizeof(id), &history.ids[1]));
	put_file("shallow", line);
	open_again();
	graph = commit_graph_new(repository);
	assert_true(commit_graph_ends_at(graph, &history.ids[1]));
	assert_false(commit_graph_ends_at(graph, &history.ids[2]));
	assert_true(commit_graph_reaches(graph, &history.ids[3],
	    &history.ids[1]));
	assert_false(commit_graph_reaches(graph, &history.ids[3],
	    &history.ids[0]));
	assert_int_equal(found_bases(graph, &history, 2, 3), 1u << 1);
	commit_graph_free(graph);
	put_file("shallow", NULL);
	open_again();
}

static void
check_missing(void **state)
{
	struct commit_graph *graph = commit_graph_new(repository);
	struct history history = { 0 };
	size_t nowhere = 0;
	const struct commit_node *node;

	(void)state;
	history.count = 1; /* an id of zeros */
	add_commit(&history, &nowhere, 1, 5);
	node =
	    commit_graph_read(graph, commit_graph_add(graph, &history.ids[0]));
	assert_false(node->is_there);
	assert_int_equal(node->parent_count, 0);
	assert_true(commit_graph_reaches(graph, &history.ids[1],
	    &history.ids[0]));
	commit_graph_free(graph);
}

static void
check_parents(void **state)
{
	struct history history;
	git_commit *commit = NULL;
	git_oid id;

	(void)state;
	read_history(&history, "1 a2 a3 bcb4");
	assert_int_equal(git_commit_lookup(&commit, git, &history.ids[3]), 0);
	assert_int_equal(parents_count(commit), 3);
	for (size_t i = 0; i < 3; i++) {
		id = parents_id(commit, i);
		assert_true(git_oid_equal(&id, &history.ids[1 + i % 2]));
	}
	assert_true(parents_first(commit, &id));
	assert_true(git_oid_equal(&id, &history.ids[1]));
	assert_false(parents_only(commit, &id));
	git_commit_free(commit);
	assert_int_equal(git_commit_lookup(&commit, git, &history.ids[1]), 0);
	assert_true(parents_only(commit, &id));
	assert_true(git_oid_equal(&id, &history.ids[0]));
	git_commit_free(commit);
	assert_int_equal(git_commit_lookup(&commit, git, &history.ids[0]), 0);
	assert_int_equal(parents_count(commit), 0);
	assert_false(parents_first(commit, &id));
	assert_false(parents_only(commit, &id));
	git_commit_free(commit);
}

static const struct CMUnitTest claims[] = {
	{ "random histories", check_random, NULL, NULL, NULL },
	{ "grafts have no say", check_grafts, NULL, NULL, NULL },
	{ "a shallow clone ends where it says", check_shallow, NULL, NULL,
	    NULL },
	{ "a commit that is missing has no parents", check_missing, NULL, NULL,
	    NULL },
	{ "the parents that a commit names", check_parents, NULL, NULL, NULL },
};

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(claims)];
	const char *base = getenv("TMPDIR");
	char command[sizeof(folder) + 16];
	int failed;

	snprintf(folder, sizeof(folder), "%s/shiji-graph.XXXXXX",
	    base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return 1;
	}
	if (make_repository() != 0)
		return 1;
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	for (size_t i = 0; i < LENGTH(claims); i++)
		tests[LENGTH(rows) + i] = claims[i];
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	repository_close(repository);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) != 0 || failed != 0;
}
