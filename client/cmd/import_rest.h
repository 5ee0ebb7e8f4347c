/* SPDX-License-Identifier: Apache-2.0
 *
 * A new plan beside an older one of the same body whose term overlaps: what the older one leaves unfinished is carried over into
 * the new plan, closed, or left as it is. */
#ifndef CLIENT_CMD_IMPORT_REST_H
#define CLIENT_CMD_IMPORT_REST_H

#include "client/cmd/import_records.h"

enum import_rest_what { IMPORT_REST_LEAVE, IMPORT_REST_CARRY, IMPORT_REST_CLOSE };

struct import_rest {
    const struct record *plan;        /* the older plan; of several the one with the latest term */
    const struct record **activities; /* neither done nor cancelled nor dropped, of all older plans that overlap */
    size_t n;                         /* 0: nothing is left unfinished */
    enum import_rest_what what;
};

/* Finds what the plans that overlap the new one in records leave, without the plans in taken; decides by --older, else by an answer
 * at the terminal, else LEAVE; and adds the edits to those of the new plan, so that one undo takes all of it back. The same on
 * every device. */
enum status import_rest_settle(struct cmd *cmd, uint32_t stream, const struct uuid *taken, size_t n_taken,
                               struct import_records *records, struct import_rest *out, struct err *err) MUST_CHECK;
/* One line about what became of it; nothing when nothing was left. */
void import_rest_say(struct cmd *cmd, const struct import_rest *rest);

#endif
