/*
 * shiji-log: the commits that changed a score, or set a value.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/attribution.h"
#include "analysis/history.h"
#include "analysis/trailer.h"
#include "book/data_diff.h"
#include "cli/session.h"
#include "score/score_text.h"

enum {
	OPTION_REVERSE = 256,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_CAUSES,
	OPTION_MEASURE,
	OPTION_TRAILERS
};

static const struct option_row options[] = {
	OPTIONS_BOOK,
	OPTIONS_SELECTION,
	{ 'n', "max-count", "N", N_("only the newest so many commits"), false },
	{ OPTION_REVERSE, "reverse", NULL, N_("oldest first"), false },
	{ OPTION_SINCE, "since", "DATE",
	    N_("only what was committed at this date or later"), false },
	{ OPTION_UNTIL, "until", "DATE",
	    N_("only what was committed at this date or earlier"), false },
	{ OPTION_CAUSES, "causes", NULL,
	    N_("add what moved each score, and by how much"), false },
	{ OPTION_MEASURE, "measure", "GLOB",
	    N_("the history of values of these measures instead"), true },
	{ OPTION_TRAILERS, "check-trailers", NULL,
	    N_("where messages say of scores what their records do not"),
	    false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-log",
	.synopsis = "[options] [REVISION | REVISION..REVISION]...",
	.purpose = N_("List the commits that changed a score."),
	.options = options,
};

struct request {
	struct session session;
	struct globs measures;
	const char **revisions; /* as history takes them */
	size_t revision_count;
	struct arena arena;
	bool reverse, causes, trailers, for_people, has_most, has_since,
	    has_until;
	uint64_t most;
	int64_t since, until;

	struct history *history;
	struct table *table;
	size_t columns;
	/* Rows that wait for those of older commits. */
	struct str *held;
	size_t held_count, held_capacity;
	size_t *starts; /* in `held`, of each commit's first cell */
	size_t start_count, start_capacity;
	uint64_t shown;		  /* commits */
	uint64_t walked, changed; /* commits; those with another book */
	bool has_false;		  /* a trailer that is not so */

	bool *matched_units, *matched_items; /* of each glob */
	bool has_sound, has_scores;	     /* some commit is, has */
};

/*
 * Options
 */

static int
set_most(struct request *request, const char *argument)
{
	request->has_most = true;
	request->most = 0;
	for (const char *at = argument; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || at - argument > 17)
			return usage_trouble(_("'%s' is no number"), argument);
		request->most = 10 * request->most + (uint64_t)(*at - '0');
	}
	if (*argument == '\0')
		return usage_trouble(_("'%s' is no number"), argument);
	return 0;
}

/* A day alone is meant as a whole: `--until` takes in its last second. */
static int
set_date(const char *argument, bool is_until, bool *has, int64_t *time)
{
	enum { DATE_SIZE = 10, DAY = 86400 };

	*has = commit_date_parse(str_from(argument), time);
	if (!*has)
		return usage_trouble(_("'%s' is no date; write 2022-11-05 or "
				       "2022-11-05T08:00:00+08:00"),
		    argument);
	if (is_until && strlen(argument) == DATE_SIZE)
		*time += DAY - 1;
	return 0;
}

static int
add_measure(struct request *request, const char *argument)
{
	struct globs *globs = &request->measures;

	globs->patterns = arena_grow(&globs->arena, globs->patterns,
	    globs->count, &globs->capacity, sizeof(*globs->patterns));
	globs->patterns[globs->count++] = argument;
	return 0;
}

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case 'n':
		return set_most(request, argument);
	case OPTION_REVERSE:
		request->reverse = true;
		return 0;
	case OPTION_SINCE:
		return set_date(argument, false, &request->has_since,
		    &request->since);
	case OPTION_UNTIL:
		return set_date(argument, true, &request->has_until,
		    &request->until);
	case OPTION_CAUSES:
		request->causes = true;
		return 0;
	case OPTION_MEASURE:
		return add_measure(request, argument);
	case OPTION_TRAILERS:
		request->trailers = true;
		return 0;
	default:
		return session_option(&request->session, letter, argument);
	}
}

