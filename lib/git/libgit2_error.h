/*
 * libgit2_error: the call that sets libgit2's last error, from whichever
 * header declares it: <git2/errors.h> in version 1.5, <git2/sys/errors.h>,
 * which 1.5 does not have, in 1.9.
 */
#ifndef SHIJI_LIBGIT2_ERROR_H
#define SHIJI_LIBGIT2_ERROR_H

#include <git2.h>
#if __has_include(<git2/sys/errors.h>)
#include <git2/sys/errors.h>
#endif

#endif
