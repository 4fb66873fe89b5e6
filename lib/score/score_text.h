/*
 * score_text: scores and their states as they are written and read again.
 * Knows results; scores nothing.
 */
#ifndef SHIJI_SCORE_TEXT_H
#define SHIJI_SCORE_TEXT_H

#include "score/result.h"

/* Appends `scored`, or the names of a state's flags joined by `+`. */
void state_print(struct buffer *buffer, unsigned state);
/* Reads what state_print() writes; false where it is anything else. */
bool state_parse(struct str text, unsigned *state);
/* Appends a score as its item's Digits ask; nothing where it is absent. */
void score_print(struct buffer *buffer, const struct item *item,
    struct num score);
/* The number that score_print() writes: an endless decimal ends there. */
struct num score_printed(struct arena *arena, const struct item *item,
    struct num score);

#endif
