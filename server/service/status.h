/* SPDX-License-Identifier: Apache-2.0
 *
 * How the server is, in a table of values. */
#ifndef SERVER_SERVICE_STATUS_H
#define SERVER_SERVICE_STATUS_H

#include "common/table/table.h"
#include "server/service/caller.h"

/* In work->arena; *well: nothing needs the operator. */
enum status status_table(struct work *work, struct table **out, bool *well, struct err *err) MUST_CHECK;

#endif
