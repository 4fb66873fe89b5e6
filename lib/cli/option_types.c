#include "cli/option_types.h"

#include <inttypes.h>

#include "git/commit.h"
#include "time/calendar.h"

/*
 * Readers: false where the argument is not of the type
 */

static bool
set_flag(const struct option_row *row, struct str argument, struct arena *arena)
{
	(void)argument;
	(void)arena;
	if (row->variable.flag != NULL)
		*row->variable.flag = true;
	return true;
}

static bool
set_text(const struct option_row *row, struct str argument, struct arena *arena)
{
	(void)arena;
	*row->variable.text = argument.data;
	return argument.size > 0;
}

enum { LINE_MOST = 2000 };

static bool
has_control(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	return false;
}

static bool
set_line(const struct option_row *row, struct str argument, struct arena *arena)
{
	size_t bad;

	return set_text(row, argument, arena) &&
	       str_trim(argument).size == argument.size &&
	       !has_control(argument) && str_is_utf8(argument, &bad) &&
	       argument.size <= LINE_MOST && !str_ends(argument, STR("\\"));
}

static void
add_text(struct option_list *list, const char *text, struct arena *arena)
{
	list->list = arena_grow(arena, list->list, list->count, &list->capacity,
	    sizeof(*list->list));
	list->list[list->count++] = text;
}

static bool
add_to_texts(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	add_text(row->variable.list, argument.data, arena);
	return argument.size > 0;
}

static bool
set_words(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct str word;
	bool more, empty = false;

	do {
		more = str_cut(&argument, ',', &word);
		empty |= word.size == 0;
		add_text(row->variable.list, arena_str(arena, word).data,
		    arena);
	} while (more);
	return !empty;
}

/* Digits alone: no sign, no space, nothing that wraps around. */
static bool
parse_count(struct str digits, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.size; i++) {
		uint64_t digit = (uint64_t)(digits.data[i] - '0');

		if (digits.data[i] < '0' || digits.data[i] > '9' ||
		    value > (UINT64_MAX - digit) / 10)
			return false;
		value = 10 * value + digit;
	}
	*out = value;
	return digits.size > 0;
}

static bool
set_count(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_count *count = row->variable.count;

	(void)arena;
	count->given = true;
	return parse_count(argument, &count->value) &&
	       count->value >= row->least && count->value <= row->most;
}

static bool
parse_number(struct str text, struct arena *arena, struct num *out)
{
	return num_parse(arena, text, out) && num_is_number(*out) &&
	       num_sign(*out) >= 0;
}

static bool
set_share(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_number *share = row->variable.number;
	bool is_percent = str_ends(argument, STR("%"));

	argument.size -= is_percent;
	share->given = true;
	if (!parse_number(argument, arena, &share->value))
		return false;
	if (is_percent)
		share->value = num_div(arena, share->value, NUM_INT(100));
	return num_compare(share->value, NUM_INT(1)) <= 0;
}

static bool
set_points(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_number *points = row->variable.number;

	points->given = true;
	return parse_number(argument, arena, &points->value) &&
	       (row->least == 0 || num_sign(points->value) > 0);
}

static bool
set_date(const struct option_row *row, struct str argument, struct arena *arena)
{
	(void)arena;
	row->variable.date->given = true;
	return date_parse(argument, &row->variable.date->day);
}

enum { DAY = 86400 };

/* The first second of what is no time but a day, a month, a year. */
static bool
set_since(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_time *time = row->variable.time;
	struct period period;

	(void)arena;
	time->given = true;
	if (!period_parse(argument, &period))
		return commit_date_parse(argument, &time->seconds);
	time->seconds = (int64_t)date_period_first(period) * DAY;
	return true;
}

static bool
set_until(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_time *time = row->variable.time;
	struct period period;
	int32_t day;

	(void)arena;
	time->given = true;
	if (period_parse(argument, &period))
		day = date_period_last(period);
	else if (!date_parse(argument, &day))
		return commit_date_parse(argument, &time->seconds);
	time->seconds = (int64_t)(day + 1) * DAY - 1;
	return true;
}

static bool
set_periods(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	(void)arena;
	row->variable.periods->given = true;
	return period_range_parse(argument, &row->variable.periods->range);
}

static bool
set_period(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	const struct period_range *range = &row->variable.periods->range;

	return set_periods(row, argument, arena) &&
	       period_equal(range->first, range->last);
}

static bool
set_year(const struct option_row *row, struct str argument, struct arena *arena)
{
	return set_period(row, argument, arena) &&
	       row->variable.periods->range.first.length == PERIOD_YEAR;
}

static bool
set_format(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	struct option_format *format = row->variable.format;

	(void)arena;
	format->given = true;
	format->is_text = str_equal(argument, STR("text"));
	if (!format->is_text)
		return table_format_parse(argument, &format->table);
	format->table = TABLE_ALIGNED;
	return true;
}

/* The row of a word; the last one, without a word, where it is none of them. */
static const struct option_word *
find_word(const struct option_word *words, struct str word)
{
	while (words->word != NULL && !str_equal(word, str_from(words->word)))
		words++;
	return words;
}

static bool
set_choice(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	const struct option_word *word = find_word(row->words, argument);

	(void)arena;
	*row->variable.choice = word->value;
	return word->word != NULL;
}

static bool
set_choices(const struct option_row *row, struct str argument,
    struct arena *arena)
{
	const struct option_word *word;
	struct str name;
	bool more;

	(void)arena;
	do {
		more = str_cut(&argument, ',', &name);
		word = find_word(row->words, name);
		if (word->word == NULL)
			return false;
		row->variable.flag[word->value] = true;
	} while (more);
	return true;
}

