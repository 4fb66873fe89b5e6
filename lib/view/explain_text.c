#include "view/explain_text.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "score/score_text.h"
#include "view/wrap.h"

enum {
	ABOUT_DIGITS = 6,    /* significant ones of what does not end */
	FRACTION_WIDTH = 24, /* longer fractions are not shown */
	NAMES_SHOWN = 6,     /* of units; JSON has them all */
	ID_DIGITS = 12,	     /* of a commit */
	INDENT = 2,
	HANG = 4, /* of what is broken, or stands below */
	HANG_BELOW = 6,
	STEP_INDENT = 7 /* of what is said below a step */
};

/* What the parts below share. */
struct teller {
	struct buffer *out;
	struct buffer line; /* being put together */
	const struct explanation *explanation;
	struct arena arena;
	bool *measures;			    /* those told already */
	const struct commit_info **commits; /* likewise */
	size_t commit_count, commit_capacity;
};

/* Write the line put together, and begin another. */
static void
say(struct teller *teller, size_t indent, size_t hang)
{
	wrap_add(teller->out, indent, hang, buffer_str(&teller->line));
	buffer_clear(&teller->line);
}

static void
say_heading(struct teller *teller, const char *heading)
{
	wrap_gap(teller->out);
	wrap_add(teller->out, 0, INDENT, str_from(heading));
}

static void
put(struct teller *teller, struct str text)
{
	buffer_add(&teller->line, text);
}

/* An Id, and the name where there is another one. */
static void
put_named(struct teller *teller, struct str id, struct str name)
{
	put(teller, id);
	if (name.size > 0 && !str_equal(id, name))
		buffer_format(&teller->line, " " STR_FMT, STR_ARG(name));
}

static struct str
unit_id(const struct teller *teller, uint32_t unit)
{
	return teller->explanation->book->units[unit].id;
}

/* Rounded to a few significant digits. */
static void
put_about(struct teller *teller, struct num value)
{
	struct num size = num_abs(&teller->arena, value);
	struct num bound = NUM_INT(1);
	int digits = ABOUT_DIGITS;

	while (digits > 0 && num_compare(size, bound) >= 0) {
		bound = num_mul(&teller->arena, bound, NUM_INT(10));
		digits--;
	}
	bound = (struct num){ 1, 10 };
	while (digits >= ABOUT_DIGITS && digits < 3 * ABOUT_DIGITS &&
	       num_compare(size, bound) < 0) {
		bound = num_div(&teller->arena, bound, NUM_INT(10));
		digits++;
	}
	num_print(&teller->line,
	    num_round(&teller->arena, value, digits, NUM_HALF_UP));
}

/* Exactly; a fraction with what it is about, a long one as that alone. */
static void
put_value(struct teller *teller, enum node_type type, struct num value)
{
	struct buffer exact = { 0 };

	explain_step_value(&exact, type, value);
	if (value.d == NUM_FAILED)
		put(teller,
		    str_from(_("nothing, since it cannot be computed")));
	else if (value.d == VALUE_NOT_APPLICABLE)
		put(teller, STR("n/a"));
	else if (value.d == VALUE_MISSING)
		put(teller, str_from(_("missing")));
	else if (type == TYPE_TRUTH ||
		 (exact.size <= FRACTION_WIDTH &&
		     str_find(buffer_str(&exact), '/') == STR_NOWHERE)) {
		put(teller, buffer_str(&exact));
	} else {
		if (exact.size <= FRACTION_WIDTH)
			buffer_format(&teller->line, STR_FMT ", ",
			    STR_ARG(buffer_str(&exact)));
		put(teller, str_from(_("about ")));
		put_about(teller, value);
	}
	buffer_free(&exact);
}

static void
put_number(struct teller *teller, struct num value)
{
	put_value(teller, TYPE_NUMBER, value);
}

/* As score prints it. */
static void
put_score(struct teller *teller, const struct item *item, struct num score)
{
	if (num_is_number(score))
		score_print(&teller->line, item, score);
	else
		put(teller, str_from(_("no score")));
}

