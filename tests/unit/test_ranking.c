/*
 * test_ranking: rows of numbers are ranked: ties, tie-breaks, groups, the
 * first and the last, grades, places gained; first by rows that say what comes
 * out, then by what a simple count of those that are better makes of rows that
 * a generator made up.
 */
#include "ranking/ranking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

enum { ROWS_MOST = 40, KEYS_MOST = 3 };

/* The numbers of a list with spaces between them; `-` is none. */
static size_t
read_numbers(struct arena *arena, const char *text, struct num *out)
{
	struct str rest = str_from(text), word;
	size_t count = 0;
	bool more = rest.size > 0;

	while (more) {
		more = str_cut(&rest, ' ', &word);
		assert_in_range(count, 0, ROWS_MOST - 1);
		if (str_equal(word, STR("-")))
			out[count] = value_missing();
		else
			assert_true(num_parse(arena, word, &out[count]));
		count++;
	}
	return count;
}

static void
add_number(struct buffer *out, struct num number)
{
	if (out->size > 0)
		buffer_add_byte(out, ' ');
	if (num_is_number(number))
		num_print(out, number);
	else
		buffer_add_byte(out, '-');
}

static void
assert_numbers(const struct num *numbers, size_t count, const char *want)
{
	struct buffer got = { 0 };

	for (size_t i = 0; i < count; i++)
		add_number(&got, numbers[i]);
	buffer_add_byte(&got, '\0');
	assert_string_equal(got.data, want);
	buffer_free(&got);
}

/* What rows with numbers come to. */
static struct rank_row {
	const char *name, *numbers;
	const char *tiebreaks; /* NULL: none */
	const char *groups;    /* NULL: one */
	enum rank_ties ties;
	const char *ranks, *order; /* order: the ranked rows, then the rest */
} rank_rows[] = {
	{ "the highest is first", "1 3 2", NULL, NULL, RANK_COMPETITION,
	    "3 1 2", "1 2 0" },
	{ "equal ones share the better rank", "5 7 5 7 1", NULL, NULL,
	    RANK_COMPETITION, "3 1 3 1 5", "1 3 0 2 4" },
	{ "no rank is left out", "5 7 5 7 1", NULL, NULL, RANK_DENSE,
	    "2 1 2 1 3", "1 3 0 2 4" },
	{ "each its own, in the order given", "5 7 5 7 1", NULL, NULL,
	    RANK_ORDINAL, "3 1 4 2 5", "1 3 0 2 4" },
	{ "the mean of the places", "5 7 5 7 5", NULL, NULL, RANK_FRACTIONAL,
	    "4 1.5 4 1.5 4", "1 3 0 2 4" },
	{ "the worst of the places", "5 7 5 7 1", NULL, NULL, RANK_LAST,
	    "4 2 4 2 5", "1 3 0 2 4" },
	{ "what is written differently is equal", "0.50 0.5 -0 0", NULL, NULL,
	    RANK_COMPETITION, "1 1 3 3", "0 1 2 3" },
	{ "what has no number has no rank", "- 2 - 3", NULL, NULL,
	    RANK_COMPETITION, "- 2 - 1", "3 1 0 2" },
	{ "numbers under no common denominator",
	    "123456789012345678901234567890 0.000000000000000000000000000001 "
	    "- 123456789012345678901234567891",
	    NULL, NULL, RANK_COMPETITION, "2 3 - 1", "3 0 1 2" },
	{ "a tie is broken by a further number", "5 7 5 7", "1 2 3 4", NULL,
	    RANK_COMPETITION, "4 2 3 1", "3 1 2 0" },
	{ "which may leave some level", "5 7 5 7", "1 4 1 4", NULL,
	    RANK_COMPETITION, "3 1 3 1", "1 3 0 2" },
	{ "what lacks it is behind those that have it", "5 5 5", "- 1 -", NULL,
	    RANK_COMPETITION, "2 1 2", "1 0 2" },
	{ "it matters in a tie alone", "5 7", "9 1", NULL, RANK_COMPETITION,
	    "2 1", "1 0" },
	{ "groups are ranked apart", "5 7 5 9 -", NULL, "0 1 0 1 0",
	    RANK_COMPETITION, "1 2 1 1 -", "0 2 4 3 1" },
	{ "and so are their ties", "5 5 5 5", "1 4 2 3", "0 1 0 1", RANK_DENSE,
	    "2 1 1 2", "2 0 1 3" },
	{ "nothing", "", NULL, NULL, RANK_COMPETITION, "", "" },
	{ "nothing with a number", "- -", NULL, NULL, RANK_DENSE, "- -",
	    "0 1" },
};

