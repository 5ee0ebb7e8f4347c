/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan documents the tests read: our own, those of the demonstration, and the seeds, which lie beside the repository where they
 * are at all. */
#ifndef TESTS_HARNESS_SAMPLES_H
#define TESTS_HARNESS_SAMPLES_H

#include <stdbool.h>

#include "common/base/buf.h"

#define SAMPLES_PLANS "tests/data/plans"
#define SAMPLES_DEMO "tests/data/demo"
#define SAMPLES_SEEDS "../shared/seeds"

bool samples_exist(const char *folder);
/* Calls visit for every document of the folder, by name; fails the test when there is none. */
void samples_each(const char *folder, void (*visit)(const char *path, const char *name, void *context), void *context);
/* The file's bytes; out is initialised, the caller's to release. Fails the test when it cannot be read. */
void samples_read(const char *path, struct buf *out);

#endif
