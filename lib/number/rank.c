#include "number/rank.h"

#include <stdlib.h>

/* Shorter runs are put in order by insertion. */
enum { RUN_SHORT = 24 };

/* Digits of a radix sort. */
enum {
	RADIX_BITS = 8,
	RADIX = 1 << RADIX_BITS,
	RADIX_PASSES = 64 / RADIX_BITS
};

static const char *const ties_words[] = { [RANK_COMPETITION] = "competition",
	[RANK_DENSE] = "dense",
	[RANK_ORDINAL] = "ordinal",
	[RANK_FRACTIONAL] = "fractional",
	[RANK_LAST] = "last" };

static const char *const border_words[] = { [RANK_STRICT] = "strict",
	[RANK_INCLUSIVE] = "inclusive",
	[RANK_BY_ORDER] = "order" };

/* The place of a word in a list, or the list's length. */
static size_t
find_word(struct str text, const char *const *words, size_t count)
{
	size_t i = 0;

	while (i < count && !str_equal(text, str_from(words[i])))
		i++;
	return i;
}

bool
rank_ties_parse(struct str text, enum rank_ties *out)
{
	size_t found = find_word(text, ties_words, LENGTH(ties_words));

	if (found == LENGTH(ties_words))
		return false;
	*out = (enum rank_ties)found;
	return true;
}

bool
rank_border_parse(struct str text, enum rank_border *out)
{
	size_t found = find_word(text, border_words, LENGTH(border_words));

	if (found == LENGTH(border_words))
		return false;
	*out = (enum rank_border)found;
	return true;
}

/* A key to be put in ascending order, with what it belongs to. */
struct pair {
	uint64_t key;
	uint32_t index;
};

static void
insertion_sort(struct pair *pairs, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct pair pair = pairs[i];
		size_t to = i;

		for (; to > 0 && pairs[to - 1].key > pair.key; to--)
			pairs[to] = pairs[to - 1];
		pairs[to] = pair;
	}
}

/* One pass of the sort below: by the digit whose histogram is `counts`. */
static void
radix_pass(const struct pair *from, struct pair *to, size_t count,
    unsigned shift, const size_t counts[RADIX])
{
	size_t starts[RADIX], start = 0;

	for (size_t digit = 0; digit < RADIX; digit++) {
		starts[digit] = start;
		start += counts[digit];
	}
	for (size_t i = 0; i < count; i++)
		to[starts[(from[i].key >> shift) % RADIX]++] = from[i];
}

/*
 * Sort by the digits of the key from the lowest up, which is stable. Digits
 * that no key has, or in which all agree, cost nothing, so scores of a few
 * thousand steps take two passes. The sorted pairs are in the array returned.
 */
static struct pair *
radix_sort(struct pair *pairs, struct pair *other, size_t count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++)
		all |= pairs[i].key;
	for (unsigned shift = 0; shift < 64 && all >> shift > 0;
	     shift += RADIX_BITS) {
		size_t counts[RADIX] = { 0 };
		struct pair *sorted = other;

		for (size_t i = 0; i < count; i++)
			counts[(pairs[i].key >> shift) % RADIX]++;
		if (counts[(pairs[0].key >> shift) % RADIX] == count)
			continue;
		radix_pass(pairs, sorted, count, shift, counts);
		other = pairs;
		pairs = sorted;
	}
	return pairs;
}

/*
 * Fill the pairs of a run: the highest key comes first in ascending order, and
 * the differences are small where the keys are near one another. True where
 * they are in order already.
 */
static bool
fill_pairs(struct pair *pairs, const int64_t *keys, const uint32_t *order,
    size_t count)
{
	int64_t highest = keys[order[0]];
	bool sorted = true;

	for (size_t i = 1; i < count; i++)
		if (keys[order[i]] > highest)
			highest = keys[order[i]];
	for (size_t i = 0; i < count; i++) {
		pairs[i].key = (uint64_t)highest - (uint64_t)keys[order[i]];
		pairs[i].index = order[i];
		sorted &= i == 0 || pairs[i - 1].key <= pairs[i].key;
	}
	return sorted;
}

static void
order_run(const int64_t *keys, uint32_t *order, bool *tied, size_t count,
    struct pair *pairs)
{
	if (!fill_pairs(pairs, keys, order, count)) {
		if (count <= RUN_SHORT)
			insertion_sort(pairs, count);
		else
			pairs = radix_sort(pairs, pairs + count, count);
	}
	for (size_t i = 0; i < count; i++) {
		order[i] = pairs[i].index;
		tied[i] = i > 0 && pairs[i].key == pairs[i - 1].key;
	}
}

