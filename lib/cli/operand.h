/*
 * operand: one side of a comparison as a user names it: records in a folder, in
 * a revision or staged, with a period or without; or a file of scores that were
 * written once, such as closed/2022-09/scores.tsv, with the columns `period`,
 * `unit`, `item` and `score`, and `state` where it is there. Knows openings,
 * rows and snapshots.
 *
 *	2022-10              a period of the records as they stand
 *	HEAD~1               a revision
 *	close/2022-09:2022-09	a revision and a period of it
 *	../other, ../other:2022-09	a folder that holds a book
 *	scores.tsv           what `shiji score` printed; `-` for standard input
 */
#ifndef SHIJI_OPERAND_H
#define SHIJI_OPERAND_H

#include "cli/opening.h"
#include "format/tsv.h"
#include "score/snapshot.h"

/* A file of scores. */
struct operand_sheet {
	struct arena arena;
	struct tsv tsv;
	struct book book;     /* of units that have an Id and nothing else */
	struct scheme scheme; /* likewise of items */
	struct period *periods;
	size_t period_count;
	struct sheet_row *rows;
};

struct operand {
	struct opening opening; /* the book, unless is_sheet */
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
int operand_parse(struct operand *side, const struct opening *base,
    const char *operand);
/* Whether an operand is the name of a file or a folder. */
bool operand_is_file(const char *operand);
/* Open it. 0, or EXIT_TROUBLE with the findings printed. */
int operand_open(struct operand *side);
void operand_close(struct operand *side);

/* Whether two sides, not yet opened, read the same records. */
bool operand_is_same(const struct operand *a, const struct operand *b);

/* The scores of a period, as snapshot_take() has them; the sheet must outlive
 * the snapshot. */
void operand_sheet_snapshot(const struct operand_sheet *sheet,
    struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *snapshot);

#endif
