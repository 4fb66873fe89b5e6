/*
 * shiji-close: month-end: publishes a period, proves it, corrects it.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/session.h"
#include "close/known_closes.h"
#include "close/verify.h"
#include "format/tsv.h"
#include "git/commit_write.h"
#include "git/repository.h"
#include "score/soundness.h"
#include "score/validate.h"

enum {
	OPTION_PROVISIONAL = 256,
	OPTION_VERIFY,
	OPTION_SIGNERS,
	OPTION_CORRECT,
	OPTION_REASON,
	OPTION_BASIS,
	OPTION_APPROVED_BY
};

/* clang-format off */
static const struct option_row options[] = {
	{ 'C', "directory", "DIR", N_("the book, instead of this folder"), false },
	{ 'n', "dry-run", NULL, N_("show what would happen, and write nothing"), false },
	{ OPTION_PROVISIONAL, "provisional", NULL, N_("close although values are missing; every row says so"), false },
	{ OPTION_VERIFY, "verify", NULL, N_("prove these periods, or all that are closed"), false },
	{ 'r', "revision", "REV", N_("with --verify: as this git revision has them"), false },
	{ OPTION_SIGNERS, "signers", "FILE", N_("with --verify: tags must be signed by one of these"), false },
	{ OPTION_CORRECT, "correct", NULL, N_("close a closed period again, as its next revision"), false },
	{ OPTION_REASON, "reason", "TEXT", N_("with --correct: why"), false },
	{ OPTION_BASIS, "basis", "TEXT", N_("with --correct: the document that it rests on"), false },
	{ OPTION_APPROVED_BY, "approved-by", "OFFICE", N_("with --correct: who approved it"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-close",
	.synopsis = "[options] PERIOD...",
	.purpose = N_("Publish a period, prove it, correct it."),
	.options = options,
};

struct request {
	struct session session; /* only the options that it takes */
	struct arena arena;
	bool dry_run, provisional, verify, correct;
	const char *signers, *reason, *basis, *approved_by;
	struct period period; /* the first that is named */
	struct period *periods;
	size_t period_count, period_capacity;

	struct repository *repository;
	struct commit_write *write;
	struct integrity *integrity;
	struct close_build close_build;
};

/*
 * Options
 */

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case 'n':
		request->dry_run = true;
		return 0;
	case OPTION_PROVISIONAL:
		request->provisional = true;
		return 0;
	case OPTION_VERIFY:
		request->verify = true;
		return 0;
	case OPTION_CORRECT:
		request->correct = true;
		return 0;
	case OPTION_SIGNERS:
		request->signers = argument;
		return 0;
	case OPTION_REASON:
		request->reason = argument;
		return 0;
	case OPTION_BASIS:
		request->basis = argument;
		return 0;
	case OPTION_APPROVED_BY:
		request->approved_by = argument;
		return 0;
	default:
		return session_option(&request->session, letter, argument);
	}
}

/* A period, or a range of them where several may be named. */
static int
take_operand(struct request *request, const char *operand)
{
	struct period_range range;

	if (!period_range_parse(str_from(operand), &range))
		return usage_trouble(
		    _("'%s' is no period; write 2022-10, 2022-Q4 or 2022"),
		    operand);
	if (request->period_count == 0)
		request->period = range.first;
	for (; range.first.index <= range.last.index; range.first.index++) {
		request->periods = arena_grow(&request->arena, request->periods,
		    request->period_count, &request->period_capacity,
		    sizeof(*request->periods));
		request->periods[request->period_count++] = range.first;
	}
	return 0;
}

