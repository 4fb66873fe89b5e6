/*
 * fuzz_merge: any bytes as the three sides of a file, parted by bytes 1; the
 * first byte tells records from data. What only one side changed, and what both
 * changed alike, is never in conflict, and sides may change their places.
 */
#include "book/merge_records.h"
#include "fuzz.h"

static bool
adds_up(const void *context, struct str measure)
{
	(void)context;
	return str_starts(measure, STR("m"));
}

static enum merge_outcome
merge(const char *path, struct str base, struct str ours, struct str theirs,
    struct buffer *out)
{
	const struct merge_request request = { .path = path,
		.sides = { base, ours, theirs },
		.marker_size = 7,
		.adds_up = adds_up };
	struct merge_result result = { 0 };
	struct arena arena = { 0 };
	enum merge_outcome outcome = merge_records(&request, &arena, &result);

	REQUIRE((outcome == MERGE_CONFLICT) == (result.conflict_count > 0));
	REQUIRE(outcome != MERGE_UNFIT || result.text.size == 0);
	for (size_t i = 0; i < result.conflict_count; i++)
		REQUIRE(result.conflicts[i].what.size > 0);
	if (out != NULL)
		buffer_add(out, buffer_str(&result.text));
	buffer_free(&result.text);
	arena_free(&arena);
	return outcome;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, base, ours;
	const char *path = size > 0 && data[0] % 2 == 0 ? "any.rec" : "any.tsv";
	struct buffer once = { 0 }, twice = { 0 };
	enum merge_outcome outcome, turned;

	rest = size > 0 ? str_from_byte(rest, 1) : rest;
	str_cut(&rest, 1, &base);
	str_cut(&rest, 1, &ours);
	outcome = merge(path, base, ours, rest, NULL);
	turned = merge(path, base, rest, ours, NULL);
	/* Where a record may stand can depend on what comes first. */
	REQUIRE(outcome == turned || outcome == MERGE_UNFIT ||
		turned == MERGE_UNFIT);
	REQUIRE(merge(path, base, ours, ours, NULL) != MERGE_CONFLICT);
	REQUIRE(merge(path, base, base, ours, NULL) != MERGE_CONFLICT);
	/* What came out clean stays as it is when it is merged again. */
	if (merge(path, base, ours, base, &once) == MERGE_CLEAN) {
		REQUIRE(merge(path, ours, buffer_str(&once), ours, &twice) ==
			MERGE_CLEAN);
		REQUIRE(str_equal(buffer_str(&once), buffer_str(&twice)));
	}
	buffer_free(&once);
	buffer_free(&twice);
	return 0;
}
