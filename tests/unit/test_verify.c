/*
 * test_verify: closed months of a small book in a real repository are proved;
 * whatever is done to them since is found, by the check that should find it.
 */
#include "close/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "month_end.h"
#include "scratch.h"

#define COMMIT                                                                 \
	"git -C repository add -A .; git -C repository commit -q -m more\n"
/* The last close once more, as if by hand, and its tag on it. */
#define FORGE                                                                  \
	"git -C repository add -A .\n"                                         \
	"git -C repository commit -q --amend --no-edit\n"                      \
	"git -C repository tag -f -a -m forged close/2022-03 >../home/out\n"
#define CLOSED "repository/book/closed/2022-03/"
/* A better score, and the digest that goes with it. */
#define RESCORE                                                                \
	"sed -i s/9.00/9.99/ " CLOSED "scores.tsv\n"                           \
	"digest=$(sha256sum <" CLOSED "scores.tsv)\n"                          \
	"sed -i \"s/^Digest: scores.tsv .*/Digest: scores.tsv "                \
	"${digest%% *}/\" " CLOSED "close.rec\n"
#define PROVED_2 "2022-01 proved\n2022-02 proved\n"
#define PROVED PROVED_2 "2022-03 proved\n"

struct row {
	const char *name;
	const char *setup;   /* after three closes; for sh, or NULL */
	const char *periods; /* NULL: all that are closed */
	struct verify_request request;
	int rc;
	/* `PERIOD VERDICT [CHECK]`, a line each, then what was found. */
	const char *want;
	const char *detail; /* of the last that is not proved; or NULL */
};

/* clang-format off */
static struct row rows[] = {
	{ .name = "closed months are proved", .want = PROVED },
	{ .name = "those that are named alone",
	  .periods = "2022-02", .want = "2022-02 proved\n" },
	{ .name = "as an older commit has them",
	  .request = { .revision = "HEAD~1" },
	  .want = PROVED_2 "warning: the tag close/2022-03 marks a commit ...\n" },
	{ .name = "the path of the book may stand behind the commit",
	  .setup = "git clone -q --bare repository bare.git",
	  .request = { .folder = "bare.git", .revision = "HEAD:book/" }, .want = PROVED },
	{ .name = "a period that is not closed cannot be told",
	  .periods = "2022-04", .want = "2022-04 cannot-tell closed\n", .detail = "it is not closed" },

	/* Changes since */
	{ .name = "a changed value is found, with its row",
	  .setup = "sed -i 's/^x\tb\t5/x\tb\t4/' repository/book/data/2022-02/stats.tsv\n" COMMIT,
	  .want = "2022-01 proved\n2022-02 not-proved changed\n2022-03 proved\n",
	  .detail = "data/2022-02/stats.tsv:3: was 'x b 5', is 'x b 4'" },
	{ .name = "so is a removed close",
	  .setup = "rm -r " CLOSED "\n" COMMIT,
	  .want = PROVED_2 "2022-03 not-proved changed\n", .detail = "closed/2022-03 was removed" },
	{ .name = "and a scheme",
	  .setup = "sed -i 's/min(1/min(2/' repository/book/schemes/*\n" COMMIT,
	  .want = "2022-01 not-proved changed\n2022-02 not-proved changed\n2022-03 not-proved changed\n",
	  .detail = "schemes/2022-01.rec:15: was '...', is '...'" },

	/* Tags */
	{ .name = "a tag that is gone",
	  .setup = "git -C repository tag -d close/2022-02 >../home/out",
	  .want = "2022-01 proved\n2022-02 not-proved tag\n2022-03 proved\n",
	  .detail = "there is no tag close/2022-02; ..." },
	{ .name = "a tag that is not annotated",
	  .setup = "git -C repository tag -f close/2022-02 'close/2022-02^{}' >../home/out",
	  .want = "2022-01 proved\n2022-02 not-proved tag\n2022-03 proved\n",
	  .detail = "the tag close/2022-02 is not annotated..." },
	{ .name = "a tag on another commit",
	  .setup = "git -C repository tag -f -a -m x close/2022-02 HEAD >../home/out",
	  .want = "2022-01 proved\n2022-02 not-proved tag\n2022-03 proved\n",
	  .detail = "...which does not close 2022-02: the tag was moved" },

