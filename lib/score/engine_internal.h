/*
 * engine_internal: what an engine is made of, for the modules that score into
 * it: engine, trace and update. No other includes it.
 */
#ifndef SHIJI_ENGINE_INTERNAL_H
#define SHIJI_ENGINE_INTERNAL_H

#include "score/dependency.h"
#include "score/engine.h"
#include "score/item_score.h"
#include "score/membership.h"

/* The scores of an instant, or that there are none. */
struct engine_entry {
	struct engine_entry *next;
	struct instant instant;
	struct result result;
	bool is_there;		    /* false: there is no scheme or no data */
	struct dependencies *reads; /* of each item; NULL: not asked for yet */
};

struct engine {
	struct book *book;
	struct diag *diag;
	struct data *data;	 /* NULL where the facts are another's */
	struct schemes *schemes; /* likewise */
	struct book_facts own;
	struct facts facts;
	struct engine *base; /* or NULL: what evaluation.base runs in */
	struct eval_host host;
	struct membership membership;
	struct engine_entry *results;
	struct engine_entry *current; /* being computed */
	unsigned updates;	      /* since all was scored */
};

/* What is needed to score into a result. */
struct scoring engine_scoring(const struct engine *engine,
    struct instant instant, struct result *result, struct arena *scratch);

void engine_entry_free(struct engine_entry *entry);

#endif
