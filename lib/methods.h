/*
 * methods: the text of lib/methods.rec, turned into an array by the build.
 */
#ifndef SHIJI_METHODS_H
#define SHIJI_METHODS_H

#include <stddef.h>

extern const char methods_rec[];
extern const size_t methods_rec_size;

#endif
