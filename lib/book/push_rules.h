/*
 * push_rules: guard.rec, the file of a book that says who speaks for which
 * office, and which branches are kept; and which office a file belongs to.
 * Knows recfiles and paths; no git, no signature.
 *
 *	%rec: Guard
 *	Lead: lead
 *	Branch: main
 *
 *	%rec: Officer
 *	Office: agri
 *	Author: *@agri.example.org
 *	Key: ssh-ed25519 AAAA...
 */
#ifndef SHIJI_PUSH_RULES_H
#define SHIJI_PUSH_RULES_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/record.h"

#define OFFICERS_FILE "guard.rec"

/* One record: all that it asks for must hold for a commit. */
struct officer {
	struct record_fields offices; /* for which they speak; one or more */
	struct record_fields authors; /* globs of addresses; none: any */
	struct record_fields keys;    /* ssh public keys, gpg fingerprints */
};

struct push_rules {
	struct str lead;	       /* the lead office, or empty */
	struct str keyring;	       /* path of gpg's public keys, or empty */
	struct record_fields branches; /* globs; none: the default branch */
	struct officer *list;
	size_t count, capacity;
};

/*
 * Read one; the text must outlive it. Every fault is reported at `path`; -1 if
 * there was any. All zeros, as of an empty text, asks for nothing.
 */
int push_rules_read(struct arena *arena, const char *path, struct str text,
    struct push_rules *out, struct diag *diag);

/*
 * The office that a file of the book belongs to: that whose data it holds, if
 * somebody speaks for it, or else the lead office.
 */
struct str push_rules_owner(const struct push_rules *officers, struct str path);

/* Whether a record is about an author's address and an office. */
bool push_rules_officer_matches(const struct officer *officer,
    struct str office, struct str email);

/* Whether a Key is one of ssh, as ssh-keygen(1) writes it. */
bool push_rules_key_is_ssh(struct str key);

#endif
