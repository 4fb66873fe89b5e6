#include "scheme/syntax.h"

#include "base/i18n.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_NAME,   /* bare: may be a keyword or a scope's function */
	TOKEN_QUOTED, /* a name in double quotes */
	TOKEN_SIGN,   /* operators, parentheses, commas */
	TOKEN_FAULT   /* reported already */
};

struct token {
	enum token_kind kind;
	struct str text; /* without the quotes */
	size_t at, size;
};

struct parser {
	struct arena *arena;
	const struct origin *origin;
	struct diag *diag;
	struct str text;
	size_t next; /* the byte after the token in hand */
	struct token token;
	unsigned depth, parts;
	bool failed;
};

static const struct operation_row {
	const char *sign;
	int level;
} operations[] = {
	[OPERATOR_OR] = { "or", 1 },
	[OPERATOR_AND] = { "and", 2 },
	[OPERATOR_NOT] = { "not", 3 },
	[OPERATOR_LESS] = { "<", 4 },
	[OPERATOR_LESS_EQUAL] = { "<=", 4 },
	[OPERATOR_EQUAL] = { "=", 4 },
	[OPERATOR_NOT_EQUAL] = { "!=", 4 },
	[OPERATOR_GREATER_EQUAL] = { ">=", 4 },
	[OPERATOR_GREATER] = { ">", 4 },
	[OPERATOR_ADD] = { "+", 5 },
	[OPERATOR_SUBTRACT] = { "-", 5 },
	[OPERATOR_MULTIPLY] = { "*", 6 },
	[OPERATOR_DIVIDE] = { "/", 6 },
	[OPERATOR_NEGATE] = { "-", 7 },
	[OPERATOR_POWER] = { "^", 8 },
};

enum { LEVEL_LOWEST = 1, LEVEL_NOT = 3, LEVEL_COMPARISON = 4, LEVEL_UNARY = 7 };

static const char *const keywords[] = { "if", "then", "elif", "else", "or",
	"and", "not", "none" };

const char *syntax_operator_text(enum operator operation)
{
	return operations[operation].sign;
}

struct place
syntax_origin_place(const struct origin *origin, size_t at, size_t size)
{
	size_t offset = (size_t)(origin->text.data - origin->field->value.data);

	return rec_place(origin->file, origin->field, offset + at, size);
}

bool
syntax_same(const struct syntax *a, const struct syntax *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == SYNTAX_NUMBER)
		return num_compare(a->number, b->number) == 0;
	if (a->operation != b->operation || a->quoted != b->quoted ||
	    !str_equal(a->name, b->name))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!syntax_same(a->parts[i], b->parts[i]))
			return false;
	return true;
}

struct place
syntax_place(const struct syntax *syntax)
{
	return syntax_origin_place(syntax->origin, syntax->at, syntax->size);
}

static struct place
token_place(const struct parser *parser)
{
	return syntax_origin_place(parser->origin, parser->token.at,
	    parser->token.size);
}

static bool
is_digit(int32_t point)
{
	return point >= '0' && point <= '9';
}

/*
 * Letters, and every character beyond ASCII but spaces, punctuation of the
 * CJK blocks and full-width forms of ASCII, which are nearly always slips.
 */
static bool
is_letter(int32_t point)
{
	if (point < 0x80)
		return (point >= 'a' && point <= 'z') ||
		       (point >= 'A' && point <= 'Z') || point == '_';
	return point > 0xa0 && !(point >= 0x2000 && point <= 0x206f) &&
	       !(point >= 0x3000 && point <= 0x3004) &&
	       !(point >= 0x3008 && point <= 0x3020) &&
	       !(point >= 0xff00 && point <= 0xff60) && point != 0xd7 &&
	       point != 0xf7 && !(point >= 0x2200 && point <= 0x22ff);
}

static int32_t
peek(const struct parser *parser, size_t at, size_t *size)
{
	int32_t point;

	*size = str_code_point(parser->text, at, &point);
	return *size == 0 ? -1 : point;
}

static size_t
name_end(const struct parser *parser, size_t at)
{
	size_t size, after;
	int32_t point;

	for (;;) {
		point = peek(parser, at, &size);
		if (is_letter(point) || is_digit(point)) {
			at += size;
			continue;
		}
		/* A dot belongs to the name where a part follows it. */
		if (point != '.')
			return at;
		point = peek(parser, at + 1, &after);
		if (!is_letter(point) && !is_digit(point))
			return at;
		at++;
	}
}

static size_t
number_end(const struct parser *parser, size_t at)
{
	size_t size;

	while (is_digit(peek(parser, at, &size)))
		at++;
	if (peek(parser, at, &size) == '.' &&
	    is_digit(peek(parser, at + 1, &size)))
		for (at++; is_digit(peek(parser, at, &size));)
			at++;
	return at;
}