/* Where the run that begins at `from` ends. */
static size_t
run_end(const bool *tied_before, size_t from, size_t count)
{
	size_t end = from + 1;

	if (tied_before == NULL)
		return count;
	while (end < count && tied_before[end])
		end++;
	return end;
}

static size_t
longest_run(const bool *tied_before, size_t count)
{
	size_t longest = 0, end;

	for (size_t from = 0; from < count; from = end) {
		end = run_end(tied_before, from, count);
		if (end - from > longest)
			longest = end - from;
	}
	return longest;
}

void
rank_order_keys(const int64_t *keys, size_t count, uint32_t *order,
    const bool *tied_before, bool *tied)
{
	struct pair *pairs =
	    memory_array(longest_run(tied_before, count), 2 * sizeof(*pairs));
	size_t end;

	for (size_t from = 0; from < count; from = end) {
		end = run_end(tied_before, from, count);
		order_run(keys, order + from, tied + from, end - from, pairs);
	}
	free(pairs);
}

/* What rank_order_by() compares with. */
struct comparison {
	int (*compare)(const void *context, uint32_t a, uint32_t b);
	const void *context;
};

/* Merge two sorted neighbours: [0, middle) and [middle, count) of `from`. */
static void
merge(const struct comparison *by, const uint32_t *from, uint32_t *to,
    size_t middle, size_t count)
{
	size_t left = 0, right = middle;

	for (size_t i = 0; i < count; i++) {
		/* Of equal ones the left first; the highest comes first. */
		if (right == count ||
		    (left < middle &&
			by->compare(by->context, from[left], from[right]) >= 0))
			to[i] = from[left++];
		else
			to[i] = from[right++];
	}
}

static size_t
at_most(size_t x, size_t limit)
{
	return x < limit ? x : limit;
}

/* Merge ever longer neighbours; the result is in the array returned. */
static uint32_t *
merge_sort(const struct comparison *by, uint32_t *from, uint32_t *to,
    size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		uint32_t *sorted = to;

		for (size_t at = 0; at < count; at += 2 * width)
			merge(by, from + at, sorted + at,
			    at_most(width, count - at),
			    at_most(2 * width, count - at));
		to = from;
		from = sorted;
	}
	return from;
}

void
rank_order_by(int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context, size_t count, uint32_t *order, const bool *tied_before,
    bool *tied)
{
	struct comparison by = { compare, context };
	uint32_t *other =
	    memory_array(longest_run(tied_before, count), sizeof(*other));
	size_t end;

	for (size_t from = 0; from < count; from = end) {
		uint32_t *run = order + from, *sorted;

		end = run_end(tied_before, from, count);
		sorted = merge_sort(&by, run, other, end - from);
		if (sorted != run)
			memcpy(run, sorted, (end - from) * sizeof(*run));
		tied[from] = false;
		for (size_t i = 1; i < end - from; i++)
			tied[from + i] =
			    compare(context, run[i - 1], run[i]) == 0;
	}
	free(other);
}

/*
 * The numbers as integers under their greatest denominator, which decimals of
 * a few digits always are. False where that cannot be.
 */
static bool
plain_keys(const struct num *values, size_t count, int64_t *keys)
{
	int64_t greatest = 1, denominator = 1, factor;

	for (size_t i = 0; i < count; i++)
		if (values[i].d > greatest)
			greatest = values[i].d;
	factor = greatest;
	for (size_t i = 0; i < count; i++) {
		if (!num_is_number(values[i])) {
			keys[i] = RANK_ABSENT;
			continue;
		}
		if (values[i].d != denominator) {
			denominator = values[i].d;
			if (denominator == 0 || greatest % denominator != 0)
				return false;
			factor = greatest / denominator;
		}
		if (__builtin_mul_overflow(values[i].n, factor, &keys[i]) ||
		    keys[i] == RANK_ABSENT)
			return false;
	}
	return true;
}

static int
compare_numbers(const void *context, uint32_t a, uint32_t b)
{
	const struct num *values = context;

	return num_compare(values[a], values[b]);
}

void
rank_keys_of_order(const uint32_t *order, const bool *tied, size_t count,
    int64_t *keys)
{
	int64_t key = (int64_t)count;

	for (size_t i = 0; i < count; i++)
		keys[order[i]] = tied[i] ? key : --key;
}

void
rank_keys(const struct num *values, size_t count, int64_t *keys)
{
	uint32_t *order;
	size_t present = 0;
	bool *tied;

	if (plain_keys(values, count, keys))
		return;
	order = memory_array(count, sizeof(*order));
	tied = memory_array(count, sizeof(*tied));
	for (size_t i = 0; i < count; i++)
		if (num_is_number(values[i]))
			order[present++] = (uint32_t)i;
		else
			keys[i] = RANK_ABSENT;
	rank_order_by(compare_numbers, values, present, order, NULL, tied);
	rank_keys_of_order(order, tied, present, keys);
	free(tied);
	free(order);
}

