#include "score/grade.h"

#include "number/rank.h"

/* The ranks of the total in each group of the scheme's pool. */
static struct num *
rank_total(struct scoring *scoring, const struct pool *pool)
{
	struct num *places =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*places));
	struct num *values =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*values));
	struct num *ranks =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*ranks));
	const struct num *totals = scoring->result->items[0].scores;

	for (size_t i = 0; i < scoring->units; i++)
		places[i] = value_missing();
	for (size_t group = 0; group < pool->group_count; group++) {
		size_t first = pool->starts[group], count = 0;

		for (size_t i = first; i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				values[count++] = totals[pool->units[i]];
		rank_numbers(values, count,
		    (enum rank_ties)scoring->result->scheme->ties, ranks);
		count = 0;
		for (size_t i = first; i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				places[pool->units[i]] = ranks[count++];
	}
	return places;
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

/* Grade one group of the pool. */
static void
grade_group(struct scoring *scoring, const uint32_t *units, size_t count,
    bool **admitted)
{
	const struct scheme *scheme = scoring->result->scheme;
	struct arena *arena = scoring->scratch;
	struct rank_grade *grades =
	    arena_array(arena, scheme->grade_count, sizeof(*grades));
	struct num *totals = arena_array(arena, count + 1, sizeof(*totals));
	uint32_t *order = arena_array(arena, count + 1, sizeof(*order));
	bool *tied = arena_array(arena, count + 1, sizeof(*tied));
	int *given = arena_array(arena, count + 1, sizeof(*given));

	for (size_t i = 0; i < scheme->grade_count; i++) {
		const struct grade *grade = &scheme->grades[i];
		bool *flags = NULL;

		if (admitted[i] != NULL) {
			flags = arena_array(arena, count, sizeof(*flags));
			for (size_t j = 0; j < count; j++)
				flags[j] = admitted[i][units[j]];
		}
		grades[i] = (struct rank_grade){ .admitted = flags,
			.quota = grade->quota,
			.rounding = (enum num_rounding)grade->rounding,
			.border = (enum rank_border)grade->ties };
	}
	for (size_t i = 0; i < count; i++)
		totals[i] = scoring->result->items[0].scores[units[i]];
	rank_order(totals, count, order, tied);
	rank_grades(grades, scheme->grade_count, order, tied, count, given);
	for (size_t i = 0; i < count; i++)
		scoring->result->grades[units[i]] = given[i];
}

void
grade_units(struct scoring *scoring)
{
	const struct scheme *scheme = scoring->result->scheme;
	const struct pool *pool = scoring->host->pool(scoring->host->context,
	    scoring->instant, scheme->pool);
	const struct num *totals = scoring->result->items[0].scores;
	bool **admitted = arena_array(scoring->scratch, scheme->grade_count,
	    sizeof(*admitted));
	uint32_t *units =
	    arena_array(scoring->scratch, scoring->units + 1, sizeof(*units));

	scoring->result->grades = arena_array(&scoring->result->arena,
	    scoring->units + 1, sizeof(*scoring->result->grades));
	for (size_t i = 0; i < scoring->units; i++)
		scoring->result->grades[i] = RANK_NO_GRADE;
	admit(scoring, rank_total(scoring, pool), admitted);
	for (size_t group = 0; group < pool->group_count; group++) {
		size_t count = 0;

		for (size_t i = pool->starts[group];
		     i < pool->starts[group + 1]; i++)
			if (num_is_number(totals[pool->units[i]]))
				units[count++] = pool->units[i];
		grade_group(scoring, units, count, admitted);
	}
}