static int
check_options(const struct request *request)
{
	bool measures = request->measures.count > 0;

	if (request->causes + measures + request->trailers > 1)
		return usage_trouble(_("--causes, --measure and "
				       "--check-trailers exclude one another"));
	if (request->session.items.count > 0 && (measures || request->trailers))
		return usage_trouble(
		    _("--item has no meaning with --measure or "
		      "--check-trailers"));
	if (request->session.units.count > 0 && request->trailers)
		return usage_trouble(
		    _("--unit has no meaning with --check-trailers"));
	return 0;
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		rc = take_option(request, letter, argument);
		if (rc != 0)
			return rc;
	}
	request->revisions = arena_array(&request->arena, (size_t)argc + 1,
	    sizeof(*request->revisions));
	if (request->session.revision != NULL)
		request->revisions[request->revision_count++] =
		    request->session.revision;
	for (; operand < argc; operand++)
		request->revisions[request->revision_count++] = argv[operand];
	return check_options(request);
}

/*
 * Selections
 */

static bool
choose_item(const void *context, const struct item *item)
{
	const struct request *request = context;

	if (request->session.items.count == 0)
		return str_equal(item->id, STR("total"));
	return globs_match(&request->session.items, item->id);
}

static bool
choose_measure(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->measures, id);
}

static bool
choose_unit(const void *context, struct str id)
{
	const struct request *request = context;

	return globs_match(&request->session.units, id);
}

/* By its Id, or the one that it has had since. */
static bool
is_chosen(const struct request *request, struct str unit)
{
	const struct book *book = history_newest_book(request->history);
	uint32_t number = INDEX_NONE;

	if (choose_unit(request, unit))
		return true;
	if (book != NULL)
		number = book_unit(book, unit);
	return number != INDEX_NONE &&
	       choose_unit(request, book->units[number].id);
}

/* Note which globs match something in a commit's book. */
static void
match_globs(struct request *request, const struct history_side *side)
{
	const struct globs *units = &request->session.units;
	const struct globs *items = &request->session.items;
	const struct snapshot *snapshot = &side->snapshots[0];
	const struct book *book = side->book;

	for (size_t i = 0; i < units->count; i++)
		for (size_t j = 0;
		     !request->matched_units[i] && j < book->unit_count; j++)
			request->matched_units[i] =
			    str_glob(str_from(units->patterns[i]),
				book->units[j].id);
	for (size_t i = 0; i < items->count; i++)
		for (size_t j = 0;
		     !request->matched_items[i] && j < snapshot->item_count;
		     j++)
			request->matched_items[i] =
			    str_glob(str_from(items->patterns[i]),
				snapshot->items[j].item->id);
	request->has_sound = true;
	for (int32_t i = 0;
	     i < period_range_count(history_periods(request->history)); i++)
		request->has_scores |= side->snapshots[i].standings != NULL;
}

/* A glob that matched nothing, anywhere in the history, is a mistake. */
static int
check_globs(const struct request *request)
{
	const struct session *session = &request->session;

	for (size_t i = 0; i < session->units.count; i++)
		if (!request->matched_units[i])
			return trouble(_("no unit matches '%s'"),
			    session->units.patterns[i]);
	for (size_t i = 0; i < session->items.count; i++)
		if (!request->matched_items[i])
			return trouble(_("no item matches '%s'"),
			    session->items.patterns[i]);
	return 0;
}

/* So is one for which no value was ever set. */
static int
check_measures(const struct request *request)
{
	const struct book *book = history_newest_book(request->history);
	const struct globs *globs = &request->measures;

	for (size_t i = 0; request->shown == 0 && i < globs->count; i++) {
		size_t at = 0;

		while (book != NULL && at < book->measure_count &&
		       !str_glob(str_from(globs->patterns[i]),
			   book->measures[at].id))
			at++;
		if (book == NULL || at == book->measure_count)
			return trouble(_("no measure matches '%s'"),
			    globs->patterns[i]);
	}
	return 0;
}

