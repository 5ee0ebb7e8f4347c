/* SPDX-License-Identifier: Apache-2.0
 *
 * The school a command is about. */
#ifndef CLIENT_CMD_SCHOOL_H
#define CLIENT_CMD_SCHOOL_H

#include "client/cmd/cmd.h"

/* The device's own stream, or on a district device the one of --school, pulled before; without a network the copy held here is
 * taken, with a warning. USAGE for a district device without --school, DENIED for a school's with it, NOT_FOUND for an unknown
 * code, UNAVAILABLE when there is no copy either. */
enum status school_get_stream(struct cmd *cmd, uint32_t *stream, struct err *err) MUST_CHECK;

#endif