/* All that ranks, for as long as a test lasts. */
struct field {
	struct arena arena;
	struct num numbers[ROWS_MOST], tiebreaks[ROWS_MOST];
	uint32_t groups[ROWS_MOST];
	int64_t keys[ROWS_MOST];
	struct ranking_rows rows;
	struct ranking ranking;
};

static void
field_rank(struct field *field, const char *numbers, const char *tiebreaks,
    const char *groups, enum rank_ties ties)
{
	struct num numbered[ROWS_MOST] = { 0 };
	size_t count = read_numbers(&field->arena, numbers, field->numbers);

	field->rows = (struct ranking_rows){ .row_count = count,
		.numbers = field->numbers };
	if (groups != NULL) {
		read_numbers(&field->arena, groups, numbered);
		for (size_t i = 0; i < count; i++) {
			field->groups[i] = (uint32_t)numbered[i].n;
			if (field->groups[i] >= field->rows.group_count)
				field->rows.group_count = field->groups[i] + 1;
		}
		field->rows.groups = field->groups;
	}
	ranking_order(&field->ranking, &field->rows);
	if (tiebreaks != NULL) {
		read_numbers(&field->arena, tiebreaks, field->tiebreaks);
		rank_keys(field->tiebreaks, count, field->keys);
		ranking_break_ties(&field->ranking, field->keys);
	}
	ranking_share(&field->ranking, ties);
}

static void
field_free(struct field *field)
{
	ranking_free(&field->ranking);
	arena_free(&field->arena);
}

static void
assert_order(const struct ranking *ranking, const char *want)
{
	struct buffer got = { 0 };

	for (size_t i = 0; i < ranking->group_count; i++) {
		for (size_t j = ranking->starts[i]; j < ranking->starts[i + 1];
		     j++)
			add_number(&got, NUM_INT(ranking->order[j]));
		for (size_t j = ranking->rest_starts[i];
		     j < ranking->rest_starts[i + 1]; j++)
			add_number(&got, NUM_INT(ranking->rest[j]));
	}
	buffer_add_byte(&got, '\0');
	assert_string_equal(got.data, want);
	buffer_free(&got);
}

static void
check_ranks(void **state)
{
	const struct rank_row *row = *state;
	struct field field = { 0 };
	struct num ranks[ROWS_MOST];

	field_rank(&field, row->numbers, row->tiebreaks, row->groups,
	    row->ties);
	assert_numbers(field.ranking.ranks, field.rows.row_count, row->ranks);
	assert_order(&field.ranking, row->order);
	if (row->tiebreaks == NULL && row->groups == NULL) {
		ranking_numbers(field.numbers, field.rows.row_count, row->ties,
		    ranks);
		assert_numbers(ranks, field.rows.row_count, row->ranks);
	}
	field_free(&field);
}

/* Who is among the first and the last: `F`, `L`, `B` for both, else `.`. */
static struct ends_row {
	const char *name, *numbers, *groups;
	enum rank_ties ties;
	size_t first, last;
	const char *want;
} ends_rows[] = {
	{ "the first two and the last", "4 3 2 1", NULL, RANK_COMPETITION, 2, 1,
	    "FF.L" },
	{ "those who share a place all have it", "4 3 3 1", NULL,
	    RANK_COMPETITION, 2, 2, "FBBL" },
	{ "unless each has its own", "4 3 3 1", NULL, RANK_ORDINAL, 2, 2,
	    "FFLL" },
	{ "ranks count where none is left out", "4 3 3 1", NULL, RANK_DENSE, 2,
	    2, "FBBL" },
	{ "of each group", "4 3 2 1", "0 0 1 1", RANK_COMPETITION, 1, 1,
	    "FLFL" },
	{ "what has no rank is neither", "4 - 2 -", NULL, RANK_COMPETITION, 9,
	    9, "B.B." },
	{ "of one who is alone both", "4", NULL, RANK_LAST, 1, 1, "B" },
};

static void
check_ends(void **state)
{
	const struct ends_row *row = *state;
	struct field field = { 0 };
	bool first[ROWS_MOST] = { 0 }, last[ROWS_MOST] = { 0 };
	char got[ROWS_MOST + 1] = "";

	field_rank(&field, row->numbers, NULL, row->groups, row->ties);
	ranking_ends(&field.ranking, row->ties, row->first, first, row->last,
	    last);
	for (size_t i = 0; i < field.rows.row_count; i++)
		got[i] = "BFL."[first[i] && last[i] ? 0
				: first[i]	    ? 1
				: last[i]	    ? 2
						    : 3];
	assert_string_equal(got, row->want);
	ranking_ends(&field.ranking, row->ties, row->first, NULL, row->last,
	    NULL);
	field_free(&field);
}

