/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan of the file as the edits of one push: a new plan, or what a newer version changes in the plan held. */
#ifndef CLIENT_CMD_IMPORT_RECORDS_H
#define CLIENT_CMD_IMPORT_RECORDS_H

#include "client/cmd/import_edits.h"

struct import_taken {
    const struct uuid *plans; /* that other plans of the file are */
    size_t n;
    bool separate; /* never a newer version of a plan held */
};

/* Was this plan imported from this very file, and is as far as the file goes? Nothing needs to be asked then. */
enum status import_records_known(struct cmd *cmd, uint32_t stream, const struct import_file *file, uint32_t plan, bool *known,
                                 struct err *err) MUST_CHECK;
/* Ids are computed (import_id.h), so that importing the same file twice, also on another device, makes the same records. INVALID or
 * TOO_LARGE, naming what, when the server would not take it. In cmd->arena. */
enum status import_records_make(struct cmd *cmd, uint32_t stream, const struct import_file *file,
                                const struct import_choice *choice, const struct import_taken *taken, struct import_records *out,
                                struct err *err) MUST_CHECK;

#endif
