/*
 * shiji-close: month-end: publishes a period, proves it, corrects it.
 */
#include <unistd.h>

#include "cli/session.h"
#include "close/close.h"
#include "close/close_table.h"
#include "close/verify.h"

enum {
	OPTION_PROVISIONAL = 256,
	OPTION_VERIFY,
	OPTION_SIGNERS,
	OPTION_CORRECT,
	OPTION_REASON,
	OPTION_BASIS,
	OPTION_APPROVED_BY
};

/* clang-format off */
static const struct option_row options[] = {
	{ 'C', "directory", "DIR", N_("the book, instead of this folder"), false },
	{ 'n', "dry-run", NULL, N_("show what would happen, and write nothing"), false },
	{ OPTION_PROVISIONAL, "provisional", NULL, N_("close although values are missing; every row says so"), false },
	{ OPTION_VERIFY, "verify", NULL, N_("prove these periods, or all that are closed"), false },
	{ 'r', "revision", "REV", N_("with --verify: as this git revision has them"), false },
	{ OPTION_SIGNERS, "signers", "FILE", N_("with --verify: tags must be signed by one of these"), false },
	{ OPTION_CORRECT, "correct", NULL, N_("close a closed period again, as its next revision"), false },
	{ OPTION_REASON, "reason", "TEXT", N_("with --correct: why"), false },
	{ OPTION_BASIS, "basis", "TEXT", N_("with --correct: the document that it rests on"), false },
	{ OPTION_APPROVED_BY, "approved-by", "OFFICE", N_("with --correct: who approved it"), false },
	OPTIONS_OUTPUT,
	OPTIONS_COMMON,
	{ 0, NULL, NULL, NULL, false },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-close",
	.synopsis = "[options] PERIOD...",
	.purpose = N_("Publish a period, prove it, correct it."),
	.options = options,
};

struct request {
	struct session session; /* only the options that it takes */
	struct arena arena;
	bool dry_run, provisional, verify, correct;
	const char *signers, *reason, *basis, *approved_by;
	struct period *periods;
	size_t period_count, period_capacity;
};

/*
 * Options
 */

static int
take_option(struct request *request, int letter, const char *argument)
{
	switch (letter) {
	case 'n':
		request->dry_run = true;
		return 0;
	case OPTION_PROVISIONAL:
		request->provisional = true;
		return 0;
	case OPTION_VERIFY:
		request->verify = true;
		return 0;
	case OPTION_CORRECT:
		request->correct = true;
		return 0;
	case OPTION_SIGNERS:
		request->signers = argument;
		return 0;
	case OPTION_REASON:
		request->reason = argument;
		return 0;
	case OPTION_BASIS:
		request->basis = argument;
		return 0;
	case OPTION_APPROVED_BY:
		request->approved_by = argument;
		return 0;
	default:
		return session_option(&request->session, letter, argument);
	}
}

/* A period, or a range of them where several may be named. */
static int
take_operand(struct request *request, const char *operand)
{
	struct period_range range;

	if (!period_range_parse(str_from(operand), &range))
		return usage_trouble(
		    _("'%s' is no period; write 2022-10, 2022-Q4 or 2022"),
		    operand);
	for (; range.first.index <= range.last.index; range.first.index++) {
		request->periods = arena_grow(&request->arena, request->periods,
		    request->period_count, &request->period_capacity,
		    sizeof(*request->periods));
		request->periods[request->period_count++] = range.first;
	}
	return 0;
}

