#include "close/close_record.h"

#include "base/intern.h"
#include "ranking/rank_table.h"
#include "score/score_text.h"
#include "view/score_table.h"

static const char *const file_names[CLOSE_FILES] = {
	[CLOSE_SCORES] = "scores.tsv",
	[CLOSE_RANKS] = "ranks.tsv",
	[CLOSE_CORRECTION] = "correction.tsv",
};

const char *
close_record_file_name(enum close_record_file file)
{
	return file_names[file];
}

/*
 * Names
 */

const char *
close_record_folder(struct period period, char out[CLOSE_NAME_SIZE])
{
	char text[PERIOD_TEXT_SIZE];

	snprintf(out, CLOSE_NAME_SIZE, "closed/%s", period_text(period, text));
	return out;
}

const char *
close_record_tag(struct period period, unsigned revision,
    char out[CLOSE_NAME_SIZE])
{
	char text[PERIOD_TEXT_SIZE];

	period_text(period, text);
	if (revision > 1)
		snprintf(out, CLOSE_NAME_SIZE, "close/%s.%u", text, revision);
	else
		snprintf(out, CLOSE_NAME_SIZE, "close/%s", text);
	return out;
}

/* A number of at most six digits, as printf writes it. */
static bool
read_number(struct str text, unsigned *out)
{
	unsigned value = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		value = 10 * value + (unsigned)(text.data[i] - '0');
		if (i == 6)
			return false;
	}
	*out = value;
	return text.size > 0 && (text.data[0] != '0' || text.size == 1);
}

bool
close_record_tag_parse(struct str name, struct period *period,
    unsigned *revision)
{
	struct str head;

	if (!str_starts(name, STR("close/")))
		return false;
	name = str_from_byte(name, strlen("close/"));
	*revision = 1;
	if (str_cut(&name, '.', &head) &&
	    (!read_number(name, revision) || *revision < 2))
		return false;
	return period_parse(head, period);
}

/*
 * The record
 */

static void
print_text(struct buffer *out, const char *name, struct str value)
{
	if (value.size > 0)
		buffer_format(out, "%s: " STR_FMT "\n", name, STR_ARG(value));
}

static void
print_number(struct buffer *out, const char *name, unsigned value)
{
	buffer_format(out, "%s: %u\n", name, value);
}

void
close_record_print(struct buffer *out, const struct close_record *record)
{
	char text[PERIOD_TEXT_SIZE];

	period_text(record->period, text);
	buffer_format(out,
	    "# What was published of %s. Written by 'shiji close', and never\n"
	    "# changed by hand; 'shiji close --verify %s' proves it.\n\n"
	    "%%rec: Close\n\n",
	    text, text);
	print_text(out, "Period", str_from(text));
	print_number(out, "Revision", record->revision);
	print_text(out, "Scheme", record->scheme);
	print_text(out, "SchemeBlob", record->scheme_blob);
	print_text(out, "Commit", record->commit);
	print_text(out, "Tree", record->tree);
	print_text(out, "Program", record->program);
	print_number(out, "Rules", record->rules);
	if (record->is_provisional)
		print_text(out, "Provisional", STR("yes"));
	print_number(out, "Units", record->units);
	print_number(out, "Items", record->items);
	print_text(out, "Points", record->points);
	print_text(out, "Totals", record->totals);
	for (size_t i = 0; i < CLOSE_FILES; i++)
		if (record->digests[i].size > 0)
			buffer_format(out, "Digest: %s " STR_FMT "\n",
			    file_names[i], STR_ARG(record->digests[i]));
	if (record->has_previous)
		buffer_format(out, "Previous: %s " STR_FMT "\n",
		    period_text(record->previous, text),
		    STR_ARG(record->previous_digest));
	print_text(out, "Corrects", record->corrects);
	print_text(out, "Reason", record->reason);
	print_text(out, "Basis", record->basis);
	print_text(out, "ApprovedBy", record->approved_by);
}

