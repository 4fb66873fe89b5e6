/*
 * test_wrap: where lines are broken, and what may not reach a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/wrap.h"

#define TEN "一二三四五六七八九十"
#define WORD "0123456789"
#define LINE_OF_70 WORD WORD WORD WORD WORD WORD WORD

struct row {
	const char *name, *text, *want;
};

/* As bytes: in a literal it would turn the text of this file around. */
static const char turned[] = { 'a', '\xe2', '\x80', '\xae', 'b', '\0' };

/* clang-format off */
static struct row rows[] = {
	{ "a short line", "one two", "  one two\n" },
	{ "spaces at either end", "  one ", "  one\n" },
	{ "at a space", LINE_OF_70 " 234567 more", "  " LINE_OF_70 " 234567\n    more\n" },
	{ "a word too much", LINE_OF_70 " 234567890", "  " LINE_OF_70 "\n    234567890\n" },
	{ "inside a word that fills a line", LINE_OF_70 WORD,
	    "  " LINE_OF_70 "0123456\n    789\n" },
	{ "between wide characters", TEN TEN TEN TEN,
	    "  " TEN TEN TEN "一二三四五六七八\n    九十\n" },
	{ "no mark begins a line", TEN TEN TEN "一二三四五六七八，九",
	    "  " TEN TEN TEN "一二三四五六七\n    八，九\n" },
	{ "nor does a comma", TEN TEN TEN "一二三四五六七八a, b",
	    "  " TEN TEN TEN "一二三四五六七八\n    a, b\n" },
	{ "a control character", "a\x1b[31mb\tc", "  a\\x1B[31mb\\x09c\n" },
	{ "a mark that turns text around", turned, "  a\\xE2\\x80\\xAEb\n" },
	{ "bytes that are no UTF-8", "a\xff" "b", "  a\\xFFb\n" },
	{ "nothing", "", "\n" },
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer out = { 0 };

	wrap_add(&out, 2, 4, str_from(row->text));
	buffer_add_byte(&out, '\0');
	assert_string_equal(out.data, row->want);
	buffer_free(&out);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
