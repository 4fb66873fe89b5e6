#include "analysis/reporting.h"

#include <assert.h>
#include <stdlib.h>

#include "analysis/history.h"
#include "book/data_rows.h"
#include "git/blame.h"
#include "git/reference.h"
#include "git/tree.h"

#define NEVER INT32_MAX

/* What stood of a cell: no row, a row without value, a value, a provisional. */
enum standing_value { NO_ROW, NO_VALUE, A_VALUE, A_PROVISIONAL };

/* A tree of a folder of data, or a file in it, and when it first was so. */
struct version {
	git_oid id;
	int32_t day;
	const char *name; /* of a file */
};

struct versions {
	struct intern index; /* by id, of files with their name in front */
	struct version *list;
	size_t count, capacity;
};

/* A folder that is asked for; cells are measures times units. */
struct chronicle {
	const struct data_folder *folder;
	struct str name; /* of the period */
	struct versions trees;
	bool has_standing;
	git_oid standing; /* its tree on the day asked for */
	int32_t *first;	  /* day of each cell, or NEVER */
	uint8_t *stood;	  /* enum standing_value of each cell */
};

/* A folder of closed/. */
struct published {
	struct str period;
	int32_t first; /* day, or NEVER */
};

struct reporting {
	struct arena arena;
	struct reporting_options options;
	struct diag *diag;
	bool has_history, has_folder;
	bool is_present; /* what is loaded is what stood */
	struct chronicle *chronicles;
	size_t chronicle_count;
	struct published *published;
	size_t published_count, published_capacity;
	struct repository *repository;
};

/* A file's line, cut at its tabs. */
enum { COLUMNS_MAX = 5 };
struct header {
	size_t measure, unit, value, status; /* columns; COLUMNS_MAX: none */
};

static size_t
cell_of(const struct reporting *reports, uint32_t measure, uint32_t unit)
{
	return (size_t)measure * reports->options.book->unit_count + unit;
}

static struct version *
enter_version(struct reporting *reports, struct versions *versions,
    struct str key, const git_oid *id, int32_t day)
{
	uint32_t number = intern_find(&versions->index, key);
	struct version *version;

	if (number == INDEX_NONE) {
		number = (uint32_t)versions->count;
		intern_add(&versions->index, arena_str(&reports->arena, key),
		    &number);
		versions->list =
		    arena_grow(&reports->arena, versions->list, versions->count,
			&versions->capacity, sizeof(*versions->list));
		versions->list[versions->count++] =
		    (struct version){ *id, day, NULL };
	}
	assert(versions->list != NULL); /* what the index has is in it */
	version = &versions->list[number];
	if (day < version->day)
		version->day = day;
	return version;
}

static int
fail(const struct reporting *reports, struct str path, const git_oid *id)
{
	repository_report_object(reports->diag, "", path, id);
	return -1;
}

/*
 * Reading what files said
 */

static size_t
cut_cells(struct str line, struct str cells[COLUMNS_MAX])
{
	size_t count = 0;
	bool more = true;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		cells[i] = STR("");
	while (more && count < COLUMNS_MAX)
		more = str_cut(&line, '\t', &cells[count++]);
	return count;
}

static void
read_header(struct str line, struct header *header)
{
	struct str cells[COLUMNS_MAX];
	size_t count = cut_cells(line, cells);

	*header = (struct header){ COLUMNS_MAX, COLUMNS_MAX, COLUMNS_MAX,
		COLUMNS_MAX };
	for (size_t i = 0; i < count; i++) {
		if (str_equal(cells[i], STR("measure")))
			header->measure = i;
		else if (str_equal(cells[i], STR("unit")))
			header->unit = i;
		else if (str_equal(cells[i], STR("value")))
			header->value = i;
		else if (str_equal(cells[i], STR("status")))
			header->status = i;
	}
}

/* What a row says of a cell. */
struct said {
	uint32_t measure, unit;
	enum standing_value value;
};

