/*
 * data_rows: where the rows of a cell stand in their files, and what they say
 * beside its value. Knows data; reads their files again, once.
 */
#ifndef SHIJI_DATA_ROWS_H
#define SHIJI_DATA_ROWS_H

#include "book/data.h"

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

#endif
