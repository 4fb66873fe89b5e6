/*
 * test_commit_changes: what a commit changed by itself, by small histories that
 * are told in a line: `A: f=1; B A: f=2; M A B: f=3` are a commit without
 * parents, its child, and a merge, each with the files of its first parent and
 * what it has otherwise. `f=1*` may be run, `f=1@` is a symbolic link, `f=` is
 * gone.
 * `+3` stands for three children of the first parent that change nothing.
 */
#include "git/commit_changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <git2/sys/commit.h>

enum { PARENTS_MAX = 32 };

/* What the last commit changed, and what it may have joined: base/one/two. */
struct row {
	const char *name, *history, *want;
};

/* clang-format off */
static struct row rows[] = {
	{ "a first commit", "A: f=1 d/g=1", "d/g f" },
	{ "a commit", "A: f=1 d/g=1 h=1; B A: f=2 d/g= i=1", "d/g f i" },
	{ "a mode", "A: f=1 g=1; B A: f=1*", "f" },
	{ "a type", "A: f=1 g=1; B A: f=1@", "f" },
	{ "the order is that of git's trees", "A: x=1; B A: d/f=1 d.f=1 d0f=1", "d.f d/f d0f" },

	{ "a merge", "A: f=1 g=1; B A: f=2; C A: g=2; M B C: g=2", "" },
	{ "both alike", "A: f=1; B A: f=2; C A: f=2; M B C: f=2", "" },
	{ "what neither has", "A: f=1 g=1; B A: f=2; C A: g=2; M B C: g=2 h=1", "h" },
	{ "what one side undoes", "A: f=1 g=1; B A: f=2; C A: g=2; M B C:", "g" },
	{ "what the other undoes", "A: f=1 g=1; B A: f=2; C A: g=2; M B C: g=2 f=1", "f" },
	{ "taken away by one", "A: f=1 g=1; B A: f=; C A: g=2; M B C: g=2", "" },
	{ "taken away by one, and kept", "A: f=1 g=1; B A: f=; C A: g=2; M B C: g=2 f=1", "f" },
	{ "taken away by one, and changed", "A: f=1; B A: f=; C A: f=2; M B C: f=2", "f" },
	{ "a mode of one", "A: f=1; B A: f=1*; C A: g=1; M B C: g=1", "" },
	{ "a mode of nobody", "A: f=1; B A: h=1; C A: g=1; M B C: g=1 f=1*", "f" },
	{ "a mode that is undone", "A: f=1; B A: f=1*; C A: g=1; M B C: g=1 f=1", "f" },
	{ "a type of one", "A: f=1; B A: f=1@; C A: g=1; M B C: g=1", "" },
	{ "a type of nobody", "A: f=1; B A: h=1; C A: g=1; M B C: g=1 f=1@", "f" },
	{ "a folder of one", "A: f=1; B A: f=; C B: f/g=1; D A: g=1; M C D: g=1", "" },
	{ "a file and a folder of one name", "A: d/f=1; B: d=1; M A B:", "d" },
	{ "unrelated ones", "A: f=1; B: g=1; M A B: g=1", "" },
	{ "unrelated ones that differ", "A: f=1; B: f=2; M A B:", "f(-/1/2)" },

	{ "joined", "A: f=1; B A: f=2; C A: f=3; M B C: f=4", "f(1/2/3)" },
	{ "joined, or one taken", "A: f=1; B A: f=2; C A: f=3; M B C: f=3", "f(1/2/3)" },
	{ "joined the other way round", "A: f=1; B A: f=2; C A: f=3; M C B: f=4", "f(1/3/2)" },
	{ "joined from nothing", "A: g=1; B A: f=2; C A: f=3; M B C: f=4", "f(-/2/3)" },
	{ "joined, with a mode of one", "A: f=1; B A: f=2*; C A: f=3; M B C: f=4*", "f(1/2*/3)" },
	{ "joined, without it", "A: f=1; B A: f=2*; C A: f=3; M B C: f=4", "f" },
	{ "joined from nothing, with a mode of one", "A: g=1; B A: f=2*; C A: f=3; M B C: f=4*", "f" },
	{ "the contents of one, the mode of the other", "A: f=1; B A: f=2; C A: f=1*; M B C: f=2*", "" },
	{ "other contents, the mode of the other", "A: f=1; B A: f=2; C A: f=1*; M B C: f=3*", "f" },
	{ "a link is not joined", "A: f=1; B A: f=2@; C A: f=3; M B C: f=2", "f" },
	{ "nor its contents with another's type", "A: f=1@; B A: f=1; C A: f=2@; M B C: f=2", "f" },
	{ "nor with a link as its base", "A: f=1@; B A: f=2; C A: f=3; M B C: f=3", "f" },

