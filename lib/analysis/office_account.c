#include "analysis/office_account.h"

#include <stdlib.h>

#include "analysis/responsibility.h"
#include "git/repository.h"
#include "git/revision.h"

enum {
	DIGITS = 4,    /* of points over a year */
	FEEDS_MAX = 32 /* books in a row */
};

struct settling {
	struct office_account *account;
	struct arena *arena;
	const struct result *result;
	const struct snapshot *snapshot;
	uint32_t unit;
	struct num whole; /* the full marks of the period */
};

/* So many points of the scheme, in points of 100. */
static struct num
scaled(const struct settling *settling, struct num points)
{
	return value_div(settling->arena,
	    value_mul(settling->arena, points, NUM_INT(100)), settling->whole);
}

static void
add_to(const struct settling *settling, struct num *sum, struct num points)
{
	*sum = value_add(settling->arena, *sum, scaled(settling, points));
}

static void
settle_item(const struct settling *settling, uint32_t number)
{
	const struct item *item = &settling->result->scheme->items[number];
	const struct snapshot_item *taken = &settling->snapshot->items[number];
	struct office_account_row *row =
	    &settling->account->offices[item->lead];
	struct num score = taken->scores[settling->unit];
	struct num points =
	    column_cell(settling->result->items[number].points, settling->unit);

	row->leads = true;
	if (!num_is_number(score) &&
	    (taken->states[settling->unit] & STATE_NOT_APPLICABLE) != 0)
		return;
	if (item->kind == ITEM_BONUS && num_is_number(score)) {
		add_to(settling, &row->bonus, score);
	} else if (item->kind == ITEM_DEDUCTION && num_is_number(score)) {
		add_to(settling, &row->lost, num_neg(settling->arena, score));
	} else if (num_is_number(points)) {
		if (!num_is_number(score))
			score = NUM_INT(0);
		add_to(settling, &row->points, points);
		add_to(settling, &row->won, score);
		add_to(settling, &row->lost,
		    value_sub(settling->arena, points, score));
	}
}

static void
settle_period(struct office_account *account, const struct book *book,
    const struct result *result, uint32_t unit, struct arena *arena)
{
	struct snapshot snapshot;
	struct settling settling = { .account = account,
		.arena = arena,
		.result = result,
		.snapshot = &snapshot,
		.unit = unit,
		.whole = result->scheme->items[0].points };

	if (!num_is_number(settling.whole) || num_sign(settling.whole) <= 0)
		return;
	snapshot_take(&snapshot, book, result, NULL, NULL);
	for (uint32_t i = 0; i < result->scheme->item_count; i++)
		if (responsibility_is_item(&result->scheme->items[i]) &&
		    result->scheme->items[i].lead != INDEX_NONE)
			settle_item(&settling, i);
	snapshot_free(&snapshot);
}

int
office_account_settle(struct office_account *account, struct engine *engine,
    const struct book *book, uint32_t unit, int year, struct arena *arena)
{
	struct period whole = { PERIOD_YEAR, year };
	struct period at;

	*account =
	    (struct office_account){ .periods = period_inside(whole,
					 (enum period_length)book->length),
		    .offices = arena_array(arena, book->office_count,
			sizeof(*account->offices)) };
	for (size_t i = 0; i < book->office_count; i++)
		account->offices[i] =
		    (struct office_account_row){ .points = NUM_INT(0),
			    .won = NUM_INT(0),
			    .lost = NUM_INT(0),
			    .bonus = NUM_INT(0) };
	for (at = account->periods.first;
	     at.index <= account->periods.last.index; at.index++) {
		const struct result *result;

		if (!book_has_data(book, at) || book_scheme(book, at) == NULL)
			continue;
		if (!unit_is_member(&book->units[unit], at)) {
			account->without++;
			continue;
		}
		result = engine_score(engine, at);
		if (result == NULL)
			return -1;
		settle_period(account, book, result, unit, arena);
		account->counted++;
	}
	for (size_t i = 0; i < book->office_count; i++) {
		struct office_account_row *row = &account->offices[i];

		row->points =
		    num_round(arena, row->points, DIGITS, NUM_HALF_UP);
		row->won = num_round(arena, row->won, DIGITS, NUM_HALF_UP);
		row->lost = num_round(arena, row->lost, DIGITS, NUM_HALF_UP);
		row->bonus = num_round(arena, row->bonus, DIGITS, NUM_HALF_UP);
	}
	return 0;
}

static void
count_late(struct office_account *account, const struct book *book,
    const struct overdue_list *list)
{
	const struct overdue_row *last = NULL;

	/* Rows of one measure and period stand together. */
	for (size_t i = 0; i < list->count; i++) {
		const struct overdue_row *row = &list->rows[i];
		uint32_t office = book_office(book, row->office);

		if ((row->state & OVERDUE_LATE) == 0 || office == INDEX_NONE)
			continue;
		if (last != NULL && last->measure == row->measure &&
		    period_equal(last->period, row->period))
			continue;
		last = row;
		account->offices[office].late++;
	}
}

void
office_account_late(struct office_account *account, struct engine *engine,
    const struct book *book, const struct reporting *reports, int32_t date,
    struct arena *arena)
{
	struct overdue_list list = { 0 };
	struct period at;