/* As the fields stand in the file. */
struct raw_record {
	const struct rec_field *period, *revision, *rules, *units, *items;
	const struct rec_field *previous;
	struct record_fields digests;
	int provisional;
	struct close_record record;
};

#define RAW(member) offsetof(struct raw_record, member)
static const char *const yes[] = { "yes", NULL };
static const struct record_row record_rows[] = {
	{ "Period", FIELD_RAW, RAW(period), true, NULL },
	{ "Revision", FIELD_RAW, RAW(revision), true, NULL },
	{ "Scheme", FIELD_TEXT, RAW(record.scheme), true, NULL },
	{ "SchemeBlob", FIELD_TEXT, RAW(record.scheme_blob), true, NULL },
	{ "Commit", FIELD_TEXT, RAW(record.commit), true, NULL },
	{ "Tree", FIELD_TEXT, RAW(record.tree), true, NULL },
	{ "Program", FIELD_TEXT, RAW(record.program), true, NULL },
	{ "Rules", FIELD_RAW, RAW(rules), true, NULL },
	{ "Provisional", FIELD_WORD, RAW(provisional), false, yes },
	{ "Units", FIELD_RAW, RAW(units), true, NULL },
	{ "Items", FIELD_RAW, RAW(items), true, NULL },
	{ "Points", FIELD_TEXT, RAW(record.points), false, NULL },
	{ "Totals", FIELD_TEXT, RAW(record.totals), true, NULL },
	{ "Digest", FIELD_RAWS, RAW(digests), true, NULL },
	{ "Previous", FIELD_RAW, RAW(previous), false, NULL },
	{ "Corrects", FIELD_TEXT, RAW(record.corrects), false, NULL },
	{ "Reason", FIELD_TEXT, RAW(record.reason), false, NULL },
	{ "Basis", FIELD_TEXT, RAW(record.basis), false, NULL },
	{ "ApprovedBy", FIELD_TEXT, RAW(record.approved_by), false, NULL },
	{ NULL, FIELD_TEXT, 0, false, NULL },
};

/* While a record is read. */
struct reading {
	const struct rec_file *file;
	struct diag *diag;
	bool faulty;
};

/* A field that has not the form in which a close writes it. */
static void
complain(struct reading *reading, const struct rec_field *field)
{
	reading->faulty = true;
	diag_at(reading->diag,
	    rec_place(reading->file, field, 0, field->value.size),
	    D_CLOSE_FIELD, field->value, field->name);
}

static void
take_number(struct reading *reading, const struct rec_field *field,
    unsigned *out)
{
	if (!read_number(field->value, out))
		complain(reading, field);
}

static void
take_digest(struct reading *reading, const struct rec_field *field,
    struct close_record *out)
{
	struct str digest = field->value, name;

	if (str_cut(&digest, ' ', &name) && digest_is(digest))
		for (size_t i = 0; i < CLOSE_FILES; i++)
			if (str_equal(name, str_from(file_names[i])) &&
			    out->digests[i].size == 0) {
				out->digests[i] = digest;
				return;
			}
	complain(reading, field);
}

static void
take_fields(struct reading *reading, const struct raw_record *raw,
    struct close_record *out)
{
	*out = raw->record;
	if (!period_parse(raw->period->value, &out->period))
		complain(reading, raw->period);
	take_number(reading, raw->revision, &out->revision);
	take_number(reading, raw->rules, &out->rules);
	take_number(reading, raw->units, &out->units);
	take_number(reading, raw->items, &out->items);
	out->is_provisional = raw->provisional == 0;
	for (size_t i = 0; i < raw->digests.count; i++)
		take_digest(reading, raw->digests.fields[i], out);
	if (raw->previous != NULL) {
		struct str digest = raw->previous->value, period;

		out->has_previous = str_cut(&digest, ' ', &period) &&
				    period_parse(period, &out->previous) &&
				    digest_is(digest);
		out->previous_digest = digest;
		if (!out->has_previous)
			complain(reading, raw->previous);
	}
}

