/*
 * textconv: shows a file of a book so that each line tells by itself what it
 * is about, for `git diff`, with what measures and units are called in the
 * books of a work tree. Knows text, sources and recfiles; checks nothing.
 *
 * A line of the file is a line shown, so that line numbers hold. Two files
 * that differ are shown differently: only Ids are given names, nothing is
 * left out, and what a terminal would act upon or not show is escaped
 * (controls and bytes that are no UTF-8 as \xHH, controls above U+007F and
 * characters without width or that turn the direction of text as \uHHHH, and
 * a backslash that could be taken for the beginning of one of these as \\).
 */
#ifndef SHIJI_TEXTCONV_H
#define SHIJI_TEXTCONV_H

#include "base/str.h"

enum textconv_kind {
	TEXTCONV_PLAIN,	  /* as it is, escaped */
	TEXTCONV_RECORDS, /* each line of a record behind its Id and Name */
	TEXTCONV_DATA	  /* measure | unit | value | status | note, aligned */
};

/* By the ending of the file's name, and of data by the first line. */
enum textconv_kind textconv_kind(struct str name, struct str text);

/* What measures and units are called, for tools that do not know the book. */
struct textconv_labels;

/*
 * Read the names of the books in a folder. `prefix` is a path inside of it,
 * such as git's GIT_PREFIX; NULL or "" where there is none. What cannot be
 * read has no names. textconv_labels_free() frees.
 *
 * The books are: that of `prefix`, where the prefix is a book or lies in one;
 * else all that are found at most three folders deep, in the order of their
 * paths, level by level, the first 32, among the first 1,000 folders. Where
 * books differ over an Id, it has no name.
 */
struct textconv_labels *textconv_labels_new(const char *folder,
    const char *prefix);
void textconv_labels_free(struct textconv_labels *labels); /* welcomes NULL */

/* Append the text as it is shown. Only data have use for names; or NULL. */
void textconv_add(struct buffer *out, enum textconv_kind kind, struct str text,
    const struct textconv_labels *labels);

#endif
