/*
 * shiji-textconv: a file of a book as git shows it in a diff.
 */
#include "book/textconv.h"
#include "cli/options.h"
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *folder;

static const struct option_row rows[] = {
	{ OPTION_TEXT('C', "directory", "DIR", &folder,
	    N_("the book that names are from, instead of those found here")) },
	{ 0 },
};

static const struct command command = {
	.name = "shiji-textconv",
	.operands = "FILE",
	.purpose = N_("Show a file of a book so that each line tells what it "
		      "is about."),
	.rows = rows,
	.least = 1,
	.most = 1,
	.fault = N_("name one file"),
};

/* Read all there is. 0, or EXIT_TROUBLE (said). */
static int
read_file(const char *path, struct buffer *bytes)
{
	FILE *file = fopen(path, "rb");
	size_t size = 1;
	int status = 0;

	if (file == NULL)
		return trouble("%s: %s", path, strerror(errno));
	while (size > 0) {
		buffer_reserve(bytes, 65536);
		size = fread(bytes->data + bytes->size, 1, 65536, file);
		bytes->size += size;
	}
	if (ferror(file))
		status = trouble("%s: %s", path, strerror(errno));
	fclose(file);
	return status;
}

/*
 * Which book a file belongs to cannot be told from its path: git gives that of
 * a temporary copy for one side of a diff and may give that of the file itself
 * for the other, and both sides must be shown alike.
 */
static int
show(const char *path)
{
	static const char *const kinds[] = { [TEXTCONV_PLAIN] = N_("text"),
		[TEXTCONV_RECORDS] = N_("records"),
		[TEXTCONV_DATA] = N_("data") };
	struct buffer text = { 0 }, shown = { 0 };
	struct textconv_labels *names = NULL;
	enum textconv_kind kind;
	int status = read_file(path, &text);

	if (status == 0) {
		kind = textconv_kind(str_from(path), buffer_str(&text));
		trouble_detail(_("%s: shown as %s"), path, _(kinds[kind]));
		if (kind == TEXTCONV_DATA)
			names = folder != NULL
				    ? textconv_labels_new(folder, NULL)
				    : textconv_labels_new(".",
					  getenv("GIT_PREFIX"));
		textconv_add(&shown, kind, buffer_str(&text), names);
		if (shown.size > 0)
			fwrite(shown.data, 1, shown.size, stdout);
	}
	textconv_labels_free(names);
	buffer_free(&shown);
	buffer_free(&text);
	return status;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	return output_finish(rc != 0 ? rc : show(operands.list[0]));
}
