#include "ranking/rank_options.h"

#include "base/i18n.h"
#include "ranking/decimal.h"

#define NO_QUOTA ((struct num){ 0, -1 })

struct rank_key
rank_options_key(struct str text)
{
	size_t colon = str_find_last(text, ':');
	struct rank_key key = { .name = text };
	struct str direction;

	if (colon == STR_NOWHERE)
		return key;
	direction = str_from_byte(text, colon + 1);
	key.ascending = str_equal(direction, STR("asc"));
	if (key.ascending || str_equal(direction, STR("desc")))
		key.name = str_head(text, colon);
	return key;
}

static const struct {
	struct str text;
	enum rank_comparison comparison;
} comparisons[] = { /* the longer before those that they begin with */
	{ STR_INIT(">="), RANK_AT_LEAST },
	{ STR_INIT("\u2265"), RANK_AT_LEAST }, { STR_INIT("<="), RANK_AT_MOST },
	{ STR_INIT("\u2264"), RANK_AT_MOST }, { STR_INIT(">"), RANK_ABOVE },
	{ STR_INIT("<"), RANK_BELOW }
};

/* A threshold such as `>=90`. */
static bool
parse_threshold(struct str text, struct rank_grade_option *grade)
{
	for (size_t i = 0; i < LENGTH(comparisons); i++) {
		if (!str_starts(text, comparisons[i].text))
			continue;
		grade->comparison = comparisons[i].comparison;
		grade->threshold =
		    str_from_byte(text, comparisons[i].text.size);
		return decimal_is(grade->threshold);
	}
	return false;
}

/* A share such as `30%`. */
static bool
parse_quota(struct arena *arena, struct str text,
    struct rank_grade_option *grade)
{
	struct num percent;

	if (!str_ends(text, STR("%")) ||
	    !num_parse(arena, str_head(text, text.size - 1), &percent) ||
	    !num_is_number(percent) || num_sign(percent) < 0 ||
	    num_compare(percent, NUM_INT(100)) > 0)
		return false;
	grade->quota = num_div(arena, percent, NUM_INT(100));
	return true;
}

/* One part of a grade; NULL, or what is wrong with it. */
static const char *
parse_part(struct arena *arena, struct str text,
    struct rank_grade_option *grade)
{
	struct rank_grade_option part = { .quota = NO_QUOTA };

	if (parse_threshold(text, &part)) {
		if (grade->comparison != RANK_ANY)
			return _("is a second threshold");
		grade->comparison = part.comparison;
		grade->threshold = part.threshold;
	} else if (parse_quota(arena, text, &part)) {
		if (num_is_number(grade->quota))
			return _("is a second share");
		grade->quota = part.quota;
	} else if (text.size > 0) {
		return _("is neither a share from 0% to 100% nor a threshold "
			 "such as >=90");
	}
	return NULL;
}

/* What an input method for Chinese gives for `:` and `,`. */
static bool
has_wide_punctuation(struct str text)
{
	int32_t point;

	for (size_t at = 0, size; at < text.size; at += size) {
		size = str_code_point(text, at, &point);
		size = size > 0 ? size : 1;
		if (point == 0xff1a || point == 0xff0c)
			return true;
	}
	return false;
}

/* One grade; *part is the fault's. */
static const char *
parse_grade(struct arena *arena, struct str text,
    struct rank_grade_option *grade, struct str *part)
{
	const char *fault = NULL;
	struct str rest = text;
	bool more;

	*grade = (struct rank_grade_option){ .quota = NO_QUOTA };
	*part = text;
	if (has_wide_punctuation(text))
		return _("has full-width punctuation; write ':' and ','");
	if (!str_cut(&rest, ':', &grade->name))
		return _("has no ':' after its name");
	if (grade->name.size == 0)
		return _("has no name");
	do {
		more = str_cut(&rest, ':', part);
		fault = parse_part(arena, *part, grade);
	} while (more && fault == NULL);
	return fault;
}

bool
rank_options_grades(struct arena *arena, struct str text,
    struct rank_grade_option **grades, size_t *count, const char **fault,
    struct str *part)
{
	size_t capacity = 0;
	struct str word;
	bool more;

	*grades = NULL;
	*count = 0;
	do {
		more = str_cut(&text, ',', &word);
		*grades = arena_grow(arena, *grades, *count, &capacity,
		    sizeof(**grades));
		*fault = parse_grade(arena, word, &(*grades)[(*count)++], part);
	} while (more && *fault == NULL);
	return *fault == NULL;
}

bool
rank_options_admit(const struct rank_grade_option *grade, struct str value)
{
	int order = decimal_compare(value, grade->threshold);

	switch (grade->comparison) {
	case RANK_AT_LEAST:
		return order >= 0;
	case RANK_ABOVE:
		return order > 0;
	case RANK_AT_MOST:
		return order <= 0;
	case RANK_BELOW:
		return order < 0;
	case RANK_ANY:
		break;
	}
	return true;
}
