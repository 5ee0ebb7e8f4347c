/* SPDX-License-Identifier: Apache-2.0
 *
 * Before this program changes the tables of a database that an older one wrote, the database is backed up: an upgrade can always
 * be taken back. With backup_keep = 0 the operator has said that backups are looked after elsewhere. */
#ifndef SERVER_CMD_UPGRADE_H
#define SERVER_CMD_UPGRADE_H

#include "server/cmd/backup_file.h"

struct upgrade {
    const char *path; /* of the backup; NULL: none was necessary */
    struct manifest manifest;
};
/* Before the core is opened. Fails when a backup is necessary and cannot be made: nothing has been changed then. */
enum status upgrade_begin(struct app *app, const struct core_config *config, struct upgrade *out, struct err *err) MUST_CHECK;
/* When the lanes are open: takes note of the backup. */
enum status upgrade_finish(struct app *app, const struct upgrade *upgrade, struct err *err) MUST_CHECK;

#endif
