/*
 * update: brings scores up to date where figures have changed, for going along
 * a history and for trying values: only what rests on a change is scored again,
 * and of that only the units it can move. Knows engines and dependencies.
 */
#ifndef SHIJI_UPDATE_H
#define SHIJI_UPDATE_H

#include "book/data_patch.h"
#include "score/engine.h"

/*
 * Data of a folder have changed since they were scored: see data_patch().
 */
struct update_change {
	struct period folder;
	struct data_marks marks;
};
/*
 * Bring all results of the book's own length up to date, in place, and forget
 * those of longer periods, to be asked for again: only items that rest on a
 * changed measure are scored again, and what cannot be computed is reported.
 * Where that is not enough, as where rules reach other periods' scores, or a
 * unit is eligible no longer, all scores are forgotten: see engine_restart().
 */
void update_scores(struct engine *engine, const struct update_change *changes,
    size_t count);

#endif
