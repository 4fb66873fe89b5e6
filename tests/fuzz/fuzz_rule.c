/*
 * fuzz_rule: any bytes as the text of a rule. A rule that was read, written
 * out again with a parenthesis around each operation, must read as the same
 * tree; one that was not read must have been reported.
 */
#include "fuzz.h"
#include "scheme/syntax.h"

/* Parentheses that were not there before may pass the bound on depth. */
enum { DEPTH_TO_TRUST = RULE_DEPTH_MAX / 3, DEPTH_TO_WALK = 1000 };

static size_t
depth_of(const struct syntax *syntax)
{
	size_t deepest = 0;

	for (size_t i = 0; i < syntax->count; i++) {
		size_t depth = depth_of(syntax->parts[i]);

		if (depth > deepest)
			deepest = depth;
	}
	return deepest + 1;
}

static void write_out(struct buffer *out, const struct syntax *syntax);

static void
write_operation(struct buffer *out, const struct syntax *syntax)
{
	buffer_add_byte(out, '(');
	if (syntax->kind == SYNTAX_BINARY)
		write_out(out, syntax->parts[0]);
	buffer_format(out, " %s ", syntax_operator_text(syntax->operation));
	write_out(out, syntax->parts[syntax->count - 1]);
	buffer_add_byte(out, ')');
}

static void
write_call(struct buffer *out, const struct syntax *syntax)
{
	buffer_add(out, syntax->name);
	buffer_add_byte(out, '(');
	for (size_t i = 0; i < syntax->count; i++) {
		if (i > 0)
			buffer_add_byte(out, ',');
		write_out(out, syntax->parts[i]);
	}
	buffer_add_byte(out, ')');
}

static void
write_if(struct buffer *out, const struct syntax *syntax)
{
	for (size_t i = 0; i < syntax->count; i++) {
		if (i + 1 == syntax->count)
			buffer_add(out, STR(" else "));
		else if (i % 2 == 1)
			buffer_add(out, STR(" then "));
		else
			buffer_add(out, i == 0 ? STR("(if ") : STR(" elif "));
		write_out(out, syntax->parts[i]);
	}
	buffer_add_byte(out, ')');
}

static void
write_out(struct buffer *out, const struct syntax *syntax)
{
	struct str text = syntax->origin->text;

	REQUIRE(syntax->at <= text.size);
	REQUIRE(syntax->size > 0 && syntax->size <= text.size - syntax->at);
	switch (syntax->kind) {
	case SYNTAX_NUMBER:
	case SYNTAX_NAME:
		buffer_add(out,
		    str_head(str_from_byte(text, syntax->at), syntax->size));
		break;
	case SYNTAX_CALL:
		write_call(out, syntax);
		break;
	case SYNTAX_UNARY:
	case SYNTAX_BINARY:
		write_operation(out, syntax);
		break;
	case SYNTAX_IF:
		REQUIRE(syntax->count >= 3 && syntax->count % 2 == 1);
		write_if(out, syntax);
		break;
	}
}

/* A rule and what it needs around it. */
struct trial {
	struct rec_piece piece;
	struct rec_field field;
	struct rec_file file;
	struct origin origin;
	struct syntax *syntax;
	struct buffer out; /* the tree, written out */
};

static void
trial_start(struct trial *trial, struct arena *arena, struct str text,
    struct diag *diag)
{
	*trial = (struct trial){ .field = { .name = STR("Rule"),
				     .value = text,
				     .piece_count = 1 },
		.file = { .path = "any.rec", .text = text },
		.origin = { .text = text } };
	trial->field.pieces = &trial->piece;
	trial->origin.file = &trial->file;
	trial->origin.field = &trial->field;
	trial->syntax = syntax_parse(arena, &trial->origin, diag);
	if (trial->syntax != NULL && depth_of(trial->syntax) < DEPTH_TO_WALK)
		write_out(&trial->out, trial->syntax);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct trial first, second = { 0 };

	trial_start(&first, &arena, text, diag);
	REQUIRE((first.syntax == NULL) == diag_has_errors(diag));
	if (first.syntax != NULL && depth_of(first.syntax) < DEPTH_TO_TRUST) {
		trial_start(&second, &arena, buffer_str(&first.out), diag);
		REQUIRE(second.syntax != NULL);
		REQUIRE(str_equal(buffer_str(&first.out),
		    buffer_str(&second.out)));
	}
	buffer_free(&first.out);
	buffer_free(&second.out);
	fuzz_diag_end(diag);
	arena_free(&arena);
	return 0;
}