	{ "a parent's parent", "A: f=1; B A: f=2; M B A:", "" },
	{ "a parent's parent, which is taken", "A: f=1; B A: f=2; M B A: f=1", "f" },
	{ "the other way round", "A: f=1; B A: f=2; M A B: f=1", "f" },
	{ "a parent twice", "A: f=1; B A: f=2; M B B A: f=1", "f" },
	{ "a tip, its child, and an older state", "A: f=1; B A: f=2; C B:; M B C A: f=1", "f" },
	{ "a tip, its child, and a child of an older state", "A: f=1; B A: f=2; C B:; D A:; M B C D: f=1", "f" },
	{ "that with what the tip has", "A: f=1; B A: f=2; C B:; D A:; M B C D:", "" },

	{ "an octopus", "A: f=1 g=1 h=1; B A: f=2; C A: g=2; D A: h=2; M B C D: g=2 h=2", "" },
	{ "an octopus that undoes", "A: f=1 g=1 h=1; B A: f=2; C A: g=2; D A: h=2; M B C D: g=2 h=1", "h" },
	{ "the newest of three", "A: f=1; B A: f=2; C B: f=3; D A:; E B:; M C D E:", "" },
	{ "not the newest of three", "A: f=1; B A: f=2; C B: f=3; D A:; E B:; M C D E: f=2", "f" },
	{ "two of three joined", "A: f=1; B A: f=2; C A: f=3; D A:; M B D C: f=4", "f(1/2/3)" },
	{ "three of three are not", "A: f=1; B A: f=2; C A: f=3; D A: f=4; M B C D: f=4", "f" },
	{ "sixteen", "A: f=1; B A: f=2; C A:; M B C +14:", "" },
	{ "more than sixteen", "A: f=1; B A: f=2; C A:; M B C +15:", "f" },
	{ "more than sixteen that are alike", "A: f=1; B A: f=2; M A B +20: f=1", "f" },

	{ "merged both ways", "A: f=1 g=1; B A: f=2; C A: g=2; D B C: g=2; E C B: f=2; F D: f=3; M F E:", "" },
	{ "merged both ways, and undone", "A: f=1 g=1; B A: f=2; C A: g=2; D B C: g=2; E C B: f=2; F D: f=3; M E F:", "f" },
	{ "one base knows more than the other", "A: f=1; B A: f=2; C A:; D B: f=1; E B: f=3; F D C:; G E C:; M F G: f=3", "f(2/1/3)" },
	{ "bases that differ in two ways", "A: f=1; B A: f=2; C A: f=3; D B C: f=2; E C B: f=2; F D: f=4; M F E:", "f" },
	{ "though all have it", "A: f=1; B A: f=2; C A: f=3; D B C: f=4; E C B: f=4; M D E:", "" },
};
/* clang-format on */

struct commit {
	struct str name;
	git_oid id;
};

struct history {
	struct repository *repository;
	git_repository *git; /* its own */
	struct commit list[64];
	size_t count;
	struct arena arena;
};

static struct tree *
tree_of(const struct history *history, const git_oid *id)
{
	struct tree *tree = tree_open_at(history->repository, id, "");

	assert_non_null(tree);
	return tree;
}

static struct tree *
base_tree(const void *context, const git_oid *id)
{
	return tree_of(context, id);
}

static const git_oid *
find(const struct history *history, struct str name)
{
	for (size_t i = 0; i < history->count; i++)
		if (str_equal(history->list[i].name, name))
			return &history->list[i].id;
	fail_msg("no commit '" STR_FMT "'", STR_ARG(name));
	return NULL;
}

/* `f=1*` */
static git_tree_update
read_change(struct history *history, struct str text)
{
	git_tree_update update = { .action = GIT_TREE_UPDATE_REMOVE };
	struct str path;

	str_cut(&text, '=', &path);
	update.path = arena_str(&history->arena, path).data;
	if (text.size == 0)
		return update;
	update.action = GIT_TREE_UPDATE_UPSERT;
	update.filemode = str_ends(text, STR("*"))
			      ? GIT_FILEMODE_BLOB_EXECUTABLE
			  : str_ends(text, STR("@")) ? GIT_FILEMODE_LINK
						     : GIT_FILEMODE_BLOB;
	if (update.filemode != GIT_FILEMODE_BLOB)
		text = str_head(text, text.size - 1);
	assert_int_equal(git_blob_create_from_buffer(&update.id, history->git,
			     text.data, text.size),
	    0);
	return update;
}

static git_oid
write_tree(struct history *history, const git_oid *parent, struct str changes)
{
	git_tree_update updates[16];
	struct tree *folder = NULL;
	git_tree *before = NULL;
	struct str change;
	size_t count = 0;
	git_oid id;

	if (parent != NULL)
		folder = tree_of(history, parent);
	if (folder != NULL)
		assert_int_equal(git_tree_lookup(&before, history->git,
				     tree_id(folder)),
		    0);
	while (changes.size > 0) {
		str_cut(&changes, ' ', &change);
		if (change.size > 0)
			updates[count++] = read_change(history, change);
	}
	assert_int_equal(git_tree_create_updated(&id, history->git, before,
			     count, updates),
	    0);
	git_tree_free(before);
	tree_free(folder);
	return id;
}

