#include "score/validate.h"

#include "book/data_rows.h"
#include "scheme/lint.h"

/*
 * What looks wrong and may be right
 */

/* One period's values of a measure beside those of another. */
struct comparison {
	struct engine *engine;
	const struct book *book;
	struct diag *diag;
	struct period period, before;
	struct num *now, *then;
	struct arena arena;
};

static struct place
cell_place(struct comparison *comparison, uint32_t measure, uint32_t unit)
{
	struct place place = place_file("data");

	data_place(engine_data(comparison->engine), measure, unit,
	    comparison->period, &place);
	return place;
}

static void
note(struct comparison *comparison, enum finding finding, uint32_t measure,
    uint32_t unit)
{
	struct buffer now = { 0 }, then = { 0 };
	char period[PERIOD_TEXT_SIZE];

	num_print(&now, comparison->now[unit]);
	num_print(&then, comparison->then[unit]);
	diag_at(comparison->diag, cell_place(comparison, measure, unit),
	    finding, buffer_str(&now), buffer_str(&then),
	    str_from(period_text(comparison->before, period)));
	buffer_free(&now);
	buffer_free(&then);
}

static void
compare_cell(struct comparison *comparison, uint32_t measure, uint32_t unit)
{
	struct num now = comparison->now[unit], then = comparison->then[unit];
	struct arena *arena = &comparison->arena;
	struct num a, b, ratio;

	if (!num_is_number(now) || !num_is_number(then) || num_sign(now) == 0 ||
	    num_sign(then) == 0)
		return;
	if (num_sign(now) != num_sign(then)) {
		note(comparison, D_WARN_SIGN, measure, unit);
		return;
	}
	a = num_abs(arena, now);
	b = num_abs(arena, then);
	ratio =
	    num_compare(a, b) > 0 ? num_div(arena, a, b) : num_div(arena, b, a);
	/* A ratio that outgrows its bound is more than ten. */
	if (!num_is_number(ratio) || num_compare(ratio, NUM_INT(10)) >= 0)
		note(comparison, D_WARN_TENFOLD, measure, unit);
}

/*
 * Against the period before: of what adds up from January only within a year,
 * of events not at all, since they come as they come.
 */
static void
compare_last(struct comparison *comparison, uint32_t measure)
{
	const struct measure *row = &comparison->book->measures[measure];
	struct data *data = engine_data(comparison->engine);

	comparison->before = period_add(comparison->period, -1);
	if (row->entries != 0 ||
	    (row->kind == MEASURE_CUMULATIVE &&
		period_in_year(comparison->period) == 1) ||
	    book_folder(comparison->book, comparison->before) == NULL)
		return;
	data_values(data, measure, comparison->period, comparison->now);
	data_values(data, measure, comparison->before, comparison->then);
	for (uint32_t i = 0; i < comparison->book->unit_count; i++)
		compare_cell(comparison, measure, i);
}

/* How many digits after the point a decimal is written with. */
static int
digits_of(struct num x)
{
	int digits = 0;

	if (x.d <= 0)
		return 0;
	for (int64_t d = x.d; d > 1; d /= 10)
		digits++;
	return digits;
}

static void
compare_growth_cell(struct comparison *comparison, uint32_t measure,
    uint32_t unit, struct num official)
{
	const struct book *book = comparison->book;
	struct arena *arena = &comparison->arena;
	const struct measure *row = &book->measures[measure];
	struct num now = comparison->now[unit], base = comparison->then[unit];
	struct num computed, apart, step;
	struct buffer text = { 0 }, stated = { 0 };

	if (!num_is_number(official) || !num_is_number(now) ||
	    !num_is_number(base) || num_sign(base) == 0)
		return;
	computed =
	    value_div(arena, num_sub(arena, now, base), num_abs(arena, base));
	if (str_equal(row->unit, STR("%")))
		computed = value_mul(arena, computed, NUM_INT(100));
	if (!num_is_number(computed))
		return;
	computed = num_round(arena, computed, digits_of(official), NUM_HALF_UP);
	/* One in the last place may come from the rounding of the values. */
	step = (struct num){ 1, official.d > 0 ? official.d : 1 };
	apart = value_sub(arena, computed, official);
	if (!num_is_number(apart) ||
	    num_compare(num_abs(arena, apart), step) <= 0)
		return;
	num_print(&stated, official);
	num_print(&text, computed);
	diag_at(comparison->diag, cell_place(comparison, measure, unit),
	    D_WARN_GROWTH, buffer_str(&stated),
	    book->measures[row->growth_of].id, buffer_str(&text));
	buffer_free(&text);
	buffer_free(&stated);
}

