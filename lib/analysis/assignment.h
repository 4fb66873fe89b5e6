/*
 * assignment: a value given on the command line for a cell of the data:
 * `revenue=12.5`, `revenue@2021-10=n/a`, `revenue[乙县]=`. Knows the book.
 */
#ifndef SHIJI_ASSIGNMENT_H
#define SHIJI_ASSIGNMENT_H

#include "book/data.h"

/*
 * Read `MEASURE=VALUE`, in which MEASURE may be followed by `@PERIOD` and by
 * `[UNIT]`, in either order; a unit may go by an alias. What is not named is
 * taken from `unit` (or INDEX_NONE: it must be named) and `period`. The value
 * is looked at by data_override(). `source` is the option it came from, shown
 * before findings; it and the text must outlive *out. -1 with a finding.
 */
int scenario_assignment_parse(struct book *book, const char *source,
    const char *text, uint32_t unit, struct period period,
    struct data_assumption *out, struct diag *diag);

#endif
