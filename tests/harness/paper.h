/* SPDX-License-Identifier: Apache-2.0
 *
 * From a document to the plan as it is stored, and back to a document, with the functions of the commands but without a folder. */
#ifndef TESTS_HARNESS_PAPER_H
#define TESTS_HARNESS_PAPER_H

#include "client/cmd/import_fresh.h"
#include "common/base/buf.h"

/* A command without a data folder: an arena and the schema. */
void paper_open(struct cmd *cmd);
void paper_close(struct cmd *cmd);

/* Fails the test when the document is refused. */
void paper_read(struct cmd *cmd, const char *name, const void *data, size_t bytes, struct import_file *out);
/* The first month of the i-th plan: what the document tells, else one of 2026. */
int32_t paper_first_month(struct cmd *cmd, const struct import_file *file, uint32_t i);
/* The i-th plan as it is stored, with from as its first month; false when it does not begin there. */
bool paper_store(struct cmd *cmd, const struct import_file *file, uint32_t i, int32_t from, struct import_fresh *out);
/* What `plan export` writes of it; out is initialised, the caller's to release. */
void paper_write(struct cmd *cmd, const struct import_fresh *fresh, const char *format, struct buf *out);

#endif