/* What goes into a record and a message: one line that says something. */
static int
check_text(const char *option, const char *text)
{
	enum { MOST = 2000 };
	struct str value = str_from(text);
	size_t bad;

	if (text == NULL)
		return usage_trouble(_("a correction needs --reason, --basis "
				       "and --approved-by; %s is missing"),
		    option);
	if (str_trim(value).size == 0)
		return usage_trouble(_("%s is empty; say it"), option);
	if (str_trim(value).size != value.size)
		return usage_trouble(
		    _("%s begins or ends with a space; remove it"), option);
	for (size_t i = 0; i < value.size; i++)
		if ((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f)
			return usage_trouble(_("%s has a line break or a "
					       "control character; write it "
					       "on one line"),
			    option);
	if (!str_is_utf8(value, &bad))
		return usage_trouble(_("%s is not UTF-8"), option);
	if (value.size > MOST || value.data[value.size - 1] == '\\')
		return usage_trouble(_("%s is longer than %d bytes, or ends "
				       "in a backslash; shorten it"),
		    option, MOST);
	return 0;
}

static int
check_correction(const struct request *request)
{
	const struct {
		const char *option, *text;
	} texts[] = { { "--reason", request->reason },
		{ "--basis", request->basis },
		{ "--approved-by", request->approved_by } };
	int rc = 0;

	for (size_t i = 0; i < LENGTH(texts) && rc == 0; i++)
		if (request->correct)
			rc = check_text(texts[i].option, texts[i].text);
		else if (texts[i].text != NULL)
			rc = usage_trouble(_("%s goes with --correct"),
			    texts[i].option);
	return rc;
}

static int
check_options(const struct request *request)
{
	if (request->verify && (request->correct || request->provisional))
		return usage_trouble(_("--verify goes neither with --correct "
				       "nor with --provisional"));
	if (!request->verify &&
	    (request->signers != NULL || request->session.revision != NULL))
		return usage_trouble(
		    _("--signers and --revision go with --verify"));
	if (!request->verify && request->period_count != 1)
		return usage_trouble(_("name one period to be closed"));
	if (request->signers != NULL && access(request->signers, R_OK) != 0)
		return trouble(_("%s: cannot read the signers; name a file of "
				 "allowed signers or of public keys"),
		    request->signers);
	return check_correction(request);
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc = 0;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = take_option(request, letter, argument)) != 0)
			return rc;
	for (; operand < argc && rc == 0; operand++)
		rc = take_operand(request, argv[operand]);
	return rc != 0 ? rc : check_options(request);
}

/*
 * What both closing and correcting need
 */

/* Findings about records, at their places in the book. */
static int
report(const struct request *request, struct diag *diag)
{
	struct diag_print how = { .format = DIAG_TEXT,
		.least = SEVERITY_ERROR,
		.most = 100,
		.summary = true };

	if (!request->session.quiet)
		diag_print(diag, &how, stderr);
	return diag_count(diag, SEVERITY_TROUBLE) > 0 ? EXIT_TROUBLE
						      : EXIT_FINDING;
}

static int
open_repository(struct request *request)
{
	struct diag *diag = diag_new(0);
	int rc = 0;

	if (request->session.folder == NULL)
		request->session.folder = ".";
	if (repository_open(&request->repository, request->session.folder,
		REPOSITORY_PROVE, diag) != 0)
		rc = report(request, diag);
	diag_free(diag);
	return rc;
}

/* The book as HEAD has it. */
static int
open_book(struct request *request)
{
	int rc = open_repository(request);

	if (rc == 0)
		rc = commit_write_open(&request->write, request->repository,
		    request->session.folder,
		    request->dry_run ? COMMIT_WRITE_LOOK : COMMIT_WRITE_CHANGE);
	if (rc != 0)
		return rc;
	request->integrity = integrity_new(request->repository,
	    commit_write_prefix(request->write));
	if (close_build_open(&request->close_build, request->integrity,
		commit_write_head(request->write)) != 0)
		return report(request, request->close_build.diag);
	return 0;
}

/* "  data/2022-10/agri.tsv: changed, not committed" */
static int
check_clean(struct request *request)
{
	static const char *const guarded[] = { "data/", "schemes/", "closed/",
		NULL };
	struct commit_write_change *list;
	size_t count;
	int rc = commit_write_changes(request->write, guarded, &request->arena,
	    &list, &count);

	if (rc != 0 || count == 0)
		return rc;
	for (size_t i = 0; i < count && !request->session.quiet; i++)
		fprintf(stderr, STR_FMT ": %s\n", STR_ARG(list[i].path),
		    list[i].what);
	trouble(_("the book is not as it was committed; commit, or take back, "
		  "what is listed above"));
	return EXIT_FINDING;
}

