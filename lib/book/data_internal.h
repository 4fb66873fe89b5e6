/*
 * data_internal: how the figures of a book are held, for the modules that make
 * data together: data, data_read, data_patch and data_rows. No other includes
 * it.
 */
#ifndef SHIJI_DATA_INTERNAL_H
#define SHIJI_DATA_INTERNAL_H

#include "book/data.h"

enum {
	MANTISSA_DIGITS = 18, /* that always fit in 64 bits */
	COLUMNS_MAX = 5	      /* of a file of data */
};

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

/* A file as it was read. */
struct data_text {
	struct data_text *next;
	struct str name, stem; /* a.tsv, a */
	const char *path;
	const uint8_t *refusals; /* enum refusal of each measure */
	size_t columns;
	int status_at, note_at;
	struct buffer bytes;
};

/* A value assumed, in the folder that holds it. */
struct data_override {
	struct data_override *next;
	const struct data_folder *folder;
	struct data_assumption assumption;
};

/* The least and greatest mantissa allowed for each scale of a measure. */
struct data_limits {
	int64_t low[MANTISSA_DIGITS + 1], high[MANTISSA_DIGITS + 1];
	bool ready[MANTISSA_DIGITS + 1];
};

struct data {
	struct book *book;
	struct diag *diag;
	struct data_set **sets;	    /* by book->folders; NULL: not read */
	struct data_limits *limits; /* by measure; filled when needed */
	struct buffer bytes;	    /* the file being read */
	bool keeps;		    /* texts, for data_patch() */
	struct arena arena;	    /* the assumptions */
	struct data_override *overrides;
};

extern const int64_t data_powers_of_ten[MANTISSA_DIGITS + 1];

/* The value of a cell that has one. */
static inline struct num
data_number(const struct data_column *column, uint32_t unit)
{
	if (column->scale[unit] == CELL_WIDE)
		return column->wide[column->mantissa[unit]];
	return (struct num){ column->mantissa[unit],
		data_powers_of_ten[column->scale[unit]] };
}

/* The cells of a folder, read where they were not. */
struct data_set *data_set_of(struct data *data,
    const struct data_folder *folder);
/*
 * The folder, of a period or of a longer one around it, that has a row for the
 * cell which is read in that period; or NULL.
 */
const struct data_folder *data_folder_read(struct data *data, uint32_t measure,
    uint32_t unit, struct period period);

#endif
