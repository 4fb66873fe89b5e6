#include "score/overlay.h"

static void
copy_units(struct overlay *overlay, const uint32_t *match)
{
	const struct book *from = overlay->from.book, *to = overlay->to.book;
	struct arena *arena = &overlay->arena;
	size_t most = from->unit_count + to->unit_count, count = to->unit_count;
	struct unit *units = arena_array(arena, most, sizeof(*units));

	overlay->from_unit =
	    arena_array(arena, most, sizeof(*overlay->from_unit));
	overlay->to_unit = arena_array(arena, most, sizeof(*overlay->to_unit));
	for (uint32_t i = 0; i < most; i++) {
		overlay->from_unit[i] = INDEX_NONE;
		overlay->to_unit[i] = i < count ? i : INDEX_NONE;
	}
	if (count > 0)
		memcpy(units, to->units, count * sizeof(*units));
	for (uint32_t i = 0; i < from->unit_count; i++) {
		if (match[i] != INDEX_NONE) {
			overlay->from_unit[match[i]] = i;
			continue;
		}
		overlay->from_unit[count] = i;
		units[count++] = from->units[i];
	}
	overlay->book.units = units;
	overlay->book.unit_count = count;
}

void
overlay_init(struct overlay *overlay, const struct overlay_side *from,
    const struct overlay_side *to)
{
	const struct book *book = to->book;

	*overlay = (struct overlay){ .from = *from,
		.to = *to,
		.instant = { to->period, from->period },
		.book = *book };
	/* Whoever allocates there would do so behind the book's back. */
	overlay->book.arena = (struct arena){ 0 };
	copy_units(overlay,
	    book_match_units(from->book, book, &overlay->arena));
	overlay->from_measure = arena_array(&overlay->arena,
	    book->measure_count, sizeof(*overlay->from_measure));
	for (size_t i = 0; i < book->measure_count; i++)
		overlay->from_measure[i] =
		    book_measure(from->book, book->measures[i].id);
	overlay->values = arena_array(&overlay->arena,
	    from->book->unit_count + book->unit_count,
	    sizeof(*overlay->values));
	overlay->carried = arena_array(&overlay->arena,
	    from->book->unit_count + book->unit_count, 1);
}

void
overlay_free(struct overlay *overlay)
{
	arena_free(&overlay->arena);
	*overlay = (struct overlay){ 0 };
}

bool
overlay_has_both(const struct overlay *overlay, size_t unit)
{
	uint32_t from = overlay->from_unit[unit], to = overlay->to_unit[unit];

	return from != INDEX_NONE && to != INDEX_NONE &&
	       unit_is_member(&overlay->from.book->units[from],
		   overlay->from.period) &&
	       unit_is_member(&overlay->to.book->units[to], overlay->to.period);
}

static void
side_values(const struct overlay_side *side, uint32_t measure,
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
fill(struct overlay *overlay, uint32_t measure, struct instant instant,
    bool is_there, const uint8_t *wanted, struct num *out, uint8_t *carried)
{
	const struct overlay_side *side =
	    is_there ? &overlay->from : &overlay->to;
	const uint32_t *units =
	    is_there ? overlay->from_unit : overlay->to_unit;
	uint32_t number = is_there ? overlay->from_measure[measure] : measure;

	if (number != INDEX_NONE)
		side_values(side, number,
		    is_there ? instant.there : instant.here, overlay->values,
		    carried != NULL ? overlay->carried : NULL);
	for (size_t i = 0; i < overlay->book.unit_count; i++) {
		bool has = number != INDEX_NONE && units[i] != INDEX_NONE;

		if (wanted != NULL && (wanted[i] != 0) != is_there)
			continue;
		out[i] = has ? overlay->values[units[i]] : value_missing();
		if (carried != NULL && has && overlay->carried[units[i]])
			carried[i] = 1;
	}
}

void
overlay_values(struct overlay *overlay, uint32_t measure,
    struct instant instant, bool is_there, struct num *out, uint8_t *carried)
{
	fill(overlay, measure, instant, is_there, NULL, out, carried);
}

static void
view_values(void *context, uint32_t measure, struct instant instant,
    struct num *out, uint8_t *carried)
{
	const struct overlay_view *view = context;

	fill(view->overlay, measure, instant, true, view->is_there, out,
	    carried);
	if (memchr(view->is_there, 0, view->overlay->book.unit_count) != NULL)
		fill(view->overlay, measure, instant, false, view->is_there,
		    out, carried);
}

static bool
view_is_member(void *context, size_t unit, struct instant instant)
{
	const struct overlay *overlay =
	    ((const struct overlay_view *)context)->overlay;
	uint32_t from = overlay->from_unit[unit];

	return from != INDEX_NONE &&
	       unit_is_member(&overlay->from.book->units[from], instant.there);
}

static struct str
view_group(void *context, size_t unit, struct str dimension,
    struct instant instant)
{
	const struct overlay *overlay =
	    ((const struct overlay_view *)context)->overlay;
	uint32_t from = overlay->from_unit[unit];

	if (from == INDEX_NONE)
		return unit_group(&overlay->book.units[unit], dimension,
		    instant.here);
	return unit_group(&overlay->from.book->units[from], dimension,
	    instant.there);
}

static struct scheme *
view_scheme(void *context, struct instant instant)
{
	const struct overlay *overlay =
	    ((const struct overlay_view *)context)->overlay;

	return schemes_for(engine_schemes(overlay->to.engine), instant.here);
}

static bool
view_has_data(void *context, struct instant instant)
{
	const struct overlay *overlay =
	    ((const struct overlay_view *)context)->overlay;

	return book_has_data(overlay->from.book, instant.there) ||
	       book_has_data(overlay->to.book, instant.here);
}

static int32_t
view_reach(void *context, struct instant instant)
{
	const struct overlay *overlay =
	    ((const struct overlay_view *)context)->overlay;
	int32_t there = instant.there.index -
			book_first(overlay->from.book, instant.there).index;
	int32_t here = instant.here.index -
		       book_first(overlay->to.book, instant.here).index;

	return here > there ? here : there;
}

void
overlay_view_init(struct overlay_view *view, struct overlay *overlay,
    struct overlay_view *base)
{
	size_t units = overlay->book.unit_count;

	*view = (struct overlay_view){ .overlay = overlay };
	view->is_there = arena_array(&overlay->arena, units + 1, 1);
	for (size_t i = 0; i < units; i++)
		view->is_there[i] = overlay->from_unit[i] != INDEX_NONE;
	view->diag = diag_new(1);
	view->facts =
	    (struct facts){ view, view_values, view_is_member, view_group,
		    view_scheme, view_has_data, view_reach, view->is_there };
	view->engine = engine_over(&overlay->book, &view->facts,
	    base == NULL ? NULL : base->engine, view->diag);
}

void
overlay_view_free(struct overlay_view *view)
{
	engine_free(view->engine);
	diag_free(view->diag);
	*view = (struct overlay_view){ 0 };
}

const struct result *
overlay_score(struct overlay_view *view)
{
	return engine_score_instant(view->engine, view->overlay->instant);
}