/* What was asked for must have been there once. */
static int
check_found(const struct request *request)
{
	struct period_range periods = history_periods(request->history);
	char first[PERIOD_TEXT_SIZE];

	if (request->measures.count > 0)
		return check_measures(request);
	if (request->has_sound && !request->has_scores)
		return trouble(_("no commit has scores of %s"),
		    period_text(periods.first, first));
	return request->has_scores ? check_globs(request) : 0;
}

/*
 * Output: at once or, with --reverse, when all is known.
 */

static struct table *open_table(const struct request *request);

/* The first row brings the header: where something is wrong there is none. */
static void
put(struct request *request, struct str cell)
{
	if (request->table == NULL)
		request->table = open_table(request);
	if (!request->reverse) {
		table_cell(request->table, cell);
		return;
	}
	request->held =
	    arena_grow(&request->arena, request->held, request->held_count,
		&request->held_capacity, sizeof(*request->held));
	request->held[request->held_count++] = arena_str(&request->arena, cell);
}

/* A commit's id: in full for programs, its beginning for people. */
static void
put_id(struct request *request, const char *id)
{
	struct str whole = str_from(id);

	put(request,
	    request->for_people ? str_head(whole, COMMIT_SHORT) : whole);
}

static void
start_commit(struct request *request)
{
	request->shown++;
	if (!request->reverse)
		return;
	request->starts =
	    arena_grow(&request->arena, request->starts, request->start_count,
		&request->start_capacity, sizeof(*request->starts));
	request->starts[request->start_count++] = request->held_count;
}

static void
print_held(struct request *request)
{
	size_t end = request->held_count;

	for (size_t i = request->start_count; i-- > 0;) {
		for (size_t j = request->starts[i]; j < end; j++)
			table_cell(request->table, request->held[j]);
		end = request->starts[i];
	}
}

static void
put_rank(struct request *request, uint32_t rank)
{
	char text[16], *at = text + sizeof(text);

	/* By hand: there may be millions. */
	for (; rank > 0; rank /= 10)
		*--at = (char)('0' + rank % 10);
	put(request, (struct str){ at, (size_t)(text + sizeof(text) - at) });
}

/*
 * Scores
 */

/* A commit's rows while they are printed. */
struct printing {
	struct request *request;
	const struct history_step *step;
	struct commit_info info;
	bool has_info;
	struct arena arena;
	struct buffer text;
	struct period period;
	char period_text[PERIOD_TEXT_SIZE];
	const struct snapshot *from, *to;
	struct attribution changes;		 /* with --causes */
	const struct attribution_change *change; /* of them, the one in hand */
	char parent[COMMIT_ID_SIZE];
	/* What differs from each parent but the first, as "unit\titem". */
	struct intern *others;
	size_t other_count;
};

/* Read when the first row asks for it: most commits have none. */
static const struct commit_info *
info_of(struct printing *printing)
{
	struct request *request = printing->request;

	if (!printing->has_info) {
		commit_read(&printing->info,
		    history_repository(request->history), printing->step->id,
		    &printing->arena, request->session.diag);
		start_commit(request);
	}
	printing->has_info = true;
	return &printing->info;
}

static void
put_score(struct printing *printing, const struct snapshot *snapshot,
    uint32_t item, struct num score)
{
	buffer_clear(&printing->text);
	if (num_is_number(score) && item != INDEX_NONE)
		score_print(&printing->text, snapshot->items[item].item, score);
	put(printing->request, buffer_str(&printing->text));
}

static int
digits_of(const struct snapshot *snapshot, uint32_t item)
{
	return item == INDEX_NONE ? 0 : snapshot->items[item].item->digits;
}

/* A difference, with as many digits as the finer of the row's two scores. */
static void
put_delta(struct printing *printing, const struct snapshot_row *row,
    struct num delta)
{
	int before = digits_of(printing->from, row->from_item);
	int after = digits_of(printing->to, row->to_item);

	buffer_clear(&printing->text);
	if (num_sign(delta) == 0)
		buffer_add_byte(&printing->text, '0');
	else if (before == DIGITS_EXACT || after == DIGITS_EXACT)
		num_print(&printing->text, delta);
	else
		num_print_fixed(&printing->text, delta,
		    (unsigned)(before > after ? before : after));
	put(printing->request, buffer_str(&printing->text));
}

