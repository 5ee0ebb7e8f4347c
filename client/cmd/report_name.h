/* SPDX-License-Identifier: Apache-2.0
 *
 * What people call a report. */
#ifndef CLIENT_CMD_REPORT_NAME_H
#define CLIENT_CMD_REPORT_NAME_H

#include "client/cmd/cmd.h"
#include "proto/records.pb-c.h"

static inline const Lianxin__Report *report_of(const struct record *record)
{
    return (const Lianxin__Report *)record->message;
}
/* "month report 2025-03", "summary 2024-09 – 2025-01"; in arena. */
const char *report_name(struct cmd *cmd, const Lianxin__Report *report);
/* What a person types to mean the report: "2025-03", else the start of its id; in arena. */
const char *report_handle(struct cmd *cmd, const struct uuid *id, const Lianxin__Report *report);

#endif
