#include "score/soundness.h"

#include "scheme/lint.h"
#include "score/validate.h"

/* What stays the same while one book is checked. */
struct check {
	const struct book *book;
	struct engine *engine;
	const struct validate_request *request;
	struct diag *diag;
};

/* Whether a folder's or a scheme's period is among those asked for. */
static bool
is_asked(const struct check *check, struct period period)
{
	const struct validate_request *request = check->request;

	return !request->has_periods ||
	       period_overlaps(period, request->periods.first,
		   request->periods.last);
}

static void
check_schemes(const struct check *check)
{
	const struct book *book = check->book;

	for (size_t i = 0; i < book->scheme_count; i++) {
		struct scheme *scheme =
		    schemes_get(engine_schemes(check->engine),
			&book->schemes[i]);

		if (scheme != NULL && scheme->is_sound)
			lint_scheme(scheme, check->diag);
	}
}

static void
check_data(const struct check *check)
{
	const struct book *book = check->book;

	for (size_t i = 0; i < book->folder_count; i++)
		if (is_asked(check, book->folders[i].period))
			data_load(engine_data(check->engine),
			    &book->folders[i]);
}

/* Figures from before the first scheme are bases for growth. */
static bool
has_schemes(const struct book *book, enum period_length length)
{
	for (size_t i = 0; i < book->scheme_count; i++)
		if (book->schemes[i].from.length == length)
			return true;
	return false;
}

/* A longer period than the book's own need not have a scheme. */
static void
check_period(const struct check *check, struct period period)
{
	const struct book *book = check->book;
	char text[PERIOD_TEXT_SIZE];

	if (book_scheme(book, period) != NULL) {
		engine_score(check->engine, period);
		if (check->request->warn)
			validate_period(check->engine, book, period,
			    check->diag);
	} else if ((int)period.length == book->length &&
		   !has_schemes(book, period.length)) {
		diag_at(check->diag, place_file("schemes"), D_UNSCHEMED,
		    str_from(period_text(period, text)),
		    str_from(period_length_text(period.length)));
	}
}

/* Every period with data, and the longer ones around it, each once. */
static void
check_all_periods(const struct check *check)
{
	const struct book *book = check->book;
	struct period last[PERIOD_YEAR + 1] = { 0 };

	for (size_t i = 0; i < book->folder_count; i++) {
		struct period period = book->folders[i].period;

		for (enum period_length length = period.length;
		     length <= PERIOD_YEAR; length++) {
			struct period around =
			    period_containing(period, length);

			/* Folders are in order: only the last can recur. */
			if (period_equal(around, last[length]))
				continue;
			last[length] = around;
			check_period(check, around);
		}
	}
}

void
validate_records(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag)
{
	struct check check = { book, engine, request, diag };

	check_schemes(&check);
	check_data(&check);
}

void
validate_book(const struct book *book, struct engine *engine,
    const struct validate_request *request, struct diag *diag)
{
	struct check check = { book, engine, request, diag };
	struct period period = request->periods.first;

	validate_records(book, engine, request, diag);
	if (!request->has_periods)
		check_all_periods(&check);
	else
		for (; period.index <= request->periods.last.index;
		     period.index++)
			check_period(&check, period);
}