static void
compare_growth(struct comparison *comparison, uint32_t measure)
{
	const struct book *book = comparison->book;
	struct data *data = engine_data(comparison->engine);
	uint32_t of = book->measures[measure].growth_of;
	struct num *official;

	if (of == INDEX_NONE)
		return;
	official = arena_array(&comparison->arena, book->unit_count,
	    sizeof(*official));
	data_values(data, measure, comparison->period, official);
	data_values(data, of, comparison->period, comparison->now);
	data_values(data, of, period_year_ago(comparison->period),
	    comparison->then);
	for (uint32_t i = 0; i < book->unit_count; i++)
		compare_growth_cell(comparison, measure, i, official[i]);
}

/* Values of other periods that a rule reads and nobody has reported. */
static void
check_earlier(struct comparison *comparison, const struct program *program,
    const uint8_t *standings)
{
	const struct book *book = comparison->book;
	char period[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < program->node_count; i++) {
		const struct node *node = program->nodes[i];

		if (node->kind != NODE_SHIFT || node->count == 0 ||
		    node->parts[0]->kind != NODE_MEASURE)
			continue;
		comparison->before = eval_shifted(comparison->period, node);
		data_values(engine_data(comparison->engine),
		    node->parts[0]->index, comparison->before,
		    comparison->then);
		for (size_t j = 0; j < book->unit_count; j++)
			if (standings[j] == STANDING_IN &&
			    comparison->then[j].d == VALUE_MISSING)
				diag_at(comparison->diag, node_place(node),
				    D_WARN_ABSENT,
				    book->measures[node->parts[0]->index].id,
				    book->units[j].id,
				    str_from(period_text(comparison->before,
					period)));
	}
}

/* Measures under growth() whose base is zero. */
static void
check_bases(struct comparison *comparison, const struct program *program,
    const uint8_t *standings)
{
	const struct book *book = comparison->book;
	char period[PERIOD_TEXT_SIZE];

	comparison->before = period_year_ago(comparison->period);
	for (size_t i = 0; i < program->node_count; i++) {
		const struct node *node = program->nodes[i];

		if (node->kind != NODE_GROWTH || node->count == 0 ||
		    node->parts[0]->kind != NODE_MEASURE)
			continue;
		data_values(engine_data(comparison->engine),
		    node->parts[0]->index, comparison->before,
		    comparison->then);
		for (size_t j = 0; j < book->unit_count; j++)
			if (standings[j] == STANDING_IN &&
			    num_is_number(comparison->then[j]) &&
			    num_sign(comparison->then[j]) == 0)
				diag_at(comparison->diag, node_place(node),
				    D_WARN_BASE,
				    book->measures[node->parts[0]->index].id,
				    book->units[j].id,
				    str_from(period_text(comparison->before,
					period)));
	}
}

static void
warn_of_period(struct engine *engine, const struct book *book,
    struct period period, struct diag *diag)
{
	struct comparison comparison = {
		.engine = engine, .book = book, .diag = diag, .period = period
	};
	const struct scheme *scheme =
	    schemes_for(engine_schemes(engine), period);

	comparison.now = arena_array(&comparison.arena, book->unit_count,
	    sizeof(*comparison.now));
	comparison.then = arena_array(&comparison.arena, book->unit_count,
	    sizeof(*comparison.then));
	for (uint32_t i = 0; i < book->measure_count; i++) {
		compare_last(&comparison, i);
		compare_growth(&comparison, i);
	}
	for (size_t i = 0;
	     scheme != NULL && scheme->is_sound && i < scheme->item_count;
	     i++) {
		const struct program *program = scheme->items[i].program;
		const uint8_t *standings = engine_standings(engine, period);

		check_bases(&comparison, program, standings);
		check_earlier(&comparison, program, standings);
	}
	arena_free(&comparison.arena);
}

static void
warn_of_unused(struct engine *engine, const struct book *book,
    struct diag *diag)
{
	for (uint32_t i = 0; i < book->measure_count; i++) {
		const struct rec_record *record = book->measures[i].record;
		const struct rec_field *id = rec_field(record, "Id");
		bool used = book->scheme_count == 0;

		for (size_t j = 0; j < book->scheme_count && !used; j++) {
			const struct scheme *scheme =
			    schemes_get(engine_schemes(engine),
				&book->schemes[j]);

			used = scheme == NULL || scheme->uses_measure[i] != 0;
		}
		if (!used)
			diag_at(diag,
			    rec_place(&book->measure_file, id, 0,
				id->value.size),
			    D_WARN_UNUSED, book->measures[i].id);
	}
}

/*
 * Whether the records are sound
 */

/* What stays the same while one book is checked. */
struct check {
	const struct book *book;
	struct engine *engine;
	const struct validate_request *request;
	struct diag *diag;
};

/* Whether a folder's or a scheme's period is among those asked for. */
static bool
is_asked(const struct check *check, struct period period)
{
	const struct validate_request *request = check->request;

	return !request->has_periods ||
	       period_overlaps(period, request->periods.first,
		   request->periods.last);
}