static void
take(struct parser *parser, enum token_kind kind, size_t at, size_t end)
{
	parser->token.kind = kind;
	parser->token.at = at;
	parser->token.size = end - at;
	parser->token.text = (struct str){ parser->text.data + at, end - at };
	parser->next = end;
}

static void
fault(struct parser *parser, enum finding finding, struct str detail)
{
	if (!parser->failed)
		diag_at(parser->diag, token_place(parser), finding, detail);
	parser->failed = true;
	parser->token.kind = TOKEN_FAULT;
}

/* A sign of another language; the one that is meant. */
static void
slip(struct parser *parser, const char *meant)
{
	if (!parser->failed)
		diag_at(parser->diag, token_place(parser), D_RULE_SIGN,
		    parser->token.text, str_from(meant));
	parser->failed = true;
}

static void
take_sign(struct parser *parser, size_t at)
{
	static const char *const signs[] = { "<=", ">=", "!=", "<", ">", "=",
		"+", "-", "*", "/", "^", "(", ")", "," };
	static const char *const slips[][2] = { { "==", "=" }, { "**", "^" },
		{ "<>", "!=" }, { "=<", "<=" }, { "=>", ">=" }, { "&&", "and" },
		{ "||", "or" }, { "!", "not" } };
	struct str rest = str_from_byte(parser->text, at);
	int32_t point;
	size_t size;

	for (size_t i = 0; i < LENGTH(slips); i++)
		if (str_starts(rest, str_from(slips[i][0])) &&
		    !str_starts(rest, STR("!="))) {
			take(parser, TOKEN_FAULT, at, at + strlen(slips[i][0]));
			slip(parser, slips[i][1]);
			return;
		}

	for (size_t i = 0; i < LENGTH(signs); i++)
		if (str_starts(rest, str_from(signs[i]))) {
			take(parser, TOKEN_SIGN, at, at + strlen(signs[i]));
			return;
		}
	point = peek(parser, at, &size);
	take(parser, TOKEN_FAULT, at, at + (size == 0 ? 1 : size));
	if (point >= 0xff01 && point <= 0xff5e)
		fault(parser, D_RULE_WIDE, parser->token.text);
	else
		fault(parser, D_RULE_CHARACTER, parser->token.text);
}

static void
take_quoted(struct parser *parser, size_t at)
{
	struct str rest = str_from_byte(parser->text, at + 1);
	size_t length = str_find(rest, '"');

	if (length == STR_NOWHERE) {
		take(parser, TOKEN_FAULT, at, parser->text.size);
		fault(parser, D_RULE_QUOTE, STR("\""));
		return;
	}
	take(parser, TOKEN_QUOTED, at, at + length + 2);
	parser->token.text = str_head(rest, length);
}

static void
advance(struct parser *parser)
{
	size_t at = parser->next, size;
	int32_t point;

	while (at < parser->text.size &&
	       (parser->text.data[at] == ' ' || parser->text.data[at] == '\t' ||
		   parser->text.data[at] == '\n'))
		at++;
	if (at >= parser->text.size) {
		/* Point at the last byte, so that there is one to show. */
		take(parser, TOKEN_END, at, at);
		return;
	}
	point = peek(parser, at, &size);
	if (is_digit(point))
		take(parser, TOKEN_NUMBER, at, number_end(parser, at));
	else if (is_letter(point))
		take(parser, TOKEN_NAME, at, name_end(parser, at));
	else if (point == '"')
		take_quoted(parser, at);
	else
		take_sign(parser, at);
}

static bool
is_sign(const struct parser *parser, const char *sign)
{
	return parser->token.kind == TOKEN_SIGN &&
	       str_equal(parser->token.text, str_from(sign));
}

static bool
is_word(const struct parser *parser, const char *word)
{
	return parser->token.kind == TOKEN_NAME &&
	       str_equal(parser->token.text, str_from(word));
}

bool
syntax_is_keyword(struct str text)
{
	for (size_t i = 0; i < LENGTH(keywords); i++)
		if (str_equal(text, str_from(keywords[i])))
			return true;
	return false;
}

static struct syntax *
unexpected(struct parser *parser, const char *wanted)
{
	if (parser->token.kind == TOKEN_FAULT)
		parser->failed = true;
	else if (parser->token.kind == TOKEN_END)
		fault(parser, D_RULE_END, str_from(_(wanted)));
	else if (!parser->failed)
		diag_at(parser->diag, token_place(parser), D_RULE_SYNTAX,
		    parser->token.text, str_from(_(wanted)));
	parser->failed = true;
	parser->token.kind = TOKEN_FAULT;
	return NULL;
}