static bool
read_row(const struct reporting *reports, const struct header *header,
    struct str line, struct said *said)
{
	const struct book *book = reports->options.book;
	struct str cells[COLUMNS_MAX + 1];

	cut_cells(line, cells);
	cells[COLUMNS_MAX] = STR("");
	said->measure = book_measure(book, cells[header->measure]);
	said->unit = book_unit(book, cells[header->unit]);
	said->value = cells[header->value].size == 0 ? NO_VALUE : A_VALUE;
	if (said->value == A_VALUE &&
	    str_equal(cells[header->status], STR("provisional")))
		said->value = A_PROVISIONAL;
	return said->measure != INDEX_NONE && said->unit != INDEX_NONE;
}

/* Whether a file makes the entries of a measure zero where it has no rows. */
static bool
implies_zero(const struct measure *measure, const char *name)
{
	struct str file = str_from(name);

	if (measure->entries == 0)
		return false;
	return measure->source_field == NULL ||
	       (str_ends(file, STR(".tsv")) &&
		   str_equal(str_head(file, file.size - 4),
		       measure->source_field->value));
}

/* Call `tell` for each cell that a file speaks of. */
typedef void teller(struct reporting *reports, struct chronicle *chronicle,
    const struct said *said, int32_t day);

static void
tell_implied(struct reporting *reports, struct chronicle *chronicle,
    const struct version *file, teller *tell)
{
	const struct book *book = reports->options.book;
	struct said said = { .value = A_VALUE };

	if ((int)chronicle->folder->period.length != book->length)
		return;
	for (said.measure = 0; said.measure < book->measure_count;
	     said.measure++) {
		if (!implies_zero(&book->measures[said.measure], file->name))
			continue;
		for (said.unit = 0; said.unit < book->unit_count; said.unit++)
			tell(reports, chronicle, &said, file->day);
	}
}

static void
tell_text(struct reporting *reports, struct chronicle *chronicle,
    struct str text, const struct version *file, teller *tell)
{
	struct header header;
	struct said said;
	struct str line;

	tell_implied(reports, chronicle, file, tell);
	if (!str_next_line(&text, &line))
		return;
	read_header(line, &header);
	while (str_next_line(&text, &line))
		if (read_row(reports, &header, line, &said))
			tell(reports, chronicle, &said, file->day);
}

static int
tell_file(struct reporting *reports, struct chronicle *chronicle,
    const struct version *file, teller *tell)
{
	struct str text;
	struct tree_file *open =
	    tree_open_file(reports->repository, &file->id, &text);

	if (open == NULL)
		return fail(reports, str_from(file->name), &file->id);
	tell_text(reports, chronicle, text, file, tell);
	tree_close_file(open);
	return 0;
}

static void
tell_first(struct reporting *reports, struct chronicle *chronicle,
    const struct said *said, int32_t day)
{
	int32_t *first =
	    &chronicle->first[cell_of(reports, said->measure, said->unit)];

	if (said->value >= A_VALUE && day < *first)
		*first = day;
}

static void
tell_stood(struct reporting *reports, struct chronicle *chronicle,
    const struct said *said, int32_t day)
{
	uint8_t *stood =
	    &chronicle->stood[cell_of(reports, said->measure, said->unit)];

	(void)day;
	if (said->value > *stood)
		*stood = (uint8_t)said->value;
}

