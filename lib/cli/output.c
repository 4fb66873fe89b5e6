#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/trouble.h"

/* The file of --output while it is written, beside the one it will replace. */
static struct {
	char *path; /* what is replaced; NULL: standard output is what it was */
	char
	    *draft; /* removed however the program ends, until it is in place */
} file;

/*
 * The draft
 */

static void
remove_draft(void)
{
	if (file.draft != NULL)
		(void)unlink(file.draft);
}

static void
die(int number)
{
	remove_draft();
	(void)raise(number);
}

/* Signals that end the program take the draft along; those ignored stay so. */
static void
watch_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
	const struct sigaction action = { .sa_handler = die,
		.sa_flags = (int)SA_RESETHAND };
	struct sigaction old;

	for (size_t i = 0; i < LENGTH(numbers); i++)
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
}

/* The mode of the file that is there, or of a new one. */
static mode_t
mode_of(const char *path)
{
	struct stat status;
	mode_t mask;

	if (stat(path, &status) == 0)
		return status.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* Print to an open file instead, which is closed. */
static int
redirect(int opened)
{
	int rc = dup2(opened, STDOUT_FILENO) < 0 ? -1 : 0;

	close(opened);
	return rc;
}

/* Where a link leads, since the link is not what is replaced; NULL: errno. */
static char *
real_path(const char *path)
{
	struct stat status;
	char *real;

	if (lstat(path, &status) == 0)
		return realpath(path, NULL);
	real = strdup(path);
	if (real == NULL)
		memory_short();
	return real;
}

static int
open_draft(const char *path)
{
	struct buffer name = { 0 };
	int opened;

	file.path = real_path(path);
	if (file.path == NULL)
		return -1;
	buffer_format(&name, "%s.XXXXXX", file.path);
	buffer_add_byte(&name, '\0');
	opened = mkostemp(name.data, O_CLOEXEC);
	if (opened < 0) {
		buffer_free(&name);
		return -1;
	}
	file.draft = name.data;
	(void)atexit(remove_draft);
	watch_signals();
	if (fchmod(opened, mode_of(file.path)) != 0) {
		close(opened);
		return -1;
	}
	return redirect(opened);
}

/* Whether a file is the one that standard output is already. */
static bool
is_stdout(const struct stat *status)
{
	struct stat own;

	return fstat(STDOUT_FILENO, &own) == 0 &&
	       own.st_dev == status->st_dev && own.st_ino == status->st_ino;
}

int
output_begin(const struct output *output)
{
	const char *path = output->file;
	struct stat status;
	bool is_there;
	int rc, opened;

	if (path == NULL || strcmp(path, "-") == 0)
		return 0;
	is_there = stat(path, &status) == 0;
	if (is_there && is_stdout(&status))
		return 0;
	if (is_there && S_ISDIR(status.st_mode))
		return trouble(_("--output: '%s' is a folder; name a file"),
		    path);
	if (is_there && !S_ISREG(status.st_mode)) {
		opened = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		rc = opened < 0 ? -1 : redirect(opened);
	} else {
		rc = open_draft(path);
	}
	return rc == 0 ? 0 : trouble("--output: %s: %s", path, strerror(errno));
}

/*
 * Formats
 */

enum table_format
output_format(const struct output *output)
{
	return output->format.given ? output->format.table
				    : table_format_for(stdout);
}

bool
output_is_text(const struct output *output)
{
	return output->format.given ? output->format.is_text
				    : isatty(STDOUT_FILENO) == 1;
}

struct table *
output_table(const struct output *output, const struct table_column *columns,
    size_t count)
{
	return table_new(stdout, output_format(output), columns, count);
}

/*
 * The end
 */

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

/* Close it; false, with the reason in errno or none, where some was lost. */
static bool
close_stdout(bool *is_gone)
{
	bool lost = ferror(stdout) != 0;

	*is_gone = lost && is_reader_gone();
	errno = 0;
	if (file.draft != NULL && !lost)
		lost = fflush(stdout) != 0 || fsync(STDOUT_FILENO) != 0;
	lost |= fclose(stdout) != 0;
	*is_gone |= errno == EPIPE;
	return !lost;
}

/* Put the draft into the place of its file. */
static int
publish(int status)
{
	char *draft = file.draft;

	if (rename(draft, file.path) != 0)
		return trouble("--output: %s: %s", file.path, strerror(errno));
	file.draft = NULL;
	free(draft);
	return status;
}

int
output_finish(int status)
{
	const char *name = file.path != NULL ? file.path : _("standard output");
	bool is_gone, is_empty;

	is_empty = file.draft != NULL && fflush(stdout) == 0 &&
		   lseek(STDOUT_FILENO, 0, SEEK_END) == 0;
	if (!close_stdout(&is_gone))
		/* Only where SIGPIPE came ignored: it ends the others so. */
		return is_gone ? EXIT_TROUBLE
			       : trouble("%s: %s", name,
				     errno != 0 ? strerror(errno)
						: _("an earlier write failed"));
	if (file.draft == NULL || (is_empty && status == EXIT_TROUBLE))
		return status;
	return publish(status);
}
