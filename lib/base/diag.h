/*
 * diag: findings with their places, collected, sorted and shown. Knows text
 * and memory only.
 *
 * Every message of the suite that concerns a record stands in one table,
 * findings.h (severity, code, what is wrong; what to do). Callers give the
 * place and the details. The worst finding decides the exit status.
 */
#ifndef SHIJI_DIAG_H
#define SHIJI_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

enum severity {
	SEVERITY_NOTE,	  /* may be right; asked for with --warn */
	SEVERITY_WARNING, /* a scheme leaves something open; scores stand */
	SEVERITY_ERROR,	  /* the records are unsound */
	SEVERITY_TROUBLE  /* they cannot be read at all */
};

enum finding {
#define FINDING(id, severity, code, text) id,
#include "base/findings.h"
#undef FINDING
	FINDING_COUNT
};

struct place {
	const char *path;  /* ends in a NUL; copied. Empty: there is none */
	unsigned line;	   /* from 1; 0 where the whole file is meant */
	unsigned column;   /* from 1, in code points; 0: the whole line */
	unsigned span;	   /* code points to mark, 0 as 1 */
	struct str source; /* the line, to be shown; may be empty */
};

/*
 * The place of byte `at` of a text, spanning `size` bytes of that line. The
 * text's newlines are counted up to there; the line is borrowed from the text.
 */
struct place place_in(const char *path, struct str text, size_t at,
    size_t size);
/* The place of a file as a whole. */
struct place place_file(const char *path);
/* None: what is wrong is what was asked for, or where, not a record. */
struct place place_none(void);

struct diag;

/*
 * At most `kept_max` findings of each severity are held; the others are
 * counted. 0: 10,000.
 */
struct diag *diag_new(size_t kept_max);
void diag_free(struct diag *diag);

/*
 * Report. The details, slices all, fill {1}, {2} ... of the finding's text in
 * order; their number must be the text's. Everything is copied; of a detail of
 * more than 500 bytes and of a line of more than 400 only a part.
 */
#define diag_at(diag, place, ...)                                              \
	diag_report((diag), (place), __VA_ARGS__, STR_END)
extern const char diag_end_mark[];
#define STR_END ((struct str){ diag_end_mark, 0 })
void diag_report(struct diag *diag, struct place place, enum finding finding,
    ...);
/*
 * The same at a file as a whole whose path is any bytes: those that could harm
 * a reader stand as `\xNN`, an empty path as `.`. Details that the finding's
 * text does not have are STR_END. A diag of NULL asks for silence.
 */
void diag_at_path(struct diag *diag, const char *prefix, struct str path,
    enum finding finding, struct str first, struct str second);
/*
 * A second place for the finding reported last ("first defined here"); `text`
 * is already translated. Its line is not shown.
 */
void diag_also(struct diag *diag, struct place place, const char *text);

/*
 * The first of the errors as diag_print() orders them, on one line and
 * without its severity: `path:line:column: message [code]`. In the arena; an
 * empty slice where there is none.
 */
struct str diag_first(const struct diag *diag, struct arena *arena);

/* How many there are of a severity, those not kept included. */
size_t diag_count(const struct diag *diag, enum severity severity);
/* How many of them have a place: they are about records. */
size_t diag_count_placed(const struct diag *diag, enum severity severity);
/* Whether there are errors, or trouble. */
bool diag_has_errors(const struct diag *diag);

/*
 * Text, for people; TSV `path line column severity code message`; an array of
 * JSON objects with these keys, and the same one to a line. A second place is a
 * line or row of severity `note` behind its finding, in JSON an element of its
 * array `also`. What is not known is empty in TSV and null in JSON.
 */
enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_JSONL, DIAG_TSV, DIAG_ROWS };
/* One row of the TSV, as it is: nothing is escaped. */
struct diag_row {
	struct str path, message;
	unsigned line, column; /* 0: not known */
	const char *severity, *code;
};
struct diag_print {
	enum diag_format format;
	enum severity least; /* leave out what is less severe */
	size_t most;	     /* print so many; 0: all */
	/* Text: a last line `3 errors, 1 warning`, of those with a place. */
	bool summary;
	const char *prefix; /* put before each path, such as "HEAD:"; or NULL */
	/* Text: what speaks where there is no place, `shiji-close: TEXT`. */
	const char *program;
	/* What takes the rows of DIAG_ROWS; nothing is written then. */
	void (*row)(void *context, const struct diag_row *row);
	void *context;
};
/*
 * Those without a place first; then by path, line, column; in the order of
 * reporting. Whatever is
 * left out is counted: on a line of its own or, in formats for programs, in a
 * last finding of the code `left-out`. ferror(out) tells whether all was
 * written.
 */
void diag_print(struct diag *diag, const struct diag_print *how, FILE *out);

/* The table, for the manual and its test. NULL past the end. */
const char *finding_code(enum finding finding);
/* Translated, its slots not filled. */
const char *finding_text(enum finding finding);
enum severity finding_severity(enum finding finding);
/* `note`, `warning`, `error`; trouble is an error too. */
const char *severity_text(enum severity severity);

#endif