/* Grades `a` and `b`: by share and by who is admitted; `.`: none. */
static struct grade_row {
	const char *name, *numbers, *groups;
	int64_t percent;      /* of grade a; below 0: no quota */
	const char *admitted; /* to grade a, by row: 1 or 0; NULL: all */
	enum num_rounding rounding;
	enum rank_border border;
	bool has_rest; /* a grade b for all others */
	const char *want;
} grade_rows[] = {
	{ "a share of the best", "4 3 2 1", NULL, 50, NULL, NUM_DOWN,
	    RANK_INCLUSIVE, true, "aabb" },
	{ "rounded down", "5 4 3 2 1", NULL, 50, NULL, NUM_DOWN, RANK_INCLUSIVE,
	    true, "aabbb" },
	{ "rounded up", "5 4 3 2 1", NULL, 50, NULL, NUM_UP, RANK_INCLUSIVE,
	    true, "aaabb" },
	{ "rounded half up", "5 4 3 2 1", NULL, 30, NULL, NUM_HALF_UP,
	    RANK_INCLUSIVE, true, "aabbb" },
	{ "level at the border, all get in", "4 3 3 1", NULL, 50, NULL,
	    NUM_DOWN, RANK_INCLUSIVE, true, "aaab" },
	{ "or none", "4 3 3 1", NULL, 50, NULL, NUM_DOWN, RANK_STRICT, true,
	    "abbb" },
	{ "or as many as there are places", "4 3 3 1", NULL, 50, NULL, NUM_DOWN,
	    RANK_BY_ORDER, true, "aabb" },
	{ "a condition without a share", "4 3 2 1", NULL, -1, "1010", NUM_DOWN,
	    RANK_INCLUSIVE, true, "abab" },
	{ "the places go to those who are admitted", "4 3 2 1", NULL, 50,
	    "0111", NUM_DOWN, RANK_INCLUSIVE, true, "baab" },
	{ "without a last grade some have none", "4 3 2 1", NULL, 50, NULL,
	    NUM_DOWN, RANK_INCLUSIVE, false, "aa.." },
	{ "a share of each group", "4 3 2 1 6 5", "0 0 0 0 1 1", 50, NULL,
	    NUM_DOWN, RANK_INCLUSIVE, true, "aabbab" },
	{ "what has no rank has no grade, and does not count", "4 - 2 -", NULL,
	    50, NULL, NUM_DOWN, RANK_INCLUSIVE, true, "a.b." },
	{ "a share of nothing", "4 3", NULL, 0, NULL, NUM_DOWN, RANK_INCLUSIVE,
	    true, "bb" },
	{ "a share of all", "4 3", NULL, 100, NULL, NUM_DOWN, RANK_INCLUSIVE,
	    true, "aa" },
};

static void
check_grades(void **state)
{
	const struct grade_row *row = *state;
	struct field field = { 0 };
	bool admitted[ROWS_MOST];
	int given[ROWS_MOST];
	char got[ROWS_MOST + 1] = "";
	struct rank_grade grades[] = { { .rounding = row->rounding,
					   .border = row->border,
					   .quota = value_missing() },
		{ .quota = value_missing() } };

	field_rank(&field, row->numbers, NULL, row->groups, RANK_COMPETITION);
	if (row->percent >= 0)
		grades[0].quota =
		    num_div(&field.arena, NUM_INT(row->percent), NUM_INT(100));
	for (size_t i = 0; i < field.rows.row_count; i++)
		admitted[i] = row->admitted == NULL || row->admitted[i] == '1';
	if (row->admitted != NULL)
		grades[0].admitted = admitted;
	ranking_grade(&field.ranking, grades, row->has_rest ? 2 : 1, given);
	for (size_t i = 0; i < field.rows.row_count; i++)
		got[i] = ".abcdefghij"[given[i] == RANK_NO_GRADE
					   ? 0
					   : 1 + (size_t)given[i]];
	assert_string_equal(got, row->want);
	field_free(&field);
}

