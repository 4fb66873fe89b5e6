/*
 * options: the options of a tool as rows of one table. Each row has a type, is
 * bound to the variable that it sets, and says what it goes with; the command
 * line, --help and every message are read from them. Knows the readers of the
 * types; no book.
 */
#ifndef SHIJI_OPTIONS_H
#define SHIJI_OPTIONS_H

#include "cli/option_types.h"
#include "cli/trouble.h"

/* What a tool can be called with; a row of all zeros ends the options. */
struct command {
	const char *name;     /* "shiji-rank" */
	const char *operands; /* "[FILE...]"; NULL: none */
	const char *purpose;  /* a sentence, N_() */
	/* Its own options; -q, -v, -h and -V come behind them in every tool. */
	const struct option_row *rows;
	size_t least, most; /* how many operands */
	const char *fault;  /* N_(): which; NULL where none is needed */
	/* What --help lists before the options, and says behind them; or NULL
	 */
	const struct command_word {
		const char *word, *meaning; /* N_() */
	} * words;
	const char *see; /* N_() */
};

struct operands {
	char **list;
	size_t count;
};

/*
 * Locale, text domain, the name for messages: the first thing in main(). Where
 * standard output came closed the program ends with status 2; closed standard
 * input and error are opened on /dev/null, so that no file takes their place.
 */
void options_start(const struct command *command);
/*
 * Start, and read the command line into the variables; options and operands
 * may stand in any order. 0, or EXIT_TROUBLE with one line that says what is
 * wrong: an unknown or abbreviated option, one given twice, an argument that
 * is not of its type, options that do not go together, too few operands or too
 * many. --help and --version are answered here and end the program.
 */
int options_read(const struct command *command, int argc, char **argv,
    struct operands *operands);
/* Write what --help says to standard output. */
void options_help(void);

/* Add to a list, in memory that lasts as long as the program. */
void option_list_add(struct option_list *list, struct str text);

#endif