static void
put_percent(struct teller *teller, struct num share)
{
	struct num percent = num_mul(&teller->arena, share, NUM_INT(100));

	num_print(&teller->line,
	    num_round(&teller->arena, percent, 2, NUM_HALF_UP));
	buffer_add_byte(&teller->line, '%');
}

static void
put_place(struct teller *teller, struct place place)
{
	buffer_format(&teller->line, "%s:%u:%u", place.path, place.line,
	    place.column);
}

static void
put_period(struct teller *teller, struct period period)
{
	char text[PERIOD_TEXT_SIZE];

	put(teller, str_from(period_text(period, text)));
}

/*
 * The head
 */

static void
say_title(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;
	const struct unit *unit = &explanation->book->units[explanation->unit];

	put_named(teller, unit->id, unit->name);
	put(teller, STR(", "));
	put_period(teller, explanation->period);
	put(teller, STR(": "));
	put_named(teller, explanation->item->id, explanation->item->name);
	say(teller, 0, INDENT);
}

static void
put_worth(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	put_score(teller, explanation->item, explanation->score);
	if (num_is_number(explanation->points)) {
		put(teller, str_from(_(" of ")));
		put_number(teller, explanation->points);
		put(teller, str_from(_(" points")));
	} else if (explanation->item->kind == ITEM_DEDUCTION) {
		put(teller, str_from(_(", a deduction")));
	} else {
		put(teller, str_from(_(", outside the full marks")));
	}
}

static void
say_score(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	put(teller, str_from(_("Score: ")));
	put_worth(teller);
	put(teller, STR(" ("));
	state_print(&teller->line, explanation->state);
	put(teller, STR(")"));
	if (num_is_number(explanation->rank)) {
		put(teller, str_from(_(", rank ")));
		num_print(&teller->line, explanation->rank);
		buffer_format(&teller->line, _(" of %zu"), explanation->ranked);
	}
	if (explanation->grade != NULL)
		buffer_format(&teller->line, _(", grade " STR_FMT),
		    STR_ARG(explanation->grade->id));
	put(teller, STR("."));
	say(teller, INDENT, HANG);
}

static void
put_office(struct teller *teller, uint32_t office)
{
	const struct office *row = &teller->explanation->book->offices[office];

	put_named(teller, row->id, row->name);
}

static void
say_offices(struct teller *teller)
{
	const struct item *item = teller->explanation->item;

	if (item->lead == INDEX_NONE)
		return;
	put(teller, str_from(_("Led by ")));
	put_office(teller, item->lead);
	for (size_t i = 0; i < item->with_count; i++) {
		put(teller, i == 0 ? str_from(_("; with ")) : STR(", "));
		put_office(teller, item->with[i]);
	}
	if (item->wing.size > 0)
		buffer_format(&teller->line, "; " STR_FMT, STR_ARG(item->wing));
	put(teller, STR("."));
	say(teller, INDENT, HANG);
}

static void
say_assumption(struct teller *teller, const struct data_assumption *assumption,
    struct num before)
{
	const struct book *book = teller->explanation->book;

	put(teller, str_from(_("If ")));
	put(teller, book->measures[assumption->measure].id);
	buffer_format(&teller->line, _(" of " STR_FMT " in "),
	    STR_ARG(book->units[assumption->unit].id));
	put_period(teller, assumption->period);
	put(teller, str_from(_(" were ")));
	put(teller, assumption->value.size > 0 ? assumption->value
					       : str_from(_("missing")));
	put(teller, str_from(_(" instead of ")));
	put_number(teller, before);
	put(teller, STR(":"));
	say(teller, INDENT, HANG);
}

static void
put_change_of_rank(struct teller *teller, struct num from, struct num to)
{
	if (!num_is_number(from) && !num_is_number(to))
		return;
	put(teller, str_from(_(", rank ")));
	if (num_is_number(from))
		num_print(&teller->line, from);
	else
		put(teller, str_from(_("none")));
	put(teller, STR(" -> "));
	if (num_is_number(to))
		num_print(&teller->line, to);
	else
		put(teller, str_from(_("none")));
}

