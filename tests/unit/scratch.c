#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <git2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLEAR "{ chmod -Rf u+rwx scratch home; rm -rf scratch home; }"

static char base[4096], path[sizeof(base) + 16];

/*
 * Where the leak sanitizer is linked: what the library of libgit2's patterns
 * keeps for ever is not ours to report.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* By sh, waited for; whether it ended well. */
static bool
run(const char *script)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
settle_environment(void)
{
	static const char *const settings[][2] = {
		{ "GIT_CONFIG_NOSYSTEM", "1" },
		{ "GIT_AUTHOR_NAME", "Test Person" },
		{ "GIT_AUTHOR_EMAIL", "test@example.org" },
		{ "GIT_AUTHOR_DATE", "2022-11-05T08:00:00+0000" },
		{ "GIT_COMMITTER_NAME", "Test Person" },
		{ "GIT_COMMITTER_EMAIL", "test@example.org" },
		{ "GIT_COMMITTER_DATE", "2022-11-05T08:00:00+0000" },
		{ "GIT_CONFIG_COUNT", "1" },
		{ "GIT_CONFIG_KEY_0", "init.defaultBranch" },
		{ "GIT_CONFIG_VALUE_0", "main" },
		{ "GIT_TEMPLATE_DIR", "" },
		{ "LC_ALL", "C" },
	};
	static const char *const unset[] = { "XDG_CONFIG_HOME",
		"XDG_STATE_HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
		"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
		"GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH",
		"GIT_DEFAULT_HASH", "SOURCE_DATE_EPOCH" };
	char home[sizeof(base) + 8];

	for (size_t i = 0; i < LENGTH(unset); i++)
		unsetenv(unset[i]);
	for (size_t i = 0; i < LENGTH(settings); i++)
		setenv(settings[i][0], settings[i][1], 1);
	snprintf(home, sizeof(home), "%s/home", base);
	setenv("HOME", home, 1);
	setenv("GIT_CEILING_DIRECTORIES", base, 1);
	umask(022);
}

bool
scratch_open(const char *template)
{
	const char *folder = getenv("TMPDIR");

	snprintf(base, sizeof(base), "%s/shiji-scratch.XXXXXX",
	    folder != NULL ? folder : "/tmp");
	if (mkdtemp(base) == NULL || chdir(base) != 0) {
		perror(base);
		return false;
	}
	snprintf(path, sizeof(path), "%s/scratch", base);
	settle_environment();
	/* Kept started, so that this machine's own settings stay out. */
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
	return run(template);
}

bool
scratch_close(void)
{
	git_libgit2_shutdown();
	return chdir(base) == 0 && run(CLEAR "; rm -rf template") &&
	       chdir("/") == 0 && rmdir(base) == 0;
}

void
scratch_enter(void)
{
	assert_int_equal(chdir(base), 0);
	assert_true(run(CLEAR " && mkdir scratch home"));
	assert_int_equal(chdir("scratch"), 0);
}

const char *
scratch_path(void)
{
	return path;
}

void
scratch_run(const char *script)
{
	if (!run(script))
		fail_msg("the script fails: %s", script);
}

bool
scratch_findings(struct buffer *out, struct diag *diag, enum severity least)
{
	struct diag_print how = { .format = DIAG_TEXT, .least = least };
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	diag_print(diag, &how, stream);
	assert_int_equal(fclose(stream), 0);
	buffer_add(out, (struct str){ text, size });
	free(text);
	return size > 0;
}

bool
scratch_matches(const char *pattern, const char *text)
{
	const char *gap = strstr(pattern, "...");
	size_t size = gap == NULL ? strlen(pattern) : (size_t)(gap - pattern);

	if (strncmp(pattern, text, size) != 0)
		return false;
	if (gap == NULL)
		return text[size] == '\0';
	for (text += size;; text++) {
		if (scratch_matches(gap + 3, text))
			return true;
		if (*text == '\0')
			return false;
	}
}
