/*
 * trouble: what a tool prints to standard error, and the exit status that goes
 * with it. Knows text and findings only.
 *
 * The reason for EXIT_TROUBLE is always printed; all else is a message, which
 * -q hides, or a detail, which -v asks for.
 */
#ifndef SHIJI_TROUBLE_H
#define SHIJI_TROUBLE_H

#include "base/diag.h"
#include "base/i18n.h"

enum {
	EXIT_SOUND = 0,	  /* done; the same; sound */
	EXIT_FINDING = 1, /* the answer is no: unsound, differs, late */
	EXIT_TROUBLE = 2  /* could not do it: usage, input, output */
};

/* The program's name, "shiji-rank", in front of each line. Borrowed. */
void trouble_start(const char *name);
const char *trouble_name(void);
/* How much is said from now on. */
void trouble_level(bool is_quiet, bool is_verbose);
bool trouble_is_quiet(void);
bool trouble_is_verbose(void);

/* Append how the program is called: `shiji rank`. */
void trouble_add_call(struct buffer *text);

/* One line, `shiji-rank: TEXT`. Returns EXIT_TROUBLE. */
int trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with "See 'shiji rank --help'." at its end. */
int trouble_usage(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* The same line as a message, and as a detail. */
void trouble_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void trouble_detail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* Text of several lines as a message; it must be harmless to a terminal. */
void trouble_text(struct str text);

/* A spelling that goes with the next version, and what it is now. */
void trouble_old(const char *old, const char *now);

/*
 * The status that the errors ask for: 0 where there are none; EXIT_TROUBLE
 * where something cannot be read or done at all; `unsound` where records are
 * in error; else EXIT_FINDING, where what was asked for is refused. They are
 * printed, with `prefix` before each path.
 */
int trouble_errors(struct diag *diag, const char *prefix, int unsound);
/* The findings down to a severity as messages; -q leaves those of trouble. */
void trouble_findings(struct diag *diag, const char *prefix,
    enum severity least);

#endif
