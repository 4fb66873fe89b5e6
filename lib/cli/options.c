#include "cli/options.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/version.h"
#include "cli/option_types.h"
#include "cli/output.h"
#include "view/wrap.h"

/* What getopt_long() answers for the long name of row N is LONG + N. */
enum { LONG = 256, NONE = -1 };

static bool is_quiet, is_verbose, wants_help, wants_version;

/* Of every tool, behind its own. */
static const struct option_row common[] = {
	{ OPTION_FLAG('q', "quiet", &is_quiet,
	    N_("no messages, except why it failed")) },
	{ OPTION_FLAG('v', "verbose", &is_verbose, N_("say what was read")) },
	{ OPTION_FLAG('h', "help", &wants_help, N_("show this help")) },
	{ OPTION_FLAG('V', "version", &wants_version, N_("show the version")) },
	{ 0 },
};

/* One program, one command. */
static struct {
	const struct command *command;
	const struct option_row **rows; /* its own, then the common ones */
	size_t count;
	struct option *long_options; /* as getopt_long() has them */
	char *letters;		     /* likewise: ":b:t:hV" */
	/* As it was typed first, "--by" or "-b"; NULL: not given. */
	const char **given;
	const char **given_old; /* by an old spelling: that */
	struct arena arena;
} program;

/*
 * The rows
 */

static bool
is_end(const struct option_row *row)
{
	return row->letter == 0 && row->name == NULL;
}

static void
gather_rows(const struct option_row *own)
{
	static const struct option_row none = { 0 };
	size_t own_count = 0;

	own = own != NULL ? own : &none;
	while (!is_end(&own[own_count]))
		own_count++;
	program.count = own_count + LENGTH(common) - 1;
	program.rows =
	    arena_array(&program.arena, program.count, sizeof(*program.rows));
	for (size_t i = 0; i < program.count; i++)
		program.rows[i] =
		    i < own_count ? &own[i] : &common[i - own_count];
	program.given =
	    arena_array(&program.arena, program.count, sizeof(*program.given));
	program.given_old = arena_array(&program.arena, program.count,
	    sizeof(*program.given_old));
}

/* The number of the row that is called this. */
static size_t
find_name(struct str name)
{
	size_t i = 0;

	while (i < program.count &&
	       (program.rows[i]->name == NULL ||
		   !str_equal(name, str_from(program.rows[i]->name))))
		i++;
	return i;
}

static size_t
find_letter(int letter)
{
	size_t i = 0;

	while (i < program.count && program.rows[i]->letter != letter)
		i++;
	return i;
}

/* What the row does: itself or, of an old spelling, the present one's. */
static size_t
present_row(size_t row)
{
	size_t now = row;

	if (program.rows[row]->now != NULL)
		now = find_name(str_from(program.rows[row]->now));
	assert(now < program.count);
	return now;
}

static bool
may_be_left_out(const struct option_row *row)
{
	return row->argument != NULL && row->argument[0] == '[';
}

/* Add what getopt_long() wants of a row. */
static void
add_option(size_t row, struct option *options, size_t *count,
    struct buffer *letters)
{
	const struct option_row *now = program.rows[present_row(row)];
	const struct option_row *own = program.rows[row];
	bool takes = now->argument != NULL, may = may_be_left_out(now);

	if (own->name != NULL)
		options[(*count)++] = (struct option){ own->name,
			may	? optional_argument
			: takes ? required_argument
				: no_argument,
			NULL, LONG + (int)row };
	if (own->letter == 0)
		return;
	buffer_add_byte(letters, (char)own->letter);
	if (takes)
		buffer_add_byte(letters, ':');
	if (may)
		buffer_add_byte(letters, ':');
}

static void
build_options(void)
{
	struct buffer letters = { 0 };
	size_t count = 0;

	program.long_options = arena_array(&program.arena, program.count + 1,
	    sizeof(*program.long_options));
	/* The colon: a missing argument is told from an unknown option. */
	buffer_add_byte(&letters, ':');
	for (size_t i = 0; i < program.count; i++)
		add_option(i, program.long_options, &count, &letters);
	program.letters =
	    (char *)(uintptr_t)arena_str(&program.arena, buffer_str(&letters))
		.data;
	buffer_free(&letters);
}

/*
 * The start
 */

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
options_start(const struct command *command)
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
	trouble_start(command->name);
	program.command = command;
	gather_rows(command->rows);
	build_options();
	if (!is_open(STDOUT_FILENO))
		exit(trouble(_("standard output is closed")));
}

