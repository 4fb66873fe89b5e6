/*
 * amendment: what one scheme changes of another, as a person would tell it:
 * total and categories, items added, dropped and moved, points and rules, the
 * methods and grades, and what each office gains and loses. Knows schemes and
 * tables; no scores.
 *
 * A rule is compared by what it says: white space, needless parentheses and
 * other ways to write a number (60%, 0.6) are no change. What an item takes
 * from its scheme, such as Digits, is told of the scheme, once. Note and X_...
 * are not compared.
 */
#ifndef SHIJI_SCHEME_DIFF_H
#define SHIJI_SCHEME_DIFF_H

#include "format/table.h"
#include "scheme/scheme.h"

enum amendment_part {
	AMENDMENT_SCHEME,
	AMENDMENT_ITEM,
	AMENDMENT_METHOD,
	AMENDMENT_GRADE,
	AMENDMENT_OFFICE
};

enum amendment_change {
	AMENDMENT_ADDED,
	AMENDMENT_DROPPED,
	AMENDMENT_MOVED, /* the same item or grade in another place */
	AMENDMENT_CHANGED,
	/* Of an office: items that it answers for, or takes part in. */
	AMENDMENT_GAINED,
	AMENDMENT_LOST,
	AMENDMENT_LEADS, /* took part, and now answers */
	AMENDMENT_SHARES /* answered, and now takes part */
};

/* What one side says, and where; path is NULL where nothing is written. */
struct amendment_saying {
	struct str text;
	const char *path;
	unsigned line;
};

struct amendment_row {
	enum amendment_part part;
	enum amendment_change change;
	struct str id, name;
	/*
	 * The field, as it is written: `Points`, `Rule`, `Let x`; in small
	 * letters what is counted or computed: `categories`, `share`.
	 */
	struct str what;
	struct amendment_saying from, to;
};

struct amendment {
	struct arena arena;
	struct amendment_row *rows;
	size_t count, capacity;
};

/*
 * All that differs: first of the scheme; then of items, in the order of the
 * new scheme's file, those dropped where they stood; of methods; of grades; of
 * offices. Texts are borrowed from the schemes and their books, or the
 * amendment's. The schemes need not be bound, and may be of two books. Which
 * item is which, pairing.h says. amendment_free() frees.
 */
void amendment_schemes(struct amendment *amendment, const struct scheme *from,
    const struct scheme *to);

/*
 * All that differs between two schemes in what decides the score of an item
 * that both have: its own fields that bear on it, what it takes from scheme
 * and items above it, the methods that its rules call, and, where absent
 * items leave their points to others, the points of those beside it. The
 * rows are added to an amendment that is all zeros or in use.
 */
void amendment_item(struct amendment *amendment, const struct scheme *from,
    uint32_t from_item, const struct scheme *to, uint32_t to_item);

void amendment_free(struct amendment *amendment);

/* part change id name what from to from_at to_at; places are `path:line`. */
extern const struct table_column amendment_columns[];
#define AMENDMENT_COLUMNS 9
/* Each row as one of a table of these columns. */
void amendment_print(const struct amendment *amendment, struct table *table);

#endif
