#include "close/close.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "close/close_build.h"
#include "format/tsv.h"
#include "git/commit_write.h"
#include "git/repository.h"
#include "score/validate.h"

/* While a period is closed. */
struct closing {
	const struct close_request *request;
	bool is_correction;
	struct diag *diag;
	struct arena arena;
	struct repository *repository;
	struct commit_write *write;
	struct integrity *integrity;
	struct close_build build;
};

/* To whoever asked for the close. */
static void say(const struct closing *closing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void
say(const struct closing *closing, const char *format, ...)
{
	const struct close_request *request = closing->request;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		memory_short();
	va_end(arguments);
	request->say(request->context, str_from(text));
	free(text);
}

/* A period as a finding names it. */
static struct str
period_of(struct closing *closing, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	return arena_str(&closing->arena, str_from(period_text(period, text)));
}

/* Report what is wrong; details that the finding does not have are STR_END. */
static int
refuse(struct closing *closing, enum finding finding, struct str first,
    struct str second)
{
	diag_at(closing->diag, place_none(), finding, first, second);
	return -1;
}

/* The book as HEAD has it. */
static int
open_book(struct closing *closing)
{
	const struct close_request *request = closing->request;

	if (repository_open(&closing->repository, request->folder,
		REPOSITORY_PROVE, closing->diag) != 0 ||
	    commit_write_open(&closing->write, closing->repository,
		request->folder,
		request->is_dry_run ? COMMIT_WRITE_LOOK : COMMIT_WRITE_CHANGE,
		closing->diag) != 0)
		return -1;
	closing->integrity = integrity_new(closing->repository,
	    commit_write_prefix(closing->write));
	return close_build_open(&closing->build, closing->integrity,
	    commit_write_head(closing->write), closing->diag);
}

static void
close_book(struct closing *closing)
{
	close_build_close(&closing->build);
	integrity_free(closing->integrity);
	commit_write_close(closing->write);
	repository_close(closing->repository);
	arena_free(&closing->arena);
}

/* What HEAD has closed of a period; NULL: it is open. */
static const struct integrity_close *
find_close(const struct closing *closing, struct period period)
{
	return integrity_find(closing->integrity,
	    commit_write_head(closing->write), period);
}

/*
 * Whether it may be closed
 */

/* "data/2022-10/agri.tsv: changed, not committed" */
static int
check_clean(struct closing *closing)
{
	static const char *const guarded[] = { "data/", "schemes/", "closed/",
		NULL };
	struct commit_write_change *list;
	size_t count;

	if (commit_write_changes(closing->write, guarded, &closing->arena,
		&list, &count) != 0)
		return -1;
	if (count == 0)
		return 0;
	diag_at(closing->diag, place_none(), D_CLOSE_UNCOMMITTED);
	for (size_t i = 0; i < count; i++)
		diag_at(closing->diag, place_none(), D_CLOSE_FILE, list[i].path,
		    str_from(list[i].what));
	return -1;
}

static int
check_sound(struct closing *closing)
{
	const struct validate_request all = { 0 };

	validate_book(closing->build.book, closing->build.engine, &all,
	    closing->diag);
	return diag_has_errors(closing->diag) ? -1 : 0;
}

static struct str
office_of(const struct book *book, const struct measure *measure)
{
	if (measure->source != INDEX_NONE)
		return book->offices[measure->source].id;
	return measure->source_field != NULL ? measure->source_field->value
					     : STR("?");
}

/* Everything that nobody has reported yet, and who owes it. */
static int
check_complete(struct closing *closing)
{
	const struct close_request *request = closing->request;
	const struct book *book = closing->build.book;
	struct str period = period_of(closing, request->period);
	size_t count;
	const struct validate_due *list = validate_due(closing->build.engine,
	    book, request->period, &closing->arena, &count);

	if (count == 0 || request->is_provisional)
		return 0;
	diag_at(closing->diag, place_none(), D_CLOSE_INCOMPLETE, period,
	    arena_format(&closing->arena, "%zu", count));
	for (size_t i = 0; i < count; i++) {
		const struct measure *measure =
		    &book->measures[list[i].measure];

		diag_at(closing->diag, place_none(), D_CLOSE_MISSING,
		    measure->id, book->units[list[i].unit].id, period,
		    office_of(book, measure));
	}
	return -1;
}

/* Whether a period could be closed: it has a scheme and data. */
static bool
can_be_closed(const struct closing *closing, struct period period)
{
	const struct book *book = closing->build.book;

	return book_scheme(book, period) != NULL && book_has_data(book, period);
}

/* The first period of this length that is closed, or could be. */
static bool
first_period(const struct closing *closing, struct period *period)
{
	struct period last = *period;
	size_t count;
	const struct integrity_close *closes =
	    integrity_closes(closing->integrity,
		commit_write_head(closing->write), &count);

	for (size_t i = 0; i < count; i++)
		if (closes[i].period.length == last.length) {
			*period = closes[i].period;
			return true;
		}
	for (*period = book_first(closing->build.book, last);
	     period->index < last.index; period->index++)
		if (can_be_closed(closing, *period))
			return true;
	return false;
}

/* The first open one among the periods from `first` to `last`. */
static bool
find_open(const struct closing *closing, struct period first,
    struct period last, struct period *open)
{
	for (*open = first; open->index <= last.index; open->index++)
		if (can_be_closed(closing, *open) &&
		    find_close(closing, *open) == NULL)
			return true;
	return false;
}

/* Earlier periods come first, and shorter ones inside this. */
static int
check_order(struct closing *closing)
{
	struct period period = closing->request->period, open, first = period;
	int length = closing->build.book->length;
	bool found = false;

	if (first_period(closing, &first))
		found =
		    find_open(closing, first, period_add(period, -1), &open);
	if (!found && (int)period.length > length) {
		struct period_range inside =
		    period_inside(period, (enum period_length)length);

		found = find_open(closing, inside.first, inside.last, &open);
	}
	if (!found)
		return 0;
	return refuse(closing, D_CLOSE_ORDER, period_of(closing, open),
	    period_of(closing, period));
}

static int
check_approver(struct closing *closing)
{
	const struct book *book = closing->build.book;
	struct str best, office = closing->request->approved_by;
	struct str_nearest nearest;

	if (!book->has_offices || book_office(book, office) != INDEX_NONE)
		return 0;
	str_nearest_start(&nearest, office);
	for (size_t i = 0; i < book->office_count; i++)
		str_nearest_offer(&nearest, book->offices[i].id);
	best = str_nearest_best(&nearest);
	if (best.size > 0)
		return refuse(closing, D_CLOSE_APPROVER_NEAR, office, best);
	return refuse(closing, D_CLOSE_APPROVER, office, STR_END);
}

/*
 * Publishing
 */

/* "  1  甲县  95.44": the first places, for the commit's message. */
static void
add_places(struct buffer *message, struct str ranks)
{
	enum { MOST = 10 };
	struct diag *diag = diag_new(1);
	struct buffer copy = { 0 };
	struct tsv tsv = { 0 };

	buffer_add(&copy, ranks);
	if (tsv_add(&tsv, "-", copy, diag) == 0) {
		size_t unit = tsv_column(&tsv, STR("unit"));
		size_t score = tsv_column(&tsv, STR("score"));
		size_t rank = tsv_column(&tsv, STR("rank"));

		for (size_t i = 0; i < tsv.row_count && i < MOST; i++)
			buffer_format(message,
			    "%3.*s  " STR_FMT "  " STR_FMT "\n",
			    STR_ARG(tsv_cell(&tsv, i, rank)),
			    STR_ARG(tsv_cell(&tsv, i, unit)),
			    STR_ARG(tsv_cell(&tsv, i, score)));
		if (tsv.row_count > MOST)
			buffer_format(message, "     and %zu more\n",
			    tsv.row_count - MOST);
	}
	tsv_free(&tsv);
	diag_free(diag);
}

static void
make_message(const struct closing *closing, struct buffer *message)
{
	const struct close_request *request = closing->request;
	const struct close_record *record = &closing->build.record;
	char text[PERIOD_TEXT_SIZE];

	period_text(record->period, text);
	buffer_format(message,
	    closing->is_correction ? "Correct %s\n\n" : "Close %s\n\n", text);
	if (record->is_provisional)
		buffer_add(message,
		    STR("Provisional: values are missing.\n\n"));
	add_places(message, close_build_file(&closing->build, CLOSE_RANKS));
	buffer_format(message, "\nClose: %s revision %u\n", text,
	    record->revision);
	if (closing->is_correction)
		buffer_format(message,
		    "Reason: " STR_FMT "\nBasis: " STR_FMT
		    "\nApproved-by: " STR_FMT "\n",
		    STR_ARG(request->reason), STR_ARG(request->basis),
		    STR_ARG(request->approved_by));
}

/* Whoever has the tag can tell whether a record is the one that was closed. */
static void
make_tag_message(struct buffer *message, struct period period,
    unsigned revision, const char *digest)
{
	char text[PERIOD_TEXT_SIZE];

	buffer_format(message, "Close %s, revision %u\n\n" CLOSE_RECORD " %s\n",
	    period_text(period, text), revision, digest);
}

static size_t
list_files(const struct close_build *build,
    struct commit_write_file files[CLOSE_FILES + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < CLOSE_FILES; i++) {
		enum close_record_file file = (enum close_record_file)i;
		struct str bytes = close_build_file(build, file);

		if (bytes.size > 0)
			files[count++] = (struct commit_write_file){
				close_record_file_name(file), bytes
			};
	}
	files[count++] = (struct commit_write_file){ CLOSE_RECORD,
		close_build_file(build, CLOSE_FILES) };
	return count;
}

static int
would_write(const struct closing *closing,
    const struct commit_write_request *wanted)
{
	for (size_t i = 0; i < wanted->file_count; i++)
		say(closing, _("would write %s/%s, %zu bytes"), wanted->place,
		    wanted->files[i].name, wanted->files[i].bytes.size);
	say(closing, _("would commit them to %s and tag the commit %s"),
	    commit_write_branch(closing->write), wanted->tag);
	return 0;
}

/* What came of it. */
static int
tell_outcome(struct closing *closing, enum commit_write_outcome outcome,
    const char *tag, const char *id)
{
	struct str period = period_of(closing, closing->build.record.period);

	switch (outcome) {
	case COMMIT_WRITE_TAG_TAKEN:
		return refuse(closing, D_CLOSE_TAG, str_from(tag),
		    str_head(str_from(id), 12));
	case COMMIT_WRITE_MOVED:
		return refuse(closing, D_CLOSE_MOVED, STR_END, STR_END);
	case COMMIT_WRITE_FINISHED:
		say(closing,
		    _(STR_FMT ": an interrupted close was finished: commit "
			      "%.12s, tag %s"),
		    STR_ARG(period), id, tag);
		return 0;
	case COMMIT_WRITE_REPLACED:
		say(closing,
		    _("note: the tag %s was of an interrupted close, which no "
		      "branch has; it was replaced"),
		    tag);
		break;
	case COMMIT_WRITE_DONE:
		break;
	}
	say(closing, _(STR_FMT ": closed by commit %.12s, tag %s"),
	    STR_ARG(period), id, tag);
	return 0;
}

static int
commit(struct closing *closing, struct commit_write_request *wanted)
{
	const struct close_record *record = &closing->build.record;
	struct buffer message = { 0 }, tag_message = { 0 };
	enum commit_write_outcome outcome = COMMIT_WRITE_DONE;
	char id[COMMIT_ID_SIZE] = "", digest[DIGEST_SIZE];
	int rc;

	make_message(closing, &message);
	make_tag_message(&tag_message, record->period, record->revision,
	    digest_sha256(close_build_file(&closing->build, CLOSE_FILES),
		digest));
	wanted->message = buffer_str(&message);
	wanted->tag_message = buffer_str(&tag_message);
	rc = commit_write_commit(closing->write, wanted, &outcome, id);
	buffer_free(&message);
	buffer_free(&tag_message);
	return rc != 0 ? rc : tell_outcome(closing, outcome, wanted->tag, id);
}

/* Commit and tag what was computed, or say what would be done. */
static int
publish(struct closing *closing)
{
	const struct close_record *record = &closing->build.record;
	struct commit_write_file files[CLOSE_FILES + 1];
	char folder[CLOSE_NAME_SIZE], tag[CLOSE_NAME_SIZE];
	char text[PERIOD_TEXT_SIZE];
	struct commit_write_request wanted = { .files = files };

	wanted.place = close_record_folder(record->period, folder);
	wanted.tag = close_record_tag(record->period, record->revision, tag);
	wanted.file_count = list_files(&closing->build, files);
	if (closing->request->is_verbose)
		say(closing,
		    _("%s: computed from commit %.12s by " STR_FMT
		      ", %u items, %u units"),
		    period_text(record->period, text), record->commit.data,
		    STR_ARG(record->scheme), record->items, record->units);
	if (closing->request->is_dry_run)
		return would_write(closing, &wanted);
	return commit(closing, &wanted);
}

/*
 * What an interrupted close left undone
 */

/* Put files of HEAD into the work tree that an interrupted run did not. */
static int
restore_files(struct closing *closing, const struct integrity_close *close,
    bool *done)
{
	char folder[CLOSE_NAME_SIZE];

	close_record_folder(close->period, folder);
	if (!commit_write_lacks(closing->write, folder))
		return 0;
	*done = true;
	if (closing->request->is_dry_run) {
		say(closing, _("would put %s into the work tree"), folder);
		return 0;
	}
	if (commit_write_restore(closing->write, folder) != 0)
		return -1;
	say(closing, _("%s: an interrupted close was finished"), folder);
	return 0;
}

/* Set again a tag that is gone. */
static int
restore_tag(struct closing *closing, const struct integrity_close *close,
    bool *done)
{
	struct buffer message = { 0 };
	char tag[CLOSE_NAME_SIZE];
	git_oid id;
	int rc;

	if (close->record == NULL)
		return 0;
	close_record_tag(close->period, close->record->revision, tag);
	if (commit_write_has_tag(closing->write, tag) ||
	    !integrity_find_maker(closing->integrity,
		commit_write_head(closing->write), close, &id))
		return 0;
	*done = true;
	if (closing->request->is_dry_run) {
		say(closing, _("would set the tag %s again, which is gone"),
		    tag);
		return 0;
	}
	make_tag_message(&message, close->period, close->record->revision,
	    close->digest);
	rc = commit_write_retag(closing->write, tag, &id, buffer_str(&message));
	if (rc == 0)
		say(closing, _("the tag %s was gone; it is set again"), tag);
	buffer_free(&message);
	return rc != 0 ? -1 : 0;
}

/* A period that HEAD has closed: otherwise there is nothing to do. */
static int
finish_close(struct closing *closing, const struct integrity_close *close)
{
	bool done = false;

	if (restore_files(closing, close, &done) != 0 ||
	    restore_tag(closing, close, &done) != 0)
		return -1;
	if (done)
		return 0;
	return refuse(closing, D_CLOSE_CLOSED,
	    period_of(closing, close->period), STR_END);
}

/*
 * Closing
 */

static int
make_close(struct closing *closing, struct buffer *table)
{
	const struct close_build_request wanted = {
		.period = closing->request->period,
		.revision = 1,
		.is_provisional = closing->request->is_provisional
	};
	const struct integrity_close *close;

	if (open_book(closing) != 0)
		return -1;
	close = find_close(closing, wanted.period);
	if (close != NULL)
		return finish_close(closing, close);
	/* What cannot be scored at all says so itself. */
	if (!can_be_closed(closing, wanted.period) &&
	    engine_score(closing->build.engine, wanted.period) == NULL)
		return -1;
	if (check_clean(closing) != 0 || check_order(closing) != 0 ||
	    check_sound(closing) != 0 || check_complete(closing) != 0 ||
	    close_build_make(&closing->build, &wanted) != 0 ||
	    publish(closing) != 0)
		return -1;
	buffer_add(table, close_build_file(&closing->build, CLOSE_RANKS));
	return 0;
}

int
close_period(const struct close_request *request, struct buffer *table,
    struct diag *diag)
{
	struct closing closing = { .request = request, .diag = diag };
	int rc = make_close(&closing, table);

	close_book(&closing);
	return rc;
}

/*
 * Correcting
 */

/* Whether a commit since the close changed what it rests on. */
static bool
was_broken(struct closing *closing, struct period period)
{
	struct diag *diag = diag_new(1);
	struct integrity_breach *list = NULL;
	size_t count = 0;
	bool broken = false;

	if (integrity_walk(closing->integrity,
		commit_write_head(closing->write), NULL, 0, &closing->arena,
		&list, &count, diag) == 0)
		for (size_t i = 0; i < count; i++)
			broken |= !list[i].is_corrected &&
				  period_equal(list[i].period, period);
	diag_free(diag);
	return broken;
}

/* The scores that HEAD has published of a period. */
static int
read_scores(struct closing *closing, struct period period, struct buffer *out)
{
	char folder[CLOSE_NAME_SIZE];
	struct str path = arena_format(&closing->arena, "%s/%s",
	    close_record_folder(period, folder),
	    close_record_file_name(CLOSE_SCORES));

	return source_read(closing->build.source, path.data, out,
	    closing->diag);
}

/* A correction that would publish the same, with nothing to be taken in. */
static int
check_difference(struct closing *closing, const struct integrity_close *close)
{
	const struct close_build *build = &closing->build;
	struct buffer published = { 0 };
	bool same =
	    build->sum.rows == 0 &&
	    close->record->is_provisional == closing->request->is_provisional;

	if (same && read_scores(closing, close->period, &published) == 0)
		same = str_equal(buffer_str(&published),
		    close_build_file(build, CLOSE_SCORES));
	buffer_free(&published);
	if (!same || was_broken(closing, close->period))
		return 0;
	return refuse(closing, D_CLOSE_SAME, period_of(closing, close->period),
	    STR_END);
}

/* How many rows of two files differ, line by line. */
static size_t
count_differences(struct str a, struct str b)
{
	struct str x, y;
	size_t count = 0;
	bool more_x, more_y;

	for (;;) {
		more_x = str_next_line(&a, &x);
		more_y = str_next_line(&b, &y);
		if (!more_x && !more_y)
			return count;
		count += more_x != more_y || !str_equal(x, y);
	}
}

/* How many rows of a close would be others now; -1 with findings. */
static int
compare_with_now(struct closing *closing, const struct integrity_close *close,
    size_t *differ)
{
	struct close_results results = { 0 };
	struct buffer published = { 0 };
	int rc = close_results_make(&results, closing->build.book,
	    closing->build.engine, close->period, NULL,
	    close->record->is_provisional, closing->diag);

	if (rc == 0)
		rc = read_scores(closing, close->period, &published);
	if (rc == 0)
		*differ =
		    count_differences(buffer_str(&results.files[CLOSE_SCORES]),
			buffer_str(&published));
	close_results_free(&results);
	buffer_free(&published);
	return rc;
}

/* Later than a period, or around it. */
static bool
may_rest_on(struct period close, struct period period)
{
	if (period_equal(close, period))
		return false;
	return period_compare(close, period) > 0 ||
	       period_contains(close, period);
}

/* Later closes that would be others now; they stay as they were published. */
static int
list_affected(struct closing *closing)
{
	size_t count, differ;
	const struct integrity_close *closes =
	    integrity_closes(closing->integrity,
		commit_write_head(closing->write), &count);
	char text[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		if (!may_rest_on(closes[i].period, closing->request->period) ||
		    closes[i].record == NULL)
			continue;
		if (compare_with_now(closing, &closes[i], &differ) != 0)
			return -1;
		if (differ > 0)
			say(closing,
			    _("%s, closed, would differ now in %zu rows of "
			      "scores.tsv; it stays as published"),
			    period_text(closes[i].period, text), differ);
	}
	return 0;
}

static int
publish_correction(struct closing *closing, const struct integrity_close *close,
    struct buffer *table)
{
	const struct close_request *request = closing->request;
	const struct close_build_request wanted = { .period = request->period,
		.revision = close->record->revision + 1,
		.is_provisional = request->is_provisional,
		.reason = request->reason,
		.basis = request->basis,
		.approved_by = request->approved_by };
	const struct correction_sum *sum = &closing->build.sum;
	char text[PERIOD_TEXT_SIZE];

	if (close_build_make(&closing->build, &wanted) != 0 ||
	    check_difference(closing, close) != 0 ||
	    list_affected(closing) != 0)
		return -1;
	say(closing,
	    _("%s differs from revision %u: values %zu, scores %zu, ranks of "
	      "the total %zu"),
	    period_text(wanted.period, text), close->record->revision,
	    sum->values, sum->scores, sum->ranks);
	if (publish(closing) != 0)
		return -1;
	buffer_add(table, close_build_file(&closing->build, CLOSE_CORRECTION));
	return 0;
}

static int
make_correction(struct closing *closing, struct buffer *table)
{
	struct period period = closing->request->period;
	const struct integrity_close *close;
	char folder[CLOSE_NAME_SIZE];

	if (open_book(closing) != 0)
		return -1;
	close = find_close(closing, period);
	if (close == NULL)
		return refuse(closing, D_CLOSE_OPEN, period_of(closing, period),
		    STR_END);
	if (close->record == NULL)
		return refuse(closing, D_CLOSE_UNREADABLE,
		    period_of(closing, period), STR_END);
	close_record_folder(period, folder);
	if (commit_write_lacks(closing->write, folder))
		return finish_close(closing, close);
	if (check_approver(closing) != 0 || check_clean(closing) != 0 ||
	    check_sound(closing) != 0 || check_complete(closing) != 0)
		return -1;
	return publish_correction(closing, close, table);
}

int
close_correct(const struct close_request *request, struct buffer *table,
    struct diag *diag)
{
	struct closing closing = {
		.request = request, .is_correction = true, .diag = diag
	};
	int rc = make_correction(&closing, table);

	close_book(&closing);
	return rc;
}
