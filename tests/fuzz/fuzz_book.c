/*
 * fuzz_book: whole books, scored. The input is a bundle of files: a line
 * `=== 4` begins the fifth of those below, and a file that is not in the bundle
 * is as it stands in `usual`, or is not there. Scored twice, a book must give
 * the same bytes; each score must be a number, missing or not applicable.
 */
#include "fuzz.h"
#include "score/score_text.h"
#include "score/validate.h"

static const struct {
	const char *path, *usual;
} files[] = {
	{ "book.rec", "%rec: Book\n\nName: B\nPeriod: month\n" },
	{ "units.rec",
	    "%rec: Unit\n\nId: jia\nGroup: class/I\n\n"
	    "Id: yi\nGroup: class/II\n\nId: bing\nGroup: class/I\n" },
	{ "measures.rec", "%rec: Measure\n\nId: x\n\nId: y\nKind: flow\n\n"
			  "Id: z\nKind: cumulative\nEvery: year\n" },
	{ "offices.rec", "%rec: Office\n\nId: stats\n" },
	{ "schemes/2022-01.rec",
	    "%rec: Scheme\n\nName: S\nPoints: 10\nDigits: 2\n\n"
	    "%rec: Item\n\nId: a\nPoints: 10\nRule: points * x / "
	    "pool.max(x)\n" },
	{ "data/2022-10/stats.tsv",
	    "measure\tunit\tvalue\nx\tjia\t1.5\nx\tyi\t3\nx\tbing\tn/a\n"
	    "y\tjia\t-2\ny\tyi\t0\ny\tbing\t\n" },
	{ "data/2022-09/stats.tsv",
	    "measure\tunit\tvalue\nx\tjia\t1\nx\tyi\t4\nx\tbing\t2.25\n" },
	{ "data/2021-10/stats.tsv",
	    "measure\tunit\tvalue\nx\tjia\t0\nx\tyi\t2\ny\tjia\t7\n" },
	{ "data/2022/stats.tsv", "measure\tunit\tvalue\nz\tjia\t100\n" },
	{ "schemes/1000-01.rec", NULL },
	{ "schemes/2000.rec", NULL },
};

/* `=== 4` and nothing else; -1 where the line is no such mark. */
static int
bundle_mark(struct str line)
{
	size_t place;

	if (line.size != 5 || !str_starts(line, STR("=== ")))
		return -1;
	place = str_find(STR("0123456789a"), line.data[4]);
	return place < LENGTH(files) ? (int)place : -1;
}

static void
write_bundle(struct str bundle)
{
	struct str parts[LENGTH(files)], line, rest = bundle;
	const char *start = NULL;
	int file = -1, next;

	for (size_t i = 0; i < LENGTH(files); i++)
		parts[i] = str_from(files[i].usual);
	while (str_next_line(&rest, &line)) {
		if ((next = bundle_mark(line)) < 0)
			continue;
		if (file >= 0)
			parts[file] =
			    (struct str){ start, (size_t)(line.data - start) };
		file = next;
		start = line.data + line.size;
		if (start < bundle.data + bundle.size)
			start++; /* the newline */
	}
	if (file >= 0)
		parts[file] = (struct str){ start,
			(size_t)(bundle.data + bundle.size - start) };
	for (size_t i = 0; i < LENGTH(files); i++)
		if (parts[i].data != NULL)
			fuzz_write(files[i].path, parts[i]);
		else
			fuzz_remove(files[i].path);
}

static void
print_result(struct buffer *out, const struct book *book,
    const struct result *result)
{
	for (size_t i = 0; i < result->scheme->item_count; i++) {
		const struct item *item = &result->scheme->items[i];
		const struct item_scores *scores = &result->items[i];

		buffer_add(out, item->id);
		for (size_t unit = 0; unit < book->unit_count; unit++) {
			struct num score = scores->scores[unit];

			REQUIRE(num_is_number(score) ||
				score.d == VALUE_MISSING ||
				score.d == VALUE_NOT_APPLICABLE);
			buffer_add_byte(out, '\t');
			score_print(out, item, score);
			buffer_add_byte(out, ' ');
			state_print(out, scores->states[unit]);
		}
		buffer_add_byte(out, '\n');
	}
}

static void
inspect(struct engine *engine, const struct book *book, struct period period,
    struct diag *diag)
{
	struct arena arena = { 0 };
	const struct validate_request request = {
		.has_periods = true, .periods = { period, period }, .warn = true
	};
	size_t count;

	validate_book(book, engine, &request, diag);
	validate_due(engine, book, period, &arena, &count);
	REQUIRE(count <= book->measure_count * book->unit_count);
	arena_free(&arena);
}

static void
score_period(struct buffer *out, struct engine *engine, const struct book *book,
    struct period period, struct diag *diag)
{
	const struct result *result = engine_score(engine, period);

	if (result != NULL)
		print_result(out, book, result);
	else
		REQUIRE(diag_has_errors(diag));
	inspect(engine, book, period, diag);
}

/* Loads and scores the book; its scores go to out. */
static void
score_book(struct buffer *out)
{
	struct diag *diag = diag_new(0);
	struct source *source = NULL;
	struct period month = { PERIOD_MONTH, 2022 * 12 + 9 };
	struct period year = { PERIOD_YEAR, 2022 };
	struct engine *engine;
	struct book *book;

	REQUIRE(source_open(&source, fuzz_folder(), NULL, diag) == 0);
	if ((book = book_load(source, diag)) != NULL) {
		book_newest(book, &month);
		engine = engine_new(book, diag);
		score_period(out, engine, book, month, diag);
		if (book_scheme(book, year) != NULL)
			score_period(out, engine, book, year, diag);
		engine_free(engine);
	} else {
		REQUIRE(diag_has_errors(diag));
	}
	book_free(book);
	source_close(source);
	fuzz_diag_end(diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer first = { 0 }, second = { 0 };

	write_bundle((struct str){ (const char *)data, size });
	score_book(&first);
	score_book(&second);
	REQUIRE(str_equal(buffer_str(&first), buffer_str(&second)));
	buffer_free(&first);
	buffer_free(&second);
	return 0;
}
