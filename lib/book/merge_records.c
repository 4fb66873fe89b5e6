#include "book/merge_records.h"

#include "base/diag.h"
#include "base/intern.h"
#include "format/rec.h"

/* A thing with a key: a record, a field of one, a row. */
struct element {
	struct str key;
	struct str same; /* what is compared */
	struct str text; /* what is printed, each line with its newline */
	struct str gap;	 /* the empty lines before it */
	struct str what; /* for people */
	struct str type; /* of a record */
	bool is_head;	 /* begins the records of a type */
	bool is_many;	 /* several may have its key */
};

struct list {
	struct element *elements;
	size_t count, capacity;
};

/* A place in what comes out. */
struct node {
	struct node *next;
	struct node *alike; /* the next one of the same variant */
	const struct element *element;
	struct str text;
	bool is_added; /* the base has nothing of it */
};

/* All that the sides have of one key. */
struct slot {
	const struct element *sides[MERGE_SIDES]; /* the first of each */
	size_t counts[MERGE_SIDES];
	bool is_many, is_conflict;
	const struct element *result; /* where not many; NULL: nothing */
	struct str text;	      /* of a conflict, or of the result */
	struct node *node;	      /* where it was put */
};

/* All that the sides have of one key and text. */
struct variant {
	uint32_t slot;
	size_t counts[MERGE_SIDES];
	size_t left; /* to be put */
	const struct element *element;
	struct node *nodes, **end; /* put from the first side */
};

struct merging;

/* Two texts for one key: append what comes out of it. */
typedef void resolve_conflict(struct merging *merging, const struct slot *slot,
    struct buffer *out);

struct merging {
	const struct merge_request *request;
	struct arena *arena;
	struct merge_result *result;
	resolve_conflict *resolve;
	struct str within; /* stands before what is in conflict */

	struct intern slot_index, variant_index;
	struct slot *slots;
	size_t slot_count, slot_capacity;
	struct variant *variants;
	size_t variant_count, variant_capacity;
	struct node *first;
};

static struct element *
add_element(struct arena *arena, struct list *list)
{
	list->elements = arena_grow(arena, list->elements, list->count,
	    &list->capacity, sizeof(*list->elements));
	return &list->elements[list->count++];
}

/*
 * Conflicts
 */

static void
add_marker(struct buffer *out, char byte, unsigned size, const char *label)
{
	for (unsigned i = 0; i < size; i++)
		buffer_add_byte(out, byte);
	if (label != NULL)
		buffer_format(out, " %s", label);
	buffer_add_byte(out, '\n');
}

/* The three texts of a thing between markers; remember what it is. */
static void
add_conflict(struct merging *merging, struct str what,
    const struct str sides[MERGE_SIDES], struct buffer *out)
{
	struct merge_result *result = merging->result;
	unsigned size = merging->request->marker_size;
	struct merge_conflict *conflict;

	add_marker(out, '<', size, "ours");
	buffer_add(out, sides[MERGE_OURS]);
	add_marker(out, '|', size, "base");
	buffer_add(out, sides[MERGE_BASE]);
	add_marker(out, '=', size, NULL);
	buffer_add(out, sides[MERGE_THEIRS]);
	add_marker(out, '>', size, "theirs");
	result->conflicts = arena_grow(merging->arena, result->conflicts,
	    result->conflict_count, &result->conflict_capacity,
	    sizeof(*result->conflicts));
	conflict = &result->conflicts[result->conflict_count++];
	conflict->what = arena_format(merging->arena, STR_FMT "%s" STR_FMT,
	    STR_ARG(merging->within), merging->within.size > 0 ? ": " : "",
	    STR_ARG(what));
	for (size_t i = 0; i < MERGE_SIDES; i++)
		conflict->sides[i] = arena_str(merging->arena, sides[i]);
}

/* All of a slot, as it stands. */
static void
resolve_whole(struct merging *merging, const struct slot *slot,
    struct buffer *out)
{
	struct str sides[MERGE_SIDES] = { { 0 } }, what = { 0 };

	for (size_t i = 0; i < MERGE_SIDES; i++)
		if (slot->sides[i] != NULL) {
			sides[i] = slot->sides[i]->text;
			what = slot->sides[i]->what;
		}
	add_conflict(merging, what, sides, out);
}

