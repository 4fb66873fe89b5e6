#include "base/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/i18n.h"

enum {
	KEPT_MAX = 10000,
	DETAILS_MAX = 9,
	DETAIL_SIZE = 500, /* bytes of a detail; the rest is left out */
	WINDOW = 400,	   /* bytes of a line that are kept around its column */
	COLUMNS = 120,	   /* columns of a line that are shown */
	TAB = 8,
	SEVERITIES = SEVERITY_TROUBLE + 1
};

const char diag_end_mark[1] = "";

static const struct row {
	enum severity severity;
	const char *code, *text;
} rows[] = {
#define FINDING(id, severity, code, text) [id] = { severity, code, text },
#include "base/findings.h"
#undef FINDING
};

/* A second place, behind its finding. */
struct also {
	struct also *next;
	struct place place; /* without the line */
	struct str text;
};

struct entry {
	enum finding finding;
	size_t number; /* in the order of reporting */
	/* Of a long line place.source holds what stands around the column. */
	struct place place;
	bool cut_before, cut_after;
	size_t mark; /* the byte of place.source where the column begins */
	struct str message;
	struct also *also, **also_end;
};

struct diag {
	struct arena arena;
	struct entry **entries;
	size_t count, capacity, kept_max;
	size_t reported[SEVERITIES], kept[SEVERITIES];
	size_t placed[SEVERITIES]; /* of those reported */
	struct entry *last;	   /* NULL where the last one was not kept */
};

const char *
finding_code(enum finding finding)
{
	return (size_t)finding < LENGTH(rows) ? rows[finding].code : NULL;
}

const char *
finding_text(enum finding finding)
{
	return (size_t)finding < LENGTH(rows) ? _(rows[finding].text) : NULL;
}

enum severity
finding_severity(enum finding finding)
{
	return rows[finding].severity;
}

const char *
severity_text(enum severity severity)
{
	static const char *const texts[] = { [SEVERITY_NOTE] = N_("note"),
		[SEVERITY_WARNING] = N_("warning"),
		[SEVERITY_ERROR] = N_("error"),
		[SEVERITY_TROUBLE] = N_("error") };

	return texts[severity];
}

/*
 * The bytes that so many characters take, or all; *passed gets how many there
 * were. Lines may be long: of ASCII eight are passed at a time.
 */
static size_t
skip_characters(struct str s, size_t count, size_t *passed)
{
	size_t at = 0;
	uint64_t word;
	int32_t character;

	*passed = 0;
	while (at < s.size && *passed < count) {
		if (s.size - at >= sizeof(word) &&
		    count - *passed >= sizeof(word)) {
			memcpy(&word, s.data + at, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(word);
				*passed += sizeof(word);
				continue;
			}
		}
		at += str_step(s, at, &character);
		++*passed;
	}
	return at;
}

static size_t
characters(struct str s)
{
	size_t count;

	skip_characters(s, SIZE_MAX, &count);
	return count;
}

/* The byte where the character begins to which this byte belongs. */
static size_t
character_start(struct str s, size_t at)
{
	int32_t character;

	if (at >= s.size)
		return s.size;
	for (size_t back = 1; back < 4 && back <= at; back++)
		if (str_step(s, at - back, &character) > back)
			return at - back;
	return at;
}

struct place
place_file(const char *path)
{
	return (struct place){ .path = path };
}

struct place
place_none(void)
{
	return place_file("");
}

static bool
is_placed(const struct place *place)
{
	return place->path[0] != '\0';
}

struct place
place_in(const char *path, struct str text, size_t at, size_t size)
{
	struct place place = { .path = path, .line = 1 };
	struct str line, rest = text;
	size_t begin = 0, end;

	if (at > text.size)
		at = text.size;
	str_cut(&rest, '\n', &line);
	while (at - begin > line.size) {
		begin += line.size + 1;
		place.line++;
		str_cut(&rest, '\n', &line);
	}
	at -= begin;
	end = character_start(line,
	    size < line.size - at ? at + size : line.size);
	at = character_start(line, at);
	place.source = line;
	place.column = (unsigned)characters(str_head(line, at)) + 1;
	place.span =
	    (unsigned)characters(str_from_byte(str_head(line, end), at));
	return place;
}

