#include "close/close_build.h"

#include "base/memory.h"
#include "base/version.h"
#include "cli/options.h"
#include "git/repository.h"

int
publication_open(struct publication *publication, struct frozen *frozen,
    const git_oid *commit)
{
	char id[COMMIT_ID_SIZE];

	*publication = (struct publication){
		.frozen = frozen, .commit = *commit, .diag = diag_new(0)
	};
	git_oid_tostr(id, sizeof(id), commit);
	publication->revision = arena_format(&publication->arena, "%s:" STR_FMT,
	    id, STR_ARG(frozen_book(frozen)));
	if (source_open_in(&publication->source, frozen_repository(frozen), ".",
		publication->revision.data, publication->diag) == 0)
		publication->book =
		    book_load(publication->source, publication->diag);
	if (publication->book == NULL)
		return -1;
	publication->engine = engine_new(publication->book, publication->diag);
	return 0;
}

void
publication_close(struct publication *publication)
{
	closing_results_free(&publication->results);
	buffer_free(&publication->text);
	engine_free(publication->engine);
	book_free(publication->book);
	source_close(publication->source);
	diag_free(publication->diag);
	arena_free(&publication->arena);
}

const struct frozen_close *
publication_previous(struct frozen *frozen, const git_oid *commit,
    struct period period)
{
	const struct frozen_close *found = NULL;
	size_t count;
	const struct frozen_close *list = frozen_closes(frozen, commit, &count);

	for (size_t i = 0; i < count; i++)
		if (list[i].period.length == period.length &&
		    list[i].period.index < period.index)
			found = &list[i];
	return found;
}

static struct str
id_text(struct publication *publication, const git_oid *id)
{
	char text[COMMIT_ID_SIZE];

	git_oid_tostr(text, sizeof(text), id);
	return arena_str(&publication->arena, str_from(text));
}

/* The book's tree and its scheme's file, by their ids. */
static int
name_objects(struct publication *publication)
{
	struct closing_record *record = &publication->record;
	git_tree *tree =
	    frozen_tree(publication->frozen, &publication->commit, STR(""));
	git_tree_entry *entry = NULL;
	int rc = -1;

	if (tree != NULL &&
	    git_tree_entry_bypath(&entry, tree, record->scheme.data) == 0) {
		record->tree = id_text(publication, git_tree_id(tree));
		record->scheme_blob =
		    id_text(publication, git_tree_entry_id(entry));
		rc = 0;
	}
	git_tree_entry_free(entry);
	git_tree_free(tree);
	return rc;
}

/* What was published of the period before: its scores. */
static int
read_previous(struct publication *publication, struct period period,
    struct buffer *scores)
{
	struct closing_record *record = &publication->record;
	const struct frozen_close *previous =
	    publication_previous(publication->frozen, &publication->commit,
		period);
	char folder[CLOSING_NAME_SIZE];
	struct str path;

	if (previous == NULL)
		return 0;
	record->has_previous = true;
	record->previous = previous->period;
	record->previous_digest = str_from(previous->digest);
	path = arena_format(&publication->arena, "%s/%s",
	    closing_folder(previous->period, folder),
	    closing_file_name(CLOSING_SCORES));
	return source_read(publication->source, path.data, scores,
	    publication->diag);
}

/* A side of a correction with who made its lines. */
static struct correction_side
side_of(struct publication *publication, struct blame **blame)
{
	blame_open(blame, publication->source, ".", publication->revision.data,
	    publication->diag);
	return (struct correction_side){ publication->book, publication->engine,
		*blame };
}

static void
list_changes(struct publication *from, struct publication *to,
    struct period period, struct buffer *out)
{
	struct blame *old = NULL, *new = NULL;
	struct correction_request request = { side_of(from, &old),
		side_of(to, &new), period };
	struct memory memory;

	memory_open(&memory);
	correction_print(memory.stream, TABLE_TSV, &request, &to->sum);
	memory_take(&memory, out);
	blame_close(old);
	blame_close(new);
}

/* Compare with the close that the commit has: its revision before this. */
static int
list_correction(struct publication *publication,
    const struct publication_request *request)
{
	const struct frozen_close *before = frozen_find(publication->frozen,
	    &publication->commit, request->period);
	struct publication old = { 0 };
	git_oid commit;
	int rc = -1;

	if (before == NULL || before->record == NULL ||
	    git_oid_fromstrn(&commit, before->record->commit.data,
		before->record->commit.size) != 0) {
		diag_at(publication->diag, place_file("closed"),
		    D_CLOSE_RECORD);
		return -1;
	}
	publication->record.corrects = str_from(before->digest);
	if (publication_open(&old, publication->frozen, &commit) == 0) {
		list_changes(&old, publication, request->period,
		    &publication->results.files[CLOSING_CORRECTION]);
		rc = diag_has_errors(old.diag) ? -1 : 0;
	}
	if (rc != 0)
		diag_at(publication->diag, place_file("closed"), D_CLOSE_SOURCE,
		    before->record->commit);
	publication_close(&old);
	return rc;
}

int
publication_make(struct publication *publication,
    const struct publication_request *request)
{
	struct closing_record *record = &publication->record;
	const struct scheme_file *scheme =
	    book_scheme(publication->book, request->period);
	struct buffer scores = { 0 };
	struct str previous;
	int rc;

	*record = (struct closing_record){ .period = request->period,
		.revision = request->revision,
		.program = request->program.size > 0 ? request->program
						     : STR(SHIJI_VERSION),
		.rules = request->rules > 0 ? request->rules : SHIJI_RULES,
		.is_provisional = request->is_provisional,
		.reason = request->reason,
		.basis = request->basis,
		.approved_by = request->approved_by };
	rc = read_previous(publication, request->period, &scores);
	previous = buffer_str(&scores);
	if (rc == 0)
		rc = closing_results_make(&publication->results,
		    publication->book, publication->engine, request->period,
		    record->has_previous ? &previous : NULL,
		    request->is_provisional, publication->diag);
	buffer_free(&scores);
	if (rc == 0 && request->revision > 1)
		rc = list_correction(publication, request);
	if (rc != 0 || scheme == NULL)
		return -1;
	record->scheme = arena_str(&publication->arena, scheme->path);
	record->commit = id_text(publication, &publication->commit);
	if (name_objects(publication) != 0)
		return -1;
	closing_record_fill(record, &publication->results,
	    &publication->digests);
	buffer_clear(&publication->text);
	closing_record_print(&publication->text, record);
	return 0;
}

struct str
publication_file(const struct publication *publication, enum closing_file file)
{
	return buffer_str(file == CLOSING_FILES
			      ? &publication->text
			      : &publication->results.files[file]);
}
