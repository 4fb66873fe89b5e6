/*
 * duty_view: what the tables about offices have in common: which rows are
 * asked for, what offices, items and measures are called, and the heading of a
 * document. In Markdown, which people read, a name stands where programs get an
 * Id; else names may be had in columns of their own. Knows books and
 * responsibilities.
 */
#ifndef SHIJI_DUTY_VIEW_H
#define SHIJI_DUTY_VIEW_H

#include "analysis/responsibility.h"
#include "view/cells.h"

struct duty_view {
	const struct book *book;
	FILE *out;
	enum table_format format;
	bool names; /* add columns with names */
	/* Whether an office, an item is asked for; NULL: all are. */
	bool (*is_asked)(const void *context, struct str office,
	    struct str item);
	const void *context;
};

/* The flag of columns with names, and a free one for a view; see cells. */
enum { DUTY_VIEW_NAMES = 1, DUTY_VIEW_OWN = 2 };
/* DUTY_VIEW_NAMES where such columns are shown. */
unsigned duty_view_shown(const struct duty_view *view);

bool duty_view_asks(const struct duty_view *view, struct str office,
    struct str item);
bool duty_view_asks_duty(const struct duty_view *view,
    const struct scheme *scheme, const struct responsibility *duty);

/* Whether names stand in the place of Ids. */
bool duty_view_is_named(const struct duty_view *view);
/* The Id or, there, the name; empty for INDEX_NONE. */
struct str duty_view_office(const struct duty_view *view, uint32_t office);
struct str duty_view_item(const struct duty_view *view,
    const struct scheme *scheme, uint32_t item);
struct str duty_view_measure(const struct duty_view *view, uint32_t measure);

/* What people call them: the Name, or else the Id; empty for INDEX_NONE. */
struct str duty_view_office_name(const struct book *book, uint32_t office);
struct str duty_view_item_name(const struct scheme *scheme, uint32_t item);
struct str duty_view_measure_name(const struct book *book, uint32_t measure);

/* The heading of a document: what it is of, and the unit's total. */
void duty_view_title(const struct duty_view *view,
    const struct responsibilities *duties, const char *what);

#endif
