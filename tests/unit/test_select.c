/*
 * Selection: each row is what -u, -i or -o was given, and which of a book's
 * units, items or offices are then meant, or what is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/select.h"
#include "support.h"

static const char units[] = "%rec: Unit\n\n"
			    "Id: east\nName: 东县\nAlias: levant\n\n"
			    "Id: west\nName: 西县\n\n"
			    "Id: north-east\n\n"
			    "Id: 甲县\n";
static const char offices[] = "%rec: Office\n\nId: agri\nName: Farming\n\n"
			      "Id: lead\n";
static const char scheme[] = "%rec: Scheme\n\nName: One\n\n"
			     "%rec: Item\n\nId: food\nName: Grain\n\n"
			     "Id: food.yield\nRule: 1\nPoints: 100\n";

enum what { UNITS, ONE_UNIT, ITEMS, OFFICES };

static const struct row {
	const char *name;
	enum what what;
	const char *globs; /* with spaces between */
	const char *want;  /* the Ids, or what is said on standard error */
	const char *self;  /* of the book */
} rows[] = {
	{ "none selects all", UNITS, "", "east west north-east 甲县", NULL },
	{ "an Id", UNITS, "west", "west", NULL },
	{ "a glob", UNITS, "*east", "east north-east", NULL },
	{ "several, in the order of the book", UNITS, "甲? east", "east 甲县",
	    NULL },
	{ "an alias is its unit", UNITS, "levant", "east", NULL },
	{ "an alias beside a glob", UNITS, "levant w*", "east west", NULL },
	{ "an alias is no glob", UNITS, "lev*",
	    "shiji: no unit matches 'lev*'\n", NULL },
	{ "nothing near", UNITS, "zebra", "shiji: no unit matches 'zebra'\n",
	    NULL },
	{ "the nearest", UNITS, "est",
	    "shiji: no unit matches 'est'; did you "
	    "mean 'east'?\n",
	    NULL },
	{ "the nearest, of several", UNITS, "west esat",
	    "shiji: no unit matches 'esat'; did you mean 'east'?\n", NULL },
	{ "a name is no Id", UNITS, "西县",
	    "shiji: no unit matches '西县', which is a name; its Id is "
	    "'west'\n",
	    NULL },
	{ "an item", ITEMS, "food", "food", NULL },
	{ "items", ITEMS, "food*", "food food.yield", NULL },
	{ "an item's name", ITEMS, "Grain",
	    "shiji: no item matches 'Grain', which is a name; its Id is "
	    "'food'\n",
	    NULL },
	{ "the nearest item", ITEMS, "fod",
	    "shiji: no item matches 'fod'; did you mean 'food'?\n", NULL },
	{ "an office", OFFICES, "l?ad", "lead", NULL },
	{ "the nearest office", OFFICES, "agir",
	    "shiji: no office matches 'agir'; did you mean 'agri'?\n", NULL },
	{ "one unit", ONE_UNIT, "w*", "west", NULL },
	{ "one unit, by its alias", ONE_UNIT, "levant", "east", "west" },
	{ "one unit, by two globs", ONE_UNIT, "w* west", "west", NULL },
	{ "one unit: Self where none is named", ONE_UNIT, "", "west", "west" },
	{ "one unit: none is named, and the book has no Self", ONE_UNIT, "",
	    "shiji: the book does not say whose it is (Self); name the unit "
	    "with -u\n",
	    NULL },
	{ "one unit of several", ONE_UNIT, "*east west",
	    "shiji: one unit is needed, and -u names 3: 'east', 'west', "
	    "'north-east'. See 'shiji --help'.\n",
	    NULL },
	{ "one unit that is not there", ONE_UNIT, "esat",
	    "shiji: no unit matches 'esat'; did you mean 'east'?\n", NULL },
};

static void
write_book(struct test_book *test, const char *self)
{
	const char *book[] = { "%rec: Book\n\nName: Small\nPeriod: month\n",
		self == NULL ? "" : "Self: ", self == NULL ? "" : self, "\n",
		NULL };

	test_book_create(test);
	test_book_write_all(test, "book.rec", book);
	test_book_write(test, "units.rec", units);
	test_book_write(test, "offices.rec", offices);
	test_book_write(test, "schemes/2022-01.rec", scheme);
	test_book_open(test);
}

static void
give(struct option_list *globs, const char *words)
{
	struct str rest = str_from(words), word;

	while (rest.size > 0) {
		str_cut(&rest, ' ', &word);
		option_list_add(globs, word);
	}
}