/*
 * Help
 */

enum { WIDTH = 80, HEADING_MOST = 28 };

/* How an option looks in the list: "  -b, --by=COLUMN", "  --due[=DATE]". */
static void
add_heading(struct buffer *text, const struct option_row *row)
{
	if (row->letter == 0)
		buffer_format(text, "      --%s", row->name);
	else
		buffer_format(text, "  -%c, --%s", row->letter, row->name);
	if (may_be_left_out(row))
		buffer_format(text, "[=%s", row->argument + 1);
	else if (row->argument != NULL)
		buffer_format(text, "=%s", row->argument);
}

/* A heading, and from a column on what it means; on lines of WIDTH. */
static void
add_entry(struct buffer *out, struct str heading, size_t column,
    const char *meaning)
{
	struct buffer text = { 0 };
	size_t used = str_width(heading);
	struct str rest;

	wrap_add(&text, column, column, str_from(meaning));
	rest = buffer_str(&text);
	buffer_add(out, heading);
	if (used + 2 > column)
		buffer_add_byte(out, '\n');
	else
		rest = str_from_byte(rest, used);
	buffer_add(out, rest);
	buffer_free(&text);
}

static void
add_words(struct buffer *out, const struct command_word *words)
{
	struct buffer heading = { 0 };
	size_t widest = 0;

	for (size_t i = 0; words[i].word != NULL; i++)
		if (str_width(str_from(words[i].word)) > widest)
			widest = str_width(str_from(words[i].word));
	for (size_t i = 0; words[i].word != NULL; i++) {
		buffer_clear(&heading);
		buffer_format(&heading, "  %s", words[i].word);
		add_entry(out, buffer_str(&heading), widest + 4,
		    _(words[i].meaning));
	}
	buffer_add_byte(out, '\n');
	buffer_free(&heading);
}

/* The column where meanings begin: behind all headings but the longest. */
static size_t
meaning_column(void)
{
	struct buffer heading = { 0 };
	size_t widest = 0;

	for (size_t i = 0; i < program.count; i++) {
		size_t width;

		if (program.rows[i]->now != NULL)
			continue;
		buffer_clear(&heading);
		add_heading(&heading, program.rows[i]);
		width = str_width(buffer_str(&heading));
		if (width > widest && width <= HEADING_MOST)
			widest = width;
	}
	buffer_free(&heading);
	return widest + 2;
}

static void
add_options(struct buffer *out)
{
	struct buffer heading = { 0 };
	size_t column = meaning_column();

	for (size_t i = 0; i < program.count; i++) {
		if (program.rows[i]->now != NULL)
			continue;
		buffer_clear(&heading);
		add_heading(&heading, program.rows[i]);
		add_entry(out, buffer_str(&heading), column,
		    _(program.rows[i]->help));
	}
	buffer_free(&heading);
}

static void
add_usage(struct buffer *out)
{
	const struct command *command = program.command;
	struct buffer line = { 0 };

	buffer_add(&line, str_from(_("Usage: ")));
	trouble_add_call(&line);
	/* The one that runs the others takes theirs. */
	if (command->words == NULL)
		buffer_add(&line, str_from(_(" [options]")));
	if (command->operands != NULL)
		buffer_format(&line, " %s", command->operands);
	wrap_add(out, 0, 4, buffer_str(&line));
	wrap_add(out, 0, 0, str_from(_(command->purpose)));
	buffer_add_byte(out, '\n');
	buffer_free(&line);
}

void
options_help(void)
{
	const struct command *command = program.command;
	struct buffer out = { 0 };

	add_usage(&out);
	if (command->words != NULL)
		add_words(&out, command->words);
	add_options(&out);
	buffer_add_byte(&out, '\n');
	if (command->see != NULL)
		wrap_add(&out, 0, 0, str_from(_(command->see)));
	else
		buffer_format(&out, _("See also the manual page %s(1).\n"),
		    command->name);
	(void)fwrite(out.data, 1, out.size, stdout);
	buffer_free(&out);
}

/* Answer --help and --version, which end the program. */
static void
answer(void)
{
	if (!wants_help && !wants_version)
		return;
	if (wants_help) {
		options_help();
	} else {
		printf("%s (shiji) %s\n", program.command->name, SHIJI_VERSION);
		printf(_("MIT License\n"));
	}
	exit(output_finish(EXIT_SOUND));
}

/*
 * What getopt_long() complains about
 */