/*
 * Meeting: what the sides have of each key
 */

static struct slot *
meet_slot(struct merging *merging, const struct element *element, size_t side)
{
	uint32_t number = (uint32_t)merging->slot_count;
	struct slot *slot;

	if (intern_add(&merging->slot_index, element->key, &number)) {
		merging->slots = arena_grow(merging->arena, merging->slots,
		    merging->slot_count, &merging->slot_capacity,
		    sizeof(*merging->slots));
		merging->slots[merging->slot_count++] = (struct slot){ 0 };
	}
	slot = &merging->slots[number];
	slot->is_many |= element->is_many;
	if (slot->counts[side]++ == 0)
		slot->sides[side] = element;
	else
		slot->is_many = true;
	return slot;
}

static struct str
variant_key(struct arena *arena, const struct element *element)
{
	return arena_format(arena, STR_FMT "\n" STR_FMT, STR_ARG(element->key),
	    STR_ARG(element->same));
}

static void
meet_variant(struct merging *merging, const struct element *element,
    size_t side)
{
	uint32_t number = (uint32_t)merging->variant_count;

	if (intern_add(&merging->variant_index,
		variant_key(merging->arena, element), &number)) {
		merging->variants = arena_grow(merging->arena,
		    merging->variants, merging->variant_count,
		    &merging->variant_capacity, sizeof(*merging->variants));
		merging->variants[merging->variant_count++] = (struct variant){
			.slot = intern_find(&merging->slot_index, element->key),
			.element = element
		};
	}
	merging->variants[number].counts[side]++;
}

static struct slot *
slot_of(const struct merging *merging, const struct element *element)
{
	return &merging->slots[intern_find(&merging->slot_index, element->key)];
}

static struct variant *
variant_of(const struct merging *merging, const struct element *element)
{
	struct arena arena = { 0 };
	uint32_t number =
	    intern_find(&merging->variant_index, variant_key(&arena, element));

	arena_free(&arena);
	return &merging->variants[number];
}

static void
meet_all(struct merging *merging, const struct list lists[MERGE_SIDES])
{
	for (size_t side = 0; side < MERGE_SIDES; side++)
		for (size_t i = 0; i < lists[side].count; i++)
			meet_slot(merging, &lists[side].elements[i], side);
	for (size_t side = 0; side < MERGE_SIDES; side++)
		for (size_t i = 0; i < lists[side].count; i++)
			if (slot_of(merging, &lists[side].elements[i])->is_many)
				meet_variant(merging, &lists[side].elements[i],
				    side);
	for (size_t i = 0; i < merging->variant_count; i++)
		merging->variants[i].end = &merging->variants[i].nodes;
}

/*
 * Deciding
 */

static bool
equal(const struct element *a, const struct element *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return str_equal(a->same, b->same);
}

static void
decide_slot(struct merging *merging, struct slot *slot)
{
	const struct element *base = slot->sides[MERGE_BASE];
	const struct element *ours = slot->sides[MERGE_OURS];
	const struct element *theirs = slot->sides[MERGE_THEIRS];
	struct buffer text = { 0 };

	if (equal(ours, theirs) || equal(base, theirs)) {
		slot->result = ours;
	} else if (equal(base, ours)) {
		slot->result = theirs;
	} else {
		merging->resolve(merging, slot, &text);
		slot->result = ours != NULL ? ours : theirs;
		slot->text = arena_str(merging->arena, buffer_str(&text));
		slot->is_conflict = true;
		buffer_free(&text);
		return;
	}
	if (slot->result != NULL)
		slot->text = slot->result->text;
}

