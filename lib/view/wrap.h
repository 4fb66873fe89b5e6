/*
 * wrap: sentences on lines of a terminal's width, whatever they are shown on,
 * so that a file, a pipe and a terminal get the same text. Knows text only.
 */
#ifndef SHIJI_WRAP_H
#define SHIJI_WRAP_H

#include "base/str.h"

enum { PROSE_WIDTH = 79 };

/*
 * Append a paragraph: its first line indented by `indent` columns, those it is
 * broken into by `hang`. It is broken at spaces and beside wide characters
 * (East Asian width), inside a word only where one fills a line alone. What
 * could harm a terminal (control characters, bytes that are no UTF-8) stands as
 * \\xHH.
 */
void wrap_add(struct buffer *out, size_t indent, size_t hang, struct str text);
/* Append an empty line, unless there is one already, or nothing yet. */
void wrap_gap(struct buffer *out);

#endif
