/* SPDX-License-Identifier: Apache-2.0
 *
 * Sending and receiving from a command, and saying how it went. */
#ifndef CLIENT_CMD_SEND_H
#define CLIENT_CMD_SEND_H

#include "client/cmd/cmd.h"

#define SEND_WAIT_MS 2000 /* a network that stumbles */

/* Syncs and reports; when the server cannot be reached it is tried again for wait_ms (0: not at all). CONFLICT when conflicts
 * appeared that a person must decide, REFUSED when the server refused a change. */
enum status send_all(struct cmd *cmd, int64_t wait_ms, struct err *err) MUST_CHECK;
/* After a change made here: syncs when the server can be reached, and says whether the change has arrived. A server that cannot be
 * reached is no failure: the change is kept. Ends with the count of what is not sent. CONFLICT and REFUSED as send_all(). */
enum status send_change(struct cmd *cmd, struct err *err) MUST_CHECK;
/* The same after something was handed in: UNAVAILABLE, said already, when it has not arrived. */
enum status send_submitted(struct cmd *cmd, struct err *err) MUST_CHECK;
/* Before a part of a verb that writes, so that its step is taken from the state the other side has seen: send_quietly(), and USAGE
 * when it shall write a file, which only listings do. Nothing for a part that only reads. */
enum status send_prepare(struct cmd *cmd, struct err *err) MUST_CHECK;
/* After an answer was taken in from a file: what was delivered, what came, what still waits. CONFLICT and REFUSED as send_all(). */
enum status send_say_imported(struct cmd *cmd, const struct sync_report *report, struct err *err) MUST_CHECK;
/* Syncs if it can, and says nothing unless a person is needed. Where the server cannot be reached, send_change() does not try
 * again. */
void send_quietly(struct cmd *cmd);

#endif
