/*
 * test_compare: which periods of two sides are compared, what keeps them from
 * being compared, and how the scores of each pair differ.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "analysis/compare.h"
#include "support.h"

/*
 * Two sides: the periods that each has data of, and behind `@` one that it
 * names; `=` in front: they are scores written down. Of `from` the unit A
 * scores 1 and B scores 5 in each period, of `to` A scores 2 from 2022-10 on.
 * The scheme begins in 2022-09. What is wanted: the pairs, with what differs,
 * or the fault behind `!`.
 */
struct row {
	const char *name, *from, *to, *asked, *want;
	bool is_same; /* as `from`, read once */
};

/* clang-format off */
static struct row rows[] = {
	{ "all that either side has", "2022-09 2022-10", "2022-10 2022-11", NULL,
	    "2022-09 2022-09 A it 1>- B it 5>-; 2022-10 2022-10 A it 1>2; 2022-11 2022-11 A it ->2 B it ->5", false },
	{ "other lengths than the book's are left out", "2022 2022-10", "2022-10", NULL,
	    "2022-10 2022-10 A it 1>2", false },
	{ "nothing differs", "2022-09", "2022-09", NULL, "2022-09 2022-09", false },
	{ "a period asked for", "2022-09 2022-10", "2022-09 2022-10", "2022-10",
	    "2022-10 2022-10 A it 1>2", false },
	{ "a range asked for", "2022-09 2022-10", "2022-09 2022-10", "2022-09..2022-10",
	    "2022-09 2022-09; 2022-10 2022-10 A it 1>2", false },
	{ "a period that a side names is that of the other", "2022-09 2022-10 @2022-10", "2022-10 2022-11", NULL,
	    "2022-10 2022-10 A it 1>2", false },
	{ "on the other side", "2022-10", "2022-10 @2022-10", NULL, "2022-10 2022-10 A it 1>2", false },
	{ "two that the sides name", "2022-09 @2022-09", "2022-10 @2022-10", NULL,
	    "2022-09 2022-10 A it 1>2", false },
	{ "one named, one asked for", "2022-09 @2022-09", "2022-10", "2022-10",
	    "2022-09 2022-10 A it 1>2", false },
	{ "within the same records, with the newest", "2022-09 2022-10 2022-11 @2022-09", "", NULL,
	    "2022-09 2022-11", true },
	{ "within records without data", "@2022-09", "", NULL, "!no data", true },
	{ "one named, a range asked for", "2022-09 @2022-09", "2022-10", "2022-09..2022-10", "!range", false },
	{ "a month and a quarter", "2022-09 @2022-09", "2022-10 @2022-Q3", NULL, "!lengths", false },
	{ "no side has data", "", "", NULL, "!no pair", false },
	{ "data before any scheme", "2022-08", "2022-08", NULL, "!no scores", false },
	{ "no data of what is asked for", "2022-09", "2022-09", "2022-12", "!no scores", false },
	{ "scores written down, each of their periods", "=2022-10 2022-09", "2022-09 2022-10 2022-11", NULL,
	    "2022-09 2022-09; 2022-10 2022-10 A it 1>2", false },
	{ "written down as the other side", "2022-09 2022-10", "=2022-10", NULL, "2022-10 2022-10 A it 1>2", false },
	{ "both written down", "=2022-09 2022-10", "=2022-11", NULL,
	    "2022-09 2022-09 A it 1>- B it 5>-; 2022-10 2022-10 A it 1>- B it 5>-; 2022-11 2022-11 A it ->2 B it ->5", false },
	{ "written down, a period named", "=2022-09 2022-10", "2022-10 @2022-10", NULL, "2022-10 2022-10 A it 1>2", false },
	{ "written down, without that of the other side", "=2022-09", "2022-10 @2022-10", NULL,
	    "2022-10 2022-10 A it ->2 B it ->5", false },
	{ "nothing is written down", "=", "2022-10", NULL, "!no pair", false },
};
static const struct test_file files[] = {
	TEST_BOOK_REC,
	{ "units.rec", "%rec: Unit\n\nId: A\n\nId: B\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n" },
	{ "schemes/2022-09.rec", "%rec: Scheme\n\nName: One\nPoints: 10\nDigits: 0\n\n"
	    "%rec: Item\n\nId: it\nPoints: 10\nRule: x\n" },
	{ NULL, NULL },
};
static const char *const faults[] = { [COMPARE_RANGE] = "!range", [COMPARE_LENGTHS] = "!lengths",
	[COMPARE_NO_DATA] = "!no data", [COMPARE_NO_PAIR] = "!no pair", [COMPARE_NO_SCORES] = "!no scores" };
/* clang-format on */

/* A side while a row is checked. */
struct side {
	struct test_book test;
	struct period periods[4];
	size_t count;
};

static bool
is_it(const void *context, const struct item *item)
{
	(void)context;
	return str_equal(item->id, STR("it"));
}

