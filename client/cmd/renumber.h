/* SPDX-License-Identifier: Apache-2.0
 *
 * Two devices without a network can give the same number to two activities of a plan. */
#ifndef CLIENT_CMD_RENUMBER_H
#define CLIENT_CMD_RENUMBER_H

#include "client/cmd/cmd.h"

/* The one that was made later gets the next free number, by a change of its own, and it is said. Every device decides alike, so
 * that it does not matter how many of them do it. *changed: there was a clash. For a school's own stream only. */
enum status renumber_clashes(struct cmd *cmd, bool *changed, struct err *err) MUST_CHECK;

#endif