/*
 * What to write instead
 */

static void
advise_text(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	if (argument.size == 0)
		buffer_format(out, _("is empty; write %s"), row->argument);
	else
		buffer_format(out, _("has an empty part; write %s"),
		    row->argument);
}

static void
advise_line(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	size_t bad;

	(void)row;
	if (str_trim(argument).size == 0)
		buffer_add(out, str_from(_("is empty; say it")));
	else if (str_trim(argument).size != argument.size)
		buffer_add(out,
		    str_from(_("begins or ends with a space; remove it")));
	else if (has_control(argument))
		buffer_add(out,
		    str_from(_("has a line break or a control character; "
			       "write it on one line")));
	else if (!str_is_utf8(argument, &bad))
		buffer_add(out, str_from(_("is not UTF-8")));
	else
		buffer_format(out,
		    _("is longer than %d bytes, or ends in a backslash; "
		      "shorten it"),
		    LINE_MOST);
}

static void
advise_count(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	(void)argument;
	if (row->most == UINT64_MAX)
		buffer_format(out, _("is no whole number from %" PRIu64 " up"),
		    row->least);
	else
		buffer_format(out,
		    _("is no whole number from %" PRIu64 " to %" PRIu64),
		    row->least, row->most);
}

static void
advise_points(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	(void)argument;
	buffer_add(out,
	    str_from(row->least == 0
			 ? _("is no number of points; write such as 0.05")
			 : _("is no number of points above 0; write such as "
			     "0.5")));
}

static void
advise_period(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	struct period_range range;

	(void)row;
	buffer_add(out,
	    str_from(period_range_parse(argument, &range)
			 ? _("is a range; name one period, such as 2022-10")
			 : _("is no period; write 2022-10, 2022-Q4 or "
			     "2022")));
}

/* "a, b or c" */
static void
add_words(struct buffer *out, const struct option_word *words)
{
	for (size_t i = 0; words[i].word != NULL; i++) {
		if (i > 0)
			buffer_add(out, words[i + 1].word == NULL
					    ? str_from(_(" or "))
					    : STR(", "));
		buffer_add(out, str_from(words[i].word));
	}
}

static void
advise_choice(const struct option_row *row, struct str argument,
    struct buffer *out)
{
	(void)argument;
	buffer_add(out, str_from(_("will not do; write ")));
	add_words(out, row->words);
	if (row->type == OPTION_TYPE_CHOICES)
		buffer_add(out,
		    str_from(_(", or several with commas between")));
}

/* One row to a type: how it is read, and what is said where it is not one. */
static const struct type {
	bool (*set)(const struct option_row *row, struct str argument,
	    struct arena *arena);
	const char *advice; /* or, where it depends on the row: */
	void (*advise)(const struct option_row *row, struct str argument,
	    struct buffer *out);
	bool repeats;
} types[] = {
	[OPTION_TYPE_FLAG] = { .set = set_flag },
	[OPTION_TYPE_TEXT] = { .set = set_text, .advise = advise_text },
	[OPTION_TYPE_LINE] = { .set = set_line, .advise = advise_line },
	[OPTION_TYPE_TEXTS] = { .set = add_to_texts,
	    .advise = advise_text,
	    .repeats = true },
	[OPTION_TYPE_WORDS] = { .set = set_words, .advise = advise_text },
	[OPTION_TYPE_COUNT] = { .set = set_count, .advise = advise_count },
	[OPTION_TYPE_SHARE] = { .set = set_share,
	    .advice = N_("is no share; write 10%, or another from 0% to "
			 "100%") },
	[OPTION_TYPE_POINTS] = { .set = set_points, .advise = advise_points },
	[OPTION_TYPE_DATE] = { .set = set_date,
	    .advice = N_("is no day of the calendar; write such as "
			 "2022-11-03") },
	[OPTION_TYPE_SINCE] = { .set = set_since,
	    .advice = N_("is no time; write 2022-11-05, "
			 "2022-11-05T08:00:00+08:00, 2022-11 or 2022") },
	[OPTION_TYPE_UNTIL] = { .set = set_until,
	    .advice = N_("is no time; write 2022-11-05, "
			 "2022-11-05T08:00:00+08:00, 2022-11 or 2022") },
	[OPTION_TYPE_PERIOD] = { .set = set_period, .advise = advise_period },
	[OPTION_TYPE_PERIODS] = { .set = set_periods,
	    .advice = N_("is no period; write 2022-10, 2022-Q4, 2022 or "
			 "2022-01..2022-10") },
	[OPTION_TYPE_YEAR] = { .set = set_year,
	    .advice = N_("is no year; write such as 2022") },
	[OPTION_TYPE_FORMAT] = { .set = set_format,
	    .advice = N_("is no format; write text, tsv, csv, json, jsonl, "
			 "table or md") },
	[OPTION_TYPE_CHOICE] = { .set = set_choice, .advise = advise_choice },
	[OPTION_TYPE_CHOICES] = { .set = set_choices, .advise = advise_choice },
};

bool
option_type_repeats(enum option_type type)
{
	return types[type].repeats;
}

bool
option_type_set(const struct option_row *row, const char *argument,
    struct arena *arena, struct buffer *fault)
{
	const struct type *type = &types[row->type];
	struct str text = str_from(argument);

	if (type->set(row, text, arena))
		return true;
	if (type->advise != NULL)
		type->advise(row, text, fault);
	else
		buffer_add(fault, str_from(_(type->advice)));
	return false;
}
