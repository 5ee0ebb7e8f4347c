/* SPDX-License-Identifier: Apache-2.0
 *
 * Syncing without a network: what waits goes out as a file, the district's answer comes in as one. */
#ifndef CLIENT_CMD_BUNDLE_H
#define CLIENT_CMD_BUNDLE_H

#include "client/cmd/cmd.h"

/* Both say what was in it and what to do next; the cache is open for writing. */
enum status bundle_export(struct cmd *cmd, const char *path, struct err *err) MUST_CHECK;
/* CONFLICT and REFUSED as send_all(). */
enum status bundle_import(struct cmd *cmd, const char *path, struct err *err) MUST_CHECK;

#endif
