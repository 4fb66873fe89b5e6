#include "score/overlay.h"

static void
copy_units(struct mixture *mixture, const uint32_t *match)
{
	const struct book *from = mixture->from.book, *to = mixture->to.book;
	struct arena *arena = &mixture->arena;
	size_t most = from->unit_count + to->unit_count, count = to->unit_count;
	struct unit *units = arena_array(arena, most, sizeof(*units));

	mixture->from_unit =
	    arena_array(arena, most, sizeof(*mixture->from_unit));
	mixture->to_unit = arena_array(arena, most, sizeof(*mixture->to_unit));
	for (uint32_t i = 0; i < most; i++) {
		mixture->from_unit[i] = INDEX_NONE;
		mixture->to_unit[i] = i < count ? i : INDEX_NONE;
	}
	if (count > 0)
		memcpy(units, to->units, count * sizeof(*units));
	for (uint32_t i = 0; i < from->unit_count; i++) {
		if (match[i] != INDEX_NONE) {
			mixture->from_unit[match[i]] = i;
			continue;
		}
		mixture->from_unit[count] = i;
		units[count++] = from->units[i];
	}
	mixture->book.units = units;
	mixture->book.unit_count = count;
}

void
mixture_init(struct mixture *mixture, const struct mixture_side *from,
    const struct mixture_side *to)
{
	const struct book *book = to->book;

	*mixture = (struct mixture){ .from = *from,
		.to = *to,
		.instant = { to->period, from->period },
		.book = *book };
	/* Whoever allocates there would do so behind the book's back. */
	mixture->book.arena = (struct arena){ 0 };
	copy_units(mixture,
	    book_match_units(from->book, book, &mixture->arena));
	mixture->from_measure = arena_array(&mixture->arena,
	    book->measure_count, sizeof(*mixture->from_measure));
	for (size_t i = 0; i < book->measure_count; i++)
		mixture->from_measure[i] =
		    book_measure(from->book, book->measures[i].id);
	mixture->values = arena_array(&mixture->arena,
	    from->book->unit_count + book->unit_count,
	    sizeof(*mixture->values));
	mixture->carried = arena_array(&mixture->arena,
	    from->book->unit_count + book->unit_count, 1);
}

void
mixture_free(struct mixture *mixture)
{
	arena_free(&mixture->arena);
	*mixture = (struct mixture){ 0 };
}

bool
mixture_has_both(const struct mixture *mixture, size_t unit)
{
	uint32_t from = mixture->from_unit[unit], to = mixture->to_unit[unit];

	return from != INDEX_NONE && to != INDEX_NONE &&
	       unit_is_member(&mixture->from.book->units[from],
		   mixture->from.period) &&
	       unit_is_member(&mixture->to.book->units[to], mixture->to.period);
}

static void
side_values(const struct mixture_side *side, uint32_t measure,
    struct period period, struct num *out, uint8_t *carried)
{
	struct data *data = engine_data(side->engine);

	if (carried == NULL) {
		data_values(data, measure, period, out);
		return;
	}
	memset(carried, 0, side->book->unit_count);
	data_carried(data, measure, period, out, carried);
}

/* Those units of one side for which `wanted` holds; NULL: all of them. */
static void
fill(struct mixture *mixture, uint32_t measure, struct instant instant,
    bool is_there, const uint8_t *wanted, struct num *out, uint8_t *carried)
{
	const struct mixture_side *side =
	    is_there ? &mixture->from : &mixture->to;
	const uint32_t *units =
	    is_there ? mixture->from_unit : mixture->to_unit;
	uint32_t number = is_there ? mixture->from_measure[measure] : measure;

	if (number != INDEX_NONE)
		side_values(side, number,
		    is_there ? instant.there : instant.here, mixture->values,
		    carried != NULL ? mixture->carried : NULL);
	for (size_t i = 0; i < mixture->book.unit_count; i++) {
		bool has = number != INDEX_NONE && units[i] != INDEX_NONE;

		if (wanted != NULL && (wanted[i] != 0) != is_there)
			continue;
		out[i] = has ? mixture->values[units[i]] : value_missing();
		if (carried != NULL && has && mixture->carried[units[i]])
			carried[i] = 1;
	}
}

void
mixture_values(struct mixture *mixture, uint32_t measure,
    struct instant instant, bool is_there, struct num *out, uint8_t *carried)
{
	fill(mixture, measure, instant, is_there, NULL, out, carried);
}

static void
view_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	const struct mixture_view *view = context;

	fill(view->mixture, measure, instant, true, view->is_there, out,
	    carried);
	if (memchr(view->is_there, 0, view->mixture->book.unit_count) != NULL)
		fill(view->mixture, measure, instant, false, view->is_there,
		    out, carried);
}

static bool
view_is_member(void *context, size_t unit, struct instant instant)
{
	const struct mixture *mixture =
	    ((const struct mixture_view *)context)->mixture;
	uint32_t from = mixture->from_unit[unit];

	return from != INDEX_NONE &&
	       unit_is_member(&mixture->from.book->units[from], instant.there);
}

static struct str
view_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct mixture *mixture =
	    ((const struct mixture_view *)context)->mixture;
	uint32_t from = mixture->from_unit[unit];

	if (from == INDEX_NONE)
		return unit_group(&mixture->book.units[unit], dimension,
		    instant.here);
	return unit_group(&mixture->from.book->units[from], dimension,
	    instant.there);
}

static struct scheme *
view_scheme(void *context, struct instant instant)
{
	const struct mixture *mixture =
	    ((const struct mixture_view *)context)->mixture;

	return schemes_for(engine_schemes(mixture->to.engine), instant.here);
}

static bool
view_has_data(void *context, struct instant instant)
{
	const struct mixture *mixture =
	    ((const struct mixture_view *)context)->mixture;

	return book_has_data(mixture->from.book, instant.there) ||
	       book_has_data(mixture->to.book, instant.here);
}

static int32_t
view_reach(void *context, struct instant instant)
{
	const struct mixture *mixture =
	    ((const struct mixture_view *)context)->mixture;
	int32_t there = instant.there.index -
			book_first(mixture->from.book, instant.there).index;
	int32_t here = instant.here.index -
		       book_first(mixture->to.book, instant.here).index;

	return here > there ? here : there;
}

void
mixture_view_init(struct mixture_view *view, struct mixture *mixture,
    struct mixture_view *base)
{
	size_t units = mixture->book.unit_count;

	*view = (struct mixture_view){ .mixture = mixture };
	view->is_there = arena_array(&mixture->arena, units + 1, 1);
	for (size_t i = 0; i < units; i++)
		view->is_there[i] = mixture->from_unit[i] != INDEX_NONE;
	view->diag = diag_new(1);
	view->facts =
	    (struct facts){ view, view_values, view_is_member, view_group,
		    view_scheme, view_has_data, view_reach, view->is_there };
	view->engine = engine_over(&mixture->book, &view->facts,
	    base == NULL ? NULL : base->engine, view->diag);
}

void
mixture_view_free(struct mixture_view *view)
{
	engine_free(view->engine);
	diag_free(view->diag);
	*view = (struct mixture_view){ 0 };
}

const struct result *
mixture_score(struct mixture_view *view)
{
	return engine_score_instant(view->engine, view->mixture->instant);
}
