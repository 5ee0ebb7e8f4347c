/* SPDX-License-Identifier: Apache-2.0
 *
 * Before this program changes the tables of a database that an older one wrote, the database is backed up: an upgrade can always
 * be taken back. With backup_keep = 0 the operator has said that backups are looked after elsewhere. */
#ifndef SERVER_CMD_UPGRADE_H
#define SERVER_CMD_UPGRADE_H

#include "server/cmd/app.h"

/* Opens a folder that is at work: configuration read, lock held. When the backup is necessary and cannot be made nothing has been
 * changed. */
enum status upgrade_open(struct app *app, struct err *err) MUST_CHECK;

#endif