	/* Forgeries */
	{ .name = "a forged result",
	  .setup = "sed -i s/9.00/9.99/ " CLOSED "scores.tsv\n" FORGE,
	  .want = PROVED_2 "2022-03 not-proved digest\n" },
	{ .name = "a forged result whose digest is forged too is computed again",
	  .setup = RESCORE FORGE,
	  .want = PROVED_2 "2022-03 not-proved results\n",
	  .detail = "closed/2022-03/scores.tsv:...: published '...9.99...', computed again '...9.00...'" },
	{ .name = "a forged chain",
	  .setup = "digest=$(sha256sum <repository/book/closed/2022-01/close.rec)\n"
		"sed -i \"s/^Previous: 2022-02 .*/Previous: 2022-02 ${digest%% *}/\" " CLOSED "close.rec\n" FORGE,
	  .want = PROVED_2 "2022-03 not-proved chain\n" },
	{ .name = "a close that does more than close",
	  .setup = "touch repository/more\n" FORGE,
	  .want = PROVED_2 "2022-03 not-proved commit\n" },
	{ .name = "other rules prove nothing",
	  .setup = "sed -i 's/^Rules: 1/Rules: 2/' " CLOSED "close.rec\n" RESCORE FORGE,
	  .want = PROVED_2 "2022-03 cannot-tell results\n",
	  .detail = "closed by version 2 of the rules, which this program (version 1)..." },

	/* Doubts, though all is proved */
	{ .name = "dates that run backwards",
	  .setup = "cd repository; GIT_COMMITTER_DATE=1999-01-01T00:00:00Z "
		"git commit -q --allow-empty -m old",
	  .want = PROVED "warning: dates run backwards: the commit ... says 1999-01-01...\n" },
	{ .name = "of many that do ten are named, and the rest are counted",
	  .setup = "cd repository; for year in $(seq 1999 -1 1988); do\n"
		"GIT_COMMITTER_DATE=$year-01-01T00:00:00Z git commit -q --allow-empty -m old; done",
	  .want = PROVED "warning: ...\nwarning: ...\nwarning: ...\nwarning: ...\nwarning: ...\n"
		"warning: ...\nwarning: ...\nwarning: ...\nwarning: ...\nwarning: ... says 1990...\n"
		"warning: dates run backwards in 2 more commits\n" },
	{ .name = "replaced objects",
	  .setup = "git -C repository replace HEAD HEAD~1",
	  .want = PROVED "repository/book: warning: 'git log' shows another object ...\n" },

	/* What cannot be proved at all */
	{ .name = "a shallow clone",
	  .setup = "git clone -q --depth 1 file://$PWD/repository shallow",
	  .request = { .folder = "shallow/book" }, .rc = -1,
	  .want = "this clone lacks older commits, so nothing can be proved here; ...\n" },
	{ .name = "a book without closes",
	  .request = { .revision = "HEAD~3" }, .rc = -1,
	  .want = "...no period is closed here, so there is nothing to prove\n..." },
	{ .name = "what is no commit",
	  .request = { .revision = "HEAD^{tree}" }, .rc = -1,
	  .want = "'HEAD^{tree}' is no commit; name one, or a tag or a branch\n" },
	{ .name = "a revision that there is not",
	  .request = { .revision = "none" }, .rc = -1,
	  .want = "repository/book: error: unknown revision 'none'...\n" },
	{ .name = "a folder without a repository",
	  .request = { .folder = "." }, .rc = -1,
	  .want = ".: error: there is no git repository ...\n" },
};
/* clang-format on */

/* Prove, and append verdicts and findings to `out`. */
static int
observe(const char *periods, struct verify_request request, struct buffer *out,
    struct str *detail, struct arena *arena)
{
	struct diag *diag = diag_new(0);
	struct proof_list proofs;
	struct period_range range;
	char text[PERIOD_TEXT_SIZE];
	int rc;

