#include "git/signature.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Running a program: what it reads and writes lies in memory, so that neither
 * side ever waits for the other.
 */

static int
memory_file(struct str bytes)
{
	int fd = memfd_create("shiji", MFD_CLOEXEC);
	size_t at = 0;
	ssize_t wrote;

	while (fd >= 0 && at < bytes.size) {
		wrote = write(fd, bytes.data + at, bytes.size - at);
		if (wrote < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		at += wrote > 0 ? (size_t)wrote : 0;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
read_back(int fd, struct buffer *out)
{
	enum { MOST = 1 << 20, AT_ONCE = 4096 };
	ssize_t got = 1;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return;
	while (got > 0 && out->size < MOST) {
		buffer_reserve(out, AT_ONCE);
		got = read(fd, out->data + out->size, AT_ONCE);
		out->size += got > 0 ? (size_t)got : 0;
	}
}

static _Noreturn void
become(const char *const *arguments, int in, int out, int err)
{
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(err, STDERR_FILENO) >= 0)
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
	_exit(127);
}

/*
 * Run a program to its end. Its exit status, or -1 where it could not be run
 * or died; what it wrote is appended to out and err.
 */
static int
run(const char *const *arguments, struct str input, struct buffer *out,
    struct buffer *err)
{
	int in = memory_file(input), status = -1;
	int fds[] = { memory_file(STR("")), memory_file(STR("")) };
	pid_t child = -1;

	if (in >= 0 && fds[0] >= 0 && fds[1] >= 0)
		child = fork();
	if (child == 0)
		become(arguments, in, fds[0], fds[1]);
	if (child > 0) {
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		read_back(fds[0], out);
		read_back(fds[1], err);
		status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	for (size_t i = 0; i < LENGTH(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (in >= 0)
		close(in);
	return status == 127 ? -1 : status;
}

/* The first line of what a program said. */
static struct str
first_line(const struct buffer *text)
{
	struct str rest = buffer_str(text), line = { 0 };

	while (str_next_line(&rest, &line) && str_trim(line).size == 0)
		;
	return str_trim(line);
}

/*
 * Signing
 */

/* A public key that is written out, as git has it: `key::ssh-ed25519 ...`. */
static bool
is_literal_key(const char *key)
{
	return strncmp(key, "ssh-", 4) == 0 || strncmp(key, "key::", 5) == 0;
}

/*
 * A file that holds bytes, for a program that wants a name. Where *path is set
 * it is to be removed, written or not.
 */
static int
temporary_file(struct arena *arena, struct str bytes, const char **path)
{
	const char *folder = getenv("TMPDIR");
	struct str name = arena_format(arena, "%s/shiji.XXXXXX",
	    folder != NULL && folder[0] != '\0' ? folder : "/tmp");
	int fd = mkstemp((char *)(uintptr_t)name.data);
	bool written;

	if (fd < 0)
		return -1;
	*path = name.data;
	written = write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size;
	written &= close(fd) == 0;
	return written ? 0 : -1;
}

static int
sign_ssh(const struct signature_settings *settings, struct str bytes,
    struct buffer *out, struct buffer *err)
{
	struct arena arena = { 0 };
	const char *key = settings->key, *made = NULL;
	const char *arguments[10] = { NULL };
	size_t count = 0;
	int rc = 0;
	const char *const fixed[] = { settings->program, "-Y", "sign", "-n",
		"git", "-f" };

	for (size_t i = 0; i < LENGTH(fixed); i++)
		arguments[count++] = fixed[i];
	if (is_literal_key(key)) {
		struct str text = str_from(key);

		if (str_starts(text, STR("key::")))
			text = str_from_byte(text, 5);
		text = arena_format(&arena, STR_FMT "\n", STR_ARG(text));
		rc = temporary_file(&arena, text, &made);
		key = made;
	} else if (strncmp(key, "~/", 2) == 0 && getenv("HOME") != NULL) {
		key =
		    arena_format(&arena, "%s%s", getenv("HOME"), key + 1).data;
	}
	if (rc == 0) {
		arguments[count++] = key;
		/* A key written out is in the agent alone. */
		if (made != NULL)
			arguments[count++] = "-U";
		rc = run(arguments, bytes, out, err);
	}
	if (made != NULL)
		unlink(made);
	arena_free(&arena);
	return rc;
}

static int
sign_openpgp(const struct signature_settings *settings, struct str bytes,
    struct buffer *out, struct buffer *err)
{
	const char *const fixed[] = { settings->program, "--status-fd=2",
		"-bsau", settings->key, NULL };

	return run(fixed, bytes, out, err);
}

static bool
begins_signature(struct str line)
{
	return str_starts(line, STR("-----BEGIN SSH SIGNATURE-----")) ||
	       str_starts(line, STR("-----BEGIN PGP SIGNATURE-----"));
}

/* What gpg says for people, its lines for programs left out. */
static struct str
complaint(const struct buffer *err)
{
	struct str rest = buffer_str(err), line;

	while (str_next_line(&rest, &line))
		if (str_trim(line).size > 0 &&
		    !str_starts(line, STR("[GNUPG:]")))
			return str_trim(line);
	return first_line(err);
}

int
signature_make(const struct signature_settings *settings, struct str bytes,
    struct buffer *out, struct diag *diag)
{
	struct buffer made = { 0 }, err = { 0 };
	int status = settings->format == SIGNATURE_SSH
			 ? sign_ssh(settings, bytes, &made, &err)
			 : sign_openpgp(settings, bytes, &made, &err);
	bool is_made = status == 0 && begins_signature(buffer_str(&made));

	if (is_made)
		buffer_add(out, buffer_str(&made));
	else if (status == -1)
		diag_at(diag, place_none(), D_SIGN_PROGRAM,
		    str_from(settings->program));
	else
		diag_at(diag, place_none(), D_SIGN, str_from(settings->key),
		    str_from(settings->program), complaint(&err));
	buffer_free(&made);
	buffer_free(&err);
	return is_made ? 0 : -1;
}

/*
 * Checking
 */

bool
signature_cut(struct str text, struct str *signed_part, struct str *signature)
{
	struct str rest = text, line;
	const char *start = text.data;

	*signed_part = text;
	*signature = (struct str){ 0 };
	while (str_next_line(&rest, &line)) {
		if (begins_signature(line)) {
			*signed_part =
			    str_head(text, (size_t)(start - text.data));
			*signature =
			    str_from_byte(text, (size_t)(start - text.data));
			return true;
		}
		start = rest.data;
	}
	return false;
}

/* Public keys of gpg, rather than the lines of allowed signers. */
static bool
holds_openpgp(const char *path)
{
	static const char armour[] = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
	char head[sizeof(armour)] = "";
	FILE *file = fopen(path, "re");
	size_t got = 0;

	if (file == NULL)
		return false;
	got = fread(head, 1, sizeof(head) - 1, file);
	fclose(file);
	return (got > 0 && (unsigned char)head[0] >= 0x80) ||
	       strcmp(head, armour) == 0;
}

static enum signature_verdict
check_ssh(const char *signers, struct str signed_part, const char *signature,
    int64_t time, struct arena *arena, struct str *who)
{
	struct buffer out = { 0 }, err = { 0 };
	enum signature_verdict verdict = SIGNATURE_BAD;
	char when[64];
	time_t seconds = (time_t)time;
	struct tm parts;
	struct str principal, principals, none = STR("");
	int status;

	/* Keys may be good for a time: the one at which the tag was made. */
	gmtime_r(&seconds, &parts);
	strftime(when, sizeof(when), "-Overify-time=%Y%m%d%H%M%SZ", &parts);
	const char *const find[] = { "ssh-keygen", "-Y", "find-principals",
		"-f", signers, "-s", signature, when, NULL };

	status = run(find, none, &out, &err);
	principals = arena_str(arena, buffer_str(&out));
	*who = arena_str(arena, first_line(&err));
	if (status == -1)
		verdict = SIGNATURE_UNKNOWN;
	while (status == 0 && verdict == SIGNATURE_BAD &&
	       str_next_line(&principals, &principal)) {
		principal = arena_str(arena, str_trim(principal));
		const char *const check[] = { "ssh-keygen", "-Y", "verify",
			"-n", "git", "-f", signers, "-I", principal.data, "-s",
			signature, when, NULL };

		buffer_clear(&err);
		buffer_clear(&out);
		if (principal.size > 0 &&
		    run(check, signed_part, &out, &err) == 0) {
			verdict = SIGNATURE_GOOD;
			*who = principal;
		} else {
			*who = arena_str(arena, first_line(&err));
		}
	}
	buffer_free(&out);
	buffer_free(&err);
	return verdict;
}

/* Whether a line for programs has this keyword; its rest then. */
static bool
has_status(struct str text, struct str keyword, struct str *rest)
{
	struct str line;

	while (str_next_line(&text, &line)) {
		if (!str_starts(line, STR("[GNUPG:] ")))
			continue;
		line = str_from_byte(line, strlen("[GNUPG:] "));
		if (!str_starts(line, keyword))
			continue;
		*rest = str_trim(str_from_byte(line, keyword.size));
		return true;
	}
	return false;
}

static int
remove_one(const char *path, const struct stat *status, int type,
    struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* With a home of its own, so that the user's keyring has no say. */
static enum signature_verdict
check_openpgp(const char *signers, struct str signed_part,
    const char *signature, struct arena *arena, struct str *who)
{
	const char *folder = getenv("TMPDIR");
	struct str home = arena_format(arena, "%s/shiji.XXXXXX",
	    folder != NULL && folder[0] != '\0' ? folder : "/tmp");
	struct buffer out = { 0 }, err = { 0 };
	enum signature_verdict verdict = SIGNATURE_UNKNOWN;
	struct str rest = { 0 };
	int status = -1;

	*who = STR("gpg");
	if (mkdtemp((char *)(uintptr_t)home.data) == NULL)
		return verdict;
	const char *const import[] = { "gpg", "--homedir", home.data, "--batch",
		"--no-autostart", "--quiet", "--import", signers, NULL };
	const char *const check[] = { "gpg", "--homedir", home.data, "--batch",
		"--no-autostart", "--quiet", "--trust-model", "always",
		"--status-fd=1", "--verify", signature, "-", NULL };

	if (run(import, STR(""), &out, &err) == 0) {
		buffer_clear(&out);
		buffer_clear(&err);
		status = run(check, signed_part, &out, &err);
	}
	if (status == 0 && has_status(buffer_str(&out), STR("GOODSIG "), &rest))
		verdict = SIGNATURE_GOOD;
	else if (status > 0)
		verdict = SIGNATURE_BAD;
	if (verdict != SIGNATURE_GOOD)
		rest = first_line(&err);
	*who = arena_str(arena, rest);
	nftw(home.data, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	buffer_free(&out);
	buffer_free(&err);
	return verdict;
}

enum signature_verdict
signature_check(const char *signers, struct str signed_part,
    struct str signature, int64_t time, struct arena *arena, struct str *who)
{
	enum signature_verdict verdict = SIGNATURE_UNKNOWN;
	const char *path = NULL;
	bool is_ssh = str_starts(signature, STR("-----BEGIN SSH"));

	*who = STR("");
	if (is_ssh == holds_openpgp(signers)) {
		*who = is_ssh ? STR("signed by ssh, and the signers are gpg's")
			      : STR("signed by gpg, and the signers are ssh's");
		return SIGNATURE_BAD;
	}
	if (temporary_file(arena, signature, &path) == 0)
		verdict = is_ssh ? check_ssh(signers, signed_part, path, time,
				       arena, who)
				 : check_openpgp(signers, signed_part, path,
				       arena, who);
	if (path != NULL)
		unlink(path);
	return verdict;
}
