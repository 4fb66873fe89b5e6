#include "analysis/trailer.h"

#include <strings.h>

#include "score/score_text.h"

#define SCORE_CHANGE "Score-Change"
#define RANK_CHANGE "Rank-Change"

/* Two snapshots while their differences are written. */
struct writing {
	struct trailers *trailers;
	const struct snapshot *from, *to;
	char period[PERIOD_TEXT_SIZE];
	struct buffer line;
};

static void
add_score(struct buffer *line, const struct snapshot *snapshot, uint32_t item,
    struct num score)
{
	if (num_is_number(score) && item != INDEX_NONE)
		score_print(line, snapshot->items[item].item, score);
	else
		buffer_add(line, STR("none"));
}

static void
add_rank(struct buffer *line, uint32_t rank)
{
	if (rank > 0)
		buffer_format(line, "%u", (unsigned)rank);
	else
		buffer_add(line, STR("none"));
}

static bool
same_score(const struct snapshot_row *row)
{
	if (!num_is_number(row->from) || !num_is_number(row->to))
		return num_is_number(row->from) == num_is_number(row->to);
	return num_compare(row->from, row->to) == 0;
}

static void
add_line(struct trailers *trailers, struct str line)
{
	trailers->lines = arena_grow(&trailers->arena, trailers->lines,
	    trailers->count, &trailers->capacity, sizeof(*trailers->lines));
	trailers->lines[trailers->count++] = arena_str(&trailers->arena, line);
}

static bool
write_row(void *context, const struct snapshot_row *row)
{
	struct writing *writing = context;
	struct buffer *line = &writing->line;
	bool moves = !same_score(row), climbs = row->from_rank != row->to_rank;

	if (!str_equal(row->item, STR("total")) || (!moves && !climbs))
		return true;
	buffer_clear(line);
	buffer_format(line, "%s: %s " STR_FMT " " STR_FMT " ",
	    moves ? SCORE_CHANGE : RANK_CHANGE, writing->period,
	    STR_ARG(row->unit), STR_ARG(row->item));
	if (moves) {
		add_score(line, writing->from, row->from_item, row->from);
		buffer_add(line, STR(" -> "));
		add_score(line, writing->to, row->to_item, row->to);
	}
	if (moves && climbs)
		buffer_add(line, STR(" rank "));
	if (climbs) {
		add_rank(line, row->from_rank);
		buffer_add(line, STR(" -> "));
		add_rank(line, row->to_rank);
	}
	add_line(writing->trailers, buffer_str(line));
	return true;
}

void
trailers_add(struct trailers *trailers, struct period period,
    const struct snapshot *from, const struct snapshot *to)
{
	struct writing writing = {
		.trailers = trailers, .from = from, .to = to
	};
	struct arena scratch = { 0 };

	period_text(period, writing.period);
	snapshot_compare(from, to, false, &scratch, write_row, &writing);
	buffer_free(&writing.line);
	arena_free(&scratch);
}

void
trailers_print(const struct trailers *trailers, struct buffer *out)
{
	size_t shown = trailers->count <= TRAILERS_MAX ? trailers->count
						       : TRAILERS_MAX - 1;

	for (size_t i = 0; i < shown; i++)
		buffer_format(out, STR_FMT "\n", STR_ARG(trailers->lines[i]));
	if (shown < trailers->count)
		buffer_format(out, SCORE_CHANGE ": and %zu more\n",
		    trailers->count - shown);
}

void
trailers_free(struct trailers *trailers)
{
	arena_free(&trailers->arena);
	*trailers = (struct trailers){ 0 };
}

static bool
is_key(struct str key, const char *wanted)
{
	return key.size == strlen(wanted) &&
	       strncasecmp(key.data, wanted, key.size) == 0;
}

bool
trailer_is_claim(const struct commit_trailer *trailer)
{
	return is_key(trailer->key, SCORE_CHANGE) ||
	       is_key(trailer->key, RANK_CHANGE);
}

bool
trailer_period(const struct commit_trailer *trailer, struct period *period)
{
	struct str rest = str_trim(trailer->value), word;

	str_cut(&rest, ' ', &word);
	return period_parse(word, period);
}

