#include "book/goal.h"

enum { RANK_MAX = 1000000 };

bool
goal_rank_parse(struct str text, uint32_t *out)
{
	uint32_t rank = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		rank = rank * 10 + (uint32_t)(text.data[i] - '0');
		if (rank > RANK_MAX)
			return false;
	}
	*out = rank;
	return rank > 0;
}

bool
goal_parse(struct str text, struct goal *out)
{
	struct str word, rest = text;

	*out = (struct goal){ 0 };
	str_cut(&rest, ' ', &word);
	if (!str_equal(word, STR("rank")))
		return false;
	out->has_by = str_cut(&rest, ' ', &word);
	if (!goal_rank_parse(word, &out->rank))
		return false;
	if (!out->has_by)
		return true;
	str_cut(&rest, ' ', &word);
	return str_equal(word, STR("by")) && period_parse(rest, &out->by);
}

/* Whether a goal's period ends in the given one, or later. */
static bool
is_due(const struct goal *goal, struct period period)
{
	struct period end = period_inside(period, PERIOD_MONTH).last;

	return !goal->has_by ||
	       period_inside(goal->by, PERIOD_MONTH).last.index >= end.index;
}

const struct goal *
goal_for(const struct goal *goals, size_t count, struct period period)
{
	for (size_t i = 0; i < count; i++)
		if (is_due(&goals[i], period))
			return &goals[i];
	return count > 0 ? &goals[count - 1] : NULL;
}
