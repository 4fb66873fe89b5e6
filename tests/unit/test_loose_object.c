/*
 * test_loose_object: objects that libgit2 has written, whole and cut short at
 * every byte.
 */
#include "git/loose_object.h"

#include <fcntl.h>
#include <git2/sys/odb_backend.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* How the content goes on after `start`. */
enum rest { NOTHING, SAME, DIGITS, NOISE };

struct row {
	const char *name;
	int compression; /* zlib's: 1 is quick, 9 tries hardest */
	const char *start;
	enum rest rest;
	size_t size; /* of the content, where it goes on */
};

/* clang-format off */
static struct row rows[] = {
	{ "nothing", 9, "", NOTHING, 0 },
	{ "a byte", 9, "a", NOTHING, 0 },
	{ "a line, by the fixed codes", 9, "measure\tunit\tvalue\n", NOTHING, 0 },
	{ "one byte over and over, copied from itself", 9, "", SAME, 5000 },
	{ "more than the window holds, from its far end", 9, "far", SAME, 100000 },
	{ "digits, by codes of their own", 6, "", DIGITS, 30000 },
	{ "digits over several blocks", 1, "", DIGITS, 300000 },
	{ "noise, stored in one block", 9, "", NOISE, 2000 },
	{ "noise, stored in several blocks", 1, "", NOISE, 200000 },
	{ "as long as a header is looked for", 1, "", NOISE, 57 },
};
/* clang-format on */

static char folder[4096];

static void
make_content(const struct row *row, struct buffer *out)
{
	uint32_t state = 1;

	buffer_add(out, str_from(row->start));
	while (row->rest != NOTHING && out->size < row->size) {
		/* Numerical Recipes' generator; its high bits are good. */
		state = state * 1664525 + 1013904223;
		if (row->rest == SAME)
			buffer_add_byte(out, 'x');
		else if (row->rest == DIGITS)
			buffer_add_byte(out, (char)('0' + (state >> 24) % 10));
		else
			buffer_add_byte(out, (char)(state >> 24));
	}
}

/* The file that libgit2 makes of the content. */
static void
make_object(const struct row *row, struct buffer *out)
{
	struct buffer content = { 0 }, path = { 0 };
	char name[GIT_OID_HEXSZ + 2] = { 0 };
	git_odb_backend *backend;
	git_odb *objects;
	struct stat status = { 0 };
	git_oid id;
	int fd;

	make_content(row, &content);
	assert_int_equal(git_odb_new(&objects), 0);
	assert_int_equal(git_odb_backend_loose(&backend, folder,
			     row->compression, 0, 0755, 0644),
	    0);
	assert_int_equal(git_odb_add_backend(objects, backend, 1), 0);
	assert_int_equal(git_odb_write(&id, objects,
			     content.data == NULL ? "" : content.data,
			     content.size, GIT_OBJECT_BLOB),
	    0);
	git_odb_free(objects);
	git_oid_pathfmt(name, &id);
	buffer_format(&path, "%s/%s", folder, name);
	buffer_add_byte(&path, '\0');
	fd = open(path.data, O_RDONLY);
	assert_true(fd >= 0 && fstat(fd, &status) == 0);
	buffer_reserve(out, (size_t)status.st_size);
	assert_int_equal(read(fd, out->data, (size_t)status.st_size),
	    status.st_size);
	out->size = (size_t)status.st_size;
	close(fd);
	assert_int_equal(unlink(path.data), 0);
	*strrchr(path.data, '/') = '\0';
	assert_int_equal(rmdir(path.data), 0);
	buffer_free(&path);
	buffer_free(&content);
}

/* In memory of its own, so that a sanitizer sees a step too far. */
static bool
is_sound_head(struct str bytes, size_t size, bool header_only)
{
	char *copy = malloc(size > 0 ? size : 1);
	bool sound;

	assert_non_null(copy);
	memcpy(copy, bytes.data, size);
	sound = loose_object_is_sound((struct str){ copy, size }, header_only);
	free(copy);
	return sound;
}

static void
check_row(void **state)
{
	struct buffer object = { 0 };
	struct str bytes;
	size_t step;

	make_object(*state, &object);
	bytes = buffer_str(&object);
	assert_true(is_sound_head(bytes, bytes.size, false));
	assert_true(is_sound_head(bytes, bytes.size, true));
	/* Of the long ones a sample, and the last bytes in any case. */
	step = bytes.size / 60 + 1;
	for (size_t i = 0; i < bytes.size;
	     i += i + step + 20 < bytes.size ? step : 1)
		assert_false(is_sound_head(bytes, i, false));
	/* What stands first is all that a header needs. */
	if (bytes.size > 1000)
		assert_true(is_sound_head(bytes, bytes.size - 1, true));
	assert_false(is_sound_head(bytes, 5, true));
	buffer_free(&object);
}

