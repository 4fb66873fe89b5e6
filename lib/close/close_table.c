#include "close/close_table.h"

#include "format/tsv.h"

/* Columns that are numbers, of whatever file. */
static bool
is_number(struct str column)
{
	static const char *const numbers[] = { "points", "score", "rank",
		"since", "move", "delta", "from_rank", "to_rank", "alone",
		"alone_rank", "scheme", "own", "pool", "members", "line" };

	for (size_t i = 0; i < LENGTH(numbers); i++)
		if (str_equal(column, str_from(numbers[i])))
			return true;
	return false;
}

static void
print_rows(FILE *out, enum table_format format, const struct tsv *tsv)
{
	struct arena arena = { 0 };
	struct table_column *columns =
	    arena_array(&arena, tsv->column_count, sizeof(*columns));
	struct str *cells =
	    arena_array(&arena, tsv->column_count, sizeof(*cells));
	struct table *table;

	for (size_t i = 0; i < tsv->column_count; i++)
		columns[i] = (struct table_column){ tsv->names[i],
			is_number(tsv->names[i]) ? TABLE_NUMBER : TABLE_TEXT };
	table = table_new(out, format, columns, tsv->column_count);
	for (size_t i = 0; i < tsv->row_count; i++) {
		tsv_cells(tsv, i, cells);
		for (size_t j = 0; j < tsv->column_count; j++)
			table_cell(table, cells[j]);
	}
	table_end(table);
	arena_free(&arena);
}

void
close_table_print(FILE *out, enum table_format format, struct str text)
{
	struct diag *diag;
	struct buffer copy = { 0 };
	struct tsv tsv = { 0 };

	if (text.size == 0)
		return;
	if (format == TABLE_TSV) {
		fwrite(text.data, 1, text.size, out);
		return;
	}
	diag = diag_new(1);
	buffer_add(&copy, text);
	if (tsv_add(&tsv, "-", copy, diag) == 0)
		print_rows(out, format, &tsv);
	tsv_free(&tsv);
	diag_free(diag);
}

void
close_table_print_proofs(FILE *out, enum table_format format,
    const struct proof_list *proofs)
{
	static const struct table_column columns[] = {
		{ STR_INIT("period"), TABLE_TEXT },
		{ STR_INIT("verdict"), TABLE_TEXT },
		{ STR_INIT("revision"), TABLE_NUMBER },
		{ STR_INIT("commit"), TABLE_TEXT },
		{ STR_INIT("signer"), TABLE_TEXT },
		{ STR_INIT("check"), TABLE_TEXT },
		{ STR_INIT("detail"), TABLE_TEXT },
		{ STR_INIT("since"), TABLE_TEXT },
		{ STR_INIT("author"), TABLE_TEXT },
		{ STR_INIT("date"), TABLE_TEXT },
	};
	struct table *table = table_new(out, format, columns, LENGTH(columns));

	for (size_t i = 0; i < proofs->count; i++) {
		const struct proof *proof = &proofs->list[i];
		char text[PERIOD_TEXT_SIZE], revision[16] = "";

		if (proof->revision > 0)
			snprintf(revision, sizeof(revision), "%u",
			    proof->revision);
		table_cell(table, str_from(period_text(proof->period, text)));
		table_cell(table, str_from(proof_verdict_text(proof->verdict)));
		table_cell(table, str_from(revision));
		table_cell(table, proof->commit);
		table_cell(table, proof->signer);
		table_cell(table, str_from(proof_check_text(proof->check)));
		table_cell(table, proof->detail);
		table_cell(table, proof->since);
		table_cell(table, proof->author);
		table_cell(table, proof->date);
	}
	table_end(table);
}
