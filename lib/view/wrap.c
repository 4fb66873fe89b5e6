#include "view/wrap.h"

/* A line while it is filled. */
struct filling {
	struct buffer *out;
	size_t hang;
	size_t column;	      /* of the line so far */
	size_t line;	      /* where the line's own text begins in `out` */
	size_t chance;	      /* where it may be broken, or 0 */
	size_t chance_before; /* the one before that, or 0 */
};

static void
add_spaces(struct buffer *out, size_t count)
{
	while (count-- > 0)
		buffer_add_byte(out, ' ');
}

static bool
is_control(int32_t point)
{
	/* Marks that turn the direction of text can hide what it says. */
	return (point >= 0 && point < ' ') || (point >= 0x7f && point < 0xa0) ||
	       (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* What may stand in for itself, in `shown`. */
static struct str
shown_character(struct str text, size_t at, size_t *size, char shown[32])
{
	int32_t point;
	size_t used = 0;

	*size = str_code_point(text, at, &point);
	if (*size > 0 && !is_control(point))
		return str_head(str_from_byte(text, at), *size);
	*size = *size > 0 ? *size : 1;
	for (size_t i = 0; i < *size; i++) {
		static const char digits[] = "0123456789ABCDEF";
		unsigned char byte = (unsigned char)text.data[at + i];

		shown[used++] = '\\';
		shown[used++] = 'x';
		shown[used++] = digits[byte >> 4];
		shown[used++] = digits[byte & 15];
	}
	return (struct str){ shown, used };
}

/* Move what follows the last chance to a line of its own. */
static void
break_line(struct filling *filling)
{
	struct buffer *out = filling->out;
	size_t at = filling->chance > 0 ? filling->chance : out->size;
	struct buffer rest = { 0 };
	struct str tail = str_from_byte(buffer_str(out), at);

	while (tail.size > 0 && tail.data[0] == ' ')
		tail = str_from_byte(tail, 1);
	buffer_add(&rest, tail);
	out->size = at;
	while (out->size > filling->line && out->data[out->size - 1] == ' ')
		out->size--;
	buffer_add_byte(out, '\n');
	add_spaces(out, filling->hang);
	filling->line = out->size;
	buffer_add(out, buffer_str(&rest));
	filling->column = filling->hang + str_width(buffer_str(&rest));
	filling->chance = filling->chance_before = 0;
	buffer_free(&rest);
}

/* Marks that must not begin a line. */
static bool
is_closing(struct str character)
{
	static const char *const marks[] = { "，", "。", "、", "；", "：", "！",
		"？", "）", "》", "”", "’", "】", "」", ",", ".", ";", ":", ")",
		"]", "!", "?", "%" };

	for (size_t i = 0; i < LENGTH(marks); i++)
		if (str_equal(character, str_from(marks[i])))
			return true;
	return false;
}

static void
note_chance(struct filling *filling)
{
	size_t at = filling->out->size;

	if (at == filling->chance || at == filling->line)
		return;
	filling->chance_before = filling->chance;
	filling->chance = at;
}

static void
add_character(struct filling *filling, struct str character)
{
	size_t width = str_width(character);
	bool is_space = str_equal(character, STR(" "));

	if (is_closing(character) && filling->chance == filling->out->size)
		filling->chance = filling->chance_before;
	else if (width > 1 && !is_closing(character))
		note_chance(filling);
	if (!is_space && filling->column + width > PROSE_WIDTH &&
	    filling->out->size > filling->line)
		break_line(filling);
	if (is_space && filling->out->size == filling->line)
		return;
	buffer_add(filling->out, character);
	filling->column += width;
	if (is_space || width > 1)
		note_chance(filling);
}

void
wrap_add(struct buffer *out, size_t indent, size_t hang, struct str text)
{
	struct filling filling = { .out = out, .hang = hang };
	size_t start = out->size;

	add_spaces(out, indent);
	filling.column = indent;
	filling.line = out->size;
	for (size_t at = 0, size; at < text.size; at += size) {
		char shown[32];

		add_character(&filling,
		    shown_character(text, at, &size, shown));
	}
	while (out->size > start && out->data[out->size - 1] == ' ')
		out->size--;
	buffer_add_byte(out, '\n');
}

void
wrap_gap(struct buffer *out)
{
	struct str text = buffer_str(out);

	if (text.size > 0 && !str_ends(text, STR("\n\n")))
		buffer_add_byte(out, '\n');
}
