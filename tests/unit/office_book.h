/*
 * office_book: a small book with offices, which the tests of tables about them
 * share: two units; three items, of which one has no office that leads it; a
 * month of data.
 */
#ifndef SHIJI_TEST_OFFICE_BOOK_H
#define SHIJI_TEST_OFFICE_BOOK_H

#include "analysis/responsibility.h"
#include "support.h"

static const struct test_file office_book[] = {
	{ "book.rec", "%rec: Book\n\nName: Small\nPeriod: month\nSelf: A\n"
		      "Deadline: data day 3\nDeadline: scores day 10\n" },
	{ "units.rec", "%rec: Unit\n\nId: A\nName: Alpha\n\nId: B\n" },
	{ "offices.rec",
	    "%rec: Office\n\nId: farms\nName: Farm Office\nLeader: Deputy One\n"
	    "Counterpart: City Farms\nSection: Crops\n\n"
	    "Id: stats\nLeader: Deputy Two\nCounterpart: City Stats\n" },
	{ "measures.rec",
	    "%rec: Measure\n\nId: grain\nName: Grain output\nSource: stats\n"
	    "Target: grain_target\nPlan: straight-line\n\n"
	    "Id: grain_target\nSource: farms\nEvery: year\n\n"
	    "Id: roads\nSource: farms\n\nId: visits\nSource: farms\n" },
	{ "schemes/2022-01.rec",
	    "%rec: Scheme\n\nName: One\nPoints: 100\nDigits: 1\n\n"
	    "%rec: Item\n\nId: field\nName: The field\nPoints: 70\n\n"
	    "Id: field.crops\nName: Crops\nPoints: 60\nLead: farms\n"
	    "Rule: 60 * grain / grain_target\nAlert: red progress < 50%\n\n"
	    "Id: field.ways\nPoints: 10\nLead: farms\nWith: stats\n"
	    "Rule: roads\n\n"
	    "Id: trips\nPoints: 30\nRule: visits\n" },
	{ NULL, NULL },
};

/* Write and open it, with the data of 2022-06 that the tests rest on. */
static inline void
office_book_open(struct test_book *test)
{
	test_book_create(test);
	test_book_write_files(test, office_book);
	test_book_write_values(test, "2022/farms",
	    "grain_target A 24; grain_target B 20");
	test_book_write_values(test, "2022-06/stats", "grain A 4; grain B 15");
	test_book_write_values(test, "2022-06/farms",
	    "roads A 7 provisional; roads B 9; visits A 20; visits B 30");
	test_book_open(test);
}

/* The duties of its unit A; responsibility_free() frees. */
static inline void
office_book_duties(struct test_book *test, struct responsibilities *duties)
{
	const struct result *result =
	    engine_score(test->engine, test_period("2022-06"));

	*duties = (struct responsibilities){ .count = 0 };
	responsibility_find(duties, test->book, result, 0, test->diag);
}

#endif
