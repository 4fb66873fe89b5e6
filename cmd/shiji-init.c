/*
 * shiji-init: a book that works at once, and the repository that keeps it.
 */
#include "book/init.h"
#include "cli/options.h"

enum { OPTION_FROM = 256, OPTION_SERVER };

static const struct option_row options[] = {
	{ OPTION_FROM, "from", "DIR",
	    N_("copy the book in this folder, instead of a small one"), false },
	{ OPTION_SERVER, "server", NULL,
	    N_("a bare repository that guards what is pushed to it"), false },
	OPTION_HELP,
	OPTION_VERSION,
	{ 0, NULL, NULL, NULL, false },
};

static const struct command command = {
	.name = "shiji-init",
	.synopsis = "[options] DIR",
	.purpose = N_("Make a book, and set up the git repository around it."),
	.options = options,
};

int
main(int argc, char **argv)
{
	const char *argument, *from = NULL;
	int letter, operand, rc;
	struct diag_print how = { .least = SEVERITY_ERROR,
		.program = command.name };
	struct diag *diag = diag_new(0);
	bool is_server = false;

	command_start(&command);
	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		if (letter == OPTION_FROM)
			from = argument;
		else
			is_server = true;
	}
	if (argc - operand != 1 || argv[operand][0] == '\0')
		rc = usage_trouble(_("name one folder; '.' is this one"));
	else if (is_server && from != NULL)
		rc = usage_trouble(_("--from and --server exclude one "
				     "another"));
	else if (is_server)
		rc = init_server(argv[operand], stdout, diag);
	else
		rc = init_book(argv[operand], from, stdout, diag);
	diag_print(diag, &how, stderr);
	diag_free(diag);
	return command_finish(rc == 0 ? EXIT_SOUND : EXIT_TROUBLE);
}
