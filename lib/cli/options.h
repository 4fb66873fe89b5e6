/*
 * options: what every tool's main() needs: options as rows, help, version,
 * trouble, and the last word on standard output. Knows text only.
 */
#ifndef SHIJI_OPTIONS_H
#define SHIJI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/i18n.h"

enum {
	EXIT_SOUND = 0,	  /* done; nothing found */
	EXIT_FINDING = 1, /* the answer is no: unsound, differs, late */
	EXIT_TROUBLE = 2  /* could not do it: usage, input, output */
};

struct option_row {
	int letter;	  /* from 256 on: a long option alone */
	const char *name; /* the long name */
	/* NULL: takes none. `[DATE]`: may be left out, else `--due=DATE`. */
	const char *argument;
	const char *help; /* N_() */
	bool repeatable;  /* may be given more than once */
};

/* One row: all zeros ends the table. */
/* clang-format off */
#define OPTION_HELP { 'h', "help", NULL, N_("show this help"), false }
#define OPTION_VERSION \
	{ 'V', "version", NULL, N_("show the version"), false }
/* clang-format on */

struct command {
	const char *name;     /* "shiji-rank" */
	const char *synopsis; /* "[options] [FILE]" */
	const char *purpose;  /* one line, N_() */
	const struct option_row *options;
};

/*
 * Locale, text domain, the name for messages. First thing in main(). Where
 * standard output came closed the program ends with status 2; closed standard
 * input and error are opened on /dev/null, so that no file takes their place.
 */
void command_start(const struct command *command);

/*
 * The next option in any order, as getopt_long does it: its letter, *argument
 * its argument (NULL where one was left out); -1 at the end, with *operand the
 * index in argv of the first operand. --help and --version are answered here
 * and end the program with status 0. An unknown or abbreviated option, a
 * missing or unexpected argument, and an option given twice that is not
 * repeatable end it with status 2 and one line that names it, with the nearest
 * known one.
 */
int command_next(int argc, char **argv, const char **argument, int *operand);

/* The program's name in its messages: "shiji-rank". */
const char *command_name(void);

/* One line to standard error: `shiji-rank: TEXT`. Returns EXIT_TROUBLE. */
int trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with "See 'shiji rank --help'." at its end. */
int usage_trouble(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Close standard output and say whether all was written: status, or
 * EXIT_TROUBLE with a message where it was not. A closed pipe ends quietly:
 * by SIGPIPE or, where that came ignored, with EXIT_TROUBLE and no message.
 * The last call of main().
 */
int command_finish(int status);

#endif
