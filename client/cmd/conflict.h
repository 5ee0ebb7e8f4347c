/* SPDX-License-Identifier: Apache-2.0
 *
 * Conflicts in words, for the commands that show them. */
#ifndef CLIENT_CMD_CONFLICT_H
#define CLIENT_CMD_CONFLICT_H

#include "client/cmd/cmd.h"
#include "common/sync/conflict.h"

/* The fields a conflict is about, by their labels, with the values of one side: "person: 李老师". In arena. */
const char *conflict_words(struct cmd *cmd, const struct conflict *conflict, const ProtobufCMessage *values);

#endif
