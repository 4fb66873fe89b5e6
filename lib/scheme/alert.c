#include "scheme/alert.h"

#include <stdio.h>

#include "format/record.h"

enum { COUNT_MAX = 120 };

static const char *const quantities[] = { [ALERT_RATE] = "rate",
	[ALERT_PROGRESS] = "progress",
	[ALERT_SCORE] = "score",
	[ALERT_LOST] = "lost",
	[ALERT_RANK] = "rank" };

static const char *const comparisons[] = { [ALERT_BELOW] = "<",
	[ALERT_AT_MOST] = "<=",
	[ALERT_EQUAL] = "=",
	[ALERT_NOT_EQUAL] = "!=",
	[ALERT_AT_LEAST] = ">=",
	[ALERT_ABOVE] = ">" };

/* An alert while it is read. */
struct reader {
	struct str_words words;
	struct arena *arena;
	enum period_length length;
};

static bool
find_word(struct str word, const char *const *words, size_t count, size_t *out)
{
	for (*out = 0; *out < count; ++*out)
		if (str_equal(word, str_from(words[*out])))
			return true;
	return false;
}

/* 1 to COUNT_MAX. */
static bool
read_count(const struct reader *reader, size_t number, int64_t *out)
{
	struct num count;

	return number < reader->words.count &&
	       num_parse(reader->arena, reader->words.list[number], &count) &&
	       num_is_number(count) && num_to_int(count, out) && *out >= 1 &&
	       *out <= COUNT_MAX;
}

static bool
read_threshold(const struct reader *reader, struct alert *out)
{
	struct str text = reader->words.list[3];
	bool percent = str_ends(text, STR("%"));

	if (percent)
		text.size--;
	if (!num_parse(reader->arena, text, &out->threshold) ||
	    !num_is_number(out->threshold))
		return false;
	if (percent)
		out->threshold =
		    num_div(reader->arena, out->threshold, NUM_INT(100));
	return true;
}

/* The words of the condition; *next gets the number of those that follow. */
static bool
read_condition(const struct reader *reader, struct alert *out, size_t *next)
{
	size_t quantity, comparison;
	int64_t count;

	if (reader->words.count < 4 ||
	    !find_word(reader->words.list[1], quantities, LENGTH(quantities),
		&quantity))
		return false;
	out->quantity = (enum alert_quantity)quantity;
	if (str_word_is(&reader->words, 2, "in") &&
	    str_word_is(&reader->words, 3, "last")) {
		out->comparison = ALERT_LAST;
		*next = 5;
		if (quantity != ALERT_RANK || !read_count(reader, 4, &count))
			return false;
		out->threshold = NUM_INT(count);
		return true;
	}
	*next = 4;
	if (!find_word(reader->words.list[2], comparisons, LENGTH(comparisons),
		&comparison))
		return false;
	out->comparison = (enum alert_comparison)comparison;
	return read_threshold(reader, out);
}

/* `for 2 months`; of one `month`. */
static bool
read_periods(const struct reader *reader, size_t at, struct alert *out)
{
	const char *length = period_length_text(reader->length);
	struct str word;
	int64_t count;

	out->periods = 1;
	if (reader->words.count == at)
		return true;
	if (!str_word_is(&reader->words, at, "for") ||
	    reader->words.count != at + 3 ||
	    !read_count(reader, at + 1, &count))
		return false;
	word = reader->words.list[at + 2];
	if (str_ends(word, STR("s")))
		word.size--;
	out->periods = (int)count;
	return str_equal(word, str_from(length));
}

int
alert_read(struct alert *out, struct arena *arena, struct str text,
    enum period_length length, struct place place, struct diag *diag)
{
	struct reader reader = { .arena = arena, .length = length };
	size_t next;

	*out = (struct alert){ 0 };
	if (!str_words(&reader.words, text) ||
	    !read_condition(&reader, out, &next) ||
	    !read_periods(&reader, next, out)) {
		diag_at(diag, place, D_ALERT, text,
		    str_from(period_length_text(length)));
		return -1;
	}
	out->level = reader.words.list[0];
	out->condition = str_trim(str_from_byte(text, out->level.size));
	return 0;
}

bool
alert_holds(const struct alert *alert, struct num value, size_t ranked)
{
	int64_t least;
	int order;

	if (!num_is_number(value))
		return false;
	if (alert->comparison == ALERT_LAST) {
		least = (int64_t)ranked - alert->threshold.n;
		return num_compare(value, NUM_INT(least)) > 0;
	}
	order = num_compare(value, alert->threshold);
	switch (alert->comparison) {
	case ALERT_BELOW:
		return order < 0;
	case ALERT_AT_MOST:
		return order <= 0;
	case ALERT_EQUAL:
		return order == 0;
	case ALERT_NOT_EQUAL:
		return order != 0;
	case ALERT_AT_LEAST:
		return order >= 0;
	case ALERT_ABOVE:
	case ALERT_LAST:
		break;
	}
	return order > 0;
}
