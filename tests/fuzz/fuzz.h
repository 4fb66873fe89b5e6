/*
 * fuzz: what the fuzz targets share. A target gives LLVMFuzzerTestOneInput();
 * what must hold it says with REQUIRE(), so that a wrong answer counts as much
 * as a crash.
 */
#ifndef SHIJI_FUZZ_H
#define SHIJI_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                     \
	((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))
_Noreturn void fuzz_fail(const char *condition, const char *file, int line);

/* Prints the findings in one of the formats, to nowhere, and frees them. */
void fuzz_diag_end(struct diag *diag);

/* A scratch folder, empty at first, removed when the program ends. */
const char *fuzz_folder(void);
/* Writes a file of that folder whole; a folder it needs is made. */
void fuzz_write(const char *path, struct str bytes);
/* Removes one, if it is there. */
void fuzz_remove(const char *path);

#endif
