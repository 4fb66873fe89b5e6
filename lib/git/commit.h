/*
 * commit: who committed what, when and why, as texts. Knows repositories and
 * git's grammar of messages and trailers; no book.
 *
 * Texts are as the commit has them, in UTF-8 where its encoding is known; they
 * may hold any bytes but NUL, so what shows them escapes them (table does).
 */
#ifndef SHIJI_COMMIT_H
#define SHIJI_COMMIT_H

#include "git/repository.h"

enum {
	COMMIT_ID_SIZE = 41, /* hexadecimal, with its NUL */
	COMMIT_SHORT = 12    /* of it, where people read it */
};

/* A line `Key: value` of a message's last paragraph, as git takes them. */
struct commit_trailer {
	struct str key, value; /* a value over several lines is on one */
};

struct commit_info {
	char id[COMMIT_ID_SIZE];
	struct str author, email;
	/* ISO 8601 with the author's own offset: 2022-11-05T08:00:00+08:00. */
	struct str date;
	int64_t time;	    /* of the committer, in seconds since 1970 */
	struct str subject; /* the first paragraph, on one line */
	struct commit_trailer *trailers;
	size_t trailer_count;
	/*
	 * The trailers `Reason:`, then `Basis: ...`, `Approved-by: ...` with
	 * their keys, joined by `; `.
	 */
	struct str reason;
};

/*
 * Read a commit of this full id; its texts live in the arena. -1 with a
 * finding where it is not there (a shallow or damaged repository) or is none.
 */
int commit_read(struct commit_info *out, const struct repository *repository,
    const char *id, struct arena *arena, struct diag *diag);

/* How a commit lies in history, as it says itself. */
struct commit_header {
	git_oid tree;
	int64_t time; /* of the committer, in seconds since 1970 */
	int offset;   /* of that time from UTC, in minutes */
	git_oid *parents;
	size_t parent_count;
};
/* The parents live in the arena. False where there is no such commit. */
bool commit_header_read(struct commit_header *out,
    const struct repository *repository, const git_oid *id,
    struct arena *arena);

/*
 * A time as an ISO 8601 text with an offset of so many minutes, whatever the
 * machine's time zone.
 */
struct str commit_date(struct arena *arena, int64_t time, int offset);

/*
 * Read such a date, or its beginning: 2022-11-05 (midnight), 2022-11-05T08:00,
 * 2022-11-05T08:00:00, with Z or an offset behind the time; UTC if there is
 * none. False where it is no date.
 */
bool commit_date_parse(struct str text, int64_t *time);

#endif
