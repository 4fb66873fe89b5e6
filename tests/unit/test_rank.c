/*
 * test_rank: places, shared ranks and grades of numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "number/rank.h"

enum { NUMBERS_MAX = 64, RANDOM_MAX = 3000 };

/* The numbers of a list with blanks between them. */
static size_t
parse_list(struct arena *arena, const char *list, struct num *values)
{
	struct str rest = str_from(list), word;
	size_t count = 0;

	while (rest.size > 0) {
		struct str divisor;

		str_cut(&rest, ' ', &word);
		if (word.size == 0)
			continue;
		assert_true(count < NUMBERS_MAX);
		/* `2/3` stands for the quotient. */
		divisor = word;
		str_cut(&divisor, '/', &word);
		assert_true(num_parse(arena, word, &values[count]));
		if (divisor.size > 0) {
			struct num by;

			assert_true(num_parse(arena, divisor, &by));
			values[count] = num_div(arena, values[count], by);
		}
		count++;
	}
	return count;
}

struct ties_row {
	const char *name;
	enum rank_ties ties;
	const char *values, *want;
};

/* Ranks as published, and of the examples of rules in use. */
#define VILLAGES                                                               \
	"95.5 95 94.5 94 93 92 91 90.5 90.5 90 90 89 88.5 88 87.5 87.5 "       \
	"87.5 87 87 87 86 85 84.5 84"

/* clang-format off */
static const struct ties_row ties_rows[] = {
	{ "no numbers", RANK_COMPETITION, "", "" },
	{ "one number", RANK_FRACTIONAL, "7", "1" },
	{ "1224", RANK_COMPETITION, "9 8 8 7", "1 2 2 4" },
	{ "1223", RANK_DENSE, "9 8 8 7", "1 2 2 3" },
	{ "1234", RANK_ORDINAL, "9 8 8 7", "1 2 3 4" },
	{ "1 2.5 2.5 4", RANK_FRACTIONAL, "9 8 8 7", "1 2.5 2.5 4" },
	{ "1334", RANK_LAST, "9 8 8 7", "1 3 3 4" },
	{ "three share a whole mean", RANK_FRACTIONAL, "1 2 2 2", "4 2 2 2" },
	{ "ordinal keeps the order given", RANK_ORDINAL, "3 5 3 5 3", "3 1 4 2 5" },
	{ "all equal", RANK_COMPETITION, "4 4 4", "1 1 1" },
	{ "all equal, the last place", RANK_LAST, "4 4 4", "3 3 3" },
	{ "villages, 1224", RANK_COMPETITION, VILLAGES,
	  "1 2 3 4 5 6 7 8 8 10 10 12 13 14 15 15 15 18 18 18 21 22 23 24" },
	{ "villages, dense", RANK_DENSE, VILLAGES,
	  "1 2 3 4 5 6 7 8 8 9 9 10 11 12 13 13 13 14 14 14 15 16 17 18" },
	{ "villages, mean", RANK_FRACTIONAL, VILLAGES,
	  "1 2 3 4 5 6 7 8.5 8.5 10.5 10.5 12 13 14 16 16 16 19 19 19 21 22 23 24" },
	{ "growth with a fall, 1224", RANK_COMPETITION, "12.0 9.5 9.5 -3.1 7.0", "1 2 2 5 4" },
	{ "growth with a fall, dense", RANK_DENSE, "12.0 9.5 9.5 -3.1 7.0", "1 2 2 4 3" },
	{ "growth above the target, last", RANK_LAST, "9.1 8.4 8.4", "1 3 3" },
	{ "growth above the target, mean", RANK_FRACTIONAL, "9.1 8.4 8.4", "1 2.5 2.5" },
	{ "digits differ, values do not", RANK_COMPETITION, "1.50 1.5 1.500 2", "2 2 2 1" },
	{ "thirds and sixths", RANK_COMPETITION, "1/3 2/6 0.3333 1/2", "2 2 4 1" },
	{ "denominators without a common one", RANK_COMPETITION, "1/3 3/7 2/5 6/14", "4 1 3 1" },
	{ "a whole number too wide for the denominator", RANK_COMPETITION,
	  "9000000000000000000 0.001 9000000000000000000.001", "2 3 1" },
	{ "too wide for machine integers", RANK_COMPETITION,
	  "100000000000000000000000000001 100000000000000000000000000000 1 100000000000000000000000000001",
	  "1 3 4 1" },
	{ "the ends of machine integers", RANK_COMPETITION,
	  "-9223372036854775807 9223372036854775807 0", "3 1 2" },
	{ "zero has no sign", RANK_DENSE, "-0 0 -0.0", "1 1 1" },
};
/* clang-format on */

