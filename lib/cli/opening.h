/*
 * opening: a book opened as -C, -r and --cached say, with all that is read of
 * it. Knows sources, books and engines; not what is asked of them.
 */
#ifndef SHIJI_OPENING_H
#define SHIJI_OPENING_H

#include "cli/options.h"
#include "score/engine.h"

struct repository;

struct opening {
	const char *folder, *revision; /* as the options say */
	bool cached;

	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};

/* Rows for the table of options of a tool that reads a book. */
#define OPENING_ROWS(to)                                                       \
	{ OPTION_TEXT('C', "directory", "DIR", &(to)->folder,                  \
	    N_("the book, instead of this folder")) },                         \
	{                                                                      \
		OPTION_TEXT('r', "revision", "REV", &(to)->revision,           \
		    N_("read this git revision of the book"))                  \
	}
/* For the tools that can also read what is staged. */
#define OPENING_CACHED(to)                                                     \
	{                                                                      \
		OPTION_FLAG(0, "cached", &(to)->cached,                        \
		    N_("read what is staged for the next commit")),            \
		    .excludes = "revision"                                     \
	}

/*
 * Open the book that the options name. 0, or EXIT_TROUBLE with the findings
 * printed. opening_close() frees in either case.
 */
int opening_open(struct opening *opening);
void opening_close(struct opening *opening);

/* The folder that -C names, or this one. */
const char *opening_folder(const struct opening *opening);
/* The status that the errors so far ask for, which are printed; see
 * trouble_errors(). */
int opening_errors(struct opening *opening, int unsound);
/*
 * Say what makes a repository's history another one than git shows; see
 * repository_doubts(). Welcomes NULL.
 */
void opening_doubts(const struct opening *opening,
    const struct repository *repository);

#endif