	if (request.folder == NULL)
		request.folder = "repository/book";
	if (periods != NULL) {
		assert_true(period_range_parse(str_from(periods), &range));
		request.periods = &range.first;
		request.period_count = 1;
	}
	rc = verify_book(&proofs, &request, diag);
	for (size_t i = 0; i < proofs.count; i++) {
		const struct proof *proof = &proofs.list[i];
		const char *check = proof_check_text(proof->check);

		buffer_format(out, "%s %s%s%s\n",
		    period_text(proof->period, text),
		    proof_verdict_text(proof->verdict),
		    check[0] != '\0' ? " " : "", check);
		if (proof->verdict != VERDICT_PROVED)
			*detail = arena_str(arena, proof->detail);
	}
	scratch_findings(out, diag, SEVERITY_NOTE);
	proof_list_free(&proofs);
	diag_free(diag);
	return rc;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct verify_request request = row->request;
	struct buffer out = { 0 };
	struct arena arena = { 0 };
	struct str detail = STR("");
	int rc;

	request.is_dry_run = true;
	month_end_enter(3);
	if (row->setup != NULL)
		scratch_run(row->setup);
	rc = observe(row->periods, request, &out, &detail, &arena);
	buffer_add_byte(&out, '\0');
	if (!scratch_matches(row->want, out.data))
		fail_msg("wanted:\n%s\ngot:\n%s", row->want, out.data);
	assert_int_equal(rc, row->rc);
	if (row->detail != NULL && !scratch_matches(row->detail, detail.data))
		fail_msg("wanted:\n%s\ngot:\n" STR_FMT, row->detail,
		    STR_ARG(detail));
	buffer_free(&out);
	arena_free(&arena);
}

static void
assert_observed(struct verify_request request, const char *want, int want_rc)
{
	struct buffer out = { 0 };
	struct arena arena = { 0 };
	struct str detail;
	int rc = observe(NULL, request, &out, &detail, &arena);

	buffer_add_byte(&out, '\0');
	if (!scratch_matches(want, out.data))
		fail_msg("wanted:\n%s\ngot:\n%s", want, out.data);
	assert_int_equal(rc, want_rc);
	buffer_free(&out);
	arena_free(&arena);
}

/* Whoever rewrites the history cannot rewrite what its readers remember. */
static void
what_was_proved_is_remembered(void **state)
{
	const struct verify_request look = { .is_dry_run = true };
	const struct verify_request remember = { 0 };
	struct buffer table = { 0 }, out = { 0 };

	(void)state;
	month_end_enter(3);
	assert_observed(look, PROVED, 0);
	scratch_run("test ! -e ../home/.local");
	assert_observed(remember, PROVED, 0);
	scratch_run("grep -qr '^Close: 2022-03 1 ' ../home/.local/state/shiji");
	/* March is made again, with another value, and looks right. */
	scratch_run("cd repository; git reset -q --hard close/2022-03~1\n"
		    "git tag -d close/2022-03 >../../home/out\n"
		    "sed -i 's/^x\tb\t9/x\tb\t8/' book/data/2022-03/stats.tsv\n"
		    "git commit -q -a -m 'as if it had been so'");
	assert_int_equal(month_end_close("2022-03", (struct close_request){ 0 },
			     &table, &out),
	    0);
	assert_observed(remember,
	    PROVED_2 "2022-03 not-proved seen\n"
		     "warning: history was rewritten: when last proved, "
		     "refs/heads/main was at ...\n",
	    0);
	/* What differs from what was seen is said again. */
	assert_observed(look, PROVED_2 "2022-03 not-proved seen\n", 0);
	scratch_run("rm -r ../home/.local; echo >../home/.local");
	assert_observed(look, PROVED, 0);
	assert_observed(remember,
	    PROVED "...: error: cannot write what was seen: ...; set "
		   "XDG_STATE_HOME, or use --dry-run [known-closes]\n",
	    0);
	scratch_run("rm ../home/.local");
	assert_observed(remember, PROVED, 0);
	scratch_run("echo x >$(echo ../home/.local/state/shiji/*)");
	assert_observed(look,
	    "...: error: not what 'shiji close --verify' writes; ...\n", -1);
	buffer_free(&table);
	buffer_free(&out);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1] = {
		cmocka_unit_test(what_was_proved_is_remembered)
	};
	int failed;

	if (!scratch_open(month_end_template))
		return 1;
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[1 + i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return !scratch_close() || failed != 0;
}
