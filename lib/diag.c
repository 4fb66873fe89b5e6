#include "diag.h"

#include <assert.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdlib.h>

#define _(text) gettext(text)
#define N_(text) (text)

enum {
	KEPT_MAX = 10000,
	WINDOW = 400,  /* bytes of a line that are kept about its column */
	SHOWN = 110,   /* columns of a line that are shown */
	DETAIL_MAX = 200, /* bytes of a detail; the rest is left out */
	DETAILS_MAX = 9
};

const char diag_end_mark[1] = "";

static const struct row {
	enum severity severity;
	const char *code, *text;
} rows[] = {
#define FINDING(id, severity, code, text) [id] = { severity, code, text },
#include "findings.h"
#undef FINDING
};

/* A second place, behind its finding. */
struct also {
	struct also *next;
	struct place place;
	struct str text;
};

struct entry {
	enum finding finding;
	struct place place;
	struct str message;
	size_t mark;	/* where in place.source the finding begins */
	bool cut_before, cut_after; /* place.source is a part of the line */
	size_t number;	/* in the order of reporting */
	struct also *also, **last_also;
};

struct diag {
	struct arena arena;
	struct entry **entries;
	size_t count, capacity, kept_max;
	size_t counts[SEVERITY_TROUBLE + 1];
	struct entry *last; /* NULL where the last one was not kept */
};

const char *
finding_code(enum finding finding)
{
	return rows[finding].code;
}

const char *
finding_text(enum finding finding)
{
	return _(rows[finding].text);
}

enum severity
finding_severity(enum finding finding)
{
	return rows[finding].severity;
}

const char *
severity_text(enum severity severity)
{
	static const char *const texts[] = { N_("note"), N_("warning"),
		N_("error"), N_("error") };

	return texts[severity];
}

struct place
place_file(const char *path)
{
	return (struct place){ .path = path };
}

/* How many characters there are, a malformed byte counting as one. */
static size_t
characters(struct str s)
{
	size_t count = 0;
	int32_t point;

	for (size_t at = 0; at < s.size; count++) {
		size_t size = str_code_point(s, at, &point);

		at += size == 0 ? 1 : size;
	}
	return count;
}

struct place
place_in(const char *path, struct str text, size_t at, size_t size)
{
	struct place place = { .path = path, .line = 1 };
	size_t begin = 0, newline;
	struct str rest;

	if (at > text.size)
		at = text.size;
	for (;;) {
		newline = str_find(str_head(str_from_byte(text, begin),
				       at - begin),
		    '\n');
		if (newline == (size_t)-1)
			break;
		begin += newline + 1;
		place.line++;
	}
	rest = str_from_byte(text, begin);
	newline = str_find(rest, '\n');
	place.source = newline == (size_t)-1 ? rest : str_head(rest, newline);
	place.column =
	    (unsigned)characters(str_head(place.source, at - begin)) + 1;
	place.span = (unsigned)characters(
	    str_head(str_from_byte(place.source, at - begin), size));
	return place;
}

struct diag *
diag_new(size_t kept_max)
{
	struct diag *diag = memory_alloc(sizeof(*diag));

	*diag = (struct diag){
		.kept_max = kept_max == 0 ? KEPT_MAX : kept_max
	};
	return diag;
}

void
diag_free(struct diag *diag)
{
	if (diag == NULL)
		return;
	arena_free(&diag->arena);
	free(diag);
}

/* The byte where a column begins. */
static size_t
column_byte(struct str line, unsigned column)
{
	size_t at = 0;
	int32_t point;

	for (unsigned i = 1; i < column && at < line.size; i++) {
		size_t size = str_code_point(line, at, &point);

		at += size == 0 ? 1 : size;
	}
	return at;
}

static bool
is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Keep the line, or of a long one what stands about the column. */
static void
keep_source(struct diag *diag, struct entry *entry, struct str line)
{
	size_t at = column_byte(line, entry->place.column), from = 0;
	size_t to = line.size;

	if (line.size > WINDOW) {
		from = at > WINDOW / 4 ? at - WINDOW / 4 : 0;
		while (from > 0 && is_continuation(line.data[from]))
			from--;
		to = from + WINDOW < line.size ? from + WINDOW : line.size;
		while (to < line.size && is_continuation(line.data[to]))
			to++;
	}
	entry->cut_before = from > 0;
	entry->cut_after = to < line.size;
	entry->mark = at - from;
	entry->place.source = arena_str(&diag->arena,
	    str_head(str_from_byte(line, from), to - from));
}

