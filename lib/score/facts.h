/*
 * facts: what scoring asks of the records of a period: values, membership,
 * groups, the scheme in force. Knows books, data and schemes; computes nothing.
 *
 * A book answers from its own records. Two sides can be laid over one another
 * (score/overlay.h), so that some units are seen as they are here and the
 * others as they were there, in another period or revision; so each question is
 * asked of an instant, which says what period that is on either side.
 */
#ifndef SHIJI_FACTS_H
#define SHIJI_FACTS_H

#include "book/data.h"
#include "scheme/bind.h"

struct instant {
	struct period here, there; /* of one length; equal in a book alone */
};

struct facts {
	void *context;
	/*
	 * The values of a measure for each unit of the book, as data_values()
	 * gives them; where `carried` is not NULL, as data_carried() does.
	 */
	void (*values)(void *context, uint32_t measure, struct instant instant,
	    struct num *out, uint8_t *carried);
	bool (*is_member)(void *context, size_t unit, struct instant instant);
	/* As unit_group() gives it. */
	struct str (*group)(void *context, size_t unit, struct str dimension,
	    struct instant instant);
	/* The scheme in force, bound, or NULL. */
	struct scheme *(*scheme)(void *context, struct instant instant);
	bool (*has_data)(void *context, struct instant instant);
	/* How many periods before this one may have data. */
	int32_t (*reach)(void *context, struct instant instant);
	/* Of each unit, whether it is seen as it was there; NULL: none is. */
	const uint8_t *is_there;
};

/* What a book alone answers from. */
struct book_facts {
	struct book *book;
	struct data *data;
	struct schemes *schemes;
};
/* The facts of a book; *own must outlive them. */
struct facts facts_of_book(struct book_facts *own);

static inline struct instant
instant_of(struct period period)
{
	return (struct instant){ period, period };
}

static inline bool
instant_equal(struct instant a, struct instant b)
{
	return period_equal(a.here, b.here) && period_equal(a.there, b.there);
}

static inline struct instant
instant_add(struct instant instant, int32_t count)
{
	return (struct instant){ period_add(instant.here, count),
		period_add(instant.there, count) };
}

/* The period in which a unit is seen. */
static inline struct period
facts_period(const struct facts *facts, struct instant instant, size_t unit)
{
	return facts->is_there != NULL && facts->is_there[unit] ? instant.there
								: instant.here;
}

#endif