static void
check_ties(void **state)
{
	const struct ties_row *row = *state;
	struct arena arena = { 0 };
	struct num values[NUMBERS_MAX], wanted[NUMBERS_MAX],
	    ranks[NUMBERS_MAX] = { { 0 } };
	size_t count = parse_list(&arena, row->values, values);

	assert_int_equal(parse_list(&arena, row->want, wanted), count);
	rank_numbers(values, count, row->ties, ranks);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(num_compare(ranks[i], wanted[i]), 0);
	arena_free(&arena);
}

struct grade_row {
	const char *name;
	const char *scores; /* "equal" when a tie-break leaves them so */
	struct {
		const char *quota; /* NULL: none */
		enum num_rounding rounding;
		enum rank_border border;
		const char *admitted; /* a letter for each: y or n; or NULL */
	} grades[3];
	const char *want; /* for each its grade, from a; - none */
};

#define TWENTY                                                                 \
	"93.1 92.4 92.0 92.0 91.5 91 90 89 88 87 86 85 84 83 82 81 80 "        \
	"79 78 77"
#define TWENTY_BROKEN                                                          \
	"93.1 92.4 92.0001 92.0 91.5 91 90 89 88 87 86 85 84 83 82 81 80 "     \
	"79 78 77"

/* clang-format off */
static const struct grade_row grade_rows[] = {
	{ "three places, a tie at the cut, strict: two", TWENTY,
	  { { "0.15", NUM_DOWN, RANK_STRICT, NULL } }, "aa------------------" },
	{ "three places, a tie at the cut, inclusive: four", TWENTY,
	  { { "0.15", NUM_DOWN, RANK_INCLUSIVE, NULL } }, "aaaa----------------" },
	{ "three places, a tie-break at the cut: three", TWENTY_BROKEN,
	  { { "0.15", NUM_DOWN, RANK_STRICT, NULL } }, "aaa-----------------" },
	{ "the same, inclusive: three", TWENTY_BROKEN,
	  { { "0.15", NUM_DOWN, RANK_INCLUSIVE, NULL } }, "aaa-----------------" },
	{ "three places, a tie at the cut, by order: three", TWENTY,
	  { { "0.15", NUM_DOWN, RANK_BY_ORDER, NULL } }, "aaa-----------------" },
	{ "two quotas, each of all", TWENTY,
	  { { "0.15", NUM_DOWN, RANK_INCLUSIVE, NULL }, { "0.20", NUM_DOWN, RANK_INCLUSIVE, NULL }, { NULL, NUM_DOWN, RANK_STRICT, NULL } },
	  "aaaabbbbcccccccccccc" },
	{ "whom the border keeps out comes next", TWENTY,
	  { { "0.15", NUM_DOWN, RANK_STRICT, NULL }, { "0.10", NUM_DOWN, RANK_STRICT, NULL }, { NULL, NUM_DOWN, RANK_STRICT, NULL } },
	  "aabbcccccccccccccccc" },
	{ "a tie that no place reaches", TWENTY,
	  { { "0.10", NUM_DOWN, RANK_INCLUSIVE, NULL } }, "aa------------------" },
	{ "no place at all, though all are level", "5 5 5",
	  { { "0.30", NUM_DOWN, RANK_INCLUSIVE, NULL } }, "---" },
	{ "one place for all who are level", "5 5 5",
	  { { "0.30", NUM_UP, RANK_INCLUSIVE, NULL } }, "aaa" },
	{ "one place for none who are level", "5 5 5",
	  { { "0.30", NUM_HALF_UP, RANK_STRICT, NULL } }, "---" },
	{ "thresholds alone", "95 90 85 70",
	  { { NULL, NUM_DOWN, RANK_STRICT, "yynn" }, { NULL, NUM_DOWN, RANK_STRICT, "yyyn" } }, "aab-" },
	{ "a quota of those who meet the condition", "95 90 85 70",
	  { { "0.5", NUM_DOWN, RANK_STRICT, "nyyy" }, { NULL, NUM_DOWN, RANK_STRICT, NULL } }, "baab" },
	{ "a place is not lost on one who is level and not admitted", "95 90 90 70",
	  { { "0.5", NUM_DOWN, RANK_STRICT, "yyny" }, { NULL, NUM_DOWN, RANK_STRICT, NULL } }, "aabb" },
	{ "the order of the input does not matter", "70 90 95 85",
	  { { "0.5", NUM_DOWN, RANK_STRICT, NULL } }, "-aa-" },
	{ "a share of all", "1 2 3", { { "1", NUM_DOWN, RANK_STRICT, NULL } }, "aaa" },
	{ "a share of more than all", "1 2 3", { { "7", NUM_DOWN, RANK_STRICT, NULL } }, "aaa" },
	{ "a share of less than nothing", "1 2 3", { { "-1", NUM_DOWN, RANK_INCLUSIVE, NULL } }, "---" },
	{ "nobody", "", { { "0.5", NUM_UP, RANK_INCLUSIVE, NULL } }, "" },
};
/* clang-format on */

