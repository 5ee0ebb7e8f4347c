/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as the importer read it, bound to the calendar, as messages: not yet records, they have no ids and no numbers. */
#ifndef CLIENT_CMD_IMPORT_FRESH_H
#define CLIENT_CMD_IMPORT_FRESH_H

#include "client/cmd/cmd.h"
#include "client/import/import.h"
#include "proto/records.pb-c.h"

struct import_file {
    const char *name; /* without folders */
    struct sha256 digest;
    struct import_result result;
};

/* One plan of the file on its way in. */
struct import_choice {
    const struct import_plan *plan;
    uint32_t index; /* of the plan in the file, from 0 */
    struct import_binding binding;
};

struct import_fresh {
    const struct import_plan *source;
    Lianxin__Plan *plan;
    Lianxin__Section **sections;
    size_t n_sections;
    Lianxin__Activity **activities; /* without plan, section and number */
    uint32_t *section_of;           /* by activity: index into sections, IMPORT_NONE */
    size_t n_activities;
};

/* Nothing of the moment of the import is in it: the same file makes the same messages on every device. In cmd->arena. USAGE when a
 * field cannot be read. */
enum status import_fresh_make(struct cmd *cmd, const struct import_file *file, const struct import_choice *choice,
                              struct import_fresh *out, struct err *err) MUST_CHECK;
/* The plan's title as it is stored; file name and number for one without. */
const char *import_fresh_title(struct cmd *cmd, const struct import_file *file, const struct import_choice *choice);

#endif
