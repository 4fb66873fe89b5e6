/*
 * scenario: changes to the records that are only thought of: values, in a file
 * or on the command line, and a scheme that is not in the book. Knows books and
 * data; scores nothing.
 */
#ifndef SHIJI_SCENARIO_H
#define SHIJI_SCENARIO_H

#include "analysis/assignment.h"

struct scenario {
	struct arena arena;
	struct data_assumption *list;
	size_t count, capacity;
};

/* All zeros is an empty plan; scenario_free() frees. */
void scenario_free(struct scenario *plan);

/*
 * Add what `--set` says; see scenario_assignment_parse(). The text must outlive
 * the plan. -1 with a finding.
 */
int scenario_set(struct scenario *plan, struct book *book, const char *text,
    uint32_t unit, struct period period, struct diag *diag);
/*
 * Add the rows of a TSV file, `-` for standard input: columns `measure`,
 * `value` and, if wanted, `unit` and `period`, in any order; others are
 * refused. An empty unit or period is the one given here. Every fault is
 * reported, a cell that stands there twice too. -1 if there was any.
 */
int scenario_read(struct scenario *plan, struct book *book, const char *path,
    uint32_t unit, struct period period, struct diag *diag);
/* Put all of it in the place of what the records say. -1 with findings. */
int scenario_apply(const struct scenario *plan, struct data *data);

/*
 * Let a file that is no part of the book be its scheme from a period on, until
 * the next scheme of the book; one of the same period is replaced. Before
 * any scheme was asked for. -1 with a finding where it cannot be read, or is
 * no text; what else is wrong with it is found when it is loaded.
 */
int scenario_scheme(struct book *book, const char *path, struct period from,
    struct diag *diag);

#endif
