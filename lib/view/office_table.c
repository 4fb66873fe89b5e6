#include "view/office_table.h"

#include "view/cells.h"

static const struct cells_column columns[] = {
	{ STR_INIT("measure"), TABLE_TEXT, 0 },
	{ STR_INIT("unit"), TABLE_TEXT, 0 },
	{ STR_INIT("value"), TABLE_VALUE, 0 },
};

static void
figure(struct cells *cells, const char *measure, struct str office,
    bool applies, struct num value)
{
	cells_word(cells, measure);
	cells_put(cells, office);
	if (applies)
		cells_number(cells, value);
	else
		cells_word(cells, "n/a");
}

void
office_table(FILE *out, enum table_format format, const struct book *book,
    const struct office_account *account, bool has_late)
{
	struct cells cells;

	cells_open(&cells, out, format, columns, LENGTH(columns), 0);
	for (size_t i = 0; i < book->office_count; i++) {
		const struct office_account_row *row = &account->offices[i];
		struct str id = book->offices[i].id;
		bool leads = row->leads;

		figure(&cells, "led_points", id, leads, row->points);
		figure(&cells, "won_points", id, leads, row->won);
		figure(&cells, "lost_points", id, leads, row->lost);
		figure(&cells, "bonus_points", id, leads, row->bonus);
		if (has_late)
			figure(&cells, "late_reports", id, true,
			    NUM_INT((int64_t)row->late));
	}
	cells_close(&cells);
}
