/*
 * period: months, quarters and years, and ranges of them. Knows no book.
 */
#ifndef SHIJI_PERIOD_H
#define SHIJI_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* In the order of their lengths. */
enum period_length { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR };

struct period {
	enum period_length length;
	int32_t index; /* months, quarters or years since year 0 */
};

struct period_range {
	struct period first, last; /* of one length, both inclusive */
};

#define PERIOD_TEXT_SIZE 16

/* `2022-10`, `2022-Q4` or `2022`; years 1000 to 9999. */
bool period_parse(struct str text, struct period *out);
/* A period, or `FIRST..LAST` of one length, in order. */
bool period_range_parse(struct str text, struct period_range *out);
/* Writes the text that period_parse reads; returns text. */
const char *period_text(struct period period, char text[PERIOD_TEXT_SIZE]);

/* `month`, `quarter` or `year`. */
bool period_length_parse(struct str text, enum period_length *out);
const char *period_length_text(enum period_length length);

/* So many periods of the same length later, or earlier where negative. */
struct period period_add(struct period period, int32_t count);
/* The same part of the year before. */
struct period period_year_ago(struct period period);
/* The last period of its length in the year before. */
struct period period_year_end(struct period period);
/* Its place in its year, from 1: October is 10. */
int period_in_year(struct period period);
int period_year(struct period period);

bool period_equal(struct period a, struct period b);
/* By time of the first day; of those that begin together the longer first. */
int period_compare(struct period a, struct period b);

/* The period of this length (not shorter) that contains the given one. */
struct period period_containing(struct period period,
    enum period_length length);
/* The first and last periods of this length (not longer) inside it. */
struct period_range period_inside(struct period period,
    enum period_length length);
/* Whether the days of `inner` all lie in those of `outer`. */
bool period_contains(struct period outer, struct period inner);
/* Whether any of its days lies between the first day of first and the last of
 * last. */
bool period_overlaps(struct period period, struct period first,
    struct period last);
static inline int32_t
period_range_count(struct period_range range)
{
	return range.last.index - range.first.index + 1;
}

#endif
