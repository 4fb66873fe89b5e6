/*
 * test_close_record: names of closes, their records there and back, digests,
 * the first difference of two files, and the dates and signatures that git's
 * own settings give a close.
 */
#include "close/close_record.h"
#include "git/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct tag_row {
	const char *name, *tag;
	const char *period; /* NULL: it is none */
	unsigned revision;
};

/* clang-format off */
static struct tag_row tag_rows[] = {
	{ "the first close", "close/2022-10", "2022-10", 1 },
	{ "a correction", "close/2022-10.2", "2022-10", 2 },
	{ "a correction of many", "close/2022-10.12", "2022-10", 12 },
	{ "a quarter", "close/2022-Q4", "2022-Q4", 1 },
	{ "a year", "close/2022", "2022", 1 },
	{ "no revision 1", "close/2022-10.1", NULL, 0 },
	{ "no revision 0", "close/2022-10.0", NULL, 0 },
	{ "no zero before it", "close/2022-10.02", NULL, 0 },
	{ "no word for a revision", "close/2022-10.x", NULL, 0 },
	{ "no revision without a number", "close/2022-10.", NULL, 0 },
	{ "no number beyond all bounds", "close/2022-10.99999999", NULL, 0 },
	{ "no period", "close/october", NULL, 0 },
	{ "another tag", "v1.0", NULL, 0 },
	{ "nothing", "", NULL, 0 },
};
/* clang-format on */

static void
check_tag(void **state)
{
	const struct tag_row *row = *state;
	char text[PERIOD_TEXT_SIZE], name[CLOSE_NAME_SIZE];
	struct period period;
	unsigned revision;
	bool is_tag =
	    close_record_tag_parse(str_from(row->tag), &period, &revision);

	assert_int_equal(is_tag, row->period != NULL);
	if (!is_tag)
		return;
	assert_string_equal(period_text(period, text), row->period);
	assert_int_equal(revision, row->revision);
	assert_string_equal(close_record_tag(period, revision, name), row->tag);
}

#define FIELDS                                                                 \
	"%rec: Close\n\nPeriod: 2022-10\nRevision: 1\n"                        \
	"Scheme: schemes/2022-10.rec\nSchemeBlob: b\nCommit: c\nTree: t\n"     \
	"Program: 0.1.0\nRules: 1\nUnits: 3\nItems: 4\nTotals: 930.31\n"
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct fault_row {
	const char *name, *text;
	const char *fault; /* NULL: there is none */
};

/* clang-format off */
static struct fault_row record_faults[] = {
	{ "a record of two files", FIELDS "Digest: scores.tsv " HEX "\nDigest: ranks.tsv " HEX "\n", NULL },
	{ "another type", "%rec: Item\n\nId: x\n", "not the record of a close" },
	{ "two records", FIELDS "Digest: scores.tsv " HEX "\n\nPeriod: 2022-11\n", "not the record of a close" },
	{ "no digest", FIELDS, "Digest" },
	{ "a digest that is too short", FIELDS "Digest: scores.tsv 01\n", "is no Digest" },
	{ "a digest in capitals", FIELDS "Digest: scores.tsv 0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\n", "is no Digest" },
	{ "a file that no close has", FIELDS "Digest: notes.tsv " HEX "\n", "is no Digest" },
	{ "a file twice", FIELDS "Digest: scores.tsv " HEX "\nDigest: scores.tsv " HEX "\n", "is no Digest" },
	{ "a period before that is none", FIELDS "Digest: scores.tsv " HEX "\nPrevious: then " HEX "\n", "is no Previous" },
	{ "a field that it has not", FIELDS "Digest: scores.tsv " HEX "\nApproved: x\n", "Approved" },
	{ "nothing", "", "not the record of a close" },
};
/* clang-format on */

static void
check_record(void **state)
{
	const struct fault_row *row = *state;
	struct diag *diag = diag_new(0);
	struct close_record record;
	struct arena arena = { 0 };
	int rc = close_record_read(&arena, "close.rec", str_from(row->text),
	    &record, diag);

	assert_int_equal(rc, row->fault == NULL ? 0 : -1);
	if (row->fault != NULL)
		assert_non_null(strstr(diag_first(diag, &arena).data,
		    row->fault));
	diag_free(diag);
	arena_free(&arena);
}

/* What is printed is read, and printed again is the same. */
static void
record_there_and_back(void **state)
{
	struct close_record record = { .revision = 3,
		.scheme = STR("schemes/2022-01.rec"),
		.scheme_blob = STR("b"),
		.commit = STR("c"),
		.tree = STR("t"),
		.program = STR("0.1.0"),
		.rules = 1,
		.is_provisional = true,
		.units = 11,
		.items = 34,
		.points = STR("1000"),
		.totals = STR("8123.45"),
		.digests = { STR(HEX), STR(HEX), STR(HEX) },
		.has_previous = true,
		.previous_digest = STR(HEX),
		.corrects = STR(HEX),
		.reason = STR("漏报: # two villages"),
		.basis = STR("letter 7"),
		.approved_by = STR("农办") };
	struct buffer first = { 0 }, second = { 0 };
	struct diag *diag = diag_new(0);
	struct close_record again;
	struct arena arena = { 0 };

	(void)state;
	period_parse(STR("2022-10"), &record.period);
	period_parse(STR("2022-09"), &record.previous);
	close_record_print(&first, &record);
	assert_int_equal(close_record_read(&arena, "close.rec",
			     buffer_str(&first), &again, diag),
	    0);
	assert_true(again.is_provisional);
	assert_int_equal(again.revision, 3);
	assert_true(period_equal(again.previous, record.previous));
	close_record_print(&second, &again);
	assert_true(str_equal(buffer_str(&first), buffer_str(&second)));
	buffer_free(&first);
	buffer_free(&second);
	diag_free(diag);
	arena_free(&arena);
}

