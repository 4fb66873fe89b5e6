/*
 * test_init: each file of lib/book/hooks is in the library, byte by byte; what
 * is told of a book that is made, and why one is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "book/init.h"
#include "support.h"

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

/* Folders are named from the scratch folder, which is the current one. */
static struct row {
	const char *name, *script;
	const char *folder, *from; /* from "server": a server */
	const char *want;	   /* NULL: it is made */
	const char *told;	   /* the words of the lines, each once */
} rows[] = {
	{ "a book", "", "book", NULL, NULL, "made set " },
	{ "a book that is there", "mkdir book; : >book/book.rec", "book", NULL,
	    NULL, "kept made set " },
	{ "a copy", "mkdir other; : >other/book.rec", "book", "other", NULL,
	    "made set " },
	{ "a server", "", "city.git", "server", NULL, "made set " },
	{ "another book's file", "mkdir book; echo >book/units.rec", "book",
	    NULL,
	    "shiji-init: book/units.rec is there already, and is not what "
	    "would be made; nothing was made, take an empty folder\n",
	    "" },
	{ "a folder below a file", ": >file", "file/book", NULL,
	    "shiji-init: file/book: Not a directory; mend that and run this "
	    "again\n",
	    "" },
	{ "a copy of what is no book", "mkdir other", "book", "other",
	    "shiji-init: other: there is no book.rec, so it is no book\n", "" },
	{ "a copy of what leads elsewhere",
	    "mkdir other; : >other/book.rec; ln -s / other/data", "book",
	    "other",
	    "data: error: symbolic link inside a book; put the file itself "
	    "here [symlink]\n",
	    "" },
	{ "a book in a server", "git init -q --bare city.git", "city.git", NULL,
	    "shiji-init: city.git lies in a bare repository, which has no "
	    "files; --server sets one up to be pushed to\n",
	    "" },
	{ "a server in a folder with files", "mkdir city; : >city/file", "city",
	    "server",
	    "shiji-init: city is neither a repository nor an empty folder; "
	    "name another one\n",
	    "" },
	{ "a server with a work tree", "git init -q city", "city", "server",
	    "shiji-init: city lies in a repository with a work tree; one to "
	    "be pushed to is bare: 'git clone --bare'\n",
	    "kept " },
};

/* `made set `: the first words of the lines in their order, each once. */
static char *
words(char *text)
{
	static char found[64];

	found[0] = '\0';
	for (char *line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		char word[8];

		snprintf(word, sizeof(word), "%.*s ", (int)strcspn(line, " "),
		    line);
		if (strstr(found, word) == NULL)
			memccpy(found + strlen(found), word, '\0',
			    sizeof(found) - strlen(found));
	}
	return found;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const struct diag_print how = { .least = SEVERITY_ERROR,
		.program = "shiji-init" };
	struct test_output told, found;
	struct diag *diag = diag_new(0);
	struct test_book test;
	char *text;
	int rc;

	test_book_create(&test);
	assert_int_equal(chdir(test.folder), 0);
	test_book_run(&test, row->script);
	test_output_begin(&told);
	rc = row->from != NULL && strcmp(row->from, "server") == 0
		 ? init_server(row->folder, told.file, diag)
		 : init_book(row->folder, row->from, told.file, diag);
	text = test_output_end(&told);
	assert_int_equal(rc, row->want == NULL ? 0 : -1);
	assert_string_equal(words(text), row->told);
	free(text);
	test_output_begin(&found);
	diag_print(diag, &how, found.file);
	text = test_output_end(&found);
	assert_string_equal(text, row->want == NULL ? "" : row->want);
	free(text);
	diag_free(diag);
	assert_int_equal(chdir("/"), 0);
	test_book_remove(&test);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 2] = {
		cmocka_unit_test(hooks_are_their_files),
		cmocka_unit_test(files_are_all_hooks),
	};
	const char *folder = getenv("TMPDIR");

	if (getenv("ROOT") == NULL)
		setenv("ROOT", getcwd((char[4096]){ 0 }, 4096), 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("GIT_CEILING_DIRECTORIES", folder != NULL ? folder : "/tmp", 1);
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[2 + i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