static size_t
more_than(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

/*
 * How many of a line that may be there several times: what one side adds or
 * takes away is done; what both do alike is done once.
 */
static void
decide_variant(struct merging *merging, struct variant *variant)
{
	size_t base = variant->counts[MERGE_BASE];
	size_t ours = variant->counts[MERGE_OURS];
	size_t theirs = variant->counts[MERGE_THEIRS];

	if (ours >= base && theirs >= base) {
		variant->left = ours > theirs ? ours : theirs;
		merging->result->shared +=
		    (ours < theirs ? ours : theirs) - base;
	} else if (ours <= base && theirs <= base) {
		variant->left = ours < theirs ? ours : theirs;
	} else {
		variant->left = ours + theirs - base;
	}
}

/* What stands in the base and that both sides have taken away. */
static size_t
gone(const struct variant *variant)
{
	size_t most = variant->counts[MERGE_OURS];

	if (variant->counts[MERGE_THEIRS] > most)
		most = variant->counts[MERGE_THEIRS];
	return more_than(variant->counts[MERGE_BASE], most);
}

/* What one side has added and the other has not. */
static size_t
added_alone(const struct variant *variant, size_t side)
{
	size_t other = side == MERGE_OURS ? MERGE_THEIRS : MERGE_OURS;
	size_t base = variant->counts[MERGE_BASE];

	return more_than(more_than(variant->counts[side], base),
	    more_than(variant->counts[other], base));
}

static void
repeat(struct buffer *out, struct str text, size_t times)
{
	while (times-- > 0)
		buffer_add(out, text);
}

/* What the sides have made of the entries of one key. */
struct entries {
	bool is_gone, is_added;
	struct buffer sides[MERGE_SIDES];
};

static void
add_entry(struct entries *entries, const struct variant *variant)
{
	struct str line = variant->element->text;
	size_t ours = added_alone(variant, MERGE_OURS);
	size_t theirs = added_alone(variant, MERGE_THEIRS);

	entries->is_gone |= gone(variant) > 0;
	entries->is_added |= ours > 0 || theirs > 0;
	repeat(&entries->sides[MERGE_BASE], line, gone(variant));
	repeat(&entries->sides[MERGE_OURS], line, ours);
	repeat(&entries->sides[MERGE_THEIRS], line, theirs);
}

/*
 * Where both sides took the same entry away and one has put another in its
 * place, keeping all would count it twice: that is in conflict.
 */
static void
decide_entries(struct merging *merging, struct slot *slot,
    struct entries *entries)
{
	size_t side = slot->counts[MERGE_OURS] > 0 ? MERGE_OURS : MERGE_THEIRS;
	struct str sides[MERGE_SIDES];
	struct buffer text = { 0 };

	slot->is_conflict =
	    slot->is_many && entries->is_gone && entries->is_added;
	for (size_t i = 0; i < MERGE_SIDES; i++)
		sides[i] = buffer_str(&entries->sides[i]);
	if (slot->is_conflict) {
		add_conflict(merging, slot->sides[side]->what, sides, &text);
		slot->text = arena_str(merging->arena, buffer_str(&text));
	}
	for (size_t i = 0; i < MERGE_SIDES; i++)
		buffer_free(&entries->sides[i]);
	buffer_free(&text);
}

static void
decide_many(struct merging *merging)
{
	struct entries *entries = arena_array(merging->arena,
	    merging->slot_count + 1, sizeof(*entries));

	if (merging->variant_count == 0)
		return;
	for (size_t i = 0; i < merging->variant_count; i++) {
		decide_variant(merging, &merging->variants[i]);
		add_entry(&entries[merging->variants[i].slot],
		    &merging->variants[i]);
	}
	for (size_t i = 0; i < merging->slot_count; i++)
		if (merging->slots[i].is_many)
			decide_entries(merging, &merging->slots[i],
			    &entries[i]);
	/* What is in conflict stands in the conflict alone. */
	for (size_t i = 0; i < merging->variant_count; i++) {
		struct variant *variant = &merging->variants[i];

		if (merging->slots[variant->slot].is_conflict)
			variant->left -= added_alone(variant, MERGE_OURS) +
					 added_alone(variant, MERGE_THEIRS);
	}
}

static void
decide_all(struct merging *merging)
{
	for (size_t i = 0; i < merging->slot_count; i++)
		if (!merging->slots[i].is_many)
			decide_slot(merging, &merging->slots[i]);
	decide_many(merging);
}

/*
 * Putting in order
 */

static struct node *
new_node(struct merging *merging, const struct element *element,
    struct str text, bool is_added)
{
	struct node *node = arena_new(merging->arena, struct node);

	node->element = element;
	node->text = text;
	node->is_added = is_added;
	return node;
}

/* Whether a line with a variant is one of those that are in conflict. */
static bool
is_contested(const struct slot *slot, const struct variant *variant)
{
	return slot->is_conflict && (added_alone(variant, MERGE_OURS) > 0 ||
					added_alone(variant, MERGE_THEIRS) > 0);
}

/*
 * What an element gives in the place where it stands: its node, NULL where it
 * gives nothing there.
 */
static struct node *
place_element(struct merging *merging, const struct element *element)
{
	struct slot *slot = slot_of(merging, element);
	struct variant *variant;
	struct node *node;

	if (!slot->is_many) {
		if (slot->node != NULL || slot->result == NULL)
			return NULL;
		slot->node = new_node(merging, element, slot->text,
		    slot->counts[MERGE_BASE] == 0);
		return slot->node;
	}
	variant = variant_of(merging, element);
	if (variant->left == 0) {
		if (!is_contested(slot, variant) || slot->node != NULL)
			return NULL;
		slot->node = new_node(merging, element, slot->text, false);
		return slot->node;
	}
	variant->left--;
	node = new_node(merging, element, element->text,
	    variant->counts[MERGE_BASE] == 0);
	*variant->end = node;
	variant->end = &node->alike;
	return node;
}

/* The node that the first side gave for an element of the second. */
static struct node *
find_node(struct merging *merging, const struct element *element)
{
	struct slot *slot = slot_of(merging, element);
	struct variant *variant;
	struct node *node;

	if (!slot->is_many)
		return slot->node;
	variant = variant_of(merging, element);
	node = variant->nodes;
	if (node != NULL)
		variant->nodes = node->alike;
	else if (is_contested(slot, variant))
		node = slot->node;
	return node;
}

/*
 * Whether an addition stands behind what the first side added in the same
 * place. The records of a type do not go past the beginning of another.
 */
static bool
goes_behind(const struct element *element, const struct node *node)
{
	if (!node->is_added)
		return false;
	if (element->is_head)
		return true;
	return !node->element->is_head &&
	       str_equal(node->element->type, element->type);
}

static void
put_in_order(struct merging *merging, const struct list *first,
    const struct list *second)
{
	struct node **end = &merging->first, *anchor = NULL;

	for (size_t i = 0; i < first->count; i++) {
		*end = place_element(merging, &first->elements[i]);
		if (*end != NULL)
			end = &(*end)->next;
	}
	/* What was put from the second is not found as the first's. */
	for (size_t i = 0; i < merging->variant_count; i++)
		merging->variants[i].end =
		    &arena_new(merging->arena, struct node)->alike;
	for (size_t i = 0; i < second->count; i++) {
		const struct element *element = &second->elements[i];
		struct node *node = find_node(merging, element);

		if (node == NULL) {
			struct node **at =
			    anchor == NULL ? &merging->first : &anchor->next;

			node = place_element(merging, element);
			if (node == NULL)
				continue;
			while (*at != NULL && goes_behind(element, *at))
				at = &(*at)->next;
			node->next = *at;
			*at = node;
		}
		anchor = node;
	}
}

/* Whether what two sides have in common stands in another order. */
static bool
is_reordered(const struct merging *merging, const struct list *list, size_t a,
    size_t b)
{
	const struct element *last = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct slot *slot = slot_of(merging, &list->elements[i]);

		if (slot->is_many || slot->sides[a] == NULL ||
		    slot->sides[b] == NULL)
			continue;
		/* Those of a list stand in one array. */
		if (last != NULL && slot->sides[a] < last)
			return true;
		last = slot->sides[a];
	}
	return false;
}