static void
check_schemes(const struct check *check)
{
	const struct book *book = check->book;

	for (size_t i = 0; i < book->scheme_count; i++) {
		struct scheme *scheme =
		    schemes_get(engine_schemes(check->engine),
			&book->schemes[i]);

		if (scheme != NULL && scheme->is_sound)
			lint_scheme(scheme, check->diag);
	}
}

static void
check_data(const struct check *check)
{
	const struct book *book = check->book;

	for (size_t i = 0; i < book->folder_count; i++)
		if (is_asked(check, book->folders[i].period))
			data_load(engine_data(check->engine),
			    &book->folders[i]);
}

/* Figures from before the first scheme are bases for growth. */
static bool
has_schemes(const struct book *book, enum period_length length)
{
	for (size_t i = 0; i < book->scheme_count; i++)
		if (book->schemes[i].from.length == length)
			return true;
	return false;
}

/* A longer period than the book's own need not have a scheme. */
static void
check_period(const struct check *check, struct period period)
{
	const struct book *book = check->book;
	char text[PERIOD_TEXT_SIZE];

	if (book_scheme(book, period) != NULL) {
		engine_score(check->engine, period);
		if (check->request->warn)
			warn_of_period(check->engine, book, period,
			    check->diag);
	} else if ((int)period.length == book->length &&
		   !has_schemes(book, period.length)) {
		diag_at(check->diag, place_file("schemes"), D_UNSCHEMED,
		    str_from(period_text(period, text)),
		    str_from(period_length_text(period.length)));
	}
}

/* Every period with data, and the longer ones around it, each once. */
static void
check_all_periods(const struct check *check)
{
	const struct book *book = check->book;
	struct period last[PERIOD_YEAR + 1] = { 0 };

	for (size_t i = 0; i < book->folder_count; i++) {
		struct period period = book->folders[i].period;

		for (enum period_length length = period.length;
		     length <= PERIOD_YEAR; length++) {
			struct period around =
			    period_containing(period, length);

			/* Folders are in order: only the last can recur. */
			if (period_equal(around, last[length]))
				continue;
			last[length] = around;
			check_period(check, around);
		}
	}
}

void
validate_records(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag)
{
	struct check check = { book, engine, request, diag };

	check_schemes(&check);
	check_data(&check);
}

void
validate_book(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag)
{
	struct check check = { book, engine, request, diag };
	struct period period = request->periods.first;

	validate_records(book, engine, request, diag);
	if (!request->has_periods)
		check_all_periods(&check);
	else
		for (; period.index <= request->periods.last.index;
		     period.index++)
			check_period(&check, period);
	if (request->warn)
		warn_of_unused(engine, book, diag);
}

/*
 * What is still to be reported
 */

static void
mark_program(const struct program *program, uint8_t *needed)
{
	for (size_t i = 0; i < program->measure_count; i++)
		needed[program->measures[i]] = 1;
}

static void
mark_needed(const struct scheme *scheme, uint8_t *needed)
{
	for (size_t i = 0; i < scheme->item_count; i++)
		mark_program(scheme->items[i].program, needed);
	for (size_t i = 0; i < scheme->grade_count; i++)
		mark_program(scheme->grades[i].program, needed);
	mark_program(scheme->eligible_program, needed);
}

uint8_t *
validate_needs(struct engine *engine, const struct book *book,
    struct period period, struct arena *arena)
{
	const struct scheme *scheme =
	    schemes_for(engine_schemes(engine), period);
	uint8_t *needed;

	if (scheme == NULL || !scheme->is_sound)
		return NULL;
	needed = arena_array(arena, book->measure_count + 1, sizeof(*needed));
	mark_needed(scheme, needed);
	return needed;
}

struct validate_due *
validate_due(struct engine *engine, const struct book *book,
    struct period period, struct arena *arena, size_t *count)
{
	const uint8_t *standings, *needed;
	struct validate_due *list = NULL;
	struct num *values;
	size_t capacity = 0;

	*count = 0;
	needed = validate_needs(engine, book, period, arena);
	if (needed == NULL)
		return NULL;
	values = arena_array(arena, book->unit_count, sizeof(*values));
	standings = engine_standings(engine, period);
	for (uint32_t i = 0; i < book->measure_count; i++) {
		if (!needed[i])
			continue;
		data_values(engine_data(engine), i, period, values);
		for (uint32_t j = 0; j < book->unit_count; j++) {
			if (standings[j] == STANDING_NONE ||
			    values[j].d != VALUE_MISSING)
				continue;
			list = arena_grow(arena, list, *count, &capacity,
			    sizeof(*list));
			list[(*count)++] = (struct validate_due){ i, j };
		}
	}
	return list;
}
