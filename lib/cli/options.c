#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/version.h"

/* One program, one command: what main() gave command_start(). */
static struct {
	const struct command *command;
	const char *spoken; /* as it is called: "shiji rank" */
	size_t option_count;
	struct option *long_options; /* in the order of the rows */
	char *letters;		     /* as getopt has them: ":b:t:hV" */
	bool *given;
} program;

static size_t
count_options(const struct option_row *rows)
{
	size_t count = 0;

	while (rows[count].name != NULL)
		count++;
	return count;
}

/* Build what getopt_long() wants from the rows. */
static void
build_options(const struct option_row *rows)
{
	size_t count = count_options(rows);
	struct option *options = memory_alloc((count + 1) * sizeof(*options));
	struct buffer letters = { 0 };

	/* The colon: a missing argument is told from an unknown option. */
	buffer_add_byte(&letters, ':');
	for (size_t i = 0; i < count; i++) {
		bool takes = rows[i].argument != NULL;
		bool may = takes && rows[i].argument[0] == '[';

		options[i] = (struct option){ rows[i].name,
			may	? optional_argument
			: takes ? required_argument
				: no_argument,
			NULL, rows[i].letter };
		if (rows[i].letter > 0xff)
			continue;
		buffer_add_byte(&letters, (char)rows[i].letter);
		if (takes)
			buffer_add_byte(&letters, ':');
		if (may)
			buffer_add_byte(&letters, ':');
	}
	options[count] = (struct option){ 0 };
	buffer_add_byte(&letters, '\0');
	program.option_count = count;
	program.long_options = options;
	program.letters = letters.data;
	program.given = memory_alloc(count * sizeof(*program.given));
	memset(program.given, 0, count * sizeof(*program.given));
}

/* "shiji-rank" is run as `shiji rank`. */
static const char *
spoken_name(const char *name)
{
	size_t size = strlen(name) + 1;
	char *spoken = memcpy(memory_alloc(size), name, size);
	char *hyphen = strchr(spoken, '-');

	if (hyphen != NULL)
		*hyphen = ' ';
	return spoken;
}

static bool
is_open(int number)
{
	return fcntl(number, F_GETFD) != -1 || errno != EBADF;
}

/*
 * Give a standard stream that came closed a place to be, so that no file
 * opened later is taken for it.
 */
static void
fill(int number, int mode)
{
	int opened;

	if (is_open(number))
		return;
	opened = open("/dev/null", mode);
	if (opened >= 0 && opened != number) {
		dup2(opened, number);
		close(opened);
	}
}

void
command_start(const struct command *command)
{
	/* For writing only: to read from no standard input is an error, not
	 * an empty file. */
	fill(STDERR_FILENO, O_WRONLY);
	fill(STDIN_FILENO, O_WRONLY);
	/* Numbers and order are the same in every locale. */
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
#ifdef SHIJI_LOCALEDIR
	bindtextdomain("shiji", SHIJI_LOCALEDIR);
#endif
	textdomain("shiji");
	program.command = command;
	program.spoken = spoken_name(command->name);
	build_options(command->options);
	if (!is_open(STDOUT_FILENO))
		exit(trouble(_("standard output is closed")));
}

const char *
command_name(void)
{
	return program.command == NULL ? "shiji" : program.command->name;
}

static int
say(const char *text)
{
	struct buffer line = { 0 };

	buffer_format(&line, "%s: ", command_name());
	/* What is named may have been made to harm. */
	buffer_add_safe(&line, str_from(text));
	buffer_add_byte(&line, '\n');
	/* In one piece, since several programs may write to one terminal. */
	(void)fwrite(line.data, 1, line.size, stderr);
	buffer_free(&line);
	return EXIT_TROUBLE;
}