/*
 * Merge lists. False where both sides have put what is there in orders of
 * their own; nothing was decided then.
 */
static bool
merge_lists(struct merging *merging, const struct list lists[MERGE_SIDES])
{
	bool ours, theirs;

	meet_all(merging, lists);
	ours =
	    is_reordered(merging, &lists[MERGE_OURS], MERGE_BASE, MERGE_OURS);
	theirs = is_reordered(merging, &lists[MERGE_THEIRS], MERGE_BASE,
	    MERGE_THEIRS);
	if (ours && theirs &&
	    is_reordered(merging, &lists[MERGE_OURS], MERGE_THEIRS, MERGE_OURS))
		return false;
	decide_all(merging);
	if (theirs && !ours)
		put_in_order(merging, &lists[MERGE_THEIRS], &lists[MERGE_OURS]);
	else
		put_in_order(merging, &lists[MERGE_OURS], &lists[MERGE_THEIRS]);
	return true;
}

static void
free_merging(struct merging *merging)
{
	intern_free(&merging->slot_index);
	intern_free(&merging->variant_index);
}

/*
 * Data
 */

enum { DATA_COLUMNS = 5 };

static const struct str data_columns[DATA_COLUMNS] = { STR_INIT("measure"),
	STR_INIT("unit"), STR_INIT("value"), STR_INIT("status"),
	STR_INIT("note") };

