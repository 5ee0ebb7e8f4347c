/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan of the file as the edits of one push: a new plan, or what a newer version changes in the plan held. */
#ifndef CLIENT_CMD_IMPORT_RECORDS_H
#define CLIENT_CMD_IMPORT_RECORDS_H

#include "client/cmd/import_fresh.h"

enum import_what {
    IMPORT_ADDED,
    IMPORT_CHANGED,
    IMPORT_DROPPED, /* no longer in the document, and nobody has worked on it */
    IMPORT_KEPT,    /* no longer in the document, but somebody has worked on it */
    IMPORT_DIFFERS, /* changed by a person and by the document, to different words; what is here stays */
    IMPORT_WHATS
};

/* One activity that a newer version changes. */
struct import_change {
    enum import_what what;
    const Lianxin__Activity *before, *after; /* NULL for ADDED; NULL for DROPPED and KEPT */
};

struct import_records {
    struct uuid plan;
    struct edit *edits; /* none: everything is here already */
    size_t n;
    size_t activities;
    const struct record *older; /* the plan held that is brought up to date; NULL: a new plan, or the same file again */
    struct import_change *changes;
    size_t n_changes, counts[IMPORT_WHATS], sections; /* sections: added, changed or removed */
};

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
