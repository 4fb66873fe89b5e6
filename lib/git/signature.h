/*
 * signature: signs bytes as git would, and checks such signatures, by the
 * programs that git uses: ssh-keygen(1) and gpg(1). Knows texts and processes;
 * no repository.
 */
#ifndef SHIJI_SIGNATURE_H
#define SHIJI_SIGNATURE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

enum signature_format { SIGNATURE_OPENPGP, SIGNATURE_SSH };

/* How to sign, as git's settings say. */
struct signature_settings {
	enum signature_format format;
	const char *program; /* gpg or ssh-keygen, or what takes its place */
	const char *key;     /* user.signingKey; for gpg also a name */
};

/*
 * Sign bytes: append an armoured signature that ends in a newline. Nothing is
 * run by a shell. -1 with a finding where it cannot be done, else 0.
 */
int signature_make(const struct signature_settings *settings, struct str bytes,
    struct buffer *out, struct diag *diag);

/*
 * Cut a signed text, such as a tag, where its signature begins. False where
 * there is none; *signature is empty then.
 */
bool signature_cut(struct str text, struct str *signed_part,
    struct str *signature);

enum signature_verdict {
	SIGNATURE_GOOD,
	SIGNATURE_BAD,	  /* forged, or by somebody else */
	SIGNATURE_UNKNOWN /* the program that could tell cannot be run */
};

/*
 * Check a signature made at a time. `signers` is a file of allowed signers as
 * ssh-keygen(1) has it, or of public keys that gpg(1) exported; the user's own
 * keys have no say. *who gets the signer, or why there is none; in the arena.
 */
enum signature_verdict signature_check(const char *signers,
    struct str signed_part, struct str signature, int64_t time,
    struct arena *arena, struct str *who);

#endif
