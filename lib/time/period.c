#include "time/period.h"

#include <stdio.h>

enum { YEAR_FIRST = 1000, YEAR_LAST = 9999 };

/* How many of each length make a year, and how many months each has. */
static const int parts_of_year[] = { 12, 4, 1 };
static const char *const length_texts[] = { "month", "quarter", "year" };

static bool
read_digits(struct str text, int *out)
{
	*out = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*out = *out * 10 + (text.data[i] - '0');
	}
	return true;
}

static bool
make(enum period_length length, int year, int part, struct period *out)
{
	if (year < YEAR_FIRST || part < 1 || part > parts_of_year[length])
		return false;
	out->length = length;
	out->index = year * parts_of_year[length] + part - 1;
	return true;
}

bool
period_parse(struct str text, struct period *out)
{
	int year, part;

	if (text.size < 4 || !read_digits(str_head(text, 4), &year))
		return false;
	if (text.size == 4)
		return make(PERIOD_YEAR, year, 1, out);
	if (text.size != 7 || text.data[4] != '-')
		return false;
	if (text.data[5] == 'Q')
		return read_digits(str_from_byte(text, 6), &part) &&
		       make(PERIOD_QUARTER, year, part, out);
	return read_digits(str_from_byte(text, 5), &part) &&
	       make(PERIOD_MONTH, year, part, out);
}

bool
period_range_parse(struct str text, struct period_range *out)
{
	size_t dot = str_find(text, '.');

	if (dot == STR_NOWHERE) {
		if (!period_parse(text, &out->first))
			return false;
		out->last = out->first;
		return true;
	}
	return str_starts(str_from_byte(text, dot), STR("..")) &&
	       period_parse(str_head(text, dot), &out->first) &&
	       period_parse(str_from_byte(text, dot + 2), &out->last) &&
	       out->first.length == out->last.length &&
	       out->first.index <= out->last.index;
}

int
period_year(struct period period)
{
	return period.index / parts_of_year[period.length];
}

int
period_in_year(struct period period)
{
	return period.index % parts_of_year[period.length] + 1;
}

const char *
period_text(struct period period, char text[PERIOD_TEXT_SIZE])
{
	switch (period.length) {
	case PERIOD_MONTH:
		snprintf(text, PERIOD_TEXT_SIZE, "%04d-%02d",
		    period_year(period), period_in_year(period));
		break;
	case PERIOD_QUARTER:
		snprintf(text, PERIOD_TEXT_SIZE, "%04d-Q%d",
		    period_year(period), period_in_year(period));
		break;
	case PERIOD_YEAR:
		snprintf(text, PERIOD_TEXT_SIZE, "%04d", period_year(period));
		break;
	}
	return text;
}

bool
period_length_parse(struct str text, enum period_length *out)
{
	for (size_t i = 0; i < LENGTH(length_texts); i++)
		if (str_equal(text, str_from(length_texts[i]))) {
			*out = (enum period_length)i;
			return true;
		}
	return false;
}

const char *
period_length_text(enum period_length length)
{
	return length_texts[length];
}

struct period
period_add(struct period period, int32_t count)
{
	int32_t parts = parts_of_year[period.length];
	int32_t least = YEAR_FIRST * parts;
	int32_t most = YEAR_LAST * parts + parts - 1;
	int64_t index = (int64_t)period.index + count;

	if (index < least)
		index = least;
	if (index > most)
		index = most;
	period.index = (int32_t)index;
	return period;
}

struct period
period_year_ago(struct period period)
{
	return period_add(period, -parts_of_year[period.length]);
}

struct period
period_year_end(struct period period)
{
	return period_add(period, -period_in_year(period));
}

bool
period_equal(struct period a, struct period b)
{
	return a.length == b.length && a.index == b.index;
}

/* The first month of a period, and the month after its last. */
static int32_t
first_month(struct period period)
{
	return period.index * (12 / parts_of_year[period.length]);
}

static int32_t
end_month(struct period period)
{
	return (period.index + 1) * (12 / parts_of_year[period.length]);
}

int
period_compare(struct period a, struct period b)
{
	int32_t x = first_month(a), y = first_month(b);

	if (x != y)
		return x > y ? 1 : -1;
	return (int)b.length - (int)a.length;
}

struct period
period_containing(struct period period, enum period_length length)
{
	int32_t months = 12 / parts_of_year[length];

	return (struct period){ length, first_month(period) / months };
}

struct period_range
period_inside(struct period period, enum period_length length)
{
	int32_t months = 12 / parts_of_year[length];

	return (struct period_range){ { length, first_month(period) / months },
		{ length, end_month(period) / months - 1 } };
}

bool
period_contains(struct period outer, struct period inner)
{
	return first_month(outer) <= first_month(inner) &&
	       end_month(inner) <= end_month(outer);
}

bool
period_overlaps(struct period period, struct period first, struct period last)
{
	return first_month(period) < end_month(last) &&
	       first_month(first) < end_month(period);
}
