/*
 * data_patch: another text of a file that was read, of which only the lines
 * that differ are read: for walks through history. Knows data and their files.
 */
#ifndef SHIJI_DATA_PATCH_H
#define SHIJI_DATA_PATCH_H

#include "book/data.h"

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
bool data_patch(struct data *data, const struct data_folder *folder,
    struct str name, struct str text, const struct data_marks *marks);

#endif
