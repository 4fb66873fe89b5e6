/*
 * scenario: changes to the records that are only thought of: a value, such as
 * `revenue=12.5`, `revenue@2021-10=n/a` or `revenue[乙县]=`, a file of them,
 * and a scheme that is not in the book. Knows books, data and what schemes
 * read; scores nothing.
 */
#ifndef SHIJI_SCENARIO_H
#define SHIJI_SCENARIO_H

#include "book/data.h"
#include "score/engine.h"

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

/*
 * What the scheme of a period reads of measures, in that period or others, and
 * no unit has a value of: why there are no totals under a new scheme. A measure
 * comes once for each period that it is read of. In the arena.
 */
uint32_t *scenario_unreported(struct book *book, struct engine *engine,
    const struct scheme *scheme, struct period period, struct arena *arena,
    size_t *count);

#endif
