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

static struct test_book shared;

/* Setup and teardown of a group of tests: it is written, and opened. */
static inline int
open_book(void **state)
{
	(void)state;
	test_book_create(&shared);
	test_book_write_files(&shared, office_book);
	test_book_write_values(&shared, "2022/farms",
	    "grain_target A 24; grain_target B 20");
	test_book_write_values(&shared, "2022-06/stats",
	    "grain A 4; grain B 15");
	test_book_write_values(&shared, "2022-06/farms",
	    "roads A 7 provisional; roads B 9; visits A 20; visits B 30");
	test_book_open(&shared);
	return 0;
}

static inline int
close_book(void **state)
{
	(void)state;
	test_book_remove(&shared);
	return 0;
}

/* The duties of its unit A; responsibility_free() frees. */
static inline void
office_book_duties(struct responsibilities *duties)
{
	const struct result *result =
	    engine_score(shared.engine, test_period("2022-06"));

	*duties = (struct responsibilities){ .count = 0 };
	responsibility_find(duties, shared.book, result, 0, shared.diag);
}

#endif
