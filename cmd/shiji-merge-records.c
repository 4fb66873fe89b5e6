/*
 * shiji-merge-records: what two sides made of a file of a book, joined: a merge
 * driver for git.
 */
#include "base/diag.h"
#include "book/merge_records.h"
#include "cli/options.h"
#include "cli/output.h"
#include "format/rec.h"
#include "git/source.h"
#include "git/text_merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct option_count marker_size = { .value = 7 };

static const struct option_row rows[] = {
	{ OPTION_COUNT('L', "marker-size", "N", &marker_size, 1, 1000,
	    N_("so many characters to a conflict marker (7)")) },
	{ 0 },
};

static const struct command command = {
	.name = "shiji-merge-records",
	.operands = "BASE OURS THEIRS [PATH]",
	.purpose = N_("Join what two sides made of a file of a book, record by "
		      "record and row by row."),
	.rows = rows,
	.least = MERGE_SIDES,
	.most = MERGE_SIDES + 1,
	.fault = N_("name three files: as it was, ours and theirs, then its "
		    "path in the repository"),
};

struct request {
	char **files;
	const char *path;
	struct buffer texts[MERGE_SIDES];
};

static int
read_file(const char *path, struct buffer *bytes)
{
	FILE *file = fopen(path, "rbe");
	size_t size = 1;
	int status = 0;

	if (file == NULL)
		return trouble("%s: %s", path, strerror(errno));
	while (size > 0) {
		buffer_reserve(bytes, 65536);
		size = fread(bytes->data + bytes->size, 1, 65536, file);
		bytes->size += size;
	}
	if (ferror(file))
		status = trouble("%s: %s", path, strerror(errno));
	fclose(file);
	return status;
}

/*
 * Git hands over a file of its own, which it throws away where this fails; so
 * it is written in place.
 */
static int
write_file(const char *path, struct str bytes)
{
	FILE *file = fopen(path, "wbe");
	bool lost;

	if (file == NULL)
		return trouble("%s: %s", path, strerror(errno));
	lost = fwrite(bytes.data, 1, bytes.size, file) != bytes.size;
	lost |= fflush(file) != 0 || ferror(file) != 0;
	lost |= fclose(file) != 0;
	return lost ? trouble("%s: %s", path, strerror(errno)) : 0;
}

/*
 * Measures whose rows add up
 */

/* The book's folder of `FOLDER/data/2022-10/agri.tsv`; false: not in one. */
static bool
find_book(struct str path, struct str *folder)
{
	static const struct str part = STR_INIT("data/");

	for (size_t at = path.size; at-- > 0;) {
		struct str rest = str_from_byte(path, at);

		if (!str_starts(rest, part) ||
		    (at > 0 && path.data[at - 1] != '/'))
			continue;
		*folder = str_head(path, at > 0 ? at - 1 : 0);
		return true;
	}
	return false;
}

struct measures {
	struct arena arena;
	struct buffer bytes;
	struct rec_file file;
};

/*
 * The measures of HEAD's book: while git merges, what stands in the folder is
 * neither side. Where they cannot be read, nothing adds up.
 */
static void
read_measures(struct measures *measures, struct str path)
{
	struct diag *diag = diag_new(1);
	struct source *source = NULL;
	struct str folder, revision;

	if (!find_book(path, &folder)) {
		diag_free(diag);
		return;
	}
	revision =
	    arena_format(&measures->arena, "HEAD:" STR_FMT, STR_ARG(folder));
	if (source_open(&source, ".", revision.data, diag) == 0 &&
	    source_has(source, "measures.rec") &&
	    source_read(source, "measures.rec", &measures->bytes, diag) == 0)
		rec_parse(&measures->arena, "measures.rec",
		    buffer_str(&measures->bytes), &measures->file, diag);
	source_close(source);
	diag_free(diag);
}

static void
free_measures(struct measures *measures)
{
	buffer_free(&measures->bytes);
	arena_free(&measures->arena);
}

static bool
adds_up(const void *context, struct str measure)
{
	const struct measures *measures = context;

	for (size_t i = 0; i < measures->file.count; i++) {
		const struct rec_record *record = &measures->file.records[i];
		const struct rec_field *id = rec_field(record, "Id");
		const struct rec_field *entries = rec_field(record, "Entries");

		if (id != NULL && str_equal(id->value, measure))
			return entries != NULL &&
			       str_equal(entries->value, STR("many"));
	}
	return false;
}

/*
 * Telling
 */