/* Enter the files of a version of the folder. */
static int
enter_files(struct reporting *reports, const struct chronicle *chronicle,
    const git_oid *id, int32_t day, struct versions *files)
{
	struct tree *tree = tree_open(reports->repository, id);
	struct buffer key = { 0 };

	if (tree == NULL)
		return fail(reports, chronicle->name, id);
	for (size_t i = 0; i < tree_count(tree); i++) {
		struct tree_entry entry = tree_entry(tree, i);
		struct str name = str_from(entry.name);
		struct version *file;

		if (entry.kind != TREE_FILE || !str_ends(name, STR(".tsv")) ||
		    name.data[0] == '.')
			continue;
		buffer_clear(&key);
		buffer_add(&key, name);
		buffer_add_byte(&key, '/');
		buffer_add(&key, (struct str){ (const char *)entry.id.id,
				     sizeof(entry.id.id) });
		file = enter_version(reports, files, buffer_str(&key),
		    &entry.id, day);
		if (file->name == NULL)
			file->name = arena_str(&reports->arena, name).data;
	}
	buffer_free(&key);
	tree_free(tree);
	return 0;
}

static int
tell_files(struct reporting *reports, struct chronicle *chronicle,
    const struct versions *files, teller *tell)
{
	for (size_t i = 0; i < files->count; i++)
		if (tell_file(reports, chronicle, &files->list[i], tell) != 0)
			return -1;
	return 0;
}

static int
read_chronicle(struct reporting *reports, struct chronicle *chronicle)
{
	struct versions files = { 0 }, standing = { 0 };
	int rc = 0;

	for (size_t i = 0; i < chronicle->trees.count && rc == 0; i++)
		rc = enter_files(reports, chronicle,
		    &chronicle->trees.list[i].id, chronicle->trees.list[i].day,
		    &files);
	if (rc == 0)
		rc = tell_files(reports, chronicle, &files, tell_first);
	if (rc == 0 && chronicle->has_standing && !reports->is_present)
		rc = enter_files(reports, chronicle, &chronicle->standing, 0,
		    &standing);
	if (rc == 0)
		rc = tell_files(reports, chronicle, &standing, tell_stood);
	intern_free(&files.index);
	intern_free(&standing.index);
	return rc;
}

/*
 * Walking
 */

static void
meet_folder(struct reporting *reports, struct chronicle *chronicle,
    const struct tree *data, int32_t day)
{
	struct tree_entry entry;

	if (!tree_find(data, chronicle->name.data, &entry) ||
	    entry.kind != TREE_FOLDER)
		return;
	enter_version(reports, &chronicle->trees,
	    (struct str){ (const char *)entry.id.id, sizeof(entry.id.id) },
	    &entry.id, day);
	/* The newest commit comes first. */
	if (day <= reports->options.date && !chronicle->has_standing) {
		chronicle->has_standing = true;
		chronicle->standing = entry.id;
	}
}

static void
meet_published(struct reporting *reports, const struct tree *closed,
    int32_t day)
{
	for (size_t i = 0; i < tree_count(closed); i++) {
		struct str name = str_from(tree_entry(closed, i).name);
		size_t j = 0;

		while (j < reports->published_count &&
		       !str_equal(reports->published[j].period, name))
			j++;
		if (j == reports->published_count) {
			reports->published = arena_grow(&reports->arena,
			    reports->published, reports->published_count,
			    &reports->published_capacity,
			    sizeof(*reports->published));
			reports->published[reports->published_count++] =
			    (struct published){
				    arena_str(&reports->arena, name), NEVER
			    };
		}
		if (day < reports->published[j].first)
			reports->published[j].first = day;
	}
}

/* A folder of the book's tree; *out is NULL where there is none. */
static int
open_folder(struct reporting *reports, const struct tree *book,
    const char *name, struct tree **out)
{
	struct tree_entry entry;

	*out = NULL;
	if (!tree_find(book, name, &entry) || entry.kind != TREE_FOLDER)
		return 0;
	*out = tree_open(reports->repository, &entry.id);
	return *out != NULL ? 0 : fail(reports, str_from(name), &entry.id);
}

