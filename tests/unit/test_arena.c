/* Memory that dies together; and what happens where there is no more. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"

/* Under the address sanitizer too, malloc shall say no rather than abort. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static bool
is_filled(const unsigned char *memory, size_t size, unsigned char byte)
{
	for (size_t i = 0; i < size; i++)
		if (memory[i] != byte)
			return false;
	return true;
}

static struct size_row {
	const char *name;
	size_t size;
	int count;
} size_rows[] = {
	{ "nothing, often", 0, 1000 },
	{ "single bytes", 1, 100000 },
	{ "a size that is no multiple", 13, 50000 },
	{ "sizes that fill a block exactly", 65536, 20 },
	{ "one more than a block", 65537, 20 },
	{ "larger than any block", 20000000, 3 },
};

/* Each piece is aligned, zeroed, and stays as it was written. */
static void
check_size(void **state)
{
	const struct size_row *row = *state;
	struct arena arena = { 0 };
	unsigned char **pieces = calloc((size_t)row->count, sizeof(*pieces));

	assert_non_null(pieces);
	for (int i = 0; i < row->count; i++) {
		pieces[i] = arena_alloc(&arena, row->size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t),
		    0);
		assert_true(is_filled(pieces[i], row->size, 0));
		memset(pieces[i], i & 0xff, row->size);
	}
	for (int i = 0; i < row->count; i++)
		assert_true(is_filled(pieces[i], row->size,
		    (unsigned char)(i & 0xff)));
	arena_free(&arena);
	free(pieces);
}

static void
typed_allocations_are_zeroed(void **state)
{
	struct arena arena = { 0 };
	struct pair {
		long number;
		const char *text;
	} * pair;
	int *array;

	(void)state;
	memset(arena_alloc_raw(&arena, 5000), 0xff, 5000);
	arena_release(&arena, (struct arena_mark){ 0 });
	memset(arena_alloc_raw(&arena, 5000), 0xff, 5000);
	pair = arena_new(&arena, struct pair);
	assert_int_equal(pair->number, 0);
	assert_null(pair->text);
	array = arena_array(&arena, 1000, sizeof(*array));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(array[i], 0);
	assert_non_null(arena_array(&arena, 0, sizeof(*array)));
	arena_free(&arena);
}

static void
texts_are_copied_and_end_in_a_nul(void **state)
{
	struct arena arena = { 0 };
	char text[] = "a\0b";
	struct str copy = arena_str(&arena, (struct str){ text, 3 });
	struct str none = arena_str(&arena, (struct str){ 0 });

	(void)state;
	text[0] = 'x';
	assert_int_equal(copy.size, 3);
	assert_memory_equal(copy.data, "a\0b", 4);
	assert_int_equal(none.size, 0);
	assert_string_equal(none.data, "");
	arena_free(&arena);
}

static void
formats_end_in_a_nul(void **state)
{
	struct arena arena = { 0 };
	struct str text = arena_format(&arena, "%s/%d.rec", "schemes", 2022);
	struct str none = arena_format(&arena, "%s", "");
	struct str wide = arena_format(&arena, "%0100000d", 7);

	(void)state;
	assert_string_equal(text.data, "schemes/2022.rec");
	assert_int_equal(text.size, 16);
	assert_string_equal(none.data, "");
	assert_int_equal(none.size, 0);
	assert_int_equal(wide.size, 100000);
	assert_int_equal(strlen(wide.data), 100000);
	arena_free(&arena);
}

/* What came before the mark stands; what came after is given out again. */
static void
a_mark_is_gone_back_to(void **state)
{
	struct arena arena = { 0 };
	char *before = arena_alloc(&arena, 100), *after;
	struct arena_mark mark;

	(void)state;
	memset(before, 'b', 100);
	mark = arena_mark(&arena);
	after = arena_alloc_raw(&arena, 100);
	for (int i = 0; i < 100; i++)
		memset(arena_alloc_raw(&arena, 50000), 'x', 50000);
	arena_release(&arena, mark);
	assert_ptr_equal(arena_alloc_raw(&arena, 100), after);
	assert_true(is_filled((unsigned char *)before, 100, 'b'));
	arena_release(&arena, mark);
	arena_release(&arena, mark);
	assert_ptr_equal(arena_alloc_raw(&arena, 100), after);
	arena_free(&arena);
}

static void
marks_nest(void **state)
{
	struct arena arena = { 0 };
	struct arena_mark marks[50];
	char *pieces[50];

	(void)state;
	for (int i = 0; i < 50; i++) {
		marks[i] = arena_mark(&arena);
		pieces[i] = arena_alloc(&arena, 30000);
		memset(pieces[i], i, 30000);
	}
	for (int i = 49; i >= 0; i--) {
		assert_true(is_filled((unsigned char *)pieces[i], 30000,
		    (unsigned char)i));
		arena_release(&arena, marks[i]);
	}
	assert_null(arena.block);
	arena_free(&arena);
}