static void
say_counterfactual(struct teller *teller, const struct counterfactual *what_if)
{
	const struct explanation *explanation = teller->explanation;

	for (size_t i = 0; i < what_if->count; i++)
		say_assumption(teller, &what_if->assumptions[i],
		    what_if->before[i]);
	put(teller, str_from(_("score ")));
	put_score(teller, explanation->item, what_if->score);
	put(teller, STR(" -> "));
	put_score(teller, explanation->item, explanation->score);
	put(teller, STR(" ("));
	if (num_sign(what_if->delta) > 0)
		put(teller, STR("+"));
	num_print(&teller->line, what_if->delta);
	put(teller, STR(")"));
	put_change_of_rank(teller, what_if->rank, explanation->rank);
	put(teller, str_from(_(". What follows explains the new score.")));
	say(teller, HANG, HANG_BELOW);
}

/*
 * The rule as written
 */

static const char *
heading_of(enum rule_role role)
{
	switch (role) {
	case ROLE_RULE:
		return _("Rule");
	case ROLE_VETO:
		return _("Veto");
	case ROLE_CAP:
		return _("Cap");
	case ROLE_FLOOR:
		return _("Floor");
	case ROLE_MISSING:
		return _("Where a value is missing");
	default:
		return _("Where it does not apply");
	}
}

static void
say_written(struct teller *teller, struct str text)
{
	wrap_add(teller->out, HANG, HANG_BELOW, text);
}

static void
say_rules(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	for (size_t i = 0; i < explanation->rule_count; i++) {
		const struct explained_rule *rule = &explanation->rules[i];

		put(teller, str_from(heading_of(rule->role)));
		put(teller, STR(", "));
		put_place(teller, rule->place);
		put(teller, STR(":"));
		say(teller, INDENT, HANG);
		say_written(teller, rule->text);
	}
	for (size_t i = 0; i < explanation->let_count; i++) {
		const struct explained_let *let = &explanation->lets[i];

		put(teller, str_from(_("in which ")));
		put(teller, let->name);
		put(teller, str_from(_(" stands for, ")));
		put_place(teller, let->place);
		put(teller, STR(":"));
		say(teller, INDENT, HANG);
		say_written(teller, let->text);
	}
}

static void
say_methods(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	for (size_t i = 0; i < explanation->method_count; i++) {
		const struct explained_method *row = &explanation->methods[i];

		put(teller, str_from(_("Method ")));
		put(teller, row->method->id);
		put(teller, STR(", "));
		if (row->is_shipped)
			put(teller, str_from(_("shipped with Shiji, ")));
		put_place(teller, row->place);
		put(teller, STR(":"));
		say(teller, INDENT, HANG);
		say_written(teller, row->text);
		for (size_t j = 0; j < row->method->argument_count; j++) {
			put(teller, j == 0 ? str_from(_("here ")) : STR("; "));
			put(teller, row->method->arguments[j].name);
			put(teller, str_from(_(" is ")));
			put(teller, row->arguments[j]);
		}
		if (row->method->argument_count > 0)
			say(teller, HANG, HANG_BELOW);
	}
}

/*
 * Steps
 */

void
explain_step_text(struct buffer *out, const struct explanation *explanation,
    const struct explain_step *step)
{
	char text[PERIOD_TEXT_SIZE];

	buffer_add(out, step->text);
	if (step->unit != explanation->unit)
		buffer_format(out, _(" of " STR_FMT),
		    STR_ARG(explanation->book->units[step->unit].id));
	if (step->child != INDEX_NONE)
		buffer_format(out, _(" of " STR_FMT),
		    STR_ARG(explanation->scheme->items[step->child].id));
	if (!period_equal(step->period, explanation->period))
		buffer_format(out, _(" in %s"),
		    period_text(step->period, text));
}