int
close_record_read(struct arena *arena, const char *path, struct str text,
    struct close_record *out, struct diag *diag)
{
	struct raw_record raw = { .provisional = -1 };
	struct rec_file file;
	struct reading reading = { &file, diag, false };
	int rc = rec_parse(arena, path, text, &file, diag);

	*out = (struct close_record){ 0 };
	if (rc == 0 && (file.count != 1 ||
			   !str_equal(file.records[0].type, STR("Close")))) {
		diag_at(diag, place_file(path), D_CLOSE_RECORD);
		return -1;
	}
	if (rc != 0 || record_read(arena, &file, &file.records[0], record_rows,
			   &raw, diag) != 0)
		return -1;
	take_fields(&reading, &raw, out);
	return reading.faulty ? -1 : 0;
}

/*
 * Results
 */

/* The rows of a result; with only_total those of its first item alone. */
static void
print_scores(const struct book *book, const struct result *result,
    bool is_provisional, bool only_total, struct buffer *out)
{
	struct score_table_options options = {
		.grades = result->scheme->grade_count > 0,
		.mark = is_provisional ? STATE_PROVISIONAL : 0
	};
	size_t items = only_total ? 1 : result->scheme->item_count;
	struct score_table *table;
	struct buffer_stream stream;

	buffer_stream_open(&stream);
	table = score_table_new(stream.file, TABLE_TSV, book, &options);
	for (size_t i = 0; i < book->unit_count; i++)
		for (size_t j = 0; j < items; j++)
			if (result->standings[i] != STANDING_NONE)
				score_table_row(table, result, i, j);
	score_table_end(table);
	buffer_stream_close(&stream, out);
}

/* The Id by which a unit is known today, where it had another. */
static struct str
unit_today(const struct book *book, struct str id)
{
	uint32_t number = book_unit(book, id);

	return number == INDEX_NONE ? id : book->units[number].id;
}

/*
 * The totals among the rows that were published of an earlier period, each
 * unit under the Id that it has now. Without any: a stream of no rows, so that
 * the columns of movement are there all the same.
 */
static int
read_past(const struct book *book, const struct str *published, struct tsv *out,
    struct diag *diag)
{
	static const char *const names[] = { "period", "unit", "item",
		"score" };
	struct buffer kept = { 0 }, copy = { 0 };
	struct intern seen = { 0 };
	struct tsv tsv = { 0 };
	size_t columns[LENGTH(names)];
	int rc = 0;

	buffer_add(&kept, STR("period\tunit\titem\tscore\n"));
	if (published != NULL) {
		buffer_add(&copy, *published);
		rc = tsv_add(&tsv, file_names[CLOSE_SCORES], copy, diag);
	}
	for (size_t i = 0; i < LENGTH(names) && rc == 0; i++) {
		columns[i] = tsv_column(&tsv, str_from(names[i]));
		if (columns[i] == TSV_NONE && published != NULL) {
			diag_at(diag, tsv_header_place(&tsv), D_SHEET_COLUMN,
			    str_from(names[i]));
			rc = -1;
		}
	}
	for (size_t row = 0; row < tsv.row_count && rc == 0; row++) {
		struct str unit = tsv_cell(&tsv, row, columns[1]);
		uint32_t number = 0;

		if (!str_equal(tsv_cell(&tsv, row, columns[2]), STR("total")))
			continue;
		if (intern_add(&seen, unit_today(book, unit), &number))
			unit = unit_today(book, unit);
		buffer_format(&kept, STR_FMT "\t" STR_FMT "\ttotal\t" STR_FMT,
		    STR_ARG(tsv_cell(&tsv, row, columns[0])), STR_ARG(unit),
		    STR_ARG(tsv_cell(&tsv, row, columns[3])));
		buffer_add_byte(&kept, '\n');
	}
	if (rc == 0)
		rc = tsv_add(out, file_names[CLOSE_SCORES], kept, diag);
	else
		buffer_free(&kept);
	intern_free(&seen);
	tsv_free(&tsv);
	return rc;
}

