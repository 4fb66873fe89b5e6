/*
 * test_close: months of a small book are closed and corrected in a real
 * repository: what is said, what is refused and why, what git has afterwards.
 */
#include "close/close.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "month_end.h"
#include "scratch.h"

#define RANKS                                                                  \
	"period\tunit\titem\tpoints\tscore\tstate\tgroup\trank\tsince\tmove\n"
#define JANUARY                                                                \
	RANKS "2022-01\tb\ttotal\t10\t9.00\tscored\t\t1\t\t\n"                 \
	      "2022-01\ta\ttotal\t10\t8.50\tscored\t\t2\t\t\n"                 \
	      "2022-01\tc\ttotal\t10\t3.10\tscored\t\t3\t\t\n"
#define COMMIT "git -C repository commit -q -a -m more\n"
/* February's x of b turns out to be 7. */
#define MEND                                                                   \
	"sed -i 's/^x\tb\t5/x\tb\t7/' "                                        \
	"repository/book/data/2022-02/stats.tsv\n" COMMIT
/* A correction's reason, basis and approver. */
#define WHY WHY_BY("stats")
#define WHY_BY(office)                                                         \
	.reason = STR_INIT("late"), .basis = STR_INIT("letter 7"),             \
	.approved_by = STR_INIT(office)

struct row {
	const char *name;
	size_t closed;	   /* so many months, before */
	const char *setup; /* then; for sh, in the scratch folder */
	const char *period;
	struct close_request request;
	int rc;
	/* Said, then found; `...` stands for any bytes. */
	const char *want;
	const char *table; /* published; NULL: anything, empty where rc < 0 */
	const char *check; /* for sh: what holds afterwards; or NULL */
};

/* clang-format off */
static struct row rows[] = {
	/* Closing */
	{ .name = "a month is closed by a commit of just its files, and a tag",
	  .period = "2022-01",
	  .want = "2022-01: closed by commit ..., tag close/2022-01\n",
	  .table = JANUARY,
	  .check = "cd repository; test \"$(git show --name-only --format=%s HEAD)\" = "
		"\"Close 2022-01\n\nbook/closed/2022-01/close.rec\n"
		"book/closed/2022-01/ranks.tsv\nbook/closed/2022-01/scores.tsv\"\n"
		"test $(git rev-parse 'close/2022-01^{}') = $(git rev-parse HEAD)\n"
		"test -z \"$(git status --porcelain)\"" },
	{ .name = "the commit's message has the first places and a trailer",
	  .period = "2022-01", .want = "...",
	  .check = "test \"$(git -C repository show -s --format=%b HEAD)\" = "
		"\"  1  b  9.00\n  2  a  8.50\n  3  c  3.10\n\nClose: 2022-01 revision 1\"" },
	{ .name = "the tag's message has the digest of the record",
	  .period = "2022-01", .want = "...",
	  .check = "cd repository; digest=$(sha256sum <book/closed/2022-01/close.rec)\n"
		"git cat-file tag close/2022-01 | grep -qx \"close.rec ${digest%% *}\"" },
	{ .name = "the month after shows the movement since",
	  .closed = 1, .period = "2022-02", .want = "...",
	  .table = RANKS
		"2022-02\ta\ttotal\t10\t8.50\tscored\t\t1\t2\t1\n"
		"2022-02\tb\ttotal\t10\t7.67\tscored\t\t2\t1\t-1\n"
		"2022-02\tc\ttotal\t10\t4.67\tscored\t\t3\t3\t0\n" },
	{ .name = "with -v it is said what it was computed from",
	  .period = "2022-01", .request = { .is_verbose = true },
	  .want = "2022-01: computed from commit ... by schemes/2022-01.rec, 3 items, 3 units\n"
		"2022-01: closed by ...\n" },
	{ .name = "a dry run says what would be written, and writes nothing",
	  .period = "2022-01", .request = { .is_dry_run = true },
	  .want = "would write closed/2022-01/scores.tsv, ... bytes\n"
		"would write closed/2022-01/ranks.tsv, ... bytes\n"
		"would write closed/2022-01/close.rec, ... bytes\n"
		"would commit them to main and tag the commit close/2022-01\n",
	  .table = JANUARY,
	  .check = "cd repository; test $(git rev-list --count HEAD) = 1; test -z \"$(git tag)\"\n"
		"test ! -e book/closed" },