	for (at = account->periods.first;
	     at.index <= account->periods.last.index; at.index++)
		if (book_has_data(book, at) && book_scheme(book, at) != NULL)
			overdue_add(&list, engine, book, reports, at,
			    INDEX_NONE, date, arena);
	overdue_sort(&list, book);
	count_late(account, book, &list);
}

/*
 * Books that feed one another
 */

struct feeding {
	struct arena arena;
	const char *revision;
	struct diag *diag;
	struct place place; /* the Feeds of the book that was asked for */
	struct str trail[FEEDS_MAX]; /* folders, from that book on */
	size_t depth;
	struct str *done; /* folders of books that are known to end well */
	size_t done_count, done_capacity;
};

/* An absolute folder and a path from it; `..` takes a name away. */
static struct str
join(struct arena *arena, struct str folder, struct str path)
{
	bool more = true;

	while (more) {
		size_t slash = str_find_last(folder, '/');
		struct str part;

		more = str_cut(&path, '/', &part);
		if (part.size == 0 || str_equal(part, STR(".")))
			continue;
		if (str_equal(part, STR("..")))
			folder = str_head(folder, slash > 0 ? slash : 1);
		else
			folder = arena_format(arena, STR_FMT "%s" STR_FMT,
			    STR_ARG(folder), folder.size > 1 ? "/" : "",
			    STR_ARG(part));
	}
	return arena_str(arena, folder);
}

static struct str
last_name(struct str folder)
{
	size_t slash = str_find_last(folder, '/');

	return slash == STR_NOWHERE ? folder : str_from_byte(folder, slash + 1);
}

static void
report_cycle(struct feeding *feeding, size_t from, struct str again)
{
	struct buffer circle = { 0 };

	for (size_t i = from; i < feeding->depth; i++)
		buffer_format(&circle, STR_FMT " -> ",
		    STR_ARG(last_name(feeding->trail[i])));
	buffer_add(&circle, last_name(again));
	diag_at(feeding->diag, feeding->place, D_FEEDS_CYCLE,
	    buffer_str(&circle));
	buffer_free(&circle);
}

/*
 * Where some office of the book that was asked for is a unit of the one it
 * feeds, all are: that book ranks the offices. Else it is fed with other
 * things, as a county's book with the mean of its townships.
 */
static void
check_units(const struct feeding *feeding, const struct book *book,
    const struct book *fed, struct str folder)
{
	bool ranks = false;

	for (size_t i = 0; i < book->office_count && !ranks; i++)
		ranks = book_unit(fed, book->offices[i].id) != INDEX_NONE;
	for (size_t i = 0; i < book->office_count && ranks; i++)
		if (book_unit(fed, book->offices[i].id) == INDEX_NONE)
			diag_at(feeding->diag, feeding->place, D_FEEDS_UNIT,
			    book->offices[i].id, folder);
}

static void follow(struct feeding *feeding, const struct book *book,
    bool is_first);

static void
follow_one(struct feeding *feeding, const struct book *book, struct str name,
    bool is_first)
{
	struct str folder =
	    join(&feeding->arena, feeding->trail[feeding->depth - 1], name);
	struct diag *diag = diag_new(0);
	struct source *source = NULL;
	struct book *fed = NULL;

	for (size_t i = 0; i < feeding->depth; i++)
		if (str_equal(feeding->trail[i], folder)) {
			report_cycle(feeding, i, folder);
			goto done;
		}
	for (size_t i = 0; i < feeding->done_count; i++)
		if (!is_first && str_equal(feeding->done[i], folder))
			goto done;
	if (feeding->depth == FEEDS_MAX || str_starts(name, STR("/")) ||
	    source_open(&source, folder.data, feeding->revision, diag) != 0 ||
	    (fed = book_load(source, diag)) == NULL) {
		diag_at(feeding->diag, feeding->place, D_FEEDS, name);
		goto done;
	}
	if (is_first)
		check_units(feeding, book, fed, name);
	feeding->trail[feeding->depth++] = folder;
	follow(feeding, fed, false);
	feeding->depth--;
	feeding->done =
	    arena_grow(&feeding->arena, feeding->done, feeding->done_count,
		&feeding->done_capacity, sizeof(*feeding->done));
	feeding->done[feeding->done_count++] = folder;
done:
	book_free(fed);
	source_close(source);
	diag_free(diag);
}

static void
follow(struct feeding *feeding, const struct book *book, bool is_first)
{
	for (size_t i = 0; i < book->feeds.count; i++) {
		const struct rec_field *field = book->feeds.fields[i];

		if (is_first)
			feeding->place = rec_place(&book->book_file, field, 0,
			    field->value.size);
		follow_one(feeding, book, field->value, is_first);
	}
}

void
office_account_check_feeds(const struct book *book, const char *folder,
    const char *revision, struct diag *diag)
{
	struct feeding feeding = { .revision = revision, .diag = diag };
	struct str name = str_from(revision), path;
	char *top;

	/* `REVISION:PATH` says where one book is, not where others are. */
	if (book->feeds.count == 0 || revision_cut_path(&name, &path) ||
	    (top = realpath(folder, NULL)) == NULL)
		return;
	feeding.trail[feeding.depth++] =
	    arena_str(&feeding.arena, str_from(top));
	free(top);
	follow(&feeding, book, true);
	arena_free(&feeding.arena);
}