/* The totals, the best first, with the places gained since then. */
static int
print_ranks(const struct book *book, const struct result *result,
    const struct str *previous, bool is_provisional, struct buffer *out,
    struct diag *diag)
{
	struct ranking_options options = {
		.ties = (enum rank_ties)result->scheme->ties
	};
	struct tsv tsv = { 0 }, past = { 0 };
	struct ranking ranking = { 0 };
	struct buffer totals = { 0 };
	struct buffer_stream stream;
	int rc;

	print_scores(book, result, is_provisional, true, &totals);
	rc = tsv_add(&tsv, file_names[CLOSE_RANKS], totals, diag);
	if (rc == 0)
		rc = read_past(book, previous, &past, diag);
	options.past = &past;
	if (rc == 0)
		rc = ranking_make(&ranking, &tsv, &options, diag);
	if (rc == 0) {
		buffer_stream_open(&stream);
		rank_table_print(stream.file, TABLE_TSV, &options, &tsv,
		    &ranking);
		buffer_stream_close(&stream, out);
	}
	ranking_free(&ranking);
	tsv_free(&tsv);
	tsv_free(&past);
	return rc;
}

static struct str
number_text(struct arena *arena, struct num value)
{
	struct buffer text = { 0 };
	struct str copy;

	if (num_is_number(value))
		num_print(&text, value);
	copy = arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	return copy;
}

/* Figures by which people tell one close from another. */
static void
sum_up(struct close_record_results *results, const struct book *book,
    const struct result *result)
{
	const struct item *total = &result->scheme->items[0];
	struct num sum = NUM_INT(0);

	results->items = (unsigned)result->scheme->item_count;
	for (size_t i = 0; i < book->unit_count; i++) {
		struct num score = result->items[0].scores[i];

		results->units += result->standings[i] == STANDING_IN;
		if (num_is_number(score))
			sum = num_add(&results->arena, sum,
			    score_printed(&results->arena, total, score));
	}
	results->points = number_text(&results->arena, total->points);
	results->totals = number_text(&results->arena, sum);
}

int
close_record_results_make(struct close_record_results *results,
    const struct book *book, struct engine *engine, struct period period,
    const struct str *previous, bool is_provisional, struct diag *diag)
{
	const struct result *result;

	*results = (struct close_record_results){ 0 };
	result = engine_score(engine, period);
	if (result == NULL || diag_has_errors(diag))
		return -1;
	print_scores(book, result, is_provisional, false,
	    &results->files[CLOSE_SCORES]);
	sum_up(results, book, result);
	return print_ranks(book, result, previous, is_provisional,
	    &results->files[CLOSE_RANKS], diag);
}

void
close_record_results_free(struct close_record_results *results)
{
	for (size_t i = 0; i < CLOSE_FILES; i++)
		buffer_free(&results->files[i]);
	arena_free(&results->arena);
}

void
close_record_fill(struct close_record *record,
    const struct close_record_results *results,
    struct close_record_digests *room)
{
	record->units = results->units;
	record->items = results->items;
	record->points = results->points;
	record->totals = results->totals;
	for (size_t i = 0; i < CLOSE_FILES; i++)
		if (results->files[i].size > 0)
			record->digests[i] = str_from(digest_sha256(
			    buffer_str(&results->files[i]), room->text[i]));
}

size_t
close_record_first_difference(struct str a, struct str b, struct str *line_a,
    struct str *line_b)
{
	bool more_a, more_b;

	if (str_equal(a, b))
		return 0;
	for (size_t line = 1;; line++) {
		*line_a = *line_b = (struct str){ 0 };
		more_a = str_next_line(&a, line_a);
		more_b = str_next_line(&b, line_b);
		/* Neither: they differ in the newline at their end alone. */
		if (more_a != more_b || !more_a || !str_equal(*line_a, *line_b))
			return line;
	}
}