/* The vectors of FIPS 180-4. */
static void
digests(void **state)
{
	char out[DIGEST_SIZE];

	(void)state;
	assert_string_equal(digest_sha256(STR("abc"), out),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(digest_sha256(STR(""), out),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_true(digest_is(str_from(out)));
	assert_false(digest_is(STR("")));
	assert_false(digest_is(STR(HEX "0")));
}

struct difference_row {
	const char *name, *a, *b;
	size_t line;
	const char *line_a, *line_b;
};

static struct difference_row differences[] = {
	{ "the same", "x\ny\n", "x\ny\n", 0, "", "" },
	{ "both empty", "", "", 0, "", "" },
	{ "the first line", "x\n", "y\n", 1, "x", "y" },
	{ "the second line", "x\ny\n", "x\nz\n", 2, "y", "z" },
	{ "a line less", "x\ny\n", "x\n", 2, "y", "" },
	{ "a line more", "", "x\n", 1, "", "x" },
	{ "no newline at the end", "x\n", "x", 2, "", "" },
};

static void
check_difference(void **state)
{
	const struct difference_row *row = *state;
	struct str a = { 0 }, b = { 0 };

	assert_int_equal(close_record_first_difference(str_from(row->a),
			     str_from(row->b), &a, &b),
	    row->line);
	assert_true(str_equal(a, str_from(row->line_a)));
	assert_true(str_equal(b, str_from(row->line_b)));
}

struct date_row {
	const char *name, *text;
	bool is_date;
	int64_t time;
	int offset;
};

/* Where no offset is given it is local time: two hours east of Greenwich. */
/* clang-format off */
static struct date_row dates[] = {
	{ "git's own form", "1667606400 +0800", true, 1667606400, 480 },
	{ "with a sign before", "@1667606400 -0330", true, 1667606400, -210 },
	{ "seconds alone are local", "1667606400", true, 1667606400, 120 },
	{ "ISO 8601", "2022-11-05T08:00:00+08:00", true, 1667606400, 480 },
	{ "with a space", "2022-11-05 08:00:00 +0800", true, 1667606400, 480 },
	{ "in universal time", "2022-11-05T00:00:00Z", true, 1667606400, 0 },
	{ "in local time", "2022-11-05T02:00:00", true, 1667606400, 120 },
	{ "of mail", "Sat, 5 Nov 2022 08:00:00 +0800", true, 1667606400, 480 },
	{ "of mail without the day of the week", "5 Nov 2022 00:00:00 +0000", true, 1667606400, 0 },
	{ "a word", "yesterday", false, 0, 0 },
	{ "no month", "5 Nev 2022 00:00:00 +0000", false, 0, 0 },
	{ "half a month", "5 ovD 2022 00:00:00 +0000", false, 0, 0 },
	{ "nothing", "", false, 0, 0 },
};
/* clang-format on */

static void
check_date(void **state)
{
	const struct date_row *row = *state;
	git_time when = { 0 };

	setenv("TZ", "UTC-2", 1);
	assert_int_equal(identity_date_parse(str_from(row->text), &when),
	    row->is_date);
	if (!row->is_date)
		return;
	assert_true(when.time == row->time);
	assert_int_equal(when.offset, row->offset);
}

static void
signatures(void **state)
{
	const char *armour = "-----BEGIN SSH SIGNATURE-----\nx\n";
	const char *text = "object 1\n\nClose\n-----BEGIN SSH SIGNATURE-----\n"
			   "x\n";
	struct str part, signature;

	(void)state;
	assert_true(signature_cut(str_from(text), &part, &signature));
	assert_true(str_equal(part, STR("object 1\n\nClose\n")));
	assert_true(str_equal(signature, str_from(armour)));
	assert_false(signature_cut(STR("Close\n"), &part, &signature));
	assert_int_equal(signature.size, 0);
}

#define ROWS(rows, check)                                                      \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest){ .name = (rows)[i].name,  \
			.test_func = (check),                                  \
			.initial_state = &(rows)[i] };

int
main(void)
{
	struct CMUnitTest tests[LENGTH(tag_rows) + LENGTH(record_faults) +
				LENGTH(differences) + LENGTH(dates) + 3] = {
		cmocka_unit_test(record_there_and_back),
		cmocka_unit_test(digests),
		cmocka_unit_test(signatures),
	};
	size_t count = 3;

	ROWS(tag_rows, check_tag);
	ROWS(record_faults, check_record);
	ROWS(differences, check_difference);
	ROWS(dates, check_date);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
