/*
 * session: what the tools that read a book have in common: its options, the
 * book opened as they say, and how findings become an exit status.
 */
#ifndef SHIJI_SESSION_H
#define SHIJI_SESSION_H

#include "cli/options.h"
#include "format/table.h"
#include "score/engine.h"

/* Rows for the table of options of a tool that reads a book. */
#define OPTIONS_BOOK                                                           \
	{ 'C', "directory", "DIR", N_("the book, instead of this folder"),     \
		false },                                                       \
	    { 'r', "revision", "REV",                                          \
		    N_("read this git revision of the book, not the folder"),  \
		    false },                                                   \
	{                                                                      \
		'p', "period", "PERIOD",                                       \
		    N_("2022-10, 2022-Q4, 2022, or a range 2022-01..2022-10"), \
		    false                                                      \
	}
/* For the tools that can also read what is staged; conflicts with -r. */
enum { OPTION_CACHED = 512 };
#define OPTIONS_CACHED                                                         \
	{                                                                      \
		OPTION_CACHED, "cached", NULL,                                 \
		    N_("read what is staged for the next commit"), false       \
	}
#define OPTIONS_SELECTION                                                      \
	{ 'u', "unit", "GLOB", N_("only units whose Id matches"), true },      \
	{                                                                      \
		'i', "item", "GLOB", N_("only items whose Id matches"), true   \
	}
#define OPTIONS_OUTPUT                                                         \
	{                                                                      \
		'f', "format", "FORMAT",                                       \
		    N_("tsv, csv, json, jsonl, table or md"), false            \
	}
#define OPTIONS_COMMON                                                         \
	{ 'q', "quiet", NULL, N_("no messages but the exit status"), false },  \
	    { 'v', "verbose", NULL, N_("say what was read"), false },          \
	    OPTION_HELP, OPTION_VERSION

struct globs {
	const char **patterns;
	size_t count, capacity;
	struct arena arena;
};

struct session {
	const char *folder, *revision; /* as the options say */
	bool cached, has_period, quiet, verbose;
	struct period_range periods;
	struct globs units, items;
	bool has_format;
	enum table_format format;

	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

/*
 * Take an option of the rows above. 0 where it was taken, EXIT_TROUBLE (said)
 * where its argument is wrong, -1 where it is not one of them.
 */
int session_option(struct session *session, int letter, const char *argument);

/*
 * Open the book that the options name. 0, or EXIT_TROUBLE with the findings
 * printed. session_close() frees in either case.
 */
int session_open(struct session *session);
void session_close(struct session *session);

/*
 * Settle which periods are meant: those of -p, else the newest with data. 0,
 * or EXIT_TROUBLE (said).
 */
int session_periods(struct session *session);

/* A table on standard output in the format asked for, or the one that fits. */
struct table *session_table(const struct session *session,
    const struct table_column *columns, size_t count);
/* The format asked for, or the one that fits standard output. */
enum table_format session_format(const struct session *session);
/* The tools that read a book take no operands: 0, or EXIT_TROUBLE (said). */
int session_no_operands(int argc, char **argv, int operand);

/* Whether an Id is among those selected; an empty selection is all. */
bool globs_match(const struct globs *globs, struct str id);
/* Each pattern must match one of the units; 0, or EXIT_TROUBLE (said). */
int session_check_units(const struct session *session);

/* The exit status that the findings ask for. */
int session_status(const struct session *session);
/*
 * Say on standard error, unless -q, what makes a repository's history another
 * one than git shows; see repository_doubts(). Welcomes NULL.
 */
void session_doubts(const struct session *session,
    const struct repository *repository);
/* Print the errors found so far to standard error, unless -q. */
void session_report(struct session *session);

#endif
