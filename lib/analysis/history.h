/*
 * history: what a book's scores were at each commit, and at what they are to
 * be compared with. Knows walks, books and scores; prints nothing.
 *
 * A commit is compared with each parent. Where the records of a parent are
 * unsound, its nearest ancestor by first parents that is sound takes its
 * place. A commit that has the same book as one of its parents has nothing to
 * be compared, and is never read.
 */
#ifndef SHIJI_HISTORY_H
#define SHIJI_HISTORY_H

#include "git/commit.h"
#include "git/revwalk.h"
#include "score/snapshot.h"

struct history;

struct history_options {
	const char *folder; /* the book */
	/*
	 * A revision, `A..B`, or `^A` to leave A and its ancestors out; all
	 * together, as git has it. `:PATH` behind one names the book's folder.
	 * None: HEAD.
	 */
	const char *const *revisions;
	size_t revision_count;
	bool has_period; /* else the newest with data where it begins */
	struct period_range periods;
	/* The items whose scores are kept; NULL: all. */
	bool (*choose)(const void *context, const struct item *item);
	const void *context;
	/* Only where the book is, at each commit; no scores. */
	bool places_only;
};

enum history_state { HISTORY_NO_BOOK, HISTORY_UNSOUND, HISTORY_SOUND };

/* What a commit's book gives. */
struct history_side {
	enum history_state state;
	struct str error; /* where unsound, as diag_first() has it */
	/* Of each period asked for, where sound or without book. */
	const struct snapshot *snapshots;
	/* Loaded, where sound; the book's place is the commit's. */
	const struct book *book;
};

/* A commit that another one is compared with. */
struct history_base {
	const git_oid *commit; /* NULL: there is none, as for a root */
	const git_oid *tree;   /* the book's; NULL where there is no book */
	const char *path;
	const struct history_side *side;
};

struct history_step {
	struct revwalk_commit commit;
	char id[COMMIT_ID_SIZE];
	const char *path;    /* the book's folder, "" for the root */
	const git_oid *tree; /* the book's; NULL where there is no book */
	bool is_unchanged;   /* a parent has the same; the rest is empty */
	const struct history_side *side;
	/* One to a parent, in their order; one without commit for a root. */
	const struct history_base *bases;
	size_t base_count;
};

/*
 * Open the repository, find the book where the walk begins. -1 with findings:
 * no repository, an unknown revision, no book there.
 */
int history_open(struct history **out, const struct history_options *options,
    struct diag *diag);
void history_close(struct history *history); /* welcomes NULL */

struct repository *history_repository(const struct history *history);
/* The periods asked for. */
struct period_range history_periods(const struct history *history);
/* The book where the walk begins, or NULL where it cannot be loaded. */
const struct book *history_newest_book(const struct history *history);

/*
 * The next commit, newest first (see git/revwalk.h); false at the end. What is
 * in the step lives until the next call. Findings of commits stand in their
 * side, those of the repository are reported.
 */
bool history_next(struct history *history, struct history_step *step);

/*
 * Score a commit's book anew, with findings of its own, whatever has been
 * done before: for what needs more than snapshots. *out has NULL where
 * nothing can be loaded. history_unload() frees.
 */
struct history_loaded {
	struct diag *diag;
	struct source *source;
	struct book *book;
	struct engine *engine;
};
void history_load(const struct history *history, const git_oid *commit,
    const char *path, struct history_loaded *out);
void history_unload(struct history_loaded *loaded);

#endif