/* Whether a commit was told before; it is now. */
static bool
is_told(struct teller *teller, const struct commit_info *commit)
{
	for (size_t i = 0; i < teller->commit_count; i++)
		if (teller->commits[i] == commit)
			return true;
	teller->commits =
	    arena_grow(&teller->arena, teller->commits, teller->commit_count,
		&teller->commit_capacity, sizeof(const struct commit_info *));
	teller->commits[teller->commit_count++] = commit;
	return false;
}

static void
put_commit(struct teller *teller, const struct commit_info *commit)
{
	buffer_format(&teller->line, "%.*s", ID_DIGITS, commit->id);
	if (is_told(teller, commit)) {
		put(teller, str_from(_(", as above")));
		return;
	}
	put(teller, STR(" "));
	put(teller, commit->date);
	put(teller, STR(" "));
	put(teller, commit->author);
	put(teller, STR(": "));
	put(teller, commit->subject);
	if (commit->reason.size > 0) {
		put(teller, str_from(_("; reason: ")));
		put(teller, commit->reason);
	}
	if (blame_is_boundary(commit))
		put(teller,
		    str_from(
			_("; or older: the clone is shallow and ends here")));
}

static void
say_commit(struct teller *teller, const struct explained_row *row)
{
	if (row->is_new)
		put(teller, str_from(_("not committed as it is")));
	else if (row->commit != NULL)
		put_commit(teller, row->commit);
	else
		return;
	say(teller, STEP_INDENT + INDENT, STEP_INDENT + HANG);
}

static void
say_row(struct teller *teller, const struct explained_row *row, bool is_one)
{
	const struct data_record *record = &row->record;

	if (record->place.path == NULL) {
		put(teller, str_from(_("assumed")));
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
		return;
	}
	buffer_format(&teller->line, "%s:%u", record->place.path,
	    record->place.line);
	if (!is_one) {
		put(teller, STR(": "));
		put(teller, record->value);
	}
	if (record->value.size == 0)
		put(teller, str_from(_(", without a value")));
	if (record->status.size > 0) {
		put(teller, STR(", "));
		put(teller, record->status);
	}
	if (record->note.size > 0) {
		put(teller, str_from(_(", note: ")));
		put(teller, record->note);
	}
	say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	say_commit(teller, row);
}

static void
say_rows(struct teller *teller, const struct reading *reading)
{
	const struct book *book = teller->explanation->book;

	if (reading->is_carried) {
		put(teller, str_from(_("missing here; carried from ")));
		put_period(teller, reading->from);
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	}
	if (reading->is_implied) {
		put(teller,
		    str_from(_("no entry, and the office has reported: zero")));
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	} else if (reading->row_count == 0) {
		put(teller, str_from(_("no row: not reported")));
		if (book->measures[reading->measure].source != INDEX_NONE) {
			put(teller, str_from(_(" by ")));
			put_office(teller,
			    book->measures[reading->measure].source);
		}
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	}
	for (size_t i = 0; i < reading->row_count; i++)
		say_row(teller, &reading->rows[i], reading->row_count == 1);
}

static void
say_reading(struct teller *teller, const struct reading *reading)
{
	const struct measure *measure =
	    &teller->explanation->book->measures[reading->measure];

	if (!teller->measures[reading->measure] && measure->name.size > 0 &&
	    !str_equal(measure->name, measure->id)) {
		put(teller, measure->name);
		if (measure->unit.size > 0)
			buffer_format(&teller->line, ", " STR_FMT,
			    STR_ARG(measure->unit));
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	}
	teller->measures[reading->measure] = true;
	say_rows(teller, reading);
}

static const char *
role_words(enum pool_role role)
{
	switch (role) {
	case ROLE_HOLDER:
		return _("set by ");
	case ROLE_BELOW:
		return _("between ");
	case ROLE_ABOVE:
		return _("and ");
	case ROLE_AHEAD:
		return _("just ahead: ");
	case ROLE_LEVEL:
		return _("level: ");
	case ROLE_BEHIND:
		return _("just behind: ");
	default:
		return _("these: ");
	}
}

