/*
 * scheme_diff: what one scheme changes of another, as a person would tell it:
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

enum scheme_diff_part {
	SCHEME_DIFF_SCHEME,
	SCHEME_DIFF_ITEM,
	SCHEME_DIFF_METHOD,
	SCHEME_DIFF_GRADE,
	SCHEME_DIFF_OFFICE
};

enum scheme_diff_change {
	SCHEME_DIFF_ADDED,
	SCHEME_DIFF_DROPPED,
	SCHEME_DIFF_MOVED, /* the same item or grade in another place */
	SCHEME_DIFF_CHANGED,
	/* Of an office: items that it answers for, or takes part in. */
	SCHEME_DIFF_GAINED,
	SCHEME_DIFF_LOST,
	SCHEME_DIFF_LEADS, /* took part, and now answers */
	SCHEME_DIFF_SHARES /* answered, and now takes part */
};

/* What one side says, and where; path is NULL where nothing is written. */
struct scheme_diff_saying {
	struct str text;
	const char *path;
	unsigned line;
};

struct scheme_diff_row {
	enum scheme_diff_part part;
	enum scheme_diff_change change;
	struct str id, name;
	/*
	 * The field, as it is written: `Points`, `Rule`, `Let x`; in small
	 * letters what is counted or computed: `categories`, `share`.
	 */
	struct str what;
	struct scheme_diff_saying from, to;
};

struct scheme_diff {
	struct arena arena;
	struct scheme_diff_row *rows;
	size_t count, capacity;
};

/*
 * All that differs: first of the scheme; then of items, in the order of the
 * new scheme's file, those dropped where they stood; of methods; of grades; of
 * offices. Texts are borrowed from the schemes and their books, or the
 * amendment's. The schemes need not be bound, and may be of two books. Which
 * item is which, scheme/item_match.h says. scheme_diff_free() frees.
 */
void scheme_diff_schemes(struct scheme_diff *scheme_diff,
    const struct scheme *from, const struct scheme *to);

/*
 * All that differs between two schemes in what decides the score of an item
 * that both have: its own fields that bear on it, what it takes from scheme
 * and items above it, the methods that its rules call, and, where absent
 * items leave their points to others, the points of those beside it. The
 * rows are added to an amendment that is all zeros or in use.
 */
void scheme_diff_item(struct scheme_diff *scheme_diff,
    const struct scheme *from, uint32_t from_item, const struct scheme *to,
    uint32_t to_item);

void scheme_diff_free(struct scheme_diff *scheme_diff);

/* part change id name what from to from_at to_at; places are `path:line`. */
extern const struct table_column scheme_diff_columns[];
#define SCHEME_DIFF_COLUMNS 9
/* Each row as one of a table of these columns. */
void scheme_diff_print(const struct scheme_diff *scheme_diff,
    struct table *table);

#endif
