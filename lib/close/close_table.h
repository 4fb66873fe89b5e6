/*
 * close_table: what a close publishes, and what became of a proof, as tables.
 * Knows their columns, and tables; computes nothing.
 */
#ifndef SHIJI_CLOSE_TABLE_H
#define SHIJI_CLOSE_TABLE_H

#include "close/proof.h"
#include "format/table.h"

/* A file of a close, in TSV: as it is, or in another format. */
void close_table_print(FILE *out, enum table_format format, struct str text);
void close_table_print_proofs(FILE *out, enum table_format format,
    const struct proof_list *proofs);

#endif
