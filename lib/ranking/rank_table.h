/*
 * rank_table: shows a ranking: the rows of its stream with what was added.
 * Knows rankings and tables.
 */
#ifndef SHIJI_RANK_TABLE_H
#define SHIJI_RANK_TABLE_H

#include "format/table.h"
#include "ranking/rank_stream.h"

/*
 * Print the rows that a ranking shows, in its order, with the columns `rank`,
 * `grade`, `since`, `move` and `streak` behind those of the stream, as far as
 * they were made. As TSV rows go out as they came, byte by byte. ferror(out)
 * tells whether all was written.
 */
void rank_table_print(FILE *out, enum table_format format,
    const struct rank_options *options, const struct tsv *tsv,
    const struct rank_stream *stream);

#endif
