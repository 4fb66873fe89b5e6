/*
 * test_commit_write: what is committed and tagged in a small repository, and
 * every reason why it is not, with who commits and how it would be signed.
 */
#include "git/commit_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "git/repository.h"
#include "support.h"

/* The environment that identity reads; the other variables are not set. */
static const char *const variables[] = { "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL",
	"GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
	"GIT_COMMITTER_DATE", "EMAIL", "SOURCE_DATE_EPOCH" };

static struct row {
	const char *name;
	const char *script;	 /* in a repository with one commit */
	const char *environment; /* NULL: a name, an address and a day */
	const char *want;	 /* the outcome, or findings */
	const char *check;	 /* for sh, afterwards; NULL: nothing */
} rows[] = {
	{ "a commit and a tag", "", NULL, "done",
	    "test \"$(git log -1 --format='%an <%ae> %aI %s')\" = "
	    "'Office <o@example.org> 2022-11-05T08:00:00+08:00 Close'\n"
	    "test \"$(git rev-parse close/a^{})\" = \"$(git rev-parse HEAD)\"\n"
	    "test \"$(cat closed/a/file)\" = text\n"
	    "test -z \"$(git status --porcelain)\"\n" },
	{ "names of git's settings",
	    "git config user.name Settled; git config user.email s@example.org",
	    "SOURCE_DATE_EPOCH=1667606400", "done",
	    "test \"$(git log -1 --format='%cn <%ce> %cI')\" = "
	    "'Settled <s@example.org> 2022-11-05T00:00:00+00:00'\n" },
	{ "a tag that is there", "git tag -a -m x close/a", NULL, "taken",
	    NULL },
	{ "a tag of a commit that no branch has",
	    "git checkout -q -b gone; mkdir -p closed/a; echo other "
	    ">closed/a/file\ncommit Close; git tag -a -m x close/a\n"
	    "git checkout -q main; git branch -q -D gone",
	    NULL, "replaced",
	    "test \"$(git rev-parse close/a^{})\" = \"$(git rev-parse "
	    "HEAD)\"\n" },
	{ "a bare repository", "git config core.bare true", NULL,
	    "the repository is bare and has no files; close in a clone of it, "
	    "and push",
	    NULL },
	{ "a branch without a commit", "git checkout -q --orphan new", NULL,
	    "nothing is committed on this branch yet; commit the records "
	    "first",
	    NULL },
	{ "no branch", "git checkout -q --detach", NULL,
	    "HEAD is detached, so no branch would have the close; run 'git "
	    "switch BRANCH' first",
	    NULL },
	{ "a merge", "git rev-parse HEAD >.git/MERGE_HEAD", NULL,
	    "a merge, rebase or the like is under way; finish or abort it "
	    "first (see 'git status')",
	    NULL },
	{ "another git program", ": >.git/index.lock", NULL,
	    "the file {}.git/index.lock is there: another git program is at "
	    "work, or died; if none is running, remove it and try again",
	    NULL },
	{ "a branch that is locked", ": >.git/refs/heads/main.lock", NULL,
	    "the file {}.git/refs/heads/main.lock is there: another git "
	    "program is at work, or died; if none is running, remove it and "
	    "try again",
	    "test -z \"$(git tag)\"\n" },
	{ "nobody", "", "",
	    "git does not know who you are; run 'git config user.name NAME' "
	    "and 'git config user.email ADDRESS'",
	    NULL },
	{ "a name that cannot be", "", "GIT_AUTHOR_NAME=<>|EMAIL=o@example.org",
	    "'<> <o@example.org>' cannot stand in a commit; correct user.name "
	    "and user.email",
	    NULL },
	{ "no date", "",
	    "GIT_AUTHOR_NAME=Office|EMAIL=o@example.org|GIT_AUTHOR_DATE=soon",
	    "GIT_AUTHOR_DATE: 'soon' is no date; write "
	    "2022-11-05T08:00:00+08:00",
	    NULL },
	{ "no time", "",
	    "GIT_AUTHOR_NAME=Office|EMAIL=o@example.org|"
	    "SOURCE_DATE_EPOCH=@1",
	    "SOURCE_DATE_EPOCH: '@1' is no number of seconds since 1970; "
	    "correct it",
	    NULL },
	{ "signatures of another kind",
	    "git config tag.gpgSign true; git config gpg.format x509", NULL,
	    "gpg.format is 'x509', which cannot be made here; set it to ssh "
	    "or openpgp",
	    NULL },
	{ "no key", "git config commit.gpgSign true; git config gpg.format ssh",
	    NULL,
	    "git is set to sign, but no key is named; run 'git config "
	    "user.signingKey FILE'",
	    NULL },
	{ "no program",
	    "git config gpg.program /nonexistent/gpg\n"
	    "git config user.signingKey key",
	    NULL,
	    "cannot run '/nonexistent/gpg' to sign; install it, or unset "
	    "tag.gpgSign and user.signingKey",
	    "test -z \"$(git tag)\"\n" },
	{ "a program that will not",
	    "git config gpg.program \"$PWD/.git/no\"\n"
	    "printf '#!/bin/sh\\necho no such key >&2; exit 1\\n' >.git/no\n"
	    "chmod +x .git/no; git config user.signingKey key",
	    NULL,
	    "cannot sign with 'key': {}.git/no: no such key; mend "
	    "user.signingKey, or unset it",
	    NULL },
};

