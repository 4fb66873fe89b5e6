/*
 * shiji-init: a book that works at once, and the repository that keeps it.
 */
#include "book/init.h"
#include "cli/options.h"
#include "cli/output.h"

static const char *from;
static bool is_server;

static const struct option_row rows[] = {
	{ OPTION_TEXT(0, "from", "DIR", &from,
	    N_("copy the book in this folder, instead of a small one")) },
	{ OPTION_FLAG(0, "server", &is_server,
	      N_("a bare repository that guards what is pushed to it")),
	    .excludes = "from" },
	{ 0 },
};

static const struct command command = {
	.name = "shiji-init",
	.operands = "DIR",
	.purpose = N_("Make a book, and set up the git repository around it."),
	.rows = rows,
	.least = 1,
	.most = 1,
	.fault = N_("name one folder; '.' is this one"),
};

static int
run(const char *folder)
{
	struct diag *diag;
	FILE *out;
	int rc;

	if (folder[0] == '\0')
		return trouble_usage("%s", _(command.fault));
	if (from != NULL)
		trouble_detail(_("the book is copied from %s"), from);
	out = trouble_is_quiet() ? NULL : stdout;
	diag = diag_new(0);
	rc = is_server ? init_server(folder, out, diag)
		       : init_book(folder, from, out, diag);
	trouble_errors(diag, "", EXIT_TROUBLE);
	diag_free(diag);
	return rc == 0 ? EXIT_SOUND : EXIT_TROUBLE;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	return output_finish(rc != 0 ? rc : run(operands.list[0]));
}
