/*
 * data: the figures of a book, a dense column for each measure of each folder
 * of data, read when first asked for. Knows the book; no rule, no score.
 */
#ifndef SHIJI_DATA_H
#define SHIJI_DATA_H

#include "book/book.h"

struct data;

/* The figures of a book, which must outlive them. Nothing is read yet. */
struct data *data_new(struct book *book, struct diag *diag);
void data_free(struct data *data); /* welcomes NULL */

/*
 * Read all files of a folder, each fault reported: once, then they are kept
 * until data_forget().
 */
void data_load(struct data *data, const struct data_folder *folder);
void data_forget(struct data *data, const struct data_folder *folder);

/*
 * From now on keep the texts of files, so that data_patch() can be told of
 * others: for walks through history.
 */
void data_keep(struct data *data);
bool data_is_loaded(const struct data *data, const struct data_folder *folder);

/*
 * Whether a unit's value stands in a folder, or in that of a longer period
 * around it (where the measure may be read from it): the value, or
 * VALUE_MISSING, VALUE_NOT_APPLICABLE. `out` has a cell for each unit.
 */
void data_values(struct data *data, uint32_t measure, struct period period,
    struct num *out);
/*
 * The same with missing values carried: the last known one of an earlier
 * period of the same length. carried[unit] is set where that was done.
 */
void data_carried(struct data *data, uint32_t measure, struct period period,
    struct num *out, uint8_t *carried);

/* A value to be taken instead of what a file says, as it would stand there. */
struct data_assumption {
	uint32_t measure, unit;
	struct period period;
	struct str value;   /* a slice of `text` */
	struct str text;    /* what was written, for findings */
	const char *source; /* where: "--set", or a file */
	unsigned line;	    /* of a file; 0 where there are no lines */
};

/*
 * Assume a value: it takes the place of all rows of its cell, in the folder
 * where the value read in that period stands (of the period itself, or a
 * longer one), and is there for whatever reads it: carry, ytd, each. It is
 * checked as a row is; -1 with a finding where it would be refused, where the
 * unit is no member, or where there is no folder to hold it. Call it before
 * anything is scored; texts must outlive the data.
 */
int data_override(struct data *data, const struct data_assumption *assumption);
/*
 * The folder that would hold it, as data_override() chooses; where there is
 * none, false, and nothing is reported.
 */
bool data_holder(struct data *data, const struct data_assumption *assumption,
    struct period *out);
/* Take back all that was assumed; scores made from it are the caller's. */
void data_restore(struct data *data);

#endif
