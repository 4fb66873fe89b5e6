#include "close/close_record.h"

#include "format/record.h"

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