static void
add(struct buffer *out, struct str id)
{
	buffer_format(out, "%s%.*s", out->size > 0 ? " " : "", STR_ARG(id));
}

static int
select_some_units(struct option_list *globs, const struct book *book,
    struct buffer *out)
{
	int rc = select_units(globs, book);

	for (size_t i = 0; i < book->unit_count && rc == 0; i++)
		if (select_matches(globs, book->units[i].id))
			add(out, book->units[i].id);
	return rc;
}

static int
select_some_offices(struct option_list *globs, const struct book *book,
    struct buffer *out)
{
	int rc = select_offices(globs, book);

	for (size_t i = 0; i < book->office_count && rc == 0; i++)
		if (select_matches(globs, book->offices[i].id))
			add(out, book->offices[i].id);
	return rc;
}

static int
select_some_items(struct option_list *globs, const struct scheme *of,
    struct buffer *out)
{
	struct selection *selection = select_new(SELECT_ITEM, globs);
	int rc;

	assert_non_null(of);
	select_offer_items(selection, of);
	select_offer_items(selection, NULL);
	rc = select_end(selection);
	for (size_t i = 0; i < of->item_count && rc == 0; i++)
		if (select_matches(globs, of->items[i].id))
			add(out, of->items[i].id);
	return rc;
}

static int
select_row(const struct row *row, struct test_book *test, struct buffer *out)
{
	struct option_list globs = { 0 };
	uint32_t unit;
	int rc;

	give(&globs, row->globs);
	switch (row->what) {
	case UNITS:
		return select_some_units(&globs, test->book, out);
	case OFFICES:
		return select_some_offices(&globs, test->book, out);
	case ITEMS:
		return select_some_items(&globs,
		    schemes_for(engine_schemes(test->engine),
			test_period("2022-01")),
		    out);
	case ONE_UNIT:
		break;
	}
	rc = select_one_unit(&globs, test->book, &unit);
	if (rc == 0)
		add(out, test->book->units[unit].id);
	return rc;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer out = { 0 };
	struct test_book test;
	FILE *said = tmpfile();
	int own = dup(STDERR_FILENO), rc;
	char text[1024];
	size_t size;

	write_book(&test, row->self);
	assert_true(said != NULL && own >= 0);
	fflush(stderr);
	dup2(fileno(said), STDERR_FILENO);
	rc = select_row(row, &test, &out);
	fflush(stderr);
	dup2(own, STDERR_FILENO);
	close(own);
	rewind(said);
	size = fread(text, 1, sizeof(text) - 1, said);
	text[size] = '\0';
	fclose(said);
	buffer_add_byte(&out, '\0');
	assert_string_equal(rc == 0 ? out.data : text, row->want);
	assert_int_equal(rc, size == 0 ? EXIT_SOUND : EXIT_TROUBLE);
	buffer_free(&out);
	test_book_remove(&test);
}

static void
check_periods(void **state)
{
	struct option_periods periods = { 0 };
	struct test_book test;
	char text[PERIOD_TEXT_SIZE];

	(void)state;
	write_book(&test, NULL);
	assert_int_equal(select_periods(&periods, test.book), EXIT_TROUBLE);
	test_book_close(&test);
	test_book_write(&test, "measures.rec", "%rec: Measure\n\nId: x\n");
	test_book_write(&test, "data/2022-02/lead.tsv",
	    "measure\tunit\tvalue\nx\twest\t1\n");
	test_book_write(&test, "data/2022-03/lead.tsv",
	    "measure\tunit\tvalue\nx\twest\t1\n");
	test_book_open(&test);
	assert_int_equal(select_periods(&periods, test.book), 0);
	assert_string_equal(period_text(periods.range.first, text), "2022-03");
	assert_true(period_equal(periods.range.first, periods.range.last));
	periods = (struct option_periods){ true,
		{ test_period("2022-01"), test_period("2022-02") } };
	assert_int_equal(select_periods(&periods, test.book), 0);
	assert_string_equal(period_text(periods.range.first, text), "2022-01");
	test_book_remove(&test);
}

int
main(void)
{
	static struct CMUnitTest tests[LENGTH(rows) + 1];

	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	tests[LENGTH(rows)] = (struct CMUnitTest){
		.name = "periods: those given, or the newest with data",
		.test_func = check_periods
	};
	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
