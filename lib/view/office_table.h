/*
 * office_table: shows what each office's items brought over a year as figures
 * of a book in which the offices are the units. Knows accounts of offices;
 * finds nothing out.
 */
#ifndef SHIJI_OFFICE_TABLE_H
#define SHIJI_OFFICE_TABLE_H

#include "analysis/office_account.h"
#include "format/table.h"

/*
 * The figures of each office in the order of the book, `n/a` where it leads
 * nothing; late reports only where they were counted.
 */
void office_table(FILE *out, enum table_format format, const struct book *book,
    const struct office_account *account, bool has_late);

#endif
