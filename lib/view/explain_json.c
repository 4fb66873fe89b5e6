#include "view/explain_json.h"

#include "format/table.h"
#include "score/score_text.h"

/*
 * Nested JSON (RFC 8259), on one line; flat rows are table's.
 */

struct json {
	struct buffer *out;
	bool follows; /* a comma is due */
};

static void
begin_member(struct json *json, const char *key)
{
	if (json->follows)
		buffer_add_byte(json->out, ',');
	json->follows = true;
	if (key == NULL)
		return;
	table_json_string(json->out, str_from(key));
	buffer_add_byte(json->out, ':');
}

/*
 * The key is NULL for elements of an array and for the whole. An object or
 * array is begun and ended by its brackets: '{' and '}', '[' and ']'.
 */
static void
json_begin(struct json *json, const char *key, char bracket)
{
	begin_member(json, key);
	buffer_add_byte(json->out, bracket);
	json->follows = false;
}

static void
json_end(struct json *json, char bracket)
{
	buffer_add_byte(json->out, bracket);
	json->follows = true;
}

static void
json_text(struct json *json, const char *key, struct str text)
{
	begin_member(json, key);
	table_json_string(json->out, text);
}

/* The text must be a decimal; an empty one stands for null. */
static void
json_number(struct json *json, const char *key, struct str decimal)
{
	begin_member(json, key);
	buffer_add(json->out, decimal.size > 0 ? decimal : STR("null"));
}

static void
json_count(struct json *json, const char *key, size_t count)
{
	begin_member(json, key);
	buffer_format(json->out, "%zu", count);
}

static void
json_truth(struct json *json, const char *key, bool value)
{
	begin_member(json, key);
	buffer_add(json->out, value ? STR("true") : STR("false"));
}

static void
json_null(struct json *json, const char *key)
{
	begin_member(json, key);
	buffer_add(json->out, STR("null"));
}

/*
 * Explanations
 */

/* What the parts below share. */
struct writer {
	struct json json;
	struct buffer text;
	const struct explanation *explanation;
};

static void
add_period(struct writer *writer, const char *key, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	json_text(&writer->json, key, str_from(period_text(period, text)));
}

static void
add_unit(struct writer *writer, const char *key, uint32_t unit)
{
	json_text(&writer->json, key,
	    writer->explanation->book->units[unit].id);
}

/* A decimal, or null. */
static void
add_decimal(struct writer *writer, const char *key, enum node_type type,
    struct num value)
{
	buffer_clear(&writer->text);
	explain_step_decimal(&writer->text, type, value);
	json_number(&writer->json, key, buffer_str(&writer->text));
}

/* `value`, exact and as text, and `decimal`. */
static void
add_value(struct writer *writer, enum node_type type, struct num value)
{
	buffer_clear(&writer->text);
	explain_step_value(&writer->text, type, value);
	json_text(&writer->json, "value", buffer_str(&writer->text));
	add_decimal(writer, "decimal", type, value);
}

/* As score prints it, or null. */
static void
add_score(struct writer *writer, const char *key, const struct item *item,
    struct num score)
{
	buffer_clear(&writer->text);
	score_print(&writer->text, item, score);
	json_number(&writer->json, key, buffer_str(&writer->text));
}

static void
add_state(struct writer *writer, const char *key, unsigned state)
{
	buffer_clear(&writer->text);
	state_print(&writer->text, state);
	json_text(&writer->json, key, buffer_str(&writer->text));
}

static void
add_place(struct writer *writer, struct place place)
{
	struct json *json = &writer->json;

	json_text(json, "file", str_from(place.path));
	json_count(json, "line", place.line);
	json_count(json, "column", place.column);
}

static void
add_numbers(struct writer *writer, const char *key, const size_t *numbers,
    size_t count)
{
	json_begin(&writer->json, key, '[');
	for (size_t i = 0; i < count; i++)
		json_count(&writer->json, NULL, numbers[i] + 1);
	json_end(&writer->json, ']');
}

