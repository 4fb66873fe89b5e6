/*
 * finding_table: findings in each of the formats that tools have. Knows
 * findings and tables; not what was found.
 */
#ifndef SHIJI_FINDING_TABLE_H
#define SHIJI_FINDING_TABLE_H

#include "base/diag.h"
#include "format/table.h"

/*
 * Print as diag_print() does, in its own text, or in a format of tables: a
 * table of the columns `path`, `line`, `column`, `severity`, `code` and
 * `message`; as JSON with second places in an array. `how` says what is left
 * out; its format is not looked at.
 */
void finding_table_print(struct diag *diag, struct diag_print how, bool is_text,
    enum table_format format, FILE *out);

#endif