/* `Key: value` as it would be written here: single spaces. */
static struct str
plain_line(const struct commit_trailer *trailer, struct arena *arena)
{
	struct buffer line = { 0 };
	struct str rest = str_trim(trailer->value), copy;

	buffer_format(&line, "%s: ",
	    is_key(trailer->key, RANK_CHANGE) ? RANK_CHANGE : SCORE_CHANGE);
	for (size_t i = 0; i < rest.size; i++)
		if (rest.data[i] != ' ' || rest.data[i - 1] != ' ')
			buffer_add_byte(&line, rest.data[i]);
	copy = arena_str(arena, buffer_str(&line));
	buffer_free(&line);
	return copy;
}

/* `Score-Change: and 14 more`. */
static bool
counts_rest(struct str line, size_t *more)
{
	struct str start = STR(SCORE_CHANGE ": and "), end = STR(" more");

	*more = 0;
	if (!str_starts(line, start) || !str_ends(line, end) ||
	    line.size <= start.size + end.size ||
	    line.size > start.size + end.size + 9)
		return false;
	for (size_t i = start.size; i < line.size - end.size; i++) {
		if (line.data[i] < '0' || line.data[i] > '9')
			return false;
		*more = 10 * *more + (size_t)(line.data[i] - '0');
	}
	return true;
}

/* Period, unit and item: what a line is about. */
static struct str
subject_of(struct str line)
{
	struct str rest = line, word;

	for (size_t i = 0; i < 4; i++)
		str_cut(&rest, ' ', &word);
	line.size -= rest.size;
	return str_from_byte(line, str_find(line, ' ') + 1);
}

/* A check while it goes on. */
struct check {
	const struct trailers *actual;
	bool *is_claimed; /* of each actual line */
	struct trailer_fault *faults;
	size_t count;
};

static void
check_claim(struct check *check, struct str claim)
{
	struct str about = subject_of(claim), actual = STR("");

	for (size_t i = 0; i < check->actual->count; i++) {
		struct str line = check->actual->lines[i];

		if (!str_equal(subject_of(line), about))
			continue;
		actual = line;
		if (check->is_claimed[i] || !str_equal(line, claim))
			continue;
		check->is_claimed[i] = true;
		return;
	}
	for (size_t i = 0; i < check->actual->count; i++)
		if (str_equal(check->actual->lines[i], actual))
			check->is_claimed[i] = true;
	check->faults[check->count++] = (struct trailer_fault){ claim, actual };
}

/* What is left unsaid, if it is not counted either. */
static void
check_rest(struct check *check, bool is_counted, size_t more, struct str claim,
    struct arena *arena)
{
	size_t left = 0;

	for (size_t i = 0; i < check->actual->count; i++)
		left += !check->is_claimed[i];
	if (is_counted && more != left) {
		check->faults[check->count++] = (struct trailer_fault){ claim,
			left == 0 ? STR("")
				  : arena_format(arena,
					SCORE_CHANGE ": and %zu more", left) };
		return;
	}
	for (size_t i = 0; !is_counted && i < check->actual->count; i++)
		if (!check->is_claimed[i])
			check->faults[check->count++] =
			    (struct trailer_fault){ STR(""),
				    check->actual->lines[i] };
}

struct trailer_fault *
trailers_check(const struct trailers *actual, const struct commit_info *info,
    struct arena *arena, size_t *count)
{
	struct check check = { .actual = actual };
	bool claims = false, is_counted = false;
	size_t more = 0, number;
	struct str rest = STR("");

	check.is_claimed =
	    arena_array(arena, actual->count, sizeof(*check.is_claimed));
	check.faults = arena_array(arena,
	    actual->count + info->trailer_count + 1, sizeof(*check.faults));
	for (size_t i = 0; i < info->trailer_count; i++) {
		struct str line;

		if (!trailer_is_claim(&info->trailers[i]))
			continue;
		claims = true;
		line = plain_line(&info->trailers[i], arena);
		if (counts_rest(line, &number)) {
			is_counted = true;
			more += number;
			rest = line;
		} else {
			check_claim(&check, line);
		}
	}
	if (claims)
		check_rest(&check, is_counted, more, rest, arena);
	*count = check.count;
	return check.faults;
}

bool
trailers_claim(const struct commit_info *info)
{
	for (size_t i = 0; i < info->trailer_count; i++)
		if (trailer_is_claim(&info->trailers[i]))
			return true;
	return false;
}

bool
trailers_speak_of(const struct commit_info *info, size_t count,
    struct period period)
{
	struct period other;

	for (size_t i = 0; i < count; i++)
		if (trailer_is_claim(&info->trailers[i]) &&
		    trailer_period(&info->trailers[i], &other) &&
		    period_equal(other, period))
			return true;
	return false;
}
