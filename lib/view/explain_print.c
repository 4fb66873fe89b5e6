#include "view/explain_print.h"

#include <stdlib.h>

#include "view/explain_json.h"
#include "view/explain_text.h"

struct explain_print {
	FILE *out;
	bool is_text, names;
	enum table_format format; /* unless it is text */
	struct buffer text;
	struct table *steps; /* where these are asked for */
	size_t count;
	char period[PERIOD_TEXT_SIZE];
};

static bool
is_json(const struct explain_print *print, enum table_format which)
{
	return !print->is_text && print->format == which;
}

static void
write_text(struct explain_print *print)
{
	/* Whether it was written is asked at the end, of the stream. */
	fwrite(print->text.data, 1, print->text.size, print->out);
	buffer_clear(&print->text);
}

static void
begin_row(struct explain_print *print, const struct explanation *explanation)
{
	table_cell(print->steps, str_from(print->period));
	table_cell(print->steps,
	    explanation->book->units[explanation->unit].id);
	table_cell(print->steps, explanation->item->id);
}

static void
end_row(struct explain_print *print, const struct explanation *explanation)
{
	if (!print->names)
		return;
	table_cell(print->steps,
	    explanation->book->units[explanation->unit].name);
	table_cell(print->steps, explanation->item->name);
}

static void
text_cell(struct explain_print *print)
{
	table_cell(print->steps, buffer_str(&print->text));
	buffer_clear(&print->text);
}

static void
value_cells(struct explain_print *print, enum node_type type, struct num value)
{
	explain_step_value(&print->text, type, value);
	text_cell(print);
	explain_step_decimal(&print->text, type, value);
	text_cell(print);
}

/* Of a measure its first row; else the place in the rule. */
static void
place_cell(struct explain_print *print, const struct explanation *explanation,
    const struct explain_step *step)
{
	struct place place = syntax_place(step->node->syntax);

	if (step->reading != STEP_NONE) {
		const struct reading *reading =
		    &explanation->readings[step->reading];

		place = place_file(NULL);
		if (reading->row_count > 0)
			place = reading->rows[0].record.place;
	}
	if (place.path != NULL)
		buffer_format(&print->text, "%s:%u:%u", place.path, place.line,
		    place.column);
	text_cell(print);
}

static void
add_steps(struct explain_print *print, const struct explanation *explanation)
{
	period_text(explanation->period, print->period);
	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explain_step *step = &explanation->steps[i];

		begin_row(print, explanation);
		buffer_format(&print->text, "%zu", i + 1);
		text_cell(print);
		table_cell(print->steps, str_from(explain_step_kind(step)));
		explain_step_text(&print->text, explanation, step);
		text_cell(print);
		value_cells(print, step->node->type, step->value);
		place_cell(print, explanation, step);
		end_row(print, explanation);
	}
	for (size_t i = 0; i < explanation->change_count; i++) {
		const struct score_change *change = &explanation->changes[i];

		begin_row(print, explanation);
		table_cell(print->steps, STR(""));
		table_cell(print->steps,
		    str_from(explain_change_text(change->kind)));
		table_cell(print->steps, STR(""));
		value_cells(print, TYPE_NUMBER, change->to);
		table_cell(print->steps, STR(""));
		end_row(print, explanation);
	}
}

/* The whole of it: sentences, or an object of JSON. */
static void
add_whole(struct explain_print *print, const struct explanation *explanation,
    const struct counterfactual *what_if)
{
	struct buffer *text = &print->text;

	if (is_json(print, TABLE_JSON)) {
		buffer_add(text, print->count > 0 ? STR(",\n") : STR("\n"));
		explain_json(text, explanation, what_if);
	} else if (is_json(print, TABLE_JSONL)) {
		explain_json(text, explanation, what_if);
		buffer_add_byte(text, '\n');
	} else {
		if (print->count > 0)
			buffer_add_byte(text, '\n');
		explain_text(text, explanation, what_if);
	}
	write_text(print);
}

void
explain_print_add(struct explain_print *print,
    const struct explanation *explanation, const struct counterfactual *what_if)
{
	if (print->steps != NULL)
		add_steps(print, explanation);
	else
		add_whole(print, explanation, what_if);
	print->count++;
}

struct explain_print *
explain_print_new(FILE *out, bool is_text, enum table_format format, bool names)
{
	static const struct table_column columns[] = {
		{ STR_INIT("period"), TABLE_TEXT },
		{ STR_INIT("unit"), TABLE_TEXT },
		{ STR_INIT("item"), TABLE_TEXT },
		{ STR_INIT("step"), TABLE_NUMBER },
		{ STR_INIT("kind"), TABLE_TEXT },
		{ STR_INIT("expression"), TABLE_TEXT },
		{ STR_INIT("value"), TABLE_TEXT },
		{ STR_INIT("decimal"), TABLE_NUMBER },
		{ STR_INIT("place"), TABLE_TEXT },
		{ STR_INIT("unit_name"), TABLE_TEXT },
		{ STR_INIT("item_name"), TABLE_TEXT },
	};
	struct explain_print *print = memory_alloc(sizeof(*print));

	*print = (struct explain_print){
		.out = out, .is_text = is_text, .names = names, .format = format
	};
	if (is_json(print, TABLE_JSON))
		buffer_add_byte(&print->text, '[');
	else if (!is_text && format != TABLE_JSONL)
		print->steps = table_new(out, format, columns,
		    LENGTH(columns) - (names ? 0 : 2));
	return print;
}

size_t
explain_print_end(struct explain_print *print)
{
	size_t count = print->count;

	if (print->steps != NULL)
		table_end(print->steps);
	else if (is_json(print, TABLE_JSON))
		buffer_add(&print->text, count > 0 ? STR("\n]\n") : STR("]\n"));
	write_text(print);
	buffer_free(&print->text);
	free(print);
	return count;
}
