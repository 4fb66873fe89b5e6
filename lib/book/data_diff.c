#include "book/data_diff.h"

#include <stdlib.h>

#include "git/tree.h"

enum { COLUMNS_MAX = 5 };

struct cell {
	struct period period;
	struct str measure, unit, key, value, status, note;
	const char *file;
	unsigned line;
	size_t order;
};

struct cells {
	struct cell *list;
	size_t count, capacity;
};

/* A comparison while it goes on. */
struct comparison {
	const struct data_diff_request *request;
	struct arena *arena;
	struct diag *diag;
	struct cells from, to;
};

/* NULL where there is none, or it cannot be read (reported). */
static struct tree *
open_tree(const struct comparison *comparison, const git_oid *id,
    const char *path)
{
	struct tree *tree = NULL;

	if (id != NULL)
		tree = tree_open(comparison->request->repository, id);
	if (id != NULL && tree == NULL)
		repository_report_object(comparison->diag, "", str_from(path),
		    id);
	return tree;
}

/* The object of a name in a tree, where it is of the kind wanted, or NULL. */
static const git_oid *
object_of(const struct tree *tree, const char *name, enum tree_kind kind,
    struct tree_entry *entry)
{
	return tree_find(tree, name, entry) && entry->kind == kind ? &entry->id
								   : NULL;
}

static bool
same_object(const git_oid *a, const git_oid *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return git_oid_cmp(a, b) == 0;
}

/* Each name that either tree has, once, with its objects on both sides. */
typedef void meet(struct comparison *comparison, const char *folder,
    const char *name, const git_oid *from, const git_oid *to);

static void
meet_entries(struct comparison *comparison, const char *folder,
    const git_oid *from_id, const git_oid *to_id, enum tree_kind kind,
    meet *visit)
{
	struct tree *from = open_tree(comparison, from_id, folder);
	struct tree *to = open_tree(comparison, to_id, folder);
	const struct tree *trees[] = { to, from };
	struct tree_entry entries[2];

	/* What cannot be read on one side would look new on the other. */
	if ((from_id != NULL && from == NULL) || (to_id != NULL && to == NULL))
		goto done;
	for (size_t i = 0; i < LENGTH(trees); i++)
		for (size_t j = 0; j < tree_count(trees[i]); j++) {
			const char *name = tree_entry(trees[i], j).name;
			const git_oid *old =
			    object_of(from, name, kind, &entries[0]);
			const git_oid *new =
			    object_of(to, name, kind, &entries[1]);

			if ((i == 0 || new == NULL) && !same_object(old, new))
				visit(comparison, folder, name, old, new);
		}
done:
	tree_free(from);
	tree_free(to);
}

static size_t
split(struct str line, struct str cells[COLUMNS_MAX])
{
	size_t count = 0;
	bool more = true;

	while (more && count < COLUMNS_MAX)
		more = str_cut(&line, '\t', &cells[count++]);
	return count;
}

/* Where the header has a column, or COLUMNS_MAX. */
static size_t
column_of(const struct str *header, size_t count, const char *name)
{
	for (size_t i = 3; i < count; i++)
		if (str_equal(header[i], str_from(name)))
			return i;
	return COLUMNS_MAX;
}

static void
add_cell(struct comparison *comparison, struct cells *cells, struct cell cell)
{
	const struct data_diff_request *request = comparison->request;
	uint32_t unit = request->book == NULL
			    ? INDEX_NONE
			    : book_unit(request->book, cell.unit);

	cell.key =
	    unit == INDEX_NONE ? cell.unit : request->book->units[unit].id;
	if (!request->choose_measure(request->context, cell.measure) ||
	    (!request->choose_unit(request->context, cell.unit) &&
		!request->choose_unit(request->context, cell.key)))
		return;
	cell.order = cells->count;
	cells->list = arena_grow(comparison->arena, cells->list, cells->count,
	    &cells->capacity, sizeof(cell));
	cells->list[cells->count++] = cell;
}