/* The columns of a header: which of the above each one is. */
struct header {
	struct str line;
	size_t columns[DATA_COLUMNS];
	size_t count;
};

static bool
read_header(struct str line, struct header *header)
{
	bool more = true, has[DATA_COLUMNS] = { false };
	struct str name;

	*header = (struct header){ .line = line };
	while (more) {
		size_t column = 0;

		more = str_cut(&line, '\t', &name);
		while (column < DATA_COLUMNS &&
		       !str_equal(name, data_columns[column]))
			column++;
		if (column == DATA_COLUMNS || has[column])
			return false;
		has[column] = true;
		header->columns[header->count++] = column;
	}
	return has[0] && has[1] && has[2];
}

static bool
has_control(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];

		if ((byte < ' ' && byte != '\t' && byte != '\n') ||
		    byte == 0x7f)
			return true;
	}
	return false;
}

/* The cells of a row in the order of data_columns; false: it is none. */
static bool
read_cells(struct str line, const struct header *header,
    struct str cells[DATA_COLUMNS])
{
	bool more = true;
	size_t at = 0;

	for (size_t i = 0; i < DATA_COLUMNS; i++)
		cells[i] = STR("");
	while (more) {
		if (at == header->count)
			return false;
		more = str_cut(&line, '\t', &cells[header->columns[at++]]);
	}
	return cells[0].size > 0 && cells[1].size > 0;
}

/* A row under another header; false where that has no place for a cell. */
static bool
write_cells(struct buffer *out, const struct header *header,
    const struct str cells[DATA_COLUMNS])
{
	size_t written = 0;

	buffer_clear(out);
	for (size_t i = 0; i < header->count; i++) {
		if (i > 0)
			buffer_add_byte(out, '\t');
		buffer_add(out, cells[header->columns[i]]);
		written += cells[header->columns[i]].size > 0;
	}
	for (size_t i = 0; i < DATA_COLUMNS; i++)
		written -= cells[i].size > 0;
	while (out->size > 0 && out->data[out->size - 1] == '\t')
		out->size--;
	return written == 0;
}

/* Rows under the header that the result gets. */
static bool
read_rows(struct merging *merging, struct str text, const struct header *target,
    struct list *list)
{
	struct arena *arena = merging->arena;
	const struct merge_request *request = merging->request;
	struct str line, cells[DATA_COLUMNS];
	struct buffer shown = { 0 };
	struct header own;
	bool fits;

	if (!str_next_line(&text, &line))
		return true;
	fits = read_header(line, &own);
	while (fits && str_next_line(&text, &line)) {
		struct element *element = add_element(arena, list);

		fits = read_cells(line, &own, cells) &&
		       write_cells(&shown, target, cells);
		element->key = arena_format(arena, STR_FMT "\t" STR_FMT,
		    STR_ARG(cells[0]), STR_ARG(cells[1]));
		element->what = arena_format(arena, STR_FMT " " STR_FMT,
		    STR_ARG(cells[0]), STR_ARG(cells[1]));
		element->same = arena_str(arena, buffer_str(&shown));
		element->text = arena_format(arena, STR_FMT "\n",
		    STR_ARG(str_equal(own.line, target->line) ? line
							      : element->same));
		element->is_many = request->adds_up != NULL &&
				   request->adds_up(request->context, cells[0]);
	}
	buffer_free(&shown);
	return fits;
}