static int
check_sound(struct request *request)
{
	const struct close_build *close_build = &request->close_build;
	const struct validate_request all = { 0 };

	validate_book(close_build->book, close_build->engine, &all,
	    close_build->diag);
	if (!diag_has_errors(close_build->diag))
		return 0;
	return report(request, close_build->diag);
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
check_complete(struct request *request)
{
	enum { MOST = 50 };
	const struct book *book = request->close_build.book;
	size_t count;
	const struct validate_due *list =
	    validate_due(request->close_build.engine, book, request->period,
		&request->arena, &count);
	char text[PERIOD_TEXT_SIZE];

	if (count == 0 || request->provisional)
		return 0;
	period_text(request->period, text);
	for (size_t i = 0; i < count && i < MOST && !request->session.quiet;
	     i++) {
		const struct measure *measure =
		    &book->measures[list[i].measure];

		fprintf(stderr,
		    _("missing: " STR_FMT " of " STR_FMT " in %s, from "
		      "" STR_FMT "\n"),
		    STR_ARG(measure->id), STR_ARG(book->units[list[i].unit].id),
		    text, STR_ARG(office_of(book, measure)));
	}
	trouble(_("values of %s that are missing: %zu; enter them ('shiji "
		  "validate --due -p %s' lists them all), or close with "
		  "--provisional"),
	    text, count, text);
	return EXIT_FINDING;
}

/* A stream with a header as a table on standard output. */
static int
print_stream(const struct request *request, struct str text)
{
	static const char *const numbers[] = { "points", "score", "rank",
		"since", "move", "delta", "from_rank", "to_rank", "alone",
		"alone_rank", "scheme", "own", "pool", "members", "line" };
	enum table_format format = session_format(&request->session);
	struct diag *diag = diag_new(1);
	struct buffer copy = { 0 };
	struct arena arena = { 0 };
	struct tsv tsv = { 0 };
	struct table_column *columns;
	struct table *table;
	struct str *cells;

	if (format == TABLE_TSV) {
		fwrite(text.data, 1, text.size, stdout);
		diag_free(diag);
		return 0;
	}
	buffer_add(&copy, text);
	if (tsv_add(&tsv, "-", copy, diag) != 0) {
		diag_free(diag);
		tsv_free(&tsv);
		return EXIT_TROUBLE;
	}
	columns = arena_array(&arena, tsv.column_count, sizeof(*columns));
	cells = arena_array(&arena, tsv.column_count, sizeof(*cells));
	for (size_t i = 0; i < tsv.column_count; i++) {
		columns[i].name = tsv.names[i];
		for (size_t j = 0; j < LENGTH(numbers); j++)
			if (str_equal(tsv.names[i], str_from(numbers[j])))
				columns[i].type = TABLE_NUMBER;
	}
	table = table_new(stdout, format, columns, tsv.column_count);
	for (size_t i = 0; i < tsv.row_count; i++) {
		tsv_cells(&tsv, i, cells);
		for (size_t j = 0; j < tsv.column_count; j++)
			table_cell(table, cells[j]);
	}
	table_end(table);
	diag_free(diag);
	tsv_free(&tsv);
	arena_free(&arena);
	return 0;
}

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
make_message(const struct request *request, struct buffer *message)
{
	const struct close_record *record = &request->close_build.record;
	char text[PERIOD_TEXT_SIZE];

	period_text(record->period, text);
	buffer_format(message,
	    request->correct ? "Correct %s\n\n" : "Close %s\n\n", text);
	if (record->is_provisional)
		buffer_add(message,
		    STR("Provisional: values are missing.\n\n"));
	add_places(message,
	    close_build_file(&request->close_build, CLOSE_RANKS));
	buffer_format(message, "\nClose: %s revision %u\n", text,
	    record->revision);
	if (!request->correct)
		return;
	buffer_format(message, "Reason: %s\nBasis: %s\nApproved-by: %s\n",
	    request->reason, request->basis, request->approved_by);
}

/* Whoever has the tag can tell whether a record is the one that was closed. */
static void
make_tag_message(const struct request *request, struct buffer *message)
{
	const struct close_record *record = &request->close_build.record;
	char text[PERIOD_TEXT_SIZE], digest[DIGEST_SIZE];

	buffer_format(message, "Close %s, revision %u\n\n" CLOSE_RECORD " %s\n",
	    period_text(record->period, text), record->revision,
	    digest_sha256(close_build_file(&request->close_build, CLOSE_FILES),
		digest));
}

static size_t
list_files(const struct close_build *close_build,
    struct commit_write_file files[CLOSE_FILES + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < CLOSE_FILES; i++) {
		struct str bytes =
		    close_build_file(close_build, (enum close_record_file)i);

		if (bytes.size > 0)
			files[count++] = (struct commit_write_file){
				close_record_file_name((enum close_record_file)
					i),
				bytes
			};
	}
	files[count++] = (struct commit_write_file){ CLOSE_RECORD,
		close_build_file(close_build, CLOSE_FILES) };
	return count;
}

/* To standard error, unless -q. */
static void say(const struct request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void
say(const struct request *request, const char *format, ...)
{
	struct buffer text = { 0 };
	va_list arguments;
	char *line;

	if (request->session.quiet)
		return;
	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		memory_short();
	va_end(arguments);
	buffer_format(&text, "%s: %s\n", command.name, line);
	(void)fwrite(text.data, 1, text.size, stderr);
	buffer_free(&text);
	free(line);
}

static int
would_write(const struct request *request, const char *folder, const char *tag,
    const struct commit_write_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		say(request, _("would write %s/%s, %zu bytes"), folder,
		    files[i].name, files[i].bytes.size);
	say(request, _("would commit them to %s and tag the commit %s"),
	    commit_write_branch(request->write), tag);
	return 0;
}

/* A tag that is there although the branch has no such close. */
static int
tag_is_taken(struct request *request, const char *tag, const char *id)
{
	(void)request;
	trouble(_("there is a tag %s already, which this branch's closes do "
		  "not account for (it marks %.12s); if the period was closed "
		  "elsewhere run 'git pull', else find out whose it is ('git "
		  "show %s')"),
	    tag, id, tag);
	return EXIT_TROUBLE;
}

/* Commit and tag what the publication holds, or say what would be done. */
static int
publish(struct request *request)
{
	const struct close_record *record = &request->close_build.record;
	struct commit_write_file files[CLOSE_FILES + 1];
	struct buffer message = { 0 }, tag_message = { 0 };
	char folder[CLOSE_NAME_SIZE], tag[CLOSE_NAME_SIZE];
	char id[COMMIT_ID_SIZE] = "";
	struct commit_write_request wanted = { .files = files };
	enum commit_write_outcome outcome = COMMIT_WRITE_DONE;
	int rc;

	wanted.place = close_record_folder(record->period, folder);
	wanted.tag = close_record_tag(record->period, record->revision, tag);
	wanted.file_count = list_files(&request->close_build, files);
	if (request->session.verbose)
		say(request,
		    _("%s: computed from commit %.12s by " STR_FMT
		      ", %u items, %u units"),
		    folder + strlen("closed/"), record->commit.data,
		    STR_ARG(record->scheme), record->items, record->units);
	if (request->dry_run)
		return would_write(request, folder, tag, files,
		    wanted.file_count);
	make_message(request, &message);
	make_tag_message(request, &tag_message);
	wanted.message = buffer_str(&message);
	wanted.tag_message = buffer_str(&tag_message);
	rc = commit_write_commit(request->write, &wanted, &outcome, id);
	if (rc == 0 && outcome == COMMIT_WRITE_TAG_TAKEN)
		rc = tag_is_taken(request, tag, id);
	else if (rc == 0 && outcome == COMMIT_WRITE_MOVED) {
		trouble(_("the branch or the tag was moved by another program "
			  "meanwhile; nothing was closed here, look with 'git "
			  "log' and try again"));
		rc = EXIT_FINDING;
	} else if (rc == 0) {
		say(request,
		    outcome == COMMIT_WRITE_FINISHED
			? _("%s: an interrupted close was finished: commit "
			    "%.12s, tag %s")
			: _("%s: closed by commit %.12s, tag %s"),
		    folder + strlen("closed/"), id, tag);
	}
	buffer_free(&message);
	buffer_free(&tag_message);
	return rc;
}

/*
 * Closing
 */

/* Whether a period could be closed: it has a scheme and data. */
static bool
can_be_closed(const struct book *book, struct period period)
{
	return book_scheme(book, period) != NULL && book_has_data(book, period);
}

/* The first period of this length that is closed, or could be. */
static bool
first_period(const struct request *request, struct period *period)
{
	const struct book *book = request->close_build.book;
	struct period last = *period;
	size_t count;
	const struct integrity_close *closes =
	    integrity_closes(request->integrity,
		commit_write_head(request->write), &count);

	for (size_t i = 0; i < count; i++)
		if (closes[i].period.length == last.length) {
			*period = closes[i].period;
			return true;
		}
	for (*period = book_first(book, last); period->index < last.index;
	     period->index++)
		if (can_be_closed(book, *period))
			return true;
	return false;
}

static bool
is_closed(const struct request *request, struct period period)
{
	return integrity_find(request->integrity,
		   commit_write_head(request->write), period) != NULL;
}

/* The first open one among the periods from `first` to `last`. */
static bool
find_open(const struct request *request, struct period first,
    struct period last, struct period *open)
{
	for (*open = first; open->index <= last.index; open->index++)
		if (can_be_closed(request->close_build.book, *open) &&
		    !is_closed(request, *open))
			return true;
	return false;
}

/* Earlier periods come first, and shorter ones inside this. */
static int
check_order(const struct request *request)
{
	struct period period = request->period, open, first = period;
	int length = request->close_build.book->length;
	char text[PERIOD_TEXT_SIZE], other[PERIOD_TEXT_SIZE];
	bool found = false;

	if (first_period(request, &first))
		found =
		    find_open(request, first, period_add(period, -1), &open);
	if (!found && (int)period.length > length) {
		struct period_range inside =
		    period_inside(period, (enum period_length)length);

		found = find_open(request, inside.first, inside.last, &open);
	}
	if (!found)
		return 0;
	trouble(_("%s is still open; close it first ('shiji close %s'), then "
		  "%s"),
	    period_text(open, other), other, period_text(period, text));
	return EXIT_FINDING;
}

/* The commit of this history that made a close as it is; false: none did. */
static bool
find_closing_commit(const struct request *request,
    const struct integrity_close *close, git_oid *out)
{
	git_repository *git = repository_git(request->repository);
	git_revwalk *walker = NULL;
	bool found = false;
	git_oid source;

	if (close->record == NULL ||
	    git_oid_fromstrn(&source, close->record->commit.data,
		close->record->commit.size) != 0 ||
	    git_revwalk_new(&walker, git) != 0)
		return false;
	if (git_revwalk_push(walker, commit_write_head(request->write)) == 0)
		while (!found && git_revwalk_next(out, walker) == 0) {
			git_commit *commit = NULL;
			const struct integrity_close *made;

			if (git_commit_lookup(&commit, git, out) != 0)
				break;
			if (git_commit_parentcount(commit) == 1 &&
			    git_oid_equal(git_commit_parent_id(commit, 0),
				&source)) {
				made = integrity_find(request->integrity, out,
				    close->period);
				found =
				    made != NULL && git_oid_equal(&made->folder,
							&close->folder);
			}
			git_commit_free(commit);
		}
	git_revwalk_free(walker);
	return found;
}

/* Set again a tag that is gone: *done. */
static int
restore_tag(struct request *request, const struct integrity_close *close,
    bool *done)
{
	git_repository *git = repository_git(request->repository);
	struct buffer message = { 0 };
	char tag[CLOSE_NAME_SIZE], text[PERIOD_TEXT_SIZE];
	struct str name;
	git_oid id;
	int rc;

	if (close->record == NULL)
		return 0;
	close_record_tag(close->period, close->record->revision, tag);
	name = arena_format(&request->arena, "refs/tags/%s", tag);
	if (git_reference_name_to_id(&id, git, name.data) == 0 ||
	    !find_closing_commit(request, close, &id))
		return 0;
	*done = true;
	if (request->dry_run) {
		say(request, _("would set the tag %s again, which is gone"),
		    tag);
		return 0;
	}
	buffer_format(&message,
	    "Close %s, revision %u\n\n" CLOSE_RECORD " %s\n",
	    period_text(close->period, text), close->record->revision,
	    close->digest);
	rc = commit_write_retag(request->write, tag, &id, buffer_str(&message));
	if (rc == 0)
		say(request, _("the tag %s was gone; it is set again"), tag);
	buffer_free(&message);
	return rc;
}

/*
 * A period that HEAD has closed. What an interrupted run left undone behind
 * that is done now; otherwise there is nothing to do.
 */
static int
already_closed(struct request *request, const struct integrity_close *close)
{
	char folder[CLOSE_NAME_SIZE], text[PERIOD_TEXT_SIZE];
	bool finished = false;
	int rc = 0;

	close_record_folder(close->period, folder);
	if (commit_write_lacks(request->write, folder)) {
		finished = true;
		if (request->dry_run)
			say(request, _("would put %s into the work tree"),
			    folder);
		else
			rc = commit_write_restore(request->write, folder);
		if (rc == 0 && !request->dry_run)
			say(request, _("%s: an interrupted close was finished"),
			    folder);
	}
	if (rc == 0)
		rc = restore_tag(request, close, &finished);
	if (rc != 0 || finished)
		return rc;
	period_text(close->period, text);
	trouble(_("%s is closed already; to correct it, commit what is right "
		  "and run 'shiji close --correct %s'"),
	    text, text);
	return EXIT_FINDING;
}

static int
close_period(struct request *request)
{
	struct close_build *close_build = &request->close_build;
	const struct close_build_request wanted = { .period = request->period,
		.revision = 1,
		.is_provisional = request->provisional };
	const struct integrity_close *close;
	int rc = open_book(request);

	if (rc != 0)
		return rc;
	close = integrity_find(request->integrity,
	    commit_write_head(request->write), wanted.period);
	if (close != NULL)
		return already_closed(request, close);
	/* What cannot be scored at all says so itself. */
	if (!can_be_closed(close_build->book, wanted.period) &&
	    engine_score(close_build->engine, wanted.period) == NULL)
		return report(request, close_build->diag);
	if ((rc = check_clean(request)) != 0 ||
	    (rc = check_order(request)) != 0 ||
	    (rc = check_sound(request)) != 0 ||
	    (rc = check_complete(request)) != 0)
		return rc;
	if (close_build_make(close_build, &wanted) != 0)
		return report(request, close_build->diag);
	if ((rc = publish(request)) != 0)
		return rc;
	return print_stream(request,
	    close_build_file(close_build, CLOSE_RANKS));
}

/*
 * Correcting
 */

static int
check_approver(const struct request *request)
{
	const struct book *book = request->close_build.book;
	struct str_nearest nearest;
	struct str best, office = str_from(request->approved_by);

	if (!book->has_offices || book_office(book, office) != INDEX_NONE)
		return 0;
	str_nearest_start(&nearest, office);
	for (size_t i = 0; i < book->office_count; i++)
		str_nearest_offer(&nearest, book->offices[i].id);
	best = str_nearest_best(&nearest);
	if (best.size > 0)
		return trouble(_("--approved-by: no office '%s'; did you mean "
				 "'" STR_FMT "'?"),
		    request->approved_by, STR_ARG(best));
	return trouble(_("--approved-by: no office '%s' in offices.rec; give "
			 "the Id of one"),
	    request->approved_by);
}

/* Whether a commit since the close changed what it rests on. */
static bool
was_broken(struct request *request, struct period period)
{
	struct diag *diag = diag_new(1);
	struct integrity_breach *list = NULL;
	size_t count = 0;
	bool broken = false;

	if (integrity_walk(request->integrity,
		commit_write_head(request->write), NULL, 0, &request->arena,
		&list, &count, diag) == 0)
		for (size_t i = 0; i < count; i++)
			broken |= !list[i].is_corrected &&
				  period_equal(list[i].period, period);
	diag_free(diag);
	return broken;
}

/* A published file of HEAD. */
static int
read_published(struct request *request, struct period period,
    enum close_record_file file, struct buffer *out)
{
	char folder[CLOSE_NAME_SIZE];
	struct str path = arena_format(&request->arena, "%s/%s",
	    close_record_folder(period, folder), close_record_file_name(file));

	return source_read(request->close_build.source, path.data, out,
	    request->close_build.diag);
}

/* A correction that would publish the same, with nothing to be taken in. */
static int
check_difference(struct request *request, const struct integrity_close *close)
{
	const struct close_build *close_build = &request->close_build;
	struct buffer published = { 0 };
	char text[PERIOD_TEXT_SIZE];
	bool same = close_build->sum.rows == 0 &&
		    close->record->is_provisional == request->provisional;

	if (same && read_published(request, close->period, CLOSE_SCORES,
			&published) == 0)
		same = str_equal(buffer_str(&published),
		    close_build_file(close_build, CLOSE_SCORES));
	buffer_free(&published);
	if (!same || was_broken(request, close->period))
		return 0;
	trouble(_("nothing of %s would change; commit what is right first"),
	    period_text(close->period, text));
	return EXIT_FINDING;
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

/* Later closes that would be others now; they stay as they were published. */
static int
list_affected(struct request *request, struct period period)
{
	struct close_build *close_build = &request->close_build;
	size_t count, differ;
	const struct integrity_close *closes =
	    integrity_closes(request->integrity,
		commit_write_head(request->write), &count);
	char text[PERIOD_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		struct period later = closes[i].period;
		struct close_record_results results = { 0 };
		struct buffer published = { 0 };
		int rc;

		if (period_equal(later, period) ||
		    (period_compare(later, period) < 0 &&
			!period_contains(later, period)) ||
		    closes[i].record == NULL)
			continue;
		rc = close_record_results_make(&results, close_build->book,
		    close_build->engine, later, NULL,
		    closes[i].record->is_provisional, close_build->diag);
		if (rc == 0)
			rc = read_published(request, later, CLOSE_SCORES,
			    &published);
		differ = rc != 0 ? 0
				 : count_differences(
				       buffer_str(&results.files[CLOSE_SCORES]),
				       buffer_str(&published));
		close_record_results_free(&results);
		buffer_free(&published);
		if (rc != 0)
			return report(request, close_build->diag);
		if (differ > 0)
			say(request,
			    _("%s, closed, would differ now in %zu rows of "
			      "scores.tsv; it stays as published"),
			    period_text(later, text), differ);
	}
	return 0;
}

static int
correct_period(struct request *request)
{
	struct close_build *close_build = &request->close_build;
	struct close_build_request wanted = { .period = request->period,
		.is_provisional = request->provisional,
		.reason = str_from(request->reason),
		.basis = str_from(request->basis),
		.approved_by = str_from(request->approved_by) };
	char text[PERIOD_TEXT_SIZE], folder[CLOSE_NAME_SIZE];
	const struct integrity_close *close;
	int rc = open_book(request);

	if (rc != 0)
		return rc;
	period_text(wanted.period, text);
	close_record_folder(wanted.period, folder);
	close = integrity_find(request->integrity,
	    commit_write_head(request->write), wanted.period);
	if (close == NULL) {
		trouble(_("%s is not closed, so there is nothing to correct; "
			  "close it with 'shiji close %s'"),
		    text, text);
		return EXIT_FINDING;
	}
	if (close->record == NULL) {
		trouble(_("%s/" CLOSE_RECORD " cannot be read; take it back "
			  "from git, see 'shiji close --verify %s'"),
		    folder, text);
		return EXIT_FINDING;
	}
	if (commit_write_lacks(request->write, folder))
		return already_closed(request, close);
	wanted.revision = close->record->revision + 1;
	if ((rc = check_approver(request)) != 0 ||
	    (rc = check_clean(request)) != 0 ||
	    (rc = check_sound(request)) != 0 ||
	    (rc = check_complete(request)) != 0)
		return rc;
	if (close_build_make(close_build, &wanted) != 0)
		return report(request, close_build->diag);
	if ((rc = check_difference(request, close)) != 0 ||
	    (rc = list_affected(request, wanted.period)) != 0)
		return rc;
	say(request,
	    _("%s differs from revision %u: values %zu, scores %zu, ranks of "
	      "the total %zu"),
	    text, wanted.revision - 1, close_build->sum.values,
	    close_build->sum.scores, close_build->sum.ranks);
	if ((rc = publish(request)) != 0)
		return rc;
	return print_stream(request,
	    close_build_file(close_build, CLOSE_CORRECTION));
}

/*
 * Proving
 */

static void
say_doubt(void *context, struct str sentence)
{
	const struct request *request = context;

	say(request, _("warning: " STR_FMT), STR_ARG(sentence));
}

static void
print_proofs(const struct request *request,
    const struct verification *verification)
{
	static const struct table_column columns[] = {
		{ STR_INIT("period"), false }, { STR_INIT("verdict"), false },
		{ STR_INIT("revision"), true }, { STR_INIT("commit"), false },
		{ STR_INIT("signer"), false }, { STR_INIT("check"), false },
		{ STR_INIT("detail"), false }, { STR_INIT("since"), false },
		{ STR_INIT("author"), false }, { STR_INIT("date"), false }
	};
	struct table *table =
	    session_table(&request->session, columns, LENGTH(columns));

	for (size_t i = 0; i < verification->count; i++) {
		const struct proof *proof = &verification->list[i];
		char text[PERIOD_TEXT_SIZE], revision[16] = "";

		if (proof->revision > 0)
			snprintf(revision, sizeof(revision), "%u",
			    proof->revision);
		table_cell(table, str_from(period_text(proof->period, text)));
		table_cell(table,
		    str_from(verify_verdict_text(proof->verdict)));
		table_cell(table, str_from(revision));
		table_cell(table, proof->commit);
		table_cell(table, proof->signer);
		table_cell(table, str_from(verify_check_text(proof->check)));
		table_cell(table, proof->detail);
		table_cell(table, proof->since);
		table_cell(table, proof->author);
		table_cell(table, proof->date);
	}
	table_end(table);
}

/* Where to look from, and the book there. */
static int
find_tip(struct request *request, git_oid *tip)
{
	struct session *session = &request->session;
	const char *name =
	    session->revision == NULL ? "HEAD" : session->revision;
	struct diag *diag = diag_new(0);
	struct revision revision = { 0 };
	struct str whole = str_from(name), path = { 0 };
	int rc;

	if (revision_cut_path(&whole, &path))
		name = arena_str(&request->arena, whole).data;
	else if (repository_locate(request->repository, session->folder,
		     &request->arena, &path, diag) != 0)
		name = NULL;
	while (str_ends(path, STR("/")))
		path.size--;
	rc = name == NULL ? -1
			  : repository_resolve(request->repository,
				session->folder, name, &revision, diag);
	if (rc != 0) {
		rc = report(request, diag);
	} else if (!revision.has_commit) {
		rc = trouble(_("'%s' is no commit; name one, or a tag or a "
			       "branch"),
		    name);
	} else {
		*tip = revision.commit;
		request->integrity = integrity_new(request->repository, path);
	}
	diag_free(diag);
	return rc;
}

/* Shallow and partial clones, replaced objects, grafts. */
static int
check_clone(const struct request *request)
{
	struct diag *diag = diag_new(0);
	struct diag_print how = { .format = DIAG_TEXT, .least = SEVERITY_NOTE };

	if (repository_is_shallow(request->repository)) {
		diag_free(diag);
		return trouble(_("this clone lacks older commits, so nothing "
				 "can be proved here; run 'git fetch "
				 "--unshallow --tags'"));
	}
	repository_doubts(request->repository, request->session.folder, diag);
	if (!request->session.quiet)
		diag_print(diag, &how, stderr);
	diag_free(diag);
	return 0;
}

/* The branch that is proved, by which its head is remembered; or NULL. */
static const char *
branch_name(struct request *request)
{
	git_reference *head = NULL;
	const char *name = NULL;

	if (request->session.revision == NULL &&
	    git_repository_head(&head, repository_git(request->repository)) ==
		0 &&
	    git_reference_is_branch(head) == 1)
		name = arena_str(&request->arena,
		    str_from(git_reference_name(head)))
			   .data;
	git_reference_free(head);
	return name;
}

static int
verdict_status(enum verify_verdict verdict)
{
	return verdict == VERDICT_PROVED       ? EXIT_SOUND
	       : verdict == VERDICT_NOT_PROVED ? EXIT_FINDING
					       : EXIT_TROUBLE;
}

static int
prove(struct request *request, const struct verify_request *wanted,
    struct known_closes *seen)
{
	const char *branch = branch_name(request);
	struct diag *diag = diag_new(0);
	struct verification verification;
	int rc = 0;

	if (verify_make(&verification, wanted, diag) != 0) {
		rc = report(request, diag);
	} else {
		verify_doubts(wanted, say_doubt, request);
		known_closes_compare(seen, wanted, branch, &verification,
		    say_doubt, request);
		if (verification.count == 0)
			rc = trouble(_("no period is closed here, so there is "
				       "nothing to prove"));
		else
			print_proofs(request, &verification);
		if (rc == 0)
			rc = verdict_status(verify_verdict(&verification));
		if (!request->dry_run && request->session.revision == NULL &&
		    known_closes_write(seen, wanted, branch, &verification) !=
			0 &&
		    rc == 0)
			rc = EXIT_TROUBLE;
	}
	verify_free(&verification);
	diag_free(diag);
	return rc;
}

static int
verify(struct request *request)
{
	struct verify_request wanted = { .periods = request->periods,
		.period_count = request->period_count,
		.signers = request->signers };
	struct known_closes seen = { 0 };
	int rc = open_repository(request);

	if (rc == 0)
		rc = check_clone(request);
	if (rc == 0)
		rc = find_tip(request, &wanted.tip);
	wanted.integrity = request->integrity;
	if (rc == 0)
		rc = known_closes_read(&seen, request->integrity);
	if (rc == 0)
		rc = prove(request, &wanted, &seen);
	known_closes_free(&seen);
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
		rc = request.verify    ? verify(&request)
		     : request.correct ? correct_period(&request)
				       : close_period(&request);
	close_build_close(&request.close_build);
	integrity_free(request.integrity);
	commit_write_close(request.write);
	repository_close(request.repository);
	arena_free(&request.arena);
	return command_finish(rc);
}
