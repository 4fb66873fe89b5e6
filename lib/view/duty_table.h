/*
 * duty_table: shows who answers for what, as rows or as a document in Markdown.
 * Knows responsibilities; finds nothing out.
 */
#ifndef SHIJI_DUTY_TABLE_H
#define SHIJI_DUTY_TABLE_H

#include "view/duty_view.h"

/*
 * The duties put together by a key: a row for each; in Markdown a document, in
 * which each group has a section of its own.
 */
void duty_table(const struct duty_view *view, struct responsibilities *duties,
    enum responsibility_key key);

#endif