static struct syntax *
new_syntax(struct parser *parser, enum syntax_kind kind, size_t at)
{
	struct syntax *syntax = arena_new(parser->arena, struct syntax);

	if (++parser->parts > RULE_PARTS_MAX)
		fault(parser, D_RULE_PARTS, STR("4,000"));
	syntax->kind = kind;
	syntax->origin = parser->origin;
	syntax->at = at;
	return syntax;
}

/* The tree ends where the token before the one in hand ended. */
static struct syntax *
finish(struct parser *parser, struct syntax *syntax, size_t end)
{
	syntax->size = end - syntax->at;
	syntax->begin = syntax->at;
	syntax->end = end;
	return parser->failed ? NULL : syntax;
}

static void
add_part(struct parser *parser, struct syntax *syntax, struct syntax *part,
    size_t *capacity)
{
	syntax->parts = arena_grow(parser->arena, syntax->parts, syntax->count,
	    capacity, sizeof(struct syntax *));
	syntax->parts[syntax->count++] = part;
}

static struct syntax *parse_expression(struct parser *parser);
static struct syntax *parse_level(struct parser *parser, int level);

static struct syntax *
parse_number(struct parser *parser)
{
	struct syntax *syntax =
	    new_syntax(parser, SYNTAX_NUMBER, parser->token.at);
	size_t end = parser->next;

	num_parse(parser->arena, parser->token.text, &syntax->number);
	if (end < parser->text.size && parser->text.data[end] == '%') {
		syntax->number =
		    num_div(parser->arena, syntax->number, NUM_INT(100));
		parser->next = ++end;
	}
	if (!num_is_number(syntax->number))
		fault(parser, D_NUMBER_SIZE_RULE, STR("16,384"));
	else
		advance(parser);
	return finish(parser, syntax, end);
}

static struct syntax *
parse_call(struct parser *parser, struct token name)
{
	struct syntax *syntax = new_syntax(parser, SYNTAX_CALL, name.at);
	size_t capacity = 0, end;

	syntax->name = name.text;
	advance(parser); /* the parenthesis */
	if (!is_sign(parser, ")"))
		for (;;) {
			struct syntax *part = parse_expression(parser);

			if (part == NULL)
				return NULL;
			add_part(parser, syntax, part, &capacity);
			if (!is_sign(parser, ","))
				break;
			advance(parser);
		}
	if (!is_sign(parser, ")"))
		return unexpected(parser, N_("',' or ')'"));
	end = parser->next;
	advance(parser);
	return finish(parser, syntax, end);
}

static struct syntax *
parse_name(struct parser *parser)
{
	struct token name = parser->token;
	struct syntax *syntax;
	size_t end = parser->next;

	if (name.kind == TOKEN_NAME && syntax_is_keyword(name.text) &&
	    !str_equal(name.text, STR("none")))
		return unexpected(parser, N_("a value"));
	advance(parser);
	if (is_sign(parser, "(") && name.kind == TOKEN_NAME)
		return parse_call(parser, name);
	syntax = new_syntax(parser, SYNTAX_NAME, name.at);
	syntax->name = name.text;
	syntax->quoted = name.kind == TOKEN_QUOTED;
	return finish(parser, syntax, end);
}

/* What stands in parentheses: they belong to whatever is built upon it. */
static struct syntax *
parse_group(struct parser *parser)
{
	size_t at = parser->token.at, end;
	struct syntax *syntax;

	advance(parser);
	syntax = parse_expression(parser);
	if (syntax == NULL)
		return NULL;
	if (!is_sign(parser, ")"))
		return unexpected(parser, N_("')'"));
	end = parser->next;
	advance(parser);
	syntax->begin = at;
	syntax->end = end;
	return parser->failed ? NULL : syntax;
}

static struct syntax *
parse_primary(struct parser *parser)
{
	switch (parser->token.kind) {
	case TOKEN_NUMBER:
		return parse_number(parser);
	case TOKEN_NAME:
	case TOKEN_QUOTED:
		return parse_name(parser);
	case TOKEN_SIGN:
		if (!is_sign(parser, "("))
			break;
		return parse_group(parser);
	default:
		break;
	}
	return unexpected(parser, N_("a value"));
}

