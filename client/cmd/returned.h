/* SPDX-License-Identifier: Apache-2.0
 *
 * What the district has given back to the school. */
#ifndef CLIENT_CMD_RETURNED_H
#define CLIENT_CMD_RETURNED_H

#include "client/cmd/cmd.h"

/* Says which plans and reports the district has returned and why; nothing on a district device. */
enum status returned_say(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
