/*
 * support: what the unit tests share: a book of a few files in a temporary
 * folder, opened as the tools open one, its findings as text, and what a
 * function writes to a stream.
 *
 * A small book from a few strings, in which x of A is 1 and that of B is 2:
 *
 *	static const struct test_file files[] = {
 *		TEST_BOOK_REC,
 *		{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n" },
 *		{ "measures.rec", "%rec: Measure\n\nId: x\n" },
 *		{ "schemes/2022-01.rec", "%rec: Scheme ..." },
 *		{ NULL, NULL }
 *	};
 *
 *	test_book_create(&test);
 *	test_book_write_files(&test, files);
 *	test_book_write_values(&test, "2022-10/v", "x A 1; x B 2");
 *	test_book_open(&test);
 *	...
 *	test_book_remove(&test);
 */
#ifndef SHIJI_TEST_SUPPORT_H
#define SHIJI_TEST_SUPPORT_H

#include "score/engine.h"

struct test_book {
	char folder[256];
	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

/* An empty folder; test_book_remove() closes the book and deletes it. */
void test_book_create(struct test_book *test);
void test_book_remove(struct test_book *test);

/* Write a file of it, its folders made as needed. */
void test_book_write(struct test_book *test, const char *path,
    const char *text);

/* The same of several texts, up to a NULL, one after another. */
void test_book_write_all(struct test_book *test, const char *path,
    const char *const *texts);

struct test_file {
	const char *path, *text;
};
/* A book.rec of a monthly book. */
#define TEST_BOOK_REC                                                          \
	{                                                                      \
		"book.rec", "%rec: Book\n\nName: Small\nPeriod: month\n"       \
	}
/* Write files, up to one without a path. */
void test_book_write_files(struct test_book *test,
    const struct test_file *files);
/*
 * Write data/NAME.tsv, NAME such as `2022-10/stats`: rows with `;` between them
 * of measure, unit, value and, if wanted, status and note, with a space between
 * two.
 */
void test_book_write_values(struct test_book *test, const char *name,
    const char *rows);

/*
 * Run a script for sh in the folder; the test fails where it does. git knows
 * no settings, its author and day are fixed, its branch is `main`; `commit
 * SUBJECT [TRAILER]...` commits all there is.
 */
void test_book_run(struct test_book *test, const char *script);

/* Open what was written, and close it again; it may then be changed. */
void test_book_open(struct test_book *test);
void test_book_close(struct test_book *test);

/* `2022-10`; the test fails where it is none. */
struct period test_period(const char *text);

/*
 * The findings so far of at least this severity, one to a line, second places
 * included: `3:7: error: message [code]`. Lines of the file `path` are counted
 * from `first` on; other files are named in front. The caller frees it.
 */
char *test_findings(struct test_book *test, enum severity least,
    const char *path, unsigned first);

/* A stream, and what was written to it. */
struct test_output {
	FILE *file;
	char *text;
	size_t size;
};
void test_output_begin(struct test_output *output);
/* What was written, with `|` for each tab. The caller frees it. */
char *test_output_end(struct test_output *output);

#endif