static void
places_gained(void **state)
{
	struct ranking_past past = { 0 };
	struct num half = { 15, 10 };

	(void)state;
	assert_false(num_is_number(ranking_past_rank(&past, 0)));
	assert_true(ranking_past_add(&past, 3, NUM_INT(4)));
	assert_true(ranking_past_add(&past, 5000, half));
	assert_true(ranking_past_add(&past, 2, value_missing()));
	assert_false(ranking_past_add(&past, 3, NUM_INT(5)));
	assert_int_equal(ranking_past_rank(&past, 3).n, 5);
	assert_false(num_is_number(ranking_past_rank(&past, 2)));
	assert_false(num_is_number(ranking_past_rank(&past, 4)));
	assert_false(num_is_number(ranking_past_rank(&past, 1000000)));
	assert_int_equal(num_compare(ranking_past_rank(&past, 5000), half), 0);
	assert_int_equal(ranking_move(NUM_INT(5), NUM_INT(2)).n, 3);
	assert_int_equal(ranking_move(NUM_INT(2), NUM_INT(5)).n, -3);
	assert_int_equal(num_compare(ranking_move(NUM_INT(3), half), half), 0);
	assert_false(num_is_number(ranking_move(value_missing(), NUM_INT(1))));
	assert_false(num_is_number(ranking_move(NUM_INT(1), value_missing())));
	ranking_past_free(&past);
}

static void
only_the_rows_chosen_take_part(void **state)
{
	const struct num numbers[] = { NUM_INT(9), NUM_INT(1), NUM_INT(5),
		NUM_INT(5) };
	const uint32_t chosen[] = { 3, 2, 1 };
	struct ranking_rows rows = { .row_count = 4,
		.numbers = numbers,
		.chosen = chosen,
		.chosen_count = LENGTH(chosen) };
	struct ranking ranking;

	(void)state;
	ranking_order(&ranking, &rows);
	ranking_share(&ranking, RANK_ORDINAL);
	/* Equal ones stay in the order in which they were chosen. */
	assert_order(&ranking, "3 2 1");
	assert_numbers(ranking.ranks, 4, "- 3 2 1");
	ranking_free(&ranking);
	ranking_free(&ranking);
}

/*
 * By chance
 */

/* A number from 0 to before `below`, the same on any machine. */
static uint32_t
pick(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

struct chance {
	size_t count;
	int64_t keys[KEYS_MOST][ROWS_MOST];
	uint32_t groups[ROWS_MOST];
	bool admitted[ROWS_MOST];
};

static void
make_chance(struct chance *chance, uint64_t *seed)
{
	uint32_t spread = 1 + pick(seed, 9);

	chance->count = pick(seed, ROWS_MOST);
	for (size_t i = 0; i < chance->count; i++) {
		for (size_t j = 0; j < KEYS_MOST; j++)
			chance->keys[j][i] = pick(seed, 7) == 0
						 ? RANK_ABSENT
						 : pick(seed, spread) - 4;
		chance->groups[i] = pick(seed, 3);
		chance->admitted[i] = pick(seed, 2);
	}
}

/* Above zero where row `a` is better than row `b` of its group. */
static int
compare(const struct chance *chance, size_t a, size_t b)
{
	for (size_t j = 0; j < KEYS_MOST; j++)
		if (chance->keys[j][a] != chance->keys[j][b])
			return chance->keys[j][a] > chance->keys[j][b] ? 1 : -1;
	return 0;
}

/* What its rivals are to a row. */
struct rivals {
	int64_t all, better, level, level_before, levels_better;
};

static struct rivals
count_rivals(const struct chance *chance, size_t row)
{
	struct rivals rivals = { 0 };

	for (size_t i = 0; i < chance->count; i++) {
		bool is_first = true;

		if (chance->groups[i] != chance->groups[row] ||
		    chance->keys[0][i] == RANK_ABSENT)
			continue;
		rivals.all++;
		rivals.level += compare(chance, i, row) == 0;
		rivals.level_before += compare(chance, i, row) == 0 && i < row;
		if (compare(chance, i, row) <= 0)
			continue;
		rivals.better++;
		for (size_t j = 0; j < i; j++)
			is_first &= chance->groups[j] != chance->groups[row] ||
				    compare(chance, i, j) != 0;
		rivals.levels_better += is_first;
	}
	return rivals;
}

static struct num
rank_by_count(const struct rivals *rivals, enum rank_ties ties)
{
	switch (ties) {
	case RANK_COMPETITION:
		return NUM_INT(rivals->better + 1);
	case RANK_DENSE:
		return NUM_INT(rivals->levels_better + 1);
	case RANK_ORDINAL:
		return NUM_INT(rivals->better + rivals->level_before + 1);
	case RANK_FRACTIONAL:
		return (struct num){ 2 * rivals->better + rivals->level + 1,
			2 };
	case RANK_LAST:
		break;
	}
	return NUM_INT(rivals->better + rivals->level);
}

/* Whether the first of two grades, a share of those admitted, takes a row. */
static bool
is_graded(const struct chance *chance, size_t row, int64_t places,
    enum rank_border border)
{
	int64_t better = 0, level = 0, before = 0;

	for (size_t i = 0; i < chance->count; i++) {
		int order;

		if (chance->groups[i] != chance->groups[row] ||
		    !chance->admitted[i] || chance->keys[0][i] == RANK_ABSENT)
			continue;
		order = compare(chance, i, row);
		better += order > 0;
		level += order == 0;
		before += order == 0 && i < row;
	}
	if (!chance->admitted[row] || better >= places)
		return false;
	if (border == RANK_STRICT)
		return better + level <= places;
	return border == RANK_INCLUSIVE || better + before < places;
}

static void
check_chance(const struct chance *chance, enum rank_ties ties,
    enum rank_border border)
{
	struct ranking_rows rows = { .row_count = chance->count,
		.groups = chance->groups,
		.group_count = 3,
		.keys = chance->keys[0] };
	struct rank_grade grades[] = { { .admitted = chance->admitted,
					   .quota = { 2, 5 },
					   .rounding = NUM_DOWN,
					   .border = border },
		{ .quota = value_missing() } };
	int given[ROWS_MOST];
	bool first[ROWS_MOST] = { 0 };
	struct ranking ranking;

	ranking_order(&ranking, &rows);
	for (size_t j = 1; j < KEYS_MOST; j++)
		ranking_break_ties(&ranking, chance->keys[j]);
	ranking_share(&ranking, ties);
	ranking_grade(&ranking, grades, LENGTH(grades), given);
	ranking_ends(&ranking, ties, 2, first, 0, NULL);
	for (size_t i = 0; i < chance->count; i++) {
		struct rivals rivals = count_rivals(chance, i);
		struct num rank = rank_by_count(&rivals, ties);

		if (chance->keys[0][i] == RANK_ABSENT) {
			assert_false(num_is_number(ranking.ranks[i]));
			assert_int_equal(given[i], RANK_NO_GRADE);
			assert_false(first[i]);
			continue;
		}
		assert_int_equal(num_compare(ranking.ranks[i], rank), 0);
		assert_int_equal(given[i] == 0,
		    is_graded(chance, i, rivals.all * 2 / 5, border));
		assert_int_equal(first[i],
		    ties == RANK_DENSE	   ? rivals.levels_better < 2
		    : ties == RANK_ORDINAL ? rank.n <= 2
					   : rivals.better < 2);
	}
	ranking_free(&ranking);
}

static void
many_by_chance(void **state)
{
	uint64_t seed = 1;
	struct chance chance;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		make_chance(&chance, &seed);
		check_chance(&chance, (enum rank_ties)(i % 5),
		    (enum rank_border)(i % 3));
	}
}

