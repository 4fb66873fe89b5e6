/*
 * embedded: files of lib/ that the build turns into arrays, so that the tools
 * need no files beside themselves.
 */
#ifndef SHIJI_EMBEDDED_H
#define SHIJI_EMBEDDED_H

#include <stddef.h>

/* lib/methods.rec */
extern const char methods_rec[];
extern const size_t methods_rec_size;

/* lib/hooks/ */
extern const char hooks_commit_msg[];
extern const size_t hooks_commit_msg_size;
extern const char hooks_pre_commit[];
extern const size_t hooks_pre_commit_size;
extern const char hooks_prepare_commit_msg[];
extern const size_t hooks_prepare_commit_msg_size;

#endif
