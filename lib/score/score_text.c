#include "score/score_text.h"

/* By the bits of a state. */
static const char *const state_names[] = { "missing", "n/a", "carried",
	"capped", "floored", "vetoed", "ineligible", "provisional" };

bool
state_parse(struct str text, unsigned *state)
{
	struct str name;
	bool more = true;

	*state = 0;
	if (str_equal(text, STR("scored")))
		return true;
	while (more) {
		size_t i = 0;

		more = str_cut(&text, '+', &name);
		while (i < LENGTH(state_names) &&
		       !str_equal(name, str_from(state_names[i])))
			i++;
		if (i == LENGTH(state_names))
			return false;
		*state |= 1u << i;
	}
	return true;
}

void
state_print(struct buffer *buffer, unsigned state)
{
	bool first = true;

	for (size_t i = 0; i < LENGTH(state_names); i++) {
		if ((state >> i & 1) == 0)
			continue;
		if (!first)
			buffer_add_byte(buffer, '+');
		buffer_add(buffer, str_from(state_names[i]));
		first = false;
	}
	if (first)
		buffer_add(buffer, STR("scored"));
}

void
score_print(struct buffer *buffer, const struct item *item, struct num score)
{
	if (!num_is_number(score))
		return;
	if (item->digits >= 0)
		num_print_fixed(buffer, score, (unsigned)item->digits);
	else
		num_print(buffer, score);
}

struct num
score_printed(struct arena *arena, const struct item *item, struct num score)
{
	struct buffer text = { 0 };
	struct num printed = score;
	int64_t rest = score.d;

	if (!num_is_number(score) || item->digits >= 0)
		return score;
	/* Where only twos and fives divide, the decimal ends. */
	while (rest > 1 && rest % 2 == 0)
		rest /= 2;
	while (rest > 1 && rest % 5 == 0)
		rest /= 5;
	if (rest == 1)
		return score;
	score_print(&text, item, score);
	num_parse(arena, buffer_str(&text), &printed);
	buffer_free(&text);
	return printed;
}
