/* SPDX-License-Identifier: Apache-2.0
 *
 * What importing one plan writes, and what a new plan and a newer version of one have in common. */
#ifndef CLIENT_CMD_IMPORT_EDITS_H
#define CLIENT_CMD_IMPORT_EDITS_H

#include "client/cmd/import_fresh.h"
#include "client/cmd/import_id.h"

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

/* The id of the plan's i-th activity. */
struct uuid import_edits_activity_id(const struct import_id *id, const struct import_plan *plan, size_t i);
/* The next number of a plan of the body. counters: numbers given so far, by month of the year, 0 for none. In arena. */
char *import_edits_next_number(struct cmd *cmd, Lianxin__Body body, int64_t months, unsigned counters[13]);

#endif