static void
put_state(struct printing *printing, unsigned state)
{
	buffer_clear(&printing->text);
	snapshot_state_print(&printing->text, state);
	put(printing->request, buffer_str(&printing->text));
}

static void
put_commit(struct printing *printing)
{
	const struct commit_info *info = info_of(printing);

	put_id(printing->request, printing->step->id);
	put_id(printing->request, printing->parent);
	put(printing->request, info->date);
	put(printing->request, info->author);
}

static void
put_causes(struct printing *printing)
{
	for (int i = 0; printing->request->causes && i < CAUSES; i++) {
		if (printing->change == NULL)
			put(printing->request, STR(""));
		else
			put_delta(printing, &printing->change->row,
			    printing->change->causes[i]);
	}
}

static void
put_row(struct printing *printing, const struct snapshot_row *row)
{
	struct request *request = printing->request;

	put_commit(printing);
	put(request, str_from(printing->period_text));
	put(request, row->unit);
	put(request, row->item);
	put_score(printing, printing->from, row->from_item, row->from);
	put_score(printing, printing->to, row->to_item, row->to);
	put_delta(printing, row, row->delta);
	put_rank(request, row->from_rank);
	put_rank(request, row->to_rank);
	put_state(printing, row->from_state);
	put_state(printing, row->to_state);
	put(request, printing->info.subject);
	put(request, printing->info.reason);
	put_causes(printing);
	put(request, STR(""));
}

/* The commit's book is unsound: one row says so. */
static void
put_unsound(struct printing *printing)
{
	struct request *request = printing->request;
	struct period_range periods = history_periods(request->history);
	char first[PERIOD_TEXT_SIZE], last[PERIOD_TEXT_SIZE];

	period_text(periods.first, first);
	period_text(periods.last, last);
	put_commit(printing);
	buffer_clear(&printing->text);
	buffer_add(&printing->text, str_from(first));
	if (strcmp(first, last) != 0)
		buffer_format(&printing->text, "..%s", last);
	put(request, buffer_str(&printing->text));
	for (size_t i = 0; i < 8; i++)
		put(request, STR(""));
	put(request, STR("unsound"));
	put(request, printing->info.subject);
	put(request, printing->info.reason);
	put_causes(printing);
	put(request, printing->step->side->error);
}

static struct str
name_row(struct arena *arena, const struct snapshot_row *row)
{
	return arena_format(arena, STR_FMT "\t" STR_FMT, STR_ARG(row->unit),
	    STR_ARG(row->item));
}

/* Whether a row differs from every other parent too. */
static bool
is_new(struct printing *printing, const struct snapshot_row *row)
{
	struct str name;

	if (printing->other_count == 0)
		return true;
	name = name_row(&printing->arena, row);
	for (size_t i = 0; i < printing->other_count; i++)
		if (intern_find(&printing->others[i], name) == INDEX_NONE)
			return false;
	return true;
}

