/*
 * identity: who commits, when, and with what signature, by git's own settings
 * and variables. Knows git's configuration; writes nothing.
 */
#ifndef SHIJI_IDENTITY_H
#define SHIJI_IDENTITY_H

#include <git2.h>
#include <stdbool.h>

#include "base/arena.h"
#include "git/signature.h"

struct identity {
	struct arena arena;
	git_signature *author, *committer;
	bool signs_commits, signs_tags;
	struct signature_settings signing; /* where either is set */
};

/*
 * Names and dates as git finds them: GIT_AUTHOR_NAME, _EMAIL, _DATE and those
 * of GIT_COMMITTER, then author.name, user.name and their like, then EMAIL.
 * Where no date is given, SOURCE_DATE_EPOCH is the time, else now. Commits are
 * signed where commit.gpgSign says so; tags where tag.gpgSign does or, where
 * that is not set, where there is a user.signingKey. -1 with a finding where
 * nobody is named, a date cannot be read, or signing cannot be done.
 * identity_free() frees in either case.
 */
int identity_read(struct identity *identity, git_repository *git,
    struct diag *diag);
void identity_free(struct identity *identity);

/*
 * A date as git's variables have it: `1667606400 +0800` (an `@` before it if
 * wanted), ISO 8601, or RFC 2822; without an offset it is local time.
 */
bool identity_date_parse(struct str text, git_time *out);

#endif
