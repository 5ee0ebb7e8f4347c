/* SPDX-License-Identifier: Apache-2.0
 *
 * `report list --missing` and `plan list --missing`: who has not handed in what is due, asked of the server, with a reminder to
 * paste into the chat group. */
#ifndef CLIENT_CMD_MISSING_H
#define CLIENT_CMD_MISSING_H

#include "client/cmd/cmd.h"

/* plans: the plans that are due, else reports and summaries. --month: dues about that month. DENIED on a school's device. */
enum status missing_show(struct cmd *cmd, bool plans, struct err *err) MUST_CHECK;

#endif
