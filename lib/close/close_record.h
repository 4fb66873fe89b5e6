/*
 * close_record: the record that says how a close came about, close.rec, and
 * what the files and tags of a close are called: the folder closed/PERIOD with
 * scores.tsv, ranks.tsv and close.rec, and a correction's correction.tsv.
 * Knows records and periods; not what is published, nor git.
 */
#ifndef SHIJI_CLOSE_RECORD_H
#define SHIJI_CLOSE_RECORD_H

#include "base/diag.h"
#include "git/digest.h"
#include "time/period.h"

enum close_record_file {
	CLOSE_SCORES,	  /* scores.tsv: as `shiji score` prints them */
	CLOSE_RANKS,	  /* ranks.tsv: the totals, ranked, with movement */
	CLOSE_CORRECTION, /* correction.tsv: of a correction alone */
	CLOSE_FILES
};

/* `scores.tsv` and so on; and the name of the record beside them. */
const char *close_record_file_name(enum close_record_file file);
#define CLOSE_RECORD "close.rec"

/* The record of a close: one of a type Close. Texts are borrowed. */
struct close_record {
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
	struct str digests[CLOSE_FILES];
	bool has_previous;
	struct period previous; /* the close before it, of the same length */
	struct str previous_digest;
	/* Of a correction: SHA-256 of the record that it corrects; why. */
	struct str corrects, reason, basis, approved_by;
};

/* Append the record as close.rec has it. */
void close_record_print(struct buffer *out, const struct close_record *record);
/*
 * Read one; `text` must outlive it. Every fault is reported at `path`; -1 if
 * there was any.
 */
int close_record_read(struct arena *arena, const char *path, struct str text,
    struct close_record *out, struct diag *diag);

/* `closed/2022-09`; `close/2022-09`, or `close/2022-09.2` for a revision. */
enum { CLOSE_NAME_SIZE = 48 };
const char *close_record_folder(struct period period,
    char out[CLOSE_NAME_SIZE]);
const char *close_record_tag(struct period period, unsigned revision,
    char out[CLOSE_NAME_SIZE]);
/* Read what close_record_tag() writes, and nothing else. */
bool close_record_tag_parse(struct str name, struct period *period,
    unsigned *revision);

/*
 * The first line in which two texts differ, from 1, and these lines (empty
 * where a text has ended); 0 where they are the same.
 */
size_t close_record_first_difference(struct str a, struct str b,
    struct str *line_a, struct str *line_b);

#endif
