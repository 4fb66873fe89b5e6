#include "git/text_merge.h"

#include <git2.h>

static git_merge_file_input
input(struct str text)
{
	return (git_merge_file_input){ .version = GIT_MERGE_FILE_INPUT_VERSION,
		.ptr = text.size > 0 ? text.data : "",
		.size = text.size };
}

/* A NUL, which git takes for a sign of a file that is no text. */
static bool
is_binary(struct str text)
{
	return str_find(text, '\0') != STR_NOWHERE;
}

int
text_merge(struct str base, struct str ours, struct str theirs,
    unsigned marker_size, struct buffer *out, bool *is_clean)
{
	const git_merge_file_options options = {
		.version = GIT_MERGE_FILE_OPTIONS_VERSION,
		.ancestor_label = "base",
		.our_label = "ours",
		.their_label = "theirs",
		.flags = GIT_MERGE_FILE_STYLE_DIFF3,
		.marker_size = (unsigned short)marker_size
	};
	git_merge_file_result result = { 0 };
	git_merge_file_input sides[] = { input(base), input(ours),
		input(theirs) };
	int rc = -1;

	if (is_binary(base) || is_binary(ours) || is_binary(theirs) ||
	    git_libgit2_init() < 0)
		return -1;
	rc = git_merge_file(&result, &sides[0], &sides[1], &sides[2], &options);
	if (rc == 0) {
		buffer_add(out, (struct str){ result.ptr, result.len });
		*is_clean = result.automergeable != 0;
	}
	git_merge_file_result_free(&result);
	git_libgit2_shutdown();
	return rc;
}