/* A text on one line, bounded. */
static void
add_shown(struct buffer *out, struct str text)
{
	enum { MOST = 120 };

	if (text.size > 0 && text.data[text.size - 1] == '\n')
		text.size--;
	if (text.size == 0)
		buffer_add(out, STR("-"));
	for (size_t i = 0; i < text.size && i < MOST; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if (byte == '\t' || byte == '\n')
			buffer_add(out, byte == '\t' ? STR("  ") : STR("; "));
		else if (byte < ' ' || byte == 0x7f)
			buffer_format(out, "\\x%02X", (unsigned)byte);
		else
			buffer_add_byte(out, text.data[i]);
	}
	if (text.size > MOST)
		buffer_add(out, STR(" ..."));
}

static void
tell_conflict(const struct request *request,
    const struct merge_conflict *conflict)
{
	static const char *const labels[MERGE_SIDES] = { N_("base"), N_("ours"),
		N_("theirs") };
	static const size_t order[] = { MERGE_OURS, MERGE_THEIRS, MERGE_BASE };
	struct buffer text = { 0 };

	add_shown(&text, str_from(request->path));
	buffer_add(&text, STR(": "));
	add_shown(&text, conflict->what);
	buffer_add_byte(&text, '\n');
	for (size_t i = 0; i < LENGTH(order); i++) {
		buffer_format(&text, "    %-6s ", _(labels[order[i]]));
		add_shown(&text, conflict->sides[order[i]]);
		buffer_add_byte(&text, '\n');
	}
	trouble_text(buffer_str(&text));
	buffer_free(&text);
}

static void
tell(const struct request *request, const struct merge_result *result)
{
	for (size_t i = 0; i < result->conflict_count; i++)
		tell_conflict(request, &result->conflicts[i]);
	if (result->conflict_count > 0)
		trouble_say(_("%s: %zu in conflict; settle them between the "
			      "markers, then 'git add' it"),
		    request->path, result->conflict_count);
	if (result->shared > 0)
		trouble_say(_("%s: %zu entries that both sides added alike are "
			      "taken once"),
		    request->path, result->shared);
}

static int
merge_as_text(const struct request *request)
{
	struct buffer out = { 0 };
	bool is_clean = false;
	int rc = text_merge(buffer_str(&request->texts[MERGE_BASE]),
	    buffer_str(&request->texts[MERGE_OURS]),
	    buffer_str(&request->texts[MERGE_THEIRS]),
	    (unsigned)marker_size.value, &out, &is_clean);

	if (rc != 0) {
		rc = trouble(_("%s: no text; choose a side by 'git checkout "
			       "--ours' or '--theirs'"),
		    request->path);
	} else {
		trouble_say(_("%s: not read as records; merged line by line"),
		    request->path);
		rc = write_file(request->files[MERGE_OURS], buffer_str(&out));
		if (rc == 0 && !is_clean)
			rc = EXIT_FINDING;
	}
	buffer_free(&out);
	return rc;
}

static int
merge(struct request *request)
{
	struct merge_request wanted = { .path = request->path,
		.marker_size = (unsigned)marker_size.value,
		.adds_up = adds_up };
	struct measures measures = { 0 };
	struct merge_result result = { 0 };
	struct arena arena = { 0 };
	enum merge_outcome outcome;
	int rc;

	for (size_t i = 0; i < MERGE_SIDES; i++)
		wanted.sides[i] = buffer_str(&request->texts[i]);
	read_measures(&measures, str_from(request->path));
	wanted.context = &measures;
	outcome = merge_records(&wanted, &arena, &result);
	if (outcome == MERGE_UNFIT) {
		rc = merge_as_text(request);
	} else {
		trouble_detail(_("%s: merged record by record, or row by row"),
		    request->path);
		tell(request, &result);
		rc = write_file(request->files[MERGE_OURS],
		    buffer_str(&result.text));
		if (rc == 0 && outcome == MERGE_CONFLICT)
			rc = EXIT_FINDING;
	}
	buffer_free(&result.text);
	free_measures(&measures);
	arena_free(&arena);
	return rc;
}

static int
run(const struct operands *operands)
{
	struct request request = { .files = operands->list };
	int rc = 0;

	request.path =
	    request.files[operands->count > MERGE_SIDES ? MERGE_SIDES
							: MERGE_OURS];
	for (size_t i = 0; i < MERGE_SIDES && rc == 0; i++)
		rc = read_file(request.files[i], &request.texts[i]);
	if (rc == 0)
		rc = merge(&request);
	for (size_t i = 0; i < MERGE_SIDES; i++)
		buffer_free(&request.texts[i]);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	return output_finish(rc != 0 ? rc : run(&operands));
}