static struct place
keep_place(struct diag *diag, struct place place)
{
	place.path =
	    arena_str(&diag->arena, str_from(place.path)).data;
	place.source = (struct str){ 0 };
	return place;
}

static void
add_detail(struct buffer *message, struct str detail)
{
	size_t end = DETAIL_MAX;

	if (detail.size <= DETAIL_MAX) {
		buffer_add(message, detail);
		return;
	}
	while (end > 0 && is_continuation(detail.data[end]))
		end--;
	buffer_add(message, str_head(detail, end));
	buffer_add(message, STR("…"));
}

/* The finding's text with {1}, {2} ... filled in. */
static struct str
fill(struct arena *arena, enum finding finding, const struct str *details,
    size_t count)
{
	struct buffer message = { 0 };
	struct str copy;
	size_t used = 0;

	for (const char *at = finding_text(finding); *at != '\0'; at++) {
		size_t number = (size_t)(at[0] == '{' ? at[1] - '0' : 0);

		if (at[0] != '{' || number < 1 || number > DETAILS_MAX ||
		    at[2] != '}') {
			buffer_add_byte(&message, *at);
			continue;
		}
		assert(number <= count);
		add_detail(&message, details[number - 1]);
		used = number > used ? number : used;
		at += 2;
	}
	assert(used == count);
	(void)used;
	copy = arena_str(arena, buffer_str(&message));
	buffer_free(&message);
	return copy;
}

void
diag_report(struct diag *diag, struct place place, enum finding finding, ...)
{
	struct str details[DETAILS_MAX], detail;
	struct entry *entry;
	size_t count = 0;
	va_list list;

	diag->counts[rows[finding].severity]++;
	diag->last = NULL;
	if (diag->count >= diag->kept_max)
		return;
	va_start(list, finding);
	for (detail = va_arg(list, struct str); detail.data != diag_end_mark;
	     detail = va_arg(list, struct str)) {
		assert(count < DETAILS_MAX);
		details[count++] = detail;
	}
	va_end(list);
	entry = arena_new(&diag->arena, struct entry);
	entry->finding = finding;
	entry->place = keep_place(diag, place);
	keep_source(diag, entry, place.source);
	entry->message = fill(&diag->arena, finding, details, count);
	entry->number = diag->count;
	entry->last_also = &entry->also;
	diag->entries = arena_grow(&diag->arena, diag->entries, diag->count,
	    &diag->capacity, sizeof(struct entry *));
	diag->entries[diag->count++] = entry;
	diag->last = entry;
}

void
diag_also(struct diag *diag, struct place place, const char *text)
{
	struct also *also;

	if (diag->last == NULL)
		return;
	also = arena_new(&diag->arena, struct also);
	also->place = keep_place(diag, place);
	also->text = arena_str(&diag->arena, str_from(text));
	*diag->last->last_also = also;
	diag->last->last_also = &also->next;
}

size_t
diag_count(const struct diag *diag, enum severity severity)
{
	return diag->counts[severity];
}

