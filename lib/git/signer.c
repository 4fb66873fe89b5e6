#include "git/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "git/signature.h"

struct signers {
	char *ssh, *gpg; /* paths; NULL: there are no such keys */
};

/* A file with these bytes in the folder for such files; NULL: errno. */
static char *
write_temporary(struct str bytes)
{
	const char *folder = getenv("TMPDIR");
	char *path = NULL;
	FILE *file;
	int fd;

	if (asprintf(&path, "%s/shiji-keys.XXXXXX",
		folder != NULL && folder[0] != '\0' ? folder : "/tmp") < 0)
		memory_short();
	fd = mkstemp(path);
	file = fd < 0 ? NULL : fdopen(fd, "wb");
	if (file != NULL) {
		bool lost =
		    fwrite(bytes.data, 1, bytes.size, file) != bytes.size;

		if (fclose(file) == 0 && !lost)
			return path;
	} else if (fd >= 0) {
		close(fd);
	}
	if (fd >= 0)
		unlink(path);
	free(path);
	return NULL;
}

/* As ssh-keygen(1) has allowed signers, each named for its number. */
static char *
write_ssh(const struct str *keys, size_t count)
{
	struct buffer text = { 0 };
	char *path;

	for (size_t i = 0; i < count; i++)
		buffer_format(&text, "%zu namespaces=\"git\" " STR_FMT "\n", i,
		    STR_ARG(keys[i]));
	path = write_temporary(buffer_str(&text));
	buffer_free(&text);
	return path;
}

struct signers *
signers_new(const struct str *ssh_keys, size_t count, struct str keyring)
{
	struct signers *signers = memory_alloc(sizeof(*signers));
	bool lost = false;

	*signers = (struct signers){ 0 };
	if (count > 0) {
		signers->ssh = write_ssh(ssh_keys, count);
		lost |= signers->ssh == NULL;
	}
	if (keyring.size > 0) {
		signers->gpg = write_temporary(keyring);
		lost |= signers->gpg == NULL;
	}
	if (!lost)
		return signers;
	signers_free(signers);
	return NULL;
}

static void
drop(char *path)
{
	if (path != NULL)
		unlink(path);
	free(path);
}

void
signers_free(struct signers *signers)
{
	if (signers == NULL)
		return;
	drop(signers->ssh);
	drop(signers->gpg);
	free(signers);
}

static int64_t
commit_time(git_repository *git, const git_oid *id)
{
	git_commit *commit = NULL;
	int64_t time = 0;

	if (git_commit_lookup(&commit, git, id) == 0)
		time = git_commit_time(commit);
	git_commit_free(commit);
	return time;
}

static enum signer_verdict
check_text(const struct signers *signers, struct str text, struct str signature,
    int64_t time, struct arena *arena, size_t *key, struct str *gpg)
{
	bool is_ssh =
	    str_starts(signature, STR("-----BEGIN SSH SIGNATURE-----"));
	const char *path = is_ssh ? signers->ssh : signers->gpg;
	struct str who;

	if (path == NULL)
		return SIGNER_NONE;
	switch (signature_check(path, text, signature, time, arena, &who)) {
	case SIGNATURE_GOOD:
		break;
	case SIGNATURE_UNKNOWN:
		return SIGNER_UNKNOWN;
	default:
		return SIGNER_NONE;
	}
	if (is_ssh) {
		*key = (size_t)strtoul(arena_str(arena, who).data, NULL, 10);
		return SIGNER_SSH;
	}
	str_cut(&who, ' ', gpg);
	return SIGNER_GPG;
}

enum signer_verdict
signers_check(const struct signers *signers,
    const struct repository *repository, const git_oid *commit,
    struct arena *arena, size_t *key, struct str *gpg)
{
	git_repository *git = repository_git(repository);
	git_buf signature = { 0 }, text = { 0 };
	enum signer_verdict verdict = SIGNER_NONE;
	git_oid id = *commit;

	if (git_commit_extract_signature(&signature, &text, git, &id, NULL) ==
	    0) {
		struct buffer armour = { 0 };

		/* Its last newline is the header's. */
		buffer_add(&armour,
		    (struct str){ signature.ptr, signature.size });
		if (!str_ends(buffer_str(&armour), STR("\n")))
			buffer_add_byte(&armour, '\n');
		verdict = check_text(signers,
		    (struct str){ text.ptr, text.size }, buffer_str(&armour),
		    commit_time(git, commit), arena, key, gpg);
		buffer_free(&armour);
	}
	git_buf_dispose(&signature);
	git_buf_dispose(&text);
	return verdict;
}
