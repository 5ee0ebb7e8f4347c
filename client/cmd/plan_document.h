/* SPDX-License-Identifier: Apache-2.0
 *
 * The live plan as a document: what was dropped or cancelled is left out, what came later stands in its month. */
#ifndef CLIENT_CMD_PLAN_DOCUMENT_H
#define CLIENT_CMD_PLAN_DOCUMENT_H

#include "client/cmd/plan.h"
#include "client/export/export.h"

/* pieces: sections and activities of the plan, in order. Points into them; the rest is in cmd->arena. */
struct export_plan plan_document_make(struct cmd *cmd, const Lianxin__Plan *plan, const struct plan_piece *pieces, size_t n);

/* The activity's text as the document has it, with what has happened to it behind: （延至2026年5月）, （计划外）. */
const char *plan_document_text(struct cmd *cmd, const Lianxin__Activity *activity);

#endif
