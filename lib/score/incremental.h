/*
 * incremental: takes a book that is loaded along from one tree of it to
 * another, as long as nothing but figures differs: only lines that changed are
 * read, and only what rests on them is scored again. Knows trees, data and
 * scores.
 */
#ifndef SHIJI_INCREMENTAL_H
#define SHIJI_INCREMENTAL_H

#include "git/repository.h"
#include "score/engine.h"

/* As it was loaded, all three of one book, with data_keep() called. */
struct incremental {
	struct source *source;
	struct book *book;
	struct engine *engine;
};

/*
 * Go from the tree that the book stands at to another one. False where more
 * than figures differs or a file cannot be read: the book is then of no use,
 * and is to be loaded anew. Else ask the engine for scores again; whether all
 * went well the engine's findings tell.
 */
bool incremental_move(struct repository *repository,
    const struct incremental *incremental, const git_oid *from,
    const git_oid *to);

#endif
