/*
 * tsv: reads text/tab-separated-values with a header into memory. Knows text,
 * memory and findings; what a column means is for others.
 *
 * A line is a row, and a cell is what stands between two tabs, as it stands:
 * nothing is unescaped, trimmed or converted. Rows of several files with the
 * same header can be read one after another. The data files of a book have a
 * reader of their own (data.h).
 */
#ifndef SHIJI_TSV_H
#define SHIJI_TSV_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

#define TSV_NONE (STR_NOWHERE)
/* Rows have 32-bit numbers. */
#define TSV_ROWS_MAX ((size_t)UINT32_MAX - 1)

/* A file that was read, and the rows that it brought. */
struct tsv_file {
	const char *path; /* as shown: `<stdin>` for `-` */
	struct buffer bytes;
	size_t first_row;
};

/* All zeros is ready for tsv_read(). */
struct tsv {
	struct arena arena;
	struct tsv_file *files;
	size_t file_count;
	struct str header; /* the line, of the first file that has one */
	const char *header_path;
	struct str *names; /* of the columns */
	size_t column_count;
	const char **rows; /* where each line begins */
	size_t row_count;
};

/*
 * Read a file to its end, `-` for standard input, and add its rows. Every
 * fault is reported where it stands: bytes that are no UTF-8, control
 * characters, a byte order mark, carriage returns; a header with empty or
 * equal names; a row with more or fewer cells than the header; a second file
 * whose header is another; a file without a header. -1 if there was any, and
 * then the rows are not to be used. tsv_free() frees in either case.
 */
int tsv_read(struct tsv *tsv, const char *path, struct diag *diag);

/* The same from bytes in memory, which now belong to tsv. */
int tsv_add(struct tsv *tsv, const char *path, struct buffer bytes,
    struct diag *diag);

void tsv_free(struct tsv *tsv);

/* The number of the column of this name, or TSV_NONE. */
size_t tsv_column(const struct tsv *tsv, struct str name);

/* Slices live as long as tsv. A line is without its newline. */
struct str tsv_line(const struct tsv *tsv, size_t row);
/* One cell, found by walking over those before it. */
struct str tsv_cell(const struct tsv *tsv, size_t row, size_t column);
/* All cells of a row: column_count of them. */
void tsv_cells(const struct tsv *tsv, size_t row, struct str *cells);

/* Where a part of a row's line stands; a name of the first header. */
struct place tsv_place(const struct tsv *tsv, size_t row, struct str part);
struct place tsv_name_place(const struct tsv *tsv, size_t column);
/* Where the first header stands. */
struct place tsv_header_place(const struct tsv *tsv);

#endif
