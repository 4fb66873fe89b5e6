/*
 * test_office_table: what each office's items brought, as figures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "office_book.h"
#include "view/office_table.h"

struct row {
	const char *name;
	bool has_late;
	const char *want;
};

/* clang-format off */
static struct row rows[] = {
	{ "figures", false, "measure|unit|value\n"
	    "led_points|farms|70\nwon_points|farms|17\nlost_points|farms|53\nbonus_points|farms|0\n"
	    "led_points|stats|n/a\nwon_points|stats|n/a\nlost_points|stats|n/a\nbonus_points|stats|n/a\n" },
	{ "late reports too, of offices that lead nothing as well", true, "measure|unit|value\n"
	    "led_points|farms|70\nwon_points|farms|17\nlost_points|farms|53\nbonus_points|farms|0\nlate_reports|farms|0\n"
	    "led_points|stats|n/a\nwon_points|stats|n/a\nlost_points|stats|n/a\nbonus_points|stats|n/a\nlate_reports|stats|2\n" },
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct office_account account;
	struct test_output output;
	struct arena arena = { 0 };
	char *text;

	assert_int_equal(office_account_settle(&account, shared.engine,
			     shared.book, 0, 2022, &arena),
	    0);
	assert_int_equal(account.counted, 1);
	account.offices[1].late = 2;
	test_output_begin(&output);
	office_table(output.file, TABLE_TSV, shared.book, &account,
	    row->has_late);
	text = test_output_end(&output);
	assert_string_equal(text, row->want);
	free(text);
	arena_free(&arena);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, open_book, close_book);
}