static void
add_step_number(struct writer *writer, const char *key, size_t step)
{
	if (step == STEP_NONE)
		json_null(&writer->json, key);
	else
		json_count(&writer->json, key, step + 1);
}

static void
add_offices(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	const struct office *offices = explanation->book->offices;
	const struct item *item = explanation->item;
	struct json *json = &writer->json;

	json_text(json, "lead",
	    item->lead == INDEX_NONE ? STR("") : offices[item->lead].id);
	json_begin(json, "with", '[');
	for (size_t i = 0; i < item->with_count; i++)
		if (item->with[i] != INDEX_NONE)
			json_text(json, NULL, offices[item->with[i]].id);
	json_end(json, ']');
	json_text(json, "wing", item->wing);
}

static void
add_head(struct writer *writer)
{
	static const char *const kinds[] = { "bonus", "deduction", "ordinary" };
	const struct explanation *explanation = writer->explanation;
	const struct item *item = explanation->item;
	struct json *json = &writer->json;

	add_period(writer, "period", explanation->period);
	add_unit(writer, "unit", explanation->unit);
	json_text(json, "unit_name",
	    explanation->book->units[explanation->unit].name);
	json_text(json, "item", item->id);
	json_text(json, "item_name", item->name);
	json_text(json, "kind", str_from(kinds[item->kind]));
	add_decimal(writer, "points", TYPE_NUMBER, explanation->points);
	add_score(writer, "score", item, explanation->score);
	add_state(writer, "state", explanation->state);
	add_decimal(writer, "rank", TYPE_NUMBER, explanation->rank);
	json_count(json, "ranked", explanation->ranked);
	if (explanation->item_number == 0)
		json_text(json, "grade",
		    explanation->grade == NULL ? STR("")
					       : explanation->grade->id);
	add_offices(writer);
	json_text(json, "scheme", str_from(explanation->scheme->file.path));
}

static void
add_counterfactual(struct writer *writer, const struct counterfactual *what_if)
{
	const struct explanation *explanation = writer->explanation;
	const struct item *item = explanation->item;
	struct json *json = &writer->json;

	if (what_if == NULL)
		return;
	json_begin(json, "counterfactual", '{');
	json_begin(json, "assumed", '[');
	for (size_t i = 0; i < what_if->count; i++) {
		const struct data_assumption *assumption =
		    &what_if->assumptions[i];

		json_begin(json, NULL, '{');
		json_text(json, "measure",
		    explanation->book->measures[assumption->measure].id);
		add_unit(writer, "unit", assumption->unit);
		add_period(writer, "period", assumption->period);
		buffer_clear(&writer->text);
		explain_step_value(&writer->text, TYPE_NUMBER,
		    what_if->before[i]);
		json_text(json, "instead_of", buffer_str(&writer->text));
		json_text(json, "value",
		    assumption->value.size > 0 ? assumption->value
					       : STR("missing"));
		json_end(json, '}');
	}
	json_end(json, ']');
	add_score(writer, "from", item, what_if->score);
	add_score(writer, "to", item, explanation->score);
	add_decimal(writer, "delta", TYPE_NUMBER, what_if->delta);
	add_state(writer, "from_state", what_if->state);
	add_state(writer, "to_state", explanation->state);
	add_decimal(writer, "from_rank", TYPE_NUMBER, what_if->rank);
	add_decimal(writer, "to_rank", TYPE_NUMBER, explanation->rank);
	json_end(json, '}');
}

