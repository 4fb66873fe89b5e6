#include "time/deadline.h"

#include <stdio.h>

enum { DAY_SURE = 28, COUNT_MAX = 366 };

static const char *const subjects[] = {
	[DEADLINE_DATA] = "data", [DEADLINE_SCORES] = "scores"
};

/* A deadline while it is read. */
struct reader {
	struct str_words words;
	enum period_length length;
	struct place place;
	struct diag *diag;
};

/* A number of at most three digits, or -1. */
static int
read_number(struct str text)
{
	int number = 0;

	if (text.size == 0 || text.size > 3)
		return -1;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -1;
		number = number * 10 + (text.data[i] - '0');
	}
	return number;
}

/* `day 3`. */
static bool
read_day(const struct reader *reader, struct deadline *out)
{
	if (!str_word_is(&reader->words, 1, "day") || reader->words.count != 3)
		return false;
	out->kind = DEADLINE_DAY;
	out->day = read_number(reader->words.list[2]);
	if (out->day < 1 || out->day > DAY_SURE) {
		diag_at(reader->diag, reader->place, D_DEADLINE_DAY,
		    reader->words.list[2],
		    str_from(period_length_text(reader->length)));
		out->given = false;
	}
	return true;
}

/* `01-20`. */
static bool
read_date(const struct reader *reader, struct deadline *out)
{
	struct str day = reader->words.list[1], month;

	if (reader->words.count != 2 || day.size != 5 ||
	    !str_cut(&day, '-', &month) || month.size != 2 ||
	    read_number(month) < 0 || read_number(day) < 0)
		return false;
	out->kind = DEADLINE_DATE;
	out->month = read_number(month);
	out->day = read_number(day);
	/* 1999 is no leap year: the 29th of February is not in every year. */
	if (out->month < 1 || out->month > 12 || out->day < 1 ||
	    out->day > date_month_days(1999, out->month)) {
		diag_at(reader->diag, reader->place, D_DEADLINE_DATE,
		    reader->words.list[1]);
		out->given = false;
	}
	return true;
}

/* `month-end`, `month-end + 3 days`, `month-end + 3 working days`. */
static bool
read_end(const struct reader *reader, struct deadline *out)
{
	struct str length = reader->words.list[1];
	enum period_length named;
	char want[32];

	if (!str_ends(length, STR("-end")))
		return false;
	length = str_head(length, length.size - 4);
	if (!period_length_parse(length, &named))
		return false;
	out->kind = DEADLINE_END;
	if (reader->words.count > 2) {
		size_t last = reader->words.count - 1;

		out->working = str_word_is(&reader->words, 4, "working");
		out->count =
		    read_number(reader->words.count > 3 ? reader->words.list[3]
							: STR(""));
		if (!str_word_is(&reader->words, 2, "+") ||
		    last != 4u + out->working ||
		    !(str_word_is(&reader->words, last, "days") ||
			str_word_is(&reader->words, last, "day")) ||
		    out->count < 1 || out->count > COUNT_MAX)
			return false;
	}
	if (named != reader->length) {
		snprintf(want, sizeof(want), "%s-end",
		    period_length_text(reader->length));
		diag_at(reader->diag, reader->place, D_DEADLINE_END,
		    reader->words.list[1], str_from(want));
		out->given = false;
	}
	return true;
}

/* `Wednesday`. */
static bool
read_weekday(const struct reader *reader, struct deadline *out)
{
	out->kind = DEADLINE_WEEKDAY;
	out->weekday = date_weekday_parse(reader->words.list[1]);
	return reader->words.count == 2 && out->weekday > 0;
}

static size_t
find_subject(const struct reader *reader)
{
	size_t subject = 0;

	while (subject < DEADLINE_SUBJECTS &&
	       !str_word_is(&reader->words, 0, subjects[subject]))
		subject++;
	return subject;
}

void
deadline_read(struct deadline deadlines[DEADLINE_SUBJECTS], struct str text,
    enum period_length length, struct place place, struct diag *diag)
{
	struct reader reader = {
		.length = length, .place = place, .diag = diag
	};
	struct deadline read = { .given = true, .text = text };
	size_t subject;

	if (!str_words(&reader.words, text) || reader.words.count < 2 ||
	    (subject = find_subject(&reader)) == DEADLINE_SUBJECTS ||
	    (!read_day(&reader, &read) && !read_date(&reader, &read) &&
		!read_end(&reader, &read) && !read_weekday(&reader, &read))) {
		diag_at(diag, place, D_DEADLINE, text);
		return;
	}
	if (deadlines[subject].given)
		diag_at(diag, place, D_DEADLINE_TWICE,
		    str_from(subjects[subject]));
	else
		deadlines[subject] = read;
}

int32_t
deadline_day(const struct deadline *deadline, const struct calendar *calendar,
    struct period period)
{
	int32_t end = date_period_last(period), day = end;
	struct period next = date_period(end + 1, PERIOD_MONTH);
	int year = period_year(next);

	switch (deadline->kind) {
	case DEADLINE_WEEKDAY:
		do
			day++;
		while (date_weekday(day) != deadline->weekday);
		break;
	case DEADLINE_DAY:
		day = end + deadline->day;
		break;
	case DEADLINE_DATE:
		day = date_of(year, deadline->month, deadline->day);
		if (day <= end)
			day = date_of(year + 1, deadline->month, deadline->day);
		break;
	case DEADLINE_END:
		if (deadline->working)
			return calendar_later(calendar, end, deadline->count);
		day = end + deadline->count;
		/* The end of a period stays where it is. */
		if (deadline->count == 0)
			return day;
		break;
	}
	return calendar_settle(calendar, day);
}