/* The units of one role, the first of them at `at`; where the next begin. */
static size_t
say_role(struct teller *teller, const struct explain_step *step, size_t at)
{
	const struct pool_figure *figure = step->pool;
	enum pool_role role = figure->members[at].role;
	enum node_type type = step->node->parts[0]->type;
	size_t end = at;

	while (end < figure->member_count && figure->members[end].role == role)
		end++;
	put(teller, str_from(role_words(role)));
	for (size_t i = at; i < end && i < at + NAMES_SHOWN; i++) {
		put(teller, i > at ? STR(", ") : STR(""));
		put(teller, unit_id(teller, figure->members[i].unit));
	}
	if (end > at + NAMES_SHOWN)
		buffer_format(&teller->line, _(" and %zu more"),
		    end - at - NAMES_SHOWN);
	if (type == TYPE_NUMBER) {
		put(teller, str_from(_(" with ")));
		put_value(teller, type, figure->members[at].value);
	}
	say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	return end;
}

static void
say_pool(struct teller *teller, const struct explain_step *step)
{
	const struct pool_figure *figure = step->pool;
	const struct node *node = step->node;
	bool peers = node->kind == NODE_AGGREGATE && node->scope == SCOPE_PEERS;

	if (node->parts[0]->type == TYPE_TRUTH)
		buffer_format(&teller->line, _("it holds for %zu of %zu units"),
		    figure->count, figure->size);
	else if (figure->count == figure->size)
		buffer_format(&teller->line,
		    ngettext("over %zu unit alone", "over all %zu units",
			figure->size),
		    figure->size);
	else
		buffer_format(&teller->line,
		    _("over the %zu of %zu units that have a value"),
		    figure->count, figure->size);
	if (figure->group.size > 0)
		buffer_format(&teller->line, _(" in " STR_FMT " " STR_FMT),
		    STR_ARG(teller->explanation->item->pool),
		    STR_ARG(figure->group));
	if (peers)
		buffer_format(&teller->line, _(", without " STR_FMT),
		    STR_ARG(unit_id(teller, step->unit)));
	say(teller, STEP_INDENT, STEP_INDENT + INDENT);
	for (size_t at = 0; at < figure->member_count;)
		at = say_role(teller, step, at);
	for (size_t i = 0; i < step->other_count; i++) {
		const struct reading *reading =
		    &teller->explanation->readings[step->others[i]];

		put(teller,
		    teller->explanation->book->measures[reading->measure].id);
		buffer_format(&teller->line, _(" of " STR_FMT),
		    STR_ARG(unit_id(teller, reading->unit)));
		if (!period_equal(reading->period,
			teller->explanation->period)) {
			put(teller, str_from(_(" in ")));
			put_period(teller, reading->period);
		}
		put(teller, STR(" = "));
		put_number(teller, reading->value);
		say(teller, STEP_INDENT, STEP_INDENT + INDENT);
		say_rows(teller, reading);
	}
}

static void
say_branch(struct teller *teller, const struct explain_step *step)
{
	if (step->taken.size == 0)
		return;
	if (step->because.size > 0) {
		put(teller, step->because);
		put(teller, str_from(_(" holds, so it is ")));
	} else {
		put(teller,
		    str_from(_("none of the conditions holds, so it is ")));
	}
	put(teller, step->taken);
	say(teller, STEP_INDENT, STEP_INDENT + INDENT);
}

static void
say_step(struct teller *teller, size_t number)
{
	const struct explanation *explanation = teller->explanation;
	const struct explain_step *step = &explanation->steps[number];
	size_t indent = INDENT;

	buffer_format(&teller->line, "%zu. ", number + 1);
	if (teller->line.size < STEP_INDENT - INDENT)
		indent += STEP_INDENT - INDENT - teller->line.size;
	explain_step_text(&teller->line, explanation, step);
	put(teller,
	    step->node->type == TYPE_TRUTH ? str_from(_(" is ")) : STR(" = "));
	put_value(teller, step->node->type, step->value);
	say(teller, indent, STEP_INDENT);
	say_branch(teller, step);
	if (step->reading != STEP_NONE)
		say_reading(teller, &explanation->readings[step->reading]);
	if (step->pool != NULL)
		say_pool(teller, step);
}