static char *format_text(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

static char *
format_text(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		memory_short();
	return text;
}

int
trouble(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	say(text);
	free(text);
	return EXIT_TROUBLE;
}

int
usage_trouble(const char *format, ...)
{
	const char *spoken = program.command == NULL ? "shiji" : program.spoken;
	va_list arguments;
	const char *last;
	char *text;

	va_start(arguments, format);
	text = format_text(format, arguments);
	va_end(arguments);
	last = text[0] == '\0' ? text : text + strlen(text) - 1;
	if (*last == '.' || *last == '?' || *last == '!')
		trouble(_("%s See '%s --help'."), text, spoken);
	else
		trouble(_("%s. See '%s --help'."), text, spoken);
	free(text);
	return EXIT_TROUBLE;
}

/* How an option looks in the list: "  -b, --by=COLUMN", "  --due[=DATE]". */
static void
add_option(struct buffer *text, const struct option_row *row)
{
	if (row->letter > 0xff)
		buffer_format(text, "      --%s", row->name);
	else
		buffer_format(text, "  -%c, --%s", row->letter, row->name);
	if (row->argument != NULL && row->argument[0] == '[')
		buffer_format(text, "[=%s", row->argument + 1);
	else if (row->argument != NULL)
		buffer_format(text, "=%s", row->argument);
}

static _Noreturn void
show_help(void)
{
	const struct command *command = program.command;
	struct buffer text = { 0 };
	size_t widest = 0;

	for (size_t i = 0; i < program.option_count; i++) {
		buffer_clear(&text);
		add_option(&text, &command->options[i]);
		if (str_width(buffer_str(&text)) > widest)
			widest = str_width(buffer_str(&text));
	}
	printf(_("Usage: %s %s\n"), program.spoken, command->synopsis);
	printf("%s\n\n", _(command->purpose));
	for (size_t i = 0; i < program.option_count; i++) {
		buffer_clear(&text);
		add_option(&text, &command->options[i]);
		printf(STR_FMT "%*s%s\n", STR_ARG(buffer_str(&text)),
		    (int)(widest - str_width(buffer_str(&text))) + 2, "",
		    _(command->options[i].help));
	}
	printf(_("\nSee also the manual page %s(1).\n"), command->name);
	buffer_free(&text);
	exit(command_finish(EXIT_SOUND));
}

static _Noreturn void
show_version(void)
{
	printf("%s (shiji) %s\n", program.command->name, SHIJI_VERSION);
	printf(_("MIT License\n"));
	exit(command_finish(EXIT_SOUND));
}

/* Answer --help and --version, which end the program. */
static void
answer(const char *option)
{
	if (strcmp(option, "help") == 0)
		show_help();
	if (strcmp(option, "version") == 0)
		show_version();
}

/* An unknown long option, or one that is not written out. */
static _Noreturn void
refuse_long(struct str name)
{
	struct str_nearest nearest;
	struct str best = { 0 };

	str_nearest_start(&nearest, name);
	for (size_t i = 0; i < program.option_count; i++) {
		struct str known = str_from(program.long_options[i].name);

		str_nearest_offer(&nearest, known);
		if (best.size == 0 && str_starts(known, name))
			best = known;
	}
	if (best.size == 0)
		best = str_nearest_best(&nearest);
	if (best.size > 0)
		exit(usage_trouble(
		    _("unknown option '--%.*s'; did you mean '--%.*s'?"),
		    STR_ARG(name), STR_ARG(best)));
	exit(usage_trouble(_("unknown option '--%.*s'"), STR_ARG(name)));
}

/*
 * An unknown letter. getopt gives one byte of it; where there are more, the
 * present word holds them, since it is not yet read to its end.
 */
static _Noreturn void
refuse_letter(int argc, char **argv)
{
	char byte = (char)optopt;
	struct str letter = { &byte, 1 };
	struct str word = str_from(optind < argc ? argv[optind] : NULL);
	size_t at = str_find(word, byte), size;
	int32_t point;

	if (at < word.size) {
		word = str_from_byte(word, at);
		size = str_code_point(word, 0, &point);
		letter = str_head(word, size > 0 ? size : 1);
	}
	exit(usage_trouble(_("unknown option '-%.*s'"), STR_ARG(letter)));
}

/* The name in `--name` or `--name=argument`; empty where it is none. */
static struct str
long_name(const char *word)
{
	struct str rest = str_from(word), name;

	if (!str_starts(rest, STR("--")))
		return (struct str){ 0 };
	rest = str_from_byte(rest, 2);
	str_cut(&rest, '=', &name);
	return name;
}

/* The place of the option that has this letter; option_count if none has. */
static size_t
find_letter(int letter)
{
	size_t i = 0;

	while (i < program.option_count &&
	       program.long_options[i].val != letter)
		i++;
	return i;
}

/* An option as it was typed: '--period' or '-p'. */
enum { TYPED_SIZE = 64 };
static const char *
typed(char room[TYPED_SIZE], size_t option, bool is_long)
{
	if (is_long)
		snprintf(room, TYPED_SIZE, "--%s",
		    program.long_options[option].name);
	else
		snprintf(room, TYPED_SIZE, "-%c",
		    program.long_options[option].val);
	return room;
}

/* Say what getopt_long() complains about: it returned `complaint`. */
static _Noreturn void
refuse(int complaint, int argc, char **argv)
{
	struct str name = long_name(argv[optind - 1]);
	char room[TYPED_SIZE];
	size_t option;

	/* Zero: an unknown long option, or the beginning of several. */
	if (optopt == 0)
		refuse_long(name);
	option = find_letter(optopt);
	if (option == program.option_count)
		refuse_letter(argc, argv);
	typed(room, option, name.size > 0);
	if (complaint == ':')
		exit(usage_trouble(_("option '%s' needs an argument, %s"), room,
		    program.command->options[option].argument));
	exit(usage_trouble(_("option '%s' takes no argument"), room));
}

/* The word that held the long option just read: its argument may follow it. */
static const char *
long_word(char **argv)
{
	return argv[optind - (optarg == argv[optind - 1] ? 2 : 1)];
}

int
command_next(int argc, char **argv, const char **argument, int *operand)
{
	int letter, index = -1;
	char room[TYPED_SIZE];
	size_t option;

	opterr = 0;
	letter = getopt_long(argc, argv, program.letters, program.long_options,
	    &index);
	*argument = optarg;
	*operand = optind < argc ? optind : argc;
	if (letter == -1)
		return -1;
	if (letter == '?' || letter == ':')
		refuse(letter, argc, argv);
	option = index >= 0 ? (size_t)index : find_letter(letter);
	/* What is short for one option today may be for two tomorrow. */
	if (index >= 0 && !str_equal(long_name(long_word(argv)),
			      str_from(program.long_options[option].name)))
		refuse_long(long_name(long_word(argv)));
	if (program.given[option] &&
	    !program.command->options[option].repeatable)
		exit(usage_trouble(_("option '%s' given twice; give it once"),
		    typed(room, option, index >= 0)));
	program.given[option] = true;
	answer(program.long_options[option].name);
	return letter;
}

/*
 * Whether the reader of standard output is gone, which errno no longer tells
 * when an earlier write met it.
 */
static bool
is_reader_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int
command_finish(int status)
{
	bool lost = ferror(stdout) != 0, gone = lost && is_reader_gone();

	errno = 0;
	if (fclose(stdout) == 0 && !lost)
		return status;
	/* Only where SIGPIPE came ignored: it ends the others as quietly. */
	if (gone || errno == EPIPE)
		return EXIT_TROUBLE;
	return trouble(_("standard output: %s"),
	    errno != 0 ? strerror(errno) : _("an earlier write failed"));
}
