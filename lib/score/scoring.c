#include "score/scoring.h"

#include "base/i18n.h"

void
scoring_start(struct scoring *scoring, const struct program *program,
    struct str dimension, struct num points)
{
	scoring->evaluation = (struct evaluation){ .host = scoring->host,
		.program = program,
		.instant = scoring->instant,
		.dimension = dimension,
		.points = points,
		.arena = scoring->scratch };
	if (scoring->base_host == NULL)
		return;
	scoring->base = scoring->evaluation;
	scoring->base.host = scoring->base_host;
	scoring->evaluation.base = &scoring->base;
}

static struct str
other_units(struct arena *arena, size_t others)
{
	if (others == 0)
		return STR("");
	return arena_format(arena, _(" (and %zu more)"), others);
}

static struct str
syntax_text(const struct syntax *syntax)
{
	return str_head(str_from_byte(syntax->origin->text, syntax->at),
	    syntax->size);
}

/* Report a cell that failed, for `others` units more than this one. */
static void
report_failure(const struct scoring *scoring, struct num cell, size_t unit,
    size_t others)
{
	static const enum finding findings[] = {
		[NUM_TOO_LARGE] = D_EVAL_LARGE,
		[NUM_DIVIDED_BY_ZERO] = D_EVAL_DIVISION,
		[NUM_ROOT_OF_NEGATIVE] = D_EVAL_ROOT,
		[NUM_LOGARITHM] = D_EVAL_LOGARITHM,
		[NUM_POWER_OF_ZERO] = D_EVAL_POWER,
		[EVAL_NO_CASE] = D_EVAL_NO_CASE,
	};
	struct diag *diag = scoring->diag;
	const struct node *node =
	    eval_failed_node(scoring->evaluation.program, cell);
	struct str name = scoring->host->book->units[unit].id;
	struct str more = other_units(scoring->scratch, others);
	size_t first, second;

	if (eval_failure(cell) == EVAL_MANY_CASES) {
		eval_failed_cases(cell, &first, &second);
		diag_at(diag, node_place(node), D_EVAL_MANY_CASES, name, more,
		    syntax_text(node->parts[2 * first]->syntax),
		    syntax_text(node->parts[2 * second]->syntax));
	} else {
		diag_at(diag, node_place(node), findings[eval_failure(cell)],
		    name, more);
	}
	if (node->caller != NULL)
		diag_also(diag, syntax_place(node->syntax),
		    _("here in the method"));
}

/* Report each way a rule failed once; the cells become missing. */
static void
settle_failures(const struct scoring *scoring, struct num *cells)
{
	for (size_t i = 0; i < scoring->units; i++) {
		struct num cell = cells[i];
		size_t others = 0;

		if (cell.d != NUM_FAILED)
			continue;
		for (size_t j = i; j < scoring->units; j++)
			if (cells[j].d == NUM_FAILED && cells[j].n == cell.n) {
				others += j > i && scoring_has(scoring, j);
				cells[j] = value_missing();
			}
		if (scoring_has(scoring, i))
			report_failure(scoring, cell, i, others);
		else if (others > 0)
			for (size_t j = i; j < scoring->units; j++)
				if (scoring_has(scoring, j)) {
					report_failure(scoring, cell, j,
					    others - 1);
					break;
				}
	}
}

struct num *
scoring_cells(struct scoring *scoring, const struct node *node)
{
	struct column column = eval_node(&scoring->evaluation, node);
	struct num *cells = arena_alloc_raw(scoring->scratch,
	    (scoring->units + 1) * sizeof(*cells));

	for (size_t i = 0; i < scoring->units; i++)
		cells[i] = column_cell(column, i);
	settle_failures(scoring, cells);
	return cells;
}