/* An unknown long option, or one that is not written out. */
static int
refuse_long(struct str name)
{
	struct str_nearest nearest;
	struct str best = { 0 };

	str_nearest_start(&nearest, name);
	for (size_t i = 0; i < program.count; i++) {
		struct str known = str_from(program.rows[i]->name);

		if (program.rows[i]->now != NULL)
			continue;
		str_nearest_offer(&nearest, known);
		if (best.size == 0 && str_starts(known, name))
			best = known;
	}
	if (best.size == 0)
		best = str_nearest_best(&nearest);
	if (best.size > 0)
		return trouble_usage(_("unknown option '--" STR_FMT
				       "'; did you mean '--" STR_FMT "'?"),
		    STR_ARG(name), STR_ARG(best));
	return trouble_usage(_("unknown option '--" STR_FMT "'"),
	    STR_ARG(name));
}

/*
 * An unknown letter. getopt gives one byte of it; where there are more, the
 * present word holds them, since it is not yet read to its end.
 */
static int
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
	return trouble_usage(_("unknown option '-" STR_FMT "'"),
	    STR_ARG(letter));
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

/* An option as it is typed: '--period' or '-p'. */
static const char *
typed(size_t row, bool is_long)
{
	const struct option_row *option = program.rows[row];

	return is_long
		   ? arena_format(&program.arena, "--%s", option->name).data
		   : arena_format(&program.arena, "-%c", option->letter).data;
}

/* Which row a number of getopt_long() stands for. */
static size_t
row_of(int answered)
{
	return answered >= LONG ? (size_t)(answered - LONG)
				: find_letter(answered);
}

static int
refuse(int complaint, int argc, char **argv)
{
	struct str name = long_name(argv[optind - 1]);
	size_t row;

	/* Zero: an unknown long option, or the beginning of several. */
	if (optopt == 0)
		return refuse_long(name);
	row = row_of(optopt);
	if (row == program.count)
		return refuse_letter(argc, argv);
	if (complaint == ':')
		return trouble_usage(_("option '%s' needs an argument, %s"),
		    typed(row, optopt >= LONG),
		    program.rows[present_row(row)]->argument);
	return trouble_usage(_("option '%s' takes no argument"),
	    typed(row, optopt >= LONG));
}

/*
 * Reading
 */

/* The word that held the long option just read: its argument may follow it. */
static const char *
long_word(char **argv)
{
	return argv[optind - (optarg == argv[optind - 1] ? 2 : 1)];
}

/* Set the variable; an argument may have been left out. */
static int
set_variable(const struct option_row *row, const char *name,
    const char *argument)
{
	struct buffer fault = { 0 };
	int rc = 0;

	if (row->argument != NULL && argument == NULL)
		return 0;
	if (!option_type_set(row, argument, &program.arena, &fault))
		rc = trouble_usage("%s: '%s' " STR_FMT, name, argument,
		    STR_ARG(buffer_str(&fault)));
	buffer_free(&fault);
	return rc;
}

/* Take the option that getopt_long() has read. */
static int
take(int answered, char **argv)
{
	size_t as_typed = row_of(answered), row = present_row(as_typed);
	const struct option_row *option = program.rows[row];
	const char *name = typed(as_typed, answered >= LONG);

	/* What is short for one option today may be for two tomorrow. */
	if (answered >= LONG && !str_equal(long_name(long_word(argv)),
				    str_from(program.rows[as_typed]->name)))
		return refuse_long(long_name(long_word(argv)));
	if (program.given[row] != NULL && !option_type_repeats(option->type))
		return trouble_usage(_("option '%s' given twice; give it once"),
		    name);
	if (program.given[row] == NULL)
		program.given[row] = name;
	if (as_typed != row)
		program.given_old[row] = name;
	return set_variable(option, name, optarg);
}

/*
 * What goes together
 */

/* The next row of a list of names; false at its end. */
static bool
next_row(struct str *names, size_t *row)
{
	struct str name;

	if (names->size == 0)
		return false;
	str_cut(names, ' ', &name);
	*row = find_name(name);
	assert(*row < program.count);
	return true;
}

static bool
is_any_given(const char *names)
{
	struct str rest = str_from(names);
	size_t row;

	while (next_row(&rest, &row))
		if (program.given[row] != NULL)
			return true;
	return false;
}

/* "--set, --plan or --scheme" */
static struct str
list_names(const char *names)
{
	struct str rest = str_from(names), result;
	struct buffer text = { 0 };
	size_t row;

	while (next_row(&rest, &row)) {
		if (text.size > 0)
			buffer_add(&text,
			    rest.size > 0 ? STR(", ") : str_from(_(" or ")));
		buffer_format(&text, "--%s", program.rows[row]->name);
	}
	result = arena_str(&program.arena, buffer_str(&text));
	buffer_free(&text);
	return result;
}

