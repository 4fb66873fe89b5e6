/*
 * option_types: an option as a row: its type, the variable that it sets, and
 * what it goes with; and its argument, read as the type says: one reader and
 * one message to a type. Not the command line.
 */
#ifndef SHIJI_OPTION_TYPES_H
#define SHIJI_OPTION_TYPES_H

#include "base/arena.h"
#include "base/i18n.h"
#include "format/table.h"
#include "number/num.h"
#include "time/period.h"

/*
 * The variables that options set. What a tool takes where nobody says is their
 * value before; `given` tells whether somebody did.
 */
struct option_count {
	bool given;
	uint64_t value;
};
struct option_number {
	bool given;
	struct num value;
};
struct option_date {
	bool given;
	int32_t day; /* as date_parse() counts them */
};
struct option_time {
	bool given;
	int64_t seconds; /* since 1970 */
};
struct option_periods {
	bool given;
	struct period_range range;
};
struct option_format {
	bool given;
	bool is_text; /* sentences, where a tool has them; else aligned */
	enum table_format table;
};
struct option_list {
	const char **list;
	size_t count, capacity;
};

enum option_type {
	OPTION_TYPE_FLAG,
	OPTION_TYPE_TEXT,   /* any text that is not empty */
	OPTION_TYPE_LINE,   /* one that can stand in a record as it is */
	OPTION_TYPE_TEXTS,  /* a text, given any number of times */
	OPTION_TYPE_WORDS,  /* likewise, cut at commas */
	OPTION_TYPE_COUNT,  /* a whole number, from least to most */
	OPTION_TYPE_SHARE,  /* `10%` or `0.1`: from 0 to 1 */
	OPTION_TYPE_POINTS, /* a decimal of at least 0; above it: least 1 */
	OPTION_TYPE_DATE,   /* a day of the calendar */
	OPTION_TYPE_SINCE,  /* a time, or the first second of a day, a period */
	OPTION_TYPE_UNTIL,  /* or the last */
	OPTION_TYPE_PERIOD, /* one */
	OPTION_TYPE_PERIODS, /* one, or a range */
	OPTION_TYPE_YEAR,    /* a period that is a year */
	OPTION_TYPE_FORMAT,
	OPTION_TYPE_CHOICE, /* the value of one of the words */
	OPTION_TYPE_CHOICES /* some of them, with commas between: flags */
};

struct option_word {
	const char *word;
	int value;
};

/* A variable of the kind that the type sets. */
union option_variable {
	bool *flag; /* of choices: an array, by the values of words */
	const char **text;
	struct option_list *list;
	struct option_count *count;
	struct option_number *number;
	struct option_date *date;
	struct option_time *time;
	struct option_periods *periods;
	struct option_format *format;
	int *choice;
};

struct option_row {
	int letter; /* 0: a long name alone */
	const char *name;
	/* NULL: takes none. `[DATE]`: may be left out, else `--due=DATE`. */
	const char *argument;
	const char *help; /* N_() */
	enum option_type type;
	union option_variable variable; /* none: only a mode is set */
	uint64_t least, most;
	const struct option_word *words; /* one without a word ends them */

	/* Options that set one variable to different modes exclude each other.
	 */
	int *mode;
	int mode_value;
	/* Long names with spaces between: of `needs` one must be given too, */
	const char *needs;
	const char *excludes;  /* of these none may be, */
	const char *wanted_by; /* and with one of these it must be given. */

	/* An old spelling, of which nothing else is told: the name now. */
	const char *now;
};

/* The beginnings of rows: { OPTION_FLAG(0, "all", &all, N_("...")) }. */
#define OPTION_ROW(row_letter, row_name, row_argument, row_help, row_type)     \
	.letter = (row_letter), .name = (row_name),                            \
	.argument = (row_argument), .help = (row_help),                        \
	.type = OPTION_TYPE_##row_type
#define OPTION_FLAG(letter_, name_, to, help_)                                 \
	OPTION_ROW(letter_, name_, NULL, help_, FLAG), .variable.flag = (to)
#define OPTION_TEXT(letter_, name_, argument_, to, help_)                      \
	OPTION_ROW(letter_, name_, argument_, help_, TEXT),                    \
	    .variable.text = (to)
#define OPTION_LINE(letter_, name_, argument_, to, help_)                      \
	OPTION_ROW(letter_, name_, argument_, help_, LINE),                    \
	    .variable.text = (to)
#define OPTION_TEXTS(letter_, name_, argument_, to, help_)                     \
	OPTION_ROW(letter_, name_, argument_, help_, TEXTS),                   \
	    .variable.list = (to)
#define OPTION_WORDS(letter_, name_, argument_, to, help_)                     \
	OPTION_ROW(letter_, name_, argument_, help_, WORDS),                   \
	    .variable.list = (to)
#define OPTION_COUNT(letter_, name_, argument_, to, least_, most_, help_)      \
	OPTION_ROW(letter_, name_, argument_, help_, COUNT),                   \
	    .variable.count = (to), .least = (least_), .most = (most_)
#define OPTION_SHARE(letter_, name_, argument_, to, help_)                     \
	OPTION_ROW(letter_, name_, argument_, help_, SHARE),                   \
	    .variable.number = (to)
#define OPTION_POINTS(letter_, name_, argument_, to, least_, help_)            \
	OPTION_ROW(letter_, name_, argument_, help_, POINTS),                  \
	    .variable.number = (to), .least = (least_)
#define OPTION_DATE(letter_, name_, argument_, to, help_)                      \
	OPTION_ROW(letter_, name_, argument_, help_, DATE),                    \
	    .variable.date = (to)
#define OPTION_TIME(letter_, name_, argument_, end, to, help_)                 \
	OPTION_ROW(letter_, name_, argument_, help_, end), .variable.time = (to)
#define OPTION_PERIODS(letter_, name_, argument_, kind, to, help_)             \
	OPTION_ROW(letter_, name_, argument_, help_, kind),                    \
	    .variable.periods = (to)
#define OPTION_CHOICE(letter_, name_, argument_, to, words_, help_)            \
	OPTION_ROW(letter_, name_, argument_, help_, CHOICE),                  \
	    .variable.choice = (to), .words = (words_)
#define OPTION_CHOICES(letter_, name_, argument_, to, words_, help_)           \
	OPTION_ROW(letter_, name_, argument_, help_, CHOICES),                 \
	    .variable.flag = (to), .words = (words_)
#define OPTION_MODE(letter_, name_, to, value, help_)                          \
	OPTION_ROW(letter_, name_, NULL, help_, FLAG), OPTION_SETS(to, value)
#define OPTION_SETS(to, value) .mode = (to), .mode_value = (value)
#define OPTION_OLD(letter_, name_, now_)                                       \
	.letter = (letter_), .name = (name_), .now = (now_)

/* Whether an option of the type may be given any number of times. */
bool option_type_repeats(enum option_type type);

/*
 * Set the row's variable; text lives in the arena. False where the argument is
 * not of the type: then what is wrong and what to write is added to `fault`.
 */
bool option_type_set(const struct option_row *row, const char *argument,
    struct arena *arena, struct buffer *fault);

#endif
