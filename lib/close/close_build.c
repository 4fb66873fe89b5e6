#include "close/close_build.h"

#include "base/version.h"

int
close_build_open(struct close_build *close_build, struct integrity *integrity,
    const git_oid *commit, struct diag *diag)
{
	char id[COMMIT_ID_SIZE];

	*close_build = (struct close_build){
		.integrity = integrity, .commit = *commit, .diag = diag
	};
	git_oid_tostr(id, sizeof(id), commit);
	close_build->revision = arena_format(&close_build->arena, "%s:" STR_FMT,
	    id, STR_ARG(integrity_book(integrity)));
	if (source_open_in(&close_build->source,
		integrity_repository(integrity), ".",
		close_build->revision.data, close_build->diag) == 0)
		close_build->book =
		    book_load(close_build->source, close_build->diag);
	if (close_build->book == NULL)
		return -1;
	close_build->engine = engine_new(close_build->book, close_build->diag);
	return 0;
}

void
close_build_close(struct close_build *close_build)
{
	close_results_free(&close_build->results);
	buffer_free(&close_build->text);
	engine_free(close_build->engine);
	book_free(close_build->book);
	source_close(close_build->source);
	arena_free(&close_build->arena);
}

const struct integrity_close *
close_build_previous(struct integrity *integrity, const git_oid *commit,
    struct period period)
{
	const struct integrity_close *found = NULL;
	size_t count;
	const struct integrity_close *list =
	    integrity_closes(integrity, commit, &count);

	for (size_t i = 0; i < count; i++)
		if (list[i].period.length == period.length &&
		    list[i].period.index < period.index)
			found = &list[i];
	return found;
}

static struct str
id_text(struct close_build *close_build, const git_oid *id)
{
	char text[COMMIT_ID_SIZE];

	git_oid_tostr(text, sizeof(text), id);
	return arena_str(&close_build->arena, str_from(text));
}

/* The book's tree and its scheme's file, by their ids. */
static int
name_objects(struct close_build *close_build)
{
	struct close_record *record = &close_build->record;
	struct tree *tree =
	    integrity_tree(close_build->integrity, &close_build->commit, "");
	struct tree_entry entry;
	bool found = tree_find_path(tree, record->scheme.data, &entry);

	if (found) {
		record->tree = id_text(close_build, tree_id(tree));
		record->scheme_blob = id_text(close_build, &entry.id);
	}
	tree_free(tree);
	return found ? 0 : -1;
}

/* What was published of the period before: its scores. */
static int
read_previous(struct close_build *close_build, struct period period,
    struct buffer *scores)
{
	struct close_record *record = &close_build->record;
	const struct integrity_close *previous =
	    close_build_previous(close_build->integrity, &close_build->commit,
		period);
	char folder[CLOSE_NAME_SIZE];
	struct str path;

	if (previous == NULL)
		return 0;
	record->has_previous = true;
	record->previous = previous->period;
	record->previous_digest = str_from(previous->digest);
	path = arena_format(&close_build->arena, "%s/%s",
	    close_record_folder(previous->period, folder),
	    close_record_file_name(CLOSE_SCORES));
	return source_read(close_build->source, path.data, scores,
	    close_build->diag);
}

/* A side of a correction with who made its lines. */
static struct correction_side
side_of(struct close_build *close_build, struct blame **blame)
{
	blame_open(blame, close_build->source, ".", close_build->revision.data,
	    close_build->diag);
	return (struct correction_side){ close_build->book, close_build->engine,
		*blame };
}

static void
list_changes(struct close_build *from, struct close_build *to,
    struct period period, struct buffer *out)
{
	struct blame *old = NULL, *new = NULL;
	struct correction_request request = { side_of(from, &old),
		side_of(to, &new), period };
	struct buffer_stream stream;

	buffer_stream_open(&stream);
	correction_print(stream.file, TABLE_TSV, &request, &to->sum);
	buffer_stream_close(&stream, out);
	blame_close(old);
	blame_close(new);
}

/* Compare with the close that the commit has: its revision before this. */
static int
list_correction(struct close_build *close_build,
    const struct close_build_request *request)
{
	const struct integrity_close *before =
	    integrity_find(close_build->integrity, &close_build->commit,
		request->period);
	struct close_build old = { 0 };
	struct diag *diag;
	git_oid commit;
	int rc = -1;

	if (before == NULL || before->record == NULL ||
	    git_oid_fromstrn(&commit, before->record->commit.data,
		before->record->commit.size) != 0) {
		diag_at(close_build->diag, place_file("closed"),
		    D_CLOSE_RECORD);
		return -1;
	}
	close_build->record.corrects = str_from(before->digest);
	diag = diag_new(0);
	if (close_build_open(&old, close_build->integrity, &commit, diag) ==
	    0) {
		list_changes(&old, close_build, request->period,
		    &close_build->results.files[CLOSE_CORRECTION]);
		rc = diag_has_errors(diag) ? -1 : 0;
	}
	if (rc != 0)
		diag_at(close_build->diag, place_file("closed"), D_CLOSE_SOURCE,
		    before->record->commit);
	close_build_close(&old);
	diag_free(diag);
	return rc;
}

int
close_build_make(struct close_build *close_build,
    const struct close_build_request *request)
{
	struct close_record *record = &close_build->record;
	const struct scheme_file *scheme =
	    book_scheme(close_build->book, request->period);
	struct buffer scores = { 0 };
	struct str previous;
	int rc;

	*record = (struct close_record){ .period = request->period,
		.revision = request->revision,
		.program = request->program.size > 0 ? request->program
						     : STR(SHIJI_VERSION),
		.rules = request->rules > 0 ? request->rules : SHIJI_RULES,
		.is_provisional = request->is_provisional,
		.reason = request->reason,
		.basis = request->basis,
		.approved_by = request->approved_by };
	rc = read_previous(close_build, request->period, &scores);
	previous = buffer_str(&scores);
	if (rc == 0)
		rc = close_results_make(&close_build->results,
		    close_build->book, close_build->engine, request->period,
		    record->has_previous ? &previous : NULL,
		    request->is_provisional, close_build->diag);
	buffer_free(&scores);
	if (rc == 0 && request->revision > 1)
		rc = list_correction(close_build, request);
	if (rc != 0 || scheme == NULL)
		return -1;
	record->scheme = arena_str(&close_build->arena, scheme->path);
	record->commit = id_text(close_build, &close_build->commit);
	if (name_objects(close_build) != 0)
		return -1;
	close_results_fill(&close_build->results, record,
	    &close_build->digests);
	buffer_clear(&close_build->text);
	close_record_print(&close_build->text, record);
	return 0;
}

struct str
close_build_file(const struct close_build *close_build,
    enum close_record_file file)
{
	return buffer_str(file == CLOSE_FILES
			      ? &close_build->text
			      : &close_build->results.files[file]);
}
