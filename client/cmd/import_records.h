/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as the importer read it, bound to the calendar, as the edits of one push. */
#ifndef CLIENT_CMD_IMPORT_RECORDS_H
#define CLIENT_CMD_IMPORT_RECORDS_H

#include "client/cmd/cmd.h"
#include "client/import/import.h"

struct import_file {
    const char *name; /* without folders */
    struct sha256 digest;
    struct import_result result;
};

struct import_records {
    struct uuid plan;
    struct edit *edits;
    size_t n, activities;
    bool known; /* the plan is here already: edits is empty */
};

/* Ids are computed from stream, digest of the file, plan, header and position, so that importing the same file twice, also on
 * another device, makes the same records. Records that are here already are left alone. In cmd->arena. */
enum status import_records_make(struct cmd *cmd, uint32_t stream, const struct import_file *file, size_t plan,
                                const struct import_binding *binding, struct import_records *out, struct err *err) MUST_CHECK;

#endif