static void
say_steps(struct teller *teller)
{
	if (teller->explanation->step_count == 0)
		return;
	say_heading(teller, _("Step by step"));
	for (size_t i = 0; i < teller->explanation->step_count; i++)
		say_step(teller, i);
}

/*
 * What becomes of it
 */

static void
put_change(struct teller *teller, const struct score_change *change)
{
	put_number(teller, change->from);
	put(teller, STR(" -> "));
	put_number(teller, change->to);
}

static const char *
policy_words(const struct policy *policy)
{
	switch (policy->kind) {
	case POLICY_ZERO:
		return _("which counts as zero");
	case POLICY_FULL:
		return _("which gets full points");
	case POLICY_MEAN:
		return _("which gets the mean of the others");
	case POLICY_CARRY:
		return _("and there is no earlier value to carry");
	case POLICY_RESCALE:
		return _("so its points go to its siblings in proportion");
	case POLICY_RESCALE_EQUALLY:
		return _("so its points go to its siblings in equal parts");
	case POLICY_VALUE:
		return _("which gets what the policy says");
	default:
		return _("and no policy is stated, so it has no score");
	}
}

static const char *
rounding_words(int rounding)
{
	static const char *const words[] = { N_("half up"), N_("half to even"),
		N_("down"), N_("up") };

	return _(words[rounding]);
}

static void
put_donors(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	for (size_t i = 0; i < explanation->donor_count; i++) {
		put(teller,
		    i == 0 ? str_from(_(" with those of ")) : STR(", "));
		put(teller,
		    explanation->scheme->items[explanation->donors[i].item].id);
		put(teller, STR(" ("));
		put_number(teller, explanation->donors[i].points);
		put(teller, STR(")"));
	}
}

static void
put_done(struct teller *teller, const struct score_change *change)
{
	const struct explanation *explanation = teller->explanation;
	const struct item *item = explanation->item;

	switch (change->kind) {
	case CHANGE_RULE:
		put(teller, str_from(_("the rule gives ")));
		put_number(teller, change->to);
		return;
	case CHANGE_CHILDREN:
		if (!num_is_number(change->to)) {
			put(teller,
			    str_from(_("its items have no sum, since one has "
				       "no score: ")));
			put_number(teller, change->to);
			return;
		}
		buffer_format(&teller->line, _("its %zu items add up to "),
		    item->child_count);
		put_number(teller, change->to);
		return;
	case CHANGE_VETO:
		put(teller,
		    str_from(num_is_number(change->to)
				 ? _("the veto holds: ")
				 : _("whether the veto holds is not known: ")));
		break;
	case CHANGE_CAP:
		put(teller,
		    str_from(item->cap.given ? _("its Cap: ")
					     : _("no more than its points: ")));
		break;
	case CHANGE_FLOOR:
		put(teller,
		    str_from(item->floor.given ? _("its Floor: ")
					       : _("no less than zero: ")));
		break;
	case CHANGE_MISSING:
	case CHANGE_NOT_APPLICABLE:
		put(teller, str_from(change->kind == CHANGE_MISSING
					 ? _("a value is missing, ")
					 : _("it does not apply, ")));
		put(teller,
		    str_from(policy_words(change->kind == CHANGE_MISSING
					      ? &item->missing
					      : &item->not_applicable)));
		if (!num_is_number(change->to))
			return;
		put(teller, STR(": "));
		put_number(teller, change->to);
		return;
	case CHANGE_DEDUCTION:
		put(teller, str_from(_("as an amount taken away: ")));
		break;
	case CHANGE_POINTS:
		put(teller, str_from(_("its points")));
		put_donors(teller);
		put(teller, STR(": "));
		break;
	case CHANGE_RESCALED:
		put(teller, str_from(_("the score in proportion to them: ")));
		break;
	case CHANGE_ROUNDED:
		buffer_format(&teller->line, _("rounded %s to %d digits: "),
		    rounding_words(item->rounding), item->digits);
		put_number(teller, change->from);
		put(teller, STR(" -> "));
		put_score(teller, item, change->to);
		return;
	}
	put_change(teller, change);
}

