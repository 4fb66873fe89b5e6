/*
 * fuzz_rec: any bytes as a recfile. Whatever is read must lie where it says
 * it does, and a fault must have been reported if, and only if, rec_parse()
 * says that there was one.
 */
#include "format/rec.h"
#include "fuzz.h"

static void
check_place(struct place place, struct str text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	REQUIRE(place.line <= lines);
	REQUIRE(place.source.size == 0 ||
		(place.source.data >= text.data &&
		    place.source.data + place.source.size <=
			text.data + text.size));
}

static void
check_field(const struct rec_file *file, const struct rec_field *field)
{
	struct str text = file->text;

	REQUIRE(field->name.size > 0);
	REQUIRE(field->name_at + field->name.size <= text.size);
	REQUIRE(str_equal(field->name,
	    str_head(str_from_byte(text, field->name_at), field->name.size)));
	REQUIRE(field->piece_count > 0);
	for (size_t i = 0; i < field->piece_count; i++) {
		REQUIRE(field->pieces[i].at <= field->value.size);
		REQUIRE(field->pieces[i].source <= text.size);
		REQUIRE(i == 0 ||
			field->pieces[i].at >= field->pieces[i - 1].at);
	}
	check_place(rec_name_place(file, field), text);
	for (size_t at = 0; at <= field->value.size; at += 7)
		check_place(rec_place(file, field, at, field->value.size - at),
		    text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena arena = { 0 };
	struct diag *diag = diag_new(0);
	struct rec_file file;
	int rc = rec_parse(&arena, "any.rec", text, &file, diag);

	REQUIRE((rc == -1) == diag_has_errors(diag));
	for (size_t i = 0; i < file.count; i++) {
		const struct rec_record *record = &file.records[i];

		REQUIRE(record->count > 0);
		check_place(rec_record_place(&file, record), text);
		for (size_t j = 0; j < record->count; j++)
			check_field(&file, &record->fields[j]);
	}
	fuzz_diag_end(diag);
	arena_free(&arena);
	return 0;
}
