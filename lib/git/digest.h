/*
 * digest: SHA-256 of bytes, in hexadecimal. Knows slices only.
 */
#ifndef SHIJI_DIGEST_H
#define SHIJI_DIGEST_H

#include "base/str.h"

enum { DIGEST_SIZE = 65 }; /* hexadecimal, with its NUL */

/* As sha256sum(1) prints it; returns out. */
const char *digest_sha256(struct str bytes, char out[DIGEST_SIZE]);
/* Whether text has the form of one: 64 of 0-9 and a-f. */
bool digest_is(struct str text);

#endif
