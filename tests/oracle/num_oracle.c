/*
 * num_oracle: answers questions about num, for num_oracle.py to check.
 *
 * Reads lines `operation operand...` and writes one line for each: the exact
 * result, the text where the operation prints, or the name of a failure. An
 * operand is a decimal, or two of them with a slash between. After a result
 * that machine integers do not hold stands ` big`. Exit status 2 where a line
 * cannot be understood.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "number/num.h"
#include "number/real.h"

struct call {
	struct arena *arena;
	const struct num *x; /* the operands */
	size_t count;
	struct buffer *out;
};

typedef struct num unary(struct arena *, struct num);
typedef struct num binary(struct arena *, struct num, struct num);
typedef struct num aggregate(struct arena *, const struct num *values,
    size_t count);

struct row {
	const char *name;
	size_t operands; /* 0: one or more */
	unary *unary;
	binary *binary;
	aggregate *aggregate;
	void (*other)(const struct call *call);
	int rounding; /* of num_round: 1 + enum num_rounding */
};

static _Noreturn void
die(const char *what, struct str detail)
{
	fprintf(stderr, "num_oracle: %s: " STR_FMT "\n", what, STR_ARG(detail));
	exit(2);
}

static void
answer(const struct call *call, struct num x)
{
	static const char *const failures[] = {
		[NUM_TOO_LARGE] = "too-large",
		[NUM_DIVIDED_BY_ZERO] = "divided-by-zero",
		[NUM_ROOT_OF_NEGATIVE] = "root-of-negative",
		[NUM_LOGARITHM] = "logarithm",
		[NUM_POWER_OF_ZERO] = "power-of-zero",
	};

	if (!num_is_number(x)) {
		buffer_add(call->out, str_from(failures[x.n]));
		return;
	}
	num_print_exact(call->out, x);
	if (x.d == 0)
		buffer_add(call->out, STR(" big"));
}

static int
whole(struct num x)
{
	int64_t value = 0;

	num_to_int(x, &value);
	return (int)value;
}

static void
compare(const struct call *call)
{
	int order = num_compare(call->x[0], call->x[1]);

	answer(call, NUM_INT((order > 0) - (order < 0)));
}

static void
sign(const struct call *call)
{
	answer(call, NUM_INT(num_sign(call->x[0])));
}

static void
to_int(const struct call *call)
{
	int64_t value;

	if (num_to_int(call->x[0], &value))
		answer(call, NUM_INT(value));
	else
		buffer_add(call->out, STR("no"));
}

static void
print(const struct call *call)
{
	num_print(call->out, call->x[0]);
}

static void
print_fixed(const struct call *call)
{
	num_print_fixed(call->out, call->x[0], (unsigned)whole(call->x[1]));
}

static void
parse(const struct call *call)
{
	answer(call, call->x[0]);
}

/* clang-format off */
static const struct row rows[] = {
	{ "add", 2, .binary = num_add },
	{ "sub", 2, .binary = num_sub },
	{ "mul", 2, .binary = num_mul },
	{ "div", 2, .binary = num_div },
	{ "power", 2, .binary = real_power },
	{ "neg", 1, .unary = num_neg },
	{ "abs", 1, .unary = num_abs },
	{ "copy", 1, .unary = num_copy },
	{ "floor", 1, .unary = num_floor },
	{ "ceil", 1, .unary = num_ceil },
	{ "truncate", 1, .unary = num_truncate },
	{ "significant", 1, .unary = num_significant },
	{ "sqrt", 1, .unary = real_sqrt },
	{ "ln", 1, .unary = real_ln },
	{ "exp", 1, .unary = real_exp },
	{ "geomean", 0, .aggregate = real_geomean },
	{ "deviation", 0, .aggregate = real_standard_deviation },
	{ "round-half-up", 2, .rounding = 1 + NUM_HALF_UP },
	{ "round-half-even", 2, .rounding = 1 + NUM_HALF_EVEN },
	{ "round-down", 2, .rounding = 1 + NUM_DOWN },
	{ "round-up", 2, .rounding = 1 + NUM_UP },
	{ "compare", 2, .other = compare },
	{ "sign", 1, .other = sign },
	{ "int", 1, .other = to_int },
	{ "print", 1, .other = print },
	{ "fixed", 2, .other = print_fixed },
	{ "parse", 1, .other = parse },
};
/* clang-format on */

static void
run(const struct row *row, const struct call *call)
{
	const struct num *x = call->x;

	/* The functions are for numbers only. */
	for (size_t i = 0; i < call->count; i++)
		if (!num_is_number(x[i])) {
			answer(call, x[i]);
			return;
		}
	if (row->unary != NULL)
		answer(call, row->unary(call->arena, x[0]));
	else if (row->binary != NULL)
		answer(call, row->binary(call->arena, x[0], x[1]));
	else if (row->aggregate != NULL)
		answer(call, row->aggregate(call->arena, x, call->count));
	else if (row->rounding != 0)
		answer(call, num_round(call->arena, x[0], whole(x[1]),
				 (enum num_rounding)(row->rounding - 1)));
	else
		row->other(call);
}

static struct num
read_operand(struct arena *arena, struct str text)
{
	struct str above, below = text;
	struct num n, d = NUM_INT(1);
	bool fraction = str_cut(&below, '/', &above);

	if (!num_parse(arena, above, &n) ||
	    (fraction && !num_parse(arena, below, &d)))
		die("not a number", text);
	if (!num_is_number(n))
		return n;
	return num_is_number(d) ? num_div(arena, n, d) : d;
}

static const struct row *
find_row(struct str name)
{
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (str_equal(str_from(rows[i].name), name))
			return &rows[i];
	die("unknown operation", name);
}

static void
run_line(struct arena *arena, struct str line, struct buffer *out)
{
	struct str name, word;
	const struct row *row;
	struct num *operands = NULL;
	size_t count = 0, capacity = 0;
	bool more = str_cut(&line, ' ', &name);

	row = find_row(name);
	while (more) {
		more = str_cut(&line, ' ', &word);
		operands = arena_grow(arena, operands, count, &capacity,
		    sizeof(*operands));
		operands[count++] = read_operand(arena, word);
	}
	if (count == 0 || (row->operands != 0 && count != row->operands))
		die("wrong number of operands", name);
	run(row, &(struct call){ arena, operands, count, out });
	buffer_add_byte(out, '\n');
}

int
main(void)
{
	struct arena arena = { 0 };
	struct buffer out = { 0 };
	char *line = NULL;
	size_t capacity = 0;
	ssize_t size;

	while ((size = getline(&line, &capacity, stdin)) > 0) {
		struct arena_mark mark = arena_mark(&arena);
		struct str text = { line, (size_t)size };

		if (line[size - 1] == '\n')
			text.size--;
		run_line(&arena, text, &out);
		arena_release(&arena, mark);
		fwrite(out.data, 1, out.size, stdout);
		buffer_clear(&out);
	}
	free(line);
	buffer_free(&out);
	arena_free(&arena);
	if (!feof(stdin) || fclose(stdout) != 0)
		die("input or output", str_from(strerror(errno)));
	return 0;
}
