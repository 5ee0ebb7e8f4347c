/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps of a plan's or a report's state that a person takes by a word: accept, return, withdraw. Which of them are possible says
 * common/record/step.def, here and at the server. */
#ifndef CLIENT_CMD_STEP_H
#define CLIENT_CMD_STEP_H

#include "client/cmd/cmd.h"

struct step {
    const char *word;  /* as typed, for the journal's note */
    const char *to;    /* the state's name */
    bool district;     /* for district devices only */
    bool needs_reason; /* --reason, which the school reads */
};

/* Takes the step in one local commit, says so and sends (send.h). name: the record as people call it; handle: as they type it, ""
 * where nothing is. USAGE for a missing or needless reason, DENIED for a school's device, INVALID when the list has no such step.
 */
enum status step_take(struct cmd *cmd, const struct record *record, const struct step *step, const char *name, const char *handle,
                      struct err *err) MUST_CHECK;
/* Before something is handed in again: INVALID when its return arrived with this very command and nobody has read why. name and
 * handle as above. */
enum status step_check_read(struct cmd *cmd, const struct record *record, const char *name, struct err *err) MUST_CHECK;

#endif
