/*
 * fuzz_tsv: any bytes as a TSV file, for both readers. The general one must
 * give back each line that it took, cell by cell. Of an office's data file, in
 * a small book, each value must be a number, missing or not applicable; bytes
 * that were not understood must have been reported.
 */
#include "book/data.h"
#include "format/tsv.h"
#include "fuzz.h"

enum { UNITS = 3, MEASURES = 5 };

static void
write_book(void)
{
	fuzz_write("book.rec", STR("%rec: Book\n\nName: B\nPeriod: month\n"));
	fuzz_write("units.rec",
	    STR("%rec: Unit\n\nId: jia\nAlias: 甲县\n\nId: yi\n\n"
		"Id: bing\nFrom: 2022-02\nTo: 2022-12\n"));
	fuzz_write("measures.rec",
	    STR("%rec: Measure\n\nId: level\n\nId: flow\nKind: flow\n"
		"Entries: many\n\nId: sum\nKind: cumulative\n\n"
		"Id: bounded\nMin: -1.5\nMax: 100\nDigits: 1\n\n"
		"Id: 粮食\nEvery: year\n"));
}

static void
read_values(struct book *book, struct diag *diag)
{
	struct data *data = data_new(book, diag);
	struct period period = { PERIOD_MONTH, 2022 * 12 + 9 };
	struct num values[UNITS];
	uint8_t carried[UNITS];

	for (size_t i = 0; i < book->folder_count; i++)
		data_load(data, &book->folders[i]);
	for (uint32_t measure = 0; measure < MEASURES; measure++) {
		data_values(data, measure, period, values);
		for (size_t i = 0; i < UNITS; i++)
			REQUIRE(num_is_number(values[i]) ||
				values[i].d == VALUE_MISSING ||
				values[i].d == VALUE_NOT_APPLICABLE);
		data_carried(data, measure, period, values, carried);
	}
	data_free(data);
}

/* How many lines after the first are not blank. */
static size_t
count_rows(struct str text)
{
	struct str line;
	size_t rows = 0;

	str_next_line(&text, &line);
	while (str_next_line(&text, &line))
		rows += line.size > 0;
	return rows;
}

static void
check_row(const struct tsv *tsv, size_t row)
{
	struct str *cells = memory_alloc(tsv->column_count * sizeof(*cells));
	struct str line = tsv_line(tsv, row), rest = line, cell;

	tsv_cells(tsv, row, cells);
	for (size_t i = 0; i < tsv->column_count; i++) {
		REQUIRE(str_cut(&rest, '\t', &cell) ==
			(i + 1 < tsv->column_count));
		REQUIRE(str_equal(cells[i], cell));
		REQUIRE(str_equal(tsv_cell(tsv, row, i), cell));
	}
	REQUIRE(tsv_place(tsv, row, line).line == row + 2);
	free(cells);
}

static void
read_stream(struct str text)
{
	struct diag *diag = diag_new(0);
	struct tsv tsv = { 0 };
	struct buffer bytes = { 0 };
	int rc;

	buffer_add(&bytes, text);
	rc = tsv_add(&tsv, "any.tsv", bytes, diag);
	REQUIRE((rc == -1) == diag_has_errors(diag));
	for (size_t row = 0; rc == 0 && row < tsv.row_count; row++)
		check_row(&tsv, row);
	for (size_t i = 0; rc == 0 && i < tsv.column_count; i++)
		REQUIRE(tsv_column(&tsv, tsv.names[i]) == i);
	tsv_free(&tsv);
	fuzz_diag_end(diag);
}

static void
read_data(struct str text)
{
	static bool is_written;
	struct diag *diag = diag_new(0);
	struct source *source = NULL;
	struct book *book;

	if (!is_written)
		write_book();
	is_written = true;
	fuzz_write("data/2022-10/stats.tsv", text);
	REQUIRE(source_open(&source, fuzz_folder(), NULL, diag) == 0);
	REQUIRE((book = book_load(source, diag)) != NULL);
	REQUIRE(!diag_has_errors(diag));
	REQUIRE(book->unit_count == UNITS && book->measure_count == MEASURES);
	read_values(book, diag);
	/* There are only so many cells, but for the measure of many entries. */
	REQUIRE(diag_has_errors(diag) || str_find(text, 'f') != (size_t)-1 ||
		count_rows(text) <= (size_t)UNITS * MEASURES);
	book_free(book);
	source_close(source);
	fuzz_diag_end(diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	read_stream((struct str){ (const char *)bytes, size });
	read_data((struct str){ (const char *)bytes, size });
	return 0;
}
