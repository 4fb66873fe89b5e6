/*
 * operand: one side of a comparison as a user names it: records in a folder, in
 *a revision or staged, with a period or without; or a file of scores. Knows
 * sessions and sheets.
 *
 *	2022-10              a period of the records as they stand
 *	HEAD~1               a revision
 *	close/2022-09:2022-09	a revision and a period of it
 *	../other, ../other:2022-09	a folder that holds a book
 *	scores.tsv           what `shiji score` printed; `-` for standard input
 */
#ifndef SHIJI_OPERAND_H
#define SHIJI_OPERAND_H

#include "cli/session.h"
#include "cli/sheet.h"

struct operand {
	struct session session; /* the book, unless is_sheet */
	bool is_sheet;
	bool is_guess; /* taken for a revision, since there is no such file */
	struct operand_sheet sheet;
	const char *name; /* as it was given; NULL: the records as they stand */
	const char *path; /* of a sheet */
	bool has_period;
	struct period period;
	struct arena arena;
};

/*
 * Take an operand apart, NULL for the records as they stand: those that `base`
 * names by -C, -r or --cached. Nothing is opened yet. 0, or EXIT_TROUBLE
 * (said): a name that could be a file as well as a revision.
 */
int operand_parse(struct operand *side, const struct session *base,
    const char *operand);
/* Whether an operand is the name of a file or a folder. */
bool operand_is_file(const char *operand);
/* Open it. 0, or EXIT_TROUBLE with the findings printed. */
int operand_open(struct operand *side);
void operand_close(struct operand *side);

/* Whether two sides, not yet opened, read the same records. */
bool operand_is_same(const struct operand *a, const struct operand *b);

#endif