static size_t
set_grades(struct arena *arena, const struct grade_row *row, size_t count,
    struct rank_grade *grades, bool admitted[][NUMBERS_MAX])
{
	size_t used = 0;

	/* The last grade is the last that is set. */
	for (size_t i = 0; i < LENGTH(row->grades); i++)
		if (row->grades[i].quota != NULL ||
		    row->grades[i].admitted != NULL ||
		    row->grades[i].rounding != NUM_HALF_UP)
			used = i + 1;
	for (size_t i = 0; i < used; i++) {
		grades[i] = (struct rank_grade){ .quota = { 0, NUM_FAILED },
			.rounding = row->grades[i].rounding,
			.border = row->grades[i].border };
		if (row->grades[i].quota != NULL)
			assert_true(num_parse(arena,
			    str_from(row->grades[i].quota), &grades[i].quota));
		if (row->grades[i].admitted == NULL)
			continue;
		for (size_t j = 0; j < count; j++)
			admitted[i][j] = row->grades[i].admitted[j] == 'y';
		grades[i].admitted = admitted[i];
	}
	return used;
}

static void
check_grades(void **state)
{
	const struct grade_row *row = *state;
	struct arena arena = { 0 };
	struct num values[NUMBERS_MAX];
	struct rank_grade grades[3];
	bool tied[NUMBERS_MAX], admitted[3][NUMBERS_MAX];
	uint32_t order[NUMBERS_MAX];
	int result[NUMBERS_MAX];
	char text[NUMBERS_MAX + 1] = { 0 };
	size_t count = parse_list(&arena, row->scores, values);

	rank_order(values, count, order, tied);
	rank_grades(grades, set_grades(&arena, row, count, grades, admitted),
	    order, tied, count, result);
	for (size_t i = 0; i < count; i++)
		text[i] =
		    (char)(result[i] == RANK_NO_GRADE ? '-' : 'a' + result[i]);
	assert_string_equal(text, row->want);
	arena_free(&arena);
}

struct places_row {
	const char *name, *quota;
	size_t count;
	enum num_rounding rounding;
	size_t want;
};

static const struct places_row places_rows[] = {
	{ "15% of 33 is 4.95", "0.15", 33, NUM_DOWN, 4 },
	{ "20% of 33 is 6.6", "0.20", 33, NUM_DOWN, 6 },
	{ "20% of 33, half-up", "0.20", 33, NUM_HALF_UP, 7 },
	{ "15% of 30 is 4.5", "0.15", 30, NUM_DOWN, 4 },
	{ "15% of 30, half-up", "0.15", 30, NUM_HALF_UP, 5 },
	{ "20% of 30", "0.20", 30, NUM_DOWN, 6 },
	{ "20% of 30, up", "0.20", 30, NUM_UP, 6 },
	{ "15% of 20", "0.15", 20, NUM_DOWN, 3 },
	{ "20% of 20", "0.20", 20, NUM_DOWN, 4 },
	{ "15% of 11 is 1.65", "0.15", 11, NUM_DOWN, 1 },
	{ "20% of 11 is 2.2", "0.20", 11, NUM_DOWN, 2 },
	{ "20% of 11, up", "0.20", 11, NUM_UP, 3 },
	{ "a share of many digits", "0.333333333333333333333333333333333333", 3,
	    NUM_UP, 1 },
	{ "a share beyond machine integers",
	    "99999999999999999999999999999999999999", 3, NUM_DOWN, 3 },
};

