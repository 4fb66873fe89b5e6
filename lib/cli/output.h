/*
 * output: where a tool's result goes, and in which format: standard output, or
 * a file that is written whole or not at all. Has the last word on whether all
 * was written. Knows tables; nothing of what they hold.
 */
#ifndef SHIJI_OUTPUT_H
#define SHIJI_OUTPUT_H

#include "cli/option_types.h"

struct output {
	struct option_format format;
	const char *file; /* NULL or `-`: standard output */
};

/* Rows for the table of options of a tool that writes a table. */
#define OUTPUT_ROWS(to)                                                        \
	{ OPTION_ROW('f', "format", "FORMAT",                                  \
	      N_("text, tsv, csv, json, jsonl, table or md"), FORMAT),         \
		.variable.format = &(to)->format },                            \
	{                                                                      \
		OPTION_TEXT(0, "output", "FILE", &(to)->file,                  \
		    N_("write to this file, whole or not at all"))             \
	}

/*
 * What is printed to standard output from now on goes to the file of --output,
 * if there is one. It takes the place of the file at the end; what is neither
 * a file nor absent, such as a pipe, is written to at once. 0, or EXIT_TROUBLE
 * (said).
 */
int output_begin(const struct output *output);

/* The format asked for, or the one that fits standard output. */
enum table_format output_format(const struct output *output);
/* Whether it is to be read: text, asked for or at a terminal. */
bool output_is_text(const struct output *output);
/* A table on standard output in that format. */
struct table *output_table(const struct output *output,
    const struct table_column *columns, size_t count);

/*
 * Close standard output and say whether all was written: status, or
 * EXIT_TROUBLE with a message where it was not. A closed pipe ends quietly: by
 * SIGPIPE or, where that came ignored, with EXIT_TROUBLE and no message. The
 * file of --output is replaced now, unless nothing was printed and the status
 * is EXIT_TROUBLE. The last call of main().
 */
int output_finish(int status);

#endif