bool
diag_has_errors(const struct diag *diag)
{
	return diag->counts[SEVERITY_ERROR] > 0 ||
	    diag->counts[SEVERITY_TROUBLE] > 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a;
	const struct entry *y = *(struct entry *const *)b;
	int order = str_compare(str_from(x->place.path),
	    str_from(y->place.path));

	if (order != 0)
		return order;
	if (x->place.line != y->place.line)
		return x->place.line > y->place.line ? 1 : -1;
	if (x->place.column != y->place.column)
		return x->place.column > y->place.column ? 1 : -1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Text for people: nothing in it can drive a terminal. */
static void
print_escaped(struct buffer *out, struct str s)
{
	int32_t point;

	for (size_t at = 0; at < s.size;) {
		size_t size = str_code_point(s, at, &point);
		bool plain = size > 0 && point >= ' ' &&
		    !(point >= 0x7f && point < 0xa0) && point != 0x2028 &&
		    point != 0x2029 &&
		    !(point >= 0x202a && point <= 0x202e) &&
		    !(point >= 0x2066 && point <= 0x2069);

		if (size == 0)
			size = 1;
		if (plain)
			buffer_add(out,
			    str_head(str_from_byte(s, at), size));
		else
			for (size_t i = 0; i < size; i++)
				buffer_format(out, "\\x%02X",
				    (unsigned char)s.data[at + i]);
		at += size;
	}
}

static void
print_place(struct buffer *out, const struct diag_print *how,
    struct place place)
{
	if (how->prefix != NULL)
		print_escaped(out, str_from(how->prefix));
	print_escaped(out, str_from(place.path));
	if (place.line > 0)
		buffer_format(out, ":%u", place.line);
	if (place.line > 0 && place.column > 0)
		buffer_format(out, ":%u", place.column);
	buffer_add(out, STR(": "));
}

/* A piece of a source line: tabs stay, what drives a terminal does not. */
static void
print_source(struct buffer *out, struct str s)
{
	struct str piece;
	bool more;

	do {
		more = str_cut(&s, '\t', &piece);
		print_escaped(out, piece);
		if (more)
			buffer_add_byte(out, '\t');
	} while (more);
}

/* As much blank as a piece of the line takes, its tabs kept. */
static void
print_padding(struct buffer *out, struct str s)
{
	struct buffer shown = { 0 };
	struct str rest, piece;
	bool more;

	print_source(&shown, s);
	rest = buffer_str(&shown);
	do {
		more = str_cut(&rest, '\t', &piece);
		for (size_t i = str_width(piece); i > 0; i--)
			buffer_add_byte(out, ' ');
		if (more)
			buffer_add_byte(out, '\t');
	} while (more);
	buffer_free(&shown);
}

/* So many characters of the text, and no more columns than are shown. */
static struct str
first_columns(struct str s, size_t columns)
{
	size_t at = 0;
	int32_t point;

	while (at < s.size) {
		size_t size = str_code_point(s, at, &point);

		size = size == 0 ? 1 : size;
		if (str_width(str_head(s, at + size)) > columns)
			break;
		at += size;
	}
	return str_head(s, at);
}

static void
print_line(struct buffer *out, const struct entry *entry)
{
	struct str line = entry->place.source, before, marked, shown;
	bool cut = entry->cut_before;
	size_t width;

	if (line.size == 0 || entry->place.column == 0)
		return;
	before = str_head(line, entry->mark);
	if (str_width(before) > SHOWN / 2) {
		/* Begin near the mark. */
		while (str_width(before) > SHOWN / 4) {
			before = str_from_byte(before, 1);
			while (before.size > 0 &&
			    is_continuation(before.data[0]))
				before = str_from_byte(before, 1);
		}
		cut = true;
	}
	shown = (struct str){ before.data,
		(size_t)(line.data + line.size - before.data) };
	if (before.size == 0)
		shown = str_from_byte(line, entry->mark);
	marked = str_from_byte(line, entry->mark);
	buffer_add(out, cut ? STR("  …") : STR("  "));
	width = SHOWN;
	print_source(out, first_columns(shown, width));
	if (entry->cut_after || first_columns(shown, width).size < shown.size)
		buffer_add(out, STR("…"));
	buffer_add(out, cut ? STR("\n   ") : STR("\n  "));
	print_padding(out, before);
	marked = str_head(marked, column_byte(marked, entry->place.span + 1));
	width = str_width(first_columns(marked, SHOWN - str_width(before)));
	buffer_add_byte(out, '^');
	while (width-- > 1)
		buffer_add_byte(out, '~');
	buffer_add_byte(out, '\n');
}

static void
print_text(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	print_place(out, how, entry->place);
	buffer_format(out, "%s: ",
	    _(severity_text(finding_severity(entry->finding))));
	print_escaped(out, entry->message);
	buffer_format(out, " [%s]\n", finding_code(entry->finding));
	print_line(out, entry);
	for (const struct also *also = entry->also; also; also = also->next) {
		print_place(out, how, also->place);
		buffer_format(out, "%s: ", _("note"));
		print_escaped(out, also->text);
		buffer_add_byte(out, '\n');
	}
}

static void
print_json_string(struct buffer *out, struct str s)
{
	int32_t point;

	buffer_add_byte(out, '"');
	for (size_t at = 0; at < s.size;) {
		size_t size = str_code_point(s, at, &point);

		if (size == 0) {
			/* What is no UTF-8 cannot stand in JSON. */
			buffer_add(out, STR("\\ufffd"));
			at++;
			continue;
		}
		if (point == '"' || point == '\\')
			buffer_format(out, "\\%c", (int)point);
		else if (point < ' ' || point == 0x7f)
			buffer_format(out, "\\u%04x", (unsigned)point);
		else
			buffer_add(out,
			    str_head(str_from_byte(s, at), size));
		at += size;
	}
	buffer_add_byte(out, '"');
}

static void
print_json_place(struct buffer *out, const struct diag_print *how,
    struct place place)
{
	struct buffer path = { 0 };

	if (how->prefix != NULL)
		buffer_add(&path, str_from(how->prefix));
	buffer_add(&path, str_from(place.path));
	buffer_add(out, STR("\"path\": "));
	print_json_string(out, buffer_str(&path));
	buffer_format(out, ", \"line\": %u, \"column\": %u", place.line,
	    place.column);
	buffer_free(&path);
}

static void
print_json(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	buffer_add_byte(out, '{');
	print_json_place(out, how, entry->place);
	buffer_format(out, ", \"severity\": \"%s\", \"code\": \"%s\", ",
	    severity_text(finding_severity(entry->finding)),
	    finding_code(entry->finding));
	buffer_add(out, STR("\"message\": "));
	print_json_string(out, entry->message);
	if (entry->also != NULL)
		buffer_add(out, STR(", \"also\": ["));
	for (const struct also *also = entry->also; also; also = also->next) {
		buffer_add_byte(out, '{');
		print_json_place(out, how, also->place);
		buffer_add(out, STR(", \"message\": "));
		print_json_string(out, also->text);
		buffer_add(out, also->next ? STR("}, ") : STR("}]"));
	}
	buffer_add_byte(out, '}');
}

static void
print_tsv(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	if (how->prefix != NULL)
		print_escaped(out, str_from(how->prefix));
	print_escaped(out, str_from(entry->place.path));
	buffer_format(out, "\t%u\t%u\t%s\t%s\t", entry->place.line,
	    entry->place.column,
	    severity_text(finding_severity(entry->finding)),
	    finding_code(entry->finding));
	print_escaped(out, entry->message);
	buffer_add_byte(out, '\n');
}

static void
print_entry(struct buffer *out, const struct diag_print *how,
    const struct entry *entry, bool first)
{
	switch (how->format) {
	case DIAG_TEXT:
		print_text(out, how, entry);
		break;
	case DIAG_TSV:
		print_tsv(out, how, entry);
		break;
	case DIAG_JSON:
		buffer_add(out, first ? STR("\n") : STR(",\n"));
		print_json(out, how, entry);
		break;
	case DIAG_JSONL:
		print_json(out, how, entry);
		buffer_add_byte(out, '\n');
		break;
	}
}

static void
print_count(struct buffer *out, size_t count, const char *one,
    const char *many)
{
	if (count == 0)
		return;
	if (out->size > 0)
		buffer_add(out, STR(", "));
	buffer_format(out, "%zu %s", count,
	    ngettext(one, many, (unsigned long)count));
}

static void
print_summary(const struct diag *diag, const struct diag_print *how,
    struct buffer *out)
{
	struct buffer line = { 0 };

	print_count(&line,
	    diag->counts[SEVERITY_ERROR] + diag->counts[SEVERITY_TROUBLE],
	    "error", "errors");
	if (how->least <= SEVERITY_WARNING)
		print_count(&line, diag->counts[SEVERITY_WARNING], "warning",
		    "warnings");
	if (how->least <= SEVERITY_NOTE)
		print_count(&line, diag->counts[SEVERITY_NOTE], "note",
		    "notes");
	if (line.size > 0) {
		buffer_add(out, buffer_str(&line));
		buffer_add_byte(out, '\n');
	}
	buffer_free(&line);
}

/* How many findings of the severities wanted there are, kept or not. */
static size_t
wanted(const struct diag *diag, enum severity least)
{
	size_t count = 0;

	for (int i = (int)least; i <= SEVERITY_TROUBLE; i++)
		count += diag->counts[i];
	return count;
}

void
diag_print(struct diag *diag, const struct diag_print *how, FILE *out)
{
	struct buffer text = { 0 };
	size_t printed = 0, all = wanted(diag, how->least);

	if (diag->count > 1)
		qsort(diag->entries, diag->count, sizeof(struct entry *),
		    compare_entries);
	if (how->format == DIAG_JSON)
		buffer_add_byte(&text, '[');
	if (how->format == DIAG_TSV)
		buffer_add(&text,
		    STR("path\tline\tcolumn\tseverity\tcode\tmessage\n"));
	for (size_t i = 0; i < diag->count; i++) {
		const struct entry *entry = diag->entries[i];

		if (finding_severity(entry->finding) < how->least)
			continue;
		if (how->most > 0 && printed == how->most)
			break;
		print_entry(&text, how, entry, printed++ == 0);
	}
	if (how->format == DIAG_JSON)
		buffer_add(&text, printed > 0 ? STR("\n]\n") : STR("]\n"));
	if (how->format == DIAG_TEXT && printed < all)
		buffer_format(&text,
		    ngettext("... and %zu more finding left out\n",
			"... and %zu more findings left out\n",
			(unsigned long)(all - printed)),
		    all - printed);
	if (how->summary)
		print_summary(diag, how, &text);
	if (text.size > 0)
		fwrite(text.data, 1, text.size, out);
	buffer_free(&text);
}