static void
add_rules(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	struct json *json = &writer->json;

	json_begin(json, "rules", '[');
	for (size_t i = 0; i < explanation->rule_count; i++) {
		const struct explained_rule *rule = &explanation->rules[i];

		json_begin(json, NULL, '{');
		json_text(json, "role", str_from(rule_role_text(rule->role)));
		json_text(json, "text", rule->text);
		add_place(writer, rule->place);
		add_step_number(writer, "step", rule->step);
		json_end(json, '}');
	}
	json_end(json, ']');
	json_begin(json, "lets", '[');
	for (size_t i = 0; i < explanation->let_count; i++) {
		json_begin(json, NULL, '{');
		json_text(json, "name", explanation->lets[i].name);
		json_text(json, "text", explanation->lets[i].text);
		add_place(writer, explanation->lets[i].place);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_methods(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	struct json *json = &writer->json;

	json_begin(json, "methods", '[');
	for (size_t i = 0; i < explanation->method_count; i++) {
		const struct explained_method *row = &explanation->methods[i];

		json_begin(json, NULL, '{');
		json_text(json, "method", row->method->id);
		json_text(json, "call", row->call);
		json_begin(json, "arguments", '[');
		for (size_t j = 0; j < row->method->argument_count; j++) {
			json_begin(json, NULL, '{');
			json_text(json, "name", row->method->arguments[j].name);
			json_text(json, "text", row->arguments[j]);
			json_end(json, '}');
		}
		json_end(json, ']');
		json_text(json, "text", row->text);
		add_place(writer, row->place);
		json_truth(json, "shipped", row->is_shipped);
		json_text(json, "note", row->method->note);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_pool(struct writer *writer, const struct explain_step *step)
{
	const struct pool_figure *figure = step->pool;
	struct json *json = &writer->json;

	if (figure == NULL)
		return;
	json_begin(json, "pool", '{');
	json_text(json, "group", figure->group);
	json_count(json, "units", figure->size);
	json_count(json, "with_value", figure->count);
	json_begin(json, "set_by", '[');
	for (size_t i = 0; i < figure->member_count; i++) {
		const struct pool_member *member = &figure->members[i];

		json_begin(json, NULL, '{');
		add_unit(writer, "unit", member->unit);
		json_text(json, "role", str_from(pool_role_text(member->role)));
		add_value(writer, step->node->parts[0]->type, member->value);
		json_end(json, '}');
	}
	json_end(json, ']');
	add_numbers(writer, "readings", step->others, step->other_count);
	json_end(json, '}');
}

static void
add_steps(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	struct json *json = &writer->json;

	json_begin(json, "steps", '[');
	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explain_step *step = &explanation->steps[i];

		json_begin(json, NULL, '{');
		json_count(json, "step", i + 1);
		json_text(json, "kind", str_from(explain_step_kind(step)));
		json_text(json, "expression", step->text);
		add_unit(writer, "unit", step->unit);
		add_period(writer, "period", step->period);
		if (step->child != INDEX_NONE)
			json_text(json, "child",
			    explanation->scheme->items[step->child].id);
		add_value(writer, step->node->type, step->value);
		add_numbers(writer, "from", step->from, step->from_count);
		if (step->taken.size > 0) {
			json_text(json, "because", step->because);
			json_text(json, "taken", step->taken);
		}
		if (step->reading != STEP_NONE)
			json_count(json, "reading", step->reading + 1);
		add_pool(writer, step);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_commit(struct writer *writer, const struct explained_row *row)
{
	struct json *json = &writer->json;

	if (row->commit == NULL) {
		json_null(json, "commit");
		return;
	}
	json_begin(json, "commit", '{');
	json_text(json, "id", str_from(row->commit->id));
	json_text(json, "author", row->commit->author);
	json_text(json, "date", row->commit->date);
	json_text(json, "subject", row->commit->subject);
	json_text(json, "reason", row->commit->reason);
	json_truth(json, "boundary", blame_is_boundary(row->commit));
	json_end(json, '}');
}

static void
add_rows(struct writer *writer, const struct reading *reading)
{
	struct json *json = &writer->json;

	json_begin(json, "rows", '[');
	for (size_t i = 0; i < reading->row_count; i++) {
		const struct explained_row *row = &reading->rows[i];

		json_begin(json, NULL, '{');
		json_text(json, "value", row->record.value);
		json_text(json, "status", row->record.status);
		json_text(json, "note", row->record.note);
		add_period(writer, "period", row->record.period);
		if (row->record.place.path == NULL)
			json_truth(json, "assumed", true);
		else
			add_place(writer, row->record.place);
		if (row->is_new)
			json_truth(json, "uncommitted", true);
		add_commit(writer, row);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_readings(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	struct json *json = &writer->json;

	json_begin(json, "readings", '[');
	for (size_t i = 0; i < explanation->reading_count; i++) {
		const struct reading *reading = &explanation->readings[i];
		const struct measure *measure =
		    &explanation->book->measures[reading->measure];

		json_begin(json, NULL, '{');
		json_count(json, "reading", i + 1);
		json_text(json, "measure", measure->id);
		json_text(json, "measure_name", measure->name);
		json_text(json, "measure_unit", measure->unit);
		add_unit(writer, "unit", reading->unit);
		add_period(writer, "period", reading->period);
		add_value(writer, TYPE_NUMBER, reading->value);
		if (reading->is_carried)
			add_period(writer, "carried_from", reading->from);
		if (reading->is_implied)
			json_truth(json, "implied", true);
		add_rows(writer, reading);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_changes(struct writer *writer)
{
	const struct explanation *explanation = writer->explanation;
	struct json *json = &writer->json;

	json_begin(json, "changes", '[');
	for (size_t i = 0; i < explanation->change_count; i++) {
		const struct score_change *change = &explanation->changes[i];

		json_begin(json, NULL, '{');
		json_text(json, "kind",
		    str_from(explain_change_text(change->kind)));
		add_decimal(writer, "from", TYPE_NUMBER, change->from);
		add_value(writer, TYPE_NUMBER, change->to);
		json_end(json, '}');
	}
	json_end(json, ']');
	json_begin(json, "rescaled_from", '[');
	for (size_t i = 0; i < explanation->donor_count; i++) {
		const struct donor *donor = &explanation->donors[i];

		json_begin(json, NULL, '{');
		json_text(json, "item",
		    explanation->scheme->items[donor->item].id);
		add_decimal(writer, "points", TYPE_NUMBER, donor->points);
		json_text(json, "how",
		    donor->how == POLICY_RESCALE ? STR("rescale")
						 : STR("rescale equally"));
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
add_relatives(struct writer *writer, const char *key,
    const struct relative *relatives, size_t count)
{
	struct json *json = &writer->json;

	json_begin(json, key, '[');
	for (size_t i = 0; i < count; i++) {
		const struct relative *relative = &relatives[i];
		const struct item *item =
		    &writer->explanation->scheme->items[relative->item];

		json_begin(json, NULL, '{');
		json_text(json, "item", item->id);
		json_text(json, "item_name", item->name);
		add_decimal(writer, "points", TYPE_NUMBER, relative->points);
		add_score(writer, "score", item, relative->score);
		add_state(writer, "state", relative->state);
		add_decimal(writer, "share", TYPE_NUMBER, relative->share);
		json_end(json, '}');
	}
	json_end(json, ']');
}

void
explain_json(struct buffer *out, const struct explanation *explanation,
    const struct counterfactual *what_if)
{
	struct writer writer = { .json = { .out = out },
		.explanation = explanation };

	json_begin(&writer.json, NULL, '{');
	add_head(&writer);
	add_counterfactual(&writer, what_if);
	add_rules(&writer);
	add_methods(&writer);
	add_steps(&writer);
	add_readings(&writer);
	add_changes(&writer);
	add_relatives(&writer, "children", explanation->children,
	    explanation->child_count);
	add_relatives(&writer, "part_of", explanation->above,
	    explanation->above_count);
	json_end(&writer.json, '}');
	buffer_free(&writer.text);
}