static void
take_written(const void *scores, struct period period,
    bool (*choose)(const void *context, const struct item *item),
    const void *context, struct snapshot *out)
{
	const struct side *side = scores;
	const struct result *result = NULL;

	for (size_t i = 0; i < side->count; i++)
		if (period_equal(side->periods[i], period))
			result = engine_score(side->test.engine, period);
	snapshot_take(out, side->test.book, result, choose, context);
}

static void
write_period(struct side *side, const char *period, bool is_to)
{
	bool rises = is_to && strcmp(period, "2022-10") >= 0;
	char name[32];

	snprintf(name, sizeof(name), "%s/v", period);
	test_book_write_values(&side->test, name,
	    rises ? "x A 2; x B 5" : "x A 1; x B 5");
	side->periods[side->count++] = test_period(period);
}

static void
make_side(struct side *side, const char *spec, bool is_to,
    struct compare_side *out)
{
	bool is_written = spec[0] == '=';
	char words[64];

	*side = (struct side){ .count = 0 };
	*out = (struct compare_side){ .has_period = false };
	test_book_create(&side->test);
	test_book_write_files(&side->test, files);
	snprintf(words, sizeof(words), "%s", spec + is_written);
	for (char *word = strtok(words, " "); word != NULL;
	     word = strtok(NULL, " ")) {
		if (word[0] != '@') {
			write_period(side, word, is_to);
			continue;
		}
		out->has_period = true;
		out->period = test_period(word + 1);
	}
	test_book_open(&side->test);
	if (is_written) {
		out->periods = side->periods;
		out->period_count = side->count;
		out->snapshot = take_written;
		out->scores = side;
	} else {
		out->book = side->test.book;
		out->engine = side->test.engine;
	}
}

static void
add_number(struct buffer *text, struct num number)
{
	if (num_is_number(number))
		num_print(text, number);
	else
		buffer_add_byte(text, '-');
}

static void
add_pair(struct buffer *text, const struct compare *compare,
    const struct compare_pair *pair)
{
	struct attribution_request wanted = { is_it, NULL, true };
	struct attribution changes;
	char from[PERIOD_TEXT_SIZE], to[PERIOD_TEXT_SIZE];

	buffer_format(text, "%s%s %s", text->size > 0 ? "; " : "",
	    period_text(pair->from, from), period_text(pair->to, to));
	compare_find(compare, pair, &wanted, &changes);
	for (size_t i = 0; i < changes.count; i++) {
		const struct snapshot_row *row = &changes.rows[i].row;

		buffer_format(text, " " STR_FMT " " STR_FMT " ",
		    STR_ARG(row->unit), STR_ARG(row->item));
		add_number(text, row->from);
		buffer_add_byte(text, '>');
		add_number(text, row->to);
	}
	attribution_free(&changes);
}

/* What comes of a comparison, as rows have it. */
static void
describe(struct compare *compare, struct buffer *text)
{
	enum compare_fault fault = compare_settle(compare);

	if (fault == COMPARE_NONE)
		fault = compare_score(compare);
	if (fault != COMPARE_NONE)
		buffer_add(text, str_from(faults[fault]));
	for (size_t i = 0; fault == COMPARE_NONE && i < compare->count; i++)
		add_pair(text, compare, &compare->pairs[i]);
	buffer_add_byte(text, '\0');
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct side from, to;
	struct compare compare = { .is_same = row->is_same };
	struct buffer text = { 0 };

	make_side(&from, row->from, false, &compare.from);
	make_side(&to, row->to, true, &compare.to);
	if (row->is_same)
		compare.to = (struct compare_side){ .book = compare.from.book,
			.engine = compare.from.engine };
	if (row->asked != NULL)
		compare.has_periods =
		    period_range_parse(str_from(row->asked), &compare.periods);
	describe(&compare, &text);
	assert_string_equal(text.data, row->want);
	assert_false(diag_has_errors(from.test.diag));
	assert_false(diag_has_errors(to.test.diag));
	buffer_free(&text);
	compare_free(&compare);
	test_book_remove(&from.test);
	test_book_remove(&to.test);
}

/* Data that only `to` leaves without a scheme cannot be compared. */
static void
check_lost_scheme(void **state)
{
	struct side from, to;
	struct compare compare = { .count = 0 };
	char path[320];

	(void)state;
	make_side(&from, "2022-09", false, &compare.from);
	make_side(&to, "2022-09", true, &compare.to);
	test_book_close(&to.test);
	snprintf(path, sizeof(path), "%s/schemes/2022-09.rec", to.test.folder);
	assert_int_equal(remove(path), 0);
	test_book_open(&to.test);
	compare.to.book = to.test.book;
	compare.to.engine = to.test.engine;
	assert_int_equal(compare_settle(&compare), COMPARE_NONE);
	compare_score(&compare);
	assert_false(diag_has_errors(from.test.diag));
	assert_true(diag_has_errors(to.test.diag));
	compare_free(&compare);
	test_book_remove(&from.test);
	test_book_remove(&to.test);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 1];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	tests[LENGTH(rows)] = (struct CMUnitTest){
		.name = "data that lost their scheme are an error of `to`",
		.test_func = check_lost_scheme
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
