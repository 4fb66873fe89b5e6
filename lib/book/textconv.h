/*
 * textconv: shows a file of a book so that each line tells by itself what it
 * is about, for `git diff`. Knows text and names.
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

#include "book/names.h"

enum textconv_kind {
	TEXTCONV_PLAIN,	  /* as it is, escaped */
	TEXTCONV_RECORDS, /* each line of a record behind its Id and Name */
	TEXTCONV_DATA	  /* measure | unit | value | status | note, aligned */
};

/* By the ending of the file's name, and of data by the first line. */
enum textconv_kind textconv_kind(struct str name, struct str text);

/* Append the text as it is shown. Only data have use for names; or NULL. */
void textconv_add(struct buffer *out, enum textconv_kind kind, struct str text,
    const struct labels *names);

#endif
