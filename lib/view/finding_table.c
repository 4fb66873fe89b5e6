#include "view/finding_table.h"

static void
number_cell(struct table *table, unsigned number)
{
	struct buffer text = { 0 };

	if (number > 0)
		buffer_format(&text, "%u", number);
	table_cell(table, buffer_str(&text));
	buffer_free(&text);
}

static void
add_row(void *context, const struct diag_row *row)
{
	struct table *table = context;

	table_cell(table, row->path);
	number_cell(table, row->line);
	number_cell(table, row->column);
	table_cell(table, str_from(row->severity));
	table_cell(table, str_from(row->code));
	table_cell(table, row->message);
}

static void
print_rows(struct diag *diag, struct diag_print how, enum table_format format,
    FILE *out)
{
	static const struct table_column columns[] = {
		{ STR_INIT("path"), TABLE_TEXT },
		{ STR_INIT("line"), TABLE_NUMBER },
		{ STR_INIT("column"), TABLE_NUMBER },
		{ STR_INIT("severity"), TABLE_TEXT },
		{ STR_INIT("code"), TABLE_TEXT },
		{ STR_INIT("message"), TABLE_TEXT },
	};

	how.format = DIAG_ROWS;
	how.row = add_row;
	how.context = table_new(out, format, columns, LENGTH(columns));
	diag_print(diag, &how, out);
	table_end(how.context);
}

void
finding_table_print(struct diag *diag, struct diag_print how, bool is_text,
    enum table_format format, FILE *out)
{
	static const enum diag_format own[] = { [TABLE_TSV] = DIAG_TSV,
		[TABLE_JSON] = DIAG_JSON,
		[TABLE_JSONL] = DIAG_JSONL };

	how.format = DIAG_TEXT;
	if (!is_text && (format == TABLE_TSV || format == TABLE_JSON ||
			    format == TABLE_JSONL))
		how.format = own[format];
	else if (!is_text) {
		print_rows(diag, how, format, out);
		return;
	}
	diag_print(diag, &how, out);
}