/*
 * The header that the result gets: that of the side which changed it or, where
 * both did, the one with more columns.
 */
static bool
settle_header(const struct merge_request *request, struct header *out)
{
	struct header theirs;
	struct str lines[MERGE_SIDES];

	for (size_t i = 0; i < MERGE_SIDES; i++) {
		struct str text = request->sides[i];
		size_t bad;

		if (has_control(text) || !str_is_utf8(text, &bad))
			return false;
		if (!str_next_line(&text, &lines[i]))
			lines[i] = STR("");
	}
	if (!read_header(lines[MERGE_OURS], out) ||
	    !read_header(lines[MERGE_THEIRS], &theirs))
		return false;
	if (str_equal(lines[MERGE_OURS], lines[MERGE_BASE]) ||
	    (!str_equal(lines[MERGE_THEIRS], lines[MERGE_BASE]) &&
		theirs.count > out->count))
		*out = theirs;
	return true;
}

static enum merge_outcome
merge_data(struct merging *merging)
{
	struct merge_result *result = merging->result;
	struct list lists[MERGE_SIDES] = { { 0 } };
	struct header header;

	if (!settle_header(merging->request, &header))
		return MERGE_UNFIT;
	for (size_t i = 0; i < MERGE_SIDES; i++)
		if (!read_rows(merging, merging->request->sides[i], &header,
			&lists[i]))
			return MERGE_UNFIT;
	merging->resolve = resolve_whole;
	if (!merge_lists(merging, lists)) {
		/* The order of rows says nothing: ours will do. */
		decide_all(merging);
		put_in_order(merging, &lists[MERGE_OURS], &lists[MERGE_THEIRS]);
	}
	buffer_add(&result->text, header.line);
	buffer_add_byte(&result->text, '\n');
	for (const struct node *node = merging->first; node != NULL;
	     node = node->next)
		buffer_add(&result->text, node->text);
	return result->conflict_count > 0 ? MERGE_CONFLICT : MERGE_CLEAN;
}

/*
 * Records
 */

/* Lines of a text with the newlines behind them. */
struct lines {
	struct str rest;
	bool is_continued; /* the last one ended in a backslash */
};

/* The next line, with its newline. */
static bool
next_line(struct lines *lines, struct str *line)
{
	size_t end = str_find(lines->rest, '\n');

	if (lines->rest.size == 0)
		return false;
	*line = str_head(lines->rest,
	    end == STR_NOWHERE ? lines->rest.size : end + 1);
	lines->rest = str_from_byte(lines->rest, line->size);
	return true;
}

/* Whether a line goes on with the one before it. */
static bool
is_continuation(struct lines *lines, struct str line)
{
	bool is_continued = lines->is_continued;
	struct str body = line;

	if (str_ends(body, STR("\n")))
		body.size--;
	lines->is_continued = str_ends(body, STR("\\")) &&
			      (is_continued || !str_starts(line, STR("#")));
	return is_continued || str_starts(line, STR("+"));
}

/* `Name` of a line `Name: value`, and its value. */
static struct str
field_name(struct str line, struct str *value)
{
	struct str name;

	str_cut(&line, ':', &name);
	*value = line;
	while (value->size > 0 && strchr(" \t\n", value->data[value->size - 1]))
		value->size--;
	*value = str_trim(*value);
	return name;
}

/*
 * The fields of a record's text, comments with the field behind them. Names
 * that are there twice are many.
 */
static void
read_fields(struct arena *arena, struct str text, struct list *list)
{
	struct lines lines = { .rest = text };
	struct element *element = NULL;
	struct str line, value;
	bool is_comment = false;

	while (next_line(&lines, &line)) {
		bool goes_on = is_continuation(&lines, line);

		if (!(goes_on && element != NULL) && !is_comment) {
			element = add_element(arena, list);
			element->text = (struct str){ line.data, 0 };
		}
		element->text.size += line.size;
		if (goes_on)
			continue;
		is_comment = str_starts(line, STR("#"));
		element->what = element->key =
		    is_comment ? STR("#") : field_name(line, &value);
	}
	for (size_t i = 0; i < list->count; i++) {
		element = &list->elements[i];
		element->same = element->text;
		element->is_many = str_equal(element->key, STR("#"));
	}
}

