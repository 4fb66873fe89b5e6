/*
 * test_revparse: names of ancestors lead where git says that they do, and not
 * elsewhere because of grafts or replaced objects.
 */
#include "git/revparse.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"

struct row {
	const char *name;
	const char *revision;
	/* The subject of the commit; NULL: GIT_ENOTFOUND. */
	const char *subject;
	bool is_refused; /* it is no name: another error */
	bool is_tree;	 /* of that commit */
};

/* clang-format off */
static struct row rows[] = {
	{ "a branch", "main", "merge of three", false, false },
	{ "its parent", "main~", "third", false, false },
	{ "and its parent", "main~2", "second", false, false },
	{ "the same in two steps", "main~~", "second", false, false },
	{ "and with numbers", "main~1~1", "second", false, false },
	{ "no step", "main~0", "merge of three", false, false },
	{ "the first parent", "main^", "third", false, false },
	{ "the second", "main^2", "side", false, false },
	{ "the third", "main^3", "fix: a rule", false, false },
	{ "itself", "main^0", "merge of three", false, false },
	{ "a parent of a parent", "main^2^", "first", false, false },
	{ "a parent's ancestor", "main^3~1", "first", false, false },
	{ "a parent of an ancestor", "main~1^1^1", "first", false, false },
	{ "there is no fifth", "main^5", NULL, false, false },
	{ "nothing is before the first", "main~4", NULL, false, false },
	{ "nor far before it", "main~99999999999", NULL, false, false },
	{ "HEAD by its short name", "@~1", "third", false, false },
	{ "a tag of a commit", "marked~1", "first", false, false },
	{ "as it was checked out before", "@{-1}~1", "first", false, false },
	{ "as it was", "main@{1}~1", "second", false, false },
	{ "a tree at the end", "main~1^{tree}", "third", false, true },
	{ "what a tag leads to, on the way", "marked^{commit}~1", "first", false, false },
	{ "no tag to follow", "main^{}~2", "second", false, false },
	{ "words of a message", "main^{/^sec}", "second", false, false },
	{ "the newest that has them", "main^{/r}", "merge of three", false, false },
	{ "words behind a step", "main~1^{/i}", "third", false, false },
	{ "a step behind words", "main^{/^third}~1", "second", false, false },
	{ "words with a colon", "main^{/fix: a}", "fix: a rule", false, false },
	{ "words of the body", "main^{/reason: [0-9]+}", "second", false, false },
	{ "a byte is a byte", "main^{/^x...y}", "x\xe4\xb8\xady", false, false },
	{ "words that nobody wrote", "main^{/nothing}", NULL, false, false },
	{ "words of any branch", ":/^else", "elsewhere", false, false },
	{ "words of any branch, and a colon", ":/fix: a", "fix: a rule", false, false },
	{ "words that nobody wrote anywhere", ":/nothing", NULL, false, false },
	{ "words of a replacement alone", ":/^replacement", NULL, false, false },
	{ "no words", "main^{/}", NULL, true, false },
	{ "no words of any branch", ":/", NULL, true, false },
	{ "words that are no expression", "main^{/(}", NULL, true, false },
	{ "a step from nothing", "~1", NULL, true, false },
	{ "a parent of nothing", "^", NULL, true, false },
	{ "an ancestor of a tree", "main^{tree}~1", NULL, true, false },
	{ "a brace that is not closed", "main^{/third", NULL, true, false },
	{ "there is no such branch", "none~1", NULL, false, false },
};

static const char make[] =
	"set -e; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org\n"
	"tick=1667000000\n"
	"commit() { tick=$((tick + 60)); echo \"$1\" >\"$(git symbolic-ref --short HEAD)\"; git add .\n"
	"GIT_AUTHOR_DATE=\"$tick +0000\" GIT_COMMITTER_DATE=\"$tick +0000\" git commit -q -m \"$@\"; }\n"
	"git init -q -b main .; commit first\n"
	"git checkout -q -b side; commit side; git tag -a -m m marked\n"
	"git checkout -q -b fixes main; commit 'fix: a rule'\n"
	"git checkout -q -b other main; commit elsewhere\n"
	"git checkout -q -b words main; commit 'x\xe4\xb8\xady'\n"
	"git checkout -q main; commit second -m 'reason: 42'; commit third\n"
	"git checkout -q side; git checkout -q main\n"
	"tick=$((tick + 60)); GIT_COMMITTER_DATE=\"$tick +0000\" GIT_AUTHOR_DATE=\"$tick +0000\" \\\n"
	"git merge -q -m 'merge of three' side fixes words >/dev/null\n";

static const char doubt[] =
	"set -e; mkdir -p .git/info\n"
	"{ git rev-parse main; git rev-parse main~1 main^2 | paste -sd ' '; } >grafts\n"
	"new=$(git -c user.name=A -c user.email=a@example.org commit-tree -m replacement 'main^{tree}')\n"
	"git replace -f main~1 $new; mv grafts .git/info/grafts\n";
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	git_object *object = NULL, *commit = NULL;
	struct repository *repository;
	struct diag *diag = diag_new(1);
	struct buffer name = { 0 };
	int rc;

	assert_int_equal(repository_open(&repository, ".", REPOSITORY_BROWSE,
			     diag),
	    0);
	rc = revparse(&object, repository, row->revision);
	if (row->subject == NULL) {
		assert_null(object);
		assert_int_equal(rc == GIT_ENOTFOUND, !row->is_refused);
		assert_true(rc < 0);
		assert_non_null(git_error_last());
	} else if (row->is_tree) {
		assert_int_equal(rc, 0);
		buffer_format(&name, ":/^%s", row->subject);
		buffer_add_byte(&name, '\0');
		assert_int_equal(revparse(&commit, repository, name.data), 0);
		assert_int_equal(git_object_type(object), GIT_OBJECT_TREE);
		assert_true(git_oid_equal(git_object_id(object),
		    git_commit_tree_id((git_commit *)commit)));
	} else {
		assert_int_equal(rc, 0);
		assert_int_equal(git_object_peel(&commit, object,
				     GIT_OBJECT_COMMIT),
		    0);
		assert_string_equal(git_commit_summary((git_commit *)commit),
		    row->subject);
	}
	git_object_free(object);
	git_object_free(commit);
	repository_close(repository);
	diag_free(diag);
	buffer_free(&name);
}

static int
make_doubtful(void **state)
{
	(void)state;
	return system(doubt);
}

int
main(void)
{
	struct CMUnitTest tests[2 * LENGTH(rows)];
	const char *base = getenv("TMPDIR");
	char folder[256], command[sizeof(folder) + 16];
	int failed;

	/* A language in which characters have several bytes. */
	setlocale(LC_ALL, "C.UTF-8");
	snprintf(folder, sizeof(folder), "%s/shiji-revparse.XXXXXX",
	    base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0 ||
	    system(make) != 0) {
		perror(folder);
		return 1;
	}
	for (size_t i = 0; i < 2 * LENGTH(rows); i++)
		tests[i] =
		    (struct CMUnitTest){ .name = rows[i % LENGTH(rows)].name,
			    .test_func = check_row,
			    .initial_state = &rows[i % LENGTH(rows)] };
	/* And once more where git has been told other parents. */
	tests[LENGTH(rows)].setup_func = make_doubtful;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) != 0 || failed != 0;
}
