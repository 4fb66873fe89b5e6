#include "ranking/decimal.h"

#include <stdlib.h>

#include "base/arena.h"

/* So many digits fit a key with room to spare. */
enum { KEY_DIGITS = 18 };

/* Digits that matter: none that are zero at the outer ends. */
struct parts {
	bool negative;
	struct str whole, fraction;
};

static size_t
skip_digits(struct str s, size_t at)
{
	while (at < s.size && s.data[at] >= '0' && s.data[at] <= '9')
		at++;
	return at;
}

bool
decimal_is(struct str text)
{
	size_t from = text.size > 0 && text.data[0] == '-';
	size_t point = skip_digits(text, from), end;

	if (point == from)
		return false;
	if (point == text.size)
		return true;
	end = skip_digits(text, point + 1);
	return text.data[point] == '.' && end > point + 1 && end == text.size;
}

static struct parts
split(struct str text)
{
	struct parts parts = { .negative = text.data[0] == '-' };

	parts.fraction = str_from_byte(text, parts.negative);
	str_cut(&parts.fraction, '.', &parts.whole);
	while (parts.whole.size > 0 && parts.whole.data[0] == '0')
		parts.whole = str_from_byte(parts.whole, 1);
	while (parts.fraction.size > 0 &&
	       parts.fraction.data[parts.fraction.size - 1] == '0')
		parts.fraction.size--;
	return parts;
}

static int
sign_of(const struct parts *parts)
{
	if (parts->whole.size == 0 && parts->fraction.size == 0)
		return 0;
	return parts->negative ? -1 : 1;
}

int
decimal_compare(struct str a, struct str b)
{
	struct parts x = split(a), y = split(b);
	int sign = sign_of(&x), order;

	if (sign != sign_of(&y))
		return sign - sign_of(&y);
	order = (x.whole.size > y.whole.size) - (x.whole.size < y.whole.size);
	if (order == 0)
		order = str_compare(x.whole, y.whole);
	/* Of two fractions of which one begins the other the longer is more. */
	if (order == 0)
		order = str_compare(x.fraction, y.fraction);
	return sign * order;
}

/* The most digits before and after the point that any of the texts has. */
static void
measure(const struct str *texts, size_t count, size_t *whole, size_t *fraction)
{
	*whole = *fraction = 0;
	for (size_t i = 0; i < count; i++) {
		struct parts parts;

		if (texts[i].size == 0)
			continue;
		parts = split(texts[i]);
		if (parts.whole.size > *whole)
			*whole = parts.whole.size;
		if (parts.fraction.size > *fraction)
			*fraction = parts.fraction.size;
	}
}

/*
 * The first KEY_DIGITS digits of a decimal of at most `whole` digits before
 * the point: what is cut off is too little to change the order of two, though
 * it may make them equal.
 */
static int64_t
leading(struct str text, size_t whole)
{
	struct parts parts = split(text);
	size_t missing = whole - parts.whole.size, digits;
	int64_t key = 0;

	for (digits = missing; digits < KEY_DIGITS; digits++) {
		size_t at = digits - missing;
		char digit = '0';

		if (at < parts.whole.size)
			digit = parts.whole.data[at];
		else if (at - parts.whole.size < parts.fraction.size)
			digit = parts.fraction.data[at - parts.whole.size];
		key = key * 10 + (digit - '0');
	}
	return parts.negative ? -key : key;
}

static int
compare_texts(const void *context, uint32_t a, uint32_t b)
{
	const struct str *texts = context;

	return decimal_compare(texts[a], texts[b]);
}

/* Put keys that tell too little by ones that number the decimals in order. */
static void
number_in_order(const struct str *texts, size_t count, int64_t *keys)
{
	uint32_t *order = memory_alloc(count * sizeof(*order));
	bool *tied = memory_alloc(count * sizeof(*tied));
	size_t present = 0;

	for (size_t i = 0; i < count; i++)
		if (texts[i].size > 0)
			order[present++] = (uint32_t)i;
	rank_order_keys(keys, present, order, NULL, tied);
	rank_order_by(compare_texts, texts, present, order, tied, tied);
	rank_keys_of_order(order, tied, present, keys);
	free(tied);
	free(order);
}

void
decimal_keys(const struct str *texts, size_t count, int64_t *keys)
{
	size_t whole, fraction;

	measure(texts, count, &whole, &fraction);
	for (size_t i = 0; i < count; i++)
		keys[i] =
		    texts[i].size == 0 ? RANK_ABSENT : leading(texts[i], whole);
	if (whole + fraction > KEY_DIGITS)
		number_in_order(texts, count, keys);
}