/* What goes into a record and a message: one line that says something. */
static int
check_text(const char *option, const char *text)
{
	enum { MOST = 2000 };
	struct str value = str_from(text);
	size_t bad;

	if (text == NULL)
		return usage_trouble(_("a correction needs --reason, --basis "
				       "and --approved-by; %s is missing"),
		    option);
	if (str_trim(value).size == 0)
		return usage_trouble(_("%s is empty; say it"), option);
	if (str_trim(value).size != value.size)
		return usage_trouble(
		    _("%s begins or ends with a space; remove it"), option);
	for (size_t i = 0; i < value.size; i++)
		if ((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f)
			return usage_trouble(_("%s has a line break or a "
					       "control character; write it "
					       "on one line"),
			    option);
	if (!str_is_utf8(value, &bad))
		return usage_trouble(_("%s is not UTF-8"), option);
	if (value.size > MOST || value.data[value.size - 1] == '\\')
		return usage_trouble(_("%s is longer than %d bytes, or ends "
				       "in a backslash; shorten it"),
		    option, MOST);
	return 0;
}

static int
check_correction(const struct request *request)
{
	const struct {
		const char *option, *text;
	} texts[] = { { "--reason", request->reason },
		{ "--basis", request->basis },
		{ "--approved-by", request->approved_by } };
	int rc = 0;

	for (size_t i = 0; i < LENGTH(texts) && rc == 0; i++)
		if (request->correct)
			rc = check_text(texts[i].option, texts[i].text);
		else if (texts[i].text != NULL)
			rc = usage_trouble(_("%s goes with --correct"),
			    texts[i].option);
	return rc;
}

static int
check_options(const struct request *request)
{
	if (request->verify && (request->correct || request->provisional))
		return usage_trouble(_("--verify goes neither with --correct "
				       "nor with --provisional"));
	if (!request->verify &&
	    (request->signers != NULL || request->session.revision != NULL))
		return usage_trouble(
		    _("--signers and --revision go with --verify"));
	if (!request->verify && request->period_count != 1)
		return usage_trouble(_("name one period to be closed"));
	if (request->signers != NULL && access(request->signers, R_OK) != 0)
		return trouble(_("%s: cannot read the signers; name a file of "
				 "allowed signers or of public keys"),
		    request->signers);
	return check_correction(request);
}

static int
read_options(struct request *request, int argc, char **argv)
{
	const char *argument;
	int letter, operand, rc = 0;

	while ((letter = command_next(argc, argv, &argument, &operand)) != -1)
		if ((rc = take_option(request, letter, argument)) != 0)
			return rc;
	for (; operand < argc && rc == 0; operand++)
		rc = take_operand(request, argv[operand]);
	return rc != 0 ? rc : check_options(request);
}

/*
 * What came of it
 */

/* What was found, at least this severe; -q hides all but trouble. */
static void
report(const struct request *request, struct diag *diag, enum severity least)
{
	bool quiet = request->session.quiet;
	struct diag_print how = { .least = quiet ? SEVERITY_TROUBLE : least,
		.most = 100,
		.summary = !quiet && least == SEVERITY_ERROR,
		.program = command.name };

	diag_print(diag, &how, stderr);
}

/* Why it was not done: refused, or not possible. */
static int
status_of(const struct diag *diag)
{
	return diag_count(diag, SEVERITY_TROUBLE) == 0 && diag_has_errors(diag)
		   ? EXIT_FINDING
		   : EXIT_TROUBLE;
}

static void
say(void *context, struct str sentence)
{
	const struct request *request = context;

	if (!request->session.quiet)
		trouble(STR_FMT, STR_ARG(sentence));
}

static int
close_or_correct(struct request *request, struct diag *diag)
{
	const struct close_request wanted = { .folder = request->session.folder,
		.period = request->periods[0],
		.is_dry_run = request->dry_run,
		.is_provisional = request->provisional,
		.is_verbose = request->session.verbose,
		.reason = str_from(request->reason),
		.basis = str_from(request->basis),
		.approved_by = str_from(request->approved_by),
		.say = say,
		.context = request };
	struct buffer table = { 0 };
	int rc = (request->correct ? close_correct : close_period)(&wanted,
	    &table, diag);

	if (rc != 0)
		report(request, diag, SEVERITY_ERROR);
	else
		close_table_print(stdout, session_format(&request->session),
		    buffer_str(&table));
	buffer_free(&table);
	return rc == 0 ? EXIT_SOUND : status_of(diag);
}

static int
verify(const struct request *request, struct diag *diag)
{
	const struct session *session = &request->session;
	const struct verify_request wanted = { .folder = session->folder,
		.revision = session->revision,
		.periods = request->periods,
		.period_count = request->period_count,
		.signers = request->signers,
		.is_dry_run = request->dry_run };
	struct proof_list proofs;
	int rc = verify_book(&proofs, &wanted, diag);

	enum proof_verdict verdict = proof_list_verdict(&proofs);

	report(request, diag, SEVERITY_NOTE);
	if (rc == 0)
		close_table_print_proofs(stdout, session_format(session),
		    &proofs);
	proof_list_free(&proofs);
	if (rc == 0 && verdict == VERDICT_NOT_PROVED)
		return EXIT_FINDING;
	if (rc == 0 && verdict == VERDICT_PROVED && !diag_has_errors(diag))
		return EXIT_SOUND;
	return rc == 0 ? EXIT_TROUBLE : status_of(diag);
}

int
main(int argc, char **argv)
{
	struct request request = { .session = { .folder = "." } };
	struct diag *diag = diag_new(0);
	int rc;

	command_start(&command);
	rc = read_options(&request, argc, argv);
	if (rc == 0)
		rc = request.verify ? verify(&request, diag)
				    : close_or_correct(&request, diag);
	diag_free(diag);
	arena_free(&request.arena);
	return command_finish(rc);
}
