/*
 * book: who and what an assessment is about: units, offices, measures, and
 * which schemes and data there are. Knows records and sources; the figures
 * are for data, the rules for scheme.
 */
#ifndef SHIJI_BOOK_H
#define SHIJI_BOOK_H

#include "base/diag.h"
#include "base/intern.h"
#include "book/goal.h"
#include "format/rec.h"
#include "format/record.h"
#include "git/source.h"
#include "number/num.h"
#include "time/deadline.h"
#include "time/period.h"

struct unit_group {
	struct str dimension, value; /* `class/I`; plain `I` has "group" */
	bool dated;
	struct period_range range; /* where dated */
};

struct unit {
	struct str id, name;
	struct record_period from, to; /* membership, both inclusive */
	struct unit_group *groups;
	size_t group_count;
	const struct rec_record *record;
	/* As read. */
	struct record_fields group_fields, alias_fields;
};

struct office {
	struct str id, name, leader, counterpart, section;
	const struct rec_record *record;
};

enum measure_kind { MEASURE_LEVEL, MEASURE_FLOW, MEASURE_CUMULATIVE };

/* How far a measure should have come towards its target in a period. */
enum measure_plan {
	PLAN_NONE,
	PLAN_STRAIGHT, /* an equal part of the target in each period */
	PLAN_VALUES,   /* what another measure has for the period */
	PLAN_SHARES    /* so many per cent of the target as another has */
};

struct measure {
	struct str id, name, unit;
	int kind;	    /* enum measure_kind */
	int entries;	    /* 1: several lines add up */
	int every;	    /* enum period_length, or -1: any */
	uint32_t source;    /* office, or INDEX_NONE */
	uint32_t growth_of; /* measure whose official growth this is */
	uint32_t target;    /* measure that holds its target */
	enum measure_plan plan;
	uint32_t plan_measure; /* of PLAN_VALUES and PLAN_SHARES */
	struct num min, max;   /* VALUE_MISSING where there is none */
	int digits;	       /* DIGITS_UNSET or DIGITS_EXACT: any */
	const struct rec_record *record;
	const struct rec_field *source_field, *growth_field, *target_field,
	    *plan_field;
};

/* A scheme file that is there; scheme.h loads it. */
struct scheme_file {
	struct period from; /* what it is named for */
	struct str path;
};

/* A folder of data that is there. */
struct data_folder {
	struct period period;
	struct str path;
};

struct book {
	struct arena arena; /* everything below */
	struct source *source;

	struct str name;
	int length;    /* enum period_length: what is published */
	uint32_t self; /* unit, or INDEX_NONE */
	struct str self_id;
	int zone; /* of its dates, in minutes east of UTC */
	struct calendar calendar;
	struct deadline deadlines[DEADLINE_SUBJECTS];
	struct record_fields feeds; /* folders of books, relative to it */
	struct goal *goals;	    /* in the order of the file */
	size_t goal_count;

	struct unit *units;
	size_t unit_count;
	struct intern unit_index; /* Ids and aliases */
	struct office *offices;
	size_t office_count;
	bool has_offices; /* there is an offices.rec */
	struct intern office_index;
	struct measure *measures;
	size_t measure_count;
	struct intern measure_index;

	struct scheme_file *schemes; /* by period_compare */
	size_t scheme_count;
	struct data_folder *folders; /* by period_compare */
	size_t folder_count;

	struct rec_file book_file, unit_file, office_file, measure_file;
};

/*
 * Read a book from a source, which must outlive it. The records of units,
 * offices and measures are checked, each fault reported; what can be read is.
 * NULL where it is no book at all. book_free() frees.
 */
struct book *book_load(struct source *source, struct diag *diag);
void book_free(struct book *book); /* welcomes NULL */

/*
 * Read a .rec file of the book into its arena and parse it. *found is false
 * where there is no such file (nothing is reported). -1 on any fault.
 */
int book_read_rec(struct book *book, const char *path, struct rec_file *out,
    bool *found, struct diag *diag);

/* A number of each, or INDEX_NONE. */
uint32_t book_unit(const struct book *book, struct str id_or_alias);
uint32_t book_office(const struct book *book, struct str id);
uint32_t book_measure(const struct book *book, struct str id);

/*
 * Which unit of one book is which of another, by Id or else by an alias that
 * one of the two gives: of each unit of `from` its number in `to`, or
 * INDEX_NONE. No two have the same one. The array lives in the arena.
 */
uint32_t *book_match_units(const struct book *from, const struct book *to,
    struct arena *arena);

/* Whether there is still time to look for names near an unknown one. */
bool book_suggests(const struct diag *diag);
/* Report a name that is not there, with the nearest one that is. */
void book_unknown_unit(const struct book *book, struct place place,
    struct str id, struct diag *diag);
void book_unknown_measure(const struct book *book, struct place place,
    struct str id, struct diag *diag);
void book_unknown_office(const struct book *book, struct place place,
    struct str id, struct diag *diag);

/* Whether a unit belongs to the book in (any day of) a period. */
bool unit_is_member(const struct unit *unit, struct period period);
/*
 * The unit's group in a dimension in a period; an empty slice where it has
 * none. An empty dimension gives the first group there is. Where the group
 * changes within the period, the last one holds.
 */
struct str unit_group(const struct unit *unit, struct str dimension,
    struct period period);

/* The scheme file in force, or NULL. */
const struct scheme_file *book_scheme(const struct book *book,
    struct period period);
/* Whether there are data of a period, or of any inside it. */
bool book_has_data(const struct book *book, struct period period);
/* The folder of just this period, or NULL. */
const struct data_folder *book_folder(const struct book *book,
    struct period period);
/* The newest period of the book's own length with data; false if none. */
bool book_newest(const struct book *book, struct period *out);
/*
 * The first period as long as the given one that has data, even of a part of
 * it; the given one where none comes before it.
 */
struct period book_first(const struct book *book, struct period period);

#endif
