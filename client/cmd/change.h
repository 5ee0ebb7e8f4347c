/* SPDX-License-Identifier: Apache-2.0
 *
 * Changing records from a command: copies are changed, edits are what differs, one local commit keeps them. */
#ifndef CLIENT_CMD_CHANGE_H
#define CLIENT_CMD_CHANGE_H

#include "client/cmd/work.h"

#define CHANGE_EDITS_MAX 4

struct change {
    struct edit edits[CHANGE_EDITS_MAX];
    size_t n;
    bool own; /* a district device's own step, not one for the school */
};

/* A copy of a record's message to be changed; of a new record's (record NULL) an empty one. */
ProtobufCMessage *change_copy(struct cmd *cmd, const struct kind *kind, const struct record *record);
/* Adds what differs between record (NULL: new) and after. Nothing when nothing does. */
void change_add(struct cmd *cmd, struct change *change, const struct kind *kind, const struct uuid *id, const struct record *record,
                const ProtobufCMessage *after);
/* The note of a change to a stream: marked when it is a school's and the district acts for it (代录). In arena, or note. */
const char *change_note_for(struct cmd *cmd, uint32_t stream, const char *note);
/* The note without that mark. */
const char *change_note_bare(const char *note);
/* Keeps the edits in one local commit. note: what was done, for the journal: "done 3.2". */
enum status change_commit(struct cmd *cmd, uint32_t stream, const struct change *change, const char *note,
                          struct err *err) MUST_CHECK;
const struct kind *change_kind(struct cmd *cmd, const char *name);
/* A note as people read it: the verb in their language. In arena or note itself. */
const char *change_note(struct cmd *cmd, const char *note);
/* Bytes of an id, for a message; in arena. */
ProtobufCBinaryData change_id(struct cmd *cmd, const struct uuid *id);
/* Today in the district, "YYYY-MM-DD"; in arena. */
char *change_today(struct cmd *cmd);
/* All arguments from the i-th on, joined by blanks; NULL when there are none. In arena. */
char *change_text(struct cmd *cmd, size_t i);

#endif
