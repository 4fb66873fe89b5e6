#include "analysis/trailer_check.h"

/* The snapshot of a period; of nothing where there is no book. */
static void
take_period(struct history_loaded *loaded, struct period period,
    struct snapshot *out)
{
	static const struct book no_book;
	const struct result *result = NULL;

	if (loaded->book != NULL && book_has_data(loaded->book, period))
		result = engine_score(loaded->engine, period);
	snapshot_take(out, loaded->book != NULL ? loaded->book : &no_book,
	    result, snapshot_choose_total, NULL);
}

/* What the records say of one period that a message speaks of. */
static void
add_actual(struct trailers *actual, struct period period,
    struct history_loaded *from, struct history_loaded *to)
{
	struct snapshot before, after;

	take_period(from, period, &before);
	take_period(to, period, &after);
	trailers_add(actual, period, &before, &after);
	snapshot_free(&before);
	snapshot_free(&after);
}

static void
load_if_any(const struct history *history, const git_oid *commit,
    const git_oid *tree, const char *path, struct history_loaded *out)
{
	if (tree != NULL)
		history_load(history, commit, path, out);
	else
		*out = (struct history_loaded){ .diag = diag_new(0) };
}

struct trailer_fault *
trailer_check(const struct history *history, const struct history_step *step,
    const struct commit_info *info, struct arena *arena, size_t *count)
{
	static const struct history_base none;
	const struct history_base *base =
	    step->is_unchanged ? &none : &step->bases[0];
	const git_oid *tree = step->is_unchanged ? NULL : step->tree;
	struct history_loaded from, to;
	struct trailers actual = { 0 };
	struct trailer_fault *faults;
	struct period period;

	load_if_any(history, base->commit, base->tree, base->path, &from);
	load_if_any(history, &step->commit.id, tree, step->path, &to);
	for (size_t i = 0; i < info->trailer_count; i++)
		if (trailer_is_claim(&info->trailers[i]) &&
		    trailer_period(&info->trailers[i], &period) &&
		    !trailers_speak_of(info, i, period))
			add_actual(&actual, period, &from, &to);
	faults = trailers_check(&actual, info, arena, count);
	for (size_t i = 0; i < *count; i++)
		/* Of unsound records nothing can be said. */
		faults[i].actual = diag_has_errors(to.diag)
				       ? diag_first(to.diag, arena)
				       : arena_str(arena, faults[i].actual);
	trailers_free(&actual);
	history_unload(&from);
	history_unload(&to);
	return faults;
}