	/* What is refused */
	{ .name = "files that are not as committed are listed",
	  .setup = "echo >repository/book/notes; rm repository/book/offices.rec",
	  .period = "2022-01", .rc = -1,
	  .want = "the book is not as it was committed; ...\n"
		"uncommitted: notes: not in git\nuncommitted: offices.rec: missing\n" },
	{ .name = "unsound records are found at their places",
	  .setup = "printf 'x\\td\\t7\\n' >>repository/book/data/2022-03/stats.tsv\n" COMMIT,
	  .period = "2022-01", .rc = -1,
	  .want = "data/2022-03/stats.tsv:5:3: error: ...[unknown-unit]\n..." },
	{ .name = "what is missing is listed with who owes it",
	  .setup = "sed -i '/b/d' repository/book/data/2022-01/*.tsv\n" COMMIT,
	  .period = "2022-01", .rc = -1,
	  .want = "values of 2022-01 that are missing: 2; ...\n"
		"missing: x of b in 2022-01, from stats\nmissing: y of b in 2022-01, from agri\n" },
	{ .name = "a provisional close needs none of it, and says so",
	  .setup = "sed -i '/b/d' repository/book/data/2022-01/agri.tsv\n" COMMIT,
	  .period = "2022-01", .request = { .is_provisional = true },
	  .want = "2022-01: closed by ...\n",
	  .table = "...2022-01\tb\ttotal\t10\t\tmissing+provisional\t...",
	  .check = "git -C repository show -s --format=%b HEAD | grep -q ^Provisional" },
	{ .name = "an earlier month must be closed first",
	  .closed = 1, .period = "2022-03", .rc = -1,
	  .want = "2022-02 is still open; close it first ('shiji close 2022-02'), then 2022-03\n" },
	{ .name = "a year needs its months closed",
	  .closed = 2,
	  .setup = "cd repository/book; mkdir data/2022; cp data/2022-01/stats.tsv data/2022/\n"
		"cp schemes/2022-01.rec schemes/2022.rec; git add .; git commit -q -m year\n",
	  .period = "2022", .rc = -1, .want = "2022-03 is still open; ..." },
	{ .name = "a period without data cannot be scored, which says so itself",
	  .period = "2022-04", .rc = -1, .want = "... no data for 2022-04; ..." },
	{ .name = "what is closed stays",
	  .closed = 1, .period = "2022-01", .rc = -1,
	  .want = "2022-01 is closed already; ...\n" },
	{ .name = "a tag that no close accounts for is nobody's to replace",
	  .setup = "git -C repository tag close/2022-01", .period = "2022-01", .rc = -1,
	  .want = "there is a tag close/2022-01 already, ...(it marks ...\n",
	  .check = "test $(git -C repository rev-list --count HEAD) = 1" },
	{ .name = "without a repository nothing is closed",
	  .setup = "mv repository/book book; rm -rf repository",
	  .period = "2022-01", .request = { .folder = "book" }, .rc = -1,
	  .want = "book: error: there is no git repository ...\n" },

	/* What was interrupted */
	{ .name = "a tag that is gone is set again, on the commit that closed",
	  .closed = 2, .setup = "git -C repository tag -d close/2022-01 >../home/out",
	  .period = "2022-01", .want = "the tag close/2022-01 was gone; it is set again\n",
	  .table = "",
	  .check = "cd repository; test $(git rev-parse 'close/2022-01^{}') = $(git rev-parse HEAD~1)" },
	{ .name = "a dry run only says that it would be",
	  .closed = 1, .setup = "git -C repository tag -d close/2022-01 >../home/out",
	  .period = "2022-01", .request = { .is_dry_run = true },
	  .want = "would set the tag close/2022-01 again, which is gone\n", .table = "",
	  .check = "test -z \"$(git -C repository tag)\"" },
	{ .name = "files that were not written are put into the work tree",
	  .closed = 1,
	  .setup = "cd repository/book; git rm -q -r --cached closed; rm -r closed",
	  .period = "2022-01", .want = "closed/2022-01: an interrupted close was finished\n",
	  .table = "", .check = "test -z \"$(git -C repository status --porcelain)\"" },
	{ .name = "a branch that was not moved is moved to the tagged commit",
	  .closed = 1, .setup = "git -C repository reset -q --hard HEAD~1",
	  .period = "2022-01",
	  .want = "2022-01: an interrupted close was finished: commit ..., tag close/2022-01\n",
	  .table = JANUARY,
	  .check = "cd repository; test $(git rev-parse 'close/2022-01^{}') = $(git rev-parse HEAD)" },