static bool
meet_row(void *context, const struct snapshot_row *row)
{
	struct printing *printing = context;

	if (is_chosen(printing->request, row->unit) && is_new(printing, row))
		put_row(printing, row);
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
name_others(struct printing *printing, size_t at)
{
	const struct history_step *step = printing->step;

	printing->other_count = step->base_count - 1;
	printing->others = arena_array(&printing->arena, step->base_count,
	    sizeof(*printing->others));
	for (size_t i = 1; i < step->base_count; i++) {
		struct naming naming = { &printing->arena,
			&printing->others[i - 1] };

		snapshot_compare(&step->bases[i].side->snapshots[at],
		    &step->side->snapshots[at], false, &printing->arena,
		    name_differing, &naming);
	}
}

/* Both sides loaded anew, and each difference split into its causes. */
static void
print_causes(struct printing *printing)
{
	const struct history *history = printing->request->history;
	const struct history_step *step = printing->step;
	const struct history_base *base = &step->bases[0];
	struct attribution_request wanted = { choose_item, printing->request,
		true };
	struct attribution *changes = &printing->changes;
	struct history_loaded from, to;

	history_load(history, base->commit, base->path, &from);
	history_load(history, &step->commit.id, step->path, &to);
	attribution_find(changes,
	    &(struct overlay_side){ from.book, from.engine, printing->period },
	    &(struct overlay_side){ to.book, to.engine, printing->period },
	    &wanted);
	printing->from = &changes->from;
	printing->to = &changes->to;
	for (size_t i = 0; i < changes->count; i++) {
		printing->change = &changes->rows[i];
		meet_row(printing, &changes->rows[i].row);
	}
	printing->change = NULL;
	attribution_free(changes);
	history_unload(&from);
	history_unload(&to);
}

static void
print_period(struct printing *printing, size_t at)
{
	const struct history_step *step = printing->step;
	const struct history_base *base = &step->bases[0];

	printing->from = &base->side->snapshots[at];
	printing->to = &step->side->snapshots[at];
	name_others(printing, at);
	if (printing->request->causes && base->commit != NULL &&
	    base->side->state == HISTORY_SOUND &&
	    step->side->state == HISTORY_SOUND)
		print_causes(printing);
	else
		snapshot_compare(printing->from, printing->to, false,
		    &printing->arena, meet_row, printing);
	for (size_t i = 0; i < printing->other_count; i++)
		intern_free(&printing->others[i]);
	printing->other_count = 0;
}

static void
print_scores(struct request *request, const struct history_step *step)
{
	struct printing printing = { .request = request, .step = step };
	struct period_range periods = history_periods(request->history);

	if (step->bases[0].commit != NULL)
		git_oid_tostr(printing.parent, sizeof(printing.parent),
		    step->bases[0].commit);
	if (step->side->state == HISTORY_UNSOUND) {
		put_unsound(&printing);
	} else {
		printing.period = periods.first;
		for (int32_t i = 0; i < period_range_count(periods); i++) {
			period_text(printing.period, printing.period_text);
			print_period(&printing, (size_t)i);
			printing.period.index++;
		}
	}
	buffer_free(&printing.text);
	arena_free(&printing.arena);
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

static void
put_cell_change(struct printing *printing, const struct data_diff_cell *change)
{
	struct request *request = printing->request;
	const struct commit_info *info = info_of(printing);
	char period[PERIOD_TEXT_SIZE], line[16];

	snprintf(line, sizeof(line), "%u", change->line);
	put_id(request, printing->step->id);
	put(request, info->date);
	put(request, info->author);
	put(request, str_from(period_text(change->period, period)));
	put(request, change->measure);
	put(request, change->unit);
	put(request, change->from);
	put(request, change->to);
	put(request, change->status);
	put(request, change->note);
	put(request, change->file);
	put(request, str_from(line));
	put(request, info->subject);
	put(request, info->reason);
}

static void
print_cells(struct request *request, const struct history_step *step)
{
	struct printing printing = { .request = request, .step = step };
	struct data_diff_request wanted = {
		.repository = history_repository(request->history),
		.periods = history_periods(request->history),
		.book = history_newest_book(request->history),
		.choose_measure = choose_measure,
		.choose_unit = choose_unit,
		.context = request
	};
	struct diag *diag = request->session.diag;
	size_t count, other_count;
	struct data_diff_cell *list = data_diff_compare(&wanted,
	    step->bases[0].tree, step->tree, &printing.arena, &count, diag);

	for (size_t i = 1; i < step->base_count; i++) {
		const struct data_diff_cell *others =
		    data_diff_compare(&wanted, step->bases[i].tree, step->tree,
			&printing.arena, &other_count, diag);

		count = keep_new(list, count, others, other_count);
	}
	for (size_t i = 0; i < count; i++)
		put_cell_change(&printing, &list[i]);
	buffer_free(&printing.text);
	arena_free(&printing.arena);
}

/*
 * Trailers
 */

static void
put_fault(struct printing *printing, const struct trailer_fault *fault)
{
	struct request *request = printing->request;
	const struct commit_info *info = &printing->info;

	request->has_false = true;
	put_id(request, printing->step->id);
	put_id(request, printing->parent);
	put(request, info->date);
	put(request, info->author);
	put(request, fault->claimed);
	put(request, fault->actual);
	put(request, info->subject);
}

static bool
choose_total(const void *context, const struct item *item)
{
	(void)context;
	return str_equal(item->id, STR("total"));
}

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
	    result, choose_total, NULL);
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

static void
check_claims(struct printing *printing)
{
	struct request *request = printing->request;
	const struct history_step *step = printing->step;
	const struct history_base *base = &step->bases[0];
	const struct commit_info *info = &printing->info;
	struct history_loaded from, to;
	struct trailers actual = { 0 };
	struct trailer_fault *faults;
	struct period period;
	size_t count;

	load_if_any(request->history, base->commit, base->tree, base->path,
	    &from);
	load_if_any(request->history, &step->commit.id, step->tree, step->path,
	    &to);
	for (size_t i = 0; i < info->trailer_count; i++)
		if (trailer_is_claim(&info->trailers[i]) &&
		    trailer_period(&info->trailers[i], &period) &&
		    !trailers_speak_of(info, i, period))
			add_actual(&actual, period, &from, &to);
	faults = trailers_check(&actual, info, &printing->arena, &count);
	for (size_t i = 0; i < count; i++) {
		/* Of unsound records nothing can be said. */
		if (diag_has_errors(to.diag))
			faults[i].actual =
			    diag_first(to.diag, &printing->arena);
		put_fault(printing, &faults[i]);
	}
	trailers_free(&actual);
	history_unload(&from);
	history_unload(&to);
}

/* A commit without a change of the book has moved nothing either. */
static void
print_faults(struct request *request, const struct history_step *step)
{
	static const struct history_base none;
	struct printing printing = { .request = request, .step = step };
	struct history_step still = *step;

	commit_read(&printing.info, history_repository(request->history),
	    step->id, &printing.arena, request->session.diag);
	if (trailers_claim(&printing.info)) {
		printing.has_info = true;
		start_commit(request);
		if (step->is_unchanged) {
			/* Nothing is compared with nothing. */
			still.tree = NULL;
			still.bases = &none;
			printing.step = &still;
		} else if (step->bases[0].commit != NULL) {
			git_oid_tostr(printing.parent, sizeof(printing.parent),
			    step->bases[0].commit);
		}
		check_claims(&printing);
	}
	buffer_free(&printing.text);
	arena_free(&printing.arena);
}

/*
 * The walk
 */

static bool
is_in_time(const struct request *request, const struct history_step *step)
{
	/* Dates lie, so that an older one may stand on a newer one. */
	return (!request->has_since || step->commit.time >= request->since) &&
	       (!request->has_until || step->commit.time <= request->until);
}

static void
print_step(struct request *request, const struct history_step *step)
{
	if (request->trailers)
		print_faults(request, step);
	else if (step->is_unchanged)
		return;
	else if (request->measures.count > 0)
		print_cells(request, step);
	else if (step->side != NULL)
		print_scores(request, step);
}

static struct table *
open_table(const struct request *request)
{
	static const struct table_column scores[] = {
		{ STR_INIT("commit"), false }, { STR_INIT("parent"), false },
		{ STR_INIT("date"), false }, { STR_INIT("author"), false },
		{ STR_INIT("period"), false }, { STR_INIT("unit"), false },
		{ STR_INIT("item"), false }, { STR_INIT("from"), true },
		{ STR_INIT("to"), true }, { STR_INIT("delta"), true },
		{ STR_INIT("from_rank"), true }, { STR_INIT("to_rank"), true },
		{ STR_INIT("from_state"), false },
		{ STR_INIT("to_state"), false }, { STR_INIT("subject"), false },
		{ STR_INIT("reason"), false }, { STR_INIT("error"), false }
	};
	static const struct table_column causes[] = {
		{ STR_INIT("scheme"), true }, { STR_INIT("own"), true },
		{ STR_INIT("pool"), true }, { STR_INIT("members"), true }
	};
	static const struct table_column cells[] = {
		{ STR_INIT("commit"), false }, { STR_INIT("date"), false },
		{ STR_INIT("author"), false }, { STR_INIT("period"), false },
		{ STR_INIT("measure"), false }, { STR_INIT("unit"), false },
		{ STR_INIT("from"), true }, { STR_INIT("to"), true },
		{ STR_INIT("status"), false }, { STR_INIT("note"), false },
		{ STR_INIT("file"), false }, { STR_INIT("line"), true },
		{ STR_INIT("subject"), false }, { STR_INIT("reason"), false }
	};
	static const struct table_column faults[] = { { STR_INIT("commit"),
							  false },
		{ STR_INIT("parent"), false }, { STR_INIT("date"), false },
		{ STR_INIT("author"), false }, { STR_INIT("claimed"), false },
		{ STR_INIT("actual"), false }, { STR_INIT("subject"), false } };
	struct table_column with[LENGTH(scores) + LENGTH(causes)];
	size_t last = LENGTH(scores) - 1;

	if (request->trailers)
		return session_table(&request->session, faults, LENGTH(faults));
	if (request->measures.count > 0)
		return session_table(&request->session, cells, LENGTH(cells));
	if (!request->causes)
		return session_table(&request->session, scores, LENGTH(scores));
	memcpy(with, scores, last * sizeof(*with));
	memcpy(with + last, causes, sizeof(causes));
	with[LENGTH(with) - 1] = scores[last];
	return session_table(&request->session, with, LENGTH(with));
}

/* What is said of the repository, on standard error, unless -q. */
static void
report(const struct request *request)
{
	struct diag_print how = { .format = DIAG_TEXT, .least = SEVERITY_NOTE };

	if (!request->session.quiet)
		diag_print(request->session.diag, &how, stderr);
}

static int
walk(struct request *request)
{
	struct history_step step;
	int rc;

	request->matched_units = arena_array(&request->arena,
	    request->session.units.count, sizeof(bool));
	request->matched_items = arena_array(&request->arena,
	    request->session.items.count, sizeof(bool));
	while ((!request->has_most || request->shown < request->most) &&
	       history_next(request->history, &step)) {
		request->walked++;
		request->changed += !step.is_unchanged;
		if (step.side != NULL && step.side->state == HISTORY_SOUND)
			match_globs(request, step.side);
		if (is_in_time(request, &step))
			print_step(request, &step);
	}
	rc = request->trailers ? 0 : check_found(request);
	if (request->table == NULL && rc == 0)
		request->table = open_table(request);
	if (request->table != NULL) {
		print_held(request);
		table_end(request->table);
	}
	report(request);
	if (request->session.verbose)
		fprintf(stderr,
		    _("shiji-log: %" PRIu64 " commits, %" PRIu64
		      " of them with another book than their parents\n"),
		    request->walked, request->changed);
	if (request->trailers)
		return request->has_false ? EXIT_FINDING : EXIT_SOUND;
	return rc;
}

static int
run(struct request *request)
{
	struct session *session = &request->session;
	struct history_options wanted = {
		.folder = session->folder != NULL ? session->folder : ".",
		.revisions = request->revisions,
		.revision_count = request->revision_count,
		.has_period = session->has_period,
		.periods = session->periods,
		.choose = choose_item,
		.context = request,
		.places_only = request->measures.count > 0,
	};
	int rc;

	request->for_people = session_is_for_people(session);
	session->diag = diag_new(0);
	if (history_open(&request->history, &wanted, session->diag) != 0) {
		report(request);
		rc = EXIT_TROUBLE;
	} else {
		rc = walk(request);
		if (diag_count(session->diag, SEVERITY_TROUBLE) > 0)
			rc = EXIT_TROUBLE;
	}
	history_close(request->history);
	return rc;
}

int
main(int argc, char **argv)
{
	struct request request = { 0 };
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = run(&request);
	session_close(&request.session);
	arena_free(&request.measures.arena);
	arena_free(&request.arena);
	return command_finish(rc);
}
