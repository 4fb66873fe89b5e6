/*
 * sheet: scores that were written once, read back from a file such as
 * closed/2022-09/scores.tsv: the columns `period`, `unit`, `item` and `score`,
 * and `state` where it is there. Knows rows and snapshots; no book.
 */
#ifndef SHIJI_SHEET_H
#define SHIJI_SHEET_H

#include "format/tsv.h"
#include "score/snapshot.h"

struct operand_sheet {
	struct arena arena;
	struct tsv tsv;
	struct book book;     /* of units that have an Id and nothing else */
	struct scheme scheme; /* likewise of items */
	struct period *periods;
	size_t period_count;
	struct sheet_row *rows;
};

/*
 * Read a file, `-` for standard input. Every fault is reported; -1 if there
 * was any. operand_sheet_free() frees in either case; *sheet is all zeros
 * before.
 */
int operand_sheet_read(struct operand_sheet *sheet, const char *path,
    struct diag *diag);
void operand_sheet_free(struct operand_sheet *sheet);

/* The scores of a period, as snapshot_take() has them; the sheet must outlive
 * the snapshot. */
void operand_sheet_snapshot(const struct operand_sheet *sheet,
    struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *snapshot);

#endif