static int
exclude(size_t one, size_t other)
{
	return trouble_usage(_("%s and %s exclude one another"),
	    program.given[one], program.given[other]);
}

/* Modes: of one variable only one may be asked for. */
static int
check_mode(size_t row)
{
	const struct option_row *option = program.rows[row];

	for (size_t i = 0; option->mode != NULL && i < row; i++)
		if (program.given[i] != NULL &&
		    program.rows[i]->mode == option->mode &&
		    program.rows[i]->mode_value != option->mode_value)
			return exclude(i, row);
	if (option->mode != NULL)
		*option->mode = option->mode_value;
	return 0;
}

static int
check_given(size_t row)
{
	const struct option_row *option = program.rows[row];
	struct str rest = str_from(option->excludes);
	size_t other;

	while (next_row(&rest, &other))
		if (program.given[other] != NULL)
			return exclude(row, other);
	if (option->needs != NULL && !is_any_given(option->needs))
		return trouble_usage(_("%s goes with " STR_FMT),
		    program.given[row], STR_ARG(list_names(option->needs)));
	return check_mode(row);
}

static int
check_relations(void)
{
	int rc = 0;

	for (size_t i = 0; i < program.count && rc == 0; i++) {
		const struct option_row *option = program.rows[i];

		if (program.given[i] != NULL)
			rc = check_given(i);
		else if (option->wanted_by != NULL &&
			 is_any_given(option->wanted_by))
			rc = trouble_usage(_(STR_FMT " needs --%s=%s"),
			    STR_ARG(list_names(option->wanted_by)),
			    option->name, option->argument);
	}
	return rc;
}

/*
 * Operands
 */

/* An argument that may be left out stands in the option's own word. */
static int
check_parted_argument(const char *operand)
{
	for (size_t i = 0; i < program.count; i++) {
		const struct option_row *row = program.rows[i];
		struct buffer fault = { 0 };
		bool fits;

		if (!may_be_left_out(row) || program.given[i] == NULL)
			continue;
		fits = option_type_set(row, operand, &program.arena, &fault);
		buffer_free(&fault);
		if (fits)
			return trouble_usage(_("write it as --%s=%s"),
			    row->name, operand);
	}
	return 0;
}

static int
check_operands(const struct operands *operands)
{
	const struct command *command = program.command;
	const char *unexpected;
	int rc;

	if (operands->count < command->least)
		return trouble_usage("%s", _(command->fault));
	if (operands->count <= command->most)
		return 0;
	unexpected = operands->list[command->most];
	if ((rc = check_parted_argument(unexpected)) != 0)
		return rc;
	if (command->fault != NULL)
		return trouble_usage(_("unexpected argument '%s'; %s"),
		    unexpected, _(command->fault));
	return trouble_usage(
	    find_name(STR("directory")) < program.count
		? _("unexpected argument '%s'; name the book with -C")
		: _("unexpected argument '%s'"),
	    unexpected);
}

/* Old spellings, once it is known how much is to be said. */
static void
tell_old(void)
{
	for (size_t i = 0; i < program.count; i++)
		if (program.given_old[i] != NULL)
			trouble_old(program.given_old[i],
			    arena_format(&program.arena, "--%s",
				program.rows[i]->name)
				.data);
}

int
options_read(const struct command *command, int argc, char **argv,
    struct operands *operands)
{
	int answered, rc = 0;

	options_start(command);
	opterr = 0;
	while (rc == 0 && (answered = getopt_long(argc, argv, program.letters,
			       program.long_options, NULL)) != -1) {
		rc = answered == '?' || answered == ':'
			 ? refuse(answered, argc, argv)
			 : take(answered, argv);
		answer();
	}
	*operands = (struct operands){ argv + optind,
		optind < argc ? (size_t)(argc - optind) : 0 };
	if (rc == 0)
		rc = check_operands(operands);
	if (rc == 0)
		rc = check_relations();
	trouble_level(is_quiet, is_verbose);
	if (rc == 0)
		tell_old();
	return rc;
}

void
option_list_add(struct option_list *list, struct str text)
{
	list->list = arena_grow(&program.arena, list->list, list->count,
	    &list->capacity, sizeof(*list->list));
	list->list[list->count++] = arena_str(&program.arena, text).data;
}
