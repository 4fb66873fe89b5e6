#include "cli/opening.h"

#include "git/repository.h"

const char *
opening_folder(const struct opening *opening)
{
	return opening->folder != NULL ? opening->folder : ".";
}

static int
open_source(struct opening *opening)
{
	if (opening->cached)
		return source_open_index(&opening->source, opening->folder,
		    opening->diag);
	return source_open(&opening->source, opening->folder, opening->revision,
	    opening->diag);
}

int
opening_open(struct opening *opening)
{
	opening->diag = diag_new(0);
	opening->folder = opening_folder(opening);
	if (open_source(opening) == 0)
		opening->book = book_load(opening->source, opening->diag);
	if (opening->book == NULL)
		return opening_errors(opening, EXIT_TROUBLE);
	opening->engine = engine_new(opening->book, opening->diag);
	return 0;
}

void
opening_close(struct opening *opening)
{
	engine_free(opening->engine);
	book_free(opening->book);
	source_close(opening->source);
	diag_free(opening->diag);
}

int
opening_errors(struct opening *opening, int unsound)
{
	return trouble_errors(opening->diag,
	    opening->source == NULL ? "" : source_prefix(opening->source),
	    unsound);
}

void
opening_doubts(const struct opening *opening,
    const struct repository *repository)
{
	struct diag *diag;

	if (repository == NULL)
		return;
	diag = diag_new(0);
	repository_doubts(repository, opening->folder, diag);
	trouble_findings(diag, "", SEVERITY_NOTE);
	diag_free(diag);
}
