/*
 * Commands: each row is a line of shell, in which "$T" runs this program as a
 * tool, and what must come of it. As a tool it says which options it was given,
 * then does what its operands ask for.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "cli/command.h"

static const struct row {
	const char *name, *line, *out, *err;
	int status;
} rows[] = {
	{ "no option, no operand", "$T", "", "", 0 },
	{ "options and operands in any order",
	    "$T one -b score two --ties=min --format csv -q",
	    "b=score\nt=min\nformat=csv\nq\none\ntwo\n", "", 0 },
	{ "letters together", "$T -qbscore", "q\nb=score\n", "", 0 },
	{ "a lone hyphen is an operand", "$T - -q", "q\n-\n", "", 0 },
	{ "two hyphens end the options", "$T -q -- -b --ties",
	    "q\n-b\n--ties\n", "", 0 },
	{ "an empty argument", "$T --by= -t ''", "b=\nt=\n", "", 0 },
	{ "an argument may look like an option", "$T -b --ties", "b=--ties\n",
	    "", 0 },
	{ "an argument that may be left out", "$T --due one --due=two", "due\n",
	    "shiji-rank: option '--due' given twice; give it once. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "and stands in the same word", "$T --due=two one", "due=two\none\n",
	    "", 0 },
	{ "and is its letter's too", "$T -dtwo -q", "d=two\nq\n", "", 0 },
	{ "or is left out there", "$T -d two", "d\ntwo\n", "", 0 },
	{ "repeatable options", "$T -u a --unit b -ua", "u=a\nu=b\nu=a\n", "",
	    0 },

	{ "unknown, with the nearest", "$T --tied", "",
	    "shiji-rank: unknown option '--tied'; did you mean '--ties'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "unknown, with an argument", "$T --tied=min", "",
	    "shiji-rank: unknown option '--tied'; did you mean '--ties'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "unknown, nothing near", "$T --zebra", "",
	    "shiji-rank: unknown option '--zebra'. See 'shiji rank --help'.\n",
	    2 },
	{ "abbreviated", "$T --quie", "",
	    "shiji-rank: unknown option '--quie'; did you mean '--quiet'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "abbreviated, with an argument", "$T --fo=csv", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "abbreviated, its argument apart", "$T --fo csv", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "abbreviated, after operands", "$T one two --fo csv three", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "the beginning of several", "$T --tie", "",
	    "shiji-rank: unknown option '--tie'; did you mean '--ties'? "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "the beginning of several, but whole", "$T --ties min --tiebreak x",
	    "t=min\ntiebreak=x\n", "", 0 },
	{ "unknown letter", "$T -x", "",
	    "shiji-rank: unknown option '-x'. See 'shiji rank --help'.\n", 2 },
	{ "unknown letter among others", "$T --quiet -bx a -xu", "q\nb=x\n",
	    "shiji-rank: unknown option '-x'. See 'shiji rank --help'.\n", 2 },
	{ "unknown letter of another script", "$T one -q甲乙", "q\n",
	    "shiji-rank: unknown option '-甲'. See 'shiji rank --help'.\n", 2 },
	{ "unknown letter that is no UTF-8", "$T -q\"$(printf '\\377')\"",
	    "q\n",
	    "shiji-rank: unknown option '-\\xFF'. See 'shiji rank --help'.\n",
	    2 },
	{ "control characters are shown, not sent",
	    "$T --\"$(printf 'a\\033[2J\\302\\233b\\nc')\"", "",
	    "shiji-rank: unknown option '--a\\x1B[2J\\xC2\\x9Bb\\x0Ac'. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "argument missing, letter", "$T -q -b", "q\n",
	    "shiji-rank: option '-b' needs an argument, COLUMN. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "argument missing, letters together", "$T -qb", "q\n",
	    "shiji-rank: option '-b' needs an argument, COLUMN. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "argument missing, name", "$T x --format", "",
	    "shiji-rank: option '--format' needs an argument, FORMAT. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "argument unexpected", "$T --quiet=no", "",
	    "shiji-rank: option '--quiet' takes no argument. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "twice, letter", "$T -b x -b x", "b=x\n",
	    "shiji-rank: option '-b' given twice; give it once. "
	    "See 'shiji rank --help'.\n",
	    2 },
	{ "twice, letter and name", "$T -q --quiet", "q\n",
	    "shiji-rank: option '--quiet' given twice; give it once. "
	    "See 'shiji rank --help'.\n",
	    2 },

	{ "help", "$T --help",
	    "Usage: shiji rank [options] [FILE]\n"
	    "Rank a stream of scores.\n"
	    "\n"
	    "  -b, --by=COLUMN        rank by this column (score)\n"
	    "  -t, --ties=METHOD      how equal scores share a rank\n"
	    "      --tiebreak=COLUMN  what parts them\n"
	    "  -u, --unit=UNIT        only this unit\n"
	    "      --format=FORMAT    how to write it\n"
	    "      --due[=DATE]       until when\n"
	    "  -d, --day[=DATE]       on which day\n"
	    "  -q, --quiet            say less\n"
	    "  -h, --help             show this help\n"
	    "  -V, --version          show the version\n"
	    "\n"
	    "See also the manual page shiji-rank(1).\n",
	    "", 0 },
	{ "help, letter, after others", "$T -q -h | head -n 2",
	    "q\nUsage: shiji rank [options] [FILE]\n", "", 0 },
	{ "help before a fault", "$T --version --zebra",
	    "shiji-rank (shiji) 0.1.0\nMIT License\n", "", 0 },
	{ "version, letter", "$T -V", "shiji-rank (shiji) 0.1.0\nMIT License\n",
	    "", 0 },
	{ "help takes no argument", "$T --help=x", "",
	    "shiji-rank: option '--help' takes no argument. "
	    "See 'shiji rank --help'.\n",
	    2 },

	{ "status of a finding", "$T found", "found\n", "", 1 },
	{ "trouble", "$T trouble", "trouble\n",
	    "shiji-rank: cannot read 'x': 7\n", 2 },
	{ "trouble stays one line", "$T \"trouble$(printf '\\na\\tb\\r')\"",
	    "trouble\na\tb\r\n", "shiji-rank: trouble\\x0Aa\\x09b\\x0D\n", 2 },
	{ "trouble before the command has a name", "$T early", "",
	    "shiji: no luck. See 'shiji --help'.\n", 2 },
	{ "usage trouble", "$T usage", "usage\n",
	    "shiji-rank: no period 'x'. See 'shiji rank --help'.\n", 2 },
	{ "usage trouble that ends in a stop", "$T usage.", "usage.\n",
	    "shiji-rank: give one. See 'shiji rank --help'.\n", 2 },

	{ "full disk", "$T one >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, much", "$T much >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, the reason no longer known", "$T block >/dev/full", "",
	    "shiji-rank: standard output: an earlier write failed\n", 2 },
	{ "full disk, help", "$T --help >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, version", "$T -V >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, nothing written", "$T >/dev/full", "", "", 0 },
	{ "full disk, and a finding", "$T found >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "standard output for reading only", "$T one 1</dev/null", "",
	    "shiji-rank: standard output: Bad file descriptor\n", 2 },
	{ "standard output closed", "$T one >&-", "",
	    "shiji-rank: standard output is closed\n", 2 },
	{ "standard output closed, nothing to write", "$T >&-", "",
	    "shiji-rank: standard output is closed\n", 2 },
	{ "all three closed", "$T one <&- >&- 2>&-", "", "", 2 },
	{ "standard input closed", "$T open <&-", "open\n3\n", "", 0 },
	{ "standard input closed is no empty file", "$T read <&-",
	    "read\nBad file descriptor\n", "", 0 },
	{ "standard error closed", "$T open 2>&-", "open\n3\n", "", 0 },
	{ "input and error closed", "$T open <&- 2>&-", "open\n3\n", "", 0 },
	{ "trouble without standard error", "$T trouble 2>&-", "trouble\n", "",
	    2 },
	{ "a closed pipe ends it quietly",
	    "{ $T much; echo $? >&2; } | head -n 1", "much\n", "141\n", 0 },
	{ "a closed pipe, SIGPIPE ignored",
	    "trap '' PIPE; { $T much; echo $? >&2; } | head -n 1", "much\n",
	    "2\n", 0 },
	{ "a closed pipe, little to write, SIGPIPE ignored",
	    "trap '' PIPE; { sleep 0.3; $T one; echo $? >&2; } | :", "", "2\n",
	    0 },
	{ "a closed pipe met earlier, SIGPIPE ignored",
	    "trap '' PIPE; { $T block; echo $? >&2; } | :", "", "2\n", 0 },
	{ "numbers and order are the same everywhere",
	    "LC_ALL=C.UTF-8 $T locale", "locale\nC.UTF-8 C C\n", "", 0 },
};

static const struct option_row options[] = {
	{ 'b', "by", "COLUMN", N_("rank by this column (score)"), false },
	{ 't', "ties", "METHOD", N_("how equal scores share a rank"), false },
	{ 256, "tiebreak", "COLUMN", N_("what parts them"), false },
	{ 'u', "unit", "UNIT", N_("only this unit"), true },
	{ 257, "format", "FORMAT", N_("how to write it"), false },
	{ 258, "due", "[DATE]", N_("until when"), false },
	{ 'd', "day", "[DATE]", N_("on which day"), false },
	{ 'q', "quiet", NULL, N_("say less"), false },
	OPTION_HELP,
	OPTION_VERSION,
	{ 0 },
};

static const struct command command = { "shiji-rank", "[options] [FILE]",
	N_("Rank a stream of scores."), options };

static void
show_option(int letter, const char *argument)
{
	if (letter == 256)
		printf("tiebreak");
	else if (letter == 257)
		printf("format");
	else if (letter == 258)
		printf("due");
	else
		printf("%c", letter);
	if (argument != NULL)
		printf("=%s", argument);
	printf("\n");
}

static int
do_operand(const char *operand)
{
	static const char block[1 << 20];
	char byte;

	printf("%s\n", operand);
	if (strcmp(operand, "found") == 0)
		return EXIT_FINDING;
	if (strcmp(operand, "trouble") == 0)
		return trouble("cannot read '%s': %d", "x", 7);
	if (str_starts(str_from(operand), STR("trouble")))
		return trouble("%s", operand);
	if (strcmp(operand, "usage") == 0)
		return usage_trouble("no period '%s'", "x");
	if (strcmp(operand, "usage.") == 0)
		return usage_trouble("give one.");
	if (strcmp(operand, "open") == 0)
		printf("%d\n", open("/dev/null", O_RDONLY));
	if (strcmp(operand, "read") == 0)
		printf("%s\n",
		    read(0, &byte, 1) < 0 ? strerror(errno) : "read it");
	if (strcmp(operand, "locale") == 0)
		printf("%s %s %s\n", setlocale(LC_CTYPE, NULL),
		    setlocale(LC_NUMERIC, NULL), setlocale(LC_COLLATE, NULL));
	if (strcmp(operand, "much") == 0)
		for (int i = 0; i < 200000; i++)
			printf("%d\n", i);
	if (strcmp(operand, "block") == 0)
		(void)fwrite(block, 1, sizeof(block), stdout);
	return EXIT_SOUND;
}

static int
be_a_tool(int argc, char **argv)
{
	int letter, operand, status = EXIT_SOUND;
	const char *argument;

	if (argc > 1 && strcmp(argv[1], "early") == 0)
		return usage_trouble("no luck");
	command_start(&command);
	while ((letter = command_next(argc, argv, &argument, &operand)) != -1) {
		show_option(letter, argument);
		/* Before a fault in the next one ends the program. */
		fflush(stdout);
	}
	for (int i = operand; i < argc; i++)
		status = do_operand(argv[i]);
	return command_finish(status);
}

/* What a file holds, up to the room there is, as a string. */
static void
read_back(FILE *file, char *room, size_t size)
{
	rewind(file);
	size = fread(room, 1, size - 1, file);
	room[size] = '\0';
	fclose(file);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	FILE *out = tmpfile(), *err = tmpfile();
	char text[4096];
	int status;
	pid_t child;

	assert_true(out != NULL && err != NULL);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(fileno(out), 1);
		dup2(fileno(err), 2);
		/* What is opened in the tool is then number 3. */
		for (int i = 3; i < 64; i++)
			close(i);
		execl("/bin/sh", "sh", "-c", row->line, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	read_back(err, text, sizeof(text));
	assert_string_equal(text, row->err);
	read_back(out, text, sizeof(text));
	assert_string_equal(text, row->out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), row->status);
}

int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[LENGTH(rows)];
	char path[4096];
	ssize_t size;

	if (getenv("T") != NULL)
		return be_a_tool(argc, argv);
	size = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (size < 0)
		return 2;
	path[size] = '\0';
	setenv("T", path, 1);
	setenv("LC_ALL", "C", 1);
	unsetenv("LANGUAGE");
	unsetenv("POSIXLY_CORRECT");
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