/* `NAME=VALUE|...`; the named ones are set, the others are not. */
static void
settle_environment(const char *text)
{
	struct str rest = str_from(text), one, name;
	struct arena arena = { 0 };

	for (size_t i = 0; i < LENGTH(variables); i++)
		unsetenv(variables[i]);
	while (rest.size > 0) {
		str_cut(&rest, '|', &one);
		str_cut(&one, '=', &name);
		setenv(arena_str(&arena, name).data,
		    arena_str(&arena, one).data, 1);
	}
	if (getenv("GIT_AUTHOR_NAME") != NULL &&
	    getenv("GIT_COMMITTER_NAME") == NULL)
		setenv("GIT_COMMITTER_NAME", "Office", 1);
	arena_free(&arena);
}

static enum commit_write_outcome
commit_one(const char *folder, struct diag *diag, int *rc)
{
	static const struct commit_write_file file = { "file",
		STR_INIT("text\n") };
	const struct commit_write_request request = { .place = "closed/a",
		.files = &file,
		.file_count = 1,
		.tag = "close/a",
		.message = STR("Close\n"),
		.tag_message = STR("Close\n") };
	enum commit_write_outcome outcome = COMMIT_WRITE_DONE;
	struct repository *repository = NULL;
	struct commit_write *write = NULL;
	char id[COMMIT_ID_SIZE];

	*rc = repository_open(&repository, folder, REPOSITORY_PROVE, diag);
	if (*rc == 0)
		*rc = commit_write_open(&write, repository, folder,
		    COMMIT_WRITE_CHANGE, diag);
	if (*rc == 0)
		*rc = commit_write_commit(write, &request, &outcome, id);
	commit_write_close(write);
	repository_close(repository);
	return outcome;
}

/* The finding as a program says it, the folder's real path as `{}`. */
static struct str
finding(struct test_book *test, struct diag *diag, struct arena *arena)
{
	struct test_output output;
	struct buffer text = { 0 };
	struct diag_print how = { .least = SEVERITY_ERROR };
	char *real = realpath(test->folder, NULL), *said;
	struct str top = arena_format(arena, "%s/", real), rest, copy;

	test_output_begin(&output);
	diag_print(diag, &how, output.file);
	said = test_output_end(&output);
	rest = str_head(str_from(said), strcspn(said, "\n"));
	while (rest.size > 0)
		if (str_starts(rest, top)) {
			buffer_add(&text, STR("{}"));
			rest = str_from_byte(rest, top.size);
		} else {
			buffer_add_byte(&text, rest.data[0]);
			rest = str_from_byte(rest, 1);
		}
	copy = arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	free(said);
	free(real);
	return copy;
}

static void
check_row(void **state)
{
	static const char *const outcomes[] = { [COMMIT_WRITE_DONE] = "done",
		[COMMIT_WRITE_FINISHED] = "finished",
		[COMMIT_WRITE_REPLACED] = "replaced",
		[COMMIT_WRITE_TAG_TAKEN] = "taken",
		[COMMIT_WRITE_MOVED] = "moved" };
	const struct row *row = *state;
	struct diag *diag = diag_new(0);
	enum commit_write_outcome outcome;
	struct arena arena = { 0 };
	struct test_book test;
	int rc;

	test_book_create(&test);
	test_book_run(&test, "git init -q; echo one >book.rec; commit one");
	test_book_run(&test, row->script);
	settle_environment(row->environment != NULL
			       ? row->environment
			       : "GIT_AUTHOR_NAME=Office|EMAIL=o@example.org|"
				 "GIT_AUTHOR_DATE=2022-11-05T08:00:00+0800|"
				 "GIT_COMMITTER_DATE=1667606400 +0000");
	outcome = commit_one(test.folder, diag, &rc);
	assert_int_equal(rc != 0, diag_has_errors(diag));
	if (rc == 0)
		assert_string_equal(outcomes[outcome], row->want);
	else
		assert_string_equal(finding(&test, diag, &arena).data,
		    row->want);
	if (row->check != NULL)
		test_book_run(&test, row->check);
	arena_free(&arena);
	diag_free(diag);
	test_book_remove(&test);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	setenv("HOME", "/nonexistent", 1);
	unsetenv("XDG_CONFIG_HOME");
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
