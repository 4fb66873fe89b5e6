/*
 * data: the figures of a book, a dense column for each measure of each folder
 * of data, read when first asked for. Knows the book; no rule, no score.
 */
#ifndef SHIJI_DATA_H
#define SHIJI_DATA_H

#include "book.h"

/* What stands in place of a cell's scale where it holds no small decimal. */
enum {
	CELL_NO_ROW = -1,	  /* no row at all */
	CELL_MISSING = -2,	  /* a row without a value */
	CELL_NOT_APPLICABLE = -3, /* n/a */
	CELL_WIDE = -4		  /* mantissa is a place in `wide` */
};

/* One measure in one folder: value = mantissa / 10^scale for each unit. */
struct data_column {
	int64_t *mantissa; /* NULL where no row names the measure */
	int8_t *scale;
	struct num *wide; /* numbers that do not fit */
	size_t wide_count, wide_capacity;
};

struct data_set {
	struct arena arena;
	struct period period;
	struct data_column *columns; /* as many as the book has measures */
	/* Where its rows stand: for data_place(), and listed when it asks. */
	struct data_row *rows;
	size_t row_count;
	bool is_listed;
};

struct data;
struct data_row;

/* The figures of a book, which must outlive them. Nothing is read yet. */
struct data *data_new(struct book *book, struct diag *diag);
void data_free(struct data *data); /* welcomes NULL */

/*
 * Read all files of a folder, each fault reported; NULL where the folder
 * cannot be read. Read once, then kept until data_forget().
 */
const struct data_set *data_load(struct data *data,
    const struct data_folder *folder);
void data_forget(struct data *data, const struct data_folder *folder);

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

/*
 * Where the value that data_values() gives for a unit stands. Reads the files
 * again, once; for findings. False where no row names the cell. The place
 * lives until data_forget().
 */
bool data_place(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct place *place);

#endif