/* What an object says of itself, and bytes that no zlib has written. */
struct claim {
	const char *name;
	struct str text; /* stored as one block, unless there are */
	struct str raw;	 /* these bytes */
	bool is_sound, has_sound_header;
};

/* clang-format off */
static struct claim claims[] = {
	{ "the size it has", STR_INIT("blob 3\0abc"), { 0 }, true, true },
	{ "a smaller size", STR_INIT("blob 2\0abc"), { 0 }, false, true },
	{ "a larger size", STR_INIT("blob 4\0abc"), { 0 }, false, true },
	{ "a size beyond all numbers", STR_INIT("blob 99999999999999999999\0"), { 0 }, false, false },
	{ "no size", STR_INIT("blob \0abc"), { 0 }, false, false },
	{ "a size that is no number", STR_INIT("blob x\0a"), { 0 }, false, false },
	{ "a negative size", STR_INIT("blob -1\0a"), { 0 }, false, false },
	{ "no space before the size", STR_INIT("blob3\0abc"), { 0 }, false, false },
	{ "a space after the header only", STR_INIT("blob3\0a 3\0abc"), { 0 }, false, false },
	{ "a header without an end", STR_INIT("blob 3abc"), { 0 }, false, false },
	{ "a header that is too long", STR_INIT("blob 000000000000000000000000000000000000003\0abc"), { 0 }, false, false },
	{ "nothing at all", STR_INIT(""), { 0 }, false, false },
	{ "a single byte", { 0 }, STR_INIT("\x78"), false, false },
	{ "bytes that are not zlib's", { 0 }, STR_INIT("\x78\x02\x01\x07\0\xf8\xff" "blob 0\0" "\0\0\0\0"), false, false },
	{ "a method that is not deflate", { 0 }, STR_INIT("\x77\x09\x01\x07\0\xf8\xff" "blob 0\0" "\0\0\0\0"), false, false },
	{ "a dictionary that nobody has", { 0 }, STR_INIT("\x78\x20\x01\x07\0\xf8\xff" "blob 0\0" "\0\0\0\0"), false, false },
	{ "the same without these faults", { 0 }, STR_INIT("\x78\x01\x01\x07\0\xf8\xff" "blob 0\0" "\0\0\0\0"), true, true },
	{ "a block of a kind that there is not", { 0 }, STR_INIT("\x78\x01\x07\0\0\0\0\0\0\0\0"), false, false },
	{ "a stored size that contradicts itself", { 0 }, STR_INIT("\x78\x01\x01\x07\0\xf8\xfe" "blob 0\0" "\0\0\0\0"), false, false },
	{ "a copy from before the start", { 0 }, STR_INIT("\x78\x01\x03\x02\0\0\0\0\0\0\0"), false, false },
	{ "codes that contradict themselves", { 0 }, STR_INIT("\x78\x01\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), false, false },
	{ "no codes at all", { 0 }, STR_INIT("\x78\x01\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), false, false },
};
/* clang-format on */

static void
check_claim(void **state)
{
	const struct claim *claim = *state;
	struct str text = claim->text;
	struct buffer bytes = { 0 };

	buffer_add(&bytes, claim->raw);
	if (claim->raw.size == 0) {
		buffer_add(&bytes, STR("\x78\x01\x01"));
		buffer_add_byte(&bytes, (char)text.size);
		buffer_add_byte(&bytes, 0);
		buffer_add_byte(&bytes, (char)~text.size);
		buffer_add_byte(&bytes, (char)0xff);
		buffer_add(&bytes, text);
		buffer_add(&bytes, STR("\0\0\0\0"));
	}
	assert_int_equal(is_sound_head(buffer_str(&bytes), bytes.size, false),
	    claim->is_sound);
	assert_int_equal(is_sound_head(buffer_str(&bytes), bytes.size, true),
	    claim->has_sound_header);
	buffer_free(&bytes);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + LENGTH(claims)];
	const char *base = getenv("TMPDIR");
	int failed;

	snprintf(folder, sizeof(folder), "%s/shiji-loose.XXXXXX",
	    base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return 1;
	}
	git_libgit2_init();
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	for (size_t i = 0; i < LENGTH(claims); i++)
		tests[LENGTH(rows) + i] =
		    (struct CMUnitTest){ .name = claims[i].name,
			    .test_func = check_claim,
			    .initial_state = &claims[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	git_libgit2_shutdown();
	return rmdir(folder) != 0 || failed != 0;
}
