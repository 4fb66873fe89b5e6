/*
 * option_types: the argument of an option, read as its type says: one reader
 * and one message to a type. Knows options' rows; not the command line.
 */
#ifndef SHIJI_OPTION_TYPES_H
#define SHIJI_OPTION_TYPES_H

#include "base/arena.h"
#include "cli/options.h"

/* Whether an option of the type may be given any number of times. */
bool option_type_repeats(enum option_type type);

/*
 * Set the row's variable; text lives in the arena. False where the argument is
 * not of the type: then what is wrong and what to write is added to `fault`.
 */
bool option_type_set(const struct option_row *row, const char *argument,
    struct arena *arena, struct buffer *fault);

#endif