static void
read_lines(struct comparison *comparison, struct cells *cells,
    struct period period, const char *file, struct str text)
{
	struct str line, header[COLUMNS_MAX];
	size_t columns = 0, status = COLUMNS_MAX, note = COLUMNS_MAX;

	for (unsigned number = 1; str_next_line(&text, &line); number++) {
		struct str row[COLUMNS_MAX];
		size_t count;

		if (str_ends(line, STR("\r")))
			line.size--;
		count = split(line, row);
		if (number == 1) {
			columns = split(line, header);
			status = column_of(header, columns, "status");
			note = column_of(header, columns, "note");
			continue;
		}
		if (count < 3)
			continue;
		add_cell(comparison, cells,
		    (struct cell){ .period = period,
			.measure = row[0],
			.unit = row[1],
			.value = row[2],
			.status = status < count ? row[status] : STR(""),
			.note = note < count ? row[note] : STR(""),
			.file = file,
			.line = number });
	}
}

static void
read_file(struct comparison *comparison, struct cells *cells,
    struct period period, const char *file, const git_oid *id)
{
	struct str text;

	if (id == NULL)
		return;
	if (tree_read_file(comparison->request->repository, id,
		comparison->arena, &text))
		read_lines(comparison, cells, period, file, text);
	else
		repository_report_object(comparison->diag, "", str_from(file),
		    id);
}

static void
meet_file(struct comparison *comparison, const char *folder, const char *name,
    const git_oid *from, const git_oid *to)
{
	struct period period;
	const char *file =
	    arena_format(comparison->arena, "%s/%s", folder, name).data;

	if (!str_ends(str_from(name), STR(".tsv")) ||
	    !period_parse(str_from(strrchr(folder, '/') + 1), &period))
		return;
	read_file(comparison, &comparison->from, period, file, from);
	read_file(comparison, &comparison->to, period, file, to);
}

static void
meet_folder(struct comparison *comparison, const char *folder, const char *name,
    const git_oid *from, const git_oid *to)
{
	const struct period_range *asked = &comparison->request->periods;
	struct period period;

	if (period_parse(str_from(name), &period) &&
	    period_overlaps(period, asked->first, asked->last))
		meet_entries(comparison,
		    arena_format(comparison->arena, "%s/%s", folder, name).data,
		    from, to, TREE_FILE, meet_file);
}

static void
meet_data(struct comparison *comparison, const char *folder, const char *name,
    const git_oid *from, const git_oid *to)
{
	(void)folder;
	if (strcmp(name, "data") == 0)
		meet_entries(comparison, name, from, to, TREE_FOLDER,
		    meet_folder);
}

static int
compare_keys(const struct cell *a, const struct cell *b)
{
	int order = period_compare(a->period, b->period);

	if (order == 0)
		order = str_compare(a->measure, b->measure);
	return order != 0 ? order : str_compare(a->key, b->key);
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	int order = compare_keys(x, y);

	return order != 0 ? order
			  : (x->order > y->order) - (x->order < y->order);
}

static bool
same_text(const struct cell *a, const struct cell *b)
{
	return str_equal(a->value, b->value) &&
	       str_equal(a->status, b->status) && str_equal(a->note, b->note);
}

struct attribution {
	struct data_diff_cell *list;
	size_t count;
};

static void
add_change(struct attribution *changes, const struct cell *from,
    const struct cell *to, size_t number)
{
	const struct cell *shown = to != NULL ? to : from;

	changes->list[changes->count++] =
	    (struct data_diff_cell){ .period = shown->period,
		    .measure = shown->measure,
		    .unit = shown->unit,
		    .key = shown->key,
		    .has_from = from != NULL,
		    .has_to = to != NULL,
		    .from = from != NULL ? from->value : STR(""),
		    .to = to != NULL ? to->value : STR(""),
		    .status = shown->status,
		    .note = shown->note,
		    .file = str_from(shown->file),
		    .line = shown->line,
		    .number = number };
}