	/* Correcting */
	{ .name = "a correction is the next revision, and lists what it changes",
	  .closed = 3, .setup = MEND, .period = "2022-02", .request = { WHY },
	  .want = "2022-02 differs from revision 1: values 1, scores 6, ranks of the total 2\n"
		"2022-02: closed by commit ..., tag close/2022-02.2\n",
	  .table = "kind\tperiod\tunit\t...\nvalue\t2022-02\tb\t\tx\t...",
	  .check = "test \"$(git -C repository show -s --format='%(trailers)' HEAD)\" = "
		"\"Close: 2022-02 revision 2\nReason: late\nBasis: letter 7\nApproved-by: stats\"" },
	{ .name = "what is open cannot be corrected",
	  .closed = 1, .period = "2022-02", .request = { WHY }, .rc = -1,
	  .want = "2022-02 is not closed, so there is nothing to correct; ...\n" },
	{ .name = "nor what would be the same",
	  .closed = 1, .period = "2022-01", .request = { WHY }, .rc = -1,
	  .want = "nothing of 2022-01 would change; ...\n" },
	{ .name = "unless a change that was taken back is to be taken in",
	  .closed = 1,
	  .setup = "sed -i 's/^x\tb\t5/x\tb\t7/' repository/book/data/2022-01/stats.tsv\n" COMMIT
		"git -C repository revert --no-edit HEAD >../home/out",
	  .period = "2022-01", .request = { WHY },
	  .want = "2022-01 differs from revision 1: values 0, scores 0, ranks of the total 0\n"
		"2022-01: closed by ..." },
	{ .name = "the approver is an office of the book",
	  .closed = 1, .period = "2022-01",
	  .request = { WHY_BY("stat") }, .rc = -1,
	  .want = "--approved-by: no office 'stat'; did you mean 'stats'?\n" },
	{ .name = "an office that nothing is like is said to be none",
	  .closed = 1, .period = "2022-01",
	  .request = { WHY_BY("treasury") }, .rc = -1,
	  .want = "--approved-by: no office 'treasury' in offices.rec; ...\n" },
	{ .name = "a record that cannot be read is not corrected",
	  .closed = 1, .setup = "echo x >repository/book/closed/2022-01/close.rec\n" COMMIT,
	  .period = "2022-01", .request = { WHY }, .rc = -1,
	  .want = "the record of the close of 2022-01 cannot be read; ...\n" },
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer table = { 0 }, out = { 0 };
	int rc;

	month_end_enter(row->closed);
	if (row->setup != NULL)
		scratch_run(row->setup);
	rc = month_end_close(row->period, row->request, &table, &out);
	buffer_add_byte(&out, '\0');
	buffer_add_byte(&table, '\0');
	if (!scratch_matches(row->want, out.data))
		fail_msg("wanted:\n%s\ngot:\n%s", row->want, out.data);
	assert_int_equal(rc, row->rc);
	if (rc != 0)
		assert_string_equal(table.data, "");
	else if (row->table != NULL && !scratch_matches(row->table, table.data))
		fail_msg("wanted:\n%s\ngot:\n%s", row->table, table.data);
	if (row->check != NULL)
		scratch_run(row->check);
	buffer_free(&table);
	buffer_free(&out);
}

/* Where a rule looks back, a correction would change the month after it. */
static void
later_closes_that_would_differ_are_named(void **state)
{
	static const char *const months[] = { "2022-01", "2022-02", "2022-03" };
	struct buffer table = { 0 }, out = { 0 };

	(void)state;
	month_end_enter(0);
	scratch_run("cd repository/book; sed -i "
		    "'s,^Rule: x.*,Rule: default(x - prev(x)\\, x) / 10,' "
		    "schemes/*; git commit -q -a -m progress");
	for (size_t i = 0; i < LENGTH(months); i++)
		assert_int_equal(month_end_close(months[i],
				     (struct close_request){ 0 }, &table, &out),
		    0);
	scratch_run(MEND);
	buffer_clear(&out);
	assert_int_equal(month_end_close("2022-02",
			     (struct close_request){ WHY }, &table, &out),
	    0);
	buffer_add_byte(&out, '\0');
	if (!scratch_matches("2022-03, closed, would differ now in 2 rows of "
			     "scores.tsv; it stays as published\n"
			     "2022-02 differs from ...",
		out.data))
		fail_msg("got:\n%s", out.data);
	scratch_run("cd repository; git diff --quiet HEAD~2 HEAD -- "
		    "book/closed/2022-03");
	buffer_free(&table);
	buffer_free(&out);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1] = {
		cmocka_unit_test(later_closes_that_would_differ_are_named)
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