static void
add_texts(struct buffer *out, const struct merging *merging)
{
	for (const struct node *node = merging->first; node != NULL;
	     node = node->next)
		buffer_add(out, node->text);
}

/* A record that both sides changed: field by field. */
static void
resolve_record(struct merging *outer, const struct slot *slot,
    struct buffer *out)
{
	struct merging merging = { .request = outer->request,
		.arena = outer->arena,
		.result = outer->result,
		.resolve = resolve_whole };
	struct list lists[MERGE_SIDES] = { { 0 } };

	if (slot->sides[MERGE_OURS] == NULL ||
	    slot->sides[MERGE_THEIRS] == NULL) {
		resolve_whole(outer, slot, out);
		return;
	}
	merging.within = slot->sides[MERGE_OURS]->what;
	for (size_t i = 0; i < MERGE_SIDES; i++)
		if (slot->sides[i] != NULL)
			read_fields(outer->arena, slot->sides[i]->text,
			    &lists[i]);
	if (merge_lists(&merging, lists))
		add_texts(out, &merging);
	else
		resolve_whole(outer, slot, out);
	free_merging(&merging);
}

/* While the records of a file are read. */
struct reading {
	struct arena *arena;
	struct list *list;
	struct str type, key_field;
	bool is_keyless; /* a record of this type had no key */
	bool is_fit;
};

/* A field's value in a record's text; false, and any value, without one. */
static bool
find_value(struct str text, struct str name, struct str *value)
{
	struct lines lines = { .rest = text };
	struct str line;

	while (next_line(&lines, &line))
		if (!is_continuation(&lines, line) &&
		    str_equal(field_name(line, value), name))
			return true;
	return false;
}

static void
read_head(struct reading *reading, struct element *element)
{
	struct str value;

	if (find_value(element->text, STR("%rec"), &value))
		reading->type = value;
	reading->key_field =
	    find_value(element->text, STR("%key"), &value) ? value : STR("Id");
	reading->is_keyless = false;
	element->is_head = true;
	element->key =
	    arena_format(reading->arena, "%%" STR_FMT, STR_ARG(reading->type));
	element->what = arena_format(reading->arena, "%%rec: " STR_FMT,
	    STR_ARG(reading->type));
}

static void
read_record(struct reading *reading, struct element *element)
{
	struct str value = STR("");
	bool has_key = find_value(element->text, reading->key_field, &value);

	if (!has_key)
		value = STR("");
	/* One record of a type needs no key, two do. */
	reading->is_fit &= has_key || !reading->is_keyless;
	reading->is_keyless |= !has_key;
	element->key = arena_format(reading->arena, STR_FMT "\n%s" STR_FMT,
	    STR_ARG(reading->type), has_key ? "=" : "", STR_ARG(value));
	element->what = arena_format(reading->arena, STR_FMT "%s" STR_FMT,
	    STR_ARG(reading->type), has_key ? " " : "", STR_ARG(value));
	if (element->what.size == 0) {
		struct str rest = element->text;

		str_next_line(&rest, &element->what);
	}
}

static void
end_paragraph(struct reading *reading, struct str gap, struct str text)
{
	struct element *element = add_element(reading->arena, reading->list);
	struct lines lines = { .rest = text };
	struct str line = STR("#");

	*element = (struct element){ .text = text, .same = text, .gap = gap };
	if (!str_ends(text, STR("\n")))
		element->text = element->same =
		    arena_format(reading->arena, STR_FMT "\n", STR_ARG(text));
	while (str_starts(line, STR("#")) && next_line(&lines, &line))
		;
	if (str_starts(line, STR("%")))
		read_head(reading, element);
	else if (!str_starts(line, STR("#")))
		read_record(reading, element);
	else
		element->is_many = true;
	if (element->is_many) {
		element->key = STR("#");
		element->what = STR("#");
	}
	element->type = reading->type;
}

/*
 * The paragraphs of a recfile: records, descriptors, comments that stand
 * alone. False where two records cannot be told apart.
 */