static void
an_arena_can_be_used_again(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	arena_free(&arena);
	arena_alloc(&arena, 10);
	arena_free(&arena);
	arena_free(&arena);
	assert_non_null(arena_alloc(&arena, 10));
	arena_free(&arena);
}

static void
an_array_grows_inside(void **state)
{
	struct arena arena = { 0 };
	size_t capacity = 0, moves = 0;
	int *array = arena_grow(&arena, NULL, 0, &capacity, sizeof(*array));

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int *grown = arena_grow(&arena, array, (size_t)i, &capacity,
		    sizeof(*array));

		moves += grown != array;
		assert_true(capacity > (size_t)i);
		assert_int_equal(grown[i], 0);
		array = grown;
		array[i] = i;
	}
	for (int i = 0; i < 100000; i++)
		assert_int_equal(array[i], i);
	assert_in_range(moves, 2, 20);
	arena_free(&arena);
}

static void
memory_outside_grows(void **state)
{
	char *memory = memory_alloc(0);

	(void)state;
	assert_non_null(memory);
	memory = memory_resize(memory, 3);
	memcpy(memory, "ab", 3);
	memory = memory_resize(memory, 100000);
	assert_string_equal(memory, "ab");
	free(memory);
}

/* Where memory is short: 2 is the status, and one line says why. */
static void
ask_for_an_array(void)
{
	struct arena arena = { 0 };

	arena_array(&arena, SIZE_MAX / 2, 3);
}

static void
ask_for_all(void)
{
	struct arena arena = { 0 };

	arena_alloc_raw(&arena, SIZE_MAX);
}

static void
ask_for_nearly_all(void)
{
	struct arena arena = { 0 };

	arena_alloc_raw(&arena, SIZE_MAX - 64);
}

static void
ask_for_more_than_there_is(void)
{
	struct arena arena = { 0 };

	arena_alloc_raw(&arena, SIZE_MAX / 4);
}

static void
ask_to_grow(void)
{
	struct arena arena = { 0 };
	size_t capacity = SIZE_MAX / 4, count = capacity;

	arena_grow(&arena, NULL, count, &capacity, 4);
}

static void
ask_outside(void)
{
	free(memory_alloc(SIZE_MAX / 4));
}

static void
ask_to_resize(void)
{
	free(memory_resize(memory_alloc(1), SIZE_MAX / 4));
}

static void
ask_for_a_buffer(void)
{
	struct buffer buffer = { 0 };

	buffer_add_byte(&buffer, 'a');
	buffer_reserve(&buffer, SIZE_MAX);
}

static struct short_row {
	const char *name;
	void (*ask)(void);
} short_rows[] = {
	{ "short: said outright", memory_short },
	{ "short: a product that overflows", ask_for_an_array },
	{ "short: a sum that overflows", ask_for_all },
	{ "short: a size that overflows with its block", ask_for_nearly_all },
	{ "short: an arena", ask_for_more_than_there_is },
	{ "short: an array that grows", ask_to_grow },
	{ "short: outside an arena", ask_outside },
	{ "short: outside an arena, resized", ask_to_resize },
	{ "short: a buffer", ask_for_a_buffer },
};

#define SHORT "shiji: out of memory\n"

static void
check_short(void **state)
{
	const struct short_row *row = *state;
	char said[4096] = "";
	size_t size = 0;
	ssize_t got;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		row->ask();
		_exit(0);
	}
	close(ends[1]);
	while (size < sizeof(said) - 1 &&
	       (got = read(ends[0], said + size, sizeof(said) - 1 - size)) > 0)
		size += (size_t)got;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	/* A sanitizer may have had its say before. */
	assert_true(str_ends(str_from(said), STR(SHORT)));
	assert_ptr_equal(strstr(said, SHORT), said + size - strlen(SHORT));
}

#define ADD(rows, function)                                                    \
	for (size_t i = 0; i < LENGTH(rows); i++)                              \
		tests[count++] = (struct CMUnitTest)                           \
		{                                                              \
			(rows)[i].name, (function), NULL, NULL, &(rows)[i]     \
		}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(typed_allocations_are_zeroed),
		cmocka_unit_test(texts_are_copied_and_end_in_a_nul),
		cmocka_unit_test(formats_end_in_a_nul),
		cmocka_unit_test(a_mark_is_gone_back_to),
		cmocka_unit_test(marks_nest),
		cmocka_unit_test(an_arena_can_be_used_again),
		cmocka_unit_test(an_array_grows_inside),
		cmocka_unit_test(memory_outside_grows),
	};
	struct CMUnitTest
	    tests[LENGTH(size_rows) + LENGTH(short_rows) + LENGTH(others)];
	size_t count = 0;

	ADD(size_rows, check_size);
	ADD(short_rows, check_short);
	memcpy(tests + count, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
