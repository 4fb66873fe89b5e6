#include "analysis/combined_diff.h"

/*
 * Scores
 */

/* One period of a step while its rows are found. */
struct finding_rows {
	const struct history *history;
	const struct history_step *step;
	const struct combined_diff_request *request;
	void (*row)(void *context, const struct combined_diff_row *row);
	void *context;
	struct combined_diff_row found;
	/* What differs from each parent but the first, as "unit\titem". */
	struct intern *others;
	size_t other_count;
	struct arena arena;
};

static struct str
name_row(struct arena *arena, const struct snapshot_row *row)
{
	return arena_format(arena, STR_FMT "\t" STR_FMT, STR_ARG(row->unit),
	    STR_ARG(row->item));
}

/* By its Id, or the one that it has had since. */
static bool
is_chosen(const struct finding_rows *finding, struct str unit)
{
	const struct combined_diff_request *request = finding->request;
	const struct book *book = history_newest_book(finding->history);
	uint32_t number = INDEX_NONE;

	if (request->unit(request->context, unit))
		return true;
	if (book != NULL)
		number = book_unit(book, unit);
	return number != INDEX_NONE &&
	       request->unit(request->context, book->units[number].id);
}

/* Whether a row differs from every other parent too. */
static bool
is_new(struct finding_rows *finding, const struct snapshot_row *row)
{
	struct str name;

	if (finding->other_count == 0)
		return true;
	name = name_row(&finding->arena, row);
	for (size_t i = 0; i < finding->other_count; i++)
		if (intern_find(&finding->others[i], name) == INDEX_NONE)
			return false;
	return true;
}

static bool
meet_row(void *context, const struct snapshot_row *row)
{
	struct finding_rows *finding = context;

	finding->found.score = row;
	if (is_chosen(finding, row->unit) && is_new(finding, row))
		finding->row(finding->context, &finding->found);
	return true;
}

/* Names of rows that differ, for one parent of a merge. */
struct naming {
	struct arena *arena;
	struct intern *names;
};

static bool
name_differing(void *context, const struct snapshot_row *row)
{
	struct naming *naming = context;
	uint32_t number = 0;

	intern_add(naming->names, name_row(naming->arena, row), &number);
	return true;
}

static void
name_others(struct finding_rows *finding, size_t at)
{
	const struct history_step *step = finding->step;

	finding->other_count = step->base_count - 1;
	finding->others = arena_array(&finding->arena, step->base_count,
	    sizeof(*finding->others));
	for (size_t i = 1; i < step->base_count; i++) {
		struct naming naming = { &finding->arena,
			&finding->others[i - 1] };

		snapshot_compare(&step->bases[i].side->snapshots[at],
		    &step->side->snapshots[at], false, &finding->arena,
		    name_differing, &naming);
	}
}

static void
forget_others(struct finding_rows *finding)
{
	for (size_t i = 0; i < finding->other_count; i++)
		intern_free(&finding->others[i]);
	finding->other_count = 0;
}

/* Both sides loaded anew, and each difference split into its causes. */
static void
find_causes(struct finding_rows *finding)
{
	const struct history *history = finding->history;
	const struct history_step *step = finding->step;
	const struct history_base *base = &step->bases[0];
	const struct combined_diff_request *request = finding->request;
	struct period period = finding->found.period;
	struct attribution_request wanted = { request->item, request->context,
		true };
	struct attribution changes;
	struct history_loaded from, to;

	history_load(history, base->commit, base->path, &from);
	history_load(history, &step->commit.id, step->path, &to);
	attribution_find(&changes,
	    &(struct overlay_side){ from.book, from.engine, period },
	    &(struct overlay_side){ to.book, to.engine, period }, &wanted);
	finding->found.from = &changes.from;
	finding->found.to = &changes.to;
	for (size_t i = 0; i < changes.count; i++) {
		finding->found.causes = changes.rows[i].causes;
		meet_row(finding, &changes.rows[i].row);
	}
	finding->found = (struct combined_diff_row){ .period = period };
	attribution_free(&changes);
	history_unload(&from);
	history_unload(&to);
}

static void
find_rows(struct finding_rows *finding, size_t at)
{
	const struct history_step *step = finding->step;
	const struct history_base *base = &step->bases[0];

	name_others(finding, at);
	if (finding->request->causes && base->commit != NULL &&
	    base->side->state == HISTORY_SOUND &&
	    step->side->state == HISTORY_SOUND) {
		find_causes(finding);
	} else {
		finding->found.from = &base->side->snapshots[at];
		finding->found.to = &step->side->snapshots[at];
		snapshot_compare(finding->found.from, finding->found.to, false,
		    &finding->arena, meet_row, finding);
	}
	forget_others(finding);
}

void
combined_diff_scores(const struct history *history,
    const struct history_step *step,
    const struct combined_diff_request *request,
    void (*row)(void *context, const struct combined_diff_row *row),
    void *context)
{
	struct period_range periods = history_periods(history);
	struct finding_rows finding = { .history = history,
		.step = step,
		.request = request,
		.row = row,
		.context = context,
		.found = { .period = periods.first } };

	for (int32_t i = 0; i < period_range_count(periods); i++) {
		find_rows(&finding, (size_t)i);
		finding.found.period.index++;
	}
	arena_free(&finding.arena);
}

/*
 * Values
 */

/* Keep what every other parent has otherwise too. */
static size_t
keep_new(struct data_diff_cell *list, size_t count,
    const struct data_diff_cell *others, size_t other_count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < other_count; j++)
			if (data_diff_same(&list[i], &others[j])) {
				list[kept++] = list[i];
				break;
			}
	return kept;
}

struct data_diff_cell *
combined_diff_values(const struct history *history,
    const struct history_step *step,
    const struct combined_diff_request *request, struct arena *arena,
    size_t *count, struct diag *diag)
{
	struct data_diff_request wanted = {
		.repository = history_repository(history),
		.periods = history_periods(history),
		.book = history_newest_book(history),
		.choose_measure = request->measure,
		.choose_unit = request->unit,
		.context = request->context,
	};
	struct data_diff_cell *list = data_diff_compare(&wanted,
	    step->bases[0].tree, step->tree, arena, count, diag);

	for (size_t i = 1; i < step->base_count; i++) {
		size_t other_count;
		const struct data_diff_cell *others = data_diff_compare(&wanted,
		    step->bases[i].tree, step->tree, arena, &other_count, diag);

		*count = keep_new(list, *count, others, other_count);
	}
	return list;
}
