/* SPDX-License-Identifier: Apache-2.0
 *
 * A database that came out of a backup begins another life. */
#ifndef SERVER_SERVICE_RESTORE_H
#define SERVER_SERVICE_RESTORE_H

#include "server/service/backup.h"

/* A new epoch, higher than any before, and a new instance of the server's own; invitations are void, devices wait to be confirmed;
 * the backup itself is remembered. In one transaction. The core must be closed afterwards: it still works in the old life. */
enum status restore_begin_life(struct core *core, const struct backup *from, struct err *err) MUST_CHECK;

#endif