void
rank_order(const struct num *values, size_t count, uint32_t *order, bool *tied)
{
	int64_t *keys = memory_array(count, sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	if (plain_keys(values, count, keys))
		rank_order_keys(keys, count, order, NULL, tied);
	else
		rank_order_by(compare_numbers, values, count, order, NULL,
		    tied);
	free(keys);
}

/*
 * The rank of the one at `at`, of those at [from, end) that are level; `level`
 * counts the levels so far. Places begin at 1, and from and end at 0.
 */
static struct num
shared_rank(enum rank_ties ties, size_t at, size_t from, size_t end,
    size_t level)
{
	int64_t both = (int64_t)(from + 1 + end);

	switch (ties) {
	case RANK_COMPETITION:
		return NUM_INT((int64_t)from + 1);
	case RANK_DENSE:
		return NUM_INT((int64_t)level);
	case RANK_ORDINAL:
		return NUM_INT((int64_t)at + 1);
	case RANK_FRACTIONAL:
		/* Tenths, since a decimal prints fastest. */
		return both % 2 == 0 ? NUM_INT(both / 2)
				     : (struct num){ 5 * both, 10 };
	case RANK_LAST:
		break;
	}
	return NUM_INT((int64_t)end);
}

void
rank_share(const uint32_t *order, const bool *tied, size_t count,
    enum rank_ties ties, struct num *ranks)
{
	size_t level = 0, end;

	for (size_t from = 0; from < count; from = end) {
		end = run_end(tied, from, count);
		level++;
		for (size_t at = from; at < end; at++)
			ranks[order[at]] =
			    shared_rank(ties, at, from, end, level);
	}
}

void
rank_numbers(const struct num *values, size_t count, enum rank_ties ties,
    struct num *ranks)
{
	uint32_t *order = memory_array(count, sizeof(*order));
	bool *tied = memory_array(count, sizeof(*tied));

	rank_order(values, count, order, tied);
	rank_share(order, tied, count, ties, ranks);
	free(tied);
	free(order);
}

size_t
rank_places(struct num quota, size_t count, enum num_rounding rounding)
{
	struct arena arena = { 0 };
	struct num places = num_mul(&arena, quota, NUM_INT((int64_t)count));
	size_t result = count;
	int64_t whole;

	if (num_is_number(places))
		places = num_round(&arena, places, 0, rounding);
	if (num_is_number(places) && num_sign(places) < 0)
		result = 0;
	else if (num_is_number(places) && num_to_int(places, &whole) &&
		 (uint64_t)whole < count)
		result = (size_t)whole;
	arena_free(&arena);
	return result;
}

/* A grade being given. */
struct giving {
	const struct rank_grade *grade;
	const uint32_t *order;
	int number;
	size_t left; /* places */
	int *result;
};

static bool
is_candidate(const struct giving *giving, uint32_t index)
{
	return giving->result[index] == RANK_NO_GRADE &&
	       (giving->grade->admitted == NULL ||
		   giving->grade->admitted[index]);
}

/* Give the grade to those who are level at [from, end); false: no more. */
static bool
give_level(struct giving *giving, size_t from, size_t end)
{
	size_t candidates = 0, places;

	for (size_t i = from; i < end; i++)
		candidates += is_candidate(giving, giving->order[i]);
	places = candidates;
	if (candidates > giving->left && giving->grade->border == RANK_STRICT)
		places = 0;
	if (candidates > giving->left && giving->grade->border == RANK_BY_ORDER)
		places = giving->left;
	for (size_t i = from; i < end && places > 0; i++)
		if (is_candidate(giving, giving->order[i])) {
			giving->result[giving->order[i]] = giving->number;
			places--;
		}
	if (candidates >= giving->left)
		return false;
	giving->left -= candidates;
	return true;
}

void
rank_grades(const struct rank_grade *grades, size_t grade_count,
    const uint32_t *order, const bool *tied, size_t count, int *result)
{
	for (size_t i = 0; i < count; i++)
		result[order[i]] = RANK_NO_GRADE;
	for (size_t i = 0; i < grade_count; i++) {
		const struct rank_grade *grade = &grades[i];
		struct giving giving = { grade, order, (int)i, count, result };
		bool go_on;

		if (num_is_number(grade->quota))
			giving.left =
			    rank_places(grade->quota, count, grade->rounding);
		go_on = giving.left > 0;
		for (size_t from = 0, end; go_on && from < count; from = end) {
			end = run_end(tied, from, count);
			go_on = give_level(&giving, from, end);
		}
	}
}
