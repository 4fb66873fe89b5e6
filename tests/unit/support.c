#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 512, COLUMNS = 6 };

void
test_book_create(struct test_book *test)
{
	const char *folder = getenv("TMPDIR");

	*test = (struct test_book){ 0 };
	snprintf(test->folder, sizeof(test->folder), "%s/shiji-unit.XXXXXX",
	    folder != NULL ? folder : "/tmp");
	assert_non_null(mkdtemp(test->folder));
}

static int
remove_entry(const char *path, const struct stat *info, int kind,
    struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

void
test_book_remove(struct test_book *test)
{
	test_book_close(test);
	assert_int_equal(nftw(test->folder, remove_entry, 8,
			     FTW_DEPTH | FTW_PHYS),
	    0);
}

void
test_book_write(struct test_book *test, const char *path, const char *text)
{
	char whole[PATH_SIZE];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", test->folder, path);
	for (char *at = whole + strlen(test->folder) + 1; *at != '\0'; at++)
		if (*at == '/') {
			*at = '\0';
			mkdir(whole, 0777);
			*at = '/';
		}
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void
test_book_write_all(struct test_book *test, const char *path,
    const char *const *texts)
{
	struct buffer whole = { 0 };

	while (*texts != NULL)
		buffer_add(&whole, str_from(*texts++));
	buffer_add_byte(&whole, '\0');
	test_book_write(test, path, whole.data);
	buffer_free(&whole);
}

void
test_book_write_files(struct test_book *test, const struct test_file *files)
{
	for (; files->path != NULL; files++)
		test_book_write(test, files->path, files->text);
}

/* One of the rows of test_book_write_values(), as a line of TSV. */
static void
add_row(struct buffer *text, struct str row)
{
	enum { NOTE = 4 };
	struct str cell;

	if (row.size > 0 && row.data[0] == ' ')
		row = str_from_byte(row, 1);
	for (int i = 0; i < NOTE; i++) {
		str_cut(&row, ' ', &cell);
		buffer_add(text, cell);
		buffer_add_byte(text, '\t');
	}
	/* A note may have spaces in it. */
	buffer_add(text, row);
	buffer_add_byte(text, '\n');
}

void
test_book_write_values(struct test_book *test, const char *name,
    const char *rows)
{
	struct buffer text = { 0 };
	struct str rest = str_from(rows), row;
	char path[64];
	bool more = true;

	buffer_add(&text, STR("measure\tunit\tvalue\tstatus\tnote\n"));
	while (more && rest.size > 0) {
		more = str_cut(&rest, ';', &row);
		add_row(&text, row);
	}
	buffer_add_byte(&text, '\0');
	snprintf(path, sizeof(path), "data/%s.tsv", name);
	test_book_write(test, path, text.data);
	buffer_free(&text);
}

void
test_book_run(struct test_book *test, const char *script)
{
	static const char before[] =
	    "export HOME=/nonexistent LC_ALL=C GIT_CONFIG_NOSYSTEM=1\n"
	    "export GIT_AUTHOR_NAME='Test Person' GIT_COMMITTER_NAME=Test\n"
	    "export GIT_AUTHOR_EMAIL=test@example.org\n"
	    "export GIT_COMMITTER_EMAIL=test@example.org\n"
	    "export GIT_AUTHOR_DATE='2022-11-05T08:00:00+0000'\n"
	    "export GIT_COMMITTER_DATE='2022-11-05T08:00:00+0000'\n"
	    "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=init.defaultBranch\n"
	    "export GIT_CONFIG_VALUE_0=main\n"
	    "unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE\n"
	    "commit() {\n"
	    "	git add -A && subject=$1 && shift &&\n"
	    "	printf '%s\\n\\n' \"$subject\" >.git/message &&\n"
	    "	for line; do echo \"$line\"; done >>.git/message &&\n"
	    "	git commit -q --allow-empty -F .git/message\n"
	    "}\n";
	struct buffer text = { 0 };

	buffer_format(&text, "set -e; cd '%s'\n%s%s\n", test->folder, before,
	    script);
	buffer_add_byte(&text, '\0');
	assert_int_equal(system(text.data), 0);
	buffer_free(&text);
}

void
test_book_close(struct test_book *test)
{
	engine_free(test->engine);
	book_free(test->book);
	source_close(test->source);
	diag_free(test->diag);
	test->engine = NULL;
	test->book = NULL;
	test->source = NULL;
	test->diag = NULL;
}

void
test_book_open(struct test_book *test)
{
	test_book_close(test); /* where a test failed half way */
	test->diag = diag_new(0);
	assert_int_equal(source_open(&test->source, test->folder, NULL,
			     test->diag),
	    0);
	test->book = book_load(test->source, test->diag);
	assert_non_null(test->book);
	test->engine = engine_new(test->book, test->diag);
}

struct period
test_period(const char *text)
{
	struct period_range range;

	assert_true(period_range_parse(str_from(text), &range));
	return range.first;
}

/* A line of diag's TSV as one of test_findings(). */
static void
add_finding(struct buffer *out, struct str line, const char *path,
    unsigned first)
{
	struct str cells[COLUMNS] = { { 0 } };
	unsigned number = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		str_cut(&line, '\t', &cells[i]);
	for (size_t i = 0; i < cells[1].size; i++)
		number = 10 * number + (unsigned)(cells[1].data[i] - '0');
	if (str_equal(cells[0], str_from(path)) && number >= first) {
		char text[24];

		snprintf(text, sizeof(text), "%u", number - first + 1);
		buffer_add(out, str_from(text));
	} else {
		buffer_add(out, cells[0]);
		buffer_add_byte(out, ':');
		buffer_add(out, cells[1]);
	}
	buffer_add_byte(out, ':');
	buffer_add(out, cells[2]);
	buffer_add(out, STR(": "));
	buffer_add(out, cells[3]);
	buffer_add(out, STR(": "));
	buffer_add(out, cells[5]);
	buffer_add(out, STR(" ["));
	buffer_add(out, cells[4]);
	buffer_add(out, STR("]\n"));
}

char *
test_findings(struct test_book *test, enum severity least, const char *path,
    unsigned first)
{
	struct diag_print how = { .format = DIAG_TSV, .least = least };
	struct buffer out = { 0 };
	struct str rest, line;
	char *tsv = NULL, *text;
	size_t size = 0;
	FILE *file = open_memstream(&tsv, &size);

	assert_non_null(file);
	diag_print(test->diag, &how, file);
	assert_int_equal(fclose(file), 0);
	rest = (struct str){ tsv, size };
	str_next_line(&rest, &line); /* the header */
	while (str_next_line(&rest, &line))
		add_finding(&out, line, path, first);
	text = strndup(out.size > 0 ? out.data : "", out.size);
	assert_non_null(text);
	buffer_free(&out);
	free(tsv);
	return text;
}

void
test_output_begin(struct test_output *output)
{
	*output = (struct test_output){ 0 };
	output->file = open_memstream(&output->text, &output->size);
	assert_non_null(output->file);
}

char *
test_output_end(struct test_output *output)
{
	assert_int_equal(fclose(output->file), 0);
	for (size_t i = 0; i < output->size; i++)
		if (output->text[i] == '\t')
			output->text[i] = '|';
	return output->text;
}
