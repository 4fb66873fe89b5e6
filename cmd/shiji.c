/*
 * shiji: runs `shiji TOOL ...` as `shiji-TOOL ...`, as git does.
 */
#include "cli/options.h"
#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct command_word tools[] = {
	{ "init", N_("make a book, and set up the repository around it") },
	{ "validate", N_("check the records, and list what is still missing") },
	{ "score", N_("score the units for a period") },
	{ "rank", N_("rank a stream of scores, or any table") },
	{ "diff", N_("show which scores differ, and why") },
	{ "log", N_("list the commits that changed a score") },
	{ "explain", N_("take a score apart, down to rows and commits") },
	{ "duty", N_("tell who answers for what, what is late or behind") },
	{ "gap", N_("tell what stands between a unit and a rank") },
	{ "close", N_("publish a period, prove it, correct it") },
	{ "guard", N_("refuse a push that alters what is closed, or others' "
		      "files") },
	{ "textconv", N_("show a file so that a line of a diff tells all") },
	{ "merge-records", N_("join what two sides made of a file") },
	{ NULL, NULL },
};

static const struct command command = {
	.name = "shiji",
	.operands = "TOOL [arguments]",
	.purpose = N_("Run performance assessments that anyone can audit."),
	.words = tools,
	.see = N_("'shiji TOOL --help' tells of a tool, shiji(1) of them all."),
};

static int
unknown_tool(const char *name)
{
	struct str_nearest nearest;
	struct str best;

	str_nearest_start(&nearest, str_from(name));
	for (size_t i = 0; tools[i].word != NULL; i++)
		str_nearest_offer(&nearest, str_from(tools[i].word));
	best = str_nearest_best(&nearest);
	if (best.size > 0)
		return trouble(_("unknown tool '%s'; did you mean '" STR_FMT
				 "'? See 'shiji --help'."),
		    name, STR_ARG(best));
	return trouble(_("unknown tool '%s'; see 'shiji --help'"), name);
}

/* The folder of this program, so that tools of one build find one another. */
static bool
own_folder(char path[PATH_MAX])
{
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (size <= 0)
		return false;
	path[size] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

static int
run(const char *name, char **arguments)
{
	char folder[PATH_MAX], path[PATH_MAX + 64], plain[64];

	if (strlen(name) > 40 || strchr(name, '/') != NULL)
		return unknown_tool(name);
	snprintf(plain, sizeof(plain), "shiji-%s", name);
	arguments[0] = plain;
	if (own_folder(folder)) {
		snprintf(path, sizeof(path), "%s/%s", folder, plain);
		execv(path, arguments);
	}
	execvp(plain, arguments);
	if (errno == ENOENT)
		return unknown_tool(name);
	return trouble("%s: %s", plain, strerror(errno));
}

int
main(int argc, char **argv)
{
	struct operands none;

	/* What follows a tool is the tool's. */
	if (argc > 1 && argv[1][0] == '-')
		return output_finish(options_read(&command, argc, argv, &none));
	options_start(&command);
	if (argc > 1)
		return run(argv[1], argv + 1);
	options_help();
	return output_finish(EXIT_TROUBLE);
}
