/*
 * shiji-close: month-end: publishes a period, proves it, corrects it.
 */
#include <unistd.h>

#include "cli/opening.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/select.h"
#include "close/close.h"
#include "close/close_table.h"
#include "close/verify.h"

enum { MODE_CLOSE, MODE_VERIFY, MODE_CORRECT };

static struct {
	const char *folder, *revision;
	struct option_periods periods;
	struct output output;
	int mode;
	bool is_dry_run, is_provisional;
	const char *signers, *reason, *basis, *approved_by;
} given = { .folder = "." };

/* clang-format off */
static const struct option_row rows[] = {
	{ OPTION_TEXT('C', "directory", "DIR", &given.folder, N_("the book, instead of this folder")) },
	SELECT_PERIODS(&given.periods),
	{ OPTION_FLAG(0, "dry-run", &given.is_dry_run, N_("show what would happen, and write nothing")) },
	{ OPTION_FLAG(0, "provisional", &given.is_provisional, N_("close although values are missing; every row says so")), .excludes = "verify" },
	{ OPTION_MODE(0, "verify", &given.mode, MODE_VERIFY, N_("prove these periods, or all that are closed")) },
	{ OPTION_TEXT('r', "revision", "REV", &given.revision, N_("with --verify: as this git revision has them")), .needs = "verify" },
	{ OPTION_TEXT(0, "signers", "FILE", &given.signers, N_("with --verify: tags must be signed by one of these")), .needs = "verify" },
	{ OPTION_MODE(0, "correct", &given.mode, MODE_CORRECT, N_("close a closed period again, as its next revision")) },
	{ OPTION_LINE(0, "reason", "TEXT", &given.reason, N_("with --correct: why")), .needs = "correct", .wanted_by = "correct" },
	{ OPTION_LINE(0, "basis", "TEXT", &given.basis, N_("with --correct: the document that it rests on")), .needs = "correct", .wanted_by = "correct" },
	{ OPTION_LINE(0, "approved-by", "OFFICE", &given.approved_by, N_("with --correct: who approved it")), .needs = "correct", .wanted_by = "correct" },
	OUTPUT_ROWS(&given.output),
	{ OPTION_OLD('n', NULL, "dry-run") },
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-close",
	.operands = "PERIOD...",
	.purpose = N_("Publish a period, prove it, correct it."),
	.rows = rows,
	.most = SIZE_MAX,
};

struct periods {
	struct arena arena;
	struct period *list;
	size_t count, capacity;
};

static void
add_range(struct periods *periods, struct period_range range)
{
	for (; range.first.index <= range.last.index; range.first.index++) {
		periods->list = arena_grow(&periods->arena, periods->list,
		    periods->count, &periods->capacity, sizeof(*periods->list));
		periods->list[periods->count++] = range.first;
	}
}

/* Those of -p and of the operands: one, but where closes are proved. */
static int
read_periods(struct periods *periods, const struct operands *operands)
{
	struct period_range range;

	if (given.periods.given)
		add_range(periods, given.periods.range);
	for (size_t i = 0; i < operands->count; i++) {
		if (!period_range_parse(str_from(operands->list[i]), &range))
			return trouble_usage(_("'%s' is no period; write "
					       "2022-10, 2022-Q4 or 2022"),
			    operands->list[i]);
		add_range(periods, range);
	}
	if (given.mode != MODE_VERIFY && periods->count != 1)
		return trouble_usage(_("name one period to be closed"));
	return 0;
}

static void
say(void *context, struct str sentence)
{
	(void)context;
	trouble_say(STR_FMT, STR_ARG(sentence));
}

static int
close_or_correct(struct period period, struct diag *diag)
{
	const struct close_request wanted = { .folder = given.folder,
		.period = period,
		.is_dry_run = given.is_dry_run,
		.is_provisional = given.is_provisional,
		.is_verbose = trouble_is_verbose(),
		.reason = str_from(given.reason),
		.basis = str_from(given.basis),
		.approved_by = str_from(given.approved_by),
		.say = say };
	struct buffer table = { 0 };
	int rc = given.mode == MODE_CORRECT
		     ? close_correct(&wanted, &table, diag)
		     : close_period(&wanted, &table, diag);

	if (rc == 0)
		close_table_print(stdout, output_format(&given.output),
		    buffer_str(&table));
	else if ((rc = trouble_errors(diag, NULL, EXIT_TROUBLE)) == 0)
		/* What git cannot do was said where it was tried. */
		rc = EXIT_TROUBLE;
	buffer_free(&table);
	return rc;
}

static int
verdict_status(enum proof_verdict verdict, const struct diag *diag)
{
	if (verdict == VERDICT_NOT_PROVED)
		return EXIT_FINDING;
	return verdict == VERDICT_PROVED && !diag_has_errors(diag)
		   ? EXIT_SOUND
		   : EXIT_TROUBLE;
}

static int
verify(const struct periods *periods, struct diag *diag)
{
	const struct verify_request wanted = { .folder = given.folder,
		.revision = given.revision,
		.periods = periods->list,
		.period_count = periods->count,
		.signers = given.signers,
		.is_dry_run = given.is_dry_run };
	struct proof_list proofs;
	int rc;

	if (given.signers != NULL && access(given.signers, R_OK) != 0)
		return trouble(_("%s: cannot read the signers; name a file of "
				 "allowed signers or of public keys"),
		    given.signers);
	rc = verify_book(&proofs, &wanted, diag);
	trouble_findings(diag, NULL, SEVERITY_NOTE);
	if (rc == 0) {
		close_table_print_proofs(stdout, output_format(&given.output),
		    &proofs);
		rc = verdict_status(proof_list_verdict(&proofs), diag);
	} else {
		rc = EXIT_TROUBLE;
	}
	proof_list_free(&proofs);
	return rc;
}

static int
run(const struct operands *operands)
{
	struct diag *diag = diag_new(0);
	struct periods periods = { 0 };
	int rc = read_periods(&periods, operands);

	if (rc == 0 && given.mode == MODE_VERIFY)
		rc = verify(&periods, diag);
	else if (rc == 0 && periods.list != NULL) /* closing takes one */
		rc = close_or_correct(periods.list[0], diag);
	diag_free(diag);
	arena_free(&periods.arena);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	if (rc == 0)
		rc = output_begin(&given.output);
	return output_finish(rc != 0 ? rc : run(&operands));
}
