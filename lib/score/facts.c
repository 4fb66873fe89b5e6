#include "score/facts.h"

static void
book_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	const struct book_facts *own = context;

	if (carried != NULL)
		data_carried(own->data, measure, instant.here, out, carried);
	else
		data_values(own->data, measure, instant.here, out);
}

static bool
book_is_member(void *context, size_t unit, struct instant instant)
{
	const struct book_facts *own = context;

	return unit_is_member(&own->book->units[unit], instant.here);
}

static struct str
book_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct book_facts *own = context;

	return unit_group(&own->book->units[unit], dimension, instant.here);
}

static struct scheme *
book_scheme_for(void *context, struct instant instant)
{
	const struct book_facts *own = context;

	return schemes_for(own->schemes, instant.here);
}

static bool
book_has_data_in(void *context, struct instant instant)
{
	const struct book_facts *own = context;

	return book_has_data(own->book, instant.here);
}

static int32_t
book_reach(void *context, struct instant instant)
{
	const struct book_facts *own = context;
	struct period first = book_first(own->book, instant.here);

	return instant.here.index - first.index;
}

struct facts
facts_of_book(struct book_facts *own)
{
	return (struct facts){ own, book_values, book_is_member, book_group,
		book_scheme_for, book_has_data_in, book_reach, NULL };
}
