/*
 * fuzz_textconv: any bytes as any file of a book. What is shown has the same
 * lines, is UTF-8, and holds nothing that a terminal would act upon; and of
 * two files that differ by a byte, no two are shown alike.
 */
#include "book/textconv.h"
#include "fuzz.h"

static size_t
count_newlines(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.size; i++)
		count += text.data[i] == '\n';
	return count;
}

static void
check_shown(struct str text, struct str shown)
{
	size_t bad;

	REQUIRE(count_newlines(text) == count_newlines(shown));
	REQUIRE(str_ends(text, STR("\n")) == str_ends(shown, STR("\n")));
	REQUIRE(str_is_utf8(shown, &bad));
	for (size_t at = 0; at < shown.size;) {
		int32_t point;

		at += str_code_point(shown, at, &point);
		REQUIRE(point >= ' ' || point == '\n' || point == '\t');
		REQUIRE(point < 0x7f || point >= 0xa0);
		REQUIRE(point != 0x202e && point != 0x200b);
	}
}

/* Take out one byte, put in another, and see that it shows. */
static void
check_differs(enum textconv_kind kind, struct str text, struct str shown,
    const struct textconv_labels *names)
{
	static const char others[] = "a \\|x\t\x1b\xe2";
	size_t at = text.size / 2;
	struct buffer changed = { 0 }, other = { 0 };

	buffer_add(&changed, str_head(text, at));
	if (text.size % 3 != 0)
		buffer_add_byte(&changed, others[text.size % 8]);
	buffer_add(&changed, str_from_byte(text, at + (text.size % 3 != 2)));
	textconv_add(&other, kind, buffer_str(&changed), names);
	if (!str_equal(text, buffer_str(&changed)))
		REQUIRE(!str_equal(shown, buffer_str(&other)));
	buffer_free(&changed);
	buffer_free(&other);
}

static struct textconv_labels *
read_names(void)
{
	fuzz_write("book.rec", STR("%rec: Book\n\nName: B\n"));
	fuzz_write("measures.rec",
	    STR("%rec: Measure\n\nId: a\nName: b | c\nUnit: %\n\nId: x\n"));
	fuzz_write("units.rec", STR("%rec: Unit\n\nId: u\nName: a b\n"));
	return textconv_labels_new(fuzz_folder(), NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct textconv_labels *names;
	struct str text = { (const char *)bytes, size };

	if (names == NULL)
		names = read_names();
	for (int kind = TEXTCONV_PLAIN; kind <= TEXTCONV_DATA; kind++) {
		struct buffer shown = { 0 };

		textconv_add(&shown, (enum textconv_kind)kind, text, names);
		check_shown(text, buffer_str(&shown));
		check_differs((enum textconv_kind)kind, text,
		    buffer_str(&shown), names);
		buffer_free(&shown);
	}
	return 0;
}
