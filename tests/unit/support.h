/*
 * support: what the unit tests share: a book of a few files in a temporary
 * folder, opened as the tools open one, and its findings as text.
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

#endif