/* Keys order as numbers do, whatever their denominators. */
static void
keys_order_as_numbers(void **state)
{
	struct arena arena = { 0 };
	struct num numbers[ROWS_MOST];
	int64_t keys[ROWS_MOST];
	uint64_t seed = 7;

	(void)state;
	for (int turn = 0; turn < 500; turn++) {
		for (size_t i = 0; i < ROWS_MOST; i++) {
			int64_t n = (int64_t)pick(&seed, 40) - 20;

			numbers[i] = pick(&seed, 9) == 0
					 ? value_missing()
					 : num_div(&arena, NUM_INT(n),
					       NUM_INT(1 + pick(&seed, 12)));
			if (turn % 5 == 0 && pick(&seed, 4) == 0)
				numbers[i] = num_mul(&arena, NUM_INT(n),
				    NUM_INT(INT64_MAX));
		}
		rank_keys(numbers, ROWS_MOST, keys);
		for (size_t i = 0; i < ROWS_MOST; i++)
			for (size_t j = 0; j < ROWS_MOST; j++) {
				int order =
				    (keys[i] > keys[j]) - (keys[i] < keys[j]);

				assert_int_equal(keys[i] == RANK_ABSENT,
				    !num_is_number(numbers[i]));
				if (num_is_number(numbers[i]) &&
				    num_is_number(numbers[j]))
					assert_int_equal(order,
					    num_compare(numbers[i],
						numbers[j]));
			}
	}
	arena_free(&arena);
}

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(places_gained),
		cmocka_unit_test(only_the_rows_chosen_take_part),
		cmocka_unit_test(many_by_chance),
		cmocka_unit_test(keys_order_as_numbers),
	};
	struct CMUnitTest tests[LENGTH(rank_rows) + LENGTH(ends_rows) +
				LENGTH(grade_rows) + LENGTH(others)];
	size_t count = 0;

	ADD(rank_rows, check_ranks);
	ADD(ends_rows, check_ends);
	ADD(grade_rows, check_grades);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
