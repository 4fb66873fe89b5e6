/*
 * closing: what a close publishes of a period, and the record that says how it
 * came about: the folder closed/PERIOD with scores.tsv, ranks.tsv and
 * close.rec, and a correction's correction.tsv. Knows books, scores and
 * ranks; not where they are kept, nor git.
 *
 * The same records give the same bytes on any machine, which is what a proof
 * of a close compares.
 */
#ifndef SHIJI_CLOSE_RECORD_H
#define SHIJI_CLOSE_RECORD_H

#include "git/digest.h"
#include "score/engine.h"

enum closing_file {
	CLOSING_SCORES,	    /* scores.tsv: as `shiji score` prints them */
	CLOSING_RANKS,	    /* ranks.tsv: the totals, ranked, with movement */
	CLOSING_CORRECTION, /* correction.tsv: of a correction alone */
	CLOSING_FILES
};

/* `scores.tsv` and so on; and the name of the record beside them. */
const char *closing_file_name(enum closing_file file);
#define CLOSING_RECORD "close.rec"

/* The record of a close: one of a type Close. Texts are borrowed. */
struct closing_record {
	struct period period;
	unsigned revision;	/* from 1; a correction is 2, 3 ... */
	struct str scheme;	/* the path of the scheme in force */
	struct str scheme_blob; /* git's id of that file */
	struct str commit;	/* what it was computed from */
	struct str tree;	/* of the book, in that commit */
	struct str program;	/* SHIJI_VERSION */
	unsigned rules;		/* SHIJI_RULES */
	bool is_provisional;
	unsigned units, items; /* in the pool; of the scheme */
	struct str points;     /* full marks */
	struct str totals;     /* the sum of the total scores, a check figure */
	/* SHA-256 of each file; empty where there is none. */
	struct str digests[CLOSING_FILES];
	bool has_previous;
	struct period previous; /* the close before it, of the same length */
	struct str previous_digest;
	/* Of a correction: SHA-256 of the record that it corrects; why. */
	struct str corrects, reason, basis, approved_by;
};

/* Append the record as close.rec has it. */
void closing_record_print(struct buffer *out,
    const struct closing_record *record);
/*
 * Read one; `text` must outlive it. Every fault is reported at `path`; -1 if
 * there was any.
 */
int closing_record_read(struct arena *arena, const char *path, struct str text,
    struct closing_record *out, struct diag *diag);

/* `closed/2022-09`; `close/2022-09`, or `close/2022-09.2` for a revision. */
enum { CLOSING_NAME_SIZE = 48 };
const char *closing_folder(struct period period, char out[CLOSING_NAME_SIZE]);
const char *closing_tag(struct period period, unsigned revision,
    char out[CLOSING_NAME_SIZE]);
/* Read what closing_tag() writes, and nothing else. */
bool closing_tag_parse(struct str name, struct period *period,
    unsigned *revision);

/* What a period gives, to be published. */
struct closing_results {
	struct arena arena;
	struct buffer files[CLOSING_FILES];
	unsigned units, items;
	struct str points, totals;
};

/*
 * Score and rank a period. `previous` is the scores.tsv that was published of
 * the period to show the movement since, or NULL. A provisional close says so
 * in every row. -1 with findings where anything cannot be computed.
 * closing_results_free() frees in either case.
 */
int closing_results_make(struct closing_results *results,
    const struct book *book, struct engine *engine, struct period period,
    const struct str *previous, bool is_provisional, struct diag *diag);
void closing_results_free(struct closing_results *results);

/* Fill in what the results say, and the digests that `room` holds. */
struct closing_digests {
	char text[CLOSING_FILES][DIGEST_SIZE];
};
void closing_record_fill(struct closing_record *record,
    const struct closing_results *results, struct closing_digests *room);

/*
 * The first line in which two texts differ, from 1, and these lines (empty
 * where a text has ended); 0 where they are the same.
 */
size_t closing_first_difference(struct str a, struct str b, struct str *line_a,
    struct str *line_b);

#endif
