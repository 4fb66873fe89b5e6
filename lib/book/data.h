/*
 * data: the figures of a book, a dense column for each measure of each folder
 * of data, read when first asked for. Knows the book; no rule, no score.
 */
#ifndef SHIJI_DATA_H
#define SHIJI_DATA_H

#include "book/book.h"

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
	struct data_text *texts;  /* where they are kept: see data_keep() */
	const uint8_t *is_member; /* of each unit */
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
 * From now on keep the texts of files, so that data_change() can be told of
 * others: for walks through history.
 */
void data_keep(struct data *data);
bool data_is_loaded(const struct data *data, const struct data_folder *folder);
/* What has changed in a folder. */
struct data_marks {
	uint8_t *measures; /* a byte for each of the book's */
	uint8_t *cells;	   /* for each measure a byte for each unit */
};
/*
 * A file of a folder that was read, and was sound, now has another text. Only
 * the lines that differ are read, and faults in them reported; cells that
 * changed are marked, and the measures that have some. False where that cannot
 * be done line by line (a new header, lines that add up): forget the folder
 * then.
 */
bool data_change(struct data *data, const struct data_folder *folder,
    struct str name, struct str text, const struct data_marks *marks);

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

/* A row of a cell as it stands in its file. */
struct data_record {
	struct place place; /* of the value; path NULL where it is assumed */
	struct str value, status, note;
	struct period period; /* of the folder, which may be a longer one */
};

/*
 * All rows of the cell that data_values() reads: one, or with `Entries: many`
 * any number; in place of them the one that data_override() has put there.
 * The array is the arena's, its texts live until data_forget().
 */
size_t data_records(struct data *data, uint32_t measure, uint32_t unit,
    struct period period, struct arena *arena, struct data_record **records);

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