static int
meet_book(struct reporting *reports, const git_oid *id, int32_t day)
{
	struct tree *book = tree_open(reports->repository, id);
	struct tree *data = NULL, *closed = NULL;
	int rc = 0;

	if (book == NULL)
		return fail(reports, STR("."), id);
	if ((rc = open_folder(reports, book, "data", &data)) != 0 ||
	    (rc = open_folder(reports, book, "closed", &closed)) != 0)
		goto done;
	for (size_t i = 0; data != NULL && i < reports->chronicle_count; i++)
		meet_folder(reports, &reports->chronicles[i], data, day);
	if (closed != NULL)
		meet_published(reports, closed, day);
done:
	tree_free(data);
	tree_free(closed);
	tree_free(book);
	return rc;
}

static int
walk_history(struct reporting *reports)
{
	const char *revision = reports->options.revision == NULL
				   ? "HEAD"
				   : reports->options.revision;
	struct history_options options = { .folder = reports->options.folder,
		.revisions = &revision,
		.revision_count = 1,
		.has_period = true,
		.periods = reports->options.periods,
		.places_only = true };
	struct history *history = NULL;
	struct history_step step;
	int rc = history_open(&history, &options, reports->diag);

	if (rc == 0)
		reports->repository =
		    repository_share(history_repository(history));
	while (rc == 0 && history_next(history, &step))
		if (step.tree != NULL)
			rc = meet_book(reports, step.tree,
			    date_of_time(step.commit.time,
				reports->options.book->zone));
	history_close(history);
	for (size_t i = 0; i < reports->chronicle_count && rc == 0; i++)
		rc = read_chronicle(reports, &reports->chronicles[i]);
	return rc;
}

/*
 * Opening
 */

/* Whether some commit, the newest, has a book here. */
static bool
is_committed(struct reporting *reports, const struct blame *blame)
{
	struct arena *arena = &reports->arena;
	const struct repository *repository = blame_repository(blame);
	struct tree_entry entry;
	struct tree *book;
	struct str path;
	git_oid head;
	bool found;

	/* A revision that was read is one that has a book. */
	if (reports->options.revision != NULL)
		return true;
	if (repository_locate(repository, reports->options.folder, arena, &path,
		reports->diag) != 0)
		return false;
	if (!reference_read(repository, "HEAD", &head))
		return false;
	book = tree_open_at(repository, &head, path.data);
	found = tree_find(book, "book.rec", &entry);
	tree_free(book);
	return found;
}

static void
choose_folders(struct reporting *reports)
{
	const struct book *book = reports->options.book;
	struct period_range periods = reports->options.periods;
	size_t cells = book->measure_count * book->unit_count;

	reports->chronicles = arena_array(&reports->arena, book->folder_count,
	    sizeof(*reports->chronicles));
	for (size_t i = 0; i < book->folder_count; i++) {
		struct chronicle *chronicle =
		    &reports->chronicles[reports->chronicle_count];
		const struct data_folder *folder = &book->folders[i];
		char text[PERIOD_TEXT_SIZE];

		if (!period_overlaps(folder->period, periods.first,
			periods.last))
			continue;
		chronicle->folder = folder;
		chronicle->name = arena_str(&reports->arena,
		    str_from(period_text(folder->period, text)));
		chronicle->first = arena_array(&reports->arena, cells,
		    sizeof(*chronicle->first));
		for (size_t j = 0; j < cells; j++)
			chronicle->first[j] = NEVER;
		chronicle->stood = arena_array(&reports->arena, cells, 1);
		reports->chronicle_count++;
	}
}

int
reporting_open(struct reporting **out, const struct reporting_options *options,
    struct diag *diag)
{
	struct reporting *reports = memory_alloc(sizeof(*reports));
	struct blame *blame = NULL;
	int rc;

	*reports = (struct reporting){ .options = *options, .diag = diag };
	reports->has_folder = options->revision == NULL;
	rc = blame_open(&blame, options->book->source, options->folder,
	    options->revision, diag);
	if (rc == 0 && blame != NULL) {
		reports->has_history = true;
		/* The folder is what stands today, and in days to come. */
		reports->is_present =
		    reports->has_folder && options->date >= options->today;
		choose_folders(reports);
		if (is_committed(reports, blame))
			rc = walk_history(reports);
	}
	blame_close(blame);
	*out = reports;
	if (rc != 0) {
		reporting_close(reports);
		*out = NULL;
	}
	return rc;
}