/*
 * Rows of one measure and unit on both sides. Those that are the same on both
 * are taken away first; what is left is paired in order.
 */
static void
pair_rows(struct attribution *changes, struct cell *from, size_t from_count,
    struct cell *to, size_t to_count, struct arena *arena)
{
	bool *from_done = arena_array(arena, from_count, sizeof(*from_done));
	bool *to_done = arena_array(arena, to_count, sizeof(*to_done));
	size_t i = 0, j = 0, number = 0;

	for (size_t k = 0; k < to_count; k++)
		for (size_t l = 0; l < from_count && !to_done[k]; l++)
			if (!from_done[l] && same_text(&from[l], &to[k]))
				from_done[l] = to_done[k] = true;
	while (i < from_count || j < to_count) {
		if (i < from_count && from_done[i]) {
			i++;
		} else if (j < to_count && to_done[j]) {
			j++;
		} else {
			add_change(changes, i < from_count ? &from[i] : NULL,
			    j < to_count ? &to[j] : NULL, number++);
			i += i < from_count;
			j += j < to_count;
		}
	}
}

/* How many cells from here on are of the same measure and unit. */
static size_t
run_length(const struct cells *cells, size_t at, const struct cell *key)
{
	size_t end = at;

	while (end < cells->count && compare_keys(&cells->list[end], key) == 0)
		end++;
	return end - at;
}

static void
sort_cells(struct cells *cells)
{
	if (cells->count > 1)
		qsort(cells->list, cells->count, sizeof(*cells->list),
		    compare_cells);
}

static int
compare_changes(const void *a, const void *b)
{
	const struct data_diff_cell *x = a, *y = b;
	int order = period_compare(x->period, y->period);

	if (order == 0)
		order = str_compare(x->file, y->file);
	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	/* What came before what went. */
	return order != 0 ? order : (int)y->has_to - (int)x->has_to;
}

static struct data_diff_cell *
pair_all(struct comparison *comparison, size_t *count)
{
	struct cells *from = &comparison->from, *to = &comparison->to;
	struct attribution changes = { .list = arena_array(comparison->arena,
					   from->count + to->count + 1,
					   sizeof(*changes.list)) };
	size_t i = 0, j = 0;

	/* So that there is always a place to begin at, if none to end at. */
	if (from->list == NULL)
		from->list = arena_new(comparison->arena, struct cell);
	if (to->list == NULL)
		to->list = arena_new(comparison->arena, struct cell);
	sort_cells(from);
	sort_cells(to);
	while (i < from->count || j < to->count) {
		const struct cell *key =
		    i == from->count ||
			    (j < to->count &&
				compare_keys(&to->list[j], &from->list[i]) < 0)
			? &to->list[j]
			: &from->list[i];
		size_t olds = run_length(from, i, key);
		size_t news = run_length(to, j, key);

		pair_rows(&changes, from->list + i, olds, to->list + j, news,
		    comparison->arena);
		i += olds;
		j += news;
	}
	if (changes.count > 1)
		qsort(changes.list, changes.count, sizeof(*changes.list),
		    compare_changes);
	*count = changes.count;
	return changes.list;
}

struct data_diff_cell *
data_diff_compare(const struct data_diff_request *request, const git_oid *from,
    const git_oid *to, struct arena *arena, size_t *count, struct diag *diag)
{
	struct comparison comparison = {
		.request = request, .arena = arena, .diag = diag
	};

	meet_entries(&comparison, "", from, to, TREE_FOLDER, meet_data);
	return pair_all(&comparison, count);
}

bool
data_diff_same(const struct data_diff_cell *a, const struct data_diff_cell *b)
{
	return period_equal(a->period, b->period) &&
	       str_equal(a->measure, b->measure) && str_equal(a->key, b->key) &&
	       str_equal(a->to, b->to) && a->has_to == b->has_to &&
	       str_equal(a->status, b->status) && str_equal(a->note, b->note);
}
