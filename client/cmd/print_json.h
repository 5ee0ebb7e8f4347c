/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_CMD_PRINT_JSON_H
#define CLIENT_CMD_PRINT_JSON_H

#include <jansson.h>

#include "client/cmd/cmd.h"

/* Prints a JSON value and releases it. NO_MEMORY when json is NULL or cannot be written out. */
enum status print_json(struct cmd *cmd, json_t *json, struct err *err) MUST_CHECK;

#endif