void
reporting_close(struct reporting *reports)
{
	if (reports == NULL)
		return;
	for (size_t i = 0; i < reports->chronicle_count; i++)
		intern_free(&reports->chronicles[i].trees.index);
	repository_close(reports->repository);
	arena_free(&reports->arena);
	free(reports);
}

bool
reporting_have_history(const struct reporting *reports)
{
	return reports->has_history;
}

const struct repository *
reporting_repository(const struct reporting *reports)
{
	return reports->repository;
}

/*
 * Answers
 */

static const struct chronicle *
find_chronicle(const struct reporting *reports, struct period period)
{
	for (size_t i = 0; i < reports->chronicle_count; i++)
		if (period_equal(reports->chronicles[i].folder->period, period))
			return &reports->chronicles[i];
	return NULL;
}

/* What is loaded, of a cell that has a value. */
static struct reporting_first
present_report(const struct reporting *reports, uint32_t measure, uint32_t unit,
    struct period period)
{
	struct reporting_first report = { .stands = true };
	const struct chronicle *chronicle;
	struct arena arena = { 0 };
	struct data_record *records;
	size_t count = data_records(reports->options.data, measure, unit,
	    period, &arena, &records);

	for (size_t i = 0; i < count; i++) {
		report.provisional |=
		    str_equal(records[i].status, STR("provisional"));
		period = records[i].period;
	}
	arena_free(&arena);
	if (!reports->has_history)
		return report;
	chronicle = find_chronicle(reports, period);
	report.is_dated = true;
	report.day = NEVER;
	if (chronicle != NULL)
		report.day = chronicle->first[cell_of(reports, measure, unit)];
	if (report.day > reports->options.today)
		report.day = reports->options.today;
	return report;
}

/* What stood in the newest commit of that day or before. */
static struct reporting_first
former_report(const struct reporting *reports, uint32_t measure, uint32_t unit,
    struct period period)
{
	struct reporting_first report = { .is_dated = true };
	size_t cell = cell_of(reports, measure, unit);

	for (enum period_length length = period.length; length <= PERIOD_YEAR;
	     length++) {
		const struct chronicle *chronicle =
		    find_chronicle(reports, period_containing(period, length));

		if (chronicle == NULL || chronicle->stood[cell] == NO_ROW)
			continue;
		report.stands = chronicle->stood[cell] >= A_VALUE;
		report.provisional = chronicle->stood[cell] == A_PROVISIONAL;
		report.day = chronicle->first[cell];
		return report;
	}
	return report;
}

struct reporting_first
reporting_find(const struct reporting *reports, uint32_t measure, uint32_t unit,
    struct period period, bool is_there)
{
	if (reports->has_history && !reports->is_present)
		return former_report(reports, measure, unit, period);
	if (!is_there)
		return (struct reporting_first){ 0 };
	return present_report(reports, measure, unit, period);
}

struct reporting_first
reporting_find_close(const struct reporting *reports, struct period period)
{
	struct reporting_first report = { .is_dated = reports->has_history,
		.day = reports->options.today };
	struct arena arena = { 0 };
	char text[PERIOD_TEXT_SIZE];

	period_text(period, text);
	if (!reports->has_history || reports->is_present)
		report.stands = source_has(reports->options.book->source,
		    arena_format(&arena, "closed/%s/close.rec", text).data);
	for (size_t i = 0; i < reports->published_count; i++) {
		const struct published *published = &reports->published[i];

		if (!str_equal(published->period, str_from(text)) ||
		    published->first > reports->options.date)
			continue;
		report.stands |= !reports->is_present;
		report.day = published->first;
	}
	arena_free(&arena);
	return report;
}