static void
say_changes(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	if (explanation->change_count == 0)
		return;
	say_heading(teller, _("The score"));
	for (size_t i = 0; i < explanation->change_count; i++) {
		put_done(teller, &explanation->changes[i]);
		say(teller, INDENT, HANG);
	}
}

static void
put_relative(struct teller *teller, const struct relative *relative)
{
	const struct item *item =
	    &teller->explanation->scheme->items[relative->item];

	put_named(teller, item->id, item->name);
	put(teller, STR(": "));
	put_score(teller, item, relative->score);
	if (num_is_number(relative->points)) {
		put(teller, str_from(_(" of ")));
		put_number(teller, relative->points);
	}
	if (relative->state != 0) {
		put(teller, STR(" ("));
		state_print(&teller->line, relative->state);
		put(teller, STR(")"));
	}
}

static void
say_children(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;

	if (explanation->child_count == 0)
		return;
	say_heading(teller, _("Its items"));
	for (size_t i = 0; i < explanation->child_count; i++) {
		const struct relative *child = &explanation->children[i];

		put_relative(teller, child);
		if (num_is_number(child->share)) {
			put(teller, STR(", "));
			put_percent(teller, child->share);
		}
		say(teller, INDENT, HANG);
	}
}

/* From the item up: what it is of the score above it. */
static void
say_above(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;
	const struct item *items = explanation->scheme->items;

	if (explanation->above_count < 2)
		return;
	say_heading(teller, _("In the whole"));
	for (size_t i = 1; i < explanation->above_count; i++) {
		const struct relative *below = &explanation->above[i - 1];
		const struct relative *above = &explanation->above[i];

		if (num_is_number(above->score)) {
			put_score(teller, &items[below->item], below->score);
			put(teller, str_from(_(" of the ")));
			put_score(teller, &items[above->item], above->score);
			put(teller, str_from(_(" in ")));
		} else {
			put_score(teller, &items[below->item], below->score);
			put(teller, str_from(_(", part of ")));
		}
		put_named(teller, items[above->item].id,
		    items[above->item].name);
		if (!num_is_number(above->score)) {
			put(teller, str_from(_(", which has no score")));
		} else if (num_is_number(below->share)) {
			put(teller, STR(", "));
			put_percent(teller, below->share);
		} else if (items[above->item].program->rule != NULL) {
			put(teller,
			    str_from(_(", which has a rule of its own")));
		}
		if (num_is_number(below->points) &&
		    num_is_number(above->points)) {
			put(teller, str_from(_("; points: ")));
			put_number(teller, below->points);
			put(teller, str_from(_(" of ")));
			put_number(teller, above->points);
		}
		say(teller, INDENT, HANG);
	}
}

static void
say_ineligible(struct teller *teller)
{
	const struct explanation *explanation = teller->explanation;
	const struct syntax *eligible = explanation->scheme->eligible;

	if (explanation->standing != STANDING_INELIGIBLE || eligible == NULL)
		return;
	put(teller,
	    str_from(_("The unit does not meet the scheme's Eligible, and has "
		       "no score, ")));
	put_place(teller, syntax_place(eligible));
	put(teller, STR(":"));
	say(teller, INDENT, HANG);
	say_written(teller, eligible->origin->text);
}

void
explain_text(struct buffer *out, const struct explanation *explanation,
    const struct counterfactual *what_if)
{
	struct teller teller = { .out = out, .explanation = explanation };

	teller.measures = arena_array(&teller.arena,
	    explanation->book->measure_count, sizeof(*teller.measures));
	say_title(&teller);
	if (what_if != NULL)
		say_counterfactual(&teller, what_if);
	say_score(&teller);
	say_ineligible(&teller);
	say_offices(&teller);
	say_rules(&teller);
	say_methods(&teller);
	say_steps(&teller);
	say_changes(&teller);
	say_children(&teller);
	say_above(&teller);
	buffer_free(&teller.line);
	arena_free(&teller.arena);
}
