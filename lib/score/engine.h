/*
 * engine: a book and a period to scores, item by item, the whole pool at once,
 * and what is kept of them. Knows everything below.
 */
#ifndef SHIJI_ENGINE_H
#define SHIJI_ENGINE_H

#include "score/eval.h"

/* A book made ready to be scored, with all that was scored so far. */
struct engine;

/* The book must outlive the engine. */
struct engine *engine_new(struct book *book, struct diag *diag);
void engine_free(struct engine *engine); /* welcomes NULL */

/*
 * The scores of a period, and of whatever periods its rules reach; kept by
 * the engine. NULL with a finding where there is no scheme or no data; what
 * cannot be computed is reported, and missing.
 */
const struct result *engine_score(struct engine *engine, struct period period);
/*
 * An engine that scores a book by facts of another's making, in which some
 * units may be seen as they were elsewhere. With a base, which has the same
 * book and scheme with every unit as it was there, each unit gets what it
 * would have if it alone had come here (see evaluation.base). Facts and base
 * must outlive it; it has neither schemes nor data of its own.
 */
struct engine *engine_over(struct book *book, const struct facts *facts,
    struct engine *base, struct diag *diag);
/* The scores at an instant; NULL where there is no scheme or no data. */
const struct result *engine_score_instant(struct engine *engine,
    struct instant instant);

/* Forget all scores, but not the data. */
void engine_restart(struct engine *engine);

struct schemes *engine_schemes(struct engine *engine);
struct data *engine_data(struct engine *engine);
const uint8_t *engine_standings(struct engine *engine, struct period period);

#endif
