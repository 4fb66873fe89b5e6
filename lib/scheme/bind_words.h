/*
 * bind_words: the arguments of a function that are words or whole numbers and
 * not values: a mode of steps, a tie method, a unit, a group, so many periods.
 * Knows the letters of functions.h; binds no expression.
 */
#ifndef SHIJI_BIND_WORDS_H
#define SHIJI_BIND_WORDS_H

#include "scheme/binder.h"

bool bind_words_takes(const struct function *function, size_t argument);
/*
 * Let the words of a call set what they say of it; false, with a finding, where
 * one is none.
 */
bool bind_words(struct binder *binder, const struct syntax *syntax,
    struct node *call);

#endif
