#include "scheme/bind_words.h"

#include "base/i18n.h"
#include "scheme/functions.h"

enum { WHOLE_MAX = 1200 }; /* periods, or digits */

static const char *const step_modes[] = {
	[STEP_WHOLE] = "whole",
	[STEP_STARTED] = "started",
	[STEP_PROPORTIONAL] = "proportional",
};

/* Arguments that are words, not values: each sets something of the call. */

static bool
bind_step_mode(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	for (size_t i = 0; i < LENGTH(step_modes); i++)
		if (word->kind == SYNTAX_NAME &&
		    str_equal(word->name, str_from(step_modes[i]))) {
			call->mode = (enum step_mode)i;
			return true;
		}
	binder_refuse(binder, syntax, D_RULE_WORD,
	    STR("whole, started, proportional"));
	return false;
}

static bool
bind_ties(struct binder *binder, const struct syntax *syntax, struct node *call)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	if (word->kind == SYNTAX_NAME &&
	    rank_ties_parse(word->name, &call->ties))
		return true;
	binder_refuse(binder, syntax, D_RULE_WORD,
	    STR("competition, dense, ordinal, fractional, last"));
	return false;
}

static bool
bind_whole(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	if (word->kind == SYNTAX_NUMBER &&
	    num_to_int(word->number, &call->whole) && call->whole <= WHOLE_MAX)
		return true;
	binder_refuse(binder, syntax, D_RULE_WHOLE, binder_text(syntax));
	return false;
}

static bool
bind_unit(struct binder *binder, const struct syntax *syntax, struct node *call)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	if (word->kind != SYNTAX_NAME)
		return binder_refuse(binder, syntax, D_RULE_WORD,
			   str_from(_("the Id of a unit"))) != NULL;
	call->index = book_unit(binder->scheme->book, word->name);
	if (call->index != INDEX_NONE)
		return true;
	book_unknown_unit(binder->scheme->book, binder_blame(binder, syntax),
	    word->name, binder->diag);
	return binder_refused(binder, syntax) != NULL;
}

/* A group may be called by a number: class/1. */
static bool
bind_group_word(struct binder *binder, const struct syntax *syntax,
    struct str *out)
{
	const struct syntax *word = binder_word(binder->environment, syntax);

	if (word->kind != SYNTAX_NAME && word->kind != SYNTAX_NUMBER)
		return binder_refuse(binder, syntax, D_RULE_WORD,
			   str_from(_("the name of a group"))) != NULL;
	*out = word->kind == SYNTAX_NAME ? word->name : binder_text(word);
	return true;
}

static bool
bind_dimension(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	return bind_group_word(binder, syntax, &call->name);
}

static bool
bind_group(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	const struct book *book = binder->scheme->book;

	if (!bind_group_word(binder, syntax, &call->value))
		return false;
	for (size_t i = 0; i < book->unit_count; i++)
		for (size_t j = 0; j < book->units[i].group_count; j++)
			if (str_equal(book->units[i].groups[j].dimension,
				call->name) &&
			    str_equal(book->units[i].groups[j].value,
				call->value))
				return true;
	diag_at(binder->diag, binder_blame(binder, syntax), D_RULE_GROUP,
	    call->name, call->value);
	return binder_refused(binder, syntax) != NULL;
}

/* The letters of the arguments that are words; see functions.h. */
static const struct word_row {
	char letter;
	bool (*bind)(struct binder *binder, const struct syntax *syntax,
	    struct node *call);
} words[] = { { 'c', bind_whole }, { 'm', bind_step_mode }, { 'w', bind_ties },
	{ 'u', bind_unit }, { 'g', bind_dimension }, { 'v', bind_group } };

static const struct word_row *
word_row(const struct function *function, size_t argument)
{
	char letter = function_argument(function, argument);

	for (size_t i = 0; i < LENGTH(words); i++)
		if (words[i].letter == letter)
			return &words[i];
	return NULL;
}

bool
bind_words_takes(const struct function *function, size_t argument)
{
	return word_row(function, argument) != NULL;
}

bool
bind_words(struct binder *binder, const struct syntax *syntax,
    struct node *call)
{
	for (size_t i = 0; i < syntax->count; i++) {
		const struct word_row *row = word_row(call->function, i);

		if (row != NULL && !row->bind(binder, syntax->parts[i], call))
			return false;
	}
	return true;
}
