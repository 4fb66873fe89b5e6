#include "cli/operand.h"

#include <sys/stat.h>

#include "git/repository.h"

enum kind { KIND_NOTHING, KIND_FOLDER, KIND_FILE };

static enum kind
kind_of(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return KIND_NOTHING;
	return S_ISDIR(status.st_mode) ? KIND_FOLDER : KIND_FILE;
}

/* Whether a revision has this name, asked in silence. */
static bool
is_revision(const struct session *base, const char *name)
{
	const char *folder = base->folder == NULL ? "." : base->folder;
	struct diag *diag = diag_new(1);
	struct repository *repository = NULL;
	struct revision revision;
	bool found = false;

	if (repository_open(&repository, folder, REPOSITORY_BROWSE, diag) == 0)
		found = repository_resolve(repository, folder, name, &revision,
			    diag) == 0;
	repository_close(repository);
	diag_free(diag);
	return found;
}

/* What is left of an operand once its period is cut off. */
static int
parse_place(struct operand *side, const struct session *base, const char *name)
{
	enum kind kind = strcmp(name, "-") == 0 ? KIND_FILE : kind_of(name);

	/* With a slash or a dot in front a path is meant and nothing else. */
	if (kind != KIND_NOTHING && name[0] != '.' && name[0] != '/' &&
	    strcmp(name, "-") != 0 && is_revision(base, name))
		return trouble(_("'%s' is a revision and a file; write './%s' "
				 "or a longer name of the revision"),
		    name, name);
	if (kind == KIND_FILE) {
		side->is_sheet = true;
		side->path = name;
		return 0;
	}
	side->session.cached = false;
	side->session.revision = NULL;
	if (kind == KIND_FOLDER)
		side->session.folder = name;
	else
		side->session.revision = name;
	side->is_guess = kind == KIND_NOTHING;
	return 0;
}

bool
operand_is_file(const char *operand)
{
	return kind_of(operand) != KIND_NOTHING;
}

int
operand_parse(struct operand *side, const struct session *base,
    const char *operand)
{
	struct str text = str_from(operand);
	size_t colon = str_find_last(text, ':');

	*side = (struct operand){ .name = operand };
	side->session.folder = base->folder;
	side->session.revision = base->revision;
	side->session.cached = base->cached;
	side->session.quiet = base->quiet;
	if (operand == NULL)
		return 0;
	side->has_period = period_parse(text, &side->period);
	if (side->has_period)
		return 0;
	if (colon != STR_NOWHERE) {
		side->has_period =
		    period_parse(str_from_byte(text, colon + 1), &side->period);
		if (side->has_period)
			text = str_head(text, colon);
	}
	if (text.size == 0)
		return usage_trouble(
		    _("'%s' names no side; write a revision, a period, "
		      "REVISION:PERIOD, a folder or a file"),
		    operand);
	return parse_place(side, base, arena_str(&side->arena, text).data);
}

bool
operand_is_same(const struct operand *a, const struct operand *b)
{
	const struct session *x = &a->session, *y = &b->session;

	return !a->is_sheet && !b->is_sheet && x->cached == y->cached &&
	       str_equal(str_from(x->folder), str_from(y->folder)) &&
	       (x->revision == NULL) == (y->revision == NULL) &&
	       str_equal(str_from(x->revision), str_from(y->revision));
}

int
operand_open(struct operand *side)
{
	int rc;

	if (!side->is_sheet) {
		rc = session_open(&side->session);
		if (rc != 0 && side->is_guess)
			trouble(_("'%s' is no file or folder here, so it was "
				  "taken for a revision"),
			    side->session.revision);
		return rc;
	}
	side->session.diag = diag_new(0);
	if (operand_sheet_read(&side->sheet, side->path, side->session.diag) ==
	    0)
		return 0;
	session_report(&side->session);
	return EXIT_TROUBLE;
}

void
operand_close(struct operand *side)
{
	session_close(&side->session);
	operand_sheet_free(&side->sheet);
	arena_free(&side->arena);
}
