/*
 * test_init: each file of lib/book/hooks is in the library, byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "book/init.h"

static const char *
folder(void)
{
	static char path[4096];
	const char *root = getenv("ROOT");

	snprintf(path, sizeof(path), "%s/lib/book/hooks",
	    root != NULL ? root : ".");
	return path;
}

static void
hooks_are_their_files(void **state)
{
	struct init_hook hook;
	size_t number;

	(void)state;
	for (number = 0; (hook = init_hook(number)).name != NULL; number++) {
		char path[4200];
		struct buffer bytes = { 0 };
		FILE *file;
		int byte;

		snprintf(path, sizeof(path), "%s/%s", folder(), hook.name);
		file = fopen(path, "rb");
		assert_non_null(file);
		while ((byte = getc(file)) != EOF)
			buffer_add_byte(&bytes, (char)byte);
		fclose(file);
		assert_true(str_equal(buffer_str(&bytes), hook.text));
		buffer_free(&bytes);
	}
	assert_true(number > 0);
}

static void
files_are_all_hooks(void **state)
{
	DIR *files = opendir(folder());
	const struct dirent *entry;

	(void)state;
	assert_non_null(files);
	while ((entry = readdir(files)) != NULL) {
		size_t number = 0;

		if (entry->d_name[0] == '.')
			continue;
		while (init_hook(number).name != NULL &&
		       strcmp(init_hook(number).name, entry->d_name) != 0)
			number++;
		assert_non_null(init_hook(number).name);
	}
	closedir(files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hooks_are_their_files),
		cmocka_unit_test(files_are_all_hooks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
