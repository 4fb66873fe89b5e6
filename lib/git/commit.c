#include "git/commit.h"

#include <iconv.h>
#include <strings.h>

#include "git/parents.h"

/*
 * Dates. Days are counted in years that begin in March, so that the leap day
 * comes last; 400 years have 146097 days.
 */

static void
civil_date(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t shifted = days + 719468; /* from 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int of_era = (int)(shifted - era * 146097);
	int year_of_era =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year =
	    of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int march = (5 * of_year + 2) / 153; /* 0 is March */

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + of_year - 719468;
}

struct str
commit_date(struct arena *arena, int64_t time, int offset)
{
	enum { DAY = 86400 };
	/* Bounded, so that no date overflows: git's own are far inside. */
	int64_t most = INT64_C(253402300799);
	int64_t local, days, year;
	int month, day, second;

	time = time > most ? most : time < -most ? -most : time;
	local = time + (int64_t)offset * 60;
	days = (local >= 0 ? local : local - (DAY - 1)) / DAY;
	second = (int)(local - days * DAY);
	civil_date(days, &year, &month, &day);
	return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
	    (int)year, month, day, second / 3600, second / 60 % 60, second % 60,
	    offset < 0 ? '-' : '+', (offset < 0 ? -offset : offset) / 60,
	    (offset < 0 ? -offset : offset) % 60);
}

/* A number of just so many digits, from `low` to `high`. */
static bool
take_number(struct str *text, size_t digits, int low, int high, int *out)
{
	int value = 0;

	if (text->size < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return false;
		value = value * 10 + (text->data[i] - '0');
	}
	*text = str_from_byte(*text, digits);
	*out = value;
	return value >= low && value <= high;
}

static bool
take_byte(struct str *text, char byte)
{
	if (text->size == 0 || text->data[0] != byte)
		return false;
	*text = str_from_byte(*text, 1);
	return true;
}

/* `Z`, `+08:00` or `+0800`, or nothing: minutes. */
static bool
take_offset(struct str *text, int *offset)
{
	int hour, minute, sign = 1;

	*offset = 0;
	if (text->size == 0)
		return true;
	if (take_byte(text, 'Z'))
		return text->size == 0;
	if (take_byte(text, '-'))
		sign = -1;
	else if (!take_byte(text, '+'))
		return false;
	if (!take_number(text, 2, 0, 23, &hour))
		return false;
	take_byte(text, ':');
	if (!take_number(text, 2, 0, 59, &minute))
		return false;
	*offset = sign * (hour * 60 + minute);
	return text->size == 0;
}

bool
commit_date_parse(struct str text, int64_t *time)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int year, month, day, hour = 0, minute = 0, second = 0, offset = 0;
	bool is_leap;

	if (!take_number(&text, 4, 0, 9999, &year) || !take_byte(&text, '-') ||
	    !take_number(&text, 2, 1, 12, &month) || !take_byte(&text, '-') ||
	    !take_number(&text, 2, 1, 31, &day))
		return false;
	is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (day > lengths[month - 1] - (month == 2 && !is_leap))
		return false;
	if (text.size > 0) {
		if (!take_byte(&text, 'T') && !take_byte(&text, ' '))
			return false;
		if (!take_number(&text, 2, 0, 23, &hour) ||
		    !take_byte(&text, ':') ||
		    !take_number(&text, 2, 0, 59, &minute))
			return false;
		if (take_byte(&text, ':') &&
		    !take_number(&text, 2, 0, 60, &second))
			return false;
		if (!take_offset(&text, &offset))
			return false;
	}
	*time = days_of(year, month, day) * 86400 + (int64_t)hour * 3600 +
		(int64_t)minute * 60 + second - (int64_t)offset * 60;
	return true;
}

/*
 * Texts
 */

/* In UTF-8 where the commit names its encoding and it is known; in the arena.
 */
static struct str
decode(struct arena *arena, const char *text, const char *encoding)
{
	struct str in = str_from(text);
	iconv_t converter;
	struct str out = arena_str(arena, in);
	char *from, *to;
	size_t left = in.size, room = 4 * in.size;

	if (encoding == NULL || strcasecmp(encoding, "UTF-8") == 0 ||
	    strcasecmp(encoding, "utf8") == 0)
		return out;
	converter = iconv_open("UTF-8", encoding);
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): as iconv_open has it */
	if (converter == (iconv_t)-1)
		return out;
	from = (char *)(uintptr_t)text; /* which iconv only reads */
	to = arena_alloc(arena, room + 1);
	if (iconv(converter, &from, &left, &to, &room) != (size_t)-1) {
		size_t size = 4 * in.size - room;

		out = (struct str){ to - size, size };
	}
	iconv_close(converter);
	return out;
}