static void
add_commit(struct history *history, struct str name, const git_oid *tree,
    const git_oid *parents, size_t count)
{
	struct commit *commit = &history->list[history->count++];
	const git_oid *list[PARENTS_MAX];
	git_signature *who;

	commit->name = name;
	for (size_t i = 0; i < count; i++)
		list[i] = &parents[i];
	assert_int_equal(git_signature_new(&who, "Office", "office@example.org",
			     0, 0),
	    0);
	assert_int_equal(git_commit_create_from_ids(&commit->id, history->git,
			     NULL, who, who, NULL,
			     arena_str(&history->arena, name).data, tree, count,
			     list),
	    0);
	git_signature_free(who);
}

/* `+3`: further children of a commit. */
static size_t
add_children(struct history *history, const git_oid *of, struct str number,
    git_oid *children)
{
	size_t count = strtoul(number.data, NULL, 10);
	git_oid tree = write_tree(history, of, STR(""));

	for (size_t i = 0; i < count; i++) {
		add_commit(history,
		    arena_format(&history->arena, "child %zu", i), &tree, of,
		    1);
		children[i] = history->list[history->count - 1].id;
	}
	return count;
}

/* `M A B: f=1`; its parents, as it names them. */
static size_t
read_commit(struct history *history, struct str text, git_oid *parents)
{
	struct str head, name, parent;
	size_t count = 0;
	git_oid tree;

	str_cut(&text, ':', &head);
	head = str_trim(head);
	str_cut(&head, ' ', &name);
	while (head.size > 0) {
		str_cut(&head, ' ', &parent);
		if (str_starts(parent, STR("+")))
			count += add_children(history, &parents[0],
			    str_from_byte(parent, 1), &parents[count]);
		else
			parents[count++] = *find(history, parent);
	}
	tree = write_tree(history, count > 0 ? &parents[0] : NULL, text);
	add_commit(history, name, &tree, parents, count);
	return count;
}

static void
add_version(const struct history *history,
    const struct commit_change_version *version, struct buffer *out)
{
	struct tree_file *file;
	struct str bytes;

	if (version->mode == 0) {
		buffer_add_byte(out, '-');
		return;
	}
	file = tree_open_file(history->repository, &version->id, &bytes);
	assert_non_null(file);
	buffer_add(out, bytes);
	buffer_format(out, "%s", version->mode == TREE_MODE_PROGRAM ? "*" : "");
	tree_close_file(file);
}

static void
add_change(const struct history *history, const struct commit_change *change,
    struct buffer *out)
{
	buffer_format(out, "%s" STR_FMT, out->size > 0 ? " " : "",
	    STR_ARG(change->path));
	if (!change->is_joined)
		return;
	buffer_add_byte(out, '(');
	add_version(history, &change->base, out);
	buffer_add_byte(out, '/');
	add_version(history, &change->sides[0], out);
	buffer_add_byte(out, '/');
	add_version(history, &change->sides[1], out);
	buffer_add_byte(out, ')');
}

/* What the commit that was made last changed. */
static void
add_changes(struct history *history, const git_oid *parents, size_t count,
    struct buffer *out)
{
	const git_oid *last = &history->list[history->count - 1].id;
	struct commit_change_side commit = { *last, tree_of(history, last) };
	struct commit_change_side sides[PARENTS_MAX];
	struct commit_change *list;
	size_t change_count;

	for (size_t i = 0; i < count; i++)
		sides[i] = (struct commit_change_side){ parents[i],
			tree_of(history, &parents[i]) };
	assert_int_equal(commit_changes_own(history->repository, &commit, sides,
			     count, base_tree, history, &history->arena, &list,
			     &change_count),
	    0);
	for (size_t i = 0; i < change_count; i++)
		add_change(history, &list[i], out);
	for (size_t i = 0; i < count; i++)
		tree_free(sides[i].tree);
	tree_free(commit.tree);
}

static struct repository *
new_repository(const char *folder)
{
	struct diag *diag = diag_new(1);
	struct repository *repository;

	assert_int_equal(repository_make(folder, true, diag), 0);
	assert_int_equal(repository_open(&repository, folder, REPOSITORY_BROWSE,
			     diag),
	    0);
	diag_free(diag);
	return repository;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *base = getenv("TMPDIR");
	char *folder, *remove;
	struct history history = { 0 };
	struct str rest = str_from(row->history), text;
	git_oid parents[PARENTS_MAX];
	struct buffer out = { 0 };
	size_t count = 0;

	assert_true(asprintf(&folder, "%s/shiji-own-change.XXXXXX",
			base != NULL ? base : "/tmp") > 0);
	assert_non_null(mkdtemp(folder));
	history.repository = new_repository(folder);
	history.git = repository_git(history.repository);
	while (rest.size > 0) {
		str_cut(&rest, ';', &text);
		count = read_commit(&history, text, parents);
	}
	add_changes(&history, parents, count, &out);
	buffer_add_byte(&out, '\0');
	assert_string_equal(out.data, row->want);
	buffer_free(&out);
	arena_free(&history.arena);
	repository_close(history.repository);
	assert_true(asprintf(&remove, "rm -rf '%s'", folder) > 0);
	assert_int_equal(system(remove), 0);
	free(remove);
	free(folder);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests_name("own_change", tests, NULL, NULL);
}