/* `if c then a elif c then b else d`: every if has an else. */
static struct syntax *
parse_if(struct parser *parser)
{
	struct syntax *syntax = new_syntax(parser, SYNTAX_IF, parser->token.at);
	struct syntax *part;
	size_t capacity = 0;

	do {
		advance(parser); /* if, elif */
		if ((part = parse_expression(parser)) == NULL)
			return NULL;
		add_part(parser, syntax, part, &capacity);
		if (!is_word(parser, "then"))
			return unexpected(parser, N_("'then'"));
		advance(parser);
		if ((part = parse_expression(parser)) == NULL)
			return NULL;
		add_part(parser, syntax, part, &capacity);
	} while (is_word(parser, "elif"));
	if (!is_word(parser, "else"))
		return unexpected(parser, N_("'elif' or 'else'"));
	advance(parser);
	if ((part = parse_expression(parser)) == NULL)
		return NULL;
	add_part(parser, syntax, part, &capacity);
	return finish(parser, syntax, part->end);
}

static struct syntax *
binary(struct parser *parser, enum operator operation, struct syntax *left,
    struct syntax *right)
{
	struct syntax *syntax = new_syntax(parser, SYNTAX_BINARY, left->begin);

	syntax->operation = operation;
	syntax->parts = arena_array(parser->arena, 2, sizeof(struct syntax *));
	syntax->count = 2;
	syntax->parts[0] = left;
	syntax->parts[1] = right;
	return finish(parser, syntax, right->end);
}

static struct syntax *
unary(struct parser *parser, enum operator operation, int level)
{
	struct syntax *syntax =
	    new_syntax(parser, SYNTAX_UNARY, parser->token.at);
	struct syntax *part;

	advance(parser);
	if ((part = parse_level(parser, level)) == NULL)
		return NULL;
	syntax->operation = operation;
	syntax->parts = arena_array(parser->arena, 1, sizeof(struct syntax *));
	syntax->count = 1;
	syntax->parts[0] = part;
	return finish(parser, syntax, part->end);
}

/* The binary operator in hand, if it binds as tightly as level asks. */
static const struct operation_row *
operation_here(const struct parser *parser, int level)
{
	if (parser->token.kind != TOKEN_SIGN &&
	    parser->token.kind != TOKEN_NAME)
		return NULL;
	for (size_t i = 0; i < LENGTH(operations); i++)
		if (i != OPERATOR_NOT && i != OPERATOR_NEGATE &&
		    operations[i].level >= level &&
		    str_equal(parser->token.text, str_from(operations[i].sign)))
			return &operations[i];
	return NULL;
}

static struct syntax *
parse_operand(struct parser *parser, int level)
{
	if (is_word(parser, "not")) {
		if (level > LEVEL_NOT)
			return unexpected(parser, "a value; put 'not' and what "
						  "follows in parentheses");
		return unary(parser, OPERATOR_NOT, LEVEL_NOT);
	}
	if (is_sign(parser, "-"))
		return unary(parser, OPERATOR_NEGATE, LEVEL_UNARY);
	if (is_word(parser, "if"))
		return parse_if(parser);
	return parse_primary(parser);
}

/* Precedence climbing: operators of at least this level, left to right. */
static struct syntax *
parse_operators(struct parser *parser, int level)
{
	struct syntax *left = parse_operand(parser, level), *right;
	const struct operation_row *row;
	bool compared = false;

	while (left != NULL && (row = operation_here(parser, level)) != NULL) {
		enum operator operation =(enum operator)(row - operations);

		if (row->level == LEVEL_COMPARISON && compared)
			return unexpected(parser,
			    N_("'and' between two comparisons"));
		compared = row->level == LEVEL_COMPARISON;
		advance(parser);
		/* Powers group to the right, and take a sign: 2^-1. */
		right = operation == OPERATOR_POWER
			    ? parse_level(parser, LEVEL_UNARY)
			    : parse_level(parser, row->level + 1);
		if (right == NULL)
			return NULL;
		left = binary(parser, operation, left, right);
	}
	return left;
}

static struct syntax *
parse_level(struct parser *parser, int level)
{
	struct syntax *syntax;

	if (++parser->depth > RULE_DEPTH_MAX) {
		fault(parser, D_RULE_DEPTH, STR("100"));
		return NULL;
	}
	syntax = parse_operators(parser, level);
	parser->depth--;
	return syntax;
}

static struct syntax *
parse_expression(struct parser *parser)
{
	return parse_level(parser, LEVEL_LOWEST);
}

struct syntax *
syntax_parse(struct arena *arena, const struct origin *origin,
    struct diag *diag)
{
	struct parser parser = { .arena = arena,
		.origin = origin,
		.diag = diag,
		.text = origin->text };
	struct syntax *syntax;

	advance(&parser);
	syntax = parse_expression(&parser);
	if (syntax != NULL && parser.token.kind != TOKEN_END) {
		unexpected(&parser, "an operator or the end of the rule");
		return NULL;
	}
	return parser.failed ? NULL : syntax;
}
