/* support: see fuzz.h. */
#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

_Noreturn void
fuzz_fail(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

void
fuzz_diag_end(struct diag *diag)
{
	static FILE *nowhere;
	struct diag_print how = {
		.least = SEVERITY_NOTE, .most = 20, .summary = true
	};

	/* One format each time: the number of findings is as good as chance. */
	how.format = (enum diag_format)(diag_count(diag, SEVERITY_ERROR) %
					(DIAG_TSV + 1));
	if (nowhere == NULL && (nowhere = fopen("/dev/null", "w")) == NULL)
		abort();
	diag_print(diag, &how, nowhere);
	diag_free(diag);
}

static char folder[256];

static int
remove_entry(const char *path, const struct stat *status, int kind,
    struct FTW *place)
{
	(void)status, (void)kind, (void)place;
	return remove(path);
}

static void
remove_folder(void)
{
	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* Where the caller says, so that it can clean up even after a crash. */
const char *
fuzz_folder(void)
{
	const char *parent = getenv("FUZZ_SCRATCH");

	if (folder[0] != '\0')
		return folder;
	snprintf(folder, sizeof(folder), "%s/shiji-fuzz.XXXXXX",
	    parent == NULL ? "/tmp" : parent);
	if (mkdtemp(folder) == NULL)
		abort();
	atexit(remove_folder);
	return folder;
}

static void
make_parents(char *path)
{
	size_t skip = strlen(fuzz_folder()) + 1;

	for (char *slash = strchr(path + skip, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			abort();
		*slash = '/';
	}
}

void
fuzz_write(const char *path, struct str bytes)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", fuzz_folder(), path);
	make_parents(whole);
	if ((file = fopen(whole, "w")) == NULL)
		abort();
	if (bytes.size > 0 &&
	    fwrite(bytes.data, 1, bytes.size, file) != bytes.size)
		abort();
	if (fclose(file) != 0)
		abort();
}

void
fuzz_remove(const char *path)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s/%s", fuzz_folder(), path);
	if (unlink(whole) != 0 && errno != ENOENT)
		abort();
}