struct diag *
diag_new(size_t kept_max)
{
	struct diag *diag = memory_alloc(sizeof(*diag));

	*diag =
	    (struct diag){ .kept_max = kept_max == 0 ? KEPT_MAX : kept_max };
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

/* A copy; one for all findings of a file that come one after another. */
static const char *
keep_path(struct diag *diag, const char *path)
{
	const struct entry *before =
	    diag->count == 0 ? NULL : diag->entries[diag->count - 1];

	if (before != NULL && strcmp(before->place.path, path) == 0)
		return before->place.path;
	return arena_str(&diag->arena, str_from(path)).data;
}

/* Keep the line, or of a long one what stands around the column. */
static void
keep_line(struct diag *diag, struct entry *entry, struct str line)
{
	size_t column = entry->place.column, from = 0, to = line.size, passed;
	size_t at = skip_characters(line, column > 0 ? column - 1 : 0, &passed);

	if (line.size > WINDOW) {
		from = at > WINDOW / 2 ? at - WINDOW / 2 : 0;
		if (from > line.size - WINDOW)
			from = line.size - WINDOW;
		/* The first character that begins there or later. */
		from = from == 0 ? 0 : character_start(line, from + 3);
		to = character_start(line, from + WINDOW);
	}
	entry->cut_before = from > 0;
	entry->cut_after = to < line.size;
	entry->mark = at - from;
	entry->place.source =
	    arena_str(&diag->arena, str_from_byte(str_head(line, to), from));
}

static void
add_detail(struct buffer *message, struct str detail)
{
	size_t end = character_start(detail, DETAIL_SIZE);

	buffer_add(message, str_head(detail, end));
	if (end < detail.size)
		buffer_add(message, STR("…"));
}

/* The number of the slot that begins here, as in {1}; 0 where none does. */
static size_t
slot_at(const char *text)
{
	if (text[0] != '{' || text[1] < '1' || text[1] > '9' || text[2] != '}')
		return 0;
	return (size_t)(text[1] - '0');
}

static size_t
slot_count(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if (slot_at(text) > count)
			count = slot_at(text);
	return count;
}

/* The finding's text with its slots filled, which a translation may move. */
static struct str
fill(struct arena *arena, enum finding finding, const struct str *details,
    size_t count)
{
	struct buffer message = { 0 };
	struct str copy;

	assert(count == slot_count(rows[finding].text));
	for (const char *at = _(rows[finding].text); *at != '\0'; at++) {
		size_t slot = slot_at(at);

		if (slot == 0 || slot > count) {
			buffer_add_byte(&message, *at);
			continue;
		}
		add_detail(&message, details[slot - 1]);
		at += 2;
	}
	copy = arena_str(arena, buffer_str(&message));
	buffer_free(&message);
	return copy;
}

static struct entry *
keep(struct diag *diag, struct place place, enum finding finding)
{
	struct entry *entry = arena_new(&diag->arena, struct entry);

	entry->finding = finding;
	entry->number = diag->count;
	entry->place = place;
	entry->place.path = keep_path(diag, place.path);
	entry->also_end = &entry->also;
	keep_line(diag, entry, place.source);
	diag->entries = arena_grow(&diag->arena, diag->entries, diag->count,
	    &diag->capacity, sizeof(*diag->entries));
	diag->entries[diag->count++] = entry;
	diag->kept[rows[finding].severity]++;
	return entry;
}

void
diag_report(struct diag *diag, struct place place, enum finding finding, ...)
{
	enum severity severity = rows[finding].severity;
	struct str details[DETAILS_MAX], detail;
	size_t count = 0;
	va_list list;

	diag->reported[severity]++;
	diag->placed[severity] += is_placed(&place);
	diag->last = NULL;
	if (diag->kept[severity] == diag->kept_max)
		return;
	va_start(list, finding);
	while ((detail = va_arg(list, struct str)).data != diag_end_mark) {
		assert(count < DETAILS_MAX);
		details[count++] = detail;
	}
	va_end(list);
	diag->last = keep(diag, place, finding);
	diag->last->message = fill(&diag->arena, finding, details, count);
}

void
diag_at_path(struct diag *diag, const char *prefix, struct str path,
    enum finding finding, struct str first, struct str second)
{
	struct buffer shown = { 0 };

	if (diag == NULL)
		return;
	buffer_add_safe(&shown, str_from(prefix));
	buffer_add_safe(&shown, path);
	if (shown.size == 0)
		buffer_add_byte(&shown, '.');
	buffer_add_byte(&shown, '\0');
	diag_at(diag, place_file(shown.data), finding, first, second);
	buffer_free(&shown);
}

void
diag_also(struct diag *diag, struct place place, const char *text)
{
	struct also *also;

	if (diag->last == NULL)
		return;
	also = arena_new(&diag->arena, struct also);
	also->place = place;
	also->place.path = keep_path(diag, place.path);
	also->place.source = (struct str){ 0 };
	also->text = arena_str(&diag->arena, str_from(text));
	*diag->last->also_end = also;
	diag->last->also_end = &also->next;
}

size_t
diag_count(const struct diag *diag, enum severity severity)
{
	return diag->reported[severity];
}

size_t
diag_count_placed(const struct diag *diag, enum severity severity)
{
	return diag->placed[severity];
}

bool
diag_has_errors(const struct diag *diag)
{
	return diag->reported[SEVERITY_ERROR] > 0 ||
	       diag->reported[SEVERITY_TROUBLE] > 0;
}

static int
compare_numbers(size_t x, size_t y)
{
	return (x > y) - (x < y);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a;
	const struct entry *y = *(struct entry *const *)b;
	int order = strcmp(x->place.path, y->place.path);

	if (order == 0)
		order = compare_numbers(x->place.line, y->place.line);
	if (order == 0)
		order = compare_numbers(x->place.column, y->place.column);
	return order != 0 ? order : compare_numbers(x->number, y->number);
}

static bool
is_control(int32_t character)
{
	return character < ' ' || (character >= 0x7f && character < 0xa0);
}

/* One function to a kind of text adds one character of it to the output. */
static void
add_safe(struct buffer *out, struct str bytes, int32_t character)
{
	(void)character;
	buffer_add_safe(out, bytes);
}

static void
add_tsv(struct buffer *out, struct str bytes, int32_t character)
{
	if (character == '\t')
		buffer_add(out, STR("\\t"));
	else if (character == '\n')
		buffer_add(out, STR("\\n"));
	else if (character == '\r')
		buffer_add(out, STR("\\r"));
	else if (character == '\\')
		buffer_add(out, STR("\\\\"));
	else
		add_safe(out, bytes, character);
}

static void
add_json(struct buffer *out, struct str bytes, int32_t character)
{
	if (character >= 0x110000)
		buffer_add(out, STR("\xef\xbf\xbd")); /* U+FFFD */
	else if (character == '"' || character == '\\')
		buffer_format(out, "\\%c", (int)character);
	else if (is_control(character))
		buffer_format(out, "\\u%04x", (unsigned)character);
	else
		buffer_add(out, bytes);
}

typedef void add_character(struct buffer *out, struct str bytes,
    int32_t character);

static void
add_text(struct buffer *out, struct str text, add_character *add)
{
	int32_t character;
	size_t size;

	for (size_t at = 0; at < text.size; at += size) {
		size = str_step(text, at, &character);
		add(out, str_head(str_from_byte(text, at), size), character);
	}
}

static void
add_path(struct buffer *out, const struct diag_print *how,
    const struct place *place, add_character *add)
{
	if (!is_placed(place))
		return;
	add_text(out, str_from(how->prefix), add);
	add_text(out, str_from(place->path), add);
}

/* A number, or the other text where it is not known. */
static void
add_number(struct buffer *out, unsigned number, const char *unknown)
{
	if (number > 0)
		buffer_format(out, "%u", number);
	else
		buffer_add(out, str_from(unknown));
}

/* `PATH:LINE:COLUMN`. */
static void
add_place(struct buffer *out, const struct diag_print *how,
    const struct place *place)
{
	add_path(out, how, place, add_safe);
	if (place->line > 0)
		buffer_format(out, ":%u", place->line);
	if (place->line > 0 && place->column > 0)
		buffer_format(out, ":%u", place->column);
}

/* `PATH:LINE:COLUMN: error: TEXT`. */
static void
add_heading(struct buffer *out, const struct diag_print *how,
    const struct place *place, const char *severity, struct str text)
{
	add_place(out, how, place);
	buffer_format(out, ": %s: ", _(severity));
	add_text(out, text, add_safe);
}

/* `shiji-close: TEXT`: that a program refuses says that it is an error. */
static void
add_spoken(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	if (how->program != NULL)
		buffer_format(out, "%s: ", how->program);
	if (rows[entry->finding].severity == SEVERITY_WARNING)
		buffer_format(out, "%s: ", _(severity_text(SEVERITY_WARNING)));
	add_text(out, entry->message, add_safe);
	buffer_add_byte(out, '\n');
}

/* A character of a line as it is shown. */
struct cell {
	struct str bytes;
	int32_t character;
	unsigned width; /* in columns; of a tab the most */
};

/* A line as it is shown: the cells from `first` to before `last`. */
struct view {
	struct cell cells[WINDOW];
	size_t count, mark, first, last;
};

static unsigned
cell_width(const struct cell *cell)
{
	if (cell->character == '\t')
		return TAB;
	if (!str_is_safe(cell->character))
		return (unsigned)(4 * cell->bytes.size);
	return (unsigned)str_width(cell->bytes);
}

static void
view_cells(struct view *view, const struct entry *entry)
{
	struct str line = entry->place.source;
	size_t at = 0;

	view->count = view->mark = 0;
	while (at < line.size && view->count < WINDOW) {
		struct cell *cell = &view->cells[view->count++];
		size_t size = str_step(line, at, &cell->character);

		cell->bytes = str_head(str_from_byte(line, at), size);
		cell->width = cell_width(cell);
		at += size;
		if (at <= entry->mark)
			view->mark = view->count;
	}
}

/*
 * Choose what is shown: half of the room before the mark, then what follows it,
 * then more of what goes before it, where room is left.
 */
static void
view_cut(struct view *view)
{
	unsigned width = 0;

	view->first = view->last = view->mark;
	while (view->first > 0 &&
	       width + view->cells[view->first - 1].width <= COLUMNS / 2)
		width += view->cells[--view->first].width;
	while (view->last < view->count &&
	       width + view->cells[view->last].width <= COLUMNS)
		width += view->cells[view->last++].width;
	while (view->first > 0 &&
	       width + view->cells[view->first - 1].width <= COLUMNS)
		width += view->cells[--view->first].width;
}

/* The line; returns the column where the mark stands, from 0. */
static void
add_line(struct buffer *out, const struct view *view, const struct entry *entry)
{
	if (entry->cut_before || view->first > 0)
		buffer_add(out, STR("…"));
	for (size_t i = view->first; i < view->last; i++) {
		const struct cell *cell = &view->cells[i];

		if (cell->character == '\t')
			buffer_add_byte(out, '\t');
		else
			add_safe(out, cell->bytes, cell->character);
	}
	if (entry->cut_after || view->last < view->count)
		buffer_add(out, STR("…"));
	buffer_add_byte(out, '\n');
}

static unsigned
width_from(const struct cell *cell, unsigned column)
{
	return cell->character == '\t' ? TAB - column % TAB : cell->width;
}

/* The line below it: blanks and the line's own tabs, then `^~~~`. */
static void
add_marks(struct buffer *out, const struct view *view,
    const struct entry *entry)
{
	unsigned column = entry->cut_before || view->first > 0;
	size_t end =
	    view->mark + (entry->place.span > 0 ? entry->place.span : 1);
	unsigned from;

	buffer_add(out, column > 0 ? STR(" ") : STR(""));
	for (size_t i = view->first; i < view->mark; i++) {
		const struct cell *cell = &view->cells[i];

		if (cell->character == '\t')
			buffer_add_byte(out, '\t');
		else
			buffer_format(out, "%*s", (int)cell->width, "");
		column += width_from(cell, column);
	}
	from = column;
	for (size_t i = view->mark; i < end && i < view->last; i++)
		column += width_from(&view->cells[i], column);
	buffer_add_byte(out, '^');
	while (++from < column)
		buffer_add_byte(out, '~');
	buffer_add_byte(out, '\n');
}

static void
add_source(struct buffer *out, const struct entry *entry)
{
	struct view view;

	if (entry->place.source.size == 0)
		return;
	view_cells(&view, entry);
	view_cut(&view);
	add_line(out, &view, entry);
	if (entry->place.column > 0)
		add_marks(out, &view, entry);
}

static void
add_as_text(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	const struct row *row = &rows[entry->finding];

	if (!is_placed(&entry->place)) {
		add_spoken(out, how, entry);
		return;
	}
	add_heading(out, how, &entry->place, severity_text(row->severity),
	    entry->message);
	buffer_format(out, " [%s]\n", row->code);
	add_source(out, entry);
	for (const struct also *also = entry->also; also; also = also->next) {
		add_heading(out, how, &also->place,
		    severity_text(SEVERITY_NOTE), also->text);
		buffer_add_byte(out, '\n');
	}
}

static void
add_json_place(struct buffer *out, const struct diag_print *how,
    const struct place *place)
{
	buffer_add(out,
	    is_placed(place) ? STR("{\"path\":\"") : STR("{\"path\":null"));
	add_path(out, how, place, add_json);
	buffer_add(out,
	    is_placed(place) ? STR("\",\"line\":") : STR(",\"line\":"));
	add_number(out, place->line, "null");
	buffer_add(out, STR(",\"column\":"));
	add_number(out, place->column, "null");
}

static void
add_json_message(struct buffer *out, struct str message)
{
	buffer_add(out, STR(",\"message\":\""));
	add_text(out, message, add_json);
	buffer_add_byte(out, '"');
}

static void
add_as_json(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	const struct row *row = &rows[entry->finding];

	add_json_place(out, how, &entry->place);
	buffer_format(out, ",\"severity\":\"%s\",\"code\":\"%s\"",
	    severity_text(row->severity), row->code);
	add_json_message(out, entry->message);
	if (entry->also != NULL)
		buffer_add(out, STR(",\"also\":["));
	for (const struct also *also = entry->also; also; also = also->next) {
		add_json_place(out, how, &also->place);
		add_json_message(out, also->text);
		buffer_add(out, also->next != NULL ? STR("},") : STR("}]"));
	}
	buffer_add_byte(out, '}');
}

static void
add_tsv_row(struct buffer *out, const struct diag_print *how,
    const struct place *place, enum severity severity, const char *code,
    struct str message)
{
	add_path(out, how, place, add_tsv);
	buffer_add_byte(out, '\t');
	add_number(out, place->line, "");
	buffer_add_byte(out, '\t');
	add_number(out, place->column, "");
	buffer_format(out, "\t%s\t%s\t", severity_text(severity), code);
	add_text(out, message, add_tsv);
	buffer_add_byte(out, '\n');
}

static void
add_as_tsv(struct buffer *out, const struct diag_print *how,
    const struct entry *entry)
{
	const struct row *row = &rows[entry->finding];

	add_tsv_row(out, how, &entry->place, row->severity, row->code,
	    entry->message);
	for (const struct also *also = entry->also; also; also = also->next)
		add_tsv_row(out, how, &also->place, SEVERITY_NOTE, row->code,
		    also->text);
}

static void
give_row(const struct diag_print *how, const struct place *place,
    enum severity severity, const char *code, struct str message)
{
	struct buffer path = { 0 };
	struct diag_row row = { .message = message,
		.line = place->line,
		.column = place->column,
		.severity = severity_text(severity),
		.code = code };

	if (is_placed(place))
		buffer_format(&path, "%s%s",
		    how->prefix != NULL ? how->prefix : "", place->path);
	row.path = buffer_str(&path);
	how->row(how->context, &row);
	buffer_free(&path);
}

static void
give_rows(const struct diag_print *how, const struct entry *entry)
{
	const struct row *row = &rows[entry->finding];

	give_row(how, &entry->place, row->severity, row->code, entry->message);
	for (const struct also *also = entry->also; also; also = also->next)
		give_row(how, &also->place, SEVERITY_NOTE, row->code,
		    also->text);
}

static void
add_entry(struct buffer *out, const struct diag_print *how,
    const struct entry *entry, bool is_first)
{
	switch (how->format) {
	case DIAG_TEXT:
		add_as_text(out, how, entry);
		break;
	case DIAG_JSON:
		buffer_add(out, is_first ? STR("\n") : STR(",\n"));
		add_as_json(out, how, entry);
		break;
	case DIAG_JSONL:
		add_as_json(out, how, entry);
		buffer_add_byte(out, '\n');
		break;
	case DIAG_TSV:
		add_as_tsv(out, how, entry);
		break;
	case DIAG_ROWS:
		give_rows(how, entry);
		break;
	}
}

/* Say how many are not shown, in a program's formats by a finding of its own.
 */
static void
add_left_out(struct buffer *out, const struct diag_print *how, size_t count,
    bool is_first)
{
	struct diag_print bare = {
		.format = how->format, .row = how->row, .context = how->context
	};
	struct entry entry = { .finding = D_LEFT_OUT, .place = place_none() };
	struct arena arena = { 0 };
	struct str number = arena_format(&arena, "%zu", count);

	entry.message = fill(&arena, D_LEFT_OUT, &number, 1);
	if (how->format == DIAG_TEXT)
		buffer_format(out, STR_FMT "\n", STR_ARG(entry.message));
	else
		add_entry(out, &bare, &entry, is_first);
	arena_free(&arena);
}

/* How many were reported of what is to be printed, kept or not. */
static size_t
count_wanted(const struct diag *diag, enum severity least)
{
	size_t count = 0;

	for (size_t i = least; i < SEVERITIES; i++)
		count += diag->reported[i];
	return count;
}

/* `3 errors, 1 warning`; nothing where there is nothing to count. */
static void
add_summary(struct buffer *out, const struct diag *diag, enum severity least)
{
	size_t errors =
	    diag->placed[SEVERITY_ERROR] + diag->placed[SEVERITY_TROUBLE];
	size_t warnings =
	    least <= SEVERITY_WARNING ? diag->placed[SEVERITY_WARNING] : 0;
	size_t notes = least <= SEVERITY_NOTE ? diag->placed[SEVERITY_NOTE] : 0;

	if (errors > 0)
		buffer_format(out, ngettext("%zu error", "%zu errors", errors),
		    errors);
	if (errors > 0 && warnings > 0)
		buffer_add(out, STR(", "));
	if (warnings > 0)
		buffer_format(out,
		    ngettext("%zu warning", "%zu warnings", warnings),
		    warnings);
	if (errors + warnings > 0 && notes > 0)
		buffer_add(out, STR(", "));
	if (notes > 0)
		buffer_format(out, ngettext("%zu note", "%zu notes", notes),
		    notes);
	if (errors + warnings + notes > 0)
		buffer_add_byte(out, '\n');
}

/* The entries wanted, in order; how many there were. */
static size_t
add_entries(struct buffer *out, const struct diag *diag,
    const struct diag_print *how)
{
	size_t count = 0;

	for (size_t i = 0; i < diag->count; i++) {
		const struct entry *entry = diag->entries[i];

		if (rows[entry->finding].severity < how->least)
			continue;
		if (how->most > 0 && count == how->most)
			break;
		add_entry(out, how, entry, count++ == 0);
	}
	return count;
}

void
diag_print(struct diag *diag, const struct diag_print *how, FILE *out)
{
	size_t wanted = count_wanted(diag, how->least), shown;
	struct buffer text = { 0 };

	if (diag->count > 0)
		qsort(diag->entries, diag->count, sizeof(*diag->entries),
		    compare_entries);
	if (how->format == DIAG_JSON)
		buffer_add_byte(&text, '[');
	if (how->format == DIAG_TSV)
		buffer_add(&text,
		    STR("path\tline\tcolumn\tseverity\tcode\tmessage\n"));
	shown = add_entries(&text, diag, how);
	if (shown < wanted)
		add_left_out(&text, how, wanted - shown, shown == 0);
	if (how->format == DIAG_JSON)
		buffer_add(&text, wanted > 0 ? STR("\n]\n") : STR("]\n"));
	if (how->format == DIAG_TEXT && how->summary)
		add_summary(&text, diag, how->least);
	if (text.size > 0)
		fwrite(text.data, 1, text.size, out);
	buffer_free(&text);
}

struct str
diag_first(const struct diag *diag, struct arena *arena)
{
	static const struct diag_print how;
	const struct entry *first = NULL;
	struct buffer text = { 0 };
	struct str copy;

	for (size_t i = 0; i < diag->count; i++)
		if (rows[diag->entries[i]->finding].severity >=
			SEVERITY_ERROR &&
		    (first == NULL ||
			compare_entries(&diag->entries[i], &first) < 0))
			first = diag->entries[i];
	if (first == NULL)
		return STR("");
	if (is_placed(&first->place)) {
		add_place(&text, &how, &first->place);
		buffer_add(&text, STR(": "));
	}
	add_text(&text, first->message, add_safe);
	buffer_format(&text, " [%s]", rows[first->finding].code);
	copy = arena_str(arena, buffer_str(&text));
	buffer_free(&text);
	return copy;
}
