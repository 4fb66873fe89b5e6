#include "cli/trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FINDINGS_MOST = 100 }; /* are printed; the others are counted */

static struct {
	const char *name; /* NULL: not known yet */
	bool is_quiet, is_verbose;
} program;

void
trouble_start(const char *name)
{
	program.name = name;
}

const char *
trouble_name(void)
{
	return program.name != NULL ? program.name : "shiji";
}

void
trouble_level(bool is_quiet, bool is_verbose)
{
	program.is_quiet = is_quiet;
	program.is_verbose = is_verbose;
}

bool
trouble_is_quiet(void)
{
	return program.is_quiet;
}

bool
trouble_is_verbose(void)
{
	return program.is_verbose;
}

static void print_line(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

static void
print_line(const char *format, va_list arguments)
{
	struct buffer line = { 0 };
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		memory_short();
	buffer_format(&line, "%s: ", trouble_name());
	/* What is named may have been made to harm. */
	buffer_add_safe(&line, str_from(text));
	buffer_add_byte(&line, '\n');
	/* In one piece, since several programs may write to one terminal. */
	(void)fwrite(line.data, 1, line.size, stderr);
	buffer_free(&line);
	free(text);
}

int
trouble(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line(format, arguments);
	va_end(arguments);
	return EXIT_TROUBLE;
}

void
trouble_add_call(struct buffer *text)
{
	struct str rest = str_from(program.name), tool;

	str_cut(&rest, '-', &tool);
	buffer_add(text, tool.size == 0 ? STR("shiji") : tool);
	if (rest.size > 0)
		buffer_format(text, " " STR_FMT, STR_ARG(rest));
}

int
trouble_usage(const char *format, ...)
{
	struct buffer call = { 0 };
	va_list arguments;
	const char *last;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		memory_short();
	va_end(arguments);
	trouble_add_call(&call);
	buffer_add_byte(&call, '\0');
	last = text[0] == '\0' ? text : text + strlen(text) - 1;
	if (*last == '.' || *last == '?' || *last == '!')
		trouble(_("%s See '%s --help'."), text, call.data);
	else
		trouble(_("%s. See '%s --help'."), text, call.data);
	buffer_free(&call);
	free(text);
	return EXIT_TROUBLE;
}

void
trouble_say(const char *format, ...)
{
	va_list arguments;

	if (program.is_quiet)
		return;
	va_start(arguments, format);
	print_line(format, arguments);
	va_end(arguments);
}

void
trouble_detail(const char *format, ...)
{
	va_list arguments;

	if (!program.is_verbose)
		return;
	va_start(arguments, format);
	print_line(format, arguments);
	va_end(arguments);
}

void
trouble_text(struct str text)
{
	if (!program.is_quiet && text.size > 0)
		(void)fwrite(text.data, 1, text.size, stderr);
}

void
trouble_old(const char *old, const char *now)
{
	trouble_say(
	    _("note: %s is now %s; the old name goes with the next version"),
	    old, now);
}

static int
status_of(const struct diag *diag, int unsound)
{
	if (diag_count(diag, SEVERITY_TROUBLE) > 0)
		return EXIT_TROUBLE;
	if (diag_count_placed(diag, SEVERITY_ERROR) > 0)
		return unsound;
	return diag_has_errors(diag) ? EXIT_FINDING : EXIT_SOUND;
}

int
trouble_errors(struct diag *diag, const char *prefix, int unsound)
{
	const struct diag_print how = { .format = DIAG_TEXT,
		.least = SEVERITY_ERROR,
		.most = FINDINGS_MOST,
		.summary = true,
		.prefix = prefix,
		.program = trouble_name() };
	int status = status_of(diag, unsound);

	if (status == EXIT_TROUBLE ||
	    (status != EXIT_SOUND && !program.is_quiet))
		diag_print(diag, &how, stderr);
	return status;
}

void
trouble_findings(struct diag *diag, const char *prefix, enum severity least)
{
	const struct diag_print how = { .format = DIAG_TEXT,
		.least = program.is_quiet ? SEVERITY_TROUBLE : least,
		.most = FINDINGS_MOST,
		.prefix = prefix,
		.program = trouble_name() };

	diag_print(diag, &how, stderr);
}