/* The first paragraph, its lines trimmed and joined by spaces. */
static struct str
first_paragraph(struct arena *arena, struct str message)
{
	struct buffer joined = { 0 };
	struct str line, subject;

	while (str_next_line(&message, &line)) {
		if (line.size > 0 && line.data[line.size - 1] == '\r')
			line.size--;
		line = str_trim(line);
		if (line.size == 0 && joined.size > 0)
			break;
		if (line.size > 0 && joined.size > 0)
			buffer_add_byte(&joined, ' ');
		buffer_add(&joined, line);
	}
	subject = arena_str(arena, buffer_str(&joined));
	buffer_free(&joined);
	return subject;
}

static void
read_trailers(struct commit_info *out, struct arena *arena, struct str message)
{
	git_message_trailer_array found = { 0 };

	if (git_message_trailers(&found, message.data) != 0)
		return;
	out->trailers = arena_array(arena, found.count, sizeof(*out->trailers));
	for (size_t i = 0; i < found.count; i++)
		out->trailers[out->trailer_count++] = (struct commit_trailer){
			arena_str(arena, str_from(found.trailers[i].key)),
			first_paragraph(arena,
			    str_from(found.trailers[i].value))
		};
	git_message_trailer_array_free(&found);
}

static bool
has_key(const struct commit_trailer *trailer, const char *key)
{
	return trailer->key.size == strlen(key) &&
	       strncasecmp(trailer->key.data, key, trailer->key.size) == 0;
}

static struct str
reason_of(const struct commit_info *info, struct arena *arena)
{
	static const char *const keys[] = { "Reason", "Basis", "Approved-by" };
	struct buffer joined = { 0 };
	struct str reason;

	for (size_t i = 0; i < LENGTH(keys); i++)
		for (size_t j = 0; j < info->trailer_count; j++) {
			if (!has_key(&info->trailers[j], keys[i]))
				continue;
			if (joined.size > 0)
				buffer_add(&joined, STR("; "));
			if (i > 0)
				buffer_format(&joined, "%s: ", keys[i]);
			buffer_add(&joined, info->trailers[j].value);
		}
	reason = arena_str(arena, buffer_str(&joined));
	buffer_free(&joined);
	return reason;
}

int
commit_read(struct commit_info *out, const struct repository *repository,
    const char *id, struct arena *arena, struct diag *diag)
{
	git_commit *commit = NULL;
	const git_signature *author;
	const char *encoding;
	struct str message;
	git_oid oid;

	*out = (struct commit_info){ 0 };
	if (git_oid_fromstr(&oid, id) != 0 ||
	    git_commit_lookup(&commit, repository_git(repository), &oid) != 0) {
		diag_at_path(diag, "", str_from(id), D_OBJECT, str_from(id),
		    repository_reason());
		return -1;
	}
	author = git_commit_author(commit);
	encoding = git_commit_message_encoding(commit);
	git_oid_tostr(out->id, sizeof(out->id), &oid);
	out->author = decode(arena, author->name, encoding);
	out->email = decode(arena, author->email, encoding);
	out->date = commit_date(arena, author->when.time, author->when.offset);
	out->time = git_commit_time(commit);
	message = decode(arena, git_commit_message(commit), encoding);
	out->subject = first_paragraph(arena, message);
	read_trailers(out, arena, message);
	out->reason = reason_of(out, arena);
	git_commit_free(commit);
	return 0;
}

bool
commit_header_read(struct commit_header *out,
    const struct repository *repository, const git_oid *id, struct arena *arena)
{
	git_commit *commit = NULL;

	*out = (struct commit_header){ 0 };
	if (git_commit_lookup(&commit, repository_git(repository), id) != 0)
		return false;
	out->tree = *git_commit_tree_id(commit);
	out->time = git_commit_time(commit);
	out->offset = git_commit_time_offset(commit);
	out->parent_count = parents_count(commit);
	out->parents =
	    arena_array(arena, out->parent_count, sizeof(*out->parents));
	for (size_t i = 0; i < out->parent_count; i++)
		out->parents[i] = parents_id(commit, i);
	git_commit_free(commit);
	return true;
}
