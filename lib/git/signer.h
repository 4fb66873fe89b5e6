/*
 * signer: by which of some keys a commit is signed. Knows git's signed commits
 * and key files; not who has a key.
 */
#ifndef SHIJI_SIGNER_H
#define SHIJI_SIGNER_H

#include "git/repository.h"

struct signers;

/*
 * Public keys of ssh, a line each, and the text of gpg's exported public keys
 * (may be empty), in files of their own for the programs that check. NULL where
 * these cannot be written: errno. signers_free() removes them.
 */
struct signers *signers_new(const struct str *ssh_keys, size_t count,
    struct str keyring);
void signers_free(struct signers *signers); /* welcomes NULL */

enum signer_verdict {
	SIGNER_NONE,   /* not signed, or by none of the keys */
	SIGNER_SSH,    /* *key is its number among the ssh keys */
	SIGNER_GPG,    /* *gpg is its key id, 16 digits, in the arena */
	SIGNER_UNKNOWN /* the program that could tell cannot be run */
};
enum signer_verdict signers_check(const struct signers *signers,
    const struct repository *repository, const git_oid *commit,
    struct arena *arena, size_t *key, struct str *gpg);

#endif