static void
check_places(void **state)
{
	const struct places_row *row = *state;
	struct arena arena = { 0 };
	struct num quota;

	assert_true(num_parse(&arena, str_from(row->quota), &quota));
	assert_int_equal(rank_places(quota, row->count, row->rounding),
	    row->want);
	arena_free(&arena);
}

static void
words_are_read(void **state)
{
	static const char *const words[] = { "competition", "dense", "ordinal",
		"fractional", "last" };
	enum rank_ties ties;
	enum rank_border border;

	(void)state;
	for (size_t i = 0; i < LENGTH(words); i++) {
		assert_true(rank_ties_parse(str_from(words[i]), &ties));
		assert_int_equal(ties, RANK_COMPETITION + i);
	}
	assert_false(rank_ties_parse(STR("Dense"), &ties));
	assert_false(rank_ties_parse(STR(""), &ties));
	assert_false(rank_ties_parse(STR("densely"), &ties));
	assert_true(rank_border_parse(STR("strict"), &border));
	assert_int_equal(border, RANK_STRICT);
	assert_true(rank_border_parse(STR("inclusive"), &border));
	assert_int_equal(border, RANK_INCLUSIVE);
	assert_true(rank_border_parse(STR("order"), &border));
	assert_int_equal(border, RANK_BY_ORDER);
	assert_false(rank_border_parse(STR("both"), &border));
}

/* Any numbers, always the same ones. */
static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return *seed >> 20;
}

struct random_row {
	const char *name;
	size_t count;
	uint64_t range; /* of the keys; 0: all that there are */
	bool runs;	/* in runs of equal thirds of the index */
};

static const struct random_row random_rows[] = {
	{ "a few keys of a small range", 20, 7, false },
	{ "many keys of a small range", RANDOM_MAX, 11, false },
	{ "keys of two digits of the sort", RANDOM_MAX, 50000, false },
	{ "keys of the whole range", RANDOM_MAX, 0, false },
	{ "keys in runs", RANDOM_MAX, 50, true },
};

/*
 * The order is right where neighbours are, every index is there once, and
 * equal keys keep their order.
 */
static void
check_random_keys(void **state)
{
	const struct random_row *row = *state;
	size_t count = row->count;
	static int64_t keys[RANDOM_MAX];
	static uint32_t order[RANDOM_MAX];
	static bool tied[RANDOM_MAX], seen[RANDOM_MAX];
	uint64_t seed = 20221001;

	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < count; i++) {
		uint64_t any = next_random(&seed) << 20 ^ next_random(&seed);

		keys[i] = row->range == 0 ? (int64_t)any
					  : (int64_t)(any % row->range) -
						(int64_t)row->range / 2;
		order[i] = (uint32_t)i;
		tied[i] = row->runs && i % 30 != 0;
	}
	rank_order_keys(keys, count, order, row->runs ? tied : NULL, tied);
	for (size_t i = 0; i < count; i++) {
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
		if (row->runs)
			assert_int_equal(order[i] / 30, i / 30);
		if (i == 0 || (row->runs && i % 30 == 0)) {
			assert_false(tied[i]);
			continue;
		}
		assert_true(keys[order[i - 1]] >= keys[order[i]]);
		assert_int_equal(tied[i], keys[order[i - 1]] == keys[order[i]]);
		if (tied[i])
			assert_true(order[i - 1] < order[i]);
	}
}

static size_t
add_rows(struct CMUnitTest *tests, const void *rows, size_t size, size_t count,
    CMUnitTestFunction function)
{
	for (size_t i = 0; i < count; i++) {
		const char *row = (const char *)rows + i * size;
		union {
			const void *in;
			void *out;
		} borrowed = { row };

		/* The name is the first member of every row. */
		tests[i] =
		    (struct CMUnitTest){ *(const char *const *)borrowed.in,
			    function, NULL, NULL, borrowed.out };
	}
	return count;
}

#define ADD(rows, function)                                                    \
	add_rows(tests + count, (rows), sizeof((rows)[0]), LENGTH(rows),       \
	    (function))

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(words_are_read),
	};
	struct CMUnitTest tests[LENGTH(ties_rows) + LENGTH(grade_rows) +
				LENGTH(places_rows) + LENGTH(random_rows) +
				LENGTH(others)];
	size_t count = 0;

	count += ADD(ties_rows, check_ties);
	count += ADD(grade_rows, check_grades);
	count += ADD(places_rows, check_places);
	count += ADD(random_rows, check_random_keys);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
