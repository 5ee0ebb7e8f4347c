/* SPDX-License-Identifier: Apache-2.0
 *
 * What has reached the server and what has not. */
#ifndef CLIENT_CMD_DELIVERY_H
#define CLIENT_CMD_DELIVERY_H

#include "client/cmd/cmd.h"
#include "common/table/table.h"

#define DELIVERY_LATE_DAYS 3

/* Has the record a change the server has not acknowledged? */
bool delivery_is_pending(struct cmd *cmd, const struct record *record);
/* The label of the record's state: 待送达 for what was handed in and has not arrived, 草稿（待送达） for any other state that has
 * not. In arena. */
const char *delivery_state(struct cmd *cmd, const struct record *record, bool chinese);
/* The same as the cell of an ENUM column; its key is the state's name either way. */
void delivery_put_state(struct cmd *cmd, struct table *table, const struct record *record);
/* When a stream was last pulled, for people; "never" when it was not. In arena. */
const char *delivery_freshness(struct cmd *cmd, uint32_t stream);
/* Has a change made then waited for DELIVERY_LATE_DAYS? */
bool delivery_is_late(const struct cmd *cmd, int64_t made_ms);
/* Warns when changes have waited that long. */
enum status delivery_warn_late(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
