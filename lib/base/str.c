#include "base/str.h"

#include <stdarg.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "base/memory.h"

/* The first number after the code points. */
enum { MALFORMED = 0x110000 };

struct str
str_from(const char *text)
{
	return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

int
str_compare(struct str a, struct str b)
{
	size_t size = a.size < b.size ? a.size : b.size;
	int order = size == 0 ? 0 : memcmp(a.data, b.data, size);

	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.size >= prefix.size &&
	       str_equal(str_head(s, prefix.size), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.size >= suffix.size &&
	       str_equal(str_from_byte(s, s.size - suffix.size), suffix);
}

struct str
str_from_byte(struct str s, size_t from)
{
	if (from > s.size)
		from = s.size;
	return (struct str){ s.size == 0 ? s.data : s.data + from,
		s.size - from };
}

struct str
str_head(struct str s, size_t to)
{
	return (struct str){ s.data, to < s.size ? to : s.size };
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

struct str
str_trim(struct str s)
{
	while (s.size > 0 && is_blank(s.data[0]))
		s = str_from_byte(s, 1);
	while (s.size > 0 && is_blank(s.data[s.size - 1]))
		s.size--;
	return s;
}

size_t
str_find(struct str s, char byte)
{
	const char *found = s.size == 0 ? NULL : memchr(s.data, byte, s.size);

	return found == NULL ? STR_NOWHERE : (size_t)(found - s.data);
}

size_t
str_find_last(struct str s, char byte)
{
	for (size_t i = s.size; i-- > 0;)
		if (s.data[i] == byte)
			return i;
	return STR_NOWHERE;
}

bool
str_cut(struct str *rest, char separator, struct str *head)
{
	size_t at = str_find(*rest, separator);

	if (at == STR_NOWHERE) {
		*head = *rest;
		*rest = str_from_byte(*rest, rest->size);
		return false;
	}
	*head = str_head(*rest, at);
	*rest = str_from_byte(*rest, at + 1);
	return true;
}

bool
str_next_line(struct str *text, struct str *line)
{
	if (text->size == 0)
		return false;
	str_cut(text, '\n', line);
	return true;
}

size_t
str_code_point(struct str s, size_t at, int32_t *code_point)
{
	utf8proc_ssize_t size;

	*code_point = -1;
	if (at >= s.size)
		return 0;
	if ((unsigned char)s.data[at] < 0x80) {
		*code_point = (unsigned char)s.data[at];
		return 1;
	}
	size = utf8proc_iterate((const utf8proc_uint8_t *)s.data + at,
	    (utf8proc_ssize_t)(s.size - at < 4 ? s.size - at : 4), code_point);
	return size <= 0 ? 0 : (size_t)size;
}

bool
str_is_utf8(struct str s, size_t *bad)
{
	size_t at = 0;
	int32_t point;

	while (at < s.size) {
		uint64_t word;
		size_t size;

		if (s.size - at >= sizeof(word)) {
			memcpy(&word, s.data + at, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				at += sizeof(word);
				continue;
			}
		}
		size = str_code_point(s, at, &point);
		if (size == 0) {
			*bad = at;
			return false;
		}
		at += size;
	}
	return true;
}

size_t
str_step(struct str s, size_t at, int32_t *character)
{
	size_t size = str_code_point(s, at, character);

	if (size > 0)
		return size;
	*character = MALFORMED + (unsigned char)s.data[at];
	return 1;
}

bool
str_is_safe(int32_t character)
{
	return character >= ' ' && !(character >= 0x7f && character < 0xa0) &&
	       character < MALFORMED &&
	       !(character >= 0x2028 && character <= 0x202e) &&
	       !(character >= 0x2066 && character <= 0x2069);
}

bool
str_words(struct str_words *words, struct str text)
{
	bool more = text.size > 0;
	struct str word;

	words->count = 0;
	while (more) {
		more = str_cut(&text, ' ', &word);
		if (word.size == 0)
			continue;
		if (words->count == STR_WORDS_MAX)
			return false;
		words->list[words->count++] = word;
	}
	return true;
}

bool
str_word_is(const struct str_words *words, size_t number, const char *word)
{
	return number < words->count &&
	       str_equal(words->list[number], str_from(word));
}

size_t
str_width(struct str s)
{
	size_t width = 0;
	int32_t point;

	for (size_t at = 0; at < s.size;) {
		size_t size = str_step(s, at, &point);

		width +=
		    point >= MALFORMED ? 1 : (size_t)utf8proc_charwidth(point);
		at += size;
	}
	return width;
}

/*
 * Whether the bracket at `at` of the pattern admits the character; *end gets
 * where it ends, or stays where it is no bracket at all.
 */
static bool
in_bracket(struct str pattern, size_t at, int32_t point, size_t *end)
{
	bool found = false, inverted;
	int32_t low, high;
	size_t next = at + 1;

	inverted = next < pattern.size && pattern.data[next] == '!';
	next += inverted;
	/* Looked for first, or a row of '[' would be read again and again. */
	if (str_find(str_from_byte(pattern, next + 1), ']') == STR_NOWHERE)
		return false;
	for (size_t first = next; next < pattern.size;) {
		if (pattern.data[next] == ']' && next > first) {
			*end = next + 1;
			return found != inverted;
		}
		next += str_step(pattern, next, &low);
		high = low;
		if (next + 1 < pattern.size && pattern.data[next] == '-' &&
		    pattern.data[next + 1] != ']')
			next += 1 + str_step(pattern, next + 1, &high);
		found |= low <= point && point <= high;
	}
	return false;
}

/* Whether one character matches at `at` of the pattern; *end: what follows. */
static bool
glob_one(struct str pattern, size_t at, int32_t point, size_t *end)
{
	int32_t wanted;

	*end = at + str_step(pattern, at, &wanted);
	if (wanted == '?')
		return true;
	if (wanted == '[') {
		size_t after = at;
		bool matches = in_bracket(pattern, at, point, &after);

		if (after != at) {
			*end = after;
			return matches;
		}
	}
	return wanted == point;
}

bool
str_glob(struct str pattern, struct str s)
{
	size_t p = 0, at = 0, star = STR_NOWHERE, retry = 0, end;
	int32_t point;

	/* One star to go back to is enough: the last one. */
	while (at < s.size) {
		size_t size = str_step(s, at, &point);

		if (p < pattern.size && pattern.data[p] == '*') {
			star = p++;
			retry = at;
		} else if (p < pattern.size &&
			   glob_one(pattern, p, point, &end)) {
			p = end;
			at += size;
		} else if (star != STR_NOWHERE) {
			p = star + 1;
			retry += str_step(s, retry, &point);
			at = retry;
		} else {
			return false;
		}
	}
	while (p < pattern.size && pattern.data[p] == '*')
		p++;
	return p == pattern.size;
}

__extension__ typedef unsigned __int128 wide;

static uint64_t
mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t
str_hash(struct str s)
{
	/* Odd constants with well-spread bits (fractional parts of roots). */
	const uint64_t k0 = UINT64_C(0x9e3779b97f4a7c15);
	const uint64_t k1 = UINT64_C(0xbf58476d1ce4e5b9);
	uint64_t hash = k0 ^ s.size, word;
	size_t at = 0;

	for (; s.size - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.data + at, sizeof(word));
		hash = mix(hash ^ word, k1);
	}
	word = 0;
	if (at < s.size)
		memcpy(&word, s.data + at, s.size - at);
	return mix(hash ^ word, k0);
}

enum { NEAREST_POINTS = 64 };

static size_t
code_points(struct str s, int32_t points[NEAREST_POINTS])
{
	size_t count = 0;

	for (size_t at = 0; at < s.size; count++) {
		if (count == NEAREST_POINTS)
			return STR_NOWHERE;
		at += str_step(s, at, &points[count]);
	}
	return count;
}

/* The next row of the table of edits, for the character x; its least cell. */
static size_t
edit_row(size_t *row, int32_t x, const int32_t *y, size_t count)
{
	size_t diagonal = row[0], least = ++row[0];

	for (size_t i = 0; i < count; i++) {
		size_t best = diagonal + (x != y[i]);

		diagonal = row[i + 1];
		if (row[i] + 1 < best)
			best = row[i] + 1;
		if (row[i + 1] + 1 < best)
			best = row[i + 1] + 1;
		row[i + 1] = best;
		if (best < least)
			least = best;
	}
	return least;
}

/* Whether two neighbours that changed places are all that differs. */
static bool
is_exchange(const int32_t *x, const int32_t *y, size_t count)
{
	size_t i = 0;

	while (i < count && x[i] == y[i])
		i++;
	return i + 1 < count && x[i] == y[i + 1] && x[i + 1] == y[i] &&
	       memcmp(x + i + 2, y + i + 2, (count - i - 2) * sizeof(*x)) == 0;
}

/* How many edits (Levenshtein) part two words; the limit where no fewer. */
static size_t
edits(struct str a, struct str b, size_t limit)
{
	int32_t x[NEAREST_POINTS], y[NEAREST_POINTS];
	size_t row[NEAREST_POINTS + 1];
	size_t m = code_points(a, x), n = code_points(b, y);

	if (m == STR_NOWHERE || n == STR_NOWHERE || m >= n + limit ||
	    n >= m + limit)
		return limit;
	if (m == n && is_exchange(x, y, n))
		return 1;
	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (size_t i = 0; i < m; i++)
		if (edit_row(row, x[i], y, n) >= limit)
			return limit;
	return row[n];
}

void
str_nearest_start(struct str_nearest *nearest, struct str word)
{
	int32_t points[NEAREST_POINTS];
	size_t length = code_points(word, points);

	*nearest = (struct str_nearest){ .word = word };
	/* One more than is near enough: at most a third, never the whole. */
	if (length != STR_NOWHERE && length > 1)
		nearest->distance = (length < 6 ? 1 : length / 3) + 1;
}

void
str_nearest_offer(struct str_nearest *nearest, struct str candidate)
{
	size_t distance;

	/* A word is no suggestion for itself. */
	if (str_equal(candidate, nearest->word))
		return;
	distance = edits(nearest->word, candidate, nearest->distance);
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}

struct str
str_nearest_best(const struct str_nearest *nearest)
{
	return nearest->best;
}

void
buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;

	if (buffer->capacity - buffer->size >= more)
		return;
	if (more > SIZE_MAX / 4 - buffer->size)
		memory_short();
	while (capacity - buffer->size < more)
		capacity *= 2;
	buffer->data = memory_resize(buffer->data, capacity);
	buffer->capacity = capacity;
}

void
buffer_add(struct buffer *buffer, struct str s)
{
	if (s.size == 0)
		return;
	buffer_reserve(buffer, s.size);
	memcpy(buffer->data + buffer->size, s.data, s.size);
	buffer->size += s.size;
}

void
buffer_add_byte(struct buffer *buffer, char byte)
{
	buffer_reserve(buffer, 1);
	buffer->data[buffer->size++] = byte;
}

void
buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0)
		memory_short();
	buffer_reserve(buffer, (size_t)size + 1);
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format,
	    arguments);
	va_end(arguments);
	buffer->size += (size_t)size;
}

void
buffer_add_safe(struct buffer *buffer, struct str text)
{
	int32_t character;
	size_t size;

	for (size_t at = 0; at < text.size; at += size) {
		size = str_step(text, at, &character);
		if (str_is_safe(character))
			buffer_add(buffer,
			    str_head(str_from_byte(text, at), size));
		else
			for (size_t i = at; i < at + size; i++)
				buffer_format(buffer, "\\x%02X",
				    (unsigned char)text.data[i]);
	}
}

struct str
buffer_str(const struct buffer *buffer)
{
	return (struct str){ buffer->data, buffer->size };
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ 0 };
}

void
buffer_stream_open(struct buffer_stream *stream)
{
	*stream = (struct buffer_stream){ 0 };
	stream->file = open_memstream(&stream->bytes, &stream->size);
	if (stream->file == NULL)
		memory_short();
}

void
buffer_stream_close(struct buffer_stream *stream, struct buffer *out)
{
	bool lost = ferror(stream->file) != 0;

	if (fclose(stream->file) != 0 || lost)
		memory_short();
	buffer_clear(out);
	buffer_add(out, (struct str){ stream->bytes, stream->size });
	free(stream->bytes);
}
