/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CMD_INVITE_ALL_H
#define SERVER_CMD_INVITE_ALL_H

#include "server/cmd/cmd.h"

/* One invitation for each school at work that has no device, into the file of -o, which only its owner may read. days 0: the
 * configured ones. The invitation is for the school by name: who joins is not known yet. */
enum status invite_all(struct cmd *cmd, uint32_t days, struct err *err) MUST_CHECK;

#endif
