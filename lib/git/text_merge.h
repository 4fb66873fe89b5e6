/*
 * text_merge: joins what two sides made of a text line by line, as git does
 * without a driver. Knows git's merge; no repository, no record.
 */
#ifndef SHIJI_TEXT_MERGE_H
#define SHIJI_TEXT_MERGE_H

#include "base/str.h"

/*
 * Append what comes out, with all three texts between markers of so many
 * characters where both sides changed the same lines: *is_clean is then false.
 * -1 where it cannot be done, as with files that are no text.
 */
int text_merge(struct str base, struct str ours, struct str theirs,
    unsigned marker_size, struct buffer *out, bool *is_clean);

#endif
