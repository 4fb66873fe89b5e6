#include "score/grade.h"

#include "ranking/ranking.h"

/* By the total, each group of the scheme's pool apart. */
static void
rank_total(const struct scoring *scoring, struct ranking *ranking)
{
	const struct result *result = scoring->result;
	const struct pool *pool = scoring->host->pool(scoring->host->context,
	    scoring->instant, result->scheme->pool);
	const struct ranking_rows rows = { .row_count = scoring->units,
		.chosen = pool->units,
		.chosen_count = pool->starts[pool->group_count],
		.groups = pool->groups,
		.group_count = pool->group_count,
		.numbers = result->items[0].scores };

	ranking_order(ranking, &rows);
	ranking_share(ranking, (enum rank_ties)result->scheme->ties);
}

/* Which units each grade's condition admits. */
static void
admit(struct scoring *scoring, struct num *places, bool **admitted)
{
	const struct scheme *scheme = scoring->result->scheme;

	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct program *program = scheme->grades[i].program;
		struct num *cells;

		if (program->rule == NULL)
			continue;
		scoring_start(scoring, program, scheme->pool, NUM_INT(0));
		scoring->evaluation.place = (struct column){ places, false };
		cells = scoring_cells(scoring, program->rule);
		admitted[i] = arena_array(scoring->scratch, scoring->units,
		    sizeof(**admitted));
		for (size_t j = 0; j < scoring->units; j++)
			admitted[i][j] =
			    num_is_number(cells[j]) && cells[j].n != 0;
	}
}

void
grade_units(struct scoring *scoring)
{
	const struct scheme *scheme = scoring->result->scheme;
	bool **admitted = arena_array(scoring->scratch, scheme->grade_count,
	    sizeof(*admitted));
	struct rank_grade *grades =
	    arena_array(scoring->scratch, scheme->grade_count, sizeof(*grades));
	struct ranking ranking;

	rank_total(scoring, &ranking);
	admit(scoring, ranking.ranks, admitted);
	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct grade *grade = &scheme->grades[i];

		grades[i] = (struct rank_grade){ .admitted = admitted[i],
			.quota = grade->quota,
			.rounding = (enum num_rounding)grade->rounding,
			.border = (enum rank_border)grade->ties };
	}
	scoring->result->grades = arena_array(&scoring->result->arena,
	    scoring->units + 1, sizeof(*scoring->result->grades));
	ranking_grade(&ranking, grades, scheme->grade_count,
	    scoring->result->grades);
	ranking_free(&ranking);
}
