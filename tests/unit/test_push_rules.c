/*
 * test_push_rules: what guard.rec may say, whose a file is, and who speaks for
 * an office.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "book/push_rules.h"

#define GUARD "%rec: Guard\n\nLead: lead\n\n"
#define LEAD "%rec: Officer\n\nOffice: lead\nAuthor: a@lead\n\n"
#define TWO GUARD LEAD "Office: agri\nOffice: water\nAuthor: *@agri\n"

/* What is wrong, or whose a file is, or for whom an address speaks. */
struct row {
	const char *name, *text, *path, *email, *want;
};

/* clang-format off */
static struct row rows[] = {
	{ "nothing at all", "", NULL, NULL, "" },
	{ "a Guard alone", GUARD, NULL, NULL, "" },
	{ "a Guard without a Lead", "%rec: Guard\n\nBranch: main\n", NULL, NULL, "3:1 field-missing" },
	{ "two Guards", GUARD "Lead: lead\n", NULL, NULL, "5:1 guard" },
	{ "an Officer without an Office", GUARD "%rec: Officer\n\nAuthor: a\n", NULL, NULL, "7:1 field-missing" },
	{ "one who is anybody", GUARD LEAD "Office: agri\n", NULL, NULL, "10:1 guard" },
	{ "nobody for the lead office", GUARD "%rec: Officer\n\nOffice: agri\nAuthor: a\n", NULL, NULL, "0:0 guard" },
	{ "officers without a Guard", LEAD, NULL, NULL, "0:0 guard" },
	{ "another type", "%rec: Gate\n\nLead: lead\n", NULL, NULL, "3:1 guard" },
	{ "another field", GUARD "%rec: Officer\n\nOffice: lead\nAuthors: a\n", NULL, NULL, "8:1 unknown-field" },
	{ "a key of ssh", GUARD LEAD "Office: x\nKey: ssh-ed25519 AAAA\n", NULL, NULL, "" },
	{ "a fingerprint", GUARD LEAD "Office: x\nKey: 0123456789ABCDEF0123456789abcdef01234567\n", NULL, NULL, "" },
	{ "half a fingerprint", GUARD LEAD "Office: x\nKey: 0123456789ABCDEF\n", NULL, NULL, "11:6 guard" },
	{ "a key on two lines", GUARD LEAD "Office: x\nKey: ssh-ed25519 AAAA\n+ y ssh-rsa BBBB\n", NULL, NULL, "11:6 guard" },

	{ "an office's data", TWO, "data/2022-10/agri.tsv", NULL, "agri" },
	{ "those of its second Office", TWO, "data/2022/water.tsv", NULL, "water" },
	{ "data of an office that nobody speaks for", TWO, "data/2022-10/stats.tsv", NULL, "lead" },
	{ "a file that is no data", TWO, "data/2022-10/agri.txt", NULL, "lead" },
	{ "one in a folder of data too deep", TWO, "data/2022-10/x/agri.tsv", NULL, "lead" },
	{ "one outside of data", TWO, "old/2022-10/agri.tsv", NULL, "lead" },
	{ "results", TWO, "closed/2022-10/close.rec", NULL, "lead" },
	{ "guard.rec", TWO, "guard.rec", NULL, "lead" },

	{ "an address", TWO, NULL, "a@lead", "lead" },
	{ "one that a glob has", TWO, NULL, "x@agri", "agri water" },
	{ "one that begins like it", TWO, NULL, "x@agri.example", "" },
	{ "none", TWO, NULL, "", "" },
};
/* clang-format on */

/* The place and the code of the first error. */
static void
add_error(struct diag *diag, struct buffer *out)
{
	char line[1024] = "", *text = NULL, *rest;
	struct diag_print how = { .format = DIAG_TSV, .most = 1 };
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *cells[6] = { "", "", "", "", "", "" };

	diag_print(diag, &how, stream);
	fclose(stream);
	rest = strchr(text, '\n');
	snprintf(line, sizeof(line), "%s", rest != NULL ? rest + 1 : "");
	rest = line;
	for (size_t i = 0; i < LENGTH(cells) && rest != NULL; i++)
		cells[i] = strsep(&rest, "\t");
	buffer_format(out, "%s:%s %s", cells[1][0] != '\0' ? cells[1] : "0",
	    cells[2][0] != '\0' ? cells[2] : "0", cells[4]);
	free(text);
}

static void
add_offices(const struct push_rules *officers, const char *email,
    struct buffer *out)
{
	static const char *const offices[] = { "lead", "agri", "water" };

	for (size_t i = 0; i < LENGTH(offices); i++)
		for (size_t j = 0; j < officers->count; j++)
			if (push_rules_officer_matches(&officers->list[j],
				str_from(offices[i]), str_from(email)))
				buffer_format(out, "%s%s",
				    out->size > 0 ? " " : "", offices[i]);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct diag *diag = diag_new(0);
	struct arena arena = { 0 };
	struct buffer out = { 0 };
	struct push_rules officers;
	int rc = push_rules_read(&arena, OFFICERS_FILE, str_from(row->text),
	    &officers, diag);

	assert_int_equal(rc != 0, diag_has_errors(diag));
	if (rc != 0)
		add_error(diag, &out);
	else if (row->path != NULL)
		buffer_add(&out,
		    push_rules_owner(&officers, str_from(row->path)));
	else if (row->email != NULL)
		add_offices(&officers, row->email, &out);
	buffer_add_byte(&out, '\0');
	assert_string_equal(out.data, row->want);
	buffer_free(&out);
	arena_free(&arena);
	diag_free(diag);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests_name("officers", tests, NULL, NULL);
}
