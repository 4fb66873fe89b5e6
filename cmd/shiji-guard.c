/*
 * shiji-guard: refuses a push that alters a closed period, another office's
 * file, or history: git's hook pre-receive.
 */
#include "cli/options.h"
#include "cli/output.h"
#include "close/push_check.h"
#include "git/reference.h"
#include "git/revision.h"
#include "view/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *folder = ".", *ref;

static const struct option_row rows[] = {
	{ OPTION_TEXT('C', "directory", "DIR", &folder,
	    N_("the repository, instead of this folder's")) },
	{ OPTION_TEXT(0, "ref", "REF", &ref,
	    N_("the branch that a range is meant for (HEAD's)")) },
	{ 0 },
};

static const struct command command = {
	.name = "shiji-guard",
	.operands = "[OLD..NEW]",
	.purpose =
	    N_("Refuse a push that alters a closed period, another office's "
	       "file, or history. As the hook pre-receive it reads what is "
	       "pushed from standard input."),
	.rows = rows,
	.most = 1,
};

struct request {
	const char *range;
	struct arena arena;
	struct buffer input;
	struct repository *repository;
	struct push_check_update *updates;
	size_t count, capacity;
};

static struct push_check_update *
add_update(struct request *request)
{
	request->updates = arena_grow(&request->arena, request->updates,
	    request->count, &request->capacity, sizeof(*request->updates));
	return &request->updates[request->count++];
}

/*
 * What is pushed
 */

static bool
read_id(struct str text, git_oid *id)
{
	return text.size == GIT_OID_HEXSZ &&
	       git_oid_fromstrn(id, text.data, text.size) == 0;
}

/* `OLD NEW REF` lines, as git gives them to the hook. */
static int
read_input(struct request *request)
{
	struct str text, line, before, after;
	size_t size = 1;

	while (size > 0) {
		buffer_reserve(&request->input, 65536);
		size = fread(request->input.data + request->input.size, 1,
		    65536, stdin);
		request->input.size += size;
	}
	if (ferror(stdin))
		return trouble("%s: %s", _("standard input"), strerror(errno));
	text = buffer_str(&request->input);
	while (str_next_line(&text, &line)) {
		struct push_check_update *update = add_update(request);

		if (!str_cut(&line, ' ', &before) ||
		    !str_cut(&line, ' ', &after) ||
		    !read_id(before, &update->before) ||
		    !read_id(after, &update->after) || line.size == 0)
			return trouble(
			    _("standard input, line %zu: not what git gives "
			      "to the hook pre-receive: OLD NEW REF"),
			    request->count);
		update->ref = line;
	}
	return 0;
}

/* `refs/heads/main`: what HEAD names. */
static struct str
head_branch(struct request *request)
{
	struct str name =
	    reference_of_head(request->repository, &request->arena);

	return name.size > 0 ? name : STR("refs/heads/HEAD");
}

static int
resolve(struct request *request, struct str name, struct diag *diag,
    git_oid *id)
{
	struct revision revision;

	name = arena_str(&request->arena, name.size > 0 ? name : STR("HEAD"));
	if (revision_resolve(request->repository, folder, name.data, &revision,
		diag) != 0)
		return -1;
	if (!revision.has_commit) {
		trouble(_("'%s' is no commit"), name.data);
		return -1;
	}
	*id = revision.commit;
	return 0;
}

static int
read_range(struct request *request, struct diag *diag)
{
	const char *dots = strstr(request->range, "..");
	struct push_check_update *update = add_update(request);
	struct str range = str_from(request->range), name = str_from(ref);

	if (dots == NULL || dots[2] == '.')
		return trouble_usage(
		    _("'%s' is no range; write OLD..NEW, as in "
		      "'origin/main..HEAD'"),
		    request->range);
	update->ref = ref == NULL ? head_branch(request)
		      : str_starts(name, STR("refs/"))
			  ? name
			  : arena_format(&request->arena, "refs/heads/%s", ref);
	if (resolve(request, str_head(range, (size_t)(dots - request->range)),
		diag, &update->before) != 0 ||
	    resolve(request, str_from(dots + 2), diag, &update->after) != 0)
		return EXIT_TROUBLE;
	return 0;
}

/*
 * Telling
 */

static void
add_commit(struct buffer *out, const struct commit_info *commit)
{
	struct buffer line = { 0 };

	if (commit->id[0] == '\0')
		return;
	buffer_format(&line, _("in commit %.12s by " STR_FMT ": " STR_FMT),
	    commit->id, STR_ARG(commit->author), STR_ARG(commit->subject));
	wrap_add(out, 4, 6, buffer_str(&line));
	buffer_free(&line);
}

static void
tell_refusal(const struct push_check_refusal *refusal)
{
	struct buffer out = { 0 }, line = { 0 };

	buffer_add(&line,
	    refusal->place.size > 0 ? refusal->place : refusal->ref);
	buffer_add(&line, STR(": "));
	buffer_add(&line, refusal->what);
	wrap_add(&out, 0, 4, buffer_str(&line));
	add_commit(&out, &refusal->commit);
	wrap_add(&out, 4, 4, refusal->remedy);
	trouble_text(buffer_str(&out));
	buffer_free(&line);
	buffer_free(&out);
}

static void
tell(const struct push_check_verdict *verdict)
{
	trouble_detail(_("%zu commits judged"), verdict->commits);
	for (size_t i = 0; i < verdict->count; i++)
		tell_refusal(&verdict->list[i]);
	if (verdict->more > 0)
		trouble_say(_("and %zu more"), verdict->more);
	if (verdict->count > 0)
		trouble_say("%s",
		    _("refused, as said above; nothing was taken in"));
}

static int
judge(struct request *request, struct diag *diag)
{
	struct push_check_verdict verdict = { 0 };
	int rc = request->range == NULL ? read_input(request)
					: read_range(request, diag);

	if (rc == 0 && push_check_judge(request->repository,
			   &(struct push_check_request){ request->updates,
			       request->count, request->range == NULL },
			   &verdict, diag) != 0)
		rc = EXIT_TROUBLE;
	tell(&verdict);
	if (rc == 0 && verdict.count > 0)
		rc = EXIT_FINDING;
	push_check_verdict_free(&verdict);
	return rc;
}

/* A range, or what git tells the hook. */
static int
check_input(const char *range)
{
	if (range == NULL && isatty(STDIN_FILENO))
		return trouble_usage(_("name a range OLD..NEW; what is pushed "
				       "is read from standard input by the "
				       "hook pre-receive"));
	if (range == NULL && ref != NULL)
		return trouble_usage(_("--ref goes with a range"));
	return 0;
}

static int
run(const char *range)
{
	struct request request = { .range = range };
	struct diag *diag = diag_new(0);
	int rc = check_input(range);

	if (rc != 0)
		goto done;
	rc = EXIT_TROUBLE;
	if (repository_open(&request.repository, folder, REPOSITORY_BROWSE,
		diag) == 0)
		rc = judge(&request, diag);
	if (rc == EXIT_TROUBLE) {
		trouble_errors(diag, "", EXIT_TROUBLE);
		trouble("%s",
		    _("it cannot be told whether this may come in, so it may "
		      "not"));
	}
done:
	repository_close(request.repository);
	diag_free(diag);
	buffer_free(&request.input);
	arena_free(&request.arena);
	return rc;
}

int
main(int argc, char **argv)
{
	struct operands operands;
	int rc = options_read(&command, argc, argv, &operands);

	return output_finish(rc != 0 ? rc
				     : run(operands.count > 0 ? operands.list[0]
							      : NULL));
}
