/* SPDX-License-Identifier: Apache-2.0
 *
 * A change the other way round, as far as nobody has gone on from it. */
#ifndef CLIENT_CMD_UNDO_INVERT_H
#define CLIENT_CMD_UNDO_INVERT_H

#include "client/cmd/cmd.h"

struct undo_result {
    struct edit *edits; /* none: nothing can be taken back */
    size_t n;
    const struct record **kept; /* what somebody changed since: it stays as it is */
    size_t n_kept;
};

/* Edits that take back what was done to a stream, latest first: fields get their old values where they still have the new ones;
 * what was made is deleted unless it was changed since or something that stays needs it; what was deleted is made again, under a
 * new id. In cmd->arena. */
enum status undo_invert(struct cmd *cmd, uint32_t stream, const struct edit *done, size_t n, struct undo_result *out,
                        struct err *err) MUST_CHECK;

#endif
