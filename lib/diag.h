/*
 * diag: findings with their places, collected, sorted and shown. Knows text
 * and memory only.
 *
 * Every message of the suite that concerns a record stands in one table in
 * diag.c (severity, code, what is wrong; what to do). Callers give the place
 * and the details. The worst finding decides the exit status.
 */
#ifndef SHIJI_DIAG_H
#define SHIJI_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "arena.h"
#include "str.h"

enum severity {
	SEVERITY_NOTE,    /* may be right; asked for with --warn */
	SEVERITY_WARNING, /* a scheme leaves something open; scores stand */
	SEVERITY_ERROR,   /* the records are unsound */
	SEVERITY_TROUBLE  /* they cannot be read at all */
};

enum finding {
#define FINDING(id, severity, code, text) id,
#include "findings.h"
#undef FINDING
	FINDING_COUNT
};

struct place {
	const char *path; /* ends in a NUL; copied when reported */
	unsigned line;    /* from 1; 0 where the whole file is meant */
	unsigned column;  /* from 1, in code points; 0: the whole line */
	unsigned span;    /* code points to mark, 0 as 1 */
	struct str source; /* the line, to be shown; may be empty */
};

/* The place of byte `at` of a text, spanning `size` bytes of that line. */
struct place place_in(const char *path, struct str text, size_t at,
    size_t size);
/* The place of a file as a whole. */
struct place place_file(const char *path);

struct diag;

/* At most `kept_max` findings are held; the others are counted. 0: 10,000. */
struct diag *diag_new(size_t kept_max);
void diag_free(struct diag *diag);

/*
 * Report. The details, slices all, fill {1}, {2} ... of the finding's text in
 * order; their number must be the text's. Everything is copied.
 */
#define diag_at(diag, place, ...) \
	diag_report((diag), (place), __VA_ARGS__, STR_END)
extern const char diag_end_mark[];
#define STR_END ((struct str){ diag_end_mark, 0 })
void diag_report(struct diag *diag, struct place place, enum finding finding,
    ...);
/*
 * A second place for the finding reported last ("first defined here"); `text`
 * is already translated.
 */
void diag_also(struct diag *diag, struct place place, const char *text);

/* How many there are of a severity, those not kept included. */
size_t diag_count(const struct diag *diag, enum severity severity);
bool diag_has_errors(const struct diag *diag);

/* Forget findings below this severity when printing (default WARNING). */
enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_JSONL, DIAG_TSV };
struct diag_print {
	enum diag_format format;
	enum severity least; /* leave out what is less severe */
	size_t most;         /* print so many, say what was left out; 0: all */
	bool summary;        /* a last line: `3 errors, 1 warning` */
	const char *prefix;  /* put before each path, such as "HEAD:"; or NULL */
};
/* Sorted by path, line, column, then in the order of reporting. */
void diag_print(struct diag *diag, const struct diag_print *how, FILE *out);

/* The table, for the manual and its test. NULL past the end. */
const char *finding_code(enum finding finding);
const char *finding_text(enum finding finding);
enum severity finding_severity(enum finding finding);
const char *severity_text(enum severity severity);

#endif
