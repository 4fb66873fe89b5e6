/*
 * str: borrowed slices of bytes, and one growing buffer, into which a stream of
 * stdio may print. Knows nothing above.
 *
 * A slice never owns its bytes and is not terminated by a NUL; a NUL inside it
 * is a byte like any other. A buffer is the only code that reallocates.
 */
#ifndef SHIJI_STR_H
#define SHIJI_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct str {
	const char *data;
	size_t size;
};

/* A slice of a string literal, for expressions. */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* The same for a static initialiser. */
#define STR_INIT(literal)                                                      \
	{                                                                      \
		"" literal, sizeof(literal) - 1                                \
	}
/* For printf: printf(STR_FMT, STR_ARG(name)). */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).size, (s).data

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A slice of a string that ends in a NUL. NULL gives an empty slice. */
struct str str_from(const char *text);

static inline bool
str_equal(struct str a, struct str b)
{
	return a.size == b.size &&
	       (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* By bytes, which for UTF-8 is by code points; the shorter first. */
int str_compare(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* The part from byte `from`, and the part before byte `to`. */
struct str str_from_byte(struct str s, size_t from);
struct str str_head(struct str s, size_t to);

/* Without spaces and tabs at either end. */
struct str str_trim(struct str s);

/* The place of a byte in a slice; STR_NOWHERE where it does not occur. */
#define STR_NOWHERE SIZE_MAX
size_t str_find(struct str s, char byte);
size_t str_find_last(struct str s, char byte);

/*
 * Cut off what stands before the next separator: *head gets it, *rest what
 * follows. Without a separator *head gets all, *rest is empty: false.
 */
bool str_cut(struct str *rest, char separator, struct str *head);

/* The next line without its newline; false at the end of the text. */
bool str_next_line(struct str *text, struct str *line);

/* Glob match with `*`, `?` (one code point) and `[...]`, as a shell has it. */
bool str_glob(struct str pattern, struct str s);

/* A hash of the bytes: every byte counts, so long common prefixes are safe. */
uint64_t str_hash(struct str s);

/*
 * The candidate nearest to `word` by edits, or -1 where none is near enough to
 * be what was meant (more than a third of the word would have to change).
 */
struct str_nearest {
	struct str word, best;
	size_t distance;
};
void str_nearest_start(struct str_nearest *nearest, struct str word);
void str_nearest_offer(struct str_nearest *nearest, struct str candidate);
/* The best candidate; an empty slice where none is near. */
struct str str_nearest_best(const struct str_nearest *nearest);

/*
 * Whether the bytes are UTF-8 as RFC 3629 defines it; *bad gets the place of
 * the first byte that is not.
 */
bool str_is_utf8(struct str s, size_t *bad);

/* Decode the code point at byte `at`; its length in bytes, 0 if malformed. */
size_t str_code_point(struct str s, size_t at, int32_t *code_point);

/*
 * The length of the character at byte `at`, which must be inside: as above, but
 * a malformed byte is a character of its own, 0x110000 more than its value.
 */
size_t str_step(struct str s, size_t at, int32_t *character);

/*
 * Whether a terminal takes a character of str_step() as it is: no control
 * character, no byte that is no UTF-8, nothing that turns the direction of what
 * follows.
 */
bool str_is_safe(int32_t character);

/*
 * The words of a text, which spaces part. str_words() is false where there are
 * more than fit; a word that is not there is no other.
 */
enum { STR_WORDS_MAX = 10 };
struct str_words {
	struct str list[STR_WORDS_MAX];
	size_t count;
};
bool str_words(struct str_words *words, struct str text);
bool str_word_is(const struct str_words *words, size_t number,
    const char *word);

/* How many columns of a terminal the text takes (East Asian width). */
size_t str_width(struct str s);

struct buffer {
	char *data;
	size_t size, capacity;
};

/* All of these end the program with status 2 where memory is short. */
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_add(struct buffer *buffer, struct str s);
void buffer_add_byte(struct buffer *buffer, char byte);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Each character that is not safe goes byte by byte, as `\xHH`. */
void buffer_add_safe(struct buffer *buffer, struct str text);
struct str buffer_str(const struct buffer *buffer);
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

/* A stream of stdio whose bytes end up in a buffer. */
struct buffer_stream {
	char *bytes;
	size_t size;
	FILE *file; /* to be printed to */
};

void buffer_stream_open(struct buffer_stream *stream);
/*
 * Close the stream; the buffer holds all that was printed, and nothing else.
 * Where memory was short the program ends: half a file is never taken for the
 * whole.
 */
void buffer_stream_close(struct buffer_stream *stream, struct buffer *out);

#endif