static bool
read_paragraphs(struct arena *arena, struct str text, struct list *list)
{
	struct reading reading = { .arena = arena,
		.list = list,
		.is_fit = true,
		.key_field = STR("Id") };
	struct lines lines = { .rest = text };
	struct str line, gap = str_head(text, 0), inside = gap;

	while (next_line(&lines, &line)) {
		bool is_empty = !is_continuation(&lines, line) &&
				str_equal(line, STR("\n"));

		if (!is_empty) {
			if (inside.size == 0)
				inside.data = line.data;
			inside.size += line.size;
			continue;
		}
		if (inside.size > 0) {
			end_paragraph(&reading, gap, inside);
			gap.size = inside.size = 0;
		}
		if (gap.size == 0)
			gap.data = line.data;
		gap.size += line.size;
	}
	if (inside.size > 0)
		end_paragraph(&reading, gap, inside);
	return reading.is_fit;
}

static bool
is_well_formed(const char *path, struct str text)
{
	struct diag *diag = diag_new(1);
	struct arena arena = { 0 };
	struct rec_file file;
	bool fits = rec_parse(&arena, path, text, &file, diag) == 0;

	arena_free(&arena);
	diag_free(diag);
	return fits;
}

/* Whether each key is there once. */
static bool
has_own_keys(const struct list *list)
{
	struct intern index = { 0 };
	bool fits = true;

	for (size_t i = 0; i < list->count && fits; i++) {
		uint32_t number = (uint32_t)i;

		fits = list->elements[i].is_many ||
		       intern_add(&index, list->elements[i].key, &number);
	}
	intern_free(&index);
	return fits;
}

static void
print_paragraphs(struct buffer *out, const struct merging *merging)
{
	for (const struct node *node = merging->first; node != NULL;
	     node = node->next) {
		if (node != merging->first)
			buffer_add(out, node->element->gap.size > 0
					    ? node->element->gap
					    : STR("\n"));
		buffer_add(out, node->text);
	}
}

/*
 * Whether what comes out reads back as what was put in, record by record: one
 * whose head the other side took away would now be of another type.
 */
static bool
reads_back(const struct merging *merging)
{
	const struct node *node = merging->first;
	struct str text = buffer_str(&merging->result->text);
	struct list list = { 0 };
	struct arena arena = { 0 };
	bool fits = is_well_formed(merging->request->path, text) &&
		    read_paragraphs(&arena, text, &list);

	for (size_t i = 0; i < list.count && fits; i++) {
		fits = node != NULL &&
		       str_equal(list.elements[i].key, node->element->key);
		node = node != NULL ? node->next : NULL;
	}
	arena_free(&arena);
	return fits && node == NULL;
}

static enum merge_outcome
merge_recfiles(struct merging *merging)
{
	struct merge_result *result = merging->result;
	struct list lists[MERGE_SIDES] = { { 0 } };

	for (size_t i = 0; i < MERGE_SIDES; i++) {
		struct str text = merging->request->sides[i];

		if (!is_well_formed(merging->request->path, text) ||
		    !read_paragraphs(merging->arena, text, &lists[i]) ||
		    !has_own_keys(&lists[i]))
			return MERGE_UNFIT;
	}
	merging->resolve = resolve_record;
	if (!merge_lists(merging, lists))
		return MERGE_UNFIT;
	print_paragraphs(&result->text, merging);
	result->shared = 0; /* comments, which count nothing */
	if (result->conflict_count > 0)
		return MERGE_CONFLICT;
	return reads_back(merging) ? MERGE_CLEAN : MERGE_UNFIT;
}

enum merge_outcome
merge_records(const struct merge_request *request, struct arena *arena,
    struct merge_result *result)
{
	struct merging merging = {
		.request = request, .arena = arena, .result = result
	};
	struct str path = str_from(request->path);
	enum merge_outcome outcome = MERGE_UNFIT;

	if (str_ends(path, STR(".rec")))
		outcome = merge_recfiles(&merging);
	else if (str_ends(path, STR(".tsv")))
		outcome = merge_data(&merging);
	if (outcome == MERGE_UNFIT) {
		buffer_clear(&result->text);
		result->conflict_count = 0;
	}
	free_merging(&merging);
	return outcome;
}
