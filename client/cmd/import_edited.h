/* SPDX-License-Identifier: Apache-2.0
 *
 * What documents said of a plan's activities before people changed it: the third side when a newer version is brought in. Read from
 * the journal and the outbox; where the journal no longer reaches back to the import, a field's value before a person's first
 * change stands for it. */
#ifndef CLIENT_CMD_IMPORT_EDITED_H
#define CLIENT_CMD_IMPORT_EDITED_H

#include "client/cmd/import_held.h"

struct import_edited {
    Lianxin__Activity **said; /* by held activity: the fields as a document said them last; never NULL */
    field_set *known;         /* which of them are known; the others nobody has changed as far as can be seen */
};

/* In cmd->arena. */
enum status import_edited_load(struct cmd *cmd, uint32_t stream, const struct import_held *held, struct import_edited *out,
                               struct err *err) MUST_CHECK;
/* The fields of the i-th activity that are another than a document said. */
field_set import_edited_fields(const struct import_edited *edited, const struct import_held *held, size_t i);

#endif
