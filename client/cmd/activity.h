/* SPDX-License-Identifier: Apache-2.0
 *
 * How a command ends that has changed one activity. */
#ifndef CLIENT_CMD_ACTIVITY_H
#define CLIENT_CMD_ACTIVITY_H

#include "client/cmd/cmd.h"
#include "proto/records.pb-c.h"

/* Says what became of it: number, month, text, what; and how to take it back. Then sends (send.h). */
enum status activity_finish(struct cmd *cmd, const Lianxin__Activity *activity, const char *what, struct err *err) MUST_CHECK;

#endif
