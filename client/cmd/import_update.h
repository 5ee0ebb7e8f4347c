/* SPDX-License-Identifier: Apache-2.0
 *
 * What a newer version of a document changes in the plan held. */
#ifndef CLIENT_CMD_IMPORT_UPDATE_H
#define CLIENT_CMD_IMPORT_UPDATE_H

#include "client/cmd/import_edits.h"
#include "client/cmd/import_held.h"

/* Activities that are the same (client/import/compare.h) keep id, number and state, what the document does not tell, and what a
 * person changed here since (import_edited.h); where the document changed that to something else, both are told. Those that are
 * gone are dropped unless somebody has worked on them; sections become those of the document. Edits only what differs: none when
 * nothing does that a person sees. id: for what is new. Fills out's edits, changes and counts. */
enum status import_update_make(struct cmd *cmd, const struct import_id *id, const struct import_fresh *fresh,
                               const struct import_held *held, struct import_records *out, struct err *err) MUST_CHECK;

#endif
