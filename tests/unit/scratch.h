/*
 * scratch: folders for the unit tests whose repositories are real ones, made by
 * sh and git, on which nothing outside of them has a say. Knows no book.
 */
#ifndef SHIJI_TEST_SCRATCH_H
#define SHIJI_TEST_SCRATCH_H

#include "base/diag.h"

/*
 * A folder of its own for all tests of a program, where `template` makes what
 * they copy, `../template` of each scratch folder; git's settings are those
 * that stand here, and ids come out the same. False: it cannot be, and why was
 * printed. scratch_close() removes all of it; whether that went well.
 */
bool scratch_open(const char *template);
bool scratch_close(void);

/* An empty folder with an empty home beside it becomes the current one. */
void scratch_enter(void);
/* Its path. */
const char *scratch_path(void);

/* Run a script there by `sh -e`; the test fails where it does. */
void scratch_run(const char *script);

/* Append findings as users see them, if so severe; whether there are any. */
bool scratch_findings(struct buffer *out, struct diag *diag,
    enum severity least);
/* Whether the text is the pattern, in which `...` stands for any bytes. */
bool scratch_matches(const char *pattern, const char *text);

#endif
