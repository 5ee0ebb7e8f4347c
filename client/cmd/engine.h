/* SPDX-License-Identifier: Apache-2.0
 *
 * The sync engine as commands run it: over this device's line, with progress shown, and what a sync makes necessary done after it.
 */
#ifndef CLIENT_CMD_ENGINE_H
#define CLIENT_CMD_ENGINE_H

#include "client/cmd/cmd.h"
#include "client/sync/retry.h"

/* The engine of this run; progress NULL: nothing is shown. The transport is opened by device_connect(). */
struct sync engine_new(struct cmd *cmd, struct ui_progress *progress);
/* Syncs, again and again as retry says (NULL: once), and once more when what came in made a change necessary. */
enum status engine_run(struct cmd *cmd, const struct retry *retry, struct sync_report *report, struct err *err) MUST_CHECK;
/* Pulls one stream more, of a school the district wants to look at; over a line that is open. */
enum status engine_pull(struct cmd *cmd, uint32_t stream, struct sync_report *report, struct err *err) MUST_CHECK;
/* Warns of what went otherwise than usual. */
void engine_say_unusual(struct cmd *cmd, const struct sync_report *report);

#endif
